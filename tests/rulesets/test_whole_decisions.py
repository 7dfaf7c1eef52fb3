"""A decision as a whole: what is told once, what goes back as facts, and what a caller gets wrong."""

import datetime as dt
import json

import pytest
from tests.support import AS_OF, codes, decide, ruleset

from partnerrules import Decision, Facts, FactsError, Record, UsageError
from partnerrules.decisions import CommissionResult
from partnerrules.domain import Sanction
from partnerrules.schema.missing import Unknown

TEXT = """\
facts: {transaction: {engineer: text}}
conflicts:
  same-customer:
    claims: [{of: registration, claimant: registration.partner}]
    same: {customer: claim.customer}
    prefer: [{id: first, earliest: claim.submitted_at}]
commission:
  sales:
    subject: transaction
    base: transaction.net_amount
    split:
      - {to: transaction.partner, role: seller, share: 70 %}
      - {to: transaction.engineer, role: engineer, share: 30 %}
    rate: 10 %
    hold: [{id: stopped, require: 'sanctioned(transaction.partner, "stop_settlement", as_of)'}]
"""
FACTS: dict[str, object] = {
    "partners": {"甲": {}, "乙": {}},
    "customers": {"C-1": {}},
    "registrations": {
        f"R-{n}": {"partner": "甲", "customer": "C-1", "submitted_at": f"2026-02-0{n}T00:00Z"} for n in (1, 2, 3)
    },
    "transactions": {
        "T-1": {"partner": "甲", "date": "2026-02-01", "net_amount": "100 CNY", "engineer": "王"},
        "T-2": {"partner": "甲", "date": "2026-02-02", "net_amount": "100 CNY"},
    },
    "sanctions": {},
}


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(TEXT, FACTS)


def test_a_contest_is_written_once_with_all_claims_and_each_claim_refers_to_it(decision: Decision) -> None:
    data = json.loads(decision.to_json())
    (contest,) = data["contests"]["same-customer"]
    assert [each["claim"] for each in contest["contestants"]] == ["R-1", "R-2", "R-3"]
    for claim, result in data["results"]["same-customer"].items():
        (group,) = result["groups"]
        assert (group["contest"], group["claims"]) == (contest["contest"], 3)
        assert [each["claim"] for each in group["contestants"]] == [claim]


def test_who_is_not_known_to_be_paid_leaves_a_document_open_and_what_others_get_known(decision: Decision) -> None:
    result = decision["sales"]["T-2"]
    assert isinstance(result, CommissionResult)
    assert (result.outcome, [line.status for line in result.lines]) == ("undetermined", ["earned", "undetermined"])
    assert [(each.record, each.field) for each in result.missing] == [("T-2", "engineer")]
    statement = decision["sales"].statement("甲")
    assert isinstance(statement.earned, Unknown)
    assert [(each.record, each.field) for each in statement.missing] == [("T-2", "engineer")]
    assert decision.payees == decision["sales"].payees == ("王", "甲")


def test_a_total_that_grows_too_long_is_unknown() -> None:
    # Each of two bases has 33 x 60 + 14 = 1,994 digits, their sum 1,995, and the six places of the third make 2,001.
    text = (
        "definitions:\n  long: {of: transaction, value: "
        + " * ".join(["transaction.quantity"] * 32)
        + " * 99999999999999}\n"
        "commission:\n  sales: {subject: transaction, payee: transaction.partner, rate: 100 %, round: 6,"
        " base: transaction.net_amount * transaction.long}\n"
    )
    great, small = "9" * 60, "1"
    known = {
        "partners": {"甲": {}},
        "transactions": {
            "T-1": {"partner": "甲", "date": "2026-02-01", "net_amount": f"{great} CNY", "quantity": great},
            "T-2": {"partner": "甲", "date": "2026-02-01", "net_amount": "0.000001 CNY", "quantity": small},
            "T-3": {"partner": "甲", "date": "2026-02-01", "net_amount": f"{great} CNY", "quantity": great},
        },
    }
    sales = decide(text, known)["sales"]
    total = sales.total("甲")
    assert {each.outcome for each in sales.values()} <= {"earned", "undetermined"}
    assert isinstance(total, Unknown)
    assert {each.reason for each in total.missing} == {"size"}


def test_records_are_added_to_facts(decision: Decision) -> None:
    stop = Sanction(
        id="S-1", partner="甲", effects=("stop_settlement",), starts_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    )
    facts = Facts(FACTS)
    again = ruleset(TEXT).decide(facts.adding([stop]), as_of=AS_OF)
    assert [each["sales"]["T-1"].outcome for each in (decision, again)] == ["earned", "held"]
    assert ruleset(TEXT).decide(facts, as_of=AS_OF)["sales"]["T-1"].outcome == "earned"  # the facts stay what they were
    assert facts.adding([]).bind(ruleset(TEXT).versions[0].facts_schema, zone=dt.UTC).complete("sanction")
    with pytest.raises(FactsError, match="differ"):
        ruleset(TEXT).decide(facts.adding([Record("customer", id="C-1", legal_name="华新")]), as_of=AS_OF)


def test_what_was_not_decided_is_named(decision: Decision) -> None:
    with pytest.raises(KeyError, match="did you mean `sales`"):
        decision["salez"]
    with pytest.raises(KeyError, match="`sales` did not decide `T-99`"):
        decision["sales"]["T-99"]
    assert decision.get("salez") is None
    assert "T-99" not in decision["sales"]


def test_statements_that_cannot_be_made_say_why(decision: Decision) -> None:
    with pytest.raises(UsageError, match="takes several ids"):
        decision.statement("甲", policies="sales")
    with pytest.raises(UsageError, match="has no days"):
        decision.statement("甲", start=dt.date(2026, 4, 1), end=dt.date(2026, 3, 1))
    with pytest.raises(UsageError, match="not instants"):
        decision["sales"].statement("甲", start=AS_OF)
    with pytest.raises(UsageError, match="is none"):
        decision["same-customer"].statement("甲")


def test_an_effect_that_nothing_imposes_is_a_warning() -> None:
    assert codes(TEXT) == []
    assert codes(TEXT.replace("stop_settlement", "stop_setlement")) == ["unknown-effect"]


def test_a_cap_is_not_shared_by_what_is_the_same_for_all() -> None:
    capped = TEXT + "    cap: {amount: 5 CNY, per: [transaction.partner, KEY]}\n"
    assert codes(capped.replace("KEY", "month")) == []
    assert codes(capped.replace("KEY", "1 + 1")) == ["type-mismatch"]
