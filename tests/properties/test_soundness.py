"""An expression that the checker accepts never fails on facts that are well typed, and gives a value of its type."""

import datetime as dt
import json
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, checked
from tests.trees import HERE
from tests.worlds import WORLD, Relations, expression, facts

from partnerrules import Facts, Ruleset
from partnerrules.decisions.results import DefinitionResult
from partnerrules.diagnostics import render
from partnerrules.facts import Row
from partnerrules.language import syntax as s
from partnerrules.language.functions import FUNCTIONS
from partnerrules.language.printer import print_expression
from partnerrules.plan.stretches import Stretch
from partnerrules.quantities import Money
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

KINDS = st.sampled_from(["boolean", "number", "money", "ratio", "date", "instant", "deals", "visits"])


def fits(value: object, type: t.Type) -> bool:
    """Whether a value at run time is one of a type."""
    if isinstance(value, Unknown):
        return True
    match type:
        case t.Maybe(of):
            return value is None or fits(value, of)
        case t.Boolean():
            return isinstance(value, bool)
        case t.Integer():
            return not isinstance(value, bool) and isinstance(value, int | Decimal) and value == int(value)
        case t.Number() | t.Ratio() | t.Quantity():
            return not isinstance(value, bool) and isinstance(value, int | Decimal)
        case t.AnyMoney():
            return isinstance(value, Money)
        case t.Text():
            return isinstance(value, str)
        case t.Enumeration(values):
            return isinstance(value, str) and value in values
        case t.Date():
            return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
        case t.Instant():
            return isinstance(value, dt.datetime) and value.tzinfo is not None
        case t.Record(entity):
            return isinstance(value, str) or (isinstance(value, Row) and value.entity == entity)
        case t.ListOf(item):
            return isinstance(value, tuple) and all(fits(member, item) for member in value)
        case t.Interval(of):
            return isinstance(value, Stretch) and fits(value.low, of) and fits(value.high, of)
        case t.Anything():
            return True


def check_values(rules: Ruleset, known: Relations) -> None:
    """Decides every definition of a ruleset, and looks at the types of what they give."""
    decision = rules.decide(Facts(known), as_of=AS_OF)
    for results in decision.values():
        for result in results.values():
            assert isinstance(result, DefinitionResult)
            assert fits(result.raw, result.type), (result.raw, result.type)
    assert json.loads(decision.to_json())["results"]


def definition(text: str, of: str = "partner") -> str:
    return f"{WORLD}definitions:\n  tried: {{of: {of}, value: {json.dumps(text, ensure_ascii=False)}}}\n"


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=settings().max_examples * 2
)
@given(KINDS.flatmap(lambda kind: expression(kind, 4)), facts())
def test_well_typed_expressions_are_accepted_and_give_values_of_their_type(text: str, known: Relations) -> None:
    rules, told = checked(definition(text))
    if rules is not None:
        check_values(rules, known)
    # What may be refused although its types fit: it cannot be meant.
    allowed = {"self-comparison", "inverted-interval", "empty-interval", "too-deep", "unit-mismatch"}
    assert {diagnostic.code for diagnostic in told} <= allowed, render(told)


# ------------------------------------------------------------------------------ any expression whatever over real names

_NAMES = st.sampled_from(
    "partner subject item deals partners visits amount customer rating on vip staff score grade today as_of quota share"
    " open_number signed_at id segment people checks legal x registrations products".split()
)
_LEAVES: st.SearchStrategy[s.Syntax] = st.one_of(
    _NAMES.map(lambda name: s.Name(name, HERE)),
    _NAMES.map(lambda name: s.Path(s.Name("partner", HERE), name, HERE, HERE)),
    st.builds(
        lambda number, unit: s.Number(Decimal(number), unit, HERE),
        st.sampled_from(["0", "1", "2", "0.5", "100"]),
        st.sampled_from([None, "%", "CNY", "USD", "days", "months", "hours"]),
    ),
    st.sampled_from(["gold", "A", "x", ""]).map(lambda text: s.String(text, HERE)),
    st.booleans().map(lambda truth: s.Truth(truth, HERE)),
    st.just(s.Day(dt.date(2026, 1, 31), HERE)),
    st.just(s.Moment(dt.datetime(2026, 1, 31, tzinfo=dt.UTC), HERE)),
    st.just(s.Window("last", 12, "month", False, HERE)),
    _NAMES.map(lambda name: s.Last(s.Name(name, HERE), HERE)),
)


def _nodes(inner: st.SearchStrategy[s.Syntax]) -> st.SearchStrategy[s.Syntax]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(lambda base, name: s.Path(base, name, HERE, HERE), inner, _NAMES),
        st.builds(lambda base, condition: s.Filter(base, condition, HERE), inner, inner),
        st.builds(lambda name, items: s.Call(name, items, HERE, HERE), st.sampled_from(sorted(FUNCTIONS)), several),
        st.builds(lambda item: s.Call("exists", (item,), HERE, HERE), inner),
        st.builds(lambda item: s.Negate(item, HERE), inner),
        st.builds(lambda op, a, b: s.Arithmetic(op, a, b, HERE), st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(lambda op, a, b: s.Comparison(op, a, b, HERE), st.sampled_from(["=", "<", ">="]), inner, inner),
        st.builds(lambda a, b, c: s.Between(a, b, c, HERE), inner, inner, inner),
        st.builds(lambda a, b: s.Membership(a, b, HERE), inner, inner),
        several.map(lambda items: s.And((*items, s.Truth(True, HERE)), HERE)),
        st.builds(lambda a, b, c: s.If(a, b, c, HERE), inner, inner, inner),
        st.builds(lambda source, body: s.For("x", source, body, HERE), inner, inner),
        st.builds(lambda source, body: s.Quantified("some", "x", source, body, HERE), inner, inner),
        several.map(lambda items: s.Items(items, HERE)),
        st.builds(lambda a, b, left: s.Range(a, b, left, True, HERE), inner, inner, st.booleans()),
        st.builds(lambda a, b: s.Pick("latest", 1, a, b, HERE), inner, inner),
        st.builds(lambda a, b: s.Pick("top", 2, a, b, HERE), inner, inner),
        st.builds(lambda n, a, b: s.Pick("top", s.Name(n, HERE), a, b, HERE), _NAMES, inner, inner),
        st.builds(lambda a, b: s.At(a, b, HERE), inner, inner),
        st.builds(lambda a: s.Edge("start", "month", False, a, HERE), inner),
    )


ANY_TREE = st.recursive(_LEAVES, _nodes, max_leaves=6)


@settings(max_examples=settings().max_examples * 6)
@given(ANY_TREE, st.sampled_from(["partner", "deal"]), facts())
def test_whatever_is_accepted_gives_a_value_of_its_type(tree: s.Syntax, of: str, known: Relations) -> None:
    rules, told = checked(definition(print_expression(tree), of))
    assert (rules is None) == any(diagnostic.severity == "error" for diagnostic in told)
    if rules is not None:
        check_values(rules, known)
