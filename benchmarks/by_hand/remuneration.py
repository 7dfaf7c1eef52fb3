"""The four parts of an agent's remuneration, each by itself: basic, sales, service and reward."""

import datetime as dt
from decimal import Decimal

from benchmarks.by_hand.admission import may_serve
from benchmarks.by_hand.assessments import last_outcome
from benchmarks.by_hand.books import Day, midnight, once
from benchmarks.by_hand.conduct import is_stopped
from benchmarks.by_hand.conflicts import serves_only
from benchmarks.by_hand.deals import who_sells
from benchmarks.by_hand.knowledge import Truth, Unknown, every, opposite, some
from benchmarks.by_hand.paying import (
    ZERO,
    Amount,
    Documents,
    Earned,
    Pay,
    Status,
    on_ladder,
    paid,
    rounded,
    unless_excluded,
)
from benchmarks.by_hand.records import Partner, Transaction

BASIC_FEE, BASIC_FEE_LARGE, BASIC_FEE_SOLUTION, BASIC_FEE_MAS = Decimal(20), Decimal(30), Decimal(60), Decimal(100)
SALES_BANDS = ((Decimal(0), Decimal("0.05")), (Decimal(100000), Decimal("0.08")), (Decimal(300000), Decimal("0.10")))
SALES_CAP = Decimal(20000)
SERVICE_RATE = Decimal("0.02")
SERVICE_FLOOR = Decimal(10)
RELATIONSHIP_SHARE = Decimal("0.60")
REWARD_BANDS = ((Decimal(200000), Decimal("0.01")), (Decimal(500000), Decimal("0.02")))

# ----------------------------------------------------------------------------------------------------- what is held


@once
def is_paid_back_to_back(day: Day, partner: Partner) -> Truth:
    """Whether an agent is paid when the customer has paid."""
    contracts = day.books.contracts_of.get(partner.id, ())
    return some(each.back_to_back for each in contracts if each.kind == "framework" and each.in_force(day.today))


def is_held(day: Day, document: Transaction, payee: Partner) -> Truth:
    """Whether the pay of an agent for a document is held back."""
    if is_stopped(day, payee, "stop_settlement"):
        return True
    is_unpaid = document.paid_at is None or document.paid_at > day.as_of
    return is_paid_back_to_back(day, payee) if is_unpaid else False


def is_held_for_service(day: Day, document: Transaction, payee: Partner) -> Truth:
    """The same, and while nobody is left who may serve."""
    return some((is_held(day, document, payee), opposite(may_serve(day, payee))))


def _status(held: Truth) -> Status:
    if isinstance(held, Unknown):
        return held
    return "held" if held else "earned"


# --------------------------------------------------------------------------------------------------- the four parts


def basic(day: Day, documents: Documents) -> dict[str, Pay]:
    """A fixed amount for each document."""
    return paid(
        day,
        documents,
        {each.id: _basic_of(day, each) for each in documents.originals},
        lambda document: [(document.partner, _status(is_held(day, document, day.books.partners[document.partner])))],
    )


def _basic_of(day: Day, document: Transaction) -> Earned:
    return unless_excluded(document, _is_free(day, document), lambda: _basic_fee(day, document))


def _is_free(day: Day, document: Transaction) -> Truth:
    assert document.product is not None
    return day.books.products[document.product].commission_free


def _basic_fee(day: Day, document: Transaction) -> Amount:
    assert document.product is not None
    product, segment = day.books.products[document.product], day.books.customers[document.customer].segment
    if isinstance(product.service, Unknown):
        return product.service
    if product.service == "mas":
        return BASIC_FEE_MAS
    if isinstance(product.group, Unknown):
        return product.group
    if product.group == "basic_access":
        if isinstance(segment, Unknown):
            return segment
        return BASIC_FEE_LARGE if segment in ("A", "B") else BASIC_FEE
    return BASIC_FEE_SOLUTION if product.group in ("industry", "platform") else BASIC_FEE


def sales(day: Day, documents: Documents) -> dict[str, Pay]:
    """A rate that rises with the sales of the month, for what the agent sold and holds."""
    excluded = {each.id: _is_not_for_sales(day, each) for each in documents.originals}
    earned = on_ladder(documents, excluded, lambda date: (date.year, date.month), _sales_of)
    return paid(
        day,
        documents,
        earned,
        lambda document: [(document.partner, _status(is_held(day, document, day.books.partners[document.partner])))],
        cap=SALES_CAP,
    )


def _is_not_for_sales(day: Day, document: Transaction) -> Truth:
    """Whether it earns nothing: sold by ourselves, free of commission, or the customer was lost."""
    deal = None if document.deal is None else day.books.deals[document.deal]
    if deal is None:
        return True
    sale = who_sells(_on(day, document.date), deal)
    sold = sale if isinstance(sale, Unknown) else sale.role in ("agent", "both")
    lost: Truth = False
    if deal.registration is not None:
        lost = serves_only(day, day.books.registrations[deal.registration])
    return opposite(every((sold, opposite(_is_free(day, document)), opposite(lost))))


def _on(day: Day, date: dt.date) -> Day:
    """The beginning of another day."""
    key = (_on, date.isoformat())
    if key not in day.memory:
        day.memory[key] = Day(day.books, midnight(date))
    return day.memory[key]  # type: ignore[return-value]  # put there above


def _sales_of(climbed: Decimal) -> Decimal:
    """What the sales of a month come to: each band pays for what lies in it."""
    found = ZERO
    ends = [start for start, _ in SALES_BANDS[1:]]
    for (start, rate), end in zip(SALES_BANDS, [*ends, climbed], strict=True):
        found += rate * max(ZERO, min(climbed, max(end, start)) - start)
    return rounded(found)


def service(day: Day, documents: Documents) -> dict[str, Pay]:
    """A rate by the service assessment, shared with the agent that serves on site."""
    return paid(
        day,
        documents,
        {each.id: _service_of(day, each) for each in documents.originals},
        lambda document: [
            (payee, _status(is_held_for_service(day, document, day.books.partners[payee])))
            for payee in (document.partner, _on_site(day, document))
        ],
        floor=SERVICE_FLOOR,
        shares=(RELATIONSHIP_SHARE, 1 - RELATIONSHIP_SHARE),
    )


def _on_site(day: Day, document: Transaction) -> str:
    """The agent that serves on site."""
    deal = None if document.deal is None else day.books.deals[document.deal]
    return document.partner if deal is None or deal.service_partner is None else deal.service_partner


def _service_of(day: Day, document: Transaction) -> Earned:
    def amount() -> Amount:
        outcome = last_outcome(day, day.books.partners[document.partner], "service")
        if isinstance(outcome, Unknown):
            return outcome
        return rounded(document.net_amount * SERVICE_RATE * outcome.payout)

    return unless_excluded(document, _is_free(day, document), amount)


def reward(day: Day, documents: Documents) -> dict[str, Pay]:
    """A rate on all sales of a quarter that reached the aim, for agents that sell well."""
    excluded = {each.id: _is_not_rewarded(day, each) for each in documents.originals}
    earned = on_ladder(documents, excluded, lambda date: (date.year, (date.month - 1) // 3), _reward_of)

    def payees(document: Transaction) -> list[tuple[str, Status]]:
        partner = day.books.partners[document.partner]
        lost = is_stopped(day, partner, "cancel_unpaid")
        return [(partner.id, "forfeited" if lost else _status(is_held(day, document, partner)))]

    return paid(day, documents, earned, payees)


def _is_not_rewarded(day: Day, document: Transaction) -> Truth:
    outcome = last_outcome(day, day.books.partners[document.partner], "sales")
    sells_well = outcome if isinstance(outcome, Unknown) else outcome.grade in ("excellent", "good")
    return opposite(every((sells_well, opposite(_is_free(day, document)))))


def _reward_of(climbed: Decimal) -> Decimal:
    """What the sales of a quarter come to: the band that is reached pays for all of them."""
    rates = [rate for start, rate in REWARD_BANDS if climbed >= start]
    return rounded(climbed * rates[-1]) if rates else ZERO
