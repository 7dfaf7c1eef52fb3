"""Lays the files of a ruleset out in the one canonical way, by small edits of the text, so that nothing is lost.

Expressions on one line and cells of tables get their canonical text, tables straight columns, top-level keys the order
of the form; white space at the ends of lines goes. Comments stay with what follows them. After each step the text is
read again, and a step that would change what the file says is not taken. Comes after checking: a file with a mistake is
not touched. May import the other modules of rulesets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from partnerrules.diagnostics import Report, RulesetError, Source
from partnerrules.language import forms
from partnerrules.language.excerpts import Excerpt
from partnerrules.language.parser import parse_cell, parse_expression
from partnerrules.language.printer import print_cell, print_expression
from partnerrules.language.yaml_nodes import Mapping, Node, Scalar, Sequence
from partnerrules.language.yaml_reader import read_yaml
from partnerrules.policies.table_rows import markdown_lines, names_a_file
from partnerrules.rulesets.compiling import RULESET_FORM
from partnerrules.rulesets.key_order import in_order
from partnerrules.rulesets.loading import check
from partnerrules.rulesets.meaning import column_names, input_names, is_table, meaning, text_columns
from partnerrules.rulesets.table_layout import laid_out, written_rule


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file in its canonical layout.

    Attributes:
        path: where it lies.
        before: its text now.
        after: its canonical text; the same if there is nothing to do.
        left: what could not be laid out without changing what the file says.
    """

    path: Path
    before: str
    after: str
    left: tuple[str, ...] = ()


def format_ruleset(path: Path) -> tuple[Formatted, ...]:
    """The YAML files of all versions of a ruleset, those they include among them, in canonical layout.

    Raises:
        RulesetError: if there is any mistake.
        UsageError: if there is no ruleset.
    """
    ruleset, diagnostics = check(path)
    if ruleset is None:
        raise RulesetError(diagnostics)
    found: dict[Path, Formatted] = {}
    for version in ruleset.versions:
        folder = version.folder.resolve()
        for name, source in version.sources.items():
            file = Path(name)
            # What is extended lies elsewhere and belongs to another ruleset.
            if file.suffix in (".yaml", ".yml") and file.resolve().is_relative_to(folder):
                found.setdefault(file.resolve(), format_source(source))
    return tuple(found[key] for key in sorted(found))


def format_source(source: Source) -> Formatted:
    """One file of a ruleset without mistakes, in canonical layout."""
    text = source.text
    left: list[str] = []
    for name, step in _STEPS.items():
        node = _read(text)
        if node is None:
            return Formatted(Path(source.path), source.text, source.text, ("the whole file",))
        changed = step(text, node)
        if changed == text:
            continue
        after = _read(changed)
        if after is not None and meaning(RULESET_FORM, after) == meaning(RULESET_FORM, node):
            text = changed
        else:
            left.append(name)
    return Formatted(Path(source.path), source.text, text, tuple(left))


def _read(text: str) -> Node | None:
    return read_yaml(Source("", text), Report())


# -------------------------------------------------------------------------------------------------------- expressions

_Edit = tuple[int, int, str]


def _canonical_expressions(text: str, root: Node) -> str:
    edits: dict[int, _Edit] = {}
    for edit in _edits(RULESET_FORM, root, False):
        # An aliased node is met several times, and written once.
        edits.setdefault(edit[0], edit)
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits.values()):
        if start < done:
            continue
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _edits(form: forms.Form, node: Node, flow: bool) -> Iterator[_Edit]:
    match form:
        case forms.EitherForm(short, long):
            yield from _edits(short if isinstance(node, Scalar) else long, node, flow)
        case forms.LaterForm(_, make):
            yield from _edits(make(), node, flow)
        case forms.ExpressionForm() if isinstance(node, Scalar):
            yield from _rewritten(node, _expression_text(node), flow)
        case forms.RecordForm() if isinstance(node, Mapping):
            if is_table(form):
                yield from _table_edits(node, flow or node.flow)
            for entry in node.entries:
                key = form.key(entry.key.value)
                if key is not None:
                    yield from _edits(key.form, entry.value, flow or node.flow)
        case forms.MapForm(value) if isinstance(node, Mapping):
            for entry in node.entries:
                yield from _edits(value, entry.value, flow or node.flow)
        case forms.ListForm(item) if isinstance(node, Sequence):
            for each in node.items:
                yield from _edits(item, each, flow or node.flow)
        case _:
            return


def _expression_text(excerpt: Excerpt) -> str | None:
    tree = parse_expression(excerpt, Report())
    return None if tree is None else print_expression(tree)


def _cell_text(excerpt: Excerpt, *, tests: bool) -> str | None:
    if not tests:
        return _expression_text(excerpt)
    cell = parse_cell(excerpt, Report())
    return None if cell is None else print_cell(cell)


def _rewritten(scalar: Scalar, text: str | None, flow: bool) -> Iterator[_Edit]:
    """The canonical text in place of a scalar on one line, in the style it has, or quoted where it has to be."""
    written = scalar.span.source.text[scalar.span.start : scalar.span.end]
    if text is None or text == scalar.value or "\n" in written or scalar.style in ("literal", "folded"):
        return
    if scalar.style == "plain" and _needs_no_quotes(text, flow):
        new = text
    elif scalar.style == "double":
        new = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        new = "'" + text.replace("'", "''") + "'"
    yield scalar.span.start, scalar.span.end, new


def _needs_no_quotes(text: str, flow: bool) -> bool:
    return (
        (text[0].isalnum() or text[0] in "(_")
        and not re.search(r": |:$| #", text)
        and not (flow and re.search(r"[,\[\]{}]", text))
    )


# ------------------------------------------------------------------------------------------------------------- tables


def _table_edits(table: Mapping, flow: bool) -> Iterator[_Edit]:
    inputs = input_names(table)
    default = table.get("default")
    rows = table.get("rows")
    if isinstance(default, Mapping):
        for entry in default.entries:
            if isinstance(entry.value, Scalar):
                yield from _rewritten(entry.value, _expression_text(entry.value), flow or default.flow)
    if isinstance(rows, Sequence):
        for item in rows.items:
            for entry in item.entries if isinstance(item, Mapping) else ():
                if isinstance(entry.value, Scalar) and entry.key.value not in text_columns(table):
                    text = _cell_text(entry.value, tests=entry.key.value in inputs)
                    in_flow = flow or rows.flow or (isinstance(item, Mapping) and item.flow)
                    yield from _rewritten(entry.value, text, in_flow)
    elif isinstance(rows, Scalar) and rows.style == "literal" and not names_a_file(rows):
        yield from _markdown_edit(table, rows, inputs)


def _markdown_edit(table: Mapping, rows: Scalar, inputs: frozenset[str]) -> Iterator[_Edit]:
    lines = markdown_lines(rows)
    if not lines:
        return
    columns = column_names(table, lines)
    cells = [
        [cell.value if not name else _cell_text(cell, tests=name in inputs) or cell.value for name, cell in zipped]
        for zipped in (list(zip(names, line, strict=True)) for names, line in zip(columns, lines, strict=True))
    ]
    first = len(rows.value) - len(rows.value.lstrip())
    last = len(rows.value.rstrip()) - 1
    start, end = rows.at(first, first + 1), rows.at(last, last + 1)
    if start.end - start.start != 1 or end.end - end.start != 1:
        return
    text = start.source.text
    line_start = text.rfind("\n", 0, start.start) + 1
    indent = text[line_start : start.start]
    after = text.find("\n", end.end)
    line_end = len(text) if after < 0 else after - (1 if text[after - 1] == "\r" else 0)
    newline = "\r\n" if text[line_end : line_end + 1] == "\r" else "\n"
    new = newline.join(indent + line for line in laid_out(cells, written_rule(rows.value, lines)))
    if new != text[line_start:line_end]:
        yield line_start, line_end, new


# -------------------------------------------------------------------------------------------------------- white space


def _without_trailing_space(text: str, root: Node) -> str:
    """No white space at the ends of lines, except inside texts that go over several lines, and one line end at last."""
    inside: set[int] = set()
    for scalar in _scalars(root):
        end = scalar.span.end if scalar.written_to is None else scalar.written_to
        first = scalar.span.line
        last = scalar.span.source.position(max(scalar.span.start, end - 1))[0]
        if last > first:
            inside.update(range(first, last + 1))
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if index + 1 not in inside:
            end_of_line = "\r" if line.endswith("\r") else ""
            lines[index] = line.rstrip() + end_of_line
    newline = "\r\n" if "\r\n" in text else "\n"
    return "\n".join(lines).rstrip("\r\n") + newline


def _scalars(node: Node) -> Iterator[Scalar]:
    pending = [node]
    while pending:
        current = pending.pop()
        match current:
            case Scalar():
                yield current
            case Sequence(items):
                pending.extend(items)
            case Mapping(entries):
                for entry in entries:
                    pending += [entry.key, entry.value]


def _keys_in_order(text: str, root: Node) -> str:
    names = [key.name for key in RULESET_FORM.keys]
    sections = frozenset(key.name for key in RULESET_FORM.keys if isinstance(key.form, forms.MapForm))
    return in_order(text, root, names, sections)


_STEPS: Final = {
    "expressions and tables": _canonical_expressions,
    "white space": _without_trailing_space,
    "the order of the keys": _keys_in_order,
}
"""What is done to a file, one after the other, by what it is called when it has to be left out."""
