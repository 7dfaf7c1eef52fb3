"""Conflict policies together: one after the other, claims of several entities, and what other policies read of them."""

import datetime as dt

import pytest
from tests.support import AS_OF, codes, decide, ruleset

from partnerrules import Decision, Facts
from partnerrules.decisions.conflicts import ConflictResult

TWO = """\
facts:
  registration: {first: integer, second: integer, key: boolean}
conflicts:
  later:
    claims: [{of: registration, claimant: registration.partner}]
    after: [earlier]
    same: {customer: claim.customer}
    prefer: [{id: second, lowest: claim.second}]
  earlier:
    claims: [{of: registration, claimant: registration.partner, when: registration.key}]
    same: {customer: claim.customer}
    prefer: [{id: first, lowest: claim.first}]
    losers: {consequence: refer}
"""

Relations = dict[str, dict[str, dict[str, object]]]


def registrations(*claims: dict[str, object]) -> Relations:
    standard: dict[str, object] = {"partner": "P-1", "customer": "C-1", "submitted_at": "2026-01-01T00:00:00Z"}
    return {
        "partners": {"P-1": {}},
        "customers": {"C-1": {}},
        "registrations": {f"R-{number}": {**standard, **each} for number, each in enumerate(claims, start=1)},
    }


def claim(first: object, second: object, key: object = True) -> dict[str, object]:
    return {"first": first, "second": second, "key": key}


def outcomes(decision: Decision, policy: str) -> str:
    return " ".join(result.outcome for result in decision[policy].values())


def conflict(decision: Decision, policy: str, id: str) -> ConflictResult:
    found = decision[policy][id]
    assert isinstance(found, ConflictResult)
    return found


# ------------------------------------------------------------------------------------------------- one after another

UNKNOWN: dict[str, object] = {"unknown": True}


@pytest.mark.parametrize(
    ("claims", "earlier", "later"),
    [
        pytest.param([claim(1, 2), claim(2, 1)], "won lost", "won discarded", id="who lost is out"),
        pytest.param([claim(1, 2), claim(1, 1)], "undecided undecided", "lost won", id="undecided is not lost"),
        pytest.param([claim(1, 2), claim(2, 1, key=False)], "won", "lost won", id="not a claim in the earlier one"),
        pytest.param(
            [claim(1, 2), claim(UNKNOWN, 1)], "undetermined undetermined", "undetermined undetermined", id="unknown"
        ),
        pytest.param(
            [claim(1, 1), claim(2, 2), claim(UNKNOWN, 3)],
            "undetermined lost undetermined",
            "undetermined discarded undetermined",
            id="lost for certain",
        ),
        pytest.param(
            [claim(2, 1), claim(1, 3), claim(1, 2)], "lost undecided undecided", "discarded lost won", id="three"
        ),
    ],
)
def test_who_lost_in_the_policy_that_decides_first_is_out_in_the_next_one(
    claims: list[dict[str, object]], earlier: str, later: str
) -> None:
    decision = decide(TWO, registrations(*claims))
    assert outcomes(decision, "earlier") == earlier
    assert outcomes(decision, "later") == later


def test_a_claim_that_is_out_says_where_it_lost() -> None:
    decision = decide(TWO, registrations(claim(1, 2), claim(2, 1)))
    (group,) = conflict(decision, "later", "R-2").groups
    assert [(each.claim, each.outcome, each.lost_before) for each in group.contestants] == [
        ("R-1", "won", ()),
        ("R-2", "discarded", ("earlier",)),
    ]
    assert "earlier" in decision.explain("later", "R-2")


THREE = """\
facts: {registration: {r1: integer, r2: integer, r3: integer}}
conflicts:
"""


def chain(*after: str) -> str:
    """Policies p1, p2, p3 that prefer by r1, r2, r3, with what each decides after."""
    text = THREE
    for number, names in enumerate(after, start=1):
        text += f"  p{number}:\n    claims: [{{of: registration, claimant: registration.partner}}]\n"
        text += f"    after: [{names}]\n" if names else ""
        text += f"    same: {{customer: claim.customer}}\n    prefer: [{{id: c, lowest: claim.r{number}}}]\n"
    return text


def test_an_order_of_three_is_told_by_two_steps_and_a_loss_is_passed_on_by_both() -> None:
    known = registrations({"r1": 1, "r2": 1, "r3": 3}, {"r1": 2, "r2": 1, "r3": 1}, {"r1": 1, "r2": 1, "r3": 2})
    by_steps = decide(chain("", "p1", "p2"), known)
    # R-2 loses in p1 and is out in p2 and p3, though p3 does not name p1.
    assert [outcomes(by_steps, each) for each in ("p1", "p2", "p3")] == [
        "undecided lost undecided",
        "undecided discarded undecided",
        "lost discarded won",
    ]
    by_names = decide(chain("", "p1", "p1, p2"), known)
    assert outcomes(by_names, "p3") == "lost discarded won"


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (("", "", ""), ["conflict-order"] * 3),
        (("", "p1", ""), ["conflict-order"] * 2),
        (("", "p1", "p2"), []),
        (("p2", "p3", ""), []),
        (("", "p1", "p1"), ["conflict-order"]),
        (("p3", "p1", "p2"), ["conflict-order"] * 3),
        (("p1", "p1", "p2"), ["unknown-policy"]),
        (("", "p1", "p2, p0"), ["unknown-policy"]),
    ],
)
def test_policies_that_decide_the_same_claims_say_which_comes_first(after: tuple[str, ...], found: list[str]) -> None:
    assert sorted(codes(chain(*after))) == found


def test_policies_over_other_claims_need_no_order() -> None:
    text = chain("", "p1", "p2").replace(
        "  p2:\n",
        "  other:\n    claims: [{of: assignment, claimant: assignment.manager}]\n"
        "    same: {customer: claim.customer}\n    prefer: [{id: c, earliest: claim.valid_from}]\n  p2:\n",
    )
    assert codes(text) == []


def test_the_order_holds_however_the_policies_are_written() -> None:
    swapped = (
        TWO[: TWO.index("  later:")]
        + TWO[TWO.index("  earlier:") :]
        + TWO[TWO.index("  later:") : TWO.index("  earlier:")]
    )
    known = registrations(claim(1, 2), claim(2, 1))
    one, other = decide(TWO, known), decide(swapped, known)
    for policy in ("earlier", "later"):
        assert {id: each.as_data() for id, each in one[policy].items()} == {
            id: each.as_data() for id, each in other[policy].items()
        }


# -------------------------------------------------------------------------------------------- what other policies read

ASKING = """\
facts:
  registration: {rank: {type: integer, missing: none}, open: boolean}
conflicts:
  p:
    claims: [{of: registration, claimant: registration.partner, when: registration.open}]
    same: {customer: claim.customer}
    shared: {products: claim.products}
    prefer: [{id: rank, lowest: claim.rank}]
    losers: {consequence: co-sell}
tables:
  role:
    subject: registration
    hit: unique
    inputs:
      outcome: outcome(registration, "p")
      share: outcome(registration, "p").consequence
    outputs: {role: text}
    rows: |
      | outcome                   | share   | role         |
      |---------------------------|---------|--------------|
      | won                       | none    | "all"        |
      | partial, lost             | co-sell | "shares"     |
      | undecided                 | none    | "asks"       |
      | discarded, not_applicable | none    | "nothing"    |
eligibility:
  paid:
    subject: registration
    gates: [{id: winner, require: 'passes(registration, "p")'}]
"""


@pytest.mark.parametrize(
    ("claims", "roles", "paid"),
    [
        ([{"rank": 1}], ["all"], "eligible"),
        ([{"rank": 1}, {"rank": 2}], ["all", "shares"], "eligible ineligible"),
        ([{"rank": 2}, {"rank": 1, "products": ["X"]}], ["shares", "all"], "ineligible eligible"),
        ([{"rank": 1}, {"rank": 1}], ["asks", "asks"], "ineligible ineligible"),
        ([{"rank": 1, "products": []}], ["nothing"], "ineligible"),
        ([{"rank": 1}, {"rank": 0, "open": False}], ["all", "nothing"], "eligible ineligible"),
        ([{"rank": 1}, {"rank": UNKNOWN}], [None, None], "undetermined undetermined"),
    ],
)
def test_other_policies_read_outcome_and_consequence(
    claims: list[dict[str, object]], roles: list[str | None], paid: str
) -> None:
    known = registrations(*({"open": True, **each} for each in claims))
    decision = decide(ASKING, {**known, "products": {"X": {}}})
    found = [result.summary()["role"] for result in decision["role"].values()]
    assert [role if isinstance(role, str) else None for role in found] == roles
    assert outcomes(decision, "paid") == paid


def test_losers_alone_have_a_consequence() -> None:
    known = registrations({"rank": 1, "open": True}, {"rank": 2, "open": True}, {"rank": 2, "open": True})
    decision = decide(ASKING, {**known, "products": {}})
    assert [conflict(decision, "p", id).consequence for id in decision["p"]] == [None, "co-sell", "co-sell"]
    plain = decide(ASKING[: ASKING.index("    losers:")], {**known, "products": {}})
    assert [conflict(plain, "p", id).consequence for id in plain["p"]] == [None, None, None]


def test_a_contest_can_be_asked_for_as_of_an_earlier_day() -> None:
    text = (
        TWO
        + """\
definitions:
  won_in_january: {of: registration, value: 'passes(registration, "earlier") at 2026-01-31'}
"""
    )
    known = registrations(claim(2, 1), {**claim(1, 1), "submitted_at": "2026-02-01T00:00:00Z"})
    decision = decide(text, known)
    assert outcomes(decision, "earlier") == "lost won"
    assert decision["won_in_january"]["R-1"].as_data()["value"] is True


# -------------------------------------------------------------------------------------------------------- whole results


def test_one_subject_alone_meets_the_others_all_the_same() -> None:
    known = registrations(claim(1, 2), claim(2, 1))
    whole = decide(TWO, known)
    part = ruleset(TWO).decide(Facts(known), as_of=AS_OF, policies=["later"], subjects=["R-2"])
    assert list(part["later"]) == ["R-2"]
    assert part["later"]["R-2"].as_data() == whole["later"]["R-2"].as_data()


def test_without_a_trace_the_outcomes_are_the_same() -> None:
    known = registrations(claim(1, 2), claim(2, 1), claim(1, 1))
    with_trace = decide(TWO, known)
    without = ruleset(TWO).decide(Facts(known), as_of=AS_OF, trace=False)
    for policy in ("earlier", "later"):
        assert outcomes(without, policy) == outcomes(with_trace, policy)
        assert without.explain(policy, "R-1").splitlines()[0] == with_trace.explain(policy, "R-1").splitlines()[0]


def test_a_later_day_sees_later_claims() -> None:
    known = registrations(claim(2, 1), {**claim(1, 1), "submitted_at": "2026-03-02T00:00:00Z"})
    assert outcomes(decide(TWO, known), "earlier") == "won"
    assert outcomes(decide(TWO, known, as_of=AS_OF + dt.timedelta(days=1)), "earlier") == "lost won"


def test_the_contests_of_a_policy_are_each_told_once() -> None:
    known = registrations(
        {"rank": 1, "open": True, "products": ["X", "Y"]},
        {"rank": 2, "open": True, "products": ["Y", "X", "Z"]},
        {"rank": 3, "open": True, "products": ["Z"]},
        {"rank": 4, "open": True, "customer": "C-2"},
        {"rank": 0, "open": False},
    )
    known["customers"]["C-2"] = {}
    decision = decide(ASKING, {**known, "products": {"X": {}, "Y": {}, "Z": {}}})
    groups = decision["p"].groups
    assert [(group.winner, [each.claim for each in group.contestants]) for group in groups] == [
        ("R-1", ["R-1", "R-2"]),
        ("R-2", ["R-2", "R-3"]),
        ("R-4", ["R-4"]),
    ]
    assert [
        sorted(cell["products"] for cell in group.cells if isinstance(cell["products"], str)) for group in groups
    ] == [
        ["X", "Y"],
        ["Z"],
        ["*"],
    ]
    assert [group.contested for group in groups] == [True, True, False]
    assert decision["role"].groups == ()


def test_the_contests_of_claims_of_unknown_identity_are_told_too() -> None:
    known = registrations(claim(1, 2), claim(2, 1))
    known["registrations"]["R-2"]["key"] = UNKNOWN
    groups = decide(TWO, known)["earlier"].groups
    assert [group.outcome for group in groups] == ["won"]
    assert [(each.claim, each.outcome) for each in groups[0].contestants] == [("R-1", "won"), ("R-2", "undetermined")]


def test_who_cannot_have_lost_before_is_in_whatever_else_is_not_known() -> None:
    text = """\
conflicts:
  key-account:
    claims: [{of: registration, claimant: registration.partner, when: registration.customer.key_account}]
    same: {customer: claim.customer}
    prefer: [{id: approved, claim: exists(claim.approved_at)}]
  later:
    claims: [{of: registration, claimant: registration.partner}]
    after: [key-account]
    same: {customer: claim.customer}
    prefer: [{id: first, earliest: claim.submitted_at}]
"""
    claims = {"R-1": {"partner": "P-1", "customer": "C-1", "submitted_at": "2026-02-01T00:00Z"}}
    # Whether the customer is a key account nobody knows. If it is, the only claim wins; if not, it is not asked there.
    decision = decide(text, {"partners": {"P-1": {}}, "customers": {"C-1": {}}, "registrations": claims})
    assert [decision[policy]["R-1"].outcome for policy in ("key-account", "later")] == ["undetermined", "won"]
