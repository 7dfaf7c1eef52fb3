"""The common workload: one decision table over deals, an exact reference, and the practical limit in CPython.

A rule tests five columns: the partner's tier, the region, the product family, an interval of amounts and one of terms.
The first rule that applies counts, and the last one takes all. Rules are drawn so that the deals spread over the whole
table whatever its size. A quarter of the amounts lies on a border or one cent off it: an engine that computes with
binary floats is found out.
"""

import random
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, TypedDict, TypeVar

SIZES = (10, 100, 1_000, 10_000)
DEALS = 2_000

TIERS = ("bronze", "silver", "gold", "platinum", "diamond")
TYPES = ("reseller", "distributor", "agent", "msp", "si", "oem")
REGIONS = tuple(f"R{number:02d}" for number in range(30))
FAMILIES = tuple(f"F{number:02d}" for number in range(12))
CLASSES = ("A", "B", "C")
LONGEST_TERM = 60
MOST_CENTS = 500_000_000

Value = TypeVar("Value", bound=Hashable)


class Rule(NamedTuple):
    """A row of the table. What it does not test is None.

    Attributes:
        id: the place of the rule.
        tier: the one tier.
        regions: any of these.
        families: any of these product families.
        low: the least amount in cents.
        high: the least amount in cents that is too much.
        shortest: the shortest term in months; one is not tested without the other.
        longest: the longest term in months.
        rate: what the table gives.
    """

    id: int
    tier: str | None
    regions: tuple[str, ...] | None
    families: tuple[str, ...] | None
    low: int | None
    high: int | None
    shortest: int | None
    longest: int | None
    rate: Decimal


class Deal(TypedDict):
    """A deal in plain values, of which the table tests five."""

    deal_id: str
    partner_tier: str
    partner_type: str
    region: str
    product_family: str
    customer_class: str
    amount: Decimal
    term_months: int
    registered: bool
    certified_staff: int
    csat: Decimal
    complaints: int
    sla_breaches: int
    signing_date: str
    payment_days: int


Answer = tuple[Decimal, int]
"""The rate of a deal, and the rule that gives it."""


def money(cents: int) -> Decimal:
    """An amount of so many cents."""
    return Decimal(cents).scaleb(-2)


def generate(size: int, deals: int = DEALS, seed: int = 1) -> tuple[list[Rule], list[Deal]]:
    """A table of so many rules, and deals for it; the same ones each time."""
    rules = make_rules(size, seed)
    return rules, make_deals(deals, rules, seed + 1)


def make_rules(size: int, seed: int = 1) -> list[Rule]:
    """So many rules, each the first that applies to about one in half as many deals."""
    rng = random.Random(seed * 7919 + size)
    rules: list[Rule] = []
    while len(rules) < size - 1:
        drawn = _draw_rule(rng, len(rules), 2.0 / size)
        if drawn is not None:
            rules.append(drawn)
    rules.append(Rule(size - 1, None, None, None, None, None, None, None, Decimal("0.0100")))
    return rules


def _draw_rule(rng: random.Random, id: int, target: float) -> Rule | None:
    """A rule to which about such a share of deals applies; None if what was drawn cannot come to that."""
    share = target * rng.lognormvariate(0, 0.5)
    tier = rng.choice(TIERS) if rng.random() < 0.7 else None
    many_regions = rng.choice((0, 0, 1, 1, 2, 3, 4, 6))
    regions = tuple(sorted(rng.sample(REGIONS, many_regions))) if many_regions else None
    many_families = rng.choice((0, 0, 1, 1, 1, 2, 3))
    families = tuple(sorted(rng.sample(FAMILIES, many_families))) if many_families else None
    categories = (
        (1 / len(TIERS) if tier else 1)
        * (many_regions / len(REGIONS) if many_regions else 1)
        * (many_families / len(FAMILIES) if many_families else 1)
    )
    rest = share / categories
    # The intervals make up the difference where they can.
    if rest > 1.05 or rest < 0.008:
        return None
    rest = min(rest, 1.0)
    part = rng.uniform(0.25, 0.75)
    amount_width, term_width = rest**part, rest ** (1 - part)
    low = high = shortest = longest = None
    if amount_width <= 0.97:
        quantile = rng.uniform(0, 1 - amount_width)
        low = _as_people_write(_cents_at(quantile), rng)
        high = _as_people_write(_cents_at(quantile + amount_width), rng)
        if high <= low:
            return None
        if quantile < 0.02:
            low = None
        if quantile + amount_width > 0.98:
            high = None
    if term_width <= 0.97:
        months = max(1, round(LONGEST_TERM * term_width))
        shortest = rng.randint(1, LONGEST_TERM + 1 - months)
        longest = shortest + months - 1
    rate = Decimal(rng.randint(2, 400)).scaleb(-4) * 5
    return Rule(id, tier, regions, families, low, high, shortest, longest, rate)


def _cents_at(quantile: float) -> int:
    """An amount below which such a share of all amounts lies: many are small, few are large."""
    return int(MOST_CENTS * quantile**3)


def _as_people_write(cents: int, rng: random.Random) -> int:
    """A border near to this: two digits that count, now and then with odd cents."""
    if cents <= 0:
        return 0
    step: int = max(10 ** (len(str(cents)) - 2), 1)
    return max(1, round(cents / step) * step + rng.choice((0, 0, 0, 0, -1, 10, 30)))


def make_deals(many: int, rules: Iterable[Rule], seed: int = 2, on_borders: float = 0.25) -> list[Deal]:
    """So many deals; such a share of their amounts lies on a border of the rules, or one cent off it."""
    rng = random.Random(seed)
    borders = amount_borders(rules)
    deals: list[Deal] = []
    for number in range(many):
        if borders and rng.random() < on_borders:
            cents = max(0, rng.choice(borders) + rng.choice((0, 0, -1, 1)))
        else:
            cents = _cents_at(rng.random())
        deals.append(
            {
                "deal_id": f"D{number:07d}",
                "partner_tier": rng.choice(TIERS),
                "partner_type": rng.choice(TYPES),
                "region": rng.choice(REGIONS),
                "product_family": rng.choice(FAMILIES),
                "customer_class": rng.choice(CLASSES),
                "amount": money(cents),
                "term_months": rng.randint(1, LONGEST_TERM),
                "registered": rng.random() < 0.6,
                "certified_staff": rng.randint(0, 40),
                "csat": Decimal(rng.randint(200, 500)).scaleb(-2),
                "complaints": rng.randint(0, 9),
                "sla_breaches": rng.randint(0, 5),
                "signing_date": f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
                "payment_days": rng.choice((14, 30, 45, 60, 90)),
            }
        )
    return deals


def make_border_deals(many: int, rules: Sequence[Rule], seed: int = 3) -> list[Deal]:
    """So many deals, each on a border of the amounts of a rule that takes everything else about it.

    There a cent, or what a sum of binary floats is off, decides which rule comes first.
    """
    rng = random.Random(seed)
    bounded = [rule for rule in rules if rule.low is not None or rule.high is not None]
    deals = make_deals(many, rules, seed)
    for deal in deals:
        rule = rng.choice(bounded)
        deal["amount"] = money(rng.choice([border for border in (rule.low, rule.high) if border is not None]))
        deal["partner_tier"] = rule.tier or deal["partner_tier"]
        deal["region"] = rng.choice(rule.regions or REGIONS)
        deal["product_family"] = rng.choice(rule.families or FAMILIES)
        deal["term_months"] = rng.randint(rule.shortest or 1, rule.longest or LONGEST_TERM)
    return deals


def amount_borders(rules: Iterable[Rule]) -> list[int]:
    """The borders of all intervals of amounts, in cents."""
    return sorted({border for rule in rules for border in (rule.low, rule.high) if border is not None})


def items_of(deal: Deal, many: int = 5) -> tuple[Decimal, ...]:
    """The amount of a deal as so many items that add up to it exactly; the same ones each time."""
    rng = random.Random(deal["deal_id"])
    cents = int(deal["amount"] * 100)
    cuts = sorted(rng.randint(0, cents) for _ in range(many - 1))
    return tuple(money(end - start) for start, end in zip([0, *cuts], [*cuts, cents], strict=True))


def reference(rules: Iterable[Rule], deal: Deal) -> Answer:
    """What every engine must agree with: one rule after the other, with exact decimals. Obvious and slow."""
    amount, term = deal["amount"], deal["term_months"]
    for rule in rules:
        if (
            (rule.tier is None or rule.tier == deal["partner_tier"])
            and (rule.regions is None or deal["region"] in rule.regions)
            and (rule.families is None or deal["product_family"] in rule.families)
            and (rule.low is None or amount >= money(rule.low))
            and (rule.high is None or amount < money(rule.high))
            and (rule.shortest is None or rule.longest is None or rule.shortest <= term <= rule.longest)
        ):
            return rule.rate, rule.id
    raise LookupError(deal["deal_id"])


def bitmap_limit(rules: Sequence[Rule]) -> Callable[[Deal], Answer]:
    """The hand-written index that a compiled table is measured against.

    For each value of each column an integer with a bit for each rule that takes it; the lowest bit that all columns of
    a deal have in common is the first rule that applies.
    """
    tiers = _by_value(TIERS, rules, lambda rule, tier: rule.tier in (None, tier))
    regions = _by_value(REGIONS, rules, lambda rule, region: rule.regions is None or region in rule.regions)
    families = _by_value(FAMILIES, rules, lambda rule, family: rule.families is None or family in rule.families)
    terms = _by_value(
        range(1, LONGEST_TERM + 1),
        rules,
        lambda rule, term: rule.shortest is None or rule.longest is None or rule.shortest <= term <= rule.longest,
    )
    borders = amount_borders(rules)
    amounts = list(
        _by_value(
            (-1, *borders),
            rules,
            lambda rule, least: (rule.low is None or rule.low <= least) and (rule.high is None or least < rule.high),
        ).values()
    )
    answers = [(rule.rate, rule.id) for rule in rules]
    position = bisect_right

    def decide(deal: Deal) -> Answer:
        hits = (
            tiers[deal["partner_tier"]]
            & regions[deal["region"]]
            & families[deal["product_family"]]
            & terms[deal["term_months"]]
            & amounts[position(borders, int(deal["amount"] * 100))]
        )
        return answers[(hits & -hits).bit_length() - 1]

    return decide


def _by_value(values: Iterable[Value], rules: Iterable[Rule], takes: Callable[[Rule, Value], bool]) -> dict[Value, int]:
    """For each value of a column the rules that take it, as bits."""
    return {value: sum(1 << rule.id for rule in rules if takes(rule, value)) for value in values}
