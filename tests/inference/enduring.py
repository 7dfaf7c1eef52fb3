"""What the engine does in the long run, and between threads and processes: each function in a process of its own.

`python -m tests.inference.enduring NAME` prints what it has found as JSON.
"""

import json
import multiprocessing
import os
import pickle  # noqa: TID251  # what `multiprocessing` does with a ruleset on its way to a worker
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from tests.engines import shown
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Ruleset
from partnerrules.backends import working_memory
from partnerrules.backends.matcher import Inferred, Memory, infer
from partnerrules.backends.rule_instants import Outcomes
from partnerrules.backends.surroundings import Surroundings
from partnerrules.backends.working_memory import matcher_only, watching
from partnerrules.facts.derived import derived_rows
from partnerrules.plan.inference import Stratum
from partnerrules.rulesets import derived

RULES = """\
facts:
  note: {plural: notes, fields: {t: text, n: integer, p: ref partner}}
  pair: {plural: pairs, derived: only, fields: {one: text, two: text, n: integer}}
inference:
  joined:
    when: [{fact: note, as: one}, {fact: note, as: two, where: two.t = one.t and two.n < one.n}]
    then: {derive: pair, with: {one: one.id, two: two.id, n: one.n}}
  again:
    when:
      - {fact: note, as: one, where: one.n > 0}
      - {fact: note, as: two, where: two.p = one.p and two.n = one.n and two.t != one.t}
    then: {derive: note, with: {p: one.p, t: one.t, n: one.n - 1}}
    decreases: n
"""


def on_the_engine() -> None:
    """Lets the engine of this process run what it can, though these cases are small."""
    working_memory.FEWEST_FACTS = 0  # type: ignore[misc]


def facts(turn: int) -> Facts:
    """Facts, other ones with each turn: texts that no case had before are what an engine might keep."""
    rows = {f"N-{n}": {"t": f"text {turn} {n % 3}", "n": 1 + n // 3, "p": "P-1"} for n in range(5)}
    return Facts({"partners": {"P-1": {}}, "notes": rows})


def decided(turn: int, rules: Ruleset) -> str:
    """What the rules decide of the facts of one turn."""
    return rules.decide(facts(turn), as_of=AS_OF).to_json()


def decided_sent(turn: int, sent: bytes) -> tuple[str, bool]:
    """The same in a worker, which got the rules in a message, and whether its engine ran them all."""
    on_the_engine()
    with watching() as engines:
        found = decided(turn, pickle.loads(sent))  # noqa: S301  # our own bytes
    return found, {each.engine for _, each in engines} == {"working memory"}


# ------------------------------------------------------------------------------------------------------ the long run


def resident() -> int:
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def captured() -> list[tuple[tuple[Stratum, ...], Surroundings, Memory | None]]:
    """What is inferred from in twenty decisions, each with facts of its own."""
    calls = []

    def noting(
        strata: tuple[Stratum, ...], around: Surroundings, memory: Memory | None = None, _: Outcomes | None = None
    ) -> Inferred:
        calls.append((strata, around, memory))
        return infer(strata, around, memory)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(derived, "infer", noting)
        for turn in range(20):
            decided(turn, ruleset(RULES))
    return calls


def cases() -> object:
    """Ten thousand cases, after a thousand of them."""
    calls = captured()
    before = 0
    with watching() as engines:
        derived_rows(infer(*calls[0]).facts)
    for number in range(11_000):
        if number == 1_000:
            before = resident()
        derived_rows(infer(*calls[number % len(calls)]).facts)
    grown, tasks = resident() - before, len(os.listdir("/proc/self/task"))
    return {"grown": grown, "threads": tasks, "engines": [each.engine for _, each in engines], "calls": len(calls)}


def rulesets() -> object:
    """A thousand rulesets with an engine each, which go again."""
    strata, around, memory = captured()[0]
    before = 0
    for number in range(1_100):
        if number == 100:
            before = resident()
        sent = pickle.loads(pickle.dumps(memory))  # noqa: S301  # our own bytes
        derived_rows(infer(strata, around, sent).facts)
    return {"grown": resident() - before}


# ------------------------------------------------------------------------------------------------ threads, processes


def threads() -> object:
    """Two threads that decide the same rules at once, over different facts."""
    rules = ruleset(RULES)
    with matcher_only():
        alone = [decided(turn, rules) for turn in range(10)]
    wrong: list[int] = []

    def work(turns: range) -> None:
        wrong.extend(turn for turn in turns for _ in range(8) if decided(turn, rules) != alone[turn])

    _together(lambda: work(range(10)), lambda: work(range(9, -1, -1)))
    return wrong


def forks() -> object:
    """Children that are made while another thread decides, in the middle of whatever it does."""
    rules = ruleset(RULES)
    with matcher_only():
        alone = decided(1, rules)
    over = threading.Event()
    codes: list[int] = []

    def deciding() -> None:
        while not over.is_set():
            decided(0, rules)

    def forking() -> None:
        for _ in range(20):
            child = os.fork()
            if child == 0:
                os._exit(0 if decided(1, rules) == alone else 3)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        over.set()

    _together(deciding, forking)
    return codes


def workers() -> object:
    """Workers that were begun anew, and got the rules in a message."""
    rules = ruleset(RULES)
    sent = pickle.dumps(rules)
    alone = [(decided(turn, rules), True) for turn in range(6)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(decided_sent, range(6), [sent] * 6))
    return found == alone


def same() -> object:
    """That all of this is about something: both engines find the same, and not nothing."""
    strata, around, memory = captured()[0]
    one, other = infer(strata, around, memory), infer(strata, around)
    assert shown(one) == shown(other)
    return len(one.facts.relation("pair"))


def _together(*works: Callable[[], None]) -> None:
    started = [threading.Thread(target=each) for each in works]
    for each in started:
        each.start()
    for each in started:
        each.join()


if __name__ == "__main__":
    on_the_engine()
    print(json.dumps(globals()[sys.argv[1]]()), flush=True)  # noqa: T201  # the parent reads it
