"""Days and months move on the calendar of a zone: the wall time stays, gaps go forward, overlaps take the first."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.quantities import add_days, add_months, end_of_term, local_instant, move_civil, read_day

BERLIN = ZoneInfo("Europe/Berlin")
# 2026: clocks in Berlin go forward on 29 March at 02:00, and back on 25 October at 03:00.


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_months_end_with_the_month(day: str, months: int, after: str) -> None:
    assert add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(after)


def test_the_calendar_has_ends() -> None:
    for day, months in ((dt.date(9999, 12, 1), 1), (dt.date(1, 1, 1), -1)):
        with pytest.raises(OverflowError):
            add_months(day, months)
    for day, days in ((dt.date(9999, 12, 31), 1), (dt.date(1, 1, 1), -1)):
        with pytest.raises(OverflowError):
            add_days(day, days)


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@given(DAYS, st.integers(1, 40), st.booleans(), DAYS)
def test_terms_follow_from_the_first_day_of_all(start: dt.date, length: int, by: bool, day: dt.date) -> None:
    """As if each term were written down, one after the other."""
    end = add_months(start, length) if by else add_days(start, length)
    months = next((n for n in range(1, 41) if add_months(start, n) == end), None)
    ends = (add_days(start, n * length) if months is None else add_months(start, n * months) for n in range(1, 30_000))
    assert end_of_term(start, end, day) == next(each for each in ends if each > day)


def test_a_term_ends_after_it_has_begun() -> None:
    with pytest.raises(OverflowError):
        end_of_term(dt.date(2026, 1, 1), dt.date(2026, 1, 1), dt.date(2026, 1, 1))


def later(*, months: int = 0, days: int = 0) -> Callable[[dt.date], dt.date]:
    return lambda day: add_days(add_months(day, months), days)


def utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def test_ninety_days_keep_the_wall_time_across_a_change_of_clocks() -> None:
    start = dt.datetime(2026, 1, 15, 9, tzinfo=BERLIN)  # 08:00 UTC
    assert utc(move_civil(start, BERLIN, later(days=90))) == "2026-04-15T07:00:00+00:00"
    assert utc(move_civil(start, BERLIN, later(months=3))) == "2026-04-15T07:00:00+00:00"
    assert utc(move_civil(start.astimezone(dt.UTC), BERLIN, later(days=90))) == "2026-04-15T07:00:00+00:00"


def test_a_time_that_the_clocks_jump_over_goes_forward() -> None:
    start = dt.datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    assert utc(move_civil(start, BERLIN, later(days=1))) == "2026-03-29T01:30:00+00:00"  # 03:30 there
    assert utc(local_instant(dt.date(2026, 3, 29), dt.time(2, 30), BERLIN)) == "2026-03-29T01:30:00+00:00"


def test_a_time_that_the_clocks_show_twice_is_the_first() -> None:
    start = dt.datetime(2026, 10, 24, 2, 30, tzinfo=BERLIN)
    assert utc(move_civil(start, BERLIN, later(days=1))) == "2026-10-25T00:30:00+00:00"  # still summer time
    # Also from the second of the two, a year of days before.
    second = dt.datetime(2025, 10, 26, 2, 30, tzinfo=BERLIN, fold=1)
    assert utc(move_civil(second, BERLIN, later(months=12, days=-1))) == "2026-10-25T00:30:00+00:00"


def test_midnight_of_a_day() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert utc(local_instant(dt.date(2026, 3, 1), dt.time(), shanghai)) == "2026-02-28T16:00:00+00:00"


def test_a_day_is_written_in_one_way() -> None:
    assert read_day("2026-03-01") == dt.date(2026, 3, 1)
    assert read_day("0001-01-01") == dt.date.min


@pytest.mark.parametrize(
    "text",
    ["", "20260301", "2026-W09-7", "2026-060", "2026-3-1", "2026-02-30", "0000-01-01", "２０２６-03-01", " 2026-03-01"],
)
def test_nothing_else_is_a_day(text: str) -> None:
    assert read_day(text) is None
