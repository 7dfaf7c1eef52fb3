"""The results of commission policies: what each document earns whom, and how that came about."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from partnerrules.decisions.basis import Basis, basis_data, missing_texts
from partnerrules.decisions.commission_lines import (
    Amount,
    CommissionLine,
    PaymentRight,
    Status,
    amount_data,
    conditions_data,
)
from partnerrules.decisions.conversion import ConversionResult
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import ConditionResult, RequirementResult, condition_results
from partnerrules.decisions.values import missing_data, missing_text, seen_data, value_data
from partnerrules.plan.trace import Seen
from partnerrules.quantities import Money, sum_of
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.types import Date, Ratio, Text, Type


@dataclass(frozen=True, slots=True)
class BandResult:
    """One band of a ladder, and how much of a document's measure lies in it.

    Attributes:
        id: its name.
        start: where it starts.
        gives: what it gives: a rate, an amount for each unit, or one for all.
        inside: what of the document lies in it; None for a whole ladder.
        reached: whether it gives the document anything.
    """

    id: str
    start: object
    gives: object
    inside: object
    reached: bool


@dataclass(frozen=True, slots=True)
class RateResult:
    """How the rate of a document was found.

    Attributes:
        kind: "rate" or "fixed" for an expression, "table", or a "marginal", "whole" or "interpolated" ladder.
        value: the rate, or what the band gives that is reached; None where each band gives its own, or no row applies.
        type: what the rate is: a ratio, or money.
        rows: the rows of the table that gave it, or may give it.
        inputs: what a table looked at, in the order in which it counts.
        bands: of the ladder.
        gives: what they give: "rate", a part of the base; "each", an amount for each unit; "amount", one for all.
        measure: what climbs the ladder.
        before: what had climbed it before the document.
        after: the same with the document; of `crossing` "next period" what the period before came to.
        own: how much of what climbs it is the document's own.
        rate_before: what the band gives that was reached before the document, where a higher one pays for all.
        over: the period that climbs it together, "transaction", "trailing" or "lifetime".
        period: the first day of that period.
        crossing: from when a higher band counts: "retroactive", "forward" or "next period".
        per: whose documents climb it together: what the policy says, and its value.
    """

    kind: Literal["rate", "fixed", "table", "marginal", "whole", "interpolated"]
    value: object
    type: Type
    rows: tuple[str, ...] = ()
    inputs: tuple[Seen, ...] = ()
    bands: tuple[BandResult, ...] = ()
    gives: Literal["rate", "each", "amount"] = "rate"
    measure: Type | None = None
    before: object = None
    after: object = None
    own: object = None
    rate_before: object = None
    over: str = ""
    period: object = None
    crossing: str = ""
    per: tuple[Seen, ...] = ()

    @property
    def rule(self) -> str | None:
        """The row or the highest band that gave the rate, if one did."""
        if self.kind == "table":
            return self.rows[0] if len(self.rows) == 1 else None
        return next((band.id for band in reversed(self.bands) if band.reached), None)

    def as_data(self) -> dict[str, object]:
        data: dict[str, object] = {"kind": self.kind, "value": value_data(self.value, self.type)}
        if self.kind == "table":
            return {**data, "rows": [*self.rows], "inputs": seen_data(self.inputs)}
        if self.measure is None:
            return data
        measure = self.measure
        bands = [
            {
                "id": band.id,
                "from": value_data(band.start, measure),
                self.gives: value_data(band.gives, self.type),
                **({} if self.kind == "whole" else {"inside": value_data(band.inside, measure)}),
            }
            for band in self.bands
        ]
        climbed = {"before": value_data(self.before, measure), "after": value_data(self.after, measure)}
        climbed["own"] = value_data(self.own, measure)
        if self.period is not None:
            climbed["period"] = value_data(self.period, Date())
        return {
            **data,
            **({} if self.rate_before is None else {"rate_before": value_data(self.rate_before, self.type)}),
            "over": self.over,
            "crossing": self.crossing,
            **({"per": seen_data(self.per)} if self.per else {}),
            "measure": climbed,
            "bands": bands,
        }


@dataclass(frozen=True, slots=True)
class Correction:
    """What a document takes back of the one that it corrects, or adds to it.

    Attributes:
        original: the id of that document.
        base: its base.
        amount: what it earned by its rate.
        left_before: what was left of its base before this correction.
        left: what is left with it.
    """

    original: str | Unknown
    base: Amount
    amount: Amount
    left_before: Amount
    left: Amount

    def as_data(self) -> dict[str, object]:
        return {
            "original": value_data(self.original, Text()),
            "base": amount_data(self.base),
            "amount": amount_data(self.amount),
            "left_before": amount_data(self.left_before),
            "left": amount_data(self.left),
        }


@dataclass(frozen=True, slots=True)
class ModifierResult:
    """Something that may make a document earn more than its rate.

    Attributes:
        kind: whether it adds points to the rate, or multiplies what is earned.
        value: how much.
        condition: when it applies, and what that came to.
    """

    kind: Literal["points", "times"]
    value: object
    condition: RequirementResult

    def as_data(self) -> dict[str, object]:
        return {self.kind: value_data(self.value, Ratio()), "condition": self.condition.as_data()}


Stage = Literal["calculated", "modified", "rounded", "limited"]


@dataclass(frozen=True, slots=True)
class Step:
    """An amount on the way: what was calculated, modified and rounded, and what floor and cap left of it."""

    stage: Stage
    amount: Amount


@dataclass(frozen=True, slots=True)
class Limit:
    """The floor or the cap of a document.

    Attributes:
        floor: the least that it earns, if there is such.
        cap: the most that is paid, if there is such.
        before: what the cap had been used by before, where documents share one.
        per: for what they share it: the values of its keys.
        bound: which of the two changed something.
        caps: where there are several, each by itself, from the narrowest to the widest; then `cap` is none.
        left: where there are several, what floor or cap left of the document.
    """

    floor: Amount = None
    cap: Amount = None
    before: Amount = None
    per: tuple[Seen, ...] = ()
    bound: tuple[Literal["floor", "cap"], ...] = ()
    caps: "tuple[Limit, ...]" = ()
    left: Amount = None

    def as_data(self) -> dict[str, object]:
        shared = {"before": amount_data(self.before), "per": seen_data(self.per)}
        return {
            **({} if self.floor is None else {"floor": amount_data(self.floor)}),
            **({} if self.cap is None else {"cap": amount_data(self.cap)}),
            **(shared if self.per else {}),
            "bound": [*self.bound],
            **({} if self.left is None else {"left": amount_data(self.left)}),
            **({"caps": [cap.as_data() for cap in self.caps]} if self.caps else {}),
        }


@later_fields("rate", "modifiers", "steps", "conditions")
@dataclass(frozen=True, slots=True)
class CommissionResult:
    """What a document earns by a commission policy, stage by stage.

    Attributes:
        basis: policy, document and version.
        outcome: "earned", "held", "pending", "forfeited", "clawed_back", "excluded", "refused" or "undetermined".
            Where those who share the amount are not treated alike, what is nearest to being paid.
        reason: why it is excluded or refused: a word, such as "no_rate".
        date: the day that puts it into its period.
        base: what the commission is computed on.
        rate: how the rate was found; None for a document that corrects another one, as it has that one's, unless it
            goes down the ladder of its period.
        corrects: what it takes back, if it corrects another document.
        modifiers: what may make it more; none for a document that corrects another one.
        rate_at_most: the most that rate and modifiers come to, if there is such.
        steps: the amounts on the way.
        limit: floor and cap, if there are such.
        amount: what it earns in all; negative if it takes something back; None if it is refused.
        lines: what each party gets, also those who are paid in addition and those above the payee, whose parts are not
            in `amount`.
        conditions: what decides whether it counts, and what holds it back or makes it lost, by "include", "exclude",
            "clawback", "forfeit" and "hold"; none for a document that corrects another one, as it follows that one.
        missing: the facts that are lacking where something is undetermined.
        right: when the right to the payment begins, if the policy says so.
    """

    basis: Basis
    outcome: Status
    reason: str | None
    date: dt.date | Unknown
    base: Amount
    rate: RateResult | None
    corrects: Correction | None
    modifiers: tuple[ModifierResult, ...]
    rate_at_most: object
    steps: tuple[Step, ...]
    limit: Limit | None
    amount: Amount
    lines: tuple[CommissionLine, ...]
    conditions: Mapping[str, tuple[RequirementResult, ...]]
    missing: tuple[Missing, ...]
    right: PaymentRight | None = None
    conversion: ConversionResult | None = None

    @property
    def own_lines(self) -> tuple[CommissionLine, ...]:
        """What the payee gets, or each of those who share the amount."""
        return tuple(line for line in self.lines if line.own)

    @property
    def overlays(self) -> tuple[CommissionLine, ...]:
        """What those get who are paid in addition."""
        return tuple(line for line in self.lines if line.overlay)

    @property
    def overrides(self) -> tuple[CommissionLine, ...]:
        """What those above the payee get."""
        return tuple(line for line in self.lines if line.override)

    @property
    def rule(self) -> str | None:
        """The row or band that gave the rate, if one did."""
        return None if self.rate is None else self.rate.rule

    @property
    def leaves(self) -> Mapping[str, ConditionResult]:
        """All conditions by their ids."""
        return {each.id: each for results in self._asked for result in results for each in condition_results(result)}

    @property
    def _asked(self) -> Iterator[tuple[RequirementResult, ...]]:
        """All that was asked of the document, and of the payee if the amount is not split."""
        yield from self.conditions.values()
        yield tuple(each.condition for each in self.modifiers)
        own = self.own_lines
        yield from own[0].conditions.values() if len(own) == 1 else ()

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "reason": self.reason,
            "date": value_data(self.date, Date()),
            "base": amount_data(self.base),
            **({} if self.conversion is None else {"conversion": self.conversion.as_data()}),
            "rate": None if self.rate is None else self.rate.as_data(),
            "corrects": None if self.corrects is None else self.corrects.as_data(),
            "modifiers": [each.as_data() for each in self.modifiers],
            **({} if self.rate_at_most is None else {"rate_at_most": value_data(self.rate_at_most, Ratio())}),
            "steps": {step.stage: amount_data(step.amount) for step in self.steps},
            **({} if self.limit is None else {"limit": self.limit.as_data()}),
            **({} if self.right is None else self.right.as_data()),
            "amount": amount_data(self.amount),
            "lines": [line.as_data() for line in self.lines],
            "conditions": conditions_data(self.conditions),
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def _paid(self, payee: str) -> object:
        """What the document earns one of those who are paid, as a case expects it."""
        amounts = [line.amount for line in self.lines if line.payee == payee]
        known = [amount for amount in amounts if isinstance(amount, Money)]
        if len(amounts) == 1 or len(known) < len(amounts):
            unknown = [amount for amount in amounts if isinstance(amount, Unknown)]
            return _case_amount(Unknown.of(unknown) if unknown else amounts[0])
        return _case_amount(Money(sum_of(amount.amount for amount in known), known[0].currency))

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        payees = {line.payee: self._paid(line.payee) for line in self.lines if isinstance(line.payee, str)}
        rate = None if self.rate is None else value_data(self.rate.value, self.rate.type)
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "amount": _case_amount(self.amount),
            "payees": payees,
            "rule": self.rule,
            "rate": rate,
            "bands": {}
            if self.rate is None or self.rate.measure is None
            else {band.id: value_data(band.inside, self.rate.measure) for band in self.rate.bands},
            "corrects": None if self.corrects is None else value_data(self.corrects.original, Text()),
            "leaves": {
                id: "unknown" if isinstance(each.outcome, Unknown) else each.outcome for id, each in self.leaves.items()
            },
        }


def _case_amount(amount: Amount) -> object:
    if isinstance(amount, Unknown):
        return {"unknown": [missing_text(missing) for missing in sorted(amount.missing)]}
    return amount_data(amount)
