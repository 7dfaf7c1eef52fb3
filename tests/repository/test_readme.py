"""What README and tutorial promise, done as a reader would do it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial" / "first-policy.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def partnerrules(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "partnerrules", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False)


def test_the_readme_shows_what_the_demo_prints() -> None:
    demo = subprocess.run(
        [sys.executable, "examples/china_mobile_sa/demo.py"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    printed = [line.rstrip() for line in demo.stdout.splitlines()]
    position = 0
    for line in blocks(README, "text")[0].splitlines():
        if line.strip() and line.strip() != "...":
            assert line.rstrip() in printed[position:], f"the demo does not print, from there on: {line}"
            position += printed[position:].index(line.rstrip()) + 1


@pytest.fixture
def northern(tmp_path: Path) -> Path:
    """The folder of a reader of the tutorial, after its last step."""
    ruleset, facts, cases = blocks(TUTORIAL, "yaml")
    (tmp_path / "northern").mkdir()
    (tmp_path / "northern" / "ruleset.yaml").write_text(ruleset, encoding="utf-8")
    (tmp_path / "northern" / "cases.yaml").write_text(cases, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    return tmp_path


def test_the_ruleset_of_the_tutorial_is_right(northern: Path) -> None:
    assert partnerrules("check", "northern", folder=northern).returncode == 0


def test_the_ruleset_of_the_tutorial_is_laid_out(northern: Path) -> None:
    assert partnerrules("fmt", "--check", "northern", folder=northern).returncode == 0


def test_the_mistake_of_the_tutorial_is_found_where_it_says(northern: Path) -> None:
    path = northern / "northern" / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("1000000 CNY", "1000000 EUR"), encoding="utf-8")
    found = partnerrules("check", "northern", folder=northern)
    assert found.returncode == 1
    (message,) = (line.strip() for line in TUTORIAL.splitlines() if "error[currency-mismatch]" in line)
    assert message in found.stdout


def test_the_decisions_of_the_tutorial_are_those_it_tells(northern: Path) -> None:
    first = partnerrules("decide", "northern", "facts.yaml", "--policy", "admission", folder=northern)
    assert first.returncode == 0
    assert "P-1 is not eligible" in first.stdout
    assert "950,000.00 CNY" in first.stdout
    assert "1,000,000.00 CNY" in first.stdout
    assert "P-2 is not eligible" in first.stdout
    with (northern / "facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write("  T-2: {partner: P-2, kind: invoice, date: 2026-02-03, net_amount: 2000000}\n")
    second = partnerrules("decide", "northern", "facts.yaml", "--subject", "P-2", folder=northern)
    assert "undetermined" in second.stdout
    assert "checks.data_protection" in second.stdout
    chinese = partnerrules("decide", "northern", "facts.yaml", "--subject", "P-2", "--language", "zh", folder=northern)
    assert "准入" in chinese.stdout


def test_the_case_of_the_tutorial_passes(northern: Path) -> None:
    tested = partnerrules("test", "northern", "--coverage", folder=northern)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "not reached" in tested.stdout
