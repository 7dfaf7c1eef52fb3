"""Reads records that are sound quickly, by what is worked out once for each schema.

Nothing is taken on trust: of each value the class is looked at, and what its class leaves open. Whatever is unusual, a
fault among it, is left to `record_reading`, which takes its time and says what is wrong. May import domain, schema, and
the modules of facts that read one value or one record.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Final, TypeAlias

from pydantic import BaseModel

from partnerrules.domain.relations import entity_of, entity_rows
from partnerrules.domain.values import LONGEST_ID, UNKNOWN
from partnerrules.facts.database import Row
from partnerrules.facts.reading import Refused, read_id
from partnerrules.facts.record_reading import blank_parts, impossible_in, required_of
from partnerrules.facts.records import Record, fields_given
from partnerrules.facts.sound_values import ByClass, Unusual, as_it_is, sound_readers
from partnerrules.facts.written import says_unknown
from partnerrules.schema.entities import Schema
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Anything, Entity, Field, ListOf, Text, Type
from partnerrules.schema.types import Record as RecordType

_ATTRIBUTES: Final = "attributes"


_FieldForm: TypeAlias = tuple[object, type | None, ByClass, Field]
"""How a field is read, as a tuple because that is taken apart soonest.

What says nothing, besides None: UNKNOWN where that is what absence means; the class whose values stay what they are;
by class, how other values are read, parts by none of these; the field as the schema has it.
"""


@dataclass(frozen=True, slots=True)
class Form:
    """How records of one class are read.

    Attributes:
        given: what a record gives, by field.
        fields: how each is read.
        only: whether records of the class never give other fields.
        added: how a ruleset's own fields are read, where the class keeps them apart, in `attributes`.
    """

    given: Callable[[object], Mapping[str, object]]
    fields: Mapping[str, _FieldForm]
    only: bool = False
    added: Mapping[str, _FieldForm] | None = None


class SoundReader:
    """Reads the records of one entity, or the parts."""

    def __init__(self, entity: Entity, readers: "SoundReaders") -> None:
        self.entity = entity
        self._readers = readers
        self._fields = {name: _form_of(field, readers) for name, field in entity.fields.items()}
        self._required = required_of(entity)
        self._blank_parts = blank_parts(entity, readers.schema)
        self._impossible = impossible_in(entity)
        self._usual = entity.relation is None or entity.fields["id"].type == Text()
        self._forms = {dict: Form(self._of_mapping, self._fields), Record: Form(self._of_record, self._fields)}
        row = entity_rows().get(entity.name)
        if row is not None and _ATTRIBUTES not in entity.fields:
            self._forms[row.model] = self._of_own(row.model)

    def form(self, kind: type) -> Form | None:
        """How records of a class are read; None if all of them are unusual."""
        if not self._usual:
            return None
        if kind in self._forms:
            return self._forms[kind]
        if issubclass(kind, BaseModel) and entity_of(kind) in (None, self.entity.name):
            return self._of_foreign(kind)
        return None

    def row(self, content: object, form: Form, listed_as: str | None) -> Row | None:
        """A record as a row, or None if something about it is unusual.

        Args:
            content: the record as it is given.
            form: that of its class.
            listed_as: the id that it is listed under, if it is.
        """
        relation = self.entity.relation
        assert relation is not None
        try:
            values, later = _taken(content, form)
            if listed_as is not None and values.setdefault("id", read_id(listed_as)) != listed_as:
                return None
            id = values["id"]
            assert isinstance(id, str)
            self._complete(values, later, relation, id, "")
        except (AttributeError, KeyError, ValueError, Refused, Unusual):
            return None
        return Row(self.entity, relation, id, "", values)

    def part(self, content: object, relation: str, record: str, path: str) -> Row:
        """A part of a record as a row.

        Raises:
            KeyError, ValueError, Refused, Unusual: if something about it is unusual.
        """
        form = None if says_unknown(content) else self.form(type(content))
        if form is None:
            raise Unusual
        values, later = _taken(content, form)
        self._complete(values, later, relation, record, path)
        return Row(self.entity, relation, record, path, values)

    def _complete(
        self, values: dict[str, object], later: list[tuple[Field, object]], relation: str, record: str, path: str
    ) -> None:
        """Adds what is told with its place, and looks at the record as a whole."""
        for field, raw in later:
            if not says_unknown(raw):
                values[field.name] = self._parts(field.type, raw, relation, record, _at(path, field.name))
            elif field.absence == "none":
                values[field.name] = Unknown.because("field", relation, record, _at(path, field.name))
            elif field.absence == "required":
                raise Unusual
        for name in self._required:
            if name not in values:
                raise Unusual
        for impossibility in self._impossible:
            if impossibility.broken(values) is not None:
                raise Unusual
        for name, part in self._blank_parts:
            if name not in values:
                values[name] = Row(part, relation, record, _at(path, name), {})

    def _parts(self, declared: Type, raw: object, relation: str, record: str, path: str) -> object:
        match declared:
            case RecordType(entity) if self._readers.schema.is_part(entity):
                return self._readers.reader(entity).part(raw, relation, record, path)
            case ListOf(RecordType(entity)) if self._readers.schema.is_part(entity) and type(raw) in (list, tuple):
                assert isinstance(raw, list | tuple)
                reader = self._readers.reader(entity)
                numbered = enumerate(raw, start=1)
                return tuple(reader.part(each, relation, record, f"{path}[{number}]") for number, each in numbered)
            case _:
                raise Unusual

    # ------------------------------------------------------------------------------------------ the classes of records

    def _of_mapping(self, content: object) -> Mapping[str, object]:
        assert isinstance(content, dict)
        return self._spread(content) if _ATTRIBUTES in content else content

    def _of_record(self, content: object) -> Mapping[str, object]:
        assert isinstance(content, Record)
        if content.entity != self.entity.name:
            raise Unusual
        return content.fields

    def _spread(self, content: object) -> Mapping[str, object]:
        """The fields of a record with those that stand in its `attributes`."""
        given = fields_given(content, self.entity)
        if given is None:
            raise Unusual
        return given

    def _of_own(self, model: type[BaseModel]) -> Form:
        """Of business records of the library."""
        fields = {name: form for name, form in self._fields.items() if name in model.model_fields}
        added = {name: form for name, form in self._fields.items() if name not in model.model_fields}
        if _ATTRIBUTES not in model.model_fields:
            return Form(attrgetter("__dict__"), fields, only=True)
        fields[_ATTRIBUTES] = (None, dict, {}, Field(_ATTRIBUTES, Anything()))
        return Form(attrgetter("__dict__"), fields, only=True, added=added)

    def _of_foreign(self, model: type[BaseModel]) -> Form:
        """Of classes of the host application, and of those that it derives from business records."""
        names = [name for name in model.model_fields if name in self._fields]
        if _may_have_attributes(model) or len(names) < 2:
            return Form(self._spread, self._fields)
        pick = attrgetter(*names)
        return Form(lambda content: dict(zip(names, pick(content), strict=True)), self._fields, only=True)


def _taken(content: object, form: Form) -> tuple[dict[str, object], list[tuple[Field, object]]]:
    """The values by field, and of which fields something is given that is read with its place: parts, and UNKNOWN.

    Raises:
        KeyError, ValueError, Refused, Unusual: if something about the record is unusual.
    """
    values: dict[str, object] = {}
    later: list[tuple[Field, object]] = []
    _take(form.given(content), form.fields, form.only, values, later)
    if form.added is not None:
        attributes = values.pop(_ATTRIBUTES, None)
        if attributes:
            assert isinstance(attributes, dict)
            _take(attributes, form.added, False, values, later)
    return values, later


def _take(
    given: Mapping[str, object],
    fields: Mapping[str, _FieldForm],
    only: bool,
    values: dict[str, object],
    later: list[tuple[Field, object]],
) -> None:
    """Whatever is done here is done for every field of every record."""
    nothing = False
    for name, raw in given.items():
        if raw is None:
            nothing = True
            continue
        skipped, same, readers, field = fields[name]
        if raw is skipped:
            continue
        kind = type(raw)
        if kind is same and (
            kind is not str or (0 < len(raw) <= LONGEST_ID and raw.isprintable())  # type: ignore[arg-type, attr-defined]
        ):
            values[name] = raw
        else:
            read = readers.get(kind)
            if read is None:
                later.append((field, raw))
            else:
                values[name] = read(raw)
    if nothing and not only and not given.keys() <= fields.keys():
        raise Unusual  # None is given for a field that there is not


def _form_of(field: Field, readers: "SoundReaders") -> _FieldForm:
    skipped = UNKNOWN if field.absence == "unknown" else None
    item = field.type.item if isinstance(field.type, ListOf) else field.type
    if isinstance(item, RecordType) and readers.schema.is_part(item.entity):
        return skipped, None, {}, field
    # An id is text that is read as one that is referred to is.
    declared = RecordType("") if field.name == "id" and field.type == Text() else field.type
    return skipped, as_it_is(declared), sound_readers(declared, readers.zone), field


def _may_have_attributes(model: type[BaseModel]) -> bool:
    """Whether a class may hold values of a ruleset's own fields under `attributes`, in whatever way."""
    return (
        _ATTRIBUTES in model.model_fields
        or hasattr(model, _ATTRIBUTES)
        or model.model_config.get("extra") == "allow"
        or getattr(model, "__getattr__", None) is not getattr(BaseModel, "__getattr__", None)
    )


def _at(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


class SoundReaders:
    """The readers of a schema, each made when it is first asked for."""

    def __init__(self, schema: Schema, zone: dt.tzinfo) -> None:
        self.schema = schema
        self.zone = zone
        self._readers: dict[str, SoundReader] = {}

    def reader(self, entity: str) -> SoundReader:
        """The reader of an entity's records."""
        found = self._readers.get(entity)
        if found is None:
            # Two threads may both make it; they make the same, and one of the two stays.
            found = self._readers.setdefault(entity, SoundReader(self.schema.entities[entity], self))
        return found


@lru_cache(maxsize=64)
def sound_readers_of(schema: Schema, zone: dt.tzinfo) -> SoundReaders:
    """The readers of a schema in a zone, made once; schemas are told apart by identity."""
    return SoundReaders(schema, zone)
