"""The keys of the sentences that allocation policies are told in. Imports nothing of ours."""

from typing import Literal, TypeAlias

AllocationKey: TypeAlias = Literal[
    # {subject}, {title}, {details}, {candidate}
    "allocated",
    "allocated_nobody",
    "allocated_no_room",
    "allocated_undecided",
    "allocation_undetermined",
    # whose turn: {keys}; who else: {rivals}
    "allocation_turn",
    "allocation_rivals",
    "allocation_tied",
    # a candidate: {candidate}, {standing}
    "candidate",
    "candidate_taken",
    "candidate_equal",
    "candidate_contested",
    "candidate_behind",
    "candidate_behind_by",
    "candidate_full",
    "candidate_full_load",
    "candidate_full_share",
    "candidate_unfit",
    "candidate_undetermined",
    "candidate_load",
    "candidates_none",
    # concentration: {holders}, {all}; a holder: {holder}, {held}
    "allocation_shares",
    "allocation_share",
    "allocation_or_more",
    # a set that is chosen
    "selected",
    "not_selected",
    "selection_undecided",
    "selection_undetermined",
    # {turn}, {turns}, {gain}; {new} cells are new, {overlapped} are covered, each counting {overlap}
    "selection_turn",
    "selection_full",
    "selection_nothing",
    "selection_adds",
    "selection_equals",
    "selection_by",
    "selection_cells",
    "selection_no_cells",
    "selection_covered_by",
    "selection_covered_perhaps",
    "selection_perhaps_covered_by",
    "selection_uncovered",
    # {total}, {steps}
    "selection_total",
    "selection_nobody",
]
