"""Clocks that stand still, against counting minute by minute and day by day."""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.quantities import BusinessCalendar
from partnerrules.quantities.running_time import Opening, days_run, due_day, due_instant, joined, time_run

BERLIN: Final = ZoneInfo("Europe/Berlin")
MINUTE: Final = dt.timedelta(minutes=1)
DAY: Final = dt.timedelta(days=1)
BASE: Final = dt.datetime(2026, 3, 27, tzinfo=dt.UTC)
"""Two days before the clocks of Berlin change, a Friday."""
FAR: Final = 4 * 24 * 60
CALENDAR: Final = BusinessCalendar(closed=frozenset({dt.date(2026, 3, 31)}), open=frozenset({dt.date(2026, 3, 28)}))


def moment(minute: int) -> dt.datetime:
    return BASE + minute * MINUTE


def opening(opens: int, closes: int) -> Opening:
    return Opening(CALENDAR, BERLIN, opens, closes, lambda: None)


MINUTES: Final = st.integers(0, FAR)
STOPS: Final = st.lists(st.tuples(MINUTES, st.none() | MINUTES), max_size=4)
HOURS: Final = st.none() | st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(sorted)


def stands(minute: int, stops: list[tuple[int, int | None]]) -> bool:
    """Whether the clock stands still in the minute that begins then."""
    return any(begin <= minute and (end is None or minute < end) for begin, end in stops)


def runs(minute: int, stops: list[tuple[int, int | None]], hours: list[int] | None) -> bool:
    if stands(minute, stops):
        return False
    if hours is None:
        return True
    wall = moment(minute).astimezone(BERLIN)
    return CALENDAR.is_business_day(wall.date()) and hours[0] <= wall.hour * 60 + wall.minute < hours[1]


@given(start=MINUTES, length=st.integers(0, FAR), stops=STOPS, hours=HOURS)
def test_time_is_what_minutes_count(
    start: int, length: int, stops: list[tuple[int, int | None]], hours: list[int] | None
) -> None:
    given_stops = [(moment(begin), None if end is None else moment(end)) for begin, end in stops]
    counted = sum(runs(minute, stops, hours) for minute in range(start, start + length))
    within = None if hours is None else opening(*hours)
    assert time_run(moment(start), moment(start + length), given_stops, within) == counted * MINUTE


@given(start=st.integers(0, FAR // 2), limit=st.integers(0, 600), stops=STOPS, hours=HOURS)
def test_due_is_when_the_minutes_are_used_up_or_the_stop_from_there_on_ends(
    start: int, limit: int, stops: list[tuple[int, int | None]], hours: list[int] | None
) -> None:
    given_stops = [(moment(begin), None if end is None else moment(end)) for begin, end in stops]
    found = due_instant(moment(start), limit * MINUTE, given_stops, None if hours is None else opening(*hours))
    last, left = start, limit
    while left and last < 40 * FAR:
        left -= runs(last, stops, hours)
        last += 1
    if left:
        assert found is None
        return
    open_from = min((begin for begin, end in stops if end is None), default=None)
    while stands(last, stops) and (open_from is None or last < open_from):
        last += 1
    assert found == (None if stands(last, stops) else moment(last))


DAYS: Final = st.integers(0, 40)
DAY_STOPS: Final = st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=4)
CALENDARS: Final = st.sampled_from([None, CALENDAR, BusinessCalendar(weekend=frozenset({4, 5, 6}))])


def day(number: int) -> dt.date:
    return dt.date(2026, 3, 20) + number * DAY


def counts(number: int, stops: list[tuple[int, int | None]], calendar: BusinessCalendar | None) -> bool:
    return not stands(number, stops) and (calendar is None or calendar.is_business_day(day(number)))


@given(start=DAYS, length=st.integers(-3, 40), stops=DAY_STOPS, calendar=CALENDARS)
def test_days_are_what_one_counts(
    start: int, length: int, stops: list[tuple[int, int | None]], calendar: BusinessCalendar | None
) -> None:
    given_stops = [(day(begin), None if end is None else day(end)) for begin, end in stops]
    counted = sum(counts(number, stops, calendar) for number in range(start + 1, start + length + 1))
    assert days_run(day(start), day(start + length), given_stops, calendar) == counted


@given(start=DAYS, limit=st.integers(0, 20), stops=DAY_STOPS, calendar=CALENDARS)
def test_the_last_day_is_the_last_that_is_counted_or_of_the_stop_right_after_it(
    start: int, limit: int, stops: list[tuple[int, int | None]], calendar: BusinessCalendar | None
) -> None:
    given_stops = [(day(begin), None if end is None else day(end)) for begin, end in stops]
    last, left = start, limit
    while left and last < 1_000:
        last += 1
        left -= counts(last, stops, calendar)
    while last < 1_000 and stands(last + 1, stops):
        last += 1
    assert due_day(day(start), limit, given_stops, calendar) == (None if last == 1_000 else day(last))


@given(start=DAYS, limit=st.integers(0, 20), stops=DAY_STOPS, calendar=CALENDARS)
def test_one_stop_more_never_makes_it_due_earlier(
    start: int, limit: int, stops: list[tuple[int, int | None]], calendar: BusinessCalendar | None
) -> None:
    given_stops = [(day(begin), None if end is None else day(end)) for begin, end in stops]
    for index in range(len(given_stops)):
        fewer = due_day(day(start), limit, given_stops[:index], calendar)
        more = due_day(day(start), limit, given_stops[: index + 1], calendar)
        assert more is None or (fewer is not None and fewer <= more)


@given(start=st.integers(0, FAR), limit=st.integers(0, 600), stops=STOPS, hours=HOURS)
def test_it_is_used_up_when_it_is_due(
    start: int, limit: int, stops: list[tuple[int, int | None]], hours: list[int] | None
) -> None:
    given_stops = [(moment(begin), None if end is None else moment(end)) for begin, end in stops]
    within = None if hours is None else opening(*hours)
    due = due_instant(moment(start), limit * MINUTE, given_stops, within)
    if due is not None:
        assert time_run(moment(start), due, given_stops, within) == limit * MINUTE


@given(stops=STOPS)
def test_joined_stops_are_in_order_and_do_not_touch(stops: list[tuple[int, int | None]]) -> None:
    found = joined((moment(begin), None if end is None else moment(end)) for begin, end in stops)
    ends = [begin for stop in found for begin in stop if begin is not None]
    assert ends == sorted(set(ends))
    assert all(end is not None for _, end in found[:-1])


def test_what_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(OverflowError):
        due_day(dt.date(9999, 12, 30), 5, [])
    with pytest.raises(OverflowError):
        due_instant(moment(0), dt.timedelta(days=999_999_999), [])
    with pytest.raises(OverflowError):
        due_instant(moment(0), dt.timedelta(days=99_999), [], opening(540, 600))
