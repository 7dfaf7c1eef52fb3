"""Small terms that the plans of several kinds are made of: comparisons, choices in order, and reasons.

May import terms.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.syntax import ComparisonOperator
from partnerrules.quantities import DAYS
from partnerrules.schema import types as t

WORD: Final = t.Maybe(t.Text())
"""The type of a reason: a word, or none."""
NO_WORD: Final = terms.Value(None, WORD)
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


def shifted(day: terms.Term, by: int, dimension: tuple[tuple[str, int], ...]) -> terms.Term:
    """The day some days or months later, or earlier."""
    kind: terms.CalculationKind = "shift-days" if dimension == DAYS else "shift-months"
    return terms.Calculation(kind, "+", day, terms.Value(Decimal(by), t.Quantity(dimension)), t.Date())


def choice(condition: terms.Term, then: terms.Term, otherwise: terms.Term) -> terms.Term:
    """One of two values of one type."""
    return terms.If(condition, then, otherwise, then.type)


def first_reason(reasons: Sequence[tuple[terms.Term, terms.Term | str]], otherwise: terms.Term = NO_WORD) -> terms.Term:
    """The word of the first condition that holds; the later ones are only asked if the earlier ones do not."""
    found = otherwise
    for condition, word in reversed(reasons):
        found = terms.If(condition, terms.Value(word, WORD) if isinstance(word, str) else word, found, WORD)
    return found
