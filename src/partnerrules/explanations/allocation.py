"""Tells whom a record is given to: every candidate in the order of preference, and why it is taken or not."""

from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.allocation import (
    ASSIGNED,
    NO_CANDIDATE,
    NO_ROOM,
    UNDECIDED,
    AllocationResult,
    CandidateResult,
    PreferenceResult,
)
from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.conditions import item_lines
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import (
    MAXIMUM_LISTED,
    Line,
    Named,
    Part,
    Phrase,
    Shown,
    assumptions,
    headline,
    listed,
    sourced,
)
from partnerrules.plan.trace import Holdings
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Integer

_HEADS: Final[dict[str, Key]] = {
    ASSIGNED: "allocated",
    NO_CANDIDATE: "allocated_nobody",
    NO_ROOM: "allocated_no_room",
    UNDECIDED: "allocated_undecided",
    UNDETERMINED: "allocation_undetermined",
}
_STANDINGS: Final[dict[str, Key]] = {
    "taken": "candidate_taken",
    "equal": "candidate_equal",
    "contested": "candidate_contested",
    "behind": "candidate_behind",
    "full": "candidate_full",
    "unfit": "candidate_unfit",
    "undetermined": "candidate_undetermined",
}


def allocation_story(result: AllocationResult, ruleset: str) -> list[Line]:
    """The lines that tell whom a record is given to, and why none of the others."""
    lines = [headline(_HEADS[result.outcome], result.basis, ruleset, candidate=result.candidate or "")]
    source = result.basis.source
    if result.order:
        keys = listed([preference_part(each, source) for each in result.order], "semicolon")
        lines.append(Line(Phrase("allocation_turn", {"keys": keys}), indent=2))
    lines += _undecided(result)
    for number, each in enumerate(result.candidates[:MAXIMUM_LISTED], start=1):
        lines += _candidate_lines(each, "- " if each.outcome == "unfit" else f"{number}. ", source)
    more = len(result.candidates) - MAXIMUM_LISTED
    if more > 0:
        lines.append(Line(Phrase("more", {"count": more}), marker="- "))
    if not result.candidates:
        lines.append(Line(Phrase("candidates_none"), indent=2))
    if result.concentration is not None and result.concentration.holders:
        lines.append(_shares(result.concentration))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _undecided(result: AllocationResult) -> Iterator[Line]:
    tied: list[Part] = [each.candidate for each in result.candidates if each.outcome == "equal"]
    if tied:
        yield Line(Phrase("allocation_tied", {"candidates": listed(tied, "comma")}), indent=2)
    wanted = next((each.candidate for each in result.candidates if each.outcome == "contested"), None)
    if wanted is not None:
        rivals = listed(result.rivals, "comma")
        yield Line(Phrase("allocation_rivals", {"candidate": wanted, "rivals": rivals}), indent=2)


def preference_part(preference: PreferenceResult, source: str | None) -> Part:
    """What a criterion looks at, with the value."""
    name = Named(preference.preference.title, preference.preference.id)
    value = Shown(preference.value.value, preference.value.type)
    return Phrase("seen", {"text": sourced(name, preference.preference.source, source), "value": value})


def _candidate_lines(candidate: CandidateResult, marker: str, source: str | None) -> Iterator[Line]:
    parts: dict[str, Part] = {"candidate": candidate.candidate, "standing": _standing(candidate, source)}
    line = Line(Phrase("candidate", parts), marker=marker)
    yield line
    if candidate.outcome == "unfit":
        for requirement in candidate.unmet:
            yield from item_lines(requirement, line.inside, source)
        return
    yield Line(listed([preference_part(each, source) for each in candidate.preferences], "semicolon"), line.inside)
    if candidate.outcome == "undetermined":
        for requirement in candidate.unmet:
            yield from item_lines(requirement, line.inside, source)


def _standing(candidate: CandidateResult, source: str | None) -> Part:
    room: dict[str, Part] = {
        "load": Shown(candidate.load, Integer()),
        "capacity": Shown(candidate.capacity, Integer()),
    }
    known = not isinstance(candidate.load, Unknown | None) and not isinstance(candidate.capacity, Unknown | None)
    if candidate.outcome == "full":
        if "capacity" in candidate.full:
            return Phrase("candidate_full_load", room) if known else Phrase("candidate_full")
        return Phrase("candidate_full_share", {"share": Shown(candidate.share, Integer())})
    told: Part = Phrase(_STANDINGS[candidate.outcome])
    if candidate.decided_by is not None:
        name = Named(candidate.decided_by.title, candidate.decided_by.id)
        told = Phrase("candidate_behind_by", {"preference": sourced(name, candidate.decided_by.source, source)})
    if known and candidate.outcome != "unfit":
        return Phrase("candidate_load", {"standing": told, **room})
    return told


def _shares(held: Holdings) -> Line:
    def between(least: int, most: int | None) -> Part:
        if least == most:
            return least
        if most is None:
            return Phrase("allocation_or_more", {"least": least})
        return Phrase("place_range", {"least": least, "most": most})

    holders: list[Part] = [
        Phrase("allocation_share", {"holder": each.holder, "held": between(each.least, each.most)})
        for each in held.holders
    ]
    parts: dict[str, Part] = {"holders": listed(holders, "comma"), "all": between(held.least, held.most)}
    return Line(Phrase("allocation_shares", parts))
