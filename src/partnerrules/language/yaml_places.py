"""Reads lines of a YAML file tolerantly, as an author would, to find the value that a place belongs to.

Where the parser stumbles over a file, what it read so far does not tell where the value began that needs quotes. Used
by `yaml_traps` and `yaml_tree`; imports nothing of the library.
"""

from dataclasses import dataclass
from typing import Final

LONGEST_VALUE: Final = 2000
"""Characters of one value that are looked at."""
BLANK: Final = " \t"
_LINE_END: Final = "\r\n"


@dataclass(frozen=True, slots=True)
class Place:
    """What stands before a place on its line: the value there, if one has begun, and whether braces surround it."""

    value: int | None
    keyed: bool
    flow: bool


def value_end(text: str, start: int, *, flow: bool) -> int:
    """Where a value that starts on this line probably ends: at its comma, a comment, or the end of the line."""
    depth = 0
    at = start
    limit = min(len(text), start + LONGEST_VALUE)
    while at < limit and text[at] not in _LINE_END:
        character = text[at]
        if character == "#" and text[at - 1] in BLANK and at > start:
            break
        if flow and depth == 0 and character in ",}]":
            break
        if character == '"':
            closing = text.find('"', at + 1, limit)
            at = closing if 0 <= closing < line_end(text, at) else at
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        at += 1
    while at > start and text[at - 1] in BLANK:
        at -= 1
    return at


def place_of(text: str, at: int, *, flow: bool) -> Place:
    """Read the line up to a place as YAML would, tolerantly, to find the value that the place belongs to."""
    here = skip(text, line_start(text, at), at)
    value: int | None = None
    while here < at and text[here] in "-?" and text[here + 1 : here + 2] in BLANK and here + 1 < at:
        here = value = skip(text, here + 1, at)
    keyed = False
    fresh = True
    outer: list[tuple[int | None, bool, str]] = []
    while here < at:
        character = text[here]
        if fresh and character in "\"'":
            closing = text.find(character, here + 1, at)
            here = here + 1 if closing < 0 else closing + 1
            fresh = False
        elif fresh and character in "{[":
            outer.append((value, keyed, character))
            here = skip(text, here + 1, at)
            value, keyed = (here if character == "[" else None), False
        elif character in "}]" and outer:
            value, keyed, _ = outer.pop()
            here, fresh = here + 1, False
        elif character == "," and (flow or outer):
            here = skip(text, here + 1, at)
            value, keyed, fresh = (here if outer and outer[-1][2] == "[" else None), False, True
        elif character == ":" and not keyed and text[here + 1 : here + 2] in BLANK + _LINE_END:
            here = skip(text, here + 1, at)
            value, keyed, fresh = here, True, True
        else:
            here += 1
            fresh = False
    return Place(value, keyed, flow or bool(outer))


def line_start(text: str, at: int) -> int:
    """Where the line of a place begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line of a place ends, before its line end."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def skip(text: str, start: int, end: int) -> int:
    """The first place from a start that holds no blank, or else the end."""
    while start < end and text[start] in BLANK:
        start += 1
    return start
