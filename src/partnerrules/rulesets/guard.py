"""Lets one thread at a time go on with a decision that was given to its caller already."""

import os
from threading import RLock
from types import TracebackType


class Guard:
    """A lock for what a decision computes later on; a forked process begins with a free one."""

    __slots__ = ("_locks",)

    def __init__(self) -> None:
        """Begin with a free lock."""
        self._locks: dict[int, RLock] = {}

    def __enter__(self) -> None:
        # Whoever held that of the parent when the process forked is not here to give it back.
        self._locks.setdefault(os.getpid(), RLock()).acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._locks[os.getpid()].release()
