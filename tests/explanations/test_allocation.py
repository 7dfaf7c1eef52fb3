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


FIELDS: Final = """\
allocation:
  fields:
    title: {en: coverage of the region, zh: 区域覆盖, ru: охват региона}
    source: S4-064
    subject: partner
    choose: 5
    covers: {territories: partner.territories, verticals: partner.verticals}
    prefer:
      - {id: joined, title: {en: day of admission, zh: 加入日期, ru: дата приёма}, earliest: partner.admitted_on}
"""


def member(territories: object, *verticals: str, day: int = 1) -> object:
    return {"territories": territories, "verticals": [*verticals], "admitted_on": f"2025-01-{day:02}"}


MEMBERS: Final[dict[str, object]] = {
    "P-1": member(["north", "south", "west"], "bank", "retail"),
    "P-2": member(["north", "east"], "bank", "retail"),
    "P-3": member(["north", "island"], "bank"),
    "P-4": member(["harbour"], "port", "ships"),
    "P-5": member(["harbour"], "ships", "port"),
    "P-6": member(["hills"], "mines", day=2),
    "P-7": member(["hills"], "mines", day=3),
    "P-8": member([], "bank"),
    "P-9": member(["hills"], "wood", day=9),
}
CHOSEN: Final = (
    ("adds most", "P-1"),
    ("overlaps as much as it adds", "P-2"),
    ("equals another one", "P-4"),
    ("covers nothing", "P-8"),
    ("in its turn", "P-6"),
    ("adds less than it overlaps", "P-7"),
)


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_a_choice_of_a_set_is_told(language: str, golden: Callable[[Path, str], None]) -> None:
    decision = decide(FIELDS, {"partners": MEMBERS})
    parts = []
    for heading, subject in CHOSEN:
        told = explain(decision["fields"][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    few = decide(FIELDS.replace("choose: 5", "choose: 1"), {"partners": MEMBERS})
    told = explain(few["fields"]["P-4"], ruleset="northern", language=language, zone=few.zone)
    parts.append(f"== no turn is left\n{told}\n")
    unknown = decide(FIELDS, {"partners": {**MEMBERS, "P-6": member({"unknown": True}, "mines")}})
    told = explain(unknown["fields"]["P-9"], ruleset="northern", language=language, zone=unknown.zone)
    parts.append(f"== what another one covers is not known\n{told}\n")
    golden(HERE / "goldens" / f"selection.{language}.txt", "\n".join(parts))


def test_there_may_be_no_candidates_at_all() -> None:
    decision = decide(DISPATCH, {"partners": {}, "projects": {"J-1": {"industry": "it", "started_on": "2026-01-01"}}})
    assert decision.explain("dispatch", "J-1").split("\n")[1:3] == [
        "  its turn: start of work = 1 Jan 2026",
        "  there are no candidates",
    ]
