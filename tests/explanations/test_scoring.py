"""Scores and signs told in three languages, whole: bands, ranges, blocking, missing items, tracks, what is better."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import decide

from partnerrules import Decision

HERE = Path(__file__).resolve().parent

RULES = """\
parameters:
  wanted: {value: 60 %, status: assumed, note: the source names no figure}
  several: {value: 3}
facts:
  partner:
    response: boolean
    sales: money(CNY)
    tickets: integer
    hours: hours
    rate: ratio
    a: boolean
    b: boolean
    c: boolean
scoring:
  service:
    title: {en: service score, zh: 服务评分, ru: оценка сервиса}
    source: S-2
    subject: partner
    items:
      - {id: lawful, weight: 0 %, require: partner.a, zero_blocks: true, source: S-2.1}
      - id: response
        title: {en: quick response, zh: 响应及时, ru: быстрый ответ}
        weight: 20 %
        all: [partner.response, partner.hours <= 4 hours]
      - id: growth
        weight: 40 %
        best_of:
          - {id: sales, title: {en: sales, zh: 销售额, ru: продажи}, measure: partner.sales, full_at: 1000000 CNY}
          - {id: rate, measure: partner.rate, from: 20 %, full_at: wanted}
      - id: tickets
        weight: 25 %
        measure: partner.tickets
        steps: [{from: 0, credit: 0 %}, {from: 5, credit: 50 %}, {from: 10, credit: 100 %}]
        missing: zero
      - {id: sold, weight: 15 %, measure: partner.sales, full_at: 500000 CNY, partial: none, missing: reweight}
    bands:
      - {outcome: excellent, title: {en: excellent, zh: 优秀, ru: отлично}, from: 90 points}
      - {outcome: good, from: 60 points}
      - {outcome: weak}
  best:
    subject: partner
    tracks:
      - {id: selling, items: [{id: sales, weight: 100 %, measure: partner.sales, full_at: 1000000 CNY}]}
      - {id: caring, items: [{id: hours, weight: 100 %, measure: partner.hours, from: 10 hours, full_at: 2 hours}]}
  parameters:
    subject: partner
    items:
      - {id: half, weight: wanted, require: partner.a}
      - {id: other, weight: wanted, require: partner.b}
  health:
    title: {en: health of the partnership, zh: 合作健康度, ru: состояние партнёрства}
    subject: partner
    signs:
      - id: no-value
        title: {en: no visible value, zh: 看不到价值, ru: нет видимой пользы}
        severity: high
        when: partner.a
      - {id: no-plan, severity: low, when: {any: [partner.b, partner.tickets < 5]}}
      - {id: tension, severity: low, when: partner.c}
    severities: [high, low]
    outcomes:
      - {outcome: beyond_repair, at_least: several}
      - {outcome: danger, at_least: 1, severity: high}
      - {outcome: watch, at_least: 1}
    otherwise: healthy
"""

KNOWN = {"a": True, "b": True, "c": True, "response": True, "tickets": 6, "rate": "0.3"}

FACTS: dict[str, object] = {
    "partners": {
        "P-1": {**KNOWN, "hours": "3 hours", "sales": 600000},
        "P-2": {**KNOWN, "a": False, "b": False, "c": False, "response": False, "hours": "8 hours", "sales": 100000},
        "P-3": {"a": True, "c": True, "response": True, "hours": "5 hours", "rate": "0.3"},
        "P-4": {"response": True, "hours": "2 hours", "sales": 1000000, "rate": "0.6", "tickets": 12},
        "P-5": {**KNOWN, "hours": "6 hours", "sales": 500000},
    }
}

TOLD = (
    ("a band, and what would give the next one", "service", "P-1"),
    ("a band, and ways to the next one", "service", "P-5"),
    ("blocked", "service", "P-2"),
    ("between two ends, with an item that is left out and one that counts as zero", "service", "P-3"),
    ("perhaps blocked", "service", "P-4"),
    ("the best of two tracks", "best", "P-2"),
    ("tracks of which one is not known", "best", "P-3"),
    ("weights by parameters that are not the whole", "parameters", "P-1"),
    ("signs that add up", "health", "P-1"),
    ("no signs", "health", "P-2"),
    ("signs in doubt", "health", "P-4"),
    ("a grave sign, and others in doubt", "health", "P-3"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(RULES, FACTS)


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_scores_and_signs_are_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = [
        f"== {heading}\n{decision.explain(policy, subject, language=language)}\n" for heading, policy, subject in TOLD
    ]
    golden(HERE / "goldens" / f"scoring.{language}.txt", "\n".join(parts))
