"""Collects the entries of one mapping: each key once, `<<` replaced by what it merges, and no text split at a comma.

Used by `yaml_tree`; imports diagnostics, `yaml_nodes` and `yaml_limits`.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from partnerrules.diagnostics import Label, Span
from partnerrules.language import full_width
from partnerrules.language.yaml_limits import Mistakes
from partnerrules.language.yaml_nodes import Entry, Mapping, Node, Scalar, Sequence
from partnerrules.language.yaml_traps import full_width_mark

_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?: *[^\s,]+)?")
_KEY_ALONE: Final = re.compile(r"[^\W\d][\w-]{0,60}:")
BETWEEN: Final = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
"""Spaces, line ends and comments between two tokens of YAML."""


@dataclass(slots=True)
class OpenMapping:
    """A mapping that is being read.

    Attributes:
        start: where it starts in the file.
        end: where it ends as far as it is read.
        flow: whether it stands in braces.
        anchor: the name given to it.
        expanded_before: how much was counted before it.
        height: how deep its values are nested.
        mistakes: takes what is wrong with its keys.
        in_list: whether it is an item of a list.
    """

    start: int
    end: int
    flow: bool
    anchor: str | None
    expanded_before: int
    mistakes: Mistakes
    in_list: bool = False
    height: int = 0
    key: Scalar | None = None
    _entries: list[Entry] = field(default_factory=list)
    _seen: dict[str, Scalar] = field(default_factory=dict)
    _merges: bool = False
    _split: Span | None = None
    _before_key: int = 0
    _dash_missing: bool = False

    def begin_entry(self, key: Scalar) -> None:
        """Take a key; its value follows."""
        self._before_key = self.end
        if key.style == "plain" and key.value == "":
            # In braces the parser gives an empty key the place behind its colon.
            at = key.span.start - (1 if self.flow and key.span.start > 0 else 0)
            place = Span(self.mistakes.source, at, at + 1)
            self.mistakes.add("key-not-text", "a key is missing here", place, help="write `key: value`")
        self.key = key

    def end_entry(self, key: Scalar, value: Node) -> None:
        """Take the value of a key."""
        without_colon = self.flow and key.value != "" and self.after_colon() is None
        self.key = None
        if without_colon:
            self._split_text(key)
            return
        self._report_split_text()
        first = self._seen.setdefault(key.value, key)
        if first is not key and key.value != "" and not self._dash_missing:
            labels = (Label(first.span, "first written here"), Label(key.span, "written again here"))
            help = "keep one of them"
            if self.in_list and not self.flow:
                # All further keys of that item would be told of, too.
                self._dash_missing = True
                help = "keep one of them, or write `- ` before the second one if the next item of the list begins there"
            message = f"the key `{key.value[:80]}` is written twice"
            self.mistakes.add("duplicate-key", message, key.span, labels=labels, help=help)
        if key.value == "<<" and key.style == "plain":
            self._merges = True
        self._entries.append(Entry(key, value))

    def after_colon(self) -> int | None:
        """The place behind the colon of a key whose value is still to come; None if there is no colon."""
        if self.key is None:
            return None
        text = self.mistakes.source.text
        between = BETWEEN.match(text, self.key.span.end)
        at = self.key.span.end if between is None else between.end()
        return at + 1 if text.startswith(":", at) else None

    def _split_text(self, key: Scalar) -> None:
        """Note a key without a value: in braces a comma ends a text, so that `{value: min(a, b)}` has two keys."""
        start = key.span.start
        if self._split is not None:
            start = self._split.start
        elif self._entries:
            before = self._entries[-1].value
            if (
                isinstance(before, Scalar)
                and before.style == "plain"
                and before.value != ""
                and before.span.end == self._before_key
            ):
                start = before.span.start
        self._split = Span(self.mistakes.source, start, key.span.end)

    def _report_split_text(self) -> None:
        split, self._split = self._split, None
        if split is None:
            return
        text = self.mistakes.source.text[split.start : split.end]
        odd = full_width.in_braces(text)
        if odd is not None:
            full_width_mark(self.mistakes.source, self.mistakes.report, split.start + odd)
            self.mistakes.reported()
            return
        number = _THOUSANDS.fullmatch(text)
        if number is not None:
            help = f"write `{text.replace(',', '')}`"
            self.mistakes.add("syntax", f"`{text[:80]}` has separators between its digits", split, help=help)
            return
        last = text.rpartition(",")[2].strip()
        if _KEY_ALONE.fullmatch(last):
            place = Span(split.source, split.end - len(last), split.end)
            help = f"write its value behind it, such as `{last} ...`, or take it out"
            self.mistakes.add("wrong-shape", f"the key `{last[:-1]}` has no value", place, help=help)
            return
        if "," in text:
            fault = "a value that contains `,` inside braces needs quotes"
            self.mistakes.unquoted(split.start, split.end, fault)
            return
        help = "write `key: value`, or quote the text before it if this belongs to it"
        if ":" in text:
            help = "write a space after the `:`"
        self.mistakes.add("unquoted-text", f"`{text[:80]}` has no value", split, help=help)

    def finish(self) -> tuple[Entry, ...]:
        """All entries of the mapping, those merged in with `<<` among them."""
        self._report_split_text()
        return tuple(self._merged() if self._merges else self._entries)

    def _merged(self) -> list[Entry]:
        """The entries with those of `<<` in its place; a key of the mapping's own wins, then the one merged first."""
        taken = {entry.key.value for entry in self._entries}
        merged: list[Entry] = []
        for entry in self._entries:
            if entry.key.value != "<<" or entry.key.style != "plain":
                merged.append(entry)
                continue
            parts = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
            for part in parts:
                if not isinstance(part, Mapping):
                    message = "`<<` takes in another mapping, or a list of mappings"
                    self.mistakes.add("yaml-syntax", message, entry.key.span, help="write an alias such as `<<: *name`")
                    break
                for other in part.entries:
                    if other.key.value not in taken:
                        taken.add(other.key.value)
                        merged.append(other)
        return merged
