"""A row of the table in the form of each other engine, written by hand."""

from decimal import Decimal

from benchmarks.peers import clips, datalogic, rule_engine, zen
from benchmarks.workload import Rule

FULL = Rule(0, "gold", ("R01", "R02"), ("F01",), 10_000, 20_050, 12, 24, Decimal("0.05"))
OPEN = Rule(1, None, None, None, None, 20_050, None, None, Decimal("0.03"))
LAST = Rule(2, None, None, None, None, None, None, None, Decimal("0.01"))
ITEMS = "item_1 + item_2 + item_3 + item_4 + item_5"


def test_zen_engine() -> None:
    document = zen.document([FULL, OPEN, LAST], added_up=False)
    assert isinstance(document["nodes"], list)
    table = document["nodes"][1]["content"]
    assert table["hitPolicy"] == "first"
    assert [each["field"] for each in table["inputs"]] == [
        "partner_tier",
        "region",
        "product_family",
        "amount",
        "term_months",
    ]
    assert table["rules"] == [
        {
            "_id": "0",
            "partner_tier": "'gold'",
            "region": "'R01', 'R02'",
            "product_family": "'F01'",
            "amount": "[100.00..200.50)",
            "term_months": "[12..24]",
            "rate": "0.05",
            "rule": "0",
        },
        {
            "_id": "1",
            "partner_tier": "",
            "region": "",
            "product_family": "",
            "amount": "< 200.50",
            "term_months": "",
            "rate": "0.03",
            "rule": "1",
        },
        {
            "_id": "2",
            "partner_tier": "",
            "region": "",
            "product_family": "",
            "amount": "",
            "term_months": "",
            "rate": "0.01",
            "rule": "2",
        },
    ]
    added_up = zen.document([LAST], added_up=True)
    assert isinstance(added_up["nodes"], list)
    assert added_up["nodes"][1]["content"]["inputs"][3]["field"] == ITEMS


def test_datalogic() -> None:
    amount = {"var": "amount"}
    assert datalogic.logic([FULL, OPEN, LAST], added_up=False) == {
        "if": [
            {
                "and": [
                    {"==": [{"var": "partner_tier"}, "gold"]},
                    {"in": [{"var": "region"}, ["R01", "R02"]]},
                    {"in": [{"var": "product_family"}, ["F01"]]},
                    {">=": [amount, 100.0]},
                    {"<": [amount, 200.5]},
                    {"<=": [12, {"var": "term_months"}, 24]},
                ]
            },
            0,
            {"and": [{"<": [amount, 200.5]}]},
            1,
            2,
        ]
    }
    items = {"+": [{"var": f"item_{number}"} for number in range(1, 6)]}
    assert datalogic.logic([OPEN, LAST], added_up=True) == {"if": [{"and": [{"<": [items, 200.5]}]}, 1, 2]}


def test_rule_engine() -> None:
    assert rule_engine.condition(FULL, added_up=False) == (
        'partner_tier == "gold" and region in ["R01", "R02"] and product_family in ["F01"] '
        "and amount >= 100.00 and amount < 200.50 and term_months >= 12 and term_months <= 24"
    )
    assert rule_engine.condition(OPEN, added_up=True) == f"({ITEMS}) < 200.50"
    assert rule_engine.condition(LAST, added_up=False) == "true"


def test_clips() -> None:
    assert clips.production(FULL, added_up=False) == (
        '(defrule rule-0 (declare (salience 10000)) (deal (partner_tier "gold") (region "R01"|"R02") '
        '(product_family "F01") (term_months ?term&:(<= 12 ?term 24)) '
        "(amount ?amount&:(and (>= ?amount 100.00) (< ?amount 200.50)))) => (bind ?*rule* 0))"
    )
    names = [f"item_{number}" for number in range(1, 6)]
    slots = " ".join(f"({name} ?{name})" for name in names)
    total = f"(+ {' '.join(f'?{name}' for name in names)})"
    assert clips.production(OPEN, added_up=True) == (
        f"(defrule rule-1 (declare (salience 9999)) (deal {slots}) (test (and TRUE (< {total} 200.50))) "
        "=> (bind ?*rule* 1))"
    )
    assert clips.production(LAST, added_up=False) == (
        "(defrule rule-2 (declare (salience 9998)) (deal ) => (bind ?*rule* 2))"
    )
