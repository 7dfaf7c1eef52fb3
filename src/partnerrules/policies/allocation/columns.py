"""The columns of the plan of an allocation policy: of a record, and of each of its candidates."""

from typing import Final

WHOLE: Final = "every candidate is known"
BELONGS: Final = "belongs"
FITS: Final = "fits"
SUITED: Final = "is a candidate and fits"

SOME_SUITED: Final = "somebody fits"
SOME_UNDECIDED: Final = "several are equal"
SOME_TAKEN: Final = "somebody is taken"


def order(number: int) -> str:
    """What decides whose turn it is."""
    return f"order {number}"


def prefer(number: int) -> str:
    """What decides which candidate is better."""
    return f"prefer {number}"
