"""The columns of the plan of a scoring policy. Names that share a row with the author's words have spaces in them."""

from decimal import Decimal
from typing import Final

from partnerrules.schema import types as t

RATIO: Final = t.Ratio()
NUMBER: Final = t.Number()
COUNT: Final = t.Integer()

SCORE: Final = "score"
COMPUTED: Final = "score as computed"
SIGNS: Final = "count"
LEAST: Final = "least score"
MOST: Final = "most score"
OUT_OF: Final = "full marks"
LEAST_SHARE: Final = "least share of full marks"
MOST_SHARE: Final = "most share of full marks"
OVER: Final = "share is over"
LEAST_OVER: Final = "least share is over"
MOST_OVER: Final = "most share is over"
OPEN: Final = "most share unless blocked"
BEST: Final = "best track"
DOUBT: Final = "what is in doubt"
REASON: Final = "reason"


def decimal(value: object) -> Decimal:
    """A written number."""
    assert isinstance(value, int | Decimal), value
    return Decimal(value)


def measure(part: str) -> str:
    """What is measured."""
    return f"measure {part}"


def start(part: str) -> str:
    """Where linear credit starts."""
    return f"start of {part}"


def full(part: str) -> str:
    """What gets full credit."""
    return f"full value of {part}"


def gained(part: str) -> str:
    """The credit of an item, as a number over its scale."""
    return f"gained for {part}"


def scale(part: str) -> str:
    """The number that is full credit; unknown with the credit, as far as it hangs on facts."""
    return f"scale of {part}"


def least(part: str) -> str:
    """The least that the credit can be, over the scale."""
    return f"least credit of {part}"


def most(part: str) -> str:
    """The most that the credit can be, over the scale."""
    return f"most credit of {part}"


def weight(item: str) -> str:
    """The weight of an item."""
    return f"weight {item}"


def credit(item: str) -> str:
    """The credit of an item as a ratio."""
    return f"credit {item}"


def points(item: str) -> str:
    """What an item adds to the score."""
    return f"points {item}"


def blocks(item: str) -> str:
    """Whether an item makes the whole score zero."""
    return f"blocks {item}"


def of_track(name: str, track: str) -> str:
    """What is computed of one track."""
    return f"{name} of track {track}"


def band(number: int) -> str:
    """Whether a band is reached."""
    return f"band {number}"


def band_start(number: int) -> str:
    """Where a band starts."""
    return f"band {number} from"


def sign(id: str) -> str:
    """Whether a sign shows."""
    return f"sign {id}"


def verdict(number: int) -> str:
    """Whether an outcome of signs holds."""
    return f"outcome {number}"


def needed(number: int) -> str:
    """How many signs an outcome asks for."""
    return f"outcome {number} at least"


def shown(number: int) -> str:
    """How many signs show of those that an outcome counts."""
    return f"outcome {number} counts"
