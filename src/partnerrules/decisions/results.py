"""The results of decisions, one type for each policy kind, and all of them as plain data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from partnerrules.decisions.allocation import AllocationResult
from partnerrules.decisions.basis import (
    NOT_IN_FORCE,
    UNDETERMINED,
    Basis,
    basis_data,
    case_value,
    missing_of,
    missing_texts,
    missing_values,
)
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.conflicts import ConflictResult
from partnerrules.decisions.contracts import ContractsResult
from partnerrules.decisions.inference import InferenceResult
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.lifecycle import LifecycleResult
from partnerrules.decisions.overlap import OverlapResult
from partnerrules.decisions.requirement_results import (
    ConditionResult,
    RequirementResult,
    condition_results,
)
from partnerrules.decisions.requirements import Ways
from partnerrules.decisions.responsibility import ResponsibilityResult
from partnerrules.decisions.sanctions import SanctionResult
from partnerrules.decisions.scoring import ScoreResult, SignsResult
from partnerrules.decisions.selection import SelectionResult
from partnerrules.decisions.service_levels import ServiceLevelResult
from partnerrules.decisions.tiering import TieringResult
from partnerrules.decisions.values import missing_data, public_value, value_data
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Integer, Type


@dataclass(frozen=True, slots=True)
class GateResult:
    """What one gate came to. A gate behind a failed one is skipped: it was not reached."""

    id: str
    title: Title
    source: str | None
    otherwise: str
    status: Literal["passed", "failed", "unknown", "skipped"]
    requirement: RequirementResult

    def as_data(self) -> dict[str, object]:
        return {"id": self.id, "status": self.status, "requirement": self.requirement.as_data()}


@dataclass(frozen=True, slots=True)
class PlaceResult:
    """The place that a record takes, or would take, where only so many may be eligible at once.

    Attributes:
        at_most: how many places there are; `Unknown` if that is not known.
        least: the best place it can have, counted from one.
        most: the worst; the same number where it is known, None if there may be more records than were given.
        held: whether that is within the places.
        by: what the order rests on, for this record.
        missing: what would have to be known to tell the place.
        per: what it has in common with those that share the places, if not all records do.
    """

    at_most: int | Unknown
    least: int
    most: int | None
    held: bool | Unknown
    by: tuple[Seen, ...]
    missing: tuple[Missing, ...]
    per: tuple[Seen, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "at_most": value_data(self.at_most, Integer()),
            "place": self.least if self.least == self.most else [self.least, self.most],
            "held": "unknown" if isinstance(self.held, Unknown) else self.held,
            "by": [{"text": part.text, "value": value_data(part.value, part.type)} for part in self.by],
            "per": [{"text": part.text, "value": value_data(part.value, part.type)} for part in self.per],
            "missing": [missing_data(missing) for missing in self.missing],
        }


@later_fields("gates", "ways")
@dataclass(frozen=True, slots=True)
class EligibilityResult:
    """Whether a record is eligible, gate by gate, and what would make it so.

    Attributes:
        basis: policy, subject and version.
        outcome: "eligible", "ineligible" or a gate's own word for it, or "undetermined".
        gates: in their order.
        missing: the facts that are lacking where the outcome is undetermined.
        ways: the smallest changes after which the record would be eligible; empty if it is, or if no place is left.
        place: its place, where places are limited.
    """

    basis: Basis
    outcome: str
    gates: tuple[GateResult, ...]
    missing: tuple[Missing, ...]
    ways: Ways
    place: PlaceResult | None = None

    @property
    def conditions(self) -> Mapping[str, ConditionResult]:
        """All conditions by their ids, in the order in which they are written."""
        return {each.id: each for gate in self.gates for each in condition_results(gate.requirement)}

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "missing": [missing_data(missing) for missing in self.missing],
            "gates": [gate.as_data() for gate in self.gates],
            **({} if self.place is None else {"place": self.place.as_data()}),
            "ways": [[change.text for change in way] for way in self.ways.listed],
            "ways_total": self.ways.total,
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "gates": {gate.id: gate.status for gate in self.gates},
            "leaves": {
                each.id: "unknown" if isinstance(each.outcome, Unknown) else each.outcome
                for each in self.conditions.values()
            },
        }


@dataclass(frozen=True, slots=True)
class TableResult:
    """What a decision table gives for a record.

    Attributes:
        basis: policy, subject and version.
        outcome: "decided", "no_rule" if no rule applies, "several_rules" if rules contradict each other, or
            "undetermined".
        values: the outputs as the plan has them.
        types: their types.
        rules: the ids of the rules that gave them, or of those that may apply.
        inputs: what the table looked at.
        missing: the facts that are lacking where the outcome is undetermined.
        titles: what people call the outputs.
        sources: the clauses that these rules come from, by their ids.
    """

    basis: Basis
    outcome: str
    values: Mapping[str, object]
    types: Mapping[str, Type]
    rules: tuple[str, ...]
    inputs: tuple[Seen, ...]
    missing: tuple[Missing, ...]
    titles: Mapping[str, Title] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def outputs(self) -> Mapping[str, object]:
        """The outputs by name: money as `Money`, None where no rule applies, `Unknown` where they are not known."""
        return {name: public_value(value, self.types[name]) for name, value in self.values.items()}

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "outputs": {name: value_data(value, self.types[name]) for name, value in self.values.items()},
            "rules": list(self.rules),
            "inputs": [{"text": part.text, "value": value_data(part.value, part.type)} for part in self.inputs],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        outputs = {name: case_value(value, self.types[name]) for name, value in self.values.items()}
        return {**outputs, **self.as_data(), **missing_texts(self.missing)}


@dataclass(frozen=True, slots=True)
class DefinitionResult:
    """The value of a definition for a record, or for none."""

    basis: Basis
    raw: object
    type: Type

    @property
    def outcome(self) -> str:
        return UNDETERMINED if isinstance(self.raw, Unknown) else "decided"

    @property
    def value(self) -> object:
        """The value: money as `Money`, None where it is absent, `Unknown` where it is not known."""
        return public_value(self.raw, self.type)

    @property
    def missing(self) -> tuple[Missing, ...]:
        return missing_of(self.raw)

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "value": value_data(self.raw, self.type),
            "missing": missing_values(self.raw),
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {**self.as_data(), "value": case_value(self.raw, self.type), **missing_texts(self.missing)}


@dataclass(frozen=True, slots=True)
class NoPolicyResult:
    """No version of the ruleset that has the policy is in force on the reference date, or that date is not known.

    Attributes:
        basis: policy and subject; no version.
        outcome: "no_policy_in_force", or "undetermined" where the reference date is not known.
        missing: the facts that are lacking to know the reference date.
        reference_dates: the days on which the versions were asked; one, unless they take it from different facts.
        payees: whom the policy would pay for the record; none if it is not about the record, or pays nobody.
    """

    basis: Basis
    outcome: str = NOT_IN_FORCE
    missing: tuple[Missing, ...] = ()
    reference_dates: tuple[dt.date, ...] = ()
    payees: tuple[str | Unknown, ...] = ()

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "missing": [missing_data(missing) for missing in self.missing],
            "reference_dates": [day.isoformat() for day in self.reference_dates],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {**self.as_data(), **missing_texts(self.missing)}


Result: TypeAlias = (
    EligibilityResult
    | TableResult
    | ConflictResult
    | OverlapResult
    | AllocationResult
    | SelectionResult
    | CommissionResult
    | BenefitResult
    | SanctionResult
    | ContractsResult
    | ResponsibilityResult
    | LifecycleResult
    | TieringResult
    | ScoreResult
    | SignsResult
    | ServiceLevelResult
    | DefinitionResult
    | InferenceResult
    | NoPolicyResult
)
