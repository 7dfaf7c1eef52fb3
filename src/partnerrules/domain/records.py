"""What all business records have in common: strictness, an id, when they were recorded, a ruleset's own fields.

May import values and impossible. The records themselves stand one family a module, the table of them in relations.
"""

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from partnerrules.domain.impossible import Impossibility, broken
from partnerrules.domain.values import UNKNOWN, Id, Instant, OrNone, UnknownValue


class Part(BaseModel):
    """A piece of a record that has no id of its own, such as one choice of a customer."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    impossible: ClassVar[tuple[Impossibility, ...]] = ()

    @model_validator(mode="after")
    def _refuse_what_cannot_be(self) -> Self:
        faults = [message for _, message in broken(self.impossible, dict(self))]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @model_serializer(mode="wrap")
    def _leave_out_unknowns(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        written: dict[str, object] = handler(self)
        for name, field in type(self).model_fields.items():
            if isinstance(getattr(self, name), UnknownValue):
                # Left out, a field that may be absent would say that it is.
                if field.default is UNKNOWN:
                    written.pop(name, None)
                else:
                    written[name] = {"unknown": True}
        return written


class BusinessRecord(Part):
    """A record with an id, as it stands in a relation of facts."""

    id: Id = Field(description="Name of the record, unique in its relation.")
    recorded_at: OrNone[Instant] = Field(None, description="When it was entered, if that tells late entries apart.")
    attributes: Mapping[str, object] = Field(
        default_factory=dict, description="Values of the fields that a ruleset adds, by their names."
    )

    @field_validator("attributes")
    @classmethod
    def _refuse_known_names(cls, attributes: Mapping[str, object]) -> Mapping[str, object]:
        for name in attributes:
            if name in cls.model_fields:
                raise ValueError(f"`{name}` is a field of every {cls.__name__} and is given as such")
        return dict(attributes)
