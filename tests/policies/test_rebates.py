"""Marketing funds and rebates: the cases of the page about them, border days by hand, and a model with fractions."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import SHANGHAI, in_folder

import partnerrules as pr
from partnerrules.cases import run_cases
from partnerrules.decisions.benefits import BenefitResult
from partnerrules.decisions.commission import CommissionResult
from partnerrules.schema.missing import Unknown

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "rebates.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"^```yaml\n(ruleset:.*?)^```.*?^```yaml\n((?:base|cases):.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
RULESETS = {re.findall(r"^ruleset: (.*)$", ruleset, re.MULTILINE)[0]: (ruleset, cases) for ruleset, cases in PAIRS}


def loaded(name: str, tmp_path_factory: pytest.TempPathFactory) -> pr.Ruleset:
    """A ruleset of the page."""
    return pr.load(in_folder({"ruleset.yaml": RULESETS[name][0]}, tmp_path_factory.mktemp(name)))


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> pr.Ruleset:
    return loaded("marketing-fund", tmp_path_factory)


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> pr.Ruleset:
    return loaded("volume-rebate", tmp_path_factory)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> pr.Ruleset:
    return loaded("running-rebate", tmp_path_factory)


def test_the_page_has_a_ruleset_for_each_way() -> None:
    assert list(RULESETS) == ["marketing-fund", "volume-rebate", "running-rebate", "growth-in-steps"]


@pytest.mark.parametrize("name", RULESETS)
def test_the_cases_of_the_page_pass(name: str, tmp_path: Path) -> None:
    ruleset, cases = RULESETS[name]
    report = run_cases(in_folder({"ruleset.yaml": ruleset, "cases.yaml": cases}, tmp_path))
    assert report.ok, str(report)
    assert len(report.passed) == cases.count("\n  - name: ")


# ---------------------------------------------------------------------------------------------------- marketing funds


def claim(cost: str | None, **more: object) -> dict[str, object]:
    given = {
        "partner": "P-1",
        "cost": cost,
        "activity_on": "2026-01-10",
        "plan_approved_on": "2026-01-05",
        "claimed_on": "2026-01-20",
        **more,
    }
    return {name: value for name, value in given.items() if value is not None}


def granted(rules: pr.Ruleset, claims: dict[str, dict[str, object]], grade: str = "silver") -> dict[str, BenefitResult]:
    known: dict[str, object] = {
        "partners": {"P-1": {}},
        "standings": {"S-1": {"partner": "P-1", "kind": "grade", "value": grade, "valid_from": "2026-01-01"}},
        "fund_claims": claims,
    }
    decision = rules.decide(pr.Facts(known), as_of=dt.datetime(2026, 6, 1, tzinfo=SHANGHAI))
    found = {id: each for id, each in decision["fund"].items() if isinstance(each, BenefitResult)}
    assert found.keys() == claims.keys()
    return found


@pytest.mark.parametrize(
    ("claimed_on", "outcome"),
    [
        ("2026-01-09", "refused"),  # the day before the activity
        ("2026-01-10", "granted"),  # the activity itself
        ("2026-02-09", "granted"),  # 10 January + 30 days
        ("2026-02-10", "forfeited"),
    ],
)
def test_a_claim_comes_after_the_activity_and_within_30_days_s2_068(
    fund: pr.Ruleset, claimed_on: str, outcome: str
) -> None:
    assert granted(fund, {"F": claim("1000", claimed_on=claimed_on)})["F"].outcome == outcome


@pytest.mark.parametrize(("approved_on", "outcome"), [("2026-01-10", "granted"), ("2026-01-11", "forfeited")])
def test_a_plan_is_approved_by_the_day_of_the_activity_s2_066(fund: pr.Ruleset, approved_on: str, outcome: str) -> None:
    assert granted(fund, {"F": claim("1000", plan_approved_on=approved_on)})["F"].outcome == outcome


@pytest.mark.parametrize(
    ("grade", "cost", "paid"),
    [
        ("silver", "16000", "8000.00 CNY"),  # half of it is the cap exactly
        ("silver", "16000.01", "8000.00 CNY"),  # 8,000.005, rounded 8,000.01, and the cap leaves 8,000
        ("gold", "16000.01", "8000.01 CNY"),
        ("gold", "50000", "20000.00 CNY"),
    ],
)
def test_the_cap_hangs_on_the_grade_and_the_odd_cent_goes_to_the_partner_s2_067(
    fund: pr.Ruleset, grade: str, cost: str, paid: str
) -> None:
    assert str(granted(fund, {"F": claim(cost)}, grade)["F"].granted) == paid


def test_a_grade_that_changes_within_the_quarter_gives_each_claim_its_own_cap(fund: pr.Ruleset) -> None:
    """Silver up to 31 January, gold after it: 8,000 is used up, and the gold cap leaves 12,000 of its 20,000."""
    facts = {
        "partners": {"P-1": {}},
        "standings": {
            "S-1": {
                "partner": "P-1",
                "kind": "grade",
                "value": "silver",
                "valid_from": "2026-01-01",
                "valid_to": "2026-02-01",
            },
            "S-2": {"partner": "P-1", "kind": "grade", "value": "gold", "valid_from": "2026-02-01"},
        },
        "fund_claims": {
            "F-1": claim("20000", activity_on="2026-01-31", claimed_on="2026-02-01"),
            "F-2": claim("30000", activity_on="2026-02-01", claimed_on="2026-02-01"),
        },
    }
    decision = fund.decide(pr.Facts(facts), as_of=dt.datetime(2026, 6, 1, tzinfo=SHANGHAI))
    assert [str(decision["fund"][id].summary()["granted"]) for id in ("F-1", "F-2")] == ["8000.00 CNY", "12000.00 CNY"]


@given(costs=st.lists(st.integers(0, 3_000_000), min_size=1, max_size=6))
def test_cost_shares_use_up_the_cap_as_a_loop_does(fund: pr.Ruleset, costs: list[int]) -> None:
    """Costs in cents; half of each, half a cent up, as far as the cap of 8,000.00 has it."""
    left, expected = 800_000, []
    for cost in costs:
        expected.append(min((cost + 1) // 2, left))
        left -= expected[-1]
    claims = {f"F-{number}": claim(str(Decimal(cost) / 100)) for number, cost in enumerate(costs)}
    found = granted(fund, claims)
    amounts = [found[id].granted for id in claims]
    assert [each.amount * 100 if isinstance(each, pr.Money) else each for each in amounts] == expected


# ------------------------------------------------------------------------------------------------------------ rebates


def bought(amounts: Mapping[str, Sequence[int | None]]) -> dict[str, object]:
    """Invoices in cents, by the day on which they were written; None is not known."""
    return {
        f"T-{day}-{number}": {
            "partner": "P-1",
            "kind": "invoice",
            "date": day,
            **({} if cents is None else {"net_amount": str(Decimal(cents) / 100)}),
        }
        for day, all_cents in amounts.items()
        for number, cents in enumerate(all_cents)
    }


def rebates(
    rules: pr.Ruleset,
    transactions: dict[str, object] | None,
    *,
    sent: str | None = "2026-04-10",
    accepted: object = "2026-04-20",
    today: str = "2026-06-01",
) -> tuple[CommissionResult, CommissionResult]:
    """The volume and the growth rebate of the first quarter of 2026."""
    period = {"partner": "P-1", "first_day": "2026-01-01", "sent_on": sent, "accepted_on": accepted}
    known: dict[str, object] = {
        "partners": {"P-1": {}},
        "rebate_periods": {"R": {name: value for name, value in period.items() if value is not None}},
        **({} if transactions is None else {"transactions": transactions}),
    }
    decision = rules.decide(pr.Facts(known), as_of=dt.datetime.fromisoformat(today).replace(tzinfo=SHANGHAI))
    found = (decision["volume"]["R"], decision["growth"]["R"])
    first, second = (each for each in found if isinstance(each, CommissionResult))
    return first, second


@pytest.mark.parametrize(
    ("sent", "accepted", "today", "outcome"),
    [
        ("2026-04-10", "2026-04-10", "2026-06-01", "earned"),  # on the day itself
        ("2026-04-10", "2026-05-10", "2026-06-01", "earned"),  # 10 April + 30 days, the last day
        ("2026-04-10", "2026-05-11", "2026-06-01", "forfeited"),
        ("2026-04-10", None, "2026-05-10", "held"),
        ("2026-04-10", None, "2026-05-11", "forfeited"),
        ("2026-04-10", "2026-04-09", "2026-06-01", "forfeited"),  # before it was sent: nothing that was there
        (None, None, "2026-06-01", "held"),
        ("2026-04-10", {"unknown": True}, "2026-06-01", "undetermined"),
    ],
)
def test_a_rebate_has_to_be_accepted_within_30_days(
    volume: pr.Ruleset, sent: str | None, accepted: object, today: str, outcome: str
) -> None:
    found = rebates(volume, bought({"2026-02-01": [12_000_000]}), sent=sent, accepted=accepted, today=today)
    assert found[0].outcome == outcome
    assert str(found[0].amount) == "2400.00 CNY"  # 120,000 x 2 %, known in any case


@pytest.mark.parametrize(
    ("cents", "amount"),
    [
        (9_999_999, "0.00 CNY"),
        (10_000_000, "2000.00 CNY"),  # the bound belongs to the band above it
        (49_999_999, "10000.00 CNY"),  # 499,999.99 x 2 % = 9,999.9998
        (50_000_000, "15000.00 CNY"),
    ],
)
def test_the_rate_of_a_quarter_holds_for_all_of_it(volume: pr.Ruleset, cents: int, amount: str) -> None:
    assert str(rebates(volume, bought({"2026-02-01": [cents]}))[0].amount) == amount


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-03-31", True), ("2026-04-01", False)],
)
def test_what_is_bought_on_the_first_and_the_last_day_of_the_quarter_counts(
    volume: pr.Ruleset, day: str, counts: bool
) -> None:
    assert str(rebates(volume, bought({day: [10_000_000]}))[0].amount) == ("2000.00 CNY" if counts else "0.00 CNY")


@pytest.mark.parametrize(
    ("before", "now", "amount"),
    [
        (8_000_000, 12_000_000, "2000.00 CNY"),  # 40,000 x 5 %
        (8_000_000, 8_000_000, "0.00 CNY"),
        (8_000_000, 7_999_999, "0.00 CNY"),
        (8_000_000, 8_000_010, "0.01 CNY"),  # 0.10 x 5 % = 0.005
        (0, 12_000_000, "excluded"),  # no growth can be told from nothing
    ],
)
def test_growth_is_what_goes_beyond_the_quarter_of_the_year_before(
    volume: pr.Ruleset, before: int, now: int, amount: str
) -> None:
    found = rebates(volume, bought({"2025-03-31": [before], "2026-03-31": [now]}))[1]
    assert (found.outcome if found.outcome == "excluded" else str(found.amount)) == amount


def test_last_year_of_which_an_amount_is_missing_leaves_growth_open_and_volume_alone(volume: pr.Ruleset) -> None:
    by_volume, by_growth = rebates(volume, bought({"2025-02-01": [None], "2026-02-01": [12_000_000]}))
    assert (by_volume.outcome, str(by_volume.amount)) == ("earned", "2400.00 CNY")
    assert isinstance(by_growth.amount, Unknown)
    assert by_growth.outcome == "undetermined"
    assert [(each.relation, each.record, each.field) for each in by_growth.missing] == [
        ("transactions", "T-2025-02-01-0", "net_amount")
    ]


def test_where_not_all_transactions_are_given_no_sum_is_certain(volume: pr.Ruleset) -> None:
    by_volume, _ = rebates(volume, None)
    assert by_volume.outcome == "undetermined"
    assert "transactions" in {each.relation for each in by_volume.missing}


cents = st.integers(0, 30_000_000)


def half_up(amount: Fraction) -> Fraction:
    """Cents, halves away from zero; amounts here are not negative."""
    return Fraction(int(amount + Fraction(1, 2)))


@given(before=st.lists(cents, max_size=3), now=st.lists(cents, min_size=1, max_size=4))
def test_both_rebates_are_what_fractions_give(volume: pr.Ruleset, before: list[int], now: list[int]) -> None:
    by_volume, by_growth = rebates(volume, bought({"2025-01-01": before, "2026-01-01": now}))
    total, last = sum(now), sum(before)
    rate = Fraction(3, 100) if total >= 50_000_000 else Fraction(2, 100) if total >= 10_000_000 else Fraction(0)
    assert isinstance(by_volume.amount, pr.Money)
    assert by_volume.amount.amount * 100 == half_up(total * rate)
    if last == 0:
        assert by_growth.outcome == "excluded"
    else:
        assert isinstance(by_growth.amount, pr.Money)
        assert by_growth.amount.amount * 100 == half_up(max(0, total - last) * Fraction(5, 100))


@given(now=st.lists(cents, min_size=1, max_size=5))
def test_paid_on_each_invoice_a_quarter_comes_to_two_per_cent_of_it_however_it_is_cut(
    running: pr.Ruleset, now: list[int]
) -> None:
    days = {f"2026-01-{number + 1:02}": [each] for number, each in enumerate(now)}
    known = {"partners": {"P-1": {}}, "transactions": bought(days), "acceptances": {}}
    decision = running.decide(pr.Facts(known), as_of=dt.datetime(2026, 6, 1, tzinfo=SHANGHAI))
    total, rate = sum(now), Fraction(2, 100) if sum(now) >= 10_000_000 else Fraction(0)
    paid = decision["volume"].total("P-1")
    assert isinstance(paid, pr.Money)
    assert paid.amount * 100 == half_up(total * rate)
