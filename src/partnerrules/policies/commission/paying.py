"""The later stages of a commission: floor and cap, who gets which share, and what becomes of it."""

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import OUTCOME, Allocate, Column, Cumulate, Let, Node
from partnerrules.policies.commission.columns import (
    AMOUNT,
    BASE,
    CAPPED,
    CAPPED_BEFORE,
    DATE,
    DUE,
    DUE_BEFORE,
    EARNED,
    EXCLUDED,
    FORFEITED,
    HELD,
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
from partnerrules.policies.commission.overrides import Corrected
from partnerrules.policies.commission.parts import (
    Parts,
    applies,
    column,
    final,
    is_correction,
    line_column,
    truth,
)
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
    """What is paid after floor and cap: of a document with its corrections, or of all that share one cap."""
    money, limits = parts.money, parts.limits
    own_cap = None if limits.keys else limits.cap
    node = Let(
        node,
        tuple(
            Column(limited, unless_refused(clamped(column(due, money), limits.floor, own_cap)))
            for due, limited in ((DUE_BEFORE, LIMITED_BEFORE), (DUE, LIMITED))
        ),
    )
    before, after = column(LIMITED_BEFORE, money), column(LIMITED, money)
    if not limits.keys:
        return Let(node, (Column(LINE, unless_refused(computed(after, "-", before))),))
    pays = every(*applies(parts), negated(exists(column(REASON, WORD))))
    # A cap is for those who are paid: no one else's documents take from it, or give back to it.
    within = (*limits.keys, *(party.payee for party in parts.payees.parties), *parts.payees.varying)
    node = Cumulate(
        node,
        "sum",
        computed(after, "-", before),
        pays,
        tuple(final(name, parts) for name in within),
        (DATE,),
        None,
        TOGETHER_BEFORE,
        TOGETHER,
    )
    capped = tuple(
        Column(capped, unless_refused(clamped(column(together, money), None, limits.cap)))
        for together, capped in ((TOGETHER_BEFORE, CAPPED_BEFORE), (TOGETHER, CAPPED))
    )
    line = computed(column(CAPPED, money), "-", column(CAPPED_BEFORE, money))
    return Let(node, (*capped, Column(LINE, unless_refused(line))))


def split(node: Node, parts: Parts) -> Node:
    """What each party gets: the difference of its shares of what was paid so far, for a document or under its cap.

    Those who share a cap have the same shares in it, so that what was given to each can be taken back to the cent.
    """
    parties = parts.payees.parties
    if parties[0].share is None:
        return node
    money = parts.money
    before, after = (CAPPED_BEFORE, CAPPED) if parts.limits.keys else (LIMITED_BEFORE, LIMITED)
    shares = tuple(column(final(party.share or "", parts), t.Ratio()) for party in parties)
    for name, is_before in ((before, True), (after, False)):
        columns = tuple(line_column(number, before=is_before) for number in range(1, len(parties) + 1))
        node = Allocate(node, unless_refused(column(name, money)), shares, parts.places, columns)
    return node


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
    reason = column(REASON, WORD)
    words = terms.Items((terms.Value(EXCLUDED, t.Text()), terms.Value(ORIGINAL_EXCLUDED, t.Text())), t.ListOf(t.Text()))
    excluded = terms.Among(reason, words, BOOLEAN)
    due = column(LINE, parts.money)
    text = t.Text()
    types = {column.name: column.term.type for column in parts.payees.columns}

    def word(value: str) -> terms.Value:
        return terms.Value(value, text)

    status = choice(
        truth(final(FORFEITED, parts)),
        word(FORFEITED),
        choice(truth(final(HELD, parts)), word(HELD), word(EARNED)),
    )
    # An amount that is not known makes the outcome unknown: it equals itself as little as anything else.
    status = choice(compared(due, "=", due), status, word("undetermined"))
    nothing = choice(excluded, word(EXCLUDED), word(REFUSED))
    # Who is paid has to be known, too, before a document is done with; what is paid to the others hangs on nothing.
    payees = [column(final(party.payee, parts), types[party.payee]) for party in parts.payees.parties]
    known = every(*(compared(payee, "=", payee) for payee in payees))
    outcome = choice(exists(reason), nothing, choice(known, column(STATUS, text), word("undetermined")))
    return Let(
        node,
        (
            Column(STATUS, choice(exists(reason), nothing, status)),
            Column(OUTCOME, outcome),
            Column(AMOUNT, terms.If(excluded, amount(0, parts.money), unless_refused(due), t.Maybe(parts.money))),
        ),
    )
