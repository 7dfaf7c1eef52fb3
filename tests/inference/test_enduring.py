"""The engine over ten thousand cases, with several threads, after forks and in other processes."""

import json
import os
from pathlib import Path

import pytest
from tests.inference.watching import watched

from partnerrules.backends.working_memory_host import UNAVAILABLE

pytestmark = pytest.mark.skipif(bool(UNAVAILABLE), reason=UNAVAILABLE or "durable-rules is here")

with_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
MEGABYTE = 1_000_000


def result(name: str) -> object:
    """What a function of `enduring` finds in a process of its own."""
    ended = watched(["-W", "ignore::DeprecationWarning", "-m", "tests.inference.enduring", name], silence=300)
    assert ended.code == 0, ended.errors
    return json.loads(ended.lines[-1])


def test_e6_there_is_something_to_find() -> None:
    """Of the first text there are notes with 2, 1 and, derived, 1 and 0, so of the second; of the third with 1 and 0.

    So it is five pairs with a greater number twice, and one.
    """
    assert result("same") == 11


@with_proc
def test_e6_neither_memory_nor_threads_grow_over_ten_thousand_cases() -> None:
    """The bound is 800 bytes a case, and the process does the same twenty cases again and again after a thousand.

    What a case can leave behind is more by far: one fact in the engine takes eight kilobytes, a session that is not
    ended 172. What comes and goes is there after some thousands, and was measured as half of the bound.
    """
    found = result("cases")
    assert isinstance(found, dict)
    assert found["grown"] < 8 * MEGABYTE, found
    assert (found["threads"], found["engines"], found["calls"]) == (1, ["working memory"] * 2, 20)


@with_proc
def test_e6_engines_of_rulesets_that_go_leave_nothing_behind() -> None:
    """The bound is 12 kilobytes a ruleset, and an engine has more than a hundred for its hash tables alone."""
    found = result("rulesets")
    assert isinstance(found, dict)
    assert found["grown"] < 12 * MEGABYTE, found


def test_e6_two_threads_at_once_agree_with_one() -> None:
    assert result("threads") == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_e6_children_that_are_made_while_a_thread_decides_decide_the_same() -> None:
    assert result("forks") == [0] * 20


def test_e6_workers_get_rules_in_a_message() -> None:
    assert result("workers") is True
