"""The columns of the plan of a tiering policy."""

from dataclasses import dataclass
from typing import Final

MEASURE: Final = "measure"
SCORE: Final = "score"
UNSCORED: Final = "has no score"
"""Whether a record is left out of the ranks."""
TOGETHER: Final = "ranked together"
PLACE: Final = "place"
AHEAD: Final = "ranked ahead"
LEVEL: Final = "ranked level"
SIZE: Final = "ranked in all"
LEAST: Final = "least size"
TOO_FEW: Final = "too few are ranked"


def band(grade: str) -> str:
    """Whether a band is reached, whatever the others are."""
    return f"band {grade}"


def lacking(condition: str) -> str:
    """How much is lacking for a comparison of numbers to hold; less than nothing where it holds."""
    return f"lacking {condition}"


def tie_break(position: int) -> str:
    """What decides between equal scores."""
    return f"then {position}"


def per(position: int) -> str:
    """What has to be equal to be ranked together."""
    return f"per {position}"


def portion(grade: str) -> str:
    """How much of those who are ranked a band takes."""
    return f"portion {grade}"


# Of reviews: days, what the other policy gives, and the place of each grade, the highest being 0.
TODAY: Final = "day of the decision"
RECORDED: Final = "recorded"
SINCE: Final = "recorded since"
HAS_GRADE: Final = "has a grade"
PROMOTION: Final = "promotion review"
DEMOTION: Final = "demotion review"
NEXT_PROMOTION: Final = "next promotion review"
NEXT_DEMOTION: Final = "next demotion review"
FOUND_NOW: Final = "found now"
FOUND_UP: Final = "found by the promotion review"
FOUND_DOWN: Final = "found by the demotion review"
OWN: Final = "place of the recorded grade"
UP: Final = "place by the promotion review"
DOWN: Final = "place by the demotion review"
NOW: Final = "place by now"
LOWERED: Final = "place of a lower grade"
EFFECT: Final = "lower grade from"
FOUND_BY_THEN: Final = "found when grace is over"
BY_THEN: Final = "place when grace is over"
PENDING: Final = "demotion review whose grace goes on"
FOUND_PENDING: Final = "found by the review whose grace goes on"
PENDING_UNTIL: Final = "end of that grace"
DOWN_PENDING: Final = "place by the review whose grace goes on"
HELD_UNTIL: Final = "safe from being lowered until"
RAISED_FROM: Final = "may be raised from"
PROMOTION_FIRST: Final = "promotion comes first"
PLACE_THEN: Final = "place then"
SINCE_THEN: Final = "since then"


def recorded_after(day: str) -> str:
    """Whether anything was recorded from a day on."""
    return f"recorded from {day} on"


@dataclass(frozen=True, slots=True)
class Held:
    """The place of a grade after some changes, and since when it is held."""

    place: str
    since: str


IF_PROMOTED: Final = Held("place if promoted", "since if promoted")
DEMOTED_THEN: Final = Held("place, demoted then", "since, demoted then")
IF_DEMOTED: Final = Held("place if demoted", "since if demoted")
PROMOTED_THEN: Final = Held("place, promoted then", "since, promoted then")
