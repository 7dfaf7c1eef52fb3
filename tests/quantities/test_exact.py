"""Sums and products are exact, quotients are rounded half-even to twelve places, and money half-up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.quantities import (
    NumberTooLong,
    add,
    check_number,
    divide,
    multiply,
    normal,
    read_number,
    round_down,
    round_half_up,
    round_up,
    subtract,
)

NUMBERS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**25), 10**25), st.integers(0, 20)
)
LONG = st.builds(
    lambda digits, places: Decimal(f"{digits}E-{places}"), st.integers(-(10**59), 10**59), st.integers(0, 50)
)


@given(LONG, LONG)
def test_sums_differences_and_products_are_exact(left: Decimal, right: Decimal) -> None:
    assert Fraction(add(left, right)) == Fraction(left) + Fraction(right)
    assert Fraction(subtract(left, right)) == Fraction(left) - Fraction(right)
    assert Fraction(multiply(left, right)) == Fraction(left) * Fraction(right)


@given(LONG, LONG.filter(bool))
def test_a_quotient_is_the_nearest_of_twelve_places_and_even_in_the_middle(left: Decimal, right: Decimal) -> None:
    step = Fraction(1, 10**12)
    exact = Fraction(left) / Fraction(right)
    found = Fraction(divide(left, right))
    assert found == round(exact / step) * step  # Fraction rounds halves to even


@pytest.mark.parametrize(
    ("left", "right", "quotient"),
    [
        ("1", "3", "0.333333333333"),
        ("2", "3", "0.666666666667"),
        ("-2", "3", "-0.666666666667"),
        ("1", "8", "0.125"),
        ("0", "7", "0"),
        # In the middle of two numbers of twelve places: to the even one.
        ("0.000000000001", "2", "0"),
        ("0.000000000003", "2", "0.000000000002"),
        ("0.000000000005", "2", "0.000000000002"),
        ("-0.000000000003", "2", "-0.000000000002"),
        # Just above the middle, at the fiftieth digit.
        ("1.0000000000000000000000000000000000000000000001", "2000000000000", "0.000000000001"),
    ],
)
def test_quotients(left: str, right: str, quotient: str) -> None:
    assert divide(Decimal(left), Decimal(right)) == Decimal(quotient)


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        divide(Decimal(1), Decimal(0))


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("14.5", 0, "15"),
        ("-14.5", 0, "-15"),
        ("14.4999999999999999999999999999999999", 0, "14"),
        ("2.345", 2, "2.35"),
        ("-2.345", 2, "-2.35"),
        ("1250", -2, "1300"),
        ("0.5", 0, "1"),
        ("12345678901234567890123456789012345.675", 2, "12345678901234567890123456789012345.68"),
    ],
)
def test_halves_go_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert round_half_up(Decimal(value), places) == Decimal(rounded)


@pytest.mark.parametrize(("value", "below", "above"), [("-3.5", -4, -3), ("3.5", 3, 4), ("3", 3, 3)])
def test_whole_numbers_below_and_above(value: str, below: int, above: int) -> None:
    assert round_down(Decimal(value)) == below
    assert round_up(Decimal(value)) == above


def test_numbers_grow_only_so_far() -> None:
    huge = Decimal(10) ** 1_999
    with pytest.raises(NumberTooLong):
        multiply(huge, huge)
    with pytest.raises(NumberTooLong):
        multiply(huge, Decimal(10))
    with pytest.raises(NumberTooLong):
        add(huge, Decimal("0.1"))
    with pytest.raises(NumberTooLong):
        divide(huge, Decimal(1).scaleb(-1_900))
    tiny = Decimal(1).scaleb(-1_999)
    with pytest.raises(NumberTooLong):
        multiply(multiply(tiny, tiny), tiny)


@given(NUMBERS)
def test_normal_changes_only_the_writing(value: Decimal) -> None:
    found = normal(value)
    assert found == value
    text = f"{found:f}"
    assert "E" not in text
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1250.50", "1250.5"), ("-3", "-3"), ("+3", "3"), ("1e3", "1000"), ("2.5E-2", "0.025"), ("007", "7")],
)
def test_numbers_of_facts(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,5",
        "1 000",
        "१२",
        "１２",
        "NaN",
        "Infinity",
        "0x10",
        "1e99999",
        "1e100",
        "9" * 61,
        "1_000",
        ".5",
        "5.",
        "--1",
        "1e-61",
    ],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_number(text)


class Written(Decimal):
    """A number of a class that a host application derives, which writes itself in its own way."""

    def __str__(self) -> str:
        return "7"


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        (Decimal("12.5"), "12.5"),
        (Decimal("-12.50"), "-12.5"),
        (Decimal("12.00"), "12"),
        (Decimal("100"), "100"),
        (Decimal("-100"), "-100"),
        (Decimal("-0"), "0"),
        (Decimal("0.00"), "0"),
        (Decimal("-0.00"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.50E+1"), "15"),
        (Decimal("1E-7"), "1E-7"),
        (Decimal("9" * 60), "9" * 60),
        (Decimal("0." + "9" * 58), "0." + "9" * 58),
        (Written("1.50"), "1.5"),
    ],
)
def test_a_number_that_is_checked_has_no_needless_zeros(given: Decimal, checked: str) -> None:
    assert str(check_number(given)) == checked
    assert type(check_number(given)) is Decimal


@given(st.booleans(), st.integers(0, 10**62), st.integers(-64, 64))
def test_a_number_is_checked_by_its_digits_before_and_after_the_point(minus: bool, digits: int, exponent: int) -> None:
    value = Decimal((int(minus), tuple(map(int, str(digits))), exponent))
    long = max(len(str(digits)), len(str(digits)) + exponent, -exponent) > 60
    if long:
        with pytest.raises(ValueError, match="at most 60 digits"):
            check_number(value)
    else:
        assert str(check_number(value)) == str(normal(value))


@pytest.mark.parametrize("given", ["NaN", "sNaN", "NaN123", "-NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="is not a number that can be computed with"):
        check_number(Decimal(given))
