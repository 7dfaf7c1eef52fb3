"""The least and the most that commission pays, for a document or for all that share one cap."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.diagnostics import Label, suggestion
from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import origin
from partnerrules.language.form_reader import Expression, Item, Raw
from partnerrules.language.parser import parse_expression
from partnerrules.language.yaml_nodes import Scalar
from partnerrules.plan.nodes import Column
from partnerrules.plan.walk import subterms
from partnerrules.policies.commission.forms import PERIODS
from partnerrules.policies.commission.scope import Scope
from partnerrules.policies.commission.windows import period_start
from partnerrules.schema import types as t

FLOOR: Final = "floor"
CAP: Final = "cap"


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the most that is paid.

    Attributes:
        columns: the floor and the cap, if there are such.
        floor: the least that a document earns.
        cap: the most.
        keys: the columns in which documents have to be equal to share one cap; empty if each has its own.
        key_columns: what they are computed from.
        key_texts: how they are written.
        depth: of their deepest expression.
    """

    columns: tuple[Column, ...]
    floor: terms.Term | None
    cap: terms.Term | None
    keys: tuple[str, ...]
    key_columns: tuple[Column, ...]
    key_texts: tuple[str, ...]
    depth: int


def read_limits(item: Item, scope: Scope, money: t.Type, day: terms.Term) -> Limits | None:
    """The floor and the cap, or None after a fault."""
    columns: list[Column] = []
    depth = 0
    for key in (FLOOR, CAP):
        under = item.item(key)
        if key not in item.keys:
            continue
        checked = None if under is None else _limit(under, key, scope, money)
        if checked is None:
            return None
        depth = max(depth, checked.depth)
        columns.append(Column(key, checked.term))
    found = {column.name: column.term for column in columns}
    if FLOOR in found and CAP in found and not _floor_below_cap(found[FLOOR], found[CAP], item, scope):
        return None
    cap = item.item(CAP)
    keys = () if cap is None else _keys(cap, scope, day)
    if keys is None:
        return None
    names = tuple(f"cap per {number}" for number in range(1, len(keys) + 1))
    return Limits(
        tuple(columns),
        terms.ColumnOf(FLOOR, money) if FLOOR in found else None,
        terms.ColumnOf(CAP, money) if CAP in found else None,
        names,
        tuple(Column(name, key.term, key.observed) for name, key in zip(names, keys, strict=True)),
        tuple(key.text for key in keys),
        max([depth, *(key.depth for key in keys)]),
    )


def _limit(under: Item, key: str, scope: Scope, money: t.Type) -> Checked | None:
    written = under.expression("amount")
    checked = scope.fixed(written)
    if checked is None or written is None:
        return None
    if checked.type != money:
        scope.context.report.error(
            "type-mismatch",
            f"a {key} is an amount in {money}, and this is {checked.type}",
            written.span,
            labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
            help=f"write an amount, such as `100 {scope.context.environment.currency}`",
        )
        return None
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, int | Decimal) and value < 0:
        scope.context.report.error(
            "impossible-rate", f"a {key} of less than nothing has no meaning", written.span, help="take it out"
        )
        return None
    return checked


def _floor_below_cap(floor: terms.Term, cap: terms.Term, item: Item, scope: Scope) -> bool:
    match floor, cap:
        case terms.Value(Decimal() as least), terms.Value(Decimal() as most) if least > most:
            scope.context.report.error(
                "inverted-interval",
                "the floor is above the cap",
                item.keys[FLOOR],
                labels=[Label(item.keys[FLOOR], ""), Label(item.keys[CAP], "the cap")],
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
