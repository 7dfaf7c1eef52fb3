"""Everything that a term or a plan refers to is found."""

from tests.support import ruleset

from partnerrules.language import terms
from partnerrules.plan.walk import plan_terms, subterms
from partnerrules.schema import types as t

NUMBER = t.Integer()


def test_subterms_are_found_in_all_places() -> None:
    one, two = terms.Value(1, NUMBER), terms.ParameterOf("p", NUMBER)
    comparison = terms.Comparison("<", one, two, t.Boolean())
    whole = terms.All((comparison, terms.Not(comparison, t.Boolean())), t.Boolean())
    assert {type(term) for term in subterms(whole)} == {
        terms.All,
        terms.Comparison,
        terms.Not,
        terms.Value,
        terms.ParameterOf,
    }


def test_the_terms_of_a_plan_are_those_of_its_condition_inputs_rows_and_default() -> None:
    text = """\
parameters: {a: {value: 1 CNY}, b: {value: 2 CNY}, c: {value: 3 CNY}, d: {value: 4 CNY}, e: {value: 5 CNY}}
tables:
  t:
    subject: deal
    when: deal.amount > a
    hit: first
    inputs: {x: deal.amount + b}
    outputs: {y: money}
    default: {y: e}
    rows: [{x: "> c", y: d}]
"""
    (version,) = ruleset(text).versions
    found = [part for term in plan_terms(version.policies["t"].plan) for part in subterms(term)]
    assert {part.name for part in found if isinstance(part, terms.ParameterOf)} == set("abcde")
