"""Reads given facts by a schema: every record of every relation, every reference to its record, all problems at once.

Comes after the files are read and before anything is decided. May import the other modules of facts, but the `Facts`
class, and schema, diagnostics.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from itertools import repeat

from partnerrules.diagnostics import FactProblem, FactsError, shortened, suggestion
from partnerrules.facts.database import Database, Row
from partnerrules.facts.reading import Refused, read_id
from partnerrules.facts.record_reading import Place, Reading
from partnerrules.facts.records import RawRelation, entity_given, fields_given
from partnerrules.facts.sound_records import sound_readers_of
from partnerrules.facts.written import kind_given
from partnerrules.schema.entities import Schema
from partnerrules.schema.types import Entity, ListOf, Record


class _Binder:
    """Reads one set of facts."""

    def __init__(self, schema: Schema, zone: dt.tzinfo) -> None:
        self.schema = schema
        self.sound = sound_readers_of(schema, zone)
        self.reading = Reading(schema, zone)
        self.problems = self.reading.problems
        self.warnings: list[FactProblem] = []

    def relation(self, raw: RawRelation) -> Entity | None:
        """The entity that a given relation is of, or None after a report."""
        entity = self.schema.relations.get(raw.name)
        if entity is None and not raw.complete:
            entity = self.schema.entities.get(raw.name)
        if entity is None or entity.relation is None:
            named = self.schema.entities.get(raw.name)
            help = suggestion(raw.name, self.schema.relations, kind="relation")
            if named is not None and named.relation is not None:
                help = f"its relation is called `{named.relation}`"
            self.problems.add(shortened(raw.name), None, None, "there is no such relation", help)
            return None
        if entity.derived_only and raw.records:
            message = "all its records follow from rules, so that none are given"
            self.problems.add(raw.name, None, None, message, "leave it out: what follows is derived in every decision")
        if raw.fault is not None:
            self.problems.add(raw.name, None, None, raw.fault, "give a list of records, `[]` if there are none")
        return entity

    def records(self, raw: RawRelation, entity: Entity, rows: dict[str, Row], refused: set[str]) -> None:
        """Read all records of a relation into rows by id, and note the ids of those that are refused."""
        reader = self.sound.reader(entity.name)
        forms = {kind: reader.form(kind) for kind in set(map(type, raw.records))}
        listed: Iterable[str | None] = repeat(None) if raw.listed_as is None else raw.listed_as
        for number, (content, listed_as) in enumerate(zip(raw.records, listed, strict=False), start=1):
            form = forms[type(content)]
            row = None if form is None else reader.row(content, form, listed_as)
            if row is None:
                row = self._record(content, listed_as, number, entity, refused)
                if row is None:
                    continue
            first = rows.setdefault(row.id, row)
            if first is not row:
                self._twice(first, row)

    def _record(
        self, content: object, listed_as: str | None, number: int, entity: Entity, refused: set[str]
    ) -> Row | None:
        """A record that something is unusual about as a row, or None after a report."""
        relation = entity.relation
        assert relation is not None
        label = listed_as if listed_as is not None else f"#{number}"
        named = entity_given(content)
        if named is not None and named != entity.name:
            self.problems.add(relation, shortened(label), None, f"expected a {entity.name}, got a {shortened(named)}")
            return None
        given = fields_given(content, entity)
        if given is None and content is None and listed_as is not None:
            given = {}
        if given is None:
            self.problems.add(relation, shortened(label), None, f"expected a record, got {kind_given(content)}")
            return None
        if listed_as is not None:
            if given.get("id") is not None and given["id"] != listed_as:
                self.problems.add(relation, shortened(label), "id", "says another id than the record is listed under")
                return None
            given = {**given, "id": listed_as}
        if given.get("id") is None:
            self.problems.add(relation, label, "id", "has to be given", "every record needs an id")
            return None
        try:
            id = read_id(given["id"])
        except Refused as fault:
            self.problems.add(relation, shortened(label), "id", fault.message, fault.help)
            return None
        values = self.reading.reader(entity).read(given, Place(relation, id))
        if values is None:
            refused.add(id)
            return None
        return Row(entity, relation, id, "", values)

    def _twice(self, first: Row, second: Row) -> None:
        if first == second:
            warning = FactProblem(first.relation, first.id, None, "is given twice, with the same content")
            self.warnings.append(warning)
            return
        names = first.values.keys() | second.values.keys()
        differing = sorted(name for name in names if first.values.get(name) != second.values.get(name))
        listed = ", ".join(f"`{name}`" for name in differing)
        self.problems.add(first.relation, first.id, None, f"two records have this id and differ in {listed}")

    def dangling(
        self,
        entity: Entity,
        rows: Collection[Row],
        complete: Mapping[str, Set[str]],
        derived: Collection[tuple[str, str]],
    ) -> None:
        """Report every reference to a record that does not exist, as all of its relation are given."""
        if all(refers_to <= complete[target] for target, refers_to in self._referred(entity, rows, complete)):
            return  # seen field by field, where nothing has to be said of single records
        for row in rows:
            for path, target, id in self._references(row):
                if target in complete and id not in complete[target]:
                    if any(name == target and id.startswith(prefix) for name, prefix in derived):
                        continue  # to a record that follows, or followed when this one was recorded
                    relation = self.schema.entities[target].relation
                    self.problems.add(
                        row.relation,
                        row.record,
                        path,
                        f"refers to `{id}`, and there is no such record in `{relation}`",
                        f"`{relation}` is given as complete: add the record there, or correct the id",
                    )

    def _referred(
        self, entity: Entity, rows: Collection[Row], complete: Collection[str]
    ) -> Iterator[tuple[str, Set[str]]]:
        """The ids that records of an entity and their parts refer to, by field, where all records are given."""
        for name, field in entity.fields.items():
            item = field.type.item if isinstance(field.type, ListOf) else field.type
            if not isinstance(item, Record):
                continue
            is_part = self.schema.is_part(item.entity)
            if not is_part and item.entity not in complete:
                continue
            values = (row.values.get(name) for row in rows)
            if isinstance(field.type, ListOf):
                values = (each for value in values if isinstance(value, tuple) for each in value)
            if is_part:
                parts = [part for part in values if isinstance(part, Row)]
                if parts:
                    yield from self._referred(parts[0].definition, parts, complete)
            else:
                yield item.entity, {id for id in set(values) if isinstance(id, str)}

    def _references(self, row: Row) -> Iterator[tuple[str, str, str]]:
        for name, value in row.values.items():
            declared = row.definition.fields[name].type
            item = declared.item if isinstance(declared, ListOf) else declared
            if not isinstance(item, Record):
                continue
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Row):
                    yield from self._references(each)
                elif isinstance(each, str):
                    yield (f"{row.path}.{name}" if row.path else name), item.entity, each


def bind(
    relations: Iterable[RawRelation], schema: Schema, zone: dt.tzinfo, derived: Collection[tuple[str, str]] = ()
) -> Database:
    """The given relations as a database.

    Args:
        relations: as they are given.
        schema: what they are.
        zone: where days begin and end.
        derived: entities of which rules derive records, each with what the ids of these begin with.

    Raises:
        FactsError: with every problem that was found.
    """
    binder = _Binder(schema, zone)
    rows: dict[str, dict[str, Row]] = {}
    refused: dict[str, set[str]] = {}
    complete = {name for name, entity in schema.entities.items() if entity.derived_only}
    for raw in sorted(relations, key=lambda relation: relation.name):
        entity = binder.relation(raw)
        if entity is None:
            continue
        if raw.complete:
            complete.add(entity.name)
        binder.records(raw, entity, rows.setdefault(entity.name, {}), refused.setdefault(entity.name, set()))
    known = {name: rows.get(name, {}).keys() | refused.get(name, set()) for name in complete}
    if known:
        for name in sorted(rows):
            binder.dangling(schema.entities[name], rows[name].values(), known, derived)
    if binder.problems.found:
        raise FactsError(binder.problems.found)
    warnings = tuple(sorted(binder.warnings, key=lambda warning: warning.sort_key))
    return Database(schema, rows, complete=frozenset(complete), warnings=warnings)
