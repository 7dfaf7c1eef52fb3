"""When the right to a payment begins: the day on which an amount is earned, and that from which on it can be paid.

Both are asked of a document that corrects nothing; a correction follows its original. May import what the expressions
of commissions see.
"""

from dataclasses import dataclass
from typing import Final

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, knows_business_days
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Column
from partnerrules.policies.commission.columns import DATE
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.computing import TRUE, compared, day_of, exists, shifted
from partnerrules.policies.kind import unsuited
from partnerrules.policies.periods import period_of
from partnerrules.quantities import BUSINESS_DAYS
from partnerrules.schema import types as t

EARNED_ON: Final = "earned on"
"""The column with the day on which an amount is earned; none if that has not come about."""
PAYABLE_FROM: Final = "payable from"
"""The column with the first day on which it can be paid; none likewise."""
PENDING: Final = "pending"
WAITING: Final = "waiting"
"""The column with whether it is earned, and its holding period not over."""
_EARNED_AT: Final = "earned at"
_HOLDING: Final = "holding period"

_DAY: Final = t.Maybe(t.Date())
_FALSE: Final = terms.Value(False, BOOLEAN)


@dataclass(frozen=True, slots=True)
class Earning:
    """When amounts are earned and can be paid.

    Attributes:
        columns: the days, and whether they have come. Without any, what is recorded is earned.
        holds: whether there is a holding period.
        depth: of the deepest expression.
    """

    columns: tuple[Column, ...] = ()
    holds: bool = False
    depth: int = 0

    @property
    def followed(self) -> dict[str, t.Type]:
        """The columns that a correction takes over from its original, with their types."""
        if not self.columns:
            return {}
        return {EARNED_ON: _DAY, PAYABLE_FROM: _DAY, PENDING: BOOLEAN, WAITING: BOOLEAN}


def read_earning(item: Item, scope: Scope) -> Earning | None:
    """When amounts are earned and can be paid, or None after a fault."""
    if "earned_at" not in item.keys and "holding_period" not in item.keys:
        return Earning()
    earned, holding = _earned_at(item, scope), _holding_period(item, scope)
    if earned is None or ("holding_period" in item.keys and holding is None):
        return None
    moment = terms.ColumnOf(_EARNED_AT, earned.type)
    optional = isinstance(earned.type, t.Maybe)
    instant = isinstance(t.present(earned.type), t.Instant)
    now: terms.Term = terms.AsOf(t.Instant()) if instant else terms.Today(t.Date())
    to_come = compared(moment, ">", now)
    earned_on = terms.ColumnOf(EARNED_ON, _DAY)
    payable_from = terms.ColumnOf(PAYABLE_FROM, _DAY)
    columns = [
        Column(_EARNED_AT, earned.term, earned.observed),
        Column(EARNED_ON, day_of(moment)),
        Column(PENDING, terms.If(exists(moment), to_come, TRUE, BOOLEAN) if optional else to_come),
    ]
    first: terms.Term = earned_on
    if holding is not None:
        columns.append(Column(_HOLDING, holding.term, holding.observed))
        first = shifted(earned_on, "+", terms.ColumnOf(_HOLDING, holding.type))
        first = terms.If(exists(earned_on), first, terms.Value(None, _DAY), _DAY)
    columns.append(Column(PAYABLE_FROM, first))
    before = compared(terms.Today(t.Date()), "<", payable_from)
    waits = _FALSE if holding is None else terms.If(exists(payable_from), before, _FALSE, BOOLEAN)
    columns.append(Column(WAITING, waits))
    depth = max(earned.depth, 0 if holding is None else holding.depth)
    return Earning(tuple(columns), holding is not None, depth)


def _earned_at(item: Item, scope: Scope) -> Checked | None:
    """The date or instant at which amounts are earned, or None after a fault; the day of the document if left out."""
    if "earned_at" not in item.keys:
        return Checked(terms.ColumnOf(DATE, t.Date()), "", (), 0)
    written = item.expression("earned_at")
    checked = scope.checked(written)
    if checked is None or written is None or isinstance(t.present(checked.type), t.Date | t.Instant):
        return checked
    unsuited(
        scope.context,
        written.span,
        t.present(checked.type),
        f"an amount is earned on a date or at an instant, and this is {checked.type}",
        help="write when, such as `transaction.paid_at`",
        term=checked.term,
    )
    return None


def _holding_period(item: Item, scope: Scope) -> Checked | None:
    """How long what is earned is held back; None if it is not, or after a fault."""
    written = item.expression("holding_period")
    checked = scope.checked(written)
    if checked is None or written is None:
        return None
    wanted = "a holding period is a number of days, business days or months"
    dimension = period_of(checked, written.span, wanted, scope.context, elapsed=False, business=True)
    if dimension == BUSINESS_DAYS and not knows_business_days(
        scope.context.environment, scope.context.report, written.span
    ):
        return None
    return None if dimension is None else checked
