"""The columns of the plan of a sanctions policy, and the small terms about days and instants that it is made of.

Names of columns have spaces where they share a row with effects, whose names are the author's. The few there that have
none cannot be names of effects.
"""

from decimal import Decimal
from typing import Final

from partnerrules.language import terms
from partnerrules.quantities import DAYS
from partnerrules.schema import types as t

SUBJECT_ID: Final = "subject id"
RECORDED_IDS: Final = "recorded ids"
"""The ids of the sanctions that are recorded of a partner."""

LEFT_OUT: Final = ("left out", "also left out")
"""The ids of records that are left out, to try what would be without them."""
ON_PROBATION: Final = "on_probation"
"""Whether probation is running, as other policies and the conditions of steps name it."""

BELONGS: Final = "is counted"
WHOLE: Final = "all are counted"
ID: Final = "record id"
DAY: Final = "day that counts"
SINCE: Final = "first day counted"
BEFORE: Final = "counted before"
COUNTED: Final = "counted so far"
"""The records counted up to and including the one of the row."""

LEFT: Final = "counted so far and not used up"
"""Those of them that have led to no sanction yet."""
COUNTS: Final = "is counted and not left out"
PROBATION_RUNS: Final = "probation runs on the day that counts"
DAY_BEGINS: Final = "the day that counts begins"
NOT_BEFORE: Final = "starts no earlier than"

JUDGED: Final = "is judged by this version"
"""Whether the version is in force on the day that counts."""
ELSEWHERE: Final = "is judged by another version"
"""The mark of the records that other versions have judged."""
PASSED: Final = "is for another version to judge"
"""The mark of the records that another version has judged, or does not count though it is in force on their day."""
COMPLETES: Final = "completes a step"
STEP: Final = "completed step"
"""The first step that the record completes, or none."""
STARTS: Final = "starts"
ENDS: Final = "ends"
WEIGHT: Final = "weight"
COVERED_FROM: Final = "least weight that covers it"
LENGTH: Final = "length"
FOLLOWS: Final = "one runs that it goes on from"
EXTENDS: Final = "extends the one that runs"
FOLLOWED: Final = "id of the one that it goes on from"
BEGINS: Final = "begins"
"""When what the record imposes begins: where it starts, or where what it extends ends."""
OVER: Final = "is over"
"""When what the record imposes is over: where it ends, or later if it extends another one."""
REINSTATED: Final = "is over and reinstated"
"""When nothing of it is in force any more: when it is over, or later on the day of reinstatement."""
ANCHOR: Final = "first start"
TOTAL: Final = "length since the first start"
UNIT: Final = "unit of the length"
SAME_UNIT: Final = "counts on from the first start"
"""Whether the one that it goes on from has its length in the same unit, and counted from its first start."""
USED_UP: Final = "what it uses up"
PROBATION_ENDS: Final = "probation ends"
BEGUN: Final = "has begun"
PAST: Final = "is past its end"
IN_PROBATION: Final = "is in probation"
RUNS: Final = "ends after it starts"
FIRST_DAY: Final = "first day"
DAY_AFTER: Final = "day after"
RECORDED: Final = "is recorded"
TAKES_EFFECT: Final = "takes effect"
STARTED: Final = "has started"
IN_FORCE: Final = "is in force"


def when(list: str) -> str:
    """Whether the condition of a step holds."""
    return f"when {list}"


def completed(list: str) -> str:
    """Whether the record completes a step."""
    return f"completes {list}"


def causes(list: str) -> str:
    """The counted records that take part in reaching a step."""
    return f"causes of {list}"


def starts(list: str) -> str:
    """When a step would start."""
    return f"starts {list}"


def ends(list: str) -> str:
    """When a step would end."""
    return f"ends {list}"


def first(list: str) -> str:
    """Whether a step is the first that the record completes."""
    return f"first {list}"


def fulfilled(list: str) -> str:
    """Whether what it takes to be reinstated after a step is fulfilled."""
    return f"fulfilled {list}"


def of_the_one_before(column: str) -> str:
    """What a column is of the record that this one goes on from."""
    return f"{column} of the one before"


def running(list: str) -> str:
    """Whether a step would be running at the as-of instant."""
    return f"running {list}"


def in_force(list: str) -> str:
    """Whether what the record imposes is a step, and in force at the as-of instant."""
    return f"in force {list}"


def has(effect: str) -> str:
    """Whether what the record imposes has an effect at the as-of instant."""
    return f"has {effect}"


def listed(list: str) -> str:
    """Whether a subject is on a list at the as-of instant."""
    return f"on list {list}"


def some(column: str) -> str:
    """Whether something holds for one of the records that are known."""
    return f"some {column}"


def midnight(day: terms.Term) -> terms.Term:
    """The instant at which a day begins in the ruleset's timezone."""
    return terms.AtMoment(terms.AsOf(t.Instant()), day, t.Instant())


def day_of_midnight(moment: terms.Term) -> terms.Term | None:
    """The day of which a term is the beginning, None if it is another sort of instant."""
    match moment:
        case terms.AtMoment(terms.AsOf(), day) if isinstance(day.type, t.Date):
            return day
        case _:
            return None


def days_after(day: terms.Term, days: int) -> terms.Term:
    """The day some days later, or earlier."""
    number = terms.Value(Decimal(days), t.Quantity(DAYS))
    return terms.Calculation("shift-days", "+", day, number, t.Date())
