"""The files around the code agree with each other: README, Makefile, lock, changelog fragments."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent.parent
FRAGMENTS = sorted(path for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DIRECT = [Requirement(text) for text in [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]]


def pins() -> dict[str, Version]:
    lines = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    pin = re.compile(r"([A-Za-z0-9._-]+)==([^ ;]+)(?:; python_version < '3\.13')?")
    matches = [pin.fullmatch(line) for line in lines if not line.startswith("#")]
    assert None not in matches, "every line of the lock pins one package"
    return {canonicalize_name(match[1]): Version(match[2]) for match in matches if match is not None}


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_the_lock_holds_a_version_that_the_project_allows(requirement: Requirement) -> None:
    pinned = pins().get(canonicalize_name(requirement.name))
    assert pinned is not None, "run `make lock`"
    assert pinned in requirement.specifier


def test_what_one_interpreter_cannot_run_is_left_out_there_by_the_lock_too() -> None:
    lines = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    marked = {canonicalize_name(line.split("==")[0]) for line in lines if ";" in line and line[0] != "#"}
    assert marked == {canonicalize_name(each.name) for each in DIRECT if each.marker is not None}


def test_the_readme_names_the_two_ways_in() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    documents = [ROOT / "README.md", ROOT / "tests" / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for path in documents for name in re.findall(r"`make ([a-z-]+)`", path.read_text(encoding="utf-8"))}
    assert named - targets == set()


def test_integration_runs_make_test_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "CI=true exec make test"]


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_changelog_fragment_is_well_formed(path: Path) -> None:
    kinds = "|".join(kind["directory"] for kind in PROJECT["tool"]["towncrier"]["type"])
    assert re.fullmatch(rf"[1-9][0-9]*\.({kinds})(\.[1-9][0-9]*)?\.md", path.name)
    text = path.read_text(encoding="utf-8")
    assert text.strip(), "a fragment says what changed for who uses the library"
    assert text.endswith(".\n"), "a fragment is made of whole sentences"


def test_changelog_fragments_make_a_changelog() -> None:
    draft = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "0.0.0", "--date", "2026-01-01"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "## 0.0.0 (2026-01-01)" in draft.stdout
