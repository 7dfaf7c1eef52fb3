"""When a step of a sanctions policy is reached, and by which of the counted records: terms made of its condition.

A record completes a step if the condition holds with it and it takes part in it. So a light violation does not put a
partner anew on a list that rests on a grave one. May import plan and below.
"""

from dataclasses import dataclass, fields, replace
from typing import Final, get_args

from partnerrules.language import terms
from partnerrules.language.checking import BOOLEAN
from partnerrules.plan.nodes import Column
from partnerrules.plan.walk import substituted, subterms
from partnerrules.policies.computing import negated
from partnerrules.schema import types as t

_TERMS: Final = get_args(terms.Term)
_MEMBER: Final = "#counted"
"""The variable of a counted record that is looked at; no expression makes one of that name."""


@dataclass(frozen=True, slots=True)
class Reached:
    """When a step is reached, as terms of one counted record and the list of those counted up to it.

    Attributes:
        columns: for each part of the condition, down to what is joined by `and` and `or`, whether it holds and whether
            the record completes it. Each is computed once, so that long conditions grow by no more than their length.
        holds: the condition.
        completed: whether it holds and the record takes part in it.
        causes: the list of those counted records that take part in what makes it hold.
        involved: the same list, with those in it of which that is in doubt.
    """

    columns: tuple[Column, ...]
    holds: terms.Term
    completed: terms.Term
    causes: terms.Term
    involved: terms.Term


def reached(condition: terms.Term, record: terms.Variable, counted: terms.ColumnOf, name: str) -> Reached | None:
    """When a step is reached; None if its condition looks at no counted record, so that none can complete it.

    Args:
        condition: of the step, checked.
        record: the counted record.
        counted: the list of the records that are counted, up to it.
        name: tells the columns of one step from those of others.
    """
    if not any(part in (record, counted) for part in subterms(condition)):
        return None
    parts = _Parts(record, counted, name, [])
    whole = parts.of(condition)
    member = terms.Variable(_MEMBER, record.type)
    involves = parts.involves(whole, member)
    # Of one that may take part it is not said that it did.
    for_certain = terms.IfUnknown(involves, terms.Value(False, BOOLEAN), BOOLEAN)
    causes, involved = (
        terms.Select(counted, _MEMBER, condition, counted.type) for condition in (for_certain, involves)
    )
    return Reached(tuple(parts.columns), whole.holds, whole.completed, causes, involved)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a condition, and the columns that say what came of it.

    Attributes:
        condition: the part.
        holds: whether it holds.
        completed: whether it holds and the record takes part in it.
        items: the parts that it joins by `and` or `or`; none if it is something else.
    """

    condition: terms.Term
    holds: terms.ColumnOf
    completed: terms.ColumnOf
    items: "tuple[_Part, ...]" = ()

    @property
    def every(self) -> bool:
        """Whether all that it joins must hold."""
        return isinstance(self.condition, terms.All)


@dataclass(slots=True)
class _Parts:
    """The parts of one condition, and who takes part in them."""

    record: terms.Variable
    counted: terms.ColumnOf
    name: str
    columns: list[Column]

    def of(self, condition: terms.Term) -> _Part:
        """The part that a condition is, after those that it joins, with a column for each."""
        if not isinstance(condition, terms.All | terms.AnyOf):
            holds = self._column("part", condition)
            both = (holds, self._takes_part(condition, self.record))
            return _Part(condition, holds, self._column("completed", terms.All(both, BOOLEAN)))
        items = tuple(self.of(item) for item in condition.items)
        holds = self._column("part", replace(condition, items=tuple(item.holds for item in items)))
        completed: terms.Term = terms.AnyOf(tuple(item.completed for item in items), BOOLEAN)
        if isinstance(condition, terms.All):
            completed = terms.All((holds, completed), BOOLEAN)
        return _Part(condition, holds, self._column("completed", completed), items)

    def _column(self, sort: str, term: terms.Term) -> terms.ColumnOf:
        column = Column(f"{self.name} {sort} {len(self.columns) + 1}", term)
        self.columns.append(column)
        return terms.ColumnOf(column.name, BOOLEAN)

    def involves(self, part: _Part, member: terms.Variable) -> terms.Term:
        """Whether another record takes part in what makes a part hold that the record completes."""
        if not part.items:
            return terms.All((part.holds, self._takes_part(part.condition, member)), BOOLEAN)
        involved = tuple(self.involves(item, member) for item in part.items)
        if not part.every:
            # What the record completes is what it rests on. Where that is none of them, as what holds without it is
            # joined with what it completes by `and`, all that hold take part.
            rests_elsewhere = negated(part.completed)
            pairs = zip(part.items, involved, strict=True)
            involved = tuple(
                terms.All((item.holds, terms.AnyOf((item.completed, rests_elsewhere), BOOLEAN), each), BOOLEAN)
                for item, each in pairs
            )
        return terms.AnyOf(involved, BOOLEAN)

    def _takes_part(self, condition: terms.Term, member: terms.Variable) -> terms.Term:
        """Whether a condition looks at a record: speaks of it, or takes it out of the counted ones."""
        found = self._lists(condition, member)
        spoken_of = any(part == self.record for part in subterms(condition))
        if spoken_of:
            itself = terms.Comparison("=", id_of(member), id_of(self.record), BOOLEAN)
            found = [*found, terms.Value(True, BOOLEAN) if member == self.record else itself]
        return terms.AnyOf(tuple(dict.fromkeys(found)), BOOLEAN)

    def _lists(self, term: terms.Term, member: terms.Variable) -> list[terms.Term]:
        """For each list of counted records that a term takes something of, whether a record is in it."""
        match term:
            case terms.Let(variable, value, body):
                return self._lists(substituted(body, variable, value), member)
            case terms.Quantified("some", source, variable, condition):
                within = self._member_of(source, member)
                if within is not None:
                    return [terms.All((within, substituted(condition, variable, member)), BOOLEAN)]
        within = self._member_of(term, member)
        if within is not None:
            return [within]
        found: list[terms.Term] = []
        for part in _direct(term):
            found += self._lists(part, member)
        return found

    def _member_of(self, source: terms.Term, member: terms.Variable) -> terms.Term | None:
        """Whether a record is one of a list of counted ones; None if the list is of something else."""
        if source == self.counted:
            return terms.Value(True, BOOLEAN)
        match source:
            case terms.Select(inner, variable, condition):
                within = self._member_of(inner, member)
                if within is None:
                    return None
                return terms.All((within, substituted(condition, variable, member)), BOOLEAN)
            case terms.Each(inner):
                return self._member_of(inner, member)
        return None


def id_of(record: terms.Variable) -> terms.Term:
    """The id of a member of a list, which may hold references."""
    return terms.FieldOf(terms.Follow(record, record.type), "id", t.Text())


def _direct(term: terms.Term) -> list[terms.Term]:
    """The terms that a term is made of."""
    found: list[terms.Term] = []
    for slot in fields(term):
        value = getattr(term, slot.name)
        found += [part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, _TERMS)]
    return found
