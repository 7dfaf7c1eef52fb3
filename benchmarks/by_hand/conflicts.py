"""Who holds a customer: agent against account manager, agent against agent, and other channels."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from benchmarks.by_hand.books import Day, grouped, once
from benchmarks.by_hand.claims import (
    filed_of,
    is_approved,
    is_chosen,
    is_upheld,
    queued_at,
    signed_at,
    was_approved_beforehand,
)
from benchmarks.by_hand.knowledge import Truth, Unknown, every, joined, lacking, missing_of, opposite, some
from benchmarks.by_hand.records import Assignment, Opportunity, Registration

OPPORTUNITY_LIFE = dt.timedelta(days=90)
OTHERS = "*"
"""The products that nobody names, where somebody claims all."""
SERVICE_ONLY = "service_only"

Key: TypeAlias = bool | int | dt.datetime | Unknown | None
"""What tells claims apart: whether something holds, or the lesser number, or the earlier instant. None comes last."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim to a company.

    Attributes:
        id: its id.
        stands: whether it is valid.
        keys: what tells it from others, first what counts most.
        products: what it claims; None for all.
        applies: whether it is a claim at all.
    """

    id: str
    stands: Truth
    keys: tuple[Key, ...]
    products: tuple[str, ...] | None = None
    applies: Truth = True


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a claim.

    Attributes:
        outcome: won, lost, partial, undecided or discarded; not known where facts are missing.
        loses: whether it lost something.
        place: where it stands among those that lost, counted from one; None if it did not.
        winners: the claims that hold what it claims, as far as somebody does.
    """

    outcome: str | Unknown
    loses: Truth
    place: int | Unknown | None
    winners: frozenset[str] = field(default_factory=frozenset)


def decide(claims: Sequence[Claim]) -> dict[str, Result]:
    """What comes of the claims to one company."""
    named = sorted({product for claim in claims for product in claim.products or ()})
    cells = {claim.id: [*named, OTHERS] if claim.products is None else list(claim.products) for claim in claims}
    found = {cell: _contest([claim for claim in claims if cell in cells[claim.id]]) for cell in (*named, OTHERS)}
    return {claim.id: _together(claim, [found[cell][claim.id] for cell in cells[claim.id]]) for claim in claims}


@dataclass(frozen=True, slots=True)
class _InCell:
    """What came of a claim to one product."""

    won: Truth
    lost: Truth
    undecided: Truth
    place: int | Unknown | None
    winner: str | None


def _contest(claims: Sequence[Claim]) -> dict[str, _InCell]:
    """What comes of the claims to one product."""
    states: dict[str, tuple[Truth, Truth, Truth]] = {}  # whether it won, lost, or is undecided
    for claim in claims:
        rivals = [each for each in claims if each is not claim and each.stands is not False]
        beaten = some(every((each.stands, _comes_before(each, claim))) for each in rivals)
        equalled = some(every((each.stands, _is_equal(each, claim))) for each in rivals)
        inside = opposite(beaten)
        states[claim.id] = (
            every((claim.stands, inside, opposite(equalled))),
            every((claim.stands, beaten)),
            every((claim.stands, inside, equalled)),
        )
    winner = next((id for id, (won, _, _) in states.items() if won is True), None)
    lost = {id: state[1] for id, state in states.items()}
    return {claim.id: _InCell(*states[claim.id], _place(claim, claims, lost), winner) for claim in claims}


def _place(claim: Claim, claims: Iterable[Claim], lost: dict[str, Truth]) -> int | Unknown | None:
    """Where a claim stands among those that lost."""
    own = lost[claim.id]
    if own is False:
        return None
    ahead = [every((lost[each.id], _comes_before(each, claim))) for each in claims if each is not claim]
    unknown = [each for each in (own, *ahead) if isinstance(each, Unknown)]
    return joined(unknown) if unknown else 1 + sum(1 for each in ahead if each is True)


def _together(claim: Claim, cells: list[_InCell]) -> Result:
    """What comes of a claim in all that it claims."""
    won, lost = some(each.won for each in cells), some(each.lost for each in cells)
    undecided = some(each.undecided for each in cells)
    places = [each.place for each in cells if each.place is not None]
    unknown = [each for each in places if isinstance(each, Unknown)]
    numbers = [each for each in places if isinstance(each, int)]
    outcome = _outcome(claim.stands if cells else False, won, lost, undecided)
    if isinstance(claim.applies, Unknown):
        outcome = Unknown(missing_of(claim.applies, outcome))
    return Result(
        outcome=outcome,
        loses=lost,
        place=joined(unknown) if unknown else max(numbers, default=None),
        winners=frozenset(each.winner for each in cells if each.winner is not None),
    )


def _outcome(stands: Truth, won: Truth, lost: Truth, undecided: Truth) -> str | Unknown:
    if stands is False:
        return "discarded"
    truths = (stands, won, lost, undecided)
    if any(isinstance(each, Unknown) for each in truths):
        if stands is True and undecided is True:
            return "undecided"
        if stands is True and undecided is False and won is False and lost is True:
            return "lost"
        return Unknown(missing_of(*truths))
    if undecided:
        return "undecided"
    if won and lost:
        return "partial"
    return "won" if won else "lost"


def _comes_before(one: Claim, other: Claim) -> Truth:
    """Whether a claim comes before another one: the first key in which they differ decides."""
    for own, its in zip(one.keys, other.keys, strict=True):
        unknown = [each for each in (own, its) if isinstance(each, Unknown)]
        if unknown:
            return joined(unknown)
        if own != its:
            return _is_less(own, its)
    return False


def _is_equal(one: Claim, other: Claim) -> Truth:
    """Whether nothing tells two claims apart."""
    unknown: list[Unknown] = []
    for own, its in zip(one.keys, other.keys, strict=True):
        found = [each for each in (own, its) if isinstance(each, Unknown)]
        if not found and own != its:
            return False
        unknown += found
    return joined(unknown) if unknown else True


def _is_less(one: Key, other: Key) -> bool:
    if one is None or other is None:
        return other is None
    if isinstance(one, bool):
        return one  # who has it comes before who has not
    return one < other  # type: ignore[operator]  # both are of one kind


# ------------------------------------------------------------------------------------------------------ key accounts


def key_account_of(day: Day, company: str) -> dict[str, Result]:
    """Agents against account managers on a key account, by the ids of registrations and assignments."""
    key = (key_account_of, company)
    if key not in day.memory:
        day.memory[key] = decide(list(_key_account_claims(day, company)))
    return day.memory[key]  # type: ignore[return-value]  # put there above


def _key_account_claims(day: Day, company: str) -> Iterable[Claim]:
    for registration in filed_of(day, company):
        is_key = day.books.customer_of(registration).key_account
        if is_key is not False:
            stands = every((is_key, is_upheld(day, registration)))
            keys = (was_approved_beforehand(day, registration), False)
            yield Claim(registration.id, stands, keys, applies=is_key)
    for assignment in day.books.assignments_of.get(company, ()):
        is_key = day.books.customer_of(assignment).key_account
        if is_key is not False and is_assigned(day, assignment):
            yield Claim(assignment.id, is_key, (False, True), applies=is_key)


def is_assigned(day: Day, assignment: Assignment) -> bool:
    """Whether the manager looks after the customer today."""
    return assignment.valid_from <= day.today and (assignment.valid_to is None or day.today < assignment.valid_to)


def key_account(day: Day, record: Registration | Assignment) -> Result | None:
    """What comes of a claim to a key account; None for one that is no such claim."""
    return key_account_of(day, day.books.company_of[record.customer]).get(record.id)


# ---------------------------------------------------------------------------------------------------- agents, channels


def same_customer_of(day: Day, company: str) -> dict[str, Result]:
    """Agents against agents on one company, by the ids of registrations."""
    key = (same_customer_of, company)
    if key not in day.memory:
        day.memory[key] = decide([_claim_of(day, each) for each in filed_of(day, company)])
    return day.memory[key]  # type: ignore[return-value]  # put there above


def _claim_of(day: Day, registration: Registration) -> Claim:
    before = key_account(day, registration)
    lost_before = False if before is None else before.loses
    return Claim(
        id=registration.id,
        stands=every((is_approved(day, registration), is_upheld(day, registration), opposite(lost_before))),
        keys=(
            is_chosen(day, registration),
            signed_at(day, registration),
            queued_at(day, registration),
            registration.sequence_number,
        ),
        products=registration.products,
    )


def same_customer(day: Day, registration: Registration) -> Result:
    """What comes of a registration against those of other agents."""
    return same_customer_of(day, day.books.company_of[registration.customer])[registration.id]


@once
def serves_only(day: Day, registration: Registration) -> Truth:
    """Whether an agent lost the customer, and not just in part."""
    if registration.submitted_at > day.as_of:
        return lacking("registrations", registration.id, "")  # as of that day there is no such registration yet
    against_agents, against_managers = same_customer(day, registration), key_account(day, registration)
    outcome = against_agents.outcome
    in_part = outcome if isinstance(outcome, Unknown) else outcome == "partial"
    return some(
        (
            every((against_agents.loses, opposite(in_part))),
            False if against_managers is None else against_managers.loses,
        )
    )


def other_channels(day: Day) -> dict[str, Result]:
    """What comes of the opportunities that other channels report: a coordinator gives them to one."""
    reported = [each for each in day.books.opportunities.values() if each.reported_at <= day.as_of]
    found: dict[str, Result] = {}
    for claims in grouped(reported, lambda each: day.books.company_of[each.customer]).values():
        found |= decide([_opportunity(day, each) for each in claims])
    return found


def _opportunity(day: Day, opportunity: Opportunity) -> Claim:
    is_coordinated = opportunity.coordinated_at is not None and opportunity.coordinated_at <= day.as_of
    is_recent = day.as_of < opportunity.reported_at + OPPORTUNITY_LIFE
    return Claim(opportunity.id, is_recent, (is_coordinated,), opportunity.products)
