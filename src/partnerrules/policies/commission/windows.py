"""Which documents climb a ladder together: each alone, those of a period, those shortly before, or all so far.

May import the forms of commissions, and what their expressions see.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.language import terms
from partnerrules.language.building import shifted
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Item
from partnerrules.language.syntax import PeriodUnit
from partnerrules.plan.nodes import Column, Cumulate, Node
from partnerrules.policies.commission.forms import (
    BY_PERIOD,
    FORWARD,
    LIFETIME,
    NEXT_PERIOD,
    RETROACTIVE,
    TRANSACTION,
)
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.periods import period_of
from partnerrules.quantities import DAYS, MONTHS
from partnerrules.schema import types as t

TRAILING: Final = "trailing"
"""The word for a window that goes along with each document."""

PERIOD: Final = "ladder period"
"""The column with the first day of the period, or of the days that go along."""
PER: Final = "ladder per"
"""The column with whose documents climb together."""
_PREVIOUS: Final = "ladder previous period"

_UNITS: Final[dict[str, PeriodUnit]] = {
    "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Window:
    """The documents that climb a ladder with each.

    Attributes:
        over: a period, `transaction`, `lifetime` or `trailing`.
        per: whose documents.
        length: how far back those of `trailing` go.
        crossing: from when a higher band counts.
        descends: whether a document that corrects another one goes down the ladder of the other one's period.
    """

    over: str
    per: Checked | None = None
    length: Checked | None = None
    crossing: str = FORWARD
    descends: bool = False

    @property
    def alone(self) -> bool:
        """Whether each document climbs by itself."""
        return self.over == TRANSACTION

    @property
    def has_start(self) -> bool:
        """Whether there is a first day from which documents climb together."""
        return self.over not in (TRANSACTION, LIFETIME)

    @property
    def repeats(self) -> bool:
        """Whether every document is paid anew by what others came to."""
        return self.over == TRAILING or self.crossing == NEXT_PERIOD

    @property
    def is_shared(self) -> bool:
        """Whether the documents that climb together are the same for each of them."""
        return self.over not in (TRANSACTION, TRAILING)

    @property
    def pays_all(self) -> bool:
        """Whether a band that is reached counts for the earlier documents as well."""
        return self.crossing == RETROACTIVE

    @property
    def depth(self) -> int:
        return max((each.depth for each in (self.per, self.length) if each is not None), default=0)

    @property
    def group(self) -> tuple[str, ...]:
        """The columns in which documents that climb together are equal."""
        return (PER,) if self.over == LIFETIME else (PER, PERIOD)

    def columns(self, day: terms.Term) -> tuple[Column, ...]:
        """Whose documents climb together, and from which day on."""
        if self.per is None:
            return ()
        found = [Column(PER, self.per.term, self.per.observed)]
        if self.length is not None:
            since = shifted(day, "-", self.length.term)
            found.append(Column(PERIOD, shifted(since, "+", _days(1))))
        elif self.over != LIFETIME:
            found.append(Column(PERIOD, period_start(self.over, day)))
            if self.crossing == NEXT_PERIOD:
                found.append(Column(_PREVIOUS, self._previous()))
        return tuple(found)

    def total(
        self,
        node: Node,
        value: terms.Term,
        counts: terms.Term,
        by: tuple[str, ...],
        names: tuple[str, str],
        same: tuple[str, ...],
    ) -> Node:
        """The rows with the total of a value, before a document and with it.

        Args:
            node: the rows, with the columns above.
            value: what each document adds.
            counts: which documents count.
            by: the columns by which they are ordered, first that with a day, last that with their own, if it differs.
            names: the two columns.
            same: further columns in which documents that climb together are equal.
        """
        before, after = names
        if self.length is not None:
            return Cumulate(node, "sum", value, counts, (PER, *same), by, PERIOD, before, after, least=by[-1])
        if self.crossing != NEXT_PERIOD:
            return self.within(node, value, counts, by, names, same)
        before_it = (PER, *same)
        return Cumulate(node, "sum", value, counts, before_it, by, _PREVIOUS, *names, until=PERIOD, least=by[-1])

    def within(
        self,
        node: Node,
        value: terms.Term,
        counts: terms.Term,
        by: tuple[str, ...],
        names: tuple[str, str],
        same: tuple[str, ...],
    ) -> Node:
        """The rows with the total of a value in a period or lifetime itself; the arguments are those of `total`.

        It is another one than that where the period before says which band counts.
        """
        return Cumulate(node, "sum", value, counts, (*self.group, *same), by, None, *names, least=by[-1])

    def _previous(self) -> terms.Term:
        """The first day of the period before the one that begins in the column."""
        start = terms.ColumnOf(PERIOD, t.Date())
        unit = self.over.removeprefix("fiscal ")
        return shifted(start, "-", _days(_DAYS[unit]) if unit in _DAYS else _months(_MONTHS[unit]))


def period_start(period: str, day: terms.Term) -> terms.Term:
    """The first day of the period of a day, such as that of its fiscal quarter."""
    return terms.EdgeOf("start", _UNITS[period.removeprefix("fiscal ")], period.startswith("fiscal "), day, t.Date())


def _days(number: int) -> terms.Term:
    return terms.Value(Decimal(number), t.Quantity(DAYS))


def _months(number: int) -> terms.Term:
    return terms.Value(Decimal(number), t.Quantity(MONTHS))


def read_window(item: Item, scope: Scope) -> Window | None:
    """The documents that climb a ladder together, or None after a fault."""
    report = scope.context.report
    if "over" in item.keys and item.text("over") is None:
        return None  # what is written there is no period, and the form has said so
    over = item.text("over") or (TRAILING if TRAILING in item.keys else TRANSACTION)
    length = None
    if TRAILING in item.keys:
        if "over" in item.keys:
            report.error(
                "too-many-keys",
                "a ladder is climbed over a period, or over the days before each document",
                item.keys[TRAILING],
                help="take `over` or `trailing` out",
            )
            return None
        written = item.expression(TRAILING)
        length = scope.fixed(written)
        if length is None or written is None:
            return None
        wanted = "how far back documents climb is a number of days or months"
        if period_of(length, written.span, wanted, scope.context, elapsed=False) is None:
            return None
    crossing = _crossing(item, over, scope)
    if crossing is None:
        return None
    if over == TRANSACTION:
        if "per" in item.keys:
            report.error(
                "unsuited-ladder",
                "`per` says whose documents of a period climb together, and here each climbs alone",
                item.keys["per"],
                help="write a period, such as `over: quarter`, or take `per` out",
            )
            return None
        return None if _descends(item, over, crossing, scope) is None else Window(over, crossing=crossing)
    written = item.expression("per")
    if written is None:
        if "per" not in item.keys:
            report.error(
                "missing-key",
                f"a ladder over {_said(over)} needs the key `per`",
                item.keys[TRAILING if over == TRAILING else "over"],
                help="write whose documents climb together, such as `per: transaction.partner`",
            )
        return None
    per = scope.group(written)
    descends = _descends(item, over, crossing, scope)
    return None if per is None or descends is None else Window(over, per, length, crossing, descends)


def _descends(item: Item, over: str, crossing: str, scope: Scope) -> bool | None:
    """Whether corrections go down the ladder of a period, or None after a fault."""
    written = item.text("corrections")
    if written is None and "corrections" in item.keys:
        return None
    if written != BY_PERIOD:
        return False
    if over not in (TRANSACTION, TRAILING) and crossing != NEXT_PERIOD:
        return True
    scope.context.report.error(
        "unsuited-ladder",
        "corrections go down the ladder that the documents of a period climb together, and here there is none",
        item.keys["corrections"],
        help="take it out: then a correction takes back in proportion what its original earned",
    )
    return None


def _said(over: str) -> str:
    return {LIFETIME: "a lifetime", TRAILING: "the days before"}.get(over, f"a {over}")


def _crossing(item: Item, over: str, scope: Scope) -> str | None:
    """From when a higher band counts, or None after a fault."""
    written = item.text("crossing")
    whole = item.text("ladder") == "whole"
    if written is None:
        if "crossing" in item.keys:
            return None
        return RETROACTIVE if whole and over not in (TRANSACTION, TRAILING) else FORWARD
    message = way_out = None
    if written == NEXT_PERIOD and (not whole or over in (TRANSACTION, TRAILING, LIFETIME)):
        message = "the period before says which band counts for a whole ladder over a period alone"
        way_out = "write `ladder: whole` and a period, such as `over: month`"
    elif written == RETROACTIVE and (not whole or over in (TRANSACTION, TRAILING)):
        message = "only a whole ladder over a period pays for the earlier documents again"
        way_out = "write `ladder: whole` and a period, or take `crossing` out"
    elif written == FORWARD and whole and over not in (TRANSACTION, TRAILING):
        # It would pay a document by what happened to come before it, and so by the order of documents.
        message = "a whole ladder over a period that counts forward only would hang on the order of documents"
        way_out = "write `ladder: marginal`, `crossing: next period`, or a period that goes along: `trailing: 3 months`"
    if message is None:
        return written
    scope.context.report.error("unsuited-ladder", message, item.keys["crossing"], help=way_out)
    return None
