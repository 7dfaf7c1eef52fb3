"""Business days: which days a company works, and days so many of them later.

A calendar is plain data that a ruleset declares: a weekend, days closed and days open of its own, and the public
holidays of a country, for which the library `holidays` is asked year by year. What the ruleset declares itself comes
first, so that a correction of the published days, or a release of the library, need not change an answer.
"""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import holidays
from babel.core import Locale

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199
"""The years of a calendar without the holidays of a country: enough for any contract, and a bound on the work."""

_MOST_DAYS: Final = (_LAST_YEAR - _FIRST_YEAR + 1) * 366
_ONE_DAY: Final = dt.timedelta(days=1)
_COUNTRY: Final = re.compile(r"(?P<country>[A-Z]{2})(?:-(?P<part>\w[\w ]{0,39}))?")


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which days are business days.

    Attributes:
        holidays: the country whose public holidays are closed, such as "CN", or a part of one, such as "DE-BY".
        weekend: the days of the week that are closed, Monday is 0; None is the weekend of the country, and Saturday
            and Sunday without one.
        closed: further days that are closed.
        open: days that are open though they are in the weekend or a holiday.
        first: the first day that the calendar speaks of; None is as early as its years go.
        after: the first day that it no longer speaks of; None is as late as its years go.
    """

    holidays: str | None = None
    weekend: frozenset[int] | None = None
    closed: frozenset[dt.date] = frozenset()
    open: frozenset[dt.date] = frozenset()
    first: dt.date | None = None
    after: dt.date | None = None

    def is_business_day(self, day: dt.date) -> bool:
        """Whether a day is a business day.

        Raises:
            OverflowError: if the calendar does not speak of that day.
        """
        self._check(day)
        days = _business_days(self, day.year)
        at = bisect_left(days, day)
        return at < len(days) and days[at] == day

    def moved(self, day: dt.date, count: int) -> dt.date:
        """The day some business days later, or earlier; the day itself is not counted, and zero leaves it as it is.

        Raises:
            OverflowError: if the calendar does not speak of all days on the way.
        """
        if not count:
            return day
        if abs(count) > _MOST_DAYS:
            raise OverflowError("date out of range")
        self._check(day)
        year, left = day.year, abs(count)
        days = _business_days(self, year)
        ahead = days[bisect_right(days, day) :] if count > 0 else days[: bisect_left(days, day)][::-1]
        while len(ahead) < left:
            left -= len(ahead)
            year += 1 if count > 0 else -1
            days = _business_days(self, year)
            ahead = days if count > 0 else days[::-1]
        found = ahead[left - 1]
        self._check(found)
        return found

    def between(self, start: dt.date, end: dt.date) -> int:
        """The business days after a day, up to and including another one; negative if that comes first.

        Raises:
            OverflowError: if the calendar does not speak of all days on the way.
        """
        if start == end:
            return 0
        if end < start:
            return -self.between(end, start)
        self._check(start)
        self._check(end)
        total = 0
        for year in range(start.year, end.year + 1):
            days = _business_days(self, year)
            total += bisect_right(days, end) - bisect_right(days, start)
        return total

    def beyond(self, day: dt.date, count: int) -> dt.date | None:
        """Past which end of the calendar a day lies some business days later, or earlier.

        That is the first day after the calendar, or its own first day if it lies before; None if it lies within, or if
        that cannot be told.
        """
        try:
            if count > 0 and self.after is not None:
                return self.after if count > self.between(day, self.after - _ONE_DAY) else None
            if count < 0 and self.first is not None:
                before = self.between(self.first, day) + self.is_business_day(self.first) - self.is_business_day(day)
                return self.first if -count > before else None
        except OverflowError:
            return None
        return None

    def _check(self, day: dt.date) -> None:
        if (self.first is not None and day < self.first) or (self.after is not None and day >= self.after):
            raise OverflowError("the calendar does not speak of that day")
        _check_year(self.holidays, day.year)


@lru_cache(maxsize=1_000)
def _business_days(calendar: BusinessCalendar, year: int) -> tuple[dt.date, ...]:
    """The business days of a year in their order."""
    _check_year(calendar.holidays, year)
    public = None if calendar.holidays is None else _public_holidays(calendar.holidays, year)
    first = dt.date(year, 1, 1)
    every = (first + dt.timedelta(days=index) for index in range((dt.date(year, 12, 31) - first).days + 1))
    return tuple(day for day in every if _is_open(calendar, public, day))


def _is_open(calendar: BusinessCalendar, public: holidays.HolidayBase | None, day: dt.date) -> bool:
    if day in calendar.closed or day in calendar.open:
        return day in calendar.open
    if public is not None and day in public.weekend_workdays:
        return True  # a working Sunday that makes up for a longer holiday
    weekend = _SATURDAY_AND_SUNDAY if calendar.weekend is None else calendar.weekend
    rests = public.is_weekend(day) if public is not None and calendar.weekend is None else day.weekday() in weekend
    return not rests and (public is None or day not in public)


_SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})


def _check_year(code: str | None, year: int) -> None:
    known = range(_FIRST_YEAR, _LAST_YEAR + 1) if code is None else _years_of(code)
    if year not in known:
        raise OverflowError("the calendar does not speak of that year")


@lru_cache(maxsize=100)
def _years_of(code: str) -> range:
    """The years for which the holidays of a country are known."""
    found = _look_up(code)
    assert found is not None, code  # the ruleset was checked
    return range(found.start_year, found.end_year + 1)


def _public_holidays(code: str, year: int) -> holidays.HolidayBase:
    found = _look_up(code, year)
    assert found is not None, code
    return found


def _look_up(code: str, year: int | None = None) -> holidays.HolidayBase | None:
    match = _COUNTRY.fullmatch(code)
    if match is None:
        return None
    try:
        # `expand` would add years when it is asked for them, so that a question would change later answers.
        return holidays.country_holidays(match["country"], subdiv=match["part"], years=year, expand=False)
    except NotImplementedError:
        return None


def has_holidays(code: str) -> bool:
    """Whether the public holidays of a country, or of a part of one, are known.

    >>> has_holidays("CN"), has_holidays("DE-BY"), has_holidays("XX")
    (True, True, False)
    """
    return _look_up(code) is not None


def holiday_codes(word: str) -> frozenset[str]:
    """What may have been meant by a word that is no known code: the country of that name, the parts of one, or all.

    >>> sorted(holiday_codes("Russia")), sorted(holiday_codes("GB-XX"))
    (['RU'], ['GB', 'GB-ENG', 'GB-NIR', 'GB-SCT', 'GB-WLS'])
    """
    countries = holidays.list_supported_countries(include_aliases=False)
    for language in ("en", "zh", "ru"):
        for code, name in Locale.parse(language).territories.items():
            if name.casefold() == word.casefold() and code in countries:
                return frozenset({code})
    country, dash, _ = word.upper().partition("-")
    if dash and country in countries:
        return frozenset({country, *(f"{country}-{part}" for part in countries[country])})
    return frozenset(countries)
