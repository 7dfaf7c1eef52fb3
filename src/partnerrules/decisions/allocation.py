"""The results of allocation policies: whom a record was given to, and why none of the other candidates."""

from dataclasses import dataclass
from typing import Final, Literal

from partnerrules.decisions.basis import Basis, basis_data, missing_texts
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.values import missing_data, short_data, value_data
from partnerrules.plan.trace import Holdings, Seen
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Integer

ASSIGNED: Final = "assigned"
NO_CANDIDATE: Final = "no_candidate"
NO_ROOM: Final = "no_room"
UNDECIDED: Final = "undecided"

Standing = Literal["taken", "equal", "contested", "behind", "full", "unfit", "undetermined"]
"""What a candidate came to: it is taken; equals another one that is as good; is what others of the same turn want, too;
comes after the one that is taken; has no room; does not fit; or that is not known."""
Limit = Literal["capacity", "concentration"]


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing by which candidates, or the turns of records, are told apart."""

    id: str
    title: Title
    source: str | None


@dataclass(frozen=True, slots=True)
class PreferenceResult:
    """What a preference looks at, for one candidate or record."""

    preference: Preference
    value: Seen

    def as_data(self) -> dict[str, object]:
        return {"id": self.preference.id, "value": value_data(self.value.value, self.value.type)}


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """A candidate of a record.

    Attributes:
        candidate: its id.
        outcome: what it came to.
        decided_by: the first preference by which it comes after the one that is taken, if it does.
        preferences: what they look at, in their order.
        requirements: the conditions of fitting.
        full: the limits that leave no room.
        load: how many it had when the turn of the record came; None without a capacity.
        capacity: how many it can take; None if that is not limited.
        share: how many it may hold within its share; None if that is not limited.
    """

    candidate: str
    outcome: Standing
    decided_by: Preference | None
    preferences: tuple[PreferenceResult, ...]
    requirements: tuple[RequirementResult, ...]
    full: tuple[Limit, ...]
    load: int | Unknown | None
    capacity: int | Unknown | None
    share: int | Unknown | None

    @property
    def unmet(self) -> tuple[RequirementResult, ...]:
        """The conditions of fitting that it does not meet; those that are not known if it may meet all."""
        failed = tuple(each for each in self.requirements if each.outcome is False)
        return failed or tuple(each for each in self.requirements if each.outcome is not True)

    @property
    def unmet_conditions(self) -> tuple[str, ...]:
        """The ids of what these conditions consist of and does not hold, or is not known to."""
        leaves = (each for result in self.unmet for each in condition_results(result))
        return tuple(each.id for each in leaves if each.outcome is not True)

    def as_data(self) -> dict[str, object]:
        return {
            "candidate": self.candidate,
            "outcome": self.outcome,
            "decided_by": None if self.decided_by is None else self.decided_by.id,
            "preferences": [each.as_data() for each in self.preferences],
            "unmet": [*self.unmet_conditions],
            "full": [*self.full],
            "load": short_data(self.load, Integer()),
            "capacity": short_data(self.capacity, Integer()),
            "share": short_data(self.share, Integer()),
        }


@dataclass(frozen=True, slots=True)
class AllocationResult:
    """Whom a record is given to.

    Attributes:
        basis: policy, subject and version.
        outcome: "assigned", "no_candidate" if nobody fits, "no_room" if those who fit are full, "undecided" if nothing
            tells candidates, or records whose turn it is, apart, or "undetermined".
        candidate: whom; None if nobody, or if that is not decided.
        order: what decides when the turn of the record is.
        candidates: those that fit in the order of preference, then the others by id.
        rivals: the records, some of them, that want the same candidate in the same turn.
        concentration: who holds how many of all after all turns, those with the most first; None without a limit.
        missing: the facts that are lacking where the outcome is undetermined.
    """

    basis: Basis
    outcome: str
    candidate: str | None
    order: tuple[PreferenceResult, ...]
    candidates: tuple[CandidateResult, ...]
    rivals: tuple[str, ...]
    concentration: Holdings | None
    missing: tuple[Missing, ...]

    @property
    def taken(self) -> CandidateResult | None:
        """The candidate that is taken, with what it came to."""
        return next((each for each in self.candidates if each.outcome == "taken"), None)

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "candidate": self.candidate,
            "order": [each.as_data() for each in self.order],
            "candidates": [each.as_data() for each in self.candidates],
            "rivals": [*self.rivals],
            "concentration": None if self.concentration is None else _holdings_data(self.concentration),
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "standing": {each.candidate: each.outcome for each in self.candidates},
            "ranking": [each.candidate for each in self.candidates if each.outcome != "unfit"],
            "unmet": {each.candidate: [*each.unmet_conditions] for each in self.candidates if each.unmet_conditions},
            "full": {each.candidate: [*each.full] for each in self.candidates if each.full},
        }


def _holdings_data(held: Holdings) -> dict[str, object]:
    return {
        "holders": {each.holder: each.least if each.least == each.most else [each.least, each.most]
                    for each in held.holders},
        "all": held.least if held.least == held.most else [held.least, held.most],
    }  # fmt: skip
