"""The plugin makes tests of cases and laws where the configuration names rulesets, and does nothing elsewhere."""

from pathlib import Path

import pytest
from tests.pytest_plugin.running import is_installed, pytest_in
from tests.support import HEAD, in_folder

pytest_plugins = ["pytester"]

RULES = (
    HEAD
    + """\
facts: {partner: {vip: boolean}}
eligibility: {admission: {subject: partner, gates: [{id: vip, require: partner.vip}]}}
"""
)
CASES = """\
cases:
  - name: a friend
    as_of: 2026-03-01
    facts: {partners: {P-1: {vip: true}}}
    expect: {admission: {P-1: {outcome: eligible}}}
  - name: nobody's friend
    as_of: 2026-03-01
    facts: {partners: {P-1: {vip: false}}}
    expect: {admission: {P-1: {outcome: ineligible}}}
"""
CONFIGURATION = """\
[pytest]
partnerrules_rulesets = rules
partnerrules_examples = 3
"""


def repository(folder: Path, configuration: str = CONFIGURATION, cases: str = CASES, rules: str = RULES) -> Path:
    files = {"pytest.ini": configuration, "rules/ruleset.yaml": rules, "rules/cases.yaml": cases}
    return in_folder(files, folder)


def run(pytester: pytest.Pytester, *arguments: str) -> tuple[int, str]:
    """The exit code of pytest in the folder of a test, and what it printed."""
    named = () if is_installed() else ("-p", "partnerrules.pytest_plugin")
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider", *named, *arguments)
    return int(done.ret), f"{done.stdout.str()}\n{done.stderr.str()}"


def test_cases_and_laws_are_tests_of_their_own(pytester: pytest.Pytester) -> None:
    repository(pytester.path)
    code, told = run(pytester, "-v", "-rs")
    assert code == 0, told
    assert "rules/cases.yaml::a friend PASSED" in told
    assert "rules/cases.yaml::nobody's friend PASSED" in told
    assert "rules/ruleset.yaml::law knowledge PASSED" in told
    assert "`trial` has nothing that the law speaks of" in told
    assert "9 passed, 3 skipped" in told


def test_a_case_is_chosen_by_its_id_or_by_words(pytester: pytest.Pytester) -> None:
    repository(pytester.path)
    code, told = run(pytester, "-v", "rules/cases.yaml::a friend")
    assert code == 0, told
    assert "1 passed" in told
    code, told = run(pytester, "-k", "nobody or order")
    assert code == 0, told
    assert "2 passed, 10 deselected" in told


def test_a_failed_case_tells_what_the_command_tells(pytester: pytest.Pytester) -> None:
    repository(pytester.path, cases=CASES.replace("{outcome: eligible}", "{outcome: refused}"))
    code, told = run(pytester, "rules/cases.yaml")
    assert code == 1
    assert "rules/cases.yaml:5:" in told
    assert "failed: a friend\n  admission P-1 outcome: expected `refused`, found `eligible`" in told
    assert "Traceback" not in told
    assert "case_items.py" not in told
    assert "1 failed, 1 passed" in told


def test_refused_facts_are_told_at_their_place(pytester: pytest.Pytester) -> None:
    repository(pytester.path, cases=CASES.replace("{vip: true}", "{vip: perhaps}"))
    code, told = run(pytester, "rules/cases.yaml::a friend")
    assert code == 1
    assert "rules/cases.yaml:4:" in told
    assert "expected true or false" in told


def test_a_broken_law_shows_a_case(tmp_path: Path) -> None:
    # The order of what is given shows in the warnings of every decision.
    changed = """
from dataclasses import replace
from partnerrules import Ruleset
from partnerrules.facts.later import Later

decide = Ruleset.decide

def warning(self, facts, **options):
    decision = decide(self, facts, **options)
    return replace(decision, told=replace(decision.told, warnings=Later.of((repr(facts),))))

Ruleset.decide = warning
"""
    folder = repository(tmp_path, rules=RULES.replace("partner.vip}", "'count(partner.deals) > 0 and partner.vip'}"))
    in_folder({"conftest.py": changed}, folder)
    code, told = pytest_in(folder, "rules/ruleset.yaml::law order")
    assert code == 1
    assert "`trial` breaks the law `order`: the order in which facts are given changes no byte of a decision" in told
    assert "The smallest case, for cases.yaml:\n  - name:" in told


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("partnerrules_laws = order gravity", "partnerrules_laws: there is no law `gravity`"),
        ("partnerrules_examples = many", "partnerrules_examples is a whole number from 1 to 1000000, not `many`"),
        ("partnerrules_rulesets = rulez", "partnerrules_rulesets: there is no ruleset in"),
    ],
)
def test_a_mistake_in_the_configuration_is_told(pytester: pytest.Pytester, line: str, expected: str) -> None:
    name = line.partition(" ")[0]
    kept = [each for each in CONFIGURATION.splitlines() if not each.startswith(name)]
    repository(pytester.path, "\n".join([*kept, line, ""]))
    code, told = run(pytester)
    assert code == pytest.ExitCode.USAGE_ERROR, told
    assert expected in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"rules/ruleset.yaml": RULES.replace("partner.vip}", "partner.wip}")}, "error[unknown-field]"),
        ({"rules/cases.yaml": CASES.replace("expect:", "expects:")}, "error[unknown-key]"),
    ],
)
def test_mistakes_in_the_files_are_told_as_diagnostics(
    pytester: pytest.Pytester, files: dict[str, str], expected: str
) -> None:
    in_folder(files, repository(pytester.path))
    code, told = run(pytester)
    assert code == pytest.ExitCode.INTERRUPTED
    assert expected in told
    assert "Traceback" not in told


def test_of_several_versions_the_laws_are_tried_once_and_all_cases_run(pytester: pytest.Pytester) -> None:
    later = RULES.replace('version: "1"', 'version: "2"').replace("2020-01-01 ..", "2027-01-01 ..")
    earlier = RULES.replace("2020-01-01 ..", "2020-01-01 .. 2027-01-01")
    files = {
        "pytest.ini": CONFIGURATION + "partnerrules_laws = order knowledge\n",
        "rules/a/ruleset.yaml": earlier,
        "rules/b/ruleset.yaml": later,
        "rules/a/cases.yaml": CASES,
        "rules/cases.yaml": CASES,
    }
    in_folder(files, pytester.path)
    code, told = run(pytester, "-v")
    assert code == 0, told
    assert "6 passed" in told
    assert "rules/a/ruleset.yaml::law order" in told


def test_without_laws_hypothesis_is_not_needed(tmp_path: Path) -> None:
    folder = repository(tmp_path, CONFIGURATION + "partnerrules_laws =\n")
    asked = "import sys\ndef pytest_sessionfinish(): assert 'partnerrules.laws' not in sys.modules\n"
    code, told = pytest_in(in_folder({"conftest.py": asked}, folder))
    assert code == 0, told
    assert "2 passed" in told


def test_where_no_ruleset_is_named_nothing_is_collected_and_nothing_imported(tmp_path: Path) -> None:
    asked = """
import sys

def test_nothing():
    assert not {each for each in sys.modules if each.startswith("partnerrules.pytest_plugin.")}
    assert "partnerrules.strategies" not in sys.modules
"""
    folder = in_folder({"test_nothing.py": asked}, repository(tmp_path, "[pytest]\n"))
    code, told = pytest_in(folder)
    assert code == 0, told
    assert "1 passed" in told
