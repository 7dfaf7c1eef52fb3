"""What an overlap policy may be written like. May import the language's forms and those that kinds share."""

from typing import Final

from partnerrules.language import forms
from partnerrules.policies.kind import SHARED_KEYS
from partnerrules.policies.meeting import ASKED_OF_SOME

_COVERAGE: Final = forms.RecordForm(
    "coverage",
    (
        forms.Key("of", forms.NameForm(), "the records that cover something, such as `partner`", required=True),
        forms.Key("holder", forms.ExpressionForm(), "who covers it", required=True),
        forms.Key("when", forms.ExpressionForm(), "which of the records cover something at all"),
        forms.Key("direct", forms.ExpressionForm(), "which of them are the direct channel; none if left out"),
        forms.Key("covers_all", forms.ListForm(forms.NameForm()), "what is shared of which they cover everything"),
    ),
)

FORM: Final = forms.RecordForm(
    "overlap policy",
    (
        *SHARED_KEYS[:2],
        forms.Key(
            "coverage",
            forms.ListForm(_COVERAGE, at_least=1),
            "the records that cover something, and whose they are",
            True,
        ),
        forms.Key(
            "same", forms.MapForm(forms.ExpressionForm(), "name"), "what two records must have in common to meet"
        ),
        forms.Key(
            "shared",
            forms.MapForm(forms.ExpressionForm(), "name"),
            "lists of which two records must have a member in common; none stands for all",
        ),
        forms.Key("at_most", forms.ExpressionForm(), "how many holders a cell may have, or `none`; 1 if left out"),
        forms.Key("exempt", forms.ListForm(ASKED_OF_SOME), "what makes a record not count; one is enough"),
        forms.Key("titles", forms.MapForm(forms.TitleForm()), "what people call the names under `same` and `shared`"),
    ),
)
