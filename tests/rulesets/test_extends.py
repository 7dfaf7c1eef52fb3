"""A version or an overlay is written as its differences, and says what it takes the place of."""

from pathlib import Path

import pytest
from tests.support import AS_OF, in_folder

from partnerrules import Facts, check, load

BASE = """\
ruleset: trial
version: "1"
in_force: .. 2026-01-01
currency: CNY
timezone: Asia/Shanghai
title: Base
parameters: {limit: {value: 5}}
definitions: {twice: limit * 2}
eligibility:
  p: {subject: partner, gates: [{id: g, require: partner.id = "P-1"}]}
"""


def both(second: str) -> dict[str, str]:
    head = 'ruleset: trial\nversion: "2"\nin_force: 2026-01-01 ..\nextends: "1"\n'
    return {"1/ruleset.yaml": BASE, "2/ruleset.yaml": head + second}


def found(folder: Path, files: dict[str, str]) -> list[str]:
    return [each.code for each in check(in_folder(files, folder))[1]]


def test_what_is_not_said_anew_stays(tmp_path: Path) -> None:
    rules = load(in_folder(both("parameters: {limit: {value: 7}}\noverrides: [parameters.limit]\n"), tmp_path))
    decision = rules.decide(Facts({"partners": {"P-1": {}}}), as_of=AS_OF)
    assert decision["twice"][""].as_data()["value"] == 14
    assert decision["p"]["P-1"].basis.version == "2"
    assert decision["p"]["P-1"].outcome == "eligible"
    assert [version.head.currency for version in rules.versions] == ["CNY", "CNY"]
    assert rules.versions[0].parameters["limit"].value == 5


def test_new_parts_are_added(tmp_path: Path) -> None:
    rules = load(in_folder(both("definitions: {thrice: limit * 3}\n"), tmp_path))
    decision = rules.decide(Facts({"partners": {}}), as_of=AS_OF)
    assert decision["thrice"][""].as_data()["value"] == 15
    assert decision["twice"][""].as_data()["value"] == 10


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ("parameters: {limit: {value: 7}}\n", "undeclared-override"),
        ("overrides: [parameters.limit]\n", "unknown-override"),
        ("parameters: {other: {value: 7}}\noverrides: [parameters.other]\n", "unknown-override"),
        ("overrides: [parameters.nothing]\n", "unknown-override"),
        ("overrides: parameters.limit\n", "wrong-shape"),
    ],
)
def test_what_takes_the_place_of_something_is_named(tmp_path: Path, second: str, code: str) -> None:
    assert found(tmp_path, both(second)) == [code]


def test_what_is_extended_must_be_there_and_not_extend_back(tmp_path: Path) -> None:
    assert found(tmp_path / "a", {"ruleset.yaml": BASE + "extends: nothing\n"}) == ["unknown-base"]
    assert found(tmp_path / "b", {"ruleset.yaml": BASE + 'extends: "1"\n'}) == ["extends-cycle"]
    assert found(tmp_path / "c", {"ruleset.yaml": BASE + "extends: ./\n"}) == ["extends-cycle"]
    circle = both("")
    circle["1/ruleset.yaml"] = BASE + 'extends: "2"\n'
    assert "extends-cycle" in found(tmp_path / "d", circle)
    assert found(tmp_path / "e", {"ruleset.yaml": BASE + "overrides: [parameters.limit]\n"}) == ["unknown-override"]
    assert found(tmp_path / "f", {"ruleset.yaml": BASE + "extends: /etc\n"}) == ["unknown-base"]


def test_an_overlay_extends_another_ruleset(tmp_path: Path) -> None:
    overlay = """\
ruleset: northern
version: "2026.1"
in_force: 2026-01-01 ..
extends: ../base
overrides: [parameters.limit]
parameters: {limit: {value: 9}}
"""
    in_folder({"base/ruleset.yaml": BASE, "north/ruleset.yaml": overlay}, tmp_path)
    rules = load(tmp_path / "north")
    assert rules.id == "northern"
    decision = rules.decide(Facts({"partners": {}}), as_of=AS_OF)
    assert decision["twice"][""].as_data()["value"] == 18
    changed = rules.content_hash
    (tmp_path / "base" / "ruleset.yaml").write_text(BASE.replace("limit * 2", "limit * 4"), encoding="utf-8")
    assert load(tmp_path / "north").content_hash != changed


def test_extending_goes_over_several_steps(tmp_path: Path) -> None:
    files = both("definitions: {thrice: limit * 3}\n")
    files["2/ruleset.yaml"] = files["2/ruleset.yaml"].replace("2026-01-01 ..", "2026-01-01 .. 2026-02-01")
    files["3/ruleset.yaml"] = (
        'ruleset: trial\nversion: "3"\nin_force: 2026-02-01 ..\nextends: "2"\n'
        "overrides: [definitions.thrice]\ndefinitions: {thrice: twice + limit + 1}\n"
    )
    rules = load(in_folder(files, tmp_path))
    decision = rules.decide(Facts({"partners": {}}), as_of=AS_OF)
    assert decision["thrice"][""].as_data()["value"] == 16


def test_a_fault_in_the_base_is_told_once_at_its_place(tmp_path: Path) -> None:
    files = both("")
    files["1/ruleset.yaml"] = BASE.replace("limit * 2", "limt * 2")
    diagnostics = check(in_folder(files, tmp_path))[1]
    assert [each.code for each in diagnostics] == ["unknown-name"]
    assert diagnostics[0].span.source.path.endswith("1/ruleset.yaml")
