"""Which day decides whether a partner is paid, and what earns nothing because nothing was sold."""

import pytest
from tests.policies.commissions import amounts, decided, invoice, policy
from tests.support import decide


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # Suspended in January: the deal was signed in December, the invoice is of January.
        pytest.param("transaction.invoiced_at", "0.00 CNY", id="E68-by-the-invoice"),
        pytest.param("transaction.deal.signed_at", "50.00 CNY", id="E68-by-the-signing"),
    ],
)
def test_a_partner_that_was_suspended_between_signing_and_invoice(at: str, expected: str) -> None:
    lines = f"""
include: [{{id: sold, require: exists(transaction.deal) and exists(transaction.deal.signed_at)}}]
exclude: [{{id: suspended, require: 'sanctioned(transaction.partner, "suspend", {at})'}}]
rate: 5 %
"""
    more = {
        "deals": {"D-1": {"customer": "C", "partner": "P", "signed_at": "2025-12-10T09:00:00+08:00"}},
        "sanctions": {
            "S-1": {
                "partner": "P",
                "effects": ["suspend"],
                "starts_at": "2026-01-01T00:00:00+08:00",
                "ends_at": "2026-02-01T00:00:00+08:00",
            }
        },
    }
    before = "facts: {transaction: {invoiced_at: instant}}\n"
    document = invoice("1000", deal="D-1", invoiced_at="2026-01-10T09:00:00+08:00")
    assert amounts(decided(policy(lines, before=before), {"T-1": document}, more)) == {"T-1": expected}


def test_e69_a_click_without_a_sale_earns_nothing() -> None:
    text = """\
facts:
  click:
    plural: clicks
    fields: {partner: ref partner, clicked_on: date, sale: {type: money(CNY), missing: none}}
commission:
  sales:
    subject: click
    payee: click.partner
    date: click.clicked_on
    base: if exists(click.sale) then click.sale else 0 CNY
    rate: 10 %
"""
    clicks = {
        "K-1": {"partner": "P-1", "clicked_on": "2026-01-05", "sale": "200 CNY"},
        "K-2": {"partner": "P-1", "clicked_on": "2026-01-06"},
    }
    assert amounts(decide(text, {"partners": {"P-1": {}}, "clicks": clicks})) == {"K-1": "20.00 CNY", "K-2": "0.00 CNY"}
