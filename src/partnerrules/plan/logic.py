"""Strong Kleene logic: conditions that are true, false, or unknown for want of named facts."""

from collections.abc import Iterable
from typing import TypeAlias

from partnerrules.schema.missing import Unknown

Truth: TypeAlias = bool | Unknown


def conjunction(items: Iterable[Truth]) -> Truth:
    """False if any is false, else unknown if any is unknown, else true.

    >>> conjunction([True, Unknown.because("parameter", field="quota"), False])
    False
    """
    unknown: list[Unknown] = []
    for item in items:
        if isinstance(item, Unknown):
            unknown.append(item)
        elif not item:
            return False
    return Unknown.of(unknown) if unknown else True


def disjunction(items: Iterable[Truth]) -> Truth:
    """True if any is true, else unknown if any is unknown, else false."""
    unknown: list[Unknown] = []
    for item in items:
        if isinstance(item, Unknown):
            unknown.append(item)
        elif item:
            return True
    return Unknown.of(unknown) if unknown else False


def negation(item: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return item if isinstance(item, Unknown) else not item


def at_least(count: int, items: Iterable[Truth]) -> Truth:
    """True when the trues reach the count, false when trues and unknowns together cannot, else unknown."""
    every = list(items)
    unknown = [item for item in every if isinstance(item, Unknown)]
    true = sum(1 for item in every if item is True)
    if true >= count:
        return True
    return Unknown.of(unknown) if true + len(unknown) >= count else False
