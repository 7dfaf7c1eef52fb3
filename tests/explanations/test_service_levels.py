"""Service levels told in three languages, whole: every outcome, every clock, stops, groups, and what is in doubt."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.support import decide

from partnerrules import Decision
from partnerrules.explanations import explain

HERE: Final = Path(__file__).resolve().parent

CIRCUITS: Final = """\
calendar: {holidays: CN, covers: 2024-01-01 .. 2027-01-01}
parameters:
  reply_within: {value: 4 hours, status: assumed, note: the source names no number}
facts:
  order:
    plural: orders
    fields:
      region: text
      submitted_at: instant
      done_at: {type: instant, missing: none}
      checked_at: {type: instant, missing: none}
  wait:
    plural: waits
    fields: {order: ref order, begins: instant, ends: {type: instant, missing: none}}
contracts:
  circuit:
    title: {en: circuit in time, zh: 电路按时开通, ru: канал в срок}
    source: S3-029
    subject: order
    starts: order.submitted_at
    ends: order.done_at
    limit: 11 business days
    stops: order.waits
    stopped_from: wait.begins
    stopped_to: wait.ends
    checked_by: [order.checked_at]
    compliance: {per: [order.region], at_least: 95 %}
  response:
    subject: order
    starts: order.submitted_at
    ends: order.done_at
    limit: reply_within
    stops: order.waits
    stopped_from: wait.begins
    stopped_to: wait.ends
    service_hours: {from: "09:00", to: "18:00"}
  answer:
    subject: order
    starts: order.submitted_at
    ends: order.done_at
    limit: 26 hours
    compliance: {at_least: 66.7 %}
  report: {subject: order, starts: order.submitted_at, ends: order.done_at, limit: 3 days}
  review: {subject: order, starts: order.submitted_at, ends: order.done_at, limit: 1 months}
"""


def order(region: str, starts: str, ends: str | None = None, checked: str | None = None) -> dict[str, object]:
    fields = {"submitted_at": starts, "done_at": ends, "checked_at": checked}
    return {"region": region, **{name: f"2026-{value}+08:00" for name, value in fields.items() if value is not None}}


UNKNOWN: Final = {"unknown": True}
FACTS: Final[dict[str, object]] = {
    "orders": {
        "O-1": order("north", "02-10T10:00", "02-27T12:30", "02-28T10:00"),
        "O-2": order("north", "02-02T10:00", "02-27T12:30"),
        "O-3": order("north", "02-10T10:00"),
        "O-4": order("south", "02-10T10:00", "02-11T10:00"),
        "O-5": order("south", "02-10T10:00"),
        "O-6": order("south", "03-10T10:00"),
        "O-7": {"region": "west", "submitted_at": "2026-02-02T10:00:00+08:00"},
        "O-8": {**order("east", "02-10T10:00", "02-10T15:00"), "done_at": UNKNOWN},
        "O-9": {**order("west", "02-10T10:00", "02-11T10:00"), "checked_at": UNKNOWN},
    },
    "waits": {
        "W-1": {"order": "O-1", "begins": "2026-02-10T11:00:00+08:00", "ends": "2026-02-10T11:30:00+08:00"},
        "W-2": {"order": "O-1", "begins": "2026-02-28T11:00:00+08:00", "ends": "2026-02-28T11:30:00+08:00"},
        "W-5": {"order": "O-5", "begins": "2026-02-10T11:00:00+08:00"},
        "W-7": {"order": "O-7", "begins": UNKNOWN, "ends": "2026-02-03T11:00:00+08:00"},
        "W-8": {"order": "O-7", "begins": "2026-02-04T11:00:00+08:00", "ends": UNKNOWN},
        "W-9": {"order": "O-8", "begins": UNKNOWN, "ends": "2026-02-10T12:00:00+08:00"},
    },
}

TOLD: Final = (
    ("met, confirmed, with a stop that is not counted", "circuit", "O-1"),
    ("breached", "circuit", "O-2"),
    ("running, in a group that misses its share", "circuit", "O-3"),
    ("not confirmed", "circuit", "O-4"),
    ("stopped", "circuit", "O-5"),
    ("not started", "circuit", "O-6"),
    ("breached or not, with stops in doubt", "circuit", "O-7"),
    ("an end that is not known", "response", "O-8"),
    ("a check that is not known", "circuit", "O-9"),
    ("by service hours", "response", "O-1"),
    ("by elapsed time, in one group of all", "answer", "O-4"),
    ("by days", "report", "O-4"),
    ("by months", "review", "O-4"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(CIRCUITS, FACTS)


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    parts = []
    for heading, policy, subject in TOLD:
        told = explain(decision[policy][subject], ruleset="northern", language=language, zone=decision.zone)
        parts.append(f"== {heading}\n{told}\n")
    golden(HERE / "goldens" / f"service_levels.{language}.txt", "\n".join(parts))
