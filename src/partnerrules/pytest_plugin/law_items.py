"""Tries laws on the configured rulesets: one test a law, such as `rulesets/northern/ruleset.yaml::law knowledge`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from partnerrules.diagnostics import suggestion
from partnerrules.laws import LAWS, Law, LawBroken, check
from partnerrules.pytest_plugin import ALL, EXAMPLES
from partnerrules.pytest_plugin import LAWS as LAWS_OPTION
from partnerrules.pytest_plugin.folders import OfRuleset, ruleset_folders
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets.files import FILE, version_folders

_MOST_EXAMPLES: Final = 1_000_000


class LawItem(pytest.Item):
    """One law, tried on one ruleset."""

    def __init__(self, *, rules: Ruleset, law: Law, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]  # what pytest gives to every item
        self.rules = rules
        self.law = law

    def runtest(self) -> None:
        """Try the law."""
        if not self.law.applies(self.rules):
            pytest.skip(f"`{self.rules.id}` has nothing that the law speaks of")
        check(self.rules, self.law, examples=_examples(self.config))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The smallest case that breaks the law."""
        if isinstance(excinfo.value, LawBroken):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The ruleset, and what the law says."""
        return self.path, None, f"{self.rules.id}: {self.law.title}"


class RulesetFile(OfRuleset):
    """The file of a ruleset, for all of its versions."""

    def collect(self) -> Iterator[LawItem]:
        """The laws that are tried on the ruleset."""
        rules = self.ruleset()
        for law in chosen_laws(self.config):
            yield LawItem.from_parent(self, name=f"law {law.name}", rules=rules, law=law)


def pytest_configure(config: pytest.Config) -> None:
    """Look at once whether there are such laws, and so many examples."""
    chosen_laws(config)
    _examples(config)


def chosen_laws(config: pytest.Config) -> list[Law]:
    """The laws that the configuration asks for.

    Raises:
        pytest.UsageError: if there is no such law.
    """
    names: list[str] = config.getini(LAWS_OPTION)
    for name in names:
        if name != ALL and name not in LAWS:
            raise pytest.UsageError(f"{LAWS_OPTION}: there is no law `{name}`: {suggestion(name, LAWS, kind='law')}")
    return [law for law in LAWS.values() if ALL in names or law.name in names]


def _examples(config: pytest.Config) -> int:
    text = str(config.getini(EXAMPLES))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _MOST_EXAMPLES):
        raise pytest.UsageError(f"{EXAMPLES} is a whole number from 1 to {_MOST_EXAMPLES}, not `{text[:40]}`")
    return int(text)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RulesetFile | None:
    """Collect the file of a ruleset; of several versions the first, as laws are about all of them."""
    if file_path.name != FILE:
        return None
    for folder in ruleset_folders(parent.config):
        if file_path == version_folders(folder)[0] / FILE:
            return RulesetFile.from_parent(parent, path=file_path, folder=folder)
    return None
