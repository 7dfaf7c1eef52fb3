"""The result of an inference rule for a record that it derives, made of the row that the rule has for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED, Basis, missing_of
from partnerrules.decisions.inference import DERIVED, DerivationResult, InferenceResult, Premise
from partnerrules.decisions.requirements import Requirement
from partnerrules.facts import Row
from partnerrules.plan.columns import APPLIES
from partnerrules.plan.trace import TracedRow
from partnerrules.policies.conditions import requirement_result
from partnerrules.policies.kind import Assume

POINT: Final = f"outcome {DERIVED}"


@dataclass(frozen=True, slots=True)
class Told:
    """What results tell of a rule.

    Attributes:
        rule: its id.
        names: of the records that it fires on.
        requirements: what they must meet.
    """

    rule: str
    names: tuple[str, ...]
    requirements: tuple[Requirement, ...]


def points() -> tuple[str, ...]:
    """The parts that cases should reach: that the rule fires. A combination that does not fire leaves no row."""
    return (POINT,)


def reached(row: TracedRow) -> frozenset[str]:
    """The parts that a row has reached."""
    return frozenset({POINT}) if row.values[APPLIES] is True else frozenset()


def result(told: Told, basis: Basis, row: TracedRow, assume: Assume) -> InferenceResult:
    """The result for a record that the rule derives."""
    applies = row.truth(APPLIES)
    record = row.subject
    return InferenceResult(
        basis=basis,
        outcome=DERIVED if applies is True else UNDETERMINED,
        relation=record.relation,
        values={name: value for name, value in record.values.items() if name != "id"},
        types={name: each.read_as for name, each in record.definition.fields.items()},
        derivations=tuple(_derivations(told, row)),
        missing=missing_of(applies),
        title=record.definition.title,
        titles={name: each.title for name, each in record.definition.fields.items()},
    )


def _derivations(told: Told, row: TracedRow) -> Iterator[DerivationResult]:
    for part in row.parts:
        premises = []
        for name in told.names:
            record = part.values[name]
            assert isinstance(record, Row)
            premises.append(Premise(name, record.relation, record.id))
        yield DerivationResult(
            rule=told.rule,
            premises=tuple(premises),
            requirements=tuple(requirement_result(each, part) for each in told.requirements),
            missing=missing_of(part.values[APPLIES]),
        )
