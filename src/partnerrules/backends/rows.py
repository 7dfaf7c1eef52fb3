"""The rows of a plan while it runs, and the groups that they stand in."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from partnerrules.backends.shown import SeenLater, Shown, seen_part
from partnerrules.backends.surroundings import Functions, Surroundings, definite, evaluate
from partnerrules.backends.values import comparable, united
from partnerrules.diagnostics import TooMuchWork
from partnerrules.facts import Row
from partnerrules.language.names import SUBJECT
from partnerrules.language.terms import Term
from partnerrules.plan.gaining import shown_later
from partnerrules.plan.logic import Truth
from partnerrules.plan.making import maker_of
from partnerrules.plan.nodes import Column, Node, Plan
from partnerrules.plan.trace import Queue, Seen, TracedRow
from partnerrules.schema.missing import Unknown

_traced_row: Final = maker_of(TracedRow)
_NOTHING_SEEN: Final[Mapping[str, tuple[Seen, ...]]] = {}


@dataclass(slots=True, eq=False)
class WorkingRow:
    """A row that columns are being added to.

    Attributes:
        subject: the record that it belongs to.
        variables: what terms see: the subject, and the columns so far.
        seen: the parts that a trace shows, by the name of the column.
        origin: the row that it was made of.
        parts: the rows that were made of it and joined to it again.
        peers: the rows that it was ranked with.
    """

    subject: Row
    variables: dict[str, object]
    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=lambda: _NOTHING_SEEN)
    origin: "WorkingRow | None" = None
    parts: "Sequence[WorkingRow]" = ()
    peers: "Sequence[WorkingRow]" = ()

    @classmethod
    def of(cls, subject: Row) -> "WorkingRow":
        """The row of a record, without columns."""
        return cls(subject, {SUBJECT: subject})

    def copy(self, further: Mapping[str, object]) -> "WorkingRow":
        """A row made of this one, with further columns."""
        return WorkingRow(self.subject, {**self.variables, **further}, self.seen, self)


class Elsewhere(Protocol):
    """The version of a ruleset that answers for a record, where another one looks at it as well."""

    def row(self, id: str, stage: str) -> WorkingRow | None:
        """The row of a record before a `Carry` of that name; None if it has none there."""


@dataclass(slots=True, eq=False)
class Running:
    """What the running of one plan depends on.

    Attributes:
        entities: whose records it gives rows for.
        around: the facts and the instant.
        trace: whether rows show the parts of their conditions.
        assumed: by the id of the subject, values that columns have instead of what they would compute.
        doubts: by the id of the subject, what would have to be known to tell whether it is among them at all.
        done: the rows of nodes that several others build on, by the identity of the node.
        elsewhere: by the id of the subject, the version that answers for it, if that is another one.
        settled: rows that other versions have settled, of the one subject for which the plan is run.
        settled_before: by what a row is known, whether an earlier version settles it.
        functions: what computes its terms, where they are compiled.
        later: the columns whose parts are looked at when they are read; None if they are looked at along with them.
    """

    entities: tuple[str, ...]
    around: Surroundings
    trace: bool
    assumed: Mapping[str, Mapping[str, object]]
    doubts: Mapping[str, Unknown]
    done: dict[int, list[WorkingRow]] = field(default_factory=dict)
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    settled: list[WorkingRow] = field(default_factory=list)
    settled_before: dict[object, Truth] = field(default_factory=dict)
    functions: Functions = field(default_factory=lambda: Functions({}))
    later: Mapping[str, Column] | None = None

    @classmethod
    def of(
        cls,
        plan: Plan,
        around: Surroundings,
        *,
        trace: bool,
        assumed: Mapping[str, Mapping[str, object]],
        doubts: Mapping[str, Unknown],
        elsewhere: Mapping[str, Elsewhere] | None = None,
    ) -> "Running":
        """The running of a plan, with its terms compiled if these surroundings compile terms."""
        functions = Functions({}) if around.compiler is None else around.compiler.functions(plan, around)
        later = shown_later(plan) if trace and not elsewhere else None
        return cls(
            plan.entities, around, trace, assumed, doubts, elsewhere=elsewhere or {}, functions=functions, later=later
        )

    def value(self, term: Term, row: WorkingRow) -> object:
        """The value of a term for a row, which counts the effort anew."""
        self.around.effort.turns = 0
        function = self.functions.by_term.get(id(term))
        return evaluate(term, self.around, row.variables) if function is None else function(row.variables)

    def truth(self, term: Term, row: WorkingRow) -> Truth:
        """The value of a condition for a row."""
        value = self.value(term, row)
        assert isinstance(value, bool | Unknown), value
        return value

    def truth_of(self, column: str, row: WorkingRow) -> Truth:
        """The value of a column with a truth."""
        value = row.variables[column]
        assert isinstance(value, bool | Unknown), column
        return value

    def stands(self, row: WorkingRow) -> Truth:
        """Whether the row is one of those that the plan is run for."""
        return self.doubts.get(row.subject.id, True)

    def compute(self, node: Node, columns: Sequence[Column], rows: Iterable[WorkingRow]) -> None:
        """Computes the columns of a node for rows, for each row one after the other."""
        shows = self.trace and self.later is None
        functions = None if shows else self.functions.of_columns(node, columns)
        if functions is None:
            for row in rows:
                for column in columns:
                    self.add(column, row)
            return
        effort = self.around.effort
        for row in rows:
            variables = row.variables
            assumed = self.assumed.get(row.subject.id) if self.assumed else None
            for name, function in functions:
                effort.turns = 0
                variables[name] = assumed[name] if assumed and name in assumed else function(variables)

    def add(self, column: Column, row: WorkingRow) -> None:
        """Computes a column of a row."""
        assumed = self.assumed.get(row.subject.id, {})
        if column.name in assumed:
            row.variables[column.name] = assumed[column.name]
        else:
            row.variables[column.name] = self.value(column.term, row)
        if self.trace and self.later is None and column.observed and row.subject.id not in self.elsewhere:
            seen = tuple(seen_part(part, self.around, row.variables) for part in column.observed)
            row.seen = {**row.seen, column.name: seen}  # rows made of this one have what was seen before


def traced(rows: Sequence[WorkingRow], running: Running) -> tuple[TracedRow, ...]:
    """Rows as results see them."""
    later, around = running.later, running.around
    made: dict[int, TracedRow] = {}
    queues: dict[int, Queue] = {}

    def of(row: WorkingRow) -> TracedRow:
        found = made.get(id(row))
        if found is None:
            seen = row.seen if later is None else SeenLater(later, around, row.variables)
            parts = tuple(of(part) for part in row.parts) if row.parts else ()  # as most have none
            peers = queues.setdefault(id(row.peers), Queue()) if row.peers else Queue()
            found = made[id(row)] = _traced_row(row.subject, Shown(row.variables), seen, parts, peers)
            if row.peers and not peers:
                peers.append(found)  # not empty any more, so that the peers below do not begin again
                peers[:] = [of(peer) for peer in row.peers]
        return found

    return tuple(of(row) for row in rows)


def alone(later: Mapping[str, Column] | None, around: Surroundings) -> Callable[[Row, dict[str, object]], TracedRow]:
    """Makes what results see of rows that were neither ranked nor made of others, from their columns.

    Args:
        later: the columns whose parts are looked at when they are read; None without trace.
        around: what these depend on.
    """
    peers = Queue()

    def row(subject: Row, variables: dict[str, object]) -> TracedRow:
        seen = {} if later is None else SeenLater(later, around, variables)
        return _traced_row(subject, Shown(variables), seen, (), peers)

    return row


def parts_of(rows: Iterable[WorkingRow], parts: Iterable[WorkingRow]) -> dict[int, list[WorkingRow]]:
    """The rows that were made of each of some rows, be it through others between them, by the identity of that row."""
    found: dict[int, list[WorkingRow]] = {id(row): [] for row in rows}
    for part in parts:
        origin = part.origin
        while origin is not None and id(origin) not in found:
            origin = origin.origin
        if origin is not None:
            found[id(origin)].append(part)
    return found


# ----------------------------------------------------------------------------------------------------------- bounds


@dataclass(slots=True)
class Work:
    """Counts what is done for all rows of a node together, so that no plan goes on for hours.

    Attributes:
        most: how much may be done.
        message: what is said if it is more.
        done: how much was done.
    """

    most: int
    message: str
    done: int = 0

    def add(self, count: int) -> None:
        """Count some more.

        Raises:
            TooMuchWork: if it is too much.
        """
        self.done += count
        if self.done > self.most:
            raise TooMuchWork(self.message)


def some_true(items: Iterable[Truth]) -> Truth:
    """Whether any of many is true; if that is unknown, for want of the first facts that are missing."""
    unknown: list[Unknown] = []
    for item in items:
        if isinstance(item, Unknown):
            unknown.append(item)
        elif item:
            return True
    return Unknown(united(each.missing for each in unknown)) if unknown else False


# ----------------------------------------------------------------------------------------------------------- groups

MAXIMUM_PAIRS: Final = 1_000_000
"""Pairs of a row and a group to which it may belong, in one node of a plan."""

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Group(Generic[_Entry]):
    """Rows whose keys are equal, or, where they are not known in full, equal as far as they are known.

    Attributes:
        members: the rows.
        perhaps: other rows that may belong to it, each with what would have to be known of their keys.
        known: whether the key is known in full. If not, the members do not know each other to be in one group either.
        doubts: what would have to be known of the key of each member; nothing where it is known.
    """

    members: list[_Entry]
    perhaps: list[tuple[_Entry, Unknown]]
    known: bool
    doubts: list[Unknown]


_Key = tuple[object, ...]


def grouped(entries: Iterable[_Entry], key_of: Callable[[_Entry], _Key]) -> list[Group[_Entry]]:
    """The groups of equal keys, those that are known first.

    A key that is known in part only agrees, perhaps, with each that does not contradict that part.

    Raises:
        TooMuchWork: if there are too many pairs that may belong together.
    """
    groups: dict[_Key, Group[_Entry]] = {}
    loose: dict[_Key, Group[_Entry]] = {}
    for entry in entries:
        key = _flat(key_of(entry))
        unknown = [part for part in key if isinstance(part, Unknown)]
        if unknown:
            shape = tuple(_ANYTHING if isinstance(part, Unknown) else part for part in key)
            group = loose.setdefault(shape, Group([], [], known=False, doubts=[]))
            group.doubts.append(Unknown.of(unknown))
            group.members.append(entry)
        elif key in groups:
            groups[key].members.append(entry)
        else:
            groups[key] = Group([entry], [], known=True, doubts=[])
    if not loose:
        return [*groups.values()]
    work = Work(
        MAXIMUM_PAIRS,
        f"more than {MAXIMUM_PAIRS:,} pairs of records may belong together, as it is not known what they belong to:"
        " give the facts by which they are told apart, such as the customer of a claim or the day of a record",
    )
    agreeing, others = _Agreeing(groups), _Agreeing(loose)
    for shape, group in loose.items():
        doubted = list(zip(group.members, group.doubts, strict=True))
        for other in agreeing.with_shape(shape):
            work.add(len(doubted) + len(other.members))
            other.perhaps.extend(doubted)
            group.perhaps.extend((entry, NOTHING_MORE) for entry in other.members)
        for other in others.with_shape(shape):
            if other is not group:
                work.add(len(doubted))
                other.perhaps.extend(doubted)
    return [*groups.values(), *loose.values()]


_ANYTHING: Final = object()
NOTHING_MORE: Final = Unknown(frozenset())
"""A doubt about which everything that is missing is named elsewhere."""


class _Agreeing(Generic[_Entry]):
    """Finds the groups whose shapes do not contradict another one, by the parts that both know."""

    def __init__(self, groups: Mapping[_Key, Group[_Entry]]) -> None:
        self._by_places: dict[tuple[int, tuple[int, ...]], list[tuple[_Key, Group[_Entry]]]] = defaultdict(list)
        for shape, group in groups.items():
            self._by_places[_known_places(shape)].append((shape, group))
        self._indexes: dict[tuple[object, ...], dict[_Key, list[Group[_Entry]]]] = {}

    def with_shape(self, shape: _Key) -> Iterator[Group[_Entry]]:
        length, places = _known_places(shape)
        for (other_length, other_places), groups in self._by_places.items():
            if other_length != length:
                continue
            common = tuple(place for place in places if place in other_places)
            at = (other_length, other_places, common)
            if at not in self._indexes:
                index: dict[_Key, list[Group[_Entry]]] = defaultdict(list)
                for other, group in groups:
                    index[tuple(other[place] for place in common)].append(group)
                self._indexes[at] = index
            yield from self._indexes[at].get(tuple(shape[place] for place in common), ())


def _known_places(shape: _Key) -> tuple[int, tuple[int, ...]]:
    """How long a shape is, and which of its parts are known."""
    return len(shape), tuple(place for place, part in enumerate(shape) if part is not _ANYTHING)


def _flat(key: _Key) -> _Key:
    """A key whose parts are tuples, such as coordinates, as one tuple of what can be compared."""
    flat: list[object] = []
    for part in key:
        if isinstance(part, tuple):
            flat += _flat(part)
        else:
            flat.append(comparable(definite(part)))
    return tuple(flat)
