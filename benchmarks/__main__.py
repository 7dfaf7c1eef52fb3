"""Measures everything, and writes the page of figures."""

import sys
from pathlib import Path

from benchmarks import inference, tables
from benchmarks.measuring import machine

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "performance.md"
HEAD = """\
# Performance

<!-- Written by `make bench`: run it again instead of editing. -->

Measured on {machine}. What is compared was measured by turns in one run, so the ratios count more than the times.
"""


def main() -> None:
    """Run all sections, show them, and write the page."""
    sections = []
    for measure in (tables.section, inference.section):
        section = measure()
        sys.stdout.write(section.text() + "\n")
        sections.append(section.text())
    PAGE.write_text("\n".join([HEAD.format(machine=machine()), *sections]), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
