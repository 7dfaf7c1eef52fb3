"""A ruleset may be written in several files below its own folder, and in none outside of it."""

from pathlib import Path

import pytest
from tests.support import AS_OF, HEAD, in_folder

from partnerrules import Facts, check, load


def found(folder: Path, files: dict[str, str]) -> list[str]:
    return [each.code for each in check(in_folder(files, folder))[1]]


def test_files_are_joined(tmp_path: Path) -> None:
    files = {
        "ruleset.yaml": HEAD + "include: [parts/a.yaml, parts/b.yaml]\ndefinitions: {sum: one + two}\n",
        "parts/a.yaml": "parameters: {one: {value: 1}}\n",
        "parts/b.yaml": "include: [parts/c.yaml]\n",
        "parts/c.yaml": "definitions: {two: 2}\n",
    }
    rules = load(in_folder(files, tmp_path))
    assert rules.decide(Facts({"partners": {}}), as_of=AS_OF)["sum"][""].as_data()["value"] == 3
    assert len(rules.versions[0].sources) == 4


def test_a_fault_is_told_in_its_file(tmp_path: Path) -> None:
    files = {"ruleset.yaml": HEAD + "include: [a.yaml]\n", "a.yaml": "# a\ndefinitions: {x: nothing}\n"}
    (diagnostic,) = check(in_folder(files, tmp_path))[1]
    assert diagnostic.span.source.path.endswith("a.yaml")
    assert (diagnostic.span.line, diagnostic.span.column) == (2, 18)


@pytest.mark.parametrize(
    ("include", "files", "code"),
    [
        ("[nothing.yaml]", {}, "unreadable-file"),
        ("[../a.yaml]", {"../a.yaml": ""}, "outside-folder"),
        ("[/etc/hostname]", {}, "outside-folder"),
        ("[ruleset.yaml]", {}, "include-cycle"),
        ("[a.yaml]", {"a.yaml": "include: [b.yaml]\n", "b.yaml": "include: [a.yaml]\n"}, "include-cycle"),
        ("[a.yaml]", {"a.yaml": "version: 2\n"}, "unknown-key"),
        ("[a.yaml]", {"a.yaml": "- x\n"}, "wrong-shape"),
        ("a.yaml", {"a.yaml": ""}, "wrong-shape"),
        ("[[a.yaml]]", {"a.yaml": ""}, "wrong-shape"),
        ("[a.yaml]", {"a.yaml": "definitions: {own: 2}\n"}, "duplicate-id"),
        (
            "[a.yaml, b.yaml]",
            {"a.yaml": "parameters: {p: {value: 1}}\n", "b.yaml": "parameters: {p: {value: 1}}\n"},
            "duplicate-id",
        ),
    ],
)
def test_what_cannot_be_included(tmp_path: Path, include: str, files: dict[str, str], code: str) -> None:
    folder = tmp_path / "rules"
    text = HEAD + f"include: {include}\ndefinitions: {{own: 1}}\n"
    assert found(folder, {"ruleset.yaml": text, **files}) == [code]


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    in_folder({"secret.yaml": "definitions: {x: 1}\n", "rules/ruleset.yaml": HEAD + "include: [link.yaml]\n"}, tmp_path)
    (tmp_path / "rules" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert [each.code for each in check(tmp_path / "rules")[1]] == ["outside-folder"]


def test_a_file_is_included_once(tmp_path: Path) -> None:
    files = {"ruleset.yaml": HEAD + "include: [f0.yaml, f0.yaml]\n"}
    for index in range(12):
        files[f"f{index}.yaml"] = f"include: [f{index + 1}.yaml, f{index + 1}.yaml]\n"
    files["f12.yaml"] = "parameters: {}\n"
    assert set(found(tmp_path, files)) == {"included-twice"}
