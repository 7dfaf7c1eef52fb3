"""Values of a settlement read back from its plain data, with the types by which they are told.

A settlement says everything by itself: no rules are at hand that would say what its values are. Whatever is not the
data of a result, as in a file that somebody wrote, is told as text or not at all.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from partnerrules.domain.settlement import Settlement
from partnerrules.plan.trace import Seen
from partnerrules.quantities import (
    Money,
    NumberTooLong,
    add_days,
    currencies,
    find_unit,
    money_of,
    multiply,
    read_day,
    read_number,
)
from partnerrules.schema import types as t
from partnerrules.schema.entities import core_schema
from partnerrules.schema.missing import Missing, Reason, Unknown
from partnerrules.schema.titles import Title

_PERCENT: Final = Decimal("0.01")


def read_value(data: object, *, counts: bool = True) -> tuple[object, t.Type]:
    """A value and its type, as `value_data` wrote it.

    Args:
        data: what stands in the settlement.
        counts: whether digits without a unit are a number, and not a text such as an id.
    """
    match data:
        case bool():
            return data, t.Boolean()
        case int():
            return Decimal(data), t.Number()
        case str():
            return _read_text(data, counts=counts)
        case None:
            return None, t.Maybe(t.Text())
        case {"unknown": missing}:
            return Unknown(frozenset(_missing(each) for each in items_of(missing))), t.Text()
        case _:
            return "…", t.Text()


def _read_text(text: str, *, counts: bool) -> tuple[object, t.Type]:
    day = read_day(text)
    if day is not None:
        return day, t.Date()
    digits, _, unit = text.partition(" ")
    try:
        number = read_number(digits)
        if not unit:
            return (number, t.Number()) if counts else (text, t.Text())
        if unit == "%":
            return multiply(number, _PERCENT), t.Ratio()
        if unit in currencies():
            return number, t.Quantity(money_of(unit))
        found = find_unit(unit) or find_unit(unit.removesuffix("s"))
        return (text, t.Text()) if found is None else (multiply(number, found.factor), t.Quantity(found.dimension))
    except (ValueError, NumberTooLong):
        return text, t.Text()


def _missing(data: object) -> Missing:
    read = {key: text_of(value) for key, value in mapping_of(data).items()}
    return missing_fact(*(read.get(key, "") for key in ("reason", "relation", "record", "field")))


def missing_fact(reason: str, relation: str, record: str, field: str) -> Missing:
    """A missing fact; one that is missing in a way that is not known here is told as a field."""
    return Missing(cast(Reason, reason) if reason in get_args(Reason) else "field", relation, record, field)


def number_of(data: object) -> Decimal | None:
    """The number of a value that is one; None of any other."""
    value, _ = read_value(data)
    return value if isinstance(value, Decimal) else None


def money_in(data: object) -> Money | Unknown | None:
    """An amount of money, as `amount_data` wrote it."""
    value, type = read_value(data)
    if isinstance(value, Decimal) and isinstance(type, t.Quantity) and isinstance(data, str):
        return Money(value, data.partition(" ")[2])
    return value if isinstance(value, Unknown) else None


def day_in(data: object) -> dt.date | None:
    """A day, as JSON has it."""
    return read_day(data) if isinstance(data, str) else None


def moment_in(data: object) -> dt.date | dt.datetime | Unknown | None:
    """A day or an instant, as JSON has it, also where it is not known."""
    if not isinstance(data, str):
        value, _ = read_value(data)
        return value if isinstance(value, Unknown) else None
    try:
        return day_in(data) or dt.datetime.fromisoformat(data)
    except ValueError:
        return None


def title_in(data: object) -> Title:
    """What people call something, by language."""
    return Title(tuple((language, text_of(text)) for language, text in mapping_of(data).items()))


def words_in(settlement: Settlement) -> Mapping[str, Title]:
    """What people call the words of the lines of a settlement, and the records of the core."""
    return {**core_schema().titles(), **{word: title_in(texts) for word, texts in settlement.words.items()}}


def seen_in(data: object) -> tuple[Seen, ...]:
    """Parts of expressions with the values they had."""
    read = (mapping_of(each) for each in items_of(data))
    return tuple(Seen(text_of(each.get("text")), *read_value(each.get("value"), counts=False)) for each in read)


def mapping_of(data: object) -> Mapping[str, object]:
    """A mapping as it is; of anything else an empty one."""
    return cast(Mapping[str, object], data) if isinstance(data, Mapping) else {}


def items_of(data: object) -> Sequence[object]:
    """A list as it is; of anything else an empty one."""
    return data if isinstance(data, list | tuple) else ()


def text_of(data: object) -> str:
    """A text as it is; of anything else an empty one."""
    return data if isinstance(data, str) else ""


def last_day(end: dt.date) -> dt.date:
    """The last day before the end of a period."""
    return add_days(end, -1)


def zone_of(name: str) -> dt.tzinfo:
    """A time zone by its IANA name; UTC where a settlement names none that there is."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC
