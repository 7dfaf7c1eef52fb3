"""The keys of the sentences that policies about papers are told in. Imports nothing of ours."""

from typing import Literal, TypeAlias

ContractsKey: TypeAlias = Literal[
    # {subject}, {title}, {details}
    "contracts_in_order",
    "contracts_warning",
    "contracts_deficient",
    "contracts_undetermined",
    # a check: {name}, {what}
    "paper_check",
    "paper_fulfilled",
    "paper_fulfilled_by",
    "paper_pair",
    "paper_not_fulfilled",
    "paper_warned",
    "paper_nowhere",
    "paper_warned_nowhere",
    "paper_unknown",
    "paper_in_doubt",
    # what a check found: {contract}, and {names}, {signed}, {earlier}, {other}, {metric}, {needed}, {promised}, ...
    "paper_lacks",
    "paper_lacks_some",
    "paper_unmet",
    "paper_before",
    "paper_before_none",
    "paper_signed",
    "paper_unsigned",
    "paper_not_promised",
    "paper_weaker",
    "paper_units_differ",
    "paper_metric_of",
    "paper_worsened",
    "paper_terminable",
    # until when a contract is in force: {contract}, {what}; {day}
    "term",
    "term_to_come",
    "term_running",
    "term_renewed",
    "term_terminable",
    "term_ended",
    "term_unknown",
    "term_ends",
    "term_notice_by",
    "term_renews_on",
    "term_in_force_until",
    "term_cure_by",
]
