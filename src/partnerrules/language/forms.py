"""The forms that the parts of a ruleset are written in, as data.

A form says what may stand at a place: which keys, what under each, and what it is for. `form_reader` reads nodes by it
and reports what does not fit; the JSON Schema for editors is made of it. So the reader, the editors and the reference
pages cannot say different things.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

NAME: Final = re.compile(r"[^\W\d]\w*(?:-\w+)*")
"""What ids and names look like: letters, digits, `_`, and `-` between them."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """A text; of a pattern if one is given, with words that describe it."""

    pattern: re.Pattern[str] | None = None
    words: str = "text"


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name: letters, digits, `_`, and `-` between them."""


@dataclass(frozen=True, slots=True)
class ExpressionForm:
    """An expression of the language."""


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """One word of a closed list."""

    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountForm:
    """A whole number of at least one."""


@dataclass(frozen=True, slots=True)
class TitleForm:
    """A title: a text, or one text for each language."""


@dataclass(frozen=True, slots=True)
class AnyForm:
    """Anything; the policy kind reads it itself."""

    schema: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ListForm:
    """A list of like things."""

    item: "Form"
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class MapForm:
    """Names with like things under them."""

    value: "Form"
    named: str = "name"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record form: its name, what stands under it, and what it is for."""

    name: str
    form: "Form"
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class RecordForm:
    """Known keys, each at most once.

    Attributes:
        name: what such a thing is called in messages.
        keys: in the order of the canonical layout.
        one_of: keys of which exactly one must stand there.
        together: keys that only make sense with another one.
    """

    name: str
    keys: tuple[Key, ...]
    one_of: tuple[str, ...] = ()
    together: Mapping[str, str] = field(default_factory=dict)

    def key(self, name: str) -> Key | None:
        """The key of that name."""
        return next((key for key in self.keys if key.name == name), None)


@dataclass(frozen=True, slots=True)
class EitherForm:
    """A short form that is one scalar, or a longer one."""

    short: "Form"
    long: "Form"


@dataclass(frozen=True, slots=True)
class LaterForm:
    """A form that contains itself: conditions inside conditions."""

    name: str
    form: "Callable[[], Form]"


Form: TypeAlias = (
    TextForm
    | NameForm
    | ExpressionForm
    | ChoiceForm
    | CountForm
    | TitleForm
    | AnyForm
    | ListForm
    | MapForm
    | RecordForm
    | EitherForm
    | LaterForm
)

LANGUAGES: Final = ("en", "zh", "ru")
"""The languages of titles and explanations."""


def json_schema(form: Form, definitions: dict[str, object]) -> dict[str, object]:
    """The JSON Schema of a form; forms that contain themselves are put into `definitions`."""
    match form:
        case TextForm(pattern):
            return {"type": ["string", "number", "boolean"]} | ({"pattern": pattern.pattern} if pattern else {})
        case NameForm():
            return {"type": "string", "pattern": r"^[^\W\d]\w*(-\w+)*$"}
        case ExpressionForm():
            return {"type": ["string", "number", "boolean"], "description": "an expression"}
        case ChoiceForm(choices):
            return {"enum": list(choices)}
        case CountForm():
            return {"type": "integer", "minimum": 1}
        case TitleForm():
            by_language = {language: {"type": "string"} for language in LANGUAGES}
            return {
                "anyOf": [
                    {"type": "string"},
                    {"type": "object", "properties": by_language, "additionalProperties": False},
                ]
            }
        case AnyForm(schema):
            return dict(schema)
        case ListForm(item, at_least):
            return {"type": "array", "items": json_schema(item, definitions), "minItems": at_least}
        case MapForm(value):
            return {"type": "object", "additionalProperties": json_schema(value, definitions)}
        case RecordForm():
            return _record_schema(form, definitions)
        case EitherForm(short, long):
            return {"anyOf": [json_schema(short, definitions), json_schema(long, definitions)]}
        case LaterForm(name, make):
            if name not in definitions:
                definitions[name] = {}
                definitions[name] = json_schema(make(), definitions)
            return {"$ref": f"#/$defs/{name}"}


def _record_schema(form: RecordForm, definitions: dict[str, object]) -> dict[str, object]:
    properties = {key.name: {**json_schema(key.form, definitions), "description": key.doc} for key in form.keys}
    schema: dict[str, object] = {
        "type": "object",
        "title": form.name,
        "properties": properties,
        "required": [key.name for key in form.keys if key.required],
        "additionalProperties": False,
    }
    if form.one_of:
        schema["oneOf"] = [{"required": [name]} for name in form.one_of]
    if form.together:
        schema["dependentRequired"] = {name: [other] for name, other in form.together.items()}
    return schema
