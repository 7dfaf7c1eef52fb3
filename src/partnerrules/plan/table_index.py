"""Which rules of a decision table can apply to inputs that are known, found without asking each of them.

A rule is left out only if one of its tests is false for certain; the rest are asked as they stand, so that an index
changes no result. Each input falls into one of the slots that the constants of its column make, and a slot knows which
rules take it, one bit for each. Rules stand in blocks, as the slots of a column grow with the rules that make them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from partnerrules.language import terms
from partnerrules.plan.table_slots import KNOWN, NAMED, ORDERED, Parameters, Ranges, Slots, constants, taken
from partnerrules.schema import types as t

SMALLEST: Final = 12
"""Rules from which an index is made: fewer are asked as quickly one by one."""
_BLOCK: Final = 512
_NO_PARAMETERS: Final[Parameters] = {}

Tests: TypeAlias = tuple[terms.Term | None, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """Some of the rules: their columns, and for each slot of each column the rules that take it."""

    first: int
    columns: tuple[tuple[int, Slots, tuple[int, ...]], ...]
    every: int

    def rules(self, inputs: Sequence[object]) -> Iterator[int]:
        """The rules that can apply, in their order."""
        bits = self.every
        for place, column, taking in self.columns:
            value = inputs[place]
            if isinstance(value, KNOWN):  # what is absent or not known leaves out nothing
                bits &= taking[column.slot(value)]
        while bits:
            lowest = bits & -bits
            yield self.first + lowest.bit_length() - 1
            bits ^= lowest


@dataclass(frozen=True, slots=True)
class TableIndex:
    """Finds the rules of a table that can apply.

    It is made when it is first asked: most tables are looked up in another way, and need it only for what is unknown.

    Attributes:
        tests: those of each rule, one for each input; None tests nothing.
        columns: the inputs.
    """

    tests: tuple[Tests, ...]
    columns: tuple[terms.ColumnOf, ...]
    _made: list[tuple[_Block, ...]] = field(default_factory=list, init=False, compare=False, repr=False)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that it looks at, by their names."""
        return tuple(column.name for column in self.columns)

    def candidates(self, given: Callable[[str], object]) -> Iterator[int]:
        """The places of the rules that can apply, in their order; the others do not.

        Args:
            given: the value of an input; what is no single known value leaves out nothing.
        """
        if not self._made:
            self._made.append(self._blocks())  # of several threads each makes the same
        inputs = [given(column.name) for column in self.columns]
        for block in self._made[0]:
            yield from block.rules(inputs)

    def _blocks(self) -> tuple[_Block, ...]:
        """The rules, some after the other."""
        places = [place for place, column in enumerate(self.columns) if _has_slots(column)]
        return tuple(
            _block(first, self.tests[first : first + _BLOCK], self.columns, places)
            for first in range(0, len(self.tests), _BLOCK)
        )


def _has_slots(column: terms.ColumnOf) -> bool:
    return isinstance(t.present(column.type), (*ORDERED, *NAMED))


def index_of(tests: Sequence[Tests], columns: Sequence[terms.ColumnOf]) -> TableIndex | None:
    """The index of a table; None of one that is small, or whose tests are such that it would leave out nothing.

    Args:
        tests: those of each rule, one for each column; None tests nothing.
        columns: the inputs.
    """
    slotted = [_has_slots(column) for column in columns]
    if len(tests) < SMALLEST or not any(
        has and test is not None and constants(test, _NO_PARAMETERS)
        for rule in tests
        for has, test in zip(slotted, rule, strict=True)
    ):
        return None
    return TableIndex(tuple(tests), tuple(columns))


def _block(first: int, tests: Sequence[Tests], columns: Sequence[terms.ColumnOf], places: Iterable[int]) -> _Block:
    every = (1 << len(tests)) - 1
    made = []
    for place in places:
        own = [rule[place] for rule in tests]
        compared = [value for test in own if test is not None for value in constants(test, _NO_PARAMETERS)]
        column = Slots(compared, ordered=isinstance(t.present(columns[place].type), ORDERED))
        found = [None if test is None else taken(test, column, _NO_PARAMETERS) for test in own]
        taking = tuple(bits_by_slot([None if each is None else each.slots for each in found], column.count))
        if any(bits != every for bits in taking):
            made.append((place, column, taking))
    return _Block(first, tuple(made), every)


def bits_by_slot(taken_by: Sequence[Ranges | None], count: int) -> Iterator[int]:
    """For each slot in turn the rules that take it, one bit for each, the first rule being the lowest bit.

    Args:
        taken_by: the slots that each rule takes; None takes all.
        count: how many slots there are.
    """
    changes: dict[int, int] = {}
    anywhere = 0
    for place, ranges in enumerate(taken_by):
        if ranges is None:
            anywhere |= 1 << place
            continue
        for first, last in ranges:
            changes[first] = changes.get(first, 0) ^ 1 << place
            changes[last + 1] = changes.get(last + 1, 0) ^ 1 << place
    bits = anywhere
    for slot in range(count):
        bits ^= changes.get(slot, 0)
        yield bits
