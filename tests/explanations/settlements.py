"""A settlement worked by hand, with everything that a statement can tell.

Opening balance -120.00. Documents of March: INV-1 earns 5,000.00 (5 % of 100,000.00), INV-2 8,800.00 (the ladder goes
from 100,000.00 to 210,000.00: 8 % of 110,000.00), of which all are held back, and credit note CN-1 -400.00.
Adjustments: INV-0 of February 300.00 instead of 500.00, INV-X that came late 70.00. Changes of status: OLD-1 400.00
released, OLD-2 250.00 withheld so far and lost now.

earned 5,000.00 + 8,800.00 - 400.00 = 13,400.00; adjusted -200.00 + 70.00 = -130.00; released 400.00 + 250.00; withheld
-8,800.00; lost -250.00; so -120.00 + 13,400.00 - 130.00 + 650.00 - 8,800.00 - 250.00 = 4,750.00.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from partnerrules.domain.settlement import (
    AccountStatement,
    Kind,
    OpenDocument,
    Period,
    Settlement,
    SettlementLine,
    Standing,
    check_sums,
)
from partnerrules.quantities import Money

TITLES = {"en": "sales remuneration", "zh": "销售报酬", "ru": "вознаграждение за продажи"}


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def line(
    document: str,
    amount: str,
    *,
    kind: Kind = "document",
    day: str = "2026-03-05",
    before: str = "0",
    withheld: str = "0",
    withheld_before: str = "0",
    forfeited: str = "0",
    forfeited_before: str = "0",
    status: Standing = "earned",
    policy: str = "sales",
    titles: Mapping[str, str] = TITLES,
    clause: str | None = "N-4",
    role: str | None = None,
    rule: str | None = None,
    base: str | None = None,
    reason: str | None = None,
    details: Mapping[str, object] | None = None,
) -> SettlementLine:
    return SettlementLine.model_validate(
        {
            "kind": kind,
            "document": document,
            "date": day,
            "policy": policy,
            "titles": titles,
            "clause": clause,
            "version": "1",
            "role": role,
            "rule": rule,
            "base": None if base is None else cny(base),
            "details": details or {},
            "amount": cny(amount),
            "before": cny(before),
            "withheld": cny(withheld),
            "withheld_before": cny(withheld_before),
            "forfeited": cny(forfeited),
            "forfeited_before": cny(forfeited_before),
            "status": status,
            "reason": reason,
        }
    )


def ladder(before: str, after: str, inside: tuple[str, str], **more: object) -> dict[str, object]:
    return {
        "kind": "marginal",
        "value": None,
        "over": "fiscal quarter",
        "crossing": "forward",
        "measure": {"before": before, "after": after, "own": "110000.00 CNY", "period": "2026-01-01"},
        "bands": [
            {"id": "basic", "from": "0.00 CNY", "rate": "5 %", "inside": inside[0]},
            {"id": "higher", "from": "100000.00 CNY", "rate": "8 %", "inside": inside[1]},
            {"id": "top", "from": "250000.00 CNY", "rate": "12 %", "inside": "0.00 CNY"},
        ],
        **more,
    }


def statement(
    lines: tuple[SettlementLine, ...], *, opening: str = "0", minimum: str = "0", open: tuple[OpenDocument, ...] = ()
) -> AccountStatement:
    """A statement that its lines add up to."""
    balance = sum((each.to_balance.amount for each in lines), Decimal(opening))
    pays = balance > 0 and balance >= Decimal(minimum)
    made = AccountStatement(
        payee="P-17",
        currency="CNY",
        opening=cny(opening),
        lines=lines,
        earned=Money(sum((each.change.amount for each in lines), Decimal(0)), "CNY"),
        withheld_opening=Money(sum((each.withheld_before.amount for each in lines), Decimal(0)), "CNY"),
        withheld=Money(sum((each.withheld.amount for each in lines), Decimal(0)), "CNY"),
        forfeited=Money(
            sum((each.forfeited.amount - each.forfeited_before.amount for each in lines), Decimal(0)), "CNY"
        ),
        balance=Money(balance, "CNY"),
        minimum=cny(minimum),
        payable=Money(balance if pays else Decimal(0), "CNY"),
        carry_over=Money(Decimal(0) if pays else balance, "CNY"),
        open=open,
    )
    check_sums(made)
    return made


def settlement(*statements: AccountStatement, titles: Mapping[str, str] | None = None) -> Settlement:
    return Settlement(
        ruleset="northern",
        titles={"en": "Northern programme", "zh": "北方计划", "ru": "Северная программа"} if titles is None else titles,
        content_hash="0" * 64,
        versions={"1": "2026-01-01 .."},
        timezone="Asia/Shanghai",
        period=Period(start=dt.date(2026, 3, 1), end=dt.date(2026, 4, 1)),
        as_of=dt.datetime(2026, 4, 5, 1, 30, tzinfo=dt.UTC),
        accounts_since=dt.date(2026, 1, 1),
        previous="ab" * 32,
        objections_until=dt.date(2026, 5, 5),
        statements=statements,
    )


FULL = statement(
    (
        line(
            "INV-1",
            "5000.00",
            rule="basic",
            base="100000.00",
            details={
                "rate": ladder("0.00 CNY", "100000.00 CNY", ("100000.00 CNY", "0.00 CNY")),
                "steps": {"calculated": "5000.00 CNY", "rounded": "5000.00 CNY"},
            },
        ),
        line(
            "INV-2",
            "8800.00",
            day="2026-03-20",
            withheld="8800.00",
            status="held",
            rule="higher",
            base="110000.00",
            details={
                "rate": ladder("100000.00 CNY", "210000.00 CNY", ("0.00 CNY", "110000.00 CNY")),
                "conversion": {
                    "base": "15172.41 USD",
                    "rates": [
                        {
                            "from": "100.00 USD",
                            "to": "725.00 CNY",
                            "date": "2026-03-19",
                            "kind": "month_average",
                            "record": "X-9",
                        }
                    ],
                },
                "modifiers": [{"points": "2 %", "condition": {"id": "registered", "outcome": "unknown"}}],
                "steps": {"calculated": "8800.004 CNY", "rounded": "8800.00 CNY", "limited": "8800.00 CNY"},
                "limit": {"cap": "9000.00 CNY"},
                "earned_on": "2026-03-21",
                "payable_from": "2026-05-20",
            },
        ),
        line(
            "CN-1",
            "-400.00",
            day="2026-03-25",
            base="-8000.00",
            details={
                "corrects": {
                    "original": "INV-1",
                    "base": "100000.00 CNY",
                    "amount": "5000.00 CNY",
                    "left_before": "100000.00 CNY",
                    "left": "92000.00 CNY",
                },
                "steps": {"calculated": "-400.00 CNY", "rounded": "-400.00 CNY"},
            },
        ),
        line(
            "INV-0",
            "300.00",
            kind="adjustment",
            day="2026-02-11",
            before="500.00",
            base="6000.00",
            details={
                "rate": {"kind": "table", "value": "5 %", "rows": ["usual"], "inputs": [{"text": "t.a", "value": "A"}]},
                "steps": {"calculated": "300.00 CNY", "rounded": "300.00 CNY"},
            },
        ),
        line("INV-X", "70.00", kind="adjustment", day="2026-02-12", base="1400.00", rule="usual"),
        line("OLD-1", "400.00", kind="status", day="2026-02-01", before="400.00", withheld_before="400.00"),
        line(
            "OLD-2",
            "250.00",
            kind="status",
            day="2026-02-02",
            before="250.00",
            withheld_before="250.00",
            forfeited="250.00",
            status="forfeited",
        ),
    ),
    opening="-120.00",
    minimum="500.00",
    open=(
        OpenDocument(document="INV-7", policy="sales", reason="undetermined", missing=("transactions INV-7 date",)),
        OpenDocument(
            document="CN-9", policy="sales", date=dt.date(2026, 3, 9), reason="refused", word="original_refused"
        ),
        OpenDocument(document="INV-8", policy="bonus", date=dt.date(2026, 3, 9), reason="no_policy_in_force"),
    ),
)
