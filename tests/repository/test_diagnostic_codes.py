"""Every code of a diagnostic has its entry on the reference page, with an example that shows it; no entry is idle."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.support import in_folder

from partnerrules import check
from partnerrules.cases import run_cases

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "diagnostics.md"
SOURCE = ROOT / "src" / "partnerrules"
REPORTING = {"error", "warning", "wrong", "fail", "refuse", "Mismatch"}
CODE = re.compile(r"[a-z]+(-[a-z]+)*")

INTRODUCTION, *ENTRIES = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
PAGES = {entry.split("\n", 1)[0]: entry for entry in ENTRIES}
(HEAD,) = re.findall(r"^```yaml\n(.*?)^```", INTRODUCTION, flags=re.DOTALL | re.MULTILINE)


def texts(node: ast.expr) -> Iterator[str]:
    """The constants that a first argument may come to."""
    match node:
        case ast.Constant(str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from texts(one)
            yield from texts(other)


def codes_in_source() -> set[str]:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "facts":
            continue  # bad facts have sentences, not codes
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in REPORTING:
                    found |= {text for text in texts(node.args[0]) if CODE.fullmatch(text)}
    return found


def test_every_code_has_an_entry_and_every_entry_a_code() -> None:
    assert sorted(codes_in_source()) == list(PAGES)


def files(example: str) -> dict[str, str]:
    """The files of an example, with what the page says is around it."""
    parts = re.split(r"^# (\S+\.yaml)\n", example, flags=re.MULTILINE)
    if len(parts) > 1:
        return {parts[at]: parts[at + 1] for at in range(1, len(parts), 2)}
    if example.startswith("require:"):
        named = re.search(r"\b(partner|deal|registration)\b", example)
        subject = named.group() if named else "partner"
        example = f"eligibility:\n  example:\n    subject: {subject}\n    gates:\n      - id: asked\n        {example}"
    own = re.findall(r"^\w+", example, flags=re.MULTILINE)
    sections = re.split(r"^(?=\w)", HEAD, flags=re.MULTILINE)
    return {"ruleset.yaml": "".join(each for each in sections if each.split(":")[0] not in own) + example}


def said(example: str, folder: Path) -> set[str]:
    in_folder(files(example), folder)
    ruleset, diagnostics = check(folder)
    if ruleset is not None and "cases.yaml" in files(example):
        report = run_cases(folder)
        diagnostics += tuple(report.diagnostics)
        assert report.ok == (not report.diagnostics)
    return {diagnostic.code for diagnostic in diagnostics}


@pytest.mark.parametrize("code", PAGES)
def test_the_examples_show_the_fault_and_the_way_out(code: str, tmp_path: Path) -> None:
    examples = re.findall(r"^```yml\n(.*?)^```", PAGES[code], flags=re.DOTALL | re.MULTILINE)
    if examples:
        wrong, right = examples
        assert code in said(wrong, tmp_path / "wrong")
        assert said(right, tmp_path / "right") == set()
    else:
        (golden,) = re.findall(r"\]\((\S+/diagnostics\.txt)\)", PAGES[code])
        assert f"[{code}]:" in (PAGE.parent / golden).read_text(encoding="utf-8")


def test_the_entries_are_in_order() -> None:
    assert all(one < other for one, other in pairwise(PAGES))
