"""The order in which rows come one after the other, as running totals and successions have it."""

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import TypeVar

from partnerrules.backends.rows import WorkingRow
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import comparable
from partnerrules.plan.stretches import in_order
from partnerrules.schema.missing import Unknown


def unknown_keys(keys: Iterable[object]) -> tuple[object, ...]:
    """Those keys that are not known, None for the others: rows of which one is unknown have no place in the order."""
    return tuple(key if isinstance(key, Unknown) else None for key in keys)


def keys_of(by: Sequence[str], row: WorkingRow) -> tuple[object, ...]:
    """The values of the columns that order the rows."""
    return tuple(definite(row.variables[name]) for name in by)


_Each = TypeVar("_Each")


def ordered_by(rows: Iterable[tuple[tuple[object, ...], WorkingRow, _Each]]) -> list[_Each]:
    """Things in the order of their keys and then of the ids of their subjects; those of one subject as they come."""

    def turn(
        one: tuple[tuple[object, ...], WorkingRow, _Each], other: tuple[tuple[object, ...], WorkingRow, _Each]
    ) -> int:
        for left, right in zip((*one[0], one[1].subject.id), (*other[0], other[1].subject.id), strict=True):
            left, right = comparable(left), comparable(right)
            if left is None or right is None:
                if left is not right:
                    return 1 if left is None else -1
            elif in_order(left, right, equal=False):
                return -1
            elif in_order(right, left, equal=False):
                return 1
        return 0

    return [each for _, _, each in sorted(rows, key=cmp_to_key(turn))]
