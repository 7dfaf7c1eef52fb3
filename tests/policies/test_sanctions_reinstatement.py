"""Reinstatement with conditions and probation, what effects bear on, and what would make it lighter."""

import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policies.test_sanctions import CONDUCT, at, conduct, day_of, imposed, violations
from tests.support import HEAD, decide, diagnostics, in_folder, ruleset

import partnerrules as pr
from partnerrules.cases import run_cases
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.schema.missing import Unknown

FACTS = """\
facts:
  partner:
    audited_on: {type: date, missing: none}
    fine_paid: boolean
"""
STEPS = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on)]
    by: violation.occurred_on
    window: 12 months
    effects:
      - {effect: stop_special_price, scope: new_business, title: {en: no special prices, zh: 停止特价, ru: без спеццен}}
      - stop_coffee
    steps:
      - list: black
        when: level(1) >= 1 or (on_probation and level(2) >= 1)
        for: 90 days
        effects: [stop_new_business, cancel_unpaid]
      - list: yellow
        when: level(2) >= 1
        for: 30 days
        effects: [stop_special_price, stop_benefits, stop_coffee]
        standing: {status: warned}
        reinstatement:
          conditions:
            - {id: audit, require: exists(partner.audited_on) and partner.audited_on >= violation.occurred_on}
            - {id: fine, require: partner.fine_paid}
          probation: 6 months
"""
POLICY = FACTS + STEPS
ONE = violations((2, "2024-01-10"))
FREE: dict[str, object] = {"audited_on": "2024-02-01", "fine_paid": True}


def told(given: dict[str, dict[str, object]], day: str, partner: dict[str, object]) -> SanctionResult:
    return conduct(given, at(day), POLICY, partners={"P-1": partner})


# ------------------------------------------------------------------------------------------------------ reinstatement


@pytest.mark.parametrize(
    ("day", "partner", "outcome", "state"),
    [
        ("2024-02-08", {"fine_paid": False}, "yellow", "running"),
        ("2024-02-09", {"fine_paid": False}, "yellow", "awaiting_reinstatement"),
        ("2024-12-31", {"fine_paid": False}, "yellow", "awaiting_reinstatement"),
        ("2024-02-09", FREE, "clear", "on_probation"),
        ("2024-08-08", FREE, "clear", "on_probation"),
        ("2024-08-09", FREE, "clear", "ended"),  # six months from 9 February: that day is free
        ("2024-02-08", FREE, "yellow", "running"),  # not before its end
    ],
)
def test_it_ends_when_its_time_is_over_and_what_is_asked_holds(
    day: str, partner: dict[str, object], outcome: str, state: str
) -> None:
    result = told(ONE, day, partner)
    assert (result.outcome, [each.state for each in result.impositions]) == (outcome, [state])
    assert result.on_probation is (state == "on_probation")
    if state == "on_probation":
        assert day_of(result.probation_until) == "2024-08-09"


def test_while_it_awaits_reinstatement_its_end_is_open() -> None:
    result = told(ONE, "2024-03-01", {"fine_paid": False})
    assert result.effects == {"stop_benefits": None, "stop_special_price": None, "stop_coffee": None}
    assert result.ends_at is None
    assert result.scopes == {"new_business": None, "benefits": None}
    (new,) = result.new_sanctions()
    assert (new.starts_at, new.ends_at) == (at("2024-01-10", 0), None)
    (standing,) = result.new_standings()
    assert (standing.valid_from, standing.valid_to) == (dt.date(2024, 1, 10), None)


def test_what_is_lacking_for_reinstatement_is_told_and_tried() -> None:
    def ways(partner: dict[str, object], day: str = "2024-03-01") -> list[list[str]]:
        (yellow,) = told(ONE, day, partner).impositions
        assert yellow.reinstatement is not None
        return yellow.reinstatement.as_data()["ways"]  # type: ignore[return-value]  # ways are lists of texts

    assert ways({"fine_paid": False}) == [["audit", "fine"]]
    assert ways({**FREE, "fine_paid": False}) == [["fine"]]
    assert ways(FREE) == []
    assert ways({"fine_paid": False}, "2024-01-20") == []  # it is not over yet
    assert ways({"audited_on": "2024-01-09", "fine_paid": True}) == [["audit"]]  # before the violation


def test_a_condition_that_is_not_known_leaves_open_whether_it_is_over() -> None:
    result = told(ONE, "2024-03-01", {"audited_on": "2024-02-01"})
    assert result.outcome == "undetermined"
    assert {each.field for each in result.missing} == {"fine_paid"}
    assert set(result.doubtful_effects) == {"stop_benefits", "stop_special_price", "stop_coffee"}
    assert result.doubtful_scopes == ("new_business", "benefits")
    assert told(ONE, "2024-02-08", {}).outcome == "yellow"  # it is running anyway


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2024-01-20", [("yellow", "V-1")], id="while it runs"),
        pytest.param("2024-02-08", [("yellow", "V-1")], id="on its last day"),
        pytest.param("2024-02-09", [("yellow", "V-1"), ("black", "V-2")], id="on the first day of probation"),
        pytest.param("2024-08-08", [("yellow", "V-1"), ("black", "V-2")], id="on its last one"),
        pytest.param("2024-08-09", [("yellow", "V-1"), ("yellow", "V-2")], id="after it"),
    ],
)
def test_a_repeat_during_probation_is_graver(day: str, expected: list[tuple[str, str]]) -> None:
    assert imposed(told(violations((2, "2024-01-10"), (2, day)), "2024-12-31", FREE)) == expected


def test_who_may_be_on_probation_may_have_a_graver_list() -> None:
    given = violations((None, "2024-01-10"), (2, "2024-03-01"))
    result = told(given, "2024-03-02", FREE)
    assert (result.outcome, imposed(result)) == ("undetermined", [])
    assert {each.record for each in result.missing} == {"V-1"}


def test_other_policies_ask_for_probation_and_for_what_effects_bear_on() -> None:
    text = (
        POLICY
        + """\
definitions:
  probation: {of: partner, value: 'outcome(partner, "conduct").on_probation'}
  business: {of: partner, value: 'outcome(partner, "conduct").new_business'}
  payables: {of: partner, value: 'outcome(partner, "conduct").payables'}
"""
    )
    facts = {"partners": {"P-1": FREE}, "violations": ONE, "sanctions": {}}
    found: dict[str, list[object]] = {}
    for day in ("2024-01-20", "2024-03-01", "2024-09-01"):
        decision = decide(text, facts, as_of=at(day))
        found[day] = [decision[name]["P-1"].as_data()["value"] for name in ("probation", "business", "payables")]
    assert found == {
        "2024-01-20": [False, True, False],
        "2024-03-01": [True, False, False],
        "2024-09-01": [False, False, False],
    }


# --------------------------------------------------------------------------------------------------------------- scopes


def test_e54_a_scope_is_stopped_until_the_later_end() -> None:
    given = violations((2, "2024-01-10"), (1, "2024-01-20"))
    result = told(given, "2024-01-25", FREE)
    assert {scope: day_of(until) for scope, until in result.scopes.items()} == {
        "new_business": "2024-04-19",
        "payables": "2024-04-19",
        "benefits": "2024-02-09",
    }
    assert day_of(result.ends_at) == "2024-04-19"


@pytest.mark.parametrize("name", ["new_business", "payables", "status", "on_probation"])
def test_an_effect_is_not_called_like_what_it_bears_on(name: str) -> None:
    told = diagnostics(CONDUCT.replace("stop_special_price", name))
    assert (told[0].code, told[0].message) == ("bad-name", f"an effect cannot be called `{name}`")


def test_a_name_is_not_taken_from_its_author_unless_probation_is_used() -> None:
    named = "definitions: {on_probation: {value: 'true'}}\n"
    assert not diagnostics(CONDUCT + named)
    assert [each.code for each in diagnostics(STEPS + FACTS + named)][:1] == ["ambiguous-name"]


# -------------------------------------------------------------------------------------------------------------- lighter


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(violations((1, "2024-12-01")), [(("V-1",), "clear")], id="one alone"),
        pytest.param(
            violations((2, "2024-12-01"), (2, "2024-12-02"), (2, "2024-12-03")),
            [(("V-1",), "yellow"), (("V-2",), "yellow"), (("V-3",), "yellow")],
            id="each of three, and two are left",
        ),
        pytest.param(
            violations((1, "2024-12-01"), (1, "2024-12-02")),
            [(("V-1", "V-2"), "clear")],
            id="both, as one covers the other",
        ),
        pytest.param(
            violations((1, "2024-12-01"), (1, "2024-12-02"), (1, "2024-12-03")), [], id="three are more than is tried"
        ),
        pytest.param(violations((3, "2024-12-01")), [], id="clear already"),
        pytest.param(violations((None, "2024-12-01")), [], id="not known"),
    ],
)
def test_without_which_violations_it_would_be_lighter(
    given: dict[str, dict[str, object]], expected: list[tuple[tuple[str, ...], str]]
) -> None:
    result = conduct(given, at("2024-12-10"))
    assert [(each.without, each.outcome) for each in result.lighter] == expected
    for each in result.lighter:  # it is so
        rest = {id: fields for id, fields in given.items() if id not in each.without}
        assert conduct(rest, at("2024-12-10")).outcome == each.outcome


def test_a_partner_without_conditions_to_fulfil_is_told_nothing_of_them() -> None:
    (black,) = conduct(violations((1, "2024-12-01")), at("2024-12-10")).impositions
    assert black.reinstatement is None
    assert black.as_data()["reinstatement"] is None


# ------------------------------------------------------------------------------------------------- what is not known

RULES = ruleset(POLICY, HEAD)
ROWS = st.lists(
    st.tuples(st.integers(1, 3), st.dates(dt.date(2024, 1, 1), dt.date(2024, 10, 1)), st.sampled_from(["", "level"])),
    max_size=5,
)


@given(ROWS, st.booleans(), st.booleans())
def test_finding_out_more_contradicts_nothing_that_was_certain(
    rows: list[tuple[int, dt.date, str]], paid: bool, audited: bool
) -> None:
    whole = violations(*((level, str(day)) for level, day, _ in rows))
    partial = violations(*((None if gap else level, str(day)) for level, day, gap in rows))
    partner: dict[str, object] = {"audited_on": "2024-10-01"} if audited else {}

    def of(given_rows: dict[str, dict[str, object]], partner: dict[str, object]) -> SanctionResult:
        facts = pr.Facts({"partners": {"P-1": partner}, "violations": given_rows, "sanctions": {}})
        result = RULES.decide(facts, as_of=at("2024-10-01"))["conduct"]["P-1"]
        assert isinstance(result, SanctionResult)
        return result

    before, after = of(partial, partner), of(whole, {**partner, "fine_paid": paid})
    assert before.outcome in ("undetermined", after.outcome)
    assert set(before.effects) <= set(after.effects) <= {*before.effects, *before.doubtful_effects}
    assert set(before.scopes) <= set(after.scopes) <= {*before.scopes, *before.doubtful_scopes}
    assert isinstance(before.on_probation, Unknown) or before.on_probation is after.on_probation
    assert {(each.list, each.cause) for each in before.impositions} <= set(imposed(after))


# -------------------------------------------------------------------------------------------------------- cases, bounds

CASES = """\
base:
  one:
    partners: {P-1: {fine_paid: false}}
    sanctions: {}
    violations:
      V-1: {partner: P-1, level: 2, occurred_on: 2024-01-10, confirmed_on: 2024-01-10}
cases:
  - name: awaiting reinstatement
    as_of: 2024-03-01
    base: one
    expect:
      conduct:
        P-1:
          outcome: yellow
          effects: [stop_benefits, stop_special_price, stop_coffee]
          ends_at: null
          on_probation: false
          lighter: [{without: [V-1], outcome: clear}]
          impositions:
            - {list: yellow, state: awaiting_reinstatement, sort: first, reinstatement: {ways: [[audit, fine]]}}
  - name: on probation
    as_of: 2024-03-01
    base: one
    facts: {partners: {P-1: {fine_paid: true, audited_on: 2024-02-01}}}
    expect: {conduct: {P-1: {outcome: clear, on_probation: true, scopes: {}}}}
"""


def test_cases_expect_reinstatement_and_probation_and_cover_them(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": HEAD + POLICY, "cases.yaml": CASES}, tmp_path)
    report = run_cases(tmp_path, coverage=True)
    assert report.ok, str(report)
    (coverage,) = report.coverage
    assert coverage.unreached == ("list black",)


@pytest.mark.parametrize("more", ["count_once: false", "count_once: true"])
def test_thousands_of_violations_of_one_partner_are_decided_quickly(more: str) -> None:
    first = dt.date(2023, 3, 1)
    given = violations(*((3, str(first + dt.timedelta(days=number % 360))) for number in range(2_000)))
    text = CONDUCT.replace("    window: calendar year", f"    {more}\n    window: 12 months")
    started = time.process_time()
    assert conduct(given, at("2024-03-01"), text).outcome == "yellow"
    assert time.process_time() - started < 20  # two or three; minutes where each list is filtered anew
