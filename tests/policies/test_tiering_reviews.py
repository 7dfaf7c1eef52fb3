"""Reviews: the recorded grade follows what was found on the days of the reviews; what changes goes back as facts."""

import datetime as dt

import pytest
from tests.support import AS_OF, SHANGHAI, codes, decide

from partnerrules.decisions.tiering import Review, TieringResult

TARGET = """\
definitions:
  sales:
    of: partner
    value: sum(partner.transactions[kind = "invoice" and date in last 12 months].net_amount)
tiering:
  target:
    subject: partner
    measure: partner.sales
    bands: [{grade: gold, from: 100 CNY}, {grade: silver, from: 50 CNY}, {grade: registered}]
  level:
    subject: partner
    review_of: target
    grades: [gold, silver, registered]
    standing: grade
"""

SALES = (("2025-02-15", "60 CNY"), ("2025-06-01", "60 CNY"))
"""Up to 14 February 2026 they make gold, up to 31 May 2026 silver, and later nothing but registered."""


def day(text: str) -> dt.datetime:
    """Nine o'clock of a day in Shanghai."""
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(9), tzinfo=SHANGHAI)


def facts(
    recorded: str | None, since: str | None = "2025-03-01", sales: tuple[tuple[str, str], ...] = SALES
) -> dict[str, object]:
    """P-1 with its sales, and a recorded grade since a day."""
    transactions = {
        f"T-{number}": {"partner": "P-1", "kind": "invoice", "date": date, "net_amount": amount}
        for number, (date, amount) in enumerate(sales, start=1)
    }
    standing = {"partner": "P-1", "kind": "grade", "value": recorded, "valid_from": since}
    standings = {} if recorded is None else {"S-1": {name: value for name, value in standing.items() if value}}
    return {"partners": {"P-1": {}}, "transactions": transactions, "standings": standings}


def reviewed(more: str, given: dict[str, object], as_of: dt.datetime = AS_OF) -> TieringResult:
    """What the policy `level` says of P-1, with further keys."""
    text = TARGET + "".join(f"    {line.strip()}\n" for line in more.split(";") if line)
    result = decide(text, given, as_of=as_of)["level"]["P-1"]
    assert isinstance(result, TieringResult)
    return result


def review_of(result: TieringResult) -> Review:
    assert result.review is not None
    return result.review


def new(result: TieringResult) -> list[tuple[str, str]]:
    """The grades to record, each with its first day."""
    found = result.new_standings()
    assert all(each.kind == "grade" and each.partner == "P-1" and each.valid_to is None for each in found)
    return [(str(each.value), str(each.valid_from)) for each in found]


@pytest.mark.parametrize(
    ("more", "recorded", "as_of", "grade", "starts"),
    [
        # Found are gold on 1 January 2026, silver from 15 February on, registered from 1 June on.
        pytest.param("", None, "2026-03-01", "silver", "2026-03-01", id="nothing is recorded"),
        pytest.param("", "silver", "2026-03-01", "silver", None, id="what is recorded is found"),
        pytest.param("", "gold", "2026-03-01", "silver", "2026-03-01", id="demoted at any time"),
        pytest.param("", "registered", "2026-03-01", "silver", "2026-03-01", id="promoted at any time"),
        pytest.param("demote: yearly", "gold", "2026-03-01", "gold", None, id="gold was found by the last review"),
        pytest.param("demote: quarterly", "gold", "2026-03-31", "gold", None, id="up to the next review it stays"),
        pytest.param(
            "demote: quarterly", "gold", "2026-04-01", "silver", "2026-04-01", id="E23 on the day of the review"
        ),
        pytest.param("demote: quarterly", "gold", "2026-05-20", "silver", "2026-04-01", id="a review asked for late"),
        pytest.param("demote: quarterly", "gold", "2026-06-30", "silver", "2026-04-01", id="what is found later waits"),
        pytest.param("demote: never", "gold", "2026-07-01", "gold", None, id="promotions only"),
        pytest.param(
            "promote: yearly; demote: yearly", "silver", "2026-03-01", "gold", "2026-01-01", id="found on 1 January"
        ),
        pytest.param(
            "promote: yearly", "silver", "2026-03-01", "silver", None, id="promoted in January, demoted since"
        ),
        pytest.param("promote: yearly", "registered", "2026-03-01", "silver", "2026-03-01", id="both, and one result"),
        pytest.param("promote: never; demote: never", "silver", "2026-01-05", "silver", None, id="no change at all"),
        pytest.param("promote: quarterly", "silver", "2026-04-01", "silver", None, id="silver is found and recorded"),
        pytest.param(
            "promote: yearly; demote: yearly; minimum_tenure: 12 months",
            "silver",
            "2026-03-01",
            "silver",
            None,
            id="not long enough",
        ),
        pytest.param(
            "promote: yearly; demote: yearly; minimum_tenure: 10 months",
            "silver",
            "2026-03-01",
            "gold",
            "2026-01-01",
            id="long enough",
        ),
        pytest.param(
            "demote: quarterly; hold: 13 months", "gold", "2026-03-31", "gold", None, id="P6 held, and found anyway"
        ),
        pytest.param("demote: quarterly; hold: 14 months", "gold", "2026-04-01", "gold", None, id="P6 held for longer"),
        pytest.param(
            "demote: quarterly; hold: 13 months", "gold", "2026-04-01", "silver", "2026-04-01", id="P6 the hold is over"
        ),
        pytest.param("demote: quarterly; grace: 1 month", "gold", "2026-04-30", "gold", None, id="grace"),
        pytest.param(
            "demote: quarterly; grace: 1 month", "gold", "2026-05-01", "silver", "2026-05-01", id="grace is over"
        ),
        pytest.param(
            "demote: quarterly; grace: 30 days", "gold", "2026-05-20", "silver", "2026-05-01", id="grace of days"
        ),
        pytest.param("demote: fiscal yearly", "gold", "2026-03-01", "gold", None, id="by the fiscal calendar"),
    ],
)
def test_e23_when_the_recorded_grade_changes(
    more: str, recorded: str | None, as_of: str, grade: str, starts: str | None
) -> None:
    result = reviewed(more, facts(recorded), day(as_of))
    assert (result.outcome, result.at_least) == (grade, grade)
    assert new(result) == ([] if starts is None else [(grade, starts)])


def test_who_recovers_within_the_grace_is_not_demoted() -> None:
    recovered = (*SALES, ("2026-04-20", "60 CNY"))
    result = reviewed("demote: quarterly; grace: 1 month", facts("gold", sales=recovered), day("2026-05-01"))
    assert (result.outcome, new(result)) == ("gold", [])


def test_e23_where_both_are_due_on_one_day_there_is_one_result() -> None:
    # Both reviews look at the same day, and what they find is better or worse, never both.
    for recorded, grade in (("gold", "silver"), ("silver", "silver"), ("registered", "silver")):
        result = reviewed("promote: quarterly; demote: quarterly", facts(recorded), day("2026-04-01"))
        assert result.outcome == grade


def test_a_grade_that_a_review_gave_is_not_reviewed_by_it_again() -> None:
    result = reviewed("promote: yearly", facts("silver", since="2026-01-01"))
    assert (result.outcome, review_of(result).change) == ("silver", "kept")


def recorded_on(more: str, given: dict[str, object], days: tuple[str, ...]) -> TieringResult:
    """The result of the last of some days, where what each gives is recorded."""
    standings = given["standings"]
    assert isinstance(standings, dict)
    found = [_recorded(more, given, standings, each) for each in days]
    return found[-1]


def _recorded(more: str, given: dict[str, object], standings: dict[str, object], on: str) -> TieringResult:
    result = reviewed(more, given, day(on))
    for standing in result.new_standings():
        standings[standing.id] = standing.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    return result


@pytest.mark.parametrize(
    "more", ["demote: quarterly", "demote: quarterly; grace: 1 month", "demote: quarterly; hold: 13 months"]
)
@pytest.mark.parametrize("recorded", ["gold", "silver", "registered"])
@pytest.mark.parametrize("as_of", ["2026-04-15", "2026-05-01", "2026-06-30"])
def test_a_review_that_is_asked_for_late_gives_what_it_gave_in_time(more: str, recorded: str, as_of: str) -> None:
    more = f"promote: quarterly; {more}"
    late = reviewed(more, facts(recorded), day(as_of))
    in_time = recorded_on(
        more, facts(recorded), ("2026-04-01", "2026-05-01", as_of) if as_of >= "2026-05-01" else ("2026-04-01", as_of)
    )
    assert late.outcome == in_time.outcome


@pytest.mark.parametrize("more", ["", "demote: quarterly", "promote: yearly", "demote: quarterly; grace: 1 month"])
@pytest.mark.parametrize("recorded", ["gold", "silver", "registered", None])
@pytest.mark.parametrize("as_of", ["2026-01-01", "2026-03-01", "2026-05-01", "2026-07-15"])
def test_what_is_recorded_is_new_once(more: str, recorded: str | None, as_of: str) -> None:
    given = facts(recorded)
    first = recorded_on(more, given, (as_of,))
    again = reviewed(more, given, day(as_of))
    assert (again.outcome, again.new_standings(), review_of(again).change) == (first.outcome, (), "kept")


def test_an_outcome_that_is_no_grade_changes_nothing() -> None:
    text = """\
facts: {partner: {score: {type: number, missing: unknown}}}
tiering:
  rank:
    subject: partner
    percentile_of: partner.score
    bands: [{grade: gold, top: 10 %}, {grade: standard}]
  level: {subject: partner, review_of: rank, grades: [gold, standard], standing: grade}
"""
    standing = {"S-1": {"partner": "P-1", "kind": "grade", "value": "gold", "valid_from": "2025-01-01"}}
    decision = decide(text, {"partners": {"P-1": {}, "P-2": {}}, "standings": standing})
    assert {id: result.outcome for id, result in decision["level"].items()} == {"P-1": "gold", "P-2": "no_grade"}
    assert decision.new_standings == ()


def test_a_recorded_word_that_is_no_grade_counts_as_none() -> None:
    result = reviewed("", facts("platinum"))
    assert (result.outcome, review_of(result).change, review_of(result).recorded) == ("silver", "first", "platinum")


def test_a_recorded_grade_that_is_not_known_leaves_it_open() -> None:
    given = facts("gold")
    given["standings"] = {"S-1": {"partner": "P-1", "kind": "grade", "valid_from": "2025-03-01"}}
    result = reviewed("", given)
    assert (result.outcome, new(result)) == ("undetermined", [])
    assert [missing.field for missing in result.missing] == ["value"]


def test_what_the_result_says_of_the_review() -> None:
    result = reviewed("demote: yearly; promote: fiscal quarterly", facts("gold"))
    assert review_of(result).as_data() == {
        "found": "silver",
        "recorded": "gold",
        "since": "2025-03-01",
        "change": "kept",
        "starts": None,
        "next_promotion": "2026-04-01",
        "next_demotion": "2027-01-01",
        "reviews": [
            {"aim": "promotion", "day": "2026-01-01", "found": "gold", "withheld": None, "until": None},
            {"aim": "demotion", "day": "2026-01-01", "found": "gold", "withheld": None, "until": None},
        ],
    }


def test_the_decision_gives_what_is_to_be_recorded() -> None:
    decision = decide(TARGET, facts("gold"))
    (standing,) = decision.new_standings
    assert (standing.id, standing.value) == ("level:P-1:2026-03-01", "silver")
    assert decision["target"].new_standings == ()


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                'P-1 is graded silver by "level" (trial 1)',
                '  "target" now gives silver',
                "  recorded: gold since 1 Mar 2025",
                "  the review for a demotion on 1 Apr 2026 found silver",
                "  demoted from 1 Apr 2026 on",
                "  next review for a demotion: 1 Jul 2026",
            ],
        ),
        (
            "zh",
            [
                "P-1 在“level”中的等级为silver（trial 1）",
                "  “target”目前的结果：silver",
                "  已记录：自 2025年3月1日起为gold",
                "  2026年4月1日的降级评审结果：silver",
                "  自 2026年4月1日起降级",
                "  下次降级评审：2026年7月1日",
            ],
        ),
        (
            "ru",
            [
                "P-1: уровень «silver» по правилу «level» (trial 1)",
                "  сейчас «target» даёт: silver",
                "  записано: gold с 01.03.2025",
                "  пересмотр для понижения 01.04.2026 дал: silver",
                "  понижение с 01.04.2026",
                "  следующий пересмотр для понижения: 01.07.2026",
            ],
        ),
    ],
)
def test_a_review_is_told(language: str, lines: list[str]) -> None:
    decision = decide(TARGET + "    demote: quarterly\n", facts("gold"), as_of=day("2026-04-02"))
    assert decision.explain("level", "P-1", language=language).split("\n") == lines


def test_no_grade_may_be_kept_as_the_lowest() -> None:
    text = TARGET.replace(", {grade: registered}", "").replace("silver, registered]", "silver, no_grade]")
    result = decide(text, facts("gold", sales=()))["level"]["P-1"]
    assert isinstance(result, TieringResult)
    assert (result.outcome, new(result)) == ("no_grade", [("no_grade", "2026-03-01")])
    unlisted = decide(text.replace(", no_grade]", "]"), facts("gold", sales=()))["level"]["P-1"]
    assert unlisted.outcome == "gold"


@pytest.mark.parametrize(
    ("recorded", "grade", "change"),
    [
        ("platinum", "gold", "kept"),
        ("premier", "gold", "kept"),
        ("gold", "gold", "kept"),
        ("basic", "silver", "promoted"),
        ("copper", "silver", "first"),
    ],
)
def test_a_grade_that_was_called_otherwise_is_still_held(recorded: str, grade: str, change: str) -> None:
    more = "demote: yearly; was: {gold: [platinum, premier], registered: [basic]}"
    result = reviewed(more, facts(recorded), day("2026-03-01"))
    assert (result.outcome, review_of(result).change) == (grade, change)


@pytest.mark.parametrize(
    ("was", "code"),
    [
        ("{golden: [platinum]}", "unknown-value"),
        ("{gold: [silver]}", "duplicate-id"),
        ("{gold: [platinum], silver: [platinum]}", "duplicate-id"),
        ("{gold: platinum}", "wrong-shape"),
    ],
)
def test_a_former_name_is_of_one_grade_alone(was: str, code: str) -> None:
    assert codes(TARGET + f"    was: {was}\n") == [code]
