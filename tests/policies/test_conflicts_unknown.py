"""Conflicts where facts are missing: what is still certain, what is not, and what would have to be known."""

import datetime as dt

import pytest
from tests.policies.contested import UNKNOWN, claim, conflict, facts, outcomes, policy
from tests.support import AS_OF, decide, ruleset

from partnerrules import Facts, Record


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        # An unknown criterion never falls through to the next one.
        pytest.param([claim(1, ok=UNKNOWN), claim(2)], "undetermined undetermined", id="the first criterion"),
        pytest.param([claim(1, ok=UNKNOWN), claim(2, ok=UNKNOWN)], "undetermined undetermined", id="of both"),
        pytest.param([claim(UNKNOWN), claim(2)], "undetermined undetermined", id="the second criterion"),
        pytest.param([claim(UNKNOWN), claim(2, ok=False)], "won lost", id="a criterion that is not reached"),
        pytest.param([claim(UNKNOWN), claim(2), claim(3)], "undetermined undetermined lost", id="behind a certain one"),
        pytest.param([claim(1), claim(UNKNOWN), claim(2)], "undetermined undetermined lost", id="may come first"),
        pytest.param(
            [claim(1), claim(1), claim(UNKNOWN)], "undetermined undetermined undetermined", id="equals, perhaps"
        ),
        pytest.param(
            [claim(1), claim(1), claim(UNKNOWN, ok=False)], "undecided undecided lost", id="equals for certain"
        ),
    ],
)
def test_a_criterion_that_is_not_known(claims: list[dict[str, object]], expected: str) -> None:
    text = policy("{id: ok, claim: claim.ok}, {id: rank, lowest: claim.rank}")
    known = facts({f"R-{number}": each for number, each in enumerate(claims, start=1)})
    assert outcomes(decide(text, known)) == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param([claim(1, ok=UNKNOWN), claim(2)], "undetermined undetermined", id="the first may be out"),
        pytest.param([claim(1), claim(2, ok=UNKNOWN)], "won undetermined", id="the last may be out"),
        pytest.param([claim(1), claim(1, ok=UNKNOWN)], "undetermined undetermined", id="an equal may be out"),
        pytest.param(
            [claim(1), claim(1), claim(2, ok=UNKNOWN)], "undecided undecided undetermined", id="behind equals"
        ),
        pytest.param([claim(1), claim(2, ok=UNKNOWN), claim(3)], "won undetermined lost", id="between"),
        pytest.param(
            [claim(2, "XY"), claim(1, "Y", ok=UNKNOWN)], "undetermined undetermined", id="won and perhaps lost"
        ),
        pytest.param(
            [claim(2, "XY"), claim(1, "X"), claim(1, "Y", ok=UNKNOWN)],
            "undetermined won undetermined",
            id="lost and perhaps lost",
        ),
        pytest.param(
            [claim(2, "XYZ"), claim(1, "X"), claim(2, "Z"), claim(1, "Y", ok=UNKNOWN)],
            "undecided won undecided undetermined",
            id="undecided whatever else",
        ),
    ],
)
def test_a_claim_that_may_not_be_valid(claims: list[dict[str, object]], expected: str) -> None:
    text = policy(more="    valid_when: [{id: ok, require: claim.ok}]\n")
    known = facts({f"R-{number}": each for number, each in enumerate(claims, start=1)})
    assert outcomes(decide(text, known)) == expected


def test_what_is_missing_is_named() -> None:
    text = policy(more="    valid_when: [{id: ok, require: claim.ok}]\n")
    decision = decide(
        text, facts({"R-1": claim(2), "R-2": claim(1, ok=UNKNOWN), "R-3": claim(UNKNOWN, customer="C-2")})
    )
    assert outcomes(decision) == "undetermined undetermined won"
    assert conflict(decision, "R-1").summary()["missing"] == ["registrations R-2 ok"]
    assert conflict(decision, "R-2").summary()["missing"] == ["registrations R-2 ok"]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param([claim(2, "X"), claim(1, UNKNOWN)], "undetermined undetermined", id="it may meet the other"),
        pytest.param([claim(1, "X"), claim(2, UNKNOWN, customer="C-2")], "won undetermined", id="not another customer"),
        pytest.param(
            [claim(2, "X"), claim(1, "X"), claim(0, UNKNOWN)], "lost undetermined undetermined", id="lost anyway"
        ),
        pytest.param([claim(1), claim(2, UNKNOWN)], "won undetermined", id="before it wherever they meet"),
        pytest.param([claim(1), claim(1), claim(2, UNKNOWN)], "undecided undecided undetermined", id="behind equals"),
        pytest.param([claim(2, ""), claim(1, UNKNOWN)], "discarded undetermined", id="a claim to nothing meets nobody"),
        pytest.param([claim(1, UNKNOWN, ok=False), claim(2, "X")], "discarded won", id="out whatever it claims"),
        pytest.param(
            [claim(2, "X"), claim(2, "X"), claim(3, UNKNOWN, ok=False)], "undecided undecided discarded", id="equals"
        ),
    ],
)
def test_a_list_that_is_not_known(claims: list[dict[str, object]], expected: str) -> None:
    text = policy(more="    valid_when: [{id: ok, require: claim.ok}]\n")
    decision = decide(text, facts({f"R-{number}": each for number, each in enumerate(claims, start=1)}))
    assert outcomes(decision) == expected
    for result in decision["p"].values():
        if result.outcome == "undetermined":
            assert [each.field for each in result.missing] == ["products"]


def test_a_claim_of_whom_it_is_not_known_may_meet_everybody_that_agrees_in_what_is_known() -> None:
    text = policy().replace("same: {customer: claim.customer}", "same: {customer: claim.customer, place: claim.place}")
    known = facts(
        {
            "R-1": claim(2, place="a"),
            "R-2": claim(3, place="a"),
            "R-3": claim(2),
            "R-4": claim(9, customer="C-2", place="a"),
        }
    )
    decision = decide(text, known)
    assert outcomes(decision) == "undetermined lost undetermined won"
    assert conflict(decision, "R-1").summary()["missing"] == ["registrations R-3 place"]
    assert conflict(decision, "R-3").summary()["missing"] == ["registrations R-3 place"]


def test_among_claims_that_may_not_be_all_nobody_wins_for_certain() -> None:
    records = [
        Record("registration", id=f"R-{number}", **facts({"": each})["registrations"][""])
        for number, each in enumerate(
            [claim(1, "X"), claim(2, "X"), claim(1, "Y"), claim(1, "Y"), claim(1, "")], start=1
        )
    ]
    decision = ruleset(policy()).decide(Facts(records), as_of=AS_OF)
    assert outcomes(decision) == "undetermined lost undetermined undetermined discarded"
    assert [each.relation for each in decision["p"]["R-1"].missing] == ["registrations"]


def test_a_claim_that_is_recorded_or_filed_later_is_not_seen() -> None:
    after = (AS_OF + dt.timedelta(seconds=1)).isoformat()
    known = facts(
        {
            "R-1": claim(9),
            "R-2": claim(1, recorded_at=after),
            "R-3": claim(1, submitted_at=after),
            "R-4": claim(8, recorded_at=AS_OF.isoformat()),
        }
    )
    decision = decide(policy(), known)
    assert {id: result.outcome for id, result in decision["p"].items()} == {"R-1": "lost", "R-4": "won"}


def test_a_claim_that_may_not_have_been_filed_yet_leaves_the_others_in_doubt() -> None:
    known = facts({"R-1": claim(9), "R-2": claim(1)})
    del known["registrations"]["R-2"]["submitted_at"]
    decision = decide(policy(), known)
    assert decision["p"]["R-1"].outcome == "undetermined"
    assert conflict(decision, "R-1").summary()["missing"] == ["registrations R-2 submitted_at"]


@pytest.mark.parametrize("way", ["lowest", "highest"])
def test_a_count_that_is_only_known_as_a_range_is_not_known(way: str) -> None:
    text = policy(f"{{id: c, {way}: 'count(claim.partner.people[name = \"x\"])'}}")
    known = facts({"R-1": claim(partner="P-1"), "R-2": claim(partner="P-2")})
    known["people"] = {"N-1": {"partner": "P-1"}, "N-2": {"partner": "P-2", "name": "y"}}
    assert outcomes(decide(text, known)) == "undetermined undetermined"
    known["people"]["N-1"]["name"] = "x"
    assert outcomes(decide(text, known)) == ("lost won" if way == "lowest" else "won lost")
