"""What a plan computed for one record: the data that results and explanations are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from partnerrules.facts import Row
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Type


@dataclass(frozen=True, slots=True)
class Seen:
    """A part of a condition with the value it had: None where it is absent, or `Unknown`."""

    text: str
    value: object
    type: Type


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row of a plan's last node.

    Attributes:
        subject: the record that the row belongs to.
        values: all columns, in the order in which they were computed.
        seen: for each column that shows parts, their values; empty if no trace was asked for.
    """

    subject: Row
    values: Mapping[str, object]
    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)

    def truth(self, column: str) -> bool | Unknown:
        """The value of a column that is a condition."""
        value = self.values[column]
        assert isinstance(value, bool | Unknown)
        return value
