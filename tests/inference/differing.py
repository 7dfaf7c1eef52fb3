"""Compares both engines of inference over generated cases; run as a process of its own, as an engine in C may crash.

`python -m tests.inference.differing SEED COUNT` says each number before its turn, so that whoever watches knows
where it was when the process died, and at the end what it has seen, as JSON.
"""

import functools
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from tests.engines import both_engines
from tests.inference.fence import fenced
from tests.inference.generated import Case, case
from tests.support import AS_OF, HEAD, in_folder

from partnerrules import Facts, Ruleset, check
from partnerrules.backends import matcher, working_memory
from partnerrules.diagnostics import TooMuchWork, render
from partnerrules.rulesets import head


def main(first: int, count: int) -> None:
    """Compare the engines over some numbers."""
    seen: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as patched:
        both_engines(patched)
        patched.setattr(matcher, "MAXIMUM_WORK", 60_000)  # what is too much has to be too much for both
        patched.setattr(matcher, "MAXIMUM_DERIVED", 300)
        patched.setattr(head, "_zones", functools.cache(head._zones))  # the list of time zones takes half of the time
        fenced(patched)
        for seed in range(first, first + count):
            _say(str(seed))
            one(case(seed), seen)
    _say(json.dumps(seen))


def one(made: Case, seen: Counter[str]) -> None:
    """Decide all fact sets of one case with both engines, which are to agree.

    Args:
        made: the case.
        seen: counts what has been compared.
    """
    rules = _rules(made.text)
    seen["rulesets"] += 1
    memory = rules.versions[0].memory
    assert memory is not None
    for placement in memory.placements.values():
        seen[f"rules for the {placement.engine}"] += 1
    for facts in made.facts:
        with working_memory.watching() as engines:
            try:
                derived = rules.decide(Facts(facts), as_of=AS_OF, policies=[]).derived
            except TooMuchWork:
                seen["too much"] += 1
                continue
        seen["cases"] += 1
        seen["derived"] += len(derived)
        for rule, placement in engines:
            seen[f"run by the {placement.engine}" if rule else "begun anew"] += 1
        assert not memory._failed, [each for each in engines if not each[0]]  # the engine has said no error


def _rules(text: str) -> Ruleset:
    with tempfile.TemporaryDirectory() as folder:
        found, told = check(in_folder({"ruleset.yaml": HEAD + text}, Path(folder)))
    assert found is not None, render(told)
    return found


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # this is what the parent process reads


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
