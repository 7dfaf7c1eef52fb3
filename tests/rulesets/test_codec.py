"""What is written comes back as it was, object by object; nothing comes back but what rulesets are made of."""

import datetime as dt
import json
import os
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.diagnostics import Diagnostic, Source, Span
from partnerrules.domain.deals import Deal
from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.language.tokens import Token
from partnerrules.plan.columns import Rest
from partnerrules.plan.nodes import Scan, Union
from partnerrules.plan.table_slots import Slots
from partnerrules.policies.tables import _result as table_result
from partnerrules.rulesets import codec
from partnerrules.rulesets.codec_classes import Refused, Sort, fits, function_of, member_of, shape_of, words_of
from partnerrules.schema import types as t
from partnerrules.schema.titles import Title

SOURCE = Source("rules.yaml", "a: 1\n")
TEXT = t.Text()


def again(thing: object) -> object:
    return codec.read(codec.written((thing,), [SOURCE]), [SOURCE])[0]  # type: ignore[index]  # the pair that was written


def value(content: terms.Constant) -> terms.Value:
    return terms.Value(content, TEXT)


# ---------------------------------------------------------------------------------------------------- what comes back


@pytest.mark.parametrize(
    "thing",
    [
        None,
        True,
        0,
        -1,
        10**40,
        -(10**2_000) + 1,
        "",
        'a "quoted" text, 折扣, скидка \U0001f600',
        Decimal("1.00"),
        Decimal("-0"),
        Decimal("1E+3"),
        Decimal("9.9E+1999"),
        Decimal("1E-4000"),
        dt.date(2026, 2, 28),
        dt.datetime(2026, 2, 28, 12, 30, 1, 5, tzinfo=dt.UTC),
        ZoneInfo("Asia/Shanghai"),
        Path("rules/1"),
        SOURCE,
        Rest.OTHERS,
        (),
        [],
        {},
        frozenset(),
        ("a", ("b", 1)),
        ["a"],
        {"a": 1, "b": None},
        MappingProxyType({"a": 1}),
        frozenset({"a", "b"}),
    ],
    ids=repr,
)
def test_a_value_comes_back(thing: object) -> None:
    found = again(thing)
    assert type(found) is type(thing)
    assert repr(found) == repr(thing) or found == thing


def test_numbers_that_are_equal_and_written_otherwise_stay_apart() -> None:
    found = again((Decimal("1.0"), Decimal("1.00"), 1, True, "1"))
    assert repr(found) == "(Decimal('1.0'), Decimal('1.00'), 1, True, '1')"


def test_what_is_one_object_stays_one_and_what_is_two_stays_two() -> None:
    shared, equal = Scan("deal"), Scan("deal")
    union = Union((shared, shared))
    found = again((union, shared, equal))
    assert isinstance(found, tuple)
    assert found == (union, shared, equal)
    assert found[0].sources[0] is found[0].sources[1] is found[1]
    assert found[2] is not found[1]


def test_what_reads_a_row_comes_back_as_the_same_function() -> None:
    made = partial(table_result, {"rate": TEXT}, {}, ("input a",), {})
    found = again(made)
    assert isinstance(found, partial)
    assert found.func is table_result
    assert found.args == made.args


def test_slots_come_back_sorted_as_they_were() -> None:
    found = again(Slots([3, 1, 2], ordered=True))
    assert isinstance(found, Slots)
    assert (found.constants, found.ordered, found.slot(2)) == ([1, 2, 3], True, 3)


_atoms = st.one_of(st.text(), st.integers(), st.booleans(), st.dates(), st.decimals(-(10**60), 10**60), st.none())
_terms = st.recursive(
    _atoms.map(value),
    lambda inner: st.one_of(
        st.builds(lambda left, right: terms.Comparison("=", left, right, BOOLEAN), inner, inner),
        st.builds(lambda items: terms.AnyOf(tuple(items), BOOLEAN), st.lists(inner, max_size=4)),
        st.builds(lambda item: terms.Not(item, BOOLEAN), inner),
    ),
    max_leaves=25,
)


@given(_terms)
def test_any_term_comes_back(term: terms.Term) -> None:
    found = again(term)
    assert found == term
    assert repr(found) == repr(term)


def test_nesting_without_end_needs_no_recursion() -> None:
    term: terms.Term = value("a")
    for _ in range(5_000):
        term = terms.Not(term, BOOLEAN)
    found = again(term)
    depth = 0
    while isinstance(found, terms.Not):
        found, depth = found.item, depth + 1
    assert depth == 5_000


# -------------------------------------------------------------------------------------------------- what is refused


class Stranger:
    """A class that no ruleset knows."""


@pytest.mark.parametrize(
    "thing",
    [
        1.5,
        10**2_000,
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+2000"),
        Decimal("1E-4001"),
        b"bytes",
        Stranger(),
        Stranger,
        len,
        os.remove,
        lambda: None,
        dt.datetime(2026, 1, 1),
        dt.time(9),
        {1, 2},
        Token("name", "a", 0, 1),
        Source("other.yaml", ""),
        partial(os.remove, "a"),
        partial(table_result, types={}),
        st.text().map,
    ],
    ids=repr,
)
def test_what_no_ruleset_is_made_of_is_not_written(thing: object) -> None:
    with pytest.raises(Refused):
        codec.written((thing,), [SOURCE])


def test_what_is_made_of_itself_is_not_written() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(Refused):
        codec.written(circle, [])


def forged(classes: Sequence[object], atoms: Sequence[object], *numbers: int) -> bytes:
    """Bytes as nobody has written them here."""
    head = json.dumps([classes, atoms]).encode()
    return len(head).to_bytes(8, "little") + head + array("I", numbers).tobytes()


NOT = ["partnerrules.language.terms:Not", ["item", "type"]]
VALUE = ["partnerrules.language.terms:Value", ["value", "type"]]
BOOL = ["partnerrules.schema.types:Boolean", []]
QUANTIFIED = ["partnerrules.language.terms:Quantified", ["kind", "source", "variable", "condition", "type"]]
TUPLE, LIST, SET, DICT, _, PARTIAL, METHOD, FIRST = range(8)


def test_bytes_that_are_well_formed_are_read() -> None:
    data = forged([BOOL, VALUE, NOT], [True], FIRST, FIRST + 1, 0, 1, FIRST + 2, 2, 1)
    assert codec.read(data, []) == terms.Not(terms.Value(True, BOOLEAN), BOOLEAN)


def quantified(kind: object) -> bytes:
    """A term with a kind that someone else has written, where `some` and `every` are the ones that there are."""
    made = (FIRST, FIRST + 1, 0, 3, FIRST + 2, 1, 4, 2, 4, 3)
    return forged([BOOL, VALUE, QUANTIFIED], [True, kind, "item"], *made)


def test_a_choice_of_texts_is_read_where_it_is_one_of_them() -> None:
    # A variable may be called as a choice of another field is.
    assert codec.read(quantified("some"), []) == terms.Quantified(
        "some", value_of_truth(), "item", value_of_truth(), BOOLEAN
    )
    named = forged([BOOL, VALUE, QUANTIFIED], [True, "some"], FIRST, FIRST + 1, 0, 2, FIRST + 2, 1, 3, 1, 3, 2)
    assert codec.read(named, []) == terms.Quantified("some", value_of_truth(), "some", value_of_truth(), BOOLEAN)


def value_of_truth() -> terms.Value:
    return terms.Value(True, BOOLEAN)


@pytest.mark.parametrize(
    "data",
    [
        quantified("never"),
        quantified("item"),
        quantified("some "),
        quantified("a(v): pass\n__import__('os').remove('a')\ndef b"),
        quantified(None),
        quantified(1),
        forged([], [10**2_000], TUPLE, 1, 0),
        forged([], [["decimal", "NaN"]], TUPLE, 1, 0),
        forged([], [["decimal", "-Infinity"]], TUPLE, 1, 0),
        forged([], [["decimal", "1E+2000"]], TUPLE, 1, 0),
        forged([], [["decimal", "1E-4001"]], TUPLE, 1, 0),
        forged([], [["instant", "2026-02-28T12:30:00"]], TUPLE, 1, 0),  # of which time zone?
        b"",
        b"\xff" * 20,
        forged([], []),
        forged([], [], TUPLE),  # how many?
        forged([], [], TUPLE, 1),  # of what?
        forged([], [], TUPLE, 1, 0),  # of itself
        forged([], ["a"], TUPLE, 4_000_000_000, 0),
        forged([], ["a"], DICT, 1, 0),  # a key without a value
        forged([], ["a"], FIRST, 0),  # no such class
        forged([], [["call", "os:remove"]], TUPLE, 1, 0),
        forged([], [["function", "os:remove"]], PARTIAL, 1, 0),
        forged([], [["function", "partnerrules.policies.tables:lower"]], PARTIAL, 1, 0),
        forged([], [["function", "partnerrules.policies.tables:_result"], "a"], PARTIAL, 2, 0, 1),
        forged([], [["function", "partnerrules.policies.tables:_result"], "a"], METHOD, 0, 1),
        forged([], ["a"], PARTIAL, 1, 0),
        forged([], [["decimal", "many"]], TUPLE, 1, 0),
        forged([], [["date", "2026-02-30"]], TUPLE, 1, 0),
        forged([], [["zone", "../../etc/passwd"]], TUPLE, 1, 0),
        forged([], [["source", 0]], TUPLE, 1, 0),
        forged([], [["source", -1]], TUPLE, 1, 0),
        forged([], [["member", "partnerrules.plan.columns:Rest", "NONE"]], TUPLE, 1, 0),
        forged([], [1.5], TUPLE, 1, 0),
        forged([], [[[]]], SET, 1, 0),
        forged([NOT], [True], FIRST, 0, 0),  # neither a term nor a type
        forged([BOOL, NOT], [True], FIRST, FIRST + 1, 0, 1),  # the term is a plain value
        forged([["os:DirEntry", []]], [], FIRST),
        forged([["partnerrules.language.terms:Nothing", []]], [], FIRST),
        forged([["partnerrules.language.terms:Not", ["item"]]], [], FIRST),  # it has other fields
        forged([["partnerrules.facts:Facts", ["relations"]]], ["a"], FIRST, 0),
        forged([["partnerrules.domain.deals:Deal", []]], [], FIRST),
    ],
)
def test_bytes_that_are_not_are_refused(data: bytes) -> None:
    with pytest.raises(codec.FAULTS):
        codec.read(data, [])


@given(st.data())
def test_wrong_numbers_do_no_more_than_be_refused(data: st.DataObject) -> None:
    whole = codec.written((terms.AnyOf((value("a"), value(None)), BOOLEAN), {"a": Title((("", "b"),))}), [SOURCE])
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    try:
        codec.read(changed, [SOURCE])
    except codec.FAULTS:
        return


def test_names_find_nothing_else() -> None:
    for name in ("os:remove", "partnerrules.cli.app:main", "partnerrules.policies.tables:lower", "", ":", "a:b:c"):
        for find in (shape_of, function_of):
            with pytest.raises(Refused):
                find(name)
    with pytest.raises(Refused):
        shape_of(f"{Deal.__module__}:{Deal.__qualname__}")
    with pytest.raises(Refused):
        shape_of("partnerrules.diagnostics:Report")  # not frozen
    with pytest.raises(Refused):
        member_of("partnerrules.domain.values:UnknownValue", "UNKNOWN")


def of(kind: type, *inside: Iterable[Sort]) -> Sort:
    return kind, tuple(frozenset(each) for each in inside)


def test_which_values_fit_which_fields() -> None:
    assert fits(str, str)
    assert not fits(int, str)
    assert fits(type(None), str | None)
    assert not fits(bool, int)
    assert not fits(dt.datetime, dt.date)
    assert fits(type(Path()), Path)
    assert fits(of(tuple, {str}), tuple[str, ...])
    assert fits(of(tuple, ()), tuple[str, ...])
    assert not fits(of(tuple, {str, int}), tuple[str, ...])
    assert not fits(of(list, {str}), tuple[str, ...])
    assert fits(of(tuple, {of(tuple, {int})}), tuple[tuple[int, int], ...])
    assert fits(of(dict, {str}, {Span}), dict[str, Span])
    assert not fits(of(dict, {str}, {Diagnostic}), dict[str, Span])
    assert not fits(str, tuple[str, ...])


def test_a_choice_of_texts_is_fitted_by_these_alone() -> None:
    # A text that no field is limited to is of the sort of all texts; any other is a sort by itself.
    choice = Literal["a", "b"]
    assert fits("a", choice)
    assert not fits("c", choice)
    assert not fits(str, choice)
    assert not fits(int, choice)
    assert fits("c", choice | str)
    assert fits("c", str | None)
    assert not fits("c", int | None)
    assert fits(of(tuple, {"a", "b"}), tuple[choice, ...])
    assert not fits(of(tuple, {"a", "c"}), tuple[choice, ...])
    assert not fits(of(tuple, {"a", str}), tuple[choice, ...])
    assert not fits(of(tuple, {of(tuple, {"c", int})}), tuple[tuple[choice, int], ...])
    assert fits(of(dict, {"c"}, {"a"}), dict[str, choice | None])
    assert not fits(of(dict, {"c"}, {"c"}), dict[str, choice | None])
    assert words_of([tuple[choice, ...] | None, Mapping[str, Literal["c"]], str, Callable[[int], str]]) == {
        "a",
        "b",
        "c",
    }


def test_what_may_be_anything_is_a_constant() -> None:
    for hint in (object, Any):
        assert fits(str, hint)
        assert fits("a", hint)
        assert fits(Decimal, hint)
        assert fits(type(None), hint)
        assert not fits(Span, hint)
        assert not fits(of(tuple, {str}), hint)
    assert fits(of(tuple, {str, "a", Decimal}), tuple[object, ...])
    assert not fits(of(tuple, {str, Span}), tuple[object, ...])
