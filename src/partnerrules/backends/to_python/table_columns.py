"""The inputs of a decision table as its rules test them, and for values of an input the rules that take it, as bits.

The first rule is the highest bit, so that the length of a number says which of the rules that apply comes first.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias, cast

from partnerrules.language import terms
from partnerrules.plan.table_index import bits_by_slot
from partnerrules.plan.table_slots import (
    NAMED,
    ORDERED,
    Parameters,
    Ranges,
    Slots,
    both,
    constants,
    holds_if_absent,
    taken,
    tested,
)
from partnerrules.schema import types as t

DECIMAL: Final = (t.Number, t.Ratio, t.Quantity)
"""Types of inputs that are decimals; one that was not computed with may be a whole number as well."""
FAR: Final = Decimal("1E+100")
"""Beyond it, no rule draws a line, and values are left to the interpreter, those among them that are not finite."""
_WIDEST_RANGE: Final = 512
"""Whole numbers that are looked up one by one, around those that rules name."""
_MOST_OTHERS: Final = 4_096
_LONGEST_KEPT: Final = 200
"""Texts that no rule names and that are kept nevertheless, since they may come again, and their characters."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input as the rules of a table test it.

    Attributes:
        place: its place among the inputs of the table.
        type: of a value that is there.
        optional: whether it may be absent.
        slots: the slots that its values fall into.
        taken: for each rule the slots that it takes; None takes all.
        absent: for each rule whether it takes an input that is absent.
    """

    place: int
    type: t.Type
    optional: bool
    slots: Slots
    taken: tuple[Ranges | None, ...]
    absent: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Tests:
    """What the rules of a table test.

    Attributes:
        inputs: those that some rule tests, in their order.
        asked: the places of the rules with tests that no slots decide.
        count: the number of rules.
    """

    inputs: tuple[Input, ...]
    asked: tuple[int, ...]
    count: int

    def in_order(self, order: Sequence[int]) -> "Tests":
        """The tests of the same rules in another order."""
        turned = {place: index for index, place in enumerate(order)}
        inputs = (
            replace(
                each,
                taken=tuple(each.taken[place] for place in order),
                absent=tuple(each.absent[place] for place in order),
            )
            for each in self.inputs
        )
        return Tests(tuple(inputs), tuple(sorted(turned[place] for place in self.asked)), self.count)


def tests_of(
    rules: Sequence[tuple[terms.Term | None, ...]], columns: Sequence[terms.ColumnOf], parameters: Parameters
) -> Tests:
    """What rules test, input by input.

    Args:
        rules: the tests of each.
        columns: the inputs.
        parameters: their values.
    """
    by_input: dict[str, dict[int, _Alike]] = {
        each.name: {} for each in columns if isinstance(t.present(each.type), (*ORDERED, *NAMED))
    }
    asked: set[int] = set()
    names: dict[int, str | None] = {}  # what is written alike in many cells is one term
    for place, rule in enumerate(rules):
        for test in rule:
            if test is None:
                continue
            key = id(test)
            name = names[key] if key in names else names.setdefault(key, tested(test))
            if name is None or name not in by_input:
                asked.add(place)
            elif key in by_input[name]:
                by_input[name][key].rules.append(place)
            else:
                by_input[name][key] = _Alike(test, [place], constants(test, parameters))
    inputs = []
    for place, column in enumerate(columns):
        own = by_input.get(column.name)
        if own:
            inputs.append(_input(place, column, own.values(), len(rules), parameters, asked))
    return Tests(tuple(inputs), tuple(sorted(asked)), len(rules))


@dataclass(frozen=True, slots=True)
class _Alike:
    """A test, the rules that make it, and what it compares its input with."""

    test: terms.Term
    rules: list[int]
    constants: tuple[object, ...]


def _input(
    place: int,
    column: terms.ColumnOf,
    tests: Collection[_Alike],
    count: int,
    parameters: Parameters,
    asked: set[int],
) -> Input:
    """One input; rules that test it in a way that no slots decide are added to those that are asked."""
    type = t.present(column.type)
    optional = isinstance(column.type, t.Maybe)
    compared = {value for each in tests for value in each.constants}
    far = {value for value in compared if not _is_near(value)}
    slots = Slots(compared - far, ordered=isinstance(type, ORDERED))
    taken_by: list[Ranges | None] = [None] * count
    absent = [True] * count
    for each in tests:
        found = taken(each.test, slots, parameters)
        missed = holds_if_absent(each.test) if optional else True
        if found is None or not found.exact or missed is None or not far.isdisjoint(each.constants):
            asked.update(each.rules)
            continue
        for rule in each.rules:
            before = taken_by[rule]
            taken_by[rule] = found.slots if before is None else both(before, found.slots)
            absent[rule] = absent[rule] and missed
    return Input(place, type, optional, slots, tuple(taken_by), tuple(absent))


def _is_near(constant: object) -> bool:
    return not isinstance(constant, int | Decimal) or -FAR < constant < FAR


def reversed_bits(count: int, places: Sequence[int]) -> int:
    """Some of so many rules, the first rule being the highest bit."""
    bits = 0
    for place in places:
        bits |= 1 << count - 1 - place
    return bits


def places_in(bits: int, count: int) -> tuple[int, ...]:
    """The places of the rules that stand in bits, in their order."""
    found = []
    while bits:
        highest = bits.bit_length()
        found.append(count - highest)
        bits ^= 1 << highest - 1
    return tuple(found)


def _by_slot(input: Input) -> Iterator[int]:
    return bits_by_slot(input.taken[::-1], input.slots.count)


def _if_absent(input: Input) -> int:
    return reversed_bits(len(input.absent), [place for place, holds in enumerate(input.absent) if holds])


# ------------------------------------------------------------------------------------------------------ named values


@dataclass(frozen=True, slots=True)
class Named:
    """The rules that take each value of an input without order, and those that take a text that no rule names."""

    bits: Mapping[object, int]
    others: int | None

    @classmethod
    def of(cls, input: Input) -> "Named":
        """What an input without order comes to."""
        *own, others = _by_slot(input)
        bits: dict[object, int] = dict(zip(input.slots.constants, own, strict=True))
        match input.type:
            case t.Enumeration(values):
                every: tuple[object, ...] = values
            case t.Boolean():
                every = (False, True)
            case _:
                every = ()
        bits = {**dict.fromkeys(every, others), **bits}
        if input.optional:
            bits[None] = _if_absent(input)
        return cls(bits, None if every else others)


class Room:
    """How many more texts that no rule names may be kept, for all cells of some inputs together."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _MOST_OTHERS


class Cells(dict[object, object]):
    """The rules that take the values of several inputs, by the value of the first one, then by that of the next.

    What values of the inputs come to is put together when they are first met. It is the same whoever does that, so
    that threads need not wait for each other. Of the texts that no rule names only some are kept.
    """

    __slots__ = ("_every", "_inputs", "_others", "_room")

    def __init__(self, inputs: tuple[Named, ...], every: int, room: Room) -> None:
        super().__init__()
        self._inputs = inputs
        self._every = every
        self._room = room
        self._others: object = None

    def __missing__(self, value: object) -> object:
        """What a value comes to that was not met before.

        Raises:
            KeyError: if it is no value of the input.
        """
        bits = self._inputs[0].bits.get(value)
        if bits is not None:
            return self.setdefault(value, self._beyond(bits))
        others = self._inputs[0].others
        if others is None or not isinstance(value, str):
            raise KeyError(value)
        if self._others is None:
            self._others = self._beyond(others)
        if self._room.left > 0 and len(value) <= _LONGEST_KEPT:
            self._room.left -= 1
            self[value] = self._others
        return self._others

    def _beyond(self, bits: int) -> object:
        further = self._inputs[1:]
        return Cells(further, self._every & bits, self._room) if further else self._every & bits


# ---------------------------------------------------------------------------------------------------- ordered values

Way: TypeAlias = Literal["right", "left", "points"]
"""How a place is found among borders: what is equal to one comes after it, before it, or stands by itself."""


@dataclass(frozen=True, slots=True)
class Borders:
    """The rules that take the values of an input with an order.

    Attributes:
        way: how a value is found among the borders.
        borders: in their order.
        bits: the rules of each place among the borders; with "points" there are two for each, the second being for
            what is equal to the border. None is a place that is too far out.
        points: the borders and an end, for "points".
        absent: the rules that take an input that is absent.
    """

    way: Way
    borders: list[Decimal]
    bits: list[int | None]
    points: list[Decimal | None]
    absent: int

    @classmethod
    def of(cls, input: Input) -> "Borders":
        """What an input with an order comes to. Borders that no rule makes any more are left out."""
        slots = _by_slot(input)
        bits: list[int] = [next(slots)]
        at: list[int] = []
        borders: list[Decimal] = []
        for border, on, after in zip(input.slots.constants, slots, slots, strict=True):
            if bits[-1] != on or on != after:
                borders.append(cast(Decimal, border))  # all are of one type, which has an order
                at.append(on)
                bits.append(after)
        absent = _if_absent(input) if input.optional else 0
        far = isinstance(input.type, DECIMAL)
        if far:
            borders = [-FAR, *borders, FAR]
        elif not borders:  # what is not known is told by that it cannot be compared with a border
            borders, at, bits = [_anywhere(input.type)], bits, [*bits, *bits]
        out: list[int | None] = [None] if far else []
        between: list[int | None] = [*out, *bits, *out]
        if at == bits[1:]:
            return cls("right", borders, between, [], absent)
        if at == bits[:-1]:
            return cls("left", borders, between, [], absent)
        on_border: list[int | None] = [*out, *at, *out, None]
        both_ways = [each for pair in zip(between, on_border, strict=True) for each in pair]
        return cls("points", borders, both_ways, [*borders, None], absent)

    def find(self, value: object) -> int | None:
        """The rules that take a value, or None of one that is too far out."""
        ordered = cast(Decimal, value)
        match self.way:
            case "right":
                return self.bits[bisect_right(self.borders, ordered)]
            case "left":
                return self.bits[bisect_left(self.borders, ordered)]
            case "points":
                place = bisect_left(self.borders, ordered)
                return self.bits[2 * place + (self.points[place] == value)]


def _anywhere(type: t.Type) -> Decimal:
    """A value of a type that has an order."""
    match type:
        case t.Date():
            found: object = dt.date.min
        case t.Instant():
            found = dt.datetime.min.replace(tzinfo=dt.UTC)
        case _:
            found = 0
    return cast(Decimal, found)


class Near(dict[int | None, int | None]):
    """The rules that take each of some whole numbers that lie close together; others are found among the borders."""

    __slots__ = ("_borders",)

    def __init__(self, borders: Borders, numbers: range) -> None:
        super().__init__({number: borders.find(number) for number in numbers})
        self._borders = borders

    def __missing__(self, value: int | None) -> int | None:
        """The rules that take a number that is further away.

        Raises:
            TypeError: if it is no number.
        """
        return self._borders.find(value)

    @classmethod
    def of(cls, input: Input, borders: Borders) -> "Near | None":
        """The numbers of an input; None if it has others, or they lie far apart."""
        numbers = [value for value in input.slots.constants if isinstance(value, int | Decimal)]
        if not isinstance(input.type, t.Integer) or not numbers:
            return None
        low, high = int(min(numbers)) - 1, int(max(numbers)) + 2
        spare = (_WIDEST_RANGE - (high - low)) // 4
        if spare < 0:
            return None
        made = cls(borders, range(low - spare, high + spare))
        if input.optional:
            made[None] = borders.absent
        return made
