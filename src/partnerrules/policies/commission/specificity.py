"""Which row of a rate table goes first: a value before a set, a set before a group, a group before any value.

Rows are compared input by input, in the order in which the inputs are written. Two that are equally specific must not
both hold for one document: that is looked for among witnesses, one for each stretch between the written values of two
cells. May import terms and diagnostics.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final, TypeAlias

from partnerrules.diagnostics import Label, Report, Span
from partnerrules.language import terms
from partnerrules.schema import types as t

VALUE: Final = 3
SET: Final = 2
GROUP: Final = 1
ANY: Final = 0

MAXIMUM_PAIRS: Final = 2_000_000
"""Pairs of rows that are compared."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A row as its specificity sees it: its id, its place, and the test of each input."""

    id: str
    span: Span
    tests: tuple[terms.Term | None, ...]

    @property
    def specificity(self) -> tuple[int, ...]:
        """How specific it is in each input; the greater goes first."""
        return tuple(level_of(test) for test in self.tests)


def level_of(test: terms.Term | None) -> int:
    """How specific the test of a cell is."""
    if test is None:
        return ANY
    if _names_one(test):
        return VALUE
    match _present(test):
        case terms.AnyOf(items) if all(_names_one(item) for item in items):
            return SET
        case terms.Among(_, terms.Items()):
            return SET
        case _:
            return GROUP


def _names_one(test: terms.Term) -> bool:
    """Whether a test asks for one value, or for there being none."""
    match _present(test):
        case terms.Comparison("=", terms.ColumnOf(), terms.Value() | terms.ParameterOf()):
            return True
        case terms.Not(terms.Exists()):
            return True
        case _:
            return False


def _present(test: terms.Term) -> terms.Term:
    """The test of a value that is there, without the guard before it."""
    match test:
        case terms.All((terms.Exists(), inner)):
            return inner
        case _:
            return test


def check_specificity(rows: tuple[Tested, ...], inputs: Mapping[str, t.Type], report: Report, place: Span) -> bool:
    """Whether no two rows that are equally specific can hold for one document; reports those that can."""
    fine = True
    pairs = 0
    for alike in _groups(rows):
        pairs += len(alike) * (len(alike) - 1) // 2
        if pairs > MAXIMUM_PAIRS:
            report.error(
                "too-large",
                "the table has too many equally specific rows with sets or groups to compare them with each other",
                place,
                help="write single values in the first columns, or split the policy",
            )
            return False
        for one, other in combinations(alike, 2):
            if report.full:
                return False
            if _meet(one, other, tuple(inputs.values())):
                fine = False
                _report(one, other, tuple(inputs), report)
    return fine


def _groups(rows: tuple[Tested, ...]) -> Iterator[list[Tested]]:
    """Rows that may meet and are equally specific. Those that ask for different single values never meet."""
    groups: dict[tuple[object, ...], list[Tested]] = {}
    for row in rows:
        key = tuple((level_of(test), _written(test)) for test in row.tests)
        groups.setdefault(key, []).append(row)
    by_level: dict[tuple[int, ...], list[Tested]] = {}
    for row in rows:
        if any(level_of(test) == VALUE and _written(test) is None for test in row.tests):
            by_level.setdefault(row.specificity, [])
    for row in rows:
        if row.specificity in by_level:
            by_level[row.specificity].append(row)
    yield from (group for group in groups.values() if group[0].specificity not in by_level)
    yield from by_level.values()


def _written(test: terms.Term | None) -> tuple[object, ...] | None:
    """The one value that a test asks for, if it is written out."""
    if test is None:
        return None
    match _present(test):
        case terms.Comparison("=", terms.ColumnOf(), terms.Value(value)):
            return (value,)
        case terms.Not(terms.Exists()):
            return ()
        case _:
            return None


def _report(one: Tested, other: Tested, inputs: tuple[str, ...], report: Report) -> None:
    way_out = "take one of them out"
    if one.tests != other.tests:
        differing = next(at for at, pair in enumerate(zip(one.tests, other.tests, strict=True)) if pair[0] != pair[1])
        way_out = f"write a single value under `{inputs[differing]}` in one of them, or let them cover different ones"
    elif all(test is None for test in one.tests):
        way_out = "only one row can be for everything else: take one of them out"
    report.error(
        "equally-specific",
        f"the rows `{one.id}` and `{other.id}` can apply to one document, and neither is more specific",
        other.span,
        labels=[Label(other.span, ""), Label(one.span, "the other row")],
        help=way_out,
    )


# ------------------------------------------------------------------------------------------------------- witnesses

_Witness: TypeAlias = tuple[object, int]
"""Something that an input could be: a written value, with -1, 0 or 1 for below, at or above it; (None, 0) for none."""

_NONE: Final[_Witness] = (None, 0)
_OTHER: Final = object()
"""A text that no cell writes."""


def _meet(one: Tested, other: Tested, types: tuple[t.Type, ...]) -> bool:
    """Whether there could be a document for which both rows hold."""
    return all(
        left is None or right is None or _overlap(left, right, type)
        for left, right, type in zip(one.tests, other.tests, types, strict=True)
    )


def _overlap(left: terms.Term, right: terms.Term, type: t.Type) -> bool:
    return any(
        _holds(left, witness) is not False and _holds(right, witness) is not False
        for witness in _witnesses(type, [*_constants(left), *_constants(right)])
    )


def _witnesses(type: t.Type, written: list[object]) -> Iterator[_Witness]:
    """Things that an input could be, one of each sort that the written values tell apart."""
    if isinstance(type, t.Maybe):
        yield _NONE
        type = type.of
    match type:
        case t.Enumeration(values):
            yield from ((value, 0) for value in values)
        case t.Boolean():
            yield from ((True, 0), (False, 0))
        case t.Text():
            yield from ((value, 0) for value in dict.fromkeys(written))
            yield _OTHER, 0
        case _:
            yield from _between(type, written)


def _between(type: t.Type, written: list[object]) -> Iterator[_Witness]:
    ordered: list[object] = []
    for value in written:
        if not any(_order(value, known) == 0 for known in ordered):
            ordered.append(value)
    ordered = _sorted(ordered)
    if not ordered:
        yield _OTHER, 0
        return
    yield ordered[0], -1
    for at, value in enumerate(ordered):
        yield value, 0
        if at + 1 == len(ordered) or not _next_to(type, value, ordered[at + 1]):
            yield value, 1


def _sorted(values: list[object]) -> list[object]:
    found: list[object] = []
    for value in values:
        at = next((at for at, known in enumerate(found) if _order(value, known) < 0), len(found))
        found.insert(at, value)
    return found


def _next_to(type: t.Type, value: object, following: object) -> bool:
    """Whether nothing lies between two values: whole numbers and days come one after the other."""
    match type, value, following:
        case t.Integer(), int() | Decimal(), int() | Decimal():
            return Decimal(following) - Decimal(value) <= 1
        case t.Date(), dt.date(), dt.date():
            return (following - value).days <= 1
        case _:
            return False


def _order(one: object, other: object) -> int:
    match one, other:
        case (int() | Decimal(), int() | Decimal()):
            return (Decimal(one) > Decimal(other)) - (Decimal(one) < Decimal(other))
        case (dt.datetime(), dt.datetime()):
            return (one > other) - (one < other)
        case (dt.date(), dt.date()):
            return (one > other) - (one < other)
        case (str(), str()):
            return (one > other) - (one < other)
        case _:
            raise AssertionError(f"a cell is compared with its input only, not {one!r} with {other!r}")


def _constants(test: terms.Term) -> Iterator[object]:
    """The values that a test writes out."""
    match test:
        case terms.All(items) | terms.AnyOf(items):
            for item in items:
                yield from _constants(item)
        case terms.Not(item):
            yield from _constants(item)
        case terms.Comparison(_, terms.ColumnOf(), terms.Value(value)):
            yield value
        case terms.Among(terms.ColumnOf(), terms.Items(items)):
            yield from (item.value for item in items if isinstance(item, terms.Value))
        case terms.Within(terms.ColumnOf(), terms.Bounds(low, high)):
            yield from (end.value for end in (low, high) if isinstance(end, terms.Value))
        case _:
            pass


_Truth: TypeAlias = bool | None
"""None where a test is not made of written values alone: it may hold."""


def _holds(test: terms.Term, witness: _Witness) -> _Truth:
    """Whether the test of a cell holds for a witness."""
    match test:
        case terms.All(items):
            return _joined((_holds(item, witness) for item in items), False)
        case terms.AnyOf(items):
            return _joined((_holds(item, witness) for item in items), True)
        case terms.Not(item):
            holds = _holds(item, witness)
            return None if holds is None else not holds
        case terms.Exists(terms.ColumnOf()):
            return witness is not _NONE
        case terms.Comparison(operator, terms.ColumnOf(), terms.Value(value)):
            return False if witness is _NONE else _compared(operator, witness, value)
        case terms.Among(terms.ColumnOf(), terms.Items(items)):
            if witness is _NONE:
                return False
            equal = (_compared("=", witness, i.value) if isinstance(i, terms.Value) else None for i in items)
            return _joined(equal, True)
        case terms.Within(terms.ColumnOf(), terms.Bounds(low, high, low_in, high_in)):
            if witness is _NONE:
                return False
            ends = ((">=" if low_in else ">", low), ("<=" if high_in else "<", high))
            inside = (
                _compared(each, witness, end.value) if isinstance(end, terms.Value) else None for each, end in ends
            )
            return _joined(inside, False)
        case _:
            return None


def _joined(answers: Iterable[_Truth], decisive: bool) -> _Truth:
    """The answer of parts of which one decides, if it is so."""
    found = list(answers)
    if decisive in found:
        return decisive
    return None if None in found else not decisive


_OPERATORS: Final[Mapping[str, Callable[[int], bool]]] = {
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _compared(operator: str, witness: _Witness, value: object) -> _Truth:
    """Whether a witness stands in a relation to a written value."""
    own, side = witness
    if own is _OTHER:
        return None if operator not in ("=", "!=") else operator == "!="
    if isinstance(own, bool) or isinstance(value, bool):
        return (own == value) == (operator == "=")
    return _OPERATORS[operator](_order(own, value) or side)
