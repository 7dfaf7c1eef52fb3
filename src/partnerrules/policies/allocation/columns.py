"""The columns of the plans of allocation policies: of a record, and of each of its candidates."""

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


def covers(name: str) -> str:
    """A list of what a record covers."""
    return f"covers {name}"


def prefer(number: int) -> str:
    """What decides which candidate is better."""
    return f"prefer {number}"
