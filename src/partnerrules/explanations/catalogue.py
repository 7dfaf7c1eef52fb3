"""What a language has to provide: a sentence for every key, and how it writes numbers. Imports nothing of ours.

A sentence names its parts in braces; the parts themselves are filled in unread, so that text from facts and rulesets
cannot break a sentence. A new policy kind adds its keys here and its sentences to each language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from partnerrules.explanations.allocation_keys import AllocationKey
from partnerrules.explanations.benefits_keys import BenefitsKey
from partnerrules.explanations.commission_keys import CommissionKey
from partnerrules.explanations.conflicts_keys import ConflictKey
from partnerrules.explanations.contracts_keys import ContractsKey
from partnerrules.explanations.coverage_keys import CoverageKey
from partnerrules.explanations.inference_keys import InferenceKey
from partnerrules.explanations.lifecycle_keys import LifecycleKey
from partnerrules.explanations.review_keys import ReviewKey
from partnerrules.explanations.sanction_keys import SanctionKey
from partnerrules.explanations.scoring_keys import ScoringKey
from partnerrules.explanations.service_levels_keys import ServiceLevelKey
from partnerrules.explanations.statement_page_keys import StatementPageKey

Key: TypeAlias = Literal[
    AllocationKey,
    BenefitsKey,
    ContractsKey,
    ConflictKey,
    CoverageKey,
    CommissionKey,
    InferenceKey,
    LifecycleKey,
    SanctionKey,
    ReviewKey,
    ScoringKey,
    ServiceLevelKey,
    StatementPageKey,
    # what every result says of itself: {details} is the policy, the ruleset with its version, and its source
    "version",
    "assumed",
    "assumed_tables",
    "more",
    # eligibility: {subject}, {title}, {details}, {outcome}
    "eligible",
    "ineligible",
    "no_place",
    "undetermined",
    "other_outcome",
    # gates
    "gate",
    "gate_passed",
    "gate_failed",
    "gate_failed_with",
    "gate_unknown",
    "gate_skipped",
    "with_source",
    "of_source",
    # conditions and what they come to
    "condition",
    "holds",
    "fails",
    "unknown",
    "negated",
    "not",
    "all",
    "any",
    "at_least",
    "none",
    "titled",
    "seen",
    "seen_titled",
    "compared",
    "asked",
    "asked_of",
    "seen_compared",
    "seen_in",
    "lacks",
    # places: {by}, {place}, {held}
    "places",
    "places_unknown",
    "in_order_of",
    "takes_place",
    "would_take_place",
    "place_open",
    "place_range",
    "place_held",
    "place_left_out",
    "place_decided",
    "place_none",
    "place_unknown",
    # what is missing
    "missing",
    "missing_field",
    "missing_reference",
    "missing_relation",
    "missing_parameter",
    "missing_zero",
    "missing_zero_of",
    "missing_empty",
    "missing_empty_of",
    "missing_size",
    "missing_absent",
    "missing_tie",
    "missing_tie_of",
    "missing_tie_of_places",
    "missing_tie_order",
    "missing_tie_choice",
    "missing_tie_choice_of",
    "missing_several_of",
    "missing_calendar",
    "missing_rate",
    "missing_rates",
    "missing_policy",
    # what would change it
    "one_way",
    "ways",
    "ways_shown",
    "ways_in_common",
    "ways_differ",
    "must_hold",
    "must_no_longer_hold",
    "must_be_known_to_hold",
    "must_be_known_not_to_hold",
    "no_way_left",
    "no_way_sure",
    # tiering: {subject}, {title}, {details}, {grade}
    "tier_graded",
    "tier_none",
    "tier_no_score",
    "tier_too_small",
    "tier_undetermined",
    "tier_at_least",
    "tier_possible",
    "band_reached",
    "band_not_reached",
    "band_unknown",
    "rank_place",
    "rank_place_of_some",
    "rank_level",
    "rank_together",
    "rank_minimum",
    "rank_unscored",
    "cut_top",
    "cut_bottom",
    "cut_floor",
    "cut_ceil",
    "cut_half_up",
    "ties_included",
    "ties_excluded",
    # reviews: {policy}, {grade}, {since}, {starts}, {day}
    "review_found",
    "review_recorded",
    "review_recorded_none",
    "review_promoted",
    "review_demoted",
    "review_first",
    "review_kept",
    "review_next_promotion",
    "review_next_demotion",
    "tier_one_way",
    "tier_ways",
    "tier_ways_shown",
    # how much is lacking for a condition: {condition}, {distance}; {amount}
    "by_how_much",
    "more_by",
    "more_than_by",
    "less_by",
    "less_than_by",
    # conflicts: {subject}, {claimant}, {title}, {details}
    "conflict_won",
    "conflict_lost",
    "conflict_partial",
    "conflict_undecided",
    "conflict_discarded",
    "conflict_undetermined",
    "conflict_consequence",
    "contest",
    "contest_won",
    "contest_uncontested",
    "contest_undecided",
    "contest_undetermined",
    "contest_nobody",
    "contest_none",
    "all_others",
    "all_there_is",
    "contestant",
    "claim_won",
    "claim_lost_by",
    "claim_lost",
    "claim_undecided",
    "claim_undetermined",
    "claim_discarded",
    "lost_before",
    # tables: {subject}, {title}, {details}, {outputs}
    "table_decided",
    "table_no_rule",
    "table_contradiction",
    "table_undetermined",
    "table_in_doubt",
    "rows_decided",
    "rows_none",
    "rows_possible",
    "rows_contradict",
    "inputs",
    # sanctions: {subject}, {title}, {details}, {list}, {cause}
    "sanction_listed",
    "sanction_clear",
    "sanction_undetermined",
    "effects_in_force",
    "effect_until",
    "effect_until_unknown",
    "effects_in_doubt",
    "sanction_imposed",
    "sanction_running",
    "sanction_ended",
    "sanction_to_come",
    "sanction_state_unknown",
    "sanction_causes",
    "sanction_effects",
    "sanction_standings",
    "sanction_recorded",
    "sanction_not_recorded",
    "sanction_recorded_unknown",
    "sanction_covered",
    "sanction_never_runs",
    "sanction_in_doubt",
    "sanction_in_doubt_of",
    "effect_notice",
    "effect_stop_new_business",
    "effect_stop_settlement",
    "effect_withhold",
    "effect_cancel_unpaid",
    "effect_demote",
    "effect_suspend",
    "effect_revoke_authorisation",
    "effect_blacklist",
    # commission: {subject}, {payees}, {title}, {details}
    "commission_earned",
    "commission_taken_back",
    "commission_nothing",
    "commission_held",
    "commission_forfeited",
    "commission_clawed_back",
    "commission_status_unknown",
    "commission_excluded",
    "commission_refused",
    "commission_undetermined",
    "commission_base",
    "commission_not_included",
    "commission_excluded_by",
    "reason_original_excluded",
    "reason_no_original",
    "reason_no_rate",
    "reason_rate_out_of_range",
    "reason_bands_not_rising",
    "reason_shares",
    "reason_original_elsewhere",
    "reason_corrects_a_correction",
    "reason_original_refused",
    "reason_original_is_zero",
    "reason_exceeds_original",
    "commission_rate",
    "commission_fixed",
    "commission_row",
    "commission_rows_possible",
    "commission_calculated",
    "commission_rounded",
    "commission_corrects",
    "commission_corrects_something",
    "commission_left",
    "commission_follows",
    "commission_floor",
    "commission_cap",
    "commission_cap_shared",
    "commission_floor_and_cap",
    "commission_share",
    "commission_share_role",
    "commission_held_by",
    "commission_forfeited_by",
    "commission_clawed_back_by",
    "commission_in_doubt",
    # statements: {payee}, {ruleset}
    "statement",
    "statement_from",
    "statement_up_to",
    "statement_between",
    "statement_line",
    "statement_base",
    "statement_row",
    "statement_band",
    "statement_whole",
    "statement_share",
    "statement_status",
    "status_held",
    "status_forfeited",
    "status_clawed_back",
    "status_undetermined",
    "statement_excluded",
    "statement_refused",
    "statement_undetermined",
    "statement_not_in_force",
    "statement_nothing",
    "statement_earned",
    "statement_held",
    "statement_forfeited",
    "statement_payable",
    # definitions, and policies that are not in force
    "definition",
    "definition_of_none",
    "not_in_force",
    "version_unknown",
    # values
    "value_true",
    "value_false",
    "value_none",
    "value_unknown",
    "value_empty",
    "percent",
    "amount",
    "second",
    "minute",
    "hour",
    "day",
    "business_day",
    "month",
    "year",
    "bit",
    "byte",
    "KB",
    "MB",
    "GB",
    "TB",
    "bps",
    "Kbps",
    "Mbps",
    "Gbps",
    "point",
    "user",
    "seat",
    "license",
    "unit",
]


@dataclass(frozen=True, slots=True)
class Plural:
    """A sentence in its plural forms, chosen by the part {count}; a form that is left out is that of `other`.

    The forms are those of CLDR: English has one and other, Russian one (1, 21), few (2 to 4), many (5 to 20) and other
    (fractions). `both` is said instead for exactly two.
    """

    other: str
    one: str | None = None
    few: str | None = None
    many: str | None = None
    both: str | None = None

    def form(self, category: str, count: int | None = None) -> str:
        """The sentence for a plural category, or for a number of which there is more to say."""
        if count == 2 and self.both is not None:
            return self.both
        chosen = {"one": self.one, "few": self.few, "many": self.many}.get(category)
        return self.other if chosen is None else chosen


Sentence: TypeAlias = str | Plural


@dataclass(frozen=True, slots=True)
class Language:
    """A language that results are told in.

    Attributes:
        code: as titles and callers name it.
        locale: the locale of its plural forms.
        sentences: one for each key.
        comma: between the members of a list.
        semicolon: between the members of a list whose members may hold commas.
        gap: between sentences.
        thousands: between groups of three digits.
        point: between whole digits and decimals.
        date: how a day is written, with `{day}`, `{month}` and `{year}`, or `{name}` for the name of the month.
        months: the names of months as dates have them, if they do.
    """

    code: str
    locale: str
    sentences: Mapping[Key, Sentence]
    comma: str
    semicolon: str
    gap: str
    thousands: str
    point: str
    date: str
    months: tuple[str, ...] = ()
