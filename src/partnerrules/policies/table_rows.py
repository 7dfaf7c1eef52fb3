"""The rows of a decision table as they are written, in Markdown, YAML or CSV: each cell with its place."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from partnerrules.diagnostics import Label, Report, Source, Span, shortened, suggestion
from partnerrules.language.excerpts import Decoded, Excerpt, Plain, Slice, whole
from partnerrules.language.form_reader import Item
from partnerrules.language.full_width import fault
from partnerrules.language.yaml_nodes import Mapping, Node, Scalar, Sequence
from partnerrules.policies.kind import Context

MAXIMUM_ROWS = 50_000

_ID: Final = "id"
SOURCE: Final = "source"
"""The column with the clause that a row comes from, unless the table tests or gives something of that name."""
_ROW_ID: Final = re.compile(r"\w+(?:[-.]\w+)*")
_QUOTE_OR_BAR: Final = re.compile(r'(?<!\\)"|\|')
_QUOTED_OR_BAR: Final = re.compile(r'"(?:[^"\\]|\\.)*"|｜')


@dataclass(frozen=True, slots=True)
class GridRow:
    """One rule of a table: its cells by column name, and its place."""

    cells: dict[str, Excerpt]
    span: Span


def table_rows(
    item: Item, inputs: tuple[str, ...], outputs: tuple[str, ...], context: Context, more: tuple[str, ...] = ()
) -> list[GridRow] | None:
    """The rows whose shape is right; the others are reported. None if nothing can be said of any.

    Args:
        item: what they stand in.
        inputs: the columns that test something.
        outputs: those that give something.
        context: for checking.
        more: those that say something of the rows themselves, and may be left out.
    """
    known = (_ID, *more, *inputs, *outputs)
    node = item.raw("rows")
    report = context.report
    across = item.text("orient") == "columns"
    if isinstance(node, Sequence):
        if across:
            report.error("wrong-shape", "rows in a list stand below each other", node.span, help="leave `orient` out")
        rows = yaml_rows(node, known, report)
    elif isinstance(node, Scalar) and not node.is_null:
        if names_a_file(node):
            source = context.read_file(node.value.strip(), node.span)
            if source is None:
                return None
            lines = csv_lines(source)
            place = Span(source, 0, min(1, len(source.text)))
        else:
            lines, place = markdown_lines(node), node.span
        separated = _well_separated(lines, node, known, report)
        if separated is None:
            return None
        lines = separated
        if across and lines:
            lines = turned(lines, report)
            if not lines:
                return None
        _check_columns(lines, inputs, outputs, report)
        rows = grid_rows(lines, known, place, report)
    else:
        if node is not None:
            report.error(
                "wrong-shape", "expected rows", node.span, help="write a Markdown table under `rows: |`, or a list"
            )
        return None
    return rows


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
        if whole_row and _check_id(cells.get(_ID), report):
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
    for mark in _QUOTE_OR_BAR.finditer(text, start, end):
        if mark.group() == '"':
            quoted = not quoted
        elif not quoted:
            bars.append(mark.start())
    line = text[start:end]
    first = end - len(line.lstrip())
    edges = bars if bars and bars[0] == first else [start - 1, *bars]
    if not bars or text[bars[-1] + 1 : end].strip():
        edges = [*edges, end]
    place = scalar.at(start, end)
    source = place.source
    # A line that stands in the file letter by letter needs no second look for each of its places.
    same = source.text[place.start : place.end] == line
    ahead = place.start - start
    for left, right in itertools.pairwise(edges):
        cell = text[left + 1 : right]
        indent = len(cell) - len(cell.lstrip())
        begin, finish = left + 1 + indent, left + 1 + max(indent, len(cell.rstrip()))
        yield Plain(source, begin + ahead, finish + ahead) if same else Slice(scalar, begin, finish)


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


def _well_separated(
    lines: list[list[Excerpt]], node: Scalar, known: tuple[str, ...], report: Report
) -> list[list[Excerpt]] | None:
    """The lines whose cells are separated as they are meant to be; the others are reported. None if all are wrong."""
    if (
        node.style != "literal"
        and not names_a_file(node)
        and "\n" in node.span.source.text[node.span.start : node.span.end]
    ):
        report.error(
            "wrong-shape", "the lines of this table are joined to one", node.span, help="write `|` behind `rows:`"
        )
        return None
    if lines and len(lines[0]) == 1 and (mark := _other_separator(lines[0][0].value, known)) is not None:
        report.error(
            "unknown-column",
            f"the cells are separated by {'tabs' if mark == chr(9) else f'`{mark}`'}, not by commas",
            whole(lines[0][0]),
            help="save the file with commas between the cells",
        )
        return None
    kept: list[list[Excerpt]] = []
    for line in lines:
        odd = next(((cell, at) for cell in line if (at := _full_width_bar(cell.value)) is not None), None)
        if odd is None:
            kept.append(line)
        elif not report.full:
            cell, at = odd
            report.error("full-width-character", fault("｜"), cell.at(at, at + 1), help="write `|` between two cells")
    return None if lines and lines[0] not in kept[:1] else kept


def _other_separator(line: str, known: tuple[str, ...]) -> str | None:
    """The mark at which the line of the columns falls into their names."""
    for mark in (";", "\t", "，", "；", "、"):
        names = [part.strip().strip('"') for part in line.split(mark)]
        if len(names) > 1 and any(name in known for name in names):
            return mark
    return None


def _full_width_bar(cell: str) -> int | None:
    """Where a full-width bar stands in a cell, outside of its quoted texts."""
    return next((match.start() for match in _QUOTED_OR_BAR.finditer(cell) if match.group() == "｜"), None)


def _check_columns(
    lines: list[list[Excerpt]], inputs: tuple[str, ...], outputs: tuple[str, ...], report: Report
) -> None:
    """Reports inputs and outputs without a column: left out by mistake, a column would widen every rule."""
    head = {cell.value for cell in lines[0]} if lines else set()
    for name in (*inputs, *outputs):
        if head and name not in head:
            way_out = f", with `-` in it where any `{name}` will do" if name in inputs else ""
            report.error(
                "missing-column",
                f"the table has no column `{name}`",
                whole(lines[0][0]).to(whole(lines[0][-1])),
                help=f"add the column{way_out}",
            )


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
        row = GridRow({name.value: cell for name, cell in zip(head, cells, strict=True)}, span)
        if _check_id(row.cells.get(_ID), report):
            rows.append(row)
    return rows


def _check_id(cell: Excerpt | None, report: Report) -> bool:
    """Whether the id of a row, if it has one, can be named in cases and explanations; reports it if not."""
    if cell is None or _ROW_ID.fullmatch(cell.value.strip().strip('"')):
        return True
    report.error(
        "bad-name",
        f"`{shortened(cell.value)}` cannot be the id of a row" if cell.value.strip() else "the id of the row is empty",
        whole(cell),
        help="ids have letters, digits and `_`, and `-` or `.` between them",
    )
    return False


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


def names_a_file(node: Node) -> bool:
    """Whether rows are the name of a file."""
    return isinstance(node, Scalar) and node.value.strip().endswith(".csv") and "|" not in node.value
