"""The result of a review: the grade that a partner has, what is recorded of it, and what changes."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.tiering import NO_GRADE, Change, Review, TieringResult
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.policies.tiering import columns
from partnerrules.policies.tiering.forms import NEVER
from partnerrules.policies.tiering.review_days import past_reviews
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What a result needs of its policy.

    Attributes:
        policy: the policy whose outcome is followed.
        grades: highest first.
        standing: the kind of standing that is recorded.
        promote: when a better grade is given.
        demote: when a lower one is given.
        may_give_none: whether somebody may well have no grade: the policy gives others than these, and nothing says
            that only some are decided here.
    """

    policy: str
    grades: tuple[str, ...]
    standing: str
    promote: str
    demote: str
    may_give_none: bool


def review_points(reviewing: Reviewing) -> tuple[str, ...]:
    """The parts of a policy that cases should reach: each outcome, and the changes that there may be."""
    changes = {"promoted": reviewing.promote, "demoted": reviewing.demote}
    none = (NO_GRADE,) if reviewing.may_give_none else ()
    outcomes = (f"outcome {grade}" for grade in dict.fromkeys((*reviewing.grades, *none)))
    return (*outcomes, *(change for change, when in changes.items() if when != "never"), "kept")


def review_reached(reviewing: Reviewing, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    outcome = row.values[OUTCOME]
    if isinstance(outcome, Unknown):
        return frozenset()
    change = _change(row)
    return frozenset({f"outcome {outcome}", *({change} if change in ("promoted", "demoted", "kept") else ())})


def _change(row: TracedRow) -> Change | None:
    """What becomes of the recorded grade, None where that is not known."""
    values = row.values
    if isinstance(values[OUTCOME], Unknown) or isinstance(values[columns.HAS_GRADE], Unknown):
        return None
    if not values[columns.HAS_GRADE]:
        return "none" if values[OUTCOME] == NO_GRADE else "first"
    own, then = values[columns.OWN], values[columns.PLACE_THEN]
    assert isinstance(own, int)
    assert isinstance(then, int)
    return "promoted" if then < own else "demoted" if own < then else "kept"


def review_result(reviewing: Reviewing, basis: Basis, row: TracedRow, assume: Assume) -> TieringResult:
    """The result of a row of the plan."""
    value = outcome_of(row)
    outcome = UNDETERMINED if isinstance(value, Unknown) else str(value)
    change = None if isinstance(value, Unknown) else _change(row)
    possible = _possible(reviewing, row)
    applies = not isinstance(row.values.get(APPLIES, True), Unknown)
    return TieringResult(
        basis=basis,
        outcome=outcome,
        title=Title(),
        at_least=possible[-1] if applies and possible[-1] in reviewing.grades else None,
        possible=possible,
        bands=(),
        measure=None,
        ranking=None,
        next=None,
        missing=missing_of(value),
        review=Review(
            policy=reviewing.policy,
            standing=reviewing.standing,
            found=_word(row.values[columns.FOUND_NOW]),
            recorded=_word(row.values[columns.RECORDED]),
            since=_day(row.values[columns.SINCE]),
            change=change,
            starts=_starts(row, change),
            next_promotion=_day(row.values[columns.NEXT_PROMOTION]),
            next_demotion=_day(row.values[columns.NEXT_DEMOTION]),
            reviews=tuple(past_reviews(reviewing.promote, reviewing.demote, row)),
        ),
    )


def _possible(reviewing: Reviewing, row: TracedRow) -> tuple[str, ...]:
    """The grades that a partner may have, the highest first and no grade last, if the policy applies to it."""
    values = row.values
    if not isinstance(values[OUTCOME], Unknown):
        return (str(values[OUTCOME]),)
    none = () if NO_GRADE in reviewing.grades else (NO_GRADE,)
    own, first = values[columns.OWN], values[columns.PROMOTION_FIRST]
    if values[columns.HAS_GRADE] is not True or not isinstance(own, int) or isinstance(first, Unknown):
        return (*reviewing.grades, *none)
    every = range(len(reviewing.grades))
    better = {place for place in _places(values[columns.UP], every) if place < own}
    raised = _places(values[columns.IF_PROMOTED.place], {own, *better})
    worse = {place for place in _places(values[columns.LOWERED], every) if place > own}
    lowered = _places(values[columns.IF_DEMOTED.place], {own, *worse})
    found = raised | lowered if own in raised & lowered else (raised | lowered) - {own}
    # What came first may be undone by what comes on a later day.
    if first and reviewing.demote != NEVER and _later(values, columns.DEMOTION, columns.PROMOTION):
        found |= {to for to in _places(values[columns.LOWERED], every) for place in raised - {own} if to > place}
    if not first and reviewing.promote != NEVER and _later(values, columns.PROMOTION, columns.EFFECT):
        found |= {to for to in _places(values[columns.UP], every) for place in lowered - {own} if to < place}
    return tuple(grade for place, grade in enumerate(reviewing.grades) if place in found)


def _places(value: object, otherwise: Iterable[int]) -> set[int]:
    """The place of a grade, or all that it may be if it is not known."""
    return {value} if isinstance(value, int) else set(otherwise)


def _later(values: Mapping[str, object], one: str, other: str) -> bool:
    """Whether a day comes after another one, as far as is known."""
    last, before = _day(values[one]), _day(values[other])
    return not isinstance(last, dt.date) or not isinstance(before, dt.date) or last > before


def _starts(row: TracedRow, change: Change | None) -> dt.date | Unknown | None:
    """The first day of the grade that is new."""
    match change:
        case "promoted" | "demoted":
            return _day(row.values[columns.SINCE_THEN])
        case "first":
            return _day(row.values[columns.TODAY])
        case _:
            return None


def _word(value: object) -> str | Unknown | None:
    assert value is None or isinstance(value, str | Unknown)
    return value


def _day(value: object) -> dt.date | Unknown | None:
    assert value is None or isinstance(value, dt.date | Unknown)
    return value
