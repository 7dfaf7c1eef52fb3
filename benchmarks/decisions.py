"""Whole decisions: typed records in, an outcome and a rate for each out, everything between included."""

from collections.abc import Callable, Sequence

import partnerrules as pr
from benchmarks.measuring import Section, again, interleaved, microseconds
from benchmarks.rates import AS_OF, TABLE, Prepared, prepared, records
from benchmarks.tables import each
from benchmarks.workload import DEALS, SIZES, bitmap_limit
from partnerrules.backends.to_python.compiler import interpreter_only
from partnerrules.decisions.results import TableResult
from partnerrules.domain.deals import Deal

TOLD = """
The same table and deals, these as `Deal` records that are made before, and everything that one decision of all of them
takes: `Facts(...)`, reading and indexing the records, `rules.decide`, and of every deal its outcome and its rate. With
trace, the inputs that explanations tell are read of every deal as well. The interpreter decides without trace.

Records hold what the table tests, or all fifteen fields. The index written by hand is given the same deals in plain
values. Microseconds a deal, medians of interleaved rounds; the ratio is to the index written by hand.
"""
COLUMNS = (
    "rules",
    "index written by hand",
    "decided",
    "ratio",
    "all fifteen fields",
    "ratio",
    "with trace",
    "ratio to without",
    "interpreter",
)


def section(sizes: Sequence[int] = SIZES, deals: int = DEALS, rounds: int = 7) -> Section:
    """The figures of all sizes."""
    rows = []
    for size in sizes:
        workload = prepared(size, deals)
        tested = records(workload.deals)
        complete = records(workload.deals, every_field=True)
        decided = deciding(workload.ruleset, tested)
        in_full = deciding(workload.ruleset, complete)
        traced = deciding(workload.ruleset, tested, trace=True)
        for call in (decided, in_full, traced, interpreted(decided)):
            check(workload, call())
        times = interleaved(
            {
                "limit": each(bitmap_limit(workload.rules), workload.deals),
                "decided": again(decided),
                "in full": again(in_full),
                "traced": again(traced),
                "interpreted": again(interpreted(decided)),
            },
            rounds=rounds,
        )
        rows.append(
            [
                f"{size:,}",
                microseconds(times["limit"] / deals),
                microseconds(times["decided"] / deals),
                f"{times['decided'] / times['limit']:.1f}",
                microseconds(times["in full"] / deals),
                f"{times['in full'] / times['limit']:.1f}",
                microseconds(times["traced"] / deals),
                f"{times['traced'] / times['decided']:.1f}",
                microseconds(times["interpreted"] / deals),
            ]
        )
    return Section("Decisions", TOLD.strip().split("\n\n"), COLUMNS, rows)


Told = list[tuple[str, object]]
"""The outcome and the rate of every deal."""


def deciding(ruleset: pr.Ruleset, deals: Sequence[Deal], *, trace: bool = False) -> Callable[[], Told]:
    """One decision of all deals, from records that are made already to all outcomes and rates."""
    ids = [deal.id for deal in deals]

    def call() -> Told:
        results = ruleset.decide(pr.Facts({"deals": deals}), as_of=AS_OF, trace=trace)[TABLE]
        told: Told = []
        looked_at = []
        for id in ids:
            result = results[id]
            assert isinstance(result, TableResult)
            told.append((result.outcome, result.outputs["rate"]))
            # Without trace there are none.
            looked_at.append([part.value for part in result.inputs])
        return told

    return call


def interpreted(call: Callable[[], Told]) -> Callable[[], Told]:
    """The same, by the interpreter."""

    def in_it() -> Told:
        with interpreter_only():
            return call()

    return in_it


def check(workload: Prepared, told: Told) -> None:
    """All answers are those of the reference."""
    assert told == [("decided", rate) for rate, _ in workload.answers], "a wrong answer"
