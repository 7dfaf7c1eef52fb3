"""The results of overlap policies: what came of each record that covers something, and who covers the same cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from partnerrules.decisions.basis import Basis, basis_data, missing_texts
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.values import missing_data, value_data
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Integer

CLEAR: Final = "clear"
OVERLAPPING: Final = "overlapping"
WARNING: Final = "warning"
EXEMPT: Final = "exempt"

Role = Literal["counted", "direct", "exempt", "in doubt"]
"""How a record takes part in a cell: it counts, is of the direct channel, or is exempt; or that is not known."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A record that covers a cell, or may.

    Attributes:
        record: its id.
        relation: the relation that it is a record of.
        holder: who covers: the id of a partner, or a name; `Unknown` if that is not known.
        role: how it takes part.
    """

    record: str
    relation: str
    holder: str | Unknown
    role: Role

    def as_data(self) -> dict[str, object]:
        holder = "unknown" if isinstance(self.holder, Unknown) else self.holder
        return {"record": self.record, "holder": holder, "role": self.role}


@dataclass(frozen=True, slots=True)
class CoverageGroup:
    """Cells that the same records cover, and whether they are too many.

    Attributes:
        policy: id of the policy.
        same: what the records have in common, by name, such as the solution.
        cells: for each combination of what is shared, its values by name: "*" where nobody names any, "* others" for
            those that nobody names beside some that are named, `Unknown` where that is not known.
        outcome: "clear", "overlapping", "warning" if the direct channel stands beside others, or "undetermined".
        at_most: how many holders there may be; `Unknown` if that is not known, None if there is no limit.
        covers: all records, in the order of their ids.
    """

    policy: str
    same: Mapping[str, Seen]
    cells: tuple[Mapping[str, str | Unknown], ...]
    outcome: str
    at_most: int | Unknown | None
    covers: tuple[Cover, ...]

    @property
    def holders(self) -> tuple[str, ...]:
        """Those who count and are known, each once."""
        return self._holders("counted")

    @property
    def direct_holders(self) -> tuple[str, ...]:
        """Those of the direct channel that are known, each once."""
        return self._holders("direct")

    def _holders(self, role: Role) -> tuple[str, ...]:
        found = (each.holder for each in self.covers if each.role == role)
        return tuple(sorted({holder for holder in found if isinstance(holder, str)}))

    def as_data(self) -> dict[str, object]:
        return {
            "same": {name: value_data(seen.value, seen.type) for name, seen in self.same.items()},
            "cells": [
                {name: "unknown" if isinstance(value, Unknown) else value for name, value in cell.items()}
                for cell in self.cells
            ],
            "outcome": self.outcome,
            "at_most": value_data(self.at_most, Integer()),
            "holders": list(self.holders),
            "direct_holders": list(self.direct_holders),
            "covers": [each.as_data() for each in self.covers],
        }


@dataclass(frozen=True, slots=True)
class OverlapResult:
    """What came of one record that covers something.

    Attributes:
        basis: policy, record and version.
        outcome: "clear", "overlapping" if it counts in a cell that has too many holders, "warning" if in one of its
            cells the direct channel stands beside others, "exempt", or "undetermined".
        holder: who covers.
        exemptions: the conditions of being exempt that hold.
        groups: the cells that it covers, those together that the same records cover.
        missing: the facts that are lacking where the outcome is undetermined.
        titles: what people call the names of `same` and `cells`.
    """

    basis: Basis
    outcome: str
    holder: str | Unknown
    exemptions: tuple[RequirementResult, ...]
    groups: tuple[CoverageGroup, ...]
    missing: tuple[Missing, ...]
    titles: Mapping[str, Title] = field(default_factory=dict)

    @property
    def exempt_by(self) -> tuple[str, ...]:
        """The ids of the conditions by which it is exempt."""
        leaves = (each for result in self.exemptions for each in condition_results(result))
        return tuple(each.id for each in leaves if each.outcome is True)

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "holder": "unknown" if isinstance(self.holder, Unknown) else self.holder,
            "exempt_by": list(self.exempt_by),
            "groups": [group.as_data() for group in self.groups],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        mixed = [group for group in self.groups if group.outcome in (OVERLAPPING, WARNING)]
        beside = {holder for group in mixed for holder in (*group.holders, *group.direct_holders)}
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "beside": sorted(beside - {self.holder}),
        }
