"""The pipeline: from the files of a ruleset to decisions. Loads, checks, lowers, and runs.

May import explanations, policies, back ends and below.
"""

from partnerrules.rulesets.decision import Decision
from partnerrules.rulesets.loading import check, load
from partnerrules.rulesets.ruleset import Ruleset
from partnerrules.rulesets.table_calls import Table, TableAnswer

__all__ = ["Decision", "Ruleset", "Table", "TableAnswer", "check", "load"]
