"""Units of generated source: the functions that compute some terms, and how they are bound to one instant.

A unit is a function `bind`, which makes ready what all its terms share at an instant - the records that are seen, days,
definitions - and gives a function for each term, of the columns of a row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import partnerrules.quantities as q
from partnerrules.backends.computing import calculated, instant_of
from partnerrules.backends.periods import edge
from partnerrules.backends.surroundings import Functions, Surroundings, evaluate
from partnerrules.backends.to_python import support
from partnerrules.backends.to_python.condition_source import CONDITIONS
from partnerrules.backends.to_python.list_source import LISTS
from partnerrules.backends.to_python.scope import Scope, Unit
from partnerrules.backends.to_python.source import Generated, Writer
from partnerrules.backends.to_python.straight import is_short, straight, write_rows
from partnerrules.backends.to_python.term_source import INTERPRETED, VALUES, Writing, left_to_interpreter, value
from partnerrules.backends.values import Members
from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import Plan
from partnerrules.plan.stretches import Stretch
from partnerrules.plan.trace import TracedRow
from partnerrules.plan.walk import queue_columns, settled_columns
from partnerrules.schema.entities import Schema

WRITINGS: Final[Mapping[type, Writing]] = {**VALUES, **LISTS, **CONDITIONS}
"""How each kind of term is written."""

assert len(WRITINGS) == len(VALUES) + len(LISTS) + len(CONDITIONS)

GIVEN: Final[Mapping[str, object]] = {
    "Members": Members,
    "Stretch": Stretch,
    "UNUSUAL": support.UNUSUAL,
    INTERPRETED: evaluate,
    "add": q.add,
    "as_list": support.as_list,
    "calculated": calculated,
    "compares": support.compares,
    "distinct": support.distinct,
    "divided": support.divided,
    "edge": edge,
    "first": support.first,
    "greatest": support.greatest,
    "instant_of": instant_of,
    "least": support.least,
    "listed": support.listed,
    "mean": support.mean,
    "multiply": q.multiply,
    "place_compares": support.place_compares,
    "placed": support.placed,
    "plain": support.plain,
    "same": support.same,
    "subtract": q.subtract,
    "there": support.there,
    "total": support.total,
    "truths": support.truths,
    "unusual": support.unusual,
    "whole": support.whole,
}
"""What all generated source has at hand."""


_Bound: TypeAlias = tuple[Sequence[support.Function], Callable[..., list[TracedRow]] | None]


@dataclass(frozen=True, slots=True)
class Root:
    """A term that is computed for rows, and where its author wrote it, if that is known."""

    term: terms.Term
    place: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledUnit:
    """The compiled source of some terms.

    Attributes:
        source: what was compiled.
        roots: the terms, each of which `bind` gives a function of.
        bind: what the source defines.
    """

    source: Generated
    roots: Sequence[terms.Term]
    bind: Callable[..., _Bound]

    def bound(self, around: Surroundings, **shared: object) -> "BoundUnit":
        """The functions of the terms at one instant.

        Args:
            around: the facts and the instant.
            **shared: what functions ask besides, as `bind` names it.
        """
        made, rows = self.bind(around, **shared)
        return BoundUnit(self.source, Functions(dict(zip(map(id, self.roots), made, strict=True))), rows)


@dataclass(slots=True, eq=False)  # not frozen, as one is made for each unit and instant
class BoundUnit:
    """The functions of some terms at one instant.

    Attributes:
        source: from which they come.
        functions: of the terms.
        rows: what gives the rows of many records, where the plan looks at each of them by itself.
    """

    source: Generated
    functions: Functions
    rows: Callable[..., list[TracedRow]] | None


def compiled_unit(
    title: str,
    roots: Sequence[Root],
    schema: Schema,
    parameters: Mapping[str, object],
    definitions: Mapping[str, terms.Term],
    plan: Plan | None = None,
) -> CompiledUnit:
    """Compiles some terms.

    Args:
        title: what they are of, for tracebacks.
        roots: the terms.
        schema: the records that they see.
        parameters: the values of parameters.
        definitions: of the ruleset.
        plan: that they are computed for, if it is one; then the effort is counted anew for each of them.
    """
    # The functions come first, as they find what has to be made ready.
    body = Writer(title)
    columns = (frozenset[str](), frozenset[str]()) if plan is None else (queue_columns(plan), settled_columns(plan))
    unit = Unit(body, schema, parameters, *columns, definitions, WRITINGS)
    names: dict[int, str] = {}
    short: dict[int, str] = {}
    for root in roots:
        scope = Scope(unit)
        if root.place is not None:
            body.mark(root.place)
        before = len(body.lines)
        text = value(root.term, scope)
        if len(body.lines) == before and is_short(text):
            short[id(root.term)] = value(root.term, Scope(unit, {SUBJECT: "record"}))
        if text == left_to_interpreter(root.term, scope):
            text = ""
        name = body.name("column")
        names[id(root.term)] = name
        body.line()
        with body.block(f"def {name}(v):"):
            if not text or _cannot_stop(root.term, unit):
                body.line(f"return {text or left_to_interpreter(root.term, scope)}")
                continue
            if plan is None:
                body.line("turns = effort.turns")
            with body.block("try:"):
                body.line(f"return {text}")
            with body.block("except UNUSUAL:"):
                body.line(f"effort.turns = {'turns' if plan is None else '0'}")
                body.line(f"return {left_to_interpreter(root.term, scope)}")
    line = None if plan is None else straight(plan)
    if line is not None:
        body.line()
        write_rows(body, line, names, short)
    whole = Writer(title, given=dict(GIVEN))
    with whole.block("def bind(around, seen, definition, answer, at_moment):"):
        whole.line(ascii(f"What {title} computes, for one instant."))
        whole.line("effort, spend, as_of, today = around.effort, around.effort.spend, around.as_of, around.today")
        whole.line("fiscal_year_starts = around.fiscal_year_starts")
        for name, made in unit.preamble.items():
            whole.line(f"{name} = {made}")
        whole.append(body)
        whole.line()
        whole.line(f"return ({''.join(f'{name}, ' for name in names.values())}), {'rows' if line else None}")
    source = whole.compiled()
    bind = cast("Callable[..., _Bound]", source.run()["bind"])
    return CompiledUnit(source, tuple(root.term for root in roots), bind)


def _cannot_stop(term: terms.Term, unit: Unit) -> bool:
    """Whether the source of a term takes what is there as it is."""
    return isinstance(term, terms.Value) or (isinstance(term, terms.ColumnOf) and term.name in unit.settled)
