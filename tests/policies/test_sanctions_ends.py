"""When sanctions end: with what is still to come, with what they extend, and with reinstatement that came later."""

import copy

import pytest
from tests.policies.test_sanctions import at, conduct, day_of, imposed, span, violations
from tests.support import diagnostics

from partnerrules.decisions.sanctions import Lighter, SanctionResult
from partnerrules.policies.sanctions import outcomes
from partnerrules.schema.missing import Unknown

HEAD = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on)]
    by: violation.occurred_on
    window: 12 months
"""

LATER = (
    HEAD
    + """\
    steps:
      - {list: black, when: level(1) >= 1, starts: violation.occurred_on + 20 days, for: 90 days,
         effects: [stop_settlement, notice]}
      - {list: yellow, when: level(2) >= 1, for: 30 days, effects: [notice]}
"""
)


@pytest.mark.parametrize(
    ("black", "until"),
    [
        pytest.param("2024-01-10", "2024-04-29", id="E54-black-begins-on-30-January-within-yellow"),
        pytest.param("2024-01-11", "2024-04-30", id="E54-black-begins-where-yellow-ends"),
        pytest.param("2024-01-12", "2024-01-31", id="E54-a-day-between-them-is-free"),
    ],
)
def test_an_effect_that_goes_on_without_a_break_ends_where_the_last_sanction_does(black: str, until: str) -> None:
    result = conduct(violations((2, "2024-01-01"), (1, black)), at("2024-01-15"), LATER)
    assert [each.state for each in result.impositions] == ["running", "to_come"]
    assert day_of(result.effects["notice"]) == until
    assert day_of(result.scopes["status"]) == until
    # Nothing as severe as the yellow list: the black one is more severe, and so counts.
    assert (result.outcome, day_of(result.ends_at)) == ("yellow", until)


@pytest.mark.parametrize(
    ("second", "until"),
    [
        pytest.param("2024-01-31", None, id="it may begin on 20 February, where the first one ends"),
        pytest.param("2024-02-01", "2024-02-20", id="it begins on 21 February at the earliest"),
    ],
)
def test_an_effect_that_may_go_on_has_no_known_end(second: str, until: str | None) -> None:
    text = LATER.replace("level(2) >= 1, for:", "level(2) >= 1, starts: violation.occurred_on + 20 days, for:")
    result = conduct(violations((2, "2024-01-01"), (None, second)), at("2024-02-02"), text)
    found = result.effects["notice"]  # since 21 January
    if until is None:
        assert isinstance(found, Unknown)
        assert {each.field for each in found.missing} == {"level"}
    else:
        assert day_of(found) == until


# ------------------------------------------------------------------------------------------------- causes, used once

NESTED = (
    HEAD
    + """\
    count_once: true
    steps:
      - {list: black, when: level(1) >= 1 and (level(2) >= 2 or level(3) >= 3), for: 90 days, effects: [notice]}
"""
)


def test_what_makes_an_or_within_an_and_hold_is_a_cause_and_used_once() -> None:
    given = violations((2, "2024-01-01"), (2, "2024-01-02"), (1, "2024-01-03"), (1, "2024-06-01"))
    result = conduct(given, at("2024-06-02"), NESTED)
    assert [(each.cause, each.causes) for each in result.impositions] == [("V-3", ("V-1", "V-2", "V-3"))]


def test_of_an_or_that_the_record_completes_only_that_part_is_used() -> None:
    # V-5 completes the part of level 3, so those of level 2 are not used and hold for V-6.
    given = violations(
        (1, "2024-01-01"), (2, "2024-01-02"), (3, "2024-01-03"), (3, "2024-01-04"), (3, "2024-01-05"),
        (1, "2024-06-01"), (2, "2024-06-02"),
    )  # fmt: skip
    result = conduct(given, at("2024-06-03"), NESTED)
    assert [(each.cause, each.causes) for each in result.impositions] == [
        ("V-5", ("V-1", "V-3", "V-4", "V-5")),
        ("V-7", ("V-2", "V-6", "V-7")),
    ]


# ----------------------------------------------------------------------------------------------- what is extended

EXTENDED = (
    HEAD
    + """\
    count_once: true
    new_offence: extend
    steps:
      - {list: black, when: level(1) >= 1, effects: [notice], for: 30 days,
         starts: 'if violation.kind = "late" then violation.occurred_on + 49 days else violation.occurred_on'}
"""
)


def test_of_two_that_run_the_one_that_ends_last_is_extended() -> None:
    # V-1: 20 February to 21 March. V-2: 10 January to 9 February; V-3 extends it to 10 March. On 1 March both run.
    given = violations((1, "2024-01-02"), (1, "2024-01-10"), (1, "2024-01-20"), (1, "2024-03-01"))
    given["V-1"]["kind"] = "late"
    for id in ("V-2", "V-3", "V-4"):
        given[id]["kind"] = "at once"
    result = conduct(given, at("2024-03-02"), EXTENDED)
    assert [(each.cause, *span(each), each.follows) for each in result.impositions] == [
        ("V-1", "2024-02-20", "2024-03-21", None),
        ("V-2", "2024-01-10", "2024-02-09", None),
        ("V-3", "2024-02-09", "2024-03-10", "V-2"),
        ("V-4", "2024-03-21", "2024-04-20", "V-1"),
    ]


# --------------------------------------------------------------------------------------- the day of reinstatement

DAY = """\
facts:
  partner: {reinstated_on: {type: date, missing: none}}
"""
REINSTATED = (
    DAY
    + HEAD
    + """\
    steps:
      - {list: black, when: on_probation and level(2) >= 1, for: 90 days, effects: [stop_settlement]}
      - list: yellow
        when: level(2) >= 1
        for: 30 days
        effects: [notice]
        reinstatement:
          conditions: [{id: back, require: exists(partner.reinstated_on) and partner.reinstated_on <= today}]
          day: partner.reinstated_on
          probation: 30 days
"""
)


def reinstated(on: str | None, day: str, *more: tuple[int, str], text: str = REINSTATED) -> SanctionResult:
    partner = {} if on is None else {"reinstated_on": on}
    return conduct(violations((2, "2024-01-01"), *more), at(day), text, partners={"P-1": partner})


@pytest.mark.parametrize(
    ("on", "day", "state", "ends", "probation"),
    [
        pytest.param("2024-02-19", "2024-02-20", "on_probation", "2024-02-19", "2024-03-20", id="E56-it-waited"),
        pytest.param("2024-01-20", "2024-02-20", "on_probation", "2024-01-31", "2024-03-01", id="before its end"),
        pytest.param(None, "2024-02-20", "awaiting_reinstatement", "2024-01-31", "2024-03-01", id="not yet"),
        pytest.param("2024-02-19", "2024-03-20", "ended", "2024-02-19", "2024-03-20", id="probation is over"),
    ],
)
def test_probation_runs_from_the_day_of_reinstatement(
    on: str | None, day: str, state: str, ends: str, probation: str
) -> None:
    result = reinstated(on, day)
    (only,) = result.impositions
    assert (only.state, day_of(only.ends_at)) == (state, ends)
    assert only.reinstatement is not None
    assert day_of(only.reinstatement.probation_until) == probation
    (new,) = result.new_sanctions()
    assert new.ends_at == (None if state == "awaiting_reinstatement" else only.ends_at)


def test_a_repeat_after_reinstatement_falls_into_its_probation() -> None:
    # The probation runs from 19 February up to 20 March, and not from 31 January up to 1 March.
    assert imposed(reinstated("2024-02-19", "2024-03-12", (2, "2024-03-10"))) == [("yellow", "V-1"), ("black", "V-2")]
    assert imposed(reinstated("2024-02-19", "2024-03-22", (2, "2024-03-20"))) == [("yellow", "V-1"), ("yellow", "V-2")]


def test_a_result_does_not_say_that_a_sanction_ended_with_its_time_if_it_may_have_waited() -> None:
    text = REINSTATED.replace("          day: partner.reinstated_on\n", "")
    (only,) = reinstated("2024-02-19", "2024-02-20", text=text).impositions
    assert (only.state, only.has_known_end) == ("on_probation", False)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("day: partner.reinstated_on", "day: 5 days", "type-mismatch"),
        (
            "conditions: [{id: back, require: exists(partner.reinstated_on) and partner.reinstated_on <= today}]",
            "# conditions",
            "missing-key",
        ),
    ],
)
def test_a_day_of_reinstatement_is_a_date_beside_conditions(old: str, new: str, code: str) -> None:
    assert old in REINSTATED
    assert code in [each.code for each in diagnostics(REINSTATED.replace(old, new))]


# ------------------------------------------------------------------------------------------------ what is lighter


def test_a_record_that_only_led_to_the_probation_makes_it_lighter_too() -> None:
    result = reinstated("2024-02-01", "2024-02-11", (2, "2024-02-10"))
    assert imposed(result) == [("yellow", "V-1"), ("black", "V-2")]
    # Without V-1 there was no probation; V-2 is then on the yellow list, and not on the black one.
    assert [(each.without, each.outcome) for each in result.lighter] == [(("V-1",), "yellow"), (("V-2",), "clear")]


def test_what_is_lighter_is_tried_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def counted(*given: object) -> tuple[Lighter, ...]:
        tried.append(given)
        return ()

    monkeypatch.setattr(outcomes, "lighter", counted)
    result = conduct(violations((2, "2024-01-01")), at("2024-01-15"), LATER)
    assert result.outcome == "yellow"
    assert tried == []
    assert result.lighter == result.lighter == ()
    assert len(tried) == 1
    assert copy.deepcopy(result) == result


# ------------------------------------------------------------------------------------------------ ways out of mistakes


def test_asking_for_a_probation_that_no_step_has_tells_what_is_lacking() -> None:
    text = LATER.replace("level(2) >= 1", "level(2) >= 1 or on_probation")
    (told,) = diagnostics(text)
    assert told.code == "unknown-name"
    assert told.help == "no step of this policy has a probation: write `reinstatement: {probation: 6 months}` at one"


@pytest.mark.parametrize(
    ("first", "second", "unreached"),
    [
        pytest.param("level(2) >= 2", "level(2) >= 3", True, id="it asks for more of the same"),
        pytest.param("level(2) >= 2", "level(2) >= 2", True, id="it asks for the same"),
        pytest.param("level(1) >= 1 or level(2) >= 2", "level(2) >= 2", True, id="one part of what comes before"),
        pytest.param("level(1) >= 1", "level(1) >= 2 or level(2) >= 1", False, id="one part asks for something else"),
        pytest.param("level(2) >= 3", "level(2) >= 2", False, id="in their order"),
        # A violation of level 2 that comes after one of level 1 completes the second step, and not the first.
        pytest.param("level(1) >= 1", "level(1) >= 1 and level(2) >= 1", False, id="another one may complete it"),
        pytest.param("level(1) >= 1 or level(2) >= 1", "level(1) >= 1 and level(2) >= 1", True, id="either completes"),
        pytest.param(
            "level(1) >= 1 and level(2) >= 1", "level(1) >= 2 and level(2) >= 3", True, id="both ask for more"
        ),
        pytest.param("level(2) = 2", "level(2) >= 3", False, id="exactly so many"),
    ],
)
def test_a_step_that_is_never_reached_is_warned_of_where_that_is_provable(
    first: str, second: str, unreached: bool
) -> None:
    text = LATER.replace("when: level(1) >= 1", f"when: {first}").replace("when: level(2) >= 1", f"when: {second}")
    told = diagnostics(text)
    assert [(each.code, each.severity) for each in told] == ([("unreached-step", "warning")] if unreached else [])
