"""The terms of settlement of a version: which policies are settled, the least that is paid out, and objections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from partnerrules.diagnostics import suggestion
from partnerrules.language import forms, terms
from partnerrules.language.building import shifted
from partnerrules.language.checking import knows_business_days
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.once import Once
from partnerrules.policies.kind import Context, checked_expression, unsuited
from partnerrules.policies.periods import period_of
from partnerrules.quantities import BUSINESS_DAYS, currency_of
from partnerrules.schema import types as t

COMMISSION: Final = "commission"
_SETTLED: Final = (COMMISSION, "benefits")

SETTLEMENT_FORM: Final = forms.RecordForm(
    "settlement",
    (
        forms.Key(
            "policies",
            forms.ListForm(forms.NameForm(), at_least=1),
            "the commission and benefits policies that are settled; all commissions if left out",
        ),
        forms.Key(
            "minimum_payout",
            forms.ListForm(forms.ExpressionForm(), at_least=1),
            "the least that is paid out, one amount for each currency; less is carried over",
        ),
        forms.Key(
            "objections",
            forms.ExpressionForm(),
            "how long statements can be objected to after the closing, such as `30 days`",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class SettlementTerms:
    """What a version says about settlement.

    Attributes:
        policies: the commission and benefits policies that are settled; all commissions if empty.
        minimum: the least that is paid out, by currency.
        objections: the last day on which a statement can be objected to, seen from that of the closing.
    """

    policies: tuple[str, ...] = ()
    minimum: Mapping[str, terms.Term] = field(default_factory=dict)
    objections: terms.Term | None = None


NO_TERMS: Final = SettlementTerms()


def read_settlement(
    item: Item | None, written: Mapping[str, tuple[str, Item]], context: Context
) -> SettlementTerms | None:
    """The terms of settlement, or None after a fault.

    Args:
        item: what is written under `settlement`, if anything is.
        written: the policies of the version by id: of which kind they are, and what they say.
        context: for checking; its expressions see no record.
    """
    if item is None:
        return NO_TERMS
    names = _policies(item, written, context)
    minimum = _minimum(item, context)
    objections = _objections(item.expression("objections"), context)
    if names is None or minimum is None or (objections is None and "objections" in item.keys):
        return None
    return SettlementTerms(names, minimum, objections)


def _policies(item: Item, written: Mapping[str, tuple[str, Item]], context: Context) -> tuple[str, ...] | None:
    paying = [name for name, (kind, _) in written.items() if kind in _SETTLED]
    whole = True
    names: list[str] = []
    for word in item.list("policies"):
        if not isinstance(word, Word):
            whole = False
        elif word.text not in paying:
            whole = False
            context.report.error(
                "unknown-policy",
                f"there is no commission or benefits policy `{word.text}`",
                word.span,
                help=suggestion(word.text, paying, kind="policy"),
            )
        elif written[word.text][0] != COMMISSION and not {"claim", "amount"} <= written[word.text][1].keys.keys():
            whole = False
            context.report.error(
                "missing-key",
                f"nothing says when `{word.text}` is to be paid, and how much",
                word.span,
                help="give the policy the keys `amount` and `claim`: it is settled by the day on which it is claimed",
            )
        else:
            names.append(word.text)
    return tuple(dict.fromkeys(names)) if whole else None


def _minimum(item: Item, context: Context) -> dict[str, terms.Term] | None:
    found: dict[str, terms.Term] = {}
    once = Once(context.report, help="write one amount for each currency")
    for written in item.list("minimum_payout"):
        if not isinstance(written, Expression):
            return None
        checked = checked_expression(written, context, {})
        if checked is None:
            return None
        currency = currency_of(checked.type.dimension) if isinstance(checked.type, t.Quantity) else None
        if currency is None:
            message = f"the least that is paid out is an amount of money, and this is {checked.type}"
            unsuited(context, written.span, checked.type, message, help="write an amount, such as `100 CNY`")
            return None
        if not once.claim(currency, written.span, f"there are two amounts in {currency}"):
            return None
        found[currency] = checked.term
    return found


def _objections(written: Expression | None, context: Context) -> terms.Term | None:
    checked = checked_expression(written, context, {})
    if checked is None or written is None:
        return None
    wanted = "statements can be objected to for a number of days or months"
    dimension = period_of(checked, written.span, wanted, context, elapsed=False, business=True)
    if dimension is None:
        return None
    if dimension == BUSINESS_DAYS and not knows_business_days(context.environment, context.report, written.span):
        return None
    return shifted(terms.Today(t.Date()), "+", checked.term)
