"""Reads which records a sanctions policy counts, on which day, and how far back."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.diagnostics import Span, suggestion
from partnerrules.language import forms, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import implied
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.names import COUNTED
from partnerrules.language.parser import parse_expression
from partnerrules.language.yaml_nodes import Scalar
from partnerrules.policies.kind import Context, Head, checked_expression, no_day, unsuited
from partnerrules.policies.sanctions import columns
from partnerrules.policies.sanctions.steps import substituted
from partnerrules.quantities import DAYS, MONTHS, SECONDS
from partnerrules.schema import types as t

_WINDOWS: Final = {"calendar year": False, "fiscal year": True}
"""The windows that begin with a year, and whether that is the fiscal one."""


@dataclass(frozen=True, slots=True)
class Counting:
    """Which records count.

    Attributes:
        records: the list of them.
        record: the variable under which terms see one.
        day: the day of one that counts.
        since: the first day that still counts with it.
        present: terms that are not absent for a counted record.
        depth: of the deepest expression.
    """

    records: terms.Term
    record: terms.Variable
    day: terms.Term
    since: terms.Term
    present: frozenset[terms.Term]
    depth: int


def counting_of(item: Item, head: Head, context: Context) -> Counting | None:
    """Which records count, on which day and how far back, or None after a fault."""
    written = item.expression("count")
    checked = checked_expression(written, context, head.named, head.present)
    if checked is None or written is None:
        return None
    entity = _counted_entity(checked, written, head, context)
    if entity is None:
        return None
    record = terms.Variable(entity, t.Record(entity))
    present = head.present | _shown_present(checked.term, record)
    named = {**head.named, entity: record}
    by = item.expression("by")
    day = checked_expression(by, context, named, present)
    if day is None or by is None:
        return None
    if not isinstance(day.type, t.Date):
        _not_a_day(day.type, by, context)
        return None
    since = _since(item, context)
    if since is None:
        return None
    return Counting(checked.term, record, day.term, since, present, max(checked.depth, day.depth))


def _counted_entity(checked: Checked, written: Expression, head: Head, context: Context) -> str | None:
    """The singular name of the counted records, or None after a fault."""
    item = checked.type.item if isinstance(checked.type, t.ListOf) else None
    schema = context.environment.schema
    if not isinstance(item, t.Record) or schema.is_part(item.entity):
        context.report.error(
            "type-mismatch" if isinstance(checked.type, t.ListOf) else "not-a-list",
            f"what is counted is a list of records, and this is {checked.type}",
            written.span,
            help="name the records, such as `partner.violations[exists(confirmed_on)]`",
        )
        return None
    environment = context.environment
    if item.entity in head.named:
        context.report.error(
            "ambiguous-name",
            f"`{item.entity}` would be the counted record and also the one that is decided",
            written.span,
            help="decide the record that they belong to, such as `subject: partner`",
        )
        return None
    taken = (*head.named, item.entity, *environment.parameters, *environment.definitions.names(None))
    if COUNTED in taken:
        context.report.error(
            "ambiguous-name",
            f"`{COUNTED}` is the list of what is counted here, and there is something else of that name",
            written.span,
            help="rename the other one",
        )
        return None
    return item.entity


def _shown_present(records: terms.Term, record: terms.Variable) -> frozenset[terms.Term]:
    """What the filters of a list show to be there in each member."""
    found: set[terms.Term] = set()
    while isinstance(records, terms.Select):
        found |= {substituted(term, records.variable, record) for term in implied(records.condition, True)}
        records = records.source
    return frozenset(found)


def _not_a_day(type: t.Type, written: Expression, context: Context) -> None:
    unsuited(
        context,
        written.span,
        type,
        f"the day that counts is a date, not {type}",
        help="take the day of an instant with `date(...)`" if isinstance(type, t.Instant) else None,
        absent="the day that counts has to be there, and this one may be absent",
        guard=f"count only records that have it: `count: ...[exists({written.text.partition('.')[2] or '...'})]`",
        code=no_day(type),
    )


def _since(item: Item, context: Context) -> terms.Term | None:
    """The first day that still counts with a record, or None after a fault."""
    node = item.raw("window")
    report = context.report
    if not isinstance(node, Scalar) or node.is_null:
        if node is not None:
            report.error("wrong-shape", "expected a window", node.span, help="write `calendar year` or `12 months`")
        return None
    day: terms.Term = terms.ColumnOf(columns.DAY, t.Date())
    if node.value in _WINDOWS:
        return terms.EdgeOf("start", "year", _WINDOWS[node.value], day, t.Date())
    if " " in node.value and forms.NAME.match(node.value):  # words, and no number with its unit
        way_out = suggestion(node.value, _WINDOWS, kind="window")
        if not way_out.startswith("did"):
            way_out += "; others are periods, such as `12 months`"
        report.error("unknown-choice", f"`{node.value[:60]}` is no window", node.span, help=way_out)
        return None
    tree = parse_expression(node, report)
    written = Expression(node.value, tree, node.span)
    checked = checked_expression(written, context, {})
    if checked is None:
        return None
    kind = period_of(checked, node.span, "a window is a number of days or months", context, elapsed=False)
    if kind is None:
        return None
    shift: terms.CalculationKind = "shift-days" if kind == DAYS else "shift-months"
    return columns.days_after(terms.Calculation(shift, "-", day, checked.term, t.Date()), 1)


def period_of(
    checked: Checked, span: Span, wanted: str, context: Context, *, elapsed: bool
) -> tuple[tuple[str, int], ...] | None:
    """The dimension of a period that has an end, or None after a fault."""
    dimensions = (DAYS, MONTHS, SECONDS) if elapsed else (DAYS, MONTHS)
    if not isinstance(checked.type, t.Quantity) or checked.type.dimension not in dimensions:
        number = isinstance(checked.type, t.Integer | t.Number | t.Quantity)
        context.report.error(
            "unit-mismatch" if number else "type-mismatch",
            f"{wanted}, not {checked.type}",
            span,
            help="write it with its unit, such as `90 days` or `12 months`",
        )
        return None
    dimension = checked.type.dimension
    value = checked.term.value if isinstance(checked.term, terms.Value) else None
    if isinstance(value, Decimal) and value <= 0:
        context.report.error(
            "impossible-count", "it would be over before it begins", span, help="write a period of at least one day"
        )
        return None
    if isinstance(value, Decimal) and dimension != SECONDS and value != value.to_integral_value():
        context.report.error(
            "fraction-of-a-day", "a date is moved by whole days and months", span, help="write a whole number"
        )
        return None
    return dimension
