"""Which parts of the policies the cases reach: rows of tables, gates passed and failed, conditions true and false.

What a version takes over unchanged from another one need not be reached in each of them: the cases of any will do.

What hangs on a parameter that the source leaves unstated cannot be reached. A case that comes to it, and lacks nothing
but that value, shows that it is left open, and by what.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from partnerrules.backends.surroundings import Surroundings
from partnerrules.backends.values import OneOf
from partnerrules.facts import Facts
from partnerrules.plan.nodes import OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.policies import Policy
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets.left_open import left_open
from partnerrules.rulesets.running import Run
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class PolicyCoverage:
    """What the cases reach of one policy of one version, part by part in their order.

    Attributes:
        policy: its id.
        version: the version it stands in.
        reached: the parts that some case reaches.
        unreached: those that none does.
        open: those that cases come to and that hang on values the source does not state, with these parameters.
    """

    policy: str
    version: str
    reached: tuple[str, ...]
    unreached: tuple[str, ...]
    open: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(slots=True)
class Coverage:
    """Collects what was reached, case by case."""

    _reached: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _open: dict[tuple[str, str], dict[str, set[str]]] = field(default_factory=dict)

    def add(self, rules: Ruleset, facts: Facts, as_of: dt.datetime) -> None:
        """Count what one case reaches, each record by the version that answers for it."""
        running = Run(rules.versions, facts, as_of, False, frozenset(rules.policies))
        for name in rules.policies:
            for version, row in running.rows(name):
                key = name, version.head.version
                reached = self._reached.setdefault(key, set())
                reached |= version.policies[name].reached(row)
                for column, value in row.values.items():
                    if isinstance(value, Unknown) and {each.reason for each in value.missing} == {"parameter"}:
                        around = running.around(version, as_of)
                        for part in _parts(version.policies[name], row, column, around):
                            by = self._open.setdefault(key, {}).setdefault(part, set())
                            by |= {each.field for each in value.missing}

    def of(self, rules: Ruleset) -> tuple[PolicyCoverage, ...]:
        """What was reached of each policy of each version."""
        found = []
        for version in rules.versions:
            for name, policy in version.policies.items():
                alike = [each.head.version for each in rules.versions if _taken_over(each.policies.get(name), policy)]
                reached = {point for each in alike for point in self._reached.get((name, each), ())}
                waiting = {point: self._left_open_by(name, alike, point) for point in policy.points}
                left = [point for point in policy.points if point not in reached]
                found.append(
                    PolicyCoverage(
                        name,
                        version.head.version,
                        tuple(point for point in policy.points if point in reached),
                        tuple(point for point in left if not waiting[point]),
                        tuple((point, waiting[point]) for point in left if waiting[point]),
                    )
                )
        return tuple(found)

    def _left_open_by(self, policy: str, versions: Sequence[str], point: str) -> tuple[str, ...]:
        """The parameters that a part hangs on: its name begins with that of the column in which it is computed."""
        columns = [item for each in versions for item in self._open.get((policy, each), {}).items()]
        return tuple(sorted({name for column, by in columns if f"{point} ".startswith(f"{column} ") for name in by}))


def _parts(policy: Policy, row: TracedRow, column: str, around: Surroundings) -> tuple[str, ...]:
    """What is open with a column: of an outcome only the words that it may still be."""
    found = left_open(policy, row, column, around) if column == OUTCOME else None
    return tuple(f"{column} {word}" for word in found.possible) if isinstance(found, OneOf) else (column,)


def _taken_over(one: Policy | None, other: Policy) -> bool:
    """Whether a policy of one version is that of another one: the same text, whatever values its parameters have."""
    if one is other or one is None:
        return one is other
    same_place = (one.span.source.path, one.span.start) == (other.span.source.path, other.span.start)
    return same_place and one.points == other.points and one.plan == other.plan
