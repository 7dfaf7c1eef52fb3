"""Settles two quarters of the programme and writes the statements, with the time and memory that it takes.

    python run.py OUT [--partners 200] [--documents 20000] [--seed 2026]

OUT/facts has the facts of both closings, OUT/2026-Q1 and OUT/2026-Q2 the settlements. The second is given the first,
and so tells what has changed of it since then in lines of their own.
"""

import argparse
import gc
import resource
import time
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

from make_facts import CLOSINGS, make  # type: ignore[import-not-found]  # it lies beside this file

import partnerrules as pr
from partnerrules.decisions import Settlement
from partnerrules.explanations import statement_page

HERE = Path(__file__).resolve().parent
SHOWN = "DL-001"
"""The dealer whose statements are worked out in README.md."""


def settle_both(folder: Path) -> dict[str, Settlement]:
    """Settles the quarters whose facts lie in a folder, one after the other, and tells how long each takes."""
    rules = pr.load(HERE / "ruleset")
    closed: dict[str, Settlement] = {}
    for period, moment in CLOSINGS.items():
        start = time.perf_counter()
        facts = pr.Facts.read(folder / period)
        read = time.perf_counter()
        closed[period] = rules.settle(facts, period, closed=list(closed.values()), as_of=moment)
        print(f"{period}: read in {read - start:.1f} s, settled in {time.perf_counter() - read:.1f} s")
    return closed


def write(settlement: Settlement, folder: Path) -> None:
    """Writes a settlement as it is kept, its lines and totals as tables, and one partner's pages in each language."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settlement.json").write_text(settlement.to_json(), encoding="utf-8")
    (folder / "lines.csv").write_text(settlement.lines_csv(), encoding="utf-8")
    (folder / "statements.csv").write_text(settlement.statements_csv(), encoding="utf-8")
    for statement in settlement.statements:
        if statement.payee == SHOWN:
            for language in ("en", "zh", "ru"):
                page = folder / f"{SHOWN}-{statement.currency}-{language}.html"
                page.write_text(statement_page(settlement, statement, language), encoding="utf-8")


def show(settlement: Settlement) -> None:
    """Prints what a settlement comes to, by currency."""
    lines = Counter(line.kind for each in settlement.statements for line in each.lines)
    told = ", ".join(f"{number:,} {kind}" for kind, number in sorted(lines.items()))
    print(f"  {len(settlement.statements):,} statements with {lines.total():,} lines: {told}")
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for each in settlement.statements:
        for name in ("opening", "earned", "withheld", "forfeited", "payable", "carry_over"):
            sums[each.currency][name] += getattr(each, name).amount
    for currency, totals in sorted(sums.items()):
        print(f"  {currency}  " + "  ".join(f"{name} {amount:,.2f}" for name, amount in totals.items()))
    print(f"  {len(settlement.open_documents):,} documents open; {len(settlement.warnings)} warnings")
    for warning in settlement.warnings:
        print(f"  {warning}")


def main() -> None:
    """Makes the facts, settles both quarters, and writes what came out."""
    parser = argparse.ArgumentParser(description="Settles two quarters of the programme.")
    parser.add_argument("folder", type=Path, help="where facts and settlements are written")
    parser.add_argument("--partners", type=int, default=200)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    start = time.perf_counter()
    make(given.folder / "facts", partners=given.partners, documents=given.documents, seed=given.seed)
    for period, settlement in settle_both(given.folder / "facts").items():
        write(settlement, given.folder / period)
        before = f", goes on from {settlement.previous[:16]}" if settlement.previous else ""
        print(f"{period} as of {settlement.as_of.isoformat()}{before}")
        show(settlement)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
    taken, computed = time.perf_counter() - start, time.process_time()
    print(f"{taken:.1f} s in all, {computed:.1f} s of them computing, with at most {peak:,.0f} MB of memory")


if __name__ == "__main__":
    gc.disable()  # all that is made here is needed to the end: looking for what is not would take a third of the time
    main()
