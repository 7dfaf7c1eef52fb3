"""The terms of function calls: the shapes with rules of their own, and the calls that the function table describes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from partnerrules.diagnostics import Label, Report, Span, shortened, suggestion, with_article
from partnerrules.domain.conduct import EFFECTS
from partnerrules.language import comparisons, navigation, operations, policy_calls, terms
from partnerrules.language import syntax as s
from partnerrules.language.arity import has_count
from partnerrules.language.checking import BOOLEAN, WRONG, Checking, origin, shown
from partnerrules.language.environment import NoDefinitions
from partnerrules.language.excerpts import Decoded
from partnerrules.language.functions import (
    DAY,
    FUNCTIONS,
    TEXT,
    WHOLE,
    Expansion,
    Form,
    Function,
    Kernel,
    Parameter,
    record,
    suggested_function,
)
from partnerrules.language.names import COUNTED
from partnerrules.language.parser import parse_expression
from partnerrules.schema import types as t


def check_call(checking: Checking, node: s.Call) -> terms.Term:
    """The term of a function call."""
    function = FUNCTIONS.get(node.function)
    if function is None:
        return checking.wrong(
            "unknown-function",
            f"there is no function `{shortened(node.function)}`",
            node.name_span,
            help=suggested_function(node.function),
        )
    match function.meaning:
        case Form():
            return _FORMS[function.name](checking, node)
        case Expansion(parameters, text):
            if function.name == "sanctioned":
                _check_effect(checking, node)
            return _expand(checking, node, function, parameters, text)
        case Kernel(parameters, result):
            arguments = _arguments(checking, node, function, parameters)
            if arguments is None:
                return WRONG
            return terms.Apply(function.name, arguments, result(tuple(term.type for term in arguments)))


def _arguments(
    checking: Checking, node: s.Call, function: Function, parameters: tuple[Parameter, ...]
) -> tuple[terms.Term, ...] | None:
    """The arguments of a call as its parameters want them, or None after a fault."""
    if not has_count(checking, node, len(parameters)):
        return None
    found: list[terms.Term] = []
    for parameter, argument in zip(parameters, node.arguments, strict=True):
        term = checking.solid(checking.check(argument), argument.span)
        if isinstance(term.type, t.Anything):
            return None
        if not parameter.sort.accepts(term.type):
            dated = {type(term.type), *(kind for kind in (t.Date, t.Instant) if parameter.sort.accepts(kind()))}
            checking.wrong(
                "date-against-instant" if dated == {t.Date, t.Instant} else "type-mismatch",
                f"`{parameter.name}` of `{function.name}` is {parameter.sort.words}, not {term.type}",
                argument.span,
                labels=[Label(argument.span, f"{term.type}, {origin(term)}")],
                help=f"write `{function.usage}`",
            )
            return None
        found.append(term)
    return tuple(found)


_SIMPLE: Final = (
    terms.Value,
    terms.Variable,
    terms.ColumnOf,
    terms.AsOf,
    terms.Today,
    terms.ParameterOf,
    terms.Items,
)


def _check_effect(checking: Checking, node: s.Call) -> None:
    """Warns of an effect that no policy here imposes and that is none of the known ones: mostly a slip of the pen."""
    effect = node.arguments[1] if len(node.arguments) > 1 else None
    if not isinstance(effect, s.String) or not checking.environment.policies:
        return
    columns = (signature.columns.items() for signature in checking.environment.policies.values())
    imposed = {name for each in columns for name, type in each if isinstance(type, t.Boolean)}
    if effect.value not in imposed | set(EFFECTS):
        checking.report.warning(
            "unknown-effect",
            f"nothing here imposes `{shortened(effect.value)}`, and it is no effect that is known everywhere",
            effect.span,
            help=suggestion(effect.value, imposed | set(EFFECTS), kind="effect"),
        )


def _expand(
    checking: Checking, node: s.Call, function: Function, parameters: tuple[Parameter, ...], text: str
) -> terms.Term:
    """A call of a function that is said in the language itself: its text, with the arguments in place."""
    arguments = _arguments(checking, node, function, parameters)
    if arguments is None:
        return WRONG
    named = {parameter.name: term for parameter, term in zip(parameters, arguments, strict=True)}
    return _inline(checking, node.span, named, text)


def _inline(checking: Checking, span: Span, named: dict[str, terms.Term], text: str) -> terms.Term:
    """The term of a text of ours, in which names stand for terms.

    Every part of it stands at the call, where faults are shown, such as a kind of certificate that does not exist.
    """
    report = Report()
    tree = parse_expression(Decoded(text, span), report)
    assert tree is not None, report.diagnostics
    seen: dict[str, terms.Term] = {}
    bound: list[tuple[str, terms.Term]] = []
    for name, term in named.items():
        value = navigation.record(checking, term) if isinstance(term.type, t.Record) else term
        if isinstance(value, _SIMPLE):
            seen[name] = value
        else:
            variable = checking.names.fresh(value.type, len(bound))
            seen[name] = variable
            bound.append((variable.name, value))
    # The text sees its own names alone, and nothing of the place where it is called.
    outer, present, environment = checking.names, checking.present, checking.environment
    checking.environment = replace(environment, parameters={}, definitions=NoDefinitions(), policies={})
    checking.names, checking.present = outer.apart(seen, len(bound)), frozenset()
    body = checking.check(tree)
    checking.names, checking.present, checking.environment = outer, present, environment
    for variable_name, value in reversed(bound):
        body = terms.Let(variable_name, value, body, body.type)
    return body


# ------------------------------------------------------------------------------------------------------- conditions


def _not(checking: Checking, node: s.Call) -> terms.Term:
    if not has_count(checking, node, 1):
        return WRONG
    return terms.Not(checking.condition(node.arguments[0]), BOOLEAN)


def _exists(checking: Checking, node: s.Call) -> terms.Term:
    if not has_count(checking, node, 1):
        return WRONG
    term = checking.check(node.arguments[0])
    if isinstance(term.type, t.Anything):
        return WRONG
    if isinstance(term.type, t.ListOf):
        return checking.wrong(
            "never-absent",
            f"{shown(node.arguments[0])} is a list, which always exists",
            node.span,
            help="ask whether it has any: `count(...) >= 1`",
        )
    if not isinstance(term.type, t.Maybe):
        if replace(term, type=t.Maybe(term.type)) in checking.present:  # asked already, and so never absent here
            return terms.Value(True, BOOLEAN)
        return checking.wrong(
            "never-absent",
            f"{shown(node.arguments[0])} is never absent, it may only be unknown",
            node.span,
            help="`known(...)` asks whether it is known; an unknown value makes the outcome undetermined by itself",
        )
    return terms.Exists(term, BOOLEAN)


def _known(checking: Checking, node: s.Call) -> terms.Term:
    if not has_count(checking, node, 1):
        return WRONG
    term = checking.check(node.arguments[0])
    return WRONG if isinstance(term.type, t.Anything) else terms.Known(term, BOOLEAN)


def _if_unknown(checking: Checking, node: s.Call) -> terms.Term:
    if not has_count(checking, node, 2):
        return WRONG
    value, default = (checking.check(argument) for argument in node.arguments)
    common = operations.common(value.type, default.type)
    inner = value.type.of if isinstance(value.type, t.Maybe) else value.type
    fault = operations.mismatch(inner, default.type) if not isinstance(default.type, t.Maybe) else None
    if common is None or fault is not None:
        return checking.wrong(
            fault.code if fault else "type-mismatch",
            f"the default {shown(node.arguments[1])} is not of the type of {shown(node.arguments[0])}",
            node.span,
            labels=comparisons.both(value, default, node.arguments[0].span, node.arguments[1].span),
            help=fault.help if fault else None,
        )
    if not comparisons.literal_fits(checking, default, inner, node.arguments[1].span):
        return WRONG
    return terms.IfUnknown(value, default, value.type if isinstance(value.type, t.Maybe) else common)


# ------------------------------------------------------------------------------------------------------------ lists


def _aggregate(checking: Checking, node: s.Call) -> terms.Term:
    kind = node.function
    if kind in ("min", "max") and len(node.arguments) > 1:
        items = checking.check(s.Items(node.arguments, node.span))
        span = node.span
    else:
        if not has_count(checking, node, 1):
            return WRONG
        span = node.arguments[0].span
        found = navigation.items(checking, node.arguments[0])
        if found is None:
            return WRONG
        items = found[0]
    if not isinstance(items.type, t.ListOf):
        return WRONG
    item = items.type.item
    if kind == "count":
        return terms.Aggregate("count", items, t.Integer())
    if isinstance(item, t.Maybe):
        field = items.body.field if isinstance(items, terms.Each) and isinstance(items.body, terms.FieldOf) else None
        return checking.wrong(
            "unguarded-none",
            "some of these values may be absent",
            span,
            labels=[Label(span, f"{items.type}, {origin(items)}")],
            help=f"keep those that are there with a filter: `[exists({field or '...'})]`",
        )
    if kind == "distinct":
        return terms.Aggregate("distinct", items, items.type)
    if isinstance(item, t.AnyMoney):
        fault = operations.mismatch(item, item)
        assert fault is not None
        return checking.wrong(fault.code, f"`{kind}` cannot join money of any currency", span, help=fault.help)
    summable = isinstance(item, t.Integer | t.Number | t.Ratio | t.Quantity | t.Anything)
    if not (summable if kind in ("sum", "mean") else operations.has_order(item)):
        return checking.wrong(
            "type-mismatch",
            f"`{kind}` takes numbers or amounts, not {item}",
            span,
            labels=[Label(span, f"{items.type}, {origin(items)}")],
            help="name the field that is meant, such as `deals.amount`",
        )
    if kind == "mean":
        return terms.Aggregate("mean", items, t.Number() if isinstance(item, t.Integer) else item)
    return terms.Aggregate("sum" if kind == "sum" else "min" if kind == "min" else "max", items, item)


# ------------------------------------------------------------------------------------------------------------- time


def _date(checking: Checking, node: s.Call) -> terms.Term:
    if not has_count(checking, node, 1):
        return WRONG
    argument = node.arguments[0]
    if isinstance(argument, s.String):
        return checking.wrong(
            "type-mismatch",
            "a date is written without quotes",
            argument.span,
            help=f"write `{argument.value}`" if len(argument.value) == 10 else "write year-month-day",
        )
    term = checking.solid(checking.check(argument), argument.span)
    if isinstance(term.type, t.Anything):
        return WRONG
    if not isinstance(term.type, t.Instant):
        way_out = "it is a date already" if isinstance(term.type, t.Date) else None
        return checking.wrong("type-mismatch", f"`date` takes an instant, not {term.type}", argument.span, help=way_out)
    return terms.Apply("date", (term,), t.Date())


def _valid(checking: Checking, node: s.Call) -> terms.Term:
    if not has_count(checking, node, 2):
        return WRONG
    held = checking.solid(checking.check(node.arguments[0]), node.arguments[0].span)
    if isinstance(held.type, t.Anything):
        return WRONG
    entity = checking.environment.schema.entities[held.type.entity] if isinstance(held.type, t.Record) else None
    if entity is None or entity.validity is None:
        return checking.wrong(
            "type-mismatch",
            f"{shown(node.arguments[0])} is not a record that holds from one day up to another",
            node.arguments[0].span,
            labels=[Label(node.arguments[0].span, f"{held.type}, {origin(held)}")],
        )
    start, end = (entity.fields[name] for name in entity.validity)
    at = checking.solid(checking.check(node.arguments[1]), node.arguments[1].span)
    if isinstance(at.type, t.Anything):
        return WRONG
    if at.type != start.type:
        return checking.wrong(
            "date-against-instant" if isinstance(at.type, t.Date | t.Instant) else "type-mismatch",
            f"`{start.name}` of {with_article(entity.name)} is of type {start.type},"
            f" and {shown(node.arguments[1])} of type {at.type}",
            node.arguments[1].span,
            help="`today` is the date, `as_of` the instant of the decision",
        )
    tests = (_unless_absent(start, f"record.{start.name} <= at"), _unless_absent(end, f"at < record.{end.name}"))
    return _inline(checking, node.span, {"record": held, "at": at}, " and ".join(tests))


def _unless_absent(field: t.Field, test: str) -> str:
    return f"(not(exists(record.{field.name})) or {test})" if field.absence == "none" else test


def _standing(checking: Checking, node: s.Call) -> terms.Term:
    parameters = (Parameter("partner", record("partner")), Parameter("kind", TEXT), Parameter("at", DAY))
    arguments = _arguments(checking, node, FUNCTIONS["standing"], parameters)
    if arguments is None:
        return WRONG
    partner, kind, at = arguments
    named = {"partner": partner, "wanted": kind, "at": at}
    held = _inline(checking, node.span, named, "partner.standings[kind = wanted and valid(item, at)]")
    if isinstance(held.type, t.Anything):
        return WRONG
    variable = checking.names.fresh(held.type)
    key = checking.names.fresh(t.Record("standing"), 1)
    value = checking.environment.schema.entities["standing"].fields["value"].type
    started = terms.FieldOf(key, "valid_from", t.Date())
    latest = terms.Pick("latest", 1, variable, key.name, started, t.Record("standing"))
    none_held = terms.Comparison(
        "=", terms.Aggregate("count", variable, t.Integer()), terms.Value(0, t.Integer()), BOOLEAN
    )
    result = t.Maybe(value)
    found = terms.If(none_held, terms.Value(None, result), terms.FieldOf(latest, "value", value), result)
    return terms.Let(variable.name, held, found, result)


def _level(checking: Checking, node: s.Call) -> terms.Term:
    if not has_count(checking, node, 1):
        return WRONG
    counted = checking.names.named.get(COUNTED)
    if counted is None:
        return checking.wrong(
            "unknown-function",
            "`level` is there only in `when` of the steps under `sanctions:`, where records are counted",
            node.name_span,
            help="count a list, such as `count(partner.violations[level = 1])`",
        )
    arguments = _arguments(checking, node, FUNCTIONS["level"], (Parameter("n", WHOLE),))
    if arguments is None:
        return WRONG
    item = counted.type.item if isinstance(counted.type, t.ListOf) else None
    if isinstance(item, t.Record) and "level" not in checking.environment.schema.entities[item.entity].fields:
        return checking.wrong(
            "unknown-field",
            f"`level` asks for the field `level` of what is counted, and {item} has none",
            node.name_span,
            help="ask for a field that it has: `count(counted[...])`",
        )
    named = {"counted": counted, "wanted": arguments[0]}
    return _inline(checking, node.span, named, "count(counted[item.level = wanted])")


_FORMS: Final[dict[str, Callable[[Checking, s.Call], terms.Term]]] = {
    "not": _not,
    "exists": _exists,
    "known": _known,
    "if_unknown": _if_unknown,
    "count": _aggregate,
    "sum": _aggregate,
    "min": _aggregate,
    "max": _aggregate,
    "mean": _aggregate,
    "distinct": _aggregate,
    "date": _date,
    "valid": _valid,
    "standing": _standing,
    "level": _level,
    "passes": policy_calls.check_passes,
    "outcome": policy_calls.check_outcome_alone,
}
