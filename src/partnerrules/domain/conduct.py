"""Violations, sanctions and standings: how partners behaved, and what was decided about them before.

May import records, values and impossible.
"""

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field

from partnerrules.domain.impossible import AtLeast, EndsAfterStart, Impossibility, NotBefore
from partnerrules.domain.records import BusinessRecord
from partnerrules.domain.values import UNKNOWN, Instant, Many, OrNone, OrUnknown, PartnerId, Text, ViolationId

SCOPES: Final = ("new_business", "existing_orders", "payables", "benefits", "status")
"""What effects bear on: new deals, orders that are placed already, what the partner is owed, what it is given, and what
it is in the programme."""

SCOPE_OF: Final[Mapping[str, str]] = {
    "notice": "status",
    "stop_new_business": "new_business",
    "stop_settlement": "payables",
    "withhold": "payables",
    "cancel_unpaid": "payables",
    "demote": "status",
    "suspend": "status",
    "revoke_authorisation": "status",
    "blacklist": "status",
    "stop_existing_orders": "existing_orders",
    "stop_benefits": "benefits",
}
"""What a sanction can do everywhere, each with what it bears on; a policy may add effects of its own."""

EFFECTS: Final = tuple(SCOPE_OF)


class Violation(BusinessRecord):
    """A breach of the rules; level 1 is the gravest."""

    partner: PartnerId = Field(description="Who broke the rules.")
    level: OrUnknown[int] = Field(UNKNOWN, description="How grave it is, 1 being the gravest.")
    kind: OrUnknown[Text] = Field(UNKNOWN, description="What was done.")
    occurred_on: OrUnknown[dt.date] = Field(UNKNOWN, description="Day on which it was done.")
    reported_on: OrUnknown[dt.date] = Field(UNKNOWN, description="Day on which it was reported.")
    confirmed_on: OrNone[dt.date] = Field(None, description="Day on which it was confirmed, if it was.")
    self_reported: OrUnknown[bool] = Field(UNKNOWN, description="The partner reported it itself.")
    appealed: OrUnknown[bool] = Field(UNKNOWN, description="The partner has appealed.")
    evidence: OrUnknown[Many[Text]] = Field(UNKNOWN, description="What proves it.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (
        AtLeast("level", 1),
        NotBefore("occurred_on", "reported_on"),
        NotBefore("occurred_on", "confirmed_on"),
    )


class Sanction(BusinessRecord):
    """What a partner may not do, or does not get, from `starts_at` up to `ends_at`."""

    partner: PartnerId = Field(description="Whom it is imposed on.")
    list: OrNone[Text] = Field(None, description="The list that the partner is put on, such as yellow or black.")
    effects: OrUnknown[Many[Text]] = Field(UNKNOWN, description="What follows from it, such as stop_new_business.")
    starts_at: OrUnknown[Instant] = Field(UNKNOWN, description="When it starts.")
    ends_at: OrNone[Instant] = Field(None, description="When it ends, if that is set.")
    causes: OrUnknown[Many[ViolationId]] = Field(UNKNOWN, description="The violations that it is imposed for.")
    policy: OrNone[Text] = Field(None, description="The policy that imposed it.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (EndsAfterStart("starts_at", "ends_at"),)


class Standing(BusinessRecord):
    """A grade or status that was decided for a partner, on the days before `valid_to`."""

    partner: PartnerId = Field(description="Whose standing it is.")
    kind: Text = Field(description="What it is a standing in, such as grade.")
    value: OrUnknown[Text] = Field(UNKNOWN, description="The grade or status, such as gold.")
    valid_from: OrUnknown[dt.date] = Field(UNKNOWN, description="First day.")
    valid_to: OrNone[dt.date] = Field(None, description="First day after it; none while it goes on.")

    impossible: ClassVar[tuple[Impossibility, ...]] = (EndsAfterStart("valid_from", "valid_to"),)
