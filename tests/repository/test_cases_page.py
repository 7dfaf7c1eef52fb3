"""The page about cases: its example passes, and it names every part that a case can expect, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import partnerrules as pr
from partnerrules.cases import run_cases
from partnerrules.cases.given import plain
from partnerrules.cases.reading import read_cases
from partnerrules.decisions import (
    AllocationResult,
    BenefitResult,
    CommissionResult,
    ConflictResult,
    ContractsResult,
    DefinitionResult,
    EligibilityResult,
    InferenceResult,
    LifecycleResult,
    NoPolicyResult,
    OverlapResult,
    ResponsibilityResult,
    Result,
    SanctionResult,
    ScoreResult,
    SelectionResult,
    ServiceLevelResult,
    SignsResult,
    TableResult,
    TieringResult,
)
from partnerrules.diagnostics import Report
from partnerrules.language.source_text import read_source

PAGE = (Path(__file__).parent.parent.parent / "docs" / "reference" / "cases.md").read_text(encoding="utf-8")
COMMON = "Parts of every result"
SECTIONS: dict[type, str] = {
    DefinitionResult: "Definitions",
    TableResult: "`tables`",
    EligibilityResult: "`eligibility`",
    LifecycleResult: "`lifecycle`",
    TieringResult: "`tiering`",
    ScoreResult: "Scores",
    SignsResult: "Signs",
    ConflictResult: "`conflicts`",
    OverlapResult: "`overlap`",
    AllocationResult: "`allocation`",
    SelectionResult: "Chosen sets",
    ContractsResult: "`contracts`",
    ServiceLevelResult: "Service levels",
    ResponsibilityResult: "`responsibility`",
    CommissionResult: "`commission`",
    BenefitResult: "`benefits`",
    InferenceResult: "`inference`",
    SanctionResult: "`sanctions`",
}
OTHER_NAMES = {"rows"}
"""Parts that cases know by a second name."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ruleset and the cases of the page, as a reader would have them."""
    folder = tmp_path_factory.mktemp("trial")
    ruleset, cases = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (folder / "ruleset.yaml").write_text(ruleset, encoding="utf-8")
    (folder / "cases.yaml").write_text(cases, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def results(folder: Path) -> list[Result]:
    """All results of the cases of the page, and those from before the ruleset was in force."""
    rules, report = pr.load(folder), Report()
    source = read_source(folder / "cases.yaml", "cases.yaml", report)
    assert source is not None
    found: list[Result] = []
    for case in read_cases(source, rules, report):
        facts = pr.Facts(plain(case.facts))
        for as_of in (case.as_of, case.as_of.replace(year=2020)):
            decision = rules.decide(facts, as_of=as_of, trace=False)  # as cases are
            found += [result for results in decision.values() for result in results.values()]
    return found


def section(title: str) -> str:
    """The text below a heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"cases.md has no section {title}"
    return found[1]


def parts(text: str) -> set[str]:
    """The parts that the first cells of a section's table name."""
    rows = re.findall(r"^\| (`[^|]*)\|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def inner(value: object) -> Iterator[str]:
    """The names inside a part that is a list of records, and inside those."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            for name, below in item.items():
                yield name
                yield from inner(below)


def test_the_cases_of_the_page_pass(folder: Path) -> None:
    report = run_cases(folder)
    assert report.ok, str(report)
    assert len(report.passed) == PAGE.count("\n  - name: ")


def test_every_type_of_result_has_a_section(results: list[Result]) -> None:
    assert {*SECTIONS, NoPolicyResult} == set(get_args(Result)) == {type(result) for result in results}


@pytest.mark.parametrize("kind", SECTIONS, ids=lambda kind: kind.__name__)
def test_the_page_names_every_part_and_no_other(kind: type, results: list[Result]) -> None:
    own = [result for result in results if type(result) is kind]
    outputs = {name for result in own if isinstance(result, TableResult) for name in result.types}
    known = {part for result in own for part in result.summary()} - outputs
    common, text = parts(section(COMMON)), section(SECTIONS[kind])
    assert known - common == parts(text) - OTHER_NAMES
    assert common <= known


@pytest.mark.parametrize("kind", SECTIONS, ids=lambda kind: kind.__name__)
def test_the_page_names_what_stands_in_lists_of_records(kind: type, results: list[Result]) -> None:
    shown = set(re.findall(r"`([^`]+)`", section(SECTIONS[kind])))
    for result in results:
        if type(result) is kind:
            told = {name: value for name, value in result.summary().items() if name != "missing"}
            assert {name for value in told.values() for name in inner(value)} <= shown


def test_what_was_looked_at_is_empty_in_cases(results: list[Result]) -> None:
    assert "`inputs`, `seen` and `by`" in section("Expectations")
    assert not any(result.inputs for result in results if isinstance(result, TableResult))
    places = [result.place for result in results if isinstance(result, EligibilityResult)]
    assert places
    assert not any(place.by for place in places if place is not None)
    commissions = [result for result in results if isinstance(result, CommissionResult)]
    assert commissions
    assert not any(leaf.seen for result in commissions for leaf in result.leaves.values())


def test_the_page_names_the_parts_where_no_version_is_in_force(results: list[Result]) -> None:
    known = {part for result in results if isinstance(result, NoPolicyResult) for part in result.summary()}
    assert known - parts(section(COMMON)) == {"reference_dates"}
    assert "`reference_dates`" in section(COMMON)
