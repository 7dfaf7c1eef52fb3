"""Which version of a ruleset answers for a record, and whom a policy would pay that none answers for."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from partnerrules.backends.identities import meeting
from partnerrules.backends.interpreter import subjects
from partnerrules.backends.surroundings import Surroundings, definite, evaluate
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.language.names import SUBJECT
from partnerrules.policies import Policy
from partnerrules.policies.kind import Pays
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.subjects import check_ids
from partnerrules.rulesets.too_much import of_policy
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Asked:
    """Which version answers for a record, what is missing to tell, and the reference dates that were asked for."""

    version: Version | None
    doubt: Unknown | None
    days: tuple[dt.date, ...]


def ask(name: str, record: Row, versions: Iterable[tuple[Version, Surroundings]]) -> Asked:
    """The version whose policy answers for a record by its reference date, or what is missing to tell.

    Where versions judge what happened, each in its own days, what they imposed runs on: the last one answers for it.

    Args:
        name: of the policy.
        record: as any of the versions reads it.
        versions: those that have the policy, each with what its terms depend on.
    """
    chosen: list[Version] = []
    over: list[Version] = []
    doubts: list[Unknown] = []
    days: set[dt.date] = set()
    for version, around in versions:
        policy = version.policies[name]
        own = around.facts.get(record.entity, record.id)
        day: object = around.today
        if policy.reference_date is not None and own is not None:
            with around.effort.apart():
                day = _reference_date(policy, policy.reference_date, own, around)
        if isinstance(day, Unknown):
            doubts.append(day)
        elif isinstance(day, dt.date):
            days.add(day)
            if day in version.head.in_force:
                chosen.append(version)
            elif policy.succession is not None and _is_over(version, day):
                over.append(version)
    dates = tuple(sorted(days))
    if doubts:
        return Asked(None, Unknown.of(doubts), dates)
    if len(chosen) > 1:
        # Two versions only claim one record if they take their reference dates from different facts.
        return Asked(None, Unknown.because("policy", name, record.id), dates)
    return Asked(chosen[0] if chosen else over[-1] if over else None, None, dates)


def _is_over(version: Version, day: dt.date) -> bool:
    end = version.head.in_force.end
    return end is not None and end <= day


def _reference_date(policy: Policy, term: terms.Term, own: Row, around: Surroundings) -> object:
    """The day by which the version is chosen; of what corrects something that is not seen yet its own."""
    day = evaluate(term, around, {SUBJECT: own})
    if isinstance(day, Unknown) and policy.pays is not None and policy.pays.alone is not None:
        original = _original(policy.pays, own, around)
        if isinstance(original, Row) and not _may_be_seen(original, around):
            return evaluate(policy.pays.alone, around, {SUBJECT: own})
    return day


def _original(pays: Pays, own: Row, around: Surroundings) -> Row | Unknown | None:
    """The record that one corrects, seen or not; None if it corrects none."""
    if pays.corrects is None:
        return None
    reference = definite(evaluate(pays.corrects, around, {SUBJECT: own}))
    if reference is None or isinstance(reference, Row | Unknown):
        return reference
    assert isinstance(reference, str)
    record = t.present(pays.corrects.type)
    assert isinstance(record, t.Record), record
    found = around.facts.get(record.entity, reference)
    return found or Unknown.because("reference", own.relation, reference)


def _may_be_seen(record: Row, around: Surroundings) -> bool:
    return record.visible(around.as_of, around.today) is not False


def payees(name: str, record: Row, versions: Iterable[tuple[Version, Surroundings]]) -> tuple[str | Unknown, ...]:
    """Whom some versions of a policy would pay for a record that none of them answers for, or may answer for."""
    found = (each for version, around in versions for each in _payees(version.policies[name], record, around))
    return tuple(dict.fromkeys(found))


def _payees(policy: Policy, record: Row, around: Surroundings) -> Iterator[str | Unknown]:
    pays = policy.pays
    own = around.facts.get(record.entity, record.id)
    if pays is None or own is None:
        return
    around.effort.turns = 0
    original = _original(pays, own, around)
    if isinstance(original, Unknown):  # it may be about any document, and pay whoever is paid for that one
        yield original
        return
    if original is not None and _may_be_seen(original, around):
        own = original
    if pays.when is not None and evaluate(pays.when, around, {SUBJECT: own}) is False:
        return
    for payee in pays.payees:
        each = definite(evaluate(payee, around, {SUBJECT: own}))
        yield each if isinstance(each, Unknown) else each.id if isinstance(each, Row) else str(each)


@dataclass(frozen=True, slots=True)
class Competing:
    """The records that one version looks at together.

    Attributes:
        every: those that any version answers for, or may answer for.
        own: those of them that this version answers for, or may answer for.
        doubts: by the id of the record, what would have to be known to tell whether it is among them at all.
    """

    every: tuple[Row, ...]
    own: tuple[Row, ...]
    doubts: Mapping[str, Unknown]


def competing(name: str, version: Version, around: Surroundings, asked: Callable[[Row], Asked]) -> Competing:
    """The records that compete for what a policy gives, as one version reads them.

    Args:
        name: of the policy.
        version: the one that looks at them.
        around: what its terms depend on.
        asked: tells which version answers for a record.

    Raises:
        FactsError: if records of different relations have the same id.
    """
    records = subjects(version.policies[name].plan.entities, around)
    check_ids(name, records)
    every: list[Row] = []
    own: list[Row] = []
    doubts: dict[str, Unknown] = {}
    for record in records:
        found = asked(record)
        if found.version is None and found.doubt is None:
            continue
        every.append(record)
        if found.version is version or found.doubt is not None:
            own.append(record)
        seen = record.visible(around.as_of, around.today)
        doubt = [each for each in (found.doubt, seen) if isinstance(each, Unknown)]
        if doubt:
            doubts[record.id] = Unknown.of(doubt)
    return Competing(tuple(every), tuple(own), doubts)


def in_turn(
    policy: Policy,
    version: Version,
    around: Surroundings,
    record: Row,
    own: tuple[Row, ...],
    known: Mapping[str, Mapping[str, object]],
) -> tuple[Row, ...]:
    """Those of the records that compete for which a plan is run when one of them is asked for.

    Of many records as of another instant often one alone is asked for. So first come those that it can meet, if that
    can be told, and with the next one that is asked for all others.

    Args:
        policy: whose plan is run.
        version: that of the policy.
        around: what its terms depend on.
        record: the one that is asked for.
        own: all that compete.
        known: by entity and id those for which it was run before.
    """
    identity = version.identities.get(policy.id)
    if identity is None:
        return own
    if any(known.values()):
        return tuple(each for each in own if each.id not in known[each.entity])
    with of_policy(policy.id):
        near = meeting(policy.plan, identity, record, own, around)
    return own if near is None else near
