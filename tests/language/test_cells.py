"""Cells of decision tables: tests of an input, where a bare word is one of its values or else a parameter."""

import pytest
from tests.support import codes, decide, diagnostics, ruleset

from partnerrules.plan.nodes import Lookup

HEAD = """\
parameters:
  limit: {value: 100 CNY}
  small: {value: 5}
  A: {value: '"A"'}
  open_limit: {type: money, status: unstated}
facts:
  customer: {segment: "enum [gold, silver, bronze, A]", tier: {type: "enum [x, y]", missing: none}}
"""


def table(inputs: str, cell: str) -> str:
    quoted = cell.replace("'", "''")
    return (
        f"{HEAD}tables:\n  tried:\n    subject: deal\n    hit: first\n    inputs: {{tested: {inputs}}}\n"
        f"    outputs: {{hit: boolean}}\n    rows:\n      - {{tested: '{quoted}', hit: true}}\n      - {{hit: false}}\n"
    )


FACTS: dict[str, object] = {
    "customers": {
        "C-1": {"segment": "gold", "key_account": True},
        "C-2": {"tier": "x"},
        "C-3": {"tier": {"unknown": True}},
    },
    "deals": {
        "D-1": {"customer": "C-1", "amount": "100 CNY", "signed_at": "2026-02-28T20:00:00Z", "channel": "a|b"},
        "D-2": {"customer": "C-2"},
        "D-3": {"customer": "C-3", "amount": "100.01 CNY"},
    },
}


def hit(inputs: str, cell: str, subject: str = "D-1") -> object:
    found = decide(table(inputs, cell), FACTS)["tried"][subject].as_data()
    outputs = found["outputs"]
    assert isinstance(outputs, dict)
    return outputs["hit"] if found["outcome"] == "decided" else found["outcome"]


@pytest.mark.parametrize(
    ("inputs", "cell", "expected"),
    [
        ("deal.amount", "-", True),
        ("deal.amount", "100 CNY", True),
        ("deal.amount", "= 100 CNY", True),
        ("deal.amount", "!= 100 CNY", False),
        ("deal.amount", ">= 100 CNY", True),
        ("deal.amount", "> 100 CNY", False),
        ("deal.amount", "[50 CNY..100 CNY]", True),
        ("deal.amount", "[50 CNY..100 CNY)", False),
        ("deal.amount", "(100 CNY..200 CNY]", False),
        ("deal.amount", "[100 CNY..200 CNY]", True),
        ("deal.amount", "< 5 CNY, >= 100 CNY", True),
        ("deal.amount", "not(100 CNY)", False),
        ("deal.amount", "not(< 5 CNY, > 100 CNY)", True),
        ("deal.amount", ">= limit", True),
        ("deal.amount", "limit", True),
        ("deal.amount", "[limit..2 * limit)", True),
        ("deal.amount", "> limit / 2", True),
        ("deal.amount", ">= open_limit", "undetermined"),
        ("deal.customer.segment", "gold", True),
        ("deal.customer.segment", '"gold"', True),
        ("deal.customer.segment", "silver, gold", True),
        ("deal.customer.segment", "not(silver)", True),
        ("deal.customer.segment", "not(silver, gold)", False),
        ("deal.customer.segment", "[silver, gold]", True),
        ("deal.customer.segment", "= gold", True),
        ("deal.customer.key_account", "true", True),
        ("deal.customer.key_account", "false", False),
        ("date(deal.signed_at)", "-", None),
        ("deal.channel", '"a|b"', True),
        ("deal.channel", '"a", "b"', False),
        ("deal.amount / 3", ">= 33 CNY", True),
    ],
)
def test_what_a_cell_tests(inputs: str, cell: str, expected: object) -> None:
    if expected is None:
        assert codes(table(inputs, cell)) == ["unguarded-none"]
    else:
        assert hit(inputs, cell) == expected


@pytest.mark.parametrize("cell", ["100 CNY", "> 1 CNY", "not(1 CNY)", "[1 CNY..2 CNY]", "< 5 CNY, >= 5 CNY"])
def test_an_unknown_input_leaves_a_test_open(cell: str) -> None:
    assert hit("deal.amount", cell, "D-2") == "undetermined"


def test_a_dash_does_not_look_at_the_input() -> None:
    assert hit("deal.amount", "-", "D-2") is True


@pytest.mark.parametrize(
    ("cell", "present", "absent", "unknown"),
    [
        ("none", False, True, "undetermined"),
        ("x", True, False, "undetermined"),
        ("y", False, False, "undetermined"),
        ("x, none", True, True, "undetermined"),
        ("not(none)", True, False, "undetermined"),
        ("not(x)", False, True, "undetermined"),
        ("-", True, True, True),
    ],
)
def test_an_input_that_may_be_absent(cell: str, present: object, absent: object, unknown: object) -> None:
    assert hit("deal.customer.tier", cell, "D-2") == present
    assert hit("deal.customer.tier", cell, "D-1") == absent
    assert hit("deal.customer.tier", cell, "D-3") == unknown


@pytest.mark.parametrize(
    ("inputs", "cell", "code"),
    [
        ("deal.amount", "100", "unit-mismatch"),
        ("deal.amount", ">= 100 USD", "currency-mismatch"),
        ("deal.amount", '"gold"', "type-mismatch"),
        ("deal.amount", "small", "unit-mismatch"),
        ("deal.amount", "[5 CNY..1 CNY]", "inverted-interval"),
        ("deal.amount", "(1 CNY..1 CNY)", "empty-interval"),
        ("deal.amount", "nothing", "unknown-name"),
        ("deal.customer.segment", "platinum", "unknown-value"),
        ("deal.customer.segment", '"platinum"', "unknown-value"),
        ("deal.customer.segment", "A", "ambiguous-name"),
        ("deal.customer.segment", "> gold", "type-mismatch"),
        ("deal.customer.segment", "none", "unknown-value"),
        ("deal.customer.key_account", "1", "type-mismatch"),
        ("deal.customer.key_account", "", "empty-cell"),
        ("deal.amount", "> 1 CNY and < 5 CNY", "syntax"),
    ],
)
def test_faults_of_cells(inputs: str, cell: str, code: str) -> None:
    assert codes(table(inputs, cell)) == [code]


def test_a_clash_of_value_and_parameter_is_settled_by_quotes() -> None:
    assert codes(table("deal.customer.segment", '"A"')) == []
    assert codes(table("deal.customer.segment", "parameters.A")) == []


@pytest.mark.parametrize(
    ("output", "cell", "code"),
    [
        ("ratio", "15 %", None),
        ("ratio", "15", "ratio-without-percent"),
        ("money", "5 CNY", None),
        ("money", "limit", None),
        ("money", "deal.amount", None),
        ("money", "5 USD", "currency-mismatch"),
        ("'enum [gold, silver]'", "gold", None),
        ("'enum [gold, silver]'", '"gold"', None),
        ("'enum [gold, silver]'", "deal.customer.segment", "type-mismatch"),
        ("'enum [gold, silver]'", "deal.channel", "type-mismatch"),
        ("'enum [gold, silver]'", "bronze", "unknown-value"),
        ("integer", "3", None),
        ("integer", "2.5", "type-mismatch"),
        ("integer", "7 / 2", "type-mismatch"),
        ("integer", "floor(7 / 2)", None),
        ("number", "3", None),
        ("text", "gold", "unknown-name"),
        ("text", '"gold"', None),
        ("date", "deal.signed_at", "unguarded-none"),
    ],
)
def test_output_cells_are_of_the_type_of_their_column(output: str, cell: str, code: str | None) -> None:
    text = (
        f"{HEAD}tables:\n  tried:\n    subject: deal\n    hit: first\n    inputs: {{tested: deal.amount}}\n"
        f"    outputs: {{given: {output}}}\n    rows:\n      - {{tested: '-', given: '{cell}'}}\n"
    )
    assert codes(text) == ([] if code is None else [code])


# ------------------------------------------------------------------------------------------- what is written alike


ALIKE = """\
facts:
  customer: {segment: "enum [gold, silver]", level: "enum [gold, plain]"}
tables:
  tried:
    subject: deal
    hit: first
    inputs: {segment: deal.customer.segment, level: deal.customer.level, amount: deal.amount}
    outputs: {rate: ratio}
    rows: |
      | id | segment          | level | amount    | rate |
      |----|------------------|-------|-----------|------|
"""
LINES_BEFORE = 5 + ALIKE.count("\n")
"""The lines before the first row: the head of all tests, and that of the table."""


def test_what_is_written_alike_in_one_column_is_one_term() -> None:
    rows = ('"gold", "silver"', "gold", ">= 5 CNY", "5 %"), ('"silver"', "gold", ">= 5 CNY", "5 %")
    lines = "".join(f"      | {number} | {' | '.join(row)} |\n" for number, row in enumerate(rows))
    root = ruleset(ALIKE + lines).versions[0].policies["tried"].plan.root
    assert isinstance(root, Lookup)
    one, other = root.table.rules
    assert one.tests[0] != other.tests[0]
    assert one.tests[0].items[1] is other.tests[0]  # type: ignore[union-attr]  # `AnyOf` two words
    assert one.tests[1] is other.tests[1]
    assert one.tests[2] is other.tests[2]
    assert one.outputs[0] is other.outputs[0]
    assert one.tests[1] != other.tests[0]


def test_a_mistake_that_is_written_twice_is_told_at_both_places() -> None:
    lines = (
        "      | 1 | gold   | gold   | >= 5 CNY | 5 %  |\n"
        "      | 2 | bronze | gold   | >= 5     | 5 %  |\n"
        "      | 3 | bronze | silver | >= 5     | 5    |\n"
        '      | 4 | gold   | "plain" | >= 5 CNY | 5   |\n'
    )
    found = [(each.code, each.span.line - LINES_BEFORE, each.span.column) for each in diagnostics(ALIKE + lines)]
    assert found == [
        ("unknown-value", 2, 13),
        ("unit-mismatch", 2, 31),
        ("unknown-value", 3, 13),
        ("unknown-value", 3, 22),
        ("unit-mismatch", 3, 31),
        ("ratio-without-percent", 3, 42),
        ("ratio-without-percent", 4, 43),
    ]


def test_what_is_sound_in_one_column_need_not_be_in_another() -> None:
    lines = '      | 1 | "silver" | gold | - | 5 % |\n      | 2 | gold | "silver" | - | 5 % |\n'
    assert [(each.code, each.span.line - LINES_BEFORE) for each in diagnostics(ALIKE + lines)] == [("unknown-value", 2)]


def test_a_bar_or_a_quote_that_is_escaped_belongs_to_its_cell() -> None:
    text = ALIKE.replace("level: deal.customer.level", "level: deal.channel")
    lines = '      | 1 | gold | "a|b", "c\\"|d" | - | 5 % |\n      | 2 | gold | "c\\"|d" | - | 5 % |\n'
    root = ruleset(text + lines).versions[0].policies["tried"].plan.root
    assert isinstance(root, Lookup)
    words = [str(part.right.value) for part in root.table.rules[0].tests[1].items]  # type: ignore[union-attr]
    assert words == ["a|b", 'c"|d']
