"""What decisions are made of: results of every policy kind, requirements, and the ways to fulfil them.

Plain data that knows neither how it was computed nor how it is told. May import language and below.
"""

from partnerrules.decisions.allocation import AllocationResult, CandidateResult, Preference, PreferenceResult
from partnerrules.decisions.benefits import ApprovalResult, BenefitResult, CapResult, ClaimResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.commission_lines import CommissionLine, PaymentRight
from partnerrules.decisions.conflicts import ConflictResult, Contestant, ContestGroup, Protection
from partnerrules.decisions.contracts import (
    CheckResult,
    ContractsResult,
    Finding,
    Lacking,
    Terminable,
    TermResult,
    TooEarly,
    Underpromised,
    Unmet,
    Worsened,
)
from partnerrules.decisions.conversion import ConversionResult
from partnerrules.decisions.inference import DerivationResult, InferenceResult, Premise
from partnerrules.decisions.lifecycle import Irregularity, LifecycleResult, Move, Refusal, Request, Transition
from partnerrules.decisions.overlap import OverlapResult
from partnerrules.decisions.responsibility import ResponsibilityResult
from partnerrules.decisions.results import (
    DefinitionResult,
    EligibilityResult,
    NoPolicyResult,
    Result,
    TableResult,
)
from partnerrules.decisions.sanctions import Imposition, Lighter, Reinstated, SanctionResult, Unimposed
from partnerrules.decisions.scoring import ScoreResult, SignsResult
from partnerrules.decisions.selection import SelectionResult
from partnerrules.decisions.service_levels import ClockStop, Compliance, ServiceLevelResult
from partnerrules.decisions.statements import Statement, StatementLine
from partnerrules.decisions.tiering import TieringResult
from partnerrules.decisions.values import missing_text
from partnerrules.decisions.whole import Results
from partnerrules.domain.open_documents import MissingFact, OpenDocument
from partnerrules.domain.settlement import (
    AccountStatement,
    Period,
    Settlement,
    SettlementLine,
)

__all__ = [
    "AccountStatement",
    "AllocationResult",
    "ApprovalResult",
    "BenefitResult",
    "CandidateResult",
    "CapResult",
    "CheckResult",
    "ClaimResult",
    "ClockStop",
    "CommissionLine",
    "CommissionResult",
    "Compliance",
    "ConflictResult",
    "ContestGroup",
    "Contestant",
    "ContractsResult",
    "ConversionResult",
    "DefinitionResult",
    "DerivationResult",
    "EligibilityResult",
    "Finding",
    "Imposition",
    "InferenceResult",
    "Irregularity",
    "Lacking",
    "LifecycleResult",
    "Lighter",
    "MissingFact",
    "Move",
    "NoPolicyResult",
    "OpenDocument",
    "OverlapResult",
    "PaymentRight",
    "Period",
    "Preference",
    "PreferenceResult",
    "Premise",
    "Protection",
    "Refusal",
    "Reinstated",
    "Request",
    "ResponsibilityResult",
    "Result",
    "Results",
    "SanctionResult",
    "ScoreResult",
    "SelectionResult",
    "ServiceLevelResult",
    "Settlement",
    "SettlementLine",
    "SignsResult",
    "Statement",
    "StatementLine",
    "TableResult",
    "TermResult",
    "Terminable",
    "TieringResult",
    "TooEarly",
    "Transition",
    "Underpromised",
    "Unimposed",
    "Unmet",
    "Worsened",
    "missing_text",
]
