"""The form in which lifecycle policies are written."""

from typing import Final

from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION, CONDITION_KEYS
from partnerrules.policies.kind import SHARED_KEYS

ANY: Final = "any"
ONE_AT_A_TIME: Final = "one at a time"

ASKS: Final = tuple(key.name for key in CONDITION_KEYS[3:])
"""The keys that say what a transition asks for."""

_STAGE: Final = forms.RecordForm(
    "stage",
    (
        forms.Key("stage", forms.NameForm(), "its name, such as `review`", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        forms.Key("at_most", forms.ExpressionForm(), "how long one may be in it, such as `30 days`"),
    ),
)

_TRANSITION: Final = forms.RecordForm(
    "transition",
    (
        forms.Key("id", forms.NameForm(), "its name in explanations and cases"),
        *CONDITION_KEYS[1:3],
        forms.Key(
            "from",
            forms.EitherForm(forms.NameForm(), forms.ListForm(forms.NameForm(), at_least=1)),
            "the stage that it leaves, several of them, or `any`: every other one",
            required=True,
        ),
        forms.Key("to", forms.NameForm(), "the stage that it leads to", required=True),
        *CONDITION_KEYS[3:],
        forms.Key(
            "minimum_stay", forms.ExpressionForm(), "how long one has to be in the stage before, such as `30 days`"
        ),
        forms.Key("after", forms.ExpressionForm(), "it happens by itself, so long after the stage before was entered"),
        forms.Key("on", forms.ExpressionForm(), "it happens by itself, on this day; never if there is none"),
    ),
    together={"at_least": "of", "of": "at_least"},
)

FORM: Final = forms.RecordForm(
    "lifecycle policy",
    (
        *SHARED_KEYS,
        forms.Key(
            "stages",
            forms.ListForm(forms.EitherForm(forms.NameForm(), _STAGE), at_least=1),
            "the stages, in the order in which they are gone through",
            required=True,
        ),
        forms.Key("start", forms.NameForm(), "the stage of one of whom none is recorded"),
        forms.Key("standing", forms.NameForm(), "the kind of standing that the stage of a partner is recorded as"),
        forms.Key("stage", forms.ExpressionForm(), "the stage that is recorded, of any record: a text, or none"),
        forms.Key("since", forms.ExpressionForm(), "the day on which that stage, or `start`, was entered"),
        forms.Key("request", forms.ExpressionForm(), "the stage that is asked for: a text, or none"),
        forms.Key(
            "forward",
            forms.ChoiceForm((ONE_AT_A_TIME, ANY)),
            "a transition from each stage to the next in the list, or to every later one; none if left out",
        ),
        forms.Key("guards", forms.MapForm(CONDITION, "stage"), "by stage, what is asked of one who enters it"),
        forms.Key("transitions", forms.ListForm(_TRANSITION, at_least=1), "further transitions"),
    ),
    one_of=("standing", "stage"),
)
