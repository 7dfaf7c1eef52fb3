"""Conflicts against the model of `tests/contests.py`, and what changes nothing, or never for the better."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.contests import (
    EVERY_FIELD,
    GOODS,
    INDIVISIBLE,
    KNOWN_PLACE,
    LANDS,
    ORDERS,
    Claim,
    Gap,
    Side,
    World,
    completions,
    conflict_results,
    decided,
    facts,
    joined,
    model,
    outcomes,
    sides,
    text,
    worlds,
)
from tests.support import AS_OF, ruleset

from partnerrules import Facts, Record
from partnerrules.decisions.conflicts import ConflictResult

# ---------------------------------------------------------------------------------------------------------- properties


@settings(max_examples=settings().max_examples * 3)
@given(worlds(5), ORDERS, INDIVISIBLE)
def test_what_is_known_is_decided_as_the_model_decides_it(world: World, order: str, indivisible: bool) -> None:
    assert outcomes(world, text(order, indivisible=indivisible)) == model(world, order, indivisible=indivisible)


@settings(max_examples=settings().max_examples * 3)
@given(worlds(4, KNOWN_PLACE), ORDERS, INDIVISIBLE)
def test_gaps_in_validity_and_criteria_are_weighed_as_the_model_does(
    world: World, order: str, indivisible: bool
) -> None:
    expected = model(world, order, indivisible=indivisible)
    assert outcomes(world, text(order, indivisible=indivisible)) == expected


@settings(max_examples=settings().max_examples * 2)
@given(worlds(4, EVERY_FIELD), ORDERS, INDIVISIBLE)
def test_no_way_to_fill_the_gaps_contradicts_an_outcome(world: World, order: str, indivisible: bool) -> None:
    found = decided(world, text(order, indivisible=indivisible))
    possible: dict[str, set[str]] = {claim.id: set() for claim in world}
    for filled in completions(world):
        for id, word in model(filled, order, indivisible=indivisible).items():
            possible[id].add(word)
    for id, result in found.items():
        if result.outcome == "undetermined":
            assert result.missing
        else:
            assert possible[id] == {result.outcome}, (id, result.outcome, possible[id])
            assert not result.missing


@given(worlds(4), ORDERS)
def test_among_claims_that_may_not_be_all_only_losing_is_certain(world: World, order: str) -> None:
    records = [Record("registration", id=claim.id, **claim.fields()) for claim in world]
    found = conflict_results(ruleset(text(order)).decide(Facts(records), as_of=AS_OF)["contest"])
    expected = {
        id: word if word in ("lost", "discarded") else "undetermined"
        for id, word in model(world, order, indivisible=False).items()
    }
    assert {id: result.outcome for id, result in found.items()} == expected
    for result in found.values():
        if result.outcome == "undetermined":
            assert "registrations" in {missing.relation for missing in result.missing}


@given(worlds(4, EVERY_FIELD), st.randoms(use_true_random=False))
def test_shuffled_facts_give_the_same_bytes(world: World, chance: object) -> None:
    rules = ruleset(text())
    known = facts(world)
    other = shuffled(known, chance)
    assert list(known) != []
    assert other == known
    one, two = (rules.decide(Facts(each), as_of=AS_OF) for each in (known, other))
    assert one.to_json() == two.to_json()
    for id in one["contest"]:
        assert one.explain("contest", id) == two.explain("contest", id)


def shuffled(known: object, chance: object) -> object:
    if not isinstance(known, dict):
        return known
    keys = list(known)
    chance.shuffle(keys)  # type: ignore[attr-defined]  # random of Hypothesis
    return {key: shuffled(known[key], chance) for key in keys}


@given(worlds(4))
def test_the_order_in_which_a_claim_names_things_changes_no_outcome(world: World) -> None:
    turned = tuple(replace(claim, lands=turned_side(claim.lands), goods=turned_side(claim.goods)) for claim in world)
    assert outcomes(world, text()) == outcomes(turned, text())


@given(worlds(4, EVERY_FIELD))
def test_a_claim_to_another_customer_changes_nothing(world: World) -> None:
    assume(all(isinstance(claim.who, str) for claim in world))
    other = Claim("R-9", "z", None, None, valid=True, chosen=True, score=9)
    alone = decided(world, text())
    beside = decided((*world, other), text())
    for id, result in alone.items():
        assert beside[id].as_data() == result.as_data()
    assert beside["R-9"].outcome == "won"


@settings(max_examples=settings().max_examples * 2)
@given(worlds(5, EVERY_FIELD), ORDERS, st.data())
def test_claims_asked_for_one_after_the_other_come_to_what_all_come_to(
    world: World, order: str, data: st.DataObject
) -> None:
    rules, known = ruleset(text(order)), Facts(facts(world))
    whole = rules.decide(known, as_of=AS_OF)
    some = data.draw(st.lists(st.sampled_from([claim.id for claim in world]), min_size=1, unique=True))
    asked = rules.decide(known, as_of=AS_OF, subjects=some)
    for id in some:
        assert asked["contest"][id].as_data() == whole["contest"][id].as_data()
        assert asked.explain("contest", id) == whole.explain("contest", id)


@given(worlds(4, KNOWN_PLACE), sides(LANDS), sides(GOODS))
def test_a_claim_that_is_not_valid_changes_no_outcome(world: World, lands: Side, goods: Side) -> None:
    other = Claim("R-9", "a", lands, goods, valid=False, chosen=True, score=9)
    beside = outcomes((*world, other), text())
    assert beside.pop("R-9") == "discarded"
    assert beside == outcomes(world, text())


def turned_side(side: Side) -> Side:
    return side[::-1] if isinstance(side, tuple) else side


def standing(results: Mapping[str, ConflictResult]) -> dict[tuple[object, ...], dict[str, str]]:
    """What came of each claim in each cell, as every group that shows the cell tells it."""
    found: dict[tuple[object, ...], dict[str, str]] = {}
    for result in results.values():
        for group in result.groups:
            told = {each.claim: each.outcome for each in group.contestants}
            for cell in group.cells:
                key = (group.same["who"].value, *cell.values())
                assert found.setdefault(key, told) == told
    return found


@given(worlds(4, KNOWN_PLACE), ORDERS)
def test_a_cell_has_one_winner_at_most_and_is_told_alike_to_all(world: World, order: str) -> None:
    results = decided(world, text(order))
    for told in standing(results).values():
        assert list(told.values()).count("won") <= 1
        assert set(told) <= set(results)
    for result in results.values():
        for group in result.groups:
            winners = [each.claim for each in group.contestants if each.outcome == "won"]
            assert winners == ([] if group.winner is None else [group.winner])
            assert group.outcome in ("won", "undecided", "undetermined", "discarded")


@given(worlds(4, KNOWN_PLACE), ORDERS, INDIVISIBLE)
def test_what_comes_of_a_claim_is_what_its_contests_tell_together(world: World, order: str, indivisible: bool) -> None:
    for id, result in decided(world, text(order, indivisible=indivisible)).items():
        words = [each.outcome for group in result.groups for each in group.contestants if each.claim == id]
        assert result.outcome == joined(words, indivisible=indivisible)


@given(worlds(4, EVERY_FIELD))
def test_a_claim_that_is_in_doubt_has_a_contest_that_is_in_doubt(world: World) -> None:
    for id, result in decided(world, text()).items():
        words = [each.outcome for group in result.groups for each in group.contestants if each.claim == id]
        if result.outcome == "undetermined" and words:
            assert "undetermined" in words


def turn(claim: Claim) -> tuple[object, ...]:
    """The place of a claim in the order of a policy that prefers the highest score."""
    assert not isinstance(claim.score, Gap)
    return (claim.chosen is not True, claim.score is None, -(claim.score or 0))


@given(worlds(4))
def test_the_criterion_that_is_told_is_the_first_that_tells_the_winner_from_the_next_one(world: World) -> None:
    by_id = {claim.id: claim for claim in world}
    for result in decided(world, text()).values():
        for group in result.groups:
            valid = sorted((by_id[each.claim] for each in group.contestants if by_id[each.claim].valid), key=turn)
            assert group.contested == (len(valid) > 1)
            if group.winner is None or len(valid) < 2:
                assert group.decided_by is None
                continue
            first, second = valid[0], valid[1]
            assert group.winner == first.id
            assert group.decided_by is not None
            assert group.decided_by.id == ("chosen" if first.chosen != second.chosen else "score")
            assert group.contestants[0].claim == first.id


BETTER: Final = ("lost", "undecided", "won")

ENDS: Final = """\
      - {id: running, require: not(exists(claim.expires_at)) or as_of < claim.expires_at}
      - {id: kept, require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at}
"""
INSTANTS: Final = (None, "2026-04-01T00:00+08:00", "2026-03-01T09:00+08:00", "2026-02-28T09:00+08:00")
"""Ends of a claim, the latest first; the third is the instant as of which is decided."""


@given(
    worlds(4),
    st.integers(0, 3),
    st.sampled_from(["expires_at", "withdrawn_at"]),
    st.tuples(*[st.sampled_from([0, 0, 1, 2])] * 4),
    st.integers(1, 3),
)
def test_expiring_earlier_never_helps_the_holder_and_never_hurts_a_rival(
    world: World, index: int, field: str, ends: tuple[int, ...], earlier: int
) -> None:
    holder = index % len(world)
    rules = ruleset(
        text().replace(
            "    valid_when: [{id: valid, require: claim.valid}]\n",
            f"    valid_when:\n      - {{id: valid, require: claim.valid}}\n{ENDS}",
        )
    )
    sooner = tuple(max(end, earlier) if number == holder else end for number, end in enumerate(ends))
    told: list[dict[tuple[object, ...], dict[str, str]]] = []
    words: list[dict[str, str]] = []
    for chosen in (ends, sooner):
        known = facts(world)
        registrations = known["registrations"]
        assert isinstance(registrations, dict)
        for claim, end in zip(world, chosen, strict=False):
            if INSTANTS[end] is not None:
                registrations[claim.id][field] = INSTANTS[end]
        results = conflict_results(rules.decide(Facts(known), as_of=AS_OF)["contest"])
        told.append(standing(results))
        words.append({id: result.outcome for id, result in results.items()})
    id = world[holder].id
    assert told[0].keys() == told[1].keys()
    assert words[1][id] in (words[0][id], "discarded")
    if sooner[holder] >= 2:  # at the end itself it is over
        assert words[1][id] == "discarded"
    for cell, before_it in told[0].items():
        for rival, word in before_it.items():
            if rival != id:
                after_it = told[1][cell][rival]
                assert after_it == word == "discarded" or BETTER.index(after_it) >= BETTER.index(word)
