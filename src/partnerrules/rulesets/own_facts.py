"""What a ruleset adds to the schema: fields of its own, narrower types, and relations of its own."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from partnerrules.diagnostics import Report, suggestion, with_article
from partnerrules.language import forms
from partnerrules.language.currency_calls import is_money
from partnerrules.language.cursor import RESERVED
from partnerrules.language.form_reader import Item, Raw, Word, read_form
from partnerrules.language.type_texts import read_declared
from partnerrules.language.yaml_nodes import Mapping as MappingNode
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema
from partnerrules.schema.titles import Title

FIELD_FORM: Final = forms.EitherForm(
    forms.TextForm(),
    forms.RecordForm(
        "field",
        (
            forms.Key("type", forms.TextForm(), "such as `ratio`, `money`, `ref partner`, `enum [small, large]`"),
            forms.Key(
                "enum", forms.ListForm(forms.TextForm(), at_least=1), "its values, if it has a few that are known"
            ),
            forms.Key(
                "missing",
                forms.ChoiceForm(("unknown", "none", "required")),
                "what it means when the field is left out; `unknown` if this is left out",
            ),
            forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
            forms.Key("source", forms.TextForm(), "the clause of the document that it comes from"),
        ),
        ("type", "enum"),
    ),
)
_FIELDS_FORM: Final = forms.MapForm(FIELD_FORM, "field")
RELATION_FORM: Final = forms.RecordForm(
    "relation",
    (
        forms.Key(
            "plural", forms.NameForm(), "the key of its records in facts, and the way back to them", required=True
        ),
        forms.Key("fields", _FIELDS_FORM, "its fields", required=True),
        forms.Key("happens", forms.NameForm(), "the field that dates it; later events are not seen"),
        forms.Key("valid_from", forms.NameForm(), "the field from which on a record holds"),
        forms.Key("valid_to", forms.NameForm(), "the field up to which a record holds"),
        forms.Key("derived", forms.ChoiceForm(("only",)), "whether all its records follow from rules: none are given"),
        forms.Key("title", forms.TitleForm(), "what people call it, in one or several languages"),
    ),
    together={"valid_from": "valid_to", "valid_to": "valid_from"},
)
_BY_JSON: Final[dict[str, object]] = {"type": "object"}
FACTS_FORM: Final = forms.MapForm(forms.AnyForm(_BY_JSON), "record")


def read_schema(item: Item, core: Schema, currency: str | None, report: Report) -> Schema:
    """The schema of a version: the core one with its own fields and relations, and with its currency."""
    fields: dict[str, list[t.Field]] = {}
    relations: list[t.Entity] = []
    entries = item.named("facts")
    new = frozenset(name.text for name, _ in entries) - core.entities.keys()
    entities = frozenset(name for name, entity in core.entities.items() if entity.relation) | new
    taken = {entity.relation: name for name, entity in core.entities.items() if entity.relation}
    for name, read in entries:
        if not isinstance(read, Raw):
            continue
        if name.text in core.entities and _declares_relation(read):
            report.error(
                "name-taken",
                f"there are records called `{name.text}` already",
                name.span,
                help=f"choose another name, or write only further fields of {with_article(name.text)} here",
            )
            continue
        if name.text in core.entities:
            found = _fields(read, core.entities[name.text], entities, currency, report)
            fields[name.text] = found
            continue
        near = suggestion(name.text, core.entities, kind="record")
        if isinstance(read.node, MappingNode) and read.node.get("plural") is None and near.startswith("did"):
            report.error("unknown-subject", f"there are no records called `{name.text}`", name.span, help=near)
            continue
        relation = read_form(RELATION_FORM, read.node, report)
        if not isinstance(relation, Item):
            continue
        plural = relation.word("plural")
        if plural is None:
            continue
        clashes = taken.keys() | core.entities.keys() | RESERVED
        if plural.text in clashes or name.text in taken or name.text in RESERVED:
            report.error(
                "name-taken",
                f"`{plural.text if plural.text in clashes else name.text}` has a meaning already",
                plural.span if plural.text in clashes else name.span,
                help="choose another name",
            )
            continue
        taken[plural.text] = name.text
        entity = _relation(name, plural, relation, entities, currency, report)
        if entity is not None:
            relations.append(entity)
    known = core.entities.keys() | {entity.name for entity in relations}
    fields = {name: [_with_known_reference(each, known) for each in group] for name, group in fields.items()}
    relations = [
        replace(entity, fields={name: _with_known_reference(each, known) for name, each in entity.fields.items()})
        for entity in relations
    ]
    # The core first: a field that is declared to be of any currency stays so.
    return (core.with_currency(currency) if currency else core).extended(relations, fields)


def _declares_relation(raw: Raw) -> bool:
    """Whether fields stand under `fields:`, as in a relation; a field of that name would have a type."""
    fields = raw.node.get("fields") if isinstance(raw.node, MappingNode) else None
    return isinstance(fields, MappingNode) and fields.get("type") is None and fields.get("enum") is None


def _with_known_reference(field: t.Field, known: Collection[str]) -> t.Field:
    """The field, of no type if it refers to records whose own declaration is faulty."""
    item = field.type.item if isinstance(field.type, t.ListOf) else field.type
    return replace(field, type=t.Anything()) if isinstance(item, t.Record) and item.entity not in known else field


def _relation(
    name: Word, plural: Word, item: Item, entities: frozenset[str], currency: str | None, report: Report
) -> t.Entity | None:
    fields: dict[str, t.Field] = {}
    for word, read in item.named("fields"):
        if word.text in ("id", "recorded_at"):
            report.error("name-taken", f"every record has a field `{word.text}`", word.span, help="leave it out")
            continue
        field = _field(word, read, entities, currency, report)
        if field is not None:
            fields[word.text] = field
    dated = item.word("happens")
    if dated is not None and not isinstance(_type_of(fields, dated), t.Date | t.Instant):
        report.error(
            "unknown-field",
            f"`{dated.text}` is not a date or instant of {with_article(name.text)}",
            dated.span,
            help=suggestion(dated.text, fields, kind="field"),
        )
        return None
    validity: tuple[str, str] | None = None
    start, end = item.word("valid_from"), item.word("valid_to")
    if start is not None and end is not None:
        first, last = _type_of(fields, start), _type_of(fields, end)
        if first != last or not isinstance(first, t.Date | t.Instant):
            report.error(
                "unknown-field", f"`{start.text}` and `{end.text}` are not two dates or two instants", start.span
            )
            return None
        validity = (start.text, end.text)
    happens = None if dated is None else dated.text
    only = item.text("derived") is not None
    return t.Entity(
        name.text,
        plural.text,
        fields,
        happens=happens,
        validity=validity,
        derived_only=only,
        title=item.title(),
    )


def _type_of(fields: Mapping[str, t.Field], word: Word) -> t.Type | None:
    return fields[word.text].type if word.text in fields else None


def _fields(
    raw: Raw, entity: t.Entity, entities: frozenset[str], currency: str | None, report: Report
) -> list[t.Field]:
    """A ruleset's own fields of an entity, or narrower types of those it has."""
    named = read_form(_FIELDS_FORM, raw.node, report)
    fields: list[t.Field] = []
    for word, read in Item({"fields": named}, raw.node.span).named("fields") if named is not None else ():
        present = entity.fields.get(word.text)
        # Declared again, `money` has no other meaning than that each record says its currency itself.
        again = present is not None and present.type == t.AnyMoney()
        field = _field(word, read, entities, None if again else currency, report)
        if field is None:
            continue
        if present is not None and isinstance(field.type, t.Anything):
            continue
        if present is not None:
            item_of = isinstance(present.type, t.ListOf) and isinstance(field.type, t.ListOf)
            narrows = (present.type == t.Text() and isinstance(field.type, t.Enumeration)) or (
                item_of and present.type == t.ListOf(t.Text()) and isinstance(field.type.item, t.Enumeration)  # type: ignore[union-attr]
            )
            titled = field.type == present.type and bool(field.title.texts)
            if not narrows and not titled and not (again and is_money(field.type)):
                report.error(
                    "name-taken",
                    f"{with_article(entity.name)} has a field `{word.text}` already, {present.type}",
                    word.span,
                    help="only money can be declared again, as `money` or `money(USD)`"
                    if again
                    else "it can be declared again with a title, and a text as an enumeration of its values",
                )
                continue
            absence = read.word("missing") if isinstance(read, Item) else None
            if absence is not None and field.absence != present.absence:
                report.error(
                    "name-taken",
                    f"what it means that `{word.text}` of {with_article(entity.name)} is left out cannot be changed",
                    absence.span,
                    help=f"it is `{present.absence}`: leave `missing` out, or give a field of your own another name",
                )
                continue
            title = field.title if field.title.texts else present.title
            field = replace(field, absence=present.absence, doc=present.doc, title=title)
        elif word.text in entity.inverses:
            report.error(
                "name-taken",
                f"`{word.text}` of {with_article(entity.name)} is a list already",
                word.span,
                help="rename the field",
            )
            continue
        fields.append(field)
    return fields


def _field(word: Word, read: object, entities: frozenset[str], currency: str | None, report: Report) -> t.Field | None:
    if not isinstance(read, Word | Item):
        return None
    absence = read.text("missing") if isinstance(read, Item) else None
    if word.text in RESERVED:
        report.error("name-taken", f"`{word.text}` is a word of the language", word.span, help="rename the field")
        return None
    type = read_declared(read, entities, currency, report)
    if type is None:  # the field is still there to be named, and what names it says no more
        return t.Field(word.text, t.Anything())
    meaning: t.Absence = "none" if absence == "none" else "required" if absence == "required" else "unknown"
    return t.Field(word.text, type, meaning, title=read.title() if isinstance(read, Item) else Title())
