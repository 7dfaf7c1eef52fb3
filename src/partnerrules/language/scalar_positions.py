r"""Where each character of a YAML text stands in the file it was read from.

YAML folds lines, drops indentation and decodes escapes, so the third character of a value is rarely the third of its
source. Here the source of one scalar is decoded a second time, this time with the place of every character kept. What
goes in is the text of a file and the extent of a scalar in it; what comes out are the places, or nothing where the
second decoding disagrees with the parser's, so that a wrong place is never given. Imports nothing of the library.

Line ends are `\n` or `\r\n`: the reader has refused every other one before.
"""

import re
import sys
from array import array
from dataclasses import dataclass, field
from typing import Final, Literal

ScalarStyle = Literal["plain", "single", "double", "literal", "folded"]


@dataclass(slots=True)
class Places:
    """The characters of a value with the extent of each in the source.

    >>> places = character_places("a: 'it''s'", 3, 10, "single", "it's")
    >>> places.starts[2], places.ends[2]
    (6, 8)
    """

    starts: "array[int]" = field(default_factory=lambda: array("q"))
    ends: "array[int]" = field(default_factory=lambda: array("q"))
    pieces: list[str] = field(default_factory=list)

    def copy(self, text: str, start: int, end: int) -> None:
        """Take characters as they are written."""
        if start < end:
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))
            self.pieces.append(text[start:end])

    def put(self, character: str, start: int, end: int) -> None:
        """Take one character that is written in another way, such as an escape or a folded line end."""
        self.starts.append(start)
        self.ends.append(end)
        self.pieces.append(character)


def character_places(text: str, start: int, end: int, style: ScalarStyle, value: str) -> Places | None:
    """The place of each character of `value`, which was read from `text[start:end]`; None where that is not certain."""
    places = Places()
    if style == "plain":
        _plain(text, start, end, places)
    elif style == "single":
        _single_quoted(text, start + 1, end - 1, places)
    elif style == "double":
        _double_quoted(text, start + 1, end - 1, places)
    else:
        _block(text, start, end, style == "folded", value, places)
    return places if "".join(places.pieces) == value else None


_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_PLAIN_RUN: Final = re.compile(r"[^ \t\r\n]*")
_SINGLE_RUN: Final = re.compile(r"[^ \t\r\n']*")
_DOUBLE_RUN: Final = re.compile(r"[^ \t\r\n\\]*")
_LINE_BREAK: Final = re.compile(r"\r?\n")
_HEX_DIGITS: Final = {"x": 2, "u": 4, "U": 8}
_ESCAPES: Final = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


def _plain(text: str, start: int, end: int, places: Places) -> None:
    at = start
    while at < end:
        run = _run_end(_PLAIN_RUN, text, at, end)
        places.copy(text, at, run)
        at = _blanks(text, run, end, places)


def _single_quoted(text: str, start: int, end: int, places: Places) -> None:
    at = start
    while at < end:
        run = _run_end(_SINGLE_RUN, text, at, end)
        places.copy(text, at, run)
        if text.startswith("''", run, end):
            places.put("'", run, run + 2)
            at = run + 2
        elif run < end and text[run] == "'":
            return
        else:
            at = _blanks(text, run, end, places)


def _double_quoted(text: str, start: int, end: int, places: Places) -> None:
    at = start
    while at < end:
        run = _run_end(_DOUBLE_RUN, text, at, end)
        places.copy(text, at, run)
        if run < end and text[run] == "\\":
            after = _escape(text, run, end, places)
            if after is None:
                return
            at = after
        else:
            at = _blanks(text, run, end, places)


def _run_end(pattern: re.Pattern[str], text: str, at: int, end: int) -> int:
    match = pattern.match(text, at, end)
    return at if match is None else match.end()


def _blanks(text: str, start: int, end: int, places: Places) -> int:
    """Take spaces as written, or fold line ends: one gives a space, each further one a line end."""
    after = _run_end(_BLANKS, text, start, end)
    breaks = [match.span() for match in _LINE_BREAK.finditer(text, start, after)]
    if not breaks:
        places.copy(text, start, after)
    elif len(breaks) == 1:
        places.put(" ", start, after)
    else:
        for begin, finish in breaks[1:]:
            places.put("\n", begin, finish)
    return after


def _escape(text: str, start: int, end: int, places: Places) -> int | None:
    letter = text[start + 1 : start + 2]
    if letter in _ESCAPES:
        places.put(_ESCAPES[letter], start, start + 2)
        return start + 2
    if letter in _HEX_DIGITS:
        after = start + 2 + _HEX_DIGITS[letter]
        digits = text[start + 2 : min(after, end)]
        if re.fullmatch(r"[0-9A-Fa-f]+", digits) is None or int(digits, 16) > sys.maxunicode:
            return None
        places.put(chr(int(digits, 16)), start, after)
        return after
    if letter not in ("\r", "\n"):
        return None
    # An escaped line end is dropped, and with it the indentation of the next line; empty lines after it stay.
    after = _run_end(_BLANKS, text, start + 1, end)
    for begin, finish in [match.span() for match in _LINE_BREAK.finditer(text, start + 1, after)][1:]:
        places.put("\n", begin, finish)
    return after


class _Lines:
    """Walks through the lines of a block scalar."""

    def __init__(self, text: str, at: int, end: int, indent: int) -> None:
        self.text = text
        self.at = at
        self.end = end
        self.indent = indent
        self.column = 0

    def inside(self) -> bool:
        """Whether a line of the scalar starts here."""
        return self.column == self.indent and self.at < self.end

    def indented_more(self) -> bool:
        return self.text[self.at] in " \t"

    def empty_lines(self) -> list[tuple[int, int]]:
        """Pass over empty lines and the indentation after them; give the extent of each line end."""
        breaks: list[tuple[int, int]] = []
        self._indentation()
        while self.at < self.end and self.text[self.at] in "\r\n":
            breaks.append(self.line_end())
            self._indentation()
        return breaks

    def line_end(self) -> tuple[int, int]:
        match = _LINE_BREAK.match(self.text, self.at, self.end)
        start, self.at = self.at, self.at if match is None else match.end()
        self.column = 0
        return start, self.at

    def rest(self) -> tuple[int, int]:
        """Pass over what is left of this line."""
        start = self.at
        self.at = _run_end(_NOT_LINE_END, self.text, self.at, self.end)
        self.column += self.at - start
        return start, self.at

    def _indentation(self) -> None:
        while self.at < self.end and self.column < self.indent and self.text[self.at] == " ":
            self.at += 1
            self.column += 1


_NOT_LINE_END: Final = re.compile(r"[^\r\n]*")


def _block(text: str, start: int, end: int, folded: bool, value: str, places: Places) -> None:
    """Follow the same steps as ruamel's `scan_block_scalar`, so that both agree on every odd case."""
    header = text[start : _run_end(_NOT_LINE_END, text, start, end)]
    first_line = _LINE_BREAK.match(text, start + len(header), end)
    if first_line is None:
        return
    chomping = header.split("#")[0]
    lines = _Lines(text, first_line.end(), end, _indentation_of(text, first_line.end(), end, value))
    breaks = lines.empty_lines()
    line_end = (lines.at, lines.at)
    while lines.inside():
        for begin, finish in breaks:
            places.put("\n", begin, finish)
        flush = not lines.indented_more()
        places.copy(text, *lines.rest())
        line_end = lines.line_end()
        breaks = lines.empty_lines()
        if not lines.inside():
            break
        if folded and flush and not lines.indented_more():
            if not breaks:
                # The folded space stands for the line end and the indentation after it.
                places.put(" ", line_end[0], lines.at)
        else:
            places.put("\n", *line_end)
    if "-" not in chomping and line_end[0] < line_end[1]:
        places.put("\n", *line_end)
    if "+" in chomping:
        for begin, finish in breaks:
            places.put("\n", begin, finish)


def _indentation_of(text: str, start: int, end: int, value: str) -> int:
    """How far a block scalar is indented: from its first line that is not blank, here and in `value`."""
    written = re.compile(r"[^ \r\n]").search(text, start, end)
    read = re.search(r"[^ \n]", value)
    if written is None or read is None:
        return sys.maxsize
    column_written = written.start() - (text.rfind("\n", 0, written.start()) + 1)
    column_read = read.start() - (value.rfind("\n", 0, read.start()) + 1)
    return column_written - column_read
