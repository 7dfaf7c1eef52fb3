"""Corrections that go down the ladder of the period of their original."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.policies.commissions import SPLIT, Document, amounts, credit, decided, invoice, policy, results, shares
from tests.support import SHANGHAI, codes, diagnostics

from partnerrules.quantities import Money, sum_of

LATER = dt.datetime(2027, 6, 1, 9, tzinfo=SHANGHAI)

LADDER = """
rate:
  ladder: whole
  over: quarter
  per: transaction.partner
  corrections: period
  bands:
    - {id: low, from: 0 CNY, rate: 4 %}
    - {id: high, from: 1000 CNY, rate: 10 %}
"""
MARGINAL = LADDER.replace("whole", "marginal")
BONUS = LADDER.replace("rate: 4 %", "amount: 0 CNY").replace("rate: 10 %", "amount: 500 CNY")
INTERPOLATED = (
    LADDER.replace("whole", "interpolated")
    .replace("rate: 4 %", "amount: 40 CNY")
    .replace("rate: 10 %", "amount: 300 CNY")
    .replace("  bands:", "  up_to: 4000 CNY\n  bands:")
)
PIECES = (
    LADDER.replace("  corrections", "  measure: transaction.quantity\n  corrections")
    .replace("0 CNY, rate: 4 %", "0, each: 4 CNY")
    .replace("1000 CNY, rate: 10 %", "100, each: 10 CNY")
)
BY_PIECES = PIECES.replace("4 CNY", "4 %").replace("10 CNY", "10 %").replace("each", "rate")


def earned(lines: str, documents: Mapping[str, Document]) -> dict[str, str]:
    found = amounts(decided(policy(lines), documents, as_of=LATER))
    return {id: amount.removesuffix(".00 CNY") for id, amount in found.items()}


SALES = {"T-1": invoice("800", "2026-01-10"), "T-2": invoice("700", "2026-02-10")}


@pytest.mark.parametrize(
    ("lines", "back", "expected"),
    [
        # 1,500 at 10 % = 150, of which T-1 had got 32. Without 600 the quarter comes to 900: 36.
        pytest.param(LADDER, "-600", "-114", id="E29-the-uplift-falls-away"),
        # 1,500 less 400 are 1,100: 110, as both stay above the bound.
        pytest.param(LADDER, "-400", "-40", id="E29-still-above-the-bound"),
        pytest.param(LADDER, "-500", "-50", id="E29-on-the-bound"),
        pytest.param(LADDER, "100", "10", id="a-correction-upwards"),
        # 40 + 50 = 90; 900 at 4 % = 36. The original way takes back 600 of 800 parts of 32, which is 24.
        pytest.param(MARGINAL, "-600", "-54", id="E29-marginal-from-the-top-band"),
        pytest.param(MARGINAL.replace("period", "original"), "-600", "-24", id="E28-in-proportion-to-the-original"),
        pytest.param(LADDER.replace("period", "original"), "-600", "-24", id="E28-the-uplift-stays"),
        pytest.param(BONUS, "-600", "-500", id="E29-the-bonus-falls-away"),
        # 40 + 300 x 500 / 3,000 = 90 before; 40 x 900 / 1,000 = 36 with it.
        pytest.param(INTERPOLATED, "-600", "-54", id="E29-interpolated"),
    ],
)
def test_a_correction_goes_down_the_ladder(lines: str, back: str, expected: str) -> None:
    documents = {**SALES, "T-3": credit(back, "T-1", "2026-05-01")}
    assert earned(lines, documents)["T-3"] == expected


@pytest.mark.parametrize(("over", "expected"), [("year", "-114"), ("lifetime", "-114"), ("month", "-24")])
def test_e29_the_year_drops_below_its_bound(over: str, expected: str) -> None:
    # January alone comes to 800 and reaches no uplift: 4 % of 600.
    documents = {**SALES, "T-3": credit("-600", "T-1", "2026-11-30")}
    assert earned(LADDER.replace("quarter", over), documents)["T-3"] == expected


def test_it_is_paid_in_the_period_of_its_own_day_and_leaves_that_ladder_alone() -> None:
    documents = {
        **SALES,
        "T-3": credit("-600", "T-1", "2026-05-01"),
        "T-4": invoice("1000", "2026-05-02"),
    }
    decision = decided(policy(LADDER), documents, as_of=LATER)
    assert amounts(decision)["T-4"] == "100.00 CNY"
    second = decision["sales"].statement("P", start=dt.date(2026, 4, 1), end=dt.date(2026, 7, 1))
    assert str(second.earned) == "-14.00 CNY"


def test_it_comes_after_the_documents_up_to_its_own_day_and_before_later_ones() -> None:
    documents = {
        "T-9": invoice("1500", "2026-01-10"),
        "T-1": credit("-600", "T-9", "2026-01-10"),  # after its original, though its id comes first
        "T-5": invoice("700", "2026-01-20"),
        "T-6": credit("-600", "T-5", "2026-01-15"),  # dated before its original: it comes right after it
    }
    # 1,500 at 10 %: 150. 900 at 4 %: 36. 1,600 at 10 %: 160. 1,000 at 10 %: 100.
    assert earned(LADDER, documents) == {"T-9": "150", "T-1": "-114", "T-5": "124", "T-6": "-60"}


def test_e28_a_refund_of_everything_returns_the_period_to_zero() -> None:
    documents = {
        **SALES,
        "T-3": credit("-600", "T-1", "2026-05-01"),
        "T-4": credit("-700", "T-2", "2026-06-01"),
        "T-5": credit("-200", "T-1", "2026-07-01"),
    }
    # 150; 900 at 4 % = 36; 200 at 4 % = 8; nothing.
    assert earned(LADDER, documents) == {"T-1": "32", "T-2": "118", "T-3": "-114", "T-4": "-28", "T-5": "-8"}


@pytest.mark.parametrize(
    ("base", "quantity", "expected"),
    [
        # 120 pieces at 10: 1,200. 90 are left: at 4, 360.
        pytest.param("-10", -30, "-840", id="pieces-taken-back"),
        pytest.param("-10", 0, "0", id="only-the-price"),
        pytest.param("-10", -61, "refused: measure_misfits", id="more-pieces-than-there-were"),
        pytest.param("-10", 30, "refused: measure_misfits", id="E32-pieces-written-without-their-sign"),
        pytest.param("-101", -30, "refused: exceeds_original", id="E30-more-than-the-base"),
    ],
)
def test_a_correction_has_a_measure_of_its_own(base: str, quantity: int, expected: str) -> None:
    documents = {
        "T-1": invoice("100", "2026-01-10", quantity=60),
        "T-2": invoice("100", "2026-01-11", quantity=60),
        "T-3": credit(base, "T-1", quantity=quantity),
    }
    assert earned(PIECES, documents)["T-3"] == expected


def test_the_measure_says_the_rate_and_the_base_what_it_is_of() -> None:
    documents = {
        "T-1": invoice("100", "2026-01-10", quantity=60),
        "T-2": invoice("100", "2026-01-11", quantity=60),
        "T-3": credit("-50", "T-1", quantity=-30),
    }
    # 4 % of 100; 10 % of 200, less 4; 4 % of 150, less 20.
    assert earned(BY_PIECES, documents) == {"T-1": "4", "T-2": "16", "T-3": "-14"}


def test_what_is_refused_leaves_the_ladder_alone() -> None:
    documents = {
        **SALES,
        "T-3": credit("-900", "T-1", "2026-02-20"),
        "T-4": credit("-100", "T-3", "2026-02-20"),
        "T-5": invoice("-100", "2026-02-21"),
        "T-6": invoice("100", "2026-02-22"),
        "T-7": credit("-100", "T-2", "2026-02-23"),
    }
    assert earned(LADDER, documents) == {
        "T-1": "32",
        "T-2": "118",
        "T-3": "refused: exceeds_original",
        "T-4": "refused: corrects_a_correction",
        "T-5": "refused: no_original",
        "T-6": "10",
        "T-7": "-10",
    }


def test_a_correction_of_an_excluded_document_goes_down_nothing() -> None:
    lines = LADDER + "exclude: [{id: of-d, require: 'transaction.customer.id = \"D\"'}]"
    documents = {**SALES, "T-3": invoice("500", "2026-01-05", customer="D"), "T-4": credit("-500", "T-3")}
    assert earned(lines, documents) == {"T-1": "32", "T-2": "118", "T-3": "0", "T-4": "0"}


def test_a_policy_for_invoices_lets_their_credit_notes_go_down() -> None:
    lines = 'when: transaction.kind = "invoice"\n' + LADDER
    documents = {**SALES, "T-3": credit("-600", "T-1", "2026-05-01"), "T-4": invoice("900", kind="payment")}
    documents["T-5"] = credit("-900", "T-4", "2026-05-01")
    assert earned(lines, documents) == {"T-1": "32", "T-2": "118", "T-3": "-114"}


def test_those_above_the_payee_give_back_their_part_of_the_base() -> None:
    lines = LADDER + "overrides: {up: parent, levels: [{id: region, rate: 1 %}]}"
    documents = {**SALES, "T-3": credit("-600", "T-1", "2026-05-01")}
    partners = {"partners": {"P": {"parent": "Q"}, "Q": {}}}
    found = results(decided(policy(lines), documents, partners, as_of=LATER))
    assert [shares(found[id])[1] for id in documents] == [("Q", "8.00 CNY"), ("Q", "7.00 CNY"), ("Q", "-6.00 CNY")]


def test_an_unknown_correction_leaves_what_comes_after_it_in_doubt() -> None:
    documents = {
        **SALES,
        "T-3": invoice(None, "2026-02-01", original="T-1"),
        "T-4": invoice("100", "2026-04-01"),
        "T-5": credit("-10", "T-4", "2026-04-02"),
    }
    assert earned(LADDER, documents) == {
        "T-1": "32",
        "T-2": "unknown",
        "T-3": "unknown",
        "T-4": "4",
        "T-5": "-0.40 CNY",
    }


def test_shares_are_those_of_the_total_so_that_all_is_taken_back_from_each() -> None:
    lines = LADDER + "split:\n" + "".join(f"  - {{to: '\"{name}\"'}}\n" for name in "XYZ")
    documents = {
        "T-1": invoice("0.25", "2026-01-10"),  # 0.01, for X
        "T-2": invoice("1000", "2026-01-11"),
        "T-3": credit("-1000", "T-2", "2026-01-12"),
        "T-4": credit("-0.25", "T-1", "2026-01-13"),
    }
    found = results(decided(policy(lines, basic=SPLIT), documents, as_of=LATER))
    assert shares(found["T-1"]) == [("X", "0.01 CNY"), ("Y", "0.00 CNY"), ("Z", "0.00 CNY")]
    # 1,000.25 at 10 % is 100.03 (100.025): 33.35, 33.34, 33.34.
    assert shares(found["T-2"]) == [("X", "33.34 CNY"), ("Y", "33.34 CNY"), ("Z", "33.34 CNY")]
    for place in range(3):
        lines_of = [result.lines[place].amount for result in found.values()]
        assert sum_of(amount.amount for amount in lines_of if isinstance(amount, Money)) == 0


def test_bands_that_start_by_the_document_are_those_of_the_original() -> None:
    before = "facts: {transaction: {goal: money(CNY)}}\n"
    lines = MARGINAL.replace("from: 1000 CNY", "from: transaction.goal")
    documents = {
        "T-1": invoice("800", "2026-01-10", goal="500"),
        "T-2": credit("-400", "T-1", goal="100"),
    }
    # 500 at 4 % and 300 at 10 % are 50; 400 at 4 % are 16.
    assert amounts(decided(policy(lines, before=before), documents, as_of=LATER)) == {
        "T-1": "50.00 CNY",
        "T-2": "-34.00 CNY",
    }


def test_a_cap_of_the_period_goes_with_it() -> None:
    lines = LADDER + "cap: {amount: 100 CNY, per: [transaction.partner, year]}"
    documents = {
        **SALES,
        "T-3": credit("-400", "T-1", "2026-05-01"),
        "T-4": credit("-200", "T-1", "2026-05-02"),
        "T-5": credit("-200", "T-1", "2026-05-03"),
        "T-6": credit("-700", "T-2", "2026-05-04"),
    }
    # 32; 150, cut to 100; 110, cut; 900 at 4 % = 36; 700 at 4 % = 28; nothing.
    assert list(earned(lines, documents).values()) == ["32", "68", "0", "-64", "-8", "-28"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (LADDER.replace("  over: quarter\n  per: transaction.partner\n", ""), ["unsuited-ladder"]),
        (LADDER.replace("over: quarter", "trailing: 3 months"), ["unsuited-ladder"]),
        (LADDER.replace("  bands", "  crossing: next period\n  bands"), ["unsuited-ladder"]),
        (LADDER + "modifiers: [{id: more, points: 1 %, require: transaction.registered}]", ["unsuited-ladder"]),
        (LADDER + "floor: {amount: 5 CNY}", ["unsuited-cap"]),
        (LADDER + "cap: {amount: 5 CNY}", ["unsuited-cap"]),
        (LADDER + "cap: {amount: 5 CNY, per: [month]}", ["unsuited-cap"]),
        (LADDER + "cap: {amount: 5 CNY, per: [transaction.customer]}", ["unsuited-cap"]),
        (
            LADDER.replace("transaction.partner", "transaction.customer") + "cap: {amount: 5 CNY, per: [year]}",
            ["unsuited-cap"],
        ),
        (LADDER + "overrides: {up: parent, on: net, levels: [{rate: 1 %}]}", ["unsuited-override"]),
        (LADDER.replace("period\n", "sometimes\n"), ["unknown-choice"]),
    ],
)
def test_what_does_not_go_with_it_is_said(lines: str, expected: list[str]) -> None:
    before = "facts: {transaction: {registered: boolean}}\n"
    assert codes(policy(lines, before=before)) == expected
    (found,) = diagnostics(policy(lines, before=before))
    assert found.help


def test_documents_that_correct_nothing_have_no_way_down() -> None:
    before = "facts: {deal: {worth: money(CNY), day: date}}\n"
    lines = LADDER.replace("transaction.partner", "deal.id") + "date: deal.day"
    basic = "    subject: deal\n    payee: deal.id\n    base: deal.worth\n"
    (found,) = diagnostics(policy(lines, before=before, basic=basic))
    assert (found.code, found.message) == ("unsuited-ladder", "no document corrects another one here")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "corrects T-1, which earned 32.00 CNY on 800.00 CNY",
                "it goes down the ladder that T-1 climbed, after all documents up to its own day",
                "in the period from 1 Jan 2026: 1,500.00 CNY before it, 900.00 CNY with it",
                "4% of all in the period, by band low from 0.00 CNY; before it the rate was 10%",
                "calculated: -114.00 CNY",
            ],
        ),
        ("zh", ["按 T-1 所在的阶梯回退计算，排在其本日为止的所有单据之后"]),
        ("ru", ["он спускается по шкале, по которой поднялся T-1, после документов до своего дня"]),
    ],
)
def test_how_a_correction_went_down_is_told(language: str, expected: list[str]) -> None:
    decision = decided(policy(LADDER), {**SALES, "T-3": credit("-600", "T-1", "2026-05-01")}, as_of=LATER)
    story = decision.explain("sales", "T-3", language=language).replace("\u00a0", " ")
    assert [line for line in map(str.strip, story.splitlines()) if line in expected] == expected, story


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "of T-1 more is taken back than was measured, or a correction measures the opposite of its base"),
        ("zh", "从 T-1 收回的计量值多于原有，或更正的计量值与其基数方向相反"),
        ("ru", "по T-1 снимается больше, чем было измерено, или мера исправления противоположна его базе"),
    ],
)
def test_why_a_measure_does_not_fit_is_told(language: str, expected: str) -> None:
    documents = {"T-1": invoice("100", quantity=60), "T-3": credit("-10", "T-1", quantity=3)}
    decision = decided(policy(PIECES), documents, as_of=LATER)
    assert expected in decision.explain("sales", "T-3", language=language).replace("\u00a0", " ")


def test_the_result_says_both_what_it_corrects_and_how_it_went_down() -> None:
    decision = decided(policy(LADDER), {**SALES, "T-3": credit("-600", "T-1", "2026-05-01")}, as_of=LATER)
    found = results(decision)["T-3"]
    assert found.rate is not None
    assert found.rate.as_data()["measure"] == {
        "before": "1500.00 CNY",
        "after": "900.00 CNY",
        "own": "-600.00 CNY",
        "period": "2026-01-01",
    }
    assert found.summary()["corrects"] == "T-1"
    assert (found.summary()["rate"], found.rule) == ("4 %", "low")


# ------------------------------------------------------------------------------- grades that change within a period


BY_GRADE = """\
definitions:
  turnover:
    of: partner
    value: sum(partner.transactions[kind = "invoice" and date in last 12 months].net_amount)
tiering:
  level:
    subject: partner
    measure: partner.turnover
    bands: [{grade: gold, from: 1000 CNY}, {grade: registered}]
"""
SO_FAR = "min(today, end of quarter(transaction.date) - 1 day)"


@pytest.mark.parametrize(
    ("moment", "as_of", "expected"),
    [
        # 600 in January, 600 in February: gold from then on. Each invoice at the grade of its own day.
        pytest.param("transaction.date", "2026-01-31", ["30"], id="E24-before-the-change"),
        pytest.param("transaction.date", "2026-02-28", ["30", "48"], id="E24-after-it"),
        pytest.param("transaction.date", "2026-06-30", ["30", "48", "80", "80"], id="E24-in-the-next-quarter"),
        # At the grade that the quarter has come to so far, and keeps in the end.
        pytest.param(SO_FAR, "2026-01-31", ["30"], id="E25-before-the-change"),
        pytest.param(SO_FAR, "2026-02-28", ["48", "48"], id="E25-the-earlier-one-is-paid-the-difference"),
        pytest.param(SO_FAR, "2026-06-30", ["48", "48", "80", "80"], id="E25-in-the-next-quarter"),
        # A year later it is registered again: what the quarter came to stays.
        pytest.param(SO_FAR, "2027-05-31", ["48", "48", "80", "80", "5"], id="E25-a-closed-quarter-stays"),
    ],
)
def test_a_grade_that_changes_within_the_quarter(moment: str, as_of: str, expected: list[str]) -> None:
    lines = f'rate: \'if outcome(transaction.partner, "level") at {moment} = "gold" then 8 % else 5 %\''
    documents = {
        "T-1": invoice("600", "2026-01-10"),
        "T-2": invoice("600", "2026-02-10"),
        "T-3": invoice("1000", "2026-03-10"),
        "T-4": invoice("1000", "2026-04-10"),
        "T-5": invoice("100", "2027-05-10"),
    }
    now = dt.datetime.fromisoformat(f"{as_of}T12:00:00").replace(tzinfo=SHANGHAI)
    found = amounts(decided(policy(lines, before=BY_GRADE), documents, as_of=now))
    assert [amount.removesuffix(".00 CNY") for amount in found.values()] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("{from: 0 CNY, rate: 8 %}, {from: 100 CNY, rate: 5 %}", ["income-drops"], id="E27-lower"),
        pytest.param("{from: 0 CNY, rate: 5 %}, {from: 100 CNY, rate: 5 %}", [], id="E27-equal"),
        pytest.param("{from: 0 CNY, rate: 5 %}, {from: 100 CNY, rate: 8 %}", [], id="E27-higher"),
        pytest.param("{from: 0 CNY, rate: 5 %}, {from: 100 CNY, rate: better}", [], id="E27-a-parameter-may-be-set"),
    ],
)
def test_a_whole_ladder_whose_upper_rate_is_lower(lines: str, expected: list[str]) -> None:
    before = "parameters: {better: {value: 2 %}}\n" if "better" in lines else ""
    text = policy(f"rate: {{ladder: whole, bands: [{lines}]}}", before=before)
    assert codes(text) == expected
    assert codes(text.replace("whole", "marginal")) == []
    if expected:
        documents = {"T-1": invoice("99"), "T-2": invoice("101", partner="Q")}
        assert list(amounts(decided(text, documents)).values()) == ["7.92 CNY", "5.05 CNY"]
