"""Whom each record is given to: fit, preference, turns, capacity, shares, ties, and what is not known."""

from collections.abc import Mapping
from typing import Final

import pytest
from tests.support import AS_OF, codes, decide, diagnostics, ruleset

from partnerrules import Facts, Record
from partnerrules.decisions import AllocationResult
from partnerrules.decisions.values import missing_text
from partnerrules.diagnostics import TooMuchWork
from partnerrules.rulesets.running import Run
from partnerrules.schema.missing import Unknown

DISPATCH: Final = """\
facts:
  partner: {places: integer, score: {type: number, missing: none}, cost: money(CNY)}
  project: {industry: text, wanted: boolean}
allocation:
  dispatch:
    subject: project
    when: not(exists(project.partner))
    candidates: partners[lifecycle = "certified"]
    fit:
      - {id: industry, require: project.industry in candidate.industries}
    prefer:
      - {id: score, highest: candidate.score}
      - {id: cost, lowest: candidate.cost}
    order: [{id: start, earliest: project.started_on}]
    capacity: candidate.places
    load: count(candidate.projects[not(exists(finished_on))])
"""
UNKNOWN: Final = {"unknown": True}


def partner(score: object = 1, *, places: object = 5, cost: str = "100 CNY", industries: object = ("it",)) -> object:
    fields = {"lifecycle": "certified", "places": places, "score": score, "cost": cost, "industries": industries}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def project(day: object = 1, industry: object = "it", **fields: object) -> object:
    started = f"2026-02-{day:02}" if isinstance(day, int) else day
    return {"started_on": started, "industry": industry, **fields}


MANAGERS: Final = """\
parameters: {most: {value: 30}}
facts:
  manager: {plural: managers, fields: {name: text, seniority: integer}}
  partner: {looked_after_by: {type: ref manager, missing: none}}
allocation:
  looked-after:
    subject: partner
    when: not(exists(partner.looked_after_by))
    candidates: managers
    prefer: [{id: balance, lowest: load}, {id: name, lowest: candidate.id}]
    order: [{id: admitted, earliest: partner.admitted_on}, {lowest: partner.id}]
    capacity: most
    load: count(partners[exists(looked_after_by) and looked_after_by = candidate])
"""


def test_s4_054_new_partners_are_spread_over_those_who_have_least() -> None:
    """A has two partners already, B one, C none: C, then B and C, then all of them in turn."""
    managers: dict[str, object] = {name: {"seniority": 1} for name in "ABC"}
    held: dict[str, object] = {
        f"O-{number}": {"looked_after_by": name, "admitted_on": "2025-01-01"} for number, name in enumerate("AAB")
    }
    new: dict[str, object] = {f"P-{day}": {"admitted_on": f"2026-01-0{day}"} for day in range(1, 8)}
    decision = decide(MANAGERS, {"managers": managers, "partners": {**held, **new}})
    found = {id: each for id, each in decision["looked-after"].items() if id in new}
    assert all(isinstance(each, AllocationResult) for each in found.values())
    assert [each.candidate for each in found.values() if isinstance(each, AllocationResult)] == list("CBCABCA")
    fourth = found["P-4"]
    assert isinstance(fourth, AllocationResult)
    loads = [(each.candidate, each.load, each.preferences[0].value.value) for each in fourth.candidates]
    assert loads == [("A", 2, 2), ("B", 2, 2), ("C", 2, 2)]


def test_a_load_that_is_not_known_may_be_any_number() -> None:
    managers = {"A": {"seniority": 1}, "B": {"seniority": 1}}
    partners = {"O-1": {"looked_after_by": UNKNOWN, "admitted_on": "2025-01-01"}, "P-1": {"admitted_on": "2026-01-01"}}
    found = decide(MANAGERS, {"managers": managers, "partners": partners})["looked-after"]
    assert found["P-1"].outcome == "undetermined"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("lowest: load}", "lowest: load + candidate.seniority}", []),
        ("parameters: {most:", "parameters: {load: {value: 1}, most:", ["ambiguous-name"]),
        (
            "    capacity: most\n    load: count(partners[exists(looked_after_by) and looked_after_by = candidate])\n",
            "",
            ["unknown-name"],
        ),
        ("capacity: most", "capacity: load + 1", ["unknown-name"]),
    ],
)
def test_a_load_is_counted_where_there_is_a_capacity(old: str, new: str, code: list[str]) -> None:
    assert old in MANAGERS
    assert codes(MANAGERS.replace(old, new)) == code


def given(
    partners: Mapping[str, object], projects: Mapping[str, object], text: str = DISPATCH
) -> dict[str, AllocationResult]:
    decision = decide(text, {"partners": partners, "projects": projects})
    found: dict[str, AllocationResult] = {}
    for id, result in decision["dispatch"].items():
        assert isinstance(result, AllocationResult)
        found[id] = result
    return found


def told(results: Mapping[str, AllocationResult]) -> dict[str, str]:
    """The candidate of each record, or the outcome where it has none."""
    return {id: result.candidate or result.outcome for id, result in results.items()}


def standing(result: AllocationResult) -> dict[str, str]:
    return {each.candidate: each.outcome for each in result.candidates}


# -------------------------------------------------------------------------------------------------- fit and preference


def test_the_best_candidate_that_fits_is_taken() -> None:
    partners = {
        "P-1": partner(70),
        "P-2": partner(90, industries=["power"]),
        "P-3": partner(80, cost="200 CNY"),
        "P-4": partner(80, cost="150 CNY"),
        "P-5": {**partner(99), "lifecycle": "training"},  # type: ignore[dict-item]
    }
    result = given(partners, {"J-1": project()})["J-1"]
    assert (result.outcome, result.candidate) == ("assigned", "P-4")
    assert standing(result) == {"P-4": "taken", "P-3": "behind", "P-1": "behind", "P-2": "unfit"}
    assert [each.candidate for each in result.candidates] == ["P-4", "P-3", "P-1", "P-2"]
    by = {each.candidate: each.decided_by.id for each in result.candidates if each.decided_by is not None}
    assert by == {"P-3": "cost", "P-1": "score"}
    assert result.candidates[3].unmet_conditions == ("industry",)


def test_a_value_that_is_none_comes_last() -> None:
    assert told(given({"P-1": partner(None), "P-2": partner(1)}, {"J-1": project()})) == {"J-1": "P-2"}


def test_nobody_fits() -> None:
    results = given({"P-1": partner(industries=["power"])}, {"J-1": project(), "J-2": project(2, "power")})
    assert told(results) == {"J-1": "no_candidate", "J-2": "P-1"}
    assert told(given({}, {"J-1": project()})) == {"J-1": "no_candidate"}


def test_records_that_have_a_partner_already_are_not_decided_and_load_it() -> None:
    results = given(
        {"P-1": partner(2, places=1), "P-2": partner(1)},
        {"J-1": project(), "J-2": {"started_on": "2026-01-01", "partner": "P-1", "industry": "it"}},
    )
    assert told(results) == {"J-1": "P-2"}
    best, taken = results["J-1"].candidates
    assert (best.candidate, best.outcome, best.full, best.load, best.capacity) == ("P-1", "full", ("capacity",), 1, 1)
    assert (taken.candidate, taken.load, taken.capacity) == ("P-2", 0, 5)


LONG_TERM: Final = """\
allocation:
  dispatch:
    subject: project
    candidates: partners
    prefer:
      - {id: competitive, when: project.horizon = "long", highest: candidate.score}
      - {id: cost, lowest: candidate.cost}
facts:
  partner: {score: number, cost: money(CNY)}
  project: {horizon: text}
"""


@pytest.mark.parametrize(("horizon", "expected"), [("long", "P-1"), ("short", "P-2")], ids=["S2-002", "S2-003-S2-010"])
def test_long_needs_go_to_the_most_competitive_and_short_ones_to_the_cheapest(horizon: str, expected: str) -> None:
    partners = {"P-1": {"score": 90, "cost": "300 CNY"}, "P-2": {"score": 50, "cost": "100 CNY"}}
    results = given(partners, {"J-1": {"horizon": horizon}}, LONG_TERM)
    assert told(results) == {"J-1": expected}


def test_a_declared_order_of_segments_is_a_preference_s3_026() -> None:
    text = """\
facts:
  partner: {quadrant: integer}
allocation:
  dispatch:
    subject: project
    candidates: partners
    prefer:
      - {id: segment-2, holds: candidate.quadrant = 2}
      - {id: segment-1, holds: candidate.quadrant = 1}
      - {id: segment-4, holds: candidate.quadrant = 4}
"""
    partners = {f"P-{number}": {"quadrant": number} for number in (1, 2, 3, 4)}
    result = given(partners, {"J-1": {}}, text)["J-1"]
    assert [each.candidate for each in result.candidates] == ["P-2", "P-1", "P-4", "P-3"]


# ------------------------------------------------------------------------------------------------------------- turns


def test_who_starts_first_takes_the_best_while_there_is_room() -> None:
    partners = {"P-1": partner(9, places=1), "P-2": partner(8, places=2)}
    projects = {"J-9": project(1), "J-1": project(2), "J-2": project(3), "J-3": project(4)}
    results = given(partners, projects)
    assert told(results) == {"J-9": "P-1", "J-1": "P-2", "J-2": "P-2", "J-3": "no_room"}
    assert [(each.load, each.full) for each in results["J-3"].candidates] == [(1, ("capacity",)), (2, ("capacity",))]


def test_who_does_not_fit_leaves_its_place_to_the_next() -> None:
    partners = {"P-1": partner(9, places=1, industries=["power"])}
    assert told(given(partners, {"J-1": project(1), "J-2": project(2, "power")})) == {
        "J-1": "no_candidate",
        "J-2": "P-1",
    }


def test_equal_turns_that_want_one_place_are_undecided_and_named() -> None:
    partners = {"P-1": partner(9, places=1), "P-2": partner(8)}
    results = given(partners, {"J-1": project(1), "J-2": project(1), "J-3": project(2)})
    # One of the two takes the place of P-1, so for J-3 it is full.
    assert told(results) == {"J-1": "undecided", "J-2": "undecided", "J-3": "P-2"}
    assert results["J-1"].rivals == ("J-2",)
    assert results["J-2"].rivals == ("J-1",)
    assert standing(results["J-1"]) == {"P-1": "contested", "P-2": "undetermined"}
    assert standing(results["J-3"]) == {"P-1": "full", "P-2": "taken"}


def test_of_rivals_as_many_take_a_place_as_there_is_room_for() -> None:
    partners = {"P-1": partner(9, places=3), "P-2": partner(8, places=9)}
    turn = {f"J-{number}": project(1) for number in range(1, 4)}
    later = {"J-8": project(2), "J-9": project(3)}
    # Three take three places of three; of four three do; of two two do, and one is left.
    assert told(given(partners, {**turn, **later}))["J-8"] == "P-2"
    results = given(partners, {**turn, "J-4": project(1), **later})
    assert told(results) == {**dict.fromkeys(["J-1", "J-2", "J-3", "J-4"], "undecided"), "J-8": "P-2", "J-9": "P-2"}
    assert told(given(partners, {"J-1": project(1), "J-2": project(1), **later}))["J-8"] == "P-1"


def test_what_does_not_hang_on_a_contest_is_certain_and_the_rest_is_told_as_open() -> None:
    partners = {"P-1": partner(9, places=1), "P-2": partner(8, places=1)}
    results = given(partners, {"J-1": project(1), "J-2": project(1), "J-3": project(2)})
    # Whoever comes first takes P-1. What is left to the other one is told as open, and so is what comes after.
    assert told(results)["J-3"] == "undetermined"
    assert standing(results["J-2"])["P-2"] == "undetermined"


def test_equal_turns_with_room_for_both_are_decided() -> None:
    partners = {"P-1": partner(9, places=2), "P-2": partner(8)}
    results = given(partners, {"J-1": project(1), "J-2": project(1), "J-3": project(2)})
    assert told(results) == {"J-1": "P-1", "J-2": "P-1", "J-3": "P-2"}


def test_equal_turns_that_want_different_candidates_are_decided() -> None:
    partners = {"P-1": partner(9, places=1), "P-2": partner(8, places=1, industries=["power"])}
    results = given(partners, {"J-1": project(1), "J-2": project(1, "power")})
    assert told(results) == {"J-1": "P-1", "J-2": "P-2"}


def test_equal_candidates_are_undecided_and_named() -> None:
    partners = {"P-1": partner(9, places=1), "P-2": partner(9, places=1), "P-3": partner(8)}
    results = given(partners, {"J-1": project(1), "J-2": project(2)})
    assert told(results) == {"J-1": "undecided", "J-2": "undetermined"}
    assert standing(results["J-1"]) == {"P-1": "equal", "P-2": "equal", "P-3": "behind"}
    assert [missing_text(each) for each in results["J-2"].missing] != []


# ---------------------------------------------------------------------------------------------------------- unknowns


def test_what_is_not_known_of_a_better_candidate_leaves_it_open() -> None:
    result = given({"P-1": partner(9, industries=UNKNOWN), "P-2": partner(8)}, {"J-1": project()})["J-1"]
    assert (result.outcome, result.candidate) == ("undetermined", None)
    assert [missing_text(each) for each in result.missing] == ["partners P-1 industries"]


def test_what_is_not_known_of_a_worse_candidate_makes_no_difference() -> None:
    partners = {"P-1": partner(9), "P-2": partner(8, industries=UNKNOWN, places=UNKNOWN)}
    assert told(given(partners, {"J-1": project()})) == {"J-1": "P-1"}


def test_a_score_that_is_not_known_may_be_better() -> None:
    result = given({"P-1": partner(9), "P-2": partner(UNKNOWN)}, {"J-1": project()})["J-1"]
    assert (result.outcome, standing(result)) == ("undetermined", {"P-1": "undetermined", "P-2": "undetermined"})


def test_a_capacity_that_is_not_known_matters_to_those_who_need_it() -> None:
    partners = {"P-1": partner(9, places=UNKNOWN), "P-2": partner(8, industries=["power"])}
    results = given(partners, {"J-1": project(1), "J-2": project(2, "power")})
    assert told(results) == {"J-1": "undetermined", "J-2": "P-2"}


def test_a_turn_that_is_not_known_matters_where_room_is_scarce() -> None:
    partners = {"P-1": partner(9, places=1), "P-2": partner(8)}
    late = project(UNKNOWN)
    assert told(given(partners, {"J-1": project(1), "J-2": late})) == {"J-1": "undetermined", "J-2": "undetermined"}
    wide = {"P-1": partner(9, places=2), "P-2": partner(8)}
    assert told(given(wide, {"J-1": project(1), "J-2": late})) == {"J-1": "P-1", "J-2": "P-1"}


def test_what_is_missing_is_told_once_and_not_for_each_candidate() -> None:
    partners = {f"P-{number:02}": partner(9, places=UNKNOWN, industries=UNKNOWN) for number in range(30)}
    projects = {f"J-{number:02}": project(UNKNOWN) for number in range(30)}
    result = given(partners, projects)["J-00"]
    load = result.candidates[0].load
    assert isinstance(load, Unknown)
    data = result.as_data()
    candidates = data["candidates"]
    assert isinstance(candidates, list)
    assert candidates[0]["load"]["unknown_count"] == len(load.missing) > 10
    assert len(candidates[0]["load"]["unknown"]) == 3
    # Of what is missing for the outcome nothing is left out.
    assert len(data["missing"]) == len(result.missing) > 10  # type: ignore[arg-type]  # a list


def test_a_record_in_doubt_may_take_the_place() -> None:
    partners = {"P-1": partner(9, places=1), "P-2": partner(8)}
    projects = {"J-1": project(1, wanted=UNKNOWN), "J-2": project(2, wanted=True)}
    results = given(partners, projects, DISPATCH.replace("not(exists(project.partner))", "project.wanted"))
    assert told(results) == {"J-1": "undetermined", "J-2": "undetermined"}


def test_over_partial_facts_a_candidate_may_be_missing() -> None:
    facts = Facts(
        [
            Record("partner", id="P-1", **partner(9)),  # type: ignore[arg-type]
            Record("project", id="J-1", **project()),  # type: ignore[arg-type]
        ]
    )
    result = ruleset(DISPATCH).decide(facts, as_of=AS_OF)["dispatch"]["J-1"]
    assert result.outcome == "undetermined"


# ------------------------------------------------------------------------------------------------------- concentration

SHARES: Final = (
    DISPATCH
    + """\
    concentration: {at_most: 40 %, of: projects, holder: project.partner}
"""
)


def recorded(counts: Mapping[str, int]) -> dict[str, object]:
    """Finished projects of partners."""
    return {
        f"F-{partner}-{number}": {"partner": partner, "started_on": "2025-01-01", "finished_on": "2025-06-01"}
        for partner, count in counts.items()
        for number in range(count)
    }


def test_a_share_that_is_reached_leaves_no_room_s0_044() -> None:
    # 8 recorded and 2 to give: of 10 in all nobody may hold more than 4.
    partners = {"P-1": partner(9, places=100), "P-2": partner(8, places=100)}
    projects = {"J-1": project(1), "J-2": project(2), **recorded({"P-1": 3, "P-2": 2, "P-3": 3})}
    partners["P-3"] = partner(7, industries=["power"])
    results = given(partners, projects, SHARES)
    assert told(results) == {"J-1": "P-1", "J-2": "P-2"}
    full = results["J-2"].candidates[0]
    assert (full.candidate, full.outcome, full.full, full.share) == ("P-1", "full", ("concentration",), 4)
    held = results["J-1"].concentration
    assert held is not None
    assert [(each.holder, each.least, each.most) for each in held.holders] == [
        ("P-1", 4, 4),
        ("P-2", 3, 3),
        ("P-3", 3, 3),
    ]
    assert (held.least, held.most) == (10, 10)


def test_a_share_is_rounded_down_and_may_have_a_minimum_s0_044() -> None:
    # 40 % of the 2 to give is 0.8, rounded down to none; with a minimum each may hold one.
    partners = {"P-1": partner(9, places=100), "P-2": partner(8, places=100)}
    projects = {"J-1": project(1), "J-2": project(2)}
    assert told(given(partners, projects, SHARES)) == {"J-1": "no_room", "J-2": "no_room"}
    with_minimum = SHARES.replace("holder: project.partner", "holder: project.partner, minimum: 1")
    assert told(given(partners, projects, with_minimum)) == {"J-1": "P-1", "J-2": "P-2"}


def test_partners_of_a_manager_are_within_a_span_of_control_s4_054() -> None:
    text = """\
facts:
  manager: {plural: managers, fields: {seniority: integer}}
  partner: {manager: {type: ref manager, missing: none}}
allocation:
  dispatch:
    subject: partner
    when: not(exists(partner.manager))
    candidates: managers
    prefer: [{id: senior, highest: candidate.seniority}]
    order: [{earliest: partner.admitted_on}]
    capacity: 30
    load: count(partners[exists(item.manager) and item.manager = candidate])
"""
    managers = {"M-1": {"seniority": 9}, "M-2": {"seniority": 3}}
    partners: dict[str, object] = {f"P-{number}": {"manager": "M-1"} for number in range(29)}
    partners |= {"N-1": {"admitted_on": "2026-01-01"}, "N-2": {"admitted_on": "2026-01-02"}}
    decision = decide(text, {"managers": managers, "partners": partners})["dispatch"]
    assert {id: decision[id].as_data()["candidate"] for id in ("N-1", "N-2")} == {"N-1": "M-1", "N-2": "M-2"}


def test_the_needed_level_comes_from_a_table_s0_006() -> None:
    text = """\
facts:
  partner: {level: {enum: [strategic, ordinary]}, score: number}
  project: {industry: text}
tables:
  level-for:
    subject: project
    hit: unique
    inputs: {industry: project.industry}
    outputs: {level: {enum: [strategic, ordinary]}}
    rows: |
      | industry | level     |
      |----------|-----------|
      | "power"  | strategic |
      | "retail" | ordinary  |
allocation:
  dispatch:
    subject: project
    candidates: partners
    fit: [{id: level, require: 'candidate.level = outcome(project, "level-for").level'}]
    prefer: [{highest: candidate.score}]
"""
    partners = {"P-1": {"level": "strategic", "score": 1}, "P-2": {"level": "ordinary", "score": 9}}
    projects = {"J-1": {"industry": "power"}, "J-2": {"industry": "retail"}}
    assert told(given(partners, projects, text)) == {"J-1": "P-1", "J-2": "P-2"}


# ------------------------------------------------------------------------------------------------------------ documents


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    order: [{id: start, earliest: project.started_on}]\n", "", ["missing-key", "missing-key"]),
        ("candidates: partners[", "candidates: count(partners[", None),
        ("capacity: candidate.places", "capacity: candidate.score", ["unguarded-none"]),
        ("capacity: candidate.places", "capacity: project.industry", None),
        ("earliest: project.started_on", "earliest: project.industry", ["type-mismatch"]),
        ("{id: cost, lowest", "{id: score, lowest", ["duplicate-id"]),
        ("at_most: 40 %", "at_most: 140 %", ["impossible-rate"]),
        ("at_most: 40 %", "at_most: 0.4", ["ratio-without-percent"]),
        ("holder: project.partner", "holder: project.customer", ["type-mismatch"]),
        ("of: projects", "of: partners.projects.name", ["type-mismatch"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_is_told(old: str, new: str, expected: list[str] | None) -> None:
    assert old in SHARES
    found = codes(SHARES.replace(old, new))
    assert found
    if expected is not None:
        assert found == expected


# ------------------------------------------------------------------------------------------ shares that are not known


def test_a_holder_that_is_not_known_may_be_anybody_s0_044() -> None:
    # 8 or 9 recorded and 1 to give: nobody may hold more than 3 or 4. P-1 holds 3 or 4.
    partners = {"P-1": partner(9, places=100), "P-2": partner(8, places=100), "P-3": partner(1, industries=["power"])}
    projects = {"J-1": project(1), **recorded({"P-1": 3, "P-2": 2, "P-3": 3}), "F-0": {"partner": UNKNOWN}}
    assert told(
        given(partners, projects, SHARES.replace("not(exists(project.partner))", "known(project.industry)"))
    ) == {"J-1": "undetermined"}


def test_a_share_may_be_a_parameter_that_is_not_stated() -> None:
    text = "parameters: {greatest: {type: ratio, status: unstated}}\n" + SHARES.replace("40 %", "greatest")
    result = given({"P-1": partner(9, places=100)}, {"J-1": project(1)}, text)["J-1"]
    assert (result.outcome, [missing_text(each) for each in result.missing]) == ("undetermined", ["parameter greatest"])


# ---------------------------------------------------------------------------------------- other policies and coverage


def test_other_policies_read_the_outcome() -> None:
    text = (
        DISPATCH
        + """\
eligibility:
  staffed:
    subject: project
    gates: [{id: given, require: 'passes(project, "dispatch") or outcome(project, "dispatch") = "not_applicable"'}]
"""
    )
    partners = {"P-1": partner(9, places=2)}
    projects = {"J-1": project(2), "J-2": project(3), "J-3": project(1, partner="P-1", finished_on=None)}
    decision = decide(text, {"partners": partners, "projects": projects})["staffed"]
    assert {id: result.outcome for id, result in decision.items()} == {
        "J-1": "eligible",
        "J-2": "ineligible",
        "J-3": "eligible",
    }


def test_candidates_rank_by_a_score_of_another_policy() -> None:
    text = """\
facts:
  partner: {fast: boolean, near: boolean}
scoring:
  rating:
    subject: partner
    weights: {compare: [{of: fast, over: near, by: 3}]}
    items: [{id: fast, require: partner.fast}, {id: near, require: partner.near}]
allocation:
  dispatch:
    subject: project
    candidates: partners
    prefer: [{id: rating, highest: 'outcome(candidate, "rating").score'}]
"""
    partners = {"P-1": {"fast": False, "near": True}, "P-2": {"fast": True, "near": False}}
    assert told(given(partners, {"J-1": {}}, text)) == {"J-1": "P-2"}


def test_points_of_coverage_are_what_rows_reach() -> None:
    (version,) = ruleset(SHARES).versions
    policy = version.policies["dispatch"]
    assert policy.points == (
        "outcome assigned",
        "outcome undecided",
        "outcome no_candidate",
        "condition industry true",
        "condition industry false",
        "outcome no_room",
        "limit capacity full",
        "limit concentration full",
    )
    partners = {"P-1": partner(9, places=0), "P-2": partner(8, places=100), "P-3": partner(8, industries=["power"])}
    projects = {"J-1": project(1), **recorded({"P-2": 1, "P-1": 1})}
    run = Run((version,), Facts({"partners": partners, "projects": projects}), AS_OF, trace=False)
    (row,) = (row for _, row in run.rows("dispatch"))
    assert policy.reached(row) == {
        "outcome no_room",
        "condition industry true",
        "condition industry false",
        "limit capacity full",
        "limit concentration full",
    }


def test_records_of_a_later_version_have_turns_of_their_own() -> None:
    # Each version has its records: those of one do not take room from those of the other.
    rules = DISPATCH + "    reference_date: project.started_on\n"
    decision = decide(rules, {"partners": {"P-1": partner(9, places=1)}, "projects": {"J-1": project(1)}})
    assert decision["dispatch"]["J-1"].outcome == "assigned"
    early = {"J-1": {"started_on": "2019-06-01", "industry": "it"}, "J-2": project(1)}
    decision = decide(rules, {"partners": {"P-1": partner(9, places=1)}, "projects": early})
    assert [decision["dispatch"][id].outcome for id in ("J-1", "J-2")] == ["no_policy_in_force", "assigned"]


DISPATCHED: Final = """\
facts:
  worker: {plural: workers, fields: {room: integer, score: number}}
  job: {plural: jobs, fields: {n: integer, got: {type: ref worker, missing: none}}}
allocation:
  d:
    subject: job
    candidates: workers
    prefer: [PREFER]
    order: [{lowest: job.n}]
    capacity: CAPACITY
    concentration: {at_most: SHARE, of: jobs, holder: job.got}
"""


@pytest.mark.parametrize(
    ("changed", "code", "way_out"),
    [
        pytest.param({"CAPACITY": "job.n"}, "unknown-name", "write what a record asks of its candidates under `fit`"),
        pytest.param({"PREFER": "candidate.score"}, "wrong-shape", "such as `holds`, `earliest`, `latest`, `highest`"),
        pytest.param({"SHARE": "0 %"}, "impossible-rate", "says `minimum`"),
        pytest.param({"SHARE": "0.4"}, "ratio-without-percent", "write `40 %`, or `0.4 %` if that is meant"),
    ],
)
def test_mistakes_show_the_way_out(changed: dict[str, str], code: str, way_out: str) -> None:
    text = DISPATCHED
    for word, said in ({"PREFER": "{highest: candidate.score}", "CAPACITY": "1", "SHARE": "40 %"} | changed).items():
        text = text.replace(word, said)
    (found,) = diagnostics(text)
    assert found.code == code
    assert way_out in str(found.help)


def test_a_name_that_an_expression_gives_is_not_that_of_the_record() -> None:
    text = DISPATCHED.replace("PREFER", "{highest: candidate.score}").replace("SHARE", "40 %")
    for own in ("sum(for job in jobs return job.n)", "if some job in jobs satisfies job.n > 1 then 2 else 1"):
        assert codes(text.replace("CAPACITY", own)) == []


def test_too_much_work_names_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnerrules.backends.assignments.MAXIMUM_LOOKS", 2)
    with pytest.raises(TooMuchWork, match=r"^policy `dispatch`: candidates are looked at more than 2 times"):
        given({"P-1": partner(9), "P-2": partner(8)}, {"J-1": project(1), "J-2": project(2)})
