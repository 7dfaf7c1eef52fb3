"""The form of an inference rule: what it fires on, and what follows. Imports forms only."""

from typing import Final

from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION
from partnerrules.policies.kind import SHARED_KEYS

MAXIMUM_PATTERNS: Final = 8
"""Records that one rule may fire on together."""

WHERE: Final = forms.EitherForm(forms.ExpressionForm(), forms.ListForm(CONDITION, at_least=1))
"""A condition, or several that must all hold."""

PATTERN: Final = forms.RecordForm(
    "pattern",
    (
        forms.Key("fact", forms.NameForm(), "a record that the rule fires on, such as `violation`"),
        forms.Key("without", forms.NameForm(), "records of which there must be none, such as `sanction`"),
        forms.Key("as", forms.NameForm(), "the name under which conditions see it; what it is if left out"),
        forms.Key("where", WHERE, "what it must meet; it sees the facts above it, too"),
    ),
    one_of=("fact", "without"),
)

CONCLUSION: Final = forms.RecordForm(
    "conclusion",
    (
        forms.Key("derive", forms.NameForm(), "what the derived record is, such as `violation`", required=True),
        forms.Key(
            "with",
            forms.MapForm(forms.ExpressionForm(), "field"),
            "its fields, each with its value",
            required=True,
        ),
    ),
)

FORM: Final = forms.RecordForm(
    "inference rule",
    (
        *SHARED_KEYS[:2],
        forms.Key("when", forms.ListForm(PATTERN, at_least=1), "the facts that it fires on", required=True),
        forms.Key("then", CONCLUSION, "the fact that follows", required=True),
        forms.Key(
            "decreases",
            forms.NameForm(),
            "the field with a whole number that gets less from what the rule fires on to what follows",
        ),
    ),
)
