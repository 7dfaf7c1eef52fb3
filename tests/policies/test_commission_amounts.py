"""Floors, caps and splits: no cent is created or lost."""

import pytest
from tests.policies.commissions import SPLIT, amounts, credit, decided, invoice, policy, results, shares
from tests.support import codes, diagnostics

TEN = "rate: 10 %"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("0", "0.00 CNY"),  # nothing is not raised
        ("50", "10.00 CNY"),
        ("100", "10.00 CNY"),
        ("500", "50.00 CNY"),
        ("1000", "100.00 CNY"),
        ("5000", "100.00 CNY"),
    ],
)
def test_floor_and_cap_of_a_document(base: str, expected: str) -> None:
    lines = f"{TEN}\nfloor: {{amount: 10 CNY}}\ncap: {{amount: 100 CNY}}"
    assert amounts(decided(policy(lines), {"T-1": invoice(base)})) == {"T-1": expected}


@pytest.mark.parametrize(
    ("base", "refunds", "expected"),
    [
        pytest.param("5000", ["-2000"], ["100.00", "0.00"], id="E31-still-above-the-cap"),
        pytest.param("5000", ["-4500"], ["100.00", "-50.00"], id="E31-recomputed-not-pro-rata"),
        pytest.param("5000", ["-4500", "-500"], ["100.00", "-50.00", "-50.00"], id="E31-all-of-it"),
        pytest.param("50", ["-25", "-25"], ["10.00", "0.00", "-10.00"], id="the-floor-holds-until-nothing-is-left"),
    ],
)
def test_a_refund_of_a_limited_commission_is_computed_anew(base: str, refunds: list[str], expected: list[str]) -> None:
    lines = f"{TEN}\nfloor: {{amount: 10 CNY}}\ncap: {{amount: 100 CNY}}"
    documents = {"T-0": invoice(base)}
    documents |= {f"T-{at}": credit(each, "T-0", f"2026-01-2{at}") for at, each in enumerate(refunds, start=1)}
    assert list(amounts(decided(policy(lines), documents)).values()) == [f"{each} CNY" for each in expected]


CAPPED = f"{TEN}\ncap: {{amount: 100 CNY, per: [transaction.customer, month]}}"


def test_e38_the_second_invoice_of_a_customer_and_month_gets_the_rest_only() -> None:
    documents = {
        "T-1": invoice("800", "2026-01-05"),
        "T-2": invoice("800", "2026-01-06"),
        "T-3": invoice("800", "2026-01-07"),
        "T-4": invoice("800", "2026-02-01"),
        "T-5": invoice("800", "2026-01-08", customer="D"),
    }
    assert amounts(decided(policy(CAPPED), documents)) == {
        "T-1": "80.00 CNY",
        "T-2": "20.00 CNY",
        "T-3": "0.00 CNY",
        "T-4": "80.00 CNY",
        "T-5": "80.00 CNY",
    }


def test_a_refund_gives_back_to_the_cap_of_the_month_of_its_original() -> None:
    documents = {
        "T-1": invoice("800", "2026-01-05"),
        "T-2": invoice("800", "2026-01-06"),
        "T-3": credit("-500", "T-1", "2026-02-01"),  # 160 less 50 are 110: the cap still cuts 10
        "T-4": credit("-300", "T-1", "2026-02-02"),  # 80 are left, of 100
        "T-5": invoice("800", "2026-02-03"),
    }
    assert amounts(decided(policy(CAPPED), documents)) == {
        "T-1": "80.00 CNY",
        "T-2": "20.00 CNY",
        "T-3": "0.00 CNY",
        "T-4": "-20.00 CNY",
        "T-5": "80.00 CNY",
    }


def test_a_cap_is_for_one_payee() -> None:
    """What one partner takes back must not be owed by another one."""
    documents = {"T-1": invoice("800"), "T-2": invoice("800", partner="Q"), "T-3": credit("-800", "T-1")}
    decision = decided(policy(CAPPED), documents)
    assert amounts(decision) == {"T-1": "80.00 CNY", "T-2": "80.00 CNY", "T-3": "-80.00 CNY"}
    assert [str(decision["sales"].total(payee)) for payee in ("P", "Q")] == ["0.00 CNY", "80.00 CNY"]


def test_an_unstated_cap_matters_only_where_it_could_cut() -> None:
    before = "parameters: {most: {type: money, status: unstated}}\n"
    lines = f"{TEN}\ncap: {{amount: most}}"
    found = results(decided(policy(lines, before=before), {"T-1": invoice("800"), "T-2": invoice("0")}))
    assert found["T-1"].outcome == "undetermined"
    assert str(found["T-2"].amount) == "0.00 CNY"


# ------------------------------------------------------------------------------------------------------------ splits


def split(*parts: str, lines: str = "rate: 100 %") -> str:
    """A split among partners P, Q, R, ... in the shares given."""
    names = ['"P"', '"Q"', '"R"']
    return policy(
        lines
        + "\nsplit:\n"
        + "".join(f"  - {{to: '{to}', share: {part}}}\n" for to, part in zip(names, parts, strict=False)),
        basic=SPLIT,
        before=SHARES,
    )


SHARES = """
facts: {transaction: {own: ratio}}
parameters:
  third: {value: 33.333333 %}
  rest: {value: 33.333334 %}
  too_much: {value: 50 %}
"""


@pytest.mark.parametrize(
    ("base", "parts", "expected"),
    [
        pytest.param("100", ("third", "third", "rest"), ["33.33", "33.33", "33.34"], id="E34-the-greatest-remainder"),
        pytest.param("0.10", ("33 %", "33 %", "34 %"), ["0.03", "0.03", "0.04"], id="three-cents-and-a-bit"),
        pytest.param("0.01", ("50 %", "50 %"), ["0.01", "0.00"], id="E34-ties-in-the-order-written"),
        pytest.param("0.03", ("50 %", "50 %"), ["0.02", "0.01"], id="E34-half-a-cent-each"),
        pytest.param("100", ("70 %", "30 %"), ["70.00", "30.00"], id="even"),
        pytest.param("0.05", ("100 %", "0 %"), ["0.05", "0.00"], id="nothing-for-one"),
    ],
)
def test_splits_are_exact(base: str, parts: tuple[str, ...], expected: list[str]) -> None:
    (result,) = results(decided(split(*parts), {"T-1": invoice(base)})).values()
    assert [amount for _, amount in shares(result)] == [f"{each} CNY" for each in expected]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        pytest.param("100.00", ["33.34", "33.33", "33.33"], id="E34-one-cent-over"),
        pytest.param("200.00", ["66.67", "66.67", "66.66"], id="E34-two-cents-over"),
        pytest.param("99.99", ["33.33", "33.33", "33.33"], id="E34-even"),
        pytest.param("100000000000000000.00", ["33333333333333333.34", *["33333333333333333.33"] * 2], id="E34-a-lot"),
    ],
)
def test_equal_parts_give_what_does_not_divide_in_the_order_written(base: str, expected: list[str]) -> None:
    lines = "rate: 100 %\nsplit:\n  - {to: '\"P\"'}\n  - {to: '\"Q\"'}\n  - {to: '\"R\"'}"
    (result,) = results(decided(policy(lines, basic=SPLIT), {"T-1": invoice(base)})).values()
    assert [amount for _, amount in shares(result)] == [f"{each} CNY" for each in expected]
    assert result.lines[0].as_data()["share"] == "1/3"


def test_e35_shares_of_99_99_percent_are_refused() -> None:
    assert codes(split("33.33 %", "33.33 %", "33.33 %")) == ["split-total"]


def test_a_share_without_its_sign_is_read_as_a_rate_is() -> None:
    (found,) = diagnostics(split("0.5", "50 %"))
    assert (found.code, found.help) == ("ratio-without-percent", "write `50 %`, or `0.5 %` if that is meant")


@pytest.mark.parametrize(
    ("value", "code"), [("1", "ratio-without-percent"), ("800 %", "impossible-rate"), ("8 %", None)]
)
def test_a_rate_that_is_a_parameter_is_looked_at_like_one_that_is_written(value: str, code: str | None) -> None:
    text = f"parameters: {{first_rate: {{value: {value}}}}}\n" + policy("rate: first_rate")
    assert codes(text) == ([] if code is None else [code])


def test_an_amount_is_not_split_among_thousands() -> None:
    parties = "".join("  - {to: transaction.partner}\n" for _ in range(101))
    assert codes(policy(f"rate: 10 %\nsplit:\n{parties}", basic=SPLIT)) == ["too-large"]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        pytest.param(("third", "third", "third"), "refused: shares", id="E35-R21-of-parameters"),
        pytest.param(("too_much", "too_much", "rest - rest"), "100.00 CNY", id="a-share-of-nothing"),
        pytest.param(("60 %", "too_much", "40 % - too_much"), "refused: shares", id="a-share-of-less-than-nothing"),
    ],
)
def test_shares_that_parameters_give_are_checked_when_they_are_used(parts: tuple[str, ...], reason: str) -> None:
    assert amounts(decided(split(*parts), {"T-1": invoice("100")})) == {"T-1": reason}


def test_what_is_taken_back_is_taken_from_each_as_it_was_given() -> None:
    # 0.05 by halves is 0.03 and 0.02; 0.03 of it is 0.02 and 0.01; nothing is nothing.
    documents = {
        "T-1": invoice("0.05"),
        "T-2": credit("-0.02", "T-1", "2026-01-20"),
        "T-3": credit("-0.03", "T-1", "2026-01-21"),
    }
    found = results(decided(split("50 %", "50 %"), documents))
    assert {id: [amount for _, amount in shares(each)] for id, each in found.items()} == {
        "T-1": ["0.03 CNY", "0.02 CNY"],
        "T-2": ["-0.01 CNY", "-0.01 CNY"],
        "T-3": ["-0.02 CNY", "-0.01 CNY"],
    }


def test_a_correction_is_shared_as_its_original_was() -> None:
    parts = ("transaction.own", "100 % - transaction.own")
    documents = {
        "T-1": invoice("100", own="70 %"),
        "T-2": credit("-50", "T-1", own="10 %"),
        "T-3": credit("-50", "T-1", "2026-01-21"),
    }
    found = results(decided(split(*parts), documents))
    assert shares(found["T-2"]) == [("P", "-35.00 CNY"), ("Q", "-15.00 CNY")]
    assert shares(found["T-3"]) == [("P", "-35.00 CNY"), ("Q", "-15.00 CNY")]


def test_a_cap_that_documents_share_comes_before_the_split() -> None:
    lines = "rate: 100 %\ncap: {amount: 100 CNY, per: [transaction.customer, month]}"
    documents = {
        "T-1": invoice("80.01"),
        "T-2": invoice("80.01", "2026-01-11"),
        "T-3": credit("-80.01", "T-1"),
        "T-4": credit("-80.01", "T-2"),
    }
    found = results(decided(split("50 %", "50 %", lines=lines), documents))
    assert {id: [amount for _, amount in shares(each)] for id, each in found.items()} == {
        "T-1": ["40.01 CNY", "40.00 CNY"],
        "T-2": ["9.99 CNY", "10.00 CNY"],  # together with T-1 half of 100.00 each
        "T-3": ["-9.99 CNY", "-10.00 CNY"],
        "T-4": ["-40.01 CNY", "-40.00 CNY"],
    }


def test_roles_and_shares_stand_in_the_lines() -> None:
    lines = """
rate: 10 %
split:
  - {to: transaction.partner, role: dealer, share: 70 %}
  - {to: '"Q"', role: distributor, share: 30 %}
"""
    (result,) = results(decided(policy(lines, basic=SPLIT), {"T-1": invoice("1000")})).values()
    assert [line.as_data() for line in result.lines] == [
        {"payee": "P", "role": "dealer", "share": "70 %", "amount": "70.00 CNY", "status": "earned"},
        {"payee": "Q", "role": "distributor", "share": "30 %", "amount": "30.00 CNY", "status": "earned"},
    ]


def test_e33_distributor_and_dealer_by_policies_of_their_own() -> None:
    text = """
commission:
  distributor:
    subject: transaction
    payee: '"Q"'
    base: transaction.net_amount
    rate: 5 %
  dealer:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate: 10 %
"""
    decision = decided(text, {"T-1": invoice("99.99")})
    assert amounts(decision, "distributor") | {"dealer": amounts(decision, "dealer")["T-1"]} == {
        "T-1": "5.00 CNY",
        "dealer": "10.00 CNY",
    }


@pytest.mark.parametrize(
    ("sale", "cost", "expected"),
    [
        pytest.param("80", "100", "0.00 CNY", id="R19-below-cost"),
        pytest.param("100", "100", "0.00 CNY", id="R19-at-cost"),
        pytest.param("120", "100", "4.00 CNY", id="R19-above-cost"),
    ],
)
def test_a_margin_below_cost_earns_nothing(sale: str, cost: str, expected: str) -> None:
    basic = """\
    subject: transaction
    payee: transaction.partner
    base: max(transaction.net_amount - transaction.cost, 0 CNY)
"""
    decision = decided(policy("rate: 20 %", basic=basic), {"T-1": invoice(sale, cost=cost)})
    assert amounts(decision) == {"T-1": expected}
