"""What a conflict policy may be written like. May import the language's forms and those that all kinds share."""

from typing import Final

from partnerrules.decisions.conflicts import CriterionKind
from partnerrules.language import forms
from partnerrules.policies.conditions import CONDITION_KEYS
from partnerrules.policies.criteria import VALUE_KEYS, Way
from partnerrules.policies.kind import SHARED_KEYS
from partnerrules.policies.meeting import ASKED_OF_SOME, ONLY

ORDERS: Final[dict[CriterionKind, Way]] = {
    "claim": "holds",
    "earliest": "earliest",
    "latest": "latest",
    "highest": "highest",
    "lowest": "lowest",
}
"""The ways to tell claims apart, and how each puts them in an order."""

_CLAIMS: Final = forms.RecordForm(
    "claim",
    (
        forms.Key("of", forms.NameForm(), "the records that claim, such as `registration`", required=True),
        forms.Key("claimant", forms.ExpressionForm(), "who claims", required=True),
        forms.Key("when", forms.ExpressionForm(), "which of the records are claims at all"),
        forms.Key("covers_all", forms.ListForm(forms.NameForm()), "what is shared of which they claim everything"),
    ),
)
_CRITERION: Final = forms.RecordForm(
    "criterion",
    (
        forms.Key("id", forms.NameForm(), "its name in explanations and cases", required=True),
        *CONDITION_KEYS[1:3],
        ONLY,
        forms.Key("when", forms.ExpressionForm(), "the claims that it speaks about; others come last"),
        forms.Key("claim", forms.ExpressionForm(), "a condition; claims for which it holds come first"),
        *VALUE_KEYS,
    ),
    tuple(ORDERS),
)
_LOSERS: Final = forms.RecordForm(
    "rule for losers",
    (
        forms.Key("consequence", forms.NameForm(), "a word for what losers get, which other policies read"),
        forms.Key(
            "queue",
            forms.ListForm(_CRITERION, at_least=1),
            "the order in which the others come into question once one that held it does not stand any more",
        ),
        forms.Key("awarded", forms.ExpressionForm(), "by what is recorded that a claim held it"),
        forms.Key("entered", forms.ExpressionForm(), "when a claim entered the line"),
        forms.Key("fell", forms.ExpressionForm(), "when a claim that held it fell away, none if it did not"),
    ),
    together={"queue": "awarded", "awarded": "entered", "entered": "fell", "fell": "queue"},
)

_PROTECTION: Final = forms.RecordForm(
    "protection",
    (
        forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        ONLY,
        forms.Key("from", forms.ExpressionForm(), "when it begins; a claim for which that is none is not valid", True),
        forms.Key("for", forms.ExpressionForm(), "how long it lasts; at its end it is over"),
        forms.Key("until", forms.ExpressionForm(), "when it ends; none stands for no end"),
        forms.Key("extensions", forms.ExpressionForm(), "prolongations, which count if asked for in time and granted"),
        forms.Key("renews", forms.ExpressionForm(), "the claim that it renews, and whose place it takes"),
        forms.Key("filed", forms.ExpressionForm(), "when the renewal was asked for"),
        forms.Key("pending", forms.ChoiceForm(("open", "protected")), "a renewal in time that is not decided yet"),
    ),
    ("for", "until"),
    {"renews": "filed", "filed": "renews", "pending": "renews"},
)

FORM: Final = forms.RecordForm(
    "conflict policy",
    (
        *SHARED_KEYS[:2],
        forms.Key("claims", forms.ListForm(_CLAIMS, at_least=1), "the records that claim, and who does", True),
        forms.Key("after", forms.ListForm(forms.NameForm()), "the conflict policies that decide first"),
        forms.Key(
            "same", forms.MapForm(forms.ExpressionForm(), "name"), "what two claims must have in common to meet", True
        ),
        forms.Key(
            "shared",
            forms.MapForm(forms.ExpressionForm(), "name"),
            "lists of which two claims must have a member in common; none stands for all",
        ),
        forms.Key("valid_when", forms.ListForm(ASKED_OF_SOME), "what makes a claim valid; the others are discarded"),
        forms.Key("protection", _PROTECTION, "how long a claim is valid, how it is prolonged, and how it is renewed"),
        forms.Key("prefer", forms.ListForm(_CRITERION, at_least=1), "the first that tells two claims apart", True),
        forms.Key("holders", forms.CountForm(), "how many may hold the same"),
        forms.Key("otherwise", forms.ChoiceForm(("undecided", "shared")), "what comes of claims that are equal in all"),
        forms.Key("indivisible", forms.ChoiceForm(("true", "false")), "whether a claim cannot be won in part"),
        forms.Key("losers", _LOSERS, "what follows for those that lose"),
        forms.Key(
            "titles",
            forms.MapForm(forms.TitleForm()),
            "what people call the names under `same` and `shared`, and the consequence",
        ),
    ),
)
