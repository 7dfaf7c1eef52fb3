"""Eligibility: ordered gates, three outcomes, every condition with its own, and the shortest ways there."""

import pytest
from tests.support import codes, decide

from partnerrules.decisions.results import EligibilityResult

HEAD = """\
facts:
  partner: {a: boolean, b: boolean, c: boolean, d: boolean}
"""


def policy(gates: str, more: str = "") -> str:
    return f"{HEAD}eligibility:\n  p:\n    subject: partner\n{more}    gates: [{gates}]\n"


def result(text: str, **fields: object) -> EligibilityResult:
    found = decide(text, {"partners": {"P-1": fields}})["p"]["P-1"]
    assert isinstance(found, EligibilityResult)
    return found


def ways(text: str, **fields: object) -> list[str]:
    found = result(text, **fields).as_data()["ways"]
    assert isinstance(found, list)
    return ["+".join(way) for way in found]


def gates(text: str, **fields: object) -> dict[str, str]:
    return {gate.id: gate.status for gate in result(text, **fields).gates}


AB = "{id: first, require: partner.a}, {id: second, require: partner.b}"
REFER = "{id: first, require: partner.a}, {id: second, require: partner.b, otherwise: refer}"


@pytest.mark.parametrize(
    ("fields", "outcome", "statuses"),
    [
        ({"a": True, "b": True}, "eligible", ["passed", "passed"]),
        ({"a": True, "b": False}, "ineligible", ["passed", "failed"]),
        ({"a": False, "b": True}, "ineligible", ["failed", "skipped"]),
        ({"a": False}, "ineligible", ["failed", "skipped"]),
        ({"a": True}, "undetermined", ["passed", "unknown"]),
        ({"b": True}, "undetermined", ["unknown", "passed"]),
        # Whatever the first turns out to be, the outcome is the same.
        ({"b": False}, "ineligible", ["unknown", "failed"]),
        ({}, "undetermined", ["unknown", "unknown"]),
    ],
)
def test_gates_are_asked_in_order(fields: dict[str, object], outcome: str, statuses: list[str]) -> None:
    found = result(policy(AB), **fields)
    assert found.outcome == outcome
    assert [gate.status for gate in found.gates] == statuses


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"a": True, "b": False}, "refer"),
        ({"a": False, "b": False}, "ineligible"),
        ({"a": False}, "ineligible"),
        # Ineligible if the first fails, to be referred if it passes.
        ({"b": False}, "undetermined"),
        ({"a": True, "b": True}, "eligible"),
    ],
)
def test_a_gate_may_have_a_word_of_its_own(fields: dict[str, object], outcome: str) -> None:
    assert result(policy(REFER), **fields).outcome == outcome


def test_a_gate_behind_a_failed_one_still_shows_its_conditions() -> None:
    found = result(policy(AB), a=False, b=True)
    assert {id: each.outcome for id, each in found.conditions.items()} == {"first": False, "second": True}


def test_an_undetermined_outcome_names_the_facts() -> None:
    found = result(policy(AB), a=True)
    assert found.summary()["missing"] == ["partners P-1 b"]
    assert result(policy(AB), a=False).summary()["missing"] == []


ALL = "{id: g, all: [partner.a, partner.b, partner.c]}"
ANY = "{id: g, any: [partner.a, partner.b, partner.c]}"
NOT = "{id: g, not: {any: [partner.a, partner.b]}}"
SOME = "{id: g, at_least: 2, of: [partner.a, partner.b, partner.c]}"


@pytest.mark.parametrize(
    ("gate", "fields", "outcome"),
    [
        (ALL, {"a": True, "b": True, "c": True}, "eligible"),
        (ALL, {"a": False}, "ineligible"),
        (ALL, {"a": True, "b": True}, "undetermined"),
        (ANY, {"a": True}, "eligible"),
        (ANY, {"a": False, "b": False, "c": False}, "ineligible"),
        (ANY, {"a": False, "b": False}, "undetermined"),
        (NOT, {"a": False, "b": False}, "eligible"),
        (NOT, {"a": True}, "ineligible"),
        (NOT, {"a": False}, "undetermined"),
        (SOME, {"a": True, "b": True}, "eligible"),
        (SOME, {"a": True, "b": False}, "undetermined"),
        (SOME, {"a": False, "b": False}, "ineligible"),
        (SOME, {"a": True, "b": False, "c": True}, "eligible"),
    ],
)
def test_all_any_not_and_at_least(gate: str, fields: dict[str, object], outcome: str) -> None:
    assert result(policy(gate), **fields).outcome == outcome


def test_conditions_may_stand_inside_each_other() -> None:
    clean = "{all: [partner.a, {not: {id: bad, require: partner.b}}]}"
    gate = f"{{id: g, any: [{clean}, {{at_least: 1, of: [partner.c, partner.d]}}]}}"
    assert result(policy(gate), a=True, b=False).outcome == "eligible"
    assert result(policy(gate), a=True, b=True, c=False, d=False).outcome == "ineligible"
    assert ways(policy(gate), a=True, b=True, c=False, d=False) == ["not bad", "partner.c", "partner.d"]


def test_ids_are_the_canonical_text_unless_given() -> None:
    found = result(policy("{id: g, all: ['( partner.a )', {id: mine, require: partner.b}]}"), a=True, b=True)
    assert list(found.conditions) == ["partner.a", "mine"]
    assert list(result(policy("{require: partner.a}"), a=True).conditions) == ["partner.a"]


def test_a_condition_shows_what_it_looked_at() -> None:
    text = policy("{id: g, require: partner.a and count(partner.people) >= 3}")
    found = result(text, a=True).conditions["g"]
    assert [(part.text, str(type(part.value).__name__)) for part in found.seen] == [
        ("partner.a", "bool"),
        ("count(partner.people)", "Unknown"),
    ]
    silent = decide(text, {"partners": {"P-1": {"a": True}}})
    assert silent["p"]["P-1"].as_data()["outcome"] == "undetermined"


# -------------------------------------------------------------------------------------------------------------- ways


def test_ways_are_the_smallest_ones_in_the_order_of_writing() -> None:
    everything = {"a": False, "b": False, "c": False}
    assert ways(policy(ALL), **everything) == ["partner.a+partner.b+partner.c"]
    assert ways(policy(ANY), **everything) == ["partner.a", "partner.b", "partner.c"]
    assert ways(policy(SOME), **everything) == ["partner.a+partner.b", "partner.a+partner.c", "partner.b+partner.c"]
    assert ways(policy(SOME), a=True, b=False) == ["partner.b", "partner.c"]
    assert ways(policy(NOT), a=True, b=True) == ["not partner.a+not partner.b"]
    assert ways(policy(REFER), a=False, b=False) == ["first+second"]
    assert ways(policy(AB), a=True, b=True) == []


def test_an_unknown_condition_is_a_step_of_the_way() -> None:
    assert ways(policy(AB), a=True) == ["second"]
    assert ways(policy(AB)) == ["first+second"]


def test_ten_of_many_ways_are_listed() -> None:
    fields = ", ".join(f"f{index}: boolean" for index in range(12))
    names = ", ".join(f"partner.f{index}" for index in range(12))
    text = f"facts: {{partner: {{{fields}}}}}\neligibility:\n  p: {{subject: partner, gates: ["
    text += f"{{at_least: 2, of: [{names}]}}]}}\n"
    found = result(text, **{f"f{index}": False for index in range(12)})
    assert (len(found.ways.listed), found.ways.total) == (10, 66)
    assert [change.condition for change in found.ways.listed[0]] == ["partner.f0", "partner.f1"]


def test_a_record_of_which_only_the_subject_is_in_doubt_has_no_way_to_go() -> None:
    text = policy("{id: first, require: partner.a}", more="    when: partner.b\n")
    found = result(text, a=True)
    assert found.outcome == "undetermined"
    assert found.summary()["missing"] == ["partners P-1 b"]
    assert found.as_data()["ways"] == []


def test_when_says_who_is_decided_at_all() -> None:
    text = policy("{id: first, require: partner.a}", more="    when: partner.b\n")
    facts = {"partners": {"P-1": {"b": True, "a": True}, "P-2": {"b": False, "a": True}, "P-3": {"a": False}}}
    found = decide(text, facts)["p"]
    assert {id: each.outcome for id, each in found.items()} == {"P-1": "eligible", "P-3": "undetermined"}


# -------------------------------------------------------------------------------------------------------- narrowing


def test_what_one_condition_shows_holds_for_those_that_must_hold_with_it() -> None:
    dated = "'partner.admitted_on <= today'"
    there = "exists(partner.admitted_on)"
    assert codes(policy(f"{{id: g, all: [{there}, {dated}]}}")) == []
    assert codes(policy(f"{{id: g, require: {there}}}, {{id: h, require: {dated}}}")) == []
    assert codes(policy(f"{{id: g, all: [{there}, {{any: [{dated}, partner.a]}}]}}")) == []
    assert codes(policy(f"{{id: g, any: [{there}, {dated}]}}")) == ["unguarded-none"]
    assert codes(policy(f"{{id: g, all: [{dated}, {there}]}}")) == ["unguarded-none"]
    assert codes(policy(f"{{id: g, all: [{{not: {there}}}, {dated}]}}")) == ["unguarded-none"]
    assert codes(policy(f"{{id: g, at_least: 1, of: [{there}, {dated}]}}")) == ["unguarded-none"]


def test_a_guarded_condition_of_an_absent_value_is_not_met_and_not_unknown() -> None:
    text = policy("{id: g, all: [exists(partner.admitted_on), 'partner.admitted_on <= today']}")
    assert result(text).outcome == "ineligible"
    assert result(text, admitted_on="2026-03-01").outcome == "eligible"
    assert result(text, admitted_on="2026-03-02").outcome == "ineligible"
    assert result(text, admitted_on={"unknown": True}).outcome == "undetermined"


def test_a_condition_may_ask_again_what_one_before_it_shows() -> None:
    # Each is decided by itself too, for the conditions that are told and for the ways: `false and ...` is false.
    dated = "'exists(partner.admitted_on) and partner.admitted_on <= today'"
    either = "'(if exists(partner.admitted_on) then partner.admitted_on else 2026-01-01) <= today'"
    found = result(policy(f"{{id: g, require: exists(partner.admitted_on)}}, {{id: h, all: [{dated}, {either}]}}"))
    assert found.outcome == "ineligible"
    assert [each.outcome for each in found.conditions.values()] == [False, False, True]
    assert found.ways.listed[0][0].condition == "g"


def test_a_gate_that_only_alternatively_shows_a_value_guards_nothing_behind_it() -> None:
    gate = "{id: g, any: [exists(partner.admitted_on), partner.a]}, {id: h, require: 'partner.admitted_on <= today'}"
    assert codes(policy(gate)) == ["unguarded-none"]


# ------------------------------------------------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ("{id: g}", "missing-key"),
        ("{id: g, require: partner.a, all: [partner.b]}", "too-many-keys"),
        ("{id: g, at_least: 2}", "missing-key"),
        ("{id: g, of: [partner.a]}", "missing-key"),
        ("{id: g, at_least: 3, of: [partner.a, partner.b]}", "impossible-count"),
        ("{id: g, at_least: 0, of: [partner.a]}", "wrong-shape"),
        ("{id: g, all: []}", "empty-list"),
        ("{id: g, require: 5}", "type-mismatch"),
        ("{id: g, require: partner.admitted_on}", "unguarded-none"),
        ("{id: g, require: partner.a, otherwise: eligible}", "bad-name"),
        ("{id: g, require: partner.a, otherwise: undetermined}", "bad-name"),
        ("{id: g, all: [partner.a, partner.a]}", "duplicate-id"),
        ("{id: g, require: partner.a}, {id: g, require: partner.b}", "duplicate-id"),
        ("{id: g, require: partner.a}, {id: h, all: [{id: g, require: partner.b}]}", "duplicate-id"),
        ("{id: g, requires: partner.a}", "unknown-key"),
    ],
)
def test_faults(gate: str, code: str) -> None:
    assert code in codes(policy(gate))


def test_a_subject_is_a_record_of_a_relation() -> None:
    assert codes("eligibility: {p: {subject: partners, gates: [{require: 1 = 1}]}}\n") == ["unknown-subject"]
    assert codes("eligibility: {p: {subject: checks, gates: [{require: 1 = 1}]}}\n") == ["unknown-subject"]
    assert codes("eligibility: {p: {gates: [{require: 1 = 1}]}}\n") == ["missing-key"]


def test_policies_may_not_ask_each_other_in_a_circle() -> None:
    text = """\
eligibility:
  p: {subject: partner, gates: [{require: 'passes(partner, "q")'}]}
  q: {subject: partner, gates: [{require: 'partner.in_p'}]}
definitions:
  in_p: {of: partner, value: 'passes(partner, "p") at 2020-01-01'}
"""
    assert codes(text) == ["cyclic-policy"]
    assert codes("eligibility: {p: {subject: partner, gates: [{require: 'passes(partner, \"p\")'}]}}\n") == [
        "cyclic-policy"
    ]


def test_a_policy_that_asks_another_is_unknown_where_that_one_is() -> None:
    text = f"""\
{HEAD}eligibility:
  base: {{subject: partner, gates: [{{require: partner.a}}]}}
  p: {{subject: partner, gates: [{{id: g, require: 'passes(partner, "base")'}}]}}
"""
    assert result(text, a=True).outcome == "eligible"
    assert result(text, a=False).outcome == "ineligible"
    assert result(text).outcome == "undetermined"
    assert result(text).summary()["missing"] == ["partners P-1 a"]
