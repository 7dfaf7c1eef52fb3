"""Tells an eligibility result: the outcome, gate by gate, what is missing, and what would make the record eligible."""

from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.results import EligibilityResult, GateResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import requirement_lines
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.places import no_way_lines, place_lines
from partnerrules.explanations.story import Line, Named, Phrase, an_outcome, assumptions, headline, sourced
from partnerrules.explanations.ways import WayWords, way_lines
from partnerrules.policies.eligibility import ELIGIBLE, INELIGIBLE, NO_PLACE

_HEADS: Final[dict[str, Key]] = {
    ELIGIBLE: "eligible",
    INELIGIBLE: "ineligible",
    NO_PLACE: "no_place",
    UNDETERMINED: "undetermined",
}
_WAYS: Final = WayWords("one_way", "ways", "ways_shown")


def eligibility_story(result: EligibilityResult, ruleset: str) -> list[Line]:
    """The lines that tell whether a record is eligible, and why."""
    key = _HEADS.get(result.outcome, "other_outcome")
    lines = [headline(key, result.basis, ruleset, outcome=an_outcome(result.outcome))]
    for number, gate in enumerate(result.gates, start=1):
        lines += _gate_lines(gate, number, result.basis.source)
    lines += place_lines(result)
    lines += missing_lines(result.missing)
    lines += way_lines(result.ways, result.conditions, _WAYS)
    lines += no_way_lines(result)
    lines += assumptions(result.basis)
    return lines


def _gate_lines(gate: GateResult, number: int, source: str | None) -> Iterator[Line]:
    name = sourced(Named(gate.title, gate.id), gate.source, source)
    line = Line(Phrase("gate", {"gate": name, "status": _status(gate)}), marker=f"{number}. ")
    yield line
    if gate.status != "skipped":  # what was not looked at is not told as if it had been
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
            return Phrase("gate_failed_with", {"outcome": an_outcome(gate.otherwise)})
