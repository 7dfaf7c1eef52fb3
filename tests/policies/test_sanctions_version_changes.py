"""Sanctions over versions whose rules differ: lists, units, the day that counts, and what runs on where rules end."""

import datetime as dt
from pathlib import Path

import pytest
from tests.policies.test_sanctions import at, violations
from tests.policies.test_sanctions_versions import FIRST, SECOND, VERSION, black, over, policy, told
from tests.support import in_folder

from partnerrules import Decision, Facts, load
from partnerrules.decisions.sanctions import SanctionResult

TWO_LISTS = """
{list: black, when: level(2) >= 2, for: 90 days, effects: [stop_settlement]}
{list: yellow, when: level(2) >= 1, for: 30 days, effects: [notice]}
"""

# ------------------------------------------------------------------------------------------------------------ lists


@pytest.mark.parametrize("new_offence", ["ignored", "restart", "extend"])
def test_a_list_that_the_new_version_does_not_have_covers_and_extends_nothing(tmp_path: Path, new_offence: str) -> None:
    steps = """
{list: suspended, when: level(1) >= 1, for: 90 days, effects: [suspend]}
{list: yellow, when: level(2) >= 1, for: 30 days, effects: [notice]}
"""
    versions = {FIRST: policy(TWO_LISTS), SECOND: policy(steps, more=f"new_offence: {new_offence}")}
    given = violations((2, "2025-03-01"), (2, "2025-12-20"), (2, "2026-01-10"))
    result, _ = over(tmp_path, versions, given, at("2026-01-11"))
    # V-2 completes the yellow step of its version as well, and is on the black list alone.
    assert told(result)[1:] == [
        ("1", "V-2", "black", ("2025-12-20", "2026-03-20")),
        ("2", "V-3", "yellow", ("2026-01-10", "2026-02-09")),
    ]
    assert (result.impositions[2].sort, result.unimposed) == ("first", ())
    assert result.outcome == "yellow"


def test_lists_weigh_what_they_weigh_in_the_version_that_judges(tmp_path: Path) -> None:
    turned = """
{list: yellow, when: level(2) >= 1, for: 30 days, effects: [notice]}
{list: black, when: level(1) >= 1, for: 90 days, effects: [stop_settlement]}
"""
    versions = {FIRST: policy(TWO_LISTS), SECOND: policy(turned)}
    # Black of the first version covers no yellow list of the second one, where that is the more severe one.
    given = violations((2, "2025-12-19"), (2, "2025-12-20"), (2, "2026-01-25"))
    result, _ = over(tmp_path / "a", versions, given, at("2026-01-26"))
    assert told(result)[2:] == [("2", "V-3", "yellow", ("2026-01-25", "2026-02-24"))]
    # And yellow of the first version covers a black list of the second one.
    given = violations((2, "2025-12-20"), (1, "2026-01-10"))
    result, _ = over(tmp_path / "b", versions, given, at("2026-01-11"))
    assert [(each.cause, each.list, each.reason) for each in result.unimposed] == [("V-2", "black", "covered")]


def test_what_is_on_one_of_two_lists_covers_what_both_cover(tmp_path: Path) -> None:
    steps = """
{list: black, when: level(2) >= 1 and count(partner.people) >= 1, for: 60 days, effects: [stop_settlement]}
{list: yellow, when: level(2) >= 1, for: 60 days, effects: [notice]}
"""
    later = TWO_LISTS.replace("level(2) >= 2", "level(1) >= 1")
    given = violations((2, "2025-12-20"), (2, "2026-01-10"))
    result, _ = over(tmp_path, {FIRST: policy(steps), SECOND: policy(later)}, given, at("2026-01-11"))
    assert ("V-2", "yellow", "covered") in [(each.cause, each.list, each.reason) for each in result.unimposed]


# ------------------------------------------------------------------------------------------------ lengths, used up


@pytest.mark.parametrize("earlier", ["extend", "ignored", "restart", "concurrent"])
def test_an_extension_counts_from_the_first_start_of_what_no_extension_was_foreseen_for(
    tmp_path: Path, earlier: str
) -> None:
    versions = {
        FIRST: policy(black(1, "1 months"), more=f"new_offence: {earlier}"),
        SECOND: policy(black(1, "1 months"), more="new_offence: extend"),
    }
    result, _ = over(tmp_path, versions, violations((2, "2025-12-31"), (2, "2026-01-10")), at("2026-01-15"))
    # One month from 31 December ends on 31 January, and two on 28 February.
    assert told(result)[1:] == [("2", "V-2", "black", ("2026-01-31", "2026-02-28"))]


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("false", "false", ("V-1", "V-2", "V-3")),
        ("true", "false", ("V-1", "V-2", "V-3")),
        ("false", "true", None),
        ("true", "true", None),
    ],
)
def test_what_led_to_a_sanction_counts_no_more_once_records_count_once(
    tmp_path: Path, earlier: str, later: str, expected: tuple[str, ...] | None
) -> None:
    versions = {
        days: policy(black(2, "10 days"), more=f"count_once: {once}")
        for days, once in ((FIRST, earlier), (SECOND, later))
    }
    given = violations((2, "2025-11-01"), (2, "2025-12-01"), (2, "2026-02-01"))
    result, _ = over(tmp_path, versions, given, at("2026-02-02"))
    causes = [each.causes for each in result.impositions]
    assert causes == [("V-1", "V-2"), *([] if expected is None else [expected])]


# ------------------------------------------------------------------------------------------------ the day that counts


@pytest.mark.parametrize(
    ("earlier", "later", "imposed", "unimposed"),
    [
        ("occurred_on", "confirmed_on", [("1", "V-1", "black", ("2025-12-01", "2025-12-31"))], []),
        ("confirmed_on", "occurred_on", [], [dt.date(2026, 2, 1), dt.date(2025, 12, 1)]),
    ],
)
def test_a_violation_is_judged_once_though_versions_count_by_different_days(
    tmp_path: Path, earlier: str, later: str, imposed: list[object], unimposed: list[dt.date]
) -> None:
    versions = {
        FIRST: policy(black(1, "30 days"), by=f"violation.{earlier}"),
        SECOND: policy(black(1, "60 days"), by=f"violation.{later}"),
    }
    result, _ = over(tmp_path, versions, violations((2, "2025-12-01", "2026-02-01")), at("2026-02-11"))
    assert told(result) == imposed
    assert [(each.cause, each.reason, each.day) for each in result.unimposed] == [
        ("V-1", "not_in_force", day) for day in unimposed
    ]
    (warning,) = load(tmp_path).warnings
    assert (warning.code, warning.severity) == ("versions-disagree", "warning")
    assert f"by `violation.{earlier}` in version 1 and by `violation.{later}` in version 2" in warning.message


def test_nothing_is_warned_of_where_versions_count_by_the_same_day(tmp_path: Path) -> None:
    versions = {FIRST: policy(black(1, "30 days")), SECOND: policy(black(2, "60 days"))}
    over(tmp_path, versions, violations(), at("2026-02-11"))
    assert load(tmp_path).warnings == ()


# --------------------------------------------------------------------------------------------- what runs on without it

CONDUCT = "\n".join(VERSION.splitlines()[5:]) + "\n"
OPEN = """\
eligibility:
  open:
    subject: partner
    reference_date: partner.joined_on
    gates: [{id: settles, require: 'not(outcome(partner, "conduct").stop_settlement)'}]
"""
HEAD = "".join(f"{line}\n" for line in VERSION.splitlines()[:5])
FACTS = "facts: {partner: {joined_on: date}}\n"
RULES = CONDUCT + policy(black(1, "90 days"))
EXCLUDED = CONDUCT + "    when: count(partner.people) >= 1\n" + policy(black(1, "90 days"))


def decision(folder: Path, second: str, rules: str, as_of: dt.datetime) -> Decision:
    """What is decided of P-1, with a sanction from 20 December for 90 days, and of P-2, both of the first version."""
    files = {
        "1/ruleset.yaml": HEAD.format(name="1", in_force=FIRST) + FACTS + RULES + OPEN,
        "2/ruleset.yaml": HEAD.format(name="2", in_force=second) + rules,
    }
    partners = {each: {"joined_on": "2025-06-01"} for each in ("P-1", "P-2")}
    facts = {"partners": partners, "people": {}, "sanctions": {}, "violations": violations((2, "2025-12-20"))}
    return load(in_folder(files, folder)).decide(Facts(facts), as_of=as_of)


@pytest.mark.parametrize(
    ("second", "rules"),
    [
        pytest.param(SECOND, "", id="the-policy-was-dropped"),
        pytest.param("2026-06-01 ..", RULES, id="no-version-is-in-force-today"),
        pytest.param(SECOND, EXCLUDED, id="the-partner-is-left-out-now"),
    ],
)
def test_what_was_imposed_runs_on_where_the_present_version_says_nothing(
    tmp_path: Path, second: str, rules: str
) -> None:
    found = decision(tmp_path, second, rules, at("2026-01-11"))
    result = found["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    assert (result.outcome, result.basis.version, {*result.effects}) == ("black", "1", {"stop_settlement"})
    assert told(result) == [("1", "V-1", "black", ("2025-12-20", "2026-03-20"))]
    assert found["open"]["P-1"].outcome == "ineligible"


@pytest.mark.parametrize("second", [SECOND, "2026-06-01 .."])
def test_of_a_policy_that_was_dropped_it_is_certain_that_nothing_runs(tmp_path: Path, second: str) -> None:
    found = decision(tmp_path, second, "", at("2026-03-20"))
    assert {each.outcome for each in found["conduct"].values()} == {"clear"}
    assert {each.outcome for each in found["open"].values()} == {"eligible"}


def test_a_partner_who_is_left_out_now_is_told_of_as_long_as_something_runs(tmp_path: Path) -> None:
    assert {*decision(tmp_path / "a", SECOND, EXCLUDED, at("2026-03-19"))["conduct"]} == {"P-1"}
    assert {*decision(tmp_path / "b", SECOND, EXCLUDED, at("2026-03-20"))["conduct"]} == set()


def test_before_the_first_version_nothing_is_told(tmp_path: Path) -> None:
    found = decision(tmp_path, SECOND, RULES, at("2024-12-20"))
    assert {each.outcome for each in found["conduct"].values()} == {"no_policy_in_force"}
