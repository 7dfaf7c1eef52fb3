"""The order of the input changes no byte of a decision, and neither does what no rule looks at."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset
from tests.worlds import WORLD, Relations, facts

from partnerrules import Facts

RULES = f"""\
{WORLD}definitions:
  volume: {{of: partner, value: sum(partner.deals.amount)}}
  last_score: {{of: partner, value: (latest partner.assessments by assessed_on).score}}
  segments: {{of: partner, value: distinct(partner.deals.customer.segment)}}
  best: {{of: partner, value: top 2 deals by amount}}
  ratings: mean(visits.rating)
eligibility:
  admission:
    subject: partner
    gates:
      - {{id: lawful, require: partner.checks.legal}}
      - id: capable
        at_least: 2
        of:
          - {{id: large, require: partner.volume >= quota}}
          - {{id: good, require: partner.last_score > 1}}
          - {{id: seen, require: 'count(partner.visits[done]) >= 1'}}
tables:
  who:
    subject: deal
    hit: rule order
    inputs: {{size: deal.amount, segment: deal.customer.segment}}
    outputs: {{role: {{enum: [agent, manager]}}}}
    rows: |
      | size       | segment | role    |
      |------------|---------|---------|
      | >= quota   | -       | manager |
      | -          | A       | manager |
      | < quota    | -       | agent   |
"""


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[Relations, Relations]:
    """Facts, and the same in another order of relations, records and fields."""
    known = draw(facts())
    other: Relations = {}
    for relation in draw(st.permutations(list(known))):
        rows = known[relation]
        other[relation] = {}
        for id in draw(st.permutations(list(rows))):
            fields = rows[id]
            other[relation][id] = {name: fields[name] for name in draw(st.permutations(list(fields)))}
    return known, other


@given(shuffled())
def test_shuffled_facts_give_the_same_bytes(pair: tuple[Relations, Relations]) -> None:
    one, other = (ruleset(RULES).decide(Facts(known), as_of=AS_OF) for known in pair)
    assert one.to_json() == other.to_json()
    for language in ("en", "zh", "ru"):
        assert one.explain("admission", "P-1", language=language) == other.explain(
            "admission", "P-1", language=language
        )


@given(facts())
def test_the_same_facts_give_the_same_bytes_as_lists_and_again(known: Relations) -> None:
    rules = ruleset(RULES)
    first = rules.decide(Facts(known), as_of=AS_OF).to_json()
    listed = {name: [{"id": id, **fields} for id, fields in rows.items()] for name, rows in known.items()}
    assert rules.decide(Facts(listed), as_of=AS_OF).to_json() == first
    assert rules.decide(Facts(known), as_of=AS_OF).to_json() == first


OTHERS = st.fixed_dictionaries(
    {
        "observations": st.just({"O-1": {"subject": "P-1", "metric": "uptime", "value": "0.9"}}),
        "violations": st.just({"V-1": {"partner": "P-1", "level": 1, "occurred_on": "2026-01-01"}}),
        "assignments": st.just({"A-1": {"customer": "C-1"}}),
        "people": st.just({"N-1": {"partner": "P-1"}}),
    }
)


@settings(max_examples=settings().max_examples // 2)
@given(facts(), OTHERS)
def test_a_record_that_no_rule_scans_changes_nothing(known: Relations, others: dict[str, object]) -> None:
    rules = ruleset(RULES)
    without = rules.decide(Facts({**known, **{name: [] for name in others}}), as_of=AS_OF)
    bare = rules.decide(Facts(known), as_of=AS_OF)
    with_them = rules.decide(Facts({**known, **others}), as_of=AS_OF)
    assert without.to_json() == with_them.to_json() == bare.to_json()


@settings(max_examples=settings().max_examples // 2)
@given(facts(), st.sampled_from(["P-1", "P-2"]))
def test_deciding_a_part_gives_that_part_of_the_whole(known: Relations, subject: str) -> None:
    rules = ruleset(RULES)
    whole = rules.decide(Facts(known), as_of=AS_OF)
    part = rules.decide(Facts(known), as_of=AS_OF, policies=["admission"], subjects=[subject])
    assert part["admission"][subject].as_data() == whole["admission"][subject].as_data()
    assert list(part) == ["admission"]
    assert list(part["admission"]) == [subject]
