"""Decision tables as plans have them: rules that test inputs, and the hit policy that says which rule counts."""

from dataclasses import dataclass, field
from typing import Final, Literal

from partnerrules.language.terms import Term
from partnerrules.plan.table_index import TableIndex
from partnerrules.schema.types import Type

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
    """A decision table. Its tests see the inputs as columns of the row.

    Attributes:
        hit: which of the rules that apply gives the result.
        outputs: what the rules give.
        rules: in the order in which they are written.
        default: the outputs where no rule applies, if there are such.
        index: finds the rules that can apply; None if all are asked.
    """

    hit: HitPolicy
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    default: tuple[Term, ...] | None
    index: TableIndex | None = field(default=None, compare=False, repr=False)
