"""Lifecycles: the stage that is recorded, what may follow, what is refused and why, and what is not known."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from tests.support import AS_OF, HEAD, codes, decide, diagnostics, in_folder, ruleset

from partnerrules import Facts, Record, load
from partnerrules.cases import run_cases
from partnerrules.decisions.lifecycle import LifecycleResult, Request

SEVEN: Final = ("referral", "application", "review", "assessment", "training", "exam", "certified")

FIELDS: Final = """\
facts:
  partner:
    wanted: {type: text, missing: none}
    leaves_on: {type: date, missing: none}
    passed: {type: boolean}
    staff: {type: integer}
"""
PATH: Final = """\
lifecycle:
  onboarding:
    source: S0-009
    subject: partner
    stages: [referral, application, review, assessment, training, exam, certified]
    start: referral
    standing: onboarding
    request: partner.wanted
    forward: one at a time
"""
GUARDED: Final = (
    PATH
    + """\
    guards:
      certified:
        all:
          - {id: exam-passed, require: partner.passed}
          - any: [{id: staff, require: partner.staff >= 3}, {id: lawful, require: partner.checks.legal}]
"""
)
UNKNOWN: Final = {"unknown": True}

History = Mapping[str, str | tuple[object, ...]]


def facts(history: Mapping[str, object], **fields: object) -> dict[str, object]:
    """P-1 with its stages by the days from which they are recorded, or by (day, further day, ...) with its end."""
    standings = {}
    for number, (day, value) in enumerate(history.items(), start=1):
        begin, _, end = day.partition("..")
        standing = {"partner": "P-1", "kind": "onboarding", "value": value, "valid_from": begin}
        standings[f"S-{number}"] = standing | ({"valid_to": end} if end else {})
    return {"partners": {"P-1": fields}, "standings": standings}


def result(text: str, given: Mapping[str, object], policy: str = "onboarding", subject: str = "P-1") -> LifecycleResult:
    found = decide(FIELDS + text, given)[policy][subject]
    assert isinstance(found, LifecycleResult)
    return found


def asked(text: str, given: Mapping[str, object]) -> Request:
    request = result(text, given).request
    assert request is not None
    return request


def reasons(request: Request) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(each.reason, each.stages, None if each.day is None else str(each.day)) for each in request.reasons]


# ------------------------------------------------------------------------------------------------- the path, in order


@pytest.mark.parametrize("wanted", SEVEN)
@pytest.mark.parametrize("stage", SEVEN)
def test_s0_009_seven_steps_in_their_order_and_no_other(stage: str, wanted: str) -> None:
    request = asked(PATH, facts({"2026-01-01": stage}, wanted=wanted))
    here, there = SEVEN.index(stage), SEVEN.index(wanted)
    following = SEVEN[here + 1 : here + 2]
    if here == there:
        assert (request.outcome, reasons(request)) == ("already", [])
    elif there == here + 1:
        assert (request.outcome, reasons(request), str(request.starts)) == ("allowed", [], "2026-03-01")
    else:  # a step back, and one that skips what lies between
        assert (request.outcome, reasons(request)) == ("refused", [("not_a_transition", following, None)])


def test_s0_009_of_one_of_whom_nothing_is_recorded_all_begins_with_the_start() -> None:
    found = result(PATH, facts({}, wanted="application"))
    assert (found.outcome, found.recorded, found.since, found.days) == ("referral", None, None, None)
    assert found.request is not None
    assert found.request.outcome == "allowed"


def test_without_a_start_nothing_is_there_and_the_first_stage_can_be_entered() -> None:
    text = PATH.replace("    start: referral\n", "")
    assert result(text, facts({}, wanted="referral")).outcome == "no_stage"
    assert asked(text, facts({}, wanted="referral")).outcome == "allowed"
    assert reasons(asked(text, facts({}, wanted="review"))) == [("not_a_transition", ("referral",), None)]


def test_nothing_is_asked_for() -> None:
    request = asked(PATH, facts({"2026-01-01": "review"}))
    assert (request.outcome, request.asked, request.reasons, request.starts) == ("none", None, (), None)
    text = PATH.replace("    request: partner.wanted\n", "")
    found = result(text, facts({"2026-01-01": "review"}, wanted="exam"))
    assert (found.request, found.summary()["request"]) == (None, None)


def test_a_word_that_is_no_stage_is_refused_as_one() -> None:
    request = asked(PATH, facts({"2026-01-01": "review"}, wanted="exams"))
    assert reasons(request) == [("unknown_stage", ("assessment",), None)]


def test_a_recorded_word_that_is_no_stage_is_told_and_leads_nowhere() -> None:
    found = result(PATH, facts({"2026-01-01": "screening"}, wanted="review"))
    assert (found.outcome, found.recorded, str(found.since), found.open) == (
        "unknown_stage",
        "screening",
        "2026-01-01",
        (),
    )
    assert found.request is not None
    assert reasons(found.request) == [("not_a_transition", (), None)]


def test_any_later_stage_may_follow_where_it_is_said() -> None:
    text = PATH.replace("one at a time", "any")
    for wanted, outcome in (("exam", "allowed"), ("certified", "allowed"), ("application", "refused")):
        assert asked(text, facts({"2026-01-01": "review"}, wanted=wanted)).outcome == outcome


def test_what_is_written_takes_the_place_of_what_goes_forward() -> None:
    text = PATH + "    transitions: [{id: admit, from: review, to: assessment, require: partner.passed}]\n"
    given = facts({"2026-01-01": "review"}, wanted="assessment", passed=False)
    assert reasons(asked(text, given)) == [("requirement_not_met", (), None)]
    assert [each.id for each in result(text, given).open] == ["admit"]


def test_a_step_back_is_open_where_it_is_written() -> None:
    text = PATH + "    transitions: [{id: resit, from: exam, to: training}]\n"
    assert asked(text, facts({"2026-01-01": "exam"}, wanted="training")).outcome == "allowed"
    assert asked(text, facts({"2026-01-01": "training"}, wanted="exam")).outcome == "allowed"
    assert asked(text, facts({"2026-01-01": "certified"}, wanted="training")).outcome == "refused"


# --------------------------------------------------------------------------------------------------------------- guards


@pytest.mark.parametrize(
    ("fields", "outcome", "ways"),
    [
        pytest.param({"passed": True, "staff": 3}, "allowed", [], id="S0-009 all of it"),
        pytest.param(
            {"passed": True, "staff": 2, "checks": {"legal": False}},
            "refused",
            [["staff"], ["lawful"]],
            id="one of two would do",
        ),
        pytest.param(
            {"passed": False, "staff": 2, "checks": {"legal": False}},
            "refused",
            [["exam-passed", "staff"], ["exam-passed", "lawful"]],
            id="both are needed",
        ),
        pytest.param(
            {"passed": False},
            "refused",
            [["exam-passed", "staff"], ["exam-passed", "lawful"]],
            id="nothing else is known",
        ),
        pytest.param({"staff": 3}, "undetermined", [["exam-passed"]], id="not known whether it passed"),
        pytest.param(
            {"passed": True, "checks": {"legal": True}}, "allowed", [], id="what is not known does not matter"
        ),
    ],
)
def test_guards_are_asked_of_all_who_enter(fields: dict[str, object], outcome: str, ways: list[list[str]]) -> None:
    request = asked(GUARDED, facts({"2026-01-01": "exam"}, wanted="certified", **fields))
    assert request.outcome == outcome
    assert request.as_data()["ways"] == ways
    assert reasons(request) == ([("guard_not_met", (), None)] if outcome == "refused" else [])


def test_a_guard_is_asked_whichever_way_its_stage_is_entered() -> None:
    text = GUARDED + "    transitions: [{id: fast, from: review, to: certified, require: partner.staff >= 10}]\n"
    request = asked(text, facts({"2026-01-01": "review"}, wanted="certified", passed=False, staff=10))
    assert reasons(request) == [("guard_not_met", (), None)]
    request = asked(text, facts({"2026-01-01": "review"}, wanted="certified", passed=False, staff=9))
    assert reasons(request) == [("guard_not_met", (), None), ("requirement_not_met", (), None)]


def test_what_is_missing_is_named_and_only_where_it_matters() -> None:
    request = asked(GUARDED, facts({"2026-01-01": "exam"}, wanted="certified", staff=3))
    assert [each.field for each in request.missing] == ["passed"]
    # A skip is a skip, whatever a guard would say.
    assert asked(GUARDED, facts({"2026-01-01": "review"}, wanted="certified")).outcome == "refused"


def test_guards_without_ids_may_ask_the_same() -> None:
    text = PATH + "    guards: {exam: partner.passed, certified: partner.passed}\n"
    assert asked(text, facts({"2026-01-01": "exam"}, wanted="certified", passed=True)).outcome == "allowed"


# ----------------------------------------------------------------------------------------------------- times in a stage

STAY: Final = PATH + "    transitions: [{from: exam, to: training, minimum_stay: 30 days}]\n"


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param("2026-01-30", ("allowed", []), id="over on this very day"),
        pytest.param("2026-01-31", ("refused", [("too_early", (), "2026-03-02")]), id="over tomorrow"),
    ],
)
def test_a_minimum_stay_is_a_validity(since: str, expected: object) -> None:
    request = asked(STAY, facts({since: "exam"}, wanted="training"))
    assert (request.outcome, reasons(request)) == expected


def test_e43_e44_a_minimum_stay_of_months_is_clipped() -> None:
    text = STAY.replace("30 days", "1 month")
    request = asked(text, facts({"2026-01-31": "exam"}, wanted="training"))  # up to 28 February
    assert request.outcome == "allowed"


@pytest.mark.parametrize(
    ("since", "leave_by", "overdue"),
    [
        pytest.param("2026-01-30", "2026-03-01", False, id="the last day still belongs to it"),
        pytest.param("2026-01-29", "2026-02-28", True, id="one day later it is over"),
    ],
)
def test_the_longest_stay_is_a_deadline(since: str, leave_by: str, overdue: bool) -> None:
    text = PATH.replace("review, ", "{stage: review, at_most: 30 days}, ")
    found = result(text, facts({since: "review"}))
    assert (str(found.leave_by), found.overdue) == (leave_by, overdue)
    assert result(text, facts({since: "exam"})).leave_by is None


def test_both_reasons_are_given() -> None:
    text = STAY.replace("minimum_stay: 30 days", "minimum_stay: 30 days, require: partner.passed")
    request = asked(text, facts({"2026-02-15": "exam"}, wanted="training", passed=False))
    assert reasons(request) == [("requirement_not_met", (), None), ("too_early", (), "2026-03-17")]
    # The way is the one once the stay is over.
    assert request.as_data()["ways"] == [["partner.passed"]]


# -------------------------------------------------------------------------------------------------------------- history


@pytest.mark.parametrize(
    ("history", "stage", "since"),
    [
        pytest.param({"2026-01-01": "exam"}, "exam", "2026-01-01", id="one"),
        pytest.param(
            {"2026-01-01": "training", "2026-02-01": "exam"}, "exam", "2026-02-01", id="the one that began last"
        ),
        pytest.param({"2026-01-01": "exam", "2026-02-01": "exam"}, "exam", "2026-01-01", id="recorded again"),
        pytest.param(
            {"2026-01-01": "training", "2026-02-01": "exam", "2026-02-10": "training"},
            "training",
            "2026-02-10",
            id="back again, nothing closed",
        ),
        pytest.param(
            {"2026-01-01": "training", "2026-02-01..2026-02-10": "exam"},
            "training",
            "2026-02-10",
            id="what was closed is over",
        ),
        pytest.param(
            {"2025-01-01..2025-02-01": "exam", "2026-01-01": "exam"},
            "exam",
            "2026-01-01",
            id="after a gap it begins anew",
        ),
        pytest.param(
            {"2026-01-01": "exam", "2026-03-02": "certified"}, "exam", "2026-01-01", id="tomorrow is not today"
        ),
        pytest.param({"2026-01-01": "exam", "2026-03-01": "certified"}, "certified", "2026-03-01", id="today is"),
        pytest.param({"2026-01-01..2026-03-01": "exam"}, "no_stage", None, id="E05 over on this very day"),
        pytest.param({"2026-01-01..2026-03-02": "exam"}, "exam", "2026-01-01", id="E05 one day before"),
    ],
)
def test_the_stage_is_the_one_that_began_last(history: dict[str, str], stage: str, since: str | None) -> None:
    found = result(PATH, facts(history))
    assert (found.outcome, None if found.since is None else str(found.since)) == (stage, since)


def test_e02_two_stages_from_one_day_on_leave_it_open() -> None:
    given = facts({"2026-01-01": "training"})
    given["standings"]["S-2"] = {**given["standings"]["S-1"], "value": "exam"}  # type: ignore[index]
    found = result(PATH, given)
    assert (found.outcome, [each.reason for each in found.missing]) == ("undetermined", ["tie"])
    assert found.new_standings() == ()
    given["standings"]["S-2"]["value"] = "training"  # type: ignore[index]
    assert result(PATH, given).outcome == "training"
    # What came after them is certain.
    given["standings"]["S-2"]["value"] = "exam"  # type: ignore[index]
    given["standings"]["S-3"] = {**given["standings"]["S-1"], "valid_from": "2026-02-01"}  # type: ignore[index]
    assert result(PATH, given).outcome == "training"


def irregular(text: str, history: Mapping[str, object]) -> list[tuple[str, str | None, str, str]]:
    return [(each.kind, each.before, each.after, str(each.on)) for each in result(text, facts(history)).irregular]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"2026-01-01": "referral", "2026-01-02": "application"}, [], id="S0-009 in order"),
        pytest.param({"2026-01-01": "application"}, [], id="the start need not be recorded"),
        pytest.param(
            {"2026-01-01": "review"}, [("no_transition", None, "review", "2026-01-01")], id="S0-009 begun in the middle"
        ),
        pytest.param(
            {"2026-01-01": "referral", "2026-01-05": "review", "2026-01-07": "assessment"},
            [("no_transition", "referral", "review", "2026-01-05")],
            id="S0-009 skipped",
        ),
        pytest.param(
            {"2026-01-01": "referral", "2026-01-05": "application", "2026-01-07": "referral"},
            [("no_transition", "application", "referral", "2026-01-07")],
            id="S0-009 a step back",
        ),
        pytest.param({"2026-01-01": "referral", "2026-01-05": "referral"}, [], id="recorded again"),
        pytest.param(
            {"2026-01-01..2026-01-05": "referral", "2026-01-06": "application"},
            [("gap", None, "application", "2026-01-06")],
            id="a gap",
        ),
        pytest.param({"2026-01-01..2026-01-05": "referral", "2026-01-05": "application"}, [], id="without a gap"),
        pytest.param(
            {"2026-01-01..2026-01-06": "referral", "2026-01-05": "application"},
            [("overlap", "referral", "application", "2026-01-05")],
            id="an overlap",
        ),
        pytest.param({"2026-01-01": "referral", "2026-04-01": "certified"}, [], id="what is to come is not looked at"),
    ],
)
def test_what_was_recorded_against_the_rules_is_told(history: dict[str, str], expected: list[object]) -> None:
    assert irregular(PATH, history) == expected


def test_two_stages_recorded_for_one_day_are_irregular() -> None:
    given = facts({"2026-01-01": "referral"})
    given["standings"]["S-2"] = {**given["standings"]["S-1"], "value": "application"}  # type: ignore[index]
    found = result(PATH, given).irregular
    assert [(each.kind, each.after) for each in found] == [("at_once", "application"), ("at_once", "referral")]


def test_without_a_start_the_first_stage_comes_first() -> None:
    text = PATH.replace("    start: referral\n", "")
    assert irregular(text, {"2026-01-01": "application"}) == [("no_transition", None, "application", "2026-01-01")]
    assert irregular(text, {"2026-01-01": "referral"}) == []


# ------------------------------------------------------------------------------------------------------- what to record


def recorded(found: LifecycleResult) -> list[tuple[str, str, str]]:
    return [(each.id, str(each.value), str(each.valid_from)) for each in found.new_standings()]


def test_what_is_allowed_is_to_be_recorded_from_today() -> None:
    given = facts({"2026-01-01": "exam"}, wanted="certified")
    found = result(PATH, given)
    assert recorded(found) == [("onboarding:P-1:2026-03-01:certified", "certified", "2026-03-01")]
    (standing,) = found.new_standings()
    given["standings"]["S-9"] = standing.model_dump(mode="json", exclude_defaults=True, exclude={"id"})  # type: ignore[index]
    again = result(PATH, given)
    assert (again.outcome, again.new_standings()) == ("certified", ())
    assert again.request is not None
    assert again.request.outcome == "already"


def test_two_steps_of_one_day_are_recorded_one_after_the_other() -> None:
    # The stage of this very day is recorded already; the next one begins on the next day.
    found = result(PATH, facts({"2026-01-01": "training", "2026-03-01": "exam"}, wanted="certified"))
    assert recorded(found) == [("onboarding:P-1:2026-03-02:certified", "certified", "2026-03-02")]


def test_what_is_refused_is_not_recorded() -> None:
    assert recorded(result(PATH, facts({"2026-01-01": "review"}, wanted="certified"))) == []
    assert recorded(result(GUARDED, facts({"2026-01-01": "exam"}, wanted="certified"))) == []


def test_the_decision_gives_what_is_to_be_recorded() -> None:
    decision = decide(FIELDS + PATH, facts({"2026-01-01": "exam"}, wanted="certified"))
    assert [each.value for each in decision.new_standings] == ["certified"]


# ---------------------------------------------------------------------------------------------------- what is not known


@pytest.mark.parametrize(
    ("standing", "field"),
    [({"value": UNKNOWN}, "value"), ({"valid_from": UNKNOWN}, "valid_from")],
)
def test_a_stage_of_which_something_is_not_known_is_open(standing: dict[str, object], field: str) -> None:
    given = facts({"2026-01-01": "exam"}, wanted="certified")
    given["standings"]["S-2"] = {**given["standings"]["S-1"], "valid_from": "2026-02-01", **standing}  # type: ignore[index]
    found = result(PATH, given)
    assert (found.outcome, [each.field for each in found.missing]) == ("undetermined", [field])
    assert (found.open, found.moves, found.new_standings()) == ((), (), ())
    assert found.request is not None
    assert found.request.outcome == "undetermined"


def test_where_standings_may_be_missing_the_stage_is_open() -> None:
    records = [Record("partner", id="P-1", wanted="exam")]
    found = ruleset(FIELDS + PATH).decide(Facts(records), as_of=AS_OF)["onboarding"]["P-1"]
    assert found.outcome == "undetermined"
    assert {each.relation for each in found.missing} == {"standings"}


def test_what_is_asked_for_may_not_be_known() -> None:
    text = PATH.replace("partner.wanted", "partner.kind")
    found = result(text, facts({"2026-01-01": "exam"}))
    assert found.outcome == "exam"
    assert found.request is not None
    assert (found.request.outcome, [each.field for each in found.request.missing]) == ("undetermined", ["kind"])


def test_where_it_is_not_known_whether_it_applies_nothing_is_certain() -> None:
    text = PATH.replace("    start:", '    when: partner.kind = "agent"\n    start:')
    found = result(text, facts({"2026-01-01": "exam"}, wanted="certified"))
    assert (found.outcome, [each.field for each in found.missing]) == ("undetermined", ["kind"])
    assert found.new_standings() == ()
    assert found.request is not None
    assert found.request.outcome == "undetermined"


# ------------------------------------------------------------------------------------------------- of any other record

GROWTH: Final = """\
facts:
  customer:
    phase: {enum: [onboarding, growth, mature]}
    phase_since: {type: date, missing: none}
    wanted: {type: text, missing: none}
    revenue: {type: money}
lifecycle:
  partnership:
    source: S0-043
    subject: customer
    stages: [onboarding, growth, mature]
    stage: customer.phase
    since: customer.phase_since
    request: customer.wanted
    forward: one at a time
    guards:
      growth: {id: sells, require: customer.revenue >= 100 CNY}
      mature: {id: sells-well, require: customer.revenue >= 1000 CNY}
"""


@pytest.mark.parametrize(
    ("phase", "revenue", "wanted", "outcome"),
    [
        ("onboarding", "99.99 CNY", "growth", "refused"),
        ("onboarding", "100 CNY", "growth", "allowed"),
        ("onboarding", "1000 CNY", "mature", "refused"),
        ("growth", "1000 CNY", "mature", "allowed"),
        ("growth", None, "mature", "undetermined"),
        ("mature", None, "growth", "refused"),
    ],
)
def test_s0_043_phases_have_their_entry_criteria(phase: str, revenue: str | None, wanted: str, outcome: str) -> None:
    fields = {"phase": phase, "wanted": wanted} | ({} if revenue is None else {"revenue": revenue})
    found = decide(GROWTH, {"customers": {"C-1": fields}})["partnership"]["C-1"]
    assert isinstance(found, LifecycleResult)
    assert (found.outcome, found.since, found.irregular, found.new_standings()) == (phase, None, (), ())
    assert found.request is not None
    assert found.request.outcome == outcome


def test_s3_011_five_phases_of_which_every_later_one_may_follow() -> None:
    text = GROWTH.replace("[onboarding, growth, mature]", "[A, B, C, D, E]").replace("one at a time", "any")
    text = text.partition("    guards:")[0]
    for phase in "ABCDE":
        for wanted in "ABCDE":
            found = decide(text, {"customers": {"C-1": {"phase": phase, "wanted": wanted}}})["partnership"]["C-1"]
            expected = "already" if wanted == phase else "allowed" if wanted > phase else "refused"
            assert found.summary()["request"] == expected


def test_a_stage_that_is_absent_is_the_start() -> None:
    text = GROWTH.replace("stage: customer.phase", "stage: customer.wanted")
    given = {"customers": {"C-1": {"phase_since": "2026-01-01"}}}
    assert decide(text, given)["partnership"]["C-1"].outcome == "no_stage"
    text = text.replace("    since:", "    start: onboarding\n    since:")
    found = decide(text, given)["partnership"]["C-1"].summary()
    assert (found["outcome"], found["since"], found["days"]) == ("onboarding", "2026-01-01", 59)


# ------------------------------------------------------------------------------------------------- among other policies


def test_s0_010_in_the_pool_are_those_who_went_the_whole_way() -> None:
    text = (
        PATH
        + """\
eligibility:
  pool:
    subject: partner
    gates: [{id: onboarded, require: 'outcome(partner, "onboarding") = "certified"'}]
definitions:
  since: {of: partner, value: 'outcome(partner, "onboarding").since'}
  late: {of: partner, value: 'outcome(partner, "onboarding").overdue'}
  may: {of: partner, value: 'outcome(partner, "onboarding").request = "allowed"'}
"""
    )
    for stage in SEVEN:
        decision = decide(FIELDS + text, facts({"2026-01-01": stage}, wanted="certified"))
        assert decision["pool"]["P-1"].outcome == ("eligible" if stage == "certified" else "ineligible")
        values = [decision[name]["P-1"].as_data()["value"] for name in ("since", "late", "may")]
        assert values == ["2026-01-01", False, stage == "exam"]


def test_nothing_passes_a_lifecycle() -> None:
    text = FIELDS + PATH + """definitions: {done: {of: partner, value: 'passes(partner, "onboarding")'}}\n"""
    (told,) = diagnostics(text)
    assert (told.code, told.help) == ("type-mismatch", 'ask for its outcome: `outcome(..., "onboarding")`')


def test_a_new_version_adds_a_stage(tmp_path: Path) -> None:
    first = HEAD.replace("2020-01-01 ..", "2020-01-01 .. 2026-02-01")
    second = HEAD.replace("2020-01-01 ..", "2026-02-01 ..").replace('"1"', '"2"')
    text = FIELDS + PATH.replace("    request", "    reference_date: partner.leaves_on\n    request").replace(
        "partner.leaves_on", "if exists(partner.leaves_on) then partner.leaves_on else today"
    )
    in_folder(
        {"1/ruleset.yaml": first + text, "2/ruleset.yaml": second + text.replace("exam,", "exam, project,")}, tmp_path
    )
    rules = load(tmp_path)
    for day, outcome in (("2026-01-31", "allowed"), ("2026-02-01", "refused")):
        given = facts({"2026-01-01": "exam"}, wanted="certified", leaves_on=day)
        found = rules.decide(Facts(given), as_of=AS_OF)["onboarding"]["P-1"]
        assert isinstance(found, LifecycleResult)
        assert found.request is not None
        assert found.request.outcome == outcome
        assert reasons(found.request) == ([] if outcome == "allowed" else [("not_a_transition", ("project",), None)])


def test_an_overlay_replaces_stages_guards_and_transitions_by_their_names(tmp_path: Path) -> None:
    first = HEAD.replace("2020-01-01 ..", "2020-01-01 .. 2026-03-01") + FIELDS
    first += GUARDED.replace("review, ", "{stage: review, at_most: 90 days}, ")
    first += "    transitions: [{id: resit, from: exam, to: training, minimum_stay: 90 days}]\n"
    second = """\
ruleset: trial
version: "2"
in_force: 2026-03-01 ..
extends: "1"
overrides:
  - lifecycle.onboarding.stages.review
  - lifecycle.onboarding.guards.certified
  - lifecycle.onboarding.transitions.resit
lifecycle:
  onboarding:
    stages: [{stage: review, at_most: 30 days}]
    guards: {certified: true}
    transitions: [{id: resit, from: exam, to: training, minimum_stay: 30 days}]
"""
    in_folder({"1/ruleset.yaml": first, "2/ruleset.yaml": second}, tmp_path)
    rules = load(tmp_path)

    def found(stage: str, **fields: object) -> dict[str, object]:
        given = facts({"2026-01-15": stage}, **fields)
        return rules.decide(Facts(given), as_of=AS_OF)["onboarding"]["P-1"].summary()

    assert found("review")["overdue"] is True
    assert found("exam", wanted="certified", passed=False)["request"] == "allowed"
    assert found("exam", wanted="training")["request"] == "allowed"
    assert found("assessment", wanted="training")["request"] == "allowed"


# ---------------------------------------------------------------------------------------------------------------- cases

CASES: Final = """\
cases:
  - name: a skip is refused
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      partners: {P-1: {wanted: certified}}
      standings: {S-1: {partner: P-1, kind: onboarding, value: review, valid_from: 2026-01-01}}
    expect:
      onboarding:
        P-1:
          outcome: review
          since: "2026-01-01"
          request: refused
          reasons: [not_a_transition]
          open: {assessment: open}
          irregular: [{kind: no_transition, from: null, to: review, on: "2026-01-01"}]
"""


def test_cases_expect_the_stage_and_reach_it(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": HEAD + FIELDS + GUARDED, "cases.yaml": CASES}, tmp_path)
    report = run_cases(tmp_path, coverage=True)
    assert report.ok, str(report)
    (coverage,) = report.coverage
    assert sorted(coverage.unreached) == sorted(
        [
            *(f"stage {stage}" for stage in SEVEN if stage != "review"),
            "request allowed",
            *(f"condition {id} {truth}" for id in ("exam-passed", "staff", "lawful") for truth in ("true", "false")),
        ]
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("start: referral", "start: referal", "unknown-value"),
        ("standing: onboarding", "stage: partner.lifecycle\n    standing: onboarding", "too-many-keys"),
        ("    standing: onboarding\n", "", "missing-key"),
        ("exam, certified]", "exam, exam]", "duplicate-id"),
        ("exam, certified]", "exam, any]", "bad-name"),
        ("exam, certified]", "exam, no_stage]", "bad-name"),
        ("request: partner.wanted", "request: partner.staff", "type-mismatch"),
        ("subject: partner", "subject: customer", "type-mismatch"),
        ("    forward: one at a time\n", "", "unreached-stage"),
        (
            "    forward: one at a time\n",
            '    forward: any\n    guards: {exam: \'outcome(partner, "onboarding") = "exam"\'}\n',
            "cyclic-policy",
        ),
    ],
)
def test_mistakes_are_told(old: str, new: str, code: str) -> None:
    assert old in PATH
    assert code in codes(FIELDS + PATH.replace(old, new))


# --------------------------------------------------------------------------------------------------------------- limits


def test_a_long_history_is_looked_at_from_its_end() -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=number) for number in range(300)]
    history = {str(day): ("training", "exam")[number % 2] for number, day in enumerate(days)}
    text = PATH + "    transitions: [{from: exam, to: training}]\n"
    found = result(text, facts(history))
    # The first one would be no stage to begin with, and lies too far back.
    assert (found.outcome, str(found.since), found.irregular) == ("exam", str(days[-1]), ())
    few = dict(list(history.items())[:200])
    assert [each.after for each in result(text, facts(few)).irregular] == ["training"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("exam, certified]", ", ".join(f"s{number}" for number in range(51)) + "]"),
        ("    forward:", "    transitions: [" + "{from: exam, to: review}, " * 201 + "]\n    forward:"),
        (
            "    forward:",
            "    transitions: [" + "{from: exam, to: certified, after: 1 month}, " * 21 + "]\n    forward:",
        ),
        (
            "    forward:",
            "    transitions: ["
            + ", ".join(
                f"{{from: any, to: certified, on: 2026-01-{number:02}, "
                f"all: [{', '.join(f'today > 2020-{number:02}-{day:02}' for day in range(1, 29))}]}}"
                for number in range(1, 13)
            )
            + "]\n    forward:",
        ),
    ],
    ids=["stages", "transitions", "automatic ones from one stage", "conditions of automatic ones"],
)
def test_what_is_too_large_is_refused(old: str, new: str) -> None:
    assert "too-large" in codes(FIELDS + PATH.replace(old, new))
