"""Runs the cases of a ruleset, and tells which came out as expected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final

from partnerrules.cases.comparing import mismatches
from partnerrules.cases.coverage import Coverage, PolicyCoverage
from partnerrules.cases.given import place_of, plain
from partnerrules.cases.reading import Case, Expected, read_cases
from partnerrules.decisions.results import Result
from partnerrules.diagnostics import Diagnostic, FactsError, Report, Span, UsageError
from partnerrules.facts import Facts
from partnerrules.language.source_text import read_source
from partnerrules.rulesets import Decision, Ruleset, load
from partnerrules.rulesets.files import version_folders

FILE: Final = "cases.yaml"


@dataclass(frozen=True, slots=True)
class Failure:
    """One part of a result that is not what a case expects.

    Attributes:
        case: name of the case.
        policy: id of the policy or definition.
        subject: id of the record; "" for a definition of no record.
        part: which part of the result.
        expected: as the case writes it.
        found: what the ruleset gives.
        span: where the expectation stands.
    """

    case: str
    policy: str
    subject: str
    part: str
    expected: str
    found: str
    span: Span

    def __str__(self) -> str:
        what = " ".join(word for word in (self.policy, self.subject, self.part) if word)
        return f"{self.span}: failed: {self.case}\n  {what}: expected `{self.expected}`, found `{self.found}`"


@dataclass(frozen=True, slots=True)
class CasesReport:
    """How the cases of a ruleset came out.

    Attributes:
        ruleset: its id.
        files: the files with cases; empty if there are none.
        passed: the names of the cases that came out as expected.
        failed: the names of those that did not.
        failures: what differs.
        diagnostics: mistakes in the files of cases, refused facts among them.
        coverage: what the cases reach; empty if it was not asked for.
    """

    ruleset: str
    files: tuple[str, ...]
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    failures: tuple[Failure, ...]
    diagnostics: tuple[Diagnostic, ...]
    coverage: tuple[PolicyCoverage, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.failed and not any(each.severity == "error" for each in self.diagnostics)

    def __str__(self) -> str:
        lines = [str(each) for each in (*self.diagnostics, *self.failures)]
        return "\n\n".join([*lines, f"{len(self.passed)} passed, {len(self.failed)} failed"])


def run_cases(path: str | PathLike[str], *, coverage: bool = False) -> CasesReport:
    """Runs every case of a ruleset: those beside its versions, and those in the folder of each of them.

    In a test: `report = run_cases("rulesets/northern"); assert report.ok, str(report)`.

    Args:
        path: the folder of the ruleset.
        coverage: whether to count what the cases reach.

    Raises:
        RulesetError: if the ruleset itself has mistakes.
        UsageError: if there is no ruleset.
    """
    rules = load(Path(path))
    running = _Running(rules, Report(), Coverage() if coverage else None)
    files = case_files(Path(path))
    for file in files:
        for case in _read(rules, file, running.report):
            running.case(case)
    return CasesReport(
        rules.id,
        tuple(str(file) for file in files),
        tuple(running.passed),
        tuple(running.failed),
        tuple(running.failures),
        running.report.sorted(),
        () if running.coverage is None else running.coverage.of(rules),
    )


def case_files(path: Path) -> list[Path]:
    """The files with the cases of a ruleset: beside its versions, and in the folder of each of them.

    Raises:
        UsageError: if there is no ruleset.
    """
    folders = version_folders(path)
    if path.is_dir() and path not in folders:
        folders = [path, *folders]
    return [folder / FILE for folder in folders if (folder / FILE).exists()]


def cases_in(rules: Ruleset, file: Path) -> tuple[list[Case], tuple[Diagnostic, ...]]:
    """The cases of a file, none of them if there is a mistake in how they are written, and all such mistakes."""
    report = Report()
    return _read(rules, file, report), report.sorted()


def run_case(rules: Ruleset, case: Case) -> tuple[Failure | Diagnostic, ...]:
    """Runs one case, and gives all that is wrong with it: parts of results that differ, and facts that are refused."""
    running = _Running(rules, Report(), None)
    running.case(case)
    return (*running.report.sorted(), *running.failures)


def _read(rules: Ruleset, file: Path, report: Report) -> list[Case]:
    source = read_source(file, str(file), report)
    if source is None:
        return []
    reading = Report()
    cases = read_cases(source, rules, reading)
    report.diagnostics += reading.diagnostics
    return [] if reading.failed else cases


class _Running:
    """Runs one case after the other."""

    def __init__(self, rules: Ruleset, report: Report, coverage: Coverage | None) -> None:
        self.rules = rules
        self.report = report
        self.coverage = coverage
        self.passed: list[str] = []
        self.failed: list[str] = []
        self.failures: list[Failure] = []

    def case(self, case: Case) -> None:
        """Run one case."""
        before = (len(self.failures), len(self.report.diagnostics))
        decision = self._decision(case)
        if decision is not None:
            for expected in case.expect:
                self.failures += self._policy_failures(case, expected, decision)
        after = (len(self.failures), len(self.report.diagnostics))
        (self.passed if before == after else self.failed).append(case.name.text)

    def _decision(self, case: Case) -> Decision | None:
        """What the ruleset decides, or None if the facts are refused."""
        asked = None if self.coverage is not None else [expected.policy.text for expected in case.expect]
        try:
            facts = Facts(plain(case.facts))
            decision = case.rules.decide(facts, as_of=case.as_of, policies=asked, trace=False)
        except FactsError as error:
            for problem in error:
                names = (problem.relation, problem.record, problem.field)
                where = " ".join(name for name in names if name is not None)
                self.report.error(
                    "refused-facts",
                    f"{where}: {problem.message}, in the case `{case.name.text[:80]}`",
                    place_of(problem, case.facts, case.name.span),
                    help=problem.help,
                )
            return None
        except UsageError as error:
            # The version that the case names may not have a policy that another one has.
            self.report.error("unknown-policy", str(error), case.name.span)
            return None
        if self.coverage is not None:
            self.coverage.add(case.rules, facts, case.as_of)
        return decision

    def _policy_failures(self, case: Case, expected: Expected, decision: Decision) -> Iterator[Failure]:
        policy = expected.policy.text
        results: Mapping[str, Result] = decision.results.get(policy, {})
        for subject, span, parts in expected.subjects:
            result = results.get(subject)
            if result is None:
                yield Failure(case.name.text, policy, subject, "", "a result", "no such result", span)
                continue
            for each in mismatches(parts, result, self.report):
                yield Failure(case.name.text, policy, subject, each.part, each.expected, each.found, each.span)
        if expected.exact is not None:
            named = {subject for subject, _, _ in expected.subjects}
            for subject in results:
                if subject not in named:
                    yield Failure(
                        case.name.text, policy, subject, "", "no result", results[subject].outcome, expected.exact
                    )
