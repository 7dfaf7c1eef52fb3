"""Decides a month of the programme: all that the rules have to say of all records, as plain values."""

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

from benchmarks.by_hand.admission import admission, brand_use, may_serve, support
from benchmarks.by_hand.assessments import outcome_of
from benchmarks.by_hand.books import Books, Day
from benchmarks.by_hand.conduct import EFFECTS, breaches_that_follow, conduct
from benchmarks.by_hand.conflicts import SERVICE_ONLY, Result, is_assigned, key_account, other_channels, same_customer
from benchmarks.by_hand.deals import deal_scope, product_class, suitability, who_sells, work_division
from benchmarks.by_hand.desk import handling, rivals_of
from benchmarks.by_hand.knowledge import Unknown
from benchmarks.by_hand.paying import NOT_IN_FORCE, Documents, Pay
from benchmarks.by_hand.programme import (
    follows_principles,
    marketing_costs,
    set_up,
    unequal_classes,
    was_set_up_in_order,
)
from benchmarks.by_hand.records import Assignment, Facts, Partner, Registration
from benchmarks.by_hand.remuneration import basic, reward, sales, service

Plain: TypeAlias = dict[str, object]
"""What is said of a record, by names."""
Outcomes: TypeAlias = dict[str, Plain]
"""What a policy says, by the ids of records."""

UNDETERMINED = "undetermined"


def decide(facts: Facts, as_of: dt.datetime) -> dict[str, Outcomes]:
    """What the rules say of the records as of an instant, by policy and record."""
    day = Day(Books(facts), as_of)
    return {
        **_what_follows(day),
        **_of_partners(day),
        **_of_deals(day),
        **_of_claims(day),
        **_of_documents(day),
        **_of_programme(day),
    }


def _word(value: str | Unknown) -> Plain:
    """An outcome, with what is missing where it is not known."""
    if isinstance(value, Unknown):
        return {"outcome": UNDETERMINED, "missing": value.missing}
    return {"outcome": value}


def _what_follows(day: Day) -> dict[str, Outcomes]:
    """Rival registrations, breaches that follow from others, and agents without a certified person."""
    rivals: Outcomes = {}
    for company in day.books.registrations_of:
        for (earlier, later), truth in rivals_of(day, company).items():
            state = truth if isinstance(truth, Unknown) else "derived"
            rivals[f"rival-registrations({earlier}+{later})"] = {**_word(state), "earlier": earlier, "later": later}
    breaches: dict[str, Outcomes] = {"repeated-breach": {}, "supply-of-a-listed-agent": {}}
    losses: Outcomes = {}
    for partner in day.books.partners.values():
        for each in breaches_that_follow(day, partner):
            said = each.violation
            breaches[each.rule][said.id] = {
                "outcome": "derived",
                "partner": said.partner,
                "kind": said.kind,
                "level": said.level,
                "occurred_on": said.occurred_on,
                "confirmed_on": said.confirmed_on,
            }
        may = may_serve(day, partner)
        if may is not True:
            state = may if isinstance(may, Unknown) else "derived"
            losses[f"last-certificate-lost({partner.id})"] = {**_word(state), "partner": partner.id}
    return {"rival-registrations": rivals, **breaches, "last-certificate-lost": losses}


# -------------------------------------------------------------------------------------------------- agents and deals


def _of_partners(day: Day) -> dict[str, Outcomes]:
    partners = day.books.partners.values()
    supported = {each.id: support(day, each) for each in partners}
    return {
        "sa-admission": {each.id: _word(admission(day, each)) for each in partners},
        "brand-use": {each.id: _word(brand_use(day, each)) for each in partners},
        "support": {id: _decided("support_kind", kinds) for id, kinds in supported.items() if kinds != ()},
        "conduct": {each.id: _conduct(day, each) for each in partners},
    }


def _conduct(day: Day, partner: Partner) -> Plain:
    found = conduct(day, partner)
    return {
        "outcome": found.outcome,
        "until": found.until,
        "steps": [
            (each.list, each.cause, each.causes, each.starts_at, each.ends_at, EFFECTS[each.list], _told(each.recorded))
            for each in found.steps
        ],
    }


def _of_deals(day: Day) -> dict[str, Outcomes]:
    books = day.books
    with_agent = [each for each in books.deals.values() if each.partner is not None]
    suitable: Outcomes = {}
    for deal in with_agent:
        fits = suitability(day, deal)
        suitable[deal.id] = (
            _word(fits)
            if isinstance(fits, Unknown)
            else {"outcome": "decided", "suitable": fits.suitable, "duties": fits.duties}
        )
    sellers: Outcomes = {}
    for deal in books.deals.values():
        sale = who_sells(day, deal)
        sellers[deal.id] = (
            _word(sale)
            if isinstance(sale, Unknown)
            else {"outcome": "decided", "role": sale.role, "agent_does": sale.agent_does}
        )
    return {
        "product-class": {
            each.id: _decided("product_class", product_class(day, each)) for each in books.products.values()
        },
        "suitable-agent": suitable,
        "deal-scope": {each.id: _word(deal_scope(day, each).outcome) for each in with_agent},
        "who-sells": sellers,
        "work-division": {each.id: _decided("party", work_division(each)) for each in books.work_items.values()},
    }


def _decided(name: str, value: str | tuple[str, ...] | Unknown | None) -> Plain:
    """What a table gives."""
    if isinstance(value, Unknown):
        return _word(value)
    return {"outcome": "no_rule"} if value is None else {"outcome": "decided", name: value}


# ---------------------------------------------------------------------------------------------- claims and documents


def _of_claims(day: Day) -> dict[str, Outcomes]:
    filed = [each for each in day.books.registrations.values() if each.submitted_at <= day.as_of]
    assigned = [each for each in day.books.assignments.values() if is_assigned(day, each)]
    claims: list[Registration | Assignment] = [*filed, *assigned]
    on_key_accounts = {each.id: key_account(day, each) for each in claims}
    handled = {each.id: handling(day, each) for each in filed}
    return {
        "key-account": {id: _claim(result) for id, result in on_key_accounts.items() if result is not None},
        "same-customer": {each.id: _claim(same_customer(day, each)) for each in filed},
        "other-channels": {id: _claim(result, consequence=False) for id, result in other_channels(day).items()},
        "registration-desk": {id: _word(word) for id, word in handled.items() if word is not None},
    }


def _claim(result: Result, *, consequence: bool = True) -> Plain:
    found = _word(result.outcome)
    found["winners"] = result.winners
    if consequence:
        found["place_in_line"] = UNDETERMINED if isinstance(result.place, Unknown) else result.place
        found["consequence"] = SERVICE_ONLY if result.loses is True else None
    return found


def _of_documents(day: Day) -> dict[str, Outcomes]:
    documents = Documents(day)
    assessments: Outcomes = {}
    for each in day.books.assessments.values():
        outcome = outcome_of(each)
        if isinstance(outcome, Unknown):
            assessments[each.id] = _word(outcome)
        elif outcome is not None and each.assessed_on <= day.today:
            assessments[each.id] = {"outcome": "decided", "grade": outcome.grade, "payout": outcome.payout}
    return {
        "assessment-outcome": assessments,
        "basic-remuneration": _pays(basic(day, documents)),
        "sales-remuneration": _pays(sales(day, documents)),
        "service-remuneration": _pays(service(day, documents)),
        "reward-remuneration": _pays(reward(day, documents)),
    }


def _pays(pays: Mapping[str, Pay]) -> Outcomes:
    return {
        id: {
            **_word(each.outcome),
            "amount": _told(each.amount),
            "lines": [(line.payee, _told(line.amount), _told(line.status)) for line in each.lines],
            "reason": each.reason,
        }
        if each.outcome != NOT_IN_FORCE
        else {"outcome": NOT_IN_FORCE}
        for id, each in pays.items()
    }


def _told(value: object) -> object:
    return UNDETERMINED if isinstance(value, Unknown) else value


def _of_programme(day: Day) -> dict[str, Outcomes]:
    unequal = [pair for scheme in day.books.schemes.values() for pair in unequal_classes(day, scheme)]
    costs = {each.id: marketing_costs(day, each) for each in day.books.campaigns.values()}
    stages = {each.id: set_up(day, each) for each in day.books.channels.values()}
    return {
        "unequal-rates": {
            f"unequal-rates({lower.id}+{higher.id})": {
                "outcome": "derived",
                "scheme": lower.scheme,
                "lower": lower.id,
                "higher": higher.id,
            }
            for lower, higher in unequal
        },
        "remuneration-principles": {
            each.id: _word(follows_principles(day, each)) for each in day.books.schemes.values()
        },
        "set-up-order": {each.id: _word(was_set_up_in_order(each)) for each in day.books.channels.values()},
        "setting-up": {
            id: {"outcome": each.stage, "request": each.request, "reasons": each.reasons} for id, each in stages.items()
        },
        "marketing-costs": {
            id: {**_word(each.outcome), "reason": each.reason, "granted": _told(each.granted)}
            for id, each in costs.items()
        },
    }
