"""Units have dimensions; every currency is one of its own, and no factor leads from days to hours or months."""

from decimal import Decimal

import pytest

from partnerrules.quantities import (
    BUSINESS_DAYS,
    DAYS,
    MONTHS,
    SECONDS,
    Money,
    currencies,
    currency_of,
    currency_places,
    describe_dimension,
    divide_dimensions,
    find_unit,
    format_amount,
    money_of,
    multiply_dimensions,
    unit_names,
)


@pytest.mark.parametrize(
    ("name", "dimension", "factor"),
    [
        ("days", DAYS, "1"),
        ("week", DAYS, "7"),
        ("business days", BUSINESS_DAYS, "1"),
        ("business day", BUSINESS_DAYS, "1"),
        ("months", MONTHS, "1"),
        ("quarter", MONTHS, "3"),
        ("years", MONTHS, "12"),
        ("seconds", SECONDS, "1"),
        ("hours", SECONDS, "3600"),
        ("CNY", (("CNY", 1),), "1"),
        ("Mbps", (("bit", 1), ("second", -1)), "1000000"),
        ("KB", (("bit", 1),), "8000"),
        ("points", (("point", 1),), "1"),
        ("licences", (("license", 1),), "1"),
    ],
)
def test_units(name: str, dimension: tuple[tuple[str, int], ...], factor: str) -> None:
    unit = find_unit(name)
    assert unit is not None
    assert (unit.dimension, unit.factor) == (dimension, Decimal(factor))


@pytest.mark.parametrize(
    "name", ["", "dayz", "Day", "meter", "XXY", "CNYs", "EUR/USD", "day*day", "kilometer", "cny", "business_day"]
)
def test_what_is_no_unit(name: str) -> None:
    assert find_unit(name) is None


def test_every_unit_name_is_a_unit() -> None:
    assert all(find_unit(name) is not None for name in unit_names())
    assert not unit_names() & currencies()


def test_dimensions_multiply_and_divide() -> None:
    yuan, bit, rate = money_of("CNY"), (("bit", 1),), (("bit", 1), ("second", -1))
    assert divide_dimensions(yuan, yuan) == ()
    assert multiply_dimensions(rate, SECONDS) == bit
    assert divide_dimensions(bit, SECONDS) == rate
    assert currency_of(yuan) == "CNY"
    assert currency_of(DAYS) is None
    assert currency_of(multiply_dimensions(yuan, yuan)) is None


def test_dimensions_in_words() -> None:
    assert describe_dimension(money_of("CNY")) == "money (CNY)"
    assert describe_dimension(DAYS) == "days"
    assert describe_dimension(BUSINESS_DAYS) == "business days"
    assert describe_dimension((("point", 1),)) == "points"
    assert describe_dimension((("CNY", 1), ("user", -1))) == "CNY per user"


def test_money_has_the_places_of_its_currency_at_least() -> None:
    assert str(Money(Decimal("4812.5"), "CNY")) == "4812.50 CNY"
    assert str(Money(Decimal("4812"), "JPY")) == "4812 JPY"
    assert str(Money(Decimal("1.0005"), "KWD")) == "1.0005 KWD"
    assert str(Money(Decimal("1E+3"), "CNY")) == "1000.00 CNY"
    assert format_amount(Decimal("0.1"), "KWD") == "0.100"
    assert [currency_places(code) for code in ("CNY", "JPY", "KWD")] == [2, 0, 3]


def test_money_is_exact_and_of_a_real_currency() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "CNY")  # type: ignore[arg-type]  # what a caller without types may do
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(Decimal(1), "RMB")


def test_long_amounts_are_shown_whole() -> None:
    amount = Decimal("123456789012345678901234567890.123456789")
    assert str(Money(amount, "CNY")) == "123456789012345678901234567890.123456789 CNY"
