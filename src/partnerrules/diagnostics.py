"""What is wrong with a ruleset or with facts, as values that can be shown, sorted and sent.

Three audiences: a policy author gets `Diagnostic` values, all at once, each at its place in a file; a programmer gets
an exception under `PartnerRulesError`; whoever delivers facts gets `FactProblem` values that name relation, record and
field. This module is the lowest of the library and imports nothing from it.
"""

import bisect
import difflib
import heapq
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

Severity = Literal["error", "warning"]

MAXIMUM_SHOWN: Final = 100
"""Diagnostics listed in one report; the rest are counted."""

MAXIMUM_NOTED: Final = 1000
"""Diagnostics after which a reader may stop to look for more."""

PARSER_FAULTS: Final = (ValueError, OverflowError, LookupError, AttributeError, AssertionError)
"""What ruamel's scanner, which reads YAML for rulesets and for facts, runs into on odd input, besides its own errors:
an escape beyond the last character of Unicode, a directive for a version of YAML that it does not know."""


class Source:
    """A text that rules or facts were read from, with the name it is shown under."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def __eq__(self, other: object) -> bool:
        # A file that was read twice, for two versions that extend it, is one: its mistakes are told once.
        return isinstance(other, Source) and self.path == other.path and self.text == other.text

    def __hash__(self) -> int:
        return hash((self.path, self.text))

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        starts.extend(index + 1 for index, character in enumerate(self.text) if character == "\n")
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both counted from one."""
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of one line, counted from one, without its end."""
        starts = self._line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source: the characters from `start` up to, not including, `end`."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    def to(self, other: "Span") -> "Span":
        """The place from the start of this span to the end of another one of the same source."""
        if other.source is not self.source:
            return self
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))

    def __str__(self) -> str:
        return f"{self.source.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Label:
    """A further place that a diagnostic speaks of, with a sentence of its own."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake of a policy author: what it is, where it is, and a way out.

    Attributes:
        code: kebab-case name of the fault; each has a page in `docs/reference/diagnostics.md`.
        severity: an error stops the ruleset from loading, a warning does not.
        message: one sentence, lower case, without a full stop; the author's own words in backticks.
        span: where the fault is.
        labels: the places that explain it, each with its own sentence.
        help: a way out.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    labels: tuple[Label, ...] = ()
    help: str | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.span.source.path, self.span.start, self.span.end, self.code, self.message)

    def as_data(self) -> dict[str, object]:
        """The diagnostic as plain data, for JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "path": self.span.source.path,
            "line": self.span.line,
            "column": self.span.column,
            "labels": [
                {
                    "path": label.span.source.path,
                    "line": label.span.line,
                    "column": label.span.column,
                    "text": label.text,
                }
                for label in self.labels
            ],
            "help": self.help,
        }

    def gnu(self) -> str:
        """The diagnostic on one line, as compilers print it for editors."""
        return f"{self.span}: {self.severity}: {self.message} [{self.code}]"

    def __str__(self) -> str:
        lines = [f"{self.span}: {self.severity}[{self.code}]: {self.message}"]
        labels = self.labels or (Label(self.span, ""),)
        shown: tuple[str, int] | None = None
        width = max(len(str(label.span.line)) for label in labels) + 1
        for label in labels:
            place = (label.span.source.path, label.span.line)
            text = label.span.source.line(label.span.line)
            if place != shown:
                if label.span.source.path != self.span.source.path:
                    lines.append(f"{'':>{width}} in {label.span.source.path}")
                lines.append(f"{label.span.line:>{width}} | {_shorten(text)}")
                shown = place
            if label.span.column <= _WIDEST_LINE:
                indent = _columns(text[: label.span.column - 1])
                marked = text[label.span.column - 1 :][: label.span.end - label.span.start]
                carets = "^" * max(1, _columns(marked[:_WIDEST_LINE]))
                lines.append(f"{'':>{width}} | {'':{indent}}{carets} {label.text}".rstrip())
            elif label.text:
                lines.append(f"{'':>{width}} | {label.text}")
        if self.help:
            lines.append(f" help: {self.help}")
        return "\n".join(lines)


_WIDEST_LINE: Final = 160


def _shorten(text: str) -> str:
    return text if len(text) <= _WIDEST_LINE else text[: _WIDEST_LINE - 4] + " ..."


def _columns(text: str) -> int:
    """How many terminal columns a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


@dataclass(slots=True)
class Report:
    """Collects the diagnostics of one ruleset, so that its author sees all of them at once."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _noted: set[Diagnostic] = field(default_factory=set)

    def error(
        self, code: str, message: str, span: Span, *, labels: Iterable[Label] = (), help: str | None = None
    ) -> None:
        """Note a mistake that stops the ruleset from loading."""
        self.add(Diagnostic(code, "error", message, span, tuple(labels), help))

    def warning(
        self, code: str, message: str, span: Span, *, labels: Iterable[Label] = (), help: str | None = None
    ) -> None:
        """Note something that is probably not meant, and does not stop the ruleset from loading."""
        self.add(Diagnostic(code, "warning", message, span, tuple(labels), help))

    def add(self, diagnostic: Diagnostic) -> None:
        """Note a diagnostic, unless the same one is noted already."""
        if diagnostic not in self._noted:
            self._noted.add(diagnostic)
            self.diagnostics.append(diagnostic)

    @property
    def full(self) -> bool:
        """Whether so many mistakes are noted that nobody is helped by looking for more."""
        return len(self.diagnostics) >= MAXIMUM_NOTED

    @property
    def errors(self) -> int:
        """How many of them stop the ruleset from loading."""
        return sum(1 for diagnostic in self.diagnostics if diagnostic.severity == "error")

    @property
    def failed(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All diagnostics in the order of their places."""
        return tuple(sorted(self.diagnostics, key=lambda diagnostic: diagnostic.sort_key))


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """The plain text of several diagnostics, at most a hundred of them, the rest counted."""
    every = list(diagnostics)
    parts = [str(diagnostic) for diagnostic in every[:MAXIMUM_SHOWN]]
    if len(every) > MAXIMUM_SHOWN:
        parts.append(f"... and {len(every) - MAXIMUM_SHOWN} more")
    return "\n\n".join(parts)


_MANY_NAMES: Final = 300


def suggestion(word: str, candidates: Iterable[str], *, kind: str) -> str:
    """A way out for a word that is not known: the nearest ones, or else what there is.

    >>> suggestion("amonut", ["amount", "name"], kind="field")
    'did you mean `amount`?'
    >>> suggestion("zzz", ["amount", "name"], kind="field")
    'known fields: `amount`, `name`'
    """
    names = set(candidates)
    likely = names
    if len(names) > _MANY_NAMES:
        # Looking closely at ten thousand names for each of a thousand faults would take minutes.
        likely = {name for name in names if name[:1] == word[:1] and abs(len(name) - len(word)) <= 2}
    near = difflib.get_close_matches(word[:80], sorted(likely)[:_MANY_NAMES], n=2, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"`{shortened(name)}`" for name in near) + "?"
    if not names:
        return f"there are no {plural(kind)} here"
    listed = ", ".join(f"`{shortened(name)}`" for name in heapq.nsmallest(5, names))
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"known {plural(kind)}: {listed}{more}"


def shortened(text: str) -> str:
    """What an author wrote, as a message quotes it: never longer than a line."""
    return text if len(text) <= 60 else text[:57] + "..."


def plural(noun: str) -> str:
    """The plural of a noun of ours.

    >>> plural("currency"), plural("key")
    ('currencies', 'keys')
    """
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"


def with_article(noun: str) -> str:
    """A noun of ours with its indefinite article.

    >>> with_article("deal"), with_article("assessment")
    ('a deal', 'an assessment')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One thing that is wrong with the facts: relation, record and field, what it is, and a way out."""

    relation: str
    record: str | None
    field: str | None
    message: str
    help: str | None = None

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        return (self.relation, self.record or "", self.field or "", self.message)

    def as_data(self) -> dict[str, object]:
        return {
            "relation": self.relation,
            "record": self.record,
            "field": self.field,
            "message": self.message,
            "help": self.help,
        }

    def __str__(self) -> str:
        place = self.relation
        if self.record is not None:
            place += f" {self.record}"
        if self.field is not None:
            place += f", {self.field}"
        text = f"{place}: {self.message}"
        return text if self.help is None else f"{text}\n help: {self.help}"


class PartnerRulesError(Exception):
    """The common parent of every exception that this library raises on purpose."""


class RulesetError(PartnerRulesError):
    """A ruleset cannot be loaded; `diagnostics` holds every mistake found in it."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return render(self.diagnostics)


class FactsError(PartnerRulesError):
    """Facts were refused; `problems` names each relation, record and field, and nothing was decided."""

    def __init__(self, problems: Iterable[FactProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:MAXIMUM_SHOWN]]
        if len(self.problems) > MAXIMUM_SHOWN:
            shown.append(f"... and {len(self.problems) - MAXIMUM_SHOWN} more")
        return "\n".join(shown)

    def __iter__(self) -> Iterator[FactProblem]:
        return iter(self.problems)


class TooMuchWork(PartnerRulesError):
    """A rule would take hours on these facts; nothing was decided."""


class UsageError(PartnerRulesError):
    """The library or the command line was called in a way that cannot work, such as with a naive instant."""
