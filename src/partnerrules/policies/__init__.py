"""The policy kinds: a module or a package each, with document form, checks, lowering to the plan, and results.

May import plan, decisions and below; knows no back end.
"""

from typing import Final

from partnerrules.policies.allocation.policy import ALLOCATION
from partnerrules.policies.benefits.policy import BENEFITS
from partnerrules.policies.commission.policy import COMMISSION
from partnerrules.policies.conflicts.policy import CONFLICTS
from partnerrules.policies.contracts.policy import CONTRACTS
from partnerrules.policies.eligibility import ELIGIBILITY
from partnerrules.policies.inference.policy import INFERENCE
from partnerrules.policies.kind import Kind, Policy
from partnerrules.policies.lifecycle.policy import LIFECYCLE
from partnerrules.policies.overlap.policy import OVERLAP
from partnerrules.policies.responsibility.policy import RESPONSIBILITY
from partnerrules.policies.sanctions.policy import SANCTIONS
from partnerrules.policies.scoring.policy import SCORING
from partnerrules.policies.tables import TABLES
from partnerrules.policies.tiering.policy import TIERING

KINDS: Final[tuple[Kind, ...]] = (
    INFERENCE,
    TABLES,
    ELIGIBILITY,
    LIFECYCLE,
    TIERING,
    SCORING,
    CONFLICTS,
    OVERLAP,
    ALLOCATION,
    COMMISSION,
    BENEFITS,
    SANCTIONS,
    CONTRACTS,
    RESPONSIBILITY,
)
"""All policy kinds, in the order in which their sections stand in a ruleset."""

__all__ = ["KINDS", "Kind", "Policy"]
