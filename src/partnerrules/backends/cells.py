"""The cells that rows cover: where claims to several products and territories can meet."""

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

from partnerrules.backends.rows import WorkingRow, grouped
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import Members, comparable
from partnerrules.diagnostics import TooMuchWork
from partnerrules.plan.nodes import Rest, Spread
from partnerrules.schema.missing import Unknown

MAXIMUM_CELLS: Final = 500_000
"""Cells that the rows of one plan may cover together."""


def spread(node: Spread, rows: Sequence[WorkingRow]) -> list[WorkingRow]:
    """One row for each cell that a row covers, in the order of the rows."""
    sides = {id(row): tuple(_side(row.variables[name]) for name in node.shared) for row in rows}
    groups, loose = grouped(rows, lambda row: tuple(definite(row.variables[name]) for name in node.identity))
    cells: dict[int, list[tuple[object, ...]]] = {id(row): [(doubt,) * len(node.shared)] for row, doubt in loose}
    count = 0
    for group in groups:
        named = [_named(sides[id(row)][index] for row in group.members) for index in range(len(node.shared))]
        for row in group.members:
            covered = [_coordinates(side, names) for side, names in zip(sides[id(row)], named, strict=True)]
            count += math.prod(len(each) for each in covered)
            if count > MAXIMUM_CELLS:
                raise TooMuchWork(
                    f"claims cover more than {MAXIMUM_CELLS:,} combinations of what they share:"
                    " let them name less, or contest less in one policy"
                )
            cells[id(row)] = list(product(*covered))
    return [row.copy({node.cell: cell}) for row in rows for cell in cells[id(row)]]


def _side(value: object) -> tuple[object, ...] | Unknown | None:
    """The values that a row names on one side, each once; None stands for all."""
    if isinstance(value, Members):
        value = value.known()
    if isinstance(value, Unknown) or value is None:
        return value
    assert isinstance(value, tuple), value
    unknown = [member for member in value if isinstance(member, Unknown)]
    return Unknown.of(unknown) if unknown else tuple(dict.fromkeys(comparable(member) for member in value))


def _named(sides: Iterable[tuple[object, ...] | Unknown | None]) -> list[object]:
    names: dict[object, None] = {}
    for side in sides:
        if isinstance(side, tuple):
            names.update(dict.fromkeys(side))
    return sorted(names, key=str)


def _coordinates(side: tuple[object, ...] | Unknown | None, names: list[object]) -> tuple[object, ...]:
    if side is None:
        return (*names, Rest.OTHERS)
    return (side,) if isinstance(side, Unknown) else side
