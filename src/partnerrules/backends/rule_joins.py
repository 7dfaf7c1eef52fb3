"""Finds the combinations of records on which an inference rule fires: by what must be equal, then by all conditions.

This is the meaning of a rule. Another engine may find combinations, too, and has to come to the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from partnerrules.backends.rule_plans import JoinPlan, Step
from partnerrules.backends.rule_rows import Candidate, Candidates
from partnerrules.backends.surroundings import Surroundings, definite, function_of, functions_of
from partnerrules.backends.values import Members
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.plan.logic import Truth, conjunction
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True)
class Combination:
    """Records on which a rule fires, by the names of its patterns, and whether it does so for certain."""

    rows: Mapping[str, Row]
    holds: Truth


class Joins:
    """The combinations of records on which one rule fires.

    Attributes:
        candidates: the records that each of its patterns may take.
        spend: counts what is done.
    """

    def __init__(self, plan: JoinPlan, around: Surroundings, spend: Callable[[int], None]) -> None:
        """Begin with no records.

        Args:
            plan: how the records of the rule are joined.
            around: the facts that are settled, and the instant.
            spend: counts what is done, and stops what goes on for hours.
        """
        self._plan = plan
        self._around = around
        self._functions: Mapping[int, Callable[[Mapping[str, Row]], object]] | None = None
        self.spend = spend
        self.candidates = [
            Candidates(self._meets(name, own), self._value_at(name))
            for name, own in zip(plan.names, plan.own, strict=True)
        ]

    def from_start(self) -> Iterator[Combination]:
        """All combinations of the records."""
        return self._joined(0, self.candidates[0].every(), {})

    def through(self, index: int, fresh: Sequence[Candidate], allowed: Mapping[int, int]) -> Iterator[Combination]:
        """The combinations in which one pattern takes one of some records.

        Args:
            index: which pattern.
            fresh: the records that it takes.
            allowed: the latest turn of the records of other patterns, where only earlier ones count.
        """
        return self._joined(index, fresh, allowed)

    def asked(self, term: terms.Term, rows: Mapping[str, Row]) -> Truth:
        """Whether a condition holds of some records, which counts as work."""
        found = self._computed(term, rows)
        assert isinstance(found, bool | Unknown), found
        return found

    # --------------------------------------------------------------------------------------------------------- inside

    def _computed(self, term: terms.Term, rows: Mapping[str, Row]) -> object:
        if self._functions is None:  # rules are there as long as what runs them
            self._functions = functions_of(self._plan.terms, self._around)
        function = self._functions.get(id(term)) or function_of(term, self._around)
        effort = self._around.effort
        effort.turns = 0
        found = function(rows)
        self.spend(1 + effort.turns)
        return found

    def _value(self, term: terms.Term, rows: Mapping[str, Row]) -> object:
        """What a record has, or must have, equal to something."""
        match term:
            case terms.FieldOf(terms.Variable(name), field):
                self.spend(1)
                value = rows[name].get(field)
            case _:
                value = definite(self._computed(term, rows))
        # A list equals nothing that could be looked up.
        return Unknown(frozenset()) if isinstance(value, Members | tuple) else value

    def _value_at(self, name: str) -> Callable[[terms.Term, Row], object]:
        return lambda term, row: self._value(term, {name: row})

    def _meets(self, name: str, own: Sequence[terms.Term]) -> Callable[[Row], Truth]:
        as_of, today = self._around.as_of, self._around.today

        def meets(row: Row) -> Truth:
            seen = row.visible(as_of, today)
            if seen is False:
                return False
            doubts: list[Truth] = [] if seen is True else [seen]
            if not self._hold(own, {name: row}, doubts):
                return False
            return conjunction(doubts) if doubts else True

        return meets

    def _joined(self, first: int, fresh: Sequence[Candidate], allowed: Mapping[int, int]) -> Iterator[Combination]:
        if not fresh:
            return iter(())
        names, steps = self._plan.names, self._plan.steps(first)
        rows: dict[str, Row] = {}
        doubts: list[Truth] = []

        def further(depth: int) -> Iterator[Combination]:
            step = steps[depth]
            same, others = ((), fresh) if depth == 0 else self._matching(step, rows)
            for candidates, tests in ((same, step.others), (others, step.tests)):
                for candidate in candidates:
                    self.spend(1)
                    if candidate.turn > allowed.get(step.index, candidate.turn):
                        continue
                    rows[step.name] = candidate.row
                    before = len(doubts)
                    if candidate.holds is not True:
                        doubts.append(candidate.holds)
                    if self._hold(tests, rows, doubts):
                        if depth + 1 < len(steps):
                            yield from further(depth + 1)
                        else:
                            yield Combination({name: rows[name] for name in names}, conjunction(doubts))
                    del doubts[before:]
            rows.pop(step.name, None)

        return further(0)

    def _hold(self, conditions: Sequence[terms.Term], rows: Mapping[str, Row], doubts: list[Truth]) -> bool:
        """Whether no condition is false; notes those that are not true for certain."""
        for each in conditions:
            found = self.asked(each, rows)
            if found is False:
                return False
            if found is not True:
                doubts.append(found)
        return True

    def _matching(self, step: Step, rows: Mapping[str, Row]) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
        """The records that have equal for certain what must be, and those that may have it."""
        candidates = self.candidates[step.index]
        if not candidates.every():
            return (), ()
        return candidates.matching(step, [self._value(key.other, rows) for key in step.keys])
