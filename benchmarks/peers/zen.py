"""zen-engine: a decision table in its JSON form, compiled before. It computes with decimals, and is given floats."""

import json
from collections.abc import Sequence
from typing import Any

from benchmarks.peers.peer import Engine, Peer, complete, joined
from benchmarks.rates import INPUTS, ITEMS, TABLE
from benchmarks.workload import Deal, Rule, money


def document(rules: Sequence[Rule], added_up: bool) -> dict[str, object]:
    """The table as its editor would write it."""
    tested = {name: name for name in INPUTS}
    if added_up:
        tested["amount"] = " + ".join(ITEMS)
    rows = [{"_id": str(rule.id), **_cells(rule), "rate": str(rule.rate), "rule": str(rule.id)} for rule in rules]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": id, "name": id, "field": field} for id, field in tested.items()],
        "outputs": [{"id": name, "name": name, "field": name} for name in ("rate", "rule")],
        "rules": rows,
    }
    nodes: list[dict[str, object]] = [
        {"id": "request", "type": "inputNode", "name": "request"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "response", "type": "outputNode", "name": "response"},
    ]
    edges = [
        {"id": "first", "type": "edge", "sourceId": "request", "targetId": "table"},
        {"id": "second", "type": "edge", "sourceId": "table", "targetId": "response"},
    ]
    return {"nodes": [{**node, "position": {"x": 0, "y": 0}} for node in nodes], "edges": edges}


def _cells(rule: Rule) -> dict[str, str]:
    return {
        "partner_tier": f"'{rule.tier}'" if rule.tier else "",
        "region": joined(rule.regions or (), ", ", "'"),
        "product_family": joined(rule.families or (), ", ", "'"),
        "amount": _amounts(rule),
        "term_months": "" if rule.shortest is None else f"[{rule.shortest}..{rule.longest}]",
    }


def _amounts(rule: Rule) -> str:
    if rule.low is not None and rule.high is not None:
        return f"[{money(rule.low)}..{money(rule.high)})"
    if rule.low is not None:
        return f">= {money(rule.low)}"
    return "" if rule.high is None else f"< {money(rule.high)}"


def _by_key(zen: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {TABLE: document(rules, added_up)}}})
    evaluate = engine.evaluate
    return Engine(
        lambda deal: complete(deal, added_up, float),
        lambda given: [evaluate(TABLE, deal)["result"]["rule"] for deal in given],
    )


def _in_batches(zen: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {TABLE: document(rules, added_up)}}})

    def given(deal: Deal) -> dict[str, object]:
        return {"key": TABLE, "context": complete(deal, added_up, float)}

    return Engine(
        given, lambda requests: [each["data"]["result"]["rule"] for each in engine.evaluate_batch(list(requests))]
    )


def _precompiled(zen: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    content = zen.ZenDecisionContent(json.dumps(document(rules, added_up)))
    evaluate = zen.ZenEngine().create_decision(content).evaluate
    return Engine(
        lambda deal: complete(deal, added_up, float),
        lambda given: [evaluate(deal)["result"]["rule"] for deal in given],
    )


PEERS = (
    Peer("zen-engine", "zen", "by key", _by_key),
    Peer("zen-engine", "zen", "in batches", _in_batches),
    Peer("zen-engine", "zen", "a decision compiled before", _precompiled),
)
