"""The accounts of payees: what a closing adds to each, given what the closings before it settled.

An entitlement is what one document earns one payee by one policy. A closing settles, for each, the difference between
what it is now and what the closings before left it at. So it does not matter in how many closings, or in which order,
documents came in: whatever has been settled so far is the sum of all entitlements as they stand.

How much of an entitlement is withheld or lost is told in `positions`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, cast

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.entitlements import Account, Entitlement, Entry, Gathered, gathered_from, open_place
from partnerrules.decisions.positions import NOTHING, Position, positions
from partnerrules.decisions.results import NoPolicyResult, Result
from partnerrules.decisions.whole import Results
from partnerrules.diagnostics import UsageError
from partnerrules.domain.open_documents import OpenDocument
from partnerrules.domain.settlement import (
    AccountStatement,
    Kind,
    Period,
    Settlement,
    SettlementLine,
    Standing,
    total,
)
from partnerrules.quantities import Money, currency_places, subtract


@dataclass(slots=True)
class Books:
    """What the closings so far settled.

    Attributes:
        positions: the entitlements of each account as they were left.
        lines: the line that left them so.
        balances: what was carried over.
    """

    positions: dict[Account, dict[Entry, Position]] = field(default_factory=dict)
    lines: dict[tuple[Account, Entry], SettlementLine] = field(default_factory=dict)
    balances: dict[Account, Money] = field(default_factory=dict)

    @classmethod
    def of(cls, closed: Sequence[Settlement]) -> "Books":
        """The books after some closings, the first one first.

        Raises:
            UsageError: if one does not go on from where those before it left off.
        """
        books = cls()
        for settlement in closed:
            told: set[Account] = set()
            for statement in settlement.statements:
                account = Account(statement.payee, statement.currency)
                books._add(account, statement, settlement.period, again=account in told)
                told.add(account)
        return books

    def _add(self, account: Account, statement: AccountStatement, period: Period, *, again: bool) -> None:
        """Takes over one statement."""
        left = self.positions.setdefault(account, {})
        nothing = Money(Decimal(0), account.currency)
        goes_on = not again and self.balances.get(account, nothing) == statement.opening
        for line in statement.lines:
            entry = Entry(line.policy, line.document, line.role, line.number)
            before = Position(line.before.amount, line.withheld_before.amount, line.forfeited_before.amount)
            goes_on &= left.get(entry, NOTHING) == before
            left[entry] = Position(line.amount.amount, line.withheld.amount, line.forfeited.amount)
            self.lines[account, entry] = line
        if not goes_on:
            raise UsageError(
                f"the statement of `{account.payee}` in {account.currency} for {period} does not go on from the one "
                "before: it has been changed"
            )
        self.balances[account] = statement.carry_over

    def documents(self, policy: str) -> Iterator[str]:
        """The documents of which a policy has settled anything."""
        for of_account in self.positions.values():
            for entry, position in of_account.items():
                if entry.policy == policy and position != NOTHING:
                    yield entry.document

    def corrects(self, account: Account, entry: Entry) -> str:
        """The document that a settled one corrects; "" if none."""
        told = self.lines[account, entry].details.get("corrects")
        original = told.get("original") if isinstance(told, dict) else None
        return original if isinstance(original, str) else ""

    @property
    def policies(self) -> frozenset[str]:
        """The policies that anything was settled by."""
        return frozenset(entry.policy for positions in self.positions.values() for entry in positions)


@dataclass(frozen=True, slots=True)
class Closing:
    """What is settled.

    Attributes:
        period: the days.
        accounts_since: the first day on which documents are settled at all.
        minimum: the least that is paid out, by currency.
        settles: by version of the ruleset the policies that it settles.
        ruled: whether any version is in force on a day.
    """

    period: Period
    accounts_since: dt.date
    minimum: Mapping[str, Money]
    settles: Mapping[str, frozenset[str]]
    ruled: Callable[[dt.date], bool]


def settle(
    books: Books, paying: Mapping[str, Results], closing: Closing
) -> tuple[tuple[AccountStatement, ...], tuple[OpenDocument, ...], int]:
    """The statements of a period, the documents that stay open and concern nobody known, and how many were before.

    Args:
        books: what was settled before.
        paying: the results of the policies that are settled.
        closing: what is settled.
    """
    gathered = gathered_from(_chosen(paying, closing), closing.period, closing.accounts_since)
    accounts = sorted({*gathered.entitlements, *gathered.open, *books.positions, *books.balances})
    made = (_statement(account, books, gathered, closing) for account in accounts)
    open_to_all = tuple(sorted(gathered.open_to_all, key=open_place))
    return tuple(each for each in made if each is not None), open_to_all, gathered.earlier


def _chosen(paying: Mapping[str, Results], closing: Closing) -> Iterator[tuple[Result, str | None]]:
    """The results that are settled, each by its own version, with the currency that its policy pays in.

    A document of a day on which other versions are in force, that do not have the policy, is none of its documents.
    """
    for name, results in paying.items():
        for result in results.values():
            if isinstance(result, NoPolicyResult):
                if result.outcome == UNDETERMINED or not any(map(closing.ruled, result.reference_dates)):
                    yield result, results.currency
            elif name in closing.settles.get(result.basis.version, ()):
                yield result, results.currency


# ---------------------------------------------------------------------------------------------------------- statements


def _statement(account: Account, books: Books, gathered: Gathered, closing: Closing) -> AccountStatement | None:
    """The statement of an account; None where there is nothing to tell."""
    before = books.positions.get(account, {})
    claims = gathered.entitlements.get(account, {})
    corrects = {entry: books.corrects(account, entry) for entry in before}
    found = positions(before, claims, gathered.unsettled, corrects, currency_places(account.currency))
    lines = [
        _line(account, entry, position, before.get(entry, NOTHING), claims.get(entry), books, closing)
        for entry, position in found.items()
        if position != before.get(entry, NOTHING) or (entry not in before and claims[entry].date in closing.period)
    ]
    opening = books.balances.get(account, Money(Decimal(0), account.currency))
    withheld = _sum((each.withheld for each in found.values()), account)
    open_documents = tuple(sorted(gathered.open.get(account, ()), key=open_place))
    if not lines and not open_documents and not opening.amount and not withheld.amount:
        return None
    balance = total((opening, *(line.to_balance for line in lines)), account.currency)
    minimum = closing.minimum.get(account.currency, Money(Decimal(0), account.currency))
    pays = balance.amount > 0 and balance.amount >= minimum.amount
    nothing = Money(Decimal(0), account.currency)
    return AccountStatement(
        payee=account.payee,
        currency=account.currency,
        opening=opening,
        lines=tuple(sorted(lines, key=_place)),
        earned=total((line.change for line in lines), account.currency),
        withheld_opening=_sum((each.withheld for each in before.values()), account),
        withheld=withheld,
        forfeited=_sum(
            (subtract(each.forfeited, before.get(entry, NOTHING).forfeited) for entry, each in found.items()),
            account,
        ),
        balance=balance,
        minimum=minimum,
        payable=balance if pays else nothing,
        carry_over=nothing if pays else balance,
        open=open_documents,
    )


def _line(
    account: Account,
    entry: Entry,
    now: Position,
    before: Position,
    claim: Entitlement | None,
    books: Books,
    closing: Closing,
) -> SettlementLine:
    def money(amount: Decimal) -> Money:
        return Money(amount, account.currency)

    amounts = {
        "amount": money(now.amount),
        "before": money(before.amount),
        "withheld": money(now.withheld),
        "withheld_before": money(before.withheld),
        "forfeited": money(now.forfeited),
        "forfeited_before": money(before.forfeited),
    }
    if claim is None:
        settled = books.lines[account, entry]
        told: dict[str, object] = {
            "kind": "adjustment",
            "status": "withdrawn",
            "reason": None,
            "base": None,
            "rule": None,
            "details": {},
        }
        return settled.model_copy(update={**told, **amounts})
    basis = claim.basis
    return SettlementLine(
        kind=_kind(now, before, claim, closing),
        document=entry.document,
        date=claim.date,
        policy=entry.policy,
        titles=dict(basis.title.texts),
        clause=basis.source,
        version=basis.version,
        role=entry.role,
        number=entry.number,
        rule=claim.rule,
        base=claim.base,
        details=claim.details(),
        status=_standing(now, claim.status),
        reason=claim.reason,
        **amounts,
    )


def _kind(now: Position, before: Position, claim: Entitlement, closing: Closing) -> Kind:
    if before == NOTHING and claim.date in closing.period:
        return "document"
    return "adjustment" if now.amount != before.amount else "status"


def _standing(now: Position, status: str) -> Standing:
    """What became of an amount: that of the result, unless it had been released already."""
    if status in ("held", "pending", "forfeited", UNDETERMINED) and not now.withheld and not now.forfeited:
        return "earned"
    return cast(Standing, status)


def _sum(amounts: Iterable[Decimal], account: Account) -> Money:
    return total((Money(each, account.currency) for each in amounts), account.currency)


_KINDS: Final[tuple[Kind, ...]] = ("document", "adjustment", "status")


def _place(line: SettlementLine) -> tuple[int, dt.date, str, str, str, int]:
    return _KINDS.index(line.kind), line.date, line.document, line.policy, line.role or "", line.number


def check_present(books: Books, policy: str, known: Iterable[str]) -> None:
    """Checks that the facts still have the documents that were settled: without them, all would be taken back.

    Raises:
        UsageError: if some are missing.
    """
    gone = sorted({*books.documents(policy)} - {*known})
    if gone:
        named = ", ".join(f"`{each}`" for each in gone[:3])
        more = f" and {len(gone) - 3:,} more" if len(gone) > 3 else ""
        raise UsageError(
            f"the facts lack documents that were settled by `{policy}`, or date them after the closing: {named}{more}; "
            "give all documents since the first settlement, and take one back with a document that corrects it"
        )
