"""Fields of results that are found out when they are first read, such as what would change an outcome."""

from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any, TypeVar, cast

from partnerrules.diagnostics import TooMuchWork
from partnerrules.facts.later import Later

_T = TypeVar("_T")
_Kind = TypeVar("_Kind", bound=type)


class _LaterField:
    """Reads a field: if it holds what is found out later, that is found out now, and then kept."""

    __slots__ = ("_slot",)

    def __init__(self, slot: MemberDescriptorType) -> None:
        self._slot = slot

    def __get__(self, result: object, kind: type | None = None) -> Any:
        if result is None:
            return self
        value = self._slot.__get__(result, kind)
        if isinstance(value, Later):
            value = value.value
            self._slot.__set__(result, value)
        return value

    def __set__(self, result: object, value: object) -> None:  # of a frozen one only when it is made
        self._slot.__set__(result, value)


def later_fields(*names: str) -> Callable[[_Kind], _Kind]:
    """Lets fields of a dataclass with slots be given by `later`; whoever reads, compares or sends them has the value.

    Args:
        names: of the fields.
    """

    def with_them(kind: _Kind) -> _Kind:
        for name in names:
            setattr(kind, name, _LaterField(vars(kind)[name]))
        return kind

    return with_them


def later(find: Callable[[], _T]) -> _T:
    """A value of one of the `later_fields`, which stands for what it is found to be when it is first read.

    Args:
        find: finds it out, in whatever thread, whenever it is called, and never fails.
    """
    return cast("_T", Later(find))


def tried(find: Callable[[], _T], otherwise: _T) -> _T:
    """The same of what is tried by running a policy again.

    Args:
        find: tries it.
        otherwise: what is told where that is too much work: a decision does not fail because of an advice.
    """

    def found() -> _T:
        try:
            return find()
        except TooMuchWork:
            return otherwise

    return later(found)
