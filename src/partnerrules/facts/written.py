"""How a value stood in a file, where its text alone does not say it.

May import domain. The file readers make these, one for every value, so that they are made as cheaply
as can be; the value readers understand them, and nothing changes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from partnerrules.domain.values import UnknownValue, kind_of


@dataclass(slots=True)
class NumberText:
    """A JSON number, kept as it was written so that no digit is lost, and told apart from text."""

    text: str


@dataclass(slots=True)
class Cell:
    """A cell of a CSV file, where a list is written with semicolons."""

    text: str


def listed_in(cell: Cell) -> list[Cell]:
    """The items of a list that a cell holds; one that is empty stands where a semicolon is one too many."""
    text = cell.text.strip()
    return [] if text == "[]" else [Cell(each.strip()) for each in text.split(";")]


def kind_given(raw: object) -> str:
    """What a given value is in plain words, for messages, wherever it stood."""
    if isinstance(raw, NumberText):
        return "a number"
    return kind_of(raw.text if isinstance(raw, Cell) else raw)


def says_unknown(value: object) -> bool:
    """Whether a value says that it is not known: `UNKNOWN` in Python, `{unknown: true}` in files."""
    if isinstance(value, UnknownValue):
        return True
    if isinstance(value, Cell):
        return value.text.strip() == "{unknown: true}"
    if isinstance(value, Mapping) and len(value) == 1 and "unknown" in value:
        return value["unknown"] is True or value["unknown"] == "true"
    return False
