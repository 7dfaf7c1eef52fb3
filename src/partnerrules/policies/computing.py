"""Small terms that the plans of several kinds are made of: those of the language, and reasons.

May import the language.
"""

from collections.abc import Sequence
from typing import Final

from partnerrules.language import terms
from partnerrules.language.building import (
    TRUE,
    amount,
    choice,
    compared,
    computed,
    day_of,
    every,
    exists,
    negated,
    shifted,
)
from partnerrules.schema import types as t

__all__ = [
    "NO_WORD",
    "TRUE",
    "WORD",
    "amount",
    "choice",
    "compared",
    "computed",
    "day_of",
    "every",
    "exists",
    "first_reason",
    "negated",
    "shifted",
]

WORD: Final = t.Maybe(t.Text())
"""The type of a reason: a word, or none."""
NO_WORD: Final = terms.Value(None, WORD)


def first_reason(reasons: Sequence[tuple[terms.Term, terms.Term | str]], otherwise: terms.Term = NO_WORD) -> terms.Term:
    """The word of the first condition that holds; the later ones are only asked if the earlier ones do not."""
    found = otherwise
    for condition, word in reversed(reasons):
        found = terms.If(condition, terms.Value(word, WORD) if isinstance(word, str) else word, found, WORD)
    return found
