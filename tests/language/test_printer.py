"""The canonical text of an expression says the same as its tree, and says it in one way."""

import pytest
from hypothesis import given
from tests.trees import TREES, parsed

from partnerrules.diagnostics import Report, Source
from partnerrules.language import syntax as s
from partnerrules.language.excerpts import Plain
from partnerrules.language.parser import parse_cell
from partnerrules.language.printer import print_cell, print_expression, quote


@given(TREES)
def test_what_is_printed_reads_as_the_same_tree(tree: s.Syntax) -> None:
    assert parsed(print_expression(tree)) == tree


@given(TREES)
def test_printing_again_changes_nothing(tree: s.Syntax) -> None:
    text = print_expression(tree)
    assert print_expression(parsed(text)) == text


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a=1", "a = 1"),
        ("( ( a ) )", "a"),
        ("(a and b) and c", "(a and b) and c"),
        ("a and (b or c)", "a and (b or c)"),
        ("(a and b) or c", "a and b or c"),
        ("1+(2+3)", "1 + (2 + 3)"),
        ("(1 + 2) + 3", "1 + 2 + 3"),
        ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("-(a)", "-a"),
        ("-(a + b)", "-(a + b)"),
        ("a.b [ c ]", "a.b[c]"),
        ("( a, b )", "[a, b]"),
        ("15%", "15 %"),
        ("last 1 months", "last 1 month"),
        ("last 2 month", "last 2 months"),
        ("2026-03-01T01:00:00+00:00", "2026-03-01T01:00:00Z"),
        ("this month and 0.5", "this month and 0.5"),
        ("latest at today", "latest at today"),
        ("latest(not(a)) by b", "latest (not(a)) by b"),
        ("latest (latest a by b) by c", "latest (latest a by b) by c"),
        ("if a then b else if c then d else e", "if a then b else if c then d else e"),
        ("(if a then b else c) + 1", "(if a then b else c) + 1"),
        ("not(a)", "not(a)"),
        ("x in ( 1 .. 5 ]", "x in (1..5]"),
        ('"a\\"b\\\\"', '"a\\"b\\\\"'),
        ("1.50 CNY", "1.50 CNY"),
        ("11  business   days", "11 business days"),
        ("1 business day at today", "1 business day at today"),
    ],
)
def test_canonical_text(written: str, canonical: str) -> None:
    assert print_expression(parsed(written)) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("-", "-"),
        (">=1000 CNY", ">= 1000 CNY"),
        ('"EU","UK"', '"EU", "UK"'),
        ("not( bronze,silver )", "not(bronze, silver)"),
        ("[1..5), > 10", "[1..5), > 10"),
        ("!= a", "!= a"),
    ],
)
def test_canonical_text_of_a_cell(written: str, canonical: str) -> None:
    report = Report()
    cell = parse_cell(Plain(Source("t", written), 0, len(written)), report)
    assert cell is not None, report.diagnostics
    assert print_cell(cell) == canonical


def test_quoted_text_keeps_every_character() -> None:
    assert quote('a"b\\c\nd\te') == '"a\\"b\\\\c\\nd\\te"'
