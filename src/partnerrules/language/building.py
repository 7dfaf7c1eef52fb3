"""Small terms of which others are built: comparisons, conditions that all hold, choices. May import terms."""

from decimal import Decimal
from typing import Final, Literal

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.syntax import ComparisonOperator
from partnerrules.quantities import DAYS
from partnerrules.schema import types as t

TRUE: Final = terms.Value(True, BOOLEAN)


def amount(value: Decimal | int, type: t.Type) -> terms.Value:
    """A written amount."""
    return terms.Value(Decimal(value), type)


def exists(term: terms.Term) -> terms.Term:
    return terms.Exists(term, BOOLEAN)


def negated(term: terms.Term) -> terms.Term:
    return terms.Not(term, BOOLEAN)


def every(*items: terms.Term) -> terms.Term:
    """Whether all hold; nothing asked for holds."""
    if not items:
        return TRUE
    return items[0] if len(items) == 1 else terms.All(items, BOOLEAN)


def compared(left: terms.Term, operator: ComparisonOperator, right: terms.Term) -> terms.Term:
    return terms.Comparison(operator, left, right, BOOLEAN)


def computed(
    left: terms.Term, operator: Literal["+", "-", "*", "/"], right: terms.Term, type: t.Type | None = None
) -> terms.Term:
    """A calculation; of the type of its left side if none is given."""
    return terms.Calculation("number", operator, left, right, left.type if type is None else type)


def choice(condition: terms.Term, then: terms.Term, otherwise: terms.Term) -> terms.Term:
    """One of two values of one type."""
    return terms.If(condition, then, otherwise, then.type)


def shifted(day: terms.Term, operator: Literal["+", "-"], period: terms.Term) -> terms.Term:
    """A day some days or months later or earlier."""
    by_days = isinstance(period.type, t.Quantity) and period.type.dimension == DAYS
    return terms.Calculation("shift-days" if by_days else "shift-months", operator, day, period, t.Date())
