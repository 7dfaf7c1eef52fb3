"""How some rows are chosen that cover most together and overlap least, and what is told of it.

May import terms, what is unknown, and queues.
"""

from dataclasses import dataclass
from typing import Final

from partnerrules.language.terms import Term
from partnerrules.plan.queues import SortKey

CHOSEN: Final = "is chosen"
TIED: Final = "equals others in its turn"
"""Whether it is one of several that are equal in a turn, and which of them are chosen decides about it."""
EQUALS: Final = "equals"
"""The ids of the others that equal it in that turn, some of them, in order."""
TURN: Final = "turn"
"""In which turn it is chosen, a `Place` between two turns; none if it is not."""
NEW: Final = "new cells"
"""How many cells it adds, in its turn or, if it has none, after the last one."""
OVERLAPPED: Final = "overlapped cells"
"""How many of its cells were covered before, in its turn or after the last one."""
WEIGHT: Final = "weight of an overlap"
ROOM: Final = "turns"
"""How many turns there are."""
COVERED: Final = "covered in all"
"""How many cells all that are chosen cover."""
CELLS: Final = "cells"
"""The cells that the row is known to cover, those together that the same rows cover: a tuple of `CoveredCells`."""
STEPS: Final = "steps"
"""Those that are chosen for certain, in their turns: a tuple of ids, the same for all rows."""


@dataclass(frozen=True, slots=True)
class CoveredCells:
    """Cells that the same chosen rows cover.

    Attributes:
        cells: their coordinates, one for each list.
        by: the ids of those that are chosen for certain and cover them.
        perhaps: the ids, some of them, of those that are perhaps chosen, or perhaps cover them.
    """

    cells: tuple[tuple[object, ...], ...]
    by: tuple[str, ...]
    perhaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covering:
    """How rows are chosen that cover most together and overlap least.

    The cells of a row are the combinations of the members of its lists. In each turn the row is chosen that adds most:
    its new cells, less `overlap` for each of its cells that is covered already. Of those that are equal, the first by
    the keys is chosen. There are `most` turns at most, and no more once none adds more than nothing. So it is a
    recursion over the turns: what a row adds hangs on those that were chosen before.

    Rows that are equal in all keys have no order. Every way to choose one of them after the other is followed: what is
    the same in all of them is certain.

    Attributes:
        stands: the condition of being one of those that may be chosen.
        lists: the columns with the lists.
        most: how many turns there are at most, the same for all rows.
        overlap: what an overlapped cell counts, the same for all rows; less than nothing is nothing.
        by: the keys that order rows which add equally much.
    """

    stands: Term
    lists: tuple[str, ...]
    most: Term
    overlap: Term
    by: tuple[SortKey, ...]
