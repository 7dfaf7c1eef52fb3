"""The result of a review: the grade that a partner has, what is recorded of it, and what changes."""

import datetime as dt
from dataclasses import dataclass

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.tiering import NO_GRADE, Change, Review, TieringResult
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.kind import Assume
from partnerrules.policies.tiering import columns
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
    """

    policy: str
    grades: tuple[str, ...]
    standing: str
    promote: str
    demote: str


def review_points(reviewing: Reviewing) -> tuple[str, ...]:
    """The parts of a policy that cases should reach: each outcome, and each change."""
    outcomes = (f"outcome {grade}" for grade in (*reviewing.grades, NO_GRADE))
    return (*outcomes, "promoted", "demoted", "kept")


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
    applies = row.values.get(APPLIES, True)
    value = row.values[OUTCOME]
    if isinstance(applies, Unknown):
        value = Unknown.of((applies, value)) if isinstance(value, Unknown) else applies
    outcome = UNDETERMINED if isinstance(value, Unknown) else str(value)
    change = None if isinstance(value, Unknown) else _change(row)
    return TieringResult(
        basis=basis,
        outcome=outcome,
        title=Title(),
        at_least=outcome if outcome in reviewing.grades else None,
        possible=(*reviewing.grades, NO_GRADE) if isinstance(value, Unknown) else (outcome,),
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
        ),
    )


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
