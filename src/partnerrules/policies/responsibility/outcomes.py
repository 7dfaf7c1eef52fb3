"""The result of a responsibility policy, made of the row of a record: each item and line, and what is wrong with it."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult, condition_results
from partnerrules.decisions.requirements import Requirement, conditions
from partnerrules.decisions.responsibility import COMPLETE, Duty, Fault, ResponsibilityResult
from partnerrules.facts import Row
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.conditions import requirement_result
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.policies.responsibility import columns
from partnerrules.schema.missing import Missing, Unknown


@dataclass(frozen=True, slots=True)
class Asked:
    """What a policy asks for besides one lead for each item that a record names.

    Attributes:
        catalogue: whether there are items that must all be led.
        outside: whether a record may be about an item that is none of those.
        lines: whether there are lines of support that must each be led.
        acceptance: whether the lead has to take it on.
        requirements: what every record must meet.
    """

    catalogue: bool
    outside: bool
    lines: bool
    acceptance: bool
    requirements: tuple[Requirement, ...]


_FAULTS: Final[tuple[tuple[str, Fault], ...]] = (
    (columns.NOBODY, "no_lead"),
    (columns.SEVERAL, "several_leads"),
    (columns.OUTSIDE, "not_in_catalogue"),
    (columns.NOT_ACCEPTED, "not_accepted"),
    (columns.ACCEPTED_LATE, "accepted_late"),
    (columns.UNMET, "requirement_not_met"),
    (columns.WITHOUT, "line_without_lead"),
)


def points(asked: Asked) -> tuple[str, ...]:
    """The parts that cases should reach: each outcome, and each fault that there can be."""
    found = [f"outcome {COMPLETE}", "fault several_leads"]
    if asked.catalogue:
        found.append("fault no_lead")
    if asked.outside:
        found.append("fault not_in_catalogue")
    if asked.acceptance:
        found += ["fault not_accepted", "fault accepted_late"]
    for requirement in asked.requirements:
        for condition in conditions(requirement):
            found += [f"condition {condition.id} true", f"condition {condition.id} false"]
    return (*found, "fault line_without_lead") if asked.lines else tuple(found)


def reached(asked: Asked, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    found = {f"fault {fault}" for part in row.parts for fault in _faults(part)}
    for part in row.parts:
        for condition in _conditions(asked, part):
            if not isinstance(condition.outcome, Unknown):
                found.add(f"condition {condition.id} {'true' if condition.outcome else 'false'}")
    return frozenset(found | {f"outcome {COMPLETE}"} if row.values[OUTCOME] == COMPLETE else found)


def result(asked: Asked, basis: Basis, row: TracedRow, assume: Assume) -> ResponsibilityResult:
    """The result of a row of the plan."""
    value = outcome_of(row)
    return ResponsibilityResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        duties=(*_duties(asked, row, "item"), *_duties(asked, row, "line")),
        missing=missing_of(value),
    )


def _faults(part: TracedRow) -> tuple[Fault, ...]:
    if part.values[columns.BELONGS] is not True:
        return ()
    return tuple(fault for column, fault in _FAULTS if part.values[column] is True)


def _conditions(asked: Asked, part: TracedRow) -> Iterator[ConditionResult]:
    """What the conditions came to that every record must meet; nothing for what is no record."""
    if part.values[columns.PART] == columns.RECORD:
        for requirement in asked.requirements:
            yield from condition_results(requirement_result(requirement, part))


def _duties(asked: Asked, row: TracedRow, sort: Literal["item", "line"]) -> Iterator[Duty]:
    """The items or lines: those that have to be there in their order, then the others by name."""
    column, told = _SORTS[sort]
    found: dict[str, list[TracedRow]] = {
        str(part.values[column]): [] for part in row.parts if part.values[columns.PART] == told
    }
    loose: list[TracedRow] = []
    rest: dict[str, list[TracedRow]] = {}
    for part in row.parts:
        name = part.values[column]
        if isinstance(name, Unknown):
            loose.append(part)
        elif isinstance(name, str):
            (found if name in found else rest).setdefault(name, []).append(part)
    if sort == "item":  # a line that has not to be there is nothing to ask for
        found |= {name: rest[name] for name in sorted(rest)}
    # A record of which it is not known what it is about may be about any of them.
    somewhere, perhaps = _leads(loose)
    elsewhere = {*somewhere, *perhaps}
    for name, parts in found.items():
        own = parts if sort == "item" else [part for part in parts if part.values[columns.PART] == told]
        faults = {fault for part in own for fault in _faults(part)}
        leads, doubtful = _leads(parts)
        yield Duty(
            name=name,
            sort=sort,
            leads=tuple(sorted(leads)),
            perhaps_more=row.truth(columns.WHOLE) is not True
            or any(name not in leads for name in itertools.chain(doubtful, elsewhere)),
            faults=tuple(fault for _, fault in _FAULTS if fault in faults),
            missing=() if faults else _missing(own),
            unmet=tuple(_unmet(asked, own)),
        )


_SORTS: Final = {"item": (columns.ITEM, columns.CATALOGUED), "line": (columns.LINE_OF, columns.LINE)}
"""The column with the names, and the rows of those that have to be there."""


def _missing(parts: Sequence[TracedRow]) -> tuple[Missing, ...]:
    return tuple(sorted({each for part in parts for each in missing_of(part.values[columns.FAULT])}))


def _unmet(asked: Asked, parts: Sequence[TracedRow]) -> Iterator[RequirementResult]:
    """What some of the records do not meet, each once, as the first of them by id has it."""
    records = [part for part in parts if part.values[columns.PART] == columns.RECORD]
    records = [part for part in records if part.values[columns.BELONGS] is True]
    for requirement in asked.requirements:
        results = (requirement_result(requirement, part) for part in records)
        first = next((each for each in results if each.outcome is False), None)
        if first is not None:
            yield first


def _leads(parts: Sequence[TracedRow]) -> tuple[set[str], set[str | None]]:
    """Those who lead for certain, and those who may, None for somebody who is not known."""
    leads: set[str] = set()
    doubtful: set[str | None] = set()
    for part in parts:
        lead, votes = part.values[columns.LEAD], part.truth(columns.VOTES)
        name = None if isinstance(lead, Unknown) else lead.id if isinstance(lead, Row) else str(lead)
        if votes is True and name is not None:
            leads.add(name)
        elif votes is not False:
            doubtful.add(name)
    return leads, doubtful
