"""One decision in the making: which version answers for which record, and what was computed so far."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile

from partnerrules.backends.exchange import Rates
from partnerrules.backends.interpreter import run
from partnerrules.backends.matcher import Inferred
from partnerrules.backends.rule_instants import Outcomes
from partnerrules.backends.shown import counted
from partnerrules.backends.surroundings import Surroundings
from partnerrules.backends.versions import Member, Turn, run_in_turn, run_together
from partnerrules.decisions.basis import NOT_APPLICABLE
from partnerrules.decisions.inference import Derived
from partnerrules.decisions.whole import Results
from partnerrules.diagnostics import TooMuchWork
from partnerrules.facts import Database, Facts, Record, Row
from partnerrules.facts.later import Later
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.trace import TracedRow
from partnerrules.plan.walk import looks_across
from partnerrules.policies import Policy
from partnerrules.rulesets.choosing import Asked, ask, competing, in_turn
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.derived import derived_in, derived_row, records_to_keep, told_of, with_derived
from partnerrules.rulesets.given import given_around, given_facts
from partnerrules.rulesets.guard import Guard
from partnerrules.rulesets.left_open import left_open
from partnerrules.rulesets.subjects import entities_of, records_of
from partnerrules.rulesets.too_much import is_told_of, of_policy
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown


@dataclass(slots=True)
class Run:
    """One decision in the making: what was computed so far, so that nothing is computed twice.

    Attributes:
        versions: of the ruleset.
        facts: what is known.
        as_of: the instant as of which is decided.
        trace: whether rows show the parts of their conditions.
        whole: the policies of which every record is decided, so that those that look at each record by itself may be
            run for all at once.
        guard: lets one thread at a time go on with the decision, once it was given to the caller.
    """

    versions: tuple[Version, ...]
    facts: Facts
    as_of: dt.datetime
    trace: bool
    whole: frozenset[str] = frozenset()
    guard: Guard = field(default_factory=Guard)
    _surroundings: dict[tuple[str, dt.datetime], Surroundings] = field(default_factory=dict)
    _rows: dict[tuple[str, str, str, dt.datetime], dict[str, TracedRow | None]] = field(default_factory=dict)
    _asked: dict[tuple[str, str, str, dt.datetime], Asked] = field(default_factory=dict)
    _asked_of_all: dict[tuple[str, dt.datetime], Asked] = field(default_factory=dict)
    _records: dict[tuple[tuple[str, ...], ...], dict[str, Row | None]] = field(default_factory=dict)
    _at_once: set[str] = field(default_factory=set)
    _traced: "Run | None" = None
    _databases: dict[str, Database] = field(default_factory=dict)
    _inferred: list[Inferred] = field(default_factory=list)
    _outcomes: dict[str, Outcomes] = field(default_factory=dict)
    _rates: dict[str, Rates] = field(default_factory=dict)

    def read_something(self) -> None:
        """Reads the facts by the version of the day if nothing that was asked has read them, so that they are refused.

        Raises:
            FactsError: if they are.
        """
        if not self._databases:
            self.around(self.version_of_the_day() or self.versions[-1], self.as_of)

    def with_trace(self) -> "Run":
        """The same decision in the making, with what conditions looked at; it asks what was answered without."""
        if self._traced is None:
            self._traced = replace(self, trace=True, whole=frozenset(), _rows={}, _at_once=set())
        return self._traced

    def warnings(self) -> Later[tuple[str, ...]]:
        """What was odd about the facts that were looked at so far, and what rules could not derive from them."""
        told = told_of(self._databases.values(), self._inferred)

        def found() -> tuple[str, ...]:
            with self.guard:
                return told.value

        return Later(found)

    def records(self, name: str) -> Mapping[str, Row | None]:
        """The records that a policy or definition is about, by their ids; "" stands for none."""
        having = [each for each in self.versions if name in each.policies or name in each.definitions]
        of_rule = any(name in each.policies and each.policies[name].rule is not None for each in having)
        # Most policies are about the same few entities.
        key = (*((each.head.version, *entities_of(each, name)) for each in having), (name,) if of_rule else ())
        if key not in self._records:
            around = ((each, self.around(each, self.as_of)) for each in having)
            self._records[key] = records_of(name, around, only_derived=of_rule)
        return self._records[key]

    def rows(self, name: str) -> Iterator[tuple[Version, TracedRow]]:
        """What the plan of a policy gives for each record, with the version that answers for it."""
        for record in self.records(name).values():
            assert record is not None, name
            version, row = self.telling(name, record, self.as_of)
            if version is None:
                continue
            if row is not None:
                yield version, row
            if self.in_succession(version.policies[name]):  # others have judged what happened in their days
                for other in self.versions_of(name):
                    its = self.row_of(other, name, record, self.as_of)
                    if other is not version and its is not None:
                        yield other, its

    def today(self, version: Version) -> dt.date:
        """The civil date of the decision."""
        return self.as_of.astimezone(version.head.zone).date()

    def version_of_the_day(self) -> Version | None:
        """The version that is in force on the day of the decision."""
        return next((each for each in self.versions if self.today(each) in each.head.in_force), None)

    def derived(self) -> tuple[Record, ...]:
        """The facts that the rules of the version of the day derive for certain."""
        version = self.version_of_the_day()
        if version is None or not version.strata:
            return ()
        with self.guard:
            return records_to_keep(self.around(version, self.as_of))

    def derivations(self, results: Mapping[str, Results]) -> dict[str, Derived]:
        """What the rules of each version derived, by its name."""
        ruled = (version for version in self.versions if version.strata)
        with self.guard:
            return {each.head.version: derived_in(each, self.around(each, self.as_of), results) for each in ruled}

    # ---------------------------------------------------------------------------------------------- what policies ask

    def answer(self, policy: str, record: Row, column: str, as_of: dt.datetime) -> object:
        """What another policy gives for a record, unknown where it gives nothing."""
        seen = record.visible(as_of, as_of.astimezone(self.versions[-1].head.zone).date())
        if seen is False:  # as of an earlier instant it is not there yet
            return Unknown.because("reference", record.relation, record.id)
        asked = self.asked(policy, record, as_of)
        version, row = self.telling(policy, record, as_of)
        if version is not None and column in version.policies[policy].regardless:
            return False if row is None else row.values[column]
        if row is None or version is None:
            if version is not None and column == OUTCOME:
                return NOT_APPLICABLE
            if version is not None and isinstance(version.signatures[policy].columns[column], t.Maybe):
                return None
            return Unknown.because("policy", policy, record.id) if asked.doubt is None else asked.doubt
        applies, value = row.values.get(APPLIES, True), counted(row.values, column)
        if isinstance(applies, Unknown) or isinstance(value, Unknown):
            return left_open(version.policies[policy], row, column, self.around(version, as_of))
        if value is None and not isinstance(version.signatures[policy].columns[column], t.Maybe):
            return Unknown.because("policy", policy, record.id)
        return value

    def asked(self, name: str, record: Row, as_of: dt.datetime) -> Asked:
        """The version whose policy answers for a record by its reference date, or what is missing to tell."""
        of_all = self._asked_of_all.get((name, as_of))
        if of_all is not None:
            return of_all
        key = (name, record.entity, record.id, as_of)
        if key not in self._asked:
            self._asked[key] = found = ask(name, record, self.of_all(name, as_of))
            if all(version.policies[name].reference_date is None for version in self.versions_of(name)):
                self._asked_of_all[name, as_of] = found  # the day of the decision, whatever the record is
        return self._asked[key]

    def version_of_all(self, name: str) -> Version | None:
        """The version that answers for whatever record, that of the day of the decision; None if none does by now."""
        return asked.version if (asked := self._asked_of_all.get((name, self.as_of))) else None

    def telling(self, name: str, record: Row, as_of: dt.datetime) -> tuple[Version | None, TracedRow | None]:
        """The version that answers for a record, and its row.

        What earlier versions imposed runs on even if that one is not about the record: then the last of them answers.
        """
        version = self.asked(name, record, as_of).version
        if version is None:
            return None, None
        policy = version.policies[name]
        row = self._row(version, policy, record, as_of)
        if row is not None or policy.succession is None or not self.in_succession(policy):
            return version, row
        earlier = tuple(takewhile(lambda each: each is not version, self.versions_of(name)))
        for each in reversed(earlier):
            its = self.row_of(each, name, record, as_of)
            if its is not None and policy.succession.runs_on(its):
                return each, its
        return version, None

    def row_of(self, version: Version, name: str, record: Row, as_of: dt.datetime) -> TracedRow | None:
        """The row of a record by one of the versions that have told of it."""
        return self.rows_of(version, name, record.entity, as_of)[record.id]

    def rows_of(self, version: Version, name: str, entity: str, as_of: dt.datetime) -> dict[str, TracedRow | None]:
        """What is known so far, by the id of the record; None for records that a policy is not about."""
        key = (version.head.version, name, entity, as_of)
        found = self._rows.get(key)
        return self._rows.setdefault(key, {}) if found is None else found

    def all_rows_of(self, version: Version, name: str) -> Mapping[str, TracedRow | None]:
        """What is known so far as of the instant of the decision, of records whose ids are known to be different."""
        entities = version.policies[name].plan.entities
        if len(entities) == 1:
            return self.rows_of(version, name, entities[0], self.as_of)
        return {id: row for each in entities for id, row in self.rows_of(version, name, each, self.as_of).items()}

    def run_at_once(self, name: str, only: frozenset[str] | None = None) -> None:
        """Runs the plans of a policy that looks at each record by itself once, for all records that a version answers.

        Args:
            name: of the policy; nothing is done for one that is not of that kind, or was run already.
            only: the ids of the records; all if None.
        """
        versions = self.versions_of(name)
        if name in self._at_once or any(name not in version.singly for version in versions):
            return
        self._at_once.add(name)
        batches: dict[str, list[Row]] = {version.head.version: [] for version in versions}
        for id, record in self.records(name).items():
            if record is not None and (only is None or id in only):
                version = self.asked(name, record, self.as_of).version
                if version is not None:
                    batches[version.head.version].append(record)
        for version in versions:
            if batches[version.head.version]:
                self._run_batch(version, version.policies[name], batches[version.head.version])

    def _run_batch(self, version: Version, policy: Policy, records: Iterable[Row]) -> None:
        """Runs a plan for many records; if that is too much work, they are left to be run one by one."""
        known = {each: self.rows_of(version, policy.id, each, self.as_of) for each in policy.plan.entities}
        around = self.around(version, self.as_of)
        # As this version reads them, and none that was asked for before.
        found = (around.facts.get(each.entity, each.id) for each in records if each.id not in known[each.entity])
        own = [each for each in found if each is not None]
        try:
            with around.effort.apart():
                rows = self._run(policy, around, own)
        except TooMuchWork as error:
            if is_told_of(error):
                raise
            return
        self._keep(version, policy.id, self.as_of, own, rows)

    def _row(self, version: Version, policy: Policy, record: Row, as_of: dt.datetime) -> TracedRow | None:
        name = policy.id
        rows = self.rows_of(version, name, record.entity, as_of)
        if record.id not in rows and name in self.whole and as_of == self.as_of:
            self.run_at_once(name)
        if record.id in rows:
            return rows[record.id]
        if policy.rule is not None:
            rows[record.id] = derived_row(policy.rule, record, self.around(version, as_of), trace=self.trace)
        elif self.in_succession(policy):
            for each, told in zip(self.versions_of(name), self._told(name, record, as_of, {}), strict=True):
                self.rows_of(each, name, record.entity, as_of)[record.id] = told
        elif policy.continues and len(self.versions_of(name)) > 1:
            self._run_together(name, as_of)
        else:
            around = self.around(version, as_of)
            together, doubts = self._together(version, policy, record, as_of)
            with around.effort.apart(), of_policy(name):
                found = self._run(policy, around, together, doubts=doubts)
            self._keep(version, name, as_of, together, found)
        return rows.setdefault(record.id, None)

    def _keep(self, version: Version, name: str, at: dt.datetime, of: Iterable[Row], rows: Iterable[TracedRow]) -> None:
        """Keeps what a plan gave for records, once it is there: of what is too much work nothing is known."""
        for each in of:
            self.rows_of(version, name, each.entity, at)[each.id] = None
        for row in rows:
            self.rows_of(version, name, row.subject.entity, at)[row.subject.id] = row

    def in_succession(self, policy: Policy) -> bool:
        """Whether several versions judge what happened, each in its own days."""
        return policy.succession is not None and len(self.versions_of(policy.id)) > 1

    def assuming(self, version: Version, policy: Policy, record: Row, values: Mapping[str, object]) -> TracedRow:
        """The row of a record as it would be with other values in some columns."""
        with self.guard:
            if self.in_succession(policy):
                again = self._told(policy.id, record, self.as_of, values)[self.versions_of(policy.id).index(version)]
            else:
                around = self.around(version, self.as_of)
                (again,) = self._run(policy, around, (record,), assumed={record.id: values})
            assert again is not None
            return again

    def _told(
        self, name: str, record: Row, as_of: dt.datetime, assumed: Mapping[str, object]
    ) -> list[TracedRow | None]:
        """The row of a record by each version that has the policy, of all that any of them has judged."""
        versions = self.versions_of(name)
        turns: list[Turn] = []
        for version in versions:
            around = self.around(version, as_of)
            own = around.facts.get(record.entity, record.id)
            assert own is not None
            turns.append(Turn(version.policies[name].plan, around, own, self.trace and not assumed, assumed))
        with of_policy(name):
            rows = run_in_turn(turns)
        every = tuple(row for row in rows if row is not None)
        found: list[TracedRow | None] = []
        for version, row in zip(versions, rows, strict=True):
            succession = version.policies[name].succession
            assert succession is not None
            found.append(None if row is None else succession.told(row, every))
        return found

    def of_all(self, name: str, as_of: dt.datetime) -> Iterator[tuple[Version, Surroundings]]:
        """The versions that have a policy, each with what its terms depend on."""
        return ((version, self.around(version, as_of)) for version in self.versions_of(name))

    def versions_of(self, name: str) -> tuple[Version, ...]:
        return tuple(version for version in self.versions if name in version.policies)

    def _run_together(self, name: str, as_of: dt.datetime) -> None:
        """Runs all versions of a policy that go on from each other, each over the records that any of them answers for.

        A version that answers for none of them has nothing to say.
        """
        members: list[tuple[Version, Member]] = []
        for version in self.versions_of(name):
            policy, around = version.policies[name], self.around(version, as_of)
            found = competing(name, version, around, lambda record: self.asked(name, record, as_of))
            if found.own:
                own = frozenset(each.id for each in found.own)
                member = Member(policy.plan, around, found.every, own, self.trace, found.doubts)
                members.append((version, member))
        run_together(member for _, member in members)
        with of_policy(name):
            made = [(version, member, tuple(member.rows())) for version, member in members]
        for version, member, rows in made:
            self._keep(version, name, as_of, (each for each in member.records if each.id in member.own), rows)

    def _run(
        self,
        policy: Policy,
        around: Surroundings,
        records: Iterable[Row],
        *,
        doubts: Mapping[str, Unknown] | None = None,
        assumed: Mapping[str, Mapping[str, object]] | None = None,
    ) -> tuple[TracedRow, ...]:
        """The rows of some records, by the plan of a policy: all plans of one version alone are run here."""
        trace = self.trace and assumed is None
        if around.compiler is not None and not doubts and assumed is None:
            records = tuple(records)
            rows = around.compiler.rows(policy.plan, around, records, trace=trace)
            if rows is not None:
                return tuple(rows)
        return run(policy.plan, around, only=records, trace=trace, assumed=assumed, doubts=doubts)

    def _together(
        self, version: Version, policy: Policy, record: Row, as_of: dt.datetime
    ) -> tuple[tuple[Row, ...], Mapping[str, Unknown]]:
        """The records for which a plan is run at once, and which of them are in doubt.

        One, or if records compete, all that the version answers for or may answer for, or those of them that it meets.
        """
        around = self.around(version, as_of)
        if policy.id in version.singly or not looks_across(policy.plan):
            own = around.facts.get(record.entity, record.id)
            return (() if own is None else (own,)), {}
        found = competing(policy.id, version, around, lambda each: self.asked(policy.id, each, as_of))
        if policy.id in self.whole and as_of == self.as_of:
            return found.own, found.doubts
        known = {each: self.rows_of(version, policy.id, each, as_of) for each in policy.plan.entities}
        return in_turn(policy, version, around, record, found.own, known), found.doubts

    def around(self, version: Version, as_of: dt.datetime) -> Surroundings:
        """What the terms of a version depend on as of an instant."""
        key = (version.head.version, as_of)
        if key not in self._surroundings:
            if version.head.version not in self._databases:
                self._databases[version.head.version] = given_facts(version, self.facts, self.versions)
            database = self._databases[version.head.version]
            # Of all instants together, so that rates are put in order once.
            rates = self._rates.setdefault(version.head.version, Rates(version.head.exchange, database))
            given = given_around(version, database, as_of, self, rates)
            outcomes = self._outcomes.setdefault(version.head.version, Outcomes())
            around, inferred = with_derived(version, given, lambda moment: self.around(version, moment).facts, outcomes)
            self._surroundings[key] = around
            if inferred is not None:
                self._inferred.append(inferred)
        return self._surroundings[key]
