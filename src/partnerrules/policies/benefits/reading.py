"""Reads a benefits policy: who gets it, who has to agree, when it has to be claimed, and how much it is."""

from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.requirements import Requirement
from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.names import SUBJECT
from partnerrules.language.once import Once
from partnerrules.plan.nodes import Column
from partnerrules.policies.benefits.amounts import Amount, amount_of
from partnerrules.policies.benefits.reader import Reader, claimed
from partnerrules.policies.computing import day_of, every
from partnerrules.policies.conditions import Lowering
from partnerrules.policies.kind import Context, Head, checked_condition
from partnerrules.policies.periods import period_of
from partnerrules.quantities import BUSINESS_DAYS
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

MAXIMUM_APPROVALS: Final = 50


@dataclass(frozen=True, slots=True)
class Approval:
    """One who has to agree: for which records, when it was done, and the last day or instant for it."""

    id: str
    title: Title
    source: str | None
    needed: Checked | None
    given: Checked
    by: Checked | None


@dataclass(frozen=True, slots=True)
class Claim:
    """That it has to be claimed.

    Attributes:
        on: the day on which it was.
        first: the first day for it, if there is such.
        last: the last day for it, if there is such.
        source: the clause that this comes from, if it says so itself.
    """

    on: Checked
    first: terms.Term | None
    last: terms.Term | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a benefits policy says.

    Attributes:
        beneficiary: who gets it.
        gates: what must hold.
        conditions: the columns of their conditions.
        passed: whether all gates are passed, over these columns.
        approvals: in their order.
        claim: that it has to be claimed, if it has to.
        amount: how much it is; None for a right.
        depth: of the deepest expression.
    """

    beneficiary: Checked
    gates: tuple[Requirement, ...]
    conditions: tuple[Column, ...]
    passed: terms.Term
    approvals: tuple[Approval, ...]
    claim: Claim | None
    amount: Amount | None
    depth: int


def benefit_of(item: Item, head: Head, context: Context) -> Benefit | None:
    """What a policy says, or None after a fault."""
    before = context.report.errors
    lowering = Lowering(context, head.named, present=head.present)
    gates = [lowering.condition(read) for read in item.list("gates")]
    lowering.bounded(item.span)
    reader = Reader(context, head.named, lowering.present)
    beneficiary = _beneficiary(item, head, reader)
    approvals = _approvals(item, reader)
    claim = _claim(item, reader)
    # What is granted is claimed and approved: the days of both are there.
    reader.present |= {approval.given.term for approval in approvals if approval.needed is None}
    reader.present |= set() if claim is None else {claim.on.term}
    ordered = claim is not None or any(approval.needed is None for approval in approvals)
    amount = amount_of(item, reader, ordered=ordered)
    if context.report.errors > before or beneficiary is None:
        return None
    lowered = [gate for gate in gates if gate is not None]
    return Benefit(
        beneficiary,
        tuple(requirement for requirement, _ in lowered),
        tuple(lowering.columns),
        every(*(holds for _, holds in lowered)),
        approvals,
        claim,
        amount,
        max([lowering.depth, *reader.depths]),
    )


def _beneficiary(item: Item, head: Head, reader: Reader) -> Checked | None:
    """Who gets it: the record that is decided, if nobody else is named."""
    written = item.expression("beneficiary")
    if "beneficiary" not in item.keys:
        return Checked(head.named[SUBJECT], head.entity, (), 0)
    checked = reader.checked(written)
    if checked is None or written is None:
        return None
    named = isinstance(checked.type, t.Record) and not reader.context.environment.schema.is_part(checked.type.entity)
    if named or isinstance(checked.type, t.Text):
        return checked
    message = f"who gets it is a record or the id of one, and this is {checked.type}"
    reader.unsuited(written, checked, message, "name the partner, such as `fund_claim.partner`")
    return None


# ----------------------------------------------------------------------------------------------------------- approvals


def _approvals(item: Item, reader: Reader) -> tuple[Approval, ...]:
    written = [read for read in item.list("approvals") if isinstance(read, Item)]
    if len(written) > MAXIMUM_APPROVALS:
        reader.context.report.error(
            "too-large",
            f"a benefit has at most {MAXIMUM_APPROVALS} approvals, this one has {len(written):,}",
            written[MAXIMUM_APPROVALS].span,
            help="ask for what several of them say by one condition under `gates`",
        )
        return ()
    names = reader.names()
    found = [_approval(each, names, reader) for each in written]
    return tuple(each for each in found if each is not None)


def _approval(item: Item, names: Once, reader: Reader) -> Approval | None:
    id = claimed(item.word("id"), names, "two approvals are called `{}`")
    needed = None
    if "when" in item.keys:
        needed = checked_condition(item.expression("when"), reader.context, reader.named, reader.present)
        if needed is not None:
            reader.depths.append(needed.depth)
    given = _moment(item.expression("given_at"), reader, "when it was given is a date or an instant", may_be_none=True)
    by = _moment(item.expression("by"), reader, "the last day for it is a date or an instant")
    if id is None or given is None:
        return None
    if by is not None and isinstance(by.type, t.Instant) and day_of(given.term) is given.term:
        reader.context.report.error(
            "date-against-instant",
            f"`given_at` is a day, and this is {by.type}",
            item.keys["by"],
            help="take the day of the instant with `date(...)`",
        )
        return None
    return Approval(id, item.title(), item.text("source"), needed, given, by)


def _moment(written: Expression | None, reader: Reader, wanted: str, *, may_be_none: bool = False) -> Checked | None:
    """A day or an instant, or None if it is left out, or after a fault."""
    checked = reader.checked(written)
    if checked is None or written is None:
        return None
    type = checked.type.of if may_be_none and isinstance(checked.type, t.Maybe) else checked.type
    if isinstance(type, t.Date | t.Instant):
        return checked
    way_out = "write a field that is a date or an instant"
    reader.unsuited(written, checked, f"{wanted}, and this is {checked.type}", way_out)
    return None


# --------------------------------------------------------------------------------------------------------------- claim


def _claim(item: Item, reader: Reader) -> Claim | None:
    written = item.item("claim")
    if written is None:
        return None
    on = _moment(written.expression("on"), reader, "the day of a claim is a date or an instant", may_be_none=True)
    first = _moment(written.expression("not_before"), reader, "the first day for it is a date or an instant")
    since = _moment(written.expression("of"), reader, "the day from which the window runs is a date or an instant")
    last = _last_day(written, since, reader)
    # Where nothing else is said the window begins with the day from which it is counted, as `within(...)` has it.
    begin = first if "not_before" in written.keys else since
    if on is None:
        return None
    return Claim(on, None if begin is None else day_of(begin.term), last, written.text("source"))


def _last_day(item: Item, since: Checked | None, reader: Reader) -> terms.Term | None:
    """The last day of the window, or None if there is none, or after a fault."""
    within = item.expression("within")
    period = reader.checked(within)
    if since is None or period is None or within is None or within.tree is None:
        return None
    business = isinstance(period.type, t.Quantity) and period.type.dimension == BUSINESS_DAYS
    wanted = "a window is a number of days, business days or months"
    if not business and period_of(period, within.span, wanted, reader.context, elapsed=False) is None:
        return None
    written = item.expression("of")
    assert written is not None
    assert written.tree is not None
    # As the author would write the sum, so that business days ask for a calendar as they do everywhere.
    end = reader.checked(
        Expression(within.text, s.Arithmetic("+", written.tree, within.tree, within.span), within.span)
    )
    return None if end is None else day_of(end.term)
