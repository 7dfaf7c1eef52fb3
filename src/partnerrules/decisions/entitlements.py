"""Entitlements: what each document earns each payee by each policy, and which documents stay open."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from typing import Final, NamedTuple, cast

from partnerrules.decisions.basis import UNDETERMINED, Basis
from partnerrules.decisions.benefits import ApprovalResult, BenefitResult, CapResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.commission_lines import CommissionLine
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.results import NoPolicyResult, Result
from partnerrules.decisions.values import missing_data
from partnerrules.domain.open_documents import MissingFact, OpenDocument
from partnerrules.domain.settlement import Details, Period
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
class Taken:
    """What a correction takes back.

    Attributes:
        original: the id of the document that it corrects.
        base: of that document.
        left: what is left of it with the correction.
    """

    original: str
    base: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a document earns a payee by a policy, as a result has it.

    Attributes:
        basis: what it rests on.
        date: the day that puts it into its period.
        amount: how much it is.
        status: what becomes of it.
        taken: what it takes back, if it corrects another document.
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
    taken: Taken | None = None
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
        earlier: how many results there are of documents of before, which earn something and were settled elsewhere.
    """

    entitlements: dict[Account, dict[Entry, Entitlement]] = field(default_factory=dict)
    open: dict[Account, list[OpenDocument]] = field(default_factory=dict)
    open_to_all: list[OpenDocument] = field(default_factory=list)
    unsettled: set[tuple[str, str]] = field(default_factory=set)
    earlier: int = 0


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
            _gather_elsewhere(result, currency, gathered, so_far)
    return gathered


def _gather(result: CommissionResult, currency: str, gathered: Gathered, period: Period) -> None:
    """One result: its lines by account, or that it is open."""
    document, policy, date = result.basis.subject, result.basis.policy, result.date
    if isinstance(date, Unknown):
        gathered.unsettled.add((policy, document))
        _open(result, UNDETERMINED, None, currency, gathered)
        return
    if date not in period:
        gathered.earlier += date < period.start and any(_is_money(line.amount) for line in result.lines)
        return
    if result.outcome == "refused":
        gathered.unsettled.add((policy, document))
        _open(result, "refused", date, currency, gathered)
        return
    seen: dict[str | None, int] = {}
    doubtful = False
    if any(isinstance(value, Unknown) for line in result.lines for value in (line.payee, line.amount)):
        # Whose the rest is may change the parts of all: what was settled of the document stays until it is known.
        gathered.unsettled.add((policy, document))
        _open(result, UNDETERMINED, date, currency, gathered)
        return
    taken = _taken(result)
    of_document = cache(partial(_of_document, result))  # those who share a document share this
    for line in result.lines:
        number = seen[line.role] = seen.get(line.role, 0) + 1
        if not isinstance(line.payee, str) or not isinstance(line.amount, Money):
            continue
        account = Account(line.payee, currency)
        amount = Decimal(0) if line.status == "excluded" else line.amount.amount
        entry = Entry(policy, document, line.role, number)
        gathered.entitlements.setdefault(account, {})[entry] = Entitlement(
            result.basis,
            date,
            amount,
            line.status,
            partial(_details, of_document, result, line),
            taken,
            result.rule,
            result.base if isinstance(result.base, Money) else None,
            result.reason,
        )
        doubtful |= line.status == UNDETERMINED
    if doubtful:
        _open(result, UNDETERMINED, date, currency, gathered)


def _is_money(amount: object) -> bool:
    return isinstance(amount, Money) and bool(amount.amount)


def _taken(result: CommissionResult) -> Taken | None:
    """What a correction takes back; None if it corrects nothing, or the original is not known here."""
    corrects = result.corrects
    if corrects is None or not (isinstance(corrects.base, Money) and isinstance(corrects.left, Money)):
        return None
    return Taken(str(corrects.original), corrects.base.amount, corrects.left.amount)


_DETAILS: Final = ("rate", "conversion", "modifiers", "rate_at_most", "steps", "limit", "corrects", "earned_on",
                   "payable_from")  # fmt: skip
"""What of a result tells how an amount came about."""


def _of_document(result: CommissionResult) -> Details:
    """How the amount of a document came about, before it is known who gets what of it."""
    said = {name: value for name, value in result.as_data().items() if name in _DETAILS}
    # That an amount is not earned yet is said of it, too.
    told = {name: value for name, value in said.items() if value not in (None, [], {}) or name == "earned_on"}
    if result.modifiers:
        told["modifiers"] = [
            {**each.as_data(), "condition": {**each.condition.as_data(), **_called(each.condition)}}
            for each in result.modifiers
        ]
    return cast(Details, told)


_OF_LINE: Final = ("share", "override", "overlay", "rate", "base")
_ASKED: Final = {"clawed_back": "clawback", "forfeited": "forfeit", "held": "hold", "excluded": "exclude"}


def _details(of_document: Callable[[], Details], result: CommissionResult, line: CommissionLine) -> Details:
    own = {name: value for name, value in line.as_data().items() if name in _OF_LINE}
    asked = _ASKED.get(line.status, "")
    because = [
        _called(each)
        for conditions in (result.conditions, line.conditions)
        for each in conditions.get(asked, ())
        if each.outcome is True
    ]
    included = result.conditions.get("include", ()) if line.status == "excluded" else ()
    unmet = [_called(each) for each in included if each.outcome is False]
    told = {
        **({"line": own} if own else {}),
        **({"because": because} if because else {}),
        **({"unmet": unmet} if unmet else {}),
    }
    return {**of_document(), **cast(Details, told)}


def _called(condition: RequirementResult) -> dict[str, object]:
    """The name of a condition, and what people call it; of several together the names of those it is made of."""
    name = ", ".join(each.id for each in condition_results(condition))
    return {"id": name, "titles": dict(condition.title.texts)}


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
            missing=_lacking(result.missing),
        )
        _keep_open(made, [beneficiary], currency, gathered)
        return
    gathered.entitlements.setdefault(Account(beneficiary, currency), {})[
        Entry(basis.policy, basis.subject, None, 1)
    ] = Entitlement(
        basis,
        date,
        granted.amount,
        _OF_BENEFIT.get(result.outcome, "excluded"),
        partial(_of_grant, result),
        base=result.amount if isinstance(result.amount, Money) else None,
        reason=result.reason,
    )


_OF_GRANT: Final = ("outcome", "beneficiary", "amount", "share", "part", "granted", "borne", "claim")


def _of_grant(result: BenefitResult) -> Details:
    """How a grant came about: the share, the caps that cut it, who has agreed, and which gates are not passed."""
    data = result.as_data()
    told = {name: data[name] for name in _OF_GRANT}
    told["approvals"] = _titled(result.approvals, data["approvals"])
    told["caps"] = _titled(result.caps, data["caps"])
    failed = [_called(gate) for gate in result.gates if gate.outcome is False] if result.reason == "gate" else []
    return cast(Details, {"benefit": told, **({"because": failed} if failed else {})})


def _titled(parts: Sequence[ApprovalResult | CapResult], data: object) -> list[dict[str, object]]:
    """The data of approvals or caps, with what people call them and where they come from."""
    return [
        {
            **written,
            "titles": dict(each.title.texts),
            "clause": each.source,
            **({"shared": each.shared} if isinstance(each, CapResult) else {}),
        }
        for each, written in zip(parts, cast(list[dict[str, object]], data), strict=True)
    ]


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
        missing=_lacking(missing),
    )
    _keep_open(made, [line.payee for line in result.lines], currency, gathered)


def _gather_elsewhere(result: NoPolicyResult, currency: str | None, gathered: Gathered, period: Period) -> None:
    """A document that no version answers for, or of which it is not known whether one does."""
    in_doubt = result.outcome == UNDETERMINED
    if not in_doubt and not any(day in period for day in result.reference_dates):
        return
    gathered.unsettled.add((result.basis.policy, result.basis.subject))
    day = result.reference_dates[0] if len(result.reference_dates) == 1 else None
    made = OpenDocument(
        document=result.basis.subject,
        policy=result.basis.policy,
        date=day,
        reason="undetermined" if in_doubt else "no_policy_in_force",
        missing=_lacking(result.missing),
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


def _lacking(missing: Iterable[Missing]) -> tuple[MissingFact, ...]:
    return tuple(MissingFact.model_validate(missing_data(each)) for each in sorted(missing))


def open_place(document: OpenDocument) -> tuple[str, str, str]:
    """Where an open document stands: by day, those of unknown days first."""
    return str(document.date or ""), document.document, document.policy
