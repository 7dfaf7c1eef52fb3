"""Loads rulesets: all versions of a folder, with every mistake of all of them reported at once."""

import datetime as dt
from pathlib import Path

from partnerrules.diagnostics import Diagnostic, Report, RulesetError, Source, Span
from partnerrules.rulesets.cache import keep, kept
from partnerrules.rulesets.compiling import SECTIONS, Version, compile_version
from partnerrules.rulesets.files import FILE, Assembler, Looked, version_folders
from partnerrules.rulesets.ruleset import Ruleset
from partnerrules.rulesets.together import joined


def load(path: str | Path, *, cache: str | Path | None = None) -> Ruleset:
    """Reads, checks and prepares a ruleset, with all versions that lie in its folder.

    Args:
        path: a folder with a `ruleset.yaml`, or one with a folder for each version.
        cache: a folder that keeps prepared rulesets, so that one that has not changed is there at once the next time.
            None but the application may write into it.

    Raises:
        RulesetError: if there is any mistake; it carries all of them.
        UsageError: if there is no ruleset.
    """
    found = None if cache is None else kept(Path(cache), Path(path))
    if found is not None:
        return found
    looked = Looked()
    ruleset, diagnostics = _checked(Path(path), looked)
    if ruleset is None:
        raise RulesetError(diagnostics)
    if cache is not None:
        keep(Path(cache), Path(path), ruleset, looked)
    return ruleset


def check(path: str | Path) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """The ruleset if it has no mistakes, and all that there is to say about it.

    Raises:
        UsageError: if there is no ruleset.
    """
    return _checked(Path(path), Looked())


def _checked(path: Path, looked: Looked) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    folders = version_folders(path)
    report = Report()
    _check_layout(path, looked, report)
    versions: list[Version] = []
    for folder in folders:
        own = Report()
        assembler = Assembler(SECTIONS, own, looked)
        document = assembler.read(folder)
        if document is not None:
            version = compile_version(document, assembler, own)
            if version is not None:
                versions.append(version)
        for diagnostic in own.diagnostics:
            report.add(diagnostic)
    versions.sort(key=lambda version: (version.head.in_force.start or dt.date.min, version.head.version))
    together = joined(versions, report)
    if report.failed or len(together) < len(folders):
        return None, report.sorted()
    return Ruleset(together[0].head.ruleset, together, report.sorted()), report.sorted()


def _check_layout(path: Path, looked: Looked, report: Report) -> None:
    """Reports versions that lie below another one, where nobody would look for them."""
    below = looked.below(path) if (path / FILE).is_file() else []
    for other in below:
        report.error(
            "mixed-layout",
            f"there is a version in `{other.parent.name}`, below another one",
            Span(Source(str(other), ""), 0, 0),
            help=f"give each version a folder of its own: move `{FILE}` and what belongs to it into one beside it",
        )
