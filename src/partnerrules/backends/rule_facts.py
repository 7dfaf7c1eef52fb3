"""What the rules of one stratum have found: the same fact only once, with all the ways in which it follows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import partial
from typing import Final

from partnerrules.backends.rule_alike import Alike, said_by
from partnerrules.backends.rule_joins import Combination
from partnerrules.backends.surroundings import Surroundings, definite, function_of
from partnerrules.backends.values import Members, comparable, lacking, united
from partnerrules.domain.impossible import Impossibility, broken
from partnerrules.facts import Row
from partnerrules.facts.derived import Derivation, DerivedRow, id_of, in_order, kept
from partnerrules.facts.record_reading import impossible_in
from partnerrules.language import terms
from partnerrules.plan.inference import Rule, Setting, Stratum
from partnerrules.plan.logic import conjunction
from partnerrules.schema import types as t
from partnerrules.schema.missing import Missing, Unknown

MAXIMUM_WAYS: Final = 1_000
"""Ways to one fact that are held at once; past them, those that would not be told anyway are dropped."""
_STEPS_OF_A_VALUE: Final = 3
"""To compute a value, store it and compare it takes about as long as so many records that are looked at."""


@dataclass(slots=True, eq=False)
class Found:
    """A fact that rules have derived.

    Attributes:
        entity: what it is.
        values: its fields.
        origins: where those of its values come from that are not known.
        ways: in which it follows.
    """

    entity: str
    values: Mapping[str, object]
    origins: Mapping[str, object]
    ways: list[Derivation] = field(default_factory=list)


@dataclass(slots=True)
class _Refused:
    """Combinations of one rule that derive nothing, as what would follow cannot be: the first of them, and how many."""

    message: str
    first: tuple[str, ...]
    count: int = 1


class Settled:
    """The facts that the rules of one stratum derive.

    Attributes:
        count: how many there are.
        gaps: by entity what is missing where further ones may follow that cannot be named.
        waiting: facts by the number that decreases, which are not records yet.
    """

    def __init__(self, stratum: Stratum, around: Surroundings, spend: Callable[[str, int], None]) -> None:
        """Begin with none.

        Args:
            stratum: the rules.
            around: the facts of the strata before.
            spend: counts steps of a rule, by its id, and stops what goes on for hours.
        """
        self.count = 0
        self.gaps: dict[str, frozenset[Missing]] = {}
        self.waiting: dict[int, list[Found]] = {}
        self._stratum = stratum
        self._around = around
        self._spend = spend
        self._functions: dict[int, Callable[[Mapping[str, Row]], object]] = {}
        self._found: dict[object, Found] = {}
        self._open: list[Found] = []
        self._rows: list[DerivedRow] = []
        self._certain = Alike()
        self._refused: dict[str, _Refused] = {}
        self._impossible: dict[str, tuple[Impossibility, ...]] = {}

    def rows(self) -> tuple[DerivedRow, ...]:
        """All facts as records."""
        return tuple(self._rows)

    def warnings(self) -> list[str]:
        """What is told of combinations that derive nothing, as what would follow cannot be."""
        told = []
        for rule, each in sorted(self._refused.items()):
            others = f", and {each.count - 1:,} more such" if each.count > 1 else ""
            told.append(f"rule `{rule}` derives nothing from {', '.join(each.first)}{others}: {each.message}")
        return told

    # ----------------------------------------------------------------------------------------------- a rule has fired

    def add(self, rule: Rule, combination: Combination) -> None:
        """Takes in what follows from one combination."""
        self._around.effort.turns = 0
        entity = self._around.facts.schema.entities[rule.derives]
        values = {each.field: self._value(each, entity.fields[each.field].type, combination) for each in rule.settings}
        doubts = len(lacking(combination.holds, *values.values()))
        self._spend(rule.id, 1 + _STEPS_OF_A_VALUE * len(values) + doubts + self._around.effort.turns)
        turns = self._stratum.turns(rule)
        if turns and not self._decreases(rule, values, combination):
            return
        impossible = self._impossible.setdefault(entity.name, impossible_in(entity))
        fault = next(iter(broken(impossible, values)), None)
        if fault is not None:
            self._refuse(rule, combination, f"of what would follow {fault[1]}")
            return
        origins = {
            each.field: _origin(each, value, combination)
            for each in rule.settings
            if isinstance(value := values[each.field], Unknown)
        }
        said = ((name, origins.get(name, value)) for name, value in sorted(values.items()))
        key = (entity.name, *said)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = Found(entity.name, values, origins)
            self.count += 1
            level = None if self._stratum.measure is None else values.get(self._stratum.measure)
            if isinstance(level, int):  # further ways may lead to it, all from records of greater numbers
                self.waiting.setdefault(level, []).append(found)
            else:
                self._open.append(found)
        premises = tuple(combination.rows.items())
        holds = conjunction((combination.holds, *_may_be_impossible(impossible, values)))
        found.ways.append(Derivation(rule.id, premises, holds))
        if len(found.ways) >= MAXIMUM_WAYS:
            found.ways = kept(in_order(found.ways))

    def _value(self, setting: Setting, type: t.Type, combination: Combination) -> object:
        function = self._functions.get(id(setting))
        if function is None:  # rules are there as long as what runs them
            function = self._functions[id(setting)] = function_of(setting.value, self._around)
        return _stored(function(combination.rows), type)

    def _decreases(self, rule: Rule, values: Mapping[str, object], combination: Combination) -> bool:
        """Whether the number gets less from all that the rule fires on to what follows; where not, nothing does."""
        measure = self._stratum.measure
        assert measure is not None
        consumed = [
            combination.rows[pattern.name].get(measure)
            for pattern in rule.patterns
            if pattern.entity in self._stratum.relations
        ]
        level = values[measure]
        known = [each for each in consumed if isinstance(each, int)]
        if isinstance(level, int) and (level < 0 or any(level >= each for each in known)):
            said = "is less than 0" if level < 0 else "is not less than in what it follows from"
            self._refuse(rule, combination, f"`{measure}` {said}")
            return False
        missing = lacking(level, *consumed)
        if missing:  # something may follow, and it is not known where that would end
            before = self.gaps.get(rule.derives, frozenset())
            self.gaps[rule.derives] = united((before, missing, lacking(combination.holds)))
            return False
        return True

    def _refuse(self, rule: Rule, combination: Combination, message: str) -> None:
        ids = tuple(row.id for row in combination.rows.values())
        before = self._refused.get(rule.id)
        if before is None:
            self._refused[rule.id] = _Refused(message, ids)
            return
        before.count += 1
        if ids < before.first:
            before.first, before.message = ids, message

    # -------------------------------------------------------------------------------------------- facts become records

    def complete(self, found: Iterable[Found] | None = None) -> list[DerivedRow]:
        """Makes records of facts to which no further way leads; of all that wait for no number if none are given."""
        if found is None:
            found, self._open = self._open, []
        rows = []
        for each in found:
            ways = kept(in_order(each.ways))
            certain = any(way.holds is True for way in ways)
            doubt = None if certain else Unknown(united(lacking(way.holds) for way in ways))
            entity = self._around.facts.schema.entities[each.entity]
            rows.append(DerivedRow(entity, id_of(ways[0]), each.values, ways, doubt, each.origins))
        # Those of which all is known first: they are not the same as each other.
        ordered = sorted(rows, key=lambda row: (bool(lacking(*row.values.values())), row.entity, row.id))
        made = [self._apart(row) for row in ordered]
        self._rows += made
        return made

    def _apart(self, row: DerivedRow) -> DerivedRow:
        """The record, in doubt if it may be the same as one that is there for certain."""
        if row.doubt is not None:
            return row
        spend = partial(self._spend, row.derivations[0].rule)
        same = self._certain.may_be(row, spend)
        if same is not None:
            missing = united((lacking(*row.values.values()), lacking(*same.values.values())))
            return DerivedRow(row.definition, row.id, said_by(row), row.derivations, Unknown(missing), row.origins)
        self._certain.add(row, spend)
        return row


def _may_be_impossible(impossible: Iterable[Impossibility], values: Mapping[str, object]) -> Iterator[Unknown]:
    """What would have to be known to tell whether the values can be."""
    for each in impossible:
        names = [getattr(each, slot.name) for slot in fields(each)]  # type: ignore[arg-type]  # all are dataclasses
        said = [values.get(name) for name in names if isinstance(name, str)]
        missing = lacking(*said)
        if missing and all(value is not None for value in said):
            yield Unknown(missing)


def _origin(setting: Setting, value: Unknown, combination: Combination) -> object:
    """Where a value that is not known comes from: the field that it is taken from as it is, or this combination."""
    match setting.value:
        case terms.FieldOf(terms.Variable(name), own):
            row = combination.rows[name]
            place = Missing("field", row.relation, row.record, own)
            if value.missing == {place}:
                return place
            if isinstance(row, DerivedRow) and own in row.origins:
                return row.origins[own]
        case _:
            pass
    return object()


def _stored(value: object, type: t.Type) -> object:
    """A value as records hold it."""
    value = comparable(definite(value))
    if isinstance(value, Members):
        known = value.known()
        if isinstance(known, Unknown):
            return known
        item = type.item if isinstance(type, t.ListOf) else type
        members = tuple(_stored(each, item) for each in known)
        missing = lacking(*members)
        return Unknown(missing) if missing else members
    if isinstance(type, t.Integer) and isinstance(value, Decimal):
        return int(value)
    if isinstance(type, t.Number) and isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value
