"""What moves a partner on by itself: by time and on days, in chains, with conditions as of the day."""

import copy
import datetime as dt
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st
from tests.support import AS_OF, SHANGHAI, codes, decide, ruleset

from partnerrules import Facts
from partnerrules.decisions.lifecycle import LifecycleResult

FIELDS: Final = """\
facts:
  partner:
    wanted: {type: text, missing: none}
    leaves_on: {type: date, missing: none}
    stops_on: {type: date}
    renewed: {type: boolean}
"""
STAGES: Final = """\
lifecycle:
  path:
    subject: partner
    stages: [referral, application, review, certified, left]
    start: referral
    since: if exists(partner.admitted_on) then partner.admitted_on else 2026-01-01
    standing: path
    request: partner.wanted
    forward: one at a time
"""


def rules(*transitions: str, stages: str = STAGES) -> str:
    return FIELDS + stages + "    transitions:\n" + "".join(f"      - {{{each}}}\n" for each in transitions)


def day(text: str) -> dt.datetime:
    """Nine o'clock of a day in Shanghai."""
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(9), tzinfo=SHANGHAI)


def facts(history: Mapping[str, str], **fields: object) -> dict[str, object]:
    """P-1 with its stages by the days from which they are recorded."""
    standings = {
        f"S-{number}": {"partner": "P-1", "kind": "path", "value": value, "valid_from": begin}
        for number, (begin, value) in enumerate(history.items(), start=1)
    }
    return {"partners": {"P-1": fields}, "standings": standings}


def result(text: str, given: Mapping[str, object], as_of: dt.datetime = AS_OF) -> LifecycleResult:
    found = decide(text, given, as_of=as_of)["path"]["P-1"]
    assert isinstance(found, LifecycleResult)
    return found


def moves(found: LifecycleResult) -> list[tuple[str, str, str]]:
    return [(each.before, each.after, str(each.on)) for each in found.moves]


def record(found: LifecycleResult, given: dict[str, object]) -> None:
    """Adds to the facts what a result says is to be recorded."""
    standings = given["standings"]
    assert isinstance(standings, dict)
    for standing in found.new_standings():
        standings[standing.id] = standing.model_dump(mode="json", exclude_defaults=True, exclude={"id"})


LEAVES: Final = rules("from: [referral, application], to: left, after: 6 months")
MONTH: Final = rules("from: application, to: left, after: 1 month")
YEAR: Final = rules("from: application, to: left, after: 12 months")


# ------------------------------------------------------------------------------------------------------------- by time


@pytest.mark.parametrize(
    ("text", "since", "as_of", "expected"),
    [
        pytest.param(LEAVES, "2025-09-02", "2026-03-01", [], id="not yet six months"),
        pytest.param(LEAVES, "2025-09-01", "2026-03-01", ["2026-03-01"], id="six months on this very day"),
        pytest.param(LEAVES, "2025-01-10", "2026-03-01", ["2025-07-10"], id="six months long ago"),
        pytest.param(MONTH, "2026-01-31", "2026-02-27", [], id="E44 a month from the 31st, one day before"),
        pytest.param(MONTH, "2026-01-31", "2026-02-28", ["2026-02-28"], id="E44 a month from the 31st"),
        pytest.param(YEAR, "2024-02-29", "2025-02-27", [], id="E43 a year from 29 February, one day before"),
        pytest.param(YEAR, "2024-02-29", "2025-02-28", ["2025-02-28"], id="E43 a year from 29 February"),
        pytest.param(
            rules("from: application, to: left, after: 90 days"),
            "2025-01-15",
            "2025-04-15",
            ["2025-04-15"],
            id="90 days",
        ),
    ],
)
def test_a_stage_is_left_so_long_after_it_was_entered(text: str, since: str, as_of: str, expected: list[str]) -> None:
    found = result(text, facts({since: "application"}), day(as_of))
    assert [str(each.on) for each in found.moves] == expected
    assert found.outcome == ("left" if expected else "application")
    assert str(found.since) == (expected[0] if expected else since)
    assert [(str(each.value), str(each.valid_from)) for each in found.new_standings()] == [
        ("left", each) for each in expected
    ]


def test_the_start_counts_from_the_day_that_is_given() -> None:
    found = result(LEAVES, facts({}, admitted_on="2025-08-31"))
    assert (found.outcome, moves(found)) == ("left", [("referral", "left", "2026-02-28")])
    assert result(LEAVES, facts({})).outcome == "referral"


def test_e44_a_chain_counts_each_stage_from_the_day_it_was_entered() -> None:
    text = rules("from: application, to: review, after: 1 month", "from: review, to: left, after: 1 month")
    given = facts({"2026-01-31": "application"})
    assert moves(result(text, given, day("2026-02-27"))) == []
    assert moves(result(text, given, day("2026-03-27"))) == [("application", "review", "2026-02-28")]
    found = result(text, given, day("2026-03-28"))
    assert moves(found) == [("application", "review", "2026-02-28"), ("review", "left", "2026-03-28")]
    assert (found.outcome, str(found.since), found.days) == ("left", "2026-03-28", 0)
    assert [(each.id, str(each.value)) for each in found.new_standings()] == [
        ("path:P-1:2026-02-28:review", "review"),
        ("path:P-1:2026-03-28:left", "left"),
    ]


def test_the_order_in_which_a_chain_is_written_does_not_matter() -> None:
    text = rules("from: review, to: left, after: 1 month", "from: application, to: review, after: 1 month")
    found = result(text, facts({"2026-01-31": "application"}), day("2026-04-01"))
    assert moves(found) == [("application", "review", "2026-02-28"), ("review", "left", "2026-03-28")]
    back = rules("from: left, to: certified, after: 10 days", "from: certified, to: referral, after: 10 days")
    found = result(back, facts({"2026-01-01": "left"}))
    assert moves(found) == [("left", "certified", "2026-01-11"), ("certified", "referral", "2026-01-21")]


# -------------------------------------------------------------------------------------------------------------- on days

ON: Final = rules("id: notice, source: S2-039, from: any, to: left, on: partner.leaves_on")


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        pytest.param("2026-03-02", [], id="tomorrow"),
        pytest.param("2026-03-01", [("certified", "left", "2026-03-01")], id="S2-039 today"),
        pytest.param("2026-01-02", [("certified", "left", "2026-01-02")], id="S2-039 the day after it was entered"),
        pytest.param("2026-01-01", [], id="on the day that is recorded, what is recorded came of it"),
        pytest.param("2025-12-31", [], id="before it was entered: readmitted"),
        pytest.param(None, [], id="never"),
    ],
)
def test_s2_039_a_stage_is_left_on_a_day(leaves: str | None, expected: list[object]) -> None:
    fields = {} if leaves is None else {"leaves_on": leaves}
    found = result(ON, facts({"2026-01-01": "certified"}, **fields))
    assert moves(found) == expected
    if expected:
        assert [(each.id, each.source) for each in found.moves] == [("notice", "S2-039")]


ENDING: Final = """\
lifecycle:
  path:
    subject: partner
    stages: [active, ending, handing-over, ended]
    standing: path
    transitions:
      - {id: business-ends, source: S2-038, from: active, to: ending, on: partner.stops_on}
      - {id: authorisation-ends, source: S2-039, from: active, to: handing-over, on: partner.leaves_on}
      - {from: [ending, handing-over], to: ended, after: 3 months}
eligibility:
  new-business: {subject: partner, gates: [{id: active, require: 'outcome(partner, "path") = "active"'}]}
  service:
    subject: partner
    gates: [{id: serves, require: 'outcome(partner, "path") in ["active", "ending"]'}]
"""


@pytest.mark.parametrize(
    ("fields", "stage", "new_business", "service"),
    [
        ({"stops_on": "2026-03-02"}, "active", "eligible", "eligible"),
        ({"stops_on": "2026-03-01"}, "ending", "ineligible", "eligible"),
        ({"stops_on": "2025-12-01"}, "ended", "ineligible", "ineligible"),
        ({"stops_on": "2025-12-02"}, "ending", "ineligible", "eligible"),
        ({"stops_on": "2027-01-01", "leaves_on": "2026-02-01"}, "handing-over", "ineligible", "ineligible"),
    ],
)
def test_s2_038_s2_039_two_kinds_of_ending_leave_different_things_allowed(
    fields: dict[str, object], stage: str, new_business: str, service: str
) -> None:
    decision = decide(FIELDS + ENDING, facts({"2025-01-01": "active"}, **fields))
    outcomes = [decision[policy]["P-1"].outcome for policy in ("path", "new-business", "service")]
    assert outcomes == [stage, new_business, service]


def test_the_earliest_of_several_counts_and_on_one_day_the_first_that_is_written() -> None:
    text = rules(
        "id: late, from: review, to: certified, on: partner.stops_on",
        "id: early, from: review, to: left, on: partner.leaves_on",
    )
    for stops, leaves, expected in (
        ("2026-02-02", "2026-02-01", "left"),
        ("2026-02-01", "2026-02-02", "certified"),
        ("2026-02-01", "2026-02-01", "certified"),
    ):
        found = result(text, facts({"2026-01-01": "review"}, stops_on=stops, leaves_on=leaves))
        assert (found.outcome, str(found.since)) == (expected, "2026-02-01")


def test_a_chain_of_one_day_is_recorded_as_one_move_and_is_regular() -> None:
    text = rules(
        "from: review, to: certified, on: partner.stops_on", "from: certified, to: left, on: partner.leaves_on"
    )
    given = facts({"2026-01-01": "referral", "2026-01-05": "application", "2026-01-10": "review"})
    given["partners"] = {"P-1": {"stops_on": "2026-02-01", "leaves_on": "2026-02-01"}}
    found = result(text, given)
    assert moves(found) == [("review", "certified", "2026-02-01"), ("certified", "left", "2026-02-01")]
    assert [str(each.value) for each in found.new_standings()] == ["left"]
    record(found, given)
    again = result(text, given)
    assert (again.outcome, str(again.since), again.moves, again.irregular) == ("left", "2026-02-01", (), ())


# ----------------------------------------------------------------------------------------- conditions, as of the day


@pytest.mark.parametrize(
    ("condition", "outcome", "status"),
    [
        pytest.param("today = 2026-02-01", "left", None, id="held on its day"),
        pytest.param("today >= 2026-02-02", "review", "missed", id="holds only later"),
        pytest.param("partner.renewed", "undetermined", None, id="not known"),
    ],
)
def test_what_it_asks_is_looked_at_once_on_its_day(condition: str, outcome: str, status: str | None) -> None:
    text = rules(f"from: review, to: left, on: partner.leaves_on, require: {condition}")
    found = result(text, facts({"2026-01-01": "review"}, leaves_on="2026-02-01"))
    assert found.outcome == outcome
    statuses = [each.status for each in found.open if each.automatic]
    assert statuses == ([] if status is None else [status])


def test_guards_are_asked_of_what_happens_by_itself_too() -> None:
    text = rules("from: review, to: left, on: partner.leaves_on") + "    guards: {left: not(partner.renewed)}\n"
    for renewed, outcome in ((True, "review"), (False, "left")):
        given = facts({"2026-01-01": "review"}, leaves_on="2026-02-01", renewed=renewed)
        assert result(text, given).outcome == outcome


def test_one_that_is_missed_does_not_stand_in_the_way_of_a_later_one() -> None:
    text = rules(
        "from: review, to: certified, on: 2026-01-15, require: partner.renewed",
        "from: review, to: left, on: 2026-02-01",
    )
    assert result(text, facts({"2026-01-01": "review"}, renewed=False)).outcome == "left"
    assert result(text, facts({"2026-01-01": "review"}, renewed=True)).outcome == "certified"
    unknown = result(text, facts({"2026-01-01": "review"}))
    assert (unknown.outcome, [each.field for each in unknown.missing]) == ("undetermined", ["renewed"])


def test_what_comes_out_either_way_is_certain() -> None:
    text = rules(
        "id: a, from: review, to: left, on: 2026-01-15, require: partner.renewed",
        "id: b, from: review, to: left, on: 2026-02-01",
    )
    found = result(text, facts({"2026-01-01": "review"}))
    # Since when is not known, and so it is not known which of the two it was.
    assert (found.outcome, found.as_data()["since"]) == (
        "left",
        {"unknown": [{"reason": "field", "relation": "partners", "record": "P-1", "field": "renewed"}]},
    )
    assert [(each.before, each.after, each.id) for each in found.moves] == [("review", "left", None)]
    assert found.new_standings() == ()


def test_a_minimum_stay_holds_on_days_too() -> None:
    text = rules("from: review, to: left, on: partner.leaves_on, minimum_stay: 30 days")
    for leaves, outcome in (("2026-01-30", "review"), ("2026-01-31", "left")):
        assert result(text, facts({"2026-01-01": "review"}, leaves_on=leaves)).outcome == outcome


def test_a_day_that_is_not_known_leaves_the_stage_open() -> None:
    text = rules("from: review, to: left, on: partner.stops_on")
    found = result(text, facts({"2026-01-01": "review"}))
    assert (found.outcome, [each.field for each in found.missing]) == ("undetermined", ["stops_on"])
    # Another stage has nothing to do with it.
    assert result(text, facts({"2026-01-01": "certified"})).outcome == "certified"


# ------------------------------------------------------------------------------------------------ what may come next


def test_what_comes_by_itself_cannot_be_asked_for() -> None:
    text = rules("from: review, to: left, after: 6 months")
    found = result(text, facts({"2026-01-01": "review"}, wanted="left"))
    assert found.request is not None
    assert [(each.reason, str(each.day)) for each in found.request.reasons] == [("automatic", "2026-07-01")]
    assert found.as_data()["next_automatic"] == [{"to": "left", "day": "2026-07-01"}]


def test_the_next_one_is_the_earliest_that_is_to_come() -> None:
    text = rules(
        "id: a, from: review, to: left, after: 6 months",
        "id: b, from: review, to: certified, on: 2026-05-01",
        "id: c, from: review, to: referral, on: 2026-01-05, require: partner.renewed",
        "id: d, from: review, to: referral, on: 2025-01-05",
        "id: e, from: review, to: application, on: partner.leaves_on",
    )
    found = result(text, facts({"2026-01-01": "review"}, renewed=False))
    assert [(each.id, each.status, str(each.day)) for each in found.open if each.automatic] == [
        ("a", "to_come", "2026-07-01"),
        ("b", "to_come", "2026-05-01"),
        ("c", "missed", "2026-01-05"),
        ("d", "never", "2025-01-05"),
        ("e", "never", "None"),
    ]
    assert [each.id for each in found.next_automatic] == ["b"]


def test_what_is_asked_for_is_asked_of_the_stage_that_came_by_itself() -> None:
    text = rules("from: application, to: review, after: 1 month")
    found = result(text, facts({"2026-01-01": "application"}, wanted="certified"))
    assert found.request is not None
    assert found.request.outcome == "allowed"
    assert [(str(each.value), str(each.valid_from)) for each in found.new_standings()] == [
        ("review", "2026-02-01"),
        ("certified", "2026-03-01"),
    ]
    today = result(text, facts({"2026-02-01": "application"}, wanted="certified"))
    assert [(str(each.value), str(each.valid_from)) for each in today.new_standings()] == [("certified", "2026-03-01")]


@pytest.mark.parametrize(
    ("transitions", "code"),
    [
        (["from: review, to: review"], "unsuited-transition"),
        (["from: review, to: left", "from: [review], to: left"], "unsuited-transition"),
        (["from: [review, review], to: left"], "duplicate-id"),
        (["from: reviews, to: left"], "unknown-value"),
        (["from: review, to: gone"], "unknown-value"),
        (["from: review, to: left, after: 6 months, on: partner.leaves_on"], "too-many-keys"),
        (["from: review, to: left, after: 6 months, minimum_stay: 1 month"], "too-many-keys"),
        (["from: review, to: left, require: true, all: [true]"], "too-many-keys"),
        (["from: review, to: left, after: 6"], "unit-mismatch"),
        (["from: review, to: left, after: 0 days"], "impossible-count"),
        (["from: review, to: left, on: as_of"], "date-against-instant"),
        (["from: review, to: left, after: 1 month", "from: left, to: review, on: partner.leaves_on"], "cyclic-stages"),
        (["id: a, from: review, to: left", "id: a, from: left, to: review"], "duplicate-id"),
    ],
)
def test_mistakes_are_told(transitions: list[str], code: str) -> None:
    assert code in codes(rules(*transitions))


def test_a_time_in_a_stage_needs_to_be_known_to_begin() -> None:
    without = STAGES.replace("    since: if exists(partner.admitted_on) then partner.admitted_on else 2026-01-01\n", "")
    assert codes(rules("from: referral, to: left, after: 1 month", stages=without)) == ["missing-key"]
    assert codes(rules("from: review, to: left, after: 1 month", stages=without)) == []
    maybe = STAGES.replace(
        "if exists(partner.admitted_on) then partner.admitted_on else 2026-01-01", "partner.admitted_on"
    )
    assert codes(rules("from: referral, to: left, after: 1 month", stages=maybe)) == ["unguarded-none"]
    assert codes(rules("from: review, to: left, after: 1 month", stages=maybe)) == []
    of_deals = STAGES.replace("standing: path", "stage: partner.lifecycle").replace(
        "    since: if exists(partner.admitted_on) then partner.admitted_on else 2026-01-01\n", ""
    )
    assert codes(rules("from: review, to: left, after: 1 month", stages=of_deals)) == ["missing-key"]


# ------------------------------------------------------------------------------------- a stage that is recorded again

AGAIN: Final = rules("from: review, to: left, after: 30 days")


def test_what_is_recorded_counts_more_than_what_would_have_happened_before() -> None:
    # (a) Whoever was readmitted afterwards stays, also in the stage that was left.
    text = rules("from: any, to: left, on: partner.leaves_on")
    given = facts({"2026-01-01": "review", "2026-03-01": "review"}, leaves_on="2026-02-01")
    found = result(text, given, day("2026-03-05"))
    assert (found.outcome, str(found.since), found.moves) == ("review", "2026-01-01", ())
    assert [each.status for each in found.open if each.automatic] == ["never"]
    assert result(text, given, day("2026-02-28")).outcome == "left"


@pytest.mark.parametrize(
    ("again", "stage"),
    [
        pytest.param("2026-01-30", "left", id="before it was due"),
        pytest.param("2026-01-31", "review", id="for that very day: it is what came of it"),
        pytest.param("2026-02-10", "review", id="(b) after it was due"),
    ],
)
def test_a_time_counts_from_the_first_record_and_passes_once(again: str, stage: str) -> None:
    given = facts({"2025-12-20": "application", "2026-01-01": "review", again: "review"})
    found = result(AGAIN, given)
    assert (found.outcome, str(found.since)) == (stage, "2026-01-31" if stage == "left" else "2026-01-01")
    record(found, given)
    again_found = result(AGAIN, given)
    assert (again_found.outcome, again_found.moves) == (stage, ())
    assert [each.kind for each in again_found.irregular] == [each.kind for each in found.irregular]


def test_a_request_on_the_day_of_a_snapshot_starts_on_the_next_one() -> None:
    # (c) Every night the stage is written down again.
    given = facts({"2026-01-01": "referral", "2026-03-01": "referral"}, wanted="application")
    found = result(FIELDS + STAGES, given)
    assert [(str(each.value), str(each.valid_from)) for each in found.new_standings()] == [
        ("application", "2026-03-02")
    ]
    record(found, given)
    assert result(FIELDS + STAGES, given).new_standings() == found.new_standings()
    assert result(FIELDS + STAGES, given, day("2026-03-02")).outcome == "application"


BACK: Final = """\
lifecycle:
  path:
    subject: partner
    stages: [a, e, d]
    start: a
    standing: path
    request: partner.wanted
    forward: any
    transitions: [{from: e, to: a, on: partner.leaves_on}]
"""


def test_a_stage_that_is_left_and_entered_on_one_day() -> None:
    # (d) On 30 January it falls back to a, and e is asked for and allowed again.
    given = facts({"2026-01-29": "e"}, leaves_on="2026-01-30", wanted="e")
    found = result(FIELDS + BACK, given, day("2026-01-30"))
    assert (found.outcome, moves(found)) == ("a", [("e", "a", "2026-01-30")])
    assert [(str(each.value), str(each.valid_from)) for each in found.new_standings()] == [("e", "2026-01-30")]
    record(found, given)
    for later in ("2026-01-30", "2026-01-31"):
        again = result(FIELDS + BACK, given, day(later))
        assert (again.outcome, again.moves, again.irregular) == ("e", (), ())


def test_what_is_recorded_for_tomorrow_is_left_alone() -> None:
    given = facts({"2026-03-01": "referral", "2026-03-02": "review"}, wanted="application")
    found = result(FIELDS + STAGES, given)
    assert found.request is not None
    assert (found.request.outcome, found.request.starts, found.new_standings()) == ("allowed", None, ())
    open_today = facts({"2026-02-01": "referral", "2026-03-02": "review"}, wanted="application")
    assert [str(each.valid_from) for each in result(FIELDS + STAGES, open_today).new_standings()] == ["2026-03-01"]


@pytest.mark.parametrize("period", ["0 days", "-5 days"])
def test_a_parameter_of_no_time_moves_nobody_before_the_stage_began(period: str) -> None:
    text = f"parameters: {{soon: {{value: {period}}}}}\n" + rules("from: review, to: left, after: soon")
    found = result(text, facts({"2026-02-01": "review"}))
    assert (found.outcome, found.moves, found.new_standings()) == ("undetermined", (), ())
    assert [each.reason for each in found.missing] == ["calendar"]
    assert result(text, facts({"2026-02-01": "certified"})).outcome == "certified"


def test_what_forward_adds_stands_beside_what_happens_by_itself() -> None:
    found = result(rules("from: review, to: certified, after: 6 months"), facts({"2026-01-01": "review"}))
    assert [(each.after, each.automatic) for each in found.open] == [("certified", True), ("certified", False)]


# ----------------------------------------------------------------------------------------------------------- properties

WHOLE: Final = rules(
    "id: lapse, from: [referral, application], to: left, after: 2 months",
    "id: pass, from: review, to: certified, after: 30 days, require: partner.renewed",
    "id: back, from: certified, to: application, on: partner.stops_on",
    "id: quit, from: [review, certified], to: left, on: partner.leaves_on",
    "from: left, to: referral, minimum_stay: 1 month, require: partner.renewed",
)
_DAYS: Final = st.dates(dt.date(2025, 11, 28), dt.date(2026, 3, 2)).map(str)
_STAGES: Final = st.sampled_from(["referral", "application", "review", "certified", "left"])
_STANDINGS: Final = st.dictionaries(_DAYS, _STAGES, max_size=4)
_FIELDS: Final = st.fixed_dictionaries(
    {},
    optional={
        "wanted": _STAGES,
        "leaves_on": _DAYS,
        "stops_on": _DAYS,
        "renewed": st.booleans(),
        "admitted_on": _DAYS,
    },
)


def whole(given: Mapping[str, object], as_of: dt.datetime = AS_OF) -> LifecycleResult:
    found = ruleset(WHOLE).decide(Facts(given), as_of=as_of)["path"]["P-1"]
    assert isinstance(found, LifecycleResult)
    return found


@generated(_STANDINGS, _FIELDS, st.randoms(use_true_random=False))
def test_e64_the_order_of_records_and_others_records_change_nothing(
    history: dict[str, str], fields: dict[str, object], random: object
) -> None:
    given = facts(history, **fields)
    standings = given["standings"]
    assert isinstance(standings, dict)
    more = copy.deepcopy(given)
    more["partners"] = {"P-0": {"renewed": False}, **more["partners"], "P-2": {}}  # type: ignore[dict-item]
    rows = [*standings.items(), ("S-8", {**_other(), "partner": "P-2"}), ("S-9", {**_other(), "kind": "grade"})]
    random.shuffle(rows)  # type: ignore[attr-defined]
    more["standings"] = dict(rows)
    assert whole(more).as_data() == whole(given).as_data()


def _other() -> dict[str, object]:
    return {"partner": "P-1", "kind": "path", "value": "left", "valid_from": "2026-01-01"}


@generated(_STANDINGS, _FIELDS)
def test_s2_014_equal_partners_get_equal_results(history: dict[str, str], fields: dict[str, object]) -> None:
    given = facts(history, **fields)
    standings = given["standings"]
    assert isinstance(standings, dict)
    given["partners"] = {"P-1": fields, "P-2": fields}
    given["standings"] = standings | {f"{id}b": {**each, "partner": "P-2"} for id, each in standings.items()}
    found = decide(WHOLE, given)["path"]
    one, other = (str(found[id].as_data()).replace(id, "") for id in ("P-1", "P-2"))
    assert one == other


@generated(
    _STANDINGS,
    _FIELDS,
    st.fixed_dictionaries({"stops_on": _DAYS, "renewed": st.booleans()}),
)
def test_what_is_certain_stays_so_when_more_is_known(
    history: dict[str, str], fields: dict[str, object], known: dict[str, object]
) -> None:
    before = whole(facts(history, **fields))
    after = whole(facts(history, **{**known, **fields}))
    if before.outcome != "undetermined":
        assert after.outcome == before.outcome
        assert before.request is not None
        assert after.request is not None
        assert before.request.outcome in ("undetermined", after.request.outcome)
        assert {each.after for each in before.open} == {each.after for each in after.open}
        if isinstance(before.since, dt.date):
            assert after.since == before.since
    assert moves(after)[: len(before.moves)] == moves(before) or any(
        not isinstance(each.on, dt.date) for each in before.moves
    )


@generated(_STANDINGS, _FIELDS, st.lists(_DAYS, min_size=1, max_size=3))
def test_it_does_not_matter_when_it_is_recorded(
    history: dict[str, str], fields: dict[str, object], days: list[str]
) -> None:
    # Nothing is asked for, and nothing is recorded later than the first day on which somebody looks.
    fields = {name: value for name, value in fields.items() if name != "wanted"} | {"renewed": True}
    fields = {"stops_on": "2027-01-01"} | fields
    history = {begin: stage for begin, stage in history.items() if begin <= min(days)}
    given = facts(history, **fields)
    late = whole(given)
    for each in sorted(days):
        if each <= "2026-03-01":
            record(whole(given, day(each)), given)
    in_time = whole(given)
    assert (in_time.outcome, in_time.since) == (late.outcome, late.since)


@generated(_STANDINGS, _FIELDS)
def test_what_is_recorded_is_new_once(history: dict[str, str], fields: dict[str, object]) -> None:
    given = facts(history, **fields)
    found = whole(given)
    record(found, given)
    again = whole(given)
    new = {each.id for each in again.new_standings()}
    assert new <= {each.id for each in found.new_standings()}
    if found.outcome != "undetermined":
        assert again.moves == ()


CIRCLES: Final = (
    FIELDS
    + """\
lifecycle:
  path:
    subject: partner
    stages: [a, b, c, d]
    start: a
    since: 2025-12-01
    standing: path
    request: partner.wanted
    forward: any
    transitions:
      - {from: a, to: b, after: 10 days}
      - {from: b, to: d, on: partner.leaves_on}
      - {from: c, to: a, on: partner.stops_on}
      - {from: d, to: c}
      - {from: [b, c, d], to: a}
"""
)
_WANTED: Final = st.sampled_from([None, "a", "b", "c", "d"])


@generated(_DAYS, _DAYS, st.lists(st.tuples(st.integers(0, 12), _WANTED, st.booleans()), min_size=1, max_size=6))
def test_what_it_records_never_leaves_it_in_doubt(
    leaves: str, stops: str, looked: list[tuple[int, str | None, bool]]
) -> None:
    today = dt.date(2025, 12, 1)
    given = facts({}, leaves_on=leaves, stops_on=stops)
    version = ruleset(CIRCLES)
    for number, (later, wanted, snapshot) in enumerate(looked):
        today += dt.timedelta(days=later)
        given["partners"] = {"P-1": {"leaves_on": leaves, "stops_on": stops} | ({"wanted": wanted} if wanted else {})}
        found = version.decide(Facts(given), as_of=day(str(today)))["path"]["P-1"]
        assert isinstance(found, LifecycleResult)
        assert (found.outcome != "undetermined", found.irregular) == (True, ())
        record(found, given)
        standings = given["standings"]
        assert isinstance(standings, dict)
        if snapshot and not any(each["valid_from"] == str(today) for each in standings.values()):
            # Somebody writes down every stage as it stands.
            entered = {"partner": "P-1", "kind": "path", "value": found.outcome, "valid_from": str(today)}
            standings[f"N-{number}"] = entered
