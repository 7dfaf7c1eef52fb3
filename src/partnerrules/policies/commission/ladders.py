"""Ladders: rates or amounts that hang on how much was sold, by each document or by many together.

Lines are differences of what the ladder gives before and after a document, so that what is paid in all does not hang on
how it came in. May import the bands and windows of ladders.
"""

from typing import Final

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Column, Let, Node
from partnerrules.policies.commission.bands import BandReader, Bands, gives_of, warn_of_drops
from partnerrules.policies.commission.descents import ORDER, fits, measured, placed
from partnerrules.policies.commission.forms import Gives
from partnerrules.policies.commission.rates import RATE, Quotient, Rate, RateKind
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.commission.windows import Window, read_window
from partnerrules.policies.computing import amount, choice, compared, computed, every, first_reason
from partnerrules.policies.kind import unsuited
from partnerrules.schema import types as t

MEASURE: Final = "measure"
BEFORE: Final = "measure before"
AFTER: Final = "measure after"
RATE_BEFORE: Final = "rate before"
_BASE_BEFORE: Final = "base before"
_BASE_AFTER: Final = "base after"


def ladder_rate(
    item: Item,
    scope: Scope,
    base: terms.ColumnOf,
    base_term: terms.Term,
    day: terms.ColumnOf,
    corrects: terms.Term | None,
) -> Rate | None:
    """A rate that hangs on the band which is reached.

    Args:
        item: what stands under `rate`.
        scope: what its expressions see.
        base: the column with the base.
        base_term: the expression that it is computed from.
        day: the column with the day of the document.
        corrects: the document that one corrects, if documents can.
    """
    gives = gives_of(item)
    shape = item.text("ladder")
    window = read_window(item, scope)
    if shape is None or gives is None:
        return None
    measure = _measure(item, scope, base, base_term, shape, gives, window)
    if measure is None or not _suits(item, shape, gives, window, scope):
        return None
    reader = BandReader(scope, measure.type, base.type, gives)
    bands = reader.read(item, from_zero=shape != "whole", needs_end=shape == "interpolated")
    if bands is None or window is None:
        return None
    if shape == "whole":
        warn_of_drops(item, bands, scope.context.report)
    if window.descends and corrects is None:
        scope.context.report.error(
            "unsuited-ladder",
            "no document corrects another one here",
            item.keys["corrections"],
            help="write what a document corrects, as `corrects:` of the policy, or take `corrections` out",
        )
        return None
    ladder = _Ladder(bands, window, measure, base, corrects, down=item.text("on_bound") == "down")
    match shape:
        case "marginal":
            return ladder.marginal(day)
        case "interpolated":
            return ladder.interpolated(day)
        case _:
            return ladder.whole(day)


def _suits(item: Item, shape: str, gives: Gives, window: Window | None, scope: Scope) -> bool:
    """Whether the parts of a ladder go together; reports it if not."""
    message = way_out = ""
    key = "ladder"
    if shape == "marginal" and gives == "amount":
        message = "a marginal ladder pays for what lies in each band, and these bands give one amount for all"
        way_out = "write `ladder: whole` to pay it when the band is reached, or `interpolated` to let it grow"
    elif shape == "interpolated" and gives != "amount":
        message = f"an interpolated ladder grows by an amount in each band, and these bands give `{gives}`"
        way_out = "write what each band adds, such as `amount: 500 CNY`, or `ladder: marginal`"
    elif gives == "each" and "measure" not in item.keys:
        message = "`each` pays for units, and none are measured"
        way_out = "write what is counted, such as `measure: transaction.quantity`"
    elif shape == "whole" and gives == "amount" and window is not None and window.repeats:
        message = "an amount for all would be paid again with every document"
        way_out = "take a period, such as `over: quarter`, in which it is paid once"
    elif shape != "whole" and "on_bound" in item.keys:
        message = "where bands pay for what lies in them, it does not matter to which of them a bound belongs"
        way_out, key = "take `on_bound` out", "on_bound"
    if not message:
        return True
    scope.context.report.error("unsuited-ladder", message, item.keys[key], help=way_out)
    return False


def _measure(
    item: Item,
    scope: Scope,
    base: terms.ColumnOf,
    base_term: terms.Term,
    shape: str,
    gives: Gives,
    window: Window | None,
) -> Checked | None:
    """What climbs the ladder, or None after a fault."""
    written = item.expression("measure")
    if written is None:
        return None if "measure" in item.keys else Checked(base, "", (), 0)
    checked = scope.checked(written)
    if checked is None:
        return None
    if checked.term == base_term:
        return Checked(base, checked.text, checked.observed, checked.depth)
    report = scope.context.report
    plain = isinstance(checked.type, t.Integer | t.Number)
    if not plain and not isinstance(checked.type, t.Ratio | t.Quantity):
        message = f"a measure is a number or an amount, and this is {checked.type}"
        unsuited(scope.context, written.span, checked.type, message, term=checked.term)
        return None
    if gives == "each" and not plain:
        report.error(
            "unsuited-ladder",
            f"`each` pays for units, and this measures {checked.type}",
            written.span,
            help="measure a plain number, such as `transaction.quantity`",
        )
        return None
    if shape == "marginal" and gives == "rate":
        report.error(
            "unsuited-ladder",
            "a marginal ladder cuts the base itself into bands, and this measures something else",
            written.span,
            help="write `ladder: whole`, leave `measure` out, or let the bands give an amount for `each` unit",
        )
        return None
    if window is not None and not window.alone and isinstance(checked.type, t.Ratio):
        report.error(
            "unsuited-ladder",
            f"ratios do not add up over a {window.over}",
            written.span,
            help="measure an amount or a count, or leave `over` out",
        )
        return None
    return checked


class _Ladder:
    """What a plan has to do for one ladder."""

    def __init__(
        self,
        bands: Bands,
        window: Window,
        measure: Checked,
        base: terms.ColumnOf,
        corrects: terms.Term | None,
        *,
        down: bool,
    ) -> None:
        self.corrects = corrects if window.descends else None
        self.bands = bands
        self.window = window
        self.measure = measure
        self.base = base
        self.down = down
        self.climbed = terms.ColumnOf(MEASURE, measure.type)
        alone = window.alone
        self.before: terms.Term = amount(0, measure.type) if alone else terms.ColumnOf(BEFORE, measure.type)
        self.after: terms.Term = self.climbed if alone else terms.ColumnOf(AFTER, measure.type)

    def marginal(self, day: terms.ColumnOf) -> Rate:
        """Each band pays for what lies in it."""
        before, after = (self._sum(before=each) for each in (True, False))
        given = [*self.bands.slices(self.before, before=True), *self.bands.slices(self.after, before=False)]
        if self._goes_along:
            before, after = self._nothing(), computed(after, "-", before)
        return self._rate("marginal", given, before, after, day)

    def whole(self, day: terms.ColumnOf) -> Rate:
        """The band that is reached pays for all, or an amount of its own."""
        bands, window = self.bands, self.window
        given = [Column(RATE, self._reached(self.after))]
        if window.pays_all:
            given.insert(0, Column(RATE_BEFORE, self._reached(self.before)))
        type = bands.bands[0].type
        rate, rate_before = (terms.ColumnOf(name, type) for name in (RATE, RATE_BEFORE))
        if bands.gives == "amount":
            return self._rate("whole", given, rate_before if window.pays_all else self._nothing(), rate, day)
        own, before, after = self.base, _BASE_BEFORE, _BASE_AFTER
        if bands.gives == "each" or self.measure.term == self.base:
            own, before, after = self.climbed, BEFORE, AFTER
        if not window.pays_all:
            return self._rate("whole", given, self._nothing(), self._times(own, rate), day)
        paid_before, paid_after = (
            self._times(terms.ColumnOf(name, own.type), each) for name, each in ((before, rate_before), (after, rate))
        )
        return self._rate("whole", given, paid_before, paid_after, day, totals=own == self.base)

    def interpolated(self, day: terms.ColumnOf) -> Rate:
        """Each band adds an amount, bit by bit."""
        money = self.base.type
        given = [*self.bands.slices(self.before, before=True), *self.bands.slices(self.after, before=False)]
        exact = []
        for climbed in (self.before, self.after):
            numerator: terms.Term = amount(0, money)
            denominator: terms.Term = amount(1, self.measure.type)
            full: terms.Term = amount(0, money)
            for band in self.bands.bands:
                start, end = self.bands.start(band), self.bands.end(band)
                assert end is not None
                span = computed(end, "-", start)
                inside = computed(choice(compared(climbed, "<", end), climbed, end), "-", start)
                added = computed(self.bands.given(band), "*", inside)
                reached = compared(climbed, ">=", start)
                numerator = choice(reached, computed(computed(full, "*", span), "+", added), numerator)
                denominator = choice(reached, span, denominator)
                full = computed(full, "+", self.bands.given(band))
            exact.append(Quotient(numerator, denominator))
        before, after = exact
        if self._goes_along:
            crossed = computed(after.numerator, "*", before.denominator)
            crossed = computed(crossed, "-", computed(before.numerator, "*", after.denominator))
            after = Quotient(crossed, computed(after.denominator, "*", before.denominator))
            before = Quotient(amount(0, money), amount(1, self.measure.type))
        paid = [computed(each.numerator, "/", each.denominator) for each in (before, after)]
        return self._rate("interpolated", given, paid[0], paid[1], day, exact=(before, after))

    def _rate(
        self,
        kind: RateKind,
        given: list[Column],
        before: terms.Term,
        after: terms.Term,
        day: terms.ColumnOf,
        *,
        totals: bool = False,
        exact: tuple[Quotient, Quotient] | None = None,
    ) -> Rate:
        """The rate; with `totals` the base is added up as well, beside another measure."""
        bands, window, measure = self.bands, self.window, self.measure
        corrects = self.corrects
        by = (day.name,) if corrects is None else ORDER
        columns = (Column(MEASURE, measure.term, measure.observed), *bands.columns, *window.columns(day))
        group = () if corrects is None else (*window.group, *bands.starts)
        other = measure.term != self.base

        def add(node: Node, counts: terms.Term) -> Node:
            if corrects is None:
                node = Let(node, columns)
            else:
                node = placed(node, columns, group, corrects)
                if other:
                    node = measured(node, self.climbed, self.base, counts, corrects)
                    counts = every(counts, fits(corrects))
            if not window.alone:
                node = window.total(node, self.climbed, counts, by, (BEFORE, AFTER), bands.starts)
                if totals and other:
                    names = (_BASE_BEFORE, _BASE_AFTER)
                    node = window.total(node, self.base, counts, by, names, bands.starts)
            return Let(node, tuple(given))

        def together(node: Node, value: terms.Term, counts: terms.Term, names: tuple[str, str]) -> Node:
            return window.within(node, value, counts, by, names, bands.starts)

        fault = bands.fault(from_zero=kind != "whole")
        if other and (bands.gives == "each" or not window.alone):
            below = compared(self.climbed, "<", amount(0, measure.type))
            fault = first_reason([(below, "negative_measure")], fault)
        return Rate(
            kind,
            add,
            before,
            after,
            fault,
            tuple(f"band {band.id}" for band in bands.bands),
            max(bands.depth, measure.depth, window.depth),
            bands=bands.bands,
            gives=bands.gives,
            measure=measure.type,
            window=window,
            down=self.down,
            together=together if window.is_shared else None,
            type=bands.bands[0].type,
            exact=exact,
            group=group,
            own_measure=other,
        )

    def _reached(self, climbed: terms.Term) -> terms.Term:
        """What the band that is reached gives.

        An amount for all of a period is none as long as nothing has climbed, or when all of it is taken back.
        """
        found = self.bands.reached(climbed, down=self.down)
        if self.bands.gives != "amount" or not self.window.pays_all:
            return found
        nothing = compared(climbed, "=", amount(0, self.measure.type))
        return choice(nothing, amount(0, found.type), found)

    @property
    def _goes_along(self) -> bool:
        """Whether there is no total that the documents add up to, so that what each earns is rounded by itself."""
        return not self.window.alone and not self.window.is_shared

    def _nothing(self) -> terms.Term:
        return amount(0, self.base.type)

    def _times(self, part: terms.Term, given: terms.Term) -> terms.Term:
        return computed(part, "*", given, self.base.type)

    def _sum(self, *, before: bool) -> terms.Term:
        """What the bands give for what lies in them. A rate that is not known does no harm where nothing lies."""
        money, parts = self.base.type, []
        zero = self._nothing()
        for band in self.bands.bands:
            inside = terms.ColumnOf(band.before if before else band.after, self.measure.type)
            paid = self._times(inside, self.bands.given(band))
            parts.append(choice(compared(inside, "=", amount(0, self.measure.type)), zero, paid))
        return terms.Aggregate("sum", terms.Items(tuple(parts), t.ListOf(money)), money)
