"""Writes lists as Python sequences, each filter and loop in a function of its own, and what is made of them."""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from partnerrules.backends.joins import SHORT, field_key, keys_of
from partnerrules.backends.to_python.scope import Scope
from partnerrules.backends.to_python.term_source import (
    Writing,
    alike,
    holds,
    known,
    left_to_interpreter,
    perhaps,
    value,
)
from partnerrules.language import terms
from partnerrules.schema import types as t


def listing(term: terms.Term, scope: Scope) -> str:
    """The members of a list as a sequence; it stops if they are not known."""
    written = _LISTINGS.get(type(term))
    text = None if written is None else written(term, scope.deeper())
    return f"listed({value(term, scope)})" if text is None else text


def _relation(term: terms.RelationOf, scope: Scope) -> str:
    return f"seen.relation({term.entity!a})"


def _inverse(term: terms.InverseOf, scope: Scope) -> str:
    key = ("referring", term.entity, term.field)
    name = scope.unit.ready(key, "referring", lambda: f"seen.referring({term.entity!a}, {term.field!a})")
    return f"{name}[{value(term.record, scope)}.id]"


def _field(term: terms.FieldOf, scope: Scope) -> str:
    return f"listed({value(term.record, scope)}.values.get({term.field!a}))"


def _items(term: terms.Items, scope: Scope) -> str:
    return f"({''.join(f'{known(item, scope)}, ' for item in term.items)})"


def _parameter(term: terms.ParameterOf, scope: Scope) -> str | None:
    stated = scope.unit.parameters[term.name]
    return scope.writer.give("PARAMETER", stated) if isinstance(stated, tuple) else None


def _if(term: terms.If, scope: Scope) -> str:
    return f"({listing(term.then, scope)} if {holds(term.condition, scope)} else {listing(term.otherwise, scope)})"


def _select(term: terms.Select, scope: Scope) -> str | None:
    return _looped(
        term,
        "kept",
        scope,
        each=lambda item, inner: (f"if {holds(term.condition, inner)}:", f"    found.append({item})"),
        after="return found",
    )


def _each(term: terms.Each, scope: Scope) -> str | None:
    of_lists = isinstance(t.present(term.body.type), t.ListOf)
    if of_lists is not term.flatten or (of_lists and isinstance(term.body.type, t.Maybe)):
        return None

    def each(item: str, inner: Scope) -> tuple[str, ...]:
        if of_lists:
            return (f"found.extend({listing(term.body, inner)})",)
        return (f"found.append({perhaps(term.body, inner)})",)

    return _looped(term, "each", scope, each=each, after="return found")


def _distinct(term: terms.Aggregate, scope: Scope) -> str | None:
    return f"distinct({listing(term.source, scope)})" if term.kind == "distinct" else None


_Loop: TypeAlias = terms.Select | terms.Each | terms.Quantified | terms.Pick
_Each: TypeAlias = Callable[[str, Scope], Iterable[str]]


def _looped(term: _Loop, kind: str, scope: Scope, *, each: _Each, after: str, before: str = "found = []") -> str:
    """A function that goes through a list, and the call of it.

    Args:
        term: what it computes.
        kind: what its name begins with.
        scope: where it is called.
        each: gives the lines for an item, whose name it takes with what is seen there.
        after: the line after the last item.
        before: the line before the first one; none if it is "".
    """
    outside = scope.apart(term)
    members = _candidates(term, outside) or listing(term.source, outside)
    item = scope.writer.name("item")
    inside = each(item, outside.with_item(term.variable, item, record=scope.lists_records(term.source)))
    name = scope.writer.name(kind)
    scope.writer.line()
    with scope.writer.block(f"def {name}({outside.parameters}):"):
        scope.writer.line(f"members = {members}")
        if _finds_in_long_lists(term):
            with scope.writer.block(f"if len(members) > {SHORT}:"):
                found = left_to_interpreter(term, outside)
                scope.writer.line(f"return listed({found})" if isinstance(term, terms.Select) else f"return {found}")
        scope.writer.line("spend(len(members))")
        if before:
            scope.writer.line(before)
        with scope.writer.block(f"for {item} in members:"):
            for line in inside:
                scope.writer.line(line)
        scope.writer.line(after)
    return f"{name}({outside.parameters})"


def _finds_in_long_lists(term: _Loop) -> bool:
    """Whether the interpreter need not look at all members of a list that is long.

    It finds them by an index, or looks at those of a running list once for all rows.
    """
    if not isinstance(term, terms.Select | terms.Quantified) or isinstance(term.source, terms.RelationOf):
        return False
    return isinstance(term.source, terms.ColumnOf) or any(True for _ in keys_of(term))


def _candidates(term: terms.Term, scope: Scope) -> str | None:
    """The records of a relation that a filter can keep, found by a field that has to be equal to something."""
    if not isinstance(term, terms.Select) or not isinstance(term.source, terms.RelationOf):
        return None
    key = field_key(term, keys_of(term))
    if key is None:
        return None
    assert isinstance(key.own, terms.FieldOf)
    entity, field = term.source.entity, key.own.field
    found = ("candidates", entity, field)
    name = scope.unit.ready(found, "candidates", lambda: f"seen.candidates({entity!a}, {field!a})")
    return f"{name}[{alike(key.other, scope)}]"


_LISTINGS: Final[dict[type, Callable[..., str | None]]] = {
    terms.RelationOf: _relation,
    terms.InverseOf: _inverse,
    terms.FieldOf: _field,
    terms.Items: _items,
    terms.ParameterOf: _parameter,
    terms.If: _if,
    terms.Select: _select,
    terms.Each: _each,
    terms.Aggregate: _distinct,
}


# ----------------------------------------------------------------------------------------------- what is made of lists


def _whole(term: terms.Term, scope: Scope) -> str:
    """A list as the interpreter has it."""
    written = _LISTINGS[type(term)](term, scope)
    return left_to_interpreter(term, scope) if written is None else f"Members(tuple({written}))"


def _quantified(term: terms.Quantified, scope: Scope) -> str:
    some = term.kind == "some"
    return _looped(
        term,
        "some" if some else "every",
        scope,
        before="",
        each=lambda item, inner: (
            f"if {'' if some else 'not '}{holds(term.condition, inner)}:",
            f"    return {some}",
        ),
        after=f"return {not some}",
    )


_AGGREGATES: Final = {"count": "len", "sum": "total", "min": "least", "max": "greatest", "mean": "mean"}


def _aggregate(term: terms.Aggregate, scope: Scope) -> str:
    if term.kind == "distinct":
        return _whole(term, scope)
    return f"{_AGGREGATES[term.kind]}({listing(term.source, scope)})"


def _pick(term: terms.Pick, scope: Scope) -> str:
    if term.kind == "top":
        return left_to_interpreter(term, scope)
    latest = term.kind != "earliest"
    same = term.key == terms.Variable(term.variable, term.key.type)
    return _looped(
        term,
        "latest" if latest else "earliest",
        scope,
        before="keyed = []",
        each=lambda item, inner: (f"keyed.append(({perhaps(term.key, inner)}, {item}))",),
        after=f"return first(keyed, latest={latest}, alike={same})",
    )


LISTS: Final[dict[type, Writing]] = {
    terms.RelationOf: _whole,
    terms.InverseOf: _whole,
    terms.Items: _whole,
    terms.Select: _whole,
    terms.Each: _whole,
    terms.Quantified: _quantified,
    terms.Aggregate: _aggregate,
    terms.Pick: _pick,
}
