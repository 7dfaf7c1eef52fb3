"""Measuring: what is compared runs by turns, so that what else the machine does falls on all alike."""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Call = Callable[[], object]


@dataclass(frozen=True)
class Section:
    """A part of the page of figures.

    Attributes:
        title: the heading.
        told: what was measured, and how, in paragraphs.
        columns: the heads of the table.
        rows: its cells.
    """

    title: str
    told: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """The part as Markdown."""
        lines = [f"## {self.title}", ""]
        for paragraph in self.told:
            lines += [paragraph, ""]
        lines += [f"| {' | '.join(self.columns)} |", f"|{'---|' * len(self.columns)}"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join(lines) + "\n"


def interleaved(timed: Mapping[str, Callable[[], Call]], *, rounds: int, calls: int = 1) -> dict[str, float]:
    """The median seconds of one call of each, in rounds that take them by turns.

    Args:
        timed: by name, what makes ready a call that is not measured, and gives the one that is.
        rounds: how many rounds are measured, after one that is not.
        calls: how many calls are measured together.
    """
    found: dict[str, list[float]] = {name: [] for name in timed}
    names = list(timed)
    with _what_there_is_left_alone():
        for number in range(rounds + 1):
            # Each begins as often as the others, so that none is always the first after a pause.
            for name in names[number % len(names) :] + names[: number % len(names)]:
                ready = [timed[name]() for _ in range(calls)]
                gc.collect()
                gc.disable()
                started = time.perf_counter()
                for call in ready:
                    call()
                taken = (time.perf_counter() - started) / calls
                gc.enable()
                if number:
                    found[name].append(taken)
    return {name: statistics.median(every) for name, every in found.items()}


@contextmanager
def _what_there_is_left_alone() -> Iterator[None]:
    """Lets the garbage collector look at nothing but what is made inside: a large ruleset takes it long."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def again(call: Call) -> Callable[[], Call]:
    """A call that can be measured any number of times, with nothing to be made ready for it."""
    return lambda: call


def microseconds(seconds: float) -> str:
    """A time in microseconds, to three digits that count."""
    number = seconds * 1e6
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def machine() -> str:
    """What the figures were measured on."""
    processor = platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        lines = information.read_text(encoding="utf-8", errors="replace").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    cores = os.cpu_count() or 1
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{processor}, {cores} cores, {platform.system()}, {interpreter}"
