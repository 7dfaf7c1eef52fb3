"""Tells a contest: what is contested, who keeps it, by what, and why the others do not. May import stories."""

from collections.abc import Iterator
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.conflicts import ConflictResult, Contestant, ContestGroup, Criterion
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.cells import cells_part, who_part
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

_HEADS: Final[dict[str, Key]] = {
    "won": "conflict_won",
    "lost": "conflict_lost",
    "partial": "conflict_partial",
    "undecided": "conflict_undecided",
    "discarded": "conflict_discarded",
    UNDETERMINED: "conflict_undetermined",
}
_ENDS: Final[dict[str, Key]] = {
    "undecided": "contest_undecided",
    "discarded": "contest_nobody",
    UNDETERMINED: "contest_undetermined",
}


def conflict_story(result: ConflictResult, ruleset: str) -> list[Line]:
    """The lines that tell what came of a claim, contest by contest."""
    lines = [headline(_HEADS[result.outcome], result.basis, ruleset, claimant=who_part(result.claimant))]
    if result.consequence is not None:
        lines.append(Line(Phrase("conflict_consequence", {"consequence": result.consequence})))
    for group in result.groups:
        lines += _group_lines(group, result.basis.subject, result.basis.source)
    if not result.groups:
        lines.append(Line(Phrase("contest_none")))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _group_lines(group: ContestGroup, claim: str, source: str | None) -> Iterator[Line]:
    yield Line(Phrase("contest", {"what": cells_part(group.same, group.cells), "end": _end(group, source)}))
    standing = [each for each in group.contestants if each.outcome != "discarded"]
    out = [each for each in group.contestants if each.outcome == "discarded"]
    numbered = [(f"{number}. ", each) for number, each in enumerate(standing, start=1)]
    told = numbered + [("- ", each) for each in out]
    # Of a great contest the first are told, and the claim that the story is about wherever it stands.
    kept = [pair for at, pair in enumerate(told) if at < MAXIMUM_LISTED or pair[1].claim == claim]
    for marker, each in kept:
        told_before = each.outcome == "discarded" or not group.contested
        yield from _contestant_lines(each, marker, source, told=told_before)
    if len(kept) < len(told):
        yield Line(Phrase("more", {"count": len(told) - len(kept)}), indent=2)


def _end(group: ContestGroup, source: str | None) -> Part:
    if group.winner is None:
        return Phrase(_ENDS[group.outcome])
    winner = next(each for each in group.contestants if each.claim == group.winner)
    parts: dict[str, Part] = {"claimant": who_part(winner.claimant), "claim": winner.claim}
    decided_by = group.decided_by
    if decided_by is None:
        return Phrase("contest_uncontested", parts)
    return Phrase("contest_won", {**parts, "criterion": _criterion(decided_by, source)})


def _criterion(criterion: Criterion, source: str | None) -> Part:
    return sourced(Named(criterion.title, criterion.id), criterion.source, source)


def _contestant_lines(contestant: Contestant, marker: str, source: str | None, *, told: bool) -> Iterator[Line]:
    """A claim with what it came to, and what the criteria look at unless nothing hangs on them."""
    parts: dict[str, Part] = {
        "claimant": who_part(contestant.claimant),
        "claim": contestant.claim,
        "outcome": _outcome(contestant, source),
    }
    line = Line(Phrase("contestant", parts), indent=2, marker=marker)
    yield line
    if not told:
        seen: list[Part] = [
            Phrase(
                "seen",
                {
                    "text": Named(each.criterion.title, each.criterion.id),
                    "value": Shown(each.value.value, each.value.type),
                },
            )
            for each in contestant.criteria
        ]
        yield Line(listed(seen, "semicolon"), indent=line.inside)
    for policy in contestant.lost_before:
        yield Line(Phrase("lost_before", {"policy": policy}), line.inside, "- ")
    for failed in contestant.failed:
        yield from item_lines(failed, line.inside, source)


def _outcome(contestant: Contestant, source: str | None) -> Phrase:
    match contestant.outcome:
        case "won":
            return Phrase("claim_won")
        case "lost" if contestant.decided_by is not None:
            return Phrase("claim_lost_by", {"criterion": _criterion(contestant.decided_by, source)})
        case "lost":
            return Phrase("claim_lost")
        case "undecided":
            return Phrase("claim_undecided")
        case "discarded":
            return Phrase("claim_discarded")
        case _:
            return Phrase("claim_undetermined")
