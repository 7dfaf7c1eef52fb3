"""The cells that rows cover: where claims to several products and territories can meet."""

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

from partnerrules.backends.rows import WorkingRow, grouped
from partnerrules.backends.surroundings import definite, unknown_of
from partnerrules.backends.values import Members, comparable
from partnerrules.diagnostics import TooMuchWork
from partnerrules.plan.logic import Truth
from partnerrules.plan.nodes import Rest, Spread
from partnerrules.schema.missing import Unknown

MAXIMUM_CELLS: Final = 500_000
"""Cells that the rows of one plan may cover together."""


def spread(node: Spread, rows: Sequence[WorkingRow]) -> list[WorkingRow]:
    """One row for each cell that a row covers, in the order of the rows."""
    sides = {id(row): tuple(_side(row.variables[name]) for name in node.shared) for row in rows}
    groups = grouped(rows, lambda row: tuple(definite(row.variables[name]) for name in node.identity))
    # What is named by a row of unknown identity has a coordinate everywhere, as it may belong anywhere.
    loose = [sides[id(row)] for group in groups if not group.known for row in group.members]
    loosely_named = [_named(each[index] for each in loose) for index in range(len(node.shared))]
    cells: dict[int, list[tuple[object, ...]]] = {}
    count = 0
    for group in groups:
        members = [sides[id(row)] for row in group.members]
        named = [
            _in_order(_named(each[index] for each in members), also)
            if group.known and any(each[index] is None for each in members)
            else []  # nobody covers all there is, or it cannot be told what that is
            for index, also in enumerate(loosely_named)
        ]
        for index, row in enumerate(group.members):
            doubt = None if group.known else group.doubts[index]
            covered = [_coordinates(side, names, doubt) for side, names in zip(sides[id(row)], named, strict=True)]
            count += math.prod(len(each) for each in covered)
            if count > MAXIMUM_CELLS:
                raise TooMuchWork(
                    f"claims cover more than {MAXIMUM_CELLS:,} combinations of what they share:"
                    " let them name less, or contest less in one policy"
                )
            cells[id(row)] = list(product(*covered))
    covers = {id(row): _covers(sides[id(row)]) for row in rows}
    return [row.copy({node.cell: cell, node.covers: covers[id(row)]}) for row in rows for cell in cells[id(row)]]


def _covers(sides: tuple[tuple[object, ...] | Unknown | None, ...]) -> Truth:
    """Whether a row covers anything: a list that is not known may be empty."""
    unknown = unknown_of(*sides)
    return True if unknown is None else unknown


def _side(value: object) -> tuple[object, ...] | Unknown | None:
    """The values that a row names on one side, each once; None stands for all."""
    if isinstance(value, Members):
        value = value.known()
    if isinstance(value, Unknown) or value is None:
        return value
    assert isinstance(value, tuple), value
    unknown = [member for member in value if isinstance(member, Unknown)]
    return Unknown.of(unknown) if unknown else tuple(dict.fromkeys(comparable(member) for member in value))


def _named(sides: Iterable[tuple[object, ...] | Unknown | None]) -> dict[object, None]:
    names: dict[object, None] = {}
    for side in sides:
        if isinstance(side, tuple):
            names.update(dict.fromkeys(side))
    return names


def _in_order(names: dict[object, None], others: dict[object, None]) -> list[object]:
    return sorted(names | others, key=str)


def _coordinates(
    side: tuple[object, ...] | Unknown | None, names: list[object], doubt: Unknown | None
) -> tuple[object, ...]:
    """The coordinates that a row covers on one side; all there is cannot be told where its identity is in doubt."""
    if side is None:
        return (*names, Rest.OTHERS) if doubt is None else (doubt,)
    return (side,) if isinstance(side, Unknown) else side
