"""Stages told in three languages, whole: every sentence of a lifecycle once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, get_args

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.decisions.lifecycle import LifecycleResult
from partnerrules.explanations import explain
from partnerrules.explanations.lifecycle import lifecycle_story
from partnerrules.explanations.lifecycle_keys import LifecycleKey
from partnerrules.explanations.story import Line, Part, Phrase, Several

HERE: Final = Path(__file__).resolve().parent

ONBOARDING: Final = """\
facts:
  partner:
    wanted: {type: text, missing: none}
    leaves_on: {type: date, missing: none}
    passed: {type: boolean, title: {en: exam passed, zh: 考核合格, ru: экзамен сдан}}
    staff: {type: integer, title: {en: certified people, zh: 持证人数, ru: число сертифицированных}}
parameters:
  required: {value: 3, status: assumed, note: the source gives no number}
lifecycle:
  onboarding:
    title: {en: onboarding, zh: 合作伙伴引入, ru: приём партнёра}
    source: S0-009
    subject: partner
    when: if_unknown(partner.legal_name, "") != "nobody"
    stages:
      - {stage: application, title: {en: Application, zh: 申请, ru: заявка}}
      - {stage: review, at_most: 30 days, title: {en: Review, zh: 审核, ru: проверка}}
      - {stage: exam, title: {en: Exam, zh: 考核, ru: экзамен}}
      - {stage: certified, title: {en: Certified, zh: 认证, ru: сертификация}}
      - {stage: left, title: {en: Left, zh: 退出, ru: выход}}
    standing: onboarding
    request: partner.wanted
    forward: one at a time
    guards:
      certified:
        any:
          - {id: passed, require: partner.passed}
          - {id: staff, require: partner.staff >= required}
    transitions:
      - id: resit
        title: {en: resit, zh: 补考, ru: пересдача}
        source: S0-010
        from: exam
        to: review
        minimum_stay: 30 days
      - {from: application, to: left, after: 6 months}
      - {id: notice, source: S2-039, from: [review, exam, certified], to: left, on: partner.leaves_on}
      - {id: lapse, from: exam, to: left, after: 3 months, all: [{id: absent, require: partner.staff = 0}]}
      - {from: certified, to: exam, after: 12 months, all: [{id: fresh, require: not(partner.passed)}]}
      - {from: left, to: application, all: [{id: again, require: partner.staff >= 1}], minimum_stay: 1 month}
"""


def partner(wanted: str | None = None, **fields: object) -> dict[str, object]:
    return fields if wanted is None else {"wanted": wanted, **fields}


STORIES: Final[Mapping[str, tuple[dict[str, object], dict[str, str]]]] = {
    "a skip": (partner("certified"), {"2026-02-01": "application", "2026-02-20": "review"}),
    "allowed, and too long in it": (partner("exam"), {"2026-01-10": "application", "2026-01-20": "review"}),
    "a guard that is not met": (
        partner("certified", passed=False, staff=2),
        {"2026-01-10": "application", "2026-01-20": "review", "2026-02-20": "exam"},
    ),
    "not open": (partner(passed=False, staff=1), {"2026-02-20": "exam"}),
    "a guard in doubt": (partner("certified", staff=2), {"2026-01-10": "application", "2026-01-20": "exam"}),
    "too early to step back": (partner("review", leaves_on="2026-04-01"), {"2026-02-15": "exam"}),
    "what was asked for is the stage": (partner("exam", leaves_on="2026-02-15"), {"2026-02-15": "exam"}),
    "left by itself, and back too early": (
        partner("application", staff=0, leaves_on="2026-02-15"),
        {"2025-12-01": "certified"},
    ),
    "left long ago": (partner("review", staff=1), {"2025-08-01": "application"}),
    "missed": (partner("left", staff=1, passed=True), {"2025-11-01": "exam"}),
    "certified": (partner("left", passed=True), {"2025-11-01": "certified"}),
    "no stage of that name": (partner("exams"), {"2026-02-01": "application"}),
    "nothing recorded": (partner("review"), {}),
    "an old word": (partner("exam"), {"2026-02-01": "screening"}),
    "in disorder": (
        partner(),
        {"2026-01-01..2026-01-05": "application", "2026-01-07..2026-01-10": "review", "2026-01-09": "exam"},
    ),
    "two at once": (partner("exam"), {"2026-01-01": "review", "2026-01-01..": "exam"}),
    "only by itself": (partner("left", staff=1), {"2026-02-01": "application"}),
}


def facts() -> dict[str, object]:
    standings = {
        f"{name}/{number}": {
            "partner": name,
            "kind": "onboarding",
            "value": value,
            "valid_from": day.partition("..")[0],
        }
        | ({"valid_to": day.partition("..")[2]} if day.partition("..")[2] else {})
        for name, (_, history) in STORIES.items()
        for number, (day, value) in enumerate(history.items())
    }
    return {"partners": {name: fields for name, (fields, _) in STORIES.items()}, "standings": standings}


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(ONBOARDING, facts())


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = [
        explain(decision["onboarding"][name], ruleset="northern", language=language, zone=decision.zone)
        for name in STORIES
    ]
    golden(HERE / "goldens" / f"lifecycle.{language}.txt", "\n\n".join(parts) + "\n")


MANY_WAYS: Final = """\
lifecycle:
  onboarding:
    subject: partner
    stages: [exam, certified]
    start: exam
    standing: onboarding
    request: '"certified"'
    forward: any
    guards:
      certified:
        at_least: 2
        of:
          - today < 2026-01-01
          - today < 2026-01-02
          - today < 2026-01-03
          - today < 2026-01-04
          - today < 2026-01-05
          - today < 2026-01-06
"""
UNKNOWN: Final = {
    "partners": {"P-1": {}, "P-2": {}},
    "standings": {"S-1": {"partner": "P-1", "kind": "onboarding", "value": "exam", "valid_from": "2026-02-01"}},
}
SURE: Final = """\
facts: {partner: {renewed: boolean}}
lifecycle:
  onboarding:
    subject: partner
    stages: [exam, certified, left]
    start: exam
    standing: onboarding
    request: partner.lifecycle
    transitions:
      - {from: exam, to: certified}
      - {from: exam, to: left, on: 2026-02-10, require: partner.renewed}
      - {from: exam, to: left, on: 2026-02-20}
"""


def keys_of(part: Part | Line) -> set[str]:
    match part:
        case Line():
            return keys_of(part.says)
        case Phrase(key, parts):
            return {key}.union(*(keys_of(each) for each in parts.values()))
        case Several(items):
            return set().union(*(keys_of(each) for each in items))
        case _:
            return set()


def test_what_is_not_known_is_told() -> None:
    decision = decide(SURE, UNKNOWN)
    assert decision.explain("onboarding", "P-1").split("\n") == [
        'P-1 is in stage left of "onboarding" (trial 1)',
        "  since when is not known",
        "  by itself, on which day is not known: exam > left",
        "  which stage is asked for is not known",
    ]


def test_of_many_ways_the_first_are_told() -> None:
    lines = decide(MANY_WAYS, UNKNOWN).explain("onboarding", "P-1").split("\n")
    assert "What would allow certified, any one of these ways (showing 10 of 15):" in lines


AHEAD: Final = """\
lifecycle:
  onboarding:
    subject: partner
    stages: [exam, certified]
    start: exam
    since: 2026-04-01
    standing: onboarding
    request: '"certified"'
    forward: any
"""


def ahead() -> Decision:
    """P-1 of whom tomorrow's stage is recorded already, and P-2 who only begins next month."""
    entered = {"S-1": ("exam", "2026-03-01"), "S-2": ("exam", "2026-03-02")}
    standings = {
        id: {"partner": "P-1", "kind": "onboarding", "value": value, "valid_from": day}
        for id, (value, day) in entered.items()
    }
    return decide(AHEAD, {"partners": {"P-1": {}, "P-2": {}}, "standings": standings})


def test_what_begins_later_is_told() -> None:
    assert ahead().explain("onboarding", "P-1").split("\n")[:3] == [
        'P-1 is in stage exam of "onboarding" (trial 1)',
        "  since 1 Mar 2026 (0 days)",
        "  certified is asked for: allowed, but another stage is recorded for the next day",
    ]
    assert ahead().explain("onboarding", "P-2").split("\n")[1] == "  from 1 Apr 2026 on"


def test_every_sentence_is_told_somewhere(decision: Decision) -> None:
    decisions = (decision, decide(SURE, UNKNOWN), decide(MANY_WAYS, UNKNOWN), ahead())
    results = [each for one in decisions for each in one["onboarding"].values()]
    found: set[str] = set()
    for each in results:
        assert isinstance(each, LifecycleResult)
        found |= {key for line in lifecycle_story(each, "x") for key in keys_of(line)}
    assert set(get_args(LifecycleKey)) - found == set()
