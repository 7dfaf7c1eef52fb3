"""What the last reviews of a recorded grade found, and why that is not given where it is not."""

import datetime as dt
from collections.abc import Iterator, Mapping

from partnerrules.decisions.tiering import ReviewDay
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.tiering import columns
from partnerrules.policies.tiering.forms import ANY_TIME, NEVER
from partnerrules.schema.missing import Unknown


def past_reviews(promote: str, demote: str, row: TracedRow) -> Iterator[ReviewDay]:
    """The reviews that a grade went through, those that only look at today left out unless they are withheld."""
    values = row.values
    own, since = values[columns.OWN], values[columns.SINCE]
    if values[columns.HAS_GRADE] is not True or not isinstance(own, int) or not isinstance(since, dt.date):
        return
    if promote != NEVER:
        yield from _promotion(promote, values, own, since)
    if demote != NEVER:
        yield from _demotion(demote, values, own, since)
        yield from _pending(demote, values, own, since)


def _promotion(review: str, values: Mapping[str, object], own: int, since: dt.date) -> Iterator[ReviewDay]:
    day, raised_from = values[columns.PROMOTION], values.get(columns.RAISED_FROM)
    if not isinstance(day, dt.date) or day <= since:
        return
    place = values[columns.UP]
    early = isinstance(place, int) and place < own and isinstance(raised_from, dt.date) and raised_from > day
    if early and isinstance(raised_from, dt.date):
        yield ReviewDay("promotion", day, _word(values[columns.FOUND_UP]), "minimum_tenure", raised_from)
    elif review != ANY_TIME:
        yield ReviewDay("promotion", day, _word(values[columns.FOUND_UP]))


def _demotion(review: str, values: Mapping[str, object], own: int, since: dt.date) -> Iterator[ReviewDay]:
    """The last review for a lower grade whose grace is over."""
    day, found = values[columns.DEMOTION], _word(values[columns.FOUND_DOWN])
    if not isinstance(day, dt.date) or day <= since:
        return
    place, held_until, ended = values[columns.DOWN], values.get(columns.HELD_UNTIL), values[columns.EFFECT]
    lower = isinstance(place, int) and place > own
    lowered = values[columns.LOWERED]
    if lower and isinstance(held_until, dt.date) and held_until > day:
        yield ReviewDay("demotion", day, found, "hold", held_until)
    elif lower and isinstance(lowered, int) and lowered <= own and isinstance(ended, dt.date):
        yield ReviewDay("demotion", day, found, "recovered", ended)
    elif review != ANY_TIME or columns.PENDING in values:
        yield ReviewDay("demotion", day, found)


def _pending(review: str, values: Mapping[str, object], own: int, since: dt.date) -> Iterator[ReviewDay]:
    """A review that found a lower grade, if its grace goes on."""
    day, until, place = (
        values.get(column) for column in (columns.PENDING, columns.PENDING_UNTIL, columns.DOWN_PENDING)
    )
    if not isinstance(day, dt.date) or not isinstance(until, dt.date) or review == ANY_TIME:
        return
    held_until, found = values.get(columns.HELD_UNTIL), _word(values[columns.FOUND_PENDING])
    if day <= since or day == values[columns.DEMOTION] or not isinstance(place, int) or place <= own:
        return
    if isinstance(held_until, dt.date) and held_until > day:
        yield ReviewDay("demotion", day, found, "hold", held_until)
    else:
        yield ReviewDay("demotion", day, found, "grace", until)


def _word(value: object) -> str | Unknown | None:
    assert value is None or isinstance(value, str | Unknown)
    return value
