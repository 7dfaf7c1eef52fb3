"""Tells scores and signs: the points, item by item, the signs that show, and what would give a better outcome."""

from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED, missing_of
from partnerrules.decisions.scoring import (
    POINTS,
    REFUSED,
    SCORED,
    Better,
    ItemResult,
    PartResult,
    ScoreResult,
    SignResult,
    SignsResult,
    TrackResult,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import requirement_lines
from partnerrules.explanations.lacking import missing_lines, missing_phrase
from partnerrules.explanations.story import (
    Line,
    Named,
    Part,
    Phrase,
    Shown,
    assumptions,
    headline,
    listed,
    seen_part,
    sourced,
    word,
)
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title
from partnerrules.schema.types import Integer, Ratio

_REASONS: Final[dict[str, Key]] = {
    "weights": "score_wrong_weights",
    "full_marks": "score_wrong_full_marks",
    "steps": "score_wrong_steps",
    "bands": "score_wrong_bands",
    "outcomes": "score_wrong_outcomes",
}
_HANDLED: Final[dict[str, Key]] = {
    "undetermined": "score_item_unknown",
    "zero": "score_item_zero",
    "left out": "score_item_left_out",
}
_MOST_LACKING: Final = 3


def score_story(result: ScoreResult, ruleset: str) -> list[Line]:
    """The lines that tell the score of a record, and how it comes about."""
    lines = [_score_head(result, ruleset), *_blocked(result)]
    for track in result.tracks:
        indent = 0
        if track.id:
            line = _track_line(track, result)
            lines.append(line)
            indent = line.inside
        if track.consistency is not None:
            ratio = Shown(track.consistency, Ratio())
            lines.append(Line(Phrase("score_compared", {"ratio": ratio}), indent))
        for number, item in enumerate(track.items, start=1):
            lines += _item_lines(item, number, indent, result.basis.source)
    if result.outcome == UNDETERMINED:  # a band that is known says enough; what is missing stands at its item
        lines += missing_lines(result.missing)
    return [*lines, *_better_score(result), *assumptions(result.basis)]


def _score_head(result: ScoreResult, ruleset: str) -> Line:
    ends = _ends(result.least, result.most)
    out_of = Shown(result.out_of, POINTS)
    if result.outcome == REFUSED:
        reason = Phrase(_REASONS[result.reason or ""])
        return headline("score_refused", result.basis, ruleset, reason=reason)
    if result.outcome == UNDETERMINED:
        if ends is None:
            return headline("score_undetermined", result.basis, ruleset)
        return headline("score_undetermined_between", result.basis, ruleset, score=ends, out_of=out_of)
    score = ends if isinstance(result.score, Unknown) and ends is not None else Shown(result.score, POINTS)
    if result.outcome == SCORED:
        return headline("score", result.basis, ruleset, score=score, out_of=out_of)
    title = next((band.title for band in result.bands if band.outcome == result.outcome), Title())
    named = Named(title, result.outcome)
    return headline("score_in_band", result.basis, ruleset, score=score, out_of=out_of, outcome=named)


def _ends(least: object, most: object) -> Part | None:
    """The two ends of a score that is not known; nothing where they are not known either."""
    if isinstance(least, Unknown) or isinstance(most, Unknown):
        return None
    if least == most:  # the score is known, and whether it counts is not
        return Shown(least, POINTS)
    return Phrase("score_between", {"least": Shown(least, POINTS), "most": Shown(most, POINTS)})


def _blocked(result: ScoreResult) -> Iterator[Line]:
    blocking = [item for item in result.items if item.blocks is True]
    perhaps = [item for item in result.items if isinstance(item.blocks, Unknown)]
    said: tuple[tuple[Key, list[ItemResult]], ...] = (("score_blocked", blocking), ("score_perhaps_blocked", perhaps))
    for key, found in said:
        if found:
            items = listed([Named(item.title, item.id) for item in found], "semicolon")
            yield Line(Phrase(key, {"items": items}), indent=2)


def _track_line(track: TrackResult, result: ScoreResult) -> Line:
    score = _ends(track.least, track.most) or Phrase("value_unknown")
    name = sourced(Named(track.title, track.id), track.source, result.basis.source)
    key: Key = "score_best_track" if track.counts else "score_track"
    return Line(Phrase(key, {"track": name, "score": score}), marker="- ")


def _item_lines(item: ItemResult, number: int, indent: int, source: str | None) -> Iterator[Line]:
    parts: dict[str, Part] = {
        "item": sourced(Named(item.title, item.id), item.source, source),
        "points": Shown(item.points, POINTS),
        "credit": Shown(item.credit, Ratio()),
        "weight": Shown(item.weight, Ratio()),
    }
    key: Key = "score_item" if item.handled == "known" else _HANDLED[item.handled]
    line = Line(Phrase(key, parts), indent, f"{number}. ")
    yield line
    told = item.source or source
    if item.best_of:
        yield Line(Phrase("score_best_of", {"count": len(item.parts)}), line.inside)
        for part in item.parts:
            credit = Shown(part.credit, Ratio())
            name = Named(part.title, part.id)
            own = Line(Phrase("score_alternative", {"item": name, "credit": credit}), line.inside, "- ")
            yield own
            yield from _part_lines(part, own.inside, told)
    else:
        yield from _part_lines(item.parts[0], line.inside, told)
    if item.blocks is not None:
        yield Line(Phrase("score_blocks"), line.inside)


def _part_lines(part: PartResult, indent: int, source: str | None) -> Iterator[Line]:
    if part.requirement is not None:
        yield from requirement_lines(part.requirement, indent, source)
        return
    assert part.measured is not None
    type = part.measured.type
    measured = listed([seen_part(part.measured), *(seen_part(each) for each in part.seen)], "semicolon")
    if part.kind == "steps":
        steps = [
            Phrase("score_step", {"from": Shown(each.start, type), "credit": Shown(each.credit, Ratio())})
            for each in part.steps
        ]
        yield Line(Phrase("score_by_steps", {"measured": measured, "steps": listed(steps, "semicolon")}), indent)
    else:
        ends: dict[str, Part] = {
            "measured": measured,
            "from": Shown(part.start, type),
            "full": Shown(part.full, type),
        }
        yield Line(Phrase("score_linear" if part.kind == "linear" else "score_whole", ends), indent)
    missing = missing_of(part.credit)
    if missing:
        lacking = listed([missing_phrase(each) for each in missing], "semicolon", at_most=_MOST_LACKING)
        yield Line(Phrase("lacks", {"missing": lacking}), indent)


def _better_score(result: ScoreResult) -> Iterator[Line]:
    better = result.better
    if better is None:
        return
    ways = len(better.sets) + len(better.reaches) + better.more
    best = better.outcome == result.bands[0].outcome
    several: tuple[Key, Key] = ("score_best", "score_best_one") if best else ("score_better", "score_better_one")
    key: Key = several[ways == 1] if ways else "score_short"
    parts: dict[str, Part] = {
        "outcome": Named(better.title, better.outcome),
        "points": Shown(better.points, POINTS),
    }
    yield Line(Phrase(key, parts))
    names = {item.id: Named(item.title, item.id) for item in result.items}
    for each in better.sets:
        items = listed([names[id] for id in each], "semicolon")
        yield Line(Phrase("score_full_credit", {"items": items}), marker="- ")
    yield from _more(better)
    for reach in better.reaches:
        value = Shown(reach.value, reach.type)
        yield Line(
            Phrase("score_reach", {"item": names[reach.item], "measure": reach.text, "value": value}), marker="- "
        )


def _more(better: Better) -> Iterator[Line]:
    if better.more:
        yield Line(Phrase("score_more_ways"), marker="- ")


# ------------------------------------------------------------------------------------------------------------- signs


def signs_story(result: SignsResult, ruleset: str) -> list[Line]:
    """The lines that tell which signs show, and what they add up to."""
    lines = [_signs_head(result, ruleset), *_decided_by(result)]
    for number, sign in enumerate(result.signs, start=1):
        lines += _sign_lines(sign, number, result.basis.source)
    return [*lines, *missing_lines(result.missing), *_better_signs(result), *assumptions(result.basis)]


def _signs_head(result: SignsResult, ruleset: str) -> Line:
    if result.outcome == REFUSED:
        reason = Phrase(_REASONS[result.reason or ""])
        return headline("score_refused", result.basis, ruleset, reason=reason)
    if result.outcome == UNDETERMINED:
        return headline("signs_undetermined", result.basis, ruleset)
    title = next((each.title for each in result.verdicts if each.outcome == result.outcome), Title())
    return headline("signs", result.basis, ruleset, outcome=Named(title, result.outcome))


def _decided_by(result: SignsResult) -> Iterator[Line]:
    shown: Part = result.least
    if result.least != result.most:
        shown = Phrase("place_range", {"least": result.least, "most": result.most})
    yield Line(Phrase("signs_shown", {"shown": shown, "count": len(result.signs)}), indent=2)
    verdict = result.decided_by
    if verdict is None:
        return
    parts: dict[str, Part] = {
        "needed": Shown(verdict.needed, Integer()),
        "holding": verdict.least,
        "severity": word(verdict.severity or ""),
    }
    key: Key = "signs_enough" if verdict.severity is None else "signs_grave_enough"
    yield Line(Phrase(key, parts), indent=2)


def _sign_lines(sign: SignResult, number: int, source: str | None) -> Iterator[Line]:
    name: Part = sourced(Named(sign.title, sign.id), sign.source, source)
    if sign.severity is not None:
        name = Phrase("sign_of_severity", {"sign": name, "severity": word(sign.severity)})
    status: Key = "sign_unknown" if isinstance(sign.shows, Unknown) else "sign_shows" if sign.shows else "sign_hidden"
    line = Line(Phrase("gate", {"gate": name, "status": Phrase(status)}), marker=f"{number}. ")
    yield line
    yield from requirement_lines(sign.requirement, line.inside, sign.source or source)


def _better_signs(result: SignsResult) -> Iterator[Line]:
    better = result.better
    if better is None:
        return
    # What is left where no sign decides has nothing better above it.
    best = all(each.outcome != better.outcome for each in result.verdicts)
    reached = {"outcome": Named(better.title, better.outcome)}
    outcome = Phrase("no_better" if best else "or_better", reached)
    yield Line(
        Phrase("signs_better_one" if len(better.sets) + better.more == 1 else "signs_better", {"outcome": outcome})
    )
    names = {sign.id: Named(sign.title, sign.id) for sign in result.signs}
    for each in better.sets:
        signs = listed([names[id] for id in each], "semicolon")
        yield Line(Phrase("signs_gone", {"signs": signs}), marker="- ")
    yield from _more(better)
