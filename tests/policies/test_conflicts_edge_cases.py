"""The edge cases E01 to E15 of conflicts, each worked by hand from what an expert of the field expects."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from tests.support import AS_OF, SHANGHAI, decide

from partnerrules import Decision
from partnerrules.decisions.conflicts import ConflictResult

RULES = """\
parameters:
  protection: {value: 90 days}
definitions:
  counted_choices:
    of: customer
    value: >-
      customer.choices[written and dated <= today
        and not(some deal in customer.deals satisfies exists(deal.signed_at) and date(deal.signed_at) < item.dated)]
  first_end:
    of: registration
    value: if exists(registration.approved_at) then registration.approved_at + protection else registration.submitted_at
  granted:
    of: registration
    value: registration.extensions[exists(approved_at) and approved_at <= as_of and requested_at < subject.first_end]
  protected_until:
    of: registration
    value: if count(registration.granted) >= 1 then max(registration.granted.expires_at) else registration.first_end
  filed_at:
    of: registration
    value: >-
      if exists(registration.supersedes) and registration.submitted_at < registration.supersedes.first_end
      then registration.supersedes.submitted_at else registration.submitted_at
conflicts:
  same-customer:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: 'if_unknown(claim.customer.tax_number, claim.customer.id)'}
    shared: {products: claim.products}
    valid_when:
      - {id: approved, require: exists(claim.approved_at) and claim.approved_at <= as_of}
      - {id: running, require: as_of < claim.protected_until}
      - {id: kept, require: not(exists(claim.withdrawn_at)) or as_of < claim.withdrawn_at}
      - {id: in-standing, require: 'not(sanctioned(claim.partner, "suspend", as_of))'}
    prefer:
      - id: choice
        claim: >-
          some choice in claim.customer.counted_choices satisfies choice.partner = claim.partner
          and (every other in claim.customer.counted_choices satisfies other.dated <= choice.dated)
      - {id: signing, when: exists(claim.contract), earliest: claim.contract.signed_at}
      - {id: filing, earliest: claim.filed_at}
tables:
  commission:
    subject: deal
    hit: first
    inputs: {protected: 'exists(deal.registration) and passes(deal.registration, "same-customer")'}
    outputs: {rate: ratio}
    rows: |
      | protected | rate |
      |-----------|------|
      | true      | 15 % |
      | false     | 10 % |
"""

EARLY, LATER, LATE = "2026-02-01T09:00:00+08:00", "2026-02-02T09:00:00+08:00", "2026-02-03T09:00:00+08:00"


def registration(partner: str, filed: str = EARLY, **fields: object) -> dict[str, object]:
    """A registration of C-1 that was approved on 10 February, unless it is said otherwise."""
    standard = {"customer": "C-1", "submitted_at": filed, "approved_at": "2026-02-10T09:00:00+08:00", "extensions": []}
    return {"partner": partner, **standard, **fields}


def choice(partner: str, dated: str, *, written: bool = True) -> dict[str, object]:
    return {"partner": partner, "dated": dated, "written": written}


def facts(*registrations: dict[str, object], **more: object) -> dict[str, object]:
    """Facts in which the registrations are R-1, R-2 and so on, and all that is not said is known not to be."""
    return {
        "partners": {f"P-{number}": {} for number in range(1, 5)},
        "customers": {"C-1": {"choices": []}},
        "products": {"X": {}, "Y": {}, "Z": {}},
        "registrations": {f"R-{number}": each for number, each in enumerate(registrations, start=1)},
        "sanctions": {},
        "deals": {},
        "contracts": {},
        **more,
    }


def chosen(*choices: dict[str, object]) -> dict[str, object]:
    return {"C-1": {"choices": list(choices)}}


@dataclass(frozen=True)
class Case:
    """What is known, and what comes of each claim.

    Attributes:
        facts: what is known.
        outcomes: of R-1, R-2 and so on.
        decided_by: the criterion that decides, or None.
        failed: for a claim that is out, the conditions that it does not meet.
        as_of: the instant of the decision.
    """

    facts: Mapping[str, object]
    outcomes: str
    decided_by: str | None = None
    failed: Mapping[str, list[str]] = field(default_factory=dict)
    as_of: dt.datetime = AS_OF


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


EXPIRING = registration("P-1", "2025-11-30T09:00:00+08:00", approved_at="2025-12-01T09:00:00+08:00")
"""Approved on 1 December at nine: its 90 days end on 1 March at nine, the instant of the decision."""

OLD = registration("P-1", "2025-10-30T09:00:00+08:00", approved_at="2025-11-01T09:00:00+08:00")
"""Approved on 1 November at nine: its 90 days end on 30 January at nine."""


def extended(requested: str) -> dict[str, object]:
    """The old registration with a prolongation up to May that was granted on 5 February."""
    granted = {"approved_at": "2026-02-05T09:00:00+08:00", "expires_at": "2026-05-01T00:00:00+08:00"}
    return {**OLD, "extensions": [{"requested_at": requested, **granted}]}


def renewal(filed: str) -> dict[str, object]:
    return registration("P-1", filed, supersedes="R-1", approved_at="2026-02-05T09:00:00+08:00")


RIVAL = registration("P-2", "2026-01-30T09:00:00.5+08:00", approved_at="2026-02-02T09:00:00+08:00")
SUSPENDED = {
    "S-1": {
        "partner": "P-1",
        "effects": ["suspend"],
        "starts_at": "2026-02-20T00:00:00+08:00",
        "ends_at": "2026-04-01T00:00:00+08:00",
    }
}
CONTRACTS = {"contracts": {"K-1": {"partner": "P-1", "signed_at": LATE}, "K-2": {"partner": "P-2", "signed_at": LATER}}}
WITHDRAWN = {"withdrawn_at": "2026-02-15T09:00:00+08:00"}
RESUBMITTED = facts(
    registration("P-1", EARLY, **WITHDRAWN),
    registration("P-3", LATE),
    registration("P-2", LATER),
    registration("P-1", "2026-02-16T09:00:00+08:00", approved_at="2026-02-17T09:00:00+08:00"),
)

CASES = [
    pytest.param(
        Case(
            facts(
                registration("P-1", "2026-02-01T09:00:00.000002+08:00"),
                registration("P-2", "2026-02-01T09:00:00.000001+08:00"),
            ),
            "lost won",
            "filing",
        ),
        id="E01 a microsecond earlier is earlier",
    ),
    pytest.param(
        Case(facts(registration("P-1"), registration("P-2")), "undecided undecided"),
        id="E02 the same instant decides nothing",
    ),
    pytest.param(
        Case(
            facts(registration("P-1", "2026-02-01T09:00:00+08:00"), registration("P-2", "2026-02-01T01:00:00Z")),
            "undecided undecided",
        ),
        id="E03 one instant in two time zones",
    ),
    pytest.param(
        Case(
            facts(registration("P-1", "2026-02-01T02:00:00Z"), registration("P-2", "2026-02-01T09:00:00+08:00")),
            "lost won",
            "filing",
        ),
        id="E03 an earlier instant whose text is later",
    ),
    pytest.param(
        Case(facts(EXPIRING), "discarded", failed={"R-1": ["running"]}), id="E05 at the expiry itself it is over"
    ),
    pytest.param(
        Case(facts(EXPIRING), "won", as_of=AS_OF - dt.timedelta(microseconds=1)), id="E05 up to the expiry it is not"
    ),
    pytest.param(
        Case(
            facts(OLD, RIVAL, renewal("2026-01-30T09:00:01+08:00")),
            "discarded won lost",
            "filing",
            {"R-1": ["running"]},
        ),
        id="E06 a renewal a second late comes after the rival",
    ),
    pytest.param(
        Case(facts(extended("2026-01-30T09:00:01+08:00"), RIVAL), "discarded won", failed={"R-1": ["running"]}),
        id="E06 a prolongation asked for a second late prolongs nothing",
    ),
    pytest.param(
        Case(
            facts(OLD, RIVAL, renewal("2026-01-30T08:59:59+08:00")),
            "discarded lost won",
            "filing",
            {"R-1": ["running"]},
        ),
        id="E07 a renewal in time keeps the place of the registration that it renews",
    ),
    pytest.param(
        Case(facts(extended("2026-01-30T08:59:59+08:00"), RIVAL), "won lost", "filing"),
        id="E07 a prolongation asked for in time and granted later leaves no gap",
    ),
    pytest.param(
        Case(
            facts(extended("2026-01-30T08:59:59+08:00"), RIVAL),
            "discarded won",
            failed={"R-1": ["running"]},
            as_of=at("2026-02-03T09:00:00"),
        ),
        id="E07 before it is granted it is not counted",
    ),
    pytest.param(
        Case(
            facts(
                registration("P-1", LATER),
                registration("P-2"),
                customers=chosen(choice("P-1", "2026-02-21")),
                deals={"D-1": {"customer": "C-1", "signed_at": "2026-02-20T12:00:00+08:00"}},
            ),
            "lost won",
            "filing",
        ),
        id="E09 a choice after the signature of the deal is ignored",
    ),
    pytest.param(
        Case(
            facts(
                registration("P-1", LATER),
                registration("P-2"),
                customers=chosen(choice("P-1", "2026-02-20")),
                deals={"D-1": {"customer": "C-1", "signed_at": "2026-02-20T12:00:00+08:00"}},
            ),
            "won lost",
            "choice",
        ),
        id="E09 a choice on the day of the signature counts",
    ),
    pytest.param(
        Case(
            facts(
                registration("P-1"),
                registration("P-2", LATER),
                customers=chosen(
                    choice("P-1", "2026-03-02"),
                    choice("P-1", "2026-02-20", written=False),
                    choice("P-2", "2026-02-15"),
                    choice("P-1", "2026-01-10"),
                ),
            ),
            "lost won",
            "choice",
        ),
        id="E10 the latest written choice before the decision",
    ),
    pytest.param(
        Case(
            facts(
                registration("P-1"),
                registration("P-2", LATE),
                registration("P-3", LATER),
                customers=chosen(choice("P-1", "2026-02-15")),
                sanctions=SUSPENDED,
            ),
            "discarded lost won",
            "filing",
            {"R-1": ["in-standing"]},
        ),
        id="E11 the choice of a suspended partner falls away and the next criterion decides",
    ),
    pytest.param(
        Case(
            facts(
                registration("P-1", LATE, contract="K-1"),
                registration("P-2", EARLY, contract="K-2"),
                customers=chosen(choice("P-1", "2026-02-15")),
                **CONTRACTS,
            ),
            "won lost",
            "choice",
        ),
        id="E12 the choice comes before the signature",
    ),
    pytest.param(
        Case(
            facts(registration("P-1", EARLY, contract="K-1"), registration("P-2", LATE, contract="K-2"), **CONTRACTS),
            "lost won",
            "signing",
        ),
        id="E12 without a choice the earlier signature decides",
    ),
    pytest.param(
        Case(
            facts(
                registration("P-1", LATER, customer="C-1"),
                registration("P-2", EARLY, customer="C-2"),
                registration("P-3", LATE, customer="C-3"),
                customers={
                    "C-1": {"legal_name": "Huaxin", "tax_number": "91-1", "choices": []},
                    "C-2": {"legal_name": "Hua Xin Ltd", "tax_number": "91-1", "choices": []},
                    "C-3": {"legal_name": "Huaxin", "choices": []},
                },
            ),
            "lost won won",
            "filing",
        ),
        id="E13 one tax number is one customer, and without one the record is",
    ),
    pytest.param(
        Case(facts(registration("P-1", products=["X", "Y"]), registration("P-2", products=["Z"])), "won won"),
        id="E14 disjoint products do not meet",
    ),
    pytest.param(
        Case(RESUBMITTED, "won lost lost", "filing", as_of=at("2026-02-14T09:00:00")),
        id="E15 before the withdrawal",
    ),
    pytest.param(
        Case(RESUBMITTED, "discarded lost won lost", "filing", {"R-1": ["kept"]}),
        id="E15 after it the next in the order of filing, the resubmission last",
    ),
]


def conflict(decision: Decision, id: str, policy: str = "same-customer") -> ConflictResult:
    found = decision[policy][id]
    assert isinstance(found, ConflictResult)
    return found


@pytest.mark.parametrize("case", CASES)
def test_edge_cases(case: Case) -> None:
    decision = decide(RULES, case.facts, as_of=case.as_of)
    results = {id: conflict(decision, id) for id in decision["same-customer"]}
    assert " ".join(result.outcome for result in results.values()) == case.outcomes
    decided_by = {
        group.decided_by.id for result in results.values() for group in result.groups if group.decided_by is not None
    }
    assert decided_by == (set() if case.decided_by is None else {case.decided_by})
    assert {id: result.summary()["failed"] for id, result in results.items() if result.outcome == "discarded"} == dict(
        case.failed
    )


def test_e02_both_are_named() -> None:
    decision = decide(RULES, facts(registration("P-1"), registration("P-2")))
    (group,) = conflict(decision, "R-1").groups
    assert (group.outcome, group.winner, group.decided_by) == ("undecided", None, None)
    assert [(each.claimant, each.claim) for each in group.contestants] == [("P-1", "R-1"), ("P-2", "R-2")]
    for language in ("en", "zh", "ru"):
        for id in ("R-1", "R-2"):
            told = decision.explain("same-customer", id, language=language)
            assert all(name in told for name in ("P-1", "P-2", "R-1", "R-2"))


@pytest.mark.parametrize(("key", "outcomes"), [("submitted_at", "lost won"), ("approved_at", "won lost")])
def test_e04_the_declared_key_decides_and_is_told(key: str, outcomes: str) -> None:
    text = f"""\
conflicts:
  p:
    claims: [{{of: registration, claimant: registration.partner, when: exists(registration.approved_at)}}]
    same: {{customer: claim.customer}}
    prefer: [{{id: by-{key.replace("_", "-")}, earliest: claim.{key}}}]
"""
    known = facts(
        registration("P-1", LATER, approved_at=LATE), registration("P-2", EARLY, approved_at=AS_OF.isoformat())
    )
    decision = decide(text, known)
    assert " ".join(result.outcome for result in decision["p"].values()) == outcomes
    assert f"by-{key.replace('_', '-')}" in decision.explain("p", "R-1")


@pytest.mark.parametrize(
    ("as_of", "outcome", "rate"),
    [(AS_OF - dt.timedelta(seconds=1), "won", "15 %"), (AS_OF + dt.timedelta(days=1), "discarded", "10 %")],
    ids=["E08 in time the deal is protected", "E08 a day after the expiry it gets the ordinary rate"],
)
def test_an_expired_registration_protects_nothing(as_of: dt.datetime, outcome: str, rate: str) -> None:
    known = facts(EXPIRING, deals={"D-1": {"customer": "C-1", "registration": "R-1"}})
    decision = decide(RULES, known, as_of=as_of)
    assert conflict(decision, "R-1").outcome == outcome
    assert decision["commission"]["D-1"].as_data()["outputs"] == {"rate": rate}
