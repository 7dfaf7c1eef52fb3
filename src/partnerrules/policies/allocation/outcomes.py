"""The result of an allocation policy, made of the row of a record: every candidate, and why it is taken or not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from partnerrules.decisions.allocation import (
    ASSIGNED,
    NO_CANDIDATE,
    NO_ROOM,
    UNDECIDED,
    AllocationResult,
    CandidateResult,
    Limit,
    Preference,
    Standing,
)
from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.requirements import Requirement
from partnerrules.facts import Row
from partnerrules.plan import assignments as a
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import Holdings, TracedRow
from partnerrules.policies.allocation import columns as c
from partnerrules.policies.allocation.preferences import looked_at
from partnerrules.policies.allocation.reading import CANDIDATE
from partnerrules.policies.conditions import condition_points, reached_conditions, requirement_result
from partnerrules.policies.criteria import OrderedBy, compared
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Asked:
    """What a policy asks: conditions and preferences, and which limits there are."""

    requirements: tuple[Requirement, ...]
    prefer: tuple[OrderedBy, ...]
    order: tuple[OrderedBy, ...]
    capacity: bool
    share: bool


def points(asked: Asked) -> tuple[str, ...]:
    """The parts that cases should reach: each outcome, each condition, and each limit that leaves no room."""
    found = [f"outcome {ASSIGNED}", f"outcome {UNDECIDED}", f"outcome {NO_CANDIDATE}"]
    found += condition_points(asked.requirements)
    if asked.capacity or asked.share:
        found.append(f"outcome {NO_ROOM}")
    return (*found, *(f"limit {name} full" for name in _limits(asked)))


def reached(asked: Asked, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    found: set[str] = set()
    outcome = row.values[OUTCOME]
    if isinstance(outcome, str):
        found.add(f"outcome {outcome}")
    for part in row.parts:
        if part.values[c.BELONGS] is True:
            found |= reached_conditions(asked.requirements, part)
            if part.values[c.FITS] is True:
                found |= {f"limit {name} full" for name in _full(part)}
    return frozenset(found & {*points(asked)})


def result(asked: Asked, basis: Basis, row: TracedRow, assume: Assume) -> AllocationResult:
    """The result of a row of the plan."""
    value = outcome_of(row)
    parts = [part for part in row.parts if isinstance(part.values[CANDIDATE], Row)]
    ranked = sorted(parts, key=_turns(asked))
    best = next((part for part in ranked if part.values[a.TAKES] is True or part.values[a.TIED] is True), None)
    chosen = row.values[a.CHOSEN]
    rivals = next((part.values[a.RIVALS] for part in parts if part.values[a.CONTESTED] is True), ())
    assert isinstance(rivals, tuple)
    held = row.values[a.HELD]
    return AllocationResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        candidate=chosen.id if isinstance(chosen, Row) and not isinstance(value, Unknown) else None,
        order=looked_at(asked.order, row, c.order),
        candidates=tuple(_candidate(asked, part, best) for part in ranked),
        rivals=tuple(each for each in rivals if each != row.subject.id),
        concentration=held if isinstance(held, Holdings) else None,
        missing=missing_of(value),
    )


def _candidate(asked: Asked, part: TracedRow, best: TracedRow | None) -> CandidateResult:
    standing = _standing(part)
    decided = _difference(asked, part, best) if standing == "behind" and best is not None else None
    return CandidateResult(
        candidate=_id(part),
        outcome=standing,
        decided_by=decided,
        preferences=looked_at(asked.prefer, part, c.prefer),
        requirements=tuple(requirement_result(each, part) for each in asked.requirements),
        full=_full(part) if standing == "full" else (),
        load=_count(part, a.LOAD),
        capacity=_count(part, a.CAPACITY),
        share=_count(part, a.SHARE),
    )


def _standing(part: TracedRow) -> Standing:
    if part.values[c.SUITED] is False:
        return "unfit"
    for column, word in _WORDS:
        if part.values[column] is True:
            return word
    if part.values[a.FREE] is False and _full(part):
        return "full"
    behind = part.values[a.TAKES] is False and part.values[a.TIED] is False and part.values[a.FREE] is True
    return "behind" if behind else "undetermined"


_WORDS: tuple[tuple[str, Standing], ...] = ((a.TAKES, "taken"), (a.TIED, "equal"), (a.CONTESTED, "contested"))


def _limits(asked: Asked) -> tuple[Limit, ...]:
    limits: tuple[tuple[bool, Limit], ...] = ((asked.capacity, "capacity"), (asked.share, "concentration"))
    return tuple(name for there, name in limits if there)


def _full(part: TracedRow) -> tuple[Limit, ...]:
    limits: tuple[tuple[str, Limit], ...] = ((a.CAPACITY_ROOM, "capacity"), (a.SHARE_ROOM, "concentration"))
    return tuple(name for column, name in limits if part.values[column] is False)


def _count(part: TracedRow, column: str) -> int | Unknown | None:
    value = part.values[column]
    assert isinstance(value, int | Unknown | None), value
    return value


def _id(part: TracedRow) -> str:
    candidate = part.values[CANDIDATE]
    assert isinstance(candidate, Row)
    return candidate.id


def _difference(asked: Asked, part: TracedRow, best: TracedRow) -> Preference | None:
    """The first preference that tells a candidate from a better one; None if one is not known before it does."""
    for number, each in enumerate(asked.prefer, start=1):
        order = compared(each.way, best.values[c.prefer(number)], part.values[c.prefer(number)])
        if order is None:
            return None
        if order:
            return Preference(each.id, each.title, each.source)
    return None


def _turns(asked: Asked) -> Callable[[TracedRow], Any]:
    """The key by which candidates are sorted as they are told: those that fit first, the better before the other."""

    def turn(one: TracedRow, other: TracedRow) -> int:
        out = (one.values[c.SUITED] is False, other.values[c.SUITED] is False)
        if out[0] != out[1]:
            return 1 if out[0] else -1
        if not out[0]:
            for number, each in enumerate(asked.prefer, start=1):
                values = one.values[c.prefer(number)], other.values[c.prefer(number)]
                # What is not known comes last, so that there is one order whatever the input was.
                unknown = tuple(isinstance(value, Unknown) for value in values)
                order = unknown[0] - unknown[1] if any(unknown) else compared(each.way, *values) or 0
                if order:
                    return order
        return -1 if _id(one) < _id(other) else 1

    return cmp_to_key(turn)
