"""Recorded standings over time: since when one is held, and whether it was held on any day of a stretch."""

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import value

SINCE = 'standing_since(partner, "grade", today)'


def facts(*rows: tuple[str, object, object]) -> dict[str, object]:
    """Standings of one partner: the value, the first day, and the first day after it; "?" is not known."""
    standings: dict[str, Mapping[str, object]] = {}
    for index, (grade, start, end) in enumerate(rows):
        fields = {"value": grade, "valid_from": start, "valid_to": end}
        known = {name: {"unknown": True} if each == "?" else each for name, each in fields.items()}
        standings[f"T-{index}"] = {"partner": "P-1", "kind": "grade", **known}
    return {"partners": {"P-1": {}}, "standings": standings}


def shown(expression: str, given_facts: dict[str, object]) -> object:
    found = value(expression, given_facts)
    return found.isoformat() if isinstance(found, dt.date) else found


@pytest.mark.parametrize(
    ("rows", "since"),
    [
        ([], None),
        ([("gold", "2025-01-01", None)], "2025-01-01"),
        ([("gold", "2025-01-01", "2026-03-01")], None),  # it ended yesterday
        # A renewal of the same grade goes on; another grade, or a day without one, is a break.
        ([("gold", "2024-01-01", "2025-01-01"), ("gold", "2025-01-01", None)], "2024-01-01"),
        ([("gold", "2024-01-01", "2025-01-01"), ("gold", "2025-01-02", None)], "2025-01-02"),
        ([("silver", "2024-01-01", "2025-01-01"), ("gold", "2025-01-01", None)], "2025-01-01"),
        (
            [
                ("gold", "2023-01-01", "2024-01-01"),
                ("silver", "2024-01-01", "2025-01-01"),
                ("gold", "2025-01-01", None),
            ],
            "2025-01-01",
        ),
        # Records that overlap are one stretch.
        ([("gold", "2024-01-01", "2025-06-01"), ("gold", "2025-01-01", None)], "2024-01-01"),
        ([("gold", "2024-01-01", None), ("silver", "2025-01-01", None)], "2025-01-01"),
        # What begins tomorrow is not held yet.
        ([("gold", "2025-01-01", None), ("gold", "2026-03-02", None)], "2025-01-01"),
        ([("?", "2025-01-01", None)], "unknown"),
        ([("gold", "?", None)], "unknown"),
        ([("gold", "2025-01-01", "?")], "unknown"),
        # Whether the earlier one was gold decides since when.
        ([("?", "2024-01-01", "2025-01-01"), ("gold", "2025-01-01", None)], "unknown"),
        # Here it would not.
        ([("?", "2023-01-01", "2024-01-01"), ("gold", "2025-01-01", None)], "2025-01-01"),
        # A history may be kept by adding to it alone: nothing is closed when the next grade begins.
        ([("gold", "2024-01-01", None), ("silver", "2024-06-01", None), ("gold", "2025-01-01", None)], "2025-01-01"),
        ([("gold", "2024-01-01", None), ("gold", "2024-06-01", None), ("gold", "2025-01-01", None)], "2024-01-01"),
        # What began later and is over gives way to what began before it.
        ([("gold", "2024-01-01", None), ("silver", "2025-01-01", "2025-02-01")], "2025-02-01"),
        ([("silver", "2024-01-01", "2024-06-01"), ("gold", "2025-01-01", None)], "2025-01-01"),
    ],
)
def test_since_when_a_grade_is_held(rows: list[tuple[str, object, object]], since: object) -> None:
    assert shown(SINCE, facts(*rows)) == since


@pytest.mark.parametrize(
    ("row", "stretch", "held"),
    [
        (("gold", "2025-01-01", "2025-07-01"), "[2025-06-30..2025-12-31]", True),
        (("gold", "2025-01-01", "2025-07-01"), "[2025-07-01..2025-12-31]", False),
        (("gold", "2025-01-01", "2025-07-01"), "[2024-01-01..2025-01-01]", True),
        (("gold", "2025-01-01", "2025-07-01"), "[2024-01-01..2025-01-01)", False),
        (("gold", "2025-01-01", None), "(2030-01-01..2031-01-01)", True),
        (("gold", "2025-01-01", "2025-07-01"), "[2025-03-01..2025-03-01]", True),
        (("gold", "2025-01-01", "2025-07-01"), "[today..2025-07-01]", False),  # no day at all
        (("gold", "2025-01-01", "2027-01-01"), "(today..2026-03-02)", False),  # nor between two days
        (("gold", "2025-01-01", "?"), "[2025-01-02..2025-02-01]", "unknown"),
        (("gold", "2025-01-01", "?"), "[2025-01-01..2025-02-01]", True),  # its first day it held, whatever its end
        (("gold", "2025-01-01", "?"), "[2024-01-01..2024-12-31]", False),
        (("gold", "?", "2025-07-01"), "[2025-07-01..2025-12-31]", False),
        (("?", "2025-01-01", "2025-07-01"), "[2025-07-01..2025-12-31]", False),
        (("?", "2025-01-01", "2025-07-01"), "[2025-03-01..2025-12-31]", "unknown"),
        (("silver", "2025-01-01", "2025-07-01"), "last 12 months", False),
        (("gold", "2025-01-01", "2025-03-02"), "last 12 months", False),
        (("gold", "2025-01-01", "2025-03-03"), "last 12 months", True),
    ],
)
def test_whether_a_grade_was_held(row: tuple[str, object, object], stretch: str, held: object) -> None:
    assert value(f'held(partner, "grade", "gold", {stretch})', facts(row)) == held


START = dt.date(2026, 2, 1)
SPANS = st.lists(
    st.tuples(st.sampled_from(["gold", "silver"]), st.integers(0, 40), st.integers(1, 12) | st.none()), max_size=6
)


def spans(rows: list[tuple[str, int, int | None]]) -> list[tuple[str, dt.date, dt.date | None]]:
    return [
        (grade, START + dt.timedelta(first), None if length is None else START + dt.timedelta(first + length))
        for grade, first, length in rows
    ]


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        # A history may be kept by adding to it alone: gold ended on 1 March 2025, although nothing closed it.
        ([("gold", "2025-01-01", None), ("silver", "2025-03-01", None)], False),
        ([("gold", "2025-01-01", None), ("silver", "2026-01-02", None)], True),
        ([("gold", "2025-01-01", None), ("silver", "2025-03-01", None), ("gold", "2026-02-01", None)], True),
        # What began later is over on the last day: gold is what holds again.
        ([("gold", "2025-01-01", None), ("silver", "2025-03-01", "2026-02-01")], True),
        ([("gold", "2025-01-01", None), ("silver", "2025-03-01", "2026-02-02")], False),
        ([("gold", "2025-01-01", "2026-02-01"), ("silver", "2025-03-01", "2026-02-01")], False),
        # On no day both: which of the two it was is not known.
        ([("gold", "2025-01-01", None), ("silver", "2025-01-01", None)], "unknown"),
        ([("gold", "2025-01-01", None), ("?", "2025-03-01", None)], "unknown"),
        ([("gold", "2025-01-01", None), ("silver", "?", "2025-12-01")], True),
    ],
)
def test_held_goes_by_the_standing_of_each_day(rows: list[tuple[str, object, object]], held: object) -> None:
    assert value('held(partner, "grade", "gold", [2026-01-01..2026-02-01])', facts(*rows)) == held


@pytest.mark.parametrize(
    ("rows", "since"),
    [
        # Two of them on the first day: it is not known which held, and so not since when.
        ([("gold", "2025-01-01", None), ("silver", "2025-01-01", "2025-02-01")], "unknown"),
        ([("gold", "2025-01-01", None), ("silver", "2025-01-01", None), ("gold", "2025-02-01", None)], "unknown"),
        ([("silver", "2024-01-01", "2024-06-01"), ("gold", "2025-01-01", None)], "2025-01-01"),
    ],
)
def test_since_when_is_known_and_when_not(rows: list[tuple[str, object, object]], since: object) -> None:
    assert shown(SINCE, facts(*rows)) == since


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        ([("silver", "2024-01-01", "?"), ("gold", "2025-01-01", None)], "gold"),
        ([("silver", "2024-01-01", "?"), ("gold", "2026-03-01", "?")], "gold"),  # on its first day
        ([("silver", "2024-01-01", None), ("gold", "2026-02-28", "?")], "unknown"),
        ([("silver", "?", "2026-01-01"), ("gold", "2025-01-01", None)], "gold"),
        ([("silver", "2025-06-01", "?"), ("gold", "2025-01-01", None)], "unknown"),
    ],
)
def test_a_later_one_counts_whatever_the_end_of_an_earlier_one(
    rows: list[tuple[str, object, object]], grade: str
) -> None:
    assert value('standing(partner, "grade", today)', facts(*rows)) == grade


def test_a_history_that_only_grows_is_gone_through_once() -> None:
    start = dt.date(2020, 1, 1)
    days = [(start + dt.timedelta(days)).isoformat() for days in range(2000)]
    rows = [("silver", "2019-06-01", None), *(("gold", day, None) for day in days)]
    assert shown(SINCE, facts(*rows)) == "2020-01-01"


def grade_on(rows: list[tuple[str, dt.date, dt.date | None]], day: dt.date) -> str | None:
    """The grade that began last of those that hold, "?" if different ones did on one day."""
    held = [(first, grade) for grade, first, end in rows if first <= day and (end is None or day < end)]
    last = {grade for first, grade in held if first == max(held)[0]}
    return None if not last else last.pop() if len(last) == 1 else "?"


@given(SPANS)
def test_since_is_the_end_of_going_back_day_by_day(drawn: list[tuple[str, int, int | None]]) -> None:
    rows = spans(drawn)
    given_facts = facts(*((grade, str(first), None if end is None else str(end)) for grade, first, end in rows))
    day = dt.date(2026, 3, 1)
    grade = grade_on(rows, day)
    assert value('standing(partner, "grade", today)', given_facts) == ("unknown" if grade == "?" else grade)
    expected: object = None
    if grade is not None:
        while grade_on(rows, day - dt.timedelta(1)) == grade:
            day -= dt.timedelta(1)
        expected = day
    found = value(SINCE, given_facts)
    in_doubt = grade == "?" or any(grade_on(rows, START + dt.timedelta(days)) == "?" for days in range(60))
    assert found == expected or (in_doubt and found == "unknown")


@given(SPANS, st.integers(0, 50), st.integers(0, 20))
def test_held_is_held_on_one_of_the_days(drawn: list[tuple[str, int, int | None]], first: int, length: int) -> None:
    rows = spans(drawn)
    given_facts = facts(*((grade, str(start), None if end is None else str(end)) for grade, start, end in rows))
    days = [START + dt.timedelta(first + index) for index in range(length + 1)]
    found = value(f'held(partner, "grade", "gold", [{days[0]}..{days[-1]}])', given_facts)
    grades = {grade_on(rows, day) for day in days}
    assert found == (True if "gold" in grades else "unknown" if "?" in grades else False) or (
        # Of two that begin on one day and are both silver or gold it is not known which.
        found == "unknown" and "?" in grades and "gold" not in grades
    )


GAPS = st.lists(st.tuples(*[st.booleans()] * 3), min_size=6, max_size=6)


def written(rows: list[tuple[str, dt.date, dt.date | None]]) -> list[tuple[str, object, object]]:
    return [(grade, str(start), None if end is None else str(end)) for grade, start, end in rows]


@given(SPANS, GAPS)
def test_filling_in_what_is_unknown_contradicts_no_certain_answer(
    drawn: list[tuple[str, int, int | None]], gaps: list[tuple[bool, ...]]
) -> None:
    full = written(spans(drawn))
    known = [
        tuple("?" if gap else each for each, gap in zip(row, gone, strict=True))
        for row, gone in zip(full, gaps, strict=False)
    ]
    for expression in (SINCE, 'held(partner, "grade", "gold", [2026-02-10..2026-02-20])'):
        before = value(expression, facts(*known))  # type: ignore[arg-type]
        assert before in ("unknown", value(expression, facts(*full)))


@given(SPANS)
def test_the_order_of_records_and_the_standings_of_others_change_nothing(
    drawn: list[tuple[str, int, int | None]],
) -> None:
    given_facts = facts(*written(spans(drawn)))
    standings = given_facts["standings"]
    assert isinstance(standings, dict)
    others = {f"X-{id}": {**row, "partner": "P-2", "value": "gold"} for id, row in standings.items()}
    mixed = {
        "partners": {"P-2": {}, "P-1": {}},
        "standings": {**others, **dict(reversed(standings.items()))},
    }
    for expression in (SINCE, 'held(partner, "grade", "gold", [2026-02-10..2026-02-20])'):
        assert value(expression, mixed) == value(expression, given_facts)
