"""The example of a company's repository of rulesets passes its own checks, and its checks find what is wrong."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.pytest_plugin.running import environment

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the repository, as somebody has it who took it over."""
    folder = tmp_path / "policy-repo"
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".hypothesis")
    shutil.copytree(ROOT / "examples" / "policy-repo", folder, ignore=ignored)
    settings = folder / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    assert 'partnerrules_examples = "50"' in text
    settings.write_text(text.replace('"50"', '"5"'), encoding="utf-8")  # the laws have tests of their own
    return folder


def ci(folder: Path) -> tuple[int, str]:
    """The exit code of its script, and what that printed."""
    done = subprocess.run(
        ["bash", "ci.sh"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def test_the_checks_of_the_repository_pass(copied: Path) -> None:
    code, told = ci(copied)
    assert code == 0, told
    assert "1 ruleset, 0 errors, 0 warnings" in told
    assert "not reached" not in told
    assert "17 passed, 0 failed" in told
    assert "27 passed, 2 skipped" in told


def test_a_rule_that_is_changed_without_its_cases_is_found(copied: Path) -> None:
    path = copied / "rulesets" / "northern-channel" / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 90 days", "value: 30 days"), encoding="utf-8")
    code, told = ci(copied)
    assert code == 1
    assert "expected `won`, found `discarded`" in told


def test_the_workflow_runs_the_script() -> None:
    workflow = (ROOT / "examples" / "policy-repo" / ".github" / "workflows" / "policies.yml").read_text("utf-8")
    assert "./ci.sh" in workflow
