"""How subjects are given to candidates: who comes first, what is preferred, and how much room there is.

May import terms and queues.
"""

from dataclasses import dataclass
from typing import Final

from partnerrules.language.terms import Term
from partnerrules.plan.queues import SortKey

TAKES: Final = "is taken"
"""Whether the subject takes the candidate."""
TIED: Final = "is first with others"
"""Whether it is the best for the subject that has room, and another one equals it in all keys: nobody draws lots."""
CONTESTED: Final = "is contested in the turn"
"""Whether the subject would take it, and so would others whose turn it is too, for more of whom there is no room."""
FREE: Final = "is suited and has room"
CAPACITY_ROOM: Final = "has room within its capacity"
SHARE_ROOM: Final = "has room within its share"
LOAD: Final = "load before"
"""How many it has when it is the turn of the subject, a count; none without a capacity."""
CAPACITY: Final = "capacity"
SHARE: Final = "share in subjects"
"""How many it may be given in all for its share, a count; none without a limit of shares."""
LOAD_NOW: Final = "load when the turn comes"
"""How many a candidate has when it is the turn of the subject, as the keys see it that order candidates."""
RIVALS: Final = "rivals in the turn"
"""The ids of the subjects that contest it in this turn, some of them, in order, and the subject among them."""

CHOSEN: Final = "candidate"
"""In the row of the subject: the candidate that it takes, none if it takes nobody."""
HELD: Final = "held"
"""In the row of the subject: who holds how many when all turns are over; none without a limit of shares."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """As many as a candidate can take in all.

    Attributes:
        most: how many that is, over the candidate alone.
        has: how many it has before the first turn, over the candidate alone.
    """

    most: Term
    has: Term


@dataclass(frozen=True, slots=True)
class Share:
    """As many as keep a candidate within a share of all, rounded down.

    All are those that are recorded with a holder, and the subjects that have a turn. So the number is known before the
    first turn.

    Attributes:
        portion: the share, the same for all.
        minimum: how many a candidate may hold whatever its share is, the same for all.
        records: the list of what is recorded.
        record: the variable under which `holder` sees one of them.
        holder: who holds it; one that nobody holds is not counted.
    """

    portion: Term
    minimum: Term
    records: Term
    record: str
    holder: Term


@dataclass(frozen=True, slots=True)
class Assignment:
    """How subjects are given to candidates.

    The subjects take turns, in an order. Each takes the best of its candidates that are suited and have room after
    those who came before. It is a recursion over that order, and among all matchings the only stable one.

    Attributes:
        candidate: the variable with the candidate, a record.
        has_turn: the condition of a subject being one that has a turn, over its own columns.
        turns: the keys that order the subjects. Those that are equal in all have their turn together: it is settled
            what one takes if it takes that whichever of them comes first.
        suited: the condition of a candidate being suited, over the columns of its row.
        by: the keys that order the candidates of one subject.
        by_load: the terms of those of them that hang on what was given before, by their columns.
        whole: the column that says whether all candidates of a subject are there.
        capacity: as many as a candidate can take; no limit if None.
        share: as many as keep it within a share; no limit if None.
    """

    candidate: str
    has_turn: Term
    turns: tuple[SortKey, ...]
    suited: Term
    by: tuple[SortKey, ...]
    whole: str
    capacity: Capacity | None
    share: Share | None
    by_load: tuple[tuple[str, Term], ...] = ()
