"""Tiering told in three languages, whole: by conditions, by a measure and by rank, in doubt, and left out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh", "ru")

RULES = """\
facts:
  partner:
    revenue: money(CNY)
    certified: integer
    score: {type: number, missing: unknown}
    joined: date
    region: {type: text, missing: none}
parameters:
  premier: {value: 5000000 CNY, status: assumed, note: the source names no figure}
tiering:
  level:
    title: {en: partner level, zh: 伙伴等级, ru: уровень партнёра}
    source: N-7
    subject: partner
    bands:
      - grade: gold
        title: {en: Gold, zh: 金牌, ru: Золото}
        source: N-7.3
        any:
          - all: [partner.revenue >= 1000000 CNY, partner.certified >= 5]
          - {require: partner.revenue > premier, title: {en: very large, zh: 特大, ru: очень крупный}}
      - {grade: silver, title: {en: Silver, zh: 银牌, ru: Серебро}, require: partner.certified >= 3}
      - {grade: registered, require: partner.certified >= 1}
  sales:
    subject: partner
    measure: partner.revenue
    bands: [{grade: premier, above: 3000000 CNY}, {grade: advanced, from: 1000000 CNY}, {grade: basic}]
  rank:
    title: {en: annual rating, zh: 年度评级, ru: годовой рейтинг}
    subject: partner
    when: partner.joined < 2026-01-01
    percentile_of: partner.score
    tie_break: [partner.joined]
    per: [partner.region]
    minimum_cohort: 3
    bands:
      - {grade: gold, top: 10 %, rounding: ceil}
      - {grade: silver, top: 2}
      - {grade: standard}
      - {grade: watch, bottom: 30 %}
  open:
    subject: partner
    percentile_of: partner.score
    missing: undetermined
    minimum_cohort: 4
    otherwise: by_hand
    bands: [{grade: gold, top: 20 %, rounding: half_up}, {grade: standard}]
"""

NORTH = {"region": "north", "joined": "2020-01-01"}
FACTS: dict[str, object] = {
    "partners": {
        "P-1": {"revenue": "2400000 CNY", "certified": 4, "score": 90, **NORTH},
        "P-2": {"revenue": "9000000 CNY", "certified": 0, "score": 80, **NORTH},
        "P-3": {"certified": 3, "score": 70, **NORTH},
        "P-4": {"revenue": "500000 CNY", "certified": 0, "score": 70, **NORTH},
        "P-5": {"revenue": "0 CNY", "score": 60, "region": "south", "joined": "2020-01-01"},
        "P-6": {"revenue": "1000000 CNY", "certified": 1, **NORTH},
        "P-7": {"revenue": "1000000 CNY", "certified": 1, "score": 50, "region": "north"},
    }
}

TOLD = (
    ("the grade between two others", "level", "P-1"),
    ("the highest grade", "level", "P-2"),
    ("at least a grade", "level", "P-3"),
    ("no grade", "level", "P-4"),
    ("a grade or none", "level", "P-5"),
    ("how much more it takes", "sales", "P-1"),
    ("exactly at the bound", "sales", "P-6"),
    ("the first place", "rank", "P-1"),
    ("equal to another one", "rank", "P-3"),
    ("too few", "rank", "P-5"),
    ("no score", "rank", "P-6"),
    ("perhaps not decided at all", "rank", "P-7"),
    ("a score that leaves the ranks in doubt", "open", "P-1"),
    ("a score that is not known", "open", "P-6"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(RULES, FACTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_of_a_tiering_policy_is_told(
    decision: Decision, language: str, golden: Callable[[Path, str], None]
) -> None:
    parts = []
    for heading, policy, subject in TOLD:
        told = explain(decision[policy][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"tiering.{language}.txt", "\n".join(parts))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", 'P-1: the outcome of "open" is by_hand (trial 1)'),
        ("zh", "P-1：“open”的结果为 by_hand"),
        ("ru", "by_hand"),
    ],
)
def test_a_word_of_the_authors_own_is_told(language: str, words: str) -> None:
    found = decide(RULES, {"partners": {"P-1": {"score": 3}}})
    assert found["open"]["P-1"].outcome == "by_hand"
    assert words in found.explain("open", "P-1", language=language).split("\n")[0]
