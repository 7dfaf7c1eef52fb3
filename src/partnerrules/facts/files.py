"""Reads facts from a JSON or YAML file, or from a folder of CSV files, into plain data.

Numbers keep every digit they were written with, and nothing is taken for a date or a boolean here: that is the
schema's to say. Hostile files are refused before they cost much. May import diagnostics and the modules of facts that
read one text or one value.
"""

import codecs
import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NoReturn

from partnerrules.diagnostics import FactProblem, FactsError, shortened
from partnerrules.facts.json_text import read_json_text
from partnerrules.facts.reading import Refused, read_instant
from partnerrules.facts.written import Cell
from partnerrules.facts.yaml_text import YamlRefused, read_yaml_text

LARGEST_FILE: Final = 200_000_000
"""Bytes of a file of facts."""

LARGEST_YAML: Final = 20_000_000
"""Bytes of a YAML file of facts, which takes a hundred times as long to read as JSON."""

MOST_COLUMNS: Final = 1000
"""Columns of a CSV file of facts; no record has nearly as many fields."""

DEEPEST: Final = 50
"""How deep lists and records may be nested."""


def read_facts(path: Path) -> tuple[dict[str, object], dt.datetime | None]:
    """The relations by name, and the instant that the facts describe if they say so.

    Raises:
        FactsError: if there is no such file, or it cannot be read.
    """
    try:
        return _read(path)
    except OSError as error:
        _refuse(path.name, f"cannot be read: {(error.strerror or 'input error').lower()}")


def _read(path: Path) -> tuple[dict[str, object], dt.datetime | None]:
    if path.is_dir():
        return _read_folder(path), None
    if path.suffix == ".json":
        try:
            data = read_json_text(_read_text(path, LARGEST_FILE), DEEPEST)
        except Refused as refused:
            _refuse(path.name, refused.message, refused.help)
    elif path.suffix in {".yaml", ".yml"}:
        try:
            data = read_yaml_text(_read_text(path, LARGEST_YAML), DEEPEST)
        except YamlRefused as refused:
            _refuse(path.name, refused.message, refused.help)
    elif path.exists():
        _refuse(
            path.name, "its name does not say what it is", "facts are a .json, .yaml or .yml file or a folder of CSV"
        )
    else:
        _refuse(path.name, "there is no such file or folder")
    if not isinstance(data, dict):
        _refuse(path.name, "expected relations by name", "such as `partners: [...]`")
    as_of = None
    if "as_of" in data:
        try:
            as_of = read_instant(data.pop("as_of"), None)
        except Refused as refused:
            _refuse("as_of", refused.message, refused.help)
    return data, as_of


def _refuse(where: str, message: str, help: str | None = None) -> NoReturn:
    raise FactsError([FactProblem(where, None, None, message, help)])


def _read_text(path: Path, largest: int) -> str:
    try:
        size = path.stat().st_size
        if size > largest:
            _refuse(
                path.name, f"has {size:,} bytes, at most {largest:,} are read", "split it, or use a folder of CSV files"
            )
        if not path.is_file():
            _refuse(path.name, "is not a file")
        # Text without translation of line ends, since they may stand inside values.
        content = path.read_bytes()
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            _refuse(path.name, "is written in UTF-16, not in UTF-8", _encoding_help(path))
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With the mark at its start left out, a place counts from behind it, and no line ends are in it.
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start]
        _refuse(path.name, f"line {line}: not UTF-8: the byte {byte:02X} does not fit", _encoding_help(path))
    except ValueError:
        _refuse(path.name.replace("\0", ""), "is not the name of a file")


def _encoding_help(path: Path) -> str:
    return "save it as UTF-8; in a spreadsheet, as `CSV UTF-8`" if path.suffix == ".csv" else "save it as UTF-8"


# -------------------------------------------------------------------------------------------------------------- CSV


def _read_folder(folder: Path) -> dict[str, object]:
    files = sorted(each for each in folder.iterdir() if each.suffix == ".csv")
    if not files:
        _refuse(folder.name, "has no CSV files", "name them by their relations, such as `partners.csv`")
    return {file.stem: _read_table(file) for file in files}


def _read_table(path: Path) -> list[Mapping[str, object]]:
    text = _read_text(path, LARGEST_FILE)
    if "\0" in text:
        _refuse(path.name, "has NUL characters")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[Mapping[str, object]] = []
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(path, header)
        fields = [name.partition(".") for name in header]
        for cells in rows:
            if not cells:
                continue
            if len(cells) != len(header):
                _refuse(path.name, f"line {rows.line_num}: {len(cells)} cells, and the header has {len(header)}")
            records.append(_record_of_cells(fields, cells))
    except csv.Error as error:
        _refuse(path.name, f"line {rows.line_num}: {error}")
    return records


# What spreadsheets and people put in the place of the comma; the name of a field has none of them.
_OTHER_MARKS: Final = {";": "a semicolon", "\t": "a tab", "，": "a full-width comma"}


def _check_header(path: Path, header: list[str]) -> None:
    if not header:
        _refuse(path.name, "is empty", "its first line names the fields")
    for mark, words in _OTHER_MARKS.items():
        if any(mark in name for name in header):
            _refuse(path.name, f"line 1: the columns are parted by {words}", "put a comma, `,`, between the columns")
    if len(header) > MOST_COLUMNS:
        _refuse(path.name, f"has {len(header):,} columns, at most {MOST_COLUMNS:,} are read")
    parts = {name.partition(".")[0] for name in header if "." in name}
    names: set[str] = set()
    for number, name in enumerate(header, start=1):
        if not name:
            _refuse(path.name, f"column {number} has no name")
        if name in names:
            _refuse(path.name, f"two columns are called `{shortened(name)}`")
        names.add(name)
        if name.count(".") > 1 or name in parts:
            _refuse(
                path.name,
                f"`{shortened(name)}` is not the name of a field",
                "a field of a part is written `checks.legal`",
            )


def _record_of_cells(fields: list[tuple[str, str, str]], cells: list[str]) -> dict[str, object]:
    """The fields of a line, some of which are of parts; an empty cell is a field that is left out."""
    record: dict[str, object] = {}
    parts: dict[str, dict[str, object]] = {}
    for (name, dot, field), text in zip(fields, cells, strict=True):
        if not text or text.isspace():
            continue
        if dot:
            parts.setdefault(name, {})[field] = Cell(text)
        else:
            record[name] = Cell(text)
    return {**record, **parts} if parts else record
