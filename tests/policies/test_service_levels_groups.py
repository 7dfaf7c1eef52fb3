"""How groups of orders keep their service levels, what other policies see of them, and cases about them."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.service_levels import CHECKED, STOPS, UNKNOWN, policy
from tests.support import AS_OF, HEAD, codes, decide, in_folder, ruleset

from partnerrules import Facts, Record, load
from partnerrules.cases import run_cases
from partnerrules.decisions import Compliance, ServiceLevelResult
from partnerrules.schema.missing import Unknown

GROUPS: Final = "    compliance: {per: [order.partner], at_least: 95 %}\n"
IN_TIME: Final = {"submitted_at": "2026-02-10T10:00:00+08:00", "done_at": "2026-02-11T10:00:00+08:00"}
LATE: Final = {"submitted_at": "2026-02-10T10:00:00+08:00", "done_at": "2026-02-21T10:00:00+08:00"}
RUNNING: Final = {"submitted_at": "2026-02-28T10:00:00+08:00"}
IN_DOUBT: Final = {"submitted_at": UNKNOWN}


def orders(partner: str = "P-1", /, **counts: int) -> dict[str, dict[str, object]]:
    """Some orders of a partner of each sort."""
    sorts: Mapping[str, Mapping[str, object]] = {
        "met": IN_TIME, "late": LATE, "running": RUNNING, "doubt": IN_DOUBT,
    }  # fmt: skip
    return {
        f"{partner}-{sort}-{index}": {**sorts[sort], "partner": partner}
        for sort, count in counts.items()
        for index in range(count)
    }


def group(all: Mapping[str, Mapping[str, object]], of: str, more: str = GROUPS) -> Compliance:
    facts = {"partners": {"P-1": {}, "P-2": {}}, "orders": all}
    found = decide(policy("3 days", more), facts)["circuit"][of]
    assert isinstance(found, ServiceLevelResult)
    assert found.compliance is not None
    return found.compliance


def told(found: Compliance) -> tuple[object, ...]:
    data = found.as_data()
    return tuple(data[name] for name in ("outcome", "met", "breached", "open", "share"))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({"met": 19, "late": 1}, ("kept", 19, 1, 0, "95 %"), id="S4-031 E21: exactly 95 %"),
        pytest.param({"met": 18, "late": 1}, ("missed", 18, 1, 0, "94.7368421053 %"), id="S4-031: below it"),
        pytest.param({"met": 1, "late": 9, "running": 3}, ("missed", 1, 9, 3, "10 %"), id="S3-030: 90 % are breached"),
        pytest.param({"running": 2}, ("undefined", 0, 0, 2, None), id="E20: 0 of 0 is neither 0 % nor 100 %"),
        pytest.param({"met": 1}, ("kept", 1, 0, 0, "100 %"), id="one"),
        pytest.param({"met": 39, "doubt": 1}, ("kept", 39, 0, 1, "unknown"), id="kept whatever becomes known"),
        pytest.param({"met": 18, "doubt": 1}, ("unknown", 18, 0, 1, "unknown"), id="it hangs on what is not known"),
        pytest.param({"met": 18, "late": 2, "doubt": 1}, ("missed", 18, 2, 1, "unknown"), id="missed whatever it is"),
        pytest.param({"doubt": 1}, ("unknown", 0, 0, 1, "unknown"), id="E20: nothing is known"),
    ],
)
def test_the_share_is_that_of_those_met_among_met_and_breached(
    counts: Mapping[str, int], expected: tuple[object, ...]
) -> None:
    all = orders("P-1", **counts)
    assert told(group(all, next(iter(all)))) == expected


def test_a_share_in_doubt_lies_between_two_numbers() -> None:
    found = group(orders(met=2, late=1, doubt=1), "P-1-met-0").as_data()
    assert (found["least"], found["share"], found["most"]) == ("50 %", "unknown", "75 %")


def test_groups_are_told_apart() -> None:
    all = {**orders("P-1", met=1), **orders("P-2", late=1)}
    assert (told(group(all, "P-1-met-0"))[0], told(group(all, "P-2-late-0"))[0]) == ("kept", "missed")
    together = "    compliance: {at_least: 50 %}\n"
    assert told(group(all, "P-1-met-0", together)) == ("kept", 1, 1, 0, "50 %")


def test_only_those_are_looked_at_that_count() -> None:
    all: dict[str, dict[str, object]] = {**orders(met=1), "old": {**LATE, "partner": "P-1", "lines": 1}}
    over = GROUPS.replace("95 %}", "95 %, over: not(order.lines = 1)}")
    assert told(group({**all, "P-1-met-0": {**all["P-1-met-0"], "lines": 2}}, "P-1-met-0", over))[:3] == ("kept", 1, 0)
    when = "    when: not(order.lines = 1)\n" + GROUPS
    known: dict[str, dict[str, object]] = {**all, "P-1-met-0": {**all["P-1-met-0"], "lines": 2}}
    found = decide(policy("3 days", when), {"partners": {"P-1": {}}, "orders": known})["circuit"]
    assert list(found) == ["P-1-met-0"]
    assert told(group(known, "P-1-met-0", when))[:3] == ("kept", 1, 0)


def test_those_breached_are_named() -> None:
    all: dict[str, dict[str, object]] = {**orders("P-1", met=1, late=23, doubt=1), **orders("P-2", late=1)}
    found = group({**all, "stray": {**LATE, "partner": UNKNOWN}}, "P-1-met-0")
    assert len(found.breaches) == 20
    assert found.breaches == tuple(sorted(each for each in all if each.startswith("P-1-late"))[:20])
    assert group(all, "P-2-late-0").breaches == ("P-2-late-0",)


def test_one_whose_group_is_not_known_may_be_in_any() -> None:
    all: dict[str, dict[str, object]] = {**orders(met=1), "stray": {**LATE, "partner": UNKNOWN}}
    found = group(all, "P-1-met-0")
    assert (told(found)[0], isinstance(found.breached, Unknown)) == ("unknown", True)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # With the stray one 19 of 20 are met, which is exactly 95 %.
        ({"met": 19}, ("kept", "95 %", "100 %")),
        ({"met": 18}, ("unknown", "94.7368421053 %", "100 %")),
        ({"met": 18, "late": 1}, ("missed", "90 %", "94.7368421053 %")),
    ],
)
def test_one_whose_group_is_not_known_matters_only_where_the_share_hangs_on_it(
    counts: Mapping[str, int], expected: tuple[str, str, str]
) -> None:
    found = group({**orders(**counts), "stray": {**LATE, "partner": UNKNOWN}}, "P-1-met-0")
    data = found.as_data()
    assert (told(found)[0], data["least"], data["most"]) == expected


PARTNERS: Final = ("P-1", "P-2", "P-3")
HALF: Final = ruleset(policy("3 days", "    compliance: {per: [order.partner], at_least: 50 %}\n"))
WORLDS: Final = st.lists(
    st.tuples(st.sampled_from([IN_TIME, LATE, RUNNING, IN_DOUBT]), st.sampled_from(["P-1", "P-2", UNKNOWN])),
    min_size=1,
    max_size=3,
)


def of_groups(world: Sequence[tuple[Mapping[str, object], object]]) -> dict[str, object]:
    all = {f"O-{number}": {**order, "partner": partner} for number, (order, partner) in enumerate(world)}
    decision = HALF.decide(Facts({"partners": {id: {} for id in PARTNERS}, "orders": all}), as_of=AS_OF)
    results = {id: each for id, each in decision["circuit"].items() if isinstance(each, ServiceLevelResult)}
    return {id: told(each.compliance)[0] for id, each in results.items() if each.compliance is not None}


@settings(max_examples=max(settings().max_examples // 2, 1))
@given(WORLDS)
def test_what_is_certain_of_a_group_is_so_for_every_way_to_fill_the_gaps(
    world: list[tuple[Mapping[str, object], object]],
) -> None:
    found = of_groups(world)
    sorts = [(IN_TIME, LATE, RUNNING) if order is IN_DOUBT else (order,) for order, _ in world]
    groups = [PARTNERS if partner is UNKNOWN else (partner,) for _, partner in world]
    ways: dict[str, set[object]] = {id: set() for id in found}
    for filling in itertools.product(*(itertools.product(*each) for each in zip(sorts, groups, strict=True))):
        for id, word in of_groups(filling).items():
            ways[id].add(word)
    for id, word in found.items():
        assert word == "unknown" or ways[id] == {word}
    # Where only one thing is not known it is told exactly whether the share hangs on it.
    if sum((order is IN_DOUBT) + (partner is UNKNOWN) for order, partner in world) == 1:
        known = {id for id, (_, partner) in zip(found, world, strict=True) if partner is not UNKNOWN}
        assert {id for id in known if found[id] == "unknown"} == {id for id in known if len(ways[id]) > 1}


def test_with_relations_that_may_be_incomplete_nothing_is_certain_of_a_group() -> None:
    facts = Facts([Record("order", id="O-1", partner="P-1", submitted_at=AS_OF)])
    found = ruleset(policy("3 days", GROUPS)).decide(facts, as_of=AS_OF)["circuit"]["O-1"]
    assert isinstance(found, ServiceLevelResult)
    assert (found.outcome, found.compliance and found.compliance.as_data()["outcome"]) == ("running", "unknown")


# ---------------------------------------------------------------------------------------------- what other policies see

READERS: Final = """\
eligibility:
  on-time:
    subject: order
    gates:
      - id: in-time
        require: passes(order, "circuit")
definitions:
  due: {of: order, value: 'outcome(order, "circuit").due'}
  due_at: {of: order, value: 'outcome(order, "circuit").due_at'}
  group: {of: order, value: 'outcome(order, "circuit").compliance'}
  escalated: {of: order, value: 'outcome(order, "circuit") = "breached"'}
"""


def read(limit: str, fields: Mapping[str, object], name: str, more: str = "") -> object:
    facts = {"partners": {"P-1": {}}, "orders": {"O-1": {**fields, "partner": "P-1"}}}
    found = decide(policy(limit, more + GROUPS) + READERS, facts)
    return found[name]["O-1"].summary()["outcome" if name == "on-time" else "value"]


@pytest.mark.parametrize(
    ("limit", "fields", "expected"),
    [
        pytest.param("3 days", IN_TIME, ("eligible", "2026-02-13", None, "kept", False), id="met"),
        pytest.param("3 days", LATE, ("ineligible", "2026-02-13", None, "missed", True), id="S0-036: breached"),
        pytest.param("3 days", RUNNING, ("eligible", "2026-03-03", None, "undefined", False), id="running"),
        pytest.param(
            "26 hours", IN_TIME, ("eligible", "2026-02-11", "2026-02-11T04:00:00+00:00", "kept", False), id="by hours"
        ),
    ],
)
def test_other_policies_see_when_it_is_due_and_what_came_of_it(
    limit: str, fields: Mapping[str, object], expected: tuple[object, ...]
) -> None:
    names = ("on-time", "due", "due_at", "group", "escalated")
    assert tuple(read(limit, fields, name) for name in names) == expected


def test_what_not_all_have_confirmed_does_not_pass_yet() -> None:
    assert read("3 days", IN_TIME, "on-time", CHECKED) == "ineligible"


# ------------------------------------------------------------------------------------------------------ cases, coverage

CASES: Final = """\
cases:
  - name: 'S3-028: confirmed on the third day'
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      partners: {P-1: {}}
      waits: {}
      orders: {O-1: {partner: P-1, submitted_at: 2026-02-10T10:00:00+08:00, done_at: 2026-02-13T23:00:00+08:00}}
    expect:
      circuit:
        O-1: {outcome: met, due: 2026-02-13, used: 3 days, left: 0 days, over: null, compliance: {outcome: kept}}
  - name: 'S3-029: a day late'
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      partners: {P-1: {}}
      waits: {}
      orders: {O-1: {partner: P-1, submitted_at: 2026-02-10T10:00:00+08:00, done_at: 2026-02-14T00:00:00+08:00}}
    expect:
      circuit: {O-1: {outcome: breached, over: 1 days, compliance: {outcome: missed}}}
"""


def test_cases_reach_the_parts_of_a_service_level(tmp_path: Path) -> None:
    folder = in_folder({"ruleset.yaml": HEAD + policy("3 days", STOPS + GROUPS), "cases.yaml": CASES}, tmp_path)
    report = run_cases(folder)
    assert report.ok, str(report)
    (version,) = ruleset(policy("3 days", STOPS + GROUPS)).versions
    points = version.policies["circuit"].points
    assert points == (
        "outcome met",
        "outcome breached",
        "outcome running",
        "outcome stopped",
        "compliance kept",
        "compliance missed",
    )
    text = policy("3 days", STOPS + GROUPS)
    facts = {"partners": {"P-1": {}}, "orders": orders(met=1, running=1, late=1), "waits": {}}
    words = {each.summary()["outcome"] for each in decide(text, facts)["circuit"].values()}
    assert words == {"met", "running", "breached"}


def test_each_version_answers_for_what_began_under_it(tmp_path: Path) -> None:
    text = policy("3 days", "    reference_date: date(order.submitted_at)\n" + GROUPS)
    old = HEAD.replace("2020-01-01 ..", "2020-01-01 .. 2026-02-01") + text
    new = HEAD.replace('"1"', '"2"').replace("2020-01-01", "2026-02-01") + text.replace("3 days", "1 days")
    folder = in_folder({"1/ruleset.yaml": old, "2/ruleset.yaml": new}, tmp_path)
    times = {"O-1": ("2026-01-31", "2026-02-03"), "O-2": ("2026-02-01", "2026-02-03")}
    found = load(folder).decide(
        Facts(
            {
                "partners": {"P-1": {}},
                "orders": {
                    id: {
                        "partner": "P-1",
                        "submitted_at": f"{start}T10:00:00+08:00",
                        "done_at": f"{end}T10:00:00+08:00",
                    }
                    for id, (start, end) in times.items()
                },
            }
        ),
        as_of=AS_OF,
    )["circuit"]
    told = {id: each.summary() for id, each in found.items()}
    assert {id: (each["version"], each["outcome"]) for id, each in told.items()} == {
        "O-1": ("1", "met"),
        "O-2": ("2", "breached"),
    }
    # A group is what one version answers for.
    assert [
        result.compliance.as_data()["met"]
        for result in found.values()
        if isinstance(result, ServiceLevelResult) and result.compliance
    ] == [1, 0]


# ------------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("limit: 3 days", "limit: 3", "unit-mismatch", id="a number"),
        pytest.param("limit: 3 days", "limit: 3 Mbps", "unit-mismatch", id="another unit"),
        pytest.param("limit: 3 days", "limit: order.done_at", "unguarded-none", id="a limit that may be absent"),
        pytest.param("limit: 3 days", "limit: 0 days", "impossible-count", id="no time at all"),
        pytest.param("limit: 3 days", "limit: 2.5 days", "fraction-of-a-day", id="half a day"),
        pytest.param("limit: 3 days", "limit: 2.5 business days", "fraction-of-a-day", id="half a business day"),
        pytest.param(
            "starts: order.submitted_at", "starts: order.done_at", "unguarded-none", id="a start that may be absent"
        ),
        pytest.param(
            "starts: order.submitted_at", "starts: order.scope", "type-mismatch", id="a start that is no time"
        ),
        pytest.param("    starts: order.submitted_at\n", "", "missing-key", id="no start"),
        pytest.param("    ends: order.done_at\n", "", "missing-key", id="no end"),
        pytest.param("    stopped_to: wait.ends\n", "", "missing-key", id="stops without their ends"),
        pytest.param("    stops: order.waits\n", "", "missing-key", id="ends of no stops"),
        pytest.param("stops: order.waits", "stops: order.lines", "not-a-list", id="stops that are no list"),
        pytest.param("stopped_to: wait.ends", "stopped_to: wait.to_day", "date-against-instant", id="to a date"),
        pytest.param(
            "stopped_from: wait.begins", "stopped_from: wait.ends", "unguarded-none", id="stops without a begin"
        ),
        pytest.param("per: [order.partner]", "per: [partners]", "type-mismatch", id="groups by a list"),
        pytest.param("at_least: 95 %", "at_least: 950 %", "impossible-count", id="more than all"),
        pytest.param("at_least: 95 %", "at_least: 95 points", "type-mismatch", id="a share that is none"),
        pytest.param("    starts:", "    order_of: 1\n    starts:", "unknown-key", id="a key that there is not"),
    ],
)
def test_mistakes_are_told(old: str, new: str, code: str) -> None:
    text = policy("3 days", STOPS + GROUPS)
    assert old in text
    assert codes(text.replace(old, new)) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(policy("4 hours", starts="submitted_on"), "date-against-instant", id="hours from a date"),
        pytest.param(policy("4 hours", ends="done_on"), "date-against-instant", id="hours up to a date"),
        pytest.param(
            policy("3 days", '    service_hours: {from: "09:00", to: "18:00"}\n'), "unit-mismatch", id="hours of days"
        ),
        pytest.param(
            policy("3 hours", '    service_hours: {from: "18:00", to: "09:00"}\n'),
            "inverted-interval",
            id="inverted hours",
        ),
        pytest.param(policy("3 hours", '    service_hours: {from: "9", to: "18:00"}\n'), "wrong-shape", id="no hour"),
        pytest.param(policy("3 hours", '    service_hours: {to: "18:00"}\n'), "missing-key", id="no beginning"),
        pytest.param(policy("3 business days").partition("\n")[2], "no-calendar", id="no calendar"),
        pytest.param(
            policy("3 hours", '    service_hours: {from: "09:00", to: "18:00"}\n').partition("\n")[2],
            "no-calendar",
            id="service hours without a calendar",
        ),
    ],
)
def test_clocks_that_can_not_run_are_told(text: str, code: str) -> None:
    assert codes(text) == [code]
