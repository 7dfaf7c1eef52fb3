"""Responsibility told in three languages, whole: complete, every fault, and what is in doubt."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE: Final = Path(__file__).resolve().parent

DELIVERY: Final = """\
parameters:
  modules: {value: '["deployment", "testing", "training"]', status: assumed, note: the source gives examples}
responsibility:
  delivery:
    title: {en: who delivers what, zh: 交付分工, ru: кто что поставляет}
    source: S0-025
    subject: project
    items: project.responsibilities
    item: responsibility.item
    lead: responsibility.lead
    catalogue: modules
    line: responsibility.line
    lines: [L1, L2]
    accepted: responsibility.accepted_on
    accepted_by: 2026-02-01
    require:
      - id: local
        title: {en: led by somebody in the country, zh: 由本国企业主导, ru: ведёт местная организация}
        require: responsibility.lead != "abroad"
"""


def duty(project: str, item: str, lead: str | None, line: str = "L1", day: str | None = "2026-01-31") -> object:
    fields = {"project": project, "item": item, "lead": lead, "line": line, "accepted_on": day}
    return {name: value for name, value in fields.items() if value is not None}


FACTS: Final[dict[str, object]] = {
    "projects": {"J-1": {}, "J-2": {}, "J-3": {}},
    "responsibilities": {
        "R-11": duty("J-1", "deployment", "vendor"),
        "R-12": duty("J-1", "testing", "P-1", "L2"),
        "R-13": duty("J-1", "training", "P-1", "L2"),
        "R-21": duty("J-2", "deployment", "vendor", day="2026-02-02"),
        "R-22": duty("J-2", "testing", "vendor", day=None),
        "R-23": duty("J-2", "testing", "P-1"),
        "R-24": duty("J-2", "hotline", "abroad"),
        "R-31": duty("J-3", "deployment", "vendor"),
        "R-32": duty("J-3", "testing", None, "L2"),
        "R-33": duty("J-3", "training", "A"),
        "R-34": duty("J-3", "training", "B"),
        "R-35": duty("J-3", "training", None),
    },
}

TOLD: Final = (("complete", "J-1"), ("with every fault", "J-2"), ("at fault, and in doubt besides", "J-3"))


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(DELIVERY, FACTS)


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, subject in TOLD:
        told = explain(decision["delivery"][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"responsibility.{language}.txt", "\n".join(parts))


def test_what_is_undetermined_is_told_with_what_is_missing() -> None:
    facts = {"projects": {"J-1": {}}, "responsibilities": {"R-1": duty("J-1", "testing", None)}}
    text = DELIVERY.replace("catalogue: modules", "catalogue: [testing]").replace("[L1, L2]", "[L1]")
    assert decide(text, facts).explain("delivery", "J-1").split("\n") == [
        '"who delivers what" cannot be determined for J-1 (delivery, trial 1 [S0-025])',
        "- testing: who leads is not known",
        "  missing: lead of R-1 (responsibility)",
        "- L1: who leads is not known",
        "  missing: lead of R-1 (responsibility)",
        "Not determined, because 1 fact is not known:",
        "- lead of R-1 (responsibility)",
    ]
