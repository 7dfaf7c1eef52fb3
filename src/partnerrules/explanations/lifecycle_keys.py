"""The keys of the sentences about stages. Imports nothing of ours."""

from typing import Literal, TypeAlias

LifecycleKey: TypeAlias = Literal[
    # lifecycle: {subject}, {title}, {details}, {stage}, {word}
    "lifecycle_stage",
    "lifecycle_no_stage",
    "lifecycle_unknown_stage",
    "lifecycle_undetermined",
    "stage_since",
    "stage_since_unknown",
    "stage_leave_by",
    "stage_overdue",
    "stage_moved",
    "stage_moved_by",
    "stage_moved_some_day",
    # what is asked for: {stage}, {day}, {stages}
    "stage_allowed",
    "stage_already",
    "stage_refused",
    "stage_request_unknown",
    "stage_request_undetermined",
    "stage_not_of_these",
    "stage_no_transition",
    "stage_no_way_on",
    "stage_only_by_itself",
    "stage_only_by_itself_on",
    "stage_guard_not_met",
    "stage_requirement_not_met",
    "stage_too_early",
    "stage_one_way",
    "stage_ways",
    "stage_ways_shown",
    # transitions: {stage}, {transition}, {status}, {day}
    "stage_next",
    "transition",
    "transition_named",
    "transition_open",
    "transition_blocked",
    "transition_unknown",
    "transition_from_day",
    "transition_to_come",
    "transition_to_come_anyway",
    "transition_missed",
    # what was recorded against the rules: {stage}, {day}, {before}
    "stage_irregular",
    "stage_skipped_to",
    "stage_not_first",
    "stage_after_gap",
    "stage_overlaps",
    "stage_at_once",
]
