"""What holds for commissions over any documents: nothing is created or lost, and nothing hangs on the order."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.commissions import Document, decided, results

from partnerrules import Decision
from partnerrules.quantities import Money, add, divide, multiply, round_half_up, sum_of

CENT = Decimal("0.01")

RATES = {
    "simple": "rate: 7.35 %",
    "fixed": "rate: 12.34 CNY",
    "table": (
        "rate:\n      specific_by: {customer: transaction.customer.id}\n"
        "      rows: [{customer: '\"C\"', rate: 3.3 %}, {customer: '-', rate: 9 %}]"
    ),
    "marginal": "rate: {ladder: marginal, bands: [{from: 0 CNY, rate: 4 %}, {from: 100 CNY, rate: 10 %}]}",
    "whole": "rate: {ladder: whole, bands: [{from: 0 CNY, rate: 4 %}, {from: 100 CNY, rate: 10 %}]}",
    "marginal over a month": (
        "rate: {ladder: marginal, over: month, per: transaction.partner, "
        "bands: [{from: 0 CNY, rate: 4 %}, {from: 100 CNY, rate: 10 %}, {from: 333.33 CNY, rate: 3 %}]}"
    ),
    "whole over a quarter": (
        "rate: {ladder: whole, over: quarter, per: transaction.partner, "
        "bands: [{from: 50 CNY, rate: 4 %}, {from: 100 CNY, rate: 10 %}]}"
    ),
}
DOWN = {
    "marginal down a month": RATES["marginal over a month"].replace("per:", "corrections: period, per:"),
    "whole down a quarter": RATES["whole over a quarter"].replace("per:", "corrections: period, per:"),
}
"""Ladders that corrections go down, too."""
LIMITS = {
    "free": "",
    "floor and cap": "floor: {amount: 2.5 CNY}\n    cap: {amount: 20 CNY}",
    "cap together": "cap: {amount: 30 CNY, per: [transaction.customer, month]}",
    "caps": (
        "caps: [{amount: 30 CNY, per: [transaction.customer, month]}, {amount: 40 CNY, per: [year]}, {amount: 20 CNY}]"
    ),
    "parts of the base": (
        "floor: {amount: '1.005 % * transaction.net_amount'}\n    cap: {amount: '7.333 % * transaction.net_amount'}"
    ),
    "cap of the partner": "cap: {amount: 34.995 CNY, per: [transaction.partner, year]}",
}
PAYEES = {
    "one": "payee: transaction.partner",
    "shares": "split: [{to: transaction.partner, share: 66.67 %}, {to: '\"house\"', share: 33.33 %}]",
    "own shares": (
        "split: [{to: transaction.partner, share: transaction.own}, {to: '\"house\"', share: 100 % - transaction.own}]"
    ),
    "equal": "split: [{to: transaction.partner}, {to: '\"house\"'}, {to: '\"third\"'}]",
}


def text(rate: str, limit: str, payees: str) -> str:
    return f"""
facts: {{transaction: {{own: ratio}}}}
commission:
  sales:
    subject: transaction
    base: transaction.net_amount
    {PAYEES[payees]}
    {(RATES | DOWN)[rate]}
    {LIMITS[limit]}
"""


TEXTS = st.builds(text, st.sampled_from(list(RATES)), st.sampled_from(list(LIMITS)), st.sampled_from(list(PAYEES)))
SAME_SHARES = st.builds(
    text,
    st.sampled_from(list(DOWN)),
    st.sampled_from(["free", "cap of the partner"]),
    st.sampled_from(["one", "shares", "equal"]),
)
DOWNWARD = SAME_SHARES | st.builds(text, st.sampled_from(list(DOWN)), st.just("free"), st.just("own shares"))
CENTS = st.integers(1, 60_000).map(lambda cents: Decimal(cents) * CENT)


@st.composite
def sales(draw: st.DrawFn) -> dict[str, Document]:
    """Some invoices."""
    documents: dict[str, Document] = {}
    for number in range(draw(st.integers(1, 6))):
        documents[f"T-{number}"] = {
            "partner": draw(st.sampled_from(["P", "Q"])),
            "customer": draw(st.sampled_from(["C", "D"])),
            "net_amount": str(draw(CENTS)),
            "own": draw(st.sampled_from(["0 %", "12.5 %", "50 %", "100 %"])),
            "date": str(dt.date(2026, 1, 1) + dt.timedelta(days=draw(st.integers(0, 45)))),
        }
    return documents


@st.composite
def refunds(draw: st.DrawFn, documents: dict[str, Document], *, whole: bool) -> dict[str, Document]:
    """Credit notes for documents, on days before and after, in several steps; of everything, or of some of it."""
    found: dict[str, Document] = {}
    for id, document in documents.items():
        left = Decimal(str(document["net_amount"]))
        steps = draw(st.integers(0, 3))
        for step in range(steps + whole):
            last = whole and step == steps
            part = left if last else min(left, draw(CENTS))
            if part > 0:
                day = dt.date(2026, 1, 1) + dt.timedelta(
                    days=draw(st.integers(0, 59))
                )  # what lies after the decision is not seen
                found[draw(st.sampled_from(["", "A-"])) + f"{id}-{step}"] = {
                    "partner": "P",
                    "net_amount": str(-part),
                    "date": str(day),
                    "original": id,
                }
                left -= part
    return found


def total(decision: Decision, payee: str) -> Decimal:
    amount = decision["sales"].total(payee)
    assert isinstance(amount, Money)
    return amount.amount


WHO = ("P", "Q", "house", "third")


@given(TEXTS | DOWNWARD, sales(), st.data())
def test_lines_add_up_to_their_document_and_to_the_statement(
    rules: str, documents: dict[str, Document], data: st.DataObject
) -> None:
    decision = decided(rules, documents | data.draw(refunds(documents, whole=False)))
    for result in results(decision).values():
        assert isinstance(result.amount, Money)
        parts = [line.amount.amount for line in result.lines if isinstance(line.amount, Money)]
        assert sum_of(parts) == result.amount.amount
        assert all(part == round_half_up(part, 2) for part in parts)
    for payee in WHO:
        statement = decision["sales"].statement(payee)
        assert isinstance(statement.earned, Money)
        assert sum_of(line.amount.amount for line in statement.lines if isinstance(line.amount, Money)) == (
            statement.earned.amount
        )


@given(TEXTS, sales(), st.data())
def test_a_refund_of_everything_returns_the_period_to_zero_for_each_payee(
    rules: str, documents: dict[str, Document], data: st.DataObject
) -> None:
    decision = decided(rules, documents | data.draw(refunds(documents, whole=True)))
    assert {payee: total(decision, payee) for payee in WHO} == dict.fromkeys(WHO, Decimal(0))


@given(SAME_SHARES, sales(), st.data())
def test_e28_down_a_ladder_a_refund_of_everything_leaves_nothing_with_anyone(
    rules: str, documents: dict[str, Document], data: st.DataObject
) -> None:
    decision = decided(rules, documents | data.draw(refunds(documents, whole=True)))
    assert {payee: total(decision, payee) for payee in WHO} == dict.fromkeys(WHO, Decimal(0))


@given(TEXTS | DOWNWARD, sales(), st.data())
def test_the_order_in_which_documents_are_given_changes_no_byte(
    rules: str, documents: dict[str, Document], data: st.DataObject
) -> None:
    every = list((documents | data.draw(refunds(documents, whole=False))).items())
    first = decided(rules, dict(every)).to_json()
    assert decided(rules, dict(data.draw(st.permutations(every)))).to_json() == first


@pytest.mark.parametrize("rate", ["marginal over a month", "whole over a quarter"])
@given(documents=sales(), cuts=st.lists(CENTS, max_size=4))
@settings(max_examples=50)
def test_splitting_an_invoice_leaves_the_total_of_a_period_unchanged(
    rate: str, documents: dict[str, Document], cuts: list[Decimal]
) -> None:
    rules = text(rate, "free", "one")
    whole = decided(rules, documents)
    id, document = next(iter(documents.items()))
    left = Decimal(str(document["net_amount"]))
    parts: dict[str, Document] = {}
    for number, cut in enumerate(cuts):
        if cut < left:
            parts[f"{id}-{number}"] = {**document, "net_amount": str(cut)}
            left -= cut
    parts[id] = {**document, "net_amount": str(left)}
    apart = decided(rules, {**documents, **parts})
    assert [total(apart, payee) for payee in WHO] == [total(whole, payee) for payee in WHO]


@given(TEXTS | DOWNWARD, sales(), st.data())
def test_more_facts_never_change_what_was_decided(
    rules: str, documents: dict[str, Document], data: st.DataObject
) -> None:
    rules = rules.replace("subject: transaction\n", "subject: transaction\n    reference_date: today\n")
    rules += "    exclude: [{id: free, require: transaction.product.commission_free}]\n"
    known = documents | data.draw(refunds(documents, whole=False))
    known = {id: {**document, "product": "sold"} for id, document in known.items()}
    gaps = {
        id: set(data.draw(st.lists(st.sampled_from(["net_amount", "date", "customer", "own", "product"]), max_size=1)))
        for id in data.draw(st.lists(st.sampled_from(sorted(known)), max_size=2, unique=True))
    }
    partly = {
        id: {name: value for name, value in document.items() if name not in gaps.get(id, set())}
        for id, document in known.items()
    }
    products = {"products": {"sold": {"commission_free": False}}}
    before, after = (results(decided(rules, each, products)) for each in (partly, known))
    for id, result in before.items():
        if result.outcome != "undetermined":
            assert (result.outcome, result.reason, result.amount) == (
                after[id].outcome,
                after[id].reason,
                after[id].amount,
            )
        for line, later in zip(result.lines, after[id].lines, strict=True):
            if isinstance(line.amount, Money):
                assert line.amount == later.amount


@st.composite
def ladders(draw: st.DrawFn) -> tuple[list[tuple[int, int]], str]:
    """A ladder whose rates rise, from zero on."""
    starts = [0, *sorted(draw(st.sets(st.integers(1, 500), max_size=4)))]
    rates = sorted(draw(st.lists(st.integers(0, 100), min_size=len(starts), max_size=len(starts))))
    bands = ", ".join(f"{{from: {start} CNY, rate: {rate} %}}" for start, rate in zip(starts, rates, strict=True))
    return list(zip(starts, rates, strict=True)), bands


@given(ladders(), st.lists(CENTS, min_size=1, max_size=5))
@settings(max_examples=50)
def test_marginal_is_at_most_whole_on_rising_ladders_and_never_falls(
    ladder: tuple[list[tuple[int, int]], str], bases: list[Decimal]
) -> None:
    documents: dict[str, Document] = {
        f"T-{number}": {"partner": "P", "net_amount": str(base), "date": "2026-01-05"}
        for number, base in enumerate(sorted(bases))
    }
    paid: dict[str, list[Decimal]] = {}
    for kind in ("marginal", "whole"):
        rules = text("simple", "free", "one").replace(
            RATES["simple"], f"rate: {{ladder: {kind}, bands: [{ladder[1]}]}}"
        )
        found = results(decided(rules, documents)).values()
        paid[kind] = [each.amount.amount for each in found if isinstance(each.amount, Money)]
    assert all(one <= other for one, other in zip(paid["marginal"], paid["whole"], strict=True))
    assert paid["marginal"] == sorted(paid["marginal"])
    expected = [
        sum_of(
            divide(multiply(max(Decimal(0), min(base, Decimal(end)) - start), Decimal(rate)), Decimal(100))
            for (start, rate), end in zip(ladder[0], [*(each[0] for each in ladder[0][1:]), 10**9], strict=True)
        )
        for base in sorted(bases)
    ]
    assert paid["marginal"] == [round_half_up(amount, 2) for amount in expected]


@given(sales(), st.sampled_from(list(RATES)))
@settings(max_examples=50)
def test_shares_of_an_amount_differ_from_the_exact_ones_by_less_than_a_cent(
    documents: dict[str, Document], rate: str
) -> None:
    for result in results(decided(text(rate, "free", "own shares"), documents)).values():
        assert isinstance(result.amount, Money)
        for line in result.lines:
            assert isinstance(line.amount, Money)
            assert isinstance(line.share, Decimal)
            exact = multiply(result.amount.amount, line.share)
            assert abs(add(line.amount.amount, -exact)) < CENT
