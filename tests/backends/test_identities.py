"""A record is run with those that it can meet, and with all where it is not known whom somebody meets."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import pytest
from tests.plans import ENTRIES, SCAN, TRUE, UNKNOWN, column
from tests.support import AS_OF, ruleset

from partnerrules import Facts
from partnerrules.backends.identities import meeting
from partnerrules.backends.interpreter import subjects
from partnerrules.plan.identities import identity_of
from partnerrules.plan.nodes import Column, Filter, Plan, Rank, SortKey
from partnerrules.rulesets.running import Run

PLAN: Final = Plan(
    ("entry",),
    Rank(Filter(SCAN, Column("stays", column("on"))), TRUE, (SortKey("n", descending=False),), "place", ("group",)),
)
A: Final = {"on": True, "group": "a", "n": 1}
B: Final = {"on": True, "group": "b", "n": 1}
OFF: Final = {"on": False, "group": UNKNOWN}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ({"E-1": A, "E-2": B, "E-3": A}, ("E-1", "E-3")),
        ({"E-3": A, "E-2": A, "E-1": A}, ("E-1", "E-2", "E-3")),  # in the order of their ids
        ({"E-1": A, "E-2": B}, ("E-1",)),
        ({"E-1": A, "E-2": {**A, "n": UNKNOWN}}, ("E-1", "E-2")),  # whoever meets it, they meet
        ({"E-1": A, "E-2": {**A, "on": UNKNOWN}, "E-3": {**B, "on": UNKNOWN}}, ("E-1", "E-2")),
        ({"E-1": A, "E-2": {**B, "group": UNKNOWN}}, None),  # it may meet all
        ({"E-1": {**A, "group": UNKNOWN}, "E-2": B}, None),
        ({"E-1": A, "E-2": OFF}, ("E-1",)),  # of who takes no part it does not matter
        ({"E-1": OFF, "E-2": A, "E-3": {**A, "on": False}}, ("E-1", "E-3")),  # and these come to nothing
    ],
)
def test_a_record_meets_those_that_have_the_same_identity(
    entries: Mapping[str, Mapping[str, object]], expected: tuple[str, ...] | None
) -> None:
    (version,) = ruleset(ENTRIES).versions
    around = Run((version,), Facts({"entries": entries}), AS_OF, trace=False).around(version, AS_OF)
    every, identity = subjects(("entry",), around), identity_of(PLAN)
    assert identity is not None
    found = meeting(PLAN, identity, every[0], every, around)
    assert (None if found is None else tuple(each.id for each in found)) == expected


CONTEST: Final = """\
conflicts:
  contest:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: claim.customer}
    prefer: [{id: first-filed, earliest: claim.submitted_at}]
"""
FILED: Final = {"partner": "P-1", "submitted_at": "2026-01-01T00:00Z"}
FACTS: Final = {
    "partners": {"P-1": {}},
    "customers": {"C-1": {}, "C-2": {}, "C-3": {}},
    "registrations": {
        f"R-{number}": {**FILED, "customer": f"C-{customer}"} for number, customer in enumerate((1, 2, 1, 3, 2), 1)
    },
}


def test_as_of_another_instant_the_contest_that_is_asked_for_comes_first_and_then_all_others() -> None:
    rules = ruleset(CONTEST)
    (version,) = rules.versions
    then = AS_OF - dt.timedelta(days=1)
    run = Run((version,), Facts(FACTS), AS_OF, trace=False, whole=frozenset({"contest"}))
    known = run.rows_of(version, "contest", "registration", then)

    def ask(id: str) -> None:
        record = run.records("contest")[id]
        assert record is not None
        assert run.telling("contest", record, then)[1] is not None

    ask("R-3")
    assert set(known) == {"R-1", "R-3"}
    first = dict(known)
    ask("R-2")
    assert set(known) == {"R-1", "R-2", "R-3", "R-4", "R-5"}
    assert all(known[id] is row for id, row in first.items())
    assert {id: row.values["outcome"] for id, row in known.items() if row is not None} == {
        "R-1": "undecided",
        "R-2": "undecided",
        "R-3": "undecided",
        "R-4": "won",
        "R-5": "undecided",
    }


def test_as_of_the_instant_of_the_decision_all_that_are_decided_are_run_at_once() -> None:
    (version,) = ruleset(CONTEST).versions
    run = Run((version,), Facts(FACTS), AS_OF, trace=False, whole=frozenset({"contest"}))
    record = run.records("contest")["R-3"]
    assert record is not None
    run.telling("contest", record, AS_OF)
    assert len(run.rows_of(version, "contest", "registration", AS_OF)) == 5
