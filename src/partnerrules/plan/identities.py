"""What records have to have in common to meet in a plan, where that can be told of each record by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partnerrules.language import terms
from partnerrules.plan.nodes import (
    Column,
    CountDistinct,
    Filter,
    Let,
    Node,
    Plan,
    Rank,
    Scan,
    Spread,
    Union,
    nodes_from,
)
from partnerrules.plan.walk import nodes_across, subterms


@dataclass(frozen=True, slots=True)
class Step:
    """What is computed for a record on the way to its identity.

    Attributes:
        column: that is computed.
        keeps: whether the record takes part only if it is not false.
    """

    column: Column
    keeps: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """What records have to have in common to meet in a plan: those of different identities have no say in each other.

    Attributes:
        names: the columns in which rows have to be equal in each node that looks at several records.
        steps: by entity, how these columns are computed of a record by itself.
    """

    names: tuple[str, ...]
    steps: Mapping[str, tuple[Step, ...]]


def identity_of(plan: Plan) -> Identity | None:
    """What records have to have in common to meet in a plan, None if all may meet or that is not told beforehand.

    Each node that looks at several records has to compare the rows of its groups by these columns, and all that comes
    before the first of them has to be computed of each record by itself: one row, and its columns.
    """
    across = [*nodes_across(plan)]
    grouping = [node for node in across if isinstance(node, Spread | Rank | CountDistinct)]
    known = {id(node) for node in grouping}
    first = [node for node in grouping if sum(id(each) in known for each in nodes_from(node)) == 1]
    if len(first) != 1 or len(grouping) < len(across):
        return None
    compared = [set(_compared(node)) for node in grouping]
    names = tuple(name for name in _compared(first[0]) if all(name in each for each in compared))
    steps = _steps(first[0].source)
    if not names or steps is None or set(steps) != set(plan.entities):
        return None
    found = {entity: _needed(of, names) for entity, of in steps.items()}
    computed = all(set(names) <= {step.column.name for step in of} for of in found.values())
    return Identity(names, found) if computed else None


def _compared(node: Spread | Rank | CountDistinct) -> tuple[str, ...]:
    """The columns in which rows have to be equal to meet in a node."""
    return node.identity if isinstance(node, Spread) else node.within


def _steps(node: Node) -> dict[str, tuple[Step, ...]] | None:
    """By entity, what is computed up to a node; None if a record may have several rows there, or other columns."""
    match node:
        case Scan(entity):
            return {entity: ()}
        case Union(sources):
            found: dict[str, tuple[Step, ...]] = {}
            for source in sources:
                own = _steps(source)
                if own is None or own.keys() & found.keys():
                    return None
                found |= own
            return found
        case Filter(source, condition):
            further: tuple[Step, ...] = (Step(condition, keeps=True),)
        case Let(source, columns):
            further = tuple(Step(column, keeps=False) for column in columns)
        case _:
            return None
    before = _steps(source)
    return None if before is None else {entity: (*steps, *further) for entity, steps in before.items()}


def _needed(steps: Sequence[Step], names: Sequence[str]) -> tuple[Step, ...]:
    """Those of some steps on which columns hang, and whether a record takes part at all."""
    wanted = set(names)
    found: list[Step] = []
    for step in reversed(steps):
        if step.keeps or step.column.name in wanted:
            found.append(step)
            parts = subterms(step.column.term)
            wanted.update(part.name for part in parts if isinstance(part, terms.ColumnOf | terms.Variable))
    return tuple(reversed(found))
