"""A decision table alone: the compiled call with plain values, against an index written by hand."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import partnerrules as pr
from benchmarks.measuring import Call, Section, again, interleaved, microseconds
from benchmarks.rates import TABLE, prepared
from benchmarks.workload import DEALS, SIZES, Answer, Deal, bitmap_limit

TOLD = """
One table with `hit: first` over five inputs: a tier, a region, a product family, an interval of amounts and one of
terms; and 2,000 deals in plain values, a quarter of them with an amount on a border or one cent off it
(`benchmarks/workload.py`). `table = rules.table("rates")` gives the compiled table, and `table(deal)` is measured, for
deals as dictionaries of fifteen fields with decimal amounts.

The index written by hand is what can be had in plain Python: an integer for each value of each column, with a bit for
each rule, and a bisection of the amounts. It looks at nothing but the five values and trusts them. Both give the rate
and the rule of every deal as one rule after the other gives them. Microseconds a deal, medians of interleaved rounds.
"""
COLUMNS = ("rules", "index written by hand", "`table(deal)`", "ratio")

Decide = Callable[[Deal], object]


def compiled(ruleset: pr.Ruleset) -> Callable[[Deal], Answer]:
    """The compiled table as a function that answers as the reference does."""
    table = ruleset.table(TABLE)

    def decide(deal: Deal) -> Answer:
        answer = table(deal)
        (rule,) = answer.rules
        rate = answer.outputs["rate"]
        assert isinstance(rate, Decimal)
        return rate, int(rule)

    return decide


def each(decide: Decide, deals: Iterable[Deal]) -> Callable[[], Call]:
    """What is measured: the call for one deal after the other."""

    def call() -> None:
        for deal in deals:
            decide(deal)

    return again(call)


def section(sizes: Sequence[int] = SIZES, deals: int = DEALS, rounds: int = 41) -> Section:
    """The figures of all sizes."""
    rows = []
    for size in sizes:
        workload = prepared(size, deals)
        limit = bitmap_limit(workload.rules)
        ours = compiled(workload.ruleset)
        for decide in (limit, ours):
            assert [decide(deal) for deal in workload.deals] == workload.answers, "a wrong answer"
        table = workload.ruleset.table(TABLE)
        times = interleaved({"limit": each(limit, workload.deals), "table": each(table, workload.deals)}, rounds=rounds)
        rows.append(
            [
                f"{size:,}",
                microseconds(times["limit"] / deals),
                microseconds(times["table"] / deals),
                f"{times['table'] / times['limit']:.2f}",
            ]
        )
    return Section("Decision tables", TOLD.strip().split("\n\n"), COLUMNS, rows)
