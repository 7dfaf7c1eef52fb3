"""The places that rows take in a queue, as far as they are known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Final, Literal

from partnerrules.backends.rows import lacking
from partnerrules.backends.values import Count
from partnerrules.plan.logic import Truth
from partnerrules.plan.stretches import in_order
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Missing, Unknown

MOST_MISSING: Final = 50
"""Facts that are named for want of which a place is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """A row as the queue sees it.

    Attributes:
        stands: whether it stands in the queue.
        keys: what orders it, None for one that is absent; no keys if nothing is known of where it stands.
    """

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


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are for certain, how many there may be, and what is missing to tell."""

    least: int = 0
    most: int = 0
    missing: frozenset[Missing] = frozenset()

    def plus(self, certain: int, possible: int, missing: frozenset[Missing] = frozenset()) -> "Tally":
        """With some more, of whom only some are certain."""
        joined = self.missing | missing
        if len(joined) > MOST_MISSING:  # each of many rivals may lack a fact: naming all of them helps nobody
            joined = frozenset(sorted(joined)[:MOST_MISSING])
        return Tally(self.least + certain, self.most + certain + possible, joined)

    def one(self, *doubts: object) -> "Tally":
        """With one more, which is only possible if one of the things that have to be known is unknown."""
        possible = any(isinstance(doubt, Unknown) for doubt in doubts)
        return self.plus(0, 1, lacking(*doubts)) if possible else self.plus(1, 0)

    def lacking(self, missing: frozenset[Missing]) -> "Tally":
        """With what else is missing to tell, if it cannot be told."""
        return self if self.least == self.most else self.plus(0, 0, missing)

    def count(self, gaps: frozenset[Missing]) -> object:
        """As the value of a column: a number, or a range where it is not known."""
        if self.least == self.most and not gaps:
            return self.least
        return Count(self.least, None if gaps else self.most, self.missing | gaps)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a row stands among the others.

    Attributes:
        ahead: how many come strictly before it.
        level: how many equal it in all keys.
        before: how many come before it or may do so, those that equal it among them.
    """

    ahead: Tally = field(default_factory=Tally)
    level: Tally = field(default_factory=Tally)
    before: Tally = field(default_factory=Tally)

    def met(self, order: "_Order", stands: Truth) -> "Position":
        """After one more row was compared with it."""
        match order:
            case "behind":
                return self
            case "ahead":
                return Position(self.ahead.one(stands), self.level, self.before.one(stands))
            case "level":
                return Position(self.ahead, self.level.one(stands), self.before.one(_TIE, stands))
            case _:
                return self.lost(1, lacking(order, stands))

    def lost(self, count: int, missing: frozenset[Missing]) -> "Position":
        """With some more of which nothing is known."""
        if not count:
            return self
        ahead, level, before = (tally.plus(0, count, missing) for tally in (self.ahead, self.level, self.before))
        return Position(ahead, level, before)

    def lacking(self, missing: frozenset[Missing]) -> "Position":
        """With what else is missing to know it, as far as it is not known."""
        return Position(*(tally.lacking(missing) for tally in (self.ahead, self.level, self.before)))

    def place(self, gaps: frozenset[Missing]) -> Place:
        """The place in the queue, counted from one; without an end if there may be rows that nobody named."""
        return Place(1 + self.before.least, None if gaps else 1 + self.before.most, self.before.missing | gaps)


_Order = Literal["ahead", "level", "behind"] | Unknown
_TIE: Final = Unknown.because("tie", field="place")


def positions(entrants: Sequence[Entrant], descending: Sequence[bool] = ()) -> list[Position]:
    """Where each row stands, or would stand if it were in the queue.

    Rows whose keys are known are sorted once. One whose first key is not known may stand anywhere. Only those of which
    a later key is not known are compared one by one.

    Args:
        entrants: all rows.
        descending: for each key, whether the greatest comes first; the least does if left out.
    """

    def compare(own: Entrant, other: Entrant) -> _Order:
        return _compared(own.keys, other.keys, descending or (False,) * len(own.keys))

    standing = [entrant for entrant in entrants if entrant.stands is not False]
    anywhere = [entrant for entrant in standing if entrant.anywhere]
    partly = [entrant for entrant in standing if entrant.vague and not entrant.anywhere]
    lost = _all_lacking(_first_and_stand(entrant) for entrant in anywhere)
    doubts = _all_lacking((entrant.stands,) for entrant in standing)
    sorted_in = _sorted_in([entrant for entrant in entrants if not entrant.vague], compare)
    result: list[Position] = []
    for entrant in entrants:
        if entrant.anywhere:
            rivals = len(standing) - (entrant.stands is not False)
            result.append(Position().lost(rivals, lacking(entrant.keys[0]) | doubts))
            continue
        if entrant.vague:
            found, others = Position(), [other for other in standing if other is not entrant]
        else:
            found, others = sorted_in[id(entrant)].lost(len(anywhere), lost), partly
        for other in others:
            found = found.met(compare(entrant, other), other.stands)
        result.append(found)
    return result


def _first_and_stand(entrant: Entrant) -> tuple[object, ...]:
    return (entrant.keys[0], entrant.stands)


def _all_lacking(values: Iterable[tuple[object, ...]]) -> frozenset[Missing]:
    tally = Tally()
    for each in values:
        tally = tally.plus(0, 0, lacking(*each))
    return tally.missing


def _sorted_in(clear: Sequence[Entrant], compare: "Callable[[Entrant, Entrant], _Order]") -> dict[int, Position]:
    """Where each of the rows whose keys are known stands among those rows, by their identity."""
    found: dict[int, Position] = {}
    sofar = Position()
    for group in _groups(clear, compare):
        tied = [entrant for entrant in group if entrant.stands is not False]
        certain = sum(1 for entrant in tied if entrant.stands is True)
        for entrant in group:
            level_certain = certain - (entrant.stands is True)
            possible = len(tied) - certain - isinstance(entrant.stands, Unknown)
            doubts = lacking(*(other.stands for other in tied[:MOST_MISSING] if other is not entrant))
            found[id(entrant)] = Position(
                sofar.ahead,
                sofar.level.plus(level_certain, possible, doubts if possible else frozenset()),
                sofar.before.plus(0, level_certain + possible, lacking(_TIE) | doubts)
                if level_certain + possible
                else sofar.before,
            )
        for entrant in tied:
            sofar = sofar.met("ahead", entrant.stands)
    return found


def _groups(clear: Sequence[Entrant], compare: "Callable[[Entrant, Entrant], _Order]") -> list[list[Entrant]]:
    """Rows whose keys are known, the first ones first, those of equal keys together."""

    def turn(one: Entrant, other: Entrant) -> int:
        order = compare(one, other)
        return 1 if order == "ahead" else -1 if order == "behind" else 0

    groups: list[list[Entrant]] = []
    for entrant in sorted(clear, key=cmp_to_key(turn)):
        if groups and compare(groups[-1][0], entrant) == "level":
            groups[-1].append(entrant)
        else:
            groups.append([entrant])
    return groups


def _compared(keys: tuple[object, ...], others: tuple[object, ...], descending: Sequence[bool]) -> _Order:
    """Where another row stands from a row: by the first key that differs, what is absent coming last."""
    for key, other, down in zip(keys, others, descending, strict=True):
        unknown = [value for value in (key, other) if isinstance(value, Unknown)]
        if unknown:
            return Unknown.of(unknown)
        if key is None or other is None:
            if key is not other:
                return "ahead" if key is None else "behind"
            continue
        first, second = (key, other) if not down else (other, key)
        if in_order(second, first, equal=False):
            return "ahead"
        if in_order(first, second, equal=False):
            return "behind"
    return "level"
