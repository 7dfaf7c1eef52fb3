"""Units and dimensions. `pint` keeps the registry: every currency, and days, months and points, are dimensions.

So a mix is found when a ruleset is checked, and costs nothing when it runs: there a quantity is a plain `Decimal` in
the base unit of its dimension.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, TypeAlias

import pint

from partnerrules.quantities.exact import normal
from partnerrules.quantities.money import currencies

Dimension: TypeAlias = tuple[tuple[str, int], ...]
"""Base dimensions with their powers, sorted by name: (("CNY", 1),) or (("bit", 1), ("second", -1))."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that may follow a number: its dimension, and how many base units it is."""

    name: str
    dimension: Dimension
    factor: Decimal


# Hours and below are elapsed time; days and weeks, and months, quarters and years, are civil time: a day is not 24
# hours, a month not 30 days, a business day depends on the calendar, and no factor leads from one to the other.
# `_` stands for the blank in a unit of two words.
_DEFINITIONS: Final = """
second = [elapsed] = seconds
minute = 60 second = minutes
hour = 60 minute = hours
day = [civil_day] = days
week = 7 day = weeks
business_day = [business_day] = business_days
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
    "[business_day]": "business day",
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
    return frozenset(name.replace("_", " ") for name in names)


@cache
def find_unit(name: str) -> Unit | None:
    """The unit of that name, a currency among them, or None.

    >>> find_unit("Mbps")
    Unit(name='Mbps', dimension=(('bit', 1), ('second', -1)), factor=Decimal('1000000'))
    """
    if name not in unit_names() and name not in currencies():
        return None
    one = _registry().Quantity(Decimal(1), name.replace(" ", "_"))
    return Unit(name, _dimension(one), normal(Decimal(one.to_base_units().magnitude)))


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
BUSINESS_DAYS: Final[Dimension] = (("business day", 1),)
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
    BUSINESS_DAYS: "business days",
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
