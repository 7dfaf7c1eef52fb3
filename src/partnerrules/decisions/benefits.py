"""The results of benefits policies: what somebody gets, who has agreed, when it was claimed, and what the caps left."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from partnerrules.decisions.basis import Basis, basis_data, case_value, missing_texts
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult, condition_results
from partnerrules.decisions.requirements import Ways
from partnerrules.decisions.values import missing_data, seen_data, short_data, value_data
from partnerrules.plan.trace import Seen
from partnerrules.quantities import Money, describe_dimension
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title

GRANTED: Final = "granted"
REDUCED: Final = "reduced"
EXHAUSTED: Final = "exhausted"
NOTHING: Final = "nothing"
REFUSED: Final = "refused"
FORFEITED: Final = "forfeited"
PENDING: Final = "pending"

OUTCOMES: Final = (GRANTED, REDUCED, EXHAUSTED, NOTHING, REFUSED, FORFEITED, PENDING)
"""What other policies can read, if it is known."""

ApprovalState: TypeAlias = Literal["given", "open", "late", "not_needed", "unknown"]
ClaimState: TypeAlias = Literal["claimed", "early", "late", "missed", "not_begun", "open", "unknown"]

Value: TypeAlias = Money | Decimal | int | Unknown | None
"""An amount of a benefit: money, or a number of things; None where there is none to tell."""
Moment: TypeAlias = dt.date | dt.datetime | Unknown | None


@dataclass(frozen=True, slots=True)
class ApprovalResult:
    """What became of one approval.

    Attributes:
        id: its name.
        title: what people call it.
        source: the clause that it comes from.
        state: "given" (in time), "open", "late" (given too late, or not in time), "not_needed", or "unknown".
        given: when it was given; None if it was not, be it only not yet.
        by: the last day or instant for it, if there is such.
        text: the condition on which it is needed; None if it always is.
        seen: what that condition looked at.
    """

    id: str
    title: Title
    source: str | None
    state: ApprovalState
    given: Moment
    by: Moment
    text: str | None
    seen: tuple[Seen, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            "state": self.state,
            "given": value_data(self.given, t.Date()),
            "by": value_data(self.by, t.Date()),
        }


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """When a benefit was claimed, and when it could be.

    Attributes:
        state: "claimed" (in time), "early", "late", "missed" (not claimed, and it is too late now), "not_begun", "open"
            (not claimed, and it still can be), or "unknown".
        on: the day on which it was claimed; None if it was not, be it only not yet.
        first_day: the first day for it, if there is such.
        last_day: the last day, on which it is still in time, if there is such.
        source: the clause that says so, if it is another one than that of the policy.
    """

    state: ClaimState
    on: Moment
    first_day: Moment
    last_day: Moment
    source: str | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "state": self.state,
            "on": value_data(self.on, t.Date()),
            "first_day": value_data(self.first_day, t.Date()),
            "last_day": value_data(self.last_day, t.Date()),
        }


@dataclass(frozen=True, slots=True)
class CapResult:
    """One cap, and what is left of it.

    Attributes:
        id: its name.
        title: what people call it.
        source: the clause that it comes from.
        amount: its size.
        shared: whether records share it.
        per: what those who share it have in common; nothing if it is all records.
        before: what was left before this record.
        left: what is left after it.
        used_by: where the cap left less than all: those that have used it before, the first of them.
        users: how many these are in all.
        by_id: whether one of them came first by nothing but its id.
    """

    id: str
    title: Title
    source: str | None
    amount: Value
    shared: bool
    per: tuple[Seen, ...]
    before: Value
    left: Value
    used_by: tuple[str, ...] = ()
    users: int = 0
    by_id: bool = False


@later_fields("ways")
@dataclass(frozen=True, slots=True)
class BenefitResult:
    """What somebody gets by a benefits policy.

    Attributes:
        basis: policy, subject and version.
        outcome: "granted", "reduced" where a cap left less, "exhausted" where it left nothing, "nothing" where the part
            is zero, "refused", "forfeited" by being too late, "pending" as long as something is still to be done, or
            "undetermined".
        reason: why it is refused, forfeited or pending: a word, such as "gate" or "claimed_late".
        beneficiary: the id of who gets it.
        gates: what must hold to get it at all.
        approvals: in their order.
        claim: when it was claimed, if it has to be.
        type: of the amounts; None for a right.
        amount: what is counted.
        share: how much of it is granted, if not all.
        part: that share, rounded.
        granted: what is granted in the end; zero where nothing is, or not yet.
        borne: the rest of the amount, which the beneficiary bears; None as long as that is not settled.
        caps: in their order; none where nothing can be granted.
        missing: the facts that are lacking where something is undetermined.
        ways: the smallest changes after which all gates would be passed; empty if they are.
        share_source: the clause that gives the share, if it is another one than that of the policy.
    """

    basis: Basis
    outcome: str
    reason: str | None
    beneficiary: str | Unknown
    gates: tuple[RequirementResult, ...]
    approvals: tuple[ApprovalResult, ...]
    claim: ClaimResult | None
    type: t.Type | None
    amount: Value
    share: Decimal | Unknown | None
    part: Value
    granted: Value
    borne: Value
    caps: tuple[CapResult, ...]
    missing: tuple[Missing, ...]
    ways: Ways
    share_source: str | None = None

    @property
    def conditions(self) -> Mapping[str, ConditionResult]:
        """All conditions of the gates by their ids, in the order in which they are written."""
        return {each.id: each for gate in self.gates for each in condition_results(gate)}

    @property
    def unit(self) -> str | None:
        """The unit in which all amounts count, such as "CNY" or "seat"; None for a right, or a plain number."""
        if not isinstance(self.type, t.Quantity):
            return None
        (name, power), *others = self.type.dimension
        return name if power == 1 and not others else describe_dimension(self.type.dimension)

    def _data(self, value: Value) -> object:
        return None if self.type is None else value_data(value, self.type)

    def _case(self, value: Value) -> object:
        return None if self.type is None else case_value(value, self.type)

    def _left_data(self, value: Value) -> object:
        return None if self.type is None else short_data(value, self.type)

    def _cap_data(self, cap: CapResult) -> dict[str, object]:
        return {
            "id": cap.id,
            "amount": self._data(cap.amount),
            "per": seen_data(cap.per),
            "before": self._left_data(cap.before),
            "left": self._left_data(cap.left),
            "used_by": list(cap.used_by),
            "users": cap.users,
            "by_id": cap.by_id,
        }

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "reason": self.reason,
            "beneficiary": value_data(self.beneficiary, t.Text()),
            "gates": [gate.as_data() for gate in self.gates],
            "approvals": [approval.as_data() for approval in self.approvals],
            "claim": None if self.claim is None else self.claim.as_data(),
            "amount": self._data(self.amount),
            "share": value_data(self.share, t.Ratio()),
            "part": self._data(self.part),
            "granted": self._data(self.granted),
            "borne": self._data(self.borne),
            "caps": [self._cap_data(cap) for cap in self.caps],
            "missing": [missing_data(missing) for missing in self.missing],
            "ways": [[change.text for change in way] for way in self.ways.listed],
            "ways_total": self.ways.total,
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        lists = ("gates", "caps")
        window = {} if self.claim is None else self.claim.as_data()
        return {
            **{name: value for name, value in self.as_data().items() if name not in lists},
            **missing_texts(self.missing),
            **{name: self._case(getattr(self, name)) for name in ("amount", "part", "granted", "borne")},
            "leaves": {
                each.id: "unknown" if isinstance(each.outcome, Unknown) else each.outcome
                for each in self.conditions.values()
            },
            "approvals": {approval.id: approval.state for approval in self.approvals},
            "claim": window.get("state"),
            "first_day": window.get("first_day"),
            "last_day": window.get("last_day"),
            "left": {cap.id: self._case(cap.left) for cap in self.caps},
        }
