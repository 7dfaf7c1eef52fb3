"""Tells a responsibility result: item by item and line by line who leads, and what is wrong with that."""

from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.responsibility import COMPLETE, INCOMPLETE, Duty, Fault, ResponsibilityResult
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import item_lines
from partnerrules.explanations.lacking import missing_lines, missing_phrase
from partnerrules.explanations.story import Line, Part, Phrase, assumptions, headline, listed, word

_HEADS: Final[dict[str, Key]] = {
    COMPLETE: "responsibility_complete",
    INCOMPLETE: "responsibility_incomplete",
    UNDETERMINED: "responsibility_undetermined",
}
_FAULTS: Final[dict[Fault, Key]] = {
    "not_in_catalogue": "duty_not_in_catalogue",
    "not_accepted": "duty_not_accepted",
    "accepted_late": "duty_accepted_late",
    "requirement_not_met": "duty_unmet",
}
_MOST_LACKING: Final = 3


def responsibility_story(result: ResponsibilityResult, ruleset: str) -> list[Line]:
    """The lines that tell whether all work is led, and by whom."""
    lines = [headline(_HEADS[result.outcome], result.basis, ruleset)]
    for duty in result.duties:
        lines += _duty_lines(duty, result.basis.source)
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _duty_lines(duty: Duty, source: str | None) -> Iterator[Line]:
    what: list[Part] = [_lead(duty)]
    what += [Phrase(_FAULTS[fault]) for fault in duty.faults if fault in _FAULTS]
    line = Line(Phrase("duty", {"name": word(duty.name), "what": listed(what, "semicolon")}), marker="- ")
    yield line
    for requirement in duty.unmet:
        yield from item_lines(requirement, line.inside, source)
    if duty.outcome == UNDETERMINED:
        lacking = [missing_phrase(each) for each in duty.missing]
        missing = listed(lacking, "semicolon", at_most=_MOST_LACKING)
        yield Line(Phrase("lacks", {"missing": missing}), line.inside)


def _lead(duty: Duty) -> Phrase:
    """Who leads, or that nobody or several do."""
    if not duty.leads:
        return Phrase("duty_lead_unknown" if duty.perhaps_more else "duty_nobody")
    leads = {"leads": listed([word(each) for each in duty.leads], "comma")}
    if "several_leads" in duty.faults:
        return Phrase("duty_several", leads)
    return Phrase("duty_led_perhaps" if duty.perhaps_more else "duty_led", leads)
