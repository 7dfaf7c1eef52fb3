"""What rules derived in one decision, as records to keep, and as the chain that explanations follow."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from partnerrules.backends.derivations import derivation_row
from partnerrules.backends.matcher import Inferred, infer, seeing
from partnerrules.backends.rule_instants import Outcomes
from partnerrules.backends.surroundings import Surroundings
from partnerrules.decisions.basis import missing_of
from partnerrules.decisions.inference import DERIVED, Derived, DerivedFact, Premise
from partnerrules.decisions.values import number_text, public_value
from partnerrules.decisions.whole import Results
from partnerrules.domain.values import UNKNOWN
from partnerrules.facts import Database, Record, Row
from partnerrules.facts.derived import DerivedRow, derived_rows
from partnerrules.facts.later import Later
from partnerrules.language import terms
from partnerrules.plan.inference import Rule
from partnerrules.plan.trace import TracedRow
from partnerrules.rulesets.compiling import Version
from partnerrules.rulesets.needs import relations_of
from partnerrules.rulesets.subjects import entities_of
from partnerrules.schema import types as t
from partnerrules.schema.missing import Unknown

NOTHING_DERIVED: Final = Derived({}, {})


def with_derived(
    version: Version, given: Surroundings, facts_at: Callable[[dt.datetime], Database], outcomes: Outcomes
) -> tuple[Surroundings, Inferred | None]:
    """Facts with those that the rules of a version derive, and what is told of it; None where there are no rules.

    Args:
        version: whose rules run, when something looks at what they derive.
        given: the facts that are given, and the instant.
        facts_at: the same as of another instant.
        outcomes: what they came to as of other instants, over the same given facts.
    """
    if not version.strata:
        return given, None
    inferred = infer(version.strata, given, version.memory, outcomes)
    derived = frozenset(entity for stratum in version.strata for entity in stratum.relations)
    rests: dict[int, bool] = {}  # by the identity of terms, which live as long as the version

    def seen(term: terms.Term, moment: dt.datetime) -> Database:
        if id(term) not in rests:
            rests[id(term)] = bool(relations_of(term, version.needs) & derived)
        return facts_at(moment) if rests[id(term)] else inferred.facts

    return replace(seeing(inferred.facts, given), facts_at=seen), inferred


def told_of(databases: Iterable[Database], inferred: Iterable[Inferred]) -> Later[tuple[str, ...]]:
    """What was odd about facts, and what rules could not derive from them, each once."""
    databases, inferred = tuple(databases), tuple(inferred)

    def found() -> tuple[str, ...]:
        of_facts = (str(each) for database in databases for each in database.warnings)
        of_rules = (said for each in inferred for said in each.warnings)
        return tuple(dict.fromkeys((*of_facts, *of_rules)))

    return Later(found)


def derived_row(rule: Rule, record: Row, around: Surroundings, *, trace: bool) -> TracedRow | None:
    """What a rule has for a record; None for one that it does not derive."""
    own = around.facts.get(record.entity, record.id)
    if own is None:
        return None
    with around.effort.apart():
        return derivation_row(rule, own, around, DERIVED, trace=trace)


def derived_in(version: Version, around: Surroundings, results: Mapping[str, Results]) -> Derived:
    """What explanations say of derived facts: each with the ways in which it follows, and who may rest on it.

    Args:
        version: whose rules derived them.
        around: the facts, these among them.
        results: of all policies that were decided, by record.
    """
    rows = derived_rows(around.facts)
    if not rows:
        return NOTHING_DERIVED
    speaking = _speaking_of(rows)
    behind: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, every in results.items():
        answered = [id for id in every if every.answered_by(id) == version.head.version]
        if name not in version.needs or not answered:
            continue
        read = version.needs[name].relations
        if name in version.policies:
            if version.policies[name].rule is not None:
                continue
            read |= frozenset(version.policies[name].plan.entities)
        entities = entities_of(version, name)
        for id in answered:
            records = (around.facts.get(entity, id) for entity in entities)
            named = (each for record in records if record is not None for each in _around(record))
            found = dict.fromkeys(row.id for key in named for row in speaking.get(key, ()) if row.entity in read)
            if found:
                behind[name, id] = tuple(found)
    return Derived({row.id: _fact(row, version) for row in rows}, behind)


def records_to_keep(around: Surroundings) -> tuple[Record, ...]:
    """The derived facts that are there for certain, as records that may be kept."""
    seen = (row for row in derived_rows(around.facts) if row.visible(around.as_of, around.today) is True)
    return tuple(Record(row.entity, **_given(row)) for row in seen)


def _given(row: DerivedRow) -> dict[str, object]:
    """The fields of a record as facts give them."""
    found: dict[str, object] = {}
    for name, value in row.values.items():
        field = row.definition.fields[name]
        if isinstance(value, Unknown):
            if field.absence == "none":
                found[name] = UNKNOWN
        elif value is not None:
            found[name] = _written(public_value(value, field.type), field.type)
    return found


def _written(value: object, type: t.Type) -> object:
    if isinstance(value, tuple):
        item = type.item if isinstance(type, t.ListOf) else type
        return [_written(each, item) for each in value]
    if isinstance(type, t.Quantity) and not hasattr(value, "currency"):
        return number_text(value, type)  # type: ignore[arg-type]  # quantities that are no money are decimals
    return value


_Key = tuple[str, str]


def _references(row: Row) -> Iterable[_Key]:
    """The records that a record refers to, by entity and id."""
    for name, value in row.values.items():
        declared = row.definition.fields[name].type
        if isinstance(declared, t.Record) and isinstance(value, str):
            yield declared.entity, value


def _around(record: Row) -> Iterable[_Key]:
    """A record and those that it refers to, but not others of its own kind, such as the parent of a partner."""
    yield record.entity, record.id
    yield from (key for key in _references(record) if key[0] != record.entity)


def _speaking_of(rows: Iterable[DerivedRow]) -> dict[_Key, list[DerivedRow]]:
    """Derived records by the records that they refer to."""
    found: dict[_Key, list[DerivedRow]] = {}
    for row in rows:
        for key in _references(row):
            found.setdefault(key, []).append(row)
    return found


def _fact(row: DerivedRow, version: Version) -> DerivedFact:
    rules = dict.fromkeys(way.rule for way in row.derivations)
    return DerivedFact(
        relation=row.relation,
        id=row.id,
        certain=row.doubt is None,
        ways=tuple(
            (way.rule, tuple(Premise(name, each.relation, each.id) for name, each in way.premises))
            for way in row.derivations
        ),
        titles={rule: version.policies[rule].title for rule in rules},
        sources={rule: version.policies[rule].source for rule in rules},
        missing=missing_of(row.doubt),
        title=row.definition.title,
    )
