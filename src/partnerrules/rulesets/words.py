"""The words of a ruleset in the languages of people: what grades, outcomes, roles and other choices are called."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from partnerrules.diagnostics import Report, Source, Span, suggestion
from partnerrules.language import forms
from partnerrules.language.environment import PolicySignature
from partnerrules.language.form_reader import Item, every_item
from partnerrules.rulesets.overlays import IDS
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema
from partnerrules.schema.titles import Title, policy_key

_GIVEN: Final = ("grade", "list", "stage", "outcome")
"""The keys of parts whose word is what a policy gives."""

WORDS_FORM: Final = forms.MapForm(forms.TitleForm(), "word")


def read_words(
    item: Item,
    schema: Schema,
    signatures: Mapping[str, PolicySignature],
    sources: Mapping[str, Source],
    report: Report,
) -> dict[str, Title]:
    """What the words of a ruleset are called, by word. A word that nothing here says is reported.

    Words also come from texts in expressions, cells of tables and lists, so all of the files are looked through.
    """
    titled = _titled(item)
    written = [(name, read) for name, read in item.named("words") if isinstance(read, Title)]
    if not written:
        return titled
    known = {*_choices(schema, signatures), *_ids(item)}
    places = [name.span for name, _ in written]
    for name, _ in written:
        if name.text not in known and not _is_said(name.text, sources, places):
            report.error(
                "unknown-word",
                f"no choice, outcome, output or part is called `{name.text[:60]}` here",
                name.span,
                help=suggestion(name.text, tuple(sorted(known)), kind="word"),
            )
    return {**titled, **{name.text: title for name, title in written}}


def told_words(
    schema: Schema, signatures: Mapping[str, PolicySignature], words: Mapping[str, Title]
) -> dict[str, Title]:
    """All that explanations name by what people call it: words, records, their fields, and policies that are asked."""
    policies = {policy_key(name): signature.title for name, signature in signatures.items() if signature.title.texts}
    return {**schema.titles(), **policies, **words}


def _titled(item: Item) -> dict[str, Title]:
    """The words that a part with a title gives, such as grades and stages; not those with several titles."""
    found: dict[str, set[Title]] = {}
    for part in every_item(item):
        title = part.title()
        for word in map(part.word, _GIVEN):
            if word is not None and title.texts:
                found.setdefault(word.text, set()).add(title)
    return {word: titles.pop() for word, titles in found.items() if len(titles) == 1}


def _is_said(word: str, sources: Mapping[str, Source], but: Collection[Span]) -> bool:
    """Whether a word stands somewhere else than at some places."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    return any(
        not any(each.source.path == path and each.start <= found.start() < each.end for each in but)
        for path, source in sources.items()
        for found in pattern.finditer(source.text)
    )


def _choices(schema: Schema, signatures: Mapping[str, PolicySignature]) -> Iterator[str]:
    """The choices that fields have, and what policies give."""
    for entity in schema.entities.values():
        for field in entity.fields.values():
            yield from _members(field.type)
    for signature in signatures.values():
        for name, type in signature.columns.items():
            yield name
            yield from _members(type)


def _members(type: t.Type) -> Iterator[str]:
    match type:
        case t.Enumeration(values):
            yield from values
        case t.Maybe(of):
            yield from _members(of)
        case t.ListOf(of):
            yield from _members(of)
        case _:
            return


def _ids(item: Item) -> Iterator[str]:
    """The names of parts, such as bands, steps, roles and gates."""
    for part in every_item(item):
        yield from (word.text for word in map(part.word, IDS) if word is not None)
