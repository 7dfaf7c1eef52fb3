"""Finds the records that a filter can keep by an index, where its condition compares a field for equality.

`registrations[customer = deal.customer and ...]` looks at the registrations of that customer alone. What is left out
would have made the condition false, so nothing changes but the time that it takes.
"""

from functools import lru_cache

from partnerrules.backends.surroundings import Surroundings, Variables, evaluate
from partnerrules.backends.values import Count, Members, comparable
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.plan.walk import subterms
from partnerrules.schema.missing import Unknown


def candidates(term: terms.Select, around: Surroundings, variables: Variables) -> tuple[Row, ...] | None:
    """The records among which are all that the filter can keep, or None if no index helps."""
    key = _key(term)
    if key is None or not isinstance(term.source, terms.RelationOf):
        return None
    field, other = key
    value = evaluate(other, around, variables)
    if value is None or isinstance(value, Unknown | Count | Members):
        return None
    entity = term.source.entity
    facts = around.facts
    found = [*facts.matching(entity, field, comparable(value)), *facts.undetermined(entity, field)]
    found += facts.matching(entity, field, None)
    return tuple(sorted(found, key=lambda row: row.id))


@lru_cache(maxsize=10_000)
def _key(term: terms.Select) -> tuple[str, terms.Term] | None:
    """The field of the item that has to equal something that does not depend on the item."""
    conjuncts = term.condition.items if isinstance(term.condition, terms.All) else (term.condition,)
    for part in conjuncts:
        if not isinstance(part, terms.Comparison) or part.operator != "=":
            continue
        for own, other in ((part.left, part.right), (part.right, part.left)):
            if (
                isinstance(own, terms.FieldOf)
                and _is_item(own.record, term.variable)
                and not _is_quotient(other)
                and not any(isinstance(each, terms.Variable) and each.name == term.variable for each in subterms(other))
            ):
                return own.field, other
    return None


def _is_item(record: terms.Term, variable: str) -> bool:
    """Whether a term is the item of a filter, itself or as what it refers to."""
    item = record.reference if isinstance(record, terms.Follow) else record
    return isinstance(item, terms.Variable) and item.name == variable


def _is_quotient(term: terms.Term) -> bool:
    """Whether a value is compared as a quotient, which an index would round."""
    return (isinstance(term, terms.Calculation) and term.operator == "/") or (
        isinstance(term, terms.Aggregate) and term.kind == "mean"
    )
