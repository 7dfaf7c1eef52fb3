"""The cells that rows cover, and what one adds to those that are covered already, as far as that is known."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product, takewhile
from typing import Final, TypeAlias

from partnerrules.backends.ranking import Turn, turns
from partnerrules.backends.rows import Running, Work, WorkingRow
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import Members, comparable, lacking, united
from partnerrules.plan.coverings import Covering
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_CELLS: Final = 500_000
"""Cells that all rows of one node may cover together, one that several cover counted for each."""

Cell = tuple[object, ...]
Exact: TypeAlias = Fraction | int
"""A number that is computed with as it is; whole ones are faster."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A row that may be chosen.

    Attributes:
        row: the row.
        stands: whether it is there to be chosen.
        keys: its turns by the keys that order rows which add equally much.
        known: these up to the first that is not known.
        sure: the cells that it covers for certain.
        may: the cells that it may cover, of those that somebody named; the same set if that is known.
        open: whether it may cover others that nobody named.
        doubts: what is missing to know its cells.
    """

    row: WorkingRow
    stands: Truth
    keys: tuple[Turn, ...]
    known: tuple[int, ...]
    sure: frozenset[Cell]
    may: frozenset[Cell]
    open: bool
    doubts: frozenset[Missing]

    @property
    def missing(self) -> frozenset[Missing]:
        """What is missing to know when it is chosen."""
        return united((lacking(self.stands), self.doubts, lacking(*self.keys)))

    @property
    def certain(self) -> bool:
        """Whether it is there, and it is known where it comes among those that add equally much."""
        return self.stands is True and len(self.known) == len(self.keys)


@dataclass(frozen=True, slots=True)
class Weight:
    """What an overlapped cell counts, between two numbers; no upper end if None."""

    least: Exact
    most: Exact | None


@dataclass(frozen=True, slots=True)
class Gain:
    """What a row adds: the sum between two ends, of which an open one is None, and the cells.

    Attributes:
        least: the least sum.
        most: the greatest sum.
        new: how many cells are new.
        overlapped: how many are covered already.
        counted: whether both numbers are known.
    """

    least: Exact | None
    most: Exact | None
    new: int
    overlapped: int
    counted: bool

    @property
    def known(self) -> bool:
        """Whether the sum is known."""
        return self.least is not None and self.least == self.most

    @property
    def possible(self) -> bool:
        """Whether it adds more than nothing, perhaps. As more is covered it adds less, so if not, it never will."""
        return self.most is None or self.most > 0

    @property
    def certain(self) -> bool:
        """Whether it adds more than nothing for certain."""
        return self.least is not None and self.least > 0


@dataclass(slots=True, eq=False)
class Covered:
    """The cells that chosen rows cover.

    Attributes:
        sure: those that are covered for certain.
        may: those that may be.
        anything: whether any other cell may be, too, because somebody may cover what nobody named.
    """

    sure: set[Cell] = field(default_factory=set)
    may: set[Cell] = field(default_factory=set)
    anything: bool = False

    def copy(self) -> "Covered":
        """The same, to be added to apart."""
        return Covered(set(self.sure), set(self.may), self.anything)

    def add(self, candidate: Candidate) -> None:
        """One more row is chosen."""
        self.sure |= candidate.sure
        self.may |= candidate.may
        self.anything = self.anything or candidate.open

    @property
    def known(self) -> bool:
        """Whether it is known what is covered."""
        return not self.anything and len(self.sure) == len(self.may)

    def gain(self, candidate: Candidate, weight: Weight) -> Gain:
        """What a row adds."""
        already = len(candidate.sure & self.sure)
        alike = candidate.sure is candidate.may
        overlapped = already if alike and self.known else len(candidate.may & self.may)
        taken = overlapped if alike else len(candidate.sure & self.may)
        new = len(candidate.sure) - taken
        if self.anything:
            new, overlapped = 0, len(candidate.may)
        # At least: the cells it may cover that are covered perhaps count against it, and only sure new ones for it.
        least: Exact | None = None
        if not candidate.open and (weight.most is not None or not overlapped):
            least = new - (weight.most or 0) * overlapped if overlapped else new
        unseen = len(candidate.may) - (already if alike else len(candidate.may & self.sure))
        most = None if candidate.open else unseen - weight.least * already if already else unseen
        counted = alike and not candidate.open and overlapped == already
        return Gain(least, most, new, overlapped, counted)


def candidates_of(how: Covering, rows: Sequence[WorkingRow], running: Running) -> list[Candidate]:
    """The rows with their cells.

    Raises:
        TooMuchWork: if they cover too many.
    """
    work = Work(
        MAXIMUM_CELLS,
        f"records cover more than {MAXIMUM_CELLS:,} combinations of what is under `covers`:"
        " let them name less, or choose from fewer",
    )
    columns = [
        turns((definite(row.variables[key.column]) for row in rows), descending=key.descending) for key in how.by
    ]
    keys: list[tuple[Turn, ...]] = list(zip(*columns, strict=True)) if columns else [()] * len(rows)
    return [_candidate(how, row, own, running, work) for row, own in zip(rows, keys, strict=True)]


def _candidate(how: Covering, row: WorkingRow, keys: tuple[Turn, ...], running: Running, work: Work) -> Candidate:
    sides = [_side(row.variables[name]) for name in how.lists]
    sure, may = _cells((side.sure for side in sides), work), None
    # A side that is empty for certain leaves no cells, whatever the others are.
    empty = any(not side.may and not side.open for side in sides)
    doubted = not empty and any(side.doubts for side in sides)
    if doubted:
        may = _cells((side.may for side in sides), work)
    known = tuple(takewhile(lambda key: isinstance(key, int), keys))
    return Candidate(
        row=row,
        stands=conjunction((running.stands(row), running.truth(how.stands, row))),
        keys=keys,
        known=known,  # type: ignore[arg-type]  # those that are taken are whole numbers
        sure=sure,
        may=sure if may is None else may,
        open=not empty and any(side.open for side in sides),
        doubts=united(side.doubts for side in sides) if doubted else frozenset(),
    )


def _cells(sides: Iterable[frozenset[object]], work: Work) -> frozenset[Cell]:
    named = [*sides]
    work.add(math.prod(len(each) for each in named))
    return frozenset(product(*named))


@dataclass(frozen=True, slots=True)
class _Side:
    """The members of one list: those it has for certain, those it may have, and whether it may have others."""

    sure: frozenset[object]
    may: frozenset[object]
    open: bool
    doubts: frozenset[Missing]


def _side(value: object) -> _Side:
    nothing = frozenset[object]()
    if isinstance(value, Unknown):
        return _Side(nothing, nothing, True, value.missing)
    assert isinstance(value, tuple | Members), value
    members = value if isinstance(value, Members) else Members(value)
    sure = frozenset(comparable(each) for each in members.certain if not isinstance(each, Unknown))
    may = sure | {comparable(each) for each, _ in members.possible if not isinstance(each, Unknown)}
    unknown = lacking(*members.certain, *(each for each, _ in members.possible))
    doubts = united((members.gaps, unknown, *(doubt.missing for _, doubt in members.possible)))
    return _Side(sure, may, bool(members.gaps or unknown), doubts)


# -------------------------------------------------------------------------------------------------------- who is first


def first_of(candidates: Sequence[Candidate], gains: Mapping[int, Gain]) -> list[int]:
    """Those of some rows that none of the others which are there adds more than, or comes before, for certain."""
    there = [at for at in gains if candidates[at].stands is True and gains[at].least is not None]
    if not there:
        return list(gains)
    greatest = max(_least(gains[at]) for at in there)
    best: dict[int, tuple[int, ...]] = {}  # of the turns known so far, the first ones: those come before the most
    for at in there:
        if _least(gains[at]) == greatest:
            known = candidates[at].known
            best[len(known)] = min(known, best.get(len(known), known))

    def may_be_first(at: int, most: Exact | None) -> bool:
        if most is None or most != greatest:
            return most is None or most > greatest
        return not any(before(known, candidates[at].known) for known in best.values())

    return [at for at, gain in gains.items() if may_be_first(at, gain.most)]


def comes_before(candidates: Sequence[Candidate], gains: Mapping[int, Gain], one: int, other: int) -> bool:
    """Whether a row, if it is there, is chosen rather than another one, for certain."""
    least, most = gains[one].least, gains[other].most
    if least is None or most is None or least < most:
        return False
    return least > most or before(candidates[one].known, candidates[other].known)


def before(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether turns, as far as they are known, come before others for certain."""
    return next((left < right for left, right in zip(one, other, strict=False) if left != right), False)


def _least(gain: Gain) -> Exact:
    assert gain.least is not None
    return gain.least
