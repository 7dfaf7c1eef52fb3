"""Places, and how many come before or equal, held against comparing every pair and filling every gap in every way."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans import TRUE, UNKNOWN, at_least, column, known, ran

from partnerrules.backends.ranking import Entrant, positions, turns
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.terms import Value
from partnerrules.plan.nodes import Column, Let, Node, Rank, SortKey
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Unknown

GAP: Final = Unknown.because("field", "entries", "E", "n")

MOST: Final = 5
"""Rows of one test."""


# --------------------------------------------------------------------------------------------- positions, pair by pair

KEYS: Final = st.sampled_from([1, 2, 3, None, GAP])
STANDS: Final = st.sampled_from([True, True, False, GAP])


def before(one: Sequence[object], other: Sequence[object], descending: Sequence[bool]) -> bool | str | None:
    """Whether a row comes before another one, "level" if they are equal, None if it is not known."""
    for left, right, down in zip(one, other, descending, strict=True):
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return None
        if left == right:
            continue
        if left is None or right is None:
            return right is None
        assert isinstance(left, int)
        assert isinstance(right, int)
        return left > right if down else left < right
    return "level"


@settings(max_examples=settings().max_examples * 3)
@given(
    st.lists(st.tuples(STANDS, st.tuples(KEYS, KEYS)), min_size=1, max_size=MOST),
    st.tuples(st.booleans(), st.booleans()),
    st.integers(0, MOST),
)
def test_positions_are_those_of_comparing_every_pair(
    rows: list[tuple[bool | Unknown, tuple[object, object]]], descending: tuple[bool, bool], further: int
) -> None:
    by_key = [turns((keys[place] for _, keys in rows), descending=descending[place]) for place in range(2)]
    entrants = [Entrant(stands, keys) for (stands, _), keys in zip(rows, zip(*by_key, strict=True), strict=True)]
    members = entrants[: max(1, len(entrants) - further)]
    for (index, own), found in zip(enumerate(members), positions(members, entrants[len(members) :]), strict=True):
        rivals = [each for number, each in enumerate(rows) if number != index and each[0] is not False]
        told = [(before(keys, rows[index][1], descending), stands) for stands, keys in rivals]
        assert own is entrants[index]
        for tally, turns_of in (
            (found.ahead, (True,)),
            (found.level, ("level",)),
            (found.behind, (False,)),
            (found.not_ahead, ("level", False)),
            (found.not_behind, (True, "level")),
            (found.others, (True, "level", False, None)),
        ):
            assert tally.least == sum(1 for turn, stands in told if turn in turns_of and stands is True)
            assert tally.most == sum(1 for turn, _ in told if turn in (*turns_of, None))
            assert bool(tally.missing) == (tally.least < tally.most)
        assert found.before.least == found.ahead.least
        assert found.before.most == found.not_behind.most


# ----------------------------------------------------------------------------------------------------------- the node


def rank(source: Node) -> Node:
    """Ranks by n, then by m from the top, within the group, and shows how many come before and how many equal."""
    ranked = Rank(
        source, column("on"), (SortKey("n"), SortKey("m", descending=True)), "place", ("group",), "ahead", "level"
    )
    counts = [
        Column(f"{name} {count}", at_least(name, count)) for name in ("ahead", "level") for count in range(1, MOST + 1)
    ]
    return Let(ranked, tuple(counts))


@dataclass(frozen=True)
class Ranked:
    """How many come before and how many equal, each as the least and the most."""

    ahead: tuple[int, int]
    level: tuple[int, int]


def ranked(rows: "Rows", *, complete: bool = True) -> dict[str, Ranked]:
    found: dict[str, Ranked] = {}
    for id, row in ran(rank, rows, complete=complete).items():
        ranges: list[tuple[int, int]] = []
        for name in ("ahead", "level"):
            truths = [row.values[f"{name} {count}"] for count in range(1, MOST + 1)]
            ranges.append((sum(1 for each in truths if each is True), sum(1 for each in truths if each is not False)))
        found[id] = Ranked(*ranges)
    return found


Rows: TypeAlias = Mapping[str, Mapping[str, object]]


def test_rows_are_ranked_within_their_group() -> None:
    rows: Rows = {
        "A": {"group": "g", "on": True, "n": 2},
        "B": {"group": "g", "on": True, "n": 1, "m": 1},
        "C": {"group": "g", "on": True, "n": 1, "m": 2},
        "D": {"group": "g", "on": False, "n": 1},
        "E": {"group": "h", "on": True, "n": 9},
        "F": {"group": "h", "on": True, "n": 9},
    }
    found = ran(rank, rows)
    assert {id: row.values["place"] for id, row in found.items() if id in "ABCE"} == {
        "A": Place(3, 3, frozenset()),
        "B": Place(2, 2, frozenset()),
        "C": Place(1, 1, frozenset()),
        "E": found["F"].values["place"],
    }
    assert {id: (known(row.values["ahead"]), known(row.values["level"])) for id, row in found.items()} == {
        "A": (2, 0),
        "B": (1, 0),
        "C": (0, 0),
        "D": (2, 0),  # where it would stand
        "E": (0, 1),
        "F": (0, 1),
    }
    assert [peer.subject.id for peer in found["A"].peers] == ["A", "B", "C", "D"]
    assert [peer.subject.id for peer in found["E"].peers] == ["E", "F"]


def test_without_columns_to_be_equal_in_there_is_one_queue() -> None:
    rows: Rows = {id: {"group": id, "n": n} for id, n in (("A", 2), ("B", 1), ("C", 3))}
    found = ran(lambda source: Rank(source, TRUE, (SortKey("n"),), "place", (), "ahead"), rows)
    assert {id: row.values["ahead"] for id, row in found.items()} == {"A": 1, "B": 0, "C": 2}
    assert list(found["A"].peers) == []


def test_a_row_of_an_unknown_group_may_stand_in_each() -> None:
    rows: Rows = {
        "A": {"group": "g", "on": True, "n": 1},
        "B": {"group": "g", "on": True, "n": 3},
        "C": {"on": True, "n": 2},
        "D": {"group": "h", "on": True, "n": 2},
    }
    assert ranked(rows) == {
        "A": Ranked((0, 0), (0, 0)),
        "B": Ranked((1, 2), (0, 0)),
        "C": Ranked((0, 1), (0, 1)),
        "D": Ranked((0, 0), (0, 1)),
    }


def test_among_rows_that_may_not_be_all_there_may_always_be_more() -> None:
    rows: Rows = {"A": {"group": "g", "on": True, "n": 1}, "B": {"group": "g", "on": True, "n": 2}}
    assert ranked(rows, complete=False) == {"A": Ranked((0, MOST), (0, MOST)), "B": Ranked((1, MOST), (0, MOST))}


FILLINGS: Final[Mapping[str, Sequence[object]]] = {
    "group": ("g", "h", "other"),
    "on": (True, False),
    "n": (0, 1, 2, 3, None),
    "m": (0, 1, 2, 3, None),
}


@st.composite
def entries(draw: st.DrawFn, gaps: int) -> dict[str, dict[str, object]]:
    """Rows in two groups, with at most so many gaps."""
    rows: dict[str, dict[str, object]] = {}
    for index in range(draw(st.integers(1, MOST))):
        row: dict[str, object] = {
            "group": draw(st.sampled_from("ggh")),
            "on": draw(st.sampled_from([True, True, False])),
            "n": draw(st.sampled_from([1, 2, None])),
            "m": draw(st.sampled_from([1, 2, None])),
        }
        for name in FILLINGS:
            if gaps and draw(st.integers(0, 4)) == 0:
                row[name] = UNKNOWN
                gaps -= 1
        rows[f"E-{index}"] = row
    return rows


def completions(rows: Rows) -> Iterator[Rows]:
    """Every way in which the gaps can be filled."""
    gaps = [(id, name) for id, row in rows.items() for name, value in row.items() if value is UNKNOWN]
    for values in itertools.product(*(FILLINGS[name] for _, name in gaps)):
        filled = {id: dict(row) for id, row in rows.items()}
        for (id, name), value in zip(gaps, values, strict=True):
            filled[id][name] = value
        yield filled


def model(rows: Rows) -> dict[str, tuple[int, int]]:
    """How many come before each row, and how many equal it, where everything is known."""
    found: dict[str, tuple[int, int]] = {}
    for id, own in rows.items():
        rivals = [each for other, each in rows.items() if other != id and each["on"] and each["group"] == own["group"]]
        turns = [before((each["n"], each["m"]), (own["n"], own["m"]), (False, True)) for each in rivals]
        found[id] = (turns.count(True), turns.count("level"))
    return found


@given(entries(0))
def test_what_is_known_is_ranked_as_comparing_ranks_it(rows: dict[str, dict[str, object]]) -> None:
    expected = {id: Ranked((ahead, ahead), (level, level)) for id, (ahead, level) in model(rows).items()}
    assert ranked(rows) == expected


@given(entries(3))
def test_no_way_to_fill_the_gaps_leaves_the_range(rows: dict[str, dict[str, object]]) -> None:
    found = ranked(rows)
    for filled in completions(rows):
        for id, (ahead, level) in model(filled).items():
            assert found[id].ahead[0] <= ahead <= found[id].ahead[1]
            assert found[id].level[0] <= level <= found[id].level[1]


@pytest.mark.parametrize("down", [False, True])
def test_what_is_absent_comes_last_either_way(down: bool) -> None:
    rows: Rows = {"A": {}, "B": {"n": 1}, "C": {"n": 2}}
    found = ran(lambda source: Rank(source, TRUE, (SortKey("n", descending=down),), "place", (), "ahead"), rows)
    assert {id: row.values["ahead"] for id, row in found.items()} == {"A": 2, "B": int(down), "C": int(not down)}


def test_the_queue_may_be_empty() -> None:
    rows: Rows = {"A": {"n": 1}, "B": {"n": 2}}
    found = ran(lambda source: Rank(source, Value(False, BOOLEAN), (SortKey("n"),), "place", (), "ahead"), rows)
    assert {id: row.values["ahead"] for id, row in found.items()} == {"A": 0, "B": 0}
