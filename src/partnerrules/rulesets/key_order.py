"""Puts the top-level keys of a file in order, line by line: each with the comments before it, none lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from partnerrules.language.yaml_nodes import Mapping, Node


@dataclass(frozen=True, slots=True)
class _Chunk:
    """One key with all that is under it, and the comments before it."""

    name: str
    lines: tuple[str, ...]
    apart: bool
    """Whether an empty line stands before it."""


def in_order(text: str, root: Node, order: Sequence[str], sections: frozenset[str]) -> str:
    """The text with its top-level keys in order, sections set apart by one empty line.

    Left as it is where lines do not belong to one key each.
    """
    if not isinstance(root, Mapping) or root.flow or not root.entries:
        return text
    lines = text.removesuffix("\n").split("\n")
    starts = [entry.key.span.line - 1 for entry in root.entries]
    if any(entry.key.span.column != 1 or entry.key.value not in order for entry in root.entries):
        return text
    if any(left >= right for left, right in pairwise(starts)) or any(line[:3] in ("---", "...") for line in lines):
        return text
    head = _head_length(lines, starts[0])
    tail = len(lines)
    while tail > starts[-1] + 1 and _between(lines[tail - 1]):
        tail -= 1
    begins = [head]
    for start in starts[1:]:
        begin = start
        while _between(lines[begin - 1]):
            begin -= 1
        begins.append(begin)
    chunks = [
        _chunk(entry.key.value, lines[begin:end], sections)
        for entry, begin, end in zip(root.entries, begins, [*begins[1:], tail], strict=True)
    ]
    chunks.sort(key=lambda chunk: order.index(chunk.name))
    ordered = _stripped(lines[:head])
    set_apart = head > 0 and _blank(lines[head - 1])
    for index, chunk in enumerate(chunks):
        if ordered and (chunk.apart if index else set_apart):
            ordered.append("")
        ordered += chunk.lines
    last = _stripped(lines[tail:])
    if last:
        ordered += ["", *last] if _blank(lines[tail]) else last
    if _content(ordered) != _content(lines):
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    return newline.join(line.removesuffix("\r") for line in ordered) + newline


def _head_length(lines: list[str], first: int) -> int:
    """How many lines at the top speak of the whole file: all before the first key, or up to the last empty line."""
    for index in range(first - 1, -1, -1):
        if _blank(lines[index]):
            return index + 1
    return first


def _chunk(name: str, lines: list[str], sections: frozenset[str]) -> _Chunk:
    apart = name in sections or (bool(lines) and _blank(lines[0]))
    return _Chunk(name, tuple(_stripped(lines)), apart)


def _stripped(lines: list[str]) -> list[str]:
    """The lines without empty ones at both ends."""
    first, last = 0, len(lines)
    while first < last and _blank(lines[first]):
        first += 1
    while last > first and _blank(lines[last - 1]):
        last -= 1
    return lines[first:last]


def _between(line: str) -> bool:
    """Whether a line belongs to the key after it: empty, or a comment that is not indented."""
    return _blank(line) or line.startswith("#")


def _blank(line: str) -> bool:
    return not line.strip()


def _content(lines: list[str]) -> Counter[str]:
    return Counter(line.removesuffix("\r") for line in lines if not _blank(line))
