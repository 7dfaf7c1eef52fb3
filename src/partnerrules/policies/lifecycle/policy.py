"""Lifecycle: the stage of a record, from referral to certification, or from growth to decline.

The stage is the one that is recorded, moved on by the transitions that happen by themselves. What is asked for is
allowed if a transition leads there and its guard holds: nobody skips a stage, and nobody steps back unless it is said.
"""

from decimal import Decimal
from functools import partial
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.lifecycle import ALLOWED, ALREADY, NO_STAGE, NONE_ASKED, REFUSED, UNKNOWN_STAGE
from partnerrules.diagnostics import Span
from partnerrules.language import terms
from partnerrules.language.building import shifted
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, Word
from partnerrules.language.standings import ONE, value
from partnerrules.plan.nodes import OUTCOME, Column, Let, Plan
from partnerrules.policies.computing import WORD, choice, compared, every, exists, negated
from partnerrules.policies.kind import (
    Context,
    Head,
    Kind,
    Lowered,
    checked_expression,
    lowered_head,
    no_day,
    subject_of,
    unsuited,
)
from partnerrules.policies.lifecycle import columns
from partnerrules.policies.lifecycle.forms import FORM
from partnerrules.policies.lifecycle.moves import Moves, asked_of, holds
from partnerrules.policies.lifecycle.outcomes import Described, points, reached, result
from partnerrules.policies.lifecycle.reading import stage_words, stages_of, way_to_a_date
from partnerrules.policies.lifecycle.recorded import Recorded
from partnerrules.policies.lifecycle.steps import Stages, Step
from partnerrules.quantities import DAYS
from partnerrules.schema import types as t

_TEXT: Final = t.Text()
_DATE: Final = t.Date()
_MAYBE_DATE: Final = t.Maybe(_DATE)
_NO_DAY: Final = terms.Value(None, _MAYBE_DATE)
_REQUESTS: Final = (ALLOWED, REFUSED, ALREADY, NONE_ASKED)


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a lifecycle: the stage, since when, whether it is too long, and the request."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    words = dict.fromkeys((*(word.text for word in stage_words(item)), NO_STAGE, UNKNOWN_STAGE, NOT_APPLICABLE))
    outputs: dict[str, t.Type] = {
        OUTCOME: t.Enumeration(tuple(words)),
        columns.SINCE: _MAYBE_DATE,
        columns.OVERDUE: BOOLEAN,
        columns.REQUEST: t.Enumeration(_REQUESTS),
    }
    return PolicySignature((entity,), outputs, frozenset(), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a lifecycle, or None after a fault.

    Scan the subjects; the stage that is recorded, with a row for each that was before; the conditions as of the
    decision; for each stage that is left automatically where it leads and when; and what is open from there.
    """
    head = lowered_head(item, context)
    found = None if head is None else stages_of(item, head, context)
    if head is None or found is None:
        return None
    stages, lowering = found
    reading = _Given(item, head, context)
    recorded = reading.recorded(stages)
    asked = reading.word("request", "what is asked for is a text")
    if recorded is None or (asked is None and "request" in item.keys):
        return None
    standings, given, since = recorded
    started = [Column(columns.TODAY, terms.Today(_DATE))]
    node = head.node
    if standings is not None:
        node = standings.history(node, stages)
        begun = compared(
            terms.Aggregate("count", standings.own.begun(terms.Today(_DATE)), t.Integer()),
            "=",
            terms.Value(0, t.Integer()),
        )
        started.append(Column(columns.RECORDED, standings.own.on(terms.Today(_DATE))))
    else:
        assert given is not None
        begun = terms.Value(True, BOOLEAN)
        started.append(Column(columns.RECORDED, given.term, given.observed))
    started += _started(stages, standings, begun, None if since is None else since.term)
    wanted = terms.Value(None, WORD) if asked is None else asked.term
    started.append(Column(columns.ASKED, wanted, () if asked is None else asked.observed))
    started += _days_recorded(standings)
    guards = (
        Column(columns.guard(stage.name), holds(stage.guard))
        for stage in stages.stages.values()
        if stage.guard is not None
    )
    moved = tuple(Moves(stages, {column.name: column for column in lowering.columns}).columns())
    node = Let(Let(node, (*started, *lowering.columns, *guards)), (*moved, *_present(stages)))
    described = Described(stages, standing=None if standings is None else standings.kind, asks=asked is not None)
    depths = (each.depth for each in (given, since, asked) if each is not None)
    days = (step.day.depth for step in stages.steps if step.day is not None)
    return Lowered(
        plan=Plan((head.entity,), node),
        reference_date=head.reference_date,
        depth=max(head.depth, lowering.depth, *depths, *days),
        points=points(described),
        reached=partial(reached, described),
        result=partial(result, described),
    )


class _Given:
    """Reads what a policy goes by: the recorded stage, since when, and the stage that is asked for."""

    def __init__(self, item: Item, head: Head, context: Context) -> None:
        self.item = item
        self.head = head
        self.context = context

    def recorded(self, stages: Stages) -> tuple[Recorded | None, Checked | None, Checked | None] | None:
        """The standings or the expression that give the stage, and since when it is; None after a fault."""
        before = self.context.report.errors
        kind = self.item.word("standing")
        if kind is not None and self.head.entity != "partner":
            self.context.report.error(
                "type-mismatch",
                f"standings are recorded of partners, and this policy decides a {self.head.entity}",
                kind.span,
                help="name what the stage is recorded in, such as `stage: deal.stage`, in place of `standing`",
            )
        if kind is not None and "since" in self.item.keys and stages.start is None:
            self.context.report.error(
                "missing-key",
                "`since` needs the key `start` beside it",
                self.item.keys["since"],
                help="write `start: ...`: of every other stage the standing itself says since when it holds",
            )
        given = self.word("stage", "a stage is a text")
        since = self._since(self._duration(stages, stages.start if kind is not None else None))
        if self.context.report.errors > before or (kind is None and given is None):
            return None
        return (None if kind is None else Recorded(kind.text)), given, since

    def _duration(self, stages: Stages, only: str | None) -> Span | None:
        """Where a time in a stage is limited that only `since` can tell, if anywhere.

        Args:
            stages: the stages and steps.
            only: the stage of which `since` tells it; every one if the stage is no standing.
        """
        standing = "standing" in self.item.keys
        if standing and only is None:
            return None
        for stage in stages.stages.values():
            if stage.at_most is not None and only in (None, stage.name):
                return stage.span
        timed = (step for step in stages.steps if step.stay is not None or step.period is not None)
        return next((step.span for step in timed if only in (None, step.before)), None)

    def _since(self, needed: Span | None) -> Checked | None:
        """The day on which the stage was entered."""
        written = self.item.expression("since")
        if "since" not in self.item.keys:
            if needed is not None:
                what = "the time in `start`" if "standing" in self.item.keys else "the time in a stage"
                self.context.report.error(
                    "missing-key",
                    f"{what} is limited here, and nothing says when it began",
                    needed,
                    help="write `since: ...` beside `stages`: the day on which the stage was entered",
                )
            return None
        checked = checked_expression(written, self.context, self.head.named, self.head.present)
        if checked is None or written is None:
            return None
        may_be_absent = needed is None and isinstance(checked.type, t.Maybe)
        inner = checked.type.of if isinstance(checked.type, t.Maybe) and may_be_absent else checked.type
        if not isinstance(inner, t.Date):
            unsuited(
                self.context,
                written.span,
                inner,
                f"a stage is entered on a date, and this is {checked.type}",
                help=way_to_a_date(inner),
                absent="the day has to be there where the time in a stage is limited, and this one may be absent",
                guard="write which day counts then, such as `if exists(...) then ... else ...`",
                code=no_day(inner),
            )
        return checked

    def word(self, key: str, wanted: str) -> Checked | None:
        """A text that may be absent; None after a fault, or where the key is left out."""
        written = self.item.expression(key)
        checked = checked_expression(written, self.context, self.head.named, self.head.present)
        if checked is None or written is None:
            return None
        inner = t.present(checked.type)
        if not isinstance(inner, t.Text | t.Enumeration):
            message = f"{wanted}, and this is {checked.type}"
            unsuited(self.context, written.span, inner, message, help="name the field that holds its name")
            return None
        return checked


# --------------------------------------------------------------------------------------------------------------- terms


def _text(word: str) -> terms.Term:
    return terms.Value(word, _TEXT)


def _names(names: tuple[str, ...]) -> terms.Term:
    return terms.Items(tuple(_text(name) for name in names), t.ListOf(_TEXT))


def _started(
    stages: Stages, standings: Recorded | None, begun: terms.Term, since: terms.Term | None
) -> tuple[Column, ...]:
    """The stage before anything moves by itself, and since when."""
    word, there = terms.ColumnOf(columns.RECORDED, _TEXT), exists(terms.ColumnOf(columns.RECORDED, WORD))
    named = choice(terms.Among(word, _names((*stages.stages,)), BOOLEAN), word, _text(UNKNOWN_STAGE))
    # Where something was recorded and holds no more, nothing says that all begins anew.
    none = _text(NO_STAGE)
    begin = none if stages.start is None else choice(begun, _text(stages.start), none)
    own = _NO_DAY if since is None else since
    at_start = _NO_DAY if stages.start is None else terms.If(begun, own, _NO_DAY, _MAYBE_DATE)
    day = terms.If(there, own if standings is None else _since(standings, word), at_start, _MAYBE_DATE)
    return (
        Column(columns.STARTED, terms.If(there, named, begin, _TEXT)),
        Column(columns.SINCE_STARTED, day),
    )


def _since(standings: Recorded, word: terms.Term) -> terms.Term:
    gathered = terms.Variable("#own", standings.own.all.type)
    day = standings.own.since(word, terms.Today(_DATE), gathered)
    return terms.Let(gathered.name, standings.own.all, day, day.type)


def _days_recorded(standings: Recorded | None) -> tuple[Column, ...]:
    """The day up to which records tell the stage, and the first day for which another one can be recorded."""
    today, since = terms.ColumnOf(columns.TODAY, _DATE), terms.ColumnOf(columns.SINCE_STARTED, _DATE)
    tomorrow = shifted(today, "+", terms.Value(Decimal(1), t.Quantity(DAYS)))
    recorded = exists(terms.ColumnOf(columns.RECORDED, WORD))
    if standings is None:
        known = exists(terms.ColumnOf(columns.SINCE_STARTED, _MAYBE_DATE))
        begun_today = every(recorded, known, compared(since, "=", today))
        last = terms.If(recorded, terms.ColumnOf(columns.SINCE_STARTED, _MAYBE_DATE), _NO_DAY, _MAYBE_DATE)
        return Column(columns.LAST_RECORDED, last), Column(columns.STARTS, choice(begun_today, tomorrow, today))
    all = standings.own.all
    another = negated(compared(value(ONE), "=", terms.ColumnOf(columns.ASKED, _TEXT)))
    taken = standings.own.begins_on(tomorrow, all, another)
    later = terms.If(taken, _NO_DAY, tomorrow, _MAYBE_DATE)
    asked = exists(terms.ColumnOf(columns.ASKED, WORD))
    starts = terms.If(standings.own.begins_on(today, all), later, today, _MAYBE_DATE)
    return (
        Column(columns.LAST_RECORDED, terms.If(recorded, standings.own.last(today, all), _NO_DAY, _MAYBE_DATE)),
        Column(columns.STARTS, terms.If(asked, starts, _NO_DAY, _MAYBE_DATE)),
    )


def _present(stages: Stages) -> tuple[Column, ...]:
    """The stage in the end, since when, whether that is too long, what is open, and whether what is asked for is."""
    passes = len(stages.automatic)
    stage = columns.stage_after(passes - 1) if passes else columns.STARTED
    since = columns.since_after(passes - 1) if passes else columns.SINCE_STARTED
    present, entered = terms.ColumnOf(OUTCOME, _TEXT), terms.ColumnOf(columns.SINCE, _DATE)
    today = terms.ColumnOf(columns.TODAY, _DATE)
    last: terms.Term = _NO_DAY
    for each in stages.stages.values():
        if each.at_most is not None:
            here = compared(present, "=", _text(each.name))
            last = terms.If(here, shifted(entered, "+", each.at_most), last, _MAYBE_DATE)
    limit = terms.ColumnOf(columns.LEAVE_BY, _DATE)
    late = every(exists(terms.ColumnOf(columns.LEAVE_BY, _MAYBE_DATE)), compared(limit, "<", today))
    found = [
        Column(OUTCOME, terms.ColumnOf(stage, _TEXT)),
        Column(columns.SINCE, terms.ColumnOf(since, _MAYBE_DATE)),
        Column(columns.LEAVE_BY, last),
        Column(columns.OVERDUE, late),
    ]
    asked = terms.ColumnOf(columns.ASKED, _TEXT)
    open_to_it: list[terms.Term] = []
    for step in stages.steps:
        if not step.automatic:
            found += _open(stages, step)
            here = compared(present, "=", _text(step.before))
            there = compared(asked, "=", _text(step.after))
            open_to_it.append(every(here, there, terms.ColumnOf(columns.is_open(step.number), BOOLEAN)))
    allowed = choice(terms.AnyOf(tuple(open_to_it), BOOLEAN), _text(ALLOWED), _text(REFUSED))
    wanted = choice(compared(asked, "=", present), _text(ALREADY), allowed)
    is_asked = exists(terms.ColumnOf(columns.ASKED, WORD))
    return (*found, Column(columns.REQUEST, choice(is_asked, wanted, _text(NONE_ASKED))))


def _open(stages: Stages, step: Step) -> list[Column]:
    """Whether a step can be made as of the decision, by one who is in its stage."""
    asked = asked_of(stages, step)
    met = [holds(requirement) for requirement in asked]
    found: list[Column] = []
    if step.requirement is not None:
        found.append(Column(columns.asks(step.number), holds(step.requirement)))
    if step.stay is not None:
        here = compared(terms.ColumnOf(OUTCOME, _TEXT), "=", _text(step.before))
        day = shifted(terms.ColumnOf(columns.SINCE, _DATE), "+", step.stay)
        found.append(Column(columns.earliest(step.number), terms.If(here, day, _NO_DAY, _MAYBE_DATE)))
        first = terms.ColumnOf(columns.earliest(step.number), _DATE)
        there = exists(terms.ColumnOf(columns.earliest(step.number), _MAYBE_DATE))
        over = every(there, compared(first, "<=", terms.ColumnOf(columns.TODAY, _DATE)))
        found.append(Column(columns.stayed(step.number), over))
        met.append(terms.ColumnOf(columns.stayed(step.number), BOOLEAN))
    return [*found, Column(columns.is_open(step.number), every(*met))]


LIFECYCLE: Final = Kind("lifecycle", "which stage a record is in, and which one it may enter", FORM, signature, lower)
