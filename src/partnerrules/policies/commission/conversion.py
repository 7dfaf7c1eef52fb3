"""The conversion of a base into the currency in which a policy pays: at which date, by which rate, kept for the result.

A correction goes by the rate of the document that it corrects; the day of its own says nothing. What it comes to is the
difference that it makes to what is left of that document: converted by itself, several that take back all of it could
come to a little more than all. May import what the expressions of commissions see.
"""

from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.conversion import ConversionResult
from partnerrules.decisions.values import public_value
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.currency_calls import is_currency, is_money
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Column, Cumulate, Let, Node, Refer
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.commission.columns import CORRECTS, DATE, ORIGINAL
from partnerrules.policies.commission.scope import GUARD, Scope
from partnerrules.policies.computing import choice, computed, every, exists
from partnerrules.policies.kind import Context, unsuited
from partnerrules.quantities import Conversion, Money, currencies, money_of
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

WRITTEN: Final = "base as written"
"""The column with the base in its own currency."""
CONVERSION: Final = "conversion"
"""The column with the rates by which it was converted."""
_OWN: Final = "own conversion"
_NUMBER: Final = "number as written"
_TAKEN: Final = "written taken back"
_TAKEN_BEFORE: Final = "written taken back before"
_FOUND: Final = "original converted"
_SAME: Final = "same currency"

_RATES: Final = t.Record("exchange_rate")
"""What stands in a column with rates: one, or two of a cross rate."""


@dataclass(frozen=True, slots=True)
class Converting:
    """How a base is converted.

    Attributes:
        base: as it is written, of any currency.
        at: the date whose rate counts.
        currency: the one that it is converted to.
        kind: the sort of rates that count; those of the ruleset if None.
    """

    base: Checked
    at: Checked
    currency: str
    kind: str | None

    @property
    def depth(self) -> int:
        """How deep the expressions are."""
        return max(self.base.depth, self.at.depth)

    def converted(self, corrects: Checked | None) -> Checked:
        """The base in the currency that is paid, over the columns.

        Args:
            corrects: what a document corrects, if documents can.
        """
        term = self._in_currency(self._written)
        if corrects is not None:
            original = terms.ColumnOf(ORIGINAL + _NUMBER, t.Number())
            before, after = (
                self._in_currency(computed(original, "+", terms.ColumnOf(name, t.Number())))
                for name in (_TAKEN_BEFORE, _TAKEN)
            )
            of_original = every(exists(terms.ColumnOf(CORRECTS, corrects.type)), terms.ColumnOf(_FOUND, BOOLEAN))
            term = choice(every(of_original, self.fits), computed(after, "-", before), term)
        return Checked(term, self.base.text, (), self.depth)

    def _in_currency(self, amount: terms.Term) -> terms.Term:
        money = t.Quantity(money_of(self.currency))
        return terms.Apply("converted", (amount, terms.ColumnOf(CONVERSION, _RATES)), money)

    @property
    def _written(self) -> terms.Term:
        return terms.ColumnOf(WRITTEN, self.base.type)

    def _way(self) -> terms.Term:
        kind = () if self.kind is None else (terms.Value(self.kind, t.Text()),)
        target = terms.Value(self.currency, t.Text())
        return terms.Apply("conversion", (self._written, target, self.at.term, *kind), _RATES)

    def add(self, node: Node, corrects: Checked | None, applies: tuple[terms.Term, ...]) -> Node:
        """The rows with the base as it is written, and the rates by which it is converted.

        Args:
            node: the documents with their days, and with the one that each corrects.
            corrects: what a document corrects, if documents can.
            applies: whether the policy is about a document, if that is asked.
        """
        written = Column(WRITTEN, self.base.term, self.base.observed)
        if corrects is None:
            return Let(node, (written, Column(CONVERSION, self._way(), self.at.observed)))
        is_one = exists(terms.ColumnOf(CORRECTS, corrects.type))
        own, theirs = terms.ColumnOf(_OWN, _RATES), terms.ColumnOf(ORIGINAL + _OWN, _RATES)
        number = terms.Apply("number of", (self._written,), t.Number())
        node = Let(node, (written, Column(_OWN, self._way(), self.at.observed)))
        node = Let(node, (Column(_NUMBER, number),))
        taken = tuple((name, ORIGINAL + name) for name in (WRITTEN, _OWN, _NUMBER))
        node = Refer(node, corrects.term, taken, _FOUND)
        original = terms.ColumnOf(ORIGINAL + WRITTEN, self.base.type)
        of_original = every(is_one, terms.ColumnOf(_FOUND, BOOLEAN))
        same = choice(of_original, terms.Apply(_SAME, (self._written, original), BOOLEAN), terms.Value(True, BOOLEAN))
        conversion = choice(every(of_original, self.fits), theirs, own)
        node = Let(node, (Column(_SAME, same), Column(CONVERSION, conversion)))
        counts = every(*applies, is_one, self.fits)
        added = terms.ColumnOf(_NUMBER, t.Number())
        return Cumulate(node, "sum", added, counts, (CORRECTS,), (DATE,), None, _TAKEN_BEFORE, _TAKEN)

    @property
    def fits(self) -> terms.Term:
        """Whether a document is in the currency of the one that it corrects, so that the rate of that one is for it."""
        return terms.ColumnOf(_SAME, BOOLEAN)

    def told(self, row: TracedRow) -> ConversionResult:
        """The base of a document in its own currency, and the rates by which it was converted."""
        written = public_value(row.values[WRITTEN], self.base.type)
        found = row.values[CONVERSION]
        assert isinstance(written, Money | Unknown | None)
        assert isinstance(found, Conversion | Unknown)
        return ConversionResult(written, found if isinstance(found, Unknown) else found.rates)


def pays_in(item: Item, context: Context) -> str | None:
    """The currency in which a policy pays: that to which it converts, or that of the ruleset."""
    convert = item.item("convert")
    word = None if convert is None else convert.word("to")
    return word.text if word is not None and word.text in currencies() else context.environment.currency


def read_conversion(item: Item, base: Checked | None, scope: Scope) -> Converting | None:
    """How the base is converted, or None after a fault."""
    convert = item.item("convert")
    if convert is None:
        return None
    at = scope.day(convert.expression("at"), "a date is needed whose rate counts")
    report = scope.context.report
    word, kind = convert.word("to"), convert.word("kind")
    currency = scope.context.environment.currency if word is None else word.text
    if word is not None and not is_currency(word.text, word.span, report):
        return None
    if currency is None:
        report.error(
            "missing-key",
            "nothing says to which currency the base is converted",
            item.keys["convert"],
            help="write `to: CNY`, or give the ruleset a `currency:`",
        )
        return None
    written = item.expression("base")
    if base is None or at is None or written is None:
        return None
    if not is_money(base.type):
        unsuited(
            scope.context,
            written.span,
            base.type,
            f"the base is money, and this is {base.type}",
            help="write an amount, such as `transaction.net_amount`",
            guard=GUARD,
            term=base.term,
        )
        return None
    return Converting(base, at, currency, None if kind is None else kind.text)
