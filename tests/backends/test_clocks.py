"""The node that times rows: what it says of each, what it looks at, and that its work is bounded."""

import datetime as dt
from collections.abc import Mapping
from typing import Final, TypeAlias

import pytest
from tests.plans import UNKNOWN, column, known, ran
from tests.policies.service_levels import SERVICE, STOPS, order, policy, result, wait
from tests.support import AS_OF, decide

from partnerrules.backends import clocks
from partnerrules.diagnostics import TooMuchWork
from partnerrules.language import terms
from partnerrules.plan.clocks import Clock, Hours, Stops
from partnerrules.plan.nodes import Measure, Node, Plan, Scan
from partnerrules.plan.walk import looks_across, plan_terms
from partnerrules.quantities import DAYS, running_time
from partnerrules.schema import types as t

Rows: TypeAlias = Mapping[str, Mapping[str, object]]

CLOCK: Final = Clock(
    unit="days",
    hours=None,
    starts=column("start"),
    until=column("end"),
    limit=column("n"),
    stops=None,
    due="due",
    earliest="earliest",
    latest="latest",
    used="used",
    left="left",
    stopped="stopped",
)


def timed(source: Node) -> Node:
    return Measure(source, CLOCK)


def test_each_row_is_timed_by_itself() -> None:
    rows: Rows = {
        "A": {"start": "2026-02-10", "end": "2026-02-12", "n": 3},
        "B": {"start": "2026-02-10", "end": "2026-02-20", "n": 3},
        "C": {"start": UNKNOWN, "end": "2026-02-12", "n": 3},
        "D": {"start": "2026-02-10", "end": UNKNOWN, "n": 3},
        "E": {"start": "2026-02-10", "end": "2026-02-12", "n": UNKNOWN},
        "F": {"start": "2026-02-10", "end": "2026-02-12", "n": "2.5"},
    }
    found = ran(timed, rows)
    told = {
        id: tuple(known(row.values[name]) for name in ("due", "used", "left", "stopped")) for id, row in found.items()
    }
    due = dt.date(2026, 2, 13)
    assert told == {
        "A": (due, 2, 1, False),
        "B": (due, 10, 0, False),
        "C": ("unknown", "unknown", "unknown", False),
        "D": (due, "unknown", "unknown", False),
        "E": ("unknown", "unknown", "unknown", False),
        "F": ("unknown", 2, "unknown", False),
    }


def test_a_plan_names_the_terms_of_its_clocks_and_looks_at_no_other_rows() -> None:
    quantity = t.Quantity(DAYS)
    stops = Stops(column("names"), "stop", terms.Value(None, quantity), terms.Value(dt.date(2026, 1, 1), t.Date()))
    clock = Clock(
        "elapsed", Hours(540, 1080), column("start"), column("end"), column("n"), stops,
        "due", "earliest", "latest", "used", "left", "stopped",
    )  # fmt: skip
    plan = Plan(("entry",), Measure(Scan("entry"), clock))
    assert list(plan_terms(plan)) == [
        column("start"), column("end"), column("n"), column("names"), stops.begins, stops.ends,
    ]  # fmt: skip
    assert not looks_across(plan)


def test_clocks_do_not_count_the_hours_of_years(monkeypatch: pytest.MonkeyPatch) -> None:
    text = policy("4000 hours", SERVICE)
    assert result(text, order("2024-01-02T10:00:00")).outcome == "breached"
    monkeypatch.setattr(clocks, "MAXIMUM_DAYS", 400)
    with pytest.raises(TooMuchWork, match="clocks of one policy count the hours of more than 400 days"):
        result(text, order("2024-01-02T10:00:00"))


@pytest.mark.parametrize(("waits", "runs"), [({}, 1), ({"W-1": wait(None)}, 2)], ids=["known", "in doubt"])
def test_a_clock_is_run_twice_only_where_its_stops_are_in_doubt(
    monkeypatch: pytest.MonkeyPatch, waits: Rows, runs: int
) -> None:
    calls = counted(monkeypatch, "time_run")
    result(policy("72 hours", STOPS), order("2026-03-02T10:00:00"), waits)
    assert len(calls) == runs


def test_the_hours_of_a_day_are_worked_out_once_for_all_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    running_time._hours_of_days.cache_clear()
    calls = counted(monkeypatch, "_at")
    text = policy("40 hours", SERVICE)
    result(text, order("2024-01-02T10:00:00"))
    once = len(calls)
    assert 0 < once < 2 * 3 * 366  # when three years open and close
    orders = {f"O-{number}": order(f"2024-01-{number:02}T10:00:00") for number in range(2, 30)}
    decide(text, {"orders": orders}, as_of=AS_OF)
    assert len(calls) == once


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """The calls of a function of the module about running time, from now on."""
    calls: list[object] = []
    original = getattr(running_time, name)

    def call(*given: object) -> object:
        calls.append(given)
        return original(*given)

    monkeypatch.setattr(running_time, name, call)
    return calls
