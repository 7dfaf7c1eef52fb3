"""Units, money and exact arithmetic.

`pint` keeps the registry of units: every currency is a dimension of its own, and so are days, months and points, so
that a mix is found when a ruleset is checked. At run time a quantity is a plain `Decimal` in the base unit of its
dimension. Binary floats are refused everywhere.

Nothing here rounds unless its name says so: addition and multiplication are exact, a quotient that is not compared is
rounded half-even to twelve places, rounding to money is a step of its own.
"""

import calendar
import datetime as dt
import decimal
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, TypeAlias

import pint
from babel.core import get_global
from babel.numbers import get_currency_precision

Dimension: TypeAlias = tuple[tuple[str, int], ...]
"""Base dimensions with their powers, sorted by name: (("CNY", 1),) or (("bit", 1), ("second", -1))."""

MAXIMUM_DIGITS: Final = 60
"""Digits of one number in a ruleset or in facts, before and after the point together."""

_EXACT: Final = decimal.Context(
    prec=2_000,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-100_000,
    Emax=100_000,
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
    try:
        return _EXACT.add(left, right)
    except decimal.DecimalException as error:
        raise NumberTooLong from error


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference.

    Raises:
        NumberTooLong: if it has more than 2,000 digits.
    """
    try:
        return _EXACT.subtract(left, right)
    except decimal.DecimalException as error:
        raise NumberTooLong from error


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """The exact product.

    Raises:
        NumberTooLong: if it has more than 2,000 digits.
    """
    try:
        return _EXACT.multiply(left, right)
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
        twice = _WIDE.compare(abs(rest) * 2, abs(divisor))
        if twice > 0 or (twice == 0 and _WIDE.remainder(whole, Decimal(2)) != 0):
            away = Decimal(1) if (dividend < 0) == (divisor < 0) else Decimal(-1)
            whole = _EXACT.add(whole, away)
        return normal(_EXACT.multiply(whole, _QUOTIENT_STEP))
    except decimal.DecimalException as error:
        raise NumberTooLong from error


def normal(value: Decimal) -> Decimal:
    """The same number written without needless zeros and without an exponent.

    >>> normal(Decimal("1.500")), normal(Decimal("1E+3"))
    (Decimal('1.5'), Decimal('1000'))
    """
    if not value:
        return Decimal(0)
    stripped = value.normalize(_EXACT)
    exponent = stripped.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return stripped.quantize(Decimal(1), context=_EXACT)
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
    if not value.is_finite():
        raise ValueError(f"`{value}` is not a number that can be computed with")
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if max(len(digits), len(digits) + exponent, -exponent) > MAXIMUM_DIGITS:
        raise ValueError(f"a number has at most {MAXIMUM_DIGITS} digits before and after the point together")
    return normal(value)


# ------------------------------------------------------------------------------------------------------------ money


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency.

    >>> str(Money(Decimal("4812.5"), "CNY"))
    '4812.50 CNY'
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("an amount of money is a Decimal, never a float")
        if self.currency not in currencies():
            raise ValueError(f"`{self.currency}` is not an ISO 4217 currency code")

    def __str__(self) -> str:
        return f"{format_amount(self.amount, self.currency)} {self.currency}"


def format_amount(amount: Decimal, currency: str) -> str:
    """An amount with at least as many decimal places as its currency has."""
    exponent = normal(amount).as_tuple().exponent
    places = max(currency_places(currency), -exponent if isinstance(exponent, int) else 0)
    return f"{amount:.{places}f}"


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes of all currencies that are legal tender somewhere today, after CLDR."""
    uses = (use for territory in get_global("territory_currencies").values() for use in territory)
    return frozenset(code for code, _, end, tender in uses if tender and end is None)


def currency_places(currency: str) -> int:
    """The decimal places of a currency's smallest unit: 2 for CNY, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


# ------------------------------------------------------------------------------------------------------------ units


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that may follow a number: its dimension, and how many base units it is."""

    name: str
    dimension: Dimension
    factor: Decimal


# Hours and below are elapsed time; days and weeks, and months, quarters and years, are civil time: a day is not 24
# hours, a month not 30 days, and no factor leads from one to the other.
_DEFINITIONS: Final = """
second = [elapsed] = seconds
minute = 60 second = minutes
hour = 60 minute = hours
day = [civil_day] = days
week = 7 day = weeks
month = [civil_month] = months
quarter = 3 month = quarters
year = 12 month = years
bit = [data] = bits
byte = 8 bit = bytes
kilobyte = 1000 byte = KB
megabyte = 1000 kilobyte = MB
gigabyte = 1000 megabyte = GB
terabyte = 1000 gigabyte = TB
bps = bit / second
kbps = 1000 bps = Kbps
Mbps = 1000 kbps
Gbps = 1000 Mbps
point = [points] = points
user = [users] = users
seat = [seats] = seats
license = [licenses] = licenses = licence = licences
unit = [units] = units
"""

_BASE_NAMES: Final = {
    "[elapsed]": "second",
    "[civil_day]": "day",
    "[civil_month]": "month",
    "[data]": "bit",
    "[points]": "point",
    "[users]": "user",
    "[seats]": "seat",
    "[licenses]": "license",
    "[units]": "unit",
}


@cache
def _registry() -> "pint.UnitRegistry[Decimal]":
    registry: pint.UnitRegistry[Decimal] = pint.UnitRegistry(None, non_int_type=Decimal, cache_folder=None)
    for line in _DEFINITIONS.strip().splitlines():
        registry.define(line)
    for code in sorted(currencies()):
        registry.define(f"{code} = [currency_{code}]")
    return registry


@cache
def unit_names() -> frozenset[str]:
    """Every name that may follow a number as its unit, currencies left out."""
    names: set[str] = set()
    for line in _DEFINITIONS.strip().splitlines():
        parts = [part.strip() for part in line.split("=")]
        names.add(parts[0])
        names.update(part for part in parts[2:] if part)
    return frozenset(names)


@cache
def find_unit(name: str) -> Unit | None:
    """The unit of that name, a currency among them, or None.

    >>> find_unit("Mbps")
    Unit(name='Mbps', dimension=(('bit', 1), ('second', -1)), factor=Decimal('1000000'))
    """
    if name not in unit_names() and name not in currencies():
        return None
    registry = _registry()
    quantity = registry.Quantity(Decimal(1), name).to_base_units()
    return Unit(name, _dimension(registry.Quantity(Decimal(1), name)), normal(Decimal(quantity.magnitude)))


def _dimension(quantity: "pint.Quantity[Decimal]") -> Dimension:
    powers = []
    for name, power in quantity.dimensionality.items():
        base = _BASE_NAMES.get(name) or name.removeprefix("[currency_").removesuffix("]")
        powers.append((base, int(Decimal(str(power)))))
    return tuple(sorted(powers))


def multiply_dimensions(left: Dimension, right: Dimension) -> Dimension:
    """The dimension of a product."""
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def divide_dimensions(left: Dimension, right: Dimension) -> Dimension:
    """The dimension of a quotient."""
    return multiply_dimensions(left, tuple((name, -power) for name, power in right))


DAYS: Final[Dimension] = (("day", 1),)
MONTHS: Final[Dimension] = (("month", 1),)
SECONDS: Final[Dimension] = (("second", 1),)


def money_of(currency: str) -> Dimension:
    """The dimension of amounts of a currency."""
    return ((currency, 1),)


def currency_of(dimension: Dimension) -> str | None:
    """The currency, if a dimension is that of plain amounts of one."""
    if len(dimension) == 1 and dimension[0][1] == 1 and dimension[0][0] in currencies():
        return dimension[0][0]
    return None


_NOUNS: Final = {
    DAYS: "days",
    MONTHS: "months",
    SECONDS: "elapsed time",
    (("bit", 1),): "amount of data",
    (("bit", 1), ("second", -1)): "data rate",
}


def describe_dimension(dimension: Dimension) -> str:
    """A dimension in words, such as "money (CNY)" or "data rate"."""
    currency = currency_of(dimension)
    if currency:
        return f"money ({currency})"
    if dimension in _NOUNS:
        return _NOUNS[dimension]
    above = " ".join(_power(name, power) for name, power in dimension if power > 0) or "1"
    below = " ".join(_power(name, -power) for name, power in dimension if power < 0)
    if not below and len(dimension) == 1 and dimension[0][1] == 1:
        return f"{above}s"
    return f"{above} per {below}" if below else above


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


# ------------------------------------------------------------------------------------------------------- civil time


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later or earlier, clipped to the end of a shorter month.

    >>> add_months(dt.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)

    Raises:
        OverflowError: if the result is before year 1 or after year 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError("date out of range")
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def add_days(day: dt.date, days: int) -> dt.date:
    """The day some days later or earlier.

    Raises:
        OverflowError: if the result is before year 1 or after year 9999.
    """
    return day + dt.timedelta(days=days)


def local_instant(day: dt.date, wall: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """The instant at which the clocks of a zone show a date and time.

    Where the clocks jump over that time, the instant they would have shown it without the jump; where they show it
    twice, the first.
    """
    local = dt.datetime.combine(day, wall, tzinfo=zone).replace(fold=0)
    # Going through UTC moves a time in a gap forward by the length of the gap.
    return local.astimezone(dt.UTC).astimezone(zone)


def move_civil(moment: dt.datetime, zone: dt.tzinfo, *, months: int = 0, days: int = 0) -> dt.datetime:
    """The instant some civil months and days later: the wall time in the zone is kept."""
    local = moment.astimezone(zone)
    day = add_days(add_months(local.date(), months), days)
    return local_instant(day, local.timetz().replace(tzinfo=None, fold=0), zone)
