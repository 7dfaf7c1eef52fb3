"""What can never be true of a record, as data: an end before its start, a negative share, a parent of itself.

A business record lists its impossibilities once. They are looked for when the record is made in Python, and again when
facts are read from a file, with the same words. A field that is absent or unknown breaks nothing.

May import quantities.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from partnerrules.quantities import Money, currencies


class Impossibility(Protocol):
    """One thing that can never be true of the fields of a record."""

    def broken(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The field to look at and what is wrong, or None if all is well."""


@dataclass(frozen=True, slots=True)
class EndsAfterStart:
    """A half-open stretch of time ends after it starts; if both are the same it would hold at no time."""

    start: str
    end: str

    def broken(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The end, if it is not after the start."""
        start, end = values.get(self.start), values.get(self.end)
        if isinstance(start, dt.date) and isinstance(end, dt.date):
            if end < start:
                return self.end, f"`{self.end}` is before `{self.start}`"
            if end == start:
                return self.end, f"`{self.end}` is the same as `{self.start}`, so that it would hold at no time"
        return None


@dataclass(frozen=True, slots=True)
class NotBefore:
    """One thing happens at the earliest when another one has."""

    first: str
    then: str

    def broken(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The later thing, if it is said to be earlier."""
        first, then = values.get(self.first), values.get(self.then)
        if isinstance(first, dt.date) and isinstance(then, dt.date) and then < first:
            return self.then, f"`{self.then}` is before `{self.first}`"
        return None


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number has a smallest possible value."""

    field: str
    least: int

    def broken(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The number, if it is smaller than it can be."""
        number = _number(values.get(self.field))
        if number is not None and number < self.least:
            said = "is negative" if self.least == 0 else f"is less than {self.least}"
            return self.field, f"`{self.field}` {said}"
        return None


@dataclass(frozen=True, slots=True)
class MoreThanZero:
    """A number is neither zero nor negative."""

    field: str

    def broken(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The number, if it is zero or negative."""
        number = _number(values.get(self.field))
        if number is not None and number <= 0:
            return self.field, f"`{self.field}` is not more than zero"
        return None


@dataclass(frozen=True, slots=True)
class NotTheSame:
    """Two fields cannot say the same: a company is not its own parent."""

    field: str
    other: str

    def broken(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The field, if it says what the other one says."""
        value = values.get(self.field)
        if isinstance(value, str) and value == values.get(self.other):
            return self.field, f"`{self.field}` is the same as `{self.other}`"
        return None


@dataclass(frozen=True, slots=True)
class IsCurrency:
    """A currency is one of ISO 4217."""

    field: str

    def broken(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The field, if it names no currency."""
        value = values.get(self.field)
        if isinstance(value, str) and value not in currencies():
            return self.field, f"`{self.field}` is not an ISO 4217 currency code such as CNY"
        return None


def _number(value: object) -> Decimal | None:
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def broken(impossible: Iterable[Impossibility], values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each thing that is said and cannot be: the field, and a sentence."""
    for impossibility in impossible:
        found = impossibility.broken(values)
        if found is not None:
            yield found
