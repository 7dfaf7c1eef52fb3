"""The records that one pattern of an inference rule may take, found by what joins look for.

Between the matcher and the database: conditions on one record alone are asked once for each, and joins look up those
that can be equal. What is left out would have made the rule not fire.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from partnerrules.backends.rule_plans import Key, Step
from partnerrules.backends.values import comparable
from partnerrules.facts import Row
from partnerrules.language.terms import Term
from partnerrules.plan.logic import Truth
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a pattern may take.

    Attributes:
        row: the record.
        holds: whether it is there and meets the conditions on it alone; true or unknown.
        turn: when it came in; records of a later turn may follow from those of an earlier one.
    """

    row: Row
    holds: Truth
    turn: int


@dataclass(slots=True)
class _Index:
    """Candidates by what they have to have equal, and those of which that is not known in full."""

    keys: Sequence[Key]
    known: dict[tuple[object, ...], list[Candidate]] = field(default_factory=dict)
    loose: list[Candidate] = field(default_factory=list)

    def add(self, candidate: Candidate, value_at: "_ValueAt") -> None:
        row = candidate.row
        values = [row.get(key.path) if key.of_field else value_at(key.own, row) for key in self.keys]
        if any(value is None for value in values):
            return  # a join over what is absent never holds
        if any(isinstance(value, Unknown) for value in values):
            self.loose.append(candidate)
        else:
            self.known.setdefault(tuple(comparable(value) for value in values), []).append(candidate)


_ValueAt = Callable[[Term, Row], object]


class Candidates:
    """The records that a pattern may take."""

    def __init__(self, meets: Callable[[Row], Truth], value_at: _ValueAt) -> None:
        """Begin with none.

        Args:
            meets: whether a record is there and meets the conditions on it alone.
            value_at: what a term that leads on from a record comes to.
        """
        self._meets = meets
        self._value_at = value_at
        self._every: list[Candidate] = []
        self._indexes: dict[tuple[str, ...], _Index] = {}

    def add(self, row: Row, turn: int) -> Candidate | None:
        """Take in one more record, unless it is one that the pattern cannot take."""
        holds = self._meets(row)
        if holds is False:
            return None
        candidate = Candidate(row, holds, turn)
        self._every.append(candidate)
        for index in self._indexes.values():
            index.add(candidate, self._value_at)
        return candidate

    def every(self) -> Sequence[Candidate]:
        """All of them."""
        return self._every

    def matching(self, step: Step, values: Sequence[object]) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
        """Those that have some values where they must, and those that may have them.

        Args:
            step: by which they join others.
            values: what they are compared with, one for each key; where one is not known, all records may match.
        """
        if not values or any(isinstance(value, Unknown) for value in values):
            return (), self._every
        if any(value is None for value in values):
            return (), ()
        index = self._indexes.get(step.paths)
        if index is None:
            index = self._indexes[step.paths] = _Index(step.keys)
            for candidate in self._every:
                index.add(candidate, self._value_at)
        return index.known.get(tuple(comparable(value) for value in values), ()), index.loose
