"""What results see of a row: its columns, and what they looked at, each made when it is read."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Final

from partnerrules.backends.surroundings import Surroundings, definite, evaluate
from partnerrules.backends.values import Count, Members
from partnerrules.diagnostics import TooMuchWork
from partnerrules.language.checker import Observed
from partnerrules.language.names import SUBJECT
from partnerrules.plan.columns import Column
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Unknown

_AS_THEY_ARE: Final = frozenset((bool, int, str, Decimal, type(None), Unknown))
"""The classes of most values: results hold them as they are computed."""


class Shown(Mapping[str, object]):
    """The columns of a row as results hold them, each made when it is read: of running lists most never are."""

    __slots__ = ("_made", "_variables")

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = variables
        self._made: dict[str, object] | None = None

    def __getitem__(self, name: str) -> object:
        value = self._variables[name]
        if type(value) in _AS_THEY_ARE:
            return value
        if name == SUBJECT:
            raise KeyError(name)
        if self._made is None:
            self._made = {}
        if name not in self._made:
            self._made[name] = shown_value(value)
        return self._made[name]

    def get(self, name: str, default: object = None) -> object:
        """The value of a column, or another one where there is none, which is so of most that may be there."""
        if name not in self._variables or name == SUBJECT:
            return default
        return self[name]

    def __contains__(self, name: object) -> bool:
        return name in self._variables and name != SUBJECT

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._variables if name != SUBJECT)

    def __len__(self) -> int:
        return len(self._variables) - (SUBJECT in self._variables)


class SeenLater(Mapping[str, tuple[Seen, ...]]):
    """The parts of columns, each looked at when it is read: a row keeps all that they look at."""

    __slots__ = ("_around", "_columns", "_variables")

    def __init__(self, columns: Mapping[str, Column], around: Surroundings, variables: Mapping[str, object]) -> None:
        self._columns = columns
        self._around = around
        self._variables = variables

    def __getitem__(self, name: str) -> tuple[Seen, ...]:
        if name not in self._variables:
            raise KeyError(name)
        found: list[Seen] = []
        with self._around.effort.apart():
            for part in self._columns[name].observed:
                # What is too much work was not looked at for the column either, or that would have been, too.
                with suppress(TooMuchWork):
                    found.append(seen_part(part, self._around, self._variables))
        return tuple(found)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._variables if name in self._columns)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def counted(values: Mapping[str, object], name: str) -> object:
    """A column of a row as results hold it, but for a count: that keeps its ends, for those that compare it."""
    computed = values._variables[name] if isinstance(values, Shown) else None
    return computed if isinstance(computed, Count) else values[name]


def shown_value(value: object) -> object:
    """A value as results hold it: lists as tuples, a list or count in doubt as unknown."""
    if not isinstance(value, Members):
        return definite(value)
    known = value.known()
    shown = known if isinstance(known, Unknown) else tuple(shown_value(member) for member in known)
    unknown = [member for member in shown if isinstance(member, Unknown)] if isinstance(shown, tuple) else []
    return Unknown.of(unknown) if unknown else shown


def seen_part(part: Observed, around: Surroundings, variables: Mapping[str, object]) -> Seen:
    """A part of a condition with the value it has for a row."""
    return Seen(part.text, _seen_value(evaluate(part.term, around, variables)), part.term.type, part.title)


def _seen_value(value: object) -> object:
    """A value as a trace shows it: what lies behind something that is absent is absent too."""
    shown = shown_value(value)
    if isinstance(shown, Unknown) and all(missing.reason == "absent" for missing in shown.missing):
        return None
    return shown
