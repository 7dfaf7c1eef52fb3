"""What decisions are made of: results of every policy kind, requirements, and the ways to fulfil them.

Plain data that knows neither how it was computed nor how it is told. May import language and below.
"""

from partnerrules.decisions.commission import CommissionLine, CommissionResult
from partnerrules.decisions.conflicts import ConflictResult, Contestant, ContestGroup
from partnerrules.decisions.overlap import OverlapResult
from partnerrules.decisions.responsibility import ResponsibilityResult
from partnerrules.decisions.results import (
    DefinitionResult,
    EligibilityResult,
    NoPolicyResult,
    Result,
    TableResult,
)
from partnerrules.decisions.sanctions import Imposition, SanctionResult
from partnerrules.decisions.scoring import ScoreResult, SignsResult
from partnerrules.decisions.statements import Statement, StatementLine
from partnerrules.decisions.tiering import TieringResult
from partnerrules.decisions.values import missing_text
from partnerrules.decisions.whole import Results

__all__ = [
    "CommissionLine",
    "CommissionResult",
    "ConflictResult",
    "ContestGroup",
    "Contestant",
    "DefinitionResult",
    "EligibilityResult",
    "Imposition",
    "NoPolicyResult",
    "OverlapResult",
    "ResponsibilityResult",
    "Result",
    "Results",
    "SanctionResult",
    "ScoreResult",
    "SignsResult",
    "Statement",
    "StatementLine",
    "TableResult",
    "TieringResult",
    "missing_text",
]
