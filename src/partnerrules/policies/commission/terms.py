"""The arithmetic of commissions as terms of a plan: rounding, parts of an original, clamps, and choices in order.

Knows nothing of the form of a policy. May import terms.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.syntax import ComparisonOperator
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


def choice(condition: terms.Term, then: terms.Term, otherwise: terms.Term) -> terms.Term:
    """One of two values of one type."""
    return terms.If(condition, then, otherwise, then.type)


def first_reason(reasons: Sequence[tuple[terms.Term, terms.Term | str]], otherwise: terms.Term = NO_WORD) -> terms.Term:
    """The word of the first condition that holds; the later ones are only asked if the earlier ones do not."""
    found = otherwise
    for condition, word in reversed(reasons):
        found = terms.If(condition, terms.Value(word, WORD) if isinstance(word, str) else word, found, WORD)
    return found


def rounded(value: terms.Term, places: int) -> terms.Term:
    """A value at decimal places, halves away from zero."""
    return terms.Apply("round", (value, terms.Value(places, t.Integer())), value.type)


def part_of(whole: terms.Term, part: terms.Term, of: terms.Term, places: int) -> terms.Term:
    """An amount that falls to a part of a whole, rounded once: `whole * part / of`, halves away from zero.

    A quotient is rounded to twelve places before anything else is done with it. That can lift it to a half that it does
    not reach, and never over one: so the rounded amount is compared with the exact product, and taken back by a unit.

    Args:
        whole: the amount.
        part: of zero or more.
        of: what the part is a part of, more than zero.
        places: decimal places.
    """
    money = whole.type
    unit, half = Decimal(1).scaleb(-places), Decimal(5).scaleb(-places - 1)
    near = rounded(computed(computed(whole, "*", part), "/", of), places)
    variable = terms.Variable("#near", money)
    size = terms.Apply("abs", (variable,), money)
    exact = computed(terms.Apply("abs", (whole,), money), "*", part)
    lifted = compared(exact, "<", computed(computed(size, "-", amount(half, money)), "*", of))
    back = choice(compared(variable, ">", amount(0, money)), amount(unit, money), amount(-unit, money))
    return terms.Let("#near", near, choice(lifted, computed(variable, "-", back), variable), money)


def clamped(value: terms.Term, floor: terms.Term | None = None, cap: terms.Term | None = None) -> terms.Term:
    """An amount of more than zero, not less than the floor and not more than the cap; the cap goes first."""
    if floor is None and cap is None:
        return value
    found = value
    if floor is not None:
        found = choice(compared(found, "<", floor), floor, found)
    if cap is not None:
        found = choice(compared(found, ">", cap), cap, found)
    return choice(compared(value, "<=", amount(0, value.type)), value, found)
