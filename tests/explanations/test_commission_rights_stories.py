"""How it is told when a payment is earned, held back for whom, and paid in addition, in three languages."""

import pytest
from tests.policies.commissions import credit, decided, invoice, policy

from partnerrules import Decision

LINES = """
rate: 10 %
include: [exists(transaction.deal) and exists(transaction.deal.partner)]
earned_at: transaction.paid_at
holding_period: 30 days
overlays: [{to: transaction.customer.partner, role: specialist, share: 10 %}, {to: transaction.partner, share: 5 %}]
split:
  - {to: transaction.partner, role: dealer, share: 70 %}
  - {to: transaction.deal.partner, role: distributor, share: 30 %}
hold:
  - id: stopped
    title: {en: settlement stopped, zh: 停止结算, ru: расчёты остановлены}
    require: sanctioned(payee, "stop_settlement", as_of)
"""
TEXT = policy(
    LINES,
    before="facts: {customer: {partner: ref partner}}\n",
    basic="    subject: transaction\n    base: transaction.net_amount\n",
)
PAID = {"deal": "D", "paid_at": "2026-01-15T10:00:00+08:00"}
DOCUMENTS = {
    "T-1": invoice("1000", **PAID),
    "T-2": credit("-100", "T-1", deal="D"),
    "T-3": invoice("1000", deal="D"),
    "T-4": credit("-100", "T-3", deal="D"),
    "T-5": invoice("1000", deal="D", paid_at="2026-02-15T10:00:00+08:00"),
}
FACTS = {
    "partners": {"P": {}, "Q": {}, "S": {}},
    "customers": {"C": {"partner": "S"}},
    "deals": {"D": {"customer": "C", "partner": "Q"}},
    "sanctions": {"X": {"partner": "Q", "effects": ["stop_settlement"], "starts_at": "2026-02-01T00:00:00+08:00"}},
}


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decided(TEXT, DOCUMENTS, FACTS)


SHARES = {
    "en": [
        "- P (dealer): 70% is 70.00 CNY",
        "- Q (distributor): 30% is 30.00 CNY, held back",
        "held back by: settlement stopped",
        'sanctioned(payee, "stop_settlement", as_of) = yes',
        "- S (specialist), in addition: 10% is 10.00 CNY",
        "- P, in addition: 5% is 5.00 CNY",
        "day on which it is earned: 15 Jan 2026",
        "can be paid from 14 Feb 2026 on",
    ],
    "zh": [
        "- P（dealer）：70%，即 70.00 CNY",
        "- Q（distributor）：30%，即 30.00 CNY，暂缓支付",
        "因此暂缓支付：停止结算",
        'sanctioned(payee, "stop_settlement", as_of) = 是',
        "- S（specialist），另付：10%，即 10.00 CNY",
        "- P，另付：5%，即 5.00 CNY",
        "付款条件成就日：2026年1月15日",
        "自 2026年2月14日起可支付",
    ],
    "ru": [
        "- P (dealer): 70\u00a0% — это 70,00 CNY",
        "- Q (distributor): 30\u00a0% — это 30,00 CNY, приостановлено",
        "приостановлено по условию: расчёты остановлены",
        'sanctioned(payee, "stop_settlement", as_of) = да',
        "- S (specialist), сверх того: 10\u00a0% — это 10,00 CNY",
        "- P, сверх того: 5\u00a0% — это 5,00 CNY",
        "день, когда возникает право на выплату: 15.01.2026",
        "выплата возможна с 14.02.2026",
    ],
}


@pytest.mark.parametrize("language", SHARES)
def test_shares_overlays_and_days(decision: Decision, language: str) -> None:
    told = [line.strip() for line in decision.explain("sales", "T-1", language=language).splitlines()]
    assert told[-len(SHARES[language]) :] == SHARES[language]


@pytest.mark.parametrize(
    ("language", "document", "parts"),
    [
        ("en", "T-2", ["held back or lost as T-1 is", "day on which it is earned: 15 Jan 2026"]),
        ("zh", "T-2", ["与 T-1 一样暂缓或取消"]),
        ("ru", "T-2", ["приостановлено или утрачено так же, как T-1"]),
        ("en", "T-3", ["not earned yet (trial 1)", "not earned yet: what it hangs on has not come about"]),
        ("zh", "T-3", ["应得 100.00 CNY，付款条件尚未成就（trial 1）", "  付款条件尚未成就"]),
        ("ru", "T-3", ["право на выплату ещё не возникло (trial 1)", "ещё не возникло: условие для него не наступило"]),
        ("en", "T-4", ["not earned yet, as T-3 is not"]),
        ("zh", "T-4", ["与 T-3 一样，付款条件尚未成就"]),
        ("ru", "T-4", ["право на выплату ещё не возникло, как и по T-3"]),
        ("en", "T-5", ["held back (trial 1)", "can be paid from 17 Mar 2026 on"]),
    ],
)
def test_what_becomes_of_documents(decision: Decision, language: str, document: str, parts: list[str]) -> None:
    told = decision.explain("sales", document, language=language)
    assert [part for part in parts if part not in told] == []


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "en",
            ["in addition, 10%), not earned yet", "of which held back 10.00 CNY", "of which not earned yet 9.00 CNY"],
        ),
        ("zh", ["另付 10%），付款条件尚未成就", "其中付款条件尚未成就 9.00 CNY"]),
        ("ru", ["сверх того 10\u00a0%), право на выплату", "из них право на выплату ещё не возникло: 9,00 CNY"]),
    ],
)
def test_statements_of_who_is_paid_in_addition(decision: Decision, language: str, parts: list[str]) -> None:
    told = decision.tell_statement(decision["sales"].statement("S"), language=language)
    assert [part for part in parts if part not in told] == []
