"""The facts of cases: merged by id and field, runs of like records written out, each part with its place.

`D-1..20` stands for D-1, D-2 and so on up to D-20. Nothing is read by type here: that is for `facts` to do.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from partnerrules.diagnostics import FactProblem, Report, Span
from partnerrules.language.yaml_nodes import Mapping as MappingNode
from partnerrules.language.yaml_nodes import Node, Scalar, Sequence

LONGEST_RUN: Final = 10_000
"""Records that one run such as `D-1..20` may stand for."""

MAXIMUM_RECORDS: Final = 100_000
"""Records that all runs of one file may stand for together."""

_RUN: Final = re.compile(r"(.*?)(\d{1,9})\.\.(\d{1,9})", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Given:
    """A part of the facts: the place of its key, and a value or the parts below it."""

    span: Span
    value: "Node | Mapping[str, Given]"


CaseFacts: TypeAlias = Mapping[str, Given]
"""By relation; below each the records by id."""


class RecordCounter:
    """Counts the records that runs are written out to, over a whole file."""

    def __init__(self) -> None:
        self.count = 0


def ids_of(key: Scalar, counter: RecordCounter, report: Report) -> Iterator[str]:
    """The ids that a key stands for: itself, or those of a run; none after a fault."""
    run = _RUN.fullmatch(key.value)
    if run is None:
        yield key.value
        return
    prefix, first, last = run[1], run[2], run[3]
    size = int(last) - int(first) + 1
    if size < 1:
        report.error(
            "inverted-interval",
            f"`{key.value[:60]}` runs backwards",
            key.span,
            help=f"write `{prefix[:40]}{last}..{first}`",
        )
        return
    counter.count += size
    if size > LONGEST_RUN or counter.count > MAXIMUM_RECORDS:
        most = f"{LONGEST_RUN:,}" if size > LONGEST_RUN else f"{MAXIMUM_RECORDS:,} in one file"
        report.error("too-large", f"a run of records has at most {most}", key.span, help="use fewer records")
        return
    width = len(first) if first.startswith("0") else 0
    for number in range(int(first), int(last) + 1):
        yield f"{prefix}{number:0{width}d}"


def read_given(node: Node, counter: RecordCounter, report: Report) -> dict[str, Given] | None:
    """The facts that are written at a place, or None after a fault."""
    if not isinstance(node, MappingNode):
        report.error(
            "wrong-shape", "facts are relations with records", node.span, help="write `partners: {P-1: {...}}`"
        )
        return None
    facts: dict[str, Given] = {}
    for relation in node.entries:
        if not isinstance(relation.value, MappingNode):
            report.error(
                "wrong-shape",
                f"expected the records of `{relation.key.value[:60]}` by id",
                relation.value.span if not _is_null(relation.value) else relation.key.span,
                help="write `{P-1: {...}}`, and `{}` if there are none",
            )
            continue
        records: dict[str, Given] = {}
        for record in relation.value.entries:
            if not isinstance(record.value, MappingNode) and not _is_null(record.value):
                report.error(
                    "wrong-shape",
                    f"expected the fields of `{record.key.value[:60]}`",
                    record.value.span,
                    help="write `{field: value}`, and `{}` if nothing is known of it",
                )
                continue
            fields = _fields(record.value) if isinstance(record.value, MappingNode) else {}
            for id in ids_of(record.key, counter, report):
                own = Given(record.key.span, fields)
                records[id] = merge(records[id], own) if id in records else own
        facts[relation.key.value] = Given(relation.key.span, records)
    return facts


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _fields(node: MappingNode) -> dict[str, Given]:
    return {entry.key.value: _field(entry.key.span, entry.value) for entry in node.entries}


def _field(span: Span, node: Node) -> Given:
    if isinstance(node, MappingNode) and node.keys() != ("unknown",):
        return Given(span, _fields(node))
    return Given(span, node)


def merge(below: Given, above: Given) -> Given:
    """Parts on top of parts: by name where both have parts, else what is above counts."""
    if not isinstance(below.value, Mapping) or not isinstance(above.value, Mapping):
        return above
    return Given(above.span, merge_parts(below.value, above.value))


def merge_parts(below: Mapping[str, Given], above: Mapping[str, Given]) -> dict[str, Given]:
    """Named parts on top of others."""
    return {**below, **{name: merge(below[name], part) if name in below else part for name, part in above.items()}}


def plain(facts: CaseFacts) -> dict[str, object]:
    """The facts as plain data: text, None where it says null, lists, and fields by name."""
    return {name: _plain(part) for name, part in facts.items()}


def _plain(part: Given) -> object:
    if isinstance(part.value, Mapping):
        return {name: _plain(inner) for name, inner in part.value.items()}
    return _plain_node(part.value)


def _plain_node(node: Node) -> object:
    match node:
        case Scalar():
            return None if node.is_null else node.value
        case Sequence(items):
            return [_plain_node(item) for item in items]
        case MappingNode(entries):
            return {entry.key.value: _plain_node(entry.value) for entry in entries}


def place_of(problem: FactProblem, facts: CaseFacts, otherwise: Span) -> Span:
    """The place that a problem with the facts speaks of, as near as it can be told."""
    names = [problem.relation]
    if problem.record is not None:
        names.append(problem.record)
    if problem.field is not None:
        names += [name.partition("[")[0] for name in problem.field.split(".")]
    parts: Node | Mapping[str, Given] = facts
    span = otherwise
    for name in names:
        if not isinstance(parts, Mapping) or name not in parts:
            break
        span, parts = parts[name].span, parts[name].value
    return span
