"""Renewals that do not stand, that are others' or cover something else, and awards of long ago. Worked out by hand."""

import pytest
from tests.policies.test_conflicts_edge_cases import at, facts, registration
from tests.support import ruleset

from partnerrules import Decision, Facts
from partnerrules.decisions.conflicts import ConflictResult

RULES = """\
conflicts:
  p:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: claim.customer}
    shared: {products: claim.products}
    protection: {from: claim.approved_at, for: 60 days, renews: claim.supersedes, filed: claim.submitted_at}
    valid_when: [{id: kept, require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at}]
    prefer: [{id: filing, earliest: claim.submitted_at}]
"""
NOW = at("2025-02-25T09:00:00")
PRODUCTS: dict[str, object] = {"products": {"X": {}, "Y": {}}, "customers": {"C-1": {}, "C-2": {}}}


def filed(partner: str, day: str, **more: object) -> dict[str, object]:
    """A registration of 2025, approved on the day on which it was filed unless it says something else."""
    when = f"2025-{day}T09:00:00+08:00"
    return registration(partner, when, **{"approved_at": when, **more})


def decide(*claims: dict[str, object], text: str = RULES, as_of: object = NOW) -> Decision:
    return ruleset(text).decide(Facts({**facts(*claims), **PRODUCTS}), as_of=as_of)  # type: ignore[arg-type]


def outcomes(decision: Decision) -> str:
    return " ".join(result.outcome for result in decision["p"].values())


def claim(decision: Decision, id: str) -> ConflictResult:
    found = decision["p"][id]
    assert isinstance(found, ConflictResult)
    return found


OLD = filed("P-1", "01-01")
RIVAL = filed("P-2", "02-03")


@pytest.mark.parametrize(
    ("renewal", "expected"),
    [
        pytest.param(filed("P-1", "02-20"), "discarded won lost", id="it stands, and has the place of the old one"),
        pytest.param(
            filed("P-1", "02-20", withdrawn_at="2025-02-22T00:00:00+08:00"), "won discarded lost", id="withdrawn"
        ),
        pytest.param(filed("P-1", "02-20", products=[]), "won discarded lost", id="it claims nothing"),
        pytest.param(filed("P-2", "02-20"), "won lost lost", id="of another claimant"),
        pytest.param(filed("P-1", "02-20", customer="C-2"), "won won lost", id="for another customer"),
        pytest.param(filed("P-1", "02-20", approved_at=None), "won discarded lost", id="not approved yet"),
    ],
)
def test_a_renewal_ends_the_old_claim_only_if_it_stands(renewal: dict[str, object], expected: str) -> None:
    assert outcomes(decide(OLD, {**renewal, "supersedes": "R-1"}, RIVAL)) == expected


def test_the_old_claim_stands_up_to_its_own_end_where_the_renewal_does_not() -> None:
    # 60 days from 1 January nine o'clock: 30 in January, 28 in February, and two in March.
    gone = filed("P-1", "02-20", supersedes="R-1", withdrawn_at="2025-02-22T00:00:00+08:00")
    assert outcomes(decide(OLD, gone, RIVAL, as_of=at("2025-03-02T08:59:59"))) == "won discarded lost"
    assert outcomes(decide(OLD, gone, RIVAL, as_of=at("2025-03-02T09:00:00"))) == "discarded discarded won"


def test_a_renewal_that_lost_in_an_earlier_policy_ends_nothing() -> None:
    first = """\
  first:
    claims: [{of: registration, claimant: registration.partner, when: exists(registration.withdrawn_at)}]
    same: {customer: claim.customer}
    prefer: [{id: filing, earliest: claim.submitted_at}]
"""
    text = RULES.replace("conflicts:\n", "conflicts:\n" + first).replace("    same:", "    after: [first]\n    same:")
    text = text.replace("    after: [first]\n", "", 1)
    later = {"withdrawn_at": "2025-12-01T00:00:00+08:00"}
    renewal = filed("P-1", "02-20", supersedes="R-1", **later)
    assert outcomes(decide(OLD, renewal, filed("P-2", "02-03", **later), text=text)) == "won discarded lost"


def test_of_what_the_renewal_does_not_cover_the_old_claim_keeps_all() -> None:
    old, renewal = filed("P-1", "01-01", products=["X", "Y"]), filed("P-1", "02-20", products=["X"], supersedes="R-1")
    decision = decide(old, renewal, filed("P-2", "02-03", products=["Y"]))
    assert outcomes(decision) == "won won lost"


def test_what_the_old_claim_did_not_cover_is_claimed_anew() -> None:
    old, renewal = filed("P-1", "01-01", products=["X"]), filed("P-1", "02-20", products=["X", "Y"], supersedes="R-1")
    rivals = [filed("P-2", "02-03", products=["X"]), filed("P-2", "02-04", products=["Y"])]
    assert outcomes(decide(old, renewal, *rivals)) == "discarded partial lost won"


def test_of_several_renewals_the_one_filed_first_counts_and_the_next_one_follows_it() -> None:
    first, second = filed("P-1", "02-18", supersedes="R-1"), filed("P-1", "02-20", supersedes="R-1")
    assert outcomes(decide(OLD, second, first, RIVAL)) == "discarded discarded won lost"
    gone = {**first, "withdrawn_at": "2025-02-21T00:00:00+08:00"}
    assert outcomes(decide(OLD, second, gone, RIVAL)) == "discarded won discarded lost"


def test_in_a_chain_the_last_one_that_stands_counts() -> None:
    chain = [OLD, filed("P-1", "02-18", supersedes="R-1"), filed("P-1", "02-20", supersedes="R-2")]
    assert outcomes(decide(*chain, RIVAL)) == "discarded discarded won lost"
    chain[1] = {**chain[1], "withdrawn_at": "2025-02-21T00:00:00+08:00"}
    assert outcomes(decide(*chain, RIVAL)) == "discarded discarded won lost"


def test_renews_without_filed_is_told() -> None:
    with pytest.raises(AssertionError, match=r"missing-key.*`renews` needs the key `filed`"):
        ruleset(RULES.replace(", filed: claim.submitted_at", ""))


# -------------------------------------------------------------------------------------------------------- reconsidered

LINE = """\
conflicts:
  p:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: claim.customer}
    valid_when: [{id: kept, require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at}]
    prefer:
      - {id: choice, claim: some choice in claim.customer.choices satisfies choice.partner = claim.partner}
      - {id: volume, highest: claim.amount}
    losers:
      consequence: co_sell
      queue:
        - {id: receipt, earliest: claim.submitted_at}
      awarded: exists(claim.approved_at)
      entered: claim.submitted_at
      fell: claim.withdrawn_at
"""
CHOICE = (
    "        - {id: choice, claim: some choice in claim.customer.choices satisfies choice.partner = claim.partner}\n"
)


def line(*claims: dict[str, object], text: str = LINE, chosen: str | None = None) -> Decision:
    choices = [] if chosen is None else [{"partner": chosen, "written": True}]
    known = {**facts(*claims), "customers": {"C-1": {"choices": choices}}}
    return ruleset(text).decide(Facts(known), as_of=NOW)


def asks(partner: str, day: str, amount: int, **more: object) -> dict[str, object]:
    return filed(partner, day, **{"amount": f"{amount} CNY", "approved_at": None, **more})


@pytest.mark.parametrize(
    ("gone", "expected", "reconsidered"),
    [
        pytest.param("2025-02-10T09:00:00+08:00", "discarded won lost", True, id="P2 it fell after both had entered"),
        pytest.param("2025-02-05T09:00:00+08:00", "discarded won lost", True, id="P2 it fell after one had entered"),
        pytest.param("2025-02-03T09:00:00+08:00", "discarded lost won", False, id="it fell before either entered"),
    ],
)
def test_an_award_counts_for_those_that_it_met(gone: str, expected: str, reconsidered: bool) -> None:
    fell = asks("P-1", "01-02", 9, approved_at="2025-01-03T09:00:00+08:00", withdrawn_at=gone)
    decision = line(fell, asks("P-2", "02-04", 1), asks("P-3", "02-08", 5))
    assert outcomes(decision) == expected
    assert claim(decision, "R-2").groups[0].reconsidered is reconsidered


def test_the_end_of_protection_is_a_falling_away() -> None:
    text = LINE.replace("    valid_when:", "    protection: {from: claim.submitted_at, for: 30 days}\n    valid_when:")
    old = asks("P-1", "01-02", 9, approved_at="2025-01-03T09:00:00+08:00")  # it ends on 1 February
    assert outcomes(line(old, asks("P-2", "01-30", 1), asks("P-3", "02-08", 5), text=text)) == "discarded won lost"
    assert outcomes(line(old, asks("P-2", "02-02", 1), asks("P-3", "02-08", 5), text=text)) == "discarded lost won"


def test_e12_what_both_orders_begin_with_comes_before_an_award() -> None:
    fell = asks("P-1", "01-02", 9, approved_at="2025-01-03T09:00:00+08:00", withdrawn_at="2025-02-10T09:00:00+08:00")
    kept = asks("P-2", "02-04", 1, approved_at="2025-02-12T09:00:00+08:00")
    known = (fell, kept, asks("P-3", "02-08", 5))
    assert outcomes(line(*known, chosen="P-3")) == "discarded won lost"
    text = LINE.replace("      queue:\n", "      queue:\n" + CHOICE)
    assert outcomes(line(*known, text=text, chosen="P-3")) == "discarded lost won"
    assert outcomes(line(*known, text=text)) == "discarded won lost"


# -------------------------------------------------------------------------------------------------------- next in line


def next_in_line(decision: Decision) -> tuple[str, ...]:
    return claim(decision, "R-1").groups[0].next_in_line


def test_one_that_held_it_before_is_next_whatever_its_place_by_receipt() -> None:
    award = {"approved_at": "2025-02-12T09:00:00+08:00"}
    known = [asks("P-1", "02-03", 9, **award), asks("P-2", "02-02", 1), asks("P-3", "02-08", 5, **award)]
    assert next_in_line(line(*known)) == ("R-3",)
    known[0]["withdrawn_at"] = "2025-02-20T09:00:00+08:00"
    assert outcomes(line(*known)) == "discarded lost won"


@pytest.mark.parametrize(
    ("more", "amounts", "expected"),
    [
        pytest.param("holders: 2", (9, 5, 5, 1), ("R-2", "R-3"), id="those that are undecided get a place each"),
        pytest.param("holders: 2, otherwise: shared", (9, 5, 5, 1), (), id="those that share fill all places"),
        pytest.param("otherwise: shared", (9, 9, 1), (), id="the other holder has it alone"),
        pytest.param("holders: 2", (9, 5, 1), ("R-3",), id="the next one joins"),
        pytest.param("holders: 2", (9, 5, 1, 1), ("R-3", "R-4"), id="equal ones together or not at all"),
    ],
)
def test_who_holds_it_when_the_first_one_falls_away(
    more: str, amounts: tuple[int, ...], expected: tuple[str, ...]
) -> None:
    text = LINE[: LINE.index("      queue:")] + "".join(f"    {each}\n" for each in more.split(", "))
    known = [asks(f"P-{index}", "02-03", amount) for index, amount in enumerate(amounts, start=1)]
    assert next_in_line(line(*known, text=text)) == expected


def test_a_claim_that_lost_a_part_has_the_consequence_even_if_it_is_tied_in_another() -> None:
    text = LINE[: LINE.index("      queue:")].replace(
        "    valid_when:", "    shared: {products: claim.products}\n    valid_when:"
    )
    claims = (
        asks("P-1", "02-03", 1, products=["X", "Y"]),
        asks("P-2", "02-03", 2, products=["X"]),
        asks("P-3", "02-03", 1, products=["Y"]),
    )
    known = {**facts(*claims), **PRODUCTS, "customers": {"C-1": {"choices": []}}}
    decision = ruleset(text).decide(Facts(known), as_of=NOW)
    assert outcomes(decision) == "undecided won undecided"
    assert [claim(decision, id).consequence for id in ("R-1", "R-2", "R-3")] == ["co_sell", None, None]
