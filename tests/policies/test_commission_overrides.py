"""Overrides: what those above the payee in the hierarchy of partners earn on the same document."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.policies.commissions import Document, amounts, credit, decided, invoice, policy, results, shares
from tests.support import codes

from partnerrules import Decision
from partnerrules.schema.missing import Unknown

LEVELS = """
rate: 10 %
overrides:
  up: parent
  on: net
  levels:
    - {id: manager, rate: 10 %}
    - {id: region, rate: 10 %}
"""
GROSS = LEVELS.replace("  on: net\n", "")
HIERARCHY = {"partners": {"P": {"parent": "Q"}, "Q": {"parent": "R"}, "R": {"parent": "S"}, "S": {}}}


def told(lines: str, documents: Mapping[str, Document], more: Mapping[str, object] | None = None) -> Decision:
    return decided(policy(lines, before="facts: {transaction: {levels: integer}}\n"), documents, more or HIERARCHY)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        pytest.param("1000", ["100.00 CNY", "90.00 CNY", "81.00 CNY"], id="E36-R22-1000"),
        pytest.param("100", ["10.00 CNY", "9.00 CNY", "8.10 CNY"], id="E36-R22-100"),
        pytest.param("10", ["1.00 CNY", "0.90 CNY", "0.81 CNY"], id="E36-R22-10"),
    ],
)
def test_each_level_earns_on_what_those_below_left(base: str, expected: list[str]) -> None:
    found = results(told(LEVELS, {"T-1": invoice(base)}))["T-1"]
    assert shares(found) == list(zip(("P", "Q", "R"), expected, strict=True))
    assert [line.role for line in found.overrides] == ["manager", "region"]
    assert str(found.amount) == expected[0]


def test_on_gross_each_level_earns_on_the_base() -> None:
    found = results(told(GROSS, {"T-1": invoice("99.99")}))["T-1"]
    assert shares(found) == [("P", "10.00 CNY"), ("Q", "10.00 CNY"), ("R", "10.00 CNY")]


def test_a_level_on_which_nobody_is_gets_nothing() -> None:
    found = results(told(LEVELS, {"T-1": invoice("1000", partner="R"), "T-2": invoice("1000", partner="S")}))
    assert shares(found["T-1"]) == [("R", "100.00 CNY"), ("S", "90.00 CNY")]
    assert shares(found["T-2"]) == [("S", "100.00 CNY")]


@pytest.mark.parametrize(
    ("levels", "payees"), [(0, ["P"]), (1, ["P", "Q"]), (2, ["P", "Q", "R"]), (9, ["P", "Q", "R"])]
)
def test_a_document_may_say_how_many_levels_are_paid(levels: int, payees: list[str]) -> None:
    found = results(told(LEVELS + "  at_most: transaction.levels", {"T-1": invoice("1000", levels=levels)}))["T-1"]
    assert [payee for payee, _ in shares(found)] == payees


def test_corrections_take_back_from_every_level() -> None:
    documents = {
        "T-1": invoice("1000", "2026-01-05"),
        "T-2": credit("-333.33", "T-1", "2026-01-06"),
        "T-3": credit("-666.67", "T-1", "2026-01-07"),
    }
    found = results(told(LEVELS, documents))
    assert shares(found["T-2"]) == [("P", "-33.33 CNY"), ("Q", "-30.00 CNY"), ("R", "-27.00 CNY")]
    assert shares(found["T-3"]) == [("P", "-66.67 CNY"), ("Q", "-60.00 CNY"), ("R", "-54.00 CNY")]


def test_a_correction_follows_the_hierarchy_of_its_original() -> None:
    documents = {"T-1": invoice("1000", "2026-01-05"), "T-2": credit("-1000", "T-1", "2026-01-06", partner="S")}
    assert shares(results(told(LEVELS, documents))["T-2"]) == [
        ("P", "-100.00 CNY"),
        ("Q", "-90.00 CNY"),
        ("R", "-81.00 CNY"),
    ]


def test_e37_nobody_is_above_themselves() -> None:
    circle = {"partners": {"P": {"parent": "Q"}, "Q": {"parent": "P"}}}
    decision = told(LEVELS, {"T-1": invoice("1000")}, circle)
    assert amounts(decision) == {"T-1": "refused: override_circle"}
    assert "somebody stands above themselves" in decision.explain("sales", "T-1")
    longer = {"partners": {"P": {"parent": "Q"}, "Q": {"parent": "R"}, "R": {"parent": "Q"}}}
    assert amounts(told(LEVELS, {"T-1": invoice("1000")}, longer)) == {"T-1": "100.00 CNY"}
    third = LEVELS + "    - {rate: 1 %}"
    assert amounts(told(third, {"T-1": invoice("1000")}, longer)) == {"T-1": "refused: override_circle"}


def test_those_above_have_statements_of_their_own() -> None:
    documents = {"T-1": invoice("1000", "2026-01-05"), "T-2": invoice("500", "2026-01-06", partner="Q")}
    decision = told(LEVELS, documents)
    payable = {payee: str(decision["sales"].statement(payee).payable) for payee in decision["sales"].payees}
    assert payable == {"P": "100.00 CNY", "Q": "140.00 CNY", "R": "126.00 CNY", "S": "40.50 CNY"}
    told_of_q = decision["sales"].statement("Q", start=dt.date(2026, 1, 5), end=dt.date(2026, 1, 6))
    assert [str(line.line.amount) for line in told_of_q.lines] == ["90.00 CNY"]
    assert "Q (manager): 10% of 900.00 CNY is 90.00 CNY" in decision.explain("sales", "T-1")


def test_an_unknown_base_leaves_all_levels_in_doubt() -> None:
    found = results(told(LEVELS, {"T-1": invoice(None)}))["T-1"]
    assert [line.status for line in found.lines] == ["undetermined"] * 3


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (LEVELS.replace("up: parent", "up: perent"), ["unknown-field"]),
        (LEVELS.replace("up: parent", "up: legal_name"), ["type-mismatch"]),
        (LEVELS.replace("{id: manager, rate: 10 %}", "{id: region, rate: 10 %}"), ["duplicate-id"]),
        (LEVELS.replace("{id: manager, rate: 10 %}", "{id: manager, rate: 10 CNY}"), ["type-mismatch"]),
        (LEVELS + "  at_most: 15 %", ["type-mismatch"]),
        ("rate: 10 %\noverrides: {up: parent, levels: [" + ", ".join(["{rate: 1 %}"] * 11) + "]}", ["too-large"]),
    ],
)
def test_what_cannot_be_meant(lines: str, expected: list[str]) -> None:
    assert codes(policy(lines)) == expected


def test_a_split_has_nobody_above_it() -> None:
    basic = "    subject: transaction\n    base: transaction.net_amount\n"
    assert codes(policy(LEVELS + "split: [{to: transaction.partner}]", basic=basic)) == ["unsuited-override"]


def test_r23_what_changes_its_stage_gives_the_same_sums() -> None:
    # Forecast 1,000, to be invoiced 100, invoiced 10; then all of it is invoiced: the first two are taken back.
    before = {
        "T-1": invoice("1000", "2026-01-05"),
        "T-2": invoice("100", "2026-01-05"),
        "T-3": invoice("10", "2026-01-05"),
    }
    after = before | {
        "T-4": credit("-1000", "T-1", "2026-01-20"),
        "T-5": credit("-100", "T-2", "2026-01-20"),
        "T-6": invoice("1100", "2026-01-20"),
    }
    for documents in (before, after):
        sales = told(LEVELS, documents)["sales"]
        payable = {payee: str(sales.statement(payee).payable) for payee in sales.payees}
        assert payable == {"P": "111.00 CNY", "Q": "99.90 CNY", "R": "89.91 CNY"}
    deltas = results(told(LEVELS, after))
    assert [str(deltas[id].amount) for id in ("T-4", "T-5", "T-6")] == ["-100.00 CNY", "-10.00 CNY", "110.00 CNY"]


def test_those_above_are_in_doubt_with_the_document() -> None:
    lines = LEVELS + "exclude: [{id: small, require: transaction.quantity < 5}]"
    decision = told(lines, {"T-1": invoice("1000")})
    found = results(decision)["T-1"]
    assert [line.status for line in found.lines] == ["undetermined"] * 3
    statement = decision["sales"].statement("Q")
    assert isinstance(statement.earned, Unknown)
    assert [missing.field for missing in statement.missing] == ["quantity"]
    excluded = told(lines, {"T-1": invoice("1000", quantity=1)})["sales"].statement("Q")
    assert (str(excluded.earned), [str(line.amount) for line in excluded.excluded]) == ("0.00 CNY", ["0.00 CNY"])


def test_a_rate_of_a_level_that_is_not_known_is_named_in_the_statement() -> None:
    lines = LEVELS.replace("{id: manager, rate: 10 %}", "{id: manager, rate: transaction.share}")
    before = "facts: {transaction: {share: ratio}}\n"

    def one(**more: object) -> Decision:
        return decided(policy(lines, before=before), {"T-1": {**invoice("1000"), **more}}, HIERARCHY)

    decision = one()
    assert str(results(decision)["T-1"].amount) == "100.00 CNY"
    assert [missing.field for missing in decision["sales"].statement("Q").missing] == ["share"]
    assert shares(results(one(share="20 %"))["T-1"])[1] == ("Q", "180.00 CNY")
    assert amounts(one(share="150 %")) == {"T-1": "refused: rate_out_of_range"}
    assert amounts(one(share="-10 %")) == {"T-1": "refused: rate_out_of_range"}


def test_where_the_payee_gets_more_than_there_is_nothing_is_left() -> None:
    found = results(told(LEVELS.replace("rate: 10 %", "rate: 250 CNY", 1), {"T-1": invoice("100")}))["T-1"]
    assert shares(found) == [("P", "250.00 CNY"), ("Q", "0.00 CNY"), ("R", "0.00 CNY")]


def test_in_a_period_the_documents_of_a_level_add_up() -> None:
    ladder = """
rate:
  ladder: whole
  over: month
  per: transaction.partner
  bands: [{from: 0 CNY, rate: 5 %}, {from: 1000 CNY, rate: 10 %}]
overrides: {up: parent, on: net, levels: [{rate: 10 %}]}
"""
    documents = {"T-1": invoice("999", "2026-01-05"), "T-2": invoice("1", "2026-01-06")}
    found = results(told(ladder, documents))
    # 10 % of what is left of 1,000 when the ladder has given 100: of 949.05 first, then of 1 less 50.05.
    assert [shares(found[id])[1][1] for id in ("T-1", "T-2")] == ["94.91 CNY", "-4.91 CNY"]


def test_a_line_of_a_statement_says_which_level_was_paid_on_what() -> None:
    decision = told(LEVELS, {"T-1": invoice("1000")})
    assert "region above P: 10% of 810.00 CNY" in decision.tell_statement(decision["sales"].statement("R"))
    line = decision["sales"].statement("R").lines[0].as_data()
    found = (line["role"], line["base"], line["rate"], line["amount"])
    assert found == ("region", "810.00 CNY", "10 %", "81.00 CNY")
