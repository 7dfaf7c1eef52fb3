"""Small terms of which others are built: comparisons, conditions that all hold, choices. May import terms."""

from decimal import Decimal
from typing import Final, Literal

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.syntax import ComparisonOperator
from partnerrules.quantities import BUSINESS_DAYS, DAYS
from partnerrules.schema import types as t

TRUE: Final = terms.Value(True, BOOLEAN)
ONE_DAY: Final = terms.Value(Decimal(1), t.Quantity(DAYS))


def truth(column: str) -> terms.ColumnOf:
    """What a column says that is true, false or unknown."""
    return terms.ColumnOf(column, BOOLEAN)


def word(value: str) -> terms.Value:
    """A written word, such as an outcome."""
    return terms.Value(value, t.Text())


def amount(value: Decimal | int, type: t.Type) -> terms.Value:
    """A written amount."""
    return terms.Value(Decimal(value), type)


def exists(term: terms.Term) -> terms.Term:
    """Whether there is a value."""
    return terms.Exists(term, BOOLEAN)


def negated(term: terms.Term) -> terms.Term:
    """Whether a condition does not hold."""
    return terms.Not(term, BOOLEAN)


def every(*items: terms.Term) -> terms.Term:
    """Whether all hold; nothing asked for holds."""
    if not items:
        return TRUE
    return items[0] if len(items) == 1 else terms.All(items, BOOLEAN)


def compared(left: terms.Term, operator: ComparisonOperator, right: terms.Term) -> terms.Term:
    """Whether two values stand to each other as an operator says."""
    return terms.Comparison(operator, left, right, BOOLEAN)


def computed(
    left: terms.Term, operator: Literal["+", "-", "*", "/"], right: terms.Term, type: t.Type | None = None
) -> terms.Term:
    """A calculation; of the type of its left side if none is given."""
    return terms.Calculation("number", operator, left, right, left.type if type is None else type)


def choice(condition: terms.Term, then: terms.Term, otherwise: terms.Term) -> terms.Term:
    """One of two values of one type."""
    return terms.If(condition, then, otherwise, then.type)


def day_of(moment: terms.Term) -> terms.Term:
    """The day of an instant, or a day as it is; none of one that is absent."""
    optional = isinstance(moment.type, t.Maybe)
    solid = t.present(moment.type)
    if isinstance(solid, t.Date):
        return moment
    day = terms.Apply("date", (moment,), t.Date())
    if not optional:
        return day
    absent = t.Maybe(t.Date())
    return terms.If(exists(moment), day, terms.Value(None, absent), absent)


def shifted(day: terms.Term, operator: Literal["+", "-"], period: terms.Term) -> terms.Term:
    """A day some days, business days or months later or earlier."""
    dimension = period.type.dimension if isinstance(period.type, t.Quantity) else None
    if dimension == BUSINESS_DAYS:
        return terms.Calculation("shift-business-days", operator, day, period, t.Date())
    return terms.Calculation("shift-days" if dimension == DAYS else "shift-months", operator, day, period, t.Date())
