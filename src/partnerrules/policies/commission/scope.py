"""What the expressions of a commission policy see of a document. May import what all kinds share."""

import re
from dataclasses import dataclass, replace
from typing import Final

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression
from partnerrules.policies.kind import Context, checked_expression, no_day, unsuited
from partnerrules.schema import types as t

GUARD: Final = "let `when:` or `include:` ask first whether it `exists(...)`"
"""The way out for a value of a document that may be none."""
_ASKED: Final = re.compile(r"`(exists\([^`]*\)) and")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the expressions of a policy see of a document: its names, and the terms that are present."""

    context: Context
    named: dict[str, terms.Term]
    present: frozenset[terms.Term]

    def checked(self, expression: Expression | None) -> Checked | None:
        """A checked expression, or None after a fault."""
        return checked_expression(expression, self.context, self.named, self.present)

    def fixed(self, expression: Expression | None) -> Checked | None:
        """A checked expression that sees no document: the same for all of them."""
        return checked_expression(expression, self.context, {})

    def day(self, expression: Expression | None, what: str) -> Checked | None:
        """A checked date, or None after a fault.

        Args:
            expression: what is written.
            what: what messages say of it, such as "a date is needed here".
        """
        start = len(self.context.report.diagnostics)
        checked = self.checked(expression)
        if checked is None:
            self._guarded_beside(start)
        if checked is None or expression is None or isinstance(checked.type, t.Date):
            return checked
        unsuited(
            self.context,
            expression.span,
            checked.type,
            f"{what}, and this is {checked.type}",
            help="take the day with `date(...)`",
            guard=f"{GUARD}, or write `if exists(...) then ... else ...`",
            term=checked.term,
            code=no_day(checked.type),
        )
        return None

    def _guarded_beside(self, start: int) -> None:
        """The ways out for a value within a day that may be none: a day is no condition that `and` could go on."""
        diagnostics = self.context.report.diagnostics
        for at in range(start, len(diagnostics)):
            found = diagnostics[at]
            asked = _ASKED.search(found.help or "")
            if found.code == "unguarded-none" and asked is not None:
                way_out = (
                    f"let `when:` or `include:` ask `{asked[1]}` first, or write `if {asked[1]} then ... else ...`"
                )
                diagnostics[at] = replace(found, help=way_out)

    def group(self, expression: Expression) -> Checked | None:
        """An expression by whose value documents are taken together, or None after a fault."""
        checked = self.checked(expression)
        if checked is None:
            return None
        if isinstance(checked.type, t.Maybe | t.ListOf | t.Interval | t.AnyMoney):
            message = f"documents are taken together by one value, and this is {checked.type}"
            unsuited(self.context, expression.span, checked.type, message, guard=GUARD, term=checked.term)
            return None
        return checked
