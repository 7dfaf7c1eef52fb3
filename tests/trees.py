"""Generates syntax trees as the parser can give them."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from partnerrules.diagnostics import Report, Source, Span
from partnerrules.language import syntax as s
from partnerrules.language.excerpts import Plain
from partnerrules.language.parser import parse_expression

HERE = Span(Source("", ""), 0, 0)

NAMES = st.sampled_from(["amount", "deal", "partner", "same-customer", "客户", "x1", "today", "latest", "at_least"])
_NUMBERS = st.decimals(min_value=0, max_value=10**12, places=3, allow_nan=False, allow_infinity=False)


def parsed(text: str) -> s.Syntax:
    """The tree of an expression that has no fault."""
    report = Report()
    tree = parse_expression(Plain(Source("rules.yaml", text), 0, len(text)), report)
    assert tree is not None, report.diagnostics
    assert not report.diagnostics
    return tree


def faults_of(text: str) -> list[str]:
    """The codes of what is wrong with the text of an expression."""
    report = Report()
    assert parse_expression(Plain(Source("rules.yaml", text), 0, len(text)), report) is None
    return [diagnostic.code for diagnostic in report.diagnostics]


def _moment(moment: dt.datetime) -> s.Syntax:
    return s.Moment(moment, HERE)


_ZONES = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=8)), dt.timezone(-dt.timedelta(hours=3, minutes=30))])

_LEAVES: st.SearchStrategy[s.Syntax] = st.one_of(
    st.builds(
        lambda value, unit: s.Number(value, unit, HERE),
        st.one_of(_NUMBERS, st.integers(0, 10**50).map(Decimal)),
        st.sampled_from([None, "%", "CNY", "days", "months", "hours", "points", "Mbps"]),
    ),
    st.text(max_size=8).map(lambda text: s.String(text, HERE)),
    st.booleans().map(lambda truth: s.Truth(truth, HERE)),
    st.dates().map(lambda day: s.Day(day, HERE)),
    st.datetimes(timezones=_ZONES).map(_moment),
    NAMES.map(lambda name: s.Name(name, HERE)),
    st.builds(
        lambda count, unit: s.Window("last", count, unit, False, HERE),
        st.integers(1, 99),
        st.sampled_from(["day", "week", "month", "quarter", "year"]),
    ),
    st.builds(lambda name: s.Last(s.Name(name, HERE), HERE), NAMES.filter(lambda name: name != "at")),
    st.builds(
        lambda count, unit, fiscal: s.Window("this", count, unit, fiscal, HERE),
        st.integers(0, 9),
        st.sampled_from(["month", "quarter", "year"]),
        st.booleans(),
    ),
    st.builds(
        lambda unit, fiscal: s.Window("to date", 0, unit, fiscal, HERE),
        st.sampled_from(["month", "quarter", "year"]),
        st.booleans(),
    ),
)


def _several(inner: st.SearchStrategy[s.Syntax], least: int = 0) -> st.SearchStrategy[tuple[s.Syntax, ...]]:
    return st.lists(inner, min_size=least, max_size=3).map(tuple)


def _nodes(inner: st.SearchStrategy[s.Syntax]) -> st.SearchStrategy[s.Syntax]:
    return st.one_of(
        st.builds(lambda base, name: s.Path(base, name, HERE, HERE), inner, NAMES),
        st.builds(lambda base, condition: s.Filter(base, condition, HERE), inner, inner),
        st.builds(
            lambda name, arguments: s.Call(name, arguments, HERE, HERE),
            st.sampled_from(["not", "count", "certified", "made-up"]),
            _several(inner),
        ),
        st.builds(lambda operand: s.Negate(operand, HERE), inner),
        st.builds(
            lambda operator, left, right: s.Arithmetic(operator, left, right, HERE),
            st.sampled_from(["+", "-", "*", "/"]),
            inner,
            inner,
        ),
        st.builds(
            lambda operator, left, right: s.Comparison(operator, left, right, HERE),
            st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
            inner,
            inner,
        ),
        st.builds(lambda operand, low, high: s.Between(operand, low, high, HERE), inner, inner, inner),
        st.builds(lambda operand, group: s.Membership(operand, group, HERE), inner, inner),
        _several(inner, 2).map(lambda items: s.And(items, HERE)),
        _several(inner, 2).map(lambda items: s.Or(items, HERE)),
        st.builds(lambda a, b, c: s.If(a, b, c, HERE), inner, inner, inner),
        st.builds(lambda name, source, body: s.For(name, source, body, HERE), NAMES, inner, inner),
        st.builds(
            lambda kind, name, source, condition: s.Quantified(kind, name, source, condition, HERE),
            st.sampled_from(["some", "every"]),
            NAMES,
            inner,
            inner,
        ),
        _several(inner).map(lambda items: s.Items(items, HERE)),
        st.builds(
            lambda low, high, low_in, high_in: s.Range(low, high, low_in, high_in, HERE),
            inner,
            inner,
            st.booleans(),
            st.booleans(),
        ),
        st.builds(
            lambda kind, source, key: s.Pick(kind, 1, source, key, HERE),
            st.sampled_from(["latest", "earliest"]),
            inner,
            inner,
        ),
        st.builds(lambda count, source, key: s.Pick("top", count, source, key, HERE), st.integers(1, 9), inner, inner),
        st.builds(
            lambda count, source, key: s.Pick("top", s.Name(count, HERE), source, key, HERE), NAMES, inner, inner
        ),
        st.builds(lambda operand, moment: s.At(operand, moment, HERE), inner, inner),
        st.builds(
            lambda edge, unit, fiscal, day: s.Edge(edge, unit, fiscal, day, HERE),
            st.sampled_from(["start", "end"]),
            st.sampled_from(["month", "quarter", "year"]),
            st.booleans(),
            inner,
        ),
    )


TREES: st.SearchStrategy[s.Syntax] = st.recursive(_LEAVES, _nodes, max_leaves=12)
