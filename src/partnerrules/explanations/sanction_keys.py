"""The keys of the sentences about what new offences do, reinstatement, and what would be lighter. Imports nothing."""

from typing import Literal, TypeAlias

SanctionKey: TypeAlias = Literal[
    # {level}, {value}, {needed}; {one}, {other}; {rule}, {records}
    "violations_needed",
    "either",
    "together",
    "sanction_cause",
    # {effect}, {until}, {follows}, {causes}, {list}, {cause}, {day}, {version}
    "sanction_not_in_force",
    "sanction_by_version",
    "effect_until_reinstated",
    "effect_stop_existing_orders",
    "effect_stop_benefits",
    "sanction_awaiting",
    "sanction_on_probation",
    "sanction_imposed_open",
    "sanction_reinstated",
    "sanction_reinstated_probation",
    "sanction_extension",
    "sanction_extension_of",
    "sanction_restart",
    "sanction_restart_of",
    "sanction_goes_on_unknown",
    "sanction_reinstatement",
    "sanction_way",
    "sanction_ways",
    "sanction_ways_shown",
    "sanction_probation",
    "probation_until",
    "probation_until_unknown",
    "sanction_ends",
    "sanction_lighter",
    "sanction_lighter_clear",
    "sanction_lighter_list",
]
