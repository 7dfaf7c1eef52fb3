"""At which instants that what terms say may change, where the facts tell: as of all others between it is the same.

May import language and schema.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from partnerrules.language import terms
from partnerrules.plan.walk import parts_of
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema

Field: TypeAlias = tuple[str, str]
"""An entity, and one of its fields with an instant or a day."""

_RECORDED: Final = "recorded_at"
_RATES: Final = "exchange_rate"
_HANGING: Final = (terms.AsOf, terms.Today, terms.WindowOf, terms.AtMoment, terms.OutcomeOf)


def turning_fields(
    every: Iterable[terms.Term], definitions: Mapping[str, terms.Term], relations: Iterable[str], schema: Schema
) -> frozenset[Field] | None:
    """The fields with the only instants and days at which what terms say may change; None if it may at others.

    They look at the instant of the decision, or its day, in nothing but comparisons with a field of a record; and each
    record that they look at begins to be seen when it happens, or when it is recorded.

    Args:
        every: the terms.
        definitions: that they use.
        relations: the entities whose records are looked at.
        schema: what these are.
    """
    entities = frozenset(relations)
    if _RATES in entities:  # which rate holds is told by more than this
        return None
    own = ((entity, (_RECORDED, schema.entities[entity].happens)) for entity in entities)
    found = {(entity, name) for entity, names in own for name in names if name in schema.entities[entity].fields}
    pending = [*every]
    seen: set[int] = set()
    while pending:
        part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        compared = _compared(part)
        if compared is not None:
            record = t.present(compared.record.type)
            if not isinstance(record, t.Record) or record.entity not in entities:
                return None
            found.add((record.entity, compared.field))
            pending.append(compared.record)
        elif isinstance(part, _HANGING):
            return None
        else:
            pending.extend(parts_of(part))
            if isinstance(part, terms.DefinitionOf):
                pending.append(definitions[part.name])
    return frozenset((entity, name) for entity, name in found if name is not None)


def _compared(term: terms.Term) -> terms.FieldOf | None:
    """The field that is compared with the instant of the decision, or with its day."""
    if not isinstance(term, terms.Comparison):
        return None
    for field, now in ((term.left, term.right), (term.right, term.left)):
        if isinstance(field, terms.FieldOf) and isinstance(now, terms.AsOf | terms.Today):
            return field if t.present(field.type) == now.type else None
    return None
