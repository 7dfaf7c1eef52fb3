"""Claims of several entities in one policy; agents against account managers: the edge cases E16 and E17."""

import pytest
from tests.policies.contested import conflict, facts
from tests.support import AS_OF, decide, ruleset

from partnerrules import Decision, Facts, FactsError

UNION = """\
facts:
  registration: {rank: integer, ok: boolean}
  assignment: {rank: integer, only_for: {type: list of ref product, missing: none}}
conflicts:
  p:
    claims:
      - {of: registration, claimant: registration.partner}
      - {of: assignment, claimant: assignment.manager, covers_all: [products]}
    same: {customer: claim.customer}
    shared: {products: claim.products}
    valid_when:
      - {id: ok, only: registration, require: claim.ok}
      - {id: known, require: known(claim.rank)}
    prefer:
      - {id: agent, only: registration, claim: claim.ok and claim.rank <= 0}
      - {id: rank, lowest: claim.rank}
      - {id: filed, only: registration, earliest: registration.submitted_at}
"""


def union(claims: list[dict[str, object]], assigned: list[dict[str, object]], text: str = UNION) -> Decision:
    known = facts({f"R-{number}": each for number, each in enumerate(claims, start=1)})
    assignments = {
        f"A-{number}": {"customer": "C-1", "manager": "Li", **each} for number, each in enumerate(assigned, 1)
    }
    return decide(text, {**known, "assignments": assignments})


@pytest.mark.parametrize(
    ("claims", "assigned", "expected"),
    [
        pytest.param([{"rank": 1}], [{"rank": 2}], "A-1 lost R-1 won", id="one criterion for both"),
        pytest.param([{"rank": 2}], [{"rank": 1}], "A-1 won R-1 lost", id="the other way round"),
        pytest.param(
            [{"rank": 0}], [{"rank": -1}], "A-1 lost R-1 won", id="a criterion for one sort is false for others"
        ),
        pytest.param([{"rank": 1}], [{"rank": 1}], "A-1 lost R-1 won", id="and none for others, which comes last"),
        pytest.param([{"rank": 1, "ok": False}], [{"rank": 2}], "A-1 won R-1 discarded", id="a condition for one sort"),
        pytest.param([{"rank": 1, "products": ["X"]}], [{"rank": 2}], "A-1 partial R-1 won", id="the other covers all"),
        pytest.param([{"rank": 1}], [{"rank": 2}, {"rank": 2}], "A-1 lost A-2 lost R-1 won", id="three"),
    ],
)
def test_claims_of_two_entities_meet(
    claims: list[dict[str, object]], assigned: list[dict[str, object]], expected: str
) -> None:
    decision = union(claims, assigned)
    assert " ".join(f"{id} {result.outcome}" for id, result in decision["p"].items()) == expected
    for id in decision["p"]:
        found = conflict(decision, id)
        assert found.claimant == ("Li" if id.startswith("A") else "P-1")
        assert set(found.summary()) >= {"outcome", "winners", "decided_by"}


def test_contestants_say_of_which_relation_they_are() -> None:
    (group,) = conflict(union([{"rank": 1}], [{"rank": 2}]), "R-1").groups
    assert [(each.relation, each.claimant) for each in group.contestants] == [
        ("registrations", "P-1"),
        ("assignments", "Li"),
    ]


def test_a_condition_of_other_claims_is_not_asked() -> None:
    decision = union([{"rank": 1, "ok": False}], [{"rank": 2}])
    (group,) = conflict(decision, "A-1").groups
    assert [(each.claim, each.unmet) for each in group.contestants] == [("A-1", ()), ("R-1", ("ok",))]


def test_two_claims_of_one_id_are_refused() -> None:
    known = facts({"R-1": {"rank": 1}})
    known["assignments"] = {"R-1": {"customer": "C-1", "manager": "Li", "rank": 1}}
    with pytest.raises(FactsError, match="R-1") as caught:
        decide(UNION, known)
    assert "`p` decides both" in str(caught.value)


def test_two_claims_of_one_id_are_refused_when_another_policy_asks() -> None:
    text = (
        UNION
        + """\
eligibility:
  paid: {subject: registration, gates: [{id: winner, require: 'passes(registration, "p")'}]}
"""
    )
    known = facts({"R-1": {"rank": 1}})
    known["assignments"] = {"R-1": {"customer": "C-1", "manager": "Li", "rank": 0}}
    with pytest.raises(FactsError, match="R-1"):
        ruleset(text).decide(Facts(known), as_of=AS_OF, policies=["paid"])


# ------------------------------------------------------------------------------------------------------- key accounts

EARLY, LATER, LATE = "2026-02-01T09:00:00+08:00", "2026-02-02T09:00:00+08:00", "2026-02-03T09:00:00+08:00"

KEY_ACCOUNTS = """\
facts: {registration: {ok: boolean}}
conflicts:
  key-account:
    claims:
      - {of: registration, claimant: registration.partner, when: registration.customer.key_account}
      - {of: assignment, claimant: assignment.manager, when: assignment.customer.key_account}
    same: {customer: claim.customer}
    valid_when: [{id: in-charge, only: assignment, require: 'valid(assignment, today)'}]
    prefer:
      - id: approved-first
        only: registration
        claim: >-
          exists(registration.approved_at) and registration.approved_at <= as_of
          and not(some contract in registration.customer.contracts
            satisfies not(exists(contract.partner)) and exists(contract.signed_at)
            and contract.signed_at <= registration.approved_at)
      - {id: manager, only: assignment, claim: true}
      - {id: filing, only: registration, earliest: registration.submitted_at}
"""
MANAGER: dict[str, dict[str, object]] = {"A-1": {"customer": "C-1", "manager": "Li", "valid_from": "2026-01-01"}}


@pytest.mark.parametrize(
    ("approved", "contract", "winner", "decided_by"),
    [
        pytest.param(None, None, "A-1", "manager", id="E16 registered and not approved: the account manager"),
        pytest.param("2026-03-01T09:00:01+08:00", None, "A-1", "manager", id="E16 not approved yet"),
        pytest.param(LATER, None, "R-1", "approved-first", id="E16 registered and approved: the agent"),
        pytest.param(LATER, EARLY, "A-1", "manager", id="E17 the contract was there before the approval"),
        pytest.param(LATER, LATER, "A-1", "manager", id="E17 the contract at the same instant"),
        pytest.param(LATER, LATE, "R-1", "approved-first", id="E17 the contract came after the approval"),
    ],
)
def test_key_accounts(approved: str | None, contract: str | None, winner: str, decided_by: str) -> None:
    contracts: dict[str, dict[str, object]] = (
        {} if contract is None else {"K-1": {"customer": "C-1", "signed_at": contract}}
    )
    known = facts({"R-1": {} if approved is None else {"approved_at": approved}})
    known |= {"customers": {"C-1": {"key_account": True}}, "contracts": contracts, "assignments": MANAGER}
    decision = decide(KEY_ACCOUNTS, known)
    (group,) = conflict(decision, "A-1", "key-account").groups
    assert group == conflict(decision, "R-1", "key-account").groups[0]
    assert (group.winner, group.decided_by and group.decided_by.id) == (winner, decided_by)
    assert {id: result.outcome for id, result in decision["key-account"].items()} == {
        winner: "won",
        ("R-1" if winner == "A-1" else "A-1"): "lost",
    }
