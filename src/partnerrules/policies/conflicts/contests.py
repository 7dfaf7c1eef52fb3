"""The results of conflict policies: from the ranked rows of a plan to contests as people tell them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any, Final

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.conflicts import (
    ConflictResult,
    Contestant,
    ContestGroup,
    Criterion,
    CriterionResult,
)
from partnerrules.decisions.requirement_results import condition_results
from partnerrules.decisions.requirements import Requirement, conditions
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.stretches import in_order
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.conditions import leaf_column, requirement_result
from partnerrules.policies.kind import Assume
from partnerrules.policies.meeting import Meeting, who_of
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

WON: Final = "won"
LOST: Final = "lost"
PARTIAL: Final = "partial"
UNDECIDED: Final = "undecided"
DISCARDED: Final = "discarded"

CLAIMANT: Final = "claimant"
VALID: Final = "valid"
STANDS: Final = "stands"
PLACE: Final = "place"
AHEAD: Final = "ahead"
LEVEL: Final = "level"
CELL_OUTCOME: Final = "outcome in the cell"
ANY: Final = "claims something"
CONSEQUENCE: Final = "consequence"


def criterion_column(id: str) -> str:
    """The column of what a criterion looks at."""
    return f"prefer {id}"


def after_column(policy: str) -> str:
    """The column that says whether a claim lost in a policy that decides first."""
    return f"lost in {policy}"


@dataclass(frozen=True, slots=True)
class Contest(Meeting):
    """What the results of a conflict policy are made by. The types are those of what the criteria look at, too.

    Attributes:
        criteria: in their order.
        validity: by entity, the conditions of being a valid claim.
        after: by entity, the policies that decide first.
    """

    criteria: tuple[Criterion, ...]
    validity: Mapping[str, tuple[Requirement, ...]]
    after: Mapping[str, tuple[str, ...]]


def result(contest: Contest, basis: Basis, row: TracedRow, assume: Assume) -> ConflictResult:
    """What came of one claim."""
    value = row.values[OUTCOME]
    applies = row.values.get(APPLIES, True)
    if isinstance(applies, Unknown):
        value = applies if not isinstance(value, Unknown) else Unknown.of((applies, value))
    consequence = row.values.get(CONSEQUENCE)
    return ConflictResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        claimant=who_of(row, CLAIMANT),
        consequence=consequence if isinstance(consequence, str) and not isinstance(value, Unknown) else None,
        groups=_groups(contest, basis.policy, row),
        missing=missing_of(value),
    )


def _groups(contest: Contest, policy: str, row: TracedRow) -> tuple[ContestGroup, ...]:
    """The contests of a claim: its cells, those together in which the same claims come to the same."""
    alike: dict[tuple[object, ...], list[TracedRow]] = {}
    for part in contest.in_order(row):
        standing = tuple((each.relation, each.claim, each.outcome) for each in _contestants(contest, part))
        alike.setdefault(standing, []).append(part)
    named = contest.named(row)
    return tuple(_group(contest, policy, parts, named) for parts in alike.values())


def _cell_outcome(row: TracedRow) -> str:
    value = row.values[CELL_OUTCOME]
    return UNDETERMINED if isinstance(value, Unknown) else str(value)


def _group(contest: Contest, policy: str, parts: Sequence[TracedRow], named: Collection[str]) -> ContestGroup:
    contestants = _contestants(contest, parts[0])
    outcomes = [each.outcome for each in contestants]
    winner = next((each.claim for each in contestants if each.outcome == WON), None)
    outcome = WON if winner is not None else next((each for each in _SHOWN if each in outcomes), DISCARDED)
    return ContestGroup(
        policy=policy,
        same=contest.same_of(parts[0]),
        cells=tuple(contest.cell(part, named) for part in parts),
        outcome=outcome,
        winner=winner,
        contestants=contestants,
    )


_SHOWN: Final = (UNDECIDED, UNDETERMINED)
"""What a contest comes to that nobody won: if two claims are first, those in doubt cannot be ahead of them."""


def _contestants(contest: Contest, part: TracedRow) -> tuple[Contestant, ...]:
    """All claims of a cell, those that stand first, the better one before the other."""
    found = part.peers.made
    if not isinstance(found, tuple):
        peers = sorted(part.peers or (part,), key=_turns(contest))
        best = [peer for peer in peers if peer.values[STANDS] is not False][:2]
        found = tuple(_contestant(contest, peer, best) for peer in peers)
        part.peers.made = found
    return found


def _contestant(contest: Contest, row: TracedRow, best: Sequence[TracedRow]) -> Contestant:
    """A claim, told from the best other claim."""
    others = [peer for peer in best if peer is not row]
    decided = None if row.values[STANDS] is False or not others else _first_difference(contest, row, others[0])
    entity = row.subject.entity
    return Contestant(
        claim=row.subject.id,
        relation=row.subject.relation,
        claimant=who_of(row, CLAIMANT),
        outcome=_cell_outcome(row),
        criteria=tuple(CriterionResult(each, _looked_at(contest, each, row)) for each in contest.criteria),
        decided_by=decided,
        validity=tuple(requirement_result(each, row) for each in contest.validity[entity]),
        lost_before=tuple(each for each in contest.after[entity] if row.values[after_column(each)] is True),
    )


def _looked_at(contest: Contest, criterion: Criterion, row: TracedRow) -> Seen:
    """What a criterion looks at: its value, under the text of the expression where a trace shows it."""
    column = criterion_column(criterion.id)
    type = contest.types.get(column, t.Text())
    return Seen(criterion.id, row.values[column], type if criterion.kind == "claim" else t.Maybe(type))


def _first_difference(contest: Contest, row: TracedRow, other: TracedRow) -> Criterion | None:
    """The first criterion that tells two claims apart, None if none does or one is not known before it does."""
    for criterion in contest.criteria:
        order = _compared(criterion, row, other)
        if order is None:
            return None
        if order:
            return criterion
    return None


def _turns(contest: Contest) -> Callable[[TracedRow], Any]:
    """The key by which claims are sorted as they are told."""

    def turn(one: TracedRow, other: TracedRow) -> int:
        return _turn(contest, one, other)

    return cmp_to_key(turn)


def _turn(contest: Contest, one: TracedRow, other: TracedRow) -> int:
    """The order in which claims are told: those that stand first, the better one before the other."""
    out = (one.values[STANDS] is False, other.values[STANDS] is False)
    if out[0] != out[1]:
        return 1 if out[0] else -1
    for criterion in contest.criteria if not out[0] else ():
        order = _compared(criterion, one, other)
        if order is None:
            break
        if order:
            return order
    return 0


def _compared(criterion: Criterion, one: TracedRow, other: TracedRow) -> int | None:
    """-1 if the first one comes first by a criterion, 1 if the other one does, None if that is not known."""
    column = criterion_column(criterion.id)
    left, right = one.values[column], other.values[column]
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if left is None or right is None:
        return 0 if left is right else (1 if left is None else -1)
    if criterion.kind in ("claim", "latest", "highest"):
        left, right = right, left
    if in_order(left, right, equal=False):
        return -1
    return 1 if in_order(right, left, equal=False) else 0


# ----------------------------------------------------------------------------------------------------------- coverage


def points(contest: Contest) -> tuple[str, ...]:
    """The parts that cases should reach."""
    found = [f"outcome {word}" for word in (WON, LOST, UNDECIDED)]
    if any(contest.validity.values()) or any(contest.after.values()):
        found.append(f"outcome {DISCARDED}")
    found += [f"criterion {each.id} decides" for each in contest.criteria]
    for requirements in contest.validity.values():
        for requirement in requirements:
            for condition in conditions(requirement):
                found += [f"condition {condition.id} true", f"condition {condition.id} false"]
    return tuple(dict.fromkeys(found))


def reached(contest: Contest, row: TracedRow) -> frozenset[str]:
    """The parts that a claim has reached."""
    found = {f"outcome {row.values[OUTCOME]}"} if isinstance(row.values[OUTCOME], str) else set()
    for part in row.parts:
        for each in _contestants(contest, part):
            if each.claim == row.subject.id and each.outcome in (WON, LOST) and each.decided_by is not None:
                found.add(f"criterion {each.decided_by.id} decides")
    for requirement in contest.validity[row.subject.entity]:
        for condition in condition_results(requirement_result(requirement, row)):
            if not isinstance(row.values[leaf_column(condition.id)], Unknown):
                found.add(f"condition {condition.id} {'true' if condition.outcome is True else 'false'}")
    return frozenset(found)
