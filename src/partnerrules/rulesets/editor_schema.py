"""The JSON Schema of `ruleset.yaml`, with which editors complete and check keys as they are typed.

Made of the same forms as the reader, so that an editor and `partnerrules check` agree about every key. What an
expression or a cell may say is not in it. May import rulesets' forms and below.
"""

from typing import Final

from partnerrules.language import forms
from partnerrules.rulesets.compiling import RULESET_FORM
from partnerrules.rulesets.own_facts import FIELD_FORM, RELATION_FORM
from partnerrules.schema.entities import core_schema

_READERS_NAME: Final = forms.json_schema(forms.NameForm(), {})["pattern"]
_NAME: Final = r"^[^\x00-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*$"
"""What starts with no digit and has none of the ASCII marks but `_` and `-`."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def document_schema(form: forms.Form, title: str) -> dict[str, object]:
    """The JSON Schema of a whole file of a form."""
    definitions: dict[str, object] = {}
    schema = _with_wide_names(forms.json_schema(form, definitions))
    definitions = _with_wide_names(definitions)
    head: dict[str, object] = {"$schema": _DIALECT, **schema, "title": title}
    return {**head, "$defs": definitions} if definitions else head


def _with_wide_names(schema: dict[str, object]) -> dict[str, object]:
    """The same schema, with names in all scripts: to the regular expressions of editors only a to z are letters."""
    return {key: _NAME if value == _READERS_NAME else _wide(value) for key, value in schema.items()}


def _wide(value: object) -> object:
    if isinstance(value, dict):
        return _with_wide_names(value)
    return [_wide(item) for item in value] if isinstance(value, list) else value


def ruleset_schema() -> dict[str, object]:
    """The JSON Schema of `ruleset.yaml`."""
    keys = tuple(_with_facts(key) for key in RULESET_FORM.keys)
    form = forms.RecordForm(RULESET_FORM.name, keys, RULESET_FORM.one_of, RULESET_FORM.together)
    return document_schema(form, "partnerrules: ruleset.yaml")


def _with_facts(key: forms.Key) -> forms.Key:
    return forms.Key(key.name, forms.AnyForm(_facts_schema()), key.doc, key.required) if key.name == "facts" else key


def _facts_schema() -> dict[str, object]:
    """Under the name of a business record its further fields, under any other name a relation."""
    fields = forms.json_schema(forms.MapForm(FIELD_FORM, "field"), {})
    own_fields = {
        name: {**fields, "description": f"further fields of a {name}"} for name in sorted(core_schema().entities)
    }
    return {
        "type": "object",
        "properties": own_fields,
        "additionalProperties": forms.json_schema(RELATION_FORM, {}),
    }
