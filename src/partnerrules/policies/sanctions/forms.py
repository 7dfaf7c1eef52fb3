"""The form that a sanctions policy is written in."""

from typing import Final, Literal, TypeAlias, get_args

from partnerrules.domain.conduct import SCOPES
from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION
from partnerrules.policies.kind import SHARED_KEYS

NewOffence: TypeAlias = Literal["ignored", "concurrent", "extend", "restart"]
"""What a record does that completes a step again while its sanction runs."""

_NEW_OFFENCE: Final = forms.ChoiceForm(get_args(NewOffence))

EFFECT: Final = forms.RecordForm(
    "effect",
    (
        forms.Key("effect", forms.NameForm(), "its name, such as `stop_special_price`", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("scope", forms.ChoiceForm(SCOPES), "what it bears on; nothing in particular if left out"),
    ),
)

REINSTATEMENT: Final = forms.RecordForm(
    "reinstatement",
    (
        forms.Key(
            "conditions", forms.ListForm(CONDITION, at_least=1), "what must hold besides, so that the sanction ends"
        ),
        forms.Key("day", forms.ExpressionForm(), "the day of reinstatement, from which on the sanction has ended"),
        forms.Key("probation", forms.ExpressionForm(), "how long probation lasts from the end on, such as `6 months`"),
    ),
)

STEP: Final = forms.RecordForm(
    "step",
    (
        forms.Key("list", forms.NameForm(), "the list that a partner is put on, such as `black`", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        forms.Key("when", forms.ExpressionForm(), "when it is reached, such as `level(1) >= 1`", required=True),
        forms.Key("starts", forms.ExpressionForm(), "the day or instant it runs from; the day that counts if left out"),
        forms.Key("for", forms.ExpressionForm(), "how long it runs, such as `90 days`"),
        forms.Key("until", forms.ExpressionForm(), "the day or instant it runs up to"),
        forms.Key("new_offence", _NEW_OFFENCE, "what completing it again does while it runs; as the policy says"),
        forms.Key(
            "effects",
            forms.ListForm(forms.NameForm(), at_least=1),
            "what follows from it, such as `stop_settlement`",
            required=True,
        ),
        forms.Key("standing", forms.MapForm(forms.TextForm(), "kind of standing"), "standings to record with it"),
        forms.Key("reinstatement", REINSTATEMENT, "what it takes to be reinstated, and what comes after"),
    ),
    ("for", "until"),
)

FORM: Final = forms.RecordForm(
    "sanctions policy",
    (
        *SHARED_KEYS,
        forms.Key("count", forms.ExpressionForm(), "the records that count, such as violations", required=True),
        forms.Key("by", forms.ExpressionForm(), "the day of such a record that counts", required=True),
        forms.Key(
            "window",
            forms.AnyForm({"type": "string"}),
            "how far back records count: `calendar year`, `fiscal year`, or a period such as `12 months`",
            required=True,
        ),
        forms.Key(
            "count_once",
            forms.ChoiceForm(("true", "false")),
            "whether records that led to a sanction count no more for later ones",
        ),
        forms.Key(
            "new_offence", _NEW_OFFENCE, "what completing a step again does while it runs; `ignored` if left out"
        ),
        forms.Key(
            "effects",
            forms.ListForm(forms.EitherForm(forms.NameForm(), EFFECT)),
            "effects of this policy's own, besides the known ones",
        ),
        forms.Key(
            "steps",
            forms.ListForm(STEP, at_least=1),
            "the sanctions, the most severe first; only the first that a record completes is imposed",
            required=True,
        ),
    ),
)
