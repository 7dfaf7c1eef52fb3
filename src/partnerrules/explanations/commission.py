"""Tells what a document earns: whom it pays, on which base, by which rate, and what holds the payment back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from partnerrules.decisions.commission import Amount, CommissionLine, CommissionResult, Status
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import requirement_lines, text_part
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.ladders import ladder_lines
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
}
"""Why a document earns nothing, where no condition says so."""

_RATIO: Final = t.Ratio()
_INDENT: Final = 2


def commission_story(result: CommissionResult, ruleset: str) -> list[Line]:
    """The lines that tell what a document earns whom, and how that came about."""
    lines = [_headline(result, ruleset)]
    lines.append(_line("commission_base", base=shown_amount(result.base), date=Shown(result.date, t.Date())))
    lines += _why_nothing(result)
    if result.reason is None:
        lines += _correction_lines(result)
        lines += _rate_lines(result)
        lines += _modifier_lines(result)
        lines += _step_lines(result)
        lines += _share_lines(result)
        lines += _override_lines(result)
        lines += _status_lines(result)
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def shown_amount(amount: Amount) -> Part:
    """An amount as it is told."""
    return Shown(amount, t.AnyMoney())


def shown_payee(line: CommissionLine) -> Part:
    """Who is paid."""
    return Shown(line.payee, t.Text())


def _line(key: Key, indent: int = _INDENT, marker: str = "", **parts: Part) -> Line:
    return Line(Phrase(key, parts), indent, marker)


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
        case "forfeited":
            key = "commission_forfeited"
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
        yield Line(reason, _INDENT)
    if result.outcome not in ("excluded", "undetermined") or result.corrects is not None:
        return
    asked: tuple[tuple[str, bool, Key], ...] = (
        ("include", False, "commission_not_included"),
        ("exclude", True, "commission_excluded_by"),
    )
    for key, holds, phrase in asked:
        for each in result.conditions.get(key, ()):
            if isinstance(each.outcome, Unknown):
                yield from _condition_lines("commission_in_doubt", each, result)
            elif each.outcome == holds:
                yield from _condition_lines(phrase, each, result)


def _condition_lines(
    key: Key, condition: RequirementResult, result: CommissionResult, indent: int = _INDENT
) -> Iterator[Line]:
    """A condition that counts, with what it looked at."""
    source = result.basis.source
    if isinstance(condition, ConditionResult) and not condition.title.texts and condition.id == condition.text:
        yield _line(key, indent, condition=sourced(text_part(condition), condition.source, source))
        values = [seen_part(part) for part in condition.seen if part.text != condition.text]
        if values:
            yield Line(listed(values, "semicolon"), indent + 2)
        return
    name = (
        Named(condition.title, condition.id) if isinstance(condition, ConditionResult) else Named(condition.title, "")
    )
    yield _line(key, indent, condition=sourced(name, condition.source, source))
    yield from requirement_lines(condition, indent + 2, condition.source or source)


# ------------------------------------------------------------------------------------------------------------ rates


def _correction_lines(result: CommissionResult) -> Iterator[Line]:
    corrects = result.corrects
    if corrects is None:
        return
    original = Shown(corrects.original, t.Text())
    if not isinstance(corrects.base, Money):
        yield _line("commission_corrects_something", original=original)
        return
    yield _line(
        "commission_corrects",
        original=original,
        amount=shown_amount(corrects.amount),
        base=shown_amount(corrects.base),
    )
    yield _line("commission_left", before=shown_amount(corrects.left_before), left=shown_amount(corrects.left))


def _rate_lines(result: CommissionResult) -> Iterator[Line]:
    rate = result.rate
    if rate is None:
        return
    value = Shown(rate.value, rate.type)
    match rate.kind:
        case "rate":
            yield _line("commission_rate", rate=value)
        case "fixed":
            yield _line("commission_fixed", rate=value)
        case "table":
            rows = listed(rate.rows, "comma")
            known = not isinstance(rate.value, Unknown)
            yield (
                _line("commission_row", rate=value, rows=rows)
                if known
                else _line("commission_rows_possible", rows=rows)
            )
            if rate.inputs:
                yield _line("inputs", _INDENT + 2, seen=listed([seen_part(part) for part in rate.inputs], "semicolon"))
        case "marginal" | "whole" | "interpolated":
            yield from ladder_lines(rate)


_MODIFIERS: Final[dict[str, tuple[Key, Key]]] = {
    "points": ("commission_points", "commission_perhaps_points"),
    "times": ("commission_times", "commission_perhaps_times"),
}


def _modifier_lines(result: CommissionResult) -> Iterator[Line]:
    """What made the amount more than the rate, and what may."""
    for each in result.modifiers:
        if each.condition.outcome is False:
            continue
        certain, perhaps = _MODIFIERS[each.kind]
        key = perhaps if isinstance(each.condition.outcome, Unknown) else certain
        yield _line(key, value=Shown(each.value, _RATIO))
        yield from _condition_lines("commission_because", each.condition, result, _INDENT + 2)
    if result.rate_at_most is not None:
        yield _line("commission_rate_at_most", rate=Shown(result.rate_at_most, _RATIO))


# ---------------------------------------------------------------------------------------------------------- amounts


def _step_lines(result: CommissionResult) -> Iterator[Line]:
    amounts = {step.stage: step.amount for step in result.steps}
    calculated, modified, rounded, limited = (
        amounts.get(stage) for stage in ("calculated", "modified", "rounded", "limited")
    )
    if isinstance(calculated, Money) and isinstance(modified, Money) and calculated != modified:
        yield _line("commission_modified", calculated=shown_amount(calculated), amount=shown_amount(modified))
        calculated = modified
    if isinstance(rounded, Money):
        if isinstance(calculated, Money) and calculated != rounded:
            yield _line("commission_rounded", calculated=shown_amount(calculated), amount=shown_amount(rounded))
        else:
            yield _line("commission_calculated", amount=shown_amount(rounded))
    limit = result.limit
    if limit is None or not isinstance(limited, Money) or limited == rounded:
        return
    amount = shown_amount(limited)
    if limit.bound == ("floor",):
        yield _line("commission_floor", limit=shown_amount(limit.floor), amount=amount)
    elif limit.bound == ("cap",) and limit.per and isinstance(limit.cap, Money) and isinstance(limit.before, Money):
        used = limit.cap if limit.before.amount > limit.cap.amount else limit.before
        yield _line(
            "commission_cap_shared",
            limit=shown_amount(limit.cap),
            per=listed([seen_part(part) for part in limit.per], "comma"),
            used=shown_amount(used),
            amount=amount,
        )
    elif limit.bound == ("cap",):
        yield _line("commission_cap", limit=shown_amount(limit.cap), amount=amount)
    else:
        floor, cap = shown_amount(limit.floor), shown_amount(limit.cap)
        yield _line("commission_floor_and_cap", floor=floor, cap=cap, amount=amount)


def _override_lines(result: CommissionResult) -> Iterator[Line]:
    for line in result.overrides:
        parts: dict[str, Part] = {
            "payee": shown_payee(line),
            "role": line.role or "",
            "amount": shown_amount(line.amount),
        }
        if line.base is None:
            yield Line(Phrase("commission_override", parts), _INDENT, "- ")
        else:
            parts |= {"rate": Shown(line.rate, _RATIO), "base": shown_amount(line.base)}
            yield Line(Phrase("commission_override_of", parts), _INDENT, "- ")


def _share_lines(result: CommissionResult) -> Iterator[Line]:
    for line in result.own_lines:
        if line.share is None:
            continue
        parts: dict[str, Part] = {
            "payee": shown_payee(line),
            "share": Shown(line.share, _RATIO),
            "amount": shown_amount(line.amount),
        }
        if line.role is None:
            yield Line(Phrase("commission_share", parts), _INDENT, "- ")
        else:
            yield Line(Phrase("commission_share_role", {**parts, "role": line.role}), _INDENT, "- ")


_HOLDING: Final[dict[Status, tuple[str, Key]]] = {
    "held": ("hold", "commission_held_by"),
    "forfeited": ("forfeit", "commission_forfeited_by"),
}


def _status_lines(result: CommissionResult) -> Iterator[Line]:
    """What holds the payment back or makes it lost."""
    if result.corrects is not None:
        if result.outcome in _HOLDING:
            yield _line("commission_follows", original=Shown(result.corrects.original, t.Text()))
        return
    if result.outcome in _HOLDING:
        key, phrase = _HOLDING[result.outcome]
        for each in result.conditions.get(key, ()):
            if each.outcome is True:
                yield from _condition_lines(phrase, each, result)
    elif result.outcome == "undetermined":
        for key in ("forfeit", "hold"):
            for each in result.conditions.get(key, ()):
                if isinstance(each.outcome, Unknown):
                    yield from _condition_lines("commission_in_doubt", each, result)
