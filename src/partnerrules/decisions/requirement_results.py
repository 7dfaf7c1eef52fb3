"""What conditions and trees of them came to, for every kind of policy that asks for conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from partnerrules.decisions.basis import missing_values
from partnerrules.decisions.requirements import Combination, Condition
from partnerrules.decisions.values import seen_data
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """What one condition came to, and the values it looked at."""

    requirement: Condition
    outcome: bool | Unknown
    seen: tuple[Seen, ...]

    @property
    def id(self) -> str:
        """The name of the condition; its text if its author gave none."""
        return self.requirement.id

    @property
    def text(self) -> str:
        """The condition itself, in canonical form."""
        return self.requirement.text

    @property
    def title(self) -> Title:
        """What people call it."""
        return self.requirement.title

    @property
    def source(self) -> str | None:
        """The clause that it comes from."""
        return self.requirement.source

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            "text": self.text,
            "outcome": "unknown" if isinstance(self.outcome, Unknown) else self.outcome,
            "missing": missing_values(self.outcome),
            "seen": seen_data(self.seen),
        }


@dataclass(frozen=True, slots=True)
class CombinationResult:
    """What several conditions came to together."""

    requirement: Combination
    outcome: bool | Unknown
    items: "tuple[RequirementResult, ...]"

    @property
    def kind(self) -> Literal["all", "any", "not", "at_least"]:
        """How the conditions are combined."""
        return self.requirement.kind

    @property
    def count(self) -> int:
        """How many of them must hold."""
        return self.requirement.count

    @property
    def title(self) -> Title:
        """What people call it."""
        return self.requirement.title

    @property
    def source(self) -> str | None:
        """The clause that it comes from."""
        return self.requirement.source

    def as_data(self) -> dict[str, object]:
        return {
            "combination": self.kind,
            "count": self.count,
            "outcome": "unknown" if isinstance(self.outcome, Unknown) else self.outcome,
            "items": [item.as_data() for item in self.items],
        }


RequirementResult: TypeAlias = ConditionResult | CombinationResult


def condition_results(result: RequirementResult) -> Iterator[ConditionResult]:
    """The conditions of a result, in the order in which they are written."""
    if isinstance(result, ConditionResult):
        yield result
    else:
        for item in result.items:
            yield from condition_results(item)
