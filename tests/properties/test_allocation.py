"""Allocation held against playing every order of equal turns, every choice of equals, and every way to fill gaps."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, ruleset

from partnerrules import Facts
from partnerrules.decisions import AllocationResult

RULES: Final = """\
facts:
  partner: {places: integer, score: {type: integer, missing: none}, likes: list of text, code: text}
  project: {code: text, turn: integer}
allocation:
  dispatch:
    subject: project
    candidates: partners
    fit: [{id: likes, require: project.code in candidate.likes}]
    prefer: [{highest: candidate.score}]
    order: [{lowest: project.turn}]
    capacity: candidate.places
"""


BALANCED: Final = RULES.replace("prefer: [", "prefer: [{lowest: load}, ")
"""Those who have least come first, of them the better ones."""


class Gap:
    """What nobody has said."""


GAP: Final = Gap()


@dataclass(frozen=True)
class Seller:
    """A candidate: how many it takes, how good it is, and what it likes."""

    id: str
    places: int | Gap
    score: int | Gap | None
    likes: tuple[str, ...] | Gap


@dataclass(frozen=True)
class Work:
    """A record: when its turn is."""

    id: str
    turn: int | Gap


SCORES: Final = st.sampled_from([1, 2, 3, 3, None])
World: TypeAlias = tuple[tuple[Seller, ...], tuple[Work, ...]]


@st.composite
def worlds(draw: st.DrawFn, gaps: int = 0) -> World:
    """Up to three candidates and four records."""
    works = tuple(
        Work(f"J-{number}", draw(st.sampled_from([1, 1, 2, 3]))) for number in range(1, draw(st.integers(1, 4)) + 1)
    )
    every = tuple(work.id for work in works)
    likes = st.sampled_from([every, every, every[:1], every[1:], ()])
    sellers = tuple(
        Seller(f"P-{number}", draw(st.sampled_from([0, 1, 1, 2])), draw(SCORES), draw(likes))
        for number in range(1, draw(st.integers(1, 3)) + 1)
    )
    for _ in range(gaps):
        if draw(st.integers(0, 2)) == 0:
            at = draw(st.integers(0, len(works) - 1))
            works = (*works[:at], replace(works[at], turn=GAP), *works[at + 1 :])
        else:
            at = draw(st.integers(0, len(sellers) - 1))
            name = draw(st.sampled_from(["places", "score", "likes"]))
            changed = replace(sellers[at], **{name: GAP})  # type: ignore[arg-type]  # any field may be a gap
            sellers = (*sellers[:at], changed, *sellers[at + 1 :])
    return sellers, works


def facts(world: World) -> Facts:
    sellers, works = world

    def field(value: object) -> object:
        if isinstance(value, Gap):
            return {"unknown": True}
        return list(value) if isinstance(value, tuple) else value

    return Facts(
        {
            "partners": {
                each.id: {"places": field(each.places), "score": field(each.score), "likes": field(each.likes)}
                for each in sellers
            },
            "projects": {each.id: {"code": each.id, "turn": field(each.turn)} for each in works},
        }
    )


def decided(world: World, rules: str = RULES) -> dict[str, AllocationResult]:
    found: dict[str, AllocationResult] = {}
    for id, result in ruleset(rules).decide(facts(world), as_of=AS_OF)["dispatch"].items():
        assert isinstance(result, AllocationResult)
        found[id] = result
    return found


def plays(world: World, *, balanced: bool = False) -> Iterator[dict[str, str]]:
    """Whom each record gets in every play: each order of equal turns, and each choice among equals."""
    sellers, works = world
    for order in itertools.permutations(works):
        if all(one.turn <= other.turn for one, other in itertools.pairwise(order)):  # type: ignore[operator]  # no gaps
            room = {each.id: each.places for each in sellers}
            yield from _rest(order, room, sellers, {}, balanced)  # type: ignore[arg-type]  # no gaps


def _rest(
    order: Sequence[Work],
    room: Mapping[str, int],
    sellers: Sequence[Seller],
    so_far: Mapping[str, str],
    balanced: bool,
) -> Iterator[dict[str, str]]:
    if not order:
        yield dict(so_far)
        return
    own = order[0].id
    suited = [each for each in sellers if own in each.likes]  # type: ignore[operator]  # no gaps
    free = [each for each in suited if room[each.id] > 0]
    if not free:
        nobody = "no_room" if suited else "no_candidate"
        yield from _rest(order[1:], room, sellers, {**so_far, own: nobody}, balanced)
        return

    def worth(seller: Seller) -> tuple[int, int]:
        load = sum(1 for taken in so_far.values() if taken == seller.id) if balanced else 0
        return -load, -1 if seller.score is None else seller.score  # type: ignore[return-value]  # no gaps

    best = max(worth(each) for each in free)
    for each in free:
        if worth(each) == best:
            left = {**room, each.id: room[each.id] - 1}
            yield from _rest(order[1:], left, sellers, {**so_far, own: each.id}, balanced)


def completions(world: World) -> Iterator[World]:
    sellers, works = world
    every = tuple(work.id for work in works)
    fillings: Mapping[str, Sequence[object]] = {
        "places": (0, 1, 3),
        "score": (None, 0, 1, 2, 3, 4),
        "likes": ((), every, every[:1], every[1:]),
        "turn": (0, 1, 2, 3, 4),
    }
    gaps = [
        (side, at, name)
        for side, records in enumerate(world)
        for at, record in enumerate(records)
        for name in fillings
        if isinstance(getattr(record, name, None), Gap)
    ]
    for values in itertools.product(*(fillings[name] for _, _, name in gaps)):
        own = [*sellers], [*works]
        for (side, at, name), value in zip(gaps, values, strict=True):
            if side == 0:
                own[0][at] = replace(own[0][at], **{name: value})  # type: ignore[arg-type]  # a value of the field
            else:
                own[1][at] = replace(own[1][at], **{name: value})  # type: ignore[arg-type]  # the same
        yield tuple(own[0]), tuple(own[1])


def ends(world: World, *, balanced: bool = False) -> dict[str, set[str]]:
    """What each record may get."""
    found: dict[str, set[str]] = {each.id: set() for each in world[1]}
    for play in plays(world, balanced=balanced):
        for id, end in play.items():
            found[id].add(end)
    return found


def told(result: AllocationResult) -> str:
    return result.candidate or result.outcome


@given(worlds())
def test_what_is_certain_is_what_every_play_gives(world: World) -> None:
    possible = ends(world)
    for id, result in decided(world).items():
        if result.outcome == "undecided":
            assert len(possible[id]) > 1, id
        elif result.outcome != "undetermined":
            assert possible[id] == {told(result)}, id


@given(worlds())
def test_what_is_certain_of_a_balance_is_what_every_play_gives(world: World) -> None:
    possible = ends(world, balanced=True)
    for id, result in decided(world, BALANCED).items():
        if result.outcome == "undecided":
            assert len(possible[id]) > 1, id
        elif result.outcome != "undetermined":
            assert possible[id] == {told(result)}, id


@settings(deadline=None)
@given(worlds(gaps=1))
def test_filling_a_gap_never_contradicts_what_was_certain_of_a_balance(world: World) -> None:
    certain = {id: each for id, each in decided(world, BALANCED).items() if each.outcome != "undetermined"}
    for filled in completions(world) if certain else ():
        possible = ends(filled, balanced=True)
        for id, result in certain.items():
            if result.outcome == "undecided":
                assert len(possible[id]) > 1, (id, filled)
            else:
                assert possible[id] == {told(result)}, (id, filled)


@given(worlds())
def test_a_balance_is_decided_where_nothing_is_equal(world: World) -> None:
    sellers = tuple(replace(each, score=number) for number, each in enumerate(world[0]))
    works = tuple(replace(each, turn=number) for number, each in enumerate(world[1]))
    (play,) = plays((sellers, works), balanced=True)
    assert {id: told(result) for id, result in decided((sellers, works), BALANCED).items()} == play


@given(worlds())
def test_where_nothing_is_equal_everything_is_decided(world: World) -> None:
    sellers = tuple(replace(each, score=number) for number, each in enumerate(world[0]))
    works = tuple(replace(each, turn=number) for number, each in enumerate(world[1]))
    (play,) = plays((sellers, works))
    assert {id: told(result) for id, result in decided((sellers, works)).items()} == play


@settings(deadline=None)
@given(worlds(gaps=2))
def test_filling_a_gap_never_contradicts_what_was_certain(world: World) -> None:
    results = decided(world)
    certain = {id: result for id, result in results.items() if result.outcome != "undetermined"}
    assert all(result.missing for id, result in results.items() if id not in certain)
    for filled in completions(world) if certain else ():
        possible = ends(filled)
        for id, result in certain.items():
            if result.outcome == "undecided":
                assert len(possible[id]) > 1, (id, filled)
            else:
                assert possible[id] == {told(result)}, (id, filled)


@given(worlds(gaps=1), st.randoms(use_true_random=False))
def test_neither_the_order_of_the_facts_nor_what_is_irrelevant_changes_anything(world: World, random: object) -> None:
    sellers, works = (list(each) for each in world)
    random.shuffle(sellers)  # type: ignore[attr-defined]
    random.shuffle(works)  # type: ignore[attr-defined]
    expected = {id: result.as_data() for id, result in decided(world).items()}
    shuffled = decided((tuple(sellers), tuple(works)))  # type: ignore[arg-type]
    assert {id: result.as_data() for id, result in shuffled.items()} == expected
    more = (*world[0], Seller("P-9", 9, 9, ()))
    for id, result in decided((more, world[1])).items():
        assert (result.outcome, result.candidate) == (expected[id]["outcome"], expected[id]["candidate"])


@given(worlds())
def test_equal_candidates_get_equal_results(world: World) -> None:
    twin = replace(world[0][0], id="P-0")
    for result in decided(((twin, *world[0]), world[1])).values():
        standing = {each.candidate: each.outcome for each in result.candidates}
        assert standing["P-0"] == standing[world[0][0].id]


SHARED: Final = (
    RULES.replace("candidates: partners", 'candidates: partners[id != "P-9"]').replace(
        "  project:",
        "  delivery: {plural: deliveries, fields: {partner: {type: ref partner, missing: none}}}\n  project:",
    )
    + "    concentration: {at_most: 50 %, of: deliveries, holder: delivery.partner}\n"
)


@given(worlds(), st.lists(st.sampled_from(["P-1", "P-1", "P-9", None, GAP]), max_size=5))
def test_what_is_certain_under_a_share_holds_whoever_holds_what(world: World, recorded: list[str | Gap | None]) -> None:
    holders: dict[str, object] = {
        f"D-{number}": {"partner": {"unknown": True} if isinstance(each, Gap) else each}
        for number, each in enumerate(recorded)
    }
    partners: dict[str, object] = {"P-9": {}}
    for each in world[0]:
        assert isinstance(each.likes, tuple)
        partners[each.id] = {"places": each.places, "score": each.score, "likes": [*each.likes]}
    projects = {each.id: {"code": each.id, "turn": each.turn} for each in world[1]}
    given_facts = Facts({"partners": partners, "projects": projects, "deliveries": holders})
    results = ruleset(SHARED).decide(given_facts, as_of=AS_OF)["dispatch"]
    ways = [("P-1", "P-2", "P-9", None) if isinstance(each, Gap) else (each,) for each in recorded]
    for held in itertools.product(*ways):
        every = sum(1 for each in held if each is not None) + len(world[1])
        sellers = tuple(
            replace(each, places=min(each.places, every // 2 - held.count(each.id)))  # type: ignore[type-var]
            for each in world[0]
        )
        possible = ends((sellers, world[1]))
        for id, result in results.items():
            assert isinstance(result, AllocationResult)
            if result.outcome == "undecided":
                assert len(possible[id]) > 1
            elif result.outcome != "undetermined":
                assert possible[id] == {told(result)}
            else:
                assert result.missing
