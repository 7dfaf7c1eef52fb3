"""Tells of which policy it was, where something is too much work."""

from collections.abc import Iterator
from contextlib import contextmanager

from partnerrules.diagnostics import TooMuchWork


@contextmanager
def of_policy(name: str) -> Iterator[None]:
    """Says which policy it was that is too much work inside, unless that is said already."""
    try:
        yield
    except TooMuchWork as error:
        if is_told_of(error):
            raise
        raise TooMuchWork(f"policy `{name}`: {error}") from error


def is_told_of(error: TooMuchWork) -> bool:
    """Whether it is said of which policy or rule something is too much work."""
    return str(error).startswith(("policy `", "rule `"))
