"""The keys of the sentences that service levels are told in. Imports nothing of ours."""

from typing import Literal, TypeAlias

ServiceLevelKey: TypeAlias = Literal[
    # the first line: {subject}, {title}, {details}
    "service_met",
    "service_breached",
    "service_running",
    "service_stopped",
    "service_not_started",
    "service_unconfirmed",
    "service_undetermined",
    # the clock: {starts}, {limit}, {counting}, {opens}, {closes}
    "service_clock",
    "service_elapsed",
    "service_hours",
    "service_days",
    "service_months",
    "service_business_days",
    # when it is due: {due}, {least}, {most}
    "service_due",
    "service_due_by",
    "service_due_between",
    "service_due_from",
    "service_never_due",
    "service_due_unknown",
    # what came of it: {ends}, {used}, {left}, {over}
    "service_done",
    "service_not_done",
    "service_done_unknown",
    "service_used",
    "service_used_late",
    # stops: {record}, {begins}, {ends}, {counted}
    "service_stop",
    "service_stop_open",
    "service_stop_counted",
    "service_stop_later",
    "service_stop_in_doubt",
    # those who check
    "service_confirmed",
    "service_not_confirmed",
    "service_confirmed_unknown",
    # how the group does: {per}, {what}, {counts}, {met}, {decided}, {share}, {least}, {most}, {at_least}, {open}
    "service_group",
    "service_group_of",
    "service_kept",
    "service_missed",
    "service_undefined",
    "service_group_unknown",
    "service_share",
    "service_share_between",
    "service_share_of_none",
    "service_share_unknown",
    "service_open",
    "service_breaches",
]
