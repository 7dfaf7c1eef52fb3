"""`partnerrules fmt` as a user runs it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


@pytest.mark.usefixtures("desk")
def test_a_ruleset_in_canonical_layout_is_left_alone(run: Run) -> None:
    result = run("fmt", "northern")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 of 1 files changed\n")


def test_check_names_the_file_and_writes_nothing(run: Run, desk: Path) -> None:
    path = desk / "northern" / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(">= 80 %", ">=80%"), encoding="utf-8")
    before = path.read_bytes()
    result = run("fmt", "northern", "--check")
    assert (result.exit_code, result.stdout) == (1, "northern/ruleset.yaml: would be laid out anew\n")
    assert path.read_bytes() == before


def test_fmt_writes_the_file_and_keeps_its_rights(run: Run, desk: Path) -> None:
    path = desk / "northern" / "ruleset.yaml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace(">= 80 %", ">=80%").replace("quota:", "quota:  "), encoding="utf-8")
    path.chmod(0o640)
    result = run("fmt", "northern")
    assert result.exit_code == 0
    assert path.read_text(encoding="utf-8") == good.replace("quota:", "quota:  ")
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in path.parent.iterdir()) == ["cases.yaml", "ruleset.yaml"]


def test_a_ruleset_with_a_mistake_is_not_touched(run: Run, desk: Path) -> None:
    path = desk / "northern" / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(">= 80 %", ">=80"), encoding="utf-8")
    before = path.read_bytes()
    result = run("fmt", "northern")
    assert result.exit_code == 1
    assert "northern: not touched" in result.stderr
    assert path.read_bytes() == before
