"""The common workload: its reference worked out by hand, and everything else by its reference."""

from decimal import Decimal

import pytest
from benchmarks.rates import AS_OF, TABLE, prepared, records, ruleset_text
from benchmarks.workload import (
    Deal,
    Rule,
    amount_borders,
    bitmap_limit,
    generate,
    items_of,
    make_border_deals,
    make_rules,
    reference,
)

import partnerrules as pr
from partnerrules.decisions.results import TableResult

RULES = [
    Rule(0, "gold", ("R01", "R02"), None, 10_000, 20_000, None, None, Decimal("0.05")),
    Rule(1, None, None, ("F01",), None, 20_000, 12, 24, Decimal("0.04")),
    Rule(2, None, None, None, 20_000, None, None, None, Decimal("0.03")),
    Rule(3, None, None, None, None, None, None, None, Decimal("0.01")),
]


def deal(tier: str, region: str, family: str, amount: str, term: int) -> Deal:
    (drawn,) = generate(10, 1)[1]
    drawn["partner_tier"], drawn["region"], drawn["product_family"] = tier, region, family
    drawn["amount"], drawn["term_months"] = Decimal(amount), term
    return drawn


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (deal("gold", "R01", "F01", "100.00", 12), 0),
        (deal("gold", "R02", "F01", "199.99", 12), 0),
        (deal("gold", "R01", "F01", "99.99", 12), 1),
        (deal("gold", "R03", "F01", "150.00", 24), 1),
        (deal("silver", "R01", "F01", "150.00", 11), 3),
        (deal("silver", "R01", "F01", "150.00", 25), 3),
        (deal("silver", "R01", "F02", "150.00", 12), 3),
        (deal("gold", "R01", "F01", "200.00", 12), 2),
        (deal("bronze", "R09", "F09", "5000000.00", 60), 2),
    ],
)
def test_the_first_rule_that_applies_counts(given: Deal, rule: int) -> None:
    assert reference(RULES, given) == (RULES[rule].rate, rule)
    assert bitmap_limit(RULES)(given) == (RULES[rule].rate, rule)


@pytest.mark.parametrize("size", [10, 100])
def test_the_index_written_by_hand_agrees_with_the_reference(size: int) -> None:
    rules, deals = generate(size, 500)
    deals += make_border_deals(500, rules)
    decide = bitmap_limit(rules)
    assert [decide(each) for each in deals] == [reference(rules, each) for each in deals]


def test_a_workload_is_the_same_each_time_and_spreads_over_the_table() -> None:
    rules, deals = generate(100, 500)
    assert (rules, deals) == generate(100, 500)
    assert [rule.id for rule in rules] == list(range(100))
    # With two deals in a hundred for each rule in the mean, some rules get none; most get one.
    assert len({reference(rules, each)[1] for each in deals}) > 50
    borders = set(amount_borders(rules))
    near = [each for each in deals if {int(each["amount"] * 100) + off for off in (-1, 0, 1)} & borders]
    assert len(near) > 100


def test_deals_on_borders_lie_on_them() -> None:
    rules = make_rules(50)
    borders = set(amount_borders(rules))
    assert all(each["amount"] * 100 in borders for each in make_border_deals(100, rules))


def test_items_add_up_to_the_amount() -> None:
    for each in generate(10, 50)[1]:
        items = items_of(each)
        assert len(items) == 5
        assert sum(items) == each["amount"]
        assert min(items) >= 0


def test_an_author_would_write_the_table_so() -> None:
    lines = ruleset_text(RULES).splitlines()[-4:]
    assert [line.strip() for line in lines] == [
        '| 0 | gold | "R01", "R02" | - | [100.00 CNY..200.00 CNY) | - | 5 % |',
        '| 1 | - | - | "F01" | < 200.00 CNY | [12..24] | 4 % |',
        "| 2 | - | - | - | >= 200.00 CNY | - | 3 % |",
        "| 3 | - | - | - | - | - | 1 % |",
    ]


@pytest.mark.parametrize("every_field", [False, True])
def test_a_decision_agrees_with_the_reference(every_field: bool) -> None:
    workload = prepared(10, 100)
    facts = pr.Facts({"deals": records(workload.deals, every_field=every_field)})
    results = workload.ruleset.decide(facts, as_of=AS_OF, trace=False)[TABLE]
    for each, (rate, rule) in zip(workload.deals, workload.answers, strict=True):
        result = results[each["deal_id"]]
        assert isinstance(result, TableResult)
        assert (result.outcome, result.outputs, result.rules) == ("decided", {"rate": rate}, (str(rule),))
