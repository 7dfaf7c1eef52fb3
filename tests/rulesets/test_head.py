"""The head of a ruleset and the days that parameters were checked on: days are written in one way, zones are places."""

import pytest
from tests.support import HEAD, codes, diagnostics

RULES = "parameters: {a: {value: 1}}\n"


def of_head(old: str, new: str) -> list[str]:
    assert old in HEAD
    return codes(RULES, HEAD.replace(old, new))


@pytest.mark.parametrize(
    "period", ["20200101 ..", "2020-W01-1 ..", ".. 2020-001", "２０２０-01-01 ..", "2023-02-29 ..", "2020-1-1 .."]
)
def test_a_version_is_in_force_between_days_of_the_calendar(period: str) -> None:
    assert "no-such-date" in of_head("2020-01-01 ..", period)


@pytest.mark.parametrize("period", ["2020-01-01 ..", "2020-01-01 .. 2021-01-01", "..", ".. 2021-01-01"])
def test_either_end_may_be_open(period: str) -> None:
    assert of_head("2020-01-01 ..", period) == []


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "Mars/Olympus"])
def test_a_zone_is_a_place_and_not_whatever_the_machine_is_set_to(zone: str) -> None:
    assert of_head("Asia/Shanghai", zone) == ["unknown-timezone"]


@pytest.mark.parametrize("day", ["20260301", "2026-W09-7", "2026-02-30", "soon"])
def test_a_source_was_checked_on_a_day_of_the_calendar(day: str) -> None:
    (found,) = diagnostics(f'parameters: {{a: {{value: 1, checked_on: "{day}"}}}}\n')
    assert (found.code, found.message) == ("no-such-date", f"there is no day `{day}`")
