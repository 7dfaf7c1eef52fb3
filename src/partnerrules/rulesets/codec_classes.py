"""The closed table of what a compiled ruleset may be made of: classes and functions of the library's own, by name.

A name that a file gives finds a frozen dataclass, an enumeration or a function only if it is one that rulesets hold.
Nothing is imported for it, and no other class or function can be had.
"""

import datetime as dt
import enum
import sys
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from partnerrules.language.terms import Constant
from partnerrules.plan.table_slots import Slots

_PARTS: Final = (
    "partnerrules.diagnostics",
    "partnerrules.quantities.",
    "partnerrules.schema.",
    "partnerrules.language.",
    "partnerrules.decisions.",
    "partnerrules.plan.",
    "partnerrules.policies.",
    "partnerrules.rulesets.",
)
"""The modules whose dataclasses say something of a ruleset."""

_OF_POLICIES: Final = {
    "allocation.outcomes": ("reached", "result"),
    "allocation.selected": ("reached", "result"),
    "benefits.outcomes": ("Reading.reached", "Reading.result"),
    "commission.rates": ("_added",),
    "commission.results": ("Reading.reached", "Reading.result"),
    "conflicts.contests": ("reached", "result"),
    "contracts.outcomes": ("reached", "result"),
    "contracts.service_results": ("reached", "result"),
    "eligibility": ("_reached", "_result"),
    "inference.outcomes": ("reached", "result"),
    "lifecycle.outcomes": ("reached", "result"),
    "overlap.outcomes": ("reached", "result"),
    "responsibility.outcomes": ("reached", "result"),
    "sanctions.combining": ("joined", "runs_on", "told"),
    "sanctions.outcomes": ("reached_points", "result_of"),
    "scoring.results": ("score_reached", "score_result", "signs_reached", "signs_result"),
    "tables": ("_reached", "_result"),
    "tiering.outcomes": ("reached_points", "result_of"),
    "tiering.reviewed": ("review_reached", "review_result"),
}
"""The functions that policies make results of rows with, by their modules below `policies`."""

FUNCTIONS: Final = frozenset(
    f"partnerrules.policies.{module}:{name}" for module, names in _OF_POLICIES.items() for name in names
)

_SENT: Final = (
    "partnerrules.backends.to_python.compiler:Compiler",
    "partnerrules.backends.working_memory:WorkingMemory",
)
"""What keeps something for itself while it runs: written is what it is made of, as when it is sent to a process."""
_SLOTS: Final = "partnerrules.plan.table_slots:Slots"


class Refused(Exception):
    """What is to be kept cannot be, or what was kept is not what it should be."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a thing of a class is written.

    Attributes:
        kind: the class.
        make: makes one of its parts.
        parts: what one is made of.
        names: what the parts are called.
        hints: the types that they may have.
    """

    kind: type
    make: Callable[..., object]
    parts: Callable[[Any], Sequence[object]]
    names: tuple[str, ...]
    hints: tuple[object, ...]


def name_of(thing: Any) -> str:
    """The name of a class or function of the library."""
    return f"{thing.__module__}:{thing.__qualname__}"


@cache
def shape_of(name: str) -> Shape:
    """How the things of a class are written.

    Raises:
        Refused: if rulesets hold no things of that class.
    """
    found = _found(name)
    if not isinstance(found, type):
        raise Refused(name)
    if name in _SENT:
        hints = {
            parameter: hint
            for parameter, hint in typing.get_type_hints(vars(found)["__init__"]).items()
            if parameter != "return"
        }
        return Shape(found, found, lambda thing: thing.__reduce__()[1], tuple(hints), tuple(hints.values()))
    if name == _SLOTS:
        constants = list[str | bool | int | Decimal | dt.date | dt.datetime]
        return Shape(
            found, _slots, lambda thing: (thing.constants, thing.ordered), ("constants", "ordered"), (constants, bool)
        )
    if not (name.startswith(_PARTS) and is_dataclass(found) and _is_frozen(found)):
        raise Refused(name)
    kept = [each for each in fields(found) if each.init]
    names = tuple(each.name for each in kept)
    hints = typing.get_type_hints(found)
    make = partial(_by_name, found, names) if any(each.kw_only for each in kept) else found
    parts = attrgetter(*names) if len(names) > 1 else lambda thing: tuple(getattr(thing, each) for each in names)
    return Shape(found, make, parts, names, tuple(hints[each] for each in names))


def _is_frozen(kind: Any) -> bool:
    return bool(kind.__dataclass_params__.frozen)


def _by_name(make: Callable[..., object], names: tuple[str, ...], *values: object) -> object:
    return make(**dict(zip(names, values, strict=True)))


def _slots(constants: list[object], ordered: bool) -> Slots:
    return Slots(constants, ordered=ordered)


@cache
def function_of(name: str) -> Callable[..., Any]:
    """A function of a policy kind.

    Raises:
        Refused: if rulesets hold none of that name.
    """
    found = _found(name) if name in FUNCTIONS else None
    if not isinstance(found, types.FunctionType):
        raise Refused(name)
    return found


@cache
def hints_of(name: str) -> tuple[object, ...]:
    """The types of what a function takes, in its order.

    Raises:
        Refused: if rulesets hold none of that name.
    """
    hints = typing.get_type_hints(function_of(name))
    return tuple(hint for parameter, hint in hints.items() if parameter != "return")


@cache
def member_of(name: str, member: str) -> enum.Enum:
    """A member of an enumeration of the library.

    Raises:
        Refused: if there is none.
    """
    found = _found(name) if name.startswith(_PARTS) else None
    if not (isinstance(found, type) and issubclass(found, enum.Enum)) or member not in found.__members__:
        raise Refused(name)
    return found[member]


def _found(name: str) -> object:
    """What a name such as `partnerrules.language.terms:Value` is defined as, or None."""
    module, _, inner = name.partition(":")
    if not module.startswith("partnerrules."):
        return None
    found: object = sys.modules.get(module)
    for part in inner.split("."):
        found = vars(found).get(part) if isinstance(found, type | types.ModuleType) else None
    return found if found is not None and name_of(found) == name else None


# ------------------------------------------------------------------------------------------------- what fits a field

Sort: TypeAlias = "type | str | tuple[type, tuple[frozenset[Sort], ...]]"
"""What kind of thing a value is: its class, and of a collection the kinds of things in it, keys before values.

A text that some fields are limited to is a sort by itself, which is that text.
"""


def words_of(hints: Iterable[object]) -> frozenset[str]:
    """The texts that fields of some types are limited to, each of which is a sort by itself."""
    return frozenset().union(*map(_words_in, hints))


@cache
def _words_in(hint: object) -> frozenset[str]:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is Literal:
        return frozenset(each for each in arguments if isinstance(each, str))
    return words_of(each for each in arguments if not isinstance(each, list))  # a list is what a function takes


def fits(sort: Sort, hint: object) -> bool:
    """Whether a value of a sort may stand in a field of a type. Classes must be the very same, and texts of a choice.

    What may be anything is a constant: nothing else is in fields of rulesets that say no more.
    """
    classes, words, others = _alternatives(Constant if hint is Any or hint is object else hint)
    if isinstance(sort, str):
        return sort in words or str in classes
    if sort in classes or (isinstance(sort, type) and issubclass(sort, Path) and Path in classes):
        return True
    return any(_fits_form(sort, each) for each in others)


@cache
def _alternatives(hint: object) -> tuple[frozenset[type], frozenset[str], tuple[object, ...]]:
    """The plain classes that a type allows, the texts that it is limited to, and the other forms."""
    origin = typing.get_origin(hint)
    if origin is typing.Union or origin is types.UnionType:
        classes, words, others = zip(*map(_alternatives, typing.get_args(hint)), strict=True)
        return frozenset().union(*classes), frozenset().union(*words), tuple(each for part in others for each in part)
    if origin is Literal:
        return frozenset(), _words_in(hint), ()
    if origin is None and isinstance(hint, type):
        return frozenset({hint}), frozenset(), ()
    return frozenset(), frozenset(), (hint,)


def _fits_form(sort: "type | tuple[type, tuple[frozenset[Sort], ...]]", form: object) -> bool:
    origin = typing.get_origin(form)
    if isinstance(sort, tuple):
        return _collection_fits(*sort, origin, typing.get_args(form))
    if isinstance(origin, type) and issubclass(origin, Callable):  # type: ignore[arg-type]  # it is a class at run time
        return issubclass(sort, partial | types.FunctionType | types.MethodType)
    return False


def _collection_fits(
    kind: type, inside: tuple[frozenset[Sort], ...], origin: object, arguments: Collection[object]
) -> bool:
    if not isinstance(origin, type) or not issubclass(kind, origin):
        return False
    if issubclass(kind, Mapping):
        return all(fits(each, hint) for sorts, hint in zip(inside, arguments, strict=True) for each in sorts)
    return all(any(fits(each, hint) for hint in arguments if hint is not ...) for each in inside[0])
