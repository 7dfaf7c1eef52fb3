"""What is required of a record: a tree of conditions, and the smallest changes that would fulfil it.

Conditions are taken as independent of each other. The ways found here are those of the tree; the policy kind runs each
of them through its plan before it is shown.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its id, its canonical text, its title, and the clause it comes from."""

    id: str
    text: str
    title: Title
    source: str | None


@dataclass(frozen=True, slots=True)
class Combination:
    """Several conditions of which at least `count` must hold, or (`not`) one that must not.

    All of them is as many as there are, any of them is one.
    """

    kind: Literal["all", "any", "not", "at_least"]
    count: int
    items: tuple["Requirement", ...]
    title: Title
    source: str | None


Requirement: TypeAlias = Condition | Combination


@dataclass(frozen=True, slots=True)
class Gate:
    """One of the requirements that an eligibility policy asks in order, and the outcome where it is not met."""

    id: str
    title: Title
    source: str | None
    otherwise: str
    requirement: Requirement


def conditions(requirement: Requirement) -> Iterator[Condition]:
    """The conditions of a requirement, in the order in which they are written."""
    if isinstance(requirement, Condition):
        yield requirement
    else:
        for item in requirement.items:
            yield from conditions(item)


@dataclass(frozen=True, slots=True)
class Change:
    """A condition that would have to hold, or not to hold."""

    condition: str
    holds: bool

    @property
    def text(self) -> str:
        """As JSON and cases have it."""
        return self.condition if self.holds else f"not {self.condition}"


Way: TypeAlias = tuple[Change, ...]

SHOWN: Final = 10
"""How many ways are listed; the others are counted."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The smallest sets of changes after which a requirement is met: the first of them, and how many there are."""

    listed: tuple[Way, ...]
    total: int


NO_WAYS: Final = Ways((), 0)


def shortest_ways(requirements: tuple[Requirement, ...], truths: Mapping[str, bool | Unknown]) -> Ways:
    """The smallest sets of changes that fulfil all requirements, in the order of the conditions.

    Args:
        requirements: all of them must be met.
        truths: what each condition is now; an unknown one counts as a change.
    """
    whole = Combination("all", len(requirements), requirements, Title(), None)
    order = {condition.id: index for index, condition in enumerate(conditions(whole))}
    listed = itertools.islice(_ways(whole, True, truths), SHOWN)
    ordered = (tuple(sorted(way, key=lambda change: order[change.condition])) for way in listed)
    return Ways(tuple(ordered), _count(whole, True, truths))


def _needed(node: Combination, target: bool) -> tuple[int, bool]:
    """How many of the items have to be what, for a combination to be true or false."""
    if node.kind == "not":
        return 1, not target
    return (node.count, True) if target else (len(node.items) - node.count + 1, False)


def _cost(node: Requirement, target: bool, truths: Mapping[str, bool | Unknown]) -> int:
    if isinstance(node, Condition):
        return 0 if truths[node.id] is target else 1
    needed, wanted = _needed(node, target)
    return sum(sorted(_cost(item, wanted, truths) for item in node.items)[:needed])


def _choices(
    node: Combination, target: bool, truths: Mapping[str, bool | Unknown]
) -> tuple[list[Requirement], list[Requirement], int, bool]:
    """The items that a smallest way changes for sure, those it picks some of, how many, and to what."""
    needed, wanted = _needed(node, target)
    costs = [(_cost(item, wanted, truths), item) for item in node.items]
    border = sorted(cost for cost, _ in costs)[needed - 1] if needed else 0
    sure = [item for cost, item in costs if cost < border]
    tied = [item for cost, item in costs if cost == border]
    if border == 0:
        return [], [], 0, wanted
    return sure, tied, needed - len(sure), wanted


def _ways(node: Requirement, target: bool, truths: Mapping[str, bool | Unknown]) -> Iterator[Way]:
    if isinstance(node, Condition):
        yield () if truths[node.id] is target else (Change(node.id, target),)
        return
    sure, tied, picked, wanted = _choices(node, target, truths)
    for some in itertools.combinations(tied, picked):
        parts = [list(itertools.islice(_ways(item, wanted, truths), SHOWN)) for item in (*sure, *some)]
        for way in itertools.product(*parts):
            yield tuple(itertools.chain.from_iterable(way))


def _count(node: Requirement, target: bool, truths: Mapping[str, bool | Unknown]) -> int:
    if isinstance(node, Condition):
        return 1
    sure, tied, picked, wanted = _choices(node, target, truths)
    certain = math.prod(_count(item, wanted, truths) for item in sure)
    # The sum over all choices of the product of their counts, one item after the other.
    sums = [1] + [0] * picked
    for item in tied:
        ways = _count(item, wanted, truths)
        for size in range(picked, 0, -1):
            sums[size] += sums[size - 1] * ways
    return certain * sums[picked]
