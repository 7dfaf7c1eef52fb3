"""Credit notes and refunds: at the rate of the document that they correct, and never more than it."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.policies.commissions import Document, amounts, credit, decided, invoice, policy, results
from tests.support import in_folder, ruleset

from partnerrules import Facts, Record, Unknown, load
from partnerrules.decisions.commission import CommissionResult

TEN = "rate: 10 %"
TODAY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("net_amount", "expected"),
    [
        pytest.param("-1000", "-100.00 CNY", id="R14-full-refund"),
        pytest.param("-400", "-40.00 CNY", id="partial-refund"),
        pytest.param("-0.06", "-0.01 CNY", id="what-is-left-is-rounded-99.994"),
        pytest.param("-0.05", "0.00 CNY", id="what-is-left-is-rounded-99.995"),
        pytest.param("250", "25.00 CNY", id="a-correction-upwards"),
        pytest.param("0", "0.00 CNY", id="a-correction-of-nothing"),
    ],
)
def test_a_correction_is_paid_in_proportion_to_its_original(net_amount: str, expected: str) -> None:
    decision = decided(policy(TEN), {"T-1": invoice("1000"), "T-2": credit(net_amount, "T-1")})
    assert amounts(decision) == {"T-1": "100.00 CNY", "T-2": expected}


def test_corrections_in_several_steps_add_up_to_the_whole() -> None:
    # 10 % of 0.25 is 0.03, and 0.02 of 0.17 and of 0.16: the first takes a cent, the second none, the last two.
    documents = {
        "T-1": invoice("0.25"),
        "T-2": credit("-0.08", "T-1", "2026-01-20"),
        "T-3": credit("-0.01", "T-1", "2026-01-21"),
        "T-4": credit("-0.16", "T-1", "2026-01-22"),
    }
    assert amounts(decided(policy(TEN), documents)) == {
        "T-1": "0.03 CNY",
        "T-2": "-0.01 CNY",
        "T-3": "0.00 CNY",
        "T-4": "-0.02 CNY",
    }


def test_a_part_just_below_half_a_cent_is_not_rounded_up() -> None:
    # 0.01 of 2,000,000,000,000.02, of which 1,000,000,000,000.00 are left: a little less than half a cent.
    documents = {"T-1": invoice("2000000000000.02"), "T-2": credit("-1000000000000.02", "T-1")}
    lines = "rate: 0.01 CNY"
    assert amounts(decided(policy(lines), documents)) == {"T-1": "0.01 CNY", "T-2": "-0.01 CNY"}


@pytest.mark.parametrize("ladder", ["marginal", "whole"])
def test_e28_a_credit_note_in_a_later_period_has_the_rate_of_its_original(ladder: str) -> None:
    lines = f"""
rate:
  ladder: {ladder}
  over: month
  per: transaction.partner
  bands:
    - {{from: 0 CNY, rate: 4 %}}
    - {{from: 1000 CNY, rate: 10 %}}
"""
    documents = {
        "T-1": invoice("1500", "2026-01-10"),
        "T-2": credit("-1500", "T-1", "2026-02-10"),
        "T-3": invoice("100", "2026-02-11"),
    }
    decision = decided(policy(lines), documents)
    full = "90.00" if ladder == "marginal" else "150.00"
    assert amounts(decision) == {"T-1": f"{full} CNY", "T-2": f"-{full} CNY", "T-3": "4.00 CNY"}
    february = decision["sales"].statement("P", start=dt.date(2026, 2, 1), end=dt.date(2026, 3, 1))
    assert str(february.payable) == ("-86.00 CNY" if ladder == "marginal" else "-146.00 CNY")


def test_e30_a_refund_larger_than_the_sale_is_refused_and_so_are_later_ones() -> None:
    documents = {
        "T-1": invoice("1000"),
        "T-2": credit("-600", "T-1", "2026-01-20"),
        "T-3": credit("-600", "T-1", "2026-01-21"),
        "T-4": credit("500", "T-1", "2026-01-22"),
    }
    assert amounts(decided(policy(TEN), documents)) == {
        "T-1": "100.00 CNY",
        "T-2": "-60.00 CNY",
        "T-3": "refused: exceeds_original",
        "T-4": "refused: exceeds_original",
    }


def test_e32_a_negative_base_that_corrects_nothing_never_reads_the_lowest_band() -> None:
    lines = """
rate:
  ladder: marginal
  bands:
    - {from: 0 CNY, rate: 4 %}
    - {from: 1000 CNY, rate: 10 %}
"""
    documents = {"T-1": invoice("-500"), "T-2": invoice("1500"), "T-3": credit("-500", "T-2")}
    assert amounts(decided(policy(lines), documents)) == {
        "T-1": "refused: no_original",
        "T-2": "90.00 CNY",
        "T-3": "-30.00 CNY",
    }


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param(
            {"T-1": invoice("1000"), "T-2": credit("-500", "T-1"), "T-3": credit("100", "T-2")},
            "refused: corrects_a_correction",
            id="a-correction-of-a-correction",
        ),
        pytest.param({"T-1": invoice("0"), "T-3": credit("-500", "T-1")}, "refused: original_is_zero", id="of-zero"),
        pytest.param(
            {"T-1": invoice("-100"), "T-3": credit("100", "T-1")}, "refused: original_refused", id="of-a-refused-one"
        ),
        pytest.param(
            {"T-1": invoice("100", customer="D"), "T-3": credit("-100", "T-1")}, "0.00 CNY", id="of-an-excluded-one"
        ),
        pytest.param(
            {"T-1": invoice(None), "T-3": credit("-100", "T-1")}, "unknown", id="of-one-whose-base-is-not-known"
        ),
        pytest.param(
            {"T-1": invoice("100"), "T-2": invoice(None, original="T-1"), "T-3": credit("-10", "T-1")},
            "unknown",
            id="after-one-whose-base-is-not-known",
        ),
    ],
)
def test_corrections_follow_their_original(documents: Mapping[str, Document], expected: str) -> None:
    lines = f"{TEN}\nexclude: [{{id: of-d, require: 'transaction.customer.id = \"D\"'}}]"
    decision = decided(policy(lines), documents)
    assert amounts(decision)["T-3"] == expected


def test_whether_a_policy_is_about_a_correction_hangs_on_its_original() -> None:
    """So a policy for invoices takes back what it paid, though a credit note is no invoice."""
    documents = {
        "T-1": invoice("1000"),
        "T-2": credit("-100", "T-1"),
        "T-3": invoice("1000", kind="payment"),
        "T-4": invoice("-100", "2026-01-20", original="T-3"),
    }
    decision = decided(policy('when: transaction.kind = "invoice"\n' + TEN), documents)
    assert amounts(decision) == {"T-1": "100.00 CNY", "T-2": "-10.00 CNY"}


def test_a_correction_pays_back_from_whom_its_original_paid() -> None:
    found = results(decided(policy(TEN), {"T-1": invoice("1000"), "T-2": credit("-100", "T-1", partner="Q")}))
    assert [line.payee for line in found["T-2"].lines] == ["P"]


CAPPED = TEN + "\ncap: {amount: 100 CNY, per: [transaction.partner, year]}"
DESCENDING = """
rate:
  ladder: whole
  over: year
  per: transaction.partner
  corrections: period
  bands: [{from: 0 CNY, rate: 10 %}, {from: 10000 CNY, rate: 20 %}]
"""


@pytest.mark.parametrize("lines", [TEN, CAPPED, DESCENDING, 'when: transaction.kind != "payment"\n' + TEN])
def test_a_correction_of_what_has_not_happened_yet_is_refused_and_blocks_nobody(lines: str) -> None:
    documents = {
        "T-1": invoice("100", "2026-04-01"),
        "T-2": credit("-100", "T-1", "2026-01-20"),
        "T-3": invoice("100", "2026-02-01", partner="Q"),
    }
    found = decided(policy(lines), documents)["sales"]
    assert {id: each.outcome for id, each in found.items()} == {"T-2": "refused", "T-3": "earned"}
    assert found["T-2"].summary()["reason"] == "original_elsewhere"
    assert found["T-2"].basis.version


@pytest.mark.parametrize("lines", [TEN, CAPPED, DESCENDING])
def test_a_correction_of_an_unknown_document_leaves_what_lies_before_it_as_it_is(lines: str) -> None:
    documents = {
        "T-1": invoice("100", "2026-01-05"),
        "T-2": invoice("-10", "2026-01-20", kind="credit_note", original={"unknown": True}, partner="Q"),
        "T-3": invoice("100", "2026-02-01"),
    }
    found = decided(policy(lines), documents)
    assert found["sales"]["T-1"].summary()["amount"] == "10.00 CNY"
    assert found["sales"]["T-2"].outcome == "undetermined"
    assert found["sales"]["T-3"].outcome == ("earned" if lines == TEN else "undetermined")
    # It may correct what P or Q was paid for, and belongs to the statements of both.
    for payee in "PQ":
        statement = found.statement(payee)
        assert isinstance(statement.earned, Unknown)
        assert "T-2" in [each.basis.subject for each in statement.undetermined]


def test_a_correction_of_an_unknown_document_is_open_for_the_whole_settlement() -> None:
    documents = {
        "T-1": invoice("100"),
        "T-2": invoice("-10", "2026-01-20", kind="credit_note", original={"unknown": True}, partner="Q"),
    }
    facts = {"partners": {"P": {}, "Q": {}}, "customers": {"C": {}}, "products": {}, "transactions": documents}
    settled = ruleset(policy(TEN)).settle(Facts(facts), "2026-01", as_of=TODAY)
    assert [each.document for each in settled.open] == ["T-2"]
    assert not settled.complete


def test_while_the_version_is_not_known_all_versions_say_who_may_be_paid(tmp_path: Path) -> None:
    head = "ruleset: trial\nversion: {}\nin_force: {}\ncurrency: CNY\ntimezone: Asia/Shanghai\n"
    other = policy(TEN).replace("payee: transaction.partner", "payee: '\"house\"'")
    files = {
        "a/ruleset.yaml": head.format("a", "2025-01-01 .. 2026-01-01") + policy(TEN),
        "b/ruleset.yaml": head.format("b", "2026-01-01 ..") + other,
    }
    documents = {"T-1": {**invoice("100"), "date": {"unknown": True}}}
    facts = {"partners": {"P": {}, "Q": {}}, "customers": {"C": {}}, "products": {}, "transactions": documents}
    found = load(in_folder(files, tmp_path)).decide(Facts(facts), as_of=TODAY)
    assert all(isinstance(found.statement(payee).earned, Unknown) for payee in ("P", "house"))
    assert str(found.statement("Q").earned) == "0.00 CNY"


def test_a_correction_belongs_to_the_statement_of_its_original_while_its_version_is_not_known() -> None:
    documents = {
        "T-1": {**invoice("100"), "date": {"unknown": True}},
        "T-2": credit("-10", "T-1", "2026-01-20", partner="Q"),
    }
    found = decided(policy('when: transaction.kind = "invoice"\n' + TEN), documents)
    assert [each.basis.subject for each in found.statement("P").undetermined] == ["T-1", "T-2"]
    assert str(found.statement("Q").earned) == "0.00 CNY"


def test_where_not_all_documents_may_be_given_corrections_are_in_doubt_and_originals_are_not() -> None:
    records = [
        Record("transaction", id="T-1", partner="P", kind="invoice", net_amount="100", date="2026-01-10"),
        Record("transaction", id="T-2", partner="P", net_amount="-10", date="2026-01-11", original="T-1"),
    ]
    decision = ruleset(policy(TEN)).decide(Facts([Record("partner", id="P"), *records]), as_of=TODAY)
    assert amounts(decision) == {"T-1": "10.00 CNY", "T-2": "unknown"}
    assert [each.relation for each in decision["sales"]["T-2"].missing] == ["transactions"]


VERSION = """
ruleset: trial
version: "{version}"
in_force: {in_force}
currency: CNY
commission:
  sales:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate: {rate}
    {more}
"""


def over_versions(folder: Path, more: str = "") -> dict[str, CommissionResult]:
    stretches = (("1", "2025-01-01 .. 2026-01-01", "10 %"), ("2", "2026-01-01 .. 2027-01-01", "5 %"))
    where = in_folder(
        {
            f"{version}/ruleset.yaml": VERSION.format(version=version, in_force=in_force, rate=rate, more=more)
            for version, in_force, rate in stretches
        },
        folder,
    )
    documents = {
        "T-1": invoice("1000", "2025-12-30"),
        "T-2": credit("-500", "T-1", "2026-01-05"),
        "T-3": invoice("1000", "2026-01-06"),
    }
    facts = Facts({"partners": {"P": {}}, "customers": {"C": {}}, "transactions": documents})
    return results(load(where).decide(facts, as_of=TODAY))


def test_a_credit_note_is_answered_by_the_version_of_its_invoice(tmp_path: Path) -> None:
    found = over_versions(tmp_path)
    assert {id: (each.basis.version, str(each.amount)) for id, each in found.items()} == {
        "T-1": ("1", "100.00 CNY"),
        "T-2": ("1", "-50.00 CNY"),
        "T-3": ("2", "50.00 CNY"),
    }


def test_a_correction_that_another_version_answers_for_takes_back_what_the_original_earned(tmp_path: Path) -> None:
    found = over_versions(tmp_path, "reference_date: transaction.date")
    assert (found["T-2"].basis.version, str(found["T-2"].amount)) == ("2", "-50.00 CNY")
