"""How a value stood in a file, where its text alone does not say it.

May import domain. The file readers make these, the value readers understand them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from partnerrules.domain.values import UnknownValue, kind_of


@dataclass(frozen=True, slots=True)
class NumberText:
    """A JSON number, kept as it was written so that no digit is lost, and told apart from text."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a CSV file, where a list is written with semicolons."""

    text: str


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
