"""What Northern Cloud promises its partners beyond the single cases, tried on generated facts."""

from pathlib import Path

from hypothesis import given, settings

import partnerrules as pr
from partnerrules.strategies import facts

RULES = pr.load(Path(__file__).parent.parent / "rulesets" / "northern-channel")


@settings(max_examples=100, deadline=None)
@given(facts(RULES))
def test_whoever_has_a_level_is_admitted(known: pr.Facts) -> None:
    decision = RULES.decide(known)
    for partner, level in decision["level"].items():
        if level.outcome in ("gold", "silver", "registered"):
            assert decision["admission"][partner].outcome == "eligible"


@settings(max_examples=100, deadline=None)
@given(facts(RULES, unknowns=False))
def test_a_customer_has_one_holder_at_most(known: pr.Facts) -> None:
    for contest in RULES.decide(known)["customer-protection"].groups:
        assert sum(claim.outcome == "won" for claim in contest.contestants) <= 1
