"""Service levels where facts are missing: what every way to fill the gaps gives is certain, and the rest is named."""

import copy
import datetime as dt
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policies.service_levels import (
    CHECKED,
    DAY_STOPS,
    SERVICE,
    STOPS,
    UNKNOWN,
    at,
    local,
    order,
    policy,
    result,
    wait,
)
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Record
from partnerrules.decisions import ServiceLevelResult

START: Final = "2026-02-10T10:00:00"
FOUR: Final = policy("4 hours", STOPS)

# ------------------------------------------------------------------------------------------------------------- one fact


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        pytest.param({}, ["orders O-1 submitted_at"], id="the start"),
        pytest.param({**order(START), "done_at": UNKNOWN}, ["orders O-1 done_at"], id="the end"),
    ],
)
def test_what_is_not_known_of_start_and_end_is_named(fields: Mapping[str, object], missing: list[str]) -> None:
    found = result(policy("4 hours"), fields)
    assert (found.outcome, found.summary()["missing"]) == ("undetermined", missing)


def test_a_limit_that_its_source_does_not_state_leaves_it_open() -> None:
    text = "parameters: {response: {type: hours, status: unstated}}\n" + policy("response")
    found = result(text, order(START))
    assert (found.outcome, found.summary()["missing"]) == ("undetermined", ["parameter response"])


@pytest.mark.parametrize(
    ("done", "waits", "expected"),
    [
        pytest.param("14:00:00", {"W": {"begins": UNKNOWN}}, "met", id="in time by the least that it can be"),
        pytest.param("14:00:01", {"W": {"begins": UNKNOWN}}, "undetermined", id="late, or stopped for an unknown time"),
        pytest.param("17:00:01", {"W": wait("10T11:00", "10T12:00")}, "breached", id="late by the most"),
        pytest.param(
            "16:00:00",
            {"W": wait("10T11:00", "10T12:00"), "V": {**wait(None, "10T13:00"), "begins": UNKNOWN}},
            "undetermined",
            id="between the least and the most",
        ),
        pytest.param(
            "17:00:01",
            {"W": wait("10T11:00", "10T12:00"), "V": {**wait(None, "10T13:00"), "begins": UNKNOWN}},
            "breached",
            id="later than a stop from the start to a known end can excuse",
        ),
        pytest.param(
            "20:00:00", {"W": {**wait("10T15:00"), "ends": UNKNOWN}}, "breached", id="stopped when it was late already"
        ),
        pytest.param(
            "20:00:00",
            {"W": {**wait("10T13:00"), "ends": UNKNOWN}},
            "undetermined",
            id="stopped for nobody knows how long",
        ),
    ],
)
def test_stops_that_are_not_known_leave_a_least_and_a_most(
    done: str, waits: Mapping[str, Mapping[str, object]], expected: str
) -> None:
    assert result(FOUR, order(START, f"2026-02-10T{done}"), waits).outcome == expected


def test_the_least_and_the_most_are_told() -> None:
    waits = {"W": wait("10T11:00", "10T12:00"), "V": {**wait(None, "10T13:00"), "begins": UNKNOWN}}
    found = result(FOUR, order(START, "2026-02-10T16:00:00"), waits)
    assert (local(found.due_least.value), local(found.due_most.value)) == ("2026-02-10 15:00:00", "2026-02-10 17:00:00")
    assert found.summary()["missing"] == ["waits V begins"]
    assert [stop.counted is True for stop in found.stops] == [False, True]


def test_a_stop_that_may_belong_to_another_order_is_in_doubt() -> None:
    waits = {"W": {**wait("10T11:00", "10T12:00"), "order": UNKNOWN}}
    assert result(FOUR, order(START, "2026-02-10T14:00:00"), waits).outcome == "met"
    late = result(FOUR, order(START, "2026-02-10T15:00:00"), waits)
    assert (late.outcome, late.summary()["missing"]) == ("undetermined", ["waits W order"])
    assert result(FOUR, order(START, "2026-02-10T15:00:01"), waits).outcome == "breached"


def test_a_list_of_stops_that_may_be_incomplete_excuses_anything() -> None:
    text = FOUR
    for done, expected in (("14:00:00", "met"), ("14:00:01", "undetermined")):
        fields = {"submitted_at": at(START), "done_at": at(f"2026-02-10T{done}")}
        facts = Facts([Record("order", id="O-1", **fields)])
        found = ruleset(text).decide(facts, as_of=AS_OF)["circuit"]["O-1"]
        assert isinstance(found, ServiceLevelResult)
        assert found.outcome == expected
        assert found.summary()["missing"] == ([] if expected == "met" else ["all waits"])


def test_one_that_may_be_stopped_or_not_is_undetermined_and_names_why() -> None:
    found = result(FOUR, order(START), {"W": {**wait("10T11:00"), "ends": UNKNOWN}}, as_of=at("2026-02-10T12:00"))
    assert (found.outcome, found.summary()["missing"]) == ("undetermined", ["waits W ends"])


# ---------------------------------------------------------------------------------------------------------- properties

MINUTES: Final = st.integers(0, 60 * 24 * 6)
TIMES: Final = MINUTES.map(lambda minutes: (at("2026-02-10T09:00:00") + dt.timedelta(minutes=minutes)).isoformat())
STOP: Final = st.fixed_dictionaries({"begins": TIMES, "ends": TIMES})
ORDERS: Final = st.fixed_dictionaries(
    {"submitted_at": TIMES},
    optional={"done_at": TIMES, "checked_by_partner": TIMES, "checked_by_vendor": TIMES},
)
LIMITS: Final = st.sampled_from(
    [("4 hours", ""), ("30 hours", SERVICE), ("2 days", ""), ("2 business days", ""), ("20 hours", CHECKED)]
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, dict[str, object]]]]:
    limit, more = draw(LIMITS)
    waits = draw(st.lists(STOP, max_size=3))
    facts: dict[str, dict[str, dict[str, object]]] = {
        "orders": {"O-1": dict(draw(ORDERS)), "O-2": dict(draw(ORDERS))},
        "waits": {f"W-{index}": {"order": "O-1", **each} for index, each in enumerate(waits)},
    }
    for stop in facts["waits"].values():
        if draw(st.booleans()):
            del stop["ends"]
    return policy(limit, STOPS + more), facts


def decided(text: str, facts: Mapping[str, object]) -> dict[str, dict[str, object]]:
    found = ruleset(text).decide(Facts(facts), as_of=at("2026-02-14T12:00"))["circuit"]
    return {id: each.summary() for id, each in found.items()}


@given(world=worlds(), data=st.data())
def test_filling_in_what_is_unknown_never_contradicts_what_was_certain(
    world: tuple[str, dict[str, dict[str, dict[str, object]]]], data: st.DataObject
) -> None:
    text, full = world
    less = copy.deepcopy(full)
    places = [
        (relation, id, name) for relation, records in full.items() for id, record in records.items() for name in record
    ]
    for relation, id, name in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        less[relation][id][name] = UNKNOWN
    known, doubtful = decided(text, full)["O-1"], decided(text, less)["O-1"]
    for key in ("outcome", "due", "used", "left", "over"):
        certain = doubtful[key] != "undetermined" and not isinstance(doubtful[key], dict)
        assert not certain or doubtful[key] == known[key], key
    assert doubtful["outcome"] != "undetermined" or doubtful["missing"]


@given(world=worlds(), data=st.data())
def test_neither_order_nor_what_belongs_to_others_matters(
    world: tuple[str, dict[str, dict[str, dict[str, object]]]], data: st.DataObject
) -> None:
    text, facts = world
    before = decided(text, facts)
    facts["waits"]["X"] = {**wait("10T10:00"), "order": "O-2"}
    mixed = {relation: dict(data.draw(st.permutations(list(records.items())))) for relation, records in facts.items()}
    assert decided(text, mixed)["O-1"] == before["O-1"]


@given(world=worlds())
def test_equal_orders_get_equal_results(world: tuple[str, dict[str, dict[str, dict[str, object]]]]) -> None:
    text, facts = world
    twins = {"orders": {"O-1": facts["orders"]["O-1"], "O-2": facts["orders"]["O-1"]}, "waits": {}}
    one, other = ({**found, "subject": ""} for found in decided(text, twins).values())
    assert one == other


DAYS: Final = [(dt.date(2026, 2, 8) + dt.timedelta(days=each)).isoformat() for each in range(24)]
"""From two days before the start to two days after the decision."""


@pytest.mark.parametrize("field", ["from_day", "to_day"])
@pytest.mark.parametrize("limit", ["4 days", "4 business days"])
@given(done=st.none() | st.sampled_from(DAYS), stop=st.tuples(st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS)))
def test_what_every_way_to_fill_the_gap_gives_is_certain(
    field: str, limit: str, done: str | None, stop: tuple[str, str | None]
) -> None:
    text = policy(limit, DAY_STOPS, starts="submitted_on", ends="done_on")
    started: dict[str, object] = {"submitted_on": "2026-02-10", **({} if done is None else {"done_on": done})}
    bounds = {name: day for name, day in zip(("from_day", "to_day"), stop, strict=True) if day is not None}

    def outcome(given_bounds: Mapping[str, object]) -> str:
        return result(text, started, {"W": given_bounds}, as_of=at("2026-02-27T12:00")).outcome

    others = {name: day for name, day in bounds.items() if name != field}
    ways = {outcome({**others, field: day}) for day in DAYS} | ({outcome(others)} if field == "to_day" else set())
    assert outcome({**bounds, field: UNKNOWN}) == (ways.pop() if len(ways) == 1 else "undetermined")
