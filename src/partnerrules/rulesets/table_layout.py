"""Lays out Markdown tables: canonical cells, columns of one width. A Chinese character is two columns wide."""

import unicodedata
from typing import Final

from partnerrules.language.excerpts import Excerpt

_WIDE: Final = frozenset("WF")
_NO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})


def display_width(text: str) -> int:
    """How many columns a text takes in a terminal or an editor.

    >>> display_width("agent"), display_width("代理")
    (5, 4)
    """
    return sum(
        0
        if unicodedata.category(character) in _NO_WIDTH
        else 2
        if unicodedata.east_asian_width(character) in _WIDE
        else 1
        for character in text
    )


def laid_out(rows: list[list[str]], rule: list[str]) -> list[str]:
    """The lines of a table.

    Args:
        rows: the cells; the first row is the head.
        rule: the cells of the line under the head, whose colons are kept; empty if there was none.
    """
    columns = max(len(row) for row in rows)
    widths = [max(display_width(row[index]) for row in rows if index < len(row)) for index in range(columns)]
    lines = [_line(row, widths) for row in rows]
    dashes = [_rule(rule[index] if index < len(rule) else "", width) for index, width in enumerate(widths)]
    return [lines[0], "|" + "|".join(dashes) + "|", *lines[1:]]


def _line(row: list[str], widths: list[int]) -> str:
    padded = (cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=False))
    return "| " + " | ".join(padded) + " |"


def _rule(written: str, width: int) -> str:
    left = ":" if written.startswith(":") else "-"
    right = ":" if written.endswith(":") else "-"
    return left + "-" * width + right


def written_rule(value: str, cells: list[list[Excerpt]]) -> list[str]:
    """The cells of the line under the head, as they are written; empty if there is none."""
    lines = [line.strip() for line in value.split("\n") if line.strip()]
    if len(lines) == len(cells) or len(lines) < 2:
        return []
    return [cell.strip() for cell in lines[1].strip("|").split("|")]
