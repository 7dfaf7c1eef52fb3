"""The results of conflict policies: from the ranked rows of a plan to contests as people tell them."""

import hashlib
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
from partnerrules.decisions.requirements import Requirement
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.stretches import in_order
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.conditions import condition_points, reached_conditions, requirement_result
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
AHEAD: Final = "ahead"
LEVEL: Final = "level"
CELL_OUTCOME: Final = "outcome in the cell"
ANY: Final = "claims something"
CONSEQUENCE: Final = "consequence"
LOSES: Final = "loses"
"""Whether a claim lost all that it claims; false where the policy is not about it."""


def somewhere(word: str) -> str:
    """The column that says whether a claim came to something in one of its cells."""
    return f"{word} somewhere"


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
    alike: dict[str, list[TracedRow]] = {}
    for part in contest.in_order(row):
        alike.setdefault(_told(contest, part).key, []).append(part)
    named = contest.named(row)
    return tuple(_group(contest, policy, parts, named) for parts in alike.values())


def _cell_outcome(row: TracedRow) -> str:
    value = row.values[CELL_OUTCOME]
    return UNDETERMINED if isinstance(value, Unknown) else str(value)


def _group(contest: Contest, policy: str, parts: Sequence[TracedRow], named: Collection[str]) -> ContestGroup:
    told = _told(contest, parts[0])
    contestants = told.contestants
    outcomes = [each.outcome for each in contestants]
    winner = next((each.claim for each in contestants if each.outcome == WON), None)
    outcome = WON if winner is not None else next((each for each in _SHOWN if each in outcomes), DISCARDED)
    return ContestGroup(
        key=told.key,
        policy=policy,
        same=contest.same_of(parts[0]),
        cells=tuple(contest.cell(part, named) for part in parts),
        outcome=outcome,
        winner=winner,
        contestants=contestants,
        by_claim=told.by_claim,
    )


_SHOWN: Final = (UNDECIDED, UNDETERMINED)
"""What a contest comes to that nobody won: if two claims are first, those in doubt cannot be ahead of them."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The claims of a cell as they are told, made once for all of them.

    Attributes:
        contestants: those that stand first, the better one before the other.
        by_claim: the same by their ids.
        key: the same for cells in which the same claims come to the same.
    """

    contestants: tuple[Contestant, ...]
    by_claim: Mapping[str, Contestant]
    key: str


def _told(contest: Contest, part: TracedRow) -> _Told:
    if not isinstance(part.peers.made, _Told):
        peers = sorted(part.peers or (part,), key=_turns(contest))
        best = [peer for peer in peers if peer.values[STANDS] is not False][:2]
        made = tuple(_contestant(contest, peer, best) for peer in peers)
        standing = repr([(each.relation, each.claim, each.outcome) for each in made])
        key = hashlib.sha256(standing.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        part.peers.made = _Told(made, {each.claim: each for each in made}, key)
    return part.peers.made


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
        found += condition_points(requirements)
    return tuple(dict.fromkeys(found))


def reached(contest: Contest, row: TracedRow) -> frozenset[str]:
    """The parts that a claim has reached."""
    found = {f"outcome {row.values[OUTCOME]}"} if isinstance(row.values[OUTCOME], str) else set()
    for part in row.parts:
        own = _told(contest, part).by_claim[row.subject.id]
        if own.outcome in (WON, LOST) and own.decided_by is not None:
            found.add(f"criterion {own.decided_by.id} decides")
    return frozenset(found) | reached_conditions(contest.validity[row.subject.entity], row)
