"""Single records, as Python callers give them: business records of the domain, and records of a ruleset's own.

Each is made by the schema. A reference names one of a few ids, such as "partner-1", which the caller may choose.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Final, Protocol, TypeAlias

from hypothesis import strategies as st

from partnerrules.domain.records import BusinessRecord
from partnerrules.domain.relations import entity_rows
from partnerrules.facts import Record
from partnerrules.quantities import currency_of
from partnerrules.rulesets import Ruleset
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema
from partnerrules.strategies.making import RecordMaker
from partnerrules.strategies.reads import reads_of, reads_of_nothing
from partnerrules.strategies.values import values_around, written

AnyRecord: TypeAlias = BusinessRecord | Record

_AS_OF: Final = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
_IDS: Final = 3
_GAP: Final = 8


def records(
    entity: str,
    rules: Ruleset | None = None,
    *,
    as_of: dt.datetime = _AS_OF,
    ids: Mapping[str, Sequence[str]] | None = None,
    unknowns: bool = True,
) -> st.SearchStrategy[AnyRecord]:
    """Records of an entity, such as `records("visit", rules)`.

    Args:
        entity: the singular name.
        rules: the ruleset whose fields they have, and on whose lines their values lie; without one, business records
            with all of their fields.
        as_of: the instant around which their dates lie.
        ids: by entity, the ids that records and their references have; three of each if left out.
        unknowns: whether fields may be left open.

    Raises:
        ValueError: if there is no such entity, or it is only a part of other records.
    """
    reads = reads_of_nothing() if rules is None else reads_of(rules)
    schema = reads.schema
    declared = schema.entities.get(entity)
    if declared is None or declared.relation is None:
        raise ValueError(f"there are no records called `{entity}`: use one of {', '.join(sorted(_names(schema)))}")
    every = {name: entity.fields for name, entity in schema.entities.items()}
    names = {name: [f"{name}-{number}" for number in range(1, _IDS + 1)] for name in _names(schema)} | dict(ids or {})
    maker = RecordMaker(schema, values_around(reads, as_of), every, names, gaps=_GAP if unknowns else 0)

    @st.composite
    def record(draw: st.DrawFn) -> AnyRecord:
        id = draw(st.sampled_from(names[entity]))
        return _built(schema, declared, maker.fields(draw, declared, id))

    return record()


def _names(schema: Schema) -> list[str]:
    return [entity.name for entity in schema.relations.values()]


def _built(schema: Schema, entity: t.Entity, typed: Mapping[str, object]) -> AnyRecord:
    values = {name: _python(schema, value, entity.fields[name].type) for name, value in typed.items()}
    row = entity_rows().get(entity.name)
    if row is None:
        return Record(entity.name, **values)
    known = row.model.model_fields
    own = {name: value for name, value in values.items() if name not in known}
    plain = {name: value for name, value in values.items() if name in known}
    made = row.model.model_validate({**plain, "attributes": own} if own else plain)
    assert isinstance(made, BusinessRecord)
    return made


def _python(schema: Schema, value: object, declared: t.Type) -> object:
    """A typed value as Python callers give it: quantities other than money are written with their unit."""
    match declared, value:
        case t.ListOf(item), tuple():
            return tuple(_python(schema, each, item) for each in value)
        case t.Record(name), dict():
            part = schema.entities[name]
            fields = {each: _python(schema, inner, part.fields[each].type) for each, inner in value.items()}
            return entity_rows()[name].model.model_validate(fields)
        case t.Quantity(dimension), Decimal() if currency_of(dimension) is None:
            return written(value, declared)
        case _:
            return value


class _Named(Protocol):
    """Makes strategies for the records of one entity; the arguments are those of `records`."""

    def __call__(
        self,
        rules: Ruleset | None = None,
        *,
        as_of: dt.datetime = ...,
        ids: Mapping[str, Sequence[str]] | None = None,
        unknowns: bool = True,
    ) -> st.SearchStrategy[AnyRecord]:
        """The strategy."""


partners: Final[_Named] = partial(records, "partner")
people: Final[_Named] = partial(records, "person")
certifications: Final[_Named] = partial(records, "certification")
customers: Final[_Named] = partial(records, "customer")
products: Final[_Named] = partial(records, "product")
registrations: Final[_Named] = partial(records, "registration")
deals: Final[_Named] = partial(records, "deal")
contracts: Final[_Named] = partial(records, "contract")
projects: Final[_Named] = partial(records, "project")
transactions: Final[_Named] = partial(records, "transaction")
violations: Final[_Named] = partial(records, "violation")
sanctions: Final[_Named] = partial(records, "sanction")
standings: Final[_Named] = partial(records, "standing")
assessments: Final[_Named] = partial(records, "assessment")
observations: Final[_Named] = partial(records, "observation")
