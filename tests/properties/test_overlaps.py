"""What the tests of two rows have in common is what trying every value finds."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.syntax import ComparisonOperator
from partnerrules.policies.commission.overlaps import possible_values
from partnerrules.schema import types as t

Tried = tuple[terms.Term, Callable[[int | None], bool]]
"""A test of a column, and the same as a function."""

DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(12)]
COMPARISONS: dict[ComparisonOperator, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def column(type: t.Type) -> terms.ColumnOf:
    return terms.ColumnOf("input", type)


def value(type: t.Type, number: Decimal) -> terms.Value:
    return terms.Value(DAYS[int(number)] if isinstance(type, t.Date) else number, type)


@st.composite
def leaves(draw: st.DrawFn, type: t.Type, halves: bool) -> Tried:
    numbers = st.integers(2, 18 if halves else 9).map(lambda each: Decimal(each) / (2 if halves else 1))
    one, other = draw(numbers), draw(numbers)
    kind = draw(st.sampled_from(["compared", "among", "within", "exists"]))
    if kind == "compared":
        operator = draw(st.sampled_from(list(COMPARISONS)))
        holds = COMPARISONS[operator]
        term: terms.Term = terms.Comparison(operator, column(type), value(type, one), BOOLEAN)
        return term, lambda each: each is not None and holds(Decimal(each), one)
    if kind == "among":
        items = terms.Items((value(type, one), value(type, other)), t.ListOf(type))
        return terms.Among(column(type), items, BOOLEAN), lambda each: each is not None and each in (one, other)
    if kind == "exists":
        return terms.Exists(column(type), BOOLEAN), lambda each: each is not None
    low, high = min(one, other), max(one, other)
    low_in, high_in = draw(st.booleans()), draw(st.booleans())
    bounds = terms.Bounds(value(type, low), value(type, high), low_in, high_in, t.Interval(type))
    return (
        terms.Within(column(type), bounds, BOOLEAN),
        lambda each: (
            each is not None
            and ((low <= each if low_in else low < each) and (each <= high if high_in else each < high))
        ),
    )


def cells(type: t.Type, *, halves: bool = False) -> st.SearchStrategy[Tried]:
    return st.recursive(
        leaves(type, halves),
        lambda inner: st.one_of(
            inner.map(lambda one: (terms.Not(one[0], BOOLEAN), lambda each: not one[1](each))),
            st.tuples(inner, inner).map(
                lambda two: (
                    terms.All((two[0][0], two[1][0]), BOOLEAN),
                    lambda each: two[0][1](each) and two[1][1](each),
                )
            ),
            st.tuples(inner, inner).map(
                lambda two: (
                    terms.AnyOf((two[0][0], two[1][0]), BOOLEAN),
                    lambda each: two[0][1](each) or two[1][1](each),
                )
            ),
        ),
        max_leaves=6,
    )


def meet(type: t.Type, one: Tried, other: Tried) -> bool:
    left, right = possible_values([one[0], other[0]], type)
    return left & right != 0


@given(cells(t.Integer(), halves=True), cells(t.Integer(), halves=True))
def test_whole_numbers_that_are_compared_with_halves(one: Tried, other: Tried) -> None:
    assert meet(t.Integer(), one, other) == any(one[1](each) and other[1](each) for each in range(-1, 12))


@given(cells(t.Date()), cells(t.Date()))
def test_days_that_may_be_absent(one: Tried, other: Tried) -> None:
    days = [None, *range(12)]
    assert meet(t.Maybe(t.Date()), one, other) == any(one[1](each) and other[1](each) for each in days)


@given(cells(t.Integer()), cells(t.Integer()))
def test_a_parameter_may_be_anything(one: Tried, other: Tried) -> None:
    parameter = terms.Comparison("=", column(t.Integer()), terms.ParameterOf("limit", t.Integer()), BOOLEAN)
    for doubtful in (parameter, terms.Not(parameter, BOOLEAN)):
        either = terms.AnyOf((doubtful, one[0]), BOOLEAN), lambda each: True
        both = terms.All((doubtful, one[0]), BOOLEAN), one[1]
        assert meet(t.Integer(), either, other) == any(other[1](each) for each in range(-1, 12))
        assert meet(t.Integer(), both, other) == any(one[1](each) and other[1](each) for each in range(-1, 12))
