"""Writes requirements-dev.lock: one version of everything that this project runs on and is built with.

A new environment gets the newest versions that pyproject.toml allows, and what it then holds is written down. The lock
is a plain requirements file, so that pip alone can install it. Run by `make lock`; needs the standard library only.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"

HEADER = """\
# Exact versions of what partnerrules runs on and is built with, written by `make lock`; do not edit by hand.
# One file for Python 3.11 to 3.13.
"""


def main() -> None:
    """Resolve in an empty environment and write the lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    with tempfile.TemporaryDirectory(prefix="partnerrules-lock-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        frozen = subprocess.run(
            [python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True, encoding="utf-8"
        )
    markers = {_name(each): marker for each in wanted for _, _, marker in [each.partition(";")] if marker}
    pins = [
        f"{pin}; {markers[_name(pin)].strip()}" if _name(pin) in markers else pin
        for pin in sorted(frozen.stdout.splitlines(), key=str.lower)
    ]
    LOCK.write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8", newline="\n")
    print(f"{LOCK.name}: {len(pins)} packages")


def _name(requirement: str) -> str:
    """The name of what is required, as indexes compare it."""
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0].replace("_", "-").lower()


if __name__ == "__main__":
    main()
