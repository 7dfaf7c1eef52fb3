"""What is told of rows that are chosen, or are not: when, what they add, and who covers their cells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from partnerrules.backends.coverage import Candidate, Cell, Covered, Gain, Weight
from partnerrules.plan import coverings as c
from partnerrules.plan.logic import Truth
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Missing, Unknown

MOST_NAMED: Final = 20
"""Rows that are named which equal a row, or are perhaps chosen beside it."""
MOST_COMPARED: Final = 20
"""Ends of plays that are compared to tell what a row adds that is not chosen."""


class Picked(Protocol):
    """When a row was chosen, and what it added."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def gain(self) -> Gain | None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all plays came to.

    Attributes:
        candidates: the rows.
        ends: of each play those that are chosen, what they cover, and those that perhaps are chosen, too.
        tied: those of which it is undecided whether they are chosen: what they add, and those that equal them.
        turns: how many turns there were.
        weight: what an overlapped cell counts.
        weights: the same, between two ends.
        missing: what would have to be known to tell the plays apart.
    """

    candidates: Sequence[Candidate]
    ends: Sequence[tuple[Mapping[int, Picked], Covered, frozenset[int]]]
    tied: Mapping[int, tuple[Gain, frozenset[int]]]
    turns: int | Unknown
    weight: Fraction | Unknown
    weights: Weight
    missing: frozenset[Missing]

    def chosen(self, at: int) -> Truth:
        """Whether a row is chosen."""
        if not any(at in picked or at in perhaps for picked, _, perhaps in self.ends):
            return False
        if all(at in picked for picked, _, _ in self.ends) and not isinstance(self.turns, Unknown):
            return True
        return Unknown(self.missing)

    def turn(self, at: int) -> Place:
        """In which turn a chosen row is."""
        picks = [picked[at] for picked, _, _ in self.ends]
        return Place(min(each.first for each in picks), max(each.last for each in picks), self.missing)

    def gain(self, at: int, chosen: Truth) -> Gain | None:
        """What a row adds, in its turn, or after the last one if it has none; None if that is not known."""
        if at in self.tied:
            gain = self.tied[at][0]
            return gain if gain.counted else None
        if isinstance(chosen, Unknown):
            return None
        found: list[Gain | None] = []
        if chosen:
            found = [picked[at].gain for picked, _, _ in self.ends]
        elif len(self.ends) <= MOST_COMPARED:
            candidate = self.candidates[at]
            found = [None if perhaps else covered.gain(candidate, self.weights) for _, covered, perhaps in self.ends]
        first = found[0] if found else None
        return first if first is not None and first.counted and all(each == first for each in found) else None

    def covered(self) -> object:
        """How many cells are covered in all."""
        every = {len(covered.sure) if covered.known and not perhaps else None for _, covered, perhaps in self.ends}
        only = every.pop() if len(every) == 1 else None
        return Unknown(self.missing) if only is None or isinstance(self.turns, Unknown) else only


def tell(how: c.Covering, outcome: Outcome) -> None:
    """Puts into each row what came of it."""
    told = [outcome.chosen(at) for at in range(len(outcome.candidates))]
    steps = [at for at, chosen in enumerate(told) if chosen is True]
    firsts = {at: min(picked[at].first for picked, _, _ in outcome.ends) for at in steps}
    steps.sort(key=lambda at: (firsts[at], _id(outcome.candidates[at])))
    who = _Coverers(outcome.candidates, told)
    weight = outcome.weight
    same = {
        c.ROOM: outcome.turns,
        c.WEIGHT: weight if isinstance(weight, Unknown) else Decimal(weight.numerator) / Decimal(weight.denominator),
        c.COVERED: outcome.covered(),
        c.STEPS: tuple(_id(outcome.candidates[at]) for at in steps),
    }
    for at, (candidate, chosen) in enumerate(zip(outcome.candidates, told, strict=True)):
        gain = outcome.gain(at, chosen)
        unknown = Unknown(outcome.missing | candidate.doubts)
        _, equals = outcome.tied.get(at, (None, frozenset[int]()))
        candidate.row.variables.update(
            {
                **same,
                c.CHOSEN: chosen,
                c.TIED: at in outcome.tied,
                c.EQUALS: tuple(sorted(_id(outcome.candidates[each]) for each in equals)[:MOST_NAMED]),
                c.TURN: outcome.turn(at) if chosen is True else None if chosen is False else unknown,
                c.NEW: unknown if gain is None else gain.new,
                c.OVERLAPPED: unknown if gain is None else gain.overlapped,
                c.CELLS: who.groups(candidate.sure),
            }
        )


def _id(candidate: Candidate) -> str:
    return candidate.row.subject.id


class _Coverers:
    """Who covers each cell."""

    def __init__(self, candidates: Sequence[Candidate], told: Sequence[Truth]) -> None:
        self._by: dict[Cell, list[str]] = defaultdict(list)
        self._perhaps: dict[Cell, list[str]] = defaultdict(list)
        self._anywhere: list[tuple[str, frozenset[Cell]]] = []
        for candidate, chosen in zip(candidates, told, strict=True):
            if chosen is False:
                continue
            sure = candidate.sure if chosen is True else frozenset[Cell]()
            for cell in sure:
                self._by[cell].append(_id(candidate))
            for cell in candidate.may - sure:
                self._perhaps[cell].append(_id(candidate))
            if candidate.open and len(self._anywhere) < MOST_NAMED:
                self._anywhere.append((_id(candidate), candidate.may))

    def groups(self, cells: Iterable[Cell]) -> tuple[c.CoveredCells, ...]:
        """Some cells, those together that the same rows cover."""
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Cell]] = {}
        for cell in sorted(cells, key=lambda cell: tuple(str(each) for each in cell)):
            others = (id for id, own in self._anywhere if cell not in own)
            perhaps = sorted({*self._perhaps.get(cell, ()), *others})[:MOST_NAMED]
            alike.setdefault((tuple(self._by.get(cell, ())), tuple(perhaps)), []).append(cell)
        return tuple(c.CoveredCells(tuple(own), by, perhaps) for (by, perhaps), own in alike.items())
