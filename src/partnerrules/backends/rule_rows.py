"""The records that one pattern of an inference rule may take, found by what joins look for.

Between the matcher and the database: conditions on one record alone are asked once for each, and joins look up those
that can be equal. What is left out would have made the rule not fire.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from partnerrules.backends.values import comparable
from partnerrules.facts import Row
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


_Keys = tuple[str, ...]


@dataclass(slots=True)
class _Index:
    """Candidates by the values of some fields, and those of which one of them is not known."""

    known: dict[tuple[object, ...], list[Candidate]] = field(default_factory=dict)
    loose: list[Candidate] = field(default_factory=list)

    def add(self, candidate: Candidate, fields: _Keys) -> None:
        values = [candidate.row.get(name) for name in fields]
        if any(value is None for value in values):
            return  # a join over what is absent never holds
        if any(isinstance(value, Unknown) for value in values):
            self.loose.append(candidate)
        else:
            self.known.setdefault(tuple(comparable(value) for value in values), []).append(candidate)


class Candidates:
    """The records that a pattern may take."""

    def __init__(self, meets: Callable[[Row], Truth]) -> None:
        """Begin with none.

        Args:
            meets: whether a record is there and meets the conditions on it alone.
        """
        self._meets = meets
        self._every: list[Candidate] = []
        self._indexes: dict[_Keys, _Index] = {}

    def add(self, row: Row, turn: int) -> Candidate | None:
        """Take in one more record, unless it is one that the pattern cannot take."""
        holds = self._meets(row)
        if holds is False:
            return None
        candidate = Candidate(row, holds, turn)
        self._every.append(candidate)
        for fields, index in self._indexes.items():
            index.add(candidate, fields)
        return candidate

    def every(self) -> Sequence[Candidate]:
        """All of them."""
        return self._every

    def matching(self, fields: _Keys, values: Sequence[object]) -> Sequence[Candidate]:
        """Those whose fields have some values, or may have them.

        Args:
            fields: of the records.
            values: what they are compared with, one for each; where one is not known, all records may match.
        """
        if not fields or any(isinstance(value, Unknown) for value in values):
            return self._every
        if any(value is None for value in values):
            return ()
        index = self._indexes.get(fields)
        if index is None:
            index = self._indexes[fields] = _Index()
            for candidate in self._every:
                index.add(candidate, fields)
        found = index.known.get(tuple(comparable(value) for value in values), [])
        return [*found, *index.loose] if index.loose else found
