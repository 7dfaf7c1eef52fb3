"""Reads a service level: when its clock runs, how long it may, who confirms the end, and what is asked of a group."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.language import terms
from partnerrules.language.checker import Checked
from partnerrules.language.checking import knows_business_days
from partnerrules.language.form_reader import Expression, Item
from partnerrules.language.names import SUBJECT
from partnerrules.plan.clocks import ClockUnit, Hours
from partnerrules.policies.contracts.service_forms import KEYS
from partnerrules.policies.kind import (
    Context,
    Head,
    checked_condition,
    checked_expression,
    unsuited,
)
from partnerrules.policies.members import record_of_list, shown_present
from partnerrules.policies.periods import period_of
from partnerrules.quantities import BUSINESS_DAYS, DAYS, MONTHS, SECONDS, Dimension
from partnerrules.schema import types as t

_UNITS: Final[dict[Dimension, ClockUnit]] = {
    SECONDS: "elapsed", DAYS: "days", MONTHS: "months", BUSINESS_DAYS: "business days",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StopsOf:
    """The records that say when the clock stands still.

    Attributes:
        items: the list of them, references followed.
        member: the variable under which the other terms see one.
        begins: from when.
        ends: up to when, or none.
    """

    items: terms.Term
    member: terms.Variable
    begins: Checked
    ends: Checked


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a group.

    Attributes:
        per: what tells the groups apart.
        at_least: the share that has to be met.
        over: which records are looked at; all if None.
    """

    per: tuple[Checked, ...]
    at_least: Checked
    over: Checked | None


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A service level as its author wrote it.

    Attributes:
        unit: what its clock counts.
        hours: within which it runs; all day if None.
        starts: when it starts.
        ends: when it was done.
        limit: how long it may take.
        stops: when the clock stands still; never if None.
        checks: the moments at which those who check confirmed the end.
        asked: what is asked of a group; nothing if None.
    """

    unit: ClockUnit
    hours: Hours | None
    starts: Checked
    ends: Checked
    limit: Checked
    stops: StopsOf | None
    checks: tuple[Checked, ...]
    asked: Asked | None

    @property
    def expressions(self) -> tuple[Checked, ...]:
        """All of them, whose depth counts."""
        found = [self.starts, self.ends, self.limit, *self.checks]
        if self.stops is not None:
            found += [self.stops.begins, self.stops.ends]
        if self.asked is not None:
            found += [self.asked.at_least, *self.asked.per, *([] if self.asked.over is None else [self.asked.over])]
        return tuple(found)


def service_level_of(item: Item, head: Head, context: Context) -> ServiceLevel | None:
    """What a policy says, or None after a fault."""
    before = context.report.errors
    _check_keys(item, context)
    reader = _Reader(item, context, head.named, head.present)
    limit = reader.limit()
    unit = None if limit is None else _UNITS[_dimension(limit)]
    starts = reader.moment("starts", "the clock starts at a date or an instant", unit)
    ends = reader.moment("ends", "it was done at a date or an instant", unit, may_be_absent=True)
    hours = reader.hours(unit)
    stops = reader.stops(unit)
    checks = reader.checks()
    asked = reader.asked()
    if context.report.errors > before or unit is None or limit is None or starts is None or ends is None:
        return None
    return ServiceLevel(unit, hours, starts, ends, limit, stops, checks, asked)


def _dimension(limit: Checked) -> Dimension:
    assert isinstance(limit.type, t.Quantity), limit.type
    return limit.type.dimension


_STOPS: Final = ("stops", "stopped_from", "stopped_to")


def _check_keys(item: Item, context: Context) -> None:
    """Reports keys that a service level needs."""
    for name in ("starts", "ends"):
        if name not in item.keys:
            meant = next(key.doc for key in KEYS if key.name == name)
            context.report.error(
                "missing-key",
                f"a service level needs the key `{name}`",
                item.keys["limit"],
                help=f"write `{name}: ...`, {meant}",
            )
    given = [name for name in _STOPS if name in item.keys]
    lacking = [name for name in _STOPS if name not in item.keys]
    for name in lacking if given else ():
        context.report.error(
            "missing-key",
            f"`{given[0]}` needs the key `{name}` beside it",
            item.keys[given[0]],
            help=f"write `{name}: ...`",
        )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of a service level."""

    item: Item
    context: Context
    named: dict[str, terms.Term]
    present: frozenset[terms.Term]
    guard: str = "decide only records that have it, such as `when: exists(...)`"

    def limit(self) -> Checked | None:
        """How long it may take."""
        written = self.item.expression("limit")
        checked = checked_expression(written, self.context, self.named, self.present)
        if checked is None or written is None:
            return None
        wanted = "a limit is an amount of hours, days, business days or months"
        if isinstance(checked.type, t.Maybe):
            unsuited(
                self.context,
                written.span,
                checked.type,
                wanted,
                absent="a limit has to be there, and this one may be absent",
                guard="write what counts then, such as `if exists(...) then ... else ...`",
            )
            return None
        dimension = period_of(checked, written.span, wanted, self.context, elapsed=True, business=True)
        if dimension is None:
            return None
        if dimension == BUSINESS_DAYS and not self._knows_business_days(written):
            return None
        return checked

    def _knows_business_days(self, written: Expression) -> bool:
        return knows_business_days(self.context.environment, self.context.report, written.span)

    def hours(self, unit: ClockUnit | None) -> Hours | None:
        """The service hours; None if there are none, or after a fault."""
        written = self.item.item("service_hours")
        if written is None:
            return None
        opens, closes = written.word("from"), written.word("to")
        if opens is None or closes is None:
            return None
        hours = Hours(_minutes(opens.text), _minutes(closes.text))
        if hours.opens >= hours.closes:
            self.context.report.error(
                "inverted-interval",
                f"service hours from {opens.text} to {closes.text} would be over before they begin",
                closes.span,
                help='write the later time under `to`; the end of the day is `"24:00"`',
            )
        if unit is not None and unit != "elapsed":
            self.context.report.error(
                "unit-mismatch",
                "service hours count hours, and this limit is one in days or months",
                self.item.keys["service_hours"],
                help="write the limit in hours, or take `service_hours` out",
            )
        knows_business_days(self.context.environment, self.context.report, written.span)
        return hours

    def moment(self, key: str, wanted: str, unit: ClockUnit | None, *, may_be_absent: bool = False) -> Checked | None:
        """A date or an instant under a key."""
        return self._moment(self.item.expression(key), wanted, unit, may_be_absent=may_be_absent)

    def _moment(
        self, written: Expression | None, wanted: str, unit: ClockUnit | None, *, may_be_absent: bool
    ) -> Checked | None:
        checked = checked_expression(written, self.context, self.named, self.present)
        if checked is None or written is None:
            return None
        found = t.present(checked.type)
        if isinstance(found, t.Date | t.Instant) and (may_be_absent or found is checked.type):
            if unit != "elapsed" or isinstance(found, t.Instant):
                return checked
            self.context.report.error(
                "date-against-instant",
                "a limit in hours is counted between instants, and this is a date",
                written.span,
                help="name the field with the instant, or write the limit in days",
            )
            return None
        unsuited(
            self.context,
            written.span,
            checked.type if isinstance(found, t.Date | t.Instant) else found,
            f"{wanted}, and this is {checked.type}",
            help="name a field that is a date or an instant",
            absent=f"{wanted} that is there, and this one may be absent",
            guard=self.guard,
        )
        return None

    def stops(self, unit: ClockUnit | None) -> StopsOf | None:
        """When the clock stands still; None if it never does, or after a fault."""
        written = self.item.expression("stops")
        records = checked_expression(written, self.context, self.named, self.present)
        if records is None or written is None:
            return None
        member = record_of_list(
            records,
            written,
            self.named,
            self.context,
            wanted="what says when the clock stands still",
            member="one of the records under `stops`",
            example=f"{next(name for name in self.named if name != SUBJECT)}.waits",
        )
        if member is None:
            return None
        inside = _Reader(
            self.item,
            self.context,
            {**self.named, member.name: member},
            self.present | shown_present(records.term, member),
            "name only the records that have it, such as `stops: ...[exists(...)]`",
        )
        begins = inside.moment("stopped_from", "the clock stands still from a date or an instant on", unit)
        ends = inside.moment("stopped_to", "it goes on from a date or an instant", unit, may_be_absent=True)
        if begins is None or ends is None:
            return None
        if t.present(begins.type) != t.present(ends.type):
            place = self.item.expression("stopped_to")
            assert place is not None
            self.context.report.error(
                "date-against-instant",
                f"the clock stands still from {begins.type} on, and goes on from {t.present(ends.type)}",
                place.span,
                help="take the day of the instant with `date(...)`",
            )
            return None
        # A list of references gives ids: what is looked into are the records.
        followed = terms.Each(
            records.term, member.name, terms.Follow(member, member.type), False, t.ListOf(member.type)
        )
        return StopsOf(followed, member, begins, ends)

    def checks(self) -> tuple[Checked, ...]:
        """The moments at which those who check confirmed the end."""
        written = (read for read in self.item.list("checked_by") if isinstance(read, Expression))
        wanted = "a check is confirmed at a date or an instant"
        found = (self._moment(each, wanted, None, may_be_absent=True) for each in written)
        return tuple(each for each in found if each is not None)

    def asked(self) -> Asked | None:
        """What is asked of a group; None if nothing is, or after a fault."""
        item = self.item.item("compliance")
        if item is None:
            return None
        per = [self._value(read) for read in item.list("per") if isinstance(read, Expression)]
        at_least = self._share(item.expression("at_least"))
        over = None
        if "over" in item:
            over = checked_condition(item.expression("over"), self.context, self.named, self.present)
        if at_least is None or any(each is None for each in per):
            return None
        return Asked(tuple(each for each in per if each is not None), at_least, over)

    def _value(self, written: Expression) -> Checked | None:
        checked = checked_expression(written, self.context, self.named, self.present)
        if checked is None:
            return None
        found = t.present(checked.type)
        part = isinstance(found, t.Record) and self.context.environment.schema.is_part(found.entity)
        if isinstance(found, t.ListOf | t.Interval) or part:
            self.context.report.error(
                "type-mismatch",
                f"groups are told apart by one value each, and this is {checked.type}",
                written.span,
                help="name a field such as `order.partner`",
            )
            return None
        return checked

    def _share(self, written: Expression | None) -> Checked | None:
        checked = checked_expression(written, self.context, self.named, self.present)
        if checked is None or written is None:
            return None
        value = checked.term.value if isinstance(checked.term, terms.Value) else None
        if not isinstance(checked.type, t.Ratio):
            unsuited(
                self.context,
                written.span,
                checked.type,
                f"a share is a ratio, and this is {checked.type}",
                help="write it as a percentage, such as `95 %`",
            )
            return None
        if isinstance(value, Decimal) and not 0 <= value <= 1:
            self.context.report.error(
                "impossible-count",
                "a share lies between 0 % and 100 %",
                written.span,
                help="write a share that can be reached, such as `95 %`",
            )
            return None
        return checked


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
