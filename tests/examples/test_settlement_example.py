"""The example of a settled programme: its README is right to the cent, and a small size of it runs from end to end."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from tests.scripts import script

import partnerrules as pr
from partnerrules.cases import run_cases
from partnerrules.domain.settlement import AccountStatement, Settlement, SettlementLine

HERE = Path(__file__).parents[2] / "examples" / "settlement"
README = (HERE / "README.md").read_text(encoding="utf-8")
HEADS = re.findall(r"^\| (2026-Q[12]) ([A-Z]{3}) \| (kind|opening) .*\n\|[-|]*\n((?:\|.*\n)+)", README, re.MULTILINE)
EQUATIONS = re.findall(r"^- ([-+×/%,.0-9 ]+) = (-?[,.0-9]+)$", README, re.MULTILINE)


@pytest.fixture(scope="module")
def make_facts() -> Iterator[ModuleType]:
    yield script(HERE / "make_facts.py")
    sys.modules.pop("make_facts", None)


@pytest.fixture(scope="module")
def run(make_facts: ModuleType) -> Iterator[ModuleType]:
    found = script(HERE / "run.py")
    assert found.CLOSINGS is make_facts.CLOSINGS
    yield found
    sys.modules.pop("run", None)


@pytest.fixture(scope="module")
def folder(make_facts: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of a small size of the programme."""
    made = tmp_path_factory.mktemp("settlement")
    make_facts.make(made, partners=12, documents=300)
    return made


@pytest.fixture(scope="module")
def settled(run: ModuleType, folder: Path) -> dict[str, Settlement]:
    found: dict[str, Settlement] = run.settle_both(folder)
    return found


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def amount(written: pr.Money | None) -> str:
    """An amount as the README has it, in whole cents."""
    assert written is not None
    return f"{written.amount.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"


# ---------------------------------------------------------------------------------------------------------- the README


def value(written: str) -> Fraction:
    """What a sum comes to: numbers with `×` and `/` before `+` and `-`, each of which stands between blanks."""
    total, sign = Fraction(0), 1
    for part in re.split(r" ([+-]) ", written):
        if part in ("+", "-"):
            sign = 1 if part == "+" else -1
            continue
        product, divides = Fraction(1), False
        for factor in re.split(r" ([×/]) ", part.replace(" %", "%")):
            if factor in ("×", "/"):
                divides = factor == "/"
                continue
            number = Fraction(factor.replace(",", "").removesuffix("%")) / (100 if factor.endswith("%") else 1)
            product = product / number if divides else product * number
        total += sign * product
    return total


@pytest.mark.parametrize(("written", "result"), EQUATIONS, ids=[f"{left} = {right}" for left, right in EQUATIONS])
def test_a_sum_of_the_readme_is_right(written: str, result: str) -> None:
    assert value(written) == Fraction(result.replace(",", ""))


def test_the_readme_has_sums_and_a_table_of_lines_and_of_totals_for_each_statement() -> None:
    assert len(EQUATIONS) == len(re.findall("^- .* = ", README, re.MULTILINE)) > 50
    assert [head[:3] for head in HEADS] == [
        (period, currency, kind)
        for currency in ("CNY", "USD")
        for period in ("2026-Q1", "2026-Q2")
        for kind in ("kind", "opening")
    ]


def told(line: SettlementLine) -> list[str]:
    """A line of a statement as a row of the README."""
    amounts = (line.base, line.amount, line.before, line.withheld, line.to_balance)
    return [f"{line.document} {line.policy}", line.kind, *(amount(each) for each in amounts), line.status]


def totals(statement: AccountStatement) -> list[str]:
    """The totals of a statement as a row of the README."""
    names = ("opening", "earned", "withheld", "balance", "payable", "carry_over")
    return ["total", *(amount(getattr(statement, name)) for name in names)]


@pytest.mark.parametrize(("period", "currency", "kind", "rows"), HEADS, ids=[" ".join(head[:3]) for head in HEADS])
def test_a_table_of_the_readme_is_what_is_settled_e28_e38_e63(
    settled: Mapping[str, Settlement], period: str, currency: str, kind: str, rows: str
) -> None:
    statement = settled[period].statement("DL-001", currency)
    found = [told(line) for line in statement.lines] if kind == "kind" else [totals(statement)]
    assert [cells(row) for row in rows.splitlines()] == found


# --------------------------------------------------------------------------------------------------------- the example


def test_the_cases_of_the_ruleset_pass() -> None:
    report = run_cases(HERE / "ruleset")
    assert report.ok, str(report)


def test_the_ruleset_has_a_title_in_each_language_for_each_policy() -> None:
    (version,) = pr.load(HERE / "ruleset").versions
    for policy in version.policies.values():
        assert {language for language, _ in policy.title.texts} == {"en", "zh", "ru"}, policy.id


def test_the_same_seed_gives_the_same_facts_and_another_one_others(make_facts: ModuleType, tmp_path: Path) -> None:
    for name, seed in (("first", 7), ("again", 7), ("other", 8)):
        make_facts.make(tmp_path / name, partners=12, documents=60, seed=seed)
    files = sorted(path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*.csv"))
    assert len(files) == 18

    def texts(name: str) -> list[str]:
        return [(tmp_path / name / path).read_text(encoding="utf-8") for path in files]

    assert texts("first") == texts("again")
    assert texts("first") != texts("other")


def test_what_makes_the_second_closing_hard_is_in_the_facts(folder: Path) -> None:
    def rows(period: str, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((folder / period / f"{name}.csv").read_text(encoding="utf-8").splitlines()))

    first, second = rows("2026-Q1", "transactions"), rows("2026-Q2", "transactions")
    known = {row["id"] for row in first}
    assert [row["id"] for row in second if row["date"] < "2026-04-01" and row["id"] not in known]
    assert len(second) == len({row["id"] for row in second}) + 1  # one is entered twice
    rates = [{row["id"]: row["to_amount"] for row in rows(each, "exchange_rates")} for each in ("2026-Q1", "2026-Q2")]
    assert [id for id, rate in rates[0].items() if rates[1][id] != rate] == ["USD-2026-02-13"]
    assert "USD-2026-02-16" not in rates[1]  # a holiday
    assert {row["net_amount"].split()[1] for row in second} == {"CNY", "USD", "EUR"}
    assert {row["kind"] for row in second} == {"invoice", "credit_note", "refund"}
    assert [row for row in second if row["original"] and row["date"] >= "2026-04-01" and row["original"] in known]


def test_every_statement_adds_up_and_nothing_is_lost_on_the_way_e63_e65(settled: Mapping[str, Settlement]) -> None:
    first, second = settled["2026-Q1"], settled["2026-Q2"]
    assert second.previous == first.fingerprint
    assert first.complete
    assert second.complete
    assert not first.warnings
    (warning,) = second.warnings
    assert "given twice" in warning
    carried = {(each.payee, each.currency): each.carry_over.amount for each in first.statements}
    for settlement in settled.values():
        read = Settlement.from_json(settlement.to_json())  # checks the sums of every statement
        assert read == settlement
    for each in second.statements:
        assert each.opening.amount == carried.get((each.payee, each.currency), 0)


def test_two_quarters_earn_what_one_half_year_does(settled: Mapping[str, Settlement], folder: Path) -> None:
    """How the documents are cut into closings changes nothing of what anybody earns in all."""
    last = settled["2026-Q2"]
    whole = pr.load(HERE / "ruleset").settle(
        pr.Facts.read(folder / "2026-Q2"), "2026-01-01 .. 2026-07-01", as_of=last.as_of
    )
    for each in whole.statements:
        quarters = [
            found
            for settlement in settled.values()
            for found in settlement.statements
            if (found.payee, found.currency) == (each.payee, each.currency)
        ]
        assert sum(found.earned.amount for found in quarters) == each.earned.amount, each.payee
        # What was paid out in the first quarter may be withheld in the other way: so both are looked at together.
        left = quarters[-1].carry_over.amount + quarters[-1].withheld.amount + sum(x.forfeited.amount for x in quarters)
        whole_left = each.carry_over.amount + each.withheld.amount + each.forfeited.amount
        assert sum(x.payable.amount for x in quarters) + left == each.payable.amount + whole_left, each.payee


def test_a_closing_again_is_the_same_byte_for_byte_e64(
    settled: Mapping[str, Settlement], run: ModuleType, folder: Path, tmp_path: Path
) -> None:
    again = run.settle_both(folder)
    for period, settlement in settled.items():
        assert again[period].to_json() == settlement.to_json()
    run.write(settled["2026-Q2"], tmp_path)
    assert (tmp_path / "settlement.json").read_text(encoding="utf-8") == settled["2026-Q2"].to_json()
    assert (tmp_path / "statements.csv").read_text(encoding="utf-8").count("\n") == 1 + len(
        settled["2026-Q2"].statements
    )


def test_the_command_of_the_readme_settles_the_same(
    settled: Mapping[str, Settlement], folder: Path, tmp_path: Path
) -> None:
    (found,) = re.findall(r"^partnerrules (settle .*?)\n```", README, re.MULTILINE | re.DOTALL)
    closed = tmp_path / "2026-Q1"
    closed.mkdir()
    (closed / "settlement.json").write_text(settled["2026-Q1"].to_json(), encoding="utf-8")
    places = {"examples/settlement/ruleset": HERE / "ruleset", "OUT/facts/2026-Q2": folder / "2026-Q2"}
    places |= {"OUT/2026-Q1": closed, "OUT/2026-Q2-again": tmp_path / "again"}
    words = [str(places.get(word, word)) for word in found.replace("\\\n", " ").split()]
    done = subprocess.run(
        [sys.executable, "-m", "partnerrules", *words], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again" / "settlement.json").read_text("utf-8") == settled["2026-Q2"].to_json()
    pages = list((tmp_path / "again" / "pages").iterdir())
    assert len(pages) == len(settled["2026-Q2"].statements)


def test_the_example_runs_from_the_command_line(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", str(tmp_path), "--partners", "12", "--documents", "60"])
    run.main()
    printed = capsys.readouterr().out
    assert "2026-Q1 as of 2026-04-05T18:00:00+08:00" in printed
    assert re.search(r"s in all, [\d.]+ s of them computing, with at most [\d,]+ MB of memory", printed)
    assert (tmp_path / "2026-Q2" / "lines.csv").is_file()
    page = (tmp_path / "2026-Q2" / "DL-001-CNY-zh.html").read_text(encoding="utf-8")
    assert "销售佣金" in page
    assert "26,881.93" in page
