"""Measures everything, and writes the page of figures; or only shows the sections that are named."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import decisions, engines, inference, loading, month, tables
from benchmarks.measuring import Section, machine

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "performance.md"
HEAD = """\
# Performance

<!-- Written by `make bench`: run it again instead of editing. -->

Measured on {machine}. What is compared was measured by turns in one run, so the ratios count more than the times. As
with `timeit`, the garbage collector rests while something is measured.
"""
SECTIONS: Mapping[str, Callable[[], Section]] = {
    "tables": tables.section,
    "decisions": decisions.section,
    "engines": engines.section,
    "month": month.section,
    "inference": inference.section,
    "loading": loading.section,
}


def main(named: list[str]) -> None:
    """Run all sections, show them, and write the page; or run and show those that are named."""
    texts = []
    for name in named or SECTIONS:
        texts.append(SECTIONS[name]().text())
        sys.stdout.write(texts[-1] + "\n")
        sys.stdout.flush()
    if not named:
        PAGE.write_text("\n".join([HEAD.format(machine=machine()), *texts]), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
