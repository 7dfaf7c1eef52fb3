"""The bands of a ladder: where each starts, what it gives, and how much of what has climbed lies in it.

May import the rates of commissions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import operations, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, origin
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.once import Once
from partnerrules.plan.nodes import Column
from partnerrules.policies.commission.forms import GIVES, Gives
from partnerrules.policies.commission.rates import Band, as_rate, check_rate, in_range
from partnerrules.policies.commission.scope import Scope
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
from partnerrules.quantities import currency_of
from partnerrules.schema import types as t

UP_TO: Final = "ladder up to"
"""The column with the end of the last band, if it has one."""

MAXIMUM_BANDS: Final = 100


@dataclass(frozen=True, slots=True)
class Bands:
    """The checked bands of a ladder.

    Attributes:
        bands: from the lowest to the highest.
        gives: what they give.
        columns: their starts and what they give, and the end of the last one.
        starts: the columns with starts that are not the same for every document.
        measure: the type of what climbs.
        has_end: whether the last band has one.
        depth: of their deepest expression.
    """

    bands: tuple[Band, ...]
    gives: Gives
    columns: tuple[Column, ...]
    starts: tuple[str, ...]
    measure: t.Type
    has_end: bool
    depth: int

    def start(self, band: Band) -> terms.Term:
        return terms.ColumnOf(band.start, self.measure)

    def end(self, band: Band) -> terms.Term | None:
        """Where a band ends: where the next one starts."""
        place = self.bands.index(band) + 1
        if place < len(self.bands):
            return self.start(self.bands[place])
        return terms.ColumnOf(UP_TO, self.measure) if self.has_end else None

    def slices(self, climbed: terms.Term, *, before: bool) -> list[Column]:
        """How much of what has climbed lies in each band."""
        columns = []
        for band in self.bands:
            start, end = self.start(band), self.end(band)
            inside = computed(climbed, "-", start)
            if end is not None:
                inside = choice(compared(climbed, "<", end), inside, computed(end, "-", start))
            inside = choice(compared(climbed, "<=", start), amount(0, self.measure), inside)
            columns.append(Column(band.before if before else band.after, inside))
        return columns

    def given(self, band: Band) -> terms.ColumnOf:
        return terms.ColumnOf(band.gives, band.type)

    def reached(self, climbed: terms.Term, *, down: bool) -> terms.Term:
        """What the highest band gives that has been reached; nothing below the first.

        Args:
            climbed: how far the ladder has been climbed.
            down: whether a bound belongs to the band below it; the start of the first band is its own.
        """
        found: terms.Term = amount(0, self.bands[0].type)
        for place, band in enumerate(self.bands):
            above = compared(climbed, ">" if down and place else ">=", self.start(band))
            found = choice(above, self.given(band), found)
        return found

    def fault(self, *, from_zero: bool) -> terms.Term:
        """The reason why bands that facts or parameters give cannot be meant, if they cannot.

        Bands in which nothing can lie do no harm, such as that below a waterline of zero, unless they have an end.
        """
        if all(isinstance(column.term, terms.Value) for column in self.columns):
            return NO_WORD
        starts = [self.start(band) for band in self.bands]
        if self.has_end:
            starts.append(terms.ColumnOf(UP_TO, self.measure))
        rising = [compared(lower, "<" if self.has_end else "<=", upper) for lower, upper in pairwise(starts)]
        if from_zero:
            rising.append(compared(starts[0], ">=", amount(0, self.measure)))
        # A rate that the source does not state is no fault: it matters where its band is reached.
        rates = (in_range(self.given(band)) for band in self.bands)
        fits = every(*(terms.IfUnknown(rate, TRUE, BOOLEAN) for rate in rates))
        reasons: list[tuple[terms.Term, terms.Term | str]] = [(negated(fits), "rate_out_of_range")]
        return first_reason([(negated(every(*rising)), "bands_not_rising"), *reasons] if rising else reasons)


def gives_of(item: Item) -> Gives | None:
    """What the first band of a ladder gives, None after a fault."""
    for read in item.list("bands"):
        if isinstance(read, Item):
            return next((key for key in GIVES if key in read.keys), None)
    return None


class BandReader:
    """Reads the bands of one ladder."""

    def __init__(self, scope: Scope, measure: t.Type, money: t.Type, gives: Gives) -> None:
        self.scope = scope
        self.measure = measure
        self.money = money
        self.gives: Gives = gives
        self.depth = 0

    def read(self, item: Item, *, from_zero: bool, needs_end: bool) -> Bands | None:
        """The bands, or None after a fault.

        Args:
            item: the ladder.
            from_zero: whether the first one may not start below zero.
            needs_end: whether the last one ends.
        """
        report = self.scope.context.report
        bands: list[Band] = []
        columns: list[Column] = []
        ids = Once(report, help="give each band an id of its own")
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
            span = read.span if word is None else word.span
            whole = ids.claim(id, span, f"two bands are called `{id}`") and whole
            place = read.expression("from")
            start, given = self._start(place, "start", self.scope.checked), self._given(read)
            if start is None or given is None or place is None:
                whole = False
                continue
            names = (f"band {number} {part}" for part in ("from", "gives", "before", "after"))
            start_name, gives_name, before, after = names
            columns += (Column(start_name, start), Column(gives_name, given))
            bands.append(Band(id, start_name, gives_name, given.type, before, after))
            starts.append((start, place.span))
        end = self._end(item, needs_end=needs_end)
        if end is not None:
            columns.append(Column(UP_TO, end[0]))
            starts.append(end)
        whole &= _rising(starts, report, from_zero=from_zero)
        if not whole or not bands or needs_end is not (end is not None):
            return None
        varying = tuple(
            column.name
            for column in columns
            if column.name != UP_TO and column.name.endswith(" from") and not isinstance(column.term, terms.Value)
        )
        return Bands(tuple(bands), self.gives, tuple(columns), varying, self.measure, end is not None, self.depth)

    def _end(self, item: Item, *, needs_end: bool) -> tuple[terms.Term, Span] | None:
        """Where the last band ends, if it does."""
        if needs_end and "up_to" not in item.keys:
            self.scope.context.report.error(
                "missing-key",
                "an interpolated ladder needs the key `up_to`",
                item.keys["ladder"],
                help="write where its last band ends, such as `up_to: 20000 CNY`",
            )
            return None
        if not needs_end and "up_to" in item.keys:
            self.scope.context.report.error(
                "unsuited-ladder",
                "only the last band of an interpolated ladder has an end",
                item.keys["up_to"],
                help="take it out, or write `ladder: interpolated`",
            )
            return None
        written = item.expression("up_to")
        end = self._start(written, "end", self.scope.fixed)
        return None if end is None or written is None else (end, written.span)

    def _start(
        self, written: Expression | None, part: str, check: Callable[[Expression | None], Checked | None]
    ) -> terms.Term | None:
        checked = check(written)
        if checked is None or written is None:
            return None
        fault = operations.mismatch(self.measure, checked.type)
        if fault is None and isinstance(checked.type, t.Maybe):
            fault = operations.Mismatch("unguarded-none")
        if fault is not None:
            self.scope.context.report.error(
                fault.code,
                f"the {part} of the band is {checked.type}, and what climbs the ladder is {self.measure}",
                written.span,
                labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
                help=fault.help,
            )
            return None
        self._seen(checked)
        return checked.term

    def _given(self, band: Item) -> terms.Term | None:
        """What a band gives, or None after a fault."""
        key = next((key for key in GIVES if key in band.keys), None)
        report = self.scope.context.report
        if key is None:
            return None  # the form has said that it is missing
        if key != self.gives:
            report.error(
                "unsuited-ladder",
                f"this band gives `{key}`, and the first one `{self.gives}`",
                band.keys[key],
                help="let all bands of a ladder give the same",
            )
            return None
        written = band.expression(key)
        checked = self.scope.fixed(written)
        if checked is None or written is None:
            return None
        self._seen(checked)
        if key == "rate":
            return as_rate(checked.term) if check_rate(checked.term, written.span, self.scope, money=False) else None
        if checked.type != self.money:
            currency = self.scope.context.environment.currency
            foreign = isinstance(checked.type, t.Quantity) and currency_of(checked.type.dimension) is not None
            report.error(
                "currency-mismatch" if foreign else "type-mismatch",
                f"`{key}` is an amount in {self.money}, and this is {checked.type}",
                written.span,
                labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
                help=f"write an amount, such as `5 {currency}`",
            )
            return None
        return checked.term if check_rate(checked.term, written.span, self.scope, money=True) else None

    def _seen(self, checked: Checked) -> None:
        self.depth = max(self.depth, checked.depth)


def warn_of_drops(item: Item, bands: Bands, report: Report) -> None:
    """Warns where more sales earn less: the band that is reached pays for all, and gives less than that below."""
    terms_of = {column.name: column.term for column in bands.columns}
    places = [read.expression(bands.gives) for read in item.list("bands") if isinstance(read, Item)]
    for (lower, first), (upper, second) in pairwise(zip(bands.bands, places, strict=True)):
        less, more = terms_of[upper.gives], terms_of[lower.gives]
        if not isinstance(less, terms.Value) or not isinstance(more, terms.Value) or first is None or second is None:
            continue
        if isinstance(less.value, Decimal) and isinstance(more.value, Decimal) and less.value < more.value:
            report.warning(
                "income-drops",
                f"whoever reaches the band `{upper.id}` earns less than just before it",
                second.span,
                labels=[Label(second.span, "for all"), Label(first.span, "more than that")],
                help="write `ladder: marginal` if this is for what lies in the band only",
            )


def _rising(starts: list[tuple[terms.Term, Span]], report: Report, *, from_zero: bool) -> bool:
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
    if from_zero and written and isinstance(written[0][0], int | Decimal) and written[0][0] < 0:
        report.error(
            "bands-not-rising",
            "a marginal ladder starts at zero or above",
            written[0][1],
            help="a document that takes something back is paid at the rate of its original, not by a band",
        )
        fine = False
    return fine
