"""Who finds the combinations of records on which a rule fires: what engines have in common, and the reference.

Ids, derivations, doubt and limits are the same code for all engines, so that they differ in nothing but this.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from partnerrules.backends.rule_joins import Combination, Joins
from partnerrules.backends.rule_plans import JoinPlan
from partnerrules.backends.rule_rows import Candidate
from partnerrules.backends.surroundings import Surroundings
from partnerrules.facts import Row
from partnerrules.plan.inference import Stratum


class Anew(Exception):  # a signal between engines, which no caller of the library sees
    """An engine cannot go on with a case, after it has begun to find combinations: the matcher begins anew."""


class Spending(Protocol):
    """Counts the steps that a rule takes."""

    def add(self, steps: int) -> None:
        """Count some more, and stop what goes on for hours."""

    def left(self) -> int:
        """How many more there may be."""


class Finder(Protocol):
    """Finds the combinations on which one rule fires."""

    def begin(self) -> Iterator[Combination]:
        """Those of records that are settled; none where the rule waits for records that come in."""

    def take_in(self, rows: Sequence[Row], turn: int) -> Iterator[Combination]:
        """Those with some of the records that come in now, and otherwise with those before."""


class Engine(Protocol):
    """Finds combinations of the rules that it can run."""

    def finder(self, plan: JoinPlan, stratum: Stratum, around: Surroundings, spending: Spending) -> Finder | None:
        """What finds those of one rule; None if the matcher does."""


class ByJoins:
    """Finds combinations by hashed joins in plain Python.

    Attributes:
        joins: of the rule.
        filled: the patterns whose settled records are in.
    """

    def __init__(self, plan: JoinPlan, stratum: Stratum, around: Surroundings, spending: Spending) -> None:
        self.joins = Joins(plan, around, spending.add)
        self.filled: set[int] = set()
        self._rule = plan.rule
        self._stratum = stratum
        self._around = around

    def fill(self, index: int) -> Sequence[Candidate]:
        """Takes in the settled records of a pattern, once, and gives those that it may take."""
        pattern = self._rule.patterns[index]
        if index not in self.filled:
            self.filled.add(index)
            for row in self._around.facts.relation(pattern.entity):
                self.joins.candidates[index].add(row, 0)
        return self.joins.candidates[index].every()

    def begin(self) -> Iterator[Combination]:
        """Those of records that are settled; none where the rule waits for records that come in."""
        for index, pattern in enumerate(self._rule.patterns):
            if pattern.entity not in self._stratum.relations:
                self.fill(index)
        return iter(()) if self._stratum.turns(self._rule) else self.joins.from_start()

    def take_in(self, rows: Sequence[Row], turn: int) -> Iterator[Combination]:
        """Those with some of the records that come in now, and otherwise with those before."""
        fresh: dict[int, list[Candidate]] = {}
        for index, pattern in enumerate(self._rule.patterns):
            if pattern.entity in self._stratum.relations:
                added = (self.joins.candidates[index].add(row, turn) for row in rows if row.entity == pattern.entity)
                fresh[index] = [each for each in added if each is not None]
        earlier: dict[int, int] = {}
        for index in fresh:  # of patterns before it only earlier records, so that no combination comes twice
            yield from self.joins.through(index, fresh[index], dict(earlier))
            earlier[index] = turn - 1
