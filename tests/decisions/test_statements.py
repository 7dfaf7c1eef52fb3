"""Statements: the lines of a payee and the totals to which they add up, by one policy and by several together."""

import datetime as dt

import pytest
from tests.policies.commissions import credit, decided, invoice

from partnerrules import Decision, UsageError
from partnerrules.decisions.statements import Statement
from partnerrules.schema.missing import Unknown

TEXT = """
facts: {transaction: {blocked: {type: boolean, missing: none}, dropped: {type: boolean, missing: none}}}
commission:
  sales:
    title: {en: sales remuneration}
    source: N-4
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    exclude: [{id: of-d, require: 'transaction.customer.id = "D"'}]
    rate: 10 %
    hold: [{id: blocked, require: exists(transaction.blocked) and transaction.blocked}]
    forfeit: [{id: dropped, require: exists(transaction.dropped) and transaction.dropped}]
  service:
    source: N-5
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      specific_by: {customer: transaction.customer.id}
      rows:
        - {id: of-c, customer: '"C"', rate: 1 %}
"""
DOCUMENTS = {
    "T-1": invoice("1000", "2026-01-10"),
    "T-2": invoice("500", "2026-01-12", blocked=True),
    "T-3": invoice("300", "2026-01-12", dropped=True),
    "T-4": credit("-100", "T-1", "2026-02-01"),
    "T-5": invoice("700", "2026-01-09", customer="D"),
    "T-6": invoice("-5", "2026-01-13"),
    "T-7": invoice("900", "2026-01-10", partner="Q"),
}


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decided(TEXT, DOCUMENTS)


def lines(statement: Statement) -> list[tuple[str, str, str]]:
    return [(line.document, str(line.amount), line.status) for line in statement.lines]


def totals(statement: Statement) -> list[str]:
    amounts = (statement.earned, statement.held, statement.forfeited, statement.payable)
    return ["unknown" if isinstance(amount, Unknown) else str(amount).removesuffix(" CNY") for amount in amounts]


def test_the_lines_of_one_policy_stand_by_day_and_add_up(decision: Decision) -> None:
    statement = decision["sales"].statement("P")
    assert lines(statement) == [
        ("T-1", "100.00 CNY", "earned"),
        ("T-2", "50.00 CNY", "held"),
        ("T-3", "30.00 CNY", "forfeited"),
        ("T-4", "-10.00 CNY", "earned"),
    ]
    assert totals(statement) == ["170.00", "50.00", "30.00", "90.00"]
    assert [line.document for line in statement.excluded] == ["T-5"]
    assert [line.document for line in statement.refused] == ["T-6"]
    assert statement.undetermined == ()
    assert decision["sales"].total("P") == statement.earned


def test_a_line_names_document_base_rate_rule_and_clause(decision: Decision) -> None:
    assert decision["service"].statement("P").lines[0].as_data() == {
        "document": "T-1",
        "policy": "service",
        "clause": "N-5",
        "version": "1",
        "rule": "of-c",
        "date": "2026-01-10",
        "base": "1000.00 CNY",
        "rate": "1 %",
        "corrects": None,
        "amount": "10.00 CNY",
        "status": "earned",
    }


@pytest.mark.parametrize(
    ("start", "end", "documents"),
    [
        ("2026-01-12", None, ["T-2", "T-3", "T-4"]),
        (None, "2026-01-12", ["T-1"]),
        ("2026-01-12", "2026-02-01", ["T-2", "T-3"]),  # its first day belongs to it, the one behind it does not
        ("2027-01-01", None, []),
    ],
)
def test_a_statement_of_some_days(decision: Decision, start: str | None, end: str | None, documents: list[str]) -> None:
    days = [None if day is None else dt.date.fromisoformat(day) for day in (start, end)]
    assert [line.document for line in decision["sales"].statement("P", start=days[0], end=days[1]).lines] == documents


def test_policies_together(decision: Decision) -> None:
    statement = decision.statement("P", start=dt.date(2026, 1, 1), end=dt.date(2026, 1, 12))
    assert [(line.document, line.policy, str(line.amount)) for line in statement.lines] == [
        ("T-1", "sales", "100.00 CNY"),
        ("T-1", "service", "10.00 CNY"),
    ]
    assert totals(statement) == ["110.00", "0.00", "0.00", "110.00"]
    assert [(line.document, line.result.reason) for line in statement.refused] == [("T-5", "no_rate")]
    assert [line.document for line in decision.statement("Q", policies=["service"]).lines] == ["T-7"]


def test_nobody_else_is_on_a_statement(decision: Decision) -> None:
    assert totals(decision["sales"].statement("nobody")) == ["0.00"] * 4


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(invoice(None), ["unknown"] * 4, id="an-unknown-base"),
        pytest.param(
            invoice("100", partner="Q", date="2026-01-10"), ["100.00", "0.00", "0.00", "100.00"], id="no-one-s"
        ),
        pytest.param(invoice("10", blocked=None, customer=None), ["unknown"] * 4, id="not-known-whether-it-counts"),
    ],
)
def test_a_document_in_doubt_leaves_the_totals_in_doubt(document: dict[str, object], expected: list[str]) -> None:
    document = {key: value for key, value in document.items() if value is not None}
    statement = decided(TEXT, {"T-1": invoice("1000"), "T-2": document})["sales"].statement("P")
    assert totals(statement) == expected
    assert [each.basis.subject for each in statement.undetermined] == (["T-2"] if expected[0] == "unknown" else [])


def test_an_unknown_hold_leaves_only_what_is_payable_in_doubt() -> None:
    text = TEXT.replace("blocked: {type: boolean, missing: none}", "blocked: boolean").replace(
        "exists(transaction.blocked) and transaction.blocked", "transaction.blocked"
    )
    statement = decided(text, {"T-1": invoice("1000", blocked=False), "T-2": invoice("10")})["sales"].statement("P")
    assert lines(statement) == [("T-1", "100.00 CNY", "earned"), ("T-2", "1.00 CNY", "undetermined")]
    assert totals(statement) == ["101.00", "unknown", "unknown", "unknown"]
    assert [(each.record, each.field) for each in statement.missing] == [("T-2", "blocked")]


def test_a_document_of_an_unknown_day_may_lie_in_any_period() -> None:
    text = TEXT.replace("rate: 10 %", "rate: 10 %\n    reference_date: today")
    document = {key: value for key, value in invoice("10").items() if key != "date"}
    results = decided(text, {"T-1": invoice("1000"), "T-2": document})["sales"]
    assert totals(results.statement("P"))[0] == "101.00"
    assert totals(results.statement("P", start=dt.date(2026, 1, 1)))[0] == "unknown"


def test_a_document_of_which_the_version_is_not_known_concerns_those_whom_it_would_pay() -> None:
    document = {key: value for key, value in invoice("10", partner="Q").items() if key != "date"}
    results = decided(TEXT, {"T-1": invoice("1000"), "T-2": document})["sales"]
    assert totals(results.statement("P"))[0] == "100.00"
    statement = results.statement("Q")
    assert totals(statement) == ["unknown"] * 4
    assert [(each.record, each.field) for each in statement.missing] == [("T-2", "date")]


def test_a_credit_note_of_an_invoice_from_before_the_programme_is_named() -> None:
    known = {
        "T-0": invoice("1000", date="2014-12-20"),
        "T-1": invoice("1000"),
        "T-2": {**invoice("-500"), "kind": "credit_note", "original": "T-0"},
        "T-3": invoice("10", partner="Q", date="2014-12-20"),
    }
    statement = decided(TEXT, known)["sales"].statement("P")
    assert totals(statement)[0] == "100.00"
    assert [each.basis.subject for each in statement.not_in_force] == ["T-0", "T-2"]


def test_statements_are_made_of_commission_policies_only() -> None:
    text = TEXT + "eligibility:\n  lawful: {subject: partner, gates: [partner.checks.legal]}\n"
    decision = decided(
        text.replace("gates: [partner.checks.legal]", "gates: [{id: a, require: partner.checks.legal}]"), {}
    )
    with pytest.raises(UsageError, match="`lawful` is none"):
        decision["lawful"].statement("P")
    with pytest.raises(UsageError, match="no commission was decided by `lawful`"):
        decision.statement("P", policies=["lawful"])


def test_a_statement_is_plain_data(decision: Decision) -> None:
    data = decision["sales"].statement("P", end=dt.date(2026, 1, 12)).as_data()
    assert [line["document"] for line in data["lines"]] == ["T-1"]  # type: ignore[attr-defined]
    assert {name: data[name] for name in ("payee", "start", "end", "earned", "payable", "missing")} == {
        "payee": "P",
        "start": None,
        "end": "2026-01-12",
        "earned": "100.00 CNY",
        "payable": "100.00 CNY",
        "missing": [],
    }
