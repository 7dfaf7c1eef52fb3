"""Tells who gets what of a document, when it can be paid, and what holds it back."""

from collections.abc import Iterator, Mapping
from typing import Final

from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.commission_lines import Amount, CommissionLine, PaymentRight, Status
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import requirement_lines, text_part
from partnerrules.explanations.story import Line, Named, Part, Phrase, Shown, listed, seen_part, sourced, word
from partnerrules.quantities import Money
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_RATIO: Final = t.Ratio()
INDENT: Final = 2


def shown_amount(amount: Amount) -> Part:
    """An amount as it is told."""
    return Shown(amount, t.AnyMoney())


def shown_payee(line: CommissionLine) -> Part:
    """Who is paid."""
    return Shown(line.payee, t.Text())


def said(key: Key, indent: int = INDENT, marker: str = "", **parts: Part) -> Line:
    """A line that says one thing of a document."""
    return Line(Phrase(key, parts), indent, marker)


def condition_lines(
    key: Key, condition: RequirementResult, result: CommissionResult, indent: int = INDENT
) -> Iterator[Line]:
    """A condition that counts, with what it looked at."""
    source = result.basis.source
    if isinstance(condition, ConditionResult) and not condition.title.texts and condition.id == condition.text:
        yield said(key, indent, condition=sourced(text_part(condition), condition.source, source))
        values = [seen_part(part) for part in condition.seen if part.text != condition.text]
        if values:
            yield Line(listed(values, "semicolon"), indent + 2)
        return
    name = (
        Named(condition.title, condition.id) if isinstance(condition, ConditionResult) else Named(condition.title, "")
    )
    yield said(key, indent, condition=sourced(name, condition.source, source))
    yield from requirement_lines(condition, indent + 2, condition.source or source)


def override_lines(result: CommissionResult) -> Iterator[Line]:
    """What those above the payee get."""
    for line in result.overrides:
        parts: dict[str, Part] = {
            "payee": shown_payee(line),
            "role": word(line.role or ""),
            "amount": shown_amount(line.amount),
        }
        if line.base is None:
            yield from _told(Phrase("commission_override", parts), line, result)
        else:
            parts |= {"rate": Shown(line.rate, _RATIO), "base": shown_amount(line.base)}
            yield from _told(Phrase("commission_override_of", parts), line, result)


def share_lines(result: CommissionResult) -> Iterator[Line]:
    """What each of those gets who share the amount."""
    for line in result.own_lines:
        if line.share is not None:
            yield from _shared(line, "commission_share", "commission_share_role", result)


def overlay_lines(result: CommissionResult) -> Iterator[Line]:
    """What those get who are paid in addition."""
    for line in result.overlays:
        yield from _shared(line, "commission_overlay", "commission_overlay_role", result)


def _shared(line: CommissionLine, key: Key, key_of_role: Key, result: CommissionResult) -> Iterator[Line]:
    """What somebody gets by a share."""
    parts: dict[str, Part] = {
        "payee": shown_payee(line),
        "share": Shown(line.share, _RATIO),
        "amount": shown_amount(line.amount),
    }
    told = Phrase(key, parts) if line.role is None else Phrase(key_of_role, {**parts, "role": word(line.role)})
    yield from _told(told, line, result)


STATUSES: Final[dict[Status, Key]] = {
    "held": "status_held",
    "forfeited": "status_forfeited",
    "clawed_back": "status_clawed_back",
    "pending": "status_pending",
    "undetermined": "status_undetermined",
}
"""What is said of an amount that is not simply paid."""


def _told(told: Phrase, line: CommissionLine, result: CommissionResult) -> Iterator[Line]:
    """What somebody gets; and what becomes of it, where that is not the same for all."""
    apart = isinstance(line.amount, Money) and len({each.status for each in result.lines}) > 1
    if not apart or line.status not in STATUSES:
        yield Line(told, INDENT, "- ")
        return
    yield Line(Phrase("statement_status", {"line": told, "status": Phrase(STATUSES[line.status])}), INDENT, "- ")
    if result.corrects is None:
        yield from _why(line.status, line.conditions, result, INDENT + 2)
    elif line.status in _HOLDING:
        yield _follows("commission_follows", result, INDENT + 2)


def _follows(key: Key, result: CommissionResult, indent: int = INDENT) -> Line:
    """That a document, or a part of it, is what its original is."""
    original = "" if result.corrects is None else result.corrects.original
    return said(key, indent, original=Shown(original, t.Text()))


def right_lines(right: PaymentRight | None, *, corrects: bool) -> Iterator[Line]:
    """When the amount is earned, and from which day on it can be paid.

    Args:
        right: what the policy says of it, if it does.
        corrects: whether the document corrects another one, by which it goes.
    """
    if right is None:
        return
    if right.earned_on is None:
        if not corrects:
            yield said("commission_not_earned")
        return
    yield said("commission_earned_on", date=Shown(right.earned_on, t.Date()))
    if right.payable_from != right.earned_on:
        yield said("commission_payable_from", date=Shown(right.payable_from, t.Date()))


_HOLDING: Final[dict[Status, tuple[str, Key]]] = {
    "held": ("hold", "commission_held_by"),
    "forfeited": ("forfeit", "commission_forfeited_by"),
    "clawed_back": ("clawback", "commission_clawed_back_by"),
}


def status_lines(result: CommissionResult) -> Iterator[Line]:
    """What holds the payment back or makes it lost."""
    if result.corrects is not None:
        if result.outcome in _HOLDING:
            yield _follows("commission_follows", result)
        elif result.outcome == "pending":
            yield _follows("commission_follows_pending", result)
        return
    yield from _why(result.outcome, result.conditions, result)
    own = result.own_lines
    if len(own) == 1 and own[0].share is None:
        yield from _why(result.outcome, own[0].conditions, result)


def _why(
    status: Status,
    conditions: Mapping[str, tuple[RequirementResult, ...]],
    result: CommissionResult,
    indent: int = INDENT,
) -> Iterator[Line]:
    """The conditions by which an amount is held back or lost, or may be."""
    if status in _HOLDING:
        key, phrase = _HOLDING[status]
        for each in conditions.get(key, ()):
            if each.outcome is True:
                yield from condition_lines(phrase, each, result, indent)
    elif status == "undetermined":
        for key in ("clawback", "forfeit", "hold"):
            for each in conditions.get(key, ()):
                if isinstance(each.outcome, Unknown):
                    yield from condition_lines("commission_in_doubt", each, result, indent)
