"""Business records refuse what cannot be, and keep apart what is absent and what is not known."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from pydantic import BaseModel, ValidationError

from partnerrules.domain import UNKNOWN
from partnerrules.domain.conduct import Sanction, Standing, Violation
from partnerrules.domain.customers import Assignment, Customer, CustomerChoice
from partnerrules.domain.deals import Contract, DealParty, Project, Registration
from partnerrules.domain.partners import Certification, ComplianceChecks, Partner, Person
from partnerrules.domain.relations import ENTITIES
from partnerrules.domain.transactions import ExchangeRate, Transaction
from partnerrules.quantities import Money

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def refusal(model: type[BaseModel], **fields: object) -> str:
    with pytest.raises(ValidationError) as caught:
        model(**fields)
    errors = caught.value.errors()
    assert len(errors) == 1, errors
    return str(errors[0]["msg"]).removeprefix("Value error, ")


def test_a_field_left_out_is_unknown_or_absent_as_the_model_declares() -> None:
    partner = Partner(id="P-1")
    assert partner.legal_name is UNKNOWN
    assert partner.admitted_on is None
    assert Partner(id="P-1", admitted_on=UNKNOWN).admitted_on is UNKNOWN


def test_none_in_a_field_that_may_be_unknown_is_unknown() -> None:
    assert Partner.model_validate({"id": "P-1", "legal_name": None}).legal_name is UNKNOWN


def test_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("100 CNY", Money(Decimal(100), "CNY")),
        (Money(Decimal("99.90"), "USD"), Money(Decimal("99.9"), "USD")),
        ("-12.50", Decimal("-12.5")),
        (7, Decimal(7)),
        (Decimal("0.10"), Decimal("0.1")),
    ],
)
def test_money_is_read_from_money_text_and_exact_numbers(given: object, expected: object) -> None:
    assert Transaction.model_validate({"id": "T-1", "partner": "P-1", "amount": given}).amount == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (1.5, "a binary float is not exact: write it as text or Decimal"),
        (True, "expected a number, got true or false"),
        ("100 XXZ", "`XXZ` is not an ISO 4217 currency code"),
        ("1,000 CNY", "`1,000` is not a number"),
        (Decimal("NaN"), "`NaN` is not a number that can be computed with"),
        ("1e100", "a number has at most 60 digits before and after the point together"),
        (10**60, "a number has at most 60 digits"),
    ],
)
def test_money_that_is_not_exact_is_refused(given: object, said: str) -> None:
    assert refusal(Transaction, id="T-1", partner="P-1", amount=given) == said


def test_a_share_is_read_as_a_percentage_or_a_number() -> None:
    assert DealParty.model_validate({"share": "15 %"}).share == Decimal("0.15")
    assert DealParty.model_validate({"share": "0.15"}).share == Decimal("0.15")
    # 60 digits stay exact: the default context of Decimal has 28.
    share = DealParty.model_validate({"share": "12.3456789012345678901234567890123456789 %"}).share
    assert share == Decimal("0.123456789012345678901234567890123456789")


@pytest.mark.parametrize(
    ("model", "fields", "said"),
    [
        (
            Person,
            {"employed_from": dt.date(2026, 3, 2), "employed_to": dt.date(2026, 3, 1)},
            "`employed_to` is before `employed_from`",
        ),
        (
            Person,
            {"employed_from": dt.date(2026, 3, 1), "employed_to": dt.date(2026, 3, 1)},
            "`employed_to` is the same as `employed_from`, so that it would hold at no time",
        ),
        (
            Standing,
            {"kind": "grade", "valid_from": dt.date(2026, 3, 2), "valid_to": dt.date(2026, 3, 1)},
            "`valid_to` is before `valid_from`",
        ),
        (
            Sanction,
            {"starts_at": NOON, "ends_at": NOON},
            "`ends_at` is the same as `starts_at`, so that it would hold at no time",
        ),
        (Violation, {"level": 0}, "`level` is less than 1"),
        (
            Violation,
            {"occurred_on": dt.date(2026, 3, 2), "reported_on": dt.date(2026, 3, 1)},
            "`reported_on` is before `occurred_on`",
        ),
        (Partner, {"parent": "X-1"}, "`parent` is the same as `id`"),
        (Transaction, {"original": "X-1"}, "`original` is the same as `id`"),
        (
            Registration,
            {"customer": "C-1", "submitted_at": NOON, "withdrawn_at": NOON - dt.timedelta(seconds=1)},
            "`withdrawn_at` is before `submitted_at`",
        ),
        (
            Registration,
            {"customer": "C-1", "submitted_at": dt.datetime(2026, 3, 1)},
            "Input should have timezone info",
        ),
        (Contract, {"notice": "-30 days"}, "a period is not negative"),
        (Contract, {"notice": "3 months"}, "`months` measures something else"),
        (Contract, {"notice": "30"}, "a number needs its unit here"),
        (
            Project,
            {"started_on": dt.date(2026, 3, 2), "finished_on": dt.date(2026, 3, 1)},
            "`finished_on` is before `started_on`",
        ),
        (Partner, {"attributes": {"legal_name": "x"}}, "`legal_name` is a field of every Partner and is given as such"),
    ],
)
def test_what_can_never_be_true_is_refused(model: type[BaseModel], fields: dict[str, object], said: str) -> None:
    if "partner" in model.model_fields:
        fields = {"partner": "P-1", **fields}
    assert refusal(model, id="X-1", **fields) == said


def test_a_negative_share_is_refused() -> None:
    assert refusal(DealParty, share="-1 %") == "`share` is negative"


def test_an_exchange_rate_has_two_currencies_and_two_positive_amounts() -> None:
    rate = {"from_currency": "USD", "from_amount": "100", "to_currency": "CNY", "date": dt.date(2026, 3, 1)}
    assert refusal(ExchangeRate, id="E-1", to_amount=0, **rate) == "`to_amount` is not more than zero"
    rate["to_currency"] = "RMB"
    expected = "`to_currency` is not an ISO 4217 currency code such as CNY"
    assert refusal(ExchangeRate, id="E-1", to_amount="725", **rate) == expected


def test_an_open_end_breaks_nothing() -> None:
    assert Certification(id="C-1", person="H-1", issued_on=dt.date(2026, 1, 1)).expires_on is None
    assert Assignment(id="A-1", customer="C-1", valid_to=dt.date(2026, 1, 1)).valid_from is UNKNOWN


@pytest.mark.parametrize("id", ["", "x" * 201, "a\nb", "a\x00b"])
def test_ids_are_short_text_without_control_characters(id: str) -> None:
    assert refusal(Partner, id=id).startswith("an id has")


def test_ids_may_be_chinese() -> None:
    assert Partner(id="华信-1").id == "华信-1"


def test_records_are_strict_and_cannot_be_changed() -> None:
    assert refusal(Partner, id=17) == "Input should be a valid string"
    assert refusal(Partner, id="P-1", legal_nmae="x") == "Extra inputs are not permitted"
    assert refusal(Customer, id="C-1", key_account="yes") == "Input should be a valid boolean"
    assert refusal(Partner, id="P-1", admitted_on=NOON) == "Input should be a valid date"
    partner = Partner(id="P-1", tags=["new"])
    assert partner.tags == ("new",)
    with pytest.raises(ValidationError):
        partner.id = "P-2"  # type: ignore[misc]


def test_json_of_a_record_says_what_is_unknown_and_leaves_out_what_was_left_out() -> None:
    customer = Customer(id="C-1", key_account=True, choices=[CustomerChoice(partner="P-1", evidence=UNKNOWN)])
    assert json.loads(customer.model_dump_json()) == {
        "id": "C-1",
        "recorded_at": None,
        "attributes": {},
        "key_account": True,
        "choices": [{"partner": "P-1", "evidence": {"unknown": True}}],
    }


def test_checks_that_were_not_made_are_unknown() -> None:
    checks = ComplianceChecks(legal=False)
    assert checks.legal is False
    assert checks.data_protection is UNKNOWN


def test_no_field_of_any_record_is_a_float() -> None:
    for row in ENTITIES:
        for name, field in row.model.model_fields.items():
            assert "float" not in str(field.annotation), f"{row.name}.{name}"
