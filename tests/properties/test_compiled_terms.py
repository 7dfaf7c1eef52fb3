"""Compiled terms give what the interpreter gives: the same values, and the same facts missing where one is unknown."""

import json
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.properties.test_soundness import ANY_TREE, KINDS, definition
from tests.support import AS_OF, checked
from tests.worlds import WORLD, Relations, expression, facts

from partnerrules import Decision, Facts, Ruleset
from partnerrules.backends.to_python.compiler import interpreter_only
from partnerrules.language import syntax as s
from partnerrules.language.printer import print_expression
from partnerrules.strategies import facts as facts_for
from partnerrules.strategies.rulesets import rulesets


def told(decision: Decision) -> object:
    """All that a decision says, down to the last zero of a number, and its explanations."""
    return (
        json.dumps(decision.as_data(), sort_keys=True, default=str),
        {
            (policy, id): (repr(getattr(result, "raw", None)), decision.explain(policy, id, language="en"))
            for policy, results in decision.items()
            for id, result in results.items()
        },
    )


def agreed(decide: Callable[[], Decision]) -> Decision:
    """A decision on which compiled terms and the interpreter agree, with trace and without."""
    compiled = decide()
    with interpreter_only():
        interpreted = decide()
        expected = told(interpreted)
    assert told(compiled) == expected
    return compiled


def agree(rules: Ruleset, known: Relations) -> None:
    for trace in (False, True):
        agreed(lambda: rules.decide(Facts(known), as_of=AS_OF, trace=trace))  # noqa: B023


POLICY = """\
eligibility:
  admission:
    subject: partner
    gates:
      - {{id: tried, require: {condition}}}
tables:
  table:
    subject: partner
    hit: first
    inputs: {{tried: {condition}}}
    outputs: {{out: {{type: number}}}}
    rows:
      - {{id: a, tried: "true", out: 1}}
      - {{id: b, out: 2}}
"""


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=settings().max_examples
)
@given(KINDS.flatmap(lambda kind: expression(kind, 4)), facts())
def test_well_typed_expressions(text: str, known: Relations) -> None:
    rules, _ = checked(definition(text))
    if rules is not None:
        agree(rules, known)


@settings(max_examples=settings().max_examples * 2)
@given(ANY_TREE, st.sampled_from(["partner", "deal"]), facts())
def test_whatever_is_accepted(tree: s.Syntax, of: str, known: Relations) -> None:
    rules, _ = checked(definition(print_expression(tree), of))
    if rules is not None:
        agree(rules, known)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(expression("boolean", 4), facts())
def test_conditions_of_policies(text: str, known: Relations) -> None:
    rules, _ = checked(WORLD + POLICY.format(condition=json.dumps(text, ensure_ascii=False)))
    if rules is not None:
        agree(rules, known)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_generated_rulesets(data: st.DataObject) -> None:
    rules = data.draw(rulesets())
    known = data.draw(facts_for(rules, partial=True))
    agreed(lambda: rules.decide(known))
