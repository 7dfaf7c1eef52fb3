"""Inference: the typical rules worked out by hand, circles that decrease, what is not known, and what is refused."""

import datetime as dt
import pickle  # noqa: TID251  # what `multiprocessing` does with a ruleset on its way to a worker
from pathlib import Path
from typing import Final

import pytest
from tests.engines import both_engines
from tests.support import AS_OF, HEAD, codes, decide, diagnostics, in_folder, ruleset

from partnerrules import Decision, Facts, FactsError, Record, load
from partnerrules.backends import matcher
from partnerrules.decisions import InferenceResult, SanctionResult
from partnerrules.decisions.values import missing_text
from partnerrules.diagnostics import TooMuchWork


@pytest.fixture(autouse=True)
def _both_engines_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of this holds of the working memory, too, down to the last derivation."""
    both_engines(monkeypatch)


# ---------------------------------------------------------------------------------------------------- the typical rules

CONFLICTS: Final = """\
facts:
  claim_conflict:
    plural: claim_conflicts
    derived: only
    fields: {customer: ref customer, winner: ref partner, loser: ref partner, registration: ref registration}
inference:
  rival:
    when:
      - {fact: registration, as: first}
      - fact: registration
        as: second
        where:
          - second.customer = first.customer
          - second.partner != first.partner
          - first.submitted_at < second.submitted_at
          - exists(first.products) and exists(second.products)
          - some p in second.products satisfies p in first.products
    then:
      derive: claim_conflict
      with: {customer: first.customer, winner: first.partner, loser: second.partner, registration: second}
"""


def registration(partner: str, day: int, products: tuple[str, ...] = ("A",), customer: str = "C-1") -> object:
    return {
        "partner": partner,
        "customer": customer,
        "submitted_at": f"2026-02-{day:02}T09:00:00+08:00",
        "products": list(products),
    }


def base(**relations: object) -> dict[str, object]:
    return {"partners": {"P-1": {}, "P-2": {}, "P-3": {}}, "customers": {"C-1": {}}, **relations}


def found(decision: Decision, rule: str) -> dict[str, InferenceResult]:
    results = {}
    for id, result in decision[rule].items():
        assert isinstance(result, InferenceResult)
        results[id] = result
    return results


def test_e6_two_live_registrations_of_one_customer_with_a_common_product_give_a_conflict() -> None:
    registrations = {
        "R-1": registration("P-1", 1, ("A", "B")),
        "R-2": registration("P-2", 2, ("B", "C")),
        "R-3": registration("P-3", 3, ("C",)),
        "R-4": registration("P-1", 4, ("A",)),
        "R-5": registration("P-2", 5, ("A",), "C-2"),
    }
    facts = base(customers={"C-1": {}, "C-2": {}}, products={"A": {}, "B": {}, "C": {}}, registrations=registrations)
    results = found(decide(CONFLICTS, facts), "rival")
    # share B, R-2 and R-3 share C; R-4 is of the same partner as R-1, and shares nothing with.
    assert {id: dict(each.fields) for id, each in results.items()} == {
        "rival(R-1+R-2)": {"customer": "C-1", "winner": "P-1", "loser": "P-2", "registration": "R-2"},
        "rival(R-2+R-3)": {"customer": "C-1", "winner": "P-2", "loser": "P-3", "registration": "R-3"},
    }
    assert all(each.outcome == "derived" and each.relation == "claim_conflicts" for each in results.values())


REPEATED: Final = """\
inference:
  repeated:
    when:
      - {fact: violation, as: one, where: one.level > 1}
      - fact: violation
        as: two
        where: two.partner = one.partner and two.kind = one.kind and two.level = one.level
          and one.occurred_on < two.occurred_on
    then:
      derive: violation
      with: {partner: two.partner, kind: two.kind, level: one.level - 1, occurred_on: two.occurred_on}
    decreases: level
"""


def violation(day: int, level: int | None = 3, kind: str | None = "price", partner: str = "P-1") -> object:
    fields = {"partner": partner, "kind": kind, "level": level, "occurred_on": f"2026-02-{day:02}"}
    return {name: value for name, value in fields.items() if value is not None}


def test_e6_a_repeated_nonconformity_of_the_same_kind_gives_one_of_the_next_level_and_so_on() -> None:
    violations = {"V-1": violation(1), "V-2": violation(2), "V-3": violation(3), "V-4": violation(4, kind="delivery")}
    results = found(decide(REPEATED, base(violations=violations)), "repeated")
    # Level 2 on 2 and 3 February, the latter in two ways; of these two one of level 1; that is as far as it goes.
    assert {
        id: (each.fields["level"], each.fields["occurred_on"], len(each.derivations)) for id, each in results.items()
    } == {
        "repeated(V-1+V-2)": (2, dt.date(2026, 2, 2), 1),
        "repeated(V-1+V-3)": (2, dt.date(2026, 2, 3), 2),
        "repeated(repeated(V-1+V-2)+repeated(V-1+V-3))": (1, dt.date(2026, 2, 3), 1),
    }


def test_e6_a_violation_during_a_recorded_sanction_asks_for_its_extension() -> None:
    rules = """\
facts:
  extension: {plural: extensions, fields: {sanction: ref sanction, violation: ref violation, ends_at: instant}}
inference:
  extended:
    when:
      - {fact: sanction, as: running, where: exists(running.ends_at)}
      - fact: violation
        as: further
        where: further.partner = running.partner and further.occurred_on >= date(running.starts_at)
          and further.occurred_on < date(running.ends_at)
    then:
      derive: extension
      with: {sanction: running, violation: further, ends_at: running.ends_at + 3 months}
"""
    sanction = {"partner": "P-1", "starts_at": "2026-02-01T00:00:00+08:00", "ends_at": "2026-03-01T00:00:00+08:00"}
    facts = base(sanctions={"S-1": sanction}, violations={"V-1": violation(10), "V-2": violation(11, partner="P-2")})
    results = found(decide(rules, facts), "extended")
    assert list(results) == ["extended(S-1+V-1)"]
    ends = results["extended(S-1+V-1)"].fields["ends_at"]
    assert ends == dt.datetime(2026, 6, 1, tzinfo=AS_OF.tzinfo)


SUPPLIES: Final = """\
inference:
  supplying:
    when:
      - {fact: sanction, as: ban, where: 'exists(ban.list) and ban.list = "black"'}
      - fact: transaction
        as: sale
        where: sale.buyer = ban.partner and sale.date >= date(ban.starts_at)
    then:
      derive: violation
      with: {partner: sale.partner, kind: '"supply"', level: 1, occurred_on: sale.date}
sanctions:
  conduct:
    subject: partner
    count: partner.violations
    by: violation.occurred_on
    window: calendar year
    steps:
      - {list: black, when: level(1) >= 1, for: 90 days, effects: [blacklist]}
facts:
  transaction: {buyer: ref partner}
"""


def test_e6_supplying_a_blacklisted_partner_is_a_violation_which_the_sanctions_policy_sees() -> None:
    sanction = {"partner": "P-2", "list": "black", "starts_at": "2026-02-01T00:00:00+08:00"}
    sale = {"partner": "P-1", "buyer": "P-2", "date": "2026-02-05", "kind": "invoice"}
    before = {**sale, "date": "2026-01-05"}
    facts = base(sanctions={"S-1": sanction}, transactions={"T-1": sale, "T-2": before}, violations={})
    decision = decide(SUPPLIES, facts)
    assert list(found(decision, "supplying")) == ["supplying(S-1+T-1)"]
    result = decision["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    assert result.outcome == "black"
    assert decision["conduct"]["P-3"].outcome == "clear"
    told = decision.explain("conduct", "P-1")
    assert 'supplying(S-1+T-1) (violation) follows by "supplying" from S-1 (ban), T-1 (sale)' in told


def test_e6_a_partner_that_lost_its_last_certified_person_loses_its_authorisation() -> None:
    rules = """\
facts:
  loss: {plural: losses, derived: only, fields: {partner: ref partner, standing: ref standing}}
inference:
  uncertified:
    when:
      - {fact: standing, as: right, where: 'right.kind = "authorisation" and not(exists(right.valid_to))'}
      - {without: person, as: expert, where: expert.partner = right.partner and count(expert.certifications) >= 1}
    then: {derive: loss, with: {partner: right.partner, standing: right}}
eligibility:
  authorised: {subject: partner, gates: [{id: kept, require: count(partner.losses) = 0}]}
"""
    standing = {"kind": "authorisation", "value": "gold", "valid_from": "2026-01-01"}
    person = {"partner": "P-1"}
    facts = base(
        standings={"G-1": {**standing, "partner": "P-1"}, "G-2": {**standing, "partner": "P-2"}},
        people={"E-1": person, "E-2": {"partner": "P-2"}},
        certifications={"Z-1": {"person": "E-1", "kind": "sales"}},
    )
    decision = decide(rules, facts)
    assert list(found(decision, "uncertified")) == ["uncertified(G-2)"]
    assert [decision["authorised"][id].outcome for id in ("P-1", "P-2", "P-3")] == [
        "eligible",
        "ineligible",
        "eligible",
    ]
    # Of people who are not all named it is not known that none is certified.
    del facts["people"]
    decision = decide(rules, facts)
    assert {id: each.outcome for id, each in found(decision, "uncertified").items()} == {
        "uncertified(G-1)": "undetermined",
        "uncertified(G-2)": "undetermined",
    }
    assert [decision["authorised"][id].outcome for id in ("P-1", "P-3")] == ["undetermined", "eligible"]
    assert [missing_text(each) for each in decision["authorised"]["P-1"].missing] == ["all people"]


# ------------------------------------------------------------------------------------------------ circles that decrease


def test_e6_what_would_not_decrease_or_fall_below_zero_is_not_derived_and_that_is_told() -> None:
    rules = """\
facts:
  note: {plural: notes, fields: {n: integer}}
inference:
  down: {when: [{fact: note, as: one}], then: {derive: note, with: {n: one.n - 2}}, decreases: n}
  up: {when: [{fact: note, as: one, where: one.n = 3}], then: {derive: note, with: {n: one.n + 1}}, decreases: n}
"""
    decision = decide(rules, {"notes": {"N-1": {"n": 5}}})
    # 5, 3, 1; from 3 no 4, from 1 no -1.
    assert [each.fields["n"] for each in found(decision, "down").values()] == [3, 1]
    assert found(decision, "up") == {}
    assert decision.warnings == (
        "rule `down` derives nothing from down(down(N-1)): `n` is less than 0",
        "rule `up` derives nothing from down(N-1): `n` is not less than in what it follows from",
    )


def test_e6_two_rules_that_derive_from_each_other_end_where_the_number_ends() -> None:
    rules = """\
facts:
  ping: {plural: pings, fields: {n: integer}}
  pong: {plural: pongs, fields: {n: integer}}
inference:
  there: {when: [{fact: ping, where: ping.n >= 1}], then: {derive: pong, with: {n: ping.n - 1}}, decreases: n}
  back: {when: [{fact: pong, where: pong.n >= 1}], then: {derive: ping, with: {n: pong.n - 1}}, decreases: n}
definitions:
  sum_of_pings: {value: sum(pings.n)}
"""
    decision = decide(rules, {"pings": {"A": {"n": 3}}, "pongs": {}})
    assert [each.fields["n"] for each in found(decision, "there").values()] == [2, 0]
    assert decision["sum_of_pings"][""].as_data()["value"] == 4  # 3 and 1


def test_e6_a_violation_that_cannot_be_is_not_derived() -> None:
    rules = REPEATED.replace(", where: one.level > 1", "")
    decision = decide(rules, base(violations={"V-1": violation(1, 1), "V-2": violation(2, 1)}))
    assert found(decision, "repeated") == {}
    assert decision.warnings == (
        "rule `repeated` derives nothing from V-1, V-2: of what would follow `level` is less than 1",
    )


# ---------------------------------------------------------------------------------------------------- what is not known


def test_e6_a_fact_in_doubt_leaves_counts_open_and_names_the_original_facts() -> None:
    rules = (
        REPEATED
        + """\
definitions:
  grave: {of: partner, value: 'count(partner.violations[level <= 2]) >= 1'}
  all: {of: partner, value: count(partner.violations) >= 3}
"""
    )
    violations = {"V-1": violation(1), "V-2": violation(2, kind=None)}
    decision = decide(rules, base(violations=violations))
    (result,) = found(decision, "repeated").values()
    assert result.outcome == "undetermined"
    assert [missing_text(each) for each in result.missing] == ["violations V-2 kind"]
    for name in ("grave", "all"):
        each = decision[name]["P-1"]
        assert (each.outcome, [missing_text(one) for one in each.missing]) == ("undetermined", ["violations V-2 kind"])
        assert decision[name]["P-2"].outcome == "decided"
    assert decision.derived == ()


def test_e6_what_cannot_be_put_in_the_order_of_the_circle_leaves_its_relation_open() -> None:
    rules = REPEATED + "definitions:\n  few: {of: partner, value: count(partner.violations) <= 2}\n"
    violations = {"V-1": violation(1, None), "V-2": violation(2, None)}
    decision = decide(rules, base(violations=violations))
    assert found(decision, "repeated") == {}
    assert decision["few"]["P-1"].outcome == "undetermined"
    assert [missing_text(each) for each in decision["few"]["P-1"].missing] == [
        "violations V-1 level",
        "violations V-2 level",
    ]


COPIES: Final = """\
facts:
  mark: {plural: marks, derived: only, fields: {partner: ref partner, kind: text}}
inference:
  marked: {when: [fact: violation], then: {derive: mark, with: {partner: violation.partner, kind: violation.kind}}}
definitions:
  count_of_marks: {of: partner, value: count(partner.marks) >= 2}
"""


def test_e6_two_facts_that_may_be_the_same_are_one_at_least_and_two_at_most() -> None:
    violations = {"V-1": violation(1), "V-2": violation(2, kind=None)}
    decision = decide(COPIES, base(violations=violations))
    outcomes = {id: each.outcome for id, each in found(decision, "marked").items()}
    assert outcomes == {"marked(V-1)": "derived", "marked(V-2)": "undetermined"}
    assert decision["count_of_marks"]["P-1"].outcome == "undetermined"
    two = decide(COPIES, base(violations={"V-1": violation(1), "V-2": violation(2, kind="delivery")}))
    assert two["count_of_marks"]["P-1"].as_data()["value"] is True
    same = decide(COPIES, base(violations={"V-1": violation(1), "V-2": violation(2)}))
    assert same["count_of_marks"]["P-1"].as_data()["value"] is False
    (one,) = found(same, "marked").values()
    assert [way.premises[0].record for way in one.derivations] == ["V-1", "V-2"]


def test_e6_a_certain_derivation_makes_certain_what_another_one_leaves_open() -> None:
    rules = COPIES + "  # below\n"
    rules = rules.replace(
        "definitions:",
        "  by-level: {when: [{fact: violation, where: violation.level = 1}],"
        " then: {derive: mark, with: {partner: violation.partner, kind: violation.kind}}}\ndefinitions:",
    )
    decision = decide(rules, base(violations={"V-1": violation(1, None)}))
    assert decision["marked"]["marked(V-1)"].outcome == "derived"
    assert decision["by-level"]["marked(V-1)"].outcome == "undetermined"
    assert [record.fields["id"] for record in decision.derived] == ["marked(V-1)"]


def test_e6_a_derived_relation_is_whole_only_if_what_it_follows_from_is() -> None:
    some = Facts(base()).adding(
        [Record("violation", id="V-1", partner="P-1", kind="price", occurred_on=dt.date(2026, 2, 1))]
    )
    rules = ruleset(COPIES)
    result = rules.decide(some, as_of=AS_OF)["count_of_marks"]["P-1"]
    assert [missing_text(each) for each in result.missing] == ["all violations"]
    assert rules.decide(Facts(base(violations={})), as_of=AS_OF)["count_of_marks"]["P-1"].outcome == "decided"


# ----------------------------------------------------------------------------------------------------------------- time


def test_e6_what_happens_later_is_not_seen_and_an_earlier_instant_has_what_followed_then() -> None:
    rules = (
        COPIES
        + """\
  earlier: {of: partner, value: count(partner.marks) at 2026-02-05}
  kinds: {of: partner, value: count(partner.marks)}
"""
    )
    violations = {
        "V-1": violation(1),
        "V-2": violation(10, kind="delivery"),
        "V-3": violation(28, kind="x"),
    }
    decision = decide(rules, base(violations=violations), as_of=AS_OF - dt.timedelta(days=3))  # 26 February
    assert decision["kinds"]["P-1"].as_data()["value"] == 2
    assert decision["earlier"]["P-1"].as_data()["value"] == 1


def test_e6_each_version_derives_by_its_own_rules(tmp_path: Path) -> None:
    head = HEAD.replace("2020-01-01 ..", "{in_force}").replace('"1"', '"{version}"')
    old, new = COPIES, COPIES.replace("kind: violation.kind}", "kind: '\"any\"'}").replace("marked:", "marked-anew:")
    files = {
        "old/ruleset.yaml": head.format(version="old", in_force="2020-01-01 .. 2026-03-01") + old,
        "new/ruleset.yaml": head.format(version="new", in_force="2026-03-01 ..") + new,
    }
    rules = load(in_folder(files, tmp_path))
    violations = {"V-1": violation(1), "V-2": violation(2, kind="delivery")}
    decision = rules.decide(Facts(base(violations=violations)), as_of=AS_OF)
    assert {id: each.outcome for id, each in decision["marked"].items()} == {
        "marked(V-1)": "no_policy_in_force",
        "marked(V-2)": "no_policy_in_force",
    }
    assert list(decision["marked-anew"]) == ["marked-anew(V-1)"]  # both say the same now
    assert [record.fields["kind"] for record in decision.derived] == ["any"]
    before = rules.decide(Facts(base(violations=violations)), as_of=AS_OF - dt.timedelta(days=2))
    assert [record.fields["kind"] for record in before.derived] == ["price", "delivery"]


# ------------------------------------------------------------------------------------------------- ids, bounds, records


def test_e6_a_record_given_under_an_id_of_derived_ones_is_refused_with_a_way_out() -> None:
    with pytest.raises(FactsError) as refused:
        decide(REPEATED, base(violations={"repeated(V-1+V-2)": violation(2, 2)}))
    (problem,) = refused.value
    assert str(problem) == (
        "violations repeated(V-1+V-2), id: begins with `repeated(`, as the ids do of what the rule `repeated` derives\n"
        " help: leave it out if it was derived, as it is derived again; otherwise give it another id"
    )


def test_e6_ids_are_short_and_never_ambiguous() -> None:
    long = {f"V-{number}" + "x" * 120: violation(number) for number in (1, 2)}
    marks = {"V+1": violation(1, kind="a"), "V(2)": violation(2, kind="a")}
    decision = decide(REPEATED, base(violations={**long, **marks}))
    ids = list(decision["repeated"])
    assert len(ids) == 2
    assert all(id.startswith("repeated(#") and len(id) < 60 for id in ids)


def test_e6_derived_facts_are_given_to_be_kept_as_records() -> None:
    decision = decide(REPEATED, base(violations={"V-1": violation(1), "V-2": violation(2)}))
    assert decision.derived == (
        Record(
            "violation",
            id="repeated(V-1+V-2)",
            partner="P-1",
            kind="price",
            level=2,
            occurred_on=dt.date(2026, 2, 2),
        ),
    )


def test_e6_ten_thousand_facts_join_by_what_must_be_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop over all pairs would take a hundred million steps."""
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 500_000)
    violations = {f"V-{n}": violation(1 + n // 5_000, partner=f"P-{n % 5_000}") for n in range(10_000)}
    facts = {"partners": {f"P-{n}": {} for n in range(5_000)}, "violations": violations}
    assert len(decide(REPEATED, facts)["repeated"]) == 5_000


def test_e6_too_much_work_names_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 5_000)
    violations = {f"V-{n}": violation(1 + n % 2) for n in range(200)}  # 200 * 200 pairs of one partner and kind
    with pytest.raises(TooMuchWork, match="rule `repeated`: it takes more than 5,000 steps"):
        decide(REPEATED, base(violations=violations))


def test_e6_lists_in_what_is_derived_count_as_work_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = """\
facts:
  tally: {plural: tallies, derived: only, fields: {partner: ref partner, n: integer}}
inference:
  tallied:
    when: [{fact: partner}]
    then: {derive: tally, with: {partner: partner, n: 'count(violations[level <= 3])'}}
"""
    violations = {f"V-{n}": violation(1) for n in range(100)}
    facts = base(partners={f"P-{n}": {} for n in range(100)}, violations=violations)
    assert {record.fields["n"] for record in decide(rules, facts).derived} == {100}
    monkeypatch.setattr(matcher, "MAXIMUM_WORK", 9_000)  # a hundred partners look at a hundred violations each
    with pytest.raises(TooMuchWork, match="rule `tallied`"):
        decide(rules, facts)


def test_e6_a_fact_that_follows_in_very_many_ways_keeps_the_least_of_them() -> None:
    rules = """\
facts:
  busy: {plural: busies, derived: only, fields: {partner: ref partner}}
inference:
  twice:
    when: [{fact: violation, as: one}, {fact: violation, as: two, where: two.partner = one.partner}]
    then: {derive: busy, with: {partner: one.partner}}
"""
    violations = {f"V-{n:02}": violation(1) for n in range(60)}  # 3600 ways
    for facts in (violations, dict(reversed(violations.items()))):
        (result,) = found(decide(rules, base(violations=facts)), "twice").values()
        assert result.basis.subject == "twice(V-00+V-00)"
        assert [way.premises[1].record for way in result.derivations] == [f"V-{n:02}" for n in range(20)]


def test_e6_derived_facts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "MAXIMUM_DERIVED", 144)
    rules = """\
facts:
  pair: {plural: pairs, fields: {one: ref partner, two: ref partner}}
inference:
  all-pairs:
    when: [{fact: partner, as: one}, {fact: partner, as: two}]
    then: {derive: pair, with: {one: one, two: two}}
"""
    assert len(decide(rules, {"partners": {f"P-{number}": {} for number in range(12)}}).derived) == 144
    with pytest.raises(TooMuchWork, match="rule `all-pairs`: more than 144 facts are derived"):
        decide(rules, {"partners": {f"P-{number}": {} for number in range(13)}})


# ---------------------------------------------------------------------------------------------- what policies see of it


def test_e6_policies_may_ask_which_rule_derived_a_record() -> None:
    rules = (
        REPEATED
        + """\
definitions:
  repeats: {of: partner, value: 'count(partner.violations[passes(item, "repeated")])'}
"""
    )
    decision = decide(rules, base(violations={"V-1": violation(1), "V-2": violation(2)}))
    assert decision["repeats"]["P-1"].as_data()["value"] == 1


def test_e6_results_say_what_cases_expect() -> None:
    decision = decide(REPEATED, base(violations={"V-1": violation(1), "V-2": violation(2)}))
    summary = decision["repeated"]["repeated(V-1+V-2)"].summary()
    assert summary["fields"] == {"partner": "P-1", "kind": "price", "level": 2, "occurred_on": "2026-02-02"}
    assert summary["derivations"] == [{"premises": {"one": "V-1", "two": "V-2"}, "missing": []}]
    assert (summary["outcome"], summary["in_doubt"], summary["missing"]) == ("derived", [], [])


# -------------------------------------------------------------------------------------------------------- what is wrong


def circle(text: str) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in diagnostics(text)]


def test_e6_a_circle_without_a_number_that_decreases_is_named_rule_by_rule() -> None:
    rules = """\
facts:
  ping: {plural: pings, fields: {n: integer}}
  pong: {plural: pongs, fields: {n: integer}}
inference:
  there: {when: [fact: ping], then: {derive: pong, with: {n: ping.n}}}
  back: {when: [fact: pong], then: {derive: ping, with: {n: pong.n}}}
"""
    assert circle(rules) == [
        ("inference-circle", "`there` fires on the pings that follow from what it derives: `there` > `back` > `there`"),
        ("inference-circle", "`back` fires on the pongs that follow from what it derives: `back` > `there` > `back`"),
    ]


@pytest.mark.parametrize(
    "where",
    ["count(violations) < 9", "count(partner.violations) < 9", "partner.grave"],
    ids=["relation", "way back", "definition"],
)
def test_e6_what_is_looked_up_has_to_be_settled_before(where: str) -> None:
    rules = f"""\
definitions:
  grave: {{of: partner, value: count(partner.violations) >= 1}}
inference:
  again:
    when: [{{fact: sanction}}, {{fact: partner, where: {where}}}]
    then: {{derive: violation, with: {{partner: partner}}}}
"""
    assert circle(rules) == [("inference-circle", "`again` looks up the violations that follow from what it derives")]


def test_e6_exclusion_through_a_circle_is_a_circle_too() -> None:
    rules = """\
facts:
  ping: {plural: pings, fields: {n: integer}}
inference:
  odd: {when: [fact: partner, {without: ping}], then: {derive: ping, with: {n: 1}}}
"""
    assert codes(rules.replace("[fact: partner, {", "[{fact: partner}, {")) == ["inference-circle"]


def test_e6_inference_asks_no_policy() -> None:
    rules = """\
eligibility:
  fit: {subject: partner, gates: [{id: a, require: exists(partner.parent)}]}
facts:
  ping: {plural: pings, fields: {partner: ref partner}}
inference:
  odd: {when: [{fact: partner, where: 'passes(partner, "fit")'}], then: {derive: ping, with: {partner: partner}}}
"""
    assert codes(rules) == ["inference-asks"]


def test_e6_what_is_recorded_for_a_derived_fact_may_refer_to_it_in_the_next_run() -> None:
    sanction = {"partner": "P-2", "list": "black", "starts_at": "2026-02-01T00:00:00+08:00"}
    sale = {"partner": "P-1", "buyer": "P-2", "date": "2026-02-05", "kind": "invoice"}
    facts = Facts(base(sanctions={"S-1": sanction}, transactions={"T-1": sale}, violations={}))
    rules = ruleset(SUPPLIES)
    (imposed,) = rules.decide(facts, as_of=AS_OF).new_sanctions
    assert imposed.causes == ("supplying(S-1+T-1)",)
    again = rules.decide(facts.adding([imposed]), as_of=AS_OF)
    assert again.new_sanctions == ()
    with pytest.raises(FactsError, match="refers to `suppling"):
        rules.decide(facts.adding([imposed.model_copy(update={"causes": ("suppling(S-1+T-1)",)})]), as_of=AS_OF)


def test_e6_records_that_only_follow_are_not_given_and_are_whole_without_being_named() -> None:
    with pytest.raises(FactsError) as refused:
        decide(COPIES, base(violations={}, marks={"M-1": {"partner": "P-1"}}))
    assert str(refused.value) == (
        "marks: all its records follow from rules, so that none are given\n"
        " help: leave it out: what follows is derived in every decision"
    )
    assert decide(COPIES, base(violations={}, marks=[]))["count_of_marks"]["P-1"].outcome == "decided"
    open_one = COPIES.replace("derived: only, ", "")
    assert decide(open_one, base(violations={}))["count_of_marks"]["P-1"].outcome == "undetermined"


def test_e6_values_that_are_not_known_stay_the_same_along_a_chain() -> None:
    """Of two undated breaches of level 6 each level has two more at most: what is not known is known to be the same."""
    violations = {f"V-{n}": {"partner": "P-1", "kind": "price", "level": 6} for n in (1, 2)}
    results = found(decide(REPEATED, base(violations=violations)), "repeated")
    levels = [each.fields["level"] for each in results.values()]
    assert {level: levels.count(level) for level in (5, 4, 3, 2, 1)} == {5: 2, 4: 2, 3: 2, 2: 2, 1: 2}
    assert {each.outcome for each in results.values()} == {"undetermined"}


def test_e6_derived_exchange_rates_count_like_given_ones() -> None:
    rules = """\
facts:
  quote: {plural: quotes, fields: {rate: number, on: date}}
inference:
  rates:
    when: [{fact: quote}]
    then:
      derive: exchange_rate
      with:
        from_currency: '"USD"'
        from_amount: 1
        to_currency: '"CNY"'
        to_amount: quote.rate
        date: quote.on
definitions:
  ten: {value: "convert(10 USD, CNY, 2026-02-01)"}
"""
    decision = decide(rules, {"quotes": {"Q-1": {"rate": "7.25", "on": "2026-02-01"}}, "exchange_rates": {}})
    assert decision["ten"][""].as_data()["value"] == "72.50 CNY"


def test_e6_a_decision_and_its_rules_can_be_sent_to_another_process() -> None:
    facts = Facts(base(violations={"V-1": violation(1), "V-2": violation(2)}))
    rules = ruleset(REPEATED)
    decision = rules.decide(facts, as_of=AS_OF)
    sent = pickle.loads(pickle.dumps(rules)).decide(facts, as_of=AS_OF)  # noqa: S301
    assert sent.to_json() == decision.to_json()
    again = pickle.loads(pickle.dumps(sent))  # noqa: S301
    told = again.explain("repeated", "repeated(V-1+V-2)", language="zh")
    assert told == decision.explain("repeated", "repeated(V-1+V-2)", language="zh")
