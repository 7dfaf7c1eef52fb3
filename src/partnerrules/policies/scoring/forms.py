"""The form of a scoring policy: weighted items or tracks of them with bands, or signs with what they add up to."""

from typing import Final

from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION, CONDITION_KEYS
from partnerrules.policies.kind import SHARED_KEYS
from partnerrules.policies.scoring.pairs import WEIGHTS

MISSING: Final = ("undetermined", "zero", "reweight")
"""What becomes of an item whose credit is not known; the first if nothing is written."""

PARTIAL: Final = ("linear", "none")

_NAMED: Final = (forms.Key("id", forms.NameForm(), "its name in explanations and cases"), *CONDITION_KEYS[1:3])

_STEP: Final = forms.RecordForm(
    "step",
    (
        forms.Key("from", forms.ExpressionForm(), "the least value that gets this credit", required=True),
        forms.Key("credit", forms.ExpressionForm(), "the part of full credit, such as `50 %`", required=True),
    ),
)

_MEASURE_KEYS: Final = (
    forms.Key("measure", forms.ExpressionForm(), "a number or an amount by which credit is given"),
    forms.Key("from", forms.ExpressionForm(), "where linear credit starts; zero if left out"),
    forms.Key("full_at", forms.ExpressionForm(), "the value that gets full credit"),
    forms.Key("partial", forms.ChoiceForm(PARTIAL), "whether there is credit short of `full_at`; `linear` if left out"),
    forms.Key("steps", forms.ListForm(_STEP, at_least=1), "credit by steps instead, from the least value up"),
)

_WAYS: Final = ("require", "all", "any", "not", "at_least", "measure")
_TOGETHER: Final = {
    "at_least": "of",
    "of": "at_least",
    "from": "full_at",
    "full_at": "measure",
    "partial": "full_at",
    "steps": "measure",
}

_ALTERNATIVE: Final = forms.RecordForm("alternative", (*_NAMED, *CONDITION_KEYS[3:], *_MEASURE_KEYS), _WAYS, _TOGETHER)

_ITEM: Final = forms.RecordForm(
    "item",
    (
        *_NAMED,
        forms.Key("weight", forms.ExpressionForm(), "its part of the whole, such as `40 %`"),
        *CONDITION_KEYS[3:],
        *_MEASURE_KEYS,
        forms.Key("best_of", forms.ListForm(_ALTERNATIVE, at_least=1), "alternatives of which the best counts"),
        forms.Key("missing", forms.ChoiceForm(MISSING), "what becomes of this item if it is not known"),
        forms.Key(
            "zero_blocks", forms.ChoiceForm(("true", "false")), "whether no credit here makes the whole score zero"
        ),
    ),
    (*_WAYS, "best_of"),
    _TOGETHER,
)

_ITEMS: Final = forms.ListForm(_ITEM, at_least=1)

_TRACK: Final = forms.RecordForm(
    "track",
    (
        *_NAMED,
        forms.Key("weights", WEIGHTS, "comparisons of its items in pairs, in place of their weights"),
        forms.Key("items", _ITEMS, "what is scored on this track", required=True),
    ),
)

_BAND: Final = forms.RecordForm(
    "band",
    (
        forms.Key("outcome", forms.NameForm(), "the outcome of scores in the band", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("from", forms.ExpressionForm(), "the least score of the band; the last band has none"),
    ),
)

_SIGN: Final = forms.RecordForm(
    "sign",
    (
        *_NAMED,
        forms.Key("severity", forms.NameForm(), "how grave it is, one of the `severities`"),
        forms.Key("when", CONDITION, "the condition under which it shows", required=True),
    ),
)

_VERDICT: Final = forms.RecordForm(
    "outcome of signs",
    (
        forms.Key("outcome", forms.NameForm(), "the outcome", required=True),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
        forms.Key("at_least", forms.ExpressionForm(), "how many signs have to show", required=True),
        forms.Key("severity", forms.NameForm(), "count only signs of this severity or a graver one"),
    ),
)

FORM: Final = forms.RecordForm(
    "scoring policy",
    (
        *SHARED_KEYS,
        forms.Key("out_of", forms.ExpressionForm(), "full marks; `100 points` if left out"),
        forms.Key(
            "missing", forms.ChoiceForm(MISSING), "what becomes of items that are not known; `undetermined` if left out"
        ),
        forms.Key("weights", WEIGHTS, "comparisons of the items in pairs, in place of their weights"),
        forms.Key("items", _ITEMS, "what is scored; the weights total 100 %"),
        forms.Key("tracks", forms.ListForm(_TRACK, at_least=1), "lists of items, of which the best score counts"),
        forms.Key("bands", forms.ListForm(_BAND, at_least=1), "what a score is called, from the highest down"),
        forms.Key("signs", forms.ListForm(_SIGN, at_least=1), "signs that show or do not, in place of items"),
        forms.Key("severities", forms.ListForm(forms.NameForm(), at_least=1), "how grave signs are, gravest first"),
        forms.Key("outcomes", forms.ListForm(_VERDICT, at_least=1), "what signs add up to; the first that holds"),
        forms.Key("otherwise", forms.NameForm(), "the outcome where none of them holds"),
    ),
    ("items", "tracks", "signs"),
    {"weights": "items", "severities": "signs", "signs": "outcomes", "outcomes": "otherwise", "otherwise": "signs"},
)

ITEMS_ONLY: Final = ("out_of", "missing", "bands")
"""Keys that mean nothing beside signs."""
