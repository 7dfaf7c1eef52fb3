"""Reads the values that a score is made by: the same for all records, of a type, and in an order.

What parameters give is checked when the plan runs: it gives a reason in place of a score.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from partnerrules.diagnostics import Label, Span
from partnerrules.language import terms
from partnerrules.language.checking import origin
from partnerrules.language.form_reader import Expression
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import amount, compared, every
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Context, checked_expression
from partnerrules.policies.scoring import columns as c
from partnerrules.quantities import as_percent
from partnerrules.schema import types as t


@dataclass(slots=True)
class Reading:
    """Reads the parts of one policy, and collects what they come to.

    Attributes:
        context: for checking.
        lowering: of the conditions.
        columns: those of the items, in their order.
        faults: what has to hold of parameters, each with the word for the reason why nothing can be scored otherwise.
        depth: of the deepest expression.
    """

    context: Context
    lowering: Lowering
    columns: list[Column] = field(default_factory=list)
    faults: list[tuple[terms.Term, str]] = field(default_factory=list)
    depth: int = 0

    def fixed(self, written: Expression | None, what: str, type: t.Type, example: str) -> terms.Term | None:
        """A value of a type that is the same for all records, or None after a fault.

        Args:
            written: the expression.
            what: what it is, for messages: "a weight is a percentage".
            type: what it has to be.
            example: how it is written.
        """
        checked = checked_expression(written, self.context, {})
        if checked is None or written is None:
            return None
        self.depth = max(self.depth, checked.depth)
        if checked.type == type:
            return checked.term
        given = checked.type
        code = "unguarded-none" if isinstance(given, t.Maybe) else "type-mismatch"
        if type == c.RATIO and isinstance(given, t.Integer | t.Number):
            code = "ratio-without-percent"
        elif isinstance(type, t.Quantity) and isinstance(given, t.Integer | t.Number | t.Ratio | t.Quantity):
            code = "unit-mismatch"
        self.context.report.error(
            code,
            f"{what}, and this is {given}",
            written.span,
            labels=[Label(written.span, f"{given}, {origin(checked.term)}")],
            help=f"write it as in `{example}`",
        )
        return None

    def share(self, written: Expression | None, what: str, example: str, reason: str = "weights") -> terms.Term | None:
        """A ratio from nothing to the whole, the same for all records, or None after a fault."""
        term = self.fixed(written, f"{what} is a percentage", c.RATIO, example)
        if term is None or written is None:
            return None
        if not isinstance(term, terms.Value):
            bounds = (compared(term, ">=", amount(0, c.RATIO)), compared(term, "<=", amount(1, c.RATIO)))
            self.faults.append((every(*bounds), reason))
            return term
        value = c.decimal(term.value)
        if 0 <= value <= 1:
            return term
        self.context.report.error(
            "impossible-rate",
            f"{what} lies between 0 % and 100 %, and this is {as_percent(value):f} %",
            written.span,
            help="write a percentage of the whole",
        )
        return None

    def whole(self, shares: tuple[terms.Term, ...], reason: str) -> None:
        """Asks that some shares total one."""
        total = terms.Aggregate("sum", terms.Items(shares, t.ListOf(c.RATIO)), c.RATIO)
        self.faults.append((compared(total, "=", amount(1, c.RATIO)), reason))

    def in_line(self, starts: list[tuple[terms.Term, Span]], what: str, reason: str, *, rising: bool) -> bool:
        """Whether values rise, or fall, one after the other, as far as they are written; reports it if not."""
        for (one, first), (other, second) in pairwise(starts):
            if not isinstance(one, terms.Value) or not isinstance(other, terms.Value):
                self.faults.append((compared(one, "<" if rising else ">", other), reason))
                continue
            low, high = c.decimal(one.value), c.decimal(other.value)
            if (low < high) if rising else (low > high):
                continue
            self.context.report.error(
                "bands-not-rising" if rising else "bands-not-falling",
                f"the {what} does not start {'above' if rising else 'below'} the one before it",
                second,
                labels=[Label(second, ""), Label(first, "the one before it")],
                help=f"write the {what}s from the {'lowest to the highest' if rising else 'highest to the lowest'}",
            )
            return False
        return True

    def positive(self, term: terms.Term, written: Expression, what: str, reason: str) -> bool:
        """Whether a value is more than nothing, as far as it is written; reports it if not."""
        if not isinstance(term, terms.Value):
            self.faults.append((compared(term, ">", amount(0, term.type)), reason))
            return True
        if c.decimal(term.value) > Decimal(0):
            return True
        self.context.report.error(
            "impossible-count", f"{what} have to be more than zero", written.span, help="write them as in `100 points`"
        )
        return False
