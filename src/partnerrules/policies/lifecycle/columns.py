"""The columns of the plan of a lifecycle policy: a row for each subject, and one for each stage recorded of it."""

from typing import Final

TODAY: Final = "day of the decision"
RECORDED: Final = "recorded stage"
"""The word that is recorded as of the decision, whether or not it names a stage; none if there is none."""
STARTED: Final = "stage before anything moves by itself"
SINCE_STARTED: Final = "since when, before anything moves by itself"
LAST_RECORDED: Final = "first day of the stage that was recorded last"
"""None where none is; what happens by itself up to that day has not happened, as what is recorded counts more."""
STARTS: Final = "first day of a stage that is allowed"
"""None if a stage is recorded for today, and another one for tomorrow."""
ASKED: Final = "stage that is asked for"

# Columns that other policies can ask for.
SINCE: Final = "since"
REQUEST: Final = "request"
OVERDUE: Final = "overdue"
LEAVE_BY: Final = "last day in time"

# Of the rows of the history.
RECORDS: Final = "recorded stages"
HISTORY_WHOLE: Final = "every recorded stage is known"
BELONGS: Final = "belongs"
VALUE: Final = "stage"
FROM_DAY: Final = "first day"
BEFORE: Final = "stage before"
NO_TRANSITION: Final = "no transition leads there"
FIRST: Final = "nothing was recorded before"
GAP: Final = "nothing held before"
OVERLAP: Final = "an earlier one still held"
AT_ONCE: Final = "another one begins on the same day"


def guard(stage: str) -> str:
    """Whether the guard of a stage holds as of the decision."""
    return f"guard of {stage}"


def asks(step: int) -> str:
    """Whether what a transition asks for itself holds as of the decision."""
    return f"conditions of transition {step}"


def stayed(step: int) -> str:
    """Whether the minimum stay is over."""
    return f"minimum stay of transition {step}"


def earliest(step: int) -> str:
    """The first day on which the minimum stay is over; none in another stage."""
    return f"first day of transition {step}"


def is_open(step: int) -> str:
    """Whether a transition can be made as of the decision, by one who is in its stage."""
    return f"transition {step} is open"


def day(step: int) -> str:
    """The day on which an automatic transition happens; none in another stage."""
    return f"day of transition {step}"


def due(step: int) -> str:
    """Whether that day has come while the stage was held."""
    return f"transition {step} is due"


def then(condition: str, step: int) -> str:
    """A condition as of the day of an automatic transition."""
    return f"{condition} on the day of transition {step}"


def happens(step: int) -> str:
    """Whether an automatic transition happens, if no earlier one does."""
    return f"transition {step} happens"


def stage_after(position: int) -> str:
    """The stage, after the automatic transitions from the stages up to this one."""
    return f"stage after pass {position}"


def since_after(position: int) -> str:
    """Since when that stage is held."""
    return f"since when after pass {position}"
