"""The decision that a ruleset gives: results by policy and record, their explanations, and the whole as JSON."""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from partnerrules.decisions.inference import Derived
from partnerrules.decisions.statements import Statement, statement_from
from partnerrules.decisions.whole import Results
from partnerrules.diagnostics import UsageError, suggestion
from partnerrules.domain.conduct import Sanction, Standing
from partnerrules.domain.records import BusinessRecord
from partnerrules.domain.values import UNKNOWN
from partnerrules.explanations import explain, tell_statement
from partnerrules.facts import Record
from partnerrules.facts.later import Later
from partnerrules.schema.titles import Title


@dataclass(frozen=True, slots=True)
class Told:
    """What a decision tells besides its results, each when it is first asked for: rules may have to run for it."""

    warnings: Later[tuple[str, ...]]
    derived: Later[tuple[Record, ...]]
    derivations: Later[Mapping[str, Derived]]


@dataclass(frozen=True, slots=True)
class Decision(Mapping[str, Results]):
    """Results by policy, and then by record: `decision["admission"]["P-1"].outcome`.

    Attributes:
        ruleset: its id.
        content_hash: a SHA-256 over its files, so that the same answer can be asked for again.
        versions: the versions and when each is in force.
        as_of: the instant as of which was decided.
        zone: the timezone of the ruleset, in which explanations tell times.
        results: by policy, then by the id of the record; definitions of no record have the id "".
        told: what is told besides, when it is asked for.
        words: what people call choices, outcomes and outputs; that of the latest version which says so.
    """

    ruleset: str
    content_hash: str
    versions: Mapping[str, str]
    as_of: dt.datetime
    zone: dt.tzinfo
    results: Mapping[str, Results]
    told: Told = field(repr=False)
    words: Mapping[str, Title] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<Decision of {self.ruleset} as of {self.as_of.isoformat()}: {len(self.results)} policies>"

    def __getitem__(self, policy: str) -> Results:
        if policy not in self.results:
            raise KeyError(f"nothing was decided by `{policy}`: {suggestion(policy, self.results, kind='policy')}")
        return self.results[policy]

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was odd about the facts, and what rules could not derive from them.

        Raises:
            TooMuchWork: if the rules that no result asked for take too long. So do `derived` and `derivations`.
        """
        return self.told.warnings.value

    @property
    def derived(self) -> tuple[Record, ...]:
        """The facts that the inference rules of the version of the day derive for certain, for the caller to keep.

        They are derived again in every decision.
        """
        return self.told.derived.value

    @property
    def derivations(self) -> Mapping[str, Derived]:
        """By version what its rules derived, so that explanations can follow it back to what is given."""
        return self.told.derivations.value

    def explain(self, policy: str, subject: str = "", *, language: str = "en") -> str:
        """Why a result is what it is, and what would change it, in sentences.

        Args:
            policy: id of the policy or definition.
            subject: id of the record; "" for a definition of no record.
            language: "en", "zh" or "ru".

        Raises:
            UsageError: if there is no such result or language.
        """
        if policy not in self.results:
            raise UsageError(f"nothing was decided by `{policy}`: {suggestion(policy, self.results, kind='policy')}")
        results = self.results[policy]
        if subject not in results:
            way_out = suggestion(subject, results, kind="record")
            raise UsageError(f"`{policy}` did not decide `{subject}`: {way_out}")
        result = results.to_explain(subject)
        derived = self.derivations.get(result.basis.version)
        return explain(
            result, ruleset=self.ruleset, language=language, zone=self.zone, derived=derived, words=self.words
        )

    def statement(
        self,
        payee: str,
        *,
        policies: Collection[str] | None = None,
        currency: str | None = None,
        start: dt.date | None = None,
        end: dt.date | None = None,
    ) -> Statement:
        """What commission policies together pay someone, line by line, with totals to which the lines add up.

        A statement is in one currency: policies that pay in another one stand in a statement of their own.

        Args:
            payee: the id of the partner, or of whoever is paid.
            policies: ids of the commission policies; all that were decided if left out.
            currency: of the policies that are meant; may be left out if all pay in one.
            start: the first day; from the first document on if left out.
            end: the first day after it; up to the last document if left out.

        Raises:
            UsageError: if one of the policies was not decided or pays no commission, or they pay in several currencies
                and it is not said which is meant, or none pays in the one that is.
        """
        if isinstance(policies, str):
            raise UsageError(f"`policies` takes several ids: write [{policies!r}]")
        paying = {name: results for name, results in self.results.items() if results.currency is not None}
        for name in paying if policies is None else policies:
            if name not in paying:
                raise UsageError(f"no commission was decided by `{name}`: {suggestion(name, paying, kind='policy')}")
        chosen = [results for name, results in paying.items() if policies is None or name in policies]
        if not chosen:
            raise UsageError("no commission policy was decided")
        paid_in = sorted({results.currency for results in chosen if results.currency is not None})
        if currency is None:
            if len(paid_in) > 1:
                raise UsageError(f"these policies pay in {', '.join(paid_in)}: say which with `currency=`")
            (currency,) = paid_in
        elif currency not in paid_in:
            raise UsageError(f"none of these policies pays in `{currency}`, but in {', '.join(paid_in)}")
        ledgers = (results.ledger for results in chosen if results.currency == currency)
        return statement_from(ledgers, payee, currency=currency, start=start, end=end)

    @property
    def payees(self) -> tuple[str, ...]:
        """All whom commission policies pay something, or who give something back, by their ids."""
        return tuple(sorted({payee for results in self.results.values() for payee in results.payees}))

    def tell_statement(self, statement: Statement, *, language: str = "en") -> str:
        """A statement line by line, with its totals, in sentences.

        Args:
            statement: of one policy or several.
            language: "en", "zh" or "ru".

        Raises:
            UsageError: if there is no such language.
        """
        return tell_statement(statement, ruleset=self.ruleset, language=language, zone=self.zone, words=self.words)

    @property
    def new_sanctions(self) -> tuple[Sanction, ...]:
        """The sanctions that this decision imposes and that are not recorded yet, for the caller to record."""
        return tuple(each for results in self.results.values() for each in results.new_sanctions)

    @property
    def new_standings(self) -> tuple[Standing, ...]:
        """The standings that this decision gives and that are not recorded yet, for the caller to record."""
        return tuple(each for results in self.results.values() for each in results.new_standings)

    def as_data(self) -> dict[str, object]:
        """The whole decision as plain data."""
        return {
            "ruleset": self.ruleset,
            "versions": dict(self.versions),
            "content_hash": self.content_hash,
            "as_of": self.as_of.isoformat(),
            "results": {
                policy: {subject: result.as_data() for subject, result in results.items()}
                for policy, results in self.results.items()
            },
            "contests": {
                policy: [group.as_data() for group in results.groups]
                for policy, results in self.results.items()
                if results.groups
            },
            "to_record": {
                "sanctions": [_written(each) for each in self.new_sanctions],
                "standings": [_written(each) for each in self.new_standings],
            },
            "derived": self._derived_data(),
            "warnings": list(self.warnings),
        }

    def _derived_data(self) -> dict[str, dict[str, object]]:
        """The facts that follow for certain as facts are written: by relation, then by id."""
        found: dict[str, dict[str, object]] = {}
        for record in self.derived:
            id = str(record.fields["id"])
            (relation, *_) = (each.facts[id].relation for each in self.derivations.values() if id in each.facts)
            fields = {name: _value(value) for name, value in record.fields.items() if name != "id"}
            found.setdefault(relation, {})[id] = fields
        return found

    def to_json(self) -> str:
        """The whole decision as JSON, the same bytes for the same rules, facts and instant."""
        return json.dumps(self.as_data(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _written(record: BusinessRecord) -> dict[str, object]:
    """A record as facts write it."""
    return record.model_dump(mode="json", exclude_defaults=True)


def _value(value: object) -> object:
    """The value of a field as facts write it."""
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, list):
        return [_value(each) for each in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else str(value)
