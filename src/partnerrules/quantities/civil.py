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


def end_of_term(start: dt.date, end: dt.date, day: dt.date, *, in_days: bool = False) -> dt.date:
    """The first day after the term in which a day lies, where each term is followed by one as long as the first.

    A first term of whole months is followed by terms of as many months, counted from the first day of all; any other
    one by terms of as many days, and so is any at all where they are told in days. A day before the first term has that
    one to come.

    >>> end_of_term(dt.date(2024, 2, 29), dt.date(2025, 2, 28), dt.date(2027, 12, 31))
    datetime.date(2028, 2, 29)
    >>> end_of_term(dt.date(2026, 1, 1), dt.date(2026, 1, 31), dt.date(2026, 1, 31))
    datetime.date(2026, 3, 2)

    Raises:
        OverflowError: if the term ends outside of the calendar, or the first one ends before it has begun.
    """
    if end <= start:
        raise OverflowError("a term that ends before it has begun")
    if day < end:
        return end
    months = (end.year - start.year) * 12 + end.month - start.month
    if in_days or months < 1 or add_months(start, months) != end:
        length = (end - start).days
        return add_days(start, ((day - start).days // length + 1) * length)
    # Up to the month of the day there is one term more or less, as months differ in length.
    terms = ((day.year - start.year) * 12 + day.month - start.month) // months
    found = add_months(start, terms * months)
    return found if day < found else add_months(start, (terms + 1) * months)


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
