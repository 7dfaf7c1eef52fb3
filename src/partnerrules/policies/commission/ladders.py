"""Ladders: rates that rise, or fall, with what was sold; marginal or whole, over each document or over a period.

Lines are differences of what the ladder gives before and after a document, so that what is paid in all does not hang on
how it came in. May import the terms and rates of commissions.
"""

from decimal import Decimal
from itertools import pairwise
from typing import Final

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import operations, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, origin
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.syntax import PeriodUnit
from partnerrules.plan.nodes import Column, Cumulate, Let, Node
from partnerrules.policies.commission.forms import TRANSACTION
from partnerrules.policies.commission.rates import (
    GUARD,
    RATE,
    RATIO,
    Band,
    Rate,
    Scope,
    as_rate,
    check_rate,
    in_range,
)
from partnerrules.policies.computing import (
    NO_WORD,
    TRUE,
    amount,
    choice,
    compared,
    computed,
    every,
    first_reason,
    negated,
)
from partnerrules.policies.kind import unsuited
from partnerrules.schema import types as t

MEASURE: Final = "measure"
BEFORE: Final = "measure before"
AFTER: Final = "measure after"
PERIOD: Final = "ladder period"
_PER: Final = "ladder per"
_BASE_BEFORE: Final = "base before"
_BASE_AFTER: Final = "base after"
RATE_BEFORE: Final = "rate before"

MAXIMUM_BANDS: Final = 100

_UNITS: Final[dict[str, PeriodUnit]] = {
    "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip


def period_start(period: str, day: terms.Term) -> terms.Term:
    """The first day of the period of a day, such as that of its fiscal quarter."""
    return terms.EdgeOf("start", _UNITS[period.removeprefix("fiscal ")], period.startswith("fiscal "), day, t.Date())


def ladder_rate(
    item: Item, scope: Scope, base: terms.ColumnOf, base_term: terms.Term, day: terms.ColumnOf
) -> Rate | None:
    """A rate that hangs on the band which is reached.

    Args:
        item: what stands under `rate`.
        scope: what its expressions see.
        base: the column with the base.
        base_term: the expression that it is computed from.
        day: the column with the day of the document.
    """
    if ("over" in item.keys and item.text("over") is None) or item.text("ladder") is None:
        return None
    marginal = item.text("ladder") == "marginal"
    over = item.text("over") or TRANSACTION
    measure = _measure(item, scope, base, base_term, marginal=marginal, over=over)
    per = _per(item, scope, over)
    bands = None if measure is None else _Bands(scope, measure.type).read(item, marginal=marginal)
    if measure is None or bands is None or (per is None and over != TRANSACTION):
        return None
    names, columns, depth = bands
    climbed = terms.ColumnOf(MEASURE, measure.type)
    together = over != TRANSACTION
    before: terms.Term = terms.ColumnOf(BEFORE, measure.type) if together else amount(0, measure.type)
    after: terms.Term = terms.ColumnOf(AFTER, measure.type) if together else climbed
    own_base = measure.term == base
    base_before, base_after = before, after
    if not own_base:
        base_before = terms.ColumnOf(_BASE_BEFORE, base.type) if together else amount(0, base.type)
        base_after = terms.ColumnOf(_BASE_AFTER, base.type) if together else base
    if marginal:
        given = [*_slices(names, before, "before"), *_slices(names, after, "after")]
        paid_before, paid_after = _sum(names, "before", base.type), _sum(names, "after", base.type)
    else:
        given = [Column(RATE_BEFORE, _reached(names, before)), Column(RATE, _reached(names, after))]
        paid_before = computed(base_before, "*", terms.ColumnOf(RATE_BEFORE, RATIO), base.type)
        paid_after = computed(base_after, "*", terms.ColumnOf(RATE, RATIO), base.type)
    if not together:
        paid_before = amount(0, base.type)

    def add(node: Node, counts: terms.Term) -> Node:
        node = Let(node, (Column(MEASURE, measure.term, measure.observed), *columns))
        if per is not None:
            node = Let(node, (Column(_PER, per.term, per.observed), Column(PERIOD, period_start(over, day))))
            within = (_PER, PERIOD)
            node = Cumulate(node, "sum", climbed, counts, within, (day.name,), None, BEFORE, AFTER)
            if not own_base:
                node = Cumulate(node, "sum", base, counts, within, (day.name,), None, _BASE_BEFORE, _BASE_AFTER)
        return Let(node, tuple(given))

    return Rate(
        "marginal" if marginal else "whole",
        add,
        paid_before,
        paid_after,
        _fault(names, columns, measure.type, marginal=marginal),
        tuple(f"band {band.id}" for band in names),
        max(depth, measure.depth, 0 if per is None else per.depth),
        bands=names,
        measure=measure.type,
        over=over,
    )


def _measure(
    item: Item, scope: Scope, base: terms.ColumnOf, base_term: terms.Term, *, marginal: bool, over: str
) -> Checked | None:
    written = item.expression("measure")
    if written is None:
        return None if "measure" in item.keys else Checked(base, "", (), 0)
    checked = scope.checked(written)
    if checked is None:
        return None
    if checked.term == base_term:
        return Checked(base, checked.text, checked.observed, checked.depth)
    report = scope.context.report
    numeric = isinstance(checked.type, t.Integer | t.Number | t.Ratio | t.Quantity)
    if not numeric:
        message = f"a measure is a number or an amount, and this is {checked.type}"
        unsuited(scope.context, written.span, checked.type, message, term=checked.term)
        return None
    if marginal:
        report.error(
            "unsuited-ladder",
            "a marginal ladder cuts the base itself into bands, and this measures something else",
            written.span,
            help="write `ladder: whole`, or leave `measure` out",
        )
        return None
    if over != TRANSACTION and isinstance(checked.type, t.Ratio):
        report.error(
            "unsuited-ladder",
            f"ratios do not add up over a {over}",
            written.span,
            help="measure an amount or a count, or leave `over` out",
        )
        return None
    return checked


def _per(item: Item, scope: Scope, over: str) -> Checked | None:
    report = scope.context.report
    written = item.expression("per")
    if over == TRANSACTION:
        if "per" in item.keys:
            report.error(
                "unsuited-ladder",
                "`per` says whose documents of a period climb together, and here each climbs alone",
                item.keys["per"],
                help="write a period, such as `over: quarter`, or take `per` out",
            )
        return None
    if written is None:
        if "per" not in item.keys:
            report.error(
                "missing-key",
                f"a ladder over a {over} needs the key `per`",
                item.keys["over"],
                help="write whose documents climb together, such as `per: transaction.partner`",
            )
        return None
    return checked_group(written, scope)


def checked_group(written: Expression, scope: Scope) -> Checked | None:
    """An expression by whose value documents are taken together, or None after a fault."""
    checked = scope.checked(written)
    if checked is None:
        return None
    if isinstance(checked.type, t.Maybe | t.ListOf | t.Interval | t.AnyMoney):
        message = f"documents are taken together by one value, and this is {checked.type}"
        unsuited(scope.context, written.span, checked.type, message, guard=GUARD, term=checked.term)
        return None
    return checked


# ------------------------------------------------------------------------------------------------------------- bands


class _Bands:
    """Reads the bands of one ladder."""

    def __init__(self, scope: Scope, measure: t.Type) -> None:
        self.scope = scope
        self.measure = measure
        self.depth = 0

    def read(self, item: Item, *, marginal: bool) -> tuple[tuple[Band, ...], tuple[Column, ...], int] | None:
        """The bands, the columns with their starts and rates, and the depth of those; None after a fault."""
        report = self.scope.context.report
        bands: list[Band] = []
        columns: list[Column] = []
        ids: dict[str, Span] = {}
        starts: list[tuple[terms.Term, Span]] = []
        whole = True
        written = item.list("bands")
        if len(written) > MAXIMUM_BANDS:
            found = f"a ladder has at most {MAXIMUM_BANDS} bands, this one has {len(written):,}"
            report.error("too-large", found, item.keys["bands"], help="join bands of one rate")
            return None
        for number, read in enumerate(written, start=1):
            if not isinstance(read, Item):
                whole = False
                continue
            word = read.word("id")
            id = str(number) if word is None else word.text
            if id in ids:
                report.error(
                    "duplicate-id",
                    f"two bands are called `{id}`",
                    read.span if word is None else word.span,
                    help="give each band an id of its own",
                )
                whole = False
            ids[id] = read.span
            start, rate = self._start(read.expression("from")), self._rate(read.expression("rate"))
            if start is None or rate is None:
                whole = False
                continue
            band = Band(id, *(f"band {number} {part}" for part in ("from", "rate", "before", "after")))
            columns += (Column(band.start, start), Column(band.rate, rate))
            bands.append(band)
            place = read.expression("from")
            assert place is not None
            starts.append((start, place.span))
        whole &= _rising(starts, report, marginal=marginal)
        return (tuple(bands), tuple(columns), self.depth) if whole and bands else None

    def _start(self, written: Expression | None) -> terms.Term | None:
        checked = self.scope.fixed(written)
        if checked is None or written is None:
            return None
        fault = operations.mismatch(self.measure, checked.type)
        if fault is None and isinstance(checked.type, t.Maybe):
            fault = operations.Mismatch("unguarded-none")
        if fault is not None:
            self.scope.context.report.error(
                fault.code,
                f"the start of the band is {checked.type}, and what climbs the ladder is {self.measure}",
                written.span,
                labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
                help=fault.help,
            )
            return None
        self.depth = max(self.depth, checked.depth)
        return checked.term

    def _rate(self, written: Expression | None) -> terms.Term | None:
        checked = self.scope.fixed(written)
        if checked is None or written is None or not check_rate(checked.term, written.span, self.scope, money=False):
            return None
        self.depth = max(self.depth, checked.depth)
        return as_rate(checked.term)


def _rising(starts: list[tuple[terms.Term, Span]], report: Report, *, marginal: bool) -> bool:
    """Whether the bands start one above the other, as far as that is written; reports it if not."""
    fine = True
    written = [(term.value, span) for term, span in starts if isinstance(term, terms.Value)]
    for (lower, first), (upper, second) in pairwise(written):
        if isinstance(lower, int | Decimal) and isinstance(upper, int | Decimal) and lower >= upper:
            report.error(
                "bands-not-rising",
                "the band does not start above the one before it",
                second,
                labels=[Label(second, ""), Label(first, "the one before it")],
                help="write the bands from the lowest to the highest",
            )
            fine = False
    if marginal and written and isinstance(written[0][0], int | Decimal) and written[0][0] < 0:
        report.error(
            "bands-not-rising",
            "a marginal ladder starts at zero or above",
            written[0][1],
            help="a document that takes something back is paid at the rate of its original, not by a band",
        )
        fine = False
    return fine


def _fault(bands: tuple[Band, ...], columns: tuple[Column, ...], measure: t.Type, *, marginal: bool) -> terms.Term:
    """The reason why bands that parameters give cannot be meant, if they cannot."""
    if all(isinstance(column.term, terms.Value) for column in columns):
        return NO_WORD
    starts = [terms.ColumnOf(band.start, measure) for band in bands]
    rising = [compared(lower, "<", upper) for lower, upper in pairwise(starts)]
    if marginal:
        rising.append(compared(starts[0], ">=", amount(0, measure)))
    # A rate that the source does not state is no fault: it matters where its band is reached.
    rates = (in_range(terms.ColumnOf(band.rate, RATIO)) for band in bands)
    fits = every(*(terms.IfUnknown(rate, TRUE, BOOLEAN) for rate in rates))
    return first_reason(
        [(negated(every(*rising)), "bands_not_rising"), (negated(fits), "rate_out_of_range")]
        if rising
        else [(negated(fits), "rate_out_of_range")]
    )


def _slices(bands: tuple[Band, ...], climbed: terms.Term, when: str) -> list[Column]:
    """How much of what has climbed lies in each band."""
    type = climbed.type
    columns = []
    for band, following in zip(bands, (*bands[1:], None), strict=True):
        start = terms.ColumnOf(band.start, type)
        inside = computed(climbed, "-", start)
        if following is not None:
            end = terms.ColumnOf(following.start, type)
            inside = choice(compared(climbed, "<", end), inside, computed(end, "-", start))
        inside = choice(compared(climbed, "<=", start), amount(0, type), inside)
        columns.append(Column(band.before if when == "before" else band.after, inside))
    return columns


def _sum(bands: tuple[Band, ...], when: str, money: t.Type) -> terms.Term:
    parts = []
    for band in bands:
        inside = terms.ColumnOf(band.before if when == "before" else band.after, money)
        zero = amount(0, money)
        given = computed(inside, "*", terms.ColumnOf(band.rate, RATIO))
        parts.append(choice(compared(inside, "=", zero), zero, given))
    return terms.Aggregate("sum", terms.Items(tuple(parts), t.ListOf(money)), money)


def _reached(bands: tuple[Band, ...], climbed: terms.Term) -> terms.Term:
    """The rate of the highest band that has been reached; zero below the first."""
    found: terms.Term = amount(0, RATIO)
    for band in bands:
        above = compared(climbed, ">=", terms.ColumnOf(band.start, climbed.type))
        found = choice(above, terms.ColumnOf(band.rate, RATIO), found)
    return found
