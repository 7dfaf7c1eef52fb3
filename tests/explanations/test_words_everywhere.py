"""Words of a ruleset wherever they are told: outcomes of other policies, rows, signs, sanctions, settlements."""

import datetime as dt
from pathlib import Path

import pytest

import partnerrules as pr
from partnerrules.decisions.basis import Basis
from partnerrules.decisions.requirement_results import CombinationResult, ConditionResult
from partnerrules.decisions.requirements import Combination, Condition, Ways
from partnerrules.decisions.results import EligibilityResult, GateResult
from partnerrules.domain.settlement import Settlement
from partnerrules.explanations import explain, tell_settlement
from partnerrules.explanations.statement_pages import statement_page
from partnerrules.explanations.story import Phrase, Shown
from partnerrules.explanations.telling import LANGUAGES
from partnerrules.explanations.wording import Wording
from partnerrules.plan.trace import Seen
from partnerrules.quantities import find_unit
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

RULES = """\
ruleset: northern
version: "1"
in_force: 2025-01-01 ..
timezone: Asia/Shanghai
currency: CNY
title: {en: Northern channel, zh: 北方渠道, ru: Северный канал}
facts:
  partner:
    hotline: {type: boolean, title: {en: hotline, zh: 热线, ru: горячая линия}}
words:
  usual: {en: ordinary row, zh: 一般情形, ru: обычный случай}
  recruiter: {en: who recruited, zh: 引荐方, ru: кто привёл}
  grave: {en: grave, zh: 严重, ru: серьёзный}
  calm: {en: nothing to do, zh: 无需处理, ru: ничего не нужно}
eligibility:
  care:
    title: {en: Customer care, zh: 客户服务“基本要求”, ru: Обслуживание клиентов}
    subject: partner
    gates: [{id: hotline, require: partner.hotline}]
  admission:
    title: {en: Admission, zh: 准入, ru: Приём}
    subject: partner
    gates:
      - id: care
        all: ['passes(partner, "care")']
      - id: grade
        require: outcome(partner, "level") in ["gold", "plain"]
tiering:
  level:
    title: {en: Level, zh: 等级, ru: Уровень}
    subject: partner
    bands:
      - {grade: gold, title: {en: gold, zh: 金牌, ru: золотой}, require: 'partner.kind = "integrator"'}
      - {grade: plain, title: {en: plain, zh: 普通, ru: обычный}, require: 'partner.kind = "dealer"'}
scoring:
  trouble:
    title: {en: Trouble, zh: 问题, ru: Трудности}
    subject: partner
    signs:
      - {id: breaches, severity: grave, when: 'count(partner.violations) >= 1'}
    severities: [grave]
    outcomes:
      - {outcome: act, at_least: 1, severity: grave}
    otherwise: calm
sanctions:
  conduct:
    title: {en: Conduct, zh: 行为规范, ru: Поведение}
    subject: partner
    count: partner.violations
    by: violation.occurred_on
    window: calendar year
    steps:
      - {list: warned, when: level(1) >= 1 or level(2) >= 2, for: 3 months, effects: [notice]}
commission:
  sales:
    title: {en: Sales, zh: 销售报酬, ru: Продажи}
    subject: transaction
    base: transaction.net_amount
    date: transaction.date
    include:
      - id: sale
        title: {en: it is a sale, zh: 属于销售, ru: это продажа}
        require: transaction.kind = "invoice"
    rate:
      specific_by: {kind: transaction.kind}
      rows: |
        | id    | kind    | rate |
        |-------|---------|------|
        | usual | invoice | 5 %  |
    split:
      - {role: recruiter, to: transaction.partner, share: 100 %}
settlement: {}
"""
AS_OF = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
FACTS = {
    "partners": [
        {"id": "P-1", "kind": "dealer", "hotline": True},
        {"id": "P-2", "kind": "agent", "hotline": False},
    ],
    "violations": [
        {"id": "V-1", "partner": "P-1", "level": 2, "occurred_on": "2026-03-01", "confirmed_on": "2026-03-02"},
        {"id": "V-2", "partner": "P-1", "level": 2, "occurred_on": "2026-03-10", "confirmed_on": "2026-03-11"},
    ],
    "transactions": [
        {"id": "T-1", "partner": "P-1", "kind": "invoice", "date": "2026-03-05", "net_amount": "100 CNY"},
        {"id": "T-2", "partner": "P-1", "kind": "payment", "date": "2026-03-06", "net_amount": "100 CNY"},
    ],
}


@pytest.fixture
def rules(tmp_path: Path) -> pr.Ruleset:
    (tmp_path / "ruleset.yaml").write_text(RULES, encoding="utf-8")
    return pr.load(tmp_path)


@pytest.fixture
def decision(rules: pr.Ruleset) -> pr.Decision:
    return rules.decide(pr.Facts(FACTS), as_of=AS_OF)


@pytest.mark.parametrize(
    ("policy", "subject", "language", "told"),
    [
        # What another policy says: its title, and yes or no, or the title of what it gives.
        ("admission", "P-1", "en", ['"Customer care" = yes', '"Level" = plain (condition: in [gold, plain])']),
        ("admission", "P-1", "zh", ["“客户服务‘基本要求’” = 是", "“等级” = 普通（条件：in [金牌、普通]）"]),
        (
            "admission",
            "P-1",
            "ru",
            ["«Обслуживание клиентов» = да", "«Уровень» = обычный (условие: in [золотой, обычный])"],
        ),
        ("admission", "P-2", "en", ['- must hold: "Level" in [gold, plain]']),
        ("admission", "P-2", "zh", ["- 须满足：“等级” in [金牌、普通]"]),
        ("admission", "P-2", "ru", ["- должно выполняться: «Уровень» in [золотой, обычный]"]),
        # Severities, outcomes of signs, and what is left where no sign decides.
        ("trouble", "P-1", "en", ["breaches (grave): shows", "What would give nothing to do:"]),
        (
            "trouble",
            "P-1",
            "zh",
            ["严重程度为“严重”及以上", "breaches（严重）：出现", "做到以下要求，结果即为无需处理："],
        ),
        ("trouble", "P-1", "ru", ["breaches (серьёзный)", "Что даст итог «ничего не нужно»:"]),
        ("trouble", "P-2", "en", ["P-2: nothing to do by"]),
        ("trouble", "P-2", "zh", ["“问题”的结果为无需处理"]),
        ("trouble", "P-2", "ru", ["P-2: ничего не нужно по"]),
        # How many violations a step asks for.
        (
            "conduct",
            "P-1",
            "en",
            ["violations of level 1: 0 (at least 1 needed) or violations of level 2: 2 (at least 2"],
        ),
        ("conduct", "P-1", "zh", ["1 级违规次数：0（至少 1 次），或者 2 级违规次数：2（至少 2 次）"]),
        (
            "conduct",
            "P-1",
            "ru",
            ["нарушений уровня 1: 0 (нужно не менее 1) или нарушений уровня 2: 2 (нужно не менее 2)"],
        ),
        # Rows and roles.
        ("sales", "T-1", "en", ["by row ordinary row", "P-1 (who recruited): 100%"]),
        ("sales", "T-1", "zh", ["适用行“一般情形”", "P-1（引荐方）：100%"]),
        ("sales", "T-1", "ru", ["по строке «обычный случай»", "P-1 (кто привёл): 100"]),
    ],
)
def test_words_are_told_wherever_they_stand(
    decision: pr.Decision, policy: str, subject: str, language: str, told: list[str]
) -> None:
    text = decision.explain(policy, subject, language=language)
    for each in told:
        assert each in text


@pytest.mark.parametrize(
    ("language", "row", "role"),
    [
        ("en", "row ordinary row", "who recruited"),
        ("zh", "行“一般情形”", "引荐方"),
        ("ru", "строка «обычный случай»", "кто привёл"),
    ],
)
def test_statements_and_settlements_tell_them_too(
    rules: pr.Ruleset, decision: pr.Decision, language: str, row: str, role: str
) -> None:
    assert row in decision.tell_statement(decision.statement("P-1"), language=language)
    made = rules.settle(pr.Facts(FACTS), "2026-03", as_of=AS_OF)
    told = tell_settlement(Settlement.from_json(made.to_json()), "P-1", language=language)
    assert row in told
    assert role in told
    assert role in statement_page(made, made.statement("P-1"), language)


@pytest.mark.parametrize(
    ("language", "statement", "settlement"),
    [
        ("en", "does not fulfil: it is a sale", "earns nothing, does not hold: it is a sale"),
        ("zh", "不满足：属于销售", "不计佣金、不满足：属于销售"),
        ("ru", "не выполнено: это продажа", "ничего не приносит, не выполнено: это продажа"),
    ],
)
def test_why_a_document_earns_nothing_is_told(
    rules: pr.Ruleset, decision: pr.Decision, language: str, statement: str, settlement: str
) -> None:
    lines = decision.tell_statement(decision.statement("P-1"), language=language).splitlines()
    assert statement in map(str.strip, lines)
    made = rules.settle(pr.Facts(FACTS), "2026-03", as_of=AS_OF)
    (told,) = (line for line in tell_settlement(made, "P-1", language=language).splitlines() if "T-2" in line)
    assert told.endswith(settlement), told


def test_a_settlement_keeps_the_words_that_its_lines_say_and_no_others(rules: pr.Ruleset) -> None:
    made = rules.settle(pr.Facts(FACTS), "2026-03", as_of=AS_OF)
    assert set(made.words) == {"usual", "recruiter"}
    # One that was written before settlements kept words reads as it did, and has the same fingerprint.
    before = made.model_copy(update={"words": {}})
    assert "words" not in before.to_json()
    read = Settlement.from_json(before.to_json())
    assert read.fingerprint == before.fingerprint
    assert "row usual" in tell_settlement(read, "P-1")


# ------------------------------------------------------------------------------------------------- shapes of results


def admission(*items: ConditionResult, title: str = "") -> EligibilityResult:
    requirements = tuple(item.requirement for item in items)
    whole = Combination("all", len(items), requirements, Title((("", title),) if title else ()), None)
    gate = GateResult("g", Title(), None, "ineligible", "failed", CombinationResult(whole, False, items))
    return EligibilityResult(Basis("admission", Title(), None, "P-1", "1"), "ineligible", (gate,), (), Ways((), 0))


def condition(text: str, seen: tuple[Seen, ...], title: str = "", outcome: bool | Unknown = False) -> ConditionResult:
    return ConditionResult(Condition(text, text, Title((("", title),) if title else ()), None), outcome, seen)


def told_below(result: EligibilityResult, language: str = "en") -> list[str]:
    return [line.strip() for line in explain(result, ruleset="n", language=language).split("\n")[2:]]


@pytest.mark.parametrize(("language", "told"), [("en", "does not hold"), ("zh", "不满足"), ("ru", "не выполнено")])
def test_a_combination_of_one_condition_is_told_as_that_condition(language: str, told: str) -> None:
    one = condition("partner.a >= 3", (Seen("partner.a", 2, t.Integer()),), "enough of them")
    lines = told_below(admission(one), language)
    assert len(lines) == 2
    assert lines[0].startswith(f"- {told}")
    assert lines[0].endswith("enough of them")
    assert lines[1].startswith("partner.a = 2")


def test_a_list_that_several_conditions_of_a_gate_look_at_is_shown_with_the_first() -> None:
    steps = Seen("steps", ("one", "two"), t.ListOf(t.Text()))
    first, second = condition('"three" in steps', (steps,)), condition('"four" in steps', (steps,))
    assert told_below(admission(first, second)) == [
        "both of these:",
        '- does not hold: "three" in steps',
        "steps = one, two",
        '- does not hold: "four" in steps',
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "missing: retention rate (rate): divided by zero"),
        ("zh", "缺少：留存率 (rate)：除数为零"),
        ("ru", "не хватает: доля удержания (rate): деление на ноль"),
    ],
)
def test_a_division_by_zero_is_told_with_what_it_is_in(language: str, told: str) -> None:
    title = Title((("en", "retention rate"), ("zh", "留存率"), ("ru", "доля удержания")))
    nothing = Unknown.because("zero")
    rate = condition("rate >= 80 %", (Seen("rate", nothing, t.Ratio(), title),), outcome=nothing)
    assert told in told_below(admission(rate), language)


@pytest.mark.parametrize(
    ("minutes", "language", "told"),
    [
        (570, "en", "9.5 hours"),
        (570, "zh", "9.5 小时"),
        (570, "ru", "9,5 часа"),
        (60, "en", "1 hour"),
        (90, "en", "90 minutes"),
        (135, "en", "135 minutes"),
    ],
)
def test_hours_and_a_half_are_told_in_hours(minutes: int, language: str, told: str) -> None:
    unit = find_unit("minute")
    assert unit is not None
    shown = Shown(minutes * unit.factor, t.Quantity(unit.dimension))
    assert Wording(LANGUAGES[language], dt.UTC).part(shown) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "\"a 'b' c\" = x"), ("zh", "“a ‘b’ c” = x"), ("ru", "«a „b“ c» = x")],
)
def test_quotations_in_quotations_have_marks_of_their_own(language: str, told: str) -> None:
    inner = {"en": 'a "b" c', "zh": "a “b” c", "ru": "a «b» c"}[language]
    seen = Phrase("seen", {"text": Phrase("asked", {"title": inner}), "value": "x"})
    assert Wording(LANGUAGES[language], dt.UTC).part(seen) == told
