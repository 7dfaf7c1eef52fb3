"""Tells what a document earns: whom it pays, on which base, by which rate, and what holds the payment back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

from partnerrules.decisions.commission import (
    CommissionResult,
    Correction,
    Limit,
    RateResult,
    Step,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.commission_lines import (
    INDENT,
    condition_lines,
    overlay_lines,
    override_lines,
    right_lines,
    said,
    share_lines,
    shown_amount,
    shown_payee,
    status_lines,
)
from partnerrules.explanations.conversions import conversion_lines
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.ladders import ladder_lines
from partnerrules.explanations.story import (
    Line,
    Part,
    Phrase,
    Shown,
    assumptions,
    headline,
    listed,
    seen_part,
    words,
)
from partnerrules.quantities import Money
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

REASONS: Final[dict[str, Key]] = {
    "original_excluded": "reason_original_excluded",
    "no_original": "reason_no_original",
    "no_rate": "reason_no_rate",
    "rate_out_of_range": "reason_rate_out_of_range",
    "bands_not_rising": "reason_bands_not_rising",
    "shares": "reason_shares",
    "original_elsewhere": "reason_original_elsewhere",
    "corrects_a_correction": "reason_corrects_a_correction",
    "original_refused": "reason_original_refused",
    "original_is_zero": "reason_original_is_zero",
    "exceeds_original": "reason_exceeds_original",
    "override_circle": "reason_override_circle",
    "negative_measure": "reason_negative_measure",
    "measure_misfits": "reason_measure_misfits",
    "other_currency": "reason_other_currency",
    "negative_limit": "reason_negative_limit",
}
"""Why a document earns nothing, where no condition says so."""

_RATIO: Final = t.Ratio()


def commission_story(result: CommissionResult, ruleset: str) -> list[Line]:
    """The lines that tell what a document earns whom, and how that came about."""
    lines = [_headline(result, ruleset)]
    lines.append(said("commission_base", base=shown_amount(result.base), date=Shown(result.date, t.Date())))
    original = None if result.corrects is None else result.corrects.original
    lines += conversion_lines(result.conversion, result.base, original, INDENT)
    lines += _why_nothing(result)
    if result.reason is None:
        lines += _correction_lines(result)
        lines += rate_lines(result.rate)
        lines += _modifier_lines(result)
        lines += step_lines(result.steps, result.limit)
        lines += share_lines(result)
        lines += overlay_lines(result)
        lines += override_lines(result)
        lines += right_lines(result.right, corrects=result.corrects is not None)
        lines += status_lines(result)
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _headline(result: CommissionResult, ruleset: str) -> Line:
    payees = listed(list(dict.fromkeys(shown_payee(line) for line in result.own_lines)), "comma")
    amount = result.amount
    key: Key
    match result.outcome:
        case "excluded":
            key = "commission_excluded"
        case "refused":
            key = "commission_refused"
        case "undetermined":
            key = "commission_status_unknown" if isinstance(amount, Money) else "commission_undetermined"
        case "held":
            key = "commission_held"
        case "pending":
            key = "commission_pending"
        case "forfeited":
            key = "commission_forfeited"
        case "clawed_back":
            key = "commission_clawed_back"
        case "earned":
            key = "commission_earned"
            if isinstance(amount, Money) and amount.amount <= 0:
                key = "commission_taken_back" if amount.amount else "commission_nothing"
                amount = replace(amount, amount=amount.amount.copy_abs())
    return headline(key, result.basis, ruleset, amount=shown_amount(amount), payees=payees)


# ------------------------------------------------------------------------------------------------------- no amount


def reason_part(result: CommissionResult) -> Phrase | None:
    """Why a document earns nothing, if that is not for a condition."""
    if result.reason not in REASONS:
        return None
    corrects = result.corrects
    original: Part = "" if corrects is None else Shown(corrects.original, t.Text())
    base = shown_amount(None if corrects is None else corrects.base)
    return Phrase(REASONS[result.reason], {"original": original, "base": base})


def _why_nothing(result: CommissionResult) -> Iterator[Line]:
    reason = reason_part(result)
    if reason is not None:
        yield Line(reason, INDENT)
    if result.outcome not in ("excluded", "undetermined") or result.corrects is not None:
        return
    asked: tuple[tuple[str, bool, Key], ...] = (
        ("include", False, "commission_not_included"),
        ("exclude", True, "commission_excluded_by"),
    )
    for key, holds, phrase in asked:
        for each in result.conditions.get(key, ()):
            if isinstance(each.outcome, Unknown):
                yield from condition_lines("commission_in_doubt", each, result)
            elif each.outcome == holds:
                yield from condition_lines(phrase, each, result)


# ------------------------------------------------------------------------------------------------------------ rates


def _correction_lines(result: CommissionResult) -> Iterator[Line]:
    corrects = result.corrects
    if corrects is None:
        return
    yield from correction_lines(corrects)
    if result.rate is not None and isinstance(corrects.base, Money):
        yield said("commission_goes_down", original=Shown(corrects.original, t.Text()))


def correction_lines(corrects: Correction) -> Iterator[Line]:
    """Which document is corrected, and what that leaves of its base."""
    original = Shown(corrects.original, t.Text())
    if not isinstance(corrects.base, Money):
        yield said("commission_corrects_something", original=original)
        return
    yield said(
        "commission_corrects",
        original=original,
        amount=shown_amount(corrects.amount),
        base=shown_amount(corrects.base),
    )
    yield said("commission_left", before=shown_amount(corrects.left_before), left=shown_amount(corrects.left))


def rate_lines(rate: RateResult | None) -> Iterator[Line]:
    """By which rate a document pays, and how that was found."""
    if rate is None:
        return
    value = Shown(rate.value, rate.type)
    match rate.kind:
        case "rate":
            yield said("commission_rate", rate=value)
        case "fixed":
            yield said("commission_fixed", rate=value)
        case "table":
            rows = words(rate.rows)
            known = not isinstance(rate.value, Unknown)
            yield (
                said("commission_row", rate=value, rows=rows) if known else said("commission_rows_possible", rows=rows)
            )
            if rate.inputs:
                yield said("inputs", INDENT + 2, seen=listed([seen_part(part) for part in rate.inputs], "semicolon"))
        case "marginal" | "whole" | "interpolated":
            yield from ladder_lines(rate)


_MODIFIERS: Final[dict[Literal["points", "times"], tuple[Key, Key]]] = {
    "points": ("commission_points", "commission_perhaps_points"),
    "times": ("commission_times", "commission_perhaps_times"),
}


def modifier_line(kind: Literal["points", "times"], value: object, *, certain: bool) -> Line:
    """What makes an amount more than the rate, or may."""
    applies, perhaps = _MODIFIERS[kind]
    return said(applies if certain else perhaps, value=Shown(value, _RATIO))


def _modifier_lines(result: CommissionResult) -> Iterator[Line]:
    """What made the amount more than the rate, and what may."""
    for each in result.modifiers:
        if each.condition.outcome is False:
            continue
        yield modifier_line(each.kind, each.value, certain=each.condition.outcome is True)
        yield from condition_lines("commission_because", each.condition, result, INDENT + 2)
    if result.rate_at_most is not None:
        yield said("commission_rate_at_most", rate=Shown(result.rate_at_most, _RATIO))


# ---------------------------------------------------------------------------------------------------------- amounts


def step_lines(steps: tuple[Step, ...], limit: Limit | None) -> Iterator[Line]:
    """The amounts on the way, and which limit changed the last one."""
    amounts = {step.stage: step.amount for step in steps}
    calculated, modified, rounded, limited = (
        amounts.get(stage) for stage in ("calculated", "modified", "rounded", "limited")
    )
    if isinstance(calculated, Money) and isinstance(modified, Money) and calculated != modified:
        yield said("commission_modified", calculated=shown_amount(calculated), amount=shown_amount(modified))
        calculated = modified
    if isinstance(rounded, Money):
        if isinstance(calculated, Money) and calculated != rounded:
            yield said("commission_rounded", calculated=shown_amount(calculated), amount=shown_amount(rounded))
        else:
            yield said("commission_calculated", amount=shown_amount(rounded))
    if limit is None or not isinstance(limited, Money) or limited == rounded:
        return
    if limit.caps:
        yield from _caps_lines(limit)
        return
    amount = shown_amount(limited)
    if limit.bound == ("floor",):
        yield said("commission_floor", limit=shown_amount(limit.floor), amount=amount)
    elif limit.bound == ("cap",):
        yield _cap_line(limit, amount)
    else:
        floor, cap = shown_amount(limit.floor), shown_amount(limit.cap)
        yield said("commission_floor_and_cap", floor=floor, cap=cap, amount=amount)


def _caps_lines(limit: Limit) -> Iterator[Line]:
    """What floor and several caps left, one after the other."""
    if "floor" in limit.bound:
        yield said("commission_floor", limit=shown_amount(limit.floor), amount=shown_amount(limit.left))
    for cap in limit.caps:
        if cap.bound:
            yield _cap_line(cap, shown_amount(cap.left))


def _cap_line(limit: Limit, amount: Part) -> Line:
    """What a cap left."""
    if not limit.per or not isinstance(limit.cap, Money) or not isinstance(limit.before, Money):
        return said("commission_cap", limit=shown_amount(limit.cap), amount=amount)
    used = limit.cap if limit.before.amount > limit.cap.amount else limit.before
    return said(
        "commission_cap_shared",
        limit=shown_amount(limit.cap),
        per=listed([seen_part(part) for part in limit.per], "comma"),
        used=shown_amount(used),
        amount=amount,
    )
