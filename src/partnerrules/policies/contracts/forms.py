"""The form of a contracts policy: whose contracts, and what is checked of them."""

from dataclasses import replace
from typing import Final

from partnerrules.language import forms
from partnerrules.policies.conditions import condition_form
from partnerrules.policies.names import NAMES

_ID: Final = forms.Key("id", forms.NameForm(), "its name in results, explanations and cases", required=True)
_TITLE: Final = forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages")
_SOURCE: Final = forms.Key("source", forms.TextForm(), "the clause of the document that it comes from")
_SEVERITY: Final = forms.Key(
    "severity", forms.ChoiceForm(("error", "warning")), "whether it only warns; `error` if left out"
)
_FOR: Final = forms.Key("for", forms.ExpressionForm(), "the contracts that it is asked of; all if left out")


def _check(name: str, *keys: forms.Key) -> forms.RecordForm:
    return forms.RecordForm(name, (_ID, _TITLE, _SOURCE, _SEVERITY, *keys))


def _only(name: str, *keys: forms.Key) -> forms.RecordForm:
    """A check of which a policy has one, so that it may go without a name of its own."""
    return forms.RecordForm(name, (replace(_ID, required=False), _TITLE, _SOURCE, _SEVERITY, *keys))


def _must() -> forms.RecordForm:
    form = condition_form("condition of a contract", _SEVERITY, _FOR)
    return replace(form, keys=(_ID, *form.keys[1:]))


_EXPRESSION: Final = forms.ExpressionForm()

_REQUIRED: Final = _check(
    "required contract", forms.Key("having", _EXPRESSION, "what at least one of the contracts is", required=True)
)
_COMPLETE: Final = _check(
    "list of contents",
    _FOR,
    forms.Key("names", _EXPRESSION, "what a contract names: a list of texts", required=True),
    forms.Key("all_of", NAMES, "what it has to name: a list, or a parameter that is one", required=True),
)
_ORDER: Final = _check(
    "order of contracts",
    forms.Key("earlier", _EXPRESSION, "the contracts that come first", required=True),
    forms.Key("later", _EXPRESSION, "the contracts that need one of those before them", required=True),
    forms.Key("by", _EXPRESSION, "when a contract was signed: an instant or a date, or none", required=True),
    forms.Key("where", _EXPRESSION, "what two of them have to do with each other, over `earlier` and `later`"),
    forms.Key(
        "same_time",
        forms.ChoiceForm(("allowed", "forbidden")),
        "whether one that was signed at the same time is before it, too; `forbidden` if left out",
    ),
)
_UNDERPINNING: Final = _only(
    "underpinning",
    _FOR,
    forms.Key("lower", NAMES, "the metrics of which less is stricter: a list, or a parameter that is one"),
    forms.Key("higher", NAMES, "the metrics of which more is stricter: a list, or a parameter that is one"),
)
_DETERIORATION: Final = _check(
    "limit of deterioration",
    _FOR,
    forms.Key("was", _EXPRESSION, "the term as it was: a number or a quantity; none if there was none", required=True),
    forms.Key("now", _EXPRESSION, "the term as it is now; none if there is none", required=True),
    forms.Key("worse", forms.ChoiceForm(("up", "down")), "whether more of it is worse, or less", required=True),
    forms.Key("ratio", _EXPRESSION, "how many times of what it was it may at most, or must at least be"),
    forms.Key("by", _EXPRESSION, "by how much it may become worse"),
    forms.Key(
        "reaching",
        forms.ChoiceForm(("allowed", "forbidden")),
        "whether it may become just as much worse as that; `allowed` if left out",
    ),
)
_TERM: Final = replace(
    _only(
        "term of contracts",
        _FOR,
        forms.Key("from", _EXPRESSION, "the first day in force", required=True),
        forms.Key("to", _EXPRESSION, "the first day not in force any more; none if that is open", required=True),
        forms.Key("renews", _EXPRESSION, "whether it goes on at its end; it does not if left out"),
        forms.Key("renews_for", _EXPRESSION, "for how long then; for as long as the first term if left out"),
        forms.Key("notice", _EXPRESSION, "the period of notice: days or months"),
        forms.Key(
            "notice_given", _EXPRESSION, "the day on which notice was given, none if it was not; nobody has if left out"
        ),
        forms.Key("cure", _EXPRESSION, "the time to put a breach right: days or months"),
        forms.Key("breach_notified", _EXPRESSION, "the day on which a breach was notified; none if there was none"),
        forms.Key("cured", _EXPRESSION, "the day on which it was put right; none if it was not"),
    ),
    together={
        "renews_for": "renews",
        "notice_given": "notice",
        "cure": "breach_notified",
        "breach_notified": "cured",
        "cured": "cure",
    },
)


def _several(form: forms.RecordForm) -> forms.Form:
    return forms.ListForm(form, at_least=1)


CHECKS: Final = (
    forms.Key("required", _several(_REQUIRED), "contracts of which at least one has to be there"),
    forms.Key("complete", _several(_COMPLETE), "what a contract has to name"),
    forms.Key("must", _several(_must()), "conditions that every contract has to meet"),
    forms.Key("order", _several(_ORDER), "what is signed before what"),
    forms.Key("underpinning", _UNDERPINNING, "that contracts promise as much as those that rest on them"),
    forms.Key("deterioration", _several(_DETERIORATION), "how much worse a term may become"),
    forms.Key("term", _TERM, "until when contracts are in force, and by when notice is given and a breach is cured"),
)
"""What may be checked."""

KEYS: Final = (
    forms.Key(
        "contracts",
        _EXPRESSION,
        "the contracts that are looked into, such as `project.contracts`; the record itself if left out",
    ),
    *CHECKS,
)
"""The keys of a policy about papers, beside those that all kinds share."""
