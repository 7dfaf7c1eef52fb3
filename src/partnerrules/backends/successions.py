"""Who takes effect, and who is still covered by an earlier row that does."""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import Final

from partnerrules.backends.order import keys_of, ordered_by, unknown_keys
from partnerrules.backends.rows import Running, Work, WorkingRow, grouped, some_true
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import Count, lacking, united
from partnerrules.plan.logic import Truth, conjunction, negation
from partnerrules.plan.nodes import Succeed
from partnerrules.plan.stretches import in_order
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_COMPARED: Final = 2_000_000
"""Pairs of rows that are compared to tell which of them take effect, in one node of a plan."""


def succeed(node: Succeed, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the column that says whether each row takes effect, or is covered by one that does."""
    stand = {id(row): running.truth(node.where, row) for row in rows}
    groups = grouped(
        rows, lambda row: (*(row.variables[name] for name in node.within), *unknown_keys(keys_of(node.by, row)))
    )
    work = Work(
        MAXIMUM_COMPARED,
        f"more than {MAXIMUM_COMPARED:,} pairs of records are compared to tell which of them take effect:"
        " count fewer of them, or give the facts that tell when each one ends",
    )
    for group in groups:
        if not group.known:
            for row, doubt in zip(group.members, group.doubts, strict=True):
                row.variables[node.column] = False if stand[id(row)] is False else doubt
            continue
        ordered = ordered_by((keys_of(node.by, row), row, row) for row in group.members)
        candidates = [row for row in ordered if stand[id(row)] is not False]
        for row in ordered:
            row.variables[node.column] = False
        before = _Before(node, work)
        for row, doubt in group.perhaps:
            if stand[id(row)] is not False:
                before.add(row, doubt)
        for row, earliest in zip(
            candidates, _earliest([row.variables[node.starts] for row in candidates]), strict=True
        ):
            before.drop_ended(earliest)
            effect = conjunction((stand[id(row)], negation(before.cover(row))))
            row.variables[node.column] = effect
            if effect is not False:
                before.add(row, effect)


def _earliest(starts: Sequence[object]) -> list[object]:
    """For each row, the earliest start from it on; unknown if one of these is."""
    found: list[object] = []
    for start in reversed(starts):
        last = found[-1] if found else start
        known = not isinstance(last, Unknown) and not isinstance(start, Unknown)
        keeps = in_order(last, start, equal=True) if known else isinstance(last, Unknown)
        found.append(last if keeps else start)
    return found[::-1]


class _Before:
    """The earlier rows that a row may be covered by: no more of them than make a difference."""

    def __init__(self, node: Succeed, work: Work) -> None:
        self._node = node
        self._work = work
        # Those that take effect, with a known end, and those of which that is in doubt: they never settle anything.
        self._certain: list[WorkingRow] = []
        self._doubtful: dict[int, tuple[WorkingRow, Truth]] = {}
        self._ending: list[tuple[object, int]] = []
        self._added = 0

    def add(self, row: WorkingRow, effect: Truth) -> None:
        """One more, which takes effect or may do so."""
        end = row.variables[self._node.ends]
        if effect is not True or isinstance(end, Unknown):
            self._added += 1
            self._doubtful[self._added] = (row, effect)
            if not isinstance(end, Unknown):
                heappush(self._ending, (end, self._added))
            return
        # One that ends no later, and weighs no more, covers nothing that this one does not cover.
        self._work.add(len(self._certain))
        self._certain = [each for each in self._certain if not self._outdone(each, row)]
        if not any(self._outdone(row, each) for each in self._certain):
            self._certain.append(row)

    def _outdone(self, row: WorkingRow, by: WorkingRow) -> bool:
        node = self._node
        one, other = row.variables[node.weight], by.variables[node.weight]
        return (
            not isinstance(one, Unknown | Count)
            and not isinstance(other, Unknown | Count)
            and in_order(one, other, equal=True)
            and in_order(row.variables[node.ends], by.variables[node.ends], equal=True)
        )

    def drop_ended(self, earliest: object) -> None:
        """Forgets those in doubt that have ended when any further row starts."""
        if not isinstance(earliest, Unknown):
            while self._ending and not in_order(earliest, self._ending[0][0], equal=False):
                del self._doubtful[heappop(self._ending)[1]]

    def cover(self, row: WorkingRow) -> Truth:
        """Whether one that takes effect still runs when another one starts, and weighs as much or more."""
        covered = some_true(self._covers(each, True, row) for each in self._certain)
        if covered is True:
            return True
        found = [] if covered is False else [covered.missing]
        found.append(united(self._doubts(row)))
        missing = united(found)
        return Unknown(missing) if missing else False

    def _doubts(self, row: WorkingRow) -> Iterator[frozenset[Missing]]:
        for each, effect in self._doubtful.values():
            covers = self._covers(each, effect, row)
            if isinstance(covers, Unknown):
                yield covers.missing

    def _covers(self, earlier: WorkingRow, effect: Truth, row: WorkingRow) -> Truth:
        self._work.add(1)
        node = self._node
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
