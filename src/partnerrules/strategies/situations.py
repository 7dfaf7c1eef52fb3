"""Whole facts for a ruleset: what a case gives, as a strategy.

Every relation that the rules look at is there, every reference finds its record, nothing impossible is said; the
values lie on the lines that the rules draw, and around them.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st

from partnerrules.domain.values import LONGEST_ID
from partnerrules.facts import Facts
from partnerrules.rulesets import Ruleset
from partnerrules.strategies.days import moments
from partnerrules.strategies.making import RecordMaker
from partnerrules.strategies.reads import Reads, entity_of, reads_of
from partnerrules.strategies.situation import Fields, Situation
from partnerrules.strategies.values import mostly, values_around

_GAPS: Final = (0, 20, 5)
"""Of how many fields one is not known: of none, or of so many."""

_INSIDE: Final = 11
"""How many times as often as around the ends of versions instants lie anywhere in them; half of those are outside."""

_LARGEST_COUNT: Final = 6
"""A count that rules ask for is reached up to this number of records."""


def as_of_instants(rules: Ruleset) -> st.SearchStrategy[dt.datetime]:
    """Instants as of which a ruleset may be asked.

    Inside its versions and around the ends of each, on leap days and last days of months, at midnight, and where the
    clocks change.
    """
    inside, ends = moments(rules)
    return st.sampled_from(mostly(inside, ends, _INSIDE))


def facts(
    rules: Ruleset,
    *,
    as_of: dt.datetime | None = None,
    unknowns: bool = True,
    partial: bool = False,
    most: int = 3,
) -> st.SearchStrategy[Facts]:
    """Whole consistent facts for a ruleset, with the instant of the decision: `rules.decide(facts)` takes them.

    Args:
        rules: the ruleset, whose lines the values lie on and around.
        as_of: the instant; drawn from `as_of_instants` if left out.
        unknowns: whether fields may be left open.
        partial: whether relations may be given in part.
        most: records of a relation, unless the rules count more of them.
    """
    made = situations(rules, as_of=as_of, unknowns=unknowns, partial=partial, most=most)
    return made.map(Situation.facts)


def situations(
    rules: Ruleset,
    *,
    as_of: dt.datetime | None = None,
    unknowns: bool = True,
    partial: bool = False,
    most: int = 3,
) -> st.SearchStrategy[Situation]:
    """Like `facts`, in a form that can be changed, and written as a case."""
    reads = reads_of(rules)

    # A strategy shows its arguments wherever it is shown, and a ruleset is too long for that.
    @st.composite
    def whole(draw: st.DrawFn) -> Situation:
        moment = draw(as_of_instants(rules)) if as_of is None else as_of
        ids = _ids(draw, reads, most)
        gaps = draw(st.sampled_from(_GAPS)) if unknowns else 0
        maker = RecordMaker(reads.schema, values_around(reads, moment), reads.fields, ids, gaps=gaps)
        relations: dict[str, Mapping[str, Fields]] = {}
        names: dict[str, str] = {}
        for name in sorted(ids):
            entity = reads.schema.entities[name]
            assert entity.relation is not None
            names[entity.relation] = name
            relations[entity.relation] = {id: maker.written(entity, maker.fields(draw, entity, id)) for id in ids[name]}
        in_part = draw(st.sets(st.sampled_from(sorted(relations)))) if partial and relations else set()
        return Situation(relations, moment, frozenset(in_part), names)

    return whole()


def _ids(draw: st.DrawFn, reads: Reads, most: int) -> dict[str, list[str]]:
    """The ids of the records, by entity: as many as the rules count, and one fewer and more."""
    needed, named = _needed(reads), _ids_in_rules(reads)
    found: dict[str, list[str]] = {}
    for name in sorted(reads.entities):
        counted = {each + step for each in reads.counts.get(name, ()) for step in (-1, 0, 1)}
        sizes = {*range(most + 1), *(each for each in counted if each <= _LARGEST_COUNT)}
        least = 1 if name in needed else 0
        size = draw(st.sampled_from(sorted(each for each in sizes if each >= least)))
        numbered = [f"{name}-{number}" for number in range(1, size + 1)]
        asked = draw(st.sampled_from([[], named[name]])) if name in named else []
        found[name] = list(dict.fromkeys([*asked, *numbered]))[:size]
    return found


def _ids_in_rules(reads: Reads) -> dict[str, list[str]]:
    """The ids of records that rules name, by entity: in a comparison with an id, or with a reference."""
    found: dict[str, list[str]] = {}
    for (name, field), constants in sorted(reads.lines.items()):
        target = name if field == "id" else entity_of(reads.schema.entities[name].fields[field].type)
        ids = sorted(each for each in constants if isinstance(each, str) and 1 <= len(each) <= LONGEST_ID)
        if target is not None and ids:
            found.setdefault(target, []).extend(ids)
    return found


def _needed(reads: Reads) -> frozenset[str]:
    """The entities that others cannot do without, as they have to refer to one of their records."""
    found = set()
    for name, names in reads.fields.items():
        for each in names:
            field = reads.schema.entities[name].fields[each]
            target = entity_of(field.type)
            if field.absence == "required" and target is not None:
                found.add(target)
    return frozenset(found)
