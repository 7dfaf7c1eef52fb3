"""The results of overlap policies: from the rows of a plan to cells as people tell them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.overlap import (
    CLEAR,
    EXEMPT,
    OVERLAPPING,
    WARNING,
    Cover,
    CoverageGroup,
    OverlapResult,
    Role,
)
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.requirements import Requirement, conditions
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.conditions import requirement_result
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.policies.meeting import COVERS, Meeting, who_of
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

HOLDER: Final = "holder"
IS_EXEMPT: Final = "is exempt"
CHANNEL: Final = "direct channel"
"""Whether a record is of the direct channel."""
COUNTS: Final = "counts"
"""Whether it takes part and is not of the direct channel."""
IS_DIRECT: Final = "is direct"
"""Whether it takes part and is."""
HOLDERS: Final = "holders"
AT_MOST: Final = "at most"
CROWDED: Final = "is crowded"
MIXED: Final = "direct beside others"
OVERLAPS: Final = "overlaps"
WARNS: Final = "stands beside the other channel"


@dataclass(frozen=True, slots=True)
class Field(Meeting):
    """What the results of an overlap policy are made by.

    Attributes:
        exemptions: by entity, the conditions of being exempt.
        direct: whether any of the records may be of the direct channel.
        limited: whether there may be too many holders at all.
        titles: of what is the same and what is shared, by name.
    """

    exemptions: Mapping[str, tuple[Requirement, ...]]
    direct: bool
    limited: bool
    titles: Mapping[str, Title]


def result(field: Field, basis: Basis, row: TracedRow, assume: Assume) -> OverlapResult:
    """What came of one record."""
    value = outcome_of(row)
    return OverlapResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        holder=who_of(row, HOLDER),
        exemptions=tuple(each for each in _exemptions(field, row) if each.outcome is True),
        groups=_groups(field, basis.policy, row),
        missing=missing_of(value),
        titles=field.titles,
    )


def _exemptions(field: Field, row: TracedRow) -> tuple[RequirementResult, ...]:
    return tuple(requirement_result(each, row) for each in field.exemptions[row.subject.entity])


def _groups(field: Field, policy: str, row: TracedRow) -> tuple[CoverageGroup, ...]:
    """The cells of a record, those together that the same records cover in the same way."""
    alike: dict[tuple[object, ...], list[TracedRow]] = {}
    for part in field.in_order(row):
        covers = tuple((each.relation, each.record, each.role) for each in _covers(field, part))
        alike.setdefault((_cell_outcome(part), covers), []).append(part)
    named = field.named(row)
    return tuple(
        CoverageGroup(
            policy=policy,
            same=field.same_of(parts[0]),
            cells=tuple(field.cell(part, named) for part in parts),
            outcome=_cell_outcome(parts[0]),
            at_most=_at_most(parts[0]),
            covers=_covers(field, parts[0]),
        )
        for parts in alike.values()
    )


def _cell_outcome(part: TracedRow) -> str:
    crowded, mixed = part.truth(CROWDED), part.truth(MIXED)
    if crowded is True:
        return OVERLAPPING
    if isinstance(crowded, Unknown) or isinstance(mixed, Unknown):
        return UNDETERMINED
    return WARNING if mixed else CLEAR


def _at_most(part: TracedRow) -> int | Unknown | None:
    value = part.values[AT_MOST]
    assert value is None or isinstance(value, int | Unknown), value
    return value


def _covers(field: Field, part: TracedRow) -> tuple[Cover, ...]:
    """All records of a cell, by their ids, and those that may cover it."""
    found = part.peers.made
    if not isinstance(found, tuple):
        peers = sorted(part.peers or (part,), key=lambda peer: (peer.subject.id, peer.subject.relation))
        found = tuple(
            Cover(peer.subject.id, peer.subject.relation, who_of(peer, HOLDER), _role(field, peer)) for peer in peers
        )
        part.peers.made = found
    return found


def _role(field: Field, row: TracedRow) -> Role:
    if row.truth(IS_EXEMPT) is True:
        return "exempt"
    place = (row.values[COVERS], *field.coordinates(row), *(seen.value for seen in field.same_of(row).values()))
    if any(isinstance(each, Unknown) for each in place):
        return "in doubt"
    if row.truth(COUNTS) is True:
        return "counted"
    return "direct" if row.truth(IS_DIRECT) is True else "in doubt"


# ----------------------------------------------------------------------------------------------------------- coverage


def points(field: Field) -> tuple[str, ...]:
    """The parts that cases should reach."""
    found = [f"outcome {word}" for word in ((CLEAR, OVERLAPPING) if field.limited else (CLEAR,))]
    if field.direct:
        found.append(f"outcome {WARNING}")
    for requirements in field.exemptions.values():
        for requirement in requirements:
            for condition in conditions(requirement):
                found += [f"condition {condition.id} true", f"condition {condition.id} false"]
    return tuple(dict.fromkeys(found))


def reached(field: Field, row: TracedRow) -> frozenset[str]:
    """The parts that a record has reached."""
    outcome = row.values[OUTCOME]
    found = {f"outcome {outcome}"} if outcome in (CLEAR, OVERLAPPING, WARNING) else set()
    for result in _exemptions(field, row):
        for condition in condition_results(result):
            if not isinstance(condition.outcome, Unknown):
                found.add(f"condition {condition.id} {'true' if condition.outcome else 'false'}")
    return frozenset(found)


OUTCOMES: Final = (CLEAR, OVERLAPPING, WARNING, EXEMPT)
