"""`partnerrules new` as a user runs it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from partnerrules.cases import run_cases

Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("desk")


@pytest.mark.parametrize("name", ["first-rules", "below/some/folder", "渠道规则", "a"])
def test_the_starter_passes_every_check_with_full_coverage(run: Run, name: str) -> None:
    assert run("new", name).exit_code == 0
    checked = run("check", name)
    assert (checked.exit_code, checked.stderr) == (0, "1 ruleset, 0 errors, 0 warnings\n")
    report = run_cases(name, coverage=True)
    assert report.ok, str(report)
    assert len(report.passed) >= 6
    assert [point for each in report.coverage for point in each.unreached] == []
    assert run("fmt", "--check", name).exit_code == 0


def test_the_starter_bears_the_name_everywhere(run: Run, desk: Path) -> None:
    run("new", "first-rules")
    for file in ("ruleset.yaml", "cases.yaml", "README.md"):
        text = (desk / "first-rules" / file).read_text(encoding="utf-8")
        assert "starter-rules" not in text
    assert "ruleset: first-rules\n" in (desk / "first-rules" / "ruleset.yaml").read_text(encoding="utf-8")


def test_nothing_is_overwritten(run: Run, desk: Path) -> None:
    before = (desk / "northern" / "ruleset.yaml").read_bytes()
    result = run("new", "northern")
    assert result.exit_code == 2
    assert "there is a `northern` already" in result.stderr
    assert (desk / "northern" / "ruleset.yaml").read_bytes() == before
    assert run("new", "facts.yaml").exit_code == 2


def test_an_empty_folder_is_taken(run: Run, desk: Path) -> None:
    (desk / "empty").mkdir()
    assert run("new", "empty").exit_code == 0


@pytest.mark.parametrize("name", ["a b", "1st", "x.y", "..", "-"])
def test_a_name_that_no_ruleset_can_have_is_refused(run: Run, name: str) -> None:
    result = run("new", name)
    assert result.exit_code == 2


def test_a_folder_that_cannot_be_made_is_said_so(run: Run) -> None:
    result = run("new", "facts.yaml/rules")
    assert result.exit_code == 2
    assert "facts.yaml" in result.stderr
