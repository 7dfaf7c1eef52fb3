"""Plans whose rows only ever gain columns: what these show of their conditions can be looked at when it is read."""

from collections.abc import Mapping

from partnerrules.plan.nodes import (
    Collapse,
    Column,
    Filter,
    Let,
    Lookup,
    Measure,
    Plan,
    Scan,
    Union,
    Unnest,
    nodes_from,
)


def shown_later(plan: Plan) -> Mapping[str, Column] | None:
    """The columns that show what they looked at, by name; None if some column may get another value later on.

    Such a plan has each column once, and none of its nodes goes over rows again, as those do that let rows take turns.
    """
    names: list[str] = []
    found: dict[str, Column] = {}
    for node in nodes_from(plan.root):
        computed: tuple[Column, ...] = ()
        match node:
            case Scan() | Union():
                pass
            case Filter(_, condition):
                computed = (condition,)
            case Let(_, columns):
                computed = columns
            case Lookup():
                names += (node.outcome, node.rules, *(output.name for output in node.table.outputs))
            case Measure(_, clock):
                names += (clock.due, clock.earliest, clock.latest, clock.used, clock.left, clock.stopped)
            case Unnest():
                names += (node.variable, node.belongs, node.whole)
            case Collapse():
                names += (column.name for column in (*node.some, *node.greatest))
            case _:
                return None
        names += (column.name for column in computed)
        found |= {column.name: column for column in computed if column.observed}
    return found if len(set(names)) == len(names) else None
