"""Whoever takes one of the shortest ways is eligible, and no fewer changes are enough."""

import itertools
import json

from hypothesis import given
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

from partnerrules import Facts
from partnerrules.decisions.results import EligibilityResult

LEAVES = [f"c{index}" for index in range(6)]
FIELDS = "facts:\n  partner: {" + ", ".join(f"{name}: boolean" for name in LEAVES) + "}\n"


@st.composite
def gates(draw: st.DrawFn) -> list[object]:
    """Gates that ask for each of the six conditions once at most."""
    left = list(LEAVES)

    def condition(depth: int) -> object:
        kind = draw(st.sampled_from(["leaf", "all", "any", "not", "at_least"])) if depth else "leaf"
        if kind == "leaf" or len(left) < 2:
            name = left.pop(0)
            return {"id": name, "require": f"subject.{name}"}
        if kind == "not":
            return {"not": condition(depth - 1)}
        items = [condition(depth - 1)]
        while left and len(items) < 3 and draw(st.booleans()):
            items.append(condition(depth - 1))
        if kind == "at_least":
            return {"at_least": draw(st.integers(1, len(items))), "of": items}
        return {kind: items}

    found: list[object] = []
    while left and len(found) < 3:
        found.append(condition(2))
    return found


def _gate(index: int, condition: object) -> dict[str, object]:
    assert isinstance(condition, dict)
    return condition if "require" in condition else {"id": f"gate{index}", **condition}


@given(gates(), st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in LEAVES}))
def test_shortest_ways(conditions: list[object], truths: dict[str, bool | None]) -> None:
    policy = {"subject": "partner", "gates": [_gate(index, each) for index, each in enumerate(conditions)]}
    rules = ruleset(f"{FIELDS}eligibility: {json.dumps({'p': policy})}\n")

    def decide(values: dict[str, bool | None]) -> EligibilityResult:
        given_facts = {name: value for name, value in values.items() if value is not None}
        result = rules.decide(Facts({"partners": {"P-1": given_facts}}), as_of=AS_OF, trace=False)["p"]["P-1"]
        assert isinstance(result, EligibilityResult)
        return result

    now = decide(truths)
    if now.outcome == "eligible":
        assert now.ways.total == 0
        return
    assert now.ways.total >= len(now.ways.listed) >= 1
    assert len({len(way) for way in now.ways.listed}) == 1
    for way in now.ways.listed:
        after = decide({**truths, **{change.condition: change.holds for change in way}})
        assert after.outcome == "eligible"
    asked = [name for name in LEAVES if name in now.conditions]
    size = len(now.ways.listed[0]) - 1
    for chosen in itertools.combinations(asked, size):
        for values in itertools.product((True, False), repeat=size):
            changed = {**truths, **dict(zip(chosen, values, strict=True))}
            assert decide(changed).outcome != "eligible"
