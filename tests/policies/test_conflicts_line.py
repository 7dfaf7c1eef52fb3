"""Several holders, shared claims, the line of those that lost, and what is reconsidered. Worked out by hand."""

from pathlib import Path

import pytest
from tests.policies.contested import UNKNOWN, claim, conflict, facts, outcomes, policy
from tests.policies.test_conflicts_edge_cases import EARLY, LATE, LATER, at, registration
from tests.policies.test_conflicts_edge_cases import facts as known_facts
from tests.support import HEAD, decide, in_folder, ruleset

from partnerrules import Decision
from partnerrules.cases import run_cases
from partnerrules.decisions.conflicts import ConflictResult, ContestGroup

SHARED = policy(more="    otherwise: shared\n")
TWO = policy(more="    holders: 2\n")
TWO_SHARED = policy(more="    holders: 2\n    otherwise: shared\n")
LOSERS = policy(more="    losers: {consequence: co_sell}\n")
ALL = policy(more="    holders: 2\n    otherwise: shared\n    losers: {consequence: co_sell}\n")


def ranked(*ranks: int | None) -> dict[str, dict[str, dict[str, object]]]:
    """Claims R-1, R-2 and so on to everything, with these ranks; the lowest comes first."""
    return facts({f"R-{number}": claim(rank) for number, rank in enumerate(ranks, start=1)})


def numbers(decision: Decision, key: str) -> list[object]:
    return [result.as_data()[key] for result in decision["p"].values()]


def group_of(decision: Decision, id: str = "R-1") -> ContestGroup:
    (group,) = conflict(decision, id).groups
    return group


# ------------------------------------------------------------------------------------------- several that hold the same


@pytest.mark.parametrize(
    ("text", "ranks", "expected", "places", "holders"),
    [
        (SHARED, (1, 2), "won lost", [1, None], [1, None]),
        (SHARED, (1, 1, 2), "shared shared lost", [1, 1, None], [2, 2, None]),
        (SHARED, (2, 1, 2), "lost won lost", [None, 1, None], [None, 1, None]),
        (TWO, (1, 2), "won won", [1, 2], [2, 2]),
        (TWO, (3, 1, 2), "lost won won", [None, 1, 2], [None, 2, 2]),
        (TWO, (1, 1, 2), "won won lost", [1, 1, None], [2, 2, None]),
        (TWO, (1, 2, 2), "won undecided undecided", [1, None, None], [1, None, None]),
        (TWO, (1, 1, 1), "undecided undecided undecided", [None] * 3, [None] * 3),
        (TWO, (5,), "won", [1], [1]),
        (TWO_SHARED, (1, 2, 2, 3), "won shared shared lost", [1, 2, 2, None], [3, 3, 3, None]),
        (TWO_SHARED, (1, 1, 1), "shared shared shared", [1, 1, 1], [3, 3, 3]),
    ],
    ids=[
        "one comes first and holds it alone",
        "two are equal and share it",
        "equals behind the first share nothing",
        "P15 two may hold it and two do",
        "P15 the first two of three",
        "equals within the places both win",
        "equals at the last place are undecided",
        "more equals than places",
        "alone where two might",
        "equals at the last place share it beside the first",
        "more equals than places share them",
    ],
)
def test_who_holds_it(
    text: str, ranks: tuple[int, ...], expected: str, places: list[object], holders: list[object]
) -> None:
    decision = decide(text, ranked(*ranks))
    assert outcomes(decision) == expected
    assert numbers(decision, "place") == places
    assert numbers(decision, "holders") == holders


def test_a_contest_names_all_that_hold_it_and_what_parts_them_from_the_next() -> None:
    group = group_of(decide(TWO, ranked(3, 1, 2)))
    assert (group.outcome, group.winner, group.holders) == ("won", "R-2", ("R-2", "R-3"))
    assert group.decided_by is not None
    assert group.decided_by.id == "rank"
    shared = group_of(decide(SHARED, ranked(1, 1, 2)))
    assert (shared.outcome, shared.winner, shared.holders) == ("shared", None, ("R-1", "R-2"))
    assert conflict(decide(SHARED, ranked(1, 1, 2)), "R-3").summary()["winners"] == ["R-1", "R-2"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("    otherwise: shared\n", "partial shared lost"),
        ("    otherwise: shared\n    indivisible: true\n", "undecided shared lost"),
    ],
)
def test_shared_in_one_cell_and_lost_in_another(more: str, expected: str) -> None:
    # share X; in Y R-1 comes after R-3... which loses X to both.
    known = facts({"R-1": claim(2, "XY"), "R-2": claim(2, "X"), "R-3": claim(1, "Y"), "R-4": claim(3, "X")})
    decision = decide(policy(more=more), known)
    found = {id: result.outcome for id, result in decision["p"].items()}
    assert found == dict(zip(("R-1", "R-2", "R-4"), expected.split(), strict=True)) | {"R-3": "won"}


def test_the_number_that_is_told_is_the_greatest_of_all_cells() -> None:
    known = facts({"R-1": claim(1, "XY"), "R-2": claim(1, "X"), "R-3": claim(1, "X")})
    result = conflict(decide(SHARED, known), "R-1")
    assert (result.outcome, result.holders, result.place) == ("shared", 3, 1)


def test_what_is_shared_passes_and_other_policies_split_by_the_number_of_holders() -> None:
    text = SHARED + (
        "definitions:\n"
        "  split:\n"
        "    of: registration\n"
        "    value: >-\n"
        '      if passes(registration, "p") and exists(outcome(registration, "p").holders)\n'
        '      then 600 / outcome(registration, "p").holders else 0\n'
    )
    decision = decide(text, ranked(1, 1, 2))
    assert [result.as_data()["value"] for result in decision["split"].values()] == ["300", "300", "0"]


# ------------------------------------------------------------------------------------------------------------- the line


def test_the_line_is_in_the_order_of_prefer_if_it_has_none_of_its_own() -> None:
    decision = decide(LOSERS, ranked(3, 1, 2, 3))
    assert outcomes(decision) == "lost won lost lost"
    assert numbers(decision, "place_in_line") == [2, None, 1, 2]
    group = group_of(decision)
    assert (group.line, group.next_in_line) == (("R-3", "R-1", "R-4"), ("R-3",))


def test_a_line_needs_no_word_for_losers() -> None:
    result = conflict(decide(policy(more="    losers: {}\n"), ranked(1, 2)), "R-2")
    assert (result.place_in_line, result.consequence) == (1, None)


def test_the_line_begins_behind_all_that_hold_it() -> None:
    decision = decide(ALL, ranked(1, 2, 2, 3, 4))
    assert outcomes(decision) == "won shared shared lost lost"
    assert numbers(decision, "place_in_line") == [None, None, None, 1, 2]


def test_nobody_is_next_where_nobody_holds_it() -> None:
    decision = decide(LOSERS, ranked(1, 1, 2))
    assert outcomes(decision) == "undecided undecided lost"
    assert numbers(decision, "place_in_line") == [None, None, 1]
    assert group_of(decision).next_in_line == ()


def test_P15_the_second_partner_of_an_end_user_gets_half() -> None:  # noqa: N802 - the id of the programme
    text = LOSERS + (
        "tables:\n  discount:\n    subject: registration\n    hit: first\n"
        "    inputs: {outcome: 'outcome(registration, \"p\")', place: 'registration.line_place'}\n"
        "    outputs: {discount: ratio}\n"
        "    rows: |\n"
        "      | outcome | place | discount |\n"
        "      |---------|-------|----------|\n"
        "      | won     | -     | 20 %     |\n"
        "      | lost    | 1     | 10 %     |\n"
        "      | -       | -     | 0 %      |\n"
        "definitions:\n"
        "  line_place:\n"
        "    of: registration\n"
        "    value: >-\n"
        '      if exists(outcome(registration, "p").place_in_line)\n'
        '      then outcome(registration, "p").place_in_line else 0\n'
    )
    decision = decide(text, ranked(2, 1, 3))
    found = [result.as_data()["outputs"]["discount"] for result in decision["discount"].values()]  # type: ignore[index]
    assert found == ["10 %", "20 %", "0 %"]


def test_a_place_that_hangs_on_what_is_not_known_is_not_known() -> None:
    text = policy(more="    valid_when: [{id: ok, require: claim.ok}]\n    losers: {consequence: co_sell}\n")
    known = facts({"R-1": claim(1), "R-2": claim(2, ok=UNKNOWN), "R-3": claim(3), "R-4": claim(2)})
    decision = decide(text, known)
    assert outcomes(decision) == "won undetermined lost lost"
    # Equal to the one in doubt it is first in line; behind both it is second or third.
    assert conflict(decision, "R-4").place_in_line == 1
    assert conflict(decision, "R-3").as_data()["place_in_line"] != 2
    assert group_of(decision).next_in_line == ("R-4",)


# -------------------------------------------------------------------------------------------------------- reconsidered

P2 = """\
conflicts:
  p:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: claim.customer}
    valid_when: [{id: kept, require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at}]
    prefer:
      - {id: relation, claim: 'some choice in claim.customer.choices satisfies choice.partner = claim.partner'}
      - {id: filing, earliest: claim.submitted_at}
    losers:
      consequence: co_sell
      queue: [{id: receipt, earliest: claim.submitted_at}]
      awarded: exists(claim.approved_at) and claim.approved_at <= as_of
      entered: claim.submitted_at
      fell: claim.withdrawn_at
"""

CHOSEN = {"C-1": {"choices": [{"partner": "P-3", "written": True}]}}
"""P-3 has the better relation with the customer."""


def submitted(partner: str, filed: str, **more: object) -> dict[str, object]:
    return registration(partner, filed, **{"approved_at": None, **more})


def results(decision: Decision) -> dict[str, str]:
    return {id: result.outcome for id, result in decision["p"].items()}


def test_P2_without_an_award_prefer_decides_and_the_line_is_by_receipt() -> None:  # noqa: N802
    known = known_facts(submitted("P-2", LATER), submitted("P-3", LATE), submitted("P-1", EARLY), customers=CHOSEN)
    decision = decide(P2, known)
    assert results(decision) == {"R-1": "lost", "R-2": "won", "R-3": "lost"}
    group = group_of(decision)
    assert not group.reconsidered
    assert (group.line, group.next_in_line) == (("R-3", "R-1"), ("R-3",))
    assert "next in line: P-1 (R-3)" in decision.explain("p", "R-1")


def test_P2_the_others_are_reconsidered_in_order_of_submission() -> None:  # noqa: N802
    # R-1 held it by approval and was withdrawn. P-3 has the better relation, and was later than P-2.
    gone = submitted("P-1", EARLY, approved_at="2026-02-10T09:00:00+08:00", withdrawn_at="2026-02-15T09:00:00+08:00")
    known = known_facts(gone, submitted("P-2", LATER), submitted("P-3", LATE), customers=CHOSEN)
    before = decide(P2, known, as_of=at("2026-02-14T09:00:00"))
    assert results(before) == {
        "R-1": "lost",
        "R-2": "lost",
        "R-3": "won",
    }  # prefer decides: nobody says that it was P-1's
    decision = decide(P2, known)
    assert results(decision) == {"R-1": "discarded", "R-2": "won", "R-3": "lost"}
    group = group_of(decision)
    assert group.reconsidered
    assert group.decided_by is not None
    assert group.decided_by.id == "receipt"
    assert "the others follow in their line" in decision.explain("p", "R-2")


def test_P2_case_3_a_corrected_resubmission_goes_last() -> None:  # noqa: N802
    # A at ten, found ineligible; B at eleven; A again at twelve.
    first = submitted("P-1", "2026-02-10T10:00:00+08:00", withdrawn_at="2026-02-10T10:30:00+08:00")
    known = known_facts(
        first,
        submitted("P-2", "2026-02-10T11:00:00+08:00"),
        submitted("P-1", "2026-02-10T12:00:00+08:00"),
        customers={"C-1": {"choices": []}},
    )
    decision = decide(P2, known)
    assert results(decision) == {"R-1": "discarded", "R-2": "won", "R-3": "lost"}
    assert group_of(decision, "R-2").next_in_line == ("R-3",)


def test_P2_case_4_the_loser_gets_the_co_sell_rate() -> None:  # noqa: N802
    known = known_facts(
        submitted("P-1", EARLY, approved_at=LATE), submitted("P-2", LATER), customers={"C-1": {"choices": []}}
    )
    decision = decide(P2, known)
    assert [result.as_data()["consequence"] for result in decision["p"].values()] == [None, "co_sell"]


def test_e15_the_next_by_receipt_and_the_resubmission_last_whatever_prefer_says() -> None:
    gone = submitted("P-3", EARLY, approved_at="2026-02-10T09:00:00+08:00", withdrawn_at="2026-02-15T09:00:00+08:00")
    known = known_facts(
        gone,
        submitted("P-1", LATE),
        submitted("P-2", LATER),
        submitted("P-3", "2026-02-16T09:00:00+08:00"),
        customers=CHOSEN,
    )
    decision = decide(P2, known)
    assert results(decision) == {"R-1": "discarded", "R-2": "lost", "R-3": "won", "R-4": "lost"}
    assert group_of(decision, "R-2").line == ("R-2", "R-4")


def test_one_that_holds_it_by_record_keeps_it_when_another_one_falls_away() -> None:
    # R-1 fell away, R-3 was awarded after it: R-2, though earlier, does not come before it.
    gone = submitted("P-1", EARLY, approved_at="2026-02-10T09:00:00+08:00", withdrawn_at="2026-02-15T09:00:00+08:00")
    awarded = submitted("P-3", LATE, approved_at="2026-02-20T09:00:00+08:00")
    known = known_facts(gone, submitted("P-2", LATER), awarded, customers={"C-1": {"choices": []}})
    decision = decide(P2, known)
    assert results(decision) == {"R-1": "discarded", "R-2": "lost", "R-3": "won"}
    group = group_of(decision)
    assert group.decided_by is not None
    assert group.decided_by.kind == "awarded"
    for language, words in (("en", "the award on record"), ("zh", "已有的授予记录"), ("ru", "прежнее закрепление")):
        assert words in decision.explain("p", "R-2", language=language)


def test_a_renewal_is_no_falling_away() -> None:
    text = P2.replace(
        "    valid_when:",
        "    protection: {from: claim.approved_at, for: 90 days, renews: claim.supersedes, filed: claim.submitted_at}\n"
        "    valid_when:",
    )
    old = submitted("P-1", EARLY, approved_at=LATER)
    renewal = submitted("P-1", "2026-02-20T09:00:00+08:00", approved_at="2026-02-21T09:00:00+08:00", supersedes="R-1")
    rival = submitted("P-3", LATER, approved_at="2026-02-22T09:00:00+08:00")
    decision = decide(text, known_facts(old, renewal, rival, customers=CHOSEN))
    assert results(decision) == {"R-1": "discarded", "R-2": "lost", "R-3": "won"}
    assert not group_of(decision).reconsidered


def test_whether_it_is_reconsidered_may_not_matter() -> None:
    gone = submitted("P-1", EARLY, approved_at={"unknown": True}, withdrawn_at="2026-02-15T09:00:00+08:00")
    # Prefer and receipt both put R-2 first.
    same = decide(P2, known_facts(gone, submitted("P-3", LATER), submitted("P-2", LATE), customers=CHOSEN))
    assert results(same) == {"R-1": "discarded", "R-2": "won", "R-3": "lost"}
    # Prefer puts R-3 first, receipt R-2.
    other = decide(P2, known_facts(gone, submitted("P-2", LATER), submitted("P-3", LATE), customers=CHOSEN))
    assert results(other) == {"R-1": "discarded", "R-2": "undetermined", "R-3": "undetermined"}
    assert {each.field for each in conflict(other, "R-2").missing} == {"approved_at"}


# -------------------------------------------------------------------------------------------------- stories and points


def test_shared_claims_and_lines_are_told_in_every_language() -> None:
    decision = decide(ALL, ranked(1, 2, 2, 3))
    told = {language: decision.explain("p", "R-2", language=language) for language in ("en", "zh", "ru")}
    assert 'P-1 shares "p" with R-2' in told["en"]
    assert "与他方共享" in told["zh"]
    assert "делит" in told["ru"]
    shared = decide(SHARED, ranked(1, 1))
    assert "shared by P-1 (R-1), P-1 (R-2), equal by every criterion" in shared.explain("p", "R-1")


CASES = """\
cases:
  - name: the line after a withdrawal
    as_of: 2026-03-01T09:00:00+08:00
    facts:
      customers: {C-1: {choices: []}}
      partners: {P-1: {}, P-2: {}, P-3: {}}
      registrations:
        R-1: {partner: P-1, customer: C-1, submitted_at: 2026-02-01T09:00:00+08:00,
              approved_at: 2026-02-02T09:00:00+08:00, withdrawn_at: 2026-02-03T09:00:00+08:00}
        R-2: {partner: P-2, customer: C-1, submitted_at: 2026-02-01T10:00:00+08:00}
        R-3: {partner: P-3, customer: C-1, submitted_at: 2026-02-01T11:00:00+08:00}
    expect:
      p:
        R-2: {outcome: won, reconsidered: true, decided_by: receipt, next_in_line: [R-3]}
        R-3: {outcome: lost, place_in_line: 1, winners: [R-2]}
"""


def test_cases_expect_the_line_and_reach_it(tmp_path: Path) -> None:
    in_folder({"ruleset.yaml": HEAD + P2, "cases.yaml": CASES}, tmp_path)
    report = run_cases(tmp_path, coverage=True)
    assert report.ok, str(report)
    (coverage,) = report.coverage
    assert sorted(coverage.unreached) == ["criterion filing decides", "criterion relation decides", "outcome undecided"]


def test_the_parts_that_cases_should_reach() -> None:
    (version,) = ruleset(SHARED).versions
    assert version.policies["p"].points == ("outcome won", "outcome lost", "outcome shared", "criterion rank decides")
    (version,) = ruleset(P2).versions
    assert "reconsidered" in version.policies["p"].points


def test_a_result_without_new_keys_is_what_it_was() -> None:
    result = conflict(decide(policy(), ranked(1, 2)), "R-2")
    assert isinstance(result, ConflictResult)
    data = result.as_data()
    assert [data[key] for key in ("place", "holders", "place_in_line", "protection")] == [None] * 4
