"""Running sums and lists, and successions, held against a model in which every gap is filled in every way."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans import ENTRY, TRUE, UNKNOWN, column, known, ran

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import Column, Cumulate, Let, Node, Succeed
from partnerrules.schema import types as t

Fields: TypeAlias = dict[str, object]
Rows: TypeAlias = Mapping[str, Mapping[str, object]]
ID: Final = terms.FieldOf(ENTRY, "id", t.Text())
DAYS: Final = ("2026-01-01", "2026-01-02", "2026-01-03")


def summed(source: Node, since: str | None = None) -> Node:
    """Sums n of those that are on, by day, within the group."""
    return Cumulate(source, "sum", column("n"), column("on"), ("group",), ("day",), since, "before", "after")


def since_start(source: Node) -> Node:
    return summed(source, "start")


def collected(source: Node, since: str | None = None) -> Node:
    """Collects the ids of those that are on, by day, within the group."""
    return Cumulate(source, "collect", ID, column("on"), ("group",), ("day",), since, "before", "after")


def values(make: Callable[[Node], Node], rows: Rows, *, complete: bool = True) -> dict[str, tuple[object, object]]:
    found = ran(make, rows, complete=complete)
    return {id: (known(row.values["before"]), known(row.values["after"])) for id, row in found.items()}


def entry(n: object, day: object = "2026-01-01", group: object = "g", *, on: object = True, **more: object) -> Fields:
    return {"n": n, "day": day, "group": group, "on": on, **more}


# -------------------------------------------------------------------------------------------------------------- sums


def test_rows_are_summed_in_the_order_of_their_days_and_then_of_their_ids() -> None:
    rows: Rows = {
        "A": entry(100, "2026-01-02"),
        "B": entry("0.01", "2026-01-01"),
        "C": entry(-5, "2026-01-02"),
        "D": entry(7, "2026-01-02", on=False),
        "E": entry(3, "2026-01-01", "h"),
        "F": entry(1, None),  # without a day it comes last
    }
    assert values(summed, rows) == {
        "A": (Decimal("0.01"), Decimal("100.01")),
        "B": (0, Decimal("0.01")),
        "C": (Decimal("100.01"), Decimal("95.01")),
        "D": (Decimal("95.01"), Decimal("95.01")),
        "E": (0, 3),
        "F": (Decimal("95.01"), Decimal("96.01")),
    }


def test_only_rows_since_a_day_are_summed() -> None:
    rows: Rows = {
        "A": entry(1, "2026-01-01", start="2026-01-01"),
        "B": entry(2, "2026-01-02", start="2026-01-02"),
        "C": entry(4, "2026-01-03", start="2026-01-02"),
        "D": entry(8, "2026-01-03"),  # none: since ever
        "E": entry(16, "2026-01-03", start="2026-01-04"),
    }
    assert values(since_start, rows) == {"A": (0, 1), "B": (0, 2), "C": (2, 6), "D": (7, 15), "E": (0, 16)}


def until_start(source: Node) -> Node:
    return Cumulate(
        source, "sum", column("n"), column("on"), ("group",), ("day",), None, "before", "after", until="start"
    )


def test_only_rows_before_a_day_are_summed_and_the_row_itself_only_if_there_is_none() -> None:
    rows: Rows = {
        "A": entry(1, "2026-01-01", start="2026-01-01"),
        "B": entry(2, "2026-01-02", start="2026-01-02"),
        "C": entry(UNKNOWN, "2026-01-03", start="2026-01-03"),
        "D": entry(8, "2026-01-03", start="2026-01-03"),  # what is not known of its own day does no harm
        "E": entry(16, "2026-01-03", start="2026-01-09"),
        "F": entry(32, "2026-01-02", group="h"),  # none: up to itself
    }
    assert values(until_start, rows) == {
        "A": (0, 0),
        "B": (1, 1),
        "C": (3, 3),
        "D": (3, 3),
        "E": ("unknown", "unknown"),
        "F": (0, 32),
    }


def test_a_row_without_a_day_that_does_not_count_disturbs_no_window() -> None:
    rows: Rows = {
        "A": entry(1, "2026-01-01", start="2026-01-01"),
        "B": entry(2, "2026-01-02", start="2026-01-01"),
        "C": entry(4, None, on=False, start="2026-01-01"),
        "D": entry(8, None, on=False, start="2026-01-01"),
    }
    found = values(since_start, rows)
    assert (found["A"], found["B"]) == ((0, 1), (1, 3))


def test_a_sum_is_unknown_from_the_first_row_on_that_is_not_known() -> None:
    rows: Rows = {
        "A": entry(1, "2026-01-01"),
        "B": entry(UNKNOWN, "2026-01-02"),
        "C": entry(4, "2026-01-03"),
        "D": entry(5, "2026-01-03", on=UNKNOWN),
    }
    assert values(summed, rows) == {
        "A": (0, 1),
        "B": (1, "unknown"),
        "C": ("unknown", "unknown"),
        "D": ("unknown", "unknown"),
    }
    assert [
        (missing.record, missing.field)
        for missing in sorted(ran(summed, rows)["C"].values["before"].missing)  # type: ignore[attr-defined]  # it is unknown
    ] == [("B", "n")]


def test_what_adds_nothing_does_no_harm_where_it_is_not_known_whether_it_counts() -> None:
    rows: Rows = {"A": entry(0, on=UNKNOWN), "B": entry(UNKNOWN, on=False), "C": entry(5)}
    assert values(summed, rows) == {"A": (0, 0), "B": (0, 0), "C": (0, 5)}


def test_a_row_whose_day_is_not_known_leaves_its_group_in_doubt_and_no_other() -> None:
    rows: Rows = {
        "A": entry(1),
        "B": entry(2, UNKNOWN),
        "C": entry(3, group="h"),
        "D": entry(4, UNKNOWN, "h", on=False),
    }
    assert values(summed, rows) == {
        "A": ("unknown", "unknown"),
        "B": ("unknown", "unknown"),
        "C": (0, 3),
        "D": ("unknown", "unknown"),
    }


def test_among_rows_that_may_not_be_all_no_sum_is_known() -> None:
    assert values(summed, {"A": entry(1)}, complete=False) == {"A": ("unknown", "unknown")}


def test_a_column_may_say_that_all_rows_are_there() -> None:
    def whole(source: Node) -> Node:
        return Cumulate(source, "sum", column("n"), TRUE, ("group",), ("day",), None, "before", "after", whole="on")

    rows: Rows = {"A": entry(1), "B": entry(2, on=UNKNOWN)}
    assert values(whole, rows, complete=False) == {"A": (0, 1), "B": ("unknown", "unknown")}


# -------------------------------------------------------------------------------------------------------------- lists


def test_rows_are_collected_in_order() -> None:
    rows: Rows = {
        "A": entry(1, "2026-01-03"),
        "B": entry(1, "2026-01-02"),
        "C": entry(1, "2026-01-02", on=False),
        "D": entry(1, "2026-01-02"),
        "E": entry(1, "2026-01-01", "h"),
    }
    assert values(collected, rows) == {
        "A": (("B", "D"), ("B", "D", "A")),
        "B": ((), ("B",)),
        "C": (("B",), ("B",)),
        "D": (("B",), ("B", "D")),
        "E": ((), ("E",)),
    }


def test_a_list_with_a_member_in_doubt_is_counted_as_a_range() -> None:
    count = terms.Aggregate("count", column("after", t.ListOf(t.Text())), t.Integer())

    def counted(source: Node) -> Node:
        asked = (terms.Comparison(">=", count, terms.Value(number, t.Integer()), BOOLEAN) for number in range(1, 5))
        return Let(collected(source), tuple(Column(f"{number}", each) for number, each in enumerate(asked, start=1)))

    found = ran(counted, {"A": entry(1), "B": entry(1, on=UNKNOWN), "C": entry(1)})
    assert known(found["C"].values["after"]) == "unknown"
    assert [known(found["C"].values[f"{number}"]) for number in range(1, 5)] == [True, True, "unknown", False]


# ---------------------------------------------------------------------------------------------------------- the model

FILLINGS: Final[Mapping[str, Sequence[object]]] = {
    "group": ("g", "h", "other"),
    "on": (True, False),
    "n": (-1, 0, 1, 5),
    "day": (None, *DAYS),
    "start": (None, *DAYS),
}


@st.composite
def entries(draw: st.DrawFn, names: Sequence[str] = (), gaps: int = 2) -> dict[str, Fields]:
    """Rows in two groups; some of the fields that are named may be gaps."""
    rows: dict[str, Fields] = {}
    for index in range(draw(st.integers(1, 4))):
        row = entry(
            draw(st.sampled_from([0, 1, 2, -3])),
            draw(st.sampled_from(DAYS)),
            draw(st.sampled_from("ggh")),
            on=draw(st.sampled_from([True, True, False])),
            start=draw(st.sampled_from([None, *DAYS])),
        )
        for name in names:
            if gaps and draw(st.integers(0, 3)) == 0:
                row[name] = UNKNOWN
                gaps -= 1
        rows[f"E-{index}"] = row
    return rows


def completions(rows: Rows) -> Iterator[dict[str, Fields]]:
    """Every way in which the gaps can be filled."""
    gaps = [(id, name) for id, row in rows.items() for name, value in row.items() if value is UNKNOWN]
    for filling in itertools.product(*(FILLINGS[name] for _, name in gaps)):
        filled = {id: dict(row) for id, row in rows.items()}
        for (id, name), value in zip(gaps, filling, strict=True):
            filled[id][name] = value
        yield filled


def in_order(rows: Rows) -> list[str]:
    return sorted(rows, key=lambda id: (rows[id]["day"] is None, str(rows[id]["day"]), id))


def window(rows: Rows, id: str) -> tuple[list[str], list[str]]:
    """The rows that count before one, and up to it."""
    own = rows[id]
    order = [each for each in in_order(rows) if rows[each]["group"] == own["group"]]
    found: list[list[str]] = []
    for upto in (order[: order.index(id)], order[: order.index(id) + 1]):
        since = own["start"]
        found.append(
            [
                each
                for each in upto
                if rows[each]["on"]
                and (each == id or since is None or rows[each]["day"] is None or str(rows[each]["day"]) >= str(since))
            ]
        )
    return found[0], found[1]


def model_sums(rows: Rows) -> dict[str, tuple[object, object]]:
    return {id: tuple(sum(int(str(rows[each]["n"])) for each in part) for part in window(rows, id)) for id in rows}  # type: ignore[misc]  # two parts


def model_lists(rows: Rows) -> dict[str, tuple[object, object]]:
    return {id: (tuple(window(rows, id)[0]), tuple(window(rows, id)[1])) for id in rows}


@given(entries())
def test_sums_and_lists_are_those_of_the_model(rows: dict[str, Fields]) -> None:
    assert values(since_start, rows) == model_sums(rows)
    assert values(lambda source: collected(source, "start"), rows) == model_lists(rows)


@settings(max_examples=settings().max_examples * 2)
@given(entries(("group", "on", "n", "day", "start")))
def test_no_way_to_fill_the_gaps_contradicts_a_sum_or_a_list(rows: dict[str, Fields]) -> None:
    sums, lists = values(since_start, rows), values(lambda source: collected(source, "start"), rows)
    for filled in completions(rows):
        for found, model in ((sums, model_sums(filled)), (lists, model_lists(filled))):
            for id, pair in found.items():
                for value, expected in zip(pair, model[id], strict=True):
                    assert value in ("unknown", expected)


@given(entries(("group", "on", "n", "day", "start")))
def test_no_way_to_fill_the_gaps_contradicts_a_sum_up_to_a_day(rows: dict[str, Fields]) -> None:
    found = values(until_start, rows)
    for filled in completions(rows):
        for id, (before, after) in found.items():
            own = filled[id]
            order = [each for each in in_order(filled) if filled[each]["group"] == own["group"]]
            for value, upto in ((before, order.index(id)), (after, order.index(id) + 1)):
                counted = [each for each in order[:upto] if filled[each]["on"]]
                if own["start"] is not None:  # the row itself does not count, whatever its day
                    days = {each: filled[each]["day"] for each in counted if each != id}
                    counted = [each for each, day in days.items() if day is not None and str(day) < str(own["start"])]
                assert value in ("unknown", sum(int(str(filled[each]["n"])) for each in counted))


@given(entries(("group", "on", "n", "day")))
def test_the_sum_of_all_earlier_rows_is_that_since_no_day(rows: dict[str, Fields]) -> None:
    for row in rows.values():
        row["start"] = None
        if row["n"] is not UNKNOWN:
            row["n"] = f"{row['n']}.50"
    of_all, since = (ran(make, rows) for make in (summed, since_start))
    for id, found in of_all.items():
        for name in ("before", "after"):
            one, other = found.values[name], since[id].values[name]
            assert one == other
            assert not isinstance(one, Decimal) or str(one) == str(other)


@given(entries())
def test_a_sum_does_not_hang_on_how_the_rows_are_batched(rows: dict[str, Fields]) -> None:
    """The last running total of a group is the total of its rows."""
    found = values(summed, rows)
    for group in ("g", "h"):
        members = [id for id in in_order(rows) if rows[id]["group"] == group]
        if members:
            assert found[members[-1]][1] == sum(int(str(rows[id]["n"])) for id in members if rows[id]["on"])


# -------------------------------------------------------------------------------------------------------- successions


def succeed(source: Node) -> Node:
    """Who takes effect, by day, within the group: a row runs from its day up to its end, and weighs m."""
    return Succeed(source, column("on"), ("group",), ("day",), "day", "end", "m", "effect")


def effects(rows: Rows) -> dict[str, object]:
    return {id: known(row.values["effect"]) for id, row in ran(succeed, rows).items()}


def lasting(day: str, end: object, weight: object = 1, *, on: object = True, group: object = "g") -> Fields:
    return {"day": day, "end": end, "m": weight, "on": on, "group": group}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([lasting("2026-01-01", "2026-01-03"), lasting("2026-01-02", "2026-01-05")], "TF", id="covered"),
        pytest.param(
            [lasting("2026-01-01", "2026-01-02"), lasting("2026-01-02", "2026-01-05")], "TT", id="the end is free"
        ),
        pytest.param([lasting("2026-01-01", "2026-01-03"), lasting("2026-01-02", "2026-01-03", 2)], "TT", id="graver"),
        pytest.param(
            [lasting("2026-01-01", "2026-01-03", 2), lasting("2026-01-02", "2026-01-03")], "TF", id="slighter"
        ),
        pytest.param(
            [lasting("2026-01-01", "2026-01-03", on=False), lasting("2026-01-02", "2026-01-03")], "FT", id="off"
        ),
        pytest.param(
            [lasting("2026-01-01", "2026-01-03"), lasting("2026-01-02", "2026-01-03", group="h")], "TT", id="elsewhere"
        ),
        pytest.param(
            # The second is covered and does not run on: the third begins after the end of the first.
            [
                lasting("2026-01-01", "2026-01-03"),
                lasting("2026-01-02", "2026-01-09"),
                lasting("2026-01-03", "2026-01-05"),
            ],
            "TFT",
            id="what is covered covers nothing",
        ),
        pytest.param(
            [lasting("2026-01-01", "2026-01-03"), lasting("2026-01-01", "2026-01-03")], "TF", id="one day, by id"
        ),
        pytest.param([lasting("2026-01-01", UNKNOWN), lasting("2026-01-02", "2026-01-03")], "T?", id="end unknown"),
        pytest.param([lasting("2026-01-01", UNKNOWN), lasting("2026-01-02", "2026-01-03", 2)], "TT", id="no matter"),
        pytest.param(
            [lasting("2026-01-01", "2026-01-03", on=UNKNOWN), lasting("2026-01-02", "2026-01-03")], "??", id="perhaps"
        ),
        pytest.param(
            [
                lasting("2026-01-01", "2026-01-04"),
                lasting("2026-01-02", "2026-01-04", on=UNKNOWN),
                lasting("2026-01-03", "2026-01-04"),
            ],
            "TFF",
            id="covered whatever it is",
        ),
    ],
)
def test_who_takes_effect(rows: list[Fields], expected: str) -> None:
    found = effects({f"E-{index}": row for index, row in enumerate(rows)})
    assert "".join({True: "T", False: "F"}.get(value, "?") for value in found.values()) == expected  # type: ignore[call-overload]  # a truth or a word


def model_effects(rows: Rows) -> dict[str, object]:
    found: dict[str, object] = {}
    for id in in_order(rows):
        own = rows[id]
        covering = [
            each
            for each, effect in found.items()
            if effect
            and rows[each]["group"] == own["group"]
            and str(own["day"]) < str(rows[each]["end"])
            and int(str(own["m"])) <= int(str(rows[each]["m"]))
        ]
        found[id] = bool(own["on"]) and not covering
    return found


@st.composite
def lasting_entries(draw: st.DrawFn, gaps: int) -> dict[str, Fields]:
    rows: dict[str, Fields] = {}
    for index in range(draw(st.integers(1, 4))):
        day = draw(st.sampled_from(DAYS))
        end = dt.date.fromisoformat(day) + dt.timedelta(days=draw(st.integers(1, 3)))
        row = lasting(
            day,
            end.isoformat(),
            draw(st.integers(1, 2)),
            on=draw(st.sampled_from([True, True, False])),
            group=draw(st.sampled_from("ggh")),
        )
        for name in ("group", "on", "m", "end"):
            if gaps and draw(st.integers(0, 3)) == 0:
                row[name] = UNKNOWN
                gaps -= 1
        rows[f"E-{index}"] = row
    return rows


LASTING: Final[Mapping[str, Sequence[object]]] = {
    "group": ("g", "h", "other"),
    "on": (True, False),
    "m": (0, 1, 2, 3),
    "end": ("2026-01-02", "2026-01-03", "2026-01-04", "2026-01-09"),
}


@given(lasting_entries(0))
def test_successions_are_those_of_the_model(rows: dict[str, Fields]) -> None:
    assert effects(rows) == model_effects(rows)


@settings(max_examples=settings().max_examples * 2)
@given(lasting_entries(2))
def test_no_way_to_fill_the_gaps_contradicts_a_succession(rows: dict[str, Fields]) -> None:
    found = effects(rows)
    gaps = [(id, name) for id, row in rows.items() for name, value in row.items() if value is UNKNOWN]
    for filling in itertools.product(*(LASTING[name] for _, name in gaps)):
        filled = {id: dict(row) for id, row in rows.items()}
        for (id, name), value in zip(gaps, filling, strict=True):
            filled[id][name] = value
        for id, expected in model_effects(filled).items():
            assert found[id] in ("unknown", expected)
