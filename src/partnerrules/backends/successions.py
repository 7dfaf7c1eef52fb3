"""Who takes effect, and who is still covered by an earlier row that does."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import Final, NamedTuple

from partnerrules.backends.order import keys_of, ordered_by, unknown_keys
from partnerrules.backends.rows import Group, Running, Work, WorkingRow, grouped, some_true
from partnerrules.backends.spendings import Earlier, out_of_turn
from partnerrules.backends.surroundings import definite
from partnerrules.backends.values import Count, lacking, united
from partnerrules.plan.logic import Truth, conjunction, negation
from partnerrules.plan.nodes import Succeed
from partnerrules.plan.stretches import in_order
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_COMPARED: Final = 500_000
"""Pairs of rows that are compared to tell which of them take effect, in one node of a plan."""


def succeed(node: Succeed, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the column that says whether each row takes effect, or is covered by one that does."""
    _leave_to_earlier(node, rows, running)
    groups = grouped(
        rows, lambda row: (*(row.variables[name] for name in node.within), *unknown_keys(keys_of(node.by, row)))
    )
    work = Work(
        MAXIMUM_COMPARED,
        f"more than {MAXIMUM_COMPARED:,} pairs of records are compared to tell which of them take effect:"
        " count fewer of them, or give the facts that tell when each one ends",
    )
    # Rows without a place in the order come first, as those that have one look at them.
    for group in sorted(groups, key=lambda group: group.known):
        if group.known:
            _in_turn(node, group, running, work)
            continue
        for row, doubt in zip(group.members, group.doubts, strict=True):
            out_of_turn(node.turn, row, doubt, running)
            stands = running.truth(node.where, row)
            _follow(node, row, _Followed(False if stands is False else doubt, (), doubt.missing), running)
            row.variables[node.column] = False if stands is False else doubt


def _leave_to_earlier(node: Succeed, rows: Sequence[WorkingRow], running: Running) -> None:
    """Settles no row that an earlier version settles."""
    if node.settled is None or not running.settled_before:
        return
    for row in rows:
        before = running.settled_before.get(row.variables[node.settled.id], False)
        own = running.truth_of(node.settled.settles, row)
        row.variables[node.settled.settles] = conjunction((own, negation(before)))


def _in_turn(node: Succeed, group: Group[WorkingRow], running: Running, work: Work) -> None:
    """Tells of the rows of a group, one after the other, whether they take effect."""
    placed, loose = _settled(node, running)
    settled = {id(row): running.truth_of(node.column, row) for row in placed}
    ordered = ordered_by((keys_of(node.by, row), row, row) for row in (*group.members, *placed))
    turn = node.turn
    stand = dict(settled)
    if turn is None:  # it is known by now who may take effect at all
        stand |= {id(row): running.truth(node.where, row) for row in group.members}
        starts = [row.variables[node.starts] for row in ordered if stand[id(row)] is not False]
    else:
        starts = [row.variables[node.starts if id(row) in settled else turn.not_before] for row in ordered]
    earliest = iter(_earliest(starts))
    before, earlier = _Before(node, work), Earlier(turn, work)
    for row, doubt in group.perhaps:
        if running.truth(node.where, row) is not False:
            before.add(row, doubt, placed=False)
            earlier.add(row, doubt, running)
    for row, doubt in loose:
        before.add(row, doubt, placed=False)
        earlier.add(row, doubt, running, settled=node.settled)
    for row in ordered:
        if id(row) in settled:
            before.reach(next(earliest))
            before.add(row, settled[id(row)])
            earlier.add(row, settled[id(row)], running, settled=node.settled)
            continue
        earlier.begin_turn(row, running)
        stands = stand[id(row)] if turn is None else running.truth(node.where, row)
        if turn is not None or stands is not False:
            before.reach(next(earliest))
        effect: Truth = False
        if stands is not False:
            effect = conjunction((stands, negation(before.cover(row))))
        row.variables[node.column] = effect
        _follow(node, row, NOTHING if effect is False else before.runs_at(row), running)
        if effect is not False:
            before.add(row, effect)
            earlier.add(row, effect, running)


def _settled(node: Succeed, running: Running) -> tuple[list[WorkingRow], list[tuple[WorkingRow, Unknown]]]:
    """The rows that other versions have settled: those with a place in the order, and the others with their doubts."""
    placed: list[WorkingRow] = []
    loose: list[tuple[WorkingRow, Unknown]] = []
    for row in running.settled:
        doubts = [key for key in unknown_keys(keys_of(node.by, row)) if isinstance(key, Unknown)]
        if doubts:
            loose.append(
                (row, Unknown(united((*(each.missing for each in doubts), lacking(row.variables[node.column])))))
            )
        else:
            placed.append(row)
    return placed, loose


class _Followed(NamedTuple):
    """The row that another one goes on from: whether there is one, which it may be, and what is missing to tell."""

    found: Truth
    rows: tuple[WorkingRow, ...]
    missing: frozenset[Missing]


NOTHING: Final = _Followed(False, (), frozenset())


def _follow(node: Succeed, row: WorkingRow, followed: _Followed, running: Running) -> None:
    """Adds what a row has from the one that it goes on from, and what is computed of it."""
    following = node.following
    if following is None:
        return
    found: Truth = False
    if followed.found is not False:
        found = conjunction((running.truth(following.where, row), followed.found))
    row.variables[following.found] = found
    for name, own in following.columns:
        if found is False:
            row.variables[own] = None
        elif found is True and len(followed.rows) == 1:
            row.variables[own] = followed.rows[0].variables[name]
        else:
            row.variables[own] = Unknown(united((followed.missing, lacking(found))))
    for column in following.computed:
        running.add(column, row)


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
        # Whether one may come before another one and start after it.
        self._starts_in_order = node.by[:1] == (node.starts,)
        self._earliest: object = None
        # Those that a row may go on from, by what they weigh, and those of which that, or where they stand, is unknown.
        self._same: dict[object, list[tuple[WorkingRow, Truth]]] = defaultdict(list)
        self._loose: list[tuple[WorkingRow, Truth]] = []
        # Those that take effect, with a known end, and those of which that is in doubt: they never settle anything.
        self._certain: list[WorkingRow] = []
        self._doubtful: dict[int, tuple[WorkingRow, Truth]] = {}
        self._ending: list[tuple[object, int]] = []
        self._added = 0

    def add(self, row: WorkingRow, effect: Truth, *, placed: bool = True) -> None:
        """One more, which takes effect or may do so; `placed` says whether it comes after those that were added."""
        end = row.variables[self._node.ends]
        if self._node.following is not None:
            self._add_to_follow(row, effect, placed=placed)
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

    def _add_to_follow(self, row: WorkingRow, effect: Truth, *, placed: bool) -> None:
        weight, end = row.variables[self._node.weight], row.variables[self._node.ends]
        if not placed or isinstance(weight, Unknown | Count):
            self._loose.append((row, effect))
            return
        if effect is True and not isinstance(end, Unknown):
            # Where it does not run any more, one that ended before does not either.
            self._same[weight] = [
                each
                for each in self._same[weight]
                if not self._ends_by(each[0], end) or not (self._starts_in_order or self._starts_first(each[0], row))
            ]
        self._same[weight].append((row, effect))

    def _ends_by(self, row: WorkingRow, moment: object) -> bool:
        end = row.variables[self._node.ends]
        return not isinstance(end, Unknown) and not isinstance(moment, Unknown) and in_order(end, moment, equal=True)

    def runs_at(self, row: WorkingRow) -> _Followed:
        """Of those that take effect, weigh the same, and run when another one starts, the one that ends last."""
        if self._node.following is None:
            return NOTHING
        weight = row.variables[self._node.weight]
        if isinstance(weight, Unknown | Count):
            lists = list(self._same.values())
        else:
            self._same[weight] = [each for each in self._same[weight] if not self._ends_by(each[0], self._earliest)]
            lists = [self._same[weight]]
        certain: list[WorkingRow] = []
        possible: list[tuple[WorkingRow, Unknown]] = []
        imposed = {
            id(each): (number, place)
            for number, imposed_rows in enumerate(lists)
            for place, (each, _) in enumerate(imposed_rows)
        }
        for listed, placed in (*((each, True) for each in lists), (self._loose, False)):
            for each, effect in reversed(listed):
                runs = self._runs_on(each, effect, row)
                if isinstance(runs, Unknown):
                    possible.append((each, runs))
                elif runs and placed:
                    certain.append(each)
                elif runs:
                    possible.append((each, Unknown(frozenset())))
        return self._last_of(certain, possible, imposed)

    def _last_of(
        self,
        certain: list[WorkingRow],
        possible: list[tuple[WorkingRow, Unknown]],
        imposed: Mapping[int, tuple[int, int]],
    ) -> _Followed:
        """Which of those that run, or may run, ends last; of those that end together, the one imposed last."""
        known: WorkingRow | None = None
        for each in certain:
            end = each.variables[self._node.ends]
            if not isinstance(end, Unknown) and (
                known is None or not self._ends_by(each, known.variables[self._node.ends])
            ):
                known = each
        last = None if known is None else known.variables[self._node.ends]
        rows = [] if known is None else [known]
        doubts: list[frozenset[Missing]] = []
        for each in certain:
            end = each.variables[self._node.ends]
            if isinstance(end, Unknown):
                rows.append(each)
                doubts.append(end.missing)
        for each, runs in possible:
            end = each.variables[self._node.ends]
            # One that ends together with it counts instead, unless it is known to have been imposed before.
            own, other = imposed.get(id(each)), imposed.get(id(known))
            earlier = own is not None and other is not None and own[0] == other[0] and own < other
            if known is None or not self._ends_by(each, last) or (end == last and not earlier):
                rows.append(each)
                doubts += [runs.missing, lacking(end)]
        missing = united(doubts)
        found: Truth = True if certain else Unknown(missing) if rows else False
        return _Followed(found, tuple(rows), missing)

    def _runs_on(self, earlier: WorkingRow, effect: Truth, row: WorkingRow) -> Truth:
        self._work.add(1)
        node = self._node
        one, other = row.variables[node.weight], earlier.variables[node.weight]
        counts = [each for each in (one, other) if isinstance(each, Unknown | Count)]
        same: Truth = Unknown(united(each.missing for each in counts)) if counts else one == other
        return conjunction((effect, same, *self._running(earlier, row)))

    def _running(self, earlier: WorkingRow, row: WorkingRow) -> Iterator[Truth]:
        """Whether an earlier row runs when another one starts."""
        node = self._node
        start = row.variables[node.starts]
        yield _ordered(start, earlier.variables[node.ends], equal=False)
        if not self._starts_in_order:
            yield _ordered(earlier.variables[node.starts], start, equal=True)

    def _outdone(self, row: WorkingRow, by: WorkingRow) -> bool:
        node = self._node
        one, other = row.variables[node.weight], by.variables[node.weight]
        return (
            not isinstance(one, Unknown | Count)
            and not isinstance(other, Unknown | Count)
            and in_order(one, other, equal=True)
            and in_order(row.variables[node.ends], by.variables[node.ends], equal=True)
            and (self._starts_in_order or self._starts_first(row, by))
        )

    def _starts_first(self, row: WorkingRow, by: WorkingRow) -> bool:
        """Whether one runs wherever another one does, for all rows that come after both."""
        start = by.variables[self._node.starts]
        others = [row.variables[self._node.starts], self._earliest]
        return not isinstance(start, Unknown) and any(
            in_order(start, other, equal=True)
            for other in others
            if other is not None and not isinstance(other, Unknown)
        )

    def reach(self, earliest: object) -> None:
        """Goes on to a row: forgets those in doubt that have ended when it or any further row starts."""
        self._earliest = earliest
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
        least = row.variables[node.weight if node.covered_from is None else node.covered_from]
        return conjunction(
            (effect, *self._running(earlier, row), _ordered(least, earlier.variables[node.weight], equal=True))
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
