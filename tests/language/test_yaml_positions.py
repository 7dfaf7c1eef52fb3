"""Every character of a YAML scalar is found at its place in the file, in all five styles."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.diagnostics import Report, Source, Span
from partnerrules.language.yaml_nodes import Mapping, Scalar
from partnerrules.language.yaml_reader import read_yaml


def value_of(text: str) -> Scalar:
    """The value of the key `a` of a file."""
    report = Report()
    node = read_yaml(Source("rules.yaml", text), report)
    assert isinstance(node, Mapping), report.diagnostics
    value = node.get("a")
    assert isinstance(value, Scalar)
    return value


def place(scalar: Scalar, part: str) -> tuple[int, int, str]:
    """Line, column and source text of a part of a value."""
    start = scalar.value.index(part)
    span = scalar.at(start, start + len(part))
    return span.line, span.column, written(span)


def written(span: Span) -> str:
    return span.source.text[span.start : span.end]


def test_plain_on_one_line() -> None:
    scalar = value_of("b: 1\na:   deal.amount >= 5 CNY   # note\n")
    assert (scalar.value, scalar.style, written(scalar.span)) == (
        "deal.amount >= 5 CNY",
        "plain",
        "deal.amount >= 5 CNY",
    )
    assert place(scalar, "amount") == (2, 11, "amount")


def test_plain_over_several_lines() -> None:
    scalar = value_of("a: one\n   two\n\n   three\n")
    assert scalar.value == "one two\nthree"
    assert place(scalar, "two") == (2, 4, "two")
    assert place(scalar, "three") == (4, 4, "three")
    assert place(scalar, "one two") == (1, 4, "one\n   two")
    assert written(scalar.at(3, 4)) == "\n   "


def test_plain_with_an_anchor_starts_behind_it() -> None:
    scalar = value_of("a: &x text\nb: *x\n")
    assert (scalar.span.line, scalar.span.column, written(scalar.span)) == (1, 7, "text")


def test_block_with_an_anchor_and_a_comment_starts_at_its_bar() -> None:
    scalar = value_of("a: &x # note\n  |\n  text\nb: *x\n")
    assert (scalar.span.line, scalar.span.column) == (2, 3)
    assert place(scalar, "text") == (3, 3, "text")


def test_single_quoted() -> None:
    scalar = value_of("a: 'it''s\n  so'\n")
    assert scalar.value == "it's so"
    assert place(scalar, "'") == (1, 7, "''")
    assert place(scalar, "s so") == (1, 9, "s\n  so")
    assert place(scalar, "so") == (2, 3, "so")
    assert written(scalar.span) == "'it''s\n  so'"


def test_double_quoted() -> None:
    scalar = value_of('a: "x\\x41\\u4e2d\\U0001F600\\ty\\\n   z  \n\n  w"\n')
    assert scalar.value == "xA中\U0001f600\tyz\nw"
    assert place(scalar, "A") == (1, 6, "\\x41")
    assert place(scalar, "中") == (1, 10, "\\u4e2d")
    assert place(scalar, "\U0001f600") == (1, 16, "\\U0001F600")
    assert place(scalar, "\t") == (1, 26, "\\t")
    assert place(scalar, "z") == (2, 4, "z")
    assert place(scalar, "w") == (4, 3, "w")


def test_literal() -> None:
    scalar = value_of("a: |\n  first\n    more\n\n  last\n\nb: 1\n")
    assert scalar.value == "first\n  more\n\nlast\n"
    assert place(scalar, "more") == (3, 5, "more")
    assert place(scalar, "last") == (5, 3, "last")
    assert written(scalar.span) == "|\n  first\n    more\n\n  last"


def test_folded() -> None:
    scalar = value_of("a: >-\n  one\n  two\n\n  three\n    more\n  four\n")
    assert scalar.value == "one two\nthree\n  more\nfour"
    assert place(scalar, "two") == (3, 3, "two")
    assert place(scalar, "three") == (5, 3, "three")
    assert place(scalar, "  more") == (6, 3, "  more")
    assert place(scalar, "four") == (7, 3, "four")
    assert written(scalar.at(3, 4)) == "\n  "


@pytest.mark.parametrize(
    ("text", "value", "line", "column"),
    [
        ("a: |2\n    x\n  y\n", "  x\ny\n", 3, 3),
        ("a: |+\n  y\n\n\n", "y\n\n\n", 2, 3),
        ("a: |-\n\n\n  y\n", "\n\ny", 4, 3),
        ("a: >+1\n\n  x\n\n y\n", "\n x\n\ny\n", 5, 2),
        ("b:\n  - c\na:\n    |  # note\n   y\n", "y\n", 5, 4),
    ],
)
def test_indicators_of_block_scalars(text: str, value: str, line: int, column: int) -> None:
    scalar = value_of(text)
    assert scalar.value == value
    assert place(scalar, "y") == (line, column, "y")


@pytest.mark.parametrize("style", ["", "'", '"', "|\n  ", ">\n  "])
def test_chinese_text(style: str) -> None:
    close = style if style in ("'", '"') else ""
    scalar = value_of(f"a: {style}合作伙伴 gold{close}\n")
    line, _, text = place(scalar, "伙伴")
    assert (line, text) == (2 if "\n" in style else 1, "伙伴")


@pytest.mark.parametrize(
    "body",
    ["one\n  two", "'one\n  two'", '"one\n  two"', "|\n  one\n  two", ">\n  one\n  two", ">\n  one\n\n    two"],
)
def test_line_ends_of_windows(body: str) -> None:
    unix = value_of(f"# note\na: {body}\n")
    windows = value_of(f"# note\na: {body}\n".replace("\n", "\r\n"))
    assert windows.value == unix.value
    assert place(windows, "two") == place(unix, "two")


def test_places_outside_are_held_inside() -> None:
    scalar = value_of("a: 'xy'\n")
    assert written(scalar.at(-5, 99)) == "xy"
    assert (scalar.at(2, 2).column, written(scalar.at(2, 2))) == (7, "")


def test_an_empty_text_has_a_place() -> None:
    assert value_of("a: ''\n").at(0, 0).column == 5
    assert value_of("a:\n").at(0, 0).column == 3


def test_a_scalar_made_elsewhere_is_shown_whole() -> None:
    span = Span(Source("rules.yaml", "a: 'other'"), 3, 10)
    assert Scalar("text", "single", span).at(1, 2) == span


# --- generated

_WORDS = st.text(st.sampled_from("ab'\"\\:中😀=,#[]{}"), min_size=1, max_size=6)
_SPACES = st.sampled_from([" ", "  "])
_BREAKS = st.sampled_from(["\n", "\n\n", "\n\n\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Words with spaces and line ends between them."""
    parts = [draw(_WORDS)]
    for _ in range(draw(st.integers(0, 5))):
        parts += [draw(st.one_of(_SPACES, _BREAKS)), draw(_WORDS)]
    return "".join(parts)


def single(text: str) -> str:
    return "'" + re.sub("\n+", lambda found: found.group() + "\n  ", text.replace("'", "''")) + "'"


def literal(text: str) -> str:
    return "|-\n" + "\n".join(f"  {line}" if line else "" for line in text.split("\n"))


def folded(text: str) -> str:
    return ">-\n  " + re.sub("\n+", lambda found: found.group() + "\n", text).replace("\n", "\n  ")


@st.composite
def double(draw: st.DrawFn, text: str) -> str:
    """A text in double quotes, each character as itself or as one of its escapes."""
    written = '"'
    for character in text:
        code = ord(character)
        forms = [f"\\U{code:08x}"]
        if code < 0x10000:
            forms.append(f"\\u{code:04X}")
        if code < 0x100:
            forms.append(f"\\x{code:02x}")
        # A space at the start of a line would be taken for indentation.
        if character not in '"\\\n' and not (character == " " and written[-1] in " \n"):
            forms.append(character)
        written += draw(st.sampled_from(forms))
        if draw(st.integers(0, 9)) == 0:
            written += "\\\n   "
    return written + '"'


def means(source: str, character: str) -> bool:
    """Whether a source text is one way to write a character."""
    if source == character or (source == "''" and character == "'"):
        return True
    if source[:2] in ("\\x", "\\u", "\\U"):
        return chr(int(source[2:], 16)) == character
    if source in ("\\" + character, "\\n" if character == "\n" else None):
        return True
    return character in " \n" and "\n" in source and source.strip() == ""


def check_every_character(scalar: Scalar) -> None:
    end = scalar.span.start
    for index, character in enumerate(scalar.value):
        span = scalar.at(index, index + 1)
        assert span.start >= end, "characters overlap"
        assert means(written(span), character), (index, character, written(span))
        end = span.end


@given(texts(), st.sampled_from(["single", "literal", "folded", "double"]), st.booleans(), st.data())
def test_each_character_is_found_in_texts_written_in_each_style(
    text: str, style: str, windows: bool, data: st.DataObject
) -> None:
    if style == "double":
        body = data.draw(double(text))
    else:
        body = {"single": single, "literal": literal, "folded": folded}[style](text)
    file = f"# 说明\na: {body}\nb: 1\n"
    scalar = value_of(file.replace("\n", "\r\n") if windows else file)
    assert scalar.style == style
    assert scalar.value == text
    check_every_character(scalar)


_ODD_LINES = st.lists(
    st.text(st.sampled_from("  ab中'\\n\"x4#-"), max_size=8).filter(lambda line: not line.startswith("---")), max_size=6
)


@given(st.sampled_from(["|", ">", "'", '"', "", "|2", ">1-", "|+", ">+", ">-", "|1+"]), _ODD_LINES, st.booleans())
def test_each_character_is_found_in_odd_scalars(opening: str, lines: list[str], windows: bool) -> None:
    """Whatever the parser accepts: lines indented more or less, blank ones with spaces, strange ends."""
    if opening in ("'", '"', ""):
        text = "- - " + opening + "\n     ".join(lines) + opening + "\n"
    else:
        text = "- - " + opening + "\n" + "".join(f"   {line}\n" for line in lines)
    report = Report()
    node = read_yaml(Source("rules.yaml", text.replace("\n", "\r\n") if windows else text), report)
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Scalar):
            check_every_character(current)
        elif isinstance(current, Mapping):
            stack.extend(part for entry in current.entries for part in (entry.key, entry.value))
        elif current is not None:
            stack.extend(current.items)
