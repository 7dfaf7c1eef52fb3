"""The names of records and items at one place of an expression, from the outside in."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from partnerrules.language import terms
from partnerrules.schema import types as t

SUBJECT: Final = "subject"
"""The name of the record that is decided, beside that of its entity."""

ITEM: Final = "item"
"""The name of the item of a filter."""

COUNTED: Final = "counted"
"""The name of the records that a sanctions policy counts, in the conditions of its steps."""


def named_subject(entity: str) -> dict[str, terms.Term]:
    """The names under which expressions see the record that is decided."""
    variable = terms.Variable(SUBJECT, t.Record(entity))
    return {SUBJECT: variable, entity: variable}


MAXIMUM_LOOPS: Final = 4
"""Filters and loops inside each other."""
MAXIMUM_TURNS: Final = 100_000
"""Turns that loops over written lists may make together."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What one filter or loop adds.

    Attributes:
        item: the variable of its item.
        loop: the name of the item if it is a loop.
        size: how many items are written out; 1 where they are records.
    """

    item: terms.Variable
    loop: str | None
    size: int


class Names:
    """The named records of an expression, and the items of the filters and loops around a place in it."""

    def __init__(self, named: Mapping[str, terms.Term], level: int = 0) -> None:
        self.named = dict(named)
        self.frames: list[Frame] = []
        self.level = level

    @property
    def inside_items(self) -> bool:
        """Whether the place lies inside a filter or loop."""
        return bool(self.frames)

    def fresh(self, item: t.Type, further: int = 0) -> terms.Variable:
        """A variable that nothing around the place uses.

        Variables are called by how many enclose them, so that two texts that say the same give equal terms. Several at
        one place are told apart by `further`.
        """
        return terms.Variable(f"#{self.level + further}", item)

    def apart(self, named: Mapping[str, terms.Term], taken: int) -> "Names":
        """Other names, seeing none of these, after some fresh variables were taken at this place."""
        return Names(named, self.level + taken)

    def enter_items(self, source: terms.Term, item: t.Type) -> terms.Variable:
        """Begins a filter, whose item's fields can be named alone."""
        return self._enter(Frame(self.fresh(item), None, _size(source)))

    def enter_loop(self, name: str, source: terms.Term, item: t.Type) -> terms.Variable:
        """Begins a loop, whose item has a name."""
        return self._enter(Frame(self.fresh(item), name, _size(source)))

    @property
    def too_many(self) -> bool:
        """Whether the loops around the place could go on for hours."""
        frames = self.frames
        if not frames:
            return False
        return len(frames) > MAXIMUM_LOOPS or math.prod(frame.size for frame in frames) > MAXIMUM_TURNS

    def _enter(self, frame: Frame) -> terms.Variable:
        self.frames.append(frame)
        self.level += 1
        return frame.item

    def leave(self) -> None:
        """Ends the innermost filter or loop."""
        self.frames.pop()
        self.level -= 1

    def find(self, name: str) -> terms.Term | None:
        """The record or item of that name."""
        for frame in reversed(self.frames):
            if frame.loop == name or (name == ITEM and frame.loop is None):
                return frame.item
        return self.named.get(name)

    def items(self) -> list[terms.Variable]:
        """The items of the filters around the place, innermost first; those of loops go by their names."""
        return [frame.item for frame in reversed(self.frames) if frame.loop is None]


def _size(source: terms.Term) -> int:
    return max(1, len(source.items)) if isinstance(source, terms.Items) else 1
