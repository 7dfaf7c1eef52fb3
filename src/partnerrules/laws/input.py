"""Laws about what does not matter: order, what no rule looks at, and what else is decided at the same time."""

from collections.abc import Mapping
from typing import TypeVar

from hypothesis import strategies as st

from partnerrules.laws.law import Law, broken, decided, differing, words
from partnerrules.rulesets import Ruleset
from partnerrules.strategies import situations
from partnerrules.strategies.making import RecordMaker
from partnerrules.strategies.reads import reads_of
from partnerrules.strategies.situation import Fields
from partnerrules.strategies.values import values_around

T = TypeVar("T")

_LANGUAGES = ("en", "zh", "ru")


def _turned(items: Mapping[str, T], by: int) -> dict[str, T]:
    """The same in another order: the other way round, and begun elsewhere."""
    names = list(items)[::-1]
    at = by % len(names) if names else 0
    return {name: items[name] for name in (*names[at:], *names[:at])}


def _order(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules, partial=True))
    by = data.draw(st.integers(0, 5))
    other = situation.having(
        {
            relation: _turned({id: _turned(fields, by) for id, fields in rows.items()}, by)
            for relation, rows in _turned(situation.relations, by).items()
        }
    )
    one, two = decided(rules, situation), decided(rules, other)
    if one.to_json() != two.to_json():
        policy, subject = differing(one, two) or (next(iter(one)), "")
        message = "the same facts in another order give something else"
        raise broken(situation, policy, subject, message, one[policy].get(subject))


def _parts(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules, partial=True))
    whole = decided(rules, situation)
    policy = data.draw(st.sampled_from(list(whole)))
    subjects = list(whole[policy])
    if "" in subjects or not subjects:
        return
    some = data.draw(st.sets(st.sampled_from(subjects), min_size=1))
    part = decided(rules, situation, policies=[policy], subjects=sorted(some))
    for subject in sorted(some):
        result, alone = whole[policy][subject], part[policy].get(subject)
        if alone is None or alone.as_data() != result.as_data():
            message = f"{words(result)} beside everything else, and {words(alone)} if decided alone"
            raise broken(situation, policy, subject, message, result)


def _irrelevant(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules))
    reads = reads_of(rules)
    ids = {situation.names[relation]: list(rows) for relation, rows in situation.relations.items()}
    unread = [entity for entity in reads.schema.relations.values() if entity.name not in reads.entities]
    ids.update({entity.name: [f"{entity.name}-1"] for entity in unread})
    every = {name: set(entity.fields) - reads.fields.get(name, set()) for name, entity in reads.schema.entities.items()}
    parts = {name: set(entity.fields) for name, entity in reads.schema.entities.items() if entity.relation is None}
    maker = RecordMaker(reads.schema, values_around(reads, situation.as_of), {**every, **parts}, ids, gaps=0)
    added: dict[str, Mapping[str, Fields]] = {}
    for name in data.draw(st.lists(st.sampled_from(sorted(ids)), min_size=1, max_size=2, unique=True)):
        entity = reads.schema.entities[name]
        assert entity.relation is not None
        rows = situation.relations.get(entity.relation, {})
        made = {}
        for id in ids[name]:
            typed = maker.fields(data.draw, entity, id)
            made[id] = {**maker.written(entity, typed), **rows.get(id, {})}
        added[entity.relation] = made
    beside = situation.having({**situation.relations, **added})
    one, two = decided(rules, situation), decided(rules, beside)
    found = differing(one, two)
    if found is not None:
        policy, subject = found
        message = f"{words(two[policy].get(subject))}, and {words(one[policy].get(subject))} without what no rule reads"
        raise broken(beside, policy, subject, message, two[policy].get(subject))


def _answers(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules, partial=True))
    decision = decided(rules, situation)
    decision.to_json()
    for policy, results in decision.items():
        for subject, result in results.items():
            missing = result.summary().get("missing")
            if result.outcome == "undetermined" and missing == []:
                raise broken(situation, policy, subject, "undetermined, and nothing is said to be missing", result)


def _explanations(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules, partial=True))
    decision = decided(rules, situation)
    for policy, results in decision.items():
        for subject, result in results.items():
            for language in _LANGUAGES:
                if not decision.explain(policy, subject, language=language).strip():
                    raise broken(situation, policy, subject, f"nothing is told of it in `{language}`", result)


ORDER = Law("order", "the order in which facts are given changes no byte of a decision", _order)
PARTS = Law("parts", "a policy decides a record alike, alone and beside everything else", _parts)
IRRELEVANT = Law("irrelevant", "records and fields that no rule reads change nothing", _irrelevant)
ANSWERS = Law("answers", "all facts are decided, and whatever is undetermined names what is missing", _answers)
EXPLANATIONS = Law("explanations", "every result is explained in every language", _explanations)
