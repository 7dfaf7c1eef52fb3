"""What each row gets out of budgets that it shares with the rows before it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, TypeAlias

import partnerrules.quantities as q
from partnerrules.backends.lists import gaps_of
from partnerrules.backends.order import keys_of, ordered_by, unknown_keys
from partnerrules.backends.rows import Group, Running, WorkingRow, grouped
from partnerrules.backends.surroundings import TOO_LONG, definite, number
from partnerrules.backends.values import lacking, united
from partnerrules.plan.draws import Drawing, Users
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.schema.missing import Missing, Unknown

_Most: TypeAlias = Decimal | None
"""An upper end; None if there is none."""
_NOTHING: Final = Decimal(0)
_SURE: Final = frozenset[Missing]()
_TOLD: Final = 5
"""So many of those that took from a budget are named."""


@dataclass(frozen=True, slots=True)
class _Range:
    """A number between two others, and what would have to be known to tell it."""

    least: Decimal
    most: _Most
    missing: frozenset[Missing]


@dataclass(slots=True, eq=False)
class _Pool:
    """What is gone from the budget of one group, between two numbers.

    Attributes:
        grows: whether its rows take from it one after the other. They do not where it is not known which budget, or
            which place in the order, is theirs: then they are all loose.
        least: what is gone for certain.
        most: the most that the rows of the group can have taken so far.
        missing: why the two differ.
        loose: the most that those can have taken so far of which it is not known whether, or when, they draw on it.
        endless: how many of these there are without any end to what they take.
        in_doubt: what would have to be known of those.
        users: those that have taken something for certain, so far.
        last: the keys of the last of them.
    """

    grows: bool
    least: Decimal = _NOTHING
    most: _Most = _NOTHING
    missing: frozenset[Missing] = _SURE
    loose: Decimal = _NOTHING
    endless: int = 0
    in_doubt: frozenset[Missing] = _SURE
    users: Users = Users()
    last: tuple[object, ...] | None = None

    @property
    def gone(self) -> _Range:
        most = None if self.endless else _plus(self.most, self.loose)
        return _Range(self.least, most, _SURE if most == self.least else self.missing | self.in_doubt)

    def take(self, least: Decimal, most: _Most, missing: frozenset[Missing]) -> None:
        """A further row takes so much."""
        self.least = q.add(self.least, least)
        self.most = _plus(self.most, most)
        self.missing = _SURE if self.least == self.most else united((self.missing, missing))

    def used_by(self, id: str, keys: tuple[object, ...]) -> None:
        """A row has taken something for certain."""
        ids = (*self.users.ids, id) if len(self.users.ids) < _TOLD else self.users.ids
        self.users, self.last = Users(ids, self.users.count + 1), keys

    def may_take(self, most: _Most, missing: frozenset[Missing]) -> None:
        """A row takes up to so much, perhaps."""
        try:
            self.loose = q.add(self.loose, most or _NOTHING)
        except q.NumberTooLong:
            most = None
        self.endless += most is None
        if most != 0:
            self.in_doubt = united((self.in_doubt, missing))

    def does_not_take(self, most: _Most) -> None:
        """Of a row that was said to take something, this is no longer so."""
        with suppress(q.NumberTooLong):  # then it was too long before, and there is no end to it
            self.loose = q.subtract(self.loose, most or _NOTHING)
        self.endless -= most is None


@dataclass(slots=True, eq=False)
class _Entry:
    """A row as its budgets see it.

    Attributes:
        row: the row.
        counts: whether it gets anything.
        keys: where it stands in the order.
        wants: what it wants.
        sizes: of its budgets.
        pools: what is gone from each.
        others: further pools, of budgets that it draws on, perhaps, with what would have to be known of that.
        unsure: what would have to be known to tell which budgets are its own, and which place in the order.
    """

    row: WorkingRow
    counts: Truth
    keys: tuple[object, ...]
    wants: _Range
    sizes: tuple[_Range, ...]
    pools: list[_Pool] = field(default_factory=list)
    others: list[tuple[_Pool, Unknown]] = field(default_factory=list)
    unsure: frozenset[Missing] = _SURE

    @property
    def placed(self) -> bool:
        """Whether it is known where it stands in the order."""
        return not any(isinstance(key, Unknown) for key in self.keys)

    @property
    def most(self) -> _Most:
        """The most that it can get, whatever the others get."""
        return _least_of(self.wants.most, *(size.most for size in self.sizes))

    @property
    def missing(self) -> frozenset[Missing]:
        """What would have to be known of the row itself."""
        own = [each.missing for each in (self.wants, *self.sizes)]
        return self.unsure.union(lacking(self.counts), *own)

    def loosen(self, most: _Most) -> None:
        """Tells the budgets that it draws on, perhaps, how much that can be."""
        for pool, doubt in self.others:
            pool.may_take(most, self.missing | doubt.missing)


def draw(how: Drawing, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds to all rows what they get, and what was left of each budget before them."""
    entries = [_entry(how, row, running) for row in rows]
    gaps = frozenset[Missing]().union(*(gaps_of(entity, running.around) for entity in running.entities))
    for budget in how.budgets:
        if budget.within is None:
            for entry in entries:
                entry.pools.append(_Pool(grows=True))
        else:
            for group in _sharing(budget.within, entries):
                _pool(group, gaps)
    unplaced = [entry for entry in entries if not entry.placed]
    for entry in unplaced:  # these may come before any other
        entry.loosen(entry.most)
    for entry in ordered_by((entry.keys, entry.row, entry) for entry in entries if entry.placed):
        entry.loosen(_serve(how, entry))
    for entry in unplaced:
        shared = [pool for pool in entry.pools if not pool.grows]
        for pool in shared:
            pool.does_not_take(entry.most)
        _serve(how, entry)
        for pool in shared:
            pool.may_take(entry.most, _SURE)


def _sharing(within: tuple[str, ...], entries: Sequence[_Entry]) -> list[Group[_Entry]]:
    """The rows that share one budget; one whose place is not known is in doubt for all that it may share with."""
    return grouped(entries, lambda entry: (*(entry.row.variables[name] for name in within), *unknown_keys(entry.keys)))


def _entry(how: Drawing, row: WorkingRow, running: Running) -> _Entry:
    counts = conjunction((running.stands(row), running.truth(how.where, row)))
    wants = _Range(_NOTHING, _NOTHING, _SURE) if counts is False else _range(running.value(how.wants, row))
    sizes = tuple(_range(row.variables[budget.most]) for budget in how.budgets)
    return _Entry(row, counts, keys_of(how.by, row), wants, sizes)


def _range(value: object) -> _Range:
    """What is known of a number that is not less than nothing."""
    known = definite(value)
    if isinstance(known, Unknown):
        return _Range(_NOTHING, None, known.missing)
    exact = max(number(known), _NOTHING)
    return _Range(exact, exact, _SURE)


def _pool(group: Group[_Entry], gaps: frozenset[Missing]) -> None:
    """Gives the rows of one group the pool that they share, and tells those that may belong to it."""
    pool = _Pool(grows=group.known)
    if gaps:
        pool.may_take(None, gaps)
    for entry in group.members:
        entry.pools.append(pool)
    for entry, doubt in zip(group.members, group.doubts, strict=not group.known):  # these may share it, or may not
        entry.others.append((pool, doubt))
        entry.unsure |= doubt.missing
    for entry, doubt in group.perhaps:
        entry.others.append((pool, doubt))


def _serve(how: Drawing, entry: _Entry) -> _Most:
    """Tells what a row gets, and what is gone after it; gives the most that it gets."""
    try:
        least, most, missing = _got(how, entry)
    except q.NumberTooLong:
        least, most, missing = _NOTHING, None, TOO_LONG.missing
        for budget, pool in zip(how.budgets, entry.pools, strict=True):
            entry.row.variables[budget.left] = TOO_LONG
            if pool.grows:
                pool.most, pool.missing = None, united((pool.missing, missing))
    values = entry.row.variables
    values[how.column] = least if least == most else Unknown(missing)
    values[how.least] = least
    values[how.most] = Unknown(missing) if most is None else most
    return most


def _got(how: Drawing, entry: _Entry) -> tuple[Decimal, _Most, frozenset[Missing]]:
    """The least and the most that a row gets, and why they differ; takes it from the pools."""
    wanted = _NOTHING if entry.counts is not True else entry.wants.least
    rooms = [_room(size, pool, entry) for size, pool in zip(entry.sizes, entry.pools, strict=True)]
    for budget, room in zip(how.budgets, rooms, strict=True):
        entry.row.variables[budget.left] = room.least if room.least == room.most else Unknown(room.missing)
    for budget, pool in zip(how.budgets, entry.pools, strict=True):
        if budget.users is not None and pool.grows:
            entry.row.variables[budget.users] = replace(pool.users, by_id=pool.last == entry.keys)
    least = min([wanted, *(room.least for room in rooms)])
    most = _least_of(entry.wants.most, *(room.most for room in rooms))
    missing = united((entry.missing, *(room.missing for room in rooms))) if least != most else _SURE
    taken: list[tuple[_Pool, Decimal, _Most]] = []
    for index, pool in enumerate(entry.pools):
        if pool.grows:
            # What is gone after the row grows with what was gone before it: so each end comes from its own end, and
            # only the other budgets are taken at the end that gives least or most.
            size = entry.sizes[index]
            others = [*rooms[:index], *rooms[index + 1 :]]
            own_least = max(_NOTHING, q.subtract(size.least, pool.least))
            own_most = None if size.most is None or pool.most is None else q.subtract(size.most, pool.most)
            lower = min([wanted, own_least, *(other.least for other in others)])
            upper = _least_of(entry.wants.most, own_most, *(other.most for other in others))
            if pool.most is None:
                upper = None
            taken.append((pool, lower, None if upper is None else max(_NOTHING, upper)))
    for pool, lower, upper in taken:
        if least > 0:
            pool.used_by(entry.row.subject.id, entry.keys)
        pool.take(lower, upper, united((entry.missing, *(room.missing for room in rooms))))
    return least, most, missing


def _room(size: _Range, pool: _Pool, entry: _Entry) -> _Range:
    """What is left of a budget for a row."""
    gone = pool.gone
    least = _NOTHING if gone.most is None else max(_NOTHING, q.subtract(size.least, gone.most))
    most = None if size.most is None else max(_NOTHING, q.subtract(size.most, gone.least))
    if least == most:
        return _Range(least, most, _SURE)
    return _Range(least, most, size.missing | gone.missing | (_SURE if pool.grows else entry.unsure))


def _plus(one: _Most, other: _Most) -> _Most:
    return None if one is None or other is None else q.add(one, other)


def _least_of(*items: _Most) -> _Most:
    return min((item for item in items if item is not None), default=None)
