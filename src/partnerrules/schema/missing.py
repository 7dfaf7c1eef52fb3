"""The unknown value, and what was missing that made it unknown.

Unknown is an answer of its own: it is never no, zero or yes. It carries the facts that would have to be known, so that
a decision can name them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Reason: TypeAlias = Literal[
    "field",  # a field of a record was not given
    "reference",  # a record that is referred to was not given, in a relation that may be incomplete
    "relation",  # a relation may be incomplete, so that nothing can be said of all its records
    "parameter",  # a parameter of the ruleset has no value, as its source does not state one
    "zero",  # a division by zero
    "empty",  # the smallest, largest, mean or latest of nothing
    "size",  # a number that grew past the digits that are computed with
    "absent",  # a value that is known to be absent was computed with
    "tie",  # several records come first by the same key
    "circle",  # a record that refers to itself through others
    "calendar",  # a day outside of the calendar, or a fraction of a day or month away
    "rate",  # there is no exchange rate for a pair of currencies and a day
    "rates",  # exchange rates for the same pair and day contradict each other
    "policy",  # another policy gives no answer for this record: none in force, no rule, or several
]


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """One fact that is not there.

    Attributes:
        reason: in what way it is missing.
        relation: the relation, or the policy for reason "policy", or "" where there is none.
        record: the id of the record, or "".
        field: the field, the parameter, or the text of the expression.
    """

    reason: Reason
    relation: str = ""
    record: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be known from the facts given, with the facts that are missing."""

    missing: frozenset[Missing]

    @classmethod
    def because(cls, reason: Reason, relation: str = "", record: str = "", field: str = "") -> "Unknown":
        return cls(frozenset({Missing(reason, relation, record, field)}))

    @classmethod
    def of(cls, unknowns: Iterable["Unknown"]) -> "Unknown":
        """One unknown for several, which lacks all that they lack."""
        return cls(frozenset().union(*(unknown.missing for unknown in unknowns)))

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")
