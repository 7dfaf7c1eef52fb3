"""The smallest changes that fulfil a requirement are those that trying all sets of changes finds."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from partnerrules.decisions.requirements import (
    SHOWN,
    Change,
    Combination,
    Condition,
    Requirement,
    conditions,
    shortest_ways,
)
from partnerrules.plan.logic import Truth, at_least, negation
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

LACKING = Unknown.because("parameter", field="p")


def leaf(id: str) -> Condition:
    return Condition(id, id, Title(), None)


def some(kind: str, *items: Requirement, count: int = 1) -> Combination:
    wanted = len(items) if kind == "all" else count
    assert kind in ("all", "any", "not", "at_least")
    return Combination(kind, wanted, items, Title(), None)  # type: ignore[arg-type]


A, B, C, D = (leaf(letter) for letter in "abcd")
NOTHING = dict.fromkeys("abcd", False)


def ways(requirement: Requirement, truths: Mapping[str, bool | Unknown]) -> tuple[list[str], int]:
    """Ways as text, such as `a+not b`, and their total."""
    found = shortest_ways((requirement,), truths)
    shown = [
        "+".join(change.condition if change.holds else f"not {change.condition}" for change in way)
        for way in found.listed
    ]
    return shown, found.total


def test_all_any_not_and_at_least() -> None:
    assert ways(some("all", A, B), NOTHING) == (["a+b"], 1)
    assert ways(some("any", A, B), NOTHING) == (["a", "b"], 2)
    assert ways(some("not", A), {"a": True}) == (["not a"], 1)
    assert ways(some("at_least", A, B, C, count=2), NOTHING) == (["a+b", "a+c", "b+c"], 3)
    assert ways(some("at_least", A, B, C, count=2), {"a": True, "b": False, "c": False}) == (["b", "c"], 2)


def test_what_holds_already_is_not_asked() -> None:
    assert ways(some("all", A, B), {"a": True, "b": False}) == (["b"], 1)
    assert ways(some("any", A, B), {"a": True, "b": False}) == ([""], 1)


def test_what_is_unknown_has_to_be_made_sure() -> None:
    assert ways(some("all", A, B), {"a": LACKING, "b": True}) == (["a"], 1)
    assert ways(some("not", A), {"a": LACKING}) == (["not a"], 1)


def test_the_cheaper_alternative_is_taken() -> None:
    either = some("any", some("all", A, B), C)
    assert ways(either, NOTHING) == (["c"], 1)
    assert ways(either, {**NOTHING, "a": True}) == (["b", "c"], 2)


def test_not_turns_everything_around() -> None:
    # Not both: one of them must go. Neither: both must. Not two of three: two must go if all three hold.
    everything = dict.fromkeys("abc", True)
    assert ways(some("not", some("all", A, B)), everything) == (["not a", "not b"], 2)
    assert ways(some("not", some("any", A, B)), everything) == (["not a+not b"], 1)
    assert ways(some("not", some("at_least", A, B, C, count=2)), everything) == (
        ["not a+not b", "not a+not c", "not b+not c"],
        3,
    )
    assert ways(some("not", some("not", A)), {"a": False}) == (["a"], 1)


def test_ten_ways_are_listed_and_all_are_counted() -> None:
    many = tuple(leaf(f"x{index:02}") for index in range(40))
    found = shortest_ways((some("at_least", *many, count=3),), {item.id: False for item in many})
    assert len(found.listed) == SHOWN == 10
    assert found.total == 40 * 39 * 38 // 6
    assert found.listed[0] == (Change("x00", True), Change("x01", True), Change("x02", True))
    assert found.listed[1] == (Change("x00", True), Change("x01", True), Change("x03", True))


def test_several_requirements_are_met_together_in_the_order_of_writing() -> None:
    found = shortest_ways((some("any", D, A), B), NOTHING)
    assert found.listed == ((Change("d", True), Change("b", True)), (Change("a", True), Change("b", True)))


# ------------------------------------------------------------------------------------------------------- brute force


def holds(requirement: Requirement, truths: Mapping[str, Truth]) -> Truth:
    if isinstance(requirement, Condition):
        return truths[requirement.id]
    every = [holds(item, truths) for item in requirement.items]
    return negation(every[0]) if requirement.kind == "not" else at_least(requirement.count, every)


def changes(ids: list[str], truths: Mapping[str, Truth], size: int) -> Iterator[tuple[Change, ...]]:
    """All sets of so many conditions, each made what it certainly is not."""
    for chosen in itertools.combinations(ids, size):
        options = [[True, False] if isinstance(truths[id], Unknown) else [not truths[id]] for id in chosen]
        for values in itertools.product(*options):
            yield tuple(Change(id, value) for id, value in zip(chosen, values, strict=True))


def brute_force(requirement: Requirement, truths: Mapping[str, Truth]) -> list[tuple[Change, ...]]:
    ids = [condition.id for condition in conditions(requirement)]
    for size in range(len(ids) + 1):
        found = [
            way
            for way in changes(ids, truths, size)
            if holds(requirement, {**truths, **{change.condition: change.holds for change in way}}) is True
        ]
        if found:
            return found
    return []


@dataclass(frozen=True)
class Shape:
    """A requirement whose conditions have no names yet; None is one condition."""

    kind: str
    items: "list[Shape | None]"
    count: int


def _number_leaves(shape: Shape | None, ids: Iterator[int]) -> Requirement:
    if shape is None:
        return leaf(f"c{next(ids)}")
    kind, items, count = shape.kind, shape.items, shape.count
    parts = tuple(_number_leaves(item, ids) for item in items)
    if kind == "not":
        return some("not", parts[0])
    return some(kind, *parts, count=min(count, len(parts)))


SHAPES: st.SearchStrategy[Shape | None] = st.recursive(
    st.none(),
    lambda inner: st.builds(
        Shape,
        st.sampled_from(["all", "any", "not", "at_least"]),
        st.lists(inner, min_size=1, max_size=4),
        st.integers(1, 4),
    ),
    max_leaves=7,
)


@given(SHAPES, st.lists(st.sampled_from([True, False, LACKING]), min_size=9, max_size=9))
def test_the_ways_are_those_of_brute_force(shape: Shape | None, values: list[Truth]) -> None:
    requirement = _number_leaves(shape, itertools.count())
    ids = [condition.id for condition in conditions(requirement)]
    assume(len(ids) <= len(values))
    truths = dict(zip(ids, values, strict=False))
    expected = {frozenset(way) for way in brute_force(requirement, truths)}
    found = shortest_ways((requirement,), truths)
    listed = {frozenset(way) for way in found.listed}
    assert found.total == len(expected)
    assert len(listed) == len(found.listed) == min(SHOWN, found.total)
    assert listed <= expected
