"""Nothing bad that is given to the command line ends in a traceback: it ends in words and the right exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from partnerrules.cli import app

GOLDEN = Path(__file__).parent.parent / "golden"
RULESETS = sorted(path for path in (GOLDEN / "bad").iterdir() if path.is_dir())
FACTS = sorted(path for path in (GOLDEN / "facts").iterdir() if path.is_dir())
DEEP = "[" * 100_000


@pytest.mark.parametrize("form", ["text", "gnu", "json"])
def test_every_bad_ruleset_at_once(form: str) -> None:
    """As a user runs it, in a process of its own."""
    command = [sys.executable, "-m", "partnerrules.cli", "check", "--format", form, *map(str, RULESETS)]
    if form != "text":
        done = CliRunner().invoke(app, command[3:])
        said, code = done.output, done.exit_code
    else:
        entry = "from partnerrules.cli import main; main()"
        command[1:3] = ["-c", entry]
        ran = subprocess.run(command, capture_output=True, check=False, timeout=60, env={**os.environ, "LC_ALL": "C"})
        said, code = (ran.stdout + ran.stderr).decode("utf-8", errors="replace"), ran.returncode
    assert code == 1
    assert "Traceback" not in said


@pytest.mark.parametrize("case", FACTS, ids=lambda path: path.name)
def test_bad_facts(case: Path) -> None:
    (given,) = (path for path in case.iterdir() if path.stem == "facts")
    command = ["decide", str(GOLDEN / "facts" / "ruleset.yaml"), str(given), "--as-of", "2026-03-01T09:00:00+08:00"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 3, done.output
    assert (case / "problems.txt").read_text(encoding="utf-8").splitlines()[0] in done.output


def amount(text: str) -> str:
    return '{"deals": {"D-1": {"customer": "C", "amount": ' + text + "}}}"


HOSTILE = {
    "JSON brackets": ("facts.json", DEEP),
    "JSON braces": ("facts.json", '{"a":' * 100_000),
    "100,000 digits": ("facts.json", amount("9" * 100_000)),
    "an exponent bomb": ("facts.json", amount("1e999999999")),
    "an exponent bomb in text": ("facts.json", amount('"1e-999999999"')),
    "an id without end": ("facts.json", '{"partners": {"' + "x" * 1_000_000 + '": {}}}'),
    "a relation without end": ("facts.json", '{"' + "x" * 1_000_000 + '": []}'),
    "a field without end": ("facts.json", '{"partners": {"P-1": {"' + "x" * 1_000_000 + '": 1}}}'),
    "a reference without end": ("facts.json", '{"people": {"H-1": {"partner": "' + "x" * 1_000_000 + '"}}}'),
    "YAML brackets": ("facts.yaml", DEEP),
    "YAML indentation": ("facts.yaml", "".join(" " * level + "a:\n" for level in range(1_000))),
    "NUL in YAML": ("facts.yaml", "partners: {P-1: {legal_name: \0}}"),
    "a cell without end": ("facts/partners.csv", "id,legal_name\nP-1," + "x" * 1_000_000),
    "5,000 columns": (
        "facts/partners.csv",
        "id," + ",".join(f"f{number}" for number in range(5_000)) + "\nP-1" + ",1" * 5_000,
    ),
    "an open quote": ("facts/partners.csv", 'id,legal_name\nP-1,"' + "a\n" * 100_000),
    "NUL in CSV": ("facts/partners.csv", "id,legal_name\nP-1,a\0b\n"),
    "a long file name": ("facts/" + "x" * 200 + ".csv", "id\nP-1\n"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_facts(case: str, tmp_path: Path) -> None:
    name, text = HOSTILE[case]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    given = path.parent if path.suffix == ".csv" else path
    command = ["decide", str(GOLDEN / "facts" / "ruleset.yaml"), str(given), "--as-of", "2026-03-01T09:00:00+08:00"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 3, done.output[:1000]
    assert len(done.output) < 20_000


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["check", "nowhere"], 2),
        (["check", "facts.json"], 2),
        (["decide", "nowhere", "facts.json", "--as-of", "2026-03-01"], 2),
        (["decide", "ruleset", "facts.json", "--as-of", "2026-02-30"], 2),
        (["decide", "ruleset", "facts.json", "--as-of", "yesterday"], 2),
        (["decide", "ruleset", "nowhere.json", "--as-of", "2026-03-01"], 2),
        (["decide", "ruleset", "facts.json", "--as-of", "2026-03-01", "--policy", "zodiac"], 2),
        (["test", "nowhere"], 2),
        (["fmt", "nowhere"], 2),
        (["check", "\0"], 2),
        (["check", "x" * 5000], 2),
    ],
    ids=lambda value: " ".join(value)[:50].replace("\0", "NUL") if isinstance(value, list) else str(value),
)
def test_wrong_usage(command: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("facts.json").write_text('{"partners": []}', encoding="utf-8")
    Path("ruleset").mkdir()
    Path("ruleset", "ruleset.yaml").write_bytes((GOLDEN / "facts" / "ruleset.yaml").read_bytes())
    done = CliRunner().invoke(app, command)
    assert done.exit_code == code, done.output
    assert done.output
