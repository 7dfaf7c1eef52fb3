"""The columns of the plan of a policy about papers: a row for each contract, and for the pairs and promises in it."""

from typing import Final

CONTRACTS: Final = "contracts"
WHOLE: Final = "every contract is known"
BELONGS: Final = "belongs"
MEMBER: Final = "#contract"
"""The variable of a contract in the rows of each of them."""
EARLIER: Final = "#earlier"
SERVED: Final = "#served"
TARGET: Final = "#target"
PROMISE: Final = "#promise"
NAME: Final = "#name"

STATE: Final = "state"
TERM_ENDS: Final = "term_ends"
LAST_DAY_FOR_NOTICE: Final = "last_day_for_notice"
RENEWS_ON: Final = "renews_on"
IN_FORCE_UNTIL: Final = "in_force_until"
CURE_BY: Final = "cure_by"
DAYS: Final = (TERM_ENDS, LAST_DAY_FOR_NOTICE, RENEWS_ON, IN_FORCE_UNTIL, CURE_BY)
"""The columns of a term that are days, or none."""

DEFICIENT: Final = "deficient"


def of_check(what: str, id: str) -> str:
    """A column of one check, such as "asked uc-first"."""
    return f"{what} {id}"


ASKED: Final = "asked"
"""Whether a contract is asked for the check."""
FAULT: Final = "fault"
"""Whether it belongs to the contracts, is asked, and does not fulfil the check."""
SOME: Final = "some"
"""Whether that is so for some contract; for what is required, whether some contract is what it has to be."""
FULFILLED: Final = "fulfilled"
"""Whether the check is fulfilled."""

IS: Final = "is"
LACKING: Final = "lacking"
WAS: Final = "was"
NOW: Final = "now"
SIGNED: Final = "signed"
FOUND: Final = "found"
PAIRED: Final = "paired"
EARLIER_SIGNED: Final = "earlier signed"
BEFORE: Final = "before"
PAIRS_WHOLE: Final = "every earlier one is known"

SERVED_BELONGS: Final = "underpins"
SERVED_FAULT: Final = "promises too little for it"
TARGETS_BELONG: Final = "is a target"
TARGETS_WHOLE: Final = "every target is known"
TARGET_FAULT: Final = "promises too little"
ENOUGH: Final = "promises enough"
METRIC: Final = "metric"
SCOPE: Final = "scope"
NEEDED: Final = "needed"
UNIT: Final = "unit"
PROMISED: Final = "promised"
UNITS: Final = "units"
REASON: Final = "reason"
