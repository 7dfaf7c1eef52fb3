"""Allocation told in three languages, whole: every outcome, and every reason why a candidate is not taken."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE: Final = Path(__file__).resolve().parent

DISPATCH: Final = """\
parameters:
  greatest-share: {value: 40 %, status: assumed, note: the source says that the same few get everything}
facts:
  partner: {places: integer, score: {type: number, missing: none}}
  project: {industry: text}
allocation:
  dispatch:
    title: {en: dispatch, zh: 派单, ru: распределение}
    source: S0-044
    subject: project
    when: not(exists(project.partner))
    candidates: partners
    fit:
      - id: industry
        title: {en: knows the industry, zh: 熟悉该行业, ru: знает отрасль}
        require: project.industry in candidate.industries
    prefer:
      - {id: score, title: {en: score, zh: 评分, ru: оценка}, highest: candidate.score}
    order: [{id: start, title: {en: start of work, zh: 开工日期, ru: начало работ}, earliest: project.started_on}]
    capacity: candidate.places
    concentration: {at_most: greatest-share, of: projects, holder: project.partner}
"""


def partner(score: object, places: int, *industries: str) -> object:
    return {"score": score, "places": places, "industries": [*industries]}


FACTS: Final[dict[str, object]] = {
    "partners": {
        "P-1": partner(9, 2, "it"),
        "P-2": partner(8, 9, "it", "power"),
        "P-3": partner(7, 2, "it", "retail"),
        "P-4": partner(7, 2, "retail"),
        "P-5": partner({"unknown": True}, 2, "ships"),
        "P-6": partner(5, 2, "ships", "trains"),
    },
    "projects": {
        **{f"F-{number}": {"partner": "P-2", "started_on": "2025-01-01"} for number in range(1, 5)},
        "J-1": {"industry": "it", "started_on": "2026-01-01"},
        "J-2": {"industry": "it", "started_on": "2026-01-02"},
        "J-3": {"industry": "it", "started_on": "2026-01-03"},
        "J-4": {"industry": "power", "started_on": "2026-01-04"},
        "J-5": {"industry": "farms", "started_on": "2026-01-05"},
        "J-6": {"industry": "retail", "started_on": "2026-01-06"},
        "J-7": {"industry": "ships", "started_on": "2026-01-07"},
        "J-8": {"industry": "trains", "started_on": "2026-01-08"},
        "J-9": {"industry": "trains", "started_on": "2026-01-08"},
        "J-10": {"industry": "trains", "started_on": "2026-01-08"},
    },
}

TOLD: Final = (
    ("the best one", "J-1"),
    ("the better ones are full", "J-3"),
    ("nobody has room, by a share", "J-4"),
    ("nobody fits", "J-5"),
    ("two are equal", "J-6"),
    ("a score is not known", "J-7"),
    ("three want what there is for two", "J-8"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(DISPATCH, FACTS)


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, subject in TOLD:
        told = explain(decision["dispatch"][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"allocation.{language}.txt", "\n".join(parts))


def test_there_may_be_no_candidates_at_all() -> None:
    decision = decide(DISPATCH, {"partners": {}, "projects": {"J-1": {"industry": "it", "started_on": "2026-01-01"}}})
    assert decision.explain("dispatch", "J-1").split("\n")[1:3] == [
        "  its turn: start of work = 2026-01-01",
        "  there are no candidates",
    ]
