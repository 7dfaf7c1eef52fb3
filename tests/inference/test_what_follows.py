"""What is not known, exceptions, circles and ids, worked out by hand; and what it takes to settle what follows."""

import datetime as dt
import itertools
import json
from collections.abc import Mapping
from decimal import Decimal

import pytest
from tests.engines import both_engines
from tests.support import AS_OF, decide, ruleset

from partnerrules import Decision, Facts
from partnerrules.backends import matcher
from partnerrules.decisions.values import missing_text
from partnerrules.diagnostics import TooMuchWork


@pytest.fixture(autouse=True)
def _both_engines_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    both_engines(monkeypatch)


def outcomes(decision: Decision, rule: str) -> dict[str, str]:
    return {id: each.outcome for id, each in decision[rule].items()}


def breach(level: int | None, partner: str = "P-1", kind: str | None = "price") -> dict[str, object]:
    given = {"partner": partner, "kind": kind, "level": level, "occurred_on": "2026-02-01"}
    return {name: value for name, value in given.items() if value is not None}


def base(**relations: object) -> dict[str, object]:
    return {"partners": {"P-1": {}, "P-2": {}, "P-3": {}}, **relations}


# ---------------------------------------------------------------------------------------------------- what is in doubt

EXCEPTION = """\
facts:
  mark: {plural: marks, derived: only, fields: {partner: ref partner}}
  free: {plural: frees, derived: only, fields: {partner: ref partner}}
  prize: {plural: prizes, derived: only, fields: {partner: ref partner}}
inference:
  marked:
    when: [{fact: violation, where: violation.level = 1}]
    then: {derive: mark, with: {partner: violation.partner}}
  freed:
    when: [{fact: partner}, {without: mark, as: one, where: one.partner = partner}]
    then: {derive: free, with: {partner: partner}}
  praised: {when: [{fact: free, as: one}], then: {derive: prize, with: {partner: one.partner}}}
definitions:
  any-at-all: {value: count(prizes) >= 1}
  two: {value: count(prizes) >= 2}
  three: {value: count(prizes) >= 3}
"""


def test_e6_an_exception_that_is_perhaps_there_puts_in_doubt_all_that_follows_without_it() -> None:
    violations = {"V-1": breach(None), "V-2": breach(1, "P-2")}
    decision = decide(EXCEPTION, base(violations=violations))
    # P-1 is perhaps marked, P-2 is, P-3 is not: so one prize at least, and two at most.
    assert outcomes(decision, "marked") == {"marked(V-1)": "undetermined", "marked(V-2)": "derived"}
    assert outcomes(decision, "freed") == {"freed(P-1)": "undetermined", "freed(P-3)": "derived"}
    assert outcomes(decision, "praised") == {"praised(freed(P-1))": "undetermined", "praised(freed(P-3))": "derived"}
    counted = {name: decision[name][""].as_data()["value"] for name in ("any-at-all", "three")}
    assert counted == {"any-at-all": True, "three": False}
    assert [missing_text(each) for each in decision["two"][""].missing] == ["violations V-1 level"]
    for level, prizes in ((1, ["P-3"]), (2, ["P-1", "P-3"])):
        known = decide(EXCEPTION, base(violations={**violations, "V-1": breach(level)}))
        assert [each["fields"]["partner"] for each in _data(known, "praised")] == prizes


def _data(decision: Decision, rule: str) -> list[Mapping[str, Mapping[str, object]]]:
    return [each.as_data() for each in decision[rule].values()]  # type: ignore[misc]


def test_e6_a_second_way_that_is_certain_ends_the_doubt_of_an_exception() -> None:
    decision = decide(EXCEPTION, base(violations={"V-1": breach(None), "V-2": breach(1)}))
    assert outcomes(decision, "freed") == {"freed(P-2)": "derived", "freed(P-3)": "derived"}


def test_e6_a_number_that_is_not_known_stops_only_what_hangs_on_it() -> None:
    rules = """\
facts:
  step: {plural: steps, fields: {n: integer, label: {type: text, missing: none}}}
inference:
  down:
    when: [{fact: step, as: s, where: s.n > 0}]
    then: {derive: step, with: {n: s.n - 1, label: s.label}}
    decreases: n
definitions:
  most: {value: count(steps) <= 4}
  least: {value: count(steps) >= 4}
"""
    open_label = {"n": 1, "label": {"unknown": True}}
    decision = decide(rules, {"steps": {"A": open_label, "B": open_label, "C": {"n": 1}}})
    # Three are given. What follows from A and from B may say the same as what follows from C, which has no label.
    assert outcomes(decision, "down") == {"down(A)": "undetermined", "down(B)": "undetermined", "down(C)": "derived"}
    assert decision["least"][""].as_data()["value"] is True
    assert decision["most"][""].outcome == "undetermined"
    loose = decide(rules, {"steps": {"A": {"label": "a"}, "C": {"n": 1}}})
    assert outcomes(loose, "down") == {"down(C)": "derived"}
    assert [missing_text(each) for each in loose["most"][""].missing] == ["steps A n"]


def test_e6_a_record_that_is_given_counts_beside_one_that_says_the_same() -> None:
    rules = """\
facts:
  mark: {plural: marks, fields: {partner: ref partner}}
  note: {plural: notes, fields: {mark: ref mark}}
inference:
  marked: {when: [{fact: violation}], then: {derive: mark, with: {partner: violation.partner}}}
definitions:
  marks_of: {of: partner, value: count(partner.marks)}
  whose: {of: note, value: note.mark.partner.id}
"""
    notes = {"N-1": {"mark": "marked(V-1)"}, "N-2": {"mark": "marked(V-9)"}, "N-3": {"mark": "M-1"}}
    facts = base(violations={"V-1": breach(3)}, marks={"M-1": {"partner": "P-1"}}, notes=notes)
    decision = decide(rules, facts)
    assert {id: each.as_data()["value"] for id, each in decision["marks_of"].items()} == {"P-1": 2, "P-2": 0, "P-3": 0}
    # What was recorded of a derived fact sees it as long as it follows; it is not known what it was when it does not.
    found = {id: (each.outcome, each.as_data()["value"]) for id, each in decision["whose"].items() if id != "N-2"}
    assert found == {"N-1": ("decided", "P-1"), "N-3": ("decided", "P-1")}
    assert [missing_text(each) for each in decision["whose"]["N-2"].missing] == ["marks marked(V-9)"]


# -------------------------------------------------------------------------------------------------- derived, as data


def test_e6_what_follows_stands_in_the_data_of_a_decision_as_facts_are_written() -> None:
    rules = """\
facts:
  sheet:
    plural: sheets
    fields: &fields
      {m: money, d: date, i: instant, u: number, b: boolean, e: 'enum [x, y]', ts: list of text,
       q: {type: text, missing: none}}
  mark:
    plural: marks
    fields: *fields
inference:
  marked:
    when: [{fact: sheet}]
    then:
      derive: mark
      with: {m: sheet.m, d: sheet.d, i: sheet.i, u: sheet.u, b: sheet.b, e: sheet.e, ts: sheet.ts, q: sheet.q}
  perhaps: {when: [{fact: sheet, where: sheet.u > 1}], then: {derive: mark, with: {b: sheet.b}}}
"""
    fields = {
        "m": "1.50 CNY",
        "d": "2026-02-01",
        "i": "2026-02-01T01:00:00+00:00",
        "u": "1.5",
        "b": True,
        "e": "x",
        "ts": ["a", "б"],
        "q": {"unknown": True},
    }
    facts = {"sheets": {"D-1": fields, "D-2": {"b": False}}, "marks": {}}
    decision = decide(rules, facts)
    told = json.loads(decision.to_json())["derived"]
    # What is not known of D-2 may be as of D-1, but not `b`. Whether `perhaps` fires on D-2 is not known.
    assert told["marks"]["marked(D-1)"] == fields
    assert list(told["marks"]) == ["marked(D-1)", "marked(D-2)", "perhaps(D-1)"]
    assert told["marks"].keys() == {each.fields["id"] for each in decision.derived}
    assert told["marks"]["perhaps(D-1)"] == {"b": True}
    # Read as facts again, under ids of their own, they are what they were.
    kept = Facts({**facts, "marks": {f"K-{n}": each for n, each in enumerate(told["marks"].values())}})
    again = ruleset(rules).decide(kept, as_of=AS_OF)
    assert again.as_data()["derived"] == decision.as_data()["derived"]
    first = next(each for each in decision.derived if each.fields["id"] == "marked(D-1)").fields
    assert (first["u"], first["d"]) == (Decimal("1.5"), dt.date(2026, 2, 1))


def test_e6_a_decision_in_which_nothing_follows_says_so() -> None:
    assert decide(EXCEPTION, base(violations={"V-1": breach(1)}), as_of=AS_OF).as_data()["derived"] != {}
    assert decide("definitions: {one: {value: 1}}\n", base()).as_data()["derived"] == {}


# ------------------------------------------------------------------------------------------------------ what it takes

WIDE = """\
facts:
  note: {plural: notes, fields: {a: integer, b: integer, c: integer, d: integer, e: integer, f: integer}}
  pair: {plural: pairs, derived: only, fields: {a: integer, b: integer, c: integer, d: integer, e: integer, f: integer}}
inference:
  paired:
    when: [{fact: note, as: one}WITH]
    then: {derive: pair, with: {a: one.a, b: one.b, c: one.c, d: one.d, e: one.e, f: one.f}}
"""


def test_e6_computing_what_follows_counts_as_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty notes make 1,600 pairs, which take some 8,000 steps to find, and 19 each to write down."""
    rules = WIDE.replace("WITH", ", {fact: note, as: two, where: two.a = one.a}")
    notes = {f"N-{n}": dict.fromkeys("abcdef", 1) | {"b": n} for n in range(40)}
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 60_000)
    assert len(decide(rules, {"notes": notes})["paired"]) == 40
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 30_000)
    with pytest.raises(TooMuchWork, match="rule `paired`: it takes more than 30,000 steps"):
        decide(rules, {"notes": notes})


def test_e6_telling_apart_what_may_be_the_same_counts_as_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of six fields any may be unknown: records of 64 shapes are each compared with all other shapes."""
    shapes = [shape for size in range(7) for shape in itertools.combinations("abcdef", size)]
    notes = {f"N-{n:02}": dict.fromkeys(shape, n) for n, shape in enumerate(shapes)}
    rules = WIDE.replace("WITH", "")
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 6_000)
    assert len(decide(rules, {"notes": notes})["paired"]) == 64
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 1_600)  # 64 * (1 + 1 + 6 * 3) = 1,280 without that, and some doubts
    with pytest.raises(TooMuchWork, match="rule `paired`"):
        decide(rules, {"notes": notes})
