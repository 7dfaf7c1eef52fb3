"""Turns what the YAML parser says into what a policy author can act on.

Most of YAML's errors in a ruleset have one cause: an expression or a title that needs quotes. The parser stumbles over
it somewhere behind and says so in its own words. Here the text around that place is looked at once more, and the value
that needs quotes is shown with the quotes put in. What is no such trap becomes one plain sentence. Used by
`yaml_reader`; imports diagnostics.
"""

import re
from dataclasses import dataclass
from typing import Final

from ruamel.yaml.error import MarkedYAMLError, StringMark

from partnerrules.diagnostics import Label, Report, Source, Span
from partnerrules.language import full_width
from partnerrules.language.yaml_places import LONGEST_VALUE, Place, line_end, line_start, place_of, skip, value_end

_LONGEST_SHOWN: Final = 60
_TABLE_KEY: Final = re.compile(r"([\w-]+):[ \t]*\r?\n\s*$")
_KEY_AT_END: Final = re.compile(r" +([a-z][a-z_]*)$")
_NEGATED: Final = re.compile(r"! *([\w.]+|\([^()]*\))")
_OPEN_CALL: Final = re.compile(r"(?:: +|\[ *|, +)([\w.]+\((?:[^(){}\[\]\n])*)$")
"""A call at the end of a text, whose parenthesis is not closed."""
_NAMES: Final = {"{": "brace", "[": "bracket", '"': "quotation mark", "'": "quotation mark"}


def unquoted_text(source: Source, report: Report, start: int, end: int, fault: str) -> None:
    """Say that a value needs quotes, and show it with quotes."""
    text = source.text[start:end]
    way_out = "quote this or use block form"
    if text.startswith("'"):
        way_out = "write `''` for an apostrophe inside single quotes, or put the whole text in double quotes"
    elif negated := _NEGATED.fullmatch(text):
        condition = negated[1] if negated[1].startswith("(") else f"({negated[1]})"
        way_out = f"write `not{condition}`; or, if it is text, quote it: `'{text}'`"
    elif text.startswith("!"):
        way_out = "write `not(...)` for the opposite of a condition; or, if this is text, quote it"
    elif 0 < len(text) <= _LONGEST_SHOWN and "\n" not in text:
        way_out += ": `'" + text.replace("'", "''") + "'`"
    report.error("unquoted-text", fault, Span(source, start, end), help=way_out)


def full_width_mark(source: Source, report: Report, at: int) -> None:
    """Say that a full-width mark stands where YAML wants the plain one."""
    mark = source.text[at]
    plain = full_width.PLAIN[mark]
    report.error(
        "full-width-character",
        f"{full_width.fault(mark)}, which is text to YAML",
        Span(source, at, at + 1),
        help=f"write `{plain} ` in its place" if plain in ",:" else f"write `{plain}` in its place",
    )


def explain(error: MarkedYAMLError, source: Source, report: Report, quoted: Span | None) -> None:
    """Report what the parser stumbled over.

    Args:
        error: what the parser says.
        source: the file.
        report: takes the diagnostic.
        quoted: the quoted text that the parser read last, if that was a quoted one.
    """
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(source.text)) if isinstance(mark, StringMark) else 0
    opened = error.context_mark
    since = min(opened.index, len(source.text)) if isinstance(opened, StringMark) else at
    trouble = _Trouble(source, report, error.problem or error.context or "", error.context or "", at, since, quoted)
    trouble.explain()


@dataclass(frozen=True, slots=True)
class _Trouble:
    """One error of the parser: its words, the place it stumbled at, and the start of what it was reading."""

    source: Source
    report: Report
    problem: str
    context: str
    at: int
    since: int
    quoted: Span | None

    def explain(self) -> None:
        if self._tab() or self._table() or self._full_width() or self._scalar() or self._directive() or self._tag():
            return
        if self.problem.startswith(("expected ',' or '}'", "expected ',' or ']'")):
            self._in_flow()
        elif self.problem.startswith("expected the node content"):
            self._missing_value()
        elif self.problem.startswith(("expected <block end>", "expected '<document start>'")):
            self._left_over()
        elif self.problem.endswith("not allowed here"):
            self._not_allowed_here()
        elif "could not find expected ':'" in self.problem:
            self._no_colon()
        elif "document end marker" in self.problem:
            self._syntax("text follows `...`, which ends a file", *self._line(), help="remove the `...`, or quote it")
        else:
            self._syntax(f"this is not valid YAML: {_plain_words(self.problem)}", self.at, self.at + 1)

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def character(self) -> str:
        return self.text[self.at : self.at + 1]

    def _syntax(
        self, message: str, start: int, end: int, *, help: str | None = None, labels: tuple[Label, ...] = ()
    ) -> None:
        size = len(self.text)
        span = Span(self.source, min(start, size), min(end, size))
        self.report.error("yaml-syntax", message, span, labels=labels, help=help)

    def _unquoted(self, start: int, fault: str, *, flow: bool) -> None:
        end = max(value_end(self.text, start, flow=flow), min(start + 1, len(self.text)))
        unquoted_text(self.source, self.report, start, end, fault)

    def _starts_badly(self, start: int, *, flow: bool) -> None:
        first = self.text[start : start + 1]
        named = "a backquote" if first == "`" else f"`{first}`"
        self._unquoted(start, f"a value that starts with {named} needs quotes", flow=flow)

    def _tab(self) -> bool:
        line = line_start(self.text, self.at)
        before = re.compile(r"[ \t]*").match(self.text, line)
        leading = "" if before is None else before.group()
        tab = line + leading.find("\t")
        if "\t" in leading and tab <= self.at and "flow" not in self.context:
            self.report.error(
                "tab-indentation",
                "a tab stands in the indentation, where YAML allows spaces only",
                Span(self.source, tab, tab + 1),
                help="replace each tab by spaces",
            )
        elif self.character == "\t":
            help = "replace it by a space, or quote the value if the tab belongs to it"
            self._syntax("a tab stands here, where YAML allows spaces only", self.at, self.at + 1, help=help)
        else:
            return False
        return True

    def _table(self) -> bool:
        """A Markdown table whose lines stand directly under their key."""
        start = line_start(self.text, self.since)
        key = _TABLE_KEY.search(self.text[max(start - _LONGEST_SHOWN, 0) : start])
        if self.context != "while scanning a block scalar" or key is None or self.text[start : self.since].strip():
            return False
        end = max(value_end(self.text, self.since, flow=False), self.since + 1)
        help = f"write `{key[1]}: |` in the line above"
        self._syntax(f"a table of several lines needs a `|` behind `{key[1]}:`", self.since, end, help=help)
        return True

    def _full_width(self) -> bool:
        """A full-width comma, colon or bracket in the place of a plain one."""
        line, end = line_start(self.text, self.at), line_end(self.text, self.at)
        found: int | None = None
        if "flow" in self.context:
            start = max(self.since, self.at - LONGEST_VALUE)
            inside = full_width.in_braces(self.text[start : min(end, self.at + LONGEST_VALUE)])
            found = None if inside is None else start + inside
            if found is None and "node content" not in self.problem:
                closing = full_width.closing(self.text[start : self.at])
                found = None if closing is None else start + closing
        for before in (line, line_start(self.text, max(line - 1, 0))):
            if found is None and not self.context.endswith("scalar"):
                inside = full_width.in_line(self.text[before : line_end(self.text, before)][:LONGEST_VALUE])
                found = None if inside is None else before + inside
        if found is None:
            return False
        full_width_mark(self.source, self.report, found)
        return True

    def _scalar(self) -> bool:
        """Errors inside one scalar."""
        if self.context == "while scanning a block scalar":
            self._starts_badly(self.since, flow=False)
        elif "block scalar" in self.context:
            help = "indent the first line of the text at least as far as the empty lines before it"
            self._syntax("the empty lines before this text are indented further than it", *self._line(), help=help)
        elif self.context in ("while scanning an alias", "while scanning an anchor"):
            self._starts_badly(self.since, flow=self._place(self.since).flow)
        elif "cannot start any token" in self.problem:
            self._starts_badly(self.at, flow=self._place(self.at).flow)
        elif self.context == "while scanning a quoted scalar":
            help = f"close it with {self.text[self.since]}, or quote the whole text if the mark belongs to it"
            self._syntax("this quotation mark is never closed", self.since, self.since + 1, help=help)
        elif self.context == "while scanning a double-quoted scalar":
            start = self.text.rfind("\\", self.since, self.at + 1)
            help = r"write `\\` for a backslash, or put the text in single quotes"
            written = self.text[start : self.at + 1]
            self._syntax(f"`{written}` is not an escape that YAML knows", start, self.at + 1, help=help)
        elif self.problem == "found unexpected ':'":
            self._unquoted(self.since, "a value that contains `:` inside braces needs quotes", flow=True)
        else:
            return False
        return True

    def _directive(self) -> bool:
        line = line_start(self.text, self.at)
        if self.problem.startswith("expected '<document start>'"):
            found = re.search(r"^%", self.text[: self.at], re.MULTILINE)
            line = -1 if found is None else found.start()
        elif self.context != "while scanning a directive" and "YAML d" not in self.problem:
            line = -1
        if line < 0:
            return False
        end = max(value_end(self.text, line, flow=False), line + 1)
        help = "a ruleset needs no such line; quote the text if it belongs to a value"
        self._syntax("a line that starts with `%` is a directive to YAML", line, end, help=help)
        return True

    def _tag(self) -> bool:
        if "tag handle" in self.problem:
            end = value_end(self.text, self.at, flow=True)
            word = self.text[self.at : end].split()[0]
            unsupported_tag(self.source, self.report, self.at, self.at + len(word))
        elif " tag" in self.context:
            self._starts_badly(self.since, flow=self._place(self.since).flow)
        else:
            return False
        return True

    def _in_flow(self) -> None:
        """Something other than a comma or the closing brace follows a value."""
        closing = "}" if "'}'" in self.problem.split("but")[0] else "]"
        opening = self.text[self.since : self.since + 1]
        kind = _NAMES.get(opening, "bracket")
        label = Label(Span(self.source, self.since, self.since + 1), f"the {kind} that is open")
        place = self._place(self.at, flow=True)
        if self.at >= len(self.text):
            self._syntax(f"this {kind} is never closed", self.since, self.since + 1, help=f"close it with `{closing}`")
        elif self.character in "]}":
            here = Label(Span(self.source, self.at, self.at + 1), "closed as another kind")
            message = f"`{opening}` is closed by `{self.character}`"
            self._syntax(message, self.at, self.at + 1, labels=(label, here), help=f"close it with `{closing}`")
        elif self._quote_left_open() or self._call_left_open():
            return
        elif place.value is not None and place.value < self.at:
            if not self._comma_forgotten(place.value):
                self._unquoted(place.value, _needs_quotes(self.text, place.value, self.character, flow=True), flow=True)
        else:
            here = Label(Span(self.source, self.at, self.at + 1), f"neither a comma nor `{closing}`")
            self._syntax(f"a comma or `{closing}` is missing before this", self.at, self.at + 1, labels=(label, here))

    def _call_left_open(self) -> bool:
        """`{require: passes(partner, "conduct")}`: the comma of a call was taken for the end of the value."""
        found = _OPEN_CALL.search(self.text[: self.at], self.since)
        if found is None or self.character != ")":
            return False
        fault = "a value that contains `,` inside braces or brackets needs quotes"
        unquoted_text(self.source, self.report, found.start(1), self.at + 1, fault)
        return True

    def _comma_forgotten(self, value: int) -> bool:
        """`{type: boolean exclusive: boolean}`: one word that looks like a key stands behind the value."""
        found = _KEY_AT_END.search(self.text[value : self.at]) if self.character == ":" else None
        if found is None:
            return False
        start = value + found.start(1)
        help = f"write `, {found[1]}: ...`; if all of it is one text, quote it"
        message = f"a comma is missing before `{found[1]}:`"
        self._syntax(message, start, self.at + 1, help=help)
        return True

    def _missing_value(self) -> None:
        place = self._place(self.at, flow="flow" in self.context)
        if self.at >= len(self.text):
            self._syntax("the file ends where a value must follow", max(self.at - 1, 0), self.at)
        elif place.keyed or self.character not in ",]}":
            self._starts_badly(self.at, flow=place.flow and self.character not in ",]}")
        else:
            self._syntax(f"a value is missing before `{self.character}`", self.at, self.at + 1)

    def _left_over(self) -> None:
        """A line that continues nothing, or more text behind a complete value."""
        place = self._place(self.at)
        if self._quote_left_open():
            return
        if place.value is not None and place.value < self.at and self.text[place.value] in "\"'[{*&!":
            fault = _needs_quotes(self.text, place.value, self.character, flow=False)
            self._unquoted(place.value, fault, flow=place.flow)
            return
        start, end = self._line()
        labels: tuple[Label, ...] = ()
        if self.since < start:
            labels = (
                Label(Span(self.source, self.since, self.since + 1), "the block above starts here"),
                Label(Span(self.source, start, end), "this line does not continue it"),
            )
        help = "indent it like the lines it belongs to"
        self._syntax("this line does not fit the indentation of the lines above", start, end, labels=labels, help=help)

    def _quote_left_open(self) -> bool:
        """Whether a quotation mark that was left open swallowed the lines before."""
        if self.quoted is None or not self.quoted.end <= self.at <= self.quoted.end + 1:
            return False
        if "\n" not in self.text[self.quoted.start : self.quoted.end]:
            return False
        labels = (
            Label(Span(self.source, self.quoted.start, self.quoted.start + 1), "opened here"),
            Label(Span(self.source, self.quoted.end - 1, self.quoted.end), "closed here, and text follows"),
        )
        start = self.quoted.start
        self._syntax("this quotation mark is probably never closed", start, start + 1, labels=labels)
        return True

    def _not_allowed_here(self) -> None:
        place = self._place(self.at)
        if place.keyed and place.value is not None and place.value < self.at:
            self._unquoted(
                place.value, _needs_quotes(self.text, place.value, self.character, flow=False), flow=place.flow
            )
        elif place.keyed:
            self._starts_badly(self.at, flow=False)
        else:
            start, end = self._line()
            help = "indent this line like its neighbours, and look whether the line above needs quotes or a `:`"
            self._syntax("no key or list item can start here", start, end, help=help)

    def _no_colon(self) -> None:
        start = self.since
        end = value_end(self.text, start, flow=False)
        help = "write `key: value`, or indent the line if it belongs to the text above"
        if re.match(r"-[^ -]", self.text[start : start + 2]):
            help = "write a space after the `-` of a list item"
        self._syntax("this line is not `key: value`", start, max(end, start + 1), help=help)

    def _line(self) -> tuple[int, int]:
        """The extent of the text on the line of the error."""
        start = skip(self.text, line_start(self.text, self.at), len(self.text))
        return start, max(value_end(self.text, start, flow=False), min(start + 1, len(self.text)))

    def _place(self, at: int, *, flow: bool = False) -> Place:
        return place_of(self.text, at, flow=flow)


def unsupported_tag(source: Source, report: Report, start: int, end: int) -> None:
    """Say that YAML tags are not read."""
    report.error(
        "unsupported-tag",
        f"`{_shortened(source.text[start:end])}` is a YAML tag, which a ruleset cannot have",
        Span(source, start, end),
        help="leave it out, or quote the whole value if it is text",
    )


def _needs_quotes(text: str, value: int, stumbled: str, *, flow: bool) -> str:
    first = text[value]
    if first in "\"'":
        return "a value that goes on after its closing quotation mark needs quotes around all of it"
    if first in "[{":
        return f"a value that starts with `{first}` and goes on after it needs quotes"
    if first in "*&!":
        return f"a value that starts with `{first}` needs quotes"
    if stumbled == ":":
        return "a value that contains `: ` needs quotes"
    where = " inside braces or brackets" if flow else ""
    return f"a value that contains `{stumbled}`{where} needs quotes"


def _plain_words(problem: str) -> str:
    return problem.replace("'", "`").replace("\n", " ")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."
