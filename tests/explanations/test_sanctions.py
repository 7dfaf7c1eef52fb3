"""Sanctions told in three languages, whole: on a list, clear, undetermined, covered, recorded, in doubt."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import SHANGHAI, decide

from partnerrules import Decision
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.explanations import explain

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh", "ru")

CONDUCT = """\
parameters:
  black_list: {value: 90 days, status: assumed, note: the source names no figure for some cases}
sanctions:
  conduct:
    title: {en: rules of conduct, zh: 行为规范, ru: правила поведения}
    source: P-10
    subject: partner
    count: partner.violations[exists(confirmed_on) and confirmed_on <= today]
    by: violation.occurred_on
    window: calendar year
    effects: [stop_special_price]
    steps:
      - list: black
        title: {en: black list, zh: 黑名单, ru: чёрный список}
        source: P-10.2
        when: level(1) >= 1 or level(2) >= 3
        starts: violation.confirmed_on
        for: black_list
        effects: [stop_new_business, stop_settlement]
        standing: {status: blacklisted}
      - list: yellow
        when: level(2) >= 2 or level(3) >= 3
        until: end of year(violation.occurred_on)
        effects: [stop_special_price, notice]
"""


def violation(partner: str, day: str, level: int | None = None, **more: object) -> dict[str, object]:
    """A violation that was confirmed on the day it was done."""
    known = {} if level is None else {"level": level}
    return {"partner": partner, "occurred_on": day, "confirmed_on": day, **known, **more}


FACTS: dict[str, object] = {
    "partners": {f"P-{number}": {} for number in range(1, 7)},
    "violations": {
        # P-1: yellow, then black, recorded; P-2: covered; P-3: a level is not known; P-4: the year is over.
        "V-11": violation("P-1", "2024-03-01", 2),
        "V-12": violation("P-1", "2024-06-01", 2),
        "V-13": violation("P-1", "2024-11-15", 2),
        "V-21": violation("P-2", "2024-11-20", 1),
        "V-22": violation("P-2", "2024-11-25", 1),
        "V-31": violation("P-3", "2024-12-20"),
        "V-41": violation("P-4", "2024-03-01", 3),
        "V-42": violation("P-4", "2024-03-02", 3),
        "V-51": violation("P-5", "2024-01-15", 1),
        "V-61": violation("P-6", "2024-12-01", 2),
        "V-62": violation("P-6", "2024-12-02", 2),
        "V-63": violation("P-6", "2024-12-03"),
    },
    "sanctions": {
        "S-1": {
            "partner": "P-1",
            "list": "yellow",
            "causes": ["V-11", "V-12"],
            "effects": ["stop_special_price", "notice"],
            "starts_at": "2024-06-01T00:00:00+08:00",
            "ends_at": "2025-01-01T00:00:00+08:00",
        }
    },
}

TOLD = (
    ("on the graver of two lists", "P-1"),
    ("a further violation while it runs", "P-2"),
    ("undetermined for want of a level", "P-3"),
    ("clear", "P-4"),
    ("clear, as it is over", "P-5"),
    ("on a list, and perhaps on a graver one", "P-6"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(CONDUCT, FACTS, as_of=dt.datetime(2024, 12, 31, 9, tzinfo=SHANGHAI))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_of_a_sanctions_policy_is_told(
    decision: Decision, language: str, golden: Callable[[Path, str], None]
) -> None:
    parts = []
    for heading, subject in TOLD:
        told = explain(decision["conduct"][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"sanctions.{language}.txt", "\n".join(parts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_never_runs_and_what_is_still_to_come_is_told(language: str) -> None:
    text = CONDUCT.replace("starts: violation.confirmed_on", "starts: violation.confirmed_on + 30 days").replace(
        "until: end of year(violation.occurred_on)", "until: violation.occurred_on"
    )
    facts = {**FACTS, "sanctions": {}}
    found = decide(text, facts, as_of=dt.datetime(2024, 12, 10, 9, tzinfo=SHANGHAI))
    covered, coming = (found.explain("conduct", subject, language=language).split("\n") for subject in ("P-6", "P-1"))
    words = {
        "en": ("V-62 reaches yellow and imposes nothing: it would end before it starts", "still to come"),
        "zh": ("V-62 达到“yellow”，但不处罚：结束时间不晚于开始时间", "尚未开始"),
        "ru": ("V-62: условие «yellow» выполнено, но санкции нет: её конец не позже начала", "ещё не началась"),
    }[language]
    assert f"- {words[0]}" in covered
    (line,) = (line for line in coming if "V-13" in line and line.startswith("1. "))
    assert line.endswith(words[1])


def test_a_sanction_whose_end_is_not_known_is_told_so() -> None:
    text = CONDUCT.replace("{value: 90 days, status: assumed,", "{type: days, status: unstated,")
    found = decide(text, FACTS, as_of=dt.datetime(2024, 12, 31, 9, tzinfo=SHANGHAI))
    result = found["conduct"]["P-5"]
    assert isinstance(result, SanctionResult)
    told = found.explain("conduct", "P-5").split("\n")
    assert (
        told[0] == 'P-5: whether a sanction of "rules of conduct" is running is undetermined (conduct, trial 1 [P-10])'
    )
    assert "  may be in force: no new business; settlement stopped" in told
    assert '- the parameter "black_list": its source states no value' in told
