"""The nodes of a plan. Each takes a table of rows and gives one; its meaning is a function of sets.

A row belongs to one record, the subject, which terms see as the variable `names.SUBJECT`. Columns are added and never
changed, so that a trace can show them all. `Rank` and others look at several rows at once. A subject has one row, until
`Unnest` or `Spread` give it several and `Collapse` makes them one again.

Columns are added to rows where they stand. So a node of a plan has one successor, apart from a `Collapse` that is over
it: two would see each other's columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from partnerrules.language.terms import Term
from partnerrules.plan.assignments import Assignment
from partnerrules.plan.clocks import Clock
from partnerrules.plan.columns import APPLIES as APPLIES
from partnerrules.plan.columns import OUTCOME as OUTCOME
from partnerrules.plan.columns import RULES as RULES
from partnerrules.plan.columns import Column as Column
from partnerrules.plan.columns import Following, Settled, Turn
from partnerrules.plan.columns import Rest as Rest
from partnerrules.plan.coverings import Covering
from partnerrules.plan.decision_table import DecisionTable
from partnerrules.plan.draws import Drawing
from partnerrules.plan.queues import Cut as Cut
from partnerrules.plan.queues import SortKey as SortKey


@dataclass(frozen=True, slots=True)
class Scan:
    """One row for each record of an entity that is seen at the as-of instant."""

    entity: str


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows for which a condition is not false. Where it is unknown the row stays, and the column says so."""

    source: "Node"
    condition: Column


@dataclass(frozen=True, slots=True)
class Let:
    """The rows with further columns, each of which may use those before it."""

    source: "Node"
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The rows with what a decision table gives for them: its outcome, the ids of the rules, a column for each output.

    Attributes:
        outcome: the column for its outcome: "decided", "no_rule", "several_rules", or unknown.
        rules: the column for the ids of the rules.
    """

    source: "Node"
    table: DecisionTable
    outcome: str = OUTCOME
    rules: str = RULES


@dataclass(frozen=True, slots=True)
class Union:
    """The rows of several plans that give the same columns, such as claims that are records of different entities."""

    sources: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Unnest:
    """One row for each member of a list of records, with the columns of the row it comes from.

    Attributes:
        items: the list, of each row.
        variable: the name under which later terms see the member.
        belongs: the column that says whether the member belongs to the list, unknown where that is in doubt.
        whole: the column that says, also of the row itself, whether the list has no other members, true or unknown.
    """

    source: "Node"
    items: Term
    variable: str
    belongs: str
    whole: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One row for each cell that a row covers; two rows meet in the cells that both cover.

    Rows of the same identity share a space whose sides are the shared columns: lists of values, of which None stands
    for all. A side has a coordinate for each value that a row of the identity names, and `Rest` for all that none does.

    Attributes:
        identity: columns in which rows have to be equal to meet.
        shared: columns that hold a list each, or None for all there is.
        cell: the column for the coordinates, a tuple with a value, `Rest`, or unknown for each side.
        covers: the column that says whether it covers anything; unknown if one of its lists is, which may be empty.
    """

    source: "Node"
    identity: tuple[str, ...]
    shared: tuple[str, ...]
    cell: str
    covers: str


@dataclass(frozen=True, slots=True)
class Collapse:
    """The rows of a plan, each with what its own rows further on came to.

    Attributes:
        over: the rows before `Unnest` or `Spread`: the very node on which `source` builds, not an equal one.
        source: the rows made of them, which traces show as their parts, behind those of an earlier `Collapse`.
        some: columns that say whether a condition over the columns of these parts holds for some of them.
        greatest: columns with the greatest number that these have; none if all have none, unknown if one is.
    """

    over: "Node"
    source: "Node"
    some: tuple[Column, ...]
    greatest: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Rank:
    """The rows with the place that each takes, counted from one, in a queue of some of them.

    A row's place is one more than the number of rows that are in the queue and come before it. It is a range where that
    cannot be told: whether a row is in the queue, or which comes first, because a key is unknown or all are equal.

    Attributes:
        queue: the condition of being in the queue, over earlier columns.
        by: the keys that order it; the first that differs decides.
        column: where the place is put; nowhere if None, as with the following ones.
        within: columns in which rows have to be equal to stand in the same queue; one queue of all if empty.
        ahead: the column for how many come strictly before it; `level`: equal it in all keys; `size`: are in the queue.
        cuts: whether it is one of the first or the last of the queue.
    """

    source: "Node"
    queue: Term
    by: tuple[SortKey, ...]
    column: str | None
    within: tuple[str, ...] = ()
    ahead: str | None = None
    level: str | None = None
    size: str | None = None
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class CountDistinct:
    """The rows with how many different values there are among those of their group that count.

    The count is a range where it cannot be told: whether a row counts, to which group it belongs, or what its value is.
    A value that is not known may be one of the known ones or a further one.

    Attributes:
        value: the column whose values are counted.
        where: the condition of being counted, over earlier columns.
        within: columns in which rows have to be equal to be counted together.
        column: where the count is put.
        whole: the column that says whether all rows are there; if None, that hangs on the relations that are scanned.
        ends: the columns for the least and the greatest that the count can be, if they are asked for.
    """

    source: "Node"
    value: str
    where: Term
    within: tuple[str, ...]
    column: str
    whole: str | None = None
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cumulate:
    """The rows with what the rows up to each of them come to, in an order.

    Attributes:
        kind: "sum" of the values, or "collect", the list of the values.
        value: what each row adds, if `where` holds, over earlier columns; a number, or for "collect" anything.
        within: columns in which rows have to be equal to be counted together.
        by: the columns that order the rows, least first: a day, and further ones where days are equal. The id of the
            subject comes last by itself, and then the order of its rows, which is that of the list in `Unnest`.
        since: the column with the first day of the earlier rows that still count; all if None. The row itself does.
        before: the column for the value of the earlier rows; `after` that with the row itself, if it is counted.
        whole: the column that says whether all rows are there; if None, that hangs on the relations that are scanned.
        per_subject: whether only rows of one subject are ever counted together; then it may be run for one alone.
        until: the column with the day from which on no row counts, itself neither, for both columns; or None.
        least: the column with a day that `by` never lies before, also where it is not known itself; or None.
    """

    source: "Node"
    kind: Literal["sum", "collect"]
    value: Term
    where: Term
    within: tuple[str, ...]
    by: tuple[str, ...]
    since: str | None
    before: str
    after: str
    whole: str | None = None
    per_subject: bool = False
    until: str | None = None
    least: str | None = None


@dataclass(frozen=True, slots=True)
class Succeed:
    """The rows with whether each takes effect: one that an earlier one still covers does not.

    In the order of the rows, one takes effect if its condition holds and no row before it that takes effect runs when
    it starts and weighs as much or more. It is a recursion over that order: what a row comes to hangs on those before.

    Attributes:
        where: the condition.
        within: columns in which rows have to be equal to meet.
        by: the columns that order the rows, as in `Cumulate`.
        starts: the column with the instant from which a row runs; `ends` that up to which it does.
        weight: the column with a number, greater for what weighs more; `column` says whether the row takes effect.
        per_subject: whether only rows of one subject ever meet, as in `Cumulate`.
        covered_from: the column with the least weight of what covers the row; its own weight if None.
        turn: what is computed for each row in its turn, if anything is.
        following: what a row has from the one that it goes on from, if it does.
        settled: what rows are here that other versions have settled.
    """

    source: "Node"
    where: Term
    within: tuple[str, ...]
    by: tuple[str, ...]
    starts: str
    ends: str
    weight: str
    column: str
    per_subject: bool = False
    covered_from: str | None = None
    turn: Turn | None = None
    following: Following | None = None
    settled: Settled | None = None

    @property
    def computed(self) -> tuple[Column, ...]:
        """The columns that are computed for each row in its turn."""
        return tuple(column for part in (self.turn, self.following) if part is not None for column in part.computed)


@dataclass(frozen=True, slots=True)
class Draw:
    """The rows with what each gets out of budgets that it shares with the rows before it, as `how` says it."""

    source: "Node"
    how: Drawing


@dataclass(frozen=True, slots=True)
class Refer:
    """The rows with columns of the row that each refers to. Each subject has one row here.

    What is computed of them may be what others have from the row. So this is a recursion along the references; what
    rows that refer to themselves through others have from them is unknown.

    Attributes:
        reference: the record that is referred to, or none.
        columns: names of columns of the other row, each with the name it gets here; None where there is no such row.
        found: the column that says whether the other record is among the rows.
        computed: columns made of these, for each row after those of the row that it refers to.
    """

    source: "Node"
    reference: Term
    columns: tuple[tuple[str, str], ...]
    found: str
    computed: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Carry:
    """The rows; of a record of another version with the columns that its own has at that stage, if it has the row."""

    source: "Node"
    stage: str
    columns: tuple[str, ...]
    told: "Node | None" = None
    """The rows that other versions are told of, if not those of `source`."""


@dataclass(frozen=True, slots=True)
class Allocate:
    """The rows with an amount split into shares that add up to it exactly.

    Each share is rounded down to the places, and what is left goes, one smallest unit each, to the greatest remainders;
    those that are equal come in the order of the shares. A negative amount is split like the positive one.

    Attributes:
        amount: what is split, rounded to the places already.
        shares: ratios that total one; if they do not, all columns are none.
        places: decimal places of the smallest unit.
        columns: one for each share.
    """

    source: "Node"
    amount: Term
    shares: tuple[Term, ...]
    places: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assign:
    """The rows of candidates with whether their subject takes them, as `how` says it.

    Attributes:
        over: the rows of the subjects, before they were unnested: the very node on which `source` builds.
        source: the rows of candidates, one for each of a subject.
    """

    over: "Node"
    source: "Node"
    how: Assignment


@dataclass(frozen=True, slots=True)
class Cover:
    """The rows with which of them are chosen to cover most together and overlap least, as `how` says it."""

    source: "Node"
    how: Covering


@dataclass(frozen=True, slots=True)
class Measure:
    """The rows with how long a clock has run for each of them, and until when it is in time, as `Clock` says it."""

    source: "Node"
    clock: Clock


_Alone: TypeAlias = Scan | Filter | Let | Lookup | Union | Unnest | Collapse | Allocate | Measure
_Together: TypeAlias = Spread | Rank | CountDistinct | Cumulate | Succeed | Refer | Assign | Draw | Cover | Carry
Node: TypeAlias = _Alone | _Together
"""A node: of those that look at each row alone, or of those that look at several together."""


def sources_of(node: Node) -> "tuple[Node, ...]":
    """The nodes whose rows a node takes."""
    match node:
        case Scan():
            return ()
        case Union(sources):
            return sources
        case Collapse(over, source) | Assign(over, source):
            return (over, source)
        case _:
            return (node.source,)


def nodes_from(root: Node) -> Iterator[Node]:
    """A node and all that it builds on, each once."""
    pending = [root]
    done: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) not in done:
            done.add(id(node))
            yield node
            pending.extend(sources_of(node))


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan.

    Attributes:
        entities: whose records it gives rows for.
        root: its last node.
    """

    entities: tuple[str, ...]
    root: Node

    def __post_init__(self) -> None:
        """Refuses a plan that would lose rows.

        Raises:
            ValueError: if a `Collapse` or an `Assign` is over another node than the one on which its source builds.
        """
        for node in nodes_from(self.root):
            if isinstance(node, Collapse | Assign) and not any(each is node.over for each in nodes_from(node.source)):
                kind = type(node).__name__
                raise ValueError(f"{kind} is over the very node on which its source builds, not over an equal one")
