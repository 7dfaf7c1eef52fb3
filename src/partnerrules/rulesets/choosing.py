"""Which version of a ruleset answers for a record, and whom a policy would pay that none answers for."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from partnerrules.backends.surroundings import Surroundings, definite, evaluate
from partnerrules.facts import Row
from partnerrules.language.names import SUBJECT
from partnerrules.policies import Policy
from partnerrules.rulesets.compiling import Version
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Asked:
    """Which version answers for a record, what is missing to tell, and the reference dates that were asked for."""

    version: Version | None
    doubt: Unknown | None
    days: tuple[dt.date, ...]


def ask(name: str, record: Row, versions: Iterable[tuple[Version, Surroundings]]) -> Asked:
    """The version whose policy answers for a record by its reference date, or what is missing to tell.

    Args:
        name: of the policy.
        record: as any of the versions reads it.
        versions: those that have the policy, each with what its terms depend on.
    """
    chosen: list[Version] = []
    doubts: list[Unknown] = []
    days: set[dt.date] = set()
    for version, around in versions:
        policy = version.policies[name]
        own = around.facts.get(record.entity, record.id)
        day: object = around.today
        if policy.reference_date is not None and own is not None:
            with around.effort.apart():
                day = evaluate(policy.reference_date, around, {SUBJECT: own})
        if isinstance(day, Unknown):
            doubts.append(day)
        elif isinstance(day, dt.date):
            days.add(day)
            if day in version.head.in_force:
                chosen.append(version)
    dates = tuple(sorted(days))
    if doubts:
        return Asked(None, Unknown.of(doubts), dates)
    if len(chosen) > 1:
        # Two versions only claim one record if they take their reference dates from different facts.
        return Asked(None, Unknown.because("policy", name, record.id), dates)
    return Asked(chosen[0] if chosen else None, None, dates)


def payees(policy: Policy, record: Row, around: Surroundings) -> tuple[str | Unknown, ...]:
    """Whom a policy would pay for a record that no version answers for."""
    pays = policy.pays
    own = around.facts.get(record.entity, record.id)
    if pays is None or own is None:
        return ()
    around.effort.turns = 0
    if pays.when is not None and evaluate(pays.when, around, {SUBJECT: own}) is False:
        return ()
    found = (definite(evaluate(payee, around, {SUBJECT: own})) for payee in pays.payees)
    return tuple(
        each if isinstance(each, Unknown) else each.id if isinstance(each, Row) else str(each) for each in found
    )
