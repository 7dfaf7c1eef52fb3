"""Which parts of the policies the cases reach: rows of tables, gates passed and failed, conditions true and false."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from partnerrules.backends.interpreter import run
from partnerrules.decisions.results import Result
from partnerrules.facts import Facts
from partnerrules.policies import Policy
from partnerrules.rulesets import Decision, Ruleset
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.ruleset import Run


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

    def add(self, rules: Ruleset, facts: Facts, as_of: dt.datetime, decision: Decision) -> None:
        """Count what one decision reached, each record by the version that answered for it."""
        running = Run(rules, facts, as_of, False)
        for version in rules.versions:
            for name, policy in version.policies.items():
                ids = [id for id, result in decision[name].items() if _answered(result, version)]
                self._count(version, policy, running, ids)

    def _count(self, version: Version, policy: Policy, running: Run, ids: Iterable[str]) -> None:
        around = running.around(version, running.as_of)
        records = [around.facts.get(policy.plan.entity, id) for id in ids]
        only = [record for record in records if record is not None]
        reached = self._reached.setdefault((policy.id, version.head.version), set())
        for row in run(policy.plan, around, only=only, trace=False) if only else ():
            reached |= policy.reached(row)

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


def _answered(result: Result, version: Version) -> bool:
    return result.basis.version == version.head.version
