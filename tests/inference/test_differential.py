"""Both engines come to the same over thousands of generated rulesets and fact sets; a hundred times more in test-deep.

The engine in C may crash or hang, so that all of it runs in child processes that are watched: any end but a good one is
a failure that names the number of its case, and how to run that alone.
"""

import json
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.inference.watching import Ended, watched

from partnerrules.backends.working_memory_host import UNAVAILABLE

pytestmark = pytest.mark.skipif(bool(UNAVAILABLE), reason=UNAVAILABLE or "durable-rules is here")

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
SHARE = 1_500
"""Rulesets for one child."""
SHARES = 200 if DEEP else 2
SILENCE = 120.0
"""Seconds for one ruleset, which takes a thirtieth of one second: this is for machines that do much else."""

MODULE = "tests.inference.differing"


def failure(ended: Ended) -> str | None:
    """What is wrong with the end of a child, with the number of the case and how to run it alone; None if nothing."""
    if ended.code == 0:
        return None
    numbers = [line for line in ended.lines if line.isdigit()]
    last = numbers[-1] if numbers else "none"
    how = "hangs" if ended.hung else f"dies of signal {-(ended.code or 0)}" if ended.crashed else "differs"
    return f"case {last} {how}; run it alone: python -m {MODULE} {last} 1\n{ended.errors[-4000:]}"


def compare(first: int, count: int) -> tuple[str | None, Counter[str]]:
    ended = watched(["-X", "faulthandler", "-m", MODULE, str(first), str(count)], silence=SILENCE)
    wrong = failure(ended)
    return wrong, Counter() if wrong else Counter(json.loads(ended.lines[-1]))


def test_e6_both_engines_come_to_the_same_over_generated_rulesets_and_facts() -> None:
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(pool.map(lambda share: compare(share * SHARE, SHARE), range(SHARES)))
    assert [wrong for wrong, _ in found if wrong] == []
    seen = sum((each for _, each in found), Counter[str]())
    # All of it is to the point only if the engine was asked most of the time, and had something to find.
    assert seen["rulesets"] == SHARE * SHARES
    assert seen["cases"] + seen["too much"] == SHARE * SHARES * 10 // 3
    assert seen["too much"] < seen["cases"] // 50
    assert seen["run by the working memory"] > seen["cases"]
    assert seen["run by the matcher"] > seen["cases"] // 20
    assert seen["begun anew"] > seen["cases"] // 200
    assert seen["derived"] > seen["cases"]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("os.abort()", "case 7 dies of signal 6"),
        ("time.sleep(60)", "case 7 hangs"),
        ("raise AssertionError('one fact less')", "case 7 differs"),
    ],
)
def test_e6_a_child_that_does_not_end_well_is_a_failure_with_its_number(what: str, said: str) -> None:
    script = f"import os, time\nprint(6, flush=True)\nprint(7, flush=True)\n{what}"
    wrong = failure(watched(["-c", script], silence=5))
    assert wrong is not None
    assert wrong.startswith(f"{said}; run it alone: python -m tests.inference.differing 7 1\n")


BREAKING = """\
import partnerrules.backends.working_memory_host as host
from tests.inference import differing
{what}
differing.main(0, 40)
"""

FORGETTING = """\
tell, firings = host.Host.tell, []
def telling(self, fact, id):
    found = tell(self, fact, id)
    firings.extend(found)
    return found[:-1] if len(firings) > 100 else found
host.Host.tell = telling"""

UNORDERED = """\
tell = host.Host.tell
host.Host.tell = lambda self, fact, id: tell(self, fact, id) * 2"""

COARSE = """\
import partnerrules.backends.working_memory_cases as cases
encoded = cases.encoded
def rounded(value, encoding, words):
    found = encoded(value, encoding, words)
    return found // 2 * 2 if encoding == "exact" and found else found
cases.encoded = lambda value, encoding, words: 0 if encoding == "day" else rounded(value, encoding, words)"""


@pytest.mark.parametrize("what", [FORGETTING, UNORDERED, COARSE], ids=["forgetting", "twice", "coarse values"])
def test_e6_an_engine_that_is_wrong_does_not_pass(what: str) -> None:
    wrong = failure(watched(["-c", BREAKING.format(what=what)], silence=SILENCE))
    assert wrong is not None
    assert " differs; run it alone: python -m tests.inference.differing " in wrong


def test_e6_the_same_number_is_the_same_case_in_every_process() -> None:
    script = (
        "import hashlib\nfrom tests.inference.generated import case\n"
        "print(hashlib.sha256(repr([case(each) for each in range(50)]).encode()).hexdigest())"
    )
    runs: Sequence[Ended] = [
        watched(["-c", script], silence=60, environment={"PYTHONHASHSEED": seed}) for seed in ("1", "2")
    ]
    assert runs[0].lines == runs[1].lines != ()
