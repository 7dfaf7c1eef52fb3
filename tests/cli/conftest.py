"""Runs commands as a user does, and gives them a ruleset to work on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from partnerrules.cli import app

RULES = """\
ruleset: northern
version: "1"
in_force: 2026-01-01 .. 2027-01-01
currency: CNY
timezone: Asia/Shanghai

parameters:
  quota: {value: 1000000 CNY, status: assumed}
  visits: {type: integer, status: unstated}

facts:
  partner: {exam_pass_rate: ratio}

definitions:
  sales: {of: partner, value: 'sum(partner.transactions[kind = "invoice" and date in last 12 months].net_amount)'}

tables:
  rebate:
    subject: partner
    hit: unique
    inputs: {sales: partner.sales}
    outputs: {rate: {type: ratio}}
    rows: |
      | id    | sales         | rate |
      |-------|---------------|------|
      | small | < 500000 CNY  | 1 %  |
      | large | >= 500000 CNY | 2 %  |

eligibility:
  admission:
    title: {en: Admission, zh: 准入, ru: Допуск}
    subject: partner
    gates:
      - {id: lawful, require: partner.checks.legal}
      - {id: exams, require: partner.exam_pass_rate >= 80 %}
"""

CASES = """\
base:
  good:
    partners: {P-1: {checks: {legal: true}, exam_pass_rate: 80 %}}
    transactions: {}
cases:
  - name: at the pass rate
    as_of: 2026-03-01
    base: good
    expect: {admission: {P-1: {outcome: eligible}}, rebate: {P-1: {rate: 0.01}}}
  - name: below it
    as_of: 2026-03-01T09:00:00+08:00
    base: good
    facts: {partners: {P-1: {exam_pass_rate: 79.9 %}}}
    expect: {admission: {P-1: {outcome: ineligible, ways: [[exams]]}}}
"""

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs `partnerrules` with arguments, in this process."""

    def command(*arguments: str | Path) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="partnerrules")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return command


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the ruleset `northern`, its cases, and facts, in which commands run."""
    (tmp_path / "northern").mkdir()
    (tmp_path / "northern" / "ruleset.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "northern" / "cases.yaml").write_text(CASES, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(
        "partners:\n  P-1: {checks: {legal: true}, exam_pass_rate: 75 %}\n  P-2: {checks: {legal: true}}\n"
        "transactions: {}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path
