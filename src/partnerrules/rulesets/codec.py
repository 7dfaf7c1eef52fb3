"""A compiled ruleset as bytes, and back: data only, in a format of its own.

Written are classes by their names, atoms (texts, numbers, days and the like), and then the parts one after the other,
each as numbers: what it is, and of which of those before it it is made. So what is one object stays one object, and
reading needs no recursion. Reading makes nothing but what `codec_classes` lists, out of parts of the right types: where
a field has a choice of texts, of one of these, and of no numbers but those that rulesets can hold.
"""

import datetime as dt
import enum
import json
import sys
import types
import zoneinfo
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

from partnerrules.diagnostics import Source
from partnerrules.quantities import MAXIMUM_PLACES
from partnerrules.rulesets.codec_classes import (
    Refused,
    Shape,
    Sort,
    fits,
    function_of,
    hints_of,
    member_of,
    name_of,
    shape_of,
    words_of,
)

_TUPLE, _LIST, _SET, _DICT, _VIEW, _PARTIAL, _METHOD, _CLASSES = range(8)
"""What a part is; from the last number on, one of the classes that are listed."""
_COLLECTIONS: Final[dict[type, int]] = {
    tuple: _TUPLE,
    list: _LIST,
    frozenset: _SET,
    dict: _DICT,
    types.MappingProxyType: _VIEW,
}
_PLAIN: Final = (type(None), bool, str, int)
"""The atoms that JSON knows as they are."""
_ATOMS: Final = frozenset({*_PLAIN, Decimal, dt.date, dt.datetime, zoneinfo.ZoneInfo, Source, types.FunctionType})
_PART: Final = 1 << 31
"""Added to the number of a part until it is known how many atoms come before all parts."""
_WIDTH: Final = 4
"""Bytes of a number."""
_MOST_DIGITS: Final = 2_000
"""Digits before the point of a number, as that many are computed with."""
_TOO_LARGE: Final = 10**_MOST_DIGITS

FAULTS: Final = (
    Refused,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading runs into where the bytes are none that were written here."""


def written(root: object, sources: Sequence[Source]) -> bytes:
    """The bytes of a whole.

    Args:
        root: what is written, with all that it is made of.
        sources: the texts that places in it lie in, which are not written again.

    Raises:
        Refused: if a part of it is nothing that rulesets are made of.
    """
    writer = _Writer({source.path: (number, source) for number, source in enumerate(sources)})
    writer.write(root)
    classes = [[name_of(shape.kind), list(shape.names)] for shape in writer.classes.values()]
    head = json.dumps([classes, list(writer.atoms.values())], separators=(",", ":")).encode()
    ahead = len(writer.atoms) - _PART
    numbers = array("I", [each + ahead if each >= _PART else each for each in writer.numbers])
    return len(head).to_bytes(8, "little") + head + _little(numbers).tobytes()


def read(data: bytes, sources: Sequence[Source]) -> object:
    """What was written to bytes.

    Raises:
        Refused: if the bytes are none that were written here; also any other of `FAULTS`.
    """
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 + size:
        raise Refused("cut off")
    classes, atoms = json.loads(data[8 : 8 + size])
    numbers = array("I")
    numbers.frombytes(data[8 + size :])
    return _Reader(_shapes(classes), [_atom(each, sources) for each in atoms]).read(_little(numbers))


def _little(numbers: "array[int]") -> "array[int]":
    """Numbers with their lowest byte first, or back."""
    if numbers.itemsize != _WIDTH:
        raise Refused("numbers have another width here")
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


# ------------------------------------------------------------------------------------------------------------ writing


@dataclass(slots=True)
class _Writer:
    """Numbers the parts of a whole, each object once, after those that it is made of."""

    sources: dict[str, tuple[int, Source]]
    atoms: dict[tuple[type, object], object] = field(default_factory=dict)  # as they are written
    numbers: list[int] = field(default_factory=list)
    classes: dict[type, Shape] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)  # of objects by identity
    _written: list[object] = field(default_factory=list)  # so that no other object takes the identity of one
    _heads: dict[type, int] = field(default_factory=dict)
    _ordinals: dict[tuple[type, object], int] = field(default_factory=dict)
    _parts: int = 0

    def write(self, root: object) -> None:
        """Takes a whole."""
        places = self._places
        pending: list[tuple[object, Sequence[object] | None]] = [(root, None)]
        begun: set[int] = set()
        while pending:
            thing, made_of = pending.pop()
            if id(thing) in places:
                continue
            self._written.append(thing)
            if made_of is not None:
                self.numbers += self._head(type(thing), len(made_of))
                self.numbers += [places[id(each)] for each in made_of]
                places[id(thing)] = _PART + self._parts
                self._parts += 1
                continue
            made_of = self._made_of(thing)
            if made_of is None:
                places[id(thing)] = self._atom(thing)
                continue
            if id(thing) in begun:
                raise Refused("a part is made of itself")
            begun.add(id(thing))
            pending.append((thing, made_of))
            pending += [(each, None) for each in reversed(made_of) if id(each) not in places]
        if self._parts == 0:
            raise Refused("there is no whole")

    def _made_of(self, thing: Any) -> Sequence[object] | None:
        """What a part is made of; None of an atom."""
        kind = type(thing)
        if kind in self.classes:
            return self.classes[kind].parts(thing)
        if kind is tuple or kind is list:
            return tuple(thing)
        if kind in _ATOMS or isinstance(thing, Path | enum.Enum):
            return None
        if kind is frozenset:
            return sorted(thing, key=repr)
        if kind is dict or kind is types.MappingProxyType:
            return [each for pair in thing.items() for each in pair]
        if kind is partial and not thing.keywords:
            return [thing.func, *thing.args]
        if kind is types.MethodType:
            return [thing.__func__, thing.__self__]
        self._heads[kind] = _CLASSES + len(self.classes)
        self.classes[kind] = shape_of(name_of(kind))
        return self.classes[kind].parts(thing)

    def _head(self, kind: type, count: int) -> tuple[int, ...]:
        """What a part is, and of how many it is made where that does not say it."""
        if kind in self._heads:
            return (self._heads[kind],)
        if kind is types.MethodType:
            return (_METHOD,)
        return (_PARTIAL if kind is partial else _COLLECTIONS[kind], count)

    def _atom(self, thing: object) -> int:
        """The number of an atom; equal ones that are written alike are one."""
        kind = type(thing)
        form = thing if kind in _PLAIN else self._form(thing)
        if isinstance(thing, int | Decimal) and not _is_held(thing):
            raise Refused("a number without end")
        key = (kind, thing) if kind in _PLAIN else (kind, str(form))
        number = self._ordinals.setdefault(key, len(self._ordinals))
        self.atoms.setdefault(key, form)
        return number

    def _form(self, thing: Any) -> object:
        """How an atom is written that JSON does not know.

        Raises:
            Refused: if rulesets are made of no such thing.
        """
        kind = type(thing)
        match thing:
            case Decimal():
                return ["decimal", str(thing)]
            case dt.datetime() if thing.tzinfo is dt.UTC:
                return ["instant", thing.isoformat()]
            case dt.date() if kind is dt.date:
                return ["date", thing.isoformat()]
            case zoneinfo.ZoneInfo() if thing.key:
                return ["zone", thing.key]
            case Path():
                return ["path", str(thing)]
            case Source() if thing.path in self.sources and self.sources[thing.path][1] == thing:
                return ["source", self.sources[thing.path][0]]
            case enum.Enum():
                return ["member", name_of(kind), thing.name]
            case types.FunctionType():
                function_of(name_of(thing))
                return ["function", name_of(thing)]
            case _:
                raise Refused(f"a `{kind.__qualname__}` cannot be written")


# ------------------------------------------------------------------------------------------------------------ reading


def _shapes(classes: Iterable[tuple[str, list[str]]]) -> list[Shape]:
    """The classes of a file, if they still have the fields that they had when it was written."""
    found = []
    for name, names in classes:
        shape = shape_of(name)
        if list(shape.names) != names:
            raise Refused(name)
        found.append(shape)
    return found


def _is_held(number: int | Decimal) -> bool:
    """Whether rulesets can hold a number: it is not longer than what is computed with."""
    if isinstance(number, int):
        return -_TOO_LARGE < number < _TOO_LARGE
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MAXIMUM_PLACES and number.adjusted() < _MOST_DIGITS


def _atom(form: object, sources: Sequence[Source]) -> object:
    match form:
        case None | bool() | str():
            return form
        case int() if _is_held(form):
            return form
        case ["decimal", str(text)] if _is_held(number := Decimal(text)):
            return number
        case ["instant", str(text)] if (instant := dt.datetime.fromisoformat(text)).tzinfo is not None:
            return instant.astimezone(dt.UTC)
        case ["date", str(text)]:
            return dt.date.fromisoformat(text)
        case ["zone", str(key)]:
            return zoneinfo.ZoneInfo(key)
        case ["path", str(text)]:
            return Path(text)
        case ["source", int(number)] if number >= 0:
            return sources[number]
        case ["member", str(name), str(member)]:
            return member_of(name, member)
        case ["function", str(name)]:
            return function_of(name)
        case _:
            raise Refused("no atom")


class _Reader:
    """Makes the parts of a whole, one after the other, and keeps of each what it is."""

    def __init__(self, classes: Sequence[Shape], atoms: list[object]) -> None:
        self.classes = classes
        self.things = atoms
        functions = [hints_of(name_of(each)) for each in atoms if isinstance(each, types.FunctionType)]
        words = words_of(hint for hints in (*(shape.hints for shape in classes), *functions) for hint in hints)
        self.sorts: list[Sort] = [each if isinstance(each, str) and each in words else type(each) for each in atoms]
        self._alike: dict[Sort, Sort] = {}

    def read(self, numbers: "array[int]") -> object:
        """The whole: the last part."""
        things, sorts = self.things, self.sorts
        thing_at, sort_at = things.__getitem__, sorts.__getitem__
        sound: list[set[tuple[Sort, ...]]] = [set() for _ in self.classes]
        makers = [(shape.kind, shape.make, len(shape.names), shape.hints) for shape in self.classes]
        at, end = 0, len(numbers)
        if not end:
            raise Refused("nothing is written")
        while at < end:
            head = numbers[at]
            at += 1
            if head >= _CLASSES:
                kind, make, count, hints = makers[head - _CLASSES]
                of = numbers[at : at + count]
                found = tuple(map(sort_at, of))
                if found not in sound[head - _CLASSES]:
                    _check(found, hints)
                    sound[head - _CLASSES].add(found)
                things.append(make(*map(thing_at, of)))
                sorts.append(kind)
                at += count
                continue
            count = 2 if head == _METHOD else numbers[at]
            at += head != _METHOD
            of = numbers[at : at + count]
            if len(of) < count:
                raise Refused("cut off")
            at += count
            thing, sort = self._part(head, [thing_at(each) for each in of], [sort_at(each) for each in of])
            things.append(thing)
            sorts.append(self._alike.setdefault(sort, sort))
        return things[-1]

    def _part(self, head: int, things: list[Any], sorts: list[Sort]) -> tuple[object, Sort]:
        """A part that is no dataclass, and what it is."""
        if head == _TUPLE:
            return tuple(things), (tuple, (frozenset(sorts),))
        if head == _LIST:
            return things, (list, (frozenset(sorts),))
        if head == _SET:
            return frozenset(things), (frozenset, (frozenset(sorts),))
        if head in (_DICT, _VIEW):
            made = dict(zip(things[::2], things[1::2], strict=True))
            inside = (frozenset(sorts[::2]), frozenset(sorts[1::2]))
            if head == _DICT:
                return made, (dict, inside)
            return types.MappingProxyType(made), (types.MappingProxyType, inside)
        if head == _PARTIAL:
            function, *given = things
            _check(tuple(sorts[1:]), _first_hints(function, len(given)))
            return partial(function, *given), partial
        if head == _METHOD:
            function, own = things
            if function.__qualname__ != f"{type(own).__qualname__}.{function.__name__}" or (
                function.__module__ != type(own).__module__
            ):
                raise Refused("no method of it")
            return types.MethodType(function, own), types.MethodType
        raise Refused("no part")


def _first_hints(function: object, count: int) -> tuple[object, ...]:
    """The types of what a function takes first."""
    if not isinstance(function, types.FunctionType):
        raise Refused("no function")
    return hints_of(name_of(function))[:count]


def _check(sorts: tuple[Sort, ...], hints: tuple[object, ...]) -> None:
    """Refuses parts that are of other types than they should be."""
    if len(sorts) != len(hints) or not all(fits(sort, hint) for sort, hint in zip(sorts, hints, strict=True)):
        raise Refused("a part of a wrong type")
