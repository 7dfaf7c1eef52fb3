"""Documents of several currencies: each is converted by a rate that is kept, and a policy pays in one currency."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.test_convert import rate
from tests.policies.commissions import amounts, credit, decided, invoice, policy, results
from tests.support import AS_OF, HEAD, diagnostics, in_folder, ruleset

from partnerrules import Decision, Facts, Money, UsageError, check, laws, load
from partnerrules.cases import run_cases
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.values import missing_text

WHOLE = HEAD.replace("2020-01-01 ..", "2015-01-01 ..")
ANY = "facts: {transaction: {net_amount: money}}\n"
RATES: Mapping[str, object] = {
    "jan": rate("100 USD", "725 CNY", "2026-01-10", kind="day"),
    "jan-mean": rate("100 USD", "720 CNY", "2026-01-31", kind="month_average"),
    "feb": rate("100 USD", "700 CNY", "2026-02-10", kind="day"),
    "eur": rate("100 EUR", "800 CNY", "2026-01-10", kind="day"),
    "jpy": rate("100 JPY", "5 CNY", "2026-01-10", kind="day"),
    "kwd": rate("1 KWD", "23 CNY", "2026-01-10", kind="day"),
}
AT = "convert: {at: transaction.date}\nrate: 10 %"
EXCHANGE = WHOLE + "exchange: {kind: day}\n"


def paid(
    lines: str = AT,
    documents: Mapping[str, Mapping[str, object]] | None = None,
    *,
    head: str = EXCHANGE,
    before: str = ANY,
    rates: Mapping[str, object] = RATES,
    as_of: dt.datetime = AS_OF,
) -> Decision:
    """What a policy pays for documents of any currency."""
    found = documents or {"T-1": invoice("1000 USD")}
    return decided(policy(lines, before=before), found, {"exchange_rates": rates}, head=head, as_of=as_of)


def one(decision: Decision, id: str = "T-1") -> CommissionResult:
    return results(decision)[id]


def test_each_document_is_converted_by_the_rate_of_its_day_which_is_kept() -> None:
    decision = paid(documents={"T-1": invoice("1000 USD"), "T-2": invoice("50 EUR"), "T-3": invoice("9 CNY")})
    assert amounts(decision) == {"T-1": "725.00 CNY", "T-2": "40.00 CNY", "T-3": "0.90 CNY"}
    result = one(decision)
    data = result.as_data()
    assert (data["base"], data["steps"]) == ("7250.00 CNY", {"calculated": "725.00 CNY", "rounded": "725.00 CNY"})
    assert data["conversion"] == {
        "base": "1000.00 USD",
        "rates": [{"from": "100.00 USD", "to": "725.00 CNY", "date": "2026-01-10", "kind": "day", "record": "jan"}],
    }
    assert result.conversion is not None
    assert str(result.conversion.base) == "1000.00 USD"
    same = one(decision, "T-3").conversion
    assert same is not None
    assert same.rates == ()


def test_a_document_without_a_rate_is_undetermined_and_says_which_is_missing() -> None:
    """E41."""
    result = one(paid(documents={"T-1": invoice("1000 USD", "2026-01-11")}))
    assert result.outcome == "undetermined"
    assert [missing_text(each) for each in result.missing] == ["exchange_rates: no rate USD/CNY 2026-01-11 (day)"]
    found = result.as_data()["conversion"]
    assert isinstance(found, dict)
    assert (found["base"], "unknown" in found["rates"]) == ("1000.00 USD", True)


def test_e41_the_last_rate_before_a_holiday_counts_if_that_is_declared() -> None:
    head = WHOLE + "exchange: {kind: day, missing: previous, at_most: 7 days}\n"
    documents = {"T-1": invoice("1000 USD", "2026-01-17"), "T-2": invoice("1000 USD", "2026-01-18")}
    assert amounts(paid(documents=documents, head=head)) == {"T-1": "725.00 CNY", "T-2": "unknown"}


def test_e42_the_day_of_the_invoice_and_that_of_the_payment_give_two_results_and_both_are_told() -> None:
    document = invoice("1000 USD", paid_at="2026-02-10T12:00:00+08:00")
    by_invoice = paid(documents={"T-1": document})
    lines = "when: exists(transaction.paid_at)\nconvert: {at: date(transaction.paid_at)}\nrate: 10 %"
    by_payment = paid(lines, {"T-1": document})
    assert (amounts(by_invoice), amounts(by_payment)) == ({"T-1": "725.00 CNY"}, {"T-1": "700.00 CNY"})
    assert "1,000.00 USD x 725.00 CNY / 100.00 USD" in by_invoice.explain("sales", "T-1")
    assert "1,000.00 USD x 700.00 CNY / 100.00 USD" in by_payment.explain("sales", "T-1")


def test_the_kind_of_the_policy_goes_before_that_of_the_ruleset() -> None:
    lines = "convert: {at: end of month(transaction.date) - 1 day, kind: month_average}\nrate: 10 %"
    assert amounts(paid(lines)) == {"T-1": "720.00 CNY"}


def test_a_rate_that_is_recorded_later_is_not_seen() -> None:
    later = {"jan": {**RATES["jan"], "recorded_at": "2026-03-02T00:00:00+08:00"}}  # type: ignore[dict-item]
    assert amounts(paid(rates=later)) == {"T-1": "unknown"}
    assert amounts(paid(rates=later, as_of=AS_OF + dt.timedelta(1))) == {"T-1": "725.00 CNY"}


# -------------------------------------------------------------------------------------------------------- corrections


def test_e28_a_correction_goes_by_the_rate_of_its_original() -> None:
    """400 USD at 725 of January, not at 700 of the day of the credit note: the rest of 600 USD is 435 CNY."""
    documents = {"T-1": invoice("1000 USD"), "T-2": credit("-400 USD", "T-1", "2026-02-10")}
    decision = paid(documents=documents)
    assert amounts(decision) == {"T-1": "725.00 CNY", "T-2": "-290.00 CNY"}
    back = one(decision, "T-2").as_data()
    assert (back["base"], back["date"]) == ("-2900.00 CNY", "2026-02-10")
    found = back["conversion"]
    assert isinstance(found, dict)
    assert [each["record"] for each in found["rates"]] == ["jan"]
    assert "by the rate of T-1, which it corrects" in decision.explain("sales", "T-2")


def test_all_may_be_taken_back_in_parts_where_a_conversion_does_not_end() -> None:
    """100 CNY at 300 CNY for 100 USD are 33.33... USD; halves of it, each rounded up, would be more than all of it."""
    rates = {"jan": rate("100 USD", "300 CNY", "2026-01-10")}
    halves = {"T-2": credit("-50 CNY", "T-1"), "T-3": credit("-50 CNY", "T-1", "2026-01-21")}
    decision = paid("convert: {at: transaction.date, to: USD}\nrate: 10 %", {"T-1": invoice("100 CNY"), **halves},
                    head=WHOLE, rates=rates)  # fmt: skip
    assert amounts(decision) == {"T-1": "3.33 USD", "T-2": "-1.66 USD", "T-3": "-1.67 USD"}


def test_e28_the_day_of_a_correction_needs_no_rate() -> None:
    documents = {"T-1": invoice("1000 USD"), "T-2": credit("-1000 USD", "T-1", "2026-02-11")}
    assert amounts(paid(documents=documents)) == {"T-1": "725.00 CNY", "T-2": "-725.00 CNY"}


def test_a_correction_in_another_currency_is_refused_and_takes_nothing_away() -> None:
    documents = {
        "T-1": invoice("1000 USD"),
        "T-2": credit("-9000 CNY", "T-1", "2026-01-15"),
        "T-3": credit("-1000 USD", "T-1"),
    }
    decision = paid(documents=documents)
    assert amounts(decision) == {"T-1": "725.00 CNY", "T-2": "refused: other_currency", "T-3": "-725.00 CNY"}
    assert "in another currency than T-1" in decision.explain("sales", "T-2")


def test_a_correction_of_what_has_no_rate_is_undetermined() -> None:
    documents = {"T-1": invoice("1000 USD", "2026-01-11"), "T-2": credit("-1000 USD", "T-1", "2026-02-10")}
    assert amounts(paid(documents=documents)) == {"T-1": "unknown", "T-2": "unknown"}


# ---------------------------------------------------------------------------------------------- several currencies paid


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        # 1000.57 CNY x 10 % = 100.057 CNY
        pytest.param("CNY", "100.06 CNY", id="E40-two-decimals"),
        # 1000.57 x 100 / 5 = 20,011.4 JPY, of which 10 % are 2001.14
        pytest.param("JPY", "2001 JPY", id="E40-no-decimals"),
        # 1000.57 / 23 = 43.503043..., of which 10 % are 4.3503
        pytest.param("KWD", "4.350 KWD", id="E40-three-decimals"),
    ],
)
def test_amounts_are_rounded_to_the_places_of_what_is_paid(to: str, expected: str) -> None:
    lines = f"convert: {{at: transaction.date, to: {to}}}\nrate: 10 %"
    assert amounts(paid(lines, {"T-1": invoice("1000.57 CNY")})) == {"T-1": expected}


def test_rates_ladders_and_limits_are_in_what_is_paid() -> None:
    """7,250 CNY is 1,000 USD: 500 at 10 % and 500 at 20 % are 150, of which 120 are paid."""
    lines = """
convert: {at: transaction.date, to: USD}
rate:
  ladder: marginal
  over: month
  per: transaction.partner
  bands: [{from: 0 USD, rate: 10 %}, {from: 500 USD, rate: 20 %}]
cap: {amount: 120 USD}
"""
    assert amounts(paid(lines, {"T-1": invoice("7250 CNY")})) == {"T-1": "120.00 USD"}


def test_e39_a_cap_in_one_currency_limits_what_is_paid_in_another() -> None:
    """10 % of 10,000 USD are 1,000, and 500 EUR are 550 USD."""
    lines = """
convert: {at: transaction.date, to: USD}
rate: 10 %
cap: {amount: "convert(500 EUR, USD, transaction.date)"}
"""
    rates = {"cross": rate("100 EUR", "110 USD", "2026-01-10", kind="day")}
    documents = {"T-1": invoice("10000 USD"), "T-2": invoice("1000 USD"), "T-3": invoice("10000 USD", "2026-01-11")}
    assert amounts(paid(lines, documents, rates=rates)) == {"T-1": "550.00 USD", "T-2": "100.00 USD", "T-3": "unknown"}


TWO = f"""{ANY}commission:
  at-home:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    convert: {{at: transaction.date}}
    rate: 10 %
  abroad:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    convert: {{at: transaction.date, to: USD}}
    rate: 5 %
  follows:
    subject: transaction
    payee: transaction.partner
    base: outcome(transaction, "abroad").amount
    convert: {{at: transaction.date}}
    rate: 50 %
"""


def test_policies_may_pay_in_different_currencies_and_a_statement_is_in_one() -> None:
    decision = decided(TWO, {"T-1": invoice("7250 CNY")}, {"exchange_rates": RATES}, head=EXCHANGE)
    assert [amounts(decision, name)["T-1"] for name in ("at-home", "abroad")] == ["725.00 CNY", "50.00 USD"]
    # half of 50 USD, which are 362.50 CNY
    assert amounts(decision, "follows") == {"T-1": "181.25 CNY"}
    with pytest.raises(UsageError, match="CNY, USD: say which with `currency=`"):
        decision.statement("P")
    with pytest.raises(UsageError, match="pays in `EUR`"):
        decision.statement("P", currency="EUR")
    assert str(decision.statement("P", currency="USD").payable) == "50.00 USD"
    assert str(decision.statement("P", currency="CNY").payable) == "906.25 CNY"
    assert str(decision.statement("P", policies=["abroad"]).payable) == "50.00 USD"
    assert str(decision["abroad"].statement("P").payable) == "50.00 USD"
    assert str(decision["abroad"].statement("nobody").payable) == "0.00 USD"


def test_a_policy_pays_in_one_currency_in_all_versions(tmp_path: Path) -> None:
    for year, to in ((2025, "USD"), (2026, "EUR")):
        head = f'ruleset: trial\nversion: "{year}"\nin_force: {year}-01-01 .. {year + 1}-01-01\ncurrency: CNY\n'
        lines = f"convert: {{at: transaction.date, to: {to}}}\nrate: 10 %"
        in_folder({"ruleset.yaml": head + policy(lines, before=ANY)}, tmp_path / str(year))
    found, told = check(tmp_path)
    assert found is None
    assert {each.code for each in told} == {"versions-disagree"}
    assert "paid in USD in one version and in EUR" in told[0].message or "paid in EUR" in told[0].message


def test_to_a_version_that_knows_one_currency_alone_amounts_of_others_are_unknown(tmp_path: Path) -> None:
    """The next version reads them, and facts come once for all versions."""
    for year, before, lines in ((2025, "", "rate: 5 %"), (2026, ANY, AT)):
        head = f'ruleset: trial\nversion: "{year}"\nin_force: {year}-01-01 .. {year + 1}-01-01\ncurrency: CNY\n'
        text = {"ruleset.yaml": head + "exchange: {kind: day}\n" + policy(lines, before=before)}
        in_folder(text, tmp_path / str(year))
    documents = {
        "T-1": invoice("1000 USD"),
        "T-2": invoice("1000 CNY", "2025-06-01"),
        "T-3": invoice("1000 USD", "2025-06-01"),
    }
    facts = Facts({"partners": {"P": {}}, "customers": {"C": {}}, "transactions": documents, "exchange_rates": RATES})
    decision = load(tmp_path).decide(facts, as_of=AS_OF)
    assert amounts(decision) == {"T-1": "725.00 CNY", "T-2": "50.00 CNY", "T-3": "unknown"}
    assert [missing_text(each) for each in one(decision, "T-3").missing] == ["transactions T-3 net_amount"]


def test_a_cross_rate_and_a_published_one_are_told_with_where_they_come_from() -> None:
    head = WHOLE + ("exchange:\n  via: CNY\n  kind: day\n  rates:\n    - {on: 2026-01-10, from: 10 CHF, to: 90 CNY}\n")
    lines = "convert: {at: transaction.date, to: USD}\nrate: 10 %"
    decision = paid(lines, {"T-1": invoice("725 CHF")}, head=head)
    # 725 x 90 / 10 x 100 / 725 = 900
    assert amounts(decision) == {"T-1": "90.00 USD"}
    found = one(decision).as_data()["conversion"]
    assert isinstance(found, dict)
    assert found["rates"] == [
        {"from": "10.00 CHF", "to": "90.00 CNY", "date": "2026-01-10", "published": True},
        {"from": "725.00 CNY", "to": "100.00 USD", "date": "2026-01-10", "kind": "day", "record": "jan"},
    ]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        pytest.param(
            "en",
            [
                "1,000.00 USD x 725.00 CNY / 100.00 USD, rate of 10 Jan 2026 = 7,250.00 CNY",
                "exchange rate jan, day",
                "1,000.00 USD, for which it is not known which exchange rate counts",
                "an exchange rate: USD/CNY 2026-01-11 (day)",
            ],
            id="en",
        ),
        pytest.param(
            "zh",
            [
                "汇率记录 jan（day）",
                "无法确定适用的汇率",
                "汇率：USD/CNY 2026-01-11 (day)",
            ],
            id="zh",
        ),
        pytest.param(
            "ru",
            [
                "обменный курс jan, day",
                "но неизвестно, по какому курсу это пересчитать",
                "обменный курс: USD/CNY 2026-01-11 (day)",
            ],
            id="ru",
        ),
    ],
)
def test_a_conversion_is_told(language: str, sentences: list[str]) -> None:
    decision = paid(documents={"T-1": invoice("1000 USD"), "T-2": invoice("1000 USD", "2026-01-11")})
    told = "\n".join(decision.explain("sales", id, language=language) for id in ("T-1", "T-2"))
    assert [each for each in sentences if each not in told] == [], told


# -------------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("before", "lines", "code", "way_out"),
    [
        pytest.param(ANY, "rate: 10 %", "type-mismatch", "convert: {at: transaction.date", id="any-without-convert"),
        pytest.param(
            "facts: {transaction: {net_amount: money(USD)}}\n",
            "rate: 10 %",
            "currency-mismatch",
            "convert: {at: transaction.date",
            id="another-without-convert",
        ),
        pytest.param(ANY, "convert: {to: CNY}\nrate: 10 %", "missing-key", "at", id="no-date"),
        pytest.param(ANY, "convert: {at: as_of}\nrate: 10 %", "date-against-instant", "date(...)", id="an-instant"),
        pytest.param(ANY, "convert: {at: today, to: RMB}\nrate: 10 %", "unknown-currency", "`CNY`", id="a-nickname"),
        pytest.param(
            ANY, "convert: {at: today, to: USD}\nrate: 5 CNY", "currency-mismatch", "USD", id="a-fixed-amount"
        ),
        pytest.param(
            ANY,
            "convert: {at: today, to: USD}\nrate: 10 %\ncap: {amount: 5 CNY}",
            "type-mismatch",
            "100 USD",
            id="E39-a-cap-of-another-currency",
        ),
    ],
)
def test_faults_of_conversions(before: str, lines: str, code: str, way_out: str) -> None:
    found = diagnostics(policy(lines, before=before), EXCHANGE)
    assert [each.code for each in found] == [code]
    assert way_out in f"{found[0].message} {found[0].help}"


def test_a_field_of_the_core_is_declared_again_as_money_alone() -> None:
    (found,) = diagnostics("facts: {transaction: {net_amount: number}}\n")
    assert (found.code, "`money(USD)`" in (found.help or "")) == ("name-taken", True)


def test_other_money_of_the_core_stays_in_the_currency_of_the_ruleset() -> None:
    lines = "convert: {at: transaction.date}\nrate: if transaction.cost > 5 CNY then 10 % else 5 %"
    assert amounts(paid(lines, {"T-1": invoice("1000 USD", cost="6 CNY")})) == {"T-1": "725.00 CNY"}


def test_a_case_expects_a_conversion(tmp_path: Path) -> None:
    cases = """
cases:
  - name: converted
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      partners: {P: {}}
      customers: {C: {}}
      transactions:
        T-1: {partner: P, customer: C, kind: invoice, date: 2026-01-10, net_amount: 1000 USD}
      exchange_rates:
        jan: {from_amount: 100, from_currency: USD, to_amount: 725, to_currency: CNY, date: 2026-01-10, kind: day}
    expect:
      sales:
        T-1:
          base: 7250 CNY
          conversion:
            base: 1000 USD
            rates: [{from: 100.00 USD, to: 725.00 CNY, date: 2026-01-10, kind: day, record: jan}]
"""
    in_folder({"ruleset.yaml": EXCHANGE + policy(AT, before=ANY), "cases.yaml": cases}, tmp_path)
    report = run_cases(tmp_path)
    assert report.ok, str(report)


# ---------------------------------------------------------------------------------------------------------------- laws

_WORTH = {"CNY": Fraction(1), "USD": Fraction(29, 4), "EUR": Fraction(23, 3), "JPY": Fraction(3, 61)}
"""What one unit is worth in CNY on every day but that of the corrections, on which all are worth twice as much."""


def _half_away(value: Fraction) -> Fraction:
    """A value of two decimal places, halves away from zero."""
    size = abs(value) * 100 + Fraction(1, 2)
    return Fraction(size.numerator // size.denominator, 100) * (1 if value >= 0 else -1)


def _twelve_places(value: Fraction) -> Fraction:
    """A value of twelve decimal places, half-even, as Python rounds a fraction."""
    return Fraction(round(value * 10**12), 10**12)


_streams = st.lists(
    st.tuples(st.sampled_from(sorted(_WORTH)), st.integers(1, 10_000_000), st.lists(st.integers(0, 50), max_size=2)),
    min_size=1,
    max_size=6,
)


@given(stream=_streams)
@settings(max_examples=60, deadline=None)
def test_a_stream_of_currencies_against_a_reference_with_fractions(stream: list[tuple[str, int, list[int]]]) -> None:
    """Each original by the rate of its day; what corrections leave of it, in percent, by the same rate."""
    documents: dict[str, Mapping[str, object]] = {}
    expected: dict[str, Fraction] = {}
    for number, (currency, cents, parts) in enumerate(stream):
        documents[f"T-{number}"] = invoice(f"{Decimal(cents) / 100} {currency}", "2026-01-10")
        rest = Fraction(cents, 100)
        base = _twelve_places(rest * _WORTH[currency])
        earned = before = _half_away(base * Fraction(7, 100))
        expected[f"T-{number}"] = earned
        for turn, percent in enumerate(parts):
            # thousandths of a cent, so that what is taken back is written in full
            taken = Fraction(cents * percent, 10_000)
            text = f"{Decimal(-cents * percent) / 10_000} {currency}"
            documents[f"T-{number}-{turn}"] = credit(text, f"T-{number}", f"2026-02-{10 + turn}")
            rest -= taken
            after = _half_away(earned * _twelve_places(rest * _WORTH[currency]) / base)
            expected[f"T-{number}-{turn}"], before = after - before, after
    rates: dict[str, object] = {}
    for currency, worth in _WORTH.items():
        if currency != "CNY":
            for day, times in (("2026-01-10", 1), ("2026-02-10", 2), ("2026-02-11", 2)):
                given_amount, gives = f"{worth.denominator} {currency}", f"{worth.numerator * times} CNY"
                rates[f"{currency}-{day}"] = rate(given_amount, gives, day)
    found = results(paid("convert: {at: transaction.date}\nrate: 7 %", documents, head=WHOLE, rates=rates))
    got = {id: each.amount for id, each in found.items()}
    assert {id: Fraction(each.amount) for id, each in got.items() if isinstance(each, Money)} == expected


@pytest.mark.parametrize(
    "exchange",
    [
        pytest.param("{kind: day, via: EUR, rates: [{on: 2026-03-01, from: 1 USD, to: 7 CNY}]}", id="published"),
        pytest.param("{missing: previous, at_most: 30 days}", id="previous"),
    ],
)
@pytest.mark.parametrize("law", [laws.KNOWLEDGE, laws.ORDER, laws.EXPLANATIONS], ids=lambda law: law.name)
def test_the_general_laws_hold(law: laws.Law, exchange: str) -> None:
    """What is certain stays so whatever else becomes known; nothing hangs on the order; all can be told."""
    total = "sum(for t in partner.transactions return convert(t.net_amount, USD, t.date))"
    text = f"definitions:\n  turnover: {{of: partner, value: {json.dumps(total)}}}\n"
    rules = ruleset(policy(AT, before=ANY + text), f"{WHOLE}exchange: {exchange}\n")
    laws.check(rules, law)


# --------------------------------------------------------------------------------------------------------------- speed


def test_20_000_documents_and_1_000_days_of_rates_come_to_their_sum() -> None:
    first = dt.date(2023, 6, 1)
    days = [(first + dt.timedelta(number)).isoformat() for number in range(1000)]
    rates = {f"E-{day}": rate("100 USD", f"{700 + number % 50} CNY", day) for number, day in enumerate(days)}
    documents = {
        f"T-{number}": {"partner": "P", "net_amount": f"{number} USD", "date": days[number % 1000]}
        for number in range(20_000)
    }
    total = "sum(for t in partner.transactions return convert(t.net_amount, CNY, t.date))"
    text = f"{ANY}definitions:\n  turnover: {{of: partner, value: {json.dumps(total)}}}\n"
    facts = Facts({"partners": {"P": {}}, "transactions": documents, "exchange_rates": rates})
    found = ruleset(text, WHOLE).decide(facts, as_of=AS_OF)["turnover"]["P"]
    # the sum of number x (700 + number mod 1000 mod 50) / 100
    expected = sum(number * (700 + number % 1000 % 50) for number in range(20_000))
    assert found.as_data()["value"] == f"{expected // 100}.{expected % 100:02d} CNY"


def test_the_help_for_a_day_that_may_be_none_names_ways_out_that_load() -> None:
    def told(at: str, further: str = "") -> list[str | None]:
        text = ANY + policy(f'convert: {{at: "{at}"}}\nrate: 10 %{further}')
        return [each.help for each in diagnostics(text, EXCHANGE)]

    asked = "exists(transaction.paid_at)"
    day = "date(transaction.paid_at)"
    assert told(day) == [f"let `when:` or `include:` ask `{asked}` first, or write `if {asked} then ... else ...`"]
    assert not told(day, f"\nwhen: {asked}")
    assert not told(f"if {asked} then {day} else transaction.date")
