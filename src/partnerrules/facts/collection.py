"""`Facts`: what is known about one case, in whatever way it is given, before a ruleset says how to read it.

May import the other modules of facts.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import BaseModel

from partnerrules.diagnostics import UsageError
from partnerrules.domain.relations import is_business_record
from partnerrules.facts.binding import bind
from partnerrules.facts.database import Database
from partnerrules.facts.files import read_facts
from partnerrules.facts.reading import check_as_of
from partnerrules.facts.records import RawRelation, Record, entity_given
from partnerrules.schema.entities import Schema

_DATABASES_KEPT: Final = 32
"""More than a ruleset has versions whose records differ."""

_Way: TypeAlias = tuple[Schema, dt.tzinfo, frozenset[tuple[str, str]]]
"""How facts are read: what they are, where days begin, and which ids are those of derived records."""


@lru_cache(maxsize=256)
def _content_of(schema: Schema) -> str:
    """The same for schemas that say the same: versions of a ruleset mostly do, and then read the same facts alike.

    Schemas are told apart by identity, and are many times smaller than what is read by them.
    """
    return hashlib.sha256(repr(schema.entities).encode("utf-8", "surrogatepass")).hexdigest()


class Facts:
    """Everything that is known about one case.

    Relations that are named are complete: a record that is not given does not exist. Loose records are a part of what
    there is, so that nothing follows from the absence of others.

    >>> Facts({"partners": {"P-1": {"legal_name": "Huaxin"}}, "violations": []})
    Facts(partners: 1, violations: 0)
    """

    def __init__(
        self, facts: Mapping[str, object] | Iterable[BaseModel | Record], /, *, as_of: dt.datetime | None = None
    ) -> None:
        """Take facts over; what is read of them later is as it is now.

        Args:
            facts: by relation, which makes it complete, a list of records or records by id; or else loose records.
            as_of: the instant that they describe, if they say so.

        Raises:
            UsageError: if `facts` is neither, or `as_of` is naive or outside of the calendar.
        """
        if as_of is not None:
            check_as_of(as_of)
        self.as_of = as_of
        self._relations = _named(facts) if isinstance(facts, Mapping) else _loose(facts)
        self._databases: dict[_Way, Database] = {}

    @classmethod
    def read(cls, path: str | PathLike[str]) -> "Facts":
        """Facts from a JSON or YAML file with relations by name, or a folder with a CSV file for each relation.

        Raises:
            FactsError: if the file cannot be read as such; what its records say is looked at later, with the schema.
        """
        relations, as_of = read_facts(Path(path))
        made = cls({}, as_of=as_of)
        made._relations = _named(relations)
        return made

    def adding(self, records: Iterable[BaseModel | Record]) -> "Facts":
        """These facts with more records besides, such as what a decision gives to be recorded.

        A relation that is complete stays so. One that was not named becomes a part of what there is.

        Args:
            records: each of which says what it is, such as `Sanction(...)` or `Record(...)`.

        Raises:
            UsageError: if one of them does not.
        """
        added = {relation.name: relation for relation in _loose(records)}
        made = Facts({}, as_of=self.as_of)
        made._relations = (*self._relations, *added.values())
        return made

    def bind(self, schema: Schema, *, zone: dt.tzinfo, derived: frozenset[tuple[str, str]] = frozenset()) -> Database:
        """The facts as typed relations.

        Args:
            schema: what the relations and fields are.
            zone: where days begin and end: a date given for an instant is midnight there.
            derived: entities of which rules derive records, each with what the ids of these begin with: these may be
                referred to, though they are not given.

        Raises:
            FactsError: with every problem that was found.
        """
        key = (schema, zone, derived)
        # Taken out and put back, so that the one that was not used for longest stands first. Another thread that comes
        # in between reads the facts again, and finds the same.
        database = self._databases.pop(key, None)
        if database is None:
            database = self._read_alike(key) or bind(self._relations, schema, zone, derived)
        self._databases[key] = database
        for oldest in list(self._databases)[:-_DATABASES_KEPT]:
            self._databases.pop(oldest, None)
        return database

    def _read_alike(self, key: _Way) -> Database | None:
        """What was read by a schema that says the same."""
        schema, *further = key
        for (other, *others), database in list(self._databases.items()):
            if others == further and _content_of(other) == _content_of(schema):
                return database
        return None

    def __getstate__(self) -> dict[str, object]:
        # Databases are made again where they are needed.
        return {"as_of": self.as_of, "_relations": self._relations, "_databases": {}}

    def __repr__(self) -> str:
        counts = ", ".join(f"{relation.name}: {len(relation.records)}" for relation in self._relations)
        return f"Facts({counts})"


def _named(facts: Mapping[str, object]) -> tuple[RawRelation, ...]:
    return tuple(_relation(name, given) for name, given in facts.items())


def _relation(name: object, given: object) -> RawRelation:
    if not isinstance(name, str):
        raise UsageError("relations are named by text")
    if isinstance(given, Mapping):
        wrong = [key for key in given if not isinstance(key, str)]
        if wrong:
            return RawRelation(name, (), complete=True, fault="the ids of its records are not all text")
        return RawRelation(name, _kept(given.values()), complete=True, listed_as=tuple(given))
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | BaseModel):
        return RawRelation(name, _kept(given), complete=True)
    return RawRelation(name, (), complete=True, fault="expected records")


def _loose(facts: object) -> tuple[RawRelation, ...]:
    if not isinstance(facts, Iterable) or isinstance(facts, str | bytes | BaseModel):
        raise UsageError("facts are records by relation, or a list of records")
    groups: dict[str, list[object]] = {}
    entities: dict[type, str | None] = {}  # what records of a class are is found out once
    for content in facts:
        kind = type(content)
        if kind in entities:
            entity = entities[kind]
        elif isinstance(content, Record):
            entity = content.entity
        else:
            entity = entities[kind] = entity_given(content) if is_business_record(content) else None
        if entity is None:
            raise UsageError(
                "a loose record has to say what it is: give a record such as Partner(...) or Record(...), "
                "or name its relation: {'partners': [...]}"
            )
        group = groups.get(entity)
        if group is None:
            group = groups[entity] = []
        group.append(content)
    return tuple(RawRelation(entity, tuple(group), complete=False) for entity, group in groups.items())


def _kept(given: Iterable[object]) -> tuple[object, ...]:
    """The records as they are now: mappings may change later."""
    records = tuple(given)
    mappings = {kind for kind in set(map(type, records)) if issubclass(kind, Mapping)}
    if not mappings:
        return records
    return tuple(dict(each) if type(each) in mappings else each for each in records)  # type: ignore[call-overload]
