"""Every mistake that an author can make, each in a folder of its own with what is said about it.

A case is a folder below `tests/golden/bad`: the files of a ruleset, or of several versions of one, and
`diagnostics.txt`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from partnerrules.diagnostics import Diagnostic, Span, render
from partnerrules.rulesets import check

CASES = sorted(path for path in (Path(__file__).parent.parent / "golden" / "bad").iterdir() if path.is_dir())


@pytest.fixture(params=CASES, ids=lambda path: path.name)
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a case, which is also the working directory: paths are shown as in any other checkout."""
    folder: Path = request.param
    monkeypatch.chdir(folder)
    return folder


def test_what_is_said(case: Path, golden: Callable[[Path, str], None]) -> None:
    ruleset, diagnostics = check(".")
    assert ruleset is None
    golden(case / "diagnostics.txt", render(diagnostics) + "\n")


def spans(diagnostic: Diagnostic) -> list[Span]:
    return [diagnostic.span, *(label.span for label in diagnostic.labels)]


def test_how_it_is_said(case: Path) -> None:
    """One sentence in lower case on one line, no full stop, no words of Python, at a place inside the file."""
    _, diagnostics = check(".")
    assert list(diagnostics) == sorted(diagnostics, key=lambda each: each.sort_key)
    assert len(set(diagnostics)) == len(diagnostics)
    for diagnostic in diagnostics:
        for text in (diagnostic.message, diagnostic.help or "a", *(label.text or "a" for label in diagnostic.labels)):
            assert "\n" not in text
            assert not text.endswith((".", " ")) or text.endswith("...")
            assert len(text) <= 240, text
            for word in ("None", "True", "False", "Decimal(", "dict", "tuple", "<class", "partnerrules", "Error"):
                assert word not in text, text
        assert not diagnostic.message[0].isupper()
        for span in spans(diagnostic):
            assert 0 <= span.start <= span.end <= len(span.source.text)
