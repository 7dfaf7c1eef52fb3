"""Texts that know where in a file each of their characters stands.

An expression may stand in a YAML scalar of any style, in a cell of a Markdown table inside such a scalar, or in a CSV
file. The parser sees only an `Excerpt`: a text, and a way to turn a stretch of it into a place in the file.
"""

from dataclasses import dataclass
from typing import Protocol

from partnerrules.diagnostics import Source, Span


class Excerpt(Protocol):
    """A text with the place in a file of every stretch of it."""

    @property
    def value(self) -> str:
        """The text itself."""

    def at(self, start: int, end: int) -> Span:
        """The place in the file of `value[start:end]`."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of another excerpt, such as one cell of a table."""

    parent: Excerpt
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.parent.value[self.start : self.end]

    def at(self, start: int, end: int) -> Span:
        return self.parent.at(self.start + start, self.start + end)


@dataclass(frozen=True, slots=True)
class Plain:
    """A stretch of a source that stands there letter by letter."""

    source: Source
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.source.text[self.start : self.end]

    def at(self, start: int, end: int) -> Span:
        return Span(self.source, self.start + start, self.start + end)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text whose characters are written otherwise in the source, such as a quoted CSV cell: placed as a whole."""

    value: str
    span: Span

    def at(self, start: int, end: int) -> Span:
        return self.span


def whole(excerpt: Excerpt) -> Span:
    """The place of all of an excerpt."""
    return excerpt.at(0, len(excerpt.value))
