"""References that are followed further, and the greatest number of the rows that are joined again."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from hypothesis import given
from hypothesis import strategies as st
from tests.plans import UNKNOWN, column, known, ran

from partnerrules.language import terms
from partnerrules.plan.nodes import Collapse, Column, Let, Node, Refer, Spread
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

Rows: TypeAlias = Mapping[str, Mapping[str, object]]
NUMBER: Final = t.Number()


def summed(source: Node) -> Node:
    """The sum of `n` of a row and of all that it refers to, one behind the other."""
    before = terms.ColumnOf("sum of the other", t.Maybe(NUMBER))
    own = column("n", NUMBER)
    joined = terms.If(
        terms.Exists(before, t.Boolean()), terms.Calculation("number", "+", before, own, NUMBER), own, NUMBER
    )
    return Refer(source, column("other"), (("sum", "sum of the other"),), "found", (Column("sum", joined),))


def sums(rows: Rows) -> dict[str, object]:
    return {id: known(row.values["sum"]) for id, row in ran(summed, rows).items()}


def test_what_is_computed_goes_on_along_the_references_whatever_the_order_of_the_rows() -> None:
    assert sums(
        {
            "A": {"n": 1, "other": "D"},
            "B": {"n": 20, "other": "A"},
            "C": {"n": 300, "other": "A"},
            "D": {"n": 4000},
        }
    ) == {"A": 4001, "B": 4021, "C": 4301, "D": 4000}


def test_rows_that_refer_to_themselves_through_others_are_unknown_and_those_behind_them() -> None:
    rows: Rows = {
        "A": {"n": 1, "other": "B"},
        "B": {"n": 1, "other": "C"},
        "C": {"n": 1, "other": "A"},
        "D": {"n": 1, "other": "A"},
        "E": {"n": 1, "other": "E"},
        "F": {"n": 1},
        "G": {"n": 1, "other": UNKNOWN},
    }
    found = ran(summed, rows)
    assert {id: known(row.values["sum"]) for id, row in found.items()} == dict.fromkeys("ABCDEG", "unknown") | {"F": 1}
    lacking = found["D"].values["sum"]
    assert isinstance(lacking, Unknown)
    assert [(each.reason, each.relation, each.record) for each in lacking.missing] == [("circle", "entries", "A")]
    assert known(found["D"].values["found"]) is True
    assert known(found["E"].values["found"]) == "unknown"


def test_a_long_way_needs_no_deep_recursion() -> None:
    rows = {
        f"{number:05}": {"n": 1, **({"other": f"{number + 1:05}"} if number < 4999 else {})} for number in range(5000)
    }
    assert sums(rows)["00000"] == 5000


@given(st.lists(st.integers(-1, 7), min_size=8, max_size=8))
def test_it_is_the_sum_along_the_way_or_a_circle(references: list[int]) -> None:
    rows: dict[str, dict[str, object]] = {str(at): {"n": 10**at} for at in range(8)}
    for at, other in enumerate(references):
        if other >= 0:
            rows[str(at)]["other"] = str(other)
    expected: dict[str, object] = {}
    for at in range(8):
        way, here = [at], references[at]
        while here >= 0 and here not in way:
            way.append(here)
            here = references[here]
        expected[str(at)] = "unknown" if here >= 0 else sum(10**each for each in way)
    assert sums(rows) == expected


def greatest(source: Node) -> Node:
    spread = Spread(source, ("group",), ("names",), "cell", "covers")
    is_x = terms.Comparison("=", terms.ColumnOf("n", NUMBER), terms.Value(0, t.Integer()), t.Boolean())
    nothing = terms.Value(None, t.Maybe(NUMBER))
    value = terms.If(is_x, nothing, terms.ColumnOf("n", NUMBER), t.Maybe(NUMBER))
    return Collapse(source, Let(spread, (Column("value", value),)), (), (Column("greatest", value),))


def test_the_greatest_number_of_the_parts() -> None:
    rows: Rows = {
        "A": {"n": 3, "group": "x", "names": ["a", "b"]},
        "B": {"n": 0, "group": "x", "names": ["a"]},
        "C": {"n": 1, "group": "x", "names": []},
        "D": {"n": UNKNOWN, "group": "x", "names": ["a"]},
    }
    found = {id: known(row.values["greatest"]) for id, row in ran(greatest, rows).items()}
    assert found == {"A": 3, "B": None, "C": None, "D": "unknown"}
