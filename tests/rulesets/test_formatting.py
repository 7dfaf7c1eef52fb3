"""The formatter: canonical text, nothing lost, nothing changed in what a file says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.diagnostics import Report, RulesetError, Source
from partnerrules.language.yaml_reader import read_yaml
from partnerrules.rulesets import load
from partnerrules.rulesets.compiling import RULESET_FORM
from partnerrules.rulesets.formatting import format_ruleset, format_source
from partnerrules.rulesets.meaning import meaning
from partnerrules.rulesets.table_layout import display_width

HEAD = "ruleset: x\nversion: 1\nin_force: 2026-01-01 ..\ncurrency: CNY\n"


def formatted(text: str) -> str:
    """The canonical layout, after a second round has changed nothing."""
    first = format_source(Source("ruleset.yaml", text))
    assert first.left == ()
    again = format_source(Source("ruleset.yaml", first.after))
    assert again.after == first.after
    return first.after


def says(text: str) -> object:
    node = read_yaml(Source("", text), Report())
    assert node is not None
    return meaning(RULESET_FORM, node)


def gate(expression: str) -> str:
    return f"eligibility:\n  e:\n    subject: partner\n    gates:\n      - {{id: g, require: {expression}}}\n"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("partner.a>=3", "partner.a >= 3"),
        ("( partner.a  +  1 ) >= 3", "partner.a + 1 >= 3"),
        ("'partner.kind=\"gold\"'", "'partner.kind = \"gold\"'"),
        ('"partner.kind=\\"gold\\""', '"partner.kind = \\"gold\\""'),
        ("\"partner.note='x'\"", None),  # not an expression: `'` is no quotation mark
        ('\'partner.kind in ["a","b"]\'', '\'partner.kind in ["a", "b"]\''),
        ("partner.a>=3 # why", None),  # inside braces the comment would end them
        ("80%<=partner.rate", "80 % <= partner.rate"),
    ],
)
def test_an_expression_on_one_line_gets_its_canonical_text(written: str, canonical: str | None) -> None:
    if canonical is None:
        assert format_source(Source("", gate(written))).after == gate(written)
        return
    assert formatted(gate(written)) == gate(canonical)


def test_a_plain_expression_that_now_needs_quotes_gets_them() -> None:
    # In block style `[` is fine without quotes, and so it stays; `- x` would be a list, were it not quoted.
    block = "definitions:\n  a: sum(partner.deals[amount>1 CNY].amount)\n  b: (-3)\n"
    assert formatted(block) == "definitions:\n  a: sum(partner.deals[amount > 1 CNY].amount)\n  b: '-3'\n"


def test_folded_and_block_expressions_stay_as_their_author_laid_them_out() -> None:
    text = "definitions:\n  a: >-\n    partner.a>=3\n    and partner.b\n  b: partner.a>=3\n    and partner.b\n"
    assert formatted(text) == text


def test_comments_stay_where_they_are() -> None:
    text = "# top\n\nruleset: x  # id\nversion: 1\n\n# why\ndefinitions:\n  # a\n  a: 1+2  # sum\n"
    assert formatted(text) == text.replace("1+2", "1 + 2")


TABLE = """\
tables:
  t:
    subject: partner
    hit: first
    inputs: {segment: partner.segment, sales: partner.sales}
    outputs: {rate: ratio, 级别: text}
    rows: |
      |id|segment|sales|rate|级别|
      |:-|-|--|-:|:-:|
      |a|A,B|>=1000 CNY|5%|"甲"|

      | b | not( "C" ) | [ 1 CNY..5 CNY ) | 10 % | "乙 | 丙" |
      |c|-|-|0 %|"none"|
"""

LAID_OUT = """\
tables:
  t:
    subject: partner
    hit: first
    inputs: {segment: partner.segment, sales: partner.sales}
    outputs: {rate: ratio, 级别: text}
    rows: |
      | id | segment  | sales          | rate | 级别      |
      |:---|----------|----------------|-----:|:---------:|
      | a  | A, B     | >= 1000 CNY    | 5 %  | "甲"      |
      | b  | not("C") | [1 CNY..5 CNY) | 10 % | "乙 | 丙" |
      | c  | -        | -              | 0 %  | "none"    |
"""


def test_a_table_gets_canonical_cells_and_straight_columns() -> None:
    # The dashes of the second line are too few to be read as the line under the head: write two of them.
    assert formatted(TABLE.replace("|:-|-|--|-:|:-:|", "|:--|--|--|--:|:--:|")) == LAID_OUT


def test_the_source_of_a_row_is_text() -> None:
    text = TABLE.replace("|:-|-|--|-:|:-:|", "|:--|--|--|--:|:--:|").replace("|级别|", "|source|")
    text = text.replace(", 级别: text", "").replace('"甲"', "N-4 +(b)")
    assert "| N-4 +(b) " in formatted(text)


def test_a_table_that_goes_across_keeps_its_names() -> None:
    text = (
        "tables:\n  t:\n    subject: partner\n    hit: first\n    orient: columns\n    inputs: {a: partner.a}\n"
        "    outputs: {r: ratio}\n    rows: |\n      |id|x|y|\n      |a|>=1|-|\n      |r|5%|10%|\n"
    )
    after = formatted(text)
    assert "      | id | x    | y    |\n" in after
    assert "      | a  | >= 1 | -    |\n" in after
    assert "      | r  | 5 %  | 10 % |\n" in after


def test_cells_in_a_list_and_defaults_are_canonical_too() -> None:
    text = (
        "tables:\n  t:\n    subject: partner\n    hit: first\n    inputs: {a: partner.a}\n    outputs: {r: ratio}\n"
        "    default: {r: 1%}\n    rows:\n      - {id: 1, a: '>=1', r: 5%}\n"
    )
    after = formatted(text)
    assert "default: {r: 1 %}\n" in after
    assert "- {id: 1, a: '>= 1', r: 5 %}\n" in after


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("代理", 4), ("\u00e9", 1), ("e\u0301", 1), ("ｗ", 2), ("", 0)]
)
def test_display_width_counts_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_white_space_at_ends_goes_and_texts_keep_theirs() -> None:
    text = "ruleset: x  \nversion: 1 \n\n\ndescription: |\n  two spaces  \n  end\nin_force: 2026-01-01 ..\n\n\n"
    after = formatted(text)
    assert after == "ruleset: x\nversion: 1\nin_force: 2026-01-01 ..\n\ndescription: |\n  two spaces  \n  end\n"


def test_windows_line_ends_stay() -> None:
    after = formatted("ruleset: x \r\nversion: 1\r\ndefinitions:\r\n  a: 1+2\r\n")
    assert after == "ruleset: x\r\nversion: 1\r\n\r\ndefinitions:\r\n  a: 1 + 2\r\n"


def test_keys_are_put_in_order_with_the_comments_before_them() -> None:
    text = (
        "# about the file\n\n# the rules\ndefinitions:\n  a: 1\n  # still of a\n# the zone\ntimezone: UTC\n"
        "version: 1\nruleset: x\n# last words\n"
    )
    assert formatted(text) == (
        "# about the file\n\nruleset: x\nversion: 1\n# the zone\ntimezone: UTC\n\n"
        "# the rules\ndefinitions:\n  a: 1\n  # still of a\n# last words\n"
    )


def test_an_anchor_stays_before_its_alias() -> None:
    # In order, the alias would come before the anchor: the keys are left where they are.
    text = "definitions:\n  a: {value: 1, title: &t {en: x}}\n\ntitle: *t\nruleset: x\n"
    result = format_source(Source("", text))
    assert (result.after, result.left) == (text, ("the order of the keys",))


def test_lines_that_cannot_be_moved_stay() -> None:
    for text in ("{version: 1, ruleset: x}\n", "---\nversion: 1\nruleset: x\n", "version: 1\nodd: 2\nruleset: x\n"):
        assert formatted(text) == text


def test_a_ruleset_with_a_mistake_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ruleset.yaml").write_text("ruleset: x\n", encoding="utf-8")
    with pytest.raises(RulesetError):
        format_ruleset(tmp_path)


def test_included_files_are_laid_out_and_those_of_others_are_not(tmp_path: Path) -> None:
    base, own = tmp_path / "base", tmp_path / "own"
    (base).mkdir()
    (own / "parts").mkdir(parents=True)
    (base / "ruleset.yaml").write_text(HEAD + "\ndefinitions:\n  z: 1+1\n", encoding="utf-8")
    (own / "ruleset.yaml").write_text(
        HEAD.replace("x", "y") + "extends: ../base\ninclude: [parts/a.yaml]\n", encoding="utf-8"
    )
    (own / "parts" / "a.yaml").write_text("definitions:\n  a: 1+2\n", encoding="utf-8")
    found = {file.path.relative_to(own).as_posix(): file for file in format_ruleset(own)}
    assert sorted(found) == ["parts/a.yaml", "ruleset.yaml"]
    assert found["parts/a.yaml"].after == "definitions:\n  a: 1 + 2\n"
    assert found["ruleset.yaml"].after == found["ruleset.yaml"].before


def test_the_programme_of_the_repository_says_the_same_after_it(root: Path, tmp_path: Path) -> None:
    folder = root / "rulesets" / "china-mobile-sa"
    files = format_ruleset(folder)
    assert {file.path.name for file in files} == {path.name for path in folder.glob("*.yaml")} - {"cases.yaml"}
    for file in files:
        assert file.left == ()
        assert says(file.after) == says(file.before)
        assert file.after.strip() != ""
        (tmp_path / file.path.name).write_text(file.after, encoding="utf-8")
        assert formatted(file.after) == file.after
    assert load(tmp_path).policies == load(folder).policies


SPACES = st.sampled_from(["", " ", "  "])
COMMENTS = st.sampled_from(["", "  # why", "\n  # on its own line", "\n\n\n# far away"])
KEYS = st.permutations(
    [
        "ruleset: x",
        "version: 1 ",
        "in_force: 2026-01-01 ..",
        "title:\n  en: A title",
        "description: |\n  some  \n\n  text",
        'parameters:\n  p: {value: 3}\n  # more\n  q:\n    value: "4"',
        "definitions:\n  a: 1+2\n  b:  { of: partner , value: '1+2' }",
        gate("partner.a>=3").removesuffix("\n"),
        TABLE.replace("|:-|-|--|-:|:-:|", "|--|--|--|--|--|").removesuffix("\n"),
    ]
)


@given(keys=KEYS, count=st.integers(1, 9), comments=st.lists(COMMENTS, min_size=9, max_size=9), end=SPACES)
def test_any_order_of_keys_and_comments_says_the_same_afterwards(
    keys: list[str], count: int, comments: list[str], end: str
) -> None:
    text = "".join(
        f"{key}{'' if '|' in key else comment}\n" for key, comment in zip(keys[:count], comments, strict=False)
    )
    text += end
    after = formatted(text)
    assert says(after) == says(text)
    assert sorted(line.count("#") for line in after.split("\n") if "#" in line) == sorted(
        line.count("#") for line in text.split("\n") if "#" in line
    )


NAMES = st.sampled_from(["partner.a", "partner.b", "quota", "3", "80 %", '"x"', "true"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "+", " * ", ">=", " = ", " and ", " or "]), inner).map("".join),
        inner.map(lambda text: f"( {text} )"),
        inner.map(lambda text: f"not({text})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: f"max({','.join(items)})"),
    ),
    max_leaves=6,
)


@given(expression=EXPRESSIONS, style=st.sampled_from(["plain", "single", "double"]), flow=st.booleans())
def test_any_expression_in_any_style_says_the_same_afterwards(expression: str, style: str, flow: bool) -> None:
    written = {
        "plain": expression,
        "single": f"'{expression}'",
        "double": '"' + expression.replace('"', '\\"') + '"',
    }[style]
    text = f"definitions: {{a: {written}}}\n" if flow else f"definitions:\n  a: {written}\n"
    report = Report()
    if read_yaml(Source("", text), report) is None or report.failed:
        return
    assert says(formatted(text)) == says(text)


RATES = """\
commission:
  c:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      specific_by: {segment: transaction.customer.segment}
      rows: |
        |id|segment|rate|
        |--|--|--|
        |a|A,B|quota*2|
        |b|not( C )|5%|
"""

RATES_LAID_OUT = """\
commission:
  c:
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      specific_by: {segment: transaction.customer.segment}
      rows: |
        | id | segment | rate      |
        |----|---------|-----------|
        | a  | A, B    | quota * 2 |
        | b  | not(C)  | 5 %       |
"""


def test_rate_tables_are_laid_out_as_decision_tables_are() -> None:
    assert formatted(RATES) == RATES_LAID_OUT
    assert says(RATES) == says(RATES_LAID_OUT)
