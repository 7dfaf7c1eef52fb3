"""Values that only exist while a plan runs: lists that are not quite known, and counts with a range."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, TypeGuard, TypeVar, overload

from partnerrules.facts import Row
from partnerrules.plan.logic import Truth
from partnerrules.schema.missing import Missing, Unknown

MOST_MISSING: Final = 50
"""Facts that are named for want of which something is not known that hangs on many records."""


@dataclass(frozen=True, slots=True)
class Beyond(Unknown):
    """A day or instant that is not known but for on which side of another one it lies, past an end of the calendar.

    Attributes:
        least: it is no earlier than this, if that is known.
        below: it is earlier than this, if that is known.
    """

    least: dt.date | None = None
    below: dt.date | None = None

    def comes_after(self, moment: object) -> bool | None:
        """Whether it comes after a moment; None if that is not known, or it may be that very moment."""
        if self.least is not None and _is_like(moment, self.least) and moment < self.least:
            return True
        return False if self.below is not None and _is_like(moment, self.below) and moment >= self.below else None


@dataclass(frozen=True, slots=True)
class OneOf(Unknown):
    """A text that is not known but for that it is one of some.

    Attributes:
        possible: those that it may be.
    """

    possible: frozenset[str] = frozenset()

    def equals(self, other: object) -> bool | None:
        """Whether it is another value; None if that is not known."""
        if isinstance(other, OneOf):
            return None if self.possible & other.possible else False
        if not isinstance(other, str):
            return None
        return self.among((other,)) if other in self.possible else False

    def among(self, others: Iterable[object]) -> bool | None:
        """Whether it is one of some values, whichever of its own it is; None if it may be another one."""
        return True if self.possible <= frozenset(others) else None


def _is_like(moment: object, other: dt.date) -> TypeGuard[dt.date]:
    """Whether both are days, or both are instants."""
    return isinstance(moment, dt.date) and isinstance(moment, dt.datetime) is isinstance(other, dt.datetime)


_IN_ORDER: Final = attrgetter("reason", "relation", "record", "field")


def united(doubts: Iterable[frozenset[Missing]]) -> frozenset[Missing]:
    """What is missing for many things: the first of it, in sorted order of what was looked at until it was enough.

    Each of many records may lack a fact: naming all of them helps nobody, and takes long.
    """
    found: set[Missing] = set()
    for each in doubts:
        found |= each
        if len(found) >= MOST_MISSING:
            break
    return frozenset(sorted(found, key=_IN_ORDER)[:MOST_MISSING] if len(found) > MOST_MISSING else found)


def lacking(*values: object) -> frozenset[Missing]:
    """What is missing for those values that are not known."""
    return frozenset().union(*(value.missing for value in values if isinstance(value, Unknown)))


_Item = TypeVar("_Item")


class Shared(list[_Item]):
    """A list that many rows have a part of, with what was made of it once for all of them.

    Attributes:
        made: by what it was made for.
    """

    __slots__ = ("made",)

    def __init__(self, items: Iterable[_Item] = ()) -> None:
        super().__init__(items)
        self.made: dict[int, object] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Portion(Sequence[_Item]):
    """A part of a list that many rows share, so that their running lists do not take up the square of their number.

    Attributes:
        whole: the list.
        first: the index of the first item.
        end: the index after the last one.
    """

    whole: Sequence[_Item]
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first

    def __iter__(self) -> Iterator[_Item]:
        return iter(self.whole[self.first : self.end])

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_Item]: ...
    def __getitem__(self, index: int | slice) -> _Item | Sequence[_Item]:
        return self.whole[self.first : self.end][index]


@dataclass(frozen=True, slots=True)
class Members:
    """A list whose members may be in doubt.

    Attributes:
        certain: those that belong to it; one of them may itself be unknown.
        possible: those that may belong to it, each with what would have to be known.
        gaps: what is missing if there may be members that nobody named.
    """

    certain: Sequence[object]
    possible: Sequence[tuple[object, Unknown]] = ()
    gaps: frozenset[Missing] = frozenset()

    @property
    def doubt(self) -> Unknown | None:
        """What would have to be known to know the list, or None if it is known."""
        missing = self.gaps | united(unknown.missing for _, unknown in self.possible)
        return Unknown(missing) if missing else None

    def known(self) -> tuple[object, ...] | Unknown:
        """The members, or unknown if the list or a member of it is in doubt."""
        unknown = [member for member in self.certain if isinstance(member, Unknown)]
        if self.doubt is not None:
            unknown.append(self.doubt)
        return Unknown.of(unknown) if unknown else tuple(self.certain)


@dataclass(frozen=True, slots=True)
class Count:
    """A count that lies between two numbers; `most` is None where it has no upper end."""

    least: int
    most: int | None
    missing: frozenset[Missing]

    def compared(self, holds: Callable[[int], bool], *, rising: bool | None) -> Truth:
        """Whether a comparison holds for every count in the range, or for none of them.

        Args:
            holds: the comparison.
            rising: whether it goes on holding for greater counts once it holds; None for equality.
        """
        if rising is None:
            if self.most is not None and self.most - self.least < 1_000:
                answers = {holds(count) for count in range(self.least, self.most + 1)}
                return answers.pop() if len(answers) == 1 else Unknown(self.missing)
            return Unknown(self.missing)
        if rising:
            if holds(self.least):
                return True
            return Unknown(self.missing) if self.most is None or holds(self.most) else False
        if not holds(self.least):
            return False
        return Unknown(self.missing) if self.most is None or not holds(self.most) else True


def comparable(value: object) -> object:
    """The value that equality looks at: that of a record is its id."""
    return value.id if isinstance(value, Row) else value
