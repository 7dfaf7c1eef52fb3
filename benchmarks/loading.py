"""Loading: how long a ruleset takes until it decides, and how much memory it takes, by the rows of its table.

Each ruleset is loaded in a process of its own, so that none finds warm what another has left.
"""

import gc
import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import partnerrules as pr
from benchmarks.measuring import Section
from benchmarks.rates import AS_OF, TABLE, records, ruleset_text
from benchmarks.workload import DEALS, SIZES, generate

TOLD = """
The ruleset with the table of the first section, in a process of its own for each figure. Loading is reading, checking
and compiling; from the cache is `load(folder, cache=...)` where nothing has changed since. What a decision needs is
made when it is needed first: told are a first decision of one deal, a first call of the table, and a first round of all
deals through the table. Memory is what Python objects take, at most until then, and after it.
"""
COLUMNS = (
    "rules",
    "loading",
    "from the cache",
    "first `rules.decide`",
    "first `table(deal)`",
    "first 2,000 deals",
    "memory at most",
    "memory kept",
)


def section(sizes: Sequence[int] = SIZES, *, processes: bool = True) -> Section:
    """The figures of all sizes, each from a process of its own or all from this one."""
    ask = in_a_process if processes else measured
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rules, _ = generate(size, 1)
            Path(folder, "ruleset.yaml").write_text(ruleset_text(rules), encoding="utf-8")
            with tempfile.TemporaryDirectory() as cache:
                fresh = ask("timed", folder, size)
                ask("timed", folder, size, cache)
                cached = ask("timed", folder, size, cache)
            memory = ask("traced", folder, size)
        rows.append(
            [
                f"{size:,}",
                _milliseconds(fresh["loading"]),
                _milliseconds(cached["loading"]),
                _milliseconds(fresh["decision"]),
                _milliseconds(fresh["table"]),
                _milliseconds(fresh["deals"]),
                _megabytes(memory["peak"]),
                _megabytes(memory["kept"]),
            ]
        )
    return Section("Loading and memory", TOLD.strip().split("\n\n"), COLUMNS, rows)


def in_a_process(what: str, folder: str, size: int, cache: str = "") -> dict[str, float]:
    """What is measured, in a process of its own."""
    root = Path(__file__).parent.parent
    command = [sys.executable, "-m", "benchmarks.loading", what, folder, str(size), cache]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, encoding="utf-8")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measured(what: str, folder: str, size: int, cache: str = "") -> dict[str, float]:
    """What is measured: how a ruleset is loaded from a folder, timed or with its memory traced."""
    return traced(folder, size) if what == "traced" else timed(folder, size, cache)


def timed(folder: str, size: int, cache: str = "") -> dict[str, float]:
    """How many seconds loading and the first decisions take, in a process that has not loaded anything yet."""
    _, deals = generate(size, DEALS)
    facts = pr.Facts({"deals": records(deals[:1])})
    instants = [time.perf_counter()]
    rules = pr.load(folder, cache=cache) if cache else pr.load(folder)
    instants.append(time.perf_counter())
    rules.decide(facts, as_of=AS_OF, trace=False)
    instants.append(time.perf_counter())
    table = rules.table(TABLE)
    table(deals[0])
    instants.append(time.perf_counter())
    for deal in deals:
        table(deal)
    instants.append(time.perf_counter())
    names = ("loading", "decision", "table", "deals")
    return {name: end - start for name, start, end in zip(names, instants, instants[1:], strict=False)}


def traced(folder: str, size: int) -> dict[str, float]:
    """How many bytes are taken at most, and kept, by a ruleset that is loaded and has decided all deals."""
    _, deals = generate(size, DEALS)
    facts = pr.Facts({"deals": records(deals[:1])})
    tracemalloc.start()
    rules = pr.load(folder)
    table = rules.table(TABLE)
    for deal in deals:
        table(deal)
    rules.decide(facts, as_of=AS_OF, trace=False)
    gc.collect()
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"kept": kept, "peak": peak}


def _milliseconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.3g} MB"


if __name__ == "__main__":
    what, folder, size, cache = sys.argv[1:]
    sys.stdout.write(json.dumps(measured(what, folder, int(size), cache)))
