"""Makes records by the schema, field by field: references that resolve, parts, lists, and nothing impossible."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from typing import Final, Protocol, TypeVar

from hypothesis import strategies as st

from partnerrules.domain.impossible import Impossibility, broken
from partnerrules.domain.values import UNKNOWN
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema
from partnerrules.strategies.values import Values, impossible_of, written

ABSENT: Final = object()
"""Stands for a field that is not given, since that is a fact."""

_LONGEST_LIST: Final = 2

_RECORDED_AT: Final = "recorded_at"
"""Given of some records only: those that are entered after the instant of a decision are not seen."""


T = TypeVar("T")


class Draws(Protocol):
    """Draws a value: in a strategy, or in a test that draws as it goes."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T:
        """The value."""


class RecordMaker:
    """Makes the fields of records.

    Values are typed; a part is a dictionary of typed values. What nobody knows says `UNKNOWN`.
    """

    def __init__(
        self,
        schema: Schema,
        values: Values,
        given: Mapping[str, Iterable[str]],
        ids: Mapping[str, Sequence[str]],
        *,
        gaps: int,
    ) -> None:
        """Take over what records are made of.

        Args:
            schema: the entities.
            values: those that fields may be given.
            given: by entity, the fields to give; all that are not there are left out.
            ids: by entity, the ids that references may name.
            gaps: of how many fields about one is not known; no field if zero.
        """
        self._schema = schema
        self._values = values
        self._given = {name: frozenset(names) for name, names in given.items()}
        self._ids = ids
        self._gaps = gaps
        self._choices: dict[tuple[str, str], list[object]] = {}

    def fields(self, draw: Draws, entity: t.Entity, id: str | None = None) -> dict[str, object]:
        """The typed values of a record or part, those that are absent left out."""
        impossible = impossible_of(entity)
        found: dict[str, object] = {} if id is None else {"id": id}
        for field in entity.fields.values():
            if field.name == "id" or field.name not in self._given.get(entity.name, ()):
                continue
            value = self._drawn(draw, entity, field)
            if _names(impossible, field.name) and any(broken(impossible, {**found, field.name: value})):
                value = self._fitting(draw, entity, field, found)
            if value is not ABSENT:
                found[field.name] = value
        return found

    def _fitting(self, draw: Draws, entity: t.Entity, field: t.Field, others: Mapping[str, object]) -> object:
        """A value that goes with those of the other fields; the field is left open if there is none."""
        impossible = impossible_of(entity)
        fitting = [
            each for each in self._every(entity, field) if not any(broken(impossible, {**others, field.name: each}))
        ]
        return draw(st.sampled_from(fitting)) if fitting else ABSENT

    def _drawn(self, draw: Draws, entity: t.Entity, field: t.Field) -> object:
        if self._gaps and field.absence != "required" and draw(st.integers(1, self._gaps)) == self._gaps:
            return UNKNOWN
        match field.type:
            case t.ListOf(item):
                if field.absence == "none" and draw(st.booleans()):
                    return ABSENT
                return self._several(draw, entity, field, item)
            case t.Record(name) if self._schema.is_part(name):
                return self.fields(draw, self._schema.entities[name])
            case _:
                every = self._every(entity, field)
                return draw(st.sampled_from(every)) if every else ABSENT

    def _several(self, draw: Draws, entity: t.Entity, field: t.Field, item: t.Type) -> tuple[object, ...]:
        count = draw(st.integers(0, _LONGEST_LIST))
        if isinstance(item, t.Record) and self._schema.is_part(item.entity):
            return tuple(self.fields(draw, self._schema.entities[item.entity]) for _ in range(count))
        known = self._known(entity, field, item)
        return tuple(draw(st.sampled_from(known)) for _ in range(count if known else 0))

    def _every(self, entity: t.Entity, field: t.Field) -> list[object]:
        """The values of a field, and its absence as often as it is to come up."""
        key = (entity.name, field.name)
        if key not in self._choices:
            known = self._known(entity, field, field.type)
            rare = field.name == _RECORDED_AT
            share = len(known) * 3 if rare else max(1, len(known) // 4)
            self._choices[key] = [*[ABSENT] * (share if field.absence == "none" else 0), *known]
        return self._choices[key]

    def _known(self, entity: t.Entity, field: t.Field, declared: t.Type) -> list[object]:
        if isinstance(declared, t.Record):
            return list(self._ids.get(declared.entity, ()))
        return list(self._values.of(entity, field))

    def written(self, entity: t.Entity, typed: Mapping[str, object]) -> dict[str, object]:
        """The fields of a record as a file of facts writes them, its id left out.

        What is not known is left out, too, where that says the same.
        """
        found: dict[str, object] = {}
        for name, value in typed.items():
            field = entity.fields[name]
            if name == "id" or (value is UNKNOWN and field.absence != "none"):
                continue
            found[name] = self._written(value, field.type)
        return found

    def _written(self, value: object, declared: t.Type) -> object:
        match value:
            case dict():
                assert isinstance(declared, t.Record)
                return self.written(self._schema.entities[declared.entity], value)
            case tuple():
                assert isinstance(declared, t.ListOf)
                return [self._written(each, declared.item) for each in value]
            case _:
                return written(value, declared)


def _names(impossible: Iterable[Impossibility], field: str) -> bool:
    """Whether a field is among those that can contradict each other."""
    for each in impossible:
        slots = fields_of(each)  # type: ignore[arg-type]  # all of them are dataclasses
        if any(getattr(each, slot.name) == field for slot in slots):
            return True
    return False
