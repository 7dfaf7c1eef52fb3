"""What rows come to one after the other: running sums and lists, and who is still covered by an earlier row."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import TypeVar

import partnerrules.quantities as q
from partnerrules.backends.lists import gaps_of
from partnerrules.backends.rows import Running, WorkingRow, grouped, lacking
from partnerrules.backends.surroundings import TOO_LONG, definite, number
from partnerrules.backends.values import Count, Members, comparable
from partnerrules.plan.logic import Truth, conjunction, disjunction, negation
from partnerrules.plan.nodes import Cumulate, Succeed
from partnerrules.plan.stretches import in_order
from partnerrules.schema.missing import Missing, Unknown


@dataclass(slots=True)
class _Entry:
    """A row as a running total sees it: whether it counts, what it adds, and where it stands."""

    row: WorkingRow
    counts: Truth
    value: object
    keys: tuple[object, ...]

    @property
    def doubt(self) -> frozenset[Missing]:
        """What would have to be known to know what it adds."""
        return frozenset() if self.counts is False else lacking(self.counts, self.value)


def cumulate(node: Cumulate, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the columns of a running total to all rows."""
    entries = [_entry(node, row, running) for row in rows]
    # A row whose day is not known belongs, perhaps, to the group that its other columns name.
    groups = grouped(
        entries, lambda entry: (*(entry.row.variables[name] for name in node.within), *_unknown_keys(entry.keys))
    )
    gaps = frozenset[Missing]()
    if node.whole is None:
        gaps = frozenset().union(*(gaps_of(entity, running.around) for entity in running.entities))
    for group in groups:
        if not group.known:
            for entry, doubt in zip(group.members, group.doubts, strict=True):
                if node.kind == "sum":
                    unknown = Unknown(doubt.missing | gaps)
                    entry.row.variables[node.before] = entry.row.variables[node.after] = unknown
                else:
                    _loose_lists(node, entry, doubt, entries, gaps, running)
            continue
        ordered = _in_order(group.members, lambda entry: entry.keys)
        perhaps = [
            (entry, Unknown(entry.doubt | doubt.missing)) for entry, doubt in group.perhaps if entry.counts is not False
        ]
        if node.kind == "sum":
            _sums(node, ordered, gaps.union(*(doubt.missing for _, doubt in perhaps)))
        else:
            _lists(node, ordered, perhaps, gaps, running)


def _entry(node: Cumulate, row: WorkingRow, running: Running) -> _Entry:
    counts = running.truth(node.where, row)
    if node.whole is None:
        counts = conjunction((running.stands(row), counts))
    value = None if counts is False else definite(running.value(node.value, row))
    keys = _keys(node.by, row)
    if node.kind == "sum" and not isinstance(value, Unknown) and value == 0:
        counts = False  # whether nothing is added or not makes no difference
    return _Entry(row, counts, value, keys)


def _unknown_keys(keys: Iterable[object]) -> tuple[object, ...]:
    return tuple(key if isinstance(key, Unknown) else None for key in keys)


def _keys(by: Sequence[str], row: WorkingRow) -> tuple[object, ...]:
    return tuple(definite(row.variables[name]) for name in by)


_Each = TypeVar("_Each")


def _in_order(rows: Sequence[_Each], keys: Callable[[_Each], tuple[object, ...]]) -> list[_Each]:
    """Rows in the order of their keys; those of equal keys stay in the order of their ids, in which they come."""

    def turn(one: _Each, other: _Each) -> int:
        for left, right in zip(keys(one), keys(other), strict=True):
            left, right = comparable(left), comparable(right)
            if left is None or right is None:
                if left is not right:
                    return 1 if left is None else -1
            elif in_order(left, right, equal=False):
                return -1
            elif in_order(right, left, equal=False):
                return 1
        return 0

    return sorted(rows, key=cmp_to_key(turn))


def _first(node: Cumulate, entry: _Entry, days: Sequence[object]) -> int | Unknown:
    """The index of the first row that still counts for a row."""
    since = None if node.since is None else definite(entry.row.variables[node.since])
    if isinstance(since, Unknown):
        return since
    if since is None:
        return 0
    return bisect_left(range(len(days)), True, key=lambda index: not _earlier(days[index], since))


def _earlier(day: object, since: object) -> bool:
    """Whether a day lies before another one; where there is none, it comes last."""
    return day is not None and in_order(day, since, equal=False)


def _whole_of(entry: _Entry, node: Cumulate) -> frozenset[Missing]:
    return frozenset() if node.whole is None else lacking(entry.row.variables[node.whole])


def _sums(node: Cumulate, ordered: Sequence[_Entry], missing: frozenset[Missing]) -> None:
    """The running sums of one group. They are unknown from the first row on of which it is not known what it adds."""
    sums: list[object] = [Decimal(0)]
    doubts: list[int] = [0]
    for entry in ordered:
        doubts.append(doubts[-1] + bool(entry.doubt))
        sums.append(_plus(sums[-1], entry.value) if entry.counts is True and not entry.doubt else sums[-1])
    days = [entry.keys[0] for entry in ordered if entry.keys] if node.since else []

    def total(entry: _Entry, first: int, end: int) -> object:
        lacks = missing | _whole_of(entry, node)
        if doubts[end] > doubts[first]:
            lacks = lacks.union(*(each.doubt for each in ordered[first:end]))
        if lacks:
            return Unknown(lacks)
        return _minus(sums[end], sums[first])

    for index, entry in enumerate(ordered):
        first = _first(node, entry, days)
        values: tuple[object, object]
        if isinstance(first, Unknown):
            values = (first, first)
        else:
            values = (total(entry, min(first, index), index), total(entry, min(first, index), index + 1))
        entry.row.variables[node.before], entry.row.variables[node.after] = values


def _plus(one: object, other: object) -> object:
    if isinstance(one, Unknown):
        return one
    try:
        return q.add(number(one), number(other))
    except q.NumberTooLong:
        return TOO_LONG


def _minus(one: object, other: object) -> object:
    unknown = [each for each in (one, other) if isinstance(each, Unknown)]
    return Unknown.of(unknown) if unknown else q.subtract(number(one), number(other))


def _lists(
    node: Cumulate,
    ordered: Sequence[_Entry],
    perhaps: Sequence[tuple[_Entry, Unknown]],
    gaps: frozenset[Missing],
    running: Running,
) -> None:
    """The running lists of one group, those members in doubt of which it is not known whether or where they count."""
    days = [entry.keys[0] for entry in ordered if entry.keys] if node.since else []

    running.around.effort.turns = 0  # counted for the whole group: its lists together grow with its square

    def members(entry: _Entry, first: int, end: int) -> Members:
        running.around.effort.spend(end - first)
        certain = tuple(each.value for each in ordered[first:end] if each.counts is True)
        possible = [(each.value, each.counts) for each in ordered[first:end] if isinstance(each.counts, Unknown)]
        possible += ((each.value, doubt) for each, doubt in perhaps)
        return Members(certain, tuple(possible), gaps | _whole_of(entry, node))

    for index, entry in enumerate(ordered):
        first = _first(node, entry, days)
        values: tuple[object, object]
        if isinstance(first, Unknown):
            values = (first, first)
        else:
            values = (members(entry, min(first, index), index), members(entry, min(first, index), index + 1))
        entry.row.variables[node.before], entry.row.variables[node.after] = values


def _loose_lists(
    node: Cumulate,
    own: _Entry,
    doubt: Unknown,
    entries: Sequence[_Entry],
    gaps: frozenset[Missing],
    running: Running,
) -> None:
    """The lists of a row of which it is not known where it stands: itself, and whoever may come before it."""
    running.around.effort.turns = 0
    running.around.effort.spend(len(entries))
    perhaps: list[tuple[object, Unknown]] = [
        (each.value, Unknown(doubt.missing | each.doubt))
        for each in entries
        if each is not own and each.counts is not False and _may_meet(node, own, each)
    ]
    lacks = gaps | _whole_of(own, node)
    own.row.variables[node.before] = Members((), tuple(perhaps), lacks)
    certain = (own.value,) if own.counts is True else ()
    possible = [(own.value, own.counts)] if isinstance(own.counts, Unknown) else []
    own.row.variables[node.after] = Members(certain, (*possible, *perhaps), lacks)


def _may_meet(node: Cumulate, one: _Entry, other: _Entry) -> bool:
    """Whether two rows are counted together, as far as it is known of both."""
    pairs = ((definite(one.row.variables[name]), definite(other.row.variables[name])) for name in node.within)
    known = ((left, right) for left, right in pairs if not isinstance(left, Unknown) and not isinstance(right, Unknown))
    return all(comparable(left) == comparable(right) for left, right in known)


# ------------------------------------------------------------------------------------------------------- successions


def succeed(node: Succeed, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the column that says whether each row takes effect, or is covered by one that does."""
    stand = {id(row): running.truth(node.where, row) for row in rows}
    groups = grouped(
        rows, lambda row: (*(row.variables[name] for name in node.within), *_unknown_keys(_keys(node.by, row)))
    )
    for group in groups:
        if not group.known:
            for row, doubt in zip(group.members, group.doubts, strict=True):
                row.variables[node.column] = False if stand[id(row)] is False else doubt
            continue
        ordered = _in_order(group.members, lambda row: _keys(node.by, row))
        before: list[tuple[Truth, WorkingRow]] = [
            (doubt, row) for row, doubt in group.perhaps if stand[id(row)] is not False
        ]
        for row in ordered:
            stands = stand[id(row)]
            if stands is not False:
                covered = disjunction(_covers(node, earlier, effect, row) for effect, earlier in before)
                stands = conjunction((stands, negation(covered)))
            row.variables[node.column] = stands
            if stands is not False:
                before.append((stands, row))


def _covers(node: Succeed, earlier: WorkingRow, effect: Truth, row: WorkingRow) -> Truth:
    """Whether an earlier row that takes effect still runs when another one starts, and weighs as much or more."""
    return conjunction(
        (
            effect,
            _ordered(row.variables[node.starts], earlier.variables[node.ends], equal=False),
            _ordered(row.variables[node.weight], earlier.variables[node.weight], equal=True),
        )
    )


def _ordered(left: object, right: object, *, equal: bool) -> Truth:
    if isinstance(left, Count) or isinstance(right, Count):
        return _counts_ordered(left, right, equal=equal)
    unknown = [each for each in (left, right) if isinstance(each, Unknown)]
    return Unknown.of(unknown) if unknown else in_order(left, right, equal=equal)


def _counts_ordered(left: object, right: object, *, equal: bool) -> Truth:
    """The order of two whole numbers of which one or both are only known to lie in a range."""
    if isinstance(right, Unknown):
        return right
    if isinstance(right, Count):
        # In order with the least of them is in order with all, and without order to the greatest, to none.
        holds = _counts_ordered(left, right.least, equal=equal)
        never = right.most is not None and _counts_ordered(left, right.most, equal=equal) is False
        return holds if holds is True or never else Unknown(right.missing | lacking(definite(left)))
    if isinstance(left, Count):
        return left.compared(lambda count: in_order(count, right, equal=equal), rising=False)
    return left if isinstance(left, Unknown) else in_order(left, right, equal=equal)
