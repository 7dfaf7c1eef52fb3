"""The plan of a commission policy, stage by stage, each in columns of its own.

A document that corrects another one follows it: whether the policy is about it, who is paid, in which shares, under
which cap, and whether it is held back or lost, is that of the original. Its own are its day and its base. Its amount is
what the original earned, in proportion to the base that is left after it, less what that was before it.
Where its ladder says so it goes down that ladder instead, and is paid the difference that it makes there.

All amounts are differences of two rounded amounts, before and after the document: those of a ladder, of an original
with its corrections, of a cap, and of each share. So what is paid in all does not hang on the number of the documents,
and if everything is taken back nothing is left over.
"""

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import APPLIES, Carry, Column, Cumulate, Filter, Let, Node, Refer, Scan
from partnerrules.policies.commission.columns import (
    BASE,
    CALCULATED,
    CALCULATED_BEFORE,
    CORRECTED,
    CORRECTED_BEFORE,
    CORRECTS,
    DATE,
    DUE,
    DUE_BEFORE,
    EXCEEDED,
    EXCEEDED_BEFORE,
    EXCLUDED,
    FOUND,
    INCLUDED,
    LEFT,
    LEFT_BEFORE,
    MODIFIED,
    MODIFIED_BEFORE,
    MODIFIED_WITH,
    ORIGINAL,
    ORIGINAL_EXCLUDED,
    OWN_AMOUNT,
    OWN_APPLIES,
    OWN_REASON,
    REASON,
)
from partnerrules.policies.commission.descents import climbing, fits, in_order
from partnerrules.policies.commission.parts import (
    Parts,
    applies,
    column,
    final,
    is_correction,
    truth,
)
from partnerrules.policies.commission.paying import limited, outcome, overlaid, overridden, split
from partnerrules.policies.commission.terms import part_of, quotient, rounded, unless_refused
from partnerrules.policies.computing import (
    NO_WORD,
    WORD,
    amount,
    choice,
    compared,
    computed,
    every,
    exists,
    first_reason,
    negated,
)
from partnerrules.schema import types as t


def plan_of(parts: Parts) -> Node:
    """The nodes of a commission policy."""
    # What the policy of its own version is not about is no document here either.
    node: Node = Carry(_documents(parts), "about", () if parts.when is None else (APPLIES,))
    node = _stated(node, parts)
    node = _taken_back(node, parts)
    node = _calculated(node, parts)
    node = _reasons(node, parts)
    node = limited(node, parts)
    node = split(node, parts)
    node = overlaid(node, parts)
    node = overridden(node, parts)
    return outcome(node, parts)


def _documents(parts: Parts) -> Node:
    """The documents that the policy is about. One that corrects another one is, if the other one is."""
    node: Node = Scan(parts.entity)
    if parts.corrects is not None:
        node = Let(node, (Column(CORRECTS, parts.corrects.term, parts.corrects.observed),))
    if parts.when is None:
        return node
    own = Column(OWN_APPLIES, parts.when.term, parts.when.observed)
    if parts.corrects is None:
        return Filter(node, Column(APPLIES, own.term, own.observed))
    found = "original seen"
    node = Refer(Let(node, (own,)), parts.corrects.term, ((OWN_APPLIES, ORIGINAL + OWN_APPLIES),), found)
    of_original = every(is_correction(parts), truth(found))
    applies = choice(of_original, truth(ORIGINAL + OWN_APPLIES), truth(OWN_APPLIES))
    return Filter(node, Column(APPLIES, applies))


def _stated(node: Node, parts: Parts) -> Node:
    """What the facts say of each document: its day and base, whether it counts, who is paid, and its limits."""
    node = Let(node, (Column(DATE, parts.date.term, parts.date.observed),))
    if parts.conversion is not None:
        node = parts.conversion.add(node, parts.corrects, applies(parts))
    node = Let(
        node,
        (
            Column(BASE, parts.base.term, parts.base.observed),
            *parts.conditions,
            *parts.payees.columns,
            *parts.overrides.columns,
            *parts.limits.columns,
            *parts.limits.key_columns,
        ),
    )
    return Let(
        node,
        (
            Column(INCLUDED, parts.counted.included),
            *parts.rights.computed(parts.paid),
        ),
    )


def _taken_back(node: Node, parts: Parts) -> Node:
    """What is left of the base of each original, before each document that corrects it and with it."""
    if parts.corrects is None:
        return node
    money, corrects = parts.money, parts.corrects
    ordered = parts.together or parts.rate.descends
    taken = (BASE, INCLUDED, CORRECTS, *((DATE,) if ordered else ()), *parts.followed)
    node = Refer(node, corrects.term, tuple((name, ORIGINAL + name) for name in taken), FOUND)
    node = in_order(node, corrects.term) if ordered else node
    counted = every(*applies(parts), is_correction(parts), *_in_its_currency(parts))
    by = (DATE,)
    node = Cumulate(node, "sum", column(BASE, money), counted, (CORRECTS,), by, None, CORRECTED_BEFORE, CORRECTED)
    original = column(ORIGINAL + BASE, money)
    node = Let(
        node,
        (
            Column(LEFT_BEFORE, computed(original, "+", column(CORRECTED_BEFORE, money))),
            Column(LEFT, computed(original, "+", column(CORRECTED, money))),
        ),
    )
    left = column(LEFT, money)
    one = choice(compared(left, "<", amount(0, money)), terms.Value(1, t.Integer()), terms.Value(0, t.Integer()))
    return Cumulate(node, "sum", one, counted, (CORRECTS,), by, None, EXCEEDED_BEFORE, EXCEEDED)


def _in_its_currency(parts: Parts) -> tuple[terms.Term, ...]:
    """Whether a correction is in the currency of its original, if that can be another one."""
    return () if parts.conversion is None else (parts.conversion.fits,)


def _counted(parts: Parts) -> terms.Term:
    """Whether a document climbs a ladder: if it counts and corrects nothing, or goes down with what it corrects."""
    own = [truth(INCLUDED), compared(column(BASE, parts.money), ">=", amount(0, parts.money))]
    if parts.corrects is None:
        return every(*applies(parts), *own)
    if parts.rate.descends:
        return every(*applies(parts), climbing(every(*own), parts.corrects.term, parts.money, _in_its_currency(parts)))
    return every(*applies(parts), *own, negated(is_correction(parts)))


def _calculated(node: Node, parts: Parts) -> Node:
    """What each document earns by the rate alone, rounded; one that corrects another one if it goes down a ladder."""
    money = parts.money
    base = column(BASE, money)
    counts = _counted(parts)
    node = parts.rate.add(node, counts)
    node = Let(node, (Column(CALCULATED_BEFORE, parts.rate.before), Column(CALCULATED, parts.rate.after)))
    if parts.rate.exact is not None:
        before, after = (quotient(each.numerator, each.denominator, parts.places) for each in parts.rate.exact)
    else:
        names = (CALCULATED_BEFORE, CALCULATED)
        if parts.modifiers.items:
            node, names = _modified(node, counts, parts)
        elif parts.rate.together is not None and parts.rate.has_its_own:
            names = (f"{CALCULATED} together before", f"{CALCULATED} together")
            node = parts.rate.together(node, column(CALCULATED, money), counts, names)
        before, after = (rounded(column(name, money), parts.places) for name in names)
    limits = parts.limits.fault
    possible = (parts.rate.fault, parts.modifiers.fault, parts.payees.fault, parts.overrides.fault, limits)
    faults = {f"fault {number}": fault for number, fault in enumerate(possible) if fault != NO_WORD}
    node = Let(node, tuple(Column(name, fault) for name, fault in faults.items()))
    own_reason = first_reason(
        [
            (negated(truth(INCLUDED)), EXCLUDED),
            (compared(base, "<", amount(0, money)), "no_original"),
            *((exists(column(name, WORD)), column(name, WORD)) for name in faults),
        ]
    )
    node = Let(node, (Column(OWN_AMOUNT, computed(after, "-", before)), Column(OWN_REASON, own_reason)))
    node = Carry(node, "earned", (OWN_AMOUNT, OWN_REASON))  # what its own version pays for it
    alone = parts.rate.together is None or parts.rate.has_its_own
    return parts.overrides.dues(node, base, column(OWN_AMOUNT, money), parts.places, alone=alone)


def _modified(node: Node, counts: terms.Term, parts: Parts) -> tuple[Node, tuple[str, str]]:
    """What documents earn with their modifiers, and the columns with that before each document and with it.

    Of documents that climb a ladder together it is added up, so that rounding does not add up either.
    """
    money, modifiers = parts.money, parts.modifiers
    calculated = computed(column(CALCULATED, money), "-", column(CALCULATED_BEFORE, money))
    modified = Column(MODIFIED, modifiers.modified(calculated, column(BASE, money)))
    node = Let(node, (*modifiers.columns, modified))
    names = (MODIFIED_BEFORE, MODIFIED_WITH)
    if parts.rate.together is not None:
        return parts.rate.together(node, column(MODIFIED, money), counts, names), names
    alone = (Column(MODIFIED_BEFORE, amount(0, money)), Column(MODIFIED_WITH, column(MODIFIED, money)))
    return Let(node, alone), names


def _reasons(node: Node, parts: Parts) -> Node:
    """Why a document earns nothing, and what it takes over from the one that it corrects."""
    if parts.corrects is None:
        due = (
            Column(REASON, column(OWN_REASON, WORD)),
            Column(DUE_BEFORE, amount(0, parts.money)),
            Column(DUE, column(OWN_AMOUNT, parts.money)),
        )
        return Let(node, due)
    money = parts.money
    corrects = parts.corrects
    descends = parts.rate.descends
    taken = (OWN_AMOUNT, OWN_REASON)
    node = Refer(node, corrects.term, tuple((name, ORIGINAL + name) for name in taken), "original calculated")
    is_one = is_correction(parts)
    original = column(ORIGINAL + BASE, money)
    left_before, left = column(LEFT_BEFORE, money), column(LEFT, money)
    original_reason = column(ORIGINAL + OWN_REASON, WORD)
    excluded = terms.Comparison("=", original_reason, terms.Value(EXCLUDED, t.Text()), BOOLEAN)
    reason = first_reason(
        [
            (negated(truth(FOUND)), "original_elsewhere"),
            (exists(column(ORIGINAL + CORRECTS, corrects.type)), "corrects_a_correction"),
            *((negated(same), "other_currency") for same in _in_its_currency(parts)),
            (every(exists(original_reason), excluded), ORIGINAL_EXCLUDED),
            (exists(original_reason), "original_refused"),
            (compared(original, "=", amount(0, money)), "original_is_zero"),
            (compared(column(EXCEEDED, t.Integer()), ">", terms.Value(0, t.Integer())), "exceeds_original"),
            *([(negated(fits(corrects.term)), "measure_misfits")] if descends and parts.rate.own_measure else []),
        ]
    )
    node = Let(
        node,
        (
            Column(REASON, terms.If(is_one, reason, column(OWN_REASON, WORD), WORD)),
            *_followed(parts),
        ),
    )
    if descends:
        # A correction has gone down the ladder by itself, and what it earns is the difference that it made.
        nothing, own = unless_refused(amount(0, money)), unless_refused(column(OWN_AMOUNT, money))
        return Let(node, (Column(DUE_BEFORE, nothing), Column(DUE, own)))
    earned = column(ORIGINAL + OWN_AMOUNT, money)
    before, after = (part_of(earned, part, original, parts.places) for part in (left_before, left))
    return Let(
        node,
        (
            Column(DUE_BEFORE, unless_refused(choice(is_one, before, amount(0, money)))),
            Column(DUE, unless_refused(choice(is_one, after, column(OWN_AMOUNT, money)))),
        ),
    )


def _followed(parts: Parts) -> list[Column]:
    """What a correction takes over from its original."""
    of_original = every(is_correction(parts), truth(FOUND))
    return [
        Column(final(name, parts), choice(of_original, column(ORIGINAL + name, type), column(name, type)))
        for name, type in parts.followed.items()
    ]
