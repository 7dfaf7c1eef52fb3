"""Breaches of the rules, those that follow from others among them, and the sanctions that they lead to."""

import datetime as dt
from dataclasses import dataclass
from itertools import product

from benchmarks.by_hand.books import Day, add_months, end_of_quarter, midnight, once
from benchmarks.by_hand.knowledge import Truth, is_in, some
from benchmarks.by_hand.records import Partner, Violation

IN_FORCE = (dt.date(2026, 1, 1), dt.date(2027, 1, 1))
"""The days on which these rules hold, the last one not included."""
BLACK_LISTING = dt.timedelta(days=90)
YELLOW_LISTING = dt.timedelta(days=30)
REPEAT_MONTHS = 12
SUPPLY_LEVEL = 1
EFFECTS = {
    "black": ("notice", "stop_new_business", "stop_settlement", "cancel_unpaid"),
    "yellow": ("notice", "stop_settlement"),
    "noticed": ("notice",),
}
SEVERITY = {"black": 3, "yellow": 2, "noticed": 1}


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach that follows from others: by which rule, and from which records.

    Attributes:
        violation: the breach itself.
        rule: the rule that it follows by.
    """

    violation: Violation
    rule: str


@dataclass(frozen=True, slots=True)
class Step:
    """A sanction that a breach imposes."""

    list: str
    cause: str
    causes: tuple[str, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime
    recorded: Truth


@dataclass(frozen=True, slots=True)
class Conduct:
    """The sanctions of an agent: all that were imposed, and those that run now."""

    steps: tuple[Step, ...]
    running: tuple[Step, ...]

    @property
    def outcome(self) -> str:
        """The most severe list that the agent is on."""
        return max((step.list for step in self.running), key=SEVERITY.__getitem__, default="clear")

    def has(self, effect: str) -> bool:
        """Whether something is in force."""
        return any(effect in EFFECTS[step.list] for step in self.running)

    @property
    def until(self) -> dict[str, dt.datetime]:
        """What is in force, and until when."""
        ends: dict[str, dt.datetime] = {}
        for step in self.running:
            for effect in EFFECTS[step.list]:
                ends[effect] = max(ends.get(effect, step.ends_at), step.ends_at)
        return ends


def is_confirmed(violation: Violation, today: dt.date) -> bool:
    """Whether a breach was confirmed by a day."""
    return violation.confirmed_on is not None and violation.confirmed_on <= today


@once
def breaches_that_follow(day: Day, partner: Partner) -> list[Breach]:
    """Breaches of an agent that follow from what else is known of it."""
    found = _by_supply(day, partner)
    known = [each for each in day.books.violations_of.get(partner.id, ()) if each.occurred_on <= day.today]
    fresh = [*known, *(each.violation for each in found)]
    settled: list[Violation] = []
    while fresh:  # a repeated breach may be repeated itself
        pairs = [*product(fresh, settled), *product(settled, fresh), *product(fresh, fresh)]
        settled += fresh
        repeated = _distinct([_repeated(first, again) for first, again in pairs if _repeats(first, again, day.today)])
        fresh = [each for each in repeated if not any(_says_the_same(each, other.violation) for other in found)]
        found += [Breach(each, "repeated-breach") for each in fresh]
    return found


def _by_supply(day: Day, partner: Partner) -> list[Breach]:
    """One for each confirmed supply of an agent that was on the black list that day."""
    found: list[Violation] = []
    for supply in day.books.supplies_of.get(partner.id, ()):
        confirmed = supply.confirmed_on
        if confirmed is None or not supply.supplied_on <= confirmed <= day.today:
            continue
        for listing in day.books.sanctions_of.get(supply.receiver, ()):
            if listing.list != "black" or listing.starts_at.date() > supply.supplied_on:
                continue
            if listing.ends_at is not None and listing.ends_at.date() <= supply.supplied_on:
                continue
            id = f"supply-of-a-listed-agent({supply.id}+{listing.id})"
            found.append(
                Violation(id, partner.id, SUPPLY_LEVEL, "supply_of_a_listed_agent", supply.supplied_on, confirmed)
            )
    return [Breach(each, "supply-of-a-listed-agent") for each in _distinct(found)]


def _repeats(first: Violation, again: Violation, today: dt.date) -> bool:
    """Whether a breach is another one again, within the period."""
    return (
        first.kind is not None
        and first.kind == again.kind
        and first.level == again.level
        and first.level > 1
        and first.occurred_on < again.occurred_on < add_months(first.occurred_on, REPEAT_MONTHS)
        and is_confirmed(first, today)
        and is_confirmed(again, today)
    )


def _repeated(first: Violation, again: Violation) -> Violation:
    """The breach of the next level that a repeat is."""
    assert first.confirmed_on is not None
    assert again.confirmed_on is not None
    return Violation(
        id=f"repeated-breach({first.id}+{again.id})",
        partner=again.partner,
        level=first.level - 1,
        kind=again.kind,
        occurred_on=again.occurred_on,
        confirmed_on=max(first.confirmed_on, again.confirmed_on),
    )


def _says_the_same(one: Violation, other: Violation) -> bool:
    return (one.level, one.kind, one.occurred_on, one.confirmed_on) == (
        other.level,
        other.kind,
        other.occurred_on,
        other.confirmed_on,
    )


def _distinct(violations: list[Violation]) -> list[Violation]:
    """One of those that say the same, that of the least id."""
    kept: list[Violation] = []
    for each in sorted(violations, key=lambda each: each.id):
        if not any(_says_the_same(each, other) for other in kept):
            kept.append(each)
    return kept


@once
def conduct(day: Day, partner: Partner) -> Conduct:
    """What an agent's confirmed breaches have led to."""
    breaches = [each.violation for each in breaches_that_follow(day, partner)]
    breaches += (each for each in day.books.violations_of.get(partner.id, ()) if each.occurred_on <= day.today)
    counted = [each for each in breaches if is_confirmed(each, day.today)]
    if not counted:
        return Conduct((), ())
    counted.sort(key=lambda each: (each.occurred_on, each.id))
    reached: list[tuple[dt.datetime, Violation, str, tuple[str, ...]]] = []
    for number, violation in enumerate(counted):
        if not IN_FORCE[0] <= violation.occurred_on < IN_FORCE[1]:
            continue
        year = [each for each in counted[: number + 1] if each.occurred_on.year == violation.occurred_on.year]
        step = _step(violation, year)
        if step is not None:
            assert violation.confirmed_on is not None
            reached.append((midnight(violation.confirmed_on), violation, *step))
    reached.sort(key=lambda each: each[0])  # of one instant they stay in the order of their days
    imposed: list[tuple[dt.date, Step]] = []
    for starts_at, violation, name, causes in reached:
        # While something as severe runs, nothing is imposed.
        if any(each.ends_at > starts_at and SEVERITY[each.list] >= SEVERITY[name] for _, each in imposed):
            continue
        step_imposed = Step(
            name,
            violation.id,
            causes,
            starts_at,
            _end(name, starts_at),
            _is_recorded(day, partner, name, violation.id),
        )
        imposed.append((violation.occurred_on, step_imposed))
    steps = tuple(step for _, step in sorted(imposed, key=lambda each: (each[0], each[1].cause)))
    return Conduct(steps, tuple(step for step in steps if step.starts_at <= day.as_of < step.ends_at))


def _step(violation: Violation, year: list[Violation]) -> tuple[str, tuple[str, ...]] | None:
    """The list that a breach leads to with those of its year before it, and all that take part; None if none."""
    of_level = {level: [each.id for each in year if each.level == level] for level in (1, 2, 3)}
    first, second, third = (len(of_level[level]) for level in (1, 2, 3))
    parts_by_list: dict[str, list[tuple[int, ...]]] = {
        "black": [(1,) if first >= 1 else (), (2,) if second >= 3 else ()],
        "yellow": [
            (2,) if second >= 2 else (),
            (2, 3) if second >= 1 and third >= 2 else (),
            (3,) if third >= 3 else (),
        ],
        "noticed": [(2,) if second >= 1 else (), (3,) if third >= 1 else ()],
    }
    for name, parts in parts_by_list.items():
        levels = {level for part in parts for level in part}
        if violation.level in levels:
            return name, tuple(sorted(id for level in levels for id in of_level[level]))
    return None


def _end(name: str, starts_at: dt.datetime) -> dt.datetime:
    """When a sanction ends."""
    if name == "black":
        return starts_at + BLACK_LISTING
    if name == "yellow":
        return starts_at + YELLOW_LISTING
    return midnight(end_of_quarter(starts_at.date()))


def _is_recorded(day: Day, partner: Partner, name: str, cause: str) -> Truth:
    """Whether somebody has recorded a sanction already."""
    recorded = day.books.sanctions_of.get(partner.id, ())
    if any(each.id == f"conduct:{partner.id}:{cause}:{name}" for each in recorded):
        return True
    return some(
        is_in(cause, each.causes) for each in recorded if each.list == name and each.policy in (None, "conduct")
    )


def is_stopped(day: Day, partner: Partner, effect: str) -> bool:
    """Whether something is in force for an agent, by a sanction that is recorded or by one that is due."""
    for each in day.books.sanctions_of.get(partner.id, ()):
        if (
            effect in each.effects
            and each.starts_at <= day.as_of
            and (each.ends_at is None or day.as_of < each.ends_at)
        ):
            return True
    return conduct(day, partner).has(effect)
