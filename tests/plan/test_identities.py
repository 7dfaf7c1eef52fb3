"""What records have to have in common to meet is told of a plan only if each of its nodes compares them by it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from tests.plans import SCAN, TRUE, column
from tests.support import ruleset

from partnerrules.plan.identities import identity_of
from partnerrules.plan.nodes import (
    Collapse,
    Column,
    CountDistinct,
    Cumulate,
    Filter,
    Let,
    Node,
    Plan,
    Rank,
    Spread,
    Union,
    Unnest,
)

ON: Final = Column("stays", column("on"))


def ranked(source: Node, *within: str) -> Rank:
    return Rank(source, TRUE, (), "place", within)


def counted(source: Node, *within: str, whole: str | None = None) -> CountDistinct:
    return CountDistinct(source, "n", TRUE, within, "count", whole)


def spread(source: Node, *identity: str) -> Spread:
    return Spread(source, identity, ("tags",), "cell", "covers")


MEETING: Final[dict[str, tuple[Callable[[], Node], tuple[str, ...] | None]]] = {
    "nobody meets anybody": (lambda: SCAN, None),
    "one queue of all": (lambda: ranked(SCAN), None),
    "a queue of each group": (lambda: ranked(SCAN, "group"), ("group",)),
    "queues of groups inside groups": (lambda: counted(ranked(SCAN, "group", "n"), "n", "group"), ("group", "n")),
    "the wider groups decide": (lambda: ranked(counted(SCAN, "group"), "n", "group"), ("group",)),
    "groups that have nothing in common": (lambda: ranked(counted(SCAN, "group"), "n"), None),
    "one of the nodes lets all meet": (lambda: ranked(counted(SCAN), "group"), None),
    "cells": (lambda: Collapse(SCAN, ranked(spread(SCAN, "group"), "group", "cell"), ()), ("group",)),
    "cells of one space": (lambda: Collapse(SCAN, ranked(spread(SCAN), "group", "cell"), ()), None),
    "by what is only there behind the cells": (lambda: ranked(spread(SCAN, "group"), "cell"), None),
    "what is counted of each record alone lets nobody meet": (
        lambda: ranked(Let(counted(SCAN, "n", whole="on"), ()), "group"),
        None,  # and that is no step on the way to an identity
    ),
    "what is counted of each alone, later": (
        lambda: counted(ranked(SCAN, "group"), "n", whole="on"),
        ("group",),
    ),
    "running sums are of other nodes": (
        lambda: Cumulate(ranked(SCAN, "group"), "sum", column("n"), TRUE, ("group",), ("day",), None, "sum", "after"),
        None,
    ),
    "several rows of a record": (lambda: ranked(Unnest(SCAN, column("tags"), "tag", "in", "whole"), "group"), None),
    "two ways to the rows of an entity": (lambda: ranked(Union((SCAN, replace(SCAN))), "group"), None),
    "two nodes beside each other": (lambda: Union((ranked(SCAN, "group"), ranked(replace(SCAN), "group"))), None),
}


@pytest.mark.parametrize(("make", "names"), MEETING.values(), ids=MEETING)
def test_records_meet_if_all_nodes_compare_them_by_the_same(
    make: Callable[[], Node], names: tuple[str, ...] | None
) -> None:
    found = identity_of(Plan(("entry",), make()))
    assert (None if found is None else found.names) == names


def test_only_what_the_identity_hangs_on_is_computed_of_a_record() -> None:
    derived = Let(Filter(SCAN, ON), (Column("twice", column("n")), Column("side", column("group"))))
    found = identity_of(Plan(("entry",), ranked(derived, "side")))
    assert found is not None
    assert [(step.column.name, step.keeps) for step in found.steps["entry"]] == [
        ("on", False),
        ("group", False),
        ("stays", True),
        ("side", False),
    ]


def test_claims_of_several_entities_meet_by_what_is_the_same() -> None:
    text = """\
conflicts:
  contest:
    claims:
      - {of: registration, claimant: registration.partner}
      - {of: assignment, claimant: assignment.manager, when: assignment.customer.key_account}
    same: {customer: claim.customer}
    prefer: [{id: account-manager, only: assignment, claim: 'valid(assignment, today)'}]
"""
    (version,) = ruleset(text).versions
    found = version.identities["contest"]
    assert found.names == ("same customer",)
    assert {entity: [step.column.name for step in steps] for entity, steps in found.steps.items()} == {
        "registration": ["same customer"],
        "assignment": ["applies", "same customer"],
    }
