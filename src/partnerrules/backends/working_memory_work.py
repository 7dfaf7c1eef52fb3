"""How many steps the matcher would take at most, so that the working memory never outlasts its limits.

Steps are a matter of the matcher: pairs that it looks at, conditions that it asks. What the engine does in C cannot be
stopped, so that it is told no fact with which the matcher could come near its limit; it then takes no longer either.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from partnerrules.backends.working_memory_rules import Compiled, Joining

Values = Mapping[str, int]


@dataclass(slots=True)
class _Order:
    """One order of joining: how many pairs its first two patterns have, and how many alike the others."""

    steps: tuple[Joining, ...]
    counts: list[Counter[tuple[int | None, ...]]] = field(default_factory=list)
    first: Counter[tuple[int | None, ...]] = field(default_factory=Counter)
    pairs: int = 0
    most: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counts = [Counter() for _ in self.steps]
        self.most = [0 for _ in self.steps]

    def add(self, index: int, values: Values) -> None:
        for place, step in enumerate(self.steps):
            if step.index != index:
                continue
            if place == 0:
                if len(self.steps) > 1:
                    key = tuple(values.get(name) for _, _, name in self.steps[1].keys)
                    self.first[key] += 1
                    self.pairs += self.counts[1][key]
                return
            key = tuple(values.get(name) for name, _, _ in step.keys)
            counts = self.counts[place]
            counts[key] += 1
            self.most[place] = max(self.most[place], counts[key])
            if place == 1:
                self.pairs += self.first[key]
            return

    def joined(self, place: int, firsts: int) -> int:
        """How many combinations of the patterns up to a place are looked at, at most."""
        if place == 0:
            return firsts
        found = self.pairs
        for later in range(2, place + 1):
            found *= self.most[later]
        return found

    def steps_of(self, firsts: int) -> int:
        found = firsts * (1 + self.steps[0].tests)
        for place, step in enumerate(self.steps[1:], 1):
            found += self.joined(place - 1, firsts) * step.looked_up + self.joined(place, firsts) * (1 + step.tests)
        return found


class Work:
    """Counts facts of one rule in one case.

    Attributes:
        steps: that the matcher would take at most to find all combinations of them.
        held: combinations of some of its patterns that the engine holds at most.
    """

    def __init__(self, rule: Compiled) -> None:
        self.steps = 0
        self.held = 0
        self._rule = rule
        self._counts = [0 for _ in rule.parts]
        self._orders = [_Order(steps) for steps in rule.orders]

    def add(self, index: int, values: Values) -> None:
        """Count one more fact of a pattern."""
        self._counts[index] += 1
        for order in self._orders:
            order.add(index, values)

    def reckon(self) -> None:
        """Bring the numbers up to date."""
        own = sum(count * len(part.own) for count, part in zip(self._counts, self._rule.parts, strict=True))
        self.steps = own + sum(order.steps_of(self._counts[order.steps[0].index]) for order in self._orders)
        first = self._orders[0]
        firsts = self._counts[first.steps[0].index]
        self.held = sum(first.joined(place, firsts) for place in range(len(first.steps) - 1))
