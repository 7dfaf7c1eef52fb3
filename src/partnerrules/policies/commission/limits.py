"""The least and the most that commission pays, for a document or for all that share one cap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from partnerrules.diagnostics import Label, suggestion
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Item, Raw
from partnerrules.language.names import SUBJECT
from partnerrules.language.parser import parse_expression
from partnerrules.language.yaml_nodes import Scalar
from partnerrules.plan.nodes import Column
from partnerrules.plan.walk import subterms
from partnerrules.policies.commission.forms import LIFETIME, PERIODS
from partnerrules.policies.commission.scope import GUARD, Scope
from partnerrules.policies.commission.terms import rounded
from partnerrules.policies.commission.windows import Window, period_start
from partnerrules.policies.computing import NO_WORD, TRUE, amount, compared, every, first_reason, negated
from partnerrules.policies.grouping import hangs_on
from partnerrules.policies.kind import unsuited
from partnerrules.quantities import round_half_up
from partnerrules.schema import types as t

FLOOR: Final = "floor"
CAP: Final = "cap"
CAPS: Final = "caps"

MAXIMUM_CAPS: Final = 10


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that is paid, for a document or for all that share it.

    Attributes:
        most: the column with it.
        keys: the columns in which documents have to be equal to share it; empty if each has its own.
        columns: what they are computed from.
        texts: how they are written.
        varies: whether it is computed from the document.
    """

    most: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    texts: tuple[str, ...]
    varies: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the most that is paid.

    Attributes:
        columns: the floor and the caps, if there are such.
        floor: the column with the least that a document earns.
        caps: the most, from the narrowest to that of most documents.
        varying: the columns of limits that are computed from the document.
        fault: the reason why they cannot be meant: a word, or none.
        depth: of their deepest expression.
    """

    columns: tuple[Column, ...]
    floor: str | None
    caps: tuple[Cap, ...]
    varying: tuple[str, ...]
    fault: terms.Term
    depth: int

    @property
    def own(self) -> tuple[Cap, ...]:
        """The caps of each document."""
        return tuple(cap for cap in self.caps if not cap.keys)

    @property
    def shared(self) -> tuple[Cap, ...]:
        """The caps that documents share."""
        return tuple(cap for cap in self.caps if cap.keys)

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """What says which documents share a cap."""
        return tuple(column for cap in self.caps for column in cap.columns)

    @property
    def kept(self) -> dict[str, t.Type]:
        """The columns that a correction takes over from its original, with their types."""
        columns = (*self.key_columns, *(column for column in self.columns if column.name in self.varying))
        return {column.name: column.term.type for column in columns}


@dataclass(frozen=True, slots=True)
class Shared:
    """What limits have to suit.

    Attributes:
        money: the type of amounts.
        places: decimal places of what is paid.
        day: the column with the day of a document.
        date: what that is computed from.
        payees: who is paid, and their shares, over the document.
        window: which documents climb a ladder together, if there is one.
        fiscal_year_starts: month and day.
    """

    money: t.Type
    places: int
    day: terms.Term
    date: terms.Term
    payees: tuple[terms.Term, ...]
    window: Window | None
    fiscal_year_starts: tuple[int, int]


def read_limits(item: Item, scope: Scope, among: Shared) -> Limits | None:
    """The floor and the caps, or None after a fault."""
    columns: list[Column] = []
    varying: list[str] = []
    depth = 0
    floor = item.item(FLOOR)
    if FLOOR in item.keys:
        checked = None if floor is None else _limit(floor, FLOOR, scope, among)
        if checked is None:
            return None
        depth = checked.depth
        columns.append(Column(FLOOR, checked.term, checked.observed))
        varying += [FLOOR] if _varies(checked.term) else []
    written = _written(item, scope)
    if written is None:
        return None
    caps: list[tuple[Cap, Checked, Item]] = []
    for number, each in enumerate(written, start=1):
        found = _cap(each, CAP if number == 1 else f"{CAP} {number}", scope, among)
        if found is None:
            return None
        cap, checked = found
        caps.append((cap, checked, each))
        depth = max(depth, checked.depth)
        columns.append(Column(cap.most, checked.term, checked.observed))
        varying += [cap.most] if cap.varies else []
    if FLOOR in item.keys and not all(
        _floor_below_cap(columns[0].term, checked.term, item, scope, place) for _, checked, place in caps
    ):
        return None
    ordered = _nested([(cap, each) for cap, _, each in caps], scope, among)
    if ordered is None or not _suits_ladder(item, ordered, scope, among):
        return None
    return Limits(
        tuple(columns),
        FLOOR if FLOOR in item.keys else None,
        tuple(cap for cap, _ in ordered),
        tuple(varying),
        _fault([column for column in columns if not isinstance(column.term, terms.Value)]),
        depth,
    )


def _written(item: Item, scope: Scope) -> list[Item] | None:
    """The caps as they are written, one or several; None after a fault."""
    if CAPS not in item.keys:
        cap = item.item(CAP)
        return None if CAP in item.keys and cap is None else [] if cap is None else [cap]
    report = scope.context.report
    if CAP in item.keys:
        report.error(
            "too-many-keys", "`cap` is one cap, `caps` several", item.keys[CAP], help="write all of them under `caps`"
        )
        return None
    found = item.list(CAPS)
    if len(found) > MAXIMUM_CAPS:
        message = f"at most {MAXIMUM_CAPS} caps count at once, and here {len(found)}"
        report.error("too-large", message, item.keys[CAPS], help="leave out those that others cover")
        return None
    items = [read for read in found if isinstance(read, Item)]
    return items if len(items) == len(found) and items else None


def _cap(under: Item, name: str, scope: Scope, among: Shared) -> tuple[Cap, Checked] | None:
    checked = _limit(under, CAP, scope, among)
    keys = _keys(under, scope, among.day)
    if checked is None or keys is None:
        return None
    same = (*(key.term for key in keys), *among.payees, *_days(keys, among))
    if keys and not hangs_on(checked.term, same):
        scope.context.report.error(
            "unsuited-cap",
            "documents that share a cap have one cap, and this amount differs from document to document",
            under.keys["amount"],
            help="compute it from what they share: what stands under `per`, the payee, or the first day of the period",
        )
        return None
    names = tuple(f"{name} per {number}" for number in range(1, len(keys) + 1))
    columns = tuple(Column(name, key.term, key.observed) for name, key in zip(names, keys, strict=True))
    depth = max([checked.depth, *(key.depth for key in keys)])
    cap = Cap(name, names, columns, tuple(key.text for key in keys), _varies(checked.term))
    return cap, Checked(checked.term, checked.text, checked.observed, depth)


def _days(keys: Sequence[Checked], among: Shared) -> list[terms.Term]:
    """The first and the last days of the periods of documents, as expressions write them."""
    periods = [key.term for key in keys if isinstance(key.term, terms.EdgeOf)]
    edges: tuple[Literal["start", "end"], ...] = ("start", "end")
    return [replace(term, edge=edge, day=among.date) for term in periods for edge in edges]


def _varies(term: terms.Term) -> bool:
    return any(isinstance(part, terms.Variable) and part.name == SUBJECT for part in subterms(term))


def _limit(under: Item, key: str, scope: Scope, among: Shared) -> Checked | None:
    """A floor or a cap, rounded as what is paid: a part of a cent is no limit; None after a fault."""
    money = among.money
    written = under.expression("amount")
    checked = scope.checked(written)
    if checked is None or written is None:
        return None
    if checked.type != money:
        unsuited(
            scope.context,
            written.span,
            checked.type,
            f"a {key} is an amount in {money}, and this is {checked.type}",
            help=f"write an amount, such as `100 {scope.context.environment.currency}`",
            guard=GUARD,
            term=checked.term,
        )
        return None
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, int | Decimal) and value < 0:
        scope.context.report.error(
            "impossible-rate", f"a {key} of less than nothing has no meaning", written.span, help="take it out"
        )
        return None
    if isinstance(value, int | Decimal):
        return replace(checked, term=terms.Value(round_half_up(Decimal(value), among.places), money))
    return replace(checked, term=rounded(checked.term, among.places))


def _fault(given: list[Column]) -> terms.Term:
    """The reason why limits that facts or parameters give cannot be meant, if they cannot."""
    if not given:
        return NO_WORD
    limits = [terms.ColumnOf(column.name, column.term.type) for column in given]
    # One that is not known is no fault: it matters where it may cut.
    fits = (terms.IfUnknown(compared(limit, ">=", amount(0, limit.type)), TRUE, TRUE.type) for limit in limits)
    return first_reason([(negated(every(*fits)), "negative_limit")])


_COARSER: Final = {
    "day": ("day", "week", "month", "quarter", "year", "fiscal quarter", "fiscal year"),
    "month": ("month", "quarter", "year"),
    "quarter": ("quarter", "year"),
    "fiscal quarter": ("fiscal quarter", "fiscal year"),
}
"""The periods that lie within others, wherever the fiscal year starts."""


def _within(period: str, fiscal_year_starts: tuple[int, int]) -> frozenset[str]:
    """The periods in which one lies, itself among them.

    A fiscal year that starts on the first of a month is made of months, and of quarters where one of them starts, too.
    """
    month, day = fiscal_year_starts
    quarters = day == 1 and month % 3 == 1
    found = {period, *_COARSER.get(period, ())}
    if (period == "month" and day == 1) or (period == "quarter" and quarters):
        found |= {"fiscal quarter", "fiscal year"}
    elif period == "fiscal quarter" and quarters:
        found |= {"quarter", "year"}
    elif period in ("year", "fiscal year") and fiscal_year_starts == (1, 1):
        found |= {"year", "fiscal year"}
    return frozenset(found)


def _covers(wide: Cap, narrow: Cap, among: Shared) -> bool:
    """Whether all documents that share a cap share another one as well."""
    if not narrow.keys:
        return True
    known = (*(column.term for column in narrow.columns), *among.payees)
    within = {period for text in narrow.texts for period in _within(text, among.fiscal_year_starts)}
    return bool(wide.keys) and all(
        text in within if text in PERIODS else hangs_on(column.term, known)
        for text, column in zip(wide.texts, wide.columns, strict=True)
    )


def _nested(caps: list[tuple[Cap, Item]], scope: Scope, among: Shared) -> list[tuple[Cap, Item]] | None:
    """Caps from the narrowest to the widest, each of which covers those before it; None after a fault.

    Only then what they leave together does not hang on which of them comes first.
    """
    ordered: list[tuple[Cap, Item]] = []
    for cap, place in caps:
        at = next((at for at, (other, _) in enumerate(ordered) if _covers(other, cap, among)), len(ordered))
        if not all(_covers(cap, other, among) for other, _ in ordered[:at]):
            scope.context.report.error(
                "unsuited-cap",
                "two caps overlap in part, so that what they leave hangs on which of them comes first",
                place.span,
                help="write all that stands under `per` of the wider cap for the narrower one, too",
            )
            return None
        ordered.insert(at, (cap, place))
    return ordered


def _suits_ladder(item: Item, caps: list[tuple[Cap, Item]], scope: Scope, among: Shared) -> bool:
    """Whether limits go with corrections that go down a ladder of a period; reports it if not."""
    window = among.window
    if window is None or not window.descends or window.per is None:
        return True
    way_out = "take it out, or take `corrections: period` of the ladder out"
    report = scope.context.report
    if FLOOR in item.keys:
        message = "a correction that goes down the ladder of a period may take back more than a document has earned"
        report.error("unsuited-cap", f"{message}, floor or not", item.keys[FLOOR], help=way_out)
        return False
    day = () if window.over == LIFETIME else (Column("", period_start(window.over, among.day)),)
    texts = (window.per.text, *((window.over,) if day else ()))
    ladder = Cap("", texts, (Column("", window.per.term), *day), texts, varies=False)
    same = all(hangs_on(payee, (window.per.term,)) for payee in among.payees)
    for cap, place in caps:
        if not same or not cap.keys or not _covers(cap, ladder, among):
            report.error(
                "unsuited-cap",
                "a correction that goes down the ladder of a period may take back what other documents got,"
                " and they do not share this cap",
                place.span,
                help="let the payee climb the ladder (`per`), and share the cap for its period or a longer one",
            )
            return False
    return True


def _floor_below_cap(floor: terms.Term, cap: terms.Term, item: Item, scope: Scope, place: Item) -> bool:
    match floor, cap:
        case terms.Value(Decimal() as least), terms.Value(Decimal() as most) if least > most:
            scope.context.report.error(
                "inverted-interval",
                "the floor is above the cap",
                item.keys[FLOOR],
                labels=[Label(item.keys[FLOOR], ""), Label(item.keys.get(CAP, place.span), "the cap")],
                help="write the lower amount as the floor",
            )
            return False
        case _:
            return True


def _keys(cap: Item, scope: Scope, day: terms.Term) -> tuple[Checked, ...] | None:
    found: list[Checked] = []
    for read in cap.list("per"):
        node = read.node if isinstance(read, Raw) else None
        if not isinstance(node, Scalar) or node.is_null:
            if node is not None:
                scope.context.report.error(
                    "wrong-shape", "expected an expression or a period", node.span, help="write `month`, for instance"
                )
            return None
        text = " ".join(node.value.split())
        if text in PERIODS:
            found.append(Checked(period_start(text, day), text, (), 0))
            continue
        if text.startswith("fiscal "):
            scope.context.report.error(
                "unknown-choice", f"there is no period `{text[:60]}`", node.span,
                help=suggestion(text, PERIODS, kind="period"),
            )  # fmt: skip
            return None
        checked = scope.group(Expression(node.value, parse_expression(node, scope.context.report), node.span))
        if checked is None:
            return None
        if not any(isinstance(part, terms.Variable) for part in subterms(checked.term)):
            scope.context.report.error(
                "type-mismatch",
                f"`{text[:60]}` is the same for all documents, and they share the cap by it",
                node.span,
                help="write a period, such as `month`, or something of the document, such as `transaction.customer`",
            )
            return None
        found.append(checked)
    return None if len(found) != len(cap.list("per")) else tuple(found)
