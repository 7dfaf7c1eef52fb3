"""How much of a YAML file is read, and how its mistakes are counted.

A file comes from outside: it may be huge, nest without end, or be wrong in every line. Used by `yaml_tree` and
`yaml_mappings`; imports diagnostics and `source_text`.
"""

from dataclasses import dataclass
from typing import Final, NoReturn

from partnerrules.diagnostics import MAXIMUM_SHOWN, Label, Report, Source, Span
from partnerrules.language.source_text import MAXIMUM_BYTES
from partnerrules.language.yaml_traps import unquoted_text


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may contain before it is refused.

    Attributes:
        depth: lists and mappings inside each other, also through aliases.
        nodes: keys, values, lists and mappings in the file.
        expanded: the same when each alias is written out; a long text counts once more for each 1000 characters.
        characters: the length of the text.
        mistakes: reading ends after so many.
    """

    depth: int = 100
    nodes: int = 200_000
    expanded: int = 200_000
    characters: int = MAXIMUM_BYTES
    mistakes: int = MAXIMUM_SHOWN


DEFAULT_LIMITS: Final = Limits()


class RefusedError(Exception):
    """Reading on makes no sense; the reason is in the report."""


@dataclass(slots=True)
class Mistakes:
    """The mistakes found in one file so far: some end its reading at once, too many of the others too."""

    source: Source
    report: Report
    limit: int
    count: int = 0

    def add(
        self, code: str, message: str, span: Span, *, labels: tuple[Label, ...] = (), help: str | None = None
    ) -> None:
        """Report a mistake after which the rest of the file can still be looked at."""
        self.report.error(code, message, span, labels=labels, help=help)
        self.reported()

    def unquoted(self, start: int, end: int, fault: str) -> None:
        """Report a value that needs quotes, and that YAML reads as something else without them."""
        unquoted_text(self.source, self.report, start, end, fault)
        self.reported()

    def reported(self) -> None:
        """Count a mistake that has just been reported; raise `RefusedError` if it was one too many."""
        self.count += 1
        if self.count >= self.limit:
            raise RefusedError

    def refuse(self, code: str, message: str, span: Span, *, help: str | None = None) -> NoReturn:
        """Report a mistake after which nothing more is read."""
        self.report.error(code, message, span, help=help)
        raise RefusedError
