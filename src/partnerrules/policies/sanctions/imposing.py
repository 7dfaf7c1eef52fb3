"""The plan of what counted records impose: which step each completes, which of them take effect, and what is in force.

What a record imposes may hang on what those before it did: it is covered by what runs, goes on from it, finds records
used up, or falls into a probation. All of it is one recursion over the order of the records, a `Succeed`.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.columns import Aftermath, Following, Settled, Spending, Turn
from partnerrules.plan.nodes import Column, Cumulate, Let, Node, Succeed
from partnerrules.plan.walk import subterms
from partnerrules.policies.computing import every, negated
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Days
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.counting import Counting
from partnerrules.policies.sanctions.effects import Effect
from partnerrules.policies.sanctions.going_on import (
    extended,
    first_completed,
    following_of,
    has_probation,
    lasting,
    told_of,
)
from partnerrules.policies.sanctions.reading import Step
from partnerrules.policies.sanctions.recorded import recorded
from partnerrules.policies.sanctions.steps import id_of
from partnerrules.schema import types as t

_LIST: Final = t.Maybe(t.Text())
_INSTANT: Final = t.Instant()
_NUMBER: Final = t.Integer()
_Steps = tuple[Step, ...]


def counted(source: Node, counting: Counting) -> Node:
    """The day of each record, and the records that are counted up to it."""
    id = id_of(counting.record)
    left_out = [terms.ColumnOf(name, t.Maybe(t.Text())) for name in columns.LEFT_OUT]
    without = (
        terms.All((terms.Exists(each, BOOLEAN), terms.Comparison("=", id, each, BOOLEAN)), BOOLEAN) for each in left_out
    )
    counts = (terms.ColumnOf(columns.BELONGS, BOOLEAN), *(negated(each) for each in without))
    dated = Let(
        source,
        (
            Column(columns.ID, id),
            Column(columns.DAY, counting.day),
            Column(columns.SINCE, counting.since),
            Column(columns.COUNTS, terms.All(counts, BOOLEAN)),
        ),
    )
    return Cumulate(
        source=dated,
        kind="collect",
        value=terms.Follow(counting.record, counting.record.type),
        where=terms.ColumnOf(columns.COUNTS, BOOLEAN),
        within=(columns.SUBJECT_ID,),
        by=(columns.DAY, columns.ID),
        since=columns.SINCE,
        before=columns.BEFORE,
        after=columns.COUNTED,
        whole=columns.WHOLE,
        per_subject=True,
    )


def imposed(
    source: Node,
    policy: str,
    entity: str,
    counting: Counting,
    steps: _Steps,
    effects: tuple[Effect, ...],
    lowering: Lowering,
    *,
    count_once: bool,
    days: Days,
) -> Let:
    """What each record imposes, and whether that is in force.

    Args:
        source: the counted records, each with those counted up to it.
        policy: its id.
        entity: whose records are counted.
        counting: which records count.
        steps: the steps, most severe first.
        effects: those that a step has.
        lowering: has the conditions of reinstatement.
        count_once: whether records that led to a sanction count no more.
        days: on which the version is in force: of other days its steps impose nothing.
    """
    stretches = [
        column
        for step in steps
        for column in (
            Column(columns.starts(step.list), step.stretch.starts),
            Column(columns.ends(step.list), step.stretch.ends),
        )
    ]
    stretches.append(Column(columns.DAY_BEGINS, columns.midnight(terms.ColumnOf(columns.DAY, t.Date()))))
    stretches.append(Column(columns.JUDGED, _judged(days)))
    stage, late = _completed(steps), lasting(steps)
    following: Following | None = None
    if any(step.goes_on for step in steps):
        following = following_of(steps, (*extended(steps), *late))
    else:
        stage += late
    asks = any(
        part == terms.ColumnOf(columns.PROBATION_RUNS, BOOLEAN)
        for step in steps
        for column in step.reached.columns
        for part in subterms(column.term)
    )
    turn: Turn | None = None
    if count_once or asks:
        stretches.append(_not_before(steps))
        spending = Spending(columns.COUNTED, columns.LEFT, _used_up(steps)) if count_once else None
        aftermath = None
        if asks:
            aftermath = Aftermath(
                columns.DAY_BEGINS, columns.REINSTATED, columns.PROBATION_ENDS, columns.PROBATION_RUNS
            )
        turn = Turn(tuple(stage), columns.NOT_BEFORE, spending, aftermath)
    node: Node = Let(source, tuple(stretches))
    if turn is None:
        node = Let(node, tuple(stage))
    # A record that nobody named may have imposed something that covers this one: so the list has to be whole.
    imposes = (columns.COUNTS, columns.WHOLE, columns.JUDGED, columns.COMPLETES, columns.RUNS)
    in_order = (columns.DAY, columns.ID)
    node = Succeed(
        source=node,
        where=_both(*imposes),
        within=(columns.SUBJECT_ID,),
        # What starts first may cover what starts while it runs. Where it hangs on the records before, their days count.
        by=(columns.STARTS, *in_order) if turn is None else in_order,
        starts=columns.STARTS,
        ends=columns.OVER,
        weight=columns.WEIGHT,
        column=columns.TAKES_EFFECT,
        per_subject=True,
        covered_from=columns.COVERED_FROM if _declares(steps) else None,
        turn=turn,
        following=following,
        settled=_settled(steps, effects, days, count_once=count_once),
    )
    final = [*lowering.columns, *_in_force(steps, effects)]
    extends = any(step.new_offence == "extend" for step in steps)
    if count_once:
        final.append(Column(columns.USED_UP, _used_up(steps)))
    final.append(Column(columns.RECORDED, recorded(policy, entity, counting, extends=extends)))
    return Let(node, tuple(final))


# ------------------------------------------------------------------------------------------- which step is completed


def _completed(steps: _Steps) -> list[Column]:
    """The step that each record completes, and when that starts and ends."""
    computed: list[Column] = []
    for step in steps:
        computed += step.reached.columns
        computed += (
            Column(columns.when(step.list), step.reached.holds, step.observed),
            Column(columns.completed(step.list), step.reached.completed),
        )
    last = steps[-1].list
    any_completed = tuple(terms.ColumnOf(columns.completed(step.list), BOOLEAN) for step in steps)
    computed += (
        Column(columns.COMPLETES, terms.AnyOf(any_completed, BOOLEAN)),
        Column(
            columns.STEP, first_completed(steps, lambda step: terms.Value(step.list, _LIST), terms.Value(None, _LIST))
        ),
    )
    for name, of in ((columns.STARTS, columns.starts), (columns.ENDS, columns.ends)):
        instant = first_completed(steps, partial(_instant_of, of), terms.ColumnOf(of(last), _INSTANT))
        computed.append(Column(name, instant))
    computed += (
        Column(columns.WEIGHT, _weight(steps)),
        Column(columns.RUNS, _compared("<", columns.STARTS, columns.ENDS)),
    )
    if _declares(steps):
        for position, step in enumerate(steps):
            earlier = (negated(each) for each in any_completed[:position])
            first = terms.All((any_completed[position], *earlier), BOOLEAN)
            computed.append(Column(columns.first(step.list), first))
        computed.append(Column(columns.COVERED_FROM, _covered_from(steps)))
    if not any(step.new_offence == "extend" for step in steps):
        computed += (
            Column(columns.BEGINS, terms.ColumnOf(columns.STARTS, _INSTANT)),
            Column(columns.OVER, terms.ColumnOf(columns.ENDS, _INSTANT)),
        )
    return computed


def _declares(steps: _Steps) -> bool:
    """Whether a step is not just covered while one that is as severe runs."""
    return any(step.new_offence != "ignored" for step in steps)


def _instant_of(of: Callable[[str], str], step: Step) -> terms.Term:
    return terms.ColumnOf(of(step.list), _INSTANT)


def _weight(steps: _Steps) -> terms.Term:
    """How severe the completed step is: how many there are from the least severe one up to it.

    A count, so that where it is not known which step it is, its bounds still are.
    """
    return _count_up([(columns.completed(step.list), weight) for step, weight in _weighed(steps)], len(steps))


def _weighed(steps: _Steps) -> list[tuple[Step, int]]:
    """The steps with what each weighs."""
    return [(step, len(steps) - position) for position, step in enumerate(steps)]


def _covered_from(steps: _Steps) -> terms.Term:
    """The least weight of a sanction that covers the record: its own, a greater one, or one that there is not."""
    least: list[tuple[str, int]] = []
    for step, weight in _weighed(steps):
        weight = len(steps) + 1 if step.new_offence == "concurrent" else weight + step.goes_on
        least.append((columns.first(step.list), weight))
    return _count_up(least, len(steps) + 1)


def _count_up(numbers: list[tuple[str, int]], most: int) -> terms.Term:
    """The greatest of those numbers whose conditions hold, as a count."""
    one = terms.Variable("#weight", _NUMBER)
    reached = tuple(
        terms.All(
            (
                terms.ColumnOf(condition, BOOLEAN),
                terms.Comparison("<=", one, terms.Value(number, _NUMBER), BOOLEAN),
            ),
            BOOLEAN,
        )
        for condition, number in numbers
    )
    every = terms.Items(tuple(terms.Value(each, _NUMBER) for each in range(1, most + 1)), t.ListOf(_NUMBER))
    found = terms.Select(every, one.name, terms.AnyOf(reached, BOOLEAN), every.type)
    return terms.Aggregate("count", found, _NUMBER)


def _not_before(steps: _Steps) -> Column:
    """An instant before which the record starts nothing, whichever step it completes."""
    starts = tuple(terms.ColumnOf(columns.starts(step.list), _INSTANT) for step in steps)
    first = terms.Aggregate("min", terms.Items(starts, t.ListOf(_INSTANT)), _INSTANT)
    return Column(columns.NOT_BEFORE, first)


def _judged(days: Days) -> terms.Term:
    """Whether the day that counts is one of those on which the version is in force."""
    day = terms.ColumnOf(columns.DAY, t.Date())
    start, end = (None if each is None else terms.Value(each, t.Date()) for each in days)
    holds: list[terms.Term] = []
    if start is not None:
        holds.append(terms.Comparison(">=", day, start, BOOLEAN))
    if end is not None:
        holds.append(terms.Comparison("<", day, end, BOOLEAN))
    return every(*holds)


def _settled(steps: _Steps, effects: tuple[Effect, ...], days: Days, *, count_once: bool) -> Settled:
    """What records are to this version that others have judged: by the names of lists and effects that both have."""
    truths = [of(step.list) for step in steps for of in (columns.completed, columns.in_force)]
    truths += [columns.has(effect.name) for effect in effects]
    lengthened = told_of(steps)
    asked = [each.name for each in lengthened] if any(step.new_offence == "extend" for step in steps) else []
    return Settled(
        mark=columns.ELSEWHERE,
        truths=(*truths, columns.IN_FORCE, columns.IN_PROBATION),
        nothing=(columns.PROBATION_ENDS,),
        steps=tuple((columns.completed(step.list), step.list, weight) for step, weight in _weighed(steps)),
        told=(*lengthened, Column(columns.USED_UP, _used_up(steps))),
        asked=(*asked, columns.USED_UP) if count_once else tuple(asked),
        spent=columns.USED_UP if count_once else None,
        settles=columns.JUDGED,
        counts=columns.COUNTS,
        id=columns.ID,
        day=columns.DAY,
        days=days,
        passed=columns.PASSED,
    )


def _used_up(steps: _Steps) -> terms.Term:
    """The records that take part in the step that is imposed."""
    none = terms.Items((), steps[0].reached.involved.type)
    return first_completed(steps, lambda step: step.reached.involved, none)


# --------------------------------------------------------------------------------------------------- what is in force


def _in_force(steps: _Steps, effects: tuple[Effect, ...]) -> list[Column]:
    """Whether what the records impose is in force, and what follows from it."""
    computed = [
        Column(columns.fulfilled(step.list), step.reinstatement.fulfilled)
        for step in steps
        if step.reinstatement is not None
    ]
    # Each by itself: where it is not known which step it is, none of them may be running any more.
    computed += [Column(columns.running(step.list), _running(step)) for step in steps]
    over = terms.ColumnOf(columns.REINSTATED, _INSTANT)
    computed += (
        Column(columns.STARTED, _started(columns.STARTS)),
        Column(columns.BEGUN, _started(columns.BEGINS)),
        Column(columns.PAST, terms.Comparison("<=", over, terms.AsOf(_INSTANT), BOOLEAN)),
    )
    computed += [Column(columns.causes(step.list), _causes_if_imposed(step)) for step in steps]
    of_steps = [((step,), columns.in_force(step.list)) for step in steps]
    of_effects = [
        (tuple(step for step in steps if effect.name in step.effects), columns.has(effect.name)) for effect in effects
    ]
    taken = terms.ColumnOf(columns.TAKES_EFFECT, BOOLEAN)
    for having, name in (*of_steps, *of_effects, (steps, columns.IN_FORCE)):
        in_force = first_completed(steps, partial(_running_if, having), terms.Value(False, BOOLEAN))
        computed.append(Column(name, terms.All((taken, in_force), BOOLEAN)))
    if has_probation(steps):
        ends = terms.ColumnOf(columns.PROBATION_ENDS, t.Maybe(_INSTANT))
        now = terms.AsOf(_INSTANT)
        after = (
            taken,
            negated(terms.ColumnOf(columns.IN_FORCE, BOOLEAN)),
            terms.ColumnOf(columns.PAST, BOOLEAN),
            terms.Exists(ends, BOOLEAN),
            terms.Comparison("<", now, ends, BOOLEAN),
        )
        computed.append(Column(columns.IN_PROBATION, terms.All(after, BOOLEAN)))
    computed += (
        Column(columns.FIRST_DAY, _day_of(columns.BEGINS)),
        Column(columns.DAY_AFTER, _day_after(columns.REINSTATED)),
    )
    return computed


def _causes_if_imposed(step: Step) -> terms.Term:
    """The records that take part in reaching a step; none unless it is imposed, as looking for them takes long."""
    causes = step.reached.causes
    taken = terms.IfUnknown(terms.ColumnOf(columns.TAKES_EFFECT, BOOLEAN), terms.Value(False, BOOLEAN), BOOLEAN)
    return terms.If(taken, causes, terms.Items((), causes.type), causes.type)


def _both(*names: str) -> terms.Term:
    return terms.All(tuple(terms.ColumnOf(name, BOOLEAN) for name in names), BOOLEAN)


def _compared(operator: Literal["<", "<="], left: str, right: str) -> terms.Term:
    return terms.Comparison(operator, terms.ColumnOf(left, _INSTANT), terms.ColumnOf(right, _INSTANT), BOOLEAN)


def _running(step: Step) -> terms.Term:
    """Whether a step is running at the as-of instant, if the record imposes it.

    From its own start on: what it extends is running until it begins.
    """
    now = terms.AsOf(_INSTANT)
    going_on: terms.Term = terms.Comparison("<", now, terms.ColumnOf(columns.ends(step.list), _INSTANT), BOOLEAN)
    if step.new_offence == "extend":
        longer = terms.Comparison("<", now, terms.ColumnOf(columns.OVER, _INSTANT), BOOLEAN)
        going_on = terms.AnyOf((going_on, longer), BOOLEAN)
    if step.reinstatement is not None and step.reinstatement.requirement is not None:
        reinstated = terms.ColumnOf(columns.fulfilled(step.list), BOOLEAN)
        going_on = terms.AnyOf((going_on, negated(reinstated)), BOOLEAN)
        if step.reinstatement.day is not None:
            later = terms.Comparison("<", now, terms.ColumnOf(columns.REINSTATED, _INSTANT), BOOLEAN)
            going_on = terms.AnyOf((going_on, later), BOOLEAN)
    return terms.All((_started(columns.starts(step.list)), going_on), BOOLEAN)


def _started(column: str) -> terms.Term:
    return terms.Comparison("<=", terms.ColumnOf(column, _INSTANT), terms.AsOf(_INSTANT), BOOLEAN)


def _running_if(having: _Steps, step: Step) -> terms.Term:
    """Whether a step is running, for those that are asked for."""
    return terms.ColumnOf(columns.running(step.list), BOOLEAN) if step in having else terms.Value(False, BOOLEAN)


def _day_of(instant: str) -> terms.Term:
    return terms.Apply("date", (terms.ColumnOf(instant, _INSTANT),), t.Date())


def _day_after(instant: str) -> terms.Term:
    """The first day on which nothing is left of what ends at an instant: its own if it ends at midnight."""
    day = _day_of(instant)
    ends_at_midnight = terms.Comparison("=", columns.midnight(day), terms.ColumnOf(instant, _INSTANT), BOOLEAN)
    return terms.If(ends_at_midnight, day, columns.days_after(day, 1), t.Date())
