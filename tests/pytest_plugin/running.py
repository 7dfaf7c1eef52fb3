"""Runs pytest in a folder as somebody does who has partnerrules installed."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import partnerrules


def is_installed() -> bool:
    """Whether pytest finds the plugin by itself: not in an environment that was made before there was one."""
    return bool(importlib.metadata.entry_points(group="pytest11", name="partnerrules"))


def environment() -> dict[str, str]:
    """Variables by which programs find this very library, its plugin among it, whether it is installed anew or not."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    source = str(Path(partnerrules.__file__).parent.parent)
    found |= {"PYTHONPATH": source, "PYTHON": sys.executable, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if not is_installed():
        found["PYTEST_PLUGINS"] = "partnerrules.pytest_plugin"
    return found


def pytest_in(folder: Path, *arguments: str) -> tuple[int, str]:
    """The exit code of pytest, and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout
