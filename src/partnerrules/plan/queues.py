"""What orders the rows of a queue, and what is cut from its ends. May import language."""

from dataclasses import dataclass
from typing import Literal

from partnerrules.language.terms import Term
from partnerrules.plan.portions import Rounding


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column by whose values rows are put in an order; what is absent comes last either way."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Whether a row is one of the first, or of the last, of its queue.

    How many those are is a share of all who stand in the queue, or a number. It is unknown where what is not known of
    the queue could put the row on either side; every way of filling it in is weighed, so nothing else is unknown.

    Attributes:
        column: where it is said.
        portion: a ratio, of which more than all is all, or a whole number of places; over earlier columns.
        last: whether it is cut from the end.
        ties: whether rows that are equal in all keys where the cut falls are all in, or all out.
        rounding: of a share to whole places.
    """

    column: str
    portion: Term
    last: bool
    ties: Literal["include", "exclude"]
    rounding: Rounding
