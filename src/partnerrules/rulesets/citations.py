"""What a ruleset says of its sources: which clause each part comes from, and what of them decides nothing.

A part is named by its place, as overlays name it: `eligibility.admission.gates.lawful`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from partnerrules.diagnostics import Span
from partnerrules.language import forms
from partnerrules.language.form_reader import Item, Listed, Named, Read
from partnerrules.policies import Policy
from partnerrules.rulesets.overlays import IDS
from partnerrules.schema.titles import Title

CONTEXT_FORM: Final = forms.RecordForm(
    "statement",
    (
        forms.Key("title", forms.TitleForm(), "what the source tells, in one or several languages", required=True),
        forms.Key("source", forms.TextForm(), "the clause of the document that tells it", required=True),
        forms.Key("note", forms.TextForm(), "why nothing here decides it"),
    ),
)

_SOURCE: Final = "source"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source tells and no rule decides: background, reasons, what is left to people.

    Attributes:
        name: unique in the ruleset.
        title: what the source tells.
        source: the clause that tells it.
        note: why nothing decides it, if the author says so.
        span: where it stands.
    """

    name: str
    title: Title
    source: str
    note: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a part of a ruleset comes from.

    Attributes:
        place: the part, such as `eligibility.admission.gates.lawful`; empty for the ruleset as a whole.
        source: what the author wrote under `source`.
        span: where that stands.
    """

    place: str
    source: str
    span: Span


def read_context(item: Item) -> dict[str, Statement]:
    """What the sources of a version tell and nothing decides, by name."""
    found: dict[str, Statement] = {}
    for name, read in item.named("context"):
        source = read.text(_SOURCE) if isinstance(read, Item) else None
        if isinstance(read, Item) and source is not None:  # otherwise the form has said what is missing
            found[name.text] = Statement(name.text, read.title(), source, read.text("note"), name.span)
    return found


def citations_of(item: Item, policies: Iterable[Policy]) -> tuple[Citation, ...]:
    """All that a version says of where its parts come from, as it is written; rows of tables come last."""
    rows = (
        Citation(f"{policy.kind}.{policy.id}.{part}", text, span)
        for policy in policies
        for part, text, span in policy.cited
    )
    return (*_citations(item, ""), *rows)


def _citations(read: Read, place: str) -> Iterator[Citation]:
    match read:
        case Item():
            source = read.word(_SOURCE)
            if source is not None:
                yield Citation(place, source.text, source.span)
            yield from _below(read.fields, place)
        case Named(entries):
            yield from _below({name.text: each for name, each in entries}, place)
        case Listed(items):
            names = (_name(each) or str(number) for number, each in enumerate(items, start=1))
            yield from _below(dict(zip(names, items, strict=True)), place)
        case _:
            return


def _below(parts: Mapping[str, Read], place: str) -> Iterator[Citation]:
    for name, read in parts.items():
        yield from _citations(read, f"{place}.{name}" if place else name)


def _name(read: Read) -> str | None:
    """The id of an item of a list."""
    if not isinstance(read, Item):
        return None
    return next((word.text for word in map(read.word, IDS) if word is not None), None)
