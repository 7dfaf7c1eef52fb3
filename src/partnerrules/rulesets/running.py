"""One decision in the making: which version answers for which record, and what was computed so far."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile

from partnerrules.backends.exchange import Rates
from partnerrules.backends.interpreter import run, subjects
from partnerrules.backends.meanings import MEANINGS
from partnerrules.backends.rows import counted, shown_value
from partnerrules.backends.surroundings import Surroundings, evaluate
from partnerrules.backends.versions import Member, Turn, run_in_turn, run_together
from partnerrules.decisions.basis import (
    NOT_APPLICABLE,
    NOT_IN_FORCE,
    UNDETERMINED,
    Basis,
    missing_of,
)
from partnerrules.decisions.inference import Derived
from partnerrules.decisions.results import DefinitionResult, NoPolicyResult, Result
from partnerrules.diagnostics import TooMuchWork
from partnerrules.facts import Database, Facts, Record, Row
from partnerrules.facts.derived import derivations_by
from partnerrules.language import terms
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.stretches import Stretch
from partnerrules.plan.trace import TracedRow
from partnerrules.plan.walk import looks_across
from partnerrules.policies import Policy
from partnerrules.rulesets.choosing import Asked, ask, check_ids, payees
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.derived import derived_ids, derived_in, derived_row, records_to_keep, with_derived
from partnerrules.rulesets.left_open import left_open
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(slots=True)
class Run:
    """One decision in the making: what was computed so far, so that nothing is computed twice."""

    versions: tuple[Version, ...]
    facts: Facts
    as_of: dt.datetime
    trace: bool
    _surroundings: dict[tuple[str, dt.datetime], Surroundings] = field(default_factory=dict)
    _rows: dict[tuple[str, str, str, str, dt.datetime], TracedRow | None] = field(default_factory=dict)
    _asked: dict[tuple[str, str, str, dt.datetime], Asked] = field(default_factory=dict)
    _databases: dict[str, Database] = field(default_factory=dict)
    _told_of_rules: dict[str, None] = field(default_factory=dict)
    _rates: dict[str, Rates] = field(default_factory=dict)

    def warnings(self) -> tuple[str, ...]:
        """What was odd about the facts."""
        of_facts = (str(each) for database in self._databases.values() for each in database.warnings)
        return tuple(dict.fromkeys((*of_facts, *self._told_of_rules)))

    # -------------------------------------------------------------------------------------------------- whole results

    def records(self, name: str) -> dict[str, Row | None]:
        """The records that a policy or definition is about, by their ids; "" stands for none."""
        found: dict[str, Row | None] = {}
        for version in self.versions:
            if name in version.policies:
                entities = version.policies[name].plan.entities
            elif name in version.definitions:
                of = version.definitions[name].of
                entities = () if of is None else (of,)
            else:
                continue
            around = self.around(version, self.as_of)
            rows: Iterable[Row | None] = subjects(entities, around) if entities else [None]
            if name in version.policies and version.policies[name].rule is not None:
                rows = [row for row in rows if derivations_by(row, name)]
            for row in rows:
                found.setdefault("" if row is None else row.id, row)
            check_ids(name, (row for row in rows if row is not None))
        return dict(sorted(found.items()))

    def results(self, name: str, only: frozenset[str] | None) -> dict[str, Result]:
        """The results of a policy or definition by the ids of the records."""
        is_policy = any(name in version.policies for version in self.versions)
        found: dict[str, Result] = {}
        for id, record in self.records(name).items():
            if only is not None and record is not None and id not in only:
                continue
            if is_policy:
                assert record is not None
                result = self._result(name, record)
            else:
                result = self._definition_result(name, record)
            if result is not None:
                found[id] = result
        return found

    def rows(self, name: str) -> Iterator[tuple[Version, TracedRow]]:
        """What the plan of a policy gives for each record, with the version that answers for it."""
        for record in self.records(name).values():
            version, row = (None, None) if record is None else self._telling(name, record, self.as_of)
            if version is None or record is None:
                continue
            if row is not None:
                yield version, row
            if self._in_succession(version.policies[name]):  # others have judged what happened in their days
                for other in self._versions_of(name):
                    its = self._rows[other.head.version, name, record.entity, record.id, self.as_of]
                    if other is not version and its is not None:
                        yield other, its

    def _result(self, name: str, record: Row) -> Result | None:
        asked = self.asked(name, record, self.as_of)
        version, row = self._telling(name, record, self.as_of)
        if version is None:
            versions = tuple(self._of_all(name, self.as_of))
            basis = Basis(name, versions[-1][0].policies[name].title, None, record.id, "")
            if asked.doubt is None:
                last = payees(name, record, versions[-1:])
                return NoPolicyResult(basis, NOT_IN_FORCE, (), asked.days, last)
            paid = payees(name, record, versions)  # by whichever of them answers for it
            return NoPolicyResult(basis, UNDETERMINED, missing_of(asked.doubt), asked.days, paid)
        policy = version.policies[name]
        if row is None:
            return None
        result = self._result_of(version, policy, row)
        if policy.succession is None or not self._in_succession(policy):
            return result
        results: list[Result] = []
        for each in self._versions_of(name):
            its = self._rows[each.head.version, name, record.entity, record.id, self.as_of]
            if each is version:
                results.append(result)
            elif its is not None:
                results.append(self._result_of(each, each.policies[name], its))
        return policy.succession.joined(result, results)

    def _result_of(self, version: Version, policy: Policy, row: TracedRow) -> Result:
        """The result of a row, by the version whose plan gives it."""
        name, id = policy.id, row.subject.id
        basis = Basis(name, policy.title, policy.source, id, version.head.version, version.assumed[name])

        def assume(values: Mapping[str, object]) -> TracedRow:
            if self._in_succession(policy):
                found = self._told(name, row.subject, self.as_of, values)[version.head.version]
                assert found is not None
                return found
            around = self.around(version, self.as_of)
            (again,) = run(policy.plan, around, only=(row.subject,), trace=False, assumed={id: values})
            return again

        return policy.result(basis, row, assume)

    def _definition_result(self, name: str, record: Row | None) -> Result | None:
        """The value of a definition. The version that is in force on the day of the decision gives it."""
        version = next((each for each in self.versions if self._today(each) in each.head.in_force), None)
        if version is None or name not in version.definitions:
            basis = Basis(name, Title(), None, "" if record is None else record.id, "")
            return NoPolicyResult(basis, reference_dates=tuple(sorted({self._today(each) for each in self.versions})))
        definition, term = version.definitions[name], version.definition_terms[name]
        around = self.around(version, self.as_of)
        own = None if record is None else around.facts.get(record.entity, record.id)
        variable = None if own is None else terms.Variable(SUBJECT, t.Record(own.entity))
        around.effort.turns = 0
        value = evaluate(terms.DefinitionOf(name, variable, term.type), around, {SUBJECT: own})
        id = "" if record is None else record.id
        basis = Basis(name, definition.title, definition.source, id, version.head.version, version.assumed[name])
        return DefinitionResult(basis, _with_known_ends(shown_value(value)), term.type)

    def _today(self, version: Version) -> dt.date:
        return self.as_of.astimezone(version.head.zone).date()

    def derived(self) -> tuple[Record, ...]:
        """The facts that the rules of the version of the day derive for certain."""
        version = next((each for each in self.versions if self._today(each) in each.head.in_force), None)
        return () if version is None or not version.strata else records_to_keep(self.around(version, self.as_of))

    def derivations(self, results: Mapping[str, Mapping[str, Result]]) -> dict[str, Derived]:
        """What the rules of each version derived, by its name."""
        ruled = (version for version in self.versions if version.strata)
        return {each.head.version: derived_in(each, self.around(each, self.as_of), results) for each in ruled}

    # ---------------------------------------------------------------------------------------------- what policies ask

    def answer(self, policy: str, record: Row, column: str, as_of: dt.datetime) -> object:
        """What another policy gives for a record, unknown where it gives nothing."""
        seen = record.visible(as_of, as_of.astimezone(self.versions[-1].head.zone).date())
        if seen is False:  # as of an earlier instant it is not there yet
            return Unknown.because("reference", record.relation, record.id)
        asked = self.asked(policy, record, as_of)
        version, row = self._telling(policy, record, as_of)
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
        key = (name, record.entity, record.id, as_of)
        if key not in self._asked:
            self._asked[key] = ask(name, record, self._of_all(name, as_of))
        return self._asked[key]

    def _telling(self, name: str, record: Row, as_of: dt.datetime) -> tuple[Version | None, TracedRow | None]:
        """The version that answers for a record, and its row.

        What earlier versions imposed runs on even if that one is not about the record: then the last of them answers.
        """
        version = self.asked(name, record, as_of).version
        if version is None:
            return None, None
        policy = version.policies[name]
        row = self._row(version, policy, record, as_of)
        if row is not None or policy.succession is None or not self._in_succession(policy):
            return version, row
        earlier = tuple(takewhile(lambda each: each is not version, self._versions_of(name)))
        for each in reversed(earlier):
            its = self._rows[each.head.version, name, record.entity, record.id, as_of]
            if its is not None and policy.succession.runs_on(its):
                return each, its
        return version, None

    def _row(self, version: Version, policy: Policy, record: Row, as_of: dt.datetime) -> TracedRow | None:
        key = (version.head.version, policy.id, record.entity, record.id, as_of)
        if key not in self._rows and policy.rule is not None:
            self._rows[key] = derived_row(policy.rule, record, self.around(version, as_of), trace=self.trace)
        if key not in self._rows and self._in_succession(policy):
            for known, told in self._told(policy.id, record, as_of, {}).items():
                self._rows[known, *key[1:]] = told
        if key not in self._rows and policy.continues and len(self._versions_of(policy.id)) > 1:
            self._run_together(policy.id, as_of)
            self._rows.setdefault(key, None)
        if key not in self._rows:
            around = self.around(version, as_of)
            together, doubts = self._together(version, policy, record, as_of)
            for each in together:
                self._rows[(*key[:2], each.entity, each.id, as_of)] = None
            with around.effort.apart():
                rows = self._run(policy, around, together, doubts)
            for row in rows:
                self._rows[(*key[:2], row.subject.entity, row.subject.id, as_of)] = row
            self._rows.setdefault(key, None)
        return self._rows[key]

    def _in_succession(self, policy: Policy) -> bool:
        """Whether several versions judge what happened, each in its own days."""
        return policy.succession is not None and len(self._versions_of(policy.id)) > 1

    def _told(
        self, name: str, record: Row, as_of: dt.datetime, assumed: Mapping[str, object]
    ) -> dict[str, TracedRow | None]:
        """The row of a record by each version, of all that any of them has judged."""
        versions = self._versions_of(name)
        turns: list[Turn] = []
        for version in versions:
            around = self.around(version, as_of)
            own = around.facts.get(record.entity, record.id)
            assert own is not None
            turns.append(Turn(version.policies[name].plan, around, own, self.trace and not assumed, assumed))
        with _of_policy(name):
            rows = run_in_turn(turns)
        every = tuple(row for row in rows if row is not None)
        found: dict[str, TracedRow | None] = {}
        for version, row in zip(versions, rows, strict=True):
            succession = version.policies[name].succession
            assert succession is not None
            found[version.head.version] = None if row is None else succession.told(row, every)
        return found

    def _of_all(self, name: str, as_of: dt.datetime) -> Iterator[tuple[Version, Surroundings]]:
        """The versions that have a policy, each with what its terms depend on."""
        return ((version, self.around(version, as_of)) for version in self._versions_of(name))

    def _versions_of(self, name: str) -> tuple[Version, ...]:
        return tuple(version for version in self.versions if name in version.policies)

    def _run_together(self, name: str, as_of: dt.datetime) -> None:
        """Runs all versions of a policy that go on from each other, each over the records that any of them answers for.

        A version that answers for none of them has nothing to say.
        """
        members: dict[str, Member] = {}
        for version in self._versions_of(name):
            policy, around = version.policies[name], self.around(version, as_of)
            records: list[Row] = []
            own: set[str] = set()
            doubts: dict[str, Unknown] = {}
            every = subjects(policy.plan.entities, around)
            check_ids(name, every)
            for each in every:
                asked = self.asked(name, each, as_of)
                if asked.version is None and asked.doubt is None:
                    continue
                records.append(each)
                if asked.version is version or asked.doubt is not None:
                    own.add(each.id)
                    self._rows[version.head.version, name, each.entity, each.id, as_of] = None
                seen = each.visible(around.as_of, around.today)
                doubt = [one for one in (asked.doubt, seen) if isinstance(one, Unknown)]
                if doubt:
                    doubts[each.id] = Unknown.of(doubt)
            if own:
                member = Member(policy.plan, around, tuple(records), frozenset(own), self.trace, doubts)
                members[version.head.version] = member
        run_together(members.values())
        with _of_policy(name):
            for known, member in members.items():
                for row in member.rows():
                    self._rows[known, name, row.subject.entity, row.subject.id, as_of] = row

    def _run(
        self, policy: Policy, around: Surroundings, together: tuple[Row, ...], doubts: Mapping[str, Unknown]
    ) -> tuple[TracedRow, ...]:
        """The rows of some records, by the plan of a policy; if that is too much work, it is told which policy's."""
        with _of_policy(policy.id):
            return tuple(run(policy.plan, around, only=together, trace=self.trace, doubts=doubts))

    def _together(
        self, version: Version, policy: Policy, record: Row, as_of: dt.datetime
    ) -> tuple[tuple[Row, ...], dict[str, Unknown]]:
        """The records for which a plan is run at once, and which of them are in doubt.

        One, or if records compete, all that the version answers for or may answer for.
        """
        around = self.around(version, as_of)
        if not looks_across(policy.plan):
            own = around.facts.get(record.entity, record.id)
            return (() if own is None else (own,)), {}
        rows: list[Row] = []
        doubts: dict[str, Unknown] = {}
        every = subjects(policy.plan.entities, around)
        check_ids(policy.id, every)
        for each in every:
            asked = self.asked(policy.id, each, as_of)
            seen = each.visible(around.as_of, around.today)
            doubt = [one for one in (asked.doubt, seen) if isinstance(one, Unknown)]
            if asked.version is version or asked.doubt is not None:
                rows.append(each)
            if doubt:
                doubts[each.id] = Unknown.of(doubt)
        return tuple(rows), doubts

    def around(self, version: Version, as_of: dt.datetime) -> Surroundings:
        """What the terms of a version depend on as of an instant."""
        key = (version.head.version, as_of)
        if key not in self._surroundings:
            if version.head.version not in self._databases:
                self._databases[version.head.version] = self.facts.bind(
                    version.facts_schema, zone=version.head.zone, derived=derived_ids(self.versions)
                )
            database = self._databases[version.head.version]
            # Of all instants together, so that rates are put in order once.
            rates = self._rates.setdefault(version.head.version, Rates(version.head.exchange, database))
            given = Surroundings(
                facts=database,
                as_of=as_of.astimezone(dt.UTC),
                zone=version.head.zone,
                fiscal_year_starts=version.head.fiscal_year_starts,
                parameters={name: parameter.value for name, parameter in version.parameters.items()},
                definitions=version.definition_terms,
                answers=self,
                meanings=MEANINGS,
                calendar=version.head.calendar,
                exchange=rates,
            )
            around, told = with_derived(version, given, lambda moment: self.around(version, moment).facts)
            self._surroundings[key] = around
            self._told_of_rules.update(dict.fromkeys(told))
        return self._surroundings[key]


@contextmanager
def _of_policy(name: str) -> Iterator[None]:
    """Tells of which policy it was, where something is too much work."""
    try:
        yield
    except TooMuchWork as error:
        if str(error).startswith("policy `"):
            raise
        raise TooMuchWork(f"policy `{name}`: {error}") from error


def _with_known_ends(value: object) -> object:
    """A value; unknown where it is a stretch of which an end is not known."""
    unknown = [end for end in (value.low, value.high) if isinstance(end, Unknown)] if isinstance(value, Stretch) else []
    return Unknown.of(unknown) if unknown else value
