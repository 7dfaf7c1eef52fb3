"""What becomes of what documents earn: ladders, what corrections take back, floor and cap, shares, who is paid."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

from benchmarks.by_hand.books import Day
from benchmarks.by_hand.conduct import IN_FORCE
from benchmarks.by_hand.knowledge import Truth, Unknown, joined
from benchmarks.by_hand.reading import PAID_KINDS
from benchmarks.by_hand.records import Transaction

ZERO = Decimal(0)
CENT = Decimal("0.01")
NOT_IN_FORCE = "no_policy_in_force"

Amount: TypeAlias = Decimal | Unknown
Status: TypeAlias = str | Unknown


@dataclass(frozen=True, slots=True)
class Line:
    """What one agent gets of a document."""

    payee: str
    amount: Amount | None
    status: Status


@dataclass(frozen=True, slots=True)
class Pay:
    """What a document earns.

    Attributes:
        outcome: earned, held, forfeited, excluded, refused, or no policy in force; not known where facts are missing.
        amount: in all; None where the document is refused or was not asked.
        lines: what each agent gets.
        reason: why it earns nothing.
    """

    outcome: Status
    amount: Amount | None = None
    lines: tuple[Line, ...] = ()
    reason: str | None = None


def rounded(amount: Decimal) -> Decimal:
    """An amount in whole cents, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Earned:
    """What an original document earns by its rate, before limits.

    Attributes:
        amount: None where it is excluded or refused.
        reason: why.
    """

    amount: Amount | None
    reason: str | None = None


class Documents:
    """The documents of a day: originals in the order of their dates, and what corrects each of them."""

    def __init__(self, day: Day) -> None:
        seen = [each for each in day.books.transactions.values() if each.date <= day.today]
        self.by_id = {each.id: each for each in seen}
        self.all = sorted((each for each in seen if self._is_one(each)), key=lambda each: (each.date, each.id))
        self.originals = [each for each in self.all if each.original is None]
        self.corrections: dict[str, list[Transaction]] = defaultdict(list)
        for each in self.all:
            if each.original is not None:
                self.corrections[each.original].append(each)

    def _is_one(self, document: Transaction) -> bool:
        """Whether remuneration is about a document; of a correction its original says that."""
        original = self.by_id.get(document.original or "")
        return (original or document).kind in PAID_KINDS


def unless_excluded(document: Transaction, excluded: Truth, amount: Callable[[], Amount]) -> Earned:
    """What a document earns, if it counts."""
    if isinstance(excluded, Unknown):
        found = amount()
        return Earned(joined([excluded, found]) if isinstance(found, Unknown) else excluded)
    if excluded:
        return Earned(None, "excluded")
    return Earned(None, "no_original") if document.net_amount < 0 else Earned(amount())


def on_ladder(
    documents: Documents,
    excluded: Mapping[str, Truth],
    period: Callable[[dt.date], tuple[int, int]],
    pays: Callable[[Decimal], Decimal],
) -> dict[str, Earned]:
    """What documents earn that climb a ladder together: each the difference that it makes."""
    climbed: dict[tuple[str, tuple[int, int]], Decimal] = defaultdict(Decimal)
    in_doubt: dict[tuple[str, tuple[int, int]], list[Unknown]] = defaultdict(list)
    found: dict[str, Earned] = {}
    for each in documents.originals:
        out = excluded[each.id]
        key = (each.partner, period(each.date))
        if out is True:
            found[each.id] = Earned(None, "excluded")
            continue
        if each.net_amount < 0 and out is False:
            found[each.id] = Earned(None, "no_original")
            continue
        if isinstance(out, Unknown):
            in_doubt[key].append(out)
        if in_doubt[key]:
            found[each.id] = Earned(joined(in_doubt[key]))
            continue
        before = climbed[key]
        climbed[key] = before + each.net_amount
        found[each.id] = Earned(pays(climbed[key]) - pays(before))
    return found


def paid(
    day: Day,
    documents: Documents,
    earned: Mapping[str, Earned],
    payees: Callable[[Transaction], list[tuple[str, Status]]],
    *,
    floor: Decimal | None = None,
    cap: Decimal | None = None,
    shares: tuple[Decimal, ...] = (Decimal(1),),
) -> dict[str, Pay]:
    """What becomes of documents: what corrections take back, floor and cap, who gets which share, what is held."""
    due: list[_Due] = []
    found: dict[str, Pay] = {}
    for document in documents.all:
        original = documents.by_id.get(document.original or "", document)
        if not IN_FORCE[0] <= original.date < IN_FORCE[1]:
            found[document.id] = Pay(NOT_IN_FORCE)
            continue
        reason = _reason(documents, earned, document)
        amount = None if reason is not None else _due(documents, earned, document, floor)
        parties = payees(original)
        if reason is not None or amount is None:
            word = "excluded" if reason in ("excluded", "original_excluded") else "refused"
            lines = tuple(Line(payee, ZERO if word == "excluded" else None, word) for payee, _ in parties)
            found[document.id] = Pay(word, ZERO if word == "excluded" else None, lines, reason)
        else:
            due.append(_Due(document, original, *amount, parties))
    left = [(each, each.before, each.after) for each in due] if cap is None else _capped(due, cap)
    for each, before, after in left:
        found[each.document.id] = _shared(each, before, after, shares)
    return found


@dataclass(frozen=True, slots=True)
class _Due:
    """What a document and what it corrects come to, before it and with it."""

    document: Transaction
    original: Transaction
    before: Amount
    after: Amount
    parties: list[tuple[str, Status]]


def _reason(documents: Documents, earned: Mapping[str, Earned], document: Transaction) -> str | None:
    """Why a document earns nothing."""
    if document.original is None:
        return earned[document.id].reason
    original = documents.by_id.get(document.original)
    if original is None or original.kind not in PAID_KINDS:
        return "original_elsewhere"
    if original.original is not None:
        return "corrects_a_correction"
    reason = earned[original.id].reason
    if reason is not None:
        return "original_excluded" if reason == "excluded" else "original_refused"
    if original.net_amount == 0:
        return "original_is_zero"
    left = original.net_amount
    for each in documents.corrections[original.id]:
        left += each.net_amount
        if left < 0:
            return "exceeds_original"
        if each is document:
            return None
    return None


def _due(
    documents: Documents, earned: Mapping[str, Earned], document: Transaction, floor: Decimal | None
) -> tuple[Amount, Amount]:
    """What a document and what it corrects come to, before it and with it; the floor is for both together."""
    if document.original is None:
        amount = earned[document.id].amount
        assert amount is not None
        return ZERO, _not_below(floor, amount)
    original = documents.by_id[document.original]
    whole = earned[original.id].amount
    assert whole is not None
    if isinstance(whole, Unknown):
        return whole, whole
    left = original.net_amount
    for each in documents.corrections[original.id]:
        if each is document:
            break
        left += each.net_amount
    before = rounded(whole * left / original.net_amount)
    after = rounded(whole * (left + document.net_amount) / original.net_amount)
    return _not_below(floor, before), _not_below(floor, after)


def _not_below(floor: Decimal | None, amount: Amount) -> Amount:
    """The floor is for whatever earns anything."""
    if floor is None or isinstance(amount, Unknown) or amount <= 0:
        return amount
    return max(floor, amount)


def _capped(due: list[_Due], cap: Decimal) -> list[tuple[_Due, Amount, Amount]]:
    """What the cap of a customer and month leaves of documents, one after the other; corrections come last of a day."""
    total: dict[tuple[str, str, int, int], Amount] = {}
    found: list[tuple[_Due, Amount, Amount]] = []
    in_order = sorted(
        due, key=lambda each: (max(each.document.date, each.original.date), each.document.original is not None)
    )
    for each in in_order:
        first = each.original
        key = (first.partner, first.customer, first.date.year, first.date.month)
        before = total.get(key, ZERO)
        unknown = [amount for amount in (before, each.before, each.after) if isinstance(amount, Unknown)]
        after: Amount = joined(unknown) if unknown else _sum(before, each)
        total[key] = after
        found.append((each, _at_most(cap, before), _at_most(cap, after)))
    return found


def _sum(before: Amount, due: _Due) -> Decimal:
    assert isinstance(before, Decimal)
    assert isinstance(due.before, Decimal)
    assert isinstance(due.after, Decimal)
    return before + due.after - due.before


def _at_most(cap: Decimal, amount: Amount) -> Amount:
    return amount if isinstance(amount, Unknown) else min(amount, cap)


def _shared(due: _Due, before: Amount, after: Amount, shares: tuple[Decimal, ...]) -> Pay:
    """What each agent gets of a document."""
    status = _nearest([each for _, each in due.parties])
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        unknown = joined([each for each in (before, after) if isinstance(each, Unknown)])
        lines = tuple(Line(payee, unknown, unknown) for payee, _ in due.parties)
        return Pay(joined([unknown, status]) if isinstance(status, Unknown) else unknown, unknown, lines)
    parts = [one - other for one, other in zip(_split(after, shares), _split(before, shares), strict=True)]
    lines = tuple(Line(payee, part, each) for (payee, each), part in zip(due.parties, parts, strict=True))
    return Pay(status, after - before, lines)


def _split(amount: Decimal, shares: tuple[Decimal, ...]) -> list[Decimal]:
    """Shares of an amount that add up to it: each rounded down, what is left to the greatest remainders."""
    exact = [abs(amount) * share / CENT for share in shares]
    cents = [int(each) for each in exact]
    left = int(abs(amount) / CENT) - sum(cents)
    for number in sorted(range(len(shares)), key=lambda number: cents[number] - exact[number])[:left]:
        cents[number] += 1
    return [(each if amount >= 0 else -each) * CENT for each in cents]


def _nearest(statuses: list[Status]) -> Status:
    """What is said of several parts together: what is nearest to being paid."""
    if "earned" in statuses:
        return "earned"
    unknown = [each for each in statuses if isinstance(each, Unknown)]
    return joined(unknown) if unknown else statuses[0]
