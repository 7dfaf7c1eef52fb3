"""rule-engine: a rule for each row, asked one after the other. It computes with decimals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from benchmarks.peers.peer import Engine, Peer, complete, joined
from benchmarks.rates import ITEMS
from benchmarks.workload import Rule, money


def condition(rule: Rule, added_up: bool) -> str:
    """A row as an expression."""
    amount = f"({' + '.join(ITEMS)})" if added_up else "amount"
    tests = []
    if rule.tier is not None:
        tests.append(f'partner_tier == "{rule.tier}"')
    if rule.regions is not None:
        tests.append(f"region in [{joined(rule.regions, ', ')}]")
    if rule.families is not None:
        tests.append(f"product_family in [{joined(rule.families, ', ')}]")
    if rule.low is not None:
        tests.append(f"{amount} >= {money(rule.low)}")
    if rule.high is not None:
        tests.append(f"{amount} < {money(rule.high)}")
    if rule.shortest is not None:
        tests.append(f"term_months >= {rule.shortest} and term_months <= {rule.longest}")
    return " and ".join(tests) or "true"


def _one_by_one(rule_engine: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    asked = [(rule_engine.Rule(condition(rule, added_up)).matches, rule.id) for rule in rules]

    def decide(given: Sequence[Any]) -> list[Any]:
        return [next(id for matches, id in asked if matches(deal)) for deal in given]

    return Engine(lambda deal: complete(deal, added_up, Decimal), decide)


PEERS = (Peer("rule-engine", "rule_engine", "", _one_by_one),)
