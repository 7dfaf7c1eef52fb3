"""The clock by which a node of a plan times rows. May import language."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from partnerrules.language.terms import Term

ClockUnit: TypeAlias = Literal["elapsed", "days", "months", "business days"]
"""What a limit is given in. A limit in months is as many days as those months have after the start."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of business days within which a clock of elapsed time runs, in minutes after midnight."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Stops:
    """When a clock stands still: half-open stretches, one for each member of a list.

    A stretch that begins after the moment up to which is timed is not there, and one that ends after it does not end.

    Attributes:
        items: the list, of each row.
        variable: the name under which the following terms see a member.
        begins: a date or an instant.
        ends: of the same type, or none for a clock that still stands.
    """

    items: Term
    variable: str
    begins: Term
    ends: Term


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that times each row: how long it has run, and until when it has not run longer than it may.

    Elapsed time runs all day or within hours. Days are counted after the day of the start, all of them or the business
    days, and a day on which the clock stands still at all is not counted. Stops that overlap count once: in a query,
    that is the sum over the islands that the stretches make. `quantities.running_time` says all of this exactly.

    The more a clock stands still the later it is due, so that what is not known of the stops makes no more than a least
    and a most: with those stops alone that are certain, each as short as it can be, and with all, each as long.

    Attributes:
        unit: what is counted.
        hours: within which elapsed time runs; all day if None.
        starts: when the clock starts, a date or, for elapsed time, an instant.
        until: up to when is timed: the end, or the moment of the decision.
        limit: how much may be counted.
        stops: when it stands still; never if None.
        due: the column for the last moment or day that is in time, none if the clock stands still for ever before, and
            unknown if the two following ones differ.
        earliest: the column for the least that it can be.
        latest: the column for the most.
        used: the column for what was counted.
        left: the column for what remains of the limit, zero if nothing does.
        stopped: the column that says whether the clock stands still at the end of the timing.
    """

    unit: ClockUnit
    hours: Hours | None
    starts: Term
    until: Term
    limit: Term
    stops: Stops | None
    due: str
    earliest: str
    latest: str
    used: str
    left: str
    stopped: str

    @property
    def own_terms(self) -> tuple[Term, ...]:
        """The terms that it computes."""
        own = (self.starts, self.until, self.limit)
        return own if self.stops is None else (*own, self.stops.items, self.stops.begins, self.stops.ends)
