"""What an agent may sell to whom, who sells a deal, and whether the integrator or the agent does an item of work."""

from dataclasses import dataclass
from decimal import Decimal

from benchmarks.by_hand.admission import has_capability, is_admitted
from benchmarks.by_hand.books import Day, once
from benchmarks.by_hand.claims import was_approved_beforehand
from benchmarks.by_hand.conflicts import key_account, serves_only
from benchmarks.by_hand.knowledge import Truth, Unknown, choose, every, is_in, joined, lacking, only, opposite, some
from benchmarks.by_hand.records import Deal, Product, WorkItem

AB_CAPABILITY_NEEDED = Decimal(75)
RELATIONSHIP_GROUPS = ("basic_access", "industry", "platform")
DISTRIBUTION_GROUPS = ("basic_access", "platform")
INTEGRATION_GROUPS = ("basic_access", "industry", "platform", "development")
SIMPLE_GROUPS = ("basic_access",)
SIMPLE_SERVICES = ("v_net", "ring_back_tone", "enterprise_messaging", "enterprise_mail", "mobile_pbx")
CONFIGURED_SERVICES = ("push_mail", "mas", "school_link")
SMALL_SEGMENTS = ("C", "new", "smb")
LARGE_SEGMENTS = ("A", "B")
SI_WORK = ("product_development", "business_operation", "remote_maintenance", "hotline")
SA_WORK = (
    "on_site_maintenance",
    "installation",
    "customer_integration",
    "customer_training",
    "customer_relationship",
)
SIMPLE, CONFIGURED = "simple_standard", "configure_develop"
ELIGIBLE, INELIGIBLE, REFER = "eligible", "ineligible", "refer"


@dataclass(frozen=True, slots=True)
class Suitability:
    """Whether a product suits the type of agent, and what the agent does."""

    suitable: bool
    duties: str


@dataclass(frozen=True, slots=True)
class Sale:
    """Who sells a deal, and what the agent does."""

    role: str
    agent_does: str


@once
def product_class(day: Day, product: Product) -> str | Unknown:
    """Whether a product is simple and standard, or has to be configured and developed."""
    found = only(
        (
            (is_in(product.service, SIMPLE_SERVICES), SIMPLE),
            (is_in(product.service, CONFIGURED_SERVICES), CONFIGURED),
            (product.connects, CONFIGURED),
            (product.developed, CONFIGURED),
            (every((opposite(product.connects), opposite(product.developed))), SIMPLE),
        )
    )
    assert found is not None
    return found


def is_simple(day: Day, product: Product) -> Truth:
    """Whether a product is simple and standard."""
    found = product_class(day, product)
    return found if isinstance(found, Unknown) else found == SIMPLE


@once
def suitability(day: Day, deal: Deal) -> Suitability | Unknown:
    """Whether the product of a deal suits its agent."""
    assert deal.partner is not None
    type, group = day.books.partners[deal.partner].agent_type, day.books.products[deal.product].group
    suits, simple = _suits(type, group), is_in(group, SIMPLE_GROUPS)
    integrates = type if isinstance(type, Unknown) else type == "integration"
    others = opposite(integrates)
    found = only(
        (
            (opposite(suits), Suitability(False, "none")),
            (every((others, suits, simple)), Suitability(True, "all")),
            (every((others, suits, opposite(simple))), Suitability(True, "requirements_and_sales")),
            (every((integrates, suits, simple)), Suitability(True, "requirements_and_sales")),
            (every((integrates, suits, opposite(simple))), Suitability(True, "all")),
        )
    )
    assert found is not None
    return found


def _suits(type: str | Unknown, group: str | Unknown) -> Truth:
    """Whether a product group suits a type of agent."""
    if isinstance(type, str):
        if type == "relationship":
            return is_in(group, RELATIONSHIP_GROUPS)
        return is_in(group, DISTRIBUTION_GROUPS if type == "distribution" else INTEGRATION_GROUPS)
    answers = [is_in(group, each) for each in (RELATIONSHIP_GROUPS, DISTRIBUTION_GROUPS, INTEGRATION_GROUPS)]
    if isinstance(answers[0], bool) and all(each == answers[0] for each in answers):
        return answers[0]  # whichever type it is
    return joined([type, *(each for each in answers if isinstance(each, Unknown))])


@dataclass(frozen=True, slots=True)
class Scope:
    """Whether an agent may take a deal, and if that is not known whether it still may turn out so."""

    outcome: str | Unknown
    may_be_eligible: bool


@once
def deal_scope(day: Day, deal: Deal) -> Scope:
    """Whether an agent may take a deal, or it is referred to the account manager."""
    assert deal.partner is not None
    product = day.books.products[deal.product]
    fits = suitability(day, deal)
    gates: tuple[tuple[Truth, str], ...] = (
        (is_admitted(day, day.books.partners[deal.partner]), INELIGIBLE),
        (product.open_to_agents, INELIGIBLE),
        (fits if isinstance(fits, Unknown) else fits.suitable, REFER),
        (_is_within_customers(day, deal), REFER),
        (_is_within_products(day, deal), INELIGIBLE),
        (_is_within_key_accounts(day, deal), REFER),
    )
    outcome: str | Unknown = ELIGIBLE
    for passed, otherwise in reversed(gates):
        outcome = choose(passed, outcome, otherwise)
    return Scope(outcome, all(passed is not False for passed, _ in gates))


def _is_within_customers(day: Day, deal: Deal) -> Truth:
    """Small customers, and of the large ones those that a strong agent finds needs of, or sells to."""
    assert deal.partner is not None
    segment = day.books.customers[deal.customer].segment
    if isinstance(segment, str) and segment in SMALL_SEGMENTS:
        return True
    partner = day.books.partners[deal.partner]
    large = every(
        (is_in(segment, LARGE_SEGMENTS), _only_sells(deal), has_capability(day, partner, AB_CAPABILITY_NEEDED))
    )
    return some((is_in(segment, SMALL_SEGMENTS), large))


def _only_sells(deal: Deal) -> Truth:
    return is_in(deal.duty, ("requirements", "sales"))


def _is_within_products(day: Day, deal: Deal) -> Truth:
    """Simple products; the others with technical service, and to find needs and sell."""
    assert deal.partner is not None
    technical = day.books.partners[deal.partner].technical_service
    return some((is_simple(day, day.books.products[deal.product]), every((technical, _only_sells(deal)))))


def _is_within_key_accounts(day: Day, deal: Deal) -> Truth:
    """No key account, or one that a registration holds which was approved beforehand."""
    is_key = day.books.customers[deal.customer].key_account
    if is_key is False or deal.registration is None:
        return opposite(is_key)
    registration = day.books.registrations[deal.registration]
    if registration.submitted_at > day.as_of:
        return some((opposite(is_key), lacking("registrations", registration.id, "")))
    result = key_account(day, registration)
    holds: Truth = False
    if result is not None:
        outcome = result.outcome
        holds = outcome if isinstance(outcome, Unknown) else outcome in ("won", "undecided")
    held = every((was_approved_beforehand(day, registration), holds, opposite(serves_only(day, registration))))
    return some((opposite(is_key), held))


@once
def who_sells(day: Day, deal: Deal) -> Sale | Unknown:
    """The role that a deal needs: the agent, the account manager, or both."""
    if deal.partner is None:
        return Sale("account_manager", "nothing")
    scope = deal_scope(day, deal)
    within: Truth
    if isinstance(scope.outcome, Unknown):
        within = scope.outcome if scope.may_be_eligible else False
    else:
        within = scope.outcome == ELIGIBLE
    segment = day.books.customers[deal.customer].segment
    small, large = is_in(segment, SMALL_SEGMENTS), is_in(segment, LARGE_SEGMENTS)
    simple = is_simple(day, day.books.products[deal.product])
    fits = suitability(day, deal)
    alone = fits if isinstance(fits, Unknown) else fits.duties == "all"
    assists = fits if isinstance(fits, Unknown) else fits.duties == "requirements_and_sales"
    both = Sale("both", "requirements_and_sales")
    found = only(
        (
            (every((within, small, simple, alone)), Sale("agent", "everything")),
            (every((within, small, assists)), both),
            (every((within, small, opposite(simple), alone)), both),
            (every((within, large)), both),
            (opposite(within), Sale("account_manager", "nothing")),
        )
    )
    assert found is not None
    return found


def work_division(item: WorkItem) -> str | Unknown | None:
    """Whether the integrator (SI) or the agent (SA) does an item of work; None where the programme does not say."""
    if item.activity in SI_WORK:
        return "SI"
    if item.activity in SA_WORK:
        return "SA"
    if item.activity == "mas_development":
        return only(((item.own_feature_fee, "SI"),))
    return only(((opposite(item.traffic_fee_changed), "SA"),))
