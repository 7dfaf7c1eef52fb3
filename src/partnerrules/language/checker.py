"""Gives every name of an expression its meaning and every value its type: syntax trees to terms.

All mistakes of an expression are reported, each once: what depends on a wrong part has the type `Anything` and says no
more. An expression that is accepted never meets a value of a wrong type when it runs.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, assert_never

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import calls, comparisons, navigation, operations, terms
from partnerrules.language import syntax as s
from partnerrules.language.arithmetic import calculated
from partnerrules.language.building import shifted
from partnerrules.language.checking import BOOLEAN, WRONG, Checking, implied, origin, shown
from partnerrules.language.environment import Environment
from partnerrules.language.names import Names
from partnerrules.language.printer import print_expression
from partnerrules.quantities import BUSINESS_DAYS, DAYS, MONTHS, Dimension, find_unit, multiply
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

_TEXT: Final = t.Text()
_INTEGER: Final = t.Integer()
_NUMBER: Final = t.Number()
_RATIO: Final = t.Ratio()
_PERCENT: Final = Decimal("0.01")
_CONSTANTS: Final = (s.Number, s.String, s.Truth, s.Day, s.Moment)


@dataclass(frozen=True, slots=True)
class Observed:
    """A part of a condition whose value an explanation shows: its text, its term, and what the ruleset calls it."""

    text: str
    term: terms.Term
    title: Title = Title()


@dataclass(frozen=True, slots=True)
class Checked:
    """An expression that is ready to run: its term, its canonical text, what to show of it, and its depth."""

    term: terms.Term
    text: str
    observed: tuple[Observed, ...]
    depth: int

    @property
    def type(self) -> t.Type:
        return self.term.type

    @property
    def title(self) -> Title:
        """What the ruleset calls it, where all of it is one part that has a title."""
        return title_among(self.observed, self.text)


def title_among(observed: Iterable[Observed], text: str) -> Title:
    """What the ruleset calls one of the parts of an expression."""
    return next((each.title for each in observed if each.text == text), Title())


def check_expression(
    tree: s.Syntax,
    environment: Environment,
    report: Report,
    *,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term] = frozenset(),
    depth: int = 0,
) -> Checked:
    """The checked form of an expression; its type is `Anything` if a fault was reported.

    Args:
        tree: what the author wrote.
        environment: what its names can mean.
        report: takes the faults.
        named: the records that have names here, such as `subject` and `deal`.
        present: terms that are known not to be absent here, from conditions that hold before this one is asked.
        depth: the level at which the expression is used, if it is a definition.
    """
    checking = new_checking(environment, report, named, present)
    checking.depth = checking.deepest = depth
    term = checking.check(tree)
    if isinstance(term.type, t.Anything) and not report.failed:
        checking.wrong("type-mismatch", f"it cannot be told what {shown(tree)} is", tree.span)
    environment.written[id(term)] = (term, tree.span)
    return Checked(term, print_expression(tree), observe(checking, tree), checking.deepest - depth)


def new_checking(
    environment: Environment,
    report: Report,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term] = frozenset(),
) -> Checking:
    """The state in which the checking of an expression begins."""
    return Checking(environment, report, Names(named), _walk, present)


def _walk(checking: Checking, node: s.Syntax) -> terms.Term:
    match node:
        case s.Number():
            return _number(checking, node)
        case s.String(value):
            return terms.Value(value, _TEXT)
        case s.Truth(value):
            return terms.Value(value, BOOLEAN)
        case s.Day(value):
            return terms.Value(value, t.Date())
        case s.Moment(value):
            return _moment(checking, value, node.span)
        case s.Name(name, span):
            return navigation.resolve(checking, name, span)
        case s.Path():
            return navigation.path(checking, node)
        case s.Filter():
            return navigation.select(checking, node)
        case s.Call():
            return calls.check_call(checking, node)
        case s.Negate(operand):
            zero_less = checking.solid(checking.check(operand), operand.span)
            if isinstance(zero_less.type, t.Anything):
                return WRONG
            if not isinstance(zero_less.type, t.Integer | t.Number | t.Ratio | t.Quantity):
                return checking.wrong("type-mismatch", f"{zero_less.type} has no sign", node.span)
            if isinstance(zero_less, terms.Value) and isinstance(zero_less.value, int | Decimal):
                exact = zero_less.value
                return terms.Value(-exact if isinstance(exact, int) else exact.copy_negate(), zero_less.type)
            return terms.Calculation("number", "-", terms.Value(Decimal(0), zero_less.type), zero_less, zero_less.type)
        case s.Arithmetic():
            return _arithmetic(checking, node)
        case s.Comparison(operator, left, right):
            return comparisons.compare(
                checking, operator, checking.check(left), checking.check(right), left.span, right.span, node.span
            )
        case s.Between(operand, low, high):
            term = checking.check(operand)
            bounds = comparisons.bounds(checking, low, high, True, True, node.span)
            return comparisons.within(checking, term, bounds, operand.span, low.span.to(high.span))
        case s.Membership(operand, group):
            return comparisons.member(
                checking, checking.check(operand), checking.check(group), operand.span, group.span, node.span
            )
        case s.And(items):
            return terms.All(_conjunction(checking, items, True), BOOLEAN)
        case s.Or(items):
            return terms.AnyOf(_conjunction(checking, items, False), BOOLEAN)
        case s.If():
            return _if(checking, node)
        case s.For(variable, source, body):
            found = navigation.items(checking, source)
            if found is None:
                return WRONG
            if not navigation.new_name(checking, variable, node.span):
                return WRONG
            each = checking.names.enter_loop(variable, *found)
            with navigation.shown_present(checking, found[0], each):
                term = checking.check(body)
            checking.names.leave()
            return navigation.each(checking, found[0], each, term, node.span)
        case s.Quantified(kind, variable, source, condition):
            found = navigation.items(checking, source)
            if found is None:
                return WRONG
            if not navigation.new_name(checking, variable, node.span):
                return WRONG
            each = checking.names.enter_loop(variable, *found)
            with navigation.shown_present(checking, found[0], each):
                term = checking.condition(condition)
            checking.names.leave()
            return terms.Quantified(kind, found[0], each.name, term, BOOLEAN)
        case s.Items(items):
            return _items(checking, items, node.span)
        case s.Range(low, high, low_included, high_included):
            return comparisons.bounds(checking, low, high, low_included, high_included, node.span)
        case s.Pick():
            return navigation.pick(checking, node)
        case s.At(operand, moment):
            at = checking.solid(checking.check(moment), moment.span)
            if not isinstance(at.type, t.Date | t.Instant | t.Anything):
                return checking.wrong("type-mismatch", f"`at` takes a date or an instant, not {at.type}", moment.span)
            if isinstance(operand, _CONSTANTS):
                text = operand.span.source.text[operand.span.start : operand.span.end]
                return checking.wrong(
                    "type-mismatch",
                    f"`{text[:60]}` is the same at all times, and `at` takes only what stands right before it",
                    operand.span,
                    help="put what is looked at as of then in brackets: `(outcome(...) at ...) = ...`",
                )
            here, checking.present = checking.present, frozenset()  # what is there now need not have been there then
            before, checking.as_of_then = checking.as_of_then, True
            item = checking.check(operand)
            checking.present, checking.as_of_then = here, before
            return terms.AtMoment(item, at, item.type)
        case s.Window(kind, count, unit, fiscal):
            return terms.WindowOf(kind, count, unit, fiscal, t.Interval(t.Date()))
        case s.Last(length):
            return _last(checking, length)
        case s.Edge(edge, unit, fiscal, day):
            term = checking.solid(checking.check(day), day.span)
            if not isinstance(term.type, t.Date | t.Anything):
                return checking.wrong(
                    "date-against-instant" if isinstance(term.type, t.Instant) else "type-mismatch",
                    f"`{edge} of {unit}` takes a date, not {term.type}",
                    day.span,
                    help="take the day of an instant with `date(...)`",
                )
            return terms.EdgeOf(edge, unit, fiscal, term, t.Date())
        case _:
            assert_never(node)


def _last(checking: Checking, length: s.Name | s.Path) -> terms.Term:
    """The days of a length of time that ends with today."""
    term = checking.solid(checking.check(length), length.span)
    if isinstance(term.type, t.Anything):
        return term
    if not isinstance(term.type, t.Quantity) or term.type.dimension not in (DAYS, BUSINESS_DAYS, MONTHS):
        return checking.wrong(
            "type-mismatch",
            f"`last` takes a length of time, not {term.type}",
            length.span,
            labels=[Label(length.span, f"{term.type}, {origin(term)}")],
            help="name a parameter such as `90 days` or `12 months`",
        )
    if term.type.dimension == BUSINESS_DAYS and not checking.knows_business_days(length.span):
        return WRONG
    today = terms.Today(t.Date())
    return terms.Bounds(shifted(today, "-", term), today, False, True, t.Interval(t.Date()))


def _moment(checking: Checking, value: dt.datetime, span: Span) -> terms.Term:
    try:
        return terms.Value(value.astimezone(dt.UTC), t.Instant())  # as facts have them, so that equal ones are equal
    except OverflowError:
        return checking.wrong("no-such-date", "the moment lies outside of the calendar", span)


def _number(checking: Checking, node: s.Number) -> terms.Term:
    if node.unit == "%":
        return terms.Value(multiply(node.value, _PERCENT), _RATIO)
    if node.unit is not None:
        unit = find_unit(node.unit)
        assert unit is not None  # the parser has seen to it
        return terms.Value(multiply(node.value, unit.factor), _quantity(unit.dimension))
    if node.value == node.value.to_integral_value():
        return terms.Value(int(node.value), _INTEGER)
    return terms.Value(node.value, _NUMBER)


@lru_cache(maxsize=1000)
def _quantity(dimension: Dimension) -> t.Quantity:
    """The type of amounts of a dimension; large tables have thousands of them, and it once."""
    return t.Quantity(dimension)


def _conjunction(checking: Checking, nodes: tuple[s.Syntax, ...], holds: bool) -> tuple[terms.Term, ...]:
    """Conditions of which each is only asked if those before it hold, or do not."""
    before = checking.present
    items = []
    for node in nodes:
        term = checking.condition(node)
        items.append(term)
        checking.present |= implied(term, holds)
    checking.present = before
    return tuple(items)


def _if(checking: Checking, node: s.If) -> terms.Term:
    condition = checking.condition(node.condition)
    then = checking.given(condition, True, node.then)
    otherwise = checking.given(condition, False, node.otherwise)
    result = operations.common(then.type, otherwise.type)
    if result is None:
        return checking.wrong(
            "type-mismatch",
            "`if` gives two values of different types",
            node.span,
            labels=[
                Label(node.then.span, f"{then.type}, {origin(then)}"),
                Label(node.otherwise.span, f"{otherwise.type}, {origin(otherwise)}"),
            ],
        )
    return terms.If(condition, then, otherwise, result)


def _arithmetic(checking: Checking, node: s.Arithmetic) -> terms.Term:
    left = checking.solid(checking.check(node.left), node.left.span)
    right = checking.solid(checking.check(node.right), node.right.span)
    return calculated(checking, node, left, right)


def _items(checking: Checking, nodes: tuple[s.Syntax, ...], span: Span) -> terms.Term:
    items = [checking.solid(checking.check(node), node.span) for node in nodes]
    if not items:
        return checking.wrong(
            "empty-list", "an empty list says nothing", span, help="write the values, or leave it out"
        )
    common: t.Type = t.Anything()
    for item, node in zip(items, nodes, strict=True):
        found = operations.common(common, item.type)
        if found is None:
            fault = operations.mismatch(items[0].type, item.type) or operations.Mismatch("type-mismatch")
            return checking.wrong(
                fault.code,
                "the items of a list are of one type",
                node.span,
                labels=comparisons.both(items[0], item, nodes[0].span, node.span),
                help=fault.help,
            )
        common = found
    return terms.Items(tuple(items), t.ListOf(common))


def _title_of(term: terms.Term, environment: Environment) -> Title:
    """What the ruleset calls a parameter, a definition, a field, or a policy that is asked."""
    match term:
        case terms.OutcomeOf(policy):
            return environment.policies[policy].title
        case terms.Among(asked) | terms.IfUnknown(asked):  # whether a policy is passed
            return _title_of(asked, environment)
        case terms.ParameterOf(name):
            return environment.parameters[name].title
        case terms.DefinitionOf(name):
            return environment.definitions.title(name)
        case terms.FieldOf(record, field) if isinstance(record.type, t.Record):
            return environment.schema.entities[record.type.entity].fields[field].title
        case _:
            return Title()


def observe(checking: Checking, node: s.Syntax) -> tuple[Observed, ...]:
    """The parts of a condition whose values an explanation shows, each once."""
    found: dict[str, Observed] = {}
    pending = [node]
    while pending:
        current = pending.pop(0)
        match current:
            case s.And(items) | s.Or(items):
                pending[:0] = items
            case s.Call("not" | "exists" | "known" | "if_unknown", arguments):
                pending[:0] = arguments[:1]
            case s.Comparison(_, left, right):
                pending[:0] = [left, right]
            case s.Call() if id(current) in checking.ends:
                pending[:0] = checking.ends[id(current)]
            case s.Between(operand, low, high):
                pending[:0] = [operand, low, high]
            case s.Membership(operand, group):
                pending[:0] = [operand] if isinstance(group, s.Items | s.Range) else [operand, group]
            case s.Number() | s.String() | s.Truth() | s.Day() | s.Moment() | s.Items() | s.Range():
                pass
            case _ if id(current) in checking.noted:
                text = print_expression(current)
                term = checking.noted[id(current)]
                found.setdefault(text, Observed(text, term, _title_of(term, checking.environment)))
            case _:
                pass
    return tuple(found.values())
