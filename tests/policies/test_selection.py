"""Which records are chosen to cover most together: gains, overlaps, equals, what is not known, and hostile sizes."""

from collections.abc import Mapping
from typing import Final

import pytest
from tests.support import AS_OF, codes, decide, ruleset

from partnerrules import Facts, Record
from partnerrules.backends import coverage, coverings
from partnerrules.decisions import SelectionResult
from partnerrules.decisions.values import missing_text
from partnerrules.diagnostics import TooMuchWork
from partnerrules.plan.nodes import Cover
from partnerrules.plan.walk import looks_across, plan_nodes

FIELDS: Final = """\
facts:
  partner: {score: {type: number, missing: none}, invited: boolean, area: text, segment: {type: text, missing: none}}
parameters:
  places: {value: 2, source: S4-064}
allocation:
  fields:
    source: S4-064
    subject: partner
    when: partner.invited
    choose: places
    covers: {territories: partner.territories, verticals: partner.verticals}
    overlap: 1
    prefer: [{id: score, highest: partner.score}]
"""
UNKNOWN: Final = {"unknown": True}


def partner(territories: object, verticals: object = ("bank",), score: object = 1, invited: object = True) -> object:
    fields = {"territories": territories, "verticals": verticals, "score": score, "invited": invited}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def chosen(partners: Mapping[str, object], text: str = FIELDS, turns: int = 2) -> dict[str, SelectionResult]:
    found: dict[str, SelectionResult] = {}
    written = text.replace("value: 2", f"value: {turns}")
    for id, result in decide(written, {"partners": partners})["fields"].items():
        assert isinstance(result, SelectionResult)
        found[id] = result
    return found


def told(results: Mapping[str, SelectionResult]) -> dict[str, str]:
    return {id: result.outcome for id, result in results.items()}


# ------------------------------------------------------------------------------------------------------ gains, in turns


def test_who_adds_most_is_chosen_and_overlaps_count_against_the_others_s4_064() -> None:
    # Cells: P-1 4; P-2 3, of which two are those of P-1; P-3 2; P-4 2, both those of P-3. Turn 1: P-1. Turn 2: P-2 adds
    # 1 - 2 = -1, P-3 and P-4 add 2, and P-3 scores more.
    partners = {
        "P-1": partner(("north", "south"), ("bank", "shop")),
        "P-2": partner(("north", "south", "west"), ("bank",), 9),
        "P-3": partner(("east",), ("bank", "shop"), 5),
        "P-4": partner(("east",), ("shop", "bank"), 4),
    }
    results = chosen(partners)
    assert told(results) == {"P-1": "chosen", "P-2": "not_chosen", "P-3": "chosen", "P-4": "not_chosen"}
    first, second = results["P-1"].turn, results["P-3"].turn
    assert first is not None
    assert second is not None
    assert (first.least, first.most, second.least, second.most) == (1, 1, 2, 2)
    added: list[tuple[object, ...]] = [(each.new, each.overlapped, each.gain) for each in results.values()]
    assert added == [(4, 0, 4), (1, 2, -1), (2, 0, 2), (0, 2, -2)]
    assert {result.total for result in results.values()} == {6}
    assert results["P-4"].steps == ("P-1", "P-3")
    (group,) = results["P-4"].groups
    assert group.by == ("P-3",)
    assert results["P-2"].beside == ("P-1",)
    assert [(len(each.cells), each.by) for each in results["P-2"].groups] == [(2, ("P-1",)), (1, ())]


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [("0", "chosen"), ("0.4", "chosen"), ("0.5", "not_chosen"), ("1", "not_chosen")],
    ids=["S4-064-free", "S4-064-less", "S4-064-as-much", "S4-064-more"],
)
def test_who_adds_no_more_than_nothing_is_not_chosen_though_there_are_turns(overlap: str, expected: str) -> None:
    # P-2 adds one new cell and overlaps in two: 1 - 2 * overlap.
    partners = {"P-1": partner(("a", "b", "c", "d")), "P-2": partner(("c", "d", "e"))}
    results = chosen(partners, FIELDS.replace("overlap: 1", f"overlap: {overlap}"), 5)
    assert told(results) == {"P-1": "chosen", "P-2": expected}


def test_there_are_no_more_turns_than_are_to_be_chosen() -> None:
    results = chosen({f"P-{size}": partner(tuple(f"{size}{each}" for each in range(size))) for size in (1, 2, 3)})
    assert told(results) == {"P-3": "chosen", "P-2": "chosen", "P-1": "not_chosen"}
    assert results["P-1"].gain == 1


def test_an_empty_list_covers_nothing_and_a_value_is_a_list_of_one() -> None:
    text = FIELDS.replace("verticals: partner.verticals", "level: partner.area")
    partners = {
        "P-1": {"territories": [], "area": "north", "score": 1, "invited": True},
        "P-2": {"territories": ["a"], "area": "north", "score": 1, "invited": True},
    }
    results = chosen(partners, text)
    assert told(results) == {"P-1": "not_chosen", "P-2": "chosen"}
    assert results["P-2"].groups[0].cells == ({"territories": "a", "level": "north"},)


def test_a_member_that_stands_twice_is_one_cell() -> None:
    assert chosen({"P-1": partner(("a", "a"))})["P-1"].new == 1


def test_who_is_left_out_covers_nothing_and_other_policies_are_told() -> None:
    text = FIELDS + (
        "definitions:\n"
        "  told: {of: partner, value: 'outcome(partner, \"fields\")'}\n"
        "  passes: {of: partner, value: 'passes(partner, \"fields\")'}\n"
    )
    decision = decide(text, {"partners": {"P-1": partner(("a",)), "P-2": partner(("a", "b"), invited=False)}})
    assert told({id: result for id, result in decision["fields"].items() if isinstance(result, SelectionResult)}) == {
        "P-1": "chosen"
    }
    assert [each.summary()["value"] for each in decision["told"].values()] == ["chosen", "not_applicable"]
    assert [each.summary()["value"] for each in decision["passes"].values()] == [True, False]


# ----------------------------------------------------------------------------------------------------------- who equals


def test_equal_ones_that_cover_the_same_are_undecided_and_named() -> None:
    results = chosen({"P-1": partner(("a", "b")), "P-2": partner(("b", "c")), "P-3": partner(("x",))})
    # Whichever of the first two comes first, the other one adds 1 - 1 = 0: so P-3 is chosen either way.
    assert told(results) == {"P-1": "undecided", "P-2": "undecided", "P-3": "chosen"}
    assert (results["P-1"].equals, results["P-1"].new, results["P-1"].missing) == (("P-2",), 2, ())
    assert results["P-3"].total == 3


def test_what_hangs_on_equal_ones_is_undetermined() -> None:
    # P-1 and P-2 keep each other out: 1 - 2 = -1. P-3 adds 1 - 1 = 0 beside P-1, and 2 beside P-2.
    partners = {"P-1": partner(("a", "b", "c")), "P-2": partner(("b", "c", "d")), "P-3": partner(("a", "f"))}
    results = chosen(partners)
    assert told(results) == {"P-1": "undecided", "P-2": "undecided", "P-3": "undetermined"}
    assert [missing.reason for missing in results["P-3"].missing] == ["tie"]


def test_equal_ones_that_cover_different_cells_are_all_chosen_if_there_are_turns_for_all() -> None:
    partners = {f"P-{number}": partner((f"t{number}",)) for number in range(400)}
    results = chosen(partners, turns=400)
    assert {result.outcome for result in results.values()} == {"chosen"}
    turn = results["P-7"].turn
    assert turn is not None
    assert (turn.least, turn.most) == (1, 400)
    assert results["P-7"].total == 400
    results = chosen(partners, turns=399)
    assert {result.outcome for result in results.values()} == {"undecided"}
    assert len(results["P-7"].equals) == 20


def test_too_many_ways_to_choose_are_not_followed_and_nothing_is_claimed() -> None:
    partners = {f"P-{number}": partner((f"t{number}", f"t{number + 1}", "all")) for number in range(400)}
    results = chosen({**partners, "P-A": partner(tuple("abcdefgh")), "P-B": partner(())}, turns=5)
    assert told(results).pop("P-A") == "chosen"
    assert told(results).pop("P-B") == "not_chosen"
    assert {results[id].outcome for id in partners} == {"undetermined"}
    assert [missing.reason for missing in results["P-1"].missing] == ["tie"]


# ------------------------------------------------------------------------------------------------------ what is lacking


def test_what_is_not_known_leaves_open_only_what_hangs_on_it() -> None:
    partners = {
        "P-1": partner(("a", "b", "c")),
        "P-2": partner(("x",), invited=UNKNOWN),
        "P-3": partner(("x",)),
        "P-4": partner((), UNKNOWN),
        "P-5": partner(("a",), score=9),
    }
    results = chosen(partners, turns=1)
    assert told(results) == {
        "P-1": "chosen",
        "P-2": "undetermined",
        "P-3": "not_chosen",
        "P-4": "not_chosen",
        "P-5": "not_chosen",
    }
    results = chosen(partners)
    assert told(results)["P-1"] == "chosen"
    assert told(results)["P-3"] == "undetermined"
    assert [missing_text(each) for each in results["P-3"].missing] == ["partners P-2 invited"]
    assert results["P-3"].total == 4 or not isinstance(results["P-3"].total, int)


def test_a_list_that_is_not_known_may_cover_anything() -> None:
    results = chosen({"P-1": partner(("a", "b")), "P-2": partner(UNKNOWN), "P-3": partner(())})
    assert told(results) == {"P-1": "undetermined", "P-2": "undetermined", "P-3": "not_chosen"}
    assert [missing_text(each) for each in results["P-1"].missing] == ["partners P-2 territories"]


def test_how_many_or_the_weight_may_be_unstated() -> None:
    unstated = FIELDS.replace("{value: 2, source: S4-064}", "{type: integer, status: unstated}")
    partners = {"P-1": partner(("a", "b")), "P-2": partner(("b",))}
    results = chosen(partners, unstated)
    assert told(results) == {"P-1": "undetermined", "P-2": "not_chosen"}
    assert [missing_text(each) for each in results["P-1"].missing] == ["parameter places"]
    weighted = FIELDS.replace("overlap: 1", "overlap: weight").replace(
        "  places:", "  weight: {type: number, status: unstated}\n  places:"
    )
    partners = {"P-1": partner(("a", "b", "c")), "P-2": partner(("b", "d")), "P-3": partner(("b",))}
    results = chosen(partners, weighted)
    assert told(results) == {"P-1": "chosen", "P-2": "undetermined", "P-3": "not_chosen"}


def test_over_partial_facts_others_may_be_missing() -> None:
    fields = [Record("partner", id="P-1", **partner(("a",))), Record("partner", id="P-2", **partner(()))]  # type: ignore[arg-type]
    results = ruleset(FIELDS).decide(Facts(fields), as_of=AS_OF)["fields"]
    assert {id: result.outcome for id, result in results.items()} == {"P-1": "undetermined", "P-2": "not_chosen"}


# --------------------------------------------------------------------------------------------------- checks and bounds


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (("choose: places", "choose: 0"), ["impossible-count"]),
        (("choose: places", "choose: 1.5"), ["type-mismatch"]),
        (("overlap: 1", "overlap: -1"), ["impossible-count"]),
        (("overlap: 1", "overlap: 10 %"), ["type-mismatch"]),
        (("territories: partner.territories", "territories: partner.score"), ["type-mismatch"]),
        (("territories: partner.territories", "territories: partner.segment"), ["unguarded-none"]),
        (("    choose: places\n", ""), ["missing-key", "missing-key"]),
        (("    overlap: 1\n", "    overlap: 1\n    candidates: partners\n"), ["too-many-keys"]),
        (("    overlap: 1\n", "    capacity: 3\n"), ["missing-key"]),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: tuple[str, str], expected: list[str]) -> None:
    assert codes(FIELDS.replace(*wrong)) == expected


@pytest.mark.parametrize(
    ("module", "name"), [(coverage, "MAXIMUM_CELLS"), (coverings, "MAXIMUM_LOOKS")], ids=["cells", "looks"]
)
def test_too_much_is_refused(module: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, 8)
    with pytest.raises(TooMuchWork, match="more than 8 "):
        chosen({f"P-{number}": partner((f"t{number}", "all", "more")) for number in range(9)})


def test_it_looks_at_all_records_together() -> None:
    (version,) = ruleset(FIELDS).versions
    plan = version.policies["fields"].plan
    assert looks_across(plan)
    assert any(isinstance(node, Cover) for node in plan_nodes(plan))
    facts = Facts({"partners": {"P-1": partner(("a", "b")), "P-2": partner(("a",))}})
    results = ruleset(FIELDS).decide(facts, as_of=AS_OF, subjects=["P-2"])["fields"]
    assert {id: result.outcome for id, result in results.items()} == {"P-2": "not_chosen"}


def test_the_parts_that_cases_should_reach() -> None:
    (version,) = ruleset(FIELDS).versions
    policy = version.policies["fields"]
    assert policy.points == ("outcome chosen", "outcome not_chosen", "outcome undecided", "overlap chosen")
