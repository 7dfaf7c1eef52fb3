"""Cuts of a queue, held against filling every gap in every way: what is said is what all ways agree on, and no less."""

import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans import UNKNOWN, column, known, ran

from partnerrules.language.terms import Value
from partnerrules.plan.nodes import Cut, Node, Rank, SortKey
from partnerrules.plan.portions import Rounding, places
from partnerrules.schema import types as t

Ties: TypeAlias = Literal["include", "exclude"]
Rows: TypeAlias = Mapping[str, Mapping[str, object]]
Asked: TypeAlias = tuple[Decimal | int, bool, Ties, Rounding]

ROUNDINGS: Final[tuple[Rounding, ...]] = ("floor", "ceil", "half_up")
TIES: Final[tuple[Ties, ...]] = ("include", "exclude")
PORTIONS: Final = (Decimal("0.1"), Decimal("0.3"), Decimal("0.5"), Decimal(1), 1, 2)
ASKED: Final[st.SearchStrategy[Asked]] = st.tuples(
    st.sampled_from(PORTIONS), st.booleans(), st.sampled_from(TIES), st.sampled_from(ROUNDINGS)
)
ROW: Final = st.fixed_dictionaries(
    {"n": st.sampled_from([1, 2, 3, UNKNOWN])}, optional={"on": st.sampled_from([True, True, False])}
)


def cut(rows: Rows, asked: Asked, *, complete: bool = True) -> dict[str, object]:
    """Whether each row that is given belongs to a cut, the greatest being first."""
    portion, last, ties, rounding = asked
    term = Value(portion, t.Ratio() if isinstance(portion, Decimal) else t.Integer())

    def rank(source: Node) -> Node:
        by = (SortKey("n", descending=True),)
        return Rank(source, column("on"), by, "place", cuts=(Cut("in", term, last, ties, rounding),))

    return {id: known(row.values["in"]) for id, row in ran(rank, rows, complete=complete).items()}


def by_hand(rows: Rows, id: str, asked: Asked) -> bool:
    """The rule as it is written: those who are equal at the cut are all in, or all out."""
    portion, last, ties, rounding = asked
    values = [row["n"] for other, row in rows.items() if other == id or row["on"]]
    count = places(portion, len(values), rounding) if isinstance(portion, Decimal) else portion
    in_order = sorted(values, key=lambda value: int(str(value)), reverse=not last)
    own = rows[id]["n"]
    inside, outside = in_order[:count], in_order[count:]
    return own in inside if ties == "include" else own in inside and own not in outside


def completions(rows: Rows) -> Iterator[Rows]:
    """All ways to fill what is not known, with values between and beyond those that are there."""
    names = sorted(rows)
    ways = []
    for name in names:
        row = rows[name]
        numbers = [0, 1, 2, 3, 4] if row["n"] is UNKNOWN else [row["n"]]
        stands = [row["on"]] if "on" in row else [True, False]
        ways.append([{"n": number, "on": on} for number in numbers for on in stands])
    for chosen in itertools.product(*ways):
        yield dict(zip(names, chosen, strict=True))


@pytest.mark.parametrize(
    ("size", "ten", "thirty"),
    [
        (1, (0, 1, 0), (0, 1, 0)),
        (2, (0, 1, 0), (0, 1, 1)),
        (5, (0, 1, 1), (1, 2, 2)),
        (7, (0, 1, 1), (2, 3, 2)),
        (9, (0, 1, 1), (2, 3, 3)),
        (10, (1, 1, 1), (3, 3, 3)),
        (11, (1, 2, 1), (3, 4, 3)),
        (20, (2, 2, 2), (6, 6, 6)),
    ],
)
def test_the_table_of_percentiles(size: int, ten: tuple[int, ...], thirty: tuple[int, ...]) -> None:
    assert tuple(places(Decimal("0.1"), size, rounding) for rounding in ROUNDINGS) == ten
    assert tuple(places(Decimal("0.3"), size, rounding) for rounding in ROUNDINGS) == thirty


def test_a_share_below_nothing_is_nothing_and_above_all_is_all() -> None:
    assert [places(Decimal(share), 7, "ceil") for share in (-1, 0, 1, 2)] == [0, 0, 7, 7]


@settings(max_examples=settings().max_examples * 2)
@given(st.lists(ROW, min_size=1, max_size=4), ASKED)
def test_every_way_to_fill_the_gaps_is_weighed_and_nothing_else(given: list[dict[str, object]], asked: Asked) -> None:
    rows: Rows = dict(zip("ABCD", given, strict=False))
    for id, found in cut(rows, asked).items():
        answers = {by_hand(filled, id, asked) for filled in completions(rows)}
        assert found == (answers.pop() if len(answers) == 1 else "unknown"), id


@given(st.lists(ROW, min_size=1, max_size=4), ASKED)
def test_among_rows_that_may_not_be_all_what_is_sure_stays_so(given: list[dict[str, object]], asked: Asked) -> None:
    rows: Rows = dict(zip("ABCD", given, strict=False))
    more: Rows = {**rows, "X": {"n": 9, "on": True}, "Y": {"n": 0, "on": True}, "Z": {"n": 9, "on": True}}
    some, whole = cut(rows, asked, complete=False), cut(more, asked)
    for id, found in some.items():
        assert found in ("unknown", whole[id])


def test_all_of_a_queue_is_all_of_it_however_many_there_are() -> None:
    rows: Rows = {"A": {"n": 1, "on": True}}
    assert cut(rows, (Decimal(1), False, "include", "floor"), complete=False) == {"A": True}
    assert cut(rows, (Decimal("0.5"), False, "include", "floor"), complete=False) == {"A": "unknown"}
