"""Cases of tiering policies: grades, bands, places and reviews; coverage names outcomes, conditions and changes."""

from pathlib import Path

import pytest

from partnerrules.cases import CasesReport, run_cases

RULES = """\
ruleset: trial
version: "1"
in_force: 2026-01-01 ..
currency: CNY
facts:
  partner: {revenue: money(CNY), score: {type: number, missing: unknown}}
tiering:
  level:
    subject: partner
    measure: partner.revenue
    bands: [{grade: gold, from: 100 CNY}, {grade: silver, from: 50 CNY}, {grade: registered}]
  rank:
    subject: partner
    percentile_of: partner.score
    bands: [{grade: best, top: 1}, {grade: others}]
  kept: {subject: partner, review_of: level, grades: [gold, silver, registered], standing: grade, demote: yearly}
"""

CASES = """\
cases:
  - name: it
    as_of: 2026-03-01
    facts:
      partners: {{P: {{revenue: 60 CNY, score: 3}}, Q: {{revenue: 10 CNY, score: 2}}, R: {{}}}}
      standings: {{S-1: {{partner: P, kind: grade, value: gold, valid_from: 2026-01-01}}}}
    expect: {expect}
"""


def run(folder: Path, expect: str) -> CasesReport:
    (folder / "ruleset.yaml").write_text(RULES, encoding="utf-8")
    (folder / "cases.yaml").write_text(CASES.format(expect=expect), encoding="utf-8")
    return run_cases(folder, coverage=True)


@pytest.mark.parametrize(
    "expect",
    [
        "{level: {P: {outcome: silver, at_least: silver, next: gold}}}",
        "{level: {P: {bands: {gold: not_reached, silver: reached}}}}",
        '{level: {P: {leaves: {"partner.revenue >= 50 CNY": true}}}}',
        '{level: {R: {outcome: undetermined, at_least: registered, missing: ["partners R revenue"]}}}',
        "{rank: {P: {outcome: best, place: 1, size: 2, level: 0, without_score: [R]}, Q: {outcome: others, place: 2}}}",
        "{rank: {R: {outcome: no_score}}}",
        "{kept: {P: {outcome: gold, found: silver, recorded: gold, change: kept, next_demotion: 2027-01-01}}}",
        "{kept: {Q: {outcome: registered, change: first, starts: 2026-03-01}}}",
    ],
)
def test_a_case_can_expect_the_parts_of_a_grade(tmp_path: Path, expect: str) -> None:
    report = run(tmp_path, expect)
    assert report.ok, (report.failures, report.diagnostics)


def test_what_differs_is_named(tmp_path: Path) -> None:
    (failure,) = run(tmp_path, "{level: {P: {outcome: gold}}}").failures
    assert failure.part == "outcome"


def test_coverage_names_outcomes_conditions_and_changes(tmp_path: Path) -> None:
    coverage = {each.policy: each for each in run(tmp_path, "{level: {P: {outcome: silver}}}").coverage}
    assert coverage["level"].unreached == ("outcome gold", "condition partner.revenue >= 100 CNY true")
    assert coverage["rank"].reached == ("outcome best", "outcome others", "outcome no_score")
    assert coverage["kept"].reached == ("outcome gold", "outcome registered", "kept")
    assert coverage["kept"].unreached == ("outcome silver", "promoted", "demoted")


def test_only_grades_that_are_still_possible_are_left_open_by_an_unstated_value(tmp_path: Path) -> None:
    rules = """\
ruleset: open
version: "1"
in_force: 2026-01-01 ..
facts: {partner: {n: integer}}
parameters: {open_n: {type: integer, status: unstated}}
tiering:
  level:
    subject: partner
    bands:
      - {grade: gold, all: [partner.n >= 50]}
      - {grade: silver, all: [partner.n >= open_n]}
      - {grade: bronze, all: [partner.n >= 5]}
"""
    cases = """\
cases:
  - name: twenty may be silver
    as_of: 2026-03-01
    facts: {partners: {P-1: {n: 20}}}
    expect: {level: {P-1: {outcome: undetermined}}}
"""
    (tmp_path / "ruleset.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(cases, encoding="utf-8")
    (level,) = run_cases(tmp_path, coverage=True).coverage
    assert "outcome gold" in level.unreached
    assert "outcome no_grade" in level.unreached
    assert ("outcome silver", ("open_n",)) in level.open
