"""The places that rows take in a queue, as far as they are known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
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

    @property
    def with_itself(self) -> "Tally":
        """Of the rows that stand in a queue with a row, with the row itself."""
        return self.plus(1, 0)

    def count(self, gaps: frozenset[Missing]) -> object:
        """As the value of a column: a number, or a range where it is not known."""
        if self.least == self.most and not gaps:
            return self.least
        return Count(self.least, None if gaps else self.most, self.missing | gaps)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a row stands among the others.

    A row of which it is not known where it stands may be ahead and may be behind. So a count and that of its opposite,
    such as `ahead` and `not_ahead`, take it at most once each, and the most of one goes with the least of the other.

    Attributes:
        ahead: how many come strictly before it.
        level: how many equal it in all keys.
        behind: how many come strictly after it.
        not_ahead: how many equal it or come after it.
        not_behind: how many equal it or come before it.
        before: how many come before it or may do so, those that equal it among them.
        others: how many stand in the queue with it.
    """

    ahead: Tally = field(default_factory=Tally)
    level: Tally = field(default_factory=Tally)
    behind: Tally = field(default_factory=Tally)
    not_ahead: Tally = field(default_factory=Tally)
    not_behind: Tally = field(default_factory=Tally)
    before: Tally = field(default_factory=Tally)
    others: Tally = field(default_factory=Tally)

    def met(self, order: "_Order", stands: Truth) -> "Position":
        """After one more row was compared with it."""
        if isinstance(order, Unknown):
            return self.lost(1, lacking(order, stands), certain=int(stands is True))
        met = replace(self, others=self.others.one(stands))
        match order:
            case "behind":
                return replace(met, behind=self.behind.one(stands), not_ahead=self.not_ahead.one(stands))
            case "ahead":
                return replace(
                    met,
                    ahead=self.ahead.one(stands),
                    not_behind=self.not_behind.one(stands),
                    before=self.before.one(stands),
                )
            case "level":
                return replace(
                    met,
                    level=self.level.one(stands),
                    not_ahead=self.not_ahead.one(stands),
                    not_behind=self.not_behind.one(stands),
                    before=self.before.one(_TIE, stands),
                )

    def lost(self, count: int, missing: frozenset[Missing], *, certain: int = 0) -> "Position":
        """With some more of which it is not known where they stand, some of whom stand in the queue for certain."""
        if not count:
            return self
        others = self.others.plus(certain, count - certain, missing if count > certain else frozenset())
        return replace(self._each(lambda tally: tally.plus(0, count, missing)), others=others)

    def lacking(self, missing: frozenset[Missing]) -> "Position":
        """With what else is missing to know it, as far as it is not known."""
        return self._each(lambda tally: tally.lacking(missing))

    def _each(self, change: Callable[[Tally], Tally]) -> "Position":
        return Position(*(change(getattr(self, each.name)) for each in fields(self)))

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
    surely, surely_anywhere = (sum(each.stands is True for each in some) for some in (standing, anywhere))
    result: list[Position] = []
    for entrant in entrants:
        if entrant.anywhere:
            rivals = len(standing) - (entrant.stands is not False)
            certain = surely - (entrant.stands is True)
            result.append(Position().lost(rivals, lacking(entrant.keys[0]) | doubts, certain=certain))
            continue
        if entrant.vague:
            found, others = Position(), [other for other in standing if other is not entrant]
        else:
            found, others = sorted_in[id(entrant)].lost(len(anywhere), lost, certain=surely_anywhere), partly
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
    ahead = Tally()
    behind = _standing(clear)
    for group in _groups(clear, compare):
        tied = _standing(group)
        # Each step back names all that is missing further on, not only what is missing behind it.
        behind = _exactly(
            behind.least - tied.least, behind.most - behind.least - (tied.most - tied.least), behind.missing
        )
        for entrant in group:
            possible = tied.most - tied.least - isinstance(entrant.stands, Unknown)
            doubts = lacking(*(other.stands for other in group[:MOST_MISSING] if other is not entrant))
            level = _exactly(tied.least - (entrant.stands is True), possible, doubts)
            found[id(entrant)] = Position(
                ahead=ahead,
                level=level,
                behind=behind,
                not_ahead=_joined(level, behind),
                not_behind=_joined(ahead, level),
                before=ahead.plus(0, level.most, lacking(_TIE) | doubts) if level.most else ahead,
                others=_joined(_joined(ahead, level), behind),
            )
        ahead = _joined(ahead, tied)
    return found


def _standing(rows: Sequence[Entrant]) -> Tally:
    """How many rows stand in the queue."""
    certain = sum(1 for row in rows if row.stands is True)
    doubtful = [row.stands for row in rows if isinstance(row.stands, Unknown)]
    return _exactly(certain, len(doubtful), _all_lacking((each,) for each in doubtful))


def _exactly(certain: int, possible: int, missing: frozenset[Missing]) -> Tally:
    return Tally().plus(certain, possible, missing if possible else frozenset())


def _joined(one: Tally, other: Tally) -> Tally:
    return one.plus(other.least, other.most - other.least, other.missing)


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
