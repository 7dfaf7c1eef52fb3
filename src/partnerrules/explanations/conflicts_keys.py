"""The keys of the sentences about shared claims, lines and protection. Imports nothing of ours."""

from typing import Literal, TypeAlias

ConflictKey: TypeAlias = Literal[
    # {subject}, {title}, {details}, {claimant}; who holds it: {claimants}, {criterion}
    "conflict_shared",
    "contest_shared",
    "contest_shared_by",
    "contest_held",
    "contest_held_by",
    "contest_reconsidered",
    "contest_next",
    "claim_of",
    "claim_shared",
    "claim_in_line",
    "criterion_awarded",
    # how long a claim is protected: {begins}, {until}, {claim}
    "protected",
    "protected_without_end",
    "protected_pending",
    "protection_renews",
    "protection_not_begun",
    "protection_not_yet",
    "protection_over",
    "protection_renewed",
    "protection_in_doubt",
    "renewal_in_doubt",
    "missing_circle",
]
