"""CLIPS by clipspy: a production rule for each row, the first with the highest salience. It knows binary floats."""

from collections.abc import Sequence
from typing import Any

from benchmarks.peers.peer import Engine, Peer, joined, tested
from benchmarks.rates import ITEMS
from benchmarks.workload import Rule, money

HIGHEST_SALIENCE = 10_000


def template(added_up: bool) -> str:
    """What a deal is."""
    texts = "".join(f" (slot {name} (type STRING))" for name in ("partner_tier", "region", "product_family"))
    amounts = "".join(f" (slot {name} (type FLOAT))" for name in (ITEMS if added_up else ("amount",)))
    return f"(deftemplate deal{texts}{amounts} (slot term_months (type INTEGER)))"


def production(rule: Rule, added_up: bool) -> str:
    """A row as a production rule."""
    slots = []
    if rule.tier is not None:
        slots.append(f'(partner_tier "{rule.tier}")')
    if rule.regions is not None:
        slots.append(f"(region {joined(rule.regions, '|')})")
    if rule.families is not None:
        slots.append(f"(product_family {joined(rule.families, '|')})")
    if rule.shortest is not None:
        slots.append(f"(term_months ?term&:(<= {rule.shortest} ?term {rule.longest}))")
    test = ""
    if rule.low is not None or rule.high is not None:
        names = ITEMS if added_up else ("amount",)
        amount = f"(+ {' '.join(f'?{name}' for name in names)})" if added_up else "?amount"
        low = "TRUE" if rule.low is None else f"(>= {amount} {money(rule.low)})"
        high = "TRUE" if rule.high is None else f"(< {amount} {money(rule.high)})"
        asked = f"(and {low} {high})"
        # What rests on one slot is asked in its pattern, which is faster.
        slots += [f"({name} ?{name})" for name in names] if added_up else [f"(amount ?amount&:{asked})"]
        test = f" (test {asked})" if added_up else ""
    salience = f"(declare (salience {HIGHEST_SALIENCE - rule.id}))"
    return f"(defrule rule-{rule.id} {salience} (deal {' '.join(slots)}){test} => (bind ?*rule* {rule.id}))"


def _fired(clips: Any, rules: Sequence[Rule], added_up: bool) -> Engine:
    environment = clips.Environment()
    environment.build("(defglobal ?*rule* = -1)")
    environment.build(template(added_up))
    for rule in rules:
        environment.build(production(rule, added_up))
    deal_template, decided = environment.find_template("deal"), environment.find_global("rule")

    def decide(given: Sequence[Any]) -> list[Any]:
        found = []
        for deal in given:
            fact = deal_template.assert_fact(**deal)
            environment.run(1)
            fact.retract()
            found.append(decided.value)
        return found

    return Engine(lambda deal: tested(deal, added_up, float), decide)


PEERS = (Peer("clipspy", "clips", "", _fired),)
