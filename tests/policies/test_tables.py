"""Tables read the same however their rows are written, and a fault is told at its row and column."""

import tempfile
from pathlib import Path
from typing import Final

import pytest
from tests.support import AS_OF, HEAD, codes, decide, diagnostics, in_folder

from partnerrules import Facts, RulesetError, check, load

TABLE = """\
parameters: {limit: {value: 50000 CNY}}
facts: {customer: {segment: "enum [A, B, new]"}}
tables:
  who:
    subject: deal
    hit: unique
    inputs: {customer: deal.customer.segment, size: deal.amount}
    outputs: {role: {enum: [agent, manager]}, share: ratio}
"""

MARKDOWN = """\
    rows: |
      | id    | customer | size          | role    | share |
      |-------|----------|---------------|---------|-------|
      | new   | new      | -             | agent   | 15 %  |
      | small | A, B     | < limit       | agent   | 10 %  |
      | large | A, B     | >= limit      | manager | 0     |
"""

YAML_ROWS = """\
    rows:
      - {id: new, customer: new, role: agent, share: 15 %}
      - {id: small, customer: 'A, B', size: < limit, role: agent, share: 10 %}
      - {id: large, customer: 'A, B', size: '>= limit', role: manager, share: 0}
"""

ACROSS = """\
    orient: columns
    rows: |
      | id       | new   | small   | large    |
      | customer | new   | A, B    | A, B     |
      | size     | -     | < limit | >= limit |
      | role     | agent | agent   | manager  |
      | share    | 15 %  | 10 %    | 0        |
"""

CSV = (
    'id,customer,size,role,share\r\nnew,new,-,agent,15 %\r\nsmall,"A, B",< limit,agent,10 %\r\n\r\n'
    'large,"A, B",>= limit,manager,0\r\n'
)

FACTS: dict[str, object] = {
    "customers": {"C-1": {"segment": "A"}, "C-2": {"segment": "new"}, "C-3": {}},
    "deals": {
        "D-1": {"customer": "C-1", "amount": "49999.99"},
        "D-2": {"customer": "C-1", "amount": "50000"},
        "D-3": {"customer": "C-2"},
        "D-4": {"customer": "C-3", "amount": "1"},
        "D-5": {"customer": "C-1"},
    },
}

EXPECTED = {
    "D-1": ("decided", {"role": "agent", "share": "10 %"}, ["small"]),
    "D-2": ("decided", {"role": "manager", "share": "0 %"}, ["large"]),
    "D-3": ("decided", {"role": "agent", "share": "15 %"}, ["new"]),
}


def results(text: str, files: dict[str, str]) -> dict[str, tuple[object, object, object]]:
    with tempfile.TemporaryDirectory() as folder:
        rules = load(in_folder({"ruleset.yaml": HEAD + text, **files}, Path(folder)))
    found = rules.decide(Facts(FACTS), as_of=AS_OF)["who"]
    data = {id: result.as_data() for id, result in found.items()}
    return {id: (each["outcome"], each["outputs"], each["rules"]) for id, each in data.items()}


@pytest.mark.parametrize(
    ("rows", "files"),
    [
        (MARKDOWN, {}),
        (YAML_ROWS, {}),
        (ACROSS, {}),
        ("    rows: tables/who.csv\n", {"tables/who.csv": CSV}),
        ("    rows: who.csv\n", {"who.csv": CSV.replace("\r\n", "\n")}),
    ],
)
def test_markdown_yaml_columns_and_csv_say_the_same(rows: str, files: dict[str, str]) -> None:
    found = results(TABLE + rows, files)
    assert {id: found[id] for id in EXPECTED} == EXPECTED
    assert found["D-4"][0] == found["D-5"][0] == "undetermined"
    assert found["D-5"][2] == ["small", "large"]


SOURCED: Final = (
    MARKDOWN.replace(" share |", " share | source   |")
    .replace("-------|\n", "-------|----------|\n")
    .replace("15 %  |", "15 %  | N-4, N-5 |")
    .replace("10 %  |", "10 %  | -        |")
    .replace("0     |", "0     | N-7 (b)  |")
)


@pytest.mark.parametrize(
    ("rows", "files"),
    [
        (SOURCED, {}),
        (YAML_ROWS.replace("15 %}", "15 %, source: 'N-4, N-5'}").replace("0}", "0, source: N-7 (b)}"), {}),
        (ACROSS + "      | source   | N-4, N-5 | - | N-7 (b) |\n", {}),
        (
            "    rows: who.csv\n",
            {
                "who.csv": CSV.replace("share", "share,source")
                .replace("15 %", '15 %,"N-4, N-5"')
                .replace("10 %", "10 %,")
                .replace("manager,0", "manager,0,N-7 (b)")
            },
        ),
    ],
)
def test_each_row_may_say_where_it_comes_from(rows: str, files: dict[str, str], tmp_path: Path) -> None:
    """`small` has no source of its own; that of the table stands in the heading."""
    text = HEAD + TABLE.replace("    subject: deal\n", "    source: N-3\n    subject: deal\n")
    rules = load(in_folder({"ruleset.yaml": text + rows, **files}, tmp_path))
    citations = [(each.place, each.source) for each in rules.versions[0].citations]
    assert citations == [
        ("tables.who", "N-3"),
        ("tables.who.rows.new", "N-4, N-5"),
        ("tables.who.rows.large", "N-7 (b)"),
    ]
    span = rules.versions[0].citations[1].span
    assert "N-4, N-5" in span.source.text[span.start : span.end]
    decision = rules.decide(Facts(FACTS), as_of=AS_OF)
    assert "decided by row large [N-7 (b)]\n" in decision.explain("who", "D-2")
    assert "decided by row small\n" in decision.explain("who", "D-1")
    assert "依据的行：new [N-4, N-5]" in decision.explain("who", "D-3", language="zh")
    assert "small, large [N-7 (b)]" in decision.explain("who", "D-5", language="ru")


def test_a_table_may_test_something_called_source() -> None:
    text = TABLE.replace("{customer: deal", "{source: deal")
    found = results(text + MARKDOWN.replace("customer", "source  "), {})
    assert {id: found[id] for id in EXPECTED} == EXPECTED


def test_rows_without_ids_are_numbered() -> None:
    rows = "    rows: [{customer: new, role: agent, share: 1 %}, {role: manager, share: 2 %, size: '> 1 CNY'}]\n"
    assert results(TABLE + rows, {})["D-1"][2] == ["2"]


def test_a_bar_inside_quotes_belongs_to_the_text() -> None:
    text = """\
tables:
  who:
    subject: deal
    hit: first
    inputs: {channel: deal.channel}
    outputs: {word: text}
    rows: |
      | channel | word  |
      |---------|-------|
      | "a|b"   | "c|d" |
"""
    facts = {"customers": {"C-1": {}}, "deals": {"D-1": {"customer": "C-1", "channel": "a|b"}}}
    assert decide(text, facts)["who"]["D-1"].as_data()["outputs"] == {"word": "c|d"}


def spot(text: str, files: dict[str, str] | None = None) -> tuple[str, str, int]:
    """The one fault: its code, the text it points at, and its line."""
    with tempfile.TemporaryDirectory() as folder:
        (found,) = check(in_folder({"ruleset.yaml": HEAD + text, **(files or {})}, Path(folder)))[1]
    return found.code, found.span.source.text[found.span.start : found.span.end], found.span.line


def test_a_fault_is_told_at_its_row_and_column() -> None:
    line = (HEAD + TABLE).count("\n") + 5
    assert spot(TABLE + MARKDOWN.replace("| < limit ", "| < limt  ")) == ("unknown-name", "limt", line)
    assert spot(TABLE + MARKDOWN.replace("10 %", "gold")) == ("unknown-name", "gold", line)
    assert spot(TABLE + MARKDOWN.replace("A, B     | < ", "A, X     | < ")) == ("unknown-value", "X", line)
    broken = CSV.replace("< limit", "< limt")
    assert spot(TABLE + "    rows: who.csv\n", {"who.csv": broken}) == ("unknown-name", "limt", 3)
    quoted = CSV.replace('"A, B",<', '"A, X",<')
    assert spot(TABLE + "    rows: who.csv\n", {"who.csv": quoted}) == ("unknown-value", "X", 3)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("| agent   | 10 %  |", "| agent   | 10 %  | x |", "row-length"),
        ("| agent   | 10 %  |", "| agent   |", "row-length"),
        ("| id    | customer |", "| id    | costumer |", "unknown-column"),
        ("| id    | customer |", "| id    | size |", "duplicate-key"),
        ("| small |", "| new   |", "duplicate-id"),
        ("| A, B     | < limit ", "|          | < limit ", "empty-cell"),
    ],
)
def test_faults_of_rows(before: str, after: str, code: str) -> None:
    assert before in MARKDOWN
    assert code in codes(TABLE + MARKDOWN.replace(before, after))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("    rows: []\n", None),
        ("    rows: nothing.csv\n", "unreadable-file"),
        ("    rows: ../who.csv\n", "outside-folder"),
        ("    rows: {a: b}\n", "wrong-shape"),
        ("    rows: [x]\n", "wrong-shape"),
        ("    rows: [{customer: [A, B], role: agent, share: 1 %}]\n", "wrong-shape"),
        ("    rows: [{costumer: A, role: agent, share: 1 %}]\n", "unknown-column"),
        ("    rows: [{customer: A, share: 1 %}]\n", "missing-key"),
        ("    orient: columns\n    rows: [{customer: A, role: agent, share: 1 %}]\n", "wrong-shape"),
        ("    default: {role: agent}\n    rows: [{role: agent, share: 1 %}]\n", "missing-key"),
        ("    default: {rule: agent, role: agent, share: 1 %}\n    rows: [{role: agent, share: 1 %}]\n", "unknown-key"),
    ],
)
def test_faults_of_tables(rows: str, code: str | None) -> None:
    found = codes(TABLE + rows)
    assert found == ([] if code is None else [code])


def small(inputs: str, outputs: str) -> str:
    """A table without rows."""
    head = "tables:\n  t:\n    subject: partner\n    hit: first\n    rows: []\n"
    return f"{head}    inputs: {{{inputs}}}\n    outputs: {{{outputs}}}\n"


def test_a_table_tests_single_values() -> None:
    assert codes(small("x: partner.people", "y: text")) == ["type-mismatch"]


@pytest.mark.parametrize("name", ["outcome", "rules", "applies", "id"])
def test_names_that_outputs_cannot_have(name: str) -> None:
    assert "bad-name" in codes(small("x: 1", f"{name}: text"))


def test_an_input_is_no_output() -> None:
    assert "duplicate-id" in codes(small("x: 1", "x: text"))


def test_when_leaves_records_out_and_in_doubt_keeps_them_open() -> None:
    text = """\
tables:
  t:
    subject: deal
    when: deal.channel = "agent"
    hit: first
    inputs: {size: deal.amount}
    outputs: {word: {enum: [x]}}
    rows: [{word: x}]
"""
    facts = {
        "customers": {"C-1": {}},
        "deals": {
            "D-1": {"customer": "C-1", "channel": "agent"},
            "D-2": {"customer": "C-1", "channel": "direct"},
            "D-3": {"customer": "C-1"},
        },
    }
    found = decide(text, facts)["t"]
    assert {id: result.outcome for id, result in found.items()} == {"D-1": "decided", "D-3": "undetermined"}
    assert found["D-3"].summary()["missing"] == ["deals D-3 channel"]


def test_all_mistakes_of_a_table_are_told_at_once() -> None:
    rows = MARKDOWN.replace("< limit", "< limt ").replace("15 %", "15 CNY")
    found = diagnostics(TABLE + rows)
    assert [diagnostic.code for diagnostic in found] == ["unit-mismatch", "unknown-name"]
    with tempfile.TemporaryDirectory() as folder:
        path = in_folder({"ruleset.yaml": HEAD + TABLE + rows}, Path(folder))
        with pytest.raises(RulesetError, match="unknown-name"):
            load(path)


def test_what_may_rest_on_an_assumed_table_says_so() -> None:
    more = """\
eligibility:
  sells:
    subject: deal
    gates:
      - {id: agent, require: 'outcome(deal, "who").role = "agent"'}
"""
    assumed = "    title: {en: who sells, zh: 谁销售, ru: кто продаёт}\n    status: assumed\n    note: why\n"
    facts = {"customers": {"C-1": {"segment": "new"}}, "deals": {"D-1": {"customer": "C-1", "amount": "1 CNY"}}}
    for text, expected in ((assumed, ("tables.who",)), ("    status: published\n", ())):
        decision = decide(TABLE + text + MARKDOWN + more, facts)
        assert decision["who"]["D-1"].basis.assumed == expected
        assert decision["sells"]["D-1"].basis.assumed == expected
        told = [decision.explain("sells", "D-1", language=language) for language in ("en", "zh", "ru")]
        wanted = (
            "May rest on 1 table whose cells are assumed: who sells",
            "可能依据 1 张内容为假定的表：谁销售",
            "Может опираться на 1 таблицу с условно принятыми ячейками: кто продаёт",
        )
        assert [line in each for line, each in zip(wanted, told, strict=True)] == [bool(expected)] * 3
