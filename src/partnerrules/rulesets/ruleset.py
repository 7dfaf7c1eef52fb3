"""A loaded ruleset: all its versions, and the decisions that they give together."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from partnerrules.decisions.whole import Results
from partnerrules.diagnostics import Diagnostic, UsageError, suggestion
from partnerrules.domain.settlement import Period, Settlement
from partnerrules.facts import Facts
from partnerrules.facts.reading import check_as_of
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.decision import Decision
from partnerrules.rulesets.running import Run
from partnerrules.rulesets.settling import in_order, period_of, settled
from partnerrules.schema.titles import Title


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
            UsageError: if `as_of` is not given or says no time zone, or a policy or subject is not known.
        """
        for name, several in (("policies", policies), ("subjects", subjects)):
            if isinstance(several, str):
                raise UsageError(f"`{name}` takes several ids: write [{several!r}]")
        moment, instant = self._moment(facts, as_of)
        known = [*self.policies, *self._definitions()]
        for name in policies or ():
            if name not in known:
                raise UsageError(f"there is no policy `{name}`: {suggestion(name, known, kind='policy')}")
        running = Run(self.versions, facts, instant, trace)
        wanted = known if policies is None else [name for name in known if name in policies]
        self._check_subjects(running, wanted, subjects)
        only = None if subjects is None else frozenset(subjects)
        results = {name: Results(name, running.results(name, only), self._pays_in(name)) for name in wanted}
        return Decision(
            ruleset=self.id,
            content_hash=self.content_hash,
            versions={version.head.version: str(version.head.in_force) for version in self.versions},
            as_of=moment,
            zone=self.versions[-1].head.zone,
            results=results,
            warnings=running.warnings(),
            derived=running.derived(),
            derivations=running.derivations(results),
            words=self._told_words(),
        )

    def _told_words(self) -> Mapping[str, Title]:
        """What people call all that explanations name; as the latest version says that says so."""
        if len(self.versions) == 1:
            return self.versions[0].told
        return {name: title for version in self.versions for name, title in version.told.items()}

    def settle(
        self,
        facts: Facts,
        period: str | Period | tuple[dt.date, dt.date],
        *,
        closed: Iterable[Settlement] = (),
        as_of: dt.datetime | None = None,
    ) -> Settlement:
        """Settles a period: one statement for each payee and currency, with what changed of earlier periods.

        Documents dated before the first period that was ever settled were settled elsewhere, and stay out. What has
        been closed is never changed: what arrives later stands as an adjustment in the next period.

        Args:
            facts: all documents since the first period that was settled, not only those of this one.
            period: such as "2026", "2026-Q1", "2026-03" or "2026-02-01 .. 2026-05-01", or the first day and the first
                day after it.
            closed: the settlements of all periods before, from the first one on.
            as_of: the instant of the closing, not before the period is over; that of the facts if left out.

        Raises:
            FactsError: if the facts are refused; nothing is settled then.
            UsageError: if the period is none, is not over, or does not follow on those that are closed, or documents
                are missing that were settled before.
        """
        days = period_of(period)
        _, instant = self._moment(facts, as_of)
        before = in_order(closed, self.id, days)
        running = Run(self.versions, facts, instant, trace=False)

        def results(name: str) -> Results:
            return Results(name, running.results(name, None), self._pays_in(name))

        return settled(self.id, self.content_hash, self.versions, running, results, days, before)

    def _moment(self, facts: Facts, as_of: dt.datetime | None) -> tuple[dt.datetime, dt.datetime]:
        """The instant as of which is decided, as it was given and as it is computed with.

        Raises:
            UsageError: if the facts are none, or the instant is not given or lies outside of the calendar.
        """
        if not isinstance(facts, Facts):
            raise UsageError(f"facts are given as `Facts(...)`, not as a `{type(facts).__name__}`")
        moment = facts.as_of if as_of is None else as_of
        if moment is None:
            raise UsageError("say as of which instant to decide: `as_of=`, or in the facts")
        instant = check_as_of(moment)
        try:
            for version in self.versions:
                instant.astimezone(version.head.zone)
        except OverflowError as error:
            raise UsageError("`as_of` lies outside of the calendar") from error
        return moment, instant

    def _check_subjects(self, running: Run, wanted: Iterable[str], subjects: Collection[str] | None) -> None:
        known = {id for name in wanted for id in running.records(name)} if subjects else set()
        for id in subjects or ():
            if id not in known:
                raise UsageError(f"there is no record `{id}` to decide: {suggestion(id, known, kind='record')}")

    def _pays_in(self, name: str) -> str | None:
        """The currency that a commission policy pays in, the same in all versions; None for everything else."""
        policies = (version.policies[name] for version in self.versions if name in version.policies)
        return next((each.pays.currency for each in policies if each.pays is not None), None)

    def _definitions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for version in self.versions for name in version.definitions))
