"""What generated source stands on while it runs: what is unusual, and the records as they are seen at one instant.

Generated source computes with values that are known. Whatever is not - something unknown, absent where it is needed, a
list or count in doubt - is unusual: it stops, and the interpreter computes the same anew, whose result is the meaning.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

import partnerrules.quantities as q
from partnerrules.backends.conditions import compared
from partnerrules.backends.lists import seen_records
from partnerrules.backends.surroundings import Surroundings
from partnerrules.backends.values import Count, Members, comparable
from partnerrules.facts import Row
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Unknown


class Unusual(Exception):
    """Something is not plainly known."""


UNUSUAL: Final = (Unusual, TypeError, KeyError, AttributeError, ArithmeticError)
"""How generated source stops: by itself, or because a value that is not known cannot be computed with."""

Function: TypeAlias = Callable[..., object]


class Records(dict[object, object]):
    """Records by an id or another value, each looked up once."""

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[object], object]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: object) -> object:
        found = self._find(key)
        if not isinstance(key, Row):
            self[key] = found
        return found


class Seen:
    """The records as they are seen at one instant, found by what the terms of a ruleset join them by."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._by: dict[tuple[str, ...], Records] = {}
        self._relations: dict[str, tuple[object, ...]] = {}

    def by_id(self, entity: str) -> Records:
        """The record that each id refers to; unusual if it is not there, or not seen."""
        around = self._around

        def find(reference: object) -> object:
            if isinstance(reference, Row):
                return reference
            record = around.facts.get(entity, reference) if isinstance(reference, str) else None
            if record is None or record.visible(around.as_of, around.today) is False:
                raise Unusual
            return record

        return self._by.setdefault((entity,), Records(find))

    def referring(self, entity: str, field: str) -> Records:
        """The records that refer to each id by a field; unusual if there may be others."""
        around = self._around

        def find(id: object) -> object:
            if around.facts.gaps(entity) or around.facts.undetermined(entity, field):
                raise Unusual
            return plainly(seen_records(around.facts.matching(entity, field, id), around))

        return self._by.setdefault((entity, field), Records(find))

    def candidates(self, entity: str, field: str) -> Records:
        """The records among which are all whose field has a value; unusual if there may be others."""
        around = self._around

        def find(value: object) -> object:
            facts = around.facts
            if facts.gaps(entity) or facts.undetermined(entity, field):
                raise Unusual
            found = [*facts.matching(entity, field, value), *facts.matching(entity, field, None)]
            return plainly(seen_records(sorted(found, key=lambda row: row.id), around))

        return self._by.setdefault((entity, field, "candidates"), Records(find))

    def relation(self, entity: str) -> tuple[object, ...]:
        """All records of an entity; unusual if there may be others."""
        if entity not in self._relations:
            around = self._around
            if around.facts.gaps(entity):
                raise Unusual
            self._relations[entity] = plainly(seen_records(around.facts.relation(entity), around))
        return self._relations[entity]


# ------------------------------------------------------------------------------------------- what is known of values


def plainly(members: Members) -> tuple[object, ...]:
    """The members of a list that is known; otherwise it is unusual."""
    if members.possible or members.gaps:
        raise Unusual
    return tuple(members.certain)


def listed(value: object) -> Sequence[object]:
    """The members of a list, all of which are known; otherwise it is unusual."""
    if isinstance(value, Members):
        if value.possible or value.gaps:
            raise Unusual
        value = value.certain
        if any(isinstance(member, Unknown) for member in value):
            raise Unusual
        return value
    if isinstance(value, tuple | list):
        return value
    raise Unusual


def as_list(value: object) -> object:
    """A list of a record as terms have it; none, or what is not known, is what it is."""
    return Members(value) if isinstance(value, tuple) else value


def unusual(value: object = None) -> object:
    """Stops, because of a value that is not what is plainly computed with."""
    raise Unusual


def whole(value: object) -> object:
    """A number that is no decimal: a whole one, or else it is unusual."""
    if value.__class__ is int:
        return value
    raise Unusual


def plain(value: object) -> object:
    """A value that is there and known, of whatever type."""
    if value is None or isinstance(value, Unknown | Count | Members):
        raise Unusual
    return value


def placed(value: object) -> object:
    """The value of a column, which is unusual if it is a place in a queue: that is a count to terms."""
    if value.__class__ is Place:
        raise Unusual
    return value


def there(value: object) -> bool:
    """Whether a value that may be absent is there."""
    if isinstance(value, Unknown):
        raise Unusual
    return value is not None


def truths(items: Iterable[object]) -> int:
    """How many of some conditions hold, all of which are known."""
    count = 0
    for item in items:
        if item:  # what is not known is neither true nor false, and stops
            count += 1
    return count


def same(value: object) -> object:
    """What equality looks at: of a record its id."""
    if value.__class__ is str:
        return value
    if isinstance(value, Row):
        return value.id
    raise Unusual


# ----------------------------------------------------------------------------------------------- computing with lists


def total(members: Iterable[object]) -> Decimal:
    """The sum of numbers."""
    return q.sum_of(members)  # type: ignore[arg-type]  # it refuses what is no number


def mean(members: Sequence[object]) -> Decimal:
    """The mean of numbers."""
    return divided(total(members), len(members))


def divided(dividend: object, divisor: object) -> Decimal:
    """A quotient, rounded to twelve places; of a division by zero it is unusual."""
    if divisor == 0:
        raise Unusual
    return q.divide(Decimal(dividend), Decimal(divisor))  # type: ignore[arg-type]  # it refuses what is no number


def least(members: Sequence[object]) -> object:
    """The smallest of values that have an order."""
    if not members:
        raise Unusual
    return min(members)  # type: ignore[type-var]  # checked plans order like values only


def greatest(members: Sequence[object]) -> object:
    """The greatest of values that have an order."""
    if not members:
        raise Unusual
    return max(members)  # type: ignore[type-var]  # checked plans order like values only


def distinct(members: Sequence[object]) -> list[object]:
    """The members of a list, each once."""
    found: dict[object, object] = {}
    for member in members:
        if isinstance(member, Unknown):
            raise Unusual
        found.setdefault(comparable(member), member)
    return list(found.values())


def first(keyed: Sequence[tuple[object, object]], *, latest: bool, alike: bool) -> object:
    """The member that comes first by its key; if others come first beside it, it is unusual.

    Args:
        keyed: the members, each behind its key.
        latest: whether the greatest key comes first.
        alike: whether members of one key are the same.
    """
    if not keyed:
        raise Unusual
    keys = [key for key, _ in keyed]
    best = max(keys) if latest else min(keys)  # type: ignore[type-var]  # nothing is ordered beside what is absent
    found = [member for key, member in keyed if key == best]
    if best is None or (len(found) > 1 and not alike):
        raise Unusual
    return found[0]


def compares(operator: str, left: object, right: object, divisors: tuple[object, object]) -> bool:
    """Whether two quotients stand in an order, exactly."""
    if divisors[0] == 0 or divisors[1] == 0:
        raise Unusual
    return _told(compared(operator, (plain(left), divisors[0]), (plain(right), divisors[1])))


def place_compares(operator: str, left: object, right: object) -> bool:
    """Whether a place in a queue and a number, or two places, stand in an order, whichever it is in its range."""
    return _told(compared(operator, (_count(left), 1), (_count(right), 1)))


def _told(holds: bool | Unknown) -> bool:
    if isinstance(holds, Unknown):
        raise Unusual
    return holds


def _count(value: object) -> object:
    if value is None:
        raise Unusual
    if not isinstance(value, Place):
        return value
    return value.least if value.least == value.most else Count(value.least, value.most, value.missing)
