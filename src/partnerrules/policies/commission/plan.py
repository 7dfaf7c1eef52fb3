"""The plan of a commission policy, stage by stage, each in columns of its own.

A document that corrects another one follows it: whether the policy is about it, who is paid, in which shares, under
which cap, and whether it is held back or lost, is that of the original. Its own are its day and its base. Its amount is
what the original earned, in proportion to the base that is left after it, less what that was before it.

All amounts are differences of two rounded amounts, before and after the document: those of a ladder, of an original
with its corrections, of a cap, and of each share. So what is paid in all does not hang on the number of the documents,
and if everything is taken back nothing is left over.
"""

from dataclasses import dataclass
from typing import Final

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import APPLIES, OUTCOME, Allocate, Column, Cumulate, Filter, Let, Node, Refer, Scan
from partnerrules.policies.commission.documents import Asked, Payees
from partnerrules.policies.commission.limits import Limits
from partnerrules.policies.commission.modifiers import Modifiers
from partnerrules.policies.commission.rates import Rate
from partnerrules.policies.commission.terms import clamped, part_of, quotient, rounded
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

CORRECTS: Final = "corrects"
DATE: Final = "date"
BASE: Final = "base"
REASON: Final = "reason"
"""The column with the word for why a document earns nothing, or none."""
CALCULATED_BEFORE: Final = "calculated before"
CALCULATED: Final = "calculated"
MODIFIED: Final = "modified"
"""The column with what a document earns after its modifiers, exactly."""
_MODIFIED_BEFORE: Final = "modified before"
_MODIFIED_WITH: Final = "modified with it"
OWN_AMOUNT: Final = "own amount"
ORIGINAL: Final = "original "
"""Before the name of a column of the document that is corrected."""
LEFT_BEFORE: Final = "base left before"
LEFT: Final = "base left"
DUE_BEFORE: Final = "due before"
DUE: Final = "due"
LIMITED_BEFORE: Final = "limited before"
LIMITED: Final = "limited"
TOGETHER_BEFORE: Final = "together before"
TOGETHER: Final = "together"
LINE: Final = "line"
AMOUNT: Final = "amount"
"""The column with what a document earns in the end; none where it is refused."""
STATUS: Final = "status"
"""The column with what becomes of the amount, whoever gets it."""
FORFEITED: Final = "forfeited"
HELD: Final = "held"
INCLUDED: Final = "included"

EARNED: Final = "earned"
EXCLUDED: Final = "excluded"
REFUSED: Final = "refused"
ORIGINAL_EXCLUDED: Final = "original_excluded"

_OWN_APPLIES: Final = "own applies"
_OWN_REASON: Final = "own reason"
_FOUND: Final = "original found"
_CORRECTED_BEFORE: Final = "corrected before"
_CORRECTED: Final = "corrected"
_EXCEEDED_BEFORE: Final = "exceeded before"
_EXCEEDED: Final = "exceeded"
_CAPPED_BEFORE: Final = "capped before"
_CAPPED: Final = "capped"


@dataclass(frozen=True, slots=True)
class Parts:
    """The checked parts of a commission policy.

    Attributes:
        entity: the documents.
        when: which of them the policy is about.
        corrects: the document that one corrects, if documents can.
        date: the day of a document.
        base: the money that it is computed on.
        asked: the conditions, whose columns are `conditions`.
        conditions: one column for each.
        payees: who is paid.
        limits: floor and cap.
        rate: what is paid of the base.
        modifiers: what makes it more.
        places: the decimal places of what is paid.
    """

    entity: str
    when: Checked | None
    corrects: Checked | None
    date: Checked
    base: Checked
    asked: Asked
    conditions: tuple[Column, ...]
    payees: Payees
    limits: Limits
    rate: Rate
    modifiers: Modifiers
    places: int

    @property
    def money(self) -> t.Type:
        """The type of all amounts."""
        return self.base.type


def line_column(number: int, *, before: bool = False) -> str:
    """The column with what a party has got of a document and what it corrects."""
    return f"part {number} before" if before else f"part {number}"


def plan_of(parts: Parts) -> Node:
    """The nodes of a commission policy."""
    node = _documents(parts)
    node = _calculated(node, parts)
    node = _reasons(node, parts)
    node = _limited(node, parts)
    node = _split(node, parts)
    return _outcome(node, parts)


def _column(name: str, type: t.Type) -> terms.ColumnOf:
    return terms.ColumnOf(name, type)


def _truth(name: str) -> terms.ColumnOf:
    return terms.ColumnOf(name, BOOLEAN)


def _is_correction(parts: Parts) -> terms.Term:
    assert parts.corrects is not None
    return exists(_column(CORRECTS, parts.corrects.type))


def _documents(parts: Parts) -> Node:
    """The documents that the policy is about. One that corrects another one is, if the other one is."""
    node: Node = Scan(parts.entity)
    if parts.corrects is not None:
        node = Let(node, (Column(CORRECTS, parts.corrects.term, parts.corrects.observed),))
    if parts.when is None:
        return node
    own = Column(_OWN_APPLIES, parts.when.term, parts.when.observed)
    if parts.corrects is None:
        return Filter(node, Column(APPLIES, own.term, own.observed))
    found = "original seen"
    node = Refer(Let(node, (own,)), parts.corrects.term, ((_OWN_APPLIES, ORIGINAL + _OWN_APPLIES),), found)
    of_original = every(_is_correction(parts), _truth(found))
    applies = choice(of_original, _truth(ORIGINAL + _OWN_APPLIES), _truth(_OWN_APPLIES))
    return Filter(node, Column(APPLIES, applies))


def _applies(parts: Parts) -> tuple[terms.Term, ...]:
    return () if parts.when is None else (_truth(APPLIES),)


def _calculated(node: Node, parts: Parts) -> Node:
    """What each document that corrects nothing earns by the rate alone, rounded."""
    money = parts.money
    base = _column(BASE, money)
    node = Let(
        node,
        (
            Column(DATE, parts.date.term, parts.date.observed),
            Column(BASE, parts.base.term, parts.base.observed),
            *parts.conditions,
            *parts.payees.columns,
            *parts.limits.columns,
            *parts.limits.key_columns,
        ),
    )
    node = Let(
        node,
        (
            Column(INCLUDED, parts.asked.included),
            Column(FORFEITED, parts.asked.forfeited),
            Column(HELD, parts.asked.held),
        ),
    )
    counts = [*_applies(parts), _truth(INCLUDED), compared(base, ">=", amount(0, money))]
    if parts.corrects is not None:
        counts.append(negated(_is_correction(parts)))
    node = parts.rate.add(node, every(*counts))
    node = Let(node, (Column(CALCULATED_BEFORE, parts.rate.before), Column(CALCULATED, parts.rate.after)))
    if parts.rate.exact is not None:
        before, after = (quotient(each.numerator, each.denominator, parts.places) for each in parts.rate.exact)
    else:
        names = (CALCULATED_BEFORE, CALCULATED)
        if parts.modifiers.items:
            node, names = _modified(node, every(*counts), parts)
        before, after = (rounded(_column(name, money), parts.places) for name in names)
    possible = (parts.rate.fault, parts.modifiers.fault, parts.payees.fault)
    faults = {f"fault {number}": fault for number, fault in enumerate(possible) if fault != NO_WORD}
    node = Let(node, tuple(Column(name, fault) for name, fault in faults.items()))
    own_reason = first_reason(
        [
            (negated(_truth(INCLUDED)), EXCLUDED),
            (compared(base, "<", amount(0, money)), "no_original"),
            *((exists(_column(name, WORD)), _column(name, WORD)) for name in faults),
        ]
    )
    return Let(node, (Column(OWN_AMOUNT, computed(after, "-", before)), Column(_OWN_REASON, own_reason)))


def _modified(node: Node, counts: terms.Term, parts: Parts) -> tuple[Node, tuple[str, str]]:
    """What documents earn with their modifiers, and the columns with that before each document and with it.

    Of documents that climb a ladder together it is added up, so that rounding does not add up either.
    """
    money, modifiers = parts.money, parts.modifiers
    calculated = computed(_column(CALCULATED, money), "-", _column(CALCULATED_BEFORE, money))
    modified = Column(MODIFIED, modifiers.modified(calculated, _column(BASE, money)))
    node = Let(node, (*modifiers.columns, modified))
    names = (_MODIFIED_BEFORE, _MODIFIED_WITH)
    if parts.rate.together is not None:
        return parts.rate.together(node, _column(MODIFIED, money), counts, names), names
    alone = (Column(_MODIFIED_BEFORE, amount(0, money)), Column(_MODIFIED_WITH, _column(MODIFIED, money)))
    return Let(node, alone), names


def _reasons(node: Node, parts: Parts) -> Node:
    """Why a document earns nothing, and what it takes over from the one that it corrects."""
    if parts.corrects is None:
        due = (
            Column(REASON, _column(_OWN_REASON, WORD)),
            Column(DUE_BEFORE, amount(0, parts.money)),
            Column(DUE, _column(OWN_AMOUNT, parts.money)),
        )
        return Let(node, due)
    money = parts.money
    corrects = parts.corrects
    kept = [*(column.name for column in parts.payees.columns), *parts.limits.keys, FORFEITED, HELD]
    taken = [BASE, OWN_AMOUNT, _OWN_REASON, CORRECTS, *kept]
    node = Refer(node, corrects.term, tuple((name, ORIGINAL + name) for name in taken), _FOUND)
    is_correction = _is_correction(parts)
    counted = every(*_applies(parts), is_correction)
    by = (DATE,)
    node = Cumulate(node, "sum", _column(BASE, money), counted, (CORRECTS,), by, None, _CORRECTED_BEFORE, _CORRECTED)
    original = _column(ORIGINAL + BASE, money)
    node = Let(
        node,
        (
            Column(LEFT_BEFORE, computed(original, "+", _column(_CORRECTED_BEFORE, money))),
            Column(LEFT, computed(original, "+", _column(_CORRECTED, money))),
        ),
    )
    left_before, left = _column(LEFT_BEFORE, money), _column(LEFT, money)
    one = choice(compared(left, "<", amount(0, money)), terms.Value(1, t.Integer()), terms.Value(0, t.Integer()))
    node = Cumulate(node, "sum", one, counted, (CORRECTS,), by, None, _EXCEEDED_BEFORE, _EXCEEDED)
    original_reason = _column(ORIGINAL + _OWN_REASON, WORD)
    excluded = terms.Comparison("=", original_reason, terms.Value(EXCLUDED, t.Text()), BOOLEAN)
    reason = first_reason(
        [
            (negated(_truth(_FOUND)), "original_elsewhere"),
            (exists(_column(ORIGINAL + CORRECTS, corrects.type)), "corrects_a_correction"),
            (every(exists(original_reason), excluded), ORIGINAL_EXCLUDED),
            (exists(original_reason), "original_refused"),
            (compared(original, "=", amount(0, money)), "original_is_zero"),
            (compared(_column(_EXCEEDED, t.Integer()), ">", terms.Value(0, t.Integer())), "exceeds_original"),
        ]
    )
    node = Let(
        node,
        (
            Column(REASON, terms.If(is_correction, reason, _column(_OWN_REASON, WORD), WORD)),
            *_followed(parts, kept),
        ),
    )
    earned = _column(ORIGINAL + OWN_AMOUNT, money)
    before, after = (part_of(earned, part, original, parts.places) for part in (left_before, left))
    return Let(
        node,
        (
            Column(DUE_BEFORE, _unless_refused(choice(is_correction, before, amount(0, money)))),
            Column(DUE, _unless_refused(choice(is_correction, after, _column(OWN_AMOUNT, money)))),
        ),
    )


def _unless_refused(term: terms.Term) -> terms.Term:
    """An amount; none where a document earns nothing, so that nothing is divided by a base of zero."""
    refused = exists(_column(REASON, WORD))
    return terms.If(refused, terms.Value(None, t.Maybe(term.type)), term, term.type)


def _followed(parts: Parts, names: list[str]) -> list[Column]:
    """What a correction takes over from its original."""
    types = {column.name: column.term.type for column in (*parts.payees.columns, *parts.limits.key_columns)}
    of_original = every(_is_correction(parts), _truth(_FOUND))
    return [
        Column(final(name, parts), choice(of_original, _column(ORIGINAL + name, type), _column(name, type)))
        for name, type in ((name, types.get(name, BOOLEAN)) for name in names)
    ]


def final(name: str, parts: Parts) -> str:
    """The column with what counts for a document: its own, or that of the document that it corrects."""
    return name if parts.corrects is None else f"final {name}"


def _limited(node: Node, parts: Parts) -> Node:
    """What is paid after floor and cap: of a document with its corrections, or of all that share one cap."""
    money, limits = parts.money, parts.limits
    own_cap = None if limits.keys else limits.cap
    node = Let(
        node,
        tuple(
            Column(limited, _unless_refused(clamped(_column(due, money), limits.floor, own_cap)))
            for due, limited in ((DUE_BEFORE, LIMITED_BEFORE), (DUE, LIMITED))
        ),
    )
    before, after = _column(LIMITED_BEFORE, money), _column(LIMITED, money)
    if not limits.keys:
        return Let(node, (Column(LINE, _unless_refused(computed(after, "-", before))),))
    pays = every(*_applies(parts), negated(exists(_column(REASON, WORD))))
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
        Column(capped, _unless_refused(clamped(_column(together, money), None, limits.cap)))
        for together, capped in ((TOGETHER_BEFORE, _CAPPED_BEFORE), (TOGETHER, _CAPPED))
    )
    line = computed(_column(_CAPPED, money), "-", _column(_CAPPED_BEFORE, money))
    return Let(node, (*capped, Column(LINE, _unless_refused(line))))


def _split(node: Node, parts: Parts) -> Node:
    """What each party gets: the difference of its shares of what was paid so far, for a document or under its cap.

    Those who share a cap have the same shares in it, so that what was given to each can be taken back to the cent.
    """
    parties = parts.payees.parties
    if parties[0].share is None:
        return node
    money = parts.money
    before, after = (_CAPPED_BEFORE, _CAPPED) if parts.limits.keys else (LIMITED_BEFORE, LIMITED)
    shares = tuple(_column(final(party.share or "", parts), t.Ratio()) for party in parties)
    for name, is_before in ((before, True), (after, False)):
        columns = tuple(line_column(number, before=is_before) for number in range(1, len(parties) + 1))
        node = Allocate(node, _unless_refused(_column(name, money)), shares, parts.places, columns)
    return node


def _outcome(node: Node, parts: Parts) -> Node:
    reason = _column(REASON, WORD)
    words = terms.Items((terms.Value(EXCLUDED, t.Text()), terms.Value(ORIGINAL_EXCLUDED, t.Text())), t.ListOf(t.Text()))
    excluded = terms.Among(reason, words, BOOLEAN)
    due = _column(LINE, parts.money)
    text = t.Text()
    types = {column.name: column.term.type for column in parts.payees.columns}

    def word(value: str) -> terms.Value:
        return terms.Value(value, text)

    status = choice(
        _truth(final(FORFEITED, parts)),
        word(FORFEITED),
        choice(_truth(final(HELD, parts)), word(HELD), word(EARNED)),
    )
    # An amount that is not known makes the outcome unknown: it equals itself as little as anything else.
    status = choice(compared(due, "=", due), status, word("undetermined"))
    nothing = choice(excluded, word(EXCLUDED), word(REFUSED))
    # Who is paid has to be known, too, before a document is done with; what is paid to the others hangs on nothing.
    payees = [_column(final(party.payee, parts), types[party.payee]) for party in parts.payees.parties]
    known = every(*(compared(payee, "=", payee) for payee in payees))
    outcome = choice(exists(reason), nothing, choice(known, _column(STATUS, text), word("undetermined")))
    return Let(
        node,
        (
            Column(STATUS, choice(exists(reason), nothing, status)),
            Column(OUTCOME, outcome),
            Column(AMOUNT, terms.If(excluded, amount(0, parts.money), _unless_refused(due), t.Maybe(parts.money))),
        ),
    )
