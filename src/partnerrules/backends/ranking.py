"""The places that rows take in a queue, as far as they are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from partnerrules.plan.logic import Truth
from partnerrules.plan.stretches import in_order
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Missing, Unknown


@dataclass(frozen=True, slots=True)
class Entrant:
    """A row as the queue sees it: whether it stands in it, and its keys, None for one that is absent."""

    stands: Truth
    keys: tuple[object, ...]


def places(entrants: Sequence[Entrant]) -> list[Place]:
    """The place that each row takes, or would take if it stood in the queue."""
    return [_place(index, entrants) for index in range(len(entrants))]


def _place(index: int, entrants: Sequence[Entrant]) -> Place:
    own = entrants[index]
    least, most = 1, 1
    missing: set[Missing] = set()
    for position, other in enumerate(entrants):
        if position == index or other.stands is False:
            continue
        before = _before(other.keys, own.keys)
        if before is False:
            continue
        most += 1
        if before is True and other.stands is True:
            least += 1
        for doubt in (before, other.stands):
            if isinstance(doubt, Unknown):
                missing |= doubt.missing
    return Place(least, most, frozenset(missing))


_TIE = Unknown.because("tie", field="place")


def _before(keys: tuple[object, ...], others: tuple[object, ...]) -> Truth:
    """Whether one row comes before another one: by the first key that differs, what is absent coming last."""
    for key, other in zip(keys, others, strict=True):
        unknown = [value for value in (key, other) if isinstance(value, Unknown)]
        if unknown:
            return Unknown.of(unknown)
        order = _compared(key, other)
        if order != 0:
            return order < 0
    return _TIE


def _compared(key: object, other: object) -> Literal[-1, 0, 1]:
    if key is None or other is None:
        return 0 if key is other else (1 if key is None else -1)
    if in_order(key, other, equal=False):
        return -1
    return 1 if in_order(other, key, equal=False) else 0
