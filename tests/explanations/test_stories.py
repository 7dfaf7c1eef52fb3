"""Shapes of results that a small programme seldom gives, and text that tries to break the sentences."""

import itertools
from typing import Literal, get_args

import pytest

from partnerrules.decisions.basis import Basis
from partnerrules.decisions.requirement_results import CombinationResult, ConditionResult, RequirementResult
from partnerrules.decisions.requirements import Change, Combination, Condition, Ways
from partnerrules.decisions.results import (
    EligibilityResult,
    GateResult,
    PlaceResult,
    TableResult,
)
from partnerrules.explanations import explain
from partnerrules.plan.trace import Seen
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Reason, Unknown
from partnerrules.schema.titles import Title

BASIS = Basis("admission", Title(), None, "P-1", "1")
HOSTILE = "a {subject} {0} {x!r}\nbreak %s \\1 \\g<0>"
NO_WAYS = Ways((), 0)
FOLDED = "a {subject} {0} {x!r} break %s \\1 \\g<0>"


def condition_result(
    id: str, text: str, title: Title, source: str | None, outcome: bool | Unknown, seen: tuple[Seen, ...]
) -> ConditionResult:
    return ConditionResult(Condition(id, text, title, source), outcome, seen)


def combination_result(
    kind: Literal["all", "any", "not", "at_least"],
    count: int,
    title: Title,
    source: str | None,
    outcome: bool | Unknown,
    items: tuple[RequirementResult, ...],
) -> CombinationResult:
    requirements = tuple(item.requirement for item in items)
    return CombinationResult(Combination(kind, count, requirements, title, source), outcome, items)


def condition(
    id: str, outcome: bool | Unknown, *, title: str = "", source: str | None = None, seen: tuple[Seen, ...] = ()
) -> ConditionResult:
    return condition_result(id, f"partner.{id}", Title((("", title),) if title else ()), source, outcome, seen)


def eligibility(
    requirement: RequirementResult, *, ways: Ways = NO_WAYS, missing: tuple[Missing, ...] = ()
) -> EligibilityResult:
    gate = GateResult("g", Title(), None, "ineligible", "failed", requirement)
    return EligibilityResult(BASIS, "ineligible", (gate,), missing, ways)


def lines(result: EligibilityResult | TableResult, language: str = "en") -> list[str]:
    return explain(result, ruleset="northern", language=language).split("\n")


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_hostile_text_is_told_as_it_is_on_one_line(language: str) -> None:
    title = Title((("", HOSTILE),))
    leaf = condition_result("id", HOSTILE, title, HOSTILE, False, (Seen(HOSTILE, HOSTILE, t.Text()),))
    gate = GateResult("g", title, HOSTILE, HOSTILE, "failed", combination_result("all", 1, title, None, False, (leaf,)))
    basis = Basis("admission", title, HOSTILE, HOSTILE, "1", (HOSTILE,))
    missing = (Missing("field", HOSTILE, HOSTILE, HOSTILE),)
    result = EligibilityResult(basis, HOSTILE, (gate,), missing, Ways(((Change("id", True),),), 1))
    told = lines(result, language)
    # Headline, gate, condition, values, heading and fact, heading and way, assumptions.
    assert len(told) == 9
    assert told[0].count(FOLDED) == 4
    assert all("break" in line for line in (told[1], told[2], told[3], told[5], told[7], told[8]))


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_reason_has_its_words(language: str) -> None:
    missing = tuple(Missing(reason, "partners", "P-9", "latest") for reason in get_args(Reason))
    told = lines(eligibility(condition("a", True), missing=missing), language)
    facts = [line for line in told if line.startswith("- ")]
    assert len(set(facts)) == len(missing) == 14
    assert not any("{" in line for line in facts)


def test_a_not_over_alternatives_says_none_of_them() -> None:
    parts = (condition("a", True, title="banned"), condition("b", False, title="insolvent"))
    either = combination_result("any", 1, Title(), None, True, parts)
    assert lines(eligibility(combination_result("not", 1, Title(), None, False, (either,))))[1:] == [
        "1. g: not passed",
        "   none of these 2:",
        "   - holds: banned",
        "     partner.a",
        "   - does not hold: insolvent",
        "     partner.b",
    ]


def test_a_not_over_one_condition_is_told_with_it() -> None:
    flag = (Seen("partner.a", True, t.Boolean()),)
    banned = combination_result("not", 1, Title(), None, False, (condition("a", True, title="banned", seen=flag),))
    other = condition("b", False, title="known")
    told = lines(eligibility(combination_result("any", 1, Title(), None, False, (banned, other))))
    assert told[2:] == [
        "   any of these 2:",
        "   - does not hold: not: banned",
        "     partner.a = yes",
        "   - does not hold: known",
        "     partner.b",
    ]


def test_a_not_with_a_title_keeps_it() -> None:
    title = Title((("", "clean"),))
    clean = combination_result("not", 1, title, "N-9", False, (condition("a", True, title="banned"),))
    told = lines(eligibility(combination_result("all", 1, Title(), None, False, (clean,))))
    assert told[2:4] == ["   - does not hold: clean [N-9] - not this:", "     - holds: banned"]


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("a >= 3", {"a": 2}, "a = 2 (condition: >= 3)"),
        ("a between 3 and 5", {"a": 2}, "a = 2 (condition: between 3 and 5)"),
        ("a >= b", {"a": 2, "b": 3}, "a = 2 (condition: >= b); b = 3"),
        ("3 <= a", {"a": 2}, "3 <= a, where a = 2"),
        ("a >= 3 and b < 4", {"a": 2, "b": 1}, "a >= 3 and b < 4, where a = 2; b = 1"),
        ("a + b > 4", {"a": 2, "b": 1}, "a + b > 4, where a = 2; b = 1"),
    ],
)
def test_values_stand_where_the_condition_asks_for_them(text: str, parts: dict[str, int], expected: str) -> None:
    seen = tuple(Seen(name, value, t.Integer()) for name, value in parts.items())
    leaf = condition_result("leaf", text, Title(), None, False, seen)
    assert lines(eligibility(leaf))[2] == f"   {expected}"


def test_a_condition_told_by_its_text_does_not_repeat_it() -> None:
    seen = (Seen("partner.a", False, t.Boolean()),)
    leaf = condition_result("partner.a", "partner.a", Title(), None, False, seen)
    assert lines(eligibility(combination_result("all", 1, Title(), None, False, (leaf,))))[2:] == ["   partner.a = no"]
    two = combination_result("all", 2, Title(), None, False, (leaf, condition("b", True)))
    assert lines(eligibility(two))[3] == "   - does not hold: partner.a"


def test_ways_say_what_they_have_in_common_once() -> None:
    leaves = (condition("a", False, title="A"), condition("b", False, title="B"), condition("c", True, title="C"))
    ways = Ways(((Change("a", True), Change("b", True)), (Change("a", True), Change("c", False))), 2)
    told = lines(eligibility(combination_result("all", 3, Title(), None, False, leaves), ways=ways))
    assert told[-6:] == [
        "What would make it eligible, any one of these 2 ways:",
        "  in each of them:",
        "  - must hold: A",
        "  and one of these:",
        "  1. must hold: B",
        "  2. must no longer hold: C",
    ]


def test_of_a_condition_in_doubt_it_must_become_known_whether_it_holds() -> None:
    leaves = (condition("a", Unknown.because("zero"), title="A"), condition("b", Unknown.because("zero"), title="B"))
    ways = Ways(((Change("a", True), Change("b", False)),), 1)
    told = lines(eligibility(combination_result("all", 2, Title(), None, False, leaves), ways=ways))
    assert told[-3:] == [
        "What would make it eligible, both together:",
        "- must be known to hold: A",
        "- must be known not to hold: B",
    ]


def test_a_part_is_called_by_its_title_with_its_text_behind_it() -> None:
    title = Title((("en", "annual quota"), ("zh", "年度任务")))
    seen = (Seen("quota", 5, t.Integer(), title), Seen("sales", 4, t.Integer(), Title((("", "sales"),))))
    leaf = condition_result("leaf", "sales + 1 > quota", Title(), None, False, seen)
    assert lines(eligibility(leaf))[2] == "   sales + 1 > quota, where annual quota (quota) = 5; sales = 4"
    assert lines(eligibility(leaf), "zh")[2] == "   sales + 1 > quota，其中年度任务 (quota) = 5；sales = 4"


def test_a_condition_that_is_a_titled_part_is_called_by_that_title() -> None:
    seen = (Seen("partner.a", True, t.Boolean(), Title((("en", "banned"), ("ru", "под запретом")))),)
    leaf = condition_result("partner.a", "partner.a", Title(), None, True, seen)
    result = eligibility(
        combination_result("not", 1, Title(), None, False, (leaf,)), ways=Ways(((Change("partner.a", False),),), 1)
    )
    assert lines(result)[2:] == [
        "   must not hold: banned (partner.a)",
        "What would make it eligible:",
        "- must no longer hold: banned (partner.a)",
    ]
    assert lines(result, "ru")[2] == "   не должно выполняться: под запретом (partner.a)"


def test_sources_are_told_where_they_differ_from_the_one_told_before() -> None:
    leaves = (condition("a", True, source="N-2"), condition("b", True, source="N-3"), condition("c", True))
    inner = combination_result("any", 1, Title(), "N-2", True, leaves)
    outer = combination_result("all", 1, Title(), "N-1", True, (inner, condition("d", False, source="N-1")))
    gate = GateResult("g", Title(), "N-1", "ineligible", "failed", outer)
    told = lines(EligibilityResult(BASIS, "ineligible", (gate,), (), NO_WAYS))
    assert told[1:] == [
        "1. g [N-1]: not passed",
        "   both of these:",
        "   - holds: [N-2] any of these 3:",
        "     - holds: a",
        "       partner.a",
        "     - holds: b [N-3]",
        "       partner.b",
        "     - holds: c",
        "       partner.c",
        "   - does not hold: d",
        "     partner.d",
    ]


@pytest.mark.parametrize("source", ["clause 4", "N-5, N-6", "第三条"])
def test_the_source_of_a_policy_is_told_as_it_is_written(source: str) -> None:
    result = EligibilityResult(Basis("admission", Title(), source, "P-1", "1"), "eligible", (), (), NO_WAYS)
    assert lines(result) == [f'P-1 is eligible for "admission" (northern 1 [{source}])']


def test_a_number_of_places_that_is_not_known_is_told_with_what_it_lacks() -> None:
    doubt = Unknown.because("parameter", field="seats")
    place = PlaceResult(doubt, 1, 3, doubt, (), (Missing("field", "partners", "P-9", "score"),))
    gate = GateResult("g", Title(), None, "ineligible", "failed", condition("a", False))
    told = lines(EligibilityResult(BASIS, "ineligible", (gate,), (), NO_WAYS, place))
    assert told[3:] == [
        "how many places there are is not known",
        "   its place if it passes: 1 to 3; whether a place is left is not known",
        '   missing: score of P-9 (partners); the parameter "seats": its source states no value',
        "No change of the conditions is sure to make it eligible, as whether a place is left is not known.",
    ]


def test_one_place_is_counted_and_the_order_told() -> None:
    by = (Seen("partner.score", 7, t.Integer(), Title((("", "score"),))), Seen("partner.id", "P-1", t.Text()))
    place = PlaceResult(1, 2, 2, False, by, ())
    gate = GateResult("g", Title(), None, "ineligible", "passed", condition("a", True))
    told = lines(EligibilityResult(BASIS, "waiting", (gate,), (), NO_WAYS, place))
    assert told[3:] == [
        "1 place; in order of partner.score = 7, partner.id = P-1",
        "   its place: 2; no place is left, which gives waiting",
    ]


def test_ways_beyond_those_listed_are_counted() -> None:
    leaves = tuple(condition(str(number), False, title=f"T{number}") for number in range(6))
    pairs = list(itertools.combinations(range(6), 2))
    ways = Ways(tuple((Change(str(a), True), Change(str(b), True)) for a, b in pairs[:10]), len(pairs))
    told = lines(eligibility(combination_result("at_least", 2, Title(), None, False, leaves), ways=ways))
    assert "What would make it eligible, any one of these ways (showing 10 of 15):" in told
    assert told[-1] == "  10. must hold: T2; T3"


def test_many_missing_facts_are_cut_and_counted() -> None:
    missing = tuple(Missing("field", "partners", f"P-{number:02}", "grade") for number in range(25))
    told = lines(eligibility(condition("a", True), missing=missing))
    assert "Not determined, because 25 facts are not known:" in told
    assert told[-2:] == ["- grade of P-19 (partners)", "- and 5 more"]


def test_a_condition_names_at_most_three_facts_that_it_lacks() -> None:
    doubt = Unknown(frozenset(Missing("parameter", field=name) for name in "abcd"))
    told = lines(eligibility(condition("x", doubt)))
    named = [f'the parameter "{name}": its source states no value' for name in "abc"]
    assert told[3] == "   missing: " + "; ".join([*named, "and 1 more"])


def test_an_output_that_is_a_list_in_doubt_is_not_taken_for_known() -> None:
    doubt = Unknown.because("parameter", field="rate")
    values: dict[str, object] = {"rate": (None, doubt)}
    result = TableResult(BASIS, "undetermined", values, {"rate": t.ListOf(t.Ratio())}, ("1",), (), (*doubt.missing,))
    assert lines(result)[:2] == [
        'P-1: what "admission" gives is undetermined (northern 1)',
        "  row that applies or may apply: 1",
    ]
