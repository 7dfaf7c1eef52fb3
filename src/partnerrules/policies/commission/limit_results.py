"""What floors and caps did to a document, as results tell it. May import the plan of commissions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

from partnerrules.decisions.commission import Limit
from partnerrules.decisions.commission_lines import Amount
from partnerrules.language.checker import title_among
from partnerrules.plan.trace import Seen
from partnerrules.policies.commission.columns import (
    CAPPED,
    CAPPED_BEFORE,
    DUE,
    DUE_BEFORE,
    LIMITED,
    LIMITED_BEFORE,
    TOGETHER,
    TOGETHER_BEFORE,
)
from partnerrules.policies.commission.limits import Cap
from partnerrules.policies.commission.line_results import amount_of
from partnerrules.policies.commission.parts import Parts, final, stage
from partnerrules.quantities import subtract

_Values: TypeAlias = Mapping[str, object]
_Bound: TypeAlias = tuple[Literal["floor", "cap"], ...]


def limit_of(parts: Parts, values: _Values) -> Limit | None:
    """What limits a document; None if nothing does."""
    limits = parts.limits
    if limits.floor is None and not limits.caps:
        return None
    floor = None if limits.floor is None else amount_of(parts, values[parts.limit(limits.floor)])
    bound = bound_by(parts, values)
    if len(limits.caps) > 1:
        caps = tuple(_cap(cap, parts, values, with_left=True) for cap in limits.caps)
        return Limit(floor, bound=bound, caps=caps, left=_left(None, parts, values))
    cap = _cap(limits.caps[0], parts, values, with_left=False) if limits.caps else Limit()
    return Limit(floor, cap.cap, cap.before, cap.per, bound)


def bound_by(parts: Parts, values: _Values) -> _Bound:
    """Which of floor and caps changed something: before the document, or with it."""
    limits = parts.limits
    bound: list[Literal["floor", "cap"]] = []
    floor = None if limits.floor is None else values[parts.limit(limits.floor)]
    due = [value for name in (DUE, DUE_BEFORE) if isinstance(value := values[name], Decimal)]
    if isinstance(floor, Decimal) and any(0 < value < floor for value in due):
        bound.append("floor")
    if any(_cuts(cap, parts, values) for cap in limits.caps):
        bound.append("cap")
    return tuple(bound)


def _cuts(cap: Cap, parts: Parts, values: _Values) -> bool:
    """Whether a cap changed something."""
    most = values[parts.limit(cap.most)]
    reached = [value for name in _totals(cap, parts) if isinstance(value := values[name], Decimal)]
    return isinstance(most, Decimal) and any(value > most for value in reached)


def _totals(cap: Cap, parts: Parts) -> tuple[str, str]:
    """The columns with what a cap cuts, with the document and before it."""
    if not cap.keys:
        return DUE, DUE_BEFORE
    last = _stage(cap, parts)
    return stage(TOGETHER, last), stage(TOGETHER_BEFORE, last)


def _stage(cap: Cap, parts: Parts) -> Cap | None:
    return None if cap is parts.limits.shared[-1] else cap


def _cap(cap: Cap, parts: Parts, values: _Values, *, with_left: bool) -> Limit:
    """One cap; with what it left of the document, if others come after it."""
    before: Amount = None
    left: Amount = None
    per: tuple[Seen, ...] = ()
    if cap.keys:
        before = amount_of(parts, values[_totals(cap, parts)[1]])
        per = tuple(
            Seen(text, values[final(key, parts)], column.term.type, title_among(column.observed, text))
            for key, text, column in zip(cap.keys, cap.texts, cap.columns, strict=True)
        )
    if with_left:
        left = _left(cap, parts, values)
    bound: _Bound = ("cap",) if _cuts(cap, parts, values) else ()
    return Limit(None, amount_of(parts, values[parts.limit(cap.most)]), before, per, bound, left=left)


def _left(cap: Cap | None, parts: Parts, values: _Values) -> Amount:
    """What a shared cap left of the document, or the floor and the caps of its own."""
    names = (LIMITED, LIMITED_BEFORE)
    if cap is not None and cap.keys:
        names = (stage(CAPPED, _stage(cap, parts)), stage(CAPPED_BEFORE, _stage(cap, parts)))
    after, before = (values[name] for name in names)
    if not isinstance(after, Decimal) or not isinstance(before, Decimal):
        return None
    return amount_of(parts, subtract(after, before))
