"""Whether rows are among the first, or the last, of a queue: a share of it, rounded to whole places."""

from decimal import Decimal

from partnerrules.backends.ranking import Position, Tally
from partnerrules.backends.surroundings import number
from partnerrules.plan.logic import Truth
from partnerrules.plan.nodes import Cut
from partnerrules.plan.portions import places
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Unknown


def belongs(cut: Cut, portion: object, position: Position, gaps: frozenset[Missing]) -> Truth:
    """Whether a row belongs to a cut.

    A row is in if fewer come before it than there are places. One row more in the queue makes at most one place more.
    So it is worst for a row if all that may come before it do, and best if none of them does, while all others stand.

    Args:
        cut: what is cut.
        portion: how much of the queue, if it is known.
        position: where the row stands.
        gaps: what is missing if there may be rows that nobody named.
    """
    if isinstance(portion, Unknown):
        return portion
    before, after = _sides(cut, position)
    exact = number(portion)
    worst = _inside(cut, exact, None if gaps else before.most, after.least)
    best = _inside(cut, exact, before.least, None if gaps else after.most)
    return best if worst == best else Unknown(before.missing | after.missing | gaps)


def _sides(cut: Cut, position: Position) -> tuple[Tally, Tally]:
    """How many come before a row and how many after it, seen from the end that is cut, ties as declared."""
    if cut.last:
        return (position.behind, position.not_behind) if cut.ties == "include" else (position.not_ahead, position.ahead)
    return (position.ahead, position.not_ahead) if cut.ties == "include" else (position.not_behind, position.behind)


def _inside(cut: Cut, portion: Decimal, before: int | None, after: int | None) -> bool:
    """Whether a row is in with so many before and after it; None stands for any number."""
    share = isinstance(cut.portion.type, t.Ratio)
    if before is None:
        return share and portion >= 1
    if not share:
        return before < portion
    if after is None:
        return portion > 0
    return before < places(portion, before + 1 + after, cut.rounding)
