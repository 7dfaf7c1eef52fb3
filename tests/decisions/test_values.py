"""Values as results give them: money as money, whole numbers as such, exact numbers as text in JSON."""

import datetime as dt
from decimal import Decimal
from typing import get_args

import pytest

from partnerrules import Money
from partnerrules.decisions.values import missing_text, number_text, public_value, short_data, value_data
from partnerrules.quantities import BUSINESS_DAYS, DAYS, MONTHS, money_of
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Reason, Unknown

YUAN = t.Quantity(money_of("CNY"))
LACKING = Unknown.because("field", "partners", "P-1", "checks.legal")


@pytest.mark.parametrize(
    ("value", "type", "public", "data"),
    [
        (True, t.Boolean(), True, True),
        ("gold", t.Text(), "gold", "gold"),
        (3, t.Integer(), 3, 3),
        (Decimal(3), t.Integer(), 3, 3),
        (Decimal("1.50"), t.Number(), Decimal("1.5"), "1.5"),
        (2, t.Number(), Decimal(2), "2"),
        (Decimal("0.15"), t.Ratio(), Decimal("0.15"), "15 %"),
        (Decimal("4812.5"), YUAN, Money(Decimal("4812.5"), "CNY"), "4812.50 CNY"),
        (Decimal(1), t.Quantity(DAYS), Decimal(1), "1 day"),
        (Decimal(90), t.Quantity(DAYS), Decimal(90), "90 days"),
        (Decimal(11), t.Quantity(BUSINESS_DAYS), Decimal(11), "11 business days"),
        (Decimal(12), t.Quantity(MONTHS), Decimal(12), "12 months"),
        (Money(Decimal(5), "USD"), t.AnyMoney(), Money(Decimal(5), "USD"), "5.00 USD"),
        (dt.date(2026, 3, 1), t.Date(), dt.date(2026, 3, 1), "2026-03-01"),
        (None, t.Maybe(t.Date()), None, None),
        (Decimal("0.15"), t.Maybe(t.Ratio()), Decimal("0.15"), "15 %"),
        ((Decimal(5),), t.ListOf(YUAN), (Money(Decimal(5), "CNY"),), ["5.00 CNY"]),
        (
            LACKING,
            t.Text(),
            LACKING,
            {"unknown": [{"reason": "field", "relation": "partners", "record": "P-1", "field": "checks.legal"}]},
        ),
    ],
)
def test_values(value: object, type: t.Type, public: object, data: object) -> None:
    assert public_value(value, type) == public
    assert value_data(value, type) == data


def test_instants_keep_their_offset() -> None:
    moment = dt.datetime(2026, 3, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    assert value_data(moment, t.Instant()) == "2026-03-01T09:00:00+08:00"


def test_long_numbers_lose_no_digit() -> None:
    assert number_text(Decimal("0.1234567890123456789012345678901234567890"), t.Ratio()) == (
        "12.34567890123456789012345678901234567890".rstrip("0") + " %"
    )
    assert number_text(Decimal("1E+30"), t.Number()) == "1" + "0" * 30


def test_every_reason_has_its_line() -> None:
    for reason in get_args(Reason):
        assert missing_text(Missing(reason, "partners", "P-1", "field"))


def test_lines_of_what_is_missing() -> None:
    assert missing_text(Missing("field", "partners", "P-1", "checks.legal")) == "partners P-1 checks.legal"
    assert missing_text(Missing("reference", "deals", "D-1")) == "deals D-1"
    assert missing_text(Missing("relation", "people")) == "all people"
    assert missing_text(Missing("parameter", field="quota")) == "parameter quota"


def test_of_many_facts_that_are_missing_for_a_part_the_first_are_named() -> None:
    few = Unknown(frozenset(Missing("field", "partners", f"P-{number}", "places") for number in range(3)))
    assert short_data(few, t.Integer()) == value_data(few, t.Integer())
    assert short_data(7, t.Integer()) == 7
    many = Unknown(frozenset(Missing("field", "partners", f"P-{number}", "places") for number in range(9, 0, -1)))
    fact = {"reason": "field", "relation": "partners", "field": "places"}
    expected = [{**fact, "record": f"P-{number}"} for number in (1, 2, 3)]
    assert short_data(many, t.Integer()) == {"unknown": expected, "unknown_count": 9}
