"""Which documents earn commission, in which currency, rounded how, and what holds a payment back."""

import datetime as dt

import pytest
from tests.policies.commissions import WHOLE_HEAD, amounts, credit, decided, invoice, policy, results
from tests.support import AS_OF, SHANGHAI, ruleset

from partnerrules import Facts, FactsError
from partnerrules.schema.missing import Unknown

TEN = "rate: 10 %"


def test_a_document_names_its_base_rate_rule_and_clause() -> None:
    text = policy("source: N-4\ntitle: {en: sales remuneration}\n" + TEN)
    (result,) = results(decided(text, {"T-1": invoice("1234.56")})).values()
    assert result.as_data() == {
        "policy": "sales",
        "subject": "T-1",
        "version": "1",
        "assumed": [],
        "outcome": "earned",
        "reason": None,
        "date": "2026-01-10",
        "base": "1234.56 CNY",
        "rate": {"kind": "rate", "value": "10 %"},
        "corrects": None,
        "modifiers": [],
        "steps": {"calculated": "123.456 CNY", "rounded": "123.46 CNY"},
        "amount": "123.46 CNY",
        "lines": [{"payee": "P", "amount": "123.46 CNY", "status": "earned"}],
        "conditions": {},
        "missing": [],
    }
    assert (result.basis.source, result.rule) == ("N-4", None)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        pytest.param("0 %", "0.00 CNY", id="R20-nothing"),
        pytest.param("10 %", "50.00 CNY", id="R20-a-tenth"),
        pytest.param("100 %", "500.00 CNY", id="R20-all"),
        pytest.param("250 CNY", "250.00 CNY", id="a-fixed-amount"),
        pytest.param("if transaction.net_amount > 400 CNY then 2 % else 1 %", "10.00 CNY", id="by-an-expression"),
        pytest.param("transaction.cost / transaction.net_amount", "80.00 CNY", id="a-quotient-is-a-rate"),
    ],
)
def test_rates(rate: str, expected: str) -> None:
    decision = decided(policy(f"rate: {rate}"), {"T-1": invoice("500", cost="80")})
    assert amounts(decision) == {"T-1": expected}


@pytest.mark.parametrize(
    ("rate", "cost", "reason"),
    [
        pytest.param("transaction.cost / transaction.net_amount", "505", "rate_out_of_range", id="R20-101-percent"),
        pytest.param("transaction.cost / transaction.net_amount", "-5", "rate_out_of_range", id="R20-minus-1-percent"),
        pytest.param("transaction.cost", "-5", "rate_out_of_range", id="less-than-nothing"),
    ],
)
def test_a_rate_that_facts_give_must_be_a_rate(rate: str, cost: str, reason: str) -> None:
    (result,) = results(decided(policy(f"rate: {rate}"), {"T-1": invoice("500", cost=cost)})).values()
    assert (result.outcome, result.reason, result.amount) == ("refused", reason, None)


@pytest.mark.parametrize(
    ("currency", "base", "rate", "expected"),
    [
        pytest.param("JPY", "1234", "5 %", "62 JPY", id="E40-yen-have-no-decimals"),
        pytest.param("JPY", "1230", "5 %", "62 JPY", id="E40-half-a-yen-is-rounded-up"),
        pytest.param("KWD", "12.345", "10 %", "1.235 KWD", id="E40-dinars-have-three-decimals"),
        pytest.param("EUR", "0.03", "20 %", "0.01 EUR", id="R34-3-cents-at-20"),
        pytest.param("EUR", "0.15", "10 %", "0.02 EUR", id="R34-15-cents-at-10"),
        pytest.param("EUR", "0.01", "50 %", "0.01 EUR", id="R34-1-cent-at-50"),
        pytest.param("EUR", "5.00", "2.9 %", "0.15 EUR", id="R34-500-cents-at-2.9"),
        pytest.param("EUR", "0.07", "20 %", "0.01 EUR", id="R34-7-cents-at-20"),
        pytest.param("EUR", "0.02", "20 %", "0.00 EUR", id="R34-2-cents-at-20"),
    ],
)
def test_amounts_are_rounded_to_the_smallest_unit_of_the_currency(
    currency: str, base: str, rate: str, expected: str
) -> None:
    head = f'ruleset: trial\nversion: "1"\nin_force: 2020-01-01 ..\ncurrency: {currency}\n'
    assert amounts(decided(policy(f"rate: {rate}"), {"T-1": invoice(base)}, head=head)) == {"T-1": expected}


def test_places_can_be_declared() -> None:
    assert amounts(decided(policy(f"{TEN}\nround: 0"), {"T-1": invoice("1235")})) == {"T-1": "124.00 CNY"}


def test_another_currency_is_refused_by_record() -> None:
    with pytest.raises(FactsError, match="T-2") as refused:
        decided(policy(TEN), {"T-1": invoice("100 CNY"), "T-2": invoice("100 USD")})
    assert "USD" in str(refused.value)
    assert "T-1" not in str(refused.value)


# ---------------------------------------------------------------------------------------------- documents that count

ASKING = """
include:
  - {id: of-c, require: 'transaction.customer.id = "C"'}
exclude:
  - {id: gifts, require: transaction.product.free, title: {en: free goods}}
rate: 10 %
"""
FREE = "facts: {product: {free: boolean}}\n"
PRODUCTS = {"products": {"sold": {"free": False}, "given": {"free": True}, "new": {}}}


def test_documents_that_are_not_included_or_are_excluded_earn_nothing_and_are_listed() -> None:
    documents = {
        "T-1": invoice("100", product="sold"),
        "T-2": invoice("100", product="given"),
        "T-3": invoice("100", product="sold", customer="D"),
        "T-4": invoice("100", product="new"),
        "T-5": invoice("100", product="new", customer="D"),
    }
    found = results(decided(policy(ASKING, before=FREE), documents, PRODUCTS))
    outcomes = {id: result.outcome for id, result in found.items()}
    assert outcomes == {
        "T-1": "earned",
        "T-2": "excluded",
        "T-3": "excluded",
        "T-4": "undetermined",
        "T-5": "excluded",
    }
    assert str(found["T-2"].amount) == "0.00 CNY"
    assert {id: each.outcome for id, each in found["T-2"].leaves.items()} == {"of-c": True, "gifts": True}
    assert [missing.field for missing in found["T-4"].missing] == ["free"]
    assert isinstance(found["T-4"].amount, Unknown)


def test_what_an_inclusion_shows_to_be_there_may_be_used() -> None:
    lines = "include: [exists(transaction.deal) and exists(transaction.deal.partner)]\nrate: 10 %"
    text = policy(
        lines, basic="    subject: transaction\n    payee: transaction.deal.partner\n    base: transaction.net_amount\n"
    )
    deals = {"deals": {"D-1": {"customer": "C", "partner": "Q"}, "D-2": {"customer": "C"}}}
    documents = {"T-1": invoice("100", deal="D-1"), "T-2": invoice("100", deal="D-2"), "T-3": invoice("100")}
    found = results(decided(text, documents, deals))
    assert {id: (each.outcome, each.lines[0].payee) for id, each in found.items() if id == "T-1"} == {
        "T-1": ("earned", "Q")
    }
    assert [found[id].outcome for id in ("T-2", "T-3")] == ["excluded", "excluded"]


def test_a_policy_that_does_not_apply_has_no_result() -> None:
    text = policy('when: transaction.kind = "invoice"\n' + TEN)
    documents = {
        "T-1": invoice("100"),
        "T-2": invoice("100", kind="payment"),
        "T-3": {"partner": "P", "date": "2026-01-10"},
    }
    found = results(decided(text, documents))
    assert {id: each.outcome for id, each in found.items()} == {"T-1": "earned", "T-3": "undetermined"}


@pytest.mark.parametrize("missing", ["net_amount", "date"])
def test_an_unknown_base_or_day_is_named(missing: str) -> None:
    document = {key: value for key, value in invoice("100").items() if key != missing}
    decision = decided(policy(TEN), {"T-1": document})
    (result,) = decision["sales"].values()
    assert result.outcome == "undetermined"
    assert [each.field for each in result.missing] == [missing]


def test_what_is_paid_can_be_asked_by_other_policies() -> None:
    text = (
        policy(f"{TEN}\nexclude: [{{id: small, require: transaction.net_amount = 5 CNY}}]")
        + """
definitions:
  paid: {of: transaction, value: 'outcome(transaction, "sales").amount'}
  earns: {of: transaction, value: 'outcome(transaction, "sales") = "earned"'}
"""
    )
    decision = decided(text, {"T-1": invoice("100"), "T-2": invoice("5"), "T-3": invoice("-5")})
    assert {id: result.summary()["value"] for id, result in decision["paid"].items()} == {
        "T-1": "10.00 CNY",
        "T-2": "0.00 CNY",
        "T-3": {"unknown": ["outcome of sales for T-3"]},
    }
    assert {id: result.summary()["value"] for id, result in decision["earns"].items()} == {
        "T-1": True,
        "T-2": False,
        "T-3": False,
    }


def test_other_records_than_transactions_earn_commission() -> None:
    text = """
commission:
  referral:
    subject: deal
    when: exists(deal.partner) and exists(deal.closed_at)
    payee: deal.partner
    base: deal.amount
    date: date(deal.closed_at)
    rate: 3 %
"""
    deals = {
        "D-1": {"customer": "C", "partner": "P", "amount": "1000", "closed_at": "2026-01-31T23:30:00+08:00"},
        "D-2": {"customer": "C", "partner": "P", "amount": "-1", "closed_at": "2026-01-31T23:30:00+08:00"},
        "D-3": {"customer": "C", "amount": "1000", "closed_at": "2026-01-31T23:30:00+08:00"},
    }
    found = results(decided(text, {}, {"deals": deals}), "referral")
    assert {id: (each.outcome, each.date) for id, each in found.items()} == {
        "D-1": ("earned", dt.date(2026, 1, 31)),
        "D-2": ("refused", dt.date(2026, 1, 31)),
    }


# ------------------------------------------------------------------------------------------------------------- holds

HOLDING = """
rate: 10 %
hold:
  - {id: stopped, require: 'sanctioned(transaction.partner, "stop_settlement", as_of)'}
forfeit:
  - id: cancelled
    require: sanctioned(transaction.partner, "cancel_unpaid", as_of) and not(exists(transaction.paid_at))
"""


def sanction(effect: str, ends_at: str = "2026-04-01T00:00:00+08:00") -> dict[str, object]:
    starts_at = "2026-02-01T00:00:00+08:00"
    return {"sanctions": {"S": {"partner": "P", "effects": [effect], "starts_at": starts_at, "ends_at": ends_at}}}


@pytest.mark.parametrize(
    ("effect", "paid", "as_of", "outcome"),
    [
        pytest.param("stop_settlement", False, "2026-03-01", "held", id="E58-stopped-settlement-holds-back"),
        pytest.param("stop_settlement", False, "2026-04-01", "earned", id="E57-E58-released-on-the-end-date"),
        pytest.param("stop_settlement", False, "2026-03-31", "held", id="E57-held-on-the-day-before-the-end"),
        pytest.param("cancel_unpaid", False, "2026-03-01", "forfeited", id="E58-cancelled-unpaid-is-lost"),
        pytest.param("cancel_unpaid", True, "2026-03-01", "earned", id="E58-what-was-paid-is-not-cancelled"),
        pytest.param("notice", False, "2026-03-01", "earned", id="a-notice-stops-nothing"),
    ],
)
def test_sanctions_hold_payments_back_or_make_them_lost(effect: str, paid: bool, as_of: str, outcome: str) -> None:
    document = invoice("100", **({"paid_at": "2026-01-15T10:00:00+08:00"} if paid else {}))
    moment = dt.datetime.combine(dt.date.fromisoformat(as_of), dt.time(), tzinfo=SHANGHAI)
    (result,) = results(decided(policy(HOLDING), {"T-1": document}, sanction(effect), as_of=moment)).values()
    assert (result.outcome, str(result.amount)) == (outcome, "10.00 CNY")
    assert [line.status for line in result.lines] == [outcome]


CONDUCT = """
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on) and confirmed_on <= today]
    by: violation.occurred_on
    window: calendar year
    steps:
      - {list: black, when: level(1) >= 1, for: 90 days, effects: [stop_settlement]}
"""


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        pytest.param("2026-01-31", "earned", id="E57-the-day-before-it-starts"),
        pytest.param("2026-02-01", "held", id="E57-from-its-first-day-on"),
        pytest.param("2026-05-01", "held", id="E57-on-its-last-day"),
        pytest.param("2026-05-02", "earned", id="E57-free-on-its-end"),
    ],
)
def test_what_a_sanctions_policy_imposes_holds_payments_back(as_of: str, outcome: str) -> None:
    lines = "rate: 10 %\nhold: [{id: stopped, require: 'outcome(transaction.partner, \"conduct\").stop_settlement'}]"
    violations = {"V": {"partner": "P", "level": 1, "occurred_on": "2026-02-01", "confirmed_on": "2026-02-01"}}
    moment = dt.datetime.combine(dt.date.fromisoformat(as_of), dt.time(), tzinfo=SHANGHAI)
    text = policy(lines) + CONDUCT
    decision = decided(text, {"T-1": invoice("100")}, {"violations": violations, "sanctions": {}}, as_of=moment)
    (result,) = results(decision).values()
    assert (result.outcome, str(result.amount)) == (outcome, "10.00 CNY")


def test_without_a_trace_the_amounts_are_the_same() -> None:
    text = policy("rate: {specific_by: {kind: transaction.kind}, rows: [{kind: '-', rate: 10 %}]}")
    plain = ruleset(text, WHOLE_HEAD).decide(
        Facts({"partners": {"P": {}}, "customers": {"C": {}}, "transactions": {"T-1": invoice("100")}}),
        as_of=AS_OF,
        trace=False,
    )
    assert amounts(plain) == {"T-1": "10.00 CNY"}
    assert "rate 10% by row 1" in plain.explain("sales", "T-1")


def test_what_is_lost_is_not_held_back_besides() -> None:
    more = sanction("stop_settlement")
    more["sanctions"] = {"S": {**more["sanctions"]["S"], "effects": ["stop_settlement", "cancel_unpaid"]}}  # type: ignore[index]
    (result,) = results(decided(policy(HOLDING), {"T-1": invoice("100")}, more)).values()
    assert result.outcome == "forfeited"


def test_an_unknown_hold_leaves_the_amount_known() -> None:
    (result,) = results(
        decided(policy(HOLDING), {"T-1": invoice("100")}, {"sanctions": {"S": {"partner": "P"}}})
    ).values()
    assert (result.outcome, str(result.amount)) == ("undetermined", "10.00 CNY")
    assert {missing.record for missing in result.missing} == {"S"}


def test_what_takes_back_is_held_back_as_its_original_is() -> None:
    """Otherwise the partner would have to pay back what it never got."""
    lines = "rate: 10 %\nhold: [{id: unpaid, require: not(exists(transaction.paid_at))}]"
    documents = {
        "paid": invoice("100", paid_at="2026-01-15T10:00:00+08:00"),
        "unpaid": invoice("100"),
        "of-paid": credit("-30", "paid"),
        "of-unpaid": credit("-30", "unpaid"),
    }
    found = results(decided(policy(lines), documents))
    assert {id: (each.outcome, str(each.amount)) for id, each in found.items()} == {
        "paid": ("earned", "10.00 CNY"),
        "unpaid": ("held", "10.00 CNY"),
        "of-paid": ("earned", "-3.00 CNY"),
        "of-unpaid": ("held", "-3.00 CNY"),
    }
