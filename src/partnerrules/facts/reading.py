"""Reads one given value as the type that the schema says it has.

The same readers serve JSON, YAML, CSV and Python, so that the same facts come out the same. Nothing is guessed: a
float, a naive instant, a number without its unit is refused with a way out. May import domain, schema, quantities.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NoReturn, TypeAlias

from partnerrules.diagnostics import UsageError, shortened, suggestion
from partnerrules.domain.values import (
    check_id,
    check_text,
    read_amount,
    read_exact,
    read_quantity,
    read_ratio,
)
from partnerrules.facts.written import Cell, NumberText, kind_given
from partnerrules.quantities import (
    DAY_FORM,
    SECONDS,
    Dimension,
    Money,
    currency_of,
    describe_dimension,
    find_unit,
    local_instant,
    multiply,
    read_day,
    unit_names,
)
from partnerrules.schema.types import (
    AnyMoney,
    Boolean,
    Date,
    Enumeration,
    Instant,
    Integer,
    Number,
    Quantity,
    Ratio,
    Text,
    Type,
)

ValueReader: TypeAlias = Callable[[object], object]


class Refused(Exception):
    """A value that cannot be read, with what is wrong and a way out."""

    def __init__(self, message: str, help: str | None = None) -> None:
        self.message = message
        self.help = help
        super().__init__(message)


class OtherCurrency(Refused):
    """An amount that is in another currency than it should be."""


def value_reader(declared: Type, zone: dt.tzinfo) -> ValueReader:
    """The function that reads values of a type that is neither a list nor a record."""
    match declared:
        case Boolean():
            return _boolean
        case Text():
            return _text
        case Enumeration(values):
            return lambda raw: _enumeration(raw, values)
        case Integer():
            return _integer
        case Number():
            return _number
        case Ratio():
            return _ratio
        case AnyMoney():
            return _any_money
        case Quantity(dimension):
            currency = currency_of(dimension)
            if currency is not None:
                return lambda raw: _money(raw, currency)
            bare = _needs_no_unit(dimension)
            return lambda raw: _quantity(raw, dimension, bare)
        case Date():
            return _date
        case Instant():
            return lambda raw: _instant(raw, zone)
        case _:
            return lambda raw: _unreadable(declared)


def read_id(raw: object) -> str:
    """The id of a record, of this one or of one that is referred to."""
    value = _opened(raw)
    if not isinstance(value, str):
        _refuse_kind(raw, "the id of a record, which is text", "put it in quotes")
    try:
        return check_id(value)
    except ValueError as error:
        raise Refused(str(error)) from error


def _unreadable(declared: Type) -> NoReturn:
    raise Refused(f"{declared} cannot be given in facts")


def _opened(raw: object) -> object:
    return raw.text if isinstance(raw, Cell) else raw


def _written(raw: object) -> object:
    """The text of a value from a file, numbers among them; anything else as it is."""
    return raw.text if isinstance(raw, Cell | NumberText) else raw


def _refuse_kind(raw: object, expected: str, help: str | None = None) -> NoReturn:
    raise Refused(f"expected {expected}, got {kind_given(raw)}", help)


def _boolean(raw: object) -> bool:
    value = _opened(raw)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        said = value.strip().lower()
        if said in {"true", "false"}:
            return said == "true"
        raise Refused(f"expected true or false, got `{shortened(value)}`", "write `true` or `false`")
    _refuse_kind(raw, "true or false")


def _text(raw: object) -> str:
    value = _opened(raw)
    if not isinstance(value, str):
        _refuse_kind(raw, "text", None if isinstance(raw, list | tuple | dict) else "put it in quotes")
    try:
        return check_text(value)
    except ValueError as error:
        raise Refused(str(error)) from error


def _enumeration(raw: object, values: tuple[str, ...]) -> str:
    value = _text(raw)
    if value not in values:
        raise Refused(f"`{shortened(value)}` is not one of its values", suggestion(value, values, kind="value"))
    return value


_EXACT_HELP: Final = "write an exact number as text or Decimal, without separators: 1250.50"


def _exact(raw: object, read: Callable[[object], Decimal]) -> Decimal:
    try:
        return read(_written(raw))
    except ValueError as error:
        raise Refused(str(error), _EXACT_HELP) from error


def _number(raw: object) -> Decimal:
    return _exact(raw, read_exact)


def _ratio(raw: object) -> Decimal:
    value = _exact(raw, read_ratio)
    written = _written(raw)
    if isinstance(written, str) and abs(value) > 1 and not written.strip().endswith("%"):
        plain = shortened(written.strip())
        raise Refused(f"`{plain}` is more than the whole: a percentage is written with its sign", f"write `{plain} %`")
    return value


def _integer(raw: object) -> int:
    value = _exact(raw, read_exact)
    if value != int(value):
        raise Refused(f"`{shortened(str(value))}` is not a whole number")
    return int(value)


def _amount(raw: object) -> Money | Decimal:
    try:
        return read_amount(_written(raw))
    except ValueError as error:
        raise Refused(str(error), "write an amount such as `1250.50 CNY`, without separators") from error


def _money(raw: object, currency: str) -> Decimal:
    value = _amount(raw)
    if isinstance(value, Decimal):
        return value
    if value.currency != currency:
        raise OtherCurrency(
            f"expected money in {currency}, got money in {value.currency}",
            f"convert it to {currency} before it is given",
        )
    return value.amount


def _any_money(raw: object) -> Money:
    value = _amount(raw)
    if isinstance(value, Decimal):
        raise Refused("an amount needs its currency here", f"write it as in `{shortened(str(value))} CNY`")
    return value


def _needs_no_unit(dimension: Dimension) -> bool:
    """Whether a bare number can mean only one thing: points are points, but a span may be in days or weeks."""
    units = (find_unit(name) for name in unit_names())
    return all(unit.factor == 1 for unit in units if unit is not None and unit.dimension == dimension)


def _quantity(raw: object, dimension: Dimension, bare: bool) -> Decimal:
    value = _written(raw)
    if isinstance(value, dt.timedelta) and dimension == SECONDS:
        return multiply(Decimal(value // dt.timedelta(microseconds=1)), Decimal("0.000001"))
    try:
        if isinstance(value, str) and " " in value.strip():
            return read_quantity(value, dimension)
        number = read_exact(value)
    except ValueError as error:
        raise _no_quantity(str(error), dimension) from error
    if bare:
        return number
    raise _no_quantity("a number needs its unit here", dimension)


def _no_quantity(message: str, dimension: Dimension) -> Refused:
    examples = sorted(name for name in unit_names() if _measures(name, dimension))
    help = f"write a number and a unit, one of {', '.join(examples)}" if examples else None
    return Refused(f"expected {describe_dimension(dimension)}: {message}", help)


def _measures(name: str, dimension: Dimension) -> bool:
    unit = find_unit(name)
    return unit is not None and unit.dimension == dimension


_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"\s*(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)


def _day(text: str) -> dt.date:
    day = read_day(text)
    if day is None:
        raise Refused(f"`{text}` is not in the calendar", "give a day that the month has")
    return day


def _date(raw: object) -> dt.date:
    value = _opened(raw)
    if isinstance(value, dt.datetime):
        raise Refused("expected a date, got an instant", "give the civil date, without a time")
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        _refuse_kind(raw, "a date")
    text = value.strip()
    day = read_day(text)
    if day is not None:
        return day
    if DAY_FORM.fullmatch(text):
        return _day(text)
    if _INSTANT.fullmatch(text):
        raise Refused("expected a date, got an instant", "give the civil date, without a time")
    raise Refused(f"`{shortened(value)}` is not a date", "write year, month and day, as in `2026-03-01`")


_OUTSIDE: Final = "an instant is between the years 1 and 9999, in UTC too"
_OFFSET_HELP: Final = "add its offset, as in `2026-03-01T09:00:00+08:00`"


def read_instant(raw: object, zone: dt.tzinfo | None) -> dt.datetime:
    """An instant with its offset; a date alone is midnight in a zone, if there is one.

    Raises:
        Refused: if it is neither, has no offset, or lies where UTC has no calendar.
    """
    try:
        moment = _moment(raw, zone)
        moment.astimezone(dt.UTC)
    except OverflowError as error:
        raise Refused(_OUTSIDE) from error
    return moment


def check_as_of(as_of: dt.datetime) -> dt.datetime:
    """The instant that a program gives for a decision, in UTC.

    Raises:
        UsageError: if it is no instant, says no time zone, or lies where UTC has no calendar.
    """
    if not isinstance(as_of, dt.datetime):
        raise UsageError(f"`as_of` is a datetime with a time zone, not a `{type(as_of).__name__}`")
    if as_of.utcoffset() is None:
        raise UsageError(f"`{as_of.isoformat()}` has no time zone: add one, such as ZoneInfo('Asia/Shanghai')")
    try:
        return as_of.astimezone(dt.UTC)
    except OverflowError as error:
        raise UsageError("`as_of` lies outside of the calendar") from error


def _moment(raw: object, zone: dt.tzinfo | None) -> dt.datetime:
    value = _opened(raw)
    if isinstance(value, dt.datetime):
        if value.utcoffset() is None:
            raise Refused("an instant needs its offset, this one is naive", _OFFSET_HELP)
        return value
    if isinstance(value, str):
        return _instant_of_text(value.strip(), zone)
    if isinstance(value, dt.date) and zone is not None:
        return local_instant(value, dt.time.min, zone)
    _refuse_kind(raw, "an instant")


def _instant_of_text(text: str, zone: dt.tzinfo | None) -> dt.datetime:
    if DAY_FORM.fullmatch(text) and zone is not None:
        return local_instant(_day(text), dt.time.min, zone)
    parts = _INSTANT.fullmatch(text)
    if parts is None:
        raise Refused(f"`{shortened(text)}` is not an instant", "write it as in `2026-03-01T09:00:00+08:00`")
    day, clock, offset = parts.groups()
    if offset is None:
        raise Refused(f"`{text}` is naive: an instant needs its offset", _OFFSET_HELP)
    _day(day)
    try:
        return dt.datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError as error:
        raise Refused(f"`{text}` is not a time of day with an offset") from error


def _instant(raw: object, zone: dt.tzinfo) -> dt.datetime:
    # In UTC, since Python compares two times of one zone by their clocks, which show some times twice.
    return read_instant(raw, zone).astimezone(dt.UTC)
