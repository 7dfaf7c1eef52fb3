"""The columns of conflict policies, and the words for what a claim comes to."""

from typing import Final, TypeAlias

from partnerrules.decisions.conflicts import Criterion

WON: Final = "won"
LOST: Final = "lost"
PARTIAL: Final = "partial"
SHARED: Final = "shared"
UNDECIDED: Final = "undecided"
DISCARDED: Final = "discarded"

CLAIMANT: Final = "claimant"
VALID: Final = "valid"
STANDS: Final = "stands"
AWARDED: Final = "awarded"
"""Whether a claim once held it, by what is recorded."""
STANDS_HERE: Final = "stands in the cell"
"""Whether a claim stands in a cell, where a renewal may have taken its place."""
RENEWED: Final = "renewed"
"""Whether another claim has taken its place."""
RENEWS: Final = "what it renews"
FIRST: Final = "first of the renewed"
"""The first claim of those that renew each other, a claim that renews nothing itself."""
LINK: Final = "number of the renewal"
"""How many claims come before it there."""
FILED: Final = "renewal filed"
ENTERED: Final = "entered the line"
FELL: Final = "fell away"
TURNED: Final = "entered the line or fell away"
AHEAD: Final = "ahead"
LEVEL: Final = "level"
RECONSIDERED: Final = "reconsidered"
"""Whether in a cell one that held it does not stand any more."""
CELL_OUTCOME: Final = "outcome in the cell"
CELL_HOLDERS: Final = "holders of the cell"
CELL_PLACE: Final = "place in the cell"
LINE: Final = "place in the line of the cell"
ANY: Final = "claims something"
CONSEQUENCE: Final = "consequence"
HOLDERS: Final = "holders"
PLACE: Final = "place"
PLACE_IN_LINE: Final = "place_in_line"
LOSES: Final = "loses"
"""Whether a claim lost all that it claims; false where the policy is not about it."""

Order: TypeAlias = tuple[tuple[Criterion, str], ...]
"""Criteria in their order, each with the column of what it looks at."""


def somewhere(word: str) -> str:
    """The column that says whether a claim came to something in one of its cells."""
    return f"{word} somewhere"


def criterion_column(id: str) -> str:
    """The column of what a criterion looks at."""
    return f"prefer {id}"


def queue_column(id: str) -> str:
    """The column of what a criterion of the line looks at."""
    return f"queue {id}"


def own_column(column: str) -> str:
    """The column of what a claim itself has in an order, whatever it renews."""
    return f"own {column}"


def column_here(column: str) -> str:
    """The column of what a claim has in an order in a cell, where it may have the place of the one it renews."""
    return f"{column} here"


def after_column(policy: str) -> str:
    """The column that says whether a claim lost in a policy that decides first."""
    return f"lost in {policy}"
