"""The one place that calls durable-rules: rules go in as data, facts one by one, and what fires comes out as data.

The engine is written in C, and some calls in some order crash the process or loop for ever. This is the fence: what is
safe, and nothing else. Its package for Python is left aside, as that starts timer threads and runs actions; here no
code of ours runs inside of the engine. Facts have ids of their own, are never retracted, and are of one session, which
ends after a rule has fired at least once: to end one in which nothing has fired frees memory that was never taken.
"""

import json
from collections.abc import Mapping
from importlib import metadata
from types import ModuleType
from typing import Final

VERSION: Final = "2.0.28"
"""The version of durable-rules for which all of this was found out."""
MAXIMUM_PATTERNS: Final = 60
"""Patterns of all rules of one host: from 64 on that wait for one fact, facts are refused, and from 512 on it hangs."""
MAXIMUM_JOINS: Final = 24
"""Conditions by which one pattern joins others: rules with more than 28 are refused, and all others of the host."""
MAXIMUM_VALUES: Final = 200
"""Fields of a fact: those with more than 255 are refused."""

_BOOT_KIND: Final = 0
_NOT_HANDLED: Final = 1
_NAME: Final = "rules"


class EngineFailed(Exception):  # a signal to the working memory, which leaves this engine alone from then on
    """The engine has said an error, or something that it never says."""


def _engine() -> tuple[ModuleType | None, str]:
    """The compiled part of durable-rules; None with the reason where it is not to be had."""
    try:
        found = metadata.version("durable_rules")
        if found != VERSION:
            return None, f"durable-rules is here in version {found}, and {VERSION} is the one that is known to be safe"
        # Here and not at the top, as another version is not even imported.
        import durable_rules_engine  # type: ignore[import-not-found]  # noqa: PLC0415  # not there on 3.13

        return durable_rules_engine, ""
    except metadata.PackageNotFoundError:
        return None, "durable-rules is not installed here, as it runs on Python 3.11 and 3.12 only"
    except (ImportError, OSError, SystemError) as error:  # SystemError: a library that was made for another Python
        return None, f"durable-rules cannot be imported: {error}"


_ENGINE, UNAVAILABLE = _engine()
"""The engine, and why there is none; "" if there is one."""
_FAILURES: Final[tuple[type[Exception], ...]] = (
    () if _ENGINE is None else (_ENGINE.error, MemoryError, ValueError, TypeError, AttributeError)
)
"""What comes of an error in the engine: its own exception, no memory, or what it says is not as it should be."""


class Host:
    """Rules in the engine."""

    def __init__(self, rules: Mapping[str, object]) -> None:
        """Takes in rules.

        Args:
            rules: by label, as the engine wants them; their kinds of facts begin with 1.

        Raises:
            EngineFailed: if the engine refuses them.
        """
        assert _ENGINE is not None
        boot = {"all": [{"p0": {"$and": [{"k": _BOOT_KIND}]}}]}
        self._module: Final = _ENGINE
        try:
            self._handle = self._module.create_ruleset(_NAME, json.dumps({"boot": boot, **rules}))
        except _FAILURES as error:
            raise EngineFailed(str(error)) from error

    def begin(self) -> None:
        """Begins a session, which is to be ended; none may be begun."""
        if [label for label, _ in self.tell({"k": _BOOT_KIND}, "boot")] != ["boot"]:
            raise EngineFailed("a session has not begun as it should")

    def tell(self, fact: Mapping[str, int], id: str) -> list[tuple[str, dict[str, int]]]:
        """Tells a fact, and gives each rule that fires then, with the numbers `n` of the facts by pattern.

        Args:
            fact: its fields, whole numbers.
            id: one that no fact of the session has yet.

        Raises:
            EngineFailed: if the engine says an error.
        """
        fired: list[tuple[str, dict[str, int]]] = []
        try:
            status, state = self._module.assert_fact(self._handle, json.dumps({"id": id, "z": 1, **fact}))
            if status == _NOT_HANDLED:
                return fired  # no rule looks at it
            if status != 0:
                raise EngineFailed(f"a fact has the status {status}")
            started = self._module.start_action_for_state(self._handle, state)
            found = None if started is None else started[1]
            while found is not None:
                ((label, facts),) = json.loads(found).items()
                fired.append((label, {pattern: each.get("n", -1) for pattern, each in facts.items()}))
                found = self._module.complete_and_start_action(self._handle, state)
        except _FAILURES as error:
            raise EngineFailed(str(error)) from error
        return fired

    def end(self) -> None:
        """Ends the session and forgets its facts."""
        try:
            self._module.delete_state(self._handle, None)
        except _FAILURES as error:
            raise EngineFailed(str(error)) from error

    def close(self) -> None:
        """Takes the rules out of the engine; nothing may be told any more."""
        self._module.delete_ruleset(self._handle)
