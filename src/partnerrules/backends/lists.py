"""The meaning of terms about records and lists: fields, references, filters, aggregates, and what comes first."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cmp_to_key
from typing import Final

from partnerrules.backends.joins import candidates, narrowed
from partnerrules.backends.shared_lists import selected
from partnerrules.backends.surroundings import (
    Meaning,
    Surroundings,
    Variables,
    definite,
    divided,
    evaluate,
    members_of,
    operand,
    total,
    truth,
    with_doubt,
)
from partnerrules.backends.values import Count, Members, comparable
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.plan.logic import Truth, conjunction, disjunction
from partnerrules.plan.stretches import in_order
from partnerrules.plan.trace import Place
from partnerrules.schema.missing import Missing, Reason, Unknown


def _value(term: terms.Value, around: Surroundings, variables: Variables) -> object:
    return term.value


def _variable(term: terms.Variable, around: Surroundings, variables: Variables) -> object:
    return variables[term.name]


def _column(term: terms.ColumnOf, around: Surroundings, variables: Variables) -> object:
    value = variables[term.name]
    return Count(value.least, value.most, value.missing) if isinstance(value, Place) else value


def _field(term: terms.FieldOf, around: Surroundings, variables: Variables) -> object:
    record = operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert isinstance(record, Row), record
    value = record.get(term.field)
    return Members(value) if isinstance(value, tuple) else value


def _follow(term: terms.Follow, around: Surroundings, variables: Variables) -> object:
    reference = operand(term.reference, around, variables)
    if isinstance(reference, Unknown | Row):
        return reference
    assert isinstance(reference, str)
    entity = term.type.entity  # type: ignore[union-attr]  # a reference is to a record
    record = around.facts.get(entity, reference)
    if record is None:
        return Unknown.because("reference", relation_of(around, entity), reference)
    # What is referred to is there, even if its own date is not known.
    if record.visible(around.as_of, around.today) is not False:
        return record
    return Unknown.because("reference", record.relation, record.id)


def relation_of(around: Surroundings, entity: str) -> str:
    relation = around.facts.schema.entities[entity].relation
    assert relation is not None
    return relation


def seen_records(rows: Iterable[Row], around: Surroundings) -> Members:
    """Those records that are seen at the as-of instant, possible ones where that is not known."""
    certain: list[object] = []
    possible: list[tuple[object, Unknown]] = []
    for row in rows:
        seen = row.visible(around.as_of, around.today)
        if isinstance(seen, Unknown):
            possible.append((row, seen))
        elif seen:
            certain.append(row)
    return Members(tuple(certain), tuple(possible))


def gaps_of(entity: str, around: Surroundings) -> frozenset[Missing]:
    """What is missing if a relation may be incomplete."""
    return around.facts.gaps(entity)


def _relation_of(term: terms.RelationOf, around: Surroundings, variables: Variables) -> object:
    key = ("", term.entity, around.as_of)  # no definition has the name ""
    if key not in around.memory:
        found = seen_records(around.facts.relation(term.entity), around)
        around.memory[key] = replace(found, gaps=gaps_of(term.entity, around))
    return around.memory[key]


def _inverse(term: terms.InverseOf, around: Surroundings, variables: Variables) -> object:
    record = operand(term.record, around, variables)
    if isinstance(record, Unknown):
        return record
    assert isinstance(record, Row)
    found = seen_records(around.facts.matching(term.entity, term.field, record.id), around)
    possible = list(found.possible)
    for row in around.facts.undetermined(term.entity, term.field):
        reference = row.get(term.field)
        if row.visible(around.as_of, around.today) is not False and isinstance(reference, Unknown):
            possible.append((row, reference))
    return Members(found.certain, tuple(possible), gaps_of(term.entity, around))


def _select(term: terms.Select, around: Surroundings, variables: Variables) -> object:
    found = candidates(term, around, variables)
    if found is not None and isinstance(term.source, terms.RelationOf):
        around.effort.spend(len(found))
        source: Members | Unknown = replace(seen_records(found, around), gaps=gaps_of(term.source.entity, around))
    else:
        source = members_of(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    shared = selected(term, source, lambda member: truth(term.condition, around, {**variables, term.variable: member}))
    if shared is not None:
        return shared
    certain: list[object] = []
    possible: list[tuple[object, Unknown]] = []
    for member, doubt in narrowed(term, source, around, variables):
        holds = truth(term.condition, around, {**variables, term.variable: member})
        if isinstance(holds, Unknown):
            possible.append((member, holds if doubt is None else Unknown.of((holds, doubt))))
        elif holds and doubt is None:
            certain.append(member)
        elif holds and doubt is not None:
            possible.append((member, doubt))
    return Members(tuple(certain), tuple(possible), source.gaps)


def _each(term: terms.Each, around: Surroundings, variables: Variables) -> object:
    source = members_of(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    certain: list[object] = []
    possible: list[tuple[object, Unknown]] = []
    gaps = set(source.gaps)
    for member, doubt in with_doubt(source):
        value = definite(evaluate(term.body, around, {**variables, term.variable: member}))
        if not term.flatten:
            parts = Members((value,))
        elif isinstance(value, Members):
            parts = value
        else:  # a list that is not known may have any members
            parts = Members((), (), value.missing if isinstance(value, Unknown) else frozenset())
        gaps |= parts.gaps
        around.effort.spend(len(parts.certain) + len(parts.possible))
        for part, part_doubt in with_doubt(parts):
            doubts = [one for one in (doubt, part_doubt) if one is not None]
            if doubts:
                possible.append((part, Unknown.of(doubts)))
            else:
                certain.append(part)
    return Members(tuple(certain), tuple(possible), frozenset(gaps))


def _quantified(term: terms.Quantified, around: Surroundings, variables: Variables) -> object:
    source = members_of(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    wanted = term.kind == "some"
    answers: list[Truth] = [Unknown(source.gaps)] if source.gaps else []
    # For whom it is false for certain, that settles whether it is so for every member, and not whether for some.
    members = narrowed(term, source, around, variables) if wanted else with_doubt(source)
    for member, doubt in members:
        holds = truth(term.condition, around, {**variables, term.variable: member})
        if doubt is not None and (isinstance(holds, Unknown) or holds is wanted):
            # A member in doubt cannot settle the question, only leave it open.
            holds = Unknown.of((doubt, holds)) if isinstance(holds, Unknown) else doubt
        answers.append(holds)
    return disjunction(answers) if wanted else conjunction(answers)


def _items(term: terms.Items, around: Surroundings, variables: Variables) -> object:
    return Members(tuple(operand(item, around, variables) for item in term.items))


def _aggregate(term: terms.Aggregate, around: Surroundings, variables: Variables) -> object:
    source = members_of(term.source, around, variables)
    if term.kind == "count":
        if isinstance(source, Unknown):
            return Count(0, None, source.missing)
        doubt = source.doubt
        least = len(source.certain)
        if doubt is None:
            return least
        return Count(least, None if source.gaps else least + len(source.possible), doubt.missing)
    if isinstance(source, Unknown):
        return source
    if term.kind == "distinct":
        return _distinct(source)
    members = source.known()
    if isinstance(members, Unknown):
        return members
    if term.kind == "sum":
        return total(members)
    if not members:
        return _nothing("empty", term.kind, term.source, around, variables)
    if term.kind == "mean":
        joined = total(members)
        return joined if isinstance(joined, Unknown) else divided(joined, Decimal(len(members)))
    best = members[0]
    for member in members[1:]:
        before = in_order(member, best, equal=False) if term.kind == "min" else in_order(best, member, equal=False)
        best = member if before else best
    return best


def _distinct(source: Members) -> Members:
    certain: dict[object, object] = {}
    unknown_members: list[Unknown] = []
    possible: list[tuple[object, Unknown]] = []
    for member, doubt in with_doubt(source):
        if doubt is not None:
            possible.append((member, doubt))
        elif isinstance(member, Unknown):
            unknown_members.append(member)
            possible.append((member, member))
        else:
            certain.setdefault(comparable(member), member)
    left: dict[object, tuple[object, Unknown]] = {}
    for index, (member, doubt) in enumerate(possible):
        key = index if isinstance(member, Unknown) else ("value", comparable(member))
        if isinstance(member, Unknown) or comparable(member) not in certain:
            before = left.get(key)
            left[key] = (member, doubt if before is None else Unknown.of((before[1], doubt)))
    if not certain and unknown_members:
        # Whatever they are, there is one at least.
        first = unknown_members[0]
        others = list(left.values())
        others.remove((first, first))
        return Members((first,), tuple(others), source.gaps)
    return Members(tuple(certain.values()), tuple(left.values()), source.gaps)


def _pick(term: terms.Pick, around: Surroundings, variables: Variables) -> object:
    source = members_of(term.source, around, variables)
    if isinstance(source, Unknown):
        return source
    members, count = source.known(), definite(evaluate(term.count, around, variables))
    if isinstance(members, Unknown):
        return members
    if isinstance(count, Unknown):
        return count
    assert isinstance(count, int)
    # Where the members are what they are ordered by, those that tie are the same: it does not matter which one it is.
    alike = term.key == terms.Variable(term.variable, term.key.type)
    keyed: list[tuple[object, object]] = []
    absent: list[object] = []
    for member in members:
        key = definite(evaluate(term.key, around, {**variables, term.variable: member}))
        if isinstance(key, Unknown):
            return key
        if key is None:
            absent.append(member)
        else:
            keyed.append((key, member))
    ranked = _ranked(keyed, descending=term.kind != "earliest")
    groups = [*ranked, absent] if absent else ranked
    if term.kind != "top":
        if not groups:
            return _nothing("empty", term.kind, term.source, around, variables)
        if len(groups[0]) > 1 and not alike:
            return _nothing("tie", term.kind, term.source, around, variables)
        return groups[0][0]
    chosen: list[object] = []
    for group in groups:
        left = count - len(chosen)
        if len(group) > left and not alike:
            if left > 0:
                return _nothing("tie", f"top {count}", term.source, around, variables)
            break
        chosen.extend(group[: max(left, 0)])
    return Members(tuple(chosen))


def _nothing(reason: Reason, kind: str, source: terms.Term, around: Surroundings, variables: Variables) -> Unknown:
    """Says of what list there is no first member, or none that is first alone."""
    list_name, record = "", ""
    while isinstance(source, terms.Select | terms.Each | terms.Aggregate):
        source = source.source
    match source:
        case terms.RelationOf(entity):
            list_name = relation_of(around, entity)
        case terms.InverseOf(owner, entity):
            list_name, record = relation_of(around, entity), _id_of(owner, around, variables)
        case terms.FieldOf(owner, name) | terms.DefinitionOf(name, terms.Variable() as owner):
            list_name, record = name, _id_of(owner, around, variables)
        case _:
            pass
    return Unknown.because(reason, list_name, record, kind)


def _id_of(owner: terms.Term, around: Surroundings, variables: Variables) -> str:
    record = evaluate(owner, around, variables)
    return record.id if isinstance(record, Row) else ""


def _ranked(keyed: list[tuple[object, object]], *, descending: bool) -> list[list[object]]:
    """The members in the order of their keys, those of equal keys together."""
    groups: dict[object, list[object]] = {}
    for key, member in keyed:
        groups.setdefault(key, []).append(member)
    keys = sorted(groups, key=cmp_to_key(_in_turn), reverse=descending)
    return [groups[key] for key in keys]


def _in_turn(one: object, other: object) -> int:
    return -1 if in_order(one, other, equal=False) else int(in_order(other, one, equal=False))


LISTS: Final[Mapping[type, Meaning]] = {
    terms.Value: _value,
    terms.Variable: _variable,
    terms.ColumnOf: _column,
    terms.FieldOf: _field,
    terms.Follow: _follow,
    terms.RelationOf: _relation_of,
    terms.InverseOf: _inverse,
    terms.Select: _select,
    terms.Each: _each,
    terms.Quantified: _quantified,
    terms.Aggregate: _aggregate,
    terms.Pick: _pick,
    terms.Items: _items,
}
