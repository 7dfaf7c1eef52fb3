"""The edge cases of time and composition that an expert would try, by their numbers in the domain model.

Every expectation was worked out by hand from the table there.
"""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import AS_OF, HEAD, codes, decide, faults, in_folder, value

from partnerrules import Facts, FactsError, check, load

BERLIN = HEAD.replace("Asia/Shanghai", "Europe/Berlin")


def day(found: object) -> object:
    return found.isoformat() if isinstance(found, dt.date) else found


# ---------------------------------------------------------------------------------- validity windows and deadlines


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Approved on 15 January for 90 days: the last valid day is 14 April.
        ("runs(2025-01-15, 90 days, 2025-04-14)", True),
        ("runs(2025-01-15, 90 days, 2025-04-15)", False),
        # Listed on 15 November for 90 days: free on 13 February.
        ("runs(2024-11-15, 90 days, 2025-02-12)", True),
        ("runs(2024-11-15, 90 days, 2025-02-13)", False),
        # A hold of 60 days from 16 March clears on 15 May.
        ("runs(2025-03-16, 60 days, 2025-05-14)", True),
        ("runs(2025-03-16, 60 days, 2025-05-15)", False),
        # A deadline of 45 days after 30 April is still kept on 14 June.
        ("within(2025-06-14, 45 days, 2025-04-30)", True),
        ("within(2025-06-15, 45 days, 2025-04-30)", False),
    ],
)
def test_a_validity_ends_before_its_last_day_and_a_deadline_after_it(expression: str, expected: bool) -> None:
    assert value(expression) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2024-02-29 + 12 months", "2025-02-28"),
        ("runs(2024-02-29, 12 months, 2025-02-27)", True),
        ("runs(2024-02-29, 12 months, 2025-02-28)", False),
        ("within(2025-02-28, 12 months, 2024-02-29)", True),  # where the policy says: inclusive
        ("within(2025-03-01, 12 months, 2024-02-29)", False),
        ("runs(2024-02-29, 4 years, 2028-02-28)", True),
        ("runs(2024-02-29, 4 years, 2028-02-29)", False),
    ],
    ids=lambda text: f"E43-{text}",
)
def test_twelve_months_from_a_leap_day(expression: str, expected: object) -> None:
    assert day(value(expression)) == expected


def test_a_registration_of_a_leap_day__E43() -> None:  # noqa: N802
    text = """\
parameters: {protection: {value: 12 months}}
eligibility:
  protected:
    subject: registration
    when: exists(registration.approved_at)
    gates: [{id: running, require: "runs(date(registration.approved_at), protection, today)"}]
"""
    facts = {
        "partners": {"P-1": {}},
        "customers": {"C-1": {}},
        "registrations": {"R-1": {"partner": "P-1", "customer": "C-1", "approved_at": "2024-02-29T15:00:00+08:00"}},
    }

    def outcome(*as_of: int) -> str:
        moment = dt.datetime(*as_of, tzinfo=AS_OF.tzinfo)  # type: ignore[misc, arg-type]
        return decide(text, facts, as_of=moment)["protected"]["R-1"].outcome

    assert outcome(2025, 2, 27, 23, 59, 59) == "eligible"
    assert outcome(2025, 2, 28, 0, 0, 0) == "ineligible"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2026-01-31 + 1 months", "2026-02-28"),
        ("2024-01-31 + 1 months", "2024-02-29"),
        ("2026-01-31 + 2 months", "2026-03-31"),
        ("2026-01-31 + 1 months + 1 months", "2026-03-31"),
        ("2024-01-31 + 1 months + 1 months", "2024-03-31"),
        ("(2026-01-31 + 1 months) + 1 months", "2026-03-31"),
        ("1 months + (1 months + 2026-01-31)", "2026-03-31"),
        ("2026-01-31 + 1 months - 1 months", "2026-01-31"),
        ("2026-03-31 - 1 months + 1 months", "2026-03-31"),
        ("2026-03-31 - 1 months - 1 months", "2026-01-31"),
        ("2026-01-31 + 1 months + 1 years + 1 quarter", "2027-05-31"),
        # Days in between make a new day, from which the next months are counted.
        ("2026-01-31 + 1 months + 0 days + 1 months", "2026-03-28"),
    ],
    ids=lambda text: f"E44-{text}",
)
def test_months_are_counted_from_the_original_day(expression: str, expected: str) -> None:
    assert day(value(expression)) == expected


def test_months_of_instants_are_counted_from_the_original_day__E44() -> None:  # noqa: N802
    found = value("2026-01-31T23:30:00+08:00 + 1 months + 1 months")
    assert found == dt.datetime(2026, 3, 31, 15, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Clocks in Berlin go forward on 29 March 2026: 90 days are an hour less than 2,160 hours.
        ("2026-01-15T09:00:00+01:00 + 90 days = 2026-04-15T09:00:00+02:00", True),
        ("2026-01-15T09:00:00+01:00 + 2160 hours = 2026-04-15T10:00:00+02:00", True),
        ("runs(2026-01-15T09:00:00+01:00, 90 days, 2026-04-15T08:59:59+02:00)", True),
        ("runs(2026-01-15T09:00:00+01:00, 90 days, 2026-04-15T09:00:00+02:00)", False),
        ("within(2026-04-15T09:00:00+02:00, 90 days, 2026-01-15T09:00:00+01:00)", True),
        ("within(2026-04-15T09:00:01+02:00, 90 days, 2026-01-15T09:00:00+01:00)", False),
    ],
    ids=lambda text: f"E45-{text}",
)
def test_ninety_days_across_a_change_of_clocks(expression: str, expected: bool) -> None:
    assert value(expression, head=BERLIN) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("start of fiscal quarter(2026-02-01)", "2026-02-01"),
        ("start of fiscal quarter(2026-04-30)", "2026-02-01"),
        ("end of fiscal quarter(2026-02-01)", "2026-05-01"),
        ("start of fiscal quarter(2026-01-31)", "2025-11-01"),
        ("start of fiscal year(2026-01-31)", "2025-02-01"),
        ("first_day(this fiscal quarter)", "2026-02-01"),
        ("last_day(this fiscal quarter)", "2026-04-30"),
    ],
    ids=lambda text: f"E46-{text}",
)
def test_a_fiscal_year_from_february(expression: str, expected: str) -> None:
    head = HEAD + "calendar: {fiscal_year_starts: 02-01}\n"
    assert day(value(expression, head=head)) == expected


# --------------------------------------------------------------------------------------------------------- versions

VERSION = """\
ruleset: trial
version: "{name}"
in_force: {period}
currency: CNY
timezone: Asia/Shanghai
tables:
  rate:
    subject: deal
    reference_date: if exists(deal.signed_at) then date(deal.signed_at) else today
    hit: first
    inputs: {{amount: deal.amount}}
    outputs: {{rate: ratio}}
    rows: [{{amount: ">= 0 CNY", rate: {rate}}}]
"""
OLD, NEW = ("2025", "2025-01-01 .. 2026-01-01", "10 %"), ("2026", "2026-01-01 ..", "8 %")


def versions(folder: Path, *rows: tuple[str, str, str]) -> Path:
    return in_folder(
        {f"{name}/ruleset.yaml": VERSION.format(name=name, period=period, rate=rate) for name, period, rate in rows},
        folder,
    )


def rates(folder: Path, **signed: str) -> dict[str, tuple[str, str, object]]:
    """Of each deal the version that answers, its outcome and the rate."""
    deals = {
        name: {"customer": "C-1", "amount": "100 CNY", "signed_at": f"{text}T12:00:00+08:00"}
        for name, text in signed.items()
    }
    decision = load(folder).decide(Facts({"customers": {"C-1": {}}, "deals": deals}), as_of=AS_OF)
    return {
        id: (each.basis.version, each.outcome, each.as_data().get("outputs")) for id, each in decision["rate"].items()
    }


@pytest.mark.parametrize("end", ["2026-01-02", ""], ids=["E60-by-a-day", "E60-for-good"])
def test_versions_that_overlap_do_not_load(tmp_path: Path, end: str) -> None:
    rules, told = check(versions(tmp_path, ("2025", f"2025-01-01 .. {end}", "10 %"), NEW))
    assert rules is None
    assert [each.code for each in told] == ["overlapping-versions"]


def test_a_gap_of_a_day_has_no_policy_in_force__E61(tmp_path: Path) -> None:  # noqa: N802
    versions(tmp_path, OLD, ("2026", "2026-01-02 ..", "8 %"))
    found = rates(tmp_path, before="2025-12-31", gap="2026-01-01", after="2026-01-02")
    assert {id: each[:2] for id, each in found.items()} == {
        "before": ("2025", "decided"),
        "gap": ("", "no_policy_in_force"),
        "after": ("2026", "decided"),
    }


def test_a_deal_keeps_the_rate_of_its_signing__E62(tmp_path: Path) -> None:  # noqa: N802
    found = rates(versions(tmp_path, OLD, NEW), old="2025-12-31", new="2026-01-01")
    assert found == {"old": ("2025", "decided", {"rate": "10 %"}), "new": ("2026", "decided", {"rate": "8 %"})}


# ------------------------------------------------------------------------------------------------------------ facts

DUES = """\
calendar: {holidays: CN}
definitions:
  sales: {of: partner, value: sum(partner.transactions.net_amount)}
eligibility:
  active:
    subject: partner
    gates:
      - {id: sells, require: partner.sales >= 100 CNY}
      - {id: answered, require: "within(today, 20 business days, latest_sale)"}
""".replace("latest_sale", "max(partner.transactions.date)")

TRANSACTIONS: Mapping[str, Mapping[str, object]] = {
    "T-1": {"partner": "P-1", "date": "2026-02-03", "net_amount": "60 CNY"},
    "T-2": {"partner": "P-1", "date": "2026-02-10", "net_amount": "40 CNY"},
    "T-3": {"partner": "P-2", "date": "2026-02-11", "net_amount": "100 CNY"},
    "T-4": {"partner": "P-2", "date": "2026-02-12", "net_amount": "-0.01 CNY"},
    "T-5": {"partner": "P-3", "date": "2026-01-05", "net_amount": "500 CNY"},
}


def decided(rows: list[dict[str, object]]) -> str:
    partners: list[dict[str, object]] = [{"id": "P-1"}, {"id": "P-2"}, {"id": "P-3"}]
    facts = {"partners": partners[:: 1 if len(rows) % 2 else -1], "transactions": rows}
    return json.dumps(decide(DUES, facts).as_data(), ensure_ascii=False)


@settings(max_examples=25)
@given(st.permutations([{"id": id, **fields} for id, fields in TRANSACTIONS.items()]))
def test_shuffled_facts_give_the_same_bytes__E64(rows: list[dict[str, object]]) -> None:  # noqa: N802
    assert decided(rows) == decided(sorted(rows, key=lambda row: str(row["id"])))


def test_the_outcomes_behind_the_bytes__E64() -> None:  # noqa: N802
    found = decide(DUES, {"partners": {"P-1": {}, "P-2": {}, "P-3": {}}, "transactions": TRANSACTIONS})["active"]
    # The 20th business day after 5 January 2026 is 2 February.
    assert {id: each.outcome for id, each in found.items()} == {
        "P-1": "eligible",
        "P-2": "ineligible",
        "P-3": "ineligible",
    }


def test_a_transaction_given_twice_counts_once_with_a_warning__E65() -> None:  # noqa: N802
    rows = [{"id": "T-1", **TRANSACTIONS["T-1"]}, {"id": "T-1", **TRANSACTIONS["T-1"]}]
    decision = decide(DUES, {"partners": {"P-1": {}}, "transactions": rows})
    assert decision["sales"]["P-1"].as_data()["value"] == "60.00 CNY"
    assert decision.warnings == ("transactions T-1: is given twice, with the same content",)


def test_a_transaction_given_twice_with_different_content_is_refused__E65() -> None:  # noqa: N802
    rows = [{"id": "T-1", **TRANSACTIONS["T-1"]}, {"id": "T-1", **TRANSACTIONS["T-2"]}]
    with pytest.raises(FactsError, match="T-1"):
        decide(DUES, {"partners": {"P-1": {}}, "transactions": rows})


@pytest.mark.parametrize(
    "expression",
    ["15 ％", "１５ %", "2026-0３-01", "today ＋ 5 days", "５ business days", "deal.amount ≥ 5 CNY"],
    ids=lambda text: f"E67-{text}",
)
def test_full_width_digits_and_signs_are_refused_and_never_misread(expression: str) -> None:
    assert faults(expression, of="deal") != []


def test_text_in_three_languages_is_kept_as_it_is__E67() -> None:  # noqa: N802
    title = "{zh: 报备保护期１５％, ru: срок защиты, en: protection}"
    text = f"parameters: {{p: {{value: 15 %, title: {title}}}}}\n"
    assert codes(text) == []
    assert value('partner.legal_name = "华信１号"', {"partners": {"P-1": {"legal_name": "华信１号"}}}) is True
    assert value('partner.legal_name = "华信1号"', {"partners": {"P-1": {"legal_name": "华信１号"}}}) is False


@pytest.mark.parametrize("amount", ["１00 CNY", "100，5 CNY", "100 ＣＮＹ"], ids=lambda text: f"E67-{text}")
def test_full_width_digits_in_facts_are_refused__E67(amount: str) -> None:  # noqa: N802
    row = {**TRANSACTIONS["T-1"], "net_amount": amount}
    with pytest.raises(FactsError, match="net_amount"):
        decide(DUES, {"partners": {"P-1": {}}, "transactions": {"T-1": row}})
