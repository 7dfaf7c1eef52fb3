"""Values as results give them: money as `Money`, everything else as Python has it, and all of it as plain data."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from partnerrules.facts import Row
from partnerrules.plan.stretches import Stretch
from partnerrules.plan.trace import Seen
from partnerrules.quantities import Money, as_percent, currency_of, describe_dimension, normal
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Unknown


def public_value(value: object, type: t.Type) -> object:
    """A value as a program gets it: money of a currency as `Money`, a record as its id."""
    if isinstance(type, t.Maybe):
        return public_value(value, type.of)
    if isinstance(value, tuple):
        item = type.item if isinstance(type, t.ListOf) else type
        return tuple(public_value(member, item) for member in value)
    if isinstance(value, Row):
        return value.id
    if isinstance(type, t.Integer) and isinstance(value, Decimal):
        return int(value)  # computed with as a decimal, and still a whole number
    if isinstance(type, t.Number | t.Ratio) and isinstance(value, int):
        return Decimal(value)
    currency = currency_of(type.dimension) if isinstance(type, t.Quantity) else None
    if currency is not None and isinstance(value, int | Decimal):
        return Money(Decimal(value), currency)
    return value


def value_data(value: object, type: t.Type) -> object:
    """A value as JSON has it; exact numbers are text, so that no reader rounds them."""
    value = public_value(value, type)
    match value:
        case None | bool() | str() | int():
            return value
        case Money():
            return str(value)
        case Decimal():
            return number_text(value, type)
        case dt.datetime() | dt.date():
            return value.isoformat()
        case tuple():
            item = type.item if isinstance(type, t.ListOf) else type
            return [value_data(member, item) for member in value]
        case Stretch(low, high, low_included, high_included):
            of = type.of if isinstance(type, t.Interval) else type
            ends = f"{value_data(low, of)}..{value_data(high, of)}"
            return f"{'[' if low_included else '('}{ends}{']' if high_included else ')'}"
        case Unknown():
            return {"unknown": [missing_data(missing) for missing in sorted(value.missing)]}
        case _:
            return str(value)


def seen_data(seen: Iterable[Seen]) -> list[dict[str, object]]:
    """Parts of expressions with the values they had, as JSON has them."""
    return [{"text": part.text, "value": value_data(part.value, part.type)} for part in seen]


MOST_TOLD: Final = 3
"""Facts that are named for want of which a value of one of many parts is not known."""


def short_data(value: object, type: t.Type) -> object:
    """A value of one of many parts of a result, as JSON has it.

    What is missing for it is mostly the same for all of them: of many facts the first are named, and how many they are.
    """
    if not isinstance(value, Unknown) or len(value.missing) <= MOST_TOLD:
        return value_data(value, type)
    first = [missing_data(missing) for missing in sorted(value.missing)[:MOST_TOLD]]
    return {"unknown": first, "unknown_count": len(value.missing)}


def number_text(value: Decimal, type: t.Type) -> str:
    """An exact number with its unit, as an expression would write it."""
    if isinstance(type, t.Maybe):
        return number_text(value, type.of)
    if isinstance(type, t.Ratio):
        return f"{as_percent(value):f} %"
    if isinstance(type, t.Quantity):
        return f"{normal(value):f} {_unit(type, value)}"
    return f"{normal(value):f}"


def _unit(type: t.Quantity, value: Decimal) -> str:
    if len(type.dimension) == 1 and type.dimension[0][1] == 1:
        name = type.dimension[0][0]
        return name if value == 1 else f"{name}s"
    return describe_dimension(type.dimension)


def missing_data(missing: Missing) -> dict[str, str]:
    """One missing fact as JSON has it: in what way it is missing, and of what."""
    parts = {"reason": missing.reason, "relation": missing.relation, "record": missing.record, "field": missing.field}
    return {name: text for name, text in parts.items() if text}


def missing_text(missing: Missing) -> str:
    """One missing fact in a line, such as "partners P-1 checks.legal"."""
    match missing.reason:
        case "field":
            return " ".join(part for part in (missing.relation, missing.record, missing.field) if part)
        case "reference":
            return f"{missing.relation} {missing.record}"
        case "relation":
            return f"all {missing.relation}"
        case "parameter":
            return f"parameter {missing.field}"
        case "policy":
            return f"outcome of {missing.relation} for {missing.record}"
        case "zero":
            return "a quotient: the divisor is zero"
        case "empty":
            return f"{_first_of(missing)}: there are none"
        case "tie":
            return f"{_first_of(missing)}: several are equal"
        case "circle":
            return f"{missing.relation} {missing.record}: refers to itself through others"
        case "size":
            return "a number that grew too long"
        case "calendar":
            return "a day that is not in the calendar"
        case "rate":
            return f"{missing.relation}: no rate {missing.field}"
        case "rates":
            return f"{missing.relation}: different rates {missing.field}"
        case "absent":
            return "a value that is absent"


def _first_of(missing: Missing) -> str:
    return " ".join(part for part in (missing.field, missing.relation, missing.record) if part)
