"""The terms of comparisons, of lists and of intervals, after seeing that the values can meet."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from partnerrules.diagnostics import Label, Span, shortened, suggestion
from partnerrules.language import operations, terms
from partnerrules.language import syntax as s
from partnerrules.language.checking import BOOLEAN, WRONG, Checking, excerpt_of, origin, shown
from partnerrules.schema import types as t


def compare(
    checking: Checking,
    operator: s.ComparisonOperator,
    left: terms.Term,
    right: terms.Term,
    left_span: Span,
    right_span: Span,
    span: Span,
) -> terms.Term:
    """The term of a comparison, after seeing that the two can be compared."""
    left, right = checking.solid(left, left_span), checking.solid(right, right_span)
    fault = operations.mismatch(left.type, right.type)
    if fault is not None:
        texts = f"`{excerpt_of(left_span)}` with `{excerpt_of(right_span)}`"
        labels = both(left, right, left_span, right_span)
        return checking.wrong(fault.code, f"cannot compare {texts}", span, labels=labels, help=fault.help)
    if isinstance(left.type, t.Anything) or isinstance(right.type, t.Anything):
        return WRONG
    if left == right and not isinstance(left, terms.Value):
        return checking.wrong(
            "self-comparison",
            f"`{excerpt_of(left_span)}` is compared with itself",
            span,
            labels=both(left, right, left_span, right_span),
            help="inside a filter the item's fields come first: write `subject.` before what is meant of the record"
            " being decided"
            if checking.names.inside_items
            else "compare it with something else, or take the comparison out",
        )
    if operator not in ("=", "!=") and not (operations.has_order(left.type) and operations.has_order(right.type)):
        labels = both(left, right, left_span, right_span)
        return checking.wrong(
            "type-mismatch", f"{left.type} has no order", span, labels=labels, help="compare with `=` or `!=`"
        )
    for term, other, place in ((left, right, right_span), (right, left, left_span)):
        if not literal_fits(checking, other, term.type, place):
            return WRONG
    return terms.Comparison(operator, left, right, BOOLEAN)


def literal_fits(checking: Checking, term: terms.Term, against: t.Type, span: Span) -> bool:
    """Whether a value that the author wrote can be one of a type: an enumeration's, or a ratio's."""
    if isinstance(term, terms.Items):
        return all(literal_fits(checking, item, against, span) for item in term.items)
    if not isinstance(term, terms.Value):
        return True
    if isinstance(against, t.Enumeration) and isinstance(term.value, str) and term.value not in against.values:
        checking.wrong(
            "unknown-value",
            f'"{shortened(term.value)}" is not one of the values here',
            span,
            help=suggestion(term.value, against.values, kind="value"),
        )
        return False
    if (
        isinstance(against, t.Ratio)
        and isinstance(term.type, t.Integer | t.Number)
        and isinstance(term.value, int | Decimal)
        and abs(Decimal(term.value)) > 1
    ):
        hundredfold = f"{(Decimal(term.value) * 100).normalize():f}"
        checking.wrong(
            "ratio-without-percent",
            f"a ratio meets the plain number {term.value}, and may be meant as a percentage",
            span,
            help=f"write `{term.value} %`"
            + (f", or `{hundredfold} %` if that is meant" if abs(Decimal(term.value)) <= 10 else ""),
        )
        return False
    return True


def member(
    checking: Checking, item: terms.Term, group: terms.Term, item_span: Span, group_span: Span, span: Span
) -> terms.Term:
    """The term of `item in group`, where the group is a list, an interval, or one value."""
    group = checking.solid(group, group_span)
    if isinstance(group.type, t.Anything) or isinstance(item.type, t.Anything):
        return WRONG
    if isinstance(group.type, t.Interval):
        return within(checking, item, group, item_span, group_span)
    if not isinstance(group.type, t.ListOf):
        return compare(checking, "=", item, group, item_span, group_span, span)
    inner = t.present(item.type)
    member = t.present(group.type.item)
    fault = operations.mismatch(inner, member)
    if fault is not None:
        return checking.wrong(
            fault.code,
            f"`{excerpt_of(item_span)}` cannot be in `{excerpt_of(group_span)}`",
            span,
            labels=both(item, group, item_span, group_span),
            help=fault.help,
        )
    if not literal_fits(checking, group, inner, group_span) or not literal_fits(checking, item, member, item_span):
        return WRONG
    return terms.Among(item, group, BOOLEAN)


def within(
    checking: Checking, item: terms.Term, interval: terms.Term, item_span: Span, interval_span: Span
) -> terms.Term:
    """The term of `item in interval`."""
    if isinstance(interval.type, t.Anything) or isinstance(item.type, t.Anything):
        return WRONG
    assert isinstance(interval.type, t.Interval)
    inner = t.present(item.type)
    fault = operations.mismatch(inner, interval.type.of)
    if fault is not None:
        return checking.wrong(
            fault.code,
            f"`{excerpt_of(item_span)}` cannot lie in `{excerpt_of(interval_span)}`",
            interval_span,
            labels=both(item, interval, item_span, interval_span),
            help=fault.help,
        )
    if isinstance(interval, terms.Bounds) and not (
        literal_fits(checking, interval.low, inner, interval_span)
        and literal_fits(checking, interval.high, inner, interval_span)
    ):
        return WRONG
    return terms.Within(item, interval, BOOLEAN)


def bounds(checking: Checking, low: s.Syntax, high: s.Syntax, low_in: bool, high_in: bool, span: Span) -> terms.Term:
    least, most = checking.solid(checking.check(low), low.span), checking.solid(checking.check(high), high.span)
    if isinstance(least.type, t.Anything) or isinstance(most.type, t.Anything):
        return WRONG
    fault = operations.mismatch(least.type, most.type)
    if fault is None and not operations.has_order(least.type):
        way_out = "an interval goes from one number, amount, date or instant to another"
        fault = operations.Mismatch("type-mismatch", way_out)
    if fault is not None:
        return checking.wrong(
            fault.code,
            f"{shown(low)} and {shown(high)} are no ends of one interval",
            span,
            labels=both(least, most, low.span, high.span),
            help=fault.help,
        )
    if isinstance(least, terms.Value) and isinstance(most, terms.Value):
        if _before(most, least):
            return checking.wrong(
                "inverted-interval",
                f"the interval from {shown(low)} to {shown(high)} ends before it starts",
                span,
                help=f"write {shown(high)} first",
            )
        if least.value == most.value and not (low_in and high_in):
            return checking.wrong(
                "empty-interval",
                f"nothing lies between {shown(low)} and {shown(high)}",
                span,
                help="a round bracket leaves its end out: use `[` and `]`, or another end",
            )
    common = operations.common(least.type, most.type)
    assert common is not None
    return terms.Bounds(least, most, low_in, high_in, _interval(common))


@lru_cache(maxsize=1000)
def _interval(of: t.Type) -> t.Interval:
    """The type of intervals of a type; large tables have thousands of them, and it once."""
    return t.Interval(of)


def both(left: terms.Term, right: terms.Term, left_span: Span, right_span: Span) -> list[Label]:
    return [
        Label(left_span, f"{left.type}, {origin(left)}"),
        Label(right_span, f"{right.type}, {origin(right)}"),
    ]


def assignable(checking: Checking, term: terms.Term, expected: t.Type, span: Span) -> bool:
    """Whether a value can stand where one of a type is expected; reports it if not."""
    fault = operations.mismatch(term.type, expected)
    if fault is not None:
        checking.wrong(
            fault.code,
            f"expected {expected}, found {term.type}",
            span,
            labels=[Label(span, f"{term.type}, {origin(term)}")],
            help=fault.help,
        )
        return False
    if isinstance(expected, t.Enumeration) and not isinstance(term, terms.Value):
        given = term.type
        if isinstance(given, t.Text) or (isinstance(given, t.Enumeration) and set(given.values) - set(expected.values)):
            found = "any text" if isinstance(given, t.Text) else str(given)
            checking.wrong("type-mismatch", f"expected {expected}, found {found}", span)
            return False
    if isinstance(expected, t.Integer) and isinstance(term.type, t.Number | t.Ratio):
        way_out = "take `floor(...)` or `ceil(...)` of it, or declare it as `number`"
        checking.wrong("type-mismatch", f"expected {expected}, found {term.type}", span, help=way_out)
        return False
    return literal_fits(checking, term, expected, span)


def _before(left: terms.Value, right: terms.Value) -> bool:
    """Whether a written value comes before another one of a type that has an order."""
    match left.value, right.value:
        case (dt.datetime() as one, dt.datetime() as other):
            return one < other
        case (dt.date() as day, dt.date() as other_day):
            return day < other_day
        case (int() | Decimal() as number, int() | Decimal() as other_number):
            return number < other_number
        case _:
            return False
