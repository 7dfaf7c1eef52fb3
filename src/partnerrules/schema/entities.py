"""The schema: every entity with its fields, read off the business records, and what a ruleset adds to it.

`core_schema()` is the table of the domain as types of the language; `Schema.extended` adds a ruleset's own fields and
relations, `Schema.with_currency` gives money its currency. May import domain, quantities and diagnostics.
"""

import datetime as dt
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime

from partnerrules.domain.records import Part
from partnerrules.domain.relations import ENTITIES, EntityRow, entity_of
from partnerrules.domain.values import UNKNOWN, Amount, InUnit, Ref, Share, UnknownValue
from partnerrules.quantities import money_of
from partnerrules.schema.core_titles import core_entity_title, core_field_title, given_field_title
from partnerrules.schema.titles import Title, field_key, relation_key
from partnerrules.schema.types import (
    Absence,
    AnyMoney,
    Boolean,
    Date,
    Entity,
    Enumeration,
    Field,
    Instant,
    Integer,
    Interval,
    Inverse,
    ListOf,
    Maybe,
    Number,
    Quantity,
    Ratio,
    Record,
    Text,
    Type,
)


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """All entities of a ruleset. Never changes; a schema that says more is a new one.

    Attributes:
        entities: by singular name, parts among them.
    """

    entities: Mapping[str, Entity]
    relations: Mapping[str, Entity] = field(init=False)
    """Those that have a relation, by its name."""

    def __post_init__(self) -> None:
        relations = {entity.relation: entity for entity in self.entities.values() if entity.relation is not None}
        object.__setattr__(self, "relations", relations)

    def relation(self, name: str) -> Entity:
        """The entity whose records stand in a relation.

        Raises:
            KeyError: if there is no such relation.
        """
        return self.relations[name]

    def has(self, name: str) -> bool:
        """Whether a name is taken, by an entity or a relation."""
        return name in self.entities or name in self.relations

    def titles(self) -> dict[str, Title]:
        """What people call the records of relations and their fields, by the keys of these."""
        found: dict[str, Title] = {}
        for relation, entity in self.relations.items():
            found[relation_key(relation)] = entity.title
            found |= {field_key(relation, name): each.title for name, each in entity.fields.items()}
        return {key: title for key, title in found.items() if title.texts}

    def is_part(self, name: str) -> bool:
        """Whether records of an entity live only inside other records."""
        return self.entities[name].relation is None

    def extended(
        self, own_entities: Iterable[Entity] = (), own_fields: Mapping[str, Iterable[Field]] | None = None
    ) -> "Schema":
        """This schema with a ruleset's own relations and fields.

        A field of a name that an entity already has takes its place, which narrows it. A new reference gives the entity
        that it refers to a way back, named as the relation, unless that name is taken.

        Args:
            own_entities: new entities; those with a relation get `id` and `recorded_at` if they do not declare them.
            own_fields: further fields by the entity that gets them, which may be a new one.

        Raises:
            ValueError: if a new entity or relation takes a name that there is already.
            KeyError: if fields or references name an entity that there is not.
        """
        entities = dict(self.entities)
        added = [_with_given_fields(entity) for entity in own_entities]
        for entity in added:
            taken = {entity.name, entity.relation} & (entities.keys() | self.relations.keys())
            if taken:
                raise ValueError(f"`{taken.pop()}` is already an entity or a relation")
            entities[entity.name] = entity
        for name, fields in (own_fields or {}).items():
            entity = entities[name]
            entities[name] = replace(entity, fields={**entity.fields, **{each.name: each for each in fields}})
        for entity in [*added, *(entities[name] for name in own_fields or {} if name in self.entities)]:
            if entity.relation is not None:
                _add_inverses(entities, entity, entity.relation)
        return Schema(entities)

    def with_currency(self, code: str) -> "Schema":
        """This schema with all money that names no currency of its own in one currency."""
        money = Quantity(money_of(code))
        return Schema(
            {
                name: replace(
                    entity,
                    fields={each.name: replace(each, type=_in(money, each.type)) for each in entity.fields.values()},
                )
                for name, entity in self.entities.items()
            }
        )


def _in(money: Quantity, declared: Type) -> Type:
    match declared:
        case AnyMoney():
            return money
        case ListOf(item):
            return ListOf(_in(money, item))
        case Maybe(of):
            return Maybe(_in(money, of))
        case Interval(of):
            return Interval(_in(money, of))
        case _:
            return declared


_ID = Field("id", Text(), "required", "Name of the record, unique in its relation.", given_field_title("id"))
_RECORDED_AT = Field(
    "recorded_at",
    Instant(),
    "none",
    "When it was entered, if that tells late entries apart.",
    given_field_title("recorded_at"),
)


def _with_given_fields(entity: Entity) -> Entity:
    if entity.relation is None:
        return entity
    fields = {"id": _ID, "recorded_at": _RECORDED_AT, **entity.fields}
    return replace(entity, fields=fields)


def _add_inverses(entities: dict[str, Entity], referring: Entity, relation: str) -> None:
    # The fields as the extended schema has them, not only those that the entity was declared with.
    references = [each for each in entities[referring.name].fields.values() if isinstance(each.type, Record)]
    for each in references:
        assert isinstance(each.type, Record)
        if sum(other.type == each.type for other in references) > 1:
            continue  # two ways back of one name: rules say which reference is meant, in a filter
        target = entities[each.type.entity]
        if target.relation is None or relation in target.fields or relation in target.inverses:
            continue
        inverse = Inverse(relation, referring.name, each.name)
        entities[target.name] = replace(target, inverses={**target.inverses, relation: inverse})


@cache
def core_schema() -> Schema:
    """The schema of the business records, before a ruleset adds to it."""
    return Schema({row.name: _entity(row) for row in ENTITIES})


def _entity(row: EntityRow) -> Entity:
    hints = get_type_hints(row.model, include_extras=True)
    fields = {
        name: Field(
            name,
            _type(hints[name]),
            _absence(model_field.default),
            model_field.description or "",
            core_field_title(row.name, name),
        )
        for name, model_field in row.model.model_fields.items()
        if name != "attributes"
    }
    return Entity(
        row.name,
        row.relation,
        fields,
        {name: Inverse(name, *reference) for name, reference in row.inverses.items()},
        row.happens,
        row.validity,
        (row.model.__doc__ or "").partition("\n")[0],
        title=core_entity_title(row.name),
    )


def _absence(default: object) -> Absence:
    if default is UNKNOWN:
        return "unknown"
    return "none" if default is None else "required"


_PLAIN: Mapping[object, Type] = {
    bool: Boolean(),
    str: Text(),
    int: Integer(),
    Decimal: Number(),
    dt.date: Date(),
    AwareDatetime: Instant(),
}


def _type(annotation: object) -> Type:
    """The type that an annotation of a business record stands for."""
    marks: list[object] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *metadata = get_args(annotation)
            marks += metadata
        elif get_origin(annotation) in (Union, types.UnionType):
            # What remains of a union is what the field holds; money is the one that is a union itself.
            held = [each for each in get_args(annotation) if not _says_absent(each)]
            if len(held) > 1:
                break
            annotation = held[0]
        else:
            break
    for mark in marks:
        match mark:
            case Ref(entity):
                return Record(entity)
            case Share():
                return Ratio()
            case Amount():
                return AnyMoney()
            case InUnit(dimension):
                return Quantity(dimension)
            case _:
                pass
    if get_origin(annotation) is Literal:
        return Enumeration(get_args(annotation))
    if get_origin(annotation) is Sequence:
        return ListOf(_type(get_args(annotation)[0]))
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Part):
        name = entity_of(annotation)
        if name is not None:
            return Record(name)
    raise TypeError(f"no type of the language stands for {annotation!r}")


def _says_absent(annotation: object) -> bool:
    return annotation is type(None) or get_args(annotation) == (UnknownValue.UNKNOWN,)
