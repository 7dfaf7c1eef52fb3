"""The smallest sets of things that together bring what is needed, such as items that would give enough points."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

from partnerrules.decisions.requirements import SHOWN


def smallest_sets(
    gains: Sequence[Sequence[Fraction]], needs: Sequence[Fraction]
) -> tuple[tuple[tuple[int, ...], ...], bool]:
    """The first of the smallest sets that bring all that is needed, by position, and whether there are more.

    >>> smallest_sets([[Fraction(10)], [Fraction(30)], [Fraction(25)]], [Fraction(35)])
    (((0, 1), (0, 2), (1, 2)), False)

    Each thing brings nothing or more of each need. Either there is one need, or what each thing brings is one or
    nothing, and the things that bring something for one need do so for the next one, too: then no search is in vain.

    Args:
        gains: what each thing brings for each need.
        needs: how much is needed.
    """
    for size in range(1, len(gains) + 1):
        if not _possible(gains, [*needs], 0, size):
            continue
        found = list(islice(_sets(gains, [*needs], 0, size), SHOWN + 1))
        if found:
            return tuple(found[:SHOWN]), len(found) > SHOWN
    return (), False


def _sets(
    gains: Sequence[Sequence[Fraction]], needs: list[Fraction], first: int, size: int
) -> Iterator[tuple[int, ...]]:
    """The sets of a size, of things from a position on, that bring what is needed still."""
    if not size:
        if all(need <= 0 for need in needs):
            yield ()
        return
    for index in range(first, len(gains) - size + 1):
        rest = [need - gain for need, gain in zip(needs, gains[index], strict=True)]
        if _possible(gains, rest, index + 1, size - 1):
            for further in _sets(gains, rest, index + 1, size - 1):
                yield (index, *further)


def _possible(gains: Sequence[Sequence[Fraction]], needs: list[Fraction], first: int, size: int) -> bool:
    """Whether the best things that are left bring enough."""
    for number, need in enumerate(needs):
        if need > 0 and sum(sorted((each[number] for each in gains[first:]), reverse=True)[:size]) < need:
            return False
    return True
