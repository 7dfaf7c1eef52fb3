"""Responsibility: who does what. Each item of work has exactly one who leads it, and nothing is left out.

The items are those of a catalogue and those that the records name. An item is led by whoever its records name as lead,
each counted once; two leads are as wrong as none. What is wrong for certain is told whatever else is not known.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.responsibility import COMPLETE, INCOMPLETE
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.names import SUBJECT
from partnerrules.language.syntax import ComparisonOperator
from partnerrules.plan.nodes import OUTCOME, Collapse, Column, CountDistinct, Let, Node, Plan, Union, Unnest
from partnerrules.policies.constants import constant_of, possible_texts
from partnerrules.policies.kind import Context, Head, Kind, Lowered, lowered_head, subject_of
from partnerrules.policies.responsibility import columns
from partnerrules.policies.responsibility.outcomes import Asked, points, reached, result
from partnerrules.policies.responsibility.reading import FORM, Duties, duties_of
from partnerrules.schema import types as t


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a responsibility policy: its outcome."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    outcomes = t.Enumeration((COMPLETE, INCOMPLETE, NOT_APPLICABLE))
    return PolicySignature((entity,), {OUTCOME: outcomes}, frozenset({COMPLETE}), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a responsibility policy, or None after a fault.

    One row for each item of the catalogue, each record, and each line of support; the leads of each item and each line
    counted over them; and of all of them together whether something is wrong.
    """
    head = lowered_head(item, context)
    duties = None if head is None else duties_of(item, head, context)
    if head is None or duties is None:
        return None
    asked = Asked(
        catalogue=duties.catalogue is not None,
        outside=duties.catalogue is not None and not _all_among(duties.item.term, duties.catalogue, context),
        lines=duties.lines is not None,
        acceptance=duties.accepted is not None,
        requirements=duties.requirements,
    )
    return Lowered(
        plan=Plan((head.entity,), _divided(head, duties)),
        reference_date=head.reference_date,
        depth=max(head.depth, duties.depth),
        points=points(asked),
        reached=partial(reached, asked),
        result=partial(result, asked),
    )


def _all_among(item: terms.Term, catalogue: terms.Term, context: Context) -> bool:
    """Whether whatever a record can be about is known to stand in the catalogue."""
    possible, listed = possible_texts(item, context), constant_of(catalogue, context)
    return possible is not None and isinstance(listed, tuple) and possible <= set(listed)


def _divided(head: Head, duties: Duties) -> Node:
    """From the records that are decided to their outcomes."""
    record = duties.record
    subject = terms.Variable(SUBJECT, t.Record(head.entity))
    # A list of references may refer to what is not there; a list of which members may be missing is not whole either.
    whole = terms.Quantified("every", _records(duties), record.name, terms.Exists(record, BOOLEAN), BOOLEAN)
    over = Let(
        head.node,
        (
            Column(columns.SUBJECT_ID, terms.FieldOf(subject, "id", t.Text())),
            Column(columns.RECORDS, duties.records),
            Column(columns.WHOLE, whole),
        ),
    )
    sources = [_of_records(over, duties)]
    known = [columns.WHOLE]
    if duties.catalogue is not None:
        sources.append(_of_names(over, duties.catalogue, columns.CATALOGUED, columns.CATALOGUE_WHOLE))
        known.append(columns.CATALOGUE_WHOLE)
    if duties.lines is not None:
        sources.append(_of_names(over, duties.lines, columns.LINE, columns.LINES_WHOLE))
        known.append(columns.LINES_WHOLE)
    rows = _counted(sources[0] if len(sources) == 1 else Union(tuple(sources)))
    joined = Collapse(over, rows, (Column(columns.SOME_FAULT, _column(columns.FAULT)),))
    text = t.Text()
    every = terms.All(tuple(_column(name) for name in known), BOOLEAN)
    # What is not known may be at fault, so that only with all of it known nothing is.
    faultless = terms.If(every, terms.Value(COMPLETE, text), terms.Value(INCOMPLETE, text), text)
    outcome = terms.If(_column(columns.SOME_FAULT), terms.Value(INCOMPLETE, text), faultless, text)
    return Let(joined, (Column(OUTCOME, outcome),))


# ------------------------------------------------------------------------------- rows of items, records and lines

_TEXTS: Final = t.ListOf(t.Text())
_NO_TEXT: Final = terms.Value(None, t.Maybe(t.Text()))
_FALSE: Final = terms.Value(False, BOOLEAN)


def _of_names(over: Node, names: terms.Term, part: str, whole: str) -> Node:
    """A row for each item of the catalogue, or each line, named once. It has no lead of its own."""
    name = terms.Variable("#name", t.Text())
    rows = Unnest(over, terms.Aggregate("distinct", names, _TEXTS), name.name, columns.BELONGS, whole)
    is_line = part == columns.LINE
    return Let(
        rows,
        (
            Column(columns.PART, terms.Value(part, t.Text())),
            Column(columns.ITEM, _NO_TEXT if is_line else name),
            Column(columns.LINE_OF, name if is_line else _NO_TEXT),
            Column(columns.LEAD, _NO_TEXT),
            *(
                Column(column, _FALSE)
                for column in (
                    columns.HAS_LEAD,
                    columns.VOTES,
                    columns.OUTSIDE,
                    columns.NOT_ACCEPTED,
                    columns.ACCEPTED_LATE,
                    columns.UNMET,
                )
            ),
        ),
    )


def _of_records(over: Node, duties: Duties) -> Node:
    """A row for each record that says who does what."""
    rows = Unnest(over, _records(duties), duties.record.name, columns.BELONGS, "every record belongs")
    outside: terms.Term = _FALSE
    if duties.catalogue is not None:
        item = terms.ColumnOf(columns.ITEM, t.Text())
        outside = terms.Not(terms.Among(item, duties.catalogue, BOOLEAN), BOOLEAN)
    not_accepted, late = _acceptance(duties)
    line = _NO_TEXT if duties.line is None else duties.line.term
    return Let(
        rows,
        (
            Column(columns.PART, terms.Value(columns.RECORD, t.Text())),
            Column(columns.ITEM, duties.item.term),
            Column(columns.LINE_OF, line),
            Column(columns.LEAD, duties.lead.term),
            # A lead that is not known is somebody; but as long as nobody says who, it is not known that there is one.
            Column(columns.HAS_LEAD, terms.Exists(terms.ColumnOf(columns.LEAD, duties.lead.type), BOOLEAN)),
            Column(columns.VOTES, terms.All((_column(columns.BELONGS), _column(columns.HAS_LEAD)), BOOLEAN)),
            Column(columns.OUTSIDE, outside),
            Column(columns.NOT_ACCEPTED, not_accepted),
            Column(columns.ACCEPTED_LATE, late),
            *duties.conditions,
            Column(columns.UNMET, terms.Not(duties.met, BOOLEAN)),
        ),
    )


def _counted(rows: Node) -> Node:
    """How many lead each item and each line, and what is wrong with that."""
    for within, found in ((columns.LINE_OF, columns.LINE_LEADS), (columns.ITEM, columns.ITEM_LEADS)):
        together = (columns.SUBJECT_ID, within)
        rows = CountDistinct(rows, columns.LEAD, _column(columns.VOTES), together, found, columns.WHOLE)
    is_line = terms.Comparison(
        "=", terms.ColumnOf(columns.PART, t.Text()), terms.Value(columns.LINE, t.Text()), BOOLEAN
    )
    is_item, leaderless = terms.Not(is_line, BOOLEAN), terms.Not(_column(columns.HAS_LEAD), BOOLEAN)
    faults = (
        columns.NOBODY,
        columns.SEVERAL,
        columns.WITHOUT,
        columns.OUTSIDE,
        columns.NOT_ACCEPTED,
        columns.ACCEPTED_LATE,
        columns.UNMET,
    )
    wrong = terms.AnyOf(tuple(_column(fault) for fault in faults), BOOLEAN)
    return Let(
        rows,
        (
            Column(columns.NOBODY, terms.All((is_item, leaderless, _count(columns.ITEM_LEADS, "=", 0)), BOOLEAN)),
            Column(columns.SEVERAL, terms.All((is_item, _count(columns.ITEM_LEADS, ">=", 2)), BOOLEAN)),
            Column(columns.WITHOUT, terms.All((is_line, _count(columns.LINE_LEADS, "=", 0)), BOOLEAN)),
            Column(columns.FAULT, terms.All((_column(columns.BELONGS), wrong), BOOLEAN)),
        ),
    )


def _records(duties: Duties) -> terms.Term:
    return terms.ColumnOf(columns.RECORDS, duties.records.type)


def _column(name: str) -> terms.Term:
    return terms.ColumnOf(name, BOOLEAN)


def _count(column: str, operator: ComparisonOperator, number: int) -> terms.Term:
    return terms.Comparison(operator, terms.ColumnOf(column, t.Integer()), terms.Value(number, t.Integer()), BOOLEAN)


def _acceptance(duties: Duties) -> tuple[terms.Term, terms.Term]:
    """Whether a record was not accepted, and whether it was accepted too late."""
    if duties.accepted is None or duties.accepted_by is None:
        return _FALSE, _FALSE
    day = duties.accepted.term
    today = terms.Today(t.Date())
    there = terms.All((terms.Exists(day, BOOLEAN), terms.Comparison("<=", day, today, BOOLEAN)), BOOLEAN)
    late = terms.Comparison(">", day, duties.accepted_by.term, BOOLEAN)
    return terms.Not(there, BOOLEAN), terms.All((there, late), BOOLEAN)


RESPONSIBILITY: Final = Kind(
    "responsibility", "who leads each item of work, and what nobody leads", FORM, signature, lower
)
