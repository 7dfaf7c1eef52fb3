"""What a file of a ruleset says, without how it is laid out: two files say the same if their meanings are equal.

The formatter trusts nothing that it writes before it has compared these. May import rulesets' forms and below.
"""

from collections.abc import Iterable
from typing import Final

from partnerrules.diagnostics import Report
from partnerrules.language import forms
from partnerrules.language.excerpts import Excerpt
from partnerrules.language.parser import parse_cell, parse_expression
from partnerrules.language.yaml_nodes import Mapping, Node, Scalar, Sequence
from partnerrules.policies.commission.forms import RATE
from partnerrules.policies.table_rows import SOURCE, markdown_lines, names_a_file
from partnerrules.policies.tables import TABLES

TABLE_FORMS: Final = (TABLES.form, RATE)


def is_table(form: forms.Form) -> bool:
    """Whether what is written by a form has rows with cells."""
    return any(form is each for each in TABLE_FORMS)


def meaning(form: forms.Form, node: Node) -> object:
    """What a node says by a form: syntax trees instead of text, keys in no order."""
    match form:
        case forms.EitherForm(short, long):
            return meaning(short if isinstance(node, Scalar) else long, node)
        case forms.LaterForm(_, make):
            return meaning(make(), node)
        case forms.ExpressionForm() if isinstance(node, Scalar):
            return parse_expression(node, Report()) or _text(node)
        case forms.RecordForm() if isinstance(node, Mapping):
            table = is_table(form)
            return {
                entry.key.value: _table_part(node, entry.key.value, entry.value)
                if table and entry.key.value in ("rows", "default")
                else _key_meaning(form, entry.key.value, entry.value)
                for entry in node.entries
            }
        case forms.MapForm(value) if isinstance(node, Mapping):
            return [(entry.key.value, meaning(value, entry.value)) for entry in node.entries]
        case forms.ListForm(item) if isinstance(node, Sequence):
            return [meaning(item, each) for each in node.items]
        case _:
            return _text(node)


def _key_meaning(form: forms.RecordForm, name: str, node: Node) -> object:
    key = form.key(name)
    return _text(node) if key is None else meaning(key.form, node)


def _text(node: Node) -> object:
    match node:
        case Scalar():
            return None if node.is_null else node.value
        case Sequence(items):
            return [_text(item) for item in items]
        case Mapping(entries):
            return [(entry.key.value, _text(entry.value)) for entry in entries]


def _table_part(table: Mapping, key: str, node: Node) -> object:
    if key == "default":
        if not isinstance(node, Mapping):
            return _text(node)
        return [(entry.key.value, _cell(entry.key.value, entry.value, frozenset())) for entry in node.entries]
    return _rows(table, node, input_names(table))


def _rows(table: Mapping, node: Node, inputs: frozenset[str]) -> object:
    if isinstance(node, Sequence):
        return [
            {entry.key.value: _cell(entry.key.value, entry.value, inputs) for entry in item.entries}
            if isinstance(item, Mapping)
            else _text(item)
            for item in node.items
        ]
    if not isinstance(node, Scalar) or node.is_null or names_a_file(node):
        return _text(node)
    lines = markdown_lines(node)
    names = column_names(table, lines)
    return [
        [_cell(name, cell, inputs) for name, cell in zip(row_names, line, strict=False)]
        for row_names, line in zip(names, lines, strict=True)
    ]


def _cell(name: str, cell: Node | Excerpt, inputs: frozenset[str]) -> object:
    if isinstance(cell, Sequence | Mapping):
        return _text(cell)
    read = parse_cell(cell, Report()) if name in inputs else parse_expression(cell, Report()) if name else None
    return read or cell.value


def input_names(table: Mapping) -> frozenset[str]:
    """The columns of a table that test something."""
    inputs = table.get("inputs") or table.get("specific_by")
    return frozenset(inputs.keys()) if isinstance(inputs, Mapping) else frozenset()


def text_columns(table: Mapping) -> frozenset[str]:
    """The columns of a table whose cells are text and no expressions."""
    outputs = table.get("outputs")
    given = frozenset(outputs.keys()) if isinstance(outputs, Mapping) else frozenset()
    return frozenset({"id", SOURCE}) - input_names(table) - given


def column_names(table: Mapping, lines: list[list[Excerpt]]) -> list[list[str]]:
    """For each cell of a table the column it belongs to; "" for the head and for what is text."""
    orient = table.get("orient")
    texts = text_columns(table)
    across = isinstance(orient, Scalar) and orient.value == "columns"
    if across:
        return [["", *_repeated(line[0].value, len(line) - 1, texts)] if line else [] for line in lines]
    head = [cell.value for cell in lines[0]] if lines else []
    return [[""] * len(line) if index == 0 else _columns(head, line, texts) for index, line in enumerate(lines)]


def _repeated(name: str, count: int, texts: frozenset[str]) -> Iterable[str]:
    return ["" if name in texts else name] * count


def _columns(head: list[str], line: list[Excerpt], texts: frozenset[str]) -> list[str]:
    names = ["" if name in texts else name for name in head]
    return [*names[: len(line)], *[""] * (len(line) - len(names))]
