"""Looks through plans and terms: what they refer to."""

from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

from partnerrules.language import terms
from partnerrules.plan.nodes import Filter, Let, Lookup, Node, Plan, Rank, Scan

_TERMS = get_args(terms.Term)


def subterms(term: terms.Term) -> Iterator[terms.Term]:
    """A term and all terms inside it."""
    pending = [term]
    while pending:
        current = pending.pop()
        yield current
        for slot in fields(current):
            value = getattr(current, slot.name)
            pending.extend(
                part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, _TERMS)
            )


def plan_terms(plan: Plan) -> Iterator[terms.Term]:
    """The terms that a plan computes."""
    node: Node = plan.root
    while not isinstance(node, Scan):
        match node:
            case Filter(_, condition):
                yield condition.term
            case Let(_, columns):
                yield from (column.term for column in columns)
            case Lookup(_, table):
                for rule in table.rules:
                    yield from (test for test in rule.tests if test is not None)
                    yield from rule.outputs
                yield from table.default or ()
            case Rank(_, queue, by):
                yield queue
                yield from (key.term for key in by)
        node = node.source


def looks_across(plan: Plan) -> bool:
    """Whether the row of a record depends on the rows of others, so that a plan has to be run for all at once."""
    node: Node = plan.root
    while not isinstance(node, Scan):
        if isinstance(node, Rank):
            return True
        node = node.source
    return False
