"""Allocation: which of several candidates each record is given to, or which records are chosen.

The records have their turns in an order. Each takes the best of its candidates that fit and have room after those
before it: a serial assignment, which is the only stable one where all candidates look at the records in the same order.
So it can be told to everybody: who got a place before had an earlier turn.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.allocation import ASSIGNED, NO_CANDIDATE, NO_ROOM, UNDECIDED
from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.selection import CHOSEN
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.plan import assignments as a
from partnerrules.plan.nodes import APPLIES, OUTCOME, Assign, Collapse, Column, Filter, Let, Node, Plan, Unnest
from partnerrules.plan.walk import subterms
from partnerrules.policies.allocation import columns as c
from partnerrules.policies.allocation import selecting
from partnerrules.policies.allocation.outcomes import Asked, points, reached, result
from partnerrules.policies.allocation.reading import FORM, LOAD, Choosing, choosing_of, records
from partnerrules.policies.computing import TRUE, choice, negated
from partnerrules.policies.kind import Context, Head, Kind, Lowered, lowered_head, subject_of
from partnerrules.schema import types as t


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of an allocation policy: its outcome."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    outcomes: tuple[str, ...] = (ASSIGNED, NO_CANDIDATE, NO_ROOM, UNDECIDED)
    passes = ASSIGNED
    if "choose" in item:
        outcomes, passes = selecting.OUTCOMES, CHOSEN
    words = t.Enumeration((*outcomes, NOT_APPLICABLE))
    return PolicySignature((entity,), {OUTCOME: words}, frozenset({passes}), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of an allocation policy, or None after a fault.

    One row for each candidate of each record, the conditions and criteria over it, whether the record takes it, and of
    all of them together what becomes of the record.
    """
    head = lowered_head(item, context)
    if head is not None and "choose" in item:
        return selecting.lower_selection(name, item, head, context)
    choosing = None if head is None else choosing_of(item, head, context)
    if head is None or choosing is None:
        return None
    asked = Asked(
        requirements=choosing.requirements,
        prefer=choosing.prefer,
        order=choosing.order,
        capacity=choosing.capacity is not None,
        share=choosing.share is not None,
    )
    return Lowered(
        plan=Plan((head.entity,), _given(head, choosing)),
        reference_date=head.reference_date,
        depth=max(head.depth, choosing.depth),
        points=points(asked),
        reached=partial(reached, asked),
        result=partial(result, asked),
    )


def _given(head: Head, choosing: Choosing) -> Node:
    """From the records that are decided to their outcomes."""
    order = tuple(
        Column(c.order(number), each.checked.term, each.checked.observed)
        for number, each in enumerate(choosing.order, start=1)
    )
    over = Let(head.node, order)
    candidate = choosing.candidate
    rows: Node = Unnest(over, records(choosing.candidates, candidate), candidate.name, c.BELONGS, c.WHOLE)
    prefer = tuple(
        Column(c.prefer(number), each.checked.term, each.checked.observed)
        for number, each in enumerate(choosing.prefer, start=1)
    )
    by_load = tuple(column for column in prefer if LOAD in subterms(column.term))
    before = tuple(column for column in prefer if column not in by_load)
    suited = terms.All((_truth(c.BELONGS), choosing.fits), BOOLEAN)
    rows = Let(rows, (*choosing.conditions, Column(c.FITS, choosing.fits), Column(c.SUITED, suited), *before))
    how = a.Assignment(
        candidate=candidate.name,
        has_turn=_truth(APPLIES) if isinstance(head.node, Filter) else TRUE,
        turns=tuple(each.key(column.name) for each, column in zip(choosing.order, order, strict=True)),
        suited=_truth(c.SUITED),
        by=tuple(each.key(column.name) for each, column in zip(choosing.prefer, prefer, strict=True)),
        whole=c.WHOLE,
        capacity=choosing.capacity,
        share=choosing.share,
        by_load=tuple((column.name, column.term) for column in by_load),
    )
    undecided = terms.AnyOf((_truth(a.TIED), _truth(a.CONTESTED)), BOOLEAN)
    some = (
        Column(c.SOME_SUITED, _truth(c.SUITED)),
        Column(c.SOME_UNDECIDED, undecided),
        Column(c.SOME_TAKEN, _truth(a.TAKES)),
    )
    joined = Collapse(over, Assign(over, rows, how), some)
    return Let(joined, (Column(OUTCOME, _outcome()),))


def _outcome() -> terms.Term:
    """What becomes of a record. That it gets nobody is only certain if all candidates are there."""
    nobody = choice(_truth(c.SOME_SUITED), _word(NO_ROOM), _word(NO_CANDIDATE))
    nobody = choice(_truth(c.WHOLE), nobody, _word(ASSIGNED))
    taken = choice(_truth(c.SOME_TAKEN), _word(ASSIGNED), nobody)
    return choice(negated(_truth(c.SOME_UNDECIDED)), taken, _word(UNDECIDED))


def _truth(column: str) -> terms.Term:
    return terms.ColumnOf(column, BOOLEAN)


def _word(word: str) -> terms.Term:
    return terms.Value(word, t.Text())


ALLOCATION: Final = Kind(
    "allocation",
    "which of several candidates each record is given to, or which of them are chosen",
    FORM,
    signature,
    lower,
)
