"""The results of inference rules: what was derived, from what, and what is missing where that is not certain."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from partnerrules.decisions.basis import Basis, basis_data, case_value, missing_texts
from partnerrules.decisions.requirement_results import RequirementResult, condition_results
from partnerrules.decisions.values import missing_data, public_value, value_data
from partnerrules.schema.missing import Missing, Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Type

DERIVED: Final = "derived"


@dataclass(frozen=True, slots=True)
class Premise:
    """A record that a rule fired on.

    Attributes:
        name: under which the rule sees it.
        relation: where it stands.
        record: its id.
    """

    name: str
    relation: str
    record: str

    def as_data(self) -> dict[str, str]:
        return {"name": self.name, "relation": self.relation, "record": self.record}


@dataclass(frozen=True, slots=True)
class DerivationResult:
    """One way in which a record follows from others.

    Attributes:
        rule: the id of the rule.
        premises: the records that it fired on, in its order.
        requirements: what the rule asks of them, and what that came to.
        missing: what would have to be known to tell whether it holds; nothing where it does.
    """

    rule: str
    premises: tuple[Premise, ...]
    requirements: tuple[RequirementResult, ...]
    missing: tuple[Missing, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "premises": [premise.as_data() for premise in self.premises],
            "requirements": [requirement.as_data() for requirement in self.requirements],
            "missing": [missing_data(missing) for missing in self.missing],
        }


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """A record that a rule derives.

    Attributes:
        basis: the rule, the id of the record, and the version.
        outcome: "derived", or "undetermined" where it is not known whether it follows.
        relation: where the record stands.
        values: its fields as the plan has them; those that no rule sets are left out.
        types: of its fields.
        derivations: the ways in which the rule derives it, the certain ones first, and of very many only some.
        missing: the facts that are lacking where the outcome is undetermined.
        title: what people call such records.
        titles: what people call the fields.
    """

    basis: Basis
    outcome: str
    relation: str
    values: Mapping[str, object]
    types: Mapping[str, Type]
    derivations: tuple[DerivationResult, ...]
    missing: tuple[Missing, ...]
    title: Title = Title()
    titles: Mapping[str, Title] = field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, object]:
        """The fields by name: money as `Money`, None where there is none, `Unknown` where it is not known."""
        return {name: public_value(value, self.types[name]) for name, value in self.values.items()}

    def as_data(self) -> dict[str, object]:
        """The result as plain data, for JSON and for cases."""
        return {
            **basis_data(self.basis),
            "outcome": self.outcome,
            "relation": self.relation,
            "fields": {name: value_data(value, self.types[name]) for name, value in self.values.items()},
            "derivations": [derivation.as_data() for derivation in self.derivations],
            "missing": [missing_data(missing) for missing in self.missing],
        }

    def summary(self) -> dict[str, object]:
        """The parts of the result that a case can expect."""
        leaves = [
            leaf for each in self.derivations for result in each.requirements for leaf in condition_results(result)
        ]
        return {
            **self.as_data(),
            **missing_texts(self.missing),
            "fields": {name: case_value(value, self.types[name]) for name, value in self.values.items()},
            "derivations": [
                {"premises": {each.name: each.record for each in way.premises}, **missing_texts(way.missing)}
                for way in self.derivations
            ],
            "in_doubt": sorted({leaf.id for leaf in leaves if isinstance(leaf.outcome, Unknown)}),
        }


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """A record that rules derive, as explanations follow it back to what is given.

    Attributes:
        relation: where it stands.
        id: its id, made of the rule and what it fired on.
        certain: whether it is there for certain.
        ways: the ways in which it follows, by all rules.
        titles: what people call these rules, by their ids.
        sources: the clauses that they come from.
        missing: what would have to be known to tell whether it is there.
        title: what people call such records.
    """

    relation: str
    id: str
    certain: bool
    ways: tuple[tuple[str, tuple[Premise, ...]], ...]
    titles: Mapping[str, Title]
    sources: Mapping[str, str | None]
    missing: tuple[Missing, ...]
    title: Title = Title()


@dataclass(frozen=True, slots=True)
class Derived:
    """What the rules of one version derived, for explanations.

    Attributes:
        facts: the derived records, by id.
        behind: by policy and record the ids of those that a policy could see and that speak of the record.
    """

    facts: Mapping[str, DerivedFact]
    behind: Mapping[tuple[str, str], tuple[str, ...]]


def named_in(data: object, ids: Collection[str]) -> tuple[str, ...]:
    """The ids that plain data names, in the order in which it does."""
    found: dict[str, None] = {}
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, str) and value in ids:
            found[value] = None
        elif isinstance(value, Mapping):
            pending += reversed([*value.keys(), *value.values()])
        elif isinstance(value, list | tuple):
            pending += reversed(value)
    return tuple(found)
