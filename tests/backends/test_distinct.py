"""How many different values there are among rows: by hand, and against every way to fill in what is not known."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import UNKNOWN, at_least, column, known, ran

from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import Column, CountDistinct, Let, Node, Plan, Scan
from partnerrules.plan.walk import looks_across, plan_terms

Rows: TypeAlias = Mapping[str, Mapping[str, object]]
MOST: Final = 5


def counted(source: Node) -> Node:
    """How many different `m` there are among the rows of a group that are `on`, as answers to "at least so many"."""
    node = CountDistinct(source, "m", column("on", BOOLEAN), ("group",), "found")
    return Let(node, tuple(Column(f"at least {count}", at_least("found", count)) for count in range(1, MOST + 1)))


def row(m: object, group: object = "x", on: object = True) -> dict[str, object]:
    """An entry; what is not known is left out."""
    fields = {"m": m, "group": group, "on": on}
    return {name: value for name, value in fields.items() if value is not UNKNOWN or name == "m"}


def bounds(rows: Rows, *, complete: bool = True) -> dict[str, tuple[int, int | None]]:
    """The least and the greatest count that each row may have, the latter None if it has no end."""
    found: dict[str, tuple[int, int | None]] = {}
    for id, each in ran(counted, rows, complete=complete).items():
        answers = [known(each.values[f"at least {count}"]) for count in range(1, MOST + 1)]
        least = answers.count(True)
        open_end = answers[-1] == "unknown"
        found[id] = (least, None if open_end else least + answers.count("unknown"))
    return found


def test_values_are_counted_once_in_each_group_and_only_those_that_count() -> None:
    rows = {
        "A": row(1),
        "B": row(1),
        "C": row(2),
        "D": row(3, on=False),
        "E": row(1, "y"),
        "F": row(1, "z", on=False),
    }
    assert bounds(rows) == {"A": (2, 2), "B": (2, 2), "C": (2, 2), "D": (2, 2), "E": (1, 1), "F": (0, 0)}


@pytest.mark.parametrize(
    ("second", "first", "own"),
    [
        pytest.param(row(UNKNOWN), (1, 2), (1, 2), id="a value that may be the same"),
        pytest.param(row(2, on=UNKNOWN), (1, 2), (1, 2), id="another value that may count"),
        pytest.param(row(1, on=UNKNOWN), (1, 1), (1, 1), id="the same value that may count"),
        pytest.param(row(2, UNKNOWN), (1, 2), (1, 2), id="another value that may be of the group"),
        pytest.param(row(1, UNKNOWN), (1, 1), (1, 1), id="the same value that may be of the group"),
        pytest.param(row(2, UNKNOWN, on=False), (1, 1), (0, 1), id="of any group, and not counted"),
    ],
)
def test_what_is_not_known_makes_the_count_a_range(
    second: dict[str, object], first: tuple[int, int], own: tuple[int, int]
) -> None:
    assert bounds({"A": row(1), "B": second}) == {"A": first, "B": own}


def test_a_value_that_is_not_known_is_one_for_certain() -> None:
    assert bounds({"A": row(UNKNOWN)}) == {"A": (1, 1)}
    assert bounds({"A": row(UNKNOWN), "B": row(UNKNOWN)}) == {"A": (1, 2), "B": (1, 2)}


def test_where_rows_may_be_missing_the_count_has_no_end() -> None:
    assert bounds({"A": row(1), "B": row(2)}, complete=False) == {"A": (2, None), "B": (2, None)}


def test_a_plan_that_counts_looks_across_records_and_its_condition_is_a_term_of_it() -> None:
    plan = Plan(("entry",), CountDistinct(Scan("entry"), "m", column("on", BOOLEAN), (), "found"))
    assert looks_across(plan)
    assert list(plan_terms(plan)) == [column("on", BOOLEAN)]


# ---------------------------------------------------------------------------------------------------------- properties

VALUES: Final = st.sampled_from([1, 1, 2, 3, UNKNOWN])
GROUPS: Final = st.sampled_from(["x", "x", "y", UNKNOWN])
COUNTS: Final = st.sampled_from([True, True, False, UNKNOWN])
WORLDS: Final = st.lists(st.tuples(VALUES, GROUPS, COUNTS), min_size=1, max_size=3)
FILLINGS: Final[tuple[tuple[object, ...], ...]] = ((1, 2, 3, 4, 5, 6), ("x", "y", "z"), (True, False))

World: TypeAlias = list[tuple[object, object, object]]


def completions(world: World) -> Iterator[World]:
    """Every way in which the gaps can be filled."""
    gaps = [(index, at) for index, each in enumerate(world) for at in range(3) if each[at] is UNKNOWN]
    for values in itertools.product(*(FILLINGS[at] for _, at in gaps)):
        filled = [list(each) for each in world]
        for (index, at), value in zip(gaps, values, strict=True):
            filled[index][at] = value
        yield [(m, group, on) for m, group, on in filled]


@given(WORLDS)
def test_no_way_to_fill_the_gaps_leaves_the_range(world: World) -> None:
    found = bounds({f"E-{index}": row(*each) for index, each in enumerate(world)})
    possible: dict[str, set[int]] = {id: set() for id in found}
    for filled in completions(world):
        for index, (_, group, _) in enumerate(filled):
            possible[f"E-{index}"].add(len({m for m, other, on in filled if other == group and on}))
    for id, (least, most) in found.items():
        assert most is not None
        assert least <= min(possible[id])
        assert most >= max(possible[id])
        if all(group is not UNKNOWN for _, group, _ in world):  # then nothing is said that could not be
            assert (least, most) == (min(possible[id]), max(possible[id]))
