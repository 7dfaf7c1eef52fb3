"""Ladders of rates, marginal and whole, over each document and over a period; cases with answers of other systems."""

from decimal import Decimal

import pytest
from tests.policies.commissions import amounts, credit, decided, invoice, policy, results

from partnerrules.quantities import Money, sum_of

R01 = """
rate:
  ladder: marginal
  bands:
    - {from: 0 CNY, rate: 1 %}
    - {from: 1000 CNY, rate: 2 %}
    - {from: 3000 CNY, rate: 3 %}
    - {from: 8000 CNY, rate: 5 %}
"""
R03 = """
rate:
  ladder: whole
  bands:
    - {id: low, from: 0 CNY, rate: 1 %}
    - {id: middle, from: 10000 CNY, rate: 2 %}
    - {id: high, from: 50000 CNY, rate: 3 %}
    - {id: top, from: 100000 CNY, rate: 4 %}
"""
E26 = """
rate:
  ladder: marginal
  bands:
    - {from: 0 CNY, rate: 4 %}
    - {from: 1000 CNY, rate: 10 %}
"""


def month(lines: str, over: str = "month") -> str:
    """A ladder that all documents of a partner in a period climb together."""
    return lines.replace("  bands:", f"  over: {over}\n  per: transaction.partner\n  bands:")


def whole(lines: str) -> str:
    return lines.replace("marginal", "whole")


@pytest.mark.parametrize(
    ("lines", "base", "expected"),
    [
        *(
            pytest.param(R01, base, f"{expected}.00 CNY", id=f"R01-{base}")
            for base, expected in (("200", 2), ("300", 3), ("1500", 20), ("1200", 14), ("2000", 30), ("4500", 95))
        ),
        *(
            pytest.param(R03, base, f"{expected}.00 CNY", id=f"R03-{base}")
            for base, expected in (("5000", 50), ("15000", 300), ("60000", 1800))
        ),
        pytest.param(R03.replace("whole", "marginal"), "15000", "200.00 CNY", id="R04-15000"),
        pytest.param(R03.replace("whole", "marginal"), "60000", "1200.00 CNY", id="R04-60000"),
        pytest.param(E26, "1500", "90.00 CNY", id="E26-R06-marginal"),
        pytest.param(whole(E26), "1500", "150.00 CNY", id="E26-R06-whole"),
        pytest.param(E26.replace("from: 0 CNY", "from: 500 CNY"), "400", "0.00 CNY", id="nothing-below-the-first-band"),
        pytest.param(E26.replace("from: 0 CNY", "from: 500 CNY"), "1500", "70.00 CNY", id="from-the-first-band-on"),
        pytest.param(whole(E26).replace("from: 0 CNY", "from: 500 CNY"), "499.99", "0.00 CNY", id="whole-below-it"),
    ],
)
def test_a_document_climbs_the_ladder_alone(lines: str, base: str, expected: str) -> None:
    assert amounts(decided(policy(lines), {"T-1": invoice(base)})) == {"T-1": expected}


@pytest.mark.parametrize(
    ("base", "rate", "band"),
    [
        pytest.param("49999.99", "2 %", "middle", id="R05-just-below"),
        pytest.param("50000", "3 %", "high", id="R05-a-bound-belongs-to-the-band-above"),
        pytest.param("100000", "4 %", "top", id="R05-the-last-one"),
    ],
)
def test_a_bound_belongs_to_the_band_above(base: str, rate: str, band: str) -> None:
    (result,) = results(decided(policy(R03), {"T-1": invoice(base)})).values()
    assert (result.summary()["rate"], result.rule) == (rate, band)


def test_the_result_shows_how_much_lies_in_each_band() -> None:
    (result,) = results(decided(policy(E26), {"T-1": invoice("1500")})).values()
    assert result.summary()["bands"] == {"1": "1000.00 CNY", "2": "500.00 CNY"}
    assert result.rule == "2"


# ------------------------------------------------------------------------------------------------------ over a period


DOCUMENTS = {
    "T-1": invoice("500", "2026-01-05"),
    "T-2": invoice("800", "2026-01-20"),
    "T-3": invoice("700", "2026-01-31"),
    "T-4": invoice("600", "2026-02-01"),
    "T-5": invoice("900", "2026-01-25", partner="Q"),
}


def test_documents_of_a_period_climb_together_and_each_gets_the_difference() -> None:
    # January of P: 500 at 4 % = 20; 500 at 4 % + 300 at 10 % = 50; 700 at 10 % = 70. February and Q begin anew.
    assert amounts(decided(policy(month(E26)), DOCUMENTS)) == {
        "T-1": "20.00 CNY",
        "T-2": "50.00 CNY",
        "T-3": "70.00 CNY",
        "T-4": "24.00 CNY",
        "T-5": "36.00 CNY",
    }


def test_a_whole_ladder_pays_the_difference_for_all_of_the_period() -> None:
    # 500 at 4 % = 20; 1,300 at 10 % = 130, less 20; 2,000 at 10 % = 200, less 130.
    decision = decided(policy(month(whole(E26))), DOCUMENTS)
    assert [amounts(decision)[id] for id in ("T-1", "T-2", "T-3")] == ["20.00 CNY", "110.00 CNY", "70.00 CNY"]
    rate = results(decision)["T-2"].rate
    assert rate is not None
    assert rate.as_data()["measure"] == {
        "before": "500.00 CNY",
        "after": "1300.00 CNY",
        "own": "800.00 CNY",
        "period": "2026-01-01",
    }


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("day", ["20.00 CNY", "32.00 CNY", "28.00 CNY", "24.00 CNY"]),
        ("quarter", ["20.00 CNY", "50.00 CNY", "70.00 CNY", "60.00 CNY"]),
        ("year", ["20.00 CNY", "50.00 CNY", "70.00 CNY", "60.00 CNY"]),
        # The fiscal year starts on 1 February.
        ("fiscal quarter", ["20.00 CNY", "50.00 CNY", "70.00 CNY", "24.00 CNY"]),
        ("fiscal year", ["20.00 CNY", "50.00 CNY", "70.00 CNY", "24.00 CNY"]),
    ],
)
def test_periods(over: str, expected: list[str]) -> None:
    head = (
        'ruleset: trial\nversion: "1"\nin_force: 2020-01-01 ..\ncurrency: CNY\ncalendar: {fiscal_year_starts: 02-01}\n'
    )
    decision = decided(policy(month(E26, over)), DOCUMENTS, head=head)
    assert [amounts(decision)[id] for id in ("T-1", "T-2", "T-3", "T-4")] == expected


def test_documents_of_one_day_climb_in_the_order_of_their_ids() -> None:
    decision = decided(policy(month(E26)), {"T-2": invoice("1000"), "T-1": invoice("1000")})
    assert amounts(decision) == {"T-1": "40.00 CNY", "T-2": "100.00 CNY"}


def test_rounding_does_not_add_up_over_a_period() -> None:
    # Ten times 4 % of 0.99 are 0.0396 each, and 0.396 in all: 0.40, not ten times 0.04.
    lines = month(E26).replace("from: 1000", "from: 9000")
    documents = {f"T-{number}": invoice("0.99") for number in range(10)}
    lines_of = [result.amount for result in results(decided(policy(lines), documents)).values()]
    assert sum_of(amount.amount for amount in lines_of if isinstance(amount, Money)) == Decimal("0.40")


def test_what_is_excluded_or_corrects_does_not_climb() -> None:
    lines = month(E26) + "\nexclude: [{id: of-d, require: 'transaction.customer.id = \"D\"'}]"
    documents = {
        "T-1": invoice("500", "2026-01-05"),
        "T-2": invoice("5000", "2026-01-06", customer="D"),
        "T-3": credit("-500", "T-1", "2026-01-07"),
        "T-4": invoice("600", "2026-01-08"),
    }
    # T-4 climbs from 500 on, although T-1 was taken back: 500 at 4 % and 100 at 10 %.
    assert amounts(decided(policy(lines), documents)) == {
        "T-1": "20.00 CNY",
        "T-2": "0.00 CNY",
        "T-3": "-20.00 CNY",
        "T-4": "30.00 CNY",
    }


def test_an_unknown_base_leaves_the_later_documents_of_its_period_in_doubt() -> None:
    documents = {
        "T-1": invoice("500", "2026-01-05"),
        "T-2": invoice(None, "2026-01-06"),
        "T-3": invoice("500", "2026-01-07"),
        "T-4": invoice("500", "2026-02-07"),
        "T-5": invoice("500", "2026-01-07", partner="Q"),
    }
    decision = decided(policy(month(E26)), documents)
    assert amounts(decision) == {
        "T-1": "20.00 CNY",
        "T-2": "unknown",
        "T-3": "unknown",
        "T-4": "20.00 CNY",
        "T-5": "20.00 CNY",
    }
    assert [(missing.record, missing.field) for missing in decision["sales"]["T-3"].missing] == [("T-2", "net_amount")]


# ---------------------------------------------------------------------------------------------- measures, parameters


def test_another_measure_gives_the_rate_of_a_whole_ladder() -> None:
    lines = """
rate:
  ladder: whole
  measure: transaction.quantity
  bands:
    - {from: 0, rate: 5 %}
    - {from: 10, rate: 8 %}
"""
    documents = {
        "T-1": invoice("1000", quantity=9, date="2026-01-01"),
        "T-2": invoice("1000", quantity=10, date="2026-01-02"),
    }
    assert amounts(decided(policy(lines), documents)) == {"T-1": "50.00 CNY", "T-2": "80.00 CNY"}
    # Together 19 pieces: 8 % of 2,000 less the 50 that were paid.
    assert amounts(decided(policy(month(lines)), documents)) == {"T-1": "50.00 CNY", "T-2": "110.00 CNY"}


def test_a_measure_may_be_a_ratio_of_the_partner() -> None:
    before = """
facts: {partner: {quota: money}}
definitions:
  attainment: {of: partner, value: sum(partner.transactions.net_amount) / partner.quota}
"""
    lines = """
rate:
  ladder: whole
  measure: transaction.partner.attainment
  bands:
    - {from: 80 %, rate: 5 %}
    - {from: 100 %, rate: 8 %}
"""
    partners = {"partners": {"P": {"quota": "1000"}, "Q": {"quota": "1300"}}}
    documents = {"T-1": invoice("1000"), "T-2": invoice("1000", partner="Q")}
    assert amounts(decided(policy(lines, before=before), documents, partners)) == {
        "T-1": "80.00 CNY",
        "T-2": "0.00 CNY",  # 76.9 %
    }


PARAMETERS = """
parameters:
  second: {value: 1000 CNY}
  better: {value: 10 %}
  unstated_rate: {type: ratio, status: unstated}
"""


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        ("{from: second, rate: better}", "90.00 CNY"),
        ("{from: second, rate: unstated_rate}", "unknown"),
        ("{from: second - 2000 CNY, rate: better}", "refused: bands_not_rising"),
        ("{from: second, rate: better * 11}", "refused: rate_out_of_range"),
    ],
)
def test_bands_may_be_parameters(band: str, expected: str) -> None:
    lines = E26.replace("{from: 1000 CNY, rate: 10 %}", band)
    assert amounts(decided(policy(lines, before=PARAMETERS), {"T-1": invoice("1500")})) == {"T-1": expected}


def test_an_unstated_rate_matters_only_where_its_band_is_reached() -> None:
    lines = E26.replace("rate: 10 %", "rate: unstated_rate")
    for ladder in (lines, whole(lines)):
        decision = decided(policy(ladder, before=PARAMETERS), {"T-1": invoice("900"), "T-2": invoice("1500")})
        assert amounts(decision) == {"T-1": "36.00 CNY", "T-2": "unknown"}
