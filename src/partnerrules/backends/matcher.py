"""Runs inference rules as they stand. What it gives is the meaning of a rule, which other engines have to meet.

Another engine may find the combinations of records on which rules fire; all else is done here for all of them.

Relations are settled stratum by stratum. Where rules derive what they fire on, the records come in by the number that
decreases, the greatest first: all that derives a record is there before it, so that each combination is looked at
once, and what a record follows from is known when it gets its id.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from partnerrules.backends.exchange import ENTITY, Rates
from partnerrules.backends.rule_facts import Settled
from partnerrules.backends.rule_finding import Anew, ByJoins, Engine, Finder
from partnerrules.backends.rule_instants import Outcome, Outcomes
from partnerrules.backends.rule_joins import Combination
from partnerrules.backends.rule_plans import JoinPlans
from partnerrules.backends.surroundings import Effort, Surroundings
from partnerrules.diagnostics import FactProblem, FactsError, TooMuchWork
from partnerrules.facts import Database, Row
from partnerrules.facts.derived import id_prefix
from partnerrules.facts.deriving import Deriving
from partnerrules.facts.later import Later
from partnerrules.facts.record_reading import impossible_in
from partnerrules.plan.inference import Rule, Stratum
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_DERIVED: Final = 20_000
"""Records that the rules of one stratum may derive as of one instant, whatever else was looked at before."""
MAXIMUM_WORK: Final = 3_000_000
"""Steps that one rule may take: records that it looks at, conditions that it asks, members of lists in these, and
values of what follows."""


@dataclass(frozen=True, slots=True)
class Inferred:
    """What follows from facts.

    Attributes:
        facts: the given ones with those that rules derive, each relation when it is first looked at.
    """

    facts: Database
    _settlements: tuple["_Settlement", ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Combinations that would derive something that cannot be."""
        return tuple(
            said for each in self._settlements if each.may_refuse for said in each.settled.value.found.warnings()
        )


class Memory(Protocol):
    """An engine that is made once for the rules of a version, and takes one case at a time.

    Attributes:
        plans: how the records of the rules are joined.
    """

    plans: JoinPlans

    def case(self, facts: int) -> AbstractContextManager[Engine | None]:
        """The engine, for one case with so many facts; None if it is not to be had, or not worth it."""


def infer(
    strata: Sequence[Stratum], around: Surroundings, memory: Memory | None = None, outcomes: Outcomes | None = None
) -> Inferred:
    """The facts with all that follows from them by rules, as of an instant.

    Nothing is inferred before it is looked at: then the stratum that settles it, and those that this one looks at.

    Args:
        strata: the rules, in the order in which they settle relations.
        around: the facts that are given, none under an id of derived ones, and the instant.
        memory: finds combinations where it can; what follows is the same with it and without. To look at what follows
            raises `TooMuchWork` if the rules would derive too much, or take too long.
        outcomes: takes and gives what strata came to as of other instants, over the same given facts.
    """
    facts, outcomes = around.facts, outcomes or Outcomes()
    settlements: list[_Settlement] = []
    for stratum in strata:
        settlement = _Settlement(stratum, facts, around, memory, outcomes)
        settlements.append(settlement)
        facts = Deriving(facts, stratum.relations, settlement.facts)
    return Inferred(facts, tuple(settlements))


class _Settlement:
    """The settling of one stratum as of an instant, when it is first asked for.

    Attributes:
        stratum: its rules.
        settled: what they have come to.
    """

    def __init__(
        self,
        stratum: Stratum,
        before: Database,
        around: Surroundings,
        memory: Memory | None,
        outcomes: Outcomes,
    ) -> None:
        """Take over what it depends on.

        Args:
            stratum: the rules.
            before: the facts with the strata before.
            around: the facts that are given, and the instant.
            memory: finds combinations where it can.
            outcomes: what strata came to as of other instants.
        """
        self.stratum = stratum
        self.settled: Final = Later(self._settle)
        self._before = before
        self._around = around
        self._memory = memory
        self._outcomes = outcomes

    @property
    def may_refuse(self) -> bool:
        """Whether there may be combinations that would derive something that cannot be."""
        entities = self._before.schema.entities
        return self.stratum.measure is not None or any(
            impossible_in(entities[entity]) for entity in self.stratum.relations
        )

    def facts(self) -> Database:
        """The facts that are given with those that the stratum derives."""
        return self.settled.value.facts

    def _settle(self) -> Outcome:
        outcome = self._outcomes.at(self.stratum, self._around)
        if outcome is None:
            found = self._found()
            facts = self._around.facts.adding(found.rows(), _gaps(self.stratum, self._before, found.gaps))
            outcome = Outcome(found, facts, self.stratum, self._around)
            self._outcomes.keep(outcome)
        return outcome

    def _found(self) -> Settled:
        if self._memory is not None:
            # What lies below is settled here, as engines take one case at a time.
            consumed = frozenset(entity for rule in self.stratum.rules for entity in rule.consumed)
            facts = sum(len(self._before.relation(entity)) for entity in sorted(consumed))
            # What would be too much for the engine is asked of the matcher, whose counting is what the limits mean.
            with suppress(Anew, TooMuchWork), self._memory.case(facts) as engine:
                if engine is not None:
                    return self._settled_by(engine)
        return self._settled_by(None)

    def _settled_by(self, engine: Engine | None) -> Settled:
        plans = JoinPlans() if self._memory is None else self._memory.plans
        settling = _Settling(self.stratum, plans, seeing(self._before, self._around), engine)
        settling.run()
        return settling.settled


def seeing(facts: Database, around: Surroundings) -> Surroundings:
    """The same with other facts, and nothing remembered of those before."""
    rates = around.exchange
    if rates is not None and isinstance(facts, Deriving) and facts.derives(ENTITY):
        rates = Rates(rates.exchange, facts)
    return replace(around, facts=facts, effort=Effort(), memory={}, joins={}, exchange=rates)


def refuse_derived_ids(strata: Iterable[Stratum], facts: Database) -> None:
    """Refuses records that are given under an id that a rule may give to what it derives.

    Raises:
        FactsError: if there are such.
    """
    problems = []
    for rule in (rule for stratum in strata for rule in stratum.rules):
        prefix = id_prefix(rule.id)
        for row in facts.relation(rule.derives):
            if row.id.startswith(prefix):
                problems.append(
                    FactProblem(
                        row.relation,
                        row.id,
                        "id",
                        f"begins with `{prefix}`, as the ids do of what the rule `{rule.id}` derives",
                        "leave it out if it was derived, as it is derived again; otherwise give it another id",
                    )
                )
    if problems:
        raise FactsError(problems)


def _gaps(stratum: Stratum, facts: Database, open: Mapping[str, frozenset[Missing]]) -> dict[str, frozenset[Missing]]:
    """What is missing of the relations that a stratum has settled: of what is given, and of all they follow from."""
    found = {entity: facts.gaps(entity) | open.get(entity, frozenset()) for entity in stratum.relations}
    changed = True
    while changed:
        changed = False
        for rule in stratum.rules:
            below = (found.get(entity, facts.gaps(entity)) for entity in rule.consumed)
            joined = found[rule.derives].union(*below)
            changed = changed or joined != found[rule.derives]
            found[rule.derives] = joined
    return found


@dataclass(slots=True)
class _Spending:
    """Counts what one rule does."""

    rule: str
    done: int = 0

    def add(self, steps: int) -> None:
        """Count some more.

        Raises:
            TooMuchWork: if it is too much.
        """
        self.done += steps
        if self.done > MAXIMUM_WORK:
            raise TooMuchWork(
                f"rule `{self.rule}`: it takes more than {MAXIMUM_WORK:,} steps on these facts: let the facts that it"
                " fires on be equal in a field, or let fewer of them meet a condition of their own"
            )

    def left(self) -> int:
        """How many more there may be."""
        return MAXIMUM_WORK - self.done


@dataclass(slots=True)
class _Settling:
    """The settling of one stratum.

    Attributes:
        stratum: its rules.
        plans: how their records are joined.
        around: the facts of the strata before.
        engine: finds the combinations of the rules that it can run; None if there is none.
        settled: what the rules have found so far.
        finders: what finds the combinations of each rule, by its id.
        spendings: what each rule has done, by its id.
    """

    stratum: Stratum
    plans: JoinPlans
    around: Surroundings
    engine: Engine | None
    settled: Settled = field(init=False)
    finders: dict[str, Finder] = field(default_factory=dict)
    spendings: dict[str, _Spending] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settled = Settled(self.stratum, self.around, lambda rule, steps: self.spendings[rule].add(steps))

    def run(self) -> None:
        """Fires all rules until nothing more follows."""
        turning = [rule for rule in self.stratum.rules if self.stratum.turns(rule)]
        for rule in self.stratum.rules:
            for combination in self._finder(rule).begin():
                self._fire(rule, combination)
        made = self.settled.complete()
        if not turning:
            return
        assert self.stratum.measure is not None
        given = [row for entity in sorted(self.stratum.relations) for row in self.around.facts.relation(entity)]
        levels: dict[int, list[Row]] = {}
        loose: list[Row] = []
        for row in (*given, *made):
            level = row.get(self.stratum.measure)
            if isinstance(level, Unknown):
                loose.append(row)
            else:
                assert isinstance(level, int)
                levels.setdefault(level, []).append(row)
        turn = 1
        self._take_in(turning, loose, turn)
        while levels or self.settled.waiting:
            level = max((*levels, *self.settled.waiting))
            turn += 1
            rows = [*levels.pop(level, []), *self.settled.complete(self.settled.waiting.pop(level, []))]
            self._take_in(turning, sorted(rows, key=lambda row: (row.entity, row.id)), turn)

    def _take_in(self, rules: Sequence[Rule], rows: Sequence[Row], turn: int) -> None:
        """Fires the rules on combinations with some of the records that come in now, and with those before."""
        for rule in rules:
            for combination in self.finders[rule.id].take_in(rows, turn):
                self._fire(rule, combination)

    def _finder(self, rule: Rule) -> Finder:
        spending = self.spendings[rule.id] = _Spending(rule.id)
        plan = self.plans.of(rule)
        finder = None
        if self.engine is not None:
            finder = self.engine.finder(plan, self.stratum, self.around, spending)
        if finder is None:
            finder = ByJoins(plan, self.stratum, self.around, spending)
        self.finders[rule.id] = finder
        return finder

    def _fire(self, rule: Rule, combination: Combination) -> None:
        self.settled.add(rule, combination)
        if self.settled.count > MAXIMUM_DERIVED:
            raise TooMuchWork(
                f"rule `{rule.id}`: more than {MAXIMUM_DERIVED:,} facts are derived from these facts: let the rule ask"
                " for more, or derive one fact for several combinations"
            )
