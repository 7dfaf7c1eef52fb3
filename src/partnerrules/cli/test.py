"""`partnerrules test`: runs the cases of rulesets, and says what they do not reach."""

from pathlib import Path
from typing import Annotated

import typer

from partnerrules.cases import CasesReport, run_cases
from partnerrules.cli.outcomes import FAILED, answering, finish
from partnerrules.diagnostics import render


def run(
    rulesets: Annotated[list[Path], typer.Argument(metavar="RULESET...", help="Folders of rulesets.")],
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Name the rules, rows, gates and conditions that no case reaches.")
    ] = False,
) -> None:
    """Run the cases in `cases.yaml` of each ruleset.

    Exit code 1 if a case fails.
    """
    with answering():
        reports = [(path, run_cases(path, coverage=coverage)) for path in rulesets]
        for path, report in reports:
            _print_report(path, report)
        passed = sum(len(report.passed) for _, report in reports)
        failed = sum(len(report.failed) for _, report in reports)
        print(f"{passed} passed, {failed} failed")
        finish(0 if all(report.ok for _, report in reports) else FAILED)


def _print_report(path: Path, report: CasesReport) -> None:
    if not report.files:
        print(f"{path}: there is no cases.yaml, so nothing is tested")
    if report.diagnostics:
        print(render(report.diagnostics), end="\n\n")
    for failure in report.failures:
        print(failure, end="\n\n")
    if report.coverage and not any(each.severity == "error" for each in report.diagnostics):
        _print_coverage(path, report)


def _print_coverage(path: Path, report: CasesReport) -> None:
    reached = sum(len(each.reached) for each in report.coverage)
    points = reached + sum(len(each.unreached) for each in report.coverage)
    several = len({each.version for each in report.coverage}) > 1
    print(f"{path}: cases reach {reached} of {points}{_percent(reached, points)}")
    for each in report.coverage:
        name = f"{each.policy} of version {each.version}" if several else each.policy
        print(f"  {name}: {len(each.reached)} of {len(each.reached) + len(each.unreached)}")
        for point in each.unreached:
            print(f"    not reached: {point}")
        for point, parameters in each.open:
            names = ", ".join(f"`{name}`" for name in parameters)
            print(f"    left open by {names}, which the source does not state: {point}")
    print()


def _percent(reached: int, points: int) -> str:
    """A share in whole percent, rounded down, so that 100 % means all."""
    return f" ({reached * 100 // points} %)" if points else ""
