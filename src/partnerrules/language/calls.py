"""The terms of function calls: the shapes with rules of their own, and the calls that the function table describes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from partnerrules.diagnostics import Label, shortened, suggestion
from partnerrules.domain.conduct import EFFECTS, SCOPES
from partnerrules.language import (
    comparisons,
    currency_calls,
    navigation,
    operations,
    policy_calls,
    terms,
    time_calls,
)
from partnerrules.language import syntax as s
from partnerrules.language.arity import has_count
from partnerrules.language.checking import BOOLEAN, WRONG, Checking, origin, shown
from partnerrules.language.functions import (
    FUNCTIONS,
    WHOLE,
    Civil,
    Expansion,
    Form,
    Function,
    Kernel,
    Parameter,
    suggested_function,
)
from partnerrules.language.inlining import arguments_of, inline
from partnerrules.language.names import COUNTED
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
            if function.name in ("sanctioned", "sanctioned_during"):
                _check_effect(checking, node)
            return _expand(checking, node, function, parameters, text)
        case Kernel(parameters, result):
            arguments = arguments_of(checking, node, function, parameters)
            if arguments is None:
                return WRONG
            return terms.Apply(function.name, arguments, result(tuple(term.type for term in arguments)))
        case Civil(parameters, type, business):
            arguments = arguments_of(checking, node, function, parameters)
            if arguments is None or (business and not checking.knows_business_days(node.span)):
                return WRONG
            return terms.Apply(function.name, arguments, type)


def _check_effect(checking: Checking, node: s.Call) -> None:
    """Warns of an effect that no policy here imposes and that is none of the known ones: mostly a slip of the pen."""
    effect = node.arguments[1] if len(node.arguments) > 1 else None
    if not isinstance(effect, s.String) or not checking.environment.policies:
        return
    columns = (signature.columns.items() for signature in checking.environment.policies.values())
    imposed = {name for each in columns for name, type in each if isinstance(type, t.Boolean)} - {*SCOPES}
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
    arguments = arguments_of(checking, node, function, parameters)
    if arguments is None:
        return WRONG
    named = {parameter.name: term for parameter, term in zip(parameters, arguments, strict=True)}
    return inline(checking, node.span, named, text)


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
        asked = replace(term, type=t.Maybe(term.type))
        # Asked already. It is asked again: where the condition that asked before is false, this one is looked at too.
        if asked in checking.present:
            return terms.Exists(asked, BOOLEAN)
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
    inner = t.present(value.type)
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


def _only(checking: Checking, node: s.Call) -> terms.Term:
    found = navigation.items(checking, node.arguments[0]) if has_count(checking, node, 1) else None
    if found is None:
        return WRONG
    items, item = found
    return terms.Pick(
        "only", terms.Value(1, t.Integer()), items, checking.names.fresh(item).name, terms.Value(0, t.Integer()), item
    )


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
    arguments = arguments_of(checking, node, FUNCTIONS["level"], (Parameter("n", WHOLE),))
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
    return inline(checking, node.span, named, "count(counted[item.level = wanted])")


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
    "only": _only,
    "convert": currency_calls.check_convert,
    "date": time_calls.check_date,
    "valid": time_calls.check_valid,
    "within": time_calls.check_within,
    "runs": time_calls.check_runs,
    "standing": time_calls.check_standing,
    "standing_since": time_calls.check_standing_since,
    "held": time_calls.check_held,
    "level": _level,
    "passes": policy_calls.check_passes,
    "outcome": policy_calls.check_outcome_alone,
}
