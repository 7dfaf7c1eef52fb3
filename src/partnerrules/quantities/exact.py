"""Exact arithmetic with decimals, and the few ways to round.

Nothing here rounds unless its name says so: addition and multiplication are exact, a quotient that is not compared is
rounded half-even to twelve places, rounding to money is a step of its own. Binary floats are refused everywhere.
"""

import decimal
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

MAXIMUM_DIGITS: Final = 60
"""Digits of one number in a ruleset or in facts, before and after the point together."""

MAXIMUM_PLACES: Final = 4_000
"""Decimal places that a number can have at most, after whatever computation."""

_EXACT: Final = decimal.Context(
    prec=2_000,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-1_999,
    Emax=1_999,  # without it, a power of ten could have any number of zeros
    traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.FloatOperation],
)
_WIDE: Final = decimal.Context(prec=6_000, rounding=decimal.ROUND_HALF_EVEN, Emin=-100_000, Emax=100_000)
_QUOTIENT_STEP: Final = Decimal("1e-12")


class NumberTooLong(ArithmeticError):
    """A computation grew past the digits that are computed with."""


def add(left: Decimal, right: Decimal) -> Decimal:
    """The exact sum.

    Raises:
        NumberTooLong: if it has more than 2,000 digits.
    """
    return _exactly(_EXACT.add, left, right)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference.

    Raises:
        NumberTooLong: if it has more than 2,000 digits.
    """
    return _exactly(_EXACT.subtract, left, right)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """The exact product.

    Raises:
        NumberTooLong: if it has more than 2,000 digits.
    """
    return _exactly(_EXACT.multiply, left, right)


def _exactly(operation: Callable[[Decimal, Decimal], Decimal], left: Decimal, right: Decimal) -> Decimal:
    try:
        return operation(left, right)
    except decimal.DecimalException as error:
        raise NumberTooLong from error


def divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient, rounded half-even to twelve decimal places.

    >>> divide(Decimal(2), Decimal(3))
    Decimal('0.666666666667')

    Raises:
        ZeroDivisionError: if the divisor is zero.
        NumberTooLong: if the quotient has more than 2,000 digits.
    """
    if not divisor:
        raise ZeroDivisionError
    # Twice rounding would lie about halves: the remainder decides them exactly.
    try:
        scaled = _EXACT.scaleb(dividend, 12)
        whole = _WIDE.divide_int(scaled, divisor)
        rest = _WIDE.subtract(scaled, _WIDE.multiply(whole, divisor))
        twice = _WIDE.compare(_WIDE.multiply(rest.copy_abs(), Decimal(2)), divisor.copy_abs())
        if twice > 0 or (twice == 0 and _WIDE.remainder(whole, Decimal(2)) != 0):
            away = Decimal(1) if (dividend < 0) == (divisor < 0) else Decimal(-1)
            whole = _EXACT.add(whole, away)
        return normal(_EXACT.multiply(whole, _QUOTIENT_STEP))
    except decimal.DecimalException as error:
        raise NumberTooLong from error


def allocate(amount: Decimal, shares: Sequence[Decimal], places: int) -> list[Decimal]:
    """An amount split into shares that add up to it, by largest remainder; equal remainders in the order of the shares.

    >>> [str(part) for part in allocate(Decimal("100.00"), [Decimal("0.333"), Decimal("0.333"), Decimal("0.334")], 2)]
    ['33.30', '33.30', '33.40']

    Args:
        amount: a multiple of the smallest unit; a negative one is split like the positive one.
        shares: ratios, none negative, that total one.
        places: decimal places of the smallest unit.

    Raises:
        NumberTooLong: if a part has more than 2,000 digits.
    """
    unit = Decimal(1).scaleb(-places)
    exact = [multiply(amount.copy_abs(), share) for share in shares]
    parts = [part.quantize(unit, rounding=decimal.ROUND_FLOOR, context=_ROUNDING) for part in exact]
    left = subtract(amount.copy_abs(), sum_of(parts))
    order = sorted(range(len(parts)), key=lambda index: (subtract(parts[index], exact[index]), index))
    for index in order:
        if left < unit:
            break
        parts[index] = add(parts[index], unit)
        left = subtract(left, unit)
    return [part.copy_negate() for part in parts] if amount < 0 else parts


def sum_of(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum.

    Raises:
        NumberTooLong: if it has more than 2,000 digits.
    """
    total = Decimal(0)
    for number in numbers:
        total = add(total, number)
    return total


def as_percent(ratio: Decimal) -> Decimal:
    """A ratio as a number of percent, for showing: 0.15 is 15. Longer than what is computed with if need be."""
    return normal(_WIDE.multiply(ratio, Decimal(100)))


def whole_times(value: Decimal, factor: int) -> Decimal | None:
    """How many times a factor goes into a value, if it does so without a rest."""
    times, rest = _WIDE.divmod(value, Decimal(factor))
    return None if rest else normal(times)


def normal(value: Decimal) -> Decimal:
    """The same number written without needless zeros and without an exponent.

    >>> normal(Decimal("1.500")), normal(Decimal("1E+3"))
    (Decimal('1.5'), Decimal('1000'))
    """
    if not value:
        return Decimal(0)
    stripped = value.normalize(_WIDE)
    exponent = stripped.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return stripped.quantize(Decimal(1), context=_WIDE)
    return stripped


def round_half_up(value: Decimal, places: int) -> Decimal:
    """The value rounded to decimal places, halves away from zero on both sides.

    >>> round_half_up(Decimal("-14.5"), 0)
    Decimal('-15')
    """
    return value.quantize(Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP, context=_ROUNDING)


_ROUNDING: Final = decimal.Context(prec=6_000, rounding=decimal.ROUND_HALF_UP, Emin=-100_000, Emax=100_000)


def round_down(value: Decimal) -> Decimal:
    """The largest whole number that is not above the value."""
    return value.to_integral_value(rounding=decimal.ROUND_FLOOR, context=_ROUNDING)


def round_up(value: Decimal) -> Decimal:
    """The smallest whole number that is not below the value."""
    return value.to_integral_value(rounding=decimal.ROUND_CEILING, context=_ROUNDING)


_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)


def read_number(text: str) -> Decimal:
    """The exact number that a text of facts writes, such as "1250.50" or "1e3".

    Raises:
        ValueError: if it is no number in ASCII digits, has more than 60 digits, or an exponent that makes it so.
    """
    if len(text) > 2 * MAXIMUM_DIGITS or not _NUMBER.fullmatch(text):
        shown = text if len(text) <= 40 else text[:37] + "..."
        if len(text) > 2 * MAXIMUM_DIGITS and text.lstrip("+-")[:100].replace(".", "").isdigit():
            raise ValueError(f"a number has at most {MAXIMUM_DIGITS} digits, this one has {len(text)} characters")
        raise ValueError(f"`{shown}` is not a number")
    return check_number(Decimal(text))


def check_number(value: Decimal) -> Decimal:
    """The number itself, if it is finite and at most 60 digits long.

    Raises:
        ValueError: otherwise.
    """
    # Of nearly all numbers their text tells it, in a tenth of the time that looking at their digits takes.
    written = str(value) if type(value) is Decimal else "E"
    if len(written) <= MAXIMUM_DIGITS and "E" not in written:
        if "." not in written:
            if written.isdigit():
                return value
        elif written[-1] != "0":
            return value
        elif value:
            return Decimal(written.rstrip("0").rstrip("."))
    if not value.is_finite():
        raise ValueError(f"`{value}` is not a number that can be computed with")
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if max(len(digits), len(digits) + exponent, -exponent) > MAXIMUM_DIGITS:
        raise ValueError(f"a number has at most {MAXIMUM_DIGITS} digits before and after the point together")
    return normal(value)
