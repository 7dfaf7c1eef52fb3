"""Sanctions over several versions: each violation is judged by the one in force on its day, in one succession."""

import datetime as dt
from pathlib import Path

import pytest
from tests.policies.test_sanctions import Violations, at, span, violations
from tests.support import decide, in_folder

from partnerrules import Decision, Facts, load
from partnerrules.decisions.sanctions import SanctionResult

VERSION = """\
ruleset: trial
version: "{name}"
in_force: {in_force}
currency: CNY
timezone: Asia/Shanghai
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on) and confirmed_on <= today]
"""
FIRST, SECOND = "2025-01-01 .. 2026-01-01", "2026-01-01 .."


def policy(steps: str, *, by: str = "violation.occurred_on", window: str = "12 months", more: str = "") -> str:
    """The lines of a policy: its steps, the day that counts, the window, and further keys."""
    lines = [f"by: {by}", f"window: {window}", *([more] if more else []), "steps:"]
    return "".join(f"    {line}\n" for line in lines) + "".join(
        f"      - {line}\n" for line in steps.strip().splitlines()
    )


BLACK = "{{list: black, when: level(2) >= {least}, for: {length}, effects: [stop_settlement]}}"


def black(least: int, length: str) -> str:
    return BLACK.format(least=least, length=length)


def over(
    folder: Path, versions: dict[str, str], given: Violations, as_of: dt.datetime, **more: object
) -> tuple[SanctionResult, Decision]:
    """What versions say of P-1, each with the days on which it is in force and the lines of its policy."""
    files = {
        f"{number}/ruleset.yaml": VERSION.format(name=number, in_force=in_force) + lines
        for number, (in_force, lines) in enumerate(versions.items(), start=1)
    }
    facts = {"partners": {"P-1": {}}, "violations": given, "sanctions": {}, **more}
    decision = load(in_folder(files, folder)).decide(Facts(facts), as_of=as_of)
    result = decision["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    return result, decision


def told(result: SanctionResult) -> list[tuple[str, str, str, tuple[str, str]]]:
    """By which version what puts on which list, from when to when."""
    return [(each.version, each.cause, each.list, span(each)) for each in result.impositions]


def test_each_violation_is_judged_by_the_version_of_its_day(tmp_path: Path) -> None:
    given = violations((2, "2025-06-01"), (2, "2026-06-01"))
    versions = {FIRST: policy(black(1, "30 days")), SECOND: policy(black(1, "60 days"))}
    result, _ = over(tmp_path, versions, given, at("2026-07-01"))
    assert (result.outcome, result.basis.version) == ("black", "2")
    assert told(result) == [
        ("1", "V-1", "black", ("2025-06-01", "2025-07-01")),
        ("2", "V-2", "black", ("2026-06-01", "2026-07-31")),
    ]


THREE = ((2, "2025-03-01"), (2, "2025-06-01"), (2, "2026-01-01"))


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        pytest.param("calendar year", [], id="E55-the-counter-begins-anew"),
        pytest.param("12 months", [("2", "V-3", "black", ("2026-01-01", "2026-03-02"))], id="E55-a-window-goes-on"),
    ],
)
def test_e55_a_violation_on_new_years_day_counts_with_those_of_the_version_before(
    tmp_path: Path, window: str, expected: list[object]
) -> None:
    versions = {
        each: policy(black(3, length), window=window) for each, length in ((FIRST, "30 days"), (SECOND, "60 days"))
    }
    result, _ = over(tmp_path, versions, violations(*THREE), at("2026-01-02"))
    assert told(result) == expected


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        pytest.param("violation.occurred_on", ("1", "V-1", "black", ("2025-12-30", "2026-01-29")), id="E56-the-act"),
        pytest.param(
            "violation.confirmed_on", ("2", "V-1", "black", ("2026-01-10", "2026-03-11")), id="E56-the-finding"
        ),
    ],
)
def test_e56_the_day_that_counts_says_which_version_judges(
    tmp_path: Path, by: str, expected: tuple[object, ...]
) -> None:
    given = violations((2, "2025-12-30", "2026-01-10"))
    versions = {FIRST: policy(black(1, "30 days"), by=by), SECOND: policy(black(1, "60 days"), by=by)}
    result, _ = over(tmp_path, versions, given, at("2026-01-15"))
    assert told(result) == [expected]


def test_what_an_earlier_version_imposed_runs_on_and_covers(tmp_path: Path) -> None:
    given = violations((2, "2025-12-20"), (2, "2026-01-10"), (2, "2026-01-19"))
    versions = {FIRST: policy(black(1, "30 days")), SECOND: policy(black(1, "60 days"))}
    result, _ = over(tmp_path, versions, given, at("2026-01-20"))
    # 30 days from 20 December end on 19 January, and so does the cover.
    assert told(result) == [
        ("1", "V-1", "black", ("2025-12-20", "2026-01-19")),
        ("2", "V-3", "black", ("2026-01-19", "2026-03-20")),
    ]
    assert [(each.cause, each.reason) for each in result.unimposed] == [("V-2", "covered")]


@pytest.mark.parametrize(
    ("new_offence", "length", "expected"),
    [
        ("concurrent", "60 days", ("2026-01-10", "2026-03-11")),
        ("restart", "60 days", ("2026-01-10", "2026-03-11")),
        ("extend", "60 days", ("2026-01-19", "2026-03-20")),  # 90 days from 20 December
        ("extend", "2 months", ("2026-01-19", "2026-03-19")),  # another unit: from where the other one ends
    ],
)
def test_the_version_of_the_new_offence_says_how_it_meets_what_runs(
    tmp_path: Path, new_offence: str, length: str, expected: tuple[str, str]
) -> None:
    given = violations((2, "2025-12-20"), (2, "2026-01-10"))
    versions = {
        FIRST: policy(black(1, "30 days")),
        SECOND: policy(black(1, length), more=f"new_offence: {new_offence}"),
    }
    result, _ = over(tmp_path, versions, given, at("2026-01-15"))
    assert told(result)[1:] == [("2", "V-2", "black", expected)]


def test_an_extension_is_counted_from_the_first_start_through_versions(tmp_path: Path) -> None:
    given = violations((2, "2025-12-31"), (2, "2026-01-10"))
    lines = policy(black(1, "1 months"), more="new_offence: extend")
    result, _ = over(tmp_path, {FIRST: lines, SECOND: lines}, given, at("2026-01-15"))
    # One month from 31 December, and two: up to 28 February, which has no 31st.
    assert told(result)[1:] == [("2", "V-2", "black", ("2026-01-31", "2026-02-28"))]


def test_what_was_used_up_under_an_earlier_version_is_used_up(tmp_path: Path) -> None:
    given = violations((2, "2025-12-01"), (2, "2025-12-20"), (2, "2026-02-01"), (2, "2026-02-02"))
    lines = policy(black(2, "10 days"), more="count_once: true")
    result, _ = over(tmp_path, {FIRST: lines, SECOND: lines}, given, at("2026-02-03"))
    assert [(each.version, each.cause, each.causes) for each in result.impositions] == [
        ("1", "V-2", ("V-1", "V-2")),
        ("2", "V-4", ("V-3", "V-4")),
    ]


def test_a_probation_under_an_earlier_version_makes_a_later_violation_graver(tmp_path: Path) -> None:
    steps = """
{list: black, when: level(1) >= 1 or (on_probation and level(2) >= 1), for: 90 days, effects: [stop_new_business]}
{list: yellow, when: level(2) >= 2, for: 10 days, effects: [notice], reinstatement: {probation: 6 months}}
"""
    given = violations((2, "2025-12-01"), (2, "2025-12-02"), (2, "2026-02-01"))
    result, _ = over(tmp_path, {FIRST: policy(steps), SECOND: policy(steps)}, given, at("2026-02-03"))
    assert [(each.version, each.cause, each.list) for each in result.impositions] == [
        ("1", "V-2", "yellow"),
        ("2", "V-3", "black"),
    ]
    assert result.on_probation is True


def test_without_what_an_earlier_version_judged_it_would_be_lighter(tmp_path: Path) -> None:
    given = violations((2, "2025-12-01"), (2, "2026-01-10"))
    lines = policy(black(2, "60 days"))
    result, _ = over(tmp_path, {FIRST: lines, SECOND: lines}, given, at("2026-02-03"))
    assert [(each.without, each.outcome) for each in result.lighter] == [(("V-1",), "clear"), (("V-2",), "clear")]


def test_a_list_that_only_an_earlier_version_has_stays_in_force(tmp_path: Path) -> None:
    versions = {
        FIRST: policy("{list: grey, when: level(2) >= 1, for: 60 days, effects: [stop_benefits]}"),
        SECOND: policy(black(1, "10 days")),
    }
    given = violations((2, "2025-12-20"), (2, "2026-01-10"))
    result, _ = over(tmp_path / "a", versions, given, at("2026-02-01"))
    # The black list ended on 20 January; grey covers no black list, and runs for 60 days from 20 December.
    assert (result.outcome, {*result.effects}) == ("grey", {"stop_benefits"})
    assert told(result)[1] == ("2", "V-2", "black", ("2026-01-10", "2026-01-20"))
    both, _ = over(tmp_path / "b", versions, given, at("2026-01-15"))
    assert (both.outcome, {*both.effects}) == ("black", {"stop_settlement", "stop_benefits"})


def test_what_other_policies_ask_is_told_through_versions(tmp_path: Path) -> None:
    asking = """\
eligibility:
  open:
    subject: partner
    gates: [{id: settles, require: 'not(outcome(partner, "conduct").stop_settlement)'}]
"""
    given = violations((2, "2025-12-20"))
    lines = policy(black(1, "30 days")) + asking
    _, decision = over(tmp_path, {FIRST: lines, SECOND: lines}, given, at("2026-01-05"))
    assert decision["open"]["P-1"].outcome == "ineligible"


def test_what_earlier_versions_imposed_is_recorded_once(tmp_path: Path) -> None:
    given = violations((2, "2025-12-20"), (2, "2026-02-10"))
    versions = {FIRST: policy(black(1, "30 days")), SECOND: policy(black(1, "60 days"))}
    result, decision = over(tmp_path, versions, given, at("2026-02-15"))
    assert [each.id for each in result.new_sanctions()] == ["conduct:P-1:V-1:black", "conduct:P-1:V-2:black"]
    recorded = {each.id: each.model_dump(mode="json", exclude={"id"}) for each in decision.new_sanctions}
    again, _ = over(tmp_path, versions, given, at("2026-02-15"), sanctions=recorded)
    assert again.new_sanctions() == ()
    assert told(again) == told(result)


def test_the_conditions_of_reinstatement_are_those_of_the_version_that_imposed_it(tmp_path: Path) -> None:
    waits = "{list: black, when: level(2) >= 1, for: 10 days, effects: [notice], reinstatement: {conditions: [C]}}"
    versions = {
        FIRST: policy(waits.replace("C", "{id: staff, require: count(partner.people) >= 1}")),
        SECOND: policy(waits.replace("C", "{id: many, require: count(partner.people) >= 9}")),
    }
    result, _ = over(tmp_path, versions, violations((2, "2025-12-20")), at("2026-02-15"), people={})
    assert result.outcome == "black"
    (imposition,) = result.impositions
    assert imposition.state == "awaiting_reinstatement"
    assert imposition.reinstatement is not None
    ((change,),) = imposition.reinstatement.ways.listed
    assert change.text == "staff"


def test_a_violation_of_an_unknown_day_may_be_judged_by_any_version(tmp_path: Path) -> None:
    given: Violations = {"V-1": {"partner": "P-1", "level": 2, "confirmed_on": "2025-12-20"}}
    versions = {FIRST: policy(black(1, "30 days")), SECOND: policy(black(1, "60 days"))}
    result, _ = over(tmp_path, versions, given, at("2026-01-05"))
    assert (result.outcome, result.impositions) == ("undetermined", ())
    assert [(each.list, each.cause, each.reason) for each in result.unimposed] == [(None, "V-1", "in_doubt")]
    assert result.summary()["missing"] == ["violations V-1 occurred_on"]


def test_whether_an_earlier_version_is_about_the_partner_leaves_in_doubt_what_it_imposed(tmp_path: Path) -> None:
    lines = policy(black(1, "30 days"))
    versions = {FIRST: "    when: count(partner.people) >= 1\n" + lines, SECOND: lines}
    given = violations((2, "2025-12-20"))
    for people, outcome in (({}, "clear"), ({"A": {"partner": "P-1"}}, "black"), (None, "undetermined")):
        more = {} if people is None else {"people": people}
        result, _ = over(tmp_path / outcome, versions, given, at("2026-01-05"), **more)
        assert result.outcome == outcome


# -------------------------------------------------------------------------------------------- days without any version


def test_e61_a_violation_on_a_day_without_rules_imposes_nothing() -> None:
    text = VERSION.split("sanctions:\n")[1]
    head = VERSION.split("sanctions:\n")[0].format(name="1", in_force="2026-01-01 ..")
    given = violations((2, "2025-12-31"), (2, "2026-01-01"))
    facts = {"partners": {"P-1": {}}, "violations": given, "sanctions": {}}
    decision = decide("sanctions:\n" + text + policy(black(1, "10 days")), facts, head=head, as_of=at("2026-01-05"))
    result = decision["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    assert told(result) == [("1", "V-2", "black", ("2026-01-01", "2026-01-11"))]
    assert [(each.cause, each.reason, each.day) for each in result.unimposed] == [
        ("V-1", "not_in_force", dt.date(2025, 12, 31))
    ]
    assert "V-1 reaches black and imposes nothing: no rules were in force on 31 Dec 2025" in decision.explain(
        "conduct", "P-1"
    )
    assert "V-1 达到“black”，但不处罚：2025年12月31日没有生效的规则" in decision.explain(
        "conduct", "P-1", language="zh"
    )
    assert "но санкции нет: 31.12.2025 правила не действовали" in decision.explain("conduct", "P-1", language="ru")


def test_e61_a_violation_in_a_gap_between_versions_counts_and_imposes_nothing(tmp_path: Path) -> None:
    versions = {"2025-01-01 .. 2025-06-01": policy(black(1, "10 days")), "2025-07-01 ..": policy(black(2, "10 days"))}
    given = violations((2, "2025-06-01"), (2, "2025-07-01"))
    result, _ = over(tmp_path, versions, given, at("2025-07-02"))
    assert told(result) == [("2", "V-2", "black", ("2025-07-01", "2025-07-11"))]
    # To the first version one is enough, to the second it is not, and the second one counts it all the same.
    assert [(each.cause, each.reason) for each in result.unimposed] == [("V-1", "not_in_force")]


def test_the_version_that_imposed_is_named_in_the_explanation(tmp_path: Path) -> None:
    versions = {FIRST: policy(black(1, "30 days")), SECOND: policy(black(1, "60 days"))}
    _, decision = over(tmp_path, versions, violations((2, "2025-12-20")), at("2026-01-05"))
    for language, words in (
        ("en", "imposed by version 1"),
        ("zh", "依据 1 版规则处罚"),
        ("ru", "наложена по версии 1"),
    ):
        assert words in decision.explain("conduct", "P-1", language=language)
