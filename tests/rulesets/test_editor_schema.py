"""The JSON Schema for editors knows each key that the reader knows, and accepts what the reader accepts."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from partnerrules.cases.forms import CASES_FORM
from partnerrules.diagnostics import Report
from partnerrules.language import forms
from partnerrules.language.source_text import read_source
from partnerrules.language.yaml_nodes import Mapping as MappingNode
from partnerrules.language.yaml_nodes import Node, Scalar, Sequence
from partnerrules.language.yaml_reader import read_yaml
from partnerrules.rulesets.compiling import RULESET_FORM
from partnerrules.rulesets.editor_schema import document_schema, ruleset_schema
from partnerrules.schema.entities import core_schema

Schema = Mapping[str, object]
ROOT = Path(__file__).resolve().parent.parent.parent

KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "type", "properties", "additionalProperties", "required",
    "enum", "anyOf", "oneOf", "items", "minItems", "minimum", "pattern", "dependentRequired", "if", "then", "else",
}  # fmt: skip
"""The keywords that our forms give; the trial below knows no others."""


def faults(schema: Schema, value: object, root: Schema, place: str = "") -> Iterator[str]:
    """What a value breaks of a schema: a small validator of exactly the keywords above."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        yield from faults(cast("dict[str, Schema]", root["$defs"])[name], value, root, place)
    if "type" in schema:
        allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if kind(value) not in allowed and not (kind(value) == "integer" and "number" in allowed):
            yield f"{place}: {kind(value)} is not {allowed}"
    if "enum" in schema and value not in cast("list[object]", schema["enum"]):
        yield f"{place}: {value} is no choice"
    if "pattern" in schema and isinstance(value, str) and not re.search(str(schema["pattern"]), value):
        yield f"{place}: {value} does not fit"
    for keyword, wanted in (("anyOf", range(1, 99)), ("oneOf", range(1, 2))):
        if keyword in schema:
            several = cast("list[Schema]", schema[keyword])
            fits = sum(not list(faults(each, value, root, place)) for each in several)
            if fits not in wanted:
                yield f"{place}: {fits} of {keyword}"
    if "if" in schema:
        fits = not list(faults(cast("Schema", schema["if"]), value, root, place))
        yield from faults(cast("Schema", schema["then" if fits else "else"]), value, root, place)
    if isinstance(value, dict):
        yield from object_faults(schema, value, root, place)
    if isinstance(value, list):
        if len(value) < cast("int", schema.get("minItems", 0)):
            yield f"{place}: too few"
        for index, item in enumerate(value):
            yield from faults(cast("Schema", schema.get("items", {})), item, root, f"{place}/{index}")


def object_faults(schema: Schema, value: dict[str, object], root: Schema, place: str) -> Iterator[str]:
    properties = cast("dict[str, Schema]", schema.get("properties", {}))
    for name in cast("list[str]", schema.get("required", [])):
        if name not in value:
            yield f"{place}: no {name}"
    for name, others in cast("dict[str, list[str]]", schema.get("dependentRequired", {})).items():
        if name in value and not set(others) <= set(value):
            yield f"{place}: {name} without {others}"
    for name, inner in value.items():
        rest = schema.get("additionalProperties", {})
        if name in properties:
            yield from faults(properties[name], inner, root, f"{place}/{name}")
        elif rest is False:
            yield f"{place}: unknown key {name}"
        else:
            yield from faults(cast("Schema", rest), inner, root, f"{place}/{name}")


def kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {int: "integer", str: "string", dict: "object", list: "array", type(None): "null"}
    return names[type(value)]


def as_json(node: Node) -> object:
    """A node as an editor sees it."""
    match node:
        case Scalar():
            if node.is_null:
                return None
            if node.style == "plain" and node.value in ("true", "false"):
                return node.value == "true"
            return int(node.value) if node.style == "plain" and re.fullmatch(r"\d+", node.value) else node.value
        case Sequence(items):
            return [as_json(item) for item in items]
        case MappingNode(entries):
            return {entry.key.value: as_json(entry.value) for entry in entries}


def document(path: Path) -> object:
    report = Report()
    source = read_source(path, path.name, report)
    node = None if source is None else read_yaml(source, report)
    assert node is not None, report.diagnostics
    return as_json(node)


def cases_schema() -> Schema:
    return document_schema(CASES_FORM, "cases")


@pytest.mark.parametrize("folder", sorted(path.parent for path in ROOT.glob("rulesets/**/ruleset.yaml")), ids=str)
def test_our_own_rulesets_fit(folder: Path) -> None:
    schema = ruleset_schema()
    assert list(faults(schema, document(folder / "ruleset.yaml"), schema)) == []
    if (folder / "cases.yaml").is_file():
        assert list(faults(cases_schema(), document(folder / "cases.yaml"), cases_schema())) == []


def test_the_starter_fits() -> None:
    folder = ROOT / "src" / "partnerrules" / "cli" / "starter"
    assert list(faults(ruleset_schema(), document(folder / "ruleset.yaml"), ruleset_schema())) == []
    assert list(faults(cases_schema(), document(folder / "cases.yaml"), cases_schema())) == []


HEAD: dict[str, object] = {"ruleset": "x", "version": "1", "in_force": "2026-01-01 .."}


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"parametres": {}}, "unknown key parametres"),
        ({"parameters": {"p": {"value": 1, "satus": "assumed"}}}, "unknown key satus"),
        ({"parameters": {"p": {"status": "perhaps"}}}, "no choice"),
        ({"facts": {"partner": {"x": {"title": "x"}}}}, "of anyOf"),
        ({"facts": {"partner": {"x": "ratio"}, "visit": {"fields": {}}}}, "no plural"),
        ({"facts": {"visit": {"plural": "visits", "fields": {}, "valid_from": "a"}}}, "valid_from without"),
        ({"eligibility": {"e": {"subject": "partner", "gates": []}}}, "too few"),
        ({"eligibility": {"e": {"subject": "partner", "gates": [{"id": "g"}]}}}, "0 of oneOf"),
        ({"eligibility": {"e": {"subject": "partner", "gates": [{"all": [{"any": []}]}]}}}, "of anyOf"),
        ({"tables": {"t": {"subject": "deal", "hit": "uniqe", "inputs": {}, "outputs": {}, "rows": ""}}}, "no choice"),
    ],
    ids=str,
)
def test_what_the_reader_refuses_an_editor_marks(more: dict[str, object], word: str) -> None:
    schema = ruleset_schema()
    assert list(faults(schema, HEAD, schema)) == []
    found = list(faults(schema, {**HEAD, **more}, schema))
    assert any(word in fault for fault in found), found


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("northern-2", True),
        ("渠道规则", True),
        ("_x", True),
        ("1st", False),
        ("a b", False),
        ("a.b", False),
        ("", False),
    ],
)
def test_names_may_be_in_any_script(name: str, fits: bool) -> None:
    schema = ruleset_schema()
    assert (list(faults(schema, {**HEAD, "ruleset": name}, schema)) == []) is fits


def keys_of(form: forms.Form, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of all keys of a form, those of forms inside it too."""
    match form:
        case forms.RecordForm(_, keys):
            for key in keys:
                yield key.name
                yield from keys_of(key.form, seen)
        case forms.EitherForm(short, long):
            yield from (*keys_of(short, seen), *keys_of(long, seen))
        case forms.ListForm(inner) | forms.MapForm(inner):
            yield from keys_of(inner, seen)
        case forms.LaterForm(name, make) if name not in seen:
            yield from keys_of(make(), seen | {name})
        case _:
            return


def properties_in(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(properties := schema.get("properties"), dict):
            yield from properties
        for inner in schema.values():
            yield from properties_in(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties_in(inner)


def test_every_key_of_the_forms_is_in_the_schema() -> None:
    assert set(keys_of(RULESET_FORM)) - set(properties_in(ruleset_schema())) == set()
    assert set(keys_of(CASES_FORM)) - set(properties_in(cases_schema())) == set()


BASE: dict[str, object] = {
    **HEAD,
    "parameters": {"quota": {"value": 3}},
    "eligibility": {"e": {"subject": "partner", "gates": [{"id": "staff", "require": "true"}]}},
    "tiering": {"t": {"subject": "partner", "bands": [{"grade": "gold", "require": "true"}, {"grade": "none"}]}},
}
PARTIAL: tuple[dict[str, object], ...] = (
    {"parameters": {"quota": {"value": 4}}},
    {"eligibility": {"e": {"gates": [{"id": "staff", "source": "N-1"}]}}},
    {"eligibility": {"e": {"gates": []}}},
    {"eligibility": {"e": {"gates": [{"id": "both", "all": [{"id": "first", "source": "N-2"}]}]}}},
    {"tiering": {"t": {"bands": [{"grade": "gold", "title": "Gold"}]}}},
    {"tables": {"rates": {"rows": "| id | rate |\n|----|------|\n| a  | 2 %  |\n"}}},
    {"facts": {"visit": {"fields": {"score": "number"}}}},
)
"""What an overlay may say of entries that what it extends has."""


@pytest.mark.parametrize("part", PARTIAL, ids=str)
def test_of_an_overlay_entries_may_be_partial(part: dict[str, object]) -> None:
    schema = ruleset_schema()
    assert list(faults(schema, {**HEAD, "extends": "1", **part}, schema)) == []
    if "parameters" not in part:  # of which every part may be left out anyway
        assert list(faults(schema, {**HEAD, **part}, schema)) != []


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"parametres": {}}, "unknown key parametres"),
        ({"parameters": {"p": {"value": 1, "satus": "assumed"}}}, "unknown key satus"),
        ({"eligibility": {"e": {"gates": [{"id": "staff", "requires": "true"}]}}}, "unknown key requires"),
        ({"eligibility": {"e": {"gates": "staff"}}}, "string is not"),
        ({"eligibility": {"e": {"gates": [{"all": [{"any": [{"idd": "x"}]}]}]}}}, "of anyOf"),
        ({"tables": {"t": {"hit": "uniqe"}}}, "no choice"),
        ({"eligibility": {"1st": {}}, "ruleset": "1st"}, "does not fit"),
    ],
    ids=str,
)
def test_what_no_overlay_may_say_is_marked_too(more: dict[str, object], word: str) -> None:
    schema = ruleset_schema()
    found = list(faults(schema, {**HEAD, "extends": "1", **more}, schema))
    assert any(word in fault for fault in found), found


def test_an_overlay_names_itself() -> None:
    schema = ruleset_schema()
    assert list(faults(schema, {"extends": "1", "ruleset": "x"}, schema)) == [": no version", ": no in_force"]


def test_a_whole_document_fits_whether_it_extends_another_or_not() -> None:
    schema = ruleset_schema()
    assert list(faults(schema, BASE, schema)) == []
    assert list(faults(schema, {**BASE, "extends": "1"}, schema)) == []


def test_overlays_of_the_guide_and_of_the_tests_fit() -> None:
    schema = ruleset_schema()
    found = [path for path in sorted(ROOT.glob("tests/golden/bad/*/*/ruleset.yaml")) if "extends" in path.read_text()]
    for path in found:
        known = cast("dict[str, object]", document(path))
        assert not any("no " in fault for fault in faults(schema, known, schema)), path
    assert len(found) > 2


def test_every_business_record_can_get_fields() -> None:
    whole = cast("dict[str, dict[str, dict[str, object]]]", ruleset_schema()["else"])
    facts = whole["properties"]["facts"]
    assert set(core_schema().entities) == set(cast("dict[str, object]", facts["properties"]))


def test_the_dialect_is_named() -> None:
    for schema in (ruleset_schema(), cases_schema()):
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
