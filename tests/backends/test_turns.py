"""Rows that hang on what those before them came to, held against a model in which gaps are filled in every way."""

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from tests.plans import ENTRY, UNKNOWN, column, known, ran

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.columns import Aftermath, Following, Spending, Turn
from partnerrules.plan.nodes import Column, Cumulate, Let, Node, Succeed
from partnerrules.schema import types as t

Rows = Mapping[str, Mapping[str, object]]
ID: Final = terms.FieldOf(ENTRY, "id", t.Text())
TEXTS: Final = t.ListOf(t.Text())
DAYS: Final = tuple(f"2026-01-0{number}" for number in range(1, 7))


def lasting(day: object, end: object, weight: object = 1, *, on: object = True) -> dict[str, object]:
    return {"day": day, "end": end, "m": weight, "n": 1, "on": on, "group": "g"}


# ----------------------------------------------------------------------------------------------------------- following


def following(source: Node) -> Node:
    """A row goes on from one of its weight that runs, and is then over as many days after it as that counts rows."""
    found = terms.ColumnOf("found", BOOLEAN)
    before = terms.ColumnOf("rows before", t.Integer())
    one = terms.Value(1, t.Integer())
    more = terms.Calculation("number", "+", before, one, t.Integer())
    rows = Column("rows", terms.If(found, more, one, t.Integer()))
    return Succeed(
        source=source,
        where=column("on"),
        within=("group",),
        by=("day",),
        starts="day",
        ends="end",
        weight="m",
        column="effect",
        covered_from="covered from",
        following=Following(column("on"), "found", (("rows", "rows before"),), (rows,)),
    )


def chains(source: Node) -> Node:
    """Only what weighs more covers a row."""
    graver = terms.Calculation("number", "+", column("m"), terms.Value(1, t.Number()), t.Number())
    return following(Let(source, (Column("covered from", graver),)))


def told(rows: Rows) -> dict[str, tuple[object, object, object]]:
    found = ran(chains, rows)
    return {
        id: (known(row.values["effect"]), known(row.values["found"]), known(row.values["rows"]))
        for id, row in found.items()
    }


def test_a_row_goes_on_from_the_last_one_of_its_weight_that_runs() -> None:
    rows: Rows = {
        "A": lasting("2026-01-01", "2026-01-03"),
        "B": lasting("2026-01-02", "2026-01-04"),
        "C": lasting("2026-01-02", "2026-01-05", 2),  # graver: by itself
        "D": lasting("2026-01-03", "2026-01-06"),  # covered by C
        "E": lasting("2026-01-05", "2026-01-06"),  # C is over, and so is B
    }
    assert told(rows) == {
        "A": (True, False, 1),
        "B": (True, True, 2),
        "C": (True, False, 1),
        "D": (False, False, 1),
        "E": (True, False, 1),
    }


def test_what_a_row_may_go_on_from_is_told_as_far_as_it_is_known() -> None:
    rows: Rows = {
        "A": lasting("2026-01-01", "2026-01-04"),
        "B": lasting("2026-01-02", "2026-01-04", on=UNKNOWN),
        "C": lasting("2026-01-03", "2026-01-04"),
        "D": lasting("2026-01-04", "2026-01-05"),
    }
    assert told(rows) == {
        "A": (True, False, 1),
        "B": ("unknown", "unknown", "unknown"),
        "C": (True, True, "unknown"),  # it goes on, be it from B or from A
        "D": (True, False, 1),
    }


def model_chains(rows: Rows) -> dict[str, tuple[object, object, object]]:
    found: dict[str, tuple[object, object, object]] = {}
    for id in sorted(rows, key=lambda each: (str(rows[each]["day"]), each)):
        own = rows[id]
        running = [
            each for each, (effect, _, _) in found.items() if effect and str(own["day"]) < str(rows[each]["end"])
        ]
        covered = any(int(str(rows[each]["m"])) > int(str(own["m"])) for each in running)
        effect = bool(own["on"]) and not covered
        same = [each for each in running if rows[each]["m"] == own["m"]] if effect else []
        found[id] = (effect, bool(same), int(str(found[same[-1]][2])) + 1 if same else 1)
    return found


# ----------------------------------------------------------------------------------------------- spending and aftermath


def spent(source: Node) -> Node:
    """A row takes effect if two are left with it, uses both up, and leaves behind the days from `end` to `start`."""
    left = terms.ColumnOf("left", TEXTS)
    enough = terms.Comparison(">=", terms.Aggregate("count", left, t.Integer()), terms.Value(2, t.Integer()), BOOLEAN)
    listed = Cumulate(source, "collect", ID, column("on"), ("group",), ("day",), None, "before", "after")
    turn = Turn(
        computed=(Column("enough", enough),),
        not_before="day",
        spending=Spending("after", "left", left),
        aftermath=Aftermath("day", "end", "start", "in aftermath"),
    )
    return Succeed(
        source=listed,
        where=terms.All((column("on"), terms.ColumnOf("enough", BOOLEAN)), BOOLEAN),
        within=("group",),
        by=("day",),
        starts="day",
        ends="end",
        weight="m",
        column="effect",
        turn=turn,
    )


def turns(rows: Rows) -> dict[str, tuple[object, object, object]]:
    found = ran(spent, rows)
    return {
        id: (known(row.values["left"]), known(row.values["effect"]), known(row.values["in aftermath"]))
        for id, row in found.items()
    }


def leaving(day: object, end: object, after: object, *, on: object = True) -> dict[str, object]:
    return {**lasting(day, end, on=on), "start": after}


def test_what_took_effect_is_used_up_and_leaves_days_behind() -> None:
    rows: Rows = {
        "A": leaving("2026-01-01", "2026-01-02", "2026-01-09"),
        "B": leaving("2026-01-01", "2026-01-02", "2026-01-04"),
        "C": leaving("2026-01-02", "2026-01-03", None),
        "D": leaving("2026-01-03", "2026-01-04", "2026-01-05"),
        "E": leaving("2026-01-04", "2026-01-05", "2026-01-06"),
    }
    assert turns(rows) == {
        "A": (("A",), False, False),  # it does not take effect, and leaves nothing behind
        "B": (("A", "B"), True, False),
        "C": (("C",), False, True),
        "D": (("C", "D"), True, True),
        "E": (("E",), False, True),  # of D; the days of B are over
    }


def test_what_may_be_used_up_is_in_doubt() -> None:
    rows: Rows = {
        "A": leaving("2026-01-01", "2026-01-02", "2026-01-04"),
        "B": leaving("2026-01-02", "2026-01-03", "2026-01-04", on=UNKNOWN),
        "C": leaving("2026-01-03", "2026-01-04", "2026-01-05"),
    }
    assert turns(rows)["C"] == ("unknown", "unknown", "unknown")


def model_turns(rows: Rows) -> dict[str, tuple[object, object, object]]:
    found: dict[str, tuple[object, object, object]] = {}
    used: set[str] = set()
    order = sorted(rows, key=lambda each: (str(rows[each]["day"]), each))
    for index, id in enumerate(order):
        own, day = rows[id], str(rows[id]["day"])
        left = tuple(each for each in order[: index + 1] if rows[each]["on"] and each not in used)
        acting = [each for each in order[:index] if found[each][1]]
        behind = any(str(rows[each]["end"]) <= day < str(rows[each]["start"]) for each in acting)
        covered = any(day < str(rows[each]["end"]) for each in acting)
        effect = bool(own["on"]) and len(left) >= 2 and not covered
        used |= {*left} if effect else set()
        found[id] = (left, effect, behind)
    return found


# ------------------------------------------------------------------------------------------------------------ the model


@st.composite
def entries(draw: st.DrawFn, gaps: int) -> dict[str, dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    for index in range(draw(st.integers(1, 4))):
        day = draw(st.sampled_from(DAYS[:4]))
        end = dt.date.fromisoformat(day) + dt.timedelta(days=draw(st.integers(1, 2)))
        after = end + dt.timedelta(days=draw(st.integers(1, 2)))
        row = {**leaving(day, end.isoformat(), after.isoformat()), "m": draw(st.integers(1, 2))}
        row["on"] = draw(st.sampled_from([True, True, True, False]))
        for name in ("on", "end", "start"):
            if gaps and draw(st.integers(0, 3)) == 0:
                row[name] = UNKNOWN
                gaps -= 1
        rows[f"E-{index}"] = row
    return rows


FILLINGS: Final[Mapping[str, tuple[object, ...]]] = {
    "on": (True, False),
    "end": (*DAYS[1:], "2026-01-09"),
    "start": (*DAYS[1:], "2026-01-09"),
}


@given(entries(0))
def test_what_is_known_is_that_of_the_models(rows: dict[str, dict[str, object]]) -> None:
    same = {id: {**row, "m": 1} for id, row in rows.items()}
    assert told(rows) == model_chains(rows)
    assert turns(same) == model_turns(same)


@given(entries(2))
def test_no_way_to_fill_the_gaps_contradicts_what_is_known(rows: dict[str, dict[str, object]]) -> None:
    same = {id: {**row, "m": 1} for id, row in rows.items()}
    gaps = [(id, name) for id, row in rows.items() for name, value in row.items() if value is UNKNOWN]
    for found, model, given_rows in ((told(rows), model_chains, rows), (turns(same), model_turns, same)):
        for filling in itertools.product(*(FILLINGS[name] for _, name in gaps)):
            filled = {id: dict(row) for id, row in given_rows.items()}
            for (id, name), value in zip(gaps, filling, strict=True):
                filled[id][name] = value
            if any(str(row["end"]) <= str(row["day"]) for row in filled.values()):
                continue
            for id, expected in model(filled).items():
                if model is model_chains and found[id][0] == "unknown" and not expected[0]:
                    continue  # what it has from others it has if it takes effect
                for value, right in zip(found[id], expected, strict=True):
                    assert value in ("unknown", right)


def test_a_row_without_a_place_in_the_order_leaves_the_others_in_doubt() -> None:
    rows: Rows = {
        "A": leaving("2026-01-01", "2026-01-02", "2026-01-04"),
        "B": leaving(UNKNOWN, "2026-01-03", "2026-01-04"),
        "C": leaving("2026-01-03", "2026-01-04", "2026-01-05", on=False),
    }
    found = turns(rows)
    assert found["B"][1] == "unknown"
    assert found["A"][1] == "unknown"
    assert found["C"][1] is False
