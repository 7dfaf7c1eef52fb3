"""Nodes that give rows members of a list, columns of other rows, or shares of an amount."""

from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import ENTRY, TRUE, UNKNOWN, all_rows, column, known, ran

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import Allocate, Collapse, Column, Filter, Let, Node, Refer, Union, Unnest
from partnerrules.quantities import allocate
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

Rows: TypeAlias = Mapping[str, Mapping[str, object]]
TEXTS: Final = t.ListOf(t.Text())
TAGS: Final = terms.FieldOf(ENTRY, "tags", TEXTS)
TAG: Final = terms.Variable("tag", t.Text())
IS_X: Final = terms.Comparison("=", TAG, terms.Value("x", t.Text()), BOOLEAN)


# --------------------------------------------------------------------------------------- members, and rows joined again


def unnest(source: Node) -> Node:
    """A row for each tag, which says whether it is x."""
    return Let(Unnest(source, TAGS, "tag", "belongs", "whole"), (Column("is x", IS_X),))


def test_a_list_gives_a_row_for_each_member_with_the_columns_of_its_row() -> None:
    rows: Rows = {"A": {"tags": ["x", "y"], "n": 1}, "B": {"tags": []}, "C": {"tags": ["y"], "n": 2}}
    found = [(row.subject.id, row.values["tag"], row.values["n"], row.values["is x"]) for row in all_rows(unnest, rows)]
    assert found == [("A", "x", 1, True), ("A", "y", 1, False), ("C", "y", 2, False)]


def joined(source: Node) -> Node:
    return Collapse(source, unnest(source), (Column("some x", column("is x", BOOLEAN)), Column("any", TRUE)))


def test_rows_are_joined_again_with_what_holds_for_some_of_their_parts() -> None:
    rows: Rows = {
        "A": {"tags": ["x", "y"]},
        "B": {"tags": []},
        "C": {"tags": ["y", "z"]},
        "D": {"tags": UNKNOWN},
    }
    found = ran(joined, rows)
    assert {id: (row.values["some x"], row.values["any"]) for id, row in found.items()} == {
        "A": (True, True),
        "B": (False, False),
        "C": (False, True),
        "D": (False, False),  # what is not known of the list stands in the column `whole`
    }
    assert [part.values["tag"] for part in found["C"].parts] == ["y", "z"]
    assert {id: known(row.values["whole"]) for id, row in found.items()} == {
        "A": True,
        "B": True,
        "C": True,
        "D": "unknown",
    }


def test_rows_that_are_joined_twice_have_the_parts_of_both_and_what_holds_for_each() -> None:
    def again(source: Node) -> Node:
        first = joined(source)
        further = Let(Unnest(first, TAGS, "tag", "belongs", "whole again"), (Column("is long", TRUE),))
        return Collapse(first, further, (Column("some long", column("is long", BOOLEAN)),))

    found = ran(again, {"A": {"tags": ["x", "y"]}, "B": {"tags": []}})
    assert {id: (row.values["some x"], row.values["some long"]) for id, row in found.items()} == {
        "A": (True, True),
        "B": (False, False),
    }
    assert [("is long" in part.values, part.values["tag"]) for part in found["A"].parts] == [
        (False, "x"), (False, "y"), (True, "x"), (True, "y"),
    ]  # fmt: skip


def test_members_of_which_it_is_not_known_whether_they_belong_say_so() -> None:
    condition = terms.Comparison("=", TAG, terms.FieldOf(ENTRY, "group", t.Text()), BOOLEAN)
    chosen = terms.Select(TAGS, "tag", condition, TEXTS)

    def made(source: Node) -> Node:
        return Unnest(source, chosen, "member", "belongs", "whole")

    rows: Rows = {"A": {"tags": ["x", "y"], "group": "x"}, "B": {"tags": ["x"]}}
    found = [(row.subject.id, row.values["member"], known(row.values["belongs"])) for row in all_rows(made, rows)]
    assert found == [("A", "x", True), ("B", "x", "unknown")]


def test_a_union_has_the_rows_of_its_sources_one_after_the_other() -> None:
    def made(source: Node) -> Node:
        on, off = (Column("in", column("on")), Column("in", terms.Not(column("on"), BOOLEAN)))
        return Union((Filter(source, off), Filter(source, on)))

    rows: Rows = {"A": {"on": True}, "B": {"on": False}, "C": {"on": True}}
    assert [row.subject.id for row in all_rows(made, rows)] == ["B", "A", "C"]


# ----------------------------------------------------------------------------------------------------------- references


def refer(source: Node) -> Node:
    return Refer(source, column("other"), (("n", "other n"), ("on", "other on")), "found")


def test_a_row_sees_columns_of_the_one_that_it_refers_to() -> None:
    rows: Rows = {
        "A": {"n": 1, "on": True},
        "B": {"n": 2, "on": False, "other": "A"},
        "C": {"n": 3, "other": "C"},
        "D": {"other": UNKNOWN},
        "E": {"other": "F"},
        "F": {"n": 1, "recorded_at": "2026-03-02T00:00:00Z"},  # not there yet
    }
    found = ran(refer, rows)
    assert {
        id: tuple(known(row.values[name]) for name in ("found", "other n", "other on")) for id, row in found.items()
    } == {
        "A": (False, None, None),
        "B": (True, 1, True),
        "C": (True, 3, "unknown"),
        "D": ("unknown", "unknown", "unknown"),
        "E": (False, None, None),
    }
    missing = found["D"].values["found"]
    assert isinstance(missing, Unknown)
    assert [(each.reason, each.relation, each.record) for each in missing.missing] == [("field", "entries", "D")]


def test_a_record_that_has_no_row_is_not_found() -> None:
    def made(source: Node) -> Node:
        return refer(Filter(source, Column("in", column("on"))))

    rows: Rows = {"A": {"on": False, "n": 1}, "B": {"on": True, "other": "A"}, "C": {"on": UNKNOWN, "other": "B"}}
    found = ran(made, rows)
    assert list(found) == ["B", "C"]
    assert (found["B"].values["found"], found["B"].values["other n"]) == (False, None)
    assert found["C"].values["found"] is True


# ----------------------------------------------------------------------------------------------------------- allocation

RATIO: Final = t.Ratio()


def split(*shares: str, places: int = 2) -> Callable[[Node], Node]:
    parts = tuple(terms.Value(Decimal(share), RATIO) for share in shares)
    names = tuple(f"part {number}" for number in range(1, len(shares) + 1))
    return lambda source: Allocate(source, column("n"), parts, places, names)


def parts(amount: object, *shares: str, places: int = 2) -> list[object]:
    (row,) = all_rows(split(*shares, places=places), {"A": {} if amount is None else {"n": amount}})
    return [known(row.values[f"part {number}"]) for number in range(1, len(shares) + 1)]


@pytest.mark.parametrize(
    ("amount", "shares", "places", "expected"),
    [
        ("100.00", ("0.5", "0.5"), 2, ("50.00", "50.00")),
        ("0.01", ("0.5", "0.5"), 2, ("0.01", "0.00")),  # equal remainders: the first share
        ("0.03", ("0.5", "0.5"), 2, ("0.02", "0.01")),
        ("-0.03", ("0.5", "0.5"), 2, ("-0.02", "-0.01")),  # like the positive one
        ("1.00", ("0.333", "0.333", "0.334"), 2, ("0.33", "0.33", "0.34")),
        ("0.05", ("0.1", "0.2", "0.7"), 2, ("0.01", "0.01", "0.03")),  # remainders 0.5, 0, 0.5 of a unit
        ("0.05", ("0.7", "0.2", "0.1"), 2, ("0.04", "0.01", "0.00")),
        ("100", ("0.333", "0.333", "0.334"), 0, ("33", "33", "34")),
        ("0.001", ("0.4", "0.6"), 3, ("0.000", "0.001")),
        ("5", ("1",), 2, ("5",)),
        ("5", ("0", "1"), 2, ("0", "5")),
        ("0", ("0.5", "0.5"), 2, ("0", "0")),
    ],
)
def test_an_amount_is_split(amount: str, shares: tuple[str, ...], places: int, expected: tuple[str, ...]) -> None:
    assert parts(amount, *shares, places=places) == [Decimal(each) for each in expected]


def test_shares_that_do_not_total_one_split_nothing() -> None:
    assert parts("99.99", "0.3333", "0.3333", "0.3333") == [None, None, None]  # E35: 99.99 %
    assert parts("1", "0.5", "0.6") == [None, None]
    assert parts("1", "1.5", "-0.5") == [None, None]


def test_an_amount_that_is_absent_or_not_known_has_no_shares() -> None:
    assert parts(None, "0.5", "0.5") == [None, None]
    assert parts(UNKNOWN, "0.5", "0.5") == ["unknown", "unknown"]


def test_a_share_that_is_not_known_leaves_all_in_doubt() -> None:
    shares = (column("m"), terms.Value(Decimal("0.5"), RATIO))

    def made(source: Node) -> Node:
        return Allocate(source, column("n"), shares, 2, ("one", "other"))

    (row,) = all_rows(made, {"A": {"n": 1, "m": UNKNOWN}})
    assert (known(row.values["one"]), known(row.values["other"])) == ("unknown", "unknown")


@st.composite
def shared(draw: st.DrawFn) -> tuple[Decimal, list[Decimal], int]:
    """An amount, ratios that total one, and decimal places."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), max_size=5)))
    ends = [0, *cuts, 1000]
    places = draw(st.sampled_from([0, 2, 3]))
    amount = Decimal(draw(st.integers(-(10**6), 10**6))).scaleb(-places)
    return amount, [Decimal(end - start) / 1000 for start, end in pairwise(ends)], places


@given(shared())
def test_shares_add_up_and_each_is_next_to_its_exact_part(case: tuple[Decimal, list[Decimal], int]) -> None:
    amount, shares, places = case
    unit = Decimal(1).scaleb(-places)
    found = allocate(amount, shares, places)
    assert sum(found) == amount
    for part, share in zip(found, shares, strict=True):
        assert abs(part - amount * share) < unit
        assert part == part.quantize(unit)
        assert part * amount >= 0
    assert allocate(-amount, shares, places) == [-part for part in found]


@given(shared())
def test_who_gets_what_is_left_has_the_greater_remainder_or_comes_first(
    case: tuple[Decimal, list[Decimal], int],
) -> None:
    amount, shares, places = abs(case[0]), case[1], case[2]
    unit = Decimal(1).scaleb(-places)
    found = allocate(amount, shares, places)
    exact = [amount * share for share in shares]
    remainders = [part - part.quantize(unit, rounding=ROUND_FLOOR) for part in exact]
    more = [index for index, part in enumerate(found) if part > exact[index].quantize(unit, rounding=ROUND_FLOOR)]
    less = [index for index in range(len(found)) if index not in more]
    for one in more:
        for other in less:
            assert (-remainders[one], one) < (-remainders[other], other)
