"""The calendar of a ruleset: which forms it takes, what is said of a faulty one, and that each version has its own."""

import datetime as dt
from pathlib import Path

import pytest
from tests.support import HEAD, SHANGHAI, codes, decide, faults, in_folder, result, value

from partnerrules import Facts, check, load
from partnerrules.cases import run_cases

RULES = "parameters: {a: {value: 1}}\n"


def with_calendar(text: str) -> str:
    return f"{HEAD}calendar: {text}\n"


@pytest.mark.parametrize(
    ("calendar", "code"),
    [
        ("{holidays: CN}", None),
        ("{holidays: NO}", None),  # Norway, and not a negation
        ("{holidays: DE-BY, fiscal_year_starts: 04-01}", None),
        ("{weekend: [friday, saturday]}", None),
        ("{weekend: []}", None),
        ("{closed: [2026-05-01], open: [2026-04-26]}", None),
        ("{holidays: CN, covers: 2025-01-01 .. 2027-01-01}", None),
        ("{holidays: CN, covers: .. 2027-01-01}", None),
        ("{holidays: XX}", "unknown-country"),
        ("{holidays: DE-XX}", "unknown-country"),
        ("{holidays: cn}", "unknown-country"),
        ("{holidays: [CN]}", "wrong-shape"),
        ("{weekend: [sunday, saturn]}", "unknown-choice"),
        ("{weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]}", "wrong-shape"),
        ("{closed: [2026-02-30]}", "no-such-date"),
        ("{open: [tomorrow]}", "no-such-date"),
        ("{closed: [2026-05-01], open: [2026-05-01]}", "wrong-shape"),
        ("{holidays: CN, covers: 2027-01-01}", "wrong-shape"),
        ("{holidays: CN, covers: 2027-01-01 .. 2026-01-01}", "inverted-interval"),
        ("{covers: 2025-01-01 .. 2027-01-01}", "missing-key"),
        ("{holiday: CN}", "unknown-key"),
    ],
)
def test_the_form_of_a_calendar(calendar: str, code: str | None) -> None:
    assert codes(RULES, with_calendar(calendar)) == ([] if code is None else [code])


@pytest.mark.parametrize("calendar", ["{holidays: XX}", "{weekend: [saturn]}", "{closed: [2026-02-30]}"])
def test_a_faulty_calendar_is_one_mistake_and_not_one_of_every_rule(calendar: str) -> None:
    assert len(faults("today + 5 business days", head=with_calendar(calendar))) == 1


@pytest.mark.parametrize("calendar", ["{fiscal_year_starts: 04-01}", "{}"])
def test_a_fiscal_year_alone_says_nothing_of_business_days(calendar: str) -> None:
    assert "no-calendar" in faults("today + 5 business days", head=with_calendar(calendar))


def test_a_parameter_in_business_days() -> None:
    more = (
        "parameters: {notice: {value: 11 business days, source: N-9}, late: {type: business days, status: unstated}}\n"
    )
    head = with_calendar("{holidays: CN}")
    # As of Sunday, 1 March 2026: two weeks of five days, and Monday.
    assert value("today + notice", more=more, head=head) == dt.date(2026, 3, 16)
    assert value("notice >= 10 business days", more=more) is True  # durations are compared without a calendar
    assert value("today + late", more=more, head=head) == "unknown"
    assert result("notice", more=more, head=head).as_data()["value"] == "11 business days"


def test_a_field_in_business_days_and_instants_that_keep_their_time_of_day() -> None:
    text = """\
facts:
  partner: {answer_within: business days, asked_at: {type: instant, missing: none}}
eligibility:
  in-time:
    subject: partner
    when: exists(partner.asked_at)
    gates: [{id: answered, require: "within(as_of, partner.answer_within, partner.asked_at)"}]
"""
    facts = {
        "partners": {
            # Friday at nine, and one business day: Monday at nine. It is Sunday.
            "P-1": {"answer_within": "1 business day", "asked_at": "2026-02-27T09:00:00+08:00"},
            "P-2": {"asked_at": "2026-02-27T09:00:00+08:00"},
            "P-3": {"answer_within": "0 business days", "asked_at": "2026-02-27T09:00:00+08:00"},
            "P-4": {"answer_within": "1 business day", "asked_at": "2026-02-26T08:59:59+08:00"},
        }
    }
    head = with_calendar("{weekend: [saturday, sunday]}")
    found = decide(text, facts, head=head)["in-time"]
    assert {id: each.outcome for id, each in found.items()} == {
        "P-1": "eligible",
        "P-2": "undetermined",
        "P-3": "ineligible",
        "P-4": "ineligible",
    }
    assert found["P-2"].summary()["missing"] == ["partners P-2 answer_within"]


def test_a_day_that_the_calendar_does_not_cover_leaves_the_outcome_open() -> None:
    head = with_calendar("{holidays: CN, covers: 2025-01-01 .. 2027-01-01}")
    text = """\
eligibility:
  in-time:
    subject: partner
    gates: [{id: answered, require: "2027-01-04 <= today + 215 business days"}]
"""
    found = decide(text, {"partners": {"P-1": {}}}, head=head)["in-time"]["P-1"]
    assert found.outcome == "undetermined"
    assert found.summary()["missing"] == ["a day that is not in the calendar"]


def test_each_version_has_its_own_calendar(tmp_path: Path) -> None:
    version = """\
ruleset: trial
version: "{name}"
in_force: {period}
timezone: Asia/Shanghai
calendar: {{holidays: CN, closed: [{closed}]}}
definitions: {{due: today + 1 business days}}
"""
    in_folder(
        {
            "a/ruleset.yaml": version.format(name="a", period=".. 2026-03-01", closed="2026-03-02"),
            "b/ruleset.yaml": version.format(name="b", period="2026-03-01 ..", closed="2026-03-03"),
        },
        tmp_path,
    )
    rules = load(tmp_path)

    def due(as_of: dt.datetime) -> object:
        return rules.decide(Facts({"partners": {}}), as_of=as_of)["due"][""].as_data()["value"]

    # Saturday, 28 February is worked. Monday is closed by the first version, Tuesday by the second.
    assert due(dt.datetime(2026, 2, 28, 12, tzinfo=SHANGHAI)) == "2026-03-03"
    assert due(dt.datetime(2026, 3, 1, 12, tzinfo=SHANGHAI)) == "2026-03-02"
    assert due(dt.datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)) == "2026-03-04"


def test_an_overlay_has_the_calendar_of_its_base_or_its_own(tmp_path: Path) -> None:
    head = 'version: "1"\nin_force: 2020-01-01 ..\ntimezone: Asia/Shanghai\n'
    in_folder(
        {
            "base/ruleset.yaml": f"ruleset: base\n{head}calendar: {{holidays: CN}}\n"
            "definitions: {due: 2026-04-30 + 1 business days}\n",
            "same/ruleset.yaml": f"ruleset: same\n{head}extends: ../base\n",
            "other/ruleset.yaml": f"ruleset: other\n{head}extends: ../base\ncalendar: {{holidays: RU}}\n",
        },
        tmp_path,
    )
    found = {
        name: load(tmp_path / name)
        .decide(Facts({"partners": {}}), as_of=dt.datetime(2026, 3, 1, tzinfo=SHANGHAI))["due"][""]
        .as_data()["value"]
        for name in ("base", "same", "other")
    }
    # The first of May is a holiday here and there; in China the days up to Tuesday are free, too.
    assert found == {"base": "2026-05-06", "same": "2026-05-06", "other": "2026-05-04"}


def test_a_table_asks_for_business_days() -> None:
    text = """\
tables:
  answer:
    subject: deal
    hit: first
    inputs: {taken: 'business_days_between(2026-04-30, today)'}
    outputs: {how: {enum: [prompt, late]}}
    rows: |
      | taken              | how    |
      |--------------------|--------|
      | <= 3 business days | prompt |
      | -                  | late   |
"""
    facts = {"customers": {"C-1": {}}, "deals": {"D-1": {"customer": "C-1"}}}
    head = with_calendar("{holidays: CN}")

    def how(day: int) -> object:
        as_of = dt.datetime(2026, 5, day, 12, tzinfo=SHANGHAI)
        return decide(text, facts, head=head, as_of=as_of)["answer"]["D-1"].as_data()["outputs"]

    assert [how(day) for day in (8, 9)] == [{"how": "prompt"}, {"how": "late"}]


@pytest.mark.parametrize(
    "expression",
    ["today + 99999999 business days", "today + 9999999 business days", "today - 9999999 business days"],
)
def test_much_too_far_is_unknown_at_once(expression: str) -> None:
    assert value(expression, head=with_calendar("{weekend: []}")) == "unknown"


def test_cases_expect_business_days(tmp_path: Path) -> None:
    in_folder(
        {
            "ruleset.yaml": with_calendar("{holidays: CN}")
            + "definitions: {passed: 'business_days_between(2026-04-30, today)', due: today + 2 business days}\n",
            "cases.yaml": """\
cases:
  - name: after the holidays
    as_of: 2026-05-08T12:00:00+08:00
    facts: {partners: {P-1: {}}}
    expect:
      passed: {"": {value: 3 business days}}
      due: {"": {value: 2026-05-11}}
""",
        },
        tmp_path,
    )
    report = run_cases(tmp_path)
    assert report.ok, report


def test_the_editor_knows_the_keys_of_a_calendar(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": with_calendar("{weekend: [sunday]}") + RULES}, tmp_path)
    rules, told = check(tmp_path)
    assert rules is not None, told
    (version,) = rules.versions
    assert version.head.calendar is not None
    assert version.head.calendar.weekend == frozenset({6})
