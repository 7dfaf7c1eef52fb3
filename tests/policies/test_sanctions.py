"""Sanctions: steps at each counted record, windows, the most severe alone, and what is in force when."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.support import HEAD, SHANGHAI, decide, ruleset

import partnerrules as pr
from partnerrules.decisions.sanctions import Imposition, SanctionResult
from partnerrules.domain import Partner, Violation
from partnerrules.schema.missing import Missing, Unknown

CONDUCT = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on) and confirmed_on <= today]
    by: violation.occurred_on
    window: calendar year
    effects: [stop_special_price]
    steps:
      - list: black
        when: level(1) >= 1 or level(2) >= 3
        for: 90 days
        effects: [stop_new_business, stop_settlement]
      - list: yellow
        when: level(2) >= 2 or (level(2) >= 1 and level(3) >= 2) or level(3) >= 3
        until: end of year(violation.occurred_on)
        effects: [stop_special_price]
"""
"""The global rules of P10: a calendar year, a black list of 90 days, and a yellow one until the end of the year."""

Violations = dict[str, dict[str, object]]


def violations(*given: tuple[int | None, str | None] | tuple[int | None, str | None, object]) -> Violations:
    """Violations of P-1, each with its level, its day, and the day of its confirmation if that is another one."""
    found: Violations = {}
    for number, (level, day, *rest) in enumerate(given, start=1):
        fields = {"level": level, "occurred_on": day, "confirmed_on": rest[0] if rest else day or "2024-06-30"}
        fields = {name: value for name, value in fields.items() if value is not None}
        found[f"V-{number}"] = {"partner": "P-1", **fields}
    return found


def at(day: str, hour: int = 9) -> dt.datetime:
    """An hour of a day in Shanghai."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), tzinfo=SHANGHAI)


def conduct(given: Violations, as_of: dt.datetime, text: str = CONDUCT, **more: object) -> SanctionResult:
    """What the policy `conduct` says of P-1."""
    facts = {"partners": {"P-1": {}}, "violations": given, "sanctions": {}, **more}
    result = decide(text, facts, as_of=as_of)["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    return result


def imposed(result: SanctionResult) -> list[tuple[str, str]]:
    """Each sanction with the record that completes it."""
    return [(each.list, each.cause) for each in result.impositions]


def day_of(moment: dt.datetime | Unknown | None) -> str:
    """The day in Shanghai that begins at an instant."""
    assert isinstance(moment, dt.datetime)
    local = moment.astimezone(SHANGHAI)
    assert local.time() == dt.time()
    return local.date().isoformat()


def span(imposition: Imposition) -> tuple[str, str]:
    """The first day of a sanction and the day on which it is over."""
    return day_of(imposition.starts_at), day_of(imposition.ends_at)


# ------------------------------------------------------------------------------------------- the rules of P10, by case

TWO = ((2, "2024-03-01"), (2, "2024-06-01"))


@pytest.mark.parametrize(
    ("given", "as_of", "outcome", "impositions"),
    [
        pytest.param(TWO, "2024-06-01", "yellow", [("yellow", "V-2")], id="P10-1 two of level 2"),
        pytest.param(
            (*TWO, (2, "2024-12-31")),
            "2024-12-31",
            "black",
            [("yellow", "V-2"), ("black", "V-3")],
            id="P10-2 a third one on the last day of the year",
        ),
        pytest.param(
            (*TWO, (2, "2025-01-01")),
            "2025-01-01",
            "clear",
            [("yellow", "V-2")],
            id="P10-2 E55 a third one on 1 January begins a new year",
        ),
        pytest.param(
            ((2, "2024-03-01"), (3, "2024-04-01"), (3, "2024-05-01")),
            "2024-12-31",
            "yellow",
            [("yellow", "V-3")],
            id="P10-3 one of level 2 and two of level 3",
        ),
        pytest.param(
            ((3, "2024-03-01"), (3, "2024-04-01"), (3, "2024-05-01")),
            "2024-12-31",
            "yellow",
            [("yellow", "V-3")],
            id="P10-4 three of level 3",
        ),
        pytest.param(((3, "2024-03-01"), (3, "2024-04-01")), "2024-12-31", "clear", [], id="P10-4 two of level 3"),
        pytest.param(((1, "2024-03-01"),), "2024-03-01", "black", [("black", "V-1")], id="P10-5 one of level 1"),
        pytest.param(
            ((2, "2024-03-01"), (2, "2024-04-01"), (3, "2024-05-01"), (3, "2024-06-01"), (3, "2024-07-01")),
            "2024-12-31",
            "yellow",
            [("yellow", "V-2")],
            id="P10-6 E54 two of level 2 and three of level 3 are one listing",
        ),
        pytest.param(
            ((2, "2024-03-01"), (3, "2024-04-01"), (1, "2024-04-02"), (3, "2024-05-01"), (3, "2024-12-30")),
            "2024-12-31",
            "yellow",
            [("black", "V-3"), ("yellow", "V-5")],
            id="a light one does not renew a list that rests on a grave one",
        ),
    ],
)
def test_what_adds_up(
    given: tuple[tuple[int, str], ...], as_of: str, outcome: str, impositions: list[tuple[str, str]]
) -> None:
    result = conduct(violations(*given), at(as_of))
    assert result.outcome == outcome
    assert imposed(result) == impositions


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        pytest.param(at("2024-11-15", 0), "black", id="P10-7 from midnight of the first day"),
        pytest.param(at("2024-12-31", 23), "black", id="E53 on the last day of the quarter and the year"),
        pytest.param(at("2025-01-01", 0), "black", id="E53 on the first day of the next"),
        pytest.param(at("2025-02-12", 23), "black", id="P10-7 the last day"),
        pytest.param(at("2025-02-13", 0), "clear", id="P10-7 E57 free on the day of the end"),
    ],
)
def test_ninety_days_are_half_open(as_of: dt.datetime, outcome: str) -> None:
    result = conduct(violations((1, "2024-11-15")), as_of)
    assert result.outcome == outcome
    (black,) = result.impositions
    assert span(black) == ("2024-11-15", "2025-02-13")
    assert black.state == ("running" if outcome == "black" else "ended")
    assert list(result.effects) == (["stop_new_business", "stop_settlement"] if outcome == "black" else [])


def test_e53_settlement_stays_stopped_on_the_covered_days_of_both_quarters() -> None:
    days = ("2024-11-14", "2024-11-15", "2024-12-31", "2025-01-01", "2025-02-12", "2025-02-13")
    asked = "".join(
        f"""  on-{day}: {{of: partner, value: 'outcome(partner, "conduct").stop_settlement at {day}'}}\n"""
        for day in days
    )
    decision = decide(
        f"{CONDUCT}definitions:\n{asked}",
        {"partners": {"P-1": {}}, "violations": violations((1, "2024-11-15"))},
        as_of=at("2025-03-31"),
    )
    stopped = [day for day in days if decision[f"on-{day}"]["P-1"].as_data()["value"] is True]
    assert stopped == ["2024-11-15", "2024-12-31", "2025-01-01", "2025-02-12"]


CHINA = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on) and not(kind = "bribery" and self_reported)]
    by: violation.occurred_on
    window: calendar year
    steps:
      - list: black
        when: violation.kind in ["bribery", "counterfeit"] or level(1) >= 3
        for: 180 days
        effects: [blacklist, cancel_unpaid]
"""


@pytest.mark.parametrize(("self_reported", "outcome"), [(True, "clear"), (False, "black"), (None, "undetermined")])
def test_p10_9_bribery_that_was_reported_by_the_partner_itself_is_not_counted(
    self_reported: bool | None, outcome: str
) -> None:
    bribe: dict[str, object] = {"partner": "P-1", "level": 1, "kind": "bribery", "occurred_on": "2022-03-01"}
    bribe |= {"confirmed_on": "2022-03-02"} | ({} if self_reported is None else {"self_reported": self_reported})
    assert conduct({"V-1": bribe}, at("2022-04-01"), CHINA).outcome == outcome


def test_p10_10_a_hundred_and_eighty_days() -> None:
    fake: dict[str, object] = {"partner": "P-1", "kind": "counterfeit", "occurred_on": "2022-03-01", "level": 2}
    given = {"V-1": {**fake, "confirmed_on": "2022-03-01"}}
    (black,) = conduct(given, at("2022-08-27"), CHINA).impositions
    assert span(black) == ("2022-03-01", "2022-08-28")
    assert conduct(given, at("2022-08-27"), CHINA).outcome == "black"
    assert conduct(given, at("2022-08-28"), CHINA).outcome == "clear"


# --------------------------------------------------------------------------------------------------- several at once


def test_e54_overlapping_sanctions_join_their_effects_and_the_later_end_counts() -> None:
    text = CONDUCT.replace("[stop_special_price]\n", "[stop_special_price, stop_settlement]\n", 2).replace(
        "effects: [stop_special_price, stop_settlement]\n    steps", "effects: [stop_special_price]\n    steps"
    )
    result = conduct(violations((2, "2024-09-01"), (2, "2024-09-02"), (1, "2024-11-15")), at("2024-12-01"), text)
    assert imposed(result) == [("yellow", "V-2"), ("black", "V-3")]
    ends = {effect: day_of(end) for effect, end in result.effects.items()}
    assert ends == {
        "stop_new_business": "2025-02-13",
        "stop_settlement": "2025-02-13",
        "stop_special_price": "2025-01-01",
    }
    assert list(conduct(violations(*TWO), at("2024-12-01"), text).effects) == ["stop_settlement", "stop_special_price"]


def test_e59_of_yellow_and_black_at_once_only_black_is_imposed() -> None:
    # The third violation of level 2 completes both: yellow of the year before is over.
    text = CONDUCT.replace("window: calendar year", "window: 12 months").replace(
        "until: end of year(violation.occurred_on)", "for: 30 days"
    )
    result = conduct(violations((2, "2024-10-01"), (2, "2024-11-01"), (2, "2025-02-01")), at("2025-02-01"), text)
    assert imposed(result) == [("yellow", "V-2"), ("black", "V-3")]
    assert [each.state for each in result.impositions] == ["ended", "running"]
    assert list(result.effects) == ["stop_new_business", "stop_settlement"]


def test_a_further_violation_neither_extends_nor_repeats_what_is_running() -> None:
    result = conduct(
        violations((1, "2024-01-01"), (1, "2024-02-01"), (2, "2024-02-02"), (2, "2024-02-03")), at("2024-02-04")
    )
    assert imposed(result) == [("black", "V-1")]
    assert [(each.list, each.cause, each.reason) for each in result.unimposed] == [
        ("black", "V-2", "covered"),
        ("yellow", "V-4", "covered"),
    ]


def test_after_the_end_a_further_violation_imposes_it_anew() -> None:
    # 90 days from 1 January 2024 are over on 31 March.
    assert imposed(conduct(violations((1, "2024-01-01"), (1, "2024-03-30")), at("2024-12-31"))) == [("black", "V-1")]
    assert imposed(conduct(violations((1, "2024-01-01"), (1, "2024-03-31")), at("2024-12-31"))) == [
        ("black", "V-1"),
        ("black", "V-2"),
    ]


def test_those_take_part_that_the_condition_looks_at() -> None:
    given = violations((3, "2024-03-01"), (2, "2024-04-01"), (3, "2024-05-01"), (4, "2024-05-02"))
    (yellow,) = conduct(given, at("2024-12-31")).impositions
    assert (yellow.cause, yellow.causes) == ("V-3", ("V-1", "V-2", "V-3"))


# ------------------------------------------------------------------------------------------------------------ windows


def test_e55_a_rolling_window_catches_what_a_new_year_forgets() -> None:
    given = violations(*TWO, (2, "2025-01-01"))
    rolling = CONDUCT.replace("window: calendar year", "window: 12 months")
    assert imposed(conduct(given, at("2025-01-01"))) == [("yellow", "V-2")]
    assert imposed(conduct(given, at("2025-01-01"), rolling)) == [("yellow", "V-2"), ("black", "V-3")]


@pytest.mark.parametrize(
    ("window", "first", "counts"),
    [
        ("12 months", "2024-03-01", False),  # after the day 12 months ago
        ("12 months", "2024-03-02", True),
        ("1 year", "2024-03-02", True),
        ("90 days", "2024-12-01", False),
        ("90 days", "2024-12-02", True),
        ("calendar year", "2024-12-31", False),
        ("calendar year", "2025-01-01", True),
        ("fiscal year", "2024-03-31", False),
        ("fiscal year", "2024-04-01", True),
        ("period", "2024-12-02", True),
    ],
)
def test_how_far_back_a_window_reaches(window: str, first: str, counts: bool) -> None:
    text = f"""\
calendar: {{fiscal_year_starts: 04-01}}
parameters: {{period: {{value: 90 days}}}}
{CONDUCT.replace("window: calendar year", f"window: {window}")}"""
    result = conduct(violations((2, first), (2, "2025-03-01")), at("2025-03-01"), text)
    assert result.outcome == ("yellow" if counts else "clear")


@pytest.mark.parametrize(("by", "outcome"), [("occurred_on", "yellow"), ("confirmed_on", "clear")])
def test_e56_the_declared_day_decides_the_year(by: str, outcome: str) -> None:
    text = CONDUCT.replace("violation.occurred_on\n    window", f"violation.{by}\n    window").replace(
        "until: end of year(violation.occurred_on)", "for: 1 year"
    )
    given = violations((2, "2024-11-01"), (2, "2024-12-30", "2025-01-10"))
    assert conduct(given, at("2025-01-10"), text).outcome == outcome
    assert conduct(given, at("2025-01-09"), text).outcome == "clear"  # not confirmed yet


@pytest.mark.parametrize(
    ("day", "after"), [("2024-01-31", "2024-02-29"), ("2025-01-31", "2025-02-28"), ("2024-03-31", "2024-04-30")]
)
def test_months_end_with_a_shorter_month(day: str, after: str) -> None:
    text = CONDUCT.replace("for: 90 days", "for: 1 month")
    (black,) = conduct(violations((1, day)), at(day), text).impositions
    assert span(black) == (day, after)


def test_a_day_begins_at_midnight_of_the_ruleset_also_where_clocks_change() -> None:
    head = HEAD.replace("Asia/Shanghai", "Europe/Berlin")
    text = CONDUCT.replace("for: 90 days", "for: 1 month")
    facts = {"partners": {"P-1": {}}, "violations": violations((1, "2024-03-15"))}
    result = decide(text, facts, head=head, as_of=at("2024-04-01"))["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    (black,) = result.impositions
    # Midnight is at 23:00 UTC in winter and at 22:00 UTC in summer.
    assert black.starts_at == dt.datetime(2024, 3, 14, 23, tzinfo=dt.UTC)
    assert black.ends_at == dt.datetime(2024, 4, 14, 22, tzinfo=dt.UTC)


STARTS = CONDUCT.replace("for: 90 days", "starts: violation.confirmed_on\n        for: 90 days")


def test_a_sanction_may_start_on_another_day_than_the_one_that_counts() -> None:
    given = violations((1, "2024-12-30", "2025-01-10"))
    (black,) = conduct(given, at("2025-01-10"), STARTS).impositions
    assert span(black) == ("2025-01-10", "2025-04-10")


def test_a_sanction_may_be_still_to_come() -> None:
    text = CONDUCT.replace("for: 90 days", "starts: violation.confirmed_on + 7 days\n        for: 90 days")
    result = conduct(violations((1, "2024-03-01")), at("2024-03-07"), text)
    assert (result.outcome, [each.state for each in result.impositions]) == ("clear", ["to_come"])
    assert conduct(violations((1, "2024-03-01")), at("2024-03-08"), text).outcome == "black"


def test_what_would_end_before_it_starts_is_not_imposed() -> None:
    text = CONDUCT.replace(
        "for: 90 days", "starts: violation.confirmed_on\n        until: end of year(violation.occurred_on)"
    )
    result = conduct(violations((1, "2024-12-30", "2025-01-10")), at("2025-01-10"), text)
    assert (result.outcome, result.impositions) == ("clear", ())
    assert [(each.list, each.reason) for each in result.unimposed] == [("black", "never_runs")]
    assert result.new_sanctions() == ()


def test_hours_run_from_an_instant() -> None:
    text = CONDUCT.replace("for: 90 days", "starts: 2024-03-01T15:00:00+08:00\n        for: 36 hours")
    (black,) = conduct(violations((1, "2024-03-01")), at("2024-03-01", 15), text).impositions
    assert black.ends_at == at("2024-03-03", 3)
    # Standings are of days: of a day that is covered in part, too.
    assert black.days == (dt.date(2024, 3, 1), dt.date(2024, 3, 4))


# ------------------------------------------------------------------------------------------------- what is not known

LEVEL = (Missing("field", "violations", "V-1", "level"),)


def test_an_unknown_level_leaves_open_what_hangs_on_it() -> None:
    result = conduct(violations((None, "2024-03-01")), at("2024-03-01"))
    assert (result.outcome, result.missing) == ("undetermined", LEVEL)
    assert result.doubtful_effects == ("stop_new_business", "stop_settlement")  # one alone is never yellow
    assert [(each.cause, each.reason, each.missing) for each in result.unimposed] == [("V-1", "in_doubt", LEVEL)]
    assert result.new_sanctions() == ()


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        pytest.param(
            ((3, "2024-03-01", {"unknown": True}),), "clear", id="confirmed or not, one of level 3 is nothing"
        ),
        pytest.param(((1, "2024-12-01", {"unknown": True}),), "undetermined", id="confirmed or not, for level 1"),
        pytest.param(((1, "2024-12-01"),), "black", id="confirmed"),
        pytest.param(
            ((2, None), (3, "2024-03-02")), "clear", id="a day that is not known, where the year is no matter"
        ),
        pytest.param(((2, None), (2, "2024-03-02")), "undetermined", id="a day that is not known, where it is"),
        pytest.param(((None, "2023-03-01"), (3, "2024-03-02")), "clear", id="a level of another year"),
    ],
)
def test_what_is_not_known_matters_only_where_it_matters(
    given: tuple[tuple[int | None, str | None], ...], outcome: str
) -> None:
    text = CONDUCT.replace("level(1) >= 1 or level(2) >= 3", "level(1) >= 1")
    assert conduct(violations(*given), at("2024-12-31"), text).outcome == outcome


def test_a_parameter_without_a_value_leaves_the_end_open() -> None:
    more = "parameters: {term: {type: 90 days, status: unstated}}\n".replace("type: 90 days", "type: days")
    text = more + CONDUCT.replace("for: 90 days", "for: term")
    result = conduct(violations((1, "2024-03-01")), at("2024-03-02"), text)
    assert (result.outcome, result.missing) == ("undetermined", (Missing("parameter", field="term"),))


def test_facts_that_may_be_incomplete_leave_everything_open() -> None:
    day = dt.date(2024, 3, 1)
    facts = pr.Facts(
        [Partner(id="P-1"), Violation(id="V-1", partner="P-1", level=1, occurred_on=day, confirmed_on=day)]
    )
    for given in (facts, pr.Facts([Partner(id="P-1")])):
        result = ruleset(CONDUCT).decide(given, as_of=at("2024-03-01"))["conduct"]["P-1"]
        assert isinstance(result, SanctionResult)
        assert (result.outcome, result.missing) == ("undetermined", (Missing("relation", "violations"),))
        assert result.impositions == ()


def test_a_record_to_which_it_may_not_apply_is_undetermined() -> None:
    text = "facts: {partner: {internal: boolean}}\n" + CONDUCT.replace(
        "    count:", "    when: not(partner.internal)\n    count:"
    )
    given = violations((1, "2024-03-01"))
    doubt = conduct(given, at("2024-03-01"), text)
    assert (doubt.outcome, doubt.impositions, doubt.effects) == ("undetermined", (), {})
    assert doubt.missing == (Missing("field", "partners", "P-1", "internal"),)
    assert conduct(given, at("2024-03-01"), text, partners={"P-1": {"internal": False}}).outcome == "black"
    facts = {"partners": {"P-1": {"internal": True}}, "violations": given}
    assert "P-1" not in decide(text, facts, as_of=at("2024-03-01"))["conduct"]


# ---------------------------------------------------------------------------------------------------- other policies

ASKING = (
    CONDUCT
    + """\
eligibility:
  settlement:
    subject: partner
    gates: [{require: 'not(outcome(partner, "conduct").stop_settlement)'}]
  unlisted: {subject: partner, gates: [{require: 'passes(partner, "conduct")'}]}
"""
)


def test_other_policies_read_the_outcome_and_each_effect() -> None:
    yellow = violations(*TWO)
    for given, settlement, unlisted in (
        ({}, "eligible", "eligible"),
        (yellow, "eligible", "ineligible"),
        (violations((1, "2024-06-01")), "ineligible", "ineligible"),
        (violations((None, "2024-06-01")), "undetermined", "undetermined"),
    ):
        facts = {"partners": {"P-1": {}}, "violations": given}
        decision = decide(ASKING, facts, as_of=at("2024-06-02"))
        assert decision["settlement"]["P-1"].outcome == settlement
        assert decision["unlisted"]["P-1"].outcome == unlisted


def test_own_records_are_counted_under_their_name() -> None:
    text = """\
facts:
  late_report:
    plural: late_reports
    fields: {partner: ref partner, due_on: date, days_late: integer}
sanctions:
  reporting:
    subject: partner
    count: partner.late_reports
    by: late_report.due_on
    window: 12 months
    steps:
      - {list: warned, when: 'count(counted[days_late >= 10]) >= 2', for: 30 days, effects: [notice]}
"""
    reports = {
        f"L-{number}": {"partner": "P-1", "due_on": f"2024-0{number}-01", "days_late": late}
        for number, late in enumerate((10, 3, 12, 2), start=1)
    }
    facts: Mapping[str, object] = {"partners": {"P-1": {}}, "late_reports": reports, "sanctions": {}, "violations": {}}
    result = decide(text, facts, as_of=at("2024-03-02"))["reporting"]["P-1"]
    assert isinstance(result, SanctionResult)
    assert imposed(result) == [("warned", "L-3")]
    assert result.impositions[0].causes == ("L-1", "L-3")
    # Sanctions name violations as their causes, and these are none.
    (new,) = result.new_sanctions()
    assert (new.id, new.causes) == ("reporting:P-1:L-3:warned", ())


def test_of_records_other_than_partners_nothing_is_recorded() -> None:
    text = """\
facts: {violation: {customer: ref customer}}
sanctions:
  conduct:
    subject: customer
    count: violations[item.customer = subject]
    by: violation.occurred_on
    window: calendar year
    steps: [{list: black, when: level(1) >= 1, for: 90 days, effects: [blacklist]}]
"""
    given = {"V-1": {"partner": "P-1", "customer": "C-1", "level": 1, "occurred_on": "2024-03-01"}}
    facts = {"partners": {"P-1": {}}, "customers": {"C-1": {}, "C-2": {}}, "violations": given}
    results = decide(text, facts, as_of=at("2024-03-01"))["conduct"]
    assert {id: result.outcome for id, result in results.items()} == {"C-1": "black", "C-2": "clear"}
    found = results["C-1"]
    assert isinstance(found, SanctionResult)
    assert (found.new_sanctions(), found.new_standings()) == ((), ())


def test_an_end_that_is_not_known_is_told_so() -> None:
    given = violations((1, "2024-03-01"), (None, "2024-03-02"))
    text = "parameters: {term: {type: days, status: unstated}}\n" + CONDUCT.replace(
        "until: end of year(violation.occurred_on)", "for: term"
    )
    result = conduct(given, at("2024-03-03"), text)
    assert result.outcome == "black"
    assert [(each.list, each.state) for each in result.impositions] == [("black", "running")]
    assert not isinstance(result.impositions[0].ends_at, Unknown)


def test_which_of_two_steps_is_no_matter_where_both_are_covered() -> None:
    # Level 1 or 2, V-2 imposes nothing while the graver list runs.
    result = conduct(violations((1, "2024-12-01"), (None, "2024-12-02")), at("2024-12-03"))
    assert (result.outcome, result.unimposed) == ("black", ())
    assert {day_of(end) for end in result.effects.values()} == {"2025-03-01"}


BEGINS = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on)]
    by: violation.occurred_on
    window: 12 months
    steps: [{list: black, when: level(1) >= 1, starts: violation.confirmed_on, for: 30 days, effects: [notice]}]
"""


def test_what_has_not_begun_covers_nothing() -> None:
    # V-1 comes first and starts in June, V-2 starts in February: neither runs when the other one starts.
    given = violations((1, "2024-01-10", "2024-06-01"), (1, "2024-01-20", "2024-02-01"))
    result = conduct(given, at("2024-02-10"), BEGINS)
    assert (result.outcome, result.unimposed) == ("black", ())
    starts = [each.starts_at for each in result.impositions if isinstance(each.starts_at, dt.datetime)]
    assert sorted(each.astimezone(SHANGHAI).date().isoformat() for each in starts) == ["2024-02-01", "2024-06-01"]


def test_thirty_days_from_a_day_without_a_midnight_end_at_midnight() -> None:
    # In Santiago 7 September 2024 was followed by 01:00 on the 8th, from then on three hours behind UTC.
    head = HEAD.replace("Asia/Shanghai", "America/Santiago")
    facts = {"partners": {"P-1": {}}, "violations": violations((1, "2024-09-08", "2024-09-08")), "sanctions": {}}
    result = decide(BEGINS, facts, head=head, as_of=dt.datetime(2024, 10, 8, 3, tzinfo=dt.UTC))["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    (only,) = result.impositions
    assert (only.ends_at, only.state) == (dt.datetime(2024, 10, 8, 3, tzinfo=dt.UTC), "ended")
    assert result.outcome == "clear"


def test_a_graver_sanction_by_the_same_violation_is_new_though_the_lighter_one_is_recorded() -> None:
    # V-2 is confirmed in October only: until then V-3 is the second of level 2, and from then on the third.
    given = violations(
        (2, "2024-03-01", "2024-03-01"), (2, "2024-06-01", "2024-10-01"), (2, "2024-09-01", "2024-09-01")
    )
    first = conduct(given, at("2024-09-02")).new_sanctions()
    assert [(each.list, each.id) for each in first] == [("yellow", "conduct:P-1:V-3:yellow")]
    recorded = {each.id: each.model_dump(mode="json", exclude_defaults=True) for each in first}
    later = conduct(given, at("2024-10-02"), sanctions=recorded)
    assert "conduct:P-1:V-3:black" in [each.id for each in later.new_sanctions()]
