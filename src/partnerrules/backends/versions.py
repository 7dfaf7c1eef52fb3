"""Versions of one policy that go on from each other: all look at the records of all, each at its own with its terms."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from partnerrules.backends.interpreter import rows_at
from partnerrules.backends.rows import Running, WorkingRow, traced
from partnerrules.backends.surroundings import Surroundings
from partnerrules.backends.values import Count, united
from partnerrules.facts import Row
from partnerrules.plan.columns import Settled
from partnerrules.plan.logic import Truth, conjunction, disjunction
from partnerrules.plan.nodes import APPLIES, Carry, Collapse, Plan, Succeed, nodes_from
from partnerrules.plan.trace import TracedRow
from partnerrules.schema.missing import Missing, Unknown


@dataclass(slots=True, eq=False)
class Member:
    """A version of a policy that looks at the records of all versions together.

    What it has from the others are columns that a `Carry` names. It is there before the `Carry` of any version is
    computed, so that no version waits for another one that waits for it.

    Attributes:
        plan: of the policy in this version.
        around: the facts, the instant, and what its terms refer to.
        records: those of all versions, as this one reads them.
        own: the ids of those that it answers for, or may answer for.
        trace: whether rows show the parts of their conditions.
        doubts: by the id of the record, what would have to be known to tell whether it is among them at all.
    """

    plan: Plan
    around: Surroundings
    records: tuple[Row, ...]
    own: frozenset[str]
    trace: bool
    doubts: Mapping[str, Unknown]
    _running: Running | None = None
    _scanned: list[WorkingRow] = field(default_factory=list)
    _carried: dict[str, dict[str, WorkingRow]] = field(default_factory=dict)

    def begin(self, members: "Iterable[Member]") -> None:
        """Gets ready to run, knowing which other versions answer for which records."""
        elsewhere = {id: other for other in members for id in other.own - self.own}
        self._running = Running.of(
            self.plan, self.around, trace=self.trace, assumed={}, doubts=self.doubts, elsewhere=elsewhere
        )
        self._scanned = [WorkingRow.of(record) for record in self.records]

    def row(self, id: str, stage: str) -> WorkingRow | None:
        """The row of a record with columns that are carried to other versions; None if it has none here."""
        if stage not in self._carried:
            assert self._running is not None
            carries = (node for node in nodes_from(self.plan.root) if isinstance(node, Carry))
            node = next((node for node in carries if node.stage == stage), None)
            rows: list[WorkingRow] = []
            if node is not None:
                with self.around.effort.apart():
                    rows = rows_at(node.told or node.source, self._scanned, self._running)
            self._carried[stage] = {row.subject.id: row for row in rows}
        return self._carried[stage].get(id)

    def rows(self) -> tuple[TracedRow, ...]:
        """The rows of its own records."""
        assert self._running is not None
        with self.around.effort.apart():
            rows = rows_at(self.plan.root, self._scanned, self._running)
        return traced([row for row in rows if row.subject.id in self.own], self._running)


def run_together(members: Iterable[Member]) -> None:
    """Lets some versions know of each other, so that each can be asked for its rows."""
    every = tuple(members)
    for member in every:
        member.begin(every)


@dataclass(slots=True, eq=False)
class Turn:
    """A version of a policy that judges what happened in its own days, after those versions that came before it.

    Attributes:
        plan: of the policy in this version.
        around: the facts, the instant, and what its terms refer to.
        record: the record that is decided, as this version reads it.
        trace: whether rows show the parts of their conditions.
        assumed: values that columns of the record have instead of what they would compute.
    """

    plan: Plan
    around: Surroundings
    record: Row
    trace: bool
    assumed: Mapping[str, object]

    def running(self) -> Running:
        assumed = {self.record.id: self.assumed}
        return Running.of(self.plan, self.around, trace=self.trace, assumed=assumed, doubts={})


def run_in_turn(turns: Sequence[Turn]) -> tuple[TracedRow | None, ...]:
    """The rows of one record by some versions, in the order of time: each tells of what all of them have judged.

    To each version what earlier ones came to is settled, and stands among what it judges itself. None where a version
    is not about the record.
    """
    runs = [turn.running() for turn in turns]
    scans = [[WorkingRow.of(turn.record)] for turn in turns]
    judges: list[_Judge] = []
    for turn, running, scanned in zip(turns, runs, scans, strict=True):
        collapse, succeed = _nodes(turn.plan)
        running.settled.extend(row for judge in judges for row in judge.settled(succeed, ask=True))
        for judge in judges:
            for id, settles in judge.settles.items():
                running.settled_before[id] = disjunction((running.settled_before.get(id, False), settles))
        with turn.around.effort.apart():
            parts = rows_at(collapse.source, scanned, running)
            about = bool(rows_at(collapse.over, scanned, running))
        judges.append(_Judge(succeed, running, parts, is_about=about))
    for judge in judges:
        judge.pass_over([each for each in judges if each is not judge])
    found: list[TracedRow | None] = []
    for number, (turn, running, scanned) in enumerate(zip(turns, runs, scans, strict=True)):
        _, succeed = _nodes(turn.plan)
        running.settled.extend(row for judge in judges[number + 1 :] for row in judge.settled(succeed, ask=False))
        with turn.around.effort.apart():
            rows = traced(rows_at(turn.plan.root, scanned, running), running)
        found.append(next(iter(rows), None))
    return tuple(found)


def _nodes(plan: Plan) -> tuple[Collapse, Succeed]:
    """The succession of a plan, and where what it comes to is put together."""
    nodes = tuple(nodes_from(plan.root))
    return (
        next(node for node in nodes if isinstance(node, Collapse)),
        next(node for node in nodes if isinstance(node, Succeed)),
    )


def _effect(row: WorkingRow, succeed: Succeed) -> Truth:
    """Whether a row takes effect, which is in doubt if it is whether its version is about the record at all."""
    effect, applies = (row.variables.get(name, True) for name in (succeed.column, APPLIES))
    assert isinstance(effect, bool | Unknown)
    assert isinstance(applies, bool | Unknown)
    return conjunction((effect, applies))


class _Judge:
    """A version that has had its turn: which rows it settles, and what they are to others.

    Attributes:
        settles: by what a row is known, whether this version settles it.
    """

    def __init__(self, succeed: Succeed, running: Running, parts: Sequence[WorkingRow], *, is_about: bool) -> None:
        assert succeed.settled is not None
        self._own = succeed.settled
        self._running = running
        self._parts = parts
        self._is_about = is_about
        self._effects = [(part, effect) for part in parts if (effect := _effect(part, succeed)) is not False]
        self.settles = {part.variables[self._own.id]: self._settles(part) for part in parts}

    def _settles(self, part: WorkingRow) -> Truth:
        truths = (part.variables.get(name, True) for name in (self._own.settles, self._own.counts, APPLIES))
        return conjunction(each for each in truths if isinstance(each, bool | Unknown))

    def pass_over(self, others: "Sequence[_Judge]") -> None:
        """Says of each row whether another version settles it, or has no such row though it is in force on its day."""
        for part in self._parts:
            id, day = (part.variables[name] for name in (self._own.id, self._own.day))
            part.variables[self._own.passed] = any(
                other.settles[id] is not False if id in other.settles else other.in_force(day) for other in others
            )

    def in_force(self, day: object) -> bool:
        """Whether the version is about the record, and a day is one of those on which it settles rows."""
        start, end = self._own.days
        return (
            self._is_about
            and isinstance(day, dt.date)
            and (start is None or start <= day)
            and (end is None or day < end)
        )

    def settled(self, succeed: Succeed, *, ask: bool) -> Iterator[WorkingRow]:
        """What the rows that take effect, or may do so, are to another version, with what that asks for besides."""
        its = succeed.settled
        assert its is not None
        for judged, effect in self._effects:
            row = WorkingRow(judged.subject, dict(judged.variables), judged.seen)
            applies = row.variables.get(APPLIES, True)
            for name in its.truths:
                value = row.variables.get(name, False)
                assert isinstance(value, bool | Unknown)
                assert isinstance(applies, bool | Unknown)
                row.variables[name] = conjunction((value, applies))
            for name in its.nothing:
                row.variables.setdefault(name, None)
            row.variables[succeed.column] = effect
            row.variables[its.mark] = True
            row.variables[succeed.weight] = self._weight(judged, its)
            with self._running.around.effort.apart():
                for column in self._own.told if ask else ():
                    if column.name in its.asked and column.name not in judged.variables:
                        self._running.add(column, judged)
                        row.variables[column.name] = judged.variables[column.name]
            yield row

    def _weight(self, judged: WorkingRow, its: Settled) -> int | Count:
        """What a row weighs to another version: as that weighs what has the name of what the row came to."""
        weights = {name: weight for _, name, weight in its.steps}
        possible: set[int] = set()
        missing: list[frozenset[Missing]] = []
        for column, name, _ in self._own.steps:
            comes_to = self._running.truth_of(column, judged)
            if comes_to is False:
                continue
            possible.add(weights.get(name, 0))
            if comes_to is True:
                break
            missing.append(comes_to.missing)
        least, most = min(possible, default=0), max(possible, default=0)
        return least if least == most else Count(least, most, united(missing))
