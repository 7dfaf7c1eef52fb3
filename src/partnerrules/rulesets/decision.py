"""The decision that a ruleset gives: results by policy and record, their explanations, and the whole as JSON."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from partnerrules.decisions.results import Result
from partnerrules.diagnostics import UsageError, suggestion
from partnerrules.explanations import explain


@dataclass(frozen=True, slots=True)
class Decision(Mapping[str, Mapping[str, Result]]):
    """Results by policy, and then by record: `decision["admission"]["P-1"].outcome`.

    Attributes:
        ruleset: its id.
        content_hash: a SHA-256 over its files, so that the same answer can be asked for again.
        versions: the versions and when each is in force.
        as_of: the instant as of which was decided.
        zone: the timezone of the ruleset, in which explanations tell times.
        results: by policy, then by the id of the record; definitions of no record have the id "".
        warnings: what was odd about the facts.
    """

    ruleset: str
    content_hash: str
    versions: Mapping[str, str]
    as_of: dt.datetime
    zone: dt.tzinfo
    results: Mapping[str, Mapping[str, Result]]
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Decision of {self.ruleset} as of {self.as_of.isoformat()}: {len(self.results)} policies>"

    def __getitem__(self, policy: str) -> Mapping[str, Result]:
        return self.results[policy]

    def __iter__(self) -> Iterator[str]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

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
        return explain(results[subject], ruleset=self.ruleset, language=language, zone=self.zone)

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
            "warnings": list(self.warnings),
        }

    def to_json(self) -> str:
        """The whole decision as JSON, the same bytes for the same rules, facts and instant."""
        return json.dumps(self.as_data(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
