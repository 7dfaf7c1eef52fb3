"""Reviews of successive days: what one day decides no later day denies, and of one day there is one standing."""

import datetime as dt
from itertools import pairwise

import pytest
from tests.support import SHANGHAI, decide

from partnerrules import UNKNOWN
from partnerrules.decisions.tiering import Review, TieringResult
from partnerrules.explanations import explain

TARGET = """\
facts:
  finding: {plural: findings, fields: {partner: ref partner, start: date, stop: date, points: integer}}
tiering:
  target:
    subject: partner
    measure: sum(partner.findings[start <= today and today < stop].points)
    bands: [{grade: gold, from: 3}, {grade: silver, from: 2}, {grade: registered}]
  level:
    subject: partner
    review_of: target
    grades: [gold, silver, registered]
    standing: grade
"""

POINTS = {"gold": 3, "silver": 2, "registered": 1, "?": UNKNOWN}

Standings = dict[str, object]


def day(text: str, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(hour), tzinfo=SHANGHAI)


def grade(value: object, since: object, **more: object) -> Standings:
    return {"partner": "P", "kind": "grade", "value": value, "valid_from": since, **more}


def reviewed(more: str, found: dict[str, str], standings: dict[str, Standings], as_of: dt.datetime) -> TieringResult:
    """What the policy `level` says of P, of which other grades are found from some days on."""
    days = [*found, "2035-01-01"]
    findings = {
        f"F-{number}": {"partner": "P", "start": start, "stop": stop, "points": POINTS[found[start]]}
        for number, (start, stop) in enumerate(pairwise(days))
    }
    text = TARGET + "".join(f"    {line.strip()}\n" for line in more.split(";") if line)
    given = {"partners": {"P": {}}, "findings": findings, "standings": standings}
    result = decide(text, given, as_of=as_of)["level"]["P"]
    assert isinstance(result, TieringResult)
    return result


def review_of(result: TieringResult) -> Review:
    assert result.review is not None
    return result.review


GOLD = {"S-1": grade("gold", "2025-01-01")}

IN_AND_OUT = {"2020-01-01": "gold", "2025-12-01": "silver", "2026-01-20": "gold", "2026-03-10": "silver"}


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        ("2026-01-15", "gold"),  # the review of 1 January found silver, and its grace goes on
        ("2026-01-31", "gold"),
        ("2026-02-01", "gold"),  # the grace is over, and gold is reached again
        ("2026-02-15", "gold"),
        ("2026-03-09", "gold"),
        ("2026-03-10", "gold"),  # silver again, which no review has looked at yet
        ("2026-03-31", "gold"),
        ("2026-04-01", "gold"),  # the review finds silver, and its grace begins
        ("2026-04-30", "gold"),
        ("2026-05-01", "silver"),
    ],
)
def test_e23_grace_looks_at_the_day_on_which_it_ends(as_of: str, outcome: str) -> None:
    result = reviewed("promote: any time; demote: quarterly; grace: 1 month", IN_AND_OUT, GOLD, day(as_of))
    assert (result.outcome, result.missing) == (outcome, ())


@pytest.mark.parametrize("as_of", ["2026-02-01", "2026-03-09", "2026-03-10", "2026-03-31"])
def test_e23_who_reaches_its_grade_after_the_grace_has_been_lowered(as_of: str) -> None:
    found = {"2020-01-01": "gold", "2025-12-01": "silver", "2026-03-10": "gold"}
    result = reviewed("promote: never; demote: quarterly; grace: 1 month", found, GOLD, day(as_of))
    assert (result.outcome, review_of(result).starts) == ("silver", dt.date(2026, 2, 1))


def test_e23_better_than_the_review_found_is_given_at_the_end_of_the_grace_and_not_what_comes_later() -> None:
    found = {"2020-01-01": "registered", "2026-01-20": "silver", "2026-02-10": "registered"}
    result = reviewed("promote: never; demote: quarterly; grace: 1 month", found, GOLD, day("2026-03-15"))
    assert (result.outcome, review_of(result).starts) == ("silver", dt.date(2026, 2, 1))


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [("2026-03-30", "gold"), ("2026-04-09", "gold"), ("2026-04-10", "silver"), ("2026-04-20", "silver")],
)
def test_e23_grace_at_any_time_counts_from_each_day_on_which_less_is_found(as_of: str, outcome: str) -> None:
    # Silver from 1 December on: lowered on 1 January, but gold is reached on the days from 20 January to 9 March.
    lowered = reviewed("promote: never; demote: any time; grace: 1 month", IN_AND_OUT, GOLD, day("2026-01-01"))
    assert (lowered.outcome, review_of(lowered).starts) == ("silver", dt.date(2026, 1, 1))
    result = reviewed("promote: never; demote: any time; grace: 1 month", IN_AND_OUT, GOLD, day(as_of))
    assert result.outcome == outcome


def test_e23_grace_at_any_time_may_end_on_a_shorter_month() -> None:
    # A month before 29, 30 and 31 March is 28 February, whose grace is over on 28 March.
    found = {"2020-01-01": "gold", "2026-02-28": "silver"}
    for as_of in ("2026-03-28", "2026-03-29", "2026-03-31"):
        result = reviewed("demote: any time; grace: 1 month", found, GOLD, day(as_of))
        assert (result.outcome, review_of(result).starts) == ("silver", dt.date(2026, 3, 28))
    assert reviewed("demote: any time; grace: 1 month", found, GOLD, day("2026-03-27")).outcome == "gold"


BELOW_AND_UP = {"2020-01-01": "silver", "2026-01-03": "registered", "2026-02-03": "gold"}

RULES = [
    "promote: any time; demote: any time",
    "promote: any time; demote: any time; grace: 10 days",
    "promote: any time; demote: monthly; grace: 1 month",
    "promote: monthly; demote: monthly; grace: 1 month; hold: 3 months",
    "promote: quarterly; demote: monthly; minimum_tenure: 2 months",
]


@pytest.mark.parametrize("more", RULES)
@pytest.mark.parametrize("found", [IN_AND_OUT, BELOW_AND_UP])
def test_p6_whoever_asks_daily_and_records_writes_nothing_into_the_past(more: str, found: dict[str, str]) -> None:
    standings = dict(GOLD)
    for number in range(150):
        today = dt.date(2026, 1, 1) + dt.timedelta(days=number)
        result = reviewed(more, found, standings, day(today.isoformat()))
        for standing in result.new_standings():
            assert standing.valid_from == today
            assert standing.id not in standings
            standings[standing.id] = grade(standing.value, str(standing.valid_from))
    begins = [each["valid_from"] for each in standings.values()]
    assert len(begins) == len(set(begins)) > 1


@pytest.mark.parametrize("more", ["", "promote: monthly; demote: monthly", "grace: 1 month"])
@pytest.mark.parametrize(("recorded", "found"), [("silver", "gold"), ("silver", "registered"), ("copper", "gold")])
def test_what_began_today_stays_for_the_day(more: str, recorded: str, found: str) -> None:
    standings = {"S-1": grade(recorded, "2026-03-01")}
    today = reviewed(more, {"2020-01-01": found}, standings, day("2026-03-01", 15))
    expected = ("silver", "kept") if recorded == "silver" else ("no_grade", "none")
    assert (today.outcome, review_of(today).change, today.new_standings()) == (*expected, ())


def test_on_the_day_after_it_may_change() -> None:
    standings = {"S-1": grade("silver", "2026-03-01")}
    for found, change in (("gold", "promoted"), ("registered", "demoted")):
        result = reviewed("", {"2020-01-01": found}, standings, day("2026-03-02"))
        assert (result.outcome, review_of(result).change) == (found, change)
    first = reviewed("", {"2020-01-01": "gold"}, {"S-1": grade("copper", "2026-03-01")}, day("2026-03-02"))
    assert (first.outcome, review_of(first).change) == ("gold", "first")


@pytest.mark.parametrize("begun", ["2026-01-01", "2026-01-05", "2026-02-10"])
def test_what_is_recorded_again_is_the_later_word(begun: str) -> None:
    # Gold has been held since 2025, and was confirmed on the day of the review or later.
    standings = {**GOLD, "S-2": grade("gold", begun)}
    result = reviewed("demote: quarterly", {"2020-01-01": "silver"}, standings, day("2026-02-10"))
    assert (result.outcome, review_of(result).since, result.new_standings()) == ("gold", dt.date(2025, 1, 1), ())


@pytest.mark.parametrize(
    ("more", "recorded", "outcome", "possible"),
    [
        pytest.param("", "gold", "undetermined", ("gold", "silver", "registered"), id="anything may be found"),
        pytest.param("demote: never", "gold", "gold", ("gold",), id="the highest cannot be raised"),
        pytest.param("promote: never", "registered", "registered", ("registered",), id="the lowest cannot be lowered"),
        pytest.param("demote: never", "silver", "undetermined", ("gold", "silver"), id="it can only rise"),
        pytest.param("promote: never", "silver", "undetermined", ("silver", "registered"), id="it can only fall"),
        pytest.param("demote: never; minimum_tenure: 24 months", "silver", "silver", ("silver",), id="P6 too early"),
        pytest.param("promote: never; hold: 24 months", "silver", "silver", ("silver",), id="P6 it is held"),
        pytest.param("hold: 24 months", "gold", "gold", ("gold",), id="P6 the highest is held"),
        pytest.param("hold: 24 months", "silver", "undetermined", ("gold", "silver"), id="P6 held, and may rise"),
        pytest.param("", "copper", "undetermined", ("gold", "silver", "registered", "no_grade"), id="none recorded"),
    ],
)
def test_e12_what_may_come_of_a_finding_that_is_not_known(
    more: str, recorded: str, outcome: str, possible: tuple[str, ...]
) -> None:
    result = reviewed(more, {"2020-01-01": "?"}, {"S-1": grade(recorded, "2025-01-01")}, day("2026-03-01"))
    assert (result.outcome, result.possible) == (outcome, possible)
    assert result.at_least == (possible[-1] if "no_grade" not in possible else None)
    for found in ("gold", "silver", "registered"):
        known = reviewed(more, {"2020-01-01": found}, {"S-1": grade(recorded, "2025-01-01")}, day("2026-03-01"))
        assert known.outcome in possible


def test_e12_what_was_not_known_at_the_review_does_not_matter_once_it_could_not_lower() -> None:
    # The review found gold; what is found when the grace is over decides nothing then.
    found = {"2020-01-01": "gold", "2026-01-15": "?"}
    result = reviewed("promote: never; demote: quarterly; grace: 1 month", found, GOLD, day("2026-03-01"))
    assert (result.outcome, result.missing) == ("gold", ())


LOWER = {"2020-01-01": "gold", "2025-12-01": "silver"}
HIGHER = {"2020-01-01": "gold"}


@pytest.mark.parametrize(
    ("more", "found", "recorded", "as_of", "withheld", "lines"),
    [
        pytest.param(
            "demote: quarterly; grace: 2 months",
            LOWER,
            "gold",
            "2026-02-10",
            [("2025-10-01", None, None), ("2026-01-01", "grace", "2026-03-01")],
            {
                "en": [
                    "  the review for a demotion on 1 Oct 2025 found gold",
                    "  the review for a demotion on 1 Jan 2026 found silver",
                    "    the grace goes on: this grade is given from 1 Mar 2026 on, unless more is reached",
                    "  the recorded grade stays",
                ],
                "zh": [
                    "  2025年10月1日的降级评审结果：gold",
                    "  2026年1月1日的降级评审结果：silver",
                    "    宽限期未满：除非届时已达到更高等级，否则自 2026年3月1日起生效",
                    "  维持已记录的等级",
                ],
                "ru": [
                    "  пересмотр для понижения 01.10.2025 дал: gold",
                    "  пересмотр для понижения 01.01.2026 дал: silver",
                    "    отсрочка продолжается: действует с 01.03.2026, если не будет достигнут более высокий уровень",
                    "  записанный уровень сохраняется",
                ],
            },
            id="the grace goes on",
        ),
        pytest.param(
            "demote: quarterly; grace: 1 month",
            IN_AND_OUT,
            "gold",
            "2026-03-15",
            [("2026-01-01", "recovered", "2026-02-01")],
            {
                "en": [
                    "  the review for a demotion on 1 Jan 2026 found silver",
                    "    it is not given: the recorded grade was reached again on 1 Feb 2026, when the grace was over",
                    "  the recorded grade stays",
                ],
                "zh": [
                    "  2026年1月1日的降级评审结果：silver",
                    "    不生效：2026年2月1日宽限期满时，已重新达到所记录的等级",
                    "  维持已记录的等级",
                ],
                "ru": [
                    "  пересмотр для понижения 01.01.2026 дал: silver",
                    "    не применяется: к концу отсрочки, 01.02.2026, записанный уровень снова достигнут",
                    "  записанный уровень сохраняется",
                ],
            },
            id="the grade was reached again",
        ),
        pytest.param(
            "hold: 18 months",
            LOWER,
            "gold",
            "2026-03-15",
            [("2026-03-15", "hold", "2026-07-01")],
            {
                "en": [
                    "  the review for a demotion on 15 Mar 2026 found silver",
                    "    it is not given: the recorded grade cannot be lowered before 1 Jul 2026",
                    "  the recorded grade stays",
                ],
                "zh": [
                    "  2026年3月15日的降级评审结果：silver",
                    "    不生效：2026年7月1日之前不得下调已记录的等级",
                    "  维持已记录的等级",
                ],
                "ru": [
                    "  пересмотр для понижения 15.03.2026 дал: silver",
                    "    не применяется: записанный уровень нельзя понизить раньше 01.07.2026",
                    "  записанный уровень сохраняется",
                ],
            },
            id="P6 held",
        ),
        pytest.param(
            "promote: yearly; minimum_tenure: 18 months",
            HIGHER,
            "silver",
            "2026-03-15",
            [("2026-01-01", "minimum_tenure", "2026-07-01")],
            {
                "en": [
                    "  the review for a promotion on 1 Jan 2026 found gold",
                    "    it is not given: the recorded grade cannot be raised before 1 Jul 2026",
                    "  the recorded grade stays",
                ],
                "zh": [
                    "  2026年1月1日的升级评审结果：gold",
                    "    不生效：2026年7月1日之前不得上调已记录的等级",
                    "  维持已记录的等级",
                ],
                "ru": [
                    "  пересмотр для повышения 01.01.2026 дал: gold",
                    "    не применяется: записанный уровень нельзя повысить раньше 01.07.2026",
                    "  записанный уровень сохраняется",
                ],
            },
            id="P6 too early",
        ),
        pytest.param("", HIGHER, "gold", "2026-03-15", [], {}, id="what is found is recorded"),
        pytest.param("demote: quarterly", LOWER, "gold", "2025-01-02", [], {}, id="it was given by the last review"),
    ],
)
def test_e23_why_a_grade_is_kept(
    more: str,
    found: dict[str, str],
    recorded: str,
    as_of: str,
    withheld: list[tuple[str, str | None, str | None]],
    lines: dict[str, list[str]],
) -> None:
    result = reviewed(more, found, {"S-1": grade(recorded, "2025-01-01")}, day(as_of))
    assert (result.outcome, review_of(result).change) == (recorded, "kept")
    reviews = [each.as_data() for each in review_of(result).reviews]
    assert [(each["day"], each["withheld"], each["until"]) for each in reviews] == withheld
    for language, expected in lines.items():
        told = explain(result, ruleset="trial", language=language).split("\n")[3:]
        assert told[: len(expected)] == expected
