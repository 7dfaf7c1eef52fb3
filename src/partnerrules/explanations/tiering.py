"""Tells a tiering result: the grade, how the bands came out, the place in the ranks, and the way to a better grade."""

from collections.abc import Iterator, Mapping
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.tiering import (
    NO_GRADE,
    NO_SCORE,
    TOO_SMALL,
    BandResult,
    Change,
    Cutoff,
    Distance,
    Ranking,
    Review,
    TieringResult,
    Withheld,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import requirement_lines
from partnerrules.explanations.lacking import missing_lines, missing_phrase
from partnerrules.explanations.story import (
    Line,
    Named,
    Part,
    Phrase,
    Several,
    Shown,
    a_policy,
    an_outcome,
    assumptions,
    headline,
    listed,
    seen_part,
    sourced,
)
from partnerrules.explanations.ways import WayWords, way_lines
from partnerrules.plan.portions import Rounding
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Date, Text

_HEADS: Final[dict[str, Key]] = {
    UNDETERMINED: "tier_undetermined",
    NO_GRADE: "tier_none",
    NO_SCORE: "tier_no_score",
    TOO_SMALL: "tier_too_small",
}
_BANDS: Final[dict[str, Key]] = {
    "reached": "band_reached",
    "not_reached": "band_not_reached",
    "unknown": "band_unknown",
}
_ROUNDINGS: Final[dict[Rounding, Key]] = {"floor": "cut_floor", "ceil": "cut_ceil", "half_up": "cut_half_up"}
_CHANGES: Final[dict[Change | None, Key]] = {
    "promoted": "review_promoted",
    "demoted": "review_demoted",
    "first": "review_first",
    "kept": "review_kept",
}
_WITHHELD: Final[dict[Withheld, Key]] = {
    "grace": "review_in_grace",
    "recovered": "review_recovered",
    "hold": "review_held",
    "minimum_tenure": "review_too_early",
}
_MOST_LACKING: Final = 3


def tiering_story(result: TieringResult, ruleset: str) -> list[Line]:
    """The lines that tell which grade a record has, and why."""
    titles = {band.grade: band for band in result.bands}
    lines = [_headline(result, titles, ruleset)]
    if result.outcome == UNDETERMINED and result.at_least is not None:
        lines.append(Line(Phrase("tier_at_least", {"grade": _grade(result.at_least, titles)}), indent=2))
    elif result.outcome == UNDETERMINED and result.review is None and len(result.possible) > 1:
        grades = listed([_grade(outcome, titles) for outcome in result.possible], "comma")
        lines.append(Line(Phrase("tier_possible", {"grades": grades}), indent=2))
    if result.review is not None:
        lines += _review_lines(result.review)
    if result.ranking is not None:
        lines += _ranking_lines(result.ranking)
    for number, band in enumerate(_told_bands(result), start=1):
        lines += _band_lines(band, number, result.basis.source)
    if result.outcome == NO_SCORE:
        lines += _score_lines(result)
    else:
        lines += missing_lines(result.missing)
    lines += _next_lines(result)
    return [*lines, *assumptions(result.basis)]


def _headline(result: TieringResult, titles: Mapping[str, BandResult], ruleset: str) -> Line:
    kept = result.review is not None and result.at_least is not None
    if result.outcome in titles or kept:
        return headline("tier_graded", result.basis, ruleset, grade=_grade(result.outcome, titles))
    key = _HEADS.get(result.outcome, "other_outcome")
    return headline(key, result.basis, ruleset, outcome=an_outcome(result.outcome))


def _grade(grade: str, titles: Mapping[str, BandResult]) -> Part:
    """A grade by its title; another outcome by its word."""
    return Named(titles[grade].title, grade) if grade in titles else an_outcome(grade)


def _recorded_grade(grade: str | Unknown | None) -> Part:
    """A grade out of a record or a review, where its band is not at hand."""
    return an_outcome(grade) if isinstance(grade, str) else Shown(grade, Text())


def _told_bands(result: TieringResult) -> Iterator[BandResult]:
    """The bands that matter: by rank all if ranks count, else those down to the one that is reached."""
    if result.outcome == NO_SCORE or (result.ranking is not None and result.ranking.counts is False):
        return
    for band in result.bands:
        if band.requirement is not None or band.cutoff is not None:
            yield band
            if band.reached is True and band.requirement is not None:
                return


def _band_lines(band: BandResult, number: int, source: str | None) -> Iterator[Line]:
    name = sourced(Named(band.title, band.grade), band.source, source)
    line = Line(Phrase(_BANDS[band.status], {"grade": name}), marker=f"{number}. ")
    yield line
    if band.requirement is not None:
        yield from requirement_lines(band.requirement, line.inside, band.source or source)
    if band.cutoff is not None:
        yield Line(_cutoff(band.cutoff), line.inside)


def _cutoff(cutoff: Cutoff) -> Part:
    """Whom a band takes, how many that is, and what was declared of rounding and ties."""
    portion = Shown(cutoff.portion.value, cutoff.portion.type)
    parts: list[Part] = [Phrase("cut_top" if cutoff.end == "top" else "cut_bottom", {"portion": portion})]
    if cutoff.rounding is not None:
        count = cutoff.places
        parts.append(Phrase("places_unknown") if isinstance(count, Unknown) else Phrase("places", {"count": count}))
        parts.append(Phrase(_ROUNDINGS[cutoff.rounding]))
    parts.append(Phrase("ties_included" if cutoff.ties == "include" else "ties_excluded"))
    return Several(tuple(parts), "semicolon")


def _ranking_lines(ranking: Ranking) -> Iterator[Line]:
    place = {"place": _place(ranking)}
    if isinstance(ranking.size, Unknown):
        where = Phrase("rank_place_of_some", place)
    else:
        where = Phrase("rank_place", {**place, "count": ranking.size})
    by = [seen_part(part) for part in (ranking.score, *ranking.tie_break)]
    parts: list[Part] = [where, Phrase("in_order_of", {"by": listed(by, "comma")})]
    if isinstance(ranking.level, int) and ranking.level:
        parts.append(Phrase("rank_level", {"count": ranking.level}))
    yield Line(Several(tuple(parts), "semicolon"), indent=2)
    if ranking.per:
        per = listed([seen_part(part) for part in ranking.per], "comma")
        yield Line(Phrase("rank_together", {"per": per}), indent=2)
    if isinstance(ranking.enough, int):
        yield Line(Phrase("rank_minimum", {"count": ranking.enough}), indent=2)
    if ranking.unscored_total:
        rest = ranking.unscored_total - len(ranking.unscored)
        more = (Phrase("more", {"count": rest}),) if rest else ()
        records: tuple[Part, ...] = (*ranking.unscored, *more)
        unscored: dict[str, Part] = {"count": ranking.unscored_total, "records": Several(records, "comma")}
        yield Line(Phrase("rank_unscored", unscored), indent=2)


def _place(ranking: Ranking) -> Part:
    if ranking.least == ranking.most:
        return ranking.least
    if ranking.most is None:
        return Phrase("place_open", {"least": ranking.least})
    return Phrase("place_range", {"least": ranking.least, "most": ranking.most})


def _score_lines(result: TieringResult) -> Iterator[Line]:
    """What is missing to know the score of a record that is left out of the ranks."""
    if result.missing:
        missing = listed([missing_phrase(each) for each in result.missing], "semicolon", at_most=_MOST_LACKING)
        yield Line(Phrase("lacks", {"missing": missing}), indent=2)


def _review_lines(review: Review) -> Iterator[Line]:
    """What was found, what is recorded, and what becomes of it."""
    found = _recorded_grade(review.found)
    yield Line(Phrase("review_found", {"policy": a_policy(review.policy), "grade": found}), indent=2)
    if review.recorded is None:
        yield Line(Phrase("review_recorded_none"), indent=2)
    else:
        recorded: dict[str, Part] = {"grade": _recorded_grade(review.recorded), "since": Shown(review.since, Date())}
        yield Line(Phrase("review_recorded", recorded), indent=2)
    for each in review.reviews:
        looked: Key = "review_up_found" if each.aim == "promotion" else "review_down_found"
        yield Line(Phrase(looked, {"day": Shown(each.day, Date()), "grade": _recorded_grade(each.found)}), indent=2)
        if each.withheld is not None:
            yield Line(Phrase(_WITHHELD[each.withheld], {"until": Shown(each.until, Date())}), indent=4)
    if review.change in _CHANGES:
        yield Line(Phrase(_CHANGES[review.change], {"starts": Shown(review.starts, Date())}), indent=2)
    days: tuple[tuple[Key, object], ...] = (
        ("review_next_promotion", review.next_promotion),
        ("review_next_demotion", review.next_demotion),
    )
    for key, day in days:
        if day is not None:
            yield Line(Phrase(key, {"day": Shown(day, Date())}), indent=2)


def _next_lines(result: TieringResult) -> Iterator[Line]:
    if result.next is None:
        return
    grade = Named(result.next.title, result.next.grade)
    words = WayWords("tier_one_way", "tier_ways", "tier_ways_shown", {"grade": grade})
    distances = {id: _distance(distance) for id, distance in result.next.distances.items()}
    yield from way_lines(result.next.ways, result.conditions, words, distances)


def _distance(distance: Distance) -> Part:
    keys: tuple[Key, Key] = ("more_by", "more_than_by") if distance.more else ("less_by", "less_than_by")
    return Phrase(keys[distance.beyond], {"amount": Shown(distance.amount, distance.type)})
