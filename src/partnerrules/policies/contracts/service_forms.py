"""The keys of a service level under `contracts`: when its clock runs, how long it may, and what is asked of a group."""

import re
from typing import Final

from partnerrules.language import forms

_WALL_TIME: Final = forms.TextForm(
    re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII), "a time of day such as 09:00"
)

SERVICE_HOURS: Final = forms.RecordForm(
    "service hours",
    (
        forms.Key("from", _WALL_TIME, 'when they begin on a business day, such as `"09:00"`', required=True),
        forms.Key("to", _WALL_TIME, 'when they end, such as `"18:00"`', required=True),
    ),
)

COMPLIANCE: Final = forms.RecordForm(
    "compliance",
    (
        forms.Key(
            "per",
            forms.ListForm(forms.ExpressionForm(), at_least=1),
            "what tells the groups apart, such as `[order.partner]`; all records are one group if left out",
        ),
        forms.Key(
            "at_least",
            forms.ExpressionForm(),
            "the share of those met and breached that have to be met, such as `95 %`",
            required=True,
        ),
        forms.Key("over", forms.ExpressionForm(), "which of them are looked at, such as those of this quarter"),
    ),
)

KEYS: Final = (
    forms.Key("starts", forms.ExpressionForm(), "when the clock of a service level starts: a date or an instant"),
    forms.Key("ends", forms.ExpressionForm(), "when it was done; none while it is not"),
    forms.Key("limit", forms.ExpressionForm(), "how long it may take, such as `4 hours` or `11 business days`"),
    forms.Key("service_hours", SERVICE_HOURS, "the hours of business days that alone count for a limit in hours"),
    forms.Key("stops", forms.ExpressionForm(), "the records of when the clock stands still, such as `order.waits`"),
    forms.Key("stopped_from", forms.ExpressionForm(), "from when it stands still for such a record"),
    forms.Key("stopped_to", forms.ExpressionForm(), "up to when; none while it still does"),
    forms.Key(
        "checked_by",
        forms.ListForm(forms.ExpressionForm(), at_least=1),
        "the dates or instants at which each of those who check confirmed that it was done",
    ),
    forms.Key("compliance", COMPLIANCE, "the share that has to be in time, of a group of such records"),
)
"""The keys of a service level, besides those of every policy."""
