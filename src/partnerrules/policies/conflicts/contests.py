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
    Protection,
)
from partnerrules.decisions.requirements import Requirement
from partnerrules.facts import Row
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.stretches import in_order
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.conditions import condition_points, reached_conditions, requirement_result, shown_later
from partnerrules.policies.conflicts.columns import (
    CELL_OUTCOME,
    CELL_PLACE,
    CLAIMANT,
    CONSEQUENCE,
    DISCARDED,
    HOLDERS,
    LINE,
    LOST,
    PLACE,
    PLACE_IN_LINE,
    RECONSIDERED,
    RENEWED,
    RENEWS,
    SHARED,
    STANDS,
    STANDS_HERE,
    UNDECIDED,
    WON,
    Order,
    after_column,
)
from partnerrules.policies.conflicts.protected import ACTIVE, FROM, IN_TIME, UNTIL
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.policies.meeting import Meeting, who_of
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Contest(Meeting):
    """What the results of a conflict policy are made by. The types are those of what the criteria look at, too.

    Attributes:
        prefer: the criteria in their order, each with its column.
        queue: those of the line in which claims are reconsidered; empty if there is none of its own.
        holders: how many may hold the same.
        ties_share: whether claims that nothing tells apart share what they claim.
        validity: by entity, the conditions of being a valid claim.
        after: by entity, the policies that decide first.
        protected: by entity, the type of the begin and the end of its protection, where the policy says when it ends.
        titles: of what is the same, what is shared, and of the consequence, by name.
    """

    prefer: Order
    queue: Order
    holders: int
    ties_share: bool
    validity: Mapping[str, tuple[Requirement, ...]]
    after: Mapping[str, tuple[str, ...]]
    protected: Mapping[str, t.Type]
    titles: Mapping[str, Title]

    def order(self, part: TracedRow) -> Order:
        """The order that decides in a cell."""
        return self.queue if part.values.get(RECONSIDERED) is True else self.prefer


def result(contest: Contest, basis: Basis, row: TracedRow, assume: Assume) -> ConflictResult:
    """What came of one claim."""
    value = outcome_of(row)
    consequence = row.values.get(CONSEQUENCE)
    return ConflictResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        claimant=who_of(row, CLAIMANT),
        consequence=consequence if isinstance(consequence, str) and not isinstance(value, Unknown) else None,
        groups=shown_later(row, lambda: _groups(contest, basis.policy, row)),
        missing=missing_of(value),
        protection=_protection(contest, row),
        place=_count(row.values.get(PLACE)),
        holders=_count(row.values.get(HOLDERS)),
        place_in_line=_count(row.values.get(PLACE_IN_LINE)),
        titles=contest.titles,
    )


def _count(value: object) -> int | Unknown | None:
    return value if value is None or isinstance(value, Unknown) else int(str(value))


def _protection(contest: Contest, row: TracedRow) -> Protection | None:
    """When the protection of a claim begins and ends, if the policy says it of such claims."""
    type = contest.protected.get(row.subject.entity)
    if type is None:
        return None
    active = row.values[ACTIVE]
    until = row.values[UNTIL] if active is True else active if isinstance(active, Unknown) else None
    renews = row.values.get(RENEWS) if row.values.get(IN_TIME) is True else None
    return Protection(
        begins=Seen("from", row.values[FROM], t.Maybe(type)),
        until=Seen("until", until, t.Maybe(type)),
        renews=renews.id if isinstance(renews, Row) else renews if isinstance(renews, str) else None,
        renewed=row.values.get(RENEWED) is True,
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
    return ContestGroup(
        key=told.key,
        policy=policy,
        same=contest.same_of(parts[0]),
        cells=tuple(contest.cell(part, named) for part in parts),
        outcome=next((each for each in _SHOWN if each in outcomes), DISCARDED),
        winner=next((each.claim for each in contestants if each.outcome == WON), None),
        contestants=contestants,
        by_claim=told.by_claim,
        reconsidered=parts[0].values.get(RECONSIDERED) is True,
        queued=bool(contest.queue),
        next_in_line=told.next_in_line,
        titles=contest.titles,
    )


_SHOWN: Final = (WON, SHARED, UNDECIDED, UNDETERMINED)
"""What a contest comes to: if claims share it or nothing tells them apart, those in doubt cannot be ahead of them."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The claims of a cell as they are told, made once for all of them.

    Attributes:
        contestants: those that stand first, the better one before the other.
        by_claim: the same by their ids.
        key: the same for cells in which the same claims come to the same.
        next_in_line: those that hold it once the first one that does has fallen away.
    """

    contestants: tuple[Contestant, ...]
    by_claim: Mapping[str, Contestant]
    key: str
    next_in_line: tuple[str, ...]


def _told(contest: Contest, part: TracedRow) -> _Told:
    if not isinstance(part.peers.made, _Told):
        order = contest.order(part)
        peers = sorted(part.peers or (part,), key=_turns(order))
        standing = [peer for peer in peers if _stands(peer) is not False]
        made = tuple(_contestant(contest, order, peer, _other(contest, peer, standing)) for peer in peers)
        standing_as = repr([(each.relation, each.claim, each.outcome) for each in made])
        key = hashlib.sha256(standing_as.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        part.peers.made = _Told(made, {each.claim: each for each in made}, key, _next(contest, peers))
    return part.peers.made


def _other(contest: Contest, row: TracedRow, standing: Sequence[TracedRow]) -> TracedRow | None:
    """The claim that tells why a claim is in or out: the first one that is out, or the last one that is in."""
    if _stands(row) is False:
        return None
    if row.values[CELL_OUTCOME] == SHARED:
        return next((each for each in standing if each.values[CELL_OUTCOME] == LOST), None)
    places = contest.holders
    inside = any(each is row for each in standing[:places])
    if not inside:
        return standing[places - 1]
    return standing[places] if len(standing) > places else None


def _stands(row: TracedRow) -> object:
    """Whether a claim stands in a cell."""
    return row.values.get(STANDS_HERE, row.values[STANDS])


def _next(contest: Contest, peers: Sequence[TracedRow]) -> tuple[str, ...]:
    """The claims that hold a cell once the first one that does has fallen away, and do not hold it yet.

    Claims of which it is not known whether they stand, or where, may come before those that are told.
    """
    order = contest.queue or contest.prefer
    standing = [peer for peer in peers if _stands(peer) is not False]
    holders = [peer for peer in standing if peer.values[CELL_OUTCOME] in (WON, SHARED)]
    if not holders:
        return ()
    left = sorted((peer for peer in standing if peer is not holders[0]), key=_turns(order))
    found: list[str] = []
    for peer in left:
        before = sum(_turn(order, other, peer) < 0 or _in_doubt(order, other, peer) for other in left)
        if before < contest.holders and _stands(peer) is True and peer not in holders:
            found.append(peer.subject.id)
    return tuple(found)


def _in_doubt(order: Order, one: TracedRow, other: TracedRow) -> bool:
    """Whether it is not known which of two claims comes first."""
    if one is other:
        return False
    for criterion, column in order:
        found = _compared(criterion, column, one, other)
        if found is None or found:
            return found is None
    return False


def _contestant(contest: Contest, order: Order, row: TracedRow, other: TracedRow | None) -> Contestant:
    """A claim, told from the one that it has to come before, or to follow."""
    entity = row.subject.entity
    return Contestant(
        claim=row.subject.id,
        relation=row.subject.relation,
        claimant=who_of(row, CLAIMANT),
        outcome=_cell_outcome(row),
        criteria=tuple(CriterionResult(each, _looked_at(contest, each, column, row)) for each, column in order),
        decided_by=None if other is None else _first_difference(order, row, other),
        validity=tuple(requirement_result(each, row) for each in contest.validity[entity]),
        lost_before=tuple(each for each in contest.after[entity] if row.values[after_column(each)] is True),
        protection=_protection(contest, row),
        place=_count(row.values.get(CELL_PLACE)),
        place_in_line=_count(row.values.get(LINE)),
    )


def _looked_at(contest: Contest, criterion: Criterion, column: str, row: TracedRow) -> Seen:
    """What a criterion looks at: its value, under the text of the expression where a trace shows it."""
    type = contest.types.get(column, t.Text())
    holds = criterion.kind in ("claim", "awarded")
    return Seen(criterion.id, row.values[column], type if holds else t.Maybe(type))


def _first_difference(order: Order, row: TracedRow, other: TracedRow) -> Criterion | None:
    """The first criterion that tells two claims apart, None if none does or one is not known before it does."""
    for criterion, column in order:
        found = _compared(criterion, column, row, other)
        if found is None:
            return None
        if found:
            return criterion
    return None


def _turns(order: Order) -> Callable[[TracedRow], Any]:
    """The key by which claims are sorted as they are told."""

    def turn(one: TracedRow, other: TracedRow) -> int:
        return _turn(order, one, other)

    return cmp_to_key(turn)


def _turn(order: Order, one: TracedRow, other: TracedRow) -> int:
    """The order in which claims are told: those that stand first, the better one before the other."""
    out = (_stands(one) is False, _stands(other) is False)
    if out[0] != out[1]:
        return 1 if out[0] else -1
    for criterion, column in order if not out[0] else ():
        found = _compared(criterion, column, one, other)
        if found is None:
            break
        if found:
            return found
    return 0


def _compared(criterion: Criterion, column: str, one: TracedRow, other: TracedRow) -> int | None:
    """-1 if the first one comes first by a criterion, 1 if the other one does, None if that is not known."""
    left, right = one.values[column], other.values[column]
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if left is None or right is None:
        return 0 if left is right else (1 if left is None else -1)
    if criterion.kind in ("claim", "awarded", "latest", "highest"):
        left, right = right, left
    if in_order(left, right, equal=False):
        return -1
    return 1 if in_order(right, left, equal=False) else 0


# ----------------------------------------------------------------------------------------------------------- coverage


def points(contest: Contest) -> tuple[str, ...]:
    """The parts that cases should reach."""
    found = [f"outcome {word}" for word in (WON, LOST, SHARED if contest.ties_share else UNDECIDED)]
    if any(contest.validity.values()) or any(contest.after.values()):
        found.append(f"outcome {DISCARDED}")
    found += [f"criterion {each.id} decides" for each, _ in contest.prefer]
    if contest.queue:
        found.append(RECONSIDERED)
    for requirements in contest.validity.values():
        found += condition_points(requirements)
    return tuple(dict.fromkeys(found))


def reached(contest: Contest, row: TracedRow) -> frozenset[str]:
    """The parts that a claim has reached."""
    found = {f"outcome {row.values[OUTCOME]}"} if isinstance(row.values[OUTCOME], str) else set()
    for part in row.parts:
        if part.values.get(RECONSIDERED) is True:
            found.add(RECONSIDERED)
        own = _told(contest, part).by_claim[row.subject.id]
        if own.outcome in (WON, LOST, SHARED) and own.decided_by is not None:
            found.add(f"criterion {own.decided_by.id} decides")
    return frozenset(found) | reached_conditions(contest.validity[row.subject.entity], row)
