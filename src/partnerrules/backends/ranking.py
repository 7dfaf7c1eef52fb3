"""The places that rows take in a queue, as far as they are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Final, Literal

from partnerrules.plan.logic import Truth
from partnerrules.plan.stretches import in_order
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Missing, Unknown

MOST_MISSING: Final = 50
"""Facts that are named for want of which a place is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """A row as the queue sees it: whether it stands in it, and its keys, None for one that is absent."""

    stands: Truth
    keys: tuple[object, ...]

    @property
    def vague(self) -> bool:
        """Whether a key is not known."""
        return any(isinstance(key, Unknown) for key in self.keys)

    @property
    def anywhere(self) -> bool:
        """Whether the first key is not known, so that it may come before or after any other row."""
        return isinstance(self.keys[0], Unknown)


def places(entrants: Sequence[Entrant], gaps: frozenset[Missing]) -> list[Place]:
    """The place that each row takes, or would take if it stood in the queue.

    Rows whose keys are known are sorted once. One whose first key is not known may stand anywhere. Only those of which
    a later key is not known are compared one by one.

    Args:
        entrants: all rows.
        gaps: what is missing if there may be rows that nobody named.
    """
    standing = [entrant for entrant in entrants if entrant.stands is not False]
    anywhere = [entrant for entrant in standing if entrant.anywhere]
    partly = [entrant for entrant in standing if entrant.vague and not entrant.anywhere]
    lost = _Ahead(0, 0, frozenset())
    for entrant in anywhere:
        lost = lost.behind(0, 1, _lacking(entrant.keys[0], entrant.stands))
    doubts = _Ahead(0, 0, frozenset())
    for entrant in standing:
        doubts = doubts.behind(0, 1, _lacking(entrant.stands))
    sorted_in = _sorted_in([entrant for entrant in entrants if not entrant.vague])
    result: list[Place] = []
    for entrant in entrants:
        if entrant.anywhere:
            rivals = len(standing) - (entrant.stands is not False)
            found = _NOBODY.behind(0, rivals, _lacking(entrant.keys[0]) | doubts.missing if rivals else frozenset())
        elif entrant.vague:
            found = _compared_with(entrant, [other for other in standing if other is not entrant], _NOBODY)
        else:
            found = sorted_in[id(entrant)].behind(0, len(anywhere), lost.missing)
            found = _compared_with(entrant, partly, found)
        most = None if gaps else 1 + found.most
        result.append(Place(1 + found.least, most, found.missing | gaps))
    return result


def _lacking(*values: object) -> frozenset[Missing]:
    """What is missing for those values that are not known."""
    return frozenset().union(*(value.missing for value in values if isinstance(value, Unknown)))


def _sorted_in(clear: Sequence[Entrant]) -> "dict[int, _Ahead]":
    """Who comes before each of the rows whose keys are known, among those rows, by their identity."""
    ahead: dict[int, _Ahead] = {}
    sofar = _Ahead(0, 0, frozenset())
    for group in _groups(clear):
        tied = [entrant for entrant in group if entrant.stands is not False]
        for entrant in group:
            rivals = len(tied) - (entrant.stands is not False)
            doubts = (other.stands for other in tied[:MOST_MISSING] if other is not entrant)
            ahead[id(entrant)] = sofar.behind(0, rivals, _lacking(_TIE, *doubts) if rivals else frozenset())
        sofar = _joined(sofar, tied)
    return ahead


@dataclass(frozen=True, slots=True)
class _Ahead:
    """How many come before a row for certain, how many may, and what is missing to tell."""

    least: int
    most: int
    missing: frozenset[Missing]

    def behind(self, certain: int, possible: int, missing: frozenset[Missing]) -> "_Ahead":
        """With some more ahead, of whom only some are certain."""
        lacking = self.missing | missing
        if len(lacking) > MOST_MISSING:  # each of many rivals may lack a fact: naming all of them helps nobody
            lacking = frozenset(sorted(lacking)[:MOST_MISSING])
        return _Ahead(self.least + certain, self.most + certain + possible, lacking)


_NOBODY = _Ahead(0, 0, frozenset())


def _groups(clear: Sequence[Entrant]) -> list[list[Entrant]]:
    """Rows whose keys are known, the first ones first, those of equal keys together."""
    groups: list[list[Entrant]] = []
    for entrant in sorted(clear, key=cmp_to_key(_order)):
        if groups and _order(groups[-1][0], entrant) == 0:
            groups[-1].append(entrant)
        else:
            groups.append([entrant])
    return groups


def _joined(sofar: _Ahead, group: Sequence[Entrant]) -> _Ahead:
    """Those of a group come before all later ones, if they stand in the queue."""
    for entrant in group:
        doubt = entrant.stands
        sofar = sofar.behind(0, 1, doubt.missing) if isinstance(doubt, Unknown) else sofar.behind(1, 0, frozenset())
    return sofar


def _compared_with(own: Entrant, others: Sequence[Entrant], found: _Ahead) -> _Ahead:
    for other in others:
        before = _before(other.keys, own.keys)
        if before is False:
            continue
        doubts = [each for each in (before, other.stands) if isinstance(each, Unknown)]
        found = found.behind(0, 1, Unknown.of(doubts).missing) if doubts else found.behind(1, 0, frozenset())
    return found


def _order(one: Entrant, other: Entrant) -> int:
    before = _before(one.keys, other.keys)
    return 0 if isinstance(before, Unknown) else -1 if before else 1


_TIE = Unknown.because("tie", field="place")


def _before(keys: tuple[object, ...], others: tuple[object, ...]) -> Truth:
    """Whether one row comes before another one: by the first key that differs, what is absent coming last."""
    for key, other in zip(keys, others, strict=True):
        unknown = [value for value in (key, other) if isinstance(value, Unknown)]
        if unknown:
            return Unknown.of(unknown)
        order = _compared(key, other)
        if order != 0:
            return order < 0
    return _TIE


def _compared(key: object, other: object) -> Literal[-1, 0, 1]:
    if key is None or other is None:
        return 0 if key is other else (1 if key is None else -1)
    if in_order(key, other, equal=False):
        return -1
    return 1 if in_order(other, key, equal=False) else 0
