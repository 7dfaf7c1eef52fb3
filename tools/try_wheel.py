"""Builds the wheel and tries it where nothing else of this project is: as somebody who only installed it.

The wheel is built by way of the source archive, so that a file missing there is found too. It is installed in an empty
environment, with the versions of the lock and without development tools, and used from an empty folder: a ruleset is
made, checked, tested, and loaded and decided from Python. Run by `make wheel`; needs the standard library and `build`.
"""

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"

# What a new user does first, and the exit code of each command.
COMMANDS: Sequence[tuple[Sequence[str], int]] = [
    (["--help"], 0),
    (["new", "first-rules"], 0),
    (["check", "first-rules"], 0),
    (["test", "first-rules"], 0),
    (["check", "broken-rules"], 1),
]

BROKEN_RULESET = "ruleset: broken-rules\nno_such_key: 1\n"

LOAD_AND_DECIDE = """
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import partnerrules as pr

installed = Path(pr.__file__).resolve()
assert installed.is_relative_to(Path(sys.prefix).resolve()), installed
assert (installed.parent / "py.typed").is_file()

rules = pr.load("first-rules")
facts = pr.Facts({"partners": {"P-1": {}}})
decision = rules.decide(facts, as_of=datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
print(decision)
"""


def run(command: Sequence[str | Path], *, folder: Path, expected: int = 0) -> str:
    """Run a command that knows nothing of the checkout, and give what it printed; stop if it ends in another way."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environment["PYTHONUTF8"] = "1"
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != expected or "Traceback" in done.stdout:
        shown = " ".join(str(word) for word in command if "\n" not in str(word))
        sys.exit(f"{shown}: exit code {done.returncode}, expected {expected}\n{done.stdout}")
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """The wheel, made from the source archive, and nothing in it but the package and what describes it."""
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder=folder)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    strays = [name for name in names if not name.startswith(("partnerrules/", "partnerrules-"))]
    missing = [
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "partnerrules").rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path.relative_to(ROOT / "src").as_posix() not in names
    ]
    if strays or missing:
        sys.exit(f"{wheel.name}: does not belong there: {strays}; missing: {missing}")
    return wheel


def main() -> None:
    """Build, install, use."""
    with tempfile.TemporaryDirectory(prefix="partnerrules-wheel-") as temporary:
        folder = Path(temporary)
        built, desk = folder / "built", folder / "desk"
        built.mkdir()
        desk.mkdir()
        wheel = build_wheel(built)
        venv.create(folder / "environment", with_pip=True)
        programs = folder / "environment" / ("Scripts" if sys.platform == "win32" else "bin")
        run([programs / "python", "-m", "pip", "install", "--quiet", "--constraint", LOCK, wheel], folder=desk)
        run([programs / "python", "-m", "pip", "check"], folder=desk)

        (desk / "broken-rules").mkdir()
        (desk / "broken-rules" / "ruleset.yaml").write_text(BROKEN_RULESET, encoding="utf-8")
        for arguments, expected in COMMANDS:
            run([programs / "partnerrules", *arguments], folder=desk, expected=expected)
        run([programs / "python", "-c", LOAD_AND_DECIDE], folder=desk)
        print(f"{wheel.name}: works in an empty environment ({len(COMMANDS)} commands, and from Python)")


if __name__ == "__main__":
    main()
