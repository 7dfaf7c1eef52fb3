"""Which parts of the policies the cases reach: rows of tables, gates passed and failed, conditions true and false."""

import datetime as dt
from dataclasses import dataclass, field

from partnerrules.facts import Facts
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets.running import Run


@dataclass(frozen=True, slots=True)
class PolicyCoverage:
    """The parts of one policy of one version that cases reach, and those that none does, in their order."""

    policy: str
    version: str
    reached: tuple[str, ...]
    unreached: tuple[str, ...]


@dataclass(slots=True)
class Coverage:
    """Collects what was reached, case by case."""

    _reached: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, rules: Ruleset, facts: Facts, as_of: dt.datetime) -> None:
        """Count what one case reaches, each record by the version that answers for it."""
        running = Run(rules.versions, facts, as_of, False)
        for name in rules.policies:
            for version, row in running.rows(name):
                reached = self._reached.setdefault((name, version.head.version), set())
                reached |= version.policies[name].reached(row)

    def of(self, rules: Ruleset) -> tuple[PolicyCoverage, ...]:
        """What was reached of each policy of each version."""
        found = []
        for version in rules.versions:
            for name, policy in version.policies.items():
                reached = self._reached.get((name, version.head.version), set())
                found.append(
                    PolicyCoverage(
                        name,
                        version.head.version,
                        tuple(point for point in policy.points if point in reached),
                        tuple(point for point in policy.points if point not in reached),
                    )
                )
        return tuple(found)
