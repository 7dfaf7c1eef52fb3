"""Papers told in three languages, whole: in order, every finding, terms of every sort, and what is in doubt."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE: Final = Path(__file__).resolve().parent

PAPERS: Final = """\
parameters:
  sections: {value: '["roles", "response levels"]', status: assumed, note: the source gives examples}
facts:
  contract:
    project: ref project
    previous_term: {type: days, missing: none}
    notice_given_on: {type: date, missing: none}
    breach_on: {type: date, missing: none}
    cured_on: {type: date, missing: none}
contracts:
  papers:
    title: {en: papers of the project, zh: 项目合同, ru: договоры проекта}
    source: S0-020
    subject: project
    contracts: contracts[item.project = subject]
    required:
      - id: uc
        title: {en: a contract with the supplier, zh: 支持合同, ru: договор с поставщиком}
        source: S0-032
        having: contract.kind = "underpinning"
      - {id: ola, severity: warning, having: contract.kind = "ola"}
    complete:
      - {id: sections, source: S0-031, for: contract.kind = "main", names: contract.scope, all_of: parameters.sections}
    must:
      - id: sold-as
        title: {en: how it is sold, zh: 销售模式, ru: способ продажи}
        for: contract.kind = "main"
        any:
          - {id: direct, require: contract.sales_mode = "direct"}
          - {id: resale, require: contract.sales_mode = "resale"}
    order:
      - id: uc-first
        title: {en: the supplier first, zh: 先签支持合同, ru: сначала с поставщиком}
        source: S0-021
        earlier: contract.kind = "underpinning"
        later: contract.kind = "main"
        by: contract.signed_at
    underpinning: {for: contract.kind = "underpinning", lower: [response_time], higher: [availability]}
    deterioration:
      - id: payment-term
        severity: warning
        was: contract.previous_term
        now: contract.payment_term
        worse: up
        ratio: 300 %
    term:
      for: contract.kind = "underpinning"
      from: contract.effective_from
      to: contract.effective_to
      renews: contract.auto_renew
      notice: contract.notice
      notice_given: contract.notice_given_on
      cure: contract.cure_period
      breach_notified: contract.breach_on
      cured: contract.cured_on
"""

YEAR: Final[dict[str, object]] = {
    "effective_from": "2025-01-01",
    "effective_to": "2026-01-01",
    "auto_renew": True,
    "notice": "30 days",
    "cure_period": "30 days",
}
RESPONSE: Final = {"metric": "response_time", "limit": 4, "unit": "h", "scope": "L1"}
AVAILABLE: Final = {"metric": "availability", "limit": "99.9", "unit": "%"}


def contract(project: str, kind: str, **fields: object) -> dict[str, object]:
    return {"project": project, "kind": kind, "payment_term": "30 days", **fields}


def main(project: str, day: str, *scope: str, mode: str = "direct", **fields: object) -> dict[str, object]:
    signed = f"2026-01-{day}T09:00:00+08:00"
    return contract(
        project, "main", signed_at=signed, scope=scope, sales_mode=mode, targets=[RESPONSE, AVAILABLE], **fields
    )


FACTS: Final[dict[str, object]] = {
    "projects": {"J-1": {}, "J-2": {}, "J-3": {}, "J-4": {}},
    "contracts": {
        "M-1": main("J-1", "10", "roles", "response levels"),
        "U-1": contract(
            "J-1", "underpinning", signed_at="2026-01-09T09:00:00+08:00", underpins=["M-1"],
            targets=[{**RESPONSE, "limit": 3}, AVAILABLE], **YEAR,
        ),
        "O-1": contract("J-1", "ola"),
        "M-2": main("J-2", "10", "prices", mode="lease", previous_term="30 days") | {"payment_term": "180 days"},
        "U-2": contract(
            "J-2", "underpinning", underpins=["M-2"], targets=[{**RESPONSE, "limit": 5}], breach_on="2026-01-02", **YEAR
        ),
        "U-3": contract(
            "J-2", "underpinning", signed_at="2026-01-11T09:00:00+08:00", underpins=["M-2"],
            targets=[{**RESPONSE, "limit": 240, "unit": "min"}, AVAILABLE], **YEAR, notice_given_on="2025-11-01",
        ),
        "M-3": main("J-3", "10"),
        "M-4": {"project": "J-4", "kind": "main", "sales_mode": "resale", "signed_at": {"unknown": True}},
        "U-4": contract("J-4", "underpinning", underpins=["M-4"], targets=[], auto_renew=False),
    },
}  # fmt: skip

TOLD: Final = (
    ("in order", "J-1"),
    ("with every finding", "J-2"),
    ("with nothing that comes first", "J-3"),
    ("in doubt", "J-4"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(PAPERS, FACTS)


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, subject in TOLD:
        told = explain(decision["papers"][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"contracts.{language}.txt", "\n".join(parts))


def test_only_a_warning_is_told_as_one(decision: Decision) -> None:
    facts = {**FACTS, "contracts": {id: each for id, each in FACTS["contracts"].items() if id != "O-1"}}  # type: ignore[attr-defined]  # a mapping
    told = decide(PAPERS, facts).explain("papers", "J-1").split("\n")
    assert told[0] == '"papers of the project" is in order for J-1, with warnings (papers, trial 1 [S0-020])'
    assert "- ola: there is none, which only warns" in told
