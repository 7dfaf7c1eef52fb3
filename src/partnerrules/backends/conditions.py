"""The meaning of conditions: comparisons, membership, and logic that knows of unknown."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import partnerrules.quantities as q
from partnerrules.backends.surroundings import (
    ABSENT,
    TOO_LONG,
    ZERO,
    Meaning,
    Surroundings,
    Variables,
    definite,
    evaluate,
    members_of,
    number,
    operand,
    total,
    truth,
    unknown_of,
    with_doubt,
)
from partnerrules.backends.values import Beyond, Count, Members, OneOf, comparable
from partnerrules.language import terms
from partnerrules.plan.logic import Truth, at_least, conjunction, disjunction, negation
from partnerrules.plan.stretches import Stretch, in_order
from partnerrules.schema.missing import Unknown


def _comparison(term: terms.Comparison, around: Surroundings, variables: Variables) -> object:
    return compared(term.operator, _fraction(term.left, around, variables), _fraction(term.right, around, variables))


def compared(operator: str, left: tuple[object, object], right: tuple[object, object]) -> Truth:
    """Whether two values, each a dividend and a divisor, stand in an order."""
    if isinstance(left[0], Count) or isinstance(right[0], Count):
        try:
            return _compare_counts(operator, left, right)
        except q.NumberTooLong:
            return TOO_LONG
    unknown = unknown_of(*left, *right)
    if unknown is not None:
        settled = _beyond(operator, left[0], right[0])
        if settled is None and operator in ("=", "!="):
            settled = _equal(left[0], right[0])
            settled = not settled if settled is not None and operator == "!=" else settled
        return unknown if settled is None else settled
    if left[1] == 1 and right[1] == 1:
        one, other = comparable(left[0]), comparable(right[0])
    else:  # a / b against c / d is a * d against c * b, turned around once for each negative divisor
        try:
            one = q.multiply(number(left[0]), number(right[1]))
            other = q.multiply(number(right[0]), number(left[1]))
        except q.NumberTooLong:
            return TOO_LONG
        if (number(left[1]) < 0) != (number(right[1]) < 0):
            one, other = other, one
    return _holds(operator, one, other)


def _equal(one: object, other: object) -> bool | None:
    """Whether two values of which one is not known are the same; None if that is not known."""
    if isinstance(one, OneOf):
        return one.equals(other)
    return other.equals(one) if isinstance(other, OneOf) else None


def _beyond(operator: str, one: object, other: object) -> bool | None:
    """Whether a comparison holds with a moment past an end of the calendar; None if that is not known."""
    if isinstance(other, Beyond):
        after = other.comes_after(one)
        return None if after is None else operator == "!=" or operator in (("<", "<=") if after else (">", ">="))
    if isinstance(one, Beyond):
        after = one.comes_after(other)
        return None if after is None else operator == "!=" or operator in ((">", ">=") if after else ("<", "<="))
    return None


def _holds(operator: str, one: object, other: object) -> bool:
    match operator:
        case "=":
            return one == other
        case "!=":
            return one != other
        case "<" | "<=":
            return in_order(one, other, equal=operator == "<=")
        case _:
            return in_order(other, one, equal=operator == ">=")


def _compare_counts(operator: str, left: tuple[object, object], right: tuple[object, object]) -> Truth:
    """A count that has a range against a number, either way round; against anything less sure it is unknown."""
    count, other, mirrored = (left, right, False) if isinstance(left[0], Count) else (right, left, True)
    assert isinstance(count[0], Count)
    if isinstance(other[0], Count):
        return Unknown(count[0].missing | other[0].missing)
    unknown = unknown_of(other[0], other[1])
    if unknown is not None:
        return Unknown(unknown.missing | count[0].missing)
    limit, divisor = number(other[0]), number(other[1])
    operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator) if mirrored else operator
    if divisor < 0:
        limit, divisor = limit.copy_negate(), divisor.copy_negate()
    rising = None if operator in ("=", "!=") else operator in (">", ">=")
    if rising is None and count[0].most is None and _holds(">", q.multiply(Decimal(count[0].least), divisor), limit):
        return operator == "!="  # there are more already
    return count[0].compared(
        lambda number: _holds(operator, q.multiply(Decimal(number), divisor), limit), rising=rising
    )


def _fraction(term: terms.Term, around: Surroundings, variables: Variables) -> tuple[object, object]:
    """A value as dividend and divisor, so that a quotient can be compared without rounding it."""
    match term:
        case terms.Calculation("number", "/", left, right):
            divisor = operand(right, around, variables)
            if isinstance(divisor, int | Decimal) and divisor == 0:
                return ZERO, 1
            return operand(left, around, variables), divisor
        case terms.Aggregate("mean", source):
            members = members_of(source, around, variables)
            known = members if isinstance(members, Unknown) else members.known()
            if isinstance(known, Unknown) or not known:
                return (known if isinstance(known, Unknown) else Unknown.because("empty", field="mean")), 1
            return total(known), len(known)
        case _:
            value = evaluate(term, around, variables)
            return (ABSENT if value is None else value), 1


def _within(term: terms.Within, around: Surroundings, variables: Variables) -> object:
    value = _fraction(term.item, around, variables)
    if value[0] is ABSENT:
        return False
    if isinstance(term.interval, terms.Bounds):  # as two comparisons, exact for quotients, and for counts in a range
        ends = term.interval
        low, high = _fraction(ends.low, around, variables), _fraction(ends.high, around, variables)
        above = compared("<=" if ends.low_included else "<", low, value)
        below = compared("<=" if ends.high_included else "<", value, high)
        return conjunction((above, below))
    item = definite(value[0])
    interval = operand(term.interval, around, variables)
    if isinstance(item, Unknown) or isinstance(interval, Unknown):
        return unknown_of(item, interval)
    assert isinstance(interval, Stretch)
    return interval.holds(item)


def _among(term: terms.Among, around: Surroundings, variables: Variables) -> object:
    value = _fraction(term.item, around, variables)
    if value[0] is ABSENT:
        return False
    if isinstance(term.group, terms.Items):  # one by one, so that a quotient is compared exactly
        members = [_fraction(member, around, variables) for member in term.group.items]
        if isinstance(value[0], OneOf) and value[0].among(each[0] for each in members):
            return True  # whichever it is
        return disjunction([compared("=", value, member) for member in members])
    item = definite(evaluate(term.item, around, variables))
    group = members_of(term.group, around, variables)
    if isinstance(group, Unknown):
        return unknown_of(item, group)
    answers: list[Truth] = [Unknown(group.gaps)] if group.gaps else []
    if isinstance(item, OneOf) and item.among(group.certain):
        return True
    for member, doubt in with_doubt(group):
        if member is None:
            continue
        unknown, same = unknown_of(item, member), _equal(item, member)
        equal: Truth = comparable(item) == comparable(member) if unknown is None else unknown if same is None else same
        answers.append(doubt if doubt is not None and equal is True else equal)
    return disjunction(answers)


def _all(term: terms.All, around: Surroundings, variables: Variables) -> object:
    return conjunction(truth(item, around, variables) for item in term.items)


def _any(term: terms.AnyOf, around: Surroundings, variables: Variables) -> object:
    return disjunction(truth(item, around, variables) for item in term.items)


def _not(term: terms.Not, around: Surroundings, variables: Variables) -> object:
    return negation(truth(term.item, around, variables))


def _at_least(term: terms.AtLeast, around: Surroundings, variables: Variables) -> object:
    return at_least(term.count, [truth(item, around, variables) for item in term.items])


def _if(term: terms.If, around: Surroundings, variables: Variables) -> object:
    condition = truth(term.condition, around, variables)
    if not isinstance(condition, Unknown):
        return evaluate(term.then if condition else term.otherwise, around, variables)
    then, otherwise = evaluate(term.then, around, variables), evaluate(term.otherwise, around, variables)
    if not isinstance(then, Unknown | Count | Members) and comparable(then) == comparable(otherwise):
        return then
    return unknown_of(condition, definite(then), definite(otherwise))


def _exists(term: terms.Exists, around: Surroundings, variables: Variables) -> object:
    value = evaluate(term.item, around, variables)
    return value if isinstance(value, Unknown) else value is not None


def _known(term: terms.Known, around: Surroundings, variables: Variables) -> object:
    value = definite(evaluate(term.item, around, variables))
    if isinstance(value, Members):
        value = value.known()
    return not isinstance(value, Unknown)


def _if_unknown(term: terms.IfUnknown, around: Surroundings, variables: Variables) -> object:
    value = definite(evaluate(term.item, around, variables))
    return evaluate(term.default, around, variables) if isinstance(value, Unknown) else value


CONDITIONS: Final[Mapping[type, Meaning]] = {
    terms.Comparison: _comparison,
    terms.Within: _within,
    terms.Among: _among,
    terms.All: _all,
    terms.AnyOf: _any,
    terms.Not: _not,
    terms.AtLeast: _at_least,
    terms.If: _if,
    terms.Exists: _exists,
    terms.Known: _known,
    terms.IfUnknown: _if_unknown,
}
