"""Versions of one ruleset side by side: they share facts, answer each other, and rest on each other's assumptions."""

import datetime as dt
from pathlib import Path

from tests.support import SHANGHAI, in_folder

from partnerrules import Facts, check, load

OLD = """\
ruleset: pair
version: "old"
in_force: 2025-01-01 .. 2026-01-01
timezone: Asia/Shanghai
parameters: {least: {value: 5, status: assumed}}
facts: {partner: {level: "enum [a, b]"}}
tables:
  grade:
    subject: partner
    hit: first
    inputs: {level: partner.level}
    outputs: {points: integer}
    rows: [{level: a, points: least}, {level: '-', points: 1}]
"""
NEW = """\
ruleset: pair
version: "new"
in_force: 2026-01-01 ..
timezone: Asia/Shanghai
facts:
  partner: {level: "enum [a, b, c]", score: ratio}
  visit: {plural: visits, fields: {partner: ref partner}}
tables:
  grade:
    subject: partner
    hit: first
    inputs: {level: partner.level, score: partner.score}
    outputs: {points: integer}
    rows: [{level: c, points: 9}, {score: '>= 80 %', points: 8}, {level: '-', points: 2}]
eligibility:
  strong:
    subject: partner
    gates: [{id: points, require: 'outcome(partner, "grade").points >= 5 or count(partner.visits) > 3'}]
"""


def points(rules_folder: Path, facts: Facts, year: int) -> dict[str, object]:
    decision = load(rules_folder).decide(facts, as_of=dt.datetime(year, 6, 1, tzinfo=SHANGHAI), policies=["grade"])
    return {id: result.as_data()["outputs"] for id, result in decision["grade"].items()}


def test_each_version_reads_fields_values_and_relations_that_only_another_one_knows(tmp_path: Path) -> None:
    in_folder({"old/ruleset.yaml": OLD, "new/ruleset.yaml": NEW}, tmp_path)
    partners = {"A": {"level": "a", "score": "85 %"}, "C": {"level": "c"}}
    facts = Facts({"partners": partners, "visits": {"V-1": {"partner": "A"}}})
    assert points(tmp_path, facts, 2025) == {"A": {"points": 5}, "C": {"points": 1}}
    assert points(tmp_path, facts, 2026) == {"A": {"points": 8}, "C": {"points": 9}}


def test_a_result_names_assumptions_of_the_versions_that_may_answer_it(tmp_path: Path) -> None:
    in_folder({"old/ruleset.yaml": OLD, "new/ruleset.yaml": NEW}, tmp_path)
    decision = load(tmp_path).decide(
        Facts({"partners": {"A": {"level": "c"}}}), as_of=dt.datetime(2026, 6, 1, tzinfo=SHANGHAI)
    )
    assert decision["strong"]["A"].basis.assumed == ("least",)


def test_a_field_of_two_types_is_refused(tmp_path: Path) -> None:
    changed = NEW.replace('level: "enum [a, b, c]"', "level: integer").replace(
        "level: c, points: 9", "level: 3, points: 9"
    )
    in_folder({"old/ruleset.yaml": OLD, "new/ruleset.yaml": changed}, tmp_path)
    ruleset, diagnostics = check(tmp_path)
    assert ruleset is None
    assert {diagnostic.code for diagnostic in diagnostics} == {"versions-disagree"}


def test_versions_in_different_timezones_are_refused(tmp_path: Path) -> None:
    in_folder({"old/ruleset.yaml": OLD, "new/ruleset.yaml": NEW.replace("Asia/Shanghai", "Europe/Moscow")}, tmp_path)
    ruleset, diagnostics = check(tmp_path)
    assert ruleset is None
    assert [diagnostic.code for diagnostic in diagnostics] == ["versions-disagree"]
