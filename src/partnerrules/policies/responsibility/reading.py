"""Reads a responsibility policy: whose records they are, what they say, and what has to be there."""

from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.requirements import Requirement
from partnerrules.language import forms, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.form_reader import Item
from partnerrules.plan.nodes import Column
from partnerrules.policies.conditions import CONDITION, Lowering
from partnerrules.policies.kind import SHARED_KEYS, Context, Head, checked_expression
from partnerrules.policies.members import record_of_list, shown_present
from partnerrules.policies.names import NAMES, names_under
from partnerrules.schema import types as t

FORM: Final = forms.RecordForm(
    "responsibility policy",
    (
        *SHARED_KEYS,
        forms.Key(
            "items",
            forms.ExpressionForm(),
            "the records that say who does what, such as `project.responsibilities`",
            required=True,
        ),
        forms.Key("item", forms.ExpressionForm(), "the item of work that such a record is about", required=True),
        forms.Key("lead", forms.ExpressionForm(), "who leads it", required=True),
        forms.Key("catalogue", NAMES, "the items that must all be led: a list, or a parameter that is one"),
        forms.Key("line", forms.ExpressionForm(), "the line of support that such a record belongs to"),
        forms.Key("lines", NAMES, "the lines of support that must each be led: a list, or a parameter that is one"),
        forms.Key("accepted", forms.ExpressionForm(), "the day on which the lead took it on; none if it did not"),
        forms.Key("accepted_by", forms.ExpressionForm(), "the last day for that"),
        forms.Key("require", forms.ListForm(CONDITION, at_least=1), "conditions that every such record must meet"),
    ),
    together={"line": "lines", "lines": "line", "accepted": "accepted_by", "accepted_by": "accepted"},
)


@dataclass(frozen=True, slots=True)
class Duties:
    """What a responsibility policy looks at.

    Attributes:
        records: the list of the records of a subject.
        record: the variable under which the other terms see one of them.
        item: the item of work that it is about.
        lead: who leads it.
        catalogue: the items that must all be led, if they are named.
        line: the line of support that it belongs to.
        lines: the lines that must be led.
        accepted: the day on which it was taken on.
        accepted_by: the last day for that.
        requirements: what every record must meet.
        conditions: the columns of their conditions.
        met: whether a record meets all of them, over these columns.
        depth: of the deepest expression.
    """

    records: terms.Term
    record: terms.Variable
    item: Checked
    lead: Checked
    catalogue: terms.Term | None
    line: Checked | None
    lines: terms.Term | None
    accepted: Checked | None
    accepted_by: Checked | None
    requirements: tuple[Requirement, ...]
    conditions: tuple[Column, ...]
    met: terms.Term
    depth: int


def duties_of(item: Item, head: Head, context: Context) -> Duties | None:
    """What a policy looks at, or None after a fault."""
    before = context.report.errors
    catalogue = names_under(item, "catalogue", head, context)
    lines = names_under(item, "lines", head, context)
    written = item.expression("items")
    records = checked_expression(written, context, head.named, head.present)
    if records is None or written is None:
        return None
    record = record_of_list(
        records,
        written,
        head.named,
        context,
        wanted="what says who does what",
        member="one of the records under `items`",
        example="project.responsibilities",
    )
    if record is None:
        return None
    reader = _Reader(
        item, context, {**head.named, record.name: record}, head.present | shown_present(records.term, record)
    )
    what = reader.one("item", (t.Text, t.Enumeration), "the item of work is a text")
    lead = reader.one("lead", (t.Text, t.Enumeration, t.Record), "who leads is a record or a text", may_be_absent=True)
    line = reader.one("line", (t.Text, t.Enumeration), "a line of support is a text", may_be_absent=True)
    accepted = reader.one("accepted", (t.Date,), "the day of acceptance is a date", may_be_absent=True)
    accepted_by = reader.one("accepted_by", (t.Date,), "the last day for it is a date")
    lowering = Lowering(context, reader.named, present=reader.present)
    required = [one for read in item.list("require") if (one := lowering.condition(read)) is not None]
    lowering.bounded(item.span)
    if context.report.errors > before or what is None or lead is None:
        return None
    if (line is None) is not (lines is None) or (accepted is None) is not (accepted_by is None):
        return None  # that each needs the other one is told by the form
    found = [each for each in (records, what, lead, catalogue, line, lines, accepted, accepted_by) if each is not None]
    # A list of references gives ids: what is looked into are the records.
    followed = terms.Each(records.term, record.name, terms.Follow(record, record.type), False, t.ListOf(record.type))
    return Duties(
        records=followed,
        record=record,
        item=what,
        lead=lead,
        catalogue=None if catalogue is None else catalogue.term,
        line=line,
        lines=None if lines is None else lines.term,
        accepted=accepted,
        accepted_by=accepted_by,
        requirements=tuple(requirement for requirement, _ in required),
        conditions=tuple(lowering.columns),
        met=terms.All(tuple(holds for _, holds in required), BOOLEAN),
        depth=max(lowering.depth, *(each.depth for each in found)),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what a policy says of one record."""

    item: Item
    context: Context
    named: dict[str, terms.Term]
    present: frozenset[terms.Term]

    def one(self, key: str, types: tuple[type, ...], wanted: str, *, may_be_absent: bool = False) -> Checked | None:
        """An expression of one of some types, or None if it is left out, or after a fault."""
        written = self.item.expression(key)
        checked = checked_expression(written, self.context, self.named, self.present)
        if checked is None or written is None:
            return None
        type = checked.type
        inner = t.present(type)
        if isinstance(inner, types) and (may_be_absent or inner is type) and self._has_id(inner):
            return checked
        if isinstance(inner, t.Instant) and t.Date in types:
            code, way_out = "date-against-instant", "take the day of an instant with `date(...)`"
        elif isinstance(inner, types) and inner is not type:
            code, way_out = (
                "unguarded-none",
                "write what counts then, such as `if exists(...) then ... else ...`, or filter `items` by it",
            )
        else:
            code, way_out = "type-mismatch", None
        self.context.report.error(code, f"{wanted}, and this is {type}", written.span, help=way_out)
        return None

    def _has_id(self, type: t.Type) -> bool:
        """Whether a value, if it is a record, is no part of another one, which has no id."""
        return not isinstance(type, t.Record) or not self.context.environment.schema.is_part(type.entity)
