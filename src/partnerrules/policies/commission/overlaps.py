"""What tests of one column have in common: the values for which each of them may hold, as sets that are intersected.

The written values of all tests cut what the column could be into sorts: each written value, what lies between two of
them, anything else, and that there is none. A set of sorts is a whole number with one bit for each, so that a test of
hundreds of values is looked at once, and two tests are compared in one step. May import terms and plan.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cmp_to_key, reduce
from itertools import pairwise
from operator import and_, or_
from typing import Final

from partnerrules.language import terms
from partnerrules.plan.stretches import in_order
from partnerrules.schema import types as t

_NONE: Final = 1
"""The bit of there being no value."""


def possible_values(tests: Sequence[terms.Term | None], type: t.Type) -> list[int]:
    """For each test of a column the set of sorts for which it may hold; a test of None holds for all.

    Tests of written values alone hold for exactly these sorts; one that looks at a parameter may hold for any. Two
    tests may hold for one value if their sets share a bit.

    Args:
        tests: of the cells of one column.
        type: of what they test.
    """
    sorts = _sorts(type, {value for test in tests for value in written_values(test)})
    return [sorts.every if test is None else sorts.of(test, doubtful=True) for test in tests]


def written_values(test: terms.Term | None) -> Iterator[object]:
    """The values that a test writes out."""
    match test:
        case terms.All(items) | terms.AnyOf(items):
            for item in items:
                yield from written_values(item)
        case terms.Not(item):
            yield from written_values(item)
        case terms.Comparison(_, terms.ColumnOf(), terms.Value(value)):
            yield value
        case terms.Among(terms.ColumnOf(), terms.Items(items)):
            yield from (item.value for item in items if isinstance(item, terms.Value))
        case terms.Within(terms.ColumnOf(), terms.Bounds(low, high)):
            yield from (end.value for end in (low, high) if isinstance(end, terms.Value))
        case _:
            pass


@dataclass(frozen=True, slots=True)
class _Sorts:
    """The sorts of values that the tests of one column tell apart.

    Attributes:
        every: the set of those that there can be; not what lies between two days that follow each other.
        places: the bit of each written value, by its place; values of less are on its right.
    """

    every: int
    places: dict[object, int]

    def of(self, test: terms.Term, *, doubtful: bool) -> int:
        """The sorts for which a test holds.

        Args:
            test: of a cell.
            doubtful: whether those belong to them for which it hangs on a parameter.
        """
        match test:
            case terms.All(items):
                return reduce(and_, (self.of(item, doubtful=doubtful) for item in items), self.every)
            case terms.AnyOf(items):
                return reduce(or_, (self.of(item, doubtful=doubtful) for item in items), 0)
            case terms.Not(item):
                return self.every & ~self.of(item, doubtful=not doubtful)
            case terms.Exists(terms.ColumnOf()):
                return self.every & ~_NONE
            case terms.Comparison(operator, terms.ColumnOf(), terms.Value(value)):
                return self._compared(operator, value)
            case terms.Among(terms.ColumnOf(), terms.Items(items)):
                parts = (self._against("=", item, doubtful=doubtful) for item in items)
                return reduce(or_, parts, 0)
            case terms.Within(terms.ColumnOf(), terms.Bounds(low, high, low_in, high_in)):
                above = self._against(">=" if low_in else ">", low, doubtful=doubtful)
                return above & self._against("<=" if high_in else "<", high, doubtful=doubtful)
            case _:
                return self.every if doubtful else 0

    def _against(self, operator: str, other: terms.Term, *, doubtful: bool) -> int:
        """The sorts that stand in a relation to a value, which may be no written one."""
        if isinstance(other, terms.Value):
            return self._compared(operator, other.value)
        return self.every & ~_NONE if doubtful else 0

    def _compared(self, operator: str, value: object) -> int:
        """The sorts that stand in a relation to a written value."""
        return self.every & ~_NONE & _RELATED[operator](1 << self.places[value])


_RELATED: Final[dict[str, Callable[[int], int]]] = {
    "=": lambda own: own,
    "!=": lambda own: ~own,
    "<": lambda own: own - 1,
    "<=": lambda own: 2 * own - 1,
    ">": lambda own: ~(2 * own - 1),
    ">=": lambda own: ~(own - 1),
}
"""The bits, of those there are, that stand in a relation to the one of a value."""


def _sorts(type: t.Type, written: set[object]) -> _Sorts:
    """The sorts of values of a type that written values tell apart."""
    optional, type = (_NONE, type.of) if isinstance(type, t.Maybe) else (0, type)
    choices: tuple[object, ...] = ()
    match type:
        case t.Enumeration(values):
            choices = values
        case t.Boolean():
            choices = (False, True)
    if choices:
        places = {value: at for at, value in enumerate(choices, start=1)}
        return _Sorts(optional | (1 << len(choices) + 1) - 2, places)
    ordered = sorted(written, key=cmp_to_key(_order))
    # Bit 1 is what comes before the first value; then each value is followed by what lies between it and the next one.
    places = {value: 2 * at + 2 for at, value in enumerate(ordered)}
    missing = sum(1 << places[value] for value in ordered if _cannot_be(type, value))
    missing += sum(2 << places[one] for one, next in pairwise(ordered) if _nothing_between(type, one, next))
    return _Sorts(optional | ((1 << 2 * len(ordered) + 2) - 2) & ~missing, places)


def _order(one: object, other: object) -> int:
    return -1 if in_order(one, other, equal=False) else int(in_order(other, one, equal=False))


def _cannot_be(type: t.Type, value: object) -> bool:
    """Whether a value that is written is none that there can be: half of a whole number."""
    return isinstance(type, t.Integer) and isinstance(value, Decimal) and value != value.to_integral_value()


def _nothing_between(type: t.Type, value: object, following: object) -> bool:
    """Whether nothing lies between two values: whole numbers and days come one after the other."""
    match type, value, following:
        case t.Integer(), int() | Decimal(), int() | Decimal():
            return Decimal(value).to_integral_value(ROUND_FLOOR) + 1 >= following
        case t.Date(), dt.date(), dt.date():
            return (following - value).days <= 1
        case _:
            return False
