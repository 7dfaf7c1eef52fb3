"""The keys of the sentences that overlap and responsibility policies are told in, and who shares places.

Imports nothing of ours.
"""

from typing import Literal, TypeAlias

CoverageKey: TypeAlias = Literal[
    # overlap: {subject}, {title}, {details}; cells: {what}, {end}, {most}; who covers them: {holder}, {record}, {role}
    "overlap_clear",
    "overlap_overlapping",
    "overlap_warning",
    "overlap_exempt",
    "overlap_undetermined",
    "coverage",
    "coverage_clear",
    "coverage_unlimited",
    "coverage_crowded",
    "coverage_warning",
    "coverage_undetermined",
    "coverage_none",
    "cover",
    "cover_own",
    "cover_counted",
    "cover_direct",
    "cover_exempt",
    "cover_in_doubt",
    # places of those that are equal in something: {what}, {places}
    "places_of",
    # responsibility: {subject}, {title}, {details}; items of work and lines of support: {name}, {what}, {leads}
    "responsibility_complete",
    "responsibility_incomplete",
    "responsibility_undetermined",
    "duty",
    "duty_led",
    "duty_led_perhaps",
    "duty_lead_unknown",
    "duty_nobody",
    "duty_several",
    "duty_not_in_catalogue",
    "duty_not_accepted",
    "duty_accepted_late",
    "duty_unmet",
]
