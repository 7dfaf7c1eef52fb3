"""Modifiers: points and factors on top of the rate, their ceiling, and what corrections take back of them."""

from decimal import Decimal

import pytest
from tests.policies.commissions import Document, amounts, credit, decided, invoice, policy, results
from tests.policies.test_commission_shapes import R02
from tests.support import codes

from partnerrules.quantities import Money, sum_of

BEFORE = "facts: {transaction: {registered: boolean, new: boolean, factor: number, bonus: ratio}}\n"
P9 = """
rate: 20 %
modifiers:
  - {id: registered, points: 15 %, require: transaction.registered}
"""
BOTH = """
rate: 5 %
modifiers:
  - {id: registered, title: {zh: 已报备}, points: 5 %, require: transaction.registered}
  - times: 150 %
    any: [{id: fresh, require: transaction.new}, {id: large, require: transaction.net_amount >= 5000 CNY}]
"""
MONTH = """
rate:
  ladder: marginal
  over: month
  per: transaction.partner
  bands:
    - {from: 0 CNY, rate: 4 %}
    - {from: 1000 CNY, rate: 10 %}
modifiers:
  - {id: registered, points: 5 %, require: transaction.registered}
"""


def document(amount: str, **more: object) -> Document:
    return {**invoice(amount), "registered": False, "new": False, **more}


def earned(lines: str, *documents: Document) -> list[str]:
    found = amounts(decided(policy(lines, before=BEFORE), {f"T-{n}": each for n, each in enumerate(documents)}))
    return [found[id] for id in sorted(found)]


@pytest.mark.parametrize(
    ("ceiling", "registered", "expected"),
    [
        pytest.param("", False, "40000.00 CNY", id="P9-12-October-2025"),
        pytest.param("", True, "70000.00 CNY", id="with-15-points"),
        pytest.param("rate_at_most: 30 %", True, "60000.00 CNY", id="a-ceiling-by-status"),
        pytest.param("rate_at_most: 30 %", False, "40000.00 CNY", id="a-ceiling-not-reached"),
        pytest.param("rate_at_most: 15 %", False, "30000.00 CNY", id="a-ceiling-below-the-rate"),
    ],
)
def test_points_of_a_registered_deal(ceiling: str, registered: bool, expected: str) -> None:
    assert earned(P9 + ceiling, document("200000", registered=registered)) == [expected]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "50.00 CNY"),
        ({"registered": True}, "100.00 CNY"),
        ({"new": True}, "75.00 CNY"),
        ({"registered": True, "new": True}, "150.00 CNY"),
    ],
)
def test_points_are_added_before_factors_multiply(fields: dict[str, object], expected: str) -> None:
    assert earned(BOTH, document("1000", **fields)) == [expected]
    ceiling = earned(BOTH + "rate_at_most: 12 %", document("1000", **fields))
    assert ceiling == [min(expected, "120.00 CNY", key=lambda text: Decimal(text.split()[0]))]


def test_points_on_a_ladder_are_for_the_base_of_the_document() -> None:
    # 500 at 4 % and 5 points; 500 at 4 %, 300 at 10 %, no points; 100 at 10 % and 5 points.
    documents = [
        document("500", date="2026-01-05", registered=True),
        document("800", date="2026-01-06"),
        document("100", date="2026-01-07", registered=True),
    ]
    assert earned(MONTH, *documents) == ["45.00 CNY", "50.00 CNY", "15.00 CNY"]


def test_rounding_does_not_add_up_over_a_period() -> None:
    # Ten times (4 % + 5 %) of 0.99 are 0.891.
    documents = {f"T-{number}": document("0.99", registered=True) for number in range(10)}
    found = results(decided(policy(MONTH, before=BEFORE), documents)).values()
    assert sum_of(each.amount.amount for each in found if isinstance(each.amount, Money)) == Decimal("0.89")


def test_a_correction_takes_back_its_part_of_what_the_original_earned() -> None:
    note = credit("-400", "T-0", registered=False, new=False)
    assert earned(BOTH, document("1000", registered=True, new=True), note) == ["150.00 CNY", "-60.00 CNY"]


def test_a_modifier_that_is_not_known_leaves_the_amount_in_doubt() -> None:
    documents = {"T-0": invoice("1000", new=False), "T-1": invoice("6000", registered=False)}
    decision = decided(policy(BOTH, before=BEFORE), documents)
    # Of the second one the factor is certain: it is large.
    assert amounts(decision) == {"T-0": "unknown", "T-1": "450.00 CNY"}
    assert [missing.field for missing in decision["sales"]["T-0"].missing] == ["registered"]
    assert "perhaps 5% of the base more" in decision.explain("sales", "T-0")


def test_a_ceiling_that_is_reached_anyway_hangs_on_no_points() -> None:
    text = policy(P9 + "rate_at_most: 15 %", before=BEFORE)
    assert amounts(decided(text, {"T-0": invoice("1000")})) == {"T-0": "150.00 CNY"}
    told = decided(text, {"T-0": document("1000")}).explain("sales", "T-0")
    assert "at most 15% of the base in all" in told
    assert "by the rate 200.00 CNY, with what changes it 150.00 CNY" in told


def test_what_facts_give_has_to_be_meant() -> None:
    lines = """
rate: 5 %
modifiers:
  - {id: bonus, points: transaction.bonus, require: transaction.registered}
  - {id: factor, times: transaction.factor, require: transaction.new}
"""

    def one(**more: object) -> str:
        return earned(lines, document("1000", **more))[0]

    assert one(registered=True, bonus="2.5 %", new=True, factor="1.1") == "82.50 CNY"
    assert one(registered=True, bonus="-1 %", factor=1) == "refused: rate_out_of_range"
    assert one(new=True, bonus="0 %", factor="-0.5") == "refused: rate_out_of_range"
    assert one() == "50.00 CNY"
    ceiling = "rate: 5 %\nmodifiers: [{points: 1 %, require: transaction.new}]\nrate_at_most: transaction.bonus"
    assert earned(ceiling, document("1000", bonus="150 %")) == ["refused: rate_out_of_range"]


def test_result_and_story_show_what_made_it_more() -> None:
    decision = decided(policy(BOTH + "rate_at_most: 12 %", before=BEFORE), {"T-0": document("6000", registered=True)})
    result = results(decision)["T-0"]
    data = result.as_data()
    assert data["steps"] == {"calculated": "300.00 CNY", "modified": "720.00 CNY", "rounded": "720.00 CNY"}
    assert data["rate_at_most"] == "12 %"
    assert [next(iter(each.as_data())) for each in result.modifiers] == ["points", "times"]
    leaves = {id: leaf.outcome for id, leaf in result.leaves.items()}
    assert leaves == {"registered": True, "fresh": False, "large": True}
    told = [line.strip() for line in decision.explain("sales", "T-0").splitlines()]
    expected = ["5% of the base more", "times 150%", "at most 12% of the base in all"]
    assert [line for line in told if line in expected] == expected
    assert "另加基数的 5%" in decision.explain("sales", "T-0", language="zh")
    assert "已报备" in decision.explain("sales", "T-0", language="zh")
    assert "умножено на 150%" in decision.explain("sales", "T-0", language="ru").replace("\u00a0", "")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (P9.replace("points: 15 %, ", ""), ["missing-key"]),
        (P9.replace("points: 15 %", "points: 15 %, times: 2"), ["too-many-keys"]),
        (P9.replace(", require: transaction.registered", ""), ["missing-key"]),
        (P9.replace("15 %", "0.15"), ["ratio-without-percent"]),
        (P9.replace("15 %", "150 %"), ["impossible-rate"]),
        (P9.replace("points: 15 %", "times: -1"), ["impossible-rate"]),
        (P9.replace("points: 15 %", "times: 5 CNY"), ["type-mismatch"]),
        (P9.replace("15 %", "15 CNY"), ["type-mismatch"]),
        (MONTH + "rate_at_most: 12 %", ["unsuited-ladder"]),
        (P9.replace("rate: 20 %", "rate: 20 CNY") + "rate_at_most: 12 %", ["unsuited-ladder"]),
        ("rate: 5 %\nrate_at_most: 12 %", ["missing-key"]),
        (R02 + P9.replace("rate: 20 %", ""), ["unsuited-ladder"]),
        (P9 + "  - {id: registered, points: 1 %, require: transaction.new}", ["duplicate-id"]),
    ],
)
def test_what_does_not_go_together(lines: str, expected: list[str]) -> None:
    assert codes(policy(lines, before=BEFORE)) == expected
