"""Tells a lifecycle result: the stage and since when, what is asked for, what may come next, and what is irregular."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.lifecycle import (
    ALLOWED,
    ALREADY,
    NO_STAGE,
    NONE_ASKED,
    REFUSED,
    UNKNOWN_STAGE,
    Irregular,
    Irregularity,
    LifecycleResult,
    Move,
    Refusal,
    Request,
    Status,
    Transition,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import item_lines
from partnerrules.explanations.lacking import missing_lines, missing_phrase
from partnerrules.explanations.story import Line, Named, Part, Phrase, Shown, assumptions, headline, listed, sourced
from partnerrules.explanations.ways import WayWords, way_lines
from partnerrules.quantities import DAYS
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Date, Quantity

_HEADS: Final[dict[str, Key]] = {
    NO_STAGE: "lifecycle_no_stage",
    UNKNOWN_STAGE: "lifecycle_unknown_stage",
    UNDETERMINED: "lifecycle_undetermined",
}
_REQUESTS: Final[dict[str, Key]] = {
    ALLOWED: "stage_allowed",
    ALREADY: "stage_already",
    REFUSED: "stage_refused",
    UNDETERMINED: "stage_request_undetermined",
}
_STATUSES: Final[dict[Status, Key]] = {
    "open": "transition_open",
    "blocked": "transition_blocked",
    "unknown": "transition_unknown",
    "to_come": "transition_to_come",
    "missed": "transition_missed",
}
_IRREGULAR: Final[dict[Irregular, Key]] = {
    "no_transition": "stage_skipped_to",
    "gap": "stage_after_gap",
    "overlap": "stage_overlaps",
    "at_once": "stage_at_once",
}
_MOST_LACKING: Final = 3
_INDENT: Final = 2


def lifecycle_story(result: LifecycleResult, ruleset: str) -> list[Line]:
    """The lines that tell the stage of a record, and what may come next."""
    names = _Names(result.titles)
    key = _HEADS.get(result.outcome, "lifecycle_stage")
    word = result.recorded if isinstance(result.recorded, str) else ""
    lines = [headline(key, result.basis, ruleset, stage=names.of(result.outcome), word=word)]
    if result.outcome != UNDETERMINED:
        lines += _time_lines(result)
    lines += (Line(_move(move, names, result.basis.source), _INDENT) for move in result.moves)
    if result.request is not None and result.request.outcome != NONE_ASKED:
        lines += _request_lines(result, result.request, names)
    lines += _next_lines(result, names)
    lines += _irregular_lines(result.irregular, names)
    lines += missing_lines(result.missing)
    if result.request is not None and isinstance(result.request.asked, str):
        words = WayWords("stage_one_way", "stage_ways", "stage_ways_shown", {"stage": names.of(result.request.asked)})
        lines += way_lines(result.request.ways, result.conditions, words)
    return [*lines, *assumptions(result.basis)]


class _Names:
    """What people call the stages."""

    def __init__(self, titles: Mapping[str, Title]) -> None:
        self.titles = titles

    def of(self, stage: str) -> Named:
        return Named(self.titles.get(stage, Title()), stage)


def _shown(day: object) -> Shown:
    return Shown(day, Date())


def _time_lines(result: LifecycleResult) -> Iterator[Line]:
    """Since when the stage is held, and until when it may be."""
    if isinstance(result.since, Unknown):
        yield Line(Phrase("stage_since_unknown"), _INDENT)
    elif result.since is not None and isinstance(result.days, int) and result.days < 0:
        yield Line(Phrase("stage_begins", {"day": _shown(result.since)}), _INDENT)
    elif result.since is not None and isinstance(result.days, int):
        days = Shown(Decimal(result.days), Quantity(DAYS))
        yield Line(Phrase("stage_since", {"day": _shown(result.since), "days": days}), _INDENT)
    if result.leave_by is not None and not isinstance(result.leave_by, Unknown):
        key: Key = "stage_overdue" if result.overdue is True else "stage_leave_by"
        yield Line(Phrase(key, {"day": _shown(result.leave_by)}), _INDENT)


def _move(move: Move, names: _Names, source: str | None) -> Phrase:
    stages: dict[str, Part] = {"before": names.of(move.before), "after": names.of(move.after)}
    if isinstance(move.on, Unknown):
        return Phrase("stage_moved_some_day", stages)
    parts: dict[str, Part] = {**stages, "day": _shown(move.on)}
    if move.id is None and not move.title.texts:
        return Phrase("stage_moved", parts)
    name = sourced(Named(move.title, move.id or ""), move.source, source)
    return Phrase("stage_moved_by", {**parts, "transition": name})


# ------------------------------------------------------------------------------------------------- what is asked for


def _request_lines(result: LifecycleResult, request: Request, names: _Names) -> Iterator[Line]:
    source = result.basis.source
    if isinstance(request.asked, Unknown) or request.asked is None:
        yield Line(Phrase("stage_request_unknown"), _INDENT)
        return
    parts: dict[str, Part] = {"stage": names.of(request.asked)}
    if request.starts is not None:
        parts["day"] = _shown(request.starts)
    unplaced = request.outcome == ALLOWED and request.starts is None
    key: Key = "stage_allowed_without_day" if unplaced else _REQUESTS[request.outcome]
    line = Line(Phrase(key, parts), _INDENT)
    yield line
    for reason in request.reasons:
        yield from _reason_lines(reason, request.transition, names, source)
    if request.outcome == UNDETERMINED:
        asked = [] if request.transition is None else [*_asked_lines(request.transition, line.indent, source)]
        yield from asked
        if not asked and request.missing != result.missing:
            lacking = [missing_phrase(each) for each in request.missing]
            missing = listed(lacking, "semicolon", at_most=_MOST_LACKING)
            yield Line(Phrase("lacks", {"missing": missing}), line.indent)


def _reason_lines(refusal: Refusal, transition: Transition | None, names: _Names, source: str | None) -> Iterator[Line]:
    line = Line(_reason(refusal, names), _INDENT, "- ")
    yield line
    asked = None
    if transition is not None and refusal.reason == "guard_not_met":
        asked = transition.guard
    elif transition is not None and refusal.reason == "requirement_not_met":
        asked = transition.requirement
    if asked is not None and transition is not None:
        yield from item_lines(asked, line.inside, transition.source or source)


def _reason(refusal: Refusal, names: _Names) -> Phrase:
    match refusal.reason:
        case "unknown_stage":
            return Phrase("stage_not_of_these")
        case "not_a_transition":
            if not refusal.stages:
                return Phrase("stage_no_way_on")
            return Phrase(
                "stage_no_transition", {"stages": listed([names.of(each) for each in refusal.stages], "comma")}
            )
        case "automatic":
            if refusal.day is None or isinstance(refusal.day, Unknown):
                return Phrase("stage_only_by_itself")
            return Phrase("stage_only_by_itself_on", {"day": _shown(refusal.day)})
        case "guard_not_met":
            return Phrase("stage_guard_not_met")
        case "requirement_not_met":
            return Phrase("stage_requirement_not_met")
        case "too_early":
            return Phrase("stage_too_early", {"day": _shown(refusal.day)})


# --------------------------------------------------------------------------------------------------------- transitions


def _next_lines(result: LifecycleResult, names: _Names) -> Iterator[Line]:
    """The transitions from the stage, without the one that is asked for, which is told before."""
    asked = None if result.request is None else result.request.transition
    told = [each for each in result.open if each is not asked and each.status in _STATUSES]
    if not told:
        return
    yield Line(Phrase("stage_next"))
    for each in told:
        parts: dict[str, Part] = {"stage": names.of(each.after), "status": _status(each)}
        key: Key = "transition"
        if each.id is not None or each.title.texts:
            key = "transition_named"
            parts["transition"] = sourced(Named(each.title, each.id or ""), each.source, result.basis.source)
        line = Line(Phrase(key, parts), marker="- ")
        yield line
        if each.status in ("blocked", "unknown", "missed"):
            yield from _asked_lines(each, line.inside, each.source or result.basis.source)


def _status(transition: Transition) -> Part:
    key = _STATUSES[transition.status]
    if transition.status == "to_come" and not transition.asks:
        key = "transition_to_come_anyway"
    if transition.status in ("to_come", "missed"):
        return Phrase(key, {"day": _shown(transition.day)})
    too_early = transition.status == "blocked" and all(each.outcome is True for each in transition.asked)
    if too_early and transition.day is not None:
        return Phrase("transition_from_day", {"day": _shown(transition.day)})
    return Phrase(key)


def _asked_lines(transition: Transition, indent: int, source: str | None) -> Iterator[Line]:
    """What a transition asks and is not met for certain."""
    for requirement in transition.asked:
        if requirement.outcome is not True:
            yield from item_lines(requirement, indent, source)


# ------------------------------------------------------------------------------------------------------------- history


def _irregular_lines(irregular: tuple[Irregularity, ...], names: _Names) -> Iterator[Line]:
    if not irregular:
        return
    yield Line(Phrase("stage_irregular"))
    for each in irregular:
        parts: dict[str, Part] = {"stage": names.of(each.after), "day": _shown(each.on)}
        key = _IRREGULAR[each.kind]
        if each.kind == "no_transition":
            key = "stage_not_first" if each.before is None else key
            parts |= {} if each.before is None else {"before": names.of(each.before)}
        yield Line(Phrase(key, parts), marker="- ")
