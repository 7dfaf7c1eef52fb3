"""What people call the words of a ruleset: choices, outcomes, outputs and roles, in the language that is told."""

import datetime as dt
from pathlib import Path

import pytest

import partnerrules as pr

RULES = """\
ruleset: northern
version: "1"
in_force: 2026-01-01 ..
timezone: Asia/Shanghai
title: {en: Northern channel, zh: 北方渠道, ru: Северный канал}
facts:
  partner:
    kind: {type: "enum [dealer, agent]", title: {en: kind, zh: 类型, ru: вид}}
    also: {type: "list of enum [dealer, agent]", title: {en: also, zh: 兼营, ru: также}}
words:
  agent: {en: sales agent, zh: 代理商, ru: агент}
  dealer: {zh: 经销商, ru: дилер}
  route: {en: who sells, zh: 销售方, ru: кто продаёт}
  refer: {en: referred to a person, zh: 转人工, ru: решает человек}
tables:
  route:
    subject: partner
    hit: unique
    inputs: {kind: partner.kind}
    outputs: {route: {enum: [agent, nobody]}}
    rows: |
      | id     | kind   | route  |
      |--------|--------|--------|
      | agents | agent  | agent  |
      | others | dealer | nobody |
eligibility:
  admission:
    subject: partner
    gates:
      - {id: kind, require: 'partner.kind = "agent"', otherwise: refer}
      - {id: alone, require: 'not("agent" in partner.also)'}
"""


@pytest.fixture
def decision(tmp_path: Path) -> pr.Decision:
    (tmp_path / "ruleset.yaml").write_text(RULES, encoding="utf-8")
    partners = [
        {"id": "P-1", "kind": "agent", "also": ["dealer", "agent"]},
        {"id": "P-2", "kind": "dealer", "also": []},
    ]
    as_of = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    return pr.load(tmp_path).decide(pr.Facts({"partners": partners}), as_of=as_of)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["who sells = sales agent", "partner.kind = sales agent"]),
        ("zh", ["销售方 = 代理商", "类型 (partner.kind) = 代理商"]),
        ("ru", ["кто продаёт = агент", "вид (partner.kind) = агент"]),
    ],
)
def test_choices_and_outputs_are_told_by_what_people_call_them(
    decision: pr.Decision, language: str, told: list[str]
) -> None:
    text = decision.explain("route", "P-1", language=language)
    for each in told:
        assert each in text


def test_members_of_lists_are_told_so_too(decision: pr.Decision) -> None:
    assert "= 经销商、代理商" in decision.explain("admission", "P-1", language="zh")


def test_outcomes_are_told_so_too(decision: pr.Decision) -> None:
    assert "решает человек" in decision.explain("admission", "P-2", language="ru")


def test_a_word_that_is_called_nothing_stays_as_it_is(decision: pr.Decision) -> None:
    assert "who sells = nobody" in decision.explain("route", "P-2")
    assert "销售方 = nobody" in decision.explain("route", "P-2", language="zh")


def test_programs_read_the_words_of_the_rules(decision: pr.Decision) -> None:
    assert decision["route"]["P-1"].as_data()["outputs"] == {"route": "agent"}


def test_a_mistyped_word_in_quotes_is_reported_like_another_one(tmp_path: Path) -> None:
    text = RULES.replace("  dealer: {zh: 经销商, ru: дилер}", '  "deeler": {zh: 经销商, ru: дилер}')
    (tmp_path / "ruleset.yaml").write_text(text, encoding="utf-8")
    ruleset, diagnostics = pr.check(tmp_path)
    assert ruleset is None
    assert [each.code for each in diagnostics] == ["unknown-word"]
