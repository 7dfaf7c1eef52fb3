"""The form in which a benefits policy is written. May import the forms of conditions, and what all kinds share."""

import re
from typing import Final

from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION
from partnerrules.policies.kind import SHARED_KEYS

MAXIMUM_PLACES: Final = 6

ROUNDINGS: Final = ("half_up", "floor", "ceil")

_EXPRESSIONS: Final = forms.EitherForm(forms.ExpressionForm(), forms.ListForm(forms.ExpressionForm(), at_least=1))

APPROVAL: Final = forms.RecordForm(
    "approval",
    (
        forms.Key("id", forms.NameForm(), "its name in explanations and cases", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        forms.Key("when", forms.ExpressionForm(), "for which records it is needed"),
        forms.Key("given_at", forms.ExpressionForm(), "when it was given; none if it was not", required=True),
        forms.Key("by", forms.ExpressionForm(), "the last day or instant for it, which is still in time"),
    ),
)

CLAIM: Final = forms.RecordForm(
    "claim",
    (
        forms.Key("on", forms.ExpressionForm(), "the day on which it was claimed; none if it was not", required=True),
        forms.Key("not_before", forms.ExpressionForm(), "the first day on which it can be claimed"),
        forms.Key("within", forms.ExpressionForm(), "how long it can be claimed, such as `30 days`"),
        forms.Key("of", forms.ExpressionForm(), "the day from which that is counted"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
    ),
    together={"within": "of", "of": "within"},
)

SHARE: Final = forms.RecordForm(
    "share",
    (
        forms.Key("value", forms.ExpressionForm(), "how much of the amount is granted", required=True),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
    ),
)

CAP: Final = forms.RecordForm(
    "cap",
    (
        forms.Key("id", forms.NameForm(), "its name in explanations and cases; its place if left out"),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        forms.Key("amount", forms.ExpressionForm(), "the most that is granted", required=True),
        forms.Key(
            "per",
            forms.ListForm(forms.ExpressionForm()),
            "what the records share that have one cap together, such as the partner and the year;"
            " all records if the list is empty, each has its own if it is left out",
        ),
    ),
)

FORM: Final = forms.RecordForm(
    "benefits policy",
    (
        *SHARED_KEYS,
        forms.Key("beneficiary", forms.ExpressionForm(), "who gets it: a record, or the id of one"),
        forms.Key("gates", forms.ListForm(CONDITION, at_least=1), "what must hold to get it at all"),
        forms.Key("approvals", forms.ListForm(APPROVAL, at_least=1), "who has to agree before it is granted"),
        forms.Key("claim", CLAIM, "that it has to be claimed, and when"),
        forms.Key("amount", forms.ExpressionForm(), "money or a number of things; a right if left out"),
        forms.Key(
            "share",
            forms.EitherForm(forms.ExpressionForm(), SHARE),
            "how much of the amount is granted, such as `50 %`; or `value` with its `source`",
        ),
        forms.Key("rounding", forms.ChoiceForm(ROUNDINGS), "to the nearest unit, down, or up"),
        forms.Key(
            "round",
            forms.TextForm(re.compile(f"[0-{MAXIMUM_PLACES}]"), f"decimal places from 0 to {MAXIMUM_PLACES}"),
            "the decimal places of what is granted",
        ),
        forms.Key("caps", forms.ListForm(CAP, at_least=1), "the most that is granted"),
        forms.Key("in_order_of", _EXPRESSIONS, "which of the records that share a cap comes first, the least first"),
    ),
    together={"share": "amount", "rounding": "amount", "round": "amount", "caps": "amount", "in_order_of": "caps"},
)
