"""The days and instants at which something may change: edges of windows and periods, leap days, clock changes.

Around the instant of a decision, by the spans of time that the ruleset counts with. Knows nothing of Hypothesis.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from partnerrules.quantities import add_days, add_months, local_instant, move_civil
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets.compiling import Version
from partnerrules.strategies.reads import Reads, Shift, reads_of

_YEARS: Final = 5
"""Years after the start of an open interval in which instants of decisions are looked for."""

_MORNING: Final = dt.time(9)
_CLOCKS: Final = (_MORNING, dt.time.min, dt.time(23, 59, 59))
_MOST_SPANS: Final = 30
_MOST_DAYS: Final = 60
_SECOND: Final = dt.timedelta(seconds=1)
_HALF_HOUR: Final = dt.timedelta(minutes=30)
_DAY: Final = dt.timedelta(days=1)


def _later(move: Callable[[dt.date, int], dt.date], day: dt.date, size: int) -> Iterator[dt.date]:
    """A day moved, unless that lies outside of the calendar."""
    try:
        yield move(day, size)
    except (OverflowError, ValueError):  # a business calendar knows the holidays of some years only
        return


def moments(rules: Ruleset) -> tuple[tuple[dt.datetime, ...], tuple[dt.datetime, ...]]:
    """Instants as of which a ruleset may be asked, a plain one first: inside of its versions, and around their ends."""
    reads = reads_of(rules)
    inside: dict[dt.datetime, None] = {}
    ends: dict[dt.datetime, None] = {}
    for version in reversed(rules.versions):
        zone, in_force = version.head.zone, version.head.in_force
        for day in _days_of_version(version, reads):
            inside.update(dict.fromkeys(_told(local_instant(day, clock, zone), zone) for clock in _CLOCKS))
        for change in _clock_changes(version):
            near = [_told(moment, zone) for moment in (change, change - _SECOND, change + _HALF_HOUR)]
            inside.update(dict.fromkeys(moment for moment in near if moment.date() in in_force))
        for edge in (in_force.start, in_force.end):
            for day in () if edge is None else _around(edge):
                ends.update(dict.fromkeys(_told(local_instant(day, clock, zone), zone) for clock in _CLOCKS))
    return tuple(inside), tuple(ends)


def _years(version: Version) -> range:
    start, end = version.head.in_force.start, version.head.in_force.end
    if start is None and end is None:
        return range(2024, 2024 + _YEARS)
    if end is None:
        assert start is not None
        return range(start.year, min(start.year + _YEARS, dt.MAXYEAR - 1))
    first = end.year - _YEARS if start is None else start.year
    return range(max(first, dt.MINYEAR + 1), min(end.year, dt.MAXYEAR - 2) + 1)


def _days_of_version(version: Version, reads: Reads) -> Iterator[dt.date]:
    """Days inside of a version: plain ones first."""
    inside = version.head.in_force
    years = _years(version)
    month, first = version.head.fiscal_year_starts
    usual = [dt.date(year, 3, 1) for year in years]
    for year in years:
        usual += [dt.date(year, 1, 31), dt.date(year, 2, 28), dt.date(year, 12, 31), dt.date(year, 1, 1)]
        usual += [dt.date(year, 2, 29)] if calendar.isleap(year) else []
        usual += [dt.date(year, month, first), dt.date(year, month, first) - _DAY]
    yield from (day for day in usual if day in inside)
    for named in _named_days(reads):
        yield from (day for day in _around(named) if day in inside)
    if inside.start is not None:
        yield inside.start


def _named_days(reads: Reads) -> list[dt.date]:
    """The days that rules name."""
    every = (value for values in reads.values.values() for value in values)
    return sorted({value for value in every if isinstance(value, dt.date) and not isinstance(value, dt.datetime)})


def _told(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The instant by the clocks of a zone, with their offset: of two times of one zone Python compares the clocks."""
    local = moment.astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    return local.replace(tzinfo=dt.timezone(offset), fold=0)


def _around(day: dt.date) -> Iterator[dt.date]:
    for shift in (0, -1, 1):
        yield from _later(add_days, day, shift)


@lru_cache(maxsize=64)
def _changes(zone: dt.tzinfo, year: int) -> tuple[dt.datetime, ...]:
    """The instants of a year at which the clocks of a zone change."""
    found = []
    low = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    for _ in range(366):
        high = low + _DAY
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            first, last = low, high
            while last - first > _SECOND:
                middle = first + (last - first) // 2
                if middle.astimezone(zone).utcoffset() == first.astimezone(zone).utcoffset():
                    first = middle
                else:
                    last = middle
            found.append(last.replace(microsecond=0))
        low = high
    return tuple(found)


def _clock_changes(version: Version) -> Iterator[dt.datetime]:
    for year in _years(version):
        yield from _changes(version.head.zone, year)


def days_around(reads: Reads, as_of: dt.datetime) -> tuple[dt.date, ...]:
    """The days that matter to facts as of an instant, today first; each edge with the days before and after it."""
    today = as_of.astimezone(reads.zone).date()
    edges: list[dt.date] = [today]
    for shift in _shifts(reads):
        for turn in (-1, 1):
            edges.extend(_moved(today, shift, turn, reads))
    edges.extend(_named_days(reads))
    if reads.windows:
        edges.extend(_period_starts(today, reads))
    edges.extend(reads.edges)
    near = [day for edge in edges for day in _around(edge)]
    near.extend(_odd_days(today))
    return tuple(dict.fromkeys(near))


def _shifts(reads: Reads) -> Sequence[Shift]:
    return sorted(shift for shift in reads.shifts if shift[0] != "seconds")[:_MOST_SPANS]


def _moved(day: dt.date, shift: Shift, turn: int, reads: Reads) -> Iterator[dt.date]:
    name, size = shift
    if name == "days":
        yield from _later(add_days, day, turn * size)
    elif name == "months":
        yield from _later(add_months, day, turn * size)
    elif reads.calendar is not None:
        yield from _later(reads.calendar.moved, day, turn * size)


def _period_starts(today: dt.date, reads: Reads) -> Iterator[dt.date]:
    month, first = reads.fiscal_year_starts
    for months in (-12, -3, -1, 0, 1, 3):
        for day in _later(add_months, today, months):
            yield day.replace(day=1)
            yield dt.date(day.year, 1, 1)
            yield dt.date(day.year, month, first)


def _odd_days(today: dt.date) -> Iterator[dt.date]:
    """Leap days and ends of months near a day."""
    for year in range(max(today.year - 4, dt.MINYEAR), min(today.year + 2, dt.MAXYEAR)):
        if calendar.isleap(year):
            yield dt.date(year, 2, 29)
    for year in (today.year - 1, today.year):
        if year >= dt.MINYEAR:
            yield from (dt.date(year, 1, 31), dt.date(year, 2, 28), dt.date(year, 12, 31))


def instants_around(reads: Reads, as_of: dt.datetime) -> tuple[dt.datetime, ...]:
    """The instants that matter to facts as of an instant, that instant first; several of them on the same day."""
    zone = reads.zone
    found: dict[dt.datetime, None] = {_told(as_of, zone): None}

    def add(each: Iterable[dt.datetime]) -> None:
        found.update(dict.fromkeys(_told(moment, zone) for moment in each))

    add((as_of - _SECOND, as_of + _SECOND))
    for name, size in sorted(reads.shifts):
        if name == "seconds":
            for turn in (-1, 1):
                edge = as_of + turn * dt.timedelta(seconds=size)
                add((edge, edge - _SECOND, edge + _SECOND))
    for shift in _shifts(reads):
        for turn in (-1, 1):
            for day in _moved(as_of.astimezone(zone).date(), shift, turn, reads):
                edge = _on(as_of, zone, day)
                add((edge, edge - _SECOND, edge + _SECOND))
    for moment in _named_instants(reads):
        add((moment, moment - _SECOND, moment + _SECOND))
    today = as_of.astimezone(zone).date()
    for day in days_around(reads, as_of)[:_MOST_DAYS]:
        if dt.MINYEAR + 1 < day.year < dt.MAXYEAR:
            add((local_instant(day, dt.time.min, zone), local_instant(day, _MORNING, zone)))
    if dt.MINYEAR + 1 < today.year < dt.MAXYEAR:
        for change in _changes(zone, today.year):
            add((change, change - _SECOND, change + _HALF_HOUR))
    return tuple(found)


def _on(moment: dt.datetime, zone: dt.tzinfo, day: dt.date) -> dt.datetime:
    """The instant at which the clocks of a zone show the time of another one, on a day."""
    return move_civil(moment, zone, lambda _: day)


def _named_instants(reads: Reads) -> list[dt.datetime]:
    every = (value for values in reads.values.values() for value in values)
    return sorted({value for value in every if isinstance(value, dt.datetime)})
