"""The result of a service level, made of the row of a record: its times, its stops, and how its group does."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, cast

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.service_levels import (
    BREACHED,
    KEPT,
    MET,
    MISSED,
    MOST_NAMED,
    RUNNING,
    STOPPED,
    UNCONFIRMED,
    ClockName,
    ClockStop,
    Compliance,
    ServiceLevelResult,
)
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.contracts import service_columns as columns
from partnerrules.policies.contracts.service_reading import ServiceLevel
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.quantities import BUSINESS_DAYS, DAYS, SECONDS
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

COUNTED: Final[dict[str, t.Quantity]] = {
    "elapsed": t.Quantity(SECONDS),
    "days": t.Quantity(DAYS),
    "months": t.Quantity(DAYS),
    "business days": t.Quantity(BUSINESS_DAYS),
}
"""The type of what a clock counts, by the unit of its limit: months have days."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What results of a policy have.

    Attributes:
        clock: what is counted.
        hours: from when to when, for service hours.
        starts: the type of the start.
        ends: the type of the end.
        limit: the type of the limit.
        counted: the type of what its clock counts.
        due: the type of the moments that it comes to.
        over: the type of how much later something is than it was due.
        begins: the type of the bounds of stops; None if there are none.
        checks: whether somebody has to confirm the end.
        per: the texts, types and titles of what groups are told apart by; None if nothing is asked of them.
    """

    clock: ClockName
    hours: tuple[str, str] | None
    starts: t.Type
    ends: t.Type
    limit: t.Type
    counted: t.Type
    due: t.Type
    over: t.Type
    begins: t.Type | None
    checks: bool
    per: tuple[tuple[str, t.Type, Title], ...] | None


def shape_of(level: ServiceLevel) -> Shape:
    """What the results of a service level have."""
    elapsed = level.unit == "elapsed"
    return Shape(
        clock=level.unit if level.hours is None else "service hours",
        hours=None if level.hours is None else (_wall_time(level.hours.opens), _wall_time(level.hours.closes)),
        starts=level.starts.type,
        ends=level.ends.type,
        limit=level.limit.type,
        counted=COUNTED[level.unit],
        due=t.Maybe(t.Instant() if elapsed else t.Date()),
        over=t.Maybe(t.Quantity(SECONDS if elapsed else DAYS)),
        begins=None if level.stops is None else t.present(level.stops.begins.type),
        checks=bool(level.checks),
        per=None if level.asked is None else tuple((each.text, each.type, each.title) for each in level.asked.per),
    )


def _wall_time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours:02}:{rest:02}"


def points(shape: Shape) -> tuple[str, ...]:
    """The parts that cases should reach: each outcome that there can be, and each of a group."""
    words = [MET, BREACHED, RUNNING]
    if shape.begins is not None:
        words.append(STOPPED)
    if shape.checks:
        words.append(UNCONFIRMED)
    found = [f"outcome {word}" for word in words]
    return (*found, f"compliance {KEPT}", f"compliance {MISSED}") if shape.per is not None else tuple(found)


def reached(shape: Shape, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    found = {f"outcome {row.values[OUTCOME]}"}
    if shape.per is not None:
        found.add(f"compliance {row.values[columns.COMPLIANCE]}")
    return frozenset(found & {*points(shape)})


def result(shape: Shape, basis: Basis, row: TracedRow, assume: Assume) -> ServiceLevelResult:
    """The result of a row of the plan."""
    value = outcome_of(row)

    def seen(name: str, column: str, type: t.Type) -> Seen:
        return Seen(name, row.values[column], type)

    ended = row.values[columns.ENDED]
    ends = row.values[columns.ENDS] if ended is True else ended if isinstance(ended, Unknown) else None
    return ServiceLevelResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        clock=shape.clock,
        hours=shape.hours,
        starts=seen("starts", columns.STARTS, shape.starts),
        ends=Seen("ends", ends, shape.ends),
        limit=seen("limit", columns.LIMIT, shape.limit),
        due=seen("due", columns.DUE, shape.due),
        due_least=seen("due_least", columns.EARLIEST, shape.due),
        due_most=seen("due_most", columns.LATEST, shape.due),
        used=seen("used", columns.USED, shape.counted),
        left=seen("left", columns.LEFT, shape.counted),
        over=seen("over", columns.OVER, shape.over),
        stops=tuple(_stop(shape.begins, part) for part in row.parts if shape.begins is not None),
        confirmed=row.truth(columns.CONFIRMED) if shape.checks else None,
        compliance=None if shape.per is None else _compliance(shape.per, row),
        missing=missing_of(value),
    )


def _stop(type: t.Type | None, part: TracedRow) -> ClockStop:
    assert type is not None
    return ClockStop(
        record=str(part.values[columns.STOP_RECORD]),
        begins=Seen("begins", part.values[columns.BEGINS], type),
        ends=Seen("ends", part.values[columns.STOP_ENDS], t.Maybe(type)),
        counted=part.truth(columns.STOP_COUNTS),
    )


def _compliance(per: tuple[tuple[str, t.Type, Title], ...], row: TracedRow) -> Compliance:
    word = row.values[columns.COMPLIANCE]
    met, breached, every = (
        _count(row.values[name]) for name in (columns.LEAST_MET, columns.LEAST_BREACHED, columns.ALL)
    )
    counts = [each for each in (met, breached, every) if isinstance(each, Unknown)]
    still_open: int | Unknown = Unknown.of(counts)
    if isinstance(met, int) and isinstance(breached, int) and isinstance(every, int):
        still_open = every - met - breached
    return Compliance(
        outcome=word if isinstance(word, Unknown) else cast("Literal['kept', 'missed', 'undefined']", word),
        per=tuple(
            Seen(text, row.values[columns.PER.format(index)], type, title)
            for index, (text, type, title) in enumerate(per)
        ),
        met=met,
        breached=breached,
        breaches=_breaches(row),
        open=still_open,
        share=_ratio(row.values[columns.SHARE]),
        least=_ratio(row.values[columns.LEAST_SHARE]),
        most=_ratio(row.values[columns.MOST_SHARE]),
        at_least=cast("Decimal | Unknown", row.values[columns.AT_LEAST]),
    )


def _breaches(row: TracedRow) -> tuple[str, ...]:
    """The first of those in the group that are breached for certain, found once for all of them."""
    if row.peers.made is None:
        found = sorted(peer.subject.id for peer in row.peers if _is_breached(peer))
        row.peers.made = tuple(found[:MOST_NAMED])
    assert isinstance(row.peers.made, tuple)
    return row.peers.made


def _is_breached(peer: TracedRow) -> bool:
    """Whether it is, and not only perhaps one of the group."""
    own = (value for name, value in peer.values.items() if name.startswith(columns.PER.format("")))
    return peer.values[columns.IS_BREACHED] is True and not any(isinstance(value, Unknown) for value in own)


def _count(value: object) -> int | Unknown:
    return value if isinstance(value, Unknown) else int(cast("int", value))


def _ratio(value: object) -> Decimal | Unknown | None:
    return cast("Decimal | Unknown | None", value)
