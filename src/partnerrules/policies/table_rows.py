"""The rows of a decision table as they are written, in Markdown, YAML or CSV: each cell with its place."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from partnerrules.diagnostics import Label, Report, Source, Span, suggestion
from partnerrules.language.excerpts import Decoded, Excerpt, Plain, Slice, whole
from partnerrules.language.yaml_nodes import Mapping, Node, Scalar, Sequence

MAXIMUM_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class GridRow:
    """One rule of a table: its cells by column name, and its place."""

    cells: dict[str, Excerpt]
    span: Span


def yaml_rows(node: Sequence, known: tuple[str, ...], report: Report) -> list[GridRow]:
    """The rows that are written as a YAML list, each with column names as keys."""
    rows: list[GridRow] = []
    for item in node.items:
        if not isinstance(item, Mapping):
            report.error(
                "wrong-shape", "a row has columns with cells", item.span, help=f"write `{known[-1]}: ...` and so on"
            )
            continue
        cells: dict[str, Excerpt] = {}
        whole_row = True
        for entry in item.entries:
            if entry.key.value not in known:
                _unknown_column(entry.key.value, entry.key.span, known, report)
                whole_row = False
            elif isinstance(entry.value, Scalar):
                cells[entry.key.value] = entry.value
            else:
                report.error(
                    "wrong-shape",
                    "a cell is one value",
                    entry.value.span,
                    help='write alternatives in one text, such as `\'"EU", "UK"\'`',
                )
                whole_row = False
        if whole_row:
            rows.append(GridRow(cells, item.entries[0].key.span if item.entries else item.span))
    return rows


def markdown_lines(scalar: Scalar) -> list[list[Excerpt]]:
    """The cells of a Markdown table, line by line, without the line under the head."""
    lines: list[list[Excerpt]] = []
    start = 0
    for line in scalar.value.split("\n"):
        if line.strip():
            cells = list(_cells(scalar, start, start + len(line)))
            if not (len(lines) == 1 and all(_is_rule(cell.value) for cell in cells)):
                lines.append(cells)
        start += len(line) + 1
    return lines


def _is_rule(cell: str) -> bool:
    return len(cell) >= 2 and set(cell) <= set("-:")


def _cells(scalar: Scalar, start: int, end: int) -> Iterator[Excerpt]:
    """The cells of one line; a `|` inside quotes belongs to its text."""
    text = scalar.value
    bars = []
    quoted = False
    for index in range(start, end):
        if text[index] == '"' and text[index - 1] != "\\":
            quoted = not quoted
        elif text[index] == "|" and not quoted:
            bars.append(index)
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    edges = bars if bars and bars[0] == first else [start - 1, *bars]
    if not bars or text[bars[-1] + 1 : end].strip():
        edges = [*edges, end]
    for left, right in itertools.pairwise(edges):
        cell = text[left + 1 : right]
        indent = len(cell) - len(cell.lstrip())
        yield Slice(scalar, left + 1 + indent, left + 1 + max(indent, len(cell.rstrip())))


def csv_lines(source: Source) -> list[list[Excerpt]]:
    """The cells of a CSV file, line by line; empty lines are left out."""
    lines: list[list[Excerpt]] = []
    line: list[Excerpt] = []
    text, position = source.text, 0
    while position <= len(text):
        cell, position = _csv_cell(source, position)
        line.append(cell)
        ended = position >= len(text) or text[position] in "\r\n"
        if ended:
            if len(line) > 1 or line[0].value:
                lines.append(line)
            line = []
            position += 2 if text[position : position + 2] == "\r\n" else 1
            if position >= len(text):
                break
        else:
            position += 1
    return lines


def _csv_cell(source: Source, start: int) -> tuple[Excerpt, int]:
    """One cell and the position of the comma or line end after it."""
    text = source.text
    if text[start : start + 1] == '"':
        end = start + 1
        while end < len(text) and (text[end] != '"' or text[end + 1 : end + 2] == '"'):
            end += 2 if text[end] == '"' else 1
        value = text[start + 1 : end].replace('""', '"')
        after = end + 1
        while after < len(text) and text[after] not in ",\r\n":
            after += 1
        if '"' not in value:
            return Plain(source, start + 1, end), after
        return Decoded(value.strip(), Span(source, start, min(end + 1, len(text)))), after
    end = start
    while end < len(text) and text[end] not in ",\r\n":
        end += 1
    raw = text[start:end]
    indent = len(raw) - len(raw.lstrip())
    return Plain(source, start + indent, start + max(indent, len(raw.rstrip()))), end


def grid_rows(lines: list[list[Excerpt]], known: tuple[str, ...], place: Span, report: Report) -> list[GridRow]:
    """The rows of a table whose first line names its columns."""
    if not lines:
        report.error("empty-list", "the table has no rows", place, help="write a line with the names of the columns")
        return []
    head, *body = lines
    names: dict[str, Excerpt] = {}
    for cell in head:
        if report.full:
            return []
        if cell.value not in known:
            _unknown_column(cell.value, whole(cell), known, report)
        elif cell.value in names:
            report.error(
                "duplicate-key",
                f"the column `{cell.value}` stands twice",
                whole(cell),
                labels=[Label(whole(cell), ""), Label(whole(names[cell.value]), "the first one")],
                help="take one of them out",
            )
        else:
            names[cell.value] = cell
    if len(names) < len(head):
        return []
    if len(body) > MAXIMUM_ROWS:
        report.error("too-large", f"a table has at most {MAXIMUM_ROWS:,} rows", place, help="split the table")
        return []
    rows: list[GridRow] = []
    for cells in body:
        span = whole(cells[0]).to(whole(cells[-1]))
        if len(cells) != len(head):
            way_out = "add what is missing; a cell in which any value will do is `-`"
            if len(cells) > len(head):
                way_out = "take out what is too much, or quote a text in which the separator stands"
            report.error(
                "row-length",
                f"the row has {len(cells)} cells, the table {len(head)} columns",
                whole(cells[len(head)]) if len(cells) > len(head) else span,
                help=way_out,
            )
            continue
        rows.append(GridRow({name.value: cell for name, cell in zip(head, cells, strict=True)}, span))
    return rows


def turned(lines: list[list[Excerpt]], report: Report) -> list[list[Excerpt]]:
    """A table whose rules stand side by side, turned so that they stand below each other."""
    if not lines:
        return lines
    for line in lines:
        if len(line) != len(lines[0]):
            report.error(
                "row-length",
                f"the row has {len(line)} cells, the first one {len(lines[0])}",
                whole(line[0]),
                help="a cell in which any value will do is `-`",
            )
            return []
    return [list(column) for column in zip(*lines, strict=True)]


def _unknown_column(name: str, span: Span, known: tuple[str, ...], report: Report) -> None:
    report.error(
        "unknown-column",
        f"the table has no input or output `{name[:60]}`",
        span,
        help=suggestion(name, known, kind="column"),
    )


def is_file(node: Node) -> bool:
    """Whether rows are the name of a file."""
    return isinstance(node, Scalar) and node.value.strip().endswith(".csv") and "|" not in node.value
