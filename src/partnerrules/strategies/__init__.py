"""Strategies of Hypothesis: generated facts for a ruleset, records, instants, and small rulesets.

    from hypothesis import given
    from partnerrules.strategies import facts

    RULES = pr.load("rulesets/northern")

    @given(facts(RULES))
    def test_a_large_partner_is_never_refused(known): ...

Comes with the extra `testing`: `pip install 'partnerrules[testing]'`. May import rulesets and below.
"""

try:
    import hypothesis as _hypothesis
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "generated facts and laws need Hypothesis: pip install 'partnerrules[testing]'", name="hypothesis"
    ) from error

from partnerrules.strategies.records import (
    assessments,
    certifications,
    contracts,
    customers,
    deals,
    observations,
    partners,
    people,
    products,
    projects,
    records,
    registrations,
    sanctions,
    standings,
    transactions,
    violations,
)
from partnerrules.strategies.rulesets import ruleset_texts, rulesets
from partnerrules.strategies.situation import Situation
from partnerrules.strategies.situations import as_of_instants, facts, situations

__all__ = [
    "Situation",
    "as_of_instants",
    "assessments",
    "certifications",
    "contracts",
    "customers",
    "deals",
    "facts",
    "observations",
    "partners",
    "people",
    "products",
    "projects",
    "records",
    "registrations",
    "ruleset_texts",
    "rulesets",
    "sanctions",
    "situations",
    "standings",
    "transactions",
    "violations",
]

del _hypothesis
