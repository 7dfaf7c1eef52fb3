"""One case in the working memory: records are told rule by rule, and what comes back is on which of them rules fire.

Whatever is not plain goes to the matcher: a record that may be there, a field that is not known, a value for which
there is no whole number, more facts than the engine is given. So all that the engine sees is certain.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from partnerrules.backends.rule_finding import Anew, ByJoins, Finder, Spending
from partnerrules.backends.rule_joins import Combination
from partnerrules.backends.rule_plans import JoinPlan
from partnerrules.backends.surroundings import Surroundings, evaluate, truth
from partnerrules.backends.working_memory_host import EngineFailed, Host
from partnerrules.backends.working_memory_rules import Compiled, Part
from partnerrules.backends.working_memory_values import Unfit, Words, encoded
from partnerrules.backends.working_memory_work import Work
from partnerrules.facts import Row
from partnerrules.plan.inference import Stratum
from partnerrules.plan.logic import conjunction
from partnerrules.schema.missing import Unknown

MAXIMUM_FACTS: Final = 20_000
"""Facts that are told in one case; what comes after them goes to the matcher."""
MAXIMUM_HELD: Final = 100_000
"""Combinations of some patterns of one rule that the engine holds at once; each takes half a kilobyte."""

Report = Callable[[str, str], None]
"""Takes the id of a rule, and why the matcher runs it in this case; "" if it does not."""


class Case:
    """The engine for one case."""

    def __init__(
        self, rules: Mapping[str, Compiled], hosts: Mapping[str, Callable[[], Host]], words: Words, report: Report
    ) -> None:
        """Begin with no facts.

        Args:
            rules: those that the engine can run, by id.
            hosts: by the id of a rule what gives the host it is in, with a session that has begun.
            words: numbers for texts; gets those of the case, too.
            report: is told which engine runs which rule.
        """
        self._rules = rules
        self._hosts = hosts
        self.words = words
        self.report = report
        self.count = 0

    def finder(self, plan: JoinPlan, stratum: Stratum, around: Surroundings, spending: Spending) -> Finder | None:
        """What finds the combinations of one rule; None if the matcher does."""
        rule = plan.rule
        made = self._rules.get(rule.id)
        if made is None:
            return None
        if any(around.parameters.get(name) != value for name, value in made.parameters.items()):
            self.report(rule.id, "a parameter has another value than when the ruleset was loaded")
            return None
        return _ByMemory(made, plan, stratum, around, spending, self)

    def host(self, rule: str) -> Host:
        """The host of a rule."""
        return self._hosts[rule]()

    def id(self) -> str:
        """The id of the next fact."""
        self.count += 1
        return str(self.count)


class _ByMemory:
    """Finds the combinations of one rule in the working memory, or in the matcher where a record is not plain."""

    def __init__(
        self,
        made: Compiled,
        plan: JoinPlan,
        stratum: Stratum,
        around: Surroundings,
        spending: Spending,
        case: Case,
    ) -> None:
        self._made = made
        self._stratum = stratum
        self._around = around
        self._spending = spending
        self._case = case
        self._matcher = ByJoins(plan, stratum, around, spending)
        self._turning = stratum.turns(made.rule)
        self._work = Work(made)
        self._rows: list[tuple[int, Row]] = []
        self._ready: dict[tuple[int, str], dict[str, int] | None] = {}
        self._by_matcher = False

    def begin(self) -> Iterator[Combination]:
        """Those of records that are settled; none where the rule waits for records that come in."""
        try:
            facts = [
                (part, row, fact)
                for part in self._made.parts
                if self._made.rule.patterns[part.index].entity not in self._stratum.relations
                for row, fact in self._settled(part)
            ]
            self._look_ahead()
            self._count(facts)
        except Unfit as reason:
            self._by_matcher = True
            self._case.report(self._made.rule.id, str(reason))
            return self._matcher.begin()
        self._case.report(self._made.rule.id, "")
        found = self._tell(facts)
        if found and self._turning:
            raise EngineFailed("a rule has fired before the records that it waits for")
        return self._in_order(found, 0)

    def take_in(self, rows: Sequence[Row], turn: int) -> Iterator[Combination]:
        """Those with some of the records that come in now, and otherwise with those before."""
        if self._by_matcher:
            yield from self._matcher.take_in(rows, turn)
            return
        firsts = [
            part.index
            for part in self._made.parts
            if self._made.rule.patterns[part.index].entity in self._stratum.relations
        ]
        try:
            facts = [
                (self._made.parts[index], row, fact)
                for index in firsts
                for row in rows
                if row.entity == self._made.rule.patterns[index].entity
                and (fact := self._coming(self._made.parts[index], row, turn)) is not None
            ]
            before = len(self._rows)
            self._count(facts)
        except Unfit as reason:
            raise Anew(f"rule `{self._made.rule.id}`: {reason}") from None
        found = self._tell(facts)
        for index in firsts:  # as the matcher does: by the first pattern that takes one of the records
            yield from self._in_order([each for each in found if self._first_new(each, firsts, before) == index], index)

    # ------------------------------------------------------------------------------------------- what is told of facts

    def _settled(self, part: Part) -> Iterator[tuple[Row, dict[str, int]]]:
        """The settled records that a pattern may take, with what is told of each."""
        if part.asked:
            for candidate in self._matcher.fill(part.index):
                yield candidate.row, self._plain(part, candidate.row, candidate.holds)
            return
        for row in self._around.facts.relation(self._made.rule.patterns[part.index].entity):
            fact = self._unasked(part, row)
            if fact is not None:
                yield row, fact

    def _look_ahead(self) -> None:
        """Looks at the records that are given and will come in, while it is easy to turn to the matcher."""
        for part in self._made.parts:
            entity = self._made.rule.patterns[part.index].entity
            if entity in self._stratum.relations and not part.asked:
                for row in self._around.facts.relation(entity):
                    self._ready[part.index, row.id] = self._unasked(part, row)

    def _coming(self, part: Part, row: Row, turn: int) -> dict[str, int] | None:
        """What is told of a record that comes in; None if the pattern cannot take it."""
        if not part.asked:
            key = (part.index, row.id)
            return self._ready.pop(key) if key in self._ready else self._unasked(part, row)
        candidate = self._matcher.joins.candidates[part.index].add(row, turn)
        return None if candidate is None else self._plain(part, candidate.row, candidate.holds)

    def _unasked(self, part: Part, row: Row) -> dict[str, int] | None:
        """What is told of a record, of which the engine asks whether the pattern may take it.

        Where that cannot be told, it does not matter if the pattern cannot take the record anyway.
        """
        seen = row.visible(self._around.as_of, self._around.today)
        if seen is False:
            return None
        try:
            return self._plain(part, row, seen)
        except Unfit:
            own = (truth(term, self._around, {part.name: row}) for term in part.own)
            if conjunction([seen, *own]) is False:
                return None
            raise

    def _plain(self, part: Part, row: Row, holds: bool | Unknown) -> dict[str, int]:
        if holds is not True:
            raise Unfit(f"it is not known whether `{part.name}` may be {row.id}")
        fact: dict[str, int] = {}
        for each in part.values:
            value = evaluate(each.term, self._around, {part.name: row})
            try:
                if each.encoding is not None:
                    number = encoded(value, each.encoding, self._case.words)
                elif isinstance(value, Unknown):
                    raise Unfit
                else:
                    number = None if value is None else 1
            except Unfit:
                raise Unfit(f"{row.relation} {row.id} has a value that is not known or not told") from None
            if number is not None:
                fact[each.name] = number
        return fact

    def _count(self, facts: Sequence[tuple[Part, Row, dict[str, int]]]) -> None:
        """Sees to it that facts are not too many, before any of them is told."""
        if self._case.count + len(facts) > MAXIMUM_FACTS:
            raise Unfit(f"there are more than {MAXIMUM_FACTS:,} facts")
        for part, _, fact in facts:
            self._work.add(part.index, fact)
        before = self._work.steps
        self._work.reckon()
        steps = self._work.steps - before
        if steps > self._spending.left() or self._work.held > MAXIMUM_HELD:
            raise Unfit("its facts have too many combinations")
        self._spending.add(steps)  # with what is done later, that stays as much as the matcher would count at least

    # ------------------------------------------------------------------------------------------------- what comes back

    def _tell(self, facts: Sequence[tuple[Part, Row, dict[str, int]]]) -> list[tuple[int, ...]]:
        """Tells facts, and gives the combinations that they complete: for each pattern the number of a fact."""
        found = []
        host = self._case.host(self._made.rule.id) if facts else None
        for part, row, fact in facts:
            assert host is not None
            number = len(self._rows)
            self._rows.append((part.index, row))
            for label, numbers in host.tell({"k": part.kind, "n": number, **fact}, self._case.id()):
                if label != self._made.label or numbers.keys() != self._made.aliases.keys():
                    raise EngineFailed(f"rule {label} has fired where {self._made.label} was told a fact")
                by_index = {self._made.aliases[alias]: each for alias, each in numbers.items()}
                found.append(tuple(by_index[index] for index in range(len(self._made.parts))))
        if len(set(found)) < len(found):
            raise EngineFailed("a rule has fired twice on the same facts")
        return found

    def _first_new(self, numbers: Sequence[int], firsts: Sequence[int], before: int) -> int:
        return next(index for index in firsts if numbers[index] >= before)

    def _in_order(self, found: list[tuple[int, ...]], first: int) -> Iterator[Combination]:
        """The combinations in the order in which the matcher finds them, if all of the rule holds of them.

        Facts are told in the order in which the matcher takes their records in.
        """
        order = self._made.sorted_by.get(first, ())
        for numbers in sorted(found, key=lambda each: [each[index] for index in order]):
            rows = {part.name: self._rows[numbers[part.index]][1] for part in self._made.parts}
            truths = [self._matcher.joins.asked(term, rows) for term in self._made.rest]
            holds = conjunction([True, *truths])
            if holds is not False:
                yield Combination(rows, holds)
