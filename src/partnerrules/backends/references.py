"""What rows have from the rows that they refer to, be it through further ones."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from partnerrules.backends.lists import relation_of
from partnerrules.backends.rows import Running, WorkingRow
from partnerrules.facts import Row
from partnerrules.plan.logic import Truth
from partnerrules.plan.nodes import Refer
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_Reference: TypeAlias = str | Unknown | None


def refer(node: Refer, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the columns of the row that each refers to, and those that are computed from them."""
    by_id = {row.subject.id: row for row in rows}
    assert len(by_id) == len(rows), "a record is referred to as one row"
    references = {row.subject.id: _reference(node, row, running) for row in rows}
    circle: set[str] = set()
    ordered: Sequence[WorkingRow] = rows
    if node.computed:  # a row that is referred to has its columns before those that refer to it
        ids, circle = _referred_first(references)
        ordered = [by_id[id] for id in ids]
    for row in ordered:
        id = references[row.subject.id]
        if row.subject.id in circle:
            id = Unknown.because("circle", row.subject.relation, row.subject.id)
        found: Truth = False
        values: list[object] = [None] * len(node.columns)
        if isinstance(id, Unknown):
            found, values = id, [id] * len(node.columns)
        elif id is not None:
            other = by_id.get(id)
            if other is not None:
                found = running.stands(other)
                values = [other.variables[name] for name, _ in node.columns]
            else:
                found = _elsewhere(node, id, running)
                values = [found if isinstance(found, Unknown) else None] * len(node.columns)
        row.variables[node.found] = found
        row.variables.update(zip((name for _, name in node.columns), values, strict=True))
        for column in node.computed:
            running.add(column, row)


def _reference(node: Refer, row: WorkingRow, running: Running) -> _Reference:
    """The id of the record that a row refers to, if it refers to one."""
    reference = running.value(node.reference, row)
    id = reference.id if isinstance(reference, Row) else reference
    return id if isinstance(id, str | Unknown) else None


def _referred_first(references: Mapping[str, _Reference]) -> tuple[list[str], set[str]]:
    """The ids, each after the one that it refers to, and those that refer to themselves through others."""
    ordered: dict[str, None] = {}
    circle: set[str] = set()
    for start in references:
        path: dict[str, int] = {}
        id: _Reference = start
        while isinstance(id, str) and id in references and id not in ordered and id not in path:
            path[id] = len(path)
            id = references[id]
        if isinstance(id, str) and id in path:
            circle.update(list(path)[path[id] :])
        ordered.update(dict.fromkeys(reversed(path)))
    return list(ordered), circle


def _elsewhere(node: Refer, id: str, running: Running) -> Truth:
    """False for a record that is there and has no row, be it not seen yet; unknown for one that is not there."""
    type = node.reference.type
    inner = t.present(type)
    assert isinstance(inner, t.Record), type
    if running.around.facts.get(inner.entity, id) is None:
        return Unknown.because("reference", relation_of(running.around, inner.entity), id)
    return False
