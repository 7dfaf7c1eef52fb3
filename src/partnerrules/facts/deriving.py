"""Facts with those that follow from them, each relation of which is derived when it is first looked at.

May import the database and schema.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from partnerrules.facts.database import Database, Row
from partnerrules.facts.later import Later
from partnerrules.schema.missing import Missing


class Deriving(Database):
    """The facts that are given, with relations that something settles by rules when they are first looked at.

    Several of them stand on one another where relations are settled in an order: each sees those below it, and none
    of those that are settled later.
    """

    def __init__(self, before: Database, relations: Iterable[str], settle: Callable[[], Database]) -> None:
        """Take over what is there before.

        Args:
            before: the facts that are given, or these with the relations that are settled before.
            relations: the entities whose records are settled together.
            settle: gives the facts that are given with all records of these entities. It is called once, when one of
                the entities is first looked at.
        """
        below = before if isinstance(before, Deriving) else None
        self.schema = before.schema
        self.warnings = before.warnings
        self.given: Final[Database] = before if below is None else below.given
        """The facts that are given, without any that follow from them."""
        self._settled: Final[Mapping[str, Later[Database]]] = {
            **({} if below is None else below._settled),
            **dict.fromkeys(relations, Later(settle)),
        }

    def relation(self, entity: str) -> tuple[Row, ...]:
        """All records of an entity, in the order of their ids."""
        return self._with(entity).relation(entity)

    def get(self, entity: str, id: str) -> Row | None:
        """The record of an id, if there is one. What is given is found without anything being derived."""
        found = self.given.get(entity, id)  # no derived record has the id of a given one
        return found if found is not None or entity not in self._settled else self._with(entity).get(entity, id)

    def matching(self, entity: str, field: str, value: object) -> tuple[Row, ...]:
        """The records whose field is known to have a value, in the order of their ids."""
        return self._with(entity).matching(entity, field, value)

    def undetermined(self, entity: str, field: str) -> tuple[Row, ...]:
        """The records whose field is not known, so that they may belong to any of its values."""
        return self._with(entity).undetermined(entity, field)

    def complete(self, entity: str) -> bool:
        """Whether all records of an entity are there, so that one that is not there does not exist."""
        return self._with(entity).complete(entity)

    def derives(self, entity: str) -> bool:
        """Whether records of an entity may follow from others."""
        return entity in self._settled

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities of which there are records."""
        found = dict.fromkeys(self.given.entities)
        found.update(dict.fromkeys(entity for entity in self._settled if self.relation(entity)))
        return tuple(found)

    def gaps(self, entity: str) -> frozenset[Missing]:
        """What is missing if there may be records of an entity that nobody named; nothing if all are here."""
        return self._with(entity).gaps(entity)

    def adding(self, rows: Iterable[Row], gaps: Mapping[str, frozenset[Missing]]) -> Database:
        """These facts with further records, with all that follows derived."""
        return self.whole().adding(rows, gaps)

    def whole(self) -> Database:
        """The same with all relations settled."""
        rows = [row for entity in self._settled for row in self.relation(entity)]
        added = [row for row in rows if self.given.get(row.entity, row.id) is None]
        return self.given.adding(added, {entity: self.gaps(entity) for entity in self._settled})

    def _with(self, entity: str) -> Database:
        """Facts in which an entity is settled."""
        settled = self._settled.get(entity)
        return self.given if settled is None else settled.value

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if isinstance(other, Deriving) else other)

    def __repr__(self) -> str:
        return f"Deriving({self.given!r}, {', '.join(sorted(self._settled))})"
