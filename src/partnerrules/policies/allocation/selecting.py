"""Choosing a set: one record after the other, in each turn the one that adds most to what is covered.

Nobody can see the best of all sets, nor say why it is the best. Of a choice that is made in turns each step can be told
to those whom it concerns: what the record added, and what the others would have added.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from partnerrules.decisions.allocation import UNDECIDED
from partnerrules.decisions.selection import CHOSEN, NOT_CHOSEN
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.plan import coverings as v
from partnerrules.plan.nodes import APPLIES, OUTCOME, Column, Cover, Filter, Let, Node, Plan
from partnerrules.policies.allocation import columns as c
from partnerrules.policies.allocation.selected import Sought, points, reached, result
from partnerrules.policies.computing import TRUE, choice
from partnerrules.policies.criteria import OrderedBy, criteria_of
from partnerrules.policies.kind import Context, Head, Lowered, checked_expression
from partnerrules.policies.meeting import is_record, unsuited
from partnerrules.schema import types as t

OUTCOMES: Final = (CHOSEN, NOT_CHOSEN, UNDECIDED)


@dataclass(frozen=True, slots=True)
class _Selecting:
    """What a policy looks at that chooses a set, checked."""

    most: terms.Term
    overlap: terms.Term
    covers: tuple[Column, ...]
    prefer: tuple[OrderedBy, ...]
    depth: int


def lower_selection(name: Word, item: Item, head: Head, context: Context) -> Lowered | None:
    """The plan of a policy that chooses a set, or None after a fault."""
    selecting = _selecting(item, head, context)
    if selecting is None:
        return None
    names = tuple(key.text for key, _ in item.named("covers"))
    sought = Sought(names, selecting.prefer)
    return Lowered(
        plan=Plan((head.entity,), _chosen(head, selecting)),
        reference_date=head.reference_date,
        depth=max(head.depth, selecting.depth),
        points=points(sought),
        reached=partial(reached, sought),
        result=partial(result, sought),
    )


def _selecting(item: Item, head: Head, context: Context) -> _Selecting | None:
    before = context.report.errors
    most = _number(item.expression("choose"), "choose", 1, context)
    overlap = _number(item.expression("overlap"), "overlap", 0, context) if "overlap" in item else None
    if "covers" in item.keys and not item.named("covers"):
        context.report.error(
            "empty-list",
            "nothing is covered, so that no record would add anything",
            item.keys["covers"],
            help="write what the records cover, such as `covers: {territories: partner.territories}`",
        )
    covers: list[Column] = []
    depths = [0]
    for key, read in item.named("covers"):
        expression = read if isinstance(read, Expression) else None
        checked = checked_expression(expression, context, head.named, head.present)
        if checked is None or expression is None:
            continue
        depths.append(checked.depth)
        term = checked.term
        inner = t.present(checked.type)
        member = inner.item if isinstance(inner, t.ListOf) else inner
        if not isinstance(member, t.Record | t.Text | t.Enumeration) or not is_record(member, context):
            unsuited(expression, member, f"`{key.text}` has to be records or texts, one or a list", context)
        elif isinstance(checked.type, t.Maybe):
            unsuited(expression, checked.type, f"`{key.text}` has to be there", context)
        else:
            listed = term if isinstance(inner, t.ListOf) else terms.Items((term,), t.ListOf(inner))
            covers.append(Column(c.covers(key.text), listed, checked.observed))
    prefer = criteria_of(item, "prefer", context, head.named, head.present)
    if context.report.errors > before or prefer is None or most is None:
        return None
    depth = max(*depths, *(each.checked.depth for each in prefer), 0)
    return _Selecting(most, terms.Value(1, t.Integer()) if overlap is None else overlap, tuple(covers), prefer, depth)


def _number(written: Expression | None, key: str, least: int, context: Context) -> terms.Term | None:
    """A number that is the same for all records, or None after a fault."""
    checked = checked_expression(written, context, {})
    if checked is None or written is None:
        return None
    whole = key == "choose"
    if not isinstance(checked.type, t.Integer) and (whole or not isinstance(checked.type, t.Number)):
        unsuited(written, checked.type, f"`{key}` is {'a whole number' if whole else 'a number'}", context)
        return None
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if value is not None and value < least:  # type: ignore[operator]  # a number
        context.report.error(
            "impossible-count",
            "with no turns nobody could be chosen" if whole else "what is covered twice cannot count for a record",
            written.span,
            help=f"write a number of at least {least}",
        )
        return None
    return checked.term


def _chosen(head: Head, selecting: _Selecting) -> Node:
    """From the records to their outcomes."""
    prefer = tuple(
        Column(c.prefer(number), each.checked.term, each.checked.observed)
        for number, each in enumerate(selecting.prefer, start=1)
    )
    how = v.Covering(
        stands=terms.ColumnOf(APPLIES, BOOLEAN) if isinstance(head.node, Filter) else TRUE,
        lists=tuple(column.name for column in selecting.covers),
        most=selecting.most,
        overlap=selecting.overlap,
        by=tuple(each.key(column.name) for each, column in zip(selecting.prefer, prefer, strict=True)),
    )
    node = Cover(Let(head.node, (*selecting.covers, *prefer)), how)
    chosen = choice(terms.ColumnOf(v.CHOSEN, BOOLEAN), _word(CHOSEN), _word(NOT_CHOSEN))
    return Let(node, (Column(OUTCOME, choice(terms.ColumnOf(v.TIED, BOOLEAN), _word(UNDECIDED), chosen)),))


def _word(word: str) -> terms.Term:
    return terms.Value(word, t.Text())
