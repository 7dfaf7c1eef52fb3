"""Service levels: in time to the second and to the day, on clocks that stand still, by hours and business days."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.policies.service_levels import (
    BERLIN,
    CHECKED,
    DAY_STOPS,
    IN_BERLIN,
    SERVICE,
    STOPS,
    UNKNOWN,
    at,
    local,
    order,
    policy,
    result,
    wait,
)

from partnerrules.schema.missing import Unknown

# -------------------------------------------------------------------------------------------- to the second, to the day


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        pytest.param("2026-02-10T13:59:59", "met", id="S2-026: one second before four hours are over"),
        pytest.param("2026-02-10T14:00:00", "met", id="S2-026: at four hours, which is in time"),
        pytest.param("2026-02-10T14:00:01", "breached", id="S2-027: one second after them"),
    ],
)
def test_hours_are_met_up_to_the_very_moment(done: str, expected: str) -> None:
    found = result(policy("4 hours"), order("2026-02-10T10:00:00", done))
    assert (found.outcome, local(found.due.value)) == (expected, "2026-02-10 14:00:00")


def test_what_is_over_is_told_exactly() -> None:
    late = result(policy("4 hours"), order("2026-02-10T10:00:00", "2026-02-10T14:00:01")).summary()
    assert (late["used"], late["left"], late["over"]) == ("14401 seconds", "0 seconds", "1 second")
    early = result(policy("4 hours"), order("2026-02-10T10:00:00", "2026-02-10T13:59:59")).summary()
    assert (early["used"], early["left"], early["over"]) == ("14399 seconds", "1 second", None)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        pytest.param("2026-02-13T23:59:59", "met", id="S3-028: the end of the third day is in time"),
        pytest.param("2026-02-14T00:00:00", "breached", id="S3-028: midnight after it is not"),
        pytest.param("2026-02-10T10:00:00", "met", id="S3-028: at once"),
        pytest.param("2026-02-10T09:00:00", "met", id="done before the start needs no time"),
    ],
)
def test_days_are_met_to_the_end_of_the_last_one(done: str, expected: str) -> None:
    found = result(policy("3 days"), order("2026-02-10T10:00:00", done))
    assert (found.outcome, found.due.value) == (expected, dt.date(2026, 2, 13))


@pytest.mark.parametrize(
    ("limit", "day", "due"),
    [
        pytest.param("11 days", "2026-02-10", dt.date(2026, 2, 21), id="S3-029: eleven days"),
        pytest.param("1 weeks", "2026-02-10", dt.date(2026, 2, 17), id="S3-034: a week"),
        pytest.param("6 months", "2025-08-31", dt.date(2026, 2, 28), id="S3-034: six months, clipped"),
        pytest.param("12 months", "2024-02-29", dt.date(2025, 2, 28), id="E43: a year from a leap day"),
        pytest.param("90 days", "2025-12-01", dt.date(2026, 3, 1), id="E45: ninety days of the calendar"),
        # 2026: 15 to 23 February are free, Saturdays 14 and 28 are worked for it.
        pytest.param("11 business days", "2026-02-10", dt.date(2026, 3, 3), id="S3-029: over Chinese New Year"),
        pytest.param("3 business days", "2026-02-12", dt.date(2026, 2, 24), id="S3-028: a worked Saturday counts"),
        pytest.param("1 business days", "2026-02-14", dt.date(2026, 2, 24), id="S3-028: from a worked Saturday"),
        pytest.param("4 business days", "2026-02-15", dt.date(2026, 2, 27), id="S3-028: from a holiday"),
    ],
)
def test_days_with_dates_end_on_the_right_day(limit: str, day: str, due: dt.date) -> None:
    text = policy(limit, starts="submitted_on", ends="done_on")
    on, after = ({"submitted_on": day, "done_on": (due + dt.timedelta(days=each)).isoformat()} for each in (0, 1))
    as_of = at("2026-12-01T09:00")
    assert (result(text, on, as_of=as_of).outcome, result(text, on, as_of=as_of).due.value) == ("met", due)
    assert result(text, after, as_of=as_of).outcome == "breached"


def test_a_business_day_that_is_over_is_over_on_the_holiday_after_it() -> None:
    text = policy("1 business days", starts="submitted_on", ends="done_on")
    found = result(text, {"submitted_on": "2026-02-13", "done_on": "2026-02-15"})
    assert found.due.value == dt.date(2026, 2, 14)
    assert (found.outcome, found.summary()["over"]) == ("breached", "1 day")


# --------------------------------------------------------------------------------------------------- as of the decision


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param("2026-02-10T09:59:59", "not_started", id="before the start"),
        pytest.param("2026-02-10T10:00:00", "running", id="at the start"),
        pytest.param("2026-02-13T23:59:59", "running", id="in the last second"),
        pytest.param("2026-02-14T00:00:00", "breached", id="as soon as it has passed, without an end"),
    ],
)
def test_what_is_not_done_is_running_until_it_is_breached(as_of: str, expected: str) -> None:
    assert result(policy("3 days"), order("2026-02-10T10:00:00"), as_of=at(as_of)).outcome == expected


def test_an_end_after_the_decision_is_not_there() -> None:
    done = order("2026-02-10T10:00:00", "2026-02-12T10:00:00")
    found = result(policy("3 days"), done, as_of=at("2026-02-12T09:59:59"))
    assert (found.outcome, found.ends.value) == ("running", None)
    late = result(policy("1 days"), done, as_of=at("2026-02-12T09:59:59"))
    assert late.outcome == "breached"


# -------------------------------------------------------------------------------------------------------- clock changes


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        pytest.param("2026-03-28T12:00:00+01:00", "2026-03-29 13:00:00", id="E45: a night of 23 hours"),
        pytest.param("2026-10-24T12:00:00+02:00", "2026-10-25 11:00:00", id="E45: a night of 25 hours"),
    ],
)
def test_hours_pass_though_clocks_change(starts: str, due: str) -> None:
    as_of = at("2026-12-01T09:00")
    found = result(policy("24 hours"), {"submitted_at": starts}, head=BERLIN, as_of=as_of)
    assert isinstance(found.due.value, dt.datetime)
    assert found.due.value == dt.datetime.fromisoformat(starts).astimezone(dt.UTC) + dt.timedelta(hours=24)
    assert local(found.due.value, IN_BERLIN) == due


# -------------------------------------------------------------------------------------------------------- service hours


@pytest.mark.parametrize(
    ("limit", "starts", "due"),
    [
        pytest.param("4 hours", "2026-03-03T10:00:00", "2026-03-03 14:00:00", id="within a day"),
        pytest.param("4 hours", "2026-03-03T16:00:00", "2026-03-04 11:00:00", id="over an evening"),
        pytest.param("4 hours", "2026-03-03T20:30:00", "2026-03-04 13:00:00", id="from an evening"),
        pytest.param("4 hours", "2026-03-03T07:30:00", "2026-03-03 13:00:00", id="from early morning"),
        pytest.param("4 hours", "2026-03-06T17:00:00", "2026-03-09 12:00:00", id="over a weekend"),
        pytest.param("4 hours", "2026-03-07T12:00:00", "2026-03-09 13:00:00", id="from a weekend"),
        pytest.param("8 hours", "2026-03-03T10:00:00", "2026-03-03 18:00:00", id="to the evening, not to the morning"),
        pytest.param("9 hours", "2026-02-13T18:00:00", "2026-02-14 18:00:00", id="on a worked Saturday"),
        pytest.param("10 hours", "2026-02-13T18:00:00", "2026-02-24 10:00:00", id="over Chinese New Year"),
    ],
)
def test_service_hours_count_on_business_days(limit: str, starts: str, due: str) -> None:
    text, as_of = policy(limit, SERVICE), at("2026-04-01T09:00")
    found = result(text, order(starts), as_of=as_of)
    assert (found.outcome, local(found.due.value)) == ("breached", due)
    on = due.replace(" ", "T")
    assert result(text, order(starts, on), as_of=as_of).outcome == "met"
    after = (dt.datetime.fromisoformat(on) + dt.timedelta(seconds=1)).isoformat()
    assert result(text, order(starts, after), as_of=as_of).outcome == "breached"


def test_service_hours_may_end_at_midnight_and_have_as_many_hours_as_the_day() -> None:
    hours = '    service_hours: {from: "00:00", to: "24:00"}\n'
    text = policy("30 hours", hours).replace("calendar: {holidays: CN,", "calendar: {weekend: [monday],")
    # Sunday, 29 March 2026 has 23 hours in Berlin: 24 of Saturday, and 6 that end at 7.
    found = result(
        text, {"submitted_at": "2026-03-28T00:00:00+01:00"}, head=BERLIN, as_of=dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    )
    assert local(found.due.value, IN_BERLIN) == "2026-03-29 07:00:00"


def test_days_of_which_the_calendar_does_not_speak_leave_it_open() -> None:
    found = result(policy("60 hours", SERVICE), order("2026-12-30T10:00:00"), as_of=at("2026-12-31T20:00"))
    assert (found.outcome, found.summary()["missing"]) == ("undetermined", ["a day that is not in the calendar"])
    assert found.summary()["used"] == "61200 seconds"  # 8 hours on the 30th, 9 on the 31st


# ---------------------------------------------------------------------------------------------------------------- stops


@pytest.mark.parametrize(
    ("waits", "due"),
    [
        pytest.param({}, "2026-02-10 14:00:00", id="none"),
        pytest.param({"W": wait("10T11:00", "10T12:30")}, "2026-02-10 15:30:00", id="one"),
        pytest.param(
            {"W": wait("10T11:00", "10T12:30"), "V": wait("10T12:00", "10T13:00")}, "2026-02-10 16:00:00", id="overlap"
        ),
        pytest.param(
            {"W": wait("10T11:00", "10T14:00"), "V": wait("10T12:00", "10T13:00")}, "2026-02-10 17:00:00", id="nested"
        ),
        pytest.param(
            {"W": wait("10T11:00", "10T12:00"), "V": wait("10T12:00", "10T13:00")}, "2026-02-10 16:00:00", id="touch"
        ),
        pytest.param(
            {"W": wait("10T11:00", "10T12:00"), "V": wait("10T14:30", "10T16:30")}, "2026-02-10 17:00:00", id="in a row"
        ),
        pytest.param({"W": wait("10T09:00", "10T11:00")}, "2026-02-10 15:00:00", id="begins before the start"),
        pytest.param({"W": wait("10T08:00", "10T09:00")}, "2026-02-10 14:00:00", id="over before the start"),
        pytest.param({"W": wait("10T15:00", "10T16:00")}, "2026-02-10 14:00:00", id="after it was due"),
        pytest.param({"W": wait("10T14:00", "10T16:00")}, "2026-02-10 16:00:00", id="from the very moment on"),
        pytest.param({"W": wait("10T13:00", "10T12:00")}, "2026-02-10 14:00:00", id="ends before it begins"),
        pytest.param({"W": wait("10T15:00")}, "2026-02-10 14:00:00", id="open, after it was due"),
    ],
)
def test_the_clock_stands_still_while_it_is_stopped(waits: Mapping[str, Mapping[str, object]], due: str) -> None:
    found = result(policy("4 hours", STOPS), order("2026-02-10T10:00:00"), waits)
    assert (found.outcome, local(found.due.value)) == ("breached", due)


def test_a_stop_without_an_end_can_not_be_breached() -> None:
    found = result(policy("4 hours", STOPS), order("2026-02-10T10:00:00"), {"W": wait("10T14:00")})
    assert (found.outcome, found.due.value) == ("stopped", None)
    assert (found.summary()["used"], found.summary()["left"]) == ("14400 seconds", "0 seconds")
    late = result(policy("4 hours", STOPS), order("2026-02-10T10:00:00"), {"W": wait("10T14:00:01")})
    assert (late.outcome, local(late.due.value)) == ("breached", "2026-02-10 14:00:00")


def test_it_may_be_done_while_the_clock_stands_still() -> None:
    done = order("2026-02-10T10:00:00", "2026-02-20T10:00:00")
    found = result(policy("4 hours", STOPS), done, {"W": wait("10T12:00")})
    assert (found.outcome, found.summary()["used"]) == ("met", "7200 seconds")
    over_after = result(policy("4 hours", STOPS), done, {"W": wait("10T12:00", "21T12:00")})
    assert over_after.outcome == "met"


def test_a_stop_after_the_end_is_not_counted() -> None:
    done = order("2026-02-10T10:00:00", "2026-02-10T12:00:00")
    found = result(policy("4 hours", STOPS), done, {"W": wait("10T13:00", "10T15:00")})
    assert (found.outcome, local(found.due.value)) == ("met", "2026-02-10 14:00:00")
    assert [stop.counted for stop in found.stops] == [False]


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(wait("10T08:00", "10T10:00"), id="it is over at the start"),
        pytest.param(wait("10T11:30", "10T11:00"), id="it ends before it begins"),
    ],
)
def test_a_stop_that_takes_no_time_is_not_counted(stop: dict[str, object]) -> None:
    done = order("2026-02-10T10:00:00", "2026-02-10T12:00:00")
    found = result(policy("4 hours", STOPS), done, {"W": stop})
    assert local(found.due.value) == "2026-02-10 14:00:00"
    assert [each.counted for each in found.stops] == [False]
    days = result(policy("3 days", STOPS), done, {"W": stop})
    assert [each.counted for each in days.stops] == [False]


def test_a_stop_is_told_as_of_the_decision() -> None:
    waits = {"W": wait("10T11:00", "10T12:00")}
    text, running = policy("4 hours", STOPS), order("2026-02-10T10:00:00")
    before = result(text, running, waits, as_of=at("2026-02-10T10:59:59"))
    assert (before.outcome, local(before.due.value)) == ("running", "2026-02-10 14:00:00")
    within = result(text, running, waits, as_of=at("2026-02-10T11:30:00"))
    assert (within.outcome, within.due.value) == ("stopped", None)
    after = result(text, running, waits, as_of=at("2026-02-10T12:00:00"))
    assert (after.outcome, local(after.due.value)) == ("running", "2026-02-10 15:00:00")


def test_stops_and_service_hours_together() -> None:
    text, as_of = policy("4 hours", SERVICE + STOPS), at("2026-04-01T09:00")
    # Friday 27 from 16 to 18 and Saturday 28, which is worked, from 11 on: two hours until 13.
    waits = {"W": wait("27T17:30", "28T11:30")}
    found = result(text, order("2026-02-27T16:00:00"), waits, as_of=as_of)
    assert local(found.due.value) == "2026-02-28 14:00:00"  # an hour and a half, then two and a half


@pytest.mark.parametrize(
    ("limit", "waits", "due"),
    [
        pytest.param("3 days", {"W": wait("11T10:00", "11T10:01")}, dt.date(2026, 2, 14), id="a minute takes the day"),
        pytest.param("3 days", {"W": wait("11T10:00", "12T00:00")}, dt.date(2026, 2, 14), id="up to midnight"),
        pytest.param("3 days", {"W": wait("11T10:00", "12T00:01")}, dt.date(2026, 2, 15), id="a minute into the next"),
        pytest.param("3 days", {"W": wait("11T10:00", "11T10:00")}, dt.date(2026, 2, 13), id="no time at all"),
        pytest.param("3 days", {"W": wait("10T11:00", "10T12:00")}, dt.date(2026, 2, 13), id="on the day of the start"),
        pytest.param(
            "3 days",
            {"W": wait("11T10:00", "12T10:00"), "V": wait("12T11:00", "13T10:00")},
            dt.date(2026, 2, 16),
            id="two",
        ),
        pytest.param(
            "3 days", {"W": wait("14T00:00", "15T10:00")}, dt.date(2026, 2, 15), id="right after the last day"
        ),
        pytest.param("3 days", {"W": wait("15T00:00", "16T10:00")}, dt.date(2026, 2, 13), id="a day after it"),
        pytest.param(
            "3 business days", {"W": wait("15T10:00", "18T10:00")}, dt.date(2026, 2, 13), id="in holidays only"
        ),
        pytest.param("3 business days", {"W": wait("12T10:00", "18T10:00")}, dt.date(2026, 2, 25), id="business days"),
    ],
)
def test_days_on_which_the_clock_stands_still_are_not_counted(
    limit: str, waits: Mapping[str, Mapping[str, object]], due: dt.date
) -> None:
    assert result(policy(limit, STOPS), order("2026-02-10T10:00:00"), waits).due.value == due


def test_a_stop_between_dates_leaves_its_last_day_free() -> None:
    text = policy("3 days", DAY_STOPS, starts="submitted_on", ends="done_on")
    started = {"submitted_on": "2026-02-10"}
    found = result(text, started, {"W": {"from_day": "2026-02-11", "to_day": "2026-02-13"}})
    assert found.due.value == dt.date(2026, 2, 15)
    still = result(text, started, {"W": {"from_day": "2026-02-11"}})
    assert (still.outcome, still.due.value, still.summary()["used"]) == ("stopped", None, "0 days")


def test_stops_by_dates_and_ends_by_instants_meet_as_days() -> None:
    done = order("2026-02-10T10:00:00", "2026-02-15T10:00:00")
    found = result(policy("3 days", DAY_STOPS), done, {"W": {"from_day": "2026-02-11", "to_day": "2026-02-13"}})
    assert (found.outcome, found.due.value) == ("met", dt.date(2026, 2, 15))


# ------------------------------------------------------------------------------------------------------ limits by scope


def test_s3_034_the_limit_depends_on_the_scope() -> None:
    text = policy('if order.scope = "local" then 1 weeks else 90 days')
    for scope, due in (("local", dt.date(2026, 2, 17)), ("country", dt.date(2026, 5, 11))):
        assert result(text, {**order("2026-02-10T10:00:00"), "scope": scope}).due.value == due
    open_scope = result(text, order("2026-02-10T10:00:00"))
    assert (open_scope.outcome, open_scope.summary()["missing"]) == ("undetermined", ["orders O-1 scope"])


def test_s3_034_the_limit_is_looked_up_in_a_table() -> None:
    table = """\
tables:
  lead-time:
    subject: order
    hit: unique
    inputs: {scope: order.scope}
    outputs: {limit: days}
    rows:
      - {id: local, scope: '"local"', limit: 7 days}
      - {id: far, scope: '"province", "country"', limit: 180 days}
"""
    text = policy('outcome(order, "lead-time").limit') + table
    found = result(text, {**order("2026-02-10T10:00:00"), "scope": "province"})
    assert (found.outcome, found.due.value) == ("running", dt.date(2026, 8, 9))


def test_a_limit_of_a_fraction_of_a_day_or_of_too_many_is_not_known() -> None:
    text = policy("1 days * order.lines / 2")
    assert result(text, {**order("2026-02-10T10:00:00"), "lines": 4}).due.value == dt.date(2026, 2, 12)
    months = result(policy("1 months * order.lines"), {**order("2026-02-10T10:00:00"), "lines": 10**6})
    assert months.summary()["missing"] == ["a day that is not in the calendar"]
    for lines in (3, 10**9):
        found = result(text, {**order("2026-02-10T10:00:00"), "lines": lines})
        assert found.summary()["missing"] == ["a day that is not in the calendar"]


def test_a_limit_of_nothing_is_due_at_once_and_one_below_that_before() -> None:
    hours, days = policy("1 hours * order.lines"), policy("1 days * order.lines")
    for lines, due, day in ((0, "2026-02-10 10:00:00", 10), (-2, "2026-02-10 08:00:00", 8)):
        order_of = {**order("2026-02-10T10:00:00"), "lines": lines}
        assert local(result(hours, order_of).due.value) == due
        assert result(days, order_of).due.value == dt.date(2026, 2, day)


# ----------------------------------------------------------------------------------------------------------- two checks


@pytest.mark.parametrize(
    ("done", "checks", "expected"),
    [
        pytest.param("11", ("12", "12"), "met", id="S4-036: both"),
        pytest.param("11", ("12", None), "unconfirmed", id="S4-036: one of two"),
        pytest.param("15", ("16", None), "breached", id="S4-036: late whoever confirms it"),
        pytest.param(None, (None, None), "breached", id="S4-036: not done"),
    ],
)
def test_an_end_counts_when_all_who_check_confirm_it(
    done: str | None, checks: tuple[str | None, str | None], expected: str
) -> None:
    names = ("checked_by_partner", "checked_by_vendor")
    given = {name: f"2026-02-{day}T10:00:00+08:00" for name, day in zip(names, checks, strict=True) if day}
    ends = None if done is None else f"2026-02-{done}T10:00:00"
    found = result(policy("3 days", CHECKED), {**order("2026-02-10T10:00:00", ends), **given})
    assert found.outcome == expected


def test_a_check_that_is_not_known_leaves_it_open() -> None:
    given = {"checked_by_partner": "2026-02-12T10:00:00+08:00", "checked_by_vendor": UNKNOWN}
    found = result(policy("3 days", CHECKED), {**order("2026-02-10T10:00:00", "2026-02-11T10:00:00"), **given})
    assert (found.outcome, isinstance(found.confirmed, Unknown)) == ("undetermined", True)
    assert found.summary()["missing"] == ["orders O-1 checked_by_vendor"]
