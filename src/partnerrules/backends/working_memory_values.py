"""Values of facts as the working memory is told them: as whole numbers, equal and ordered as the values are.

The engine compares whole numbers of 64 bits exactly, and little else: not text across spaces, no decimals, no dates,
and values of two types as if they were of one. So every value is told as a whole number; one that has none is not told.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from partnerrules.backends.rule_sides import Encoding
from partnerrules.backends.values import comparable

LARGEST: Final = 2**62
"""Whole numbers from here on are not told, though the engine could hold twice as much."""

_PARTS: Final = 1_000_000  # amounts of all currencies have whole numbers of millionths, and so have instants
_MOST_DIGITS: Final = 30
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


class Unfit(Exception):  # a signal inside of the engine, which turns to the matcher then
    """A value is not known, or there is no whole number for it."""


class Words:
    """Numbers for texts and ids: the same one for equal texts, of however many letters."""

    def __init__(self, known: Mapping[str, int]) -> None:
        """Begin with those that rules name."""
        self._numbers = dict(known)

    def number(self, text: str) -> int:
        """The number of a text, a new one for a new text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def known(self) -> Mapping[str, int]:
        """All texts with their numbers."""
        return self._numbers


def encoded(value: object, encoding: Encoding, words: Words) -> int | None:
    """The whole number of a value; None where it is known that there is none.

    Raises:
        Unfit: if the value is not known, or has no such number.
    """
    value = comparable(value)
    match encoding, value:
        case _, None:
            return None
        case "word", str():
            return words.number(value)
        case "truth", bool():
            return int(value)
        case (("whole" | "exact"), (int() | Decimal())) if not isinstance(value, bool):
            return _fitting(value, 1 if encoding == "whole" else _PARTS)
        case "day", dt.date() if not isinstance(value, dt.datetime):
            return value.toordinal()
        case "instant", dt.datetime():
            return (value - _EPOCH) // _MICROSECOND
        case _:
            raise Unfit


def _fitting(value: int | Decimal, parts: int) -> int:
    """A number in whole parts, if that is what it is, and if they are not too many."""
    if isinstance(value, Decimal):
        if not value.is_finite() or (value and abs(value.adjusted()) > _MOST_DIGITS):
            raise Unfit  # before a whole number of a million digits is made of it
        numerator, denominator = value.as_integer_ratio() if value else (0, 1)
    else:
        numerator, denominator = value, 1
    whole, rest = divmod(numerator * parts, denominator)
    if rest or abs(whole) >= LARGEST:
        raise Unfit
    return whole
