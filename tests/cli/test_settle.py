"""`partnerrules settle` as a user runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]

RULES = """\
ruleset: paid
version: "1"
in_force: 2026-01-01 ..
currency: CNY
timezone: Asia/Shanghai
settlement: {objections: 30 days}
commission:
  sales:
    title: {en: Sales commission, zh: 销售佣金, ru: Комиссия}
    source: N-4
    subject: transaction
    payee: transaction.partner
    base: transaction.net_amount
    rate:
      ladder: marginal
      over: quarter
      per: transaction.partner
      bands: [{from: 0 CNY, rate: 5 %}, {from: 1000 CNY, rate: 8 %}]
"""
DOCUMENTS: dict[str, object] = {
    "T-1": {"partner": "P/1", "date": "2026-01-10", "net_amount": "1500 CNY"},
    "T-2": {"partner": "客户", "date": "2026-02-10", "net_amount": "200 CNY"},
}
FIRST = ("--period", "2026-Q1", "--as-of", "2026-04-05T09:00:00+08:00", "--out", "books/q1")
SECOND = ("--period", "2026-Q2", "--as-of", "2026-07-05T09:00:00+08:00", "--out", "books/q2")


@pytest.fixture(autouse=True)
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("paid").mkdir()
    Path("paid/ruleset.yaml").write_text(RULES, encoding="utf-8")
    give(DOCUMENTS)
    return tmp_path / "books"


def give(documents: dict[str, object]) -> None:
    facts = {"partners": {"P/1": {}, "客户": {}}, "transactions": documents}
    Path("facts.json").write_text(json.dumps(facts), encoding="utf-8")


def test_a_settlement_is_written_in_all_its_forms(run: Run, books: Path) -> None:
    result = run("settle", "paid", "facts.json", *FIRST, "--language", "zh")
    assert result.exit_code == 0, result.stderr
    assert "2 statements in CNY, payable 100.00 CNY" in result.stdout
    written = sorted(str(path.relative_to(books)) for path in books.rglob("*.*"))
    assert [name for name in written if "pages" not in name] == [
        "q1/lines.csv",
        "q1/settlement.json",
        "q1/statements.csv",
    ]
    pages = [(books / name).read_text(encoding="utf-8") for name in written if "pages" in name]
    assert len(pages) == 2
    assert all("销售佣金" in page for page in pages)
    assert json.loads((books / "q1/settlement.json").read_text(encoding="utf-8"))["objections_until"] == "2026-05-05"


def test_the_next_period_goes_on_from_the_closed_one(run: Run, books: Path) -> None:
    run("settle", "paid", "facts.json", *FIRST)
    closed = (books / "q1/settlement.json").read_bytes()
    give({**DOCUMENTS, "T-0": {"partner": "客户", "date": "2026-01-05", "net_amount": "900 CNY"}})
    result = run("settle", "paid", "facts.json", *SECOND, "--closed", "books/q1", "--no-pages")
    assert result.exit_code == 0, result.stderr
    assert "payable 48.00 CNY" in result.stdout  # 900 at 5 %, and what is above 1,000 at 8 % instead of 5 %
    assert (books / "q1/settlement.json").read_bytes() == closed
    assert not (books / "q2/pages").exists()


def test_without_what_pages_need_the_way_on_is_told(run: Run, books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnerrules.explanations.statement_pages.jinja2", None)
    result = run("settle", "paid", "facts.json", *FIRST)
    assert result.exit_code == 2
    assert 'pip install "partnerrules[statements]"' in result.stderr
    assert "--no-pages" in result.stderr
    assert not books.exists()
    assert run("settle", "paid", "facts.json", *FIRST, "--no-pages").exit_code == 0


def test_what_is_closed_is_left_alone(run: Run, books: Path) -> None:
    run("settle", "paid", "facts.json", *FIRST)
    closed = (books / "q1/settlement.json").read_bytes()
    assert run("settle", "paid", "facts.json", *FIRST).exit_code == 0  # the same again is no change
    give({"T-1": DOCUMENTS["T-1"]})
    result = run("settle", "paid", "facts.json", *FIRST)
    assert result.exit_code == 2
    assert "holds another settlement" in result.stderr
    assert (books / "q1/settlement.json").read_bytes() == closed


def test_what_cannot_be_settled_is_told(run: Run, books: Path) -> None:
    assert "is not over" in run("settle", "paid", "facts.json", *FIRST[:2], *SECOND[2:4], "--out", "x",
                                "--as-of", "2026-02-01T00:00:00+08:00").stderr  # fmt: skip
    assert "is not a period" in run("settle", "paid", "facts.json", "--period", "spring", *FIRST[2:]).stderr
    assert "there is no settlement" in run("settle", "paid", "facts.json", *SECOND, "--closed", "nowhere").stderr
    Path("broken.json").write_text("{}", encoding="utf-8")
    result = run("settle", "paid", "facts.json", *SECOND, "--closed", "broken.json")
    assert result.exit_code == 2
    assert "broken.json: this is not a settlement" in result.stderr
    Path("broken.json").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in run("settle", "paid", "facts.json", *SECOND, "--closed", "broken.json").stderr
    assert not books.exists()


def test_open_documents_are_told(run: Run) -> None:
    give({**DOCUMENTS, "T-3": {"partner": "P/1", "date": "2026-02-01"}})
    assert "1 document is open, such as T-3" in run("settle", "paid", "facts.json", *FIRST).stdout


def test_the_folder_of_all_settlements_can_be_given(run: Run, books: Path) -> None:
    run("settle", "paid", "facts.json", *FIRST)
    for _ in range(2):  # settling again what is in that folder as well is no change
        result = run("settle", "paid", "facts.json", *SECOND, "--closed", "books", "--no-pages")
        assert result.exit_code == 0, result.stderr
    previous = json.loads((books / "q2/settlement.json").read_text(encoding="utf-8"))["previous"]
    assert previous is not None
    Path("empty").mkdir()
    assert "there is no settlement" in run("settle", "paid", "facts.json", *SECOND, "--closed", "empty").stderr
