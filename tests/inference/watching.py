"""Runs a child process that may crash or hang, and tells what became of it."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a child process.

    Attributes:
        code: of its exit, negative for a signal; None if it said nothing for too long and was killed.
        lines: what it has said.
        errors: what stands on its standard error.
    """

    code: int | None
    lines: tuple[str, ...]
    errors: str

    @property
    def crashed(self) -> bool:
        """Whether it died of a signal, or of what stands for one on Windows."""
        return self.code is not None and (self.code < 0 or self.code > 128)

    @property
    def hung(self) -> bool:
        """Whether it had to be killed."""
        return self.code is None


def watched(arguments: Sequence[str], *, silence: float, environment: Mapping[str, str] | None = None) -> Ended:
    """Runs Python in a child process.

    Args:
        arguments: of the interpreter.
        silence: how many seconds it may say nothing.
        environment: variables of the environment besides those of this process.
    """
    given = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]), "PYTHONUTF8": "1"}
    child = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**given, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    errors: list[str] = []
    threads = [
        threading.Thread(target=_read, args=(child, said), daemon=True),
        threading.Thread(target=lambda: errors.append(child.stderr.read() if child.stderr else ""), daemon=True),
    ]
    for each in threads:
        each.start()
    lines: list[str] = []
    hung = False
    try:
        while (line := said.get(timeout=silence)) is not None:
            lines.append(line)
        child.wait(timeout=silence)
    except (queue.Empty, subprocess.TimeoutExpired):
        hung = True
    finally:
        child.kill()
        child.wait()
        for each in threads:
            each.join(10)
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
    return Ended(None if hung else child.returncode, tuple(lines), "".join(errors))


def _read(child: "subprocess.Popen[str]", said: "queue.SimpleQueue[str | None]") -> None:
    assert child.stdout is not None
    for line in child.stdout:
        said.put(line.rstrip("\n"))
    said.put(None)
