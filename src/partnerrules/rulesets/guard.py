"""Lets one thread at a time go on with a decision that was given to its caller already."""

import os
from threading import RLock
from types import TracebackType


class Guard:
    """A lock for what a decision computes later on; a forked process begins with a free one."""

    __slots__ = ("_lock", "_process")

    def __init__(self) -> None:
        """Begin with a free lock."""
        self._lock = RLock()
        self._process = os.getpid()

    def __enter__(self) -> None:
        if self._process != os.getpid():  # whoever held it when the process forked is not here to give it back
            self._lock, self._process = RLock(), os.getpid()
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
