"""The results of benefits policies: what the rows of their plans say, in the terms of the business."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.benefits import (
    EXHAUSTED,
    FORFEITED,
    GRANTED,
    NOTHING,
    PENDING,
    REDUCED,
    REFUSED,
    ApprovalResult,
    ApprovalState,
    BenefitResult,
    CapResult,
    ClaimResult,
    ClaimState,
    Moment,
    Value,
)
from partnerrules.decisions.later_fields import tried
from partnerrules.decisions.requirements import NO_WAYS, Ways, shortest_ways
from partnerrules.decisions.values import public_value
from partnerrules.facts import Row
from partnerrules.plan.draws import Users
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import Seen, TracedRow
from partnerrules.policies.benefits import columns
from partnerrules.policies.benefits.amounts import Amount, Cap
from partnerrules.policies.benefits.reading import Approval, Benefit
from partnerrules.policies.conditions import (
    condition_points,
    leaf_column,
    reached_conditions,
    requirement_result,
    truths_of,
)
from partnerrules.policies.kind import Assume
from partnerrules.quantities import Money, currency_of, subtract
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

_SETTLED: Final = (GRANTED, REDUCED, EXHAUSTED, NOTHING)
_CAPPED: Final = (*_SETTLED, PENDING, UNDETERMINED)
"""Where caps are told: what they would leave, or did."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the rows of the plan of one benefits policy."""

    benefit: Benefit

    # ------------------------------------------------------------------------------------------------------ coverage

    def points(self) -> tuple[str, ...]:
        """The parts of the policy that cases should reach: its conditions, approvals, and each outcome it can have."""
        benefit = self.benefit
        outcomes = {GRANTED}
        if benefit.gates or (benefit.claim is not None and benefit.claim.first is not None):
            outcomes.add(REFUSED)
        if benefit.approvals or benefit.claim is not None:
            outcomes.add(PENDING)
        windows = [each.by is not None for each in benefit.approvals]
        windows.append(benefit.claim is not None and benefit.claim.last is not None)
        if any(windows):
            outcomes.add(FORFEITED)
        if benefit.amount is not None and benefit.amount.caps:
            outcomes |= {REDUCED, EXHAUSTED}
        points = [f"outcome {outcome}" for outcome in sorted(outcomes)]
        points += condition_points(benefit.gates)
        for approval in benefit.approvals:
            states = ("given", "open") if approval.needed is None else ("given", "open", "not_needed")
            points += [f"approval {approval.id} {state}" for state in states]
        return tuple(points)

    def reached(self, row: TracedRow) -> frozenset[str]:
        """The parts that a row has reached."""
        if row.values.get(APPLIES, True) is not True:
            return frozenset()
        points = {f"approval {each.id} {_approval_state(each, row)}" for each in self.benefit.approvals}
        points |= {f"outcome {row.values[OUTCOME]}"}
        points |= reached_conditions(self.benefit.gates, row)
        return frozenset(points) & frozenset(self.points())

    # ------------------------------------------------------------------------------------------------------- results

    def result(self, basis: Basis, row: TracedRow, assume: Assume) -> BenefitResult:
        """The result of a record."""
        benefit, values = self.benefit, row.values
        applies = values.get(APPLIES, True)
        doubt = [applies] if isinstance(applies, Unknown) else []
        beneficiary = _id(values[columns.BENEFICIARY])
        outcome, reason = values[OUTCOME], values[columns.REASON]
        unknown = [*doubt, *(each for each in (outcome, beneficiary) if isinstance(each, Unknown))]
        word = UNDETERMINED if doubt or isinstance(outcome, Unknown) else str(outcome)
        granted = self._value(row, columns.GRANTED)
        if isinstance(granted, Unknown):
            unknown.append(granted)
        elif doubt and self._known(granted) != 0:
            granted = Unknown.of(doubt)
        open = applies is True and row.truth(columns.PASSED) is not True
        told = word in _CAPPED
        return BenefitResult(
            basis=basis,
            outcome=word,
            reason=reason if isinstance(reason, str) and word in (REFUSED, FORFEITED, PENDING) else None,
            beneficiary=beneficiary,
            gates=tuple(requirement_result(gate, row) for gate in benefit.gates),
            approvals=tuple(_approval(each, row) for each in benefit.approvals),
            claim=None if benefit.claim is None else replace(_claim(row), source=benefit.claim.source),
            type=None if benefit.amount is None else benefit.amount.type,
            amount=self._value(row, columns.AMOUNT),
            share=_share(row),
            share_source=None if benefit.amount is None else benefit.amount.share_source,
            part=self._value(row, columns.PART),
            granted=granted,
            borne=self._borne(row) if word in _SETTLED else None,
            caps=() if benefit.amount is None or not told else self._caps(benefit.amount, row),
            missing=missing_of(Unknown.of(unknown)) if unknown else (),
            ways=tried(lambda: self._ways(row, assume), NO_WAYS) if open else NO_WAYS,
        )

    def _value(self, row: TracedRow, column: str) -> Value:
        """An amount as a program gets it; None where it hangs on something that is absent."""
        how = self.benefit.amount
        if how is None:
            return None
        value = public_value(row.values[column], how.type)
        if isinstance(value, Unknown) and all(missing.reason == "absent" for missing in value.missing):
            return None
        assert value is None or isinstance(value, Money | Decimal | int | Unknown), value
        return value

    def _borne(self, row: TracedRow) -> Value:
        """What is left of the money; what is not granted of things is borne by nobody."""
        value = self._value(row, columns.BORNE)
        how = self.benefit.amount
        money = how is not None and isinstance(how.type, t.Quantity) and currency_of(how.type.dimension) is not None
        return value if money else None

    @staticmethod
    def _known(value: Value) -> Decimal | None:
        """The number of an amount that is known."""
        if isinstance(value, Money):
            return value.amount
        return None if value is None or isinstance(value, Unknown) else Decimal(value)

    def _caps(self, how: Amount, row: TracedRow) -> tuple[CapResult, ...]:
        return tuple(self._cap(cap, row) for cap in how.caps)

    def _cap(self, cap: Cap, row: TracedRow) -> CapResult:
        amount = self._value(row, columns.cap(cap.id))
        before = self._value(row, columns.left(cap.id))
        per = tuple(
            Seen(key.text, row.values[columns.per(cap.id, number)], key.type, key.title)
            for number, key in enumerate(cap.per or (), start=1)
        )
        left = self._less(before, self._value(row, columns.GRANTED))
        users = row.values.get(columns.users(cap.id))
        if row.values[OUTCOME] not in (REDUCED, EXHAUSTED) or not isinstance(users, Users):
            users = Users()
        told = (users.ids, users.count, users.by_id)
        return CapResult(cap.id, cap.title, cap.source, amount, cap.per is not None, per, before, left, *told)

    def _less(self, before: Value, granted: Value) -> Value:
        """What is left of a cap after something is granted."""
        one, other = self._known(before), self._known(granted)
        if one is None or other is None:
            unknown = [each for each in (before, granted) if isinstance(each, Unknown)]
            return Unknown.of(unknown) if unknown else None
        assert self.benefit.amount is not None
        value = public_value(subtract(one, other), self.benefit.amount.type)
        assert isinstance(value, Money | Decimal | int)
        return value

    def _ways(self, row: TracedRow, assume: Assume) -> Ways:
        """The smallest changes after which all gates are passed, each after running the plan with it."""
        truths = truths_of(self.benefit.gates, row)
        ways = shortest_ways(self.benefit.gates, truths)
        now: dict[str, object] = {leaf_column(id): truth for id, truth in truths.items()}
        for way in ways.listed:
            changed = assume({**now, **{leaf_column(change.condition): change.holds for change in way}})
            assert changed.values[columns.PASSED] is True, (way, changed.values)
        return ways


def _id(value: object) -> str | Unknown:
    if isinstance(value, Row):
        return value.id
    assert isinstance(value, str | Unknown), value
    return value


def _moment(value: object) -> Moment:
    if isinstance(value, Unknown) and all(missing.reason == "absent" for missing in value.missing):
        return None
    assert value is None or isinstance(value, dt.date | Unknown), value
    return value


def _share(row: TracedRow) -> Decimal | Unknown | None:
    value = row.values.get(columns.SHARE)
    assert value is None or isinstance(value, Decimal | int | Unknown), value
    return Decimal(value) if isinstance(value, int) else value


def _approval_state(approval: Approval, row: TracedRow) -> ApprovalState:
    """What became of an approval; one that was given is given, whether it was needed or not."""
    if row.truth(columns.in_time(approval.id)) is True:
        return "given"
    if approval.needed is not None and row.truth(columns.needed(approval.id)) is False:
        return "not_needed" if row.truth(columns.in_time(approval.id)) is False else "unknown"
    if row.truth(columns.late(approval.id)) is True:
        return "late"
    return "open" if row.truth(columns.still_open(approval.id)) is True else "unknown"


def _approval(approval: Approval, row: TracedRow) -> ApprovalResult:
    return ApprovalResult(
        approval.id,
        approval.title,
        approval.source,
        _approval_state(approval, row),
        _moment(row.values[columns.given(approval.id)]),
        _moment(row.values.get(columns.by(approval.id))),
        None if approval.needed is None else approval.needed.text,
        row.seen.get(columns.needed(approval.id), ()),
    )


_CLAIM_STATES: Final[tuple[tuple[str, ClaimState], ...]] = (
    (columns.EARLY, "early"),
    (columns.LATE, "late"),
    (columns.IN_TIME, "claimed"),
    (columns.MISSED, "missed"),
)


def _claim(row: TracedRow) -> ClaimResult:
    state: ClaimState = next((state for column, state in _CLAIM_STATES if row.truth(column) is True), "unknown")
    if state == "unknown" and row.truth(columns.UNCLAIMED) is True:
        state = "not_begun" if row.truth(columns.BEGUN) is False else "open"
    return ClaimResult(
        state,
        _moment(row.values[columns.CLAIMED_ON]),
        _moment(row.values.get(columns.FIRST_DAY)),
        _moment(row.values.get(columns.LAST_DAY)),
    )
