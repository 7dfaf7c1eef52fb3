"""What decisions are made of: results of every policy kind, requirements, and the ways to fulfil them.

Plain data that knows neither how it was computed nor how it is told. May import language and below.
"""

from partnerrules.decisions.results import (
    DefinitionResult,
    EligibilityResult,
    NoPolicyResult,
    Result,
    TableResult,
)
from partnerrules.decisions.values import missing_text

__all__ = ["DefinitionResult", "EligibilityResult", "NoPolicyResult", "Result", "TableResult", "missing_text"]
