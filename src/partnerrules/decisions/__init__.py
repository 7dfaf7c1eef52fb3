"""What decisions are made of: results of every policy kind, requirements, and the ways to fulfil them.

Plain data that knows neither how it was computed nor how it is told. May import language and below.
"""

from partnerrules.decisions.allocation import AllocationResult, CandidateResult
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionLine, CommissionResult
from partnerrules.decisions.conflicts import ConflictResult, Contestant, ContestGroup
from partnerrules.decisions.contracts import ContractsResult
from partnerrules.decisions.lifecycle import LifecycleResult, Move, Transition
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
from partnerrules.decisions.service_levels import ClockStop, Compliance, ServiceLevelResult
from partnerrules.decisions.statements import Statement, StatementLine
from partnerrules.decisions.tiering import TieringResult
from partnerrules.decisions.values import missing_text
from partnerrules.decisions.whole import Results

__all__ = [
    "AllocationResult",
    "BenefitResult",
    "CandidateResult",
    "ClockStop",
    "CommissionLine",
    "CommissionResult",
    "Compliance",
    "ConflictResult",
    "ContestGroup",
    "Contestant",
    "ContractsResult",
    "DefinitionResult",
    "EligibilityResult",
    "Imposition",
    "LifecycleResult",
    "Move",
    "NoPolicyResult",
    "OverlapResult",
    "ResponsibilityResult",
    "Result",
    "Results",
    "SanctionResult",
    "ScoreResult",
    "ServiceLevelResult",
    "SignsResult",
    "Statement",
    "StatementLine",
    "TableResult",
    "TieringResult",
    "Transition",
    "missing_text",
]
