"""Inference against a slow and obvious reference: nested loops over all combinations, until nothing more follows.

What is not known is filled in in every way: what the matcher calls certain must follow in all of them, and what follows
in one of them must be something that it calls possible.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Record
from partnerrules.facts import Database
from partnerrules.facts.derived import DerivedRow, derived_rows
from partnerrules.laws import LAWS, check
from partnerrules.rulesets.running import Run
from partnerrules.schema.missing import Unknown

# -------------------------------------------------------------------------------------- rules as the reference has them

GIVEN: Final = ("alpha", "beta")
DERIVED: Final = ("zeta", "gamma")
"""In the order in which they are settled, which is not that of their names."""
KINDS: Final = ("x", "y")
NUMBERS: Final = (0, 1, 2, 3)


@dataclass(frozen=True)
class Pattern:
    """A record to fire on, or of which there must be none, with its conditions as (left, operator, right)."""

    entity: str
    where: tuple[tuple[str, str, str], ...]
    negated: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule, its patterns named p0, p1 and so on."""

    id: str
    patterns: tuple[Pattern, ...]
    derives: str
    kind: str
    number: str
    decreases: bool

    def written(self) -> str:
        lines = [f"  {self.id}:", "    when:"]
        for index, pattern in enumerate(self.patterns):
            word = "without" if pattern.negated else "fact"
            lines.append(f"      - {word}: {pattern.entity}\n        as: p{index}")
            if pattern.where:
                lines.append(f"        where: {' and '.join(' '.join(each) for each in pattern.where)}")
        lines.append(f"    then: {{derive: {self.derives}, with: {{k: '{self.kind}', n: {self.number}}}}}")
        if self.decreases:
            lines.append("    decreases: n")
        return "\n".join(lines)


FACTS: Final = "facts:\n" + "".join(
    f"  {name}: {{plural: {name}s, fields: {{k: 'enum [x, y, z]', n: integer}}}}\n" for name in (*GIVEN, *DERIVED)
)


def text_of(rules: Sequence[Rule]) -> str:
    return FACTS + "inference:\n" + "\n".join(rule.written() for rule in rules) + "\n"


Fact = tuple[str, str, int]
World = Mapping[str, tuple[str, str, int]]
"""Facts by id: entity, kind and number."""


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    found = []
    for level, derives in enumerate(DERIVED):
        for number in range(draw(st.integers(1, 2))):
            below = (*GIVEN, *DERIVED[:level])
            turning = draw(st.integers(0, 3)) == 0
            sources = [derives] if turning else []
            sources += draw(st.lists(st.sampled_from(below), min_size=0 if turning else 1, max_size=2))
            order = draw(st.permutations(sources))
            patterns = [Pattern(entity, draw(conditions(index)), False) for index, entity in enumerate(order)]
            if draw(st.integers(0, 3)) == 0:
                patterns.append(Pattern(draw(st.sampled_from(below)), draw(conditions(len(patterns))), True))
            picked = f"p{order.index(derives)}" if turning else f"p{draw(st.integers(0, len(order) - 1))}"
            values = [f"{picked}.n - 1"] if turning else [f"{picked}.n", "2", f"{picked}.n + 1"]
            kinds = st.sampled_from([f"p{draw(st.integers(0, len(order) - 1))}.k", '"z"'])
            found.append(
                Rule(
                    f"{draw(st.sampled_from('abc'))}-{derives}-{number}",
                    tuple(patterns),
                    derives,
                    draw(kinds),
                    draw(st.sampled_from(values)),
                    turning,
                )
            )
    return tuple(found)


@st.composite
def conditions(draw: st.DrawFn, index: int) -> tuple[tuple[str, str, str], ...]:
    own = f"p{index}"
    alone = [(f"{own}.n", ">=", "1"), (f"{own}.k", "=", '"x"'), (f"{own}.n", "<", "3"), (f"{own}.k", "!=", '"y"')]
    joined = [
        each
        for other in range(index)
        for each in (
            (f"{own}.k", "=", f"p{other}.k"),
            (f"p{other}.n", "=", f"{own}.n"),
            (f"{own}.n", "<", f"p{other}.n"),
            (f"{own}.k", "!=", f"p{other}.k"),
        )
    ]
    return tuple(draw(st.lists(st.sampled_from(alone + joined * 2), max_size=2, unique=True)))


# -------------------------------------------------------------------------------------------------------- the reference


def value(text: str, bound: Mapping[str, Fact]) -> object:
    left, *rest = text.split(" ")
    if rest:
        found = value(left, bound)
        assert isinstance(found, int)
        return found + (int(rest[1]) if rest[0] == "+" else -int(rest[1]))
    if left.startswith("p"):
        name, field = left.split(".")
        return bound[name][1 if field == "k" else 2]
    return int(left) if left.isdigit() else left.strip('"')


def holds(condition: tuple[str, str, str], bound: Mapping[str, Fact]) -> bool:
    left, right = value(condition[0], bound), value(condition[2], bound)
    match condition[1]:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return bool(left < right)  # type: ignore[operator]
        case _:
            return bool(left >= right)  # type: ignore[operator]


Way = tuple[str, tuple[str, ...]]


def follows(rules: Sequence[Rule], world: World) -> dict[Fact, set[Way]]:
    """All that follows, each fact with the rules and premises; a derived premise is named by what it says."""
    known: dict[str, Fact] = dict(world)
    found: dict[Fact, set[Way]] = {}
    for entity in DERIVED:
        changed = True
        while changed:
            changed = False
            for rule in (each for each in rules if each.derives == entity):
                for fact, way in fired(rule, known):
                    if way not in found.setdefault(fact, set()):
                        found[fact].add(way)
                        known[str(fact)] = fact
                        changed = True
    return found


def fired(rule: Rule, known: Mapping[str, Fact]) -> Iterator[tuple[Fact, Way]]:
    positive = [(f"p{index}", each) for index, each in enumerate(rule.patterns) if not each.negated]
    sources = [[id for id, fact in known.items() if fact[0] == each.entity] for _, each in positive]
    for ids in itertools.product(*sources):
        bound = {name: known[id] for (name, _), id in zip(positive, ids, strict=True)}
        if not all(holds(condition, bound) for _, each in positive for condition in each.where):
            continue
        if any(
            all(holds(condition, {**bound, f"p{index}": other}) for condition in each.where)
            for index, each in enumerate(rule.patterns)
            if each.negated
            for other in known.values()
            if other[0] == each.entity
        ):
            continue
        kind, number = value(rule.kind, bound), value(rule.number, bound)
        assert isinstance(kind, str)
        assert isinstance(number, int)
        consumed = [fact[2] for fact in bound.values() if fact[0] == rule.derives]
        if rule.decreases and (number < 0 or any(number >= each for each in consumed)):
            continue
        yield (rule.derives, kind, number), (rule.id, tuple(ids))


# ---------------------------------------------------------------------------------------------------------- the matcher


def settled(rules: Sequence[Rule], facts: Facts) -> Database:
    loaded = ruleset(text_of(rules))
    return Run(loaded.versions, facts, AS_OF, False).around(loaded.versions[0], AS_OF).facts


def as_facts(world: Mapping[str, tuple[object, ...]], partial: str | None = None) -> Facts:
    relations: dict[str, dict[str, object]] = {f"{name}s": {} for name in (*GIVEN, *DERIVED) if name != partial}
    loose = []
    for id, (entity, kind, number) in world.items():
        fields = {name: each for name, each in (("k", kind), ("n", number)) if each is not None}
        if entity == partial:
            loose.append(Record(str(entity), id=id, **fields))
        else:
            relations.setdefault(f"{entity}s", {})[id] = fields
    return Facts(relations).adding(loose)


def said(row: DerivedRow) -> tuple[object, object, object]:
    return row.entity, row.get("k"), row.get("n")


NAMES: Final = st.sampled_from((*GIVEN, *GIVEN, *DERIVED))
WORLDS: Final = st.lists(st.tuples(NAMES, st.sampled_from(KINDS), st.sampled_from(NUMBERS)), max_size=6).map(
    lambda facts: {f"F-{index}": fact for index, fact in enumerate(facts)}
)
SLOW: Final = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)


@SLOW
@given(rules(), WORLDS)
def test_e6_what_follows_is_what_the_loops_find_each_fact_once_with_all_its_derivations(
    made: tuple[Rule, ...], world: dict[str, Fact]
) -> None:
    expected = follows(made, world)
    rows = derived_rows(settled(made, as_facts(world)))
    found = {(row.entity, str(row.get("k")), int(str(row.get("n")))): row for row in rows}
    assert found.keys() == expected.keys()
    assert len(found) == len(rows)
    event(f"{min(len(rows), 5)} derived")
    for fact, row in found.items():
        assert row.doubt is None
        ways = {
            (way.rule, tuple(str(said(one)) if isinstance(one, DerivedRow) else one.id for _, one in way.premises))
            for way in row.derivations
        }
        assert ways <= expected[fact]
        by_rule = (list(each) for _, each in itertools.groupby(sorted(expected[fact]), key=lambda way: way[0]))
        assert len(row.derivations) == sum(min(len(each), 20) for each in by_rule)


@SLOW
@given(rules(), WORLDS, st.data())
def test_e6_the_order_of_facts_and_rules_changes_nothing(
    made: tuple[Rule, ...], world: dict[str, Fact], data: st.DataObject
) -> None:
    entries = data.draw(st.permutations(list(world.items())))
    shuffled = data.draw(st.permutations(made))
    one, other = settled(made, as_facts(world)), settled(shuffled, as_facts(dict(entries)))
    assert derived_rows(one) == derived_rows(other)
    assert [row.derivations for row in derived_rows(one)] == [row.derivations for row in derived_rows(other)]


def completions(world: Mapping[str, tuple[object, ...]]) -> Iterator[dict[str, Fact]]:
    ids = sorted(world)
    ways = []
    for id in ids:
        entity, kind, number = world[id]
        kinds = [kind] if kind is not None else [*KINDS, "z"]
        numbers = [number] if number is not None else [*NUMBERS]
        ways.append([(entity, *each) for each in itertools.product(kinds, numbers)])
    for each in itertools.product(*ways):
        yield dict(zip(ids, each, strict=True))  # type: ignore[arg-type]


def further(world: dict[str, Fact], partial: str | None) -> Iterator[dict[str, Fact]]:
    """A world as it is, and with one more record of a relation that is given in part."""
    yield world
    if partial is not None:
        for kind, number in itertools.product(KINDS, (0, 2, 3)):
            yield {**world, "G-1": (partial, kind, number)}


def may_be(row: DerivedRow, fact: Fact) -> bool:
    pairs = zip(said(row), fact, strict=True)
    return all(one == other or isinstance(one, Unknown) for one, other in pairs)


@SLOW
@given(rules(), WORLDS, st.data())
def test_e6_what_is_certain_follows_however_the_gaps_are_filled_and_nothing_else_follows_than_what_is_possible(
    made: tuple[Rule, ...], world: dict[str, Fact], data: st.DataObject
) -> None:
    blanks = data.draw(
        st.lists(st.tuples(st.sampled_from(sorted(world)), st.sampled_from([1, 2])), max_size=2, unique=True)
        if world
        else st.just([])
    )
    gappy: dict[str, tuple[object, ...]] = dict(world)
    for id, field in blanks:
        gappy[id] = tuple(None if index == field else each for index, each in enumerate(gappy[id]))
    partial = data.draw(st.sampled_from([None, None, *GIVEN]))
    facts = settled(made, as_facts(gappy, partial))
    rows = derived_rows(facts)
    event(
        f"{sum(row.doubt is not None for row in rows) > 0} in doubt, {sum(bool(facts.gaps(e)) for e in DERIVED)} open"
    )
    for filled in completions(gappy):
        for complete in further(filled, partial):
            expected = follows(made, complete)
            for entity in DERIVED:
                own = [row for row in rows if row.entity == entity]
                true = [fact for fact in expected if fact[0] == entity]
                certain = [row for row in own if row.doubt is None]
                assert len(certain) <= len(true), (entity, complete)
                for row in certain:
                    assert any(may_be(row, fact) for fact in true), (row, complete)
                if not facts.gaps(entity):
                    for fact in true:
                        assert any(may_be(row, fact) for row in own), (fact, complete)


def test_e6_a_rule_is_the_same_with_its_patterns_in_another_order() -> None:
    one = Rule(
        "r",
        (Pattern("alpha", ()), Pattern("beta", (("p1.k", "=", "p0.k"),)), Pattern("alpha", (("p2.n", "=", "p1.n"),))),
        "zeta",
        "p0.k",
        "p2.n",
        False,
    )
    patterns = (
        Pattern("alpha", ()),
        Pattern("beta", (("p1.n", "=", "p0.n"),)),
        Pattern("alpha", (("p2.k", "=", "p1.k"),)),
    )
    other = replace(one, patterns=patterns, kind="p2.k", number="p0.n")
    world = {
        f"F-{i}": (entity, kind, number)
        for i, (entity, kind, number) in enumerate(itertools.product(GIVEN, KINDS, NUMBERS))
    }
    first, second = ({said(row) for row in derived_rows(settled([each], as_facts(world)))} for each in (one, other))
    assert first == second
    assert len(first) == 8


# ------------------------------------------------------------------------------------------ laws of all that is decided

RULES: Final = """\
facts:
  conflict:
    plural: conflicts
    derived: only
    fields: {customer: ref customer, winner: ref partner, loser: ref partner}
inference:
  rival:
    when:
      - {fact: registration, as: first}
      - fact: registration
        as: second
        where: second.customer = first.customer and second.partner != first.partner
          and first.submitted_at < second.submitted_at
      - {without: sanction, as: ban, where: ban.partner = first.partner}
    then: {derive: conflict, with: {customer: first.customer, winner: first.partner, loser: second.partner}}
  poaching:
    when: [{fact: conflict}]
    then: {derive: violation, with: {partner: conflict.loser, kind: '"poaching"', level: 3, occurred_on: 2026-02-01}}
  repeated:
    when:
      - {fact: violation, as: one, where: one.level > 1 and one.level < 5}
      - fact: violation
        as: two
        where: two.partner = one.partner and two.kind = one.kind and two.level = one.level
          and one.occurred_on < two.occurred_on
    then:
      derive: violation
      with: {partner: two.partner, kind: two.kind, level: one.level - 1, occurred_on: two.occurred_on}
    decreases: level
eligibility:
  clean: {subject: partner, gates: [{id: none, require: 'count(partner.violations[level <= 2]) = 0'}]}
  free: {subject: registration, gates: [{id: none, require: count(registration.customer.conflicts) = 0}]}
"""


@pytest.mark.parametrize("name", LAWS)
def test_e6_the_laws_hold_for_what_policies_say_of_derived_facts(name: str) -> None:
    rules = ruleset(RULES)
    if LAWS[name].applies(rules):
        check(rules, LAWS[name], examples=max(settings().max_examples // 5, 1))
