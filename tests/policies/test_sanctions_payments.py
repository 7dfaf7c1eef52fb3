"""What sanctions do to amounts that are not paid yet: withheld ones are paid later, cancelled ones are lost."""

import pytest
from tests.policies.test_sanctions import at
from tests.support import decide

from partnerrules.decisions.commission import CommissionResult
from partnerrules.decisions.sanctions import SanctionResult

POLICY = """\
facts: {transaction: {commission_paid_on: {type: date, missing: none}}}
sanctions:
  conduct:
    subject: partner
    count: partner.violations[exists(confirmed_on)]
    by: violation.occurred_on
    window: 12 months
    steps: [{list: black, when: level(1) >= 1, for: 90 days, effects: [EFFECT]}]
definitions:
  open_days:
    of: transaction
    value: >-
      [transaction.date ..
      if exists(transaction.commission_paid_on) then transaction.commission_paid_on else today + 1 day)
commission:
  sales:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate: 10 %
    hold:
      - id: withheld
        require: not(exists(transaction.commission_paid_on)) and sanctioned(transaction.partner, "withhold", as_of)
    forfeit:
      - {id: cancelled, require: 'sanctioned_during(transaction.partner, "cancel_unpaid", transaction.open_days)'}
"""
VIOLATIONS = {"V-1": {"partner": "P-1", "level": 1, "occurred_on": "2024-03-01", "confirmed_on": "2024-03-01"}}
"""The black list from 1 March up to 30 May."""


def invoices() -> dict[str, dict[str, object]]:
    days = {"before": "2024-02-01", "settled": "2024-01-10", "during": "2024-04-01", "after": "2024-06-10"}
    found: dict[str, dict[str, object]] = {
        id: {"partner": "P-1", "kind": "invoice", "date": day, "net_amount": "1000 CNY"} for id, day in days.items()
    }
    found["settled"]["commission_paid_on"] = "2024-02-20"
    return found


@pytest.mark.parametrize(
    ("effect", "day", "expected"),
    [
        # The invoice of February is due and not paid when the sanction begins; that of January was paid before.
        ("withhold", "2024-02-29", {"settled": "earned", "before": "earned"}),
        ("withhold", "2024-04-15", {"settled": "earned", "before": "held", "during": "held"}),
        ("withhold", "2024-05-29", {"settled": "earned", "before": "held", "during": "held"}),
        ("withhold", "2024-05-30", {"settled": "earned", "before": "earned", "during": "earned"}),
        (
            "withhold",
            "2024-07-01",
            {"settled": "earned", "before": "earned", "during": "earned", "after": "earned"},
        ),
        ("cancel_unpaid", "2024-02-29", {"settled": "earned", "before": "earned"}),
        ("cancel_unpaid", "2024-04-15", {"settled": "earned", "before": "forfeited", "during": "forfeited"}),
        ("cancel_unpaid", "2024-05-30", {"settled": "earned", "before": "forfeited", "during": "forfeited"}),
        (
            "cancel_unpaid",
            "2024-07-01",
            {"settled": "earned", "before": "forfeited", "during": "forfeited", "after": "earned"},
        ),
    ],
    ids=lambda value: f"E58-{value}" if isinstance(value, str) else "",
)
def test_withheld_is_paid_in_the_end_and_cancelled_is_lost(effect: str, day: str, expected: dict[str, str]) -> None:
    text = POLICY.replace("EFFECT", effect)
    facts = {"partners": {"P-1": {}}, "violations": VIOLATIONS, "transactions": {}, "sanctions": {}}
    sanctions = decide(text, facts, as_of=at("2024-03-01"))["conduct"]["P-1"]
    assert isinstance(sanctions, SanctionResult)
    recorded = [*sanctions.new_sanctions()] if day >= "2024-03-01" else []
    visible = {id: fields for id, fields in invoices().items() if str(fields["date"]) <= day}
    found = decide(text, {**facts, "transactions": visible, "sanctions": recorded}, as_of=at(day))["sales"]
    outcomes = {id: result.outcome for id, result in found.items() if isinstance(result, CommissionResult)}
    assert outcomes == expected


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "days", "expected"),
    [
        ("2024-03-01T00:00:00+08:00", "2024-03-10T00:00:00+08:00", "[2024-03-09..2024-03-20]", True),
        ("2024-03-01T00:00:00+08:00", "2024-03-10T00:00:00+08:00", "[2024-03-10..2024-03-20]", False),
        ("2024-03-01T00:00:00+08:00", "2024-03-10T15:00:00+08:00", "[2024-03-10..2024-03-20]", True),
        ("2024-03-01T00:00:00+08:00", "2024-03-10T00:00:00+08:00", "[2024-02-01..2024-03-01]", True),
        ("2024-03-01T00:00:00+08:00", "2024-03-10T00:00:00+08:00", "[2024-02-01..2024-03-01)", False),
        ("2024-03-01T00:00:00+08:00", None, "[2024-05-01..2024-05-01]", True),
        ("2024-03-01T00:00:00+08:00", None, "[2024-05-01..2024-04-30 + 1 day)", False),
    ],
)
def test_a_sanction_during_a_stretch_of_days(starts_at: str, ends_at: str | None, days: str, expected: bool) -> None:
    text = f"""definitions: {{lost: {{of: partner, value: 'sanctioned_during(partner, "cancel_unpaid", {days})'}}}}\n"""
    sanction = {"partner": "P-1", "effects": ["cancel_unpaid"], "starts_at": starts_at}
    if ends_at is not None:
        sanction["ends_at"] = ends_at
    found = decide(text, {"partners": {"P-1": {}}, "sanctions": {"S": sanction}}, as_of=at("2024-06-01"))
    assert found["lost"]["P-1"].as_data()["value"] is expected
