"""The result of a policy that chooses a set, made of the row of a record."""

from dataclasses import dataclass
from decimal import Decimal

from partnerrules.decisions.allocation import UNDECIDED
from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.selection import CHOSEN, NOT_CHOSEN, CoveredGroup, SelectionResult
from partnerrules.plan import coverings as v
from partnerrules.plan.trace import Place, TracedRow
from partnerrules.policies.allocation import columns as c
from partnerrules.policies.allocation.preferences import looked_at
from partnerrules.policies.criteria import OrderedBy
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Sought:
    """What a policy asks that chooses a set: the names under `covers`, and what decides among equals."""

    covers: tuple[str, ...]
    prefer: tuple[OrderedBy, ...]


def points(sought: Sought) -> tuple[str, ...]:
    """The parts that cases should reach: each outcome, and a chosen record that overlaps with an earlier one."""
    return (*(f"outcome {word}" for word in (CHOSEN, NOT_CHOSEN, UNDECIDED)), f"overlap {CHOSEN}")


def reached(sought: Sought, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    outcome = outcome_of(row)
    if not isinstance(outcome, str):
        return frozenset()
    overlapped = row.values[v.OVERLAPPED]
    found = {f"outcome {outcome}"}
    if outcome == CHOSEN and isinstance(overlapped, int) and overlapped:
        found.add(f"overlap {CHOSEN}")
    return frozenset(found & {*points(sought)})


def result(sought: Sought, basis: Basis, row: TracedRow, assume: Assume) -> SelectionResult:
    """The result of a row of the plan."""
    value = outcome_of(row)
    turn, weight = row.values[v.TURN], row.values[v.WEIGHT]
    equals, steps, cells = row.values[v.EQUALS], row.values[v.STEPS], row.values[v.CELLS]
    assert isinstance(weight, Decimal | Unknown), weight
    assert isinstance(equals, tuple), equals
    assert isinstance(steps, tuple), steps
    assert isinstance(cells, tuple), cells
    return SelectionResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        turn=turn if isinstance(turn, Place) else None,
        new=_count(row, v.NEW),
        overlapped=_count(row, v.OVERLAPPED),
        overlap=weight,
        prefer=looked_at(sought.prefer, row, c.prefer),
        equals=equals,
        turns=_count(row, v.ROOM),
        total=_count(row, v.COVERED),
        steps=steps,
        groups=tuple(_group(sought, each) for each in cells),
        missing=missing_of(value),
    )


def _group(sought: Sought, covered: v.CoveredCells) -> CoveredGroup:
    cells = tuple(dict(zip(sought.covers, map(str, cell), strict=True)) for cell in covered.cells)
    return CoveredGroup(cells, covered.by, covered.perhaps)


def _count(row: TracedRow, column: str) -> int | Unknown:
    value = row.values[column]
    assert isinstance(value, int | Unknown), value
    return value
