"""What a run gives to be recorded, and that it gives it once; sanctions do not depend on the order of the facts."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import HEAD, SHANGHAI, decide, in_folder, ruleset

import partnerrules as pr
from partnerrules.cases import run_cases
from partnerrules.decisions.sanctions import SanctionResult, recorded_id
from partnerrules.domain import Sanction, Standing
from partnerrules.domain.conduct import EFFECTS

CONDUCT = """\
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on)]
    by: violation.occurred_on
    window: calendar year
    steps:
      - list: black
        when: level(1) >= 1
        for: 90 days
        effects: [stop_new_business]
        standing: {status: blacklisted, trust: none_left}
      - {list: yellow, when: level(2) >= 2, for: 30 days, effects: [notice]}
"""
AS_OF = dt.datetime(2025, 1, 10, 9, tzinfo=SHANGHAI)
VIOLATIONS: dict[str, dict[str, object]] = {
    "V-1": {"partner": "P-1", "level": 2, "occurred_on": "2024-03-01", "confirmed_on": "2024-03-01"},
    "V-2": {"partner": "P-1", "level": 2, "occurred_on": "2024-03-02", "confirmed_on": "2024-03-02"},
    "V-3": {"partner": "P-1", "level": 1, "occurred_on": "2024-11-15", "confirmed_on": "2024-11-15"},
}
MIDNIGHT = dt.time(tzinfo=SHANGHAI)
BLACK: dict[str, object] = {
    "partner": "P-1",
    "list": "black",
    "causes": ["V-3"],
    "starts_at": "2024-11-15T00:00:00+08:00",
    "ends_at": "2025-02-13T00:00:00+08:00",
    "effects": ["stop_new_business"],
}


def conduct(**more: object) -> SanctionResult:
    facts = {"partners": {"P-1": {}}, "violations": VIOLATIONS, "sanctions": {}, **more}
    result = decide(CONDUCT, facts, as_of=AS_OF)["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    return result


def test_what_is_to_be_recorded() -> None:
    result = conduct()
    yellow, black = result.new_sanctions()
    assert (yellow.list, yellow.causes) == ("yellow", ("V-1", "V-2"))
    assert black == Sanction(
        id="conduct:P-1:V-3:black",
        partner="P-1",
        policy="conduct",
        list="black",
        effects=("stop_new_business",),
        starts_at=dt.datetime.combine(dt.date(2024, 11, 15), MIDNIGHT),
        ends_at=dt.datetime.combine(dt.date(2025, 2, 13), MIDNIGHT),
        causes=("V-3",),
    )
    assert result.new_standings() == tuple(
        Standing(
            id=f"conduct:P-1:V-3:black:{kind}",
            partner="P-1",
            kind=kind,
            value=value,
            valid_from=dt.date(2024, 11, 15),
            valid_to=dt.date(2025, 2, 13),
        )
        for kind, value in (("status", "blacklisted"), ("trust", "none_left"))
    )


def test_running_twice_records_once() -> None:
    first = conduct()
    sanctions, standings = first.new_sanctions(), first.new_standings()
    again = conduct(sanctions=[*sanctions], standings=[*standings])
    assert [each.recorded for each in first.impositions] == [False, False]
    assert [each.recorded for each in again.impositions] == [True, True]
    assert (again.new_sanctions(), again.new_standings()) == ((), ())
    assert again.outcome == first.outcome
    # What was recorded is read as facts by other policies.
    text = """definitions: {stopped: {of: partner, value: 'sanctioned(partner, "stop_new_business", as_of)'}}\n"""
    facts = {"partners": {"P-1": {}}, "violations": VIOLATIONS, "sanctions": [*sanctions]}
    assert decide(CONDUCT + text, facts, as_of=AS_OF)["stopped"]["P-1"].as_data()["value"] is True


def test_what_a_later_violation_adds_is_new_alone() -> None:
    recorded = conduct().new_sanctions()
    more = {**VIOLATIONS, "V-4": {**VIOLATIONS["V-3"], "occurred_on": "2025-02-13", "confirmed_on": "2025-02-13"}}
    facts = {"partners": {"P-1": {}}, "violations": more, "sanctions": [*recorded]}
    result = decide(CONDUCT, facts, as_of=dt.datetime(2025, 2, 13, tzinfo=SHANGHAI))["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    assert [each.id for each in result.new_sanctions()] == ["conduct:P-1:V-4:black"]


@pytest.mark.parametrize(
    ("changes", "recorded"),
    [
        ({}, True),  # of no policy: recorded by hand, before there was one
        ({"policy": "conduct"}, True),
        ({"policy": "another"}, False),
        ({"list": "yellow"}, False),
        ({"list": None}, False),
        ({"causes": ["V-1"]}, False),
        ({"causes": ["V-1", "V-3"]}, True),
    ],
)
def test_a_recorded_sanction_is_found_by_list_and_cause(changes: dict[str, object], recorded: bool) -> None:
    fields = {name: value for name, value in {**BLACK, **changes}.items() if value is not None}
    *_, black = conduct(sanctions={"S-9": fields}).impositions
    assert black.recorded is recorded


def test_one_of_another_partner_is_not() -> None:
    facts: dict[str, object] = {"P-1": {}, "P-2": {}}
    *_, black = conduct(partners=facts, sanctions={"S-9": {**BLACK, "partner": "P-2"}}).impositions
    assert black.recorded is False


def test_where_recorded_sanctions_are_not_given_all_is_to_be_recorded() -> None:
    facts = {"partners": {"P-1": {}}, "violations": VIOLATIONS}
    result = decide(CONDUCT, facts, as_of=AS_OF)["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    assert [each.as_data()["recorded"] for each in result.impositions] == ["unknown", "unknown"]
    assert len(result.new_sanctions()) == 2


def test_an_id_is_never_too_long_for_a_record() -> None:
    assert recorded_id("conduct", "P" * 200, "V" * 200) != recorded_id("conduct", "P" * 200, "W" * 200)
    assert len(recorded_id("conduct", "P" * 200, "V" * 200)) <= 200


def test_the_effects_of_sanctions_have_each_a_name_of_its_own() -> None:
    assert len(set(EFFECTS)) == len(EFFECTS) == 11


# -------------------------------------------------------------------------------------------------------------- cases

CASES = """\
cases:
  - name: black in November, yellow in March
    as_of: 2025-01-10T09:00:00+08:00
    facts:
      partners: {P-1: {}}
      sanctions: {}
      violations:
        V-1: {partner: P-1, level: 2, occurred_on: 2024-03-01, confirmed_on: 2024-03-01}
        V-2: {partner: P-1, level: 2, occurred_on: 2024-03-02, confirmed_on: 2024-03-02}
        V-3: {partner: P-1, level: 1, occurred_on: 2024-11-15, confirmed_on: 2024-11-15}
    expect:
      conduct:
        P-1:
          outcome: black
          effects: [stop_new_business]
          lists: [yellow, black]
          impositions:
            - {list: yellow, cause: V-2, state: ended}
            - {list: black, causes: [V-3], days: [2024-11-15, 2025-02-13], recorded: false}
          unimposed: []
          new: ["conduct:P-1:V-2:yellow", "conduct:P-1:V-3:black"]
"""


def test_cases_expect_lists_days_and_what_is_new(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": HEAD + CONDUCT, "cases.yaml": CASES}, tmp_path)
    report = run_cases(tmp_path, coverage=True)
    assert report.ok, str(report)
    assert len(report.passed) == 1
    (coverage,) = report.coverage
    assert coverage.unreached == ("clear",)  # both steps were reached


# --------------------------------------------------------------------------------------------------------- properties

DAYS = st.sampled_from(
    ["2024-01-01", "2024-01-31", "2024-02-29", "2024-11-15", "2024-12-31", "2025-01-01", "2025-01-02"]
)
CONFIRMED = "2025-01-05"
NOT_KNOWN: object = {"unknown": True}
FIELDS = st.fixed_dictionaries(
    {"partner": st.sampled_from(["P-1", "P-2"])},
    optional={
        "level": st.integers(1, 3),
        "occurred_on": DAYS,
        "confirmed_on": st.sampled_from([CONFIRMED, CONFIRMED, NOT_KNOWN]),
    },
)
RULES = ruleset(
    CONDUCT.replace("level(1) >= 1", "level(1) >= 1 or level(2) >= 3").replace(
        "level(2) >= 2", "level(2) >= 1 and level(3) >= 1 or level(3) >= 3"
    ),
    HEAD,
)


@given(st.lists(FIELDS, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(rows: list[dict[str, object]], random: st.DataObject) -> None:
    named = [(f"V-{number}", fields) for number, fields in enumerate(rows)]
    shuffled = list(named)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    partners: dict[str, object] = {"P-1": {}, "P-2": {}}
    texts = {
        RULES.decide(
            pr.Facts({"partners": partners, "violations": dict(order), "sanctions": {}}), as_of=AS_OF
        ).to_json()
        for order in (named, shuffled)
    }
    assert len(texts) == 1


@given(st.lists(FIELDS, max_size=7))
def test_recording_what_is_new_leaves_nothing_new(rows: list[dict[str, object]]) -> None:
    facts: dict[str, object] = {
        "partners": {"P-1": {}, "P-2": {}},
        "violations": {f"V-{number}": fields for number, fields in enumerate(rows)},
    }

    def run(sanctions: list[Sanction]) -> list[SanctionResult]:
        results = RULES.decide(pr.Facts({**facts, "sanctions": sanctions}), as_of=AS_OF)["conduct"].values()
        return [each for each in results if isinstance(each, SanctionResult)]

    new = [each for result in run([]) for each in result.new_sanctions()]
    assert [each for result in run(new) for each in result.new_sanctions()] == []


@given(st.lists(FIELDS, max_size=6), st.data())
def test_finding_out_more_changes_nothing_that_was_certain(rows: list[dict[str, object]], data: st.DataObject) -> None:
    known = {f"V-{number}": fields for number, fields in enumerate(rows)}
    filled: dict[str, dict[str, object]] = {}
    for id, fields in known.items():
        filled[id] = {"level": data.draw(st.integers(1, 3)), "occurred_on": data.draw(DAYS), **fields}
        if fields.get("confirmed_on") == NOT_KNOWN:
            del filled[id]["confirmed_on"]
            filled[id] |= data.draw(st.sampled_from([{}, {"confirmed_on": CONFIRMED}]))

    def of(violations: dict[str, dict[str, object]]) -> SanctionResult:
        facts = pr.Facts({"partners": {"P-1": {}, "P-2": {}}, "violations": violations, "sanctions": {}})
        result = RULES.decide(facts, as_of=AS_OF)["conduct"]["P-1"]
        assert isinstance(result, SanctionResult)
        return result

    before, after = of(known), of(filled)
    assert before.outcome in ("undetermined", after.outcome)
    assert set(before.effects) <= set(after.effects) <= {*before.effects, *before.doubtful_effects}
    certain = [(each.list, each.cause) for each in before.impositions]
    assert set(certain) <= {(each.list, each.cause) for each in after.impositions}
