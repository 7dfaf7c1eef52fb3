"""Tells how an amount of a statement came about, from the details that the settlement keeps with it."""

from collections.abc import Iterator, Mapping
from typing import Final

from partnerrules.decisions.commission import RateResult
from partnerrules.domain.settlement import OpenDocument, SettlementLine, Standing
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.commission import REASONS, correction_lines, rate_lines, step_lines
from partnerrules.explanations.commission_lines import shown_amount
from partnerrules.explanations.conversions import conversion_lines
from partnerrules.explanations.settled_rates import conversion_of, correction_of, limit_of, rate_of, steps_of
from partnerrules.explanations.settled_values import day_in, items_of, mapping_of, money_in, read_value, text_of
from partnerrules.explanations.story import Line, Named, Part, Phrase, Shown, listed
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

STANDINGS: Final[dict[Standing, Key]] = {
    "earned": "standing_earned",
    "held": "status_held",
    "pending": "status_pending",
    "forfeited": "status_forfeited",
    "clawed_back": "status_clawed_back",
    "excluded": "standing_excluded",
    "undetermined": "status_undetermined",
    "withdrawn": "standing_withdrawn",
}
_WITHOUT_ORIGINAL: Final[dict[str, Key]] = {
    "original_elsewhere": "open_original_elsewhere",
    "corrects_a_correction": "open_corrects_a_correction",
    "original_refused": "open_original_refused",
    "original_is_zero": "open_original_is_zero",
    "exceeds_original": "open_exceeds_original",
    "measure_misfits": "open_measure_misfits",
    "other_currency": "open_other_currency",
}
"""The same as sentences that do not name the document that is corrected."""

_INDENT: Final = 2
_MODIFIERS: Final[tuple[tuple[str, Key], ...]] = (("points", "commission_points"), ("times", "commission_times"))


def policy_part(line: SettlementLine) -> Part:
    """What people call the policy that pays, and what the payee does for it."""
    title: Part = Named(Title(tuple(line.titles.items())), line.policy)
    return title if line.role is None else listed([title, line.role], "comma")


def standing_part(line: SettlementLine) -> Part:
    """What became of an amount, and why: the conditions that hold it back, or the word for what earns nothing."""
    standing: Part = Phrase(STANDINGS[line.status])
    reason = _reason(line)
    why = [*([] if reason is None else [reason]), *_conditions(line)]
    return listed([standing, *why], "comma") if why else standing


def _conditions(line: SettlementLine) -> Iterator[Part]:
    """What holds an amount back, makes it lost or takes it back, as people call it."""
    for each in map(mapping_of, items_of(line.details.get("because"))):
        titles = tuple((language, str(text)) for language, text in mapping_of(each.get("titles")).items())
        yield Named(Title(titles), text_of(each.get("id")) or "…")


def _reason(line: SettlementLine) -> Part | None:
    if line.reason is None:
        return None
    corrects = correction_of(line.details.get("corrects"))
    if corrects is None:
        return reason_part(line.reason)
    original: Part = Shown(corrects.original, t.Text())
    return reason_part(line.reason, original, shown_amount(corrects.base))


def reason_part(word: str, original: Part | None = None, base: Part = "…") -> Part:
    """Why a document earns nothing or has to be put right; the word itself where there is no sentence for it."""
    if original is None and word in _WITHOUT_ORIGINAL:
        return Phrase(_WITHOUT_ORIGINAL[word])
    return Phrase(REASONS[word], {"original": original or "…", "base": base}) if word in REASONS else word


def adjustment_part(line: SettlementLine) -> Part:
    """Why an amount that belongs to an earlier period is on this statement."""
    if line.status == "withdrawn":
        return standing_part(line)
    why: list[Part] = [Phrase("adjusted_anew" if line.before.amount else "adjusted_late")]
    why += [_corrects(line)] if "corrects" in line.details else []
    if line.status != "earned" or line.reason is not None:
        why.append(standing_part(line))
    return listed(why, "semicolon")


def _corrects(line: SettlementLine) -> Part:
    original = read_value(mapping_of(line.details.get("corrects")).get("original"), counts=False)
    return Phrase("commission_corrects_something", {"original": Shown(*original)})


def open_part(document: OpenDocument) -> Part:
    """Why a document is not settled, and what has to be done about it."""
    if document.reason == "no_policy_in_force":
        return Phrase("open_not_in_force")
    if document.reason == "refused":
        return Phrase("open_refused", {"reason": reason_part(document.word or "…")})
    if not document.missing:
        return Phrase("open_undetermined")
    return Phrase("open_missing", {"facts": listed(document.missing, "semicolon")})


def rate_part(line: SettlementLine) -> Part | None:
    """By which rate or band an amount came about, in a few words; None where there is nothing to say."""
    own = own_details(line)
    if own.get("override"):
        rate, base = own.get("rate"), money_in(own.get("base"))
        if rate is None or base is None:
            return _corrects(line) if "corrects" in line.details else None
        return Phrase("page_rate_of", {"rate": Shown(*read_value(rate)), "base": shown_amount(base)})
    if "corrects" in line.details:
        return _corrects(line)
    rate = rate_of(line.details.get("rate"), line.rule)
    if rate is None:
        return None
    value: Part = Shown(rate.value, rate.type)
    rule = line.rule
    match rate.kind:
        case "rate" | "fixed":
            told = value
        case "table":
            told = Phrase("statement_row", {"rate": value, "rows": listed(rate.rows, "comma")})
        case _ if rule is None:
            told = Phrase("commission_no_band")
        case "whole":
            told = Phrase("statement_whole", {"rate": gives_part(value, rate.gives), "band": rule})
        case _:
            reached = [gives_part(Shown(each.gives, rate.type), rate.gives) for each in rate.bands if each.reached]
            told = listed([*reached, Phrase("statement_band", {"band": rule})], "semicolon")
    share = own.get("share")
    if share is None:
        return told
    shared: Key = "statement_overlay" if own.get("overlay") else "statement_share"
    return listed([told, Phrase(shared, {"share": Shown(*read_value(share))})], "semicolon")


def gives_part(value: Part, gives: str) -> Part:
    """What a band of a ladder gives: a part of the base, or an amount for each unit or in all."""
    keys: dict[str, Key] = {"each": "ladder_gives_each", "amount": "ladder_gives_amount"}
    return Phrase(keys[gives], {"rate": value}) if gives in keys else value


def own_details(line: SettlementLine) -> dict[str, object]:
    """What the details say of this line of the document alone: its share, or its level."""
    names = ("share", "override", "overlay", "rate", "base")
    said = {name: line.details[name] for name in names[:3] if name in line.details}
    return {**said, **mapping_of(line.details.get("line"))}


def how_lines(line: SettlementLine) -> Iterator[Line]:
    """How an amount came about, stage by stage."""
    details = line.details
    corrects = correction_of(details.get("corrects"))
    original = None if corrects is None else corrects.original
    yield from conversion_lines(conversion_of(details.get("conversion")), line.base, original, _INDENT)
    if corrects is not None:
        yield from correction_lines(corrects)
    rate = rate_of(details.get("rate"), line.rule)
    if rate is not None and _pays_for_all(rate):
        # The rate that the earlier documents had been given is not kept: what they were given is.
        *climbed, _ = rate_lines(rate)
        yield from climbed
        band = next((each for each in rate.bands if each.reached), None)
        if band is not None and rate.measure is not None:
            parts: dict[str, Part] = {"band": band.id, "start": Shown(band.start, rate.measure)}
            parts["rate"] = gives_part(Shown(rate.value, rate.type), rate.gives)
            yield Line(Phrase("page_whole_period", parts), _INDENT)
        else:
            yield Line(Phrase("commission_no_band"), _INDENT)
    else:
        yield from rate_lines(rate)
    yield from _modifier_lines(details.get("modifiers"))
    if details.get("rate_at_most") is not None:
        yield Line(Phrase("commission_rate_at_most", {"rate": Shown(*read_value(details["rate_at_most"]))}), _INDENT)
    steps = mapping_of(details.get("steps"))
    yield from step_lines(steps_of(steps), limit_of(details.get("limit"), steps.get("rounded")))
    yield from _own_lines(line)
    yield from _right_lines(details)


def _pays_for_all(rate: RateResult) -> bool:
    """Whether the band that is reached pays for the earlier documents of the period, too."""
    return rate.kind == "whole" and rate.crossing == "retroactive" and rate.over not in ("transaction", "trailing")


def _right_lines(details: Mapping[str, object]) -> Iterator[Line]:
    """When the amount is earned, and from which day on it can be paid."""
    earned, payable = day_in(details.get("earned_on")), day_in(details.get("payable_from"))
    if earned is not None:
        yield Line(Phrase("commission_earned_on", {"date": Shown(earned, t.Date())}), _INDENT)
    if payable is not None and payable != earned:
        yield Line(Phrase("commission_payable_from", {"date": Shown(payable, t.Date())}), _INDENT)


def _modifier_lines(data: object) -> Iterator[Line]:
    """What made the amount more than the rate, and what may."""
    for each in map(mapping_of, items_of(data)):
        condition = mapping_of(each.get("condition"))
        outcome = condition.get("outcome")
        for kind, key in _MODIFIERS:
            if kind not in each or outcome is False:
                continue
            told: Part = Phrase(key, {"value": Shown(*read_value(each[kind]))})
            if outcome is not True:
                told = Phrase("page_perhaps", {"what": told})
            name = text_of(condition.get("id"))
            yield Line(Phrase("page_named", {"name": name, "what": told}) if name else told, _INDENT)


def _own_lines(line: SettlementLine) -> Iterator[Line]:
    """What of the document is for this payee: a share, or the rate of a level."""
    own = own_details(line)
    amount: Part = shown_amount(line.amount)
    if own.get("override"):
        base = money_in(own.get("base"))
        parts: dict[str, Part] = {"role": line.role or "", "amount": amount}
        if base is None or own.get("rate") is None:
            yield Line(Phrase("page_override", parts), _INDENT)
        else:
            parts |= {"rate": Shown(*read_value(own["rate"])), "base": shown_amount(base)}
            yield Line(Phrase("page_override_of", parts), _INDENT)
    elif own.get("share") is not None:
        key: Key = "page_overlay" if own.get("overlay") else "page_share_is"
        yield Line(Phrase(key, {"share": Shown(*read_value(own["share"])), "amount": amount}), _INDENT)
