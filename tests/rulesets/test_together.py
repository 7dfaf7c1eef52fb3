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


def test_a_question_to_a_policy_whose_reference_date_is_not_known_names_that_date(tmp_path: Path) -> None:
    text = """\
facts: {deal: {closed_on: date}}
eligibility:
  asked: {subject: deal, reference_date: deal.closed_on, gates: [{id: g, require: known(deal.customer)}]}
  asking: {subject: deal, gates: [{id: g, require: 'passes(deal, "asked")'}]}
"""
    in_folder({"ruleset.yaml": OLD.split("parameters:")[0] + text}, tmp_path)
    facts = Facts({"customers": {"C": {}}, "deals": {"D": {"customer": "C"}}})
    decision = load(tmp_path).decide(facts, as_of=dt.datetime(2025, 6, 1, tzinfo=SHANGHAI))
    assert decision["asking"]["D"].summary()["missing"] == ["deals D closed_on"]
    assert decision["asked"]["D"].outcome == "undetermined"


def test_relations_that_share_their_plural_are_refused(tmp_path: Path) -> None:
    relation = "facts: {{{name}: {{plural: calls, fields: {{on: date}}}}}}\n"
    first = OLD.split("parameters:")[0] + relation.format(name="visit")
    second = NEW.split("facts:")[0] + relation.format(name="ring")
    in_folder({"old/ruleset.yaml": first, "new/ruleset.yaml": second}, tmp_path)
    ruleset, diagnostics = check(tmp_path)
    assert ruleset is None
    assert {diagnostic.code for diagnostic in diagnostics} == {"versions-disagree"}


def test_what_an_overlay_extends_extends_its_own_versions(tmp_path: Path) -> None:
    base = "ruleset: north\ntimezone: UTC\nversion: {name}\nin_force: {period}\n"
    later = 'extends: "2026"\noverrides: [parameters.quota]\nparameters: {quota: {value: 6}}\n'
    in_folder(
        {
            "north/2026/ruleset.yaml": base.format(name='"2026"', period="2026-01-01 .. 2027-01-01")
            + "parameters: {quota: {value: 5}}\ndefinitions: {d: quota}\n",
            "north/2027/ruleset.yaml": base.format(name='"2027"', period="2027-01-01 ..") + later,
            "harbin/2026/ruleset.yaml": 'ruleset: harbin\nversion: "2026"\nin_force: .. 2027-01-01\n'
            "parameters: {quota: {value: 99}}\ndefinitions: {d: quota + 1000}\n",
            "harbin/2027/ruleset.yaml": 'ruleset: harbin\nversion: "2027"\nin_force: 2027-01-01 ..\ntimezone: UTC\n'
            "extends: ../../north/2027\n",
        },
        tmp_path,
    )
    decision = load(tmp_path / "harbin").decide(Facts({}), as_of=dt.datetime(2028, 1, 1, tzinfo=dt.UTC))
    assert decision["d"][""].as_data()["value"] == 6


def test_a_definition_that_the_version_in_force_lacks_says_so(tmp_path: Path) -> None:
    in_folder({"old/ruleset.yaml": OLD + "definitions: {n: count(partners)}\n", "new/ruleset.yaml": NEW}, tmp_path)
    facts = Facts({"partners": {"A": {}}})
    decision = load(tmp_path).decide(facts, as_of=dt.datetime(2026, 6, 1, tzinfo=SHANGHAI))
    assert decision["n"][""].outcome == "no_policy_in_force"


def test_an_answer_that_may_be_absent_is_asked_of_all_versions_behind_exists(tmp_path: Path) -> None:
    first = """\
ruleset: terms
version: "1"
in_force: 2024-01-01 .. 2025-01-01
currency: EUR
timezone: Europe/Brussels
facts: {contract: {notice_on: {type: date, missing: none}}}
definitions:
  over:
    of: contract
    value: >-
      exists(outcome(contract, "agreement").in_force_until)
      and outcome(contract, "agreement").in_force_until < today
contracts:
  agreement:
    subject: contract
    term:
      from: contract.effective_from
      to: contract.effective_from + 12 months
      renews: true
      notice: 30 days
      notice_given: contract.notice_on
"""
    second = 'ruleset: terms\nversion: "2"\nin_force: 2025-01-01 ..\nextends: "1"\n'
    for name, text in (("1", first), ("2", second)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ruleset.yaml").write_text(text, encoding="utf-8")
    ruleset, diagnostics = check(tmp_path)
    assert ruleset is not None, "\n".join(map(str, diagnostics))
