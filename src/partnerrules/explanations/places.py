"""Tells the place of a record where only so many may be eligible at once. May import stories, and what is missing."""

from collections.abc import Iterator

from partnerrules.decisions.basis import missing_of
from partnerrules.decisions.results import EligibilityResult, PlaceResult
from partnerrules.explanations.lacking import missing_phrase
from partnerrules.explanations.story import Line, Part, Phrase, Several, listed, seen_part, word
from partnerrules.policies.eligibility import ELIGIBLE, NO_PLACE
from partnerrules.schema.missing import Unknown

_MOST_LACKING = 3


def place_lines(result: EligibilityResult) -> Iterator[Line]:
    """How many places there are and who comes first, the place of this record, and what that comes to."""
    place = result.place
    if place is None:
        return
    at_most = place.at_most
    places = Phrase("places_unknown") if isinstance(at_most, Unknown) else Phrase("places", {"count": at_most})
    if place.per:
        shared = listed([seen_part(part) for part in place.per], "comma")
        places = Phrase("places_of", {"what": shared, "places": places})
    limit: list[Part] = [places]
    if place.by:
        limit.append(Phrase("in_order_of", {"by": listed([seen_part(part) for part in place.by], "comma")}))
    yield Line(Several(tuple(limit), "semicolon"))
    passed = _passed(result)
    parts: dict[str, Part] = {"place": _number(place), "held": _held(place, result.outcome, passed=passed)}
    yield Line(Phrase("takes_place" if passed else "would_take_place", parts), indent=3)
    missing = sorted({*place.missing, *missing_of(at_most)})
    if missing and isinstance(place.held, Unknown):
        lacking = listed([missing_phrase(each) for each in missing], "semicolon", at_most=_MOST_LACKING)
        yield Line(Phrase("lacks", {"missing": lacking}), indent=3)


def no_way_lines(result: EligibilityResult) -> Iterator[Line]:
    """That a record which does not pass has no way to become eligible, for want of a place."""
    if result.place is None or result.ways.listed or result.outcome == ELIGIBLE or _passed(result):
        return
    if result.place.held is False:
        yield Line(Phrase("no_way_left"))
    elif isinstance(result.place.held, Unknown):
        yield Line(Phrase("no_way_sure"))


def _passed(result: EligibilityResult) -> bool:
    return all(gate.status == "passed" for gate in result.gates)


def _number(place: PlaceResult) -> Part:
    if place.least == place.most:
        return place.least
    if place.most is None:
        return Phrase("place_open", {"least": place.least})
    return Phrase("place_range", {"least": place.least, "most": place.most})


def _held(place: PlaceResult, outcome: str, *, passed: bool) -> Phrase:
    if isinstance(place.held, Unknown):
        return Phrase("place_unknown")
    if place.held:
        return Phrase("place_held")
    if not passed:
        return Phrase("place_left_out")
    # Where the gates are passed, it is the limit that decides.
    return Phrase("place_none") if outcome == NO_PLACE else Phrase("place_decided", {"outcome": word(outcome)})
