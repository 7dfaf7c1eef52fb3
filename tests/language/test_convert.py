"""`convert` finds the rate that the ruleset means, and says so where there is none."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, HEAD, ONE_PARTNER, codes, decide, fault, result, value

from partnerrules import Money
from partnerrules.decisions.results import DefinitionResult
from partnerrules.decisions.values import missing_text
from partnerrules.quantities import Conversion, Rate, divide
from partnerrules.schema.missing import Unknown


def rate(given: str, gives: str, date: str, **more: object) -> Mapping[str, object]:
    """A record of a rate, such as from "100 USD" to "725 CNY"."""
    (amount, currency), (worth, other) = given.split(), gives.split()
    return {
        "from_amount": amount,
        "from_currency": currency,
        "to_amount": worth,
        "to_currency": other,
        "date": date,
        **more,
    }


RATES: Mapping[str, object] = {
    "usd-old": rate("100 USD", "700 CNY", "2026-02-20"),
    "usd": rate("100 USD", "725 CNY", "2026-02-27"),
    "eur": rate("100 EUR", "800 CNY", "2026-02-27"),
    "chf": rate("100 CHF", "110 EUR", "2026-02-27"),
    "gbp-day": rate("100 GBP", "900 CNY", "2026-02-27", kind="day"),
    "gbp-mean": rate("100 GBP", "910 CNY", "2026-02-27", kind="month_average"),
    "sek-one": rate("100 SEK", "70 CNY", "2026-02-27", kind="day"),
    "sek-two": rate("50 SEK", "35 CNY", "2026-02-27", kind="month_average"),
    "nok": rate("100 NOK", "70 CNY", "2026-02-26"),
    "nok-back": rate("72 CNY", "100 NOK", "2026-02-27"),
    "dkk-late": rate("100 DKK", "100 CNY", "2026-02-27", recorded_at="2026-03-02T00:00:00+08:00"),
    "pln": rate("100 PLN", "190 CNY", "2026-02-27", kind={"unknown": True}),
}
PREVIOUS = HEAD + "exchange: {missing: previous, at_most: 7 days}\n"
VIA = HEAD + "exchange: {missing: previous, at_most: 7 days, via: CNY}\n"
MEAN = HEAD + "exchange: {kind: month_average}\n"
PUBLISHED = HEAD + (
    "exchange:\n  missing: previous\n  at_most: 30 days\n  rates:\n"
    "    - {on: 2026-02-01, from: 100 USD, to: 690 CNY}\n    - {on: 2026-02-27, from: 1000 CNY, to: 125 EUR}\n"
)


def asked(expression: str, head: str = HEAD, rates: Mapping[str, object] = RATES) -> object:
    """What an expression gives: text of money, or what is missing."""
    found = result(expression, {**ONE_PARTNER, "exchange_rates": rates}, head=head)
    if isinstance(found.value, Unknown):
        return [missing_text(missing) for missing in found.missing]
    return str(found.value)


@pytest.mark.parametrize(
    ("expression", "head", "expected"),
    [
        pytest.param("convert(1000 USD, CNY, 2026-02-27)", HEAD, "7250.00 CNY", id="as-it-is-written"),
        pytest.param("convert(725 CNY, USD, 2026-02-27)", HEAD, "100.00 USD", id="in-the-other-direction"),
        # 100 x 100 / 725 = 13.793103448275862...
        pytest.param("convert(100 CNY, USD, 2026-02-27)", HEAD, "13.793103448276 USD", id="twelve-places"),
        pytest.param("convert(-1000 USD, CNY, 2026-02-27)", HEAD, "-7250.00 CNY", id="less-than-nothing"),
        pytest.param("convert(5 CNY, CNY, 1999-01-01)", HEAD, "5.00 CNY", id="the-same-currency-needs-no-rate"),
        pytest.param("convert(0 USD, CNY, 1999-01-01)", HEAD, "0.00 CNY", id="nothing-is-nothing"),
        # 100 x 725 / 100 x 100 / 800
        pytest.param("convert(100 USD, EUR, 2026-02-27)", VIA, "90.625 EUR", id="via-another-currency"),
        # 100 CHF = 110 EUR; EUR is not the currency it may go through
        pytest.param(
            "convert(100 CHF, CNY, 2026-02-27)", VIA, ["exchange_rates: no rate CHF/CNY 2026-02-27"], id="one-leg-alone"
        ),
        pytest.param(
            "convert(100 USD, EUR, 2026-02-27)", HEAD, ["exchange_rates: no rate USD/EUR 2026-02-27"], id="without-via"
        ),
        pytest.param(
            "convert(1000 USD, CNY, 2026-02-28)",
            HEAD,
            ["exchange_rates: no rate USD/CNY 2026-02-28"],
            id="E41-a-holiday",
        ),
        pytest.param("convert(1000 USD, CNY, 2026-02-28)", PREVIOUS, "7250.00 CNY", id="E41-the-day-before-it"),
        pytest.param("convert(1000 USD, CNY, 2026-02-26)", PREVIOUS, "7000.00 CNY", id="E41-never-a-later-one"),
        pytest.param("convert(1000 USD, CNY, 2026-03-06)", PREVIOUS, "7250.00 CNY", id="E41-the-last-day-in-reach"),
        pytest.param(
            "convert(1000 USD, CNY, 2026-03-07)",
            PREVIOUS,
            ["exchange_rates: no rate USD/CNY 2026-03-07"],
            id="E41-out-of-reach",
        ),
        # 72 CNY = 100 NOK of the 27th goes before 100 NOK = 70 CNY of the 26th.
        pytest.param("convert(100 NOK, CNY, 2026-02-28)", PREVIOUS, "72.00 CNY", id="the-youngest-day-goes-first"),
        pytest.param("convert(100 NOK, CNY, 2026-02-26)", PREVIOUS, "70.00 CNY", id="of-its-own-day"),
        pytest.param(
            "convert(100 GBP, CNY, 2026-02-27)",
            HEAD,
            ["exchange_rates: different rates GBP/CNY 2026-02-27: gbp-day, gbp-mean"],
            id="two-kinds-that-differ",
        ),
        pytest.param('convert(100 GBP, CNY, 2026-02-27, "day")', HEAD, "900.00 CNY", id="E42-of-a-day"),
        pytest.param('convert(100 GBP, CNY, 2026-02-27, "month_average")', HEAD, "910.00 CNY", id="E42-of-a-month"),
        pytest.param("convert(100 GBP, CNY, 2026-02-27)", MEAN, "910.00 CNY", id="of-the-kind-of-the-ruleset"),
        pytest.param('convert(100 GBP, CNY, 2026-02-27, "day")', MEAN, "900.00 CNY", id="the-call-goes-first"),
        pytest.param("convert(100 SEK, CNY, 2026-02-27)", HEAD, "70.00 CNY", id="two-that-are-worth-the-same"),
        pytest.param(
            "convert(100 DKK, CNY, 2026-02-27)",
            HEAD,
            ["exchange_rates: no rate DKK/CNY 2026-02-27"],
            id="recorded-later",
        ),
        pytest.param("convert(100 PLN, CNY, 2026-02-27)", HEAD, "190.00 CNY", id="any-kind-be-it-unknown"),
        pytest.param(
            "convert(100 PLN, CNY, 2026-02-27)",
            MEAN,
            ["exchange_rates pln kind", "exchange_rates: no rate PLN/CNY 2026-02-27 (month_average)"],
            id="perhaps-of-that-kind",
        ),
        # published on the 1st; the 27th of the facts is younger, the 20th as well
        pytest.param("convert(100 USD, CNY, 2026-02-19)", PUBLISHED, "690.00 CNY", id="published-by-the-ruleset"),
        pytest.param("convert(100 USD, CNY, 2026-02-21)", PUBLISHED, "700.00 CNY", id="a-younger-one-of-the-facts"),
        # 125 EUR = 1000 CNY as published, 800 CNY in the facts: 100 x 1000 / 125 = 800 either way, so 250 CNY = 31.25
        pytest.param("convert(250 CNY, EUR, 2026-02-27)", PUBLISHED, "31.25 EUR", id="published-goes-first"),
    ],
)
def test_which_rate_counts(expression: str, head: str, expected: object) -> None:
    assert asked(expression, head) == expected


def test_what_the_ruleset_publishes_goes_before_the_facts_of_the_same_day() -> None:
    head = HEAD + "exchange: {rates: [{on: 2026-02-27, from: 10 USD, to: 71 CNY}]}\n"
    assert asked("convert(100 USD, CNY, 2026-02-27)", head) == "710.00 CNY"
    assert asked("convert(71 CNY, USD, 2026-02-27)", head) == "10.00 USD"


def test_where_rates_may_be_lacking_nothing_is_concluded_from_their_absence() -> None:
    """Facts that name no rates leave open that there are some; only a rate that is there counts."""

    def without(expression: str, head: str) -> object:
        found = result(expression, ONE_PARTNER, head=head)
        return [missing_text(each) for each in found.missing] or str(found.value)

    assert without("convert(100 EUR, CNY, 2026-02-27)", PUBLISHED) == "800.00 CNY"
    # a younger one may be there
    assert without("convert(100 USD, CNY, 2026-02-02)", PUBLISHED) == ["all exchange_rates"]
    assert without("convert(100 USD, CNY, 2026-02-01)", PUBLISHED) == "690.00 CNY"
    assert without("convert(100 USD, CNY, 2026-02-01)", HEAD) == ["exchange_rates: no rate USD/CNY 2026-02-01"]


def test_money_of_any_currency() -> None:
    text = "facts: {deal: {amount: money}}\n"
    facts = {
        "deals": {
            "D-1": {"partner": "P-1", "customer": "C", "amount": "100 USD"},
            "D-2": {"partner": "P-1", "customer": "C", "amount": "8 EUR"},
            "D-3": {"partner": "P-1", "customer": "C", "amount": "1 CNY"},
        },
        **ONE_PARTNER,
        "exchange_rates": RATES,
    }
    # 725 + 64 + 1
    total = "sum(for d in partner.deals return convert(d.amount, CNY, 2026-02-27))"
    assert str(value(total, facts, more=text)) == "790.00 CNY"
    unknown = {**facts, "deals": {"D-1": {"partner": "P-1", "customer": "C"}}}
    found = result(total, unknown, more=text)
    assert [missing_text(each) for each in found.missing] == ["deals D-1 amount"]


def test_a_day_that_is_unknown_matters_only_where_a_rate_is_needed() -> None:
    facts = {**ONE_PARTNER, "transactions": {"T": {"partner": "P-1"}}, "exchange_rates": RATES}

    def asked_of(expression: str) -> str:
        return str(value(expression, facts, of="transaction", subject="T"))

    assert asked_of("convert(5 CNY, CNY, transaction.date)") == "5.00 CNY"
    assert asked_of("convert(5 USD, CNY, transaction.date)") == "unknown"


@pytest.mark.parametrize(
    ("expression", "code", "way_out"),
    [
        pytest.param("convert(5 USD, CNY)", "wrong-arguments", "convert(amount, CNY, date)", id="no-date"),
        pytest.param("convert(5 USD, cny, today)", "unknown-currency", "`CNY`", id="small-letters"),
        pytest.param("convert(5 USD, RMB, today)", "unknown-currency", "`CNY`", id="a-nickname"),
        pytest.param('convert(5 USD, "CNY", today)', "type-mismatch", "write `CNY`", id="in-quotes"),
        pytest.param("convert(5 USD, 3, today)", "type-mismatch", "write `CNY`", id="a-number-for-a-currency"),
        pytest.param("convert(5, CNY, today)", "type-mismatch", "convert(amount, CNY, date)", id="no-money"),
        pytest.param("convert(5 USD, CNY, as_of)", "date-against-instant", "date(...)", id="an-instant"),
        pytest.param("convert(5 USD, CNY, today, 5)", "type-mismatch", "in quotes", id="a-number-for-a-kind"),
        pytest.param("5 USD > 3 CNY", "currency-mismatch", "`convert(amount, USD, date)`", id="E39-two-currencies"),
        pytest.param("5 USD + 3 CNY", "currency-mismatch", "`convert(amount, USD, date)`", id="a-sum-of-two"),
        pytest.param("exchange(5 USD, CNY, today)", "unknown-function", "`convert`", id="what-others-call-it"),
    ],
)
def test_what_is_not_converted(expression: str, code: str, way_out: str) -> None:
    found = fault(expression)
    assert found.code == code
    assert way_out in (found.help or "")


def test_money_of_any_currency_is_not_compared_and_the_way_out_converts_it() -> None:
    found = fault("partner.deals.amount > [5 CNY]", more="facts: {deal: {amount: money}}\n")
    assert found.code in ("type-mismatch", "currency-mismatch")
    one = fault("deal.amount > 5 CNY", of="deal", more="facts: {deal: {amount: money}}\n")
    assert (one.code, "`convert(amount, CNY, date)`" in (one.help or "")) == ("currency-mismatch", True)


@pytest.mark.parametrize(
    ("exchange", "code"),
    [
        pytest.param("{missing: previous}", "missing-key", id="how-far-back"),
        pytest.param("{missing: unknown, at_most: 7 days}", "too-many-keys", id="a-reach-for-nothing"),
        pytest.param("{at_most: 7 days}", "missing-key", id="a-reach-alone"),
        pytest.param("{missing: previous, at_most: 7}", "wrong-shape", id="no-unit"),
        pytest.param("{missing: previous, at_most: 0 days}", "wrong-shape", id="no-day"),
        pytest.param("{missing: previous, at_most: 367 days}", "wrong-shape", id="too-far"),
        pytest.param("{missing: previous, at_most: 1 month}", "wrong-shape", id="a-month"),
        pytest.param("{via: euro}", "unknown-currency", id="via-what"),
        pytest.param("{rates: [{on: 2026-02-30, from: 1 USD, to: 7 CNY}]}", "no-such-date", id="no-such-day"),
        pytest.param("{rates: [{on: 2026-02-01, from: 1 USD, to: 0 CNY}]}", "wrong-shape", id="worth-nothing"),
        pytest.param("{rates: [{on: 2026-02-01, from: 1 USD, to: 7}]}", "wrong-shape", id="in-no-currency"),
        pytest.param("{rates: [{on: 2026-02-01, from: 1 USD, to: 7 USD}]}", "wrong-shape", id="the-same-currency"),
        pytest.param(
            "{rates: [{on: 2026-02-01, from: 1 USD, to: 7 CNY}, {on: 2026-02-01, from: 2 USD, to: 14 CNY}]}",
            "duplicate-id",
            id="twice",
        ),
    ],
)
def test_faults_under_exchange(exchange: str, code: str) -> None:
    assert codes("definitions: {one: {value: 1}}\n", HEAD + f"exchange: {exchange}\n") == [code]


# ------------------------------------------------------------------------------------------------------------- laws

CURRENCIES = ("CNY", "EUR", "USD")
PAIRS = tuple(permutations(CURRENCIES, 2))
DAY = AS_OF.date()
_AMOUNT = 37

_PUBLISHED = (
    Rate(Money(Decimal(3), "USD"), Money(Decimal(20), "CNY"), DAY),
    Rate(Money(Decimal(7), "CNY"), Money(Decimal(1), "EUR"), DAY - dt.timedelta(1)),
)
SETTINGS: Mapping[str, tuple[str | None, int, str | None, tuple[Rate, ...]]] = {
    "{}": (None, 0, None, ()),
    "{kind: day, missing: previous, at_most: 2 days}": ("day", 2, None, ()),
    "{missing: previous, at_most: 3 days, via: EUR}": (None, 3, "EUR", ()),
    "{kind: day, missing: previous, at_most: 3 days, via: CNY, rates: ["
    + ", ".join(f"{{on: {each.day}, from: {each.given}, to: {each.gives}}}" for each in _PUBLISHED)
    + "]}": ("day", 3, "CNY", _PUBLISHED),
}

_Drawn = tuple[str, str, int, int, int, str | None]
"""From one currency to another one, their amounts, how many days ago, and the kind; None where it is unknown."""

_drawn: st.SearchStrategy[list[_Drawn]] = st.lists(
    st.tuples(st.sampled_from(PAIRS), st.integers(1, 3), st.integers(1, 3), st.integers(-1, 4),
              st.sampled_from(("day", "mean"))).map(lambda each: (*each[0], *each[1:])),
    max_size=8,
)  # fmt: skip


def _records(drawn: list[_Drawn]) -> dict[str, object]:
    return {
        f"E-{number}": rate(
            f"{given} {source}",
            f"{gives} {target}",
            (DAY - dt.timedelta(ago)).isoformat(),
            **({"kind": kind} if kind else {}),
        )
        for number, (source, target, given, gives, ago, kind) in enumerate(drawn)
    }


def _all_pairs(exchange: str, records: Mapping[str, object]) -> dict[tuple[str, str], object]:
    definitions = "".join(
        f"  {a.lower()}-{b.lower()}: {{value: 'convert({_AMOUNT} {a}, {b}, today)'}}\n" for a, b in PAIRS
    )
    head = HEAD + f"exchange: {exchange}\n"
    decision = decide(f"definitions:\n{definitions}", {"exchange_rates": records}, head=head)
    found: dict[tuple[str, str], object] = {}
    for a, b in PAIRS:
        each = decision[f"{a.lower()}-{b.lower()}"][""]
        assert isinstance(each, DefinitionResult)
        found[(a, b)] = None if isinstance(each.value, Unknown) else each.value
    return found


def _reference(exchange: str, drawn: list[_Drawn], source: str, target: str) -> Fraction | None:
    """What one unit is worth, by looking at every record for every day; None if that is not known."""
    kind, reach, via, published = SETTINGS[exchange]

    def one(a: str, b: str, ago: int) -> set[Fraction]:
        day = DAY - dt.timedelta(ago)
        for first, second in ((a, b), (b, a)):
            for each in published:
                if (each.given.currency, each.gives.currency, each.day) == (first, second, day):
                    worth = Fraction(each.gives.amount) / Fraction(each.given.amount)
                    return {worth if first == a else 1 / worth}
        for first, second in ((a, b), (b, a)):
            found = {
                Fraction(y, x) if first == a else Fraction(x, y)
                for start, end, x, y, before, sort in drawn
                if (start, end, before) == (first, second, ago) and kind in (None, sort)
            }
            if found:
                return found
        return set()

    for ago in range(reach + 1):
        found = one(source, target, ago)
        if not found and via not in (None, source, target):
            assert via is not None
            found = {x * y for x in one(source, via, ago) for y in one(via, target, ago)}
            sizes = {len(one(source, via, ago)), len(one(via, target, ago))}
            if found and sizes != {1}:
                return None
        if found:
            return found.pop() if len(found) == 1 else None
    return None


@pytest.mark.parametrize("exchange", SETTINGS)
@given(drawn=_drawn)
@settings(max_examples=40, deadline=None)
def test_against_a_reference_that_looks_at_every_record_for_every_day(exchange: str, drawn: list[_Drawn]) -> None:
    for (a, b), found in _all_pairs(exchange, _records(drawn)).items():
        worth = _reference(exchange, drawn, a, b)
        if worth is None:
            assert found is None
        else:
            exact = _AMOUNT * worth
            expected = divide(Decimal(exact.numerator), Decimal(exact.denominator))
            assert found == Money(expected, b)


@given(drawn=_drawn, order=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_neither_the_order_of_rates_nor_rates_that_do_not_matter_change_anything(
    drawn: list[_Drawn], order: Any
) -> None:
    exchange = "{missing: previous, at_most: 3 days, via: EUR}"
    records = _records(drawn)
    shuffled = list(records.items())
    order.shuffle(shuffled)
    late = rate("1 USD", "99 CNY", (DAY + dt.timedelta(1)).isoformat())
    other = rate("1 JPY", "99 CNY", DAY.isoformat())
    more = {**dict(shuffled), "later": late, "other": other}
    assert _all_pairs(exchange, records) == _all_pairs(exchange, more)


@pytest.mark.parametrize("exchange", SETTINGS)
@given(drawn=_drawn, hidden=st.sets(st.integers(0, 7)), other=st.sampled_from(("day", "mean")))
@settings(max_examples=30, deadline=None)
def test_what_is_certain_without_a_fact_stays_so_with_it(
    exchange: str, drawn: list[_Drawn], hidden: set[int], other: str
) -> None:
    unknown = [(*each[:5], None) if number in hidden else each for number, each in enumerate(drawn)]
    before = _all_pairs(exchange, _records(unknown))
    filled = [(*each[:5], other) if number in hidden else each for number, each in enumerate(drawn)]
    for records in (_records(drawn), _records(filled)):
        after = _all_pairs(exchange, records)
        assert all(value is None or after[pair] == value for pair, value in before.items())


_positive = st.decimals(min_value="0.01", max_value=10_000, places=2)
_signed = st.decimals(min_value=-10_000, max_value=10_000, places=2)


@given(_positive, _positive, _signed, _signed)
def test_conversion_is_monotone_and_leads_back(
    given_amount: Decimal, gives: Decimal, one: Decimal, two: Decimal
) -> None:
    there = Conversion((Rate(Money(given_amount, "USD"), Money(gives, "CNY"), DAY),), "CNY")
    back = Conversion((there.rates[0].turned,), "USD")
    least, most = sorted((one, two))
    assert there.converted(least) <= there.converted(most)
    whole = one * given_amount  # divides
    assert back.converted(there.converted(whole)) == whole
