"""The plan of a benefits policy: who gets it, what was approved and claimed, how much it is, and what caps leave."""

from decimal import Decimal
from typing import Final

from partnerrules.decisions.benefits import EXHAUSTED, FORFEITED, GRANTED, NOTHING, PENDING, REDUCED, REFUSED
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.draws import Budget, Drawing
from partnerrules.plan.nodes import APPLIES, OUTCOME, Carry, Column, Draw, Filter, Let, Node
from partnerrules.policies.benefits import columns
from partnerrules.policies.benefits.amounts import Amount, Cap
from partnerrules.policies.benefits.reading import Approval, Benefit, Claim
from partnerrules.policies.computing import (
    TRUE,
    WORD,
    amount,
    choice,
    compared,
    computed,
    day_of,
    every,
    exists,
    negated,
)
from partnerrules.policies.kind import Head
from partnerrules.schema import types as t

_DATE: Final = t.Date()
_TEXT: Final = t.Text()
_RATIO: Final = t.Ratio()
_NEVER: Final[terms.Term] = terms.Value(False, BOOLEAN)

_Reasons = list[tuple[terms.Term, str]]


def plan_of(benefit: Benefit, head: Head) -> Node:
    """The nodes of a benefits policy.

    Why nothing is granted falls into three kinds, the gravest first: it is refused, it is forfeited by being too late,
    or it is pending. Each has conditions of its own, so that the outcome is certain wherever all of a kind agree on it.
    """
    who = Column(columns.BENEFICIARY, benefit.beneficiary.term, benefit.beneficiary.observed)
    node: Node = Let(head.node, (who, *benefit.conditions, Column(columns.PASSED, benefit.passed)))
    pays = [_truth(columns.PASSED)]
    refused: _Reasons = [(negated(_truth(columns.PASSED)), "gate")]
    forfeited: _Reasons = []
    pending: _Reasons = []
    if isinstance(head.node, Filter):
        pays.append(_truth(APPLIES))
    for approval in benefit.approvals:
        node = Let(node, _approval_columns(approval))
        forfeited.append((_truth(columns.late(approval.id)), "approval_late"))
        pending.append((_truth(columns.still_open(approval.id)), "approval_open"))
        in_time = _truth(columns.in_time(approval.id))
        pays.append(in_time if approval.needed is None else terms.AnyOf((in_time, _unneeded(approval)), BOOLEAN))
    if benefit.claim is not None:
        node = Let(node, _claim_columns(benefit.claim))
        refused.append((_truth(columns.EARLY), "claimed_early"))
        forfeited.append((_truth(columns.LATE), "claimed_late"))
        forfeited.append((_truth(columns.MISSED), "not_claimed_in_time"))
        pending.append((_truth(columns.UNCLAIMED), "not_claimed"))
        pays.append(_truth(columns.IN_TIME))
    order: tuple[Column, ...] = ()
    if benefit.amount is not None:
        order = _order_columns(benefit, benefit.amount)
        node = Let(node, (*_amount_columns(benefit.amount), *order))
        faults = _faults(benefit.amount)
        refused += faults
        pays += [negated(holds) for holds, _ in faults]
    kinds = ((REFUSED, refused), (FORFEITED, forfeited), (PENDING, pending))
    node = Let(node, (Column(columns.PAYS, every(*pays)),))
    if benefit.amount is not None:
        node = _granted(node, benefit.amount, tuple(key.name for key in order))
    outcome = terms.Value(GRANTED, _TEXT) if benefit.amount is None else _of_amounts(benefit.amount)
    reason: terms.Term = terms.Value(None, WORD)
    for word, reasons in reversed(kinds):
        if reasons:
            outcome = choice(_any(reasons), terms.Value(word, _TEXT), outcome)
        for holds, why in reversed(reasons):
            reason = terms.If(holds, terms.Value(why, WORD), reason, WORD)
    return Let(node, (Column(columns.REASON, reason), Column(OUTCOME, outcome)))


def _truth(name: str) -> terms.Term:
    return terms.ColumnOf(name, BOOLEAN)


def _any(reasons: _Reasons) -> terms.Term:
    return terms.AnyOf(tuple(holds for holds, _ in reasons), BOOLEAN)


def _unneeded(approval: Approval) -> terms.Term:
    return _NEVER if approval.needed is None else negated(_truth(columns.needed(approval.id)))


# ------------------------------------------------------------------------------------------------- approvals and claim


def _approval_columns(approval: Approval) -> tuple[Column, ...]:
    """Whether an approval is needed, when it was given, and whether that was in time.

    What is too late is so only once the last day is over, whatever is not known of it.
    """
    moment, by = approval.given, approval.by
    solid = t.present(moment.type)
    given = terms.ColumnOf(columns.given(approval.id), t.Maybe(solid))
    now: terms.Term = terms.AsOf(solid) if isinstance(solid, t.Instant) else terms.Today(_DATE)
    is_given = every(exists(given), compared(given, "<=", now))
    is_late: terms.Term = _NEVER
    is_over: terms.Term = _NEVER
    found = [Column(given.name, moment.term, moment.observed)]
    if approval.needed is not None:
        found.append(Column(columns.needed(approval.id), approval.needed.term, approval.needed.observed))
    if by is not None:
        limit = terms.ColumnOf(columns.by(approval.id), by.type)
        found.append(Column(limit.name, by.term, by.observed))
        of_day = isinstance(by.type, t.Date)
        is_late = compared(day_of(given) if of_day else given, ">", limit)
        is_over = compared(terms.Today(_DATE) if of_day else terms.AsOf(by.type), ">", limit)
    needed = every() if approval.needed is None else _truth(columns.needed(approval.id))
    return (
        *found,
        Column(columns.in_time(approval.id), every(is_given, negated(is_late))),
        Column(columns.late(approval.id), every(needed, is_over, choice(is_given, is_late, TRUE))),
        Column(columns.still_open(approval.id), every(needed, negated(is_given), negated(is_over))),
    )


def _claim_columns(claim: Claim) -> tuple[Column, ...]:
    """The days of a claim, and whether it was claimed in time, too early or too late, or still can be."""
    on = terms.ColumnOf(columns.CLAIMED_ON, t.Maybe(_DATE))
    today = terms.Today(_DATE)
    is_claimed = every(exists(on), compared(on, "<=", today))
    found = [Column(on.name, day_of(claim.on.term), claim.on.observed)]
    if found[0].term is not claim.on.term:
        at = terms.ColumnOf(columns.CLAIMED_AT, t.Maybe(t.Instant()))
        found.append(Column(at.name, claim.on.term))
        is_claimed = every(exists(at), compared(at, "<=", terms.AsOf(t.Instant())))
    is_early = has_not_begun = is_late = is_over = _NEVER
    if claim.first is not None:
        first = terms.ColumnOf(columns.FIRST_DAY, _DATE)
        found.append(Column(first.name, claim.first))
        is_early, has_not_begun = compared(on, "<", first), compared(today, "<", first)
    if claim.last is not None:
        last = terms.ColumnOf(columns.LAST_DAY, _DATE)
        found.append(Column(last.name, claim.last))
        is_late, is_over = compared(on, ">", last), compared(today, ">", last)
    return (
        *found,
        Column(columns.EARLY, every(is_claimed, is_early)),
        Column(columns.IN_TIME, every(is_claimed, negated(is_early), negated(is_late))),
        Column(columns.LATE, every(is_over, is_claimed, is_late)),
        Column(columns.MISSED, every(negated(is_claimed), is_over)),
        Column(columns.UNCLAIMED, every(negated(is_claimed), negated(is_over))),
        Column(columns.BEGUN, negated(has_not_begun)),
    )


# ------------------------------------------------------------------------------------------------------------- amounts


def _amount_columns(how: Amount) -> tuple[Column, ...]:
    counted = terms.ColumnOf(columns.AMOUNT, how.type)
    found = [Column(counted.name, how.counted.term, how.counted.observed)]
    exact: terms.Term = counted
    if how.share is not None:
        found.append(Column(columns.SHARE, how.share.term, how.share.observed))
        exact = computed(counted, "*", terms.ColumnOf(columns.SHARE, _RATIO))
    found.append(Column(columns.PART, _rounded(exact, how)))
    for cap in how.caps:
        size = terms.ColumnOf(columns.cap(cap.id), how.type)
        found.append(Column(size.name, cap.amount.term, cap.amount.observed))
        # What is granted is counted in whole units: a part of one that a cap leaves is nothing to grant.
        found.append(Column(columns.usable(cap.id), _in_units(size, "floor", how)))
        found += [
            Column(columns.per(cap.id, number), key.term, key.observed)
            for number, key in enumerate(cap.per or (), start=1)
        ]
    return tuple(found)


def _order_columns(benefit: Benefit, how: Amount) -> tuple[Column, ...]:
    """What orders those that share a cap: what the policy says, or when each had all that it needs.

    Whoever is complete comes before all who are complete later: what was granted once is not taken back by a claim
    that is approved afterwards. By instants if all of them are such; else by the day, and then by the claim.
    """
    if not _shared(how):
        return ()
    if how.order:
        return tuple(
            Column(columns.order(number), key.term, key.observed) for number, key in enumerate(how.order, start=1)
        )
    moments: list[tuple[terms.Term, terms.Term]] = [] if benefit.claim is None else [(TRUE, benefit.claim.on.term)]
    for approval in benefit.approvals:
        needed = TRUE if approval.needed is None else _truth(columns.needed(approval.id))
        moments.append((needed, terms.ColumnOf(columns.given(approval.id), approval.given.term.type)))
    whole_days = any(day_of(moment) is moment for _, moment in moments)
    start = next(at for at, (needed, _) in enumerate(moments) if needed is TRUE)
    _, latest = moments.pop(start)
    claimed = latest
    latest = day_of(latest) if whole_days else latest
    for needed, moment in moments:
        own = day_of(moment) if whole_days else moment
        latest = choice(every(needed, exists(latest), exists(own), compared(own, ">", latest)), own, latest)
    keys = [latest] if latest is claimed else [latest, claimed]
    return tuple(Column(columns.order(number), key) for number, key in enumerate(keys, start=1))


def _shared(how: Amount) -> tuple[Cap, ...]:
    return tuple(cap for cap in how.caps if cap.per is not None)


def _rounded(exact: terms.Term, how: Amount) -> terms.Term:
    """An amount in whole units, which way the policy says; down where it would be more than what is counted."""
    rounded = _in_units(exact, how.rounding, how)
    if how.rounding == "floor":
        return rounded
    counted = terms.ColumnOf(columns.AMOUNT, how.type)
    return choice(compared(rounded, ">", counted), _in_units(exact, "floor", how), rounded)


def _in_units(exact: terms.Term, rounding: str, how: Amount) -> terms.Term:
    """An amount as a whole number of units."""
    if how.factor != 1:
        exact = computed(exact, "/", terms.Value(how.factor, t.Number()))
    units = computed(exact, "*", terms.Value(Decimal(10) ** how.places, t.Number()))
    arguments: tuple[terms.Term, ...] = (units,)
    if rounding == "half_up":
        rounding, arguments = "round", (units, terms.Value(0, t.Integer()))
    return computed(
        terms.Apply(rounding, arguments, how.type), "*", terms.Value(how.factor.scaleb(-how.places), t.Number())
    )


def _faults(how: Amount) -> _Reasons:
    """What facts and parameters give that cannot be meant."""
    found: _Reasons = []

    def below_nothing(name: str) -> terms.Term:
        return compared(terms.ColumnOf(name, how.type), "<", amount(0, how.type))

    if not isinstance(how.counted.term, terms.Value):
        found.append((below_nothing(columns.AMOUNT), "negative_amount"))
    if how.share is not None and not isinstance(how.share.term, terms.Value):
        share = terms.ColumnOf(columns.SHARE, _RATIO)
        fits = every(compared(share, ">=", amount(0, _RATIO)), compared(share, "<=", amount(1, _RATIO)))
        found.append((negated(fits), "share_out_of_range"))
    varying = [cap for cap in how.caps if not isinstance(cap.amount.term, terms.Value)]
    found += [(below_nothing(columns.cap(cap.id)), "negative_cap") for cap in varying]
    return found


def _granted(node: Node, how: Amount, by: tuple[str, ...]) -> Node:
    """What is granted of the part after all caps, and what is left to bear."""
    part = terms.ColumnOf(columns.PART, how.type)
    granted = terms.ColumnOf(columns.GRANTED, how.type)
    if how.caps:
        budgets = tuple(
            Budget(columns.usable(cap.id), _group(cap), columns.left(cap.id), columns.users(cap.id)) for cap in how.caps
        )
        where = _truth(columns.PAYS)
        if _shared(how):  # what another version grants is gone from what is shared here
            sizes = tuple(budget.most for budget in budgets)
            node = Carry(node, "wanted", (columns.PAYS, columns.PART, *sizes))
        node = Draw(node, Drawing(part, where, by, budgets, columns.GRANTED, columns.LEAST, columns.MOST))
    else:
        node = Let(node, (Column(columns.GRANTED, choice(_truth(columns.PAYS), part, amount(0, how.type))),))
    return Let(node, (Column(columns.BORNE, computed(terms.ColumnOf(columns.AMOUNT, how.type), "-", granted)),))


def _group(cap: Cap) -> tuple[str, ...] | None:
    """The columns in which records are equal that share a cap; None if each has its own."""
    return None if cap.per is None else tuple(columns.per(cap.id, number) for number in range(1, len(cap.per) + 1))


def _of_amounts(how: Amount) -> terms.Term:
    """Whether all of the part is granted, less, or nothing; certain where that is, whatever the amount itself."""
    part = terms.ColumnOf(columns.PART, how.type)
    if not how.caps:
        return choice(
            compared(part, "=", amount(0, how.type)), terms.Value(NOTHING, _TEXT), terms.Value(GRANTED, _TEXT)
        )
    nothing = amount(0, how.type)
    granted, least, most = (terms.ColumnOf(name, how.type) for name in (columns.GRANTED, columns.LEAST, columns.MOST))
    in_full = choice(
        compared(least, ">=", part), TRUE, choice(compared(most, "<", part), _NEVER, compared(granted, ">=", part))
    )
    left = [terms.ColumnOf(columns.left(cap.id), how.type) for cap in how.caps]
    none_left = choice(
        compared(least, ">", nothing),
        _NEVER,
        choice(
            every(compared(part, ">", nothing), compared(most, "<=", nothing)),
            TRUE,
            terms.AnyOf(tuple(compared(each, "<=", nothing) for each in left), BOOLEAN),
        ),
    )
    of_part = choice(in_full, terms.Value(GRANTED, _TEXT), terms.Value(REDUCED, _TEXT))
    used_up = terms.Value(EXHAUSTED, _TEXT)
    return choice(none_left, used_up, choice(compared(part, "=", nothing), terms.Value(NOTHING, _TEXT), of_part))
