"""What rows come to one after the other: running sums and lists."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeAlias, overload

import partnerrules.quantities as q
from partnerrules.backends.lists import gaps_of
from partnerrules.backends.order import keys_of, ordered_by, unknown_keys
from partnerrules.backends.rows import Group, Running, Work, WorkingRow, grouped
from partnerrules.backends.surroundings import TOO_LONG, definite, number
from partnerrules.backends.values import MOST_MISSING, Members, Portion, Shared, lacking, united
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.plan.nodes import Cumulate
from partnerrules.plan.stretches import in_order
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_LISTED: Final = 30_000_000
"""Members that the running lists of one node may have together, each up to its own row."""


@dataclass(slots=True)
class _Entry:
    """A row as a running total sees it.

    Attributes:
        row: the row.
        counts: whether it counts.
        value: what it adds.
        keys: where it stands.
        doubt: what would have to be known to know what it adds.
    """

    row: WorkingRow
    counts: Truth
    value: object
    keys: tuple[object, ...]
    doubt: frozenset[Missing]


def cumulate(node: Cumulate, rows: Sequence[WorkingRow], running: Running) -> None:
    """Adds the columns of a running total to all rows."""
    entries = [_entry(node, row, running) for row in rows]
    # A row whose day is not known belongs, perhaps, to the group that its other columns name.
    groups = grouped(
        entries, lambda entry: (*(entry.row.variables[name] for name in node.within), *unknown_keys(entry.keys))
    )
    gaps = frozenset[Missing]()
    if node.whole is None:
        gaps = frozenset().union(*(gaps_of(entity, running.around) for entity in running.entities))
    work = Work(
        MAXIMUM_LISTED,
        f"the records that are counted together make lists of more than {MAXIMUM_LISTED:,} members in all:"
        " count fewer of them, or within a shorter window",
    )
    for group in groups:
        if node.kind == "collect":
            if group.known:
                _lists(node, group, gaps, work)
            else:
                _loose_lists(node, group, gaps, work)
        elif group.known:
            _sums(node, group, gaps)
        else:
            for entry, doubt in zip(group.members, group.doubts, strict=True):
                unknown = Unknown(doubt.missing | gaps)
                entry.row.variables[node.before] = entry.row.variables[node.after] = unknown


def _entry(node: Cumulate, row: WorkingRow, running: Running) -> _Entry:
    counts = running.truth(node.where, row)
    if node.whole is None and (running.doubts or isinstance(counts, Unknown)):
        counts = conjunction((running.stands(row), counts))
    value = None if counts is False else definite(running.value(node.value, row))
    if node.kind == "sum" and not isinstance(value, Unknown) and value == 0:
        counts = False  # whether nothing is added or not makes no difference
    doubt = frozenset[Missing]() if counts is False else lacking(counts, value)
    return _Entry(row, counts, value, keys_of(node.by, row), doubt)


def _ordered(entries: list[_Entry]) -> list[_Entry]:
    return entries if len(entries) == 1 else ordered_by((entry.keys, entry.row, entry) for entry in entries)


class _Windows:
    """Which rows of one group count for each of them: from which on, and up to which."""

    def __init__(self, node: Cumulate, ordered: Sequence[_Entry]) -> None:
        self._since = node.since
        self._until = node.until
        self._days = [entry.keys[0] for entry in ordered if entry.keys] if node.since or node.until else []

    def first(self, entry: _Entry, index: int) -> int | Unknown:
        """The index of the first row that counts for the row at an index, which does so itself."""
        since = None if self._since is None else definite(entry.row.variables[self._since])
        if isinstance(since, Unknown):
            return since
        if since is None:
            return 0
        return min(index, self._before(since))

    def ends(self, entry: _Entry, index: int) -> tuple[int, int] | Unknown:
        """The indexes up to which rows count for the row at an index: before it, and with it."""
        if self._until is None:
            return index, index + 1
        until = definite(entry.row.variables[self._until])
        if isinstance(until, Unknown):
            return until
        if until is None:
            return index, index + 1
        end = min(index, self._before(until))
        return end, end

    def _before(self, day: object) -> int:
        """How many rows there are before a day."""
        return bisect_left(self._days, True, key=lambda each: not _earlier(each, day))


def _earlier(day: object, since: object) -> bool:
    """Whether a day lies before another one; where there is none, it comes last."""
    return day is not None and in_order(day, since, equal=False)


def _whole_of(entry: _Entry, node: Cumulate) -> frozenset[Missing]:
    return frozenset() if node.whole is None else lacking(entry.row.variables[node.whole])


@dataclass(frozen=True, slots=True)
class _Guests:
    """The rows that may belong to a group, and make nothing unknown that certainly lies before them.

    Attributes:
        placed: those of which it is known where they would stand.
        later: the others, each with the day that it does not lie before, if there is one, and with what is missing.
    """

    placed: list[_Entry]
    later: list[tuple[object, frozenset[Missing]]]

    @classmethod
    def of(cls, node: Cumulate, group: Group[_Entry]) -> "_Guests":
        """Those of one group."""
        found = cls([], [])
        for entry, doubt in group.perhaps:
            if entry.counts is False:
                continue
            lacks = entry.doubt | doubt.missing
            if not any(isinstance(key, Unknown) for key in entry.keys):
                found.placed.append(replace(entry, doubt=lacks))
                continue
            least = None if node.least is None else definite(entry.row.variables[node.least])
            found.later.append((None if isinstance(least, Unknown) else least, lacks))
        return found

    def doubts(self, ordered: Sequence[_Entry]) -> "list[tuple[int, frozenset[Missing]]]":
        """From which place on each of those whose place is not known may come, the first first."""
        places = []
        for least, lacks in self.later:
            at = 0
            if least is not None:
                at = bisect_left(ordered, True, key=lambda each: not _earlier(each.keys[0], least))
            places.append((at, lacks))
        return sorted(places, key=lambda each: each[0])


def _sums(node: Cumulate, group: Group[_Entry], gaps: frozenset[Missing]) -> None:
    """The running sums of one group. They are unknown from the first row on of which it is not known what it adds."""
    doubted = gaps or group.perhaps or any(entry.doubt or _whole_of(entry, node) for entry in group.members)
    if doubted or node.since or node.until:
        _sums_within(node, group, gaps)
    else:
        _sums_of_all(node, _ordered(group.members))


def _sums_of_all(node: Cumulate, ordered: Iterable[_Entry]) -> None:
    """The running sums of a group without windows, of which nothing is in doubt."""
    total: object = Decimal(0)
    for entry in ordered:
        entry.row.variables[node.before] = total
        if entry.counts is True:
            total = _plus(total, entry.value)
        entry.row.variables[node.after] = total


def _sums_within(node: Cumulate, group: Group[_Entry], gaps: frozenset[Missing]) -> None:
    """The running sums of a group in windows, or with doubts."""
    guests = _Guests.of(node, group)
    ordered = _ordered([*group.members, *guests.placed])
    apart = {id(guest) for guest in guests.placed}
    later = guests.doubts(ordered)
    sums: list[object] = [Decimal(0)]
    for entry in ordered:
        sums.append(_plus(sums[-1], entry.value) if entry.counts is True and not entry.doubt else sums[-1])
    doubtful = [index for index, entry in enumerate(ordered) if entry.doubt]
    doubts: dict[tuple[int, int], frozenset[Missing]] = {}  # many rows share the first ones that are in doubt
    anywhere: dict[int, frozenset[Missing]] = {}
    windows = _Windows(node, ordered)

    def of_later(index: int) -> frozenset[Missing]:
        some = min(bisect_right(later, index, key=lambda each: each[0]), MOST_MISSING)
        if some not in anywhere:
            anywhere[some] = united(lacks for _, lacks in later[:some])
        return anywhere[some]

    def total(entry: _Entry, index: int, first: int, end: int) -> object:
        begin = bisect_left(doubtful, first)
        some = (begin, min(bisect_left(doubtful, end), begin + MOST_MISSING))
        if some not in doubts:
            doubts[some] = united(ordered[index].doubt for index in doubtful[slice(*some)])
        lacks = gaps | of_later(index) | _whole_of(entry, node) | doubts[some]
        return Unknown(lacks) if lacks else _minus(sums[end], sums[first])

    for index, entry in enumerate(ordered):
        if id(entry) in apart:
            continue
        first, ends = windows.first(entry, index), windows.ends(entry, index)
        for column, place in ((node.before, 0), (node.after, 1)):
            if isinstance(first, Unknown) or isinstance(ends, Unknown):
                entry.row.variables[column] = Unknown.of([each for each in (first, ends) if isinstance(each, Unknown)])
            else:
                entry.row.variables[column] = total(entry, index, min(first, ends[place]), ends[place])


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


_Possible: TypeAlias = tuple[object, Unknown]


def _lists(node: Cumulate, group: Group[_Entry], gaps: frozenset[Missing], work: Work) -> None:
    """The running lists of one group, those members in doubt of which it is not known whether or where they count."""
    ordered = _ordered(group.members)
    # What may come at any place stands first, so that the list of each row is a portion of one that all share.
    perhaps = [
        (entry.value, Unknown(entry.doubt | doubt.missing))
        for entry, doubt in group.perhaps
        if entry.counts is not False
    ]
    certain = Shared(each.value for each in ordered if each.counts is True)
    possible = Shared((each.value, each.counts) for each in ordered if isinstance(each.counts, Unknown))
    certain_before, possible_before = [0], [0]
    for each in ordered:
        certain_before.append(certain_before[-1] + (each.counts is True))
        possible_before.append(possible_before[-1] + isinstance(each.counts, Unknown))
    windows = _Windows(node, ordered)

    def members(entry: _Entry, first: int, end: int) -> Members:
        of_certain = Portion(certain, certain_before[first], certain_before[end])
        of_possible = Portion(possible, possible_before[first], possible_before[end])
        maybe: Sequence[_Possible] = _Both(of_possible, perhaps) if perhaps else of_possible
        return Members(of_certain, maybe, gaps | _whole_of(entry, node))

    for index, entry in enumerate(ordered):
        first, ends = windows.first(entry, index), windows.ends(entry, index)
        if isinstance(first, int) and isinstance(ends, tuple):
            work.add(max(0, ends[1] - first) + len(perhaps))
        for column, place in ((node.before, 0), (node.after, 1)):
            if isinstance(first, Unknown) or isinstance(ends, Unknown):
                entry.row.variables[column] = Unknown.of([each for each in (first, ends) if isinstance(each, Unknown)])
            else:
                entry.row.variables[column] = members(entry, min(first, ends[place]), ends[place])


def _loose_lists(node: Cumulate, group: Group[_Entry], gaps: frozenset[Missing], work: Work) -> None:
    """The lists of rows of which it is not known where they stand: each itself, and whoever may come before it."""
    rivals = [entry for entry in (*group.members, *(entry for entry, _ in group.perhaps)) if entry.counts is not False]
    for own, doubt in zip(group.members, group.doubts, strict=True):
        work.add(len(rivals))
        perhaps = _Rivals(rivals, own, doubt)
        lacks = gaps | _whole_of(own, node)
        own.row.variables[node.before] = Members((), perhaps, lacks)
        certain = (own.value,) if own.counts is True else ()
        maybe = _Both([(own.value, own.counts)], perhaps) if isinstance(own.counts, Unknown) else perhaps
        own.row.variables[node.after] = Members(certain, maybe, lacks)


class _Listed(Sequence[_Possible]):
    """A list that is made anew whenever it is gone through, as many rows have one that is almost the same."""

    @overload
    def __getitem__(self, index: int) -> _Possible: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_Possible]: ...
    def __getitem__(self, index: int | slice) -> _Possible | Sequence[_Possible]:
        return list(self)[index]


class _Both(_Listed):
    """Two lists, one after the other."""

    def __init__(self, one: Sequence[_Possible], other: Sequence[_Possible]) -> None:
        self._one, self._other = one, other

    def __len__(self) -> int:
        return len(self._one) + len(self._other)

    def __iter__(self) -> Iterator[_Possible]:
        yield from self._one
        yield from self._other


class _Rivals(_Listed):
    """The rows that may come before one of which it is not known where it stands."""

    def __init__(self, every: Sequence[_Entry], own: _Entry, doubt: Unknown) -> None:
        self._every, self._own, self._doubt = every, own, doubt

    def __len__(self) -> int:
        return len(self._every) - (self._own.counts is not False)

    def __iter__(self) -> Iterator[_Possible]:
        for each in self._every:
            if each is not self._own:
                yield each.value, Unknown(self._doubt.missing | each.doubt) if each.doubt else self._doubt
