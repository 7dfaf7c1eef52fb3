"""The slots of an input of a decision table: what the constants of its tests tell apart, and which of it a test takes.

A value falls into one slot, and a test takes all of a slot or nothing of it. So what falls into the same slot is the
same to all tests of the input. Instants are in UTC, as facts and rules have them.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, cast

from partnerrules.language import terms
from partnerrules.schema import types as t

ORDERED: Final = (t.Integer, t.Number, t.Ratio, t.Quantity, t.Date, t.Instant)
"""Types of inputs whose slots are in an order."""
NAMED: Final = (t.Text, t.Enumeration, t.Boolean)
"""Types of inputs whose slots are single values, and one for all others."""
KNOWN: Final = (str, bool, int, Decimal, dt.date)
"""What an input is if it is known, and not a range, a list or a record; an instant is a day with its time."""

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Slots, as the first and the last of each stretch of them, in order."""
Parameters: TypeAlias = Mapping[str, terms.Constant | tuple[terms.Constant, ...]]
"""The values of parameters by name; None for one that has none."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The slots that a test takes, and whether it takes all of what falls into them."""

    slots: Ranges
    exact: bool = True


class Slots:
    """The slots of one input: one for each constant and for what lies between two of them, or for all the others."""

    def __init__(self, constants: Iterable[object], *, ordered: bool) -> None:
        self.ordered: Final = ordered
        found = set(constants)
        self.constants: Final[list[object]] = sorted(found, key=_as_is) if ordered else sorted(found, key=repr)
        self._places = {constant: place for place, constant in enumerate(self.constants)}
        self.count: Final = 2 * len(self.constants) + 1 if ordered else len(self.constants) + 1

    @property
    def every(self) -> Ranges:
        """All slots."""
        return ((0, self.count - 1),)

    def slot(self, value: object) -> int:
        """The slot that a value falls into."""
        place = self._places.get(value)
        if not self.ordered:
            return len(self.constants) if place is None else place
        return 2 * bisect_left(self.constants, _as_is(value), key=_as_is) if place is None else 2 * place + 1

    def against(self, operator: str, constant: object) -> Ranges | None:
        """The slots of the values that stand to a constant as an operator says; None of one that means nothing here."""
        own = self.slot(constant)
        match operator:
            case "=":
                return ((own, own),)
            case "!=":
                return self.besides(((own, own),))
            case "<" if self.ordered:
                return ((0, own - 1),)
            case "<=" if self.ordered:
                return ((0, own),)
            case ">" if self.ordered:
                return ((own + 1, self.count - 1),)
            case ">=" if self.ordered:
                return ((own, self.count - 1),)
            case _:
                return None

    def besides(self, slots: Ranges) -> Ranges:
        """All other slots."""
        found, begin = [], 0
        for first, last in slots:
            if first > begin:
                found.append((begin, first - 1))
            begin = max(begin, last + 1)
        if begin < self.count:
            found.append((begin, self.count - 1))
        return tuple(found)


def _as_is(value: object) -> Decimal:
    """A constant as it is ordered: all of one input are of one type, which has an order."""
    return cast(Decimal, value)


def joined(parts: Iterable[Ranges]) -> Ranges:
    """The slots of any of several sets."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(each for part in parts for each in part if each[0] <= each[1]):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def both(left: Ranges, right: Ranges) -> Ranges:
    """The slots that are in two sets."""
    return joined(((max(one[0], other[0]), min(one[1], other[1])),) for one in left for other in right)


def taken(test: terms.Term, slots: Slots, parameters: Parameters) -> Taken | None:
    """The slots of an input that a test of it takes; None if it may take any."""
    match test:
        case terms.Value(bool() as holds):
            return Taken(slots.every if holds else ())
        case terms.Exists(terms.ColumnOf()):
            return Taken(slots.every)  # what is absent has no slot
        case terms.Comparison(operator, terms.ColumnOf(), other):
            values = _values(other, parameters)
            found = None if values is None or len(values) != 1 else slots.against(operator, values[0])
            return None if found is None else Taken(joined([found]))
        case terms.Among(terms.ColumnOf(), group):
            values = _values(group, parameters)
            return None if values is None else Taken(joined(slots.against("=", value) or () for value in values))
        case terms.Within(terms.ColumnOf(), terms.Bounds(low, high, low_in, high_in)):
            low_values, high_values = _values(low, parameters), _values(high, parameters)
            if low_values is None or high_values is None:
                return None
            if not slots.ordered:
                return None
            first = slots.slot(low_values[0]) + (not low_in)
            last = slots.slot(high_values[0]) - (not high_in)
            return Taken(((first, last),) if first <= last else ())
        case terms.AnyOf(items):
            parts = [taken(item, slots, parameters) for item in items]
            known = [each for each in parts if each is not None]
            if len(known) < len(parts):
                return None
            return Taken(joined(each.slots for each in known), all(each.exact for each in known))
        case terms.All(items):
            parts = [taken(item, slots, parameters) for item in items]
            known = [each for each in parts if each is not None]
            common = slots.every
            for each in known:
                common = both(common, each.slots)
            return Taken(common, len(known) == len(parts) and all(each.exact for each in known))
        case terms.Not(item):
            inner = taken(item, slots, parameters)
            return Taken(slots.besides(inner.slots)) if inner is not None and inner.exact else None
        case _:
            return None


def _values(term: terms.Term, parameters: Parameters) -> tuple[object, ...] | None:
    """The known values that a term stands for, one or those of a list; None if it stands for anything else."""
    match term:
        case terms.Value(value):
            return (value,) if isinstance(value, KNOWN) else None
        case terms.ParameterOf(name):
            held = parameters.get(name)
            values = held if isinstance(held, tuple) else (held,)
            return values if all(isinstance(value, KNOWN) for value in values) else None
        case terms.Items(items):
            found = [_values(item, parameters) for item in items]
            known = [each[0] for each in found if each is not None and len(each) == 1]
            return tuple(known) if len(known) == len(found) else None
        case _:
            return None


def constants(test: terms.Term, parameters: Parameters) -> tuple[object, ...]:
    """The values that a test compares an input with."""
    match test:
        case terms.Value() | terms.ParameterOf() | terms.Items():
            return _values(test, parameters) or ()
        case terms.Comparison(_, _, other) | terms.Among(_, other) | terms.Within(_, other) | terms.Not(other):
            return constants(other, parameters)
        case terms.Bounds(low, high):
            return constants(low, parameters) + constants(high, parameters)
        case terms.AnyOf(items) | terms.All(items):
            return tuple(value for item in items for value in constants(item, parameters))
        case _:
            return ()


def tested(test: terms.Term) -> str | None:
    """The one input that a test is of; None if it is of none or of several, or of anything else besides."""
    match test:
        case (
            terms.Exists(terms.ColumnOf(name))
            | terms.Comparison(_, terms.ColumnOf(name))
            | terms.Among(terms.ColumnOf(name))
            | terms.Within(terms.ColumnOf(name))
        ):
            return name
        case terms.Not(item):
            return tested(item)
        case terms.AnyOf(items) | terms.All(items):
            names = {tested(item) for item in items}
            return names.pop() if len(names) == 1 else None
        case _:
            return None


def holds_if_absent(test: terms.Term) -> bool | None:
    """Whether a test holds for an input that is known to be absent; None if that is not known."""
    match test:
        case terms.Value(bool() as holds):
            return holds
        case terms.Exists(terms.ColumnOf()):
            return False
        case terms.Within(terms.ColumnOf()) | terms.Among(terms.ColumnOf()):
            return False
        case terms.Not(item):
            inner = holds_if_absent(item)
            return None if inner is None else not inner
        case terms.AnyOf(items) | terms.All(items):
            settling = isinstance(test, terms.AnyOf)
            answers = [holds_if_absent(item) for item in items]
            return settling if settling in answers else None if None in answers else not settling
        case _:
            return None
