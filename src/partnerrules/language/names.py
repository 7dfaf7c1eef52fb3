"""The names of records and items at one place of an expression, from the outside in."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from partnerrules.language import terms
from partnerrules.schema import types as t


@dataclass(frozen=True, slots=True)
class Frame:
    """What one filter or loop adds: its item, and the name of it if it is a loop."""

    item: terms.Variable
    loop: str | None


class Names:
    """The named records of an expression, and the items of the filters and loops around a place in it."""

    def __init__(self, named: Mapping[str, terms.Term], made: Iterator[int] | None = None) -> None:
        self.named = dict(named)
        self.frames: list[Frame] = []
        self._made = itertools.count(1) if made is None else made

    @property
    def inside_items(self) -> bool:
        """Whether the place lies inside a filter or loop."""
        return bool(self.frames)

    def fresh(self, item: t.Type) -> terms.Variable:
        """A variable that nothing else uses."""
        return terms.Variable(f"#{next(self._made)}", item)

    def apart(self, named: Mapping[str, terms.Term]) -> "Names":
        """Other names, seeing none of these, whose variables are still different from these."""
        return Names(named, self._made)

    def enter_items(self, item: t.Type) -> terms.Variable:
        """Begins a filter, whose item's fields can be named alone."""
        self.frames.append(Frame(self.fresh(item), None))
        return self.frames[-1].item

    def enter_loop(self, name: str, item: t.Type) -> terms.Variable:
        """Begins a loop, whose item has a name."""
        self.frames.append(Frame(self.fresh(item), name))
        return self.frames[-1].item

    def leave(self) -> None:
        """Ends the innermost filter or loop."""
        self.frames.pop()

    def find(self, name: str) -> terms.Term | None:
        """The record or item of that name."""
        for frame in reversed(self.frames):
            if frame.loop == name or (name == "item" and frame.loop is None):
                return frame.item
        return self.named.get(name)

    def items(self) -> list[terms.Variable]:
        """The items of the filters around the place, innermost first; those of loops go by their names."""
        return [frame.item for frame in reversed(self.frames) if frame.loop is None]
