"""Laws of fair treatment: equal partners get equal results, and who gives up a claim earlier gains nothing."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from hypothesis import assume
from hypothesis import strategies as st

from partnerrules.laws.asking import resting_on
from partnerrules.laws.law import Law, broken, decided, equal_parts, words
from partnerrules.plan.nodes import Assign, Cumulate, Draw, Plan, Succeed
from partnerrules.plan.walk import looks_across, plan_nodes
from partnerrules.rulesets import Ruleset
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema
from partnerrules.strategies import Situation, situations
from partnerrules.strategies.reads import reads_of
from partnerrules.strategies.situation import Fields

_PARTNER: Final = "partner"

Key = tuple[str, str]
"""A relation and an id."""


def _references(schema: Schema, entity: t.Entity, fields: Fields) -> Iterator[Key]:
    """The records that a record refers to, in its parts, too."""
    for name, value in fields.items():
        yield from _named(schema, entity.fields[name].type, value)


def _named(schema: Schema, declared: t.Type, value: object) -> Iterator[Key]:
    match declared, value:
        case t.ListOf(item), list():
            for each in value:
                yield from _named(schema, item, each)
        case t.Record(name), dict() if schema.is_part(name):
            yield from _references(schema, schema.entities[name], value)
        case t.Record(name), str():
            relation = schema.entities[name].relation
            assert relation is not None
            yield relation, value
        case _:
            return


def copy_of(situation: Situation, id: str) -> str:
    """The id of a copy: as long and of the same shape as ids are, and none that is there already."""
    taken = {each for rows in situation.relations.values() for each in rows}
    ending = "x"
    while any(f"{each}{ending}" in taken for each in taken):
        ending += "x"
    return f"{id}{ending}"


def _renamed(schema: Schema, declared: t.Type, value: object, copied: frozenset[Key], ending: str) -> object:
    match declared, value:
        case t.ListOf(item), list():
            return [_renamed(schema, item, each, copied, ending) for each in value]
        case t.Record(name), dict() if schema.is_part(name):
            part = schema.entities[name]
            return {
                each: _renamed(schema, part.fields[each].type, inner, copied, ending) for each, inner in value.items()
            }
        case t.Record(name), str() if (schema.entities[name].relation, value) in copied:
            return f"{value}{ending}"
        case _:
            return value


def with_a_copy(schema: Schema, situation: Situation, partner: str) -> Situation:
    """The facts with the same partner once more, and once more all that refers to it, under other ids."""
    relation = schema.entities[_PARTNER].relation
    assert relation is not None
    copied: set[Key] = {(relation, partner)}
    refers = {
        (name, id): frozenset(_references(schema, schema.relations[name], fields))
        for name, rows in situation.relations.items()
        for id, fields in rows.items()
    }
    while more := {key for key, named in refers.items() if key not in copied and named & copied}:
        # Other partners that belong to it stay what they are: a copy of a parent has no subsidiaries of its own.
        copied |= more
    frozen, ending = frozenset(copied), copy_of(situation, "")
    relations: dict[str, Mapping[str, Fields]] = {}
    for name, rows in situation.relations.items():
        entity = schema.relations[name]
        both = dict(rows)
        for id, fields in rows.items():
            if (name, id) in frozen:
                both[f"{id}{ending}"] = {
                    each: _renamed(schema, entity.fields[each].type, value, frozen, ending)
                    for each, value in fields.items()
                }
        relations[name] = both
    return situation.having(relations)


def _equals(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules, most=2))
    schema = reads_of(rules).schema
    relation = schema.entities[_PARTNER].relation
    assert relation is not None
    partners = list(situation.relations.get(relation, {}))
    assume(partners)
    partner = data.draw(st.sampled_from(partners))
    doubled = with_a_copy(schema, situation, partner)
    decision = decided(rules, doubled)
    for policy in _about_partners(rules):
        one, other = decision[policy].get(partner), decision[policy].get(copy_of(situation, partner))
        if one is None and other is None:
            continue
        if one is None or other is None or equal_parts(one) != equal_parts(other):
            message = f"{words(one)}, and an equal partner {words(other)}"
            raise broken(doubled, policy, partner, message, one)


def _about_partners(rules: Ruleset) -> tuple[str, ...]:
    """The policies that decide partners and nothing else, and do not serve one after the other."""
    every = (policy for version in rules.versions for policy in version.policies.values())
    names = dict.fromkeys(policy.id for policy in every if policy.plan.entities == (_PARTNER,))
    unequal = resting_on(rules, by_plan=_takes_turns)
    return tuple(name for name in names if name not in unequal)


def _takes_turns(plan: Plan) -> bool:
    """Whether records are served one after the other, where equal ones have to be told apart: by their ids."""
    return looks_across(plan) and any(isinstance(node, Assign | Draw | Cumulate | Succeed) for node in plan_nodes(plan))


# -------------------------------------------------------------------------------------------------- giving up earlier

_ENDS: Final = ("expires_at", "withdrawn_at")
_HOLDS: Final = {"discarded": 0, "lost": 0, "undecided": 1, "partial": 2, "won": 3}


def _ends_of(rules: Ruleset, entity: t.Entity) -> list[str]:
    """The fields in which the claims of a record end, as far as the rules look at them."""
    ends = [*_ENDS, *([] if entity.validity is None else [entity.validity[1]])]
    return [each for each in ends if each in reads_of(rules).fields.get(entity.name, ())]


def _claims(rules: Ruleset) -> dict[str, tuple[str, ...]]:
    """By conflict policy, what claims there."""
    return {
        policy.id: policy.plan.entities
        for version in rules.versions
        for policy in version.policies.values()
        if policy.kind == "conflicts"
    }


def _earlier(data: st.DataObject, rules: Ruleset) -> None:
    situation = data.draw(situations(rules))
    schema = reads_of(rules).schema
    places = [
        (schema.entities[name].relation or "", id, end)
        for name in sorted({each for entities in _claims(rules).values() for each in entities})
        for id in situation.relations.get(schema.entities[name].relation or "", {})
        for end in _ends_of(rules, schema.entities[name])
    ]
    assume(places)
    relation, id, end = data.draw(st.sampled_from(places))
    row = situation.relations[relation][id]
    sooner = _sooner(data, situation, row.get(end), schema.relations[relation].fields[end].type, reads_of(rules).zone)
    assume(sooner is not None)
    after_facts = situation.having(
        {**situation.relations, relation: {**situation.relations[relation], id: {**row, end: sooner}}}
    )
    before, after = decided(rules, situation), decided(rules, after_facts)
    for policy in _claims(rules):
        one, other = before[policy].get(id), after[policy].get(id)
        if one is None or other is None or one.outcome not in _HOLDS or other.outcome not in _HOLDS:
            continue
        if _HOLDS[other.outcome] > _HOLDS[one.outcome]:
            message = f"{words(one)}, and {words(other)} where `{end}` is {sooner} already"
            raise broken(after_facts, policy, id, message, other)


_EARLIER: Final = (0, 1, 2, -1, -30, -400)
"""How many days before the decision a claim ends."""


def _sooner(data: st.DataObject, situation: Situation, given: object, declared: t.Type, zone: dt.tzinfo) -> str | None:
    """An end that is earlier than the one that is given, as text; None if that one is not known."""
    if not isinstance(given, str | None):
        return None
    # Before the decision and after it: a rule may look at an end that is still to come.
    by = dt.timedelta(days=data.draw(st.sampled_from(_EARLIER)))
    if isinstance(declared, t.Instant):
        moment = situation.as_of - by
        if given is not None:
            moment = min(moment, dt.datetime.fromisoformat(given) - dt.timedelta(days=1))
        return moment.isoformat()
    day = situation.as_of.astimezone(zone).date() - by
    if given is not None:
        day = min(day, dt.date.fromisoformat(given) - dt.timedelta(days=1))
    return day.isoformat()


def _has_claims(rules: Ruleset) -> bool:
    schema = reads_of(rules).schema
    return any(_ends_of(rules, schema.entities[name]) for names in _claims(rules).values() for name in names)


def _has_partners(rules: Ruleset) -> bool:
    return bool(_about_partners(rules))


EQUALS = Law("equals", "partners of whom the same is known get the same results", _equals, _has_partners)
EARLIER = Law("earlier", "a claim that ends earlier never does better", _earlier, _has_claims)
