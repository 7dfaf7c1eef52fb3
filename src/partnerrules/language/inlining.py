"""What function calls are built of: their arguments, checked, and texts of the language in which arguments stand."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import navigation, terms
from partnerrules.language import syntax as s
from partnerrules.language.arity import has_count
from partnerrules.language.checking import Checking, origin
from partnerrules.language.environment import NoDefinitions
from partnerrules.language.excerpts import Decoded
from partnerrules.language.functions import Function, Parameter
from partnerrules.language.parser import parse_expression
from partnerrules.schema import types as t


def arguments_of(
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


def inline(checking: Checking, span: Span, named: Mapping[str, terms.Term], text: str) -> terms.Term:
    """The term of a text of ours, in which names stand for terms.

    Every part of it stands at the call, where faults are shown, such as a kind of certificate that does not exist.
    """
    report = Report()
    tree = parse_expression(Decoded(text, span), report)
    assert tree is not None, report.diagnostics
    return bound(checking, named, lambda seen: checking.check(tree))


def bound(
    checking: Checking, named: Mapping[str, terms.Term], build: Callable[[Mapping[str, terms.Term]], terms.Term]
) -> terms.Term:
    """The term that is built of others, each computed once, however often what is built uses it.

    Args:
        checking: the checking of the expression.
        named: the terms by the names under which they are seen, and nothing else of the place of the call.
        build: gives the term from what stands for the others: a variable, or a simple term itself.
    """
    seen: dict[str, terms.Term] = {}
    variables: list[tuple[str, terms.Term]] = []
    for name, term in named.items():
        value = navigation.record(checking, term) if isinstance(term.type, t.Record) else term
        if isinstance(value, _SIMPLE):
            seen[name] = value
        else:
            variable = checking.names.fresh(value.type, len(variables))
            seen[name] = variable
            variables.append((variable.name, value))
    outer, present, environment = checking.names, checking.present, checking.environment
    checking.environment = replace(environment, parameters={}, definitions=NoDefinitions(), policies={})
    checking.names, checking.present = outer.apart(seen, len(variables)), frozenset()
    body = build(seen)
    checking.names, checking.present, checking.environment = outer, present, environment
    for variable_name, value in reversed(variables):
        body = terms.Let(variable_name, value, body, body.type)
    return body
