"""Short ways to try the language: one expression over some facts, or a whole ruleset given as text.

Everything goes through what users call (`check`, `load`, `decide`), so that these tests do not know how it is built.
"""

import datetime as dt
import json
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from partnerrules import Decision, Diagnostic, Facts, Ruleset, check
from partnerrules.decisions.results import DefinitionResult
from partnerrules.diagnostics import render
from partnerrules.schema.missing import Unknown

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = dt.datetime(2026, 3, 1, 9, tzinfo=SHANGHAI)
"""The instant as of which tests decide: Sunday, 1 March 2026."""

HEAD = """\
ruleset: trial
version: "1"
in_force: 2020-01-01 ..
currency: CNY
timezone: Asia/Shanghai
"""

ONE_PARTNER: Mapping[str, object] = {"partners": {"P-1": {}}}


def in_folder(files: Mapping[str, str], folder: Path) -> Path:
    """Writes files by name below a folder, and gives the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


@lru_cache(maxsize=200)
def checked(text: str, head: str = HEAD) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """The ruleset of a text, to which the head of the tests is added, and what there is to say about it."""
    with tempfile.TemporaryDirectory() as folder:
        return check(in_folder({"ruleset.yaml": head + text}, Path(folder)))


def ruleset(text: str, head: str = HEAD) -> Ruleset:
    """The ruleset of a text that has no mistakes."""
    found, told = checked(text, head)
    assert found is not None, render(told)
    return found


def diagnostics(text: str, head: str = HEAD) -> tuple[Diagnostic, ...]:
    """What there is to say about the ruleset of a text."""
    return checked(text, head)[1]


def codes(text: str, head: str = HEAD) -> list[str]:
    """The codes of what there is to say about the ruleset of a text."""
    return [diagnostic.code for diagnostic in diagnostics(text, head)]


def decide(text: str, facts: Mapping[str, object], *, head: str = HEAD, as_of: dt.datetime = AS_OF) -> Decision:
    """What the ruleset of a text decides over facts."""
    return ruleset(text, head).decide(Facts(facts), as_of=as_of)


def _with_definition(expression: str, of: str | None, more: str) -> str:
    owner = f"of: {of}, " if of else ""
    return f"{more}definitions:\n  tried: {{{owner}value: {json.dumps(expression, ensure_ascii=False)}}}\n"


def result(
    expression: str,
    facts: Mapping[str, object] = ONE_PARTNER,
    *,
    of: str | None = "partner",
    subject: str = "P-1",
    more: str = "",
    head: str = HEAD,
    as_of: dt.datetime = AS_OF,
) -> DefinitionResult:
    """What one expression gives as a definition of a record; `more` is further text of the ruleset."""
    text = _with_definition(expression, of, more)
    decision = ruleset(text, head).decide(Facts(facts), as_of=as_of, policies=["tried"])
    found = decision["tried"][subject if of else ""]
    assert isinstance(found, DefinitionResult)
    return found


def value(
    expression: str,
    facts: Mapping[str, object] = ONE_PARTNER,
    *,
    of: str | None = "partner",
    subject: str = "P-1",
    more: str = "",
    head: str = HEAD,
    as_of: dt.datetime = AS_OF,
) -> object:
    """The value of one expression for a record; the word "unknown" where it is not known."""
    found = result(expression, facts, of=of, subject=subject, more=more, head=head, as_of=as_of).value
    return "unknown" if isinstance(found, Unknown) else found


def type_of(expression: str, *, of: str | None = "partner", more: str = "") -> str:
    """The type of an expression in words."""
    (version,) = ruleset(_with_definition(expression, of, more)).versions
    return str(version.definition_terms["tried"].type)


def faults(expression: str, *, of: str | None = "partner", more: str = "", head: str = HEAD) -> list[str]:
    """The codes of the mistakes in one expression."""
    return codes(_with_definition(expression, of, more), head)


def fault(expression: str, *, of: str | None = "partner", more: str = "", head: str = HEAD) -> Diagnostic:
    """The one mistake in one expression."""
    (found,) = diagnostics(_with_definition(expression, of, more), head)
    return found
