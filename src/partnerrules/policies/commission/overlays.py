"""Overlays: those who are paid in addition to the amount of a document, each a share of it.

They take nothing from those who share the amount. May import the documents of commissions.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from partnerrules.language import terms
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Column, Let, Node
from partnerrules.policies.commission.documents import (
    MAXIMUM_PARTIES,
    Party,
    Payees,
    read_payee,
    read_share,
    read_sharing,
)
from partnerrules.policies.commission.rates import RATIO, in_range
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.commission.terms import rounded, unless_refused
from partnerrules.policies.computing import TRUE, computed, every, first_reason, negated

_KEY: Final = "overlays"


def read_payees(item: Item, scope: Scope) -> Payees | None:
    """Who is paid, those who are paid in addition among them, or None after a fault."""
    sharing = read_sharing(item, scope)
    report = scope.context.report
    written = item.list(_KEY)
    if len(written) > MAXIMUM_PARTIES:
        found = f"at most {MAXIMUM_PARTIES} are paid in addition to an amount, and here {len(written):,}"
        report.error("too-large", found, item.keys[_KEY], help="pay some of them by a policy of their own")
        return None
    parties: list[Party] = []
    columns: list[Column] = []
    depth = 0
    for number, read in enumerate(written, start=1):
        to, share = (read.expression("to"), read.expression("share")) if isinstance(read, Item) else (None, None)
        payee = None if to is None else read_payee(to, scope)
        part = None if share is None else read_share(share, scope)
        if part is not None and share is not None and isinstance(part.term, terms.Value):
            assert isinstance(part.term.value, Decimal | int)
            if part.term.value > 1:
                message = "what is paid in addition is a share of the amount, at most all of it again"
                report.error("impossible-rate", message, share.span, help="write `100 %` or less")
                part = None
        if to is None or payee is None or part is None or not isinstance(read, Item):
            continue
        depth = max(depth, payee.depth, part.depth)
        party = Party(f"overlay {number}", read.text("role"), f"overlay {number} share", to.span)
        parties.append(party)
        columns.append(Column(party.payee, payee.term, payee.observed))
        columns.append(Column(f"overlay {number} share", part.term, part.observed))
    if sharing is None or len(parties) < len(written):
        return None
    names = {party.share for party in parties}
    shares = [column for column in columns if column.name in names and not isinstance(column.term, terms.Value)]
    varying = (column.name for column in shares if not isinstance(column.term, terms.ParameterOf))
    return replace(
        sharing,
        columns=(*sharing.columns, *columns),
        varying=(*sharing.varying, *varying),
        fault=_fault(shares, sharing.fault),
        depth=max(sharing.depth, depth),
        overlays=tuple(parties),
    )


def _fault(shares: list[Column], otherwise: terms.Term) -> terms.Term:
    """The reason why shares that facts or parameters give cannot be meant, if they cannot."""
    if not shares:
        return otherwise
    # A share that is not known is no fault: it leaves its part in doubt.
    fits = (terms.IfUnknown(in_range(terms.ColumnOf(share.name, RATIO)), TRUE, TRUE.type) for share in shares)
    return first_reason([(negated(every(*fits)), "shares")], otherwise)


def lines_in_addition(
    node: Node, overlays: tuple[tuple[str, str], ...], paid: tuple[terms.Term, terms.Term], places: int
) -> Node:
    """The rows with what those get who are paid in addition: the difference of their shares of what was paid so far.

    Args:
        node: the rows.
        overlays: of each the column with its share, and the one for what it gets.
        paid: what was paid before a document, of it and what it corrects or under its cap, and with it.
        places: decimal places of what is paid.
    """
    columns = []
    for share, line in overlays:
        before, after = (rounded(computed(each, "*", terms.ColumnOf(share, RATIO)), places) for each in paid)
        columns.append(Column(line, unless_refused(computed(after, "-", before))))
    return Let(node, tuple(columns)) if columns else node
