"""One decision in the making: which version answers for which record, and what was computed so far."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from partnerrules.backends.derivations import derivation_row
from partnerrules.backends.interpreter import run, subjects
from partnerrules.backends.matcher import infer
from partnerrules.backends.meanings import MEANINGS
from partnerrules.backends.rows import shown_value
from partnerrules.backends.surroundings import Surroundings, definite, evaluate
from partnerrules.decisions.basis import (
    NOT_APPLICABLE,
    NOT_IN_FORCE,
    UNDETERMINED,
    Basis,
    missing_of,
)
from partnerrules.decisions.inference import DERIVED, Derived
from partnerrules.decisions.results import DefinitionResult, NoPolicyResult, Result
from partnerrules.diagnostics import FactProblem, FactsError, TooMuchWork
from partnerrules.facts import Database, Facts, Record, Row
from partnerrules.facts.derived import derivations_by
from partnerrules.language import terms
from partnerrules.language.names import SUBJECT
from partnerrules.plan.nodes import APPLIES, OUTCOME
from partnerrules.plan.stretches import Stretch
from partnerrules.plan.trace import TracedRow
from partnerrules.plan.walk import looks_across
from partnerrules.policies import Policy
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.derived import derived_in, records_to_keep
from partnerrules.rulesets.needs import relations_of
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Asked:
    """Which version answers for a record, what is missing to tell, and the reference dates that were asked for."""

    version: Version | None
    doubt: Unknown | None
    days: tuple[dt.date, ...]


@dataclass(slots=True)
class Run:
    """One decision in the making: what was computed so far, so that nothing is computed twice."""

    versions: tuple[Version, ...]
    facts: Facts
    as_of: dt.datetime
    trace: bool
    _surroundings: dict[tuple[str, dt.datetime], Surroundings] = field(default_factory=dict)
    _rows: dict[tuple[str, str, str, str, dt.datetime], TracedRow | None] = field(default_factory=dict)
    _asked: "dict[tuple[str, str, str, dt.datetime], Asked]" = field(default_factory=dict)
    _databases: dict[str, Database] = field(default_factory=dict)
    _inferred_warnings: dict[str, None] = field(default_factory=dict)

    def warnings(self) -> tuple[str, ...]:
        """What was odd about the facts."""
        of_facts = (str(each) for database in self._databases.values() for each in database.warnings)
        return tuple(dict.fromkeys((*of_facts, *self._inferred_warnings)))

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
            _check_ids(name, (row for row in rows if row is not None))
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
            version = None if record is None else self.asked(name, record, self.as_of).version
            if version is None or record is None:
                continue
            row = self._row(version, version.policies[name], record, self.as_of)
            if row is not None:
                yield version, row

    def _result(self, name: str, record: Row) -> Result | None:
        asked = self.asked(name, record, self.as_of)
        version = asked.version
        if version is None:
            last = next(each.policies[name] for each in reversed(self.versions) if name in each.policies)
            basis = Basis(name, last.title, None, record.id, "")
            outcome, missing = NOT_IN_FORCE, missing_of(asked.doubt)
            if asked.doubt is not None:
                outcome = UNDETERMINED
            return NoPolicyResult(basis, outcome, missing, asked.days, self._payees(name, record))
        policy = version.policies[name]
        row = self._row(version, policy, record, self.as_of)
        if row is None:
            return None
        basis = Basis(name, policy.title, policy.source, record.id, version.head.version, version.assumed[name])

        def assume(values: Mapping[str, object]) -> TracedRow:
            around = self.around(version, self.as_of)
            (found,) = run(policy.plan, around, only=(row.subject,), trace=False, assumed={record.id: values})
            return found

        return policy.result(basis, row, assume)

    def _payees(self, name: str, record: Row) -> tuple[str | Unknown, ...]:
        """Whom a policy would pay for a record that no version answers for, by the last version that has it."""
        version = next(each for each in reversed(self.versions) if name in each.policies)
        pays = version.policies[name].pays
        around = self.around(version, self.as_of)
        own = around.facts.get(record.entity, record.id)
        if pays is None or own is None:
            return ()
        around.effort.turns = 0
        if pays.when is not None and evaluate(pays.when, around, {SUBJECT: own}) is False:
            return ()
        payees = (definite(evaluate(payee, around, {SUBJECT: own})) for payee in pays.payees)
        return tuple(
            each if isinstance(each, Unknown) else each.id if isinstance(each, Row) else str(each) for each in payees
        )

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

    # ---------------------------------------------------------------------------------------------- what was derived

    def derived(self) -> tuple[Record, ...]:
        """The facts that the rules of the version of the day derive for certain."""
        version = next((each for each in self.versions if self._today(each) in each.head.in_force), None)
        return () if version is None or not version.strata else records_to_keep(self.around(version, self.as_of))

    def derivations(self, results: Mapping[str, Mapping[str, Result]]) -> dict[str, Derived]:
        """What the rules of each version derived, as far as results rest on that version."""
        found: dict[str, Derived] = {}
        for version in self.versions:
            if version.strata:
                own = {
                    name: {id: each for id, each in by_record.items() if each.basis.version == version.head.version}
                    for name, by_record in results.items()
                }
                if any(own.values()):
                    found[version.head.version] = derived_in(version, self.around(version, self.as_of), own)
        return found

    # ---------------------------------------------------------------------------------------------- what policies ask

    def answer(self, policy: str, record: Row, column: str, as_of: dt.datetime) -> object:
        """What another policy gives for a record, unknown where it gives nothing."""
        seen = record.visible(as_of, as_of.astimezone(self.versions[-1].head.zone).date())
        if seen is False:  # as of an earlier instant it is not there yet
            return Unknown.because("reference", record.relation, record.id)
        asked = self.asked(policy, record, as_of)
        version = asked.version
        row = None if version is None else self._row(version, version.policies[policy], record, as_of)
        if version is not None and column in version.policies[policy].regardless:
            return False if row is None else row.values[column]
        if row is None or version is None:
            if version is not None and column == OUTCOME:
                return NOT_APPLICABLE
            if version is not None and isinstance(version.signatures[policy].columns[column], t.Maybe):
                return None
            return Unknown.because("policy", policy, record.id) if asked.doubt is None else asked.doubt
        applies = row.values.get(APPLIES, True)
        value = row.values[column]
        if isinstance(applies, Unknown):
            return applies
        if value is None and not isinstance(version.signatures[policy].columns[column], t.Maybe):
            return Unknown.because("policy", policy, record.id)
        return value

    def asked(self, name: str, record: Row, as_of: dt.datetime) -> "Asked":
        """The version whose policy answers for a record by its reference date, or what is missing to tell."""
        key = (name, record.entity, record.id, as_of)
        if key not in self._asked:
            self._asked[key] = self._ask(name, record, as_of)
        return self._asked[key]

    def _ask(self, name: str, record: Row, as_of: dt.datetime) -> "Asked":
        chosen: list[Version] = []
        doubts: list[Unknown] = []
        days: set[dt.date] = set()
        for version in self.versions:
            policy = version.policies.get(name)
            if policy is None:
                continue
            around = self.around(version, as_of)
            own = around.facts.get(record.entity, record.id)
            day: object = around.today
            if policy.reference_date is not None and own is not None:
                with around.effort.apart():
                    day = evaluate(policy.reference_date, around, {SUBJECT: own})
            if isinstance(day, Unknown):
                doubts.append(day)
            elif isinstance(day, dt.date):
                days.add(day)
                if day in version.head.in_force:
                    chosen.append(version)
        dates = tuple(sorted(days))
        if doubts:
            return Asked(None, Unknown.of(doubts), dates)
        if len(chosen) > 1:
            # Two versions only claim one record if they take their reference dates from different facts.
            return Asked(None, Unknown.because("policy", name, record.id), dates)
        return Asked(chosen[0] if chosen else None, None, dates)

    def _row(self, version: Version, policy: Policy, record: Row, as_of: dt.datetime) -> TracedRow | None:
        key = (version.head.version, policy.id, record.entity, record.id, as_of)
        if key not in self._rows and policy.rule is not None:
            around = self.around(version, as_of)
            own = around.facts.get(record.entity, record.id)
            with around.effort.apart():
                found = None if own is None else derivation_row(policy.rule, own, around, DERIVED, trace=self.trace)
            self._rows[key] = found
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

    def _run(
        self, policy: Policy, around: Surroundings, together: tuple[Row, ...], doubts: Mapping[str, Unknown]
    ) -> tuple[TracedRow, ...]:
        """The rows of some records, by the plan of a policy; if that is too much work, it is told which policy's."""
        try:
            return tuple(run(policy.plan, around, only=together, trace=self.trace, doubts=doubts))
        except TooMuchWork as error:
            if str(error).startswith("policy `"):
                raise
            raise TooMuchWork(f"policy `{policy.id}`: {error}") from error

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
        _check_ids(policy.id, every)
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
                self._databases[version.head.version] = self.facts.bind(version.facts_schema, zone=version.head.zone)
            given = Surroundings(
                facts=self._databases[version.head.version],
                as_of=as_of.astimezone(dt.UTC),
                zone=version.head.zone,
                fiscal_year_starts=version.head.fiscal_year_starts,
                parameters={name: parameter.value for name, parameter in version.parameters.items()},
                definitions=version.definition_terms,
                answers=self,
                meanings=MEANINGS,
                calendar=version.head.calendar,
            )
            self._surroundings[key] = self._with_derived(version, given)
        return self._surroundings[key]

    def _with_derived(self, version: Version, given: Surroundings) -> Surroundings:
        """The same with the facts that the rules of a version derive."""
        if not version.strata:
            return given
        inferred = infer(version.strata, given)
        self._inferred_warnings.update(dict.fromkeys(inferred.warnings))
        derived = frozenset(entity for stratum in version.strata for entity in stratum.relations)
        rests: dict[int, bool] = {}  # by the identity of terms, which live as long as the version

        def facts_at(term: terms.Term, as_of: dt.datetime) -> Database:
            if id(term) not in rests:
                rests[id(term)] = bool(relations_of(term, version.needs) & derived)
            return self.around(version, as_of).facts if rests[id(term)] else inferred.facts

        return replace(given, facts=inferred.facts, facts_at=facts_at)


def _check_ids(policy: str, rows: Iterable[Row]) -> None:
    """Refuses two records of different relations that one policy decides under the same id."""
    found: dict[str, Row] = {}
    for row in rows:
        other = found.setdefault(row.id, row)
        if other.entity != row.entity:
            message = f"is also the id of one of the {other.relation}, and `{policy}` decides both"
            raise FactsError([FactProblem(row.relation, row.id, None, message, "give them different ids")])


def _with_known_ends(value: object) -> object:
    """A value; unknown where it is a stretch of which an end is not known."""
    unknown = [end for end in (value.low, value.high) if isinstance(end, Unknown)] if isinstance(value, Stretch) else []
    return Unknown.of(unknown) if unknown else value
