"""`partnerrules test` as a user runs it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

GOLDEN = Path(__file__).parent / "golden"
Run = Callable[..., Result]


def spoil(desk: Path, old: str, new: str) -> None:
    path = desk / "northern" / "cases.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.usefixtures("desk")
def test_passing_cases_are_counted(run: Run) -> None:
    result = run("test", "northern")
    assert (result.exit_code, result.stdout) == (0, "2 passed, 0 failed\n")


def test_a_failure_says_which_part_was_expected_and_found_where(
    run: Run, desk: Path, golden: Callable[[Path, str], None]
) -> None:
    spoil(desk, "79.9 %", "80.1 %")
    spoil(desk, "rate: 0.01", "rate: 3 %")
    result = run("test", "northern")
    assert result.exit_code == 1
    golden(GOLDEN / "test.txt", result.stdout)


@pytest.mark.usefixtures("desk")
def test_coverage_names_what_no_case_reaches(run: Run) -> None:
    # Sales are 0 in both cases, so the row `large` is not reached. Both pass the legal check.
    result = run("test", "northern", "--coverage")
    assert result.exit_code == 0
    assert result.stdout == (
        "northern: cases reach 7 of 10 (70 %)\n"
        "  rebate: 1 of 2\n"
        "    not reached: row large\n"
        "  admission: 6 of 8\n"
        "    not reached: gate lawful failed\n"
        "    not reached: condition lawful false\n"
        "\n"
        "2 passed, 0 failed\n"
    )


def test_cases_that_cannot_be_read_reach_nothing_that_is_worth_telling(run: Run, desk: Path) -> None:
    spoil(desk, "expect: {admission: {P-1: {outcome: inel", "expect: {admision: {P-1: {outcome: inel")
    assert "not reached" not in run("test", "northern", "--coverage").stdout


def test_a_ruleset_without_cases_is_said_so(run: Run, desk: Path) -> None:
    (desk / "northern" / "cases.yaml").unlink()
    result = run("test", "northern")
    assert result.exit_code == 0
    assert result.stdout == "northern: there is no cases.yaml, so nothing is tested\n0 passed, 0 failed\n"


def test_mistakes_in_cases_are_reported_at_their_place(run: Run, desk: Path) -> None:
    spoil(desk, "expect: {admission: {P-1: {outcome: inel", "expect: {admision: {P-1: {outcome: inel")
    result = run("test", "northern")
    assert result.exit_code == 1
    assert "northern/cases.yaml:14:14: error[unknown-policy]" in result.stdout
    assert "help: did you mean `admission`?" in result.stdout


@pytest.mark.parametrize(
    ("as_of", "code", "words"),
    [
        (
            "0001-01-01T00:00:00+08:00",
            "instant-without-offset",
            "an instant is between the years 1 and 9999, in UTC too",
        ),
        ("0001-01-01", "instant-without-offset", "an instant is between the years 1 and 9999, in UTC too"),
        ("9999-12-31T23:30:00Z", "no-such-date", "this instant has no day in the timezone"),
    ],
)
def test_an_instant_at_the_end_of_the_calendar_is_refused(
    run: Run, desk: Path, as_of: str, code: str, words: str
) -> None:
    spoil(desk, "as_of: 2026-03-01T09:00:00+08:00", f"as_of: {as_of}")
    result = run("test", "northern")
    assert result.exit_code == 1
    assert f"error[{code}]: {words}" in result.stdout


def test_a_faulty_ruleset_is_reported_instead(run: Run, desk: Path) -> None:
    (desk / "northern" / "ruleset.yaml").write_text("ruleset: northern\n", encoding="utf-8")
    result = run("test", "northern")
    assert result.exit_code == 1
    assert "error[missing-key]" in result.stderr


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"", b"a: [" * 20_000, b"x" * 5_000_000], ids=["binary", "empty", "deep", "huge"]
)
def test_a_file_that_holds_no_cases_is_refused_in_words(run: Run, desk: Path, content: bytes) -> None:
    (desk / "northern" / "cases.yaml").write_bytes(content)
    result = run("test", "northern")
    assert result.exit_code == 1
    assert "error[" in result.stdout


def test_the_cases_of_the_repository_pass(run: Run, root: Path) -> None:
    result = run("test", root / "rulesets" / "china-mobile-sa")
    assert result.exit_code == 0, result.stdout
