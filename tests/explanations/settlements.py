"""A settlement worked by hand, with everything that a statement can tell.

Opening balance -120.00. Documents of March: INV-1 earns 5,000.00 (5 % of 100,000.00); INV-2 8,800.00 (the ladder goes
from 100,000.00 to 210,000.00: 8 % of 110,000.00 is 8,800.00, and 2 % more 11,000.00, of which a cap leaves 8,800.00),
of which all are held back; and credit note CN-1 -400.00. Adjustments: INV-0 of February 300.00 instead of 500.00,
INV-X that came late 70.00, INV-P 440.00 instead of 300.00 that were paid out, so that 140.00 are held back, INV-R
180.00 instead of 200.00, which were held back and are released. Changes of status: OLD-1 400.00 released, OLD-2 250.00
withheld so far and lost now.

earned 5,000.00 + 8,800.00 - 400.00 = 13,400.00; adjusted -200.00 + 70.00 + 140.00 - 20.00 = -10.00; released 200.00 +
400.00 + 250.00 = 850.00; withheld -8,800.00 - 140.00 = -8,940.00; lost -250.00; so -120.00 + 13,400.00 - 10.00 + 850.00
- 8,940.00 - 250.00 = 4,930.00.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from partnerrules.domain.open_documents import MissingFact, OpenDocument
from partnerrules.domain.settlement import (
    AccountStatement,
    Kind,
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


def table(rate: str, amount: str) -> dict[str, object]:
    """Details of what the row `usual` of a table gives."""
    inputs = [{"text": "transaction.kind", "value": "invoice"}]
    return {
        "rate": {"kind": "table", "value": rate, "rows": ["usual"], "inputs": inputs},
        "steps": {"calculated": f"{amount} CNY", "rounded": f"{amount} CNY"},
    }


def ladder(before: str, after: str, own: str, inside: tuple[str, str], **more: object) -> dict[str, object]:
    return {
        "kind": "marginal",
        "value": None,
        "over": "fiscal quarter",
        "crossing": "forward",
        "per": [{"text": "transaction.partner", "value": "P-17"}],
        "measure": {"before": before, "after": after, "own": own, "period": "2026-01-01"},
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
        format=1,
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
                "rate": ladder("0.00 CNY", "100000.00 CNY", "100000.00 CNY", ("100000.00 CNY", "0.00 CNY")),
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
                "rate": ladder("100000.00 CNY", "210000.00 CNY", "110000.00 CNY", ("0.00 CNY", "110000.00 CNY")),
                "conversion": {
                    "base": "16000.00 USD",
                    "rates": [
                        {
                            "from": "100.00 USD",
                            "to": "687.50 CNY",
                            "date": "2026-03-19",
                            "kind": "month_average",
                            "record": "X-9",
                        }
                    ],
                },
                "modifiers": [
                    {
                        "points": "2 %",
                        "condition": {
                            "id": "registered",
                            "text": "transaction.registered",
                            "outcome": True,
                            "missing": [],
                            "seen": [],
                            "titles": {"en": "deal registered", "zh": "已报备", "ru": "сделка зарегистрирована"},
                        },
                    }
                ],
                "steps": {
                    "calculated": "8800.00 CNY",
                    "modified": "11000.00 CNY",
                    "rounded": "11000.00 CNY",
                    "limited": "8800.00 CNY",
                },
                "limit": {"cap": "8800.00 CNY", "bound": ["cap"]},
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
                "steps": {"rounded": "-400.00 CNY"},
            },
        ),
        line(
            "INV-0",
            "300.00",
            kind="adjustment",
            day="2026-02-11",
            before="500.00",
            rule="usual",
            base="6000.00",
            details=table("5 %", "300.00"),
        ),
        line(
            "INV-X",
            "70.00",
            kind="adjustment",
            day="2026-02-12",
            rule="usual",
            base="1400.00",
            details=table("5 %", "70.00"),
        ),
        line(
            "INV-P",
            "440.00",
            kind="adjustment",
            day="2026-02-13",
            before="300.00",
            withheld="140.00",
            status="pending",
            rule="usual",
            base="8800.00",
            details={**table("5 %", "440.00"), "earned_on": None},
        ),
        line(
            "INV-R",
            "180.00",
            kind="adjustment",
            day="2026-02-14",
            before="200.00",
            withheld_before="200.00",
            rule="usual",
            base="3600.00",
            details=table("5 %", "180.00"),
        ),
        line(
            "OLD-1",
            "400.00",
            kind="status",
            day="2026-02-01",
            before="400.00",
            withheld_before="400.00",
            rule="usual",
            base="8000.00",
            details=table("5 %", "400.00"),
        ),
        line(
            "OLD-2",
            "250.00",
            kind="status",
            day="2026-02-02",
            before="250.00",
            withheld_before="250.00",
            forfeited="250.00",
            status="forfeited",
            rule="usual",
            base="5000.00",
            details={
                **table("5 %", "250.00"),
                "because": [
                    {"id": "late", "titles": {"en": "paid too late", "zh": "付款逾期", "ru": "оплата с опозданием"}}
                ],
            },
        ),
    ),
    opening="-120.00",
    minimum="500.00",
    open=(
        OpenDocument(
            document="INV-7",
            policy="sales",
            reason="undetermined",
            missing=(MissingFact(reason="field", relation="transactions", record="INV-7", field="date"),),
        ),
        OpenDocument(
            document="CN-9", policy="sales", date=dt.date(2026, 3, 9), reason="refused", word="original_refused"
        ),
        OpenDocument(document="INV-8", policy="bonus", date=dt.date(2026, 3, 9), reason="no_policy_in_force"),
    ),
)
