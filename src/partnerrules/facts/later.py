"""A value that is found out when it is first asked for."""

from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Later(Generic[_T]):
    """A value that is found out when it is first asked for, and then kept.

    Two threads that ask for it at once may both find it out; they find the same, and one of the two stays. Compared or
    sent to another process, it is the value.
    """

    __slots__ = ("_find", "_value")

    def __init__(self, find: Callable[[], _T]) -> None:
        """Say how it is found out, which is to give the same whenever it is asked."""
        self._find: Callable[[], _T] | None = find
        self._value: _T

    @property
    def known(self) -> bool:
        """Whether it was found out."""
        return self._find is None

    @property
    def value(self) -> _T:
        """The value."""
        find = self._find
        if find is not None:
            self._value = find()
            self._find = None  # and whatever it needed may go
        return self._value

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Later) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of values that hold lists

    @classmethod
    def of(cls, value: _T) -> "Later[_T]":
        """One that is found out already."""
        made = cls(lambda: value)
        assert made.value is value
        return made

    def __reduce__(self) -> tuple[Callable[[_T], "Later[_T]"], tuple[_T]]:
        return Later.of, (self.value,)

    def __repr__(self) -> str:
        return repr(self._value) if self.known else "(not asked for yet)"
