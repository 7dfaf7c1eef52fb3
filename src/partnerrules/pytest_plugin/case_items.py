"""Collects `cases.yaml` of the configured rulesets: one test a case, such as `rulesets/northern/cases.yaml::a case`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from partnerrules.cases import Case, case_files, cases_in, run_case
from partnerrules.diagnostics import render
from partnerrules.pytest_plugin.folders import OfRuleset, ruleset_folders
from partnerrules.rulesets import Ruleset


class CaseFailed(Exception):
    """A case does not come out as it says."""


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, rules: Ruleset, case: Case, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]  # what pytest gives to every item
        self.rules = rules
        self.case = case

    def runtest(self) -> None:
        """Run the case."""
        wrong = run_case(self.rules, self.case)
        if wrong:
            raise CaseFailed("\n\n".join(str(each) for each in wrong))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """What differs, as `partnerrules test` tells it."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where the case stands, and what it is called."""
        return self.path, self.case.name.span.line - 1, self.case.name.text


class CaseFile(OfRuleset):
    """A file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        """The cases of the file."""
        rules = self.ruleset()
        cases, wrong = cases_in(rules, self.path)
        if any(each.severity == "error" for each in wrong):
            raise self.CollectError(render(wrong))
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name.text, rules=rules, case=case)


def pytest_configure(config: pytest.Config) -> None:
    """Look at once whether the rulesets are there."""
    ruleset_folders(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Collect a file if it holds the cases of one of the rulesets."""
    if file_path.suffix != ".yaml":
        return None
    for folder in ruleset_folders(parent.config):
        if file_path.is_relative_to(folder) and file_path in case_files(folder):
            return CaseFile.from_parent(parent, path=file_path, folder=folder)
    return None
