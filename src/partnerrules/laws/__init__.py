"""General laws as ready-made property tests: what ought to hold for every ruleset, tried on generated facts.

    import partnerrules as pr
    from partnerrules import laws

    laws.check(pr.load("rulesets/northern"), laws.KNOWLEDGE)

A law that does not hold shows the smallest case that was found, ready to be pasted into `cases.yaml`. Comes with the
extra `testing`. May import strategies and below.
"""

from typing import Final

# First of all, as it says what to install where Hypothesis is missing.
import partnerrules.strategies as _strategies
from partnerrules.laws.benefits import BENEFITS
from partnerrules.laws.fairness import EARLIER, EQUALS
from partnerrules.laws.input import ANSWERS, EXPLANATIONS, IRRELEVANT, ORDER, PARTS
from partnerrules.laws.knowledge import KNOWLEDGE
from partnerrules.laws.law import EXAMPLES, Law, LawBroken, check
from partnerrules.laws.money import MONEY

LAWS: Final[dict[str, Law]] = {
    law.name: law
    for law in (ANSWERS, EXPLANATIONS, ORDER, PARTS, IRRELEVANT, KNOWLEDGE, MONEY, BENEFITS, EQUALS, EARLIER)
}
"""Every law by its name."""

__all__ = [
    "ANSWERS",
    "BENEFITS",
    "EARLIER",
    "EQUALS",
    "EXAMPLES",
    "EXPLANATIONS",
    "IRRELEVANT",
    "KNOWLEDGE",
    "LAWS",
    "MONEY",
    "ORDER",
    "PARTS",
    "Law",
    "LawBroken",
    "check",
]

del _strategies
