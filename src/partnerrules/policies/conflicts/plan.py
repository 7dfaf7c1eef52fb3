"""The plan of a contest: from the claims of all entities to what comes of each, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.decisions.conflicts import NOT_RENEWED
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import (
    OUTCOME,
    Collapse,
    Column,
    CountDistinct,
    Cut,
    Let,
    Node,
    Rank,
    SortKey,
    Spread,
    Union,
)
from partnerrules.policies.computing import choice, compared, every, exists, negated
from partnerrules.policies.conditions import leaf_column
from partnerrules.policies.conflicts.claims import Claims
from partnerrules.policies.conflicts.columns import (
    AHEAD,
    ANY,
    AWARDED,
    CELL_HOLDERS,
    CELL_OUTCOME,
    CELL_PLACE,
    CONSEQUENCE,
    DISCARDED,
    ENTERED,
    FELL,
    FILED,
    FIRST,
    HOLDERS,
    LEVEL,
    LINE,
    LINK,
    LOSES,
    LOST,
    PARTIAL,
    PLACE,
    PLACE_IN_LINE,
    RECONSIDERED,
    RENEWED,
    SHARED,
    STANDS,
    STANDS_HERE,
    TURNED,
    UNDECIDED,
    WON,
    Order,
    column_here,
    own_column,
    somewhere,
)
from partnerrules.policies.conflicts.forms import ORDERS
from partnerrules.policies.conflicts.protected import ACTIVE, UNTIL
from partnerrules.policies.criteria import WAYS
from partnerrules.policies.meeting import CELL, COVERS, same_column, shared_column
from partnerrules.schema import types as t

COUNT: Final = t.Maybe(t.Integer())
"""The type of a place or number that a claim may not have."""

_FALLEN: Final = "held it and does not stand any more"
_FALLEN_SINCE: Final = "held it and fell away since"
_CAN_BE_RENEWED: Final = "can be renewed"
_LATER: Final = "renewals that stand"
_FIRST_COVERS: Final = "claims that are renewed first"
_SELF: Final = "claim"
_LOST_HERE: Final = "lost in the cell"
_HELD: Final = "held"
_NOT_HELD: Final = "not held"
_NOT_LOST: Final = "not lost"


@dataclass(frozen=True, slots=True)
class Deciding:
    """How a contest is decided.

    Attributes:
        same: names of what claims must be the same in to meet.
        shared: names of what they must share.
        prefer: the criteria, each with its column.
        queue: those of the line in which claims are reconsidered, if there is one of its own.
        holders: how many may hold the same.
        ties_share: whether claims that nothing tells apart share what they claim.
        indivisible: whether a claim cannot be won in part.
        losers: whether it is said what follows for losers.
        consequence: a word for what they get.
        renewing: whether claims of some entity can renew each other.
        key_types: of the columns that order claims, by name.
    """

    same: tuple[str, ...]
    shared: tuple[str, ...]
    prefer: tuple[SortKey, ...]
    queue: tuple[SortKey, ...]
    holders: int
    ties_share: bool
    indivisible: bool
    losers: bool
    consequence: str | None
    renewing: bool
    key_types: Mapping[str, t.Type]

    @property
    def several(self) -> bool:
        """Whether more than one claim can hold the same."""
        return self.holders > 1 or self.ties_share


@dataclass(frozen=True, slots=True)
class _Order:
    """Where a claim stands in a cell by one order: behind all places, within them, or equal to others at their end."""

    out: terms.Term
    fits: terms.Term
    tied: terms.Term
    ahead: terms.Term


def contested(branches: Sequence[Claims], deciding: Deciding) -> Node:
    """From the claims of all entities to their outcomes."""
    lowered = tuple(Let(branch.node, (*branch.columns, *_own_columns(branch, deciding))) for branch in branches)
    over: Node = lowered[0] if len(lowered) == 1 else Union(lowered)
    same = tuple(same_column(name) for name in deciding.same)
    within = (*same, CELL)
    cells: Node = Spread(over, same, tuple(shared_column(name) for name in deciding.shared), CELL, COVERS)
    cells, stands = _standing(cells, within, deciding)
    # Of a list that is not known, and may be empty, it is not known either whether there is a cell at all.
    covering = terms.All((stands, terms.ColumnOf(COVERS, BOOLEAN)), BOOLEAN)
    cells, order = _ranked(cells, stands, deciding.prefer, within, deciding.holders, "")
    word = _cell_word(covering, order, deciding)
    if deciding.queue:
        cells = _reconsidered(cells, covering, within, deciding)
        cells, anew = _ranked(cells, stands, deciding.queue, within, deciding.holders, " anew")
        # Each order comes to its word: where it is not known which one counts, what both come to is certain.
        again = terms.ColumnOf(RECONSIDERED, BOOLEAN)
        word = choice(again, _cell_word(covering, anew, deciding), word)
        order = _Order(
            *(choice(again, getattr(anew, name), getattr(order, name)) for name in ("out", "fits", "tied", "ahead"))
        )
    inside = negated(order.out)
    held = inside if deciding.ties_share else terms.All((inside, order.fits), BOOLEAN)
    decided = [Column(CELL_OUTCOME, word)]
    if deciding.losers:
        decided.append(Column(_LOST_HERE, terms.All((covering, order.out), BOOLEAN)))
    cells = Let(cells, tuple(decided))
    cells, greatest = _places(cells, covering, held, order, within, deciding)
    found = tuple(
        Column(somewhere(word), terms.All(parts, BOOLEAN))
        for word, parts in _comes_to(covering, held, order, deciding).items()
    )
    some = [Column(ANY, covering), *found]
    told: list[Column] = []
    if deciding.renewing:
        some.append(Column(RENEWED, terms.All((terms.ColumnOf(COVERS, BOOLEAN), _is_renewed()), BOOLEAN)))
        told.append(Column(leaf_column(NOT_RENEWED), negated(_is_renewed())))
    joined = Collapse(over, cells, tuple(some), greatest)
    return Let(joined, (*told, *_outcome_columns(deciding)))


def _standing(cells: Node, within: tuple[str, ...], deciding: Deciding) -> tuple[Node, terms.Term]:
    """The cells with whether each claim stands there, and what it has in the orders.

    Of the claims that renew each other the last one that stands takes the place of those before it in what it covers
    itself, and has the place of the first one in what that one covers.
    """
    stands = terms.ColumnOf(STANDS, BOOLEAN)
    if not deciding.renewing:
        return cells, stands
    covers, number = terms.ColumnOf(COVERS, BOOLEAN), t.Integer()
    is_first = compared(terms.ColumnOf(LINK, number), "=", terms.Value(Decimal(0), number))
    alike = (*within, FIRST)
    later_ones = (SortKey(LINK, descending=True), SortKey(FILED, descending=False))
    cells = Rank(cells, every(stands, covers), later_ones, None, alike, _LATER)
    cells = CountDistinct(cells, _SELF, every(is_first, covers), alike, _FIRST_COVERS)
    place_kept = terms.AnyOf((is_first, _at_least(_FIRST_COVERS, 1)), BOOLEAN)
    columns = [
        Column(RENEWED, terms.All((terms.ColumnOf(_CAN_BE_RENEWED, BOOLEAN), _at_least(_LATER, 1)), BOOLEAN)),
        Column(leaf_column(NOT_RENEWED), negated(_is_renewed())),
        Column(STANDS_HERE, terms.All((stands, negated(_is_renewed())), BOOLEAN)),
    ]
    for name, type in deciding.key_types.items():
        kept, own = terms.ColumnOf(name, type), terms.ColumnOf(own_column(name), type)
        columns.append(Column(column_here(name), choice(place_kept, kept, own)))
    return Let(cells, tuple(columns)), terms.ColumnOf(STANDS_HERE, BOOLEAN)


def _reconsidered(cells: Node, covering: terms.Term, within: tuple[str, ...], deciding: Deciding) -> Node:
    """The cells with whether a claim that held it has fallen away since one of those that stand entered the line."""
    gone: list[terms.Term] = [terms.ColumnOf(_FALLEN, BOOLEAN), terms.ColumnOf(COVERS, BOOLEAN)]
    if deciding.renewing:
        gone.append(negated(_is_renewed()))  # the renewal stands in its place
    fallen = terms.All(tuple(gone), BOOLEAN)
    cells = Rank(cells, fallen, (SortKey(TURNED, descending=True),), None, within, _FALLEN_SINCE)
    met = terms.All((covering, _at_least(_FALLEN_SINCE, 1)), BOOLEAN)
    cells = CountDistinct(cells, _SELF, met, within, _FALLEN_SINCE + " here")
    return Let(cells, (Column(RECONSIDERED, _at_least(_FALLEN_SINCE + " here", 1)),))


def _is_renewed() -> terms.Term:
    return terms.ColumnOf(RENEWED, BOOLEAN)


def _own_columns(branch: Claims, deciding: Deciding) -> list[Column]:
    """What the cells ask of a claim further."""
    columns: list[Column] = []
    record = terms.Variable(SUBJECT, t.Record(branch.entity))
    if deciding.queue or deciding.several or deciding.renewing:
        columns.append(Column(_SELF, record))
    if deciding.renewing:
        if branch.renews:
            columns.append(Column(_CAN_BE_RENEWED, terms.ColumnOf(ACTIVE, BOOLEAN)))
        else:
            nothing = terms.Value(None, t.Maybe(t.Text()))
            columns += [Column(FIRST, record), Column(LINK, terms.Value(Decimal(0), t.Integer()))]
            columns += [Column(FILED, nothing), Column(_CAN_BE_RENEWED, terms.Value(False, BOOLEAN))]
            keys = deciding.key_types.items()
            columns += [Column(own_column(name), terms.ColumnOf(name, type)) for name, type in keys]
    if deciding.queue:
        stands = terms.ColumnOf(STANDS, BOOLEAN)
        columns.append(Column(_FALLEN, every(terms.ColumnOf(AWARDED, BOOLEAN), negated(stands))))
        entered, fell = (terms.ColumnOf(each, branch.turns) for each in (ENTERED, FELL))
        away: terms.Term = fell
        if branch.ends:  # it is away from the end of its protection on, too
            end = terms.ColumnOf(UNTIL, branch.turns)
            sooner = every(exists(fell), terms.AnyOf((negated(exists(end)), compared(fell, "<", end)), BOOLEAN))
            away = terms.If(sooner, fell, end, branch.turns)
        # What turns for a claim: it enters the line, or falls away.
        columns.append(Column(TURNED, terms.If(stands, entered, away, branch.turns)))
    return columns


def _ranked(
    source: Node, stands: terms.Term, keys: tuple[SortKey, ...], within: tuple[str, ...], holders: int, suffix: str
) -> tuple[Node, _Order]:
    """The cells in one order of the claims, with where each claim stands in it."""
    ahead, level, fits = AHEAD + suffix, LEVEL + suffix, "fits" + suffix
    out, equal = _at_least(ahead, holders), _at_least(level, 1)
    before = terms.ColumnOf(ahead, t.Integer())
    if holders == 1:
        node = Rank(source, stands, keys, None, within, ahead, level)
        return node, _Order(out, negated(equal), equal, before)
    places = terms.Value(Decimal(holders), t.Integer())
    cut = Cut(fits, places, last=False, ties="exclude", rounding="floor")
    node = Rank(source, stands, keys, None, within, ahead, level, cuts=(cut,))
    alone = terms.ColumnOf(fits, BOOLEAN)
    return node, _Order(out, alone, terms.All((equal, negated(alone)), BOOLEAN), before)


def _cell_word(covering: terms.Term, order: _Order, deciding: Deciding) -> terms.Term:
    tied = SHARED if deciding.ties_share else UNDECIDED
    return _chain(((covering, None), (order.out, LOST), (order.tied, tied)), WON)


def _comes_to(
    covering: terms.Term, held: terms.Term, order: _Order, deciding: Deciding
) -> dict[str, tuple[terms.Term, ...]]:
    """What a claim comes to in a cell, each by its own conditions.

    Of a claim whose validity is not known it may yet be known that it does not lose.
    """
    inside = negated(order.out)
    comes_to: dict[str, tuple[terms.Term, ...]] = {
        WON: (covering, inside, order.fits),
        LOST: (covering, order.out),
    }
    if deciding.ties_share:
        comes_to |= {SHARED: (covering, inside, order.tied), _HELD: (covering, held)}
    else:
        comes_to[UNDECIDED] = (covering, inside, order.tied)
    if deciding.indivisible:
        comes_to |= {_NOT_LOST: (covering, inside), _NOT_HELD: (covering, negated(held))}
    return comes_to


def _places(
    cells: Node,
    covering: terms.Term,
    held: terms.Term,
    order: _Order,
    within: tuple[str, ...],
    deciding: Deciding,
) -> tuple[Node, tuple[Column, ...]]:
    """The cells with the places that are taken in them, and the columns for the greatest of all cells of a claim."""
    columns: list[Column] = []
    greatest: list[Column] = []
    if deciding.several:
        holds = terms.All((covering, held), BOOLEAN)
        cells = CountDistinct(cells, _SELF, holds, within, "all " + HOLDERS)
        columns.append(Column(CELL_HOLDERS, _if_so(holds, terms.ColumnOf("all " + HOLDERS, t.Integer()))))
        columns.append(Column(CELL_PLACE, _if_so(holds, _next(order.ahead))))
        greatest.append(Column(HOLDERS, terms.ColumnOf(CELL_HOLDERS, COUNT)))
        greatest.append(Column(PLACE, terms.ColumnOf(CELL_PLACE, COUNT)))
    if deciding.losers:
        lost = terms.ColumnOf(_LOST_HERE, BOOLEAN)
        cells = Rank(cells, lost, deciding.queue or deciding.prefer, None, within, "ahead in line")
        columns.append(Column(LINE, _if_so(lost, _next(terms.ColumnOf("ahead in line", t.Integer())))))
        greatest.append(Column(PLACE_IN_LINE, terms.ColumnOf(LINE, COUNT)))
    return (Let(cells, tuple(columns)) if columns else cells), tuple(greatest)


def _outcome_columns(deciding: Deciding) -> list[Column]:
    """What the cells of a claim come to together."""

    def some(word: str) -> terms.Term:
        return terms.ColumnOf(somewhere(word), BOOLEAN)

    claims = (terms.ColumnOf(ANY, BOOLEAN), None)
    held = some(_HELD) if deciding.ties_share else some(WON)
    shared = ((some(SHARED), SHARED),) if deciding.ties_share else ()
    if deciding.indivisible:
        # Unless all cells are held, or all are lost.
        mixed = terms.All((some(_NOT_LOST), some(_NOT_HELD)), BOOLEAN)
        outcome = _chain((claims, (mixed, UNDECIDED), *shared, (some(_NOT_LOST), WON)), LOST)
    else:
        mixed = terms.All((held, some(LOST)), BOOLEAN)
        undecided = () if deciding.ties_share else ((some(UNDECIDED), UNDECIDED),)
        outcome = _chain((claims, *undecided, (mixed, PARTIAL), *shared, (some(WON), WON)), LOST)
    not_won = [negated(held)]
    if not deciding.ties_share:
        not_won.append(negated(some(UNDECIDED)))
    columns = [Column(OUTCOME, outcome), Column(LOSES, terms.All((some(LOST), *not_won), BOOLEAN))]
    if deciding.consequence is not None:
        type = t.Maybe(t.Text())
        loses: terms.Term = some(LOST)
        if deciding.indivisible:  # a claim that cannot be won in part cannot be lost in part either
            loses = compared(terms.ColumnOf(OUTCOME, t.Text()), "=", _word(LOST))
        columns.append(Column(CONSEQUENCE, terms.If(loses, _word(deciding.consequence), terms.Value(None, type), type)))
    return columns


def sort_keys(order: Order) -> tuple[SortKey, ...]:
    """The keys of an order."""
    return tuple(SortKey(column, _descending(criterion.kind)) for criterion, column in order)


def _descending(kind: str) -> bool:
    return kind == "awarded" or WAYS[next(way for each, way in ORDERS.items() if each == kind)]


def _word(word: str) -> terms.Value:
    return terms.Value(word, t.Text())


def _at_least(column: str, count: int) -> terms.Term:
    return terms.Comparison(">=", terms.ColumnOf(column, t.Integer()), terms.Value(count, t.Integer()), BOOLEAN)


def _next(count: terms.Term) -> terms.Term:
    return terms.Calculation("number", "+", count, terms.Value(Decimal(1), t.Integer()), t.Integer())


def _if_so(condition: terms.Term, then: terms.Term) -> terms.Term:
    return terms.If(condition, then, terms.Value(None, COUNT), COUNT)


def _chain(steps: tuple[tuple[terms.Term, str | None], ...], otherwise: str) -> terms.Term:
    """The word of the first condition that holds. One without a word has to hold: else the claim is discarded."""
    result: terms.Term = _word(otherwise)
    for condition, word in reversed(steps):
        then, other = (result, _word(DISCARDED)) if word is None else (_word(word), result)
        result = terms.If(condition, then, other, t.Text())
    return result
