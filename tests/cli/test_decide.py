"""`partnerrules decide` as a user runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
NOW = "2026-03-01T09:00:00+08:00"

pytestmark = pytest.mark.usefixtures("desk")


def test_text_explains_each_result(run: Run) -> None:
    result = run("decide", "northern", "facts.yaml", "--as-of", NOW, "--policy", "admission")
    assert result.exit_code == 0
    first, second = result.stdout.split("\n\n")
    assert first.startswith("P-1")
    assert "75" in first
    assert "80" in first
    assert second.startswith("P-2")
    assert "exam_pass_rate of P-2" in second


@pytest.mark.parametrize(("language", "title"), [("en", "Admission"), ("zh", "准入"), ("ru", "Допуск")])
def test_explanations_come_in_the_language_asked_for(run: Run, language: str, title: str) -> None:
    result = run("decide", "northern", "facts.yaml", "--as-of", NOW, "--policy", "admission", "--language", language)
    assert result.exit_code == 0
    assert title in result.stdout


def test_json_has_all_results(run: Run) -> None:
    result = run("decide", "northern", "facts.yaml", "--as-of", NOW, "--format", "json")
    data = json.loads(result.stdout)
    assert data["ruleset"] == "northern"
    assert data["as_of"] == NOW
    assert {id: each["outcome"] for id, each in data["results"]["admission"].items()} == {
        "P-1": "ineligible",
        "P-2": "undetermined",
    }
    assert set(data["results"]) == {"rebate", "admission", "sales"}


def test_policies_and_subjects_can_be_chosen(run: Run) -> None:
    chosen = ("--policy", "rebate", "--policy", "sales", "--subject", "P-2", "--format", "json")
    data = json.loads(run("decide", "northern", "facts.yaml", "--as-of", NOW, *chosen).stdout)
    assert {name: list(results) for name, results in data["results"].items()} == {"rebate": ["P-2"], "sales": ["P-2"]}


def test_the_instant_may_stand_in_the_facts(run: Run, desk: Path) -> None:
    facts = desk / "facts.yaml"
    facts.write_text(f"as_of: {NOW}\n" + facts.read_text(encoding="utf-8"), encoding="utf-8")
    result = run("decide", "northern", "facts.yaml", "--format", "json")
    assert json.loads(result.stdout)["as_of"] == NOW


def test_facts_may_be_a_folder_of_csv(run: Run, desk: Path) -> None:
    (desk / "facts").mkdir()
    (desk / "facts" / "partners.csv").write_text("id,checks.legal,exam_pass_rate\nP-9,true,80 %\n", encoding="utf-8")
    result = run("decide", "northern", "facts", "--as-of", NOW, "--policy", "admission", "--format", "json")
    assert json.loads(result.stdout)["results"]["admission"]["P-9"]["outcome"] == "eligible"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say as of which instant to decide, such as `--as-of 2026-01-01T09:00:00+08:00`"),
        (("--as-of", "2026-03-01"), "write `2026-03-01T00:00:00+08:00` if you mean Asia/Shanghai"),
        (("--as-of", "2026-03-01T09:00"), "write `2026-03-01T09:00:00+08:00` if you mean Asia/Shanghai"),
        (("--as-of", "yesterday"), "write it like `2026-01-01T09:00:00+08:00`"),
        (("--as-of", "2026-02-30"), "write it like"),
        (
            ("--as-of", "20260301T090000+08:00"),
            "--as-of: `20260301T090000+08:00` is not an instant: write it like `2026-01-01T09:00:00+08:00`",
        ),
        (("--as-of", "20260301T0900"), "write `2026-03-01T09:00:00+08:00` if you mean Asia/Shanghai"),
        (("--as-of", "0001-01-01T00:00:00+08:00"), "--as-of: an instant is between the years 1 and 9999, in UTC too"),
        (("--as-of", "9999-12-31T23:30:00Z"), "`as_of` lies outside of the calendar"),
        (("--as-of", "0001-01-01"), "write it like `2026-01-01T09:00:00+08:00`"),
        (("--as-of", NOW, "--policy", "admision"), "there is no policy `admision`: did you mean `admission`?"),
        (("--as-of", NOW, "--subject", "P-3"), "there is no record `P-3` to decide: did you mean"),
        (("--as-of", NOW, "--language", "fr"), "'fr' is not one of"),
        (("--as-of", NOW, "--nonsense"), "--nonsense"),
    ],
    ids=str,
)
def test_wrong_usage_says_what_to_write(run: Run, arguments: tuple[str, ...], words: str) -> None:
    result = run("decide", "northern", "facts.yaml", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_an_instant_at_the_end_of_the_calendar_in_the_facts_is_refused(run: Run, desk: Path) -> None:
    (desk / "facts.yaml").write_text("as_of: 0001-01-01T00:00:00+08:00\npartners: {}\n", encoding="utf-8")
    result = run("decide", "northern", "facts.yaml")
    assert result.exit_code == 3
    assert "as_of: an instant is between the years 1 and 9999, in UTC too" in result.stderr


def test_missing_facts_are_wrong_usage(run: Run) -> None:
    result = run("decide", "northern", "nowhere.yaml", "--as-of", NOW)
    assert result.exit_code == 2
    assert "there are no facts in `nowhere.yaml`" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("facts.yaml", b"partners: {P-1: {exam_pass_rate: lots}}", "partners P-1, exam_pass_rate: "),
        ("facts.yaml", b"partners: {P-1: {nickname: x}}", "there is no such field in `partner`"),
        ("facts.yaml", b"\x00\xff\xfe", "not UTF-8"),
        ("facts.yaml", b"a: [" * 1000, "nested more than"),
        ("facts.json", b'{"partners": [{"id": "P-1", "exam_pass_rate": NaN}]}', "`NaN` is not a number"),
        ("facts.json", b"{", "not JSON"),
        ("facts.txt", b"", "its name does not say what it is"),
    ],
    ids=["value", "field", "binary", "deep", "nan", "broken", "name"],
)
def test_refused_facts_have_an_exit_code_of_their_own(
    run: Run, desk: Path, name: str, content: bytes, words: str
) -> None:
    (desk / name).write_bytes(content)
    result = run("decide", "northern", name, "--as-of", NOW)
    assert result.exit_code == 3
    assert words in result.stderr


def test_a_faulty_ruleset_decides_nothing(run: Run, desk: Path) -> None:
    (desk / "northern" / "ruleset.yaml").write_text("ruleset: northern\n", encoding="utf-8")
    result = run("decide", "northern", "facts.yaml", "--as-of", NOW)
    assert result.exit_code == 1
    assert "error[missing-key]" in result.stderr


def test_facts_without_records_to_decide_are_said_so(run: Run, desk: Path) -> None:
    (desk / "facts.yaml").write_text("partners: {}\n", encoding="utf-8")
    result = run("decide", "northern", "facts.yaml", "--as-of", NOW)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing was decided" in result.stderr
