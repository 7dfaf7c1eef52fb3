"""The general laws hold for generated rulesets; and a requirement that is fulfilled shuts nobody out."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from partnerrules.laws import LAWS, check
from partnerrules.policies import KINDS
from partnerrules.strategies import ruleset_texts, situations
from partnerrules.strategies.rulesets import head, requirements, ruleset_of

PAGE = (Path(__file__).parent.parent.parent / "docs" / "reference" / "cases.md").read_text(encoding="utf-8")
EVERY_KIND = next(
    block
    for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    if block.startswith("ruleset:")
)
"""The ruleset of the page about cases, which has a policy of every kind."""

FEW = settings(
    max_examples=max(settings().max_examples // 8, 1),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds_for_generated_rulesets(name: str) -> None:
    @FEW
    @given(ruleset_texts(), st.data())
    def holds(text: str, data: st.DataObject) -> None:
        rules = ruleset_of(text)
        assume(LAWS[name].applies(rules))
        LAWS[name].holds(data, rules)

    holds()


@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds_for_a_ruleset_with_every_kind_of_policy(name: str) -> None:
    rules = ruleset_of(EVERY_KIND)
    assert {policy.kind for policy in rules.versions[0].policies.values()} == {kind.name for kind in KINDS}
    check(rules, LAWS[name], examples=max(settings().max_examples // 10, 1))


@settings(max_examples=settings().max_examples // 2)
@given(st.data())
def test_a_requirement_that_is_fulfilled_makes_no_eligible_partner_ineligible(data: st.DataObject) -> None:
    gates = [data.draw(requirements(f"gate-{number}")) for number in range(data.draw(st.integers(1, 3)))]
    added = data.draw(requirements("added"))
    at = data.draw(st.integers(0, len(gates)))
    inside = {"id": "both", "all": [gates[0], {**added, "id": "added-inside"}]}
    policies = {
        "before": gates,
        "added": [added],
        "after": [*gates[:at], added, *gates[at:]],
        "within": [inside, *gates[1:]],
    }
    section = {name: {"subject": "partner", "gates": each} for name, each in policies.items()}
    rules = ruleset_of(f"{data.draw(head())}eligibility: {json.dumps(section)}\n")
    decision = rules.decide(data.draw(situations(rules)).facts())
    for partner, before in decision["before"].items():
        extra = decision["added"][partner].outcome
        for name in ("after", "within"):
            outcome = decision[name][partner].outcome
            if before.outcome == "eligible" and extra == "eligible":
                assert outcome == "eligible"
            # And one that is not fulfilled lets nobody in.
            assert outcome != "eligible" or (before.outcome == "eligible" and extra == "eligible")
