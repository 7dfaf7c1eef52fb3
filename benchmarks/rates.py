"""The common workload as a ruleset of ours, and its deals as typed records."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import partnerrules as pr
from benchmarks.workload import (
    CLASSES,
    DEALS,
    TIERS,
    TYPES,
    Answer,
    Deal,
    Rule,
    generate,
    items_of,
    money,
    reference,
)
from partnerrules.domain import deals as domain

TABLE = "rates"
AS_OF = dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC)
INPUTS = ("partner_tier", "region", "product_family", "amount", "term_months")
ITEMS = tuple(f"item_{number}" for number in range(1, 6))
HEAD = f"""\
ruleset: rates
version: "1"
in_force: 2026-01-01 ..
currency: CNY
timezone: UTC
facts:
  deal:
    partner_tier: "enum [{", ".join(TIERS)}]"
    partner_type: "enum [{", ".join(TYPES)}]"
    region: text
    product_family: text
    customer_class: "enum [{", ".join(CLASSES)}]"
    term_months: integer
    registered: boolean
    certified_staff: integer
    csat: number
    complaints: integer
    sla_breaches: integer
    signing_date: date
    payment_days: integer
"""
COLUMNS = """\
tables:
  rates:
    subject: deal
    hit: first
    inputs:
      partner_tier: deal.partner_tier
      region: deal.region
      product_family: deal.product_family
      amount: {amount}
      term_months: deal.term_months
    outputs: {{rate: {{type: ratio}}}}
    rows: |
      | id | partner_tier | region | product_family | amount | term_months | rate |
      |----|--------------|--------|----------------|--------|-------------|------|
"""


def ruleset_text(rules: Iterable[Rule], *, added_up: bool = False) -> str:
    """The table as an author would write it, in YAML.

    Args:
        rules: of the workload.
        added_up: whether the amount of a deal is what its items come to, or given.
    """
    items = "".join(f"    {item}: money\n" for item in ITEMS) if added_up else ""
    amount = " + ".join(f"deal.{item}" for item in ITEMS) if added_up else "deal.amount"
    lines = [_line(rule) for rule in rules]
    return f"{HEAD}{items}{COLUMNS.format(amount=amount)}" + "\n".join(lines) + "\n"


def _line(rule: Rule) -> str:
    cells = (
        str(rule.id),
        rule.tier or "-",
        _one_of(rule.regions),
        _one_of(rule.families),
        _amounts(rule),
        "-" if rule.shortest is None else f"[{rule.shortest}..{rule.longest}]",
        f"{(rule.rate * 100).normalize():f} %",
    )
    return f"      | {' | '.join(cells)} |"


def _one_of(names: Sequence[str] | None) -> str:
    return "-" if names is None else ", ".join(f'"{name}"' for name in names)


def _amounts(rule: Rule) -> str:
    match rule.low, rule.high:
        case None, None:
            return "-"
        case None, int(high):
            return f"< {money(high)} CNY"
        case int(low), None:
            return f">= {money(low)} CNY"
        case low, high:
            return f"[{money(low or 0)} CNY..{money(high or 0)} CNY)"


def load(text: str, folder: str | Path) -> pr.Ruleset:
    """The ruleset of this text, loaded from a folder where it is written to."""
    Path(folder, "ruleset.yaml").write_text(text, encoding="utf-8")
    return pr.load(folder)


def records(deals: Iterable[Deal], *, every_field: bool = False, items: bool = False) -> list[domain.Deal]:
    """The deals as business records.

    Args:
        deals: in plain values.
        every_field: whether the records hold all that is known, or what the table tests.
        items: whether what the amount is made up of stands in them too.
    """
    return [_record(deal, every_field, items) for deal in deals]


def _record(deal: Deal, every_field: bool, items: bool) -> domain.Deal:
    attributes: dict[str, object] = {name: value for name, value in deal.items() if name in INPUTS and name != "amount"}
    if every_field:
        attributes = {name: value for name, value in deal.items() if name not in ("deal_id", "amount")}
        attributes["signing_date"] = dt.date.fromisoformat(deal["signing_date"])
    if items:
        attributes |= {name: pr.Money(amount, "CNY") for name, amount in zip(ITEMS, items_of(deal), strict=True)}
    return domain.Deal(
        id=deal["deal_id"], customer="C-1", amount=pr.Money(deal["amount"], "CNY"), attributes=attributes
    )


@dataclass(frozen=True)
class Prepared:
    """The workload at one size, loaded and ready to be measured.

    Attributes:
        rules: of the table.
        deals: in plain values.
        ruleset: the same table, loaded.
        answers: what every deal gets, by the reference.
    """

    rules: Sequence[Rule]
    deals: Sequence[Deal]
    ruleset: pr.Ruleset
    answers: Sequence[Answer]


@cache
def prepared(size: int, deals: int = DEALS) -> Prepared:
    """The workload with so many rules; made once, for all that measure it."""
    rules, drawn = generate(size, deals)
    with TemporaryDirectory() as folder:
        ruleset = load(ruleset_text(rules), folder)
    return Prepared(rules, drawn, ruleset, [reference(rules, deal) for deal in drawn])
