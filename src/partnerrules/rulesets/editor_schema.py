"""The JSON Schema of `ruleset.yaml`, with which editors complete and check keys as they are typed.

Made of the same forms as the reader, so that an editor and `partnerrules check` agree about every key. What an
expression or a cell may say is not in it, nor what an overlay may leave out as what it extends says it. May import
rulesets' forms and below.
"""

from collections.abc import Iterable, Mapping
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
    return _with_overlays(document_schema(form, "partnerrules: ruleset.yaml"))


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


# ------------------------------------------------------------------------------------------------------------ overlays

_DEFINITIONS: Final = "#/$defs/"
_PART: Final = "part of "
_OF_WHOLE_THINGS: Final = frozenset({"required", "oneOf", "dependentRequired", "minItems"})
"""What a schema says of a thing that is written in full."""


def _with_overlays(schema: dict[str, object]) -> dict[str, object]:
    """The same schema, in which a document that extends another one may give parts of entries.

    Which entries are partial hangs on what is extended, which no schema can see: of an overlay every entry may be.
    """
    properties, definitions = _object(schema["properties"]), _object(schema.get("$defs", {}))
    partial = {name: _partly(_object(each)) for name, each in properties.items()}
    sections = [name for name, each in properties.items() if partial[name] != each]
    used = {_PART + name: _partly(_object(each)) for name, each in definitions.items()}
    told = {name: _only_told(_object(each)) if name in sections else each for name, each in properties.items()}
    return {
        **schema,
        "properties": told,
        "if": {"required": ["extends"]},
        "then": {"properties": _chosen(partial, sections)},
        "else": {"properties": _chosen(properties, sections)},
        "$defs": {**definitions, **used},
    }


def _partly(schema: dict[str, object]) -> dict[str, object]:
    """A schema of what may lack anything, but has nothing that is not known."""
    found: dict[str, object] = {}
    for key, value in schema.items():
        if key == "properties":
            found[key] = {name: _partly(_object(each)) for name, each in _object(value).items()}
        elif key == "$ref":
            found[key] = str(value).replace(_DEFINITIONS, _DEFINITIONS + _PART, 1)
        elif key not in _OF_WHOLE_THINGS:
            found[key] = _partly_each(value)
    return found


def _partly_each(value: object) -> object:
    if isinstance(value, dict):
        return _partly(value)
    return [_partly_each(each) for each in value] if isinstance(value, list) else value


def _only_told(schema: dict[str, object]) -> dict[str, object]:
    return {"description": schema["description"]} if "description" in schema else {}


def _chosen(properties: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    return {name: properties[name] for name in names}


def _object(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value
