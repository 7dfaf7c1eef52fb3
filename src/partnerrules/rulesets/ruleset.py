"""A loaded ruleset: all its versions, and the decisions that they give together."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from partnerrules.backends.to_python.compiler import Blaming
from partnerrules.decisions.whole import Results
from partnerrules.diagnostics import Diagnostic, UsageError, suggestion
from partnerrules.domain.settlement import Period, Settlement
from partnerrules.facts import Facts
from partnerrules.facts.later import Later
from partnerrules.facts.reading import check_as_of
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.decision import Decision, Told
from partnerrules.rulesets.results import results_of, traced_results
from partnerrules.rulesets.running import Run
from partnerrules.rulesets.settling import in_order, period_of, settled
from partnerrules.rulesets.table_calls import Table, table_of
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """The versions of a ruleset, ready to decide. Never changes; safe to use from several threads.

    Attributes:
        id: the same in all versions.
        versions: in the order in which they come into force.
        warnings: what the author should look at, though it does not stop the ruleset from loading.
        content_hash: a SHA-256 over all files of all versions: the same hash, the same rules.
    """

    id: str
    versions: tuple[Version, ...]
    warnings: tuple[Diagnostic, ...] = ()
    content_hash: str = field(init=False)
    _words: Mapping[str, Title] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content_hash", _hash_of(self.versions))
        object.__setattr__(self, "_words", _told_words(self.versions))

    def __repr__(self) -> str:
        versions = ", ".join(version.head.version for version in self.versions)
        return f"<Ruleset {self.id}: versions {versions}, {len(self.policies)} policies>"

    @property
    def policies(self) -> tuple[str, ...]:
        """The ids of all policies, in the order in which they are written."""
        return tuple(dict.fromkeys(name for version in self.versions for name in version.policies))

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
        wanted = known if policies is None else [name for name in known if name in policies]
        running = Run(self.versions, facts, instant, trace, frozenset(wanted if subjects is None else ()))
        self._check_subjects(running, wanted, subjects)
        only = None if subjects is None else frozenset(subjects)
        with Blaming(version.compiler for version in self.versions):
            results = {
                name: Results(name, results_of(running, name, only), self._pays_in(name), traced_results(running, name))
                for name in wanted
            }
        running.read_something()
        return Decision(
            ruleset=self.id,
            content_hash=self.content_hash,
            versions={version.head.version: str(version.head.in_force) for version in self.versions},
            as_of=moment,
            zone=self.versions[-1].head.zone,
            results=results,
            told=Told(running.warnings(), Later(running.derived), Later(lambda: running.derivations(results))),
            words=self._words,
        )

    def table(self, name: str, *, version: str | None = None, as_of: dt.datetime | dt.date | None = None) -> Table:
        """A decision table that is called by itself, with plain values: make it once, and keep it.

        It is asked for no record, so that `when` and `reference_date` have no say: every call gives what its rows say.

        Args:
            name: the id of a table whose rules look at its inputs and at parameters alone.
            version: the name of the version that is meant, where several have the table.
            as_of: or a day, or an instant, on which it is in force.

        Raises:
            UsageError: if there is no such table, or it is not clear which version is meant, or its rules look at more.
        """
        return table_of(self.versions, name, version, as_of)

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
            return Results(name, results_of(running, name, None), self._pays_in(name))

        with Blaming(version.compiler for version in self.versions):
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


def _hash_of(versions: Iterable[Version]) -> str:
    digest = hashlib.sha256()
    for version in versions:
        for path, source in sorted(version.sources.items()):
            name = path.rsplit("/", 1)[-1]
            for part in (version.head.version, name, source.text):
                encoded = part.encode()
                digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def _told_words(versions: Sequence[Version]) -> Mapping[str, Title]:
    """What people call all that explanations name; as the latest version says that says so."""
    if len(versions) == 1:
        return versions[0].told
    return {name: title for version in versions for name, title in version.told.items()}
