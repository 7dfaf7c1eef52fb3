"""The results of commission policies: what the rows of their plans say, in the terms of the business.

May import the plan of commissions.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from partnerrules.decisions.basis import Basis, missing_of
from partnerrules.decisions.commission import (
    Amount,
    BandResult,
    CommissionLine,
    CommissionResult,
    Correction,
    Limit,
    ModifierResult,
    RateResult,
    Status,
    Step,
)
from partnerrules.decisions.requirement_results import RequirementResult
from partnerrules.decisions.requirements import Requirement
from partnerrules.facts import Row
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.commission.columns import (
    AMOUNT,
    BASE,
    CALCULATED,
    CALCULATED_BEFORE,
    CORRECTS,
    DATE,
    DUE,
    DUE_BEFORE,
    EXCLUDED,
    LEFT,
    LEFT_BEFORE,
    LINE,
    MODIFIED,
    ORIGINAL,
    OWN_AMOUNT,
    REASON,
    REFUSED,
    STATUS,
    TOGETHER,
    TOGETHER_BEFORE,
)
from partnerrules.policies.commission.forms import NEXT_PERIOD
from partnerrules.policies.commission.ladders import AFTER, BEFORE, MEASURE, RATE_BEFORE
from partnerrules.policies.commission.limits import CAP, FLOOR
from partnerrules.policies.commission.modifiers import CEILING
from partnerrules.policies.commission.overrides import final_payee
from partnerrules.policies.commission.parts import Parts, final, line_column
from partnerrules.policies.commission.rates import RATE, ROWS, Band
from partnerrules.policies.commission.windows import PERIOD
from partnerrules.policies.conditions import condition_points, reached_conditions, requirement_result
from partnerrules.policies.kind import Assume
from partnerrules.quantities import Money, currency_of, multiply, subtract
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_CAP_REACHED: Final = "cap reached"
_FLOOR_REACHED: Final = "floor reached"
_CEILING_REACHED: Final = "rate at most reached"


def _override_point(level: str) -> str:
    return f"override {level}"


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the rows of the plan of one commission policy."""

    parts: Parts

    # ------------------------------------------------------------------------------------------------------ coverage

    def points(self) -> tuple[str, ...]:
        """The parts of the policy that cases should reach."""
        points = [*self.parts.rate.points, *condition_points(self._requirements())]
        limits = self.parts.limits
        points += [_FLOOR_REACHED] if limits.floor is not None else []
        points += [_CAP_REACHED] if limits.cap is not None else []
        points += [_override_point(level.id) for level in self.parts.overrides.levels]
        points += [_CEILING_REACHED] if self.parts.modifiers.ceiling else []
        return tuple(points)

    def reached(self, row: TracedRow) -> frozenset[str]:
        """The parts that a row has reached."""
        if row.values.get(APPLIES, True) is not True or self._corrects(row) is not None:
            return frozenset()
        points = set(reached_conditions(self._requirements(), row))
        if row.values[REASON] is None:
            rate = self._rate(row)
            points |= {f"row {rule}" for rule in rate.rows if len(rate.rows) == 1}
            points |= {f"band {band.id}" for band in rate.bands if band.reached}
            points |= {f"{limit} reached" for limit in self._bound(row)}
            overrides = self._overrides(row, "earned", None)
            points |= {_override_point(line.role or "") for line in overrides if isinstance(line.payee, str)}
            points |= {_CEILING_REACHED} if self._at_most(row) else set()
        return frozenset(points)

    def _requirements(self) -> tuple[Requirement, ...]:
        asked = self.parts.asked
        modifiers = (each.requirement for each in self.parts.modifiers.items)
        return (*asked.include, *asked.exclude, *modifiers, *asked.forfeit, *asked.hold)

    # ------------------------------------------------------------------------------------------------------- results

    def result(self, basis: Basis, row: TracedRow, assume: Assume) -> CommissionResult:
        """The result of a document."""
        applies = row.values.get(APPLIES, True)
        doubt = applies if isinstance(applies, Unknown) else None
        reason = row.values[REASON]
        outcome, amount = row.values[OUTCOME], self._amount(row.values[AMOUNT], doubt)
        unknown = [each for each in (doubt, outcome, amount) if isinstance(each, Unknown)]
        in_doubt = [each for each in (doubt, row.values[STATUS], amount) if isinstance(each, Unknown)]
        status: Status = "undetermined" if in_doubt else _status(row.values[STATUS])
        corrects = self._corrects(row)
        return CommissionResult(
            basis=basis,
            outcome="undetermined" if unknown else status,
            reason=reason if isinstance(reason, str) else None,
            date=_day(row.values[DATE]),
            base=self._amount(row.values[BASE]),
            rate=self._rate(row) if corrects is None and reason != EXCLUDED else None,
            corrects=corrects,
            modifiers=self._modifiers(row) if corrects is None and reason is None else (),
            rate_at_most=row.values.get(CEILING) if corrects is None and reason is None else None,
            steps=self._steps(row, doubt, corrected=corrects is not None),
            limit=self._limit(row),
            amount=amount,
            lines=self._lines(row, amount, status, doubt),
            conditions=self._conditions(row) if corrects is None else {},
            missing=missing_of(Unknown.of(unknown)) if unknown else (),
        )

    def _amount(self, value: object, doubt: Unknown | None = None) -> Amount:
        if doubt is not None:
            return Unknown.of([doubt, value]) if isinstance(value, Unknown) else doubt
        if value is None or isinstance(value, Unknown):
            return value
        money = self.parts.money
        currency = currency_of(money.dimension) if isinstance(money, t.Quantity) else None
        assert isinstance(value, int | Decimal)
        assert currency is not None
        return Money(Decimal(value), currency)

    def _corrects(self, row: TracedRow) -> Correction | None:
        original = _id(row.values.get(CORRECTS))
        if original is None:
            return None
        names = (ORIGINAL + BASE, ORIGINAL + OWN_AMOUNT, LEFT_BEFORE, LEFT)
        base, amount, before, left = (self._amount(row.values[name]) for name in names)
        if base is None:  # the original has no row here: what was computed of it says nothing
            amount = before = left = None
        return Correction(original, base, amount, before, left)

    def _steps(self, row: TracedRow, doubt: Unknown | None, *, corrected: bool) -> tuple[Step, ...]:
        if row.values[REASON] is not None:
            return ()
        values = row.values
        steps: list[Step] = []
        if not corrected:
            calculated = _difference(values[CALCULATED], values[CALCULATED_BEFORE])
            steps.append(Step("calculated", self._amount(calculated, doubt)))
            if self.parts.modifiers.items:
                steps.append(Step("modified", self._amount(values[MODIFIED], doubt)))
        steps.append(Step("rounded", self._amount(_difference(values[DUE], values[DUE_BEFORE]), doubt)))
        limits = self.parts.limits
        if limits.floor is not None or limits.cap is not None:
            steps.append(Step("limited", self._amount(values[LINE], doubt)))
        return tuple(steps)

    def _at_most(self, row: TracedRow) -> bool:
        """Whether the most that rate and modifiers come to is what a document gets."""
        most, base, given = (row.values.get(name) for name in (CEILING, BASE, MODIFIED))
        if not (isinstance(most, Decimal) and isinstance(base, Decimal) and isinstance(given, Decimal)):
            return False
        return base > 0 and given == multiply(base, most)

    def _modifiers(self, row: TracedRow) -> tuple[ModifierResult, ...]:
        return tuple(
            ModifierResult(each.kind, row.values[each.value], requirement_result(each.requirement, row))
            for each in self.parts.modifiers.items
        )

    def _limit(self, row: TracedRow) -> Limit | None:
        limits = self.parts.limits
        if limits.floor is None and limits.cap is None:
            return None
        before: Amount = None
        per: tuple[Seen, ...] = ()
        if limits.keys:
            before = self._amount(row.values[TOGETHER_BEFORE])
            per = tuple(
                Seen(text, row.values[final(key, self.parts)], column.term.type)
                for key, text, column in zip(limits.keys, limits.key_texts, limits.key_columns, strict=True)
            )
        floor, cap = self._amount(row.values.get(FLOOR)), self._amount(row.values.get(CAP))
        return Limit(floor, cap, before, per, self._bound(row))

    def _bound(self, row: TracedRow) -> tuple[Literal["floor", "cap"], ...]:
        """Which of floor and cap changed something: before the document, or with it."""
        values = row.values
        floor, cap = values.get(FLOOR), values.get(CAP)
        limited = (TOGETHER, TOGETHER_BEFORE) if self.parts.limits.keys else (DUE, DUE_BEFORE)
        due = [value for name in (DUE, DUE_BEFORE) if isinstance(value := values[name], Decimal)]
        most = [value for name in limited if isinstance(value := values[name], Decimal)]
        bound: list[Literal["floor", "cap"]] = []
        if isinstance(floor, Decimal) and any(0 < value < floor for value in due):
            bound.append("floor")
        if isinstance(cap, Decimal) and any(value > cap for value in most):
            bound.append("cap")
        return tuple(bound)

    def _lines(
        self, row: TracedRow, amount: Amount, status: Status, doubt: Unknown | None
    ) -> tuple[CommissionLine, ...]:
        lines: list[CommissionLine] = []
        for number, party in enumerate(self.parts.payees.parties, start=1):
            share: Decimal | Fraction | Unknown | None = None
            own = amount
            if party.share is not None:
                given = row.values[final(party.share, self.parts)]
                share = given if isinstance(given, Unknown) else _exact(given)
                if self.parts.payees.equal:
                    share = Fraction(1, len(self.parts.payees.parties))
                if isinstance(amount, Money) and status != EXCLUDED:
                    parts = (row.values[line_column(number)], row.values[line_column(number, before=True)])
                    own = self._amount(_difference(*parts), doubt)
            payee = _id(row.values[final(party.payee, self.parts)])
            whose = "undetermined" if isinstance(payee, Unknown) and status not in (EXCLUDED, REFUSED) else status
            lines.append(CommissionLine(payee, party.role, share, own, whose))
        return (*lines, *self._overrides(row, status, doubt))

    def _overrides(self, row: TracedRow, status: Status, doubt: Unknown | None) -> Iterator[CommissionLine]:
        """What those above the payee get; nothing for a level that nobody is on."""
        values, corrects = row.values, self._corrects(row) is not None
        nothing = self._amount(Decimal(0)) if status == EXCLUDED else None
        for level in self.parts.overrides.levels:
            name = level.payee if self.parts.corrects is None else final_payee(level)
            payee = _id(row.values[name])
            if payee is None:
                continue
            if isinstance(values[REASON], str):
                if isinstance(payee, str):
                    yield CommissionLine(payee, level.id, None, nothing, status, override=True)
                continue
            amount = self._amount(values[level.line], doubt)
            known = isinstance(amount, Money) and isinstance(payee, str)
            whose: Status = status if known and status != "undetermined" else "undetermined"
            base = None if corrects else self._amount(values[level.base])
            rate = None if corrects else values[level.rate]
            yield CommissionLine(payee, level.id, None, amount, whose, override=True, rate=rate, base=base)

    def _conditions(self, row: TracedRow) -> dict[str, tuple[RequirementResult, ...]]:
        asked = self.parts.asked
        keys = {"include": asked.include, "exclude": asked.exclude, "forfeit": asked.forfeit, "hold": asked.hold}
        return {
            key: tuple(requirement_result(requirement, row) for requirement in requirements)
            for key, requirements in keys.items()
            if requirements
        }

    # --------------------------------------------------------------------------------------------------------- rates

    def _rate(self, row: TracedRow) -> RateResult:
        rate, values = self.parts.rate, row.values
        if rate.measure is None or rate.window is None:
            rows = values.get(ROWS, ())
            assert isinstance(rows, tuple)
            inputs = tuple(part for name in rate.inputs for part in row.seen.get(name, ()))
            return RateResult(rate.kind, values[RATE], rate.type, rows, inputs)
        window = rate.window
        before = Decimal(0) if window.alone else values[BEFORE]
        after = values[MEASURE] if window.alone else values[AFTER]
        whole = rate.kind == "whole"
        return RateResult(
            rate.kind,
            values[RATE] if whole else None,
            rate.type,
            bands=self._whole(after, row) if whole else tuple(self._band(band, row) for band in rate.bands),
            gives=rate.gives,
            measure=rate.measure,
            before=None if window.crossing == NEXT_PERIOD else before,
            after=after,
            own=values[MEASURE],
            rate_before=values.get(RATE_BEFORE),
            over=window.over,
            period=values[PERIOD] if window.has_start else None,
            crossing=window.crossing,
        )

    def _band(self, band: Band, row: TracedRow) -> BandResult:
        """A band that pays for what lies in it."""
        inside = _difference(row.values[band.after], row.values[band.before])
        reached = isinstance(inside, Decimal) and inside > 0
        return BandResult(band.id, row.values[band.start], row.values[band.gives], inside, reached)

    def _whole(self, after: object, row: TracedRow) -> tuple[BandResult, ...]:
        """The bands of which the highest that is reached pays for all."""
        rate = self.parts.rate
        starts = [row.values[band.start] for band in rate.bands]
        passed = [at for at, start in enumerate(starts) if _reaches(after, start, beyond=rate.down and at > 0)]
        return tuple(
            BandResult(band.id, start, row.values[band.gives], None, [at] == passed[-1:])
            for at, (band, start) in enumerate(zip(rate.bands, starts, strict=True))
        )


def _reaches(climbed: object, start: object, *, beyond: bool) -> bool:
    """Whether a measure is known to reach the start of a band, or to go beyond it."""
    if not isinstance(climbed, int | Decimal) or not isinstance(start, int | Decimal):
        return False
    return climbed > start if beyond else climbed >= start


def _status(outcome: object) -> Status:
    match outcome:
        case "earned" | "held" | "forfeited" | "excluded" | "refused":
            return outcome
        case _:
            raise AssertionError(outcome)


def _difference(after: object, before: object) -> object:
    unknown = [each for each in (after, before) if isinstance(each, Unknown)]
    if unknown:
        return Unknown.of(unknown)
    if after is None or before is None:
        return None
    return subtract(_exact(after), _exact(before))


def _exact(value: object) -> Decimal:
    assert isinstance(value, int | Decimal), value
    return Decimal(value)


def _id(value: object) -> str | Unknown | None:
    if isinstance(value, Row):
        return value.id
    assert value is None or isinstance(value, str | Unknown), value
    return value


def _day(value: object) -> dt.date | Unknown:
    assert isinstance(value, dt.date | Unknown), value
    return value
