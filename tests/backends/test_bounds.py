"""Sizes that took minutes, and what the work on many rows that are not known is bounded by."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans import ENTRY, SCAN, TRUE, UNKNOWN, all_rows, column, known, ran

from partnerrules.backends import rows as rows_module
from partnerrules.backends import successions, windows
from partnerrules.backends.order import ordered_by
from partnerrules.backends.ranking import Entrant, positions
from partnerrules.backends.rows import Group, WorkingRow, grouped, some_true
from partnerrules.backends.values import MOST_MISSING, Members, Portion, united
from partnerrules.diagnostics import TooMuchWork
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.logic import Truth, conjunction, disjunction, negation
from partnerrules.plan.nodes import (
    Collapse,
    Column,
    Cumulate,
    Let,
    Node,
    Plan,
    Rank,
    Refer,
    SortKey,
    Spread,
    Succeed,
    Unnest,
)
from partnerrules.plan.walk import looks_across
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Unknown

Rows: TypeAlias = dict[str, dict[str, object]]
ID: Final = terms.FieldOf(ENTRY, "id", t.Text())


def entries(count: int, of: Callable[[int], dict[str, object]]) -> Rows:
    return {f"E-{index:04}": of(index) for index in range(count)}


def gap(name: str) -> Unknown:
    return Unknown.because("field", "entries", name, "n")


def missing_of(value: object) -> frozenset[Missing]:
    assert isinstance(value, Unknown), value
    return value.missing


# ----------------------------------------------------------------------------------------------------- what is missing


def test_of_many_doubts_the_first_facts_are_named_in_their_order() -> None:
    doubts = [gap(f"E-{number:03}").missing for number in range(2 * MOST_MISSING)]
    assert sorted(missing.record for missing in united(doubts)) == [f"E-{number:03}" for number in range(MOST_MISSING)]
    every = frozenset().union(*doubts)
    assert united([every]) == united(doubts)
    assert united(doubts[:3]) == frozenset().union(*doubts[:3])
    assert united([]) == frozenset()


def test_of_many_conditions_one_that_holds_settles_it_however_many_are_in_doubt() -> None:
    doubtful: list[Truth] = [gap(f"E-{number:03}") for number in range(2 * MOST_MISSING)]
    assert some_true([*doubtful, True]) is True
    assert len(missing_of(some_true([False, *doubtful]))) == MOST_MISSING
    assert some_true([False, False]) is False


def test_a_list_with_many_members_in_doubt_lacks_the_first_facts() -> None:
    possible = tuple(("x", gap(f"E-{number:03}")) for number in range(2 * MOST_MISSING))
    assert len(missing_of(Members((), possible).known())) == MOST_MISSING


def test_a_portion_of_a_list_is_a_list() -> None:
    portion = Portion("abcdef", 1, 4)
    assert (len(portion), list(portion), portion[0], portion[-1], portion[1:]) == (3, list("bcd"), "b", "d", "cd")
    assert "e" not in portion


# ---------------------------------------------------------------------------------------------------------------- sums


def cumulated(source: Node, kind: str = "sum", since: str | None = None, *, per_subject: bool = False) -> Node:
    value = column("n") if kind == "sum" else ID
    return Cumulate(
        source,
        "sum" if kind == "sum" else "collect",
        value,
        column("on"),
        ("group",),
        ("day",),
        since,
        "before",
        "after",
        per_subject=per_subject,
    )


def collected(source: Node) -> Node:
    return cumulated(source, "collect")


def test_sums_of_thousands_of_rows_that_are_not_known_lack_the_first_facts_of_their_own_range() -> None:
    rows = entries(
        3_000,
        lambda index: {
            "n": UNKNOWN,
            "on": True,
            "group": "g",
            "day": str(dt.date(2020, 1, 1) + dt.timedelta(days=index)),
            "start": str(dt.date(2020, 1, 1) + dt.timedelta(days=index - 2)),
        },
    )
    found = ran(cumulated, rows)
    lacks = sorted(missing.record for missing in missing_of(found["E-2999"].values["before"]))
    assert lacks == [f"E-{index:04}" for index in range(MOST_MISSING)]
    assert [missing.record for missing in missing_of(found["E-0000"].values["after"])] == ["E-0000"]
    in_window = ran(lambda source: cumulated(source, since="start"), rows)["E-2000"].values
    for name, last in (("before", 2000), ("after", 2001)):
        lacks = sorted(missing.record for missing in missing_of(in_window[name]))
        assert lacks == [f"E-{index:04}" for index in range(1998, last)]


def test_rows_of_equal_keys_come_in_the_order_of_their_ids_and_those_of_one_subject_as_they_are_given() -> None:
    subjects = [row.subject for row in all_rows(lambda source: source, entries(3, lambda index: {"n": index}))]
    rows = [((1,), WorkingRow.of(subject), (subject.id, part)) for subject in reversed(subjects) for part in "ba"]
    assert ordered_by(rows) == [(f"E-{index:04}", part) for index in range(3) for part in "ba"]
    first = ((0,), WorkingRow.of(subjects[2]), ("first", ""))
    last = ((None,), WorkingRow.of(subjects[0]), ("last", ""))
    assert [each for each, _ in ordered_by([last, *rows, first])][:: len(rows) + 1] == ["first", "last"]


# --------------------------------------------------------------------------------------------------------------- lists


def test_lists_up_to_each_of_five_thousand_rows_share_one() -> None:
    rows = entries(5_000, lambda index: {"on": True, "group": "g", "day": "2026-01-01"})
    count = terms.Aggregate("count", column("after", t.ListOf(t.Text())), t.Integer())
    found = ran(lambda source: Let(collected(source), (Column("count", count),)), rows)
    assert [found[f"E-{index:04}"].values["count"] for index in (0, 1, 4_999)] == [1, 2, 5_000]
    assert found["E-0002"].values["before"] == ("E-0000", "E-0001")
    assert found["E-4999"].values["after"] == tuple(rows)


def test_lists_up_to_each_of_many_rows_in_doubt_lack_the_first_facts() -> None:
    found = ran(collected, entries(3_000, lambda index: {"on": UNKNOWN, "group": "g", "day": "2026-01-01"}))
    assert len(missing_of(found["E-2999"].values["after"])) == MOST_MISSING


def test_rows_without_a_known_day_are_each_perhaps_in_the_lists_of_the_others() -> None:
    rows = entries(1_000, lambda index: {"on": True, "group": "g", "day": UNKNOWN})
    count = terms.Aggregate("count", column("after", t.ListOf(t.Text())), t.Integer())
    asked = [
        Column(f"{least}", terms.Comparison(">=", count, terms.Value(least, t.Integer()), BOOLEAN))
        for least in (1, 2, 1_000, 1_001)
    ]
    row = ran(lambda source: Let(collected(source), tuple(asked)), rows)["E-0700"]
    assert [known(row.values[column.name]) for column in asked] == [True, "unknown", "unknown", False]
    assert Missing("field", "entries", "E-0700", "day") in missing_of(row.values["before"])


def test_lists_that_are_too_long_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(count: int, day: object) -> Rows:
        return entries(count, lambda _: {"on": True, "group": "g", "day": day})

    monkeypatch.setattr(windows, "MAXIMUM_LISTED", 55)
    assert len(ran(collected, of(10, "2026-01-01"))) == 10  # 1 + 2 + ... + 10
    with pytest.raises(TooMuchWork, match="lists of more than 55 members in all"):
        ran(collected, of(11, "2026-01-01"))
    assert len(ran(collected, of(7, UNKNOWN))) == 7  # each of seven among seven
    with pytest.raises(TooMuchWork, match="within a shorter window"):
        ran(collected, of(8, UNKNOWN))


# -------------------------------------------------------------------------------------------------------------- places


def test_thousands_of_rows_of_which_a_later_key_is_unknown_have_a_range_each() -> None:
    def ranked(source: Node) -> Node:
        return Rank(source, column("on"), (SortKey("n"), SortKey("m")), "place", ("group",))

    rows = entries(3_000, lambda index: {"n": index // 1_000, "m": UNKNOWN, "on": True, "group": "g"})
    place = ran(ranked, rows)["E-1500"].values["place"]
    assert (place.least, place.most, len(place.missing)) == (1_001, 2_000, MOST_MISSING)  # type: ignore[attr-defined]  # a place


def test_of_thousands_that_may_stand_in_a_queue_some_are_named_whichever_of_them_are_counted() -> None:
    entrants = [Entrant(gap(f"E-{index}"), (index // 1_000,)) for index in range(3_000)]
    found = positions(entrants)[1_500]
    for tally, most in (
        (found.ahead, 1_000),
        (found.level, 999),
        (found.behind, 1_000),
        (found.not_ahead, 1_999),
        (found.not_behind, 1_999),
        (found.others, 2_999),
    ):
        assert (tally.least, tally.most, len(tally.missing)) == (0, most, MOST_MISSING)


def test_rivals_are_weighed_and_get_no_place() -> None:
    (found,) = positions([Entrant(True, (1,))], [Entrant(True, (0,)), Entrant(gap("A"), (0,)), Entrant(True, (1,))])
    assert (found.ahead.least, found.ahead.most, found.level.least, found.level.most) == (1, 2, 1, 1)


def test_a_rank_writes_no_more_columns_than_are_named() -> None:
    row = ran(lambda source: Rank(source, TRUE, (SortKey("n"),), None, (), None, "level"), {"A": {"n": 1}})["A"]
    assert set(row.values) - set(ran(lambda source: source, {"A": {}})["A"].values) == {"level"}


# -------------------------------------------------------------------------------------------------------------- groups

PARTS: Final = st.sampled_from([1, 2, 3, None])


@settings(max_examples=settings().max_examples * 2)
@given(st.lists(st.one_of(st.tuples(PARTS, PARTS, PARTS), st.tuples(PARTS, PARTS)), max_size=12))
def test_groups_are_those_of_comparing_every_pair_of_keys(keys: list[tuple[int | None, ...]]) -> None:
    entrants = [tuple(gap(f"{index}") if part is None else part for part in key) for index, key in enumerate(keys)]
    found: list[Group[int]] = grouped(range(len(keys)), lambda index: entrants[index])
    own = {index: group for group in found for index in group.members}
    assert sorted(own) == list(range(len(keys)))
    assert [group.known for group in found] == sorted((group.known for group in found), reverse=True)
    for index, key in enumerate(keys):
        group = own[index]
        assert group.known == (None not in key)
        agreeing = {
            other
            for other, parts in enumerate(keys)
            if len(parts) == len(key)
            and all(left == right or None in (left, right) for left, right in zip(key, parts, strict=True))
            and not (group.known and None not in parts)
            and other not in group.members
        }
        assert {other for other, _ in group.perhaps} == agreeing
        assert len(group.perhaps) == len(agreeing)
        for other, doubt in group.perhaps:
            assert bool(doubt.missing) == (None in keys[other])


def test_rows_of_which_half_may_belong_anywhere_are_grouped_and_ranked() -> None:
    def ranked(source: Node) -> Node:
        spread = Spread(source, ("group",), ("names",), "cell", "covers")
        rank = Rank(spread, column("on"), (SortKey("n"),), "place", ("group", "cell"))
        return Collapse(source, rank, (Column("any", TRUE),))

    def of(index: int) -> dict[str, object]:
        fields: dict[str, object] = {"n": 1, "on": True, "names": [f"{index % 7}"]}
        return {**fields, "group": f"{index}"} if index % 2 else fields

    rows = entries(1_000, of)
    found = ran(ranked, rows)
    (part,) = found["E-0007"].parts
    place = part.values["place"]
    assert (place.least, place.most) == (1, 1 + 72)  # type: ignore[attr-defined]  # even indices that leave no rest by seven


def test_too_many_pairs_that_may_belong_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[tuple[object, ...]] = [*((index,) for index in range(10)), *((gap(f"{index}"),) for index in range(4))]
    monkeypatch.setattr(rows_module, "MAXIMUM_PAIRS", 50)  # ten groups get four rows each, and give one
    assert len(grouped(keys, lambda key: key)) == 11
    monkeypatch.setattr(rows_module, "MAXIMUM_PAIRS", 49)
    with pytest.raises(TooMuchWork, match="more than 49 pairs of records may belong together"):
        grouped(keys, lambda key: key)


# --------------------------------------------------------------------------------------------------------- successions


def succeed(source: Node, *, per_subject: bool = False) -> Node:
    within = ("group",)
    return Succeed(source, column("on"), within, ("day",), "start", "end", "m", "effect", per_subject=per_subject)


def day(number: int) -> str:
    return str(dt.date(2020, 1, 1) + dt.timedelta(days=number))


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(lambda index: {"on": True, "end": day(index + 2), "m": 1}, id="each ends soon"),
        pytest.param(lambda index: {"on": True, "end": "2999-01-01", "m": index}, id="each is graver and goes on"),
        pytest.param(lambda index: {"on": UNKNOWN, "end": day(index + 2), "m": 1}, id="each is in doubt and ends soon"),
    ],
)
def test_only_those_are_compared_that_make_a_difference(
    of: Callable[[int], dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(successions, "MAXIMUM_COMPARED", 5 * 3_000)
    rows = entries(3_000, lambda index: {"group": "g", "day": day(index), "start": day(index), **of(index)})
    assert len(ran(succeed, rows)) == 3_000


def test_as_soon_as_enough_is_missing_no_more_of_those_in_doubt_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(successions, "MAXIMUM_COMPARED", MOST_MISSING * 1_000)
    rows = entries(1_000, lambda index: {"group": "g", "day": day(index), "start": day(index), "on": True, "m": 1})
    found = ran(succeed, rows)
    assert found["E-0000"].values["effect"] is True
    assert len(missing_of(found["E-0999"].values["effect"])) == MOST_MISSING


def test_too_many_that_have_to_be_compared_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(successions, "MAXIMUM_COMPARED", 1_000)
    lasting = {"group": "g", "on": UNKNOWN, "end": "2999-01-01"}
    rows = entries(100, lambda index: {**lasting, "day": day(index), "start": day(index), "m": index})
    with pytest.raises(TooMuchWork, match="more than 1,000 pairs of records are compared"):
        ran(succeed, rows)


NUMBERS: Final = st.integers(1, 6)


@settings(max_examples=settings().max_examples * 2)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([True, True, True, False, None]),
            st.one_of(NUMBERS, NUMBERS, NUMBERS, st.none()),
            st.one_of(NUMBERS, NUMBERS, NUMBERS, st.none()),
            st.one_of(st.integers(1, 3), st.integers(1, 3), st.none()),
        ),
        max_size=10,
    )
)
def test_who_takes_effect_is_what_comparing_every_pair_tells(
    given_rows: list[tuple[bool | None, int | None, int | None, int | None]],
) -> None:
    """With starts in any order, and whatever is unknown."""
    rows: Rows = {}
    expected: list[Truth] = []
    for index, (on, start, end, weight) in enumerate(given_rows):
        values = {"on": on, "start": None if start is None else day(start), "end": None if end is None else day(end)}
        given_values: Mapping[str, object] = {**values, "m": weight}
        fields = {name: UNKNOWN if value is None else value for name, value in given_values.items()}
        rows[f"E-{index:04}"] = {"group": "g", "day": "2026-01-01", **fields}
        covered = disjunction(
            conjunction((effect, less(start, other[2], 0), less(other[1], start, 1), less(weight, other[3], 1)))
            for effect, other in zip(expected, given_rows, strict=False)
        )
        expected.append(conjunction((gap("on") if on is None else on, negation(covered))))
    found = [known(row.values["effect"]) for row in ran(succeed, rows).values()]
    assert found == [known(effect) for effect in expected]


def less(one: int | None, other: int | None, more: int) -> Truth:
    return gap("n") if one is None or other is None else one < other + more


# --------------------------------------------------------------------------------------------------------------- plans


def test_a_collapse_is_over_the_node_that_its_source_builds_on() -> None:
    unnested = Unnest(SCAN, column("tags"), "tag", "belongs", "whole")
    Plan(("entry",), Let(Collapse(SCAN, unnested, ()), ()))
    with pytest.raises(ValueError, match="not over an equal one"):
        Plan(("entry",), Let(Collapse(replace(SCAN), unnested, ()), ()))


@pytest.mark.parametrize("make", [cumulated, succeed])
@pytest.mark.parametrize("per_subject", [False, True])
def test_a_plan_looks_across_unless_its_rows_meet_those_of_their_own_subject_alone(
    make: Callable[..., Node], per_subject: bool
) -> None:
    assert looks_across(Plan(("entry",), make(SCAN, per_subject=per_subject))) is not per_subject


def test_what_refers_to_a_subject_of_several_rows_is_no_plan() -> None:
    def made(source: Node) -> Node:
        unnested = Unnest(source, column("tags"), "tag", "belongs", "whole")
        return Refer(unnested, column("other"), (), "found")

    with pytest.raises(AssertionError, match="one row"):
        ran(made, {"A": {"tags": ["x", "y"]}})
