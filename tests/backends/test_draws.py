"""What rows get out of budgets that they share: by hand, and against every way to fill in what is not known."""

import itertools
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans import UNKNOWN, column, known, ran

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.draws import Budget, Drawing, Users
from partnerrules.plan.nodes import Column, Draw, Let, Node, Plan, Scan
from partnerrules.plan.walk import looks_across, plan_terms
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

Fields: TypeAlias = Mapping[str, object]
Rows: TypeAlias = Mapping[str, Fields]

NUMBER: Final = t.Number()
BY_GROUP: Final = Budget("m", ("group",), "left of group")


def drawn(*budgets: Budget) -> Drawing:
    """Rows that are `on` want `n`, in the order of their days."""
    return Drawing(column("n", NUMBER), column("on", BOOLEAN), ("day",), budgets, "got", "least", "most")


def of_group(source: Node) -> Node:
    return Draw(source, drawn(BY_GROUP))


def of_both(source: Node) -> Node:
    """Out of a budget of the group, `m`, and one of the same size for all."""
    return Draw(source, drawn(BY_GROUP, Budget("m", (), "left of all")))


def row(n: object, m: object = 10, day: object = "2026-01-01", group: object = "g", on: object = True) -> Fields:
    return {"n": n, "m": m, "day": day, "group": group, "on": on}


def got(rows: Rows, *, complete: bool = True) -> dict[str, tuple[object, object, object]]:
    """What each row gets, what was left before it, and the range; numbers as text."""
    found = ran(of_group, rows, complete=complete)
    return {
        id: (text(each.values["got"]), text(each.values["left of group"]), _range(each.values))
        for id, each in found.items()
    }


def text(value: object) -> object:
    value = known(value)
    return str(value) if isinstance(value, Decimal) else value


def _range(values: Mapping[str, object]) -> str:
    return f"{text(values['least'])}..{text(values['most'])}"


# ------------------------------------------------------------------------------------------------------------- by hand


def test_rows_take_one_after_the_other_and_the_last_one_what_is_left() -> None:
    rows = {
        "A": row(4, day="2026-01-03"),
        "B": row(5, day="2026-01-01"),
        "C": row(3, day="2026-01-02"),
        "D": row(1, day="2026-01-04"),
        "E": row(9, group="h"),
        "F": row(9, day="2026-01-01", on=False),
    }
    assert got(rows) == {
        "A": ("2", "2", "2..2"),
        "B": ("5", "10", "5..5"),
        "C": ("3", "5", "3..3"),
        "D": ("0", "0", "0..0"),
        "E": ("9", "10", "9..9"),
        "F": ("0", "5", "0..0"),  # it comes after B, and takes nothing
    }


def test_rows_of_one_day_come_in_the_order_of_their_ids() -> None:
    assert [got({"B": row(7), "A": row(7)})[id][0] for id in "AB"] == ["7", "3"]


def test_a_budget_may_grow_and_shrink_and_what_was_taken_stays_taken() -> None:
    rows = {
        "A": row(8, m=5, day="2026-01-01"),
        "B": row(4, m=10, day="2026-01-02"),  # 5 are gone
        "C": row(1, m=7, day="2026-01-03"),  # 9 are gone
        "D": row(2, m=10, day="2026-01-04"),
    }
    assert [got(rows)[id][0] for id in "ABCD"] == ["5", "4", "0", "1"]


def test_those_that_took_something_are_told() -> None:
    how = drawn(Budget("m", ("group",), "left of group", "users"))
    rows = {
        **{f"A-{number}": row(1, day=f"2026-01-0{number}") for number in range(1, 7)},
        "B": row(0, day="2026-01-07"),  # takes nothing
        "C": row(9, day="2026-01-06"),  # equal to A-6 in the order
        "D": row(9, day="2026-01-08"),
        "E": row(9, group="h"),
    }
    found = ran(lambda source: Draw(source, how), rows)
    told = {id: found[id].values.get("users") for id in rows}
    first = ("A-1", "A-2", "A-3", "A-4", "A-5")
    assert (told["A-1"], told["A-2"]) == (Users(), Users(("A-1",), 1))
    assert told["C"] == Users(first, 6, by_id=True)
    assert told["D"] == Users(first, 7)
    assert told["E"] == Users()
    # A row of an unknown group may have taken from it before, and it is not told who was there before it.
    found = ran(lambda source: Draw(source, how), {**rows, "F": row(9, group=UNKNOWN)})
    assert found["D"].values["users"] == Users(("A-1",), 1)
    assert "users" not in found["F"].values


def test_what_one_budget_does_not_give_is_not_taken_from_the_other() -> None:
    rows = {
        "A": row(8, m=5, day="2026-01-01", group="g"),  # its group has 5, all have 5
        "B": row(8, m=8, day="2026-01-02", group="h"),  # its group has 8, of all 3 are left
        "C": row(8, m=12, day="2026-01-03", group="h"),  # its group has 9 left, of all 4
    }
    found = ran(of_both, rows)
    assert [[text(found[id].values[name]) for name in ("got", "left of group", "left of all")] for id in "ABC"] == [
        ["5", "5", "5"],
        ["3", "8", "3"],
        ["4", "9", "4"],
    ]


def test_a_budget_may_belong_to_each_row_alone() -> None:
    own = drawn(Budget("m", None, "left"))
    rows = {"A": row(8), "B": row(12), "C": row(12, m=UNKNOWN), "D": row(12, day=UNKNOWN), "E": row(0, m=UNKNOWN)}
    for complete in (True, False):
        found = ran(lambda source: Draw(source, own), rows, complete=complete)
        assert [_range(found[id].values) for id in "ABCDE"] == ["8..8", "10..10", "0..12", "10..10", "0..0"]
        assert [text(found[id].values["left"]) for id in "ABCDE"] == ["10", "10", "unknown", "10", "unknown"]
    assert not looks_across(Plan(("entry",), Draw(Scan("entry"), own)))


def test_less_than_nothing_is_nothing() -> None:
    assert got({"A": row(-3), "B": row(2, day="2026-01-02")})["B"] == ("2", "10", "2..2")
    assert got({"A": row(3, m=-1)})["A"] == ("0", "0", "0..0")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(row(4, on=UNKNOWN), 3, ("3", "unknown", "3..3"), id="enough is left either way"),
        pytest.param(row(4, on=UNKNOWN), 8, ("unknown", "unknown", "6..8"), id="it may have taken some"),
        pytest.param(row(UNKNOWN), 8, ("unknown", "unknown", "0..8"), id="it took nobody knows how much"),
        pytest.param(row(UNKNOWN, group="h"), 8, ("8", "10", "8..8"), id="from another budget"),
        pytest.param(row(4, group=UNKNOWN), 8, ("unknown", "unknown", "6..8"), id="from this budget, perhaps"),
        pytest.param(row(4, day=UNKNOWN), 8, ("unknown", "unknown", "6..8"), id="before it, perhaps"),
        pytest.param(row(2, day=UNKNOWN), 8, ("8", "unknown", "8..8"), id="before it, and no matter"),
        pytest.param(row(12, m=UNKNOWN), 8, ("unknown", "unknown", "0..8"), id="out of a budget it saw otherwise"),
        pytest.param(row(UNKNOWN, day="2026-01-03"), 8, ("8", "10", "8..8"), id="after it"),
        pytest.param(row(4, day="2026-01-03", group=UNKNOWN), 8, ("8", "10", "8..8"), id="after it, if from it at all"),
    ],
)
def test_what_is_not_known_of_an_earlier_row_makes_a_range(first: Fields, second: int, expected: object) -> None:
    assert got({"A": first, "B": row(second, day="2026-01-02")})["B"] == expected


def test_once_a_budget_is_used_up_nothing_is_in_doubt_any_more() -> None:
    rows = {
        "A": row(9, on=UNKNOWN),
        "B": row(5, day="2026-01-02"),
        "C": row(5, day="2026-01-03"),
        "D": row(1, day="2026-01-04"),
    }
    # With A: 9, 1, 0, 0. Without it: 5, 5, 0.
    assert [got(rows)[id][2] for id in "ABCD"] == ["0..9", "1..5", "0..5", "0..0"]


def test_where_rows_may_be_missing_only_what_cannot_be_had_is_certain() -> None:
    rows = {"A": row(9), "B": row(1, day="2026-01-02"), "C": row(1, day="2026-01-03")}
    found = got(rows, complete=False)
    # Whatever others take, A and B want all of it, so that nothing is left for C.
    assert [found[id][2] for id in "ABC"] == ["0..9", "0..1", "0..0"]


def test_a_row_of_which_the_budget_is_not_known_gets_what_any_of_them_leaves() -> None:
    rows = {
        "A": row(8),
        "B": row(6, group="h"),
        "C": row(3, day="2026-01-02", group=UNKNOWN),
        "D": row(9, day="2026-01-03", group="h"),
    }
    found = ran(of_group, rows)
    assert [f"{known(found[id].values['got'])} of {_range(found[id].values)}" for id in "CD"] == [
        "unknown of 0..3",  # 2 are left of g, 4 of h, 10 of any other one
        "unknown of 1..4",
    ]
    value = found["C"].values["got"]
    assert [(each.record, each.field) for each in getattr(value, "missing", ())] == [("C", "group")]


def test_numbers_that_grow_too_long_are_in_doubt_and_never_an_exception() -> None:
    power: terms.Term = column("n", NUMBER)
    for _ in range(31):
        power = terms.Calculation("number", "*", power, column("n", NUMBER), NUMBER)

    def of_powers(source: Node) -> Node:
        how = Drawing(power, column("on", BOOLEAN), ("day",), (BY_GROUP,), "got", "least", "most")
        return Draw(Let(source, (Column("m", power),)), how)

    great, small = "9" * 60, "0." + "0" * 11 + "1"
    rows = {
        "A": row(great),
        "B": row(small, day="2026-01-02"),
        "C": row(great, group=UNKNOWN, day="2026-01-03"),
        "D": row(small, group=UNKNOWN, day="2026-01-04"),
        "E": row(small, day=UNKNOWN),
        "F": row(great, day=UNKNOWN),
        "G": row(great, group="h", day="2026-01-05"),
    }
    found = ran(of_powers, rows)
    assert {known(each.values["got"]) for each in found.values()} >= {"unknown"}
    assert known(found["G"].values["got"]) == "unknown"


def test_what_is_missing_is_named() -> None:
    found = ran(of_group, {"A": row(4, on=UNKNOWN), "B": row(8, day="2026-01-02"), "C": row(1, on=UNKNOWN, group="h")})
    value = found["B"].values["got"]
    assert known(value) == "unknown"
    assert [(each.record, each.field) for each in getattr(value, "missing", ())] == [("A", "on")]


def test_a_plan_with_budgets_looks_at_all_rows_and_tells_its_terms() -> None:
    plan = Plan(("entry",), of_group(Scan("entry")))
    assert looks_across(plan)
    assert list(plan_terms(plan)) == [column("n", NUMBER), column("on", BOOLEAN)]


# ------------------------------------------------------------------------------------------------------ against a model


def model(rows: Rows, groups: Sequence[str]) -> dict[str, int]:
    """What rows get where everything is known: the recursion as it is said."""
    gone: dict[tuple[str, object], int] = {}
    found: dict[str, int] = {}
    for id in sorted(rows, key=lambda each: (str(rows[each]["day"]), each)):
        own = rows[id]
        keys = [(name, own["group"] if name == "group" else None) for name in groups]
        room = [int(str(own["m"])) - gone.get(key, 0) for key in keys]
        found[id] = max(0, min([int(str(own["n"])), *room])) if own["on"] else 0
        for key in keys:
            gone[key] = gone.get(key, 0) + found[id]
    return found


DAYS: Final = ("2026-01-01", "2026-01-02", "2026-01-03")
FILLED: Final[Mapping[str, Sequence[object]]] = {
    "n": (0, 1, 2, 3, 4, 5, 6, 99),
    "m": (0, 1, 2, 3, 4, 5, 6, 99),
    "on": (True, False),
    "group": ("g", "h", "other"),
    "day": ("2025-12-31", *DAYS, "2026-01-04"),
}


@st.composite
def entries(draw: st.DrawFn, gaps: int, names: Sequence[str] = tuple(FILLED)) -> dict[str, dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    for index in range(draw(st.integers(1, 5))):
        each = dict(
            row(
                draw(st.integers(0, 5)),
                draw(st.integers(0, 6)),
                draw(st.sampled_from(DAYS)),
                draw(st.sampled_from("ggh")),
                draw(st.sampled_from([True, True, False])),
            )
        )
        for name in names:
            if gaps and draw(st.integers(0, 5)) == 0:
                each[name] = UNKNOWN
                gaps -= 1
        rows[f"E-{index}"] = each
    return rows


def fillings(rows: Rows) -> list[dict[str, dict[str, object]]]:
    gaps = [(id, name) for id, each in rows.items() for name, value in each.items() if value is UNKNOWN]
    found = []
    for filling in itertools.product(*(FILLED[name] for _, name in gaps)):
        filled = {id: dict(each) for id, each in rows.items()}
        for (id, name), value in zip(gaps, filling, strict=True):
            filled[id][name] = value
        found.append(filled)
    return found


def bounds(rows: Rows, both: bool) -> dict[str, tuple[Decimal, Decimal | None]]:
    found: dict[str, tuple[Decimal, Decimal | None]] = {}
    for id, each in ran(of_both if both else of_group, rows).items():
        least, most = each.values["least"], each.values["most"]
        assert isinstance(least, Decimal)
        for value in each.values.values():
            assert not isinstance(value, Unknown) or value.missing
        found[id] = (least, most if isinstance(most, Decimal) else None)
    return found


@pytest.mark.parametrize("both", [False, True])
@given(rows=entries(0))
def test_what_is_drawn_is_that_of_the_model(rows: Rows, both: bool) -> None:
    expected = model(rows, ("group", "all") if both else ("group",))
    assert bounds(rows, both) == {id: (Decimal(number), Decimal(number)) for id, number in expected.items()}


@pytest.mark.parametrize("both", [False, True])
@settings(max_examples=settings().max_examples * 2)
@given(rows=entries(2))
def test_no_way_to_fill_the_gaps_leads_out_of_the_range(rows: Rows, both: bool) -> None:
    found = bounds(rows, both)
    for filled in fillings(rows):
        for id, expected in model(filled, ("group", "all") if both else ("group",)).items():
            least, most = found[id]
            assert least <= expected
            assert most is None or expected <= most


@given(entries(2, ("n", "on", "m")))
def test_with_one_budget_the_range_is_as_narrow_as_it_can_be(rows: Rows) -> None:
    ways = [model(filled, ("group",)) for filled in fillings(rows)]
    for id, (least, most) in bounds(rows, both=False).items():
        assert least == min(way[id] for way in ways)
        if most is None:
            assert rows[id]["n"] is rows[id]["m"] is UNKNOWN
        else:
            assert most == max(way[id] for way in ways)


@given(st.data(), entries(1))
def test_what_is_drawn_does_not_hang_on_the_order_of_the_rows(data: st.DataObject, rows: Rows) -> None:
    ids = data.draw(st.permutations(list(rows)))
    assert got({id: rows[id] for id in ids}) == got(rows)
