"""Clocks that stand still: how long one has run, and until when it has not run longer than it may.

A clock that counts elapsed time runs all day, or within the service hours of business days. A clock that counts days
counts those after the day of its start, all of them or the business days; a day on which it stands still, be it for a
minute, is not counted. While it stands still, time does not run: stops that overlap count once.
"""

import calendar as gregorian
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar

from partnerrules.quantities.calendars import BusinessCalendar
from partnerrules.quantities.civil import add_days, local_instant

_Moment = TypeVar("_Moment", dt.date, dt.datetime)

_ONE_DAY: Final = dt.timedelta(days=1)
_DAY_IN_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of business days within which clocks run, by the clocks of a zone.

    Attributes:
        calendar: says which days are business days.
        zone: whose wall time the hours are.
        opens: minutes after midnight.
        closes: minutes after midnight; 1,440 is the midnight at the end of the day.
        each_day: called for each day that is looked at, so that the caller can bound the work.
    """

    calendar: BusinessCalendar
    zone: dt.tzinfo
    opens: int
    closes: int
    each_day: Callable[[], None]

    def stretches(
        self, start: dt.datetime, until: dt.datetime | None = None
    ) -> Iterator[tuple[dt.datetime, dt.datetime | None]]:
        """The hours from a moment on, up to the day of another one, in UTC; where clocks change, as long as they are.

        Raises:
            OverflowError: where the calendar ends.
        """
        first = start.astimezone(self.zone).date()
        last = dt.date.max if until is None else until.astimezone(self.zone).date()
        for year in range(first.year, last.year + 1):
            for day, hours in _hours_of_days(self.calendar, self.zone, self.opens, self.closes, year):
                if day < first:
                    continue
                if day > last:
                    return
                self.each_day()
                if isinstance(hours, OverflowError):
                    raise OverflowError(*hours.args)
                if hours is not None and hours[1] > start:
                    yield max(hours[0], start), hours[1]


_Hours: TypeAlias = tuple[dt.datetime, dt.datetime] | OverflowError | None
"""When a day is open, in UTC; why that cannot be told; None if the day is closed."""


@lru_cache(maxsize=200)
def _hours_of_days(
    calendar: BusinessCalendar, zone: dt.tzinfo, opens: int, closes: int, year: int
) -> tuple[tuple[dt.date, _Hours], ...]:
    """The days of a year in their order, each with its hours: the same for all clocks of a policy."""
    found: list[tuple[dt.date, _Hours]] = []
    for day in (dt.date(year, 1, 1) + dt.timedelta(days=index) for index in range(365 + gregorian.isleap(year))):
        hours: _Hours = None
        try:
            if calendar.is_business_day(day):
                begin, end = (_at(day, minutes, zone) for minutes in (opens, closes))
                hours = (begin, end) if end > begin else None
        except OverflowError as error:
            hours = error.with_traceback(None)
        found.append((day, hours))
    return tuple(found)


def _at(day: dt.date, minutes: int, zone: dt.tzinfo) -> dt.datetime:
    if minutes == _DAY_IN_MINUTES:
        day, minutes = add_days(day, 1), 0
    return local_instant(day, dt.time(*divmod(minutes, 60)), zone).astimezone(dt.UTC)


def joined(stops: Iterable[tuple[_Moment, _Moment | None]]) -> list[tuple[_Moment, _Moment | None]]:
    """Stretches in their order, those that overlap or touch as one; None is one that does not end.

    >>> joined([(dt.date(2026, 3, 4), dt.date(2026, 3, 6)), (dt.date(2026, 3, 1), dt.date(2026, 3, 4))])
    [(datetime.date(2026, 3, 1), datetime.date(2026, 3, 6))]
    """
    found: list[tuple[_Moment, _Moment | None]] = []
    for begin, end in sorted(stops, key=lambda stop: stop[0]):
        if end is not None and end <= begin:
            continue  # it takes no time
        before = found[-1] if found else None
        if before is None or (before[1] is not None and before[1] < begin):
            found.append((begin, end))
        elif before[1] is not None and (end is None or end > before[1]):
            found[-1] = (before[0], end)
    return found


# --------------------------------------------------------------------------------------------------- elapsed time


def due_instant(
    start: dt.datetime,
    limit: dt.timedelta,
    stops: Iterable[tuple[dt.datetime, dt.datetime | None]],
    opening: Opening | None = None,
) -> dt.datetime | None:
    """The last moment at which a clock has not run longer than a limit; None if it stands still for ever before that.

    That is the moment at which the limit is used up, and if the clock stands still from there on, the end of that stop.
    So with service hours a limit that is used up in the evening does not end on the next morning.

    Raises:
        OverflowError: if that is outside of the calendar.
    """
    still = joined(stops)
    last = start + limit
    left = limit
    if limit > dt.timedelta():
        for begin, end in _runs(_stretches(start, None, opening), still):
            if end is None or left <= end - begin:
                last = begin + left
                break
            left -= end - begin
        else:
            return None
    if limit < dt.timedelta():
        return last
    return next((end for begin, end in still if begin <= last and (end is None or last < end)), last)


def time_run(
    start: dt.datetime,
    until: dt.datetime,
    stops: Iterable[tuple[dt.datetime, dt.datetime | None]],
    opening: Opening | None = None,
) -> dt.timedelta:
    """How long a clock has run from its start up to a moment.

    Raises:
        OverflowError: if the calendar does not speak of all days on the way.
    """
    total = dt.timedelta()
    if until <= start:
        return total
    for begin, end in _runs(_stretches(start, until, opening), joined(stops)):
        if begin >= until:
            break
        total += (until if end is None else min(end, until)) - begin
    return total


_Stretches: TypeAlias = Iterator[tuple[dt.datetime, dt.datetime | None]]


def _stretches(start: dt.datetime, until: dt.datetime | None, opening: Opening | None) -> _Stretches:
    """The stretches in which a clock may run: all the time, or its hours."""
    return iter([(start, None)]) if opening is None else opening.stretches(start, until)


def _runs(stretches: _Stretches, still: list[tuple[dt.datetime, dt.datetime | None]]) -> _Stretches:
    """The stretches in which a clock runs: those in which it may, without the stops."""
    stops = iter(still)
    stop = next(stops, None)
    for opens, closes in stretches:
        begin = opens
        while True:
            # Stops that are over leave nothing out any more.
            while stop is not None and stop[1] is not None and stop[1] <= begin:
                stop = next(stops, None)
            if stop is None or (closes is not None and stop[0] >= closes):
                yield begin, closes
                break
            if stop[0] > begin:
                yield begin, stop[0]
            if stop[1] is None:
                return
            begin = stop[1]
            if closes is not None and begin >= closes:
                break


# ----------------------------------------------------------------------------------------------------------- days


def due_day(
    start: dt.date,
    limit: int,
    stops: Iterable[tuple[dt.date, dt.date | None]],
    calendar: BusinessCalendar | None = None,
) -> dt.date | None:
    """The last day on which not more days were counted than a limit; None if the clock stands still for ever before.

    That is the last of the days that are counted, and if the clock stands still from the next day on, the last day of
    that stop. A limit of business days ends on a business day, as `within` has it.

    Args:
        start: the day of the start, which is not counted itself.
        limit: how many days.
        stops: from which day up to which the clock stands still.
        calendar: if only business days are counted.

    Raises:
        OverflowError: if that is outside of the calendar.
    """
    still = [stop for stop in joined(stops) if stop[1] is None or stop[1] > add_days(start, 1)]
    position, left = start, limit
    for begin, end in still:
        free = _between(position, max(begin - _ONE_DAY, start), calendar)
        if left <= free:
            break
        if end is None:
            return None
        position, left = end - _ONE_DAY, left - free
    last = _moved(position, left, calendar)
    for begin, end in still if limit >= 0 else ():
        if begin <= add_days(last, 1) and (end is None or last < end):
            return None if end is None else end - _ONE_DAY
    return last


def days_run(
    start: dt.date,
    until: dt.date,
    stops: Iterable[tuple[dt.date, dt.date | None]],
    calendar: BusinessCalendar | None = None,
) -> int:
    """How many days a clock has counted after the day of its start, up to and including another day.

    Raises:
        OverflowError: if the calendar does not speak of all days on the way.
    """
    if until <= start:
        return 0
    total = _between(start, until, calendar)
    for begin, end in joined(stops):
        first = max(begin - _ONE_DAY, start)
        last = until if end is None else min(end - _ONE_DAY, until)
        if first < last:
            total -= _between(first, last, calendar)
    return total


def _between(after: dt.date, until: dt.date, calendar: BusinessCalendar | None) -> int:
    return (until - after).days if calendar is None else calendar.between(after, until)


def _moved(day: dt.date, count: int, calendar: BusinessCalendar | None) -> dt.date:
    return add_days(day, count) if calendar is None else calendar.moved(day, count)
