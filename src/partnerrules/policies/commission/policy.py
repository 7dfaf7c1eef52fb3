"""Commission: what each document earns whom, by which rate, and what is held back.

Stages in this order, each visible in the result: which documents count, the currency that is paid, the rate, the
ladder, rounding, what corrections take back, floor and cap, the split, and what holds a payment back or makes it lost.
`plan` puts them together, `rates` and `ladders` find what is paid of the base, `documents` and `limits` read the rest,
`results` makes the results.
"""

from dataclasses import replace
from typing import Final

from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.commission_lines import OUTCOMES
from partnerrules.diagnostics import Label
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, origin
from partnerrules.language.currency_calls import is_money
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Expression, Item, Word
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import OUTCOME, Plan
from partnerrules.policies.commission.columns import AMOUNT, BASE, DATE
from partnerrules.policies.commission.conversion import pays_in, read_conversion
from partnerrules.policies.commission.documents import counted_documents
from partnerrules.policies.commission.earning import read_earning
from partnerrules.policies.commission.forms import FORM
from partnerrules.policies.commission.ladders import ladder_rate
from partnerrules.policies.commission.limits import Shared, read_limits
from partnerrules.policies.commission.modifiers import read_modifiers
from partnerrules.policies.commission.overlays import read_payees
from partnerrules.policies.commission.overrides import read_overrides
from partnerrules.policies.commission.parts import Parts
from partnerrules.policies.commission.plan import plan_of
from partnerrules.policies.commission.rates import Rate, simple_rate, table_rate
from partnerrules.policies.commission.results import Reading
from partnerrules.policies.commission.rights import bounded, read_rights
from partnerrules.policies.commission.scope import GUARD, Scope
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import (
    Context,
    Head,
    Kind,
    Lowered,
    Pays,
    checked_condition,
    lowered_head,
    subject_of,
    unsuited,
)
from partnerrules.quantities import currency_of, currency_places, money_of
from partnerrules.schema import types as t

_TRANSACTION: Final = "transaction"


def signature(name: Word, item: Item, context: Context) -> PolicySignature | None:
    """What other policies see of a commission policy: its outcome, and the amount."""
    entity = subject_of(item, context)
    if entity is None:
        return None
    columns: dict[str, t.Type] = {OUTCOME: t.Enumeration((*OUTCOMES, NOT_APPLICABLE))}
    currency = pays_in(item, context)
    if currency is not None:
        columns[AMOUNT] = t.Quantity(money_of(currency))
    return PolicySignature((entity,), columns, frozenset(), name.span)


def lower(name: Word, item: Item, context: Context) -> Lowered | None:
    """The plan of a commission policy, or None after a fault."""
    # Amounts without a currency, and ways out of faults, are in the one that is paid.
    context = replace(context, environment=replace(context.environment, currency=pays_in(item, context)))
    head = lowered_head(item, context)
    if head is None:
        return None
    when = checked_condition(item.expression("when"), context, head.named) if "when" in item else None
    corrects = _corrects(item, head, context)
    lowering = Lowering(context, head.named, present=head.present)
    counted = counted_documents(item, lowering)
    scope = Scope(context, head.named, lowering.present)
    date = _date(item, head, scope)
    conversion = None
    if "convert" in item.keys:
        conversion = read_conversion(item, scope.checked(item.expression("base")), scope)
        base = None if conversion is None else conversion.converted(corrects)
    else:
        base = _base(item, scope)
    payees = read_payees(item, scope)
    earning = read_earning(item, scope)
    rights = read_rights(item, lowering, payees, earning)
    if base is None or date is None or payees is None or corrects is _WRONG or counted is None or rights is None:
        _check_rate_alone(item, scope, base)
        return None
    base_column = terms.ColumnOf(BASE, base.type)
    day = terms.ColumnOf(DATE, t.Date())
    rate = _rate(item, scope, base_column, base.term, day, corrects)
    window = None if rate is None else rate.window
    currency = currency_of(base.type.dimension) if isinstance(base.type, t.Quantity) else None
    written = item.text("round")
    places = int(written) if written is not None else currency_places(currency or "")
    starts = context.fiscal_year_starts
    among = Shared(base.type, places, day, date.term, payees.told_apart, window, starts)
    limits = read_limits(item, scope, among)
    overrides = read_overrides(item, scope, payees, descends=rate is not None and rate.descends)
    modifiers = None if rate is None else read_modifiers(item, lowering, scope, rate)
    if not lowering.bounded(name.span) or rate is None or limits is None or modifiers is None or overrides is None:
        return None
    parts = Parts(
        head.entity,
        when,
        corrects,
        date,
        base,
        counted,
        tuple(lowering.columns),
        payees,
        limits,
        rate,
        modifiers,
        overrides,
        rights,
        places,
        conversion,
    )
    if not bounded(rights, parts.paid, item, lowering):
        return None
    reading = Reading(replace(parts, rate=rate.planned))
    depths = (each.depth for each in (head, lowering, date, base, payees, rate, modifiers, overrides, limits, rights))
    return Lowered(
        plan=Plan((head.entity,), plan_of(parts)),
        reference_date=_reference_date(head, corrects),
        depth=max(depths),
        points=reading.points(),
        reached=reading.reached,
        result=reading.result,
        continues=True,
        pays=Pays(
            None if when is None else when.term,
            (*payees.paid, *overrides.paid),
            currency or "",
            None if corrects is None else corrects.term,
            _own_day(head) if head.reference_date is None else None,
        ),
    )


def _check_rate_alone(item: Item, scope: Scope, base: Checked | None) -> None:
    """Reports the faults of the rate where something else is wrong, too: all faults are told at once."""
    if base is not None:
        day = terms.ColumnOf(DATE, t.Date())
        _rate(item, scope, terms.ColumnOf(BASE, base.type), base.term, day, _WRONG)


def _rate(
    item: Item,
    scope: Scope,
    base: terms.ColumnOf,
    base_term: terms.Term,
    day: terms.ColumnOf,
    corrects: Checked | None,
) -> Rate | None:
    written = item.fields.get("rate")
    if isinstance(written, Expression):
        return simple_rate(written, scope, base)
    if not isinstance(written, Item):
        return None
    if "ladder" in written:
        return ladder_rate(written, scope, base, base_term, day, None if corrects is None else corrects.term)
    return table_rate(written, scope, base) if "specific_by" in written.keys else None


_WRONG: Final = Checked(terms.Value(None, t.Anything()), "", (), 0)
"""Stands for what a document corrects, after a fault."""


def _field(name: str, entity: str, head: Head, type: t.Type) -> Checked:
    """A field of the document itself, that is read if nothing is written."""
    term = terms.FieldOf(head.named[SUBJECT], name, type)
    return Checked(term, f"{entity}.{name}", (), 1)


def _corrects(item: Item, head: Head, context: Context) -> Checked | None:
    """The document that one corrects; None if documents cannot, `_WRONG` after a fault."""
    written = item.expression("corrects")
    record = t.Record(head.entity)
    if "corrects" not in item.keys:
        if head.entity != _TRANSACTION:
            return None
        return _field("original", head.entity, head, t.Maybe(record))
    checked = Scope(context, head.named, head.present).checked(written)
    if checked is None or written is None:
        return _WRONG
    inner = t.present(checked.type)
    if inner != record:
        context.report.error(
            "type-mismatch",
            f"what a {head.entity} corrects is {record}, and this is {checked.type}",
            written.span,
            labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
            help=f"write a field that refers to {record}",
        )
        return _WRONG
    return checked


def _date(item: Item, head: Head, scope: Scope) -> Checked | None:
    if "date" not in item.keys:
        if head.entity == _TRANSACTION:
            return _field("date", head.entity, head, t.Date())
        scope.context.report.error(
            "missing-key",
            f"commission on a {head.entity} needs the key `date`",
            item.keys["subject"],
            help="write the day that puts it into its period, such as `date: date(deal.signed_at)`",
        )
        return None
    return scope.day(item.expression("date"), "a date is needed here")


def _base(item: Item, scope: Scope) -> Checked | None:
    written = item.expression("base")
    checked = scope.checked(written)
    if checked is None or written is None:
        return None
    type, currency = checked.type, scope.context.environment.currency
    if currency is not None and type == t.Quantity(money_of(currency)):
        return checked
    foreign = isinstance(type, t.Quantity) and currency_of(type.dimension) is not None
    unsuited(
        scope.context,
        written.span,
        type,
        f"the base is money in the currency of the ruleset, and this is {type}",
        help=_way_out_of(type, currency),
        guard=GUARD,
        term=checked.term,
        code="currency-mismatch" if foreign else "type-mismatch",
    )
    return None


def _way_out_of(type: t.Type, currency: str | None) -> str:
    """The way out where the base is not in the currency of the ruleset."""
    if currency is None:
        return "give the ruleset a `currency:`"
    if is_money(type):
        return f"say at which date it is converted: `convert: {{at: transaction.date, to: {currency}}}`"
    return f"write an amount in {currency}, such as `transaction.net_amount`"


def _reference_date(head: Head, corrects: Checked | None) -> terms.Term | None:
    """The day by which the version is chosen: for a transaction that corrects another one, that of the other one."""
    if head.reference_date is not None or head.entity != _TRANSACTION:
        return head.reference_date
    own = _own_day(head)
    if corrects is None or own is None:
        return own
    reference = corrects.term
    record = t.Record(_TRANSACTION)
    original = terms.FieldOf(terms.Follow(reference, record), "date", t.Date())
    return terms.If(terms.Exists(reference, BOOLEAN), original, own, t.Date())


def _own_day(head: Head) -> terms.Term | None:
    """The day of a transaction itself, whatever it corrects."""
    return terms.FieldOf(head.named[SUBJECT], "date", t.Date()) if head.entity == _TRANSACTION else None


COMMISSION: Final = Kind("commission", "what each document earns whom, by which rate", FORM, signature, lower)
