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
    # a correction that goes down the ladder: {original}
    "commission_goes_down",
    "reason_measure_misfits",
    "reason_negative_limit",
    # modifiers: {value}, {condition}, {rate}
    "commission_points",
    "commission_times",
    "commission_perhaps_points",
    "commission_perhaps_times",
    "commission_because",
    "commission_rate_at_most",
    # conversion: {base}, {gives}, {given}, {day}, {amount}; {original}, {rate}, {kind}
    "conversion",
    "conversion_via",
    "conversion_unknown",
    "conversion_of_original",
    "conversion_published",
    "conversion_recorded",
    "conversion_recorded_kind",
    "reason_other_currency",
    # overrides: {payee}, {role}, {amount}
    "commission_override",
    "reason_override_circle",
    "commission_override_of",
    "commission_modified",
    "reason_negative_measure",
    "statement_override",
    # the right to a payment: {date}, {original}
    "commission_pending",
    "commission_earned_on",
    "commission_not_earned",
    "commission_payable_from",
    "commission_follows_pending",
    "status_pending",
    "statement_pending",
    # overlays: {payee}, {role}, {share}, {amount}
    "commission_overlay",
    "commission_overlay_role",
    "statement_overlay",
]
