"""The form in which tiering policies are written."""

from typing import Final

from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION_KEYS
from partnerrules.policies.kind import SHARED_KEYS

ROUNDINGS: Final = ("floor", "ceil", "half_up")
TIES: Final = ("include", "exclude")

BY_RANK: Final = ("per", "minimum_cohort", "otherwise", "rounding", "ties", "tie_break", "missing", "precedence")
"""The keys that say how records are ranked."""

ASKS: Final = ("require", "all", "any", "not", "at_least", "of")
BOUNDS: Final = ("from", "above")
CUTS: Final = ("top", "bottom")

BY_REVIEW: Final = ("grades", "was", "standing", "promote", "demote", "hold", "minimum_tenure", "grace")
"""The keys that say how a recorded grade follows the one that another policy gives."""

ANY_TIME: Final = "any time"
NEVER: Final = "never"
CALENDARS: Final = ("monthly", "quarterly", "yearly", "fiscal quarterly", "fiscal yearly")
_REVIEWS: Final = (ANY_TIME, *CALENDARS, NEVER)

BAND: Final = forms.RecordForm(
    "band",
    (
        forms.Key("grade", forms.NameForm(), "the grade that it gives, such as `gold`", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        *CONDITION_KEYS[3:],
        forms.Key("from", forms.ExpressionForm(), "the least that `measure` has to come to"),
        forms.Key("above", forms.ExpressionForm(), "what `measure` has to be more than"),
        forms.Key("top", forms.ExpressionForm(), "the best so many: a share such as `10 %`, or a number of places"),
        forms.Key("bottom", forms.ExpressionForm(), "the worst so many, as in `top`"),
        forms.Key("rounding", forms.ChoiceForm(ROUNDINGS), "how this share is rounded, if otherwise than the others"),
    ),
)

_TIE: Final = forms.ChoiceForm(TIES)

FORM: Final = forms.RecordForm(
    "tiering policy",
    (
        *SHARED_KEYS,
        forms.Key("measure", forms.ExpressionForm(), "the number that the bands ask for by `from` or `above`"),
        forms.Key("percentile_of", forms.ExpressionForm(), "the score by which all are ranked, the greatest first"),
        forms.Key(
            "per",
            forms.ListForm(forms.ExpressionForm(), at_least=1),
            "what has to be equal to be ranked together, such as the region; all together if left out",
        ),
        forms.Key(
            "tie_break",
            forms.ListForm(forms.ExpressionForm(), at_least=1),
            "who comes first where scores are equal, the least first; equal scores stay equal if left out",
        ),
        forms.Key("minimum_cohort", forms.ExpressionForm(), "how many have to be ranked together for ranks to count"),
        forms.Key("otherwise", forms.NameForm(), "the outcome where they are fewer; `cohort_too_small` if left out"),
        forms.Key(
            "rounding", forms.ChoiceForm(ROUNDINGS), "how shares are rounded to whole places; `floor` if left out"
        ),
        forms.Key(
            "ties",
            forms.RecordForm(
                "rule for ties",
                (
                    forms.Key("top", _TIE, "whether those who are equal at the cut are all in; `include` if left out"),
                    forms.Key("bottom", _TIE, "the same at the other end; `exclude` if left out"),
                ),
            ),
            "what becomes of those who are equal where a cut falls",
        ),
        forms.Key(
            "missing",
            forms.ChoiceForm(("exclude", "undetermined")),
            "whether an unknown score leaves the record out, or the ranks in doubt; `exclude` if left out",
        ),
        forms.Key(
            "precedence",
            forms.ChoiceForm(("top", "bottom")),
            "which end counts for a record that falls in both; `top` if left out",
        ),
        forms.Key("bands", forms.ListForm(BAND, at_least=1), "the grades, highest first"),
        forms.Key("review_of", forms.NameForm(), "the policy whose outcome the recorded grade of a partner follows"),
        forms.Key("grades", forms.ListForm(forms.NameForm(), at_least=1), "the grades that are kept, highest first"),
        forms.Key(
            "was",
            forms.MapForm(forms.ListForm(forms.NameForm(), at_least=1), "grade"),
            "what a grade was called before, by its name today",
        ),
        forms.Key("standing", forms.NameForm(), "the kind of standing that the grade is recorded as"),
        forms.Key("promote", forms.ChoiceForm(_REVIEWS), "when a better grade is given; `any time` if left out"),
        forms.Key("demote", forms.ChoiceForm(_REVIEWS), "when a lower grade is given; `any time` if left out"),
        forms.Key("hold", forms.ExpressionForm(), "how long a grade is kept before it is lowered, such as `12 months`"),
        forms.Key("minimum_tenure", forms.ExpressionForm(), "how long a grade is held before it is raised"),
        forms.Key("grace", forms.ExpressionForm(), "how long after the review a lower grade takes effect"),
    ),
    one_of=("bands", "review_of"),
    together={
        **dict.fromkeys(("measure", *BY_RANK), "bands"),
        **dict.fromkeys(BY_RANK, "percentile_of"),
        **dict.fromkeys(BY_REVIEW, "review_of"),
        "percentile_of": "bands",
    },
)
