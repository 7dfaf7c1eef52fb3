"""Where durable-rules cannot be had, everything is installed, loads and runs all the same, and says why."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tests.inference.watching import watched

ROOT = Path(__file__).resolve().parents[2]
RULES = "examples/inference/rulesets/distribution"

BLOCKED = """\
import sys
from importlib import abc, metadata

class Blocked(abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("durable", "durable_rules_engine"):
            raise {error}

sys.meta_path.insert(0, Blocked())
version = metadata.version
def found(name):
    if name == "durable_rules":
        {version}
    return version(name)
metadata.version = found

from partnerrules.cli import main
sys.argv = ["partnerrules", *sys.argv[1:]]
main()
"""

CASES = [
    (
        'ImportError("undefined symbol: PyEval_CallObject")',
        'return "2.0.28"',
        "durable-rules cannot be imported: undefined symbol: PyEval_CallObject",
    ),
    (
        'SystemError("made for another Python")',
        'return "2.0.28"',
        "durable-rules cannot be imported: made for another Python",
    ),
    (
        'AssertionError("not to be imported")',
        "raise metadata.PackageNotFoundError(name)",
        "durable-rules is not installed here, as it runs on Python 3.11 and 3.12 only",
    ),
    (
        'AssertionError("not to be imported")',
        'return "2.0.29"',
        "durable-rules is here in version 2.0.29, and 2.0.28 is the one that is known to be safe",
    ),
]


@pytest.mark.parametrize(("error", "version", "said"), CASES, ids=["import", "other Python", "not there", "another"])
def test_e6_without_the_engine_all_runs_on_the_matcher_which_is_said(error: str, version: str, said: str) -> None:
    script = BLOCKED.format(error=error, version=version)
    checked = watched(["-c", script, "check", "--verbose", RULES], silence=60)
    assert checked.code == 0, checked.errors
    assert [line.strip() for line in checked.lines if "runs on" in line] == [f"runs on the matcher: {said}"] * 4
    tried = watched(["-c", script, "test", RULES], silence=60)
    assert tried.code == 0, (tried.lines, tried.errors)


@pytest.mark.parametrize(("python", "wanted"), [("3.11", True), ("3.12", True), ("3.13", False), ("3.14", False)])
def test_e6_installing_asks_for_the_engine_only_where_it_runs(python: str, wanted: bool) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (found,) = [each for each in map(Requirement, project["dependencies"]) if each.name == "durable-rules"]
    assert found.marker is not None
    assert str(found.specifier) == "==2.0.28"
    assert found.marker.evaluate({"python_version": python}) is wanted
