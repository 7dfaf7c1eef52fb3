"""Sanctions told in three languages: extended, run anew, awaiting reinstatement, on probation, and what is lighter."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.policies.test_sanctions import at, violations
from tests.support import decide

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh", "ru")

POLICY = """\
facts: {partner: {audited_on: {type: date, missing: none}, fine_paid: boolean}}
sanctions:
  conduct:
    title: {en: rules of conduct, zh: 行为规范, ru: правила поведения}
    source: P-10
    subject: partner
    count: partner.violations[exists(confirmed_on)]
    by: violation.occurred_on
    window: 12 months
    new_offence: extend
    effects:
      - {effect: stop_special_price, scope: new_business, title: {en: no special prices, zh: 停止特价, ru: без спеццен}}
    steps:
      - list: black
        title: {en: black list, zh: 黑名单, ru: чёрный список}
        when: level(1) >= 1
        for: 90 days
        effects: [stop_existing_orders, cancel_unpaid]
      - list: red
        title: {en: red list, zh: 红名单, ru: красный список}
        new_offence: restart
        when: level(2) >= 1
        for: 30 days
        effects: [stop_benefits, withhold]
      - list: yellow
        title: {en: yellow list, zh: 黄名单, ru: жёлтый список}
        when: level(3) >= 1
        for: 30 days
        effects: [stop_special_price]
        reinstatement:
          conditions:
            - id: audit
              title: {en: audited, zh: 已审计, ru: проверка пройдена}
              require: exists(partner.audited_on) and partner.audited_on >= violation.occurred_on
            - {id: fine, title: {en: fine paid, zh: 罚款已缴, ru: штраф уплачен}, require: partner.fine_paid}
          probation: 6 months
"""
TOLD: Final[tuple[tuple[str, tuple[tuple[int | None, str], ...], str, dict[str, object]], ...]] = (
    ("extended", ((1, "2024-01-01"), (1, "2024-01-20")), "2024-01-25", {}),
    ("perhaps extended", ((None, "2024-01-01"), (1, "2024-01-20")), "2024-01-25", {}),
    ("run anew", ((2, "2024-01-01"), (2, "2024-01-20")), "2024-01-25", {}),
    ("awaiting reinstatement", ((3, "2024-01-01"),), "2024-03-01", {"fine_paid": False}),
    ("one thing is lacking", ((3, "2024-01-01"),), "2024-03-01", {"fine_paid": False, "audited_on": "2024-02-01"}),
    ("on probation", ((3, "2024-01-01"),), "2024-03-01", {"fine_paid": True, "audited_on": "2024-02-01"}),
    ("lighter without one", ((3, "2024-01-02"), (1, "2024-01-20")), "2024-01-25", {"fine_paid": False}),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_on_is_told(language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, given, day, partner in TOLD:
        facts = {"partners": {"P-1": partner}, "violations": violations(*given), "sanctions": {}}
        told = decide(POLICY, facts, as_of=at(day)).explain("conduct", "P-1", language=language)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"sanctions-going-on.{language}.txt", "\n".join(parts))
