"""What stands in `cases.yaml`, as forms: the reader and the JSON Schema for editors are both made of them."""

from typing import Final

from partnerrules.language import forms

_FIELDS: Final[dict[str, object]] = {"type": ["object", "null"]}
_FACTS: Final = forms.AnyForm(
    {
        "type": "object",
        "description": "by relation, which makes it complete, the records by id; `D-1..20` is a run of like records",
        "additionalProperties": {"type": "object", "additionalProperties": _FIELDS},
    }
)
_EXPECTED: Final = forms.AnyForm(
    {
        "type": "object",
        "description": "by the id of the record the parts of the result that are expected",
        "properties": {"exact": {"description": "true if no other record has a result", "type": ["boolean", "object"]}},
        "additionalProperties": {"type": ["object", "string", "number", "boolean", "null", "array"]},
    }
)

CASE_FORM: Final = forms.RecordForm(
    "case",
    (
        forms.Key("name", forms.TextForm(), "what the case shows, as a sentence", required=True),
        forms.Key(
            "as_of",
            forms.TextForm(),
            "the instant of the decision, with its offset; a date is midnight in the timezone of the ruleset",
            required=True,
        ),
        forms.Key("version", forms.TextForm(), "the one version of the ruleset that is asked; all if left out"),
        forms.Key(
            "base",
            forms.EitherForm(forms.TextForm(), forms.ListForm(forms.TextForm(), at_least=1)),
            "the shared facts it starts from, the later ones on top of the earlier ones",
        ),
        forms.Key("facts", _FACTS, "its own facts, merged by id and field on top of its base"),
        forms.Key("expect", forms.MapForm(_EXPECTED, "policy"), "by policy, what its results must say", required=True),
    ),
)

CASES_FORM: Final = forms.RecordForm(
    "file of cases",
    (
        forms.Key("base", forms.MapForm(_FACTS, "name"), "facts that several cases share, by name"),
        forms.Key("cases", forms.ListForm(CASE_FORM, at_least=1), "the cases", required=True),
    ),
)
