"""Facts as the interpreter reads them: typed rows, relation by relation, with hash indexes made on first use.

A database never changes. Rows stand in the order of their ids, so that no result depends on the order of the input.
May import schema and diagnostics.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from partnerrules.diagnostics import FactProblem
from partnerrules.schema.entities import Schema
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.types import Entity


class Row:
    """One record, or a part of one, with typed values.

    Attributes:
        definition: the entity that it is of.
        relation: the relation of the record; of a part, that of the record it is in.
        record: the id of the record; of a part, that of the record it is in.
        path: where a part is in its record, such as "choices[2]"; "" for a record.
        values: what is given, by field. A field that is not there was left out; one that may be absent and is not
            known is `Unknown`.
        entity: the singular name of what it is.
        id: the id; of a part, the id of the record and the place in it, such as "C-1.choices[2]".
    """

    __slots__ = ("definition", "entity", "id", "path", "record", "relation", "values")

    def __init__(self, definition: Entity, relation: str, record: str, path: str, values: Mapping[str, object]) -> None:
        self.definition: Final = definition
        self.relation: Final = relation
        self.record: Final = record
        self.path: Final = path
        self.values: Final = values
        self.entity: Final = definition.name
        self.id: Final = f"{record}.{path}" if path else record

    def get(self, field: str) -> object:
        """The value of a field: None where there is none, `Unknown` where it is not known.

        Raises:
            KeyError: if the entity has no such field.
        """
        if field in self.values:
            return self.values[field]
        declared = self.definition.fields[field]
        if declared.absence == "none":
            return None
        path = f"{self.path}.{field}" if self.path else field
        return Unknown.because("field", self.relation, self.record, path)

    def standing(self) -> bool | Unknown:
        """Whether it is there, whatever its dates are: a record that is given is."""
        return True

    def visible(self, as_of: dt.datetime, today: dt.date) -> bool | Unknown:
        """Whether it was already known and had already happened at an instant; unknown where its dates are."""
        definition = self.definition
        recorded = happened = None
        if "recorded_at" in self.values:
            recorded = self.values["recorded_at"]
        else:  # most often there is none, which costs nothing to see
            declared = definition.fields.get("recorded_at")
            if declared is not None and declared.absence != "none":
                recorded = self.get("recorded_at")
        if definition.happens:
            happened = self.get(definition.happens)
        if recorded is None and happened is None:
            return self.standing()
        if isinstance(recorded, dt.datetime) and recorded > as_of:
            return False
        if isinstance(happened, dt.datetime):
            if happened > as_of:
                return False
        elif isinstance(happened, dt.date) and happened > today:
            return False
        doubts = [doubt for doubt in (self.standing(), recorded, happened) if isinstance(doubt, Unknown)]
        return Unknown.of(doubts) if doubts else True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return (
            self.relation == other.relation
            and self.record == other.record
            and self.path == other.path
            and self.entity == other.entity
            and self.values == other.values
        )

    def __hash__(self) -> int:
        return hash((self.relation, self.record, self.path))

    def __repr__(self) -> str:
        return f"Row({self.entity} {self.id})"


class Database:
    """All facts of one case in memory, read by a schema.

    Attributes:
        schema: what the relations and fields are.
        warnings: what is odd about the facts and was not refused.
    """

    def __init__(
        self,
        schema: Schema,
        rows: Mapping[str, Mapping[str, Row]],
        *,
        complete: frozenset[str],
        warnings: tuple[FactProblem, ...] = (),
        gaps: Mapping[str, frozenset[Missing]] | None = None,
    ) -> None:
        """Take over rows by entity and id.

        Args:
            schema: the schema that the rows were read by.
            rows: by entity and then by id; the database keeps those mappings.
            complete: the entities all of whose records are given.
            warnings: what was odd about them.
            gaps: by entity what is missing where there may be further records for want of known facts; those of a
                relation that is not complete lack the relation itself.
        """
        self.schema = schema
        self.warnings = warnings
        self._complete = complete
        self._gaps = dict(gaps or {})
        self._by_id = {entity: _in_order(of) for entity, of in rows.items()}
        self._relations = {entity: tuple(of.values()) for entity, of in self._by_id.items()}
        self._indexes: dict[tuple[str, str], dict[object, tuple[Row, ...]]] = {}

    def relation(self, entity: str) -> tuple[Row, ...]:
        """All records of an entity that are given, in the order of their ids."""
        return self._relations.get(entity, ())

    def get(self, entity: str, id: str) -> Row | None:
        """The record of an id, if it is given."""
        return self._by_id.get(entity, {}).get(id)

    def matching(self, entity: str, field: str, value: object) -> tuple[Row, ...]:
        """The records whose field is known to have a value, in the order of their ids."""
        return self._index(entity, field).get(value, ())

    def undetermined(self, entity: str, field: str) -> tuple[Row, ...]:
        """The records whose field is not known, so that they may belong to any of its values."""
        return self._index(entity, field).get(Unknown, ())

    def complete(self, entity: str) -> bool:
        """Whether all records of an entity are given, so that one that is not given does not exist."""
        return entity in self._complete

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities of which there are records."""
        return tuple(self._relations)

    def gaps(self, entity: str) -> frozenset[Missing]:
        """What is missing if there may be records of an entity that nobody named; nothing if all are here."""
        if entity in self._gaps:
            return self._gaps[entity]
        if entity in self._complete:
            return frozenset()
        relation = self.schema.entities[entity].relation
        assert relation is not None
        return frozenset({Missing("relation", relation)})

    def adding(self, rows: Iterable[Row], gaps: Mapping[str, frozenset[Missing]]) -> "Database":
        """These facts with further records, such as those that follow from them.

        Args:
            rows: with ids that are not taken.
            gaps: what is missing now of some entities; nothing where all their records are here.
        """
        added: dict[str, dict[str, Row]] = {}
        for row in rows:
            if row.entity not in added:
                added[row.entity] = dict(self._by_id.get(row.entity, {}))
            added[row.entity][row.id] = row
        made = Database(
            self.schema,
            added,
            complete=(self._complete - gaps.keys()) | {entity for entity, missing in gaps.items() if not missing},
            warnings=self.warnings,
            gaps={**self._gaps, **gaps},
        )
        made._by_id = {**self._by_id, **made._by_id}
        made._relations = {**self._relations, **made._relations}
        made._indexes = {key: index for key, index in list(self._indexes.items()) if key[0] not in added}
        return made

    def _index(self, entity: str, field: str) -> Mapping[object, tuple[Row, ...]]:
        key = (entity, field)
        index = self._indexes.get(key)
        if index is None:
            groups: dict[object, list[Row]] = {}
            for row in self.relation(entity):
                value = row.get(field)
                groups.setdefault(Unknown if isinstance(value, Unknown) else value, []).append(row)
            # Two threads may both make it; they make the same, and one of the two stays.
            made = {value: tuple(rows) for value, rows in groups.items()}
            index = self._indexes.setdefault(key, made)
        return index

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Database):
            return NotImplemented
        return (
            {entity: rows for entity, rows in self._relations.items() if rows}
            == {entity: rows for entity, rows in other._relations.items() if rows}
            and self._complete == other._complete
            and self.warnings == other.warnings
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(rows)} {entity}" for entity, rows in sorted(self._relations.items()))
        return f"Database({counts})"


def _in_order(rows: Mapping[str, Row]) -> Mapping[str, Row]:
    """Rows in the order of their ids, which most relations are given in."""
    ids = sorted(rows)
    return rows if ids == list(rows) else {id: rows[id] for id in ids}
