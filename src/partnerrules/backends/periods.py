"""Civil periods around a day: weeks from Monday, months, quarters and years of the calendar or of the fiscal year."""

import datetime as dt

from partnerrules.language.syntax import PeriodUnit
from partnerrules.language.terms import EdgeOf, WindowOf
from partnerrules.quantities import add_days, add_months

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def window(term: WindowOf, today: dt.date, fiscal_year_starts: tuple[int, int]) -> tuple[dt.date, dt.date]:
    """The first day of a stretch of days, and the first day after it.

    Raises:
        OverflowError: if it leaves the calendar.
    """
    starts = fiscal_year_starts if term.fiscal else (1, 1)
    match term.kind:
        case "last":
            return add_days(_moved(today, term.unit, -term.count), 1), add_days(today, 1)
        case "to date":
            return start(today, term.unit, starts), add_days(today, 1)
        case "this":
            first = start(today, term.unit, starts)
            return _moved(first, term.unit, -term.count), _moved(first, term.unit, 1)


def edge(term: EdgeOf, day: dt.date, fiscal_year_starts: tuple[int, int]) -> dt.date:
    """The first day of the period of a day, or of the one after it.

    Raises:
        OverflowError: if it leaves the calendar.
    """
    first = start(day, term.unit, fiscal_year_starts if term.fiscal else (1, 1))
    return first if term.edge == "start" else _moved(first, term.unit, 1)


def start(day: dt.date, unit: PeriodUnit, year_starts: tuple[int, int]) -> dt.date:
    """The first day of the period in which a day lies, where the year starts on a month and day."""
    if unit == "day":
        return day
    if unit == "week":
        return add_days(day, -day.weekday())
    month, first = year_starts
    year = dt.date(day.year, month, first)
    if year > day:
        year = add_months(year, -12)
    step = _MONTHS[unit]
    passed = (day.year - year.year) * 12 + day.month - year.month
    periods = passed // step
    begun = add_months(year, periods * step)
    return begun if begun <= day else add_months(year, (periods - 1) * step)


def _moved(day: dt.date, unit: PeriodUnit, count: int) -> dt.date:
    if unit == "day":
        return add_days(day, count)
    if unit == "week":
        return add_days(day, 7 * count)
    return add_months(day, count * _MONTHS[unit])
