"""Cases of commission policies: amounts are compared by value; coverage names rows, bands, conditions and limits."""

from pathlib import Path

import pytest

from partnerrules.cases import CasesReport, run_cases

RULES = """\
ruleset: trial
version: "1"
in_force: 2026-01-01 ..
currency: CNY
commission:
  sales:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    exclude: [{id: orders, require: 'transaction.kind = "order"'}]
    rate:
      specific_by: {kind: transaction.kind}
      rows: |
        | id   | kind    | rate   |
        |------|---------|--------|
        | paid | payment | 5 %    |
        | rest | -       | 12.5 % |
    floor: {amount: 5 CNY}
    cap: {amount: 100 CNY}
  volume:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      ladder: marginal
      bands:
        - {id: low, from: 0 CNY, rate: 4 %}
        - {id: high, from: 1000 CNY, rate: 10 %}
"""

CASES = """\
cases:
  - name: it
    as_of: 2026-03-01
    facts:
      partners: {{P: {{}}}}
      transactions:
        T-1: {{partner: P, kind: invoice, net_amount: 400, date: 2026-01-05}}
        T-2: {{partner: P, kind: refund, net_amount: -100, date: 2026-01-06, original: T-1}}
        T-3: {{partner: P, kind: payment, net_amount: 20, date: 2026-01-07}}
        T-4: {{partner: P, kind: invoice, date: 2026-01-07}}
    expect: {expect}
"""


@pytest.fixture
def run(tmp_path: Path) -> "Run":
    (tmp_path / "ruleset.yaml").write_text(RULES, encoding="utf-8")
    return Run(tmp_path)


class Run:
    """Runs one case with an expectation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, expect: str, *, coverage: bool = False) -> CasesReport:
        (self.folder / "cases.yaml").write_text(CASES.format(expect=expect), encoding="utf-8")
        return run_cases(self.folder, coverage=coverage)


@pytest.mark.parametrize(
    "expect",
    [
        "{sales: {T-1: {amount: 50 CNY, base: 400.000 CNY, rate: 0.125, rule: rest, payees: {P: 50.0 CNY}}}}",
        "{sales: {T-1: {steps: {calculated: 50 CNY}, lines: [{payee: P, amount: 50.00 CNY, status: earned}]}}}",
        "{sales: {T-2: {amount: -12.5 CNY, corrects: T-1, rule: null, rate: null}}}",
        "{sales: {T-3: {amount: 5 CNY, limit: {floor: 5.00 CNY}}}}",
        "{sales: {T-4: {outcome: undetermined, amount: unknown, missing: [transactions T-4 net_amount]}}}",
        "{volume: {T-1: {bands: {low: 400 CNY, high: 0 CNY}}}}",
    ],
)
def test_parts_of_a_result_can_be_expected(run: Run, expect: str) -> None:
    report = run(expect)
    assert report.ok, (report.failures, report.diagnostics)


@pytest.mark.parametrize(
    ("expect", "part"),
    [
        ("{sales: {T-1: {amount: 50.01 CNY}}}", "amount"),
        ("{sales: {T-1: {amount: 50 USD}}}", "amount"),
        ("{sales: {T-1: {payees: {P: 49 CNY}}}}", "payees P"),
        ("{sales: {T-1: {outcome: held}}}", "outcome"),
        ("{volume: {T-1: {bands: {low: 399 CNY}}}}", "bands low"),
    ],
)
def test_what_differs_is_named(run: Run, expect: str, part: str) -> None:
    (failure,) = run(expect).failures
    assert failure.part == part


def test_coverage_names_rows_bands_conditions_and_limits(run: Run) -> None:
    coverage = {each.policy: each for each in run("{sales: {T-1: {amount: 50 CNY}}}", coverage=True).coverage}
    assert coverage["sales"].reached == ("row paid", "row rest", "condition orders false", "floor reached")
    assert coverage["sales"].unreached == ("condition orders true", "cap reached")
    assert coverage["volume"].reached == ("band low",)
    assert coverage["volume"].unreached == ("band high",)
