"""Looks through plans and terms: what they refer to."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Final, get_args

from partnerrules.language import terms
from partnerrules.plan.decision_table import DecisionTable
from partnerrules.plan.nodes import (
    Allocate,
    Assign,
    Carry,
    Collapse,
    CountDistinct,
    Cover,
    Cumulate,
    Draw,
    Filter,
    Let,
    Lookup,
    Measure,
    Node,
    Plan,
    Rank,
    Refer,
    Scan,
    Spread,
    Succeed,
    Union,
    Unnest,
    nodes_from,
)
from partnerrules.schema import types as t

_TERMS = get_args(terms.Term)
_PARTS = {kind: tuple(slot.name for slot in fields(kind) if slot.name != "type") for kind in _TERMS}


def subterms(term: terms.Term) -> Iterator[terms.Term]:
    """A term and all terms inside it."""
    pending = [term]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(parts_of(current))


def parts_of(term: terms.Term) -> Iterator[terms.Term]:
    """The terms that a term is made of."""
    for name in _PARTS[type(term)]:
        value = getattr(term, name)
        if isinstance(value, tuple):
            yield from (part for part in value if type(part) in _PARTS)
        elif type(value) in _PARTS:
            yield value


def relation_read(term: terms.Term) -> str | None:
    """The entity whose records a term looks up as a whole, or one of which it follows a reference to."""
    match term:
        case terms.RelationOf(entity) | terms.InverseOf(_, entity):
            return entity
        case terms.Follow():
            to = t.present(term.type)
            return to.entity if isinstance(to, t.Record) else None
        case terms.Apply("convert" | "conversion"):
            return "exchange_rate"
        case _:
            return None


def substituted(term: terms.Term, variable: str, by: terms.Term) -> terms.Term:
    """A term with another one in the place of a variable."""
    return _rewritten(term, lambda each: by if isinstance(each, terms.Variable) and each.name == variable else None)


def at_hand(term: terms.Term, variables: Collection[str]) -> terms.Term:
    """A term that takes some variables for the records themselves, which need not be looked up."""

    def record(each: terms.Term) -> terms.Term | None:
        found = each.reference if isinstance(each, terms.Follow) else None
        return found if isinstance(found, terms.Variable) and found.name in variables else None

    return _rewritten(term, record)


def renamed(term: terms.Term, names: Mapping[str, str]) -> terms.Term:
    """A term over other columns: those of some names are called otherwise."""

    def other(each: terms.Term) -> terms.Term | None:
        return replace(each, name=names[each.name]) if isinstance(each, terms.ColumnOf) and each.name in names else None

    return _rewritten(term, other)


def _rewritten(term: terms.Term, change: Callable[[terms.Term], terms.Term | None]) -> terms.Term:
    """A term with other terms in the place of those for which there is one."""
    other = change(term)
    if other is not None:
        return other
    changes: dict[str, object] = {}
    for slot in fields(term):
        value = getattr(term, slot.name)
        if isinstance(value, tuple):
            if any(isinstance(part, _TERMS) for part in value):
                changes[slot.name] = tuple(
                    _rewritten(part, change) if isinstance(part, _TERMS) else part for part in value
                )
        elif isinstance(value, _TERMS):
            changes[slot.name] = _rewritten(value, change)
    return replace(term, **changes) if changes else term  # type: ignore[arg-type]  # the same parts, of the same types


def plan_nodes(plan: Plan) -> Iterator[Node]:
    """The nodes of a plan, each once."""
    return nodes_from(plan.root)


def plan_terms(plan: Plan) -> Iterator[terms.Term]:
    """The terms that a plan computes, those in the cells of decision tables among them."""
    for node in plan_nodes(plan):
        if isinstance(node, Lookup):
            for rule in node.table.rules:
                yield from (test for test in rule.tests if test is not None)
                yield from rule.outputs
            yield from node.table.default or ()
        yield from _computed(node)


MOST_EXPRESSIONS: Final = 2_000
"""Expressions in the cells of a decision table up to which they are computed terms."""
_COMPARING: Final = (
    *(terms.Value, terms.ColumnOf, terms.ParameterOf, terms.Items, terms.Bounds),
    *(terms.Comparison, terms.Within, terms.Among, terms.All, terms.AnyOf, terms.Not, terms.Exists),
)


def computed_terms(plan: Plan) -> Iterator[terms.Term]:
    """The terms that a plan computes for its rows and for other versions, without what is constant in decision tables.

    Of tables these are the cells that hold more than comparisons with constants, unless there are very many.
    """
    for node in plan_nodes(plan):
        yield from _computed(node)
        if isinstance(node, Lookup):
            yield from _expressions_in(node.table)
        if isinstance(node, Carry) and node.told is not None:
            for each in nodes_from(node.told):
                yield from _computed(each)


def _expressions_in(table: DecisionTable) -> Iterable[terms.Term]:
    """The cells of a table that look at more than its inputs, and those that give more than constants, each once."""
    found: dict[int, terms.Term] = {}
    looked_at: set[int] = set()
    for rule in table.rules:
        for test in rule.tests:
            if test is not None and id(test) not in looked_at:  # many cells say the same
                looked_at.add(id(test))
                if any(not isinstance(part, _COMPARING) for part in subterms(test)):
                    found[id(test)] = test
        found.update((id(term), term) for term in rule.outputs if not isinstance(term, terms.Value))
    return found.values() if len(found) <= MOST_EXPRESSIONS else ()


def queue_columns(plan: Plan) -> frozenset[str]:
    """The columns that hold places and counts, which are ranges where they cannot be told."""
    found: set[str | None] = set()
    for node in plan_nodes(plan):
        if isinstance(node, Rank):
            found.update((node.column, node.ahead, node.level, node.size))
        elif isinstance(node, CountDistinct):
            found.add(node.column)
    return frozenset(name for name in found if name is not None)


def settled_columns(plan: Plan) -> frozenset[str]:
    """The columns that hold what terms come to, so that none is a place in a queue."""
    found: set[str] = set()
    for node in plan_nodes(plan):
        match node:
            case Filter(_, condition):
                found.add(condition.name)
            case Let(_, columns):
                found.update(column.name for column in columns)
            case Collapse():
                found.update(column.name for column in (*node.some, *node.greatest))
    return frozenset(found) - queue_columns(plan)


def _computed(node: Node) -> Iterator[terms.Term]:
    match node:
        case Filter(_, condition):
            yield condition.term
        case Let(_, columns):
            yield from (column.term for column in columns)
        case Collapse():
            yield from (column.term for column in (*node.some, *node.greatest))
        case Rank():
            yield from (node.queue, *(cut.portion for cut in node.cuts))
        case Unnest(_, items):
            yield items
        case CountDistinct(_, _, where):
            yield where
        case Cumulate():
            yield from (node.value, node.where)
        case Succeed(_, where):
            yield where
            yield from (column.term for column in node.computed)
            if node.turn is not None and node.turn.spending is not None:
                yield node.turn.spending.spends
            if node.following is not None:
                yield node.following.where
        case Draw(_, how):
            yield from (how.wants, how.where)
        case Refer(_, reference):
            yield from (reference, *(column.term for column in node.computed))
        case Allocate(_, amount, shares):
            yield from (amount, *shares)
        case Assign(_, _, how):
            yield from (how.has_turn, how.suited, *(term for _, term in how.by_load))
            if how.capacity is not None:
                yield from (how.capacity.most, how.capacity.has)
            if how.share is not None:
                yield from (how.share.portion, how.share.minimum, how.share.records, how.share.holder)
        case Cover(_, covering):
            yield from (covering.stands, covering.most, covering.overlap)
        case Measure(_, clock):
            yield from clock.own_terms
        case Scan() | Union() | Lookup() | Spread() | Carry():
            pass


def looks_across(plan: Plan) -> bool:
    """Whether the row of a record depends on the rows of others, so that a plan has to be run for all at once."""
    return any(True for _ in nodes_across(plan))


def nodes_across(plan: Plan) -> Iterator[Node]:
    """The nodes of a plan that look at the rows of several records."""
    for node in plan_nodes(plan):
        if (
            isinstance(node, Rank | Spread | Refer | Assign | Cover)
            or (isinstance(node, Draw) and any(budget.within is not None for budget in node.how.budgets))
            or (isinstance(node, Cumulate | Succeed) and not node.per_subject)
            or (isinstance(node, CountDistinct) and node.whole is None)
        ):
            yield node
