"""Tiering by conditions and by a measure: the highest band that is reached, doubts, and what would give more."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.support import AS_OF, codes, decide, ruleset

from partnerrules.decisions.tiering import TieringResult

LEVEL = """\
facts:
  partner: {revenue: money(CNY), certified: integer, kept: ratio}
tiering:
  level:
    subject: partner
    bands:
      - grade: gold
        any:
          - all: [partner.revenue >= 1000000 CNY, partner.certified >= 5]
          - {id: big, require: partner.revenue > 5000000 CNY}
      - {grade: silver, require: partner.certified >= 3}
      - {grade: registered}
"""

POINTS = """\
facts: {partner: {revenue: money(CNY)}}
parameters:
  to_be_premier: {value: 5000000 CNY, source: P-7}
tiering:
  level:
    subject: partner
    measure: partner.revenue
    bands:
      - {grade: premier, above: to_be_premier}
      - {grade: advanced, from: 1000000 CNY}
      - {grade: basic, from: 1 CNY}
"""


def graded(text: str, fields: Mapping[str, object], *, as_of: dt.datetime = AS_OF, **more: object) -> TieringResult:
    """The result of the policy `level` for P-1, of which some fields are given."""
    result = decide(text, {"partners": {"P-1": dict(fields)}, **more}, as_of=as_of)["level"]["P-1"]
    assert isinstance(result, TieringResult)
    return result


def next_ways(result: TieringResult) -> tuple[str, list[list[str]]] | None:
    """The next better grade, and the ways to it."""
    if result.next is None:
        return None
    return result.next.grade, [[change.text for change in way] for way in result.next.ways.listed]


def lacking(result: TieringResult) -> dict[str, object]:
    """By conditions, how much is lacking for the next better grade."""
    assert result.next is not None
    return {id: distance.as_data() for id, distance in result.next.distances.items()}


# ----------------------------------------------------------------------------------------------------- by conditions


@pytest.mark.parametrize(
    ("revenue", "certified", "grade"),
    [
        (1_000_000, 5, "gold"),
        (999_999, 5, "silver"),
        (1_000_000, 4, "silver"),
        (5_000_000, 2, "registered"),
        (5_000_001, 0, "gold"),
        (0, 3, "silver"),
        (0, 0, "registered"),
    ],
)
def test_e22_the_highest_band_that_is_reached_gives_the_grade_whether_or_not_it_reaches_those_below(
    revenue: int, certified: int, grade: str
) -> None:
    result = graded(LEVEL, {"revenue": f"{revenue} CNY", "certified": certified})
    assert (result.outcome, result.at_least, result.possible) == (grade, grade, (grade,))
    assert not result.missing


def test_a_band_may_be_reached_and_not_be_the_grade() -> None:
    result = graded(LEVEL, {"revenue": "6000000 CNY", "certified": 1})
    assert [(band.grade, band.status) for band in result.bands] == [
        ("gold", "reached"),
        ("silver", "not_reached"),
        ("registered", "reached"),
    ]
    assert result.next is None


def test_where_a_fact_is_missing_the_grade_is_at_least_what_is_sure() -> None:
    result = graded(LEVEL, {"certified": 3})
    assert (result.outcome, result.at_least, result.possible) == ("undetermined", "silver", ("gold", "silver"))
    assert [missing.field for missing in result.missing] == ["revenue"]
    assert graded(LEVEL, {"revenue": "0 CNY"}).possible == ("silver", "registered")
    assert graded(LEVEL, {}).possible == ("gold", "silver", "registered")


def test_a_fact_that_decides_nothing_is_not_missed() -> None:
    assert graded(LEVEL, {"revenue": "6000000 CNY"}).outcome == "gold"


def test_without_a_band_that_asks_nothing_there_may_be_no_grade() -> None:
    text = LEVEL.replace("      - {grade: registered}\n", "")
    result = graded(text, {"revenue": "0 CNY", "certified": 2})
    assert (result.outcome, result.at_least, next_ways(result)) == (
        "no_grade",
        None,
        ("silver", [["partner.certified >= 3"]]),
    )
    result = graded(text, {"revenue": "0 CNY"})
    assert (result.outcome, result.at_least, result.possible) == ("undetermined", None, ("silver", "no_grade"))


def test_two_bands_may_ask_the_same_thing() -> None:
    text = LEVEL.replace("require: partner.certified >= 3", "all: [partner.certified >= 5, partner.kept >= 80 %]")
    result = graded(text, {"revenue": "0 CNY", "certified": 5, "kept": "80 %"})
    assert result.outcome == "silver"
    assert list(result.conditions) == [
        "partner.revenue >= 1000000 CNY",
        "partner.certified >= 5",
        "big",
        "partner.kept >= 80 %",
    ]


def test_e18_a_person_whose_employment_ends_on_the_review_date_is_not_counted() -> None:
    text = """\
tiering:
  level:
    subject: partner
    bands:
      - {grade: silver, require: 'count(partner.people[valid(item, today)]) >= 1'}
      - {grade: registered}
"""
    people = {"E-1": {"partner": "P-1", "employed_from": "2025-01-01", "employed_to": "2026-03-01"}}
    day = dt.timedelta(days=1)
    assert graded(text, {}, people=people).outcome == "registered"
    assert graded(text, {}, people=people, as_of=AS_OF - day).outcome == "silver"


# --------------------------------------------------------------------------------------------------------- by a measure


@pytest.mark.parametrize(
    ("revenue", "grade"),
    [
        ("5000000.01 CNY", "premier"),
        ("5000000 CNY", "advanced"),
        ("1000000 CNY", "advanced"),
        ("999999.99 CNY", "basic"),
        ("1 CNY", "basic"),
        ("0.99 CNY", "no_grade"),
        ("-1 CNY", "no_grade"),
    ],
)
def test_e21_a_value_at_the_bound_is_in_by_from_and_out_by_above(revenue: str, grade: str) -> None:
    assert graded(POINTS, {"revenue": revenue}).outcome == grade


def test_a_measure_that_is_not_known_leaves_all_grades_open() -> None:
    result = graded(POINTS, {})
    assert (result.outcome, result.at_least) == ("undetermined", None)
    assert result.possible == ("premier", "advanced", "basic", "no_grade")
    assert [missing.field for missing in result.missing] == ["revenue"]


def test_a_bound_that_the_source_does_not_state_leaves_open_what_hangs_on_it() -> None:
    text = POINTS.replace("{value: 5000000 CNY, source: P-7}", "{type: money(CNY), status: unstated}")
    result = graded(text, {"revenue": "3000000 CNY"})
    assert (result.outcome, result.at_least) == ("undetermined", "advanced")
    assert [missing.field for missing in result.missing] == ["to_be_premier"]


def test_a_bound_may_be_a_fact_of_the_record() -> None:
    text = POINTS.replace("above: to_be_premier", "from: partner.target").replace(
        "revenue: money(CNY)}", "revenue: money(CNY), target: money(CNY)}"
    )
    assert graded(text, {"revenue": "10 CNY", "target": "10 CNY"}).outcome == "premier"
    assert graded(text, {"revenue": "10 CNY", "target": "11 CNY"}).outcome == "basic"


# ---------------------------------------------------------------------------------------------- what would give more


def test_what_is_lacking_for_the_next_better_grade() -> None:
    result = graded(LEVEL, {"revenue": "2400000 CNY", "certified": 4})
    assert next_ways(result) == ("gold", [["partner.certified >= 5"], ["big"]])
    assert lacking(result) == {
        "partner.certified >= 5": {"more": 1},
        "big": {"more_than": "2600000.00 CNY"},
    }


def test_the_next_better_grade_is_the_one_above_and_not_the_highest() -> None:
    result = graded(LEVEL, {"revenue": "0 CNY", "certified": 0})
    assert next_ways(result) == ("silver", [["partner.certified >= 3"]])
    assert lacking(result) == {"partner.certified >= 3": {"more": 3}}


def test_how_much_more_a_measure_has_to_come_to() -> None:
    assert lacking(graded(POINTS, {"revenue": "400000 CNY"})) == {
        "partner.revenue >= 1000000 CNY": {"more": "600000.00 CNY"}
    }
    assert lacking(graded(POINTS, {"revenue": "5000000 CNY"})) == {
        "partner.revenue > to_be_premier": {"more_than": "0.00 CNY"}
    }
    assert graded(POINTS, {"revenue": "5000001 CNY"}).next is None


@pytest.mark.parametrize(
    ("condition", "distance"),
    [
        ("partner.certified <= 1", {"less": 3}),
        ("partner.certified < 1", {"less_than": 3}),
        ("5 <= partner.certified", {"more": 1}),
        ("4 < partner.certified", {"more_than": 0}),
        ("partner.kept >= 80 %", {"more": "30 %"}),
        ("partner.certified = 5", None),
    ],
)
def test_how_much_is_lacking_for_a_comparison_of_numbers(condition: str, distance: object) -> None:
    text = LEVEL.replace("require: partner.certified >= 3", f"require: '{condition}'")
    result = graded(text, {"revenue": "0 CNY", "certified": 4, "kept": "50 %"})
    assert result.outcome == "registered"
    assert lacking(result) == ({} if distance is None else {condition: distance})


def test_what_is_not_known_would_have_to_be_known() -> None:
    result = graded(LEVEL, {"certified": 3})
    assert next_ways(result) == ("gold", [["big"]])
    assert lacking(result) == {}


# ------------------------------------------------------------------------------------------------ beside other policies

BEST = """\
facts: {partner: {revenue: money(CNY), certified: integer}}
tiering:
  by_revenue:
    subject: partner
    measure: partner.revenue
    bands: [{grade: gold, from: 1000 CNY}, {grade: silver, from: 100 CNY}, {grade: none_yet}]
  by_people:
    subject: partner
    measure: partner.certified
    bands: [{grade: gold, from: 10}, {grade: silver, from: 5}, {grade: none_yet}]
  level:
    subject: partner
    bands:
      - {grade: gold, any: ['outcome(partner, "by_revenue") = "gold"', 'outcome(partner, "by_people") = "gold"']}
      - grade: silver
        any: ['outcome(partner, "by_revenue") = "silver"', 'outcome(partner, "by_people") = "silver"']
      - {grade: registered}
"""


@pytest.mark.parametrize(
    ("revenue", "certified", "grade"),
    [(1000, 0, "gold"), (0, 10, "gold"), (100, 9, "silver"), (99, 4, "registered"), (1000, None, "gold")],
)
def test_the_best_of_several_tracks(revenue: int, certified: int | None, grade: str) -> None:
    known = {} if certified is None else {"certified": certified}
    assert graded(BEST, {"revenue": f"{revenue} CNY", **known}).outcome == grade


def test_a_record_that_the_policy_does_not_decide_has_no_grade_for_those_who_ask() -> None:
    text = (
        LEVEL.replace("subject: partner", "subject: partner\n    when: partner.certified >= 1")
        + """\
eligibility:
  fund:
    subject: partner
    gates: [{id: graded, require: 'outcome(partner, "level") in ["gold", "silver"]'}]
  other:
    subject: partner
    gates: [{id: left-out, require: 'outcome(partner, "level") = "not_applicable"'}]
"""
    )
    partners = {"A": {"certified": 0, "revenue": "0 CNY"}, "B": {"certified": 3, "revenue": "0 CNY"}}
    decision = decide(text, {"partners": partners})
    assert list(decision["level"]) == ["B"]
    assert {id: result.outcome for id, result in decision["fund"].items()} == {"A": "ineligible", "B": "eligible"}
    assert {id: result.outcome for id, result in decision["other"].items()} == {"A": "eligible", "B": "ineligible"}


def test_whether_a_record_is_decided_may_be_unknown() -> None:
    text = LEVEL.replace("subject: partner", "subject: partner\n    when: partner.kept >= 50 %")
    result = graded(text, {"certified": 3, "revenue": "0 CNY"})
    assert (result.outcome, result.at_least, result.next) == ("undetermined", None, None)
    assert [missing.field for missing in result.missing] == ["kept"]


def test_p13_e24_the_grade_of_an_earlier_day_is_that_of_the_facts_of_that_day() -> None:
    text = """\
definitions:
  sales:
    of: partner
    value: sum(partner.transactions[kind = "invoice" and date in last 12 months].net_amount)
tiering:
  level:
    subject: partner
    measure: partner.sales
    bands: [{grade: gold, from: 100 CNY}, {grade: registered}]
eligibility:
  rate:
    subject: transaction
    gates: [{id: gold, require: 'outcome(transaction.partner, "level") at transaction.date = "gold"'}]
"""
    invoice = {"partner": "P-1", "kind": "invoice"}
    transactions = {
        "T-1": {**invoice, "date": "2025-06-01", "net_amount": "60 CNY"},
        "T-2": {**invoice, "date": "2025-07-01", "net_amount": "60 CNY"},
    }
    decision = decide(text, {"partners": {"P-1": {}}, "transactions": transactions})
    # E24: by the invoice date, each document sees the grade of its own day.
    assert {id: result.outcome for id, result in decision["rate"].items()} == {"T-1": "ineligible", "T-2": "eligible"}


def test_the_parts_that_cases_should_reach() -> None:
    (version,) = ruleset(POINTS).versions
    assert version.policies["level"].points == (
        "outcome premier",
        "outcome advanced",
        "outcome basic",
        "outcome no_grade",
        "condition partner.revenue > to_be_premier true",
        "condition partner.revenue > to_be_premier false",
        "condition partner.revenue >= 1000000 CNY true",
        "condition partner.revenue >= 1000000 CNY false",
        "condition partner.revenue >= 1 CNY true",
        "condition partner.revenue >= 1 CNY false",
    )


def test_a_condition_that_one_band_asks_twice_is_told_there_alone() -> None:
    bands = "[{grade: gold, any: [partner.score > 3, partner.score > 3]}, {grade: silver, require: partner.score > 3}]"
    text = f"facts: {{partner: {{score: number}}}}\ntiering: {{level: {{subject: partner, bands: {bands}}}}}\n"
    assert codes(text) == ["duplicate-id"]
