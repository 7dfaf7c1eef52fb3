"""Protection against a model that looks at every claim by itself, and at every way to fill the gaps."""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support import ruleset

from partnerrules import Facts
from partnerrules.decisions.conflicts import ConflictResult

NOW: Final = 60
LENGTH: Final = 30
START: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def rules(pending: str) -> str:
    return f"""\
conflicts:
  p:
    claims: [{{of: registration, claimant: registration.partner}}]
    same: {{customer: claim.customer}}
    protection:
      from: claim.approved_at
      for: {LENGTH} days
      extensions: claim.extensions
      renews: claim.supersedes
      filed: claim.submitted_at
      pending: {pending}
    prefer: [{{id: filing, earliest: claim.submitted_at}}]
"""


class Gap:
    """What nobody has said."""

    def __repr__(self) -> str:
        return "GAP"


GAP: Final = Gap()
Extension: TypeAlias = tuple[int, int | None, int]
"""When it was asked for, when it was granted, and the end that it asks for."""


@dataclass(frozen=True)
class Claim:
    """A registration by days since the start of the year."""

    id: str
    filed: int | Gap
    approved: int | Gap | None
    renews: str | Gap | None
    extensions: tuple[Extension, ...] | Gap

    def fields(self) -> dict[str, object]:
        """As facts."""
        found: dict[str, object] = {"partner": "P-1", "customer": "C-1"}
        if not isinstance(self.filed, Gap):
            found["submitted_at"] = day(self.filed)
        if not isinstance(self.extensions, Gap):
            found["extensions"] = [
                {"requested_at": day(asked), "expires_at": day(end)}
                | ({} if granted is None else {"approved_at": day(granted)})
                for asked, granted, end in self.extensions
            ]
        for name, value in (("approved_at", self.approved), ("supersedes", self.renews)):
            if isinstance(value, Gap):
                found[name] = {"unknown": True}
            elif value is not None:
                found[name] = day(value) if isinstance(value, int) else value
        return found


World: TypeAlias = tuple[Claim, ...]


def day(number: int) -> str:
    return (START + dt.timedelta(days=number)).isoformat()


EXTENSIONS: Final = st.lists(
    st.tuples(st.integers(0, 70), st.sampled_from([None, 20, 59, 61]), st.integers(40, 100)), max_size=3
).map(tuple)


@st.composite
def worlds(draw: st.DrawFn, gaps: int = 0) -> World:
    """Up to four claims, some of which renew others."""
    ids = [f"R-{number}" for number in range(1, draw(st.integers(1, 4)) + 1)]
    claims = []
    for id in ids:
        filed = draw(st.integers(0, 58))
        claim = Claim(
            id=id,
            filed=filed,
            approved=draw(st.sampled_from([filed, filed + 1, filed + 20, None])),
            renews=draw(st.sampled_from([None, None, *(other for other in ids if other != id)])),
            extensions=draw(EXTENSIONS),
        )
        for name in ("filed", "approved", "renews", "extensions"):
            if gaps and draw(st.integers(0, 4)) == 0:
                gaps -= 1
                claim = replace(claim, **{name: GAP})  # type: ignore[arg-type]
        claims.append(claim)
    return tuple(claims)


def circular(world: World) -> bool:
    renews = {claim.id: claim.renews for claim in world}
    for start in renews:
        at, steps = renews[start], 0
        while isinstance(at, str) and steps <= len(renews):
            at, steps = renews[at], steps + 1
        if steps > len(renews):
            return True
    return False


# ----------------------------------------------------------------------------------------------------------- the model


@dataclass(frozen=True)
class Protected:
    """What the model knows of a claim: whether it is active, until when, its place, and whether it renews in time."""

    active: bool
    end: int | None
    place: int
    begun: bool
    in_time: bool
    old_end: int | None
    row: tuple[str, int]
    """The first claim of those that renew each other, and how many come before it there."""


def protected(claim: Claim, by_id: Mapping[str, Claim], *, pending: bool) -> Protected:
    assert isinstance(claim.filed, int)
    assert isinstance(claim.extensions, tuple)
    begun = isinstance(claim.approved, int) and claim.approved <= NOW
    begins, place, in_time, old_end, row = claim.approved, claim.filed, False, None, (claim.id, 0)
    if isinstance(claim.renews, str):
        old = protected(by_id[claim.renews], by_id, pending=pending)
        if old.active and old.end is not None and claim.filed < old.end:
            in_time, begins, place, old_end = True, old.end, old.place, old.end
            row = (old.row[0], old.row[1] + 1)
    active = begun or (pending and in_time)
    if not isinstance(begins, int):
        return Protected(active, None, place, begun, in_time, old_end, row)
    first = begins + LENGTH
    end = max([first, *(each[2] for each in counted(claim, first))])
    return Protected(active, end, place, begun, in_time, old_end, row)


def counted(claim: Claim, first: int) -> list[Extension]:
    """The extensions that count, taken day by day."""
    assert isinstance(claim.extensions, tuple)
    found: list[Extension] = []
    granted = sorted(each for each in claim.extensions if each[1] is not None and each[1] <= NOW)
    for asked, same_day in itertools.groupby(granted, key=lambda each: each[0]):
        if asked >= max([first, *(each[2] for each in found)]):
            break
        found += same_day
    return found


def model(world: World, *, pending: bool) -> dict[str, tuple[str, int | None]]:
    """The outcome of each claim, and when its protection ends if it has one."""
    by_id = {claim.id: claim for claim in world}
    known = {claim.id: protected(claim, by_id, pending=pending) for claim in world}
    valid: dict[str, int] = {}
    for claim in world:
        own = known[claim.id]
        begun = own.begun or (pending and own.in_time and own.old_end is not None and own.old_end <= NOW)
        if begun and own.end is not None and own.end > NOW:
            valid[claim.id] = own.place
    filed = {claim.id: claim.filed for claim in world}
    by_row: dict[str, list[tuple[int, object]]] = {}
    for id in valid:
        by_row.setdefault(known[id].row[0], []).append((-known[id].row[1], filed[id]))
    # The last one of a row that stands takes the place of the others; of equal ones, the one that was filed first.
    last = {id for id in valid if (-known[id].row[1], filed[id]) == min(by_row[known[id].row[0]])}
    valid = {id: place for id, place in valid.items() if id in last}
    found: dict[str, tuple[str, int | None]] = {}
    for claim in world:
        word = "discarded"
        if claim.id in valid:
            ahead = [place for place in valid.values() if place < valid[claim.id]]
            level = [place for place in valid.values() if place == valid[claim.id]]
            word = "lost" if ahead else "undecided" if len(level) > 1 else "won"
        found[claim.id] = (word, known[claim.id].end if known[claim.id].active else None)
    return found


FILLINGS: Final[Mapping[str, tuple[object, ...]]] = {
    "filed": (0, 15, 29, 30, 45, 58),
    "approved": (None, 0, 30, 40, 59, 61),
    "extensions": ((), ((10, 20, 80),), ((35, 40, 70), (10, 20, 45))),
}


def completions(world: World) -> Iterator[World]:
    gaps = [(at, name) for at, claim in enumerate(world) for name in ("filed", "approved", "renews", "extensions")]
    gaps = [(at, name) for at, name in gaps if isinstance(getattr(world[at], name), Gap)]
    ids: tuple[object, ...] = (None, *(claim.id for claim in world))
    for values in itertools.product(*(FILLINGS.get(name, ids) for _, name in gaps)):
        filled = list(world)
        for (at, name), value in zip(gaps, values, strict=True):
            filled[at] = replace(filled[at], **{name: value})  # type: ignore[arg-type]
        if not any(claim.renews == claim.id for claim in filled):
            yield tuple(filled)


def decided(world: World, pending: str) -> dict[str, ConflictResult]:
    facts = {
        "registrations": {claim.id: claim.fields() for claim in world},
        "partners": {"P-1": {}},
        "customers": {"C-1": {}},
    }
    results = ruleset(rules(pending)).decide(Facts(facts), as_of=START + dt.timedelta(days=NOW))["p"]
    found: dict[str, ConflictResult] = {}
    for id, result in results.items():
        assert isinstance(result, ConflictResult)
        found[id] = result
    return found


def until(result: ConflictResult) -> object:
    """The day of the end, None if there is none, or unknown."""
    assert result.protection is not None
    value = result.protection.until.value
    return (value - START).days if isinstance(value, dt.datetime) else value


# ---------------------------------------------------------------------------------------------------------- properties

PENDING: Final = st.sampled_from(["open", "protected"])


@settings(max_examples=settings().max_examples * 3)
@given(worlds(), PENDING)
def test_what_is_known_is_protected_as_the_model_says(world: World, pending: str) -> None:
    assume(not circular(world))
    found = {id: (result.outcome, until(result)) for id, result in decided(world, pending).items()}
    assert found == model(world, pending=pending == "protected")


@settings(max_examples=settings().max_examples * 2)
@given(worlds(gaps=2), PENDING)
def test_no_way_to_fill_the_gaps_contradicts_what_is_certain(world: World, pending: str) -> None:
    found = decided(world, pending)
    for filled in completions(world):
        if circular(filled):
            continue
        for id, (outcome, end) in model(filled, pending=pending == "protected").items():
            if found[id].outcome != "undetermined":
                assert found[id].outcome == outcome, (id, filled)
            told = until(found[id])
            if told is None or isinstance(told, int):
                assert told == end, (id, filled)


@given(worlds(), PENDING)
def test_circles_name_themselves_and_leave_the_others_alone(world: World, pending: str) -> None:
    for result in decided(world, pending).values():
        if result.outcome == "undetermined":
            assert circular(world)
            assert {missing.reason for missing in result.missing} == {"circle"}
        else:
            assert not result.missing


def with_extensions_turned(claim: Claim) -> Claim:
    return claim if isinstance(claim.extensions, Gap) else replace(claim, extensions=claim.extensions[::-1])


@given(worlds(gaps=2), PENDING, st.permutations(range(4)))
def test_the_order_of_claims_and_of_their_extensions_changes_nothing(
    world: World, pending: str, order: list[int]
) -> None:
    turned = tuple(with_extensions_turned(world[at]) for at in order if at < len(world))
    one, other = decided(world, pending), decided(turned, pending)
    assert {id: result.as_data() for id, result in one.items()} == {id: other[id].as_data() for id in one}
