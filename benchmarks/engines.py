"""Other engines with the same table: how long they take, and how often they are wrong."""

import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import partnerrules as pr
from benchmarks.measuring import Section, again, interleaved, microseconds
from benchmarks.peers import clips, datalogic, rule_engine, zen
from benchmarks.peers.peer import Engine, Peer
from benchmarks.rates import AS_OF, TABLE, load, prepared, records, ruleset_text
from benchmarks.workload import DEALS, SIZES, Deal, Rule, make_border_deals, reference
from partnerrules.decisions.results import TableResult

PEERS = (*zen.PEERS, *datalogic.PEERS, *clips.PEERS, *rule_engine.PEERS)
OURS = "partnerrules, `table(deal)`"
A_ROUND = 0.25
"""So many seconds of work are measured of each engine in a round: all deals, or as many as that."""
FEWEST = 20
TOLD = f"""
The same table in other engines, each in the form that is natural to it and compiled before (`benchmarks/peers`). They
are given the deals with all fifteen fields in the kinds of values that they know, which are made before and not
measured; CLIPS is given the five that are tested. Measured is what it takes to get the rule of a deal, in microseconds,
and in brackets as a multiple of what ours takes in the same rounds; medians of interleaved rounds. Where all deals
would take long, as many are asked about as an engine decides in {A_ROUND} seconds, or {FEWEST}, taken evenly from all.

Wrong are answers other than those of the reference, over the deals of all sizes that were asked about: first these
deals, with the amounts given; then as many that lie on a border of a rule that takes everything else about them, with
amounts that the engine itself adds up of five items. A sum of binary floats falls off the border on which it lies.
"""


@dataclass
class _Count:
    """How many answers are wrong, of how many."""

    wrong: int = 0
    of: int = 0

    def add(self, answers: Iterable[Any], right: Iterable[int]) -> None:
        for answer, id in zip(answers, right, strict=True):
            self.wrong += int(answer) != id
            self.of += 1

    def text(self) -> str:
        return f"{self.wrong:,} of {self.of:,}"


def section(sizes: Sequence[int] = SIZES, deals: int = DEALS, rounds: int = 7) -> Section:
    """The figures of all engines that are installed."""
    installed = {peer.name: peer for peer in PEERS if peer.version is not None}
    times: dict[str, list[str]] = {name: [] for name in (OURS, *installed)}
    given: dict[str, _Count] = {name: _Count() for name in times}
    added_up: dict[str, _Count] = {name: _Count() for name in times}
    for size in sizes:
        workload = prepared(size, deals)
        engines = {OURS: _ours(workload.ruleset), **_engines(installed, workload.rules)}
        asked = {name: _asked(engine, workload.deals) for name, engine in engines.items()}
        for name, (places, call) in asked.items():
            given[name].add(call(), (workload.answers[place][1] for place in places))
        measured = interleaved({name: again(call) for name, (_, call) in asked.items()}, rounds=rounds)
        each = {name: taken / len(asked[name][0]) for name, taken in measured.items()}
        for name, taken in each.items():
            times[name].append(microseconds(taken) + ("" if name == OURS else f" ({taken / each[OURS]:,.1f})"))
        on_borders = make_border_deals(deals, workload.rules)
        right = [reference(workload.rules, deal)[1] for deal in on_borders]
        added_up[OURS].add(_rules_by_decision(workload.rules, on_borders), right)
        for name, engine in _engines(installed, workload.rules, added_up=True).items():
            places, call = _asked(engine, on_borders)
            added_up[name].add(call(), (right[place] for place in places))
    rows = [[_title(name, installed), *times[name], given[name].text(), added_up[name].text()] for name in times]
    rows += [[peer.name, "not installed", *[""] * (len(sizes) + 1)] for peer in PEERS if peer.name not in installed]
    columns = ["engine", *(f"{size:,} rules" for size in sizes), "wrong, amounts given", "wrong, amounts added up"]
    return Section("Other engines", TOLD.strip().split("\n\n"), columns, rows)


def _title(name: str, installed: dict[str, Peer]) -> str:
    if name == OURS:
        return name
    peer = installed[name]
    return name.replace(peer.package, f"{peer.package} {peer.version}", 1)


def _engines(installed: dict[str, Peer], rules: Sequence[Rule], *, added_up: bool = False) -> dict[str, Engine]:
    return {name: peer.engine(rules, added_up=added_up) for name, peer in installed.items()}


def _ours(ruleset: pr.Ruleset) -> Engine:
    table = ruleset.table(TABLE)
    return Engine(lambda deal: deal, lambda given: [table(deal).rules[0] for deal in given])


def _asked(engine: Engine, deals: Sequence[Deal]) -> tuple[range, Callable[[], list[Any]]]:
    """The places of the deals that an engine is asked about in a round, and the call that asks."""
    every = range(len(deals))
    few = [engine.given(deals[place]) for place in _evenly(every, FEWEST)]
    started = time.perf_counter()
    engine.decide(few)
    many = A_ROUND / (time.perf_counter() - started) * len(few)
    places = _evenly(every, max(FEWEST, int(many)))
    given = [engine.given(deals[place]) for place in places]
    return places, lambda: engine.decide(given)


def _evenly(places: range, many: int) -> range:
    """So many of the places at the most, taken evenly from all."""
    return places[:: -(-len(places) // many)]


def _rules_by_decision(rules: Sequence[Rule], deals: Sequence[Deal]) -> list[str]:
    """The rule of every deal by a ruleset that adds up the items of the deals."""
    with tempfile.TemporaryDirectory() as folder:
        ruleset = load(ruleset_text(rules, added_up=True), folder)
    facts = pr.Facts({"deals": records(deals, items=True)})
    results = ruleset.decide(facts, as_of=AS_OF, trace=False)[TABLE]
    found = []
    for deal in deals:
        result = results[deal["deal_id"]]
        assert isinstance(result, TableResult)
        found.append(result.rules[0])
    return found
