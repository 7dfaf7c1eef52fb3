"""Finds the records that a filter can keep by an index, where its condition compares records for equality.

`registrations[customer = deal.customer and ...]` looks at the registrations of that customer alone, and a contract that
needs one before it with the same customer looks at those of that customer alone. What is left out would have made the
condition false, so nothing changes but the time that it takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from partnerrules.backends.surroundings import Surroundings, Variables, definite, evaluate, with_doubt
from partnerrules.backends.values import Count, Members, comparable
from partnerrules.diagnostics import TooMuchWork
from partnerrules.facts import Row
from partnerrules.language import terms
from partnerrules.plan.walk import subterms
from partnerrules.schema.missing import Unknown

MAXIMUM_PAIRS: Final = 2_000_000
"""Members of the lists of columns that one filter may look at in one run of a plan, for all rows together."""
SHORT: Final = 16
"""A list of up to so many members is looked through faster than an index is made of it."""

_Filter: TypeAlias = terms.Select | terms.Quantified


@dataclass(slots=True)
class _Index:
    """The members of a list by what they have to equal.

    Attributes:
        members: the members in order, each with what would have to be known of whether it belongs to the list.
        places: where those stand that have a value.
        always: where those stand of which the value is not known, or absent.
    """

    members: list[tuple[object, Unknown | None]]
    places: dict[object, list[int]] = field(default_factory=lambda: defaultdict(list))
    always: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Join:
    """What is known of a filter while plans run.

    Attributes:
        term: the filter, so that its identity is not given to another one.
        keys: the comparisons of its condition by which members can be found, each as what a member and what the
            others have, and whether either is a list of which one member has to be equal.
        list: the list that it looked at last, with the instant.
        index: by the number of the key, the members of that list.
        looked_at: how many members of lists that rows share were looked at one by one.
    """

    term: _Filter
    keys: tuple["Key", ...]
    list: tuple[object, ...] = ()
    index: dict[int, _Index] = field(default_factory=dict)
    looked_at: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """A comparison by which the members of a list can be found: what a member has, and what the others have."""

    own: terms.Term
    other: terms.Term
    own_lists: bool = False
    other_lists: bool = False


def candidates(term: terms.Select, around: Surroundings, variables: Variables) -> tuple[Row, ...] | None:
    """The records of a relation among which are all that the filter can keep, or None if no index helps."""
    if not isinstance(term.source, terms.RelationOf):
        return None
    key = field_key(term, _join(term, around).keys)
    if key is None:
        return None
    assert isinstance(key.own, terms.FieldOf)
    value = evaluate(key.other, around, variables)
    if value is None or isinstance(value, Unknown | Count | Members):
        return None
    entity, name = term.source.entity, key.own.field
    facts = around.facts
    found = [*facts.matching(entity, name, comparable(value)), *facts.undetermined(entity, name)]
    found += facts.matching(entity, name, None)
    return tuple(sorted(found, key=lambda row: row.id))


def field_key(term: terms.Select, keys: Iterable[Key]) -> Key | None:
    """The first comparison of a filter of one field of its records with one value, if there is one."""
    plain = (key for key in keys if not key.own_lists and not key.other_lists)
    return next((key for key in plain if isinstance(key.own, terms.FieldOf) and _is_item(key.own.record, term)), None)


def narrowed(
    term: _Filter, source: Members, around: Surroundings, variables: Variables
) -> Iterator[tuple[object, Unknown | None]]:
    """The members of a list for which the condition of a filter is not false for certain, and perhaps others.

    An index is made of a list when it is looked through for the second time.

    Args:
        term: the filter, or the question whether some member is something.
        source: its list.
        around: what terms depend on.
        variables: those of the row.

    Raises:
        TooMuchWork: if too many members of lists that rows share are looked at.
    """
    size = len(source.certain) + len(source.possible)
    if size <= SHORT:
        return iter(with_doubt(source))
    join = _join(term, around)
    seen = (source.certain, source.possible, around.as_of)
    again = bool(join.list) and all(one is other for one, other in zip(join.list, seen, strict=True))
    if not again:
        join.list, join.index = seen, {}
        return iter(with_doubt(source))
    for number, key in enumerate(join.keys):
        wanted = _wanted(key, around, variables)
        if wanted is None:
            continue
        if number not in join.index:
            join.index[number] = _indexed(key, term.variable, source, around)
        index = join.index[number]
        places = {place for value in wanted for place in index.places.get(value, ())}
        _count(join, len(places) + len(index.always))
        return (index.members[place] for place in sorted(places.union(index.always)))
    _count(join, size)
    return iter(with_doubt(source))


def count_anew(around: Surroundings) -> None:
    """Counts the pairs of each filter from zero: each run of a plan has its own."""
    for join in around.joins.values():
        if isinstance(join, _Join):
            join.looked_at = 0


def _count(join: _Join, members: int) -> None:
    if not isinstance(join.term.source, terms.ColumnOf):
        return  # of other lists it is counted for each row
    join.looked_at += members
    if join.looked_at > MAXIMUM_PAIRS:
        raise TooMuchWork(
            f"records are held against each other in more than {MAXIMUM_PAIRS:,} pairs:"
            " say what has to be equal in both of a pair"
        )


def _indexed(key: Key, item: str, source: Members, around: Surroundings) -> _Index:
    index = _Index(list(with_doubt(source)))
    for place, (member, _) in enumerate(index.members):
        values = None if isinstance(member, Unknown) else _values(key.own, key.own_lists, around, {item: member})
        if values is None:
            index.always.append(place)
        for value in values or ():
            index.places[value].append(place)
    return index


def _wanted(key: Key, around: Surroundings, variables: Variables) -> Sequence[object] | None:
    return _values(key.other, key.other_lists, around, variables)


def _values(term: terms.Term, lists: bool, around: Surroundings, variables: Variables) -> Sequence[object] | None:
    """What has to be equal, one of several where it is a list; None if that is not known in full."""
    value = definite(evaluate(term, around, variables))
    if not lists:
        return None if value is None or isinstance(value, Unknown | Members) else (comparable(value),)
    if not isinstance(value, Members) or value.possible or value.gaps:
        return None
    if any(isinstance(each, Unknown) for each in value.certain):
        return None
    return tuple({comparable(each): None for each in value.certain if each is not None})


def _join(term: _Filter, around: Surroundings) -> _Join:
    found = around.joins.get(id(term))
    if not isinstance(found, _Join):
        found = _Join(term, tuple(keys_of(term)))
        around.joins[id(term)] = found
    return found


def keys_of(term: _Filter) -> Iterator[Key]:
    """The comparisons of which one side hangs on nothing but the item, and the other one does not hang on it."""
    for part in _conjuncts(term.condition):
        match part:
            case terms.Comparison("=", left, right):
                for own, other in ((left, right), (right, left)):
                    if _of_item_alone(own, term.variable) and not _is_quotient(other) and _is_free(other, term):
                        yield Key(own, other)
            case terms.Among(item, group) if not isinstance(group, terms.Items):
                if _of_item_alone(item, term.variable) and _is_free(group, term):
                    yield Key(item, group, other_lists=True)
                elif _of_item_alone(group, term.variable) and not _is_quotient(item) and _is_free(item, term):
                    yield Key(group, item, own_lists=True)


def _conjuncts(condition: terms.Term) -> Iterator[terms.Term]:
    if isinstance(condition, terms.All):
        for part in condition.items:
            yield from _conjuncts(part)
    else:
        yield condition


def _is_item(record: terms.Term, term: _Filter) -> bool:
    """Whether a term is the item of a filter, itself or as what it refers to."""
    item = record.reference if isinstance(record, terms.Follow) else record
    return isinstance(item, terms.Variable) and item.name == term.variable


def _of_item_alone(term: terms.Term, item: str) -> bool:
    """Whether a term is the item or what a path of fields from it leads to."""
    while isinstance(term, terms.FieldOf | terms.Follow):
        term = term.record if isinstance(term, terms.FieldOf) else term.reference
    return isinstance(term, terms.Variable) and term.name == item


def _is_free(term: terms.Term, of: _Filter) -> bool:
    """Whether a term does not hang on the item."""
    return not any(isinstance(each, terms.Variable) and each.name == of.variable for each in subterms(term))


def _is_quotient(term: terms.Term) -> bool:
    """Whether a value is compared as a quotient, which an index would round."""
    return (isinstance(term, terms.Calculation) and term.operator == "/") or (
        isinstance(term, terms.Aggregate) and term.kind == "mean"
    )
