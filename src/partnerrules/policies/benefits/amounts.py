"""Reads how much a benefit is: what is counted, how much of it is granted, and up to which caps."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.language import syntax as s
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.form_reader import Expression, Item, Read
from partnerrules.language.once import Once
from partnerrules.plan.walk import subterms
from partnerrules.policies.benefits.reader import Reader, claimed
from partnerrules.policies.kind import with_percent
from partnerrules.quantities import SECONDS, Dimension, currency_of, currency_places, find_unit
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

MAXIMUM_CAPS: Final = 20

_USUAL: Final[Mapping[Dimension, Decimal]] = {SECONDS: Decimal(3600)}
"""What is granted of hours that facts or parameters give is whole hours; of everything else, whole base units."""

_ORDERED: Final = (t.Date, t.Instant, t.Integer, t.Number, t.Ratio, t.Quantity, t.Text)


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that is granted to those who share it: all who are equal in `per`; each has its own if that is None."""

    id: str
    title: Title
    source: str | None
    amount: Checked
    per: tuple[Checked, ...] | None


@dataclass(frozen=True, slots=True)
class Amount:
    """How much a benefit is.

    Attributes:
        counted: money or a number of things.
        type: of all amounts of the policy.
        share: how much of it is granted; all if None.
        share_source: the clause that this comes from, if it says so itself.
        rounding: which way what is granted is rounded.
        places: its decimal places.
        factor: how many base units is the unit whose decimal places these are.
        caps: in their order.
        order: what decides who comes first where records share a cap; if empty, when each had all that it needs.
    """

    counted: Checked
    type: t.Type
    share: Checked | None
    share_source: str | None
    rounding: str
    places: int
    factor: Decimal
    caps: tuple[Cap, ...]
    order: tuple[Checked, ...]


def amount_of(item: Item, reader: Reader, *, ordered: bool) -> Amount | None:
    """How much it is, or None for a right, or after a fault.

    Args:
        item: the policy.
        reader: of its expressions.
        ordered: whether those that share a cap are ordered by claims or approvals where nothing else is said.
    """
    if "amount" not in item.keys:
        return None
    written = item.expression("amount")
    counted = reader.checked(written)
    share = _share(item, reader)
    if counted is None or written is None or not _is_amount(counted, written, reader):
        _caps(item, reader, None)
        _order(item, reader, shared=False)
        return None
    caps = _caps(item, reader, counted.type)
    order = _order(item, reader, shared=not ordered and any(cap.per is not None for cap in caps))
    currency = currency_of(counted.type.dimension) if isinstance(counted.type, t.Quantity) else None
    round = item.text("round")
    places = int(round) if round is not None else currency_places(currency) if currency is not None else 0
    factor = Decimal(1)
    if currency is None and isinstance(counted.type, t.Quantity):
        factor = _unit(written, counted.type.dimension)
    type = t.Number() if isinstance(counted.type, t.Integer) and places else counted.type
    rounding, clause = item.text("rounding") or "half_up", item.item("share")
    clause_text = None if clause is None else clause.text("source")
    return Amount(counted, type, share, clause_text, rounding, places, factor, caps, order)


def _unit(written: Expression, dimension: Dimension) -> Decimal:
    """The unit whose decimal places count: the least in which the amount is written, or that of its facts."""
    found: list[Decimal] = []
    todo = [] if written.tree is None else [written.tree]
    while todo:
        node = todo.pop()
        todo += s.children(node)
        unit = find_unit(node.unit) if isinstance(node, s.Number) and node.unit is not None else None
        if unit is not None and unit.dimension == dimension:
            found.append(unit.factor)
    return min(found, default=_USUAL.get(dimension, Decimal(1)))


def _is_amount(checked: Checked, written: Expression, reader: Reader) -> bool:
    """Whether something can be counted and is not less than nothing; reports it if not."""
    if not isinstance(checked.type, t.Integer | t.Number | t.Quantity):
        money = isinstance(checked.type, t.AnyMoney)
        message = f"an amount is money of one currency, or a number of things, and this is {checked.type}"
        way_out = "give the field a currency, such as `money(CNY)`" if money else "write an amount, such as `25 seats`"
        reader.unsuited(written, checked, message, way_out)
        return False
    return _not_below_nothing(checked, written, reader, "an amount")


def _not_below_nothing(checked: Checked, written: Expression, reader: Reader, what: str) -> bool:
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, int | Decimal) and value < 0:
        message = f"{what} of less than nothing has no meaning"
        reader.context.report.error("impossible-rate", message, written.span, help="write zero or more")
        return False
    return True


def _share(item: Item, reader: Reader) -> Checked | None:
    clause = item.item("share")
    written = item.expression("share") if clause is None else clause.expression("value")
    checked = reader.checked(written)
    if checked is None or written is None:
        return None
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if not isinstance(checked.type, t.Ratio):
        plain = isinstance(checked.type, t.Integer | t.Number) and value is not None
        message = f"a share is a percentage, and this is {checked.type}"
        way_out = with_percent(value) if plain else "write a percentage, such as `50 %`"
        reader.unsuited(written, checked, message, way_out, "ratio-without-percent" if plain else "type-mismatch")
        return None
    if isinstance(value, Decimal) and not 0 <= value <= 1:
        message = "a share is between nothing and all of the amount"
        reader.context.report.error("impossible-rate", message, written.span, help="write `0 %` to `100 %`")
        return None
    return checked


# ---------------------------------------------------------------------------------------------------------------- caps


def _caps(item: Item, reader: Reader, type: t.Type | None) -> tuple[Cap, ...]:
    """The caps; none of those with a fault. Without a type of the amount theirs is not looked at."""
    written = [read for read in item.list("caps") if isinstance(read, Item)]
    if len(written) > MAXIMUM_CAPS:
        message = f"a benefit has at most {MAXIMUM_CAPS} caps, this one has {len(written):,}"
        way_out = "take the least of some of them with `min([...])`"
        reader.context.report.error("too-large", message, written[MAXIMUM_CAPS].span, help=way_out)
        return ()
    names = reader.names()
    found = [_cap(number, each, names, reader, type) for number, each in enumerate(written, start=1)]
    return tuple(each for each in found if each is not None)


def _cap(number: int, item: Item, names: Once, reader: Reader, type: t.Type | None) -> Cap | None:
    word = item.word("id")
    id = str(number) if word is None else claimed(word, names, "two caps are called `{}`")
    written = item.expression("amount")
    amount = reader.checked(written)
    if amount is not None and written is not None and type is not None:
        if amount.type != type and not _plain(amount.type, type):
            message = f"a cap is {type} as the amount is, and this is {amount.type}"
            reader.unsuited(written, amount, message, "write it in the unit of the amount")
            amount = None
        elif not _not_below_nothing(amount, written, reader, "a cap"):
            amount = None
    found = [_shared_by(read, reader) for read in item.list("per")]
    per = tuple(each for each in found if each is not None) if "per" in item.keys else None
    if id is None or amount is None:
        return None
    return Cap(id, item.title(), item.text("source"), amount, per)


def _plain(*types: t.Type) -> bool:
    return all(isinstance(type, t.Integer | t.Number) for type in types)


def _shared_by(read: Read, reader: Reader) -> Checked | None:
    """A value by which records share a cap, or None after a fault."""
    written = read if isinstance(read, Expression) else None
    checked = reader.checked(written)
    if checked is None or written is None:
        return None
    if isinstance(checked.type, t.Maybe | t.ListOf | t.Interval | t.AnyMoney):
        message = f"those that are equal in one value share a cap, and this is {checked.type}"
        reader.unsuited(written, checked, message, "write one value, such as the partner")
        return None
    if not any(isinstance(part, terms.Variable) for part in subterms(checked.term)):
        message = f"`{written.text[:60]}` is the same for all, and they share the cap by it"
        way_out = "write something of the record, such as `year(...)` of one of its days, or `per: []` for all together"
        reader.unsuited(written, checked, message, way_out)
        return None
    return checked


def _order(item: Item, reader: Reader, *, shared: bool) -> tuple[Checked, ...]:
    """What decides who comes first where records share a cap; nothing if that is not written."""
    written = item.fields.get("in_order_of")
    if "in_order_of" not in item.keys:
        if shared:
            reader.context.report.error(
                "missing-key",
                "caps that records share need the key `in_order_of`",
                item.keys["caps"],
                help="write what comes first, such as the day on which it was claimed",
            )
        return ()
    keys = (written,) if isinstance(written, Expression) else item.list("in_order_of")
    found: list[Checked] = []
    for key in keys:
        checked = reader.checked(key if isinstance(key, Expression) else None)
        if checked is None or not isinstance(key, Expression):
            continue
        if isinstance(checked.type, _ORDERED):
            found.append(checked)
        else:
            reader.unsuited(key, checked, f"{checked.type} puts nothing in an order", "write a day or a number")
    return tuple(found)
