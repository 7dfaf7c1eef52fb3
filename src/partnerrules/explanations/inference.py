"""Tells derived facts: what follows by which rule from what, and the chain back to what is given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.inference import DerivationResult, DerivedFact, InferenceResult, Premise
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import item_lines
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import (
    MAXIMUM_LISTED,
    Known,
    Line,
    Named,
    Part,
    Phrase,
    Several,
    Shown,
    assumptions,
    headline,
    listed,
    sourced,
    word,
)
from partnerrules.schema.titles import Title, relation_key

_MOST_WAYS: Final = 5


def inference_story(result: InferenceResult, ruleset: str) -> list[Line]:
    """The lines that tell what follows, and from what."""
    doubtful = result.outcome == UNDETERMINED
    lines = [
        headline(
            "inference_undetermined" if doubtful else "inference_derived",
            result.basis,
            ruleset,
            relation=Named(result.title, result.relation),
        )
    ]
    fields = [
        Phrase(
            "seen", {"text": Named(result.titles.get(name, Title()), name), "value": Shown(value, result.types[name])}
        )
        for name, value in result.values.items()
    ]
    if fields:
        lines.append(Line(Phrase("inference_fields", {"fields": listed(fields, "semicolon")}), indent=2))
    for way in result.derivations[:_MOST_WAYS]:
        lines += _way_lines(way, result.basis.source)
    rest = len(result.derivations) - _MOST_WAYS
    if rest > 0:
        lines.append(Line(Phrase("more", {"count": rest}), marker="- "))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _way_lines(way: DerivationResult, source: str | None) -> Iterator[Line]:
    key: Key = "inference_way_in_doubt" if way.missing else "inference_way"
    line = Line(Phrase(key, {"premises": _premises(way.premises)}), marker="- ")
    yield line
    for requirement in way.requirements:
        yield from item_lines(requirement, line.inside, source)


def _premises(premises: Sequence[Premise]) -> Several:
    told: list[Part] = []
    relations = [each.relation for each in premises]
    for each in premises:
        # Of several of one relation each plays the part that its name tells.
        alone = relations.count(each.relation) == 1
        name = Known(relation_key(each.relation), each.name, by_name=True) if alone else word(each.name)
        told.append(Phrase("inference_premise", {"record": each.record, "name": name}))
    return listed(told, "comma")


def chain_lines(facts: Mapping[str, DerivedFact], named: tuple[str, ...], told: str) -> list[Line]:
    """The lines that follow derived facts back to what is given, each fact once.

    Args:
        facts: all that were derived, by id.
        named: the ids of those that something rests on.
        told: the id of the one whose own derivation is told already.
    """
    lines: list[Line] = []
    seen = {told}
    below = {each.record for id in named if id in facts for _, premises in facts[id].ways[:1] for each in premises}
    # Taken from the end: what others rest on comes behind these, unless it is told below one of them.
    pending = [(id, 0) for id in named[::-1]]
    pending.sort(key=lambda each: each[0] not in below)
    while pending and len(lines) < MAXIMUM_LISTED:
        id, depth = pending.pop()
        fact = facts.get(id)
        if fact is None or id in seen:
            continue
        seen.add(id)
        rule, premises = fact.ways[0]
        parts: dict[str, Part] = {
            "record": fact.id,
            "relation": Named(fact.title, fact.relation),
            "rule": Named(fact.titles.get(rule, Title()), rule),
            "premises": _premises(premises),
        }
        key: Key = "inference_from" if fact.certain else "inference_from_in_doubt"
        told_by = sourced(Phrase(key, parts), fact.sources.get(rule), None)
        lines.append(Line(told_by, indent=2 * depth, marker="- "))
        pending += [(each.record, depth + 1) for each in reversed(premises)]
    rest = len({id for id, _ in pending if id in facts} - seen)
    if rest:
        lines.append(Line(Phrase("more", {"count": rest}), marker="- "))
    return [Line(Phrase("inference_chain")), *lines] if lines else []
