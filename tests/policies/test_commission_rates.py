"""Rates out of a table: the most specific row counts, and two that are equally specific must not meet."""

import time

import pytest
from tests.policies.commissions import amounts, decided, invoice, policy, results
from tests.support import codes, diagnostics

SEGMENTS = 'facts: {customer: {segment: "enum [A, B, C]"}, product: {weight: {type: integer, missing: none}}}\n'
HEAD = "rate:\n  specific_by: {partner: transaction.partner.id, segment: transaction.customer.segment}\n  rows: |\n"
RECORDS = {
    "customers": {"C": {}, "CA": {"segment": "A"}, "CB": {"segment": "B"}, "CC": {"segment": "C"}, "CX": {}},
    "partners": {"P": {}, "Q": {}, "R": {}},
    "products": {"light": {"weight": 3}, "heavy": {"weight": 30}, "none": {}},
}


def table(*rows: str, columns: str = "partner | segment") -> str:
    lines = [f"| id | {columns} | rate |", "|" + "----|" * (columns.count("|") + 3), *(f"| {row} |" for row in rows)]
    return HEAD + "".join(f"    {line}\n" for line in lines)


ROWS = table(
    'everything | - | - | 1 %',
    'low | - | not(A) | 2 %',
    'a | - | A | 3 %',
    'some | "P", "Q" | - | 4 %',
    'p | "P" | - | 5 %',
    'p-low | "P" | B, C | 6 %',
    'p-b | "P" | B | 7 %',
)  # fmt: skip


@pytest.mark.parametrize(
    ("partner", "customer", "row"),
    [
        ("R", "CA", "a"),
        ("R", "CB", "low"),
        ("Q", "CA", "some"),  # the first input counts most: a set of partners before one segment
        ("P", "CA", "p"),  # one partner before a set of them
        ("P", "CC", "p-low"),
        ("P", "CB", "p-b"),
    ],
)
def test_the_most_specific_row_counts(partner: str, customer: str, row: str) -> None:
    document = invoice("100", partner=partner, customer=customer)
    (result,) = results(decided(policy(ROWS, before=SEGMENTS), {"T-1": document}, RECORDS)).values()
    assert result.rule == row


def test_the_order_in_which_rows_are_written_does_not_matter() -> None:
    lines = ROWS.strip("\n").split("\n")
    backwards = "\n".join([*lines[:5], *reversed(lines[5:])])
    documents = {
        f"{partner}-{customer}": invoice("100", partner=partner, customer=customer)
        for partner in ("P", "Q", "R")
        for customer in ("CA", "CB", "CC", "CX")
    }
    forwards = amounts(decided(policy(ROWS, before=SEGMENTS), documents, RECORDS))
    assert amounts(decided(policy(backwards, before=SEGMENTS), documents, RECORDS)) == forwards


def test_an_unknown_input_matters_only_where_it_changes_the_rate() -> None:
    documents = {
        "T-1": invoice("100", partner="P", customer="CX"),
        "T-2": invoice("100", partner="Q", customer="CX"),
    }
    decision = decided(policy(ROWS, before=SEGMENTS), documents, RECORDS)
    assert amounts(decision) == {"T-1": "unknown", "T-2": "4.00 CNY"}
    assert [(each.record, each.field) for each in decision["sales"]["T-1"].missing] == [("CX", "segment")]


def test_where_no_row_applies_nothing_is_paid_before_there_is_one() -> None:
    decision = decided(
        policy(table('p | "P" | - | 5 %'), before=SEGMENTS),
        {"T-1": invoice("100", partner="Q")},
        RECORDS,
    )
    assert amounts(decision) == {"T-1": "refused: no_rate"}


def test_rows_may_give_fixed_amounts() -> None:
    decision = decided(
        policy(table("one | - | - | 250 CNY"), before=SEGMENTS), {"T-1": invoice("100", customer="CA")}, RECORDS
    )
    assert amounts(decision) == {"T-1": "250.00 CNY"}


def test_an_input_that_may_be_absent() -> None:
    lines = table("none | none | 1 %", "light | < 10 | 2 %", "heavy | >= 10 | 3 %", columns="weight").replace(
        "{partner: transaction.partner.id, segment: transaction.customer.segment}",
        "{weight: transaction.product.weight}",
    )
    documents = {name: invoice("100", product=name) for name in ("light", "heavy", "none")}
    assert amounts(decided(policy(lines, before=SEGMENTS), documents, RECORDS)) == {
        "heavy": "3.00 CNY",
        "light": "2.00 CNY",
        "none": "1.00 CNY",
    }


PARAMETERS = SEGMENTS + 'parameters: {one: {value: "\\"P\\""}, limit: {value: 10}}\n'


@pytest.mark.parametrize(
    ("rows", "equal"),
    [
        (('1 | "P" | - | 1 %', '2 | "Q" | - | 2 %'), False),
        (('1 | "P" | - | 1 %', '2 | "P" | - | 2 %'), True),
        (("1 | - | - | 1 %", "2 | - | - | 2 %"), True),
        (("1 | - | A, B | 1 %", "2 | - | C, A | 2 %"), True),
        (("1 | - | A, B | 1 %", "2 | - | C | 2 %"), False),
        (("1 | - | not(A) | 1 %", "2 | - | not(B, C) | 2 %"), False),  # only B and C, only A
        (("1 | - | not(A) | 1 %", "2 | - | not(B) | 2 %"), True),  # both for C
        (('1 | not("P") | - | 1 %', '2 | not("Q") | - | 2 %'), True),  # both for any other partner
        (('1 | "P" | A | 1 %', '2 | "P" | not(A) | 2 %'), False),
        (('1 | "P" | A | 1 %', "2 | one | A | 2 %"), True),  # `one` may be "P", and is
        (('1 | "P" | A | 1 %', "2 | one | B | 2 %"), False),
    ],
)
def test_rows_that_are_equally_specific_must_not_meet(rows: tuple[str, ...], equal: bool) -> None:
    found = codes(policy(table(*rows), before=PARAMETERS))
    assert found == (["equally-specific"] if equal else [])


WEIGHT = "{weight: transaction.product.weight}"
NET = "{net: transaction.net_amount}"


@pytest.mark.parametrize(
    ("inputs", "one", "other", "equal"),
    [
        (WEIGHT, "< 10", ">= 10", False),
        (WEIGHT, "<= 10", ">= 10", True),
        (WEIGHT, "< 10", "> 9", False),  # no whole number lies between
        (WEIGHT, "< 11", "> 9", True),
        (WEIGHT, "[1..5)", "[5..9]", False),
        (WEIGHT, "[1..5]", "[5..9]", True),
        (WEIGHT, "none", "none", True),
        (WEIGHT, "none", "3", False),
        (WEIGHT, "!= 3", "!= 4", True),
        (WEIGHT, "not([1..5])", "[2..4]", False),
        (WEIGHT, "> 3.5", "< 4.5", True),  # 4
        (WEIGHT, "3.5", "3.5", False),  # no whole number is that
        (WEIGHT, "not(3, 4)", "[3..4]", False),
        (WEIGHT, "not(3, 5)", "[3..5]", True),
        (WEIGHT, "not(none)", "none", False),
        (WEIGHT, "not(limit)", "[1..2]", True),
        (WEIGHT, "[5..limit]", "[1..4]", False),  # whatever the limit is
        (WEIGHT, "< limit", ">= limit", True),  # parameters are not compared
        (NET, "< 10 CNY", "> 9 CNY", True),
        (NET, "< 10 CNY", "[10 CNY..20 CNY]", False),
        ("{day: transaction.date}", "< 2026-01-02", "> 2026-01-01", False),
        ("{day: transaction.date}", "<= 2026-01-02", "> 2026-01-01", True),
        ("{paid: exists(transaction.paid_at)}", "true", "false", False),
        ("{paid: exists(transaction.paid_at)}", "true", "true", True),
    ],
)
def test_stretches_of_numbers_and_days_are_compared(inputs: str, one: str, other: str, equal: bool) -> None:
    name = inputs[1 : inputs.index(":")]
    lines = table(f"1 | {one} | 1 %", f"2 | {other} | 2 %", columns=name)
    lines = lines.replace("{partner: transaction.partner.id, segment: transaction.customer.segment}", inputs)
    assert codes(policy(lines, before=PARAMETERS)) == (["equally-specific"] if equal else [])


def test_many_rows_for_single_partners_are_compared_quickly() -> None:
    rows = [f'r{number} | "P-{number}" | {segment} | 1 %' for number in range(1500) for segment in "A"]
    assert codes(policy(table(*rows), before=SEGMENTS)) == []


def numbers(rows: int, values: int) -> str:
    """A table whose rows name many weights each, all of them different ones."""
    each = (", ".join(str(1000 * row + value) for value in range(values)) for row in range(rows))
    lines = table(*(f"r{row} | {weights} | 1 %" for row, weights in enumerate(each)), columns="weight")
    return lines.replace("{partner: transaction.partner.id, segment: transaction.customer.segment}", WEIGHT)


def test_rows_of_many_values_are_compared_quickly() -> None:
    started = time.process_time()
    assert codes(policy(numbers(60, 300), before=SEGMENTS)) == []
    assert time.process_time() - started < 20  # a second; minutes where values are compared one by one


def test_too_many_values_are_refused_before_they_are_compared() -> None:
    (told,) = diagnostics(policy(numbers(60, 900), before=SEGMENTS))
    assert told.code == "too-large"
    assert "54,000 values under `weight`" in told.message


def test_too_many_rows_with_sets_are_refused_before_they_are_compared() -> None:
    rows = [f'r{number} | "P-{number}", "Q-{number}" | - | 1 %' for number in range(2002)]
    (told,) = diagnostics(policy(table(*rows), before=SEGMENTS))
    assert told.code == "too-large"
