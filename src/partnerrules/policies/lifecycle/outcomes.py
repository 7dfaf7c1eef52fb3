"""The result of a lifecycle policy, made of the row of a record: its stage, how it came to it, and what may follow."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.later_fields import tried
from partnerrules.decisions.lifecycle import (
    ALLOWED,
    NONE_ASKED,
    REFUSED,
    Irregular,
    Irregularity,
    LifecycleResult,
    Move,
    Refusal,
    Request,
    Status,
    Transition,
)
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.requirements import NO_WAYS, Requirement, Ways, conditions, shortest_ways
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.conditions import condition_points, leaf_column, reached_conditions, requirement_result
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.policies.lifecycle import columns
from partnerrules.policies.lifecycle.moves import asked_of
from partnerrules.policies.lifecycle.steps import Stages, Step
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Described:
    """What a result needs of its policy.

    Attributes:
        stages: the stages and steps.
        standing: the kind of standing that the stage is recorded as, if it is.
        asks: whether it is looked at which stage is asked for.
    """

    stages: Stages
    standing: str | None
    asks: bool

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All that guards and transitions ask, each once."""
        guards = [stage.guard for stage in self.stages.stages.values() if stage.guard is not None]
        own = {id(step.requirement): step.requirement for step in self.stages.steps if step.requirement is not None}
        return (*guards, *own.values())


_IRREGULAR: Final[tuple[tuple[str, Irregular], ...]] = (
    (columns.NO_TRANSITION, "no_transition"),
    (columns.GAP, "gap"),
    (columns.OVERLAP, "overlap"),
    (columns.AT_ONCE, "at_once"),
)


def points(described: Described) -> tuple[str, ...]:
    """The parts that cases should reach: each stage, each automatic step, each condition, and what is asked for."""
    found = [f"stage {name}" for name in described.stages.stages]
    found += [f"moved {step.before} {step.after}" for steps in described.stages.automatic.values() for step in steps]
    if described.asks:
        found += [f"request {ALLOWED}", f"request {REFUSED}"]
    return tuple(dict.fromkeys((*found, *condition_points(described.requirements))))


def reached(described: Described, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    found = {f"stage {row.values[OUTCOME]}", f"request {row.values[columns.REQUEST]}"}
    found |= {f"moved {move.before} {move.after}" for move in _moves(described, row)}
    found |= reached_conditions(described.requirements, row)
    return frozenset(found & {*points(described)})


def result(described: Described, basis: Basis, row: TracedRow, assume: Assume) -> LifecycleResult:
    """The result of a row of the plan."""
    value, applies = outcome_of(row), row.values.get(APPLIES, True)
    certain = not isinstance(value, Unknown)
    open = tuple(_transitions(described, row)) if certain else ()
    since = _day(row.values[columns.SINCE])
    return LifecycleResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        titles={name: stage.title for name, stage in described.stages.stages.items()},
        recorded=_word(row.values[columns.RECORDED]),
        since=since,
        days=(_today(row) - since).days if isinstance(since, dt.date) else since,
        leave_by=_day(row.values[columns.LEAVE_BY]),
        overdue=row.truth(columns.OVERDUE),
        moves=tuple(_moves(described, row)) if applies is True else (),
        request=_request(described, row, assume, open) if described.asks else None,
        open=open,
        irregular=tuple(_irregular(row)),
        missing=missing_of(value),
        standing=described.standing,
    )


def _word(value: object) -> str | Unknown | None:
    assert value is None or isinstance(value, str | Unknown)
    return value


def _day(value: object) -> dt.date | Unknown | None:
    assert value is None or isinstance(value, dt.date | Unknown)
    return value


def _today(row: TracedRow) -> dt.date:
    today = row.values[columns.TODAY]
    assert isinstance(today, dt.date)
    return today


# --------------------------------------------------------------------------------------------------------------- moves


def _moves(described: Described, row: TracedRow) -> Iterator[Move]:
    """What happened by itself, as far as it is certain."""
    before = row.values[columns.STARTED]
    for position, steps in enumerate(described.stages.automatic.values()):
        after = row.values[columns.stage_after(position)]
        if isinstance(before, Unknown) or isinstance(after, Unknown):
            return
        if after != before:
            on = _day(row.values[columns.since_after(position)])
            assert on is not None
            step = _taken(steps, row)
            told = (None, Title(), None) if step is None else (step.id, step.title, step.source)
            yield Move(str(before), str(after), on, *told)
        before = after


def _taken(steps: tuple[Step, ...], row: TracedRow) -> Step | None:
    """Which of several automatic steps it was; None where another one may have come first."""
    taken: list[tuple[dt.date, Step]] = []
    for step in steps:
        happens, day = row.truth(columns.happens(step.number)), row.values[columns.day(step.number)]
        if isinstance(happens, Unknown):
            return None
        if happens:
            assert isinstance(day, dt.date)
            taken.append((day, step))
    return min(taken, key=lambda each: (each[0], each[1].number))[1]


def _irregular(row: TracedRow) -> Iterator[Irregularity]:
    """What of the history is irregular for certain, in order of days."""
    found = []
    for part in row.parts:
        day, value, before = (part.values[name] for name in (columns.FROM_DAY, columns.VALUE, columns.BEFORE))
        if part.truth(columns.BELONGS) is not True or not isinstance(day, dt.date) or not isinstance(value, str):
            continue
        for column, kind in _IRREGULAR:
            if part.truth(column) is True:
                found.append(Irregularity(kind, before if isinstance(before, str) else None, value, day))
    yield from sorted(dict.fromkeys(found), key=lambda each: (each.on, each.after, each.kind))


# --------------------------------------------------------------------------------------------------------- transitions


def _transitions(described: Described, row: TracedRow) -> Iterator[Transition]:
    """The transitions from the stage that a record is in, in the order in which they are written."""
    for step in described.stages.steps:
        if step.before == row.values[OUTCOME]:
            yield _automatic(described, step, row) if step.automatic else _asked_for(described, step, row)


def _asked_for(described: Described, step: Step, row: TracedRow) -> Transition:
    is_open = row.truth(columns.is_open(step.number))
    status: Status = "unknown" if isinstance(is_open, Unknown) else "open" if is_open else "blocked"
    guard = described.stages.stages[step.after].guard
    return Transition(
        after=step.after,
        id=step.id,
        title=step.title,
        source=step.source,
        automatic=False,
        status=status,
        day=None if step.stay is None else _day(row.values[columns.earliest(step.number)]),
        asks=bool(asked_of(described.stages, step)),
        guard=None if guard is None else requirement_result(guard, row),
        requirement=None if step.requirement is None else requirement_result(step.requirement, row),
    )


def _automatic(described: Described, step: Step, row: TracedRow) -> Transition:
    day, due = _day(row.values[columns.day(step.number)]), row.truth(columns.due(step.number))
    status: Status = "never"
    if isinstance(day, Unknown) or isinstance(due, Unknown):
        status = "unknown"
    elif day is not None and day > _today(row):
        status = "to_come"
    elif due:
        status = "missed" if row.truth(columns.happens(step.number)) is False else "unknown"
    asked: dict[str, RequirementResult | None] = {"guard": None, "requirement": None}
    if due is True:  # before its day nothing can be said of its conditions
        then = _as_of_its_day(described, step, row)
        guard = described.stages.stages[step.after].guard
        asked["guard"] = None if guard is None else requirement_result(guard, then)
        asked["requirement"] = None if step.requirement is None else requirement_result(step.requirement, then)
    return Transition(
        after=step.after,
        id=step.id,
        title=step.title,
        source=step.source,
        automatic=True,
        status=status,
        day=day,
        asks=bool(asked_of(described.stages, step)),
        guard=asked["guard"],
        requirement=asked["requirement"],
    )


def _as_of_its_day(described: Described, step: Step, row: TracedRow) -> TracedRow:
    """The row with the conditions of an automatic step as they were on its day."""
    asked = asked_of(described.stages, step)
    names = {leaf_column(each.id) for requirement in asked for each in conditions(requirement)}
    then = {name: columns.then(name, step.number) for name in names}
    values = {**row.values, **{name: row.values[other] for name, other in then.items()}}
    return replace(row, values=values, seen={name: row.seen.get(other, ()) for name, other in then.items()})


# ------------------------------------------------------------------------------------------------- what is asked for


def _request(described: Described, row: TracedRow, assume: Assume, open: tuple[Transition, ...]) -> Request:
    """What becomes of the stage that is asked for."""
    asked, value = _word(row.values[columns.ASKED]), row.values[columns.REQUEST]
    applies = row.values.get(APPLIES, True)
    if isinstance(applies, Unknown) and value != NONE_ASKED:
        value = Unknown.of((applies, value)) if isinstance(value, Unknown) else applies
    outcome = UNDETERMINED if isinstance(value, Unknown) else str(value)
    transition = next((each for each in open if each.after == asked and not each.automatic), None)
    reasons: tuple[Refusal, ...] = ()
    if outcome == REFUSED and isinstance(asked, str):
        reasons = tuple(_reasons(described, asked, open, _today(row)))
    starts = row.values[columns.STARTS]
    weighed = transition if outcome in (REFUSED, UNDETERMINED) else None
    return Request(
        asked=asked,
        outcome=outcome,
        reasons=reasons,
        starts=starts if outcome == ALLOWED and isinstance(starts, dt.date) else None,
        transition=transition,
        ways=NO_WAYS if weighed is None else tried(lambda: _ways(described, weighed, row, assume), NO_WAYS),
        missing=missing_of(value),
    )


def _reasons(described: Described, asked: str, open: tuple[Transition, ...], today: dt.date) -> Iterator[Refusal]:
    """All that speaks for certain against the stage that is asked for."""
    if asked not in described.stages.stages:
        yield Refusal("unknown_stage", tuple(each.after for each in open if not each.automatic))
        return
    transition = next((each for each in open if each.after == asked and not each.automatic), None)
    if transition is None:
        by_itself = [each for each in open if each.after == asked]
        if by_itself:
            days = (each.day for each in by_itself if each.status == "to_come")
            yield Refusal("automatic", day=min((day for day in days if isinstance(day, dt.date)), default=None))
        else:
            yield Refusal("not_a_transition", tuple(each.after for each in open if not each.automatic))
        return
    if transition.guard is not None and transition.guard.outcome is False:
        yield Refusal("guard_not_met")
    if transition.requirement is not None and transition.requirement.outcome is False:
        yield Refusal("requirement_not_met")
    if isinstance(transition.day, dt.date) and transition.day > today:
        yield Refusal("too_early", day=transition.day)


def _ways(described: Described, transition: Transition, row: TracedRow, assume: Assume) -> Ways:
    """The smallest changes after which a stage could be entered, once the minimum stay is over; each is tried."""
    step = next(
        each
        for each in described.stages.steps
        if not each.automatic and (each.before, each.after) == (row.values[OUTCOME], transition.after)
    )
    asked = asked_of(described.stages, step)
    results = (each for requirement in transition.asked for each in condition_results(requirement))
    truths = {each.id: each.outcome for each in results}
    found = shortest_ways(asked, truths)
    if not any(found.listed) or row.values.get(APPLIES, True) is not True:
        return NO_WAYS
    stay: dict[str, object] = {} if step.stay is None else {columns.stayed(step.number): True}
    for way in found.listed:
        changed = {leaf_column(change.condition): change.holds for change in way}
        tried = assume({**stay, **changed})
        assert tried.values[columns.REQUEST] == ALLOWED, (way, tried.values)
    return found
