"""The same facts come out of JSON, YAML and CSV; files that are hostile or broken are refused in plain words."""

import contextlib
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerrules.diagnostics import FactsError
from partnerrules.domain import UNKNOWN
from partnerrules.domain.partners import ComplianceChecks, Partner
from partnerrules.domain.transactions import Transaction
from partnerrules.facts import Database, Facts
from partnerrules.facts.yaml_text import YamlRefused, read_yaml_text
from partnerrules.quantities import Money
from partnerrules.schema.entities import core_schema

SCHEMA = core_schema().with_currency("CNY")


def read(path: Path) -> Database:
    return Facts.read(path).bind(SCHEMA, zone=dt.UTC)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(FactsError) as caught:
        Facts.read(path)
    return str(caught.value)


JSON = """
{
  "as_of": "2026-03-01T09:00:00+08:00",
  "partners": {
    "P-1": {"legal_name": "华信", "industries": ["health", "energy"], "checks": {"legal": true}, "tags": []},
    "P-2": {"legal_name": null, "admitted_on": {"unknown": true}}
  },
  "transactions": [
    {"id": "T-1", "partner": "P-1", "amount": 1250.10, "quantity": 3, "date": "2026-02-01"},
    {"id": "T-2", "partner": "P-2", "amount": "0.10 CNY"}
  ]
}
"""
YAML = """
as_of: 2026-03-01T09:00:00+08:00
partners:
  P-1:
    legal_name: 华信
    industries: [health, energy]
    checks: {legal: true}
    tags: []
  P-2: {legal_name: ~, admitted_on: {unknown: true}}
transactions:
  - {id: T-1, partner: P-1, amount: 1250.10, quantity: 3, date: 2026-02-01}
  - id: T-2
    partner: P-2
    amount: 0.10 CNY
"""
PARTNERS = (
    "id,legal_name,industries,checks.legal,tags,admitted_on\nP-1,华信,health;energy,true,[],\nP-2,,,,,{unknown: true}\n"
)
TRANSACTIONS = "id,partner,amount,quantity,date\nT-1,P-1,1250.10,3,2026-02-01\nT-2,P-2,0.10 CNY,,\n"


def test_json_yaml_and_csv_say_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "month"
    folder.mkdir()
    # As spreadsheets write it: with a byte order mark and \r\n.
    write(folder / "partners.csv", "\ufeff" + PARTNERS.replace("\n", "\r\n"))
    write(folder / "transactions.csv", TRANSACTIONS)
    write(folder / "README.md", "not facts")
    from_csv = read(folder)
    from_json = read(write(tmp_path / "facts.json", JSON))
    from_yaml = read(write(tmp_path / "facts.yaml", YAML))
    from_python = Facts(
        {
            "partners": [
                Partner(
                    id="P-1",
                    legal_name="华信",
                    industries=["health", "energy"],
                    checks=ComplianceChecks(legal=True),
                    tags=[],
                ),
                Partner(id="P-2", admitted_on=UNKNOWN),
            ],
            "transactions": [
                Transaction(
                    id="T-1",
                    partner="P-1",
                    amount=Decimal("1250.1"),
                    quantity=Decimal(3),
                    date=dt.date(2026, 2, 1),
                ),
                Transaction(id="T-2", partner="P-2", amount=Money(Decimal("0.1"), "CNY")),
            ],
        }
    ).bind(SCHEMA, zone=dt.UTC)
    assert from_csv == from_json == from_yaml == from_python
    row = from_csv.get("transaction", "T-1")
    assert row is not None
    assert row.get("amount") == Decimal("1250.1")


def test_as_of_may_stand_in_the_file(tmp_path: Path) -> None:
    instant = dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)
    assert Facts.read(write(tmp_path / "facts.json", JSON)).as_of == instant
    assert Facts.read(write(tmp_path / "facts.yaml", YAML)).as_of == instant
    early = refusal(write(tmp_path / "early.yaml", "as_of: 0001-01-01T00:00:00+08:00"))
    assert early == "as_of: an instant is between the years 1 and 9999, in UTC too"
    naive = refusal(write(tmp_path / "naive.json", '{"as_of": "2026-03-01T09:00:00"}'))
    assert naive.startswith("as_of: `2026-03-01T09:00:00` is naive")


def test_json_of_records_reads_back(tmp_path: Path) -> None:
    partner = Partner(id="P-1", legal_name="华信", admitted_on=UNKNOWN, tags=["new"])
    sale = Transaction.model_validate({"id": "T-1", "partner": "P-1", "amount": "12.30 CNY", "quantity": "1.5"})
    text = f'{{"partners": [{partner.model_dump_json()}], "transactions": [{sale.model_dump_json()}]}}'
    given = Facts({"partners": [partner], "transactions": [sale]})
    assert read(write(tmp_path / "facts.json", text)) == given.bind(SCHEMA, zone=dt.UTC)


def test_digits_of_json_numbers_are_kept(tmp_path: Path) -> None:
    exact = "0.12345678901234567890123456789"
    path = write(tmp_path / "facts.json", f'{{"transactions": [{{"id": "T", "partner": "P", "amount": {exact}}}]}}')
    row = read(path).get("transaction", "T")
    assert row is not None
    assert row.get("amount") == Decimal(exact)


def test_words_of_yaml_stay_text(tmp_path: Path) -> None:
    path = write(tmp_path / "facts.yaml", 'partners: {P: {legal_name: NO, kind: "null", lifecycle: 010}}')
    row = read(path).get("partner", "P")
    assert row is not None
    assert (row.get("legal_name"), row.get("kind"), row.get("lifecycle")) == ("NO", "null", "010")


def test_a_json_number_is_no_text(tmp_path: Path) -> None:
    path = write(tmp_path / "facts.json", '{"partners": [{"id": "P", "legal_name": 7}]}')
    with pytest.raises(FactsError, match="partners P, legal_name: expected text, got a number"):
        read(path)


ESCAPE = "this escape stands for no character\n help: write a backslash itself as `\\\\`"
LAST_COMMA = "a comma stands before the end of a record or list\n help: leave it out"
LINE_END = "a line end or tab stands inside a text\n help: write it as `\\n` or `\\t`"
IN_QUOTES = "expected the name of a field in double quotes, found `'`\n help: write text in double quotes"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "facts.json: line 1, column 1: not JSON: expected a value, found the end of the file"),
        ("[]", "facts.json: expected relations by name\n help: such as `partners: [...]`"),
        ('{"partners": [{"id": "P", "id": "Q"}]}', "facts.json: line 1, column 27: `id` stands twice in one record"),
        ('{"partners": [],\n "partners": []}', "facts.json: line 2, column 2: `partners` stands twice in one record"),
        (
            '{"a": {"b": "}{:", "c": ["\\"b"]}, "b": 1, "\\u0062": 2}',
            "facts.json: line 1, column 43: `b` stands twice in one record",
        ),
        (
            '{"a": 1,\n}',
            f"facts.json: line 1, column 8: not JSON: {LAST_COMMA}",
        ),
        (
            '{"a": [1, ]}',
            f"facts.json: line 1, column 9: not JSON: {LAST_COMMA}",
        ),
        ('{"a" 1}', "facts.json: line 1, column 6: not JSON: expected `:` behind the name of a field, found `1`"),
        ('{"a": 1\n "b": 2}', 'facts.json: line 2, column 2: not JSON: expected `,` before what comes next, found `"`'),
        (
            '{"a": [1\n',
            "facts.json: line 2, column 1: not JSON: the file ends inside a record or list\n help: is all of it here?",
        ),
        ("{} x", "facts.json: line 1, column 4: not JSON: expected the end of the file, found `x`"),
        (
            "{'a': 1}",
            f"facts.json: line 1, column 2: not JSON: {IN_QUOTES}",
        ),
        ('{"a": None}', "facts.json: line 1, column 7: not JSON: expected a value, found `None`\n help: write `null`"),
        (
            '{"a": "b',
            'facts.json: line 1, column 7: not JSON: this text has no closing quote\n help: put a `"` at its end',
        ),
        (
            '{"a": "b\n"}',
            f"facts.json: line 1, column 9: not JSON: {LINE_END}",
        ),
        (
            '{"a": "\\q"}',
            f"facts.json: line 1, column 8: not JSON: {ESCAPE}",
        ),
        ("[" * 51 + "]" * 51, "facts.json: is nested more than 50 levels deep"),
        ("[" * 100_000, "facts.json: is nested more than 50 levels deep"),
        (b'{"a": "\xff"}', "facts.json: line 1: not UTF-8: the byte FF does not fit\n help: save it as UTF-8"),
    ],
)
def test_broken_json_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert refusal(write(tmp_path / "facts.json", text)) == said


DIRECTIVE = "a line that starts with `%` is a directive to YAML\n help: leave it out"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "facts.yaml: expected relations by name\n help: such as `partners: [...]`"),
        ("a: 1\na: 2", "facts.yaml: line 2: `a` stands twice in one record"),
        (
            "a: &x [1]\nb: *x",
            "facts.yaml: line 2: references such as `*name` are not read in facts\n help: write it out",
        ),
        ("a: &x [*x]", "facts.yaml: line 1: references such as `*name` are not read in facts\n help: write it out"),
        ("a: !!python/none x", "facts.yaml: line 1: tags such as `!text` are not read in facts"),
        ("a: 1\n---\nb: 2", "facts.yaml: line 2: a second document starts here\n help: facts are one document"),
        ("[" * 20_000, "facts.yaml: line 1: nested more than 50 levels deep"),
        ("[a]: 1", "facts.yaml: line 1: the name of a field is text"),
        ("a: [1", "facts.yaml: line 1, column 6: not YAML: expected ',' or ']', but got '<stream end>'"),
        (
            'a: "\\UFFFFFFFF"',
            "facts.yaml: not YAML: an escape such as `\\UFFFFFFFF` stands for no character",
        ),
        ("%YAML 1.0\n---\na: 1", f"facts.yaml: line 1: {DIRECTIVE}"),
        ("%YAML 1.12\n---\na: 1", f"facts.yaml: line 1: {DIRECTIVE}"),
        ("# rules\n%YAML 1.12\n---\na: 1", f"facts.yaml: line 2: {DIRECTIVE}"),
        ("a: \x00", "facts.yaml: not YAML: unacceptable character #x0000: special characters are not allowed"),
    ],
)
def test_broken_yaml_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert refusal(write(tmp_path / "facts.yaml", text)) == said


@given(st.text(alphabet=st.sampled_from("ab:-[]{},&*!|>'\"\\%@`#? \n\tx0uU~\x85\ufeff"), max_size=60))
def test_no_text_makes_the_yaml_reader_fail(text: str) -> None:
    with contextlib.suppress(YamlRefused):
        read_yaml_text(text, 50)


COMMA_HELP = "put a comma, `,`, between the columns"
PART_HELP = "a field of a part is written `checks.legal`"
SAVE_HELP = "save it as UTF-8; in a spreadsheet, as `CSV UTF-8`"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "partners.csv: is empty\n help: its first line names the fields"),
        ("id,id\n", "partners.csv: two columns are called `id`"),
        ("id,checks.legal,kind,checks.legal\n", "partners.csv: two columns are called `checks.legal`"),
        ("id,checks.legal.by\n", f"partners.csv: `checks.legal.by` is not the name of a field\n help: {PART_HELP}"),
        ("id;kind\nP-1;isv\n", f"partners.csv: line 1: the columns are parted by a semicolon\n help: {COMMA_HELP}"),
        ("id\tkind\nP-1\tisv\n", f"partners.csv: line 1: the columns are parted by a tab\n help: {COMMA_HELP}"),
        (
            "id，kind\nP-1，isv\n",
            f"partners.csv: line 1: the columns are parted by a full-width comma\n help: {COMMA_HELP}",
        ),
        (
            "id,kind\nP-1,华信\n".encode("gbk"),
            f"partners.csv: line 2: not UTF-8: the byte BB does not fit\n help: {SAVE_HELP}",
        ),
        ("id,kind\n".encode("utf-16"), f"partners.csv: is written in UTF-16, not in UTF-8\n help: {SAVE_HELP}"),
        (
            ",".join(f"c{number}" for number in range(8_000)),
            "partners.csv: has 8,000 columns, at most 1,000 are read",
        ),
        ("id,\n", "partners.csv: column 2 has no name"),
        ("id,kind\nP-1,isv,x\n", "partners.csv: line 2: 3 cells, and the header has 2"),
        (
            "id,checks,checks.legal\n",
            "partners.csv: `checks` is not the name of a field\n help: a field of a part is written `checks.legal`",
        ),
        ('id\n"P-1\n', "partners.csv: line 2: unexpected end of data"),
        ("id\nP\x00\n", "partners.csv: has NUL characters"),
        ("id\n" + "x" * 200_000 + "\n", "partners.csv: line 2: field larger than field limit (131072)"),
    ],
)
def test_broken_csv_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    write(tmp_path / "partners.csv", text)
    assert refusal(tmp_path) == said


def test_a_file_name_that_is_no_relation_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "partnerz.csv", "id\nP-1\n")
    with pytest.raises(FactsError, match="partnerz: there is no such relation"):
        read(tmp_path)


def test_lists_of_parts_do_not_fit_into_csv(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "id,choices\nC-1,P-1\n")
    with pytest.raises(FactsError, match="parts are given in JSON, YAML or Python"):
        read(tmp_path)


def test_files_that_are_not_there_or_not_facts_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.json") == "no.json: cannot be read: no such file or directory"
    assert refusal(tmp_path / "no") == "no: there is no such file or folder"
    assert refusal(write(tmp_path / "facts.xml", "")).startswith("facts.xml: its name does not say what it is")
    assert refusal(tmp_path / "a\0b.json") == "ab.json: is not the name of a file"
    (tmp_path / "folder.json").mkdir()
    assert refusal(tmp_path / "folder.json").startswith("folder.json: has no CSV files")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refusal(empty).startswith("empty: has no CSV files")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    assert refusal(path).startswith("facts.json: has 200,000,001 bytes, at most 200,000,000 are read")
