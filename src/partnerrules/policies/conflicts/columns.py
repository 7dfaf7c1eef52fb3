"""The columns of conflict policies, and the words for what a claim comes to. Imports nothing of ours."""

from typing import Final

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


def somewhere(word: str) -> str:
    """The column that says whether a claim came to something in one of its cells."""
    return f"{word} somewhere"


def criterion_column(id: str) -> str:
    """The column of what a criterion looks at."""
    return f"prefer {id}"


def queue_column(id: str) -> str:
    """The column of what a criterion of the line looks at."""
    return f"queue {id}"


def after_column(policy: str) -> str:
    """The column that says whether a claim lost in a policy that decides first."""
    return f"lost in {policy}"
