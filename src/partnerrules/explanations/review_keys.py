"""The keys of the sentences about what the reviews of a grade found. Imports nothing of ours."""

from typing import Literal, TypeAlias

ReviewKey: TypeAlias = Literal[
    # what a review found, and why it is not given: {day}, {grade}, {until}
    "review_up_found",
    "review_down_found",
    "review_in_grace",
    "review_recovered",
    "review_held",
    "review_too_early",
]
