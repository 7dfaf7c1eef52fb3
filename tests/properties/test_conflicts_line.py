"""Several holders, shared claims and the line against a model that knows nothing of plans."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.contests import (
    EVERY_FIELD,
    KNOWN_PLACE,
    ORDERS,
    Claim,
    Gap,
    World,
    before,
    cells,
    completions,
    covers,
    decided,
    facts,
    text,
    worlds,
)
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Record
from partnerrules.decisions.conflicts import ConflictResult

HOLDERS: Final = st.integers(1, 3)
OPTIONS: Final = st.tuples(HOLDERS, st.booleans(), st.booleans())
"""How many may hold the same, whether equals share, and whether claims are indivisible."""

Option = tuple[int, bool, bool]
Told = tuple[str, int | None, int | None, int | None]
"""What a claim comes to, and its place, the number of holders, and its place in the line."""


def rules(order: str, option: Option) -> str:
    holders, shared, indivisible = option
    more = f"    holders: {holders}\n    losers: {{consequence: less}}\n"
    more += f"    otherwise: {'shared' if shared else 'undecided'}\n"
    return text(order, indivisible=indivisible) + more


def in_cell(claims: Sequence[Claim], order: str, holders: int, *, shared: bool) -> dict[str, Told]:
    """What comes of the valid claims of one cell, all known."""
    ahead = {one.id: sum(before(other, one, order) is True for other in claims) for one in claims}
    level = {one.id: sum(ahead[other.id] == ahead[one.id] for other in claims) for one in claims}
    words: dict[str, str] = {}
    for id, place in ahead.items():
        tied = place < holders < place + level[id]
        words[id] = "lost" if place >= holders else ("shared" if shared else "undecided") if tied else "won"
    count = sum(word in ("won", "shared") for word in words.values())
    losers = [each for each in claims if words[each.id] == "lost"]
    found: dict[str, Told] = {}
    for each in claims:
        word = words[each.id]
        holds = word in ("won", "shared")
        line = 1 + sum(ahead[other.id] < ahead[each.id] for other in losers) if word == "lost" else None
        found[each.id] = (word, ahead[each.id] + 1 if holds else None, count if holds else None, line)
    return found


def model(world: World, order: str, option: Option) -> dict[str, Told]:
    """What comes of each claim, where everything is known."""
    holders, shared, indivisible = option
    by_claim: dict[str, list[Told]] = {claim.id: [] for claim in world}
    for who in sorted({str(claim.who) for claim in world}):
        for cell in cells(world, who):
            there = [claim for claim in world if claim.who == who and claim.valid and covers(claim, cell)]
            for id, told in in_cell(there, order, holders, shared=shared).items():
                by_claim[id].append(told)
    return {id: joined(told, indivisible=indivisible) for id, told in by_claim.items()}


def joined(told: Sequence[Told], *, indivisible: bool) -> Told:
    words = {each[0] for each in told}
    if not words:
        word = "discarded"
    elif "undecided" in words:
        word = "undecided"
    elif "lost" in words and len(words) > 1:
        word = "undecided" if indivisible else "partial"
    else:
        word = "shared" if "shared" in words else words.pop()
    numbers = [max((each[at] for each in told if each[at] is not None), default=None) for at in (1, 2, 3)]  # type: ignore[type-var]
    return (word, *numbers)  # type: ignore[return-value]


def told(result: ConflictResult) -> tuple[object, ...]:
    return (result.outcome, result.place, result.holders, result.place_in_line)


def with_numbers(one: Told, option: Option) -> Told:
    """Without the numbers that only policies with several holders give."""
    return one if option[:2] != (1, False) else (one[0], None, None, one[3])


@settings(max_examples=settings().max_examples * 3)
@given(worlds(5), ORDERS, OPTIONS)
def test_what_is_known_is_decided_as_the_model_decides_it(world: World, order: str, option: Option) -> None:
    found = {id: told(result) for id, result in decided(world, rules(order, option)).items()}
    assert found == {id: with_numbers(each, option) for id, each in model(world, order, option).items()}


def possible(world: World, order: str, option: Option) -> dict[str, set[Told]]:
    """All that may come of each claim, by filling the gaps in every way."""
    found: dict[str, set[Told]] = {claim.id: set() for claim in world}
    for filled in completions(world):
        for id, each in model(filled, order, option).items():
            found[id].add(with_numbers(each, option))
    return found


@settings(max_examples=settings().max_examples * 2)
@given(worlds(4, EVERY_FIELD), ORDERS, OPTIONS)
def test_no_way_to_fill_the_gaps_contradicts_what_is_certain(world: World, order: str, option: Option) -> None:
    ways = possible(world, order, option)
    for id, result in decided(world, rules(order, option)).items():
        assert result.missing or result.outcome != "undetermined"
        for at, value in enumerate(told(result)):
            if value == "undetermined" or not isinstance(value, str | int | None):
                continue
            assert {each[at] for each in ways[id]} == {value}, (id, at, value, ways[id])


@settings(max_examples=settings().max_examples * 2)
@given(worlds(5, ("valid",)), ORDERS, OPTIONS)
def test_what_every_way_to_be_valid_agrees_on_is_certain_in_one_cell(world: World, order: str, option: Option) -> None:
    whole = tuple(replace(claim, lands=None, goods=None) for claim in world)
    ways = possible(whole, order, option)
    for id, result in decided(whole, rules(order, option)).items():
        words = {each[0] for each in ways[id]}
        assert result.outcome == (words.pop() if len(words) == 1 else "undetermined")


@given(worlds(4), ORDERS, OPTIONS)
def test_among_claims_that_may_not_be_all_only_losing_is_certain(world: World, order: str, option: Option) -> None:
    records = [Record("registration", id=claim.id, **claim.fields()) for claim in world]
    results = ruleset(rules(order, option)).decide(Facts(records), as_of=AS_OF)["contest"]
    for id, (word, *_) in model(world, order, option).items():
        assert results[id].outcome == (word if word in ("lost", "discarded") else "undetermined")
        place = results[id].as_data()["place_in_line"]
        assert place is None if word == "discarded" else not isinstance(place, int)


@given(worlds(4, EVERY_FIELD), OPTIONS, st.permutations(range(4)))
def test_shuffled_facts_give_the_same_results(world: World, option: Option, order: list[int]) -> None:
    turned = tuple(world[at] for at in order if at < len(world))
    one, other = (decided(each, rules("highest", option)) for each in (world, turned))
    assert {id: result.as_data() for id, result in one.items()} == {id: other[id].as_data() for id in one}


@given(worlds(4, EVERY_FIELD), OPTIONS)
def test_a_claim_to_another_customer_changes_nothing(world: World, option: Option) -> None:
    assume(all(isinstance(claim.who, str) for claim in world))
    other = Claim("R-9", "z", None, None, valid=True, chosen=True, score=9)
    alone, beside = (decided(each, rules("highest", option)) for each in (world, (*world, other)))
    assert {id: result.as_data() for id, result in alone.items()} == {id: beside[id].as_data() for id in alone}


@given(worlds(5), ORDERS)
def test_who_is_next_in_line_holds_it_once_the_winner_falls_away(world: World, order: str) -> None:
    option = (1, False, False)
    whole = tuple(replace(claim, who="a", lands=None, goods=None) for claim in world)
    for result in decided(whole, rules(order, option)).values():
        for group in result.groups:
            if group.winner is None:
                assert group.next_in_line == ()
                continue
            without = tuple(replace(each, valid=False) if each.id == group.winner else each for each in whole)
            after = {id: each.outcome for id, each in decided(without, rules(order, option)).items()}
            follows = ["won"] if len(group.next_in_line) == 1 else ["undecided"] * len(group.next_in_line)
            assert [after[id] for id in group.next_in_line] == follows


@given(worlds(4), st.integers(1, 2))
def test_a_further_place_takes_nothing_from_anybody(world: World, holders: int) -> None:
    better = ("lost", "undecided", "partial", "won")
    fewer, more = (decided(world, rules("highest", (count, False, False))) for count in (holders, holders + 1))
    for id, result in fewer.items():
        if result.outcome in ("won", "discarded"):
            assert more[id].outcome == result.outcome
        elif result.outcome == "lost":
            assert more[id].outcome in better


# -------------------------------------------------------------------------------------------------- reconsidered claims

QUEUE: Final = """\
facts:
  registration: {who: text, valid: boolean, chosen: boolean, score: {type: integer, missing: none}}
conflicts:
  contest:
    claims: [{of: registration, claimant: registration.partner}]
    same: {who: claim.who}
    valid_when: [{id: valid, require: claim.valid}]
    prefer: [{id: score, highest: claim.score}]
    losers:
      queue: [{id: receipt, earliest: claim.submitted_at}]
      awarded: claim.chosen
      entered: claim.submitted_at
      fell: as_of
"""


def queue_model(world: World) -> dict[str, tuple[str, int | None]]:
    """What comes of each claim and its place in line, where claims are received in the order of their ids."""
    found: dict[str, tuple[str, int | None]] = {}
    for who in sorted({str(claim.who) for claim in world}):
        there = [claim for claim in world if claim.who == who]
        valid = [claim for claim in there if claim.valid]
        found |= {claim.id: ("discarded", None) for claim in there if not claim.valid}
        if any(claim.chosen and not claim.valid for claim in there):
            ordered = sorted(valid, key=lambda claim: (not claim.chosen, claim.id))
            first = ordered[:1]
        else:
            scores = [-1 if claim.score is None else claim.score for claim in valid]
            first = [claim for claim, score in zip(valid, scores, strict=True) if score == max(scores)]  # type: ignore[type-var]
        line = [each.id for each in sorted(valid, key=lambda each: (not each.chosen, each.id)) if each not in first]
        found |= {claim.id: ("won" if len(first) == 1 else "undecided", None) for claim in first}
        found |= {id: ("lost", place) for place, id in enumerate(line, start=1)}
    return found


def received(world: World) -> dict[str, object]:
    known = facts(tuple(replace(claim, lands=None, goods=None) for claim in world))
    registrations = known["registrations"]
    assert isinstance(registrations, dict)
    for day, claim in enumerate(world, start=1):
        registrations[claim.id]["submitted_at"] = f"2026-01-{day:02}T00:00Z"
    return known


def by_queue(world: World) -> dict[str, ConflictResult]:
    results: Mapping[str, object] = ruleset(QUEUE).decide(Facts(received(world)), as_of=AS_OF)["contest"]
    found: dict[str, ConflictResult] = {}
    for id, result in results.items():
        assert isinstance(result, ConflictResult)
        found[id] = result
    return found


def queued(world: World) -> dict[str, tuple[str, object]]:
    return {id: (result.outcome, result.place_in_line) for id, result in by_queue(world).items()}


@settings(max_examples=settings().max_examples * 2)
@given(worlds(5))
def test_reconsidered_claims_follow_in_their_line(world: World) -> None:
    assert queued(world) == queue_model(world)


FILLINGS: Final[Mapping[str, Sequence[object]]] = {
    "valid": (True, False),
    "chosen": (True, False),
    "score": (None, 0, 1, 2, 3),
}


@settings(max_examples=settings().max_examples * 2)
@given(worlds(4, KNOWN_PLACE))
def test_no_way_to_fill_the_gaps_contradicts_the_line(world: World) -> None:
    gaps = [
        (at, name) for at, claim in enumerate(world) for name in KNOWN_PLACE if isinstance(getattr(claim, name), Gap)
    ]
    ways: dict[str, set[tuple[str, int | None]]] = {claim.id: set() for claim in world}
    for values in itertools.product(*(FILLINGS[name] for _, name in gaps)):
        filled = list(world)
        for (at, name), value in zip(gaps, values, strict=True):
            filled[at] = replace(filled[at], **{name: value})  # type: ignore[arg-type]
        for id, each in queue_model(tuple(filled)).items():
            ways[id].add(each)
    for id, (outcome, place) in queued(world).items():
        if outcome != "undetermined":
            assert {each[0] for each in ways[id]} == {outcome}
        if place is None or isinstance(place, int):
            assert {each[1] for each in ways[id]} == {place}


@given(worlds(4))
def test_once_the_winner_of_record_is_gone_the_first_in_line_holds_it(world: World) -> None:
    whole = tuple(replace(claim, who="a", valid=True, chosen=False) for claim in world)
    before_it = queued(whole)
    winner = next((id for id, (outcome, _) in before_it.items() if outcome == "won"), None)
    first = next((id for id, (_, place) in before_it.items() if place == 1), None)
    if winner is None:
        return
    gone = tuple(replace(claim, chosen=True, valid=False) if claim.id == winner else claim for claim in whole)
    after = queued(gone)
    assert [id for id, (outcome, _) in after.items() if outcome == "won"] == ([] if first is None else [first])


# -------------------------------------------------------------------------------------------------------- next in line


Cells: TypeAlias = dict[tuple[object, ...], tuple[tuple[str, ...], set[str], set[str]]]


def told_by_cell(results: Mapping[str, ConflictResult]) -> Cells:
    """By cell: who holds it, who is next in line, and who is in, be it undecided."""
    found: Cells = {}
    for result in results.values():
        for group in result.groups:
            inside = {each.claim for each in group.contestants if each.outcome in ("won", "shared", "undecided")}
            for cell in group.cells:
                found[group.same["who"].value, *cell.values()] = (group.holders, {*group.next_in_line}, inside)
    return found


def without(world: World, id: str) -> World:
    return tuple(replace(claim, valid=False) if claim.id == id else claim for claim in world)


@given(worlds(5), ORDERS, OPTIONS)
def test_who_is_next_in_line_holds_it_when_the_first_holder_falls_away(
    world: World, order: str, option: Option
) -> None:
    for cell, (holders, next_ones, _) in told_by_cell(decided(world, rules(order, option))).items():
        if not holders:
            assert not next_ones
            continue
        inside = told_by_cell(decided(without(world, holders[0]), rules(order, option)))[cell][2]
        assert next_ones == inside - {*holders}


@given(worlds(5))
def test_who_is_next_by_the_queue_holds_it_when_the_holder_of_record_falls_away(world: World) -> None:
    chosen = {claim.id for claim in world if claim.chosen}
    for cell, (holders, next_ones, _) in told_by_cell(by_queue(world)).items():
        if holders and holders[0] in chosen:
            assert next_ones == told_by_cell(by_queue(without(world, holders[0])))[cell][2] - {*holders}
