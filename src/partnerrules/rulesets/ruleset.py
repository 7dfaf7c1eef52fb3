"""A loaded ruleset: all its versions, and the decisions that they give together."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from partnerrules.backends.interpreter import run, shown_value, subjects
from partnerrules.backends.meanings import MEANINGS
from partnerrules.backends.surroundings import Surroundings, evaluate
from partnerrules.decisions.results import (
    UNDETERMINED,
    Basis,
    DefinitionResult,
    NoPolicyResult,
    Result,
    missing_of,
)
from partnerrules.diagnostics import Diagnostic, UsageError, suggestion
from partnerrules.facts import Database, Facts, Row
from partnerrules.language import terms
from partnerrules.plan.trace import TracedRow
from partnerrules.plan.walk import looks_across
from partnerrules.policies import Policy
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.decision import Decision
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """The versions of a ruleset, ready to decide. Never changes; safe to use from several threads.

    Attributes:
        id: the same in all versions.
        versions: in the order in which they come into force.
        warnings: what the author should look at, though it does not stop the ruleset from loading.
    """

    id: str
    versions: tuple[Version, ...]
    warnings: tuple[Diagnostic, ...] = ()

    def __repr__(self) -> str:
        versions = ", ".join(version.head.version for version in self.versions)
        return f"<Ruleset {self.id}: versions {versions}, {len(self.policies)} policies>"

    @property
    def policies(self) -> tuple[str, ...]:
        """The ids of all policies, in the order in which they are written."""
        return tuple(dict.fromkeys(name for version in self.versions for name in version.policies))

    @property
    def content_hash(self) -> str:
        """A SHA-256 over all files of all versions: the same hash, the same rules."""
        digest = hashlib.sha256()
        for version in self.versions:
            for path, source in sorted(version.sources.items()):
                name = path.rsplit("/", 1)[-1]
                for part in (version.head.version, name, source.text):
                    encoded = part.encode()
                    digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return digest.hexdigest()

    def decide(
        self,
        facts: Facts,
        *,
        as_of: dt.datetime | None = None,
        policies: Collection[str] | None = None,
        subjects: Collection[str] | None = None,
        trace: bool = True,
    ) -> Decision:
        """Decides every policy, or some of them, for every record that it is about, or for some.

        Args:
            facts: the relations. Nothing is read from anywhere else.
            as_of: the instant as of which is decided, with its time zone; what happens or is recorded later is not
                seen. That of the facts if left out.
            policies: ids of the policies and definitions to decide; all if left out.
            subjects: ids of the records to decide; all if left out. Policies ask each other all the same.
            trace: whether results show the values that their conditions looked at.

        Raises:
            FactsError: if the facts are refused; nothing is decided then.
            UsageError: if `as_of` is not given or says no time zone, or a policy is not known.
        """
        moment = facts.as_of if as_of is None else as_of
        if moment is None:
            raise UsageError("say as of which instant to decide: `as_of=`, or in the facts")
        if moment.tzinfo is None:
            raise UsageError(f"`{moment.isoformat()}` has no time zone: add one, such as ZoneInfo('Asia/Shanghai')")
        known = [*self.policies, *self._definitions()]
        for name in policies or ():
            if name not in known:
                raise UsageError(f"there is no policy `{name}`: {suggestion(name, known, kind='policy')}")
        running = Run(self, facts, moment, trace)
        wanted = known if policies is None else [name for name in known if name in policies]
        results = {name: running.results(name, None if subjects is None else frozenset(subjects)) for name in wanted}
        return Decision(
            ruleset=self.id,
            content_hash=self.content_hash,
            versions={version.head.version: str(version.head.in_force) for version in self.versions},
            titles={version.head.version: version.head.title for version in self.versions},
            as_of=moment,
            zone=self.versions[-1].head.zone,
            results=results,
            warnings=running.warnings(),
        )

    def _definitions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for version in self.versions for name in version.definitions))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which version answers for a record, what is missing to tell, and the reference dates that were asked for."""

    version: Version | None
    doubt: Unknown | None
    days: tuple[dt.date, ...]


@dataclass(slots=True)
class Run:
    """One decision in the making: what was computed so far, so that nothing is computed twice."""

    ruleset: Ruleset
    facts: Facts
    as_of: dt.datetime
    trace: bool
    _surroundings: dict[tuple[str, dt.datetime], Surroundings] = field(default_factory=dict)
    _rows: dict[tuple[str, str, str, dt.datetime], TracedRow | None] = field(default_factory=dict)
    _databases: dict[str, Database] = field(default_factory=dict)

    def warnings(self) -> tuple[str, ...]:
        """What was odd about the facts."""
        return tuple(dict.fromkeys(str(each) for database in self._databases.values() for each in database.warnings))

    # -------------------------------------------------------------------------------------------------- whole results

    def results(self, name: str, only: frozenset[str] | None) -> dict[str, Result]:
        """The results of a policy or definition by the ids of the records."""
        if name not in self.ruleset.policies:
            return self._definition_results(name, only)
        records: dict[str, Row] = {}
        for version in self.ruleset.versions:
            if name in version.policies:
                around = self.around(version, self.as_of)
                for row in subjects(version.policies[name].plan.entity, around):
                    records.setdefault(row.id, row)
        found: dict[str, Result] = {}
        for id in sorted(records):
            if only is None or id in only:
                result = self._result(name, records[id])
                if result is not None:
                    found[id] = result
        return found

    def _result(self, name: str, record: Row) -> Result | None:
        asked = self.asked(name, record, self.as_of)
        version = asked.version
        if version is None:
            last = next(each.policies[name] for each in reversed(self.ruleset.versions) if name in each.policies)
            basis = Basis(name, last.title, None, record.id, "")
            if asked.doubt is None:
                return NoPolicyResult(basis, reference_dates=asked.days)
            return NoPolicyResult(basis, UNDETERMINED, missing_of(asked.doubt), asked.days)
        policy = version.policies[name]
        row = self._row(version, policy, record, self.as_of)
        if row is None:
            return None
        basis = Basis(name, policy.title, policy.source, record.id, version.head.version, version.assumed[name])

        def assume(values: Mapping[str, object]) -> TracedRow:
            around = self.around(version, self.as_of)
            rows = run(
                policy.plan,
                around,
                only=self._together(version, policy, record, self.as_of),
                trace=False,
                assumed={record.id: values},
            )
            return next(found for found in rows if found.subject.id == record.id)

        return policy.result(basis, row, assume)

    def _definition_results(self, name: str, only: frozenset[str] | None) -> dict[str, Result]:
        """A definition is answered by the version that is in force on the day of the decision."""
        day_version = next((each for each in self.ruleset.versions if self._today(each) in each.head.in_force), None)
        if day_version is None or name not in day_version.definition_terms:
            return {}
        definition = day_version.definitions[name]
        around = self.around(day_version, self.as_of)
        records: Iterable[Row | None] = [None] if definition.of is None else subjects(definition.of, around)
        found: dict[str, Result] = {}
        for record in records:
            id = "" if record is None else record.id
            if only is not None and record is not None and id not in only:
                continue
            variable = None if record is None else terms.Variable("subject", t.Record(record.entity))
            term = day_version.definition_terms[name]
            value = evaluate(terms.DefinitionOf(name, variable, term.type), around, {"subject": record})
            basis = Basis(
                name, definition.title, definition.source, id, day_version.head.version, day_version.assumed[name]
            )
            found[id] = DefinitionResult(basis, shown_value(value), term.type)
        return found

    def _today(self, version: Version) -> dt.date:
        return self.as_of.astimezone(version.head.zone).date()

    # ---------------------------------------------------------------------------------------------- what policies ask

    def answer(self, policy: str, record: Row, column: str, as_of: dt.datetime) -> object:
        """What another policy gives for a record, unknown where it gives nothing."""
        asked = self.asked(policy, record, as_of)
        version = asked.version
        row = None if version is None else self._row(version, version.policies[policy], record, as_of)
        if row is None:
            return asked.doubt or Unknown.because("policy", policy, record.id)
        applies = row.values.get("applies", True)
        value = row.values[column]
        if isinstance(applies, Unknown):
            return applies
        return Unknown.because("policy", policy, record.id) if value is None else value

    def asked(self, name: str, record: Row, as_of: dt.datetime) -> "Asked":
        """The version whose policy answers for a record by its reference date, or what is missing to tell."""
        chosen: list[Version] = []
        doubts: list[Unknown] = []
        days: set[dt.date] = set()
        for version in self.ruleset.versions:
            policy = version.policies.get(name)
            if policy is None:
                continue
            around = self.around(version, as_of)
            own = around.facts.get(record.entity, record.id)
            day: object = around.today
            if policy.reference_date is not None and own is not None:
                day = evaluate(policy.reference_date, around, {"subject": own})
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
        key = (version.head.version, policy.id, record.id, as_of)
        if key not in self._rows:
            around = self.around(version, as_of)
            together = self._together(version, policy, record, as_of)
            for each in together:
                self._rows[(*key[:2], each.id, as_of)] = None
            for row in run(policy.plan, around, only=together, trace=self.trace):
                self._rows[(*key[:2], row.subject.id, as_of)] = row
            self._rows.setdefault(key, None)
        return self._rows[key]

    def _together(self, version: Version, policy: Policy, record: Row, as_of: dt.datetime) -> tuple[Row, ...]:
        """The records for which a plan is run at once: one, or all that the version answers for if they compete."""
        around = self.around(version, as_of)
        if not looks_across(policy.plan):
            own = around.facts.get(record.entity, record.id)
            return () if own is None else (own,)
        every = subjects(policy.plan.entity, around)
        return tuple(each for each in every if self.asked(policy.id, each, as_of).version is version)

    def around(self, version: Version, as_of: dt.datetime) -> Surroundings:
        """What the terms of a version depend on as of an instant."""
        key = (version.head.version, as_of)
        if key not in self._surroundings:
            if version.head.version not in self._databases:
                self._databases[version.head.version] = self.facts.bind(version.schema, zone=version.head.zone)
            self._surroundings[key] = Surroundings(
                facts=self._databases[version.head.version],
                as_of=as_of.astimezone(dt.UTC),
                zone=version.head.zone,
                fiscal_year_starts=version.head.fiscal_year_starts,
                parameters={name: parameter.value for name, parameter in version.parameters.items()},
                definitions=version.definition_terms,
                answers=self,
                meanings=MEANINGS,
            )
        return self._surroundings[key]
