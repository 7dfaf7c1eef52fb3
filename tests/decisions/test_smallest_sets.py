"""The smallest sets that bring what is needed, as brute force finds them."""

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from partnerrules.decisions.smallest_sets import smallest_sets

NUMBERS = st.integers(0, 6).map(Fraction)


def brute_force(gains: list[list[Fraction]], needs: list[Fraction]) -> list[tuple[int, ...]]:
    """All smallest sets, in the order of their members."""
    for size in range(1, len(gains) + 1):
        found = [
            chosen
            for chosen in itertools.combinations(range(len(gains)), size)
            if all(sum(gains[index][number] for index in chosen) >= need for number, need in enumerate(needs))
        ]
        if found:
            return found
    return []


@given(st.lists(NUMBERS, max_size=8), NUMBERS)
def test_enough_of_one_thing(gains: list[Fraction], need: Fraction) -> None:
    every = brute_force([[gain] for gain in gains], [need])
    assert smallest_sets([[gain] for gain in gains], [need]) == (tuple(every[:10]), len(every) > 10)


@given(st.lists(st.integers(0, 2), max_size=8), st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 5)))
def test_enough_of_nested_groups(grades: list[int], numbers: tuple[int, int, int]) -> None:
    gains = [[Fraction(int(grade <= group)) for group in range(3)] for grade in grades]
    needs = [Fraction(number) for number in numbers]
    every = brute_force(gains, needs)
    assert smallest_sets(gains, needs) == (tuple(every[:10]), len(every) > 10)


def test_many_things_are_searched_in_short_time() -> None:
    sets, more = smallest_sets([[Fraction(1)] for _ in range(100)], [Fraction(50)])
    assert sets[0] == tuple(range(50))
    assert (len(sets), more) == (10, True)
    assert smallest_sets([[Fraction(1)] for _ in range(100)], [Fraction(101)]) == ((), False)
