"""What a plan computed for one record: the data that results and explanations are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from partnerrules.facts import Row
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Type


@dataclass(frozen=True, slots=True)
class Seen:
    """A part of a condition with the value it had.

    Attributes:
        text: its canonical text.
        value: None where it is absent, `Unknown` where it is not known.
        type: what the value is.
        title: what the ruleset calls it, if it is a parameter, a definition or an own field.
    """

    text: str
    value: object
    type: Type
    title: Title = Title()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a queue: between two numbers, the second None if it has no end, and what is missing to know it."""

    least: int
    most: int | None
    missing: frozenset[Missing]


@dataclass(frozen=True, slots=True)
class Holding:
    """How many somebody holds: between two numbers, the second None if it has no end."""

    holder: str
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Holdings:
    """Who holds how many of all, those with the most first, and a few of them at most."""

    holders: tuple[Holding, ...]
    least: int
    most: int | None


class Queue(list["TracedRow"]):
    """The rows of one queue, in the order of their ids.

    Attributes:
        made: what a policy kind makes of the queue as a whole, so that it is made once and not for each row.
    """

    __slots__ = ("made",)

    def __init__(self) -> None:
        super().__init__()
        self.made: object = None


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row of a plan's last node.

    Attributes:
        subject: the record that the row belongs to.
        values: all columns, in the order in which they were computed.
        seen: for each column that shows parts, their values; empty if no trace was asked for.
        parts: the rows that were made of it and joined to it again, in their order.
        peers: the rows that it was ranked with, where each stands in one of several queues; it is one of them.
    """

    subject: Row
    values: Mapping[str, object]
    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)
    parts: "tuple[TracedRow, ...]" = ()
    peers: Queue = field(default_factory=Queue, repr=False, compare=False)

    def truth(self, column: str) -> bool | Unknown:
        """The value of a column that is a condition."""
        value = self.values[column]
        assert isinstance(value, bool | Unknown)
        return value
