"""What policies and definitions rest on: parameters, questions to other policies, and records that they look up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from partnerrules.language import terms
from partnerrules.plan.walk import parts_of, plan_terms, relation_read, subterms
from partnerrules.policies import Policy


@dataclass(frozen=True, slots=True)
class Needs:
    """What a policy or definition computes with, the definitions it uses included.

    Attributes:
        parameters: their names.
        questions: what it asks other policies.
        relations: the entities whose records it looks up.
    """

    parameters: frozenset[str] = frozenset()
    questions: frozenset[terms.OutcomeOf] = frozenset()
    relations: frozenset[str] = frozenset()


def needs_of(policies: Mapping[str, Policy], definitions: Mapping[str, terms.Term]) -> dict[str, Needs]:
    """The needs of all policies and definitions of one version, by name."""
    known: dict[str, Needs] = {}
    for name, term in definitions.items():
        _definition(name, term, definitions, known)
    for name, policy in policies.items():
        every = [*plan_terms(policy.plan), *([] if policy.reference_date is None else [policy.reference_date])]
        every += () if policy.rule is None else policy.rule.terms
        found = _joined(every, definitions, known)
        known[name] = replace(found, parameters=found.parameters | policy.rests_on)
    return known


def _definition(name: str, term: terms.Term, definitions: Mapping[str, terms.Term], known: dict[str, Needs]) -> Needs:
    # Definitions do not use each other in circles, and only a few in a row: the checker has seen to it.
    if name not in known:
        known[name] = _joined([term], definitions, known)
    return known[name]


def _joined(every: Iterable[terms.Term], definitions: Mapping[str, terms.Term], known: dict[str, Needs]) -> Needs:
    parameters: set[str] = set()
    questions: set[terms.OutcomeOf] = set()
    relations: set[str] = set()
    pending = [*every]
    seen: set[int] = set()  # by identity: what cells of a table say alike is one term
    while pending:
        part = pending.pop()
        if isinstance(part, terms.Value | terms.ColumnOf) or id(part) in seen:
            continue
        seen.add(id(part))
        pending.extend(parts_of(part))
        entity = relation_read(part)
        if entity is not None:
            relations.add(entity)
        match part:
            case terms.ParameterOf(name):
                parameters.add(name)
            case terms.OutcomeOf():
                questions.add(part)
            case terms.DefinitionOf(name) if name in definitions:
                below = _definition(name, definitions[name], definitions, known)
                parameters |= below.parameters
                questions |= below.questions
                relations |= below.relations
            case _:
                pass
    return Needs(frozenset(parameters), frozenset(questions), frozenset(relations))


def relations_of(term: terms.Term, needs: Mapping[str, Needs]) -> frozenset[str]:
    """The entities whose records a term looks up, itself or through definitions."""
    found: set[str] = set()
    for part in subterms(term):
        entity = relation_read(part)
        if entity is not None:
            found.add(entity)
        if isinstance(part, terms.DefinitionOf) and part.name in needs:
            found |= needs[part.name].relations
    return frozenset(found)
