"""Finds a value that a strategy can give."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import Phase, find, settings
from hypothesis import strategies as st

T = TypeVar("T")


def found(strategy: st.SearchStrategy[T], condition: Callable[[T], bool]) -> T:
    """The first value that fulfils a condition, as it comes."""
    return find(strategy, condition, settings=settings(max_examples=1000, phases=[Phase.generate]))
