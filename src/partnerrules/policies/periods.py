"""Periods that policies declare, such as windows, holds and grace: amounts of days or months that have an end."""

from decimal import Decimal

from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.policies.kind import Context
from partnerrules.quantities import BUSINESS_DAYS, DAYS, MONTHS, SECONDS
from partnerrules.schema import types as t


def period_of(
    checked: Checked, span: Span, wanted: str, context: Context, *, elapsed: bool, business: bool = False
) -> tuple[tuple[str, int], ...] | None:
    """The dimension of a period that has an end, or None after a fault."""
    dimensions = (DAYS, MONTHS, *((SECONDS,) if elapsed else ()), *((BUSINESS_DAYS,) if business else ()))
    if not isinstance(checked.type, t.Quantity) or checked.type.dimension not in dimensions:
        number = isinstance(checked.type, t.Integer | t.Number | t.Quantity)
        context.report.error(
            "unit-mismatch" if number else "type-mismatch",
            f"{wanted}, not {checked.type}",
            span,
            help="write it with its unit, such as `90 days` or `12 months`",
        )
        return None
    dimension = checked.type.dimension
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, Decimal) and value <= 0:
        context.report.error(
            "impossible-count",
            "it would be over before it begins",
            span,
            help="write a period that lasts, such as `4 hours`"
            if dimension == SECONDS
            else "write a period of at least one day",
        )
        return None
    if isinstance(value, Decimal) and dimension != SECONDS and value != value.to_integral_value():
        context.report.error(
            "fraction-of-a-day", "a date is moved by whole days and months", span, help="write a whole number"
        )
        return None
    return dimension
