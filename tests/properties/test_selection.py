"""The choice of a set held against playing every choice among equals, and every way to fill gaps."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Record
from partnerrules.decisions import SelectionResult
from partnerrules.plan.trace import Place

RULES: Final = """\
facts:
  partner: {places: list of text, lines: list of text, open: boolean, score: {type: integer, missing: none}}
allocation:
  fields:
    subject: partner
    when: partner.open
    choose: %s
    covers: {places: partner.places, lines: partner.lines}
    overlap: %s
    prefer: [{highest: partner.score}]
"""


class Gap:
    """What nobody has said."""


GAP: Final = Gap()


@dataclass(frozen=True)
class Seller:
    """A record: what it covers, whether it takes part, and how good it is."""

    id: str
    places: tuple[str, ...] | Gap
    lines: tuple[str, ...] | Gap
    open: bool | Gap
    score: int | Gap | None

    @property
    def cells(self) -> frozenset[tuple[str, str]]:
        """The combinations, of a record without gaps."""
        assert isinstance(self.places, tuple)
        assert isinstance(self.lines, tuple)
        return frozenset(itertools.product(self.places, self.lines))


World: TypeAlias = tuple[Seller, ...]
PLACES: Final = st.sampled_from([(), ("n",), ("s",), ("n", "s"), ("n", "s", "w"), ("w", "e")])
LINES: Final = st.sampled_from([(), ("a",), ("a",), ("b",), ("a", "b")])
TURNS: Final = st.integers(1, 4)
OVERLAPS: Final = st.sampled_from(["0", "0.5", "1", "2"])


@st.composite
def worlds(draw: st.DrawFn, gaps: int = 0) -> World:
    """Up to five records."""
    sellers = [
        Seller(f"P-{number}", draw(PLACES), draw(LINES), True, draw(st.sampled_from([1, 1, 2, None])))
        for number in range(1, draw(st.integers(1, 5)) + 1)
    ]
    for _ in range(gaps):
        at = draw(st.integers(0, len(sellers) - 1))
        name = draw(st.sampled_from(["places", "lines", "open", "score"]))
        sellers[at] = replace(sellers[at], **{name: GAP})  # type: ignore[arg-type]  # any field may be a gap
    return tuple(sellers)


def facts(world: Sequence[Seller], *, partial: bool = False) -> Facts:
    def field(value: object) -> object:
        if isinstance(value, Gap):
            return {"unknown": True}
        return list(value) if isinstance(value, tuple) else value

    partners: dict[str, dict[str, object]] = {
        each.id: {name: field(getattr(each, name)) for name in ("places", "lines", "open", "score")} for each in world
    }
    if partial:
        return Facts([Record("partner", id=id, **fields) for id, fields in partners.items()])
    return Facts({"partners": partners})


def decided(
    world: Sequence[Seller], turns: int, overlap: str, *, partial: bool = False
) -> Mapping[str, SelectionResult]:
    found: dict[str, SelectionResult] = {}
    decision = ruleset(RULES % (turns, overlap)).decide(facts(world, partial=partial), as_of=AS_OF)
    for id, result in decision["fields"].items():
        assert isinstance(result, SelectionResult)
        found[id] = result
    return found


@dataclass(frozen=True)
class Play:
    """One way to choose: who, in which order, and what each added."""

    chosen: tuple[str, ...]
    added: tuple[tuple[int, int], ...]
    covered: frozenset[tuple[str, str]]


def plays(world: Sequence[Seller], turns: int, overlap: str) -> Iterator[Play]:
    """Every way to choose one of the equal ones."""
    yield from _rest([each for each in world if each.open], turns, Fraction(overlap), Play((), (), frozenset()))


def _rest(left: Sequence[Seller], turns: int, overlap: Fraction, so_far: Play) -> Iterator[Play]:
    def adds(each: Seller) -> tuple[Fraction, int]:
        new, old = _counts(each, so_far)
        return new - overlap * old, -1 if each.score is None else each.score  # type: ignore[return-value]  # no gaps

    worth = {each.id: adds(each) for each in left}
    best = max((value for value in worth.values() if value[0] > 0), default=None)
    if best is None or len(so_far.chosen) == turns:
        yield so_far
        return
    for each in left:
        if worth[each.id] == best:
            chosen, added = (*so_far.chosen, each.id), (*so_far.added, _counts(each, so_far))
            after = Play(chosen, added, so_far.covered | each.cells)
            yield from _rest([other for other in left if other is not each], turns, overlap, after)


def _counts(each: Seller, play: Play) -> tuple[int, int]:
    return len(each.cells - play.covered), len(each.cells & play.covered)


def completions(world: World) -> Iterator[World]:
    fillings: Mapping[str, Sequence[object]] = {
        "places": ((), ("n",), ("s",), ("n", "s"), ("w", "e"), ("n", "s", "w"), ("x", "y", "z", "n", "s")),
        "lines": ((), ("a",), ("b",), ("a", "b"), ("a", "b", "c")),
        "open": (True, False),
        "score": (None, 0, 1, 2, 3),
    }
    gaps = [(at, name) for at, each in enumerate(world) for name in fillings if isinstance(getattr(each, name), Gap)]
    for values in itertools.product(*(fillings[name] for _, name in gaps)):
        own = list(world)
        for (at, name), value in zip(gaps, values, strict=True):
            own[at] = replace(own[at], **{name: value})  # type: ignore[arg-type]  # a value of the field
        yield tuple(own)


def agrees(id: str, result: SelectionResult, every: Sequence[Play]) -> None:
    """What is certain is so in every play, and what is undecided in some of them only."""
    ends = {id in play.chosen for play in every}
    if result.outcome == "undetermined":
        assert result.missing
        return
    assert ends == {"chosen": {True}, "not_chosen": {False}, "undecided": {True, False}}[result.outcome], id
    if isinstance(result.turn, Place):
        found = {play.chosen.index(id) + 1 for play in every}
        assert result.turn.least <= min(found), id
        assert max(found) <= (result.turn.most or 0), id
    if result.outcome == "chosen" and isinstance(result.new, int) and isinstance(result.overlapped, int):
        assert {play.added[play.chosen.index(id)] for play in every} == {(result.new, result.overlapped)}, id
    if isinstance(result.total, int):
        assert {len(play.covered) for play in every} == {result.total}


@settings(deadline=None)
@given(worlds(), TURNS, OVERLAPS)
def test_what_is_certain_is_what_every_play_gives(world: World, turns: int, overlap: str) -> None:
    every = [*plays(world, turns, overlap)]
    results = decided(world, turns, overlap)
    for id, result in results.items():
        agrees(id, result, every)
        alike = {id in play.chosen for play in every}
        if len(alike) == 1:  # nothing is lacking here, so that what is the same in every play is known
            assert result.outcome == ("chosen" if alike.pop() else "not_chosen")
    if len(every) == 1:
        assert results.keys() == {each.id for each in world}
        assert all(result.steps == every[0].chosen for result in results.values())


@settings(deadline=None)
@given(worlds(gaps=2), TURNS, OVERLAPS)
def test_filling_a_gap_never_contradicts_what_was_certain(world: World, turns: int, overlap: str) -> None:
    results = decided(world, turns, overlap)
    for filled in completions(world):
        every = [*plays(filled, turns, overlap)]
        there = {each.id for each in filled if each.open}
        for id, result in results.items():
            if id in there:
                agrees(id, result, every)


@settings(deadline=None)
@given(worlds(), worlds(), TURNS, OVERLAPS)
def test_nobody_is_certain_beside_records_that_nobody_named(
    world: World, others: World, turns: int, overlap: str
) -> None:
    results = decided(world, turns, overlap, partial=True)
    more = tuple(replace(each, id=each.id.replace("P", "Q")) for each in others)
    every = [*plays((*world, *more), turns, overlap)]
    for id, result in results.items():
        agrees(id, result, every)


@settings(deadline=None)
@given(worlds(gaps=1), TURNS, OVERLAPS, st.randoms(use_true_random=False))
def test_neither_the_order_of_the_facts_nor_what_is_irrelevant_changes_anything(
    world: World, turns: int, overlap: str, random: object
) -> None:
    shuffled = [*world]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    expected = {id: result.as_data() for id, result in decided(world, turns, overlap).items()}
    assert {id: result.as_data() for id, result in decided(shuffled, turns, overlap).items()} == expected
    more = (*world, Seller("P-9", (), ("a", "b"), True, 9), Seller("P-8", ("n", "s"), ("a", "b"), False, 9))
    results = decided(more, turns, overlap)
    assert results["P-9"].outcome == "not_chosen"
    for id, data in expected.items():
        assert results[id].as_data() == data


@settings(deadline=None)
@given(worlds(), TURNS, OVERLAPS)
def test_equal_records_get_equal_results(world: World, turns: int, overlap: str) -> None:
    results = decided((replace(world[0], id="P-0"), *world), turns, overlap)
    one, other = results["P-0"], results[world[0].id]
    assert (one.outcome, one.turn, one.new, one.overlapped) == (other.outcome, other.turn, other.new, other.overlapped)
