"""Hostile and broken files are refused within limits, and reading never raises."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.diagnostics import Report, Source
from partnerrules.language.yaml_nodes import Mapping, Scalar, Sequence
from partnerrules.language.yaml_reader import Limits, read_source, read_yaml


def codes(text: str, *, limits: Limits | None = None) -> list[str]:
    report = Report()
    node = read_yaml(Source("rules.yaml", text), report, limits=limits or Limits())
    assert (node is None) == report.failed
    return [diagnostic.code for diagnostic in report.diagnostics]


def laughs(levels: int) -> str:
    """Nine times the line above in each line: 9 to the power of the levels, written out."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000, "[" * 20_000 + "]" * 20_000, "{a: " * 20_000, "- " * 20_000 + "x", "a:\n" + " " * 9 + "- " * 200],
    ids=["open brackets", "brackets", "braces", "lists", "lists below a key"],
)
def test_nesting_without_end(text: str) -> None:
    assert codes(text) == ["too-deep"]


def test_nesting_by_indentation() -> None:
    assert codes("".join(" " * level + "a:\n" for level in range(1000))) == ["too-deep"]


def test_nesting_through_chains_of_aliases() -> None:
    """Each line is only two deep, but refers to the line above."""
    lines = ["a0: &a0 [x]"] + [f"a{level}: &a{level} [*a{level - 1}]" for level in range(1, 500)]
    assert codes("\n".join(lines)) == ["too-deep"]


def test_a_billion_laughs() -> None:
    # The fifth line is the first that passes 200,000; a reader that wrote aliases out would need 9 ** 60 nodes.
    assert codes(laughs(60)) == ["too-many-aliases"]


def test_laughs_by_merging() -> None:
    lines = ["a: &a {" + ", ".join(f"k{number}: x" for number in range(1000)) + "}"]
    lines += [f"b{number}: {{<<: [{', '.join(['*a'] * 50)}]}}" for number in range(10)]
    assert codes("\n".join(lines)) == ["too-many-aliases"]


def test_too_many_keys() -> None:
    assert codes("[" + "a," * 1000, limits=Limits(nodes=500)) == ["too-large"]


def test_sixty_megabytes_are_refused_unread() -> None:
    assert codes("a: " + "x" * 60_000_000) == ["too-large"]


def test_mistakes_without_end() -> None:
    assert codes("{" + "a: 1, " * 5000 + "}") == ["duplicate-key"] * 100
    assert codes("- &a x\n" * 1000) == ["unquoted-text"] * 100


_CHARACTERS = "ab:-?,[]{}#&*!|>'\"%@`<=\\ \n\t0159xuU~.合\x00\u2028é\ud800\ufeff"
_TOKENS = [
    "\r\n",
    ": ",
    "- ",
    "  ",
    "\n  ",
    "\n    ",
    "\nkey: ",
    "---",
    "...",
    "<<: ",
    "*a",
    "&a ",
    "!!str ",
    ">-",
    "|+2",
]
_ESCAPES = ["\\x41", "\\UFFFFFFFF", "%YAML 1.2\n", "%YAML 1.1", "%TAG ! x\n"]
_PIECES = st.sampled_from([*_CHARACTERS, *_TOKENS, *_ESCAPES])


def check(text: str) -> None:
    """Reading gives a tree with places inside the text, or diagnostics that can be shown; never both, never neither."""
    report = Report()
    node = read_yaml(Source("rules.yaml", text), report)
    assert (node is None) == report.failed
    for diagnostic in report.sorted():
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text) + 1
        assert str(diagnostic)
        assert diagnostic.gnu()
        assert "not valid YAML" not in diagnostic.message, "each error has words of its own"
    stack = [] if node is None else [node]
    while stack:
        current = stack.pop()
        assert 0 <= current.span.start <= current.span.end <= len(text)
        match current:
            case Scalar():
                assert len(current.value) == 0 or current.at(0, 1).end <= len(text)
            case Sequence():
                stack.extend(current.items)
            case Mapping():
                assert len({entry.key.value for entry in current.entries}) == len(current.entries)
                stack.extend(entry.value for entry in current.entries)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    check(text)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_heap_of_yaml_pieces_is_read_or_refused(text: str) -> None:
    check(text)


RULESET = """\
id: base
in_force: 2025-01-01 ..
title: {en: Northern programme, zh: 北方政策}
parameters: &p
  protection: {value: 90 days, source: N-7}
policies:
  - id: gates
    when: >-
      deal.amount >= 1000 CNY
      and exists(deal.closed_on)
    rows: |
      | tier | rate |
      |------|------|
      | gold | 5 %  |
    note: "it's \\u4e2d \\
      so"
    others: ['x''y', *p]
"""


@given(st.integers(0, len(RULESET)), st.integers(0, 12), st.lists(_PIECES, max_size=3).map("".join))
def test_any_damage_to_a_ruleset_is_read_or_refused(at: int, removed: int, added: str) -> None:
    check(RULESET[:at] + added + RULESET[at + removed :])


def test_the_undamaged_ruleset_is_read() -> None:
    assert codes(RULESET) == []


# --- files


def test_a_file_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: \xe4\xb8\xad\r\n")
    report = Report()
    source = read_source(path, "shown.yaml", report)
    assert source is not None
    assert (source.path, source.text, report.diagnostics) == ("shown.yaml", "a: 中\r\n", [])


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        ("a: 中\nb: é\n".encode("latin-1", errors="ignore"), "wrong-encoding", 2, 4),
        ("a: 中\nb: x".encode() + b"\xff\n", "wrong-encoding", 2, 5),
        (b"\xef\xbb\xbfa: \xff", "wrong-encoding", 1, 4),
        ("标题: 北方\n".encode("gbk"), "wrong-encoding", 1, 1),
        ("a: b\n".encode("utf-16"), "wrong-encoding", 1, 1),
        (b"a: b\nc: \x00\n", "control-character", 2, 4),
        (b"x" * 2000, "too-large", 1, 1),
    ],
)
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes, code: str, line: int, column: int) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(content)
    report = Report()
    assert read_source(path, "rules.yaml", report, maximum_bytes=1000) is None
    (diagnostic,) = report.diagnostics
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == (code, line, column)
    assert str(diagnostic)


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"x" * 1000)
    assert read_source(path, "rules.yaml", Report(), maximum_bytes=1000) is not None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.yaml", "there is no file `missing.yaml`"),
        ("folder", "`folder` is a folder, not a file"),
        ("file/below", "`file/below` cannot be read: not a directory"),
        ("x" * 300, f"`{'x' * 300}` cannot be read: file name too long"),
        ("nul\x00", "`nul\x00` cannot be read: no file can be called so"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("a: b", encoding="utf-8")
    report = Report()
    assert read_source(tmp_path / name, name, report) is None
    (diagnostic,) = report.diagnostics
    assert (diagnostic.code, diagnostic.message) == ("unreadable-file", message)


def test_what_never_ends_is_not_opened() -> None:
    report = Report()
    assert read_source(Path("/dev/zero"), "zero", report) is None
    assert [diagnostic.message for diagnostic in report.diagnostics] == ["`zero` is not an ordinary file"]
