"""The results of conflicts: what came of each claim, and the contests that it took part in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from partnerrules.decisions.basis import Basis, basis_data, missing_texts
from partnerrules.decisions.later_fields import later_fields
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Integer, Maybe

ALL: Final = "*"
"""In a cell: all there is, where nobody names any of it."""
ALL_OTHERS: Final = "* others"
"""In a cell: all that nobody names."""

PROTECTED: Final = "protected"
NOT_RENEWED: Final = "not-renewed"
"""The ids of the conditions that protection asks of a valid claim."""

CriterionKind = Literal["claim", "awarded", "earliest", "latest", "highest", "lowest"]
"""How claims are told apart; "awarded" is what was recorded before, where they are reconsidered."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing by which claims are told apart: whether something holds, or who comes first by a value."""

    id: str
    title: Title
    source: str | None
    kind: CriterionKind


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """What a criterion looks at, for one claim."""

    criterion: Criterion
    value: Seen

    def as_data(self) -> dict[str, object]:
        return {"id": self.criterion.id, "value": value_data(self.value.value, self.value.type)}


@dataclass(frozen=True, slots=True)
class Protection:
    """How long a claim is protected.

    Attributes:
        begins: when its protection begins, none if it does not.
        until: when it ends, and is over; none if it does not begin, or has no end.
        renews: the id of the claim whose place it takes, as it was asked for in time.
        renewed: another claim has taken its place.
    """

    begins: Seen
    until: Seen
    renews: str | None
    renewed: bool

    def as_data(self) -> dict[str, object]:
        return {
            "from": value_data(self.begins.value, self.begins.type),
            "until": value_data(self.until.value, self.until.type),
            "renews": self.renews,
            "renewed": self.renewed,
        }


def _number_data(count: int | Unknown | None) -> object:
    return value_data(count, Maybe(Integer()))


@dataclass(frozen=True, slots=True)
class Contestant:
    """A claim in a contest.

    Attributes:
        claim: its id.
        relation: the relation that it is a record of.
        claimant: who claims: the id of a partner, or a name; `Unknown` if that is not known.
        outcome: "won", "lost", "shared", "undecided", "discarded" or "undetermined", in this contest.
        criteria: what the criteria look at, in their order.
        decided_by: the first criterion that tells it from the best other claim; None if none does. Where several may
            hold it, from the first one that is out, or of one that is out from the last one that is in.
        validity: the conditions of being a claim at all.
        lost_before: the policies that decide earlier in which it lost.
        protection: how long it is protected, where the policy says it.
        place: where it stands among those that hold it, where several may.
        place_in_line: where it stands among those that lost, where something follows for losers.
    """

    claim: str
    relation: str
    claimant: str | Unknown
    outcome: str
    criteria: tuple[CriterionResult, ...]
    decided_by: Criterion | None
    validity: tuple[RequirementResult, ...]
    lost_before: tuple[str, ...]
    protection: Protection | None = None
    place: int | Unknown | None = None
    place_in_line: int | Unknown | None = None

    @property
    def failed(self) -> tuple[RequirementResult, ...]:
        """The conditions of being a claim that it does not meet; those that are not known if it may meet all."""
        failed = tuple(each for each in self.validity if each.outcome is False)
        return failed or tuple(each for each in self.validity if each.outcome is not True)

    @property
    def unmet(self) -> tuple[str, ...]:
        """The ids of what these conditions consist of and does not hold, or is not known to."""
        leaves = (each for result in self.failed for each in condition_results(result))
        return tuple(each.id for each in leaves if each.outcome is not True)

    def as_data(self) -> dict[str, object]:
        return {
            "claim": self.claim,
            "claimant": "unknown" if isinstance(self.claimant, Unknown) else self.claimant,
            "outcome": self.outcome,
            "decided_by": None if self.decided_by is None else self.decided_by.id,
            "criteria": [each.as_data() for each in self.criteria],
            "failed": list(self.unmet),
            "lost_before": list(self.lost_before),
            "place": _number_data(self.place),
            "place_in_line": _number_data(self.place_in_line),
        }


@dataclass(frozen=True, slots=True)
class ContestGroup:
    """A contest as people tell it: the claims that meet, or may meet, over what, and who keeps it.

    Attributes:
        key: tells it from other contests; the same in the results of all its claims.
        policy: id of the policy.
        same: what the claims have in common, by name, such as the customer.
        cells: for each contested combination of what is shared, its values by name: `ALL` where nobody names any,
            `ALL_OTHERS` for those that nobody names beside some that are named, `Unknown` where that is not known.
        outcome: "won", "shared", "undecided", "undetermined", or "discarded" if no claim is valid.
        winner: the id of the claim that won; of the first one if several may hold it.
        contestants: all claims, the winner first, then in the order of the criteria as far as it is known.
        by_claim: the same by their ids.
        reconsidered: one that held it does not stand any more, so that the others are looked at in their line.
        queued: whether that line has an order of its own.
        next_in_line: the ids of the claims that hold it once the first one that does has fallen away.
        titles: what people call the names of `same` and `cells`.
    """

    key: str
    policy: str
    same: Mapping[str, Seen]
    cells: tuple[Mapping[str, str | Unknown], ...]
    outcome: str
    winner: str | None
    contestants: tuple[Contestant, ...]
    by_claim: Mapping[str, Contestant]
    reconsidered: bool = False
    queued: bool = False
    next_in_line: tuple[str, ...] = ()
    titles: Mapping[str, Title] = field(default_factory=dict)

    @property
    def holders(self) -> tuple[str, ...]:
        """The ids of the claims that hold it, the first one first."""
        return tuple(each.claim for each in self.contestants if each.outcome in ("won", "shared"))

    @property
    def line(self) -> tuple[str, ...]:
        """The ids of the claims that lost and whose place in the line is known, in its order."""
        placed = [(each.place_in_line, each.claim) for each in self.contestants if isinstance(each.place_in_line, int)]
        return tuple(claim for _, claim in sorted(placed))

    @property
    def contested(self) -> bool:
        """Whether there was anybody to win against."""
        return sum(1 for each in self.contestants if each.outcome != "discarded") > 1

    @property
    def decided_by(self) -> Criterion | None:
        """The first criterion that tells those who hold it from the next one."""
        return self.by_claim[self.holders[0]].decided_by if self.holders else None

    def as_data(self, *, only: str | None = None) -> dict[str, object]:
        """The contest as plain data, with all claims, or with one of them and how many there are."""
        decided_by = self.decided_by
        told = self.contestants if only is None else (self.by_claim[only],)
        return {
            "contest": self.key,
            "same": {name: value_data(seen.value, seen.type) for name, seen in self.same.items()},
            "cells": [
                {name: "unknown" if isinstance(value, Unknown) else value for name, value in cell.items()}
                for cell in self.cells
            ],
            "outcome": self.outcome,
            "winner": self.winner,
            "holders": list(self.holders),
            "line": list(self.line),
            "next_in_line": list(self.next_in_line),
            "reconsidered": self.reconsidered,
            "decided_by": None if decided_by is None else decided_by.id,
            "contestants": [each.as_data() for each in told],
            "claims": len(self.contestants),
        }


@later_fields("groups")
@dataclass(frozen=True, slots=True)
class ConflictResult:
    """What came of one claim.

    Attributes:
        basis: policy, claim and version.
        outcome: "won", "lost", "partial" if it won in part, "undecided" if nothing tells it from another claim,
            "shared" if those share what they claim, "discarded" if it is no valid claim, or "undetermined" where facts
            are missing.
        claimant: who claims.
        consequence: the policy's word for what losers get, where it lost, at least in part.
        groups: the contests that it took part in.
        missing: the facts that are lacking where the outcome is undetermined.
        protection: how long it is protected, where the policy says it.
        place: where it stands among those that hold what it claims, where several may.
        holders: how many these are. Both are the greatest of its contests.
        place_in_line: where it stands among those that lost, the greatest of its contests.
        titles: what people call the consequence.
    """

    basis: Basis
    outcome: str
    claimant: str | Unknown
    consequence: str | None
    groups: tuple[ContestGroup, ...]
    missing: tuple[Missing, ...]
    protection: Protection | None = None
    place: int | Unknown | None = None
    holders: int | Unknown | None = None
    place_in_line: int | Unknown | None = None
    titles: Mapping[str, Title] = field(default_factory=dict)

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "claimant": "unknown" if isinstance(self.claimant, Unknown) else self.claimant,
            "consequence": self.consequence,
            "protection": None if self.protection is None else self.protection.as_data(),
            "place": _number_data(self.place),
            "holders": _number_data(self.holders),
            "place_in_line": _number_data(self.place_in_line),
            "groups": [group.as_data(only=self.basis.subject) for group in self.groups],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        own = [group.by_claim[self.basis.subject] for group in self.groups]
        decided = [group.decided_by if self.basis.subject in group.holders else None for group in self.groups]
        by = [each.id for each in (*decided, *(each.decided_by for each in own)) if each is not None]
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "decided_by": by[0] if by else None,
            "winners": sorted({holder for group in self.groups for holder in group.holders}),
            "next_in_line": sorted({claim for group in self.groups for claim in group.next_in_line}),
            "reconsidered": any(group.reconsidered for group in self.groups),
            "protected_until": None if self.protection is None else self.protection.as_data()["until"],
            "failed": sorted({id for each in own for id in each.unmet}),
        }
