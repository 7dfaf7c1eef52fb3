"""Tells an eligibility result: the outcome, gate by gate, what is missing, and what would make the record eligible."""

from collections.abc import Iterator, Mapping
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.requirement_results import ConditionResult
from partnerrules.decisions.requirements import Way
from partnerrules.decisions.results import EligibilityResult, GateResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import requirement_lines, text_part
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.places import no_way_lines, place_lines
from partnerrules.explanations.story import Line, Named, Part, Phrase, Several, assumptions, headline, sourced
from partnerrules.policies.eligibility import ELIGIBLE, INELIGIBLE, NO_PLACE
from partnerrules.schema.missing import Unknown

_HEADS: Final[dict[str, Key]] = {
    ELIGIBLE: "eligible",
    INELIGIBLE: "ineligible",
    NO_PLACE: "no_place",
    UNDETERMINED: "undetermined",
}


def eligibility_story(result: EligibilityResult, ruleset: str) -> list[Line]:
    """The lines that tell whether a record is eligible, and why."""
    key = _HEADS.get(result.outcome, "other_outcome")
    lines = [headline(key, result.basis, ruleset, outcome=result.outcome)]
    for number, gate in enumerate(result.gates, start=1):
        lines += _gate_lines(gate, number, result.basis.source)
    lines += place_lines(result)
    lines += missing_lines(result.missing)
    lines += _way_lines(result)
    lines += no_way_lines(result)
    lines += assumptions(result.basis)
    return lines


def _gate_lines(gate: GateResult, number: int, source: str | None) -> Iterator[Line]:
    name = sourced(Named(gate.title, gate.id), gate.source, source)
    line = Line(Phrase("gate", {"gate": name, "status": _status(gate)}), marker=f"{number}. ")
    yield line
    yield from requirement_lines(gate.requirement, line.inside, gate.source or source)


def _status(gate: GateResult) -> Phrase:
    match gate.status:
        case "passed":
            return Phrase("gate_passed")
        case "unknown":
            return Phrase("gate_unknown")
        case "skipped":
            return Phrase("gate_skipped")
        case "failed":
            if gate.otherwise == INELIGIBLE:
                return Phrase("gate_failed")
            return Phrase("gate_failed_with", {"outcome": gate.otherwise})


def _way_lines(result: EligibilityResult) -> Iterator[Line]:
    ways = [way for way in result.ways.listed if way]
    if not ways:
        return
    conditions = result.conditions
    if len(ways) == 1:
        yield Line(Phrase("one_way", {"count": len(ways[0])}))
        for change in ways[0]:
            yield Line(_changes((change,), conditions), marker="- ")
        return
    key: Key = "ways" if len(ways) == result.ways.total else "ways_shown"
    yield Line(Phrase(key, {"count": result.ways.total, "shown": len(ways)}))
    common = [change for change in ways[0] if all(change in way for way in ways)]
    if common:
        yield Line(Phrase("ways_in_common"), indent=2)
        for change in common:
            yield Line(_changes((change,), conditions), indent=2, marker="- ")
        yield Line(Phrase("ways_differ"), indent=2)
    for number, way in enumerate(ways, start=1):
        rest = tuple(change for change in way if change not in common)
        yield Line(_changes(rest, conditions), indent=2, marker=f"{number}. ")


def _changes(way: Way, conditions: Mapping[str, ConditionResult]) -> Part:
    """What must hold or must be known to, and what must not, each kind together."""
    groups: dict[Key, list[Part]] = {
        "must_hold": [],
        "must_no_longer_hold": [],
        "must_be_known_to_hold": [],
        "must_be_known_not_to_hold": [],
    }
    for change in way:
        condition = conditions[change.condition]
        name = Named(condition.title, "") if condition.title.texts else text_part(condition)
        groups[_change_key(condition, holds=change.holds)].append(name)
    phrases = [Phrase(key, {"condition": Several(tuple(names), "semicolon")}) for key, names in groups.items() if names]
    return Several(tuple(phrases), "semicolon")


def _change_key(condition: ConditionResult, *, holds: bool) -> Key:
    if isinstance(condition.outcome, Unknown):
        return "must_be_known_to_hold" if holds else "must_be_known_not_to_hold"
    return "must_hold" if holds else "must_no_longer_hold"
