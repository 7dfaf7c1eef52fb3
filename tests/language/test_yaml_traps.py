"""YAML's traps and errors, each with the place and the way out that an author needs."""

import pytest

from partnerrules.diagnostics import Diagnostic, Report, Source
from partnerrules.language.yaml_reader import read_yaml


def refused(text: str) -> Diagnostic:
    report = Report()
    assert read_yaml(Source("rules.yaml", text), report) is None
    (diagnostic,) = report.diagnostics
    return diagnostic


def marked(diagnostic: Diagnostic) -> str:
    return diagnostic.span.source.text[diagnostic.span.start : diagnostic.span.end]


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        # in braces: brackets, commas and colons
        ("rule: {require: deal.product in [a, b], id: x}\n", "1:17", "deal.product in [a, b]"),
        ("rule:\n  {id: x,\n   require: a in [b, c]}\n", "3:13", "a in [b, c]"),
        ("all: [deal.x in [a, b], c]\n", "1:7", "deal.x in [a, b]"),
        ("{value: min(a, b)}", "1:9", "min(a, b)"),
        ("{value: min(a, b), w: 1}", "1:9", "min(a, b)"),
        ("title: {en: adds, more, zh: 增加}", "1:13", "adds, more"),
        ("{en: adds, and more, and more}", "1:6", "adds, and more, and more"),
        ("title: {en: Note: this, zh: 注}", "1:13", "Note: this"),
        ("{a: 1, when: x ? y : z}", "1:14", "x ? y : z"),
        # in blocks
        ("title: Note: this\n", "1:8", "Note: this"),
        ("- - title: Note: this\n", "1:12", "Note: this"),
        ("标题: 注意: 这个\n", "1:5", "注意: 这个"),
        # starts that mean something to YAML
        ("when: >= 1000 CNY  # note\n", "1:7", ">= 1000 CNY"),
        ("- >= 5\n", "1:3", ">= 5"),
        ("when: > 5 CNY\n", "1:7", "> 5 CNY"),
        ("when: >5\nnext: x\n", "1:7", ">5"),
        ("when: |5\n", "1:7", "|5"),
        ("when: |x| > 5\n", "1:7", "|x| > 5"),
        ("{when: > 5, a: b}", "1:8", "> 5"),
        ("when: - 5\n", "1:7", "- 5"),
        ("{when: - 5}", "1:8", "- 5"),
        ("when: ? x\n", "1:7", "? x"),
        ("when: * 5\n", "1:7", "* 5"),
        ("title: & partners\n", "1:8", "& partners"),
        ("title: &partners\n", "1:8", "&partners"),
        ("title: &a &b c\n", "1:8", "&a &b c"),
        ("share: %5\n", "1:8", "%5"),
        ("{a: x, share: %5}", "1:15", "%5"),
        ("by: @partner\n", "1:5", "@partner"),
        ("by: `partner`\n", "1:5", "`partner`"),
        # text behind a complete value
        ('when: "gold" = partner.tier\nnext: x\n', "1:7", '"gold" = partner.tier'),
        ('- "gold" = partner.tier\n', "1:3", '"gold" = partner.tier'),
        ('{when: "gold" = partner.tier, a: b}', "1:8", '"gold" = partner.tier'),
        ("when: [a] = b\n", "1:7", "[a] = b"),
        ("when: {a: b} c\n", "1:7", "{a: b} c"),
        ("a: &x 1\nwhen: *x + 5\n", "2:7", "*x + 5"),
    ],
)
def test_text_that_needs_quotes_is_shown_whole_with_quotes(text: str, place: str, value: str) -> None:
    diagnostic = refused(text)
    assert (diagnostic.code, str(diagnostic.span)) == ("unquoted-text", f"rules.yaml:{place}")
    assert marked(diagnostic) == value
    assert diagnostic.help == f"quote this or use block form: `'{value}'`"


@pytest.mark.parametrize(
    ("value", "help"),
    [
        ("!important", "write `not(important)`; or, if it is text, quote it: `'!important'`"),
        ("!(a and b)", "write `not(a and b)`; or, if it is text, quote it: `'!(a and b)'`"),
        ("!done and paid", "write `not(...)` for the opposite of a condition; or, if this is text, quote it"),
        ("!exists(x) and y", "write `not(...)` for the opposite of a condition; or, if this is text, quote it"),
        ("!x{y}", "write `not(...)` for the opposite of a condition; or, if this is text, quote it"),
    ],
)
def test_an_exclamation_mark_may_mean_not(value: str, help: str) -> None:
    diagnostic = refused(f"when: {value}\n")
    assert (diagnostic.code, marked(diagnostic), diagnostic.help) == ("unquoted-text", value, help)


@pytest.mark.parametrize(
    ("text", "place", "plain"),
    [
        ("{id: a， require: b}\n", "1:7", ", "),
        ("title: {en: A, zh: 网络，ru: B}\n", "1:22", ", "),
        ("{id： a, require: b}\n", "1:4", ": "),
        ("- id： a\n  require: b\n", "1:5", ": "),
        ("currency： CNY\nversion: 1\n", "1:9", ": "),
        ("- ｛id: a, require: b｝\n", "1:3", "{"),
        ("- {id: a, require: b｝\n", "1:21", "}"),
        ("a: {b: [c, d］}\n", "1:13", "]"),
    ],
)
def test_a_full_width_mark_in_the_place_of_a_plain_one(text: str, place: str, plain: str) -> None:
    diagnostic = refused(text)
    assert (diagnostic.code, str(diagnostic.span)) == ("full-width-character", f"rules.yaml:{place}")
    assert diagnostic.help == f"write `{plain}` in its place"


@pytest.mark.parametrize(
    "text",
    ["title: {en: A, zh: 甲，乙}\n", "title: 等级：甲，乙：丙\n", 'a: ["甲，乙"]\n', "zh: |\n  甲：一\n  乙：二\n"],
)
def test_full_width_marks_belong_to_texts(text: str) -> None:
    report = Report()
    assert read_yaml(Source("rules.yaml", text), report) is not None
    assert report.diagnostics == []


def test_a_comma_forgotten_before_a_key() -> None:
    diagnostic = refused("{type: boolean missing: none}\n")
    assert (marked(diagnostic), diagnostic.help) == (
        "missing:",
        "write `, missing: ...`; if all of it is one text, quote it",
    )


def test_digits_with_separators_in_braces() -> None:
    assert refused("{value: 1,500,000 CNY}\n").help == "write `1500000 CNY`"


def test_the_lines_of_a_table_directly_under_their_key() -> None:
    diagnostic = refused("rows:\n  | a | b |\n  |---|---|\n")
    assert (str(diagnostic.span), diagnostic.help) == ("rules.yaml:2:3", "write `rows: |` in the line above")


@pytest.mark.parametrize(
    ("text", "help"),
    [
        (
            "- a: 1\n  b: 2\n  a: 3\n  b: 4\n",
            "keep one of them, or write `- ` before the second one if the next item of the list begins there",
        ),
        ("a: 1\nb: 2\na: 3\n", "keep one of them"),
    ],
)
def test_a_key_twice_in_an_item_of_a_list_may_lack_a_dash(text: str, help: str) -> None:
    assert refused(text).help == help


def test_the_quotes_that_are_shown_work() -> None:
    assert refused('when: "it\'s" = x\n').help == "quote this or use block form: `'\"it''s\" = x'`"


def test_an_apostrophe_in_single_quotes() -> None:
    diagnostic = refused("title: 'it's'\n")
    assert (diagnostic.code, marked(diagnostic)) == ("unquoted-text", "'it's'")
    assert (
        diagnostic.help == "write `''` for an apostrophe inside single quotes, or put the whole text in double quotes"
    )


def test_several_texts_split_at_commas_are_all_found() -> None:
    report = Report()
    assert read_yaml(Source("rules.yaml", "{a: min(x, y), b: max(x, y)}"), report) is None
    assert [marked(diagnostic) for diagnostic in report.sorted()] == ["min(x, y)", "max(x, y)"]


@pytest.mark.parametrize(
    ("text", "place", "value", "help"),
    [
        ("{a:b}", "1:2", "a:b", "write a space after the `:`"),
        ("{a}", "1:2", "a", "write `key: value`, or quote the text before it if this belongs to it"),
        ("{a: [x], b}", "1:10", "b", "write `key: value`, or quote the text before it if this belongs to it"),
    ],
)
def test_a_key_without_a_value_in_braces(text: str, place: str, value: str, help: str) -> None:
    diagnostic = refused(text)
    assert (diagnostic.code, str(diagnostic.span)) == ("unquoted-text", f"rules.yaml:{place}")
    assert (diagnostic.message, diagnostic.help) == (f"`{value}` has no value", help)


@pytest.mark.parametrize("text", ["{a: , b:, c: 1}", "{a: x, b:}"])
def test_a_key_in_braces_without_a_value(text: str) -> None:
    diagnostic = refused(text)
    assert (diagnostic.code, marked(diagnostic)) == ("wrong-shape", "b:")
    assert diagnostic.message == "the key `b` has no value"


@pytest.mark.parametrize(
    "text",
    [
        "when: deal.amount >= 1000 and x in y\n",
        '{when: a = "b", id: x}',
        "when: '\"gold\" = partner.tier'\n",
        "when: -5\n",
        "when: x - 5, y\n",
        "when: [a, b]\n",
        "{when: exists(claim.approved_at) and claim.approved_at <= as_of}",
        "in_force: 2025-01-01 ..\n",
        "at: 10:30\n",
        "when: |\n  x in [a, b]: c\n",
        "a: &x 1\nwhen: *x\n",
        "url: https://example.org/a?b=c,d\n",
    ],
)
def test_what_is_no_trap_is_read(text: str) -> None:
    report = Report()
    assert read_yaml(Source("rules.yaml", text), report) is not None
    assert report.diagnostics == []


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: x\n  b: y\n", "2:3", "no key or list item can start here"),
        ("a:\n  b: 1\n   c: 2\n", "3:4", "no key or list item can start here"),
        ("a: 1\nfoo\nb: 2\n", "2:1", "this line is not `key: value`"),
        ("a:\n- b\n-c\n", "3:1", "this line is not `key: value`"),
        ("- a\nb: c\n", "2:1", "this line does not fit the indentation of the lines above"),
        ("  a: 1\n b: 2\n", "2:2", "this line does not fit the indentation of the lines above"),
        ("a: {b: 1\nc: 2\n", "2:2", "a comma or `}` is missing before this"),
        ("{\n a: 1\n b: 2\n}", "3:3", "a comma or `}` is missing before this"),
        ("a: {b: 1", "1:4", "this brace is never closed"),
        ("a: [b, c", "1:4", "this bracket is never closed"),
        ("a: {b: [c, d}\n", "1:13", "`[` is closed by `}`"),
        ("a: [,]\n", "1:5", "a value is missing before `,`"),
        ('a: "x\nb: 1\n', "1:4", "this quotation mark is never closed"),
        ('a: "x\nb: "y"\n', "1:4", "this quotation mark is probably never closed"),
        ('a: "C:\\data"\n', "1:7", "`\\d` is not an escape that YAML knows"),
        ('a: "\\xZZ"\n', "1:5", "`\\xZ` is not an escape that YAML knows"),
        ('a: "\\UFFFFFFFF"\n', "1:5", "`\\UFFFFFFFF` lies beyond the last character there is"),
        ("a: |\n   \n     x\n", "3:6", "the empty lines before this text are indented further than it"),
        ("a: 1\n%x\n", "2:1", "a line that starts with `%` is a directive to YAML"),
        ("%x\na: 1\n", "1:1", "a line that starts with `%` is a directive to YAML"),
        ("%YAML 1.11\n", "1:1", "a line that starts with `%` is a directive to YAML"),
        ("%YAML 1.1\n---\na: b\n", "2:1", "files are read as YAML 1.2, and this one asks for another version"),
        ("a: b\n... c\n", "2:1", "text follows `...`, which ends a file"),
        ("a:\tb\n", "1:3", "a tab stands here, where YAML allows spaces only"),
    ],
)
def test_errors_are_said_in_plain_words(text: str, place: str, message: str) -> None:
    diagnostic = refused(text)
    assert (diagnostic.code, str(diagnostic.span)) == ("yaml-syntax", f"rules.yaml:{place}")
    assert diagnostic.message == message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a:\n\tb: 1\n", "2:1"),
        ("\ta: 1\n", "1:1"),
        ("a:\n  b: 1\n  \tc: 2\n", "3:3"),
        ("a: |\n\ttext\n", "2:1"),
    ],
)
def test_tabs_in_the_indentation(text: str, place: str) -> None:
    diagnostic = refused(text)
    assert (diagnostic.code, str(diagnostic.span)) == ("tab-indentation", f"rules.yaml:{place}")
    assert diagnostic.help == "replace each tab by spaces"


def test_an_open_brace_is_shown_with_the_place_that_needs_its_comma() -> None:
    assert str(refused("a: {b: 1,\n    c: 2\n    d: 3}\n")) == (
        "rules.yaml:3:6: error[yaml-syntax]: a comma or `}` is missing before this\n"
        " 1 | a: {b: 1,\n"
        "   |    ^ the brace that is open\n"
        " 3 |     d: 3}\n"
        "   |      ^ neither a comma nor `}`"
    )
