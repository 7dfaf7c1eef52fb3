"""What counts of a registration: its protection, its place, whether it was approved, what the customer chose."""

import datetime as dt

from benchmarks.by_hand.admission import is_admitted
from benchmarks.by_hand.books import Day, once
from benchmarks.by_hand.conduct import is_stopped
from benchmarks.by_hand.knowledge import Truth, Unknown, every, joined, lacking, opposite, some
from benchmarks.by_hand.records import ChoiceLetter, Customer, Registration

PROTECTION = dt.timedelta(days=90)


def filed_of(day: Day, company: str) -> list[Registration]:
    """The registrations of a company that have been filed."""
    return [each for each in day.books.registrations_of.get(company, ()) if each.submitted_at <= day.as_of]


def is_approved(day: Day, registration: Registration) -> Truth:
    """Whether it is approved."""
    approved_at = registration.approved_at
    if approved_at is None or isinstance(approved_at, Unknown):
        return False if approved_at is None else approved_at
    return approved_at <= day.as_of


def protected_until(registration: Registration) -> dt.datetime | Unknown:
    """The end of its protection."""
    if registration.expires_at is not None:
        return registration.expires_at
    if isinstance(registration.approved_at, Unknown):
        return registration.approved_at
    return (registration.approved_at or registration.submitted_at) + PROTECTION


def queued_at(day: Day, registration: Registration) -> dt.datetime | Unknown:
    """When it was filed; a renewal that was filed in time keeps the place of what it renews."""
    if registration.supersedes is None:
        return registration.submitted_at
    renewed = day.books.registrations[registration.supersedes]
    if renewed.submitted_at > day.as_of:
        return lacking("registrations", renewed.id, "")
    end = protected_until(renewed)
    if isinstance(end, Unknown):
        return registration.submitted_at if registration.submitted_at == renewed.submitted_at else end
    return renewed.submitted_at if registration.submitted_at < end else registration.submitted_at


def is_withdrawn(day: Day, registration: Registration) -> bool:
    """Whether the agent has given it up."""
    return registration.withdrawn_at is not None and registration.withdrawn_at <= day.as_of


def is_renewed(day: Day, registration: Registration) -> Truth:
    """Whether a later one that was approved has taken its place."""
    renewals = day.books.renewals_of.get(registration.id, ())
    return some(is_approved(day, each) for each in renewals if each.submitted_at <= day.as_of)


def is_protected(day: Day, registration: Registration) -> Truth:
    """Whether its protection is not over."""
    end = protected_until(registration)
    return end if isinstance(end, Unknown) else day.as_of < end


@once
def is_live(day: Day, registration: Registration) -> Truth:
    """Whether it still claims its customer, approved or not."""
    if is_withdrawn(day, registration):
        return False
    return every((opposite(is_renewed(day, registration)), is_protected(day, registration)))


@once
def is_upheld(day: Day, registration: Registration) -> Truth:
    """Whether it is live, of an admitted agent whose new business is open."""
    partner = day.books.partners[registration.partner]
    if is_stopped(day, partner, "stop_new_business"):
        return False
    return every((is_live(day, registration), is_admitted(day, partner)))


def own_signatures(day: Day, company: str) -> list[dt.datetime]:
    """When we signed our own contracts with a company that are in force."""
    return [
        each.signed_at
        for each in day.books.contracts_with.get(company, ())
        if each.partner is None
        and each.signed_at is not None
        and each.signed_at <= day.as_of
        and each.in_force(day.today)
    ]


def was_approved_beforehand(day: Day, registration: Registration) -> Truth:
    """Whether it was approved before our own contract with the company."""
    approved_at = registration.approved_at
    if approved_at is None or isinstance(approved_at, Unknown):
        return False if approved_at is None else approved_at
    if approved_at > day.as_of:
        return False
    company = day.books.company_of[registration.customer]
    return all(approved_at < signature for signature in own_signatures(day, company))


def signed_at(day: Day, registration: Registration) -> dt.datetime | None:
    """When the contract was signed that it led to."""
    if registration.contract is None:
        return None
    signature = day.books.contracts[registration.contract].signed_at
    return signature if signature is not None and signature <= day.as_of else None


@once
def last_choice(day: Day, customer: Customer) -> list[ChoiceLetter]:
    """The last letters of a company, of those that no signature came before."""
    signatures: list[dt.date] = []
    for registration in filed_of(day, customer.company):
        if registration.contract is None:
            continue
        contract = day.books.contracts[registration.contract]
        has_ended = contract.effective_to is not None and contract.effective_to <= day.today
        if contract.signed_at is not None and not has_ended:
            signatures.append(contract.signed_at.date())
    letters = [
        each
        for each in day.books.letters_of.get(customer.company, ())
        if each.written and each.dated <= day.today and not any(signed < each.dated for signed in signatures)
    ]
    last = max((each.dated for each in letters), default=None)
    return [each for each in letters if each.dated == last]


def is_chosen(day: Day, registration: Registration) -> Truth:
    """Whether the customer has chosen this agent; letters of one day for several agents contradict each other."""
    letters = last_choice(day, day.books.customer_of(registration))
    chosen = {each.partner for each in letters}
    if registration.partner in chosen and len(chosen) > 1:
        return joined([lacking("choice_letters", each.id, "dated") for each in letters])
    return registration.partner in chosen
