"""The results of commission policies: what the rows of their plans say, in the terms of the business.

May import the plan of commissions.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from partnerrules.decisions.basis import Basis, missing_of
from partnerrules.decisions.commission import (
    BandResult,
    CommissionResult,
    Correction,
    ModifierResult,
    RateResult,
    Step,
)
from partnerrules.decisions.commission_lines import PaymentRight, Status
from partnerrules.decisions.requirement_results import RequirementResult
from partnerrules.decisions.requirements import Requirement
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
    STATUS,
)
from partnerrules.policies.commission.earning import EARNED_ON, PAYABLE_FROM
from partnerrules.policies.commission.forms import NEXT_PERIOD
from partnerrules.policies.commission.ladders import AFTER, BEFORE, MEASURE, RATE_BEFORE
from partnerrules.policies.commission.limit_results import bound_by, limit_of
from partnerrules.policies.commission.line_results import LineReading, amount_of, difference, id_of, known_status
from partnerrules.policies.commission.modifiers import CEILING
from partnerrules.policies.commission.parts import Parts, final
from partnerrules.policies.commission.rates import RATE, ROWS, Band
from partnerrules.policies.commission.rights import status_of
from partnerrules.policies.commission.windows import PER, PERIOD
from partnerrules.policies.conditions import condition_points, reached_conditions, requirement_result, shown_later
from partnerrules.policies.kind import Assume
from partnerrules.quantities import multiply
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
        asked = (*self._requirements(), *self.parts.rights.of_payee.requirements)
        points = [*self.parts.rate.points, *condition_points(asked)]
        limits = self.parts.limits
        points += [_FLOOR_REACHED] if limits.floor is not None else []
        points += [_CAP_REACHED] if limits.caps else []
        points += [_override_point(level.id) for level in self.parts.overrides.levels]
        points += [_CEILING_REACHED] if self.parts.modifiers.ceiling else []
        return tuple(points)

    def reached(self, row: TracedRow) -> frozenset[str]:
        """The parts that a row has reached."""
        if row.values.get(APPLIES, True) is not True or self._corrects(row) is not None:
            return frozenset()
        points = set(reached_conditions(self._requirements(), row))
        for payee in self.parts.paid:
            if row.values[payee] is not None:
                points |= reached_conditions(self.parts.rights.of_payee.requirements, row, payee)
        if row.values[REASON] is None:
            rate = self._rate(row)
            points |= {f"row {rule}" for rule in rate.rows if len(rate.rows) == 1}
            points |= {f"band {band.id}" for band in rate.bands if band.reached}
            points |= {f"{limit} reached" for limit in bound_by(self.parts, row.values)}
            overrides = LineReading(self.parts).overrides(row, "earned", None)
            points |= {_override_point(line.role or "") for line in overrides if isinstance(line.payee, str)}
            points |= {_CEILING_REACHED} if self._at_most(row) else set()
        return frozenset(points)

    def _requirements(self) -> tuple[Requirement, ...]:
        counted, rights = self.parts.counted, self.parts.rights
        modifiers = (each.requirement for each in self.parts.modifiers.items)
        return (*counted.include, *counted.exclude, *modifiers, *rights.of_document.requirements)

    # ------------------------------------------------------------------------------------------------------- results

    def result(self, basis: Basis, row: TracedRow, assume: Assume) -> CommissionResult:
        """The result of a document."""
        applies = row.values.get(APPLIES, True)
        doubt = applies if isinstance(applies, Unknown) else None
        reason = row.values[REASON]
        outcome, amount = row.values[OUTCOME], amount_of(self.parts, row.values[AMOUNT], doubt)
        unknown = [each for each in (doubt, outcome, amount) if isinstance(each, Unknown)]
        in_doubt = [each for each in (doubt, row.values[STATUS], amount) if isinstance(each, Unknown)]
        status: Status = "undetermined" if in_doubt else known_status(row.values[STATUS])
        whole: Status = "undetermined" if unknown else status
        corrects = self._corrects(row)
        lines = LineReading(self.parts).lines(row, amount, status, doubt)
        if not unknown:  # what becomes of the part of one who is paid may still be
            rights = self.parts.rights
            parts = (row.values[status_of(payee, rights)] for payee in self.parts.paid if rights.apart)
            unknown = [each for each in parts if isinstance(each, Unknown)]
        return CommissionResult(
            basis=basis,
            outcome=whole,
            reason=reason if isinstance(reason, str) else None,
            date=_day(row.values[DATE]),
            base=amount_of(self.parts, row.values[BASE]),
            rate=shown_later(row, lambda: self._rate(row) if self._has_rate(row) else None),
            corrects=corrects,
            modifiers=shown_later(row, lambda: self._modifiers(row)) if corrects is None and reason is None else (),
            rate_at_most=row.values.get(CEILING) if corrects is None and reason is None else None,
            steps=shown_later(row, lambda: self._steps(row, doubt, corrected=corrects is not None)),
            limit=limit_of(self.parts, row.values),
            amount=amount,
            lines=lines,
            right=self._right(row),
            conditions=shown_later(row, lambda: self._conditions(row)) if corrects is None else {},
            missing=missing_of(Unknown.of(unknown)) if unknown else (),
            conversion=None if self.parts.conversion is None else self.parts.conversion.told(row),
        )

    def _corrects(self, row: TracedRow) -> Correction | None:
        original = id_of(row.values.get(CORRECTS))
        if original is None:
            return None
        names = (ORIGINAL + BASE, ORIGINAL + OWN_AMOUNT, LEFT_BEFORE, LEFT)
        base, amount, before, left = (amount_of(self.parts, row.values[name]) for name in names)
        if base is None:  # the original has no row here: what was computed of it says nothing
            amount = before = left = None
        return Correction(original, base, amount, before, left)

    def _steps(self, row: TracedRow, doubt: Unknown | None, *, corrected: bool) -> tuple[Step, ...]:
        if row.values[REASON] is not None:
            return ()
        values = row.values
        steps: list[Step] = []
        if not corrected or self.parts.rate.descends:
            calculated = difference(values[CALCULATED], values[CALCULATED_BEFORE])
            steps.append(Step("calculated", amount_of(self.parts, calculated, doubt)))
            if self.parts.modifiers.items:
                steps.append(Step("modified", amount_of(self.parts, values[MODIFIED], doubt)))
        steps.append(Step("rounded", amount_of(self.parts, difference(values[DUE], values[DUE_BEFORE]), doubt)))
        limits = self.parts.limits
        if limits.floor is not None or limits.caps:
            steps.append(Step("limited", amount_of(self.parts, values[LINE], doubt)))
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

    def _right(self, row: TracedRow) -> PaymentRight | None:
        """When the amount is earned, and from when on it can be paid, if the policy says so."""
        if not self.parts.rights.earning.columns:
            return None
        if row.values[REASON] is not None:
            return PaymentRight(None, None)
        earned_on, payable_from = (row.values[final(name, self.parts)] for name in (EARNED_ON, PAYABLE_FROM))
        return PaymentRight(
            None if earned_on is None else _day(earned_on), None if payable_from is None else _day(payable_from)
        )

    def _conditions(self, row: TracedRow) -> dict[str, tuple[RequirementResult, ...]]:
        counted, asked = self.parts.counted, self.parts.rights.of_document
        keys = {"include": counted.include, "exclude": counted.exclude, **asked.by_key}
        return {
            key: tuple(requirement_result(requirement, row) for requirement in requirements)
            for key, requirements in keys.items()
            if requirements
        }

    # --------------------------------------------------------------------------------------------------------- rates

    def _has_rate(self, row: TracedRow) -> bool:
        """Whether a document is paid by a rate; a correction is if it goes down a ladder by itself."""
        if self._corrects(row) is None:
            return row.values[REASON] != EXCLUDED
        return self.parts.rate.descends and row.values[REASON] is None

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
            per=() if window.per is None else (Seen(window.per.text, values[PER], window.per.type, window.per.title),),
        )

    def _band(self, band: Band, row: TracedRow) -> BandResult:
        """A band that pays for what lies in it."""
        inside = difference(row.values[band.after], row.values[band.before])
        reached = isinstance(inside, Decimal) and inside != 0
        return BandResult(band.id, row.values[band.start], row.values[band.gives], inside, reached)

    def _whole(self, after: object, row: TracedRow) -> tuple[BandResult, ...]:
        """The bands of which the highest that is reached pays for all."""
        rate = self.parts.rate
        starts = [row.values[band.start] for band in rate.bands]
        passed = [at for at, start in enumerate(starts) if _reaches(after, start, beyond=rate.down and at > 0)]
        if rate.gives == "amount" and rate.window is not None and rate.window.pays_all and not _climbed(after):
            passed = []  # an amount for all of a period begins with what climbs first
        return tuple(
            BandResult(band.id, start, row.values[band.gives], None, [at] == passed[-1:])
            for at, (band, start) in enumerate(zip(rate.bands, starts, strict=True))
        )


def _climbed(measure: object) -> bool:
    """Whether something may have climbed: all but a measure that is known to be nothing."""
    return not isinstance(measure, int | Decimal) or measure != 0


def _reaches(climbed: object, start: object, *, beyond: bool) -> bool:
    """Whether a measure is known to reach the start of a band, or to go beyond it."""
    if not isinstance(climbed, int | Decimal) or not isinstance(start, int | Decimal):
        return False
    return climbed > start if beyond else climbed >= start


def _day(value: object) -> dt.date | Unknown:
    assert isinstance(value, dt.date | Unknown), value
    return value
