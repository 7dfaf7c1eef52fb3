"""The terms of contracts: notice and renewal, open ends, cure of a breach; and what is not known of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import SHANGHAI, decide, ruleset

from partnerrules import Facts
from partnerrules.decisions.contracts import ContractsResult, TermResult
from partnerrules.quantities import add_days, add_months

OWN: Final = """\
facts:
  contract:
    notice_given_on: {type: date, missing: none}
    renewal: {type: months}
    notice_months: {type: months}
    breach_on: {type: date, missing: none}
    cured_on: {type: date, missing: none}
"""
POLICY: Final = (
    OWN
    + """\
contracts:
  papers:
    subject: contract
    term:
      source: P1
      from: contract.effective_from
      to: contract.effective_to
      renews: contract.auto_renew
      notice: contract.notice
      notice_given: contract.notice_given_on
      cure: contract.cure_period
      breach_notified: contract.breach_on
      cured: contract.cured_on
"""
)
UNKNOWN: Final = {"unknown": True}
YEAR: Final[Mapping[str, object]] = {
    "effective_from": "2025-01-01",
    "effective_to": "2026-01-01",
    "auto_renew": True,
    "notice": "30 days",
    "cure_period": "30 days",
}


def at(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(9), SHANGHAI)


def result(day: str, changes: Mapping[str, object], text: str = POLICY) -> ContractsResult:
    fields = {name: value for name, value in {**YEAR, **changes}.items() if value is not None}
    found = decide(text, {"contracts": {"C-1": fields}}, as_of=at(day))["papers"]["C-1"]
    assert isinstance(found, ContractsResult)
    return found


def term(day: str, changes: Mapping[str, object], text: str = POLICY) -> TermResult:
    (found,) = result(day, changes, text).terms
    return found


def days(found: TermResult) -> tuple[str | None, ...]:
    """State, end of the term, last day for notice, renewal, and the last day in force."""
    told = found.as_data()
    names = ("state", "term_ends", "last_day_for_notice", "renews_on", "in_force_until")
    return tuple(value if value is None else str(value) for value in (told[name] for name in names))


FIRST: Final = ("2025-12-31", "2025-12-01")
SECOND: Final = ("2026-12-31", "2026-12-01")


@pytest.mark.parametrize(
    ("today", "notice", "expected"),
    [
        pytest.param("2024-12-31", None, ("to_come", *FIRST, "2026-01-01", "2025-12-31"), id="P1: before it begins"),
        pytest.param("2025-01-01", None, ("running", *FIRST, "2026-01-01", "2025-12-31"), id="P1: its first day"),
        pytest.param(
            "2025-12-01", None, ("running", *FIRST, "2026-01-01", "2025-12-31"), id="P1 #10: last day for notice"
        ),
        pytest.param("2025-12-02", None, ("running", *FIRST, "2026-01-01", "2026-12-31"), id="P1 #10: a day too late"),
        pytest.param(
            "2025-12-01", "2025-12-01", ("running", *FIRST, None, "2025-12-31"), id="P1 #10: notice on the last day"
        ),
        pytest.param(
            "2025-12-31", "2025-12-01", ("running", *FIRST, None, "2025-12-31"), id="P1 #10: the last day in force"
        ),
        pytest.param("2026-01-01", "2025-12-01", ("ended", *FIRST, None, "2025-12-31"), id="P1 #10: the day after"),
        pytest.param(
            "2025-12-02",
            "2025-12-02",
            ("running", *FIRST, "2026-01-01", "2026-12-31"),
            id="P1 #10: notice a day too late",
        ),
        pytest.param(
            "2026-01-01", "2025-12-02", ("renewed", *SECOND, None, "2026-12-31"), id="P1 #10: it ends the next term"
        ),
        pytest.param("2027-01-01", "2025-12-02", ("ended", *SECOND, None, "2026-12-31"), id="P1 #10: and then ends"),
        pytest.param(
            "2025-11-30",
            "2025-12-01",
            ("running", *FIRST, "2026-01-01", "2025-12-31"),
            id="P1: notice that is still to come",
        ),
        pytest.param(
            "2029-06-30", None, ("renewed", "2029-12-31", "2029-12-01", "2030-01-01", "2029-12-31"), id="P1: years on"
        ),
    ],
)
def test_notice_ends_a_contract_that_renews(today: str, notice: str | None, expected: tuple[str | None, ...]) -> None:
    found = result(today, {"notice_given_on": notice})
    assert days(found.terms[0]) == expected
    assert found.outcome == "in_order"


def test_terms_are_counted_from_the_original_day() -> None:
    leap = {"effective_from": "2024-02-29", "effective_to": "2025-02-28"}
    assert term("2027-06-01", leap).term_ends == dt.date(2028, 2, 28)
    assert term("2028-02-28", leap).renews_on == dt.date(2028, 2, 29)
    assert term("2028-02-29", leap).term_ends == dt.date(2029, 2, 27)


def test_a_contract_that_does_not_renew_ends_whatever_notice_is_given() -> None:
    for notice in (None, "2025-12-01"):
        fields = {"auto_renew": False, "notice_given_on": notice}
        assert days(term("2025-12-31", fields)) == ("running", "2025-12-31", None, None, "2025-12-31")
        assert days(term("2026-01-01", fields)) == ("ended", "2025-12-31", None, None, "2025-12-31")


def test_a_contract_without_an_end_ends_when_the_period_of_notice_is_over() -> None:
    fields = {"effective_to": None, "notice_given_on": "2026-02-01"}
    assert days(term("2026-01-31", fields)) == ("running", None, None, None, None)
    assert days(term("2026-02-01", fields)) == ("running", "2026-03-03", None, None, "2026-03-03")  # + 30 days
    assert days(term("2026-03-03", fields))[0] == "running"
    assert days(term("2026-03-04", fields))[0] == "ended"


def test_a_renewal_may_be_for_another_time_than_the_first_term() -> None:
    text = POLICY.replace("      notice: ", "      renews_for: contract.renewal\n      notice: ", 1)
    fields = {"effective_from": "2023-01-01", "renewal": "6 months"}
    assert days(term("2025-12-01", fields, text))[1:4] == ("2025-12-31", "2025-12-01", "2026-01-01")
    assert days(term("2026-01-01", fields, text))[1:4] == ("2026-06-30", "2026-05-31", "2026-07-01")
    assert days(term("2026-06-01", {**fields, "notice_given_on": "2026-06-01"}, text))[4] == "2026-12-31"


def test_a_period_of_notice_in_months_is_counted_back_from_the_last_day() -> None:
    text = POLICY.replace("contract.notice\n", "contract.notice_months\n")
    fields = {"effective_from": "2026-01-01", "effective_to": "2026-02-01", "notice_months": "1 month"}
    # One month before 28 February is 28 January, so that notice on the 31st ends the term of March.
    for notice, end in (("2026-01-28", "2026-02-28"), ("2026-01-29", "2026-03-31"), ("2026-01-31", "2026-03-31")):
        assert term("2026-02-01", {**fields, "notice_given_on": notice}, text).in_force_until == dt.date.fromisoformat(
            end
        )


@pytest.mark.parametrize(
    ("today", "breach", "cured", "state"),
    [
        pytest.param("2025-03-31", "2025-03-01", None, "running", id="P1: day 30 to cure"),
        pytest.param("2025-04-01", "2025-03-01", None, "terminable", id="P1: the day after"),
        pytest.param("2025-04-01", "2025-03-01", "2025-03-31", "running", id="P1: cured on day 30"),
        pytest.param("2025-04-01", "2025-03-01", "2025-04-01", "terminable", id="P1: cured a day too late"),
        pytest.param("2025-04-01", "2025-03-01", "2025-03-01", "running", id="P1: cured at once"),
        pytest.param("2025-04-01", "2025-03-01", "2025-02-28", "terminable", id="P1: what was cured was another one"),
        pytest.param("2025-04-01", "2025-04-02", None, "running", id="P1: a breach that is still to be notified"),
        pytest.param("2025-04-01", None, None, "running", id="P1: no breach"),
        pytest.param("2025-03-31", "2025-03-01", UNKNOWN, "running", id="P1: there is still time"),
        pytest.param("2025-04-01", "2025-03-01", UNKNOWN, "unknown", id="P1: not known whether it was cured"),
        pytest.param("2025-04-01", UNKNOWN, None, "unknown", id="P1: not known whether there was a breach"),
        pytest.param("2026-04-01", "2026-03-01", None, "terminable", id="P1: in a later term"),
    ],
)
def test_a_breach_is_cured_in_time(today: str, breach: object, cured: object, state: str) -> None:
    found = result(today, {"breach_on": breach, "cured_on": cured})
    assert found.terms[0].state == state
    assert found.outcome == {"terminable": "deficient", "unknown": "undetermined"}.get(state, "in_order")
    if isinstance(breach, str) and breach <= today:
        assert found.terms[0].cure_by == add_days(dt.date.fromisoformat(breach), 30)


def test_p1_a_renewal_in_days_is_counted_in_days() -> None:
    # 31 days from 1 January lead to 1 February, and further to 4 March: no month is meant by them.
    text = POLICY.replace("      notice: contract", "      renews_for: 31 days\n      notice: contract")
    found = term("2026-02-10", {}, text)
    assert days(found)[1:4] == ("2026-03-03", "2026-02-01", "2026-03-04")
    months = term("2026-02-10", {}, text.replace("31 days", "1 months"))
    assert days(months)[1:4] == ("2026-02-28", "2026-01-29", "2026-03-01")


def test_p1_a_notice_that_is_longer_than_a_term() -> None:
    # Terms of a month: notice on 10 January counts up to 11 March, so that the term of March is the last one.
    fields = {"effective_from": "2025-01-01", "effective_to": "2025-02-01", "notice": "60 days"}
    assert days(term("2025-01-10", fields))[4] == "2025-03-31"
    assert days(term("2025-01-10", {**fields, "notice_given_on": "2025-01-10"}))[4] == "2025-03-31"


def test_the_last_day_for_notice_is_told_where_nobody_asks_whether_it_was_given() -> None:
    text = POLICY.replace("      notice_given: contract.notice_given_on\n", "")
    assert days(term("2025-06-30", {}, text)) == ("running", "2025-12-31", "2025-12-01", "2026-01-01", "2025-12-31")
    assert days(term("2025-12-02", {}, text))[4] == "2026-12-31"


def test_a_contract_that_has_ended_can_not_be_terminated_any_more() -> None:
    fields = {"auto_renew": False, "breach_on": "2025-11-01"}
    assert term("2025-12-31", fields).state == "terminable"
    assert result("2026-01-01", fields).outcome == "in_order"


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"effective_to": UNKNOWN}, set[str]()),
        ({"effective_from": UNKNOWN, "auto_renew": False}, {"term_ends", "in_force_until"}),
        ({"auto_renew": UNKNOWN}, {"state", "term_ends", "in_force_until"}),
        ({"notice": None}, {"state", "term_ends", "renews_on"}),
    ],
)
def test_what_is_not_known_of_a_term(changes: Mapping[str, object], known: set[str]) -> None:
    told = term("2025-06-30", changes).as_data()
    names = ("state", "term_ends", "last_day_for_notice", "renews_on", "in_force_until")
    certain = {name for name in names if told[name] not in ("unknown", None) and not isinstance(told[name], dict)}
    assert certain == known
    assert term("2025-06-30", changes).missing


def test_other_policies_see_the_days_of_one_contract() -> None:
    text = (
        POLICY
        + """\
eligibility:
  extension:
    subject: contract
    gates:
      - {id: running, require: 'outcome(contract, "papers").state in ["running", "renewed"]'}
      - id: noticed
        require: >-
          exists(outcome(contract, "papers").last_day_for_notice)
          and today <= outcome(contract, "papers").last_day_for_notice
"""
    )
    known = {"contracts": {"C-1": YEAR}}
    outcomes = [decide(text, known, as_of=at(day))["extension"]["C-1"].outcome for day in ("2025-12-01", "2025-12-02")]
    assert outcomes == ["eligible", "ineligible"]


def test_contracts_that_it_is_not_asked_of_have_no_term() -> None:
    text = POLICY.replace("      source: P1\n", '      for: contract.kind = "framework"\n')
    found = decide(text, {"contracts": {"C-1": {"kind": "sla"}, "C-2": {"kind": "framework", **YEAR}, "C-3": YEAR}})
    told = {id: each.summary()["terms"] for id, each in found["papers"].items()}
    assert told["C-1"] == {}
    assert (told["C-2"]["C-2"]["state"], told["C-3"]["C-3"]["state"]) == ("renewed", "unknown")  # type: ignore[index]


def test_the_terms_of_all_contracts_of_a_partner() -> None:
    text = POLICY.replace("subject: contract\n", "subject: partner\n    contracts: partner.contracts\n")
    known = {
        "partners": {"P-1": {}},
        "contracts": {
            "C-2": {**YEAR, "partner": "P-1", "breach_on": "2026-01-01"},
            "C-1": {**YEAR, "partner": "P-1", "auto_renew": False},
        },
    }
    found = decide(text, known)["papers"]["P-1"]
    assert isinstance(found, ContractsResult)
    assert [(each.contract, each.state) for each in found.terms] == [("C-1", "ended"), ("C-2", "terminable")]
    assert found.summary()["contracts"] == {"term": ["C-2"]}


# ------------------------------------------------------------------------------------ against terms written one by one

STARTS: Final = st.dates(dt.date(2023, 1, 1), dt.date(2024, 12, 31))
TODAYS: Final = st.dates(dt.date(2023, 1, 1), dt.date(2027, 12, 31))
RULES: Final = ruleset(POLICY)


@given(STARTS, st.integers(1, 14), st.booleans(), st.integers(0, 100), st.one_of(st.none(), TODAYS), TODAYS)
def test_terms_are_what_they_are_when_they_are_written_down_one_by_one(
    start: dt.date, length: int, by_months: bool, notice: int, given_on: dt.date | None, today: dt.date
) -> None:
    if not by_months:
        length *= 40
    first = add_months(start, length) if by_months else add_days(start, length)
    months = next((n for n in range(1, 25) if add_months(start, n) == first), None)
    ends = [add_months(start, n * months) if months else add_days(start, n * length) for n in range(1, 100)]
    noticed = given_on if given_on is not None and given_on <= today else None
    final = None
    if noticed is not None:
        final = next(end for end in ends if add_days(end, -1 - notice) >= noticed)
    current = next(end for end in ends if end > today)
    fields = {
        "effective_from": start.isoformat(),
        "effective_to": first.isoformat(),
        "auto_renew": True,
        "notice": f"{notice} days",
        "cure_period": "30 days",
        **({} if given_on is None else {"notice_given_on": given_on.isoformat()}),
    }
    known = Facts({"contracts": {"C-1": fields}})
    found = RULES.decide(known, as_of=dt.datetime.combine(today, dt.time(12), SHANGHAI))["papers"]["C-1"]
    assert isinstance(found, ContractsResult)
    (told,) = found.terms
    ended = final is not None and final <= today
    end = final if final is not None and final < current else current
    assert told.state == (
        "ended" if ended else "to_come" if today < start else "renewed" if first <= today else "running"
    )
    assert told.term_ends == add_days(end, -1)
    assert told.last_day_for_notice == add_days(end, -1 - notice)
    assert told.renews_on == (None if final is not None and final <= current else current)
    if final is not None:
        assert told.in_force_until == add_days(final, -1)
    elif today > add_days(current, -1 - notice):
        assert told.in_force_until == add_days(next(each for each in ends if today <= add_days(each, -1 - notice)), -1)
    else:
        assert told.in_force_until == add_days(current, -1)
