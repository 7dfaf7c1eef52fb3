"""Service levels: something has to be done within a limit, counted by a clock that may stand still.

A limit in days is met until the end of its last day, one in hours up to the very moment. It is breached as soon as that
has passed, whether it was done later or not. What would be breached for every way to fill the gaps is breached.
"""

from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.service_levels import (
    BREACHED,
    KEPT,
    MET,
    MISSED,
    NOT_STARTED,
    RUNNING,
    STOPPED,
    UNCONFIRMED,
    UNDEFINED,
)
from partnerrules.language import terms
from partnerrules.language.building import truth, word
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.names import SUBJECT
from partnerrules.plan.clocks import Clock, Stops
from partnerrules.plan.nodes import OUTCOME, Collapse, Column, Let, Measure, Node, Plan, Unnest
from partnerrules.policies.computing import TRUE, choice, compared, every, exists, negated
from partnerrules.policies.contracts import service_columns as columns
from partnerrules.policies.contracts.service_compliance import with_compliance
from partnerrules.policies.contracts.service_reading import ServiceLevel, StopsOf, service_level_of
from partnerrules.policies.contracts.service_results import points, reached, result, shape_of
from partnerrules.policies.kind import Context, Head, Lowered, lowered_head, subject_of
from partnerrules.quantities import DAYS, SECONDS
from partnerrules.schema import types as t

_WORDS: Final = (MET, BREACHED, RUNNING, STOPPED, NOT_STARTED, UNCONFIRMED)
PASSING: Final = frozenset({MET, RUNNING, STOPPED, NOT_STARTED})
"""The outcomes of what is not late: an end that not all have confirmed does not pass yet."""

_TEXT: Final = t.Text()


def signature(word: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a service level: its outcome, when it is due, and how its group does."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    outputs: dict[str, t.Type] = {
        OUTCOME: t.Enumeration((*_WORDS, NOT_APPLICABLE)),
        columns.DUE_DAY: t.Maybe(t.Date()),
        columns.DUE_AT: t.Maybe(t.Instant()),
    }
    if "compliance" in item.keys:
        outputs[columns.COMPLIANCE] = t.Enumeration((KEPT, MISSED, UNDEFINED))
    return PolicySignature((entity,), outputs, PASSING, word.span)


def lower(word: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a service level, or None after a fault."""
    head = lowered_head(item, context)
    level = None if head is None else service_level_of(item, head, context)
    if head is None or level is None:
        return None
    node = _with_stops(_timed(head, level), level)
    if level.asked is not None:
        node = with_compliance(node, level.asked, filtered="when" in item.keys)
    shape = shape_of(level)
    return Lowered(
        plan=Plan((head.entity,), node),
        reference_date=head.reference_date,
        depth=max(head.depth, *(each.depth for each in level.expressions)),
        points=points(shape),
        reached=partial(reached, shape),
        result=partial(result, shape),
    )


# ------------------------------------------------------------------------------------------------------------ the clock


def _timed(head: Head, level: ServiceLevel) -> Node:
    """From the records that are decided to their outcomes."""
    subject = terms.Variable(SUBJECT, t.Record(head.entity))
    ends_type = level.ends.type
    done_type = t.present(ends_type)
    ends = terms.ColumnOf(columns.ENDS, ends_type)
    done = terms.ColumnOf(columns.ENDS, done_type)
    now = _now(done_type)
    ended = terms.ColumnOf(columns.ENDED, BOOLEAN)
    stops = level.stops
    node: Node = Let(
        head.node,
        (
            Column(columns.SUBJECT_ID, terms.FieldOf(subject, "id", _TEXT)),
            Column(columns.STARTS, level.starts.term, level.starts.observed),
            Column(columns.ENDS, level.ends.term, level.ends.observed),
            Column(columns.LIMIT, level.limit.term, level.limit.observed),
            Column(columns.ENDED, every(exists(ends), compared(done, "<=", now))),
            Column(columns.UNTIL, choice(ended, done, now)),
            Column(columns.CONFIRMED, every(*(_by_now(each.term, each.type) for each in level.checks))),
        ),
    )
    node = Measure(
        node,
        Clock(
            unit=level.unit,
            hours=level.hours,
            starts=terms.ColumnOf(columns.STARTS, level.starts.type),
            until=terms.ColumnOf(columns.UNTIL, done_type),
            limit=terms.ColumnOf(columns.LIMIT, level.limit.type),
            stops=None if stops is None else Stops(stops.items, stops.member.name, stops.begins.term, stops.ends.term),
            due=columns.DUE,
            earliest=columns.EARLIEST,
            latest=columns.LATEST,
            used=columns.USED,
            left=columns.LEFT,
            stopped=columns.STANDS,
        ),
    )
    return Let(node, (*_judged(level), *_outputs(level)))


def _judged(level: ServiceLevel) -> tuple[Column, ...]:
    """Whether it was in time, and what that makes of it."""
    elapsed = level.unit == "elapsed"
    until = terms.ColumnOf(columns.UNTIL, t.present(level.ends.type))
    last = until if elapsed else as_day(until)
    moment = last.type
    timed = terms.ColumnOf(columns.LAST, moment)

    def by(column: str) -> terms.Term:
        due = terms.ColumnOf(column, moment)
        there = exists(terms.ColumnOf(column, t.Maybe(moment)))
        return terms.AnyOf((negated(there), compared(timed, "<=", due)), BOOLEAN)

    in_time = terms.ColumnOf(columns.IN_TIME, BOOLEAN)
    starts = terms.ColumnOf(columns.STARTS, level.starts.type)
    done = choice(in_time, choice(truth(columns.CONFIRMED), word(MET), word(UNCONFIRMED)), word(BREACHED))
    pending = choice(in_time, choice(truth(columns.STANDS), word(STOPPED), word(RUNNING)), word(BREACHED))
    started = choice(truth(columns.ENDED), done, pending)
    over_type = t.Maybe(t.Quantity(SECONDS if elapsed else DAYS))
    over = terms.Calculation(
        "elapsed-between" if elapsed else "days-between", "-", timed, terms.ColumnOf(columns.DUE, moment), over_type.of
    )
    return (
        Column(columns.LAST, last),
        # In time by the least that it can be due is in time whatever else comes to be known.
        Column(
            columns.IN_TIME, terms.AnyOf((by(columns.EARLIEST), every(by(columns.LATEST), by(columns.DUE))), BOOLEAN)
        ),
        Column(columns.NOT_STARTED, compared(starts, ">", _now(level.starts.type))),
        Column(OUTCOME, choice(truth(columns.NOT_STARTED), word(NOT_STARTED), started)),
        Column(columns.OVER, terms.If(in_time, terms.Value(None, over_type), over, over_type)),
    )


def _outputs(level: ServiceLevel) -> tuple[Column, ...]:
    """When it is due, as other policies see it: a day whatever is counted, and an instant if that is what is due."""
    day, instant = t.Maybe(t.Date()), t.Maybe(t.Instant())
    if level.unit != "elapsed":
        due = terms.ColumnOf(columns.DUE, day)
        return Column(columns.DUE_DAY, due), Column(columns.DUE_AT, terms.Value(None, instant))
    due = terms.ColumnOf(columns.DUE, instant)
    its_day = terms.Apply("date", (terms.ColumnOf(columns.DUE, t.Instant()),), t.Date())
    return (
        Column(columns.DUE_DAY, terms.If(exists(due), its_day, terms.Value(None, day), day)),
        Column(columns.DUE_AT, due),
    )


def _with_stops(node: Node, level: ServiceLevel) -> Node:
    """The rows with a part for each stop, so that it can be seen which were counted."""
    if level.stops is None:
        return node
    stops: StopsOf = level.stops
    rows = Unnest(node, stops.items, stops.member.name, columns.STOP_BELONGS, columns.STOPS_WHOLE)
    begins = terms.ColumnOf(columns.BEGINS, stops.begins.type)
    until = terms.ColumnOf(columns.UNTIL, t.present(level.ends.type))
    same = begins.type == until.type
    there = compared(begins if same else as_day(begins), "<=", until if same else as_day(until))
    ends = terms.ColumnOf(columns.STOP_ENDS, t.Maybe(t.present(stops.ends.type)))
    starts = terms.ColumnOf(columns.STARTS, level.starts.type)
    by_day = level.unit != "elapsed"
    end = terms.ColumnOf(columns.STOP_ENDS, t.present(stops.ends.type))
    after_start = compared(as_day(end) if by_day else end, ">", as_day(starts) if by_day else starts)
    takes_time = terms.AnyOf((negated(exists(ends)), every(compared(begins, "<", end), after_start)), BOOLEAN)
    told = Let(
        rows,
        (
            Column(columns.STOP_RECORD, terms.FieldOf(stops.member, "id", _TEXT)),
            Column(columns.BEGINS, stops.begins.term),
            Column(columns.STOP_ENDS, stops.ends.term),
            Column(columns.STOP_COUNTS, every(truth(columns.STOP_BELONGS), there, takes_time)),
        ),
    )
    return Collapse(node, told, ())


def as_day(moment: terms.Term) -> terms.Term:
    """The day of a moment."""
    return moment if isinstance(moment.type, t.Date) else terms.Apply("date", (moment,), t.Date())


def _now(type: t.Type) -> terms.Term:
    return terms.AsOf(type) if isinstance(type, t.Instant) else terms.Today(type)


def _by_now(term: terms.Term, type: t.Type) -> terms.Term:
    """Whether a moment is there and has come."""
    there = exists(term) if isinstance(type, t.Maybe) else TRUE
    return every(there, compared(term, "<=", _now(t.present(type))))
