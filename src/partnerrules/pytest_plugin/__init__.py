"""The plugin for pytest: cases and laws of the rulesets that the configuration names, as tests.

    [tool.pytest.ini_options]
    testpaths = ["rulesets"]
    partnerrules_rulesets = ["rulesets/northern"]

pytest finds it by its entry point. Where the configuration names no ruleset it does nothing, and imports nothing but
this module. May import everything but the command line.
"""

from typing import Final

import pytest

RULESETS: Final = "partnerrules_rulesets"
LAWS: Final = "partnerrules_laws"
EXAMPLES: Final = "partnerrules_examples"

ALL: Final = "all"
_USUAL_EXAMPLES: Final = 50


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what the configuration may say."""
    parser.addini(RULESETS, "folders of rulesets whose cases and laws are tests", type="paths", default=[])
    parser.addini(LAWS, "the laws that are tried on each ruleset; `all` if left out", type="args", default=[ALL])
    parser.addini(EXAMPLES, "how many generated cases a law is tried on", type="string", default=str(_USUAL_EXAMPLES))


def pytest_configure(config: pytest.Config) -> None:
    """Start what the configuration asks for."""
    if not config.getini(RULESETS):
        return
    config.pluginmanager.import_plugin("partnerrules.pytest_plugin.case_items")
    if config.getini(LAWS):
        config.pluginmanager.import_plugin("partnerrules.pytest_plugin.law_items")
