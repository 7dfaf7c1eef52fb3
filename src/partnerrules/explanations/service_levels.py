"""Tells a service level: when its clock started, when it is due, what came of it, and how its group does."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import partnerrules.quantities as q
from partnerrules.decisions.basis import UNDETERMINED
from partnerrules.decisions.service_levels import (
    BREACHED,
    KEPT,
    MET,
    MISSED,
    NOT_STARTED,
    RUNNING,
    STOPPED,
    UNCONFIRMED,
    UNDEFINED,
    ClockStop,
    Compliance,
    ServiceLevelResult,
)
from partnerrules.explanations.catalogue import Key
from partnerrules.explanations.lacking import missing_lines
from partnerrules.explanations.story import (
    MAXIMUM_LISTED,
    Line,
    Part,
    Phrase,
    Several,
    Shown,
    assumptions,
    headline,
    listed,
    seen_part,
)
from partnerrules.plan.trace import Seen
from partnerrules.schema.missing import Unknown
from partnerrules.schema.types import Integer, Ratio

_HEADS: Final[dict[str, Key]] = {
    MET: "service_met",
    BREACHED: "service_breached",
    RUNNING: "service_running",
    STOPPED: "service_stopped",
    NOT_STARTED: "service_not_started",
    UNCONFIRMED: "service_unconfirmed",
    UNDETERMINED: "service_undetermined",
}
_COUNTING: Final[dict[str, Key]] = {
    "elapsed": "service_elapsed",
    "service hours": "service_hours",
    "days": "service_days",
    "months": "service_months",
    "business days": "service_business_days",
}
_GROUPS: Final[dict[str, Key]] = {KEPT: "service_kept", MISSED: "service_missed", UNDEFINED: "service_undefined"}


def service_level_story(result: ServiceLevelResult, ruleset: str) -> list[Line]:
    """The lines that tell whether something was done in time."""
    lines = [headline(_HEADS[result.outcome], result.basis, ruleset)]
    opens, closes = result.hours if result.hours is not None else ("", "")
    counting = Phrase(_COUNTING[result.clock], {"opens": opens, "closes": closes})
    clock: dict[str, Part] = {"starts": _shown(result.starts), "limit": _shown(result.limit), "counting": counting}
    lines.append(Line(Phrase("service_clock", clock)))
    lines += _stop_lines(result.stops)
    lines.append(Line(listed([_due(result), *_done(result)], "semicolon")))
    if result.compliance is not None:
        lines.append(Line(_group(result.compliance)))
    return [*lines, *missing_lines(result.missing), *assumptions(result.basis)]


def _shown(seen: Seen) -> Shown:
    return Shown(seen.value, seen.type)


def _stop_lines(stops: tuple[ClockStop, ...]) -> Iterator[Line]:
    for stop in stops[:MAXIMUM_LISTED]:
        counted: Key = "service_stop_counted" if stop.counted is True else "service_stop_later"
        if isinstance(stop.counted, Unknown):
            counted = "service_stop_in_doubt"
        key: Key = "service_stop_open" if stop.ends.value is None else "service_stop"
        parts: dict[str, Part] = {"record": stop.record, "counted": Phrase(counted)}
        yield Line(Phrase(key, {**parts, "begins": _shown(stop.begins), "ends": _shown(stop.ends)}), marker="- ")
    if len(stops) > MAXIMUM_LISTED:
        yield Line(Phrase("more", {"count": len(stops) - MAXIMUM_LISTED}), marker="- ")


def _due(result: ServiceLevelResult) -> Phrase:
    due, least, most = result.due.value, result.due_least.value, result.due_most.value
    if due is None:
        return Phrase("service_never_due")
    if not isinstance(due, Unknown):
        return Phrase(
            "service_due" if result.clock in ("elapsed", "service hours") else "service_due_by",
            {"due": _shown(result.due)},
        )
    if isinstance(least, Unknown) or least is None:
        return Phrase("service_due_unknown")
    if isinstance(most, Unknown) or most is None:
        return Phrase("service_due_from", {"least": _shown(result.due_least)})
    return Phrase("service_due_between", {"least": _shown(result.due_least), "most": _shown(result.due_most)})


def _done(result: ServiceLevelResult) -> Iterator[Phrase]:
    ends = result.ends.value
    if isinstance(ends, Unknown):
        yield Phrase("service_done_unknown")
    elif ends is None:
        yield Phrase("service_not_done")
    else:
        yield Phrase("service_done", {"ends": _shown(result.ends)})
        if result.confirmed is not None:
            confirmed: Key = "service_confirmed" if result.confirmed is True else "service_not_confirmed"
            yield Phrase("service_confirmed_unknown" if isinstance(result.confirmed, Unknown) else confirmed)
    if not isinstance(result.used.value, Unknown):
        late = result.over.value is not None and not isinstance(result.over.value, Unknown)
        key: Key = "service_used_late" if late else "service_used"
        yield Phrase(key, {"used": _shown(result.used), "left": _shown(result.left), "over": _shown(result.over)})


def _group(group: Compliance) -> Phrase:
    outcome: Key = "service_group_unknown" if isinstance(group.outcome, Unknown) else _GROUPS[group.outcome]
    counts: list[Part] = [_share(group)]
    if isinstance(group.open, int) and group.open:
        counts.append(Phrase("service_open", {"count": group.open}))
    if group.breaches:
        counts.append(Phrase("service_breaches", {"breaches": _named(group)}))
    parts: dict[str, Part] = {
        "what": Phrase(outcome),
        "at_least": Shown(group.at_least, Ratio()),
        "counts": listed(counts, "semicolon"),
    }
    if not group.per:
        return Phrase("service_group", parts)
    return Phrase("service_group_of", {**parts, "per": listed([seen_part(seen) for seen in group.per], "comma")})


def _named(group: Compliance) -> Several:
    """Those breached that are named, and how many more there are."""
    named: list[Part] = [*group.breaches]
    rest = group.breached - len(named) if isinstance(group.breached, int) else 0
    return Several((*named, Phrase("more", {"count": rest})) if rest else tuple(named), "comma")


def _share(group: Compliance) -> Phrase:
    if group.share is None:
        return Phrase("service_share_of_none")
    decided: int | Unknown = Unknown(frozenset())
    if isinstance(group.met, int) and isinstance(group.breached, int):
        decided = group.met + group.breached
    parts: dict[str, Part] = {"met": Shown(group.met, Integer()), "decided": Shown(decided, Integer())}
    if isinstance(group.share, Decimal):
        return Phrase("service_share", {**parts, "share": _percent(group.share)})
    if isinstance(group.least, Decimal) and isinstance(group.most, Decimal):
        return Phrase("service_share_between", {**parts, "least": _percent(group.least), "most": _percent(group.most)})
    return Phrase("service_share_unknown", parts)


def _percent(share: Decimal) -> Shown:
    """A share to two decimal places of a percent: the counts beside it are exact."""
    return Shown(q.round_half_up(share, 4), Ratio())
