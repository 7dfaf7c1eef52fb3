"""The nodes of a plan. Each takes a table of rows and gives one; its meaning is a function of sets.

A row belongs to one record, the subject, which terms see as the variable `names.SUBJECT`. Columns are added and never
changed, so that a trace can show them all. `Rank` looks at several rows at once; nodes that cumulate over an order or
allocate a total take their place beside it.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from partnerrules.language.checker import Observed
from partnerrules.language.terms import Term
from partnerrules.schema.types import Type


@dataclass(frozen=True, slots=True)
class Column:
    """A value computed for each row from its subject and earlier columns, and what a trace shows of it."""

    name: str
    term: Term
    observed: tuple[Observed, ...] = ()


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


HitPolicy = Literal[
    "unique",
    "first",
    "any",
    "priority",
    "rule order",
    "output order",
    "collect",
    "collect sum",
    "collect min",
    "collect max",
    "collect count",
]
"""The hit policies of DMN 1.5: which of the rules that apply gives the result."""

SEVERAL_RESULTS: Final[tuple[HitPolicy, ...]] = ("rule order", "output order", "collect")
"""Those that give a list of results."""


@dataclass(frozen=True, slots=True)
class Output:
    """One output column of a decision table; `order` ranks its values where the hit policy needs that."""

    name: str
    type: Type
    order: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a decision table: a test for each input (None tests nothing), a value for each output."""

    id: str
    tests: tuple[Term | None, ...]
    outputs: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table. Its tests see the inputs as columns of the row."""

    hit: HitPolicy
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    default: tuple[Term, ...] | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The rows with what a decision table gives for them: its outcome, its outputs, and the ids of the rules.

    Adds the columns `OUTCOME`, `RULES` and one for each output. The outcome is "decided", "no_rule", "several_rules",
    or unknown.
    """

    source: "Node"
    table: DecisionTable


@dataclass(frozen=True, slots=True)
class Rank:
    """The rows with the place that each takes, counted from one, in a queue of some of them.

    A row's place is one more than the number of rows that are in the queue and come before it. It is a range where that
    cannot be told: whether a row is in the queue, or which comes first, because a key is unknown or all are equal.

    Attributes:
        source: the rows.
        queue: the condition of being in the queue, over earlier columns.
        by: the keys that order it, least first; the first that differs decides.
        column: where the place is put.
    """

    source: "Node"
    queue: Term
    by: tuple[Column, ...]
    column: str


Node: TypeAlias = Scan | Filter | Let | Lookup | Rank

OUTCOME: Final = "outcome"
RULES: Final = "rules"
APPLIES: Final = "applies"
"""The column in which a policy's own condition on its subjects stands."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan.

    Attributes:
        entity: whose records it gives rows for.
        root: its last node.
    """

    entity: str
    root: Node
