"""Builds the tree of a YAML file out of the parser's events, and refuses what no one could walk safely.

The tree is not too deep, not too large also when its aliases are written out, has no cycles and each key once. Mistakes
after which the rest can still be read are collected; at the others reading ends. Used by `yaml_reader`; imports
diagnostics, `source_text` and the other `yaml_` modules.
"""

import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from partnerrules.diagnostics import Report, Source, Span, suggestion
from partnerrules.language.scalar_positions import ScalarStyle
from partnerrules.language.source_text import first_control_character, report_control_character
from partnerrules.language.yaml_limits import Limits, Mistakes, RefusedError
from partnerrules.language.yaml_mappings import BETWEEN, OpenMapping
from partnerrules.language.yaml_nodes import Mapping, Node, Scalar, Sequence
from partnerrules.language.yaml_places import value_end
from partnerrules.language.yaml_traps import unsupported_tag


@dataclass(slots=True)
class _Anchor:
    """A name given to a node with `&`; while the node is still open there is none."""

    span: Span
    node: Node | None = None
    weight: int = 0
    height: int = 0
    used: bool = False


@dataclass(slots=True)
class _OpenSequence:
    """A list that is being read."""

    start: int
    end: int
    flow: bool
    anchor: str | None
    expanded_before: int
    height: int = 0
    items: list[Node] = field(default_factory=list)


_Open: TypeAlias = _OpenSequence | OpenMapping

_STYLES: Final[dict[str | None, ScalarStyle]] = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}
_AMPERSAND: Final = "a value that starts with `&` needs quotes"


class TreeBuilder:
    """Builds the tree out of the parser's events, with a stack of its own instead of recursion."""

    def __init__(self, source: Source, report: Report, limits: Limits) -> None:
        self.source = source
        self.last = 0
        self.quoted: Span | None = None
        self._report = report
        self._limits = limits
        self._root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchor] = {}
        self._replaced_anchors: list[_Anchor] = []
        self._documents = 0
        self._nodes = 0
        self._expanded = 0
        self._mistakes = Mistakes(source, report, limits.mistakes)

    def take(self, event: Event) -> None:
        """Add what an event tells; raise `RefusedError` where the rest cannot be read."""
        match event:
            case ScalarEvent():
                self._scalar(event)
            case AliasEvent():
                self._alias(event)
            case MappingStartEvent() | SequenceStartEvent():
                self._start(event)
            case MappingEndEvent() | SequenceEndEvent():
                self._end(event)
            case DocumentStartEvent():
                self._document(event)
        self.last = max(self.last, event.end_mark.index)

    def finish(self) -> Node | None:
        """The whole tree; None if there were mistakes or there is nothing in the file."""
        if self._mistakes.count:
            return None
        root = self._root
        if root is None or (isinstance(root, Scalar) and root.value == "" and root.style == "plain"):
            self._report.error("empty-document", f"`{self.source.path}` is empty", Span(self.source, 0, 0))
            return None
        anchors = (*self._anchors.values(), *self._replaced_anchors)
        idle = [anchor for anchor in anchors if not anchor.used and _is_plain(anchor.node)]
        for anchor in idle[: self._limits.mistakes]:
            self._report.warning(
                "unquoted-text",
                f"`{self._text(anchor.span)}` is read as an anchor that nothing refers to, not as text",
                anchor.span,
                help="quote the whole value if this belongs to it",
            )
        return root

    def _text(self, span: Span) -> str:
        return self.source.text[span.start : span.end]

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def _document(self, event: DocumentStartEvent) -> None:
        span = self._span(event.start_mark.index, event.end_mark.index)
        self._documents += 1
        if self._documents > 1:
            self._mistakes.refuse(
                "several-documents", "a second document starts here", span, help="write one file for each"
            )
        if event.version is not None and tuple(event.version) != (1, 2):
            self._mistakes.refuse(
                "yaml-syntax", "files are read as YAML 1.2, and this one asks for another version", span
            )

    def _count(self, start: int, *, characters: int = 0) -> None:
        self._nodes += 1
        self._expanded += 1 + characters // 1000
        if self._nodes > self._limits.nodes:
            message = f"`{self.source.path}` has more than {self._limits.nodes:,} keys and values"
            help = "split it into several files; large tables fit better into a CSV file"
            self._mistakes.refuse("too-large", message, self._span(start, start + 1), help=help)

    def _properties(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> int:
        """Look at tag and anchor of a node; give the place where the node itself starts."""
        start: int = event.start_mark.index
        if event.tag is not None:
            self._tag(start)
        if event.anchor is None:
            return start
        if event.anchor in self._anchors:
            self._replaced_anchors.append(self._anchors[event.anchor])
        # With a tag the anchor may stand elsewhere; the file is refused then anyway.
        behind = start + 1 + len(event.anchor)
        self._anchors[event.anchor] = _Anchor(self._span(start, behind))
        between = BETWEEN.match(self.source.text, behind)
        return behind if between is None else between.end()

    def _tag(self, start: int) -> None:
        text = self.source.text
        end = value_end(text, start, flow=bool(self._open) and self._open[-1].flow)
        value = text[start:end]
        # `!include other.yaml` was meant as a tag, `!done and paid` and `!important` were not.
        if re.match(r"!!|!<|![\w:.-]+[ \t]+(?:[^\s()]+|['\"\[{].*)$", value):
            unsupported_tag(self.source, self._report, start, start + len(value.split()[0]))
            self._mistakes.reported()
        else:
            fault = "a value that starts with `!` needs quotes"
            self._mistakes.unquoted(start, end, fault)

    def _scalar(self, event: ScalarEvent) -> None:
        self._count(event.start_mark.index, characters=len(event.value))
        style = _STYLES[event.style]
        start, end = self._properties(event), event.end_mark.index
        written_to = end
        if style == "plain" and event.value == "":
            top = self._open[-1] if self._open and event.anchor is None else None
            colon = top.after_colon() if isinstance(top, OpenMapping) else None
            # The parser gives an empty value the place of whatever comes next.
            start = end = written_to = end if colon is None else colon
        elif style in ("literal", "folded"):
            header = re.compile(r"[|>][-+0-9]*").match(self.source.text, start)
            while end > start and self.source.text[end - 1] in " \r\n":
                end -= 1
            if header is not None and event.value.strip() == "" and header.group()[1:].strip("+-") != "":
                # `when: >5` is, to YAML, the header of a text that is indented by five.
                fault = f"a value that starts with `{header.group()[0]}` needs quotes"
                self._mistakes.unquoted(start, header.end(), fault)
        scalar = Scalar(event.value, style, self._span(start, end), written_to)
        self.quoted = scalar.span if style in ("single", "double") else None
        if style == "double":
            odd = first_control_character(event.value)
            if odd is not None:
                report_control_character(event.value[odd], scalar.at(odd, odd + 1), self._report)
                self._mistakes.reported()
        if event.anchor is not None:
            if style == "plain" and event.value == "":
                # An anchor on nothing: reading on, YAML would only stumble over the rest of the text.
                at = self._anchors[event.anchor].span.start
                flow = bool(self._open) and self._open[-1].flow
                self._mistakes.unquoted(at, value_end(self.source.text, at, flow=flow), _AMPERSAND)
                raise RefusedError
            self._close_anchor(event.anchor, scalar, weight=1 + len(event.value) // 1000, height=0)
        self._add(scalar, max(end, start))

    def _alias(self, event: AliasEvent) -> None:
        span = self._span(event.start_mark.index, event.end_mark.index)
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            name = self._text(span)[:80]
            message = f"`{name}` is read as a reference to an anchor, and there is none of that name above"
            help = f"quote the value if it is text, such as `'{name}'`"
            if self._anchors:
                help += f"; {suggestion(event.anchor, self._anchors, kind='anchor')}"
            self._mistakes.refuse("unknown-anchor", message, span, help=help)
        if anchor.node is None:
            message = f"`{self._text(span)}` stands inside the very part of the file that it refers to"
            self._mistakes.refuse("recursive-alias", message, span, help="write this part out")
        anchor.used = True
        self._count(span.start)
        self._expanded += anchor.weight - 1
        if self._expanded > self._limits.expanded:
            message = f"with its aliases written out the file has more than {self._limits.expanded:,} keys and values"
            self._mistakes.refuse("too-many-aliases", message, span, help="use fewer aliases of aliases")
        if len(self._open) + anchor.height > self._limits.depth:
            self._too_deep(span.start)
        top = self._open[-1] if self._open else None
        if isinstance(top, OpenMapping) and top.key is None:
            message = f"`{self._text(span)}` stands in the place of a key"
            self._mistakes.refuse("key-not-text", message, span, help="write the key itself")
        if top is not None:
            top.height = max(top.height, anchor.height)
        self._add(anchor.node, span.end)

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        self._count(event.start_mark.index)
        start = self._properties(event)
        if len(self._open) >= self._limits.depth:
            self._too_deep(start)
        top = self._open[-1] if self._open else None
        if isinstance(top, OpenMapping) and top.key is None:
            message = "a list or a mapping stands in the place of a key"
            help = "a key is a text; quote it if it contains brackets or braces"
            self._mistakes.refuse("key-not-text", message, self._span(start, start + 1), help=help)
        # A pair inside square brackets, `[a: b]`, has no braces of its own.
        flow, before = bool(event.flow_style), self._expanded - 1
        if isinstance(event, MappingStartEvent):
            in_list = isinstance(top, _OpenSequence)
            self._open.append(OpenMapping(start, start, flow, event.anchor, before, self._mistakes, in_list))
        else:
            self._open.append(_OpenSequence(start, start, flow, event.anchor, before))

    def _too_deep(self, start: int) -> None:
        message = f"lists and mappings are nested more than {self._limits.depth} deep"
        self._mistakes.refuse("too-deep", message, self._span(start, start + 1), help="write it with fewer levels")

    def _end(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        done = self._open.pop()
        if done.flow and self.source.text[done.start] in "[{":
            done.end = event.end_mark.index
        node: Node
        if isinstance(done, _OpenSequence):
            node = Sequence(tuple(done.items), self._span(done.start, done.end), done.flow)
        else:
            node = Mapping(done.finish(), self._span(done.start, done.end), done.flow)
        height = done.height + 1
        if done.anchor is not None:
            self._close_anchor(done.anchor, node, weight=self._expanded - done.expanded_before, height=height)
        if self._open:
            self._open[-1].height = max(self._open[-1].height, height)
        self._add(node, done.end)

    def _close_anchor(self, name: str, node: Node, *, weight: int, height: int) -> None:
        anchor = self._anchors[name]
        if anchor.node is None:
            # Otherwise the name was given again inside this very node, and means the later one from here on.
            anchor.node, anchor.weight, anchor.height = node, weight, height

    def _add(self, node: Node, end: int) -> None:
        """Put a finished node where it belongs."""
        if not self._open:
            self._root = node
            return
        top = self._open[-1]
        if isinstance(top, _OpenSequence):
            top.items.append(node)
        elif top.key is None and isinstance(node, Scalar):
            top.begin_entry(node)
        elif top.key is not None:
            top.end_entry(top.key, node)
        top.end = max(top.end, end)


def _is_plain(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.style == "plain"
