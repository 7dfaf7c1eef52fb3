"""Short ways to try a commission policy: its lines as text, some documents, and what each of them earns."""

import datetime as dt
from collections.abc import Mapping

from tests.support import AS_OF, HEAD, decide

from partnerrules import Decision
from partnerrules.decisions.commission import CommissionResult
from partnerrules.schema.missing import Unknown

WHOLE_HEAD = HEAD.replace("2020-01-01 ..", "2015-01-01 ..")
BASIC = """\
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
"""
SPLIT = """\
    subject: transaction
    base: transaction.net_amount
"""

Document = Mapping[str, object]


def policy(lines: str, *, before: str = "", basic: str = BASIC) -> str:
    """The text of a ruleset whose one policy, `sales`, says some lines."""
    indented = "".join(f"    {line}\n" for line in lines.strip("\n").splitlines())
    return f"{before}commission:\n  sales:\n{basic}{indented}"


def invoice(amount: str | None, date: str | None = "2026-01-10", **more: object) -> Document:
    """A document of partner P for customer C."""
    given = {"kind": "invoice", "net_amount": amount, "date": date}
    return {"partner": "P", "customer": "C", **{key: value for key, value in given.items() if value}, **more}


def credit(amount: str, original: str, date: str = "2026-01-20", **more: object) -> Document:
    """A credit note that corrects another document."""
    return invoice(amount, date, kind="credit_note", original=original, **more)


def decided(
    text: str,
    documents: Mapping[str, Document],
    more: Mapping[str, object] | None = None,
    *,
    head: str = WHOLE_HEAD,
    as_of: dt.datetime = AS_OF,
) -> Decision:
    """What a ruleset decides over documents, with partners P and Q and customers C and D."""
    facts = {
        "partners": {"P": {}, "Q": {}},
        "customers": {"C": {}, "D": {}},
        "products": {},
        "transactions": documents,
        **(more or {}),
    }
    return decide(text, facts, head=head, as_of=as_of)


def results(decision: Decision, name: str = "sales") -> dict[str, CommissionResult]:
    """The results of a commission policy by document."""
    found: dict[str, CommissionResult] = {}
    for id, result in decision[name].items():
        assert isinstance(result, CommissionResult), result
        found[id] = result
    return found


def amounts(decision: Decision, name: str = "sales") -> dict[str, str]:
    """What each document earns: an amount, "unknown", or the reason why it is refused."""
    return {id: amount_text(result) for id, result in results(decision, name).items()}


def amount_text(result: CommissionResult) -> str:
    if isinstance(result.amount, Unknown):
        return "unknown"
    return str(result.amount) if result.amount is not None else f"{result.outcome}: {result.reason}"


def shares(result: CommissionResult) -> list[tuple[str, str]]:
    """What each party gets."""
    return [(str(line.payee), str(line.amount)) for line in result.lines]
