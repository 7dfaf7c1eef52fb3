"""The source that tables are compiled to, and what it comes to on borders, drawn in every way."""

import datetime as dt
from decimal import Decimal
from itertools import product

import pytest
from benchmarks.rates import prepared
from tests.support import ruleset

import partnerrules as pr
from partnerrules.backends.decision_tables import Found
from partnerrules.backends.to_python import tables
from partnerrules.backends.to_python.table_columns import places_in, reversed_bits
from partnerrules.backends.to_python.tables import CompiledTable, compiled_table
from partnerrules.language import terms
from partnerrules.plan.nodes import Let, Lookup
from partnerrules.rulesets import Table
from partnerrules.schema.missing import Unknown

HEAD = """\
facts:
  deal: {term: integer, region: text, tier: "enum [silver, gold]", urgent: boolean, closed: {type: date, missing: none}}
tables:
  rates:
    subject: deal
"""
INPUTS = "{tier: deal.tier, region: deal.region, urgent: deal.urgent, amount: deal.amount, closed: deal.closed}"
SMALL = f"""\
{HEAD}    hit: first
    inputs: {INPUTS}
    outputs: {{rate: {{type: ratio}}}}
    rows: |
      | tier | region          | urgent | amount                   | closed          | rate |
      |------|-----------------|--------|--------------------------|-----------------|------|
      | gold | -               | true   | >= 1000 CNY              | -               | 4 %  |
      | -    | "S1", "S2"      | -      | [10 CNY..20.50 CNY), 30 CNY | none         | 3 %  |
      | -    | not("S1", "S2") | false  | (5 CNY..6 CNY]           | not(none)       | 2 %  |
      | -    | -               | -      | -                        | >= 2026-01-01   | 1 %  |
"""
SMALL_SOURCE = """\
NUMBER_1 = Decimal('1000')
NUMBER_2 = Decimal('10')
NUMBER_3 = Decimal('20.50')
NUMBER_4 = Decimal('30')
NUMBER_5 = Decimal('5')
NUMBER_6 = Decimal('6')
DAY_1 = dt.date(2026, 1, 1)

def answer(given):
    try:
        input_1 = given['tier']
        if input_1 not in {'silver', 'gold'}:
            input_1 = READ_1(input_1)
        input_2 = given['region']
        if type(input_2) is not str:
            input_2 = READ_2(input_2)
        input_3 = given['urgent']
        if type(input_3) is not bool:
            input_3 = READ_3(input_3)
        input_4 = given['amount']
        if type(input_4) is not Decimal or not input_4.is_finite():
            input_4 = READ_4(input_4)
        input_5 = given['closed']
        if input_5 is not None and type(input_5) is not date_1:
            input_5 = READ_5(input_5)
        if input_1 == 'gold' and input_3 and NUMBER_1 <= input_4:
            return ANSWER_1
        if input_2 in {'S1', 'S2'} and input_5 is None and (NUMBER_2 <= input_4 < NUMBER_3 or input_4 == NUMBER_4):
            return ANSWER_2
        if input_2 not in {'S1', 'S2'} and not input_3 and input_5 is not None and NUMBER_5 < input_4 <= NUMBER_6:
            return ANSWER_3
        if input_5 is not None and DAY_1 <= input_5:
            return ANSWER_4
        return ANSWER_5
    except (KeyError, TypeError, AttributeError, ArithmeticError):
        pass
    return OTHERWISE_1(given)
"""


def rows(count: int) -> str:
    """Rules that each take one amount more, in intervals that are open to the right."""
    return "".join(
        f"      | {'gold' if number % 2 else '-'} | {'-' if number % 3 else chr(34) + 'S' + str(number) + chr(34)} | -"
        f" | [{number} CNY..{2 * number + 1}.50 CNY) | - | {number} % |\n"
        for number in range(1, count + 1)
    )


def larger(hit: str, count: int = 20, output: str = "{rate: {type: ratio}}") -> str:
    return (
        f"{HEAD}    hit: {hit}\n    inputs: {INPUTS}\n    outputs: {output}\n    rows: |\n"
        "      | tier | region | urgent | amount | closed | rate |\n"
        "      |------|--------|--------|--------|--------|------|\n" + rows(count)
    )


FIRST_SOURCE = """\
def answer(given):
    try:
        input_1 = given['tier']
        input_2 = given['region']
        input_4 = given['amount']
        if type(input_4) is not Decimal:
            input_4 = READ_1(input_4)
        input_3 = given.get('urgent')
        if input_3 is not None and (type(input_3) is not bool):
            READ_2(input_3)
        input_5 = given.get('closed')
        if input_5 is not None and (type(input_5) is not date_1):
            READ_3(input_5)
        return FIRST_1[(CELLS_1[input_1][input_2] & BITS_1[bisect_right_1(BORDERS_1, input_4)]).bit_length()]
    except (KeyError, TypeError, AttributeError, ArithmeticError):
        pass
    return OTHERWISE_1(given)
"""
UNIQUE_LINES = """\
        rules = CELLS_1[input_1][input_2] & BITS_1[bisect_right_1(BORDERS_1, input_4)]
        if rules.bit_count() > 1:
            return SEVERAL_1[rules]
        return FIRST_1[rules.bit_length()]
"""
COLLECT_LINES = """\
        return SEVERAL_1[(CELLS_1[input_1][input_2] & BITS_1[bisect_right_1(BORDERS_1, input_4)])]
"""


def table(text: str) -> Table:
    return ruleset(text).table("rates")


def test_the_source_of_a_small_table() -> None:
    assert table(SMALL).source == SMALL_SOURCE


@pytest.mark.parametrize(
    ("hit", "source"), [("first", FIRST_SOURCE), ("unique", UNIQUE_LINES), ("collect sum", COLLECT_LINES)]
)
def test_the_source_of_a_larger_table(hit: str, source: str) -> None:
    assert source in table(larger(hit)).source
    assert hit != "first" or table(larger(hit)).source == source


def test_what_authors_write_reaches_the_source_as_literals_alone() -> None:
    hostile = SMALL.replace('"S1", "S2"', """"S1", "'); import os #" """)
    source = table(hostile).source
    assert r"""input_2 in {"'); import os #", 'S1'}""" in source
    compile(source, "tried", "exec")


def compiled(text: str) -> CompiledTable:
    version = ruleset(text).versions[0]
    root = version.policies["rates"].plan.root
    assert isinstance(root, Lookup)
    assert isinstance(root.source, Let)
    columns = [terms.ColumnOf(each.name, each.term.type) for each in root.source.columns]
    found = compiled_table(root.table, columns)
    assert found is not None
    return found


BORDERS = """\
{head}    hit: collect
    inputs: {{amount: deal.amount}}
    outputs: {{n: {{type: integer}}}}
    rows: |
      | amount | n |
      |--------|---|
{rows}"""


@pytest.mark.parametrize("ways", [("[", ")"), ("(", "]"), ("[", "]"), ("(", ")"), ("[(", ")]")])
def test_borders_are_those_of_plain_comparisons(ways: tuple[str, str]) -> None:
    drawn = []
    for number in range(25):  # widths and places that meet, overlap and lie apart
        low = 7 * number % 40 - 20
        high = low + 1 + 3 * number % 8
        opening, closing = ways[0][number % len(ways[0])], ways[1][number // 2 % len(ways[1])]
        drawn.append((opening, Decimal(low) / 2, Decimal(high) / 2, closing))
    lines = "".join(f"      | {a}{low} CNY..{high} CNY{b} | {n} |\n" for n, (a, low, high, b) in enumerate(drawn))
    find = compiled(BORDERS.format(head=HEAD, rows=lines)).find
    assert find is not None
    for quarter in range(-60, 60):
        amount = Decimal(quarter) / 4
        expected = [
            number
            for number, (a, low, high, b) in enumerate(drawn)
            if (low <= amount if a == "[" else low < amount) and (amount <= high if b == "]" else amount < high)
        ]
        found = find(amount)
        assert found is not None
        assert found.outputs == (tuple(expected),)


@pytest.mark.parametrize("size", [10, 100, 1000])
def test_the_common_workload_is_decided_as_its_reference_says(size: int) -> None:
    workload = prepared(size)
    rates = workload.ruleset.table("rates")
    assert [rates(deal)["rate"] for deal in workload.deals] == [rate for rate, _ in workload.answers]
    assert [rates(deal).rules for deal in workload.deals] == [(str(id),) for _, id in workload.answers]


def test_what_is_not_a_known_value_is_left_to_the_interpreter() -> None:
    find = compiled(larger("first")).find
    assert find is not None
    unknown = Unknown.because("field", field="amount")
    known = ("gold", "S3", True, Decimal(7), None)
    assert find(*known) == Found("decided", ("3",), (Decimal("0.03"),))
    for place, value in product((0, 1, 3), (unknown, None, ("S3",), [1], object(), Decimal("NaN"), Decimal("1E+101"))):
        assert find(*known[:place], value, *known[place + 1 :]) is None
    assert find(known[0], known[1], unknown, known[3], unknown) == find(*known)  # no rule tests these


@pytest.mark.parametrize(
    ("kind", "value"),
    [("date", dt.date(2026, 1, 1)), ("instant", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)), ("integer", 0), ("money", 0)],
)
def test_an_input_of_which_only_counts_whether_it_is_there(kind: str, value: object) -> None:
    text = HEAD.replace("closed: {type: date", f"closed: {{type: {kind}")
    find = compiled(
        f"{text}    hit: first\n    inputs: {{closed: deal.closed}}\n    outputs: {{n: {{type: integer}}}}\n"
        "    rows: [{closed: none, n: 1}, {closed: not(none), n: 2}]\n"
    ).find
    assert find is not None
    assert find(None) == Found("decided", ("1",), (1,))
    assert find(value) == Found("decided", ("2",), (2,))
    assert find(Unknown.because("field", field="closed")) is None


def test_a_table_whose_rules_have_to_be_asked_mostly_is_not_compiled() -> None:
    text = SMALL.replace("[10 CNY..20.50 CNY), 30 CNY", "> deal.list_price")
    text = text.replace(">= 1000 CNY ", "> deal.list_price").replace("(5 CNY..6 CNY]", "> deal.list_price")
    text = text.replace("deal: {", "deal: {list_price: money, ")
    version = ruleset(text).versions[0]
    root = version.policies["rates"].plan.root
    assert isinstance(root, Lookup)
    assert isinstance(root.source, Let)
    columns = [terms.ColumnOf(each.name, each.term.type) for each in root.source.columns]
    assert compiled_table(root.table, columns) is None


def test_a_rule_that_has_to_be_asked_is_left_to_the_interpreter_where_it_can_apply() -> None:
    text = (
        larger("first")
        .replace("deal: {", "deal: {list_price: money, ")
        .replace("[3 CNY..7.50 CNY)", "> deal.list_price")
    )
    find = compiled(text).find
    assert find is not None
    assert find("gold", "S3", True, Decimal(1), None) is None
    assert find("gold", "S4", True, Decimal(1), None) == Found("decided", ("1",), (Decimal("0.01"),))


def test_a_table_too_large_for_its_bits_is_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MOST_BYTES", 10)
    rates = table(larger("first"))
    assert rates.source == ""
    assert rates({"tier": "gold", "region": "S3", "amount": pr.Money(Decimal(7), "CNY")}).rules == ("3",)


def test_the_first_rule_is_the_highest_bit() -> None:
    assert reversed_bits(5, [0, 3]) == 0b10010
    assert places_in(0b10010, 5) == (0, 3)
    assert places_in(0, 5) == ()
