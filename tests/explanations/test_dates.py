"""Periods are told with the day on which they end, and business days as such."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import HEAD, decide

TEXT = """\
parameters:
  protection: {value: 90 days, title: {en: protection, zh: 报备保护期, ru: срок защиты}}
  answer: {value: 21 business days, title: {en: time to answer, zh: 答复期限, ru: срок ответа}}
eligibility:
  protected:
    subject: registration
    when: exists(registration.approved_at)
    gates:
      - {id: running, require: "runs(date(registration.approved_at), protection, today)"}
      - {id: answered, require: "within(today, answer, date(registration.approved_at))"}
      - {id: counted, require: "business_days_between(date(registration.approved_at), today) <= answer"}
      - {id: graded, require: 'held(registration.partner, "grade", ["gold", "silver"], last 12 months)'}
"""
FACTS = {
    "partners": {"P-1": {}, "P-2": {}},
    "customers": {"C-1": {}},
    "standings": {
        "T-1": {
            "partner": "P-1",
            "kind": "grade",
            "value": "gold",
            "valid_from": "2025-01-01",
            "valid_to": "2025-06-01",
        },
    },
    "registrations": {
        # Of 90 days from 2 December the last one is 1 March; the 21st business day is 31 December.
        "R-1": {"partner": "P-1", "customer": "C-1", "approved_at": "2025-12-02T15:00:00+08:00"},
        "R-2": {"partner": "P-2", "customer": "C-1", "approved_at": "2025-12-01T15:00:00+08:00"},
        "R-3": {"partner": "P-2", "customer": "C-1", "approved_at": {"unknown": True}},
        "R-4": {"partner": "P-1", "customer": "C-1", "approved_at": "2101-01-01T15:00:00+08:00"},
        "R-5": {"partner": "P-1", "customer": "C-1", "approved_at": "2026-01-30T15:00:00+08:00"},
    },
}


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_periods_are_told_with_their_ends(language: str, golden: Callable[[Path, str], None]) -> None:
    decision = decide(TEXT, FACTS, head=HEAD + "calendar: {holidays: CN}\n")
    told = [decision.explain("protected", id, language=language) for id in decision["protected"]]
    golden(Path(__file__).parent / "goldens" / f"dates.{language}.txt", "\n\n".join(told) + "\n")


def test_what_is_told_is_what_was_worked_out() -> None:
    found = decide(TEXT, FACTS, head=HEAD + "calendar: {holidays: CN}\n")["protected"]
    assert {id: each.outcome for id, each in found.items()} == {
        "R-1": "ineligible",  # protected to the day, and answered too late
        "R-2": "ineligible",
        "R-3": "undetermined",
        "R-4": "ineligible",
        "R-5": "eligible",
    }
