"""Reads how credit is given for what is measured: in proportion, all or nothing at a value, or by steps."""

from typing import Final

from partnerrules.diagnostics import Label, Span
from partnerrules.language import operations, terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import BOOLEAN, origin
from partnerrules.language.form_reader import Expression, Item
from partnerrules.plan.nodes import Column
from partnerrules.policies.computing import amount, choice, compared, computed
from partnerrules.policies.kind import checked_expression
from partnerrules.policies.scoring import columns as c
from partnerrules.policies.scoring.parts import ONE, ZERO, Part
from partnerrules.policies.scoring.values import Reading
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

MAXIMUM_STEPS: Final = 100


def measured(reading: Reading, read: Item, id: str, title: Title, source: str | None) -> Part | None:
    """A part whose credit hangs on a measure, or None after a fault; its columns go to the reading."""
    written = read.expression("measure")
    checked = checked_expression(written, reading.context, reading.lowering.named, reading.lowering.present)
    if checked is None or written is None:
        return None
    report = reading.context.report
    reading.depth = max(reading.depth, checked.depth)
    if not isinstance(checked.type, t.Integer | t.Number | t.Ratio | t.Quantity):
        report.error(
            "unguarded-none" if isinstance(checked.type, t.Maybe) else "type-mismatch",
            f"a measure is a number or an amount, and this is {checked.type}",
            written.span,
            labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
            help="ask a condition with `require:`" if isinstance(checked.type, t.Boolean) else None,
        )
        return None
    if "steps" in read.keys and "full_at" in read.keys:
        report.error(
            "too-many-keys",
            "an item has `steps` or `full_at`, not both",
            read.keys["full_at"],
            labels=[Label(read.keys["full_at"], ""), Label(read.keys["steps"], "the other one")],
            help="take one of them out",
        )
        return None
    if not {"steps", "full_at"} & set(read.keys):
        if {"from", "partial"} & set(read.keys):  # which go with `full_at`, and that is told
            return None
        report.error(
            "missing-key",
            "a measure needs the key `full_at`, or `steps`",
            read.keys["measure"],
            help="write `full_at: ...`, the value that gets full credit",
        )
        return None
    reading.columns.append(Column(c.measure(id), checked.term, checked.observed))
    if "steps" in read.keys:
        return _by_steps(reading, read, id, title, source, checked)
    return _up_to(reading, read, id, title, source, checked)


def _against(reading: Reading, written: Expression | None, measure: Checked, wanted: str) -> Checked | None:
    """A value of the record that the measure is held against, or None after a fault."""
    checked = checked_expression(written, reading.context, reading.lowering.named, reading.lowering.present)
    if checked is None or written is None:
        return None
    reading.depth = max(reading.depth, checked.depth)
    fault = operations.mismatch(measure.type, checked.type)
    if fault is None and isinstance(checked.type, t.Maybe):
        fault = operations.Mismatch("unguarded-none")
    if fault is None:
        return checked
    reading.context.report.error(
        fault.code,
        f"{wanted} is {checked.type}, and what is measured is {measure.type}",
        written.span,
        labels=[Label(written.span, f"{checked.type}, {origin(checked.term)}")],
        help=fault.help,
    )
    return None


def _up_to(reading: Reading, read: Item, id: str, title: Title, source: str | None, measure: Checked) -> Part | None:
    written = read.expression("full_at")
    full = _against(reading, written, measure, "what gets full credit")
    if full is None or written is None:
        return None
    measured = terms.ColumnOf(c.measure(id), measure.type)
    reached = terms.ColumnOf(c.full(id), full.type)
    reading.columns.append(Column(c.full(id), full.term, full.observed))
    if read.text("partial") == "none":
        if "from" in read.keys:
            reading.context.report.error(
                "too-many-keys",
                "`from` says where partial credit starts, and `partial: none` gives none",
                read.keys["from"],
                labels=[Label(read.keys["from"], ""), Label(read.keys["partial"], "the other one")],
                help="take one of them out; ask for less of something with `require:`",
            )
            return None
        reading.columns.append(Column(c.gained(id), choice(compared(measured, ">=", reached), ONE, ZERO)))
        return Part(id, title, source, "whole", None, measure.text, measure.type)
    start: terms.Term = amount(0, measure.type)
    place = written.span
    if "from" in read.keys:
        checked = _against(reading, read.expression("from"), measure, "the start of credit")
        if checked is None:
            return None
        start = checked.term
    if start == full.term or (
        isinstance(start, terms.Value) and isinstance(full.term, terms.Value) and start.value == full.term.value
    ):
        reading.context.report.error(
            "no-scale",
            "credit starts and is full at the same value",
            place,
            help="write another `from`, or `partial: none` without one",
        )
        return None
    reading.columns.append(Column(c.start(id), start))
    _linear(reading, id, measured, terms.ColumnOf(c.start(id), measure.type), reached)
    return Part(id, title, source, "linear", None, measure.text, measure.type)


def _linear(reading: Reading, id: str, measured: terms.Term, start: terms.Term, full: terms.Term) -> None:
    """How far the measure is on the way from one value to the other, and how long that way is.

    Where both are the same the way has no length, and the credit is not known, as of any division by zero.
    """
    rising = compared(start, "<", full)
    number = c.NUMBER
    length = choice(rising, computed(full, "-", start, number), computed(start, "-", full, number))
    none = compared(length, "=", ZERO)
    reading.columns.append(Column(c.scale(id), choice(none, computed(length, "/", length), length)))
    way = terms.ColumnOf(c.scale(id), number)
    gone = choice(rising, computed(measured, "-", start, number), computed(start, "-", measured, number))
    # The measure itself is compared, since of records that may be incomplete a count is at least what it is so far.
    none_yet = choice(rising, compared(measured, "<=", start), compared(measured, ">=", start))
    all_of_it = choice(rising, compared(measured, ">=", full), compared(measured, "<=", full))
    within = choice(all_of_it, way, choice(none_yet, ZERO, gone))
    reading.columns.append(Column(c.gained(id), terms.If(terms.Known(way, BOOLEAN), within, way, number)))


def _by_steps(reading: Reading, read: Item, id: str, title: Title, source: str | None, measure: Checked) -> Part | None:
    listed = read.list("steps")
    if len(listed) > MAXIMUM_STEPS:
        found = f"an item has at most {MAXIMUM_STEPS} steps, this one has {len(listed):,}"
        reading.context.report.error("too-large", found, read.keys["steps"], help="join steps of one credit")
        return None
    part = Part(id, title, source, "steps", None, measure.text, measure.type, len(listed))
    measured = terms.ColumnOf(c.measure(id), measure.type)
    starts: list[tuple[terms.Term, Span]] = []
    gained: terms.Term = ZERO
    for number, each in enumerate(listed, start=1):
        written = each.expression("from") if isinstance(each, Item) else None
        start = None if written is None else _fixed_start(reading, written, measure)
        given = each.expression("credit") if isinstance(each, Item) else None
        credit = reading.share(given, "a credit", "50 %", "steps")
        if written is None or start is None or credit is None:
            return None
        starts.append((start, written.span))
        reading.columns += (Column(part.step(number), start), Column(part.step_credit(number), credit))
        above = compared(measured, ">=", terms.ColumnOf(part.step(number), measure.type))
        gained = terms.If(above, terms.ColumnOf(part.step_credit(number), c.RATIO), gained, c.NUMBER)
    if not reading.in_line(starts, "step", "steps", rising=True):
        return None
    reading.columns.append(Column(c.gained(id), gained))
    return part


def _fixed_start(reading: Reading, written: Expression, measure: Checked) -> terms.Term | None:
    """Where a step starts, the same for all records."""
    if checked_expression(written, reading.context, {}) is None:
        return None
    found = _against(reading, written, measure, "the start of the step")
    return None if found is None else found.term
