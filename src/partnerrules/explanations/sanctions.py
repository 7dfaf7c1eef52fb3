"""Tells a sanctions result: the list a record is on, each sanction with its cause and time, and what is in force."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.inference import DerivedFact
from partnerrules.decisions.requirement_results import condition_results
from partnerrules.decisions.sanctions import CLEAR, Imposition, SanctionResult, State, Unimposed, Until
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import item_lines, requirement_lines
from partnerrules.explanations.lacking import missing_lines, missing_phrase
from partnerrules.explanations.story import (
    Line,
    Named,
    Part,
    Phrase,
    Several,
    Shown,
    assumptions,
    headline,
    listed,
    sourced,
    word,
)
from partnerrules.explanations.ways import WayWords, way_lines
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Date, Instant

_EFFECTS: Final[dict[str, Key]] = {
    "notice": "effect_notice",
    "stop_new_business": "effect_stop_new_business",
    "stop_settlement": "effect_stop_settlement",
    "withhold": "effect_withhold",
    "cancel_unpaid": "effect_cancel_unpaid",
    "demote": "effect_demote",
    "suspend": "effect_suspend",
    "revoke_authorisation": "effect_revoke_authorisation",
    "blacklist": "effect_blacklist",
    "stop_existing_orders": "effect_stop_existing_orders",
    "stop_benefits": "effect_stop_benefits",
}
_STATES: Final[dict[State, Key]] = {
    "running": "sanction_running",
    "ended": "sanction_ended",
    "to_come": "sanction_to_come",
    "awaiting_reinstatement": "sanction_awaiting",
    "on_probation": "sanction_on_probation",
    "unknown": "sanction_state_unknown",
}
_WAYS: Final = WayWords("sanction_way", "sanction_ways", "sanction_ways_shown")
_MOST_LACKING: Final = 3


_Facts: TypeAlias = Mapping[str, DerivedFact]


def sanction_story(result: SanctionResult, ruleset: str, facts: _Facts = MappingProxyType({})) -> list[Line]:
    """The lines that tell which sanctions a record has come to, for what, and until when.

    Args:
        result: of a sanctions policy.
        ruleset: its id.
        facts: those that rules derived, by id; one that is a cause is told by its rule.
    """
    lines = [_headline(result, ruleset), *_in_force(result)]
    for number, imposition in enumerate(result.impositions, start=1):
        lines += _imposition_lines(imposition, number, result, facts)
    lines += (line for each in result.unimposed for line in _unimposed_lines(each, facts))
    lines += missing_lines(result.missing)
    lines += _lighter_lines(result, facts)
    for imposition in result.impositions:
        lines += _way_lines(imposition)
    return [*lines, *assumptions(result.basis)]


def _headline(result: SanctionResult, ruleset: str) -> Line:
    if result.outcome == UNDETERMINED:
        return headline("sanction_undetermined", result.basis, ruleset)
    if result.outcome == CLEAR:
        return headline("sanction_clear", result.basis, ruleset)
    title = next((each.title for each in result.impositions if each.list == result.outcome), Title())
    return headline("sanction_listed", result.basis, ruleset, list=Named(title, result.outcome))


def _in_force(result: SanctionResult) -> Iterator[Line]:
    if result.effects:
        now: list[Part] = [_until(_effect(effect, result), until) for effect, until in result.effects.items()]
        yield Line(Phrase("effects_in_force", {"effects": listed(now, "semicolon")}), indent=2)
    if result.doubtful_effects:
        effects = listed([_effect(effect, result) for effect in result.doubtful_effects], "semicolon")
        yield Line(Phrase("effects_in_doubt", {"effects": effects}), indent=2)
    if result.on_probation is True:
        key: Key = "probation_until_unknown" if isinstance(result.probation_until, Unknown) else "probation_until"
        yield Line(Phrase(key, {"until": Shown(result.probation_until, Instant())}), indent=2)


def _until(effect: Part, until: Until) -> Phrase:
    if until is None:
        return Phrase("effect_until_reinstated", {"effect": effect})
    if isinstance(until, Unknown):
        return Phrase("effect_until_unknown", {"effect": effect})
    return Phrase("effect_until", {"effect": effect, "until": Shown(until, Instant())})


def _effect(effect: str, result: SanctionResult) -> Part:
    """A known effect in words, one of the author's by its title or its name."""
    return Phrase(_EFFECTS[effect]) if effect in _EFFECTS else Named(result.titles.get(effect, Title()), effect)


def _cause(id: str, facts: _Facts) -> Part:
    """A violation by its id; one that follows by a rule by that rule and what it follows from."""
    if id not in facts:
        return id
    rule, premises = facts[id].ways[0]
    records = listed([each.record for each in premises], "comma")
    return Phrase("sanction_cause", {"rule": Named(facts[id].titles.get(rule, Title()), rule), "records": records})


def _causes(ids: Sequence[str], facts: _Facts) -> Several:
    return listed([_cause(each, facts) for each in ids], "comma")


def _imposition_lines(imposition: Imposition, number: int, result: SanctionResult, facts: _Facts) -> Iterator[Line]:
    name = sourced(Named(imposition.title, imposition.list), imposition.source, result.basis.source)
    parts: dict[str, Part] = {
        "list": name,
        "cause": _cause(imposition.cause, facts),
        "starts": Shown(imposition.starts_at, Instant()),
        "ends": Shown(imposition.ends_at, Instant()),
        "state": Phrase(_state(imposition)),
    }
    key: Key = "sanction_imposed" if imposition.has_known_end else "sanction_imposed_open"
    line = Line(Phrase(key, parts), marker=f"{number}. ")
    yield line
    yield from requirement_lines(imposition.condition, line.inside, imposition.source)
    if imposition.version != result.basis.version:
        yield Line(Phrase("sanction_by_version", {"version": imposition.version}), line.inside)
    if imposition.sort != "first":
        yield Line(_going_on(imposition), line.inside)
    if len(imposition.causes) > 1:
        yield Line(Phrase("sanction_causes", {"causes": _causes(imposition.causes, facts)}), line.inside)
    effects = listed([_effect(effect, result) for effect in imposition.effects], "semicolon")
    yield Line(Phrase("sanction_effects", {"effects": effects}), line.inside)
    if imposition.standings:
        standings = [
            Phrase("seen", {"text": word(kind), "value": word(value)}) for kind, value in imposition.standings.items()
        ]
        yield Line(Phrase("sanction_standings", {"standings": listed(standings, "semicolon")}), line.inside)
    yield from _reinstatement_lines(imposition, line.inside)
    if result.partner is not None:
        yield Line(Phrase(_recorded(imposition)), line.inside)


def _state(imposition: Imposition) -> Key:
    """What it is now; one that may have waited for reinstatement has not just ended with its time."""
    if imposition.state == "ended" and not imposition.has_set_end:
        return "sanction_reinstated"
    if imposition.state == "on_probation" and not imposition.has_set_end:
        return "sanction_reinstated_probation"
    return _STATES[imposition.state]


def _going_on(imposition: Imposition) -> Phrase:
    """That a sanction extends or restarts another one, and which."""
    if imposition.sort == "unknown":
        return Phrase("sanction_goes_on_unknown")
    if imposition.follows is None:
        return Phrase("sanction_extension" if imposition.sort == "extension" else "sanction_restart")
    key: Key = "sanction_extension_of" if imposition.sort == "extension" else "sanction_restart_of"
    return Phrase(key, {"follows": imposition.follows})


def _reinstatement_lines(imposition: Imposition, indent: int) -> Iterator[Line]:
    reinstatement = imposition.reinstatement
    if reinstatement is None:
        return
    if reinstatement.requirement is not None:
        yield Line(Phrase("sanction_reinstatement"), indent)
        yield from item_lines(reinstatement.requirement, indent, imposition.source)
    if reinstatement.probation_until is not None:
        until = Shown(reinstatement.probation_until, Instant())
        yield Line(Phrase("sanction_probation", {"until": until}), indent)


def _way_lines(imposition: Imposition) -> Iterator[Line]:
    reinstatement = imposition.reinstatement
    if reinstatement is not None and reinstatement.requirement is not None:
        conditions = {each.id: each for each in condition_results(reinstatement.requirement)}
        yield from way_lines(reinstatement.ways, conditions, _WAYS)


def _lighter_lines(result: SanctionResult, facts: _Facts) -> Iterator[Line]:
    """Without what it would be lighter, and when it ends by itself."""
    if not result.lighter:
        return
    yield Line(Phrase("sanction_lighter"))
    for each in result.lighter:
        parts: dict[str, Part] = {"causes": _causes(each.without, facts)}
        if each.outcome == CLEAR:
            yield Line(Phrase("sanction_lighter_clear", parts), marker="- ")
        else:
            parts["list"] = Named(each.title, each.outcome)
            yield Line(Phrase("sanction_lighter_list", parts), marker="- ")
    if isinstance(result.ends_at, dt.datetime) and all(each.has_set_end for each in result.impositions):
        yield Line(Phrase("sanction_ends", {"until": Shown(result.ends_at, Instant())}), marker="- ")


def _recorded(imposition: Imposition) -> Key:
    if isinstance(imposition.recorded, Unknown):
        return "sanction_recorded_unknown"
    return "sanction_recorded" if imposition.recorded else "sanction_not_recorded"


def _unimposed_lines(unimposed: Unimposed, facts: _Facts) -> Iterator[Line]:
    parts: dict[str, Part] = {
        "cause": _cause(unimposed.cause, facts),
        "list": Named(unimposed.title, unimposed.list or ""),
    }
    match unimposed.reason:
        case "covered":
            yield Line(Phrase("sanction_covered", parts), marker="- ")
        case "never_runs":
            yield Line(Phrase("sanction_never_runs", parts), marker="- ")
        case "not_in_force":
            yield Line(Phrase("sanction_not_in_force", {**parts, "day": Shown(unimposed.day, Date())}), marker="- ")
        case "in_doubt":
            key: Key = "sanction_in_doubt" if unimposed.list is None else "sanction_in_doubt_of"
            line = Line(Phrase(key, parts), marker="- ")
            yield line
            lacking = [missing_phrase(each) for each in unimposed.missing]
            missing = listed(lacking, "semicolon", at_most=_MOST_LACKING)
            yield Line(Phrase("lacks", {"missing": missing}), line.inside)
