"""Checked expressions: every name resolved, every type known, every shorthand written out.

The checker makes terms; plans are built of them; back ends run them. A term has no text and no place in a file, so that
two terms are equal exactly if they compute the same in the same way.

A condition is three-valued; a list may be in doubt. What every term means is in `backends.meanings`.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from partnerrules.language.syntax import ComparisonOperator, PeriodUnit
from partnerrules.schema.types import Type

Constant: TypeAlias = bool | str | int | Decimal | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Value:
    """A value that the author wrote."""

    value: Constant
    type: Type


@dataclass(frozen=True, slots=True)
class Variable:
    """The record being decided, or the item of an enclosing filter or loop."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """What an earlier step of the plan computed for the same row."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class FieldOf:
    """A field of a record. A reference gives the id of the other record."""

    record: "Term"
    field: str
    type: Type


@dataclass(frozen=True, slots=True)
class Follow:
    """The record that a reference refers to."""

    reference: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class RelationOf:
    """All records of an entity that are seen at the as-of instant."""

    entity: str
    type: Type


@dataclass(frozen=True, slots=True)
class InverseOf:
    """The records of an entity whose field refers to a record: `partner.people`."""

    record: "Term"
    entity: str
    field: str
    type: Type


@dataclass(frozen=True, slots=True)
class Select:
    """The items for which a condition holds."""

    source: "Term"
    variable: str
    condition: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Each:
    """A value of each item; lists of lists are flattened."""

    source: "Term"
    variable: str
    body: "Term"
    flatten: bool
    type: Type


@dataclass(frozen=True, slots=True)
class Quantified:
    """Whether some or every item fulfils a condition."""

    kind: Literal["some", "every"]
    source: "Term"
    variable: str
    condition: "Term"
    type: Type


AggregateKind = Literal["count", "sum", "min", "max", "mean", "distinct"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One value of all items of a list."""

    kind: AggregateKind
    source: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Pick:
    """The items that come first by a key: one (or unknown if there is none, a tie, or others beside it), or a few."""

    kind: Literal["latest", "earliest", "top", "only"]
    count: "Term"
    source: "Term"
    variable: str
    key: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values."""

    items: tuple["Term", ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Bounds:
    """A stretch from a value to another one."""

    low: "Term"
    high: "Term"
    low_included: bool
    high_included: bool
    type: Type


@dataclass(frozen=True, slots=True)
class WindowOf:
    """A stretch of days around today, as `syntax.Window` says it."""

    kind: Literal["last", "this", "to date"]
    count: int
    unit: PeriodUnit
    fiscal: bool
    type: Type


@dataclass(frozen=True, slots=True)
class EdgeOf:
    """The first day of the period of a day, or of the period after it."""

    edge: Literal["start", "end"]
    unit: PeriodUnit
    fiscal: bool
    day: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two values stand in an order. A quotient on either side is compared exactly."""

    operator: ComparisonOperator
    left: "Term"
    right: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a value lies in an interval; none does not."""

    item: "Term"
    interval: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Among:
    """Whether a value is one of a list; none is not."""

    item: "Term"
    group: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class All:
    """False if any is false, else unknown if any is unknown, else true."""

    items: tuple["Term", ...]
    type: Type


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if any is true, else unknown if any is unknown, else false."""

    items: tuple["Term", ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    item: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True when the trues reach the count, false when trues and unknowns together cannot, else unknown."""

    count: int
    items: tuple["Term", ...]
    type: Type


@dataclass(frozen=True, slots=True)
class If:
    """One of two values. With an unknown condition, the value that both share, or else unknown."""

    condition: "Term"
    then: "Term"
    otherwise: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Let:
    """A value that is used several times."""

    variable: str
    value: "Term"
    body: "Term"
    type: Type


CalculationKind = Literal[
    "number",  # of exact decimals; the base units are the same or multiply
    "shift-days",  # a date or instant some civil days later
    "shift-months",
    "shift-business-days",  # by the calendar of the ruleset
    "shift-elapsed",  # an instant some elapsed seconds later
    "days-between",  # whole civil days between two dates
    "elapsed-between",  # elapsed seconds between two instants
]


@dataclass(frozen=True, slots=True)
class Calculation:
    """Arithmetic with two operands."""

    kind: CalculationKind
    operator: Literal["+", "-", "*", "/"]
    left: "Term"
    right: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of the function table that is computed from its arguments alone."""

    function: str
    arguments: tuple["Term", ...]
    type: Type


@dataclass(frozen=True, slots=True)
class ParameterOf:
    """A parameter of the ruleset."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class DefinitionOf:
    """A definition of the ruleset, of one record or of none."""

    name: str
    record: "Term | None"
    type: Type


@dataclass(frozen=True, slots=True)
class OutcomeOf:
    """What another policy gives for a record: its outcome, or one of its outputs."""

    policy: str
    record: "Term"
    column: str
    type: Type


@dataclass(frozen=True, slots=True)
class AsOf:
    """The instant as of which is decided."""

    type: Type


@dataclass(frozen=True, slots=True)
class Today:
    """The civil date of the as-of instant in the timezone of the ruleset."""

    type: Type


@dataclass(frozen=True, slots=True)
class AtMoment:
    """A value as it would be as of another instant or day."""

    item: "Term"
    moment: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a value that may be absent is there."""

    item: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a value is known; never unknown itself."""

    item: "Term"
    type: Type


@dataclass(frozen=True, slots=True)
class IfUnknown:
    """A value, or another one where it is unknown."""

    item: "Term"
    default: "Term"
    type: Type


Term: TypeAlias = (
    Value
    | Variable
    | ColumnOf
    | FieldOf
    | Follow
    | RelationOf
    | InverseOf
    | Select
    | Each
    | Quantified
    | Aggregate
    | Pick
    | Items
    | Bounds
    | WindowOf
    | EdgeOf
    | Comparison
    | Within
    | Among
    | All
    | AnyOf
    | Not
    | AtLeast
    | If
    | Let
    | Calculation
    | Apply
    | ParameterOf
    | DefinitionOf
    | OutcomeOf
    | AsOf
    | Today
    | AtMoment
    | Exists
    | Known
    | IfUnknown
)
