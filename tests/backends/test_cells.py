"""The cells that rows cover, and that two rows share one exactly where each of their lists has a common member."""

import itertools
from collections.abc import Mapping
from typing import Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import TRUE, UNKNOWN, all_rows, ran

from partnerrules.backends import cells
from partnerrules.diagnostics import TooMuchWork
from partnerrules.plan.nodes import Collapse, Column, Node, Rest, Spread
from partnerrules.schema.missing import Unknown

Rows: TypeAlias = Mapping[str, Mapping[str, object]]

OTHERS: Final = Rest.OTHERS


def spread(source: Node) -> Node:
    return Spread(source, ("group",), ("names", "tags"), "cell", "covers")


def covered(rows: Rows) -> dict[str, list[object]]:
    """By entry the cells that it covers, unknown coordinates as a word."""
    found: dict[str, list[object]] = {id: [] for id in rows}
    for row in all_rows(spread, rows):
        cell = row.values["cell"]
        assert isinstance(cell, tuple)
        found[row.subject.id].append(tuple("unknown" if isinstance(each, Unknown) else each for each in cell))
    return found


def test_all_there_is_covers_what_others_name_and_the_rest() -> None:
    rows: Rows = {
        "A": {"group": "g", "tags": ["t"]},
        "B": {"group": "g", "names": ["y", "x", "y"]},
        "C": {"group": "h"},
        "D": {"group": "g", "names": [], "tags": ["t"]},
    }
    assert covered(rows) == {
        "A": [("x", "t"), ("y", "t"), (OTHERS, "t")],
        "B": [("y", "t"), ("y", OTHERS), ("x", "t"), ("x", OTHERS)],
        "C": [(OTHERS, OTHERS)],
        "D": [],
    }


def test_a_list_that_is_not_known_is_a_coordinate_that_is_not_known() -> None:
    rows: Rows = {"A": {"group": "g", "names": UNKNOWN, "tags": ["t", "u"]}, "B": {"group": "g", "names": ["x"]}}
    found = all_rows(spread, rows)
    assert covered(rows) == {"A": [("unknown", "t"), ("unknown", "u")], "B": [("x", "t"), ("x", "u"), ("x", OTHERS)]}
    assert {row.subject.id: isinstance(row.values["covers"], Unknown) for row in found} == {"A": True, "B": False}


def test_what_a_row_of_unknown_identity_names_has_a_coordinate_everywhere() -> None:
    rows: Rows = {
        "A": {"names": ["x"], "tags": ["t"]},
        "B": {"group": "g", "tags": ["t"]},
        "C": {"group": "h", "tags": ["t"]},
    }
    found = covered(rows)
    assert found["B"] == found["C"] == [("x", "t"), (OTHERS, "t")]
    assert found["A"] == [("x", "t")]


def test_a_row_without_cells_is_there_again_after_they_are_joined() -> None:
    rows = {"A": {"group": "g", "names": []}, "B": {"group": "g", "names": ["x", "y"]}}

    def joined(source: Node) -> Node:
        return Collapse(source, spread(source), (Column("any", TRUE),))

    found = ran(joined, rows)
    assert {id: (len(row.parts), row.values["any"]) for id, row in found.items()} == {"A": (0, False), "B": (2, True)}


def test_too_many_cells_are_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAXIMUM_CELLS", 11)
    rows: Rows = {
        "A": {"group": "g", "names": ["w", "x", "y"], "tags": ["t", "u", "v"]},
        "B": {"group": "g", "names": ["x"], "tags": ["t", "u"]},
    }
    assert len(all_rows(spread, rows)) == 11
    with pytest.raises(TooMuchWork, match="more than 11 combinations"):
        all_rows(spread, {**rows, "C": {"group": "g", "names": ["x"], "tags": ["t"]}})


Side: TypeAlias = list[str] | None
SIDES: Final = st.sampled_from([None, [], ["x"], ["y"], ["x", "y"], ["z"], ["z", "x"]])


def meet(one: Side, other: Side) -> bool:
    """Whether two lists have a common member, where none stands for all there is."""
    if one is None or other is None:
        return one != [] and other != []
    return bool(set(one) & set(other))


@given(st.lists(st.tuples(st.sampled_from("gh"), SIDES, SIDES), min_size=1, max_size=5))
def test_two_rows_share_a_cell_where_they_meet_and_nowhere_else(given_rows: list[tuple[str, Side, Side]]) -> None:
    rows: dict[str, dict[str, object]] = {}
    for index, (group, names, tags) in enumerate(given_rows):
        sides = {name: side for name, side in (("names", names), ("tags", tags)) if side is not None}
        rows[f"I-{index}"] = {"group": group, **sides}
    found = covered(rows)
    for cell in found.values():
        assert len(cell) == len(set(cell))
    for (index, one), (number, other) in itertools.combinations(enumerate(given_rows), 2):
        shared = set(found[f"I-{index}"]) & set(found[f"I-{number}"])
        if one[0] == other[0]:
            assert bool(shared) == (meet(one[1], other[1]) and meet(one[2], other[2]))
