"""Writes plans that look at each record by itself as one loop: scan, filter, compute columns, look them up in a table.

What such a plan gives for many records is made without anything between its nodes. A record for which something is
unusual is run by itself as every other plan is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partnerrules.backends.to_python.source import Writer
from partnerrules.plan.nodes import Column, Filter, Let, Lookup, Node, Plan, Scan

_CALLS = ("definition_", "answer(", "at_moment(", "interpreted(")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Straight:
    """A plan that is one line of nodes over one entity.

    Attributes:
        steps: the nodes that compute columns, in their order.
        lookup: the table that comes last, if one does.
    """

    steps: tuple[Filter | Let, ...]
    lookup: Lookup | None


def straight(plan: Plan) -> Straight | None:
    """A plan as one line of nodes; None if it is none."""
    node: Node = plan.root
    lookup = node if isinstance(node, Lookup) else None
    if lookup is not None and not isinstance(lookup.source, Let):
        return None  # its inputs are the columns of that
    steps: list[Filter | Let] = []
    node = node.source if isinstance(node, Lookup) else node
    while isinstance(node, Filter | Let):
        steps.append(node)
        node = node.source
    if not steps or not isinstance(node, Scan) or plan.entities != (node.entity,):
        return None
    return Straight(tuple(reversed(steps)), lookup)


def columns_of(step: Filter | Let) -> Sequence[Column]:
    """The columns that a node computes."""
    return (step.condition,) if isinstance(step, Filter) else step.columns


def is_short(text: str) -> bool:
    """Whether an expression may stand in the loop: it is short, and computes with the fields of the record alone."""
    return len(text) <= _LONGEST and "\n" not in text and not any(call in text for call in _CALLS)


def write_rows(writer: Writer, plan: Straight, functions: Mapping[int, str], short: Mapping[int, str]) -> None:
    """Writes the function that gives the rows of many records.

    Args:
        writer: takes the lines.
        plan: the plan.
        functions: the name of the function of each term, by its identity.
        short: the expressions of terms that may stand in the loop, by the same.
    """
    names: dict[str, str] = {}
    with writer.block("def rows(records, row, again, find):"):
        writer.line("found = []")
        with writer.block("for record in records:"):
            writer.line("v = {'subject': record}")
            with writer.block("try:"):
                for step in plan.steps:
                    for column in columns_of(step):
                        names[column.name] = writer.name("value")
                        if id(column.term) in short:
                            text = short[id(column.term)]
                        else:
                            writer.line("effort.turns = 0")
                            text = f"{functions[id(column.term)]}(v)"
                        writer.line(f"v[{column.name!a}] = {names[column.name]} = {text}")
                    if isinstance(step, Filter):
                        with writer.block(f"if {names[step.condition.name]} is False:"):
                            writer.line("continue")
                if plan.lookup is not None:
                    assert isinstance(plan.lookup.source, Let)
                    inputs = ", ".join(names[column.name] for column in plan.lookup.source.columns)
                    writer.line(f"answer_found = find({inputs})")
                    with writer.block("if answer_found is None:"):
                        writer.line("unusual()")
            with writer.block("except UNUSUAL:"):
                writer.line("found.extend(again(record))")
                writer.line("continue")
            if plan.lookup is not None:
                writer.line(f"v[{plan.lookup.outcome!a}] = answer_found.outcome")
                writer.line(f"v[{plan.lookup.rules!a}] = answer_found.rules")
                outputs = "".join(f"v[{output.name!a}], " for output in plan.lookup.table.outputs)
                if outputs:
                    writer.line(f"{outputs}= answer_found.outputs")
            writer.line("found.append(row(record, v))")
        writer.line("return found")
