"""Business days: the published ones, those of the ruleset first, counted as deadlines are counted."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.quantities import BusinessCalendar, has_holidays, holiday_codes

WEEKDAYS = BusinessCalendar()
CHINA = BusinessCalendar("CN")
FRIDAYS = BusinessCalendar(weekend=frozenset({4, 5}))
OWN = BusinessCalendar("CN", closed=frozenset({dt.date(2026, 3, 3)}), open=frozenset({dt.date(2026, 5, 1)}))
SHORT = BusinessCalendar("CN", first=dt.date(2025, 1, 1), after=dt.date(2027, 1, 1))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "date", "open_"),
    [
        # 2026-03-01 is a Sunday.
        (WEEKDAYS, "2026-02-27", True),
        (WEEKDAYS, "2026-02-28", False),
        (WEEKDAYS, "2026-03-01", False),
        (WEEKDAYS, "2026-05-01", True),
        (CHINA, "2026-05-01", False),
        (CHINA, "2026-05-05", False),  # a Tuesday, made up for on Saturday the 9th
        (CHINA, "2026-05-09", True),
        (CHINA, "2026-05-10", False),
        (FRIDAYS, "2026-02-27", False),
        (FRIDAYS, "2026-03-01", True),
        (OWN, "2026-03-03", False),
        (OWN, "2026-05-01", True),
        (OWN, "2026-05-02", False),
        (BusinessCalendar("CN", closed=frozenset({dt.date(2026, 5, 9)})), "2026-05-09", False),
        # The weekend of the Emirates was Friday and Saturday up to the end of 2021.
        (BusinessCalendar("AE"), "2020-06-05", False),
        (BusinessCalendar("AE"), "2020-06-07", True),
        (BusinessCalendar("AE"), "2023-06-02", True),
        (BusinessCalendar("AE"), "2023-06-04", False),
        # A holiday that is kept in the year before: 1 January 2028 is a Saturday.
        (BusinessCalendar("US"), "2027-12-31", False),
        (BusinessCalendar("DE"), "2026-06-04", True),
        (BusinessCalendar("DE-BY"), "2026-06-04", False),  # Corpus Christi
    ],
)
def test_what_is_a_business_day(calendar: BusinessCalendar, date: str, open_: bool) -> None:
    assert calendar.is_business_day(day(date)) is open_


@pytest.mark.parametrize(
    ("calendar", "start", "count", "end"),
    [
        (WEEKDAYS, "2026-03-02", 1, "2026-03-03"),
        (WEEKDAYS, "2026-03-02", 5, "2026-03-09"),
        (WEEKDAYS, "2026-03-06", 1, "2026-03-09"),
        (WEEKDAYS, "2026-03-07", 1, "2026-03-09"),  # from a Saturday the Monday is the first
        (WEEKDAYS, "2026-03-07", 0, "2026-03-07"),  # nothing is added, and so nothing changes
        (WEEKDAYS, "2026-03-09", -1, "2026-03-06"),
        (WEEKDAYS, "2026-03-08", -1, "2026-03-06"),
        (WEEKDAYS, "2025-12-31", 2, "2026-01-02"),
        (WEEKDAYS, "2026-01-01", -1, "2025-12-31"),
        (WEEKDAYS, "2026-01-01", 261, "2027-01-01"),  # 2026 has 261 such days, and the first of them is not counted
        (CHINA, "2026-04-30", 5, "2026-05-11"),
        (CHINA, "2026-05-11", -5, "2026-04-30"),
        (CHINA, "2026-09-30", 3, "2026-10-10"),  # 8, 9 October, and the Saturday that is worked
    ],
)
def test_some_business_days_later(calendar: BusinessCalendar, start: str, count: int, end: str) -> None:
    assert calendar.moved(day(start), count) == day(end)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-04-30", "2026-05-11", 5),
        ("2026-05-11", "2026-04-30", -5),
        ("2026-04-30", "2026-05-01", 0),
        ("2026-04-30", "2026-05-05", 0),
        ("2026-05-01", "2026-05-06", 1),
        ("2026-05-06", "2026-05-06", 0),
        ("2025-12-31", "2026-01-05", 2),  # Sunday the 4th is worked for Friday the 2nd
    ],
)
def test_business_days_between_two_days(start: str, end: str, count: int) -> None:
    assert CHINA.between(day(start), day(end)) == count


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(lambda: WEEKDAYS.is_business_day(dt.date(1899, 12, 31)), id="before"),
        pytest.param(lambda: WEEKDAYS.moved(dt.date(2199, 12, 31), 1), id="after"),
        pytest.param(lambda: WEEKDAYS.moved(dt.date(1900, 1, 1), -1), id="earlier"),
        pytest.param(lambda: WEEKDAYS.moved(dt.date(2026, 1, 1), 10**9), id="much-later"),
        pytest.param(lambda: WEEKDAYS.between(dt.date(1, 1, 1), dt.date(9999, 12, 31)), id="all"),
        pytest.param(lambda: CHINA.is_business_day(dt.date(1949, 12, 31)), id="country-before"),
        pytest.param(lambda: CHINA.moved(dt.date(2100, 12, 31), 1), id="country-after"),
        pytest.param(lambda: SHORT.is_business_day(dt.date(2027, 1, 1)), id="covers-end"),
        pytest.param(lambda: SHORT.is_business_day(dt.date(2024, 12, 31)), id="covers-start"),
        pytest.param(lambda: SHORT.moved(dt.date(2026, 12, 31), 1), id="covers-later"),
        pytest.param(lambda: SHORT.moved(dt.date(2025, 1, 1), -1), id="covers-earlier"),
        pytest.param(lambda: SHORT.between(dt.date(2026, 12, 31), dt.date(2027, 1, 1)), id="covers-between"),
    ],
)
def test_days_of_which_the_calendar_does_not_speak(asked: Callable[[], object]) -> None:
    with pytest.raises(OverflowError):
        asked()


def test_the_days_that_a_calendar_covers() -> None:
    assert SHORT.is_business_day(dt.date(2025, 1, 2))
    assert SHORT.moved(dt.date(2025, 1, 1), 1) == dt.date(2025, 1, 2)
    assert SHORT.between(dt.date(2025, 1, 1), dt.date(2026, 12, 31)) == CHINA.between(
        dt.date(2025, 1, 1), dt.date(2026, 12, 31)
    )


CALENDARS = st.sampled_from([WEEKDAYS, CHINA, FRIDAYS, OWN, BusinessCalendar("RU"), BusinessCalendar("US")])
DAYS = st.dates(dt.date(2023, 12, 1), dt.date(2027, 2, 1))


@given(CALENDARS, DAYS, st.integers(-300, 300))
def test_moving_is_going_day_by_day(calendar: BusinessCalendar, start: dt.date, count: int) -> None:
    found, left = start, abs(count)
    while left:
        found += dt.timedelta(days=1 if count > 0 else -1)
        left -= calendar.is_business_day(found)
    assert calendar.moved(start, count) == found


@given(CALENDARS, DAYS, DAYS)
def test_between_counts_the_end_and_not_the_start(calendar: BusinessCalendar, start: dt.date, end: dt.date) -> None:
    first, last = min(start, end), max(start, end)
    days = [first + dt.timedelta(days=index) for index in range(1, (last - first).days + 1)]
    count = sum(calendar.is_business_day(each) for each in days)
    assert calendar.between(start, end) == (count if start <= end else -count)


@given(CALENDARS, DAYS, DAYS, st.integers(0, 60))
def test_a_deadline_is_kept_exactly_up_to_its_day(
    calendar: BusinessCalendar, start: dt.date, end: dt.date, count: int
) -> None:
    """In time is at most so many business days later; the free days after the last one are late all the same."""
    due = calendar.moved(start, count)
    if start <= end <= due:
        assert calendar.between(start, end) <= count
    if end > due and calendar.is_business_day(end):
        assert calendar.between(start, end) > count


@pytest.mark.parametrize("code", ["", "XX", "cn", "CHN", "China", "CN-XX", "DE-", "DE_BY", "-", "ＣＮ", "CN" * 1_000])
def test_what_is_no_country(code: str) -> None:
    assert not has_holidays(code)
    assert holiday_codes(code)


@pytest.mark.parametrize("code", ["CN", "RU", "US", "US-CA", "DE-BY", "NO", "FR-Zone A", "BR-São Paulo Capital"])
def test_countries_and_their_parts(code: str) -> None:
    assert has_holidays(code)


def published(code: str) -> str:
    """What differs from Monday to Friday in the years that rulesets of today decide."""
    calendar = BusinessCalendar(code)
    lines = [f"{code}:"]
    for year in (2024, 2025, 2026):
        first = dt.date(year, 1, 1)
        every = [first + dt.timedelta(days=index) for index in range(365 + (year == 2024))]
        closed = [each for each in every if each.weekday() < 5 and not calendar.is_business_day(each)]
        opened = [each for each in every if each.weekday() >= 5 and calendar.is_business_day(each)]
        lines.append(f"  {year} closed: " + " ".join(f"{each:%m-%d}" for each in closed))
        lines.append(f"  {year} open: " + (" ".join(f"{each:%m-%d}" for each in opened) or "-"))
    return "\n".join(lines) + "\n"


def test_a_release_of_the_library_changes_no_day_unseen(golden: Callable[[Path, str], None]) -> None:
    """The lock pins the library; who moves it reads here which days it has changed."""
    text = "".join(published(code) for code in ("CN", "RU", "US", "DE-BY"))
    golden(Path(__file__).parent / "published_holidays.txt", text)
