"""What a ruleset reads of its facts, and where it draws its lines: fields, relations, and the values they are held to.

Found in the checked terms of every version, parameters and definitions included, so that generated facts are about
what the rules look at, on both sides of each of their borders. Knows nothing of Hypothesis. May import rulesets.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from partnerrules.language import terms
from partnerrules.plan.inference import Rule
from partnerrules.plan.nodes import Collapse, CountDistinct, Cumulate, Filter, Let, Plan, Scan
from partnerrules.plan.walk import plan_nodes, plan_terms, subterms
from partnerrules.quantities import BUSINESS_DAYS, DAYS, MONTHS, SECONDS, BusinessCalendar
from partnerrules.rulesets import Ruleset
from partnerrules.rulesets.compiling import Version
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema, core_schema

Shift: TypeAlias = tuple[Literal["days", "months", "business days", "seconds"], int]
"""A span of time that rules count with, in whole units."""

Place: TypeAlias = tuple[str, str]
"""An entity, and one of its fields."""

_SPANS: Final[Mapping[object, Literal["days", "months", "business days", "seconds"]]] = {
    DAYS: "days",
    MONTHS: "months",
    BUSINESS_DAYS: "business days",
    SECONDS: "seconds",
}
_WINDOW_UNITS: Final[Mapping[str, Shift]] = {
    "day": ("days", 1),
    "week": ("days", 7),
    "month": ("months", 1),
    "quarter": ("months", 3),
    "year": ("months", 12),
}
_LONGEST: Final = 100_000
"""Units of a span past which no border of it is looked for."""


@dataclass(slots=True, eq=False)
class Reads:
    """What the versions of a ruleset read.

    Attributes:
        schema: the records as the facts give them.
        entities: whose records are looked at, by scanning them, by a reference, or by a way back.
        fields: by entity, the fields that are looked at.
        lines: by field, the values that it is held against.
        values: by type, all values that rules name.
        counts: by entity, the numbers that a count of its records is held against.
        shifts: the spans of time that rules count with.
        windows: whether rules look at the month, quarter or year that a day is in.
        zone: in which days begin and end.
        currency: of money that names none.
        fiscal_year_starts: month and day.
        calendar: of business days, if there is one.
        edges: the days on which a version begins or ends.
        in_force: from when and until when each version is in force; None where that is open.
        references: the fields by which the version is chosen that answers.
    """

    schema: Schema
    zone: dt.tzinfo = dt.UTC
    currency: str | None = None
    fiscal_year_starts: tuple[int, int] = (1, 1)
    calendar: BusinessCalendar | None = None
    edges: tuple[dt.date, ...] = ()
    in_force: tuple[tuple[dt.date | None, dt.date | None], ...] = ()
    references: set[Place] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    fields: dict[str, set[str]] = field(default_factory=dict)
    lines: dict[Place, set[terms.Constant]] = field(default_factory=dict)
    values: dict[t.Type, set[terms.Constant]] = field(default_factory=dict)
    counts: dict[str, set[int]] = field(default_factory=dict)
    shifts: set[Shift] = field(default_factory=set)
    windows: bool = False


@lru_cache(maxsize=64)
def reads_of(rules: Ruleset) -> Reads:
    """What a ruleset reads, through all its versions."""
    head = rules.versions[-1].head
    ends = {day for each in rules.versions for day in (each.head.in_force.start, each.head.in_force.end)}
    reads = Reads(
        rules.versions[-1].facts_schema,
        head.zone,
        head.currency,
        head.fiscal_year_starts,
        head.calendar,
        tuple(sorted(day for day in ends if day is not None)),
        tuple((each.head.in_force.start, each.head.in_force.end) for each in rules.versions),
    )
    for version in rules.versions:
        _VersionReads(version, reads).read()
    _follow_what_is_needed(reads)
    for name in [name for name, entity in reads.schema.entities.items() if entity.derived_only]:
        reads.entities.discard(name)  # no facts have any
        reads.fields.pop(name, None)
    return reads


@lru_cache(maxsize=1)
def reads_of_nothing() -> Reads:
    """What there is where no ruleset is named: the business records, each with all of its fields."""
    schema = core_schema()
    fields = {name: {each for each in entity.fields if each != "id"} for name, entity in schema.entities.items()}
    return Reads(schema, fields=fields, entities={entity.name for entity in schema.relations.values()})


def entity_of(type: t.Type) -> str | None:
    """The entity of a record, of a list of them, or of one that may be absent."""
    match type:
        case t.Record(entity):
            return entity
        case t.ListOf(item):
            return entity_of(item)
        case t.Maybe(of):
            return entity_of(of)
        case _:
            return None


class _VersionReads:
    def __init__(self, version: Version, reads: Reads) -> None:
        self.version = version
        self.reads = reads
        self._places: dict[str, frozenset[Place]] = {}  # of definitions
        self._constants: dict[str, frozenset[terms.Constant]] = {}

    def read(self) -> None:
        for policy in self.version.policies.values():
            columns = _columns(policy.plan)
            for node in plan_nodes(policy.plan):
                if isinstance(node, Scan):
                    self.reads.entities.add(node.entity)
            roots = [*plan_terms(policy.plan)]
            if policy.reference_date is not None:
                roots.append(policy.reference_date)
                self.reads.references |= self.places_in(policy.reference_date, columns)
            if policy.pays is not None:
                roots += [*policy.pays.payees, *([] if policy.pays.when is None else [policy.pays.when])]
            if policy.rule is not None:
                roots += self._of_rule(policy.rule)
            self._terms(roots, columns)
        for name, definition in self.version.definitions.items():
            if definition.of is not None:
                self.reads.entities.add(definition.of)
            self._terms([self.version.definition_terms[name]], {})

    def _of_rule(self, rule: Rule) -> Iterator[terms.Term]:
        """What an inference rule computes, after what it fires on is noted."""
        self.reads.entities |= rule.consumed
        if rule.decreases is not None:
            for entity in (*sorted(rule.consumed), rule.derives):
                if rule.decreases in self.reads.schema.entities[entity].fields:
                    self._field(entity, rule.decreases)
        return rule.terms

    def _terms(self, roots: Iterable[terms.Term], columns: Mapping[str, list[terms.Term]]) -> None:
        for root in roots:
            for term in subterms(root):
                self._term(term, columns)

    def _term(self, term: terms.Term, columns: Mapping[str, list[terms.Term]]) -> None:
        match term:
            case terms.FieldOf(record, name):
                self._field(entity_of(record.type), name)
            case terms.InverseOf(_, entity, name):
                self._field(entity, name)
            case terms.RelationOf(entity):
                self.reads.entities.add(entity)
            case terms.Value() | terms.ParameterOf():
                for value in self.constants_in(term, columns):
                    self.reads.values.setdefault(_plain(term.type), set()).add(value)
                    self._span(value, term.type)
            case terms.WindowOf(kind, count, unit):
                self.reads.windows |= kind != "last"
                name, size = _WINDOW_UNITS[unit]
                self._add_span(name, count * size)
            case terms.EdgeOf():
                self.reads.windows = True
            case terms.Apply("convert" | "conversion"):
                self._rates()
            case terms.Comparison(_, left, right) | terms.Within(left, right) | terms.Among(left, right):
                self._met(left, right, columns)
                self._met(right, left, columns)
            case _:
                pass

    def _rates(self) -> None:
        """Exchange rates, and the kind of them that counts."""
        rates = self.reads.schema.entities["exchange_rate"]
        self.reads.entities.add(rates.name)
        for name in rates.fields:
            self._field(rates.name, name)
        kind = self.version.head.exchange.kind
        if kind is not None:
            self.reads.lines.setdefault((rates.name, "kind"), set()).add(kind)

    def _field(self, entity: str | None, name: str) -> None:
        if entity is not None:
            self.reads.fields.setdefault(entity, set()).add(name)
            if not self.reads.schema.is_part(entity):
                self.reads.entities.add(entity)

    def _met(self, measured: terms.Term, limit: terms.Term, columns: Mapping[str, list[terms.Term]]) -> None:
        """Note the values on one side of a comparison as lines of the fields on the other one."""
        constants = self.constants_in(limit, columns)
        if not constants:
            return
        for place in self.places_in(measured, columns):
            self.reads.lines.setdefault(place, set()).update(constants)
        if isinstance(measured, terms.Aggregate) and measured.kind == "count":
            entity = entity_of(measured.source.type)
            numbers = {int(each) for each in constants if isinstance(each, int | Decimal) and each == int(each)}
            if entity is not None:
                self.reads.counts.setdefault(entity, set()).update(numbers)

    def places_in(self, root: terms.Term, columns: Mapping[str, list[terms.Term]]) -> frozenset[Place]:
        """The fields that a term looks at, through definitions and earlier columns."""
        found: set[Place] = set()
        for term in self._through(root, columns):
            if isinstance(term, terms.FieldOf):
                entity = entity_of(term.record.type)
                if entity is not None:
                    found.add((entity, term.field))
        return frozenset(found)

    def constants_in(self, root: terms.Term, columns: Mapping[str, list[terms.Term]]) -> frozenset[terms.Constant]:
        """The values that a term names, those of parameters among them."""
        found: set[terms.Constant] = set()
        for term in self._through(root, columns):
            if isinstance(term, terms.Value):
                found.add(term.value)
            elif isinstance(term, terms.ParameterOf):
                value = self.version.parameters[term.name].value
                found.update(value if isinstance(value, tuple) else (value,))
        return frozenset(each for each in found if each is not None)

    def _through(self, root: terms.Term, columns: Mapping[str, list[terms.Term]]) -> Iterator[terms.Term]:
        pending = [root]
        seen: set[str] = set()
        while pending:
            for term in subterms(pending.pop()):
                yield term
                if isinstance(term, terms.DefinitionOf) and f"definition {term.name}" not in seen:
                    seen.add(f"definition {term.name}")
                    pending.append(self.version.definition_terms[term.name])
                elif isinstance(term, terms.ColumnOf) and f"column {term.name}" not in seen:
                    seen.add(f"column {term.name}")
                    pending.extend(columns.get(term.name, ()))

    def _span(self, value: terms.Constant, type: t.Type) -> None:
        plain = _plain(type)
        if isinstance(plain, t.Quantity) and isinstance(value, int | Decimal) and plain.dimension in _SPANS:
            self._add_span(_SPANS[plain.dimension], int(value))

    def _add_span(self, name: Literal["days", "months", "business days", "seconds"], size: int) -> None:
        if 0 < abs(size) <= _LONGEST * (86_400 if name == "seconds" else 1):
            self.reads.shifts.add((name, abs(size)))


def _columns(plan: Plan) -> dict[str, list[terms.Term]]:
    """What the columns of a plan are computed from, by name; a name may be used in several branches."""
    found: dict[str, list[terms.Term]] = {}
    for node in plan_nodes(plan):
        match node:
            case Let(_, columns) | Collapse(_, _, columns):
                for column in columns:
                    found.setdefault(column.name, []).append(column.term)
            case Filter(_, condition):
                found.setdefault(condition.name, []).append(condition.term)
            case Cumulate():
                found.setdefault(node.before, []).append(node.value)
                found.setdefault(node.after, []).append(node.value)
            case CountDistinct():
                found.setdefault(node.column, []).append(node.where)
            case _:
                pass
    return found


def _plain(type: t.Type) -> t.Type:
    """A type without the list or absence around it; numbers of every sort are one."""
    match type:
        case t.Maybe(of):
            return _plain(of)
        case t.ListOf(item):
            return _plain(item)
        case t.Integer():
            return t.Number()
        case _:
            return type


def _follow_what_is_needed(reads: Reads) -> None:
    """Adds what has to be given with what is read: required fields, dates of events, and what is referred to."""
    pending = sorted(reads.entities | reads.fields.keys())
    done: set[str] = set()
    while pending:
        name = pending.pop()
        if name in done:
            continue
        done.add(name)
        entity = reads.schema.entities[name]
        read = reads.fields.setdefault(name, set())
        read.update(each.name for each in entity.fields.values() if each.absence == "required" and each.name != "id")
        # What is seen at all hangs on when it happened, and on when it was recorded.
        read.update({entity.happens or "recorded_at", "recorded_at"} & entity.fields.keys())
        read.discard("id")
        for each in sorted(read):
            target = entity_of(entity.fields[each].type)
            if target is not None:
                pending.append(target)
                if not reads.schema.is_part(target):
                    reads.entities.add(target)
