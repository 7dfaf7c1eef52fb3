"""A YAML file as a tree that knows where each of its parts stands.

A scalar stays text: whether `NO` is a country or a refusal is for the schema to say, which reads the tree. Nodes are
told apart by identity, not by content, since an alias puts one node into several places of a file. Comes after
`yaml_reader`, which builds the tree; imports `scalar_positions` and diagnostics.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from partnerrules.diagnostics import Span
from partnerrules.language.scalar_positions import Places, ScalarStyle, character_places


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A text, as the author means it.

    Attributes:
        value: the text after folding and escapes.
        style: how it is written.
        span: where it is written, with its quotation marks or its `|`, without blank lines after it.
        written_to: where its source ends when the line ends that a `|` text keeps are counted in.
    """

    value: str
    style: ScalarStyle
    span: Span
    written_to: int | None = None
    _places: tuple[Places | None] | None = field(default=None, init=False, repr=False)

    @property
    def is_null(self) -> bool:
        """Whether nothing is written here, or YAML's word for it."""
        return self.style == "plain" and self.value in ("", "~", "null", "Null", "NULL")

    def at(self, start: int, end: int) -> Span:
        """The place in the file of `value[start:end]`; the whole text where that cannot be said."""
        source = self.span.source
        size = len(self.value)
        start = min(max(start, 0), size)
        end = min(max(end, start), size)
        if self.style == "plain" and self.span.end - self.span.start == size:
            # Nothing was folded: a fold always takes more characters than it leaves, or the same single one.
            return Span(source, self.span.start + start, self.span.start + end)
        places = self._character_places()
        if places is None:
            return self.span
        if start < end:
            return Span(source, places.starts[start], places.ends[end - 1])
        if size == 0:
            inside = self.span.start + (1 if self.style in ("single", "double") else 0)
            return Span(source, inside, inside)
        point = places.starts[start] if start < size else places.ends[-1]
        return Span(source, point, point)

    def _character_places(self) -> Places | None:
        if self._places is None:
            end = self.span.end if self.written_to is None else self.written_to
            found = character_places(self.span.source.text, self.span.start, end, self.style, self.value)
            # The one thing that is filled in later: most scalars are never asked for a place inside.
            object.__setattr__(self, "_places", (found,))
            return found
        return self._places[0]


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A list, in block form or (`flow`) in square brackets."""

    items: "tuple[Node, ...]"
    span: Span
    flow: bool


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A key with its value; one that was merged in with `<<` stands where it was first written."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """Keys with values, each key once, in block form or (`flow`) in braces."""

    entries: tuple[Entry, ...]
    span: Span
    flow: bool
    _by_key: "dict[str, Node] | None" = field(default=None, init=False, repr=False)

    def get(self, key: str) -> "Node | None":
        """The value of a key; None if there is no such key."""
        return self._nodes().get(key)

    def keys(self) -> tuple[str, ...]:
        """The keys in their order in the file."""
        return tuple(self._nodes())

    def _nodes(self) -> "dict[str, Node]":
        if self._by_key is None:
            nodes = {entry.key.value: entry.value for entry in self.entries}
            object.__setattr__(self, "_by_key", nodes)
            return nodes
        return self._by_key


Node: TypeAlias = Scalar | Sequence | Mapping
