"""Partner policies as data: load a ruleset, give it facts, and get decisions that can be defended.

import partnerrules as pr

rules = pr.load("rulesets/china-mobile-sa")
decision = rules.decide(pr.Facts.read("facts"), as_of=moment)
decision["sa-admission"]["P-1"].outcome
"""

from partnerrules.diagnostics import (
    Diagnostic,
    FactsError,
    PartnerRulesError,
    RulesetError,
    TooMuchWork,
    UsageError,
)
from partnerrules.domain import UNKNOWN
from partnerrules.facts import Facts, Record
from partnerrules.quantities import Money
from partnerrules.rulesets import Decision, Ruleset, check, load
from partnerrules.schema.missing import Unknown

__all__ = [
    "UNKNOWN",
    "Decision",
    "Diagnostic",
    "Facts",
    "FactsError",
    "Money",
    "PartnerRulesError",
    "Record",
    "Ruleset",
    "RulesetError",
    "TooMuchWork",
    "Unknown",
    "UsageError",
    "check",
    "load",
]
