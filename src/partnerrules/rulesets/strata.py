"""The order in which inference rules settle relations, and the circles in which nothing would ever be settled.

A rule may fire on what it derives itself, or through others, if a whole number gets less from each record to what
follows from it. What a rule looks up as a whole, such as in a count or where there must be none, is settled before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from partnerrules.diagnostics import Label, Report, with_article
from partnerrules.language.terms import Term
from partnerrules.plan.inference import Rule, Stratum
from partnerrules.plan.instants import Field, turning_fields
from partnerrules.policies import Policy
from partnerrules.rulesets.needs import Needs
from partnerrules.schema import types as t
from partnerrules.schema.entities import Schema


def strata_of(
    policies: Mapping[str, Policy],
    definitions: Mapping[str, Term],
    needs: Mapping[str, Needs],
    schema: Schema,
    report: Report,
) -> tuple[Stratum, ...] | None:
    """The rules of a version in the order in which they settle relations, or None after a fault.

    Args:
        policies: of the version.
        definitions: of the version.
        needs: what both rest on.
        schema: what records there are.
        report: takes the faults.
    """
    rules = [policy.rule for _, policy in sorted(policies.items()) if policy.rule is not None]
    before = report.errors
    for rule in rules:
        asked = sorted(question.policy for question in needs[rule.id].questions)
        if asked:
            report.error(
                "inference-asks",
                f"`{rule.id}` asks the policy `{asked[0]}`, and rules derive facts before any policy decides",
                rule.span,
                help="ask what is recorded: inference reads recorded sanctions and standings, not those of this run",
            )
    graph = _Graph(rules, definitions, needs)
    found = [graph.stratum(entities, schema, report) for entities in graph.components()]
    return tuple(found) if report.errors == before else None


@dataclass(frozen=True, slots=True)
class _Step:
    """That a rule goes from one entity to another one, by firing on it or by looking it up."""

    rule: Rule
    source: str
    looked_up: bool


class _Graph:
    """What rules derive from what, by entity."""

    def __init__(self, rules: Sequence[Rule], definitions: Mapping[str, Term], needs: Mapping[str, Needs]) -> None:
        self.rules = rules
        self.derived = sorted({rule.derives for rule in rules})
        self._definitions = definitions
        self._needs = needs
        self._steps: dict[str, list[_Step]] = {entity: [] for entity in self.derived}
        for rule in rules:
            for entity in sorted((rule.consumed | needs[rule.id].relations) & self._steps.keys()):
                self._steps[rule.derives].append(_Step(rule, entity, entity in needs[rule.id].relations))
        self._below = {entity: self._reachable(entity) for entity in self.derived}

    def _reachable(self, start: str) -> frozenset[str]:
        """The entities from which one is derived, be it through others."""
        found: set[str] = set()
        pending = [start]
        while pending:
            for step in self._steps[pending.pop()]:
                if step.source not in found:
                    found.add(step.source)
                    pending.append(step.source)
        return frozenset(found)

    def components(self) -> list[frozenset[str]]:
        """The entities that are derived from each other in circles, those together, in the order of their settling."""
        whole = {
            frozenset({entity, *(other for other in self._below[entity] if entity in self._below[other])})
            for entity in self.derived
        }
        # One that rests on another one rests on all that this rests on, and on itself besides.
        return sorted(
            whole, key=lambda each: (len(frozenset().union(*(self._below[e] for e in each)) | each), min(each))
        )

    def stratum(self, entities: frozenset[str], schema: Schema, report: Report) -> Stratum:
        """The rules that settle some entities, with what decreases where they turn in a circle."""
        rules = tuple(rule for rule in self.rules if rule.derives in entities)
        turning = [rule for rule in rules if rule.consumed & entities]
        for rule in rules:
            if rule.decreases is not None and rule not in turning:
                report.error(
                    "nothing-decreases",
                    f"`{rule.id}` does not fire on what follows from it, so that nothing has to get less",
                    rule.decreases_span or rule.span,
                    help="take `decreases` out",
                )
            looked_up = sorted(self._needs[rule.id].relations & entities)
            if looked_up:
                self._error(
                    rule,
                    looked_up[0],
                    entities,
                    f"looks up the {schema.entities[looked_up[0]].relation} that follow from what it derives",
                    "what is counted, listed or excluded has to be settled before: fire on single facts under `when`",
                    report,
                )
        measures: dict[str, Rule] = {}
        for rule in turning:
            if rule.decreases is None:
                source = min(rule.consumed & entities)
                self._error(
                    rule,
                    source,
                    entities,
                    f"fires on the {schema.entities[source].relation} that follow from what it derives",
                    "name a field with a whole number that gets less each time, such as `decreases: level`",
                    report,
                )
            else:
                measures.setdefault(rule.decreases, rule)
                self._check_measure(rule, entities, schema, report)
        if len(measures) > 1:
            first, second = list(measures.values())[:2]
            assert first.decreases_span is not None
            assert second.decreases_span is not None
            report.error(
                "inference-circle",
                f"`{first.id}` and `{second.id}` stand in one circle, and each lets another number decrease",
                second.decreases_span,
                labels=[Label(second.decreases_span, ""), Label(first.decreases_span, "the other one")],
                help="let the same field decrease in all rules of a circle",
            )
        return Stratum(rules, entities, next(iter(measures), None), self._instants(rules, entities, schema))

    def _instants(self, rules: Sequence[Rule], entities: frozenset[str], schema: Schema) -> frozenset[Field] | None:
        """The fields that tell as of which instants the same follows; None if rules rest on what others derive."""
        relations = frozenset(entity for rule in rules for entity in rule.consumed | self._needs[rule.id].relations)
        if relations & frozenset(self.derived) - entities:
            return None
        computed = (term for rule in rules for term in rule.terms)
        return turning_fields(computed, self._definitions, relations, schema)

    def _check_measure(self, rule: Rule, entities: frozenset[str], schema: Schema, report: Report) -> None:
        """Reports a number that not all records have that the rule fires on and that follow from it."""
        assert rule.decreases is not None
        for entity in sorted(entities):
            declared = schema.entities[entity].fields.get(rule.decreases)
            if declared is None or not isinstance(declared.type, t.Integer) or declared.absence == "none":
                report.error(
                    "inference-circle",
                    f"`{rule.decreases}` decreases through {with_article(entity)}, which has no such number",
                    rule.decreases_span or rule.span,
                    help=f"give {with_article(entity)} a field `{rule.decreases}` of the type `integer`",
                )

    def _error(
        self, rule: Rule, source: str, entities: frozenset[str], what: str, way_out: str, report: Report
    ) -> None:
        circle = [rule.id, *(each.id for each in self._path(source, rule.derives, entities))]
        names = " > ".join(f"`{each}`" for each in (*circle, rule.id))
        message = f"`{rule.id}` {what}" if len(circle) == 1 else f"`{rule.id}` {what}: {names}"
        report.error("inference-circle", message, rule.span, help=way_out)

    def _path(self, end: str, start: str, entities: frozenset[str]) -> Iterable[Rule]:
        """The rules by which one entity is derived from another one, the shortest way."""
        if start == end:
            return ()
        paths: list[tuple[str, tuple[Rule, ...]]] = [(end, ())]
        seen = {end}
        for entity, rules in paths:  # grows as it is walked through
            for step in self._steps[entity]:
                if step.source == start:
                    return (step.rule, *rules)
                if step.source in entities and step.source not in seen:
                    seen.add(step.source)
                    paths.append((step.source, (step.rule, *rules)))
        raise AssertionError("entities of one circle lead to each other")
