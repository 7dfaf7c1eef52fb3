"""What durable-rules does without the fence: each function is one trap, run by its name in a process of its own.

`python -m tests.inference.raw NAME` prints what the engine makes of it as JSON, if it comes back at all.
"""

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

engine: Any = None
"""The compiled part, imported where a trap is walked into and nowhere else: it is not to be had everywhere."""

Condition = Mapping[str, object]
Firings = list[tuple[str, dict[str, object]]]

BOOT: Mapping[str, object] = {"all": [{"p0": {"$and": [{"k": 0}]}}]}
SAME = {"a": {"p0": "a"}}
ALWAYS = {"z": {"p0": "z"}}


class Host:
    """Rules in the engine, by its C functions."""

    def __init__(self, rules: Mapping[str, object], *, boot: bool = True) -> None:
        self.handle = engine.create_ruleset("trap", json.dumps({"boot": BOOT, **rules} if boot else rules))
        if boot:
            self.tell(id="boot", k=0)

    def tell(self, **fact: object) -> Firings | int:
        """Tells a fact, and gives what fires, or the status where the engine does not take it."""
        status, state = engine.assert_fact(self.handle, json.dumps({"z": 1, **fact}))
        if status:
            return int(status)
        fired: Firings = []
        started = engine.start_action_for_state(self.handle, state)
        found = None if started is None else started[1]
        while found is not None:
            fired.extend(json.loads(found).items())
            found = engine.complete_and_start_action(self.handle, state)
        return fired


def single(*conditions: Condition) -> Mapping[str, object]:
    return {"all": [{"p0": {"$and": [{"k": 1}, *conditions]}}]}


def pair(*conditions: Condition) -> Mapping[str, object]:
    return {"all": [{"p0": {"$and": [{"k": 1}]}}, {"p1": {"$and": [{"k": 2}, *conditions]}}]}


def meets(condition: Condition, **fact: object) -> bool | str:
    """Whether a fact meets a condition, or what the engine says to it."""
    try:
        return isinstance(Host({"r": single(condition)}).tell(id="1", k=1, **fact), list)
    except engine.error as error:
        return str(error)


def joins(condition: Condition, one: Mapping[str, object], two: Mapping[str, object]) -> bool | str:
    """Whether the second fact joins the first one, or what the engine says to it."""
    host = Host({"r": pair(condition, ALWAYS)})
    try:
        host.tell(id="1", k=1, **one)
        return bool(host.tell(id="2", k=2, **two))
    except engine.error as error:
        return str(error)


# ---------------------------------------------------------------------------------------------------- process killers


def false_last_condition() -> object:
    """1: the engine looks for the end of the conditions behind it."""
    for count in (*range(1, 8),) * 6:
        host = Host({f"r{number}": pair(SAME, {"$gt": {"b": {"p0": "b"}}}) for number in range(count)})
        host.tell(id="1", k=1, a=1, b=1)
        host.tell(id="2", k=2, a=1, b=0)
        host.tell(id="3", k=2, a=1, b=-3)
    return "alive"


def session_in_which_nothing_fired() -> object:
    """3: what was never taken is freed."""
    host = Host({"r": single({"a": 1})}, boot=False)
    host.tell(id="1", k=1, a=2)
    engine.delete_state(host.handle, None)
    return "alive"


def division_by_zero() -> object:
    """5: the quotient is computed as it is."""
    host = Host({"r": pair({"a": {"$div": {"$l": {"p0": "a"}, "$r": {"p0": "b"}}}})})
    host.tell(id="1", k=1, a=1, b=0)
    return host.tell(id="2", k=2, a=1)


def sum_with_a_field_of_its_own() -> object:
    """5: `$m` beside a field of another fact."""
    host = Host({"r": pair({"a": {"$add": {"$l": {"$m": "b"}, "$r": {"p0": "c"}}}})})
    host.tell(id="1", k=1, c=0)
    return host.tell(id="2", k=2, a=1, b=1)


def patterns_of_one_kind(count: str) -> object:
    """6: siblings that ask something of one kind of facts each."""
    host = Host({f"r{number}": single({"a": number}) for number in range(int(count))})
    fired = host.tell(id="1", k=1, a=3)
    assert isinstance(fired, list)
    return len(fired)


def patterns_that_wait(count: str) -> object:
    """Siblings that wait for one kind of facts."""
    host = Host({f"r{number}": pair(SAME, ALWAYS) for number in range(int(count))})
    host.tell(id="1", k=1, a=1)
    try:
        fired = host.tell(id="2", k=2, a=1)
    except engine.error as error:
        return str(error)
    assert isinstance(fired, list)
    return len(fired)


def conditions_that_join(count: str) -> object:
    """Many conditions by which one pattern joins another."""
    try:
        Host({"r": pair(*({f"f{number}": {"p0": f"f{number}"}} for number in range(int(count))), ALWAYS)})
    except engine.error as error:
        return str(error)
    return "alive"


def fields_of_one_fact(count: str) -> object:
    """Many fields of one fact."""
    fields = {f"f{number}": 1 for number in range(int(count))}
    return meets({"f0": 1}, **fields)


# ------------------------------------------------------------------------------------------------------ wrong answers


def names_with_one_hash(one: str, other: str) -> object:
    """9: two facts, and two fields, with names of one hash of 32 bits."""
    host = Host({"r": single()})
    told = [isinstance(host.tell(id=id, k=1), list) for id in (one, other)]
    return [*told, meets({one: 1}, **{other: 1})]


def an_event_for_three_rules(how: str) -> object:
    """10: an event fires one rule of three, a fact all."""
    fired: list[str] = []
    rules = {name: {**single(), "run": _noting(fired, name)} for name in "abc"}
    getattr(_still(rules), how)("trap", {"id": "1", "k": 1})
    return sorted(fired)


def an_alias_misspelt() -> object:
    """11: rules with it are taken without a word."""
    Host({"r": pair({"$neq": {"a": {"misspelt": "a"}}}, ALWAYS)})
    return "taken"


def values_of_two_types() -> object:
    """12: what is the same, and what is not."""
    return [
        joins(SAME, {"a": 1}, {"a": "1"}),
        meets({"a": 1}, a=True),
        joins(SAME, {"a": 1}, {"a": 1.0}),
        joins(SAME, {"a": None}, {"a": None}),
        joins(SAME, {}, {}),
        meets({"$neq": {"a": 5}}, a=None),
    ]


def a_field_that_is_missing() -> object:
    """12: in a join that orders."""
    return joins({"$lt": {"a": {"p0": "a"}}}, {}, {"a": 1})


def order_of_texts(one: str, other: str) -> object:
    """12: whether one text is less than another one."""
    return joins({"$lt": {"a": {"p0": "a"}}}, {"a": other}, {"a": one})


def a_long_text() -> object:
    """12: 65,536 letters, and none."""
    return meets({"a": ""}, a="x" * 65_536)


def numbers_beyond_64_bits() -> object:
    """13: two that are not equal, and one that is not taken."""
    return [joins(SAME, {"a": 2**63}, {"a": 2**63 + 5}), meets({"$gt": {"a": 1}}, a=1e22)]


def facts_together() -> object:
    """14: facts after one that no rule looks at."""
    fired: list[str] = []
    rule = {**single(), "run": _noting(fired, "r")}
    try:
        facts = [{"id": str(number), "k": kind} for number, kind in enumerate((1, 9, 1))]
        _still({"r": rule}).assert_facts("trap", facts)
    except Exception as error:  # noqa: BLE001  # whatever the package raises
        return [type(error).__name__, fired]
    return fired


def an_error_in_an_action() -> object:
    """16: it is noted, and the other rules go on."""
    fired: list[str] = []

    def failing(_: object) -> None:
        raise ValueError("no")

    rules = {"a": {**single(), "run": failing}, "b": {**single(), "run": _noting(fired, "b")}}
    state = _still(rules).assert_fact("trap", {"id": "1", "k": 1})
    return ["exception" in state, fired]


def _still(rules: Mapping[str, object]) -> Any:
    """A host of the package, without its threads."""
    unfenced = importlib.import_module("durable.engine").Host
    return type("Still", (unfenced,), {"_run": lambda _: None})({"trap": rules})


def _noting(fired: list[str], name: str) -> object:
    def noted(_: object) -> None:
        fired.append(name)

    return noted


def main(name: str, *arguments: str) -> None:
    """Walk into one trap."""
    global engine
    engine = importlib.import_module("durable_rules_engine")
    print(json.dumps(globals()[name](*arguments)), flush=True)  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    words: Sequence[str] = sys.argv[1:]
    main(*words)
