"""Sanctions through versions with different rules come to what a slow and obvious reference says."""

import datetime as dt
import tempfile
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.test_versions import FIRST, HEAD
from tests.support import SHANGHAI, in_folder

from partnerrules import Facts, load
from partnerrules.decisions.sanctions import SanctionResult

AS_OF = dt.datetime(2025, 10, 1, 9, tzinfo=SHANGHAI)
Some = TypeVar("Some")
Length = tuple[int, str]
Reached = tuple[int, int, bool]
"""The level, how many of it, and whether only on probation."""


@dataclass(frozen=True)
class Step:
    list: str
    reached: tuple[Reached, ...]
    length: Length
    new_offence: str
    probation: Length | None


@dataclass(frozen=True)
class Rules:
    """A version: which days counts by, how far back, whether once, and the steps, most severe first."""

    by: str
    window: Length
    once: bool
    steps: tuple[Step, ...]

    def text(self) -> str:
        lines = [
            "sanctions:",
            "  conduct:",
            "    subject: partner",
            "    count: partner.violations[exists(confirmed_on)]",
            f"    by: violation.{self.by}",
            f"    window: {self.window[0]} {self.window[1]}",
            f"    count_once: {'true' if self.once else 'false'}",
            "    steps:",
        ]
        for step in self.steps:
            asked = (f"({'on_probation and ' * only}level({level}) >= {least})" for level, least, only in step.reached)
            lines += [
                f"      - list: {step.list}",
                f"        when: {' or '.join(asked)}",
                f"        for: {step.length[0]} {step.length[1]}",
                f"        new_offence: {step.new_offence}",
                "        effects: [notice]",
            ]
            if step.probation is not None:
                after = " ".join(map(str, step.probation))
                lines.append(f"        reinstatement: {{probation: {after}}}")
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Imposed:
    version: str
    cause: str
    list: str
    day: dt.date
    start: dt.date
    end: dt.date
    causes: frozenset[str]
    follows: str | None
    anchor: dt.date
    total: Length
    probation: dt.date | None


Violation = tuple[int, dt.date, dt.date]
Version = tuple[dt.date | None, dt.date | None, Rules]


def after(day: dt.date, length: Length, sign: int = 1) -> dt.date:
    number, unit = length
    if unit == "days":
        return day + dt.timedelta(days=sign * number)
    months = day.year * 12 + day.month - 1 + sign * number
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reference(versions: list[Version], violations: dict[str, Violation]) -> list[Imposed]:
    """Version by version, record by record, each with all that came before it."""
    imposed: list[Imposed] = []
    judged: set[str] = set()
    for number, (start, end, rules) in enumerate(versions):
        records = sorted(
            (occurred if rules.by == "occurred_on" else confirmed, id, level)
            for id, (level, occurred, confirmed) in violations.items()
        )
        for position, (day, id, level) in enumerate(records):
            if id in judged or (start is not None and day < start) or (end is not None and day >= end):
                continue
            judged.add(id)
            # What comes before by its day here: sanctions of the same version come in the order of its days anyway.
            before = [each for each in imposed if (each.day, each.cause) <= (day, id)]
            used = {cause for each in before for cause in each.causes} if rules.once else set()
            counted = {
                other: its
                for its_day, other, its in records[: position + 1]
                if its_day > after(day, rules.window, -1) and other not in used
            }
            on_probation = any(each.probation and each.end <= day < each.probation for each in before)
            found = _imposed(rules, f"v{number}", (day, id, level), counted, on_probation, before)
            imposed += [] if found is None else [found]
    return imposed


def _imposed(
    rules: Rules,
    version: str,
    record: tuple[dt.date, str, int],
    counted: dict[str, int],
    on_probation: bool,
    before: list[Imposed],
) -> Imposed | None:
    day, id, level = record
    totals = {each: list(counted.values()).count(each) for each in (1, 2, 3)}
    for step in rules.steps:
        holding = {its for its, least, only in step.reached if (on_probation or not only) and totals[its] >= least}
        if level in holding:
            break
    else:
        return None
    weights = {each.list: len(rules.steps) - place for place, each in enumerate(rules.steps)}
    running = [each for each in before if each.day <= day < each.end]
    own, heaviest = weights[step.list], max((weights.get(each.list, 0) for each in running), default=0)
    goes_on = step.new_offence in ("extend", "restart")
    if step.new_offence != "concurrent" and heaviest >= own + goes_on:
        return None
    same = [each for each in running if each.list == step.list]
    start = anchor = day
    total, followed = step.length, None
    if goes_on and same:
        # Of those that end together the one imposed last, which stands last in the order of the days.
        latest = max(same, key=lambda each: (each.end, before.index(each)))
        followed = latest.cause
        if step.new_offence == "extend":
            start = anchor = latest.end
            if latest.total[1] == step.length[1]:
                anchor, total = latest.anchor, (latest.total[0] + step.length[0], step.length[1])
    end = after(anchor, total)
    probation = None if step.probation is None else after(end, step.probation)
    causes = frozenset(other for other, its in counted.items() if its == level)
    return Imposed(version, id, step.list, day, start, end, causes, followed, anchor, total, probation)


LENGTHS: tuple[Length, ...] = ((10, "days"), (30, "days"), (90, "days"), (1, "months"), (2, "months"))
WINDOWS: tuple[Length, ...] = ((12, "months"), (90, "days"), (2, "months"))
NEW_OFFENCES = ("ignored", "concurrent", "extend", "restart")
REACHED: tuple[tuple[Reached, ...], ...] = (
    ((1, 1, False),),
    ((2, 3, False), (1, 1, False)),
    ((2, 2, False),),
    ((3, 3, False), (2, 2, False)),
    ((2, 1, True), (1, 1, False)),
    ((2, 1, False),),
    ((3, 2, False),),
)
LISTS = (("black", "yellow"), ("yellow", "black"), ("black",), ("red", "yellow"), ("black", "red", "yellow"))


@dataclass
class Chance:
    """Draws that hang on a seed alone."""

    seed: int
    turn: int = 0

    def number(self, least: int, most: int) -> int:
        self.turn += 1
        digest = sha256(f"{self.seed} {self.turn}".encode()).digest()
        return least + int.from_bytes(digest[:8]) % (most - least + 1)

    def choice(self, among: Sequence[Some]) -> Some:
        return among[self.number(0, len(among) - 1)]


def rules(chance: Chance) -> Rules:
    steps = tuple(
        Step(
            name,
            chance.choice(REACHED),
            chance.choice(LENGTHS),
            chance.choice(NEW_OFFENCES),
            (2, "months") if number == 0 else chance.choice([None, (90, "days")]),
        )
        for number, name in enumerate(chance.choice(LISTS))
    )
    by = chance.choice(["occurred_on", "occurred_on", "confirmed_on"])
    return Rules(by, chance.choice(WINDOWS), chance.choice([False, True]), steps)


def day(chance: Chance, least: int, most: int) -> dt.date:
    return FIRST + dt.timedelta(days=chance.number(least, most))


def versions(chance: Chance) -> list[Version]:
    """Two or three versions, some with days between them on which none is in force."""
    cuts = sorted({day(chance, 50, 150) for _ in range(chance.number(1, 2))})
    found: list[Version] = []
    for start, end in pairwise([None, *cuts, None]):
        early = None if end is None else end - dt.timedelta(days=chance.choice([0, 0, 0, 20]))
        found.append((start, end if start and early and early <= start else early, rules(chance)))
    return found


def violations(chance: Chance) -> dict[str, Violation]:
    found: dict[str, Violation] = {}
    for number in range(chance.number(3, 9)):
        occurred = day(chance, 0, 210)
        confirmed = occurred + dt.timedelta(days=chance.number(0, 60))
        found[f"V-{number}"] = (chance.choice([1, 2, 2, 2, 3, 3]), occurred, confirmed)
    return found


def decided(given_versions: list[Version], given_violations: dict[str, Violation]) -> SanctionResult:
    """What the versions say of the one partner with those violations."""
    names = ("level", "occurred_on", "confirmed_on")
    facts = {
        "partners": {"P-1": {}},
        "sanctions": {},
        "violations": {
            id: {"partner": "P-1", **dict(zip(names, map(str, each), strict=True)), "level": each[0]}
            for id, each in given_violations.items()
        },
    }
    files = {
        f"v{number}/ruleset.yaml": HEAD.format(version=f"v{number}", in_force=f"{start or ''} .. {end or ''}".strip())
        + its.text()
        for number, (start, end, its) in enumerate(given_versions)
    }
    with tempfile.TemporaryDirectory() as folder:
        result = load(in_folder(files, Path(folder))).decide(Facts(facts), as_of=AS_OF)["conduct"]["P-1"]
    assert isinstance(result, SanctionResult)
    return result


def day_of(moment: object) -> dt.date:
    assert isinstance(moment, dt.datetime)
    return moment.astimezone(SHANGHAI).date()


@settings(max_examples=80)
@given(st.integers(0, 2**32 - 1))
def test_sanctions_of_versions_with_different_rules(seed: int) -> None:
    chance = Chance(seed)  # worlds that are dense enough to meet; what hypothesis draws by itself is mostly too plain
    given_versions, given_violations = versions(chance), violations(chance)
    result = decided(given_versions, given_violations)
    found = {
        (each.version, each.cause, each.list, day_of(each.starts_at), day_of(each.ends_at), each.causes, each.follows)
        for each in result.impositions
    }
    expected = reference(given_versions, given_violations)
    assert found == {
        (each.version, each.cause, each.list, each.start, each.end, tuple(sorted(each.causes)), each.follows)
        for each in expected
    }
    running = {each.list for each in expected if each.start <= AS_OF.date() < each.end}
    assert result.outcome in (running or {"clear"})
    order = [step.list for step in given_versions[-1][2].steps if step.list in running]
    assert not order or result.outcome == order[0]
    judged_by_none = {each.cause for each in result.unimposed if each.reason == "not_in_force"}
    assert not judged_by_none & {each.cause for each in expected}
