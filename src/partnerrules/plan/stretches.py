"""Stretches of numbers, days or instants, and the order that they rest on."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from partnerrules.plan.logic import Truth, conjunction
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval of numbers, days or instants; either end may be unknown."""

    low: object
    high: object
    low_included: bool
    high_included: bool

    def __str__(self) -> str:
        ends = ("unknown" if isinstance(end, Unknown) else str(end) for end in (self.low, self.high))
        return f"{'[' if self.low_included else '('}{'..'.join(ends)}{']' if self.high_included else ')'}"

    def holds(self, value: object) -> Truth:
        """Whether a known value lies in it."""

        def above() -> Truth:
            if isinstance(self.low, Unknown):
                return self.low
            return in_order(self.low, value, equal=self.low_included)

        def below() -> Truth:
            if isinstance(self.high, Unknown):
                return self.high
            return in_order(value, self.high, equal=self.high_included)

        return conjunction((above(), below()))


def in_order(left: object, right: object, *, equal: bool) -> bool:
    """Whether one known value comes before another one, or also equals it."""
    match left, right:
        case (int() | Decimal(), int() | Decimal()):
            return left <= right if equal else left < right
        case (dt.datetime(), dt.datetime()):
            return left <= right if equal else left < right
        case (str(), str()):
            return left <= right if equal else left < right
        case (dt.date(), dt.date()):
            return left <= right if equal else left < right
        case _:
            raise AssertionError(f"checked plans order like values only, not {left!r} and {right!r}")
