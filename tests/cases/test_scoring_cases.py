"""Cases of scoring policies: points and credit are compared by value; coverage names bands, credit and signs."""

from pathlib import Path

import pytest

from partnerrules.cases import CasesReport, run_cases

RULES = """\
ruleset: trial
version: "1"
in_force: 2026-01-01 ..
currency: CNY
facts:
  partner: {fast: boolean, sales: money(CNY), a: boolean, b: boolean}
scoring:
  service:
    subject: partner
    items:
      - {id: fast, weight: 50 %, require: partner.fast, zero_blocks: true}
      - {id: sales, weight: 50 %, measure: partner.sales, full_at: 1000 CNY}
    bands: [{outcome: good, from: 75 points}, {outcome: weak}]
  health:
    subject: partner
    signs: [{id: a, when: partner.a}, {id: b, when: partner.b}]
    outcomes: [{outcome: danger, at_least: 2}]
    otherwise: healthy
"""

CASES = """\
cases:
  - name: it
    as_of: 2026-03-01
    facts:
      partners:
        P-1: {{fast: true, sales: 400, a: true, b: false}}
        P-2: {{fast: false, sales: 400, a: true}}
        P-3: {{fast: true, a: true, b: true}}
    expect: {expect}
"""


def run(folder: Path, expect: str, *, coverage: bool = False) -> CasesReport:
    """The report of one case with an expectation."""
    (folder / "ruleset.yaml").write_text(RULES, encoding="utf-8")
    (folder / "cases.yaml").write_text(CASES.format(expect=expect), encoding="utf-8")
    return run_cases(folder, coverage=coverage)


@pytest.mark.parametrize(
    "expect",
    [
        "{service: {P-1: {score: 70.0 points, outcome: weak, points: {sales: 20 points}, credit: {sales: 0.4}}}}",
        "{service: {P-1: {better: {outcome: good}, out_of: 100 points, missing: []}}}",
        "{service: {P-2: {score: 0 points, blocked_by: [fast]}}}",
        "{service: {P-3: {outcome: undetermined, score: unknown, least: 50 points, most: 100.00 points}}}",
        "{service: {P-3: {missing: [partners P-3 sales]}}}",
        "{health: {P-1: {outcome: healthy, count: 1, signs: {a: true, b: false}}}}",
        "{health: {P-2: {outcome: undetermined, count: [1, 2], signs: {b: unknown}}}}",
        "{health: {P-3: {outcome: danger, better: {sets: [[a], [b]]}}}}",
    ],
)
def test_parts_of_a_result_can_be_expected(tmp_path: Path, expect: str) -> None:
    report = run(tmp_path, expect)
    assert report.ok, (report.failures, report.diagnostics)


@pytest.mark.parametrize(
    ("expect", "part"),
    [
        ("{service: {P-1: {score: 70.1 points}}}", "score"),
        ("{service: {P-1: {score: 70}}}", "score"),
        ("{service: {P-1: {points: {sales: 21 points}}}}", "points sales"),
        ("{health: {P-1: {signs: {b: true}}}}", "signs b"),
    ],
)
def test_what_differs_is_named(tmp_path: Path, expect: str, part: str) -> None:
    (failure,) = run(tmp_path, expect).failures
    assert failure.part == part


def test_coverage_names_bands_credit_and_signs(tmp_path: Path) -> None:
    report = run(tmp_path, "{service: {P-1: {outcome: weak}}}", coverage=True)
    coverage = {each.policy: each for each in report.coverage}
    assert coverage["service"].reached == (
        "band weak",
        "item fast full",
        "item fast none",
        "item fast blocks",
        "item sales partial",
    )
    assert coverage["service"].unreached == ("band good", "item sales full", "item sales none")
    assert coverage["health"].reached == (
        "outcome danger",
        "outcome healthy",
        "sign a shows",
        "sign b shows",
        "sign b does not show",
    )
    assert coverage["health"].unreached == ("sign a does not show",)
