"""The columns of protected claims: when protection ends, and what a renewal has from the claim that it renews.

The end of a renewal hangs on the end of what it renews, which is a recursion along the references (`Refer`).
Prolongations are gaps and islands: one asked for after a gap counts for nothing, and neither do those after it.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from partnerrules.decisions.conflicts import NOT_RENEWED, PROTECTED
from partnerrules.decisions.requirements import Condition, conditions
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import Column, Let, Refer
from partnerrules.policies.computing import choice, compared, every, exists, negated
from partnerrules.policies.conditions import leaf_column
from partnerrules.policies.conflicts.claims import Claims
from partnerrules.policies.conflicts.columns import CLAIMANT, FILED, FIRST, LINK, RENEWS, own_column
from partnerrules.policies.conflicts.protection import Protection
from partnerrules.policies.kind import Context
from partnerrules.policies.meeting import same_column
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

FROM: Final = "protection from"
UNTIL: Final = "protection until"
ACTIVE: Final = "protection begun"
IN_TIME: Final = "renews in time"
"""Whether a claim renews another one, and was asked for before its end."""
_FOUND: Final = "renews a claim"
_FIRST_END: Final = "first end"
_BROKEN: Final = "requests after a gap"
_ENDS: Final = "further ends"
_ANCHOR: Final = "counted from"
_SPAN: Final = "counted for"
_NEXT_ANCHOR: Final = "next counted from"
_NEXT_SPAN: Final = "next counted for"


def lower_protection(branch: Claims, protection: Protection, keys: Collection[str], context: Context) -> None:
    """The columns of protection, and the conditions that it adds to those of a valid claim.

    Args:
        branch: the claims, with all other columns but those that rest on validity.
        protection: of them.
        keys: the columns that order claims, in which a renewal has what the claim has that it renews.
        context: takes faults.
    """
    _check_ids(branch, protection, context)
    maybe = t.Maybe(protection.type)
    begins, end = terms.ColumnOf(FROM, maybe), terms.ColumnOf(UNTIL, maybe)
    branch.columns.append(Column(FROM, protection.begins))
    in_time: terms.Term = terms.Value(False, BOOLEAN)
    ended: terms.Term = in_time
    own_keys: list[Column] = []
    if protection.renews is not None and protection.filed is not None:
        in_time = terms.ColumnOf(IN_TIME, BOOLEAN)
        renewed_end = terms.ColumnOf(_renewed(UNTIL), maybe)
        ended = every(in_time, exists(renewed_end), negated(compared(protection.now, "<", renewed_end)))
        own_keys = [column for column in branch.columns if column.name in keys]
        branch.columns = [
            replace(each, name=own_column(each.name)) if each.name in keys else each for each in branch.columns
        ]
        branch.columns += [Column(FILED, protection.filed), Column(RENEWS, protection.renews)]
    has_begun = protection.granted(begins)
    active = terms.AnyOf((has_begun, in_time), BOOLEAN) if protection.pending else has_begun
    computed = [*_end_columns(protection, in_time), Column(ACTIVE, active)]
    branch.ends = True
    before = tuple(branch.columns)
    branch.node = Let(branch.node, before)
    branch.columns = computed
    if protection.renews is not None:
        branch.columns = []
        branch.renews = True
        branch.node = _with_renewed(branch, protection, before, own_keys, computed)
    running = [negated(exists(end)), compared(protection.now, "<", terms.ColumnOf(_FIRST_END, maybe))]
    if protection.extensions is not None:
        one = terms.Variable("further end", protection.type)
        ends = terms.ColumnOf(_ENDS, t.ListOf(protection.type))
        running.append(terms.Quantified("some", ends, one.name, compared(protection.now, "<", one), BOOLEAN))
    begun = terms.AnyOf((has_begun, ended), BOOLEAN) if protection.pending else has_begun
    valid = every(begun, terms.AnyOf(tuple(running), BOOLEAN))
    added = [Column(leaf_column(PROTECTED), valid)]
    branch.columns += added
    ids = (PROTECTED, NOT_RENEWED) if protection.renews is not None else (PROTECTED,)
    source = protection.item.text("source")
    branch.validity += tuple(Condition(id, id, Title(), source) for id in ids)
    # Whether a renewal has taken its place is told cell by cell, where it is known which renewals stand.
    branch.valid += (terms.ColumnOf(leaf_column(PROTECTED), BOOLEAN),)


def _renewed(column: str) -> str:
    return f"{column} of what it renews"


def _check_ids(branch: Claims, protection: Protection, context: Context) -> None:
    used = {leaf.id for requirement in branch.validity for leaf in conditions(requirement)}
    for id in (PROTECTED, NOT_RENEWED) if protection.renews is not None else (PROTECTED,):
        if id in used:
            context.report.error(
                "duplicate-id",
                f"`{id}` under `valid_when` is the name of a condition of `protection`, too",
                protection.item.span,
                help=f"give the one under `valid_when` another id, such as `{id}-otherwise`, or take it out",
            )


def _tells_apart(column: str) -> bool:
    return column == CLAIMANT or column.startswith(same_column(""))


def _with_renewed(
    branch: Claims, protection: Protection, before: Sequence[Column], own_keys: list[Column], computed: list[Column]
) -> Refer:
    """The claims with what they have from those that they renew."""
    assert protection.renews is not None
    maybe = t.Maybe(protection.type)
    found = terms.If(
        terms.ColumnOf(_FOUND, BOOLEAN), terms.ColumnOf(_renewed(ACTIVE), BOOLEAN), terms.Value(False, BOOLEAN), BOOLEAN
    )
    end = terms.ColumnOf(_renewed(UNTIL), maybe)
    before_its_end = terms.AnyOf(
        (negated(exists(end)), compared(terms.ColumnOf(FILED, protection.type), "<", end)), BOOLEAN
    )
    in_time = terms.ColumnOf(IN_TIME, BOOLEAN)
    kept: list[Column] = []
    for each in own_keys:
        theirs, own = (terms.ColumnOf(name, each.term.type) for name in (_renewed(each.name), own_column(each.name)))
        kept.append(Column(each.name, choice(in_time, theirs, own)))
    record, number = terms.Variable(SUBJECT, t.Record(branch.entity)), t.Integer()
    first = choice(in_time, terms.ColumnOf(_renewed(FIRST), record.type), record)
    one_more = terms.Calculation(
        "number", "+", terms.ColumnOf(_renewed(LINK), number), terms.Value(Decimal(1), number), number
    )
    kept += [Column(FIRST, first), Column(LINK, choice(in_time, one_more, terms.Value(Decimal(0), number)))]
    # It goes on where the claimant and all that has to be the same are those of the claim that it renews.
    alike = [(column.name, column.term.type) for column in before if _tells_apart(column.name)]
    same = [compared(terms.ColumnOf(name, type), "=", terms.ColumnOf(_renewed(name), type)) for name, type in alike]
    goes_on = terms.If(found, every(*same, before_its_end), terms.Value(False, BOOLEAN), BOOLEAN)
    lengths = (_NEXT_ANCHOR, _NEXT_SPAN) if protection.length is not None else ()
    names = [ACTIVE, UNTIL, *(name for name, _ in alike), *lengths]
    taken = tuple((name, _renewed(name)) for name in (*names, *(each.name for each in kept)))
    made = (Column(IN_TIME, goes_on), *computed, *kept)
    return Refer(branch.node, protection.renews, taken, _FOUND, made)


def _end_columns(protection: Protection, in_time: terms.Term) -> list[Column]:
    """The columns for when a protection ends, prolongations included."""
    maybe, nothing = t.Maybe(protection.type), terms.Value(None, t.Maybe(protection.type))
    first, end = terms.ColumnOf(_FIRST_END, maybe), terms.ColumnOf(UNTIL, maybe)
    columns: list[Column] = []
    if protection.until is not None:
        columns.append(Column(_FIRST_END, protection.until))
    elif protection.length is not None:
        # Months are counted from the first day of all, so that no end of month is lost on the way.
        length = protection.length
        anchor, span = terms.ColumnOf(_ANCHOR, maybe), terms.ColumnOf(_SPAN, length.type)
        before = terms.ColumnOf(_renewed(_NEXT_SPAN), length.type)
        longer = terms.Calculation("number", "+", before, length, length.type)
        shifted = terms.Calculation(protection.shift, "+", anchor, span, maybe)
        begins = terms.ColumnOf(FROM, maybe)
        columns += [
            Column(_ANCHOR, terms.If(in_time, terms.ColumnOf(_renewed(_NEXT_ANCHOR), maybe), begins, maybe)),
            Column(_SPAN, terms.If(in_time, longer, length, length.type)),
            Column(_FIRST_END, terms.If(exists(anchor), shifted, nothing, maybe)),
        ]
    columns += [Column(UNTIL, first)] if protection.extensions is None else _prolonged(protection, first)
    if protection.length is not None and protection.renews is not None:
        same = compared(end, "=", first)
        zero = terms.Value(Decimal(0), protection.length.type)
        anchor, span = terms.ColumnOf(_ANCHOR, maybe), terms.ColumnOf(_SPAN, protection.length.type)
        if protection.extensions is None:
            columns += [Column(_NEXT_ANCHOR, anchor), Column(_NEXT_SPAN, span)]
        else:
            there = exists(first)
            columns += [
                Column(_NEXT_ANCHOR, terms.If(every(there, negated(same)), end, anchor, maybe)),
                Column(_NEXT_SPAN, terms.If(every(there, negated(same)), zero, span, span.type)),
            ]
    return columns


def _prolonged(protection: Protection, first: terms.Term) -> list[Column]:
    """The end with the prolongations that were granted, and asked for before the end that ran then."""
    assert protection.extensions is not None
    type, part = protection.type, t.Record(protection.part)

    def field(of: terms.Variable, name: str, type: t.Type = protection.type) -> terms.Term:
        return terms.FieldOf(of, name, type)

    one, other = terms.Variable("prolongation", part), terms.Variable("earlier one", part)
    approved = field(one, "approved_at", t.Maybe(type))
    list_type = t.ListOf(part)
    granted = terms.Select(protection.extensions, one.name, protection.granted(approved), list_type)
    asked = field(one, "requested_at")
    running = every(
        compared(field(other, "requested_at"), "<", asked), compared(asked, "<", field(other, "expires_at"))
    )
    in_line = terms.AnyOf(
        (compared(asked, "<", first), terms.Quantified("some", granted, other.name, running, BOOLEAN)), BOOLEAN
    )
    broken = terms.Select(granted, one.name, negated(in_line), list_type)
    gap = terms.Variable("gap", type)
    gaps = terms.ColumnOf(_BROKEN, t.ListOf(type))
    counted = terms.Select(
        granted, one.name, terms.Quantified("every", gaps, gap.name, compared(asked, "<", gap), BOOLEAN), list_type
    )
    ends = terms.ColumnOf(_ENDS, t.ListOf(type))
    last = terms.Aggregate("max", ends, type)
    some = compared(terms.Aggregate("count", ends, t.Integer()), ">=", terms.Value(1, t.Integer()))
    further = every(exists(first), some)
    later = terms.If(compared(last, ">", first), last, first, t.Maybe(type))
    return [
        Column(_BROKEN, terms.Each(broken, one.name, asked, False, gaps.type)),
        Column(_ENDS, terms.Each(counted, one.name, field(one, "expires_at"), False, ends.type)),
        Column(UNTIL, terms.If(further, later, first, t.Maybe(type))),
    ]
