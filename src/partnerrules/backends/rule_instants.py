"""What a stratum of rules was settled with as of several instants: between two at which something changes it is one."""

import datetime as dt
from bisect import bisect, insort
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, TypeAlias, TypeVar

from partnerrules.backends.rule_facts import Settled
from partnerrules.backends.surroundings import Surroundings
from partnerrules.facts import Database
from partnerrules.plan.inference import Stratum

_Day = TypeVar("_Day", dt.date, dt.datetime)
_Ends: TypeAlias = tuple[_Day | None, _Day | None]

_as_of: Final = attrgetter("as_of")


@dataclass(slots=True)
class Outcome:
    """What a stratum was settled with as of an instant.

    Attributes:
        found: by its rules.
        facts: the given ones with these.
        stratum: which it is.
        around: the facts that its rules have looked at, and the instant.
    """

    found: Settled
    facts: Database
    stratum: Stratum
    around: Surroundings
    _ends: tuple[_Ends[dt.datetime] | None, _Ends[dt.date] | None] | None = None

    @property
    def as_of(self) -> dt.datetime:
        """The instant."""
        return self.around.as_of

    def holds(self, around: Surroundings) -> bool:
        """Whether the rules find the same as of another instant, which no instant or day in the facts tells apart.

        What they derive is looked at, too: they may fire on it.
        """
        own = self.around
        if self._ends is None:
            fields = sorted(self.stratum.instants or ())
            values = [row.get(name) for entity, name in fields for row in self.facts.relation(entity)]
            instants = [each for each in values if isinstance(each, dt.datetime)]
            days = [each for each in values if isinstance(each, dt.date) and not isinstance(each, dt.datetime)]
            self._ends = _ends(instants, own.as_of), _ends(days, own.today)
        instant, day = self._ends
        return _alike(instant, own.as_of, around.as_of) and _alike(day, own.today, around.today)


def _ends(values: Sequence[_Day], now: _Day) -> _Ends[_Day] | None:
    """The last of some values before now, and the first after it; None if now is one of them."""
    if now in values:
        return None
    before, after = (each for each in values if each < now), (each for each in values if each > now)
    return max(before, default=None), min(after, default=None)


def _alike(ends: _Ends[_Day] | None, now: _Day, other: _Day) -> bool:
    """Whether another instant or day stands to all values as now does."""
    if ends is None:
        return other == now
    last, first = ends
    return (last is None or last < other) and (first is None or other < first)


class Outcomes:
    """What the strata of one version were settled with in one decision, over the same given facts."""

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[frozenset[str], list[Outcome]] = {}

    def at(self, stratum: Stratum, around: Surroundings) -> Outcome | None:
        """What was found as of an instant from which this one differs in nothing; None if there is no such."""
        found = self._of.get(stratum.relations, [])
        place = bisect(found, around.as_of, key=_as_of)
        # What holds as of an instant holds between the two, too, so that only those next to it have to be asked.
        near: Sequence[Outcome] = found[max(place - 1, 0) : place + 1]
        return next((each for each in near if each.holds(around)), None)

    def keep(self, outcome: Outcome) -> None:
        """Takes in what was found, unless it may change at any instant."""
        if outcome.stratum.instants is not None:
            insort(self._of.setdefault(outcome.stratum.relations, []), outcome, key=_as_of)
