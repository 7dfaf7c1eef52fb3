"""Tells a contest: what is contested, who keeps it, by what, and why the others do not. May import stories."""

from collections.abc import Iterator, Sequence
from typing import Final

from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.conflicts import (
    NOT_RENEWED,
    PROTECTED,
    ConflictResult,
    Contestant,
    ContestGroup,
    Criterion,
    Protection,
)
from partnerrules.decisions.requirement_results import ConditionResult
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
    a_policy,
    assumptions,
    headline,
    listed,
    sourced,
)
from partnerrules.schema.missing import Unknown
from partnerrules.schema.titles import Title

_HEADS: Final[dict[str, Key]] = {
    "won": "conflict_won",
    "lost": "conflict_lost",
    "partial": "conflict_partial",
    "shared": "conflict_shared",
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
        consequence = Named(result.titles.get(result.consequence, Title()), result.consequence)
        lines.append(Line(Phrase("conflict_consequence", {"consequence": consequence})))
    if result.protection is not None and result.outcome not in ("discarded", UNDETERMINED):
        lines += _protection_lines(result.protection)
    for group in result.groups:
        lines += _group_lines(group, result.basis.subject, result.basis.source)
    if not result.groups:
        lines.append(Line(Phrase("contest_none")))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _group_lines(group: ContestGroup, claim: str, source: str | None) -> Iterator[Line]:
    yield Line(
        Phrase("contest", {"what": cells_part(group.same, group.cells, group.titles), "end": _end(group, source)})
    )
    if group.reconsidered:
        yield Line(Phrase("contest_reconsidered"), indent=2)
    if group.queued and group.next_in_line:
        yield Line(Phrase("contest_next", {"claimants": _claimants(group, group.next_in_line)}), indent=2)
    standing = [each for each in group.contestants if each.outcome != "discarded"]
    out = [each for each in group.contestants if each.outcome == "discarded"]
    numbered = [(f"{number}. ", each) for number, each in enumerate(standing, start=1)]
    told = numbered + [("- ", each) for each in out]
    # Of a great contest the first are told, and the claim that the story is about wherever it stands.
    kept = [pair for at, pair in enumerate(told) if at < MAXIMUM_LISTED or pair[1].claim == claim]
    for marker, each in kept:
        told_before = each.outcome == "discarded" or not group.contested
        yield from _contestant_lines(each, marker, source, told=told_before, queued=group.queued)
    if len(kept) < len(told):
        yield Line(Phrase("more", {"count": len(told) - len(kept)}), indent=2)


def _end(group: ContestGroup, source: str | None) -> Part:
    if not group.holders:
        return Phrase(_ENDS[group.outcome])
    decided_by = group.decided_by
    if len(group.holders) > 1 or group.winner is None:
        several: dict[str, Part] = {"claimants": _claimants(group, group.holders)}
        if decided_by is None:
            return Phrase("contest_held" if group.outcome == "won" else "contest_shared", several)
        several["criterion"] = _criterion(decided_by, source)
        return Phrase("contest_held_by" if group.outcome == "won" else "contest_shared_by", several)
    winner = next(each for each in group.contestants if each.claim == group.winner)
    parts: dict[str, Part] = {"claimant": who_part(winner.claimant), "claim": winner.claim}
    if decided_by is None:
        return Phrase("contest_uncontested", parts)
    return Phrase("contest_won", {**parts, "criterion": _criterion(decided_by, source)})


def _claimants(group: ContestGroup, claims: Sequence[str]) -> Part:
    """Some claims of a contest by their claimants."""
    told = (group.by_claim[claim] for claim in claims)
    return listed(
        [Phrase("claim_of", {"claimant": who_part(each.claimant), "claim": each.claim}) for each in told], "comma"
    )


def _protection_lines(protection: Protection) -> Iterator[Line]:
    """How long the claim is protected that the story is about."""
    begins, until = (Shown(seen.value, seen.type) for seen in (protection.begins, protection.until))
    if until.value is not None:
        key: Key = "protected_pending" if begins.value is None else "protected"
        yield Line(Phrase(key, {"until": until} if begins.value is None else {"begins": begins, "until": until}))
    else:
        yield Line(Phrase("protected_without_end", {"begins": begins}))
    if protection.renews is not None:
        yield Line(Phrase("protection_renews", {"claim": protection.renews}))


def _protection_failed(failed: ConditionResult, protection: Protection, line: Line, source: str | None) -> Line:
    """Why a claim is not protected, or that it is not known."""
    known = not isinstance(failed.outcome, Unknown)
    begins, until = (Shown(seen.value, seen.type) for seen in (protection.begins, protection.until))
    if failed.id == NOT_RENEWED:
        what = Phrase("protection_renewed") if known else Phrase("renewal_in_doubt")
    elif not known:
        what = Phrase("protection_in_doubt")
    elif protection.begins.value is None:
        what = Phrase("protection_not_begun")
    elif protection.until.value is None:
        what = Phrase("protection_not_yet", {"begins": begins})
    else:
        what = Phrase("protection_over", {"until": until})
    if not known:
        what = Phrase("condition", {"outcome": Phrase("unknown"), "what": what})
    return Line(sourced(what, failed.source, source), line.inside, "- ")


def _criterion(criterion: Criterion, source: str | None) -> Part:
    if criterion.kind == "awarded":
        return Phrase("criterion_awarded")
    return sourced(Named(criterion.title, criterion.id), criterion.source, source)


def _contestant_lines(
    contestant: Contestant, marker: str, source: str | None, *, told: bool, queued: bool
) -> Iterator[Line]:
    """A claim with what it came to, and what the criteria look at unless nothing hangs on them."""
    parts: dict[str, Part] = {
        "claimant": who_part(contestant.claimant),
        "claim": contestant.claim,
        "outcome": _outcome(contestant, source, queued=queued),
    }
    line = Line(Phrase("contestant", parts), indent=2, marker=marker)
    yield line
    if not told:
        seen: list[Part] = [
            Phrase(
                "seen",
                {
                    "text": _criterion(each.criterion, each.criterion.source),
                    "value": Shown(each.value.value, each.value.type),
                },
            )
            for each in contestant.criteria
        ]
        yield Line(listed(seen, "semicolon"), indent=line.inside)
    for policy in contestant.lost_before:
        yield Line(Phrase("lost_before", {"policy": a_policy(policy)}), line.inside, "- ")
    for failed in contestant.failed:
        protection = contestant.protection
        if protection is not None and isinstance(failed, ConditionResult) and failed.id in (PROTECTED, NOT_RENEWED):
            yield _protection_failed(failed, protection, line, source)
        else:
            yield from item_lines(failed, line.inside, source)


def _outcome(contestant: Contestant, source: str | None, *, queued: bool) -> Phrase:
    outcome = _bare_outcome(contestant, source)
    if queued and isinstance(contestant.place_in_line, int):
        return Phrase("claim_in_line", {"outcome": outcome, "place": contestant.place_in_line})
    return outcome


def _bare_outcome(contestant: Contestant, source: str | None) -> Phrase:
    match contestant.outcome:
        case "won":
            return Phrase("claim_won")
        case "lost" if contestant.decided_by is not None:
            return Phrase("claim_lost_by", {"criterion": _criterion(contestant.decided_by, source)})
        case "lost":
            return Phrase("claim_lost")
        case "shared":
            return Phrase("claim_shared")
        case "undecided":
            return Phrase("claim_undecided")
        case "discarded":
            return Phrase("claim_discarded")
        case _:
            return Phrase("claim_undetermined")
