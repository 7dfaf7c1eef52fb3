"""datalogic-py: the table as one JSON logic, compiled before. It knows binary floats only."""

from collections.abc import Sequence
from typing import Any

from benchmarks.peers.peer import Engine, Peer, complete
from benchmarks.rates import ITEMS
from benchmarks.workload import Rule, money


def logic(rules: Sequence[Rule], added_up: bool) -> dict[str, object]:
    """The table as a chain of conditions, each with the id of its rule, that of the last rule for all others."""
    *tested, last = rules
    chain = [part for rule in tested for part in (_condition(rule, added_up), rule.id)]
    return {"if": [*chain, last.id]}


def _condition(rule: Rule, added_up: bool) -> dict[str, object]:
    amount = {"+": [{"var": name} for name in ITEMS]} if added_up else {"var": "amount"}
    term = {"var": "term_months"}
    tests: list[object] = []
    if rule.tier is not None:
        tests.append({"==": [{"var": "partner_tier"}, rule.tier]})
    if rule.regions is not None:
        tests.append({"in": [{"var": "region"}, list(rule.regions)]})
    if rule.families is not None:
        tests.append({"in": [{"var": "product_family"}, list(rule.families)]})
    # JSON, which the engine takes, has binary floats alone: what that does to answers is counted.
    if rule.low is not None:
        tests.append({">=": [amount, float(money(rule.low))]})
    if rule.high is not None:
        tests.append({"<": [amount, float(money(rule.high))]})
    if rule.shortest is not None:
        tests.append({"<=": [rule.shortest, term, rule.longest]})
    return {"and": tests}


def _from_dictionaries(datalogic: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    engine = datalogic.Engine()
    rule, session = engine.compile(logic(rules, added_up)), engine.session()
    evaluate = session.evaluate
    return Engine(lambda deal: complete(deal, added_up, float), lambda given: [evaluate(rule, deal) for deal in given])


def _from_handles(datalogic: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    engine = datalogic.Engine()
    rule, session = engine.compile(logic(rules, added_up)), engine.session()
    evaluate = session.evaluate_data
    return Engine(
        lambda deal: datalogic.DataHandle(complete(deal, added_up, float)),
        lambda given: [evaluate(rule, deal) for deal in given],
    )


PEERS = (
    Peer("datalogic-py", "datalogic_py", "", _from_dictionaries),
    Peer("datalogic-py", "datalogic_py", "deals read before", _from_handles),
)
