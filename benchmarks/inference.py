"""Inference: what both engines take for a case, by how many facts it has."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import partnerrules as pr
from benchmarks.measuring import Section, interleaved, microseconds
from partnerrules.backends import working_memory
from partnerrules.backends.working_memory import WORKING_MEMORY, matcher_only, watching
from partnerrules.facts.derived import derived_rows
from partnerrules.rulesets.running import Run

RULES = Path(__file__).parent / "rulesets" / "rivals"
AS_OF = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
SIZES = (10, 100, 1_000, 10_000)
TOLD = """
Two rules that chain: two registrations of one customer by different partners are a conflict, two conflicts of one
loser a violation (`benchmarks/rulesets/rivals`). Both engines give the same facts. Measured is what a decision takes to
derive them, before any policy is asked.

The working memory is durable-rules behind its fence, the matcher plain Python. Microseconds, medians of interleaved
rounds; the ratio is the working memory by the matcher. In decisions the matcher runs cases with few facts; here the
working memory is given them, too. A rule with more facts than it is given runs on the matcher in both.
"""
_FIRST_DAY = dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC)


def make_facts(size: int, seed: int = 1) -> pr.Facts:
    """Registrations, two for each customer in the mean, of half as many partners."""
    rng = random.Random(seed * 7919 + size)
    half = max(2, size // 2)
    registrations = [
        {
            "id": f"R-{number:06d}",
            "customer": f"C-{rng.randrange(half):05d}",
            "partner": f"P-{rng.randrange(half):05d}",
            "submitted_at": _FIRST_DAY + dt.timedelta(minutes=rng.randrange(100_000)),
        }
        for number in range(size)
    ]
    return pr.Facts(
        {
            "partners": [{"id": f"P-{number:05d}"} for number in range(half)],
            "customers": [{"id": f"C-{number:05d}"} for number in range(half)],
            "registrations": registrations,
        }
    )


@patch.object(working_memory, "FEWEST_FACTS", 0)
def section(sizes: Sequence[int] = SIZES) -> Section:
    """The figures of both engines."""
    rules = pr.load(RULES)
    version = rules.versions[0]
    rows = []
    for size in sizes:
        facts = make_facts(size)

        def on_memory(facts: pr.Facts = facts) -> Callable[[], object]:
            run = Run(rules.versions, facts, AS_OF, False)
            return lambda: derived_rows(run.around(version, AS_OF).facts)

        def on_matcher(facts: pr.Facts = facts) -> Callable[[], object]:
            run = Run(rules.versions, facts, AS_OF, False)

            def call() -> object:
                with matcher_only():
                    return derived_rows(run.around(version, AS_OF).facts)

            return call

        with watching() as seen:
            derived = len(derived_rows(Run(rules.versions, facts, AS_OF, False).around(version, AS_OF).facts))
        on_it = sum(placement.engine == WORKING_MEMORY for _, placement in seen)
        assert on_it, "the working memory was not measured"
        calls = max(1, 300 // size)
        times = interleaved({"memory": on_memory, "matcher": on_matcher}, rounds=7 if size < 5_000 else 5, calls=calls)
        rows.append(
            [
                f"{size:,}",
                f"{derived:,}",
                f"{on_it} of {len(seen)}",
                microseconds(times["memory"]),
                microseconds(times["memory"] / size),
                microseconds(times["matcher"]),
                microseconds(times["matcher"] / size),
                f"{times['memory'] / times['matcher']:.1f}",
            ]
        )
    columns = [
        "facts",
        "derived",
        "rules on it",
        "working memory, a case",
        "a fact",
        "matcher, a case",
        "a fact",
        "ratio",
    ]
    return Section("Inference", TOLD.strip().split("\n\n"), columns, rows)
