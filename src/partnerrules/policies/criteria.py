"""Criteria that put records in an order: a condition that comes first where it holds, or a value, none last.

What kinds share that rank records by declared keys. May import the conditions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from partnerrules.diagnostics import Report, Span
from partnerrules.language import forms, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, implied
from partnerrules.language.form_reader import Item
from partnerrules.language.printer import print_expression
from partnerrules.plan.queues import SortKey
from partnerrules.plan.stretches import in_order
from partnerrules.policies.conditions import CONDITION_KEYS, Lowering
from partnerrules.policies.kind import Context, checked_condition, checked_expression, unsuited
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

Way = Literal["holds", "earliest", "latest", "highest", "lowest"]

WAYS: Final[dict[Way, bool]] = {"holds": True, "earliest": False, "latest": True, "highest": True, "lowest": False}
"""The ways to put records in an order, and whether the greatest value comes first."""

MAXIMUM_CRITERIA: Final = 50


VALUE_KEYS: Final = (
    forms.Key("earliest", forms.ExpressionForm(), "a date or instant; the earliest comes first, none last"),
    forms.Key("latest", forms.ExpressionForm(), "a date or instant; the latest comes first, none last"),
    forms.Key("highest", forms.ExpressionForm(), "a number or amount; the highest comes first, none last"),
    forms.Key("lowest", forms.ExpressionForm(), "a number, amount or text; the lowest comes first, none last"),
)
"""The keys of criteria that look at a value."""


def criterion_form(name: str, what: str) -> forms.RecordForm:
    """The form of a criterion.

    Args:
        name: what messages call it.
        what: the records that are put in an order, such as "candidates".
    """
    return forms.RecordForm(
        name,
        (
            forms.Key("id", forms.NameForm(), "its name in explanations and cases; its text if left out"),
            *CONDITION_KEYS[1:3],
            forms.Key("when", forms.ExpressionForm(), f"the {what} that it speaks about; others come last"),
            forms.Key("holds", forms.ExpressionForm(), f"a condition; {what} for which it holds come first"),
            *VALUE_KEYS,
        ),
        tuple(WAYS),
    )


@dataclass(frozen=True, slots=True)
class OrderedBy:
    """A criterion, checked.

    Attributes:
        id: its name.
        title: what people call it.
        source: the clause it comes from.
        way: how it puts records in an order.
        checked: what it looks at; false or none for records that it does not speak about.
    """

    id: str
    title: Title
    source: str | None
    way: Way
    checked: Checked

    def key(self, column: str) -> SortKey:
        """The key by which rows are put in the order."""
        return SortKey(column, WAYS[self.way])


def criteria_of(
    item: Item, key: str, context: Context, named: Mapping[str, terms.Term], present: frozenset[terms.Term]
) -> tuple[OrderedBy, ...] | None:
    """The criteria under a key, or None after a fault.

    Args:
        item: the policy.
        key: where they stand.
        context: for checking.
        named: the names that they see.
        present: terms that are not absent there.
    """
    read_ones = item.list(key)
    if len(read_ones) > MAXIMUM_CRITERIA:
        context.report.error(
            "too-large",
            f"there are at most {MAXIMUM_CRITERIA} criteria under `{key}`, here are {len(read_ones):,}",
            item.keys[key],
            help="join what is alike in a score, and take that as one criterion",
        )
        return None
    ids = Lowering(context, {})
    found: list[OrderedBy] = []
    for read in read_ones:
        way = next((way for way in WAYS if isinstance(read, Item) and way in read.keys), None)
        if not isinstance(read, Item) or way is None:
            continue
        checked = checked_criterion(read, way, way, context, dict(named), present)
        id, span = _id(read, way)
        if ids.claim(id, span) and checked is not None:
            found.append(OrderedBy(id, read.title(), read.text("source"), way, checked))
    return tuple(found) if len(found) == len(read_ones) else None


def _id(read: Item, way: Way) -> tuple[str, Span]:
    word, expression = read.word("id"), read.expression(way)
    if word is not None:
        return word.text, word.span
    written = "" if expression is None or expression.tree is None else print_expression(expression.tree)
    return f"{way} {written}", read.span


def checked_criterion(
    read: Item,
    way: Way,
    key: str,
    context: Context,
    named: dict[str, terms.Term],
    present: frozenset[terms.Term],
    what: str = "those",
) -> Checked | None:
    """What a criterion looks at, or None after a fault: false or none for records that it does not speak about.

    Args:
        read: the criterion.
        way: how it puts records in an order.
        key: where it is written what it looks at.
        context: for checking.
        named: the names that it sees.
        present: terms that are not absent there.
        what: what messages call the records.
    """
    guard = checked_condition(read.expression("when"), context, named, present)
    if guard is None and "when" in read.keys:
        return None
    if guard is not None:
        present |= implied(guard.term, True)
    written = read.expression(key)
    if way == "holds":
        checked = checked_condition(written, context, named, present)
    else:
        before = len(context.report.diagnostics)
        checked = checked_expression(written, context, named, present)
        _guard_beside(context.report, before, what)
    if checked is None or written is None:
        return None
    inner = t.present(checked.type)
    wanted, words = _VALUES[way]
    if not isinstance(inner, wanted):
        unsuited(context, written.span, inner, f"`{key}` takes {words}, and this is {inner}")
        return None
    if guard is None:
        return checked
    if way == "holds":
        term: terms.Term = terms.All((guard.term, checked.term), BOOLEAN)
    else:
        type = t.Maybe(inner)
        term = terms.If(guard.term, checked.term, terms.Value(None, type), type)
    depth = max(guard.depth, checked.depth)
    return Checked(term, checked.text, (*guard.observed, *checked.observed), depth)


def _guard_beside(report: Report, start: int, what: str) -> None:
    """The way out for a value that may be none: here it is guarded by a key, which leaves the others behind."""
    for at in range(start, len(report.diagnostics)):
        found = report.diagnostics[at]
        guard = _GUARD.search(found.help or "")
        if found.code == "unguarded-none" and guard is not None:
            way_out = f"write `when: {guard[1]}` beside it; {what} without come last"
            report.diagnostics[at] = replace(found, help=way_out)


_GUARD: Final = re.compile(r"`(exists\([^`]*\)) and")
_DAYS: Final = (t.Date, t.Instant)
_AMOUNTS: Final = (t.Integer, t.Number, t.Ratio, t.Quantity)
_VALUES: Final[dict[Way, tuple[tuple[type, ...], str]]] = {
    "holds": ((t.Boolean,), "a condition"),
    "earliest": (_DAYS, "a date or an instant"),
    "latest": (_DAYS, "a date or an instant"),
    "highest": (_AMOUNTS, "a number or an amount"),
    "lowest": ((*_AMOUNTS, t.Text), "a number, an amount or a text"),
}


def compared(way: Way, one: object, other: object) -> int | None:
    """Whether one value comes before another one: below zero if it does, above if it comes after, None if unknown."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return None
    if one is None or other is None:
        return 0 if one is other else 1 if one is None else -1
    if in_order(one, other, equal=False):
        return 1 if WAYS[way] else -1
    if in_order(other, one, equal=False):
        return -1 if WAYS[way] else 1
    return 0
