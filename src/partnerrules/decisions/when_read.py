"""Results that are made when they are read: of most decisions few are read, or only some part of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from partnerrules.decisions.results import Result


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes results of what one version of a policy or definition gave.

    Attributes:
        version: the name of the version; "" if none answered.
        make: makes the result of what was given for a record, which has to work whenever it is called, in any thread.
    """

    version: str
    make: Callable[[Any], Result]


Entry: TypeAlias = Result | tuple[Maker, object]
"""A result, or what makes it and what it is made of."""


class WhenRead(Mapping[str, Result]):
    """Results by the id of the record, each made when it is first read and then kept.

    Two threads that read one at once may both make it; they make the same. Sent to another process, all are made.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: dict[str, Entry]) -> None:
        """Take over results, or what makes them."""
        self._entries = entries

    def __getitem__(self, record: str) -> Result:
        entry = self._entries[record]
        if isinstance(entry, tuple):
            maker, given = entry
            entry = self._entries[record] = maker.make(given)
        return entry

    def __contains__(self, record: object) -> bool:
        return record in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def answered_by(self, record: str) -> str:
        """The version that answered for a record, which is known before its result is made; "" if none did."""
        entry = self._entries[record]
        return entry[0].version if isinstance(entry, tuple) else entry.basis.version

    def __reduce__(self) -> tuple[type[dict[str, Result]], tuple[dict[str, Result]]]:
        return dict, (dict(self),)

    def __repr__(self) -> str:
        return f"<{len(self)} results, each made when it is read>"
