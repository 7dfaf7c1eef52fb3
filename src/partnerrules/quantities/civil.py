"""Civil time: days and months later, wall time kept in a zone whose clocks change."""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from typing import Final

DAY_FORM: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
"""Year, month and day as they are written everywhere, whether the calendar has that day or not."""


def read_day(text: str) -> dt.date | None:
    """The day that a text such as "2026-03-01" names; None if it is written in another way, or there is no such day.

    >>> read_day("2024-02-29")
    datetime.date(2024, 2, 29)
    >>> read_day("20240229") is None, read_day("2023-02-29") is None
    (True, True)
    """
    if not DAY_FORM.fullmatch(text):
        return None  # the standard library would take `20260101` and `2026-W01-1`, too
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later or earlier, clipped to the end of a shorter month.

    >>> add_months(dt.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)

    Raises:
        OverflowError: if the result is before year 1 or after year 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError("date out of range")
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def add_days(day: dt.date, days: int) -> dt.date:
    """The day some days later or earlier.

    Raises:
        OverflowError: if the result is before year 1 or after year 9999.
    """
    return day + dt.timedelta(days=days)


def local_instant(day: dt.date, wall: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """The instant at which the clocks of a zone show a date and time.

    Where the clocks jump over that time, the instant they would have shown it without the jump; where they show it
    twice, the first.
    """
    local = dt.datetime.combine(day, wall, tzinfo=zone).replace(fold=0)
    # Going through UTC moves a time in a gap forward by the length of the gap.
    return local.astimezone(dt.UTC).astimezone(zone)


def move_civil(moment: dt.datetime, zone: dt.tzinfo, move: Callable[[dt.date], dt.date]) -> dt.datetime:
    """The instant on another day, such as some civil months later: the wall time in the zone is kept."""
    local = moment.astimezone(zone)
    return local_instant(move(local.date()), local.timetz().replace(tzinfo=None, fold=0), zone)
