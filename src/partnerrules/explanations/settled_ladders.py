"""The ladders of a statement, and the place of the payee on each: what is reached, and what the next band needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from partnerrules.decisions.commission import BandResult, RateResult
from partnerrules.domain.settlement import AccountStatement, SettlementLine
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.settled_details import gives_part, policy_part
from partnerrules.explanations.settled_rates import own_line_of, rate_of
from partnerrules.explanations.story import Part, Phrase, Shown, listed, word
from partnerrules.quantities import subtract
from partnerrules.schema import types as t

_ALONE = "transaction"
_TRAILING = "trailing"
_PREVIOUS = "next period"


@dataclass(frozen=True, slots=True)
class Climb:
    """A ladder with the place on it that the last document of a statement reached.

    Attributes:
        line: that document.
        rate: the ladder, as it stood with that document.
        measure: what climbs it.
        starts: where its bands start.
        after: how far it was climbed.
        reached: the number of the highest band that is reached; -1 if none is.
    """

    line: SettlementLine
    rate: RateResult
    measure: t.Type
    starts: tuple[Decimal, ...]
    after: Decimal
    reached: int

    @property
    def next(self) -> BandResult | None:
        """The band above the place, if there is one."""
        above = self.reached + 1
        return self.rate.bands[above] if above < len(self.rate.bands) else None


def climbs_of(statement: AccountStatement) -> tuple[Climb, ...]:
    """The ladders that documents of the period climbed, each as its last document left it.

    Documents climb one ladder that are equal in policy, period, and whatever the policy says with `per`.
    """
    climbs: dict[tuple[object, ...], Climb] = {}
    # Of one day, corrections come last: so they climb, too.
    for line in sorted(statement.of_kind("document"), key=lambda line: (line.date, "corrects" in line.details)):
        climb = _climb(line)
        if climb is None:
            continue
        rate = climb.rate
        # What is looked back on begins on another day with each document.
        period = None if rate.over == _TRAILING else rate.period
        ladder = (line.policy, rate.over, period, rate.per, climb.starts, climb.measure)
        known = climbs.get(ladder)
        if known is None or known.line.document != line.document:  # a document may pay a payee in several roles
            climbs[ladder] = climb
    return tuple(climbs.values())


def _climb(line: SettlementLine) -> Climb | None:
    rate = None if own_line_of(line).override else rate_of(line.details.get("rate"), line.rule)
    if rate is None or rate.measure is None or not isinstance(rate.after, Decimal):
        return None
    starts = tuple(band.start for band in rate.bands if isinstance(band.start, Decimal))
    if len(starts) < len(rate.bands) or list(starts) != sorted(starts):
        return None
    if rate.kind == "whole":
        reached = next((at for at, band in enumerate(rate.bands) if band.reached), -1)
    else:
        reached = sum(start <= rate.after for start in starts) - 1
    return Climb(line, rate, rate.measure, starts, rate.after, reached)


def climb_title(climb: Climb, payee: str) -> Part:
    """Which ladder it is, and up to which document it was climbed.

    Args:
        climb: the ladder.
        payee: whose statement it is: for whom it is climbed is said where that is somebody or something else.
    """
    rate, document = climb.rate, climb.line.document
    whose = [Shown(each.value, each.type) for each in rate.per if each.value != payee]
    title = listed([policy_part(climb.line), *whose], "comma") if whose else policy_part(climb.line)
    period = Shown(rate.period, t.Date())
    if rate.crossing == _PREVIOUS:
        return Phrase("ladder_previous", {"title": title, "period": period})
    if rate.over == _ALONE:
        return Phrase("ladder_of_document", {"title": title, "document": document})
    if rate.over == _TRAILING:
        return Phrase("ladder_trailing", {"title": title, "document": document})
    if rate.period is None:
        return Phrase("ladder_lifetime", {"title": title, "document": document})
    return Phrase("ladder_of_period", {"title": title, "period": period, "document": document})


def climb_parts(climb: Climb) -> Iterator[Part]:
    """How far the ladder is climbed, and what the next band needs, in sentences."""
    yield Phrase("ladder_at", {"after": Shown(climb.after, climb.measure)})
    if climb.rate.crossing == _PREVIOUS:
        return  # what is reached now counts in the next period, and the statement does not say what it is
    band = climb.next
    if band is None:
        yield Phrase("ladder_top")
        return
    lacking = subtract(climb.starts[climb.reached + 1], climb.after)
    parts: dict[str, Part] = {"gives": band_gives(climb, band), "start": Shown(band.start, climb.measure)}
    if lacking <= 0:
        yield Phrase("ladder_beyond", parts)
    else:
        key: Key = "ladder_next_alone" if climb.rate.over == _ALONE else "ladder_next"
        yield Phrase(key, {**parts, "lacking": Shown(lacking, climb.measure)})


def bands_part(climb: Climb) -> Part:
    """All bands of a ladder, in words."""
    told = [
        Phrase(
            "ladder_band",
            {"band": word(band.id), "start": Shown(band.start, climb.measure), "gives": band_gives(climb, band)},
        )
        for band in climb.rate.bands
    ]
    return listed(told, "semicolon", at_most=len(told))


def band_gives(climb: Climb, band: BandResult) -> Part:
    """What a band gives."""
    return gives_part(Shown(band.gives, climb.rate.type), climb.rate.gives)


def scale_part(climb: Climb) -> Part:
    """How the drawing of a ladder is to be read."""
    return Phrase("ladder_interpolated_scale" if climb.rate.kind == "interpolated" else "ladder_open_scale")
