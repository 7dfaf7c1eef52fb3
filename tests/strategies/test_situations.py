"""Generated facts are whole and consistent: nothing is refused, references resolve, and gaps are there if wanted."""

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.finding import found
from tests.strategies.test_borders import RULES
from tests.support import AS_OF, ruleset

from partnerrules import Facts, load
from partnerrules.cases import cases_in
from partnerrules.cases.given import plain
from partnerrules.strategies import Situation, as_of_instants, facts, ruleset_texts, situations
from partnerrules.strategies.rulesets import ruleset_of

FEW = settings(max_examples=max(settings().max_examples // 5, 1))
CHINA_MOBILE = load(Path(__file__).parent.parent.parent / "rulesets" / "china-mobile-sa")


@FEW
@given(facts(CHINA_MOBILE, partial=True))
def test_facts_for_a_large_ruleset_are_never_refused(known: Facts) -> None:
    assert json.loads(CHINA_MOBILE.decide(known).to_json())["warnings"] == []


@FEW
@given(ruleset_texts(), st.data())
def test_facts_for_a_generated_ruleset_are_never_refused(text: str, data: st.DataObject) -> None:
    rules = ruleset_of(text)
    known = data.draw(facts(rules, partial=data.draw(st.booleans())))
    assert rules.decide(known).to_json()


def gaps(situation: Situation) -> Iterator[object]:
    """Whatever of the fields is open that may be."""
    for rows in situation.relations.values():
        for fields in rows.values():
            yield from (value for value in fields.values() if value == {"unknown": True})


@FEW
@given(situations(ruleset(RULES), unknowns=False))
def test_without_unknowns_everything_that_is_read_is_given(situation: Situation) -> None:
    assert list(gaps(situation)) == []
    for fields in situation.relations["partners"].values():
        assert {"staff", "score", "rate", "weight", "segment", "medal"} <= fields.keys()
    assert not situation.partial


def test_with_unknowns_there_are_gaps_of_both_sorts() -> None:
    rules = ruleset(RULES)
    marked = found(situations(rules), lambda each: any(True for _ in gaps(each)))
    assert list(gaps(marked))
    some = found(situations(rules), lambda each: any("staff" not in row for row in each.relations["partners"].values()))
    assert some.relations["partners"]


def test_relations_may_be_given_in_part() -> None:
    one = found(situations(ruleset(RULES), partial=True), lambda each: "deals" in each.partial)
    decision = ruleset(RULES).decide(one.facts())
    assert "volume" in decision


@pytest.mark.parametrize("size", [2, 3, 4])
def test_there_are_as_many_records_as_rules_count_and_one_fewer_and_more(size: int) -> None:
    one = found(situations(ruleset(RULES), most=1), lambda each: len(each.relations["registrations"]) == size)
    assert len(one.relations["registrations"]) == size


def test_records_may_have_the_ids_that_rules_name() -> None:
    rules = ruleset("definitions: {house: {of: deal, value: 'deal.customer.id = \"C-77\"'}}\n")
    one = found(situations(rules), lambda each: "C-77" in each.relations["customers"])
    assert next(iter(one.relations["customers"])) == "C-77"


def test_only_what_the_rules_look_at_is_generated() -> None:
    one = found(situations(ruleset(RULES)), lambda each: bool(each.relations["registrations"]))
    assert set(one.relations) == {"customers", "deals", "partners", "registrations"}
    assert set(one.relations["registrations"]["registration-1"]) <= {
        "partner",
        "customer",
        "submitted_at",
        "recorded_at",
    }


@FEW
@given(situations(ruleset(RULES), as_of=AS_OF))
def test_the_instant_may_be_chosen(situation: Situation) -> None:
    assert situation.as_of == AS_OF
    assert situation.facts().as_of == AS_OF


@FEW
@given(as_of_instants(CHINA_MOBILE))
def test_instants_are_aware(moment: dt.datetime) -> None:
    assert moment.utcoffset() is not None


@FEW
@given(ruleset_texts(), st.data())
def test_a_situation_written_as_a_case_says_the_same(text: str, data: st.DataObject) -> None:
    rules = ruleset_of(text)
    situation = data.draw(situations(rules))
    decision = rules.decide(situation.facts())
    name = next(iter(decision))
    case = situation.as_case('a "case": it says\nthe same', {name: {"no such record": {"outcome": "x"}}})
    assert read_back(text, case) == decision.to_json()


def read_back(text: str, case: str) -> str:
    """What is decided for a case that is read from a file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.yaml"
        file.write_text(f"cases:\n{case}\n", encoding="utf-8")
        (read,), wrong = cases_in(ruleset_of(text), file)
    assert not wrong
    return read.rules.decide(Facts(plain(read.facts)), as_of=read.as_of).to_json()


def test_the_texts_of_rulesets_can_be_had_for_some_kinds_alone() -> None:
    one = found(ruleset_texts(["tables"]), lambda text: True)
    assert "tables:" in one
    assert "eligibility:" not in one
    with pytest.raises(ValueError, match="`lottery`"):
        ruleset_texts(["lottery"])
