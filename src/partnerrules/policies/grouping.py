"""What puts records in an order, and what they are put together by. May import what kinds share."""

from collections.abc import Sequence
from typing import Final

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.names import SUBJECT
from partnerrules.plan.walk import parts_of
from partnerrules.policies.kind import Context, Head, checked_expression
from partnerrules.schema import types as t

NUMBERS: Final = (t.Integer, t.Number, t.Ratio, t.Quantity)
_ORDERED: Final = (*NUMBERS, t.Date, t.Instant, t.Text)


def values_under(item: Item, key: str, head: Head, context: Context, *, ordered: bool) -> tuple[Checked, ...] | None:
    """The expressions under a key that order records, or by which they are put together; None after a fault."""
    found: list[Checked] = []
    for read in item.list(key):
        checked = checked_expression(read if isinstance(read, Expression) else None, context, head.named, head.present)
        if checked is None or not isinstance(read, Expression):
            return None
        inner = t.present(checked.type)
        if isinstance(inner, t.ListOf | t.Interval | t.AnyMoney) or (ordered and not isinstance(inner, _ORDERED)):
            says = "puts nothing in an order" if ordered else "is not one value, by which records are put together"
            way_out = "such as `partner.admitted_on`" if ordered else "such as the region or the type of a partner"
            context.report.error("type-mismatch", f"{inner} {says}", read.span, help=f"name one value, {way_out}")
            return None
        found.append(checked)
    return tuple(found) if found or key not in item.keys else None


def hangs_on(term: terms.Term, known: Sequence[terms.Term]) -> bool:
    """Whether a term is the same for all records for which some others are."""
    if term in known:
        return True
    if isinstance(term, terms.ColumnOf) or (isinstance(term, terms.Variable) and term.name == SUBJECT):
        return False
    return all(hangs_on(part, known) for part in parts_of(term))
