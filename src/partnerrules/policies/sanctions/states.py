"""What a sanction is at the instant of the decision, until when, and what it takes to be reinstated."""

import datetime as dt
from collections.abc import Sequence

from partnerrules.decisions.later_fields import tried
from partnerrules.decisions.requirements import NO_WAYS, Requirement, Ways, shortest_ways
from partnerrules.decisions.sanctions import Reinstated, State, Until
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.conditions import leaf_column, requirement_result, truths_of
from partnerrules.policies.kind import Assume
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.reading import Step
from partnerrules.schema.missing import Unknown


def state_of(part: TracedRow) -> State:
    """What a record's sanction is now."""
    in_force = part.truth(columns.IN_FORCE)
    if isinstance(in_force, Unknown):
        return "unknown"
    if in_force:
        if part.truth(columns.BEGUN) is False:  # what it extends is running
            return "to_come"
        return "awaiting_reinstatement" if part.truth(columns.PAST) is True else "running"
    if part.truth(columns.STARTED) is False:
        return "to_come"
    return "on_probation" if part.values.get(columns.IN_PROBATION) is True else "ended"


def latest_end(parts: Sequence[TracedRow], holding: Sequence[str], lists: Sequence[str]) -> Until:
    """When all is over that makes one of some columns hold now, with what goes on from there without a break.

    Unknown where it is not known which sanction that is; None where one goes on until the record is reinstated.

    Args:
        parts: the counted records.
        holding: the columns, which say what is in force now.
        lists: the steps that make them hold.
    """
    ends: list[dt.datetime] = []
    doubts: list[Unknown] = []
    open_end = False
    for part in parts:
        for column in holding:
            holds = part.truth(column)
            if holds is False:
                continue
            # What may be in force besides may last longer.
            doubts += [each for each in (holds, part.values[columns.STEP]) if isinstance(each, Unknown)]
            if holds is True:
                over, past = part.values[columns.REINSTATED], part.truth(columns.PAST)
                open_end |= past is True
                if isinstance(over, Unknown):
                    doubts.append(over)
                elif isinstance(over, dt.datetime):
                    ends.append(over)
    if open_end:
        return None
    return Unknown.of(doubts) if doubts else _without_a_break(max(ends), _to_come(parts, lists))


def _to_come(parts: Sequence[TracedRow], lists: Sequence[str]) -> list[TracedRow]:
    """The records that impose one of some steps from later on, or may do so."""
    return [
        part
        for part in parts
        if part.truth(columns.STARTED) is False
        and part.truth(columns.TAKES_EFFECT) is not False
        and _may_be(part, lists)
    ]


def _may_be(part: TracedRow, lists: Sequence[str]) -> bool:
    step = part.values[columns.STEP]
    if isinstance(step, Unknown):
        return any(part.truth(columns.completed(list)) is not False for list in lists)
    return step in lists


def _without_a_break(end: dt.datetime, to_come: list[TracedRow]) -> Until:
    """When it is over if what starts no later than it ends goes on from it; unknown where that is not known."""

    def start_of(part: TracedRow) -> dt.datetime:
        start = part.values[columns.STARTS]
        assert isinstance(start, dt.datetime)  # it is known to be later than now
        return start

    for part in sorted((part for part in to_come if _has_start(part)), key=start_of):
        if start_of(part) > end:
            break
        over = part.values[columns.REINSTATED]
        if isinstance(over, dt.datetime) and over <= end:
            continue
        doubts = [
            each
            for each in (part.truth(columns.TAKES_EFFECT), part.values[columns.STEP], over)
            if isinstance(each, Unknown)
        ]
        if doubts:
            return Unknown.of(doubts)
        assert isinstance(over, dt.datetime)
        end = over
    without = [part.values[columns.STARTS] for part in to_come if not _has_start(part)]
    unknown = [each for each in without if isinstance(each, Unknown)]
    return Unknown.of(unknown) if unknown else end


def _has_start(part: TracedRow) -> bool:
    return isinstance(part.values[columns.STARTS], dt.datetime)


def latest_probation(parts: Sequence[TracedRow]) -> Until:
    """When probation ends, where some is running for certain."""
    ends: list[dt.datetime] = []
    doubts: list[Unknown] = []
    for part in parts:
        runs, end = part.truth(columns.IN_PROBATION), part.values[columns.PROBATION_ENDS]
        if runs is False:
            continue
        doubts += [each for each in (runs, end) if isinstance(each, Unknown)]
        if runs is True and isinstance(end, dt.datetime):
            ends.append(end)
    return Unknown.of(doubts) if doubts else max(ends)


def reinstated(step: Step, part: TracedRow, assume: Assume) -> Reinstated | None:
    """What it takes to be reinstated after a sanction; None if the step says nothing of that."""
    if step.reinstatement is None:
        return None
    probation = part.values[columns.PROBATION_ENDS] if step.reinstatement.probation is not None else None
    assert isinstance(probation, dt.datetime | Unknown | None)
    requirement = step.reinstatement.requirement
    if requirement is None:
        return Reinstated(None, NO_WAYS, probation)
    told = step.reinstatement.day is not None
    ways = NO_WAYS
    if part.truth(columns.IN_FORCE) is not False and part.truth(columns.PAST) is True:
        ways = tried(lambda: _ways(requirement, part, assume), NO_WAYS)
    return Reinstated(requirement_result(requirement, part), ways, probation, told)


def _ways(requirement: Requirement, part: TracedRow, assume: Assume) -> Ways:
    """The smallest changes after which a sanction ends, each tried; none if it does not end by all of them."""
    ways = shortest_ways((requirement,), truths_of((requirement,), part))
    for way in ways.listed:
        row = assume({leaf_column(change.condition): change.holds for change in way})
        again = next(each for each in row.parts if each.values[columns.ID] == part.values[columns.ID])
        if again.truth(columns.IN_FORCE) is not False:
            return NO_WAYS
    return ways
