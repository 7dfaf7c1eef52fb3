"""Words and marks of other languages: the author is told which of ours is meant, where it stands."""

import pytest
from tests.support import decide, diagnostics

MORE = """\
facts:
  partner:
    exclusive: boolean
    good_visits: integer
    visited: {type: date, missing: none}
    grade: {enum: [gold, "A+"], missing: none}
"""


def told(expression: str) -> tuple[str, str | None]:
    """The one thing that is said about a condition on a partner: where it points, and the way out."""
    gate = f"- id: g\n        require: |-\n          {expression}\n"
    text = f"eligibility:\n  p:\n    subject: partner\n    gates:\n      {gate}"
    (found,) = diagnostics(MORE + text)
    return found.span.source.text[found.span.start : found.span.end], found.help


@pytest.mark.parametrize(
    ("expression", "place", "help"),
    [
        ("partner.good_visits >= 1 AND partner.exclusive", "AND", "write `and`"),
        ("partner.exclusive Or partner.exclusive", "Or", "write `or`"),
        ("partner.exclusive 且 partner.exclusive", "且", "write `and`"),
        ("partner.exclusive или partner.exclusive", "или", "write `or`"),
        ("count(partner.deals[won_at >= as_of AND id = id]) > 1", "AND", "write `and`"),
        ("not partner.exclusive", "not", "write `not(...)`"),
        ("NOT partner.exclusive", "NOT", "write `not(...)`"),
        ("IF partner.exclusive then true else false", "IF", "write `if`"),
        ("!partner.exclusive", "!", "write `not(...)`, or `!=` between two values"),
        ("partner.exclusive = True", "True", "did you mean `true`?"),
        ("partner.exclusive = 否", "否", "did you mean `false`?"),
        ("partner.good_visits != None", "None", "ask whether a value is there: `exists(...)`, or `not(exists(...))`"),
        ("partner.visited in last year", "year", "say how many, such as `last 12 months`"),
        ("count(partner.deals[won_at in last months]) > 1", "months", "say how many, such as `last 12 months`"),
        ('partner.grade in "gold", "A+"', ",", 'a list stands in brackets: `in ["gold", "A+"]`'),
        ("count(partner.deals[id in 1, 2, 3]) > 1", ",", "a list stands in brackets: `in [1, 2, 3]`"),
        ("partner.good_visits > 1,000", ",", "write the number without separators: `1000`"),
        ("count(partner.deals[amount > 1,000,000 CNY]) > 1", ",", "write the number without separators: `1000000`"),
        ("partner.good_visits => 3", "=>", "write `>=`"),
        ("partner.good_visits =< 3", "=<", "write `<=`"),
        ("partner.good_visits > CNY 5", "5", "write `5 CNY`"),
        ("partner.good_visits > １２", "１２", "write `12`"),
        ("partner.good_visits　> 1", "　", "replace it by a plain space"),
        ("partner.good_visits\u00a0> 1", "\u00a0", "replace it by a plain space"),
        ("partner.visited > 2025/06/01", "2025/06/01", "write `2025-06-01`"),
        ("partner.visited > 2025-6-1", "2025-6-1", "write `2025-06-01`"),
        ("partner.visited > 2025年6月1日", "2025年6月1日", "write `2025-06-01`"),
        ("partner.visited > 1.6.2025", "1.6.2025", "write `2025-06-01`"),
        ("SUM(partner.deals.amount) > 1 CNY", "SUM", "did you mean `sum`?"),
        ("average(partner.deals.amount) > 1 CNY", "average", "did you mean `mean`?"),
        ("len(partner.deals) > 1", "len", "did you mean `count`?"),
        ("IF(partner.exclusive, true, false)", "IF", "write `if condition then value else value`"),
        ("partner.deals.sum > 1", "sum", "`sum` is a function, which stands before: `sum(...)`"),
        ("good_visits > 1", "good_visits", "a field is named with its record: `partner.good_visits`"),
    ],
)
def test_words_of_other_languages(expression: str, place: str, help: str) -> None:
    assert told(expression) == (place, help)


@pytest.mark.parametrize(
    "expression", ["3000 / 20 / 5 = 30", "2025 - 6 - 1 = 2018", "3.05 + 1.5 > 2025.5", "1998 / 13 / 1 > 3"]
)
def test_computations_are_no_days(expression: str) -> None:
    text = f"eligibility:\n  p:\n    subject: partner\n    gates:\n      - id: g\n        require: {expression}\n"
    assert diagnostics(MORE + text) == ()


@pytest.mark.parametrize(
    ("cell", "place", "help"),
    [
        (">= 2 or 0", "or", "alternatives are separated by commas: `>= 2, 0`"),
        ("> 1 and <= 3", "and", "a range is written `(1..3]`"),
        ("3 and 4", "and", "a range is written `[3..4]`"),
        ("500 .. 2000", "..", "a range is written `[500..2000]`"),
        ("1 to 3", "to", "a range is written `[1..3]`"),
        ("between 1 and 2", "between", "a range is written `[1..2]`"),
        ("> 3)", ")", "take it out, or open it before with `(`"),
        ("*", "*", "write `-` where any value will do"),
        ("1,000", ",", "write the number without separators: `1000`"),
        ("1 2", "2", "separate alternatives by commas, and write a range as `[a..b]`"),
    ],
)
def test_cells_in_other_words(cell: str, place: str, help: str) -> None:
    text = f"""\
tables:
  t:
    subject: partner
    hit: first
    inputs: {{visits: partner.good_visits}}
    outputs: {{grade: text}}
    rows: |
      | visits | grade |
      | {cell} | "x"   |
"""
    (found,) = diagnostics(MORE + text)
    assert (found.span.source.text[found.span.start : found.span.end], found.help) == (place, help)


def test_a_comma_with_a_space_separates_alternatives() -> None:
    text = """\
tables:
  t:
    subject: partner
    hit: first
    inputs: {visits: partner.good_visits}
    outputs: {y: integer}
    rows: |
      | visits | y |
      | 1, 200 | 5 |
"""
    decision = decide(MORE + text, {"partners": {"P-1": {"good_visits": 200}}})
    assert decision["t"]["P-1"].as_data()["outcome"] == "decided"


def test_the_values_of_an_enumeration_can_stand_under_a_key() -> None:
    text = "definitions: {good: {of: partner, value: 'exists(partner.grade) and partner.grade = \"A+\"'}}\n"
    decision = decide(MORE + text, {"partners": {"P-1": {"grade": "A+"}, "P-2": {"grade": "gold"}}})
    assert [decision["good"][id].as_data()["value"] for id in ("P-1", "P-2")] == [True, False]
