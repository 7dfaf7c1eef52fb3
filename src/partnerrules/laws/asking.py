"""Which policies and definitions ask which, so that what one of them does is known of all that rest on it."""

from collections.abc import Callable

from partnerrules.language import terms
from partnerrules.plan.nodes import Plan
from partnerrules.plan.walk import plan_terms, subterms
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets.compiling import Version


def resting_on(
    rules: Ruleset,
    by_term: Callable[[terms.Term], bool] = lambda term: False,
    by_plan: Callable[[Plan], bool] = lambda plan: False,
) -> frozenset[str]:
    """The policies and definitions that do something, or ask one that does.

    Args:
        rules: the ruleset.
        by_term: whether a single term does it.
        by_plan: whether a whole plan does it.
    """
    found: set[str] = set()
    for version in rules.versions:
        doing = {name for name, policy in version.policies.items() if by_plan(policy.plan)}
        asked: dict[str, set[str]] = {}
        for name, roots in _terms_by_name(version).items():
            every = [term for root in roots for term in subterms(root)]
            if any(by_term(term) for term in every):
                doing.add(name)
            asked[name] = {
                term.name if isinstance(term, terms.DefinitionOf) else term.policy
                for term in every
                if isinstance(term, terms.DefinitionOf | terms.OutcomeOf)
            }
        while more := {name for name, names in asked.items() if names & doing} - doing:
            doing |= more
        found |= doing
    return frozenset(found)


def _terms_by_name(version: Version) -> dict[str, list[terms.Term]]:
    found = {name: [term] for name, term in version.definition_terms.items()}
    for name, policy in version.policies.items():
        own = [] if policy.reference_date is None else [policy.reference_date]
        found[name] = [*plan_terms(policy.plan), *own]
    return found
