"""Whole explanations of commissions and statements, worked by hand: every outcome and reason, in three languages."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.policies.commissions import Document, credit, decided, invoice

from partnerrules import Decision

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh", "ru")

TEXT = """
title: {en: Northern programme}
parameters:
  most: {value: 100 CNY, status: assumed, note: the source names no figure}
  third: {value: 40 %}
facts:
  customer: {segment: "enum [A, B, C]"}
  transaction: {bonus: {type: ratio, title: {en: bonus rate, zh: 奖励费率, ru: ставка бонуса}}}
commission:
  sales:
    title: {en: sales remuneration, zh: 销售报酬, ru: вознаграждение за продажи}
    source: N-4
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    include:
      - {id: sold, require: 'transaction.kind in ["invoice", "refund"]', title: {en: a sale, zh: 销售单据, ru: продажа}}
    exclude:
      - id: free
        source: N-6
        title: {en: free of commission, zh: 免佣, ru: без комиссии}
        require: transaction.product.commission_free
    rate:
      specific_by: {partner: transaction.partner.id, segment: transaction.customer.segment}
      rows: |
        | id    | partner | segment | rate    |
        |-------|---------|---------|---------|
        | large | -       | A       | 12.5 %  |
        | p     | "P"     | -       | 10 %    |
    floor: {amount: 5 CNY}
    cap: {amount: most}
    hold:
      - id: stopped
        title: {en: settlement stopped, zh: 停止结算, ru: расчёты остановлены}
        require: sanctioned(transaction.partner, "stop_settlement", as_of)
    forfeit:
      - sanctioned(transaction.partner, "cancel_unpaid", as_of)
  volume:
    subject: transaction
    when: transaction.kind = "order"
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      ladder: marginal
      over: month
      per: transaction.partner
      bands:
        - {id: first, from: 100 CNY, rate: 4 %}
        - {id: second, from: 1000 CNY, rate: 10 %}
    cap: {amount: 120 CNY, per: [transaction.customer, month]}
  growth:
    subject: transaction
    when: transaction.kind = "order"
    base: transaction.net_amount
    rate:
      ladder: whole
      over: month
      per: transaction.partner
      bands: [{from: 500 CNY, rate: 1 %}, {from: 1000 CNY, rate: 2 %}]
    split:
      - {to: transaction.partner, role: dealer, share: 70 %}
      - {to: '"Q"', role: distributor, share: 30 %}
  pieces:
    subject: transaction
    when: transaction.kind = "order"
    payee: transaction.partner
    base: transaction.net_amount
    rate: {ladder: whole, measure: transaction.quantity, bands: [{from: 5, rate: 1 %}]}
  bonus:
    subject: transaction
    when: transaction.kind = "payment"
    base: transaction.net_amount
    rate: transaction.bonus
    split: [{to: transaction.partner}, {to: '"Q"'}]
  visit:
    subject: transaction
    when: transaction.kind = "payment"
    base: transaction.net_amount
    rate: 50 CNY
    split: [{to: transaction.partner, share: third}, {to: '"Q"', share: third}]
"""

DOCUMENTS: dict[str, Document] = {
    "S-01": invoice("123.45", product="sold"),
    "S-02": invoice("30", product="sold"),
    "S-03": invoice("5000", product="sold", customer="CA"),
    "S-04": invoice("100", product="given"),
    "S-05": invoice("100", product="sold", kind="adjustment"),
    "S-06": invoice("100", product="new"),
    "S-07": invoice("100", product="sold", partner="Q"),
    "S-08": invoice("100", product="sold", customer="CX", partner="Q"),
    "S-09": invoice("-100", product="sold"),
    "S-10": invoice(None, product="sold"),
    "S-11": invoice("400", product="sold", partner="H", customer="CA"),
    "S-12": invoice("400", product="sold", partner="F", customer="CA"),
    "S-13": invoice("400", product="sold", partner="U", customer="CA"),
    "C-00": credit("-4000", "S-03"),
    "C-09": credit("-970", "S-03", "2026-01-22"),
    "C-01": credit("-100", "S-01"),
    "C-02": credit("-100", "S-01", "2026-01-21"),
    "C-03": credit("10", "C-01"),
    "C-04": credit("-10", "S-04"),
    "C-05": credit("-10", "S-09"),
    "C-06": credit("-10", "S-10"),
    "C-07": credit("-100", "S-12"),
    "C-08": credit("-1", "S-14"),
    "S-14": invoice("0", product="sold"),
    "O-01": invoice("500", "2026-01-05", kind="order", quantity=4),
    "O-02": invoice("800", "2026-01-06", kind="order", quantity=5),
    "O-03": invoice("2000", "2026-01-07", kind="order", quantity=6),
    "O-04": invoice("50", "2026-02-07", kind="order", quantity=6),
    "B-01": invoice("100.01", "2026-01-05", kind="payment", bonus="15 %"),
    "B-02": invoice("100", "2026-01-06", kind="payment", bonus="101 %"),
}
RECORDS = {
    "partners": {each: {} for each in ("P", "Q", "H", "F", "U")},
    "customers": {"C": {"segment": "C"}, "CA": {"segment": "A"}, "CX": {}},
    "products": {"sold": {"commission_free": False}, "given": {"commission_free": True}, "new": {}},
    "sanctions": {
        "X-1": {"partner": "H", "effects": ["stop_settlement"], "starts_at": "2026-01-01T00:00:00+08:00"},
        "X-2": {"partner": "F", "effects": ["cancel_unpaid"], "starts_at": "2026-01-01T00:00:00+08:00"},
        "X-3": {"partner": "U", "starts_at": "2026-01-01T00:00:00+08:00"},
    },
}
TOLD = (
    *(("sales", document) for document in sorted(DOCUMENTS) if document[0] in "SC"),
    *(("volume", f"O-0{number}") for number in range(1, 5)),
    *(("growth", f"O-0{number}") for number in range(1, 4)),
    *(("pieces", f"O-0{number}") for number in range(1, 3)),
    *(("bonus", f"B-0{number}") for number in range(1, 3)),
    ("visit", "B-01"),
)


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decided(TEXT, DOCUMENTS, RECORDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_is_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    told = [decision.explain(policy, document, language=language) for policy, document in TOLD]
    golden(HERE / "goldens" / f"commission-{language}.txt", "\n\n".join(told) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_statements_are_told(decision: Decision, language: str, golden: Callable[[Path, str], None]) -> None:
    days = [dt.date(2026, 1, day) for day in (6, 12)]
    statements = (
        decision.statement("P", end=days[1], policies=["volume", "growth", "bonus"]),
        decision.statement("Q", start=days[0], end=days[1]),
        decision["sales"].statement("P", start=days[0]),
        decision["sales"].statement("H"),
        decision["sales"].statement("U"),
        decision["volume"].statement("F"),
    )
    told = [decision.tell_statement(statement, language=language) for statement in statements]
    golden(HERE / "goldens" / f"statements-{language}.txt", "\n\n".join(told) + "\n")


def test_every_reason_is_told(decision: Decision) -> None:
    """All but those that need several versions, or parameters that make no sense."""
    reasons = {decision[policy][document].as_data()["reason"] for policy, document in TOLD}
    assert reasons - {None} == {
        "excluded",
        "no_original",
        "no_rate",
        "rate_out_of_range",
        "shares",
        "original_excluded",
        "original_refused",
        "original_is_zero",
        "corrects_a_correction",
        "exceeds_original",
    }
