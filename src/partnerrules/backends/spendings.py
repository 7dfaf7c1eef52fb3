"""What rows use up when they take effect, and what is left of it for the rows after them."""

from partnerrules.backends.rows import Running, Work, WorkingRow, some_true
from partnerrules.backends.shared_lists import kept
from partnerrules.backends.surroundings import definite, with_doubt
from partnerrules.backends.values import Members, Portion, Shared, comparable, united
from partnerrules.plan.columns import Settled, Spending, Turn
from partnerrules.plan.logic import Truth, conjunction, negation
from partnerrules.plan.stretches import in_order
from partnerrules.schema.missing import Unknown


class Left:
    """The records that rows so far have used up, or may have."""

    def __init__(self) -> None:
        self._spent: dict[object, Truth] = {}
        self._times = 0

    def of(self, listed: object) -> object:
        """Those of a list that are left."""
        if not self._spent or not isinstance(listed, Members):
            return listed
        shared = kept(-self._times, listed, self._is_left)  # the keys of filters are positive
        if shared is not None:
            return shared
        certain: list[object] = []
        possible: list[tuple[object, Unknown]] = []
        for member, doubt in with_doubt(listed):
            left = self._is_left(member)
            doubts = [each for each in (left, doubt) if isinstance(each, Unknown)]
            if left is not False and doubts:
                possible.append((member, Unknown.of(doubts)))
            elif left is not False:
                certain.append(member)
        return Members(certain, possible, listed.gaps)

    def _is_left(self, member: object) -> Truth:
        return member if isinstance(member, Unknown) else negation(self._spent.get(comparable(member), False))

    def spend(self, spending: Spending, row: WorkingRow, effect: Truth, running: Running) -> None:
        """Takes away what a row uses up if it takes effect, which it does or may do."""
        self._forget(row.variables[spending.listed])
        found = definite(running.value(spending.spends, row))
        self.take(found, row.variables[spending.left], effect)

    def take(self, found: object, among: object, effect: Truth) -> None:
        """Takes away some records, or if it is not known which, perhaps each of those among which they are."""
        self._times += 1
        whole: Unknown | None = None
        if isinstance(found, Unknown):
            whole, found = found, among
        if not isinstance(found, Members):
            return
        for member, doubt in with_doubt(found):
            doubts = [each for each in (effect, doubt, whole) if isinstance(each, Unknown)]
            if not isinstance(member, Unknown):
                self._take(comparable(member), Unknown(united(each.missing for each in doubts)) if doubts else True)

    def _forget(self, listed: object) -> None:
        """Drops what was made of a list that all rows share, as from now on it is another one."""
        for part in (listed.certain, listed.possible) if isinstance(listed, Members) else ():
            if isinstance(part, Portion) and isinstance(part.whole, Shared):
                part.whole.made.pop(-self._times, None)

    def _take(self, key: object, spent: Truth) -> None:
        before = self._spent.get(key, False)
        if isinstance(before, Unknown) and isinstance(spent, Unknown):
            self._spent[key] = Unknown(united((before.missing, spent.missing)))
        elif before is not True:
            self._spent[key] = spent


class Earlier:
    """What the rows before a row have used up and left behind, as far as they take effect."""

    def __init__(self, turn: Turn | None, work: Work) -> None:
        self._turn = turn
        self._work = work
        self._left = Left()
        self._behind: list[tuple[object, object, Truth]] = []

    def add(self, row: WorkingRow, effect: Truth, running: Running, settled: Settled | None = None) -> None:
        """One more, which takes effect or may do so; of one that is settled it is said what it has used up."""
        if self._turn is None:
            return
        spending = self._turn.spending
        if spending is not None and settled is None:
            self._left.spend(spending, row, effect, running)
        elif spending is not None and settled is not None and settled.spent is not None:
            self._left.take(definite(row.variables[settled.spent]), row.variables.get(spending.left), effect)
        aftermath = self._turn.aftermath
        if aftermath is not None:
            starts, ends = row.variables[aftermath.starts], row.variables[aftermath.ends]
            if starts is not None and ends is not None:
                self._behind.append((starts, ends, effect))

    def begin_turn(self, row: WorkingRow, running: Running) -> None:
        """Adds what a row has from those before it, and what is computed of that."""
        turn = self._turn
        if turn is None:
            return
        if turn.spending is not None:
            row.variables[turn.spending.left] = self._left.of(row.variables[turn.spending.listed])
        if turn.aftermath is not None:
            row.variables[turn.aftermath.column] = self._lies_behind(row.variables[turn.aftermath.moment])
        for column in turn.computed:
            running.add(column, row)

    def _lies_behind(self, moment: object) -> Truth:
        if isinstance(moment, Unknown):
            return moment if self._behind else False
        # The moments come in their order, so that what is over is so for good.
        self._behind = [
            each for each in self._behind if isinstance(each[1], Unknown) or in_order(moment, each[1], equal=False)
        ]
        self._work.add(len(self._behind))
        return some_true(
            conjunction((effect, _unless_unknown(starts, moment), True if not isinstance(ends, Unknown) else ends))
            for starts, ends, effect in self._behind
        )


def _unless_unknown(start: object, moment: object) -> Truth:
    return start if isinstance(start, Unknown) else in_order(start, moment, equal=True)


def out_of_turn(turn: Turn | None, row: WorkingRow, doubt: Unknown, running: Running) -> None:
    """Adds the same to a row that has no place in the order: all that it could have from others is in doubt."""
    if turn is None:
        return
    if turn.spending is not None:
        listed = row.variables[turn.spending.listed]
        if isinstance(listed, Members):
            possible = [(each, doubt if own is None else Unknown.of((doubt, own))) for each, own in with_doubt(listed)]
            listed = Members((), possible, listed.gaps)
        row.variables[turn.spending.left] = listed
    if turn.aftermath is not None:
        row.variables[turn.aftermath.column] = doubt
    for column in turn.computed:
        running.add(column, row)
