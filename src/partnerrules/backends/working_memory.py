"""The working memory: durable-rules finds the combinations of facts on which inference rules fire, where that is safe.

One engine is made for the rules of a version, when it is first needed, and takes one case after the other. What cannot
be said to it safely runs on the matcher, which is the meaning of a rule: a rule, as is decided when a ruleset is
loaded; a rule in one case, by its facts; and all of a case in which it comes out too late that the engine cannot go on.
"""

import os
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from partnerrules.backends.rule_finding import Anew
from partnerrules.backends.rule_plans import JoinPlans
from partnerrules.backends.working_memory_cases import Case
from partnerrules.backends.working_memory_host import MAXIMUM_PATTERNS, UNAVAILABLE, EngineFailed, Host
from partnerrules.backends.working_memory_rules import Compiled, Parameters, compiled, told_of
from partnerrules.backends.working_memory_values import Words
from partnerrules.diagnostics import TooMuchWork
from partnerrules.plan.inference import Stratum

FEWEST_FACTS: Final = 1_000
"""Facts in a case from which on the engine is asked: to tell it fewer takes longer than to find what they come to."""
MATCHER: Final = "matcher"
WORKING_MEMORY: Final = "working memory"


@dataclass(frozen=True, slots=True)
class Placement:
    """Which engine runs a rule.

    Attributes:
        engine: `matcher` or `working memory`.
        why: why it is the matcher; of the working memory, what the matcher does beside it, or "".
    """

    engine: str
    why: str


_SWITCHED_OFF: Final[ContextVar[bool]] = ContextVar("working memory switched off", default=False)
_WATCHING: Final[ContextVar[list[tuple[str, Placement]] | None]] = ContextVar("working memory watched", default=None)


@contextmanager
def matcher_only() -> Iterator[None]:
    """Lets the matcher run all rules of the decisions inside: for comparing engines, and for measuring them."""
    token = _SWITCHED_OFF.set(True)
    try:
        yield
    finally:
        _SWITCHED_OFF.reset(token)


@contextmanager
def watching() -> Iterator[list[tuple[str, Placement]]]:
    """Gives which engine has run which rule of the decisions inside, each time that one was run.

    Rules of the matcher are named only where the working memory might have run them, and there are enough facts for it.
    Where a case began anew, the rule is "", and the matcher has run them all.
    """
    found: list[tuple[str, Placement]] = []
    token = _WATCHING.set(found)
    try:
        yield found
    finally:
        _WATCHING.reset(token)


def _report(rule: str, why: str) -> None:
    found = _WATCHING.get()
    if found is not None:
        found.append((rule, Placement(MATCHER if why else WORKING_MEMORY, why)))


_EVERY: Final[weakref.WeakSet["WorkingMemory"]] = weakref.WeakSet()


class WorkingMemory:
    """The engine for the inference rules of one version.

    Safe to use from several threads, which take turns, and after a fork; sent to another process, it is made anew.

    Attributes:
        placements: by the id of a rule which engine runs it, where the engine can be had.
        plans: how the records of the rules are joined.
    """

    def __init__(self, strata: Sequence[Stratum], parameters: Parameters) -> None:
        """Decides which rules the engine runs. It is not made yet.

        Args:
            strata: the rules of a version.
            parameters: of the version, which stand as values in its rules.
        """
        self._strata = tuple(strata)
        self._parameters = dict(parameters)
        self._words = Words({})
        self.plans = JoinPlans()
        self._rules: dict[str, Compiled] = {}
        self._groups: list[list[Compiled]] = []
        placements: dict[str, Placement] = {}
        kind = 1
        for stratum in self._strata:
            for rule in stratum.rules:
                plan = self.plans.of(rule)
                made = compiled(plan, stratum, f"r{len(self._rules)}", kind, self._parameters, self._words)
                if isinstance(made, str):
                    placements[rule.id] = Placement(MATCHER, made)
                    continue
                kind += len(made.parts)
                self._rules[rule.id] = made
                self._place(made)
                placements[rule.id] = Placement(WORKING_MEMORY, told_of(made))
        self.placements: Mapping[str, Placement] = placements
        self._begin()
        _EVERY.add(self)

    def _place(self, made: Compiled) -> None:
        """Puts a rule with as many others in one host as it may have."""
        patterns = sum(len(each.parts) for each in self._groups[-1]) if self._groups else MAXIMUM_PATTERNS
        if patterns + len(made.parts) > MAXIMUM_PATTERNS:
            self._groups.append([])
        self._groups[-1].append(made)

    def _begin(self) -> None:
        """With no engine yet, as after a fork: the one that was there is that of the parent, and so may be its lock."""
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._hosts: dict[int, Host] = {}
        self._failed = False

    def placement(self, rule: str) -> Placement:
        """Which engine runs a rule here, and why."""
        found = self.placements[rule]
        if found.engine == MATCHER:
            return found
        if UNAVAILABLE:
            return Placement(MATCHER, UNAVAILABLE)
        few = f"with fewer than {FEWEST_FACTS:,} facts the matcher runs it"
        return Placement(WORKING_MEMORY, f"{few}; {found.why}" if found.why else few)

    @contextmanager
    def case(self, facts: int) -> Iterator[Case | None]:
        """The engine for one case, with no facts yet; None where it is not to be had, or not worth it.

        Args:
            facts: how many its rules fire on.

        Raises:
            Anew: if the engine says an error. The case goes to the matcher, which needs nothing of what was found, and
                so do all later ones: an engine in C that has said an error is not asked again.
        """
        own = self._owner == threading.get_ident()  # a decision inside of a decision does not wait for itself
        off = UNAVAILABLE or not self._rules or self._failed or _SWITCHED_OFF.get()
        if off or own or facts < FEWEST_FACTS:
            yield None
            return
        with self._lock:
            self._owner = threading.get_ident()
            begun: dict[int, Host] = {}
            hosts = {
                made.rule.id: self._opening(number, begun)
                for number, group in enumerate(self._groups)
                for made in group
            }
            try:
                with self._sessions(begun):
                    yield Case(self._rules, hosts, Words(self._words.known()), _report)
            except EngineFailed as error:
                self._failed = True
                _report("", str(error))
                raise Anew(str(error)) from error
            except (Anew, TooMuchWork) as error:
                _report("", str(error))
                raise
            finally:
                self._owner = None

    @contextmanager
    def _sessions(self, begun: dict[int, Host]) -> Iterator[None]:
        """Ends what has begun, however the case ends, unless the engine has said an error."""
        try:
            yield
        except EngineFailed:
            begun.clear()
            raise
        finally:
            self._end(begun)

    def _end(self, begun: Mapping[int, Host]) -> None:
        for host in begun.values():
            host.end()

    def _opening(self, number: int, begun: dict[int, Host]) -> Callable[[], Host]:
        """What gives a host with a session, which begins when the first rule of it has facts."""

        def opened() -> Host:
            if number not in begun:
                if number not in self._hosts:
                    host = Host({made.label: made.definition for made in self._groups[number]})
                    self._hosts[number] = host
                    weakref.finalize(self, _close, host, os.getpid()).atexit = False
                self._hosts[number].begin()
                begun[number] = self._hosts[number]
            return begun[number]

        return opened

    def __reduce__(self) -> tuple[type["WorkingMemory"], tuple[Sequence[Stratum], Parameters]]:
        """Sends the rules, of which it is made anew."""
        return WorkingMemory, (self._strata, self._parameters)


def _close(host: Host, process: int) -> None:
    """Takes the rules of a host out of the engine, in the process that has put them in."""
    if os.getpid() == process:
        host.close()


def _after_fork() -> None:
    """Lets each working memory begin anew in a child process."""
    for each in _EVERY:
        each._begin()  # the engines of the parent are left alone, and go with its copy


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
