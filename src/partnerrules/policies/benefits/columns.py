"""The columns of the plan of a benefits policy. Imports nothing of ours."""

from typing import Final

BENEFICIARY: Final = "beneficiary"
PASSED: Final = "passes all gates"

CLAIMED_ON: Final = "day of the claim"
"""None if it is not claimed, be it only not yet."""
CLAIMED_AT: Final = "instant of the claim"
FIRST_DAY: Final = "first day"
LAST_DAY: Final = "last day"
EARLY: Final = "claimed too early"
IN_TIME: Final = "claimed in time"
LATE: Final = "claimed too late"
MISSED: Final = "not claimed in time"
UNCLAIMED: Final = "not claimed yet"
BEGUN: Final = "can be claimed already"

AMOUNT: Final = "amount"
"""What is counted, before share and caps."""
SHARE: Final = "share"
PART: Final = "part"
"""What is granted of the amount if no cap leaves less."""
PAYS: Final = "is granted"
"""Whether anything is granted at all, as far as no cap is used up."""
GRANTED: Final = "granted"
LEAST: Final = "granted at least"
MOST: Final = "granted at most"
BORNE: Final = "borne"

REASON: Final = "reason"


def needed(approval: str) -> str:
    """The column that says whether an approval is needed."""
    return f"approval {approval} needed"


def given(approval: str) -> str:
    """The column for when it was given; none if it was not, be it only not yet."""
    return f"approval {approval} given"


def by(approval: str) -> str:
    """The column for the last day or instant for it."""
    return f"approval {approval} by"


def in_time(approval: str) -> str:
    """The column that says whether it was given in time."""
    return f"approval {approval} in time"


def late(approval: str) -> str:
    """The column that says whether it is needed, and was not given in time."""
    return f"approval {approval} late"


def still_open(approval: str) -> str:
    """The column that says whether it is needed, and not given yet."""
    return f"approval {approval} open"


def order(number: int) -> str:
    """The column with a key that orders the claims."""
    return f"order {number}"


def cap(id: str) -> str:
    """The column with the size of a cap."""
    return f"cap {id}"


def usable(id: str) -> str:
    """The column with what of the size of a cap can be granted: its whole units."""
    return f"cap {id} usable"


def per(id: str, number: int) -> str:
    """The column with one of the values by which records share a cap."""
    return f"cap {id} per {number}"


def users(id: str) -> str:
    """The column for who has used a cap before a record."""
    return f"cap {id} users"


def left(id: str) -> str:
    """The column for what was left of a cap before a record."""
    return f"cap {id} left"
