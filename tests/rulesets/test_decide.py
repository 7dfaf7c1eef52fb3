"""Deciding: which policies, which records, as of when; and the decision as data."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from tests.support import AS_OF, decide, ruleset

from partnerrules import Facts, FactsError, Money, Unknown, UsageError
from partnerrules.backends import surroundings
from partnerrules.decisions.results import DefinitionResult, EligibilityResult
from partnerrules.diagnostics import TooMuchWork

RULES = """\
parameters:
  quota: {value: 100 CNY, status: assumed}
  other: {value: 5, status: assumed}
definitions:
  sales: {of: partner, value: 'sum(partner.transactions[kind = "invoice"].net_amount)'}
  total: sum(transactions.net_amount)
  enough: {of: partner, value: partner.sales >= quota}
eligibility:
  admission:
    subject: partner
    gates: [{id: record, require: partner.enough}]
  seen: {subject: partner, gates: [{id: g, require: 'passes(partner, "admission")'}]}
tables:
  size:
    subject: partner
    hit: first
    inputs: {sales: partner.sales}
    outputs: {word: {enum: [small, large]}, bonus: money}
    rows: [{sales: < 500 CNY, word: small, bonus: 1 CNY}, {word: large, bonus: sales_bonus}]
  free: {subject: partner, hit: first, inputs: {x: partner.id}, outputs: {y: text}, rows: [{y: '"z"'}]}
""".replace("sales_bonus", "partner.sales / 100")

FACTS: dict[str, object] = {
    "partners": {"P-1": {}, "P-2": {}, "P-3": {}},
    "transactions": {
        "T-1": {"partner": "P-1", "kind": "invoice", "date": "2026-01-01", "net_amount": "1000.50"},
        "T-2": {"partner": "P-2", "kind": "invoice", "date": "2026-01-01"},
        "T-3": {"partner": "P-1", "kind": "payment", "date": "2026-01-01", "net_amount": "7"},
    },
}


def test_results_by_policy_and_record() -> None:
    decision = ruleset(RULES).decide(Facts(FACTS), as_of=AS_OF)
    assert {name: list(results) for name, results in decision.items()} == {
        "size": ["P-1", "P-2", "P-3"],
        "free": ["P-1", "P-2", "P-3"],
        "admission": ["P-1", "P-2", "P-3"],
        "seen": ["P-1", "P-2", "P-3"],
        "sales": ["P-1", "P-2", "P-3"],
        "total": [""],
        "enough": ["P-1", "P-2", "P-3"],
    }
    assert [each.outcome for each in decision["admission"].values()] == ["eligible", "undetermined", "ineligible"]
    assert [each.outcome for each in decision["seen"].values()] == ["eligible", "undetermined", "ineligible"]
    sales = decision["sales"]["P-1"]
    assert isinstance(sales, DefinitionResult)
    assert sales.value == Money(Decimal("1000.50"), "CNY")
    unknown = decision["sales"]["P-2"]
    assert isinstance(unknown, DefinitionResult)
    assert isinstance(unknown.value, Unknown)
    assert (unknown.outcome, unknown.summary()["missing"]) == ("undetermined", ["transactions T-2 net_amount"])


def test_some_policies_and_some_records() -> None:
    rules, facts = ruleset(RULES), Facts(FACTS)
    whole = rules.decide(facts, as_of=AS_OF)
    part = rules.decide(facts, as_of=AS_OF, policies=["seen", "sales"], subjects=["P-1"])
    assert {name: list(results) for name, results in part.items()} == {"seen": ["P-1"], "sales": ["P-1"]}
    assert part["seen"]["P-1"].as_data() == whole["seen"]["P-1"].as_data()
    assert dict(rules.decide(facts, as_of=AS_OF, policies=[])) == {}
    with pytest.raises(UsageError, match="P-9"):
        rules.decide(facts, as_of=AS_OF, policies=["seen"], subjects=["P-1", "P-9"])
    with pytest.raises(UsageError, match="did you mean `admission`"):
        rules.decide(facts, as_of=AS_OF, policies=["admision"])


def test_the_instant_has_to_be_given_and_to_say_its_zone() -> None:
    rules = ruleset(RULES)
    with pytest.raises(UsageError, match="as_of"):
        rules.decide(Facts(FACTS))
    with pytest.raises(UsageError, match="time zone"):
        rules.decide(Facts(FACTS), as_of=dt.datetime(2026, 3, 1))
    within = rules.decide(Facts(FACTS, as_of=AS_OF))
    assert within.to_json() == rules.decide(Facts(FACTS), as_of=AS_OF).to_json()
    earlier = rules.decide(Facts(FACTS, as_of=AS_OF), as_of=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    assert earlier["total"][""].as_data()["value"] == "0.00 CNY"


def test_each_result_lists_the_assumed_values_it_rests_on() -> None:
    decision = ruleset(RULES).decide(Facts(FACTS), as_of=AS_OF)
    rests = {name: results["P-1"].basis.assumed for name, results in decision.items() if "P-1" in results}
    assert rests == {
        "size": (),
        "free": (),
        "admission": ("quota",),
        "seen": ("quota",),
        "sales": (),
        "enough": ("quota",),
    }


def test_without_a_trace_the_outcomes_are_the_same_and_nothing_is_shown() -> None:
    rules = ruleset(RULES)
    bare = rules.decide(Facts(FACTS), as_of=AS_OF, trace=False)
    full = rules.decide(Facts(FACTS), as_of=AS_OF)
    assert {id: each.outcome for id, each in bare["admission"].items()} == {
        id: each.outcome for id, each in full["admission"].items()
    }
    one, other = bare["admission"]["P-1"], full["admission"]["P-1"]
    assert isinstance(one, EligibilityResult)
    assert isinstance(other, EligibilityResult)
    assert one.conditions["record"].seen == ()
    assert [part.text for part in other.conditions["record"].seen] == ["partner.enough"]


def test_json_is_whole_and_says_what_it_rests_on() -> None:
    decision = ruleset(RULES).decide(Facts(FACTS), as_of=AS_OF)
    data = json.loads(decision.to_json())
    assert data["ruleset"] == "trial"
    assert data["versions"] == {"1": "2020-01-01 .."}
    assert data["as_of"] == "2026-03-01T09:00:00+08:00"
    assert len(data["content_hash"]) == 64
    assert data["results"]["size"]["P-1"]["outputs"] == {"word": "large", "bonus": "10.005 CNY"}
    assert data["results"]["size"]["P-2"]["outcome"] == "undetermined"
    assert data["results"]["total"][""]["value"] == {
        "unknown": [{"reason": "field", "relation": "transactions", "record": "T-2", "field": "net_amount"}]
    }


def test_the_same_instant_in_another_zone_gives_the_same_results() -> None:
    rules = ruleset(RULES)
    one = rules.decide(Facts(FACTS), as_of=AS_OF).as_data()["results"]
    other = rules.decide(Facts(FACTS), as_of=AS_OF.astimezone(dt.UTC)).as_data()["results"]
    assert one == other


def test_refused_facts_decide_nothing() -> None:
    with pytest.raises(FactsError, match="transactions T-1, net_amount"):
        ruleset(RULES).decide(Facts({"partners": {}, "transactions": {"T-1": {"net_amount": 1.5}}}), as_of=AS_OF)


def test_threads_that_decide_at_once_agree() -> None:
    rules = ruleset(RULES)
    facts = Facts(FACTS)
    expected = rules.decide(Facts(FACTS), as_of=AS_OF).to_json()
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(lambda: rules.decide(facts, as_of=AS_OF).to_json()) for _ in range(40)]
        assert {future.result() for future in futures} == {expected}


def test_no_records_no_results() -> None:
    decision = ruleset(RULES).decide(Facts({"partners": []}), as_of=AS_OF)
    assert decision["admission"] == {}
    assert decision["total"][""].outcome == "undetermined"  # nobody said that these are all transactions


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"subjects": ["P-9"]}, "there is no record `P-9` to decide: did you mean"),
        ({"subjects": "P-1"}, r"`subjects` takes several ids: write \['P-1'\]"),
        ({"policies": "sales"}, r"`policies` takes several ids: write \['sales'\]"),
        ({"as_of": AS_OF.date()}, "`as_of` is a datetime with a time zone, not a `date`"),
        ({"as_of": "2026-03-01T09:00:00+08:00"}, "not a `str`"),
        ({"as_of": AS_OF.replace(tzinfo=None)}, "has no time zone"),
    ],
)
def test_a_wrong_call_says_what_to_write(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ruleset(RULES).decide(Facts(FACTS), **{"as_of": AS_OF, **arguments})  # type: ignore[arg-type]  # on purpose


def test_facts_that_are_no_facts_are_a_wrong_call() -> None:
    with pytest.raises(UsageError, match=r"facts are given as `Facts\(\.\.\.\)`, not as a `dict`"):
        ruleset(RULES).decide(FACTS, as_of=AS_OF)  # type: ignore[arg-type]  # on purpose


def test_a_rule_that_would_take_hours_is_given_up() -> None:
    fields = "facts: {visit: {plural: visits, fields: {partner: ref partner}}}\n"
    path = "partner.visits" + ".partner.visits" * 8
    rules = ruleset(fields + f"definitions: {{d: {{of: partner, value: count({path})}}}}\n")
    facts = Facts({"partners": {"P-1": {}}, "visits": {f"V-{number}": {"partner": "P-1"} for number in range(10)}})
    with pytest.raises(TooMuchWork, match="members of lists for one record"):
        rules.decide(facts, as_of=AS_OF)


DATED = """\
facts: {visit: {plural: visits, fields: {partner: ref partner, on: date}}}
eligibility:
  late: {subject: partner, reference_date: max(partner.visits.on), gates: [{id: g, require: known(partner.id)}]}
  all-late:
    subject: partner
    gates: [{id: g, require: 'every v in visits satisfies every w in visits satisfies passes(v.partner, "late")'}]
"""


def visited(partners: int) -> Facts:
    """Partners with five visits each."""
    visits = {
        f"V-{number}-{visit}": {"partner": f"P-{number}", "on": f"2026-01-0{visit + 1}"}
        for number in range(partners)
        for visit in range(5)
    }
    return Facts({"partners": {f"P-{number}": {} for number in range(partners)}, "visits": visits})


def test_the_bound_on_effort_is_one_for_each_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "MAXIMUM_TURNS", 30)
    decision = ruleset(DATED).decide(visited(20), as_of=AS_OF, policies=["late"])  # 100 visits in all
    assert {result.outcome for result in decision["late"].values()} == {"eligible"}


def test_asking_a_policy_is_no_way_around_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "MAXIMUM_TURNS", 500)  # 50 visits, each with 50 others: 2,550 turns
    with pytest.raises(TooMuchWork):
        ruleset(DATED).decide(visited(10), as_of=AS_OF, policies=["all-late"])


def test_a_stretch_of_which_an_end_is_not_known_is_not_known() -> None:
    text = """\
facts: {partner: {joined: date}}
definitions:
  days: {of: partner, value: '[partner.joined..2026-03-01)'}
"""
    decision = decide(text, {"partners": {"P-1": {"joined": "2025-01-01"}, "P-2": {}}})
    assert (decision["days"]["P-1"].outcome, decision["days"]["P-1"].as_data()["value"]) == (
        "decided",
        "[2025-01-01..2026-03-01)",
    )
    assert decision["days"]["P-2"].outcome == "undetermined"
    assert [missing.field for missing in decision["days"]["P-2"].missing] == ["joined"]


def test_wrong_facts_are_refused_whatever_is_asked() -> None:
    rules = ruleset("definitions:\n  staff: {of: partner, value: count(partner.people)}\n")
    with pytest.raises(FactsError, match="there is no such field"):
        rules.decide(Facts({"partners": {"P-1": {"bogus": 1}}}), as_of=AS_OF, policies=[])
