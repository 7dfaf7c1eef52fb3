"""What each hit policy makes of the rules that apply, and of those that may."""

import pytest
from tests.support import codes, decide

HEAD = """\
facts:
  partner: {a: boolean, b: boolean, c: boolean, n: number, m: number}
"""


def table(hit: str, rows: str, outputs: str = "{word: {enum: [x, y, z]}}", more: str = "") -> str:
    return (
        f"{HEAD}tables:\n  t:\n    subject: partner\n    hit: {hit}\n"
        f"    inputs: {{a: partner.a, b: partner.b, c: partner.c}}\n    outputs: {outputs}\n{more}    rows: [{rows}]\n"
    )


def given(text: str, **fields: object) -> object:
    """What a table gives: its outputs, or its outcome if that is not "decided"."""
    facts = {"partners": {"P-1": fields}}
    found = decide(text, facts)["t"]["P-1"].as_data()
    if found["outcome"] != "decided":
        return found["outcome"]
    outputs = found["outputs"]
    assert isinstance(outputs, dict)
    return next(iter(outputs.values())) if len(outputs) == 1 else outputs


def rules(text: str, **fields: object) -> object:
    return decide(text, {"partners": {"P-1": fields}})["t"]["P-1"].as_data()["rules"]


ABC = "{a: 'true', word: x}, {b: 'true', word: y}, {c: 'true', word: z}"
SAME = "{a: 'true', word: x}, {b: 'true', word: x}"
NO = {"a": False, "b": False, "c": False}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({**NO, "b": True}, "y"),
        (NO, "no_rule"),
        ({**NO, "a": True, "b": True}, "several_rules"),
        ({"a": True, "b": True}, "several_rules"),
        ({"a": True, "b": False}, "undetermined"),
        ({"b": False, "c": False}, "undetermined"),
        ({}, "undetermined"),
    ],
)
def test_unique(fields: dict[str, object], expected: object) -> None:
    assert given(table("unique", ABC), **fields) == expected


def test_two_hits_of_a_unique_table_are_a_fault_even_if_they_agree() -> None:
    assert given(table("unique", SAME), a=True, b=True) == "several_rules"
    assert rules(table("unique", SAME), a=True, b=True) == ["1", "2"]


def test_rules_in_doubt_that_all_agree_decide_if_one_of_them_is_sure() -> None:
    assert given(table("unique", SAME), a=True) == "x"
    assert given(table("unique", SAME)) == "undetermined"  # perhaps none applies
    assert given(table("unique", SAME, more="    default: {word: x}\n")) == "x"
    assert given(table("unique", SAME, more="    default: {word: z}\n")) == "undetermined"


@pytest.mark.parametrize(
    ("fields", "expected", "which"),
    [
        ({**NO, "b": True, "c": True}, "y", ["2"]),
        (NO, "no_rule", []),
        ({"a": True}, "x", ["1"]),
        ({"b": True}, "undetermined", ["1", "2"]),
        ({"a": False, "b": True}, "y", ["2"]),
        ({"a": False, "b": False}, "undetermined", ["3"]),
    ],
)
def test_first(fields: dict[str, object], expected: object, which: list[str]) -> None:
    assert given(table("first", ABC), **fields) == expected
    assert rules(table("first", ABC), **fields) == which


def test_first_with_an_earlier_rule_in_doubt_that_says_the_same() -> None:
    assert given(table("first", SAME), b=True) == "x"
    assert given(table("first", SAME + ", {word: y}"), b=False) == "undetermined"
    assert given(table("first", SAME + ", {word: x}")) == "x"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"a": True, "b": True, "c": False}, "x"),
        ({"a": True, "b": False, "c": False}, "x"),
        ({"a": True, "b": True, "c": True}, "several_rules"),
        ({"a": True, "c": True}, "several_rules"),
        ({"a": True, "c": False}, "x"),  # whether the second applies changes nothing
        ({"a": True, "b": False}, "undetermined"),  # the third would contradict
        ({"b": True, "c": False}, "x"),
        ({"a": False, "b": False, "c": False}, "no_rule"),
        ({"c": False}, "undetermined"),
    ],
)
def test_any(fields: dict[str, object], expected: object) -> None:
    assert given(table("any", SAME + ", {c: 'true', word: y}"), **fields) == expected


REVERSED = "{a: 'true', word: z}, {b: 'true', word: y}, {c: 'true', word: x}"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"a": True, "b": True, "c": True}, "x"),
        ({"a": True, "b": True, "c": False}, "y"),
        ({"a": True, "b": True}, "undetermined"),  # the third would be better
        ({"b": True, "c": False}, "y"),  # the first would be worse
        ({"c": True}, "x"),  # nothing is better
        (NO, "no_rule"),
    ],
)
def test_priority(fields: dict[str, object], expected: object) -> None:
    assert given(table("priority", REVERSED), **fields) == expected


def test_of_equal_priority_the_first_rule_counts() -> None:
    outputs = "{word: {enum: [x, y]}, extra: number}"
    text = table("priority", "{a: 'true', word: x, extra: 1}, {b: 'true', word: x, extra: 2}", outputs)
    assert given(text, a=True, b=True) == {"word": "x", "extra": "1"}
    assert given(text, a=False, b=True) == {"word": "x", "extra": "2"}
    # The first may apply, and would come first.
    assert given(text, b=True) == "undetermined"
    # The second may apply, and would not.
    assert given(text, a=True) == {"word": "x", "extra": "1"}


@pytest.mark.parametrize("hit", ["rule order", "collect"])
def test_lists_of_results(hit: str) -> None:
    assert given(table(hit, REVERSED), a=True, b=True, c=True) == ["z", "y", "x"]
    assert given(table(hit, REVERSED), a=True, b=False, c=True) == ["z", "x"]
    assert given(table(hit, REVERSED), a=True, b=False) == "undetermined"
    assert given(table(hit, REVERSED), **NO) == "no_rule"
    assert given(table(hit, REVERSED, more="    default: {word: y}\n"), **NO) == ["y"]
    assert given(table(hit, SAME), a=True) == "undetermined"  # one x or two


def test_output_order_puts_the_best_first() -> None:
    assert given(table("output order", REVERSED), a=True, b=True, c=True) == ["x", "y", "z"]
    assert rules(table("output order", REVERSED), a=True, b=True, c=True) == ["3", "2", "1"]
    assert given(table("output order", REVERSED), a=True, b=True) == "undetermined"


NUMBERS = "{a: 'true', v: 1}, {b: 'true', v: 5}, {c: 'true', v: partner.n}"


@pytest.mark.parametrize(
    ("hit", "fields", "expected"),
    [
        ("collect sum", {"a": True, "b": True, "c": False}, "6"),
        ("collect sum", {"a": True, "b": True, "c": True, "n": "-5"}, "1"),
        ("collect sum", NO, "0"),
        ("collect sum", {"a": True, "b": True}, "undetermined"),
        ("collect sum", {"a": True, "b": True, "n": 0}, "6"),  # adding nothing changes nothing
        ("collect sum", {"a": True, "b": True, "c": True}, "undetermined"),
        ("collect min", {"a": True, "b": True, "c": False}, "1"),
        ("collect min", {"a": True, "c": False}, "1"),  # the other could only be more
        ("collect min", {"b": True, "c": False}, "undetermined"),
        ("collect min", {"a": True, "b": True}, "undetermined"),
        ("collect min", {"a": True, "b": True, "n": 1}, "1"),
        ("collect min", NO, "no_rule"),
        ("collect min", {"b": False, "c": False}, "undetermined"),
        ("collect max", {"a": True, "b": True, "c": False}, "5"),
        ("collect max", {"b": True, "c": False}, "5"),
        ("collect max", {"a": True, "c": False}, "undetermined"),
        ("collect count", {"a": True, "b": True, "c": True}, 3),
        ("collect count", NO, 0),
        ("collect count", {"a": True, "b": True}, "undetermined"),
    ],
)
def test_collecting_into_one_value(hit: str, fields: dict[str, object], expected: object) -> None:
    assert given(table(hit, NUMBERS, "{v: number}"), **fields) == expected


def test_the_default_of_a_sum_counts_where_no_rule_applies() -> None:
    text = table("collect sum", NUMBERS, "{v: number}", more="    default: {v: 9}\n")
    assert given(text, **NO) == "9"
    assert given(text, a=True, b=False, c=False) == "1"
    assert given(text, b=False, c=False) == "undetermined"
    assert given(text, a=False, b=False, n=0) == "undetermined"  # nought, or the default


def test_an_unknown_output_of_the_rule_that_applies_is_undetermined() -> None:
    for hit in ("unique", "first", "any", "rule order", "collect"):
        text = table(hit, "{a: 'true', v: partner.n}, {b: 'true', v: 5}", "{v: number}")
        assert given(text, a=True, b=False) == "undetermined", hit
        assert given(text, a=True, b=False, n=3) in ("3", ["3"]), hit
        assert given(text, a=False, b=True) in ("5", ["5"]), hit


def test_the_shortcut_of_agreeing_rules_does_not_hold_for_outputs_that_are_not_known() -> None:
    text = table("first", "{a: 'true', v: partner.n}, {v: partner.n}", "{v: number}")
    assert given(text) == "undetermined"
    assert given(text, n=3) == "3"
    # Two fields that are both unknown need not be the same.
    text = table("first", "{a: 'true', v: partner.n}, {v: partner.m}", "{v: number}")
    assert given(text) == "undetermined"
    assert given(text, n=3, m=3) == "3"
    assert given(text, n=3, m=4) == "undetermined"


def test_several_outputs_agree_only_as_a_whole() -> None:
    outputs = "{word: {enum: [x, y]}, extra: number}"
    text = table("first", "{a: 'true', word: x, extra: 1}, {word: x, extra: 2}", outputs)
    assert given(text) == "undetermined"
    assert given(text, a=False) == {"word": "x", "extra": "2"}


def test_the_default_answers_where_nothing_applies_and_not_where_something_may() -> None:
    for hit in ("unique", "first", "any", "priority"):
        text = table(hit, ABC, more="    default: {word: y}\n")
        assert given(text, **NO) == "y", hit
        assert given(text, a=False, b=False) == "undetermined", hit
        assert rules(text, **NO) == [], hit


def test_a_false_cell_settles_a_row_whatever_else_is_unknown() -> None:
    text = table("first", "{a: 'true', b: 'true', word: x}, {word: y}")
    assert given(text, a=False) == "y"
    assert given(text, b=False) == "y"
    assert given(text, a=True) == "undetermined"


@pytest.mark.parametrize(
    ("hit", "outputs"),
    [
        ("priority", "{word: text}"),
        ("output order", "{word: number}"),
        ("collect sum", "{word: {enum: [x]}}"),
        ("collect min", "{word: text}"),
        ("collect sum", "{word: number, v: number}"),
        ("collect count", "{word: number, v: number}"),
    ],
)
def test_hit_policies_want_suitable_outputs(hit: str, outputs: str) -> None:
    rows = "{word: x, v: 1}" if "v:" in outputs else "{word: x}"
    assert codes(table(hit, rows, outputs))[0] == "unsuited-hit"


def test_dates_have_a_least_and_a_greatest() -> None:
    text = table("collect max", "{a: 'true', v: 2026-01-31}, {b: 'true', v: 2025-12-31}", "{v: date}")
    assert given(text, a=True, b=True) == "2026-01-31"
    assert given(text, a=True) == "2026-01-31"
    assert given(text, b=True) == "undetermined"


def test_rules_that_may_contradict_name_the_output_that_is_not_known() -> None:
    text = table("any", "{v: 1}, {v: partner.n}", "{v: number}")
    found = decide(text, {"partners": {"P-1": {}}})["t"]["P-1"].as_data()
    assert (found["outcome"], found["missing"]) == (
        "undetermined",
        [{"reason": "field", "relation": "partners", "record": "P-1", "field": "n"}],
    )
    assert given(text, n=1) == "1"
    assert given(text, n=2) == "several_rules"


def test_a_list_with_an_unknown_member_is_undetermined_also_by_default() -> None:
    text = table("collect", "{a: 'true', v: 1}", "{v: number}", more="    default: {v: partner.n}\n")
    assert given(text, a=False) == "undetermined"
    assert given(text, a=False, n=2) == ["2"]
