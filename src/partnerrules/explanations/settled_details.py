"""Tells how an amount of a statement came about, from the details that the settlement keeps with it."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from partnerrules.domain.open_documents import OpenDocument
from partnerrules.domain.settlement import SettlementLine, Standing
from partnerrules.explanations.benefits import denial_parts, grant_lines
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.commission import REASONS, correction_lines, modifier_line, rate_lines, step_lines
from partnerrules.explanations.commission_lines import right_lines, shown_amount
from partnerrules.explanations.conversions import conversion_lines
from partnerrules.explanations.lacking import missing_phrase
from partnerrules.explanations.settled_grants import grant_of
from partnerrules.explanations.settled_rates import (
    conversion_of,
    correction_of,
    limit_of,
    own_line_of,
    rate_of,
    right_of,
    steps_of,
)
from partnerrules.explanations.settled_values import (
    items_of,
    mapping_of,
    missing_fact,
    read_value,
    text_of,
    title_in,
)
from partnerrules.explanations.story import Line, Named, Part, Phrase, Shown, listed, word, words
from partnerrules.schema import types as t

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
_RATIO: Final = t.Ratio()
_MODIFIERS: Final[tuple[Literal["points", "times"], ...]] = ("points", "times")


def policy_part(line: SettlementLine) -> Part:
    """What people call the policy that pays, and what the payee does for it."""
    title: Part = Named(title_in(line.titles), line.policy)
    return title if line.role is None else listed([title, word(line.role)], "comma")


def standing_part(line: SettlementLine) -> Part:
    """What became of an amount, and why: the conditions that hold it back, or what says why nothing is earned."""
    standing: Part = Phrase(STANDINGS[line.status])
    grant = grant_of(line)
    if grant is not None:
        why = [*denial_parts(grant), *map(_failing, _conditions(line))]
    else:
        reason = _reason(line)
        unmet = map(_failing, _conditions(line, "unmet"))
        why = [*([] if reason is None else [reason]), *unmet, *_conditions(line)]
    return listed([standing, *why], "comma") if why else standing


def _conditions(line: SettlementLine, kept: str = "because") -> Iterator[Part]:
    """What holds an amount back, makes it lost, takes it back or excludes it, as people call it."""
    return map(_condition, map(mapping_of, items_of(line.details.get(kept))))


def _failing(condition: Part) -> Phrase:
    """A condition that does not hold."""
    return Phrase("condition", {"outcome": Phrase("fails"), "what": condition})


def _condition(called: Mapping[str, object]) -> Part:
    return Named(title_in(called.get("titles")), text_of(called.get("id")) or "…")


def _reason(line: SettlementLine) -> Part | None:
    if line.reason is None or line.reason == line.status:
        return None
    corrects = correction_of(line.details.get("corrects"))
    if corrects is None:
        return _word_part(line.reason)
    original: Part = Shown(corrects.original, t.Text())
    return _word_part(line.reason, original, shown_amount(corrects.base))


def _word_part(word: str, original: Part | None = None, base: Part = "…") -> Part:
    """Why a document earns nothing or has to be put right; the word itself where there is no sentence for it."""
    if original is None and word in _WITHOUT_ORIGINAL:
        return Phrase(_WITHOUT_ORIGINAL[word])
    return Phrase(REASONS[word], {"original": original or "…", "base": base}) if word in REASONS else word


def adjustment_part(line: SettlementLine) -> Part:
    """What became of an amount that belongs to an earlier period, and why it is on this statement."""
    standing = standing_part(line)
    if line.status == "withdrawn":
        return standing
    why: list[Part] = [standing, Phrase("adjusted_anew" if line.before.amount else "adjusted_late")]
    why += [_corrects(line)] if "corrects" in line.details else []
    return listed(why, "semicolon")


def _corrects(line: SettlementLine) -> Part:
    original = read_value(mapping_of(line.details.get("corrects")).get("original"), counts=False)
    return Phrase("commission_corrects_something", {"original": Shown(*original)})


def open_part(document: OpenDocument) -> Part:
    """Why a document is not settled, and what has to be done about it."""
    if document.reason == "no_policy_in_force":
        return Phrase("open_not_in_force")
    if document.reason == "refused":
        return Phrase("open_refused", {"reason": _word_part(document.word or "…")})
    if not document.missing:
        return Phrase("open_undetermined")
    facts = [missing_fact(each.reason, each.relation, each.record, each.field) for each in document.missing]
    return Phrase("open_missing", {"facts": listed([missing_phrase(each) for each in facts], "semicolon")})


def rate_part(line: SettlementLine) -> Part | None:
    """By which rate or band an amount came about, in a few words; None where there is nothing to say."""
    grant = grant_of(line)
    if grant is not None:
        return None if grant.share is None else Shown(grant.share, _RATIO)
    own = own_line_of(line)
    if own.override:
        if own.base is None:
            return _corrects(line) if "corrects" in line.details else None
        return Phrase("page_rate_of", {"rate": Shown(own.rate, _RATIO), "base": shown_amount(own.base)})
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
            told = Phrase("statement_row", {"rate": value, "rows": words(rate.rows)})
        case _ if rule is None:
            told = Phrase("commission_no_band")
        case "whole":
            told = Phrase("statement_whole", {"rate": gives_part(value, rate.gives), "band": word(rule)})
        case _:
            reached = [gives_part(Shown(each.gives, rate.type), rate.gives) for each in rate.bands if each.reached]
            told = listed([*reached, Phrase("statement_band", {"band": word(rule)})], "semicolon")
    if own.share is None:
        return told
    shared: Key = "statement_overlay" if own.overlay else "statement_share"
    return listed([told, Phrase(shared, {"share": Shown(own.share, _RATIO)})], "semicolon")


def gives_part(value: Part, gives: str) -> Part:
    """What a band of a ladder gives: a part of the base, or an amount for each unit or in all."""
    keys: dict[str, Key] = {"each": "ladder_gives_each", "amount": "ladder_gives_amount"}
    return Phrase(keys[gives], {"rate": value}) if gives in keys else value


def how_lines(line: SettlementLine) -> Iterator[Line]:
    """How an amount came about, stage by stage."""
    grant = grant_of(line)
    if grant is not None:
        yield from grant_lines(grant)
        return
    details = line.details
    corrects = correction_of(details.get("corrects"))
    original = None if corrects is None else corrects.original
    yield from conversion_lines(conversion_of(details.get("conversion")), line.base, original, _INDENT)
    if corrects is not None:
        yield from correction_lines(corrects)
    yield from rate_lines(rate_of(details.get("rate"), line.rule))
    yield from _modifier_lines(details.get("modifiers"))
    if details.get("rate_at_most") is not None:
        yield Line(Phrase("commission_rate_at_most", {"rate": Shown(*read_value(details["rate_at_most"]))}), _INDENT)
    yield from step_lines(steps_of(details.get("steps")), limit_of(details.get("limit")))
    yield from _own_lines(line)
    if line.reason is None:
        yield from right_lines(right_of(details), corrects=corrects is not None)


def _modifier_lines(data: object) -> Iterator[Line]:
    """What made the amount more than the rate, and what may."""
    for each in map(mapping_of, items_of(data)):
        condition = mapping_of(each.get("condition"))
        outcome = condition.get("outcome")
        for kind in _MODIFIERS:
            if kind in each and outcome is not False:
                yield modifier_line(kind, read_value(each[kind])[0], certain=outcome is True)
                yield Line(Phrase("commission_because", {"condition": _condition(condition)}), _INDENT + 2)


def _own_lines(line: SettlementLine) -> Iterator[Line]:
    """What of the document is for this payee: a share, or the rate of a level."""
    own = own_line_of(line)
    amount: Part = shown_amount(own.amount)
    if own.override:
        parts: dict[str, Part] = {"role": word(own.role or ""), "amount": amount}
        if own.base is None:
            yield Line(Phrase("page_override", parts), _INDENT)
        else:
            parts |= {"rate": Shown(own.rate, _RATIO), "base": shown_amount(own.base)}
            yield Line(Phrase("page_override_of", parts), _INDENT)
    elif own.share is not None:
        key: Key = "page_overlay" if own.overlay else "page_share_is"
        yield Line(Phrase(key, {"share": Shown(own.share, _RATIO), "amount": amount}), _INDENT)
