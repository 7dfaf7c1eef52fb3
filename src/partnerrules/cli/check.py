"""`partnerrules check`: every mistake in rulesets, each at its place with a way out."""

import enum
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from partnerrules.cli.outcomes import FAILED, answering, finish, say
from partnerrules.diagnostics import MAXIMUM_SHOWN, Diagnostic, render
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets import check as check_ruleset
from partnerrules.rulesets.compiling import Version


class Format(enum.StrEnum):
    """How diagnostics are written."""

    text = "text"
    gnu = "gnu"
    json = "json"


def check(
    rulesets: Annotated[list[Path], typer.Argument(metavar="RULESET...", help="Folders of rulesets.")],
    format: Annotated[
        Format, typer.Option(help="`text` for people, `gnu` for one line each as compilers write them, or `json`.")
    ] = Format.text,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Also list what is in the rulesets, and which engine runs each inference rule."
        ),
    ] = False,
) -> None:
    """Report every mistake in rulesets.

    Each stands with its line and column and a way out. `cases.yaml` is not read: `partnerrules test` does that.

    Exit code 1 if there is an error; warnings alone do no harm.
    """
    with answering():
        checked = [(path, *check_ruleset(path)) for path in rulesets]
        every = [diagnostic for _, _, diagnostics in checked for diagnostic in diagnostics]
        errors = sum(diagnostic.severity == "error" for diagnostic in every)
        warnings = len(every) - errors
        if format is Format.json:
            data = {
                "errors": errors,
                "warnings": warnings,
                "diagnostics": [diagnostic.as_data() for diagnostic in every],
            }
            if verbose:
                data["rulesets"] = [_data(ruleset) for _, ruleset, _ in checked if ruleset is not None]
            print(json.dumps(data, ensure_ascii=False, indent=2))
        elif format is Format.gnu:
            _print_gnu(every)
        elif every:
            print(render(every), end="\n\n")
        if format is Format.text:
            for path, ruleset, _ in checked:
                if verbose and ruleset is not None:
                    print("\n".join(_listed(path, ruleset)), end="\n\n")
        counted = [_counted(len(checked), "ruleset"), _counted(errors, "error"), _counted(warnings, "warning")]
        say(", ".join(counted))
        finish(FAILED if errors or any(ruleset is None for _, ruleset, _ in checked) else 0)


def _print_gnu(diagnostics: Sequence[Diagnostic]) -> None:
    for diagnostic in diagnostics[:MAXIMUM_SHOWN]:
        print(diagnostic.gnu())
    if len(diagnostics) > MAXIMUM_SHOWN:
        say(f"... and {len(diagnostics) - MAXIMUM_SHOWN} more")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(path: Path, ruleset: Ruleset) -> Iterator[str]:
    """What is in a ruleset, for people."""
    yield f"{path}: ruleset {ruleset.id}, content {ruleset.content_hash[:12]}"
    for version in ruleset.versions:
        head = version.head
        title = head.title.text("en")
        yield f"  version {head.version}, in force {head.in_force}" + (f": {title}" if title else "")
        engines = _engines(version)
        for policy in version.policies.values():
            title = policy.title.text("en")
            decided = " and ".join(policy.plan.entities)
            yield f"    {policy.kind} {policy.id}, of {decided}" + (f": {title}" if title else "")
            if policy.id in engines:
                engine, why = engines[policy.id]
                yield f"      runs on the {engine}" + (f": {why}" if why else "")
        for name, definition in version.definitions.items():
            yield f"    definition {name}" + (f", of {definition.of}" if definition.of else "")
        for status, names in _by_status(version).items():
            yield f"    {status} parameters: {', '.join(names)}"


def _engines(version: Version) -> dict[str, tuple[str, str]]:
    """By the id of an inference rule which engine runs it, and why."""
    if version.memory is None:
        return {}
    found = {rule: version.memory.placement(rule) for rule in version.memory.placements}
    return {rule: (placement.engine, placement.why) for rule, placement in found.items()}


def _by_status(version: Version) -> dict[str, list[str]]:
    """The names of the parameters by whether the source gives their values."""
    found: dict[str, list[str]] = {}
    for status in ("published", "assumed", "unstated"):
        names = [name for name, parameter in version.parameters.items() if parameter.status == status]
        if names:
            found[status] = names
    return found


def _data(ruleset: Ruleset) -> dict[str, object]:
    """What is in a ruleset, as JSON has it."""
    return {
        "ruleset": ruleset.id,
        "content_hash": ruleset.content_hash,
        "versions": [
            {
                "version": version.head.version,
                "in_force": str(version.head.in_force),
                "policies": {name: policy.kind for name, policy in version.policies.items()},
                "engines": {rule: {"engine": engine, "why": why} for rule, (engine, why) in _engines(version).items()},
                "definitions": list(version.definitions),
                "parameters": _by_status(version),
            }
            for version in ruleset.versions
        ],
    }
