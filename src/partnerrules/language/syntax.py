"""The tree of an expression as its author wrote it, before names and types are known.

The parser builds it, the printer writes it back in canonical form, the checker turns it into terms. Two trees are equal
if they say the same, wherever they stand.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Literal, TypeAlias

from partnerrules.diagnostics import Span


def _place() -> Span:
    return field(compare=False, repr=False)  # type: ignore[no-any-return]  # dataclasses.field is typed by its default


@dataclass(frozen=True, slots=True)
class Number:
    """`1250.50`, or with a unit `15 %`, `90 days`, `100000 CNY`."""

    value: Decimal
    unit: str | None
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class String:
    """`"gold"`."""

    value: str
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Day:
    """`2026-03-01`."""

    value: dt.date
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Moment:
    """`2026-03-01T09:00:00+08:00`."""

    value: dt.datetime
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stands alone: a record, a parameter, a definition, a field inside a filter."""

    name: str
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Path:
    """`deal.customer`: a field of what stands before the dot."""

    base: "Syntax"
    name: str
    name_span: Span = _place()
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Filter:
    """`registrations[withdrawn]`: those for which the condition holds."""

    base: "Syntax"
    condition: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Call:
    """`certified(person, "sales", today)`."""

    function: str
    arguments: tuple["Syntax", ...]
    name_span: Span = _place()
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Negate:
    """`-x`."""

    operand: "Syntax"
    span: Span = _place()


ArithmeticOperator = Literal["+", "-", "*", "/"]
ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b`."""

    operator: ArithmeticOperator
    left: "Syntax"
    right: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a >= b`."""

    operator: ComparisonOperator
    left: "Syntax"
    right: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Between:
    """`x between a and b`, both ends included."""

    operand: "Syntax"
    low: "Syntax"
    high: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Membership:
    """`x in y`, where y is a list or an interval."""

    operand: "Syntax"
    group: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class And:
    """`a and b and c`."""

    items: tuple["Syntax", ...]
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Or:
    """`a or b or c`."""

    items: tuple["Syntax", ...]
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class If:
    """`if a then b else c`."""

    condition: "Syntax"
    then: "Syntax"
    otherwise: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class For:
    """`for x in xs return e`."""

    variable: str
    source: "Syntax"
    body: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some x in xs satisfies c`, `every x in xs satisfies c`."""

    kind: Literal["some", "every"]
    variable: str
    source: "Syntax"
    condition: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Items:
    """`["EU", "UK"]`."""

    items: tuple["Syntax", ...]
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Range:
    """`[1..5)`: square brackets include an end, round ones do not."""

    low: "Syntax"
    high: "Syntax"
    low_included: bool
    high_included: bool
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Pick:
    """`latest assessments by assessed_on`, `earliest ... by ...`, `top 3 deals by amount`, `top shown ... by ...`."""

    kind: Literal["latest", "earliest", "top"]
    count: "int | Name"
    source: "Syntax"
    key: "Syntax"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class At:
    """`partner.sales_of_last_year at 2026-01-01`: what it was on another day."""

    operand: "Syntax"
    moment: "Syntax"
    span: Span = _place()


PeriodUnit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days around today.

    `last 12 months`, `this month`, `this month and 5 before`, `quarter to date`; a quarter or year may be `fiscal`.
    """

    kind: Literal["last", "this", "to date"]
    count: int
    unit: PeriodUnit
    fiscal: bool
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Last:
    """`last look_back`: the days of a named length of time up to and including today."""

    length: "Name | Path"
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Edge:
    """`start of month(d)`, `end of fiscal year(d)`: the first day of the period, or of the next one."""

    edge: Literal["start", "end"]
    unit: PeriodUnit
    fiscal: bool
    day: "Syntax"
    span: Span = _place()


Syntax: TypeAlias = (
    Number
    | String
    | Truth
    | Day
    | Moment
    | Name
    | Path
    | Filter
    | Call
    | Negate
    | Arithmetic
    | Comparison
    | Between
    | Membership
    | And
    | Or
    | If
    | For
    | Quantified
    | Items
    | Range
    | Pick
    | At
    | Window
    | Last
    | Edge
)


# A cell of a decision table is a test of its column's input.


@dataclass(frozen=True, slots=True)
class AnyValue:
    """`-`: the column does not matter."""

    span: Span = _place()


@dataclass(frozen=True, slots=True)
class Against:
    """`>= 1000 CNY`."""

    operator: ComparisonOperator
    value: Syntax
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class OneOf:
    """`"EU", [1..5), >= 10`: at least one of the tests holds. A value alone tests for equality or membership."""

    tests: tuple["CellTest | Syntax", ...]
    span: Span = _place()


@dataclass(frozen=True, slots=True)
class NoneOf:
    """`not("bronze", "silver")`: none of the tests holds."""

    tests: tuple["CellTest | Syntax", ...]
    span: Span = _place()


CellTest: TypeAlias = AnyValue | Against | OneOf | NoneOf


def children(node: Syntax) -> Iterator[Syntax]:
    """The expressions directly below one."""
    for slot in fields(node):
        value = getattr(node, slot.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, _NODES):
                yield item


_NODES = (
    Number, String, Truth, Day, Moment, Name, Path, Filter, Call, Negate, Arithmetic, Comparison, Between, Membership,
    And, Or, If, For, Quantified, Items, Range, Pick, At, Window, Edge,
)  # fmt: skip


def depth(node: Syntax) -> int:
    """How deep the tree is, found without recursion."""
    deepest, pending = 0, [(node, 1)]
    while pending:
        current, level = pending.pop()
        deepest = max(deepest, level)
        pending.extend((child, level + 1) for child in children(current))
    return deepest
