"""The results of responsibility policies: item by item who leads it, and what is wrong with that."""

from dataclasses import dataclass
from typing import Final, Literal

from partnerrules.decisions.basis import UNDETERMINED, Basis, basis_data, missing_texts
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.values import missing_data
from partnerrules.schema.missing import Missing

COMPLETE: Final = "complete"
INCOMPLETE: Final = "incomplete"

Fault = Literal[
    "no_lead",
    "several_leads",
    "not_in_catalogue",
    "not_accepted",
    "accepted_late",
    "requirement_not_met",
    "line_without_lead",
]
"""What may be wrong with an item of work, or with a line of support."""

FAULTS: Final[tuple[Fault, ...]] = (
    "no_lead",
    "several_leads",
    "not_in_catalogue",
    "not_accepted",
    "accepted_late",
    "requirement_not_met",
    "line_without_lead",
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One item of work, or one line of support.

    Attributes:
        name: of the item or line.
        sort: which of the two it is.
        leads: who leads it for certain, by ids or names.
        perhaps_more: whether others may lead it, too.
        faults: what is wrong with it for certain.
        missing: what would have to be known to tell whether something is wrong, if nothing is for certain.
        unmet: the requirements that one of its records does not meet.
    """

    name: str
    sort: Literal["item", "line"]
    leads: tuple[str, ...]
    perhaps_more: bool
    faults: tuple[Fault, ...]
    missing: tuple[Missing, ...]
    unmet: tuple[RequirementResult, ...]

    @property
    def outcome(self) -> str:
        """Whether it is "complete", "incomplete" or "undetermined"."""
        if self.faults:
            return INCOMPLETE
        return UNDETERMINED if self.missing else COMPLETE

    @property
    def unmet_conditions(self) -> tuple[str, ...]:
        """The ids of the conditions that fail these requirements: those that do not hold, or under a `not` do."""
        found: set[str] = set()
        for result in self.unmet:
            leaves = tuple(condition_results(result))
            failed = [each.id for each in leaves if each.outcome is not True]
            found.update(failed or (each.id for each in leaves))
        return tuple(sorted(found))

    def as_data(self) -> dict[str, object]:
        return {
            "name": self.name,
            "sort": self.sort,
            "outcome": self.outcome,
            "leads": [*self.leads],
            "perhaps_more": self.perhaps_more,
            "faults": [*self.faults],
            "missing": [missing_data(missing) for missing in self.missing],
            "unmet": [*self.unmet_conditions],
        }


@dataclass(frozen=True, slots=True)
class ResponsibilityResult:
    """Whether all work of a record has one who leads it.

    Attributes:
        basis: policy, subject and version.
        outcome: "complete", "incomplete" if something is wrong for certain, or "undetermined".
        duties: the items of the catalogue in its order, then those that it does not have, then the lines.
        missing: the facts that are lacking where the outcome is undetermined.
    """

    basis: Basis
    outcome: str
    duties: tuple[Duty, ...]
    missing: tuple[Missing, ...]

    def at_fault(self, fault: Fault) -> tuple[str, ...]:
        """The names of the items or lines that have a fault, such as "no_lead"."""
        return tuple(duty.name for duty in self.duties if fault in duty.faults)

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "duties": [duty.as_data() for duty in self.duties],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            **{fault: list(self.at_fault(fault)) for fault in FAULTS},
            "leads": {duty.name: [*duty.leads] for duty in self.duties if duty.sort == "item"},
            "unmet": sorted({id for duty in self.duties for id in duty.unmet_conditions}),
            "in_doubt": [duty.name for duty in self.duties if duty.outcome == UNDETERMINED],
        }
