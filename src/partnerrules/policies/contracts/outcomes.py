"""The result of a policy about papers, made of the row of a record: each check with what it found."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.contracts import (
    DEFICIENT,
    IN_ORDER,
    STATES,
    WARNING,
    CheckOutcome,
    CheckResult,
    ContractsResult,
    Day,
    Finding,
    Lacking,
    Promise,
    Sort,
    State,
    Terminable,
    TermResult,
    TooEarly,
    Underpromised,
    Unmet,
    Worsened,
)
from partnerrules.decisions.requirements import Requirement
from partnerrules.facts import Row
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.conditions import condition_points, reached_conditions, requirement_result
from partnerrules.policies.contracts import columns
from partnerrules.policies.contracts.columns import of_check
from partnerrules.policies.contracts.reading import Check
from partnerrules.policies.kind import Assume, outcome_of
from partnerrules.schema.missing import Missing, Unknown


@dataclass(frozen=True, slots=True)
class Described:
    """What a result needs of its policy: its checks, and whether it tells until when contracts are in force."""

    checks: tuple[Check, ...]
    in_force: bool

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that there can be."""
        severities = {check.severity for check in self.checks}
        words = ((IN_ORDER, True), (WARNING, "warning" in severities), (DEFICIENT, "error" in severities))
        return tuple(word for word, possible in words if possible)


def points(described: Described) -> tuple[str, ...]:
    """The parts that cases should reach: each outcome, each check both ways, each condition, each state."""
    found = [f"outcome {outcome}" for outcome in described.outcomes]
    for check in described.checks:
        found += [f"check {check.id} fulfilled", f"check {check.id} not_fulfilled"]
        found += [] if check.requirement is None else condition_points((check.requirement,))
    return (*found, *(f"state {state}" for state in STATES)) if described.in_force else tuple(found)


def reached(described: Described, row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    outcome = row.values[OUTCOME]
    found = set() if isinstance(outcome, Unknown) else {f"outcome {outcome}"}
    for check in described.checks:
        fulfilled = _outcome(check, row)
        if fulfilled != "unknown":
            found.add(f"check {check.id} {fulfilled}")
        if check.requirement is not None:
            for part in row.parts:
                if part.truth(of_check(columns.ASKED, check.id)) is True:
                    found |= reached_conditions((check.requirement,), part)
    for term in _terms(described, row):
        found.add(f"state {term.state}")
    return frozenset(found) & frozenset(points(described))


def result(described: Described, basis: Basis, row: TracedRow, assume: Assume) -> ContractsResult:
    """The result of a row of the plan."""
    value = outcome_of(row)
    return ContractsResult(
        basis=basis,
        outcome=UNDETERMINED if isinstance(value, Unknown) else str(value),
        checks=tuple(_check_result(check, row) for check in described.checks),
        terms=tuple(_terms(described, row)),
        missing=missing_of(value),
    )


def _outcome(check: Check, row: TracedRow) -> CheckOutcome:
    fulfilled = row.truth(of_check(columns.FULFILLED, check.id))
    if isinstance(fulfilled, Unknown):
        return "unknown"
    return "fulfilled" if fulfilled else "not_fulfilled"


def _contracts(row: TracedRow) -> list[TracedRow]:
    """The rows of the contracts that are known to be some, in the order of their ids."""
    return sorted((part for part in row.parts if _id(part) is not None), key=lambda part: str(_id(part)))


def _id(part: TracedRow, variable: str = columns.MEMBER) -> str | None:
    contract = part.values[variable]
    return contract.id if isinstance(contract, Row) else None


def _check_result(check: Check, row: TracedRow) -> CheckResult:
    parts = _contracts(row)
    doubtful = of_check(columns.IS if check.sort == "required" else columns.FAULT, check.id)
    findings: list[Finding] = []
    if check.sort != "required":
        for part in parts:
            findings += _FINDERS[check.sort](check, part)
    return CheckResult(
        sort=check.sort,
        id=check.id,
        title=check.title,
        source=check.source,
        severity=check.severity,
        outcome=_outcome(check, row),
        findings=tuple(findings),
        met_by=tuple(str(_id(part)) for part in parts if _meets(check, part)),
        pairs=tuple(pair for part in parts for pair in _pairs(check, part)),
        in_doubt=tuple(str(_id(part)) for part in parts if isinstance(part.truth(doubtful), Unknown)),
        missing=missing_of(row.values[of_check(columns.FULFILLED, check.id)]),
    )


def _meets(check: Check, part: TracedRow) -> bool:
    """Whether a contract is what is required."""
    return check.sort == "required" and part.truth(of_check(columns.IS, check.id)) is True


def _pairs(check: Check, part: TracedRow) -> Iterator[tuple[str, str]]:
    """The contracts that were signed before one that needs them, each with it."""
    if check.sort != "order" or part.truth(of_check(columns.ASKED, check.id)) is not True:
        return
    before = of_check(columns.BEFORE, check.id)
    yield from sorted(
        (str(_id(each, columns.EARLIER)), str(_id(part)))
        for each in part.parts
        if before in each.values and each.truth(before) is True
    )


def _at_fault(check: Check, part: TracedRow) -> bool:
    return part.truth(of_check(columns.FAULT, check.id)) is True


# ------------------------------------------------------------------------------------------------------------ findings


def _lacking(check: Check, part: TracedRow) -> Iterator[Finding]:
    if _at_fault(check, part):
        names = part.values[of_check(columns.LACKING, check.id)]
        yield Lacking(str(_id(part)), tuple(map(str, names)) if isinstance(names, tuple) else ())


def _unmet(check: Check, part: TracedRow) -> Iterator[Finding]:
    if _at_fault(check, part):
        requirement: Requirement | None = check.requirement
        assert requirement is not None
        yield Unmet(str(_id(part)), requirement_result(requirement, part))


def _too_early(check: Check, part: TracedRow) -> Iterator[Finding]:
    if not _at_fault(check, part):
        return
    paired, day = of_check(columns.PAIRED, check.id), of_check(columns.EARLIER_SIGNED, check.id)
    pairs = [each for each in part.parts if paired in each.values and each.truth(paired) is True]
    earlier = sorted(((str(_id(each, columns.EARLIER)), each.values[day]) for each in pairs), key=lambda pair: pair[0])
    assert check.type is not None
    yield TooEarly(str(_id(part)), part.values[of_check(columns.SIGNED, check.id)], tuple(earlier), check.type)


def _underpromised(check: Check, part: TracedRow) -> Iterator[Finding]:
    if part.truth(of_check(columns.ASKED, check.id)) is not True:
        return
    served = [each for each in part.parts if columns.SERVED_BELONGS in each.values]
    found = [each for row in served if row.truth(columns.SERVED_BELONGS) is True for each in _targets(part, row)]
    yield from sorted(found, key=lambda each: (each.underpins, each.metric, each.scope or ""))


def _targets(part: TracedRow, served: TracedRow) -> Iterator[Underpromised]:
    """What is promised too little, and what cannot be compared as the units differ."""
    for target in served.parts:
        values = target.values
        reason, needed, unit = values[columns.REASON], values[columns.NEEDED], values[columns.UNIT]
        differs = reason == "units_differ" and target.truth("target is asked") is True
        if not differs and target.truth(columns.TARGET_FAULT) is not True:
            continue
        word: Promise = "units_differ" if differs else "weaker" if reason == "weaker" else "not_promised"
        scope = values[columns.SCOPE]
        assert isinstance(needed, int | Decimal | Unknown)
        yield Underpromised(
            contract=str(_id(part)),
            underpins=str(_id(served, columns.SERVED)),
            metric=str(values[columns.METRIC]),
            scope=scope if isinstance(scope, str) else None,
            reason=word,
            needed=needed if isinstance(needed, Unknown) else Decimal(needed),
            unit=unit if isinstance(unit, Unknown) else str(unit),
            promised=tuple(sorted(_numbers(values[columns.PROMISED]))),
            units=tuple(sorted({*_texts(values[columns.UNITS])})),
        )


def _numbers(value: object) -> Iterator[Decimal]:
    for each in value if isinstance(value, tuple) else ():
        if isinstance(each, int | Decimal):
            yield Decimal(each)


def _texts(value: object) -> Iterator[str]:
    for each in value if isinstance(value, tuple) else ():
        yield str(each)


def _worsened(check: Check, part: TracedRow) -> Iterator[Finding]:
    if _at_fault(check, part):
        assert check.type is not None
        was, now = (part.values[of_check(column, check.id)] for column in (columns.WAS, columns.NOW))
        yield Worsened(str(_id(part)), Seen("was", was, check.type), Seen("now", now, check.type))


def _terminable(check: Check, part: TracedRow) -> Iterator[Finding]:
    if _at_fault(check, part):
        yield Terminable(str(_id(part)), _day(part.values[columns.CURE_BY]))


_FINDERS: Final[dict[Sort, Callable[[Check, TracedRow], Iterator[Finding]]]] = {
    "complete": _lacking,
    "must": _unmet,
    "order": _too_early,
    "underpinning": _underpromised,
    "deterioration": _worsened,
    "term": _terminable,
}


# ------------------------------------------------------------------------------------------------------- terms in force


def _terms(described: Described, row: TracedRow) -> Iterator[TermResult]:
    check = next((each for each in described.checks if each.sort == "term"), None)
    for part in _contracts(row) if check is not None else ():
        assert check is not None
        if part.truth(of_check(columns.ASKED, check.id)) is False:
            continue
        values = {name: part.values[name] for name in (columns.STATE, *columns.DAYS)}
        missing: set[Missing] = {each for value in values.values() for each in missing_of(value)}
        yield TermResult(
            contract=str(_id(part)),
            state=_state(values[columns.STATE]),
            term_ends=_day(values[columns.TERM_ENDS]),
            last_day_for_notice=_day(values[columns.LAST_DAY_FOR_NOTICE]),
            renews_on=_day(values[columns.RENEWS_ON]),
            in_force_until=_day(values[columns.IN_FORCE_UNTIL]),
            cure_by=_day(values[columns.CURE_BY]),
            missing=tuple(sorted(missing)),
        )


def _state(value: object) -> State | Literal["unknown"]:
    return next((state for state in STATES if state == value), "unknown")


def _day(value: object) -> Day:
    assert value is None or isinstance(value, dt.date | Unknown), value
    return value
