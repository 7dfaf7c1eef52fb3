"""Compares the engines of inference: everything that follows, with ids, derivations, doubt and warnings."""

from collections.abc import Sequence

import pytest

from partnerrules.backends import working_memory
from partnerrules.backends.matcher import Inferred, Memory, infer
from partnerrules.backends.rule_instants import Outcomes
from partnerrules.backends.surroundings import Surroundings
from partnerrules.diagnostics import TooMuchWork
from partnerrules.facts.derived import DerivedRow, derived_rows
from partnerrules.plan.inference import Stratum
from partnerrules.rulesets import derived


def shown(found: Inferred) -> object:
    """All that was inferred, in a form that shows each difference, even between 1.0 and 1.00."""
    facts = found.facts
    rows = [
        (row.entity, row.id, repr(row.values), repr(row.doubt), sorted(_origins(row).items()), _ways(row))
        for row in derived_rows(facts)
    ]
    gaps = {name: sorted(facts.gaps(name)) for name, entity in facts.schema.entities.items() if entity.relation}
    return rows, found.warnings, gaps


def _origins(row: DerivedRow) -> dict[str, str]:
    return {name: repr(place) if type(place) is not object else "its own" for name, place in row.origins.items()}


def _ways(row: DerivedRow) -> list[tuple[str, tuple[str, ...], str]]:
    return [(way.rule, way.key[1], repr(way.holds)) for way in row.derivations]


def both_engines(patched: pytest.MonkeyPatch) -> None:
    """Lets both engines infer in each decision, over however few facts, and compares what they come to."""
    patched.setattr(working_memory, "FEWEST_FACTS", 0)
    patched.setattr(derived, "infer", agreeing_infer)


def agreeing_infer(
    strata: Sequence[Stratum], around: Surroundings, memory: Memory | None = None, outcomes: Outcomes | None = None
) -> Inferred:
    """What both engines infer, which has to be the same, also where it is too much, and as of instants of one kind."""
    found: list[Inferred] = []
    refused: list[str] = []
    for each in (None, memory):
        try:
            found.append(infer(strata, around, each, outcomes if each is memory else None))
            shown(found[-1])  # which is when rules run
        except TooMuchWork as error:
            refused.append(str(error))
    if refused:
        assert len(refused) == 2
        assert refused[0] == refused[1]
        raise TooMuchWork(refused[0])
    assert shown(found[0]) == shown(found[1])
    return found[1]
