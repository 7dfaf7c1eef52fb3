"""Tells a benefit: what is granted and to whom, gate by gate, who has agreed, when it was claimed, and what is left."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.benefits import (
    EXHAUSTED,
    FORFEITED,
    GRANTED,
    NOTHING,
    PENDING,
    REDUCED,
    REFUSED,
    ApprovalResult,
    ApprovalState,
    BenefitResult,
    CapResult,
    ClaimResult,
    ClaimState,
    Moment,
    Value,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import item_lines
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import (
    Line,
    Named,
    Part,
    Phrase,
    Shown,
    assumptions,
    headline,
    listed,
    seen_part,
    sourced,
)
from partnerrules.explanations.ways import WayWords, way_lines
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_INDENT: Final = 2
_HEADS: Final[dict[str, Key]] = {
    GRANTED: "benefit_granted",
    REDUCED: "benefit_reduced",
    EXHAUSTED: "benefit_exhausted",
    NOTHING: "benefit_nothing",
    REFUSED: "benefit_refused",
    FORFEITED: "benefit_forfeited",
    PENDING: "benefit_pending",
    UNDETERMINED: "benefit_undetermined",
}
_FAULTS: Final[dict[str, Key]] = {
    "negative_amount": "benefit_negative_amount",
    "share_out_of_range": "benefit_share_out_of_range",
    "negative_cap": "benefit_negative_cap",
}
_OF_APPROVAL: Final[dict[str, tuple[ApprovalState, ...]]] = {"approval_late": ("late",), "approval_open": ("open",)}
_OF_CLAIM: Final = ("claimed_early", "claimed_late", "not_claimed_in_time", "not_claimed")
"""The words for why nothing is granted, where approvals or the claim say it."""
_APPROVALS: Final[dict[ApprovalState, Key]] = {
    "given": "approval_given",
    "open": "approval_open",
    "late": "approval_late",
    "not_needed": "approval_not_needed",
    "unknown": "approval_unknown",
}
_WITH_LIMIT: Final[dict[ApprovalState, Key]] = {"given": "approval_given_in_time", "open": "approval_open_until"}
_CLAIMS: Final[dict[ClaimState, Key]] = {
    "claimed": "claim_claimed",
    "early": "claim_early",
    "late": "claim_late",
    "missed": "claim_missed",
    "not_begun": "claim_not_begun",
    "open": "claim_open",
    "unknown": "claim_unknown",
}
_WAYS: Final = WayWords("benefit_one_way", "benefit_ways", "benefit_ways_shown")


def benefit_story(result: BenefitResult, ruleset: str) -> list[Line]:
    """The lines that tell what is granted, and why no more than that."""
    lines = [headline(_head(result), result.basis, ruleset, amount=_amount(result, result.granted))]
    if result.beneficiary != result.basis.subject:
        lines.append(_beneficiary(result))
    for gate in result.gates:
        lines += item_lines(gate, _INDENT, result.basis.source)
    lines += grant_lines(result)
    lines += missing_lines(result.missing)
    lines += way_lines(result.ways, result.conditions, _WAYS)
    return [*lines, *assumptions(result.basis)]


def grant_lines(result: BenefitResult) -> Iterator[Line]:
    """Who has agreed, when it was claimed, and how the amount that is granted came about."""
    for approval in result.approvals:
        yield from _approval_lines(approval, result.basis.source)
    if result.claim is not None:
        yield Line(sourced(_claim(result.claim), result.claim.source, result.basis.source), _INDENT, "- ")
    yield from _amount_lines(result)


def denial_parts(result: BenefitResult) -> Iterator[Part]:
    """Why nothing is granted, or not yet, in a few words; nothing where gates or caps say it."""
    if result.reason in _FAULTS:
        yield Phrase(_FAULTS[result.reason])
    for approval in result.approvals:
        if result.reason in _OF_APPROVAL and approval.state in _OF_APPROVAL[result.reason]:
            yield _approval(approval, result.basis.source)
    if result.reason in _OF_CLAIM and result.claim is not None:
        yield _claimed(result.claim)


def _head(result: BenefitResult) -> Key:
    if result.outcome == GRANTED and result.type is None:
        return "benefit_right"
    if result.outcome == REDUCED and isinstance(result.granted, Unknown):
        return "benefit_undetermined_reduced"
    return _HEADS[result.outcome]


def _beneficiary(result: BenefitResult) -> Line:
    if isinstance(result.beneficiary, Unknown):
        return Line(Phrase("benefit_for_unknown"), _INDENT)
    return Line(Phrase("benefit_for", {"beneficiary": result.beneficiary}), _INDENT)


def _amount(result: BenefitResult, value: Value) -> Part:
    """An amount as it is told; of a right there is none."""
    return Shown(value, t.Text() if result.type is None else result.type)


def _moment(value: Moment) -> Shown:
    return Shown(value, t.Instant() if isinstance(value, dt.datetime) else t.Date())


def _approval(approval: ApprovalResult, source: str | None) -> Phrase:
    """An approval, and what became of it."""
    key = _APPROVALS[approval.state]
    if approval.by is not None:
        key = _WITH_LIMIT.get(approval.state, key)
    if approval.state == "late" and approval.given is None:
        key = "approval_missed"
    parts: dict[str, Part] = {}
    if approval.state in ("given", "late"):
        parts["on"] = _moment(approval.given)
    if key in ("approval_given_in_time", "approval_open_until", "approval_late", "approval_missed"):
        parts["by"] = _moment(approval.by)
    named = Phrase("approval_named", {"approval": Named(approval.title, approval.id)})
    name = sourced(named, approval.source, source)
    return Phrase("benefit_approval", {"approval": name, "state": Phrase(key, parts)})


def _approval_lines(approval: ApprovalResult, source: str | None) -> Iterator[Line]:
    line = Line(_approval(approval, source), _INDENT, "- ")
    yield line
    if approval.text is not None:
        seen = [seen_part(part) for part in approval.seen if part.text != approval.text]
        says: Part = approval.text
        if seen:
            says = Phrase("seen_in", {"text": approval.text, "seen": listed(seen, "semicolon")})
        yield Line(says, line.inside)


def _claimed(claim: ClaimResult) -> Phrase:
    """When it was claimed, and whether that was in time."""
    told = claim.state in ("claimed", "early", "late")
    return Phrase(_CLAIMS[claim.state], {"on": _moment(claim.on)} if told else {})


def _claim(claim: ClaimResult) -> Part:
    """When it was claimed, and the window for that."""
    says = _claimed(claim)
    first, last = claim.first_day, claim.last_day
    if first is not None and last is not None:
        return Phrase("benefit_claim_between", {"claim": says, "first": _moment(first), "last": _moment(last)})
    if first is not None:
        return Phrase("benefit_claim_from", {"claim": says, "first": _moment(first)})
    if last is not None:
        return Phrase("benefit_claim_until", {"claim": says, "last": _moment(last)})
    return says


def _amount_lines(result: BenefitResult) -> Iterator[Line]:
    """What is counted, the share of it, the caps, and what is left to bear."""
    if result.reason in _FAULTS:
        yield Line(Phrase(_FAULTS[result.reason]), _INDENT)
    if result.type is None or result.outcome in (REFUSED, FORFEITED):
        return
    amount, part = _amount(result, result.amount), _amount(result, result.part)
    unknown = isinstance(result.amount, Unknown)  # what is missing is told below
    if result.share is not None and not unknown:
        share = sourced(Shown(result.share, t.Ratio()), result.share_source, result.basis.source)
        yield Line(Phrase("benefit_share", {"share": share, "amount": amount, "part": part}), _INDENT)
    elif result.amount != result.granted and not unknown:
        yield Line(Phrase("benefit_amount", {"amount": amount}), _INDENT)
    for cap in result.caps:
        named = Phrase("cap_named", {"cap": Named(cap.title, cap.id)})
        name = sourced(named, cap.source, result.basis.source)
        parts: dict[str, Part] = {"cap": name, "limit": _amount(result, cap.amount)}
        if cap.shared:
            per: Part = listed([seen_part(each) for each in cap.per], "comma") if cap.per else Phrase("cap_of_all")
            parts |= {"per": per}
            parts |= {"before": _amount(result, cap.before), "left": _amount(result, cap.left)}
        yield Line(Phrase("benefit_cap_shared" if cap.shared else "benefit_cap", parts), _INDENT)
        yield from _users(cap)
    if result.borne is not None and not isinstance(result.borne, Unknown) and result.amount != result.granted:
        who = Shown(result.beneficiary, t.Text())
        yield Line(Phrase("benefit_borne", {"beneficiary": who, "borne": _amount(result, result.borne)}), _INDENT)


def _users(cap: CapResult) -> Iterator[Line]:
    """Who has used a cap before, where it left less than all."""
    if not cap.used_by:
        return
    names: Part = listed([Shown(id, t.Text()) for id in cap.used_by], "comma")
    key: Key = "cap_used_by" if len(cap.used_by) == cap.users else "cap_used_by_shown"
    yield Line(Phrase(key, {"users": names, "count": cap.users}), _INDENT + 2)
    if cap.by_id:
        yield Line(Phrase("cap_by_id"), _INDENT + 2)
