"""What is not known, and what follows from it: the answer "not known" names the facts that are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, TypeVar

Fact: TypeAlias = tuple[str, str, str]
"""A fact that is missing: relation, record and field."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known, for want of some facts."""

    missing: frozenset[Fact]

    def __bool__(self) -> bool:
        raise TypeError("what is not known is neither true nor false")


Truth: TypeAlias = bool | Unknown
T = TypeVar("T")


def lacking(relation: str, record: str, field: str) -> Unknown:
    """Not known for want of one fact."""
    return Unknown(frozenset({(relation, record, field)}))


def joined(unknowns: Sequence[Unknown]) -> Unknown:
    """Not known for want of several."""
    if len(unknowns) == 1:
        return unknowns[0]
    return Unknown(frozenset().union(*(each.missing for each in unknowns)))


def missing_of(*values: object) -> frozenset[Fact]:
    """What is missing of some values, of which others may be known."""
    return frozenset().union(*(value.missing for value in values if isinstance(value, Unknown)))


def every(truths: Iterable[Truth]) -> Truth:
    """Whether all hold: one that does not settles it, whatever is not known of the others."""
    unknown: list[Unknown] = []
    for each in truths:
        if each is False:
            return False
        if each is not True:
            unknown.append(each)
    return joined(unknown) if unknown else True


def some(truths: Iterable[Truth]) -> Truth:
    """Whether one holds at least."""
    unknown: list[Unknown] = []
    for each in truths:
        if each is True:
            return True
        if each is not False:
            unknown.append(each)
    return joined(unknown) if unknown else False


def opposite(truth: Truth) -> Truth:
    """Whether it does not hold."""
    return truth if isinstance(truth, Unknown) else not truth


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Whether so many hold."""
    certain = 0
    unknown: list[Unknown] = []
    for each in truths:
        if each is True:
            certain += 1
        elif each is not False:
            unknown.append(each)
    if certain >= count:
        return True
    return joined(unknown) if certain + len(unknown) >= count else False


def is_in(value: str | Unknown, group: Sequence[str] | Unknown) -> Truth:
    """Whether a word is one of several."""
    if isinstance(value, Unknown) or isinstance(group, Unknown):
        return joined([each for each in (value, group) if isinstance(each, Unknown)])
    return value in group


def equals(value: str | Unknown, other: str | Unknown) -> Truth:
    """Whether two words are the same."""
    if isinstance(value, Unknown):
        return joined([value, other]) if isinstance(other, Unknown) else value
    return other if isinstance(other, Unknown) else value == other


def reaches(value: Decimal | Unknown, needed: Decimal) -> Truth:
    """Whether a number is as great as needed."""
    return value if isinstance(value, Unknown) else value >= needed


def total(values: Iterable[Decimal | Unknown]) -> Decimal | Unknown:
    """A sum, not known if one part of it is not."""
    known = Decimal(0)
    unknown: list[Unknown] = []
    for each in values:
        if isinstance(each, Unknown):
            unknown.append(each)
        else:
            known += each
    return joined(unknown) if unknown else known


def only(cases: Iterable[tuple[Truth, T]]) -> T | Unknown | None:
    """What is given by the one case that holds; not known if several may hold that give different things.

    The cases end with the first that holds for certain. None if none can hold.
    """
    possible: list[T] = []
    doubts: list[Unknown] = []
    settled = False
    for holds, gives in cases:
        if holds is False:
            continue
        possible.append(gives)
        if isinstance(holds, Unknown):
            doubts.append(holds)
        else:
            settled = True
            break
    if not possible:
        return None
    if settled and all(each == possible[0] for each in possible):
        return possible[0]
    return joined(doubts)


def choose(condition: Truth, then: str | Unknown, otherwise: str | Unknown) -> str | Unknown:
    """One of two words; not known if it is not known which and they differ."""
    if not isinstance(condition, Unknown):
        return then if condition else otherwise
    if isinstance(then, str) and then == otherwise:
        return then
    return joined([each for each in (condition, then, otherwise) if isinstance(each, Unknown)])
