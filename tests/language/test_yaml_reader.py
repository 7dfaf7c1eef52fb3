"""Files become trees: what is read, where it stands, and which files are refused."""

import pytest

from partnerrules.diagnostics import Diagnostic, Report, Source
from partnerrules.language.yaml_nodes import Mapping, Node, Scalar, Sequence
from partnerrules.language.yaml_reader import Limits, read_yaml


def read(text: str) -> Node:
    report = Report()
    node = read_yaml(Source("rules.yaml", text), report)
    assert node is not None, report.diagnostics
    return node


def refused(text: str, *, limits: Limits | None = None) -> tuple[Diagnostic, ...]:
    report = Report()
    assert read_yaml(Source("rules.yaml", text), report, limits=limits or Limits()) is None
    assert report.failed
    return report.sorted()


def only(text: str, *, limits: Limits | None = None) -> Diagnostic:
    (diagnostic,) = refused(text, limits=limits)
    return diagnostic


def written(node: Node) -> str:
    return node.span.source.text[node.span.start : node.span.end]


def plain(node: Node | None) -> object:
    """A tree as lists, dictionaries and texts."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {entry.key.value: plain(entry.value) for entry in node.entries}


# --- what is read


def test_everything_stays_text() -> None:
    assert plain(read("country: NO\nsince: 2025-01-01\nshare: 010\nopen: ~\non: yes\n")) == {
        "country": "NO",
        "since": "2025-01-01",
        "share": "010",
        "open": "~",
        "on": "yes",
    }


def test_block_and_flow_have_their_places() -> None:
    tree = read("rules:\n  - id: a\n    to: {x: 1, y: [p, q]}\n\n# end\nnext: v\n")
    assert isinstance(tree, Mapping)
    rules = tree.get("rules")
    assert isinstance(rules, Sequence)
    assert (rules.flow, rules.span.line, rules.span.column) == (False, 2, 3)
    assert written(rules) == "- id: a\n    to: {x: 1, y: [p, q]}"
    rule = rules.items[0]
    assert isinstance(rule, Mapping)
    to = rule.get("to")
    assert isinstance(to, Mapping)
    assert (to.flow, written(to)) == (True, "{x: 1, y: [p, q]}")
    assert (to.keys(), to.get("z")) == (("x", "y"), None)
    assert [str(entry.key.span) for entry in to.entries] == ["rules.yaml:3:10", "rules.yaml:3:16"]


def test_a_list_not_indented_below_its_key() -> None:
    tree = read("a:\n- x\n- y\nb: z\n")
    assert plain(tree) == {"a": ["x", "y"], "b": "z"}
    assert isinstance(tree, Mapping)
    assert [written(entry.value) for entry in tree.entries] == ["- x\n- y", "z"]


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_nothing_written_is_null(word: str) -> None:
    tree = read(f"a: {word}\nb: '{word}'\n")
    assert isinstance(tree, Mapping)
    a, b = tree.get("a"), tree.get("b")
    assert isinstance(a, Scalar)
    assert isinstance(b, Scalar)
    assert (a.is_null, b.is_null) == (True, False)
    assert (a.span.line, a.span.column) == (1, 4 if word else 3)


def test_a_colon_without_a_value_in_braces_is_null() -> None:
    assert plain(read("{a: , c : 1, d: }")) == {"a": "", "c": "1", "d": ""}


def test_pairs_in_brackets() -> None:
    tree = read("[first: x, second]")
    assert plain(tree) == [{"first": "x"}, "second"]
    assert isinstance(tree, Sequence)
    assert written(tree.items[0]) == "first: x"


def test_one_document_may_be_marked() -> None:
    assert plain(read("%YAML 1.2\n---\na: b\n...\n")) == {"a": "b"}


def test_a_byte_order_mark_at_the_start_is_passed_over() -> None:
    assert plain(read("\ufeffa: b\n")) == {"a": "b"}


# --- anchors and merges


def test_an_alias_is_the_same_node() -> None:
    tree = read("a: &x [1, 2]\nb: *x\n")
    assert isinstance(tree, Mapping)
    assert tree.get("a") is tree.get("b")
    assert len({tree.get("a"), tree.get("b")}) == 1


def test_an_anchor_may_be_given_again() -> None:
    assert plain(read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")) == {"a": "1", "b": "1", "c": "2", "d": "2"}
    assert plain(read("a: &x [&x 1, *x]\nb: *x\n")) == {"a": ["1", "1"], "b": "1"}


def test_merges_give_way_to_own_keys_and_to_earlier_merges() -> None:
    tree = read("a: &a {p: 1, q: 2}\nb: &b {q: 3, r: 4}\nc:\n  r: 5\n  <<: [*a, *b]\n  s: 6\nd: {<<: *b, q: 7}\n")
    assert isinstance(tree, Mapping)
    assert plain(tree.get("c")) == {"r": "5", "p": "1", "q": "2", "s": "6"}
    assert plain(tree.get("d")) == {"r": "4", "q": "7"}
    merged = tree.get("c")
    assert isinstance(merged, Mapping)
    assert merged.keys() == ("r", "p", "q", "s")


def test_a_quoted_merge_key_is_a_key() -> None:
    assert plain(read("{'<<': x}")) == {"<<": "x"}


@pytest.mark.parametrize("value", ["text", "[{a: b}, text]"])
def test_only_mappings_are_merged(value: str) -> None:
    diagnostic = only(f"<<: {value}")
    assert (diagnostic.code, diagnostic.span.column) == ("yaml-syntax", 1)


def test_an_anchor_that_no_one_uses_is_shown_where_text_follows() -> None:
    report = Report()
    assert read_yaml(Source("rules.yaml", "title: &Co partners\nlist: &l [1]\n"), report) is not None
    (warning,) = report.diagnostics
    assert (warning.code, warning.severity, str(warning.span)) == ("unquoted-text", "warning", "rules.yaml:1:8")


def test_an_unknown_anchor_has_a_way_out() -> None:
    diagnostic = only("base: &amount 5\nwhen: *amuont\n")
    assert (diagnostic.code, str(diagnostic.span)) == ("unknown-anchor", "rules.yaml:2:7")
    assert diagnostic.help == "quote the value if it is text, such as `'*amuont'`; did you mean `amount`?"


def test_an_alias_inside_what_it_refers_to() -> None:
    assert [only(text).code for text in ("&a [*a]", "&a {b: {c: *a}}", "&a {<<: *a}")] == ["recursive-alias"] * 3


# --- mistakes


def test_duplicate_keys_are_all_found() -> None:
    first, second = refused("a: 1\nb: {x: 1, y: 2, 'x': 3}\na: 2\n")
    assert (first.code, str(first.span)) == ("duplicate-key", "rules.yaml:2:17")
    assert (second.code, str(second.span)) == ("duplicate-key", "rules.yaml:3:1")
    assert [str(label.span) for label in second.labels] == ["rules.yaml:1:1", "rules.yaml:3:1"]
    assert second.message == "the key `a` is written twice"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("? [a]\n: b\n", "1:3"),
        ("{[a]: b}", "1:2"),
        ("a: 1\n{b: c}: d\n", "2:1"),
        ("x: &k v\n*k : d\n", "2:1"),
        (": b\n", "1:1"),
        ("{a: 1, : 2}", "1:8"),
    ],
)
def test_a_key_is_a_text_that_is_written_out(text: str, place: str) -> None:
    diagnostic = only(text)
    assert (diagnostic.code, str(diagnostic.span)) == ("key-not-text", f"rules.yaml:{place}")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a note\n", "---\n", "---\n...\n"])
def test_a_file_with_nothing_in_it(text: str) -> None:
    assert only(text).code == "empty-document"


@pytest.mark.parametrize("text", ["a: b\n---\nc: d\n", "a\n---\n", "a: b\n...\nc: d\n"])
def test_several_documents(text: str) -> None:
    diagnostic = only(text)
    assert (diagnostic.code, diagnostic.span.line) == ("several-documents", 3 if "..." in text else 2)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a: !!python/object/apply:os.system [x]\n", "!!python/object/apply:os.system"),
        ("a: !!str 5\n", "!!str"),
        ("a: !include other.yaml\n", "!include"),
        ("a: !<tag:x> 5\n", "!<tag:x>"),
        ("a: {b: !!int 5, c: d}\n", "!!int"),
        ("a: !e!x 5\n", "!e!x"),
    ],
)
def test_tags_are_not_read(text: str, shown: str) -> None:
    diagnostic = only(text)
    assert diagnostic.code == "unsupported-tag"
    span = diagnostic.span
    assert span.source.text[span.start : span.end] == shown


@pytest.mark.parametrize(
    ("text", "column", "named"),
    [
        ("a: x\x00y\n", 5, "the character NUL"),
        ("a: x\x07\n", 5, "the control character U+0007"),
        ("a: x\ry\n", 5, "a carriage return without a line feed"),
        ("a: x\u2028y\n", 5, "a line separator (U+2028)"),
        ("a: x\x85y\n", 5, "the control character U+0085"),
        ("a: \ufeffx\n", 4, "a byte order mark (U+FEFF) inside the text"),
        ("a: \ud800\n", 4, "half a character (U+D800)"),
        ('a: "xy\\0"\n', 7, "the character NUL"),
        ('a: "\\ud83d\\ude00"\n', 5, "half a character (U+D83D)"),
        ('a: "\\e[31m"\n', 5, "the control character U+001B"),
    ],
)
def test_characters_that_no_one_sees(text: str, column: int, named: str) -> None:
    diagnostic = only(text)
    assert (diagnostic.code, diagnostic.span.column) == ("control-character", column)
    assert diagnostic.message == f"{named} does not belong in a text"


def test_reading_ends_after_a_hundred_mistakes() -> None:
    assert len(refused("a: 1\n" * 500)) == 100


# --- limits


def test_depth() -> None:
    limits = Limits(depth=3)
    assert plain(read("[[[x]]]")) == [[["x"]]]
    diagnostic = only("[[[[x]]]]", limits=limits)
    assert (diagnostic.code, diagnostic.span.column) == ("too-deep", 4)
    assert diagnostic.message == "lists and mappings are nested more than 3 deep"


def test_depth_through_aliases() -> None:
    limits = Limits(depth=3)
    report = Report()
    # `c` stands one level down, and what it refers to has two.
    assert read_yaml(Source("rules.yaml", "a: &a [[x]]\nb: [y]\nc: *a\n"), report, limits=limits) is not None
    assert only("a: &a [[x]]\nb: [*a]\n", limits=limits).code == "too-deep"


def test_nodes() -> None:
    # One mapping, its key, a list and its items: five nodes.
    report = Report()
    assert read_yaml(Source("rules.yaml", "a: [x, y]"), report, limits=Limits(nodes=5)) is not None
    assert only("a: [x, y]", limits=Limits(nodes=4)).code == "too-large"


def test_written_out_size() -> None:
    # `a` and its value are 5 nodes with the outer mapping; `b` is one more, and its alias counts 3.
    text = "a: &a [x, y]\nb: *a\n"
    report = Report()
    assert read_yaml(Source("rules.yaml", text), report, limits=Limits(expanded=9)) is not None
    assert only(text, limits=Limits(expanded=8)).code == "too-many-aliases"


def test_long_texts_count_more_when_they_are_repeated() -> None:
    text = "- &a " + "x" * 50_000 + "\n" + "- *a\n" * 100
    assert only(text, limits=Limits(expanded=5_000)).code == "too-many-aliases"


def test_length_of_the_text() -> None:
    assert only("a: " + "x" * 100, limits=Limits(characters=100)).code == "too-large"
