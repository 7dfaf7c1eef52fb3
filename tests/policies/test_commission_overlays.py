"""Overlays: who is paid in addition to the amount of a document; and shares of the parties of a deal by their roles."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.commissions import SPLIT, Document, amounts, credit, decided, invoice, policy, results, shares
from tests.support import codes, ruleset

from partnerrules import Decision
from partnerrules.laws import LAWS, check
from partnerrules.quantities import Money, round_half_up

OVERLAY = """
rate: 10 %
overlays:
  - {to: '"specialist"', role: specialist, share: 10 %}
  - {to: transaction.customer, share: 2.5 %}
"""


def earned(decision: Decision, payee: str) -> str:
    return str(decision["sales"].statement(payee).earned)


def test_2_7_an_overlay_is_paid_in_addition_and_takes_nothing_from_the_amount() -> None:
    decision = decided(policy(OVERLAY), {"T-1": invoice("999.99")})
    (result,) = results(decision).values()
    # 100.00; a tenth of it is 10.00, a fortieth 2.50: of what is paid, which is rounded already.
    assert shares(result) == [("P", "100.00 CNY"), ("specialist", "10.00 CNY"), ("C", "2.50 CNY")]
    assert str(result.amount) == "100.00 CNY"
    assert [line.payee for line in result.own_lines] == ["P"]
    assert [(line.payee, line.role) for line in result.overlays] == [("specialist", "specialist"), ("C", None)]
    assert result.lines[1].as_data() == {
        "payee": "specialist",
        "role": "specialist",
        "share": "10 %",
        "amount": "10.00 CNY",
        "status": "earned",
        "overlay": True,
    }
    assert (earned(decision, "P"), earned(decision, "specialist")) == ("100.00 CNY", "10.00 CNY")


def test_beside_a_split_the_shares_still_total_one() -> None:
    lines = OVERLAY + "split: [{to: transaction.partner, share: 70 %}, {to: '\"house\"', share: 30 %}]"
    (result,) = results(decided(policy(lines, basic=SPLIT), {"T-1": invoice("1000")})).values()
    assert shares(result) == [
        ("P", "70.00 CNY"),
        ("house", "30.00 CNY"),
        ("specialist", "10.00 CNY"),
        ("C", "2.50 CNY"),
    ]


def test_an_overlay_is_of_what_the_cap_leaves() -> None:
    decision = decided(policy(OVERLAY + "cap: {amount: 50 CNY}\nfloor: {amount: 5 CNY}"), {
        "T-1": invoice("1000"),
        "T-2": invoice("10"),
    })  # fmt: skip
    found = results(decision)
    assert shares(found["T-1"]) == [("P", "50.00 CNY"), ("specialist", "5.00 CNY"), ("C", "1.25 CNY")]
    assert shares(found["T-2"]) == [("P", "5.00 CNY"), ("specialist", "0.50 CNY"), ("C", "0.13 CNY")]


def test_under_a_shared_cap_the_parts_are_differences() -> None:
    lines = OVERLAY + "cap: {amount: 100.10 CNY, per: [transaction.customer, month]}"
    documents = {
        "T-1": invoice("600.60", "2026-01-05"),  # 60.06; 6.01 and 1.50
        "T-2": invoice("600.60", "2026-01-06"),  # 40.04 up to 100.10; 10.01 and 2.50 in all: 4.00 and 1.00
        "T-3": invoice("600.60", "2026-01-07"),  # nothing is left
    }
    found = results(decided(policy(lines), documents))
    assert [shares(found[id]) for id in documents] == [
        [("P", "60.06 CNY"), ("specialist", "6.01 CNY"), ("C", "1.50 CNY")],
        [("P", "40.04 CNY"), ("specialist", "4.00 CNY"), ("C", "1.00 CNY")],
        [("P", "0.00 CNY"), ("specialist", "0.00 CNY"), ("C", "0.00 CNY")],
    ]


def test_corrections_take_back_of_overlays_as_well() -> None:
    documents = {
        "T-1": invoice("333.33", "2026-01-05"),  # 33.33; 3.33 and 0.83
        "T-2": credit("-111.11", "T-1", "2026-01-06", customer="D"),  # 22.22 left; 2.22 and 0.56
        "T-3": credit("-222.22", "T-1", "2026-01-07"),
    }
    found = results(decided(policy(OVERLAY), documents))
    assert shares(found["T-1"]) == [("P", "33.33 CNY"), ("specialist", "3.33 CNY"), ("C", "0.83 CNY")]
    assert shares(found["T-2"]) == [("P", "-11.11 CNY"), ("specialist", "-1.11 CNY"), ("C", "-0.27 CNY")]
    assert shares(found["T-3"]) == [("P", "-22.22 CNY"), ("specialist", "-2.22 CNY"), ("C", "-0.56 CNY")]


def test_what_earns_nothing_gives_nothing_in_addition() -> None:
    lines = (
        OVERLAY + "exclude: [{id: small, require: transaction.net_amount < 10 CNY and transaction.net_amount >= 0 CNY}]"
    )
    found = results(decided(policy(lines), {"T-1": invoice("5"), "T-2": invoice("-50"), "T-3": invoice(None)}))
    assert [(line.status, str(line.amount)) for line in found["T-1"].overlays] == [("excluded", "0.00 CNY")] * 2
    assert [(line.status, line.amount) for line in found["T-2"].overlays] == [("refused", None)] * 2
    assert [line.status for line in found["T-3"].overlays] == ["undetermined"] * 2


OWN = """
rate: 10 %
overlays: [{to: '"specialist"', role: specialist, share: transaction.own}]
"""
SHARE = "facts: {transaction: {own: ratio}}\n"


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ("30 %", "100.00 CNY"),
        ("100 %", "100.00 CNY"),
        ("101 %", "refused: shares"),
        ("-1 %", "refused: shares"),
    ],
)
def test_a_share_that_facts_give_lies_between_nothing_and_all_of_it(share: str, expected: str) -> None:
    assert amounts(decided(policy(OWN, before=SHARE), {"T-1": invoice("1000", own=share)})) == {"T-1": expected}


def test_an_unknown_share_leaves_its_own_part_in_doubt_alone() -> None:
    decision = decided(policy(OWN, before=SHARE), {"T-1": invoice("1000")})
    (result,) = results(decision).values()
    assert (result.outcome, [line.status for line in result.lines]) == ("earned", ["earned", "undetermined"])
    assert earned(decision, "P") == "100.00 CNY"
    doubtful = decision["sales"].statement("specialist")
    assert [missing.field for missing in doubtful.missing] == ["own"]


def test_those_above_a_payee_and_overlays_go_together() -> None:
    lines = OVERLAY + "overrides: {up: parent, on: net, levels: [{id: manager, rate: 10 %}]}"
    found = results(decided(policy(lines), {"T-1": invoice("1000")}, {"partners": {"P": {"parent": "Q"}, "Q": {}}}))
    assert shares(found["T-1"]) == [
        ("P", "100.00 CNY"),
        ("specialist", "10.00 CNY"),
        ("C", "2.50 CNY"),
        ("Q", "90.00 CNY"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (OVERLAY.replace("share: 10 %", "share: 110 %"), ["impossible-rate"]),
        (OVERLAY.replace("share: 10 %", "share: -10 %"), ["impossible-rate"]),
        (OVERLAY.replace("share: 10 %", "share: 10"), ["ratio-without-percent"]),
        (OVERLAY.replace("share: 10 %", "share: 10 CNY"), ["type-mismatch"]),
        (OVERLAY.replace(", share: 10 %", ""), ["missing-key"]),
        (OVERLAY.replace("transaction.customer", "transaction.amount"), ["type-mismatch"]),
        (OVERLAY.replace("transaction.customer", "transaction.deal"), ["unguarded-none"]),
        ("rate: 10 %\noverlays: [" + ", ".join(["{to: '\"x\"', share: 1 %}"] * 101) + "]", ["too-large"]),
    ],
)
def test_what_cannot_be_meant(lines: str, expected: list[str]) -> None:
    assert codes(policy(lines)) == expected


def test_alone_overlays_pay_nobody_the_amount() -> None:
    assert codes(policy(OVERLAY, basic=SPLIT)) == ["missing-key"]


# ---------------------------------------------------------------------------------------------------------------- roles

ROLES = """
rate: 10 %
include:
  - exists(transaction.deal) and exists(only(transaction.deal.parties[role = "source"]).partner)
  - exists(only(transaction.deal.parties[role = "fulfil"]).partner)
split:
  - {to: 'only(transaction.deal.parties[role = "source"]).partner', role: source, share: 60 %}
  - {to: 'only(transaction.deal.parties[role = "fulfil"]).partner', role: fulfil, share: 40 %}
"""


def of_roles(*parties: tuple[str, str]) -> Decision:
    """What an invoice of 1,000 earns by a deal with some parties."""
    deal = {"customer": "C", "parties": [{"partner": partner, "role": role} for partner, role in parties]}
    return decided(policy(ROLES, basic=SPLIT), {"T-1": invoice("1000", deal="D")}, {"deals": {"D": deal}})


def test_the_parties_of_a_deal_share_by_their_roles() -> None:
    (result,) = results(of_roles(("Q", "fulfil"), ("P", "source"), ("P", "assist"))).values()
    assert [(line.payee, line.role, str(line.amount)) for line in result.lines] == [
        ("P", "source", "60.00 CNY"),
        ("Q", "fulfil", "40.00 CNY"),
    ]


@pytest.mark.parametrize(
    ("parties", "language", "lacks"),
    [
        (
            [("P", "source"), ("Q", "source"), ("Q", "fulfil")],
            "en",
            "parties of D: there are several, and one is meant",
        ),
        ([("P", "source"), ("Q", "source"), ("Q", "fulfil")], "zh", "D 的 parties：有多条记录，而此处只应有一条"),
        ([("P", "source"), ("Q", "source"), ("Q", "fulfil")], "ru", "parties у D: записей несколько, а нужна одна"),
        ([("P", "source")], "en", "D has no parties"),
    ],
)
def test_a_role_that_nobody_or_several_have_leaves_the_shares_in_doubt(
    parties: list[tuple[str, str]], language: str, lacks: str
) -> None:
    decision = of_roles(*parties)
    assert results(decision)["T-1"].outcome == "undetermined"
    assert lacks in decision.explain("sales", "T-1", language=language)


def test_a_referral_and_an_assist_are_paid_in_addition_where_there_are_such() -> None:
    lines = """
rate: 10 %
when: exists(transaction.deal) and count(transaction.deal.parties[role = "assist" and exists(partner)]) = 1
overlays:
  - {to: 'only(transaction.deal.parties[role = "assist" and exists(partner)].partner)', role: assist, share: 20 %}
"""
    deals = {
        "A": {"customer": "C", "parties": [{"partner": "Q", "role": "assist"}]},
        "B": {"customer": "C", "parties": [{"name": "Li Na", "role": "assist"}, {"partner": "Q", "role": "source"}]},
    }
    documents = {"T-1": invoice("1000", deal="A"), "T-2": invoice("1000", deal="B")}
    found = results(decided(policy(lines), documents, {"deals": deals}))
    assert {id: shares(result) for id, result in found.items()} == {"T-1": [("P", "100.00 CNY"), ("Q", "20.00 CNY")]}


# ----------------------------------------------------------------------------------------------------------- properties

CENTS = st.integers(1, 90_000).map(lambda cents: Decimal(cents) / 100)
LIMITS = st.sampled_from([
    "",
    "cap: {amount: 20 CNY}\nfloor: {amount: 1 CNY}",
    "cap: {amount: 30 CNY, per: [month]}",
    "caps: [{amount: 20 CNY, per: [transaction.customer, month]}, {amount: 30 CNY, per: [month]}]",
])  # fmt: skip
LADDER = """
rate:
  ladder: whole
  over: month
  per: transaction.customer
  corrections: period
  bands: [{from: 0 CNY, rate: 3.3 %}, {from: 300 CNY, rate: 7.35 %}]
"""
EVERY = """
rate: 7.35 %
split: [{to: transaction.partner, share: 66.67 %}, {to: '"house"', share: 33.33 %}]
overlays: [{to: transaction.customer, share: 12.5 %}, {to: '"third"', share: 33.33 %}]
"""
WHO = ("P", "house", "C", "D", "third")


@given(st.lists(st.tuples(CENTS, st.sampled_from("CD")), min_size=1, max_size=5), LIMITS, st.data())
@settings(max_examples=60)
def test_a_refund_of_everything_returns_each_to_zero(
    sold: list[tuple[Decimal, str]], limits: str, data: st.DataObject
) -> None:
    documents: dict[str, Document] = {}
    for number, (amount, customer) in enumerate(sold):
        documents[f"T-{number}"] = invoice(str(amount), f"2026-01-{number + 1:02}", customer=customer)
        part = min(amount, data.draw(CENTS))
        documents[f"T-{number}-a"] = credit(str(-part), f"T-{number}", "2026-02-01")
        if part < amount:
            documents[f"T-{number}-b"] = credit(str(part - amount), f"T-{number}", "2026-02-02")
    lines = EVERY + limits if data.draw(st.booleans()) or limits else EVERY.replace("rate: 7.35 %", LADDER)
    decision = decided(policy(lines, basic=SPLIT), documents)
    assert {payee: earned(decision, payee) for payee in WHO} == dict.fromkeys(WHO, "0.00 CNY")


@given(st.lists(CENTS, min_size=1, max_size=5), LIMITS)
@settings(max_examples=60)
def test_overlays_leave_the_amount_and_its_shares_as_they_are(sold: list[Decimal], limits: str) -> None:
    documents: Mapping[str, Document] = {
        f"T-{number}": invoice(str(amount), f"2026-01-{number + 1:02}") for number, amount in enumerate(sold)
    }
    plain, more = (
        results(decided(policy(lines + limits, basic=SPLIT), documents))
        for lines in (EVERY.replace("overlays:", "#"), EVERY)
    )
    total = Decimal(0)
    for id, result in more.items():
        assert (result.amount, result.own_lines) == (plain[id].amount, plain[id].own_lines)
        assert isinstance(result.amount, Money)
        total += result.amount.amount
        for line in result.overlays:
            assert isinstance(line.amount, Money)
            assert line.amount.amount == round_half_up(line.amount.amount, 2)
    if "per: [month]" in limits and "caps" not in limits:
        paid = sum((_money(line.amount) for each in more.values() for line in each.overlays[1:]), Decimal(0))
        assert paid == round_half_up(total * Decimal("0.3333"), 2)


def test_the_law_of_money_knows_what_is_paid_beside_the_amount() -> None:
    lines = OVERLAY + "overrides: {up: parent, levels: [{id: manager, rate: 1 %}]}"
    check(ruleset(policy(lines)), LAWS["money"], examples=20)


def _money(amount: object) -> Decimal:
    assert isinstance(amount, Money)
    return amount.amount
