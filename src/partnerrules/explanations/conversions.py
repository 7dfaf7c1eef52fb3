"""Tells how a base was converted: by which rates, of which day, and where they come from. May import stories."""

from collections.abc import Iterator

from partnerrules.decisions.conversion import ConversionResult
from partnerrules.explanations.story import Line, Part, Phrase, Shown
from partnerrules.quantities import Money, Rate
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_MONEY = t.AnyMoney()


def conversion_lines(
    conversion: ConversionResult | None, base: Money | Unknown | None, original: object, indent: int
) -> Iterator[Line]:
    """How a base came about in the currency that is paid; nothing where it was in that currency.

    Args:
        conversion: the rates, if the policy converts.
        base: what it came to.
        original: the id of the document whose rates these are, if it is another one.
        indent: of the lines.
    """
    if conversion is None or not isinstance(conversion.base, Money):
        return
    rates = conversion.rates
    if isinstance(rates, Unknown) or not isinstance(base, Money):
        if isinstance(rates, Unknown):
            yield Line(Phrase("conversion_unknown", {"base": Shown(conversion.base, _MONEY)}), indent)
        return
    if not rates:
        return
    parts: dict[str, Part] = {
        "base": Shown(conversion.base, _MONEY),
        "amount": Shown(base, _MONEY),
        "day": Shown(rates[0].day, t.Date()),
    }
    for number, rate in enumerate(rates, start=1):
        suffix = "" if number == 1 else "_then"
        parts |= {f"gives{suffix}": Shown(rate.gives, _MONEY), f"given{suffix}": Shown(rate.given, _MONEY)}
    yield Line(Phrase("conversion" if len(rates) == 1 else "conversion_via", parts), indent)
    if original is not None:
        yield Line(Phrase("conversion_of_original", {"original": Shown(original, t.Text())}), indent + 2)
    for rate in rates:
        yield Line(_source(rate), indent + 2)


def _source(rate: Rate) -> Phrase:
    """Where a rate comes from."""
    parts: dict[str, Part] = {"rate": rate.source or "", "kind": rate.kind or ""}
    if rate.source is None:
        return Phrase("conversion_published", {"given": Shown(rate.given, _MONEY), "gives": Shown(rate.gives, _MONEY)})
    if rate.kind is None:
        return Phrase("conversion_recorded", {"rate": rate.source})
    return Phrase("conversion_recorded_kind", parts)
