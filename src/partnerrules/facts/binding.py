"""Reads given facts by a schema: every record of every relation, every reference to its record, all problems at once.

Comes after the files are read and before anything is decided. May import the other modules of facts, but the `Facts`
class, and schema, diagnostics.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from partnerrules.diagnostics import FactProblem, FactsError, shortened, suggestion
from partnerrules.facts.database import Database, Row
from partnerrules.facts.reading import Refused, read_id
from partnerrules.facts.record_reading import EntityReader, Place, Reading
from partnerrules.facts.records import Item, RawRelation, entity_given, fields_given
from partnerrules.facts.written import kind_given
from partnerrules.schema.entities import Schema
from partnerrules.schema.types import Entity, ListOf, Record


class _Binder:
    """Reads one set of facts."""

    def __init__(self, schema: Schema, zone: dt.tzinfo) -> None:
        self.schema = schema
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
        if entity.derived_only and raw.items:
            message = "all its records follow from rules, so that none are given"
            self.problems.add(raw.name, None, None, message, "leave it out: what follows is derived in every decision")
        if raw.fault is not None:
            self.problems.add(raw.name, None, None, raw.fault, "give a list of records, `[]` if there are none")
        return entity

    def records(self, raw: RawRelation, entity: Entity, rows: dict[str, Row], seen: set[str]) -> None:
        """Read all records of a relation into rows by id; ids of refused records are seen, too."""
        reader = self.reading.reader(entity)
        assert entity.relation is not None
        for number, item in enumerate(raw.items, start=1):
            self._record(item, number, reader, entity.relation, rows, seen)

    def _record(
        self, item: Item, number: int, reader: EntityReader, relation: str, rows: dict[str, Row], seen: set[str]
    ) -> None:
        entity = reader.entity
        label = item.listed_as if item.listed_as is not None else f"#{number}"
        named = entity_given(item.content)
        if named is not None and named != entity.name:
            self.problems.add(relation, shortened(label), None, f"expected a {entity.name}, got a {shortened(named)}")
            return
        given = fields_given(item.content, entity)
        if given is None and item.content is None and item.listed_as is not None:
            given = {}
        if given is None:
            self.problems.add(relation, shortened(label), None, f"expected a record, got {kind_given(item.content)}")
            return
        if item.listed_as is not None:
            if given.get("id") is not None and given["id"] != item.listed_as:
                self.problems.add(relation, shortened(label), "id", "says another id than the record is listed under")
                return
            given = {**given, "id": item.listed_as}
        if given.get("id") is None:
            self.problems.add(relation, label, "id", "has to be given", "every record needs an id")
            return
        try:
            id = read_id(given["id"])
        except Refused as refused:
            self.problems.add(relation, shortened(label), "id", refused.message, refused.help)
            return
        seen.add(id)
        values = reader.read(given, Place(relation, id))
        if values is None:
            return
        row = Row(entity, relation, id, "", values)
        first = rows.setdefault(id, row)
        if first is not row:
            self._twice(first, row)

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
        self, rows: Iterable[Row], complete: Mapping[str, set[str]], derived: Collection[tuple[str, str]]
    ) -> None:
        """Report every reference to a record that does not exist, as all of its relation are given."""
        for row in rows:
            for path, target, id in self._references(row):
                if target in complete and id not in complete[target]:
                    if any(entity == target and id.startswith(prefix) for entity, prefix in derived):
                        continue  # to a record that follows, or followed when this one was recorded
                    relation = self.schema.entities[target].relation
                    self.problems.add(
                        row.relation,
                        row.record,
                        path,
                        f"refers to `{id}`, and there is no such record in `{relation}`",
                        f"`{relation}` is given as complete: add the record there, or correct the id",
                    )

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
    seen: dict[str, set[str]] = {}
    complete = {name for name, entity in schema.entities.items() if entity.derived_only}
    for raw in sorted(relations, key=lambda relation: relation.name):
        entity = binder.relation(raw)
        if entity is None:
            continue
        if raw.complete:
            complete.add(entity.name)
        binder.records(raw, entity, rows.setdefault(entity.name, {}), seen.setdefault(entity.name, set()))
    known = {entity: seen.get(entity, set()) for entity in complete}
    if known:
        for name in sorted(rows):
            binder.dangling(rows[name].values(), known, derived)
    if binder.problems.found:
        raise FactsError(binder.problems.found)
    warnings = tuple(sorted(binder.warnings, key=lambda warning: warning.sort_key))
    return Database(schema, rows, complete=frozenset(complete), warnings=warnings)
