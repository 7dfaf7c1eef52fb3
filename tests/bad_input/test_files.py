"""A ruleset reads what lies in its folder and nothing else, and much that is wrong is said in few words."""

import os
from pathlib import Path

import pytest

from partnerrules import UsageError, check
from partnerrules.diagnostics import render

HEAD = 'ruleset: northern\nversion: "1"\nin_force: 2026-01-01 .. 2027-01-01\ncurrency: CNY\n'


def codes(folder: Path) -> list[str]:
    ruleset, diagnostics = check(folder)
    assert ruleset is None
    return [diagnostic.code for diagnostic in diagnostics]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a ruleset, beside a file that is none of its business."""
    (tmp_path / "secret.yaml").write_text("parameters: {password: {value: 3}}\n", encoding="utf-8")
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def including(folder: Path, name: str) -> Path:
    (folder / "ruleset.yaml").write_text(f"{HEAD}include: [{name}]\n", encoding="utf-8")
    return folder


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("../secret.yaml")
    assert codes(including(folder, "link.yaml")) == ["outside-folder"]


def test_a_linked_folder_is_not_followed(folder: Path) -> None:
    (folder / "parts").symlink_to("..")
    assert codes(including(folder, "parts/secret.yaml")) == ["outside-folder"]


def test_a_link_to_itself_is_not_followed(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("link.yaml")
    assert codes(including(folder, "link.yaml"))[0] in ("outside-folder", "unreadable-file")


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    (folder / "real.yaml").write_text("parameters: {quota: {value: 3}}\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to("real.yaml")
    assert check(including(folder, "link.yaml"))[1] == ()


def test_a_pipe_is_not_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    assert codes(including(folder, "pipe.yaml")) == ["unreadable-file"]


def test_a_table_outside_of_the_folder_is_not_read(folder: Path) -> None:
    (folder / "link.csv").symlink_to("/etc/passwd")
    text = (
        f"{HEAD}tables:\n  t:\n    subject: deal\n    hit: first\n    inputs: {{a: deal.amount}}\n"
        "    outputs: {r: integer}\n    rows: link.csv\n"
    )
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    assert codes(folder) == ["outside-folder"]


@pytest.mark.parametrize("name", ["nowhere", "", "a\0b", "x" * 5000])
def test_a_ruleset_that_is_not_there(name: str, folder: Path) -> None:
    with pytest.raises(UsageError, match="there is no ruleset in"):
        check(folder / name)


def test_the_first_hundred_of_many_mistakes_are_shown(folder: Path) -> None:
    lines = "".join(f"  p{number}: {{value: 3 furlongs}}\n" for number in range(150))
    (folder / "ruleset.yaml").write_text(f"{HEAD}parameters:\n{lines}", encoding="utf-8")
    _, diagnostics = check(folder)
    text = render(diagnostics)
    assert len(diagnostics) == 150
    assert text.count("error[unknown-unit]") == 100
    assert text.endswith("\n\n... and 50 more")


def test_the_same_is_said_each_time(folder: Path) -> None:
    lines = "".join(f"  d{number}: d{number + 1} + zodiac\n" for number in range(20))
    (folder / "ruleset.yaml").write_text(f"{HEAD}definitions:\n{lines}", encoding="utf-8")
    assert render(check(folder)[1]) == render(check(folder)[1])
