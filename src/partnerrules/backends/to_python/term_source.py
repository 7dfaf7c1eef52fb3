"""Writes terms as Python expressions that compute with known values, and stop where one is not.

Each kind of place asks for what it needs: `value` for whatever a term is worth, `known` for what is surely there and
known, `alike` for what is held equal, `holds` for a condition, `listing` for the members of a list. What is only
calculated with, put in order or asked for its truth needs no check: it stops by itself. A term that has no source of
its own is left to the interpreter.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from partnerrules.backends.computing import CIVIL
from partnerrules.backends.conversions import CONVERTING
from partnerrules.backends.to_python.scope import DEEPEST, Scope
from partnerrules.language import terms
from partnerrules.language.functions import FUNCTIONS, Kernel
from partnerrules.schema import types as t

Writing: TypeAlias = Callable[..., str]
INTERPRETED: Final = "interpreted"
"""What source calls where the interpreter computes a term."""


def value(term: terms.Term, scope: Scope) -> str:
    """What a term is worth: something unknown, too, but no list or count in doubt that is not one."""
    if scope.depth > DEEPEST:
        return _apart(term, scope)
    return scope.unit.writings.get(type(term), left_to_interpreter)(term, scope.deeper())


def known(term: terms.Term, scope: Scope) -> str:
    """What a term is worth, if it is there and known."""
    return term_known(term, scope) if isinstance(term, terms.Value) else checked(value(term, scope), term.type, scope)


def term_known(term: terms.Value, scope: Scope) -> str:
    """A value that the author wrote; none is not there."""
    return "unusual()" if term.value is None else value(term, scope)


def alike(term: terms.Term, scope: Scope) -> str:
    """What equality looks at, if it is there and known: of a record its id."""
    if isinstance(t.present(term.type), t.Record):
        if scope.gives_record(term):
            return f"{value(term, scope)}.id"
        name = scope.temporary()
        return f"({name} if ({name} := {value(term, scope)}).__class__ is str else same({name}))"
    return known(term, scope)


def perhaps(term: terms.Term, scope: Scope) -> str:
    """What a term is worth, if it is known, or none."""
    if not isinstance(term.type, t.Maybe):
        return known(term, scope)
    name = scope.temporary()
    return f"({name} if ({name} := {value(term, scope)}) is None else {checked(name, term.type, scope)})"


def holds(term: terms.Term, scope: Scope) -> str:
    """A condition, where one that is not known stops by itself, because it is neither true nor false."""
    return value(term, scope)


def checked(text: str, type: t.Type, scope: Scope) -> str:
    """An expression that stops unless its value is of the class that values of a type have."""
    expected, other = _classes(t.present(type))
    if not expected:
        return f"{other}({text})"
    name = scope.temporary()
    return f"({name} if ({name} := {text}).__class__ is {expected} else {other}({name}))"


def _classes(type: t.Type) -> tuple[str, str]:
    """The class of the values of a type, if they have one, and what is done with others."""
    match type:
        case t.Text() | t.Enumeration():
            return "str", "unusual"
        case t.Boolean():
            return "bool", "unusual"
        case t.Number() | t.Ratio() | t.Quantity() | t.Integer():
            return ("int", "plain") if isinstance(type, t.Integer) else ("Decimal", "whole")
        case t.Date():
            return "dt.date", "unusual"
        case t.Instant():
            return "dt.datetime", "unusual"
        case _:
            return "", "plain"


def left_to_interpreter(term: terms.Term, scope: Scope) -> str:
    """What the interpreter makes of a term."""
    return f"{INTERPRETED}({scope.writer.give('TERM', term)}, around, {scope.variables(term)})"


def _apart(term: terms.Term, scope: Scope) -> str:
    """A term in a function of its own."""
    inner = scope.apart(term)
    text = value(term, inner)
    name = scope.writer.name("part")
    scope.writer.line()
    with scope.writer.block(f"def {name}({inner.parameters}):"):
        scope.writer.line(f"return {text}")
    return f"{name}({inner.parameters})"


# ------------------------------------------------------------------------------------------------------------- values


def _value(term: terms.Value, scope: Scope) -> str:
    return scope.writer.literal(term.value)


def _variable(term: terms.Variable, scope: Scope) -> str:
    return scope.name_of(term.name)


def _column(term: terms.ColumnOf, scope: Scope) -> str:
    if term.name in scope.unit.queues:
        return left_to_interpreter(term, scope)
    return f"v[{term.name!a}]" if term.name in scope.unit.settled else f"placed(v[{term.name!a}])"


def _field(term: terms.FieldOf, scope: Scope) -> str:
    record = value(term.record, scope)
    of = t.present(term.record.type)
    entity = scope.unit.schema.entities.get(of.entity) if isinstance(of, t.Record) else None
    if entity is None:
        return left_to_interpreter(term, scope)
    absent = entity.fields[term.field].absence == "none"
    text = f"{record}.values.get({term.field!a})" if absent else f"{record}.values[{term.field!a}]"
    return f"as_list({text})" if isinstance(t.present(term.type), t.ListOf) else text


def _follow(term: terms.Follow, scope: Scope) -> str:
    of = t.present(term.type)
    assert isinstance(of, t.Record)
    if scope.gives_record(term.reference):
        return value(term.reference, scope)
    name = scope.unit.ready(("by_id", of.entity), "by_id", lambda: f"seen.by_id({of.entity!a})")
    return f"{name}[{value(term.reference, scope)}]"


def _if(term: terms.If, scope: Scope) -> str:
    condition = holds(term.condition, scope)
    return f"({value(term.then, scope)} if {condition} else {value(term.otherwise, scope)})"


def _let(term: terms.Let, scope: Scope) -> str:
    if isinstance(t.present(term.value.type), t.ListOf):
        return left_to_interpreter(term, scope)
    name = scope.writer.name("value")
    body = value(term.body, scope.with_item(term.variable, name, record=scope.gives_record(term.value)))
    return f"(({name} := {value(term.value, scope)}), {body})[1]"


def _calculation(term: terms.Calculation, scope: Scope) -> str:
    if term.kind == "number":
        called = {"+": "add", "-": "subtract", "*": "multiply", "/": "divided"}[term.operator]
        return f"{called}({value(term.left, scope)}, {value(term.right, scope)})"
    how = scope.writer.give("TERM", term)
    return f"calculated({how}, {known(term.left, scope)}, {known(term.right, scope)}, around)"


def _apply(term: terms.Apply, scope: Scope) -> str:
    if term.function in CONVERTING:
        return left_to_interpreter(term, scope)
    if any(_is_list(each) for each in term.arguments):
        return left_to_interpreter(term, scope)
    arguments = ", ".join(known(each, scope) for each in term.arguments)
    if term.function in CIVIL:
        return f"{scope.writer.give('civil', CIVIL[term.function])}(around, {arguments})"
    meaning = FUNCTIONS[term.function].meaning
    assert isinstance(meaning, Kernel)
    return f"{scope.writer.give('function', meaning.compute)}({arguments})"


def _is_list(term: terms.Term) -> bool:
    return isinstance(t.present(term.type), t.ListOf)


def _parameter(term: terms.ParameterOf, scope: Scope) -> str:
    stated = scope.unit.parameters[term.name]
    if stated is None or isinstance(stated, tuple):
        return left_to_interpreter(term, scope)
    try:
        return scope.writer.literal(stated)
    except TypeError:
        return left_to_interpreter(term, scope)


def _definition(term: terms.DefinitionOf, scope: Scope) -> str:
    name = scope.unit.ready(("definition", term.name), "definition", lambda: f"definition({term.name!a})")
    return f"{name}({'None' if term.record is None else value(term.record, scope)})"


def _outcome(term: terms.OutcomeOf, scope: Scope) -> str:
    return f"answer({term.policy!a}, {value(term.record, scope)}, {term.column!a})"


def _as_of(term: terms.AsOf, scope: Scope) -> str:
    return "as_of"


def _today(term: terms.Today, scope: Scope) -> str:
    return "today"


def _window(term: terms.WindowOf, scope: Scope) -> str:
    how = scope.writer.give("TERM", term)
    return scope.unit.ready(("window", term), "window", lambda: f"interpreted({how}, around, {{}})")


def _edge(term: terms.EdgeOf, scope: Scope) -> str:
    return f"edge({scope.writer.give('TERM', term)}, {known(term.day, scope)}, fiscal_year_starts)"


def _bounds(term: terms.Bounds, scope: Scope) -> str:
    ends = f"{known(term.low, scope)}, {known(term.high, scope)}"
    return f"Stretch({ends}, {term.low_included!r}, {term.high_included!r})"


def _if_unknown(term: terms.IfUnknown, scope: Scope) -> str:
    if _is_list(term):
        return left_to_interpreter(term, scope)
    item = perhaps(term.item, scope.apart(term))
    return _guarded(term, scope, "known_or_default", item)


def _known(term: terms.Known, scope: Scope) -> str:
    if _is_list(term.item):
        return left_to_interpreter(term, scope)
    item = perhaps(term.item, scope.apart(term))
    return _guarded(term, scope, "is_known", f"({item}, True)[1]")


def _at_moment(term: terms.AtMoment, scope: Scope) -> str:
    if isinstance(term.item, terms.AsOf):  # only the instant is asked for, such as that at which a day begins
        return f"instant_of({known(term.moment, scope)}, around)"
    # What is seen as of another instant has source of its own.
    how = scope.writer.give("TERM", term)
    return f"at_moment({how}, {known(term.moment, scope)}, {scope.variables(term.item)})"


def _guarded(term: terms.Term, scope: Scope, kind: str, text: str) -> str:
    """An expression in a function of its own, which leaves the whole to the interpreter if it stops."""
    inner = scope.apart(term)
    name = scope.writer.name(kind)
    scope.writer.line()
    with scope.writer.block(f"def {name}({inner.parameters}):"):
        with scope.writer.block("try:"):
            scope.writer.line(f"return {text}")
        with scope.writer.block("except UNUSUAL:"):
            scope.writer.line(f"return {left_to_interpreter(term, inner)}")
    return f"{name}({inner.parameters})"


VALUES: Final[dict[type, Writing]] = {
    terms.Value: _value,
    terms.Variable: _variable,
    terms.ColumnOf: _column,
    terms.FieldOf: _field,
    terms.Follow: _follow,
    terms.If: _if,
    terms.Let: _let,
    terms.Calculation: _calculation,
    terms.Apply: _apply,
    terms.ParameterOf: _parameter,
    terms.DefinitionOf: _definition,
    terms.OutcomeOf: _outcome,
    terms.AsOf: _as_of,
    terms.Today: _today,
    terms.WindowOf: _window,
    terms.EdgeOf: _edge,
    terms.Bounds: _bounds,
    terms.IfUnknown: _if_unknown,
    terms.Known: _known,
    terms.AtMoment: _at_moment,
}
"""How each kind of term is written that is no condition and no list."""
