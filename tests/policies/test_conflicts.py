"""Conflicts: who meets whom, who keeps what, and which claims are valid."""

import pytest
from tests.policies.contested import claim, conflict, facts, outcomes, policy, told
from tests.support import decide

# ------------------------------------------------------------------------------------------------- who keeps what


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param([claim(1)], "won", id="alone"),
        pytest.param([claim()], "won", id="alone with nothing to prefer it by"),
        pytest.param([claim(2), claim(1)], "lost won", id="two"),
        pytest.param([claim(2), claim(1), claim(3), claim(4)], "lost won lost lost", id="four"),
        pytest.param([claim(1), claim(1), claim(2)], "undecided undecided lost", id="two equals before a third"),
        pytest.param([claim(2), claim(2), claim(1)], "lost lost won", id="two equals behind a third"),
        pytest.param([claim(), claim(5)], "lost won", id="none comes last"),
        pytest.param([claim(), claim()], "undecided undecided", id="none equals none"),
        pytest.param([claim(1, "X"), claim(2, "Y")], "won won", id="nothing in common"),
        pytest.param([claim(1, ""), claim(2)], "discarded won", id="a claim to nothing is none"),
        pytest.param([claim(1, "XX"), claim(2, "X")], "won lost", id="named twice is named once"),
        pytest.param([claim(2, "XY"), claim(1, "YZ")], "partial won", id="part of it"),
        pytest.param([claim(2), claim(1, "X")], "partial won", id="all but what is named"),
        # A and B share X, B and C share Y, A and C share nothing: B loses X to A, C loses Y to B.
        pytest.param([claim(1, "WX"), claim(2, "XY"), claim(3, "Y")], "won partial lost", id="a chain"),
        pytest.param(
            [claim(2, "WX"), claim(1, "XY"), claim(3, "Y")], "partial won lost", id="a chain, the middle first"
        ),
        pytest.param(
            [claim(3, "WX"), claim(2, "XY"), claim(1, "YZ")], "partial partial won", id="a chain, the last first"
        ),
        pytest.param(
            [claim(3, "X"), claim(2, "XY"), claim(1, "Y")], "lost partial won", id="a loser takes from a loser"
        ),
        pytest.param(
            [claim(1, "X"), claim(1, "XY"), claim(2, "Y")], "undecided undecided lost", id="undecided in part"
        ),
        pytest.param(
            [claim(1, "X"), claim(2, "XY"), claim(2, "Y")],
            "won undecided undecided",
            id="lost in part, undecided in part",
        ),
        pytest.param([claim(1, customer="C-1"), claim(1, customer="C-2")], "won won", id="two customers"),
    ],
)
def test_who_keeps_what(claims: list[dict[str, object]], expected: str) -> None:
    known = facts({f"R-{number}": each for number, each in enumerate(claims, start=1)})
    assert outcomes(decide(policy(), known)) == expected


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("{id: c, lowest: claim.rank}", "won lost lost"),
        ("{id: c, highest: claim.rank}", "lost won lost"),
        ("{id: c, claim: exists(claim.rank) and claim.rank = 2}", "lost won lost"),
        ("{id: c, claim: not(exists(claim.rank))}", "lost lost won"),
        ("{id: c, earliest: claim.submitted_at}", "lost lost won"),
        ("{id: c, latest: claim.submitted_at}", "won lost lost"),
        ("{id: c, earliest: claim.expires_at}", "lost won lost"),
        ("{id: c, latest: claim.expires_at}", "won lost lost"),
        ("{id: c, when: exists(claim.rank), lowest: claim.rank + 1}", "won lost lost"),
        ("{id: c, when: exists(claim.rank) and claim.rank > 1, lowest: claim.rank}", "lost won lost"),
        ("{id: c, when: exists(claim.rank), claim: claim.rank > 1}", "lost won lost"),
        ("{id: c, lowest: claim.place}", "lost won lost"),
        ("{id: c, claim: claim.ok}, {id: d, lowest: claim.place}", "lost won lost"),
        ("{id: c, claim: claim.ok}, {id: d, claim: claim.ok}", "undecided undecided undecided"),
        ("{id: c, lowest: 1}, {id: d, highest: claim.rank}", "lost won lost"),
    ],
)
def test_every_way_to_prefer(criterion: str, expected: str) -> None:
    known = facts(
        {
            "R-1": claim(1, submitted_at="2026-01-03T00:00:00Z", expires_at="2027-01-03T00:00:00Z", place="b"),
            "R-2": claim(2, submitted_at="2026-01-02T00:00:00Z", expires_at="2027-01-02T00:00:00Z", place="a"),
            "R-3": claim(submitted_at="2026-01-01T00:00:00Z", place="c"),
        }
    )
    assert outcomes(decide(policy(criterion), known)) == expected


def test_a_later_criterion_is_asked_only_where_the_earlier_ones_are_equal() -> None:
    text = policy("{id: first, claim: claim.ok}, {id: second, lowest: claim.rank}, {id: third, lowest: claim.place}")
    known = facts(
        {
            "R-1": claim(9, ok=True, place="z"),
            "R-2": claim(1, ok=False, place="a"),
            "R-3": claim(9, ok=True, place="y"),
            "R-4": claim(8, ok=False, place="b"),
        }
    )
    decision = decide(text, known)
    assert outcomes(decision) == "lost lost won lost"
    (group,) = conflict(decision, "R-1").groups
    assert [(each.claim, each.decided_by and each.decided_by.id) for each in group.contestants] == [
        ("R-3", "third"),
        ("R-1", "third"),
        ("R-2", "first"),
        ("R-4", "first"),
    ]


def test_what_cannot_be_divided_is_not_won_in_part() -> None:
    known = facts({"R-1": claim(2, "XY"), "R-2": claim(1, "YZ"), "R-3": claim(3, "Y")})
    assert outcomes(decide(policy(), known)) == "partial won lost"
    assert outcomes(decide(policy(more="    indivisible: true\n"), known)) == "undecided won lost"
    assert outcomes(decide(policy(more="    indivisible: false\n"), known)) == "partial won lost"


def test_claims_meet_where_all_that_is_shared_has_something_in_common() -> None:
    text = policy().replace("shared: {products: claim.products}", "shared: {p: claim.products, t: claim.territories}")
    known = facts(
        {
            "R-1": claim(3, "XY", territories=["N", "S"]),
            "R-2": claim(2, "X", territories=["S"]),
            "R-3": claim(1, "Y", territories=["O"]),
        }
    )
    decision = decide(text, known)
    assert outcomes(decision) == "partial won won"
    assert [told(group) for group in conflict(decision, "R-1").groups] == [
        "X/N Y/N Y/S: R-1 won",
        "X/S: R-2 won R-1 lost",
    ]


def test_claims_meet_if_they_are_the_same_in_everything_named() -> None:
    text = policy().replace("same: {customer: claim.customer}", "same: {customer: claim.customer, place: claim.place}")
    known = facts({"R-1": claim(2, place="a"), "R-2": claim(1, place="b"), "R-3": claim(1, place="a")})
    assert outcomes(decide(text, known)) == "lost won won"


def test_what_is_shared_may_be_one_value() -> None:
    text = policy().replace("shared: {products: claim.products}", "shared: {places: claim.place}")
    known = facts({"R-1": claim(2, place="a"), "R-2": claim(1, place="b"), "R-3": claim(1, place="a")})
    assert outcomes(decide(text, known)) == "lost won won"


def test_nothing_need_be_shared() -> None:
    text = policy().replace("    shared: {products: claim.products}\n", "")
    decision = decide(text, facts({"R-1": claim(2, "X"), "R-2": claim(1, "Y")}))
    assert outcomes(decision) == "lost won"
    assert conflict(decision, "R-1").groups[0].as_data()["cells"] == [{}]


# -------------------------------------------------------------------------------------------------------- validity

VALID = """\
    valid_when:
      - {id: approved, require: exists(claim.approved_at), title: {en: approved}, source: N-1}
      - {id: recent, require: claim.approved_at > 2026-01-01T00:00:00Z}
      - {id: named, any: [claim.ok, {id: high, require: 'exists(claim.rank) and claim.rank = 1'}]}
"""


def test_a_claim_that_is_not_valid_is_out_with_its_reasons() -> None:
    known = facts(
        {
            "R-1": claim(1, ok=False),
            "R-2": claim(2, approved_at="2026-01-01T00:00:00Z", ok=False),
            "R-3": claim(3, approved_at="2026-01-02T00:00:00Z"),
        }
    )
    decision = decide(policy(more=VALID), known)
    assert outcomes(decision) == "discarded discarded won"
    assert conflict(decision, "R-1").summary()["failed"] == ["approved"]
    assert conflict(decision, "R-2").summary()["failed"] == ["claim.ok", "high", "recent"]
    assert conflict(decision, "R-3").summary()["failed"] == []
    (group,) = conflict(decision, "R-2").groups
    assert told(group) == "*: R-3 won R-1 discarded R-2 discarded"
    assert not group.contested
    assert group.decided_by is None


def test_where_no_claim_is_valid_nobody_keeps_it() -> None:
    decision = decide(policy(more=VALID), facts({"R-1": claim(1), "R-2": claim(2)}))
    assert outcomes(decision) == "discarded discarded"
    (group,) = conflict(decision, "R-1").groups
    assert (group.outcome, group.winner) == ("discarded", None)


def test_a_condition_of_being_a_claim_leaves_the_others_out_altogether() -> None:
    text = policy().replace("claimant: registration.partner", "claimant: registration.partner, when: registration.ok")
    known = facts({"R-1": claim(2), "R-2": claim(1, ok=False), "R-3": claim(3)})
    decision = decide(text, known)
    assert {id: result.outcome for id, result in decision["p"].items()} == {"R-1": "won", "R-3": "lost"}
    del known["registrations"]["R-2"]["ok"]
    decision = decide(text, known)
    assert outcomes(decision) == "undetermined undetermined lost"
    assert conflict(decision, "R-1").summary()["missing"] == ["registrations R-2 ok"]
