"""An expression splits into words, numbers and signs; look-alikes and endless ones are refused."""

import pytest

from partnerrules.diagnostics import Report, Source
from partnerrules.language.excerpts import Plain
from partnerrules.language.tokens import MAXIMUM_LENGTH, Token, tokenize


def tokens(text: str) -> list[tuple[str, str]]:
    report = Report()
    found = tokenize(Plain(Source("rules.yaml", text), 0, len(text)), report)
    assert found is not None, report.diagnostics
    assert found[-1] == Token("end", "", len(text), len(text))
    return [(token.kind, token.text) for token in found[:-1]]


def refused(text: str) -> tuple[str, int, int]:
    """The code of the fault, and the characters it points at."""
    report = Report()
    assert tokenize(Plain(Source("rules.yaml", text), 0, len(text)), report) is None
    (diagnostic,) = report.diagnostics
    return diagnostic.code, diagnostic.span.start, diagnostic.span.end


def test_a_name_may_have_hyphens_and_a_minus_has_spaces() -> None:
    assert tokens("a-b") == [("name", "a-b")]
    assert tokens("a - b") == [("name", "a"), ("symbol", "-"), ("name", "b")]
    assert tokens("amount-1") == [("name", "amount-1")]
    assert tokens("a -1") == [("name", "a"), ("symbol", "-"), ("number", "1")]
    assert tokens("a- 1") == [("name", "a"), ("symbol", "-"), ("number", "1")]


def test_numbers_and_the_dots_of_an_interval() -> None:
    assert tokens("1.5") == [("number", "1.5")]
    assert tokens("[1..5)") == [
        ("symbol", "["),
        ("number", "1"),
        ("symbol", ".."),
        ("number", "5"),
        ("symbol", ")"),
    ]
    assert tokens("1.5..2.5") == [("number", "1.5"), ("symbol", ".."), ("number", "2.5")]
    assert tokens("15%") == [("number", "15"), ("symbol", "%")]
    assert tokens("90days") == [("number", "90"), ("name", "days")]


def test_days_and_moments() -> None:
    assert tokens("2026-03-01") == [("day", "2026-03-01")]
    assert tokens("2026-03-01T09:00:00+08:00") == [("moment", "2026-03-01T09:00:00+08:00")]
    assert tokens("2026-03-01T09:00:00Z") == [("moment", "2026-03-01T09:00:00Z")]


def test_quoted_text_is_decoded() -> None:
    assert tokens(r'"a \"b\" \\ \n"') == [("text", 'a "b" \\ \n')]
    assert tokens('"中文, [x]"') == [("text", "中文, [x]")]


def test_letters_of_all_alphabets_make_names() -> None:
    assert tokens("客户 партнёр") == [("name", "客户"), ("name", "партнёр")]


def test_line_ends_are_spaces() -> None:
    assert tokens("a\n  b\tc") == [("name", "a"), ("name", "b"), ("name", "c")]


@pytest.mark.parametrize(
    ("text", "code", "start", "end"),
    [
        ("a = “gold”", "wrong-quote", 4, 5),
        ("a = 'gold'", "wrong-quote", 4, 5),
        ("a ＞ 1", "full-width-character", 2, 3),
        ("a = （1）", "full-width-character", 4, 5),
        ("ａ = 1", "full-width-character", 0, 1),
        ('a = "gold', "unclosed-text", 4, 5),
        ("a # b", "unexpected-character", 2, 3),
        ("a\x00", "unexpected-character", 1, 2),
        (r'"a\q"', "bad-escape", 2, 4),
        ("1e9", "number-with-exponent", 0, 3),
        ("2E-3", "number-with-exponent", 0, 4),
    ],
)
def test_what_does_not_belong_is_named_at_its_place(text: str, code: str, start: int, end: int) -> None:
    assert refused(text) == (code, start, end)


def test_sixty_digits_are_a_number_and_more_are_not() -> None:
    assert tokens("9" * 60) == [("number", "9" * 60)]
    assert refused("9" * 61)[0] == "number-too-long"
    assert refused("9" * 100_000)[0] == "too-large"


def test_an_expression_is_not_endless() -> None:
    assert len(tokens("a " * (MAXIMUM_LENGTH // 2))) == MAXIMUM_LENGTH // 2
    assert refused("a" * (MAXIMUM_LENGTH + 1))[0] == "too-large"
