"""Names that may stand once each, with the place of the first for whoever writes one again."""

from partnerrules.diagnostics import Label, Report, Span


class Once:
    """Names that may stand once each: a second one is reported.

    Attributes:
        places: where each stood first.
    """

    def __init__(self, report: Report, *, help: str) -> None:
        self._report = report
        self._help = help
        self.places: dict[str, Span] = {}

    def claim(self, name: str, span: Span, message: str) -> bool:
        """Whether a name is new; reports it with this message if not."""
        if name not in self.places:
            self.places[name] = span
            return True
        first = self.places[name]
        self._report.error(
            "duplicate-id", message, span, labels=[Label(span, ""), Label(first, "the first one")], help=self._help
        )
        return False
