"""Protection, shared claims and lines told in three languages, whole."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from tests.explanations.test_conflicts import registration
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE = Path(__file__).resolve().parent

RULES: Final = """\
conflicts:
  same-customer:
    title: {en: several agents, zh: 多家代理, ru: несколько агентов}
    source: N-6
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: claim.customer}
    protection:
      source: N-6.1
      from: claim.approved_at
      for: 90 days
      extensions: claim.extensions
      renews: claim.supersedes
      filed: claim.submitted_at
      pending: protected
    valid_when:
      - id: kept
        title: {en: not withdrawn, zh: 未撤回, ru: не отозвана}
        require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at
    prefer:
      - {id: volume, title: {en: the greatest volume, zh: 金额最大, ru: наибольший объём}, highest: claim.amount}
    losers:
      consequence: co_sell
      queue:
        - id: receipt
          title: {en: order of receipt, zh: 收到先后, ru: порядок поступления}
          earliest: claim.submitted_at
      awarded: exists(claim.approved_by)
      entered: claim.submitted_at
      fell: claim.withdrawn_at
    titles:
      customer: {en: end user, zh: 最终客户, ru: конечный заказчик}
      co_sell: {en: the co-sell rate, zh: 联合销售折扣, ru: ставка совместной продажи}
  shared-field:
    title: {en: a shared field, zh: 共享领域, ru: общая область}
    claims: [{of: registration, claimant: registration.partner}]
    after: [same-customer]
    same: {customer: claim.customer}
    prefer: [{id: amount, highest: claim.amount}]
    otherwise: shared
    holders: 2
"""


def claim(partner: str, customer: str, day: int, amount: str = "100 CNY", **more: object) -> dict[str, object]:
    return registration(partner, customer, day, **{"amount": amount, "extensions": [], **more})


FACTS: Final[Mapping[str, object]] = {
    "partners": {f"P-{number}": {} for number in range(1, 6)},
    "customers": {f"C-{number}": {} for number in range(1, 8)},
    "registrations": {
        # C-1: three by volume, the line by receipt.
        "R-11": claim("P-1", "C-1", 2, "300 CNY"),
        "R-12": claim("P-2", "C-1", 3, "200 CNY"),
        "R-13": claim("P-3", "C-1", 1, "100 CNY"),
        # C-2: the one that held it was withdrawn, and the first in line has it now.
        "R-21": claim("P-1", "C-2", 1, approved_by="Li", withdrawn_at="2026-02-25T09:00:00+08:00"),
        "R-22": claim("P-2", "C-2", 2, "200 CNY"),
        "R-23": claim("P-3", "C-2", 3, "300 CNY"),
        # C-3: another one was awarded after that.
        "R-31": claim("P-1", "C-3", 1, approved_by="Li", withdrawn_at="2026-02-25T09:00:00+08:00"),
        "R-32": claim("P-2", "C-3", 2),
        "R-33": claim("P-3", "C-3", 3, approved_by="Li"),
        # C-4: a renewal in time, and the one that it renews.
        "R-41": claim("P-1", "C-4", 1, submitted_at="2025-11-20T09:00+08:00", approved_at="2025-12-20T09:00+08:00"),
        "R-42": claim("P-1", "C-4", 2, supersedes="R-41"),
        # C-5: over, not begun, and a renewal that is not decided.
        "R-51": claim("P-1", "C-5", 1, submitted_at="2025-11-01T09:00+08:00", approved_at="2025-11-10T09:00+08:00"),
        "R-52": claim("P-2", "C-5", 2, approved_at=None),
        "R-53": claim("P-1", "C-5", 7, supersedes="R-51", approved_at=None),
        # C-6: a circle, and a prolongation that is not known.
        "R-61": claim("P-1", "C-6", 1, supersedes="R-62"),
        "R-62": claim("P-2", "C-6", 2, supersedes="R-61"),
        # C-7: equal claims.
        "R-71": claim("P-1", "C-7", 1),
        "R-72": claim("P-2", "C-7", 2),
    },
}

TOLD: Final = (
    ("the winner", "same-customer", "R-11"),
    ("the first in line", "same-customer", "R-13"),
    ("reconsidered", "same-customer", "R-22"),
    ("held before", "same-customer", "R-33"),
    ("lost to one that held it before", "same-customer", "R-32"),
    ("renewed", "same-customer", "R-41"),
    ("a renewal", "same-customer", "R-42"),
    ("over", "same-customer", "R-51"),
    ("not begun", "same-customer", "R-52"),
    ("a renewal that is not decided", "same-customer", "R-53"),
    ("a circle", "same-customer", "R-61"),
    ("undecided", "same-customer", "R-71"),
    ("two hold it", "shared-field", "R-71"),
    ("the only one left", "shared-field", "R-11"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(RULES, FACTS)


def test_the_outcomes_are_those_that_were_worked_out(decision: Decision) -> None:
    assert [decision[policy][id].outcome for _, policy, id in TOLD] == [
        "won",
        "lost",
        "won",
        "won",
        "lost",
        "discarded",
        "won",
        "discarded",
        "discarded",
        "won",
        "undetermined",
        "undecided",
        "won",
        "won",
    ]


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_claim_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, policy, id in TOLD:
        story = explain(decision[policy][id], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{story}\n")
    golden(HERE / "goldens" / f"conflicts_line.{language}.txt", "\n".join(parts))
