"""Stages and the steps between them, and what follows from them alone: what can be reached, and in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.lifecycle import NO_STAGE
from partnerrules.decisions.requirements import Requirement
from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.

    Attributes:
        name: its name.
        title: what people call it.
        source: the clause that it comes from.
        span: where it stands.
        at_most: how long one may be in it.
        guard: what is asked of one who enters it.
    """

    name: str
    title: Title
    source: str | None
    span: Span
    at_most: terms.Term | None = None
    guard: Requirement | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The way from one stage to another one by a transition, which may lead there from several.

    Attributes:
        number: of the step, in the order in which they are written.
        id: of the transition, if its author gave one.
        title: what people call it.
        source: the clause that it comes from.
        before: the stage that it leaves; `NO_STAGE` for the first one that is entered.
        after: the stage that it leads to.
        span: where the transition stands.
        requirement: what it asks besides the guard of the stage.
        stay: how long one has to be in the stage before.
        period: how long after it was entered the step happens by itself.
        day: the day on which it happens by itself, if there is one.
    """

    number: int
    id: str | None
    title: Title
    source: str | None
    before: str
    after: str
    span: Span
    requirement: Requirement | None = None
    stay: terms.Term | None = None
    period: terms.Term | None = None
    day: Checked | None = None

    @property
    def automatic(self) -> bool:
        """Whether it happens by itself."""
        return self.period is not None or self.day is not None


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a policy and the steps between them.

    Attributes:
        stages: by name, in their order.
        start: the stage of one of whom none is recorded.
        steps: in the order in which they are written, those of `forward` last.
    """

    stages: Mapping[str, Stage]
    start: str | None
    steps: tuple[Step, ...]

    @property
    def first(self) -> str:
        """The stage that all begin with."""
        return next(iter(self.stages)) if self.start is None else self.start

    @property
    def automatic(self) -> Mapping[str, tuple[Step, ...]]:
        """The automatic steps by the stages that they leave, in an order in which none leads back."""
        order = in_order(self.stages, (step for step in self.steps if step.automatic)) or ()
        found = {name: tuple(step for step in self.steps if step.automatic and step.before == name) for name in order}
        return {name: steps for name, steps in found.items() if steps}

    def passages(self) -> Mapping[str, frozenset[str]]:
        """By stage, all stages before it that a history may show.

        Several moves of one day are recorded as one, as stages hold on whole days. So a step may come with automatic
        ones before and behind it. A stage that is recorded again is no move.
        """
        by_itself: dict[str, set[str]] = {name: set() for name in self.stages}
        direct = {name: {name} for name in self.stages}
        for step in self.steps:
            if step.before != NO_STAGE:
                direct[step.before].add(step.after)
                if step.automatic:
                    by_itself[step.before].add(step.after)
        reached = {name: _reached((name,), by_itself) for name in self.stages}
        onwards: dict[str, set[str]] = {
            name: {end for before in reached[name] for after in direct[before] for end in reached[after]}
            for name in self.stages
        }
        onwards[NO_STAGE] = reached[self.first] if self.start is None else onwards[self.start]
        return {name: frozenset(before for before, afters in onwards.items() if name in afters) for name in self.stages}

    def unreached(self) -> tuple[Stage, ...]:
        """The stages that no steps lead to from the first one."""
        onwards: dict[str, set[str]] = {name: set() for name in (*self.stages, NO_STAGE)}
        for step in self.steps:
            onwards[step.before].add(step.after)
        found = _reached((self.first,), onwards)
        return tuple(stage for name, stage in self.stages.items() if name not in found)


def _reached(begin: Iterable[str], onwards: Mapping[str, set[str]]) -> set[str]:
    pending = [*begin]
    found = set(pending)
    while pending:
        for name in onwards[pending.pop()] - found:
            found.add(name)
            pending.append(name)
    return found


def in_order(stages: Iterable[str], steps: Iterable[Step]) -> tuple[str, ...] | None:
    """Stages in an order in which steps only lead onwards, or None if they lead back to where they began."""
    before: dict[str, set[str]] = {name: set() for name in stages}
    for step in steps:
        before[step.after].add(step.before)
    order: list[str] = []
    while len(order) < len(before):
        ready = [name for name, rest in before.items() if name not in order and rest <= {*order}]
        if not ready:
            return None
        order.append(ready[0])
    return tuple(order)


def cycle_of(stages: Iterable[str], steps: Iterable[Step]) -> tuple[Step, ...]:
    """The first steps that lead back to where they began; empty if none do."""
    leaving: dict[str, list[Step]] = {name: [] for name in stages}
    for step in steps:
        leaving[step.before].append(step)
    done: set[str] = set()
    for begin in (name for name in leaving if name not in done):
        path: list[Step] = []
        pending = [iter(leaving[begin])]
        while pending:
            for step in pending[-1]:
                whole = [*path, step]
                befores = [each.before for each in whole]
                if step.after in befores:
                    return tuple(whole[befores.index(step.after) :])
                if step.after not in done:
                    path.append(step)
                    pending.append(iter(leaving[step.after]))
                    break
            else:
                pending.pop()
                done.add(path.pop().after if path else begin)
    return ()


MAXIMUM_STAGES: Final = 50
MAXIMUM_STEPS: Final = 2_500
MAXIMUM_TRANSITIONS: Final = 200
MAXIMUM_AUTOMATIC: Final = 20
"""Automatic steps from one stage, of which the earliest is looked for."""
MAXIMUM_CONDITIONS_THEN: Final = 2_000
"""Conditions that automatic steps look at, each of them as of its own day."""
