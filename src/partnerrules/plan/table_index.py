"""Which rules of a decision table can apply to inputs that are known, found without asking each of them.

A rule is left out only if one of its tests is false for certain; the rest are asked as they stand, so that an index
changes no result. Each input falls into one of the slots that the constants of its column make, and a slot knows which
rules take it, one bit for each. Instants are in UTC, as facts and rules have them. Rules stand in blocks, as the slots
of a column grow with the rules that make them.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, cast

from partnerrules.language import terms
from partnerrules.schema import types as t

SMALLEST: Final = 12
"""Rules from which an index is made: fewer are asked as quickly one by one."""
_BLOCK: Final = 512
_ORDERED: Final = (t.Integer, t.Number, t.Ratio, t.Quantity, t.Date, t.Instant)
_NAMED: Final = (t.Text, t.Enumeration, t.Boolean)
_KNOWN: Final = (str, bool, int, Decimal, dt.date)
"""What an input is if it is known, and not a range, a list or a record; an instant is a day with its time."""

_Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Slots, as the first and the last of each stretch of them, in order."""
Tests: TypeAlias = tuple[terms.Term | None, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    """The slots that a test takes, and whether it takes all of what falls into them."""

    slots: _Ranges
    exact: bool = True


class _Column:
    """The slots of one input: one for each constant and for what lies between two of them, or for all the others."""

    def __init__(self, constants: Iterable[object], *, ordered: bool) -> None:
        self._ordered = ordered
        found = set(constants)
        self._constants: list[object] = sorted(found, key=_as_is) if ordered else sorted(found, key=repr)
        self._places = {constant: place for place, constant in enumerate(self._constants)}
        self.count = 2 * len(self._constants) + 1 if ordered else len(self._constants) + 1

    @property
    def every(self) -> _Ranges:
        return ((0, self.count - 1),)

    def slot(self, value: object) -> int:
        """The slot that a value falls into."""
        place = self._places.get(value)
        if not self._ordered:
            return len(self._constants) if place is None else place
        return 2 * bisect_left(self._constants, _as_is(value), key=_as_is) if place is None else 2 * place + 1

    def against(self, operator: str, constant: object) -> _Ranges | None:
        """The slots of the values that stand to a constant as an operator says; None of one that means nothing here."""
        own = self.slot(constant)
        match operator:
            case "=":
                return ((own, own),)
            case "!=":
                return self.besides(((own, own),))
            case "<" if self._ordered:
                return ((0, own - 1),)
            case "<=" if self._ordered:
                return ((0, own),)
            case ">" if self._ordered:
                return ((own + 1, self.count - 1),)
            case ">=" if self._ordered:
                return ((own, self.count - 1),)
            case _:
                return None

    def besides(self, slots: _Ranges) -> _Ranges:
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
    """A constant as it is ordered: all of one column are of one type, which has an order."""
    return cast(Decimal, value)


def _joined(parts: Iterable[_Ranges]) -> _Ranges:
    """The slots of any of several sets."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(each for part in parts for each in part if each[0] <= each[1]):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def _taken(test: terms.Term, column: _Column) -> _Taken | None:
    """The slots that a test takes; None if it may take any."""
    match test:
        case terms.Value(bool() as holds):
            return _Taken(column.every if holds else ())
        case terms.Exists(terms.ColumnOf()):
            return _Taken(column.every)  # what is absent has no slot
        case terms.Comparison(operator, terms.ColumnOf(), terms.Value(value)):
            return _of(column.against(operator, value))
        case terms.Among(terms.ColumnOf(), terms.Items(items)):
            values = [item.value for item in items if isinstance(item, terms.Value)]
            if len(values) < len(items):
                return None
            return _Taken(_joined(column.against("=", value) or () for value in values))
        case terms.Within(terms.ColumnOf(), terms.Bounds(terms.Value(low), terms.Value(high), low_in, high_in)):
            after = column.against(">=" if low_in else ">", low)
            before = column.against("<=" if high_in else "<", high)
            return None if after is None or before is None else _Taken(_both(after, before, column))
        case terms.AnyOf(items):
            found = [_taken(item, column) for item in items]
            known = [each for each in found if each is not None]
            if len(known) < len(found):
                return None
            return _Taken(_joined(each.slots for each in known), all(each.exact for each in known))
        case terms.All(items):
            found = [_taken(item, column) for item in items]
            known = [each for each in found if each is not None]
            slots = column.every
            for each in known:
                slots = _both(slots, each.slots, column)
            return _Taken(slots, len(known) == len(found) and all(each.exact for each in known))
        case terms.Not(item):
            inner = _taken(item, column)
            return _Taken(column.besides(inner.slots)) if inner is not None and inner.exact else None
        case _:
            return None


def _of(slots: _Ranges | None) -> _Taken | None:
    return None if slots is None else _Taken(_joined([slots]))


def _both(left: _Ranges, right: _Ranges, column: _Column) -> _Ranges:
    """The slots that are in two sets."""
    neither = _joined([column.besides(_joined([left])), column.besides(_joined([right]))])
    return column.besides(neither)


@dataclass(frozen=True, slots=True)
class _Block:
    """Some of the rules: their columns, and for each slot of each column the rules that take it."""

    first: int
    columns: tuple[tuple[int, _Column, tuple[int, ...]], ...]
    every: int

    def rules(self, inputs: Sequence[object]) -> Iterator[int]:
        """The rules that can apply, in their order."""
        bits = self.every
        for place, column, taking in self.columns:
            value = inputs[place]
            if isinstance(value, _KNOWN):  # what is absent or not known leaves out nothing
                bits &= taking[column.slot(value)]
        while bits:
            lowest = bits & -bits
            yield self.first + lowest.bit_length() - 1
            bits ^= lowest


@dataclass(frozen=True, slots=True)
class TableIndex:
    """Finds the rules of a table that can apply.

    Attributes:
        inputs: the columns that it looks at, by their names.
        blocks: the rules, some after the other.
    """

    inputs: tuple[str, ...]
    blocks: tuple[_Block, ...]

    def candidates(self, given: Callable[[str], object]) -> Iterator[int]:
        """The places of the rules that can apply, in their order; the others do not.

        Args:
            given: the value of an input; what is no single known value leaves out nothing.
        """
        inputs = [given(name) for name in self.inputs]
        for block in self.blocks:
            yield from block.rules(inputs)


def index_of(tests: Sequence[Tests], columns: Sequence[terms.ColumnOf]) -> TableIndex | None:
    """The index of a table; None of one that is small, or whose tests are such that it would leave out nothing.

    Args:
        tests: those of each rule, one for each column; None tests nothing.
        columns: the inputs.
    """
    if len(tests) < SMALLEST:
        return None
    places = [place for place, column in enumerate(columns) if isinstance(t.present(column.type), (*_ORDERED, *_NAMED))]
    blocks = tuple(
        _block(first, tests[first : first + _BLOCK], columns, places) for first in range(0, len(tests), _BLOCK)
    )
    if not any(block.columns for block in blocks):
        return None
    return TableIndex(tuple(column.name for column in columns), blocks)


def _block(first: int, tests: Sequence[Tests], columns: Sequence[terms.ColumnOf], places: Iterable[int]) -> _Block:
    every = (1 << len(tests)) - 1
    made = []
    for place in places:
        own = [rule[place] for rule in tests]
        constants = [value for test in own if test is not None for value in _constants(test)]
        column = _Column(constants, ordered=isinstance(t.present(columns[place].type), _ORDERED))
        taking = _taking([None if test is None else _taken(test, column) for test in own], column, every)
        if any(bits != every for bits in taking):
            made.append((place, column, taking))
    return _Block(first, tuple(made), every)


def _constants(test: terms.Term) -> Iterator[object]:
    """The values that a test compares an input with."""
    match test:
        case terms.Value(value) if isinstance(value, _KNOWN):
            yield value
        case terms.Comparison(_, _, other) | terms.Among(_, other) | terms.Within(_, other) | terms.Not(other):
            yield from _constants(other)
        case terms.Bounds(low, high):
            yield from _constants(low)
            yield from _constants(high)
        case terms.Items(items) | terms.AnyOf(items) | terms.All(items):
            for item in items:
                yield from _constants(item)
        case _:
            return


def _taking(taken: Sequence[_Taken | None], column: _Column, every: int) -> tuple[int, ...]:
    """For each slot the rules that take it, one bit for each."""
    changes = [0] * (column.count + 1)
    anywhere = 0
    for place, each in enumerate(taken):
        if each is None:
            anywhere |= 1 << place
            continue
        for first, last in each.slots:
            changes[first] ^= 1 << place
            changes[last + 1] ^= 1 << place
    found, bits = [], 0
    for change in changes[:-1]:
        bits ^= change
        found.append((bits | anywhere) & every)
    return tuple(found)
