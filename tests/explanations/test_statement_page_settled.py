"""The page of what a ruleset settles: every kind of ladder, shares, and what those above are paid.

P-1 sells 900 and 1,200 in February, and 2,500 and 300 in March; P-2 is above it. In March, by hand:

- whole, over the quarter: 4,900 so far, 99,995,100 short of the third band;
- each: 500 and 800 pieces, of which 998 from 2 on at 5 and 300 from 1,000 on at 7: 4,990 + 2,100 = 7,090;
- interpolated, since ever: from 2,100 to 4,900 are 2,800 of the 4,000 between 1,000 and 5,000, so 280 of 400, and 70 %
  of that for P-1: 196.
"""

import datetime as dt
from decimal import Decimal

import pytest
from tests.support import ruleset

from partnerrules import Facts, Ruleset
from partnerrules.domain.settlement import AccountStatement, Settlement
from partnerrules.explanations import statement_page, tell_settlement

RULES = """
facts:
  transaction: {pieces: integer}
commission:
  whole:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      ladder: whole
      over: quarter
      per: transaction.partner
      bands: [{from: 0 CNY, rate: 1 %}, {from: 1000 CNY, rate: 2 %}, {from: 100000000 CNY, rate: 3 %}]
  each:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      ladder: marginal
      over: month
      per: transaction.partner
      measure: transaction.pieces
      bands: [{from: 2, each: 5 CNY}, {from: 1000, each: 7 CNY}]
  interpolated:
    subject: transaction
    base: transaction.net_amount
    rate:
      ladder: interpolated
      over: lifetime
      per: transaction.partner
      up_to: 5000 CNY
      bands: [{from: 0 CNY, amount: 50 CNY}, {from: 1000 CNY, amount: 400 CNY}]
    split:
      - {to: transaction.partner, role: dealer, share: 70 %}
      - {to: '"head-office"', role: house, share: 30 %}
  network:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate: 10 %
    overrides: {up: parent, levels: [{id: manager, rate: 2 %}]}
"""
SALES = (("900", "2026-02-03", 1), ("1200", "2026-02-10", 3), ("2500", "2026-03-04", 500), ("300", "2026-03-20", 800))


@pytest.fixture(scope="module")
def settled() -> Settlement:
    rules: Ruleset = ruleset(RULES)
    sales = {
        f"T-{number}": {"partner": "P-1", "kind": "invoice", "net_amount": amount, "date": date, "pieces": pieces}
        for number, (amount, date, pieces) in enumerate(SALES, start=1)
    }
    facts = Facts({"partners": {"P-1": {"parent": "P-2"}, "P-2": {"parent": None}}, "transactions": sales})
    first = rules.settle(facts, "2026-02", as_of=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    return rules.settle(facts, "2026-03", closed=[first], as_of=dt.datetime(2026, 4, 2, tzinfo=dt.UTC))


def earned(statement: AccountStatement, policy: str) -> Decimal:
    return sum((line.change.amount for line in statement.lines if line.policy == policy), Decimal(0))


def test_the_page_of_a_seller(settled: Settlement) -> None:
    statement = settled.statement("P-1")
    assert earned(statement, "each") == 7090
    assert earned(statement, "interpolated") == 196
    told = statement_page(settled, statement)
    for expected in (
        "You are at 4,900.00 CNY. 99,995,100.00 CNY more, and you reach 3% (from 100,000,000.00 CNY).",
        "You are at 1,300. The highest band is reached.",
        "1, from 2: 5.00 CNY for each of 500 is 2,500.00 CNY",
        "interpolated, dealer: all so far, up to document T-4",
        "your share: 70%, which is 21.00 CNY",
        settled.fingerprint,
    ):
        assert expected in told, expected
    assert "…" not in told


def test_the_page_of_the_one_above(settled: Settlement) -> None:
    told = statement_page(settled, settled.statement("P-2"))
    assert "as manager above the seller: 2% of 2,500.00 CNY is 50.00 CNY" in told
    assert "Where you stand" not in told  # the ladders are those of the seller


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_every_statement_is_told(settled: Settlement, language: str) -> None:
    for statement in settled.statements:
        told = tell_settlement(settled, statement.payee, statement.currency, language)
        assert "{" not in told
        assert all(line.document in told for line in statement.lines)
        # What was read back says the same.
        assert tell_settlement(Settlement.from_json(settled.to_json()), statement.payee, None, language) == told
