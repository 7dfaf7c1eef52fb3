"""The programme itself: how a channel is set up, how a scheme has to pay, who bears the costs of campaigns."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from benchmarks.by_hand.admission import ELIGIBLE, INELIGIBLE, is_admitted
from benchmarks.by_hand.books import Day, add_months
from benchmarks.by_hand.knowledge import Unknown
from benchmarks.by_hand.paying import ZERO, rounded
from benchmarks.by_hand.records import Campaign, Channel, Scheme, SchemeClass

SCHEME_MONTHS = 12
CHANGES_ALLOWED = 1
FEWEST_CLASSES, MOST_CLASSES = 2, 6
BENCHMARK_MARGIN = Decimal("0.02")
STAGES = ("team", "rules", "recruitment", "system")
OUT_OF_ORDER = "out_of_order"
OPERATOR_SHARE = Decimal("0.50")
CLAIM_PERIOD = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class SetUp:
    """How far a channel is, and whether the stage that is asked for may begin."""

    stage: str
    request: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What we bear of the costs of a campaign."""

    outcome: str | Unknown
    reason: str | None = None
    granted: Decimal | Unknown = ZERO


def set_up(day: Day, channel: Channel) -> SetUp:
    """How far a channel is set up: team, rules, recruitment, system, one after the other."""
    stage = channel.stage or STAGES[0]
    if stage not in STAGES:
        stage = "unknown_stage"
    asked = channel.requested_stage
    if asked is None or asked == channel.stage or (channel.stage is None and asked == stage):
        return SetUp(stage, "none" if asked is None else "already")
    if asked not in STAGES:
        return SetUp(stage, "refused", ("unknown_stage",))
    reasons: list[str] = []
    if stage not in STAGES or STAGES.index(asked) != STAGES.index(stage) + 1:
        reasons.append("not_a_transition")
    begun = {
        "rules": channel.team_named_on,
        "recruitment": channel.rules_issued_on,
        "system": channel.recruitment_began_on,
    }
    before = begun.get(asked)
    if asked in begun and (before is None or before > day.today):
        reasons.append("guard_not_met")
    return SetUp(stage, "refused" if reasons else "allowed", tuple(reasons))


def was_set_up_in_order(channel: Channel) -> str:
    """Whether each step was taken after the one before it, or on its day."""
    days = (channel.team_named_on, channel.rules_issued_on, channel.recruitment_began_on, channel.system_ready_on)
    for before, after in pairwise(days):
        if after is not None and (before is None or before > after):
            return OUT_OF_ORDER
    return ELIGIBLE


def unequal_classes(day: Day, scheme: Scheme) -> list[tuple[SchemeClass, SchemeClass]]:
    """The classes of a scheme that are paid unequally for equal work, the lower first."""
    classes = day.books.classes_of.get(scheme.id, [])
    return [
        (one, other)
        for one in classes
        for other in classes
        if one.agent_type == other.agent_type and one.group == other.group and one.rate < other.rate
    ]


def follows_principles(day: Day, scheme: Scheme) -> str:
    """Whether a scheme lasts, is stable, fair, moderate in its classes, and near the benchmark."""
    classes = day.books.classes_of.get(scheme.id, [])
    if add_months(scheme.valid_from, SCHEME_MONTHS) > scheme.valid_to or scheme.changes > CHANGES_ALLOWED:
        return INELIGIBLE
    if unequal_classes(day, scheme) or not FEWEST_CLASSES <= len(classes) <= MOST_CLASSES:
        return INELIGIBLE
    if any(abs(each.rate - each.benchmark) > BENCHMARK_MARGIN for each in classes):
        return INELIGIBLE
    return ELIGIBLE


def marketing_costs(day: Day, campaign: Campaign) -> Share:
    """What we bear of a campaign: above the line what we have planned, below it what we have agreed to."""
    if (campaign.line, campaign.planned_by) not in (("above", "operator"), ("below", "agent")):
        return Share("refused", "gate")
    admitted = is_admitted(day, day.books.partners[campaign.partner])
    if admitted is False:
        return Share("refused", "gate")
    found = _claimed(day, campaign)
    if isinstance(admitted, Unknown):
        return Share(admitted, None, ZERO if found.granted == ZERO else admitted)
    return found


def _claimed(day: Day, campaign: Campaign) -> Share:
    """What we bear of a campaign of an admitted agent."""
    claimed = campaign.claimed_on if campaign.claimed_on is not None and campaign.claimed_on <= day.today else None
    last_day = campaign.held_on + CLAIM_PERIOD
    if claimed is not None and claimed < campaign.held_on:
        return Share("refused", "claimed_early")
    if claimed is not None and claimed > last_day:
        return Share("forfeited", "claimed_late")
    if claimed is None and day.today > last_day:
        return Share("forfeited", "not_claimed_in_time")
    if campaign.line == "below" and (campaign.approved_on is None or campaign.approved_on > day.today):
        return Share("pending", "approval_open")
    if claimed is None:
        return Share("pending", "not_claimed")
    granted = rounded(campaign.cost * OPERATOR_SHARE)
    return Share("granted" if granted else "nothing", None, granted)
