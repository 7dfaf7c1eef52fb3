"""Facts that rules derive: records like those that are given, with what they rest on.

May import the database and schema.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from partnerrules.facts.database import Database, Row
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Entity

MAXIMUM_DERIVATIONS: Final = 20
"""Derivations of one fact by one rule that are kept to be told; the others only count."""

_LONGEST_ID: Final = 200
_LONGEST_PREFIX: Final = 100
_MARKS: Final = frozenset("()+#")


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way in which a fact follows from others.

    Attributes:
        rule: the id of the rule.
        premises: the records that it fired on, by the names that the rule gives them, in its order.
        holds: true, or unknown if it is not known whether all that the rule asks for holds, or whether the premises
            are there.
    """

    rule: str
    premises: tuple[tuple[str, Row], ...]
    holds: bool | Unknown

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """By which derivations of one fact are put in order, and told apart."""
        return self.rule, tuple(row.id for _, row in self.premises)


class DerivedRow(Row):
    """A record that rules derive.

    Attributes:
        derivations: all ways in which it follows, the certain ones first, then by rule and premises; of each rule a
            bounded number.
        doubt: what would have to be known to tell whether it is there; None if it is for certain.
        origins: of fields that are not known, where their values come from: two with one origin have the same value.
    """

    __slots__ = ("derivations", "doubt", "origins")

    def __init__(
        self,
        definition: Entity,
        id: str,
        values: Mapping[str, object],
        derivations: Sequence[Derivation],
        doubt: Unknown | None,
        origins: Mapping[str, object],
    ) -> None:
        assert definition.relation is not None
        super().__init__(definition, definition.relation, id, "", {"id": id, **values})
        self.derivations: Final = tuple(derivations)
        self.doubt: Final = doubt
        self.origins: Final = origins

    def standing(self) -> bool | Unknown:
        """Whether it is there, whatever its dates are."""
        return True if self.doubt is None else self.doubt

    def derived_by(self, rule: str) -> tuple[Derivation, ...]:
        """The ways in which one rule derives it."""
        return tuple(each for each in self.derivations if each.rule == rule)


def derivations_by(row: Row | None, rule: str) -> tuple[Derivation, ...]:
    """The ways in which a rule derives a record; none of one that is given."""
    return row.derived_by(rule) if isinstance(row, DerivedRow) else ()


def in_order(derivations: Iterable[Derivation]) -> list[Derivation]:
    """Derivations of one fact, the certain ones first, then by rule and premises."""
    return sorted(derivations, key=lambda each: (each.holds is not True, each.key))


def kept(derivations: Iterable[Derivation]) -> list[Derivation]:
    """Of derivations in order those that are kept to be told."""
    counts: dict[str, int] = {}
    found: list[Derivation] = []
    for each in derivations:
        counts[each.rule] = counts.get(each.rule, 0) + 1
        if counts[each.rule] <= MAXIMUM_DERIVATIONS:
            found.append(each)
    return found


def id_prefix(rule: str) -> str:
    """What the ids of all facts begin with that a rule derives."""
    if len(rule) > _LONGEST_PREFIX:
        rule = f"{rule[:60]}#{hashlib.sha256(rule.encode()).hexdigest()[:20]}"
    return f"{rule}("


def id_of(derivation: Derivation) -> str:
    """The id of a fact, made of its least derivation: `rule(V-1+V-2)`.

    Where that would be too long, or an id among the premises has one of the marks, it has a digest of them in it.
    """
    ids = [row.id for _, row in derivation.premises]
    plain = all(isinstance(row, DerivedRow) or not _MARKS & set(row.id) for _, row in derivation.premises)
    prefix = id_prefix(derivation.rule)
    made = f"{prefix}{'+'.join(ids)})"
    if plain and len(made) <= _LONGEST_ID:
        return made
    written = json.dumps([derivation.rule, ids], ensure_ascii=True)
    return f"{prefix}#{hashlib.sha256(written.encode()).hexdigest()[:40]})"


def derived_rows(facts: Database) -> tuple[DerivedRow, ...]:
    """All derived records, by entity and id."""
    return tuple(
        row for entity in sorted(facts.entities) for row in facts.relation(entity) if isinstance(row, DerivedRow)
    )
