"""What documents pay whom: the lines of their results, when they can be paid, and how amounts are written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import RequirementResult
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.quantities import Money
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Date, Ratio, Text

Status = Literal["earned", "held", "pending", "forfeited", "clawed_back", "excluded", "refused", "undetermined"]
"""What became of the amount of a document: it is paid, held back, not earned yet, lost, or taken back even if it was
paid; nothing is earned, nothing can be said before the document is put right, or facts are missing."""

OUTCOMES: Final[tuple[Status, ...]] = ("earned", "held", "pending", "forfeited", "clawed_back", "excluded", "refused")
"""What other policies can read, if it is known."""

Amount = Money | Unknown | None
"""An amount; unknown where facts are missing, None where a document is refused."""


def amount_data(amount: Amount) -> object:
    """An amount as JSON has it."""
    if isinstance(amount, Unknown):
        return {"unknown": [missing_data(missing) for missing in sorted(amount.missing)]}
    return None if amount is None else str(amount)


def conditions_data(conditions: Mapping[str, tuple[RequirementResult, ...]]) -> dict[str, object]:
    """Conditions by what they decide, as JSON has them."""
    return {key: [each.as_data() for each in results] for key, results in conditions.items()}


@later_fields("conditions")
@dataclass(frozen=True, slots=True)
class CommissionLine:
    """What one party gets of a document.

    Attributes:
        payee: its id; `Unknown` where that is not known, None where a document that earns nothing has no payee.
        role: what it does, if the amount is split.
        share: its part, if the amount is split; a fraction where all get equal parts.
        amount: what it gets; negative where it has to give back.
        status: whether that is paid, held back, not earned yet, lost, taken back, or in doubt.
        override: whether it goes to somebody above the payee.
        rate: of an override, the rate of its level.
        base: of an override, what that is applied to; None for a document that corrects another one.
        overlay: whether it is paid in addition to the amount.
        conditions: what was asked of the payee, by "clawback", "forfeit" and "hold", where such a condition names
            `payee`; none of a document that corrects another one.
    """

    payee: str | Unknown | None
    role: str | None
    share: Decimal | Fraction | Unknown | None
    amount: Amount
    status: Status
    override: bool = False
    rate: object = None
    base: Amount = None
    overlay: bool = False
    conditions: Mapping[str, tuple[RequirementResult, ...]] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """Whether it is a part of the amount of the document."""
        return not self.override and not self.overlay

    def as_data(self) -> dict[str, object]:
        return {
            "payee": value_data(self.payee, Text()),
            **({} if self.role is None else {"role": self.role}),
            **({} if self.share is None else {"share": value_data(self.share, Ratio())}),
            "amount": amount_data(self.amount),
            "status": self.status,
            **({"override": True, **self._of_level()} if self.override else {}),
            **({"overlay": True} if self.overlay else {}),
            **({} if not self.conditions else {"conditions": conditions_data(self.conditions)}),
        }

    def _of_level(self) -> dict[str, object]:
        """The rate of an override and what it is applied to."""
        return {"rate": value_data(self.rate, Ratio()), "base": amount_data(self.base)}


@dataclass(frozen=True, slots=True)
class PaymentRight:
    """When the right to a payment begins.

    Attributes:
        earned_on: the day on which the amount is earned; None if that has not come about, or nothing is earned.
        payable_from: the day from which on it can be paid, if nothing else holds it back.
    """

    earned_on: dt.date | Unknown | None
    payable_from: dt.date | Unknown | None

    def as_data(self) -> dict[str, object]:
        return {
            "earned_on": value_data(self.earned_on, Date()),
            "payable_from": value_data(self.payable_from, Date()),
        }
