"""Entitlements: what each document earns each payee by each policy, and which documents stay open."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from typing import Final, NamedTuple, cast

from partnerrules.decisions.basis import UNDETERMINED, Basis
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionLine, CommissionResult
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.results import NoPolicyResult, Result
from partnerrules.decisions.values import missing_text
from partnerrules.domain.settlement import Details, OpenDocument, Period
from partnerrules.quantities import Money, currency_of
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.types import Quantity


class Account(NamedTuple):
    """What statements are made for: a payee, in a currency."""

    payee: str
    currency: str


class Entry(NamedTuple):
    """What an entitlement belongs to: a line of a document by a policy."""

    policy: str
    document: str
    role: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a document earns a payee by a policy, as a result has it.

    Attributes:
        basis: what it rests on.
        date: the day that puts it into its period.
        amount: how much it is.
        status: what becomes of it.
        original: the id of the document that this one corrects.
        rule: the row or band that gave the rate, if one did.
        base: what it is computed on.
        reason: why nothing is earned, if there is a word for it.
        details: gives how the amount came about, as plain data.
    """

    basis: Basis
    date: dt.date
    amount: Decimal
    status: str
    details: Callable[[], Details]
    original: str | None = None
    rule: str | None = None
    base: Money | None = None
    reason: str | None = None


@dataclass(slots=True)
class Gathered:
    """What the results of all policies say, by account.

    Attributes:
        entitlements: what documents earn.
        open: documents that are not settled, by those whom they concern.
        open_to_all: those of which it is not known whom they concern.
        unsettled: documents of which nothing can be said now, by policy: what was settled of them stays.
    """

    entitlements: dict[Account, dict[Entry, Entitlement]] = field(default_factory=dict)
    open: dict[Account, list[OpenDocument]] = field(default_factory=dict)
    open_to_all: list[OpenDocument] = field(default_factory=list)
    unsettled: set[tuple[str, str]] = field(default_factory=set)


def gathered_from(results: Iterable[tuple[Result, str | None]], period: Period, since: dt.date) -> Gathered:
    """What documents from the first settled day up to the end of a period earn.

    Args:
        results: those that are settled, with the currency that their policy pays in.
        period: the period that is settled.
        since: the first day on which documents are settled at all.
    """
    gathered, so_far = Gathered(), Period(start=since, end=period.end)
    for result, currency in results:
        if isinstance(result, CommissionResult) and currency is not None:
            _gather(result, currency, gathered, so_far)
        elif isinstance(result, BenefitResult):
            _gather_benefit(result, gathered, so_far)
        elif isinstance(result, NoPolicyResult):
            _gather_elsewhere(result, currency, gathered, period)
    return gathered


def _gather(result: CommissionResult, currency: str, gathered: Gathered, period: Period) -> None:
    """One result: its lines by account, or that it is open."""
    document, policy, date = result.basis.subject, result.basis.policy, result.date
    if isinstance(date, Unknown):
        gathered.unsettled.add((policy, document))
        _open(result, UNDETERMINED, None, currency, gathered)
        return
    if date not in period:
        return
    if result.outcome == "refused":
        gathered.unsettled.add((policy, document))
        _open(result, "refused", date, currency, gathered)
        return
    seen: dict[tuple[str, str | None], int] = {}
    doubtful = False
    original = str(result.corrects.original) if result.corrects is not None else None
    of_document = cache(partial(_of_document, result))  # those who share a document share this
    for line in result.lines:
        if line.payee is None:
            continue
        if isinstance(line.payee, Unknown) or not isinstance(line.amount, Money):
            doubtful = True
            continue
        account = Account(line.payee, currency)
        number = seen[line.payee, line.role] = seen.get((line.payee, line.role), 0) + 1
        amount = Decimal(0) if line.status == "excluded" else line.amount.amount
        entry = Entry(policy, document, line.role, number)
        gathered.entitlements.setdefault(account, {})[entry] = Entitlement(
            result.basis,
            date,
            amount,
            line.status,
            partial(_details, of_document, result, line),
            original,
            result.rule,
            result.base if isinstance(result.base, Money) else None,
            result.reason,
        )
        doubtful |= line.status == UNDETERMINED
    if doubtful:
        if any(isinstance(line.payee, Unknown) or isinstance(line.amount, Unknown) for line in result.lines):
            gathered.unsettled.add((policy, document))
        _open(result, UNDETERMINED, date, currency, gathered)


_DETAILS: Final = ("rate", "conversion", "modifiers", "rate_at_most", "steps", "limit", "corrects", "earned_on",
                   "payable_from")  # fmt: skip
"""What of a result tells how an amount came about."""


def _of_document(result: CommissionResult) -> Details:
    """How the amount of a document came about, before it is known who gets what of it."""
    told = {name: value for name, value in result.as_data().items() if name in _DETAILS and value not in (None, [], {})}
    return cast(Details, told)


_OF_LINE: Final = ("share", "override", "overlay", "rate", "base")
_ASKED: Final = {"clawed_back": "clawback", "forfeited": "forfeit", "held": "hold"}


def _details(of_document: Callable[[], Details], result: CommissionResult, line: CommissionLine) -> Details:
    own = {name: value for name, value in line.as_data().items() if name in _OF_LINE}
    asked = _ASKED.get(line.status, "")
    because = [
        {"id": _name(each), "titles": dict(each.title.texts)}
        for conditions in (result.conditions, line.conditions)
        for each in conditions.get(asked, ())
        if each.outcome is True
    ]
    told = {**({"line": own} if own else {}), **({"because": because} if because else {})}
    return {**of_document(), **cast(Details, told)}


def _name(condition: RequirementResult) -> str:
    """The name of a condition; of several together the names of those that it is made of."""
    return ", ".join(each.id for each in condition_results(condition))


_OF_BENEFIT: Final = {"granted": "earned", "reduced": "earned", "pending": "pending"}


def _gather_benefit(result: BenefitResult, gathered: Gathered, period: Period) -> None:
    """What a benefit grants, on the day on which it was claimed; what nobody has claimed is no document yet."""
    claimed = None if result.claim is None else result.claim.on
    currency = currency_of(result.type.dimension) if isinstance(result.type, Quantity) else None
    if currency is None or claimed is None:
        return
    beneficiary, granted = result.beneficiary, result.granted
    date = claimed.date() if isinstance(claimed, dt.datetime) else claimed
    if isinstance(date, dt.date) and date not in period:
        return
    basis = result.basis
    if isinstance(date, Unknown) or isinstance(beneficiary, Unknown) or not isinstance(granted, Money):
        gathered.unsettled.add((basis.policy, basis.subject))
        made = OpenDocument(
            document=basis.subject,
            policy=basis.policy,
            date=date if isinstance(date, dt.date) else None,
            reason="undetermined",
            missing=_texts(result.missing),
        )
        _keep_open(made, [beneficiary], currency, gathered)
        return
    data = result.as_data()
    gathered.entitlements.setdefault(Account(beneficiary, currency), {})[
        Entry(basis.policy, basis.subject, None, 1)
    ] = Entitlement(
        basis,
        date,
        granted.amount,
        _OF_BENEFIT.get(result.outcome, "excluded"),
        lambda: cast(Details, {"benefit": {name: data[name] for name in _OF_GRANT}}),
        base=result.amount if isinstance(result.amount, Money) else None,
        reason=result.reason,
    )


_OF_GRANT: Final = ("outcome", "amount", "share", "part", "granted", "borne", "caps", "claim", "approvals")


def _open(result: CommissionResult, reason: str, date: dt.date | None, currency: str, gathered: Gathered) -> None:
    missing = set(result.missing)
    for line in result.lines:
        for value in (line.payee, line.amount):
            missing |= value.missing if isinstance(value, Unknown) else set()
    made = OpenDocument(
        document=result.basis.subject,
        policy=result.basis.policy,
        date=date,
        reason="refused" if reason == "refused" else "undetermined",
        word=result.reason,
        missing=_texts(missing),
    )
    _keep_open(made, [line.payee for line in result.lines], currency, gathered)


def _gather_elsewhere(result: NoPolicyResult, currency: str | None, gathered: Gathered, period: Period) -> None:
    """A document that no version answers for, or of which it is not known whether one does."""
    in_doubt = result.outcome == UNDETERMINED
    if in_doubt:
        gathered.unsettled.add((result.basis.policy, result.basis.subject))
    elif not any(day in period for day in result.reference_dates):
        return
    day = result.reference_dates[0] if len(result.reference_dates) == 1 else None
    made = OpenDocument(
        document=result.basis.subject,
        policy=result.basis.policy,
        date=day,
        reason="undetermined" if in_doubt else "no_policy_in_force",
        missing=_texts(result.missing),
    )
    if result.payees or in_doubt:
        _keep_open(made, result.payees, currency, gathered)


def _keep_open(
    made: OpenDocument, payees: Sequence[str | Unknown | None], currency: str | None, gathered: Gathered
) -> None:
    known = [] if currency is None else [payee for payee in payees if isinstance(payee, str)]
    for payee in dict.fromkeys(known):
        gathered.open.setdefault(Account(payee, currency or ""), []).append(made)
    if len(known) < len(payees) or not payees:
        gathered.open_to_all.append(made)


def _texts(missing: Iterable[Missing]) -> tuple[str, ...]:
    return tuple(missing_text(each) for each in sorted(missing))


def open_place(document: OpenDocument) -> tuple[str, str, str]:
    """Where an open document stands: by day, those of unknown days first."""
    return str(document.date or ""), document.document, document.policy
