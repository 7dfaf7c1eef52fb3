"""The pipeline: from the files of a ruleset to decisions. Loads, checks, lowers, and runs.

May import explanations, policies, back ends and below.
"""

from partnerrules.rulesets.decision import Decision
from partnerrules.rulesets.loading import check, load
from partnerrules.rulesets.ruleset import Ruleset

__all__ = ["Decision", "Ruleset", "check", "load"]
