"""The types of facts and expressions.

A type says what values a field or an expression can have, in the words of a policy author. Quantities carry their
dimension, money its currency, so that a mix is found when a ruleset is loaded and costs nothing when it runs.

Values at run time: `bool`, `str`, `int` (integer), `decimal.Decimal` (number, ratio, and every quantity, in the base
unit of its dimension), `Money` only where the currency differs from record to record, `datetime.date`, aware
`datetime.datetime`, tuples for lists, and records. `None` is a value that is known to be absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from partnerrules.diagnostics import with_article
from partnerrules.quantities import Dimension, describe_dimension
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def __str__(self) -> str:
        return "true or false"


@dataclass(frozen=True, slots=True)
class Text:
    """Text that is compared letter by letter."""

    def __str__(self) -> str:
        return "text"


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Text out of a closed list, in its declared order."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(f'"{value}"' for value in self.values[:6])
        return f"one of {shown}{', ...' if len(self.values) > 6 else ''}"


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, such as a count."""

    def __str__(self) -> str:
        return "whole number"


@dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal number without a unit."""

    def __str__(self) -> str:
        return "number"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share or rate, written as a percentage and kept as an exact decimal: 15 % is 0.15."""

    def __str__(self) -> str:
        return "ratio"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of something: of one currency, of time, of data, of points."""

    dimension: Dimension

    def __str__(self) -> str:
        return describe_dimension(self.dimension)


@dataclass(frozen=True, slots=True)
class AnyMoney:
    """Money whose currency may differ from record to record."""

    def __str__(self) -> str:
        return "money (of any currency)"


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day."""

    def __str__(self) -> str:
        return "date"


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in time, aware of its offset."""

    def __str__(self) -> str:
        return "instant"


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open stretch of numbers, days or instants: its start belongs to it, its end does not."""

    of: "Type"

    def __str__(self) -> str:
        return f"interval of {self.of}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record of an entity of the schema, reached by reference or as a part of another one."""

    entity: str

    def __str__(self) -> str:
        return with_article(self.entity)


@dataclass(frozen=True, slots=True)
class ListOf:
    """Several values of one type."""

    item: "Type"

    def __str__(self) -> str:
        return f"list of {self.item}"


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value that may be absent, where absence is itself a fact: `paid_at`, `withdrawn_at`."""

    of: "Type"

    def __str__(self) -> str:
        return f"{self.of}, or none"


@dataclass(frozen=True, slots=True)
class Anything:
    """The type of an expression that is already reported as wrong, so that one mistake gives one diagnostic."""

    def __str__(self) -> str:
        return "anything"


Type: TypeAlias = (
    Boolean
    | Text
    | Enumeration
    | Integer
    | Number
    | Ratio
    | Quantity
    | AnyMoney
    | Date
    | Instant
    | Interval
    | Record
    | ListOf
    | Maybe
    | Anything
)

Absence = Literal["required", "none", "unknown"]
"""What it means when a field is not given: the record is refused, there is none, or it is not known."""


def present(type: Type) -> Type:
    """The type of a value that is there.

    >>> str(present(Maybe(Date())))
    'date'
    """
    return type.of if isinstance(type, Maybe) else type


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity.

    Attributes:
        name: as rules and facts write it.
        type: the type of a value that is given, without `Maybe`.
        absence: what it means when the field is left out.
        doc: one sentence for the reference page.
        title: what a ruleset calls its own field.
        foreign: whether facts may give money of other currencies here, since another version of the ruleset reads it;
            to this one such an amount is unknown.
    """

    name: str
    type: Type
    absence: Absence = "unknown"
    doc: str = ""
    title: Title = Title()
    foreign: bool = False

    @property
    def read_as(self) -> Type:
        """The type that an expression sees."""
        return Maybe(self.type) if self.absence == "none" else self.type


@dataclass(frozen=True, slots=True)
class Inverse:
    """The way back along a reference: `partner.people` is every person whose `partner` is that partner."""

    name: str
    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record: its names, fields, and the ways back from records that refer to it.

    Attributes:
        name: singular, as rules call one record.
        relation: plural, the key of facts; None for a part that only lives inside other records.
        fields: by name; an entity with a relation always has the text field `id`.
        inverses: by name.
        happens: the field that dates an event; records dated after the as-of instant are not seen.
        validity: the fields from which and up to which a record holds, if it has such.
        derived_only: whether all its records follow from rules, so that none are given.
        title: what people call such a record.
    """

    name: str
    relation: str | None
    fields: Mapping[str, Field]
    inverses: Mapping[str, Inverse] = field(default_factory=dict)
    happens: str | None = None
    validity: tuple[str, str] | None = None
    doc: str = ""
    derived_only: bool = False
    title: Title = Title()
