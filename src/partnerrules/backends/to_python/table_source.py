"""Source that finds out which rules of a decision table apply: by looking values up, or by asking rule by rule."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from partnerrules.backends.to_python.source import Writer
from partnerrules.backends.to_python.table_columns import (
    DECIMAL,
    Borders,
    Cells,
    Input,
    Named,
    Near,
    Room,
    Tests,
    reversed_bits,
)
from partnerrules.plan.table_slots import NAMED, ORDERED, Ranges
from partnerrules.schema import types as t

Counts: TypeAlias = Literal["first", "one", "all"]
"""Which of the rules that apply say what a table gives: the first, the only one if it is one, or all of them."""

NOT_PLAIN: Final = "(KeyError, TypeError, AttributeError, ArithmeticError)"
"""What a lookup raises for what is not a single known value."""
_CELL_BYTES: Final = 16_000_000
"""What the cells of several inputs together may take up at most."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """What stands for the rules that apply, as an expression, and what to do with it.

    Attributes:
        counts: which of the rules that apply say what the table gives.
        single: what it gives by the place of the one rule, counted from the last and from one; 0 stands for none.
        several: what it gives by the bits of the rules that apply.
    """

    counts: Counts
    single: Mapping[int, object]
    several: Mapping[int, object]


def write_lookup(writer: Writer, tests: Tests, names: Sequence[str], lookups: Lookups, otherwise: str) -> None:
    """Writes lines that give what the rules come to that apply, found by the values of the inputs.

    Args:
        writer: takes them.
        tests: what the rules test.
        names: of the variables with the inputs that they test.
        lookups: what the rules come to.
        otherwise: the expression to give where some rule has to be asked.
    """
    every = (1 << tests.count) - 1
    factors = [*_of_named(writer, tests, names, every), *_of_ordered(writer, tests, names)]
    found = " & ".join(factors) or writer.give("EVERY", every)
    if tests.asked or lookups.counts == "one":
        writer.line(f"rules = {found}")
        found = "rules"
    elif len(factors) > 1:
        found = f"({found})"
    if tests.asked:
        asked = writer.give("ASKED", reversed_bits(tests.count, tests.asked))
        with writer.block(f"if rules & {asked}:"):
            writer.line(f"return {otherwise}")
    if lookups.counts == "all":
        writer.line(f"return {writer.give('SEVERAL', lookups.several)}[{found}]")
        return
    if lookups.counts == "one":
        with writer.block("if rules.bit_count() > 1:"):
            writer.line(f"return {writer.give('SEVERAL', lookups.several)}[rules]")
    writer.line(f"return {writer.give('FIRST', lookups.single)}[{found}.bit_length()]")


def _of_named(writer: Writer, tests: Tests, names: Sequence[str], every: int) -> list[str]:
    """What gives the rules by the inputs without order, of several of them together where those are not too many."""
    most = max(1, _CELL_BYTES // (tests.count // 7 + 150))
    groups: list[tuple[list[str], list[Named]]] = []
    cells = 0
    for name, input in zip(names, tests.inputs, strict=True):
        if input.slots.ordered:
            continue
        named = Named.of(input)
        cells *= len(named.bits) + 1
        if not groups or cells > most:
            groups.append(([], []))
            cells = len(named.bits) + 1
        groups[-1][0].append(name)
        groups[-1][1].append(named)
    return [
        writer.give("CELLS", Cells(tuple(inputs), every, Room())) + "".join(f"[{name}]" for name in own)
        for own, inputs in groups
    ]


def _of_ordered(writer: Writer, tests: Tests, names: Sequence[str]) -> list[str]:
    found = []
    for name, input in zip(names, tests.inputs, strict=True):
        if not input.slots.ordered:
            continue
        borders = Borders.of(input)
        near = Near.of(input, borders)
        if near is not None:
            found.append(f"{writer.give('NEAR', near)}[{name}]")
            continue
        place = _place(writer, borders, name)
        if borders.way == "points":
            place = f"2 * (place := {place}) + ({writer.give('POINTS', borders.points)}[place] == {name})"
        among = f"{writer.give('BITS', borders.bits)}[{place}]"
        if input.optional:
            absent = writer.give("ABSENT", borders.absent)
            among = f"({absent} if {name} is None else {among})"
        found.append(among)
    return found


def _place(writer: Writer, borders: Borders, name: str) -> str:
    search = bisect_right if borders.way == "right" else bisect_left
    return f"{writer.give(search.__name__, search)}({writer.give('BORDERS', borders.borders)}, {name})"


# ------------------------------------------------------------------------------------------------------- rule by rule


def write_rules(
    writer: Writer, tests: Tests, names: Sequence[str], order: Iterable[int], gives: Callable[[int | None], str]
) -> None:
    """Writes lines that give what the first rule comes to that applies, asked rule by rule.

    Args:
        writer: takes them.
        tests: what the rules test.
        names: of the variables with the inputs that they test, each of exactly the class that its type has.
        order: the places of the rules in the order in which they are asked.
        gives: what a rule gives, as an expression; of None if none applies.
    """
    # Decimals are compared last: that takes longest.
    inputs = sorted(zip(names, tests.inputs, strict=True), key=lambda each: isinstance(each[1].type, DECIMAL))
    for rule in order:
        parts = [_condition(writer, each, rule, name) for name, each in inputs]
        if "False" in parts:
            continue
        conditions = [part for part in parts if part != "True"]
        if not conditions:
            writer.line(f"return {gives(rule)}")
            return
        with writer.block(f"if {' and '.join(conditions)}:"):
            writer.line(f"return {gives(rule)}")
    writer.line(f"return {gives(None)}")


def _condition(writer: Writer, input: Input, rule: int, name: str) -> str:
    """Whether a rule takes an input, as an expression."""
    ranges = input.taken[rule]
    if ranges is None:
        return "True"
    if input.slots.ordered:
        parts = [_stretch(writer, input, first, last, name) for first, last in ranges]
        holds = parts[0] if len(parts) == 1 else f"({' or '.join(parts)})" if parts else "False"
    else:
        holds = _one_of(writer, input, ranges, name)
    if not input.optional:
        return holds
    if input.absent[rule]:
        return "True" if holds == "True" else f"{name} is None" if holds == "False" else f"({name} is None or {holds})"
    return holds if holds == "False" else f"{name} is not None" + ("" if holds == "True" else f" and {holds}")


def _stretch(writer: Writer, input: Input, first: int, last: int, name: str) -> str:
    """Whether a value lies in a stretch of slots: the odd ones are the constants."""

    def constant(slot: int) -> str:
        return writer.literal(input.slots.constants[slot // 2])

    if first == last and first % 2:
        return f"{name} == {constant(first)}"
    low = "" if first == 0 else f"{constant(first)} <= " if first % 2 else f"{constant(first - 1)} < "
    high = "" if last == input.slots.count - 1 else f" <= {constant(last)}" if last % 2 else f" < {constant(last)}"
    return f"{low}{name}{high}" if low or high else "True"


def _one_of(writer: Writer, input: Input, ranges: Ranges, name: str) -> str:
    """Whether a value is one of some, or none of some others."""
    slots = {slot for first, last in ranges for slot in range(first, last + 1)}
    others = len(input.slots.constants) in slots
    if isinstance(input.type, t.Boolean):
        return _of_boolean(input, slots, name)
    chosen = [
        writer.literal(value) for slot, value in enumerate(input.slots.constants) if (slot in slots) is not others
    ]
    if not chosen:
        return "True" if others else "False"
    if len(chosen) == 1:
        return f"{name} {'!=' if others else '=='} {chosen[0]}"
    return f"{name} {'not in' if others else 'in'} {{{', '.join(chosen)}}}"


def _of_boolean(input: Input, slots: set[int], name: str) -> str:
    if_true, if_false = (input.slots.slot(value) in slots for value in (True, False))
    if if_true is if_false:
        return str(if_true)
    return name if if_true else f"not {name}"


# ---------------------------------------------------------------------------------------------------- values as given


def write_reading(
    writer: Writer, input: Input, name: str, given: str, read: Callable[[object], object], *, strictly: bool
) -> None:
    """Writes lines that take an input as a program gives it, and read what is not plain.

    Args:
        writer: takes them.
        input: the input.
        name: of the variable that has it then.
        given: the expression for what is given.
        read: gives the value of anything that can be read, and raises one of `NOT_PLAIN` for what is not known.
        strictly: whether lines that follow ask rule by rule, and so find out no wrong value by themselves.
    """
    writer.line(f"{name} = {given}")
    amiss = _amiss(writer, input.type, name, strictly)
    if not amiss:
        return
    if input.optional:
        amiss = f"{name} is not None and ({amiss})" if " or " in amiss else f"{name} is not None and {amiss}"
    with writer.block(f"if {amiss}:"):
        writer.line(f"{name} = {writer.give('READ', read)}({name})")


def write_check(writer: Writer, type: t.Type, name: str, given: str, read: Callable[[object], object]) -> None:
    """Writes lines that read an input which no rule tests, if one is given that is not plain, as it may be a wrong one.

    Args:
        writer: takes them.
        type: that of the input.
        name: of the variable that has it then.
        given: the expression for what is given, None if nothing is.
        read: gives the value of anything that can be read, and raises one of `NOT_PLAIN` for what is not known.
    """
    writer.line(f"{name} = {given}")
    amiss = _amiss(writer, type, name, strictly=True) if isinstance(type, (*ORDERED, *NAMED)) else "True"
    with writer.block(f"if {name} is not None and ({amiss}):"):
        writer.line(f"{writer.give('READ', read)}({name})")


def _amiss(writer: Writer, type: t.Type, name: str, strictly: bool) -> str:
    """What tells that a value is not just what the rules take; nothing if they do not find it anyway."""
    match type:
        case t.Enumeration(values):
            return f"{name} not in {{{', '.join(map(writer.literal, values))}}}" if strictly else ""
        case t.Text():
            return f"type({name}) is not str" if strictly else ""
        case t.Boolean():
            return f"type({name}) is not bool"
        case t.Integer():
            return f"type({name}) is not int"
        case t.Date():
            return f"type({name}) is not {writer.give('date', dt.date)}"
        case t.Instant():
            instant, utc = writer.give("datetime", dt.datetime), writer.give("UTC", dt.UTC)
            return f"type({name}) is not {instant} or {name}.tzinfo is not {utc}"
        case _:
            assert isinstance(type, DECIMAL), type
            plain = f"type({name}) is not Decimal"
            return f"{plain} or not {name}.is_finite()" if strictly else plain
