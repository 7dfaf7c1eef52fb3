"""As of which instants rules have to run anew: only where an instant or a day in the facts lies between."""

import datetime as dt
from itertools import permutations
from typing import Final

import pytest
from tests.support import ruleset

from partnerrules import Decision, Facts, Ruleset
from partnerrules.backends.matcher import _Settlement
from partnerrules.backends.rule_facts import Settled
from partnerrules.decisions.results import DefinitionResult

RULES: Final = """\
facts:
  note:
    plural: notes
    happens: on
    fields: {partner: ref partner, on: date, due: {type: date, missing: none}}
  alarm: {plural: alarms, derived: only, fields: {partner: ref partner}}
  echo: {plural: echoes, derived: only, fields: {partner: ref partner}}
  hint: {plural: hints, derived: only, fields: {partner: ref partner}}
inference:
  late:
    when: [{fact: note, where: exists(note.due) and note.due <= today}]
    then: {derive: alarm, with: {partner: note.partner}}
  echoed:
    when: [{fact: alarm}]
    then: {derive: echo, with: {partner: alarm.partner}}
  soon:
    when: [{fact: note, where: exists(note.due) and note.due <= today + 3 days}]
    then: {derive: hint, with: {partner: note.partner}}
definitions:
DEFINED
"""
INSTANT: Final = dt.datetime(2026, 2, 20, 12, tzinfo=dt.UTC)
NOTES: Final = {
    "partners": {"P-1": {}},
    "notes": {
        "N-1": {"partner": "P-1", "on": "2026-02-01", "due": "2026-02-05"},
        "N-2": {"partner": "P-1", "on": "2026-02-10"},
    },
}
EXPECTED: Final = {"01-31": 0, "02-02": 0, "02-04": 0, "02-05": 1, "02-06": 1, "02-09": 1, "02-10": 1, "02-11": 1}
"""The day, and how many alarms there are as it begins: one from the day on which the first note is due."""
STRETCHES: Final = 6
"""Before the first note; between it and its day; on that day; until the second note; on its day; after."""


def value(decision: Decision, definition: str) -> object:
    """What a definition comes to for the partner."""
    result = decision[definition]["P-1"]
    assert isinstance(result, DefinitionResult)
    return result.value


def name(day: str) -> str:
    """The definition that counts as of a day."""
    return f"d{day.replace('-', '')}"


def rules(counted: str = "alarms") -> Ruleset:
    defined = (f"  {name(day)}: {{of: partner, value: count(partner.{counted}) at 2026-{day}}}" for day in EXPECTED)
    return ruleset(RULES.replace("DEFINED", "\n".join(defined)))


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes which relation rules settle, each time."""
    found: list[str] = []
    real = _Settlement._found

    def noting(self: _Settlement) -> Settled:
        found.extend(self.stratum.relations)
        return real(self)

    monkeypatch.setattr(_Settlement, "_found", noting)
    return found


def test_rules_run_once_for_all_instants_that_no_day_in_the_facts_tells_apart(settled: list[str]) -> None:
    decision = rules().decide(Facts(NOTES), as_of=INSTANT, policies=[name(day) for day in EXPECTED])
    assert {day: value(decision, name(day)) for day in EXPECTED} == EXPECTED
    assert settled == ["alarm"] * STRETCHES


def test_in_whatever_order_they_are_asked() -> None:
    for order in permutations(("02-04", "02-05", "02-06", "02-11")):
        asked = " + ".join(f"(count(partner.alarms) at 2026-{day}) * {10**place}" for place, day in enumerate(order))
        loaded = ruleset(RULES.replace("DEFINED", f"  all: {{of: partner, value: {asked}}}"))
        expected = sum(EXPECTED[day] * 10**place for place, day in enumerate(order))
        assert value(loaded.decide(Facts(NOTES), as_of=INSTANT), "all") == expected


@pytest.mark.parametrize(("counted", "relation"), [("hints", "hint"), ("echoes", "echo")])
def test_they_run_anew_where_the_facts_do_not_tell(counted: str, relation: str, settled: list[str]) -> None:
    """Days are computed with, or what rules fire on follows from something itself."""
    rules(counted).decide(Facts(NOTES), as_of=INSTANT, policies=[name(day) for day in EXPECTED])
    assert settled.count(relation) == len(EXPECTED)


def test_the_fields_that_tell_are_found_when_rules_are_loaded() -> None:
    strata = {min(stratum.relations): stratum.instants for stratum in rules().versions[0].strata}
    assert strata["alarm"] == frozenset({("note", "on"), ("note", "due"), ("note", "recorded_at")})
    assert strata["echo"] is None
    assert strata["hint"] is None
