"""`partnerrules check` as a user runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from partnerrules.backends import working_memory

GOLDEN = Path(__file__).parent / "golden"
Run = Callable[..., Result]


def spoil(desk: Path, old: str, new: str) -> None:
    path = desk / "northern" / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.usefixtures("desk")
def test_a_ruleset_without_mistakes_says_nothing_but_how_many_there_were(run: Run) -> None:
    result = run("check", "northern")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 ruleset, 0 errors, 0 warnings\n")


def test_every_mistake_is_reported_at_its_place(run: Run, desk: Path, golden: Callable[[Path, str], None]) -> None:
    spoil(desk, "partner.checks.legal", "partner.checks.leagl")
    spoil(desk, ">= 80 %", ">= 80 CNY")
    result = run("check", "northern")
    assert result.exit_code == 1
    assert result.stderr == "1 ruleset, 2 errors, 0 warnings\n"
    golden(GOLDEN / "check.txt", result.stdout)


def test_gnu_form_has_one_line_for_each_mistake(run: Run, desk: Path) -> None:
    spoil(desk, "partner.checks.legal", "partner.checks.leagl")
    result = run("check", "northern", "--format", "gnu")
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    assert line.startswith("northern/ruleset.yaml:34:46: error: ")
    assert line.endswith("[unknown-field]")


def test_json_form_can_be_read_by_programs(run: Run, desk: Path) -> None:
    spoil(desk, "partner.checks.legal", "partner.checks.leagl")
    data = json.loads(run("check", "northern", "--format", "json").stdout)
    assert (data["errors"], data["warnings"]) == (1, 0)
    (found,) = data["diagnostics"]
    assert (found["code"], found["line"], found["column"]) == ("unknown-field", 34, 46)
    assert found["help"] == "did you mean `legal`?"


@pytest.mark.usefixtures("desk")
def test_verbose_lists_versions_policies_and_parameters(run: Run) -> None:
    result = run("check", "northern", "--verbose")
    assert result.exit_code == 0
    assert "  version 1, in force 2026-01-01 .. 2027-01-01\n" in result.stdout
    assert "    eligibility admission, of partner: Admission\n" in result.stdout
    assert "    definition sales, of partner\n" in result.stdout
    assert "    assumed parameters: quota\n    unstated parameters: visits\n" in result.stdout


@pytest.mark.usefixtures("desk")
def test_verbose_json_lists_the_same(run: Run) -> None:
    (ruleset,) = json.loads(run("check", "northern", "-v", "--format", "json").stdout)["rulesets"]
    (version,) = ruleset["versions"]
    assert version["policies"] == {"rebate": "tables", "admission": "eligibility"}
    assert version["parameters"] == {"assumed": ["quota"], "unstated": ["visits"]}


def test_verbose_says_which_engine_runs_each_inference_rule_and_why(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "examples" / "inference" / "rulesets" / "distribution"
    monkeypatch.setattr(working_memory, "UNAVAILABLE", "")
    shown = run("check", path, "--verbose").stdout
    engine = "      runs on the working memory: with fewer than 1,000 facts the matcher runs it"
    assert f"    inference repeated, of violation: the same breach again\n{engine}\n" in shown
    assert f"{engine}; the matcher asks the conditions on `sanction` alone beforehand\n" in shown
    monkeypatch.setattr(working_memory, "UNAVAILABLE", "durable-rules cannot be imported: none")
    shown = run("check", path, "--verbose").stdout
    assert shown.count("      runs on the matcher: durable-rules cannot be imported: none\n") == 4
    (ruleset,) = json.loads(run("check", path, "-v", "--format", "json").stdout)["rulesets"]
    assert ruleset["versions"][0]["engines"]["repeated"] == {
        "engine": "matcher",
        "why": "durable-rules cannot be imported: none",
    }


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("path", ["nowhere", "facts.yaml", "."], ids=["missing", "file", "folder-without"])
def test_what_is_no_ruleset_is_wrong_usage(run: Run, path: str, desk: Path) -> None:
    if path == ".":
        (desk / "northern" / "ruleset.yaml").unlink()
    result = run("check", path)
    assert result.exit_code == 2
    assert f"there is no ruleset in `{path}`" in result.stderr


def test_the_ruleset_of_the_repository_has_no_mistakes(run: Run, root: Path) -> None:
    assert run("check", root / "rulesets" / "china-mobile-sa").exit_code == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02binary", "control-character"),
        (b"\x7fELF\xff\xfe\x80", "wrong-encoding"),
        (b"", "empty-document"),
        (b"a: [" * 20_000, "too-deep"),
        (b"a: " + b"x" * 5_000_000, "too-large"),
        (b"- a\n- b\n", "wrong-shape"),
        (b"\tx: 1\n", "tab-indentation"),
    ],
    ids=["nul", "binary", "empty", "deep", "huge", "list", "tab"],
)
def test_a_file_that_is_no_ruleset_is_refused_in_words(run: Run, desk: Path, content: bytes, code: str) -> None:
    (desk / "northern" / "ruleset.yaml").write_bytes(content)
    result = run("check", "northern", "--format", "gnu")
    assert result.exit_code == 1
    assert f"[{code}]" in result.stdout
