"""The settlement job of the software dealers: it runs, and comes to what is worked out by hand and by other means."""

import csv
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from tests.scripts import script

import partnerrules as pr
from partnerrules.domain.settlement import Settlement

HERE = Path(__file__).parents[2] / "examples" / "dealer_settlement"
NOTHING = Fraction(0)


@pytest.fixture(scope="module")
def job() -> Iterator[ModuleType]:
    yield script(HERE / "settle.py", "dealer_settlement")
    sys.modules.pop("dealer_settlement", None)


@pytest.fixture(scope="module")
def rules(job: ModuleType) -> pr.Ruleset:
    return pr.load(job.RULES)


@pytest.fixture(scope="module")
def settled(job: ModuleType, rules: pr.Ruleset) -> dict[str, Settlement]:
    return {period: settlement for period, _, settlement in job.settle_all(rules)}


def amounts(settlement: Settlement, payee: str) -> dict[str, str]:
    """What each document brings a partner, without those it earns on as a recruiter."""
    return {line.document: str(line.change) for line in settlement.statement(payee).lines if not line.role}


# ------------------------------------------------------------------------------------------------------ by hand


def test_the_ladder_of_the_month_is_climbed(settled: Mapping[str, Settlement]) -> None:
    september = settled["2026-09"]
    assert amounts(september, "D-01") == {"H-1": "36000.00 RUB", "H-2": "31500.00 RUB", "H-3": "22500.00 RUB"}
    assert str(september.statement("D-01").payable) == "103410.00 RUB"


def test_those_who_found_the_dealer_earn_on_it(settled: Mapping[str, Settlement]) -> None:
    found = {
        payee: sum(
            (Fraction(line.amount.amount) for line in settled["2026-09"].statement(payee).lines if line.role == role),
            NOTHING,
        )
        for payee, role in (("D-02", "recruiter"), ("D-03", "second_recruiter"))
    }
    # D-02 found D-01 alone; D-03 found D-02, who found D-01
    assert found == {"D-02": 12600, "D-03": 4200}


def test_a_credit_note_and_a_late_invoice_are_settled_in_the_next_month(settled: Mapping[str, Settlement]) -> None:
    october = settled["2026-10"]
    assert amounts(october, "D-01") == {"H-4": "40000.00 RUB", "H-5": "-10500.00 RUB", "H-6": "10000.00 RUB"}
    assert {line.document for line in october.statement("D-01").lines if line.kind == "adjustment"} == {"H-6"}
    assert str(october.statement("D-01").payable) == "44960.00 RUB"


def test_a_suspended_dealer_is_paid_later(settled: Mapping[str, Settlement]) -> None:
    september, october = (each.statement("D-06") for each in settled.values())
    assert (str(september.withheld), str(september.payable)) == ("88820.00 RUB", "0.00 RUB")
    assert str(october.withheld) == "0.00 RUB"
    assert october.payable.amount == september.withheld.amount + october.earned.amount
    assert str(settled["2026-09"].statement("D-09").withheld) == "0.00 RUB"  # found by D-06, and not suspended


def test_a_sale_without_a_licence_contract_earns_nothing_also_later(settled: Mapping[str, Settlement]) -> None:
    assert str(settled["2026-09"].statement("D-16").earned) == "0.00 RUB"
    october = settled["2026-10"].statement("D-16")
    assert {line.date.isoformat() >= "2026-10-12" for line in october.lines if line.amount.amount} == {True}
    assert {line.amount.amount for line in october.lines if line.date.isoformat() < "2026-10-12"} <= {0}


def test_a_referral_is_paid_for_the_last_visit_of_a_sale(settled: Mapping[str, Settlement]) -> None:
    nothing = "0.00 RUB"
    assert amounts(settled["2026-09"], "R-1") == {
        "V-001": nothing,
        "V-002": nothing,
        "V-003": "6000.00 RUB",
        "V-004": nothing,
    }
    assert amounts(settled["2026-10"], "R-1") == {"V-004": "3600.00 RUB"}
    assert {str(each.statement("R-5").earned) for each in settled.values()} == {nothing}  # a personal page


def test_prizes_go_to_the_winners_of_the_month(job: ModuleType, rules: pr.Ruleset) -> None:
    won = {
        period: {
            (policy, partner, str(prize)) for policy, partner, prize in job.prizes(rules, facts, job.CLOSINGS[period])
        }
        for period, facts in ((period, pr.Facts.read(HERE / "facts" / period)) for period in job.CLOSINGS)
    }
    assert ("contract-prize", "D-04", "25000.00 RUB") in won["2026-09"]
    assert ("contract-prize", "D-11", "25000.00 RUB") in won["2026-09"]
    for period in job.CLOSINGS:
        sales: dict[str, Fraction] = defaultdict(Fraction)
        for row in table(period, "transactions"):
            if row["partner"].startswith("D-") and row["date"].startswith(period):
                sales[row["partner"]] += amount_of(row)
        best = max(sales, key=lambda partner: sales[partner])
        assert {partner for policy, partner, _ in won[period] if policy == "volume-prize"} == {best}


# --------------------------------------------------------------------------------------------- by other means


def table(period: str, name: str) -> list[dict[str, str]]:
    with (HERE / "facts" / period / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def amount_of(row: Mapping[str, str]) -> Fraction:
    return Fraction(row["net_amount"].removesuffix(" RUB"))


def ladder(sales: Fraction) -> Fraction:
    """What a dealer earns on the sales of a month, by the bands one after the other."""
    first = min(sales, Fraction(300000))
    second = max(NOTHING, min(sales, Fraction(1000000)) - 300000)
    third = max(NOTHING, sales - 1000000)
    return first * Fraction(20, 100) + second * Fraction(25, 100) + third * Fraction(30, 100)


def dealers_by_other_means() -> Fraction:
    """What all dealers earn on their own sales of both months."""
    rows = [row for row in table("2026-10", "transactions") if row["partner"].startswith("D-")]
    rows = [row for row in rows if row["partner"] != "D-16" or row["date"] >= "2026-10-12"]
    climbed: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    earned: dict[str, Fraction] = {}
    base = {row["id"]: amount_of(row) for row in rows}
    for row in sorted(rows, key=lambda row: (row["date"], row["id"])):
        if row["kind"] == "invoice":
            month = (row["partner"], row["date"][:7])
            earned[row["id"]] = ladder(climbed[month] + base[row["id"]]) - ladder(climbed[month])
            climbed[month] += base[row["id"]]
    back = [row for row in rows if row["kind"] == "credit_note" and row["original"] in earned]
    taken = sum((earned[row["original"]] * amount_of(row) / base[row["original"]] for row in back), NOTHING)
    return sum(earned.values(), NOTHING) + taken


def referrals_by_other_means() -> Fraction:
    """What all referrals earn for the visits of both months."""
    sales = {row["id"]: row for row in table("2026-10", "transactions")}
    pages = {row["id"]: row["kind"] for row in table("2026-10", "pages")}
    last: dict[str, dict[str, str]] = {}
    for visit in sorted(table("2026-10", "visits"), key=lambda row: row["visited_at"]):
        if visit["sale"]:
            last[visit["sale"]] = visit
    total = NOTHING
    for sale, visit in last.items():
        tool = pages[visit["page"]]
        rate = 15 if sales[sale]["product"] == "S" else 5 if tool == "marketplace" else 10
        if tool != "personal_page":
            total += amount_of(sales[sale]) * Fraction(rate, 100)
    return total


def test_both_months_come_to_what_is_computed_by_other_means(
    job: ModuleType, settled: Mapping[str, Settlement]
) -> None:
    months = [job.by_earner(settlement) for settlement in settled.values()]
    assert sum(Fraction(month["dealer"]) for month in months) == dealers_by_other_means()
    assert sum(Fraction(month["referral"]) for month in months) == referrals_by_other_means()


def test_nothing_is_left_open(settled: Mapping[str, Settlement]) -> None:
    for settlement in settled.values():
        assert settlement.complete
        assert settlement.warnings == ()


def test_the_job_writes_what_is_kept_and_what_is_sent(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(HERE / "settle.py"), str(tmp_path), "--language", "en"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "paid later: D-06" in run.stdout
    assert Settlement.from_json((tmp_path / "2026-10" / "settlement.json").read_text(encoding="utf-8")).previous
    told = (tmp_path / "2026-10" / "statements" / "D-01.txt").read_text(encoding="utf-8")
    assert "44,960.00" in told
    assert (tmp_path / "2026-09" / "lines.csv").is_file()
    prizes = (tmp_path / "2026-09" / "prizes.csv").read_text(encoding="utf-8").splitlines()
    assert {"contract-prize,D-04,25000.00,RUB", "contract-prize,D-11,25000.00,RUB"} <= set(prizes)
