"""Tells how a ladder of commission was climbed, and what its bands gave."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from partnerrules.decisions.commission import BandResult, RateResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.story import Line, Part, Phrase, Shown, word
from partnerrules.quantities import multiply
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_INDENT: Final = 2

_BANDS: Final[dict[str, Key]] = {
    "rate": "commission_band",
    "each": "commission_band_each",
    "amount": "commission_band_part",
}
_WHOLE: Final[dict[str, tuple[Key, Key]]] = {
    "rate": ("commission_whole", "commission_whole_period"),
    "each": ("commission_whole_each", "commission_whole_period_each"),
    "amount": ("commission_whole_amount", "commission_whole_period_amount"),
}
"""What the band gives that is reached: to a document, and to all of a period."""


def ladder_lines(rate: RateResult) -> Iterator[Line]:
    """The lines that tell how far a document climbed a ladder, and which bands paid for it."""
    assert rate.measure is not None
    climbed = _climbed(rate, rate.measure)
    if climbed is not None:
        yield Line(climbed, _INDENT)
    reached = [band for band in rate.bands if band.reached]
    if not reached:
        if not isinstance(rate.after, Unknown):
            yield Line(Phrase("commission_no_band", {}), _INDENT)
    elif rate.kind == "whole":
        yield Line(_whole(rate, reached[-1], rate.measure), _INDENT)
    else:
        yield Line(Phrase("commission_marginal" if rate.kind == "marginal" else "commission_interpolated", {}), _INDENT)
        for band in reached:
            yield Line(_band(rate, band, rate.measure), _INDENT, "- ")


def _climbed(rate: RateResult, measure: t.Type) -> Phrase | None:
    """How far the ladder was climbed before a document and with it; nothing where the bands say it."""
    before, after = Shown(rate.before, measure), Shown(rate.after, measure)
    if rate.crossing == "next period":
        return Phrase("commission_previous", {"after": after})
    if rate.over == "lifetime":
        return Phrase("commission_climbed_so_far", {"before": before, "after": after})
    if rate.over != "transaction":
        period = Shown(rate.period, t.Date())
        return Phrase("commission_climbed", {"period": period, "before": before, "after": after})
    return Phrase("commission_measured", {"after": after}) if rate.kind == "whole" else None


def _whole(rate: RateResult, band: BandResult, measure: t.Type) -> Phrase:
    """What the band that is reached gives for all."""
    alone, period = _WHOLE[rate.gives]
    parts: dict[str, Part] = {
        "rate": Shown(rate.value, rate.type),
        "band": word(band.id),
        "start": Shown(band.start, measure),
    }
    if rate.rate_before is not None:
        return Phrase(period, {**parts, "rate_before": Shown(rate.rate_before, rate.type)})
    return Phrase(alone, {**parts, "after": Shown(rate.own, measure)} if rate.gives == "each" else parts)


def _band(rate: RateResult, band: BandResult, measure: t.Type) -> Phrase:
    """What a band gives for what lies in it."""
    parts: dict[str, Part] = {
        "band": word(band.id),
        "start": Shown(band.start, measure),
        "rate": Shown(band.gives, rate.type),
        "amount": Shown(band.inside, measure),
    }
    if rate.gives != "amount":
        parts["result"] = Shown(_product(band.inside, band.gives), measure if rate.gives == "rate" else rate.type)
    return Phrase(_BANDS[rate.gives], parts)


def _product(amount: object, rate: object) -> object:
    if isinstance(amount, Unknown):
        return amount
    if isinstance(rate, Unknown):
        return rate
    assert isinstance(amount, int | Decimal)
    assert isinstance(rate, int | Decimal)
    return multiply(Decimal(amount), Decimal(rate))
