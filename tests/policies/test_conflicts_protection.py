"""Protection of claims: when it ends, what prolongs it, and what takes the place of what. Worked out by hand."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.policies.test_conflicts_edge_cases import EARLY, LATE, LATER, at, facts, registration
from tests.support import AS_OF, decide, ruleset

from partnerrules import Decision, Facts, Record
from partnerrules.decisions.conflicts import ConflictResult

RENEWS = "renews: claim.supersedes, filed: claim.submitted_at"


def rules(protection: str = "from: claim.approved_at, for: 90 days", more: str = "") -> str:
    return f"""\
facts:
  registration: {{protected_from: {{type: date, missing: none}}, days: {{type: days, missing: none}}}}
conflicts:
  p:
    claims: [{{of: registration, claimant: registration.partner}}]
    same: {{customer: claim.customer}}
    protection: {{{protection}}}
    valid_when: [{{id: kept, require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at}}]
    prefer: [{{id: filing, earliest: claim.submitted_at}}]
{more}"""


RENEWING = rules(f"from: claim.approved_at, for: 90 days, {RENEWS}")
PENDING = rules(f"from: claim.approved_at, for: 90 days, {RENEWS}, pending: protected")
EXTENDED = rules("from: claim.approved_at, for: 90 days, extensions: claim.extensions")
BOTH = rules(f"from: claim.approved_at, for: 90 days, extensions: claim.extensions, {RENEWS}")


def outcomes(decision: Decision) -> str:
    return " ".join(result.outcome for result in decision["p"].values())


def claim(decision: Decision, id: str) -> ConflictResult:
    found = decision["p"][id]
    assert isinstance(found, ConflictResult)
    return found


def until(decision: Decision, id: str) -> object:
    return claim(decision, id).summary()["protected_until"]


def failed(decision: Decision, id: str) -> object:
    return claim(decision, id).summary()["failed"]


# --------------------------------------------------------------------------------------------------- begin and end

ENDING = registration("P-1", "2025-11-30T09:00:00+08:00", approved_at="2025-12-01T09:00:00+08:00")
"""Its 90 days end on 1 March at nine, the instant of the decision: 30 in December, 31 in January, 28 in February, 1."""


@pytest.mark.parametrize(
    ("as_of", "outcome", "lacks"),
    [
        (at("2025-12-01T08:59:59.999999"), "discarded", ["protected"]),
        (at("2025-12-01T09:00:00"), "won", []),
        (AS_OF - dt.timedelta(microseconds=1), "won", []),
        (AS_OF, "discarded", ["protected"]),
    ],
    ids=[
        "before it begins it is not valid",
        "when it begins it is",
        "E05 up to the expiry it is",
        "E05 at the expiry it is over",
    ],
)
def test_a_claim_is_valid_from_its_begin_up_to_its_end(as_of: dt.datetime, outcome: str, lacks: list[str]) -> None:
    decision = decide(rules(), facts(ENDING), as_of=as_of)
    assert outcomes(decision) == outcome
    assert failed(decision, "R-1") == lacks
    begun = as_of >= at("2025-12-01T09:00:00")
    assert until(decision, "R-1") == ("2026-03-01T01:00:00+00:00" if begun else None)


@pytest.mark.parametrize(
    ("begins", "length", "end"),
    [
        ("2025-01-15", "90 days", "2025-04-15"),
        ("2024-01-15", "90 days", "2024-04-14"),
        ("2024-12-15", "60 days", "2025-02-13"),
        ("2024-02-29", "12 months", "2025-02-28"),
        ("2023-12-31", "2 months", "2024-02-29"),
    ],
    ids=[
        "P2 case 1",
        "P2 case 2 in a leap year",
        "P15 case 9",
        "E43 a leap day and twelve months",
        "E43 the end of a month",
    ],
)
def test_a_protection_by_days_ends_on_the_day_that_is_not_protected_any_more(
    begins: str, length: str, end: str
) -> None:
    text = rules(f"from: claim.protected_from, for: {length}")
    known = facts(registration("P-1", "2023-01-01T00:00:00Z", protected_from=begins))
    last = dt.date.fromisoformat(end) - dt.timedelta(days=1)
    for day, outcome in ((begins, "won"), (last.isoformat(), "won"), (end, "discarded")):
        decision = decide(text, known, as_of=at(f"{day}T12:00:00"))
        assert outcomes(decision) == outcome, day
        assert until(decision, "R-1") == end


def test_a_claim_that_never_began_is_not_valid() -> None:
    decision = decide(rules(), facts(registration("P-1", approved_at=None), registration("P-2", LATE)))
    assert outcomes(decision) == "discarded won"
    assert until(decision, "R-1") is None
    assert "has not begun" in decision.explain("p", "R-1")


def test_an_end_may_be_a_fact_and_without_one_there_is_no_end() -> None:
    text = rules("from: claim.approved_at, until: claim.expires_at")
    known = facts(
        registration("P-1", expires_at="2026-03-01T09:00:00+08:00"),
        registration("P-2", LATER, expires_at="2026-03-01T09:00:00.000001+08:00"),
        registration("P-3", LATE),
    )
    decision = decide(text, known)
    assert outcomes(decision) == "discarded won lost"
    assert [until(decision, id) for id in ("R-1", "R-2", "R-3")] == [
        "2026-03-01T01:00:00+00:00",
        "2026-03-01T01:00:00.000001+00:00",
        None,
    ]
    assert "without an end" in decision.explain("p", "R-3")


def test_e08_after_the_end_nothing_protects_and_other_policies_see_it() -> None:
    text = rules() + (
        "definitions:\n  protected:\n    of: deal\n"
        "    value: 'exists(deal.registration) and passes(deal.registration, \"p\")'\n"
    )
    known = facts(ENDING, deals={"D-1": {"customer": "C-1", "registration": "R-1"}})
    for as_of, value in ((AS_OF - dt.timedelta(seconds=1), True), (AS_OF + dt.timedelta(days=1), False)):
        assert decide(text, known, as_of=as_of)["protected"]["D-1"].as_data()["value"] is value


# -------------------------------------------------------------------------------------------------------- renewals

OLD = registration("P-1", "2025-10-30T09:00:00+08:00", approved_at="2025-11-01T09:00:00+08:00")
"""Its 90 days end on 30 January at nine: 29 in November, 31 in December, 30 in January."""
RIVAL = registration("P-2", "2026-01-30T09:00:00.5+08:00", approved_at="2026-02-02T09:00:00+08:00")


def renewal(filed: str, of: str = "R-1", approved: str | None = "2026-02-05T09:00:00+08:00") -> dict[str, object]:
    return registration("P-1", filed, supersedes=of, approved_at=approved)


IN_TIME, TOO_LATE = "2026-01-30T08:59:59+08:00", "2026-01-30T09:00:01+08:00"


def test_e06_a_renewal_a_second_late_is_a_new_claim_and_the_rival_holds() -> None:
    decision = decide(RENEWING, facts(OLD, RIVAL, renewal(TOO_LATE)))
    assert outcomes(decision) == "discarded won lost"
    assert failed(decision, "R-1") == ["protected"]
    # An ordinary claim runs from its own approval: 23 days in February, 31 in March, 30 in April, 6 in May.
    assert until(decision, "R-3") == "2026-05-06T01:00:00+00:00"
    assert claim(decision, "R-3").as_data()["protection"]["renews"] is None  # type: ignore[index]


def test_e06_filed_at_the_very_end_is_too_late() -> None:
    decision = decide(RENEWING, facts(OLD, RIVAL, renewal("2026-01-30T09:00:00+08:00")))
    assert claim(decision, "R-3").as_data()["protection"]["renews"] is None  # type: ignore[index]


def test_e07_a_renewal_in_time_keeps_its_place_and_runs_from_the_old_end() -> None:
    decision = decide(RENEWING, facts(OLD, RIVAL, renewal(IN_TIME)))
    assert outcomes(decision) == "discarded lost won"
    # 30 January and 90 days: 1 in January, 28 in February, 31 in March, 30 in April.
    assert until(decision, "R-3") == "2026-04-30T01:00:00+00:00"
    assert claim(decision, "R-3").as_data()["protection"]["renews"] == "R-1"  # type: ignore[index]
    own = claim(decision, "R-3").groups[0].by_claim["R-3"]
    # It comes before the rival by the day on which the old one was filed.
    assert own.criteria[0].value.value == dt.datetime(2025, 10, 30, 1, tzinfo=dt.UTC)
    assert "takes the place of R-1" in decision.explain("p", "R-3")


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        ("2026-01-30T08:59:59.5", RENEWING, "won discarded"),
        ("2026-01-30T08:59:59.5", PENDING, "won discarded"),
        ("2026-02-03T09:00:00", RENEWING, "discarded discarded won"),
        ("2026-02-03T09:00:00", PENDING, "discarded won lost"),
        ("2026-02-05T09:00:00", RENEWING, "discarded won lost"),
        ("2026-02-05T09:00:00", PENDING, "discarded won lost"),
    ],
    ids=[
        "E07 before the old end the old one holds",
        "E07 before the old end the old one holds, pending or not",
        "E07 open while it is not decided",
        "E07 protected while it is not decided",
        "E07 once it is granted there was no gap",
        "E07 once it is granted, protected before",
    ],
)
def test_a_renewal_that_is_not_decided_yet(day: str, text: str, expected: str) -> None:
    known = facts(OLD, renewal(IN_TIME), RIVAL)
    # On the first of these days the rival has not filed yet.
    assert outcomes(decide(text, known, as_of=at(day))) == expected


def test_e07_a_pending_renewal_protects_no_longer_than_it_could_be_granted() -> None:
    known = facts(OLD, renewal(IN_TIME, approved=None), RIVAL)
    assert outcomes(decide(PENDING, known, as_of=at("2026-04-30T08:59:59"))) == "discarded won lost"
    assert outcomes(decide(PENDING, known, as_of=at("2026-04-30T09:00:00"))) == "discarded discarded won"
    told = decide(PENDING, known).explain("p", "R-2")
    assert "while its renewal is not decided" in told


def test_the_old_claim_and_its_renewal_never_meet() -> None:
    # Granted before the old end: both would be valid, and would be equal in all criteria.
    early = renewal("2026-01-10T09:00:00+08:00", approved="2026-01-12T09:00:00+08:00")
    decision = decide(RENEWING, facts(OLD, early), as_of=at("2026-01-20T09:00:00"))
    assert outcomes(decision) == "discarded won"
    assert failed(decision, "R-1") == ["not-renewed"]
    assert until(decision, "R-2") == "2026-04-30T01:00:00+00:00"
    assert "a renewal has taken its place" in decision.explain("p", "R-1")
    before = decide(RENEWING, facts(OLD, early), as_of=at("2026-01-11T09:00:00"))
    assert outcomes(before) == "won discarded"


def test_a_chain_of_renewals_goes_on_from_end_to_end_whatever_the_order_of_the_ids() -> None:
    # R-9, then R-5, then R-1: 30 January, 30 April, 29 July (31 in May, 30 in June, 29 in July).
    chain = {
        "R-9": OLD,
        "R-5": renewal(IN_TIME, "R-9"),
        "R-1": renewal("2026-04-30T08:59:59+08:00", "R-5", "2026-05-10T09:00:00+08:00"),
        "R-3": registration("P-2", "2026-01-01T09:00:00+08:00", approved_at="2026-05-01T09:00:00+08:00"),
    }
    decision = decide(RENEWING, {**facts(), "registrations": chain}, as_of=at("2026-05-11T09:00:00"))
    assert {id: result.outcome for id, result in decision["p"].items()} == {
        "R-1": "won",
        "R-3": "lost",
        "R-5": "discarded",
        "R-9": "discarded",
    }
    assert until(decision, "R-1") == "2026-07-29T01:00:00+00:00"
    # The day before it is granted nobody but the rival stands.
    assert (
        decide(RENEWING, {**facts(), "registrations": chain}, as_of=at("2026-05-09T09:00:00"))["p"]["R-3"].outcome
        == "won"
    )


def test_months_of_a_chain_are_counted_from_the_first_day() -> None:
    text = rules("from: claim.protected_from, for: 1 months, renews: claim.supersedes, filed: date(claim.submitted_at)")
    known = facts(
        registration("P-1", "2026-01-01T00:00:00Z", protected_from="2026-01-31"),
        registration("P-1", "2026-02-20T00:00:00Z", protected_from="2026-02-20", supersedes="R-1"),
    )
    decision = decide(text, known, as_of=at("2026-03-01T09:00:00"))
    # 31 January and a month is 28 February, and two months are 31 March: not 28 March.
    assert (until(decision, "R-1"), until(decision, "R-2")) == ("2026-02-28", "2026-03-31")


def test_a_circle_of_renewals_is_unknown_with_that_reason() -> None:
    known = facts(
        renewal("2026-02-01T09:00:00+08:00", "R-2"),
        renewal("2026-02-02T09:00:00+08:00", "R-1"),
        registration("P-2", LATE),
        renewal("2026-02-20T09:00:00+08:00", "R-2"),
    )
    decision = decide(RENEWING, known)
    assert [decision["p"][id].outcome for id in ("R-1", "R-2")] == ["undetermined", "undetermined"]
    assert {missing.reason for missing in claim(decision, "R-1").missing} == {"circle"}
    assert "refers to itself" in decision.explain("p", "R-1")
    assert all(decision.explain("p", "R-1", language=each) for each in ("zh", "ru"))


def test_a_long_chain_needs_no_deep_recursion() -> None:
    start = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    chain = {}
    for number in range(3000):
        filed = (start + dt.timedelta(days=number)).isoformat()
        chain[f"R-{number:04}"] = registration(
            "P-1", filed, approved_at=filed, **({"supersedes": f"R-{number - 1:04}"} if number else {})
        )
    decision = decide(RENEWING, {**facts(), "registrations": chain})
    last = start + dt.timedelta(days=90 * 3000)
    assert until(decision, "R-2999") == last.isoformat()


def test_what_is_renewed_may_be_out_of_sight() -> None:
    fields = {"partner": "P-1", "customer": "C-1", "supersedes": "R-1", "submitted_at": IN_TIME}
    decision = ruleset(RENEWING).decide(
        Facts([Record("registration", id="R-2", approved_at=LATER, **fields)]), as_of=AS_OF
    )
    assert outcomes(decision) == "undetermined"
    assert ("reference", "R-1") in {(each.reason, each.record) for each in claim(decision, "R-2").missing}


# ------------------------------------------------------------------------------------------------------ extensions


def extension(requested: str, end: str, granted: str | None = "2026-02-05T09:00:00+08:00") -> dict[str, object]:
    found: dict[str, object] = {"requested_at": requested, "expires_at": end}
    return found if granted is None else {**found, "approved_at": granted}


MAY, JUNE, JULY = ("2026-05-01T00:00:00+08:00", "2026-06-01T00:00:00+08:00", "2026-07-01T00:00:00+08:00")


@pytest.mark.parametrize(
    ("extensions", "end"),
    [
        ([extension(IN_TIME, MAY)], MAY),
        ([extension(TOO_LATE, MAY)], None),
        ([extension(IN_TIME, MAY, granted=None)], None),
        ([extension(IN_TIME, MAY, granted="2026-03-02T09:00:00+08:00")], None),
        ([extension("2026-04-30T00:00:00+08:00", JUNE), extension(IN_TIME, MAY)], JUNE),
        ([extension(MAY, JUNE), extension(IN_TIME, MAY)], MAY),
        ([extension("2026-05-02T00:00:00+08:00", JULY), extension(MAY, JUNE), extension(IN_TIME, MAY)], MAY),
        ([extension(IN_TIME, "2025-12-24T00:00:00+08:00")], None),
    ],
    ids=[
        "E07 asked for in time and granted later",
        "E06 asked for a second late",
        "not granted",
        "granted after the decision",
        "a further one asked for before the end that ran then",
        "one asked for at that end",
        "and none after such a gap",
        "one that would end earlier shortens nothing",
    ],
)
def test_extensions_count_if_they_were_asked_for_in_time_and_granted(
    extensions: list[dict[str, object]], end: str | None
) -> None:
    for given in (extensions, extensions[::-1]):
        decision = decide(EXTENDED, facts({**OLD, "extensions": given}, RIVAL))
        assert outcomes(decision) == ("discarded won" if end is None else "won lost")
        expected = "2026-01-30T01:00:00+00:00" if end is None else _utc(end)
        assert until(decision, "R-1") == expected


def _utc(text: str) -> str:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).isoformat()


def test_a_renewal_goes_on_from_the_end_of_the_extension() -> None:
    known = facts({**OLD, "extensions": [extension(IN_TIME, MAY)]}, renewal("2026-04-01T00:00:00+08:00", approved=MAY))
    decision = decide(BOTH, known, as_of=at("2026-05-02T00:00:00"))
    assert outcomes(decision) == "discarded won"
    # 1 May and 90 days: 30 in May, 30 in June, 30 in July.
    assert until(decision, "R-2") == _utc("2026-07-30T00:00:00+08:00")


def test_extensions_that_are_not_known_do_no_harm_before_the_first_end() -> None:
    unknown: Mapping[str, object] = {key: value for key, value in OLD.items() if key != "extensions"}
    early = decide(EXTENDED, facts(dict(unknown), RIVAL), as_of=at("2026-01-30T08:00:00"))
    assert outcomes(early) == "won"  # the rival files an hour later
    late = decide(EXTENDED, facts(dict(unknown), RIVAL))
    assert outcomes(late) == "undetermined undetermined"
    assert {each.field for each in claim(late, "R-1").missing} == {"extensions"}


# -------------------------------------------------------------------------------------------------- what is unknown


def test_a_begin_that_is_not_known_leaves_open_what_hangs_on_it() -> None:
    known = facts(registration("P-1", approved_at={"unknown": True}), registration("P-2", LATER))
    decision = decide(rules(), known)
    assert outcomes(decision) == "undetermined undetermined"
    # Later than a valid one it loses whatever it was, and the other one wins.
    turned = decide(
        rules(), facts(registration("P-1", LATE, approved_at={"unknown": True}), registration("P-2", LATER))
    )
    assert turned["p"]["R-2"].outcome == "won"


def test_protection_of_one_sort_of_claims_only() -> None:
    text = """\
conflicts:
  p:
    claims:
      - {of: registration, claimant: registration.partner}
      - {of: assignment, claimant: assignment.manager}
    same: {customer: claim.customer}
    protection: {only: registration, source: N-9, from: registration.approved_at, for: 90 days}
    prefer: [{id: registered, only: registration, claim: true}]
"""
    known = {**facts(ENDING), "assignments": {"A-1": {"customer": "C-1", "manager": "Li", "valid_from": "2026-01-01"}}}
    assert {id: each.outcome for id, each in decide(text, known)["p"].items()} == {"A-1": "won", "R-1": "discarded"}
    earlier = decide(text, known, as_of=AS_OF - dt.timedelta(seconds=1))
    assert {id: each.outcome for id, each in earlier["p"].items()} == {"A-1": "lost", "R-1": "won"}
    assert claim(earlier, "A-1").protection is None


def test_both_ways_to_write_it_agree() -> None:
    by_hand = """\
conflicts:
  p:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: claim.customer}
    valid_when:
      - {id: approved, require: exists(claim.approved_at) and claim.approved_at <= as_of}
      - {id: running, require: as_of < claim.approved_at + 90 days}
      - {id: kept, require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at}
    prefer: [{id: filing, earliest: claim.submitted_at}]
"""
    known = facts(ENDING, OLD, RIVAL, registration("P-3", EARLY), registration("P-4", LATE, approved_at=None))
    for as_of in (AS_OF, AS_OF - dt.timedelta(seconds=1), at("2026-01-01T00:00:00"), at("2026-02-03T00:00:00")):
        assert outcomes(decide(by_hand, known, as_of=as_of)) == outcomes(decide(rules(), known, as_of=as_of))
