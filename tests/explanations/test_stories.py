"""Shapes of results that a small programme seldom gives, and text that tries to break the sentences."""

import itertools
from typing import get_args

import pytest

from partnerrules.decisions.requirements import Change, Ways
from partnerrules.decisions.results import (
    Basis,
    CombinationResult,
    ConditionResult,
    EligibilityResult,
    GateResult,
    RequirementResult,
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


def condition(id: str, outcome: bool | Unknown, *, title: str = "", seen: tuple[Seen, ...] = ()) -> ConditionResult:
    return ConditionResult(id, f"partner.{id}", Title((("", title),) if title else ()), None, outcome, seen)


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
    leaf = ConditionResult("id", HOSTILE, title, HOSTILE, False, (Seen(HOSTILE, HOSTILE, t.Text()),))
    gate = GateResult("g", title, HOSTILE, HOSTILE, "failed", CombinationResult("all", 1, title, None, False, (leaf,)))
    basis = Basis("admission", title, HOSTILE, HOSTILE, "1", (HOSTILE,))
    missing = (Missing("field", HOSTILE, HOSTILE, HOSTILE),)
    result = EligibilityResult(basis, HOSTILE, (gate,), missing, Ways(((Change("id", True),),), 1))
    told = lines(result, language)
    # Headline, gate, combination, condition, values, heading and fact, heading and way, assumptions.
    assert len(told) == 10
    assert told[0].count(FOLDED) == 4
    assert all("break" in line for line in (told[1], told[3], told[4], told[6], told[8], told[9]))


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_reason_has_its_words(language: str) -> None:
    missing = tuple(Missing(reason, "partners", "P-9", "latest") for reason in get_args(Reason))
    told = lines(eligibility(condition("a", True), missing=missing), language)
    facts = [line for line in told if line.startswith("- ")]
    assert len(set(facts)) == len(missing) == 11
    assert not any("{" in line for line in facts)


def test_a_not_over_alternatives_says_none_of_them() -> None:
    parts = (condition("a", True, title="banned"), condition("b", False, title="insolvent"))
    either = CombinationResult("any", 1, Title(), None, True, parts)
    assert lines(eligibility(CombinationResult("not", 1, Title(), None, False, (either,))))[1:] == [
        "1. g: not passed",
        "   none of these 2:",
        "   - holds: banned",
        "     partner.a",
        "   - does not hold: insolvent",
        "     partner.b",
    ]


def test_a_not_over_one_condition_is_told_with_it() -> None:
    flag = (Seen("partner.a", True, t.Boolean()),)
    banned = CombinationResult("not", 1, Title(), None, False, (condition("a", True, title="banned", seen=flag),))
    other = condition("b", False, title="known")
    told = lines(eligibility(CombinationResult("any", 1, Title(), None, False, (banned, other))))
    assert told[2:] == [
        "   any of these 2:",
        "   - does not hold: not so: banned",
        "     partner.a = yes",
        "   - does not hold: known",
        "     partner.b",
    ]


def test_a_not_with_a_title_keeps_it() -> None:
    title = Title((("", "clean"),))
    clean = CombinationResult("not", 1, title, "N-9", False, (condition("a", True, title="banned"),))
    told = lines(eligibility(CombinationResult("all", 1, Title(), None, False, (clean,))))
    assert told[2:5] == ["   this:", "   - does not hold: clean [N-9] - not this:", "     - holds: banned"]


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
    leaf = ConditionResult("leaf", text, Title(), None, False, seen)
    assert lines(eligibility(leaf))[2] == f"   {expected}"


def test_a_condition_told_by_its_text_does_not_repeat_it() -> None:
    seen = (Seen("partner.a", False, t.Boolean()),)
    leaf = ConditionResult("partner.a", "partner.a", Title(), None, False, seen)
    assert lines(eligibility(CombinationResult("all", 1, Title(), None, False, (leaf,))))[2:] == [
        "   this:",
        "   - does not hold: partner.a",
    ]


def test_ways_say_what_they_have_in_common_once() -> None:
    leaves = (condition("a", False, title="A"), condition("b", False, title="B"), condition("c", True, title="C"))
    ways = Ways(((Change("a", True), Change("b", True)), (Change("a", True), Change("c", False))), 2)
    told = lines(eligibility(CombinationResult("all", 3, Title(), None, False, leaves), ways=ways))
    assert told[-6:] == [
        "What would make it eligible, any one of these 2 ways:",
        "  in each of them:",
        "  - must hold: A",
        "  and one of these:",
        "  1. must hold: B",
        "  2. must no longer hold: C",
    ]


def test_a_condition_in_doubt_must_not_hold_rather_than_no_longer() -> None:
    leaf = condition("a", Unknown.because("zero"), title="A")
    told = lines(eligibility(leaf, ways=Ways(((Change("a", False),),), 1)))
    assert told[-2:] == ["What would make it eligible:", "- must not hold: A"]


def test_ways_beyond_those_listed_are_counted() -> None:
    leaves = tuple(condition(str(number), False, title=f"T{number}") for number in range(6))
    pairs = list(itertools.combinations(range(6), 2))
    ways = Ways(tuple((Change(str(a), True), Change(str(b), True)) for a, b in pairs[:10]), len(pairs))
    told = lines(eligibility(CombinationResult("at_least", 2, Title(), None, False, leaves), ways=ways))
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
    named = [f"the parameter {name}: its source states no value" for name in "abc"]
    assert told[3] == "   missing: " + "; ".join([*named, "and 1 more"])


def test_an_output_that_is_a_list_in_doubt_is_not_taken_for_known() -> None:
    doubt = Unknown.because("parameter", field="rate")
    values: dict[str, object] = {"rate": (None, doubt)}
    result = TableResult(BASIS, "undetermined", values, {"rate": t.ListOf(t.Ratio())}, ("1",), (), (*doubt.missing,))
    assert lines(result)[:2] == [
        'P-1: what "admission" gives is undetermined (northern 1)',
        "  row that applies or may apply: 1",
    ]
