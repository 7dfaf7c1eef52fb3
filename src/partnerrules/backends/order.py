"""The order in which rows come one after the other, as running totals and successions have it."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from partnerrules.backends.rows import WorkingRow
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import comparable
from partnerrules.schema.missing import Unknown


def unknown_keys(keys: Iterable[object]) -> tuple[object, ...]:
    """Those keys that are not known, None for the others: rows of which one is unknown have no place in the order."""
    return tuple(key if isinstance(key, Unknown) else None for key in keys)


def keys_of(by: Sequence[str], row: WorkingRow) -> tuple[object, ...]:
    """The values of the columns that order the rows."""
    return tuple(definite(row.variables[name]) for name in by)


_Each = TypeVar("_Each")


def ordered_by(rows: Iterable[tuple[tuple[object, ...], WorkingRow, _Each]]) -> list[_Each]:
    """Things in the order of their keys and then of the ids of their subjects; those of one subject as they come.

    What is none comes last. The values of a column are of one type, as checked plans order like values only.
    """

    def place(each: tuple[tuple[object, ...], WorkingRow, _Each]) -> list[tuple[bool, Any]]:
        keys, row, _ = each
        values = (comparable(key) for key in (*keys, row.subject.id))
        return [(value is None, 0 if value is None else value) for value in values]

    return [each for _, _, each in sorted(rows, key=place)]
