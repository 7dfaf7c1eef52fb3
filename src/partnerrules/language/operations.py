"""The type rules of comparisons and arithmetic: which values meet, and what comes of it."""

from dataclasses import dataclass
from typing import Literal

from partnerrules.language.terms import CalculationKind
from partnerrules.quantities import (
    BUSINESS_DAYS,
    DAYS,
    MONTHS,
    SECONDS,
    currency_of,
    divide_dimensions,
    multiply_dimensions,
)
from partnerrules.schema import types as t


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two types that do not go together: the fault, and a way out if there is a known one."""

    code: str
    help: str | None = None


def is_number(given: t.Type) -> bool:
    return isinstance(given, t.Integer | t.Number | t.Ratio)


def is_text(given: t.Type) -> bool:
    return isinstance(given, t.Text | t.Enumeration)


def mismatch(left: t.Type, right: t.Type) -> Mismatch | None:
    """Why two values cannot be compared, or None if they can."""
    if isinstance(left, t.Anything) or isinstance(right, t.Anything):
        return None
    if isinstance(left, t.AnyMoney) or isinstance(right, t.AnyMoney):
        return Mismatch(
            "currency-mismatch",
            "money meets other money only in one declared currency: `convert(amount, CNY, date)` gives it in one, or"
            " give the ruleset a `currency:`, or the field a type such as `money(CNY)`",
        )
    if is_number(left) and is_number(right):
        return None
    if isinstance(left, t.Quantity) and isinstance(right, t.Quantity):
        if left.dimension == right.dimension:
            return None
        if currency_of(left.dimension) and currency_of(right.dimension):
            return Mismatch(
                "currency-mismatch",
                "amounts of different currencies are not compared or added: give both in one, with"
                f" `convert(amount, {currency_of(left.dimension)}, date)`",
            )
        return Mismatch("unit-mismatch", _unit_help(left, right))
    if is_text(left) and is_text(right):
        if (
            isinstance(left, t.Enumeration)
            and isinstance(right, t.Enumeration)
            and not set(left.values) & set(right.values)
        ):
            return Mismatch("type-mismatch", "the two have no value in common")
        return None
    if {type(left), type(right)} == {t.Date, t.Instant}:
        return Mismatch("date-against-instant", "take the day of the instant with `date(...)`, or compare with `today`")
    if isinstance(left, t.Record) and isinstance(right, t.Record):
        return None if left.entity == right.entity else Mismatch("type-mismatch")
    if type(left) is type(right) and isinstance(left, t.Boolean | t.Date | t.Instant):
        return None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, t.Quantity) and is_number(other):
            currency = currency_of(one.dimension)
            unit = f"`1000 {currency}`" if currency else "`3 months`"
            return Mismatch("unit-mismatch", f"a plain number has no unit: write one behind it, such as {unit}")
        if isinstance(one, t.Quantity) and is_text(other) and currency_of(one.dimension):
            return Mismatch("type-mismatch", f"write an amount, such as `1000 {currency_of(one.dimension)}`")
        if isinstance(one, t.Date | t.Instant) and is_text(other):
            return Mismatch("type-mismatch", "a date is written without quotes, such as `2026-03-01`")
        if isinstance(one, t.ListOf) and is_number(other):
            return Mismatch("type-mismatch", "count the list: `count(...)`")
        if isinstance(one, t.Boolean):
            return Mismatch("type-mismatch", "a condition stands alone; what must not hold is `not(...)`")
        if isinstance(one, t.Record) and is_text(other):
            return Mismatch("type-mismatch", f"compare the id: `.id` gives that of {one}")
    return Mismatch("type-mismatch")


def _unit_help(left: t.Quantity, right: t.Quantity) -> str | None:
    if {left.dimension, right.dimension} == {DAYS, MONTHS}:
        return "a month has no fixed number of days: say both in days, or both in months"
    if BUSINESS_DAYS in (left.dimension, right.dimension) and DAYS in (left.dimension, right.dimension):
        return "days and business days do not convert: `business_days_between(a, b)` counts those between two dates"
    if {left.dimension, right.dimension} == {DAYS, SECONDS}:
        return "a day has no fixed number of hours: say both in days, or both in hours"
    return "the two measure different things: compare each with something of its own kind"


def has_order(given: t.Type) -> bool:
    """Whether values of the type can be less or greater."""
    return is_number(given) or isinstance(given, t.Quantity | t.Date | t.Instant | t.Anything)


def common(left: t.Type, right: t.Type) -> t.Type | None:
    """The type of a value that is one of two, or None if they have none in common."""
    if left == right or isinstance(right, t.Anything):
        return left
    if isinstance(left, t.Anything):
        return right
    if isinstance(left, t.Maybe) or isinstance(right, t.Maybe):
        inner = common(t.present(left), t.present(right))
        return None if inner is None else t.Maybe(inner)
    if is_number(left) and is_number(right):
        return t.Ratio() if t.Ratio() in (left, right) else t.Number()
    if isinstance(left, t.Enumeration) and isinstance(right, t.Enumeration):
        return t.Enumeration(tuple(dict.fromkeys(left.values + right.values)))
    if is_text(left) and is_text(right):
        return t.Text()
    if isinstance(left, t.ListOf) and isinstance(right, t.ListOf):
        item = common(left.item, right.item)
        return None if item is None else t.ListOf(item)
    return None


@dataclass(frozen=True, slots=True)
class Operation:
    """An arithmetic operation on two types: its kind, what it gives, and whether its operands change places."""

    kind: CalculationKind
    result: t.Type
    swapped: bool = False


def calculation(operator: Literal["+", "-", "*", "/"], left: t.Type, right: t.Type) -> Operation | Mismatch:
    """What an arithmetic operator does with two types, or why it does nothing."""
    if isinstance(left, t.Anything) or isinstance(right, t.Anything):
        return Operation("number", t.Anything())
    if isinstance(left, t.AnyMoney) or isinstance(right, t.AnyMoney):
        found = mismatch(left, right)
        assert found is not None
        return found
    if operator in ("+", "-"):
        shift = _shift(operator, left, right)
        if shift is not None:
            return shift
        if is_number(left) and is_number(right):
            return Operation("number", _sum_of(left, right))
        if isinstance(left, t.Quantity) and left == right:
            return Operation("number", left)
        return mismatch(left, right) or Mismatch("type-mismatch")
    numeric = (t.Integer, t.Number, t.Ratio, t.Quantity)
    if not isinstance(left, numeric) or not isinstance(right, numeric):
        return Mismatch("type-mismatch")
    combine = multiply_dimensions if operator == "*" else divide_dimensions
    dimension = combine(_dimension(left), _dimension(right))
    if dimension:
        powers = [power for name, power in dimension if currency_of(((name, 1),))]
        if any(abs(power) > 1 for power in powers) or len(powers) > 2:
            return Mismatch("unit-mismatch", "money times money means nothing")
        return Operation("number", t.Quantity(dimension))
    if operator == "*" and isinstance(left, t.Integer) and isinstance(right, t.Integer):
        return Operation("number", t.Integer())
    if operator == "*" and isinstance(left, t.Ratio) and isinstance(right, t.Ratio):
        return Operation("number", t.Ratio())
    if operator == "/" and isinstance(left, t.Ratio) and isinstance(right, t.Integer | t.Number):
        return Operation("number", t.Ratio())  # a part of a share: `100 % / 3`
    return Operation("number", t.Number())


def _sum_of(left: t.Type, right: t.Type) -> t.Type:
    if isinstance(left, t.Integer) and isinstance(right, t.Integer):
        return t.Integer()
    return t.Ratio() if t.Ratio() in (left, right) else t.Number()


def _dimension(given: t.Type) -> tuple[tuple[str, int], ...]:
    return given.dimension if isinstance(given, t.Quantity) else ()


def _shift(operator: str, left: t.Type, right: t.Type) -> Operation | Mismatch | None:
    """Dates and instants moved by civil periods or elapsed time, and what lies between two of them."""
    if operator == "+" and isinstance(right, t.Date | t.Instant) and isinstance(left, t.Quantity):
        moved = _shift(operator, right, left)
        return Operation(moved.kind, moved.result, swapped=True) if isinstance(moved, Operation) else moved
    if isinstance(left, t.Date | t.Instant) and isinstance(right, t.Quantity):
        if right.dimension == DAYS:
            return Operation("shift-days", left)
        if right.dimension == MONTHS:
            return Operation("shift-months", left)
        if right.dimension == BUSINESS_DAYS:
            return Operation("shift-business-days", left)
        if right.dimension == SECONDS and isinstance(left, t.Instant):
            return Operation("shift-elapsed", left)
        if right.dimension == SECONDS:
            return Mismatch("unit-mismatch", "a date has no hours: add days, weeks, months or years")
        return Mismatch("unit-mismatch", "add days, weeks, months or years")
    if isinstance(left, t.Date | t.Instant) and is_number(right):
        return Mismatch("unit-mismatch", "write the unit, such as `90 days`")
    if operator == "-" and isinstance(left, t.Date) and isinstance(right, t.Date):
        return Operation("days-between", t.Quantity(DAYS))
    if operator == "-" and isinstance(left, t.Instant) and isinstance(right, t.Instant):
        return Operation("elapsed-between", t.Quantity(SECONDS))
    return None
