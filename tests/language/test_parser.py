"""Expressions read as the design says: what binds tighter, every construct, and each fault at its place."""

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import HEAD, diagnostics
from tests.trees import HERE, TREES, faults_of, parsed

from partnerrules.diagnostics import Report, Source, Span
from partnerrules.language import syntax as s
from partnerrules.language.cursor import MAXIMUM_DEPTH
from partnerrules.language.excerpts import Plain
from partnerrules.language.parser import parse_cell, parse_expression
from partnerrules.language.printer import print_expression
from partnerrules.language.yaml_nodes import Mapping, Scalar
from partnerrules.language.yaml_reader import read_yaml


def name(text: str) -> s.Name:
    return s.Name(text, HERE)


def number(text: str, unit: str | None = None) -> s.Number:
    return s.Number(Decimal(text), unit, HERE)


A, B, C, D = (name(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a or b and c", "a or (b and c)"),
        ("a and b or c and d", "(a and b) or (c and d)"),
        ("a = b and c = d", "(a = b) and (c = d)"),
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b / c", "(a / b) / c"),
        ("a / b * c", "(a / b) * c"),
        ("a + b > c - d", "(a + b) > (c - d)"),
        ("-a + b", "(-a) + b"),
        ("-a * b", "(-a) * b"),
        ("-a.b", "-(a.b)"),
        ("a in [1..5] and b", "(a in [1..5]) and b"),
        ("a + b in [1..5]", "(a + b) in [1..5]"),
        ("a between b + 1 and c and d", "(a between (b + 1) and c) and d"),
        ("a between 1 and 2 or c", "(a between 1 and 2) or c"),
        ("if a then b else c and d", "if a then b else (c and d)"),
        ("if a then b else c + 1", "if a then b else (c + 1)"),
        ("a at today + 1 days", "(a at today) + 1 days"),
        ("a.b at today.c", "(a.b) at (today.c)"),
        ("a * b at today", "a * (b at today)"),
        ("latest a by b = c", "(latest a by b) = c"),
        ("top 2 a[b] by c and d", "(top 2 (a[b]) by c) and d"),
        ("some x in a satisfies b and c", "some x in a satisfies (b and c)"),
        ("for x in a return x + 1", "for x in a return (x + 1)"),
        ("d in last 12 months and a", "(d in last 12 months) and a"),
        ("d in this month and 5 before and a", "(d in this month and 5 before) and a"),
        ("d in this month and 5 < a", "(d in this month) and (5 < a)"),
        ("not(a) and b", "(not(a)) and b"),
        ("(a, b)", "[a, b]"),
    ],
)
def test_what_binds_tighter(text: str, same: str) -> None:
    assert parsed(text) == parsed(same)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1250.50", number("1250.50")),
        ("15 %", number("15", "%")),
        ("15%", number("15", "%")),
        ("100000 CNY", number("100000", "CNY")),
        ("2 Mbps", number("2", "Mbps")),
        ('"gold"', s.String("gold", HERE)),
        ("true", s.Truth(True, HERE)),
        ("a.b", s.Path(A, "b", HERE, HERE)),
        ("a.in", s.Path(A, "in", HERE, HERE)),
        ("a[b]", s.Filter(A, B, HERE)),
        ("a[b][c].d", s.Path(s.Filter(s.Filter(A, B, HERE), C, HERE), "d", HERE, HERE)),
        ("f()", s.Call("f", (), HERE, HERE)),
        ("f(a, b)", s.Call("f", (A, B), HERE, HERE)),
        ("not(a)", s.Call("not", (A,), HERE, HERE)),
        ("-5", s.Negate(number("5"), HERE)),
        ("a != b", s.Comparison("!=", A, B, HERE)),
        ("a between b and c", s.Between(A, B, C, HERE)),
        ("a in b", s.Membership(A, B, HERE)),
        ("a and b and c", s.And((A, B, C), HERE)),
        ("a or b or c", s.Or((A, B, C), HERE)),
        ("if a then b else c", s.If(A, B, C, HERE)),
        ("for x in a return b", s.For("x", A, B, HERE)),
        ("some x in a satisfies b", s.Quantified("some", "x", A, B, HERE)),
        ("every x in a satisfies b", s.Quantified("every", "x", A, B, HERE)),
        ("[]", s.Items((), HERE)),
        ("[a]", s.Items((A,), HERE)),
        ("[a..b]", s.Range(A, B, True, True, HERE)),
        ("(a..b]", s.Range(A, B, False, True, HERE)),
        ("[a..b)", s.Range(A, B, True, False, HERE)),
        ("(a..b)", s.Range(A, B, False, False, HERE)),
        ("latest a by b", s.Pick("latest", 1, A, B, HERE)),
        ("earliest a by b", s.Pick("earliest", 1, A, B, HERE)),
        ("top 3 a by b", s.Pick("top", 3, A, B, HERE)),
        ("a at b", s.At(A, B, HERE)),
        ("last 12 months", s.Window("last", 12, "month", False, HERE)),
        ("last 1 week", s.Window("last", 1, "week", False, HERE)),
        ("last look_back", s.Last(s.Name("look_back", HERE), HERE)),
        ("this month", s.Window("this", 0, "month", False, HERE)),
        ("this month and 5 before", s.Window("this", 5, "month", False, HERE)),
        ("this fiscal quarter", s.Window("this", 0, "quarter", True, HERE)),
        ("quarter to date", s.Window("to date", 0, "quarter", False, HERE)),
        ("fiscal year to date", s.Window("to date", 0, "year", True, HERE)),
        ("start of month(a)", s.Edge("start", "month", False, A, HERE)),
        ("end of fiscal year(a)", s.Edge("end", "year", True, A, HERE)),
    ],
)
def test_every_construct(text: str, tree: s.Syntax) -> None:
    assert parsed(text) == tree


def test_days_and_moments() -> None:
    day = parsed("2024-02-29")
    assert isinstance(day, s.Day)
    assert day.value.isoformat() == "2024-02-29"
    moment = parsed("2026-03-01T09:00:00+08:00")
    assert isinstance(moment, s.Moment)
    assert moment.value.isoformat() == "2026-03-01T09:00:00+08:00"


@pytest.mark.parametrize("word", ["latest", "last", "this", "top", "start", "end", "month", "quarter", "fiscal", "at"])
def test_words_of_phrases_are_names_where_no_phrase_follows(word: str) -> None:
    assert parsed(f"{word} = 1") == s.Comparison("=", name(word), number("1"), HERE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "syntax"),
        ("a =", "syntax"),
        ("= a", "syntax"),
        ("a b", "syntax"),
        ("a is b", "syntax"),
        ("()", "syntax"),
        ("a.", "syntax"),
        ("a.1", "syntax"),
        ("(a", "unclosed-bracket"),
        ("[a", "unclosed-bracket"),
        ("f(a", "unclosed-bracket"),
        ("a[b", "unclosed-bracket"),
        ("a)", "syntax"),
        ("a == b", "unknown-operator"),
        ("a <> b", "unknown-operator"),
        ("a && b", "unknown-operator"),
        ("a || b", "unknown-operator"),
        ("a ** b", "unknown-operator"),
        ("1 < a < 2", "chained-comparison"),
        ("a = b = c", "chained-comparison"),
        ("a in b = c", "chained-comparison"),
        ("not a", "syntax"),
        ("if a then b", "syntax"),
        ("if a else b", "syntax"),
        ("for x a return b", "syntax"),
        ("some in a satisfies b", "syntax"),
        ("latest a", "syntax"),
        ("top 0 a by b", "syntax"),
        ("last 0 months", "syntax"),
        ("last 3 moons", "syntax"),
        ("this fiscal week", "syntax"),
        ("start month(a)", "syntax"),
        ("5 business", "unknown-unit"),
        ("5 business weeks", "unknown-unit"),
        ("5 working days", "unknown-unit"),
        ("5 business_days", "unknown-unit"),
        ("5 parsecs", "unknown-unit"),
        ("2026-02-30", "no-such-date"),
        ("2026-13-01", "no-such-date"),
        ("2026-03-01T25:00:00Z", "no-such-date"),
        ("2026-03-01T09:00:00", "instant-without-offset"),
        ("and", "syntax"),
        ("a + ", "syntax"),
        ("a between 1", "syntax"),
    ],
)
def test_a_fault_has_its_code_and_is_the_only_one(text: str, code: str) -> None:
    assert faults_of(text) == [code]


def test_nesting_has_an_end() -> None:
    deep = MAXIMUM_DEPTH - 1
    parsed("(" * deep + "a" + ")" * deep)
    for text in (
        "(" * 4_000,
        "-" * 9_000 + "a",
        "f(" * 3_000,
        "a" + "[a" * 3_000,
        "a" + ".b" * 4_000,
        "a" + "+a" * 4_000,
    ):
        assert faults_of(text) == ["too-deep"]
    assert faults_of("if a then b else " * 400 + "c") == ["too-deep"]
    assert faults_of("[" * 5_000)[0] == "too-deep"


def test_a_cell_is_nested_no_deeper() -> None:
    for text in ("not(" * 2_000, "a" + "+a" * 4_000):
        report = Report()
        assert parse_cell(Plain(Source("t", text), 0, len(text)), report) is None
        assert [diagnostic.code for diagnostic in report.diagnostics] == ["too-deep"]


def test_long_conjunctions_are_not_deep() -> None:
    tree = parsed(" and ".join(["a"] * 1_000))
    assert isinstance(tree, s.And)
    assert len(tree.items) == 1_000


def test_cells() -> None:
    def cell(text: str) -> s.CellTest:
        report = Report()
        found = parse_cell(Plain(Source("t", text), 0, len(text)), report)
        assert found is not None, report.diagnostics
        return found

    gold, silver = s.String("gold", HERE), s.String("silver", HERE)
    assert cell("-") == s.AnyValue(HERE)
    assert cell("- 5") == s.OneOf((s.Negate(number("5"), HERE),), HERE)
    assert cell(">= 5") == s.OneOf((s.Against(">=", number("5"), HERE),), HERE)
    assert cell('"gold", "silver"') == s.OneOf((gold, silver), HERE)
    assert cell('not("gold", "silver")') == s.NoneOf((gold, silver), HERE)
    assert cell('not("gold"), "silver"') == s.OneOf((s.NoneOf((gold,), HERE), silver), HERE)
    assert cell("[1..5), > 10") == s.OneOf(
        (s.Range(number("1"), number("5"), True, False, HERE), s.Against(">", number("10"), HERE)), HERE
    )
    assert cell("= a + 1") == s.OneOf((s.Against("=", s.Arithmetic("+", A, number("1"), HERE), HERE),), HERE)


@pytest.mark.parametrize("text", ["", "a, ", ">= ", "a and b", "not()", "not(a", "a = b", "- , a"])
def test_cells_that_say_nothing(text: str) -> None:
    report = Report()
    assert parse_cell(Plain(Source("t", text), 0, len(text)), report) is None
    assert len(report.diagnostics) == 1


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    report = Report()
    tree = parse_expression(Plain(Source("t", text), 0, len(text)), report)
    assert (tree is None) == report.failed


WORDS = st.lists(
    st.sampled_from(
        "a b and or not in between if then else for return some every satisfies true by at latest top last this month"
        " to date start of fiscal ( ) [ ] .. . , + - * / = != < >= 3 12.5 % CNY days item before".split()
    ),
    max_size=14,
)


@given(WORDS)
def test_no_order_of_words_raises_and_what_is_read_prints_the_same(words: list[str]) -> None:
    text = " ".join(words)
    report = Report()
    tree = parse_expression(Plain(Source("t", text), 0, len(text)), report)
    assert (tree is None) == report.failed
    if tree is not None:
        assert parsed(print_expression(tree)) == tree


# ----------------------------------------------------------------------------------------------------------- positions


def every(node: s.Syntax) -> Iterator[s.Syntax]:
    yield node
    for child in s.children(node):
        yield from every(child)


@given(TREES)
def test_every_node_stands_at_the_text_that_it_is(tree: s.Syntax) -> None:
    text = print_expression(tree)
    for node in every(parsed(text)):
        assert parsed(text[node.span.start : node.span.end]) == node
        for slot in fields(node):
            if slot.name == "name_span":
                span: Span = getattr(node, slot.name)
                assert text[span.start : span.end] in (getattr(node, "name", None), getattr(node, "function", None))


STYLES = {
    "plain": "deal.amount >= 5 CNY and deal.nothing = 1",
    "single": "'deal.channel = \"it''s\" and deal.nothing = 1'",
    "double": '"deal.channel = \\"x\\" and deal.nothing = 1"',
    "folded": ">\n        deal.amount >= 5 CNY\n        and deal.nothing\n        = 1",
    "literal": "|\n        deal.amount >= 5 CNY\n          and deal.nothing\n        = 1",
}


@pytest.mark.parametrize("style", STYLES)
def test_a_fault_is_shown_at_its_place_in_every_yaml_style(style: str) -> None:
    text = f"definitions:\n  d:\n    of: deal\n    value: {STYLES[style]}\n"
    (found,) = diagnostics(text)
    written = HEAD + text
    assert found.code == "unknown-field"
    assert written[found.span.start : found.span.end] == "nothing"
    assert found.span.start == written.index("nothing")


@pytest.mark.parametrize("style", STYLES)
def test_every_name_has_its_place_in_every_yaml_style(style: str) -> None:
    source = Source("rules.yaml", f"a:\n  b:\n    c: {STYLES[style]}\n")
    report = Report()
    node = read_yaml(source, report)
    for key in "abc":
        assert isinstance(node, Mapping)
        found = node.get(key)
        assert isinstance(found, Mapping | Scalar)
        node = found
    assert isinstance(node, Scalar)
    tree = parse_expression(node, report)
    assert tree is not None
    names = [item for item in every(tree) if isinstance(item, s.Name)]
    places = [index for index in range(len(source.text)) if source.text.startswith("deal", index)]
    assert [item.span.start for item in names] == places
    for item in every(tree):
        if isinstance(item, s.Number):
            assert source.text[item.span.start : item.span.end] in ("5 CNY", "1")
