"""Overlap told in three languages, whole: every outcome, cells of several kinds, and what is in doubt."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE: Final = Path(__file__).resolve().parent

FIELDS: Final = """\
parameters:
  cap: {value: 1, status: assumed, note: the source names no number}
facts: {registration: {pilot: boolean, who: text}}
overlap:
  fields:
    title: {en: partners in a field, zh: 同一领域的合作伙伴, ru: партнёры на одном поле}
    source: S4-066
    coverage:
      - {of: registration, holder: registration.who}
      - {of: assignment, holder: assignment.manager, direct: true, covers_all: [territories]}
    same: {customer: coverage.customer}
    shared: {territories: coverage.territories}
    at_most: cap
    exempt:
      - id: pilot
        title: {en: a pilot, zh: 试点, ru: пилотный проект}
        source: S4-066.1
        only: registration
        require: registration.pilot
"""


def registration(who: str | None, territories: list[str] | None, customer: str = "C-1", **more: object) -> object:
    fields = {"partner": "P-1", "customer": customer, "who": who, "territories": territories, "pilot": False, **more}
    return {name: value for name, value in fields.items() if value is not None} | {
        "submitted_at": "2026-01-01T00:00:00Z"
    }


FACTS: Final[dict[str, object]] = {
    "partners": {"P-1": {}},
    "customers": {f"C-{number}": {} for number in range(1, 5)},
    "registrations": {
        "R-1": registration("A", ["N", "S"]),
        "R-2": registration("B", ["N"]),
        "R-3": registration("A", ["N"]),
        "R-4": registration("C", ["N"], pilot=True),
        "R-5": registration("D", ["W"], "C-2"),
        "R-6": registration("E", ["N"], "C-3"),
        "R-7": registration(None, None, "C-3"),
        "F": registration("F", None, "C-4"),
        "R-9": registration("G", [], "C-4"),
    },
    "assignments": {"A-1": {"customer": "C-2", "manager": "Li"}},
}

TOLD: Final = (
    ("overlapping in one cell of two", "R-1"),
    ("exempt", "R-4"),
    ("beside the direct channel", "R-5"),
    ("the direct channel, in all cells", "A-1"),
    ("undetermined for want of a holder", "R-6"),
    ("of a holder that is not known", "R-7"),
    ("alone, under the name of its holder", "F"),
    ("covering nothing", "R-9"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(FIELDS, FACTS)


UNLIMITED: Final = (
    FIELDS.replace("at_most: cap", "at_most: none")
    + """\
    titles:
      customer: {en: customer, zh: 客户, ru: заказчик}
      territories: {en: territories, zh: 区域, ru: территории}
"""
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "customer = C-1; territories = N: no direct channel beside others, and no limit to how many cover it"),
        ("zh", "客户 = C-1；区域 = N：直销未与其他渠道并存，覆盖方数量不限"),
        ("ru", "заказчик = C-1; территории = N: прямого канала рядом с другими нет, число участников не ограничено"),
    ],
)
def test_cells_are_told_by_titles_and_without_a_limit(language: str, expected: str) -> None:
    found = decide(UNLIMITED, FACTS)["fields"]["R-3"]
    assert expected in explain(found, ruleset="northern", language=language)


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, subject in TOLD:
        told = explain(decision["fields"][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"overlap.{language}.txt", "\n".join(parts))


def test_of_many_that_cover_a_cell_the_first_are_told() -> None:
    facts = {**FACTS, "registrations": {f"R-{number:02}": registration(f"P{number}", None) for number in range(30)}}
    told = decide(FIELDS, facts).explain("fields", "R-00").split("\n")
    assert told[1] == "customer = C-1: too many holders, at most 1"
    assert told[2:4] == ["  - P0 (R-00): counts", "  - P1 (R-01): counts"]
    assert told[-2] == "  - and 10 more"
