"""Arithmetic is exact and time is civil: what a ruleset computes, worked out by hand."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.support import AS_OF, HEAD, value

from partnerrules import Money

BERLIN = HEAD.replace("Asia/Shanghai", "Europe/Berlin")
FISCAL = HEAD + "calendar: {fiscal_year_starts: 04-01}\n"


def shown(found: object) -> object:
    if isinstance(found, dt.datetime):
        return found.astimezone(dt.UTC).isoformat()
    return found.isoformat() if isinstance(found, dt.date) else found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 + 2", 3),
        ("7 - 10", -3),
        ("2 * 15 %", Decimal("0.3")),
        ("100 CNY * 15 %", Money(Decimal(15), "CNY")),
        ("100 CNY / 3", Money(Decimal("33.333333333333"), "CNY")),
        ("100 CNY / 3 CNY", Decimal("33.333333333333")),
        ("2 / 3", Decimal("0.666666666667")),
        ("-(2 / 3)", Decimal("-0.666666666667")),
        ("1 - -1", 2),
        ("-123456789012345678901234567890.5", Decimal("-123456789012345678901234567890.5")),
        ("15.1234567890123456789 %", Decimal("0.151234567890123456789")),
        ("0.000000000001 / 2", Decimal(0)),
        ("3 months", Decimal(3)),
        ("2 years", Decimal(24)),
        ("2 weeks", Decimal(14)),
        ("4 hours", Decimal(14_400)),
        ("1.5 hours = 90 minutes", True),
        ("1 GB = 8000000000 bits", True),
        ("2 Mbps * 4 hours = 28800 * 1000000 bits", True),
    ],
)
def test_arithmetic(expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2026-01-31 + 1 months", "2026-02-28"),
        ("2024-01-31 + 1 months", "2024-02-29"),
        ("2026-01-31 + 2 months", "2026-03-31"),  # from the original day, not from the clipped one
        ("2024-02-29 + 1 years", "2025-02-28"),
        ("2026-03-31 - 1 months", "2026-02-28"),
        ("2025-01-15 + 90 days", "2025-04-15"),
        ("2024-11-15 + 90 days", "2025-02-13"),
        ("2025-03-16 + 60 days", "2025-05-15"),
        ("2025-04-30 + 45 days", "2025-06-14"),
        ("1 months + 2026-01-31", "2026-02-28"),
        ("2026-03-01 + 2 weeks", "2026-03-15"),
        ("2026-03-01 + -1 days", "2026-02-28"),
        ("2026-03-01 - 2026-01-01", Decimal(59)),
        ("2026-01-01 - 2026-03-01", Decimal(-59)),
        ("(2026-03-01T09:00:00+08:00) - (2026-03-01T00:00:00Z)", Decimal(3_600)),
        ("2026-03-01T00:00:00.500000Z - 2026-03-01T00:00:00Z = 0.5 seconds", True),
        ("as_of = 2026-03-01T01:00:00Z", True),
        ("today", "2026-03-01"),
        ("9999-12-31 + 1 days", "unknown"),
        ("0001-01-01 - 1 months", "unknown"),
        ("2026-03-01 + 1 / 2 * 1 days", "unknown"),
        ("2026-03-01 + 1 days / 3", "unknown"),
        ("2026-03-01 + 99999999 days", "unknown"),
        ("2026-03-01T00:00:00Z + 0.5 hours", "2026-03-01T00:30:00+00:00"),
        ("2026-03-01T00:00:00Z + 999999999999 hours", "unknown"),
        ("date(9999-12-31T23:00:00Z)", "unknown"),
    ],
)
def test_days_and_instants(expression: str, expected: object) -> None:
    assert shown(value(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # In Berlin clocks go forward on 29 March 2026 at 02:00 and back on 25 October at 03:00.
        ("2026-01-15T09:00:00+01:00 + 90 days", "2026-04-15T07:00:00+00:00"),
        ("2026-01-15T09:00:00+01:00 + 3 months", "2026-04-15T07:00:00+00:00"),
        ("2026-01-15T08:00:00Z + 90 days", "2026-04-15T07:00:00+00:00"),
        ("2026-01-15T09:00:00+01:00 + 2160 hours", "2026-04-15T08:00:00+00:00"),
        ("2026-03-28T02:30:00+01:00 + 1 days", "2026-03-29T01:30:00+00:00"),
        ("2026-10-24T02:30:00+02:00 + 1 days", "2026-10-25T00:30:00+00:00"),
        ("2026-03-28T12:00:00+01:00 + 24 hours", "2026-03-29T11:00:00+00:00"),
        ("2026-03-28T12:00:00+01:00 + 1 days", "2026-03-29T10:00:00+00:00"),
        ("date(2026-03-28T23:30:00Z)", "2026-03-29"),
    ],
)
def test_wall_time_is_kept_across_a_change_of_clocks(expression: str, expected: object) -> None:
    assert shown(value(expression, head=BERLIN)) == expected


@pytest.mark.parametrize(
    "expression",
    [
        # A civil day later is 05:30 on new clocks after four hours; a day of 23 hours lies between the two noons.
        "2026-03-28T01:30:00+01:00 + 1 days + 4 hours = 2026-03-29T06:30:00+02:00",
        "(2026-03-28T12:00:00+01:00 + 1 days) - (2026-03-28T12:00:00+01:00 + 0 days) = 23 hours",
        "(2026-03-28T12:00:00+01:00 + 1 days) - 2026-03-28T12:00:00+01:00 = 23 hours",
        "(as_of at 2026-03-29) + 4 hours = 2026-03-29T05:00:00+02:00",
        "date((as_of at 2026-10-25) + 24 hours) = 2026-10-25",
        # An instant in the hour that comes twice equals itself.
        "2026-10-24T02:30:00+02:00 + 1 days = 2026-10-25T02:30:00+02:00",
        "(2026-10-24T02:30:00+02:00 + 1 days) in [2026-10-25T02:30:00+02:00]",
    ],
)
def test_elapsed_time_is_elapsed_time_after_a_civil_shift(expression: str) -> None:
    assert value(expression, head=BERLIN) is True


def test_today_is_the_civil_date_in_the_zone_of_the_ruleset() -> None:
    moment = dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC)
    assert shown(value("today", as_of=moment)) == "2026-03-01"
    assert shown(value("today", as_of=moment, head=BERLIN)) == "2026-02-28"
    elsewhere = moment.astimezone(ZoneInfo("America/Los_Angeles"))
    assert shown(value("today", as_of=elsewhere)) == "2026-03-01"


WINDOWS = [
    # As of 1 March 2026, a Sunday. Each with its first day, its last day, and the days around them.
    ("last 12 months", "2025-03-02", "2026-03-01"),
    ("last 1 month", "2026-02-02", "2026-03-01"),
    ("last 3 days", "2026-02-27", "2026-03-01"),
    ("last 1 week", "2026-02-23", "2026-03-01"),
    ("last 2 years", "2024-03-02", "2026-03-01"),
    ("last 1 quarter", "2025-12-02", "2026-03-01"),
    ("this month", "2026-03-01", "2026-03-31"),
    ("this month and 5 before", "2025-10-01", "2026-03-31"),
    ("this week", "2026-02-23", "2026-03-01"),
    ("this quarter", "2026-01-01", "2026-03-31"),
    ("this year", "2026-01-01", "2026-12-31"),
    ("this day", "2026-03-01", "2026-03-01"),
    ("month to date", "2026-03-01", "2026-03-01"),
    ("quarter to date", "2026-01-01", "2026-03-01"),
    ("year to date", "2026-01-01", "2026-03-01"),
    ("this fiscal year", "2025-04-01", "2026-03-31"),
    ("fiscal year to date", "2025-04-01", "2026-03-01"),
    ("fiscal quarter to date", "2026-01-01", "2026-03-01"),
    ("this fiscal quarter and 1 before", "2025-10-01", "2026-03-31"),
]


@pytest.mark.parametrize(("window", "first", "last"), WINDOWS)
def test_the_borders_of_a_stretch_of_days(window: str, first: str, last: str) -> None:
    def inside(day: dt.date) -> object:
        return value(f"{day.isoformat()} in {window}", head=FISCAL)

    start, end, day = dt.date.fromisoformat(first), dt.date.fromisoformat(last), dt.timedelta(days=1)
    assert [inside(start - day), inside(start), inside(end), inside(end + day)] == [False, True, True, False]


LENGTHS = """\
calendar: {weekend: [saturday, sunday]}
parameters:
  half: {value: 6 months}
  week: {value: 7 days}
  open_days: {value: 2 business days}
  days_only: {type: days, status: unstated}
"""


@pytest.mark.parametrize(
    ("window", "first"),
    [
        ("last half", "2025-09-02"),  # as `last 6 months`
        ("last parameters.week", "2026-02-23"),  # as `last 1 week`
        ("last open_days", "2026-02-27"),  # today is a Sunday: two business days back is Thursday, 26 February
    ],
)
def test_a_stretch_whose_length_is_a_parameter(window: str, first: str) -> None:
    head = HEAD + LENGTHS
    start, day = dt.date.fromisoformat(first), dt.timedelta(days=1)
    inside = [value(f"{each} in {window}", head=head) for each in (start - day, start, "2026-03-01", "2026-03-02")]
    assert inside == [False, True, True, False]


def test_a_stretch_of_no_stated_length_is_unknown() -> None:
    head = HEAD + LENGTHS
    assert value("2026-02-01 in last days_only", head=head) == "unknown"


def test_a_fiscal_year_that_starts_within_a_month() -> None:
    head = HEAD + "calendar: {fiscal_year_starts: 04-06}\n"

    def start(unit: str, day: str) -> object:
        return shown(value(f"start of fiscal {unit}({day})", head=head))

    assert start("year", "2026-04-05") == "2025-04-06"
    assert start("year", "2026-04-06") == "2026-04-06"
    assert start("quarter", "2026-07-05") == "2026-04-06"
    assert start("quarter", "2026-07-06") == "2026-07-06"
    assert start("month", "2026-05-05") == "2026-04-06"
    assert start("month", "2026-01-01") == "2025-12-06"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("start of month(2026-03-15)", "2026-03-01"),
        ("end of month(2026-03-15)", "2026-04-01"),
        ("end of month(2026-12-31)", "2027-01-01"),
        ("start of quarter(2026-03-31)", "2026-01-01"),
        ("end of quarter(2026-03-31)", "2026-04-01"),
        ("start of week(2026-03-01)", "2026-02-23"),
        ("end of week(2026-03-01)", "2026-03-02"),
        ("start of year(2026-03-01)", "2026-01-01"),
        ("start of fiscal year(2026-03-31)", "2025-04-01"),
        ("end of fiscal year(2026-03-31)", "2026-04-01"),
        ("start of fiscal quarter(2026-06-30)", "2026-04-01"),
        ("end of year(9999-12-31)", "unknown"),
    ],
)
def test_the_edges_of_periods(expression: str, expected: object) -> None:
    assert shown(value(expression, head=FISCAL)) == expected


def test_another_day() -> None:
    facts: dict[str, object] = {
        "partners": {"P-1": {}},
        "transactions": {
            "T-1": {"partner": "P-1", "date": "2025-12-31", "net_amount": "5"},
            "T-2": {"partner": "P-1", "date": "2026-01-01", "net_amount": "7"},
        },
    }
    total = "sum(partner.transactions.net_amount)"
    assert value(f"{total} at 2025-12-31", facts) == Money(Decimal(5), "CNY")
    assert value(f"{total} at 2026-01-01", facts) == Money(Decimal(12), "CNY")
    assert value(f"{total} at 2025-12-31T16:00:00Z", facts) == Money(Decimal(12), "CNY")  # already 1 January there
    assert value(f"{total} at 2025-12-31T15:59:59Z", facts) == Money(Decimal(5), "CNY")
    assert shown(value("(today at 2025-12-31) + 1 days")) == "2026-01-01"
    assert shown(value("as_of at 2025-12-31")) == "2025-12-30T16:00:00+00:00"
    assert value("today at 0001-01-01") == "unknown"
    assert value("today at 9999-12-31T23:00:00Z") == "unknown"


def test_a_definition_of_another_day_is_not_mixed_up_with_that_of_today() -> None:
    more = "parameters: {p: {value: 1}}\n"
    facts: dict[str, object] = {"partners": {"P-1": {}}}
    assert value("(year(today) at 2025-06-01) + year(today) + (year(today) at 2025-06-01)", facts, more=more) == 6076


def test_numbers_that_grow_too_long_are_unknown() -> None:
    nines = "9" * 60
    expression = " * ".join([nines] * 40)
    assert value(f"{expression} > 1") == "unknown"
    assert value(f"floor({expression})") == "unknown"
    assert value(" * ".join(["1" + "0" * 59] * 60)) == "unknown"
    huge = " * ".join(["1" + "0" * 59] * 33)  # of 1,948 digits
    assert value(f"count(partner.people) >= 1 / ({huge} * 1{'0' * 51})") == "unknown"
    rows = f"[{{y: {huge} * 1{'0' * 51}}}, {{y: 0.{'0' * 19}1}}]"  # exact only with more digits than are kept
    table = "tables:\n  t:\n    subject: partner\n    hit: collect sum\n    inputs: {x: partner.id}\n"
    table += f"    outputs: {{y: number}}\n    rows: {rows}\n"
    assert value('outcome(partner, "t").y', more=table) == "unknown"
    assert value("round(1 / 3, 100000)") == Decimal("0.333333333333")
    assert value("round(1 / 3, 0 - 100000)") == Decimal(0)


def test_an_interval_of_days_has_a_name_and_a_text() -> None:
    found = value("last 12 months", as_of=AS_OF)
    assert str(found) == "[2025-03-02..2026-03-02)"
