"""The rulesets that the configuration names, each loaded once in a run."""

from pathlib import Path
from typing import Final

import pytest

from partnerrules.diagnostics import PartnerRulesError, UsageError
from partnerrules.pytest_plugin import RULESETS
from partnerrules.rulesets import Ruleset, load
from partnerrules.rulesets.files import version_folders

_FOLDERS: Final = pytest.StashKey[tuple[Path, ...]]()
_LOADED: Final = pytest.StashKey[dict[Path, Ruleset]]()


class OfRuleset(pytest.File):
    """A file of one of the rulesets."""

    def __init__(self, *, folder: Path, **others: object) -> None:
        """Take over the folder of the ruleset, and what pytest gives to every collector."""
        super().__init__(**others)  # type: ignore[arg-type]  # what pytest gives
        self.folder = folder

    def ruleset(self) -> Ruleset:
        """The ruleset."""
        return loaded(self.config, self.folder)


def ruleset_folders(config: pytest.Config) -> tuple[Path, ...]:
    """The folders of the rulesets that the configuration names.

    Raises:
        pytest.UsageError: if there is no ruleset in one of them.
    """
    if _FOLDERS not in config.stash:
        folders = tuple(dict.fromkeys(Path(each).resolve() for each in config.getini(RULESETS)))
        for folder in folders:
            try:
                version_folders(folder)
            except UsageError as error:
                raise pytest.UsageError(f"{RULESETS}: {error}") from error
        config.stash[_FOLDERS] = folders
    return config.stash[_FOLDERS]


def loaded(config: pytest.Config, folder: Path) -> Ruleset:
    """The ruleset of a folder.

    Raises:
        pytest.Collector.CollectError: if it has mistakes, or is none.
    """
    known = config.stash.setdefault(_LOADED, {})
    if folder not in known:
        try:
            known[folder] = load(folder)
        except PartnerRulesError as error:
            raise pytest.Collector.CollectError(str(error)) from error
    return known[folder]
