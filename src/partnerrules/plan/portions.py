"""How many of a number of rows a share of them is."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

Rounding: TypeAlias = Literal["floor", "ceil", "half_up"]
"""To whole places: down, up, or to the nearer one, the half up."""


def places(share: Decimal, size: int, rounding: Rounding) -> int:
    """How many places a share of a queue is; less than nothing is nothing, more than all is all.

    >>> [places(Decimal("0.3"), 9, rounding) for rounding in ("floor", "ceil", "half_up")]
    [2, 3, 3]
    """
    exact = min(max(Fraction(share), Fraction(0)), Fraction(1)) * size
    match rounding:
        case "floor":
            return math.floor(exact)
        case "ceil":
            return math.ceil(exact)
        case "half_up":
            return math.floor(exact + Fraction(1, 2))
