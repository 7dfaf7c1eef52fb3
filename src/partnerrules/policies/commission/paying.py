"""The later stages of a commission: floor and cap, who gets which share, and what becomes of it."""

from typing import Final

from partnerrules.language import terms
from partnerrules.language.building import truth, word
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import OUTCOME, Allocate, Carry, Column, Cumulate, Let, Node
from partnerrules.policies.commission.columns import (
    AMOUNT,
    BASE,
    CAPPED,
    CAPPED_BEFORE,
    DATE,
    DUE,
    DUE_BEFORE,
    EXCLUDED,
    LEFT,
    LEFT_BEFORE,
    LIMITED,
    LIMITED_BEFORE,
    LINE,
    ORIGINAL,
    ORIGINAL_EXCLUDED,
    REASON,
    REFUSED,
    STATUS,
    TOGETHER,
    TOGETHER_BEFORE,
)
from partnerrules.policies.commission.descents import ORDER
from partnerrules.policies.commission.limits import Cap
from partnerrules.policies.commission.overlays import lines_in_addition
from partnerrules.policies.commission.overrides import Corrected
from partnerrules.policies.commission.parts import (
    Parts,
    applies,
    column,
    final,
    is_correction,
    line_column,
    overlay_column,
    stage,
)
from partnerrules.policies.commission.rights import nearest, status_of
from partnerrules.policies.commission.terms import clamped, unless_refused
from partnerrules.policies.computing import (
    WORD,
    amount,
    choice,
    compared,
    computed,
    every,
    exists,
    negated,
)
from partnerrules.schema import types as t


def limited(node: Node, parts: Parts) -> Node:
    """What is paid after floor and caps: of a document with its corrections, then of all that share one cap."""
    money, limits = parts.money, parts.limits
    own = [column(parts.limit(cap.most), money) for cap in limits.own]
    floor = None if limits.floor is None else column(parts.limit(limits.floor), money)
    node = Let(
        node,
        tuple(
            Column(limited, unless_refused(clamped(column(due, money), floor, *own)))
            for due, limited in ((DUE_BEFORE, LIMITED_BEFORE), (DUE, LIMITED))
        ),
    )
    node = Let(node, (Column(_CAPS, word(_described(parts))), *_amounts(parts)))
    carried = (REASON, LIMITED_BEFORE, LIMITED, _CAPS, *(each.name for each in _amounts(parts)))
    node = Carry(node, "limited", carried)  # what it takes from caps
    same = [compared(column(_CAPS, t.Text()), "=", word(_described(parts)))]
    same += (compared(column(each.name, money), "=", each.term) for each in _amounts(parts))
    left = computed(column(LIMITED, money), "-", column(LIMITED_BEFORE, money))
    node = Let(node, (Column(_SAME, every(*same)), Column(_ALONE, unless_refused(left))))
    # Versions with other caps are told what these ones leave of the documents that they are for.
    alone = _cut(node, parts, (truth(_SAME),), column(_ALONE, money))
    node = Carry(node, "capped", (_ALONE,), Let(alone, (Column(_ALONE, column(LINE, money)),)))
    return _cut(node, parts, (), column(_ALONE, money))


_CAPS: Final = "caps"
_SAME: Final = "same caps"
_ALONE: Final = "left by its caps"
"""What the caps of its own version leave of a document of another one."""


def _described(parts: Parts) -> str:
    """What documents share caps by, so that those of two versions can be told apart."""
    return "; ".join(", ".join(cap.texts) for cap in parts.limits.shared)


def _amounts(parts: Parts) -> tuple[Column, ...]:
    """The shared caps themselves, under names that are the same in all versions."""
    shared = enumerate(parts.limits.shared, start=1)
    return tuple(Column(f"cap {number} of all", column(parts.limit(cap.most), parts.money)) for number, cap in shared)


def _cut(node: Node, parts: Parts, where: tuple[terms.Term, ...], alone: terms.Term) -> Node:
    """What shared caps leave of documents: of those that they are for, and of all others what theirs left."""
    money, limits = parts.money, parts.limits
    paid = (LIMITED_BEFORE, LIMITED)
    # From the narrowest cap to the widest: what one leaves of documents is what the next one adds up.
    for cap in limits.shared:
        last = None if cap is limits.shared[-1] else cap
        keys = tuple(final(key, parts) for key in cap.keys)
        node, paid = _together(node, parts, keys, paid, last, column(parts.limit(cap.most), money), where, alone)
    if parts.together and not limits.shared:
        node, paid = _together(node, parts, parts.together, paid, None, None, where, alone)
    before, after = (column(name, money) for name in paid)
    return Let(node, (Column(LINE, unless_refused(computed(after, "-", before))),))


def _together(
    node: Node,
    parts: Parts,
    keys: tuple[str, ...],
    paid: tuple[str, str],
    last: Cap | None,
    cap: terms.Term | None,
    where: tuple[terms.Term, ...],
    alone: terms.Term,
) -> tuple[Node, tuple[str, str]]:
    """What documents come to together, cut by a cap, and the columns with that before each document and with it."""
    money = parts.money
    before, after = (column(name, money) for name in paid)
    pays = every(*applies(parts), negated(exists(column(REASON, WORD))), *where)
    # A cap is for those who are paid: no one else's documents take from it, or give back to it.
    within = (*keys, *(final(name, parts) for name in (*parts.payees.types, *parts.payees.varying)))
    added = choice(truth(_SAME), computed(after, "-", before), alone)
    totals = (stage(TOGETHER_BEFORE, last), stage(TOGETHER, last))
    by = (DATE,) if parts.corrects is None else ORDER  # what a correction gives back has been drawn before
    node = Cumulate(node, "sum", added, pays, within, by, None, *totals, least=DATE)
    cut = (stage(CAPPED_BEFORE, last), stage(CAPPED, last))
    limits = () if cap is None else (cap,)
    capped = (
        Column(name, unless_refused(clamped(column(total, money), None, *limits)))
        for total, name in zip(totals, cut, strict=True)
    )
    return Let(node, tuple(capped)), cut


def split(node: Node, parts: Parts) -> Node:
    """What each party gets: the difference of its shares of what was paid so far, for a document or under its cap.

    Those who share a cap have the same shares in it, so that what was given to each can be taken back to the cent.
    """
    parties = parts.payees.parties
    if parties[0].share is None:
        return node
    money = parts.money
    before, after = _paid_columns(parts)
    shares = tuple(column(final(party.share or "", parts), t.Ratio()) for party in parties)
    for name, is_before in ((before, True), (after, False)):
        columns = tuple(line_column(number, before=is_before) for number in range(1, len(parties) + 1))
        node = Allocate(node, unless_refused(column(name, money)), shares, parts.places, columns)
    return node


def overlaid(node: Node, parts: Parts) -> Node:
    """What those get who are paid in addition: a share of what was paid so far, for a document or under its cap."""
    before, after = (column(name, parts.money) for name in _paid_columns(parts))
    lines = tuple((final(party.share or "", parts), overlay_column(party)) for party in parts.payees.overlays)
    return lines_in_addition(node, lines, (before, after), parts.places)


def _paid_columns(parts: Parts) -> tuple[str, str]:
    """The columns with what was paid before a document, of it and what it corrects or under its cap, and with it."""
    return (CAPPED_BEFORE, CAPPED) if parts.together else (LIMITED_BEFORE, LIMITED)


def overridden(node: Node, parts: Parts) -> Node:
    """What those above the payee get."""
    if not parts.overrides.levels:
        return node
    correction = None
    if parts.corrects is not None:
        money = parts.money
        base, before, left = (column(name, money) for name in (ORIGINAL + BASE, LEFT_BEFORE, LEFT))
        holds = every(is_correction(parts), negated(exists(column(REASON, WORD))))
        correction = Corrected(holds, parts.corrects.term, base, before, left)
    return parts.overrides.lines(node, correction, parts.money, parts.places)


def outcome(node: Node, parts: Parts) -> Node:
    """What becomes of a document, and of the part of each who is paid for it."""
    reason, rights = column(REASON, WORD), parts.rights
    words = terms.Items((terms.Value(EXCLUDED, t.Text()), terms.Value(ORIGINAL_EXCLUDED, t.Text())), t.ListOf(t.Text()))
    excluded = terms.Among(reason, words, BOOLEAN)
    due = column(LINE, parts.money)
    text = t.Text()
    types = {column.name: column.term.type for column in parts.payees.columns}

    def standing(status: terms.Term) -> terms.Term:
        # An amount that is not known makes the outcome unknown: it equals itself as little as anything else.
        known = choice(compared(due, "=", due), status, word("undetermined"))
        return choice(exists(reason), nothing, known)

    nothing = choice(excluded, word(EXCLUDED), word(REFUSED))
    sharing = [party.payee for party in parts.payees.parties]
    told = parts.paid if rights.apart else sharing[:1]
    statuses = [
        Column(status_of(payee, rights), standing(rights.standing(payee, lambda name: final(name, parts))))
        for payee in told
    ]
    if rights.apart:
        own = tuple(column(status_of(payee, rights), text) for payee in sharing)
        statuses.append(Column(STATUS, standing(nearest(own))))
    # Who is paid has to be known, too, before a document is done with; what is paid to the others hangs on nothing.
    payees = [column(final(party.payee, parts), types[party.payee]) for party in parts.payees.parties]
    known = every(*(compared(payee, "=", payee) for payee in payees))
    outcome = choice(exists(reason), nothing, choice(known, column(STATUS, text), word("undetermined")))
    return Let(
        node,
        (
            *statuses,
            Column(OUTCOME, outcome),
            Column(AMOUNT, terms.If(excluded, amount(0, parts.money), unless_refused(due), t.Maybe(parts.money))),
        ),
    )
