"""Each function of the table does what its line says: one case of each at least, and its example is a real one."""

import json
from decimal import Decimal

import pytest
from tests.support import HEAD, ONE_PARTNER, decide, faults, ruleset, value

from partnerrules import Money
from partnerrules.diagnostics import Report, Source
from partnerrules.language.excerpts import Plain
from partnerrules.language.functions import FUNCTIONS, TABLE, Civil, Form, Kernel
from partnerrules.language.parser import parse_expression
from partnerrules.plan.walk import subterms

CALENDAR = HEAD + "calendar: {holidays: CN}\n"

POLICIES = """\
eligibility:
  admission: {subject: partner, gates: [{require: 'partner.legal_name != "Bad"'}]}
tables:
  suitable-agent:
    subject: deal
    hit: first
    inputs: {size: deal.amount}
    outputs: {role: {enum: [agent, manager]}}
    rows: [{size: "< 100 CNY", role: agent}, {size: ">= 100 CNY", role: manager}]
"""

FACTS: dict[str, object] = {
    "partners": {"P-1": {"legal_name": "Huaxin Telecom"}, "P-2": {}},
    "people": {
        "N-1": {"partner": "P-1", "employed_from": "2020-01-01", "employed_to": "2026-03-01"},
        "N-2": {"partner": "P-1", "employed_from": "2026-03-01"},
        "N-3": {"partner": "P-1"},
    },
    "certifications": {
        "Z-1": {"person": "N-1", "kind": "sales", "issued_on": "2026-03-01", "expires_on": "2026-03-02"},
        "Z-2": {"person": "N-2", "kind": "sales", "issued_on": "2025-03-01", "expires_on": "2026-03-01"},
        "Z-3": {"person": "N-2", "kind": "technical", "issued_on": "2025-03-01"},
    },
    "customers": {"C-1": {"key_account": True}, "C-2": {}},
    "deals": {
        "D-1": {"partner": "P-1", "customer": "C-1", "amount": "50.005 CNY"},
        "D-2": {"partner": "P-1", "customer": "C-2", "amount": "-150 CNY"},
        "D-3": {"customer": "C-2"},
    },
    "registrations": {"R-1": {"partner": "P-1", "customer": "C-1", "approved_at": "2026-03-01T09:00:00+08:00"}},
    "sanctions": {
        "S-1": {
            "partner": "P-1",
            "effects": ["stop_new_business"],
            "starts_at": "2026-02-01T00:00:00+08:00",
            "ends_at": "2026-03-01T09:00:01+08:00",
        },
        "S-2": {
            "partner": "P-1",
            "effects": ["withhold"],
            "starts_at": "2026-02-01T00:00:00+08:00",
            "ends_at": "2026-03-01T09:00:00+08:00",
        },
    },
    "transactions": {
        "T-1": {"partner": "P-2", "date": "2026-01-01", "paid_at": "2026-03-01T09:00:00+08:00"},
        "T-2": {"partner": "P-2", "date": "2026-01-01"},
        "T-3": {"partner": "P-2", "date": "2026-01-01", "paid_at": {"unknown": True}},
    },
    "exchange_rates": {
        "E-1": {
            "from_currency": "USD",
            "from_amount": 100,
            "to_currency": "CNY",
            "to_amount": 725,
            "date": "2026-03-01",
            "kind": "month_average",
        },
    },
    "standings": {
        "T-1": {
            "partner": "P-1",
            "kind": "grade",
            "value": "silver",
            "valid_from": "2025-01-01",
            "valid_to": "2026-03-01",
        },
        "T-2": {"partner": "P-1", "kind": "grade", "value": "gold", "valid_from": "2026-03-01"},
    },
}

# Function, expression, whose, and what it gives as of 09:00 on 1 March 2026 in Shanghai.
CASES: list[tuple[str, str, str, object]] = [
    ("not", "not(1 = 2)", "P-1", True),
    ("not", "not(customer.key_account)", "C-1", False),
    ("not", "not(customer.key_account)", "C-2", "unknown"),
    ("exists", "exists(registration.approved_at)", "R-1", True),
    ("exists", "exists(registration.withdrawn_at)", "R-1", False),
    ("known", "known(customer.key_account)", "C-1", True),
    ("known", "known(customer.key_account)", "C-2", False),
    ("known", "known(registration.withdrawn_at)", "R-1", True),
    ("if_unknown", "if_unknown(customer.key_account, false)", "C-2", False),
    ("if_unknown", "if_unknown(customer.key_account, false)", "C-1", True),
    ("count", "count(partner.people)", "P-1", 3),
    ("count", "count(partner.people)", "P-2", 0),
    ("sum", "sum(partner.deals.amount)", "P-1", Money(Decimal("-99.995"), "CNY")),
    ("sum", "sum(partner.deals.amount)", "P-2", Money(Decimal(0), "CNY")),
    ("min", "min(partner.deals.amount)", "P-1", Money(Decimal(-150), "CNY")),
    ("min", "min(3, 1, 2)", "P-1", 1),
    ("min", "min(partner.deals.amount)", "P-2", "unknown"),
    ("max", "max(partner.deals.amount)", "P-1", Money(Decimal("50.005"), "CNY")),
    ("convert", "convert(725 CNY, USD, 2026-03-01)", "P-1", Money(Decimal(100), "USD")),
    ("convert", "convert(725 CNY, USD, 2026-02-28)", "P-1", "unknown"),
    ("max", "max(1 CNY, 2 CNY)", "P-1", Money(Decimal(2), "CNY")),
    ("max", "max(partner.deals.amount)", "P-2", "unknown"),
    ("mean", "mean([1, 2])", "P-1", Decimal("1.5")),
    ("mean", "mean([1, 1, 2])", "P-1", Decimal("1.333333333333")),
    ("mean", "mean(partner.deals.amount)", "P-2", "unknown"),
    ("distinct", "distinct([2, 1, 2])", "P-1", (2, 1)),
    ("distinct", "count(distinct(deals.customer))", "P-1", 2),
    ("only", "only([7])", "P-1", 7),
    ("only", "only(partner.deals[amount < 0 CNY]).amount", "P-1", Money(Decimal(-150), "CNY")),
    ("only", "only(partner.deals).amount", "P-1", "unknown"),
    ("only", "only(partner.deals).amount", "P-2", "unknown"),
    ("floor", "floor(7 / 2)", "P-1", 3),
    ("floor", "floor(-7 / 2)", "P-1", -4),
    ("ceil", "ceil(7 / 2)", "P-1", 4),
    ("ceil", "ceil(-7 / 2)", "P-1", -3),
    ("round", "round(deal.amount, 2)", "D-1", Money(Decimal("50.01"), "CNY")),
    ("round", "round(-14.5, 0)", "P-1", Decimal(-15)),
    ("round", "round(14.5, 0)", "P-1", Decimal(15)),
    ("round", "round(1250, 0 - 2)", "P-1", 1300),
    ("abs", "abs(deal.amount)", "D-2", Money(Decimal(150), "CNY")),
    ("abs", "abs(3)", "P-1", 3),
    ("contains", 'contains(partner.legal_name, "Tele")', "P-1", True),
    ("contains", 'contains(partner.legal_name, "tele")', "P-1", False),
    ("contains", 'contains(partner.legal_name, "tele")', "P-2", "unknown"),
    ("starts_with", 'starts_with(partner.id, "P-")', "P-1", True),
    ("starts_with", 'starts_with(partner.id, "-1")', "P-1", False),
    ("date", "date(as_of)", "P-1", "2026-03-01"),
    ("date", "date(2026-02-28T16:00:00Z)", "P-1", "2026-03-01"),
    ("date", "date(2026-02-28T15:59:59Z)", "P-1", "2026-02-28"),
    ("year", "year(today)", "P-1", 2026),
    ("first_day", "first_day(last 12 months)", "P-1", "2025-03-02"),
    ("first_day", "first_day((2026-01-31..2026-02-28])", "P-1", "2026-02-01"),
    ("last_day", "last_day(last 12 months)", "P-1", "2026-03-01"),
    ("last_day", "last_day([2026-01-01..2026-02-01))", "P-1", "2026-01-31"),
    ("last_day", "last_day([0001-01-01..start of year(0001-01-01)))", "P-1", "unknown"),
    # A deadline is inclusive: 45 days after 30 April are up when 14 June is over.
    ("within", "within(2025-06-14, 45 days, 2025-04-30)", "P-1", True),
    ("within", "within(2025-06-15, 45 days, 2025-04-30)", "P-1", False),
    ("within", "within(2025-04-30, 45 days, 2025-04-30)", "P-1", True),
    ("within", "within(2025-04-29, 45 days, 2025-04-30)", "P-1", False),
    ("within", "within(as_of, 4 hours, as_of - 4 hours)", "P-1", True),
    ("within", "within(as_of, 4 hours, as_of - 4 hours - 1 seconds)", "P-1", False),
    # From Thursday 30 April 2026: Wednesday 6, 7, 8, the working Saturday 9, and Monday 11 May.
    ("within", "within(2026-05-11, 5 business days, 2026-04-30)", "P-1", True),
    ("within", "within(2026-05-12, 5 business days, 2026-04-30)", "P-1", False),
    ("within", "within(person.employed_from, 5 days, 2026-02-24)", "N-2", True),
    ("within", "within(person.employed_from, 5 days, 2026-02-24)", "N-3", "unknown"),
    # A validity is half-open: of 90 days from 15 January the last one is 14 April.
    ("runs", "runs(2025-01-15, 90 days, 2025-04-14)", "P-1", True),
    ("runs", "runs(2025-01-15, 90 days, 2025-04-15)", "P-1", False),
    ("runs", "runs(2025-01-15, 90 days, 2025-01-15)", "P-1", True),
    ("runs", "runs(2025-01-15, 90 days, 2025-01-14)", "P-1", False),
    ("runs", "runs(as_of, 4 hours, as_of + 4 hours)", "P-1", False),
    # The Saturday before the Spring Festival's end is worked, the first of May is not.
    ("business_day", "business_day(2026-02-28)", "P-1", True),
    ("business_day", "business_day(today)", "P-1", False),
    ("business_day", "business_day(2026-05-01)", "P-1", False),
    ("business_day", "business_day(2026-04-30)", "P-1", True),
    ("business_day", "business_day(1949-12-31)", "P-1", "unknown"),
    ("business_days_between", "business_days_between(2026-04-30, 2026-05-08)", "P-1", Decimal(3)),
    ("business_days_between", "business_days_between(2026-05-08, 2026-04-30)", "P-1", Decimal(-3)),
    ("business_days_between", "business_days_between(2026-05-08, 2026-05-08)", "P-1", Decimal(0)),
    ("business_days_between", "business_days_between(2100-12-31, 2101-01-01)", "P-1", "unknown"),
    # Terms follow each other from the first day of all, so that 29 February comes back in a leap year.
    ("end_of_term", "end_of_term(2025-01-01, 2026-01-01, 2025-12-31)", "P-1", "2026-01-01"),
    ("end_of_term", "end_of_term(2025-01-01, 2026-01-01, 2026-01-01)", "P-1", "2027-01-01"),
    ("end_of_term", "end_of_term(2024-02-29, 2025-02-28, 2028-02-28)", "P-1", "2028-02-29"),
    ("end_of_term", "end_of_term(2026-01-01, 2026-01-31, today)", "P-1", "2026-03-02"),
    ("end_of_term", "end_of_term(2026-03-02, 2026-03-02, today)", "P-1", "unknown"),
    ("end_of_term", "end_of_term(2025-01-01, 9999-01-01, 9999-01-01)", "P-1", "unknown"),
    ("valid", "count(partner.standings[valid(item, today)])", "P-1", 1),
    ("valid", "count(partner.people[valid(item, 2020-01-01)])", "P-1", "unknown"),
    # Valid on the day of issue, no longer on the day of expiry; a kind of several is enough.
    ("certified", 'certified(person, "sales", today)', "N-1", True),
    ("certified", 'certified(person, "sales", 2026-02-28)', "N-1", False),
    ("certified", 'certified(person, "sales", 2026-03-02)', "N-1", False),
    ("certified", 'certified(person, "sales", today)', "N-2", False),
    ("certified", 'certified(person, ["sales", "technical"], today)', "N-2", True),
    ("certified", 'certified(person, "sales", today)', "N-3", False),
    # On the day on which employment ends it no longer counts (E18).
    ("employed", "employed(person, person.partner, today)", "N-1", False),
    ("employed", "employed(person, person.partner, 2026-02-28)", "N-1", True),
    ("employed", "employed(person, person.partner, today)", "N-2", True),
    ("employed", "employed(person, person.partner, 2026-02-28)", "N-2", False),
    ("employed", "employed(person, person.partner, today)", "N-3", "unknown"),
    # The end of a sanction no longer belongs to it.
    ("sanctioned", 'sanctioned(partner, "stop_new_business", as_of)', "P-1", True),
    ("sanctioned", 'sanctioned(partner, "withhold", as_of)', "P-1", False),
    ("sanctioned", 'sanctioned(partner, "withhold", as_of - 1 hours)', "P-1", True),
    ("sanctioned", 'sanctioned(partner, "withhold", as_of)', "P-2", False),
    ("sanctioned_during", 'sanctioned_during(partner, "withhold", last 12 months)', "P-1", True),
    ("sanctioned_during", 'sanctioned_during(partner, "withhold", [2026-03-02..2026-03-31])', "P-1", False),
    ("sanctioned_during", 'sanctioned_during(partner, "withhold", last 12 months)', "P-2", False),
    # Paid at the very instant is paid.
    ("unpaid", "unpaid(transaction, as_of)", "T-1", False),
    ("unpaid", "unpaid(transaction, as_of - 1 hours)", "T-1", True),
    ("unpaid", "unpaid(transaction, as_of)", "T-2", True),
    ("unpaid", "unpaid(transaction, as_of)", "T-3", "unknown"),
    ("standing", 'standing(partner, "grade", today)', "P-1", "gold"),
    ("standing", 'standing(partner, "grade", 2026-02-28)', "P-1", "silver"),
    ("standing", 'standing(partner, "grade", 2024-12-31)', "P-1", None),
    ("standing", 'standing(partner, "rank", today)', "P-1", None),
    ("standing_since", 'standing_since(partner, "grade", today)', "P-1", "2026-03-01"),
    ("standing_since", 'standing_since(partner, "grade", 2026-02-28)', "P-1", "2025-01-01"),
    ("standing_since", 'standing_since(partner, "grade", 2024-12-31)', "P-1", None),
    # Silver ends before 1 March, so that February's last day is its last one.
    ("held", 'held(partner, "grade", "silver", [2026-02-28..2026-03-31])', "P-1", True),
    ("held", 'held(partner, "grade", "silver", (2026-02-28..2026-03-31])', "P-1", False),
    ("held", 'held(partner, "grade", "silver", [2024-01-01..2025-01-01])', "P-1", True),
    ("held", 'held(partner, "grade", "silver", [2024-01-01..2025-01-01))', "P-1", False),
    ("held", 'held(partner, "grade", ["gold", "silver"], last 12 months)', "P-1", True),
    ("held", 'held(partner, "rank", "gold", last 12 months)', "P-1", False),
    ("held", 'held(partner, "grade", "gold", last 12 months)', "P-2", False),
    ("passes", 'passes(partner, "admission")', "P-1", True),
    ("passes", 'passes(partner, "admission")', "P-2", "unknown"),
    ("outcome", 'outcome(partner, "admission")', "P-1", "eligible"),
    ("outcome", 'outcome(deal, "suitable-agent").role', "D-1", "agent"),
    ("outcome", 'outcome(deal, "suitable-agent")', "D-3", "unknown"),
]

OWNERS = {"T": "transaction", "P": "partner", "N": "person", "C": "customer", "D": "deal", "R": "registration"}


@pytest.mark.parametrize(("function", "expression", "subject", "expected"), CASES)
def test_what_a_function_gives(function: str, expression: str, subject: str, expected: object) -> None:
    assert f"{function}(" in expression
    found = value(expression, FACTS, of=OWNERS[subject[0]], subject=subject, more=POLICIES, head=CALENDAR)
    assert (found.isoformat() if hasattr(found, "isoformat") else found) == expected


ELSEWHERE = {"level"}
"""What exists only in a policy of one kind, and is tried in its tests."""


def test_every_function_has_a_case() -> None:
    assert {case[0] for case in CASES} | ELSEWHERE == FUNCTIONS.keys()
    assert len(TABLE) == len(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - ELSEWHERE))
def test_the_example_of_a_function_checks_and_has_a_value(name: str) -> None:
    example = FUNCTIONS[name].example
    assert f"{name}(" in example
    owner = next(
        (each for each in ("partner", "deal", "registration") if f"{each}." in example or f"({each}," in example), None
    )
    subject = {"partner": "P-1", "deal": "D-1", "registration": "R-1"}.get(owner or "", "")
    assert faults(example, of=owner, more=POLICIES, head=CALENDAR) == []
    assert value(example, FACTS, of=owner, subject=subject, more=POLICIES, head=CALENDAR) != "unknown"


def test_usage_names_the_function_and_its_arguments() -> None:
    for function in TABLE:
        assert function.usage.startswith(f"{function.name}(")
        assert function.doc.endswith(".")
        if not isinstance(function.meaning, Form):
            for parameter in function.meaning.parameters:
                report = Report()
                assert parse_expression(Plain(Source("", function.usage), 0, len(function.usage)), report) is not None
                assert parameter.sort.words


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_wants_its_arguments(name: str) -> None:
    assert faults(f"{name}()", more=POLICIES) == ["wrong-arguments"]


@pytest.mark.parametrize("name", [function.name for function in TABLE if isinstance(function.meaning, Kernel | Civil)])
def test_unknown_in_unknown_out(name: str) -> None:
    samples = {
        "floor": "if_none / 1", "ceil": "if_none / 1", "round": "if_none, 0", "abs": "if_none",
        "contains": 'partner.legal_name, "x"', "starts_with": 'partner.legal_name, "x"', "year": "some_day",
        "first_day": "[some_day..today]", "last_day": "[today..some_day]", "business_day": "some_day",
        "business_days_between": "today, some_day", "end_of_term": "2026-01-01, today, some_day",
    }  # fmt: skip
    more = "parameters:\n  if_none: {type: number, status: unstated}\n  some_day: {type: date, status: unstated}\n"
    assert value(f"{name}({samples[name]})", more=more, head=CALENDAR) == "unknown"


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("floor(5 CNY)", "type-mismatch"),
        ("round(true, 2)", "type-mismatch"),
        ("round(1.5, 0.5)", "type-mismatch"),
        ('certified(partner, "sales", today)', "type-mismatch"),
        ('certified(partner.people, "sales", today)', "type-mismatch"),
        ('sanctioned(partner, "notice", today)', "date-against-instant"),
        ("valid(partner, today)", "type-mismatch"),
        ("valid(latest partner.sanctions by starts_at, today)", "date-against-instant"),
        ('date("2026-03-01")', "type-mismatch"),
        ("date(today)", "type-mismatch"),
        ("within(today, 5, 2026-01-01)", "unit-mismatch"),
        ("within(today, 5 hours, 2026-01-01)", "unit-mismatch"),
        ("within(today, 5 points, 2026-01-01)", "unit-mismatch"),
        ("within(today, 2026-01-02, 2026-01-01)", "type-mismatch"),
        ("within(as_of, 5 days, today)", "date-against-instant"),
        ("within(1, 5 days, today)", "type-mismatch"),
        ("runs(today, 5 days, as_of)", "date-against-instant"),
        ("runs(as_of, 5 days, as_of)", "self-comparison"),
        ("within(today, 5 days, today)", "self-comparison"),
        ("runs(today, 1.5 days, 2026-01-01)", "fraction-of-a-day"),
        ("first_day(today)", "type-mismatch"),
        ("first_day([1..2])", "type-mismatch"),
        ('held(partner, "grade", "gold", today)', "type-mismatch"),
        ('held(partner, "grade", 5, last 12 months)', "type-mismatch"),
        ('standing_since(partner, "grade", as_of)', "date-against-instant"),
        ("business_day(today)", "no-calendar"),
        ("business_days_between(2026-01-01, today)", "no-calendar"),
        ("today + 5 business days", "no-calendar"),
        ("within(today, 5 business days, 2026-01-01)", "no-calendar"),
        ("5 business days > 5 days", "unit-mismatch"),
        ("today + 0.5 business days", "fraction-of-a-day"),
        ("sum(partner.people.name)", "type-mismatch"),
        ("sum([true])", "type-mismatch"),
        ("min(1, true)", "type-mismatch"),
        ("max(1 CNY, 2 USD)", "currency-mismatch"),
        ("sum(5)", "not-a-list"),
        ("only(5)", "not-a-list"),
        ("if_unknown(1, true)", "type-mismatch"),
        ("if_unknown(5 CNY, 0)", "unit-mismatch"),
        ('passes(partner, "suitable-agent")', "type-mismatch"),
        ('passes(latest partner.deals by amount, "admission")', "type-mismatch"),
        ('outcome(partner, "admission").role', "unknown-field"),
    ],
)
def test_wrong_arguments_are_told(expression: str, code: str) -> None:
    assert faults(expression, more=POLICIES) == [code]


def test_certified_and_its_like_see_nothing_of_the_place_where_they_are_asked() -> None:
    # `kind`, `at` and `certificate` are names of the expansion; the ruleset's own must not leak into it.
    more = "parameters:\n  kind: {value: 1}\n  at_least_one: {value: 1}\n"
    expression = 'count(partner.people[certified(item, "sales", today)]) = parameters.kind'
    assert value(expression, FACTS, more=more) is True


def test_a_partner_of_no_facts_has_counts_of_unknown() -> None:
    assert value("count(partner.people)", ONE_PARTNER) == "unknown"


def test_a_standing_on_two_records_at_once_is_a_tie_or_the_later_one() -> None:
    def standings(first: str, second: str) -> object:
        facts = {
            "partners": {"P-1": {}},
            "standings": {
                "T-1": {"partner": "P-1", "kind": "grade", "value": "silver", "valid_from": first},
                "T-2": {"partner": "P-1", "kind": "grade", "value": "gold", "valid_from": second},
            },
        }
        return value('standing(partner, "grade", today)', facts)

    assert standings("2025-01-01", "2025-06-01") == "gold"
    assert standings("2025-06-01", "2025-06-01") == "unknown"


def test_a_record_that_the_policy_does_not_decide_does_not_pass() -> None:
    more = """\
eligibility:
  large: {subject: partner, when: 'partner.legal_name = "L"', gates: [{require: 1 = 1}]}
"""
    facts = {"partners": {"P-1": {"legal_name": "S"}, "P-2": {"legal_name": "L"}}}
    assert value('passes(partner, "large")', facts, more=more) is False
    assert value('outcome(partner, "large") = "not_applicable"', facts, more=more) is True
    assert value('passes(partner, "large")', facts, subject="P-2", more=more) is True


def test_a_policy_may_be_asked_of_another_day() -> None:
    text = """\
eligibility:
  young: {subject: partner, gates: [{require: today < 2026-01-01}]}
definitions:
  before: {of: partner, value: 'passes(partner, "young") at 2025-12-31'}
  now: {of: partner, value: 'passes(partner, "young")'}
"""
    decision = decide(text, ONE_PARTNER)
    assert decision["young"]["P-1"].outcome == "ineligible"
    assert decision["before"]["P-1"].as_data()["value"] is True
    assert decision["now"]["P-1"].as_data()["value"] is False


@pytest.mark.parametrize(
    "step",
    [
        "(if runs({0}, 5 days, 2026-02-28) then 2026-02-27 else today)",
        "(if within(2026-02-28, 5 days, {0}) then 2026-02-27 else today)",
        '(if exists(standing_since(partner, "grade", {0})) then 2026-02-27 else 2026-02-20)',
        '(if held(partner, "grade", "gold", [2026-01-01..{0}]) then 2026-02-27 else 2026-02-20)',
    ],
)
def test_calls_in_calls_do_not_multiply(step: str) -> None:
    text = "today"
    for _ in range(12):
        text = step.format(text)
    (version,) = ruleset(f"definitions:\n  tried: {{of: partner, value: {json.dumps(text)}}}\n").versions
    assert sum(1 for _ in subterms(version.definition_terms["tried"])) < 16_000
