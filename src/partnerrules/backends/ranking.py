"""The places that rows take in a queue, as far as they are known.

No two rows are compared: all are sorted once by their turns in each key, up to the first that is not known. Where a row
stands among the others then follows from where its turns would stand in that order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import accumulate, takewhile
from typing import Final, TypeAlias

from partnerrules.backends.values import MOST_MISSING, Count, lacking, united
from partnerrules.plan.logic import Truth
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Missing, Unknown

Turn: TypeAlias = int | Unknown
"""Which turn a row has by one key: the lesser one comes first."""


def turns(values: Iterable[object], *, descending: bool = False) -> list[Turn]:
    """The turn of each row by the value of a key, the same for equal values; what is absent comes last either way."""
    every = list(values)
    distinct = {value for value in every if value is not None and not isinstance(value, Unknown)}
    ordered = sorted(distinct, reverse=descending)  # type: ignore[type-var]  # checked plans order like values only
    turn: dict[object, Turn] = {value: number for number, value in enumerate(ordered)}
    turn[None] = len(ordered)
    return [value if isinstance(value, Unknown) else turn[value] for value in every]


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """A row as the queue sees it.

    Attributes:
        stands: whether it stands in the queue.
        keys: its turns by the keys of the queue; the first that differs decides.
        known: its turns up to the first that is not known.
    """

    stands: Truth
    keys: tuple[Turn, ...]
    known: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", tuple(takewhile(lambda key: isinstance(key, int), self.keys)))

    @property
    def vague(self) -> bool:
        """Whether a key is not known."""
        return len(self.known) < len(self.keys)

    @property
    def doubt(self) -> frozenset[Missing]:
        """What would have to be known to know the first key that is not."""
        return lacking(self.keys[len(self.known)]) if self.vague else frozenset()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are for certain, how many there may be, and what is missing to tell."""

    least: int = 0
    most: int = 0
    missing: frozenset[Missing] = frozenset()

    def joined(self, *others: "Tally") -> "Tally":
        """With those of other tallies."""
        every = [each for each in (self, *others) if each.most]
        if len(every) == 1:
            return every[0]
        missing = united(each.missing for each in every)
        return Tally(sum(each.least for each in every), sum(each.most for each in every), missing)

    def lacking(self, missing: frozenset[Missing]) -> "Tally":
        """With what else is missing to tell, if it cannot be told."""
        return self if self.least == self.most else Tally(self.least, self.most, self.missing | missing)

    @property
    def with_itself(self) -> "Tally":
        """Of the rows that stand in a queue with a row, with the row itself."""
        return Tally(self.least + 1, self.most + 1, self.missing)

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

    ahead: Tally
    level: Tally
    behind: Tally
    not_ahead: Tally
    not_behind: Tally
    before: Tally
    others: Tally

    def lacking(self, missing: frozenset[Missing]) -> "Position":
        """With what else is missing to know it, as far as it is not known."""
        return Position(*(getattr(self, each.name).lacking(missing) for each in fields(self)))

    def place(self, gaps: frozenset[Missing]) -> Place:
        """The place in the queue, counted from one; without an end if there may be rows that nobody named."""
        return Place(1 + self.before.least, None if gaps else 1 + self.before.most, self.before.missing | gaps)


_TIE: Final = Unknown.because("tie", field="place")

ALONE: Final = Entrant(stands=True, keys=())
"""A row that meets no other, whatever its keys are."""
_WITHOUT_OTHERS: Final = Position(*(Tally() for _ in fields(Position)))


def positions(members: Sequence[Entrant], rivals: Sequence[Entrant] = ()) -> list[Position]:
    """Where each row stands, or would stand if it were in the queue.

    Args:
        members: the rows, which are rivals of each other.
        rivals: further rows.
    """
    if len(members) == 1 and not rivals:
        return [_WITHOUT_OTHERS]
    queue = _Queue([entrant for entrant in (*members, *rivals) if entrant.stands is not False])
    return [queue.position(entrant) for entrant in members]


class _Queue:
    """The rows that stand in a queue, or may do so, in the order of their known turns.

    A row of which a key is not known comes right before those that have the same turns as far as its own are known: it
    may come before or after each of these, and of any other it is known which comes first.
    """

    def __init__(self, standing: Sequence[Entrant]) -> None:
        self._rows = sorted(standing, key=lambda entrant: entrant.known)
        self._known = [entrant.known for entrant in self._rows]
        self._certain = [0, *accumulate(int(entrant.stands is True) for entrant in self._rows)]
        self._doubtful = [index for index, entrant in enumerate(self._rows) if entrant.stands is not True]
        # Where those begin and end of which the turns are known so far and no further.
        self._vague = {
            entrant.known: (index, bisect_right(self._known, entrant.known))
            for index, entrant in enumerate(self._rows)
            if entrant.vague and (index == 0 or self._known[index - 1] != entrant.known)
        }
        self._plain = not self._vague and not self._doubtful
        self._lost: dict[tuple[int, ...], frozenset[Missing]] = {}
        self._doubts_of: dict[tuple[int, int], frozenset[Missing]] = {}

    def position(self, own: Entrant) -> Position:
        """Where a row stands; if it stands in the queue itself, among all others."""
        first, after = bisect_left(self._known, own.known), bisect_right(self._known, own.known)
        if self._plain and not own.vague:
            return self._exact(first, after, own)
        end = self._end(own.known) if own.vague else after
        # Those that share the turns of the row as far as their own are known, and stand before it in the order.
        shorter = [own.known[:length] for length in range(len(own.known)) if own.known[:length] in self._vague]
        unclear = sum(end - begin for begin, end in (self._vague[known] for known in shorter))
        certain = self._certain_of(0, first) - sum(self._certain_of(*self._vague[known]) for known in shorter)
        possible = first - certain - unclear
        doubts = [self._lost_to(known) for known in shorter]
        alike = Tally()
        if not own.vague:
            alike = self._among(first, after, own)
        elif rivals := end - first - (own.stands is not False):
            unclear += rivals
            doubts += [own.doubt, *self._doubts_from(own, first, after, end)]
        lost = Tally(0, unclear, united(doubts))  # each of them may be ahead, level or behind
        ahead = Tally(certain, certain + possible, self._doubts_before(first) if possible else frozenset())
        behind = self._behind(end)
        not_behind = ahead.joined(alike, lost)
        return Position(
            ahead=ahead.joined(lost),
            level=alike.joined(lost),
            behind=behind.joined(lost),
            not_ahead=behind.joined(alike, lost),
            not_behind=not_behind,
            before=Tally(certain, not_behind.most, not_behind.missing | (_TIE.missing if alike.most else frozenset())),
            others=self._among(0, len(self._rows), own),
        )

    def _exact(self, first: int, after: int, own: Entrant) -> Position:
        """Where a row of known turns stands among others of which all is known."""
        itself = int(own.stands is True)
        level, behind, others = after - first - itself, len(self._rows) - after, len(self._rows) - itself
        return Position(
            ahead=Tally(first, first),
            level=Tally(level, level),
            behind=Tally(behind, behind),
            not_ahead=Tally(behind + level, behind + level),
            not_behind=Tally(first + level, first + level),
            before=Tally(first, first + level, _TIE.missing if level else frozenset()),
            others=Tally(others, others),
        )

    def _among(self, first: int, end: int, own: Entrant) -> Tally:
        """How many of some rows, of which a certain one is not counted, stand in the queue."""
        certain = self._certain_of(first, end) - (own.stands is True)
        most = end - first - (own.stands is not False)
        return Tally(certain, most, self._stands(first, end, own) if most > certain else frozenset())

    def _behind(self, first: int) -> Tally:
        """How many of the rows from an index on stand in the queue."""
        certain, most = self._certain_of(first, len(self._rows)), len(self._rows) - first
        return Tally(certain, most, self._doubts_after(first) if most > certain else frozenset())

    def _certain_of(self, first: int, end: int) -> int:
        """How many of some rows stand in the queue for certain."""
        return self._certain[end] - self._certain[first]

    def _end(self, known: tuple[int, ...]) -> int:
        """The index after the last row that has these turns."""
        return bisect_left(self._known, (*known[:-1], known[-1] + 1)) if known else len(self._known)

    def _lost_to(self, known: tuple[int, ...]) -> frozenset[Missing]:
        """What would have to be known of the rows whose turns are known up to here alone."""
        if known not in self._lost:
            first, end = self._vague[known]
            some = (self._rows[index] for index in range(first, end))
            self._lost[known] = united(each.doubt | lacking(each.stands) for each in some)
        return self._lost[known]

    def _doubts_from(self, own: Entrant, first: int, after: int, end: int) -> Iterator[frozenset[Missing]]:
        """What would have to be known of those that have the turns of a row as far as its own are known."""
        equal = (self._rows[index] for index in range(first, min(after, first + MOST_MISSING + 1)))
        yield from (each.doubt | lacking(each.stands) for each in equal if each is not own)
        yield self._stands(after, end, own)

    def _stands(self, first: int, end: int, own: Entrant) -> frozenset[Missing]:
        """What is missing to know which of some rows but a certain one stand in the queue."""
        begin, stop = bisect_left(self._doubtful, first), bisect_left(self._doubtful, end)
        stop = min(stop, begin + MOST_MISSING + 1)
        if isinstance(own.stands, Unknown):
            some = [self._rows[index] for index in self._doubtful[begin:stop]]
            if own in some:
                return united(lacking(each.stands) for each in some if each is not own)
        return self._doubts(begin, stop)

    def _doubts_before(self, end: int) -> frozenset[Missing]:
        """What is missing to know who of the rows up to an index stands in the queue."""
        return self._doubts(0, min(bisect_left(self._doubtful, end), MOST_MISSING))

    def _doubts_after(self, first: int) -> frozenset[Missing]:
        """What is missing to know who of the rows from an index on stands in the queue."""
        count = len(self._doubtful)
        return self._doubts(max(bisect_left(self._doubtful, first), count - MOST_MISSING), count)

    def _doubts(self, begin: int, stop: int) -> frozenset[Missing]:
        """What is missing to know who stands in the queue of some of the rows of which that is not known."""
        if (begin, stop) not in self._doubts_of:
            some = (lacking(self._rows[index].stands) for index in self._doubtful[begin:stop])
            self._doubts_of[begin, stop] = united(some)
        return self._doubts_of[begin, stop]
