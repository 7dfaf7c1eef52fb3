"""Reads the fields of one record by the schema: nested lists and parts, what absence means, what cannot be.

Between `reading`, which reads one value, and `binding`, which reads whole relations. May import domain, schema,
quantities and diagnostics.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from partnerrules.diagnostics import FactProblem, FactsError, shortened, suggestion
from partnerrules.domain.impossible import EndsAfterStart, Impossibility, broken
from partnerrules.domain.relations import entity_rows
from partnerrules.facts.database import Row
from partnerrules.facts.reading import OtherCurrency, Refused, ValueReader, read_id, value_reader
from partnerrules.facts.records import fields_given
from partnerrules.facts.written import Cell, kind_given, listed_in, says_unknown
from partnerrules.schema.entities import Schema
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Entity, ListOf, Record, Type

MAXIMUM_PROBLEMS: Final = 10_000
"""Problems after which reading stops: facts this wrong are of another kind altogether."""


class Problems:
    """Collects what is wrong, up to a bound."""

    def __init__(self) -> None:
        self.found: list[FactProblem] = []

    def add(self, relation: str, record: str | None, field: str | None, message: str, help: str | None = None) -> None:
        """Note what is wrong.

        Raises:
            FactsError: with all of it, if it is too much to look for more.
        """
        self.found.append(FactProblem(relation, record, field, message, help))
        if len(self.found) >= MAXIMUM_PROBLEMS:
            raise FactsError(self.found)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the relation and record, and the path to it inside the record."""

    relation: str
    record: str
    path: str = ""

    def at(self, field: str) -> "Place":
        """The place of a field in what stands here."""
        return Place(self.relation, self.record, f"{self.path}.{field}" if self.path else field)

    def nth(self, index: int) -> "Place":
        """The place of an item in the list that stands here, counted from one."""
        return Place(self.relation, self.record, f"{self.path}[{index}]")


BAD: Final = object()
"""Stands for a value that was refused, and is reported already."""
NOT_KNOWN: Final = object()
"""Stands for a value that is not known: an amount of another currency is, which another version of a ruleset reads."""


class FieldReader:
    """Reads what is given for one field."""

    def __init__(self, declared: Type, reading: "Reading", *, foreign: bool = False) -> None:
        self._reading = reading
        self._foreign = foreign
        self._part: Entity | None = None
        self._items: FieldReader | None = None
        self._value: ValueReader | None = None
        match declared:
            case ListOf(item):
                self._items = FieldReader(item, reading)
            case Record(entity) if reading.schema.is_part(entity):
                self._part = reading.schema.entities[entity]
            case Record():
                self._value = read_id
            case _:
                self._value = value_reader(declared, reading.zone)

    def read(self, raw: object, owner: Place, field: str) -> object:
        """The typed value, or `BAD` after a report."""
        # Without the place of a value that has nothing inside: it costs time, and few values are refused.
        if self._value is not None:
            try:
                return self._value(raw)
            except Refused as refused:
                if self._foreign and isinstance(refused, OtherCurrency):
                    return NOT_KNOWN
                self._reading.report(owner.at(field), refused.message, refused.help)
                return BAD
        return self._nested(raw, owner.at(field))

    def _nested(self, raw: object, place: Place) -> object:
        if self._items is not None:
            return self._list(raw, place, self._items)
        if self._part is not None:
            return self._reading.part(raw, self._part, place)
        assert self._value is not None
        try:
            return self._value(raw)
        except Refused as refused:
            self._reading.report(place, refused.message, refused.help)
            return BAD

    def _list(self, raw: object, place: Place, items: "FieldReader") -> object:
        if isinstance(raw, Cell):
            listed: Sequence[object] = listed_in(raw)
            if any(isinstance(each, Cell) and not each.text for each in listed):
                self._reading.report(place, "an item of the list is empty", "write `a;b`, without a `;` at the end")
                return BAD
        elif isinstance(raw, list | tuple):
            listed = raw
        else:
            self._reading.report(place, f"expected a list, got {kind_given(raw)}", "write it in brackets: `[a, b]`")
            return BAD
        values = []
        for index, each in enumerate(listed, start=1):
            if each is None or says_unknown(each):
                self._reading.report(place.nth(index), "a list has no empty places", "leave it out")
                values.append(BAD)
            else:
                values.append(items._nested(each, place.nth(index)))
        return BAD if BAD in values else tuple(values)


def impossible_in(entity: Entity) -> tuple[Impossibility, ...]:
    """What no record of an entity can say."""
    row = entity_rows().get(entity.name)
    if row is not None:
        return row.model.impossible
    return () if entity.validity is None else (EndsAfterStart(*entity.validity),)


def required_of(entity: Entity) -> tuple[str, ...]:
    """The fields that every record of an entity has to give."""
    return tuple(name for name, field in entity.fields.items() if field.absence == "required")


def blank_parts(entity: Entity, schema: Schema) -> tuple[tuple[str, Entity], ...]:
    """The parts of an entity's records that say nothing when nothing is given of them, by field."""
    parts = (
        (name, schema.entities[field.type.entity])
        for name, field in entity.fields.items()
        if isinstance(field.type, Record) and field.absence == "unknown" and schema.is_part(field.type.entity)
    )
    return tuple((name, part) for name, part in parts if all(f.absence == "unknown" for f in part.fields.values()))


class EntityReader:
    """Reads the fields of one record or part."""

    def __init__(self, entity: Entity, reading: "Reading") -> None:
        self.entity = entity
        self._reading = reading
        self._readers = {
            name: FieldReader(field.type, reading, foreign=field.foreign) for name, field in entity.fields.items()
        }
        self._required = required_of(entity)
        self._blank_parts = blank_parts(entity, reading.schema)
        self._impossible = impossible_in(entity)

    def read(self, given: Mapping[str, object], place: Place) -> dict[str, object] | None:
        """The typed values by field, or None after a report."""
        values: dict[str, object] = {}
        sound = True
        for name, raw in given.items():
            reader = self._readers.get(name)
            if reader is None:
                self._report_unknown_field(name, place)
                sound = False
                continue
            if raw is None:
                continue
            value = NOT_KNOWN if says_unknown(raw) else reader.read(raw, place, name)
            if value is NOT_KNOWN:
                if self.entity.fields[name].absence == "none":
                    values[name] = Unknown.because("field", place.relation, place.record, place.at(name).path)
            elif value is BAD:
                sound = False
            else:
                values[name] = value
        for name in self._required:
            if name not in given or given[name] is None or says_unknown(given[name]):
                self._reading.report(place.at(name), "has to be given")
                sound = False
        if not sound:
            return None
        for field, message in broken(self._impossible, values):
            self._reading.report(place.at(field), message)
            sound = False
        # A part of which nothing is given is there all the same, so that what is missing is its field.
        for name, part in self._blank_parts:
            if name not in values:
                values[name] = Row(part, place.relation, place.record, place.at(name).path, {})
        return values if sound else None

    def _report_unknown_field(self, name: str, place: Place) -> None:
        help = suggestion(name, self.entity.fields, kind="field")
        if name in self.entity.inverses:
            inverse = self.entity.inverses[name]
            relation = self._reading.schema.entities[inverse.entity].relation
            help = f"it is found through the field `{inverse.field}` of `{relation}`"
        self._reading.report(place.at(shortened(name)), f"there is no such field in `{self.entity.name}`", help)


class Reading:
    """What the readers of one set of facts share: the schema, the zone, and the problems found so far."""

    def __init__(self, schema: Schema, zone: dt.tzinfo) -> None:
        self.schema = schema
        self.zone = zone
        self.problems = Problems()
        self._readers: dict[str, EntityReader] = {}

    def report(self, place: Place, message: str, help: str | None = None) -> None:
        """Note what is wrong at a place."""
        self.problems.add(place.relation, place.record, place.path or None, message, help)

    def reader(self, entity: Entity) -> EntityReader:
        """The reader of an entity's records, made once."""
        if entity.name not in self._readers:
            self._readers[entity.name] = EntityReader(entity, self)
        return self._readers[entity.name]

    def part(self, raw: object, part: Entity, place: Place) -> object:
        """A part of a record as a row, or `BAD` after a report."""
        given = fields_given(raw, part)
        if given is None:
            help = "parts are given in JSON, YAML or Python" if isinstance(raw, Cell) else None
            self.report(place, f"expected the fields of `{part.name}`, got {kind_given(raw)}", help)
            return BAD
        values = self.reader(part).read(given, place)
        return BAD if values is None else Row(part, place.relation, place.record, place.path, values)
