"""The keys of the sentences about what a commission is made of. Imports nothing of ours."""

from typing import Literal, TypeAlias

CommissionKey: TypeAlias = Literal[
    # {band}, {start}, {rate}, {amount}, {result}; {before}, {after}, {period}, {rate_before}
    "commission_marginal",
    "commission_interpolated",
    "commission_band",
    "commission_band_each",
    "commission_band_part",
    "commission_climbed",
    "commission_climbed_so_far",
    "commission_previous",
    "commission_measured",
    "commission_whole",
    "commission_whole_each",
    "commission_whole_amount",
    "commission_whole_period",
    "commission_whole_period_each",
    "commission_whole_period_amount",
    "commission_no_band",
    # modifiers: {value}, {condition}, {rate}
    "commission_points",
    "commission_times",
    "commission_perhaps_points",
    "commission_perhaps_times",
    "commission_because",
    "commission_rate_at_most",
    # overrides: {payee}, {role}, {amount}
    "commission_override",
    "reason_override_circle",
    "commission_override_of",
    "commission_modified",
    "reason_negative_measure",
    "statement_override",
]
