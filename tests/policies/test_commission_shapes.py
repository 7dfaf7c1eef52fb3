"""Ladders that grow in between, pay for units or once, over other stretches of time; cases with answers of others."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.policies.commissions import Document, amounts, credit, decided, invoice, policy, results
from tests.support import SHANGHAI, codes

LATER = dt.datetime(2027, 6, 1, 9, tzinfo=SHANGHAI)

R02 = """
rate:
  ladder: interpolated
  up_to: 20000 CNY
  bands:
    - {from: 0 CNY, amount: 10 CNY}
    - {from: 1000 CNY, amount: 40 CNY}
    - {from: 3000 CNY, amount: 100 CNY}
    - {from: 8000 CNY, amount: 2000 CNY}
"""


def over(lines: str, window: str, more: str = "") -> str:
    """The same ladder, climbed by all documents of a partner in a window."""
    return lines.replace("  bands:", f"  {window}\n  per: transaction.partner\n{more}  bands:")


def earned(lines: str, documents: Mapping[str, Document], before: str = "", **more: object) -> list[str]:
    """What the documents earn, in the order of their ids."""
    found = amounts(decided(policy(lines, before=before), documents, more, as_of=LATER))
    return [found[id] for id in sorted(found)]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        *(
            pytest.param(base, f"{expected}.00 CNY", id=f"R02-{base}")
            for base, expected in (("200", 2), ("300", 3), ("1500", 20), ("1200", 14), ("2000", 30), ("4500", 80))
        ),
        pytest.param("20000", "2150.00 CNY", id="the-end-of-the-last-band"),
        pytest.param("30000", "2150.00 CNY", id="nothing-grows-beyond-it"),
        # 10 and 40 * 0.4999 / 2000: 10.009998, and with 2.5 in the first band 0.025 exactly, which is a half.
        pytest.param("1000.5", "10.01 CNY", id="rounded-once"),
        pytest.param("2.5", "0.03 CNY", id="a-half-goes-up"),
    ],
)
def test_an_amount_grows_within_its_band(base: str, expected: str) -> None:
    assert earned(R02, {"T-1": invoice(base)}) == [expected]


def test_a_quotient_that_does_not_reach_a_half_is_not_rounded_up() -> None:
    # 10 * 1 / 3000000 of a fen less than a half: 0.005 - 1/3 * 10^-14, which at twelve places would be the half itself.
    lines = """
rate:
  ladder: interpolated
  up_to: 3000000000000 CNY
  bands:
    - {from: 0 CNY, amount: 1 CNY}
"""
    assert earned(lines, {"T-1": invoice("14999999999.99")}) == ["0.00 CNY"]
    assert earned(lines, {"T-1": invoice("15000000000")}) == ["0.01 CNY"]


def test_r07_what_is_attained_grows_an_amount() -> None:
    before = "facts: {partner: {attained: ratio}}\n"
    lines = """
rate:
  ladder: interpolated
  measure: transaction.partner.attained
  up_to: 25 %
  bands:
    - {from: 0 %, amount: 1000 CNY}
"""
    assert earned(lines, {"T-1": invoice("1")}, before, partners={"P": {"attained": "12 %"}, "Q": {}}) == ["480.00 CNY"]


def test_documents_of_a_period_grow_it_together() -> None:
    documents = {"T-1": invoice("1500", "2026-01-05"), "T-2": invoice("2500", "2026-01-06")}
    # 20 for 1,500; for 4,000: 10 + 40 + 100 * 1,000 / 5,000 = 70.
    assert earned(over(R02, "over: month"), documents) == ["20.00 CNY", "50.00 CNY"]


R09 = """
rate:
  ladder: whole
  bands:
    - {id: low, from: 0 CNY, rate: 5 %}
    - {id: middle, from: 500 CNY, rate: 10 %}
    - {id: high, from: 1000 CNY, rate: 15 %}
"""
STEP = R09.replace("whole", "marginal")
TWICE_500 = {"T-1": invoice("500", "2026-01-05"), "T-2": invoice("500", "2026-01-06")}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(over(STEP, "over: lifetime"), ["25.00 CNY", "50.00 CNY"], id="R09-step"),
        pytest.param(over(R09, "trailing: 12 months"), ["50.00 CNY", "75.00 CNY"], id="R09-whole-up"),
        pytest.param(
            over(R09, "trailing: 12 months", "  on_bound: down\n"), ["25.00 CNY", "50.00 CNY"], id="R09-whole-down"
        ),
        pytest.param(over(R09, "over: lifetime"), ["50.00 CNY", "100.00 CNY"], id="all-so-far-again"),
    ],
)
def test_500_after_500(lines: str, expected: list[str]) -> None:
    assert earned(lines, TWICE_500) == expected


def test_on_a_bound_the_rule_is_the_band_that_pays() -> None:
    for more, rules in (("", ["middle", "high"]), ("  on_bound: down\n", ["low", "middle"])):
        found = results(decided(policy(over(R09, "trailing: 12 months", more)), TWICE_500))
        assert [found[id].rule for id in ("T-1", "T-2")] == rules
    alone = R09.replace("  bands:", "  on_bound: down\n  bands:")
    assert earned(alone, {"T-1": invoice("0"), "T-2": invoice("1000"), "T-3": invoice("1000.01")}) == [
        "0.00 CNY",
        "100.00 CNY",
        "150.00 CNY",
    ]


GROWTH = """
rate:
  ladder: marginal
  over: month
  per: transaction.partner
  bands:
    - {from: 0 CNY, rate: 5 %}
    - {from: transaction.waterline, rate: 50 %}
"""


@pytest.mark.parametrize(
    ("base", "waterline", "expected"),
    [
        pytest.param("120", "100 CNY", "15.00 CNY", id="P9-1"),
        pytest.param("120", "120 CNY", "6.00 CNY", id="P9-2"),
        pytest.param("80", "100 CNY", "4.00 CNY", id="P9-3"),
        pytest.param("100", "0 CNY", "50.00 CNY", id="P9-4"),
        pytest.param("100", "-1 CNY", "refused: bands_not_rising", id="a-waterline-below-zero"),
    ],
)
def test_growth_above_a_waterline(base: str, waterline: str, expected: str) -> None:
    before = "facts: {transaction: {waterline: money(CNY)}}\n"
    assert earned(GROWTH, {"T-1": invoice(base, waterline=waterline)}, before) == [expected]


def test_documents_with_other_waterlines_climb_apart() -> None:
    before = "facts: {transaction: {waterline: money(CNY)}}\n"
    documents = {
        "T-1": invoice("80", "2026-01-05", waterline="100 CNY"),
        "T-2": invoice("80", "2026-01-06", waterline="100 CNY"),
        "T-3": invoice("80", "2026-01-07", waterline="150 CNY"),
    }
    # 4; 20 at 5 % and 60 at 50 %; 4.
    assert earned(GROWTH, documents, before) == ["4.00 CNY", "31.00 CNY", "4.00 CNY"]


TV_TEAM = """
rate:
  ladder: whole
  bands:
    - {from: 100 CNY, rate: 5 %}
    - {from: 500 CNY, rate: 10 %}
    - {from: 1500 CNY, rate: 15 %}
    - {from: 4000 CNY, rate: 25 %}
"""


@pytest.mark.parametrize(
    ("base", "expected"),
    [("99.99", "0.00 CNY"), ("100", "5.00 CNY"), ("4000", "1000.00 CNY")],
    ids=["P14-7-99.99", "P14-7-100", "P14-7-4000"],
)
def test_what_was_bought_in_the_last_30_days_gives_the_rate(base: str, expected: str) -> None:
    assert earned(over(TV_TEAM, "trailing: 30 days"), {"T-1": invoice(base)}) == [expected]


def test_p14_8_what_leaves_the_window_does_not_count_any_more() -> None:
    def second(day: str) -> str:
        documents = {"T-1": invoice("600", "2026-01-01"), "T-2": invoice("50", day)}
        return earned(over(TV_TEAM, "trailing: 30 days"), documents)[1]

    # The days after 1 January, the 30th of them being the 31st, which is no longer with the 1st in one window.
    assert [second(day) for day in ("2026-01-30", "2026-01-31", "2026-02-01")] == ["5.00 CNY", "0.00 CNY", "0.00 CNY"]


def test_a_trailing_ladder_may_be_marginal() -> None:
    lines = over(STEP, "trailing: 1 month")
    documents = {
        "T-1": invoice("400", "2026-01-10"),
        "T-2": invoice("400", "2026-02-09"),  # climbs from 400 on: 100 at 5 %, 300 at 10 %
        "T-3": invoice("400", "2026-02-10"),  # the 10 January is a month ago: from 400 on again
    }
    assert earned(lines, documents) == ["20.00 CNY", "35.00 CNY", "35.00 CNY"]


UNITS = """
rate:
  ladder: whole
  measure: transaction.quantity
  bands:
    - {from: 0, each: 5 CNY}
    - {from: 10, each: 8 CNY}
"""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(UNITS, ["45.00 CNY", "96.00 CNY"], id="whole"),
        pytest.param(UNITS.replace("whole", "marginal"), ["45.00 CNY", "66.00 CNY"], id="marginal"),
        pytest.param(over(UNITS, "over: month"), ["45.00 CNY", "123.00 CNY"], id="whole-of-a-month"),
        pytest.param(
            over(UNITS.replace("whole", "marginal"), "over: month"),
            ["45.00 CNY", "93.00 CNY"],
            id="marginal-of-a-month",
        ),
        pytest.param(over(UNITS, "trailing: 30 days"), ["45.00 CNY", "96.00 CNY"], id="whole-trailing"),
    ],
)
def test_bands_pay_for_each_unit(lines: str, expected: list[str]) -> None:
    documents = {
        "T-1": invoice("1", "2026-01-05", quantity=9),
        "T-2": invoice("1", "2026-01-06", quantity=12),
    }
    assert earned(lines, documents) == expected


BONUS = """
rate:
  ladder: whole
  over: quarter
  per: transaction.partner
  bands:
    - {from: 1000 CNY, amount: 100 CNY}
    - {from: 5000 CNY, amount: 500 CNY}
"""


def test_an_amount_is_paid_once_when_its_band_is_reached() -> None:
    documents = {
        "T-1": invoice("800", "2026-01-05"),
        "T-2": invoice("300", "2026-02-06"),
        "T-3": invoice("4000", "2026-03-31"),
        "T-4": invoice("900", "2026-04-01"),
        "T-5": credit("-300", "T-2", "2026-04-02"),
    }
    assert earned(BONUS, documents) == ["0.00 CNY", "100.00 CNY", "400.00 CNY", "0.00 CNY", "-100.00 CNY"]


FROM_ZERO = """
rate:
  ladder: whole
  over: quarter
  per: transaction.partner
  bands:
    - {from: 0 CNY, amount: 100 CNY}
    - {from: 1000 CNY, amount: 250 CNY}
"""


@pytest.mark.parametrize("over", ["over: quarter", "over: lifetime"])
@pytest.mark.parametrize(
    ("bound", "expected"),
    [("up", ["0.00", "100.00", "150.00", "0.00"]), ("down", ["0.00", "100.00", "0.00", "150.00"])],
)
def test_an_amount_from_nothing_on_is_paid_with_what_climbs_first(over: str, bound: str, expected: list[str]) -> None:
    documents = {
        f"T-{number}": invoice(base, f"2026-01-0{number}") for number, base in enumerate(("0", "400", "600", "1"), 1)
    }
    lines = FROM_ZERO.replace("over: quarter", over).replace("  bands", f"  on_bound: {bound}\n  bands")
    assert earned(lines, documents) == [f"{amount} CNY" for amount in expected]


def test_e28_an_amount_from_nothing_on_goes_when_everything_is_taken_back() -> None:
    documents = {
        "T-1": invoice("400", "2026-01-05"),
        "T-2": invoice("600", "2026-01-06"),
        "T-3": credit("-600", "T-2", "2026-02-05"),
        "T-4": credit("-400", "T-1", "2026-02-06"),
    }
    lines = FROM_ZERO.replace("  bands", "  corrections: period\n  bands")
    assert earned(lines, documents) == ["100.00 CNY", "150.00 CNY", "-150.00 CNY", "-100.00 CNY"]
    decision = decided(policy(lines), documents, as_of=LATER)
    rates = [result.rate for result in results(decision).values()]
    assert [rate and rate.rule for rate in rates] == ["1", "2", "1", None]
    assert "100.00 CNY for the whole period, by band 1 from 0.00 CNY; before it 0.00 CNY" in decision.explain(
        "sales", "T-1"
    )
    assert "400.00 CNY before it, 0.00 CNY with it\n  no band of the ladder is reached" in decision.explain(
        "sales", "T-4"
    )


NEXT = over(R09, "over: month", "  crossing: next period\n")


def test_the_month_before_gives_the_rate() -> None:
    documents = {
        "T-1": invoice("600", "2025-12-31"),
        "T-2": invoice("400", "2026-01-05"),
        "T-3": invoice("600", "2026-01-31"),
        "T-4": invoice("100", "2026-02-01"),
        "T-5": invoice("100", "2026-04-01"),
    }
    # Nothing before December: 5 %. December came to 600: 10 %. January to 1,000: 15 %. March to nothing: 5 %.
    assert earned(NEXT, documents) == ["30.00 CNY", "40.00 CNY", "60.00 CNY", "15.00 CNY", "5.00 CNY"]
    rate = results(decided(policy(NEXT), documents, as_of=LATER))["T-4"].rate
    assert rate is not None
    climbed = {"before": None, "after": "1000.00 CNY", "own": "100.00 CNY", "period": "2026-02-01"}
    assert rate.as_data()["measure"] == climbed
    assert (rate.as_data()["crossing"], rate.rule) == ("next period", "high")


MORE = "modifiers: [{id: more, points: 5 %, require: 'transaction.net_amount > 0 CNY'}]"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["0.01", "0.00", "0.01", "0.00"]),  # 0.005 after each
        (MORE.replace("points: 5", "times: 100"), ["0.01", "0.00", "0.01", "0.00"]),
        (MORE, ["0.01", "0.01", "0.01", "0.01"]),
        (f"{MORE}\nrate_at_most: 8 %", ["0.01", "0.01", "0.00", "0.01"]),  # 0.008, 0.016, 0.024, 0.032
    ],
)
def test_documents_of_one_rate_share_their_cents_within_the_period(more: str, expected: list[str]) -> None:
    documents = {f"T-{number}": invoice("0.10") for number in range(4)}
    assert earned(f"{NEXT}\n{more}", documents) == [f"{amount} CNY" for amount in expected]
    # Of the next month they share none: 0.005 again.
    both = {**documents, "T-9": invoice("0.10", "2026-02-05")}
    assert earned(NEXT, both)[-1] == "0.01 CNY"


@pytest.mark.parametrize(
    ("period", "first", "second"),
    [
        ("day", "2026-01-05", "2026-01-06"),
        ("week", "2026-01-04", "2026-01-05"),
        ("quarter", "2025-10-01", "2026-03-31"),
        ("year", "2025-01-01", "2026-12-31"),
        ("fiscal year", "2025-01-01", "2026-12-31"),
    ],
)
def test_periods_before(period: str, first: str, second: str) -> None:
    documents = {"T-1": invoice("1000", first), "T-2": invoice("100", second)}
    assert earned(NEXT.replace("month", period), documents) == ["50.00 CNY", "15.00 CNY"]


def test_what_is_not_known_leaves_the_documents_in_doubt_that_hang_on_it() -> None:
    documents = {
        "T-1": invoice(None, "2026-01-05"),
        "T-2": invoice("400", "2026-01-06"),
        "T-3": invoice("400", "2026-02-06"),
        "T-4": invoice("400", "2026-03-06"),
    }
    # T-2 goes by December, but shares its cents with T-1; one before that is certain. January says what February pays.
    assert earned(NEXT, documents) == ["unknown", "unknown", "unknown", "20.00 CNY"]
    assert earned(NEXT, {**documents, "T-0": invoice("400", "2026-01-04")})[0] == "20.00 CNY"
    assert earned(over(R09, "trailing: 40 days"), documents) == ["unknown", "unknown", "unknown", "40.00 CNY"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (R02.replace("  up_to: 20000 CNY\n", ""), ["missing-key"]),
        (R02.replace("up_to: 20000 CNY", "up_to: 8000 CNY"), ["bands-not-rising"]),
        (R02.replace("up_to: 20000 CNY", "up_to: 20000"), ["unit-mismatch"]),
        (R02.replace("interpolated", "marginal"), ["unsuited-ladder"]),
        (R09.replace("whole", "interpolated"), ["unsuited-ladder"]),
        (R09.replace("  bands", "  up_to: 5000 CNY\n  bands"), ["unsuited-ladder"]),
        (R09.replace("rate: 10 %", "amount: 10 CNY"), ["unsuited-ladder"]),
        (R09.replace("rate: 10 %", "each: 10 CNY, rate: 10 %"), ["too-many-keys"]),
        (R09.replace(", rate: 10 %", ""), ["missing-key"]),
        (R09.replace("rate:", "each:").replace("\neach:", "\nrate:"), ["unsuited-ladder"]),
        (UNITS.replace("transaction.quantity", "transaction.amount"), ["unsuited-ladder"]),
        (UNITS.replace("5 CNY", "5"), ["type-mismatch"]),
        (UNITS.replace("5 CNY", "5 USD"), ["currency-mismatch"]),
        (UNITS.replace("5 CNY", "-5 CNY"), ["impossible-rate"]),
        (over(R09, "trailing: 30 days\n  over: month"), ["too-many-keys"]),
        (over(R09, "trailing: 30 CNY"), ["unit-mismatch"]),
        (over(R09, "trailing: 0 days"), ["impossible-count"]),
        (R09.replace("  bands", "  trailing: 30 days\n  bands"), ["missing-key"]),
        (
            over(BONUS.replace("  over: quarter\n  per: transaction.partner\n", ""), "trailing: 30 days"),
            ["unsuited-ladder"],
        ),
        (R09.replace("  bands", "  crossing: next period\n  bands"), ["unsuited-ladder"]),
        (BONUS.replace("bands:", "crossing: next period\n  bands:"), ["unsuited-ladder"]),
        (R02.replace("up_to: 20000 CNY", "up_to: transaction.amount"), ["unknown-name"]),
        (R09.replace("  bands", "  crossing: retroactive\n  bands"), ["unsuited-ladder"]),
        (over(R09, "over: month", "  crossing: forward\n"), ["unsuited-ladder"]),
        (over(STEP, "over: month", "  crossing: retroactive\n"), ["unsuited-ladder"]),
        (over(STEP, "over: month", "  crossing: next period\n"), ["unsuited-ladder"]),
        (over(R09, "over: lifetime", "  crossing: next period\n"), ["unsuited-ladder"]),
        (STEP.replace("  bands", "  on_bound: up\n  bands"), ["unsuited-ladder"]),
        (over(R09, "over: month", "  crossing: sometime\n"), ["unknown-choice"]),
    ],
)
def test_what_does_not_go_together(lines: str, expected: list[str]) -> None:
    assert codes(policy(lines)) == expected


# ----------------------------------------------------------------------------------------------------------- as told

TOLD = {
    "interpolated": (
        R02,
        [invoice("1500", "2026-01-05")],
        [
            "each band adds its amount bit by bit:",
            "- 1, from 0.00 CNY: 1,000.00 CNY lies in it, and all of it gives 10.00 CNY",
            "- 2, from 1,000.00 CNY: 500.00 CNY lies in it, and all of it gives 40.00 CNY",
        ],
        ["каждая ступень добавляет свою сумму постепенно:"],
        ["各档金额按比例递增："],
    ),
    "each": (
        UNITS.replace("whole", "marginal"),
        [invoice("1", "2026-01-05", quantity=12)],
        [
            "- 1, from 0: 5.00 CNY for each of 10 is 50.00 CNY",
            "- 2, from 10: 8.00 CNY for each of 2 is 16.00 CNY",
        ],
        ["- 2, от 10: 8,00 CNY за единицу, всего единиц 2 = 16,00 CNY"],
        ["- 2（自 10 起）：2，每单位 8.00 CNY，即 16.00 CNY"],
    ),
    "once": (
        BONUS,
        [invoice("1100", "2026-01-05"), invoice("4000", "2026-01-06")],
        ["500.00 CNY for the whole period, by band 2 from 5,000.00 CNY; before it 100.00 CNY"],
        ["500,00 CNY за весь период, ступень «2» от 5 000,00 CNY; до него было 100,00 CNY"],
        ["整个期间 500.00 CNY，所达档“2”（自 5,000.00 CNY 起）；此前为 100.00 CNY"],
    ),
    "lifetime": (
        over(STEP, "over: lifetime"),
        [invoice("500", "2026-01-05"), invoice("500", "2026-02-05")],
        ["so far: 500.00 CNY before it, 1,000.00 CNY with it"],
        ["за всё время: до него 500,00 CNY, вместе с ним 1 000,00 CNY"],
        ["迄今：此前累计 500.00 CNY，计入后 1,000.00 CNY"],
    ),
    "next period": (
        NEXT,
        [invoice("500", "2026-01-05"), invoice("500", "2026-02-05")],
        ["in the period before: 500.00 CNY", "10% of the whole base, by band middle from 500.00 CNY"],
        ["за предыдущий период: 500,00 CNY"],
        ["上一期间：500.00 CNY"],
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_how_a_ladder_was_climbed_is_told(name: str) -> None:
    lines, documents, *told = TOLD[name]
    assert isinstance(lines, str)
    decision = decided(policy(lines), {f"T-{number}": each for number, each in enumerate(documents)}, as_of=LATER)
    for language, expected in zip(("en", "ru", "zh"), told, strict=True):
        story = decision.explain("sales", f"T-{len(documents) - 1}", language=language).replace("\u00a0", " ")
        stripped = [line.strip() for line in story.splitlines()]
        assert [line for line in stripped if line in expected] == expected, story


@pytest.mark.parametrize("window", ["trailing: 30 days", "over: month\n  crossing: next period"])
def test_units_are_told_of_the_document_that_is_paid(window: str) -> None:
    lines = over(UNITS.replace("from: 10, each: 8", "from: 500, each: 7"), window)
    documents = {"T-1": invoice("1", "2026-01-20", quantity=500), "T-2": invoice("1", "2026-02-06", quantity=3)}
    decision = decided(policy(lines), documents, as_of=LATER)
    assert amounts(decision)["T-2"] == "21.00 CNY"
    assert "7.00 CNY for each of 3, by band 2 from 500" in decision.explain("sales", "T-2")


RATES_BY_UNITS = UNITS.replace("each: 5 CNY", "rate: 5 %").replace("each: 8 CNY", "rate: 8 %")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (UNITS, "refused: negative_measure"),
        (over(RATES_BY_UNITS, "over: month"), "refused: negative_measure"),
        # What is measured alone may be less than nothing: it reaches no band.
        (RATES_BY_UNITS, "0.00 CNY"),
    ],
)
def test_a_measure_below_nothing_is_not_paid_for(lines: str, expected: str) -> None:
    assert earned(lines, {"T-1": invoice("100", quantity=-5)}) == [expected]


def test_on_trailing_days_each_amount_is_rounded_by_itself() -> None:
    lines = over("\nrate:\n  ladder: marginal\n  bands:\n    - {from: 0 CNY, rate: 5 %}\n", "trailing: 30 days")
    documents = {f"T-{number}": invoice("0.10", f"2026-01-0{number + 1}") for number in range(4)}
    assert earned(lines, documents) == ["0.01 CNY"] * 4
