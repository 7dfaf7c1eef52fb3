"""The ways in which one record may be given, and the form that all of them are brought into.

A record is a business record of the domain, a `Record` of a ruleset's own relation, a mapping, or a pydantic model of
the host application. May import domain and schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from partnerrules.domain.relations import entity_of
from partnerrules.schema.types import Entity


class Record:
    """A record of a relation that a ruleset declares for itself.

    >>> Record("visit", id="V-1", partner="P-1")
    Record('visit', id='V-1', partner='P-1')
    """

    __slots__ = ("entity", "fields")

    def __init__(self, entity: str, /, **fields: object) -> None:
        """Make a record.

        Args:
            entity: the singular name, as the ruleset declares it.
            **fields: values by field, `id` among them.
        """
        self.entity = entity
        self.fields = fields

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and (self.entity, self.fields) == (other.entity, other.fields)

    def __hash__(self) -> int:
        return hash((self.entity, str(self.fields.get("id"))))

    def __repr__(self) -> str:
        fields = "".join(f", {name}={value!r}" for name, value in self.fields.items())
        return f"Record({self.entity!r}{fields})"


@dataclass(frozen=True, slots=True)
class RawRelation:
    """The records of one relation as they were given.

    Attributes:
        name: the relation as the caller calls it; for loose records, the singular name of what they are.
        records: the records as they were given.
        complete: all records of the relation are here.
        listed_as: the ids that the records were listed under, if they were.
        fault: what is wrong with the whole, if it is no collection of records.
    """

    name: str
    records: tuple[object, ...]
    complete: bool
    listed_as: tuple[str, ...] | None = None
    fault: str | None = None


def entity_given(content: object) -> str | None:
    """The entity that a record says it is of, if it says so."""
    if isinstance(content, Record):
        return content.entity
    return entity_of(type(content)) if isinstance(content, BaseModel) else None


def fields_given(content: object, entity: Entity) -> Mapping[str, object] | None:
    """The fields of a record by name, in whatever way it is given; None if it is no record.

    Only those fields of a host application's model are read that the schema knows: the others are its own business.
    """
    if isinstance(content, Record):
        return dict(content.fields)
    if isinstance(content, BaseModel):
        # A record that pydantic made without a look at it may lack fields.
        names = (name for name in type(content).model_fields if name in entity.fields)
        values = ((name, getattr(content, name, None)) for name in names)
        given = {name: value for name, value in values if value is not None}
        return _with_attributes(given, getattr(content, "attributes", None), entity)
    if isinstance(content, Mapping):
        content = {str(name): value for name, value in content.items()}
        return _with_attributes(content, content.get("attributes"), entity)
    return None


def _with_attributes(given: Mapping[str, object], attributes: object, entity: Entity) -> Mapping[str, object]:
    if "attributes" in entity.fields or not isinstance(attributes, Mapping):
        return given
    return {**attributes, **{name: value for name, value in given.items() if name != "attributes"}}
