"""The vocabulary that business records are written in: what a field holds, and what its absence means.

`OrUnknown[...]` is a field whose absence says nothing, `OrNone[...]` one whose absence is itself a fact, anything else
must be given. `Ref`, `Share` and `InUnit` say what plain text and numbers stand for. The functions here read the
values that need care, ids, numbers, shares and money, both for records made in Python and for facts from files.

May import quantities and pydantic.
"""

import enum
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias, TypeVar, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    GetCoreSchemaHandler,
    PlainSerializer,
    PlainValidator,
    SerializerFunctionWrapHandler,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, core_schema

from partnerrules.quantities import DAYS, Dimension, Money, check_number, currencies, find_unit, multiply, read_number

T = TypeVar("T")

LONGEST_ID: Final = 200
"""Characters of an id."""


class UnknownValue(enum.Enum):
    """The class of `UNKNOWN`, for type annotations."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")


UNKNOWN: Final = UnknownValue.UNKNOWN
"""Says of a field that its value is not known, also where leaving it out would mean that there is none."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks text as the id of another record."""

    entity: str


@dataclass(frozen=True, slots=True)
class Share:
    """Marks a number as a ratio, which may be written as a percentage."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Marks money, of the ruleset's currency where it names none."""


@dataclass(frozen=True, slots=True)
class InUnit:
    """Marks text such as "30 days" as a quantity of a dimension."""

    dimension: Dimension


def check_id(value: str) -> str:
    """The id itself, if it is one.

    Raises:
        ValueError: if it is empty, longer than 200 characters, or has control characters.
    """
    if not 1 <= len(value) <= LONGEST_ID:
        raise ValueError(f"an id has 1 to {LONGEST_ID} characters, this one has {len(value)}")
    if not value.isprintable() and any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise ValueError("an id has no control characters, such as line ends and tabs")
    return value


def check_text(value: str) -> str:
    """The text itself, if it can be written out again.

    Raises:
        ValueError: if it has a NUL or half of a character pair, which no file and no database takes.
    """
    if not value.isprintable() and any(
        character == "\0" or unicodedata.category(character) == "Cs" for character in value
    ):
        raise ValueError("text has no NUL and no halves of characters")
    return value


def read_exact(value: object) -> Decimal:
    """An exact number from a Decimal, a whole number or text.

    Raises:
        ValueError: if it is anything else, such as a float, or too long.
    """
    if isinstance(value, str):
        return read_number(value.strip())
    if isinstance(value, Decimal):
        return check_number(value)
    if isinstance(value, float):
        raise ValueError("a binary float is not exact: write it as text or Decimal")
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**60:
            raise ValueError("a number has at most 60 digits")
        return check_number(Decimal(value))
    raise ValueError(f"expected a number, got {kind_of(value)}")


def read_ratio(value: object) -> Decimal:
    """An exact ratio: "15 %" and "0.15" are the same.

    Raises:
        ValueError: if it is no number.
    """
    if isinstance(value, str) and value.rstrip().endswith("%"):
        return check_number(multiply(read_number(value.rstrip()[:-1].strip()), Decimal("0.01")))
    return read_exact(value)


_MONEY: Final = re.compile(r"(\S+)\s+([A-Z]{3})", re.ASCII)


def read_amount(value: object) -> Money | Decimal:
    """An amount of money, or a bare number where the currency is the ruleset's.

    Raises:
        ValueError: if it is neither.
    """
    if isinstance(value, Money):
        return Money(check_number(value.amount), value.currency)
    if isinstance(value, str):
        written = _MONEY.fullmatch(value.strip())
        if written:
            if written[2] not in currencies():
                raise ValueError(f"`{written[2]}` is not an ISO 4217 currency code")
            return Money(read_number(written[1]), written[2])
    return read_exact(value)


def read_quantity(text: str, dimension: Dimension) -> Decimal:
    """A quantity such as "3 months", as a number of the base unit of its dimension.

    Raises:
        ValueError: if it is not a number and a unit, or the unit measures something else.
    """
    number, _, name = text.strip().partition(" ")
    value = read_number(number)
    name = name.strip()
    unit = find_unit(name) if name else None
    if unit is None:
        shown = name if len(name) <= 40 else name[:37] + "..."
        raise ValueError(f"`{shown}` is not a unit" if name else "a number needs its unit here")
    if unit.dimension != dimension:
        raise ValueError(f"`{name}` measures something else")
    return check_number(multiply(value, unit.factor))


def kind_of(value: object) -> str:
    """What a value is in plain words, for messages. Never shows the value, which may be huge."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case float():
            return "a binary float"
        case int() | Decimal():
            return "a number"
        case Money():
            return "money"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "a record"
        case _:
            return f"a value of type `{type(value).__name__}`"


@dataclass(frozen=True, slots=True)
class _Absence:
    """Lets `UNKNOWN`, and what stands for it, pass by the validator of what a field holds."""

    null: UnknownValue | None
    """What an explicit None means: databases export NULL for what nobody knows, which must not become a value."""

    def __get_pydantic_core_schema__(self, source: type[object], handler: GetCoreSchemaHandler) -> CoreSchema:
        # The union in the annotation is for readers and type checkers: validating it would report each fault twice.
        return core_schema.no_info_wrap_validator_function(
            self._validate,
            handler.generate_schema(get_args(source)[0]),
            serialization=core_schema.wrap_serializer_function_ser_schema(self._serialize),
        )

    def _validate(self, value: object, handler: ValidatorFunctionWrapHandler) -> object:
        if value is None:
            return self.null
        return value if isinstance(value, UnknownValue) else handler(value)

    @staticmethod
    def _serialize(value: object, handler: SerializerFunctionWrapHandler) -> object:
        return value if value is None or isinstance(value, UnknownValue) else handler(value)


def _frozen(value: Sequence[T]) -> Sequence[T]:
    return tuple(value)


def _check_days(value: str) -> str:
    if read_quantity(value, DAYS) < 0:
        raise ValueError("a period is not negative")
    return value


_AS_TEXT: Final = PlainSerializer(str, return_type=str, when_used="json")

OrUnknown: TypeAlias = Annotated[T | Literal[UnknownValue.UNKNOWN], _Absence(UNKNOWN)]
"""A field that nobody knows if it is left out."""

OrNone: TypeAlias = Annotated[T | Literal[UnknownValue.UNKNOWN] | None, _Absence(None)]
"""A field whose absence is a fact; `UNKNOWN` says that it is not known."""

Many: TypeAlias = Annotated[Sequence[T], AfterValidator(_frozen)]
"""Several values, kept as a tuple."""

Id = Annotated[str, AfterValidator(check_id)]
Text = Annotated[str, AfterValidator(check_text)]
Number = Annotated[Decimal, PlainValidator(read_exact), _AS_TEXT]
Ratio = Annotated[Decimal, PlainValidator(read_ratio), _AS_TEXT, Share()]
MoneyAmount = Annotated[Money | Decimal, PlainValidator(read_amount), _AS_TEXT, Amount()]
Days = Annotated[str, AfterValidator(_check_days), InUnit(DAYS)]
Instant = AwareDatetime

PartnerId = Annotated[Id, Ref("partner")]
PersonId = Annotated[Id, Ref("person")]
CustomerId = Annotated[Id, Ref("customer")]
ProductId = Annotated[Id, Ref("product")]
RegistrationId = Annotated[Id, Ref("registration")]
DealId = Annotated[Id, Ref("deal")]
ContractId = Annotated[Id, Ref("contract")]
TransactionId = Annotated[Id, Ref("transaction")]
ViolationId = Annotated[Id, Ref("violation")]
ProjectId = Annotated[Id, Ref("project")]
