"""Reads values that are sound quickly: of each type, by the exact class of what is given.

A reader here gives what the one of `reading` gives, or raises. Most values are of the class that their type is made
of, so that one look at the class and one at the value is enough. May import domain, quantities, schema, and the modules
of facts that read one value.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from partnerrules.domain.values import LONGEST_ID, read_exact
from partnerrules.facts.reading import ValueReader, read_id, value_reader
from partnerrules.facts.written import Cell, NumberText, listed_in, says_unknown
from partnerrules.quantities import Money, check_number, currency_of
from partnerrules.schema.types import (
    AnyMoney,
    Boolean,
    Date,
    Enumeration,
    Instant,
    Integer,
    ListOf,
    Number,
    Quantity,
    Ratio,
    Record,
    Text,
    Type,
)

_TOO_LARGE: Final = 10**60

ClassReader: TypeAlias = Callable[..., object]
"""Reads values of one class, which it does not look for again."""

ByClass: TypeAlias = Mapping[type, ClassReader]


class Unusual(Exception):
    """What is given is left to the reader that takes its time, and says what is wrong if it is."""


def as_it_is(declared: Type) -> type | None:
    """The class whose values stay what they are, text if it `is_plain`; None if there is none."""
    match declared:
        case Text() | Record():
            return str
        case Boolean():
            return bool
        case Date():
            return dt.date
        case _:
            return None


def is_plain(text: str) -> bool:
    """Whether text is fit for whatever text is read as, an id among it."""
    return 0 < len(text) <= LONGEST_ID and text.isprintable()


def sound_readers(declared: Type, zone: dt.tzinfo) -> ByClass:
    """By the exact class of what is given, how it is read as a type; what is of no class here is unusual.

    Args:
        declared: the type, of values that are given without their place: not a part of a record, nor a list of these.
        zone: where days begin and end.
    """
    if isinstance(declared, ListOf):
        return _of_lists(declared.item, zone)
    read = read_id if isinstance(declared, Record) else value_reader(declared, zone)
    return {str: read, NumberText: read, Cell: _cell_by(read, as_it_is(declared)), **_of_python(declared, read)}


def _of_python(declared: Type, read: ValueReader) -> ByClass:
    match declared:
        case Boolean():
            return {bool: read}
        case Enumeration(values):
            return {str: {value: value for value in values if value.isprintable()}.__getitem__}
        case Integer():
            return {int: _whole, Decimal: read}
        case Number() | Ratio():
            return {int: read_exact, Decimal: check_number}
        case AnyMoney():
            return {Money: read}
        case Quantity(dimension):
            currency = currency_of(dimension)
            if currency is None:
                return {int: read, Decimal: read, dt.timedelta: read}
            return {int: read_exact, Decimal: check_number, Money: _money_in(currency)}
        case Date():
            return {dt.date: read}
        case Instant():
            return {dt.datetime: _instant_by(read), dt.date: read}
        case _:
            return {}


def _cell_by(read: ClassReader, same: type | None = None) -> ClassReader:
    """The reader of cells: by that of what they hold, unless text is what it is."""

    def cell(raw: Cell) -> object:
        text = raw.text
        if "{" in text and says_unknown(raw):
            raise Unusual
        return text if same is str and is_plain(text) else read(raw)

    return cell


def _whole(raw: int) -> object:
    if -_TOO_LARGE < raw < _TOO_LARGE:
        return raw
    raise Unusual


def _money_in(currency: str) -> ClassReader:
    def money(raw: Money) -> object:
        if raw.currency != currency:
            raise Unusual
        return check_number(raw.amount)

    return money


def _instant_by(read: ValueReader) -> ClassReader:
    def instant(raw: dt.datetime) -> object:
        return raw if raw.tzinfo is dt.UTC else read(raw)

    return instant


def _of_lists(item: Type, zone: dt.tzinfo) -> ByClass:
    same, readers = as_it_is(item), sound_readers(item, zone)

    def items(raw: Iterable[object]) -> object:
        values = []
        for each in raw:
            kind = type(each)
            if kind is same and (not isinstance(each, str) or is_plain(each)):
                values.append(each)
            else:
                read = readers.get(kind)
                if read is None:
                    raise Unusual
                values.append(read(each))
        return tuple(values)

    def cells(raw: Cell) -> object:
        listed = listed_in(raw)
        if not all(each.text for each in listed):
            raise Unusual
        return items(listed)

    return {list: items, tuple: items, Cell: _cell_by(cells)}
