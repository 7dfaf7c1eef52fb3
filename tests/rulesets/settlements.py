"""Short ways to try settlements: a ruleset as text, documents, and the periods that are closed one after the other."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.support import SHANGHAI, ruleset

from partnerrules import Facts, Ruleset
from partnerrules.domain.settlement import AccountStatement, Settlement

HEAD = """\
ruleset: trial
version: "1"
in_force: 2020-01-01 ..
currency: CNY
timezone: Asia/Shanghai
"""
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
CLOSINGS = {
    "2026-Q1": dt.datetime(2026, 4, 5, 9, tzinfo=SHANGHAI),
    "2026-Q2": dt.datetime(2026, 7, 5, 9, tzinfo=SHANGHAI),
    "2026-Q3": dt.datetime(2026, 10, 5, 9, tzinfo=SHANGHAI),
    "2026-Q4": dt.datetime(2027, 1, 5, 9, tzinfo=SHANGHAI),
}

Documents = Mapping[str, Mapping[str, object]]


def policy(lines: str, *, before: str = "") -> Ruleset:
    """A ruleset whose one policy pays the partner of a transaction; `lines` say the rest of it."""
    indented = "".join(f"    {line}\n" for line in lines.strip("\n").splitlines())
    basic = "    subject: transaction\n    payee: transaction.partner\n    base: transaction.net_amount\n"
    return ruleset(f"{before}commission:\n  sales:\n    title: {{en: Sales}}\n    source: N-4\n{basic}{indented}", HEAD)


def document(amount: str | None, date: str, partner: str = "P", **more: object) -> dict[str, object]:
    """A document of a partner."""
    amounts = {} if amount is None else {"net_amount": f"{amount} CNY"}
    return {"partner": partner, "date": date, **amounts, **more}


def settle(
    rules: Ruleset,
    documents: Documents,
    period: str,
    closed: Sequence[Settlement] = (),
    *,
    more: Mapping[str, object] | None = None,
    as_of: dt.datetime | None = None,
) -> Settlement:
    """The settlement of a quarter of 2026, closed on the fifth day after it."""
    facts = {"partners": {"P": {}, "Q": {}, "R": {}}, "transactions": documents, **(more or {})}
    return rules.settle(Facts(facts), period, closed=closed, as_of=as_of or CLOSINGS[period])


def amounts(statement: AccountStatement) -> dict[str, str]:
    """What is told of a statement's lines: kind, change and what goes to the balance, by document."""
    found: dict[str, str] = {}
    for line in statement.lines:
        name = line.document if line.role is None else f"{line.document} {line.role}"
        found[name] = f"{line.kind} {plain(line.change.amount)} > {plain(line.to_balance.amount)}"
    return found


def totals(statement: AccountStatement) -> str:
    """Opening balance, what is payable, and what is carried over and withheld."""
    parts = (statement.opening, statement.payable, statement.carry_over, statement.withheld)
    return " ".join(plain(each.amount) for each in parts)


def plain(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")
