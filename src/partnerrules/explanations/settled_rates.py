"""What a commission result says of an amount, read back from the plain data of a settlement as the result has it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, cast

from partnerrules.decisions.commission import BandResult, Correction, Limit, RateResult, Stage, Step
from partnerrules.decisions.commission_lines import CommissionLine, PaymentRight, Status
from partnerrules.decisions.conversion import ConversionResult
from partnerrules.domain.settlement import SettlementLine
from partnerrules.explanations.settled_values import (
    day_in,
    items_of,
    mapping_of,
    moment_in,
    money_in,
    number_of,
    read_value,
    seen_in,
    text_of,
)
from partnerrules.quantities import Money, Rate
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_FLAT: Final = ("rate", "fixed", "table")
_LADDERS: Final = ("marginal", "whole", "interpolated")
_BOUNDS: Final[tuple[Literal["floor", "cap"], ...]] = ("floor", "cap")
_GIVES: Final[tuple[Literal["rate", "each", "amount"], ...]] = ("rate", "each", "amount")


def rate_of(data: object, rule: str | None) -> RateResult | None:
    """How the rate of a document was found; None if the data says nothing that could be told.

    Args:
        data: what `RateResult.as_data` wrote.
        rule: the row or band that gave the rate.
    """
    read = mapping_of(data)
    kind = read.get("kind")
    value, type = read_value(read.get("value"))
    if kind in _FLAT and isinstance(value, str):
        return None
    if kind in _FLAT:
        rows = tuple(text_of(each) for each in items_of(read.get("rows")))
        return RateResult(kind, value, type, rows, seen_in(read.get("inputs")))
    written = [mapping_of(each) for each in items_of(read.get("bands"))]
    gives = next((each for each in _GIVES if written and each in written[0]), None)
    if kind not in _LADDERS or gives is None:
        return None
    measure = mapping_of(read.get("measure"))
    bands = []
    given: t.Type = t.Ratio()
    for each in written:
        band_gives, given = read_value(each.get(gives))
        id = text_of(each.get("id"))
        inside = read_value(each["inside"])[0] if "inside" in each else None
        reached = id == rule if kind == "whole" else bool(number_of(each.get("inside")))
        start = read_value(each.get("from"))[0]
        needed = (start, band_gives) if kind == "whole" else (start, band_gives, inside)
        if not all(isinstance(part, Decimal | Unknown) for part in needed):
            return None
        bands.append(BandResult(id, start, band_gives, inside, reached))
    return RateResult(
        kind,
        value,
        given,
        bands=tuple(bands),
        gives=gives,
        measure=read_value(written[0].get("from"))[1],
        before=read_value(measure.get("before"))[0],
        after=read_value(measure.get("after"))[0],
        own=read_value(measure.get("own"))[0],
        over=text_of(read.get("over")),
        period=day_in(measure.get("period")),
        crossing=text_of(read.get("crossing")),
        rate_before=read_value(read.get("rate_before"))[0],
        per=seen_in(read.get("per")),
    )


def steps_of(data: object) -> tuple[Step, ...]:
    """The amounts on the way."""
    return tuple(Step(cast(Stage, stage), money_in(amount)) for stage, amount in mapping_of(data).items())


def limit_of(data: object) -> Limit | None:
    """Floor and caps, if there are such."""
    read = mapping_of(data)
    if not read:
        return None
    caps = (limit_of(each) for each in items_of(read.get("caps")))
    return Limit(
        floor=money_in(read.get("floor")),
        cap=money_in(read.get("cap")),
        before=money_in(read.get("before")),
        per=seen_in(read.get("per")),
        bound=tuple(each for each in _BOUNDS if each in items_of(read.get("bound"))),
        caps=tuple(cap for cap in caps if cap is not None),
        left=money_in(read.get("left")),
    )


def right_of(details: Mapping[str, object]) -> PaymentRight | None:
    """When the right to the payment begins, if the policy says so."""
    if "earned_on" not in details:
        return None
    return PaymentRight(*(moment_in(details.get(name)) for name in ("earned_on", "payable_from")))


def own_line_of(line: SettlementLine) -> CommissionLine:
    """What of the document is for the payee: a share, or the rate of a level."""
    read = mapping_of(line.details.get("line"))
    share = read_value(read.get("share"))[0]
    return CommissionLine(
        payee=None,
        role=line.role,
        share=share if isinstance(share, Decimal | Unknown) else None,
        amount=line.amount,
        status=cast(Status, line.status),
        override=read.get("override") is True,
        rate=read_value(read.get("rate"))[0],
        base=money_in(read.get("base")),
        overlay=read.get("overlay") is True,
    )


def correction_of(data: object) -> Correction | None:
    """What a document takes back, if it corrects another one."""
    read = mapping_of(data)
    original = read_value(read.get("original"), counts=False)[0]
    if not isinstance(original, str | Unknown):
        return None
    base, amount, before, left = (money_in(read.get(key)) for key in ("base", "amount", "left_before", "left"))
    return Correction(original, base, amount, before, left)


def conversion_of(data: object) -> ConversionResult | None:
    """How the base came into the currency that is paid, if it was converted."""
    read = mapping_of(data)
    base, written = money_in(read.get("base")), read.get("rates")
    if mapping_of(written):
        unknown = read_value(written)[0]
        return ConversionResult(base, unknown) if isinstance(unknown, Unknown) else None
    rates = []
    for each in map(mapping_of, items_of(written)):
        given, gives, day = money_in(each.get("from")), money_in(each.get("to")), day_in(each.get("date"))
        if not isinstance(given, Money) or not isinstance(gives, Money) or day is None:
            return None
        rates.append(Rate(given, gives, day, text_of(each.get("kind")) or None, text_of(each.get("record")) or None))
    # No conversion has more than two rates.
    return ConversionResult(base, tuple(rates)) if len(rates) <= 2 else None
