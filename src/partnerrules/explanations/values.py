"""Words for values of facts and rules: what to say of each by its type, and numbers as a language writes them.

Number formats are those of CLDR, written out in the language tables, so that another release of it changes no answer.
"""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from partnerrules.explanations.catalogue import Key, Language
from partnerrules.explanations.story import Phrase, Shown
from partnerrules.facts import Row
from partnerrules.plan.stretches import Stretch
from partnerrules.quantities import (
    Dimension,
    Money,
    as_percent,
    currency_of,
    currency_places,
    normal,
    whole_times,
)
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_LONGEST_TEXT: Final = 200
_GROUPED: Final = 10_000
"""From here on whole numbers that count nothing are told in groups of digits: below it one may be a year."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with what it counts: the sentence of a unit, which may need the name of a currency."""

    key: Key
    number: Decimal
    unit: str = ""
    places: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """The members of a list."""

    items: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Ends:
    """An interval, as an expression writes it."""

    low: Shown
    high: Shown
    brackets: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A day, or an instant on the clocks where it is told."""

    moment: dt.date | dt.datetime


Words: TypeAlias = str | int | Decimal | Phrase | Counted | Listed | Ends | Dated

_HOUR: Final = 3600
_BYTES: Final[tuple[tuple[Key, int], ...]] = (
    ("TB", 8 * 10**12),
    ("GB", 8 * 10**9),
    ("MB", 8 * 10**6),
    ("KB", 8 * 10**3),
    ("byte", 8),
    ("bit", 1),
)
# The units of a dimension from the largest down; a value is told in the first that it is a whole number of.
_SCALES: Final[dict[Dimension, tuple[tuple[Key, int], ...]]] = {
    (("second", 1),): (("hour", 3600), ("minute", 60), ("second", 1)),
    (("day", 1),): (("day", 1),),
    (("month", 1),): (("year", 12), ("month", 1)),
    (("business day", 1),): (("business_day", 1),),
    (("bit", 1),): _BYTES,
    (("bit", 1), ("second", -1)): (("Gbps", 10**9), ("Mbps", 10**6), ("Kbps", 10**3), ("bps", 1)),
    (("point", 1),): (("point", 1),),
    (("user", 1),): (("user", 1),),
    (("seat", 1),): (("seat", 1),),
    (("license", 1),): (("license", 1),),
    (("unit", 1),): (("unit", 1),),
}


def value_words(value: object, type: t.Type, zone: dt.tzinfo) -> Words:
    """What to say of a value, by its type; instants in a time zone."""
    if isinstance(type, t.Maybe):
        return value_words(value, type.of, zone)
    match value:
        case None:
            return Phrase("value_none")
        case Unknown():
            return Phrase("value_unknown")
        case bool():
            return Phrase("value_true" if value else "value_false")
        case str():
            return value if len(value) <= _LONGEST_TEXT else value[:_LONGEST_TEXT] + "…"
        case int() | Decimal():
            return _number_words(Decimal(value), type)
        case Money(amount, currency):
            return _money(amount, currency)
        case dt.datetime():
            return Dated(_local(value, zone))
        case dt.date():
            return Dated(value)
        case Row():
            return value.id
        case tuple():
            item = type.item if isinstance(type, t.ListOf) else type
            return Listed(tuple(Shown(member, item) for member in value))
        case Stretch(low, high, low_included, high_included):
            of = type.of if isinstance(type, t.Interval) else type
            brackets = ("[" if low_included else "(") + ("]" if high_included else ")")
            return Ends(Shown(low, of), Shown(high, of), brackets)
        case _:
            return str(value)


def _local(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """An instant on the clocks of a zone; as it is where the calendar ends before they show it."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def _number_words(value: Decimal, type: t.Type) -> Words:
    if isinstance(type, t.Ratio):
        return Counted("percent", as_percent(value))
    if isinstance(type, t.Integer) and abs(value) < _GROUPED:
        return f"{normal(value):f}"
    if not isinstance(type, t.Quantity):
        return value
    currency = currency_of(type.dimension)
    if currency is not None:
        return _money(value, currency)
    scale = _SCALES.get(type.dimension)
    if scale is None:
        return Counted("amount", value, _unit_text(type.dimension))
    halves = whole_times(2 * value, _HOUR) if scale[0] == ("hour", _HOUR) and abs(value) >= 2 * _HOUR else None
    if halves is not None:
        return Counted("hour", halves / 2)
    if value:
        for key, factor in scale:
            scaled = whole_times(value, factor)
            if scaled is not None:
                return Counted(key, scaled)
    return Counted(scale[-1][0], value)


def _money(amount: Decimal, currency: str) -> Counted:
    return Counted("amount", amount, currency, currency_places(currency))


def _unit_text(dimension: Dimension) -> str:
    """The unit of a dimension that has no name of its own, such as "CNY/user"."""
    above = "·".join(_power(name, power) for name, power in dimension if power > 0) or "1"
    below = "·".join(_power(name, -power) for name, power in dimension if power < 0)
    return f"{above}/{below}" if below else above


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def date_text(moment: dt.date | dt.datetime, language: Language) -> str:
    """A day as a language writes it; an instant with its time and offset, to the minute or as far as it goes.

    >>> from partnerrules.explanations.ru import RUSSIAN
    >>> date_text(dt.date(2026, 3, 1), RUSSIAN)
    '01.03.2026'
    """
    name = language.months[moment.month - 1] if language.months else ""
    day = language.date.format(day=moment.day, month=moment.month, year=moment.year, name=name)
    if not isinstance(moment, dt.datetime):
        return day
    whole = moment.second == 0 and moment.microsecond == 0
    time = moment.isoformat(sep=" ", timespec="minutes" if whole else "auto").partition(" ")[2]
    return f"{day} {time.replace('+00:00', 'Z')}"


def number_text(value: int | Decimal, language: Language, places: int = 0) -> str:
    """An exact number as a language writes it, with at least some decimal places.

    >>> from partnerrules.explanations.ru import RUSSIAN
    >>> number_text(Decimal("-1234567.5"), RUSSIAN, 2).replace(chr(0xA0), "_")
    '-1_234_567,50'
    """
    text = f"{normal(Decimal(value)):f}"
    whole, _, decimals = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    first = len(digits) % 3
    groups = [digits[:first]] if first else []
    groups += [digits[start : start + 3] for start in range(first, len(digits), 3)]
    decimals = decimals.ljust(places, "0")
    return sign + language.thousands.join(groups) + (language.point + decimals if decimals else "")


def folded(text: str) -> str:
    """Text of facts or rules as one line: no line breaks or other controls, and no turning of the writing direction."""
    kept = "".join(_visible(character) for character in text)
    return " ".join(kept.split())


def _visible(character: str) -> str:
    if character in _DIRECTIONS:
        return ""
    return " " if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") else character


# The characters that embed, override or isolate a direction of writing: with them a text can look like another one.
_DIRECTIONS: Final = frozenset(chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
