"""The arithmetic of commissions as terms of a plan: rounding, parts of an original, clamps.

Knows nothing of the form of a policy. May import terms.
"""

from decimal import Decimal

from partnerrules.language import terms
from partnerrules.policies.commission.columns import REASON
from partnerrules.policies.computing import WORD, amount, choice, compared, computed, exists
from partnerrules.schema import types as t


def rounded(value: terms.Term, places: int) -> terms.Term:
    """A value at decimal places, halves away from zero."""
    return terms.Apply("round", (value, terms.Value(places, t.Integer())), value.type)


def part_of(whole: terms.Term, part: terms.Term, of: terms.Term, places: int) -> terms.Term:
    """An amount that falls to a part of a whole, rounded once: `whole * part / of`, halves away from zero.

    Args:
        whole: the amount.
        part: of zero or more.
        of: what the part is a part of, more than zero.
        places: decimal places.
    """
    return quotient(computed(whole, "*", part), of, places)


def quotient(numerator: terms.Term, denominator: terms.Term, places: int) -> terms.Term:
    """A quotient, rounded once: halves away from zero.

    A quotient is rounded to twelve places before anything else is done with it. That can lift it to a half that it does
    not reach, and never over one: so the rounded amount is compared with the exact one, and taken back by a unit.

    Args:
        numerator: the amount that is divided.
        denominator: more than zero.
        places: decimal places.
    """
    money = numerator.type
    unit, half = Decimal(1).scaleb(-places), Decimal(5).scaleb(-places - 1)
    near = rounded(computed(numerator, "/", denominator), places)
    variable = terms.Variable("#near", money)
    size = terms.Apply("abs", (variable,), money)
    exact = terms.Apply("abs", (numerator,), money)
    lifted = compared(exact, "<", computed(computed(size, "-", amount(half, money)), "*", denominator))
    back = choice(compared(variable, ">", amount(0, money)), amount(unit, money), amount(-unit, money))
    return terms.Let("#near", near, choice(lifted, computed(variable, "-", back), variable), money)


def clamped(value: terms.Term, floor: terms.Term | None = None, *caps: terms.Term) -> terms.Term:
    """An amount of more than zero, not less than the floor and not more than the caps; these go first."""
    if floor is None and not caps:
        return value
    found = value
    if floor is not None:
        found = choice(compared(found, "<", floor), floor, found)
    for cap in caps:
        found = choice(compared(found, ">", cap), cap, found)
    return choice(compared(value, "<=", amount(0, value.type)), value, found)


def unless_refused(term: terms.Term) -> terms.Term:
    """An amount; none where a document earns nothing, so that nothing is divided by a base of zero."""
    refused = exists(terms.ColumnOf(REASON, WORD))
    return terms.If(refused, terms.Value(None, t.Maybe(term.type)), term, term.type)
